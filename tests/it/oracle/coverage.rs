//! How often 95 % intervals hold, with 10, 30 and 100 offices of unequal size that are alike within.
//!
//! Sizes are log-normal; an office's level is a seventh of the variance of one row. Cells are drawn directly. This is
//! the short form of `examples/calibration`, whose table METHODS keeps.

use super::draws::Draws;
use super::*;
use giamtang::stats::standardise::{self, Stratum};
use giamtang::stats::{ClusterFollowed, ClusterPairs, Estimate, FollowedCount, Limits, ratio};

const ROUNDS: u32 = 200;

/// One row: what the office and the row itself add, on the scale of a standard deviation.
#[derive(Clone, Copy)]
struct Row {
    office: f64,
    own: f64,
    unit: f64,
    coin: f64,
}

impl Row {
    fn level(self) -> f64 {
        self.office + self.own
    }

    /// Log-normal seconds, of which half are below a thousand.
    fn seconds(self) -> u64 {
        (1000.0 * self.level().exp()).ceil() as u64
    }
}

/// The variance of a row's level, and what of it is the office's.
const OFFICE: f64 = 0.16;
const ALL: f64 = 1.0 + OFFICE;

fn offices(draws: &mut Draws, count: usize, inequality: f64) -> Vec<Vec<Row>> {
    let office = |_| {
        let size = (25.0 * (inequality * draws.normal()).exp()).ceil() as usize;
        let office = OFFICE.sqrt() * draws.normal();
        (0..size).map(|_| Row { office, own: draws.normal(), unit: draws.unit(), coin: draws.unit() }).collect()
    };
    (0..count).map(office).collect()
}

fn cells<C>(offices: &[Vec<Row>], cell: impl Fn(ClusterId, &[Row]) -> C) -> Vec<C> {
    (0..).map(ClusterId).zip(offices).map(|(id, rows)| cell(id, rows)).collect()
}

fn moments(offices: &[Vec<Row>], measure: impl Fn(Row) -> i128) -> Vec<ClusterMoments> {
    cells(offices, |cluster, rows| {
        let x = || rows.iter().map(|&row| measure(row));
        ClusterMoments { cluster, n: rows.len() as u64, sum: x().sum(), sum_squares: x().map(|x| x * x).sum() }
    })
}

fn times(offices: &[Vec<Row>], end: impl Fn(Row) -> (u64, Outcome)) -> Vec<ClusterTimes> {
    let count = |&row: &Row| {
        let (time, outcome) = end(row);
        TimeCount { time, outcome, count: 1 }
    };
    cells(offices, |cluster, rows| ClusterTimes { cluster, times: rows.iter().map(count).collect() })
}

fn above(offices: &[Vec<Row>], threshold: f64) -> Estimate {
    share::estimate(&moments(offices, |row| i128::from(row.level() > threshold))).unwrap()
}

fn hit(threshold: f64) -> impl Fn(&[Vec<Row>]) -> Limits {
    move |offices| share::interval(&above(offices, threshold), Clustered, 0.95).unwrap()
}

fn mean_days(offices: &[Vec<Row>]) -> Estimate {
    mean::estimate(&moments(offices, |row| (1e6 * (0.5 * row.level()).exp()) as i128)).unwrap()
}

/// Each row has 1 to 12 requests, and so much time for each.
fn per_request(offices: &[Vec<Row>]) -> Estimate {
    let pair = |row: &Row| {
        let y = (1.0 + 12.0 * row.unit * row.coin).floor() as i128;
        ((1e6 * y as f64 * (0.5 * row.level()).exp()) as i128, y)
    };
    let pairs = cells(offices, |cluster, rows| {
        let sum = |of: fn(i128, i128) -> i128| rows.iter().map(pair).map(|(x, y)| of(x, y)).sum();
        let [x, y, xx, yy, xy] =
            [sum(|x, _| x), sum(|_, y| y), sum(|x, _| x * x), sum(|_, y| y * y), sum(|x, y| x * y)];
        ClusterPairs { cluster, n: rows.len() as u64, x, y, xx, yy, xy }
    });
    ratio::estimate(&pairs).unwrap()
}

fn value_at(offices: &[Vec<Row>], q: f64) -> Quantile {
    let cells = times(offices, |row| (row.seconds(), Outcome::Finished));
    Quantile::woodruff(&cells, q, Clustered, 0.95).unwrap()
}

/// Cut off between 0 and 4,000 seconds after the start.
fn survived(offices: &[Vec<Row>]) -> Quantile {
    let cells = times(offices, |row| {
        let (time, cut) = (row.seconds(), (4000.0 * row.unit) as u64);
        if time <= cut { (time, Outcome::Finished) } else { (cut, Outcome::Censored) }
    });
    Quantile::new(&cells, 0.5, Clustered, 0.95).unwrap()
}

/// The slower half waits 1,000 seconds from the 200th on, more often than the faster.
fn worked(offices: &[Vec<Row>]) -> Quantile {
    let count = |row: &Row| {
        let (work, cut) = (row.seconds(), (6000.0 * row.unit) as u64);
        let waits = row.coin < if row.level() > 0.0 { 0.8 } else { 0.2 } && work > 200;
        let pause = if waits { 1000 } else { 0 };
        let (time, followed, outcome) = match work + pause <= cut {
            true => (work, work + pause, Outcome::Finished),
            false => (cut.min(200) + cut.saturating_sub(200 + pause), cut, Outcome::Censored),
        };
        FollowedCount { time, followed, outcome, count: 1 }
    };
    let cells = cells(offices, |cluster, rows| ClusterFollowed { cluster, times: rows.iter().map(count).collect() });
    Quantile::weighted(&cells, 0.5, Clustered, 0.95).unwrap()
}

/// How many of the rounds hold the truth, for 10, 30 and 100 offices, sizes unequal and very unequal.
fn held(name: &str, truth: f64, interval: impl Fn(&[Vec<Row>]) -> Limits) -> [[u32; 3]; 2] {
    let mut draws = Draws::seeded(30);
    let held = [0.5, 1.0].map(|inequality| {
        [10, 30, 100].map(|count| {
            let holds = |_: &u32| {
                let limits = interval(&offices(&mut draws, count, inequality));
                limits.low.is_none_or(|low| low <= truth) && limits.high.is_none_or(|high| truth <= high)
            };
            (0..ROUNDS).filter(holds).count() as u32
        })
    });
    println!("{name}: held in {held:?} of {ROUNDS}");
    held
}

/// A recipe's six layouts together hold in 93 % of the rounds, each alone in 180 of 200.
///
/// At a true coverage of 95 %, all 54 layouts of this file pass the second bound fifteen times in sixteen.
fn nearly_all(held: [[u32; 3]; 2]) {
    let all: u32 = held.iter().flatten().sum();
    assert!(all * 100 >= 93 * 6 * ROUNDS, "{held:?}");
    assert!(held.iter().flatten().all(|&held| held * 200 >= 180 * ROUNDS), "{held:?}");
}

#[test]
fn half_and_few_and_most() {
    // The normal quantiles of 0.5, 0.05 and 0.9, by the spread of a level.
    nearly_all(held("share 0.5", 0.5, hit(0.0)));
    nearly_all(held("share 0.05", 0.05, hit(1.644_853_627 * ALL.sqrt())));
    nearly_all(held("share 0.9", 0.9, hit(-1.281_551_566 * ALL.sqrt())));
}

#[test]
fn means_and_ratios() {
    // The mean of a log-normal with half the level in its exponent.
    let truth = 1e6 * (ALL / 8.0).exp();
    nearly_all(held("mean", truth, |offices| mean::interval(&mean_days(offices), Clustered, 0.95).unwrap()));
    nearly_all(held("ratio", truth, |offices| ratio::interval(&per_request(offices), Clustered, 0.95).unwrap()));
}

#[test]
fn quantiles() {
    nearly_all(held("median", 1000.0, |offices| value_at(offices, 0.5).limits.unwrap()));
    let truth = 1000.0 * (1.281_551_566 * ALL.sqrt()).exp();
    nearly_all(held("ninth decile", truth, |offices| value_at(offices, 0.9).limits.unwrap()));
}

#[test]
fn times_of_rows_still_open() {
    nearly_all(held("survival median", 1000.0, |offices| survived(offices).limits.unwrap()));
    nearly_all(held("weighted median", 1000.0, |offices| worked(offices).limits.unwrap()));
}

/// How often a change is found between two windows of the same offices that differ by chance alone, 30 offices.
fn found(name: &str, p: impl Fn(&[Vec<Row>], &[Vec<Row>]) -> f64) {
    let mut draws = Draws::seeded(5);
    let claims = |_: &u32| {
        let was = offices(&mut draws, 30, 0.75);
        let again = |rows: &Vec<Row>| {
            let fresh = |row: &Row| Row { own: draws.normal(), unit: draws.unit(), coin: draws.unit(), ..*row };
            rows.iter().map(fresh).collect::<Vec<_>>()
        };
        let is: Vec<_> = was.iter().map(again).collect();
        p(&was, &is) < 0.05
    };
    let claims = (0..ROUNDS).filter(claims).count() as u32;
    println!("{name}: a change found in {claims} of {ROUNDS}");
    // At 5 % more than 18 of 200 come once in a hundred and fifty times.
    assert!(claims * 200 <= 18 * ROUNDS, "{name} {claims}");
}

#[test]
fn no_change_is_seldom_found() {
    let of = |was: &Estimate, is: &Estimate| effect::change(was, is, Clustered, 0.95).p.unwrap();
    let between = |was: &Quantile, is: &Quantile| effect::quantile_change(was, is, Clustered, 0.95).p.unwrap();
    found("share 0.05", |was, is| of(&above(was, 1.644_853_627 * ALL.sqrt()), &above(is, 1.644_853_627 * ALL.sqrt())));
    found("mean", |was, is| of(&mean_days(was), &mean_days(is)));
    found("ratio", |was, is| of(&per_request(was), &per_request(is)));
    found("median", |was, is| between(&value_at(was, 0.5), &value_at(is, 0.5)));
    found("survival median", |was, is| between(&survived(was), &survived(is)));
    found("weighted median", |was, is| between(&worked(was), &worked(is)));
    // Dated to the half thousand: atoms, tested through F.
    let dated = |offices: &[Vec<Row>]| {
        let cells = times(offices, |row| (row.seconds().div_ceil(500), Outcome::Finished));
        Quantile::woodruff(&cells, 0.5, Clustered, 0.95).unwrap()
    };
    found("median of days", |was, is| between(&dated(was), &dated(is)));
}

/// Two kinds of rows that differ by a whole standard deviation, two in five easy before, three in five after.
fn kinds(was: &[Vec<Row>], is: &[Vec<Row>]) -> [Stratum<ClusterMoments>; 2] {
    let hits = |offices: &[Vec<Row>], share: f64, easy: bool| {
        cells(offices, |cluster, rows| {
            let of_kind = || rows.iter().filter(|row| (row.unit < share) == easy);
            let sum = of_kind().filter(|row| row.level() < if easy { 0.5 } else { -0.5 }).count() as i128;
            ClusterMoments { cluster, n: of_kind().count() as u64, sum, sum_squares: sum }
        })
    };
    [true, false].map(|easy| Stratum { was: hits(was, 0.4, easy), is: hits(is, 0.6, easy) })
}

#[test]
fn a_change_of_mix_alone_is_seldom_found() {
    found("share of two kinds at one mix", |was, is| {
        let shares = standardise::share(&kinds(was, is), Clustered).unwrap();
        effect::share_change(&shares.was, &shares.is, Clustered, 0.95).p.unwrap()
    });
}
