//! Whole rows of a CSV, taken apart into columns by any worker.

use super::Shape;
use super::fields::{Fields, is_blank};
use super::lines::{after_line_end, is_line_end, line_ends};
use super::record::Record;
use crate::ingest::rows::{Misshapen, Rows, marked};
use crate::ingest::rules::Rule;

/// Whole rows of a CSV as bytes.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::ingest) struct Chunk {
    /// The number of its first row; the first row after the header is 1.
    pub(super) first_row: u64,
    /// Its rows; each has its line end.
    pub(super) bytes: Vec<u8>,
}

impl Chunk {
    /// The rows with the wanted columns, in the order asked for.
    ///
    /// A column is asked for by its place in the header.
    pub(in crate::ingest) fn rows(&self, shape: &Shape, wanted: &[usize]) -> Rows {
        let mut apart = Apart {
            shape,
            wanted,
            number: self.first_row,
            record: Record::new(shape.separator, shape.header.len()),
            fields: Fields::new(shape.separator, shape.header.len()),
            rows: Rows::of(wanted.len()),
        };
        apart.take(&self.bytes);
        apart.rows
    }
}

/// The rows taken apart so far.
struct Apart<'a> {
    shape: &'a Shape,
    wanted: &'a [usize],
    number: u64,
    record: Record,
    fields: Fields,
    rows: Rows,
}

impl Apart<'_> {
    fn take(&mut self, bytes: &[u8]) {
        let text = simdutf8::basic::from_utf8(bytes).ok();
        let mut at = 0;
        while let Some(first) = bytes.get(at) {
            at = match text {
                _ if is_line_end(first) => self.blank(bytes, at),
                Some(text) => self.standing(text, at).unwrap_or_else(|| self.other(bytes, at)),
                None => self.other(bytes, at),
            };
            self.number += 1;
        }
    }

    /// A blank line.
    fn blank(&mut self, bytes: &[u8], at: usize) -> usize {
        self.set_aside(Rule::BlankRow, None);
        after_line_end(bytes, at)
    }

    /// A row whose fields are written as they read, as nearly all are.
    fn standing(&mut self, text: &str, at: usize) -> Option<usize> {
        let end = self.fields.find(text.as_bytes(), at)?;
        if !self.is_set_aside(self.fields.len(), self.fields.are_blank(), &text.as_bytes()[at..end]) {
            self.rows.numbers.push(self.number);
            for (column, index) in self.rows.columns.iter_mut().zip(self.wanted) {
                column.push(self.fields.field(text, *index));
            }
        }
        Some(after_line_end(text.as_bytes(), end))
    }

    /// Any other row, or one whose bytes may not be text.
    fn other(&mut self, bytes: &[u8], at: usize) -> usize {
        let length = self.record.read(&bytes[at..]).unwrap_or(bytes.len() - at);
        let row = without_line_end(&bytes[at..at + length]);
        if !self.is_set_aside(self.record.len(), is_blank(self.record.text()), row) {
            self.push_record();
        }
        at + length
    }

    fn is_set_aside(&mut self, found: usize, blank: bool, row: &[u8]) -> bool {
        let columns = self.shape.header.len();
        if blank {
            self.set_aside(Rule::BlankRow, None);
        } else if found != columns {
            self.set_aside(Rule::RaggedRow, Some(ragged(found, columns, row)));
        }
        blank || found != columns
    }

    fn push_record(&mut self) {
        for (column, index) in self.rows.columns.iter_mut().zip(self.wanted) {
            column.push(&marked(self.record.field(*index)));
        }
        self.rows.numbers.push(self.number);
    }

    fn set_aside(&mut self, rule: Rule, value: Option<String>) {
        self.rows.misshapen.push(Misshapen { row: self.number, rule, value });
    }
}

fn without_line_end(row: &[u8]) -> &[u8] {
    let end = row.strip_suffix(b"\n").unwrap_or(row);
    end.strip_suffix(b"\r").unwrap_or(end)
}

/// What is shown of a row with more or fewer fields than the header.
fn ragged(found: usize, header: usize, row: &[u8]) -> String {
    let fields = if found == 1 { "field" } else { "fields" };
    let lines = match line_ends(row) {
        0 => String::new(),
        ends => format!(", {} lines", ends + 1),
    };
    // The row itself is not shown: nobody knows which of its fields are about persons.
    format!("{found} {fields}, {header} in the header{lines}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(separator: u8, columns: usize, wanted: &[usize], bytes: &[u8]) -> Rows {
        let header = (0..columns).map(|column| column.to_string()).collect();
        Chunk { first_row: 11, bytes: bytes.to_vec() }.rows(&Shape { separator, header, start: 0 }, wanted)
    }

    #[test]
    fn the_wanted_columns_stand_in_the_order_asked_for() {
        for (text, separator) in [
            ("a,b,c\nd,,f\n", b','),
            ("a;b;c\r\nd;;f\r\n", b';'),
            ("a\tb\tc\rd\t\tf\r", b'\t'),
            ("\"a\"|b|\"c\"\n\"d\"|\"\"|f\n", b'|'),
            ("a,\"\"\"\",c\nd,\"\"x,\"\"f\n", b','),
        ] {
            let rows = rows(separator, 3, &[2, 0, 2, 9], text.as_bytes());
            let columns = [["c", "f"], ["a", "d"], ["c", "f"], ["", ""]];
            assert_eq!(rows.columns, columns.map(|texts| texts.into_iter().collect()), "{text:?}");
            assert_eq!((rows.numbers, rows.misshapen), (vec![11, 12], vec![]), "{text:?}");
        }
        assert_eq!(rows(b',', 1, &[], b"a\n\"b\"\"\"\n").numbers, [11, 12]);
        assert_eq!(rows(b',', 1, &[0], b""), Rows::of(1));
    }

    #[test]
    fn a_row_without_a_value_is_blank() {
        // The last line of each is none, so that a wrong count shows.
        for (columns, text) in [
            (3, "\n,,\n , ,\"\"\n  \n\"\",\"\n\"\n,,,,\u{a0}\na,b,c\n"),
            (3, "\r\n,,\r\n , ,\"\"\r\n  \r\n\"\",\"\r\n\"\r\n,,,,\u{a0}\r\na,b,c\r\n"),
            (1, "\r \r\"\"\r\"\n\"\r,,\r\"\t\",\u{3000}\ra\r"),
            (1, "\n\r \n\"\"\n\"\n\"\n,\nx\n\"\"\"\"\n"),
        ] {
            let rows = rows(b',', columns, &[0], text.as_bytes());
            let blank: Vec<_> =
                rows.misshapen.iter().filter(|row| row.rule == Rule::BlankRow && row.value.is_none()).collect();
            assert_eq!((blank.len(), rows.numbers.first()), (6, Some(&17)), "{text:?}");
        }
    }

    #[test]
    fn a_row_with_more_or_fewer_fields_is_counted() {
        for (row, value) in [
            ("a,b", "2 fields, 3 in the header"),
            ("a,b,c,,", "5 fields, 3 in the header"),
            ("\"a\"\" \"", "1 field, 3 in the header"),
            ("a,\"b\nc\r\nd\re\"", "2 fields, 3 in the header, 4 lines"),
        ] {
            for end in ["\n", "\r\n", "\r"] {
                let rows = rows(b',', 3, &[0], format!("x,y,z{end}{row}{end}{end}x,y,z{end}").as_bytes());
                let expected = [(12, Rule::RaggedRow, Some(value.to_owned())), (13, Rule::BlankRow, None)];
                let expected = expected.map(|(row, rule, value)| Misshapen { row, rule, value });
                assert_eq!((rows.misshapen, rows.numbers), (expected.to_vec(), vec![11, 14]), "{row:?}");
            }
        }
    }

    #[test]
    fn bytes_that_are_no_text_matter_only_where_they_are_wanted() {
        let long = [b"\xff".repeat(900), b",\xfe,c\n".to_vec()].concat();
        let text = [b"a,\"\xffb\"\"\",\xc3\n\"x\",,\"\"\"\"\n", &long[..], b"\xc3,\xa9\n"].concat();
        let bad = |wanted: &[usize]| {
            let rows = rows(b',', 3, wanted, &text);
            assert_eq!((rows.numbers, rows.misshapen.len()), (vec![11, 12, 13], 1));
            let texts = rows.columns.iter().map(|column| column.iter().map(str::to_owned).collect::<Vec<_>>());
            texts.flatten().filter(|text| text.contains('\u{fffe}')).collect::<Vec<_>>()
        };
        assert_eq!(bad(&[]), [""; 0]);
        assert_eq!(bad(&[2]), ["\u{fffe}"]);
        assert_eq!(bad(&[1, 2]), ["\u{fffe}b\"", "\u{fffe}", "\u{fffe}"]);
        assert_eq!(bad(&[0]), ["\u{fffe}".repeat(900)]);
    }
}
