//! The same twelve cases in every format and encoding: the same cube bytes, and the same rows set aside.

mod generated;
pub mod writers;

use crate::workbench::{Workbench, giamtang};
use chrono::NaiveDate;
use giamtang::Study;
use giamtang::ingest::Rule;
use polars::prelude::{DataType, IntoColumn, TimeUnit};
use std::collections::BTreeMap;
use writers::{Cell, Table, gzip, ipc, ipc_stream, latin_1, parquet, utf_16, windows_1258};

/// Offices as clusters, two drill-downs, due dates that pauses move on the office's clock, a column by another name.
const MORE: &str = "compare = { by = ['unit', 'channel'], pauses = 'resume' }\ncalendar.base = 'vietnam'\n\
                    columns = { fee_vnd = 'fee' }";

const NAMES: [&str; 9] =
    ["case_id", "received_at", "due_at", "finished_at", "unit", "outcome", "channel", "fee", "paused"];

/// The third office's name is in NFD. Case 0009 is finished before it was received.
const CASES: [&str; 12] = [
    "H26-240301-0001|2024-03-01 08:00:00|2024-03-08|2024-03-07 10:15:00|Phường Cửa Nam|granted|direct|20000|",
    "H26-240301-0002|2024-03-01 09:30:00|2024-03-08|2024-03-12 16:00:00|Phường Cửa Nam|granted|online|0|",
    "H26-240304-0003|2024-03-04 13:45:30|2024-03-11||Phu\u{31b}o\u{31b}\u{300}ng Ta\u{302}y Ho\u{302}\u{300}||direct||2024-03-06/",
    "H26-240304-0004|2024-03-04 14:00:00|2024-03-11|2024-03-14 09:00:00|Phường Tây Hồ|granted|online|150000|2024-03-06/2024-03-11",
    "H26-240305-0005|2024-03-05 07:30:00||2024-03-05 11:00:00|Phường Hồng Hà|granted|direct|5000|",
    "H26-240306-0006|2024-03-06 10:00:00|2024-03-13|2024-03-08 10:00:00|Phường Hồng Hà|withdrawn|postal||",
    "H26-240307-0007|2024-03-07 16:59:59|2024-03-14|2024-03-15 17:30:00|Phường Cửa Nam|refused|online|20000|P1D",
    "H26-240308-0008|2024-03-08 08:00:00|2024-03-15||Phường Cửa Nam||direct|20000|",
    "H26-240311-0009|2024-03-11 09:00:00|2024-03-18|2024-03-11 08:59:59|Phường Tây Hồ|granted|online|20000|",
    "H26-240312-0010|2024-03-12 15:20:00|2024-03-19|2024-03-19 17:00:00||granted|direct|0|",
    "H26-240313-0011|2024-03-13 08:05:00|2024-03-20|2024-03-21 08:05:00|Phường Tây Hồ|returned|direct|20000|",
    "H26-240314-0012|2024-03-14 11:29:00|2024-03-21|2024-03-20 13:31:00|Phường Hồng Hà|granted|online|20000|2024-03-15/2024-03-18;2024-03-16/2024-03-19",
];

fn twelve() -> Table {
    let text = || Cell::Text(String::new());
    let kinds = [
        text(),
        Cell::Moment(None),
        Cell::Day(None),
        Cell::Moment(None),
        text(),
        text(),
        text(),
        Cell::Number(None),
        text(),
    ];
    Table::of(&NAMES, &kinds, &CASES)
}

fn study(bench: &Workbench, log: &str, more: &str) -> Study {
    bench.study_of(&format!("log.cases = ['{log}']"), more)
}

/// A log's cube, what became of its rows, and which rows were set aside.
type Result = (Vec<u8>, BTreeMap<String, u64>, Vec<(u64, Rule)>);

fn result(bench: &Workbench, log: &str, more: &str) -> Result {
    let plan = study(bench, log, more).plan().unwrap_or_else(|e| panic!("{log}: {e}"));
    let cube = plan.cube().unwrap_or_else(|e| panic!("{log}: {e}"));
    let findings = plan.check().expect("findings");
    let sums = findings.reconciliation();
    assert_eq!(sums, cube.header.reconciliation, "{log}");
    assert_eq!(sums.read, sums.accepted + sums.quarantined, "{log}");
    (cube.to_bytes().expect("bytes"), sums.by_rule, findings.quarantine.iter().map(|row| (row.row, row.rule)).collect())
}

/// The format and the encoding that are found.
fn found(bench: &Workbench, log: &str, more: &str) -> (String, Option<String>) {
    let findings = study(bench, log, more).plan().and_then(|plan| plan.check()).expect("findings");
    let input = findings.inputs.into_iter().next().expect("an input");
    (input.format, input.encoding)
}

#[test]
fn twelve_cases_give_one_cube_in_every_format() {
    let (bench, table) = (Workbench::new(), twelve());
    bench.write("cases.csv", table.csv(b','));
    let expected = result(&bench, "cases.csv", MORE);
    assert_eq!(expected.2, [(9, Rule::FinishedBeforeReceived)]);
    let naive = || table.frame(TimeUnit::Milliseconds, None);
    let zoned = || table.frame(TimeUnit::Microseconds, Some("Asia/Ho_Chi_Minh"));
    let crlf = String::from_utf8(table.csv(b',')).expect("UTF-8").replace('\n', "\r\n");
    let others = [
        ("cases.csv.gz", gzip(&table.csv(b',')), "CSV"),
        ("cases.tsv", table.csv(b'\t'), "CSV"),
        ("semicolons.csv", table.csv(b';'), "CSV"),
        ("crlf.csv", crlf.into_bytes(), "CSV"),
        ("cases.parquet", parquet(naive()), "Parquet"),
        ("zoned.parquet", parquet(zoned()), "Parquet"),
        ("cases.ipc", ipc(zoned()), "Arrow IPC"),
        ("cases.arrows", ipc_stream(naive()), "frame"),
        ("cases.ndjson", table.ndjson(), "NDJSON"),
        ("cases.xes", table.xes(), "XES"),
        ("cases.xes.gz", gzip(&table.xes()), "XES"),
        ("cases.xlsx", table.xlsx(), "XLSX"),
    ];
    for (name, bytes, format) in others {
        bench.write(name, bytes);
        assert!(result(&bench, name, MORE) == expected, "{name} gives another cube, or sets other rows aside");
        assert_eq!(found(&bench, name, MORE).0, format, "{name}");
    }
}

/// Names in a dictionary, whole numbers as floats, and dates as integers in what typed formats may hold.
#[test]
fn typed_columns_of_other_types_say_the_same() {
    let (bench, table) = (Workbench::new(), twelve());
    bench.write("cases.csv", table.csv(b','));
    let expected = result(&bench, "cases.csv", MORE);
    let mut frame = table.frame(TimeUnit::Nanoseconds, None);
    let cast = |frame: &mut polars::prelude::DataFrame, name: &str, dtype: &DataType| {
        let column = frame.column(name).and_then(|column| column.cast(dtype)).expect("a cast");
        frame.with_column(column.into_column()).expect("a column");
    };
    cast(&mut frame, "unit", &DataType::from_categories(polars::prelude::Categories::global()));
    cast(&mut frame, "fee", &DataType::Float64);
    bench.write("other.parquet", parquet(frame.clone()));
    bench.write("other.ipc", ipc(frame));
    for name in ["other.parquet", "other.ipc"] {
        assert!(result(&bench, name, MORE) == expected, "{name}");
    }
}

/// What a tool writes into standard input is read as the file would be, with its format found.
#[test]
fn standard_input_gives_the_same_cube() {
    let (bench, table) = (Workbench::new(), twelve());
    bench.write("cases.csv", table.csv(b','));
    let (expected, ..) = result(&bench, "cases.csv", MORE);
    let text = format!("log.cases = ['cases.csv']\nwindows.is = '2024-03-01..2024-03-31'\n{MORE}");
    let study = bench.write("study.toml", text).to_string_lossy().into_owned();
    let output = bench.path("cube").to_string_lossy().into_owned();
    let frame = table.frame(TimeUnit::Milliseconds, None);
    for (name, bytes) in [
        ("csv", table.csv(b',')),
        ("csv.gz", gzip(&table.csv(b','))),
        ("ndjson", table.ndjson()),
        ("xes", table.xes()),
        ("parquet", parquet(frame.clone())),
        ("ipc", ipc(frame)),
        ("xlsx", table.xlsx()),
    ] {
        let arguments =
            ["cube", "build", &study, "--set", "log.cases=[\"-\"]", "--max-quarantine", "0.1", "-o", &output];
        let ran = giamtang(&arguments, &bytes);
        assert_eq!(ran.status.code(), Some(0), "{name}: {}", String::from_utf8_lossy(&ran.stderr));
        assert!(std::fs::read(&output).expect("a cube") == expected, "{name} on standard input gives another cube");
    }
    let ran = giamtang(&["check", &study, "--set", "log.cases=[\"-\"]", "--format", "json"], b"");
    let said = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.code(), Some(1), "{said}");
    assert!(said.contains("standard input: cannot be read: it is empty"), "{said}");
}

#[test]
fn encodings_are_found_named_and_change_nothing() {
    let (bench, table) = (Workbench::new(), twelve());
    let text = String::from_utf8(table.csv(b',')).expect("UTF-8");
    bench.write("cases.csv", &text);
    let expected = result(&bench, "cases.csv", MORE);
    let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    for (name, bytes, encoding) in [
        ("marked.csv", marked, "UTF-8 with BOM"),
        ("utf16.csv", utf_16(&text), "UTF-16LE"),
        ("1258.csv", windows_1258(&text), "windows-1258"),
        ("1258.csv.gz", gzip(&windows_1258(&text)), "windows-1258"),
        ("1258-semicolons.csv", windows_1258(&String::from_utf8(table.csv(b';')).expect("UTF-8")), "windows-1258"),
    ] {
        bench.write(name, bytes);
        assert!(result(&bench, name, MORE) == expected, "{name}");
        assert_eq!(found(&bench, name, MORE), ("CSV".to_owned(), Some(encoding.to_owned())), "{name}");
    }
    let french = text.replace("Phường", "Préfecture de l'Île").replace("Cửa Nam", "Évry").replace("Tây Hồ", "Nîmes");
    let french: String = french
        .replace("Hồng Hà", "Orléans")
        .replace("Phu\u{31b}o\u{31b}\u{300}ng Ta\u{302}y Ho\u{302}\u{300}", "Besançon");
    bench.write("french.csv", &french);
    bench.write("latin.csv", latin_1(&french));
    assert!(result(&bench, "latin.csv", MORE) == result(&bench, "french.csv", MORE));
    assert_eq!(found(&bench, "latin.csv", MORE).1.as_deref(), Some("Latin-1 (windows-1252)"));
}

/// An encoding that the study names is part of the plan, so the cubes differ in their digests and in nothing else.
#[test]
fn an_encoding_may_be_named() {
    let (bench, table) = (Workbench::new(), twelve());
    let text = String::from_utf8(table.csv(b',')).expect("UTF-8");
    bench.write("cases.csv", &text);
    bench.write("1258.csv", windows_1258(&text));
    let named = format!("{MORE}\nformat.encoding = 'windows-1258'");
    let cube = |log: &str, more: &str| study(&bench, log, more).plan().and_then(|plan| plan.cube()).expect("a cube");
    let (whole, named) = (cube("cases.csv", MORE), cube("1258.csv", &named));
    assert_eq!((whole.len(), &whole.header.reconciliation), (named.len(), &named.header.reconciliation));
    assert_ne!(whole.header.digest, named.header.digest);
    let said =
        study(&bench, "cases.csv", "format.encoding = 'windows-1259'").plan().expect_err("no encoding").to_string();
    assert!(said.contains("format.encoding = windows-1259") && said.contains("windows-1258"), "{said}");
}

/// Two files of one log in two formats and encodings are one log, and so are its halves in any order.
#[test]
fn formats_may_be_mixed_in_one_log() {
    let (bench, table) = (Workbench::new(), twelve());
    bench.write("cases.csv", table.csv(b','));
    let (expected, by_rule, _) = result(&bench, "cases.csv", MORE);
    let half = |rows: std::ops::Range<usize>| Table { rows: table.rows[rows].to_vec(), ..table.clone() };
    let first = String::from_utf8(half(0..6).csv(b';')).expect("UTF-8");
    bench.write("first.csv", windows_1258(&first));
    bench.write("second.xlsx", half(6..12).xlsx());
    for logs in ["'first.csv', 'second.xlsx'", "'second.xlsx', 'first.csv'"] {
        let study = study(&bench, "cases.csv", MORE).set(&format!("log.cases=[{logs}]")).expect("a log");
        let cube = study.plan().and_then(|plan| plan.cube()).expect("a cube");
        assert_eq!(cube.header.reconciliation.by_rule, by_rule, "{logs}");
        assert!(cube.to_bytes().expect("bytes") == expected, "{logs}");
    }
}

/// A date's style is what makes a number a date: 45,352 is 1 March 2024 (see `quarantine.rs`).
#[test]
fn a_workbook_s_dates_are_days_where_all_of_them_are() {
    let bench = Workbench::new();
    let day = |day| Cell::Day(NaiveDate::from_ymd_opt(2024, 3, day));
    let rows =
        vec![vec![Cell::Text("1".into()), day(1), day(4)], vec![Cell::Text("2".into()), day(2), Cell::Day(None)]];
    let table = Table { names: vec!["case_id", "received_at", "finished_at"], rows };
    let file = bench.write("days.xlsx", table.xlsx());
    assert!(file.is_file());
    let none = "compare.cluster = 'none'";
    let plan = study(&bench, "days.xlsx", none).plan().expect("a plan");
    let dates = &plan.check().expect("findings").inputs[0].dates;
    assert_eq!(dates.values().collect::<Vec<_>>(), ["%Y-%m-%d", "%Y-%m-%d"]);
    let card = plan.compare().map(crate::contract::held).expect("a scorecard");
    assert_eq!(card.kpi("time/closed_time_mean").and_then(|row| row.is.value()).map(|figure| figure.value), Some(3.0));
}
