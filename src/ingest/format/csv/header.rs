//! The beginning of a CSV: a hint at its separator, and the header.

use super::lines::is_line_end;
use super::record::Record;
use std::collections::{HashMap, HashSet};
use std::io::{Read, Result};

/// A header longer than this is none.
const LONGEST: usize = 1 << 20;

/// What stands between fields where it is no comma.
const OTHER_SEPARATORS: [u8; 3] = [b';', b'\t', b'|'];

/// The beginning of a text, as far as it has been read.
#[derive(Default)]
pub(super) struct Beginning {
    /// Bytes of blank lines before everything else.
    blank: usize,
    bytes: Vec<u8>,
    ended: bool,
}

impl Beginning {
    /// Reads on.
    pub(super) fn read(&mut self, input: &mut impl Read) -> Result<()> {
        let more = self.bytes.len().max(1 << 16);
        self.ended = input.take(more as u64).read_to_end(&mut self.bytes)? < more;
        let blank = blank_lines(&self.bytes, 0);
        self.blank += blank;
        self.bytes.drain(..blank);
        if self.ended && self.bytes.last().is_some_and(|byte| !is_line_end(byte)) {
            self.bytes.push(b'\n');
        }
        Ok(())
    }

    /// The header; `None` where it does not end in what has been read.
    ///
    /// # Errors
    ///
    /// Why there is none.
    pub(super) fn header(&self) -> std::result::Result<Option<Header>, &'static str> {
        let hint = hint(&self.bytes);
        let start = hint.map_or(0, |hint| blank_lines(&self.bytes, hint.end));
        let bytes = &self.bytes[start..];
        let found = match hint {
            Some(hint) => Header::of(bytes, hint.separator),
            None => Header::by_its_look(bytes),
        };
        match found {
            Some(header) if header.end > LONGEST => Err(TOO_LONG),
            // The `\n` of its `\r` may not have been read yet.
            Some(header) if header.end == bytes.len() && !self.ended => Ok(None),
            Some(header) => Ok(Some(Header { end: self.blank + start + header.end, ..header })),
            None if self.ended && bytes.is_empty() => Err("it is empty"),
            None if self.ended => Err("its header has a quotation mark that is not closed"),
            None if self.bytes.len() > LONGEST => Err(TOO_LONG),
            None => Ok(None),
        }
    }
}

const TOO_LONG: &str = "its header does not end within 1 MiB; a quotation mark may not be closed";

/// A header as it stands in a file.
pub(super) struct Header {
    /// The byte between two fields.
    pub(super) separator: u8,
    /// Where it ends; the end of its line is part of it.
    pub(super) end: usize,
    fields: Vec<Vec<u8>>,
}

impl Header {
    /// The header that bytes begin with, with this separator.
    ///
    /// `None` where it does not end in them.
    fn of(bytes: &[u8], separator: u8) -> Option<Self> {
        if bytes.is_empty() {
            return None;
        }
        let mut record = Record::new(separator, LONGEST);
        let end = record.read(bytes)?;
        let fields = (0..record.len()).map(|at| record.field(at).to_vec()).collect();
        Some(Self { separator, end, fields })
    }

    /// The same with the separator it shows.
    ///
    /// That is a comma, or the first other one that makes several columns of a single one.
    fn by_its_look(bytes: &[u8]) -> Option<Self> {
        let commas = Self::of(bytes, b',')?;
        let [only] = &commas.fields[..] else { return Some(commas) };
        for other in OTHER_SEPARATORS.into_iter().filter(|other| only.contains(other)) {
            let others = Self::of(bytes, other)?;
            if others.fields.len() > 1 {
                return Some(others);
            }
        }
        Some(commas)
    }

    /// The names, trimmed.
    ///
    /// A repeated one ends in `_duplicated_0`, `_duplicated_1`, and so on. `None` where one is not UTF-8.
    pub(super) fn names(&self) -> Option<Vec<String>> {
        let texts: Option<Vec<&str>> = self.fields.iter().map(|field| str::from_utf8(field).ok()).collect();
        let (mut taken, mut repeats) = (HashSet::new(), HashMap::new());
        let mut unique = |text: &str| -> String {
            let mut name = text.to_owned();
            while !taken.insert(name.clone()) {
                let repeat = repeats.entry(text.to_owned()).or_insert(0_u32);
                name = format!("{text}_duplicated_{repeat}");
                *repeat += 1;
            }
            name
        };
        Some(texts?.into_iter().map(|text| unique(text.trim())).collect())
    }
}

/// A first line such as `sep=;`, by which Excel is told the separator.
#[derive(Clone, Copy)]
struct Hint {
    separator: u8,
    end: usize,
}

fn hint(bytes: &[u8]) -> Option<Hint> {
    let end = bytes.iter().position(is_line_end)?;
    let line = &bytes[..end];
    let line = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    match line.split_at_checked(4)? {
        (word, [separator]) if word.eq_ignore_ascii_case(b"sep=") && can_separate(*separator) => {
            Some(Hint { separator: *separator, end })
        }
        _ => None,
    }
}

fn can_separate(byte: u8) -> bool {
    byte != b'"' && (byte.is_ascii_punctuation() || matches!(byte, b' ' | b'\t'))
}

/// Where the blank lines end that begin at `from`.
fn blank_lines(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    rest.iter().position(|byte| !is_line_end(byte)).map_or(bytes.len(), |at| from + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Separator, names joined by bars, and what follows; or why there is none.
    fn read(text: &[u8]) -> std::result::Result<(char, String, String), &'static str> {
        let (mut input, mut beginning) = (text, Beginning::default());
        let header = loop {
            beginning.read(&mut input).expect("bytes in memory");
            if let Some(header) = beginning.header()? {
                break header;
            }
        };
        let names = header.names().ok_or("not UTF-8")?.join("|");
        let rest = text.get(header.end..).unwrap_or_default();
        Ok((char::from(header.separator), names, String::from_utf8_lossy(rest).into_owned()))
    }

    #[test]
    fn the_header_shows_the_separator() {
        let cases = [
            ("a,b\n1,2", ',', "a|b", "1,2"),
            ("\n\r\n\r a , b \r\n\n1,2", ',', "a|b", "\n1,2"),
            ("a;b|c\r1", ';', "a|b|c", "1"),
            ("a\tb|c\n", '\t', "a|b|c", ""),
            ("a|b", '|', "a|b", ""),
            ("a;b,c\n", ',', "a;b|c", ""),
            ("a", ',', "a", ""),
            ("\"a;b\"\n1", ',', "a;b", "1"),
            ("\"a;b\"\tc\n1", '\t', "a;b|c", "1"),
            ("\"a\";b\n1", ';', "a|b", "1"),
            ("a;\"b\nc\"\n1", ';', "a|b\nc", "1"),
            ("\"Mã, hồ\r\nsơ\",\"\"\"b\"\"\"\n1", ',', "Mã, hồ\r\nsơ|\"b\"", "1"),
            ("sep=;\r\n\r\na,b;c\r\n1", ';', "a,b|c", "1"),
            ("\n\"SEP=\t\"\na;b\tc\n1", '\t', "a;b|c", "1"),
            ("sep=,\na;b\n1", ',', "a;b", "1"),
            ("sep=x\n1", ',', "sep=x", "1"),
            ("sep=\n1", ',', "sep=", "1"),
            ("sep=\"\n1", ',', "sep=\"", "1"),
        ];
        for (text, separator, names, rest) in cases {
            let expected = Ok((separator, names.to_owned(), rest.to_owned()));
            assert_eq!(read(text.as_bytes()), expected, "{text:?}");
        }
    }

    #[test]
    fn repeated_names_stay_apart() {
        let cases = [
            ("a,a,a", "a|a_duplicated_0|a_duplicated_1"),
            (",, ", "|_duplicated_0|_duplicated_1"),
            ("a,a_duplicated_0,a", "a|a_duplicated_0|a_duplicated_1"),
            ("a,a,a_duplicated_0", "a|a_duplicated_0|a_duplicated_0_duplicated_0"),
        ];
        for (text, names) in cases {
            assert_eq!(read(text.as_bytes()).map(|(_, names, _)| names), Ok(names.to_owned()));
        }
    }

    #[test]
    fn a_beginning_without_a_header_says_why() {
        let open = "its header has a quotation mark that is not closed";
        for (text, why) in [
            (&b""[..], "it is empty"),
            (b"\r\n\n\r", "it is empty"),
            (b"sep=;\n\n", "it is empty"),
            (b"sep=;", "it is empty"),
            (b"\"a", open),
            (b"\"a\n", open),
            (b"a;\"b\n1;2\n", open),
            (b"a,\xffb\n", "not UTF-8"),
            (&b"\n".repeat(3 << 20), "it is empty"),
            (&b"a,".repeat(1 << 20), TOO_LONG),
            (&[&b"\""[..], &b"a\n".repeat(1 << 20)].concat(), TOO_LONG),
        ] {
            assert_eq!(read(text), Err(why));
        }
    }

    #[test]
    fn a_header_may_be_long_and_come_late() {
        let columns = (0..5_000).map(|column| format!("name {column}")).collect::<Vec<_>>();
        let blank = "\r\n".repeat((1 << 16) - 7);
        let text = format!("{blank}{}\r\n1", columns.join(","));
        assert_eq!(read(text.as_bytes()), Ok((',', columns.join("|"), "1".to_owned())));
        for spare in 0..4 {
            // The buffer is full around the end of the header.
            let name = "x".repeat((1 << 16) - spare);
            assert_eq!(read(format!("{name}\r\n1").as_bytes()), Ok((',', name, "1".to_owned())));
        }
        let longest = "x".repeat(LONGEST - 1);
        assert!(read(format!("{longest}\n").as_bytes()).is_ok());
        assert_eq!(read(format!("{longest}x\n").as_bytes()), Err(TOO_LONG));
    }
}
