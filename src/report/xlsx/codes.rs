//! The codes by which cells show numbers and days.

use crate::kpi::{Unit, find};
use crate::report::Lang;
use crate::report::messages::Words;
use crate::report::number::{Digits, numerals};
use crate::report::section::units;
use crate::scorecard::Row;

/// Counts of anything.
pub(super) const COUNT: &str = "#,##0";

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
        let digits = |decimals: usize| match decimals {
            0 => COUNT.to_owned(),
            _ => format!("{COUNT}.{}", "0".repeat(decimals)),
        };
        match unit {
            Unit::Share => Self {
                level: percent(decimals, lang),
                change: signed(&lang.say(Words("xlsx.points_code")).replace("{}", &digits(decimals))),
            },
            // A cell has room for all of it.
            Unit::DongPerYear => Self { level: digits(0), change: signed(&digits(0)) },
            _ => Self { level: digits(decimals), change: signed(&digits(decimals)) },
        }
    }
}

/// A share in percent.
pub(super) fn percent(decimals: usize, lang: Lang) -> String {
    let zeros = "0".repeat(decimals);
    let point = if decimals == 0 { "" } else { "." };
    format!("0{point}{zeros}{}", numerals(lang).percent)
}

/// A relative change, to a tenth of a percent.
pub(super) fn relative(lang: Lang) -> String {
    signed(&percent(1, lang))
}

/// A p, to three decimals; a smaller one says that it is.
pub(super) fn probability(lang: Lang) -> &'static str {
    lang.say(Words("xlsx.probability_code"))
}

/// Any number that has no KPI's digits.
pub(super) fn plain(decimals: usize) -> String {
    format!("{COUNT}.{}", "0".repeat(decimals))
}

fn signed(code: &str) -> String {
    format!("+{code};-{code};{code}")
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
        let points = "+#,##0.0 %\"-points\";-#,##0.0 %\"-points\";#,##0.0 %\"-points\"";
        assert_eq!((share.level.as_str(), share.change.as_str()), ("0.0 %", points));
        assert_eq!(Codes::fitting(Unit::Share, 2, Lang::Vi).level, "0.00%");
        let days = Codes::fitting(Unit::Days, 2, Lang::En);
        assert_eq!((days.level.as_str(), days.change.as_str()), ("#,##0.00", "+#,##0.00;-#,##0.00;#,##0.00"));
        assert_eq!(Codes::fitting(Unit::DongPerYear, 2, Lang::Vi).level, "#,##0");
        assert_eq!(relative(Lang::Vi), "+0.0%;-0.0%;0.0%");
    }
}
