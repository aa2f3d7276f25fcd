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

/// The cosine variance of a figure, its influences taken as a series of weeks.
///
/// # Formula
///
/// ```text
/// V   = 1 / nu  sum_j B_j^2 / A_jj,   B_j = sum_t psi_t c_jt,   c_jt = cos(pi j (t - 1/2) / T),  j = 1..nu,  t = 1..T
/// A_jk = sum_t h_t (c_jt - c_j)(c_kt - c_k),   c_j = sum_t h_t c_jt
/// df  = nu^2 / sum_jk A_jk^2 / (A_jj A_kk)
/// ```
///
/// with `nu` of [`terms`] and `h_t` the week's share of the rows. Ids are week numbers: the series runs from the lowest
/// to the highest, and a week without rows counts zero. Weeks at either end of a window that have no rows are given to
/// the estimator as cells without rows.
///
/// Where every week has as many rows `A` is a half on its diagonal and zero beside, and `V` is the equal-weighted
/// cosine variance of Lazarus, Lewis, Stock & Watson 2018 (JBES 36:541) on `nu` degrees of freedom: the level of the
/// influences is nothing, and of white noise the ratio is exactly t. Where weeks are unequal the mean that was taken
/// out leans on the large ones; dividing by `A_jj` makes `V` exactly unbiased when rows are independent with one
/// variance, and the degrees of freedom are those of a chi-square with the same mean and variance (Satterthwaite 1946,
/// Biometrics Bull. 2:110), as Bell and McCaffrey have it for clusters. A cosine that is level over all weeks with
/// rows is left out.
///
/// # Undefined
///
/// `OneCluster` with fewer than two weeks, or fewer than two with rows.
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
    let cosines = Cosines::of(estimate)?;
    let psi: Vec<_> = estimate.influence.iter().map(|i| i.psi).collect();
    Ok(Spread { variance: cosines.covariance(&psi, &psi), df: cosines.df() })
}

/// The degrees of freedom by which the interval of a series is made: of its weeks alone, or those that its squares
/// show.
///
/// # Formula
///
/// ```text
/// df = [ (sum_j C_jj)^2 - 2/3 sum_t psi_t^4 (sum_j b_jt^2)^2 ] / sum_jk [ C_jk^2 - 2/3 sum_t psi_t^4 b_jt^2 b_kt^2 ]
/// C_jk = sum_t psi_t^2 b_jt b_kt,   b_jt = (c_jt - c_j) / sqrt(A_jj)
/// ```
///
/// Satterthwaite's as in [`long_run`], with each week's own variance in the place of its rows; where influences are
/// normal, the terms in the fourth power are what their squares have too much. At most that of [`long_run`], at least
/// 1, and exactly that of [`long_run`] where every week is a single row.
pub(super) fn reference_df(estimate: &Estimate) -> Result<f64, Undefined> {
    let cosines = Cosines::of(estimate)?;
    let layout = cosines.df();
    if estimate.n <= estimate.clusters as u64 {
        return Ok(layout);
    }
    let squares: Vec<_> = estimate.influence.iter().map(|i| i.psi * i.psi).collect();
    Ok(layout.min(cosines.carried_df(&squares)).max(1.0))
}

/// What a series of weeks is projected on.
#[derive(Clone, Debug)]
pub(super) struct Cosines {
    terms: Vec<Cosine>,
    /// Each week's share of the rows.
    shares: Vec<f64>,
}

/// One cosine over the weeks that are given.
#[derive(Clone, Debug)]
struct Cosine {
    at: Vec<f64>,
    /// `b_t = (c_t - c) / sqrt(A)`.
    unit: Vec<f64>,
    /// `A`.
    variance: f64,
}

/// A cosine that varies no more than this over the rows is level.
const FLAT: f64 = 1e-12;

impl Cosines {
    /// The cosines of an estimate whose clusters are weeks.
    pub(super) fn of(estimate: &Estimate) -> Result<Self, Undefined> {
        let weeks: Vec<_> = estimate.influence.iter().map(|i| (i.cluster, i.leverage)).collect();
        Self::over(&weeks)
    }

    /// The cosines of weeks with their shares of the rows, in ascending order.
    pub(super) fn over(weeks: &[(ClusterId, f64)]) -> Result<Self, Undefined> {
        let length = match (weeks.first(), weeks.last()) {
            (Some(first), Some(last)) if first.0 < last.0 => u64::from(last.0.0 - first.0.0) + 1,
            _ => return Err(Undefined::OneCluster),
        };
        let terms: Vec<_> = (1..=terms(length)).filter_map(|j| Cosine::new(j, length, weeks)).collect();
        let shares = weeks.iter().map(|&(_, share)| share).collect();
        if terms.is_empty() { Err(Undefined::OneCluster) } else { Ok(Self { terms, shares }) }
    }

    /// The covariance of the sums of two series of these weeks.
    pub(super) fn covariance(&self, one: &[f64], two: &[f64]) -> f64 {
        let term = |cosine: &Cosine| cosine.projected(one) * cosine.projected(two) / cosine.variance;
        self.terms.iter().map(term).sum::<f64>() / self.terms.len() as f64
    }

    /// To nine places: cosines of equal weeks correlate by a rounding.
    fn df(&self) -> f64 {
        let count = self.terms.len() as f64;
        let squares = self.over_pairs(|one, two| one.together(two, &self.shares).powi(2));
        (count * count / squares * 1e9).round() / 1e9
    }

    fn carried_df(&self, squares: &[f64]) -> f64 {
        let fourths: Vec<f64> = squares.iter().map(|square| square * square).collect();
        let trace: f64 = self.terms.iter().map(|term| term.together(term, squares)).sum();
        let excess = self.over_pairs(|one, two| one.squares_together(two, &fourths));
        let trace_square = self.over_pairs(|one, two| one.together(two, squares).powi(2)) - 2.0 / 3.0 * excess;
        let df = (trace * trace - 2.0 / 3.0 * excess) / trace_square;
        if trace_square > 0.0 { df } else { f64::INFINITY }
    }

    fn over_pairs(&self, of: impl Fn(&Cosine, &Cosine) -> f64) -> f64 {
        self.terms.iter().map(|one| self.terms.iter().map(|two| of(one, two)).sum::<f64>()).sum()
    }
}

impl Cosine {
    fn new(j: u64, length: u64, weeks: &[(ClusterId, f64)]) -> Option<Self> {
        let first = weeks.first()?.0.0;
        let place = |week: ClusterId| (f64::from(week.0 - first) + 0.5) / length as f64;
        let at: Vec<f64> = weeks.iter().map(|&(week, _)| (PI * j as f64 * place(week)).cos()).collect();
        let centre: f64 = weeks.iter().zip(&at).map(|((_, share), cosine)| share * cosine).sum();
        let variance: f64 = weeks.iter().zip(&at).map(|((_, share), cosine)| share * (cosine - centre).powi(2)).sum();
        let unit = at.iter().map(|cosine| (cosine - centre) / variance.sqrt()).collect();
        (variance > FLAT).then_some(Self { at, unit, variance })
    }

    fn projected(&self, series: &[f64]) -> f64 {
        series.iter().zip(&self.at).map(|(psi, cosine)| psi * cosine).sum()
    }

    /// `sum_t w_t b_t b'_t`.
    fn together(&self, other: &Self, weights: &[f64]) -> f64 {
        self.unit.iter().zip(&other.unit).zip(weights).map(|((a, b), weight)| weight * a * b).sum()
    }

    /// `sum_t w_t b_t^2 b'_t^2`.
    fn squares_together(&self, other: &Self, weights: &[f64]) -> f64 {
        self.unit.iter().zip(&other.unit).zip(weights).map(|((a, b), weight)| weight * (a * b).powi(2)).sum()
    }
}
