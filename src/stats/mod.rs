//! From numbers that add to an estimate with an interval, and from two windows to a change.
//!
//! Here are the cluster-robust variance and its degrees of freedom (`variance`), that of weeks in a row (`serial`), the
//! interval of a `share`, a `mean`, a `ratio`, a `total`, a standardised `rate` and of a `survival` quantile, the change
//! between two windows (`effect`), two windows at one mix (`standardise`) and what of a change is which
//! (`decomposition`), how counts lie (`distribution`), what many tests at once cost (`multiplicity`), and what a test could
//! have shown (`power`). Months stand on control charts (`spc`), in a `trend` with a break and before a `forecast`; units
//! stand side by side in a `funnel`, drawn to their mean (`shrinkage`) and in `ranks` with their uncertainty, and those
//! that reformed beside those that did not (`comparison`).
//! The room knows no KPI, no table and no calendar: it is given sums and tallies by cluster and returns [`Estimate`],
//! [`Limits`] and [`effect::Change`], or says why there is none ([`Undefined`]).
//!
//! One contract holds it together: an estimator returns a value and, *for each cluster, how much that cluster moves
//! it* ([`Influence`]). Everything else is linear in influences. Clusters are taken in ascending order of id and sums
//! run in that order, so the same data give the same bits whatever order they arrive in.

pub mod comparison;
pub mod decomposition;
pub mod disclosure;
pub mod distribution;
pub mod effect;
pub mod forecast;
pub mod funnel;
pub mod interval;
mod layout;
pub mod mean;
pub mod multiplicity;
mod newey_west;
pub mod power;
pub mod ranks;
pub mod rate;
pub mod ratio;
mod regression;
pub mod serial;
pub mod share;
pub mod shrinkage;
pub mod spc;
pub mod standardise;
pub mod survival;
pub mod total;
pub mod trend;
mod units;
pub mod variance;
mod yearly;

pub use crate::error::Undefined;
pub use interval::{Interval, Limits};
pub use units::{RateCount, ShareCount, Unit};
pub use yearly::yearly_weights;

/// A value, what each cluster contributes to it, and how many rows it rests on.
///
/// Made by [`share::estimate`], [`mean::estimate`], [`ratio::estimate`], [`total::estimate`], [`survival::Curve`] and
/// [`survival::Weighted`].
///
/// # Formula
///
/// ```text
/// value_w = value + sum_g (w_g - 1) psi_g + o(|w - 1|)
/// ```
///
/// where `w_g` is a weight put on all rows of cluster `g`; the `psi_g` sum to zero.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// The figure, in the unit of the measure.
    pub value: f64,
    /// By cluster, in ascending order of id; those given without rows have none, and stand here as weeks.
    ///
    /// Empty where no derivative exists (see [`survival::Density`]).
    pub influence: Vec<Influence>,
    /// Rows in the denominator.
    pub n: u64,
    /// Hits of a share, finished rows of a curve; of a mean, the rows.
    pub events: u64,
    /// The variance of `value` if rows were independent; absent if it has none.
    pub independent_variance: Option<f64>,
    /// Degrees of freedom of that variance; infinite where the reference is normal.
    pub independent_df: f64,
    clusters: usize,
    /// The sum of the weights behind the leverages: rows, or a ratio's divisor.
    weight: f64,
    /// Of a ratio: by cluster, the influence on its divisor per row, as a part of it.
    divisor: Vec<f64>,
    /// By cluster, the part of its variance that its influence still has; empty where that is `1 - h`.
    retained: Vec<f64>,
}

impl Estimate {
    /// The estimate of so many times the figure.
    ///
    /// # Formula
    ///
    /// ```text
    /// value' = c value,   psi' = c psi,   V' = c^2 V
    /// ```
    pub fn times(mut self, factor: f64) -> Self {
        self.value *= factor;
        self.influence.iter_mut().for_each(|influence| influence.psi *= factor);
        self.independent_variance = self.independent_variance.map(|variance| variance * factor * factor);
        self
    }

    /// A figure of which nothing is known but its influences.
    fn of_influences(value: f64, influence: Vec<Influence>, weight: f64, n: u64) -> Self {
        Self {
            value,
            n,
            events: 0,
            independent_variance: None,
            independent_df: f64::INFINITY,
            clusters: influence.len(),
            influence,
            weight,
            divisor: Vec::new(),
            retained: Vec::new(),
        }
    }

    /// Influences over the root of the part of their variance that they still have: CR2's adjustment.
    fn adjusted(&self) -> impl Iterator<Item = f64> + '_ {
        let retained = |(place, i): (usize, &Influence)| self.retained.get(place).copied().unwrap_or(1.0 - i.leverage);
        self.influence.iter().enumerate().map(move |part| part.1.psi / retained(part).sqrt())
    }

    /// The clusters that hold at least one row, also where there are no influences.
    pub fn clusters(&self) -> usize {
        self.clusters
    }

    /// The cluster that carries most of the figure, and its part of the whole.
    ///
    /// Of equal ones the first by id. None where there are no influences, or no rows.
    ///
    /// # Formula
    ///
    /// ```text
    /// max over g of  h_g / sum h
    /// ```
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::stats::{ClusterId, ClusterMoments, mean};
    ///
    /// let office = |id, n| ClusterMoments { cluster: ClusterId(id), n, sum: 1, sum_squares: 1 };
    /// let estimate = mean::estimate(&[office(1, 10), office(2, 80), office(3, 10)]).unwrap();
    /// assert_eq!(estimate.dominant(), Some((ClusterId(2), 0.8)));
    /// ```
    pub fn dominant(&self) -> Option<(ClusterId, f64)> {
        let all: f64 = self.influence.iter().map(|i| i.leverage).sum();
        let most = self.influence.iter().rev().max_by(|a, b| a.leverage.total_cmp(&b.leverage))?;
        (most.leverage > 0.0).then(|| (most.cluster, most.leverage / all))
    }

    /// Whether no cluster has rows in both.
    ///
    /// Then the windows are other offices, and nothing is paired. Where one has no influences it is not known, and said
    /// to be false.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::stats::{ClusterId, ClusterMoments, mean};
    ///
    /// let cell = |id| ClusterMoments { cluster: ClusterId(id), n: 2, sum: 1, sum_squares: 1 };
    /// let office = |id| mean::estimate(&[cell(id)]).unwrap();
    /// assert!(office(1).is_disjoint(&office(2)) && !office(1).is_disjoint(&office(1)));
    /// ```
    pub fn is_disjoint(&self, other: &Self) -> bool {
        let holds = |estimate: &Self, cluster| {
            let place = estimate.influence.partition_point(|i| i.cluster < cluster);
            estimate.influence.get(place).is_some_and(|i| i.cluster == cluster && i.leverage > 0.0)
        };
        let apart = |i: &Influence| i.leverage <= 0.0 || !holds(other, i.cluster);
        !self.influence.is_empty() && !other.influence.is_empty() && self.influence.iter().all(apart)
    }
}

/// What a first-order change of one cluster's weight does to the value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Influence {
    /// Whose.
    pub cluster: ClusterId,
    /// The derivative of the value by the cluster's weight, in the unit of the value.
    pub psi: f64,
    /// The cluster's share of the rows, `h_g = n_g / N`; of a ratio, its share of the divisor.
    pub leverage: f64,
}

/// What is sampled together: an office, a week.
///
/// The same id in two windows is the same cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClusterId(pub u32);

/// Whether the rows of one cluster resemble each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dependence {
    /// They may: the variance is taken between clusters (CR2, Bell-McCaffrey t).
    Clustered,
    /// Clusters are weeks in a row, and a week resembles the one before (equal-weighted cosines, t).
    ///
    /// Ids number the weeks of a window; two windows are two series, and no week is paired.
    Serial,
    /// They do not; used only where the study declares `cluster = "none"`.
    Independent,
}

/// The additive state of an integer measure in one cluster.
///
/// A share has `x` in {0, 1}.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClusterMoments {
    /// Whose; two entries of one cluster are added.
    pub cluster: ClusterId,
    /// Rows.
    pub n: u64,
    /// Sum of `x`.
    pub sum: i128,
    /// Sum of `x` squared.
    pub sum_squares: i128,
}

/// The additive state of two integer measures of the same rows in one cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClusterPairs {
    /// Whose; two entries of one cluster are added.
    pub cluster: ClusterId,
    /// Rows.
    pub n: u64,
    /// Sum of `x`.
    pub x: i128,
    /// Sum of `y`.
    pub y: i128,
    /// Sum of `x` squared.
    pub xx: i128,
    /// Sum of `y` squared.
    pub yy: i128,
    /// Sum of `x` times `y`.
    pub xy: i128,
}

/// The additive state of a time to an outcome in one cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterTimes {
    /// Whose; two entries of one cluster are added.
    pub cluster: ClusterId,
    /// How many rows left at which time and how; any order, repeats are added.
    pub times: Vec<TimeCount>,
}

/// Rows that left at one time in one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeCount {
    /// Seconds since the start.
    pub time: u64,
    /// How they left.
    pub outcome: Outcome,
    /// How many.
    pub count: u64,
}

/// The additive state of a net time to an outcome in one cluster, with how long each row was followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterFollowed {
    /// Whose; two entries of one cluster are added.
    pub cluster: ClusterId,
    /// How many rows left after which times and how; any order, repeats are added.
    pub times: Vec<FollowedCount>,
}

/// Rows that left at one time on both clocks in one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FollowedCount {
    /// Net seconds since the start, pauses taken out.
    pub time: u64,
    /// Elapsed seconds since the start, on the clock on which a row is censored.
    pub followed: u64,
    /// How they left.
    pub outcome: Outcome,
    /// How many.
    pub count: u64,
}

/// How a row leaves observation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Still open at the cut-off: known to last at least this long.
    Censored,
    /// The outcome whose time is measured.
    Finished,
    /// An end that rules the outcome out, such as a withdrawal.
    Competing,
}
