//! Figures at one mix against loops over rows, lifelines and statsmodels, and against their own laws.

use super::*;
use giamtang::stats::standardise::{self, Standardised, Stratum};
use giamtang::stats::survival::{Weighted, log_rank, stratified_log_rank};
use giamtang::stats::{ClusterFollowed, ClusterPairs, Estimate, FollowedCount, mean as crude};
use proptest::prelude::*;

type Row = BTreeMap<String, String>;

fn rows(case: &str) -> Vec<Row> {
    table("standardised_rows").into_iter().filter(|row| row["case"] == case).collect()
}

/// The rows of a case by stratum and window, each made a cell.
fn strata<C: Clone>(rows: &[Row], cell: impl Fn(ClusterId, &Row) -> C) -> Vec<Stratum<C>> {
    let mut strata: BTreeMap<String, Stratum<C>> = BTreeMap::new();
    for row in rows {
        let stratum = strata.entry(row["stratum"].clone()).or_insert(Stratum { was: vec![], is: vec![] });
        let cell = cell(ClusterId(integer(row, "cluster") as u32), row);
        if row["window"] == "0" { stratum.was.push(cell) } else { stratum.is.push(cell) }
    }
    strata.into_values().collect()
}

fn outcome(row: &Row) -> Outcome {
    [Outcome::Censored, Outcome::Finished, Outcome::Competing][integer(row, "outcome") as usize]
}

fn measure(column: &'static str) -> impl Fn(ClusterId, &Row) -> ClusterMoments {
    move |cluster, row| ClusterMoments { cluster, ..single(0, integer(row, column)) }
}

fn pair(cluster: ClusterId, row: &Row) -> ClusterPairs {
    let (x, y) = (integer(row, "x"), integer(row, "y") + 1);
    ClusterPairs { cluster, n: 1, x, y, xx: x * x, yy: y * y, xy: x * y }
}

fn followed(cluster: ClusterId, row: &Row) -> ClusterFollowed {
    let [time, followed] = ["time", "followed"].map(|column| integer(row, column) as u64);
    ClusterFollowed { cluster, times: vec![FollowedCount { time, followed, outcome: outcome(row), count: 1 }] }
}

fn elapsed(cluster: ClusterId, row: &Row) -> ClusterTimes {
    left(cluster.0, integer(row, "followed") as u64, outcome(row))
}

/// Where withdrawn dossiers count as open, as lifelines takes them.
fn unless_withdrawn(cluster: ClusterId, row: &Row) -> ClusterTimes {
    let outcome = if row["outcome"] == "1" { Outcome::Finished } else { Outcome::Censored };
    left(cluster.0, integer(row, "followed") as u64, outcome)
}

fn figure(rows: &[Row], name: &str) -> Standardised<Estimate> {
    let curves = || standardise::curves(&strata(rows, elapsed), Clustered).unwrap();
    let net = || standardise::net_curves(&strata(rows, followed), Clustered).unwrap();
    match name {
        "share" => standardise::share(&strata(rows, measure("x")), Clustered),
        "mean" => standardise::mean(&strata(rows, measure("y")), Clustered),
        "ratio" => standardise::ratio(&strata(rows, pair), Clustered),
        "incidence_9" => curves().figure(|curve| Ok(curve.incidence(9))),
        "area_9" => curves().figure(|curve| curve.restricted_mean(9)),
        "net_6" => net().figure(|curve| Ok(curve.incidence(6))),
        "net_area_6" => net().figure(|curve| curve.restricted_mean(6)),
        "lifelines_9" => standardise::curves(&strata(rows, unless_withdrawn), Clustered)
            .and_then(|curves| curves.figure(|curve| Ok(curve.incidence(9)))),
        other => panic!("{other}"),
    }
    .unwrap()
}

#[test]
fn values_and_derivatives_against_loops() {
    for row in table("standardised") {
        let found = figure(&rows(&row["case"]), &row["figure"]);
        let estimate = if row["window"] == "0" { found.was } else { found.is };
        close(estimate.value, number(&row, "value"), 1e-12);
        let psi: Vec<f64> = row["psi"].split(' ').map(|x| x.parse().unwrap()).collect();
        let own = |cluster: usize| estimate.influence.iter().find(|i| i.cluster.0 as usize == cluster);
        for (cluster, psi) in psi.into_iter().enumerate() {
            let found = own(cluster).map_or(0.0, |i| i.psi);
            // Central differences of 1e-5 are good to 1e-9 of a value near 1, rounding and curvature together.
            assert!((found - psi).abs() < 2e-8, "{row:?} {cluster}: {found} {psi}");
        }
        assert!(estimate.influence.iter().map(|i| i.psi).sum::<f64>().abs() < 1e-12);
        assert!((estimate.influence.iter().map(|i| i.leverage).sum::<f64>() - 1.0).abs() < 1e-12);
    }
}
