//! Names out of logs are hostile: in no rendering do they do anything.

use super::*;
use crate::workbench::Workbench;
use giamtang::report::{FormFormat, Lang, Style, form};

const NAMES: [&str; 6] =
    ["<script>alert(1)</script>", "\" onload=\"x", "=cmd|' /C calc'!A1", "\u{202e}ffo", "+1+1", "a & b <!-- ]]>"];

fn hostile() -> (Workbench, Filled) {
    let long = "Ủy".repeat(250);
    let mut rows = csv::Writer::from_writer(Vec::new());
    rows.write_record(["case_id", "received_at", "due_at", "finished_at", "unit", "field", "channel"]).expect("a row");
    for (place, name) in NAMES.iter().copied().chain([&*long]).enumerate() {
        let id = place.to_string();
        rows.write_record([&*id, "2024-03-04", "2024-03-08", "", name, name, "online"]).expect("a row");
    }
    let bench = Workbench::new();
    let text = String::from_utf8(rows.into_inner().expect("rows")).expect("UTF-8");
    let more = "form.agency = '<img src=x onerror=1>'\nform.receiver = '=HYPERLINK(1)'";
    let own = filled(bench.study(&text, more), Asked { by_unit: true, ..asked() });
    (bench, own)
}

fn written(own: &Filled, format: FormFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    form(own, format, &mut bytes).expect("written");
    crate::contract::kept_if_json(&bytes);
    bytes
}

#[test]
fn names_are_no_markup_in_a_page() {
    let (_bench, own) = hostile();
    let page = String::from_utf8(written(&own, FormFormat::Html(Lang::Vi))).expect("UTF-8");
    assert!(!page.contains("<script>alert") && !page.contains("<img") && !page.contains("<!-- ]]>"));
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && page.contains("&lt;img src=x onerror=1&gt;"));
}

#[test]
fn names_are_texts_in_a_workbook() {
    let (bench, own) = hostile();
    let path = bench.write("form.xlsx", written(&own, FormFormat::Xlsx));
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(&path).expect("a workbook");
    let formulas = calamine::Reader::worksheet_formula(&mut book, "06a").expect("a sheet");
    assert_eq!(formulas.used_cells().count(), 0);
    let cells = calamine::Reader::worksheet_range(&mut book, "06a").expect("a sheet");
    let has = |text: &str| cells.used_cells().any(|(.., cell)| cell.to_string().contains(text));
    assert!(has("=cmd|' /C calc'!A1") && has("<script>alert(1)</script>") && has("Đơn vị nhận báo cáo: =HYPERLINK(1)"));
}

#[test]
fn names_move_nothing_on_a_terminal() {
    let (_bench, own) = hostile();
    let page = String::from_utf8(written(&own, FormFormat::Terminal(Style::default()))).expect("UTF-8");
    assert!(!page.contains('\u{202e}') && !page.contains('\u{1b}'));
    assert!(page.lines().all(|line| line.chars().count() <= 100));
}

#[test]
fn names_stand_in_json_as_they_are() {
    let (_bench, own) = hostile();
    let form: Value = serde_json::from_slice(&written(&own, FormFormat::Json)).expect("JSON");
    let units = form["units"].as_array().expect("units");
    assert_eq!(units.len(), NAMES.len() + 1);
    assert!(units.iter().any(|unit| unit["name"] == NAMES[0]));
}
