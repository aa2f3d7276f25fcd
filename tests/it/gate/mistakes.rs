//! Mistakes in targets: each refused with where, what, and the nearest known name.

use super::{HEAD, LOG};
use crate::workbench::{Workbench, giamtang};

/// What is said of a study with this text after its head.
fn refused(targets: &str) -> String {
    let study = giamtang::Study::parse(&format!("{HEAD}{targets}"), "study.toml").expect("TOML");
    study.targets().expect_err(targets).to_string()
}

#[test]
fn what_a_target_cannot_say_is_refused() {
    let cases = [
        (
            "kpi = 'time/ontime'\nat_least = 0.9",
            "`time/ontime` is not a KPI; `giamtang list` shows them (did you mean `time/on_time`?)",
        ),
        (
            "kpi = 'time/on_time'\nat_lest = 0.9",
            "`target.at_lest` is not a key of a study (did you mean `target.at_least`?)",
        ),
        (
            "kpi = 'time/on_time'\nat_least = 95",
            "`target[1].at_least = 95`: expected a share from 0 to 1, such as 0.95 or \"95 %\"",
        ),
        (
            "kpi = 'time/elapsed_time'\nat_most = 3",
            "`target[1].at_most = 3`: expected a number with its unit, such as \"3 days\"",
        ),
        ("kpi = 'time/elapsed_time'\nat_most = '3 hours'", "such as \"3 days\""),
        (
            "kpi = 'time/on_time'\nof = 'change'\nat_least = '5 %'",
            "percentage points, such as \"5 points\" or 0.05; `of = \"relative_change\"` is in percent",
        ),
        (
            "kpi = 'time/on_time'\nof = 'chnage'\nat_least = 0.1",
            "one of value, change, relative_change; perhaps change",
        ),
        (
            "kpi = 'time/on_time'\nby = 'upper'\nat_least = 0.1",
            "`target[1].by = upper`: expected one of value, low, high, interval",
        ),
        (
            "kpi = 'time/on_time'\nwindow = 'before'\nat_least = 0.1",
            "`target[1].window = before`: expected one of was, is",
        ),
        ("kpi = 'time/on_time'\nof = 'change'\nwindow = 'is'\nat_least = 0.1", "no window: a change is between both"),
        ("kpi = 'time/on_time'\nat_least = 0.9\nat_most = 0.8", "no more than at_most, 0.8: nothing is both"),
        ("kpi = 'time/on_time'", "either at_least or at_most or both, or verdict, or not_worse_than"),
        ("kpi = 'time/on_time'\nat_least = 0.9\nverdict = 'improved'", "either at_least or at_most"),
        ("kpi = 'time/on_time'\nverdict = 'improvd'", "perhaps improved"),
        ("kpi = 'time/on_time'\nverdict = 'shown'", "that is a verdict of an axis"),
        ("axis = 'time_and_cost'\nverdict = 'improved'", "that is a verdict of a KPI"),
        ("axis = 'time'\nverdict = 'shown'", "`target[1].axis = time`: expected one of time_and_cost, staffing"),
        ("axis = 'quality'", "the verdicts that are enough, such as \"shown\""),
        ("axis = 'quality'\nverdict = 'shown'\nat_least = 0.5", "no such key: a target of an axis has verdict"),
        ("kpi = 'time/closed_time'\nverdict = 'improved'", "this one is information only"),
        ("kpi = 'time/closed_time'\nnot_worse_than = 'kept.cube'", "this one is information only"),
        (
            "kpi = 'procedures/in_force'\nby = 'low'\nat_most = '50 procedures'",
            "procedures/in_force is a complete count and has no interval",
        ),
        (
            "kpi = 'time/on_time'\naxis = 'quality'\nverdict = 'shown'",
            "`target[1] = kpi, axis`: expected one of kpi, axis and data",
        ),
        ("at_least = 0.5", "`target[1] = (nothing)`: expected one of kpi, axis and data"),
        ("data = 'quarantine'\nat_most = 0.1", "perhaps quarantined"),
        ("data = 'quarantined'", "the share that may be, such as \"1 %\""),
        ("data = 'quarantined'\nrule = 'missing_ids'\nat_most = 0.1", "perhaps missing_id"),
        ("data = 'quarantined'\ntable = 'survey'\nat_most = 0.1", "perhaps surveys"),
        ("data = 'undated'\ntable = 'surveys'\nat_most = 0.1", "no table: this share is of dossiers"),
        ("data = 'undated'\nrule = 'missing_id'\nat_most = 0.1", "rules are what rows are set aside by"),
        ("data = 'unmatched'\ntable = 'roster'\nat_most = 0.1", "procedures, surveys or petitions"),
        (
            "kpi = 'time/on_time'\ngroup.units = 'A'\nat_least = 0.5",
            "`units` is not a column of compare.by, and groups are of those (did you mean `unit`?)",
        ),
        ("kpi = 'time/on_time'\ngroup = 'all'\nat_least = 0.5", "\"every\", or { unit = \"…\" }"),
        ("kpi = 'time/on_time'\nnot_worse_than = 'k'\nmargin = '5 %'", "percentage points, such as \"5 points\""),
        ("kpi = 'time/elapsed_time'\nnot_worse_than = 'k'\nmargin = 1", "or percent of what was, such as \"5 %\""),
        ("kpi = 'time/elapsed_time'\nnot_worse_than = 'k'\nmargin = '-1 days'", "a margin that is not below zero"),
        ("kpi = 'time/on_time'\nat_least = 0.5\nmargin = 0.1", "no such key: a target of a figure has"),
        ("kpi = 'time/on_time'\nnot_worse_than = ''", "the path of a cube, from the study's folder"),
        (
            "name = ' '\nkpi = 'time/on_time'\nat_least = 0.5",
            "`target[1].name = (blank)`: expected a name, or no such key",
        ),
    ];
    for (target, expected) in cases {
        let said = refused(&format!("[[target]]\n{target}\n"));
        assert!(said.contains(expected), "{target}\n says\n{said}\n and not\n{expected}");
    }
}

/// One bracket is not two.
#[test]
fn a_target_is_one_of_a_list() {
    let said = refused("[target]\nkpi = 'time/on_time'\nat_least = 0.9\n");
    assert!(said.contains("expected a list of tables, such as [[target]]"), "{said}");
}

#[test]
fn targets_that_no_figure_meets_together_are_refused() {
    let two = |one: &str, other: &str| format!("[[target]]\n{one}\n[[target]]\n{other}\n");
    let said = refused(&two("kpi = 'time/on_time'\nat_least = 0.9", "kpi = 'time/on_time'\nat_most = 0.8"));
    assert!(said.contains("`target[2] = time/on_time`: expected what target[1] can be met together with"), "{said}");
    refused(&two("axis = 'quality'\nverdict = 'shown'", "axis = 'quality'\nverdict = ['not_shown', 'worsened']"));
    refused(&two("kpi = 'time/on_time'\nverdict = 'improved'", "kpi = 'time/on_time'\nverdict = 'worsened'"));
    refused(&two("data = 'undated'\nat_most = 0.1", "data = 'undated'\nat_least = 0.2"));
    // Of another window, end or group both may be met.
    let fine = [
        ("kpi = 'time/on_time'\nat_least = 0.9", "kpi = 'time/on_time'\nwindow = 'was'\nat_most = 0.8"),
        ("kpi = 'time/on_time'\nat_least = 0.9", "kpi = 'time/on_time'\nby = 'low'\nat_most = 0.8"),
        ("kpi = 'time/on_time'\nat_least = 0.9", "kpi = 'time/on_time'\ngroup.unit = 'A'\nat_most = 0.8"),
    ];
    for (one, other) in fine {
        let study = giamtang::Study::parse(&format!("{HEAD}{}", two(one, other)), "study.toml").expect("TOML");
        assert_eq!(study.targets().expect(other).len(), 2);
    }
}

#[test]
fn one_window_has_no_change_and_no_verdict() {
    let head =
        "log.cases = ['cases.csv']\nwindows.is = '2024-03-01..2024-03-31'\ncompare.cluster = 'none'\n[[target]]\n";
    let said = |target: &str| {
        let study = giamtang::Study::parse(&format!("{head}{target}"), "study.toml").expect("TOML");
        study.targets().expect_err(target).to_string()
    };
    assert!(said("kpi = 'time/on_time'\nof = 'change'\nat_least = 0.1").contains("a study of two windows"));
    assert!(said("kpi = 'time/on_time'\nverdict = 'improved'").contains("a study of two windows"));
    assert!(said("axis = 'quality'\nverdict = 'shown'").contains("a study of two windows"));
    assert!(said("kpi = 'time/on_time'\nwindow = 'was'\nat_least = 0.1").contains("the study has one window"));
    assert!(said("kpi = 'time/on_time'\ngroup = 'every'\nat_least = 0.1").contains("compare.by = [\"unit\"]"));
}

/// Within one office there is nothing between offices; the weeks of a flow differ within it too.
#[test]
fn a_group_of_one_cluster_has_no_interval() {
    let head = HEAD.replace("cluster = 'none'", "cluster = 'unit'");
    let targets = |kpi: &str, at_most: &str| {
        let target = format!("[[target]]\nkpi = '{kpi}'\ngroup = 'every'\nby = 'high'\nat_most = '{at_most}'\n");
        giamtang::Study::parse(&format!("{head}{target}"), "study.toml").expect("TOML").targets()
    };
    let said = targets("time/on_time", "90 %").expect_err("one cluster").to_string();
    assert!(said.contains("time/on_time has no interval within one `unit`, which is a cluster"), "{said}");
    assert_eq!(targets("staffing/fte", "3 FTE").expect("weeks").len(), 1);
}

#[test]
fn a_study_without_targets_says_how_to_write_one() {
    let bench = Workbench::new();
    bench.write("cases.csv", LOG);
    let study = bench.write("study.toml", HEAD).to_string_lossy().into_owned();
    let output = giamtang(&["gate", &study], b"");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("[[target]] with kpi = \"time/on_time\" and at_least = \"95 %\""), "{said}");
}

/// An output is no input, no kept cube and no other output.
#[test]
fn outputs_are_spared() {
    let bench = Workbench::new();
    let log = bench.write("cases.csv", LOG).to_string_lossy().into_owned();
    let kept = bench.write("kept.cube", "").to_string_lossy().into_owned();
    let text = format!("{HEAD}[[target]]\nkpi = 'time/on_time'\nnot_worse_than = 'kept.cube'\n");
    let study = bench.write("study.toml", text).to_string_lossy().into_owned();
    let twice = bench.path("twice").to_string_lossy().into_owned();
    let cases: [&[&str]; 6] = [
        &["--junit", &log],
        &["--markdown", &kept],
        &["--json", &study],
        &["-o", &kept],
        &["--junit", &twice, "--json", &twice],
        &["--junit", "-"],
    ];
    for case in cases {
        let output = giamtang(&[&["gate", &study], case].concat(), b"");
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{case:?}: {output:?}");
    }
    assert_eq!(std::fs::read_to_string(&log).expect("the log"), LOG);
}
