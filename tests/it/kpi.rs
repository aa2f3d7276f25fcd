//! Every KPI's worked example: the sentence derives the number, the log holds it, the table expects it.

use crate::workbench::{Workbench, project};
use giamtang::Scorecard;
use giamtang::kpi::{Kpi, catalogue};
use std::collections::BTreeMap;
use std::path::Path;

/// What a worked example holds.
struct Example {
    settings: BTreeMap<String, toml::Value>,
    csv: String,
    expected: Vec<BTreeMap<String, String>>,
}

impl Example {
    fn of(kpi: &Kpi) -> Self {
        let settings = fenced(&kpi.example, "```toml").parse::<toml::Table>().expect("TOML");
        let csv = fenced(&kpi.example, "```csv cases");
        Self { settings: settings.into_iter().collect(), csv, expected: table(&kpi.example) }
    }

    fn compare(&self) -> Scorecard {
        let bench = Workbench::new();
        bench.write("cases.csv", &self.csv);
        let text = |key: &str| self.settings.get(key).and_then(toml::Value::as_str);
        let mut lines = vec!["log.cases = ['cases.csv']".to_owned(), "compare.cluster = 'none'".to_owned()];
        let keys = [
            ("is", "windows.is"),
            ("was", "windows.was"),
            ("horizon", "compare.horizon"),
            ("calendar", "calendar.base"),
        ];
        for (key, full) in keys {
            lines.extend(text(key).map(|value| format!("{full} = '{value}'")));
        }
        let known = self.settings.keys().all(|key| keys.iter().any(|(name, _)| name == key));
        assert!(known, "a setting of the example is not used");
        let study = giamtang::Study::parse(&lines.join("\n"), bench.path("study.toml")).expect("a study");
        study.plan().and_then(|plan| plan.compare()).expect("a scorecard")
    }
}

fn fenced(text: &str, opening: &str) -> String {
    let (_, rest) = text.split_once(&format!("{opening}\n")).unwrap_or_else(|| panic!("no {opening} block"));
    rest.split_once("```").expect("the block ends").0.to_owned()
}

fn table(text: &str) -> Vec<BTreeMap<String, String>> {
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let mut lines = text.lines().filter(|line| line.starts_with('|'));
    let header = cells(lines.next().expect("a table"));
    let rows = lines.filter(|line| !line.contains("---"));
    rows.map(|line| header.iter().cloned().zip(cells(line)).collect()).collect()
}

#[test]
fn every_worked_example_gives_the_number_its_sentence_derives() {
    for kpi in catalogue() {
        let example = Example::of(kpi);
        let card = example.compare();
        let row = card.kpi(&kpi.id).expect("the KPI is on the card");
        assert!(!example.expected.is_empty(), "{}: nothing is expected", kpi.id);
        for expected in &example.expected {
            let figure = match expected["window"].as_str() {
                "was" => row.was.as_ref().and_then(|was| was.value()),
                _ => row.is.value(),
            };
            let figure = figure.unwrap_or_else(|| panic!("{}: {:?}", kpi.id, row.is));
            for (column, text) in expected {
                let found = match column.as_str() {
                    "window" => continue,
                    "value" => Some(figure.value),
                    "n" => Some(figure.n as f64),
                    "events" => Some(figure.events as f64),
                    "excluded" => Some(figure.excluded as f64),
                    "immature" => figure.immature.map(|n| n as f64),
                    "undated" => figure.undated.map(|n| n as f64),
                    other => panic!("{}: no figure `{other}`", kpi.id),
                };
                assert_eq!(found, Some(text.parse().expect("a number")), "{} {column}", kpi.id);
            }
        }
    }
}

/// At most twelve rows, and the sentence says the number in bold.
#[test]
fn every_worked_example_is_short_and_says_its_number() {
    for kpi in catalogue() {
        let example = Example::of(kpi);
        assert!(example.csv.lines().count() <= 13, "{}: more than twelve rows", kpi.id);
        assert!(kpi.example.starts_with(&format!("# {}\n", kpi.id)), "{}: another title", kpi.id);
        let value = &example.expected[0]["value"];
        assert!(kpi.example.contains(&format!("**{value}")), "{}: the sentence does not derive {value}", kpi.id);
    }
}

#[test]
fn no_worked_example_is_an_orphan() {
    let root = project("fixtures/kpi");
    for path in files(&root) {
        let id = path.strip_prefix(&root).expect("inside").with_extension("");
        let id = id.to_string_lossy();
        assert!(giamtang::kpi::find(&id).is_some(), "fixtures/kpi/{id}.md belongs to no KPI");
    }
}

#[test]
fn ids_are_unique_and_every_text_is_there() {
    let mut ids: Vec<_> = catalogue().map(|kpi| &*kpi.id).collect();
    ids.sort_unstable();
    let count = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), count);
    for kpi in catalogue() {
        let texts = [&kpi.name.en, &kpi.name.vi, &kpi.formula, &kpi.source, &kpi.text];
        assert!(texts.iter().all(|text| !text.trim().is_empty()), "{}", kpi.id);
        for heading in ["# Counts", "# Undefined"] {
            assert!(kpi.text.contains(heading), "{} has no {heading}", kpi.id);
        }
    }
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}
