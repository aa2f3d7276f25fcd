//! `stats` against SciPy, statsmodels, lifelines and dense matrices (`fixtures/oracle`), and against its own laws.

mod calibration;
mod charts;
mod comparison;
mod counts;
mod coverage;
mod draws;
mod laws;
mod mixes;
mod ratios;
mod restricted;
mod shifted;
mod standardised;
mod trend;
mod units;
mod weeks;
mod weighted;

use giamtang::Undefined;
use giamtang::stats::interval::{critical, two_sided_p, wilson};
use giamtang::stats::survival::{Curve, Quantile};
use giamtang::stats::variance::{Contrast, paired, spread};
use giamtang::stats::{
    ClusterId, ClusterMoments, ClusterTimes, Dependence, Outcome, TimeCount, effect, mean, multiplicity, share,
};
use std::collections::BTreeMap;

use Dependence::{Clustered, Independent};

type Table = Vec<BTreeMap<String, String>>;

fn table(name: &str) -> Table {
    let path = format!("fixtures/oracle/{name}.csv");
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_path(path).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
    row[column].parse().unwrap()
}

fn integer(row: &BTreeMap<String, String>, column: &str) -> i128 {
    row[column].parse().unwrap()
}

#[track_caller]
fn close(got: f64, want: f64, tolerance: f64) {
    assert!((got - want).abs() <= tolerance * want.abs().max(1e-300), "got {got}, want {want}");
}

fn single(cluster: usize, x: i128) -> ClusterMoments {
    ClusterMoments { cluster: ClusterId(cluster as u32), n: 1, sum: x, sum_squares: x * x }
}

fn singles(row: &BTreeMap<String, String>, column: &str) -> Vec<ClusterMoments> {
    row[column].split(' ').enumerate().map(|(i, x)| single(i, x.parse().unwrap())).collect()
}

fn left(cluster: u32, time: u64, outcome: Outcome) -> ClusterTimes {
    ClusterTimes { cluster: ClusterId(cluster), times: vec![TimeCount { time, outcome, count: 1 }] }
}

#[test]
fn student_and_normal_tails() {
    for row in table("t") {
        let df = number(&row, "df");
        close(critical(number(&row, "level"), df), number(&row, "critical"), 1e-9);
        close(two_sided_p(3.7, df), number(&row, "p_of_3_7"), 1e-9);
    }
}

#[test]
fn wilson_limits() {
    for row in table("wilson") {
        let (x, n) = (integer(&row, "x"), integer(&row, "n"));
        let cells = [ClusterMoments { cluster: ClusterId(0), n: n as u64, sum: x, sum_squares: x }];
        let limits = share::interval(&share::estimate(&cells).unwrap(), Independent, number(&row, "level")).unwrap();
        assert!((limits.low.unwrap() - number(&row, "low")).abs() < 1e-14);
        assert!((limits.high.unwrap() - number(&row, "high")).abs() < 1e-14);
    }
    // PHEindicatormethods 2.x, testdata_Proportion.xlsx: 1 of 100 at 99.8 %.
    let limits = wilson(0.01, 100.0, critical(0.998, f64::INFINITY));
    assert!((limits.low - 0.00087306570).abs() < 1e-11 && (limits.high - 0.10455445284).abs() < 1e-11);
}

/// With one row per cluster CR2 is HC2, which for a mean is `s^2 / n` with `n - 1` degrees of freedom.
#[test]
fn means_welch_and_paired_t() {
    for row in table("mean") {
        let (was, is) = (singles(&row, "was"), singles(&row, "is"));
        for (cells, low, high) in [(&was, "was_low", "was_high"), (&is, "is_low", "is_high")] {
            for dependence in [Clustered, Independent] {
                let limits = mean::interval(&mean::estimate(cells).unwrap(), dependence, 0.95).unwrap();
                close(limits.low.unwrap(), number(&row, low), 1e-9);
                close(limits.high.unwrap(), number(&row, high), 1e-9);
            }
        }
        let [before, after] = [&was, &is].map(|cells| mean::estimate(cells).unwrap());
        let welch = effect::change(&before, &after, Independent, 0.95);
        close(welch.df.unwrap(), number(&row, "welch_df"), 1e-12);
        agrees(&welch, &row, "welch");
        let both = was.len().min(is.len());
        let [before, after] = [&was[..both], &is[..both]].map(|cells| mean::estimate(cells).unwrap());
        agrees(&effect::change(&before, &after, Clustered, 0.95), &row, "paired");
    }
}

#[track_caller]
fn agrees(change: &effect::Change, row: &BTreeMap<String, String>, test: &str) {
    let limits = change.absolute.limits.clone().unwrap();
    close(limits.low, number(row, &format!("{test}_low")), 1e-9);
    close(limits.high, number(row, &format!("{test}_high")), 1e-9);
    close(change.p.clone().unwrap(), number(row, &format!("{test}_p")), 1e-9);
}

#[test]
fn cr2_and_bell_mccaffrey_against_dense_matrices() {
    let mut cells: BTreeMap<(String, String), Vec<ClusterMoments>> = BTreeMap::new();
    for row in table("cr2_bm_cells") {
        cells.entry((row["layout"].clone(), row["window"].clone())).or_default().push(ClusterMoments {
            cluster: ClusterId(integer(&row, "cluster") as u32),
            n: integer(&row, "n") as u64,
            sum: integer(&row, "sum"),
            sum_squares: integer(&row, "sum_squares"),
        });
    }
    for row in table("cr2_bm") {
        let window = |w: &str| mean::estimate(&cells[&(row["layout"].clone(), w.into())]).unwrap();
        let (value, found) = if row["figure"] == "mean" {
            (window("0").value, spread(&window("0"), Clustered).unwrap())
        } else {
            let weights = Contrast { was: number(&row, "c_was"), is: number(&row, "c_is") };
            let (was, is) = (window("0"), window("1"));
            let found = paired(&was, &is, weights, Clustered).unwrap();
            (weights.was * was.value + weights.is * is.value, found)
        };
        assert!((value - number(&row, "value")).abs() < 1e-11);
        close(found.variance, number(&row, "variance"), 1e-10);
        // Degrees of freedom are rounded to nine places: see `variance`.
        close(found.df, number(&row, "df"), 1e-9);
        // Intervals have at most those that the squares show, changes also those of alike rows.
        let reference = found.df.min(number(&row, "shown")).max(1.0);
        let alike = row["alike"].parse::<f64>().unwrap_or(f64::INFINITY).min(reference).max(1.0);
        match row["figure"].as_str() {
            "mean" => close(mean::interval(&window("0"), Clustered, 0.95).unwrap().df.unwrap(), reference, 1e-9),
            "difference" => {
                close(effect::change(&window("0"), &window("1"), Clustered, 0.95).df.unwrap(), alike, 1e-9);
            }
            _ => {}
        }
    }
}

#[test]
fn benjamini_hochberg_and_holm() {
    let rows = table("multiplicity");
    for case in rows.chunk_by(|a, b| a["case"] == b["case"]) {
        let column = |name: &str| case.iter().map(|row| number(row, name)).collect::<Vec<_>>();
        let adjusted = [multiplicity::benjamini_hochberg(&column("p")), multiplicity::holm(&column("p"))];
        for (got, want) in adjusted.iter().zip([column("bh"), column("holm")]) {
            got.iter().zip(want).for_each(|(&got, want)| close(got, want, 1e-14));
        }
    }
    assert!(multiplicity::holm(&[]).is_empty());
}

fn kaplan_meier_cells(name: &str) -> Vec<ClusterTimes> {
    let rows = table("survival_data").into_iter().filter(|row| row["curve"] == name);
    let outcome = |event: f64| if event == 1.0 { Outcome::Finished } else { Outcome::Censored };
    rows.enumerate()
        .map(|(i, row)| left(i as u32, integer(&row, "time") as u64, outcome(number(&row, "event"))))
        .collect()
}

/// One row per cluster: the squared influences must add up to Greenwood's variance.
#[test]
fn kaplan_meier_and_greenwood() {
    let mut curves: BTreeMap<String, Curve> = BTreeMap::new();
    for row in table("survival") {
        let name = row["curve"].clone();
        let curve = curves.entry(name.clone()).or_insert_with(|| Curve::new(&kaplan_meier_cells(&name)).unwrap());
        let estimate = curve.incidence(integer(&row, "time") as u64);
        assert!((1.0 - estimate.value - number(&row, "survival")).abs() < 1e-13);
        // At S = 0 Greenwood is 0 times infinity, which statsmodels writes as nan.
        if number(&row, "survival") > 0.0 {
            let greenwood = number(&row, "se").powi(2);
            close(estimate.independent_variance.unwrap(), greenwood, 1e-9);
            close(estimate.influence.iter().map(|i| i.psi * i.psi).sum(), greenwood, 1e-9);
        }
    }
}

#[test]
fn survival_quantiles_and_log_log_limits() {
    let mut cells: BTreeMap<String, Vec<ClusterTimes>> = BTreeMap::new();
    for row in table("survival_quantiles") {
        let name = &row["curve"];
        let cells = cells.entry(name.clone()).or_insert_with(|| kaplan_meier_cells(name));
        let quantile = Quantile::new(cells, number(&row, "q"), Independent, number(&row, "level"));
        let reached = |value: f64| value.is_finite().then_some(value);
        match quantile {
            Err(why) => assert!(why == Undefined::NotReached && number(&row, "value").is_infinite()),
            Ok(found) => {
                let limits = found.limits.unwrap();
                assert_eq!(Some(found.estimate.value), reached(number(&row, "value")), "{row:?}");
                assert_eq!(limits.low, reached(number(&row, "low")), "{row:?}");
                assert_eq!(limits.high, reached(number(&row, "high")), "{row:?}");
            }
        }
    }
}

#[test]
fn aalen_johansen() {
    let rows = table("competing");
    for case in rows.chunk_by(|a, b| a["case"] == b["case"]) {
        let outcome = |kind: &str| match kind {
            "0" => Outcome::Censored,
            "1" => Outcome::Finished,
            _ => Outcome::Competing,
        };
        let cells = case.iter().map(|row| left(1, integer(row, "time") as u64, outcome(&row["kind"])));
        let curve = Curve::new(&cells.collect::<Vec<_>>()).unwrap();
        for row in case {
            let got = curve.incidence(integer(row, "time") as u64).value;
            assert!((got - number(row, "incidence")).abs() < 1e-12);
        }
    }
}
