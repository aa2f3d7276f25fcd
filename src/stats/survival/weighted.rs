//! The incidence of a net time whose rows are censored on another clock.

use super::curve::reaches;
use super::mix::Mix;
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
/// where at elapsed time `u`, `Y` rows are at risk, `d` finish or compete and `c` are censored, after those. All
/// clusters share one `K`. Rows with another end never enter `F`, but were not censored. With `V = T` it is
/// [`super::Curve`].
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
/// At a fixed mix ([`crate::stats::standardise::curves`]) every row counts as often as its stratum's weight says, in
/// `F`, in `Y`, `d` and `c`, and the derivative has a term for that weight.
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
    /// The weight of all rows: as many as there are, or a rounding of it at a fixed mix.
    mass: f64,
    mix: Option<Mix>,
}

/// What happens to the censoring curve at one elapsed time.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Leaving {
    /// Elapsed seconds.
    followed: u64,
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
    stratum: usize,
    outcome: Outcome,
    time: u64,
    count: u64,
    /// What one of them weighs; 1 unless a mix is held.
    scale: f64,
}

/// Elapsed time, cluster, outcome and net time.
pub(in crate::stats) type Key = (u64, ClusterId, Outcome, u64);

/// Rows alike: how many, in which stratum, what each weighs.
#[derive(Clone, Copy, Debug)]
pub(in crate::stats) struct Alike {
    pub(in crate::stats) key: Key,
    pub(in crate::stats) stratum: usize,
    pub(in crate::stats) count: u64,
    pub(in crate::stats) scale: f64,
}

impl Alike {
    fn mass(&self) -> f64 {
        self.count as f64 * self.scale
    }
}

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
        let alike = counts(cells).into_iter().map(|(key, count)| Alike { key, stratum: 0, count, scale: 1.0 });
        Self::of(alike.collect(), sizes, None)
    }

    /// The curve of weighed rows, in order of their keys; the named clusters are there even without rows.
    pub(in crate::stats) fn of(
        alike: Vec<Alike>,
        sizes: BTreeMap<ClusterId, u64>,
        mix: Option<Mix>,
    ) -> Result<Self, Undefined> {
        let clusters: Vec<_> = sizes.into_iter().collect();
        let n = clusters.iter().map(|&(_, size)| size).sum();
        if n == 0 {
            return Err(Undefined::NoRows);
        }
        let mass = alike.iter().map(Alike::mass).sum();
        let leavings = leavings(&alike);
        let rows = rows(&alike, &clusters);
        let steps = steps(&rows, &leavings, mass);
        let events = rows.iter().filter(|row| row.outcome == Outcome::Finished).map(|row| row.count).sum();
        Ok(Self { steps, leavings, rows, clusters, n, events, mass, mix })
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
        self.functional(self.value(time), |row| f64::from(u8::from(row.time <= time)), 1.0)
    }

    /// The mean net time within a horizon, open rows included.
    ///
    /// # Formula
    ///
    /// ```text
    /// value = integral from 0 to horizon of (1 - F(x)) dx
    /// ```
    ///
    /// with the derivative of [`Weighted`], `max(horizon - V, 0)` in the place of `1{V <= x}`. See
    /// [`super::Curve::restricted_mean`].
    ///
    /// # Undefined
    ///
    /// `NotReached` if the rows followed longest are still open and below the horizon: beyond them nothing is known.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::stats::{ClusterFollowed, ClusterId, FollowedCount, Outcome, survival::Weighted};
    ///
    /// let row = |time, outcome| FollowedCount { time, followed: 2 * time, outcome, count: 1 };
    /// let times = vec![row(2, Outcome::Finished), row(4, Outcome::Finished), row(9, Outcome::Censored)];
    /// let curve = Weighted::new(&[ClusterFollowed { cluster: ClusterId(1), times }]).unwrap();
    /// assert!((curve.restricted_mean(6).unwrap().value - 4.0).abs() < 1e-15); // (2 + 4 + 6) / 3
    /// assert!(curve.restricted_mean(10).is_err());
    /// ```
    pub fn restricted_mean(&self, horizon: u64) -> Result<Estimate, Undefined> {
        let last = self.rows.iter().rev().take_while(|row| row.leaving + 1 == self.leavings.len());
        if last.into_iter().any(|row| row.outcome == Outcome::Censored && row.time < horizon) {
            return Err(Undefined::NotReached);
        }
        let (mut from, mut incidence, mut finished) = (0, 0.0, 0.0);
        for &(time, value) in self.steps.iter().take_while(|&&(time, _)| time < horizon) {
            finished += (time - from) as f64 * incidence;
            (from, incidence) = (time, value);
        }
        finished += (horizon - from) as f64 * incidence;
        let area = self.functional(finished, |row| horizon.saturating_sub(row.time) as f64, horizon as f64).times(-1.0);
        Ok(Estimate { value: horizon as f64 - finished, ..area })
    }

    /// Whether any row left by a competing outcome.
    pub(super) fn competes(&self) -> bool {
        self.rows.iter().any(|row| row.outcome == Outcome::Competing)
    }

    /// Whether net time is elapsed time.
    pub(super) fn has_one_clock(&self) -> bool {
        self.rows.iter().all(|row| row.time == self.leavings[row.leaving].followed)
    }

    /// The same curve with its mix taken for given, or again for drawn with the clusters.
    pub(in crate::stats) fn with_mix(mut self, is_drawn: bool) -> Self {
        self.mix.iter_mut().for_each(|mix| mix.is_drawn = is_drawn);
        self
    }

    /// Whether the rows are weighed to a mix.
    pub(super) fn has_fixed_mix(&self) -> bool {
        self.mix.is_some()
    }

    /// The estimate of the mean score over finished rows, at its value; `unit` is the largest score.
    fn functional(&self, value: f64, score: impl Fn(&Row) -> f64, unit: f64) -> Estimate {
        let score = |row: &Row| if row.outcome == Outcome::Finished { score(row) } else { 0.0 };
        let pulls = self.pulls(score);
        let mut sums = vec![0.0; self.clusters.len()];
        let mut squares = 0.0;
        let mut strata = self.mix.as_ref().map(Mix::strata).unwrap_or_default();
        for row in &self.rows {
            let psi = row.scale * self.psi(row, score(row), value, &pulls);
            sums[row.cluster] += row.count as f64 * psi;
            squares += row.count as f64 * psi * psi;
            if let Some(stratum) = strata.get_mut(row.stratum) {
                stratum.add(row.count, row.scale, psi);
            }
        }
        if let Some(mix) = &self.mix {
            mix.pull(&strata, &mut sums);
            squares = Mix::variance(&strata);
        }
        let named = self.clusters.iter().enumerate().zip(sums);
        Estimate {
            value,
            influence: named.map(|((place, &cluster), psi)| self.influence(place, cluster, psi, unit)).collect(),
            n: self.n,
            events: self.events,
            independent_variance: Some(squares),
            independent_df: f64::INFINITY,
            clusters: self.clusters.iter().filter(|&&(_, size)| size > 0).count(),
            weight: self.mix.as_ref().map_or(self.n as f64, |mix| mix.weight),
            divisor: Vec::new(),
            retained: self.mix.as_ref().map(|mix| mix.retained.clone()).unwrap_or_default(),
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

    pub(super) fn value(&self, time: u64) -> f64 {
        let after = self.steps.partition_point(|&(step, _)| step <= time);
        after.checked_sub(1).map_or(0.0, |last| self.steps[last].1)
    }

    /// What the estimated `K` adds to the derivative of a row that leaves at each elapsed time.
    fn pulls(&self, score: impl Fn(&Row) -> f64) -> Vec<Pull> {
        let mut counted = vec![0.0; self.leavings.len()];
        for row in &self.rows {
            counted[row.leaving] += row.mass() * score(row) * self.leavings[row.leaving].weight / self.mass;
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

    fn psi(&self, row: &Row, score: f64, value: f64, pulls: &[Pull]) -> f64 {
        let weight = score * self.leavings[row.leaving].weight;
        let pull = match row.outcome {
            Outcome::Censored => pulls[row.leaving].of_censoring,
            _ => pulls[row.leaving].of_event,
        };
        (weight - value) / self.mass + pull
    }

    fn influence(&self, place: usize, (cluster, size): (ClusterId, u64), psi: f64, unit: f64) -> Influence {
        let own = size as f64 / self.n as f64;
        let (leverage, part) = self.mix.as_ref().map_or((own, own), |mix| (mix.leverage[place], mix.part[place]));
        // As on a curve: agreement leaves a rounding, a single row far more.
        let psi = if psi.abs() <= 1e-12 * part * unit { 0.0 } else { psi };
        Influence { cluster, psi, leverage }
    }
}

/// The term for `K` of one row.
struct Pull {
    of_event: f64,
    of_censoring: f64,
}

impl Row {
    fn mass(&self) -> f64 {
        self.count as f64 * self.scale
    }
}

/// Rows alike, in order of their keys.
pub(in crate::stats) fn counts(cells: &[ClusterFollowed]) -> Vec<(Key, u64)> {
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

fn leavings(alike: &[Alike]) -> Vec<Leaving> {
    let groups: Vec<_> = alike.chunk_by(|a, b| a.key.0 == b.key.0).collect();
    // From the end: a difference of weights would lose the digits of what is left.
    let mut left = vec![0.0; groups.len()];
    for group in (1..groups.len()).rev() {
        left[group - 1] = left[group] + groups[group].iter().map(Alike::mass).sum::<f64>();
    }
    let mut weight = 1.0;
    let leaving = |(group, left): (&&[Alike], f64)| {
        let (here, followed) = (weight, group[0].key.0);
        if left == 0.0 {
            return Leaving { followed, weight: here, pull: 0.0, hazard: 0.0 };
        }
        let censored = group.iter().filter(|rows| rows.key.2 == Outcome::Censored).map(Alike::mass).sum::<f64>();
        let exposed = left + censored;
        if censored > 0.0 {
            weight *= exposed / left;
        }
        Leaving { followed, weight: here, pull: 1.0 / left, hazard: censored / (exposed * left) }
    };
    groups.iter().zip(left).map(leaving).collect()
}

fn rows(alike: &[Alike], clusters: &[(ClusterId, u64)]) -> Vec<Row> {
    let place = |cluster| clusters.partition_point(|&(id, _)| id < cluster);
    let groups = alike.chunk_by(|a, b| a.key.0 == b.key.0).enumerate();
    let row = |(leaving, rows): (usize, &Alike)| {
        let (_, cluster, outcome, time) = rows.key;
        let Alike { stratum, count, scale, .. } = *rows;
        Row { leaving, cluster: place(cluster), stratum, outcome, time, count, scale }
    };
    groups.flat_map(|(leaving, group)| group.iter().map(move |rows| (leaving, rows))).map(row).collect()
}

/// Whole counts are added while they have one weight, so without censoring the curve is an exact fraction.
fn steps(rows: &[Row], leavings: &[Leaving], mass: f64) -> Vec<(u64, f64)> {
    let finished = rows.iter().filter(|row| row.outcome == Outcome::Finished);
    let mut masses: Vec<_> = finished.map(|row| (row.time, row.mass() * leavings[row.leaving].weight)).collect();
    masses.sort_by_key(|&(time, _)| time);
    let mut sum = 0.0;
    let step = |group: &[(u64, f64)]| {
        sum += group.iter().map(|&(_, mass)| mass).sum::<f64>();
        let incidence = sum / mass;
        // All of them, in whatever parts they were added.
        (group[0].0, if (incidence - 1.0).abs() <= 1e-12 { 1.0 } else { incidence })
    };
    masses.chunk_by(|a, b| a.0 == b.0).map(step).collect()
}
