//! Official forms: worked by hand, held to their identities, the same in every rendering and from every split of a log.

mod handling;
mod hostile;
mod laws;
mod rendered;
mod worksheet;

use crate::workbench::{giamtang, project};
use giamtang::Study;
use giamtang::forms::{Asked, Filled, Form, Part};
use serde_json::Value;

/// The worked example of form 06a.
fn example() -> Study {
    Study::load(project("fixtures/forms/06a.toml")).expect("a study")
}

fn filled(study: Study, asked: Asked) -> Filled {
    study.form(asked).and_then(|study| study.plan()).and_then(|plan| plan.form()).expect("a form").0
}

fn handling(study: Study, asked: Asked) -> giamtang::forms::Handling {
    match filled(study, asked) {
        Filled::Handling(own) => *own,
        other => panic!("{:?}", other.form()),
    }
}

/// The columns 3 to 13; all of them known.
fn columns(part: &Part) -> [u64; 11] {
    part.columns.0.clone().map(|column| column.expect("a count"))
}

fn asked() -> Asked {
    Asked::new(Form::Handling)
}

fn said(arguments: &[&str]) -> Vec<u8> {
    let output = giamtang(arguments, b"");
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0), "{arguments:?}: {output:?}");
    output.stdout
}

fn text(arguments: &[&str]) -> String {
    String::from_utf8(said(arguments)).expect("UTF-8")
}

fn json(arguments: &[&str]) -> Value {
    let format = [arguments, &["--format", "json"]].concat();
    serde_json::from_slice(&said(&format)).expect("JSON")
}

fn refused(arguments: &[&str]) -> String {
    let output = giamtang(arguments, b"");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{arguments:?}: {output:?}");
    String::from_utf8(output.stderr).expect("UTF-8")
}
