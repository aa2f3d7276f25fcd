//! Whole rows of a CSV, taken apart into columns by any worker.

use super::super::quarantine::Rule;
use super::super::rows::{Misshapen, Rows};
use super::csv::Shape;
use super::csv_fields::{Fields, is_blank};
use super::csv_lines::{after_line_end, is_line_end, line_ends};
use super::csv_record::Record;

/// The characters that are shown of a row or a field.
const SHOWN: usize = 200;

/// Whole rows of a CSV as bytes.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::ingest) struct Chunk {
    /// The number of its first row; the first row after the header is 1.
    pub(super) first_row: u64,
    /// Its rows; each has its line end.
    pub(super) bytes: Vec<u8>,
}

impl Chunk {
    /// The rows with the wanted columns, which are places in the header, in the order asked for.
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
        let fields = || self.wanted.iter().map(|index| self.record.field(*index));
        if let Some(bad) = fields().find(|field| str::from_utf8(field).is_err()) {
            let value = beginning(&String::from_utf8_lossy(head(bad)));
            return self.set_aside(Rule::UndecodableText, Some(value));
        }
        for (column, index) in self.rows.columns.iter_mut().zip(self.wanted) {
            column.push(str::from_utf8(self.record.field(*index)).unwrap_or_default());
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
    beginning(&format!("{found} {fields}, {header} in the header{lines}: {}", String::from_utf8_lossy(head(row))))
}

/// At most 200 characters.
fn beginning(text: &str) -> String {
    text.chars().take(SHOWN).collect()
}

/// The bytes that 200 characters can take.
fn head(bytes: &[u8]) -> &[u8] {
    bytes.get(..4 * SHOWN).unwrap_or(bytes)
}
