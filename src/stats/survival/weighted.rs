//! The incidence of a net time whose rows are censored on another clock.

use super::curve::reaches;
use crate::error::Undefined;
use crate::stats::{ClusterFollowed, ClusterId, Estimate, Influence, Outcome};
use std::collections::BTreeMap;

/// The cumulative incidence of *finished* by net time, weighted by the inverse probability of censoring.
///
/// A dossier has a net time `V`, its pauses taken out, and an elapsed time `T` at which it leaves. The cut-off acts on
/// the elapsed clock. On the net clock an open dossier that was paused looks younger than it is, so its censoring
/// depends on its pauses and Kaplan and Meier's curve of `V` is biased. Each finished row therefore stands for the rows
/// that would have been seen to finish with it. Zhao & Tsiatis 1997 (Biometrika 84:339).
///
/// # Formula
///
/// ```text
/// F(x) = 1/n  sum over finished i with V_i <= x of  1 / K(T_i-)
/// K(t) = prod over u <= t of (1 - c(u) / R(u)),   R(u) = Y(u) - d(u)
/// ```
///
/// where at elapsed time `u`, `Y` rows are at risk, `d` finish or compete and `c` are censored, after those. All clusters
/// share one `K`. Rows with another end never enter `F`, but were not censored. With `V = T` it is [`super::Curve`].
///
/// The derivative with respect to the weight of one row has a term for the estimated `K`:
///
/// ```text
/// psi(x) = ( a / K(T-) - F(x) ) / n + 1{censored} Q(T) / (R(T) - c(T)) - H,    a = 1{finished, V <= x}
/// Q(u)   = 1/n  sum over i with T_i > u of  a_i / K(T_i-)
/// H      = sum over u of  c Q / (R (R - c)),   u < T, or u <= T of a censored row
/// ```
///
/// summed over the rows of a cluster.
///
/// # Example
///
/// ```
/// use giamtang::stats::{ClusterFollowed, ClusterId, FollowedCount, Outcome, survival::Weighted};
///
/// let row = |time, followed, outcome| FollowedCount { time, followed, outcome, count: 1 };
/// let times = vec![
///     row(2, 2, Outcome::Finished),
///     row(1, 3, Outcome::Censored),                             // paused for two of its three days
///     row(5, 6, Outcome::Finished),
/// ];
/// let curve = Weighted::new(&[ClusterFollowed { cluster: ClusterId(1), times }]).unwrap();
/// // K is 1 up to day 3 and 1/2 after: the last row stands for two.
/// assert_eq!(curve.points().collect::<Vec<_>>(), [(2, 1.0 / 3.0), (5, 1.0)]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Weighted {
    /// Net times at which rows finish, and the incidence there.
    steps: Vec<(u64, f64)>,
    /// By elapsed time.
    leavings: Vec<Leaving>,
    /// By elapsed time, then cluster.
    rows: Vec<Row>,
    clusters: Vec<(ClusterId, u64)>,
    n: u64,
    events: u64,
}

/// What happens to the censoring curve at one elapsed time.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Leaving {
    /// `1 / K` just before.
    weight: f64,
    /// `1 / (R - c)`; zero where nobody is left.
    pull: f64,
    /// `c / (R (R - c))`; zero where nobody is left.
    hazard: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Row {
    leaving: usize,
    cluster: usize,
    outcome: Outcome,
    time: u64,
    count: u64,
}

/// Elapsed time, cluster, outcome and net time.
type Key = (u64, ClusterId, Outcome, u64);

impl Weighted {
    /// The curve of one window.
    ///
    /// # Undefined
    ///
    /// `NoRows` if no cluster has a row.
    pub fn new(cells: &[ClusterFollowed]) -> Result<Self, Undefined> {
        let mut sizes: BTreeMap<ClusterId, u64> = BTreeMap::new();
        for cell in cells {
            *sizes.entry(cell.cluster).or_default() += cell.times.iter().map(|t| t.count).sum::<u64>();
        }
        let clusters: Vec<_> = sizes.into_iter().collect();
        let n = clusters.iter().map(|&(_, size)| size).sum();
        if n == 0 {
            return Err(Undefined::NoRows);
        }
        let counts = counts(cells);
        let leavings = leavings(&counts, n);
        let rows = rows(&counts, &clusters);
        let steps = steps(&rows, &leavings, n);
        let events = rows.iter().filter(|row| row.outcome == Outcome::Finished).map(|row| row.count).sum();
        Ok(Self { steps, leavings, rows, clusters, n, events })
    }

    /// Net times at which rows finish, in order, each with the incidence there.
    pub fn points(&self) -> impl Iterator<Item = (u64, f64)> + '_ {
        self.steps.iter().copied()
    }

    /// The smallest net time at which the curve is at or beyond `q`, if it gets there.
    pub fn quantile(&self, q: f64) -> Option<u64> {
        self.steps.iter().find(|&&(_, incidence)| reaches(incidence, q)).map(|&(time, _)| time)
    }

    /// Rows in the denominator.
    pub fn n(&self) -> u64 {
        self.n
    }

    /// The share finished by a net time, with its influences.
    ///
    /// # Formula
    ///
    /// ```text
    /// value = F(time)
    /// ```
    ///
    /// where `F` is the incidence of this curve: 0 before the first time, constant after the last.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::stats::{ClusterFollowed, ClusterId, FollowedCount, Outcome, survival::Weighted};
    ///
    /// let office = |id, time| ClusterFollowed {
    ///     cluster: ClusterId(id),
    ///     times: vec![FollowedCount { time, followed: 99, outcome: Outcome::Finished, count: 2 }],
    /// };
    /// let estimate = Weighted::new(&[office(1, 60), office(2, 90)]).unwrap().incidence(60);
    /// assert_eq!((estimate.value, estimate.influence[0].psi), (0.5, 0.25));
    /// ```
    pub fn incidence(&self, time: u64) -> Estimate {
        let value = self.value(time);
        let pulls = self.pulls(time);
        let mut sums = vec![0.0; self.clusters.len()];
        let mut squares = 0.0;
        for row in &self.rows {
            let psi = self.psi(row, time, value, &pulls);
            sums[row.cluster] += row.count as f64 * psi;
            squares += row.count as f64 * psi * psi;
        }
        Estimate {
            value,
            influence: self.clusters.iter().zip(sums).map(|(&cluster, psi)| self.influence(cluster, psi)).collect(),
            n: self.n,
            events: self.events,
            independent_variance: Some(squares),
            independent_df: f64::INFINITY,
            clusters: self.clusters.iter().filter(|&&(_, size)| size > 0).count(),
            weight: self.n as f64,
            divisor: Vec::new(),
        }
    }

    /// The mean of two windows' curves, by rows.
    pub(super) fn together(&self, other: &Self) -> Vec<(u64, f64)> {
        let mut times: Vec<u64> = self.steps.iter().chain(&other.steps).map(|&(time, _)| time).collect();
        times.sort_unstable();
        times.dedup();
        let (one, two) = (self.n as f64, other.n as f64);
        let mean = |time| (one * self.value(time) + two * other.value(time)) / (one + two);
        times.into_iter().map(|time| (time, mean(time))).collect()
    }

    /// What one row at this net time adds to the curve.
    pub(super) fn jump(&self, time: u64) -> f64 {
        self.value(time) - time.checked_sub(1).map_or(0.0, |before| self.value(before))
    }

    fn value(&self, time: u64) -> f64 {
        let after = self.steps.partition_point(|&(step, _)| step <= time);
        after.checked_sub(1).map_or(0.0, |last| self.steps[last].1)
    }

    /// What the estimated `K` adds to the derivative of a row that leaves at each elapsed time.
    fn pulls(&self, time: u64) -> Vec<Pull> {
        let mut counted = vec![0.0; self.leavings.len()];
        for row in self.rows.iter().filter(|row| row.enters(time)) {
            counted[row.leaving] += row.count as f64 * self.leavings[row.leaving].weight / self.n as f64;
        }
        let mut beyond = 0.0;
        for q in counted.iter_mut().rev() {
            (beyond, *q) = (beyond + *q, beyond);
        }
        let mut before = 0.0;
        let pull = |(leaving, q): (&Leaving, f64)| {
            let upto = before + leaving.hazard * q;
            let pull = Pull { of_event: -before, of_censoring: leaving.pull * q - upto };
            before = upto;
            pull
        };
        self.leavings.iter().zip(counted).map(pull).collect()
    }

    fn psi(&self, row: &Row, time: u64, value: f64, pulls: &[Pull]) -> f64 {
        let weight = if row.enters(time) { self.leavings[row.leaving].weight } else { 0.0 };
        let pull = match row.outcome {
            Outcome::Censored => pulls[row.leaving].of_censoring,
            _ => pulls[row.leaving].of_event,
        };
        (weight - value) / self.n as f64 + pull
    }

    fn influence(&self, (cluster, size): (ClusterId, u64), psi: f64) -> Influence {
        // As on a curve: agreement leaves a rounding, a single row far more.
        let psi = if psi.abs() * self.n as f64 <= 1e-12 * size as f64 { 0.0 } else { psi };
        Influence { cluster, psi, leverage: size as f64 / self.n as f64 }
    }
}

/// The term for `K` of one row.
struct Pull {
    of_event: f64,
    of_censoring: f64,
}

impl Row {
    fn enters(&self, time: u64) -> bool {
        self.outcome == Outcome::Finished && self.time <= time
    }
}

fn counts(cells: &[ClusterFollowed]) -> Vec<(Key, u64)> {
    let rows = cells.iter().flat_map(|cell| cell.times.iter().map(|t| (cell.cluster, t)));
    let key = |(cluster, t): (_, &crate::stats::FollowedCount)| ((t.followed, cluster, t.outcome, t.time), t.count);
    let mut counts: Vec<_> = rows.map(key).filter(|&(_, count)| count > 0).collect();
    counts.sort_unstable();
    counts.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        kept.1 += if same { next.1 } else { 0 };
        same
    });
    counts
}

fn leavings(counts: &[(Key, u64)], n: u64) -> Vec<Leaving> {
    let (mut at_risk, mut weight) = (n, 1.0);
    let leaving = |group: &[(Key, u64)]| {
        let here = weight;
        let all: u64 = group.iter().map(|row| row.1).sum();
        let censored: u64 = group.iter().filter(|row| row.0.2 == Outcome::Censored).map(|row| row.1).sum();
        let exposed = (at_risk - (all - censored)) as f64;
        at_risk -= all;
        let left = at_risk as f64;
        if at_risk == 0 {
            return Leaving { weight: here, pull: 0.0, hazard: 0.0 };
        }
        if censored > 0 {
            weight *= exposed / left;
        }
        Leaving { weight: here, pull: 1.0 / left, hazard: censored as f64 / (exposed * left) }
    };
    counts.chunk_by(|a, b| a.0.0 == b.0.0).map(leaving).collect()
}

fn rows(counts: &[(Key, u64)], clusters: &[(ClusterId, u64)]) -> Vec<Row> {
    let place = |cluster| clusters.partition_point(|&(id, _)| id < cluster);
    let groups = counts.chunk_by(|a, b| a.0.0 == b.0.0).enumerate();
    let row = |leaving, &((_, cluster, outcome, time), count): &(Key, u64)| Row {
        leaving,
        cluster: place(cluster),
        outcome,
        time,
        count,
    };
    groups.flat_map(|(leaving, group)| group.iter().map(move |counted| row(leaving, counted))).collect()
}

/// Whole counts are added while they have one weight, so without censoring the curve is an exact fraction.
fn steps(rows: &[Row], leavings: &[Leaving], n: u64) -> Vec<(u64, f64)> {
    let finished = rows.iter().filter(|row| row.outcome == Outcome::Finished);
    let mut masses: Vec<_> = finished.map(|row| (row.time, row.count as f64 * leavings[row.leaving].weight)).collect();
    masses.sort_by_key(|&(time, _)| time);
    let mut sum = 0.0;
    let step = |group: &[(u64, f64)]| {
        sum += group.iter().map(|&(_, mass)| mass).sum::<f64>();
        (group[0].0, sum / n as f64)
    };
    masses.chunk_by(|a, b| a.0 == b.0).map(step).collect()
}
