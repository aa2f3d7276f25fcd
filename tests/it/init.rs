//! `init`: the study it writes parses, plans and compares, whatever the log; and says what it rests on.

#[path = "init/dialects.rs"]
mod dialects;
#[path = "init/real.rs"]
mod real;
#[path = "init/hostile.rs"]
mod strange;

use crate::workbench::{Workbench, giamtang, project};
use giamtang::draft::Draft;
use giamtang::report::Lang;
use giamtang::{Scorecard, Study};
use std::collections::BTreeMap;

/// The study of a log as it stands, written into a bench.
pub struct First {
    pub text: String,
    table: toml::Table,
    path: std::path::PathBuf,
}

impl First {
    /// Of logs inside the bench, or wherever they are.
    pub fn of(bench: &Workbench, logs: &[&str]) -> Self {
        Self::told(bench, logs, Lang::En)
    }

    pub fn told(bench: &Workbench, logs: &[&str], lang: Lang) -> Self {
        let place = |log: &&str| bench.path(log).to_string_lossy().into_owned();
        let logs: Vec<String> = logs.iter().map(place).collect();
        let path = bench.path("study.toml");
        let draft = Draft::of(&logs, &path, lang).expect("a draft");
        assert_eq!(draft.problem, None, "{}", draft.text);
        let table = draft.text.parse().unwrap_or_else(|why| panic!("{why}\n{}", draft.text));
        Self { text: draft.text, table, path }
    }

    pub fn study(&self) -> Study {
        Study::parse(&self.text, &self.path).expect("a study")
    }

    pub fn compare(&self) -> Scorecard {
        self.study().plan().and_then(|plan| plan.compare()).unwrap_or_else(|why| panic!("{why}\n{}", self.text))
    }

    /// The text of a key such as `columns.unit`; blank where it is not there.
    pub fn get(&self, key: &str) -> String {
        let mut value = Some(toml::Value::Table(self.table.clone()));
        for part in key.split('.') {
            value = value.and_then(|value| value.get(part).cloned());
        }
        value.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).unwrap_or_default()
    }

    /// A map of texts.
    pub fn map(&self, key: &str) -> BTreeMap<String, String> {
        let table = self.table.get(key).and_then(toml::Value::as_table).cloned().unwrap_or_default();
        table.into_iter().filter_map(|(key, value)| Some((key, value.as_str()?.to_owned()))).collect()
    }

    /// Every line that is switched off is TOML when it is switched on.
    pub fn assert_others(&self) {
        let is_line = |line: &&str| {
            let key = line.strip_prefix("# ").and_then(|rest| rest.split_once(" = "));
            key.is_some_and(|(key, _)| key.starts_with('"') || key.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
        };
        for line in self.text.lines().filter(is_line) {
            let parsed: Result<toml::Table, _> = line.trim_start_matches("# ").parse();
            assert!(parsed.is_ok(), "{line}");
        }
    }
}

/// Each study with one alternative in place of what stands above it.
pub fn switched(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let key = |line: &str| line.split_once(" = ").map(|(key, _)| key.to_owned());
    let section = |at: usize| lines[..at].iter().rposition(|line| line.starts_with('[')).unwrap_or_default();
    let mut all = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(on) = line.strip_prefix("# ").filter(|on| on.parse::<toml::Table>().is_ok_and(|own| own.len() == 1))
        else {
            continue;
        };
        let from = section(at);
        let to = (at..lines.len()).find(|other| lines[*other].starts_with('[')).unwrap_or(lines.len());
        let mut own: Vec<&str> = lines.clone();
        own[at] = on;
        let others = (from + 1..to).filter(|other| *other != at && key(lines[*other]) == key(on));
        others.for_each(|other| own[other] = "");
        all.push(own.join("\n"));
    }
    all
}

/// Dossiers of two years, ten a working week, in the columns of a maker: `row` gets number, received, due and finished
/// as days since 1 January 2023.
pub fn rows(row: impl Fn(usize, u64, u64, Option<u64>) -> String) -> String {
    let days = (0..730).filter(|day| (day + 6) % 7 < 5);
    let two = days.flat_map(|day| [day, day]).enumerate();
    let line = |(number, day): (usize, u64)| {
        let spent = (number as u64 * 7) % 23;
        row(number, day, day + 14, (number % 11 != 0).then_some(day + spent))
    };
    two.map(line).collect()
}

/// A day since 1 January 2023 by a `strftime` format, at nine and some.
pub fn day(number: u64, format: &str) -> String {
    let start = chrono::NaiveDate::from_ymd_opt(2023, 1, 1).expect("a day");
    let at = start.and_hms_opt(9, (number % 60) as u32, 5).expect("a time") + chrono::Days::new(number);
    at.format(format).to_string()
}

#[test]
fn the_fixture_study_is_found_again() {
    let bench = Workbench::new();
    let tables =
        ["cases-2023", "cases-2024", "procedures", "roster", "surveys", "petitions", "units", "ledger", "tasks"];
    let logs: Vec<String> =
        tables.map(|name| project(&format!("fixtures/study/{name}.csv")).display().to_string()).into();
    let first = First::of(&bench, &logs.iter().map(String::as_str).collect::<Vec<_>>());
    first.assert_others();
    assert_eq!(first.get("study.zone"), "Asia/Ho_Chi_Minh");
    assert_eq!(first.get("calendar.base"), "vietnam");
    assert_eq!(first.get("compare.cluster"), "unit");
    assert!(first.map("columns").iter().all(|(canonical, source)| canonical == source), "{}", first.text);
    // With the windows and the reform of the written study it is the written study, as far as that goes.
    let settings = ["windows.was=2023-02-15..2023-07-31", "windows.is=2024-02-15..2024-07-31"];
    let own = settings.iter().fold(first.study(), |study, setting| study.set(setting).expect(setting));
    let own = own.plan().and_then(|plan| plan.compare()).expect("a scorecard");
    let written = Study::load(project("fixtures/study/study.toml")).and_then(|study| study.plan());
    let written = written.and_then(|plan| plan.compare()).expect("a scorecard");
    assert_eq!(own.reconciliation, written.reconciliation);
    for id in ["time/elapsed_time", "time/on_time", "time/processing_time", "satisfaction/top_two_box"] {
        let [own, written] = [&own, &written].map(|card| card.kpi(id).expect(id));
        assert_eq!((&own.was, &own.is), (&written.was, &written.is), "{id}");
    }
}

/// Same log, same bytes, through a file, standard output and a pattern.
#[test]
fn the_binary_writes_what_the_library_says() {
    let bench = Workbench::new();
    let line = |n, received, due, finished: Option<u64>| {
        let finished = finished.map(|day_of| day(day_of, "%d/%m/%Y")).unwrap_or_default();
        format!("HS{n:05},{},{},{finished},Phường {}\n", day(received, "%d/%m/%Y"), day(due, "%d/%m/%Y"), n % 9)
    };
    bench.write("hồ sơ 2023.csv", format!("Mã hồ sơ,Ngày tiếp nhận,Ngày hẹn trả,Ngày kết thúc,Đơn vị\n{}", rows(line)));
    let first = First::of(&bench, &["hồ sơ 2023.csv"]);
    let log = bench.path("hồ sơ 2023.csv").display().to_string();
    let target = bench.path("study.toml").display().to_string();
    let output = giamtang(&["init", &log, "-o", &target], b"");
    assert_eq!(
        (output.status.code(), output.stdout.as_slice(), output.stderr.as_slice()),
        (Some(0), &b""[..], &b""[..])
    );
    assert_eq!(std::fs::read_to_string(&target).expect("a study"), first.text);
    assert!(first.text.contains("cases = [\"hồ sơ 2023.csv\"]"), "{}", first.text);
    // What stands there is not written over without a word.
    let again = giamtang(&["init", &log, "-o", &target], b"");
    let said = String::from_utf8_lossy(&again.stderr).into_owned();
    assert!(again.status.code() == Some(2) && said.contains("--replace"), "{said}");
    assert_eq!(giamtang(&["init", &log, "-o", &target, "--replace"], b"").status.code(), Some(0));
    let pattern = bench.path("hồ*.csv").display().to_string();
    // A log that a pattern matches is no place for a study.
    let spared = giamtang(&["init", &pattern, "-o", &log, "--replace"], b"");
    assert_eq!(spared.status.code(), Some(2), "{}", String::from_utf8_lossy(&spared.stderr));
    assert!(std::fs::read_to_string(&log).expect("the log").starts_with("Mã hồ sơ,"));
    let printed = giamtang(&["init", &pattern], b"");
    assert!(String::from_utf8_lossy(&printed.stdout).contains("/hồ*.csv\"]"));
    // Both verbs take what was written as it is.
    for verb in ["check", "compare"] {
        let output = giamtang(&[verb, &target], b"");
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn standard_input_is_a_log_too() {
    let line = |n, received, _, finished: Option<u64>| {
        let finished = finished.map(|day_of| day(day_of, "%Y-%m-%d")).unwrap_or_default();
        format!("{n},{},{finished}\n", day(received, "%Y-%m-%d"))
    };
    let log = format!("Ticket Number,Created,Closed Date\n{}", rows(line));
    let output = giamtang(&["init", "-"], log.as_bytes());
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let table: toml::Table = text.parse().expect("TOML");
    assert_eq!(table["log"]["cases"].to_string(), "[\"-\"]");
    assert_eq!(table["columns"]["finished_at"].as_str(), Some("Closed Date"));
    let bench = Workbench::new();
    let study = bench.write("study.toml", text);
    let output = giamtang(&["compare", &study.display().to_string()], log.as_bytes());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_log_without_ids_or_dates_is_refused_with_its_columns() {
    let bench = Workbench::new();
    for (name, text, lacks) in [
        ("a.csv", "unit,score\nA,1\nA,2\nB,1\n", "a column of ids"),
        ("b.csv", "case_id,unit\n1,A\n2,B\n", "a column of dates"),
        ("c.csv", "case_id,received_at\n", "a column of"),
    ] {
        let path = bench.write(name, text).display().to_string();
        let output = giamtang(&["init", &path], b"");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{name}: {said}");
        assert!(said.contains(lacks), "{name}: {said}");
    }
    let output = giamtang(&["init", &bench.path("nothing.csv").display().to_string()], b"");
    assert_eq!(output.status.code(), Some(2));
}

/// Long and wide, and looked at in bounded time and memory: the rest of the log is spread over.
#[test]
fn a_long_log_is_looked_at_in_parts_and_says_so() {
    let bench = Workbench::new();
    let rows: String = (0..120_450u64)
        .map(|n| {
            format!("{n},{},{},Office {}\n", day(n / 165, "%Y-%m-%d %H:%M"), day(n / 165 + n % 9, "%Y-%m-%d"), n % 12)
        })
        .collect();
    bench.write("long.csv", format!("request id,opened,closed,department\n{rows}"));
    let first = First::of(&bench, &["long.csv"]);
    assert!(first.text.contains("all 120,450 rows to count"), "{}", first.text);
    assert_eq!(first.get("windows.is"), "2024-01-01..2024-12-31");
    assert_eq!(first.get("columns.unit"), "department");
}

#[test]
fn both_languages_say_the_same_study() {
    let bench = Workbench::new();
    let log = project("fixtures/study/cases-2024.csv").display().to_string();
    let [english, vietnamese] = [Lang::En, Lang::Vi].map(|lang| First::told(&bench, &[&log], lang));
    assert_eq!(english.table, vietnamese.table);
    assert!(vietnamese.text.contains("chắc:") && !vietnamese.text.contains("sure:"));
}

/// The README's section, word for word, in an empty folder: every command ends well, and what it shows is what is written.
#[test]
fn the_readme_leads_to_a_first_study() {
    let readme = std::fs::read_to_string(project("README.md")).expect("README.md");
    let (_, section) = readme.split_once("### A first study").expect("the section");
    let section = section.split("\n### ").next().expect("its text");
    let block = |kind: &str| {
        let (_, rest) = section.split_once(&format!("```{kind}\n")).expect("a block");
        rest.split("```").next().expect("its end").to_owned()
    };
    let bench = Workbench::new();
    let run = |line: &str| {
        let mut words = line.split_whitespace();
        assert_eq!(words.next(), Some("giamtang"), "{line}");
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_giamtang"));
        let output = command.args(words).current_dir(bench.path("")).output().expect("the binary runs");
        assert_eq!(output.status.code(), Some(0), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    };
    let commands = block("sh");
    assert!(commands.lines().count() >= 3);
    commands.lines().for_each(run);
    let written = std::fs::read_to_string(bench.path("first.toml")).expect("a study");
    let mut rest = written.as_str();
    for part in block("toml").split("# …\n") {
        let at = rest.find(part).unwrap_or_else(|| panic!("init does not write\n{part}\nin\n{written}"));
        rest = &rest[at + part.len()..];
    }
}

#[test]
fn shells_and_the_manual_know_init() {
    for arguments in [&["completions", "bash"][..], &["man"][..]] {
        let said = giamtang(arguments, b"").stdout;
        assert!(String::from_utf8_lossy(&said).contains("init"), "{arguments:?}");
    }
}
