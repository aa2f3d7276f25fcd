//! Where values stand on a line, and which of them are written below it.

use super::super::Lang;
use super::super::number::{decimal, factor};
use crate::kpi::Unit;

/// Values from one to another on a line from one place to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) start: f64,
    pub(super) end: f64,
    /// Whether equal steps are equal factors.
    is_log: bool,
}

/// The least and the greatest of values that are numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Span {
    pub(super) least: f64,
    pub(super) most: f64,
}

impl Span {
    /// `None` where none of them is a number.
    pub(super) fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        values.into_iter().filter(|value| value.is_finite()).fold(None, |span: Option<Self>, value| {
            let own = span.unwrap_or(Self { least: value, most: value });
            Some(Self { least: own.least.min(value), most: own.most.max(value) })
        })
    }

    /// The same with some room at both ends; of one value alone, room about it.
    pub(super) fn with_room(self, part: f64) -> Self {
        let reach = self.most / 2.0 - self.least / 2.0;
        let room = if reach > 0.0 { 2.0 * part * reach } else { (self.most.abs() * 0.1).max(1e-9) };
        let [least, most] = [self.least - room, self.most + room].map(|end| end.clamp(f64::MIN, f64::MAX));
        Self { least, most }
    }

    pub(super) fn within(self, least: f64, most: f64) -> Self {
        Self { least: self.least.max(least), most: self.most.min(most) }
    }
}

impl Scale {
    pub(super) fn new(span: Span, start: f64, end: f64) -> Self {
        Self { from: span.least, to: span.most, start, end, is_log: false }
    }

    /// Of values above zero.
    pub(super) fn log(span: Span, start: f64, end: f64) -> Self {
        Self { is_log: true, ..Self::new(span, start, end) }
    }

    /// Where a value stands; beyond the ends, at them.
    pub(super) fn at(&self, value: f64) -> f64 {
        let part = match self.is_log {
            true => (value.ln() - self.from.ln()) / (self.to.ln() - self.from.ln()),
            // Halves, or two values at the far ends of all numbers would be infinitely far from each other.
            false => (value / 2.0 - self.from / 2.0) / (self.to / 2.0 - self.from / 2.0),
        };
        let part = if part.is_nan() { 0.5 } else { part.clamp(0.0, 1.0) };
        self.start + part * (self.end - self.start)
    }

    /// The value that stands at a place.
    pub(super) fn value(&self, place: f64) -> f64 {
        let part = (place - self.start) / (self.end - self.start);
        match self.is_log {
            true => (self.from.ln() + part * (self.to.ln() - self.from.ln())).exp(),
            false => self.from + part * (self.to - self.from),
        }
    }

    /// The same of values that are so many times as large.
    pub(super) fn times(&self, factor: f64) -> Self {
        let [from, to] = [self.from, self.to].map(|end| (end * factor).clamp(f64::MIN, f64::MAX));
        Self { from, to, ..*self }
    }

    /// Round values, at most so many, in order.
    pub(super) fn ticks(&self, most: usize) -> Vec<f64> {
        if self.is_log { self.decades(most) } else { self.steps(most) }
    }

    fn steps(&self, most: usize) -> Vec<f64> {
        let reach = self.to / 2.0 - self.from / 2.0;
        if reach <= 0.0 || !reach.is_finite() || most == 0 {
            return Vec::new();
        }
        let step = step(reach / most as f64 * 2.0);
        let (first, last) = ((self.from / step).ceil(), (self.to / step).floor());
        if !(first.abs() < 1e15 && last.abs() < 1e15) {
            return Vec::new();
        }
        let numbers = (0..=most).map(|number| first + number as f64).take_while(|number| *number <= last);
        numbers.map(|number| number * step).collect()
    }

    fn decades(&self, most: usize) -> Vec<f64> {
        let (first, last) = (self.from.log10().floor() as i32, self.to.log10().ceil() as i32);
        let within = |value: &f64| (self.from..=self.to).contains(value);
        let of = |steps: &[f64]| -> Vec<f64> {
            let decade = |power: i32| steps.iter().map(move |step| step * 10_f64.powi(power));
            (first..=last).flat_map(decade).filter(within).collect()
        };
        let mut ticks = of(&[1.0, 2.0, 5.0]);
        if ticks.len() > most {
            ticks = of(&[1.0]);
        }
        let every = ticks.len().div_ceil(most.max(1)).max(1);
        ticks.into_iter().step_by(every).collect()
    }
}

/// The smallest of 1, 2, 5 times a power of ten that is not below.
pub(super) fn step(least: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    // A step that is round but for its last bit is that step.
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|own| own * power).find(|step| *step >= least * (1.0 - 1e-9)).unwrap_or(least)
}

/// Values on an axis, with as many decimals as tell them apart.
pub(super) fn labels(ticks: &[f64], unit: Unit, lang: Lang) -> Vec<String> {
    let factor = factor(unit);
    let step = ticks.windows(2).map(|pair| (pair[1] - pair[0]).abs() * factor).fold(f64::INFINITY, f64::min);
    let decimals = if step.is_finite() && step > 0.0 { (-step.log10().floor()).clamp(0.0, 6.0) as usize } else { 0 };
    ticks.iter().map(|tick| number(tick * factor, decimals, lang)).collect()
}

/// A number with its sign; one of more digits than anyone counts by its power of ten.
pub(super) fn number(value: f64, decimals: usize, lang: Lang) -> String {
    let sign = if value < 0.0 { "−" } else { "" };
    if value.abs() >= 1e12 {
        let text = format!("{:.1e}", value.abs());
        let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
        return format!("{sign}{}·10^{power}", decimal(digits.parse().unwrap_or_default(), 1, lang));
    }
    let text = decimal(value, decimals, lang);
    if text.contains(|c: char| ('1'..='9').contains(&c)) { format!("{sign}{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From −10 to 10 on 20 to 120: zero in the middle, −10 at the start, 5 at three quarters; beyond the ends, at them.
    #[test]
    fn values_stand_where_they_should() {
        let scale = Scale::new(Span { least: -10.0, most: 10.0 }, 20.0, 120.0);
        assert_eq!([0.0, -10.0, 5.0, 99.0].map(|value| scale.at(value)), [70.0, 20.0, 95.0, 120.0]);
        assert_eq!(scale.value(95.0), 5.0);
        // 1 to 10,000: 100 is in the middle, as many times as large as 1 as 10,000 is of it.
        let scale = Scale::log(Span { least: 1.0, most: 10_000.0 }, 0.0, 200.0);
        assert_eq!([1.0, 100.0, 10_000.0].map(|value| scale.at(value)), [0.0, 100.0, 200.0]);
        assert!((scale.value(100.0) - 100.0).abs() < 1e-9);
    }

    /// 20 in at most 5 steps: 4 is no round one, 5 is. One value has no steps.
    #[test]
    fn round_values_are_few_and_round() {
        let scale = |least, most| Scale::new(Span { least, most }, 0.0, 100.0);
        assert_eq!(scale(-10.0, 10.0).ticks(5), [-10.0, -5.0, 0.0, 5.0, 10.0]);
        assert_eq!(scale(0.03, 0.19).ticks(4), [0.05, 0.1, 0.15000000000000002]);
        assert_eq!(scale(7.0, 7.0).ticks(5), [0.0; 0]);
        assert_eq!(Scale::log(Span { least: 3.0, most: 4_000.0 }, 0.0, 100.0).ticks(6), [10.0, 100.0, 1000.0]);
    }

    #[test]
    fn labels_are_written_as_the_language_does() {
        assert_eq!(labels(&[-0.05, 0.0, 0.05], Unit::Share, Lang::En), ["−5", "0", "5"]);
        assert_eq!(labels(&[0.5, 1.0, 1.5], Unit::Days, Lang::Vi), ["0,5", "1,0", "1,5"]);
        assert_eq!(labels(&[0.0, 1_000.0], Unit::Days, Lang::Vi), ["0", "1.000"]);
        assert_eq!(labels(&[2.5e300], Unit::Days, Lang::En), ["2.5·10^300"]);
    }

    /// Values at the far ends of all numbers, one value alone, and none.
    #[test]
    fn no_place_is_beyond_the_line() {
        for values in
            [vec![f64::MIN, f64::MAX], vec![7.0], vec![0.0], vec![f64::NAN, 3.0, f64::INFINITY], vec![1e-320, 2e-320]]
        {
            let span = Span::of(values.iter().copied()).expect("a number").with_room(0.1);
            for scale in [Scale::new(span, 10.0, 90.0), Scale::log(span, 10.0, 90.0)] {
                for value in values.iter().copied().chain([0.0, -1.0, f64::NAN, f64::NEG_INFINITY]) {
                    assert!((10.0..=90.0).contains(&scale.at(value)), "{values:?} {value} {}", scale.at(value));
                }
                assert!(scale.ticks(6).iter().all(|tick| tick.is_finite()), "{values:?}");
            }
        }
        assert_eq!(Span::of([f64::NAN]), None);
    }
}
