//! The fixture study end to end: what was planted is found, and what is broken is named.

use crate::workbench::project;
use giamtang::scorecard::{Scorecard, Verdict};
use giamtang::{Plan, Study};

fn plan() -> Plan {
    Study::load(project("fixtures/study/study.toml")).and_then(|study| study.plan()).expect("the fixture study")
}

fn card() -> Scorecard {
    plan().compare().map(crate::contract::held).expect("a scorecard")
}

/// The README beside the study lists the seven broken rows; nothing else is set aside.
#[test]
fn every_planted_break_is_found_and_nothing_else() {
    let rows = card().reconciliation;
    let by_rule: Vec<(&str, u64)> = rows.by_rule.iter().map(|(rule, count)| (rule.as_str(), *count)).collect();
    let expected = [
        ("conflicting_repeat", 2),
        ("finished_before_received", 1),
        ("identical_repeat", 1),
        ("implausible_date", 1),
        ("missing_id", 1),
        ("unparsable_date", 1),
    ];
    assert_eq!(by_rule, expected);
    assert_eq!(rows.read, rows.accepted + rows.quarantined);
}

/// `fixtures/oracle/fixture_study.py` takes the same files row by row, with Python's standard library alone.
///
/// It knows more KPIs than the catalogue may have; each is compared as soon as it is there.
#[test]
fn figures_agree_with_a_script_that_takes_rows_one_by_one() {
    let card = card();
    let oracle = std::fs::read_to_string(project("fixtures/oracle/fixture_study.csv")).expect("the oracle");
    let rows =
        oracle.lines().filter(|line| !line.starts_with('#')).skip(1).map(|line| line.split(',').collect::<Vec<_>>());
    let mut compared = 0;
    for row in rows {
        let [window, kpi, n, value] = row[..] else { panic!("four columns: {row:?}") };
        let Some(own) = card.kpi(kpi) else {
            assert!(giamtang::kpi::find(kpi).is_none(), "{kpi} is not in the scorecard");
            continue;
        };
        let figure = if window == "was" { own.was.as_ref().and_then(|was| was.value()) } else { own.is.value() };
        let figure = figure.expect(kpi);
        let value: f64 = value.parse().expect("a number");
        assert_eq!(figure.n, n.parse::<u64>().expect("a count"), "{kpi} {window}");
        let apart = (figure.value - value).abs();
        assert!(apart <= 1e-11 * value.abs(), "{kpi} {window}: {} instead of {value}", figure.value);
        compared += 1;
    }
    assert!(compared >= 100, "{compared}");
}

/// Planted: faster processing, fewer late, more non-territorial reception; completion was left alone.
#[test]
fn planted_effects_are_seen_and_nothing_is_seen_where_nothing_was_planted() {
    let card = card();
    let verdict = |id: &str| card.kpi(id).and_then(|row| row.verdict);
    assert_eq!(verdict("time/elapsed_time"), Some(Verdict::Improved));
    assert_eq!(verdict("procedures/non_territorial"), Some(Verdict::Improved));
    assert_eq!(verdict("quality/completion"), Some(Verdict::NoClearChange));
    assert_eq!(card.kpi("time/closed_time_mean").map(|row| row.verdict), Some(None));
}
