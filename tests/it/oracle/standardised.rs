//! Figures at one mix against loops over rows, lifelines and statsmodels, and against their own laws.

use super::*;
use giamtang::stats::standardise::{self, Standardised, Stratum};
use giamtang::stats::survival::{Weighted, clustered_log_rank, stratified_log_rank};
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

/// A dummy for each stratum and window, HC2: the variances of the cells' means, weighed.
#[test]
fn independent_rows_against_dummies() {
    for row in table("standardised_hc2") {
        let rows = rows(&row["case"]);
        let means = standardise::mean(&strata(&rows, measure("y")), Independent).unwrap();
        let change = effect::change(&means.was, &means.is, Independent, 0.95);
        close(change.absolute.value, number(&row, "change"), 1e-10);
        close(change.standard_error.unwrap(), number(&row, "se"), 1e-10);
    }
}

#[test]
fn log_rank_tests_by_strata() {
    for row in table("log_rank_strata") {
        let column = |name: &str| -> Vec<u64> { row[name].split(' ').map(|x| x.parse().unwrap()).collect() };
        let [times, events, groups, strata, clusters] = ["time", "event", "group", "stratum", "cluster"].map(column);
        let mut cells: BTreeMap<u64, [Vec<ClusterTimes>; 2]> = BTreeMap::new();
        for i in 0..times.len() {
            let outcome = if events[i] == 1 { Outcome::Finished } else { Outcome::Censored };
            let side = &mut cells.entry(strata[i]).or_default()[groups[i] as usize];
            side.push(left(clusters[i] as u32, times[i], outcome));
        }
        let sides = |[was, is]: &[Vec<ClusterTimes>; 2]| Some((Curve::new(was).ok()?, Curve::new(is).ok()?));
        let mut curves: Vec<_> = cells.values().filter_map(sides).collect();
        let test = stratified_log_rank(&curves).unwrap();
        close(test.chi_square, number(&row, "chi_square"), 1e-10);
        close(test.p, number(&row, "p"), 1e-8);
        // Strata of one window add as many observed as expected.
        let alone = |[was, is]: &&[Vec<ClusterTimes>; 2]| is.is_empty() && !was.is_empty();
        let finished = |[was, _]: &[Vec<ClusterTimes>; 2]| Curve::new(was).unwrap().incidence(0).events;
        let apart: u64 = cells.values().filter(alone).map(finished).sum();
        assert_eq!(i128::from(test.observed + apart), integer(&row, "observed"));
        close(test.expected + apart as f64, number(&row, "expected"), 1e-12);
        let robust = clustered_log_rank(&curves).unwrap();
        close(robust.chi_square, number(&row, "robust_chi_square"), 1e-9);
        close(robust.df.unwrap(), number(&row, "robust_df"), 1e-8);
        assert_eq!((robust.observed, robust.expected), (test.observed, test.expected));
        curves.reverse();
        assert_eq!(stratified_log_rank(&curves).unwrap(), test);
        assert_eq!(clustered_log_rank(&curves).unwrap(), robust);
    }
    assert_eq!(stratified_log_rank(&[]), Err(Undefined::NoVariation));
    assert_eq!(clustered_log_rank(&[]), Err(Undefined::NoVariation));
    let one = |times: [u64; 2]| Curve::new(&times.map(|time| left(0, time, Outcome::Finished))).unwrap();
    assert_eq!(clustered_log_rank(&[(one([1, 3]), one([2, 4]))]), Err(Undefined::OneCluster));
}

fn same(found: &Estimate, wanted: &Estimate, tolerance: f64) {
    assert!((found.value - wanted.value).abs() <= tolerance * wanted.value.abs().max(1.0), "{found:?} {wanted:?}");
    assert_eq!((found.n, found.events, found.clusters()), (wanted.n, wanted.events, wanted.clusters()));
    let own = |estimate: &Estimate, cluster| {
        let own = estimate.influence.iter().find(|i| i.cluster == cluster);
        own.map_or((0.0, 0.0), |i| (i.psi, i.leverage))
    };
    for i in found.influence.iter().chain(&wanted.influence) {
        let ((psi, h), (psi_wanted, h_wanted)) = (own(found, i.cluster), own(wanted, i.cluster));
        assert!((psi - psi_wanted).abs() <= tolerance && (h - h_wanted).abs() <= 1e-12, "{psi} {psi_wanted}");
    }
    let (one, two) = (found.independent_variance.unwrap(), wanted.independent_variance.unwrap());
    assert!((one - two).abs() <= tolerance, "{one} {two}");
}

/// One stratum is no stratum: the figures, the influences, the variances and the test are the plain ones.
#[test]
fn one_stratum_is_the_plain_figure() {
    let rows: Vec<_> = rows("many")
        .into_iter()
        .map(|mut row| {
            row.insert("stratum".into(), "0".into());
            row
        })
        .collect();
    let window = |number: &str| rows.iter().filter(|row| row["window"] == number).cloned().collect::<Vec<_>>();
    let [was, is] = ["0", "1"].map(window);
    let id = |row: &Row| ClusterId(integer(row, "cluster") as u32);
    let moments = |rows: &[Row], column| rows.iter().map(|row| measure(column)(id(row), row)).collect::<Vec<_>>();
    let plain = [&was, &is].map(|rows| share::estimate(&moments(rows, "x")).unwrap());
    let held = standardise::share(&strata(&rows, measure("x")), Clustered).unwrap();
    same(&held.was, &plain[0], 1e-15);
    same(&held.is, &plain[1], 1e-15);
    let [one, two] = [
        effect::share_change(&plain[0], &plain[1], Clustered, 0.95),
        effect::share_change(&held.was, &held.is, Clustered, 0.95),
    ];
    close(two.p.unwrap(), one.p.unwrap(), 1e-9);
    close(two.df.unwrap(), one.df.unwrap(), 1e-9);
    let mean = standardise::mean(&strata(&rows, measure("y")), Independent).unwrap().is;
    same(&mean, &crude::estimate(&moments(&is, "y")).unwrap(), 1e-14);
    close(mean.independent_df, is.len() as f64 - 1.0, 1e-12);
    let curve = Curve::new(&is.iter().map(|row| elapsed(id(row), row)).collect::<Vec<_>>()).unwrap();
    let held = standardise::curves(&strata(&rows, elapsed), Clustered).unwrap().is;
    for day in [0, 1, 3, 9, 20, 39] {
        same(&held.incidence(day), &curve.incidence(day), 1e-12);
    }
    same(&held.restricted_mean(20).unwrap(), &curve.restricted_mean(20).unwrap(), 1e-11);
    assert_eq!(held.quantile(0.2), curve.quantile(0.2));
    let net = Weighted::new(&is.iter().map(|row| followed(id(row), row)).collect::<Vec<_>>()).unwrap();
    same(
        &standardise::net_curves(&strata(&rows, followed), Clustered).unwrap().is.incidence(5),
        &net.incidence(5),
        1e-12,
    );
}

/// Rows that all finished: the curve at a time is the share of rows that finished by it.
#[test]
fn without_open_rows_a_curve_is_a_share() {
    for dependence in [Clustered, Independent] {
        let rows = rows("sparse");
        let done = |cluster: ClusterId, row: &Row| left(cluster.0, integer(row, "followed") as u64, Outcome::Finished);
        let by_nine =
            |cluster, row: &Row| ClusterMoments { cluster, ..single(0, i128::from(integer(row, "followed") <= 9)) };
        let curves =
            standardise::curves(&strata(&rows, done), dependence).unwrap().figure(|curve| Ok(curve.incidence(9)));
        let shares = standardise::share(&strata(&rows, by_nine), dependence).unwrap();
        let mut curves = curves.unwrap();
        (curves.was.events, curves.is.events) = (shares.was.events, shares.is.events);
        same(&curves.was, &shares.was, 1e-13);
        same(&curves.is, &shares.is, 1e-13);
        let spreads = [(&curves.was, &curves.is), (&shares.was, &shares.is)]
            .map(|(was, is)| paired(was, is, Contrast::DIFFERENCE, dependence).unwrap());
        close(spreads[0].variance, spreads[1].variance, 1e-11);
        let counts = |held: &Standardised<Estimate>| (held.matched, held.unmatched, held.left_out);
        assert_eq!(counts(&curves), counts(&shares));
    }
}

/// Leaving one cluster out moves the change by about as much as its influence, over what it retains.
#[test]
fn a_jackknife_agrees() {
    for name in ["share", "mean", "ratio", "incidence_9", "area_9", "net_6"] {
        let rows = rows("many");
        let change = |rows: &[Row]| {
            let held = figure(rows, name);
            held.is.value - held.was.value
        };
        let whole = figure(&rows, name);
        let clusters: Vec<_> = whole.was.influence.iter().map(|i| i.cluster.0).collect();
        let left_out =
            |id: u32| rows.iter().filter(|row| integer(row, "cluster") != i128::from(id)).cloned().collect::<Vec<_>>();
        let moves: Vec<f64> = clusters.iter().map(|&id| change(&rows) - change(&left_out(id))).collect();
        let few = clusters.len() as f64;
        let jackknife = (few - 1.0) / few * moves.iter().map(|m| m * m).sum::<f64>();
        let found = paired(&whole.was, &whole.is, Contrast::DIFFERENCE, Clustered).unwrap().variance;
        assert!((jackknife / found).ln().abs() < 0.5, "{name}: {jackknife} {found}");
    }
}

type Cell = (u32, u64, u64);

/// Offices by stratum: who, how many rows, how many of them hit.
fn tables() -> impl Strategy<Value = Vec<Vec<Cell>>> {
    let cell = (0u32..6, 1u64..9, 0u64..9).prop_map(|(id, n, hits)| (id, n, hits.min(n)));
    prop::collection::vec(prop::collection::vec(cell, 1..6), 1..6)
}

fn times(scale: u64) -> impl Fn(&Cell) -> ClusterMoments {
    move |&(id, n, hits)| {
        let hits = i128::from(hits * scale);
        ClusterMoments { cluster: ClusterId(id), n: n * scale, sum: hits, sum_squares: hits }
    }
}

fn leaving(scale: u64) -> impl Fn(&Cell) -> ClusterTimes {
    move |&(id, n, hits)| {
        let group = |time, outcome, count| TimeCount { time, outcome, count };
        let times = vec![
            group(3, Outcome::Finished, hits * scale),
            group(5, Outcome::Censored, 1),
            group(9, Outcome::Finished, (n - hits) * scale),
        ];
        ClusterTimes { cluster: ClusterId(id), times }
    }
}

fn between<C>(was: &[Vec<Cell>], is: &[Vec<Cell>], cell: impl Fn(&Cell) -> C) -> Vec<Stratum<C>> {
    let cells = |cells: &Vec<Cell>| cells.iter().map(&cell).collect();
    was.iter().zip(is).map(|(was, is)| Stratum { was: cells(was), is: cells(is) }).collect()
}

fn bits(held: &Standardised<Estimate>) -> Vec<u64> {
    let estimates = [&held.was, &held.is].into_iter();
    estimates
        .flat_map(|e| {
            e.influence.iter().flat_map(|i| [i.psi, i.leverage]).chain([e.value, e.independent_variance.unwrap()])
        })
        .map(f64::to_bits)
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn equal_mixes_leave_the_change(was in tables(), shift in 0u64..3, scale in 1u64..4) {
        // The second window has the same cells so many times over, with other hits.
        let is: Vec<Vec<Cell>> = was.iter().map(|cells| cells.iter().map(|&(id, n, hits)| (id, n * scale, (hits + shift).min(n) * scale)).collect()).collect();
        let strata = between(&was, &is, times(1));
        let held = standardise::share(&strata, Clustered).unwrap();
        let all = |side: fn(&Stratum<ClusterMoments>) -> &Vec<ClusterMoments>| {
            share::estimate(&strata.iter().flat_map(|stratum| side(stratum).clone()).collect::<Vec<_>>()).unwrap()
        };
        let (before, after) = (all(|stratum| &stratum.was), all(|stratum| &stratum.is));
        prop_assert!((held.was.value - before.value).abs() < 1e-14 && (held.is.value - after.value).abs() < 1e-14);
    }

    #[test]
    fn a_change_of_mix_alone_is_no_change(was in tables(), scales in prop::collection::vec(1u64..7, 6)) {
        let is: Vec<Vec<Cell>> = was.iter().zip(&scales).map(|(cells, scale)| cells.iter().map(|&(id, n, hits)| (id, n * scale, hits * scale)).collect()).collect();
        let held = standardise::share(&between(&was, &is, times(1)), Clustered).unwrap();
        prop_assert_eq!(held.is.value - held.was.value, 0.0);
        let held = standardise::mean(&between(&was, &is, times(1)), Clustered).unwrap();
        prop_assert_eq!(held.is.value - held.was.value, 0.0);
    }

    #[test]
    fn order_is_nothing_and_doubling_leaves_values(was in tables(), is in tables(), turn in 0usize..9) {
        let turned = |tables: &[Vec<Cell>]| {
            let count = was.len().min(is.len());
            let mut tables: Vec<Vec<Cell>> = tables[..count].iter().map(|cells| cells.iter().rev().copied().collect()).collect();
            tables.rotate_left(turn % count);
            tables
        };
        let once = standardise::share(&between(&was, &is, times(1)), Clustered).unwrap();
        let other = standardise::share(&between(&turned(&was), &turned(&is), times(1)), Clustered).unwrap();
        prop_assert_eq!(bits(&once), bits(&other));
        let twice = standardise::share(&between(&was, &is, times(2)), Clustered).unwrap();
        for (a, b) in [(&once.was, &twice.was), (&once.is, &twice.is)] {
            prop_assert!((a.value - b.value).abs() < 1e-14);
            a.influence.iter().zip(&b.influence).for_each(|(a, b)| assert!((a.psi - b.psi).abs() < 1e-14));
        }
        let curves = |was: &[Vec<Cell>], is: &[Vec<Cell>]| {
            let held = standardise::curves(&between(was, is, leaving(1)), Clustered).unwrap();
            held.figure(|curve| Ok(curve.incidence(4))).unwrap()
        };
        prop_assert_eq!(bits(&curves(&was, &is)), bits(&curves(&turned(&was), &turned(&is))));
    }
}

#[test]
fn strata_that_are_empty_single_or_all_hit() {
    let office = |id, hits: i128, n| ClusterMoments { cluster: ClusterId(id), n, sum: hits, sum_squares: hits };
    let empty = || Stratum { was: vec![], is: vec![office(1, 0, 0)] };
    assert_eq!(standardise::share(&[], Clustered), Err(Undefined::NoRows));
    assert_eq!(standardise::share(&[empty()], Clustered), Err(Undefined::NoRows));
    let gone = Stratum { was: vec![office(1, 3, 5)], is: vec![] };
    let new = Stratum { was: vec![], is: vec![office(2, 1, 7)] };
    assert_eq!(standardise::share(&[gone.clone(), new.clone()], Clustered), Err(Undefined::NoRows));
    // Every row hits: exactly 1, whatever the weights, and the limits are those of four clusters.
    let all: Vec<_> = (1..8)
        .map(|n| Stratum {
            was: (0..4).map(|id| office(id, 3 * n, 3 * n as u64)).collect(),
            is: (0..4).map(|id| office(id, n, n as u64)).collect(),
        })
        .collect();
    let held = standardise::share(&all, Clustered).unwrap();
    assert_eq!((held.was.value, held.is.value, held.is.events), (1.0, 1.0, 28 * 4));
    let limits = share::interval(&held.is, Clustered, 0.95).unwrap();
    close(limits.low.unwrap(), wilson(1.0, 4.0, critical(0.95, 3.0)).low, 1e-12);
    assert!(effect::share_change(&held.was, &held.is, Clustered, 0.95).p.unwrap() == 1.0);
    // One row a stratum: nothing to tell rows of a stratum apart by.
    let single = |id| Stratum { was: vec![office(id, 1, 1)], is: vec![office(id, 0, 1)] };
    let held = standardise::mean(&[single(1), single(2), empty(), gone, new], Independent).unwrap();
    assert_eq!((held.was.value, held.is.value, held.matched, held.unmatched, held.left_out), (1.0, 0.0, 2, 2, [5, 7]));
    assert_eq!(held.was.independent_variance, None);
    // A stratum that is one cluster's own shows nothing of it; the one it shares speaks for both. Of 8 rows of its own and
    // 18 of 90 the stakes are 8^2 / 4 = 16 and 90^2 / 45 / 5 = 36: 52 of which 36 - 36 / 5 show. With 80 rows of its own
    // nothing is more than doubled.
    let shared = |office: fn(u32, i128, u64) -> ClusterMoments| Stratum {
        was: (0..5).map(|id| office(id, i128::from(id % 3) + 1, 9)).collect(),
        is: (0..5).map(|id| office(id, i128::from(id % 2) + 3, 9)).collect(),
    };
    for (rows, inflation) in [(4, 52.0 / 28.8), (40, 2.0)] {
        let own = |id| Stratum { was: vec![office(id, 2, rows)], is: vec![office(id, 3, rows)] };
        let strata: Vec<_> = (0..5).map(own).chain([shared(office)]).collect();
        let held = standardise::share(&strata, Clustered).unwrap();
        let raw: f64 = held.is.influence.iter().map(|i| i.psi * i.psi).sum();
        close(spread(&held.is, Clustered).unwrap().variance, inflation * raw, 1e-12);
    }
    // Windows with other clusters: paired with nobody, but both move the weights.
    let apart = Stratum { was: vec![office(1, 2, 4), office(2, 1, 4)], is: vec![office(3, 3, 4), office(4, 2, 4)] };
    let held = standardise::share(&[apart], Clustered).unwrap();
    assert!(held.was.is_disjoint(&held.is));
    assert_eq!((held.was.clusters(), held.was.dominant()), (2, Some((ClusterId(1), 0.5))));
    assert!(effect::change(&held.was, &held.is, Clustered, 0.95).p.is_ok());
}
