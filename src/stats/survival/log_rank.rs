//! Whether two curves are one.

use super::curve::{Curve, Point};
use crate::error::Undefined;
use crate::stats::interval::{finite, two_sided_p};
use crate::stats::variance::referred;
use crate::stats::{ClusterId, Dependence, Estimate, Influence, Outcome};
use std::collections::BTreeMap;

/// The log-rank test of two curves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogRank {
    /// The statistic, on one degree of freedom.
    pub chi_square: f64,
    /// The p-value of one and the same hazard in both.
    pub p: f64,
    /// Rows of the first curve that finished.
    pub observed: u64,
    /// Rows of the first curve that would have, had both one hazard.
    pub expected: f64,
    /// Degrees of freedom where the statistic is the square of a t; else absent.
    pub df: Option<f64>,
}

/// The log-rank test of two curves, rows taken as independent.
///
/// # Formula
///
/// ```text
/// expected   = sum over t of  d Y_1 / Y
/// variance   = sum over t of  d (Y_1 / Y) (Y_2 / Y) (Y - d) / (Y - 1)
/// chi_square = (observed - expected)^2 / variance
/// ```
///
/// where at time `t`, `Y = Y_1 + Y_2` rows are at risk and `d` finish. Rows with another end leave the risk set, so the
/// test is of the cause-specific hazards. Mantel 1966 (Cancer Chemother. Rep. 50:163).
///
/// # Undefined
///
/// `NoVariation` if no row finishes while both curves have rows at risk.
///
/// # Example
///
/// ```
/// use giamtang::stats::{ClusterId, ClusterTimes, Outcome, TimeCount, survival::{Curve, log_rank}};
///
/// let curve = |times: [u64; 2]| {
///     let times = times.map(|time| TimeCount { time, outcome: Outcome::Finished, count: 1 }).to_vec();
///     Curve::new(&[ClusterTimes { cluster: ClusterId(0), times }]).unwrap()
/// };
/// let test = log_rank(&curve([1, 2]), &curve([3, 4])).unwrap();
/// assert_eq!(test.observed, 2);
/// assert!((test.expected - 5.0 / 6.0).abs() < 1e-15);           // 2/4 at 1, 1/3 at 2
/// ```
pub fn log_rank(was: &Curve, is: &Curve) -> Result<LogRank, Undefined> {
    Score::of(was, is).test()
}

/// The log-rank test of two curves within strata, rows taken as independent.
///
/// # Formula
///
/// ```text
/// chi_square = (sum_s (observed_s - expected_s))^2 / sum_s variance_s
/// ```
///
/// each stratum's as in [`log_rank`]. A stratum in which no row finishes while both curves have rows at risk adds
/// nothing. Mantel 1966 (Cancer Chemother. Rep. 50:163), Peto et al. 1977 (Br. J. Cancer 35:1).
///
/// # Undefined
///
/// `NoVariation` if that is so in every stratum, or there is none.
///
/// # Example
///
/// ```
/// use giamtang::stats::{ClusterId, ClusterTimes, Outcome, TimeCount};
/// use giamtang::stats::survival::{Curve, log_rank, stratified_log_rank};
///
/// let curve = |times: [u64; 2]| {
///     let times = times.map(|time| TimeCount { time, outcome: Outcome::Finished, count: 1 }).to_vec();
///     Curve::new(&[ClusterTimes { cluster: ClusterId(0), times }]).unwrap()
/// };
/// let pair = (curve([1, 2]), curve([3, 4]));
/// let (one, two) = (log_rank(&pair.0, &pair.1).unwrap(), stratified_log_rank(&[pair.clone(), pair]).unwrap());
/// assert_eq!(two.chi_square, 2.0 * one.chi_square);
/// ```
pub fn stratified_log_rank(strata: &[(Curve, Curve)]) -> Result<LogRank, Undefined> {
    stratified_log_rank_of(&borrowed(strata))
}

/// The same of curves that others read from too.
pub(crate) fn stratified_log_rank_of(strata: &[(&Curve, &Curve)]) -> Result<LogRank, Undefined> {
    let mut scores: Vec<_> = strata.iter().map(|(was, is)| Score::of(was, is)).collect();
    // In an order of their own, whatever order strata arrive in.
    scores.sort_by(|a, b| a.expected.total_cmp(&b.expected).then(a.variance.total_cmp(&b.variance)));
    scores.into_iter().fold(Score::default(), Score::plus).test()
}

/// The log-rank test within strata, rows of one cluster alike.
///
/// # Formula
///
/// ```text
/// psi_g = sum over rows of g  integral (z - p(t)) (dN(t) - Y(t) dL(t)),   p = Y_1 / Y,  dL = d / Y
/// I_g   = sum over rows of g  integral (z - p(t))^2 Y(t) dL(t),           b = sum_g psi_g / sum_g I_g
/// chi_square = b^2 / V(b),   V of the influences  (psi_g - b I_g) / I  with leverage  I_g / I
/// ```
///
/// where `z` is 1 for rows of the first curve and 0 for the second's, and `psi_g` add up to observed less expected. `b`
/// is the log hazard ratio after one step (Peto et al. 1977, Br. J. Cancer 35:1), a ratio of sums over clusters, so its
/// variance and degrees of freedom are those of [`crate::stats::ratio::interval`]. Scores by cluster: Lee, Wei & Amato
/// 1992 (in Klein & Goel, Survival Analysis, 237). A cluster in both windows is paired with itself.
///
/// # Undefined
///
/// As [`stratified_log_rank`]; `OneCluster` with a single cluster.
///
/// # Example
///
/// ```
/// use giamtang::stats::{ClusterId, ClusterTimes, Outcome, TimeCount};
/// use giamtang::stats::survival::{Curve, clustered_log_rank, log_rank};
///
/// // Ten offices, each with ten rows that all take as long: a hundred rows, but ten facts.
/// let office = |id: u32, time| ClusterTimes {
///     cluster: ClusterId(id),
///     times: vec![TimeCount { time, outcome: Outcome::Finished, count: 10 }],
/// };
/// let was = Curve::new(&(0..10).map(|id| office(id, 10 + u64::from(id))).collect::<Vec<_>>()).unwrap();
/// let is = Curve::new(&(10..20).map(|id| office(id, 6 + u64::from(id) - 10)).collect::<Vec<_>>()).unwrap();
/// assert!(log_rank(&was, &is).unwrap().p < 1e-6);
/// assert!(clustered_log_rank(&[(was, is)]).unwrap().p > 0.01);
/// ```
pub fn clustered_log_rank(strata: &[(Curve, Curve)]) -> Result<LogRank, Undefined> {
    clustered_log_rank_of(&borrowed(strata))
}

/// The same of curves that others read from too.
pub(crate) fn clustered_log_rank_of(strata: &[(&Curve, &Curve)]) -> Result<LogRank, Undefined> {
    let test = stratified_log_rank_of(strata)?;
    let mut clusters: BTreeMap<ClusterId, Vec<[f64; 2]>> = BTreeMap::new();
    for (was, is) in strata {
        let hazards = Hazards::of(was, is);
        hazards.scores(was, 1.0, &mut clusters);
        hazards.scores(is, 0.0, &mut clusters);
    }
    let scores: Vec<_> = clusters.into_iter().map(|(cluster, parts)| (cluster, added(parts))).collect();
    let (score, information) = scores.iter().fold((0.0, 0.0), |sums, (_, part)| (sums.0 + part[0], sums.1 + part[1]));
    let value = score / information;
    let influence = scores.iter().map(|&(cluster, [psi, own])| Influence {
        cluster,
        psi: (psi - value * own) / information,
        leverage: own / information,
    });
    let rows = strata.iter().map(|(was, is)| was.n + is.n).sum();
    let ratio = Estimate::of_influences(value, influence.collect(), information, rows);
    let spread = referred(&ratio, Dependence::Clustered)?;
    let t = value / spread.standard_error();
    Ok(LogRank { chi_square: t * t, p: two_sided_p(t, spread.df), df: finite(spread.df), ..test })
}

fn borrowed(strata: &[(Curve, Curve)]) -> Vec<(&Curve, &Curve)> {
    strata.iter().map(|(was, is)| (was, is)).collect()
}

/// In an order of their own, whatever order strata arrive in.
fn added(mut parts: Vec<[f64; 2]>) -> [f64; 2] {
    parts.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    parts.into_iter().fold([0.0; 2], |sum, part| [sum[0] + part[0], sum[1] + part[1]])
}

/// What was observed of the first curve, and what is expected.
#[derive(Clone, Copy, Debug, Default)]
struct Score {
    observed: u64,
    expected: f64,
    variance: f64,
}

impl Score {
    fn of(was: &Curve, is: &Curve) -> Self {
        let mut score = Self { observed: was.events, ..Self::default() };
        let mut risks = [Risk::new(was), Risk::new(is)];
        for time in times(was, is) {
            let [(one, first), (two, second)] = risks.each_mut().map(|risk| risk.at(time));
            let (all, finished) = ((one + two) as f64, (first + second) as f64);
            let part = one as f64 / all;
            score.expected += finished * part;
            if all > 1.0 {
                score.variance += finished * part * (1.0 - part) * (all - finished) / (all - 1.0);
            }
        }
        score
    }

    fn plus(self, other: Self) -> Self {
        Self {
            observed: self.observed + other.observed,
            expected: self.expected + other.expected,
            variance: self.variance + other.variance,
        }
    }

    fn test(self) -> Result<LogRank, Undefined> {
        let Self { observed, expected, variance } = self;
        if variance <= 0.0 {
            return Err(Undefined::NoVariation);
        }
        let chi_square = (observed as f64 - expected).powi(2) / variance;
        Ok(LogRank { chi_square, p: two_sided_p(chi_square.sqrt(), f64::INFINITY), observed, expected, df: None })
    }
}

/// The common hazard of two curves, and the first one's part of the rows at risk.
struct Hazards {
    /// Time, `p`, and the sums up to it of `dL`, `p dL`, `p^2 dL`.
    steps: Vec<(u64, f64, [f64; 3])>,
}

impl Hazards {
    fn of(was: &Curve, is: &Curve) -> Self {
        let mut risks = [Risk::new(was), Risk::new(is)];
        let mut sums = [0.0; 3];
        let step = |time| {
            let [(one, first), (two, second)] = risks.each_mut().map(|risk| risk.at(time));
            let all = (one + two) as f64;
            let (part, hazard) = (one as f64 / all, (first + second) as f64 / all);
            sums = [sums[0] + hazard, sums[1] + part * hazard, sums[2] + part * part * hazard];
            (time, part, sums)
        };
        Self { steps: times(was, is).into_iter().map(step).collect() }
    }

    /// Adds score and information of one curve's rows to their clusters; `z` says which curve it is.
    fn scores(&self, curve: &Curve, z: f64, clusters: &mut BTreeMap<ClusterId, Vec<[f64; 2]>>) {
        let mut own = vec![[0.0; 2]; curve.clusters.len()];
        let mut upto = 0;
        for row in &curve.rows {
            let (step, cluster) = row.places();
            let time = curve.steps[step].point.time;
            // Rows come in order of time.
            upto += self.steps[upto..].iter().take_while(|step| step.0 <= time).count();
            let Some(&(_, part, [all, first, square])) = upto.checked_sub(1).map(|last| &self.steps[last]) else {
                continue;
            };
            let jump = if row.outcome == Outcome::Finished { z - part } else { 0.0 };
            let count = f64::from(row.count);
            own[cluster][0] += count * (jump - (z * all - first));
            own[cluster][1] += count * (z * z * all - 2.0 * z * first + square);
        }
        curve
            .clusters
            .iter()
            .zip(own)
            .for_each(|(&(cluster, _), part)| clusters.entry(cluster).or_default().push(part));
    }
}

/// The times at which a row finishes in either curve.
fn times(was: &Curve, is: &Curve) -> Vec<u64> {
    let mut times: Vec<u64> =
        was.points().chain(is.points()).filter(|point| point.finished > 0).map(|point| point.time).collect();
    times.sort_unstable();
    times.dedup();
    times
}

/// A curve's rows at risk, asked for in order of time.
struct Risk<'a> {
    points: Box<dyn Iterator<Item = Point> + 'a>,
    next: Option<Point>,
}

impl<'a> Risk<'a> {
    fn new(curve: &'a Curve) -> Self {
        let mut points = Box::new(curve.points());
        Self { next: points.next(), points }
    }

    /// Rows at risk just before a time, and rows that finish at it.
    fn at(&mut self, time: u64) -> (u64, u64) {
        while self.next.is_some_and(|point| point.time < time) {
            self.next = self.points.next();
        }
        let finished = |point: Point| if point.time == time { point.finished } else { 0 };
        self.next.map_or((0, 0), |point| (point.at_risk, finished(point)))
    }
}
