//! Every KPI's worked example: the sentence derives the number, the log holds it, the table expects it.

use crate::workbench::{Workbench, project};
use giamtang::Scorecard;
use giamtang::kpi::{Kpi, catalogue};
use giamtang::measure::Counting;
use giamtang::scorecard::{Figure, Known};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What a worked example holds.
struct Example {
    settings: toml::Table,
    /// Each table of the log with its rows.
    tables: Vec<(String, String)>,
    expected: Vec<BTreeMap<String, String>>,
}

/// Short names of the keys that examples set most; any other setting is a table of a study.
const SHORT: [(&str, &str); 6] = [
    ("is", "windows.is"),
    ("was", "windows.was"),
    ("zone", "study.zone"),
    ("horizon", "compare.horizon"),
    ("counting", "compare.counting"),
    ("calendar", "calendar.base"),
];

impl Example {
    fn of(kpi: &Kpi) -> Self {
        let settings = fenced(&kpi.example, "toml").remove(0).1.parse().expect("TOML");
        Self { settings, tables: fenced(&kpi.example, "csv "), expected: table(&kpi.example) }
    }

    /// The study: its log, constants of the log under `set`, and the other settings.
    fn study(&self) -> toml::Table {
        let mut study: toml::Table = "compare.cluster = 'none'".parse().expect("TOML");
        let mut settings = self.settings.clone();
        let set = settings.remove("set").unwrap_or_else(|| toml::Table::new().into());
        for (name, _) in &self.tables {
            let input = toml::Table::from_iter([
                ("path".to_owned(), format!("{name}.csv").into()),
                ("set".to_owned(), set.clone()),
            ]);
            section(&mut study, "log").insert(name.clone(), vec![input].into());
        }
        for (key, value) in settings {
            match (SHORT.iter().find(|(short, _)| *short == key), value) {
                (_, toml::Value::Table(more)) => section(&mut study, &key).extend(more),
                (Some((_, full)), value) => {
                    let (table, key) = full.split_once('.').expect("a key of a table");
                    section(&mut study, table).insert(key.to_owned(), value);
                }
                (None, _) => panic!("the example's setting `{key}` is not used"),
            }
        }
        study
    }

    fn compare(&self) -> Scorecard {
        let bench = Workbench::new();
        for (name, csv) in &self.tables {
            bench.write(&format!("{name}.csv"), csv);
        }
        let text = toml::to_string(&self.study()).expect("TOML");
        let study = giamtang::Study::parse(&text, bench.path("study.toml")).expect("a study");
        study.plan().and_then(|plan| plan.compare().map(crate::contract::held)).expect("a scorecard")
    }

    /// The rows of all tables.
    fn rows(&self) -> usize {
        self.tables.iter().map(|(_, csv)| csv.lines().count() - 1).sum()
    }
}

fn section<'t>(study: &'t mut toml::Table, name: &str) -> &'t mut toml::Table {
    let entry = study.entry(name).or_insert_with(|| toml::Table::new().into());
    entry.as_table_mut().expect("a table")
}

/// The blocks of a kind, each with what stands behind the kind and what stands in it.
fn fenced(text: &str, kind: &str) -> Vec<(String, String)> {
    let opening = format!("```{kind}");
    let opened = text.split(&opening).skip(1);
    let block = |rest: &str| {
        let (name, rest) = rest.split_once('\n').expect("a block");
        (name.to_owned(), rest.split_once("```").expect("the block ends").0.to_owned())
    };
    let blocks: Vec<_> = opened.map(block).collect();
    assert!(!blocks.is_empty(), "no {kind} block");
    blocks
}

fn table(text: &str) -> Vec<BTreeMap<String, String>> {
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let mut lines = text.lines().filter(|line| line.starts_with('|'));
    let header = cells(lines.next().expect("a table"));
    let rows = lines.filter(|line| !line.contains("---"));
    rows.map(|line| header.iter().cloned().zip(cells(line)).collect()).collect()
}

/// What a figure says in a column of the table; a figure that is undefined says why, and nothing else.
fn said(figure: &Known<Figure>, column: &str) -> String {
    let figure = match figure {
        Known::Yes(figure) => figure,
        Known::No(why) if column == "value" => return why.code().to_owned(),
        Known::No(_) => return "–".to_owned(),
    };
    let count = |count: Option<u64>| count.map_or_else(|| "–".to_owned(), |count| count.to_string());
    match column {
        "value" => figure.value.to_string(),
        "n" => figure.n.to_string(),
        "events" => figure.events.to_string(),
        "excluded" => figure.excluded.unwrap_or_default().to_string(),
        "immature" => count(figure.immature),
        "undated" => count(figure.undated),
        other => panic!("no figure has `{other}`"),
    }
}

#[test]
fn every_worked_example_gives_the_number_its_sentence_derives() {
    let mut wrong = Vec::new();
    for kpi in catalogue() {
        let example = Example::of(kpi);
        let card = example.compare();
        let row = card.kpi(&kpi.id).expect("the KPI is on the card");
        assert!(!example.expected.is_empty(), "{}: nothing is expected", kpi.id);
        for expected in &example.expected {
            let figure = match expected["window"].as_str() {
                "was" => row.was.as_ref().expect("a first window"),
                _ => &row.is,
            };
            for (column, text) in expected.iter().filter(|(column, _)| *column != "window") {
                let found = said(figure, column);
                if found != *text {
                    wrong.push(format!("{} {}: {column} is {found}, not {text}", kpi.id, expected["window"]));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// At most twelve rows, and the sentence says the number in bold.
#[test]
fn every_worked_example_is_short_and_says_its_number() {
    for kpi in catalogue() {
        let example = Example::of(kpi);
        assert!(example.rows() <= 12, "{}: {} rows", kpi.id, example.rows());
        assert!(kpi.example.starts_with(&format!("# {}\n", kpi.id)), "{}: another title", kpi.id);
        for value in example.expected.iter().map(|row| &row["value"]) {
            assert!(kpi.example.contains(&format!("**{value}")), "{}: the sentence does not derive {value}", kpi.id);
        }
    }
}

/// Somebody must be left out, or the example would not show who is.
#[test]
fn every_worked_example_of_dossiers_has_one_that_must_not_count() {
    for kpi in catalogue() {
        let example = Example::of(kpi);
        if example.tables[0].0 == "cases" {
            let n = |row: &BTreeMap<String, String>| row["n"].parse::<usize>().unwrap_or(0);
            let counted: usize = example.expected.iter().map(n).sum();
            assert!(counted < example.rows(), "{}: all of {} rows count", kpi.id, example.rows());
        }
    }
}

#[test]
fn no_worked_example_is_an_orphan() {
    let root = project("fixtures/kpi");
    for path in files(&root) {
        let file = path.strip_prefix(&root).expect("inside").to_string_lossy();
        let id = file.trim_end_matches(".md").trim_end_matches(".vi");
        assert!(giamtang::kpi::find(id).is_some(), "fixtures/kpi/{file} belongs to no KPI");
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
        for heading in ["Counts", "Undefined", "Beware"] {
            assert!(headings(&kpi.text).contains(&heading), "{} has no {heading}", kpi.id);
        }
    }
}

/// Headings of the English texts that are not fields of their own, and what they are in Vietnamese.
const HEADINGS: [(&str, &str); 4] =
    [("Counts", "Cách đếm"), ("Profiles", "Các cách tính"), ("Undefined", "Không xác định khi"), ("Beware", "Lưu ý")];

/// A definition, the formula, the English sections in their order, the source and the worked example.
#[test]
fn every_kpi_is_told_in_vietnamese_as_in_english() {
    for kpi in catalogue() {
        let text = vietnamese(kpi);
        let definition = text.lines().next().unwrap_or_default();
        assert!(definition.ends_with('.') && !definition.starts_with('#'), "{}: {definition}", kpi.id);
        let translated = headings(&kpi.text).into_iter().map(|english| {
            HEADINGS.iter().find(|(known, _)| *known == english).unwrap_or_else(|| panic!("translate {english}")).1
        });
        let expected: Vec<&str> = ["Công thức"].into_iter().chain(translated).chain(["Nguồn", "Ví dụ"]).collect();
        assert_eq!(headings(text), expected, "{}", kpi.id);
        let bodies = text.split("\n# ").skip(1).map(|section| section.split_once('\n').map_or("", |(_, body)| body));
        assert!(bodies.into_iter().all(|body| !body.trim().is_empty()), "{}: a section says nothing", kpi.id);
    }
}

/// The tables stand in the English file alone; the sentence derives the same numbers, with the decimal comma.
#[test]
fn every_vietnamese_sentence_derives_the_numbers_of_the_english_one() {
    for kpi in catalogue() {
        let text = vietnamese(kpi);
        assert!(!text.contains("```") && !text.lines().any(|line| line.starts_with('|')), "{}: a table", kpi.id);
        let (_, sentence) = text.split_once("\n# Ví dụ\n").expect("a worked example");
        let numbers: Vec<String> = bold(sentence).iter().map(|said| number(said, ',', '.')).collect();
        let english: Vec<String> = bold(&kpi.example).iter().map(|said| number(said, '.', ',')).collect();
        assert_eq!(numbers, english, "{}", kpi.id);
    }
}

/// Ids, columns and settings stand between backticks, and are the same in any language.
#[test]
fn every_vietnamese_text_names_what_the_english_one_names() {
    for kpi in catalogue() {
        let (text, _) = vietnamese(kpi).split_once("\n# Ví dụ\n").expect("a worked example");
        assert_eq!(codes(text), codes(&format!("{}{}", kpi.text, kpi.formula)), "{}", kpi.id);
    }
}

fn vietnamese(kpi: &Kpi) -> &str {
    kpi.vietnamese.as_deref().expect("the catalogue is told in Vietnamese")
}

fn headings(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| line.trim().strip_prefix("# ")).collect()
}

fn codes(text: &str) -> BTreeSet<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

fn bold(text: &str) -> Vec<&str> {
    text.split("**").skip(1).step_by(2).collect()
}

/// The number that stands in front, without the marks of its language.
fn number(said: &str, decimal: char, thousands: char) -> String {
    let digits = said.chars().take_while(|c| c.is_ascii_digit() || [decimal, thousands, '−', '-'].contains(c));
    digits.filter(|c| *c != thousands).map(|c| if c == decimal { '.' } else { c }).collect()
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// The engine plans and optimises for every batch, so only what a study writes of its own may ask it.
#[test]
fn nothing_of_the_catalogue_needs_the_engine() {
    for kpi in catalogue() {
        for counting in Counting::ALL {
            let recipe = kpi.recipe_by(counting);
            assert!(recipe.keeps().all(|keep| !keep.needs_engine()), "{}", kpi.id);
        }
    }
}
