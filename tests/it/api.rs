//! The public API: what it is stands in `tests/api.txt`, and every type and function in it has an example.
//!
//! Read from the source. What is `pub` can be reached, for the crate denies `unreachable_pub`; an item stands under the
//! innermost public module that it can be reached by. What is hidden from the documentation is no part of it.

mod source;

use crate::workbench::project;
use source::Module;

/// Renews the list where it is set.
const RENEW: &str = "GIAMTANG_RENEW_API";

#[test]
fn the_public_api_is_what_its_list_says() {
    let found: String = Module::root().lines().iter().map(|line| format!("{line}\n")).collect();
    let path = project("tests/api.txt");
    if std::env::var_os(RENEW).is_some() {
        std::fs::write(&path, &found).expect("tests/api.txt");
    }
    let listed = std::fs::read_to_string(&path).unwrap_or_default();
    let missing = |of: &str, from: &str| -> String {
        of.lines().filter(|line| !from.lines().any(|own| own == *line)).map(|line| format!("  {line}\n")).collect()
    };
    assert!(
        found == listed,
        "the public API is not what tests/api.txt says.\nnew:\n{}gone:\n{}If that is meant, tell it in CHANGELOG.md, \
         renew the list by\n  {RENEW}=1 cargo test --test it api\nand read what `git diff tests/api.txt` shows.",
        missing(&found, &listed),
        missing(&listed, &found)
    );
}

/// Types, traits and functions by themselves: each has an example, of its own or of a method, or stands by name in an
/// example of its module, as the parts of a result do in the walk through it.
#[test]
fn every_type_and_function_has_an_example() {
    let without: Vec<String> = Module::root().without_example();
    assert!(without.is_empty(), "without an example:\n{}", without.join("\n"));
}

/// What a program may hold across threads.
#[test]
fn results_go_between_threads() {
    fn is_free<T: Send + Sync + Clone + std::fmt::Debug>() {}
    fn is_sent<T: Send + Sync + std::fmt::Debug>() {}
    is_free::<giamtang::Study>();
    is_free::<giamtang::StudyBuilder>();
    is_free::<giamtang::Scorecard>();
    is_free::<giamtang::scorecard::Trace>();
    is_free::<giamtang::calendar::Calendar>();
    is_free::<giamtang::kpi::Kpi>();
    is_free::<giamtang::Undefined>();
    is_sent::<giamtang::Plan>();
    is_sent::<giamtang::cube::Cube>();
    is_sent::<giamtang::ingest::Findings>();
    is_sent::<giamtang::Error>();
    fn is_error<T: std::error::Error + Send + Sync + 'static>() {}
    is_error::<giamtang::Error>();
}
