//! Numbers on pictures: as everywhere, but one of more digits than anyone reads is told by its power of ten.

use super::super::{Lang, number};
use super::scale;
use crate::kpi::Unit;
use crate::scorecard::Row;

/// From here on numbers are told by their power of ten: no line has room for their digits.
const MANY: f64 = 1e12;

/// How the numbers of one picture are printed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Digits {
    own: number::Digits,
    factor: f64,
    lang: Lang,
}

impl Digits {
    pub(super) fn of(row: &Row, lang: Lang) -> Self {
        Self { own: number::Digits::of(row, lang), factor: number::factor(row.unit), lang }
    }

    pub(super) fn fitting(unit: Unit, levels: &[f64], changes: &[f64], lang: Lang) -> Self {
        Self { own: number::Digits::fitting(unit, levels, changes, lang), factor: number::factor(unit), lang }
    }

    fn is_many(self, value: f64) -> bool {
        (value * self.factor).abs() >= MANY
    }

    pub(super) fn value(self, value: f64) -> String {
        if self.is_many(value) { scale::number(value * self.factor, 0, self.lang) } else { self.own.value(value) }
    }

    pub(super) fn signed(self, value: f64) -> String {
        match self.is_many(value) {
            true if value > 0.0 => format!("+{}", self.value(value)),
            true => self.value(value),
            false => self.own.signed(value),
        }
    }

    pub(super) fn interval(self, low: Option<f64>, high: Option<f64>, print: impl Fn(f64) -> String) -> String {
        self.own.interval(low, high, print)
    }

    /// A whole, its first part, what is left, and its last part: they add up as they are printed.
    pub(super) fn split(self, whole: f64, [first, last]: [f64; 2]) -> [String; 4] {
        match [whole, first, last].into_iter().any(|own| self.is_many(own)) {
            true => [whole, first, whole - first - last, last].map(|own| self.signed(own)),
            false => self.own.split(whole, [first, last]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_nobody_reads_is_told_by_its_power_of_ten() {
        let digits = |lang| Digits::fitting(Unit::Share, &[], &[], lang);
        assert_eq!(digits(Lang::En).signed(4.189e65), "+4.2·10^67");
        assert_eq!(digits(Lang::Vi).signed(-4.189e65), "−4,2·10^67");
        assert_eq!([Lang::En, Lang::Vi].map(|lang| digits(lang).value(0.5)), ["50.0", "50,0"]);
        assert_eq!(digits(Lang::En).split(1e30, [5e29, 0.0]), ["+1.0·10^32", "+5.0·10^31", "+5.0·10^31", "0.0"]);
    }
}
