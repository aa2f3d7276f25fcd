//! The cluster-robust variance CR2 and its Bell-McCaffrey degrees of freedom.
//!
//! CR2 makes the sandwich variance exactly unbiased when rows are independent with one variance, and the degrees of
//! freedom are those of a chi-square with the same mean and variance under that model: few or unequal clusters give
//! few degrees. Bell & McCaffrey 2002 (Survey Methodology 28:169), Pustejovsky & Tipton 2018 (JBES 36:672). Intervals
//! and changes have at most the degrees of freedom that the squared influences themselves show.
//!
//! For a mean, and for the difference of two window means, the N x N algebra collapses to sums over clusters, so the
//! cost is O(G). Other estimators (survival) use the same adjustment on their own influences, with the same leverage.

use super::layout::{Layout, Working, alike_df};
use super::{Dependence, Estimate, Influence, serial};
use crate::error::Undefined;
use std::collections::BTreeMap;

/// A variance and the degrees of freedom it was estimated with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The variance, above zero.
    pub variance: f64,
    /// Degrees of freedom; infinite where the reference is normal.
    pub df: f64,
}

impl Spread {
    /// The standard error.
    pub fn standard_error(&self) -> f64 {
        self.variance.sqrt()
    }
}

/// Weights on the figures of the two windows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contrast {
    /// The weight on the first window's figure.
    pub was: f64,
    /// The weight on the second window's figure.
    pub is: f64,
}

impl Contrast {
    /// The difference `is - was`.
    pub const DIFFERENCE: Self = Self { was: -1.0, is: 1.0 };
}

/// A spread this small beside its parts is the rounding of zero.
const ROUNDING: f64 = 1e-12;

/// The variance of one figure, by the dependence the study declares.
///
/// # Formula
///
/// ```text
/// V  = sum_g psi_g^2 / (1 - h_g)
/// df = (tr M)^2 / tr(M^2),   M = diag(h_g / (1 - h_g)) - v v',   v_g = h_g / sqrt(1 - h_g)
/// ```
///
/// where `psi_g` is the cluster's influence and `h_g` its share of the rows. `tr M = 1`; G equal clusters give G - 1.
/// Serial: [`serial::long_run`].
///
/// # Undefined
///
/// `OneCluster` with a single cluster (or, independent, a single row); `NoVariation` if every cluster agrees.
///
/// # Example
///
/// ```
/// use giamtang::stats::{ClusterId, ClusterMoments, Dependence, mean, variance};
///
/// let office = |id, sum: i128| ClusterMoments { cluster: ClusterId(id), n: 2, sum, sum_squares: sum * sum };
/// let estimate = mean::estimate(&[office(1, 3), office(2, 5), office(3, 10)]).unwrap();
/// let spread = variance::spread(&estimate, Dependence::Clustered).unwrap();
/// assert!((spread.df - 2.0).abs() < 1e-12);
/// assert!((spread.variance - 13.0 / 12.0).abs() < 1e-12);       // the variance of 1.5, 2.5, 5.0, over 3
/// ```
pub fn spread(estimate: &Estimate, dependence: Dependence) -> Result<Spread, Undefined> {
    let spread = match dependence {
        Dependence::Independent => independent(estimate)?,
        Dependence::Clustered => clustered(estimate)?,
        Dependence::Serial => weekly(estimate)?,
    };
    above_zero(spread, 0.0)
}

/// The variance of a weighted sum of two windows' figures, clusters paired by id.
///
/// # Formula
///
/// ```text
/// psi_g = sum_w c_w psi_gw / sqrt(1 - h_gw),   V = sum_g psi_g^2
/// M     = diag(sum_w c_w^2 D_gw / N_w) - sum_w c_w^2 v_w v_w' / N_w,   df = (tr M)^2 / tr(M^2)
/// ```
///
/// where `w` runs over the two windows, `D_gw = h_gw / (1 - h_gw)` and `v_gw = h_gw / sqrt(1 - h_gw)`, zero where the
/// cluster is not in the window; `N` is the divisor's sum for a ratio. Independent and serial: the variances add, degrees
/// of freedom are Welch's (1947).
///
/// # Undefined
///
/// `OneCluster` if either window has a single cluster: its figure has no spread to estimate, whatever the other shows.
/// `NoVariation` if every cluster changes by exactly the same.
///
/// # Example
///
/// ```
/// use giamtang::stats::{ClusterId, ClusterMoments, Dependence, mean, variance};
///
/// let office = |id, sum: i128| ClusterMoments { cluster: ClusterId(id), n: 1, sum, sum_squares: sum * sum };
/// let was = mean::estimate(&[office(1, 10), office(2, 20), office(3, 60)]).unwrap();
/// let is = mean::estimate(&[office(1, 9), office(2, 17), office(3, 58)]).unwrap();
/// let spread = variance::paired(&was, &is, variance::Contrast::DIFFERENCE, Dependence::Clustered).unwrap();
/// assert!((spread.variance - 1.0 / 3.0).abs() < 1e-12);         // the paired t test: changes -1, -3, -2
/// assert!((spread.df - 2.0).abs() < 1e-12);
/// ```
pub fn paired(was: &Estimate, is: &Estimate, contrast: Contrast, dependence: Dependence) -> Result<Spread, Undefined> {
    let windows = [(was, contrast.was), (is, contrast.is)];
    match dependence {
        Dependence::Independent => welch(windows, independent),
        Dependence::Serial => welch(windows, weekly),
        Dependence::Clustered => clustered_pair(windows).map(|(spread, _)| spread),
    }
}

/// [`spread`], with the degrees of freedom by which an interval is made.
///
/// # Formula
///
/// ```text
/// df = min(BM, 3 (sum_g w_g)^2 / sum_g w_g^2 - 2),  at least 1;   w_g = psi_g^2 / (1 - h_g)
/// ```
///
/// Bell and McCaffrey's are those of rows with one variance. Rows of one office are alike, so a large office carries
/// more of the variance than its rows; how much, the squares show: normal influences of G equal clusters show G on
/// average. Where every cluster is a single row there is nothing to be alike, and the reference stays exactly t.
pub(super) fn referred(estimate: &Estimate, dependence: Dependence) -> Result<Spread, Undefined> {
    let spread = spread(estimate, dependence)?;
    match dependence {
        Dependence::Clustered | Dependence::Serial => Ok(Spread { df: reference_df(estimate, dependence)?, ..spread }),
        Dependence::Independent => Ok(spread),
    }
}

/// [`paired`], with the degrees of freedom by which a change is tested.
///
/// As [`referred`], of the paired influences, and at most those of alike rows: [`alike_df`].
pub(super) fn compared(
    was: &Estimate,
    is: &Estimate,
    contrast: Contrast,
    dependence: Dependence,
) -> Result<Spread, Undefined> {
    let windows = [(was, contrast.was), (is, contrast.is)];
    match dependence {
        Dependence::Serial => welch(windows, |estimate| referred(estimate, Dependence::Serial)),
        Dependence::Clustered if alike(was) || alike(is) => {
            let (spread, carried) = clustered_pair(windows)?;
            let df = spread.df.min(carried).min(alike_df(windows, spread)).max(1.0);
            Ok(Spread { df, ..spread })
        }
        Dependence::Clustered | Dependence::Independent => paired(was, is, contrast, dependence),
    }
}

/// The degrees of freedom that the squared influences themselves show.
pub(super) fn carried_df(estimate: &Estimate) -> f64 {
    carried(estimate.adjusted().map(|psi| psi * psi))
}

fn carried(squares: impl Iterator<Item = f64>) -> f64 {
    let (sum, sum_squares) = squares.fold((0.0, 0.0), |sums, w| (sums.0 + w, sums.1 + w * w));
    if sum_squares > 0.0 { 3.0 * sum * sum / sum_squares - 2.0 } else { f64::INFINITY }
}

/// Whether a cluster has rows that could be alike.
fn alike(estimate: &Estimate) -> bool {
    estimate.n > estimate.clusters as u64
}

/// The degrees of freedom of one figure: of its layout, or what its squares show of it.
pub(super) fn reference_df(estimate: &Estimate, dependence: Dependence) -> Result<f64, Undefined> {
    match dependence {
        Dependence::Independent => Ok(f64::INFINITY),
        Dependence::Clustered if alike(estimate) => Ok(layout_df(estimate)?.min(carried_df(estimate)).max(1.0)),
        Dependence::Clustered => layout_df(estimate),
        Dependence::Serial => serial::reference_df(estimate),
    }
}

/// The Bell-McCaffrey degrees of freedom of one figure, from cluster sizes alone.
pub(super) fn layout_df(estimate: &Estimate) -> Result<f64, Undefined> {
    several(&estimate.influence)?;
    let mut layout = Layout::new([Working::apart(1.0), Working::default()]);
    for i in &estimate.influence {
        layout.add([i.leverage, 0.0]);
    }
    Ok(layout.df())
}

fn independent(estimate: &Estimate) -> Result<Spread, Undefined> {
    let variance = estimate.independent_variance.ok_or(Undefined::OneCluster)?;
    Ok(Spread { variance, df: estimate.independent_df })
}

/// The long-run variance; cosines that cancel leave a rounding.
fn weekly(estimate: &Estimate) -> Result<Spread, Undefined> {
    let squares: f64 = estimate.influence.iter().map(|i| i.psi * i.psi).sum();
    above_zero(serial::long_run(estimate)?, ROUNDING * squares.sqrt())
}

type Part = fn(&Estimate) -> Result<Spread, Undefined>;

fn welch(windows: [(&Estimate, f64); 2], part: Part) -> Result<Spread, Undefined> {
    let mut variance = 0.0;
    let mut over_df = 0.0;
    for (estimate, weight) in windows {
        let part = part(estimate)?;
        let weighted = weight * weight * part.variance;
        variance += weighted;
        over_df += weighted * weighted / part.df;
    }
    let df = if over_df > 0.0 { variance * variance / over_df } else { f64::INFINITY };
    above_zero(Spread { variance, df }, 0.0)
}

fn clustered(estimate: &Estimate) -> Result<Spread, Undefined> {
    let df = layout_df(estimate)?;
    let variance = estimate.adjusted().map(|psi| psi * psi).sum();
    Ok(Spread { variance, df })
}

/// The spread, and the degrees of freedom that the squares show.
fn clustered_pair(windows: [(&Estimate, f64); 2]) -> Result<(Spread, f64), Undefined> {
    let mut union: BTreeMap<_, (f64, [f64; 2])> = BTreeMap::new();
    let mut unpaired = 0.0;
    for (w, (estimate, weight)) in windows.into_iter().enumerate() {
        several(&estimate.influence)?;
        for (i, psi) in estimate.influence.iter().zip(estimate.adjusted()) {
            let psi = weight * psi;
            let entry = union.entry(i.cluster).or_default();
            entry.0 += psi;
            entry.1[w] = i.leverage;
            unpaired += psi * psi;
        }
    }
    let mut variance = 0.0;
    let mut layout = Layout::new(windows.map(|(estimate, weight)| Working::apart(weight * weight / estimate.weight)));
    for (psi, leverages) in union.values() {
        variance += psi * psi;
        layout.add(*leverages);
    }
    let spread = above_zero(Spread { variance, df: layout.df() }, ROUNDING * unpaired.sqrt())?;
    Ok((spread, carried(union.values().map(|(psi, _)| psi * psi))))
}

/// Two clusters that weigh; one without rows says nothing.
fn several(influence: &[Influence]) -> Result<(), Undefined> {
    let weighing = influence.iter().filter(|i| i.leverage > 0.0).count();
    if weighing < 2 { Err(Undefined::OneCluster) } else { Ok(()) }
}

fn above_zero(spread: Spread, rounding: f64) -> Result<Spread, Undefined> {
    if spread.variance.is_finite() && spread.standard_error() > rounding {
        Ok(spread)
    } else {
        Err(Undefined::NoVariation)
    }
}
