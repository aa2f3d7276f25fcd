//! One log, five changes: what each is, by the figures of `../shared/data/README.md` (pandas, lifelines).

use super::{row, there};
use crate::workbench::{giamtang, project, shared};
use giamtang::Study;
use giamtang::scorecard::{Flag, Row};
use serde_json::Value;

fn headline() -> Option<Row> {
    shared("receipt.xes.gz")?;
    let study = Study::load(project("tests/studies/receipt.toml")).expect("a study");
    let card = study.plan().and_then(|plan| plan.compare().map(crate::contract::held)).expect("a scorecard");
    Some(row(&card, "time/elapsed_time").clone())
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

fn near(found: f64, expected: f64, digits: f64, of: &str) {
    assert!((found - expected).abs() <= 0.5 * digits, "{of}: {found} is not {expected}");
}

/// Each change stands under its own id, in the JSON contract.
#[test]
fn five_changes_are_told_for_what_they_are() {
    let Some(row) = headline() else { return };
    let json = serde_json::to_value(&row).expect("JSON");
    let figures = json["contrasts"]["figures"].as_array().expect("figures");
    let expected = [
        ("followed_median", [52.6797, 43.3639], -17.7, [609, 483]),
        ("closed_of_cohort_median", [48.1271, 35.3201], -26.6, [392, 355]),
        ("closed_of_cohort_mean", [49.2320, 41.6263], -15.4, [392, 355]),
        ("closed_in_window_median", [52.5988, 47.4233], -9.8, [596, 566]),
        ("closed_in_window_mean", [57.9937, 61.2531], 5.6, [596, 566]),
    ];
    assert_eq!(figures.len(), expected.len());
    for (figure, (id, [was, is], change, n)) in figures.iter().zip(expected) {
        assert_eq!(figure["id"], id);
        assert_eq!(figure["n"], serde_json::json!(n), "{id}");
        // A second is 0.000 012 days, and the log's milliseconds are floored.
        near(number(&figure["was"]), was, 1.3e-4, id);
        near(number(&figure["is"]), is, 1.3e-4, id);
        near(100.0 * number(&figure["relative"]), change, 0.1, id);
        near(number(&figure["absolute"]), is - was, 2.6e-4, id);
    }
}

#[test]
fn restricted_means_and_log_rank_are_those_of_lifelines() {
    let Some(row) = headline() else { return };
    let contrasts = row.contrasts.as_ref().expect("contrasts");
    let restricted = there(&contrasts.restricted_mean);
    assert_eq!(restricted.horizon, 90);
    near(restricted.was, 54.5910, 1.3e-4, "restricted mean");
    near(restricted.is, 48.6417, 1.3e-4, "restricted mean");
    near(100.0 * there(&restricted.change.relative).value, -10.9, 0.1, "restricted mean");
    let test = there(&contrasts.log_rank);
    near(test.p, 0.007287, 1e-6, "log-rank");
    assert_eq!(test.stratified_p, None);
    assert!(row.flags.contains(&Flag::Season));
}

/// Of 609 received 392 were closed, of 483 it was 355: 217 and 128 were open.
#[test]
fn the_sentence_names_what_was_open_in_both_languages() {
    let Some(row) = headline() else { return };
    let contrasts = row.contrasts.as_ref().expect("contrasts");
    let open: Vec<_> = contrasts.open.iter().map(|own| (own.open, own.of)).collect();
    assert_eq!(open, [(217, 609), (128, 483)]);
    let (en, vi) = (&contrasts.sentence.en, &contrasts.sentence.vi);
    for counts in ["217", "609", "128", "483", "26.6", "15.4", "9.8", "5.6", "17.7"] {
        assert!(en.contains(counts), "{counts}: {en}");
        let counts = counts.replace('.', ",");
        assert!(vi.contains(&counts), "{counts}: {vi}");
    }
    assert!(!vi.contains("26.6"), "a decimal point in Vietnamese: {vi}");
    assert!(en.ends_with('.') && vi.ends_with('.') && en != vi);
}

/// The same through the program.
#[test]
fn the_program_says_it() {
    if shared("receipt.xes.gz").is_none() {
        return;
    }
    let output = giamtang(&["compare", "tests/studies/receipt.toml", "--format", "json"], b"");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let card: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let rows = card["kpis"].as_array().expect("rows");
    let with: Vec<_> = rows.iter().filter(|row| row.get("contrasts").is_some()).map(|row| &row["id"]).collect();
    assert_eq!(with, ["time/elapsed_time"]);
}
