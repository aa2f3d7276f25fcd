//! Amounts as a study writes them: `"95 %"`, `"3 days"`, `"8 working hours"`, `0.95`; in the unit of a KPI.

use crate::kpi::Unit;
use serde::Deserialize;
use std::fmt;

/// A bound as a study writes it: a number, or a text with its unit.
///
/// # Example
///
/// ```
/// use giamtang::kpi::Unit;
/// use giamtang::scorecard::gate::Amount;
///
/// assert_eq!(Amount::Text("95 %".into()).level(Unit::Share, false), Ok(0.95));
/// assert_eq!(Amount::Number(3.0).level(Unit::Days, false), Err("a number with its unit, such as \"3 days\"".into()));
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged, expecting = "an amount is a number, or a text with its unit such as \"95 %\" or \"3 days\"")]
pub enum Amount {
    /// A number without a unit.
    Number(f64),
    /// A number with its unit.
    Text(String),
}

/// What a text with a unit says of a unit: its words, each with how many of the unit it is.
type Words = &'static [(&'static str, f64)];

const PERCENT: Words = &[("%", 0.01), ("percent", 0.01)];
const POINTS: Words = &[
    ("points", 0.01),
    ("point", 0.01),
    ("percentage points", 0.01),
    ("percentage point", 0.01),
    ("điểm %", 0.01),
    ("điểm phần trăm", 0.01),
];

/// The words of a unit; none where a bare number is all there is to say.
fn words(unit: Unit) -> Words {
    match unit {
        Unit::Share => PERCENT,
        Unit::Days => &[("days", 1.0), ("day", 1.0), ("ngày", 1.0)],
        Unit::WorkingHours => &[("working hours", 1.0), ("working hour", 1.0), ("giờ làm việc", 1.0)],
        Unit::Hours => &[("hours", 1.0), ("hour", 1.0), ("giờ", 1.0)],
        Unit::Dong => &[("đồng", 1.0), ("dong", 1.0), ("VND", 1.0), ("vnd", 1.0)],
        Unit::DongPerYear => &[
            ("million đồng a year", 1e6),
            ("triệu đồng/năm", 1e6),
            ("đồng a year", 1.0),
            ("đồng/năm", 1.0),
            ("VND a year", 1.0),
        ],
        Unit::Contacts => &[("contacts", 1.0), ("contact", 1.0), ("lần liên hệ", 1.0)],
        Unit::Steps => &[("steps", 1.0), ("step", 1.0), ("bước", 1.0)],
        Unit::Handovers => &[("handovers", 1.0), ("handover", 1.0), ("lần chuyển", 1.0)],
        Unit::Officers => &[("officers", 1.0), ("officer", 1.0), ("cán bộ", 1.0)],
        Unit::Fte => &[("FTE", 1.0), ("fte", 1.0), ("người quy đổi", 1.0)],
        Unit::Procedures => &[("procedures", 1.0), ("procedure", 1.0), ("thủ tục", 1.0)],
        Unit::Documents => &[("documents", 1.0), ("document", 1.0), ("thành phần hồ sơ", 1.0)],
        Unit::Ratio | Unit::Index | Unit::Number | Unit::Score => &[],
    }
}

impl Amount {
    /// A value of a KPI, in its unit; of a gap, points between two shares.
    ///
    /// # Errors
    ///
    /// What was expected instead: another unit, a number that has none where it needs one, or a share above 1.
    pub fn level(&self, unit: Unit, is_gap: bool) -> Result<f64, String> {
        let words = if is_gap { POINTS } else { words(unit) };
        let value = self.of(words, unit == Unit::Share, None)?;
        let least = if is_gap { -1.0 } else { 0.0 };
        let fits = value >= least && (unit != Unit::Share && unit != Unit::Score || value <= 1.0);
        match (fits, unit) {
            (true, _) => Ok(value),
            (false, Unit::Share) => Err("a share from 0 to 1, such as 0.95 or \"95 %\"".to_owned()),
            (false, Unit::Score) => Err("a score from 0 to 1: how far up its scale".to_owned()),
            (false, _) => Err("a number that is not below zero".to_owned()),
        }
    }

    /// A change of a KPI, in its unit; changes of shares are points.
    ///
    /// # Errors
    ///
    /// As of [`Amount::level`]; percent would be read as either of two changes.
    pub fn change(&self, unit: Unit) -> Result<f64, String> {
        match unit {
            Unit::Share => {
                self.of(POINTS, true, Some("; `of = \"relative_change\"` is in percent of the first window"))
            }
            _ => self.of(words(unit), false, Some("; `of = \"relative_change\"` is in percent of the first window")),
        }
    }

    /// A relative change: percent of what was.
    ///
    /// # Errors
    ///
    /// It is neither percent nor a number.
    pub fn relative(&self) -> Result<f64, String> {
        self.of(PERCENT, true, None)
    }

    /// A share of something.
    ///
    /// # Errors
    ///
    /// It is no share from 0 to 1.
    pub fn share(&self) -> Result<f64, String> {
        self.level(Unit::Share, false)
    }

    /// How much worse a KPI may be.
    ///
    /// As a change of it, or, but for shares, as percent of what was.
    ///
    /// # Errors
    ///
    /// It is neither, or below zero.
    pub fn margin(&self, unit: Unit) -> Result<Allowance, String> {
        let relative = if unit == Unit::Share { Err(String::new()) } else { self.relative_text() };
        let margin = match relative {
            Ok(relative) => Allowance::Relative(relative),
            Err(_) => Allowance::Absolute(self.of(
                if unit == Unit::Share { POINTS } else { words(unit) },
                unit == Unit::Share,
                if unit == Unit::Share { None } else { Some(", or percent of what was, such as \"5 %\"") },
            )?),
        };
        match margin.value() >= 0.0 {
            true => Ok(margin),
            false => Err("a margin that is not below zero: how much worse it may be".to_owned()),
        }
    }

    fn relative_text(&self) -> Result<f64, String> {
        match self {
            Self::Number(_) => Err(String::new()),
            Self::Text(_) => self.relative(),
        }
    }

    /// The number in a unit of these words; a bare one where it may be.
    fn of(&self, words: Words, may_be_bare: bool, more: Option<&str>) -> Result<f64, String> {
        let expected = || expected(words, may_be_bare) + more.unwrap_or_default();
        let value = match self {
            Self::Number(value) => (words.is_empty() || may_be_bare).then_some(*value),
            Self::Text(text) => split(text).and_then(|(value, unit)| match words.is_empty() {
                true => unit.is_empty().then_some(value),
                false => words.iter().find(|(word, _)| *word == unit).map(|(_, one)| rounded(value * one)),
            }),
        };
        value.filter(|value| value.is_finite()).ok_or_else(expected)
    }
}

/// How much worse something may be.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Allowance {
    /// In the KPI's unit.
    Absolute(f64),
    /// As a part of what was.
    Relative(f64),
}

impl Allowance {
    /// The number.
    pub fn value(self) -> f64 {
        let (Self::Absolute(value) | Self::Relative(value)) = self;
        value
    }
}

/// A text as its number and what follows it.
fn split(text: &str) -> Option<(f64, &str)> {
    let text = text.trim();
    let end =
        text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '_' | '+' | '-' | '−'))).unwrap_or(text.len());
    let number = text[..end].replace('−', "-").replace('_', "");
    Some((number.parse().ok()?, text[end..].trim()))
}

/// A number without what binary fractions add: 95 × 0.01 is 0.95.
fn rounded(value: f64) -> f64 {
    super::super::printed(value)
}

fn expected(words: Words, may_be_bare: bool) -> String {
    match words.first() {
        None => "a number without a unit".to_owned(),
        Some(("%", _)) => "a share such as 0.95 or \"95 %\"".to_owned(),
        Some(("points", _)) => "percentage points, such as \"5 points\" or 0.05".to_owned(),
        Some((word, _)) if may_be_bare => format!("a number, or one such as \"3 {word}\""),
        Some((word, _)) => format!("a number with its unit, such as \"3 {word}\""),
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(value) => value.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Amount {
        Amount::Text(text.to_owned())
    }

    #[test]
    fn a_level_is_in_the_unit_of_its_kpi() {
        assert_eq!(text("95 %").level(Unit::Share, false), Ok(0.95));
        assert_eq!(text("92.5%").level(Unit::Share, false), Ok(0.925));
        assert_eq!(Amount::Number(0.95).level(Unit::Share, false), Ok(0.95));
        assert_eq!(text("3 days").level(Unit::Days, false), Ok(3.0));
        assert_eq!(text("3.5 ngày").level(Unit::Days, false), Ok(3.5));
        assert_eq!(text("8 working hours").level(Unit::WorkingHours, false), Ok(8.0));
        assert_eq!(text("150_000 đồng").level(Unit::Dong, false), Ok(150_000.0));
        assert_eq!(text("1.5 triệu đồng/năm").level(Unit::DongPerYear, false), Ok(1_500_000.0));
        assert_eq!(Amount::Number(0.8).level(Unit::Ratio, false), Ok(0.8));
        assert_eq!(text("-4 points").level(Unit::Share, true), Ok(-0.04));
    }

    #[test]
    fn another_unit_or_none_is_refused_with_what_was_expected() {
        let refused = |amount: Amount, unit| amount.level(unit, false).expect_err("another unit");
        assert_eq!(refused(Amount::Number(3.0), Unit::Days), "a number with its unit, such as \"3 days\"");
        assert_eq!(refused(text("3"), Unit::Days), "a number with its unit, such as \"3 days\"");
        assert_eq!(refused(text("3 hours"), Unit::WorkingHours), "a number with its unit, such as \"3 working hours\"");
        assert_eq!(refused(Amount::Number(95.0), Unit::Share), "a share from 0 to 1, such as 0.95 or \"95 %\"");
        assert_eq!(refused(text("95 points"), Unit::Share), "a share such as 0.95 or \"95 %\"");
        assert_eq!(refused(text("3 days"), Unit::Ratio), "a number without a unit");
        assert_eq!(refused(text("-1 days"), Unit::Days), "a number that is not below zero");
        for hostile in ["", "%", "1e999 days", "NaN days", "∞ days", "1.2.3 days", "--1 days"] {
            assert!(text(hostile).level(Unit::Days, false).is_err(), "{hostile}");
        }
        assert!(Amount::Number(f64::NAN).level(Unit::Share, false).is_err());
    }

    #[test]
    fn changes_of_shares_are_points() {
        assert_eq!(text("5 points").change(Unit::Share), Ok(0.05));
        assert_eq!(text("−0.5 days").change(Unit::Days), Ok(-0.5));
        assert!(text("5 %").change(Unit::Share).is_err_and(|why| why.contains("relative_change")));
        assert_eq!(text("-10 %").relative(), Ok(-0.1));
        assert_eq!(text("2 points").margin(Unit::Share), Ok(Allowance::Absolute(0.02)));
        assert_eq!(text("5 %").margin(Unit::Days), Ok(Allowance::Relative(0.05)));
        assert_eq!(text("0.5 days").margin(Unit::Days), Ok(Allowance::Absolute(0.5)));
        assert!(text("5 %").margin(Unit::Share).is_err() && Amount::Number(1.0).margin(Unit::Days).is_err());
        assert!(text("-1 points").margin(Unit::Share).is_err());
    }
}
