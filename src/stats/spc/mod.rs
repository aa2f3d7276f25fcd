//! Control charts: is a month noise, or did something change?
//!
//! Three charts share one reading. `xmr` takes any figure by month, [`p_chart`] shares, [`u_chart`] events over an
//! exposure. Centre and limits are fixed by the months before the reform and held for those after; a month that is too
//! young for its figure is absent, breaks every run, and enters no rule and no limit. The rules are the four of the
//! English health service (NHS England, Making Data Count), in their order.

mod counts;
mod moving_range;
mod rules;
mod xmr;

pub use counts::{Sigma, p_chart, u_chart};
pub use moving_range::Ranges;
pub use xmr::xmr;

use super::interval::Interval;
use std::ops::Range;

/// Fewer months than this give trial limits.
pub const LEAST_MONTHS: usize = 12;

/// A chart: its centre, and by month what the rules say.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// The centre line, from the baseline alone.
    pub centre: f64,
    /// By month, in the order given; absent where the month has no figure.
    pub points: Vec<Option<Point>>,
    /// Months that fixed centre and limits.
    pub baseline: usize,
    /// Moving ranges that screening left out of the limits.
    pub screened: usize,
    /// How much more months differ than counting explains; of an XmR chart absent.
    pub sigma_z: Option<f64>,
    /// The method in words.
    pub method: &'static str,
}

impl Chart {
    /// Whether the limits are a trial: fewer than twelve months fixed them.
    pub fn is_trial(&self) -> bool {
        self.baseline < LEAST_MONTHS
    }

    /// The months with a signal, first to last.
    pub fn signals(&self) -> impl Iterator<Item = (usize, Signal)> {
        let signal = |(month, point): (usize, &Option<Point>)| Some((month, point.as_ref()?.signal?));
        self.points.iter().enumerate().filter_map(signal)
    }
}

/// One month of a chart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The figure.
    pub value: f64,
    /// The process limits at this month.
    pub limits: Interval,
    /// Two thirds of the way from the centre to the limits.
    pub near: Interval,
    /// What the rules say; absent where the month is noise.
    pub signal: Option<Signal>,
}

/// A month that is not noise, and which way it points.
///
/// Whether up is better is the figure's matter, not the chart's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signal {
    /// The first rule that holds.
    pub rule: Rule,
    /// Which way.
    pub direction: Direction,
}

/// The four rules, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// Beyond the limits.
    Outside,
    /// One of seven in a row that rise, or fall, each time.
    Trend,
    /// One of two in three that are near a limit, all three on its side of the centre.
    ///
    /// Near is beyond two thirds of the way to it, and not outside.
    TwoOfThree,
    /// One of seven in a row on one side of the centre.
    Shift,
}

/// Which way a signal points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// Above the centre, or rising.
    Up,
    /// Below the centre, or falling.
    Down,
}

/// The limits, and two thirds of the way to them, held to possible values.
#[derive(Clone, Copy, Debug)]
struct Zones {
    limits: Interval,
    near: Interval,
}

impl Zones {
    fn around(centre: f64, half: f64, bounds: Interval) -> Self {
        let held =
            |half: f64| Interval { low: (centre - half).max(bounds.low), high: (centre + half).min(bounds.high) };
        Self { limits: held(half), near: held(2.0 * half / 3.0) }
    }
}

/// The chart of months whose zones are known: the rules are read off here.
fn points(centre: f64, months: &[Option<(f64, Zones)>]) -> Vec<Option<Point>> {
    let readings: Vec<_> =
        months.iter().map(|m| m.map(|(value, zones)| rules::Reading::of(value, centre, zones))).collect();
    let signals = rules::signals(&readings);
    let point = |(month, signal): (&Option<(f64, Zones)>, Option<Signal>)| {
        month.map(|(value, Zones { limits, near })| Point { value, limits, near, signal })
    };
    months.iter().zip(signals).map(point).collect()
}

/// The months of the baseline that there are.
fn fixed<T>(months: &[T], baseline: Range<usize>) -> &[T] {
    let end = baseline.end.min(months.len());
    &months[baseline.start.min(end)..end]
}
