//! The incidence of a net time whose rows are censored on another clock.

use super::curve::reaches;
use super::leavers::{Choice, Leaver, Leavers, Row};
use super::mix::Mix;
use super::radix::put_in_order;
use crate::error::Undefined;
use crate::stats::{ClusterFollowed, ClusterId, Estimate, Influence, Outcome};

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
    /// The net time of each; none where it is the elapsed one.
    times: Vec<u64>,
    /// By stratum, what one of its rows weighs.
    scales: Vec<f64>,
    clusters: Vec<(ClusterId, u64)>,
    n: u64,
    events: u64,
    /// The weight of all rows: as many as there are, or a rounding of it at a fixed mix.
    mass: f64,
    mix: Option<Mix>,
    /// Whether net time is elapsed time, and whether any row left by a competing outcome.
    has_one_clock: bool,
    competes: bool,
}

/// The rows of a curve, gathered one by one in order of their keys.
#[derive(Clone, Debug, Default)]
pub(in crate::stats) struct Gathered {
    rows: Vec<Row>,
    times: Vec<u64>,
    leavings: Vec<Leaving>,
    is_net: bool,
    is_apart: bool,
}

impl Gathered {
    /// None yet of so many; those alike in all but the stratum are one, unless strata are told apart.
    pub(in crate::stats) fn new(leavers: &Leavers, is_apart: bool) -> Self {
        let (rows, is_net) = (Vec::with_capacity(leavers.len()), leavers.is_net());
        let times = Vec::with_capacity(if is_net { leavers.len() } else { 0 });
        Self { rows, times, leavings: Vec::new(), is_net, is_apart }
    }

    /// Rows of a stratum and cluster by the places these have here.
    pub(in crate::stats) fn push(&mut self, Leaver { row, followed, time }: Leaver, stratum: u32, cluster: u32) {
        if self.leavings.last().is_none_or(|last| last.followed != followed) {
            self.leavings.push(Leaving { followed, weight: 1.0, pull: 0.0, hazard: 0.0 });
        }
        let leaving = self.leavings.len() as u32 - 1;
        self.put(Row { leaving, cluster, way: row.way.of(stratum), count: row.count }, time);
    }

    fn put(&mut self, row: Row, time: u64) {
        let alike = |rows: &[Row], times: &[u64], at: usize| {
            let own = &rows[at];
            (own.leaving, own.cluster, own.way.outcome()) == (row.leaving, row.cluster, row.way.outcome())
                && times.get(at).is_none_or(|own| *own == time)
        };
        let mut at = self.rows.len();
        if !self.is_apart
            && at > 0
            && alike(&self.rows, &self.times, at - 1)
            && let Some(count) = self.rows[at - 1].count.checked_add(row.count)
        {
            self.rows[at - 1].count = count;
            return;
        }
        self.rows.push(row);
        // Rows alike but for their stratum stand in the order of strata.
        while at > 0 && self.rows[at - 1].way.stratum() > row.way.stratum() && alike(&self.rows, &self.times, at - 1) {
            self.rows.swap(at - 1, at);
            at -= 1;
        }
        if self.is_net {
            self.times.push(time);
        }
    }
}

/// Rows at a mix: whose they are, what they weigh by stratum, and what the mix is.
#[derive(Clone, Debug, Default)]
pub(in crate::stats) struct Weighed {
    pub(in crate::stats) rows: Gathered,
    /// Clusters are there even without rows.
    pub(in crate::stats) clusters: Vec<(ClusterId, u64)>,
    pub(in crate::stats) scales: Vec<f64>,
    pub(in crate::stats) mix: Option<Mix>,
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
        let mut rows = Gathered::new(leavers, false);
        leavers.chosen(choice).for_each(|leaver| rows.push(leaver, 0, places[leaver.row.cluster as usize]));
        Self::of(Weighed { rows, clusters, scales: vec![1.0], mix: None })
    }

    /// The curve of weighed rows.
    pub(in crate::stats) fn of(weighed: Weighed) -> Result<Self, Undefined> {
        let Weighed { rows: Gathered { rows, times, leavings, .. }, clusters, scales, mix } = weighed;
        let n = clusters.iter().map(|&(_, size)| size).sum();
        if n == 0 {
            return Err(Undefined::NoRows);
        }
        let has_one_clock = rows.iter().zip(&times).all(|(row, time)| leavings[row.leaving as usize].followed == *time);
        let (steps, events, mass, competes) = (Vec::new(), 0, 0.0, false);
        let mut curve =
            Self { steps, leavings, rows, times, scales, clusters, n, events, mass, mix, has_one_clock, competes };
        curve.leave();
        curve.steps = curve.steps();
        Ok(curve)
    }

    /// What rows alike weigh.
    fn of_all(&self, row: &Row) -> f64 {
        f64::from(row.count) * self.scales[row.way.stratum()]
    }

    /// The rows that finish, each with its net time.
    fn finished(&self) -> impl Iterator<Item = (u64, &Row)> {
        let finished = self.rows.iter().enumerate().filter(|(_, row)| row.way.outcome() == Outcome::Finished);
        finished.map(|(at, row)| (self.time(at, row), row))
    }

    fn time(&self, at: usize, row: &Row) -> u64 {
        self.times.get(at).copied().unwrap_or_else(|| self.leavings[row.leaving as usize].followed)
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
        self.functional(self.value(time), |own| f64::from(u8::from(own <= time)), 1.0)
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
        let longest = self.leavings.len() - 1;
        let last = self.rows.iter().enumerate().rev().take_while(|(_, row)| row.leaving as usize == longest);
        if last.into_iter().any(|(at, row)| row.way.outcome() == Outcome::Censored && self.time(at, row) < horizon) {
            return Err(Undefined::NotReached);
        }
        let (mut from, mut incidence, mut finished) = (0, 0.0, 0.0);
        for &(time, value) in self.steps.iter().take_while(|&&(time, _)| time < horizon) {
            finished += (time - from) as f64 * incidence;
            (from, incidence) = (time, value);
        }
        finished += (horizon - from) as f64 * incidence;
        let area = self.functional(finished, |time| horizon.saturating_sub(time) as f64, horizon as f64).times(-1.0);
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
    fn functional(&self, value: f64, score: impl Fn(u64) -> f64, unit: f64) -> Estimate {
        let pulls = self.pulls(&score);
        let mut sums = vec![0.0; self.clusters.len()];
        let mut squares = 0.0;
        let mut strata = self.mix.as_ref().map(Mix::strata).unwrap_or_default();
        for (at, row) in self.rows.iter().enumerate() {
            let (scale, leaving) = (self.scales[row.way.stratum()], row.leaving as usize);
            let (weight, pull) = match row.way.outcome() {
                Outcome::Finished => {
                    (score(self.time(at, row)) * self.leavings[leaving].weight, pulls[leaving].of_event)
                }
                Outcome::Competing => (0.0, pulls[leaving].of_event),
                Outcome::Censored => (0.0, pulls[leaving].of_censoring),
            };
            let psi = scale * ((weight - value) / self.mass + pull);
            sums[row.cluster as usize] += f64::from(row.count) * psi;
            match strata.get_mut(row.way.stratum()) {
                Some(stratum) => stratum.add(row.count.into(), scale, psi),
                None => squares += f64::from(row.count) * psi * psi,
            }
        }
        if let Some(mix) = &self.mix {
            mix.pull(&strata, &mut sums);
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

    /// What the estimated `K` adds to the derivative of a row that leaves at each elapsed time.
    fn pulls(&self, score: impl Fn(u64) -> f64) -> Vec<Pull> {
        let mut counted = vec![0.0; self.leavings.len()];
        for (time, row) in self.finished() {
            let leaving = row.leaving as usize;
            counted[leaving] += self.of_all(row) * score(time) * self.leavings[leaving].weight / self.mass;
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

    /// What the rows come to, and what happens where they leave.
    fn leave(&mut self) {
        let Self { rows, leavings, scales, mass, events, competes, .. } = self;
        // Here still: the rows that leave, and those censored of them.
        for row in &*rows {
            let (own, leaving) =
                (f64::from(row.count) * scales[row.way.stratum()], &mut leavings[row.leaving as usize]);
            *mass += own;
            leaving.pull += own;
            match row.way.outcome() {
                Outcome::Censored => leaving.hazard += own,
                Outcome::Finished => *events += u64::from(row.count),
                Outcome::Competing => *competes = true,
            }
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
        let mass = |(time, row): (u64, &Row)| (time, self.of_all(row) * self.leavings[row.leaving as usize].weight);
        let mut masses: Vec<(u64, f64)> = self.finished().map(mass).collect();
        if !self.has_one_clock {
            put_in_order(&mut masses, &mut Vec::new(), |&(time, _)| time);
        }
        let mut sum = 0.0;
        let step = |group: &[(u64, f64)]| {
            sum += group.iter().map(|&(_, mass)| mass).sum::<f64>();
            let incidence = sum / self.mass;
            // All of them, in whatever parts they were added.
            (group[0].0, if (incidence - 1.0).abs() <= 1e-12 { 1.0 } else { incidence })
        };
        masses.chunk_by(|a, b| a.0 == b.0).map(step).collect()
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
