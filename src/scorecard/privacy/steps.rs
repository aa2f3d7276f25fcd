//! The steps that public numbers are told in: each is worth so many persons that no small count follows from it.

use super::super::number::{Absence, Known, printed};
use super::super::row::{Difference, Effect};
use crate::stats::disclosure::{nearest, step};

/// What numbers are rounded by.
#[derive(Clone, Copy)]
pub(super) struct Steps {
    pub(super) least: u64,
    /// Off in tests of suppression alone.
    pub(super) is_on: bool,
}

/// One step: the smallest of 1, 2 or 5 times a power of ten that is wide enough; none leaves a number as it is.
#[derive(Clone, Copy, Default, PartialEq, PartialOrd)]
pub(super) struct Step(Option<f64>);

impl Steps {
    /// A count, to the nearest multiple of the smallest published one.
    pub(super) fn count(self, count: u64) -> u64 {
        if self.is_on { nearest(count, self.least) } else { count }
    }

    /// A count of which it is known that there are some: so many at most.
    pub(super) fn at_most(self, count: u64) -> u64 {
        if self.is_on { count.next_multiple_of(self.least) } else { count }
    }

    /// Whether a figure would be told as none, or as all, though it is not.
    pub(super) fn vanishes(self, rows: u64, value: f64, is_share: bool) -> bool {
        let told = self.of(self.count(rows), value).near(value);
        (told == 0.0 && value != 0.0) || (is_share && told == 1.0 && value != 1.0)
    }

    /// The step of a figure of so many rows.
    pub(super) fn of(self, rows: u64, value: f64) -> Step {
        if !self.is_on || rows == 0 {
            return Step(None);
        }
        Step(Some(step(value.abs().max(1.0) * self.least as f64 / rows as f64)))
    }

    /// A p-value, to three decimals, upwards: it never looks surer than it is.
    pub(super) fn p(self, p: f64) -> f64 {
        if self.is_on { printed((p * 1_000.0 - 1e-9).ceil().max(1.0) / 1_000.0) } else { p }
    }

    pub(super) fn known_p(self, p: &Known<f64>) -> Known<f64> {
        match p {
            Known::Yes(p) => Known::Yes(self.p(*p)),
            Known::No(why) => Known::No(why.clone()),
        }
    }

    /// To so many significant digits.
    pub(super) fn digits(self, value: f64, digits: i32) -> f64 {
        if !self.is_on || value == 0.0 {
            return value;
        }
        let power = 10_f64.powi(value.abs().log10().floor() as i32 - digits + 1);
        printed((value / power).round() * power)
    }

    /// An effect beside the two windows, in a step.
    pub(super) fn effect(self, own: &Effect, step: Step) -> Effect {
        let gap = Difference { value: own.value, low: own.low, high: own.high, limits: own.limits.clone() };
        let Difference { value, low, high, limits } = step.gap(&gap, step.near(own.value));
        Effect { value, low, high, limits, p: self.known_p(&own.p), df: own.df.filter(|_| !self.is_on) }
    }
}

impl Step {
    /// The coarser of two.
    pub(super) fn or(self, other: Self) -> Self {
        if self >= other { self } else { other }
    }

    pub(super) fn near(self, value: f64) -> f64 {
        self.to(value, f64::round)
    }

    pub(super) fn down(self, value: f64) -> f64 {
        self.to(value, |steps| (steps + 1e-9).floor())
    }

    pub(super) fn up(self, value: f64) -> f64 {
        self.to(value, |steps| (steps - 1e-9).ceil())
    }

    fn to(self, value: f64, whole: impl Fn(f64) -> f64) -> f64 {
        // Adding zero makes −0 a 0.
        self.0.map_or(value, |step| printed(whole(value / step) * step) + 0.0)
    }

    /// Limits outwards, and no narrower than a value told beside them.
    pub(super) fn limits(self, low: Option<f64>, high: Option<f64>, value: f64) -> [Option<f64>; 2] {
        match self.0 {
            None => [low, high],
            Some(_) => [low.map(|low| self.down(low).min(value)), high.map(|high| self.up(high).max(value))],
        }
    }

    /// A difference whose value is told so.
    pub(super) fn gap(self, own: &Difference, value: f64) -> Difference {
        let [low, high] = self.limits(own.low, own.high, value);
        Difference { value, low, high, limits: own.limits.as_ref().map(|Absence(why)| Absence(why.clone())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: Steps = Steps { least: 10, is_on: true };

    /// 10 of 20 is a half, of 100 a tenth, of 450 a fiftieth or rather a twentieth, of 1,000 a hundredth.
    #[test]
    fn a_step_of_a_percentage_is_worth_ten_rows() {
        let step = |rows| STEPS.of(rows, 0.5).0;
        let steps = [20, 100, 450, 500, 1_000, 10_000].map(step);
        assert_eq!(steps, [Some(0.5), Some(0.1), Some(0.05), Some(0.02), Some(0.01), Some(0.001)]);
        assert_eq!(STEPS.of(400, 150_000.0).0, Some(5_000.0));
        assert_eq!(STEPS.of(1_000, 0.876_543).near(0.876_543), 0.88);
    }

    #[test]
    fn limits_go_outwards() {
        let step = STEPS.of(1_000, 0.5);
        assert_eq!(step.limits(Some(0.123), Some(0.1301), 0.13), [Some(0.12), Some(0.14)]);
        assert_eq!(step.limits(Some(0.12), None, 0.11), [Some(0.11), None]);
        assert_eq!((step.near(-0.001), step.down(-0.001)), (0.0, -0.01));
    }

    #[test]
    fn counts_and_p_values_are_coarse() {
        assert_eq!([0, 4, 5, 14, 15, 104].map(|count| STEPS.count(count)), [0, 0, 10, 10, 20, 100]);
        assert_eq!([0.0, 0.001, 0.04965, 1.0].map(|p| STEPS.p(p)), [0.001, 0.001, 0.05, 1.0]);
        assert_eq!([0.012_34, 1.96, 0.0].map(|value| STEPS.digits(value, 1)), [0.01, 2.0, 0.0]);
    }
}
