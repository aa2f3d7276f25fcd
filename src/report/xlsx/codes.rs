//! The codes by which cells show numbers and days.

use crate::kpi::{Unit, find};
use crate::report::Lang;
use crate::report::messages::Words;
use crate::report::number::{Digits, numerals};
use crate::report::section::units;
use crate::scorecard::Row;

/// Whole numbers, in groups of three digits.
const WHOLE: &str = "#,##0";

/// How the numbers of one KPI are shown.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Codes {
    /// Its values.
    pub(super) level: String,
    /// Differences of them, with their signs.
    pub(super) change: String,
}

impl Codes {
    pub(super) fn of(row: &Row, lang: Lang) -> Self {
        let own = Self::fitting(row.unit, Digits::of(row, lang).decimals(), lang);
        // What is itself a difference of shares.
        let is_gap = find(&row.id).is_some_and(|kpi| kpi.is_gap());
        if is_gap { Self { level: own.change.clone(), ..own } } else { own }
    }

    /// Of numbers in this unit, with so many decimals where they are shown in it.
    pub(super) fn fitting(unit: Unit, decimals: usize, lang: Lang) -> Self {
        // A cell has room for every đồng.
        let decimals = if unit == Unit::DongPerYear { 0 } else { decimals };
        match unit {
            Unit::Share => {
                let points = lang.say(Words("xlsx.points_code")).replace("{}", &digits(decimals));
                Self { level: percent(decimals, lang), change: signed(&points, lang) }
            }
            _ => Self { level: plain(decimals, lang), change: signed(&digits(decimals), lang) },
        }
    }
}

/// Digits with so many decimals.
fn digits(decimals: usize) -> String {
    let point = if decimals == 0 { "" } else { "." };
    format!("{WHOLE}{point}{}", "0".repeat(decimals))
}

/// Any number, with so many decimals.
pub(super) fn plain(decimals: usize, lang: Lang) -> String {
    format!("{}{}", locale(lang), digits(decimals))
}

/// Counts of anything.
pub(super) fn count(lang: Lang) -> String {
    plain(0, lang)
}

/// A share in percent.
pub(super) fn percent(decimals: usize, lang: Lang) -> String {
    format!("{}{}{}", locale(lang), digits(decimals), numerals(lang).percent)
}

/// A relative change, to a tenth of a percent.
pub(super) fn relative(lang: Lang) -> String {
    signed(&format!("{}{}", digits(1), numerals(lang).percent), lang)
}

/// A p, to three decimals; a smaller one says that it is.
pub(super) fn probability(lang: Lang) -> String {
    lang.say(Words("xlsx.probability_code")).replace("{}", locale(lang))
}

/// A number with its sign, zero without one.
fn signed(code: &str, lang: Lang) -> String {
    let locale = locale(lang);
    format!("{locale}+{code};{locale}-{code};{locale}{code}")
}

/// Separators as the language has them, in programs that ask the code; others ask the machine.
fn locale(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "[$-409]",
        Lang::Vi => "[$-42A]",
    }
}

/// The unit of a KPI's values as cells have them, and of differences.
pub(super) fn unit(row: &Row, lang: Lang) -> [&'static str; 2] {
    match row.unit {
        Unit::DongPerYear => [lang.say(Words("xlsx.dong_per_year")); 2],
        _ => units(row, lang),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_says_sign_digits_and_unit() {
        let share = Codes::fitting(Unit::Share, 1, Lang::En);
        let points = "[$-409]+#,##0.0 %\"-points\";[$-409]-#,##0.0 %\"-points\";[$-409]#,##0.0 %\"-points\"";
        assert_eq!((share.level.as_str(), share.change.as_str()), ("[$-409]#,##0.0 %", points));
        assert_eq!(Codes::fitting(Unit::Share, 2, Lang::Vi).level, "[$-42A]#,##0.00%");
        let days = Codes::fitting(Unit::Days, 2, Lang::Vi);
        assert_eq!(days.level, "[$-42A]#,##0.00");
        assert_eq!(days.change, "[$-42A]+#,##0.00;[$-42A]-#,##0.00;[$-42A]#,##0.00");
        assert_eq!(Codes::fitting(Unit::DongPerYear, 2, Lang::Vi).level, "[$-42A]#,##0");
        assert_eq!(probability(Lang::Vi), "[<0.001][$-42A]\"< 0,001\";[$-42A]0.000");
    }
}
