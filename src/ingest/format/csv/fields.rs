//! The fields of a CSV row that are written as they read, found where they stand.

use super::lines::is_line_end;
use memchr::{memchr, memchr3};

/// Where the fields of the last row stand, without their quotation marks.
pub(super) struct Fields {
    separator: u8,
    /// The fields that have a column.
    bounds: Vec<(usize, usize)>,
    /// All of them, with those that have no column.
    found: usize,
    blank: bool,
}

impl Fields {
    /// No row yet, of a CSV with this separator and so many columns.
    pub(super) fn new(separator: u8, columns: usize) -> Self {
        Self { separator, bounds: vec![(0, 0); columns], found: 0, blank: true }
    }

    /// Looks at the row that begins at `at`; says where its line ends.
    ///
    /// `None` where a field is not written as it reads, such as one with a doubled quotation mark.
    pub(super) fn find(&mut self, bytes: &[u8], at: usize) -> Option<usize> {
        (self.found, self.blank) = (0, true);
        let mut start = at;
        loop {
            let end = match bytes.get(start) {
                Some(b'"') => self.quoted(bytes, start + 1)?,
                _ => self.unquoted(bytes, start),
            };
            match bytes.get(end) {
                Some(byte) if *byte == self.separator => start = end + 1,
                Some(byte) if !is_line_end(byte) => return None,
                _ => return Some(end),
            }
        }
    }

    fn unquoted(&mut self, bytes: &[u8], start: usize) -> usize {
        let rest = bytes.get(start..).unwrap_or_default();
        let length = memchr3(self.separator, b'\n', b'\r', rest).unwrap_or(rest.len());
        self.add(start, &rest[..length])
    }

    fn quoted(&mut self, bytes: &[u8], start: usize) -> Option<usize> {
        let rest = bytes.get(start..)?;
        let length = memchr(b'"', rest)?;
        Some(self.add(start, &rest[..length]) + 1)
    }

    fn add(&mut self, start: usize, field: &[u8]) -> usize {
        let end = start + field.len();
        self.blank = self.blank && is_blank(field);
        if let Some(bounds) = self.bounds.get_mut(self.found) {
            *bounds = (start, end);
        }
        self.found += 1;
        end
    }

    /// The number of fields.
    pub(super) fn len(&self) -> usize {
        self.found
    }

    /// Whether every field is blank.
    pub(super) fn are_blank(&self) -> bool {
        self.blank
    }

    /// A field that has a column, in the text in which it was found.
    ///
    /// Empty where the row has none there.
    pub(super) fn field<'a>(&self, text: &'a str, index: usize) -> &'a str {
        let bounds = self.bounds.get(index).filter(|_| index < self.found);
        bounds.and_then(|(start, end)| text.get(*start..*end)).unwrap_or_default()
    }
}

/// Whether bytes are blank text, or none.
pub(super) fn is_blank(bytes: &[u8]) -> bool {
    match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => true,
        Some(byte) if byte.is_ascii_graphic() => false,
        Some(_) => str::from_utf8(bytes).is_ok_and(|text| text.trim().is_empty()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_where_they_stand() {
        let cases: [(&str, Option<usize>, &[&str]); 12] = [
            ("a,b\nc", Some(3), &["a", "b"]),
            ("é,\r\n", Some(3), &["é", ""]),
            (",,\rx", Some(2), &["", "", ""]),
            ("\"a,\nb\",\"\"\nc", Some(9), &["a,\nb", ""]),
            ("a\"b,c\"\n", Some(6), &["a\"b", "c\""]),
            (" \"a\"\n", Some(4), &[" \"a\""]),
            ("a,b", Some(3), &["a", "b"]),
            ("\"a\"", Some(3), &["a"]),
            ("\"a\"\"b\"\n", None, &[]),
            ("\"a\"b\n", None, &[]),
            ("\"a\n", None, &[]),
            ("\"", None, &[]),
        ];
        for (text, end, expected) in cases {
            let mut fields = Fields::new(b',', 3);
            assert_eq!(fields.find(text.as_bytes(), 0), end, "{text:?}");
            if end.is_some() {
                let found = (0..fields.len()).map(|at| fields.field(text, at)).collect::<Vec<_>>();
                assert_eq!(found, expected, "{text:?}");
            }
        }
    }

    #[test]
    fn fields_without_a_column_are_counted() {
        let mut fields = Fields::new(b';', 1);
        assert_eq!(fields.find(b"a;b;c\nd\n", 0), Some(5));
        assert_eq!((fields.len(), fields.field("a;b;c\nd\n", 0), fields.field("a;b;c\nd\n", 1)), (3, "a", ""));
        assert_eq!(fields.find(b"a;b;c\nd\n", 6), Some(7));
        assert_eq!((fields.len(), fields.field("a;b;c\nd\n", 0)), (1, "d"));
    }

    #[test]
    fn blank_is_what_holds_no_sign() {
        for (text, blank) in
            [("", true), (" \t\n", true), ("\u{a0}\u{3000}\u{b}", true), (" \u{a0}x", false), ("\0", false)]
        {
            assert_eq!(is_blank(text.as_bytes()), blank, "{text:?}");
        }
        assert!(!is_blank(b" \xff"));
        for (row, blank) in [(", ,\"\n\"\n", true), (",,\"x\"\n", false), (",,,,,,-\n", false), ("\u{a0}\n", true)] {
            let mut fields = Fields::new(b',', 1);
            assert!(fields.find(row.as_bytes(), 0).is_some());
            assert_eq!(fields.are_blank(), blank, "{row:?}");
        }
    }
}
