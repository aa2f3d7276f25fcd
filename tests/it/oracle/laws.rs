//! What holds for every table: derivatives, order, scale, exact ties, and what has no number.

use super::*;
use giamtang::stats::survival::Density;
use giamtang::stats::variance::spread;
use giamtang::stats::{Estimate, effect};
use proptest::prelude::*;

/// Incidence with a weight on each cluster, straight from the definition.
fn weighted_incidence(cells: &[ClusterTimes], weights: &[f64], until: u64) -> f64 {
    let rows: Vec<(TimeCount, f64)> =
        cells.iter().zip(weights).flat_map(|(c, &w)| c.times.iter().map(move |t| (*t, w * t.count as f64))).collect();
    let mut times: Vec<u64> = rows.iter().map(|(row, _)| row.time).filter(|&time| time <= until).collect();
    times.sort_unstable();
    times.dedup();
    let (mut survival, mut incidence) = (1.0, 0.0);
    for time in times {
        let sum = |keep: &dyn Fn(&TimeCount) -> bool| rows.iter().filter(|(r, _)| keep(r)).map(|(_, w)| w).sum::<f64>();
        let at_risk = sum(&|row| row.time >= time);
        incidence += survival * sum(&|row| row.time == time && row.outcome == Outcome::Finished) / at_risk;
        survival *= 1.0 - sum(&|row| row.time == time && row.outcome != Outcome::Censored) / at_risk;
    }
    incidence
}

fn outcomes() -> impl Strategy<Value = Outcome> {
    prop_oneof![Just(Outcome::Censored), Just(Outcome::Finished), Just(Outcome::Finished), Just(Outcome::Competing)]
}

fn offices() -> impl Strategy<Value = Vec<ClusterTimes>> {
    let row = (1u64..15, outcomes(), 1u64..4).prop_map(|(time, outcome, count)| TimeCount { time, outcome, count });
    prop::collection::vec(prop::collection::vec(row, 1..12), 2..8).prop_map(|offices| {
        let number = (0..).map(ClusterId);
        number.zip(offices).map(|(cluster, times)| ClusterTimes { cluster, times }).collect()
    })
}

fn moments() -> impl Strategy<Value = Vec<ClusterMoments>> {
    prop::collection::vec((0u32..12, prop::collection::vec(-1000i128..1000, 1..9)), 2..14).prop_map(|offices| {
        let cell = |(id, x): (u32, Vec<i128>)| ClusterMoments {
            cluster: ClusterId(id),
            n: x.len() as u64,
            sum: x.iter().sum(),
            sum_squares: x.iter().map(|x| x * x).sum(),
        };
        offices.into_iter().map(cell).collect()
    })
}

fn bits(estimate: &Estimate) -> Vec<u64> {
    let influence = estimate.influence.iter().flat_map(|i| [i.cluster.0 as f64, i.psi, i.leverage]);
    let figures = [estimate.value, estimate.independent_variance.unwrap_or(-1.0)];
    figures.into_iter().chain(influence).map(f64::to_bits).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn influence_is_the_derivative(cells in offices(), until in 1u64..15) {
        let estimate = Curve::new(&cells).unwrap().incidence(until);
        prop_assert!((estimate.value - weighted_incidence(&cells, &vec![1.0; cells.len()], until)).abs() < 1e-12);
        prop_assert!(estimate.influence.iter().map(|i| i.psi).sum::<f64>().abs() < 1e-12);
        let step = 1e-5;
        for (g, influence) in estimate.influence.iter().enumerate() {
            let at = |move_by: f64| {
                let mut weights = vec![1.0; cells.len()];
                weights[g] += move_by;
                weighted_incidence(&cells, &weights, until)
            };
            // At S = 0 the curve is not smooth in the weights of the last row's cluster; stay below it.
            if estimate.value < 1.0 - 1e-9 {
                prop_assert!((influence.psi - (at(step) - at(-step)) / (2.0 * step)).abs() < 1e-7);
            }
        }
    }

    #[test]
    fn rows_of_their_own_cluster_are_independent_rows(cells in offices(), until in 1u64..15) {
        let rows = cells.iter().flat_map(|cell| &cell.times).flat_map(|t| (0..t.count).map(|_| (t.time, t.outcome)));
        let single: Vec<_> = rows.enumerate().map(|(i, (time, outcome))| left(i as u32, time, outcome)).collect();
        let [alone, together] = [&single, &cells].map(|cells| Curve::new(cells).unwrap().incidence(until));
        let squares: f64 = alone.influence.iter().map(|i| i.psi * i.psi).sum();
        prop_assert!((squares - together.independent_variance.unwrap()).abs() < 1e-14);
    }

    #[test]
    fn order_and_splitting_change_no_bit(cells in offices(), seed in 0usize..100) {
        let whole = Quantile::new(&cells, 0.3, Clustered, 0.95);
        let mut split: Vec<ClusterTimes> = cells.iter().flat_map(|cell| cell.times.iter().map(|&t| ClusterTimes {
            cluster: cell.cluster,
            times: vec![t],
        })).collect();
        let turn = seed % split.len();
        split.rotate_left(turn);
        split.reverse();
        prop_assert_eq!(whole, Quantile::new(&split, 0.3, Clustered, 0.95));
    }

    #[test]
    fn order_and_splitting_of_moments_change_no_bit(cells in moments(), seed in 0usize..100) {
        let mut turned = cells.clone();
        turned.rotate_left(seed % cells.len());
        turned.reverse();
        let [a, b] = [&cells, &turned].map(|cells| mean::estimate(cells).unwrap());
        prop_assert_eq!(bits(&a), bits(&b));
        prop_assert_eq!(spread(&a, Clustered), spread(&b, Clustered));
    }

    #[test]
    fn tripling_every_row_changes_nothing_but_n(cells in offices()) {
        let tripled: Vec<ClusterTimes> = cells.iter().map(|cell| ClusterTimes {
            cluster: cell.cluster,
            times: cell.times.iter().map(|&t| TimeCount { count: 3 * t.count, ..t }).collect(),
        }).collect();
        let [once, thrice] = [&cells, &tripled].map(|cells| Curve::new(cells).unwrap().incidence(7));
        prop_assert!((once.value - thrice.value).abs() < 1e-13);
        for (a, b) in once.influence.iter().zip(&thrice.influence) {
            prop_assert!((a.psi - b.psi).abs() < 1e-13 && (a.leverage - b.leverage).abs() < 1e-15);
        }
    }

    #[test]
    fn p_and_interval_agree(was in moments(), is in moments()) {
        let [was, is] = [was, is].map(|cells| mean::estimate(&cells).unwrap());
        let change = effect::change(&was, &is, Clustered, 0.95);
        if let (Ok(p), Ok(limits)) = (change.p, change.absolute.limits) {
            let excludes = limits.low > 0.0 || limits.high < 0.0;
            prop_assert!(excludes == (p < 0.05) || (p - 0.05).abs() < 1e-9);
            prop_assert!(p > 0.0 && p <= 1.0);
        }
    }
}

#[test]
fn one_half_reached_exactly_counts() {
    let row = |i: u32| left(i, u64::from(i), Outcome::Finished);
    let ten: Vec<_> = (1..=10).map(row).collect();
    for (q, time) in [(0.1, 1.0), (0.3, 3.0), (0.5, 5.0), (0.7, 7.0), (0.9, 9.0)] {
        assert_eq!(Quantile::new(&ten, q, Independent, 0.95).unwrap().estimate.value, time);
    }
    // 14/20, seven censored, then 5/7: one half in exact arithmetic, not in floating point.
    let group = |time, outcome, count| TimeCount { time, outcome, count };
    let times = vec![
        group(1, Outcome::Finished, 6),
        group(2, Outcome::Censored, 7),
        group(3, Outcome::Finished, 2),
        group(4, Outcome::Finished, 5),
    ];
    let curve = Curve::new(&[ClusterTimes { cluster: ClusterId(1), times }]).unwrap();
    assert_eq!(curve.quantile(0.5), Some(3));
}

#[test]
fn what_has_no_number() {
    let office = |id, x: i128, n: u64| ClusterMoments {
        cluster: ClusterId(id),
        n,
        sum: x * i128::from(n),
        sum_squares: x * x * i128::from(n),
    };
    assert_eq!(mean::estimate(&[]), Err(Undefined::NoRows));
    assert_eq!(Curve::new(&[]), Err(Undefined::NoRows));
    let one = mean::estimate(&[office(1, 5, 4)]).unwrap();
    let many = mean::estimate(&[office(1, 5, 4), office(2, 9, 3), office(3, 6, 3)]).unwrap();
    assert_eq!(spread(&one, Clustered), Err(Undefined::OneCluster));
    let change = effect::change(&one, &many, Clustered, 0.95);
    assert_eq!((change.p, change.absolute.limits), (Err(Undefined::OneCluster), Err(Undefined::OneCluster)));
    let more = mean::estimate(&[office(1, 7, 4), office(2, 11, 3), office(3, 8, 3)]).unwrap();
    let change = effect::change(&many, &more, Clustered, 0.95);
    assert_eq!((change.absolute.value, change.p), (2.0, Err(Undefined::NoVariation)));
    let none = mean::estimate(&[office(1, 0, 4), office(2, 0, 3)]).unwrap();
    assert_eq!(effect::change(&none, &many, Clustered, 0.95).relative, Err(Undefined::NoBase));
    let open: Vec<_> = (0..9).map(|i| left(i, 5, Outcome::Censored)).collect();
    assert_eq!(Quantile::new(&open, 0.5, Clustered, 0.95), Err(Undefined::NotReached));
}

#[test]
fn a_share_of_nothing_has_an_upper_limit() {
    let office = |id, n| ClusterMoments { cluster: ClusterId(id), n, sum: 0, sum_squares: 0 };
    let none = share::estimate(&[office(1, 300), office(2, 300), office(3, 300), office(4, 300)]).unwrap();
    let limits = share::interval(&none, Clustered, 0.95).unwrap();
    let four = wilson(0.0, 4.0, critical(0.95, 3.0));
    assert_eq!((limits.low, limits.df), (Some(0.0), Some(3.0)));
    close(limits.high.unwrap(), four.high, 1e-12);
    let one = share::estimate(&[office(1, 300)]).unwrap();
    assert_eq!(share::interval(&one, Clustered, 0.95), Err(Undefined::OneCluster));
}

#[test]
fn money_keeps_its_variance() {
    let billion = 1_000_000_000_000_000_000_i128;
    let rows: Vec<_> = (0..9).map(|i| single(i, billion + i as i128)).collect();
    let limits = spread(&mean::estimate(&rows).unwrap(), Independent).unwrap();
    close(limits.variance, 60.0 / 8.0 / 9.0, 1e-14);
    // Too large for 128 bits times the rows: the floating-point path, still about the mean.
    let huge = i128::from(i64::MAX);
    let cell = |id, sign: i128| ClusterMoments {
        cluster: ClusterId(id),
        n: 1_000_000,
        sum: sign * huge * 1_000_000,
        sum_squares: i128::MAX / 2,
    };
    let estimate = mean::estimate(&[cell(1, 1), cell(2, -1), cell(3, 1)]).unwrap();
    assert!(spread(&estimate, Clustered).unwrap().variance.is_finite());
    assert!(estimate.independent_variance.unwrap().is_finite());
}

#[test]
fn an_atom_is_tested_through_the_curve() {
    let office = |id: u32, at_once: u64| ClusterTimes {
        cluster: ClusterId(id),
        times: [(0, at_once), (1, 90 - at_once), (9, 10)]
            .map(|(time, count)| TimeCount { time, outcome: Outcome::Finished, count })
            .into(),
    };
    let window = |base: u64| (0..12).map(|id| office(id, base + u64::from(id * 7) % 5)).collect::<Vec<_>>();
    let shifted = |cells: Vec<ClusterTimes>| {
        cells.into_iter().map(|mut cell| {
            cell.cluster.0 = (cell.cluster.0 + 5) % 12;
            cell
        })
    };
    let median = |cells: &[ClusterTimes]| Quantile::new(cells, 0.5, Clustered, 0.95).unwrap();
    let (was, is) = (median(&window(70)), median(&shifted(window(20)).collect::<Vec<_>>()));
    assert_eq!((was.estimate.value, is.estimate.value), (0.0, 1.0));
    let change = effect::quantile_change(&was, &is, Clustered, 0.95);
    assert!(change.method.starts_with("through F") && change.p.unwrap() < 1e-5);
}

#[test]
fn an_open_upper_limit_leaves_one_side() {
    let office = |id: u32| {
        let done = 4 + u64::from(id % 5);
        let finished =
            (1..=done).map(|day| TimeCount { time: day * 10 + u64::from(id), outcome: Outcome::Finished, count: 1 });
        let open = TimeCount { time: 200, outcome: Outcome::Censored, count: 10 - done };
        ClusterTimes { cluster: ClusterId(id), times: finished.chain([open]).collect() }
    };
    let cells: Vec<_> = (0..12).map(office).collect();
    let quantile = Quantile::new(&cells, 0.5, Clustered, 0.95).unwrap();
    let limits = quantile.limits.clone().unwrap();
    assert!(limits.high.is_none() && matches!(quantile.density, Density::OneSided(_)), "{quantile:?}");
    let se = spread(&quantile.estimate, Clustered).unwrap().standard_error();
    close(critical(0.95, limits.df.unwrap()) * se, quantile.estimate.value - limits.low.unwrap(), 1e-9);
}
