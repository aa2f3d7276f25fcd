//! What holds of figures at one mix whatever the table: mixes, order, scale, and strata that have nothing to say.

use super::*;
use giamtang::stats::Estimate;
use giamtang::stats::standardise::{self, Standardised, Stratum};
use giamtang::stats::variance::spread;
use proptest::prelude::*;

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
        let cell = |&(id, n, hits): &Cell| (id, n * scale, (hits + shift).min(n) * scale);
        let is: Vec<Vec<Cell>> = was.iter().map(|cells| cells.iter().map(cell).collect()).collect();
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
        let cell = |scale: u64| move |&(id, n, hits): &Cell| (id, n * scale, hits * scale);
        let scaled = |(cells, &scale): (&Vec<Cell>, &u64)| cells.iter().map(cell(scale)).collect();
        let is: Vec<Vec<Cell>> = was.iter().zip(&scales).map(scaled).collect();
        let held = standardise::share(&between(&was, &is, times(1)), Clustered).unwrap();
        prop_assert_eq!(held.is.value - held.was.value, 0.0);
        let held = standardise::mean(&between(&was, &is, times(1)), Clustered).unwrap();
        prop_assert_eq!(held.is.value - held.was.value, 0.0);
    }

    #[test]
    fn order_is_nothing_and_doubling_leaves_values(was in tables(), is in tables(), turn in 0usize..9) {
        let turned = |tables: &[Vec<Cell>]| {
            let count = was.len().min(is.len());
            let back = |cells: &Vec<Cell>| cells.iter().rev().copied().collect();
            let mut tables: Vec<Vec<Cell>> = tables[..count].iter().map(back).collect();
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
    // A stratum that is one cluster's own shows nothing of it; the one it shares speaks for both. Of 8 rows of its own
    // and 18 of 90 the stakes are 8^2 / 4 = 16 and 90^2 / 45 / 5 = 36: 52 of which 36 - 36 / 5 show. With 80 rows of
    // its own nothing is more than doubled.
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

/// By hand: 100 easy files of which 90 % are on time and 100 hard ones of which 50 %, then 150 and 50 with 92 and 52 %;
/// a third kind of 50 files, all late, is gone. Crude 140/250 = 56 % and 164/200 = 82 %: +26 points. Over matched kinds
/// 70 % and 82 %: +12, so the unmatched are +14. At the pooled mix of 250 and 150: 75 % and 77 %: +2, so the mix is
/// +10.
#[test]
fn a_crude_change_in_its_parts() {
    use giamtang::stats::decomposition::Decomposition;
    let office = |hits: i128, n| ClusterMoments { cluster: ClusterId(1), n, sum: hits, sum_squares: hits };
    let strata = [
        Stratum { was: vec![office(90, 100)], is: vec![office(138, 150)] },
        Stratum { was: vec![office(50, 100)], is: vec![office(26, 50)] },
        Stratum { was: vec![office(0, 50)], is: vec![] },
    ];
    let change = |was: &[ClusterMoments], is: &[ClusterMoments]| {
        share::estimate(is).unwrap().value - share::estimate(was).unwrap().value
    };
    let all = |side: fn(&Stratum<ClusterMoments>) -> &Vec<ClusterMoments>| {
        strata.iter().flat_map(side).copied().collect::<Vec<_>>()
    };
    let crude = change(&all(|stratum| &stratum.was), &all(|stratum| &stratum.is));
    let both = standardise::matched(&strata);
    let held = standardise::share(&strata, Clustered).unwrap();
    let parts = Decomposition::new(crude, change(&both.was, &both.is), held.is.value - held.was.value).unwrap();
    assert_eq!(parts, Decomposition { crude: 0.26, rate: 0.02, mix: 0.1, unmatched: 0.14 });
    assert_eq!((held.unmatched, held.left_out), (1, [50, 0]));
}
