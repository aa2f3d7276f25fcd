//! One row of a CSV, taken apart field by field by csv-core.

use super::lines::after_line_end;
use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

/// The fields of the row that was read last, without their quotation marks.
pub(super) struct Record {
    reader: Reader,
    columns: usize,
    text: Vec<u8>,
    written: usize,
    /// Where the fields that have a column end, and room for some that have none.
    ends: Vec<usize>,
    /// All of them, with those that have no column.
    found: usize,
}

/// Fields without a column are counted so many at a time.
const SPARE: usize = 64;

impl Record {
    /// No row yet, of a CSV with this separator and so many columns.
    pub(super) fn new(separator: u8, columns: usize) -> Self {
        let mut reader = ReaderBuilder::new().delimiter(separator).build();
        // csv-core drops a byte-order mark where it first reads; here that may be the middle of a file.
        reader.read_record(&[], &mut [], &mut []);
        let (text, ends) = (vec![0; 4096], vec![0; columns + SPARE]);
        Self { reader, columns, text, written: 0, ends, found: 0 }
    }

    /// Reads the row that bytes begin with; says how long it is with its line end.
    ///
    /// The row must not be a blank line. `None` where the row does not end in these bytes: the record is of no more use then.
    pub(super) fn read(&mut self, bytes: &[u8]) -> Option<usize> {
        let (mut read, mut end) = (0, 0);
        (self.written, self.found) = (0, 0);
        loop {
            let (text, ends) = (&mut self.text[self.written..], &mut self.ends[end..]);
            let (result, more_read, more_written, more_found) = self.reader.read_record(&bytes[read..], text, ends);
            read += more_read;
            self.written += more_written;
            self.found += more_found;
            end += more_found;
            match result {
                ReadRecordResult::Record => return Some(after_line_end(bytes, read.saturating_sub(1))),
                ReadRecordResult::OutputFull => self.text.resize(self.text.len() * 2, 0),
                // A damaged row may have millions of fields: no more of them are kept than there are columns.
                ReadRecordResult::OutputEndsFull => end = self.columns,
                ReadRecordResult::InputEmpty | ReadRecordResult::End => return None,
            }
        }
    }

    /// The number of fields.
    pub(super) fn len(&self) -> usize {
        self.found
    }

    /// A field that has a column; empty where the row has none there.
    pub(super) fn field(&self, index: usize) -> &[u8] {
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        let end = self.ends.get(index).filter(|_| index < self.found.min(self.columns));
        end.and_then(|end| self.text.get(start..*end)).unwrap_or_default()
    }

    /// All fields, one directly after another.
    pub(super) fn text(&self) -> &[u8] {
        &self.text[..self.written]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(record: &Record) -> Vec<String> {
        (0..record.len()).map(|at| String::from_utf8_lossy(record.field(at)).into_owned()).collect()
    }

    #[test]
    fn a_row_is_read_with_its_line_end() {
        let cases: [(&str, Option<usize>, &[&str]); 10] = [
            ("a,b\nc", Some(4), &["a", "b"]),
            ("a,b\r\nc", Some(5), &["a", "b"]),
            ("a,b\rc", Some(4), &["a", "b"]),
            ("a,\r", Some(3), &["a", ""]),
            (",,\n\n", Some(3), &["", "", ""]),
            ("\"a,\"\"b\n\"\n", Some(9), &["a,\"b\n"]),
            ("\"a\"b\"c,d\n", Some(9), &["ab\"c", "d"]),
            ("\u{feff}\"a\"\n", Some(7), &["\u{feff}\"a\""]),
            ("a,b", None, &[]),
            ("\"a\n", None, &[]),
        ];
        for (text, length, expected) in cases {
            let mut record = Record::new(b',', 3);
            assert_eq!(record.read(text.as_bytes()), length, "{text:?}");
            if length.is_some() {
                assert_eq!(fields(&record), expected, "{text:?}");
                assert_eq!(record.text(), expected.concat().as_bytes(), "{text:?}");
            }
            assert_eq!(record.field(9), b"");
        }
    }

    #[test]
    fn rows_of_any_size_follow_one_another() {
        let mut record = Record::new(b';', 2);
        let long = "x".repeat(100_000);
        let text = format!("\"{long}\";1\r{}\r\n3;4\n", ";".repeat(9_999));
        let mut at = 0;
        let mut sizes = Vec::new();
        while let Some(length) = record.read(&text.as_bytes()[at..]) {
            at += length;
            sizes.push((length, record.len(), record.text().len(), record.field(0).len(), record.field(1).len()));
        }
        assert_eq!(sizes, [(100_005, 2, 100_001, 100_000, 1), (10_001, 10_000, 0, 0, 0), (4, 2, 2, 1, 1)]);
    }
}
