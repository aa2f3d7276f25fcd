//! The share of rows that hit, and Wilson's interval on the effective number of rows.
//!
//! Rows of one office are alike, so N rows carry the information of fewer. The effective number is the one at which
//! independent rows would have the variance found between clusters.

use super::interval::{Limits, critical, wilson};
use super::{ClusterMoments, Dependence, Estimate, mean, variance};
use crate::error::Undefined;

/// The share over all rows, and what each cluster contributes.
///
/// # Formula
///
/// ```text
/// p = X / N,   psi_g = (X_g - n_g p) / N
/// ```
///
/// where `X` counts the hits: moments of a measure with values 0 and 1. Independent variance: `p(1 - p) / N`.
///
/// # Undefined
///
/// `NoRows` if no cluster has a row.
///
/// # Example
///
/// ```
/// use giamtang::stats::{ClusterId, ClusterMoments, share};
///
/// let office = |id, hits: i128, n| ClusterMoments { cluster: ClusterId(id), n, sum: hits, sum_squares: hits };
/// let estimate = share::estimate(&[office(1, 8, 10), office(2, 10, 30)]).unwrap();
/// assert_eq!((estimate.value, estimate.n, estimate.events), (0.45, 40, 18));
/// ```
pub fn estimate(cells: &[ClusterMoments]) -> Result<Estimate, Undefined> {
    let mean = mean::estimate(cells)?;
    let hits: i128 = cells.iter().filter(|cell| cell.n > 0).map(|cell| cell.sum).sum();
    let rows = mean.n as f64;
    Ok(Estimate {
        events: u64::try_from(hits).unwrap_or(0),
        independent_variance: Some(mean.value * ((rows - hits as f64) / rows) / rows),
        independent_df: f64::INFINITY,
        ..mean
    })
}

/// The difference of two shares of different rows, and what each cluster contributes.
///
/// # Formula
///
/// ```text
/// d = p1 - p2,   psi_g = psi1_g - psi2_g,   h_g = (n1_g + n2_g) / (N1 + N2),   V = V1 + V2
/// ```
///
/// A cluster with rows of one share alone has no influence on the other. `n` and `events` count both.
///
/// # Undefined
///
/// `NoRows` if one of them has no row.
///
/// # Example
///
/// ```
/// use giamtang::stats::{ClusterId, ClusterMoments, share};
///
/// let office = |id, hits: i128, n| ClusterMoments { cluster: ClusterId(id), n, sum: hits, sum_squares: hits };
/// let gap = share::gap(&[office(1, 9, 10)], &[office(1, 3, 5), office(2, 3, 5)]).unwrap();
/// assert!((gap.value - 0.3).abs() < 1e-12);                     // 9/10 - 6/10
/// assert_eq!((gap.n, gap.events, gap.clusters()), (20, 15, 2));
/// ```
pub fn gap(cells: &[ClusterMoments], others: &[ClusterMoments]) -> Result<Estimate, Undefined> {
    let (one, other) = (estimate(cells)?, estimate(others)?);
    let all = mean::estimate(&[cells, others].concat())?;
    let psi = |estimate: &Estimate, cluster| {
        let own = estimate.influence.iter().find(|influence| influence.cluster == cluster);
        own.map_or(0.0, |influence| influence.psi)
    };
    let influence = all.influence.iter().map(|influence| {
        let cluster = influence.cluster;
        super::Influence { psi: psi(&one, cluster) - psi(&other, cluster), ..*influence }
    });
    Ok(Estimate {
        value: one.value - other.value,
        influence: influence.collect(),
        events: one.events + other.events,
        independent_variance: one.independent_variance.zip(other.independent_variance).map(|(a, b)| a + b),
        independent_df: f64::INFINITY,
        ..all
    })
}

/// Wilson's interval of a share, on the effective number of rows.
///
/// # Formula
///
/// ```text
/// n_eff = min(p(1 - p) / V, N);   at p = 0 or 1:  n_eff = 1 / sum_g h_g^2
/// ```
///
/// where `V` is CR2 and Wilson's `z` is the t quantile on the Bell-McCaffrey degrees of freedom, or on those that the
/// squares show where they are fewer: a small share is carried by few clusters.
///
/// ```text
/// df = min(BM, 3 (sum_g w_g)^2 / sum_g w_g^2 - 2),  at least 1;   w_g = psi_g^2 / (1 - h_g)
/// ```
///
/// Nothing varies at 0 and at 1, so there every cluster counts once (weighed by size), and the method's name says so.
/// Serial: `V` of [`super::serial::long_run`], and its degrees of freedom or those that the squares show, as in
/// [`mean::interval`]. Independent: `n_eff = N` and `z` normal.
///
/// # Undefined
///
/// `OneCluster` with a single cluster.
///
/// # Example
///
/// ```
/// use giamtang::stats::{ClusterId, ClusterMoments, Dependence, share};
///
/// let office = |id, hits: i128, n| ClusterMoments { cluster: ClusterId(id), n, sum: hits, sum_squares: hits };
/// let estimate = share::estimate(&[office(1, 8, 10), office(2, 10, 30), office(3, 9, 20)]).unwrap();
/// let limits = share::interval(&estimate, Dependence::Clustered, 0.95).unwrap();
/// assert_eq!(limits.method, "Wilson on the effective n, CR2, Bell-McCaffrey t");
/// let naive = share::interval(&estimate, Dependence::Independent, 0.95).unwrap();
/// assert!(limits.low < naive.low && naive.high < limits.high);
/// ```
pub fn interval(estimate: &Estimate, dependence: Dependence, level: f64) -> Result<Limits, Undefined> {
    let p = estimate.value;
    let effective = effective(estimate, dependence)?;
    let method = match (dependence, p > 0.0 && p < 1.0) {
        (Dependence::Independent, _) => "Wilson, independent rows",
        (Dependence::Clustered, true) => "Wilson on the effective n, CR2, Bell-McCaffrey t",
        (Dependence::Clustered, false) => "Wilson on the effective number of clusters, Bell-McCaffrey t",
        (Dependence::Serial, true) => "Wilson on the effective n, long-run variance by cosines, t",
        (Dependence::Serial, false) => "Wilson on the effective number of weeks, t",
    };
    Ok(Limits::of(wilson(p, effective.n, critical(level, effective.df)), effective.df, method))
}

/// What a share's rows are worth.
pub(super) struct Effective {
    pub(super) n: f64,
    pub(super) df: f64,
}

/// The number of independent rows that would have the variance found, and the degrees of freedom of that.
pub(super) fn effective(estimate: &Estimate, dependence: Dependence) -> Result<Effective, Undefined> {
    // At a fixed mix rows count unequally: fewer would do.
    let (p, rows) = (estimate.value, estimate.weight);
    let layout = variance::reference_df(estimate, dependence)?;
    let df =
        if dependence == Dependence::Clustered { layout.min(variance::carried_df(estimate)).max(1.0) } else { layout };
    let n = match dependence {
        Dependence::Independent => rows,
        _ if p <= 0.0 || p >= 1.0 => 1.0 / estimate.influence.iter().map(|i| i.leverage * i.leverage).sum::<f64>(),
        // Clusters that agree better than chance allows are not evidence beyond N rows.
        _ => variance::spread(estimate, dependence).map_or(rows, |spread| (p * (1.0 - p) / spread.variance).min(rows)),
    };
    Ok(Effective { n, df })
}
