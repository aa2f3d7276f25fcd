//! The three real logs: a study that works after at most two edits, with the columns of the one that a person wrote, and
//! with the edits its figures, which are those of `fixtures/oracle/real_logs.csv`.

use super::First;
use crate::workbench::{Workbench, project, shared};
use giamtang::Scorecard;

/// The edits that a guessed study may need.
const MOST_EDITS: usize = 2;

/// The guessed study of a real log, and its card with the edits; its columns are those that a person chose.
fn guessed(log: &str, written: &str, edits: &[&str]) -> Option<(First, Scorecard)> {
    assert!(edits.len() <= MOST_EDITS);
    let (log, bench) = (shared(log)?.display().to_string(), Workbench::new());
    let first = First::of(&bench, &[&log]);
    first.assert_others();
    // As it stands it works too.
    let as_it_stands = card(&first, &[]);
    assert!(as_it_stands.kpi("time/elapsed_time").is_some_and(|row| row.is.value().is_some()), "{}", first.text);
    let own = card(&first, edits);
    let text = std::fs::read_to_string(project("tests/studies").join(written)).expect("a study");
    let table: toml::Table = text.parse().expect("TOML");
    for (canonical, source) in table["columns"].as_table().expect("columns") {
        let guess = first.get(&format!("columns.{canonical}"));
        assert_eq!(Some(guess.as_str()), source.as_str(), "{canonical}\n{}", first.text);
    }
    assert_eq!(Some(first.get("study.zone").as_str()), table["study"]["zone"].as_str());
    assert_eq!(Some(first.get("compare.cluster").as_str()), table["compare"]["cluster"].as_str());
    Some((first, own))
}

/// The card of a study with edits, without what takes long and changes no figure.
fn card(first: &First, edits: &[&str]) -> Scorecard {
    let quick = ["verdict.sensitivity=false", "compare.series=none", "compare.longer=none"];
    let study = edits.iter().chain(&quick).fold(first.study(), |study, edit| study.set(edit).expect(edit));
    study.plan().and_then(|plan| plan.compare()).unwrap_or_else(|why| panic!("{why}\n{}", first.text))
}

/// Holds value and denominator before and after against known ones, to the digits that are given of these.
fn close(card: &Scorecard, id: &str, expected: [(f64, u64); 2]) {
    let row = card.kpi(id).expect(id);
    let was = row.was.as_ref().and_then(|was| was.value()).expect("a figure before");
    let figures = [was, row.is.value().expect("a figure after")];
    for (figure, (known, n)) in figures.into_iter().zip(expected) {
        assert!((figure.value - known).abs() < 0.000_05 && figure.n == n, "{id}: {} of {}", figure.value, figure.n);
    }
}

#[test]
fn boston_needs_no_edit_but_other_windows() {
    let edits = ["windows.was=2017-01-01..2017-12-31", "windows.is=2018-01-01..2018-12-31"];
    let Some((first, own)) = guessed("boston_311.csv.gz", "boston.toml", &edits) else { return };
    close(&own, "time/elapsed_time", [(70_075.0 / 86_400.0, 7_758), (84_771.0 / 86_400.0, 7_872)]);
    close(&own, "time/on_time", [(4_057.0 / 4_783.0, 4_783), (4_106.0 / 4_882.0, 4_882)]);
    assert_eq!(first.get("windows.was"), "2018-01-01..2018-12-31");
    assert_eq!(first.get("windows.is"), "2019-01-01..2019-12-31");
    assert!(first.map("values").is_empty() && first.text.contains("\"Self Service\" = \"online\""), "{}", first.text);
    assert!(first.text.contains("# \"Constituent Call\" = "), "{}", first.text);
}

/// The year in which recording fades out is left out: 2023-12 has 821 rows where 2,900 are usual.
#[test]
fn new_york_needs_no_edit_but_other_windows() {
    let edits = ["windows.was=2018-01-01..2018-12-31", "windows.is=2022-01-01..2022-12-31"];
    let Some((first, own)) = guessed("nyc_council_casework.csv.gz", "nyc.toml", &edits) else { return };
    close(&own, "time/elapsed_time", [(12.0, 44_228), (18.0, 29_849)]);
    assert_eq!(first.get("windows.is"), "2022-12-01..2023-11-30");
    // Independence Day, Thanksgiving, Christmas: nobody closes a case.
    for day in ["2018-07-04", "2019-11-28", "2018-12-25"] {
        assert!(first.text.contains(&format!("\n  \"{day}\",")), "{day}\n{}", first.text);
    }
}

/// Events whose dossiers have their dates as attributes; no office splits them, so the cluster is none, with a warning.
#[test]
fn receipts_need_no_edit_but_other_windows() {
    let edits = ["windows.was=2011-01-01..2011-06-30", "windows.is=2011-07-01..2011-12-31"];
    let Some((first, own)) = guessed("receipt.xes.gz", "receipt.toml", &edits) else { return };
    close(&own, "time/elapsed_time", [(52.6797, 609), (43.3639, 483)]);
    close(&own, "time/closed_time_mean", [(57.9937, 596), (61.2531, 566)]);
    close(&own, "time/on_time", [(431.0 / 639.0, 639), (392.0 / 549.0, 549)]);
    assert!(first.text.contains("events = ["), "{}", first.text);
    for line in ["\"Internet\" = \"online\"", "\"Desk\" = \"direct\"", "\"Post\" = \"postal\""] {
        assert!(first.text.contains(&format!("\n{line}")), "{line}\n{}", first.text);
    }
    assert!(first.text.contains("intervals are too narrow"), "{}", first.text);
}

/// Answers without a dossier are no log of dossiers, and init says what it looked for.
#[test]
fn a_table_of_answers_is_refused_with_its_columns() {
    let Some(log) = shared("uk_evl_satisfaction.csv.gz") else { return };
    let output = crate::workbench::giamtang(&["init", &log.display().to_string()], b"");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && said.contains("a column of ids") && said.contains("Channel"), "{said}");
}
