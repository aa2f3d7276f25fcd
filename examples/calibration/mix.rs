//! Figures at one mix, of cities whose mix changes.

use super::city::{City, EASY, EFFECT, LEAD, Row, Window, spread};
use super::normal::below;
use super::recipe::{
    Figure, HORIZON, LEVEL, Recipe, amount_of, averaged, cells, hits, moments, requests, seen, shared, times, within,
    worked,
};
use giamtang::Undefined;
use giamtang::stats::standardise::{self, Standardised, Stratum};
use giamtang::stats::survival::Quantile;
use giamtang::stats::{ClusterFollowed, ClusterTimes, Dependence, Outcome, ratio};

const CLUSTERED: Dependence = Dependence::Clustered;

/// Every recipe that has a figure at one mix, and two crude ones beside.
pub fn all() -> Vec<Recipe> {
    let mut recipes = figures();
    recipes.extend(times_at_one_mix());
    recipes.extend(crude());
    recipes.into_iter().map(|recipe| Recipe { city: City::mixed, ..recipe }).collect()
}

fn figures() -> Vec<Recipe> {
    let share = |name, limit: f64| {
        let estimate = move |windows: [&Window; 2]| {
            let of = |window: &Window, easy| hits(window, |row| (row.easy == easy).then_some(row.level() <= limit));
            let both = standardise::share(&strata(windows, of), CLUSTERED)?;
            Ok([both.was, both.is].map(|share| Figure::share(share, CLUSTERED)))
        };
        together(name, at_mix([0.5; 2], |shift| below((limit + shift) / spread())), estimate).in_points()
    };
    let means = |windows: [&Window; 2]| {
        let of = |window: &Window, easy| moments(window, |row| (row.easy == easy).then_some(amount_of(row)));
        let both = standardise::mean(&strata(windows, of), CLUSTERED)?;
        Ok([both.was, both.is].map(|mean| Figure::mean(mean, CLUSTERED)))
    };
    let ratios = |windows: [&Window; 2]| {
        let of = |window: &Window, easy| requests(window, |row| row.easy == easy);
        let both = standardise::ratio(&strata(windows, of), CLUSTERED)?;
        Ok([both.was, both.is].map(|ratio| Figure::estimate(ratio, CLUSTERED, ratio::interval)))
    };
    vec![
        share("share of 50 %, at one mix", 0.0),
        share("share of 8 %, at one mix", -1.7),
        together("mean, at one mix", at_mix([0.5; 2], amount), means),
        together("ratio, at one mix", at_mix([0.5; 2], amount), ratios),
    ]
}

fn times_at_one_mix() -> Vec<Recipe> {
    // As many rows are quicker than the middle one of both kinds by so much as are slower.
    let medians = [0.0, EFFECT].map(|effect| 1000.0 * f64::exp(-effect));
    let woodruff = |windows: [&Window; 2]| {
        let end = |row: Row| (row.seconds(), Outcome::Finished);
        let of = |window: &Window, easy| times(window, |row| (row.easy == easy).then_some(end(row)));
        quantiles(standardise::woodruff(&strata(windows, of), 0.5, CLUSTERED, LEVEL))
    };
    let survived = |windows: [&Window; 2]| quantiles(standardise::quantiles(&open(windows), 0.5, CLUSTERED, LEVEL));
    let net = |windows: [&Window; 2]| {
        let of = |window: &Window, easy| {
            cells(window, |cluster, rows| {
                let times = rows.iter().filter(|row| row.easy == easy).map(worked).collect();
                ClusterFollowed { cluster, times }
            })
        };
        quantiles(standardise::net_quantiles(&strata(windows, of), 0.5, CLUSTERED, LEVEL))
    };
    let restricted = |windows: [&Window; 2]| {
        let both = standardise::curves(&open(windows), CLUSTERED)?.figure(|curve| curve.restricted_mean(HORIZON))?;
        Ok([both.was, both.is].map(|mean| Figure::mean(mean, CLUSTERED)))
    };
    vec![
        together("median, at one mix", medians, woodruff),
        together("survival median, open rows, at one mix", medians, survived),
        together("restricted mean, open rows, at one mix", at_mix([0.5; 2], within), restricted),
        together("weighted median, open rows, at one mix", medians, net),
    ]
}

/// What a comparison without strata says of the same cities: the mix is in it.
fn crude() -> Vec<Recipe> {
    let truth = at_mix(EASY, |shift| below(shift / spread()));
    let share = Recipe::of_offices("share of 50 %, crude", truth, Box::new(|window| shared(window, 0.0, CLUSTERED)));
    let mean = Recipe::of_offices("mean, crude", at_mix(EASY, amount), Box::new(|window| averaged(window, CLUSTERED)));
    [share.in_points(), mean].into_iter().map(|recipe| Recipe { bound: false, ..recipe }).collect()
}

/// Before and after, by the shares of easy rows, of what effect and kind take off a level.
fn at_mix(easy: [f64; 2], of: impl Fn(f64) -> f64) -> [f64; 2] {
    let window = |effect: f64, easy: f64| easy * of(effect + LEAD) + (1.0 - easy) * of(effect - LEAD);
    [window(0.0, easy[0]), window(EFFECT, easy[1])]
}

fn amount(shift: f64) -> f64 {
    1e6 * (spread() * spread() / 8.0 - shift / 2.0).exp()
}

/// A recipe whose windows are estimated together.
fn together(
    name: &'static str,
    truth: [f64; 2],
    estimate: impl Fn([&Window; 2]) -> Result<[Figure; 2], Undefined> + Sync + 'static,
) -> Recipe {
    let alone = Box::new(|_: &Window| Err(Undefined::NoFigure));
    Recipe { estimate: Box::new(estimate), ..Recipe::of_offices(name, truth, alone) }
}

fn strata<C>([was, is]: [&Window; 2], cells: impl Fn(&Window, bool) -> Vec<C>) -> [Stratum<C>; 2] {
    [true, false].map(|easy| Stratum { was: cells(was, easy), is: cells(is, easy) })
}

/// Times of which some are open, by kind.
fn open(windows: [&Window; 2]) -> [Stratum<ClusterTimes>; 2] {
    strata(windows, |window, easy| times(window, |row| (row.easy == easy).then_some(seen(row, 4000.0))))
}

fn quantiles(both: Result<Standardised<Quantile>, Undefined>) -> Result<[Figure; 2], Undefined> {
    both.map(|both| [both.was, both.is].map(|quantile| Figure::Quantile(Box::new(quantile))))
}
