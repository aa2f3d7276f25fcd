//! What next month would be if nothing changed: the naive forecast.
//!
//! No model is fitted. The forecast is an old value, and the interval is made from how far old values would have been
//! off.

use super::interval::{Interval, critical, symmetric};
use super::trend::{Point, ROUNDING, Series, of_year, since};
use crate::error::Undefined;

/// The least number of months with a point.
pub const LEAST: usize = 8;

/// The forecast of the months after a series.
#[derive(Clone, Debug, PartialEq)]
pub struct Forecast {
    /// The months ahead, from the one after the last point.
    pub months: Vec<Ahead>,
    /// Past errors that the interval rests on: the degrees of freedom of its t.
    pub errors: usize,
    /// Whether it is the same month of an earlier year, and not the last value.
    pub seasonal: bool,
    /// The method in words.
    pub method: &'static str,
}

/// The forecast of one month.
#[derive(Clone, Debug, PartialEq)]
pub struct Ahead {
    /// The month.
    pub month: i64,
    /// The forecast.
    pub value: f64,
    /// Its prediction limits, or why it has none.
    pub limits: Result<Interval, Undefined>,
}

/// The naive forecast of so many months after the last point.
///
/// # Formula
///
/// ```text
/// seasonal: value = the latest of the same month of the year, k years back
/// else    : value = the last point, k months back
/// limits  : value -+ t sqrt(k) s,   s^2 = sum e^2 / n,   e = (y - its naive forecast) / sqrt(steps back)
/// ```
///
/// Seasonal from 24 points on, if each month of the year stands there at least twice. The `n` errors are those of the
/// same forecast, made for each month of the past from what was known before it; a step over a gap counts as so many
/// steps. `t` has `n` degrees of freedom, because nothing is estimated from the errors but `s`. Both are exact for a
/// (seasonal) random walk, and wide for a series that keeps to its level. Hyndman & Athanasopoulos 2021 (Forecasting,
/// 3rd edition, 5.2 and 5.5).
///
/// # Undefined
///
/// `FewMonths` with fewer than [`LEAST`] months. Limits `NoVariation` if the past was never off.
///
/// # Example
///
/// ```
/// use giamtang::stats::{forecast, trend::Point};
///
/// let values = [4.0, 6.0, 5.0, 7.0, 6.0, 4.0, 5.0, 6.0];
/// let points: Vec<_> = (0..).zip(values).map(|(month, value)| Point { month, value }).collect();
/// let found = forecast::naive(&points, 4, 0.95).unwrap();
/// assert_eq!((found.months[3].month, found.months[3].value, found.errors), (11, 6.0, 7));
/// // Steps 2, -1, 2, -1, -2, 1, 1: s^2 = 16 / 7; four months on, -+ 2.364624 (t on 7) times 2 s.
/// let limits = found.months[3].limits.clone().unwrap();
/// assert!((limits.high - 6.0 - 2.364624 * 2.0 * (16.0f64 / 7.0).sqrt()).abs() < 1e-5);
/// ```
pub fn naive(points: &[Point], ahead: u16, level: f64) -> Result<Forecast, Undefined> {
    let series = Series::new(points);
    let &last = series.months.last().ok_or(Undefined::FewMonths)?;
    if series.months.len() < LEAST {
        return Err(Undefined::FewMonths);
    }
    let seasonal = series.is_seasonal();
    let errors: Vec<f64> = (0..series.months.len()).filter_map(|i| error(&series, i, seasonal)).collect();
    let spread = spread(&errors, series.scale());
    let half = |steps: f64| spread.clone().map(|s| critical(level, errors.len() as f64) * s * steps.sqrt());
    let months = (1..=i64::from(ahead)).filter_map(|h| last.checked_add(h)).filter_map(|month| {
        let (value, steps) = looked_back(&series, series.months.len(), month, seasonal)?;
        Some(Ahead { month, value, limits: half(steps).map(|half| symmetric(value, half)) })
    });
    Ok(Forecast {
        months: months.collect(),
        errors: errors.len(),
        seasonal,
        method: match seasonal {
            true => "same month of the latest year, t on its own past errors",
            false => "last month, t on its own past errors",
        },
    })
}

/// The forecast of a month from the first so many points, and how many steps back it looks.
fn looked_back(series: &Series, known: usize, month: i64, seasonal: bool) -> Option<(f64, f64)> {
    let alike = |i: &usize| !seasonal || of_year(series.months[*i]) == of_year(month);
    let i = (0..known).rev().find(alike)?;
    let apart = since(month, series.months[i]);
    Some((series.values[i], if seasonal { apart / 12.0 } else { apart }))
}

/// How far the forecast of a past month was off, in steps of one.
fn error(series: &Series, i: usize, seasonal: bool) -> Option<f64> {
    let (value, steps) = looked_back(series, i, series.months[i], seasonal)?;
    Some((series.values[i] - value) / steps.sqrt())
}

fn spread(errors: &[f64], scale: f64) -> Result<f64, Undefined> {
    let spread = (errors.iter().map(|error| error * error).sum::<f64>() / errors.len() as f64).sqrt();
    if spread.is_finite() && spread > ROUNDING * scale { Ok(spread) } else { Err(Undefined::NoVariation) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two years, the second 12 higher than the first in January and 6 otherwise, then three months ahead and fifteen.
    /// s^2 = (144 + 11 36) / 12 = 45; the fifteenth month looks two years back.
    #[test]
    fn the_same_month_of_the_year_before() {
        let value = |month: i64| month as f64 / 2.0 + if month == 12 { 6.0 } else { 0.0 };
        let points: Vec<_> = (0..24).map(|month| Point { month, value: value(month) }).collect();
        let found = naive(&points, 15, 0.95).expect("a forecast");
        assert!(found.seasonal && found.errors == 12);
        assert_eq!((found.months[0].month, found.months[0].value), (24, 12.0));
        assert_eq!((found.months[14].month, found.months[14].value), (38, 7.0));
        let half = |i: usize| found.months[i].limits.as_ref().expect("limits").high - found.months[i].value;
        assert!((half(0) - critical(0.95, 12.0) * 45f64.sqrt()).abs() < 1e-9);
        assert!((half(14) / half(0) - 2f64.sqrt()).abs() < 1e-12);
    }

    /// A gap of four months with a step of 4: as one step of 2.
    #[test]
    fn a_step_over_a_gap() {
        let months = [0, 1, 2, 3, 4, 5, 6, 10];
        let points = months.map(|month| Point { month, value: if month == 10 { 4.0 } else { 0.0 } });
        let found = naive(&points, 1, 0.95).expect("a forecast");
        let limits = found.months[0].limits.clone().expect("limits");
        assert!((limits.high - 4.0 - critical(0.95, 7.0) * (4.0f64 / 7.0).sqrt()).abs() < 1e-9);
    }

    #[test]
    fn nothing_to_go_by() {
        let flat: Vec<_> = (0..8).map(|month| Point { month, value: 3.0 }).collect();
        assert_eq!(naive(&flat[..7], 1, 0.95), Err(Undefined::FewMonths));
        assert_eq!(naive(&[], 1, 0.95), Err(Undefined::FewMonths));
        let found = naive(&flat, 1, 0.95).expect("a forecast");
        assert_eq!((found.months[0].value, &found.months[0].limits), (3.0, &Err(Undefined::NoVariation)));
        let last = Point { month: i64::MAX, value: 3.0 };
        assert_eq!(naive(&[&flat[..], &[last]].concat(), 3, 0.95).map(|found| found.months), Ok(Vec::new()));
    }
}
