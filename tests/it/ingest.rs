//! From files to accepted rows: what is read, what is set aside, and what is refused.

use crate::workbench::Workbench;
use giamtang::ingest::{Findings, Rule};
use giamtang::{Error, Study};
use polars::prelude::*;
use std::io::Write;

const NONE: &str = "compare.cluster = 'none'";

fn check(bench: &Workbench, csv: &str, more: &str) -> Findings {
    bench.study(csv, more).plan().and_then(|plan| plan.check()).expect("findings")
}

fn refused(csv: &str, more: &str) -> String {
    let bench = Workbench::new();
    let failed: Result<_, Error> = bench.study(csv, more).plan().and_then(|plan| plan.check());
    failed.expect_err("a refusal").to_string()
}

/// Row, rule, column and raw value of each row set aside.
fn set_aside(findings: &Findings) -> Vec<(u64, Rule, &str, Option<&str>)> {
    let rows = findings.quarantine.iter();
    rows.map(|row| (row.row, row.rule, row.column.as_str(), row.value.as_deref())).collect()
}

#[test]
fn each_rule_names_row_column_and_value() {
    let csv = "case_id,received_at,finished_at,outcome\n\
               1,2024-03-01 08:00:00,2024-03-02 08:00:00,granted\n\
               ,2024-03-01 08:00:00,,\n\
               3, ,,\n\
               4,2024-02-31 08:00:00,,\n\
               5,2024-03-01 08:00:00,soon,\n\
               6,1900-01-01 00:00:00,,\n\
               7,2024-03-01 08:00:00,2024-03-01 07:59:59,granted\n\
               8,2024-03-01 08:00:00,2024-03-02 08:00:00,perhaps\n";
    let findings = check(&Workbench::new(), csv, NONE);
    let expected = vec![
        (2, Rule::MissingId, "case_id", None),
        (3, Rule::MissingReceived, "received_at", Some(" ")),
        (4, Rule::UnparsableDate, "received_at", Some("2024-02-31 08:00:00")),
        (5, Rule::UnparsableDate, "finished_at", Some("soon")),
        (6, Rule::ImplausibleDate, "received_at", Some("1900-01-01 00:00:00")),
        (7, Rule::FinishedBeforeReceived, "finished_at", Some("2024-03-01 07:59:59")),
        (8, Rule::UnknownOutcome, "outcome", Some("perhaps")),
    ];
    assert_eq!(set_aside(&findings), expected);
    let rows = findings.reconciliation();
    assert_eq!((rows.read, rows.accepted, rows.quarantined), (8, 1, 7));
}

/// Ids 1 and 3 repeat. Id 1 says the same three times: one stays. Id 3 disagrees: none stays, whatever the order.
#[test]
fn identical_repeats_leave_one_and_conflicting_ones_none() {
    let rows =
        ["1,2024-03-01,2024-03-03", "2,2024-03-01,2024-03-09", "3,2024-03-01,2024-03-20", "3,2024-03-01,2024-03-21"];
    let forward = format!("case_id,received_at,finished_at\n{}\n{}\n{}\n", rows.join("\n"), rows[0], rows[0]);
    let backward = format!(
        "case_id,received_at,finished_at\n{0}\n{0}\n{1}\n",
        rows[0],
        rows.iter().rev().copied().collect::<Vec<_>>().join("\n")
    );
    for csv in [forward, backward] {
        let bench = Workbench::new();
        let findings = check(&bench, &csv, NONE);
        let by_rule = findings.reconciliation().by_rule;
        assert_eq!((by_rule["identical_repeat"], by_rule["conflicting_repeat"]), (2, 2));
        // What is left are the dossiers 1 (2 days) and 2 (8 days): the mean of the closed is 5 days.
        let card = bench.compare(&csv, NONE);
        let mean = card.kpi("time/closed_time_mean").and_then(|row| row.is.value()).expect("a mean");
        assert_eq!((mean.value, mean.n), (5.0, 2));
    }
}

/// Rows of one id that differ only in a column giamtang does not read are still two dossiers, not one.
#[test]
fn repeats_are_compared_whole() {
    let csv = "case_id,received_at,remark\n1,2024-03-01,door\n1,2024-03-01,window\n";
    let findings = check(&Workbench::new(), csv, NONE);
    assert_eq!(findings.reconciliation().by_rule["conflicting_repeat"], 2);
}

#[test]
fn trusted_ids_are_not_checked() {
    let csv = "case_id,received_at\n1,2024-03-01\n1,2024-03-02\n";
    let findings = check(&Workbench::new(), csv, "compare.cluster = 'none'\nlog.ids = 'trusted'");
    assert_eq!(findings.reconciliation().accepted, 2);
}

#[test]
fn the_same_log_as_csv_gz_and_parquet_gives_the_same_cube() {
    let bench = Workbench::new();
    let csv = "case_id,received_at,due_at,finished_at,unit\n\
               a,2024-03-01 08:00:00,2024-03-05,2024-03-04 10:00:00,Phường Cửa Nam\n\
               b,2024-03-02 08:00:00,2024-03-06,,Phường Tây Hồ\n\
               c,2024-03-03 08:00:00,,2024-03-09 10:00:00,\n";
    let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    zipped.write_all(csv.as_bytes()).expect("compressed");
    bench.write("cases.csv.gz", zipped.finish().expect("compressed"));
    let wall = |text: &str| chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").expect("a moment");
    let instant = |name: &str, values: [Option<&str>; 3]| {
        Column::new(name.into(), values.map(|text| text.map(wall)))
            .cast(&DataType::Datetime(TimeUnit::Milliseconds, None))
    };
    let mut frame = df!("case_id" => ["a", "b", "c"], "unit" => [Some("Phường Cửa Nam"), Some("Phường Tây Hồ"), None])
        .expect("a frame");
    let moments = [Some("2024-03-01 08:00:00"), Some("2024-03-02 08:00:00"), Some("2024-03-03 08:00:00")];
    frame.with_column(instant("received_at", moments).expect("instants")).expect("a column");
    let moments = [Some("2024-03-04 10:00:00"), None, Some("2024-03-09 10:00:00")];
    frame.with_column(instant("finished_at", moments).expect("instants")).expect("a column");
    let days = [Some(5), Some(6), None].map(|day| day.and_then(|day| chrono::NaiveDate::from_ymd_opt(2024, 3, day)));
    frame.with_column(Column::new("due_at".into(), days)).expect("a column");
    let file = std::fs::File::create(bench.path("cases.parquet")).expect("a file");
    ParquetWriter::new(file).finish(&mut frame).expect("written");
    let study = bench.study(csv, "");
    let bytes = |log: &str| {
        let study = study.clone().set(&format!("log.cases=['{log}']")).expect("a log");
        study.plan().and_then(|plan| plan.cube()).and_then(|cube| cube.to_bytes()).expect("bytes")
    };
    let expected = bytes("cases.csv");
    assert_eq!(bytes("cases.csv.gz"), expected);
    assert_eq!(bytes("cases.parquet"), expected);
    let in_memory = Study::builder().windows(None, "2024-03-01..2024-03-31").plan_frame(frame);
    let cube = in_memory.and_then(|plan| plan.cube()).expect("a cube");
    assert_eq!(cube.len(), study.plan().and_then(|plan| plan.cube()).expect("a cube").len());
}

#[test]
fn globs_and_constants_make_one_log_of_many_files() {
    let bench = Workbench::new();
    bench.write("m1.csv", "case_id,received_at,finished_at\n1,2024-03-01,\n");
    bench.write("m2.csv", "case_id,received_at,finished_at\n2,2024-03-01,\n3,2024-03-02,\n");
    let text = "log.cases = [{ path = 'm1.csv', set = { unit = 'M1' } }, { path = 'm[2-9].csv', set = { unit = 'M2' } }]\n\
                windows.is = '2024-03-01..2024-03-31'\ncompare.by = ['unit']";
    let study = Study::parse(text, bench.path("study.toml")).expect("a study");
    let card = study.plan().and_then(|plan| plan.compare().map(crate::contract::held)).expect("a scorecard");
    let units: Vec<_> = card.groups.iter().map(|group| group.by["unit"].clone().expect("a unit")).collect();
    assert_eq!(units, ["M1", "M2"]);
    assert_eq!(card.inputs.iter().map(|input| input.rows).collect::<Vec<_>>(), [1, 2]);
}

/// 03/04/2024 is a day in March or in April; the study must say, unless another row does.
#[test]
fn an_ambiguous_date_is_refused_with_its_readings() {
    let said = refused("case_id,received_at\n1,03/04/2024\n2,05/06/2024\n", NONE);
    assert!(said.contains("%d/%m/%Y") && said.contains("%m/%d/%Y") && said.contains("03/04/2024"), "{said}");
    let clear = check(&Workbench::new(), "case_id,received_at\n1,03/04/2024\n2,25/06/2024\n", NONE);
    assert_eq!(clear.reconciliation().accepted, 2);
    let told = format!("{NONE}\nformat.datetime = '%m/%d/%Y'");
    assert_eq!(check(&Workbench::new(), "case_id,received_at\n1,03/04/2024\n", &told).reconciliation().accepted, 1);
}

/// What settles the reading may stand far beyond the first rows.
#[test]
fn one_clear_date_at_the_end_of_a_long_column_settles_it() {
    let mut csv = String::from("case_id,received_at\n");
    (0..5_000).for_each(|id| csv.push_str(&format!("{id},{:02}/{:02}/2024\n", 1 + id % 12, 1 + id / 12 % 12)));
    assert!(refused(&csv, NONE).contains("can be read as"));
    csv.push_str("last,31/12/2024\n");
    assert_eq!(check(&Workbench::new(), &csv, NONE).reconciliation().accepted, 5_001);
}

#[test]
fn a_missing_column_is_named_with_the_nearest() {
    let said = refused("case_id,recieved_at\n1,2024-03-01\n", NONE);
    assert!(said.contains("no column `received_at`") && said.contains("recieved_at"), "{said}");
    let said = refused("id,received_at\n1,2024-03-01\n", "compare.cluster = 'none'\ncolumns.case_id = 'Id'");
    assert!(said.contains("no column `Id` (did you mean `id`?)"), "{said}");
}

#[test]
fn a_pattern_that_matches_nothing_is_an_error() {
    let bench = Workbench::new();
    let study = bench.study("case_id,received_at\n", NONE).set("log.cases=['no*.csv']").expect("a setting");
    let said = study.plan().expect_err("nothing matches").to_string();
    assert!(said.starts_with("no*.csv: no file matches"), "{said}");
}

#[test]
fn a_damaged_file_is_named_and_nothing_panics() {
    let bench = Workbench::new();
    bench.write("cut.parquet", b"PAR1 and then nothing");
    bench.write("bad.csv.gz", [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2]);
    for name in ["cut.parquet", "bad.csv.gz"] {
        let study = bench.study("", NONE).set(&format!("log.cases=['{name}']")).expect("a setting");
        let said = study.plan().and_then(|plan| plan.check()).expect_err("damaged").to_string();
        assert!(said.contains(name) && said.contains("cannot be read"), "{said}");
    }
}

#[test]
fn source_values_are_mapped_to_canonical_ones() {
    let csv = "case_id,received_at,finished_at,outcome\n\
               1,2024-03-01,2024-03-03,Đã trả\n2,2024-03-01,2024-03-04,Rút\n3,2024-03-01,2024-03-05,xong\n";
    let more = "[compare]\ncluster = 'none'\n[values.outcome]\n'Đã trả' = 'granted'\n'Rút' = 'withdrawn'\n";
    let findings = check(&Workbench::new(), csv, more);
    assert_eq!(set_aside(&findings), [(3, Rule::UnknownOutcome, "outcome", Some("xong"))]);
    let card = Workbench::new().compare(csv, more);
    let mean = card.kpi("time/closed_time_mean").and_then(|row| row.is.value()).expect("a mean");
    assert_eq!((mean.value, mean.n, mean.excluded.unwrap_or_default()), (2.0, 1, 1));
}

/// Received at 09:00 and finished on that date: the same day, zero days, not negative.
#[test]
fn instants_of_different_precision_meet_at_the_day() {
    let csv = "case_id,received_at,finished_at\n1,2024-03-05 09:00:00,2024-03-05\n2,2024-03-05 09:00:00,2024-03-08\n";
    let bench = Workbench::new();
    let mean = bench.compare(csv, NONE);
    let mean = mean.kpi("time/closed_time_mean").and_then(|row| row.is.value()).expect("a mean");
    assert_eq!((mean.value, mean.n), (1.5, 2));
}

/// Between 9 and 11 March 2024 New York loses an hour: 47 hours by instants, two days by dates.
#[test]
fn summer_time_is_real_for_instants_and_nothing_for_days() {
    let mean = |csv: &str| {
        let bench = Workbench::new();
        let card = bench.compare(csv, "compare.cluster = 'none'\nstudy.zone = 'America/New_York'");
        card.kpi("time/closed_time_mean").and_then(|row| row.is.value()).expect("a mean").value
    };
    let instants = mean("case_id,received_at,finished_at\n1,2024-03-09 12:00:00,2024-03-11 12:00:00\n");
    assert!((instants - 47.0 / 24.0).abs() < 1e-9, "{instants}");
    assert_eq!(mean("case_id,received_at,finished_at\n1,2024-03-09,2024-03-11\n"), 2.0);
}

/// On 3 November 2024 01:30 comes twice in New York: the earlier is taken, and counted. 10 March 02:30 never comes.
#[test]
fn ambiguous_local_times_are_counted_and_impossible_ones_set_aside() {
    let csv = "case_id,received_at\n1,2024-11-03 01:30:00\n2,2024-03-10 02:30:00\n";
    let findings = check(&Workbench::new(), csv, "compare.cluster = 'none'\nstudy.zone = 'America/New_York'");
    assert_eq!(findings.ambiguous_times, 1);
    assert_eq!(set_aside(&findings), [(2, Rule::UnparsableDate, "received_at", Some("2024-03-10 02:30:00"))]);
}
