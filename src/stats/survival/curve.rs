//! The cumulative incidence and its influence function.

use super::leavers::{Choice, Leavers};
use super::walk::Walk;
use crate::error::Undefined;
use crate::stats::{ClusterId, ClusterTimes, Estimate, FollowedCount, Influence, Outcome};

/// The cumulative incidence of *finished*, by time.
///
/// With no competing outcome it is one minus Kaplan and Meier's curve, otherwise Aalen and Johansen's (1978, Scand. J.
/// Stat. 5:141). A row censored at a time is at risk at that time.
///
/// # Formula
///
/// ```text
/// F(t) = sum over u <= t of  S(u-) d1(u) / Y(u),   S(t) = prod over u <= t of (1 - d(u) / Y(u))
/// ```
///
/// where `Y` counts rows at risk, `d1` rows that finish and `d` rows that finish or compete. Between two censoring
/// times `S(u-) / Y(u)` is constant, the mass one row carries, and is multiplied by whole counts: without censoring
/// `F` is the exact fraction `d1 / N`.
///
/// The derivative with respect to the weight of one row that leaves at `T` is
///
/// ```text
/// psi(t) = 1{T <= t} [ m(T) 1{finished} - (F(t) - F(T)) z ] + R(min(T, t))
/// m = S(u-) / Y,   z = 1{finished or competing} / (Y(T) - d(T)) - L(T)
/// L(u) = sum over v <= u of d / (Y (Y - d)),   R(u) = sum over v <= u of m d1 (L(v-) - 1 / Y)
/// ```
///
/// summed over the rows of a cluster. With no competing outcome its squares add up to Greenwood's variance.
///
/// # Example
///
/// ```
/// use giamtang::stats::{ClusterId, ClusterTimes, Outcome, TimeCount, survival::Curve};
///
/// let row = |time, outcome| TimeCount { time, outcome, count: 1 };
/// let times = vec![row(2, Outcome::Finished), row(3, Outcome::Censored), row(5, Outcome::Finished)];
/// let curve = Curve::new(&[ClusterTimes { cluster: ClusterId(1), times }]).unwrap();
/// let incidence: Vec<f64> = curve.points().map(|point| point.incidence).collect();
/// assert_eq!(incidence, [1.0 / 3.0, 1.0 / 3.0, 1.0]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    pub(super) steps: Vec<Step>,
    pub(super) rows: Vec<Row>,
    pub(super) clusters: Vec<(ClusterId, u64)>,
    pub(super) n: u64,
    pub(super) events: u64,
}

/// One time of a curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Seconds since the start.
    pub time: u64,
    /// Rows at risk just before.
    pub at_risk: u64,
    /// Rows that finish at this time.
    pub finished: u64,
    /// Rows that leave by a competing outcome.
    pub competing: u64,
    /// Rows last seen open.
    pub censored: u64,
    /// The share finished by this time, this time included.
    pub incidence: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Step {
    pub(super) point: Point,
    /// `m`: what one row finishing here adds to the incidence.
    pub(super) mass: f64,
    /// `L`, this time included.
    hazard_square: f64,
    /// `R`, this time included.
    pub(super) drift: f64,
}

impl Step {
    fn stays(&self) -> u64 {
        self.point.at_risk - self.point.finished - self.point.competing
    }

    /// `z` of a row that leaves here; nobody is left to feel it after the last event.
    pub(super) fn pull(&self, outcome: Outcome) -> f64 {
        match (outcome, self.stays()) {
            (_, 0) => 0.0,
            (Outcome::Censored, _) => -self.hazard_square,
            (_, stays) => 1.0 / stays as f64 - self.hazard_square,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Row {
    pub(super) step: u32,
    pub(super) cluster: u32,
    pub(super) outcome: Outcome,
    /// More stand as several.
    pub(super) count: u32,
}

impl Row {
    /// Where it leaves, and whose it is.
    pub(super) fn places(&self) -> (usize, usize) {
        (self.step as usize, self.cluster as usize)
    }
}

impl Curve {
    /// The curve of one window.
    ///
    /// # Undefined
    ///
    /// `NoRows` if no cluster has a row.
    pub fn new(cells: &[ClusterTimes]) -> Result<Self, Undefined> {
        Self::leaving(&Leavers::on_one_clock(cells.iter().map(|cell| (0, cell))), Choice::default())
    }

    /// The curve of rows in order; named clusters are there even without rows.
    pub(crate) fn leaving(leavers: &Leavers, choice: Choice) -> Result<Self, Undefined> {
        let (clusters, places) = leavers.sizes(choice);
        let n = clusters.iter().map(|&(_, size)| size).sum();
        if n == 0 {
            return Err(Undefined::NoRows);
        }
        let (mut ascent, mut steps) = (Ascent::new(n), Vec::with_capacity(leavers.leavings().len()));
        let mut rows: Vec<Row> = Vec::with_capacity(leavers.len());
        let mut here = Leaving::default();
        for row in leavers.chosen(choice) {
            let time = leavers.measured()[row.time as usize];
            if time != here.time && here.any() {
                steps.push(ascent.step(here));
                here = Leaving::default();
            }
            let (outcome, count) = (row.way.outcome(), row.count);
            here.time = time;
            here.rows[outcome as usize] += u64::from(count);
            let next = Row { step: steps.len() as u32, cluster: places[row.cluster as usize], outcome, count };
            let last = rows.last_mut().filter(|last| next == Row { count, ..**last });
            match last.and_then(|last| Some((last.count.checked_add(count)?, last))) {
                Some((count, last)) => last.count = count,
                None => rows.push(next),
            }
        }
        steps.push(ascent.step(here));
        let events = steps.iter().map(|step: &Step| step.point.finished).sum();
        Ok(Self { steps, rows, clusters, n, events })
    }

    /// The curve of two windows' rows taken together.
    pub fn pooled(&self, other: &Self) -> Result<Self, Undefined> {
        let cell = |((time, cluster, outcome), count): ((u64, ClusterId, Outcome), u64)| {
            (cluster, 0, [FollowedCount { time, followed: time, outcome, count }])
        };
        Self::leaving(&Leavers::new(false, self.counts().chain(other.counts()).map(cell)), Choice::default())
    }

    /// The time at which the curve of two windows' rows taken together is nearest to `q`, as [`Curve::nearest`].
    ///
    /// Of that curve there is made no more than it takes.
    pub(super) fn nearest_together(&self, other: &Self, q: f64) -> Option<u64> {
        let mut ascent = Ascent::new(self.n + other.n);
        let (mut own, mut others) = (self.steps.as_slice(), other.steps.as_slice());
        let mut before: Option<Point> = None;
        while let Some(time) = [own.first(), others.first()].into_iter().flatten().map(|step| step.point.time).min() {
            let mut here = Leaving { time, ..Leaving::default() };
            [&mut own, &mut others].into_iter().for_each(|steps| here.take(steps));
            let step = ascent.step(here);
            if step.point.finished > 0 {
                if reaches(step.point.incidence, q) {
                    let miss = |point: &Point| (point.incidence - q).abs();
                    let nearer = before.filter(|before| miss(before) < miss(&step.point) - ROUNDING);
                    return Some(nearer.unwrap_or(step.point).time);
                }
                before = Some(step.point);
            }
        }
        None
    }

    /// The points in order of time: every time at which a row leaves.
    pub fn points(&self) -> impl Iterator<Item = Point> + '_ {
        self.steps.iter().map(|step| step.point)
    }

    /// The smallest time at which the curve is at or beyond `q`, if it gets there.
    pub fn quantile(&self, q: f64) -> Option<u64> {
        self.first_at(q).map(|step| self.steps[step].point.time)
    }

    /// The time at which the curve is nearest to `q`, if it gets there.
    ///
    /// The later of two equally near.
    pub fn nearest(&self, q: f64) -> Option<u64> {
        let reached = self.first_at(q)?;
        let before = self.steps[..reached].iter().rposition(|step| step.point.finished > 0).unwrap_or(reached);
        let miss = |step: usize| (self.steps[step].point.incidence - q).abs();
        let nearest = if miss(before) < miss(reached) - ROUNDING { before } else { reached };
        Some(self.steps[nearest].point.time)
    }

    /// Whether any row left by a competing outcome: the curve is Aalen and Johansen's.
    pub fn competes(&self) -> bool {
        self.steps.iter().any(|step| step.point.competing > 0)
    }

    /// Rows that finished.
    pub(crate) fn events(&self) -> u64 {
        self.events
    }

    /// Rows in the denominator.
    pub fn n(&self) -> u64 {
        self.n
    }

    /// The share finished by a time, with its influences.
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
    /// use giamtang::stats::{ClusterId, ClusterTimes, Outcome, TimeCount, survival::Curve};
    ///
    /// let office = |id, time| ClusterTimes {
    ///     cluster: ClusterId(id),
    ///     times: vec![TimeCount { time, outcome: Outcome::Finished, count: 2 }],
    /// };
    /// let estimate = Curve::new(&[office(1, 60), office(2, 90)]).unwrap().incidence(60);
    /// assert_eq!((estimate.value, estimate.influence[0].psi), (0.5, 0.25));
    /// ```
    pub fn incidence(&self, time: u64) -> Estimate {
        match self.steps.partition_point(|step| step.point.time <= time) {
            0 => self.estimate(0.0, self.clusters.iter().map(|_| 0.0), 0.0),
            after => self.incidence_at(after - 1),
        }
    }

    pub(super) fn value(&self, time: u64) -> f64 {
        let after = self.steps.partition_point(|step| step.point.time <= time);
        after.checked_sub(1).map_or(0.0, |last| self.steps[last].point.incidence)
    }

    pub(super) fn incidence_at(&self, step: usize) -> Estimate {
        let mut walk = Walk::new(self);
        walk.advance(step);
        let value = self.steps[step].point.incidence;
        self.estimate(value, walk.influences(), walk.independent_variance())
    }

    /// The clusters that weigh.
    pub(super) fn weighing(&self) -> usize {
        self.clusters.iter().filter(|&&(_, size)| size > 0).count()
    }

    pub(super) fn first_at(&self, q: f64) -> Option<usize> {
        self.steps.iter().position(|step| step.point.finished > 0 && reaches(step.point.incidence, q))
    }

    pub(super) fn estimate(&self, value: f64, psi: impl Iterator<Item = f64>, variance: f64) -> Estimate {
        let influence = self.clusters.iter().zip(psi).map(|(&(cluster, n), psi)| Influence {
            cluster,
            psi,
            leverage: n as f64 / self.n as f64,
        });
        Estimate {
            value,
            influence: influence.collect(),
            n: self.n,
            events: self.events,
            independent_variance: Some(variance),
            independent_df: f64::INFINITY,
            clusters: self.weighing(),
            weight: self.n as f64,
            divisor: Vec::new(),
            retained: Vec::new(),
        }
    }

    fn counts(&self) -> impl Iterator<Item = ((u64, ClusterId, Outcome), u64)> + '_ {
        self.rows.iter().map(|row| (row.places(), row)).map(|((step, cluster), row)| {
            ((self.steps[step].point.time, self.clusters[cluster].0, row.outcome), row.count.into())
        })
    }
}

/// A curve this little below `q` counts as there: less than one row of any log.
const ROUNDING: f64 = 1e-10;

pub(super) fn reaches(incidence: f64, q: f64) -> bool {
    incidence >= q - ROUNDING
}

/// Rows that leave at one time: censored, finished, competing.
#[derive(Clone, Copy, Default)]
struct Leaving {
    time: u64,
    rows: [u64; 3],
}

impl Leaving {
    fn any(&self) -> bool {
        self.rows.iter().any(|&count| count > 0)
    }

    /// Takes the first step of a curve, if it is of this time.
    fn take(&mut self, steps: &mut &[Step]) {
        if let Some((first, rest)) = steps.split_first().filter(|(first, _)| first.point.time == self.time) {
            let Point { censored, finished, competing, .. } = first.point;
            self.rows.iter_mut().zip([censored, finished, competing]).for_each(|(sum, count)| *sum += count);
            *steps = rest;
        }
    }
}

/// The estimator on its way up; a run is a stretch of time without censoring.
struct Ascent {
    at_risk: u64,
    incidence_before_run: f64,
    survival_at_run: f64,
    at_risk_at_run: u64,
    finished_in_run: u64,
    hazard_square: f64,
    drift: f64,
}

impl Ascent {
    fn new(n: u64) -> Self {
        Self {
            at_risk: n,
            incidence_before_run: 0.0,
            survival_at_run: 1.0,
            at_risk_at_run: n,
            finished_in_run: 0,
            hazard_square: 0.0,
            drift: 0.0,
        }
    }

    fn step(&mut self, Leaving { time, rows: [censored, finished, competing] }: Leaving) -> Step {
        let at_risk = self.at_risk;
        let stays = at_risk - finished - competing;
        let mass = self.survival_at_run / self.at_risk_at_run as f64;
        self.drift += mass * finished as f64 * (self.hazard_square - 1.0 / at_risk as f64);
        if stays > 0 {
            self.hazard_square += (finished + competing) as f64 / (at_risk as f64 * stays as f64);
        }
        self.finished_in_run += finished;
        let in_run = self.survival_at_run * self.finished_in_run as f64 / self.at_risk_at_run as f64;
        let incidence = self.incidence_before_run + in_run;
        self.leave(stays, censored, incidence);
        let point = Point { time, at_risk, finished, competing, censored, incidence };
        Step { point, mass, hazard_square: self.hazard_square, drift: self.drift }
    }

    fn leave(&mut self, stays: u64, censored: u64, incidence: f64) {
        self.at_risk = stays - censored;
        if censored > 0 && self.at_risk > 0 {
            self.survival_at_run *= stays as f64 / self.at_risk_at_run as f64;
            self.at_risk_at_run = self.at_risk;
            self.incidence_before_run = incidence;
            self.finished_in_run = 0;
        }
    }
}
