//! Weeks in a row: the long-run variance of a figure whose influences are a time series.
//!
//! What one week does to a figure resembles what the week before did, so weeks are no independent clusters. The
//! influences are projected on a few slow cosines, whose squares estimate the variance at frequency zero.

use super::variance::Spread;
use super::{ClusterId, Estimate};
use crate::error::Undefined;
use std::f64::consts::PI;

/// The number of cosines for a series of so many weeks.
///
/// # Formula
///
/// ```text
/// nu = max(1, 0.4 T^(2/3)), rounded
/// ```
///
/// Lazarus, Lewis, Stock & Watson 2018 (JBES 36:541), equation 4.
///
/// # Example
///
/// ```
/// use giamtang::stats::serial::terms;
///
/// assert_eq!([1, 13, 26, 52, 104].map(terms), [1, 2, 4, 6, 9]);
/// ```
pub fn terms(weeks: u64) -> u64 {
    (0.4 * (weeks as f64).powf(2.0 / 3.0)).round().max(1.0) as u64
}

/// The equal-weighted cosine variance of a figure, its influences taken as a series of weeks.
///
/// # Formula
///
/// ```text
/// V = 2 / nu  sum_j ( sum_t psi_t cos(pi j (t - 1/2) / T) )^2,   j = 1..nu,  t = 1..T
/// ```
///
/// with `nu` of [`terms`], which are the degrees of freedom of the t reference. Ids are week numbers: the series runs
/// from the lowest to the highest, and a week without rows counts zero. Weeks at either end of a window that have no
/// rows are given to the estimator as cells without rows.
///
/// A cosine sums to zero, so the level of the influences is nothing; of white noise `V` is exactly unbiased and the
/// ratio exactly t. Lazarus, Lewis, Stock & Watson 2018 (JBES 36:541).
///
/// # Undefined
///
/// `OneCluster` with fewer than two weeks.
///
/// # Example
///
/// ```
/// use giamtang::stats::{ClusterId, ClusterMoments, mean, serial};
///
/// let week = |(t, x): (u32, i128)| ClusterMoments { cluster: ClusterId(t), n: 1, sum: x, sum_squares: x * x };
/// let estimate = mean::estimate(&[week((0, 1)), week((1, 5))]).unwrap();
/// let spread = serial::long_run(&estimate).unwrap();
/// // One cosine, cos(pi / 4) = -cos(3 pi / 4): V = 2 (2 sqrt(1/2))^2 = 4, as of two independent rows.
/// assert!((spread.variance - 4.0).abs() < 1e-12);
/// assert_eq!(spread.df, 1.0);
/// ```
pub fn long_run(estimate: &Estimate) -> Result<Spread, Undefined> {
    let terms = terms(weeks(estimate)?);
    let series: Vec<_> = estimate.influence.iter().map(|i| (i.cluster, i.psi)).collect();
    Ok(Spread { variance: variance(&series), df: terms as f64 })
}

/// The weeks from the first to the last, those without rows included.
pub(super) fn weeks(estimate: &Estimate) -> Result<u64, Undefined> {
    match (estimate.influence.first(), estimate.influence.last()) {
        (Some(first), Some(last)) if first.cluster < last.cluster => Ok(span(first.cluster, last.cluster)),
        _ => Err(Undefined::OneCluster),
    }
}

/// The variance of the sum of a series, given in ascending order of its weeks.
pub(super) fn variance(series: &[(ClusterId, f64)]) -> f64 {
    let weeks: Vec<_> = series.iter().map(|&(week, _)| week).collect();
    let psi: Vec<_> = series.iter().map(|&(_, psi)| psi).collect();
    covariance(&weeks, &psi, &psi)
}

/// The covariance of the sums of two series of the same weeks.
pub(super) fn covariance(weeks: &[ClusterId], one: &[f64], two: &[f64]) -> f64 {
    let (Some(&first), Some(&last)) = (weeks.first(), weeks.last()) else {
        return 0.0;
    };
    let length = span(first, last);
    let place = |week: &ClusterId| (f64::from(week.0 - first.0) + 0.5) / length as f64;
    let term = |j: u64| {
        let cosines: Vec<f64> = weeks.iter().map(|week| (PI * j as f64 * place(week)).cos()).collect();
        let projected = |series: &[f64]| series.iter().zip(&cosines).map(|(psi, cosine)| psi * cosine).sum::<f64>();
        projected(one) * projected(two)
    };
    let terms = terms(length);
    2.0 / terms as f64 * (1..=terms).map(term).sum::<f64>()
}

fn span(first: ClusterId, last: ClusterId) -> u64 {
    u64::from(last.0 - first.0) + 1
}
