//! What is estimated from a window, and what its figure would be if every office were seen for ever.

use super::city::{City, Draws, EFFECT, Layout, Row, Window, spread};
use super::normal::{below, quantile};
use giamtang::Undefined;
use giamtang::stats::effect::{Change, change, quantile_change, share_change};
use giamtang::stats::survival::{Curve, Quantile};
use giamtang::stats::{
    ClusterFollowed, ClusterId, ClusterMoments, ClusterPairs, ClusterTimes, Dependence, Estimate, FollowedCount,
    Limits, Outcome, TimeCount, mean, ratio, share, total,
};

pub const LEVEL: f64 = 0.95;

/// A figure with its interval.
pub enum Figure {
    Estimate(Estimate, Result<Limits, Undefined>),
    Share(Estimate, Result<Limits, Undefined>),
    Quantile(Box<Quantile>),
}

type Interval = fn(&Estimate, Dependence, f64) -> Result<Limits, Undefined>;

impl Figure {
    pub fn estimate(estimate: Estimate, dependence: Dependence, interval: Interval) -> Self {
        let limits = interval(&estimate, dependence, LEVEL);
        Self::Estimate(estimate, limits)
    }

    pub fn mean(estimate: Estimate, dependence: Dependence) -> Self {
        Self::estimate(estimate, dependence, mean::interval)
    }

    pub fn share(estimate: Estimate, dependence: Dependence) -> Self {
        let limits = share::interval(&estimate, dependence, LEVEL);
        Self::Share(estimate, limits)
    }

    pub fn limits(&self) -> Result<Limits, Undefined> {
        match self {
            Self::Estimate(_, limits) | Self::Share(_, limits) => limits.clone(),
            Self::Quantile(quantile) => quantile.limits.clone(),
        }
    }

    /// The change to another figure of the same kind.
    pub fn change(&self, is: &Self, dependence: Dependence) -> Option<Change> {
        match (self, is) {
            (Self::Estimate(was, _), Self::Estimate(is, _)) => Some(change(was, is, dependence, LEVEL)),
            (Self::Share(was, _), Self::Share(is, _)) => Some(share_change(was, is, dependence, LEVEL)),
            (Self::Quantile(was), Self::Quantile(is)) => Some(quantile_change(was, is, dependence, LEVEL)),
            _ => None,
        }
    }
}

type Drawn = fn(&mut Draws, Layout) -> City;
type Alone = Box<dyn Fn(&Window) -> Result<Figure, Undefined> + Sync>;
type Estimated = Box<dyn Fn([&Window; 2]) -> Result<[Figure; 2], Undefined> + Sync>;
type Truth = Box<dyn Fn(Layout) -> [f64; 2] + Sync>;

/// A figure of a city.
pub struct Recipe {
    pub name: &'static str,
    pub city: Drawn,
    pub dependence: Dependence,
    pub estimate: Estimated,
    /// Before the reform and after.
    pub truth: Truth,
    /// Whether widths are parts of the figure; else they are points.
    pub relative: bool,
    /// Whether the data are continuous, so that intervals may also hold too often.
    pub continuous: bool,
    /// Whether it is held to bounds; a crude figure of a city whose mix changes is there to be seen.
    pub bound: bool,
}

impl Recipe {
    pub fn of_offices(name: &'static str, truth: [f64; 2], estimate: Alone) -> Self {
        let estimate: Estimated = Box::new(move |[was, is]| Ok([estimate(was)?, estimate(is)?]));
        Self {
            name,
            city: City::offices,
            dependence: Dependence::Clustered,
            estimate,
            truth: Box::new(move |_| truth),
            relative: true,
            continuous: true,
            bound: true,
        }
    }

    pub fn in_points(self) -> Self {
        Self { relative: false, continuous: false, ..self }
    }

    fn lumpy(self) -> Self {
        Self { continuous: false, ..self }
    }
}

/// Every recipe that is sampled.
pub fn all() -> Vec<Recipe> {
    let mut recipes = shares();
    recipes.extend(amounts());
    recipes.extend(quantiles());
    recipes.extend(curves());
    recipes.extend(by_week());
    recipes.extend(super::mix::all());
    recipes
}

fn shares() -> Vec<Recipe> {
    let share = |name, p: f64| {
        let limit = quantile(p) * spread();
        let estimate = move |window: &Window| shared(window, limit, Dependence::Clustered);
        Recipe::of_offices(name, [limit, limit + EFFECT].map(|at| below(at / spread())), Box::new(estimate)).in_points()
    };
    let first = 0.25 * spread();
    let gap = move |window: &Window| {
        let one = hits(window, |row| (row.coin < 0.5).then_some(row.level() <= first));
        let other = hits(window, |row| (row.coin >= 0.5).then_some(row.unreformed() <= 0.0));
        Ok(Figure::mean(share::gap(&one, &other)?, Dependence::Clustered))
    };
    let truth = [first, first + EFFECT].map(|at| below(at / spread()) - 0.5);
    vec![
        share("share of 50 %", 0.5),
        share("share of 5 %", 0.05),
        share("share of 90 %", 0.9),
        Recipe::of_offices("gap of two shares", truth, Box::new(gap)).in_points(),
    ]
}

fn amounts() -> Vec<Recipe> {
    // The mean of a log-normal with half the level in its exponent.
    let truth = [0.0, EFFECT].map(|effect| 1e6 * (spread() * spread() / 8.0 - effect / 2.0).exp());
    vec![
        Recipe::of_offices("mean", truth, Box::new(|window| averaged(window, Dependence::Clustered))),
        Recipe::of_offices("ratio", truth, Box::new(per_request)),
    ]
}

fn quantiles() -> Vec<Recipe> {
    let woodruff = |name, q: f64, unit: u64| {
        let read = move |window: &Window| {
            let cells = times(window, |row| Some((row.seconds().div_ceil(unit), Outcome::Finished)));
            Ok(Figure::Quantile(Box::new(Quantile::woodruff(&cells, q, Dependence::Clustered, LEVEL)?)))
        };
        let whole = move |seconds: f64| if unit > 1 { (seconds / unit as f64).ceil() } else { seconds };
        Recipe::of_offices(name, at(q).map(whole), Box::new(read))
    };
    vec![
        woodruff("median", 0.5, 1),
        woodruff("ninth decile", 0.9, 1),
        // Dated to 450 seconds: lumps, of which the middle one has a tenth of the rows.
        woodruff("median of dates", 0.5, 450).lumpy(),
    ]
}

fn curves() -> Vec<Recipe> {
    let read = |name, q: f64, longest: f64| {
        let estimate = move |window: &Window| quantile_of(&times(window, |row| Some(seen(row, longest))), q);
        Recipe::of_offices(name, at(q), Box::new(estimate))
    };
    let weighted = |window: &Window| {
        let cells =
            cells(window, |cluster, rows| ClusterFollowed { cluster, times: rows.iter().map(worked).collect() });
        Ok(Figure::Quantile(Box::new(Quantile::weighted(&cells, 0.5, Dependence::Clustered, LEVEL)?)))
    };
    let rivals = |window: &Window| quantile_of(&times(window, |row| Some(withdrawn(row))), 0.5);
    let restricted = |window: &Window| {
        let estimate = Curve::new(&times(window, |row| Some(seen(row, 4000.0))))?.restricted_mean(HORIZON)?;
        Ok(Figure::mean(estimate, Dependence::Clustered))
    };
    vec![
        read("survival median, open rows", 0.5, 4000.0),
        read("survival ninth decile, open rows", 0.9, 12_000.0),
        Recipe::of_offices("survival median, competing outcome", at(0.5 / 0.9), Box::new(rivals)),
        Recipe::of_offices("restricted mean, open rows", [0.0, EFFECT].map(within), Box::new(restricted)),
        Recipe::of_offices("weighted median, open rows", at(0.5), Box::new(weighted)),
    ]
}

fn by_week() -> Vec<Recipe> {
    let amount = |effect: f64| 1e6 * (spread() * spread() / 8.0 - effect / 2.0).exp();
    let totalled = |window: &Window| {
        let estimate = total::estimate(&moments(window, |row| Some(amount_of(row))))?;
        Ok(Figure::estimate(estimate, Dependence::Serial, total::interval))
    };
    let weekly = |name, truth: Truth, estimate| Recipe {
        city: City::weeks,
        dependence: Dependence::Serial,
        truth,
        ..Recipe::of_offices(name, [0.0; 2], estimate)
    };
    let all = move |layout: Layout| [0.0, EFFECT].map(|effect| layout.count as f64 * layout.rows() * amount(effect));
    let half = |_| [0.0, EFFECT].map(|at| below(at / spread()));
    vec![
        weekly("total, by week", Box::new(all), Box::new(totalled)),
        weekly(
            "mean, by week",
            Box::new(move |_| [0.0, EFFECT].map(amount)),
            Box::new(|window| averaged(window, Dependence::Serial)),
        ),
        weekly("share of 50 %, by week", Box::new(half), Box::new(|window| shared(window, 0.0, Dependence::Serial)))
            .in_points(),
    ]
}

/// The times by which a share of the rows is done.
fn at(q: f64) -> [f64; 2] {
    [0.0, EFFECT].map(|effect| 1000.0 * (quantile(q) * spread() - effect).exp())
}

pub const HORIZON: u64 = 2000;

/// The mean of a log-normal time within the horizon.
pub fn within(effect: f64) -> f64 {
    let (centre, horizon, s) = (1000f64.ln() - effect, HORIZON as f64, spread());
    let z = (horizon.ln() - centre) / s;
    (centre + s * s / 2.0).exp() * below(z - s) + horizon * below(-z)
}

pub fn cells<C>(window: &Window, cell: impl Fn(ClusterId, &[Row]) -> C) -> Vec<C> {
    (0..).map(ClusterId).zip(window).map(|(id, rows)| cell(id, rows)).collect()
}

/// Of the rows that have it, a measure.
pub fn moments(window: &Window, measure: impl Fn(Row) -> Option<i128>) -> Vec<ClusterMoments> {
    cells(window, |cluster, rows| {
        let x = || rows.iter().filter_map(|&row| measure(row));
        ClusterMoments { cluster, n: x().count() as u64, sum: x().sum(), sum_squares: x().map(|x| x * x).sum() }
    })
}

/// Of the rows that are asked, those that hit.
pub fn hits(window: &Window, hit: impl Fn(Row) -> Option<bool>) -> Vec<ClusterMoments> {
    moments(window, |row| hit(row).map(i128::from))
}

pub fn times(window: &Window, end: impl Fn(Row) -> Option<(u64, Outcome)>) -> Vec<ClusterTimes> {
    let count = |&row: &Row| end(row).map(|(time, outcome)| TimeCount { time, outcome, count: 1 });
    cells(window, |cluster, rows| ClusterTimes { cluster, times: rows.iter().filter_map(count).collect() })
}

pub fn shared(window: &Window, limit: f64, dependence: Dependence) -> Result<Figure, Undefined> {
    let estimate = share::estimate(&hits(window, |row| Some(row.level() <= limit)))?;
    Ok(Figure::share(estimate, dependence))
}

pub fn amount_of(row: Row) -> i128 {
    (1e6 * (0.5 * row.level()).exp()) as i128
}

pub fn averaged(window: &Window, dependence: Dependence) -> Result<Figure, Undefined> {
    let estimate = mean::estimate(&moments(window, |row| Some(amount_of(row))))?;
    Ok(Figure::mean(estimate, dependence))
}

/// Each row has 1 to 12 requests, and so much for each.
pub fn per_request(window: &Window) -> Result<Figure, Undefined> {
    let estimate = ratio::estimate(&requests(window, |_| true))?;
    Ok(Figure::estimate(estimate, Dependence::Clustered, ratio::interval))
}

fn quantile_of(cells: &[ClusterTimes], q: f64) -> Result<Figure, Undefined> {
    Ok(Figure::Quantile(Box::new(Quantile::new(cells, q, Dependence::Clustered, LEVEL)?)))
}

/// Cut off at any time up to the longest, one as likely as another.
pub fn seen(row: Row, longest: f64) -> (u64, Outcome) {
    let (time, cut) = (row.seconds(), (longest * row.unit) as u64);
    if time <= cut { (time, Outcome::Finished) } else { (cut, Outcome::Censored) }
}

/// One in ten is withdrawn half way.
fn withdrawn(row: Row) -> (u64, Outcome) {
    let withdraws = row.coin < 0.1;
    let time = if withdraws { row.seconds().div_ceil(2) } else { row.seconds() };
    let cut = (4000.0 * row.unit) as u64;
    match time <= cut {
        false => (cut, Outcome::Censored),
        true if withdraws => (time, Outcome::Competing),
        true => (time, Outcome::Finished),
    }
}

/// The slower half waits 1,000 seconds from the 200th on, more often than the faster.
pub fn worked(row: &Row) -> FollowedCount {
    let (work, cut) = (row.seconds(), (6000.0 * row.unit) as u64);
    let waits = row.coin < if row.unreformed() > 0.0 { 0.8 } else { 0.2 } && work > 200;
    let pause = if waits { 1000 } else { 0 };
    let (time, followed, outcome) = match work + pause <= cut {
        true => (work, work + pause, Outcome::Finished),
        false => (cut.min(200) + cut.saturating_sub(200 + pause), cut, Outcome::Censored),
    };
    FollowedCount { time, followed, outcome, count: 1 }
}

pub fn requests(window: &Window, of: impl Fn(Row) -> bool) -> Vec<ClusterPairs> {
    let pair = |row: Row| {
        let y = (1.0 + 12.0 * row.unit * row.coin).floor() as i128;
        (amount_of(row) * y, y)
    };
    cells(window, |cluster, rows| {
        let pairs = || rows.iter().filter(|&&row| of(row)).map(|&row| pair(row));
        let sum = |of: fn(i128, i128) -> i128| pairs().map(|(x, y)| of(x, y)).sum();
        let [x, y, xx, yy, xy] =
            [sum(|x, _| x), sum(|_, y| y), sum(|x, _| x * x), sum(|_, y| y * y), sum(|x, y| x * y)];
        ClusterPairs { cluster, n: pairs().count() as u64, x, y, xx, yy, xy }
    })
}
