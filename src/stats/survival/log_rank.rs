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
    let (mut expected, mut variance) = (0.0, 0.0);
    let mut risks = [Risk::new(was), Risk::new(is)];
    for time in times(was, is) {
        let [(one, first), (two, second)] = risks.each_mut().map(|risk| risk.at(time));
        let (all, finished) = ((one + two) as f64, (first + second) as f64);
        let part = one as f64 / all;
        expected += finished * part;
        if all > 1.0 {
            variance += finished * part * (1.0 - part) * (all - finished) / (all - 1.0);
        }
    }
    if variance <= 0.0 {
        return Err(Undefined::NoVariation);
    }
    let observed = was.events;
    let chi_square = (observed as f64 - expected).powi(2) / variance;
    Ok(LogRank { chi_square, p: two_sided_p(chi_square.sqrt(), f64::INFINITY), observed, expected })
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
