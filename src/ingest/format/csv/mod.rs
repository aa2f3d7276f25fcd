//! CSV: read in chunks of whole rows by one thread, taken apart by many.
//!
//! [`Shape::of`] finds the separator and the header, [`Chunks`] cuts what follows between rows, and [`Chunk::rows`] takes
//! a chunk apart. Rows are numbered from 1 after the header; a blank line is a row where something follows it.

mod chunks;
mod fields;
mod header;
mod lines;
mod record;
mod rows;

pub(in crate::ingest) use chunks::Chunks;
pub(in crate::ingest) use rows::Chunk;

use crate::error::{Error, Result};
use header::{Beginning, Header};
use std::io::Read;
use std::path::Path;

/// How a CSV is written: its separator and its header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ingest) struct Shape {
    /// The byte between two fields.
    pub(in crate::ingest) separator: u8,
    /// The names of its columns, trimmed.
    ///
    /// A repeated one ends in `_duplicated_0`, `_duplicated_1`, and so on.
    pub(in crate::ingest) header: Vec<String>,
    /// The bytes before its rows.
    pub(super) start: usize,
}

impl Shape {
    /// Reads the beginning of a text, as far as its header goes.
    ///
    /// The separator is a comma, what a first line such as `sep=;` says, or where a comma finds one column only, the
    /// first of semicolon, tab and bar that finds more.
    ///
    /// # Errors
    ///
    /// The text cannot be read or has no header; the header does not end, or is not in UTF-8.
    pub(in crate::ingest) fn of(mut input: impl Read, path: &Path) -> Result<Self> {
        let mut beginning = Beginning::default();
        loop {
            beginning.read(&mut input).map_err(|error| Error::unreadable(path, format!("in its header: {error}")))?;
            if let Some(header) = beginning.header().map_err(|why| Error::unreadable(path, why))? {
                let shape = Self::under(&header).ok_or(NO_UTF_8);
                let shape = shape.and_then(|shape| if shape.has_nul() { Err(NULS) } else { Ok(shape) });
                return shape.map_err(|why| Error::unreadable(path, why));
            }
        }
    }

    fn under(header: &Header) -> Option<Self> {
        Some(Self { separator: header.separator, header: header.names()?, start: header.end })
    }

    /// Whether a NUL stands in its header, as in UTF-16 without a mark every other byte of it is one.
    fn has_nul(&self) -> bool {
        self.header.iter().any(|name| name.contains('\0'))
    }
}

const NO_UTF_8: &str = "its header is not in UTF-8; set `format.encoding`";

const NULS: &str = "its header has NUL bytes, as UTF-16 without a mark has; save it in UTF-8, or set `format.encoding`";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::rows::marked;
    use crate::ingest::rules::Rule;
    use csv_core::{ReadRecordResult, Reader};
    use proptest::prelude::*;

    /// A row as it was read: its fields, or what is wrong with it.
    type Row = std::result::Result<Vec<String>, (Rule, Option<String>)>;

    fn shape(columns: usize) -> Shape {
        Shape { separator: b',', header: (0..columns).map(|column| column.to_string()).collect(), start: 0 }
    }

    /// All rows and why there are no more; every number stands once and in its place.
    fn read(bytes: &[u8], columns: usize, block: usize, longest: usize) -> (Vec<Row>, Option<String>) {
        let (shape, wanted) = (shape(columns), (0..columns).collect::<Vec<_>>());
        let mut all = Vec::new();
        for chunk in Chunks::sized(bytes, &shape, Path::new("log.csv"), block, longest) {
            match chunk {
                Ok(chunk) => all.extend(numbered(chunk.rows(&shape, &wanted), all.len() as u64)),
                Err(error) => return (all, Some(error.to_string())),
            }
        }
        (all, None)
    }

    fn numbered(rows: crate::ingest::rows::Rows, before: u64) -> Vec<Row> {
        let whole = rows.numbers.iter().enumerate().map(|(at, number)| {
            let fields = rows.columns.iter().map(|column| column.get(at).to_owned()).collect();
            (*number, Ok(fields))
        });
        let set_aside = rows.misshapen.iter().map(|row| (row.row, Err((row.rule, row.value.clone()))));
        let mut all: Vec<(u64, Row)> = whole.chain(set_aside).collect();
        all.sort_by_key(|(number, _)| *number);
        assert!(all.iter().zip(before + 1..).all(|((number, _), expected)| *number == expected));
        all.into_iter().map(|(_, row)| row).collect()
    }

    /// The records csv-core finds byte by byte, `None` for a blank line.
    ///
    /// And whether a quotation mark stays open.
    fn by_csv_core(bytes: &[u8]) -> (Vec<Option<Vec<Vec<u8>>>>, bool) {
        let (mut reader, mut rows, mut inside) = (Reader::new(), Vec::new(), false);
        let (mut text, mut ends, mut written, mut found) = ([0; 999], [0; 999], 0, 0);
        reader.read_record(&[], &mut [], &mut []);
        for (at, byte) in bytes.iter().chain(b"\n").enumerate() {
            let pair = *byte == b'\n' && at > 0 && bytes.get(at - 1) == Some(&b'\r');
            if !inside && matches!(byte, b'\n' | b'\r') && !pair && at < bytes.len() {
                rows.push(None);
            }
            inside = inside || !matches!(byte, b'\n' | b'\r');
            let (result, _, more_written, more_found) =
                reader.read_record(&[*byte], &mut text[written..], &mut ends[found..]);
            (written, found) = (written + more_written, found + more_found);
            if result == ReadRecordResult::Record {
                let starts = std::iter::once(&0).chain(&ends[..found]);
                rows.push(Some(starts.zip(&ends[..found]).map(|(start, end)| text[*start..*end].to_vec()).collect()));
                (written, found, inside) = (0, 0, false);
            }
        }
        let rows_end = rows.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
        if !inside {
            rows.truncate(rows_end);
        }
        (rows, inside)
    }

    /// Whether a row was read as csv-core reads it.
    fn agrees(row: &Row, fields: Option<&Vec<Vec<u8>>>, columns: usize) -> bool {
        let texts: Vec<_> = fields.into_iter().flatten().map(|field| marked(field).into_owned()).collect();
        let blank = texts.iter().all(|text| text.trim().is_empty());
        match row {
            Err((Rule::BlankRow, None)) => blank,
            Err((Rule::RaggedRow, Some(value))) => {
                let found = value.split(' ').next().and_then(|found| found.parse().ok());
                !blank && texts.len() != columns && found == Some(texts.len())
            }
            Err(_) => false,
            Ok(read) => !blank && *read == texts,
        }
    }

    fn text() -> impl Strategy<Value = Vec<u8>> {
        let usual = ["a", ",", ",", "\"", "\"", "\n", "\n", "\r", "\r\n", ";", "é", " "].map(str::as_bytes).to_vec();
        let rare = ["\u{feff}", "\u{a0}", "\0", "\"\"", ",\"", "\",", "\"\n"].map(str::as_bytes).to_vec();
        let broken = vec![&b"\xff"[..], b"\xc3"];
        let select = proptest::sample::select;
        let piece = prop_oneof![20 => select(usual), 4 => select(rare), 1 => select(broken)];
        proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn rows_do_not_depend_on_the_blocks(bytes in text(), columns in 1..4_usize, block in 2..50_usize, longest in 4..99_usize) {
            let whole = read(&bytes, columns, 1 << 20, longest);
            prop_assert_eq!(read(&bytes, columns, block, longest), whole);
        }

        #[test]
        fn rows_are_those_of_csv_core(bytes in text(), columns in 1..4_usize, block in 2..50_usize) {
            let (rows, error) = read(&bytes, columns, block, 1 << 20);
            let (expected, open) = by_csv_core(&bytes);
            prop_assert_eq!(rows.len(), expected.len());
            for (row, fields) in rows.iter().zip(&expected) {
                prop_assert!(agrees(row, fields.as_ref(), columns), "{:?}, csv-core reads {:?}", row, fields);
            }
            let why = format!("log.csv: cannot be read: row {}: a quotation mark is not closed. Check", rows.len() + 1);
            prop_assert_eq!(error.map(|error| error.starts_with(&why)), open.then_some(true));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..99), block in 2..50_usize) {
            let path = Path::new("log.csv");
            if let Ok(shape) = Shape::of(&bytes[..], path) {
                let chunks: Vec<_> = Chunks::sized(&bytes[..], &shape, path, block, 1 << 20).collect();
                prop_assert!(chunks.iter().rev().skip(1).all(Result::is_ok));
                chunks.iter().flatten().for_each(|chunk| drop(chunk.rows(&shape, &[0, 1])));
            }
        }
    }

    #[test]
    fn a_file_is_read_from_its_header_to_its_end() {
        let text = "\r\nsep=;\r\n Mã ;ngày;ngày\r\n1;2;3\r\n\r\n4;\"5;\r\n\";6\r\n\r\n";
        let path = Path::new("log.csv");
        let shape = Shape::of(text.as_bytes(), path).expect("a header");
        assert_eq!(
            (shape.separator, &shape.header[..]),
            (b';', &["Mã", "ngày", "ngày_duplicated_0"].map(str::to_owned)[..])
        );
        let chunks: Vec<_> = Chunks::new(text.as_bytes(), &shape, path).map(|chunk| chunk.expect("rows")).collect();
        let [chunk] = &chunks[..] else { panic!("{chunks:?}") };
        let rows = chunk.rows(&shape, &[1]);
        assert_eq!((&rows.numbers[..], rows.columns[0].iter().collect::<Vec<_>>()), (&[1, 3][..], vec!["2", "5;\r\n"]));
        assert_eq!(rows.misshapen.iter().map(|row| (row.row, row.rule)).collect::<Vec<_>>(), [(2, Rule::BlankRow)]);
    }

    #[test]
    fn a_file_without_a_header_is_refused() {
        for (text, why) in [
            (&b"\n\n"[..], "log.csv: cannot be read: it is empty. Check"),
            (b"a,\xe1\n1,2", "log.csv: cannot be read: its header is not in UTF-8; set `format.encoding`. Check"),
            (b"a,\"b\n1,2", "log.csv: cannot be read: its header has a quotation mark that is not closed. Check"),
        ] {
            let error = Shape::of(text, Path::new("log.csv")).expect_err("no header");
            assert!(error.to_string().starts_with(why), "{error}");
        }
    }
}
