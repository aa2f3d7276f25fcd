//! Counts, rates and how counts lie, against SciPy, Public Health England's figures and loops over pairs.

use super::*;
use giamtang::stats::Interval;
use giamtang::stats::distribution::{gini, usual};
use giamtang::stats::interval::{byar, count, poisson};
use giamtang::stats::rate::{Stratum, direct};
use giamtang::stats::survival::Density;

fn list<T: std::str::FromStr<Err: std::fmt::Debug>>(row: &BTreeMap<String, String>, column: &str) -> Vec<T> {
    row[column].split(' ').map(|x| x.parse().unwrap()).collect()
}

#[track_caller]
fn between(got: Interval, low: f64, high: f64, tolerance: f64) {
    close(got.low, low, tolerance);
    close(got.high, high, tolerance);
}

#[test]
fn counts_have_exact_and_byars_limits() {
    for row in table("counts") {
        let (x, level) = (integer(&row, "x") as u64, number(&row, "level"));
        between(poisson(x, level), number(&row, "exact_low"), number(&row, "exact_high"), 1e-9);
        if x > 0 {
            // Of a single event Byar's lower limit falls below zero, and there is no such count.
            between(byar(x, level), number(&row, "byar_low").max(0.0), number(&row, "byar_high"), 1e-9);
        }
    }
}

/// PHEindicatormethods, `tests/testthat/testdata_*.xlsx`, read for the figures alone.
#[test]
fn public_health_englands_figures() {
    let near = |got: f64, want: f64, digits: i32| {
        assert!((got - want).abs() < 0.51 * 0.1f64.powi(digits), "got {got}, want {want}");
    };
    // testdata_Byars_Wilson.
    near(byar(65, 0.95).low, 50.16318771, 8);
    near(byar(65, 0.95).high, 82.84913855, 8);
    near(byar(1045, 0.95).low, 982.5932018, 7);
    near(byar(1045, 0.95).high, 1110.3312130, 7);
    // testdata_Rate, per 100 of population 100: one event exact, twenty by Byar.
    near(count(1, 0.95).low, 0.02531780798, 11);
    near(count(1, 0.95).high, 5.57164339094, 11);
    near(count(20, 0.95).low, 12.21142883, 8);
    near(count(20, 0.95).high, 30.88988037, 8);
    // testresults_ISR with nine events: value 100.6706577, so limits are those of the count times value / 9.
    near(count(9, 0.95).low * 100.6706577 / 9.0, 46.0330, 4);
    near(count(9, 0.95).high * 100.6706577 / 9.0, 191.1043, 4);
    // testresults_ISR, value 10011.1376221; of all counts only 895 has limits in these proportions.
    near(count(895, 0.95).low * 10011.1376221 / 895.0, 9365.9160, 4);
    near(count(895, 0.95).high * 10011.1376221 / 895.0, 10689.0976, 4);
    // testresults_DSR, testdata_big: 895 events; (high - value) / (value - low) is the count's, whatever the strata.
    let (value, low, high) = (1043.0247991, 971.7709068, 1117.8940915);
    let counted = count(895, 0.95);
    let scale = (value - low) / (895.0 - counted.low);
    near(value + scale * (counted.high - 895.0), high, 4);
    // testdata_Proportion, 20 of 100, and testdata_Mean, Area1.
    let limits = wilson(0.2, 100.0, critical(0.95, f64::INFINITY));
    near(limits.low, 0.13336693333, 11);
    near(limits.high, 0.2888291656, 10);
    let half = critical(0.95, 7.0) * 20.97557526 / 8f64.sqrt();
    near(53.70434500 - half, 36.16832524, 7);
    near(53.70434500 + half, 71.24036476, 7);
}

#[test]
fn standardised_rates() {
    for row in table("rates") {
        let (events, population, weight): (Vec<u64>, Vec<f64>, Vec<f64>) =
            (list(&row, "events"), list(&row, "population"), list(&row, "weight"));
        let strata = events.into_iter().zip(population.into_iter().zip(weight));
        let strata: Vec<_> =
            strata.map(|(events, (population, weight))| Stratum { events, population, weight }).collect();
        let rate = direct(&strata, number(&row, "level")).unwrap();
        close(rate.value, number(&row, "value"), 1e-13);
        between(rate.limits, number(&row, "low"), number(&row, "high"), 1e-11);
    }
    let stratum = |events, population| Stratum { events, population, weight: 1.0 };
    assert_eq!(direct(&[stratum(4, 100.0), stratum(5, 100.0)], 0.95), Err(Undefined::FewEvents));
    assert!(direct(&[stratum(5, 100.0), stratum(5, 100.0)], 0.95).is_ok());
    assert_eq!(direct(&[stratum(40, 100.0), stratum(0, 0.0)], 0.95), Err(Undefined::NoBase));
    assert_eq!(direct(&[], 0.95), Err(Undefined::NoBase));
}

#[test]
fn woodruffs_limits_are_order_statistics() {
    for row in table("woodruff") {
        let times = list(&row, "x").into_iter().map(|time| TimeCount { time, outcome: Outcome::Finished, count: 1 });
        let cells = [ClusterTimes { cluster: ClusterId(3), times: times.collect() }];
        let quantile = Quantile::woodruff(&cells, number(&row, "q"), Independent, 0.95).unwrap();
        let limits = quantile.limits.unwrap();
        let expected = ["value", "low", "high"].map(|column| Some(number(&row, column)));
        assert_eq!([Some(quantile.estimate.value), limits.low, limits.high], expected);
        // Values below twelve: each is a twelfth of the rows, so an atom.
        let coarse = list::<u64>(&row, "x").iter().all(|&x| x < 12);
        assert_eq!(quantile.density == Density::Atom, coarse);
    }
}

#[test]
fn one_row_is_no_atom_and_two_alike_may_be() {
    let density = |values: &[u64]| {
        let times = values.iter().map(|&time| TimeCount { time, outcome: Outcome::Finished, count: 1 });
        let cells = [ClusterTimes { cluster: ClusterId(0), times: times.collect() }];
        Quantile::woodruff(&cells, 0.5, Independent, 0.95).unwrap().density
    };
    // Nine rows: the fifth is a ninth of them. Wilson's limits of one half of nine are 0.251 and 0.749 (z^2 = 3.841:
    // 1/2 -+ 1.96 sqrt(1/36 + 3.841/324) / (1 + 3.841/9)), so from the third row to the seventh.
    let Density::TwoSided(density_of_nine) = density(&[1, 2, 3, 4, 5, 6, 7, 8, 9]) else { panic!("an atom") };
    let (z, n) = (critical(0.95, f64::INFINITY), 9.0f64);
    let width = 2.0 * z * (0.25 / n + z * z / (4.0 * n * n)).sqrt() / (1.0 + z * z / n);
    close(density_of_nine, width / 4.0, 1e-12);
    assert_eq!(density(&[1, 2, 3, 5, 5, 6, 7, 8, 9]), Density::Atom);
}

#[test]
fn gini_and_the_usual() {
    for row in table("gini") {
        close(gini(&list(&row, "counts")).unwrap(), number(&row, "gini"), 1e-12);
    }
    assert_eq!(gini(&[]), Err(Undefined::NoRows));
    assert_eq!(gini(&[u64::MAX, u64::MAX]), Ok(0.0));
    // Six, three and one of ten: 60 %, 90 %, all.
    let paths = [("b", 1), ("c", 3), ("a", 6), ("never", 0)];
    assert_eq!(usual(paths, 0.6), ["a"]);
    assert_eq!(usual(paths, 0.61), ["a", "c"]);
    assert_eq!(usual(paths, 1.0), ["a", "c", "b"]);
    assert_eq!(usual([("b", 2), ("a", 2), ("c", 2)], 0.5), ["a", "b"]);
    assert_eq!(usual(Vec::<(u8, u64)>::new(), 0.8), Vec::<u8>::new());
}
