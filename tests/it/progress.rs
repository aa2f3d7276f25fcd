//! Progress: nothing into a pipe unless lines are asked for, and lines that a program can read.

use crate::workbench::{Workbench, project};
use serde_json::Value;
use std::process::{Command, Output};

fn giamtang(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_giamtang"));
    let output = command.args(arguments).current_dir(project("")).output().expect("it runs");
    crate::contract::hold(arguments, &project(""), &output.stdout);
    output
}

/// The lines on standard error, each as JSON, and what each says is done.
fn told(output: &Output) -> Vec<Value> {
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let text = String::from_utf8(output.stderr.clone()).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

/// What is done grows, and never passes what there is.
fn check_order(lines: &[Value], of: u64) {
    let done: Vec<u64> = lines.iter().map(|line| line["done"].as_u64().expect("a number")).collect();
    assert!(!done.is_empty() && done.is_sorted_by(|a, b| a < b), "{done:?}");
    assert!(done.iter().all(|done| (1..=of).contains(done)), "{done:?}");
}

#[test]
fn lines_say_what_is_done_of_how_much_where_the_log_says_it() {
    let bench = Workbench::new();
    let folder = bench.path("city");
    let folder = folder.to_str().expect("UTF-8");
    let drawn = giamtang(&["demo", folder, "--cases", "300", "--format", "parquet", "--progress", "lines"]);
    let lines = told(&drawn);
    check_order(&lines, 300);
    assert!(lines.iter().all(|line| line["of"] == 300), "{lines:?}");

    let study = format!("{folder}/study.toml");
    let checked = told(&giamtang(&["check", &study, "--format", "json", "--progress", "lines"]));
    let rows = checked[0]["of"].as_u64().expect("Parquet says how many rows it has");
    assert!(rows >= 300, "the dossiers and the broken rows among them: {rows}");
    check_order(&checked, rows);
}

#[test]
fn of_texts_nobody_knows_how_many_rows_there_are() {
    let lines = told(&giamtang(&["check", "fixtures/study/study.toml", "--progress", "lines"]));
    check_order(&lines, 2_202);
    assert!(lines.iter().all(|line| line.get("of").is_none()), "{lines:?}");
}

#[test]
fn who_does_not_ask_is_not_told() {
    for arguments in [&["--progress", "lines", "--quiet"][..], &["--progress", "bar"], &[]] {
        let output = giamtang(&[&["check", "fixtures/study/study.toml"], arguments].concat());
        assert!(output.stderr.is_empty(), "{arguments:?}: {output:?}");
    }
}
