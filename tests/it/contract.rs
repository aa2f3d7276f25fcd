//! The JSON contracts: every result that a test makes is held to its schema, whose closed lists are those of the code.
//!
//! Results come from the binary by [`hold`], from a scorecard in memory by [`held`], from any other by [`kept`].

mod damaged;
mod lists;
mod published;
#[path = "../../src/report/contract/strict.rs"]
mod strict;

pub(crate) use strict::{kept, refusal};

use crate::workbench::project;
use giamtang::Scorecard;
use giamtang::report::{Contract, Format, write};
use serde_json::Value;
use std::path::Path;

/// Holds what a run wrote to its contract: on standard output, or into the file it was asked for.
pub fn hold(arguments: &[&str], folder: &Path, stdout: &[u8]) {
    if !arguments.iter().any(|argument| *argument == "json" || *argument == "--format=json") {
        return;
    }
    let output = arguments.windows(2).find(|pair| ["-o", "--output"].contains(&pair[0]));
    let file = output.and_then(|pair| std::fs::read(folder.join(pair[1])).ok()).unwrap_or_default();
    for text in [stdout, &file].into_iter().filter(|text| !text.is_empty()) {
        let result: Value = serde_json::from_slice(text).unwrap_or_else(|why| panic!("{arguments:?}: {why}"));
        assert_eq!(refusal(&result), None, "{arguments:?}");
    }
}

/// A scorecard whose JSON keeps its contract.
pub fn held(card: Scorecard) -> Scorecard {
    json(&card);
    card
}

/// Holds bytes that are JSON to their contract.
pub fn kept_if_json(bytes: &[u8]) {
    if bytes.starts_with(b"{") {
        kept(std::str::from_utf8(bytes).expect("UTF-8"));
    }
}

/// The JSON of a scorecard, as it is written.
pub fn json(card: &Scorecard) -> Value {
    let mut text = Vec::new();
    write(card, Format::Json, &mut text).expect("JSON");
    kept(&String::from_utf8(text).expect("UTF-8"))
}

/// Whoever writes JSON in a test does it through this file.
#[test]
fn no_test_writes_json_past_its_contract() {
    let folder = project("tests/it");
    // What is refused before it is written, a pipe that is closed before it is read, and the scripts of jobs and of README.
    let without = ["report.rs", "cli.rs", "gate/job.rs", "init.rs", "postgres/same.rs"].map(|name| folder.join(name));
    let ways = ["Format::Json", "to_value(&card", "to_string(&card", "CARGO_BIN_EXE_giamtang"];
    for path in crate::layers::rust_files(&folder).into_iter().filter(|path| !without.contains(path)) {
        let text = std::fs::read_to_string(&path).expect("a test");
        let is_writing = ways.iter().any(|way| text.contains(way));
        assert!(!is_writing || text.contains("contract::"), "{}: hold the JSON by crate::contract", path.display());
    }
}
