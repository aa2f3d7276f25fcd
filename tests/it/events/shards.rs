//! Parts of a log by case: each is counted apart, and all together are the whole to the byte.

use super::{LOG, SCRIPT, study};
use crate::workbench::Workbench;
use giamtang::Study;
use giamtang::cube::Cube;
use giamtang::ingest::Reconciliation;
use std::path::Path;

fn cube(study: &Study) -> Cube {
    study.plan().and_then(|plan| plan.cube()).unwrap_or_else(|e| panic!("{e}"))
}

/// The parts of a study, merged in both orders, are its whole.
fn merges(study: &Study, of: u64) {
    let whole = cube(study);
    let parts: Vec<Cube> = (1..=of).map(|part| cube(&study.clone().shard(part, of).expect("a part"))).collect();
    let mut sums = Reconciliation::default();
    parts.iter().for_each(|part| sums.merge(&part.header.reconciliation));
    assert_eq!(sums, whole.header.reconciliation, "{of} parts");
    let merge = |parts: Vec<Cube>| {
        let merged = parts
            .into_iter()
            .reduce(|whole, part| whole.merge(part, Path::new("part")).unwrap_or_else(|e| panic!("{of} parts: {e}")));
        merged.expect("a part").to_bytes().expect("bytes")
    };
    let expected = whole.to_bytes().expect("bytes");
    assert!(merge(parts.clone()) == expected, "{of} parts");
    assert!(merge(parts.into_iter().rev().collect()) == expected, "{of} parts, last first");
}

/// With eight parts of four cases some are empty; only C and A were ever answered or finished.
#[test]
fn parts_of_events_merge_into_the_whole() {
    let bench = Workbench::new();
    let study = study(&bench, LOG, &format!("compare.pauses = 'resume'\n{SCRIPT}"));
    [2, 3, 8].into_iter().for_each(|of| merges(&study, of));
}

/// D names neither unit nor officer: the part that has it alone has these columns all the same.
#[test]
fn a_part_has_the_columns_of_the_whole() {
    let bench = Workbench::new();
    for by in ["unit", "officer"] {
        let study = study(&bench, LOG, &format!("compare.by = ['{by}']\nmilestones.finished_at = 'last'\n"));
        [2, 3, 8].into_iter().for_each(|of| merges(&study, of));
    }
}

/// A log in one part is a log.
#[test]
fn one_part_of_one_is_the_whole() {
    let bench = Workbench::new();
    merges(&study(&bench, LOG, SCRIPT), 1);
    merges(&bench.study("case_id,received_at\n1,2024-03-01\n", "compare.cluster = 'none'"), 1);
}

/// Broken events, and a row that cannot be taken apart: each belongs to one part.
#[test]
fn what_is_set_aside_belongs_to_one_part() {
    let bench = Workbench::new();
    let log = format!(
        "{LOG}B,Bổ sung xong,hôm qua,,,,\n,Tiếp nhận,2024-03-01 08:00:00,,,,\nragged\nE,,2024-03-08 10:00:00,,,,\n"
    );
    let study = study(&bench, &log, SCRIPT);
    [2, 5].into_iter().for_each(|of| merges(&study, of));
    let parts = (1..=5).map(|part| {
        let findings = study.clone().shard(part, 5).and_then(|study| study.plan()).and_then(|plan| plan.check());
        findings.expect("findings").events.expect("events").findings.reconciliation()
    });
    let mut sums = Reconciliation::default();
    parts.for_each(|part| sums.merge(&part));
    assert_eq!((sums.read, sums.accepted, sums.quarantined), (22, 18, 4));
}

/// The same of dossiers: repeats are looked for within a part, and all rows of an id are in one.
#[test]
fn parts_of_cases_merge_into_the_whole() {
    let bench = Workbench::new();
    let mut csv = String::from("case_id,received_at,due_at,finished_at,unit\n");
    (0..60).for_each(|id| {
        csv.push_str(&format!("H-{},2024-03-{:02},2024-03-{:02},,U{}\n", id % 50, 1 + id % 10, 11 + id % 10, id % 3))
    });
    csv.push_str("\n,2024-03-01,,,\nH-100,2024-03-02,2024-03-01,,U1\nragged\n");
    let study = bench.study(&csv, "compare.by = ['unit']");
    [2, 3, 7].into_iter().for_each(|of| merges(&study, of));
}

#[test]
fn a_part_that_is_none_or_counted_twice_is_refused() {
    let bench = Workbench::new();
    let study = study(&bench, LOG, SCRIPT);
    for (number, of) in [(0, 2), (3, 2), (1, 0)] {
        let said = study.clone().shard(number, of).expect_err("no part").to_string();
        assert!(said.contains(&format!("--shard = {number}/{of}")), "{said}");
    }
    let part = |number, of| cube(&study.clone().shard(number, of).expect("a part"));
    for (other, why) in [
        (part(1, 2), "part 1/2 again"),
        (part(1, 3), "another number of parts"),
        (cube(&study), "another number of parts"),
    ] {
        let said = part(1, 2).merge(other, Path::new("other.cube")).expect_err(why).to_string();
        assert!(said.contains(why), "{said}");
    }
}
