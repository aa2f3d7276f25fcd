//! Numbers as they are read: as many digits as a row needs, the signs and separators of the language.

use super::Lang;
use super::words::SEPARATOR;
use crate::kpi::Unit;
use crate::scorecard::{ENGLISH, Known, Numerals, Row, VIETNAMESE, printed};

/// Most decimals a figure is printed with.
const MOST: usize = 4;

/// How the numbers of one row are printed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Digits {
    lang: Lang,
    decimals: usize,
    factor: f64,
}

impl Digits {
    /// The same decimals for all numbers of a row, and enough of them that no change looks like none.
    pub(super) fn of(row: &Row, lang: Lang) -> Self {
        let figures = row.was.iter().chain([&row.is]).filter_map(Known::value);
        let levels: Vec<f64> = figures.flat_map(|f| [Some(f.value), f.low, f.high]).flatten().collect();
        let changes: Vec<f64> = [row.change.value(), row.judged()]
            .into_iter()
            .flatten()
            .flat_map(|change| [Some(change.absolute.value), change.absolute.low, change.absolute.high])
            .flatten()
            .collect();
        Self::fitting(row.unit, &levels, &changes, lang)
    }

    /// The decimals that these levels and changes need.
    pub(super) fn fitting(unit: Unit, levels: &[f64], changes: &[f64], lang: Lang) -> Self {
        let factor = factor(unit);
        let scaled = |value: &f64| value.abs() * factor;
        let largest = levels.iter().map(scaled).fold(0.0, f64::max);
        let whole = levels.iter().chain(changes).all(|value| scaled(value).fract() < 1e-9);
        let mut decimals = match () {
            () if whole && unit != Unit::Share => 0,
            () if unit == Unit::Share => 1,
            () if largest >= 1_000.0 => 0,
            () if largest >= 10.0 => 1,
            () => 2,
        };
        let vanishes = |decimals| {
            let half = 0.5 * 0.1_f64.powi(decimals as i32);
            changes.iter().map(scaled).any(|change| change > 0.0 && change < half)
        };
        while decimals < MOST && vanishes(decimals) {
            decimals += 1;
        }
        Self { lang, decimals, factor }
    }

    /// A whole and its first and last part as they are printed, with what is left between them: they add up.
    pub(super) fn split(self, whole: f64, [first, last]: [f64; 2]) -> [String; 4] {
        let step = 10_f64.powi(self.decimals as i32);
        let steps = |value: f64| {
            let text = format!("{:.*}", self.decimals, value * self.factor);
            (text.parse().unwrap_or(value * self.factor) * step).round()
        };
        let [whole, first, last] = [whole, first, last].map(steps);
        [whole, first, whole - first - last, last].map(|steps| self.signed(steps / step / self.factor))
    }

    /// How many decimals a figure is printed with.
    pub(super) fn decimals(self) -> usize {
        self.decimals
    }

    /// A value.
    pub(super) fn value(self, value: f64) -> String {
        let text = decimal(value * self.factor, self.decimals, self.lang);
        if value < 0.0 && !is_zero(&text) { format!("−{text}") } else { text }
    }

    /// A change, with its sign.
    pub(super) fn signed(self, value: f64) -> String {
        let text = self.value(value);
        if value > 0.0 && !is_zero(&text) { format!("+{text}") } else { text }
    }

    /// An interval; an open end is an ellipsis, and no interval is nothing.
    pub(super) fn interval(self, low: Option<f64>, high: Option<f64>, print: impl Fn(f64) -> String) -> String {
        if low.is_none() && high.is_none() {
            return String::new();
        }
        let end = |limit: Option<f64>| limit.map_or_else(|| "…".to_owned(), &print);
        format!("[{}{}{}]", end(low), self.lang.say(SEPARATOR), end(high))
    }
}

/// What values of a unit are multiplied with before they are printed.
pub(super) fn factor(unit: Unit) -> f64 {
    match unit {
        Unit::Share => 100.0,
        // What a city's applicants pay in a year has a dozen digits, and would push everything else off the page.
        Unit::DongPerYear => 1e-6,
        _ => 1.0,
    }
}

fn is_zero(text: &str) -> bool {
    !text.contains(|c: char| c.is_ascii_digit() && c != '0')
}

/// A count, in groups of three digits.
pub(super) fn count(value: u64, lang: Lang) -> String {
    numerals(lang).count(value)
}

/// A p- or q-value to three decimals.
pub(super) fn probability(name: &str, value: f64, lang: Lang) -> String {
    if value < 0.001 {
        return format!("{name} < {}", decimal(0.001, 3, lang));
    }
    format!("{name} {}", decimal(value, 3, lang))
}

/// A share in percent, with as many decimals as it has, at most two.
pub(super) fn percent(share: f64, lang: Lang) -> String {
    if share > 0.0 && share < 0.000_05 {
        return format!("< {}{}", decimal(0.01, 2, lang), numerals(lang).percent);
    }
    let decimals = (0..2).find(|d| (printed(share * 100.0) * 10_f64.powi(*d)).fract() == 0.0).unwrap_or(2);
    format!("{}{}", decimal(share * 100.0, decimals as usize, lang), numerals(lang).percent)
}

/// A share to a whole percent.
pub(super) fn rounded(share: f64, lang: Lang) -> String {
    format!("{}{}", decimal(share * 100.0, 0, lang), numerals(lang).percent)
}

/// A number with so many decimals, without its sign.
pub(super) fn decimal(value: f64, decimals: usize, lang: Lang) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let numerals = numerals(lang);
    match text.split_once('.') {
        Some((whole, fraction)) => format!("{}{}{fraction}", numerals.grouped(whole), numerals.point),
        None => numerals.grouped(&text),
    }
}

pub(super) fn numerals(lang: Lang) -> Numerals {
    match lang {
        Lang::En => ENGLISH,
        Lang::Vi => VIETNAMESE,
    }
}
