//! The chart of single figures by month and their moving range.

use super::moving_range::{MovingRange, Ranges};
use super::{Chart, Zones, fixed, points};
use crate::error::Undefined;
use crate::stats::interval::Interval;
use std::ops::Range;

/// Three standard deviations in mean moving ranges, as printed everywhere.
const LIMIT: f64 = 2.66;

/// The chart of a figure by month: mean, limits, and what the rules say.
///
/// # Formula
///
/// ```text
/// limits = mean -+ 2.66 mean(mR),   mR_i = |x_i - x_(i-1)|
/// ```
///
/// over the months of `baseline` (places in `values`) that have a figure; a month without one has no range with its
/// neighbours. Shewhart 1931, Wheeler 1993 (Understanding Variation); NHS England, Making Data Count. Screening
/// ([`Ranges::Screened`]) leaves out ranges from 3.267 times their mean on. A figure at a limit is inside it, one at the
/// mean on neither side.
///
/// # Undefined
///
/// `NoRows` if no month of the baseline has a figure; `FewMonths` if no two in a row have; `NoVariation` if they
/// agree exactly: every later month would be a signal.
///
/// # Example
///
/// ```
/// use giamtang::stats::spc::{Direction, Ranges, Rule, Signal, xmr};
///
/// // Mean 52 / 5 = 10.4, ranges 2, 1, 2, 1 with mean 1.5: limits 10.4 -+ 3.99. The sixth month is too young.
/// let months = [Some(10.0), Some(12.0), Some(11.0), Some(9.0), Some(10.0), None, Some(15.0)];
/// let chart = xmr(&months, 0..5, Ranges::All).unwrap();
/// assert!((chart.centre - 10.4).abs() < 1e-12 && chart.is_trial());
/// let last = chart.points[6].unwrap();
/// assert!((last.limits.high - 14.39).abs() < 1e-12);
/// assert_eq!(last.signal, Some(Signal { rule: Rule::Outside, direction: Direction::Up }));
/// assert_eq!(chart.points[5], None);
/// ```
pub fn xmr(values: &[Option<f64>], baseline: Range<usize>, ranges: Ranges) -> Result<Chart, Undefined> {
    let values: Vec<_> = values.iter().map(|value| value.filter(|x| x.is_finite())).collect();
    let months = fixed(&values, baseline);
    let count = months.iter().flatten().count();
    if count == 0 {
        return Err(Undefined::NoRows);
    }
    let centre = months.iter().flatten().sum::<f64>() / count as f64;
    let moving = MovingRange::of(months, ranges)?;
    let everywhere = Interval { low: f64::NEG_INFINITY, high: f64::INFINITY };
    let zones = Zones::around(centre, LIMIT * moving.mean, everywhere);
    let placed: Vec<_> = values.iter().map(|value| value.map(|x| (x, zones))).collect();
    Ok(Chart {
        centre,
        points: points(centre, &placed),
        baseline: count,
        screened: moving.screened,
        sigma_z: None,
        method: match ranges {
            Ranges::All => "XmR, mean -+ 2.66 mean moving ranges",
            Ranges::Screened => "XmR, mean -+ 2.66 mean moving ranges, outlying ranges left out",
        },
    })
}
