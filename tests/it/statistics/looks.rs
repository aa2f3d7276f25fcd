//! How many looks were taken, what they cost, and what each could have seen.

use super::{card, close, lines, row, there};
use crate::workbench::project;
use giamtang::Study;
use giamtang::kpi::Axis;
use giamtang::scorecard::{Group, Row, Scorecard, Verdict};

fn fixture() -> Scorecard {
    let study = Study::load(project("fixtures/study/study.toml")).and_then(|study| study.set("compare.by=['unit']"));
    study.and_then(|study| study.plan()?.compare().map(crate::contract::held)).expect("a scorecard")
}

/// p and q of every row with a test.
fn tests<'r>(rows: impl Iterator<Item = &'r Row>) -> Vec<(f64, f64)> {
    let judged = rows.filter(|row| row.verdict.is_some()).filter_map(Row::judged);
    judged.filter_map(|own| Some((*own.p.value()?, own.q.expect("every test has its q")))).collect()
}

/// Benjamini and Hochberg as they define it: of all p as large or larger, the smallest p · m / (p that are at most it).
fn hold(tests: &[(f64, f64)]) {
    let m = tests.len() as f64;
    for (p, q) in tests {
        let larger = tests.iter().map(|(own, _)| *own).filter(|own| own >= p);
        let at = |own: f64| own * m / tests.iter().filter(|(p, _)| *p <= own).count() as f64;
        close(*q, larger.map(at).fold(1.0, f64::min));
    }
}

fn rows(groups: &[Group]) -> impl Iterator<Item = &Row> {
    groups.iter().flat_map(|group| &group.kpis)
}

/// Each family by itself: the KPIs, all groups of the drill-down together, all kinds of applicant together.
#[test]
fn every_family_allows_for_its_own_looks() {
    let card = fixture();
    let families = [
        (tests(card.kpis.iter()), card.looks.kpis),
        (tests(rows(&card.groups)), card.looks.groups),
        (tests(rows(&card.applicants)), card.looks.applicants),
    ];
    for (tests, looks) in &families {
        assert!(tests.len() > 5);
        assert_eq!(tests.len(), *looks);
        hold(tests);
    }
    assert!(families[1].0.len() > families[0].0.len(), "all units together");
}

/// Holm among the headlines: the smallest p by as many as there are, the next by one fewer, none smaller than one before.
#[test]
fn headlines_are_held_to_holm() {
    let card = fixture();
    let is_headline = |row: &&Row| Axis::ALL.iter().any(|axis| axis.headline() == row.id);
    let headlines = card.kpis.iter().filter(is_headline).filter_map(Row::judged);
    let mut headlines: Vec<(f64, f64)> =
        headlines.filter_map(|own| Some((*own.p.value()?, own.p_holm.expect("a headline's")))).collect();
    assert_eq!(headlines.len(), card.looks.headlines);
    headlines.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut most = 0.0f64;
    for ((p, holm), left) in headlines.iter().zip((1..=headlines.len()).rev()) {
        most = most.max(left as f64 * p).min(1.0);
        close(*holm, most);
    }
    let others = card.kpis.iter().filter(|row| !is_headline(row)).filter_map(Row::judged);
    assert!(others.into_iter().all(|own| own.p_holm.is_none()));
}

/// 40 of 100 and 45 of 100: √(0.24 / 100 + 0.2475 / 100) = 0.069821, and a two-sided test at 5 % finds 2.801585 of them
/// four times of five (SciPy: brentq of norm.cdf(d − 1.959964) + norm.cdf(−d − 1.959964) − 0.8).
#[test]
fn the_smallest_change_of_independent_shares() {
    let mut csv = "case_id,received_at,due_at,finished_at\n".to_owned();
    for (month, kept) in [("02", 40), ("03", 45)] {
        lines(&mut csv, kept, &format!("2024-{month}-05,2024-{month}-10,2024-{month}-09"));
        lines(&mut csv, 100 - kept, &format!("2024-{month}-05,2024-{month}-10,2024-{month}-12"));
    }
    let card = card(&csv, "compare.cluster = 'none'");
    let own = row(&card, "time/on_time");
    assert_eq!(own.verdict, Some(Verdict::NoClearChange));
    let error = (0.4875f64 / 100.0).sqrt();
    close(there(&own.change).standard_error.expect("an error"), error);
    let smallest = own.smallest.expect("no clear change");
    assert!((smallest.absolute - 2.801_585 * error).abs() < 1e-6, "{smallest:?}");
    assert!((smallest.relative.expect("above zero") - smallest.absolute / 0.4).abs() < 1e-9);
    assert_eq!(smallest.power, 0.8);
}

/// Beside *no clear change* alone.
#[test]
fn who_found_something_is_not_told_what_he_could_have_found() {
    let card = fixture();
    for row in card.kpis.iter().chain(rows(&card.groups)) {
        let unclear = row.verdict == Some(Verdict::NoClearChange);
        assert!(row.smallest.is_none() || unclear, "{}", row.id);
        let few = row.judged().is_some_and(|own| own.df.is_some_and(|df| df < 4.0));
        assert!(!few || row.smallest.is_none(), "{}", row.id);
    }
    assert!(card.kpis.iter().any(|row| row.smallest.is_some()));
}
