//! The ratio of two sums, of one table or of two, and its interval.
//!
//! A ratio is the slope through the origin that fits the clusters best when each weighs by its divisor; so its variance
//! is that of a mean, with the divisor in the place of the rows.

use super::interval::{Limits, critical, finite};
use super::{ClusterId, ClusterMoments, ClusterPairs, Dependence, Estimate, Influence, mean, serial, variance};
use crate::error::Undefined;
use std::collections::BTreeMap;

/// The ratio of two measures of the same rows, and what each cluster contributes.
///
/// # Formula
///
/// ```text
/// R = Sx / Sy,   psi_g = (x_g - R y_g) / Sy,   h_g = y_g / Sy
/// ```
///
/// the weighted least squares of `x = R y` with weights `1 / y`. Independent variance, by the delta method:
/// `n / (n - 1)  (Sxx - 2 R Sxy + R^2 Syy) / Sy^2` with `n - 1` degrees of freedom. `n` counts the rows.
///
/// # Undefined
///
/// `NoRows` without rows; `NoBase` if `Sy` is zero, or a cluster's `y` is below zero.
///
/// # Example
///
/// ```
/// use giamtang::stats::{ClusterId, ClusterPairs, ratio};
///
/// // Two offices: 6 supplements in 10 requests, 2 in 30.
/// let office = |id, x, y| ClusterPairs { cluster: ClusterId(id), n: 5, x, y, xx: x * x, yy: y * y, xy: x * y };
/// let estimate = ratio::estimate(&[office(1, 6, 10), office(2, 2, 30)]).unwrap();
/// assert_eq!(estimate.value, 0.2);
/// assert_eq!(estimate.influence[0].psi, 0.1);                   // (6 - 0.2 * 10) / 40
/// ```
pub fn estimate(cells: &[ClusterPairs]) -> Result<Estimate, Undefined> {
    let mut clusters: BTreeMap<ClusterId, Sums> = BTreeMap::new();
    for cell in cells {
        clusters.entry(cell.cluster).or_default().merge(&Sums::of(cell));
    }
    let mut all = Sums::default();
    clusters.values().for_each(|part| all.merge(part));
    let estimate = of(&clusters, &all)?;
    Ok(Estimate {
        independent_variance: (all.n > 1).then(|| all.delta()),
        independent_df: all.n.saturating_sub(1) as f64,
        ..estimate
    })
}

/// The ratio of a sum of one table to a sum of another, clusters matched by id.
///
/// A cluster of one table alone counts zero in the other.
///
/// # Formula
///
/// ```text
/// R = Sx / Sy,   psi_g = (x_g - R y_g) / Sy,   h_g = y_g / Sy
/// ```
///
/// `n` counts the rows of `y`. No variance as independent rows: no row of the one belongs to a row of the other.
///
/// # Undefined
///
/// As [`estimate`].
///
/// # Example
///
/// ```
/// use giamtang::stats::{ClusterId, ClusterMoments, ratio};
///
/// let office = |id, n, sum| ClusterMoments { cluster: ClusterId(id), n, sum, sum_squares: 0 };
/// let resolved = [office(1, 40, 40), office(2, 20, 20)];
/// let hours = [office(1, 2, 16), office(3, 1, 8)];              // office 3 worked and resolved nothing
/// let estimate = ratio::across(&resolved, &hours).unwrap();
/// assert_eq!((estimate.value, estimate.clusters()), (2.5, 3));
/// ```
pub fn across(x: &[ClusterMoments], y: &[ClusterMoments]) -> Result<Estimate, Undefined> {
    let mut clusters: BTreeMap<ClusterId, Sums> = BTreeMap::new();
    let dividends = x.iter().map(|cell| (cell.cluster, Sums::dividend(cell)));
    for (cluster, part) in dividends.chain(y.iter().map(|cell| (cell.cluster, Sums::divisor(cell)))) {
        clusters.entry(cluster).or_default().merge(&part);
    }
    let mut all = Sums::default();
    clusters.values().for_each(|part| all.merge(part));
    of(&clusters, &all)
}

/// The interval of a ratio: t, or Fieller's where the divisor is near zero.
///
/// # Formula
///
/// ```text
/// g = t^2 V_ee;   g <= 0.05:  R -+ t sqrt(V_pp)
/// else  R + d for all d with  d^2 <= t^2 (V_pp - 2 d V_pe + d^2 V_ee)
/// ```
///
/// where `e_g = y_g / Sy - n_g / N` is the influence on the divisor per row, as a part of it, and the `V` are
/// [`variance::spread`]'s variances and covariance of `psi` and `e`, with the `t` of [`mean::interval`]. At `g = 0.05`
/// the divisor is 4.5 half-widths from zero and Fieller's set is wider than t's by a fortieth. For `g >= 1` the
/// divisor may be zero: the set has no ends, or is no interval, and both limits are absent. A divisor that counts the
/// rows is never near zero, so the ratio is then the mean. Fieller 1954 (JRSS B 16:175). Independent rows: always t.
///
/// # Undefined
///
/// `OneCluster`, `NoVariation` as in [`variance::spread`].
///
/// # Example
///
/// ```
/// use giamtang::stats::{ClusterId, ClusterPairs, Dependence, ratio};
///
/// let office = |id, x, y| ClusterPairs { cluster: ClusterId(id), n: 1, x, y, xx: x * x, yy: y * y, xy: x * y };
/// let alike: Vec<_> = [(6, 10), (5, 11), (7, 10), (6, 9), (5, 10), (6, 11)]
///     .iter().zip(1..).map(|(&(x, y), id)| office(id, x, y)).collect();
/// let limits = ratio::interval(&ratio::estimate(&alike).unwrap(), Dependence::Clustered, 0.95).unwrap();
/// assert_eq!(limits.method, "t, CR2, Bell-McCaffrey df");
/// // One office has nearly all of the divisor: by these four it could as well be zero.
/// let unlike = [office(1, 6, 1), office(2, 5, 300), office(3, 7, 2), office(4, 6, 1)];
/// let limits = ratio::interval(&ratio::estimate(&unlike).unwrap(), Dependence::Clustered, 0.95).unwrap();
/// assert_eq!((limits.low, limits.high), (None, None));
/// ```
pub fn interval(estimate: &Estimate, dependence: Dependence, level: f64) -> Result<Limits, Undefined> {
    let spread = variance::referred(estimate, dependence)?;
    let t = critical(level, spread.df);
    match Joint::of(estimate, spread.variance, dependence).filter(|joint| t * t * joint.ee > NEAR_ZERO) {
        Some(joint) => Ok(joint.limits(estimate.value, t, spread.df, dependence)),
        None => mean::interval(estimate, dependence, level),
    }
}

/// The squared relative half-width of a divisor up to which the delta method serves.
const NEAR_ZERO: f64 = 0.05;

/// The variances of a ratio and of its divisor.
struct Joint {
    pp: f64,
    pe: f64,
    ee: f64,
}

impl Joint {
    fn of(estimate: &Estimate, pp: f64, dependence: Dependence) -> Option<Self> {
        let (pe, ee) = match dependence {
            Dependence::Clustered => {
                let pairs = estimate.influence.iter().zip(&estimate.divisor);
                let parts = pairs.map(|(i, e)| (i.psi * e / (1.0 - i.leverage), e * e / (1.0 - i.leverage)));
                parts.fold((0.0, 0.0), |sums, part| (sums.0 + part.0, sums.1 + part.1))
            }
            Dependence::Serial => {
                let cosines = serial::Cosines::of(estimate).ok()?;
                let psi: Vec<_> = estimate.influence.iter().map(|i| i.psi).collect();
                let e = &estimate.divisor;
                (cosines.covariance(&psi, e), cosines.covariance(e, e))
            }
            Dependence::Independent => return None,
        };
        Some(Self { pp, pe, ee })
    }

    fn limits(&self, value: f64, t: f64, df: f64, dependence: Dependence) -> Limits {
        let method = match dependence {
            Dependence::Serial => "Fieller, long-run variance by cosines, t",
            _ => "Fieller, CR2, Bell-McCaffrey t",
        };
        // d^2 (1 - g) - 2 d b - c <= 0
        let (rest, b, c) = (1.0 - t * t * self.ee, -t * t * self.pe, t * t * self.pp);
        let root = (b * b + rest * c).max(0.0).sqrt();
        let ends = (rest > 0.0).then(|| (value + (b - root) / rest, value + (b + root) / rest));
        Limits { low: ends.map(|ends| ends.0), high: ends.map(|ends| ends.1), df: finite(df), method }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sums {
    /// Rows of the divisor.
    pub(super) n: u64,
    /// Rows of either table.
    pub(super) rows: u64,
    pub(super) x: i128,
    pub(super) y: i128,
    xx: i128,
    yy: i128,
    xy: i128,
}

impl Sums {
    pub(super) fn of(cell: &ClusterPairs) -> Self {
        let ClusterPairs { n, x, y, xx, yy, xy, .. } = *cell;
        Self { n, rows: n, x, y, xx, yy, xy }
    }

    /// A measure over its rows: the ratio is its mean.
    pub(super) fn per_row(cell: &ClusterMoments) -> Self {
        let ClusterMoments { n, sum, sum_squares, .. } = *cell;
        Self { n, rows: n, x: sum, y: n.into(), xx: sum_squares, yy: n.into(), xy: sum }
    }

    /// A measure of the table above the line.
    pub(super) fn dividend(cell: &ClusterMoments) -> Self {
        Self { rows: cell.n, x: cell.sum, ..Self::default() }
    }

    /// A measure of the table below the line.
    pub(super) fn divisor(cell: &ClusterMoments) -> Self {
        Self { n: cell.n, rows: cell.n, y: cell.sum, ..Self::default() }
    }

    /// Saturates: sums that do not fit 128 bits do not come from 64-bit measures.
    pub(super) fn merge(&mut self, other: &Self) {
        self.n = self.n.saturating_add(other.n);
        self.rows = self.rows.saturating_add(other.rows);
        let pairs =
            [(&mut self.x, other.x), (&mut self.y, other.y), (&mut self.xx, other.xx), (&mut self.yy, other.yy)];
        pairs.into_iter().chain([(&mut self.xy, other.xy)]).for_each(|(sum, part)| *sum = sum.saturating_add(part));
    }

    pub(super) fn influence(&self, cluster: ClusterId, all: &Self) -> Influence {
        let divisor = all.y as f64;
        let psi = match self.excess(all) {
            Some(excess) => excess as f64 / (divisor * divisor),
            None => (self.x as f64 - all.x as f64 / divisor * self.y as f64) / divisor,
        };
        Influence { cluster, psi, leverage: self.y as f64 / divisor }
    }

    /// `x_g Sy - Sx y_g`, if it fits.
    fn excess(&self, all: &Self) -> Option<i128> {
        self.x.checked_mul(all.y)?.checked_sub(all.x.checked_mul(self.y)?)
    }

    /// `y_g / Sy - n_g / N`, exactly zero where the divisor is the same in every row.
    fn deviation(&self, all: &Self) -> f64 {
        let (own, rows) = (i128::from(self.n), i128::from(all.n));
        let parts = (self.y.checked_mul(rows), all.y.checked_mul(own));
        match parts.0.zip(parts.1).and_then(|(y, n)| y.checked_sub(n)) {
            Some(excess) => excess as f64 / (all.y as f64 * all.n as f64),
            None => self.y as f64 / all.y as f64 - self.n as f64 / all.n as f64,
        }
    }

    /// The variance of the ratio over independent rows.
    pub(super) fn delta(&self) -> f64 {
        let (rows, divisor) = (self.n as f64, self.y as f64);
        let squares = match self.scaled_squares() {
            Some(scaled) => scaled as f64 / (divisor * divisor),
            None => self.squares().max(0.0),
        };
        rows / (rows - 1.0) * squares / (divisor * divisor)
    }

    fn squares(&self) -> f64 {
        let ratio = self.x as f64 / self.y as f64;
        self.xx as f64 - ratio * (2.0 * self.xy as f64 - ratio * self.yy as f64)
    }

    /// `Sy^2 Sxx - 2 Sx Sy Sxy + Sx^2 Syy`, if it fits.
    fn scaled_squares(&self) -> Option<i128> {
        let square = |a: i128, b: i128, sum: i128| a.checked_mul(b)?.checked_mul(sum);
        let (xx, yy) = (square(self.y, self.y, self.xx)?, square(self.x, self.x, self.yy)?);
        xx.checked_sub(square(self.x, self.y, self.xy)?.checked_mul(2)?)?.checked_add(yy)
    }
}

fn of(clusters: &BTreeMap<ClusterId, Sums>, all: &Sums) -> Result<Estimate, Undefined> {
    if all.rows == 0 {
        return Err(Undefined::NoRows);
    }
    if all.y <= 0 || clusters.values().any(|part| part.y < 0) {
        return Err(Undefined::NoBase);
    }
    Ok(Estimate {
        value: all.x as f64 / all.y as f64,
        influence: clusters.iter().map(|(&cluster, part)| part.influence(cluster, all)).collect(),
        n: all.n,
        events: all.n,
        independent_variance: None,
        independent_df: f64::INFINITY,
        clusters: clusters.values().filter(|part| part.rows > 0).count(),
        weight: all.y as f64,
        divisor: clusters.values().map(|part| part.deviation(all)).collect(),
        retained: Vec::new(),
    })
}
