//! Whether two curves are one.

use super::curve::{Curve, Point};
use crate::error::Undefined;
use crate::stats::interval::two_sided_p;

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

/// The log-rank test of two curves within strata: who waits for the same is compared.
///
/// # Formula
///
/// ```text
/// chi_square = (sum_s (observed_s - expected_s))^2 / sum_s variance_s
/// ```
///
/// each stratum's as in [`log_rank`]. A stratum in which no row finishes while both curves have rows at risk adds nothing.
/// Mantel 1966 (Cancer Chemother. Rep. 50:163), Peto et al. 1977 (Br. J. Cancer 35:1).
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
    let mut scores: Vec<_> = strata.iter().map(|(was, is)| Score::of(was, is)).collect();
    // In an order of their own, whatever order strata arrive in.
    scores.sort_by(|a, b| a.expected.total_cmp(&b.expected).then(a.variance.total_cmp(&b.variance)));
    scores.into_iter().fold(Score::default(), Score::plus).test()
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
        Ok(LogRank { chi_square, p: two_sided_p(chi_square.sqrt(), f64::INFINITY), observed, expected })
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
