//! Each row rule with the file that breaks only it; numbers that stand for dates.

use crate::workbench::{Workbench, giamtang, project};
use giamtang::ingest::{Findings, Quarantined, Rule, Table};
use giamtang::{Result, Study};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The rows that break each rule, counted from 1 after the header, and why.
const ROWS: [(Rule, &[u64], &str); 32] = [
    (
        Rule::BlankRow,
        &[2, 3, 4],
        "an empty line, commas alone, and spaces are no values; the lines at the end are no rows",
    ),
    (Rule::RaggedRow, &[2, 3, 5], "3, 5 and 1 fields under 4 names; the fourth row's comma and line end are quoted"),
    (Rule::MalformedRow, &[2, 3, 4, 5, 6, 7], "cut off, a list, a text, a key twice, two objects, no JSON"),
    (Rule::UndecodableText, &[2], "two bytes of a three-byte letter; the third row's stands in a column nobody reads"),
    (Rule::NulByte, &[2, 3, 4, 5, 6], "in the id, within and after a date, in a name, instead of a number"),
    (Rule::OversizedField, &[2], "65,537 letters, one more than 64 KiB"),
    (Rule::MissingId, &[2, 3, 4, 5], "empty, spaces, a no-break space, and what the study calls absent"),
    (Rule::MissingActivity, &[2, 3], "a case without any event, and an event whose name is a space"),
    (Rule::MissingTime, &[2, 4], "an empty time, and one of a space"),
    (Rule::MissingReceived, &[2, 3, 4], "empty, a space, and what the study calls absent"),
    (
        Rule::MissingValue,
        &[2, 3, 4, 5],
        "a line of cost without unit, first day, last day, amount; its kind may be absent",
    ),
    (
        Rule::UnparsableDate,
        &[2, 3, 4, 5, 6, 7],
        "30 February; the hour that New York skips; a year of two digits; words; seconds since 1970; 24:30",
    ),
    (
        Rule::OtherDateFormat,
        &[2, 3, 4, 5, 6, 7],
        "days first; a serial day; months first; with a time; without marks; time before date",
    ),
    (
        Rule::ImplausibleDate,
        &[2, 3, 4, 5, 7, 8],
        "1900, 9999, the year 1, the day before 1990, the day after 2049, a sheet's day zero; the bounds are plausible",
    ),
    (
        Rule::UnparsableNumber,
        &[2, 3, 4, 5, 6],
        "points part thousands, a decimal comma, words, an exponent, more than 64 bits; spaces around one do no harm",
    ),
    (Rule::NegativeNumber, &[2, 3, 4], "−1 and −150,000 đồng, −2 visits; −0 is zero"),
    (Rule::UnparsableFlag, &[2, 3, 8], "2, \"in part\" and −1; no, yes in NFD, TRUE and blank are read"),
    (
        Rule::UnparsablePause,
        &[2, 3, 5, 7, 9],
        "ends before it starts, words, a month has no fixed length, a moment alone, 32 March",
    ),
    (Rule::UnknownOutcome, &[2], "neither canonical nor mapped; the third row is mapped"),
    (Rule::UnknownStatus, &[2, 3], "a code and a token without the profile that knows them; the fourth row is mapped"),
    (Rule::UnknownChannel, &[2, 4], "not in the list, and another spelling of one that is; the third row is mapped"),
    (Rule::UnknownValue, &[2, 4], "not in the list, and another spelling of one that is; the third row is mapped"),
    (Rule::OutOfRange, &[2, 3, 5], "a millionth of an hour over 24, −0.5 hours, −2 hours of training; 24 and 0 may be"),
    (
        Rule::ScoreOffScale,
        &[2, 3, 5, 6],
        "5.5 and 0 on 1..5, a scale from 5 to 1, one of a single number; what a row leaves out is 1..5",
    ),
    (Rule::EndsBeforeStart, &[2, 4], "over the day before it began; one day alone and no end are spans"),
    (
        Rule::FinishedBeforeReceived,
        &[2, 3],
        "the day before; on its own day a finish without a time is not before 9:00",
    ),
    (Rule::DueBeforeReceived, &[2, 3], "a second before, and a first promise of the day before; equal is not before"),
    (
        Rule::MilestonesOutOfOrder,
        &[2, 3],
        "submitted a second after it was received; delivered the day before it was finished; equal and open are in order",
    ),
    (
        Rule::OverlappingSpan,
        &[2, 4, 5, 6, 7],
        "B's last day is its next row's first; of C the first row reaches over both others, which do not touch",
    ),
    (Rule::BrokenEvent, &[2], "the cases by their ids: the second has an event without a date that can be read"),
    (Rule::IdenticalRepeat, &[3, 4, 5], "the same, the same with spaces and in NFD, the same with an empty quotation"),
    (
        Rule::ConflictingRepeat,
        &[2, 3, 4, 5, 6],
        "2 ends on two days; 3 differs in a column nobody reads, so that none of its three rows stays",
    ),
];

/// The fixture of a rule, whatever its format.
fn fixture(rule: Rule) -> PathBuf {
    let found = ["csv", "ndjson", "xes"].map(|format| folder().join(format!("{}.{format}", rule.name())));
    found.into_iter().find(|path| path.is_file()).unwrap_or_else(|| panic!("no fixture for {}", rule.name()))
}

fn folder() -> PathBuf {
    project("fixtures/quarantine")
}

/// What checking a fixture finds, with the lines for the study that stand beside it: its table, if not dossiers.
fn checked(path: &Path) -> Findings {
    let lines = std::fs::read_to_string(path.with_extension("toml")).unwrap_or_default();
    let name = path.file_name().expect("a name").to_string_lossy();
    let is_other = Table::ALL.iter().any(|table| lines.contains(&format!("log.{} = ", table.name())));
    let cases = if is_other { String::new() } else { format!("log.cases = ['{name}']\n") };
    let text = format!("{cases}windows.is = '2024-03-01..2024-03-31'\ncompare.cluster = 'none'\n{lines}");
    let study = Study::parse(&text, folder().join("study.toml"));
    study.and_then(|study| study.plan()).and_then(|plan| plan.check()).unwrap_or_else(|e| panic!("{name}: {e}"))
}

#[test]
fn every_rule_has_its_file_and_every_file_its_rule() {
    let names: BTreeSet<&str> = Rule::ALL.iter().map(|rule| rule.name()).collect();
    let mut formats: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in std::fs::read_dir(folder()).expect("the folder") {
        let path = entry.expect("an entry").path();
        let part = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
        formats.entry(part(path.file_stem())).or_default().push(part(path.extension()));
    }
    for (name, own) in &formats {
        assert!(names.contains(name.as_str()), "fixtures/quarantine/{name} belongs to no rule");
        let logs = own.iter().filter(|format| *format != "toml").count();
        assert_eq!(logs, 1, "{name}: one log, perhaps with a toml: {own:?}");
    }
    assert_eq!(formats.len(), names.len(), "a rule without a fixture");
    assert!(ROWS.iter().map(|(rule, ..)| rule).eq(Rule::ALL), "a rule without its rows, or out of order");
}

#[test]
fn each_file_breaks_only_its_rule_in_the_rows_it_should() {
    for (rule, rows, why) in ROWS {
        let mut findings = checked(&fixture(rule));
        if let Some(events) = findings.events.take().filter(|_| rule != Rule::BrokenEvent) {
            // An event breaks its whole case, which is the other rule's business.
            let other = findings.quarantine.iter().find(|row| row.rule != Rule::BrokenEvent);
            assert_eq!(other, None, "{}", rule.name());
            findings = events.findings;
        }
        if let Some(beside) = findings.tables.pop() {
            assert_eq!(findings.reconciliation().read, 0, "{}: a table beside no dossiers", rule.name());
            findings = beside.findings;
        }
        let found: Vec<(Rule, u64)> = findings.quarantine.iter().map(|row| (row.rule, row.row)).collect();
        let expected: Vec<(Rule, u64)> = rows.iter().map(|row| (rule, *row)).collect();
        assert_eq!(found, expected, "{}: {why}", rule.name());
        let sums = findings.reconciliation();
        assert_eq!(sums.by_rule, [(rule.name().to_owned(), rows.len() as u64)].into(), "{}", rule.name());
        assert!(sums.accepted > 0 && sums.read == sums.accepted + sums.quarantined && sums.read <= 10);
        findings.quarantine.iter().for_each(|row| shown(row, rule));
    }
}

/// What is shown of a row says where it is and is short.
fn shown(row: &Quarantined, rule: Rule) {
    let whole = matches!(rule, Rule::BlankRow | Rule::RaggedRow | Rule::MalformedRow);
    assert!(row.column.is_empty() == whole, "{}: {row:?}", rule.name());
    assert!(row.value.as_ref().is_none_or(|value| value.chars().count() <= 200), "{row:?}");
    assert!(rule.says().iter().all(|text| !text.is_empty()));
}

const OTHERS: &str = "2,2024-03-02,U,5,1,P1D\n3,2024-03-03,U,5,1,P1D\n";

/// The longest text that is read, and the shortest that is not, wherever it stands.
#[test]
fn a_field_is_oversized_beyond_64_kib_in_any_column() {
    let mapped = "compare.cluster='none'\ncolumns.fee_vnd='fee'\ncolumns.digitised='scan'\ncolumns.paused='waited'";
    for place in 0..6 {
        for (length, expected) in [(1 << 16, None), ((1 << 16) + 1, Some(Rule::OversizedField))] {
            let mut cells = ["1", "2024-03-01", "U", "5", "1", "P1D"].map(str::to_owned);
            // Digits with leading zeros are numbers, flags are not.
            cells[place] = if place == 3 { "0".repeat(length) } else { "x".repeat(length) };
            let csv = format!("case_id,received_at,unit,fee,scan,waited\n{}\n{OTHERS}", cells.join(","));
            let bench = Workbench::new();
            let findings = bench.study(&csv, mapped).plan().and_then(|plan| plan.check()).expect("findings");
            let rule = findings.quarantine.first().map(|row| row.rule);
            let broken =
                [None, Some(Rule::UnparsableDate), None, None, Some(Rule::UnparsableFlag), Some(Rule::UnparsablePause)];
            let expected = if place == 3 { None } else { expected.or(broken[place]) };
            assert_eq!(rule, expected, "{length} in column {place}");
        }
    }
}

/// What is said of a column shows an example of it, not all 70,000 letters.
#[test]
fn a_refusal_is_short_however_long_the_text() {
    let long = "x".repeat(70_000);
    let csv = format!("case_id,received_at,finished_at\n1,2024-03-01,{long}\n2,2024-03-02,{long}y\n");
    let bench = Workbench::new();
    let said = bench.study(&csv, "compare.cluster='none'").plan().expect_err("no dates").to_string();
    assert!(said.len() < 1_000 && said.contains("column `finished_at`"), "{} letters", said.len());
}

/// Day 45,352 of a sheet is 1 March 2024: day 45,292 is 1 January, and January and February have 60 days.
const SERIALS: &str = "case_id,received_at,finished_at\n1,45352.375,45355.875\n2,45353,45354\n";

fn mean(csv: &str, more: &str) -> Result<(f64, u64)> {
    let bench = Workbench::new();
    let card =
        bench.study(csv, &format!("compare.cluster='none'\n{more}")).plan()?.compare().map(crate::contract::held)?;
    let figure = card.kpi("time/closed_time_mean").and_then(|row| row.is.value()).expect("a mean");
    Ok((figure.value, figure.n))
}

/// From 1 March 09:00 to 4 March 21:00 are 3.5 days, and one from the 2nd to the 3rd: 2.25 in the mean, by days 3 and 1.
#[test]
fn serial_days_are_offered_and_read_where_the_study_says_so() {
    let error = mean(SERIALS, "").expect_err("numbers");
    let said = error.to_string();
    assert!(
        said.contains("Excel serial days: 2024-03-04 21:00") && said.contains("format.datetime = \"excel\""),
        "{said}"
    );
    assert!(error.is_study());
    assert_eq!(mean(SERIALS, "format.datetime='excel'").ok(), Some((2.25, 2)));
    assert_eq!(mean(SERIALS, "format.datetime='excel_day'").ok(), Some((2.0, 2)));
    let by_comma = SERIALS.replace(',', ";").replace('.', ",");
    assert_eq!(mean(&by_comma, "format.datetime='excel'").ok(), Some((2.25, 2)));
}

/// 1,709,251,200 s are 19,783 days: 54 years, their 13 leap days and 60 days are 1 March 2024, UTC.
///
/// The first dossier takes three days, until the 4th. The second is finished at 17:00 UTC on 31 March, which is April in Hanoi.
#[test]
fn seconds_since_1970_are_offered_and_are_utc() {
    let seconds = [[1_709_251_200_u64, 1_709_510_400], [1_709_251_200, 1_711_904_400]];
    for (word, unit, zeros) in
        [("epoch", "seconds", ""), ("epoch_ms", "milliseconds", "000"), ("epoch_us", "microseconds", "000000")]
    {
        let rows = seconds.iter().enumerate().map(|(id, [from, to])| format!("{id},{from}{zeros},{to}{zeros}\n"));
        let csv = format!("case_id,received_at,finished_at\n{}", rows.collect::<String>());
        let error = mean(&csv, "").expect_err("numbers");
        let said = error.to_string();
        assert!(said.contains(&format!("{unit} since 1970: 2024-03-04 00:00:00 UTC")), "{said}");
        assert!(said.contains(&format!("format.datetime = \"{word}\"")) && error.is_study(), "{said}");
        assert_eq!(mean(&csv, &format!("format.datetime='{word}'")).ok(), Some((3.0, 1)), "{word}");
    }
}

#[test]
fn a_column_of_several_formats_is_refused_with_an_example_of_each() {
    let csv = "case_id,received_at\n1,2024-03-01\n2,25/03/2024\n3,2024-03-02\n4,26/03/2024\n";
    let error = mean(csv, "").expect_err("two formats");
    let said = error.to_string();
    assert!(said.contains("`2024-03-01`") && said.contains("`25/03/2024`") && error.is_study(), "{said}");
    let bench = Workbench::new();
    let told = bench.study(csv, "compare.cluster='none'\nformat.datetime='%d/%m/%Y'");
    let findings = told.plan().and_then(|plan| plan.check()).expect("findings");
    let rows: Vec<_> = findings.quarantine.iter().map(|row| (row.row, row.rule)).collect();
    assert_eq!(rows, [(1, Rule::OtherDateFormat), (3, Rule::OtherDateFormat)]);
}

/// At the command line: nothing on standard output, exit code 2, and then the code of a log that is read.
#[test]
fn numbers_for_dates_exit_with_two_until_the_study_says_what_they_are() {
    let bench = Workbench::new();
    let _ = bench.study(SERIALS, "");
    let text = "log.cases = ['cases.csv']\nwindows.is = '2024-03-01..2024-03-31'\ncompare.cluster = 'none'";
    let study = bench.write("study.toml", text).to_string_lossy().into_owned();
    let refused = giamtang(&["check", &study], b"");
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_eq!((refused.status.code(), refused.stdout.is_empty()), (Some(2), true), "{said}");
    assert!(said.contains("cases.csv: column `finished_at` holds numbers"), "{said}");
    assert_eq!(giamtang(&["check", &study, "--set", "format.datetime=excel"], b"").status.code(), Some(0));
}
