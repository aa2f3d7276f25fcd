//! A total: what was counted, and what a flow of so many weeks could as well have brought.

use super::interval::{Interval, Limits, critical};
use super::{ClusterMoments, Dependence, Estimate, Influence, mean, variance};
use crate::error::Undefined;

/// The total over all rows, and what each week contributes beyond the mean week.
///
/// # Formula
///
/// ```text
/// value = S = T (S / T),   psi_t = S_t - S / T
/// ```
///
/// where `S` sums the measure and the `T` cells given are weeks, those without rows included. A total is `T` times the
/// mean week, so its error is that of a mean. `n` counts the rows. No variance as independent rows.
///
/// # Undefined
///
/// `NoRows` if no cell is given. A window without a row has the total 0: nothing came.
///
/// # Example
///
/// ```
/// use giamtang::stats::{ClusterId, ClusterMoments, total};
///
/// let week = |t, n: u64, sum| ClusterMoments { cluster: ClusterId(t), n, sum, sum_squares: 0 };
/// let estimate = total::estimate(&[week(0, 3, 30), week(1, 0, 0), week(2, 2, 60)]).unwrap();
/// assert_eq!((estimate.value, estimate.n), (90.0, 5));
/// assert_eq!(estimate.influence[1].psi, -30.0);                 // an empty week, 30 below the mean week
/// ```
pub fn estimate(cells: &[ClusterMoments]) -> Result<Estimate, Undefined> {
    let weeks = mean::by_cluster(cells);
    let all = weeks.values().fold(mean::Moments::default(), |sum, part| sum.plus(part));
    let count = weeks.len();
    if count == 0 {
        return Err(Undefined::NoRows);
    }
    let influence = weeks.iter().map(|(&cluster, week)| Influence {
        cluster,
        psi: beyond(week.sum, all.sum, count),
        leverage: 1.0 / count as f64,
    });
    Ok(Estimate {
        value: all.sum as f64,
        influence: influence.collect(),
        n: all.n,
        events: all.n,
        independent_variance: None,
        independent_df: f64::INFINITY,
        clusters: weeks.values().filter(|week| week.n > 0).count(),
        weight: count as f64,
        divisor: Vec::new(),
        retained: Vec::new(),
    })
}

/// The interval of a total taken by week; a census has none.
///
/// # Formula
///
/// ```text
/// value exp(-+ t sqrt(V) / value),   V of [`super::serial::long_run`]
/// ```
///
/// A flow that never runs backwards cannot total less than nothing, and its weeks lean to the large side, so the
/// limits are those of the logarithm (delta method). Where a week is below zero, or all are zero, they are
/// `value -+ t sqrt(V)`.
///
/// # Undefined
///
/// `Census` unless the weeks are a series: everything was counted. `OneCluster`, `NoVariation` as in
/// [`super::variance::spread`].
///
/// # Example
///
/// ```
/// use giamtang::Undefined;
/// use giamtang::stats::{ClusterId, ClusterMoments, Dependence, total};
///
/// let week = |(t, sum): (u32, i128)| ClusterMoments { cluster: ClusterId(t), n: 1, sum, sum_squares: sum * sum };
/// let weeks: Vec<_> = (0..).zip([9, 12, 10, 8, 13, 11, 9, 12]).map(week).collect();
/// let estimate = total::estimate(&weeks).unwrap();
/// let limits = total::interval(&estimate, Dependence::Serial, 0.95).unwrap();
/// assert!(limits.low.unwrap() < 84.0 && 84.0 < limits.high.unwrap());
/// assert_eq!(total::interval(&estimate, Dependence::Independent, 0.95), Err(Undefined::Census));
/// ```
pub fn interval(estimate: &Estimate, dependence: Dependence, level: f64) -> Result<Limits, Undefined> {
    match dependence {
        Dependence::Serial if flows(estimate) => {
            let spread = variance::referred(estimate, dependence)?;
            let reach = (critical(level, spread.df) * spread.standard_error() / estimate.value).exp();
            let limits = Interval { low: estimate.value / reach, high: estimate.value * reach };
            Ok(Limits::of(limits, spread.df, "t of the logarithm, long-run variance by cosines"))
        }
        Dependence::Serial => mean::interval(estimate, dependence, level),
        Dependence::Clustered | Dependence::Independent => Err(Undefined::Census),
    }
}

/// Whether no week is below zero and one is above; a rounding is none.
fn flows(estimate: &Estimate) -> bool {
    let mean = estimate.value / estimate.influence.len() as f64;
    mean > 0.0 && estimate.influence.iter().all(|week| week.psi + mean >= -1e-12 * mean)
}

/// `S_t - S / T`, exactly zero where every week is the mean week.
fn beyond(week: i128, all: i128, weeks: usize) -> f64 {
    match week.checked_mul(weeks as i128).and_then(|scaled| scaled.checked_sub(all)) {
        Some(scaled) => scaled as f64 / weeks as f64,
        None => week as f64 - all as f64 / weeks as f64,
    }
}
