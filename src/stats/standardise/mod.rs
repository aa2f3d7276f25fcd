//! Two windows at one mix: what a figure would be if every stratum were as frequent before as after.
//!
//! A stratum is a procedure, a channel, whatever changes the figure and is not the reform. Strata with rows in both
//! windows are *matched* and weigh what they weigh in both windows together; the others cannot be compared and are left
//! out, counted. Direct standardisation at pooled weights (Kitagawa 1955, JASA 50:1168).
//!
//! The two estimates go into [`super::effect`] like any others. Under [`Dependence::Clustered`] the mix is drawn with
//! the clusters, and what a cluster does to the weights is in its influences: on both windows' figures, because both
//! have the same weights. Otherwise the mix is taken as given: there the windows' variances are added as those of
//! strangers, which two figures with common weights are not.

mod curves;
mod figures;

pub(crate) use curves::held;
pub use curves::{curves, net_curves, net_quantiles, quantiles, woodruff};

use super::ratio::Sums;
use super::{ClusterFollowed, ClusterMoments, ClusterPairs, ClusterTimes, Dependence, Estimate};
use crate::error::Undefined;
use figures::{Table, Variance};

/// One stratum in both windows, by cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stratum<C> {
    /// The cells of the first window.
    pub was: Vec<C>,
    /// The cells of the second window.
    pub is: Vec<C>,
}

impl<C> Default for Stratum<C> {
    /// A stratum without cells.
    fn default() -> Self {
        Self { was: Vec::new(), is: Vec::new() }
    }
}

/// What a stratum may be made of.
pub trait Cell: Clone {
    /// What it weighs in its stratum: its rows, or the divisor of a ratio.
    fn size(&self) -> i128;
}

impl Cell for ClusterMoments {
    fn size(&self) -> i128 {
        self.n.into()
    }
}

impl Cell for ClusterPairs {
    fn size(&self) -> i128 {
        self.y
    }
}

impl Cell for ClusterTimes {
    fn size(&self) -> i128 {
        self.times.iter().map(|t| i128::from(t.count)).sum()
    }
}

impl Cell for ClusterFollowed {
    fn size(&self) -> i128 {
        self.times.iter().map(|t| i128::from(t.count)).sum()
    }
}

impl<C: Cell> Stratum<C> {
    /// Whether it has rows in both windows.
    pub fn is_matched(&self) -> bool {
        [&self.was, &self.is].iter().all(|cells| cells.iter().map(Cell::size).sum::<i128>() > 0)
    }
}

/// The rows of all matched strata as one.
///
/// The crude change over them, beside that over all rows, shows what the unmatched do.
///
/// # Example
///
/// ```
/// use giamtang::stats::{ClusterId, ClusterMoments, share, standardise::{Stratum, matched}};
///
/// let office = |hits: i128, n| ClusterMoments { cluster: ClusterId(1), n, sum: hits, sum_squares: hits };
/// let kept = Stratum { was: vec![office(3, 4)], is: vec![office(1, 2)] };
/// let gone = Stratum { was: vec![office(0, 6)], is: vec![] };
/// let both = matched(&[kept, gone]);
/// assert_eq!(share::estimate(&both.was).unwrap().value, 0.75);  // 3 of 10 with those that are gone
/// ```
pub fn matched<C: Cell>(strata: &[Stratum<C>]) -> Stratum<C> {
    let cells = |side: fn(&Stratum<C>) -> &Vec<C>| {
        strata.iter().filter(|stratum| stratum.is_matched()).flat_map(side).cloned().collect()
    };
    Stratum { was: cells(|stratum| &stratum.was), is: cells(|stratum| &stratum.is) }
}

/// A figure of each window at one mix, and what the mix is of.
#[derive(Clone, Debug, PartialEq)]
pub struct Standardised<E> {
    /// The first window's.
    pub was: E,
    /// The second window's.
    pub is: E,
    /// Strata with rows in both windows.
    pub matched: usize,
    /// Strata with rows in one window only.
    pub unmatched: usize,
    /// Rows of unmatched strata, by window.
    pub left_out: [u64; 2],
}

impl<E> Standardised<E> {
    /// Another figure of both windows, taken from each.
    ///
    /// # Undefined
    ///
    /// As what is taken, of the first window that does not have it.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::stats::{ClusterId, ClusterMoments, Dependence, standardise::{Stratum, mean}};
    ///
    /// let row = |x: i128| ClusterMoments { cluster: ClusterId(1), n: 1, sum: x, sum_squares: x * x };
    /// let strata = [Stratum { was: vec![row(172_800)], is: vec![row(86_400)] }];
    /// let seconds = mean(&strata, Dependence::Clustered).unwrap();
    /// let days = seconds.figure(|mean| Ok(mean.times(1.0 / 86_400.0))).unwrap();
    /// assert_eq!((days.was.value, days.is.value), (2.0, 1.0));
    /// ```
    pub fn figure<F>(self, mut of: impl FnMut(E) -> Result<F, Undefined>) -> Result<Standardised<F>, Undefined> {
        let Self { was, is, matched, unmatched, left_out } = self;
        Ok(Standardised { was: of(was)?, is: of(is)?, matched, unmatched, left_out })
    }
}

/// The share of each window at the mix of both.
///
/// # Formula
///
/// ```text
/// value_w = sum_s w_s p_sw,   w_s = (n_s,was + n_s,is) / N
/// psi_gw  = sum_s w_s (X_gsw - n_gsw p_sw) / n_sw  +  sum_s (p_sw - value_w) (n_gs,was + n_gs,is) / N
/// h_gw    = sum_s w_s n_gsw / n_sw
/// ```
///
/// over matched strata `s` with `N` rows in both windows. The second sum is the weights' own; it is there for clustered
/// rows. `h` is a cluster's share of the weight. Independent variance: `sum_s w_s^2 p(1 - p) / n_sw`; a stratum of one
/// row shows no variance and is given the mean one within the others.
///
/// The variance between clusters is `sum_g psi_g^2 / (1 - l_g)` with
///
/// ```text
/// l_g = max(h_g, min(1/2, sum_s a_gs n_gs / n_s / sum_s a_gs)),   a_gs = w_s^2 n_gs / n_s^2
/// ```
///
/// A cluster's rows are compared with their stratum's mean, which they are a part of; `l` is what that takes from the
/// influence's variance if rows are independent, so `V` is unbiased then, as CR2 is. In a stratum to itself a cluster
/// shows nothing; its other strata speak for that, but for no more than they show, so nothing is more than doubled.
///
/// The influences are the derivatives; they sum to zero. A cluster with rows in one window only has an influence on
/// both figures, by the weights.
///
/// # Undefined
///
/// `NoRows` if no stratum has rows in both windows.
///
/// # Example
///
/// ```
/// use giamtang::stats::{ClusterId, ClusterMoments, Dependence, standardise::{Stratum, share}};
///
/// let office = |id, hits: i128, n| ClusterMoments { cluster: ClusterId(id), n, sum: hits, sum_squares: hits };
/// // Easy files: 9 of 10, then 27 of 30. Hard ones: 15 of 30, then 5 of 10. Nothing changed but the mix.
/// let easy = Stratum { was: vec![office(1, 9, 10)], is: vec![office(1, 27, 30)] };
/// let hard = Stratum { was: vec![office(2, 15, 30)], is: vec![office(2, 5, 10)] };
/// let shares = share(&[easy, hard], Dependence::Clustered).unwrap();
/// assert_eq!((shares.was.value, shares.is.value), (0.7, 0.7));  // half of each: (0.9 + 0.5) / 2
/// ```
pub fn share(strata: &[Stratum<ClusterMoments>], dependence: Dependence) -> Result<Standardised<Estimate>, Undefined> {
    let hits = |cells: fn(&Stratum<ClusterMoments>) -> &[ClusterMoments]| -> i128 {
        let matched = strata.iter().filter(|stratum| stratum.is_matched());
        matched.flat_map(cells).filter(|cell| cell.n > 0).map(|cell| cell.sum).sum()
    };
    let hits = [hits(|stratum| &stratum.was), hits(|stratum| &stratum.is)].map(|hits| u64::try_from(hits).unwrap_or(0));
    let mut shares = figures::standardised(moments(strata), dependence, Variance::OfShares)?;
    [shares.was.events, shares.is.events] = hits;
    Ok(shares)
}

/// The mean of each window at the mix of both.
///
/// # Formula
///
/// ```text
/// value_w = sum_s w_s S_sw / n_sw,   w_s = (n_s,was + n_s,is) / N
/// ```
///
/// with influences and leverages as in [`share`]. Independent variance: `sum_s w_s^2 s_sw^2 / n_sw` with
/// Satterthwaite's degrees of freedom (1946, Biometrics 2:110); of one stratum it is the mean's.
///
/// # Undefined
///
/// `NoRows` if no stratum has rows in both windows.
///
/// # Example
///
/// ```
/// use giamtang::stats::{ClusterId, ClusterMoments, Dependence, standardise::{Stratum, mean}};
///
/// let row = |id, x: i128| ClusterMoments { cluster: ClusterId(id), n: 1, sum: x, sum_squares: x * x };
/// let short = Stratum { was: vec![row(1, 2), row(2, 4)], is: vec![row(1, 1), row(2, 1), row(3, 1)] };
/// let long = Stratum { was: vec![row(1, 30)], is: vec![row(2, 20)] };
/// let gone = Stratum { was: vec![row(1, 99)], is: vec![] };
/// let means = mean(&[short, long, gone], Dependence::Clustered).unwrap();
/// assert_eq!((means.was.value, means.is.value), (75.0 / 7.0, 45.0 / 7.0)); // (5 * 3 + 2 * 30) / 7, (5 + 2 * 20) / 7
/// assert_eq!((means.matched, means.unmatched, means.left_out), (2, 1, [1, 0]));
/// ```
pub fn mean(strata: &[Stratum<ClusterMoments>], dependence: Dependence) -> Result<Standardised<Estimate>, Undefined> {
    figures::standardised(moments(strata), dependence, Variance::OfResiduals)
}

/// The ratio of each window at the mix of both, the mix of its divisor.
///
/// # Formula
///
/// ```text
/// value_w = sum_s w_s x_sw / y_sw,   w_s = (y_s,was + y_s,is) / Y
/// psi_gw  = sum_s w_s (x_gsw - y_gsw R_sw) / y_sw  +  sum_s (R_sw - value_w) (y_gs,was + y_gs,is) / Y
/// h_gw    = sum_s w_s y_gsw / y_sw
/// ```
///
/// A ratio over all strata weighs theirs by their divisors, so the mix that moves it is that of the divisor. Held at a
/// mix of rows, it would still move where the divisor per row does, though no stratum's ratio changed. A stratum
/// without a divisor in a window is unmatched. Independent variance: by the delta method within strata.
///
/// # Undefined
///
/// `NoRows` if no stratum has a divisor in both windows; `NoBase` if a cluster's divisor is below zero.
///
/// # Example
///
/// ```
/// use giamtang::stats::{ClusterId, ClusterPairs, Dependence, standardise::{Stratum, ratio}};
///
/// let office = |x, y| ClusterPairs { cluster: ClusterId(1), n: 5, x, y, xx: x * x, yy: y * y, xy: x * y };
/// let strata = [
///     Stratum { was: vec![office(6, 10)], is: vec![office(4, 10)] },
///     Stratum { was: vec![office(5, 50)], is: vec![office(3, 30)] },
/// ];
/// let ratios = ratio(&strata, Dependence::Clustered).unwrap();
/// assert!((ratios.was.value - 0.2).abs() < 1e-15);              // (20 * 0.6 + 80 * 0.1) / 100
/// assert!((ratios.is.value - 0.16).abs() < 1e-15);              // (20 * 0.4 + 80 * 0.1) / 100
/// ```
pub fn ratio(strata: &[Stratum<ClusterPairs>], dependence: Dependence) -> Result<Standardised<Estimate>, Undefined> {
    let tables =
        strata.iter().map(|stratum| Table::of(&stratum.was, &stratum.is, |cell| (cell.cluster, Sums::of(cell))));
    figures::standardised(tables.collect(), dependence, Variance::OfResiduals)
}

/// The ratio of a sum of one table to a sum of another at the mix of the second.
///
/// The strata of both tables stand in the same order; rows of the first that the second has no stratum for are not met.
///
/// # Formula
///
/// As [`ratio`]; rows and rows left out are those of `y`. No variance as independent rows.
///
/// # Undefined
///
/// As [`ratio`].
///
/// # Example
///
/// ```
/// use giamtang::stats::{ClusterId, ClusterMoments, Dependence, standardise::{Stratum, across}};
///
/// let office = |n, sum| ClusterMoments { cluster: ClusterId(1), n, sum, sum_squares: 0 };
/// let resolved = [Stratum { was: vec![office(40, 40)], is: vec![office(30, 30)] }];
/// let hours = [Stratum { was: vec![office(2, 16)], is: vec![office(1, 10)] }];
/// let ratios = across(&resolved, &hours, Dependence::Clustered).unwrap();
/// assert_eq!((ratios.was.value, ratios.is.value, ratios.was.n), (2.5, 3.0, 2));
/// ```
pub fn across(
    x: &[Stratum<ClusterMoments>],
    y: &[Stratum<ClusterMoments>],
    dependence: Dependence,
) -> Result<Standardised<Estimate>, Undefined> {
    let parts = |x: &[ClusterMoments], y: &[ClusterMoments]| -> Vec<_> {
        let dividends = x.iter().map(|cell| (cell.cluster, Sums::dividend(cell)));
        dividends.chain(y.iter().map(|cell| (cell.cluster, Sums::divisor(cell)))).collect()
    };
    let table = |(x, y): (&Stratum<ClusterMoments>, &Stratum<ClusterMoments>)| {
        Table::of(&parts(&x.was, &y.was), &parts(&x.is, &y.is), |&part| part)
    };
    figures::standardised(x.iter().zip(y).map(table).collect(), dependence, Variance::Unknown)
}

/// How much of its strata a cluster is, by the variance its rows bring.
#[derive(Clone, Copy, Debug, Default)]
struct Stake {
    variance: f64,
    lost: f64,
}

impl Stake {
    /// A stratum of so many rows that has this weight, and the cluster's part of its rows.
    fn add(&mut self, weight: f64, part: f64, rows: f64) {
        let variance = weight * weight * part / rows;
        self.variance += variance;
        self.lost += variance * part;
    }

    /// The part of its variance that the cluster's influence still has.
    fn retained(&self, leverage: f64) -> f64 {
        let lost = if self.variance > 0.0 { self.lost / self.variance } else { 0.0 };
        1.0 - lost.min(MOST_LOST).max(leverage)
    }
}

/// A cluster shows nothing of itself in strata it has alone; no more than this is made of the rest.
const MOST_LOST: f64 = 0.5;

fn moments(strata: &[Stratum<ClusterMoments>]) -> Vec<Table> {
    let part = |cell: &ClusterMoments| (cell.cluster, Sums::per_row(cell));
    strata.iter().map(|stratum| Table::of(&stratum.was, &stratum.is, part)).collect()
}
