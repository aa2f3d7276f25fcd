//! Real logs, and names that mean harm.

use super::log::{counted, index, item};
use crate::workbench::{Workbench, giamtang, shared};
use giamtang::Study;
use giamtang::forms::{Asked, Form};
use std::path::Path;

/// What logs of other countries have: dossiers that were due, or not even these.
///
/// Item 2.1 as thirty lines of Python count it, row by row: of 711 cases at hand in the second half of 2011 with a deadline
/// 510 were on time, of 7,099 requests of 2018 with a target 4,305; 11,786 have none. New York promises nothing.
#[test]
fn foreign_logs_have_one_item_or_none() {
    let logs = [
        ("receipt.xes.gz", "tests/studies/receipt.toml", Some((510, 711))),
        ("boston_311.csv.gz", "tests/studies/boston.toml", Some((4_305, 7_099))),
        ("nyc_council_casework.csv.gz", "tests/studies/nyc.toml", None),
    ];
    for (file, study, on_time) in logs {
        if shared(file).is_none() {
            continue;
        }
        let index = index(&[study]);
        let scored = index["items"].as_array().expect("items").iter().filter(|item| item.get("score").is_some());
        assert_eq!(scored.count(), usize::from(on_time.is_some()), "{study}");
        match on_time {
            Some(expected) => assert_eq!(counted(&index, "2.1"), expected, "{study}"),
            None => assert_eq!(item(&index, "2.1")["counted"]["detail"], "due_at", "{study}"),
        }
        assert_eq!(index["total"]["attainable"], if on_time.is_some() { 20 } else { 0 }, "{study}");
        for (id, lacks) in
            [("1.1", "procedures.decided_at"), ("1.4", "synced"), ("4.3", "reused"), ("5.2", "petitions.answered_at")]
        {
            assert_eq!(item(&index, id)["counted"]["detail"], lacks, "{study}: {id}");
        }
    }
}

/// A script, quotes, a mark that turns the text round, five hundred characters, a formula, an escape of the terminal.
#[test]
fn hostile_names_do_nothing() {
    let long = "ồ".repeat(500);
    let names =
        ["<script>alert(1)</script>", "\"\"quoted\"\" & 'more'", "\u{202e}gnorw", &long, "=cmd()", "\u{1b}[31mred"];
    let bench = Workbench::new();
    let rows: String = names
        .iter()
        .enumerate()
        .map(|(at, name)| format!("{at},2024-03-04,2024-03-08,2024-03-07,\"{name}\",online,1\n"))
        .collect();
    bench.write("cases.csv", format!("case_id,received_at,due_at,finished_at,unit,channel,synced\n{rows}"));
    bench.write("surveys.csv", "at,score,question\n2024-03-04,5,<script>alert(2)</script>\n");
    let text = "study.name = '<script>alert(3)</script>'\nlog.cases = ['cases.csv']\nlog.surveys = ['surveys.csv']\n\
                windows.is = '2024-03-01..2024-03-31'\nform.agency = '<img src=x onerror=alert(4)>'\n\
                nine.7.question = '<script>alert(2)</script>'\nnine.2 = { points = 1, source = '=HYPERLINK(\"x\")' }\n";
    let study = bench.write("study.toml", text);
    let study = study.to_str().expect("a path");
    for form in ["766", "nine"] {
        for lang in ["en", "vi"] {
            let write = |format: &str| {
                let output = giamtang(&["form", form, study, "--by", "unit", "--lang", lang, "--format", format], b"");
                assert_eq!(
                    output.status.code(),
                    Some(0),
                    "{form} {format}: {}",
                    String::from_utf8_lossy(&output.stderr)
                );
                output.stdout
            };
            let page = String::from_utf8(write("html")).expect("UTF-8");
            for harm in ["<script>alert", "<img src=x"] {
                assert!(!page.contains(harm), "{form}: {harm}");
            }
            assert!(page.contains("&lt;script&gt;alert"), "{form}: the name is shown, and does nothing");
            let terminal = String::from_utf8(write("terminal")).expect("UTF-8");
            assert!(!terminal.contains('\u{1b}') && !terminal.contains('\u{202e}'), "{form}: {terminal}");
            assert!(write("xlsx").starts_with(b"PK"), "{form}");
        }
    }
    assert_eq!(index(&[study, "--by", "unit"])["units"].as_array().expect("units").len(), names.len());
}

/// A log counted in three parts fills the same form as the whole.
#[test]
fn parts_of_a_log_fill_the_same_form() {
    for form in [Form::Index766, Form::NineIndices] {
        let asked = Asked { by_unit: true, ..Asked::new(form) };
        let study = Study::load("fixtures/study/study.toml").and_then(|study| study.form(asked)).expect("a study");
        let plan = study.plan().expect("a plan");
        let (whole, _) = plan.form().expect("the form");
        let part = |number| study.clone().shard(number, 3).and_then(|study| study.plan()?.cube()).expect("a part");
        let parts = [2, 3].map(part);
        let merged = part(1).merge_all(parts.into_iter().map(|part| (part, Path::new("a part")))).expect("the whole");
        let merged = plan.form_of(&merged).expect("the form");
        assert_eq!(merged.sheets(), whole.sheets());
    }
}

/// The same bytes on one thread and on many, and once more.
#[test]
fn the_same_study_gives_the_same_bytes() {
    for form in ["766", "nine"] {
        let write = |threads: &str| {
            giamtang(
                &["form", form, "fixtures/study/study.toml", "--by", "unit", "--format", "html", "--threads", threads],
                b"",
            )
            .stdout
        };
        let once = write("1");
        assert!(once.len() > 10_000);
        assert!(once == write("4") && once == write("1"), "{form}");
    }
}
