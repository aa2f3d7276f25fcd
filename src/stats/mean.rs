//! The mean of an integer measure, and its t interval.
//!
//! Sums arrive as integers and become floating point once, after the differences have been taken: a mean of large
//! amounts of money keeps its variance, and clusters that agree exactly have an influence of exactly zero.

use super::interval::{Limits, critical, symmetric};
use super::{ClusterId, ClusterMoments, Dependence, Estimate, Influence, variance};
use crate::error::Undefined;
use std::collections::BTreeMap;

/// The mean over all rows, and what each cluster contributes.
///
/// # Formula
///
/// ```text
/// value = S / N,   psi_g = (S_g - n_g S / N) / N
/// ```
///
/// where `S` sums the measure and `N` counts the rows. Independent variance: `s^2 / N` with `N - 1` degrees of freedom.
///
/// # Undefined
///
/// `NoRows` if no cluster has a row.
///
/// # Example
///
/// ```
/// use giamtang::stats::{ClusterId, ClusterMoments, mean};
///
/// let cells = [
///     ClusterMoments { cluster: ClusterId(7), n: 3, sum: 6, sum_squares: 14 },
///     ClusterMoments { cluster: ClusterId(9), n: 1, sum: 10, sum_squares: 100 },
/// ];
/// let estimate = mean::estimate(&cells).unwrap();
/// assert_eq!((estimate.value, estimate.n), (4.0, 4));
/// assert_eq!(estimate.influence[0].psi, -1.5);                  // (6 - 3 * 4) / 4
/// ```
pub fn estimate(cells: &[ClusterMoments]) -> Result<Estimate, Undefined> {
    let clusters = by_cluster(cells);
    let total = clusters.values().fold(Moments::default(), |sum, part| sum.plus(part));
    if total.n == 0 {
        return Err(Undefined::NoRows);
    }
    let rows = total.n as f64;
    Ok(Estimate {
        value: total.sum as f64 / rows,
        influence: clusters.iter().map(|(&cluster, part)| part.influence(cluster, &total)).collect(),
        n: total.n,
        events: total.n,
        independent_variance: (total.n > 1).then(|| total.centred_squares() / (rows - 1.0) / rows),
        independent_df: rows - 1.0,
        clusters: clusters.values().filter(|part| part.n > 0).count(),
        weight: rows,
        divisor: Vec::new(),
        retained: Vec::new(),
    })
}

/// The t interval of a mean, or of any estimate that is nearly normal.
///
/// # Formula
///
/// ```text
/// value -+ t sqrt(V)
/// ```
///
/// where `V` is that of [`variance::spread`]. Degrees of freedom are Bell and McCaffrey's, or those that the squares
/// show where they are fewer and a cluster has several rows: alike within, large clusters carry more of `V` than their
/// rows.
///
/// ```text
/// df = min(BM, 3 (sum_g w_g)^2 / sum_g w_g^2 - 2),  at least 1;   w_g = psi_g^2 / (1 - h_g)
/// ```
///
/// Serial: `V` of [`super::serial::long_run`], and its degrees of freedom or those that the squares show:
///
/// ```text
/// df = [ (sum_j C_jj)^2 - 2/3 sum_t psi_t^4 (sum_j b_jt^2)^2 ] / sum_jk [ C_jk^2 - 2/3 sum_t psi_t^4 b_jt^2 b_kt^2 ]
/// C_jk = sum_t psi_t^2 b_jt b_kt,   b_jt = (c_jt - c_j) / sqrt(A_jj)
/// ```
///
/// Both are Satterthwaite's, each cluster's own variance in the place of its rows, without what the squares of normal
/// influences have too much: `E psi^4 = 3 V^2`. Independent: those of `s^2 / N`.
///
/// # Undefined
///
/// `OneCluster`, `NoVariation`: as in [`variance::spread`].
///
/// # Example
///
/// ```
/// use giamtang::stats::{ClusterId, ClusterMoments, Dependence, mean};
///
/// let row = |id, x: i128| ClusterMoments { cluster: ClusterId(id), n: 1, sum: x, sum_squares: x * x };
/// let estimate = mean::estimate(&[row(1, 2), row(2, 4), row(3, 9)]).unwrap();
/// let limits = mean::interval(&estimate, Dependence::Clustered, 0.95).unwrap();
/// assert_eq!(limits.method, "t, CR2, Bell-McCaffrey df");
/// assert!((limits.low.unwrap() + 3.957).abs() < 1e-3);
/// ```
pub fn interval(estimate: &Estimate, dependence: Dependence, level: f64) -> Result<Limits, Undefined> {
    let spread = variance::referred(estimate, dependence)?;
    let half = critical(level, spread.df) * spread.standard_error();
    let method = match dependence {
        Dependence::Clustered => "t, CR2, Bell-McCaffrey df",
        Dependence::Serial => "t, long-run variance by cosines",
        Dependence::Independent => "t, independent rows",
    };
    Ok(Limits::of(symmetric(estimate.value, half), spread.df, method))
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Moments {
    pub(super) n: u64,
    pub(super) sum: i128,
    sum_squares: i128,
}

impl Moments {
    /// Saturates: sums that do not fit 128 bits do not come from 64-bit measures.
    pub(super) fn plus(self, other: &Self) -> Self {
        Self {
            n: self.n.saturating_add(other.n),
            sum: self.sum.saturating_add(other.sum),
            sum_squares: self.sum_squares.saturating_add(other.sum_squares),
        }
    }

    fn influence(&self, cluster: ClusterId, total: &Self) -> Influence {
        let rows = total.n as f64;
        let psi = match self.excess(total) {
            Some(excess) => excess as f64 / (rows * rows),
            None => (self.sum as f64 - self.n as f64 * (total.sum as f64 / rows)) / rows,
        };
        Influence { cluster, psi, leverage: self.n as f64 / rows }
    }

    /// `S_g N - n_g S`, if it fits.
    fn excess(&self, total: &Self) -> Option<i128> {
        let own = self.sum.checked_mul(total.n.into())?;
        own.checked_sub(total.sum.checked_mul(self.n.into())?)
    }

    /// The sum of squared deviations from the mean.
    fn centred_squares(&self) -> f64 {
        let rows = self.n as f64;
        match self.scaled_squares() {
            Some(scaled) => scaled as f64 / rows,
            None => (self.sum_squares as f64 - self.sum as f64 * (self.sum as f64 / rows)).max(0.0),
        }
    }

    /// `N Sxx - S^2` about the whole part of the mean, where it is smallest.
    fn scaled_squares(&self) -> Option<i128> {
        let n = i128::from(self.n);
        let centre = self.sum.div_euclid(n);
        let shift = centre.checked_mul(self.sum.checked_mul(2)?.checked_sub(centre.checked_mul(n)?)?)?;
        let rest = self.sum - centre * n;
        n.checked_mul(self.sum_squares.checked_sub(shift)?)?.checked_sub(rest.checked_mul(rest)?)
    }
}

pub(super) fn by_cluster(cells: &[ClusterMoments]) -> BTreeMap<ClusterId, Moments> {
    let mut clusters: BTreeMap<ClusterId, Moments> = BTreeMap::new();
    for cell in cells {
        let part = Moments { n: cell.n, sum: cell.sum, sum_squares: cell.sum_squares };
        let entry = clusters.entry(cell.cluster).or_default();
        *entry = entry.plus(&part);
    }
    clusters
}
