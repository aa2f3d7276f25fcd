//! Figures at one mix against loops over rows, lifelines and statsmodels, and against their own laws.

use super::*;
use giamtang::stats::standardise::{self, Standardised, Stratum};
use giamtang::stats::survival::{Weighted, clustered_log_rank, stratified_log_rank};
use giamtang::stats::{ClusterFollowed, ClusterPairs, Estimate, FollowedCount, mean as crude};

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

/// Quantiles of one stratum are the plain ones with all their limits; of several, where the curve says.
#[test]
fn quantiles_and_their_limits() {
    let net = strata(&rows("many"), followed);
    let held = standardise::net_curves(&net, Clustered).unwrap();
    let thirds = standardise::net_quantiles(&net, 0.3, Clustered, 0.95).unwrap();
    for (curve, third) in [(&held.was, &thirds.was), (&held.is, &thirds.is)] {
        assert_eq!(third.estimate.value, curve.quantile(0.3).unwrap() as f64);
        assert_eq!(third.curve.incidence(9), curve.incidence(9));
    }
    let whole =
        |side: fn(&Stratum<ClusterFollowed>) -> &Vec<ClusterFollowed>| net.iter().flat_map(side).cloned().collect();
    let one = Stratum { was: whole(|stratum| &stratum.was), is: whole(|stratum| &stratum.is) };
    let plain: Vec<_> =
        [&one.was, &one.is].iter().map(|cells| Quantile::weighted(cells, 0.3, Clustered, 0.95).unwrap()).collect();
    let single = standardise::net_quantiles(&[one], 0.3, Clustered, 0.95).unwrap();
    for (found, wanted) in [(&single.was, &plain[0]), (&single.is, &plain[1])] {
        assert_eq!(found.estimate.value, wanted.estimate.value);
        let ends = |quantile: &Quantile| quantile.limits.clone().unwrap().closed();
        assert_eq!(ends(found), ends(wanted));
    }
    let changes = [
        effect::quantile_change(&single.was, &single.is, Clustered, 0.95),
        effect::quantile_change(&plain[0], &plain[1], Clustered, 0.95),
    ];
    close(changes[0].p.clone().unwrap(), changes[1].p.clone().unwrap(), 1e-9);
    // No quantile in one window, no figure to compare.
    assert_eq!(standardise::net_quantiles(&net, 0.999, Clustered, 0.95), Err(Undefined::NotReached));
}

/// Dates by the day: the median of either window is day 1, and the test is of the shares done by it.
#[test]
fn an_atom_at_one_mix_is_tested_through_the_curves() {
    let office = |id: u32, done: u64, of: u64| ClusterTimes {
        cluster: ClusterId(id),
        times: [(1, done), (30, of - done)]
            .map(|(time, count)| TimeCount { time, outcome: Outcome::Finished, count })
            .into(),
    };
    let window = |done: u64, of: u64| (0..8).map(|id| office(id, done + u64::from(id * 5 % 7), of)).collect::<Vec<_>>();
    let strata =
        [Stratum { was: window(30, 60), is: window(40, 60) }, Stratum { was: window(20, 40), is: window(58, 80) }];
    let medians = standardise::woodruff(&strata, 0.5, Clustered, 0.95).unwrap();
    assert!(medians.was.is_atom());
    let change = effect::quantile_change(&medians.was, &medians.is, Clustered, 0.95);
    assert!(change.method.starts_with("through F"), "{}", change.method);
    let curves = standardise::curves(&strata, Clustered).unwrap().figure(|curve| Ok(curve.incidence(1))).unwrap();
    let through = effect::change(&curves.was, &curves.is, Clustered, 0.95);
    close(change.p.unwrap(), through.p.unwrap(), 1e-12);
}

/// Weeks are a series of their own window: those without rows are there, the mix is given, and one stratum is plain.
#[test]
fn weeks_in_a_row_stay_a_series() {
    use giamtang::stats::Dependence::Serial;
    let week = |(t, x): (u32, i128)| ClusterMoments { cluster: ClusterId(t), n: 4, sum: x, sum_squares: x };
    let silent = |t| ClusterMoments { cluster: ClusterId(t), n: 0, sum: 0, sum_squares: 0 };
    let was: Vec<_> = (0..).zip([1, 3, 2, 2, 4, 1, 0, 3]).map(week).chain([silent(8)]).collect();
    let is: Vec<_> = (0..).zip([2, 3, 4, 4, 3, 1, 2]).map(week).collect();
    let late = Stratum { was: vec![], is: vec![week((11, 3))] };
    let held = standardise::share(&[Stratum { was: was.clone(), is }, late], Serial).unwrap();
    assert_eq!(spread(&held.was, Serial), spread(&share::estimate(&was).unwrap(), Serial));
    let weeks = |estimate: &Estimate| estimate.influence.iter().map(|i| i.cluster.0).collect::<Vec<_>>();
    assert_eq!((weeks(&held.was), weeks(&held.is)), ((0..9).collect(), vec![0, 1, 2, 3, 4, 5, 6, 11]));
}
