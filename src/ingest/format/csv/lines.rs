//! Where the lines and the rows of a CSV end, found without taking the rows apart.
//!
//! A line ends with `\n`, `\r\n` or a `\r` alone. A row ends with the first line that ends outside quotation marks. A
//! quotation mark opens a text only where a field begins; anywhere else it is a character like others.

use memchr::{memchr, memchr_iter, memrchr2};

/// The complete rows at the beginning of some bytes; a blank line is a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Complete {
    /// How many they are.
    pub(super) rows: u64,
    /// Where the last of them ends; the end of its line is part of it.
    pub(super) end: usize,
}

impl Complete {
    /// Finds them in bytes that begin with a row.
    pub(super) fn of(bytes: &[u8], separator: u8) -> Self {
        let mut found = Self::default();
        let mut from = 0;
        loop {
            let open = opening(bytes, from, separator);
            found.add(from, &bytes[from..open]);
            match closing(bytes, open) {
                Some(after) => from = after,
                None => return found,
            }
        }
    }

    /// Counts the line ends in bytes outside quotation marks, which begin at `from`.
    fn add(&mut self, from: usize, bytes: &[u8]) {
        // Between two quoted fields there is nothing but a separator.
        if bytes.len() == 1 && !bytes.first().is_some_and(is_line_end) {
            return;
        }
        if let Some(last) = memrchr2(b'\n', b'\r', bytes) {
            self.rows += line_ends(bytes);
            self.end = from + last + 1;
        }
    }
}

/// The next quotation mark that opens a text; where there is none, the end.
fn opening(bytes: &[u8], from: usize, separator: u8) -> usize {
    let begins = |at: usize| match at.checked_sub(1).and_then(|before| bytes.get(before)) {
        Some(before) => *before == separator || is_line_end(before),
        None => true,
    };
    let mut marks = memchr_iter(b'"', &bytes[from..]).map(|mark| from + mark);
    marks.find(|mark| begins(*mark)).unwrap_or(bytes.len())
}

/// Behind the quotation mark that closes the text opened at `open`.
///
/// A doubled one does not close.
fn closing(bytes: &[u8], open: usize) -> Option<usize> {
    let mut from = open + 1;
    loop {
        let mark = from + memchr(b'"', bytes.get(from..)?)?;
        if bytes.get(mark + 1) != Some(&b'"') {
            return Some(mark + 1);
        }
        from = mark + 2;
    }
}

/// Whether a byte ends a line, alone or with its neighbour.
pub(super) fn is_line_end(byte: &u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// How many lines end in some bytes.
pub(super) fn line_ends(bytes: &[u8]) -> u64 {
    let alone = memchr_iter(b'\r', bytes).filter(|at| bytes.get(at + 1) != Some(&b'\n')).count();
    (memchr_iter(b'\n', bytes).count() + alone) as u64
}

/// Where the next line begins, if a line ends at `at`.
pub(super) fn after_line_end(bytes: &[u8], at: usize) -> usize {
    let pair = bytes.get(at) == Some(&b'\r') && bytes.get(at + 1) == Some(&b'\n');
    (at + if pair { 2 } else { 1 }).min(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complete_rows_end_outside_quotation_marks() {
        let cases: [(&str, u64, usize); 18] = [
            ("", 0, 0),
            ("a", 0, 0),
            ("a\nb", 1, 2),
            ("a\r\nb\r\n", 2, 6),
            ("a\rb\r\rc", 3, 5),
            ("\n\r\n\r", 3, 4),
            ("\"a\nb\"\nc", 1, 6),
            ("\"a\nb\nc\n", 0, 0),
            ("1\n\"a\nb", 1, 2),
            ("x\"y\nz\n", 2, 6),
            ("\"a\"\"\n\"\n\"", 1, 7),
            ("\"a\"x\",\"\nb\n", 0, 0),
            ("\"a\"x\",\"\nb\"\n", 1, 11),
            ("\"a\"x\"\nb\n", 2, 8),
            ("a,\"\n\",\"\r\n\",b\r\nc,\"", 1, 14),
            ("\"\"\n\"\"\"\n", 1, 3),
            ("a\r\"\n\"\r", 2, 6),
            ("a \"\n,\"\n", 1, 4),
        ];
        for (text, rows, end) in cases {
            assert_eq!(Complete::of(text.as_bytes(), b','), Complete { rows, end }, "{text:?}");
        }
        assert_eq!(Complete::of(b"a;\"\n\"\n", b';'), Complete { rows: 1, end: 6 });
        assert_eq!(Complete::of(b"a,\"\n\"\n", b';'), Complete { rows: 1, end: 4 });
    }

    #[test]
    fn a_line_ends_in_three_ways() {
        assert_eq!(line_ends(b"a\nb\r\nc\rd\r\r\n\n\r"), 7);
        assert_eq!(after_line_end(b"a\r\nb", 1), 3);
        assert_eq!(after_line_end(b"a\r\rb", 1), 2);
        assert_eq!(after_line_end(b"a\n\nb", 1), 2);
        assert_eq!(after_line_end(b"a\r", 1), 2);
        assert_eq!(after_line_end(b"a", 1), 1);
    }
}
