//! The weighted curve against loops over rows, against the plain curve, and against a known truth.

use super::draws::Draws;
use super::*;
use giamtang::stats::survival::Weighted;
use giamtang::stats::{ClusterFollowed, FollowedCount};
use proptest::prelude::*;

fn cells(case: &str) -> Vec<ClusterFollowed> {
    let row = |row: BTreeMap<String, String>| ClusterFollowed {
        cluster: ClusterId(integer(&row, "cluster") as u32),
        times: vec![FollowedCount {
            time: integer(&row, "time") as u64,
            followed: integer(&row, "followed") as u64,
            outcome: [Outcome::Censored, Outcome::Finished, Outcome::Competing][integer(&row, "outcome") as usize],
            count: 1,
        }],
    };
    table("weighted_rows").into_iter().filter(|row| row["case"] == case).map(row).collect()
}

#[test]
fn incidence_and_derivatives_against_loops() {
    for row in table("weighted") {
        let estimate = Weighted::new(&cells(&row["case"])).unwrap().incidence(integer(&row, "time") as u64);
        close(estimate.value, number(&row, "incidence"), 1e-12);
        let psi: Vec<f64> = row["psi"].split(' ').map(|x| x.parse().unwrap()).collect();
        assert_eq!(psi.len(), estimate.influence.len());
        for (influence, psi) in estimate.influence.iter().zip(psi) {
            // Central differences of 1e-6 are good to 1e-9.
            assert!((influence.psi - psi).abs() < 2e-9, "{} {psi}", influence.psi);
        }
    }
}

#[test]
fn quantiles_and_limits_against_loops() {
    for row in table("weighted_quantiles") {
        let quantile = Quantile::weighted(&cells(&row["case"]), number(&row, "q"), Clustered, 0.95).unwrap();
        let limits = quantile.limits.unwrap();
        assert_eq!(quantile.estimate.value, number(&row, "value"));
        assert_eq!(limits.low, row["low"].parse().ok());
        assert_eq!(limits.high, row["high"].parse().ok());
        close(limits.df.unwrap(), number(&row, "df"), 1e-8);
    }
}

/// R 4, survival 3.8-11: `rttright(Surv(time, status) ~ 1, aml)`, as written down in the fixtures of
/// Cameron-Lyons/survival (MIT); the remission times are those of Miller 1981.
#[test]
fn weights_are_those_of_r() {
    let finished = [5, 5, 8, 8, 9, 12, 13, 18, 23, 23, 27, 30, 31, 33, 34, 43, 45, 48];
    let open = [13, 16, 28, 45, 161];
    let row = |outcome| move |&time: &u64| FollowedCount { time, followed: time, outcome, count: 1 };
    let times = finished.iter().map(row(Outcome::Finished)).chain(open.iter().map(row(Outcome::Censored)));
    let curve = Weighted::new(&[ClusterFollowed { cluster: ClusterId(0), times: times.collect() }]).unwrap();
    let weight = |time: u64| match time {
        0..=13 => 0.0434782608695652,
        14..=27 => 0.0496894409937888,
        28..=45 => 0.0552104899930987,
        _ => 0.082815734989648,
    };
    let mut before = 0.0;
    for (time, incidence) in curve.points() {
        let rows = finished.iter().filter(|&&t| t == time).count() as f64;
        close(incidence - before, rows * weight(time), 1e-12);
        before = incidence;
    }
}

#[test]
fn a_jackknife_agrees_with_the_derivatives() {
    // Leaving out one of many alike offices moves the value by about -psi / (1 - h).
    let cells = cells("large");
    let value = |cells: &[ClusterFollowed]| Weighted::new(cells).unwrap().incidence(30).value;
    let whole = Weighted::new(&cells).unwrap().incidence(30);
    let squares = |moves: &[f64]| moves.iter().map(|m| m * m).sum::<f64>();
    let left_out = |id| cells.iter().filter(|cell| cell.cluster != id).cloned().collect::<Vec<_>>();
    let jackknife: Vec<f64> =
        whole.influence.iter().map(|i| (whole.value - value(&left_out(i.cluster))) * (1.0 - i.leverage)).collect();
    let psi: Vec<f64> = whole.influence.iter().map(|i| i.psi).collect();
    close(squares(&jackknife).sqrt(), squares(&psi).sqrt(), 0.05);
}

fn offices() -> impl Strategy<Value = Vec<ClusterFollowed>> {
    let outcome = prop_oneof![
        Just(Outcome::Censored),
        Just(Outcome::Finished),
        Just(Outcome::Finished),
        Just(Outcome::Competing)
    ];
    let row = (1u64..15, 0u64..9, outcome, 1u64..4);
    let row =
        row.prop_map(|(time, pause, outcome, count)| FollowedCount { time, followed: time + pause, outcome, count });
    prop::collection::vec(prop::collection::vec(row, 1..12), 2..8).prop_map(|offices| {
        let number = (0..).map(ClusterId);
        number.zip(offices).map(|(cluster, times)| ClusterFollowed { cluster, times }).collect()
    })
}

/// The same rows without their pauses, for both kinds of curve.
fn unpaused(cells: &[ClusterFollowed]) -> (Vec<ClusterFollowed>, Vec<ClusterTimes>) {
    let weighted = cells.iter().map(|cell| ClusterFollowed {
        cluster: cell.cluster,
        times: cell.times.iter().map(|t| FollowedCount { followed: t.time, ..*t }).collect(),
    });
    let plain = cells.iter().map(|cell| ClusterTimes {
        cluster: cell.cluster,
        times: cell.times.iter().map(|t| TimeCount { time: t.time, outcome: t.outcome, count: t.count }).collect(),
    });
    (weighted.collect(), plain.collect())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn without_pauses_it_is_the_plain_curve(cells in offices(), at in 1u64..15) {
        let (weighted, plain) = unpaused(&cells);
        let (weighted, plain) = (Weighted::new(&weighted).unwrap().incidence(at), Curve::new(&plain).unwrap().incidence(at));
        prop_assert!((weighted.value - plain.value).abs() < 1e-13);
        // At S = 0 the plain curve has no derivative by its last row, and the two may say different things.
        if plain.value < 1.0 - 1e-9 {
            let variances = [&weighted, &plain].map(|estimate| estimate.independent_variance.unwrap());
            prop_assert!((variances[0] - variances[1]).abs() < 1e-13, "{variances:?}");
            for (a, b) in weighted.influence.iter().zip(&plain.influence) {
                prop_assert!((a.psi - b.psi).abs() < 1e-13, "{} {}", a.psi, b.psi);
            }
        }
    }

    #[test]
    fn order_and_splitting_change_no_bit(cells in offices(), turn in 0usize..50) {
        let whole = Quantile::weighted(&cells, 0.3, Clustered, 0.95);
        let rows = cells.iter().flat_map(|cell| {
            cell.times.iter().map(|&t| ClusterFollowed { cluster: cell.cluster, times: vec![t] })
        });
        let mut split: Vec<_> = rows.collect();
        let turn = turn % split.len();
        split.rotate_left(turn);
        split.reverse();
        prop_assert_eq!(whole, Quantile::weighted(&split, 0.3, Clustered, 0.95));
    }

    #[test]
    fn without_censoring_it_is_the_fraction(cells in offices(), at in 1u64..15) {
        let ended = |t: &FollowedCount| FollowedCount {
            outcome: if t.outcome == Outcome::Censored { Outcome::Competing } else { t.outcome },
            ..*t
        };
        let closed: Vec<_> = cells.iter().map(|cell| ClusterFollowed {
            cluster: cell.cluster,
            times: cell.times.iter().map(ended).collect(),
        }).collect();
        let rows = || closed.iter().flat_map(|cell| &cell.times);
        let finished: u64 = rows().filter(|t| t.outcome == Outcome::Finished && t.time <= at).map(|t| t.count).sum();
        let n: u64 = rows().map(|t| t.count).sum();
        prop_assert_eq!(Weighted::new(&closed).unwrap().incidence(at).value, finished as f64 / n as f64);
    }
}

/// Dossiers that take 10 to 50 days of work; four in five of the long ones, and one in five of the short, wait 40 days
/// for the applicant besides, from the fifth day on. Received evenly over 120 days and cut off at the end. The truth is
/// on the work alone: half are done by day 30.
fn paused(draws: &mut Draws, dossiers: u32) -> (Vec<ClusterFollowed>, Vec<ClusterTimes>) {
    let mut weighted = Vec::new();
    let mut naive = Vec::new();
    for dossier in 0..dossiers {
        let work = (1000.0 * (10.0 + 40.0 * draws.unit())) as u64;
        let waits = if work > 30_000 { 0.8 } else { 0.2 };
        let pause = if draws.unit() < waits { 40_000 } else { 0 };
        let seen = (120_000.0 * draws.unit()) as u64;
        let net = |elapsed: u64| elapsed.min(5_000) + elapsed.saturating_sub(5_000 + pause);
        let (time, followed, outcome) = match work + pause <= seen {
            true => (work, work + pause, Outcome::Finished),
            false => (net(seen), seen, Outcome::Censored),
        };
        let cluster = ClusterId(dossier % 40);
        weighted.push(ClusterFollowed { cluster, times: vec![FollowedCount { time, followed, outcome, count: 1 }] });
        naive.push(ClusterTimes { cluster, times: vec![TimeCount { time, outcome, count: 1 }] });
    }
    (weighted, naive)
}

#[test]
fn a_pause_misleads_the_plain_curve_and_not_the_weighted() {
    let mut draws = Draws::seeded(1997);
    let (mut held, mut sums) = (0, [0.0; 2]);
    for _ in 0..200 {
        let (weighted, naive) = paused(&mut draws, 800);
        let weighted = Quantile::weighted(&weighted, 0.5, Clustered, 0.95).unwrap();
        let naive = Curve::new(&naive).unwrap().incidence(30_000).value;
        let limits = weighted.limits.unwrap().closed().unwrap();
        held += i32::from(limits.low <= 30_000.0 && 30_000.0 <= limits.high);
        sums = [sums[0] + weighted.curve.incidence(30_000).value, sums[1] + naive];
    }
    let [weighted, naive] = sums.map(|sum| sum / 200.0);
    println!("share done by day 30, truly 0.5: weighted {weighted:.4}, plain {naive:.4}; {held} of 200 intervals hold");
    assert!((weighted - 0.5).abs() < 0.005 && (naive - 0.5).abs() > 0.02, "{weighted} {naive}");
    assert!(held >= 184, "{held}");
}

#[test]
fn what_has_no_weighted_figure() {
    assert_eq!(Weighted::new(&[]), Err(Undefined::NoRows));
    let row = |time, outcome| FollowedCount { time, followed: 9, outcome, count: 4 };
    let office = |id, times: &[FollowedCount]| ClusterFollowed { cluster: ClusterId(id), times: times.to_vec() };
    let open = [office(0, &[row(3, Outcome::Censored)]), office(1, &[row(5, Outcome::Censored)])];
    assert_eq!(Quantile::weighted(&open, 0.5, Clustered, 0.95), Err(Undefined::NotReached));
    let one = [office(0, &[row(3, Outcome::Finished), row(4, Outcome::Finished)])];
    assert_eq!(Quantile::weighted(&one, 0.5, Clustered, 0.95).unwrap().limits, Err(Undefined::OneCluster));
}

#[test]
fn changes_of_weighted_quantiles() {
    let mut draws = Draws::seeded(7);
    let [was, is] = [(); 2].map(|()| paused(&mut draws, 800).0);
    let faster: Vec<_> = is
        .iter()
        .map(|cell| ClusterFollowed {
            cluster: cell.cluster,
            times: cell.times.iter().map(|t| FollowedCount { time: t.time * 3 / 4, ..*t }).collect(),
        })
        .collect();
    let median = |cells: &[ClusterFollowed]| Quantile::weighted(cells, 0.5, Clustered, 0.95).unwrap();
    let change = effect::quantile_change(&median(&was), &median(&faster), Clustered, 0.95);
    assert!(change.p.clone().unwrap() < 1e-6 && change.absolute.value < -5_000.0, "{change:?}");
    // Whole weeks: every seventh day is an atom, and the test is through F.
    let coarse = |cells: &[ClusterFollowed]| {
        let weeks = |t: &FollowedCount| FollowedCount { time: t.time.div_ceil(7_000) * 7_000, ..*t };
        let cells = cells
            .iter()
            .map(|cell| ClusterFollowed { cluster: cell.cluster, times: cell.times.iter().map(weeks).collect() });
        median(&cells.collect::<Vec<_>>())
    };
    let (before, after) = (coarse(&was), coarse(&faster));
    assert!(before.is_atom() && after.is_atom());
    let change = effect::quantile_change(&before, &after, Clustered, 0.95);
    assert!(change.method.starts_with("through F") && change.p.clone().unwrap() < 1e-6, "{change:?}");
}
