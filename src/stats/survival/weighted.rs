//! The incidence of a net time whose rows are censored on another clock.

use super::curve::reaches;
use super::leavers::{Choice, Leavers, Row};
use super::mix::Mix;
use crate::error::Undefined;
use crate::stats::{ClusterFollowed, ClusterId, Estimate, Influence, Outcome};
use std::sync::Arc;

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
    /// By elapsed time, also those at which no row leaves.
    leavings: Vec<Leaving>,
    /// By elapsed time, then cluster, outcome, net time and stratum.
    rows: Vec<Row>,
    /// The net times, ascending, also those of no row.
    times: Arc<[u64]>,
    /// By stratum, what one of its rows weighs.
    scales: Vec<f64>,
    clusters: Vec<(ClusterId, u64)>,
    n: u64,
    events: u64,
    /// The weight of all rows: as many as there are, or a rounding of it at a fixed mix.
    mass: f64,
    mix: Option<Box<Mix>>,
    /// Whether net time is elapsed time, and whether any row left by a competing outcome.
    has_one_clock: bool,
    competes: bool,
}

/// What rows weigh: whose they are, in which stratum, and what the mix is.
#[derive(Clone, Debug, Default)]
pub(in crate::stats) struct Weighing {
    /// Clusters are there even without rows.
    pub(in crate::stats) clusters: Vec<(ClusterId, u64)>,
    /// The place among them of each cluster of the rows.
    pub(in crate::stats) places: Vec<u32>,
    /// By stratum.
    pub(in crate::stats) scales: Vec<f64>,
    pub(in crate::stats) mix: Option<Box<Mix>>,
}

/// What happens to the censoring curve at one elapsed time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Leaving {
    /// `1 / K` just before.
    weight: f64,
    /// `1 / (R - c)`; zero where nobody is left.
    pull: f64,
    /// `c / (R (R - c))`; zero where nobody is left.
    hazard: f64,
}

impl Weighted {
    /// The curve of one window.
    ///
    /// # Undefined
    ///
    /// `NoRows` if no cluster has a row.
    pub fn new(cells: &[ClusterFollowed]) -> Result<Self, Undefined> {
        Self::leaving(&Leavers::net(cells.iter().map(|cell| (0, cell))), Choice::default())
    }

    /// The curve of rows in order; named clusters are there even without rows.
    pub(crate) fn leaving(leavers: &Leavers, choice: Choice) -> Result<Self, Undefined> {
        let (clusters, places) = leavers.sizes(choice);
        let mut rows: Vec<Row> = Vec::with_capacity(leavers.len());
        for row in leavers.chosen(choice) {
            let row = Row { cluster: places[row.cluster as usize], way: row.way.of(0), ..*row };
            // Those alike in all but the stratum are one.
            if !rows.last_mut().is_some_and(|last| last.is_like(&row) && last.take_in(row.count)) {
                rows.push(row);
            }
        }
        rows.shrink_to_fit();
        Self::of(leavers, rows, Weighing { clusters, places, scales: vec![1.0], mix: None })
    }

    /// The curve of rows of some strata, each with its number here; none of a stratum without one.
    pub(in crate::stats) fn weighed(
        leavers: &Leavers,
        choice: Choice,
        strata: &[Option<u32>],
        weighing: Weighing,
    ) -> Result<Self, Undefined> {
        let mut rows: Vec<Row> = Vec::with_capacity(leavers.len());
        let mut alike = 0;
        for row in leavers.chosen(choice) {
            let Some(&Some(stratum)) = strata.get(row.way.stratum()) else { continue };
            let row = Row { cluster: weighing.places[row.cluster as usize], way: row.way.of(stratum), ..*row };
            if !rows.last().is_some_and(|last| last.is_like(&row)) {
                in_order_of_strata(&mut rows[alike..]);
                alike = rows.len();
            }
            rows.push(row);
        }
        in_order_of_strata(&mut rows[alike..]);
        Self::of(leavers, rows, weighing)
    }

    fn of(leavers: &Leavers, rows: Vec<Row>, weighing: Weighing) -> Result<Self, Undefined> {
        let Weighing { clusters, scales, mix, .. } = weighing;
        let n = clusters.iter().map(|&(_, size)| size).sum();
        if n == 0 {
            return Err(Undefined::NoRows);
        }
        let (times, followed) = (leavers.measured().clone(), leavers.leavings());
        let is_one = |row: &Row| times[row.time as usize] == followed[row.leaving as usize];
        let has_one_clock = !leavers.is_net() || rows.iter().all(is_one);
        let leavings = vec![Leaving::default(); followed.len()];
        let (steps, events, mass, competes) = (Vec::new(), 0, 0.0, false);
        let mut curve =
            Self { steps, leavings, rows, times, scales, clusters, n, events, mass, mix, has_one_clock, competes };
        curve.leave();
        curve.steps = curve.steps();
        Ok(curve)
    }

    /// What rows alike weigh.
    #[inline]
    fn of_all(&self, row: &Row) -> f64 {
        f64::from(row.count) * self.scales[row.way.stratum()]
    }

    /// The rows, those together that leave at one time.
    fn by_leaving(&self) -> impl Iterator<Item = &[Row]> {
        self.rows.chunk_by(|one, other| one.leaving == other.leaving)
    }

    /// Net times at which rows finish, in order, each with the incidence there.
    pub fn points(&self) -> impl Iterator<Item = (u64, f64)> + '_ {
        self.steps.iter().copied()
    }

    /// The smallest net time at which the curve is at or beyond `q`, if it gets there.
    pub fn quantile(&self, q: f64) -> Option<u64> {
        let before = self.steps.partition_point(|&(_, incidence)| !reaches(incidence, q));
        self.steps.get(before).map(|&(time, _)| time)
    }

    /// Rows that finished.
    pub(crate) fn events(&self) -> u64 {
        self.events
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
        self.incidence_with(time, true)
    }

    /// The same with the mix taken for given.
    pub(super) fn incidence_at_given_mix(&self, time: u64) -> Estimate {
        self.incidence_with(time, false)
    }

    fn incidence_with(&self, time: u64, may_draw: bool) -> Estimate {
        let upto = self.times.partition_point(|own| *own <= time) as u32;
        self.functional(self.value(time), |own| f64::from(u8::from(own < upto)), 1.0, may_draw)
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
        let last = self.rows.chunk_by(|one, other| one.leaving == other.leaving).next_back().unwrap_or_default();
        let time = |own: u32| self.times[own as usize];
        if last.iter().any(|row| row.way.outcome() == Outcome::Censored && time(row.time) < horizon) {
            return Err(Undefined::NotReached);
        }
        let (mut from, mut incidence, mut finished) = (0, 0.0, 0.0);
        for &(time, value) in self.steps.iter().take_while(|&&(time, _)| time < horizon) {
            finished += (time - from) as f64 * incidence;
            (from, incidence) = (time, value);
        }
        finished += (horizon - from) as f64 * incidence;
        let left = |own| horizon.saturating_sub(time(own)) as f64;
        let area = self.functional(finished, left, horizon as f64, true).times(-1.0);
        Ok(Estimate { value: horizon as f64 - finished, ..area })
    }

    /// Whether any row left by a competing outcome.
    pub(super) fn competes(&self) -> bool {
        self.competes
    }

    /// Whether net time is elapsed time.
    pub(super) fn has_one_clock(&self) -> bool {
        self.has_one_clock
    }

    /// The clusters that weigh.
    pub(super) fn weighing(&self) -> usize {
        match &self.mix {
            Some(mix) => mix.leverage.iter().filter(|leverage| **leverage > 0.0).count(),
            None => self.clusters.iter().filter(|&&(_, size)| size > 0).count(),
        }
    }

    /// The estimate of which nothing is asked but its value.
    pub(super) fn alone(&self, value: f64) -> Estimate {
        self.estimate(value, Vec::new(), None)
    }

    /// Whether the rows are weighed to a mix.
    pub(super) fn has_fixed_mix(&self) -> bool {
        self.mix.is_some()
    }

    /// The estimate of the mean score over finished rows, at its value; `unit` is the largest score.
    ///
    /// A score is of a net time, by its place. A mix that is drawn is taken for given unless it may be drawn.
    fn functional(&self, value: f64, score: impl Fn(u32) -> f64, unit: f64, may_draw: bool) -> Estimate {
        let beyond = self.beyond(&score);
        let mut sums = vec![0.0; self.clusters.len()];
        let mut squares = 0.0;
        let mut strata = self.mix.as_deref().map(|mix| mix.strata(&self.scales)).unwrap_or_default();
        let mut upto = 0.0;
        let none = (0.0 - value) / self.mass;
        for rows in self.by_leaving() {
            let here = rows[0].leaving as usize;
            let leaving = &self.leavings[here];
            // What the estimated `K` adds to the derivative of a row: `H` before, or until, and the censored one's own.
            let of_event = -upto;
            upto += leaving.hazard * beyond[here];
            let of_censoring = leaving.pull * beyond[here] - upto;
            for row in rows {
                let (part, pull) = match row.way.outcome() {
                    Outcome::Finished => match score(row.time) {
                        0.0 => (none, of_event),
                        score => ((score * leaving.weight - value) / self.mass, of_event),
                    },
                    Outcome::Competing => (none, of_event),
                    Outcome::Censored => (none, of_censoring),
                };
                let psi = self.scales[row.way.stratum()] * (part + pull);
                sums[row.cluster as usize] += f64::from(row.count) * psi;
                match strata.get_mut(row.way.stratum()) {
                    Some(stratum) => stratum.add(row.count.into(), psi),
                    None => squares += f64::from(row.count) * psi * psi,
                }
            }
        }
        if let Some(mix) = &self.mix {
            mix.pull(&strata, &mut sums, may_draw);
            squares = Mix::variance(&strata);
        }
        let named = self.clusters.iter().enumerate().zip(sums);
        let influence = named.map(|((place, &cluster), psi)| self.influence(place, cluster, psi, unit)).collect();
        self.estimate(value, influence, Some(squares))
    }

    fn estimate(&self, value: f64, influence: Vec<Influence>, independent_variance: Option<f64>) -> Estimate {
        Estimate {
            value,
            influence,
            n: self.n,
            events: self.events,
            independent_variance,
            independent_df: f64::INFINITY,
            clusters: self.clusters.iter().filter(|&&(_, size)| size > 0).count(),
            weight: self.mix.as_ref().map_or(self.n as f64, |mix| mix.weight),
            divisor: Vec::new(),
            retained: self.mix.as_ref().map(|mix| mix.retained.clone()).unwrap_or_default(),
        }
    }

    /// The time at which the mean of two windows' curves, by rows, is nearest to `q`.
    ///
    /// The later of two as near but for rounding.
    pub(super) fn nearest_together(&self, other: &Self, q: f64) -> Option<u64> {
        let (one, two) = (self.n as f64, other.n as f64);
        let (mut steps, mut values) = ([self.steps.as_slice(), other.steps.as_slice()], [0.0; 2]);
        let mut before: Option<(u64, f64)> = None;
        while let Some(time) = steps.iter().filter_map(|steps| steps.first()).map(|step| step.0).min() {
            for (steps, value) in steps.iter_mut().zip(&mut values) {
                if let Some((first, rest)) = steps.split_first().filter(|(first, _)| first.0 == time) {
                    (*value, *steps) = (first.1, rest);
                }
            }
            let here = (one * values[0] + two * values[1]) / (one + two);
            if reaches(here, q) {
                let miss = |incidence: f64| (incidence - q).abs();
                let nearer = before.filter(|before| miss(before.1) < miss(here) - 1e-10);
                return Some(nearer.map_or(time, |before| before.0));
            }
            before = Some((time, here));
        }
        None
    }

    pub(super) fn value(&self, time: u64) -> f64 {
        let after = self.steps.partition_point(|&(step, _)| step <= time);
        after.checked_sub(1).map_or(0.0, |last| self.steps[last].1)
    }

    /// `Q`: by elapsed time, what the scores of rows that leave later come to.
    fn beyond(&self, score: impl Fn(u32) -> f64) -> Vec<f64> {
        let mut counted = vec![0.0; self.leavings.len()];
        for rows in self.by_leaving() {
            let here = rows[0].leaving as usize;
            let (weight, mut sum) = (self.leavings[here].weight, 0.0);
            for row in rows.iter().filter(|row| row.way.outcome() == Outcome::Finished) {
                match score(row.time) {
                    0.0 => {}
                    score => sum += self.of_all(row) * score * weight / self.mass,
                }
            }
            counted[here] = sum;
        }
        let mut beyond = 0.0;
        for q in counted.iter_mut().rev() {
            (beyond, *q) = (beyond + *q, beyond);
        }
        counted
    }

    /// What the rows come to, and what happens where they leave.
    fn leave(&mut self) {
        let Self { rows, leavings, scales, mass, events, competes, .. } = self;
        for rows in rows.chunk_by(|one, other| one.leaving == other.leaving) {
            let (mut all, mut censored) = (0.0, 0.0);
            for row in rows {
                let own = f64::from(row.count) * scales[row.way.stratum()];
                *mass += own;
                all += own;
                match row.way.outcome() {
                    Outcome::Censored => censored += own,
                    Outcome::Finished => *events += u64::from(row.count),
                    Outcome::Competing => *competes = true,
                }
            }
            // Here still: the rows that leave, and those censored of them.
            let leaving = &mut leavings[rows[0].leaving as usize];
            (leaving.pull, leaving.hazard) = (all, censored);
        }
        // From the end: a difference of weights would lose the digits of what is left.
        let mut left = 0.0;
        for leaving in leavings.iter_mut().rev() {
            (leaving.pull, left) = (left, left + leaving.pull);
        }
        let mut weight = 1.0;
        for leaving in leavings {
            let (left, censored) = (leaving.pull, leaving.hazard);
            leaving.weight = weight;
            let exposed = left + censored;
            (leaving.pull, leaving.hazard) =
                if left == 0.0 { (0.0, 0.0) } else { (1.0 / left, censored / (exposed * left)) };
            if left != 0.0 && censored > 0.0 {
                weight *= exposed / left;
            }
        }
    }

    /// Whole counts are added while they have one weight, so without censoring the curve is an exact fraction.
    fn steps(&self) -> Vec<(u64, f64)> {
        let mut masses = vec![0.0; self.times.len()];
        for row in self.rows.iter().filter(|row| row.way.outcome() == Outcome::Finished) {
            masses[row.time as usize] += self.of_all(row) * self.leavings[row.leaving as usize].weight;
        }
        let mut sum = 0.0;
        let step = |(time, mass): (&u64, f64)| {
            sum += mass;
            let incidence: f64 = sum / self.mass;
            // All of them, in whatever parts they were added.
            (*time, if (incidence - 1.0).abs() <= 1e-12 { 1.0 } else { incidence })
        };
        self.times.iter().zip(masses).filter(|(_, mass)| *mass > 0.0).map(step).collect()
    }

    fn influence(&self, place: usize, (cluster, size): (ClusterId, u64), psi: f64, unit: f64) -> Influence {
        let own = size as f64 / self.n as f64;
        let (leverage, part) = self.mix.as_ref().map_or((own, own), |mix| (mix.leverage[place], mix.part[place]));
        // As on a curve: agreement leaves a rounding, a single row far more.
        let psi = if psi.abs() <= 1e-12 * part * unit { 0.0 } else { psi };
        Influence { cluster, psi, leverage }
    }
}

/// Rows alike but for their stratum stand in the order of strata.
fn in_order_of_strata(alike: &mut [Row]) {
    if alike.len() > 1 {
        alike.sort_by_key(|row| row.way.stratum());
    }
}
