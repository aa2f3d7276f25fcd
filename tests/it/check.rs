//! `check`: its page and its contract, the file of rows set aside, the rules explained; a shard of a log.

use crate::workbench::Workbench;
use giamtang::ingest::{Rule, Suspicion};
use polars::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::process::{Command, Output};

/// Five cases in two files; one row of the first finishes too early, one has no id, two of the second share one.
const CASES: [(&str, &str); 2] = [
    (
        "a.csv",
        "case_id,received_at,finished_at,unit,note\n\
         =1+1,2024-03-05,2024-03-01,-A,secret\n\
         2,2024-03-01,2024-03-04,A,secret\n\
         ,2024-03-02,,A,secret\n",
    ),
    ("b.csv", "case_id,received_at,finished_at,unit,note\n3,2024-03-05,,B,x\n3,2024-03-06,,B,x\n4,2024-03-06,,C,x\n"),
];

const EVENTS: &str = "case_id,activity,at,officer,unit\n\
                      1,Receive,2024-03-01 08:00:00,An,A\n1,Decide,2024-03-04 09:00:00,Binh,A\n\
                      2,Receive,2024-03-02 08:00:00,An,B\n2,,2024-03-05 09:00:00,Binh,B\n";

fn bench() -> Workbench {
    let bench = Workbench::new();
    CASES.iter().for_each(|(name, csv)| drop(bench.write(name, csv)));
    bench.write("study.toml", "log.cases = ['a.csv', 'b.csv']\nwindows.is = '2024-03-01..2024-03-31'");
    bench
}

fn bench_of_events() -> Workbench {
    let bench = Workbench::new();
    bench.write("events.csv", EVENTS);
    let study = "log.events = ['events.csv']\nwindows.is = '2024-03-01..2024-03-31'\n\
                 [milestones]\nreceived_at = 'first'\nfinished_at = 'last'\n";
    bench.write("study.toml", study);
    bench
}

fn giamtang(bench: &Workbench, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_giamtang"));
    command.args(arguments).current_dir(bench.path("")).env_remove("NO_COLOR").env("COLUMNS", "80");
    let output = command.output().expect("the binary runs");
    crate::contract::hold(arguments, &bench.path(""), &output.stdout);
    output
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// What stands on standard output, however much is set aside.
fn said(bench: &Workbench, arguments: &[&str]) -> String {
    let all: Vec<&str> = arguments.iter().copied().chain(["--max-quarantine", "1"]).collect();
    let output = giamtang(bench, &all);
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""), "{all:?}");
    text(&output.stdout)
}

fn refused(bench: &Workbench, arguments: &[&str]) -> (Option<i32>, String) {
    let output = giamtang(bench, arguments);
    assert!(output.stdout.is_empty(), "{arguments:?}: {}", text(&output.stdout));
    (output.status.code(), text(&output.stderr))
}

fn file(bench: &Workbench, name: &str) -> String {
    std::fs::read_to_string(bench.path(name)).expect("the file")
}

/// The keys of an object, sorted.
fn keys(object: &Value) -> Vec<&str> {
    let keys: BTreeSet<&str> = object.as_object().expect("an object").keys().map(String::as_str).collect();
    keys.into_iter().collect()
}

#[test]
fn the_page_tells_files_rules_columns_and_rows() {
    let page = said(&bench(), &["check", "study.toml"]);
    let parts = [
        "read 6 = accepted 2 + quarantined 4 (66.67 %)\n  conflicting_repeat        2\n",
        "By file ──",
        "a.csv  finished_before_received     1\n       missing_id                   1\nb.csv  conflicting_repeat           2\n",
        "Worst columns ──",
        "First rows set aside: 4 of 4 ──",
        "all of them, with their values: --quarantine PATH\n",
    ];
    for part in parts {
        assert!(page.contains(part), "{part}\n{page}");
    }
    assert!(page.lines().all(|line| line.chars().count() <= 80), "{page}");
    let page = said(&bench(), &["check", "study.toml", "--lang", "vi"]);
    assert!(page.contains("Theo tệp ──") && page.contains("Các cột nhiều lỗi nhất ──"), "{page}");
}

#[test]
fn json_is_the_contract() {
    let bench = bench();
    let arguments = ["check", "study.toml", "--format", "json"];
    let one = said(&bench, &arguments);
    assert_eq!(said(&bench, &[&arguments[..], &["-o", "check.json"]].concat()), "");
    assert_eq!(file(&bench, "check.json"), one);
    let check: Value = serde_json::from_str(&one).expect("JSON");
    let expected =
        "ambiguous_times by_column by_file inputs provenance quarantine_sample reconciliation schema warnings";
    assert_eq!(keys(&check), expected.split(' ').collect::<Vec<_>>());
    assert_eq!((&check["schema"], &check["inputs"][1]["rows"]), (&json!("giamtang.check/1"), &json!(3)));
    assert_eq!(check["by_file"][1], json!({"path": "b.csv", "by_rule": {"conflicting_repeat": 2}}));
    let rows = &check["by_column"].as_array().expect("columns")[0];
    assert_eq!(rows, &json!({"column": "case_id", "rows": 3}));
    let first = json!({"path": "a.csv", "row": 1, "rule": "finished_before_received", "column": "finished_at",
                       "value": "2024-03-01"});
    assert_eq!(check["quarantine_sample"][0], first);
    assert!(check["quarantine_sample"][1].get("value").is_none(), "{check}");
}

#[test]
fn rows_set_aside_go_to_a_private_file_of_mapped_columns() {
    let bench = bench();
    bench.write("aside.csv", "old");
    said(&bench, &["check", "study.toml", "--quarantine", "aside.csv"]);
    let rows = file(&bench, "aside.csv");
    let mut reader = csv::Reader::from_reader(rows.as_bytes());
    let header: Vec<String> = reader.headers().expect("a header").iter().map(str::to_owned).collect();
    assert_eq!(header[..5], ["file", "row", "rule", "column", "value"], "{rows}");
    let place = |name: &str| header.iter().position(|own| own == name).expect("a mapped column");
    let records: Vec<csv::StringRecord> = reader.records().map(|record| record.expect("a record")).collect();
    let own = |at: usize| records[at].iter().take(5).collect::<Vec<_>>();
    assert_eq!(own(0), ["a.csv", "1", "finished_before_received", "finished_at", "2024-03-01"]);
    assert_eq!((own(1), records.len()), (vec!["a.csv", "3", "missing_id", "case_id", ""], 4));
    assert_eq!((&records[0][place("case_id")], &records[0][place("unit")]), ("'=1+1", "'-A"));
    assert_eq!(&records[3][place("received_at")], "2024-03-06");
    assert!(!header.iter().any(|name| name == "note") && !rows.contains("secret"), "{rows}");
    said(&bench, &["check", "study.toml", "--quarantine", "raw.csv", "--raw"]);
    assert_eq!(file(&bench, "raw.csv"), rows.replace('\'', ""));
}

#[cfg(unix)]
/// More rows than memory holds: two files of 30,000 rows of which every second finishes before it began.
#[test]
fn many_rows_set_aside_stand_in_their_order() {
    let bench = Workbench::new();
    let finished = |row: usize| if row.is_multiple_of(2) { "2024-03-04" } else { "2024-03-01" };
    let row = |row: usize| format!("{row},2024-03-02,{},U{}\n", finished(row), row % 7);
    for (name, rows) in [("a.csv", 1..=30_000), ("b.csv", 30_001..=60_000)] {
        bench.write(name, format!("case_id,received_at,finished_at,unit\n{}", rows.map(row).collect::<String>()));
    }
    bench.write("study.toml", "log.cases = ['a.csv', 'b.csv']\nwindows.is = '2024-03-01..2024-03-31'");
    let page = said(&bench, &["check", "study.toml", "--quarantine", "aside.csv"]);
    assert!(page.contains("read 60,000 = accepted 30,000 + quarantined 30,000 (50 %)"), "{page}");
    assert!(page.contains(" of 30,000"), "{page}");
    let aside = |row: usize| {
        let (file, number) = if row <= 30_000 { ("a.csv", row) } else { ("b.csv", row - 30_000) };
        format!(
            "{file},{number},finished_before_received,finished_at,2024-03-01,{row},2024-03-01,2024-03-02,U{}\n",
            row % 7
        )
    };
    let header = "file,row,rule,column,value,case_id,finished_at,received_at,unit\n";
    let expected: String = (1..=60_000_usize).filter(|row| !row.is_multiple_of(2)).map(aside).collect();
    let written = file(&bench, "aside.csv");
    assert!(written == format!("{header}{expected}"), "{}", written.lines().take(3).collect::<Vec<_>>().join("\n"));
}

#[test]
fn only_the_owner_reads_it_whatever_stood_there() {
    use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
    let bench = bench();
    let mode = |name: &str| std::fs::metadata(bench.path(name)).expect("a file").permissions().mode() & 0o777;
    let open = bench.write("open.csv", "old");
    std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o666)).expect("a mode");
    symlink(&open, bench.path("link.csv")).expect("a link");
    for name in ["new.csv", "link.csv"] {
        said(&bench, &["check", "study.toml", "--quarantine", name]);
    }
    assert_eq!((mode("new.csv"), mode("open.csv"), bench.path("link.csv").is_symlink()), (0o600, 0o600, true));
    assert_eq!(file(&bench, "new.csv"), file(&bench, "open.csv"));
    said(&bench, &["check", "study.toml", "--quarantine", "/dev/null"]);
    assert!(std::fs::metadata("/dev/null").expect("the device").file_type().is_char_device());
}

#[test]
fn it_spares_what_is_read_or_written_otherwise() {
    let bench = bench();
    for arguments in [
        &["--quarantine", "a.csv"][..],
        &["--quarantine", "./study.toml"],
        &["--quarantine", "x.csv", "-o", "./x.csv"],
        &["--quarantine", "-"],
        &["--raw"],
        &["-o", "b.csv"],
    ] {
        let (code, error) = refused(&bench, &[&["check", "study.toml"], arguments].concat());
        assert_eq!(code, Some(2), "{arguments:?}: {error}");
    }
    assert_eq!((file(&bench, "a.csv").as_str(), bench.path("x.csv").exists()), (CASES[0].1, false));
    let (code, error) = refused(&bench, &["check", "study.toml", "--quarantine", "no/such/folder.csv"]);
    assert_eq!((code, error.contains("folder.csv: cannot be written")), (Some(1), true), "{error}");
}

#[test]
fn events_stand_beside_their_cases() {
    let bench = bench_of_events();
    let line = "events: read 4 = accepted 3 + quarantined 1";
    let page = said(&bench, &["check", "study.toml", "--quarantine", "aside.csv"]);
    assert!(page.contains(line) && page.contains("cases: read 2 = accepted 1 + quarantined 1 (50 %)"), "{page}");
    let rows = file(&bench, "aside.csv");
    let lines: Vec<&str> = rows.lines().collect();
    assert!(lines[0].starts_with("table,file,row,rule,column,value,") && !lines[0].contains("giamtang:"), "{rows}");
    assert!(lines[1].starts_with("events,events.csv,4,missing_activity,activity,,"), "{rows}");
    assert!(lines[2].starts_with("cases,cases of events.csv,2,broken_event,"), "{rows}");
    let compared = said(&bench, &["compare", "study.toml", "--set", "compare.cluster=none"]);
    assert!(compared.contains(line), "{compared}");
    for verb in ["check", "compare"] {
        let json = said(&bench, &[verb, "study.toml", "--set", "compare.cluster=none", "--format", "json"]);
        let events = &serde_json::from_str::<Value>(&json).expect("JSON")["events"];
        assert_eq!(keys(events), ["activities", "cases", "inputs", "officers", "reconciliation"], "{verb}");
        assert_eq!((&events["reconciliation"]["read"], &events["cases"]), (&json!(4), &json!(2)), "{verb}");
    }
}

/// B is in force twice on 1 July; of a table whose rows are looked at together the source's own texts are told too.
const CATALOGUE: &str = "Ten,in_force_from,in_force_to,note\n\
                         A,31/01/2020,,secret\nB,01/01/2020,01/07/2023,secret\nB,01/07/2023,31/12/2024,secret\n";

/// Case 9 is not in the log, 7 is no score on 1..5, and most answers name no case.
const ANSWERS: &str = "at,case_id,score\n2024-03-05,1,5\n2024-03-06,2,7\n2024-03-06,9,4\n2024-03-07,,4\n";

fn bench_of_tables() -> Workbench {
    let bench = Workbench::new();
    bench.write("cases.csv", "case_id,received_at,procedure\n1,2024-03-01,A\n2,2024-03-01,B\n3,2024-03-01,\n");
    bench.write("catalogue.csv", CATALOGUE);
    bench.write("answers.csv", format!("{ANSWERS}{}", "2024-03-08,,3\n".repeat(20)));
    let study = "log = { cases = ['cases.csv'], procedures = ['catalogue.csv'], surveys = ['answers.csv'] }\n\
                 columns.procedures.procedure = 'Ten'\nwindows.is = '2024-03-01..2024-03-31'\n\
                 compare.cluster = 'none'";
    bench.write("study.toml", study);
    bench
}

#[test]
fn rows_of_other_tables_stand_beside_them_as_their_source_has_them() {
    let bench = bench_of_tables();
    said(&bench, &["check", "study.toml", "--quarantine", "aside.csv"]);
    let rows = file(&bench, "aside.csv");
    let mut reader = csv::Reader::from_reader(rows.as_bytes());
    let header: Vec<String> = reader.headers().expect("a header").iter().map(str::to_owned).collect();
    assert!(header.iter().all(|name| name != "note") && !rows.contains("secret"), "{rows}");
    let records: Vec<csv::StringRecord> = reader.records().map(|record| record.expect("a record")).collect();
    let of = |names: &[&str]| -> Vec<Vec<&str>> {
        let place = |name: &&str| header.iter().position(|own| own == name).expect("a column");
        records.iter().map(|row| names.iter().map(|name| &row[place(name)]).collect()).collect()
    };
    let told = of(&["table", "file", "row", "rule", "column", "value"]);
    let expected = [
        ["procedures", "catalogue.csv", "2", "overlapping_span", "in_force_from", "01/01/2020"],
        ["procedures", "catalogue.csv", "3", "overlapping_span", "in_force_from", "01/07/2023"],
        ["surveys", "answers.csv", "2", "score_off_scale", "score", "7"],
    ];
    assert_eq!(told, expected);
    let cells = of(&["procedure", "in_force_to", "case_id", "score"]);
    assert_eq!(cells, [["B", "01/07/2023", "", ""], ["B", "31/12/2024", "", ""], ["", "", "2", "7"]]);
}

/// B's rows overlap, so neither is in the catalogue; the third dossier names no procedure.
#[test]
fn what_has_no_match_is_counted_and_told() {
    let bench = bench_of_tables();
    let json = said(&bench, &["check", "study.toml", "--format", "json"]);
    let warnings = serde_json::from_str::<Value>(&json).expect("JSON")["warnings"].clone();
    let of = |what: &str| warnings.as_array().and_then(|all| all.iter().find(|own| own["what"] == what)).cloned();
    let expected = json!({"what": "procedure_not_in_catalogue", "column": "procedure", "rows": 1, "of": 2});
    assert_eq!(of("procedure_not_in_catalogue"), Some(expected), "{warnings}");
    let expected = json!({"what": "answer_without_dossier", "column": "surveys.case_id", "rows": 1, "of": 2});
    assert_eq!(of("answer_without_dossier"), Some(expected), "{warnings}");
    for lang in [&[][..], &["--lang", "vi"]] {
        let page = said(&bench, &[&["check", "study.toml"], lang].concat());
        assert!(page.contains("procedure_not_in_catalogue") && page.contains("answer_without_dossier"), "{page}");
    }
}

/// A quarter of the events, and with them half of the cases.
#[test]
fn events_and_cases_pass_the_gate_each_by_itself() {
    let bench = bench_of_events();
    for (most, code, told) in [("0.5", 0, 0), ("0.4", 3, 1), ("0.2", 3, 2)] {
        for verb in [&["check"][..], &["compare"], &["cube", "build", "-o", "/dev/null"]] {
            let arguments = [verb, &["study.toml", "--set", "compare.cluster=none", "--max-quarantine", most]].concat();
            let output = giamtang(&bench, &arguments);
            let told_lines = text(&output.stderr).lines().count();
            assert_eq!(
                (output.status.code(), told_lines),
                (Some(code), told),
                "{arguments:?}: {}",
                text(&output.stderr)
            );
        }
    }
}

#[test]
fn rules_are_explained_in_both_languages() {
    let bench = Workbench::new();
    for (lang, place) in [("en", 0), ("vi", 1)] {
        let output = giamtang(&bench, &["explain", "--rules", "--lang", lang]);
        let page = text(&output.stdout);
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let rules = Rule::ALL.iter().map(|rule| (rule.name(), rule.says()));
        let all = rules.chain(Suspicion::ALL.iter().map(|what| (what.name(), what.says())));
        let told: Vec<String> = all.map(|(name, says)| format!("{name} {}", words(says[place]))).collect();
        let mut rest = words(&page);
        for item in told {
            let at = rest.find(&item).unwrap_or_else(|| panic!("{item}: {page}"));
            rest = rest[at + item.len()..].to_owned();
        }
    }
    for arguments in [&["explain"][..], &["explain", "time/on_time", "--rules"]] {
        let (code, error) = refused(&bench, arguments);
        assert_eq!((code, error.contains("Usage: giamtang explain")), (Some(2), true), "{error}");
    }
}

#[test]
fn the_parts_of_a_log_add_up() {
    let bench = bench();
    let cases: String = (0..60).map(|at| format!("{at},2024-03-01,2024-03-{:02},A\n", at % 28 + 1)).collect();
    bench.write("a.csv", format!("case_id,received_at,finished_at,unit\n,2024-03-01,,\n{cases}"));
    let counts = |shard: &[&str]| {
        let json = said(&bench, &[&["check", "study.toml", "--format", "json"], shard].concat());
        let counts = &serde_json::from_str::<Value>(&json).expect("JSON")["reconciliation"];
        ["read", "accepted", "quarantined"].map(|key| counts[key].as_u64().expect("a count"))
    };
    let parts = ["1/3", "2/3", "3/3"].map(|part| counts(&["--shard", part]));
    assert!(parts.iter().all(|part| part[0] > 0), "{parts:?}");
    assert_eq!([0, 1, 2].map(|at| parts.iter().map(|part| part[at]).sum::<u64>()), counts(&[]));
    for part in ["1/3", "2/3", "3/3"] {
        let cube = format!("{}.cube", &part[..1]);
        said(&bench, &["cube", "build", "study.toml", "--shard", part, "-o", &cube]);
    }
    said(&bench, &["cube", "build", "study.toml", "-o", "whole.cube"]);
    let merged = giamtang(&bench, &["cube", "merge", "3.cube", "1.cube", "2.cube", "-o", "merged.cube"]);
    assert!(merged.status.success(), "{}", text(&merged.stderr));
    let bytes = |name: &str| std::fs::read(bench.path(name)).expect("a cube");
    assert_eq!(bytes("merged.cube"), bytes("whole.cube"));
    for part in ["0/3", "4/3", "1/0", "1", "a/b", "-1/3"] {
        assert_eq!(refused(&bench, &["check", "study.toml", &format!("--shard={part}")]).0, Some(2), "{part}");
    }
    let (code, error) = refused(&bench, &["compare", "whole.cube", "--shard", "1/3"]);
    assert_eq!((code, error.contains("a cube is not split again")), (Some(2), true), "{error}");
}

/// A reader that panics on damaged data is caught, and only the error it becomes is told.
#[test]
fn damaged_files_are_told_in_one_line() {
    let bench = bench();
    let ids: Vec<String> = (0..400).map(|at| format!("c{at}")).collect();
    let mut frame = df!("case_id" => ids, "received_at" => vec!["2024-03-01"; 400]).expect("a frame");
    let mut whole = Vec::new();
    ParquetWriter::new(&mut whole).finish(&mut frame).expect("Parquet");
    let study = "log.cases = ['d.parquet']\nwindows.is = '2024-03-01..2024-03-31'\ncompare.cluster = 'none'";
    bench.write("study.toml", study);
    for step in 1..16 {
        let mut damaged = whole.clone();
        let at = damaged.len() * step / 16;
        damaged[at..(at + 4).min(whole.len())].fill(0xff);
        bench.write("d.parquet", damaged);
        let output = giamtang(&bench, &["check", "study.toml"]);
        let told = text(&output.stderr);
        assert!(told.lines().count() <= 1 && !told.contains("panicked"), "{step}: {told}");
        assert_eq!(output.status.code() == Some(0), told.is_empty(), "{step}: {told}");
    }
}
