//! A year made of a window: how many of its rows each of those that were counted stands for.

use std::collections::BTreeMap;

/// The days of a year, over four of them.
const YEAR: f64 = 365.25;

/// How many dossiers of a year one of the first window stands for, by volume; 0 is that of none.
///
/// # Formula
///
/// ```text
/// w_0 = 365.25 / days,   w_v = yearly_v / counted_v
/// ```
///
/// A volume of which nothing was counted has the weight 0.
///
/// # Example
///
/// ```
/// use giamtang::stats::yearly_weights;
///
/// // 1,461 days are four years; the volume of 60 has 3 dossiers, 20 each.
/// let weights = yearly_weights(1461, &[60.0], &[(0, 4), (1, 3)].into());
/// assert_eq!(weights, [0.25, 20.0]);
/// ```
pub fn yearly_weights(days: i64, volumes: &[f64], counted: &BTreeMap<u16, i64>) -> Vec<f64> {
    let known = |(volume, yearly): (u16, &f64)| match counted.get(&volume) {
        Some(n) if *n > 0 => yearly / *n as f64,
        _ => 0.0,
    };
    [YEAR / days as f64].into_iter().chain((1..).zip(volumes).map(known)).collect()
}
