//! Generated logs: whatever stands in them, CSV, NDJSON, XES and Parquet give the same rows and the same cube.

use super::result;
use super::writers::{Cell, Table, parquet};
use crate::workbench::Workbench;
use chrono::{DateTime, NaiveDate, NaiveDateTime};
use polars::prelude::TimeUnit;
use proptest::prelude::*;

const MORE: &str = "compare = { by = ['unit'], pauses = 'subtract' }\ncolumns = { fee_vnd = 'fee' }";

/// Few ids, so that they repeat; some of them are spelled with spaces or composed apart.
fn id() -> impl Strategy<Value = Cell> {
    let ids = ["1", "2", "3", "H26-240301-0001", "Ó1", "O\u{301}1", " 3 ", "a,\"b\"", "=1+1"];
    prop_oneof![8 => prop::sample::select(ids.to_vec()).prop_map(str::to_owned), 8 => "[a-z]{4}", 1 => Just(String::new())]
        .prop_map(Cell::Text)
}

/// Names that formats write in different ways.
fn name() -> impl Strategy<Value = Cell> {
    let parts = [
        "Phường",
        "Phu\u{31b}o\u{31b}\u{300}ng",
        ",",
        ";",
        "\"",
        "'",
        "\n",
        " ",
        "&",
        "<b>",
        "&amp;",
        "👩🏽‍⚖️",
        "م",
        "\t",
        "\\",
        "]]>",
        "=",
    ];
    prop::collection::vec(prop::sample::select(parts.to_vec()), 0..5).prop_map(|parts| Cell::Text(parts.concat()))
}

fn day() -> impl Strategy<Value = Option<NaiveDate>> {
    let march =
        (0..45_u64).prop_map(|days| NaiveDate::from_ymd_opt(2024, 2, 25).map(|day| day + chrono::Days::new(days)));
    let far = prop::sample::select(vec![(1900, 1, 1), (9999, 12, 31), (1989, 12, 31), (2050, 1, 1)]);
    prop_oneof![20 => march, 4 => Just(None), 1 => far.prop_map(|(year, month, day)| NaiveDate::from_ymd_opt(year, month, day))]
}

fn moment() -> impl Strategy<Value = Option<NaiveDateTime>> {
    let time = |(day, seconds): (Option<NaiveDate>, i64)| {
        let time = DateTime::from_timestamp(seconds, 0)?.time();
        day.map(|day| day.and_time(time))
    };
    (day(), 0..86_400_i64).prop_map(time)
}

fn number() -> impl Strategy<Value = Cell> {
    prop_oneof![10 => (0..1_000_000_i64).prop_map(Some), 3 => Just(None), 1 => (-3..0_i64).prop_map(Some), 1 => Just(Some(i64::MAX))]
        .prop_map(Cell::Number)
}

fn pause() -> impl Strategy<Value = Cell> {
    let texts = ["", "", "", "P2D", "2024-03-04/2024-03-06", "2024-03-05/", "2024-03-06/2024-03-04", "hai ngày"];
    prop::sample::select(texts.to_vec()).prop_map(|text| Cell::Text(text.to_owned()))
}

fn table() -> impl Strategy<Value = Table> {
    let row = (id(), moment(), day(), moment(), name(), number(), pause());
    let row = row.prop_map(|(id, received, due, finished, unit, fee, paused)| {
        vec![id, Cell::Moment(received), Cell::Day(due), Cell::Moment(finished), unit, fee, paused]
    });
    let names = vec!["case_id", "received_at", "due_at", "finished_at", "unit", "fee", "paused"];
    prop::collection::vec(row, 0..12).prop_map(move |mut rows| {
        rows.push(whole());
        Table { names: names.clone(), rows }
    })
}

/// A row in which nothing is absent: an attribute that no trace has is no column.
fn whole() -> Vec<Cell> {
    let day = NaiveDate::from_ymd_opt(2024, 3, 5);
    let moment = || Cell::Moment(day.and_then(|day| day.and_hms_opt(9, 0, 0)));
    let [id, unit, paused] = ["whole", "Phường Cửa Nam", "P1D"].map(|text| Cell::Text(text.to_owned()));
    vec![id, moment(), Cell::Day(day), moment(), unit, Cell::Number(Some(0)), paused]
}

/// A row whose every cell is absent is blank in a text, and a row without an id in a typed format.
fn has_blank_row(table: &Table) -> bool {
    table.rows.iter().any(|row| row.iter().all(|cell| cell.text().trim().is_empty()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_log_is_the_same_in_every_format(table in table().prop_filter("a blank row", |table| !has_blank_row(table))) {
        let bench = Workbench::new();
        bench.write("cases.csv", table.csv(b','));
        let expected = result(&bench, "cases.csv", MORE);
        for (name, bytes) in [
            ("cases.ndjson", table.ndjson()),
            ("cases.xes", table.xes()),
            ("cases.parquet", parquet(table.frame(TimeUnit::Milliseconds, None))),
        ] {
            bench.write(name, bytes);
            let found = result(&bench, name, MORE);
            prop_assert_eq!(&found.2, &expected.2, "{}: other rows are set aside", name);
            prop_assert!(found == expected, "{}: another cube", name);
        }
    }
}
