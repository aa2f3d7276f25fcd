//! Workbooks (.xlsx) as offices export them: one sheet, taken out whole.
//!
//! A workbook comes from outside, so its archive is looked at before anything is read from it. Then the sheet is
//! chosen, its header is found below the title lines, and its cells are read one after another: what is kept grows
//! with the cells that hold something, never with the size that the sheet claims to have.

mod archive;
mod cells;
mod dates;
mod table;

use crate::error::{Error, Result, nearest_name};
use crate::ingest::rows::{Rows, Texts};
use calamine::{Reader, SheetType, SheetVisible, Xlsx};
use cells::{Book, Cells};
use std::fs::File;
use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use table::Table;
use unicode_normalization::UnicodeNormalization;

/// A workbook's sheet, taken out whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ingest) struct Sheet {
    /// Its name.
    pub(in crate::ingest) name: String,
    /// The other visible sheets with content, where the study did not say which one is meant.
    pub(in crate::ingest) others: Vec<String>,
    /// The rows of the sheet above its header, blank ones among them.
    pub(in crate::ingest) above: u32,
    /// The names of its columns, trimmed, each once.
    pub(in crate::ingest) header: Vec<String>,
    rows: Rows,
}

impl Sheet {
    /// Its rows with the wanted columns, which are places in the header, in the order asked for.
    pub(in crate::ingest) fn rows(&self, wanted: &[usize]) -> Rows {
        let blank = || self.rows.numbers.iter().map(|_| "").collect::<Texts>();
        let column = |place: &usize| self.rows.columns.get(*place).cloned().unwrap_or_else(blank);
        let (numbers, misshapen) = (self.rows.numbers.clone(), self.rows.misshapen.clone());
        Rows { numbers, columns: wanted.iter().map(column).collect(), misshapen }
    }
}

/// Reads a sheet: the one of that name, or the first visible one with content.
///
/// The header is the first row with two texts or more, or else the first row with content; rows are numbered from 1
/// after it. Blank rows between others are misshapen; those at the end are no rows.
///
/// # Errors
///
/// The file is no workbook, is damaged, or unpacks to too much; it has no such sheet, or no cell with content.
pub(in crate::ingest) fn read(path: &Path, sheet: Option<&str>) -> Result<Sheet> {
    let unreadable = |why: String| Error::unreadable(path, why);
    let file = File::open(path).map_err(|e| Error::unreadable(path, e))?;
    let taken = catch_unwind(AssertUnwindSafe(move || {
        archive::check(&file).map_err(unreadable)?;
        let book = Xlsx::new(BufReader::new(file));
        let mut book = book.map_err(|e| unreadable(format!("the workbook is damaged: {e}")))?;
        match sheet {
            Some(wanted) => {
                let name = named(&book, wanted).map_err(|expected| unknown(path, wanted, &expected))?;
                take(&mut book, name, Vec::new()).map_err(unreadable)
            }
            None => take_first(&mut book).map_err(unreadable),
        }
    }));
    taken.unwrap_or_else(|_| Err(unreadable("the workbook is damaged".to_owned())))
}

fn unknown(path: &Path, wanted: &str, expected: &str) -> Error {
    Error::value("log.sheet", wanted, format!("a sheet of {}{expected}", path.display()))
}

/// The sheet of that name, however either of them is composed; else what to say of those there are.
fn named(book: &Book, wanted: &str) -> std::result::Result<String, String> {
    let names = worksheets(book, |_| true);
    let alike = |name: &&String| name.trim().nfc().eq(wanted.trim().nfc());
    if let Some(name) = names.iter().find(|name| *name == wanted).or_else(|| names.iter().find(alike)) {
        return Ok(name.clone());
    }
    Err(match nearest_name(wanted, names.iter().map(String::as_str)) {
        Some(near) => format!(" (did you mean `{near}`?)"),
        None if names.is_empty() => ", which has none".to_owned(),
        None => {
            let quoted: Vec<String> = names.iter().take(10).map(|name| format!("`{name}`")).collect();
            format!(", such as {}", quoted.join(", "))
        }
    })
}

/// The sheets of cells whose visibility is wanted, in the workbook's order.
fn worksheets(book: &Book, wanted: impl Fn(SheetVisible) -> bool) -> Vec<String> {
    let all = book.sheets_metadata().iter();
    let found = all.filter(|sheet| sheet.typ == SheetType::WorkSheet && wanted(sheet.visible));
    found.map(|sheet| sheet.name.clone()).collect()
}

/// The first visible sheet with content; the others with content are named.
fn take_first(book: &mut Book) -> std::result::Result<Sheet, String> {
    let mut filled = Vec::new();
    for name in worksheets(book, |visible| visible == SheetVisible::Visible) {
        match Cells::of(book, &name).and_then(|mut cells| Ok(cells.next()?.is_some())) {
            Ok(false) => {}
            // Damage to a sheet that is not read stops nobody.
            Err(why) if filled.is_empty() => return Err(why),
            Ok(true) | Err(_) => filled.push(name),
        }
    }
    let mut filled = filled.into_iter();
    let first = filled.next().ok_or("it has no cell with content in a visible sheet")?;
    take(book, first, filled.collect())
}

fn take(book: &mut Book, name: String, others: Vec<String>) -> std::result::Result<Sheet, String> {
    let header_row = header_row(&mut Cells::of(book, &name)?)?;
    let above = header_row.ok_or_else(|| format!("sheet `{name}` has no cell with content"))?;
    let mut table = Table::below(above);
    let mut cells = Cells::of(book, &name)?;
    while let Some(cell) = cells.next()? {
        table.add(cell).map_err(|why| format!("sheet `{name}` {why}"))?;
    }
    let (header, rows) = table.finish();
    Ok(Sheet { name, others, above, header, rows })
}

/// The first row with two texts or more, or else the first with content, counted from 0.
fn header_row(cells: &mut Cells<'_>) -> std::result::Result<Option<u32>, String> {
    let (mut first, mut row, mut texts) = (None, 0, 0);
    while let Some(cell) = cells.next()? {
        first = first.or(Some(cell.row));
        if cell.row > row {
            (row, texts) = (cell.row, 0);
        }
        texts += u32::from(cell.is_text);
        if texts == 2 {
            return Ok(Some(row));
        }
    }
    Ok(first)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::ingest::rules::Rule;
    use std::io::Write;
    use tempfile::NamedTempFile;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    const STYLES: &str = r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy hh:mm:ss"/></numFmts>
        <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="46"/></cellXfs></styleSheet>"#;
    const RELATED: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    /// A zip of these parts.
    pub(in crate::ingest::format) fn zipped(parts: &[(&str, &[u8])]) -> NamedTempFile {
        let mut zip = ZipWriter::new(NamedTempFile::new().unwrap());
        for (name, content) in parts {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(content).unwrap();
        }
        zip.finish().unwrap()
    }

    /// Rows of cells: a number, `NUMBER@STYLE`, a text, a cell as it stands in the file, or nothing.
    fn grid(rows: &[&[&str]]) -> String {
        let cell = |said: &&str| match said.split_once('@').unwrap_or((said, "0")) {
            ("", _) => "<c/>".to_owned(),
            (number, style) if number.parse::<f64>().is_ok() => format!("<c s=\"{style}\"><v>{number}</v></c>"),
            _ if said.starts_with('<') => said.to_string(),
            _ => format!("<c t=\"inlineStr\"><is><t xml:space=\"preserve\">{said}</t></is></c>"),
        };
        let row = |cells: &&[&str]| format!("<row>{}</row>", cells.iter().map(cell).collect::<String>());
        rows.iter().map(row).collect()
    }

    /// The parts of a workbook: attributes of the book, shared texts, and sheets as attributes and rows.
    fn parts(book: &str, shared: &[&str], sheets: &[(&str, String)]) -> Vec<(String, String)> {
        let texts: String = shared.iter().map(|text| format!("<si><t>{text}</t></si>")).collect();
        let mut related = format!(r#"<Relationship Id="s" Type="{RELATED}/styles" Target="styles.xml"/>"#);
        let mut named = String::new();
        let mut parts = vec![
            ("[Content_Types].xml".into(), "<Types/>".into()),
            (
                "_rels/.rels".into(),
                relationships(&format!(
                    r#"<Relationship Id="a" Type="{RELATED}/officeDocument" Target="xl/workbook.xml"/>"#
                )),
            ),
            ("xl/styles.xml".into(), STYLES.into()),
            ("xl/sharedStrings.xml".into(), format!("<sst>{texts}</sst>")),
        ];
        for (n, (attributes, rows)) in sheets.iter().enumerate() {
            named += &format!(r#"<sheet {attributes} r:id="r{n}"/>"#);
            related += &format!(r#"<Relationship Id="r{n}" Type="{RELATED}/worksheet" Target="worksheets/s{n}.xml"/>"#);
            let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
            parts.push((format!("xl/worksheets/s{n}.xml"), sheet));
        }
        let book = format!("<workbook><workbookPr {book}/><sheets>{named}</sheets></workbook>");
        parts
            .extend([("xl/workbook.xml".into(), book), ("xl/_rels/workbook.xml.rels".into(), relationships(&related))]);
        parts
    }

    fn relationships(inside: &str) -> String {
        format!("<Relationships>{inside}</Relationships>")
    }

    fn written(parts: &[(String, String)]) -> NamedTempFile {
        zipped(&parts.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect::<Vec<_>>())
    }

    /// A workbook with one part in place of its own.
    fn with_part(name: &str, content: &str) -> NamedTempFile {
        let mut parts = parts("", &["a"], &[(r#"name="A""#, grid(&[&["id", "at"], &["1", "2"]]))]);
        parts.retain(|(part, _)| part != name);
        parts.push((name.to_owned(), content.to_owned()));
        written(&parts)
    }

    /// The sheet of a workbook of one sheet.
    fn sheet(rows: &str) -> Sheet {
        let file = written(&parts("", &["shared", " ", "x"], &[(r#"name="A""#, rows.to_owned())]));
        read(file.path(), None).unwrap()
    }

    fn why(file: &NamedTempFile) -> String {
        read(file.path(), None).unwrap_err().to_string()
    }

    /// The rows with all columns, as a table of texts.
    fn table(sheet: &Sheet) -> Vec<(u64, Vec<&str>)> {
        let rows = sheet.rows.numbers.iter().enumerate();
        rows.map(|(row, number)| (*number, sheet.rows.columns.iter().map(|column| column.get(row)).collect())).collect()
    }

    #[test]
    fn the_header_stands_below_the_title_lines() {
        let sheet = sheet(&grid(&[
            &["BÁO CÁO TÌNH HÌNH"],
            &[],
            &["", "", "2024", "7"],
            &[" Mã hồ sơ ", "", "Ngày", "Ngày", "", "Ngày"],
            &["H1", "", "", "b", "c"],
            &[],
            &["", " ", "", "<c s=\"1\"/>"],
            &["Tổng cộng", "", "1"],
            &["<c s=\"1\"/>"],
            &[],
        ]));
        assert_eq!((sheet.name.as_str(), sheet.above), ("A", 3));
        assert_eq!(sheet.header, ["Mã hồ sơ", "Ngày", "Ngày_duplicated_0", "column_5", "Ngày_duplicated_1"]);
        assert_eq!(table(&sheet), [(1, vec!["H1", "", "b", "c", ""]), (4, vec!["Tổng cộng", "1", "", "", ""])]);
        let misshapen: Vec<_> = sheet.rows.misshapen.iter().map(|row| (row.row, row.rule, &row.value)).collect();
        assert_eq!(misshapen, [(2, Rule::BlankRow, &None), (3, Rule::BlankRow, &None)]);
        let picked = sheet.rows(&[3, 0]);
        assert_eq!((picked.columns[0].get(0), picked.columns[1].get(1)), ("c", "Tổng cộng"));
    }

    #[test]
    fn without_a_row_of_texts_the_first_with_content_is_the_header() {
        let sheet = sheet(&grid(&[&[], &["", "id"], &["", "7"], &["", "8"]]));
        assert_eq!((sheet.above, sheet.header.as_slice()), (1, &["id".to_owned()][..]));
        assert_eq!(table(&sheet), [(1, vec!["7"]), (2, vec!["8"])]);
    }

    #[test]
    fn cells_say_what_they_hold() {
        let sheet = sheet(&grid(&[
            &["a", "b", "c", "d"],
            &[r#"<c t="s"><v>0</v></c>"#, r#"<c t="b"><v>1</v></c>"#, r#"<c t="e"><v>#N/A</v></c>"#, "1e15"],
            &["<c><f>1+2</f><v>3</v></c>", r#"<c t="str"><f>T(1)</f><v>x &amp; y</v></c>"#, "<c><f>A1</f></c>", "0.1"],
            &[r#"<c t="d"><v>2024-01-01T09:00:00</v></c>"#, "1.5@3", "60@1", "-1@1"],
            &[r#"<c t="s"><v>1</v></c>"#, " x ", r#"<c t="str"><f>A1</f><v></v></c>"#],
        ]));
        let expected = [
            ["shared", "true", "#N/A", "1000000000000000"],
            ["3", "x & y", "=A1", "0.1"],
            ["2024-01-01T09:00:00", "1.5", "60", "-1"],
            ["", " x ", "", ""],
        ];
        assert_eq!(table(&sheet).into_iter().map(|(_, texts)| texts).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn dates_are_written_as_exactly_as_their_column_needs() {
        let sheet = sheet(&grid(&[
            &["day", "time", "exact", "mixed"],
            &["45292@1", "45292@1", "45292.375@2", "45292.5@2"],
            &["45293@2", "45292.375@2", "45292.3750001157407@2", "chưa có"],
            &["", "", "", "45293"],
        ]));
        let expected = [
            ["2024-01-01", "2024-01-01 00:00:00", "2024-01-01 09:00:00.000", "2024-01-01 12:00:00"],
            ["2024-01-02", "2024-01-01 09:00:00", "2024-01-01 09:00:00.010", "chưa có"],
            ["", "", "", "45293"],
        ];
        assert_eq!(table(&sheet).into_iter().map(|(_, texts)| texts).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_book_may_count_from_1904() {
        let rows = grid(&[&["a", "b"], &["43830@1", "0.5@2"]]);
        let file = written(&parts(r#"date1904="1""#, &[], &[(r#"name="A""#, rows)]));
        let sheet = read(file.path(), None).unwrap();
        assert_eq!(table(&sheet), [(1, vec!["2024-01-01", "1904-01-01 12:00:00"])]);
    }

    #[test]
    fn the_first_visible_sheet_with_content_is_read() {
        let filled = |text: &str| grid(&[&["id", "text"], &["1", text]]);
        let composed_apart = "Hồ sơ".nfd().collect::<String>();
        let file = written(&parts(
            "",
            &[],
            &[
                (r#"name="Ẩn" state="hidden""#, filled("hidden")),
                (r#"name="Trống""#, grid(&[&["<c s=\"1\"/>", " "]])),
                (&format!(r#"name="{composed_apart}""#), filled("first")),
                (r#"name="Khác &amp; cũ""#, filled("second")),
            ],
        ));
        let sheet = read(file.path(), None).unwrap();
        assert_eq!((&sheet.name, sheet.others.as_slice()), (&composed_apart, &["Khác & cũ".to_owned()][..]));
        assert_eq!(table(&sheet), [(1, vec!["1", "first"])]);
        for (wanted, text) in [("Hồ sơ", "first"), ("Ẩn", "hidden"), ("Khác & cũ", "second")] {
            let sheet = read(file.path(), Some(wanted)).unwrap();
            assert_eq!((table(&sheet), sheet.others.len()), (vec![(1, vec!["1", text])], 0));
        }
        let error = read(file.path(), Some("Hồ sơ 1")).unwrap_err();
        assert!(error.is_study() && error.to_string().contains("log.sheet"), "{error}");
        let error = read(file.path(), Some("zzz")).unwrap_err().to_string();
        assert!(error.contains("such as `Ẩn`, `Trống`"), "{error}");
        let error = read(file.path(), Some("Trống")).unwrap_err().to_string();
        assert!(error.contains("sheet `Trống` has no cell with content"), "{error}");
    }

    #[test]
    fn a_header_is_kept_as_it_is_composed() {
        let apart: String = "Mã hồ sơ".nfd().collect();
        assert_eq!(sheet(&grid(&[&[&apart, "b"]])).header, [apart.as_str(), "b"]);
    }

    #[test]
    fn a_far_cell_and_a_long_blank_tail_cost_little() {
        let far = r#"<row r="1048576"><c r="XFD1048576"><v>7</v></c></row>"#;
        let rows = grid(&[&["a", "b"], &["1", "2"]]) + far;
        let found = sheet(&rows);
        assert_eq!(
            (found.header.as_slice(), found.rows.misshapen.len()),
            (&["a", "b", "column_16384"].map(String::from)[..], 1_048_573)
        );
        assert_eq!(table(&found), [(1, vec!["1", "2", ""]), (1_048_575, vec!["", "", "7"])]);
        let tail = "<row><c s=\"1\"/><c t=\"s\"><v>1</v></c></row>".repeat(100_000);
        let found = sheet(&(grid(&[&["a", "b"], &["1", "2"]]) + &tail));
        assert_eq!((found.rows.numbers, found.rows.misshapen), (vec![1], vec![]));
    }

    #[test]
    fn cells_out_of_place_are_told_with_their_place() {
        let second = |cell: &str| grid(&[&["a", "b"]]) + "<row r=\"2\">" + cell + "</row>";
        let cases = [
            (second(r#"<c r="A1"><v>1</v></c>"#), "after row 1, column 2: a cell stands where none can be"),
            (second(r#"<c r="B2"><v>1</v></c><c r="B2"><v>1</v></c>"#), "after row 2, column 2"),
            (second(r#"<c r="XFE2"><v>1</v></c>"#), "a cell stands where none can be"),
            (second(r#"<c r="A1048577"><v>1</v></c>"#), "a cell stands where none can be"),
            (second(r#"<c t="s"><v>9</v></c>"#), "after row 1, column 2: Cell string index not found"),
            (second(r#"<c t="e"><v>#SPILL!</v></c>"#), "#SPILL!"),
            (second("<c><v>1</v>"), "is damaged after row 1, column 2"),
        ];
        for (rows, expected) in cases {
            let why = why(&written(&parts("", &[], &[(r#"name="A""#, rows)])));
            assert!(why.contains("sheet `A` is damaged") && why.contains(expected), "{why}");
        }
        let nothing = why(&written(&parts("", &[], &[(r#"name="A""#, String::new())])));
        assert!(nothing.contains("it has no cell with content"), "{nothing}");
    }

    #[test]
    fn a_book_cut_off_or_damaged_anywhere_is_refused_or_read() {
        let rows = grid(&[&["id", "at"], &["1", "45292@1"]]);
        let whole = std::fs::read(written(&parts("", &["a"], &[(r#"name="A""#, rows)])).path()).unwrap();
        let file = NamedTempFile::new().unwrap();
        for cut in (0..whole.len()).step_by(37) {
            std::fs::write(file.path(), &whole[..cut]).unwrap();
            assert!(read(file.path(), None).is_err(), "cut at {cut}");
        }
        for at in (0..whole.len()).step_by(11) {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x55;
            std::fs::write(file.path(), &damaged).unwrap();
            let _ = read(file.path(), None).map(|sheet| assert_eq!(table(&sheet), [(1, vec!["1", "2024-01-01"])]));
        }
    }

    #[test]
    fn parts_that_would_fill_the_memory_are_refused() {
        let formats =
            |font: &str| format!("<styleSheet><fonts><font><name val=\"{font}\"/></font></fonts></styleSheet>");
        let cases = [
            ("xl/sharedStrings.xml", r#"<sst uniqueCount="99999999999"/>"#.to_owned(), "says that it has more than"),
            ("xl/workbook.xml", format!("<workbook>{}</workbook>", r#"<sheet name="A"/>"#.repeat(1025)), "`sheet`"),
            ("XL\\Styles.xml", formats(&"a".repeat(1100)), "an entry `name` of more than 1024 bytes"),
            ("xl/styles.xml", "<xf/>".repeat(262_145), "more than 262144 entries `xf`"),
            ("xl/workbook.xml", r#"<!DOCTYPE a [<!ENTITY b "c">]><workbook/>"#.to_owned(), "(DTD)"),
            ("xl/worksheets/s0.xml", "<?xml version='1.0'?> <!-- --><!DOCTYPE a><worksheet/>".to_owned(), "(DTD)"),
            ("customXml/item1.xml", "<!doctype a><b/>".to_owned(), "(DTD)"),
        ];
        for (name, content, expected) in cases {
            let why = why(&with_part(name, &content));
            assert!(why.contains(expected), "{name}: {why}");
        }
    }
}
