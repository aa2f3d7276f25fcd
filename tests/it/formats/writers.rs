//! The same table written in every format that giamtang reads.

use ::zip::ZipWriter;
use ::zip::write::SimpleFileOptions;
use chrono::{NaiveDate, NaiveDateTime};
use polars::prelude::*;
use std::io::Write;
use unicode_normalization::UnicodeNormalization;

/// What one cell holds; a blank text is an absent one.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Text(String),
    Number(Option<i64>),
    Day(Option<NaiveDate>),
    Moment(Option<NaiveDateTime>),
}

/// A table of typed columns: each column has cells of one kind.
#[derive(Clone, Debug)]
pub struct Table {
    pub names: Vec<&'static str>,
    pub rows: Vec<Vec<Cell>>,
}

impl Cell {
    /// A cell of the same kind as `like`, read from text.
    fn of(text: &str, like: &Self) -> Self {
        let said = (!text.is_empty()).then_some(text);
        match like {
            Self::Text(_) => Self::Text(text.to_owned()),
            Self::Number(_) => Self::Number(said.map(|text| text.parse().expect("a number"))),
            Self::Day(_) => Self::Day(said.map(|text| text.parse().expect("a day"))),
            Self::Moment(_) => {
                let moment = |text| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").expect("a moment");
                Self::Moment(said.map(moment))
            }
        }
    }

    /// As text formats write it; blank where it is absent.
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.map(|number| number.to_string()).unwrap_or_default(),
            Self::Day(day) => day.map(|day| day.to_string()).unwrap_or_default(),
            Self::Moment(at) => at.map(|at| at.format("%Y-%m-%d %H:%M:%S").to_string()).unwrap_or_default(),
        }
    }
}

impl Table {
    /// A table of lines whose cells are apart by bars; `kinds` says what each column holds.
    pub fn of(names: &[&'static str], kinds: &[Cell], lines: &[&str]) -> Self {
        let row = |line: &&str| line.split('|').zip(kinds).map(|(text, kind)| Cell::of(text, kind)).collect::<Vec<_>>();
        let rows: Vec<Vec<Cell>> = lines.iter().map(row).collect();
        assert!(rows.iter().all(|row| row.len() == names.len()));
        Self { names: names.to_vec(), rows }
    }

    pub fn csv(&self, separator: u8) -> Vec<u8> {
        let mut writer = csv::WriterBuilder::new().delimiter(separator).from_writer(Vec::new());
        writer.write_record(&self.names).expect("a header");
        for row in &self.rows {
            writer.write_record(row.iter().map(Cell::text)).expect("a row");
        }
        writer.into_inner().expect("the rows")
    }

    pub fn ndjson(&self) -> Vec<u8> {
        let value = |cell: &Cell| match cell {
            Cell::Number(number) => serde_json::json!(number),
            // What is absent may be null as well as blank.
            cell => Some(cell.text()).filter(|text| !text.is_empty()).into(),
        };
        let line = |row: &Vec<Cell>| {
            let object: serde_json::Map<_, _> =
                self.names.iter().map(|name| (*name).to_owned()).zip(row.iter().map(value)).collect();
            serde_json::Value::Object(object).to_string() + "\n"
        };
        self.rows.iter().map(line).collect::<String>().into_bytes()
    }

    /// One trace a row, its moments with their offset; the id is the trace's name, as the standard has it.
    pub fn xes(&self) -> Vec<u8> {
        let attribute = |(name, cell): (&&str, &Cell)| {
            let key = if *name == "case_id" { "concept:name" } else { name };
            let (tag, text) = match cell {
                Cell::Moment(Some(at)) => ("date", at.format("%Y-%m-%dT%H:%M:%S.000+07:00").to_string()),
                Cell::Number(Some(_)) => ("int", cell.text()),
                cell => ("string", cell.text()),
            };
            let value = escaped(&text);
            // What is absent is left out, or stands without a value.
            if text.is_empty() && name.len() % 2 == 0 {
                String::new()
            } else {
                format!("<{tag} key=\"{key}\" value=\"{value}\"/>")
            }
        };
        let trace = |row: &Vec<Cell>| {
            let own: String = self.names.iter().zip(row).map(attribute).collect();
            format!("  <trace>{own}<event><string key=\"concept:name\" value=\"Tiếp nhận\"/></event></trace>\n")
        };
        let traces: String = self.rows.iter().map(trace).collect();
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<log xes.version=\"1.0\">\n{traces}</log>\n").into_bytes()
    }

    /// Typed columns; moments with the zone where one is given, else as local time.
    pub fn frame(&self, unit: TimeUnit, zone: Option<&'static str>) -> DataFrame {
        let column = |(place, name): (usize, &&str)| {
            let cells = || self.rows.iter().map(|row| &row[place]);
            let column = match self.rows[0][place] {
                Cell::Text(_) => Column::new(
                    (*name).into(),
                    cells().map(|cell| Some(cell.text()).filter(|text| !text.is_empty())).collect::<Vec<_>>(),
                ),
                Cell::Number(_) => Column::new(
                    (*name).into(),
                    cells().map(|cell| if let Cell::Number(own) = cell { *own } else { None }).collect::<Vec<_>>(),
                ),
                Cell::Day(_) => Column::new(
                    (*name).into(),
                    cells().map(|cell| if let Cell::Day(own) = cell { *own } else { None }).collect::<Vec<_>>(),
                ),
                Cell::Moment(_) => moments(name, cells(), unit, zone),
            };
            column.with_name((*name).into())
        };
        let columns = self.names.iter().enumerate().map(column).collect();
        DataFrame::new(self.rows.len(), columns).expect("columns of one length")
    }

    /// A workbook with shared texts, and dates as days counted from 1900 in cells of a date's style.
    pub fn xlsx(&self) -> Vec<u8> {
        let mut shared: Vec<String> = Vec::new();
        let mut text = |text: &str| {
            let place = shared.iter().position(|own| own == text).unwrap_or_else(|| {
                shared.push(text.to_owned());
                shared.len() - 1
            });
            format!("<c t=\"s\"><v>{place}</v></c>")
        };
        let header: String = self.names.iter().map(|name| text(name)).collect();
        let mut cell = |cell: &Cell| match cell {
            Cell::Day(Some(day)) => format!("<c s=\"1\"><v>{}</v></c>", serial(day.and_time(Default::default()))),
            Cell::Moment(Some(at)) => format!("<c s=\"2\"><v>{}</v></c>", serial(*at)),
            Cell::Number(Some(number)) => format!("<c><v>{number}</v></c>"),
            Cell::Text(own) if !own.is_empty() => text(own),
            _ => "<c/>".to_owned(),
        };
        let rows = self.rows.iter().map(|row| format!("<row>{}</row>", row.iter().map(&mut cell).collect::<String>()));
        let sheet =
            format!("<worksheet><sheetData><row>{header}</row>{}</sheetData></worksheet>", rows.collect::<String>());
        let texts: String =
            shared.iter().map(|text| format!("<si><t xml:space=\"preserve\">{}</t></si>", escaped(text))).collect();
        let parts = BOOK.iter().map(|(name, part)| (*name, (*part).to_owned()));
        let own = [("xl/worksheets/sheet1.xml", sheet), ("xl/sharedStrings.xml", format!("<sst>{texts}</sst>"))];
        let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, part) in parts.chain(own) {
            zip.start_file(name, SimpleFileOptions::default()).expect("a part");
            zip.write_all(part.as_bytes()).expect("a part");
        }
        zip.finish().expect("a workbook").into_inner()
    }
}

/// The parts of a workbook of one sheet: 14 is the built-in style of a day, 22 that of a moment.
const BOOK: [(&str, &str); 5] = [
    ("[Content_Types].xml", "<Types/>"),
    (
        "_rels/.rels",
        "<Relationships><Relationship Id=\"a\" Target=\"xl/workbook.xml\" \
         Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\"/></Relationships>",
    ),
    ("xl/workbook.xml", "<workbook><workbookPr/><sheets><sheet name=\"Hồ sơ\" r:id=\"r1\"/></sheets></workbook>"),
    (
        "xl/_rels/workbook.xml.rels",
        "<Relationships><Relationship Id=\"r1\" Target=\"worksheets/sheet1.xml\" \
         Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\"/>\
         <Relationship Id=\"s\" Target=\"styles.xml\" \
         Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\"/></Relationships>",
    ),
    (
        "xl/styles.xml",
        "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"22\"/></cellXfs></styleSheet>",
    ),
];

/// Days since 30 December 1899, as sheets count them.
fn serial(at: NaiveDateTime) -> f64 {
    let origin = NaiveDate::from_ymd_opt(1899, 12, 30).expect("a day").and_time(Default::default());
    at.signed_duration_since(origin).num_seconds() as f64 / 86_400.0
}

fn moments<'a>(
    name: &str,
    cells: impl Iterator<Item = &'a Cell>,
    unit: TimeUnit,
    zone: Option<&'static str>,
) -> Column {
    let moments: Vec<Option<NaiveDateTime>> =
        cells.map(|cell| if let Cell::Moment(own) = cell { *own } else { None }).collect();
    // Hanoi is seven hours ahead of UTC, in which a column with a zone is kept.
    let hours = if zone.is_some() { 7 } else { 0 };
    let utc: Vec<_> = moments.into_iter().map(|at| at.map(|at| at - chrono::Duration::hours(hours))).collect();
    let zone = zone.map(|zone| TimeZone::opt_try_new(Some(zone)).expect("a zone").expect("a zone"));
    Column::new(name.into(), utc).cast(&DataType::Datetime(unit, zone)).expect("moments")
}

fn escaped(text: &str) -> String {
    let own = |c: char| match c {
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '"' => "&quot;".to_owned(),
        // A line break or a tab that stands as it is would be read as a space.
        '\n' | '\t' => format!("&#{};", u32::from(c)),
        c => c.to_string(),
    };
    text.chars().map(own).collect()
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(bytes).expect("memory");
    packed.finish().expect("memory")
}

pub fn parquet(mut frame: DataFrame) -> Vec<u8> {
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut frame).expect("Parquet");
    bytes
}

pub fn ipc(mut frame: DataFrame) -> Vec<u8> {
    let mut bytes = Vec::new();
    IpcWriter::new(&mut bytes).finish(&mut frame).expect("Arrow");
    bytes
}

pub fn ipc_stream(mut frame: DataFrame) -> Vec<u8> {
    let mut bytes = Vec::new();
    IpcStreamWriter::new(&mut bytes).finish(&mut frame).expect("Arrow");
    bytes
}

pub fn utf_16(text: &str) -> Vec<u8> {
    [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

/// As old systems wrote Vietnamese: a vowel, and after it its tone.
pub fn windows_1258(text: &str) -> Vec<u8> {
    const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'];
    let spelled = text.nfc().flat_map(|letter| {
        let (tone, vowel): (String, String) = letter.nfd().partition(|part| TONES.contains(part));
        (vowel.nfc().collect::<String>() + &tone).chars().collect::<Vec<_>>()
    });
    encoded(&spelled.collect::<String>(), encoding_rs::WINDOWS_1258)
}

pub fn latin_1(text: &str) -> Vec<u8> {
    encoded(text, encoding_rs::WINDOWS_1252)
}

fn encoded(text: &str, encoding: &'static encoding_rs::Encoding) -> Vec<u8> {
    let (bytes, _, missing) = encoding.encode(text);
    assert!(!missing, "{text}");
    bytes.into_owned()
}
