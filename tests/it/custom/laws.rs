//! The laws of the catalogue's KPIs hold for a study's own: splits, order, threads, roll-ups, doubled dossiers.

use crate::laws::{Case, bytes, merged, rolled_up};
use giamtang::cube::{Cube, Layout};
use giamtang::scorecard::Known;

/// One of each kind, by cluster and by week, with a filter, a list, a horizon and other anchors.
const OWN: &str = "kpi = [\
    { id = 'ours/within', name = { en = 'Within' }, better = 'higher', anchor = 'submitted', horizon = true, \
      share = \"finished_at IS NOT NULL AND finished_at - submitted_at <= INTERVAL '5 days'\" }, \
    { id = 'ours/time', name = { en = 'Time' }, better = 'lower', anchor = 'due', mean = 'finished_at - received_at', \
      among = \"outcome = 'granted' OR outcome IS NULL\" }, \
    { id = 'ours/fees', name = { en = 'Fees' }, better = 'neither', total = 'fee_vnd', \
      among = \"channel IN ('online', 'postal')\" }, \
    { id = 'ours/desk', name = { en = 'Desk' }, better = 'neither', total = 'fee_vnd', \
      among = \"channel IN ('direct', 'postal')\" }, \
    { id = 'ours/asked', name = { en = 'Asked' }, better = 'lower', ratio = ['supplement_requests', 'visits + 1'] }]";

const IDS: [&str; 5] = ["ours/within", "ours/time", "ours/fees", "ours/desk", "ours/asked"];

fn case(seed: u64) -> Case {
    Case::of_cases(seed).with(OWN)
}

/// How many keeps of a cube are the study's own, and how many of them count rows in both windows.
fn own(cube: &Cube) -> (usize, usize) {
    let of_windows = |key: &str| Layout::of_key(key) == Layout::Windows;
    let keeps = cube.header.keeps.iter().enumerate();
    let own = keeps.filter(|(_, key)| key.contains("as written") && of_windows(key));
    let counted = own.clone().filter(|(place, _)| [0, 1].iter().all(|slot| cube.cells(*place, *slot).count() > 0));
    (own.count(), counted.count())
}

/// The cells of the study's own keeps; what the tables beside the dossiers say is a law of its own.
fn cells(cube: &Cube) -> Vec<String> {
    let all = rolled_up(cube).into_iter().filter(|((keep, ..), _)| keep.contains("as written"));
    all.map(|cell| format!("{cell:?}")).collect()
}

#[test]
fn parts_in_any_order_and_on_any_threads_are_the_whole() {
    for seed in 100..102 {
        let case = case(seed).over(|log| log.with_repeats()).without_catalogue();
        let whole = case.cube();
        assert_eq!(own(&whole), (5, 5));
        for parts in [2, 5] {
            let parts = case.log.split(parts);
            let cubes: Vec<Cube> = parts.iter().map(|part| case.cube_of(std::slice::from_ref(part), 1)).collect();
            assert_eq!(cells(&merged(cubes.iter().cloned())), cells(&whole), "{} parts", parts.len());
            let turned = merged(cubes.iter().rev().cloned());
            assert!(bytes(&turned) == bytes(&merged(cubes.into_iter())), "{} parts, last first", parts.len());
            assert!(bytes(&case.cube_of(&parts, 2)) == bytes(&whole), "two threads");
        }
        assert!(bytes(&case.over(|log| log.shuffled(seed)).cube()) == bytes(&whole), "shuffled");
    }
}

#[test]
fn a_roll_up_is_a_recount_and_an_unrelated_column_nothing() {
    let case = case(110);
    let drilled = rolled_up(&case.with("compare.by=['unit', 'channel']").cube());
    let whole = rolled_up(&case.cube());
    whole.iter().for_each(|(place, cell)| assert_eq!(&drilled[place], cell, "{place:?}"));
    assert!(bytes(&case.over(|log| log.with_another("ghi_chú")).cube()) == bytes(&case.cube()));
}

#[test]
fn doubled_dossiers_double_totals_and_nothing_else() {
    let case = case(120);
    let (once, twice) = (case.card(), case.over(|log| log.doubled()).card());
    for id in IDS {
        let is = |card: &giamtang::Scorecard| match card.kpi(id).map(|row| row.is.clone()) {
            Some(Known::Yes(figure)) => figure,
            other => panic!("{id}: {other:?}"),
        };
        let (once, twice) = (is(&once), is(&twice));
        let factor = if matches!(id, "ours/fees" | "ours/desk") { 2.0 } else { 1.0 };
        assert!((twice.value / once.value / factor - 1.0).abs() < 1e-10, "{id}: {} and {}", once.value, twice.value);
        assert_eq!(
            (twice.n, twice.excluded.unwrap_or_default()),
            (2 * once.n, 2 * once.excluded.unwrap_or_default()),
            "{id}"
        );
    }
}

/// Two lists look the same in the engine's own words, and are two things all the same.
#[test]
fn lists_of_other_values_are_other_kpis() {
    let card = case(130).card();
    let value = |id: &str| card.kpi(id).and_then(|row| row.is.value()).map(|figure| figure.value);
    assert!(value("ours/fees").is_some() && value("ours/fees") != value("ours/desk"));
    let digest = |own: &str| Case::of_cases(131).with(own).cube().header.digest;
    assert_ne!(digest(OWN), digest(&OWN.replace("'online', 'postal'", "'online', 'letter'")));
    assert_eq!(digest(OWN), digest(OWN));
}

/// The catalogue's figures are what they were; only its q-values know of more tests.
#[test]
fn the_catalogue_s_figures_stay() {
    let (with, without) = (case(140).card(), Case::of_cases(140).card());
    assert_eq!(with.kpis.len(), without.kpis.len() + IDS.len());
    for (with, without) in with.kpis.iter().zip(&without.kpis) {
        assert_eq!((&with.is, &with.was), (&without.is, &without.was), "{}", with.id);
    }
}
