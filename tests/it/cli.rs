//! Every verb: what goes to standard output, what to standard error, and the exit code.

use crate::workbench::{Workbench, project};
use std::path::Path;
use std::process::{Command, Output, Stdio};

const STUDY: &str = "fixtures/study/study.toml";

fn giamtang(arguments: &[&str]) -> Output {
    crate::workbench::giamtang(arguments, b"")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// Runs well, says nothing on standard error, and gives what stands on standard output.
fn said(arguments: &[&str]) -> String {
    let output = giamtang(arguments);
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""), "{arguments:?}");
    text(&output.stdout)
}

fn refused(arguments: &[&str]) -> (Option<i32>, String) {
    let output = giamtang(arguments);
    assert!(output.stdout.is_empty(), "{arguments:?}: {}", text(&output.stdout));
    (output.status.code(), text(&output.stderr))
}

#[test]
fn compare_prints_the_scorecard_without_colour_into_a_pipe() {
    let page = said(&["compare", STUDY]);
    assert!(page.contains("Time the applicant waits") && page.contains("improved"), "{page}");
    assert!(!page.contains('\u{1b}'), "no escape codes into a pipe");
    let page = said(&["compare", STUDY, "--lang", "vi"]);
    assert!(page.contains("Thời gian chờ thực tế"), "{page}");
}

#[test]
fn declared_independence_stands_beside_the_verdict() {
    let page = said(&["compare", STUDY, "--set", "compare.cluster=none"]);
    assert!(page.contains("improved (independent rows)"), "{page}");
    assert!(!said(&["compare", STUDY]).contains("(independent rows)"));
}

#[test]
fn json_is_the_contract_and_the_same_bytes_on_any_thread_count() {
    let one = said(&["compare", STUDY, "--format", "json", "--threads", "1"]);
    assert_eq!(one, said(&["compare", STUDY, "--format", "json", "--threads", "2"]));
    let card: serde_json::Value = serde_json::from_str(&one).expect("JSON");
    assert_eq!(card["schema"], "giamtang.scorecard/1");
    assert_eq!(card["reconciliation"]["quarantined"], 7);
    assert_eq!(card["kpis"][0]["id"], "time/elapsed_time");
    assert_eq!(card["axes"].as_array().map(Vec::len), Some(6));
}

#[test]
fn a_file_is_written_whole_beside_its_path() {
    let bench = Workbench::new();
    let path = bench.path("card.json");
    let arguments = ["compare", STUDY, "--format", "json", "-o", path.to_str().expect("UTF-8")];
    assert_eq!(said(&arguments), "");
    assert_eq!(std::fs::read_to_string(&path).expect("the file"), said(&["compare", STUDY, "--format", "json"]));
    let nowhere = bench.path("no/such/folder/card.json");
    let (code, error) = refused(&["compare", STUDY, "-o", nowhere.to_str().expect("UTF-8")]);
    assert_eq!(code, Some(1));
    assert!(error.contains("card.json: cannot be written: its folder does not exist. Nothing was changed"), "{error}");
}

/// What is read is never written over; a link is followed, a device written to, `-` is standard output.
#[test]
fn an_output_spares_what_it_should() {
    let bench = Workbench::new();
    let log = bench.write("cases.csv", "case_id,received_at,unit\n1,2024-03-01,A\n");
    let study = bench.write("study.toml", "log.cases = ['cases.csv']\nwindows.is = '2024-03-01..2024-03-31'");
    let (log, study) = (log.to_string_lossy().into_owned(), study.to_string_lossy().into_owned());
    for output in [&log, &study] {
        let (code, error) = refused(&["compare", &study, "-o", output]);
        assert_eq!((code, error.contains("a file that is not read")), (Some(2), true), "{error}");
    }
    let page = said(&["compare", &study, "-o", "-"]);
    assert!(page.contains("is 2024-03-01..2024-03-31"));
    assert_eq!(said(&["compare", &study, "-o", "/dev/null"]), "");
    #[cfg(unix)]
    {
        use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
        assert!(std::fs::metadata("/dev/null").expect("the device").file_type().is_char_device());
        let target = bench.write("card.txt", "old");
        std::fs::set_permissions(&target, std::fs::Permissions::from_mode(0o640)).expect("a mode");
        symlink(&target, bench.path("link")).expect("a link");
        said(&["compare", &study, "-o", bench.path("link").to_str().expect("UTF-8")]);
        assert!(bench.path("link").is_symlink());
        assert_eq!(std::fs::read_to_string(&target).expect("the card"), page);
        assert_eq!(std::fs::metadata(&target).expect("the card").permissions().mode() & 0o777, 0o640);
    }
}

#[test]
fn numbers_on_the_command_line_are_checked() {
    for (option, value) in [("--max-quarantine", "5"), ("--max-quarantine", "NaN"), ("--threads", "100000")] {
        assert_eq!(refused(&["compare", STUDY, option, value]).0, Some(2), "{option} {value}");
    }
    let (code, error) = refused(&["check", "fixtures/no.toml", "--max-quarantine=-0.1"]);
    assert_eq!((code, error.contains("from 0 to 1")), (Some(2), true), "{error}");
}

#[test]
fn shards_merge_into_the_whole_and_compare_from_there() {
    let bench = Workbench::new();
    let cube = |name: &str, part: &[&str]| {
        let path = bench.path(name).to_string_lossy().into_owned();
        said(&[&["cube", "build", STUDY, "-o", &path], part].concat());
        path
    };
    let (early, late, whole) = (cube("a", &["--shard", "1/2"]), cube("b", &["--shard", "2/2"]), cube("c", &[]));
    let merged = bench.path("merged").to_string_lossy().into_owned();
    said(&["cube", "merge", &late, &early, "-o", &merged]);
    assert_eq!(std::fs::read(&merged).expect("merged"), std::fs::read(&whole).expect("whole"));
    let card: serde_json::Value = serde_json::from_str(&said(&["compare", &merged, "--format", "json"])).expect("JSON");
    let own: serde_json::Value = serde_json::from_str(&said(&["compare", STUDY, "--format", "json"])).expect("JSON");
    assert_eq!((&card["kpis"], &card["reconciliation"]), (&own["kpis"], &own["reconciliation"]));
    assert_eq!(card["inputs"][0]["path"], merged.as_str());
    let (code, error) = refused(&["cube", "merge", &early, "README.md", "-o", &merged]);
    assert_eq!(code, Some(1), "{error}");
    let (code, error) = refused(&["cube", "merge", &early, &early, "-o", &merged]);
    assert_eq!((code, error.contains("each part once")), (Some(2), true), "{error}");
    // Parts that were split outside hold the tables beside the dossiers each.
    let files = ["cases-2023.csv", "cases-2024.csv"].map(|file| format!("log.cases=['{file}']"));
    let [one, other] = [("d", &files[0]), ("e", &files[1])].map(|(name, log)| cube(name, &["--set", log]));
    let (code, error) = refused(&["cube", "merge", &one, &other, "-o", &merged]);
    assert_eq!((code, error.contains("build parts with --shard")), (Some(2), true), "{error}");
    for arguments in [vec!["cube", "merge", &early, &late, "-o", &early], vec!["compare", &early, "-o", &early]] {
        let (code, error) = refused(&arguments);
        assert_eq!((code, error.contains("a file that is not read")), (Some(2), true), "{error}");
    }
    let (code, error) = refused(&["compare", &merged, "--set", "compare.cluster=none"]);
    assert_eq!((code, error.contains("a cube is of the settings it was built with")), (Some(2), true), "{error}");
}

#[test]
fn check_reconciles_and_names_the_rows() {
    let page = said(&["check", STUDY]);
    for part in ["conflicting_repeat", "missing_id", "cases-2024.csv", "2,202", "2,195"] {
        assert!(page.contains(part), "{part}: {page}");
    }
}

#[test]
fn list_and_explain_show_the_catalogue() {
    let list = said(&["list"]);
    for kpi in giamtang::kpi::catalogue() {
        assert!(list.contains(&*kpi.id), "{}", kpi.id);
        for (lang, name) in [("en", &kpi.name.en), ("vi", &kpi.name.vi)] {
            let page = said(&["explain", &kpi.id, "--lang", lang]);
            assert!(page.contains(&**name), "{}", kpi.id);
        }
    }
    let (code, error) = refused(&["explain", "time/ontime"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("did you mean `time/on_time`?"), "{error}");
}

#[test]
fn mistakes_exit_with_two_and_missing_files_with_one() {
    assert_eq!(refused(&["compare"]).0, Some(2));
    assert_eq!(refused(&["compare", STUDY, "--set", "compare.levle=1"]).0, Some(2));
    let (code, error) = refused(&["compare", "no/study.toml"]);
    assert_eq!(code, Some(1));
    assert!(error.contains("no/study.toml: cannot be read"), "{error}");
}

/// What the command line is given is repeated only escaped, and only so long.
#[test]
fn a_message_is_harmless_and_of_bounded_length() {
    let long = format!("compare.{}=1", "é".repeat(9_000));
    let (code, error) = refused(&["compare", STUDY, "--set", &long]);
    assert_eq!((code, error.trim_start_matches("giamtang: ").trim_end().chars().count()), (Some(2), 2_000), "{error}");
    assert!(error.contains("é…é") && error.ends_with("Correct or remove it.\n"), "{error}");
    for argument in ["--\u{1b}[31m", "\u{202e}\u{7}"] {
        let (code, error) = refused(&[argument]);
        assert_eq!((code, error.contains(['\u{1b}', '\u{202e}', '\u{7}'])), (Some(2), false), "{error}");
    }
    assert!(refused(&["\u{202e}"]).1.contains("\\u{202e}"));
}

/// Seven of 2,202 rows are 0.32 %: more than 0.1 %, and the result is still written.
#[test]
fn too_much_quarantined_exits_with_three_after_writing() {
    for verb in ["compare", "check"] {
        let output = giamtang(&[verb, STUDY, "--max-quarantine", "0.001"]);
        assert_eq!(output.status.code(), Some(3), "{verb}");
        assert!(text(&output.stdout).contains("2,195"), "{verb}");
        assert!(text(&output.stderr).contains("--max-quarantine"), "{verb}");
    }
}

#[test]
fn a_closed_pipe_ends_the_program_in_silence() {
    let command = Command::new(env!("CARGO_BIN_EXE_giamtang"))
        .args(["list"])
        .current_dir(Path::new(&project("")))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = command.expect("the binary runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the binary ends");
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""));
}
