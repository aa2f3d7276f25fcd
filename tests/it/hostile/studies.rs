//! Study files: not TOML, too deep, misspelt, of another kind, and settings that lead nowhere.

use super::entry::{Entry, WINDOW, study, text};
use super::places::{DEVICE, PIPE, pipe};
use super::texts::sound;

const LOG: &str = "log.cases = ['log.csv']\n";

/// A study of a sound log.
fn about(name: &str, lines: &str) -> Entry {
    study(name, lines).and("log.csv", || sound().into())
}

pub fn entries() -> Vec<Entry> {
    [files(), keys(), kinds(), values(), inputs(), beside(), settings(), own()].into_iter().flatten().collect()
}

fn files() -> Vec<Entry> {
    let no_toml = &["study.toml: not a study:", "Correct the file"];
    let deep = |open: &str, close: &str| format!("a = {}1{}\n", open.repeat(100_000), close.repeat(100_000));
    vec![
        study("no TOML", "not = = toml").refused(2, no_toml),
        study("empty study", "").refused(2, &["`windows.is = (missing)`", "expected a range"]),
        study("a log as a study", &sound()).refused(2, no_toml),
        study("arrays 100000 deep", &deep("[", "]")).refused(2, no_toml),
        study("tables 100000 deep", &deep("{a=", "}")).refused(2, no_toml),
        study("100000 dots", &format!("[{}]\n", ["a"; 100_000].join("."))).refused(2, no_toml),
        study("100000 dots in a key", &format!("columns.{} = 1\n", ["a"; 100_000].join("."))).refused(2, no_toml),
        study("100000 lists of tables", &"[[columns]]\n".repeat(100_000))
            .refused(2, &["`columns = [{}", "a table, [columns]"]),
        study("70 dots in a key", &format!("columns.{} = 1\n", ["a"; 70].join(".")))
            .refused(2, &["is not a key of a study"]),
        study("key twice", &format!("{LOG}{LOG}{WINDOW}")).refused(2, no_toml),
        study("escapes", "a = \"\x1b[31m\"\n").refused(2, no_toml),
        study("an error on line 2", "# a line\nstudy.zone = 'é' x\n").refused(2, &["not a study: line 2, column 18: "]),
        about("study with a BOM", &format!("\u{feff}{LOG}{WINDOW}")).read(2, 0, &[]),
        about("study with CRLF", &format!("{LOG}{WINDOW}").replace('\n', "\r\n")).read(2, 0, &[]),
        study("no study", "").run(&["check", "nowhere.toml"]).refused(1, &["nowhere.toml: cannot be read"]),
        study("a folder as a study", "").run(&["check", "."]).refused(1, &[".: cannot be read", "Check that"]),
        study("null as a study", "").run(&["check", "/dev/null"]).refused(1, &["/dev/null: cannot be read", DEVICE]),
        study("zeros as a study", "").run(&["check", "/dev/zero"]).refused(1, &["/dev/zero: cannot be read", DEVICE]),
        study("zeros as a study or cube", "").run(&["compare", "/dev/zero"]).refused(1, &["/dev/zero", DEVICE]),
        study("zeros as a cube", "")
            .run(&["cube", "merge", "/dev/zero", "-o", "out.cube"])
            .refused(1, &["/dev/zero: cannot be read", DEVICE]),
        study("a pipe as a study", "").after(pipe).run(&["check", "pipe.csv"]).refused(1, &["pipe.csv", PIPE]),
        study("a pipe as a study or cube", "")
            .after(pipe)
            .run(&["compare", "pipe.csv"])
            .refused(1, &["pipe.csv: cannot be read", PIPE]),
        study("a pipe as a cube", "")
            .after(pipe)
            .run(&["cube", "merge", "pipe.csv", "-o", "out.cube"])
            .refused(1, &["pipe.csv: cannot be read", PIPE]),
        study("a study of 16 MiB and 1", "")
            .and("big.toml", || vec![b'\n'; (16 << 20) + 1])
            .run(&["check", "big.toml"])
            .refused(1, &["big.toml: cannot be read: it is longer than 16 MiB"]),
        study("a study of 16 MiB", "")
            .and("big.toml", || b"#x\n\n".repeat(4 << 20))
            .run(&["check", "big.toml"])
            .refused(2, &["`windows.is = (missing)`"]),
        study("binary study", "")
            .and("binary.toml", || vec![0xff, 0xfe, 0, 1])
            .run(&["check", "binary.toml"])
            .refused(1, &["binary.toml: cannot be read: byte 1 of it is not UTF-8"]),
        about("a cube as a study", &format!("{LOG}{WINDOW}"))
            .after(cube)
            .run(&["check", "whole.cube"])
            .refused(1, &["whole.cube", "not a study; only `compare`, `cube merge` and `cube show` read cubes"]),
        about("a log as a cube", &format!("{LOG}{WINDOW}"))
            .run(&["cube", "merge", "log.csv", "-o", "out.cube"])
            .refused(1, &["log.csv: cannot be read: it is no cube"]),
    ]
}

fn cube(folder: &std::path::Path) {
    let run = super::Run::of(folder, "", &["cube", "build", "study.toml", "-o", "whole.cube"]);
    assert_eq!(run.code, Some(0), "{run:?}");
}

fn keys() -> Vec<Entry> {
    vec![
        about("misspelt table", &format!("{LOG}[window]\nis = '2024-03-01..2024-03-31'\n"))
            .refused(2, &["`window` is not a key of a study (did you mean `windows`?)"]),
        about("misspelt key", &format!("{LOG}{WINDOW}compare.levle = 0.9\n"))
            .refused(2, &["`compare.levle`", "did you mean `compare.level`?"]),
        about("misspelt column", &format!("{LOG}{WINDOW}columns.recieved_at = 'received_at'\n"))
            .refused(2, &["`recieved_at` is not a column", "did you mean `received_at`?"]),
        about("strange key", &format!("{LOG}{WINDOW}\"\\u001b[31m\\n\\u202e\" = 1\n"))
            .refused(2, &["`\\u{1b}[31m\\n\\u{202e}` is not a key of a study"]),
    ]
}

/// Lists where tables belong: they are not read by the order of the keys.
fn kinds() -> Vec<Entry> {
    let with = |name: &str, lines: &str| about(name, &format!("{lines}\n{LOG}{WINDOW}"));
    vec![
        with("a list for the study", "study = ['n', 'Asia/Ho_Chi_Minh']")
            .refused(2, &["`study = [", "a table, [study], with keys such as `name`"]),
        with("a list for compare", "compare = [['unit']]").refused(2, &["a table, [compare]"]),
        with("a list for verdict", "verdict = []").refused(2, &["`verdict = []`", "a table, [verdict]"]),
        with("a list for a guard", "verdict.guard = [0.1]").refused(2, &["a table, [verdict.guard]"]),
        with("inputs for the table of settings", "surveys = ['s.csv']")
            .refused(2, &["`surveys = [", "a table, [surveys]", "inputs belong under `log.surveys`"]),
        with("a list for scales", "surveys.scales = [['1..5', 'last', 4]]").refused(2, &["[[surveys.scales]]"]),
        about("a list for a name", &format!("{LOG}{WINDOW}[[kpi]]\nid = 'ours/own'\nname = ['Own']\n"))
            .refused(2, &["`kpi.name = [", "a table, [kpi.name]"]),
        with("inputs of no settings", "roster = ['r.csv']").refused(2, &["`roster`", "did you mean `log.roster`?"]),
        with("a list for a milestone", "milestones.finished_at = ['end']").refused(2, &["`milestones.finished_at"]),
        about("a list for an input", &format!("log.cases = [['log.csv', {{}}]]\n{WINDOW}"))
            .refused(2, &["`log.cases", "a list of paths"]),
    ]
}

/// What is said of the tables beside the dossiers.
fn beside() -> Vec<Entry> {
    let with = |name: &str, lines: &str| {
        let log = "log.cases = ['log.csv']\nlog.surveys = ['s.csv']\nlog.petitions = ['p.csv']\n";
        let surveys = "at,score,question,HoTen\n2024-03-04,4,q,An\n";
        let petitions = "petition_id,received_at,TrichYeu\n1,2024-03-04,x\n";
        let entry = about(name, &format!("{log}{WINDOW}{lines}\n")).and("s.csv", move || surveys.into());
        entry.and("p.csv", move || petitions.into())
    };
    let by = |column: &str| {
        with(&format!("by {column} of a table beside"), &format!("compare.by = ['{column}']"))
            .run(&["compare", "study.toml"])
            .refused(2, &[&format!("`compare.by = {column}`"), "a column of names in the log"])
    };
    let mut entries: Vec<Entry> =
        ["score", "n", "at", "threshold", "satisfied", "dissatisfied", "answer_by", "petition_id", "surveys.question"]
            .map(by)
            .into();
    entries.extend([
        with("by question", "compare.by = ['question']").run(&["compare", "study.toml"]).done(0, &["question"]),
        with("clusters of scores", "compare.cluster = 'score'").refused(2, &["compare.cluster = score", "of names"]),
        with("a personal column of petitions", "columns.petitions.subject = 'TrichYeu'")
            .refused(2, &["`columns.petitions.subject = TrichYeu`", "tells no person"]),
        with("a personal column of surveys", "columns.surveys.unit = 'HoTen'")
            .refused(2, &["`columns.surveys.unit = HoTen`", "tells no person"]),
        with("a misspelt constant", "[[log.surveys]]").refused(2, &["not a study"]),
        about(
            "a misspelt constant beside",
            &format!("{LOG}log.surveys = [{{ path = 'log.csv', set = {{ untt = 'x' }} }}]\n{WINDOW}"),
        )
        .refused(2, &["`untt` is not a column of that table", "did you mean `unit`?"]),
        about("columns of no table", &format!("{LOG}{WINDOW}columns.surveys.score = 'x'\n"))
            .refused(2, &["columns.surveys", "surveys to speak of, under `log.surveys`"]),
        about("a scale of no answers", &format!("{LOG}{WINDOW}surveys.scale = '1..7'\n"))
            .refused(2, &["surveys to speak of, under `log.surveys`"]),
    ]);
    entries
}

fn values() -> Vec<Entry> {
    let with = |name: &str, lines: &str| about(name, &format!("{LOG}{WINDOW}{lines}\n"));
    vec![
        about("window reversed", &format!("{LOG}windows.is = '2024-03-31..2024-03-01'\n"))
            .refused(2, &["ends before it starts; write 2024-03-01..2024-03-31"]),
        about("windows overlap", &format!("{LOG}{WINDOW}windows.was = '2024-02-01..2024-03-01'\n"))
            .refused(2, &["`windows.was"]),
        about("window of all time", &format!("{LOG}windows.is = '-200000-01-01..+262142-12-31'\n")).read(2, 0, &[]),
        about("no such day", &format!("{LOG}windows.is = '2024-02-30..2024-03-01'\n"))
            .refused(2, &["is not a range of days"]),
        about("log as text", &format!("log.cases = 'log.csv'\n{WINDOW}"))
            .refused(2, &["study.toml: not a study", "`log.cases`"]),
        with("plausible for ever", "log.plausible = '-262143-01-01..+262142-12-31'").read(2, 0, &[]),
        with("no such zone", "study.zone = 'Hanoi'").refused(2, &["`Hanoi` is not a time zone", "Asia/Ho_Chi_Minh"]),
        with("no such encoding", "format.encoding = 'utf-7'")
            .refused(2, &["`format.encoding = utf-7`", "expected a name"]),
        with("no such profile", "log.profile = 'nspp'").refused(2, &["nspp", "npsp"]),
        with("no such format", "format.datetime = '%Q'").refused(2, &["%Q"]),
        with("level of NaN", "compare.level = nan").refused(2, &["compare.level"]),
        with("level of 1", "compare.level = 1.0").refused(2, &["compare.level"]),
        with("endless follow-up", "compare.follow_up = '4000000000 days'")
            .refused(2, &["compare.follow_up", "expected a number of days"]),
        with("constant no day", "log.events = []\n[[log.cases_]]").refused(2, &["cases_", "did you mean `log.cases`?"]),
    ]
}

fn inputs() -> Vec<Entry> {
    let of = |name: &str, log: &str| about(name, &format!("log.cases = [{log}]\n{WINDOW}"));
    vec![
        of("no inputs", "").refused(2, &["`log.cases = (missing)`", "expected a list of paths"]),
        of("glob of nothing", "'no*.csv'").refused(2, &["no*.csv: no file matches", "correct `[log]`"]),
        of("broken glob", "'['").refused(2, &["[: no file matches"]),
        of("empty path", "''").refused(1, &["it is a directory"]),
        of("NUL in a path", "\"a\\u0000.csv\"").refused(1, &["a\\u{0}.csv: cannot be read"]),
        of("an address", "'https://127.0.0.1:9/a.parquet'").refused(2, &["no file matches"]),
        of("one log twice", "'log.csv', 'log.csv'").read(2, 2, &["identical_repeat"]),
        of("date that is no date", "{ path = 'log.csv', set = { received_at = '1.3.' } }")
            .refused(2, &["log.cases.set.received_at of log.csv = 1.3.", "a day such as"]),
        text("set-for-nothing.csv", sound())
            .with("[columns]\nunit = 'Unit'\n")
            .refused(2, &["no column `Unit` (did you mean `unit`?)"]),
    ]
}

/// KPIs of a study's own whose expressions are as long, as deep or as strange as can be.
fn own() -> Vec<Entry> {
    let of = |name: &str, share: &str| {
        let kpi = format!("[[kpi]]\nid = 'ours/own'\nname.en = 'Own'\nbetter = 'higher'\nshare = \"{share}\"\n");
        about(name, &format!("{LOG}{WINDOW}{kpi}"))
    };
    let nested = |open: &str, close: &str, times| open.repeat(times) + "visits" + &close.repeat(times);
    let short = "at most 4096 bytes";
    vec![
        of("expression of 20000 terms", &(vec!["a"; 20_000].join(" + ") + " > 1")).refused(2, &[short]),
        of("expression of 1300 terms", &(vec!["a"; 1_300].join("+"))).refused(2, &["at most 200 names"]),
        of("expression of 60000 brackets", &nested("(", ")", 60_000)).refused(2, &[short]),
        of("expression of 2000 brackets", &nested("(", ")", 2_000)).refused(2, &["brackets at most 12 deep"]),
        of("expression of 13 NULLIF", &nested("NULLIF(", ",1)", 13)).refused(2, &["brackets at most 12 deep"]),
        of("expression of 12 NULLIF", &(nested("NULLIF(", ",1)", 12) + " > 1")).refused(2, &["at most 2000 parts"]),
        of("expression of 190 NOT", &("NOT ".repeat(190) + "reused")).refused(2, &["an expression in SQL"]),
        of("expression with a query", "visits IN (SELECT visits FROM cases)").refused(2, &["`select` begins a query"]),
        of("expression with a file", "visits IN (SELECT * FROM read_csv('/etc/passwd'))").refused(2, &["`select`"]),
        of("expression with escapes", "\\u001b[31m").refused(2, &["a sign such as"]),
        of("expression with NUL", "unit = '\\u0000'").read(2, 0, &[]),
        of("expression of one quote", "'").refused(2, &["a closing quote"]),
        of("expression that matches for ever", "REGEXP_LIKE(unit, '(a+)+(b+)+(c+)+$')").read(2, 0, &[]),
        of("expression of a large pattern", "REGEXP_LIKE(unit, '((a{100}){100}){100}')").refused(2, &["fit together"]),
        about("10000 KPIs without an id", &format!("{LOG}{WINDOW}{}", "[[kpi]]\n".repeat(10_000)))
            .refused(2, &["`kpi.id = (missing)`"]),
        about("a table for a list", &format!("{LOG}{WINDOW}[kpi]\nid = 'ours/own'\n"))
            .refused(2, &["expected a list of tables, such as [[kpi]]"]),
    ]
}

fn settings() -> Vec<Entry> {
    let set = |name: &str, setting: &str| {
        about(name, &format!("{LOG}{WINDOW}")).run(&["check", "study.toml", "--set", setting])
    };
    vec![
        set("setting without value", "compare.level").refused(2, &["--set", "KEY=VALUE"]),
        set("setting into a text", "windows.is.x=1").refused(2, &["windows.is"]),
        set("setting unknown", "compare.levle=1").refused(2, &["did you mean `compare.level`?"]),
        set("setting of 60000 brackets", &format!("compare.level={}", "[".repeat(60_000)))
            .refused(2, &["…", "compare.level"]),
        set("setting with 15000 dots", &format!("{}=1", ["columns"; 15_000].join(".")))
            .refused(2, &["--set", "…", "a key of at most 16 parts"]),
        set("setting with 16 dots", &format!("{}=1", ["columns"; 17].join("."))).refused(2, &["at most 16 parts"]),
        set("setting with 15 dots", &format!("{}=1", ["columns"; 16].join("."))).refused(2, &["not a key of a study"]),
    ]
}
