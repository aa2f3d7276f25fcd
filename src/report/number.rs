//! Numbers as they are read: as many digits as a row needs, the signs and separators of the language.

use super::Lang;
use super::words::{PERCENT, SEPARATOR};
use crate::kpi::Unit;
use crate::scorecard::{Known, Row, printed};

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
        let factor = match row.unit {
            Unit::Share => 100.0,
            // What a city's applicants pay in a year has a dozen digits, and would push everything else off the page.
            Unit::DongPerYear => 1e-6,
            _ => 1.0,
        };
        let figures = row.was.iter().chain([&row.is]).filter_map(Known::value);
        let levels: Vec<f64> = figures.flat_map(|f| [Some(f.value), f.low, f.high]).flatten().collect();
        let changes: Vec<f64> = [row.change.value(), row.judged()]
            .into_iter()
            .flatten()
            .flat_map(|change| [Some(change.absolute.value), change.absolute.low, change.absolute.high])
            .flatten()
            .collect();
        let scaled = |value: &f64| value.abs() * factor;
        let largest = levels.iter().map(scaled).fold(0.0, f64::max);
        let whole = levels.iter().chain(&changes).all(|value| scaled(value).fract() < 1e-9);
        let mut decimals = match () {
            () if whole && row.unit != Unit::Share => 0,
            () if row.unit == Unit::Share => 1,
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

    /// A value.
    pub(super) fn value(self, value: f64) -> String {
        let sign = if value < 0.0 { "−" } else { "" };
        format!("{sign}{}", decimal(value * self.factor, self.decimals, self.lang))
    }

    /// A change, with its sign.
    pub(super) fn signed(self, value: f64) -> String {
        format!("{}{}", if value > 0.0 { "+" } else { "" }, self.value(value))
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

/// A count, in groups of three digits.
pub(super) fn count(value: u64, lang: Lang) -> String {
    grouped(&value.to_string(), lang)
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
        return format!("< {}{}", decimal(0.01, 2, lang), lang.say(PERCENT));
    }
    let decimals = (0..2).find(|d| (printed(share * 100.0) * 10_f64.powi(*d)).fract() == 0.0).unwrap_or(2);
    format!("{}{}", decimal(share * 100.0, decimals as usize, lang), lang.say(PERCENT))
}

fn decimal(value: f64, decimals: usize, lang: Lang) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let point = match (fraction, lang) {
        ("", _) => "",
        (_, Lang::En) => ".",
        (_, Lang::Vi) => ",",
    };
    format!("{}{point}{fraction}", grouped(whole, lang))
}

fn grouped(digits: &str, lang: Lang) -> String {
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(if lang == Lang::En { ',' } else { '.' });
        }
        text.push(digit);
    }
    text
}
