//! A city whose only change is its mix: how often its figures at one mix say that something changed.
//!
//! Procedures differ in their times and in what is on time; between the windows the easy ones become more frequent.
//! Offices are unequal, alike within, half the same in both windows, and do every procedure or mostly a few of their
//! own.

use super::draws::Draws;
use super::*;
use giamtang::stats::Estimate;
use giamtang::stats::standardise::{self, Standardised, Stratum};
use giamtang::stats::survival::clustered_log_rank;

const ROUNDS: u32 = 200;

/// One window after the other, by procedure.
#[derive(Clone, Default)]
struct City {
    on_time: Vec<Stratum<ClusterMoments>>,
    lengths: Vec<Stratum<ClusterMoments>>,
    times: Vec<Stratum<ClusterTimes>>,
}

#[derive(Clone, Copy)]
struct Layout {
    offices: u32,
    procedures: usize,
    inequality: f64,
    /// How unlike the procedures of two offices are.
    own_ways: f64,
}

impl City {
    fn drawn(draws: &mut Draws, layout: Layout) -> Self {
        let mut city = Self {
            on_time: vec![Stratum::default(); layout.procedures],
            lengths: vec![Stratum::default(); layout.procedures],
            times: vec![Stratum::default(); layout.procedures],
        };
        for office in 0..layout.offices {
            let size = 25.0 * (layout.inequality * draws.normal() - layout.inequality.powi(2) / 2.0).exp();
            let stays = draws.normal();
            let habits: Vec<f64> = (0..layout.procedures).map(|_| (layout.own_ways * draws.normal()).exp()).collect();
            for window in 0..2 {
                let level = 0.4 * (0.8 * stays + 0.6 * draws.normal());
                let rows = (size.max(2.0) * (0.8 + 0.4 * draws.unit())).round() as u32;
                let chances = chances(&habits, window);
                (0..rows).for_each(|_| city.add(draws, ClusterId(office), window, level, &chances));
            }
        }
        city
    }

    fn add(&mut self, draws: &mut Draws, cluster: ClusterId, window: usize, level: f64, chances: &[f64]) {
        let mut place = draws.unit() * chances.iter().sum::<f64>();
        let reached = |chance: &f64| {
            place -= chance;
            place <= 0.0
        };
        let procedure = chances.iter().position(reached).unwrap_or(chances.len() - 1);
        let hardness = 2.0 * procedure as f64 / chances.len() as f64;
        let own = level + 0.9 * draws.normal();
        let [hit, length] = [i128::from(own + 0.6 > 0.8 * hardness), (1000.0 * (own + 2.0 * hardness)) as i128];
        let (time, cut) = ((1e6 * (0.6 * own + hardness).exp()) as u64, (6e6 * draws.unit()) as u64);
        let outcome = if time <= cut { Outcome::Finished } else { Outcome::Censored };
        let moments = |x: i128| ClusterMoments { cluster, ..single(0, x) };
        side(&mut self.on_time[procedure], window).push(moments(hit));
        side(&mut self.lengths[procedure], window).push(moments(length));
        side(&mut self.times[procedure], window).push(left(cluster.0, time.min(cut), outcome));
    }
}

fn side<C>(stratum: &mut Stratum<C>, window: usize) -> &mut Vec<C> {
    if window == 0 { &mut stratum.was } else { &mut stratum.is }
}

/// Of each procedure: the i-th is as frequent as 1/i, and in the second window the first ones more so.
fn chances(habits: &[f64], window: usize) -> Vec<f64> {
    let shift = |i: usize| (window as f64 * (1.0 - 2.0 * i as f64 / habits.len() as f64)).exp();
    habits.iter().enumerate().map(|(i, habit)| habit * shift(i) / (1.0 + i as f64)).collect()
}

fn p(held: Standardised<Estimate>) -> f64 {
    effect::change(&held.was, &held.is, Clustered, 0.95).p.unwrap()
}

type Test = (&'static str, fn(&City) -> f64);

const TESTS: [Test; 5] = [
    ("share", |city| p(standardise::share(&city.on_time, Clustered).unwrap())),
    ("mean", |city| p(standardise::mean(&city.lengths, Clustered).unwrap())),
    ("median", |city| {
        let medians = standardise::quantiles(&city.times, 0.5, Clustered, 0.95).unwrap();
        // A few open files at the end of a small city can leave a limit open and the curve of both too short.
        effect::quantile_change(&medians.was, &medians.is, Clustered, 0.95).p.unwrap_or(1.0)
    }),
    ("restricted mean", |city| {
        let curves = standardise::curves(&city.times, Clustered).unwrap();
        p(curves.figure(|curve| curve.restricted_mean(3_000_000)).unwrap())
    }),
    ("log-rank", |city| {
        let curves = |stratum: &Stratum<_>| Some((Curve::new(&stratum.was).ok()?, Curve::new(&stratum.is).ok()?));
        clustered_log_rank(&city.times.iter().filter_map(curves).collect::<Vec<_>>()).unwrap().p
    }),
];

fn crude(city: &City) -> f64 {
    let all = |side: fn(&Stratum<ClusterMoments>) -> &Vec<ClusterMoments>| {
        share::estimate(&city.on_time.iter().flat_map(side).copied().collect::<Vec<_>>()).unwrap()
    };
    effect::change(&all(|s| &s.was), &all(|s| &s.is), Clustered, 0.95).p.unwrap()
}

#[test]
fn a_change_of_mix_is_no_change() {
    let mut draws = Draws::seeded(1955);
    let layout = |(offices, procedures, inequality, own_ways)| Layout { offices, procedures, inequality, own_ways };
    for layout in [(10, 5, 1.0, 1.5), (10, 30, 0.5, 0.0), (30, 5, 1.0, 0.0), (30, 30, 1.0, 1.5)].map(layout) {
        let cities: Vec<City> = (0..ROUNDS).map(|_| City::drawn(&mut draws, layout)).collect();
        let claims = |p: &dyn Fn(&City) -> f64| cities.iter().filter(|city| p(city) < 0.05).count() as u32;
        for (name, test) in TESTS {
            let found = claims(&test);
            println!("{name}, {} offices, {} procedures: {found} of {ROUNDS}", layout.offices, layout.procedures);
            // At 5 % more than 18 of 200 come once in a hundred and fifty times.
            assert!(found * 200 <= 18 * ROUNDS, "{name}: {found}");
        }
        let found = claims(&crude);
        println!("crude share: {found} of {ROUNDS}");
        // Ten offices show little, not even what is not there.
        assert!(layout.offices < 30 || found * 200 > 18 * ROUNDS, "{found}");
    }
}
