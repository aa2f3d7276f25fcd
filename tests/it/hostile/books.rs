//! Workbooks: bombs, declarations, cells where none can be, sheets that are not there.

use super::entry::{Entry, WINDOW, file, study, text};
use ::zip::write::SimpleFileOptions;
use ::zip::{CompressionMethod, ZipWriter};
use std::io::{Cursor, Write};

const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const SHEET: &str = "xl/worksheets/sheet1.xml";
const BOOK: &str = "xl/workbook.xml";

/// A header and two rows; 45352 is 1 March 2024.
const ROWS: &str = "<row r='1'><c r='A1' t='inlineStr'><is><t>case_id</t></is></c>\
    <c r='B1' t='inlineStr'><is><t>received_at</t></is></c><c r='C1' t='inlineStr'><is><t>unit</t></is></c></row>\
    <row r='2'><c r='A2' t='inlineStr'><is><t>H-1</t></is></c><c r='B2' s='1'><v>45352.375</v></c>\
    <c r='C2' t='inlineStr'><is><t>A</t></is></c></row>\
    <row r='3'><c r='A3' t='inlineStr'><is><t>H-2</t></is></c><c r='B3' s='1'><v>45353.5</v></c>\
    <c r='C3' t='inlineStr'><is><t>B</t></is></c></row>";

/// The parts of a sound workbook.
fn parts() -> Vec<(&'static str, String)> {
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    vec![
        (
            "[Content_Types].xml",
            format!(
                "<Types xmlns='{PACKAGE}/content-types'><Default Extension='xml' ContentType='application/xml'/><Default Extension='rels' ContentType='application/vnd.openxmlformats-package.relationships+xml'/><Override PartName='/{BOOK}' ContentType='{kind}.sheet.main+xml'/></Types>"
            ),
        ),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns='{PACKAGE}/relationships'><Relationship Id='r1' Type='{OFFICE}/officeDocument' Target='{BOOK}'/></Relationships>"
            ),
        ),
        (
            BOOK,
            format!(
                "<workbook xmlns='{MAIN}' xmlns:r='{OFFICE}'><workbookPr/><sheets><sheet name='Log' sheetId='1' r:id='r1'/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns='{PACKAGE}/relationships'><Relationship Id='r1' Type='{OFFICE}/worksheet' Target='worksheets/sheet1.xml'/><Relationship Id='r2' Type='{OFFICE}/styles' Target='styles.xml'/></Relationships>"
            ),
        ),
        (
            "xl/styles.xml",
            format!(
                "<styleSheet xmlns='{MAIN}'><cellXfs count='2'><xf numFmtId='0'/><xf numFmtId='22' applyNumberFormat='1'/></cellXfs></styleSheet>"
            ),
        ),
        (SHEET, format!("<worksheet xmlns='{MAIN}'><sheetData>{ROWS}</sheetData></worksheet>")),
    ]
}

fn zipped(parts: impl IntoIterator<Item = (String, String)>) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, text) in parts {
        archive.start_file(name, options).expect("memory");
        archive.write_all(text.as_bytes()).expect("memory");
    }
    archive.finish().expect("memory").into_inner()
}

/// A workbook in one of whose parts one text stands for another.
fn changed(part: &str, from: &str, to: &str) -> Vec<u8> {
    let mut all = parts();
    let text = &mut all.iter_mut().find(|(name, _)| *name == part).expect("a part").1;
    assert!(text.contains(from), "{part}: no {from}");
    *text = text.replacen(from, to, 1);
    zipped(all.into_iter().map(|(name, text)| (name.to_owned(), text)))
}

fn without(part: &str) -> Vec<u8> {
    zipped(parts().into_iter().filter(|(name, _)| *name != part).map(|(name, text)| (name.to_owned(), text)))
}

fn sound() -> Vec<u8> {
    without("")
}

/// A workbook of answers with a second sheet.
fn of_two_sheets() -> Vec<u8> {
    let mut all = parts();
    let names = [("received_at", "at"), ("unit", "score"), ("<t>A<", "<t>4<"), ("<t>B<", "<t>5<")];
    let one = names.iter().fold(all.pop().expect("a sheet").1, |text, (from, to)| text.replace(from, to));
    for (name, text) in &mut all {
        *text = match *name {
            BOOK => text.replace("</sheets>", "<sheet name='More' sheetId='2' r:id='r3'/></sheets>"),
            _ => text.replace(
                "<Relationship Id='r2'",
                &format!(
                    "<Relationship Id='r3' Type='{OFFICE}/worksheet' Target='worksheets/sheet2.xml'/><Relationship Id='r2'"
                ),
            ),
        };
    }
    all.extend([(SHEET, one.clone()), ("xl/worksheets/sheet2.xml", one)]);
    zipped(all.into_iter().map(|(name, text)| (name.to_owned(), text)))
}

fn beside() -> Vec<Entry> {
    let lines = format!("log = {{ cases = ['log.csv'], surveys = ['two.xlsx'] }}\n{WINDOW}");
    let two = study("surveys of two sheets", &lines).and("log.csv", || super::texts::sound().into());
    vec![two.and("two.xlsx", of_two_sheets).read(2, 0, &["other_sheets", "of two.xlsx"])]
}

pub fn entries() -> Vec<Entry> {
    [archives(), missing(), sheets(), cells(), beside()].into_iter().flatten().collect()
}

fn archives() -> Vec<Entry> {
    let whole = sound().len();
    let cut = |at: usize| {
        text(&format!("cut-at-{at}.xlsx"), &sound()[..at]).refused(1, &["zip archive is damaged or cut off"])
    };
    let one = |name: &str| zipped([(name.to_owned(), "case_id\n1\n".to_owned())]);
    vec![
        text("sound.xlsx", sound()).read(2, 0, &["XLSX"]),
        text("workbook.csv", sound()).read(2, 0, &["XLSX"]),
        text("archive.csv", one("a.csv")).refused(1, &["archive.csv", "a zip archive but no Excel workbook"]),
        text("empty-archive.xlsx", zipped([])).refused(1, &["empty-archive.xlsx", "no zip archive"]),
        text("binary.xlsb", one("xl/workbook.bin")).refused(1, &["binary workbook (.xlsb); save it as .xlsx"]),
        text("escaping.xlsx", one("../../etc/passwd")).refused(1, &["no Excel workbook"]),
        file("many-entries.xlsx", || zipped((0..10_001).map(|number| (number.to_string(), String::new()))))
            .refused(1, &["an archive of more than 10000 entries"]),
        text("damaged.xlsx", {
            let mut bytes = sound();
            let middle = bytes.len() / 2;
            bytes[middle..middle + 20].fill(0xff);
            bytes
        })
        .refused(1, &["damaged.xlsx", "damaged"]),
        cut(10),
        cut(100),
        cut(whole / 2),
        cut(whole - 10),
    ]
}

fn missing() -> Vec<Entry> {
    let sheets = "<sheet name='Log' sheetId='1' r:id='r1'/>";
    vec![
        text("no-book.xlsx", without(BOOK)).refused(1, &["xl/workbook.xml is not where it should be"]),
        text("no-styles.xlsx", without("xl/styles.xml")).refused(1, &["xl/styles.xml is not where it should be"]),
        text("no-sheet-part.xlsx", without(SHEET)).refused(1, &["sheet `Log` is damaged"]),
        text("no-sheets.xlsx", changed(BOOK, sheets, "")).refused(1, &["no cell with content in a visible sheet"]),
        text("hidden.xlsx", changed(BOOK, "sheetId='1'", "sheetId='1' state='hidden'")).refused(1, &["visible sheet"]),
        text("empty-sheet.xlsx", changed(SHEET, ROWS, "")).refused(1, &["no cell with content"]),
        text(
            "one-cell.xlsx",
            changed(SHEET, ROWS, "<row r='1'><c r='A1' t='inlineStr'><is><t>case_id</t></is></c></row>"),
        )
        .refused(2, &["one-cell.xlsx", "no column `received_at`"]),
        text("other-sheet.xlsx", sound())
            .with("log.sheet = 'Lgo'")
            .refused(2, &["`log.sheet = Lgo`", "other-sheet.xlsx, such as `Log`"]),
    ]
}

fn sheets() -> Vec<Entry> {
    let dtd = "<!DOCTYPE worksheet [<!ENTITY a 'b'>]><worksheet";
    vec![
        text("dtd.xlsx", changed(SHEET, "<worksheet", dtd)).refused(1, &["dtd.xlsx", "document type definition (DTD)"]),
        text(
            "dtd-in-book.xlsx",
            changed(BOOK, "<workbook", "<!DOCTYPE workbook SYSTEM 'file:///etc/passwd'><workbook"),
        )
        .refused(1, &["xl/workbook.xml has a document type definition (DTD)"]),
        text("cut-sheet.xlsx", changed(SHEET, "</t></is></c></row></sheetData></worksheet>", "</t"))
            .refused(1, &["cut-sheet.xlsx", "sheet `Log` is damaged after row 3, column 2"]),
        text("claims-much.xlsx", changed(SHEET, "<sheetData>", "<dimension ref='A1:XFD1048576'/><sheetData>")).read(
            2,
            0,
            &[],
        ),
        text("from-1904.xlsx", changed(BOOK, "<workbookPr/>", "<workbookPr date1904='1'/>")).read(
            2,
            0,
            &["received_at %Y-%m-%d %H:%M:%S"],
        ),
        text("dates-as-numbers.xlsx", changed(SHEET, "s='1'><v>45352.375", "><v>45352.375"))
            .refused(2, &["dates-as-numbers.xlsx", "mixes dates"]),
    ]
}

fn cells() -> Vec<Entry> {
    let far = "<row r='1048576'><c r='XFD1048576' t='inlineStr'><is><t>x</t></is></c></row></sheetData>";
    vec![
        text("far-cell.xlsx", changed(SHEET, "</sheetData>", far)).read(2, 1_048_573, &["blank_row", "missing_id"]),
        text("beyond-the-sheet.xlsx", changed(SHEET, "r='A2'", "r='ZZZZ99999999'"))
            .refused(1, &["a cell stands where none can be"]),
        text("row-zero.xlsx", changed(SHEET, "r='A2'", "r='A0'"))
            .refused(1, &["row-zero.xlsx", "sheet `Log` is damaged"]),
        text("cell-twice.xlsx", changed(SHEET, "r='B2'", "r='A2'")).refused(1, &["a cell stands where none can be"]),
        text("no-shared-text.xlsx", changed(SHEET, "t='inlineStr'><is><t>A</t></is>", "t='s'><v>99999999</v>"))
            .refused(1, &["no-shared-text.xlsx", "damaged"]),
        text("no-number.xlsx", changed(SHEET, "45352.375", "NaN")).refused(2, &["column `received_at`"]),
        text("huge-day.xlsx", changed(SHEET, "45352.375", "1e308")).refused(2, &["column `received_at`"]),
        text("formula-without-value.xlsx", changed(SHEET, "<v>45352.375</v>", "<f>NOW()</f>"))
            .refused(2, &["column `received_at`", "=NOW()"]),
    ]
}
