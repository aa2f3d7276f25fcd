//! The scorecard as a workbook: numbers that are numbers, texts that are nothing else, reasons beside what is empty.

use crate::tidy::{ASKED, bytes};
use crate::workbench::{Workbench, giamtang, project};
use calamine::{Data, Range, Reader, Xlsx, open_workbook_from_rs};
use giamtang::report::{Format, Lang};
use giamtang::{Scorecard, Study};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};
use std::process::Command;

type Book = Xlsx<Cursor<Vec<u8>>>;

fn book(card: &Scorecard, lang: Lang) -> Book {
    open_workbook_from_rs(Cursor::new(bytes(card, Format::Xlsx(lang)))).expect("a workbook")
}

fn sheet(book: &mut Book, name: &str) -> Range<Data> {
    book.worksheet_range(name).unwrap_or_else(|why| panic!("{name}: {why}"))
}

/// The rows under the headings, each by the last heading before the bands repeat them.
fn rows(range: &Range<Data>, first: &str) -> Vec<BTreeMap<String, Data>> {
    let mut lines = range.rows().skip_while(|row| row[0] != Data::String(first.to_owned()));
    let headings: Vec<String> = lines.next().expect("headings").iter().map(ToString::to_string).collect();
    let row = |row: &[Data]| {
        let mut cells = BTreeMap::new();
        for (heading, cell) in headings.iter().zip(row) {
            cells.entry(heading.clone()).or_insert_with(|| cell.clone());
        }
        cells
    };
    lines.take_while(|row| row[0] != Data::Empty).map(row).collect()
}

/// A log of these units, a dossier each in March: days that it took as they stand here.
fn of_units(units: &[(&str, u32)]) -> Scorecard {
    let mut log = csv::Writer::from_writer(Vec::new());
    log.write_record(["case_id", "received_at", "finished_at", "unit"]).expect("a header");
    for (number, (unit, days)) in units.iter().enumerate() {
        let finished = format!("2024-03-{:02}", days + 1);
        log.write_record([&number.to_string(), "2024-03-01", &finished, *unit]).expect("a row");
    }
    let bench = Workbench::new();
    bench.write("cases.csv", log.into_inner().expect("bytes"));
    let text = "study.name = '=1+1'\nlog.cases = ['cases.csv']\n\
                windows = { was = '2024-02-01..2024-02-29', is = '2024-03-01..2024-03-31' }\ncompare.by = ['unit']";
    let study = Study::parse(text, bench.path("study.toml")).expect("a study");
    study.plan().and_then(|plan| plan.compare()).expect("a scorecard")
}

#[test]
fn what_is_absent_is_an_empty_cell_beside_its_reason() {
    let card = of_units(&[("A", 3), ("B", 2), ("C", 5)]);
    for (lang, name, heading, remarks, why) in [
        (
            Lang::En,
            "Time and cost",
            ["KPI", "was", "is"],
            "why a figure is missing; what to know",
            "no column `due_at`",
        ),
        (
            Lang::Vi,
            "Thời gian và chi phí",
            ["chỉ tiêu", "trước", "sau"],
            "vì sao thiếu số liệu; điều cần biết",
            "không có cột `due_at`",
        ),
    ] {
        let mut book = book(&card, lang);
        let rows = rows(&sheet(&mut book, name), heading[0]);
        let id = if lang == Lang::En { "id" } else { "mã chỉ tiêu" };
        let find = |kpi: &str| rows.iter().find(|row| row[id] == Data::String(kpi.into())).expect("a row");
        // (3 + 2 + 5) / 3 days after; nothing was received before.
        let mean = find("time/closed_time_mean");
        assert_eq!((&mean[heading[1]], &mean[heading[2]]), (&Data::Empty, &Data::Float(3.33333333333)));
        let on_time = find("time/on_time");
        assert_eq!((&on_time[heading[1]], &on_time[heading[2]]), (&Data::Empty, &Data::Empty));
        assert!(on_time[remarks].to_string().contains(why), "{:?}", on_time[remarks]);
        // What the log cannot tell at all stands behind what it can.
        assert_eq!(rows[0][id], Data::String("time/elapsed_time".into()));
        assert!(rows.iter().position(|row| row[id] == on_time[id]) > rows.iter().position(|row| row[id] == mean[id]));
    }
}

/// Whatever a name begins with, its cell is a text and shows it; what turns or hides text is written out.
#[test]
fn names_are_texts_and_nothing_else() {
    let long = "x".repeat(500);
    let names = [
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        ("+1", "+1"),
        ("-1", "-1"),
        ("@SUM(1)", "@SUM(1)"),
        ("a\tb", "a\tb"),
        ("مكتب", "مكتب"),
        ("a\u{202e}b", "a\\u{202e}b"),
        ("🏛", "🏛"),
        ("<script>alert(1)</script> & \"'", "<script>alert(1)</script> & \"'"),
        ("_x0041_", "_x0041_"),
        (&long, &long),
    ];
    let units: Vec<(&str, u32)> = names.iter().map(|(name, _)| (*name, 3)).collect();
    let card = of_units(&units);
    for lang in [Lang::En, Lang::Vi] {
        let bytes = bytes(&card, Format::Xlsx(lang));
        let parts = parts(&bytes);
        for (name, part) in parts.iter().filter(|(name, _)| name.starts_with("xl/worksheets/sheet")) {
            assert!(!part.contains("<f>") && !part.contains("<f "), "{name} has a formula");
        }
        assert!(parts.keys().all(|name| !name.contains("external") && !name.contains("vba")), "{:?}", parts.keys());
        let mut book: Book = open_workbook_from_rs(Cursor::new(bytes)).expect("a workbook");
        let groups = sheet(&mut book, if lang == Lang::En { "Groups" } else { "Theo nhóm" });
        let shown: BTreeSet<String> = rows(&groups, "unit").iter().map(|row| row["unit"].to_string()).collect();
        // Read back without its own escape, a name is what the log has.
        let shown: BTreeSet<String> = shown.iter().map(|name| name.replace("_x005F_", "_")).collect();
        assert_eq!(shown, names.iter().map(|(_, shown)| (*shown).to_owned()).collect());
        let summary = sheet(&mut book, if lang == Lang::En { "Summary" } else { "Tổng hợp" });
        assert_eq!(summary.get((0, 0)), Some(&Data::String("=1+1".into())));
    }
}

/// The files in a workbook.
fn parts(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip archive");
    let mut parts = BTreeMap::new();
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).expect("a part");
        let mut text = String::new();
        part.read_to_string(&mut text).expect("XML");
        let name = part.name().expect("a name").into_owned();
        let when = part.last_modified().expect("a time");
        assert_eq!((when.year(), when.month(), when.day()), (1980, 1, 1), "{name}");
        parts.insert(name, text);
    }
    parts
}

#[test]
fn the_same_scorecard_is_the_same_bytes_without_a_time_or_a_place() {
    let own = bytes(&ASKED, Format::Xlsx(Lang::Vi));
    assert!(own == bytes(&ASKED, Format::Xlsx(Lang::Vi)), "not the same bytes");
    let parts = parts(&own);
    assert_eq!(parts["docProps/core.xml"].matches("2000-01-01T00:00:00Z").count(), 2);
    let place = project("").display().to_string();
    assert!(parts.values().all(|part| !part.contains(&place)), "a path of this machine");
    assert!(parts["xl/sharedStrings.xml"].contains(&ASKED.provenance.plan[..16]));
}

/// The numbers stand in the same cells in both languages, and every sheet has a name that a workbook may have.
#[test]
fn both_languages_have_the_same_numbers() {
    let [mut en, mut vi] = [Lang::En, Lang::Vi].map(|lang| book(&ASKED, lang));
    let names = |book: &Book| book.sheet_names();
    assert_eq!(names(&en).len(), names(&vi).len());
    for name in names(&en).iter().chain(&names(&vi)) {
        assert!(name.encode_utf16().count() <= 31 && !name.contains(['[', ']', ':', '*', '?', '/', '\\']), "{name}");
    }
    let distinct: BTreeSet<String> = names(&vi).iter().map(|name| name.to_lowercase()).collect();
    assert_eq!(distinct.len(), names(&vi).len());
    let mut compared = 0;
    for (english, vietnamese) in names(&en).iter().zip(&names(&vi)) {
        let [one, other] = [sheet(&mut en, english), sheet(&mut vi, vietnamese)];
        let numbers = |range: &Range<Data>| {
            let cells = range.used_cells().filter(|(.., cell)| !matches!(cell, Data::String(_)));
            cells.map(|(row, column, cell)| (row, column, cell.to_string())).collect::<Vec<_>>()
        };
        assert_eq!(numbers(&one), numbers(&other), "{english}");
        compared += numbers(&one).len();
    }
    assert!(compared > 20_000, "{compared}");
}

/// The axes' verdicts and reasons stand in words on the first sheet, with the windows as days.
#[test]
fn the_summary_says_what_it_is_of() {
    for (lang, name, verdict, reason) in [
        (Lang::En, "Summary", "○ not shown", "perhaps worse beyond its margin: Withdrawn or returned"),
        (Lang::Vi, "Tổng hợp", "○ chưa có bằng chứng", "có thể xấu đi quá mức cho phép: Rút hoặc trả lại"),
    ] {
        let mut book = book(&ASKED, lang);
        let summary = sheet(&mut book, name);
        let texts: Vec<String> = summary.used_cells().map(|(.., cell)| cell.to_string()).collect();
        assert!(texts.iter().any(|text| text == verdict), "{texts:?}");
        assert!(texts.iter().any(|text| text.contains(reason)), "{texts:?}");
        // 15 February 2023, by the days that workbooks count from the eve of 1900: 44,972.
        let days = summary.used_cells().filter_map(|(.., cell)| match cell {
            Data::DateTime(day) => Some(day.as_f64()),
            _ => None,
        });
        assert_eq!(days.collect::<Vec<_>>(), [44_972.0, 45_138.0, 45_337.0, 45_504.0]);
    }
}

#[test]
fn a_terminal_gets_no_workbook() {
    let study = project("fixtures/study/study.toml").display().to_string();
    for format in ["xlsx", "parquet"] {
        let command = format!("'{}' compare '{study}' --quiet --format {format}", env!("CARGO_BIN_EXE_giamtang"));
        let output = Command::new("script").args(["-qec", &command, "/dev/null"]).output().expect("script runs");
        let told = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains("a terminal cannot show it") && told.len() < 500, "{told}");
        // A pipe gets it, and so does a file.
        let arguments = ["compare", &study, "--quiet", "--format", format];
        let piped = giamtang(&arguments, b"");
        let magic: &[u8] = if format == "xlsx" { b"PK\x03\x04" } else { b"PAR1" };
        assert!(piped.status.success() && piped.stdout.starts_with(magic));
        let bench = Workbench::new();
        let path = bench.path("out");
        let filed = giamtang(&[&arguments[..], &["-o", path.to_str().expect("UTF-8")]].concat(), b"");
        assert!(filed.status.success() && filed.stdout.is_empty());
        assert!(std::fs::read(path).expect("a file") == piped.stdout);
    }
    assert_eq!(giamtang(&["check", &study, "--format", "xlsx"], b"").status.code(), Some(2));
}
