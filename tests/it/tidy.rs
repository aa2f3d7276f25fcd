//! The tidy table: its columns and figures keep their names, and CSV, frame and Parquet have the same values.

use crate::workbench::project;
use giamtang::report::{Format, to_frame, write};
use giamtang::{Scorecard, Study};
use polars::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::sync::LazyLock;

/// The fixture study with everything that a study can ask for.
pub static ASKED: LazyLock<Scorecard> = LazyLock::new(|| asked(1));

fn asked(threads: usize) -> Scorecard {
    let settings = ["compare.by=['unit']", "compare.treated=['Phường Hoàn Kiếm','Phường Tây Hồ']"];
    let study = Study::load(project("fixtures/study/study.toml")).expect("the fixture study");
    let study = settings.iter().try_fold(study, |study, setting| study.set(setting)).expect("settings");
    let threads = std::num::NonZeroUsize::new(threads).expect("a worker");
    study.threads(threads).plan().and_then(|plan| plan.compare()).expect("a scorecard")
}

pub fn bytes(card: &Scorecard, format: Format) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(card, format, &mut bytes).expect("bytes");
    bytes
}

fn csv_of(card: &Scorecard) -> (Vec<String>, Vec<csv::StringRecord>) {
    let bytes = bytes(card, Format::Csv);
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let columns = reader.headers().expect("a header").iter().map(str::to_owned).collect();
    (columns, reader.into_records().map(|row| row.expect("as many cells as columns")).collect())
}

/// Every name that other programs may rely on.
const COLUMNS: [&str; 32] = [
    "kpi",
    "axis",
    "name_en",
    "name_vi",
    "unit",
    "better",
    "scope",
    "figure",
    "window",
    "value",
    "low",
    "high",
    "n",
    "events",
    "excluded",
    "immature",
    "undated",
    "clusters",
    "df",
    "p",
    "q",
    "p_holm",
    "verdict",
    "method",
    "flags",
    "why",
    "why_no_interval",
    "version",
    "plan",
    "audience",
    "by:applicant",
    "by:unit",
];

const FIGURES: &str = "adjusted adjusted_is adjusted_relative adjusted_was between_variance change
    closed_in_window_mean closed_in_window_mean_change closed_in_window_mean_relative closed_in_window_median
    closed_in_window_median_change closed_in_window_median_relative closed_of_cohort_mean closed_of_cohort_mean_change
    closed_of_cohort_mean_relative closed_of_cohort_median closed_of_cohort_median_change
    closed_of_cohort_median_relative compared compared_left_out compared_others compared_others_change
    compared_reformed compared_reformed_change compared_smallest_p compared_within_days drawn drawn_weight event
    followed_median followed_median_change followed_median_relative forecast funnel funnel_centre funnel_outer funnel_z
    is largest_cluster log_rank log_rank_stratified mix_effect month month_immature month_limits month_limits_baseline
    overdispersion placebo placebo_place pre_trend pre_trend_slope rank rate_effect relative response_rate
    restricted_mean restricted_mean_change restricted_mean_horizon restricted_mean_relative rows_unmatched
    scenario_closed_only scenario_counting_06a scenario_counting_766 scenario_longer scenario_unadjusted
    scenario_without signal_outside signal_shift signal_two_of_three smallest smallest_relative still_open
    strata_matched strata_unmatched trend_level_change unmatched was";

#[test]
fn columns_and_figures_keep_their_names() {
    let (columns, rows) = csv_of(&ASKED);
    assert_eq!(columns, COLUMNS);
    let figures: BTreeSet<&str> = rows.iter().map(|row| &row[7]).collect();
    assert_eq!(figures, FIGURES.split_whitespace().collect());
    let scopes: BTreeSet<&str> = rows.iter().map(|row| &row[6]).collect();
    assert_eq!(scopes, BTreeSet::from(["all", "group", "without"]));
}

/// One row for each KPI, group, figure and window; where all of it comes from stands in each.
#[test]
fn a_row_is_of_one_kpi_group_figure_and_window() {
    let (_, rows) = csv_of(&ASKED);
    let mut seen = BTreeSet::new();
    for row in &rows {
        let key: Vec<String> = [0, 6, 7, 8, 30, 31].map(|at| row[at].to_owned()).into();
        assert!(seen.insert(key), "twice: {row:?}");
        assert_eq!((&row[27], &row[28], &row[29]), ("0.1.0", &ASKED.provenance.plan[..16], "internal"));
    }
    let groups = ASKED.groups.iter().chain(&ASKED.applicants).map(|group| group.kpis.len()).sum::<usize>();
    let is = rows.iter().filter(|row| &row[7] == "is").count();
    assert_eq!(is, ASKED.kpis.len() + groups, "a row for the second window of each");
}

/// What a cell of the frame is as CSV has it: the shortest digits that are the number, a count, a text, or nothing.
fn told(value: &AnyValue<'_>) -> String {
    match value {
        AnyValue::Null => String::new(),
        AnyValue::Float64(number) => number.to_string(),
        AnyValue::Int64(count) => count.to_string(),
        AnyValue::String(text) => (*text).to_owned(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn csv_frame_and_parquet_have_the_same_values() {
    let frame = to_frame(&ASKED).expect("a frame");
    let parquet = bytes(&ASKED, Format::Parquet);
    let read = ParquetReader::new(Cursor::new(&parquet)).finish().expect("Parquet");
    assert!(frame.equals_missing(&read), "Parquet is not the frame");
    let (columns, rows) = csv_of(&ASKED);
    let names: Vec<&str> = frame.get_column_names().into_iter().map(|name| name.as_str()).collect();
    assert_eq!((names, frame.height()), (columns.iter().map(String::as_str).collect(), rows.len()));
    for (at, column) in frame.columns().iter().enumerate() {
        for (number, row) in rows.iter().enumerate() {
            let value = column.get(number).expect("a value");
            // No name of the fixture is a formula.
            assert_eq!(told(&value), &row[at], "{} {number}", columns[at]);
        }
    }
}

#[test]
fn the_frame_is_typed() {
    let frame = to_frame(&ASKED).expect("a frame");
    let kinds: BTreeMap<String, DataType> =
        frame.columns().iter().map(|column| (column.name().to_string(), column.dtype().clone())).collect();
    for (name, kind) in &kinds {
        let expected = match name.as_str() {
            "value" | "low" | "high" | "df" | "p" | "q" | "p_holm" => DataType::Float64,
            "n" | "events" | "excluded" | "immature" | "undated" | "clusters" => DataType::Int64,
            _ => DataType::String,
        };
        assert_eq!(*kind, expected, "{name}");
    }
    // A complete count of procedures has no limits: null, with its reason.
    let census = frame.clone().lazy().filter(
        col("kpi").eq(lit("procedures/in_force")).and(col("figure").eq(lit("is"))).and(col("scope").eq(lit("all"))),
    );
    let census = census.collect().expect("rows");
    assert_eq!((census.height(), census.column("low").expect("a column").null_count()), (1, 1));
    assert_eq!(census.column("value").expect("a column").f64().expect("numbers").get(0), Some(43.0));
    assert_eq!(census.column("why_no_interval").expect("a column").str().expect("texts").get(0), Some("census"));
}

#[test]
fn any_threads_make_the_same_bytes() {
    let other = asked(3);
    for format in [Format::Csv, Format::Parquet] {
        assert!(bytes(&ASKED, format) == bytes(&other, format), "{format:?}");
        assert!(bytes(&ASKED, format) == bytes(&ASKED, format), "{format:?}");
    }
}

#[test]
fn parquet_says_where_it_comes_from() {
    let parquet = bytes(&ASKED, Format::Parquet);
    let mut reader = ParquetReader::new(Cursor::new(&parquet));
    let metadata = reader.get_metadata().expect("metadata").key_value_metadata.clone().expect("pairs");
    let own = metadata.iter().find(|pair| pair.key == "giamtang.provenance").and_then(|pair| pair.value.clone());
    let own: serde_json::Value = serde_json::from_str(&own.expect("a value")).expect("JSON");
    assert_eq!(own["plan"], serde_json::json!(ASKED.provenance.plan));
    assert_eq!(own["zone"], serde_json::json!("Asia/Ho_Chi_Minh"));
}
