//! The README says what is: its KPI table is the catalogue, its commands run, its page is today's.

use crate::workbench::{giamtang, project};
use giamtang::ingest::{Field, Table};
use giamtang::kpi::{Better, catalogue};
use std::collections::BTreeSet;
use std::process::Command;

fn readme() -> String {
    std::fs::read_to_string(project("README.md")).expect("README.md")
}

#[test]
fn the_kpi_table_is_the_catalogue() {
    let readme = readme();
    let is_kpi = |line: &&str| {
        line.strip_prefix("| `").and_then(|rest| rest.split('`').next()).is_some_and(|id| id.contains('/'))
    };
    let rows: Vec<&str> = readme.lines().filter(is_kpi).collect();
    let expected: Vec<String> = catalogue()
        .map(|kpi| {
            let arrow = match kpi.better {
                Better::Lower => "↓",
                Better::Higher => "↑",
                Better::Neither => "·",
            };
            format!("| `{}` | {} | {} | {arrow} |", kpi.id, kpi.name.en, kpi.name.vi)
        })
        .collect();
    assert_eq!(rows, expected);
}

/// The README's table of tables against the schema: every column once, bold where every row must have it.
#[test]
fn the_table_of_tables_is_the_schema() {
    let readme = readme();
    for table in Table::beside() {
        let line = readme.lines().find(|line| line.starts_with(&format!("| `{}` |", table.name()))).expect("a line");
        let columns = line.split('|').nth(3).expect("columns").split(',').map(str::trim);
        let told: BTreeSet<(String, bool)> = columns
            .map(|column| column.split(' ').next().unwrap_or_default())
            .filter(|column| !column.starts_with('`'))
            .map(|column| (column.trim_matches('*').to_owned(), column.starts_with("**")))
            .collect();
        let known = table.columns().iter().map(|(name, _)| ((*name).to_owned(), Field::of_table(table, name).required));
        assert_eq!(told, known.collect(), "{}", table.name());
    }
}

/// The screen in the README is what its first command prints, with `…` for what it leaves out.
#[test]
fn the_screen_is_what_the_command_prints() {
    let readme = readme();
    let (_, rest) = readme.split_once("```text\n").expect("a screen");
    let (screen, _) = rest.split_once("```").expect("the screen ends");
    let output = giamtang(&["compare", "fixtures/study/study.toml"], b"");
    let page = String::from_utf8(output.stdout).expect("UTF-8");
    let mut rest = page.as_str();
    for part in screen.split("  …\n") {
        let at = rest.find(part).unwrap_or_else(|| panic!("the command does not print\n{part}\nin\n{page}"));
        rest = &rest[at + part.len()..];
    }
    assert!(page.starts_with(screen.split("  …\n").next().unwrap_or_default()), "{page}");
}

#[test]
fn the_two_commands_are_there_and_ci_calls_the_second() {
    let readme = readme();
    assert!(readme.contains("cargo run -- compare fixtures/study/study.toml"));
    assert!(readme.contains("cargo test"));
    let ci = std::fs::read_to_string(project(".ci/run")).expect(".ci/run");
    assert!(ci.lines().any(|line| line.trim().ends_with("cargo test")), "CI runs the README's own test command");
}

/// The oldest Rust is said alike wherever it is said.
#[test]
fn the_oldest_rust_is_that_of_the_manifest() {
    let manifest = std::fs::read_to_string(project("Cargo.toml")).expect("Cargo.toml");
    let manifest: toml::Table = manifest.parse().expect("TOML");
    let oldest = manifest["package"]["rust-version"].as_str().expect("a version");
    let readme = readme();
    let told: Vec<&str> = readme.match_indices("Rust").filter_map(|(at, _)| version(&readme[at..])).collect();
    assert!(told.len() >= 3 && told.iter().all(|version| *version == oldest), "{told:?}");
}

/// The version in the same words as a name: `Rust 1.95 or later`, `Rust toolchain (1.95 or later)`.
fn version(text: &str) -> Option<&str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '.').filter(|word| !word.is_empty());
    words.skip(1).take(2).find(|word| word.starts_with("1."))
}

/// What the crate includes at compile time must be in the package, and nothing that is only ours to test with.
#[test]
fn the_package_holds_what_the_crate_includes() {
    let mut command = Command::new(env!("CARGO"));
    command.args(["package", "--list", "--allow-dirty", "--offline"]).current_dir(project(""));
    let listed = String::from_utf8(command.output().expect("cargo runs").stdout).expect("UTF-8");
    let files: Vec<&str> = listed.lines().collect();
    for kpi in catalogue() {
        for kind in ["md", "vi.md"] {
            let text = format!("fixtures/kpi/{}.{kind}", kpi.id);
            assert!(files.contains(&text.as_str()), "{text}");
        }
    }
    let included = ["README.md", "METHODS.md", "examples/reporting/table.rs", "src/report/schema/scorecard.json"];
    included.iter().for_each(|file| assert!(files.contains(file), "{file}"));
    assert!(!files.iter().any(|file| file.starts_with(".ci/") || file.starts_with("examples/calibration")), "{listed}");
    assert!(!files.iter().any(|file| file.starts_with("tests/") || file.starts_with("fixtures/study/")), "{listed}");
}
