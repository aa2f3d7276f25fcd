//! Hard cases at the door, each from a log that once gave a wrong number or stopped the program.

use crate::workbench::Workbench;
use giamtang::ingest::{Findings, Rule};
use giamtang::scorecard::Scorecard;
use giamtang::{Result, Study};
use polars::prelude::*;

const NONE: &str = "compare.cluster = 'none'";

fn mean(card: &Scorecard) -> (f64, u64) {
    let figure = card.kpi("time/closed_time_mean").and_then(|row| row.is.value()).expect("a mean");
    (figure.value, figure.n)
}

fn on_time(card: &Scorecard) -> (f64, u64) {
    let figure = card.kpi("time/on_time").and_then(|row| row.is.value()).expect("a share");
    (figure.value, figure.n)
}

fn check(frame: DataFrame) -> Result<Findings> {
    let study = Study::builder().windows(None, "2024-03-01..2024-03-31").cluster("none");
    study.plan_frame(frame).and_then(|plan| plan.check())
}

/// The engine takes quoted blanks for text: 1,500 of them do not make the column empty. One dossier took 2 days.
#[test]
fn a_column_that_begins_with_many_blanks_is_not_empty() {
    let mut csv = String::from("case_id,received_at,finished_at\n");
    (0..1_500).for_each(|id| csv.push_str(&format!("{id},2024-03-20,\"\"\n")));
    csv.push_str("last,2024-03-20,2024-03-22\n");
    assert_eq!(mean(&Workbench::new().compare(&csv, NONE)), (2.0, 1));
}

/// From 9:00 to 15:00 is a quarter of a day in every spelling of the hour.
#[test]
fn every_specifier_of_the_hour_counts() {
    for (format, hours) in [("%d/%m/%Y %-H:%M", ["9:00", "15:00"]), ("%d/%m/%Y %r", ["09:00:00 AM", "03:00:00 PM"])] {
        let csv = format!("case_id,received_at,finished_at\n1,01/03/2024 {},01/03/2024 {}\n", hours[0], hours[1]);
        let card = Workbench::new().compare(&csv, &format!("{NONE}\nformat.datetime = '{format}'"));
        assert_eq!(mean(&card), (0.25, 1), "{format}");
    }
    let bench = Workbench::new();
    let study = bench.study("case_id,received_at\n1,x\n", &format!("{NONE}\nformat.datetime = '%H:%M'"));
    assert!(study.plan().expect_err("no day").to_string().contains("format.datetime = %H:%M"));
}

/// Of 28 distinct dates 27 are days first and 13 months first: one slip in the first thousand rows decides nothing.
#[test]
fn a_typing_error_does_not_decide_the_months() {
    let mut csv = String::from("case_id,received_at\ntypo,03/13/2024\n");
    (0..1_100).for_each(|id| csv.push_str(&format!("{id},{:02}/03/2024\n", 1 + id % 12)));
    (0..40).for_each(|id| csv.push_str(&format!("late{id},{}/03/2024\n", 13 + id % 15)));
    let bench = Workbench::new();
    let findings = bench.study(&csv, NONE).plan().and_then(|plan| plan.check()).expect("findings");
    let set_aside: Vec<_> = findings.quarantine.iter().map(|row| (row.rule, row.value.as_deref())).collect();
    assert_eq!(set_aside, [(Rule::OtherDateFormat, Some("03/13/2024"))]);
}

/// The newer file has due dates and outcomes, the older has not: its dossiers have none, and are counted as undated.
#[test]
fn a_column_that_one_file_lacks_is_null_there() {
    let bench = Workbench::new();
    bench.write("new.csv", "case_id,received_at,finished_at,due_at\n1,2024-03-01,2024-03-02,2024-03-02\n");
    bench.write("old.csv", "case_id,received_at\n2,2024-03-01\n");
    let study = bench.study("", NONE).set("log.cases=['old.csv','new.csv']").expect("a log");
    let card = study.plan().and_then(|plan| plan.compare().map(crate::contract::held)).expect("a scorecard");
    assert_eq!(on_time(&card), (1.0, 1));
    let undated = card.kpi("time/on_time").and_then(|row| row.is.value()).and_then(|figure| figure.undated);
    assert_eq!(undated, Some(1));
}

/// Case 3's first promise is a day; that makes nobody else's due time a day. Due at noon, finished at 16:00: late.
#[test]
fn a_due_date_without_a_time_does_not_blur_its_neighbours() {
    let csv = "case_id,received_at,due_at,original_due_at,finished_at\n\
               1,2024-03-01 08:00:00,2024-03-05 12:00:00,,2024-03-05 16:00:00\n\
               2,2024-03-01 08:00:00,2024-03-05 12:00:00,,2024-03-05 16:00:00\n\
               3,2024-03-01 08:00:00,2024-03-05 12:00:00,2024-03-06,2024-03-06 16:00:00\n";
    let (share, n) = on_time(&Workbench::new().compare(csv, NONE));
    assert!((share - 1.0 / 3.0).abs() < 1e-11 && n == 3, "{share}");
}

/// Dates no calendar reaches, as databases export infinity: set aside by that name, not lost and not a panic.
#[test]
fn dates_beyond_all_calendars_are_implausible() {
    let moments = Int64Chunked::from_slice("finished_at".into(), &[i64::MAX, 794_016_000_000_000, i64::MIN]);
    let moments = moments.into_datetime(TimeUnit::Microseconds, None).into_column();
    let days = Int32Chunked::from_slice("due_at".into(), &[9_000, i32::MAX, 9_000]).into_date().into_column();
    let mut frame = df!("case_id" => ["a", "b", "c"], "received_at" => ["1995-03-01"; 3]).expect("a frame");
    frame.with_column(moments).and_then(|frame| frame.with_column(days)).expect("columns");
    let findings = check(frame).expect("findings");
    let values: Vec<_> = findings.quarantine.iter().map(|row| row.value.as_deref().expect("a value")).collect();
    assert_eq!(values, ["infinity", "infinity", "-infinity"]);
    assert!(findings.quarantine.iter().all(|row| row.rule == Rule::ImplausibleDate));
}

/// A repeated id makes whole rows be compared, lists and bytes included.
#[test]
fn repeats_are_compared_in_columns_of_any_type() {
    let list = |numbers: &[i32]| Series::new("".into(), numbers);
    let frame = df!(
        "case_id" => ["a", "a", "b", "b"],
        "received_at" => ["2024-03-01"; 4],
        "papers" => [list(&[1]), list(&[1]), list(&[1]), list(&[2])],
        "scan" => [&b"\xff"[..], b"\xff", b"\xff", b"\xff"],
    );
    let by_rule = check(frame.expect("a frame")).expect("findings").reconciliation().by_rule;
    assert_eq!((by_rule["identical_repeat"], by_rule["conflicting_repeat"]), (1, 2));
}

/// Absent, blank and a space say the same, and so do a column and a constant of the same value.
#[test]
fn identical_means_saying_the_same() {
    let csv = "case_id,received_at,finished_at,unit\n1,2024-03-01,,U\n1,2024-03-01,\"\",U\n1,2024-03-01,\" \",U\n";
    let bench = Workbench::new();
    bench.write("own.csv", "case_id,received_at,unit,zz\n7,2024-03-01,U,1\n");
    bench.write("given.csv", "case_id,received_at,zz\n7,2024-03-01,1\n");
    let study = bench.study(csv, NONE);
    let rules = |study: &Study| study.plan().and_then(|plan| plan.check()).expect("findings").reconciliation().by_rule;
    assert_eq!(rules(&study), [("identical_repeat".to_owned(), 2)].into());
    let two = study.set("log.cases=['own.csv', { path = 'given.csv', set = { unit = 'U' } }]").expect("a log");
    assert_eq!(rules(&two), [("identical_repeat".to_owned(), 1)].into());
}

/// A study typed on one system and a log exported on another may compose their letters differently.
#[test]
fn names_in_the_study_match_however_they_are_composed() {
    let csv = "case_id,received_at,finished_at,Kết quả\n1,2024-03-01,2024-03-04,Đã trả\n";
    let spelled_out = "columns.outcome = 'Kê\u{301}t qua\u{309}'\n[values.outcome]\n'Đa\u{303} tra\u{309}' = 'granted'";
    assert_eq!(mean(&Workbench::new().compare(csv, &format!("{NONE}\n{spelled_out}"))), (3.0, 1));
}

/// Samoa had no 30 December 2011: that date stands for the 31st. So from the 29th to it are two days, and from it none.
#[test]
fn a_day_that_a_zone_skipped_stands_for_the_next() {
    let csv = "case_id,received_at,finished_at\n1,2011-12-29,2011-12-30\n2,2011-12-30,2011-12-31\n";
    let bench = Workbench::new();
    let study = bench.study(csv, &format!("{NONE}\nstudy.zone = 'Pacific/Apia'"));
    let study = study.set("windows.is=2011-12-01..2011-12-31").expect("a window");
    assert_eq!(
        mean(&study.plan().and_then(|plan| plan.compare().map(crate::contract::held)).expect("a scorecard")),
        (1.0, 2)
    );
}

/// Ambiguous times of rows that were set aside, or taken out as repeats, are not the log's.
#[test]
fn ambiguous_times_are_counted_of_accepted_rows() {
    let row = "2024-11-03 01:30:00";
    let csv = format!("case_id,received_at\n,{row}\n1,{row}\n2,{row}\n2,{row}\n");
    let bench = Workbench::new();
    let study = bench.study(&csv, &format!("{NONE}\nstudy.zone = 'America/New_York'"));
    let findings = study.plan().and_then(|plan| plan.check()).expect("findings");
    assert_eq!((findings.accepted, findings.ambiguous_times), (2, 2));
}

#[test]
fn a_folder_may_have_glob_characters_in_its_name() {
    let bench = Workbench::new();
    std::fs::create_dir(bench.path("G[1]")).expect("a folder");
    bench.write("G[1]/x1.csv", "case_id,received_at\n1,2024-03-01\n");
    let text = "log.cases = ['x*.csv']\nwindows.is = '2024-03-01..2024-03-31'\ncompare.cluster = 'none'";
    let plan = Study::parse(text, bench.path("G[1]/study.toml")).and_then(|study| study.plan());
    assert_eq!(plan.and_then(|plan| plan.check()).expect("findings").accepted, 1);
}

fn refused(more: &[&str]) -> String {
    let bench = Workbench::new();
    let study = bench.study("case_id,received_at,unit\n1,2024-03-01,U\n", "");
    let study = more.iter().try_fold(study, |study, setting| study.set(setting));
    let failed: Result<_> = study.and_then(|study| study.plan()).and_then(|plan| plan.check());
    failed.expect_err("a refusal").to_string()
}

/// Spreadsheets of much of the world write semicolons.
#[test]
fn the_header_shows_its_separator() {
    for mark in [";", "\t", "|"] {
        let csv = "case_id,received_at,finished_at\n1,2024-03-01,2024-03-04\n".replace(',', mark);
        assert_eq!(mean(&Workbench::new().compare(&csv, NONE)), (3.0, 1), "{mark:?}");
    }
}

#[test]
fn a_column_that_stands_twice_is_refused() {
    let bench = Workbench::new();
    let study = bench.study("case_id,received_at,received_at\n1,2024-03-01,2024-03-02\n", NONE);
    let said = study.plan().expect_err("twice").to_string();
    assert!(said.contains("`received_at` stands twice"), "{said}");
}

#[test]
fn a_column_of_lists_is_no_name() {
    let list = Series::new("".into(), [1]);
    let frame = df!("case_id" => ["a"], "received_at" => ["2024-03-01"], "unit" => [list]).expect("a frame");
    let said = check(frame).expect_err("a list").to_string();
    assert!(said.contains("column `unit` holds list") && said.contains("expected texts or numbers"), "{said}");
}

/// A column of the study's own stays allowed when a `--set` no longer uses it.
#[test]
fn a_column_of_the_studys_own_needs_no_use() {
    let csv = "case_id,received_at,finished_at,dept\n1,2024-03-01,2024-03-04,D\n";
    let study = Workbench::new();
    let study = study.study(csv, "columns.department = 'dept'\ncompare.cluster = 'department'");
    assert!(study.plan().is_ok());
    assert!(study.set("compare.cluster=none").and_then(|study| study.plan()).is_ok());
}

#[test]
fn settings_that_would_do_nothing_are_refused() {
    let cases = [
        ("compare.cluster=case_id", "\"none\" where rows are independent"),
        ("compare.by=['received_at']", "a column of names"),
        ("values.outcom.x=granted", "did you mean `outcome`?"),
        ("values.received_at.x=y", "only names are mapped"),
        ("log.cases=[{ path = 'cases.csv', set = { unti = 'M1' } }]", "did you mean `unit`?"),
        ("log.cases=[{ path = 'cases.csv', set = { due_at = '01/02/2024' } }]", "a day such as 2024-02-01"),
        ("values.outcome.x=grantd", "perhaps granted"),
        ("compare.by=['unit', 'unit']", "each column once"),
        ("log.cases=[{ paht = 'cases.csv' }]", "did you mean `log.cases.path`?"),
        ("verdict.guard.shar=0.1", "did you mean `verdict.guard.share`?"),
    ];
    for (setting, expected) in cases {
        let said = refused(&[setting]);
        assert!(said.contains(expected), "{setting}: {said}");
    }
}
