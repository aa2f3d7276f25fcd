//! JSON lines: one object a line, read in chunks of whole lines by one thread and taken apart by many.
//!
//! [`Chunks`] cuts a text at its line ends, [`Chunk::rows`] takes a chunk apart, and [`columns`] lists the columns that
//! its lines have together. Rows are lines, numbered from 1; a blank line is a row where something follows it.

mod cursor;
mod line;

use crate::error::{Error, Result};
use crate::ingest::rows::{Misshapen, Rows};
use crate::ingest::rules::Rule;
use line::{Columns, Flaw, MOST};
use memchr::{memchr, memchr_iter, memrchr};
use std::borrow::Cow;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The bytes of a chunk, give or take a line.
const BLOCK: usize = 1 << 20;

/// The bytes of the longest line.
const LONGEST: usize = 64 << 20;

/// The characters that are shown of a line.
const SHOWN: usize = 200;

/// Whole lines, to be taken apart by any worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ingest) struct Chunk {
    first_row: u64,
    bytes: Vec<u8>,
}

impl Chunk {
    /// The rows with the wanted columns, in the order asked for.
    ///
    /// A value stands as it is written: a string without its marks, a number to the last digit, a list as JSON without
    /// the space between its parts. An object is flattened; where the column of the whole object is wanted too, because
    /// other lines have a plain value there, it stands in it as JSON. Null and missing are blank.
    pub(in crate::ingest) fn rows(&self, wanted: &[&str]) -> Rows {
        let mut columns = Columns::of(wanted);
        let mut rows = Rows::of(wanted.len());
        let mut found = vec![Cow::Borrowed(""); wanted.len()];
        let places: Vec<usize> = wanted.iter().filter_map(|name| columns.wanted(name)).collect();
        for (row, line) in self.lines() {
            match taken(&mut columns, line, &mut found) {
                Ok(()) => {
                    rows.numbers.push(row);
                    let texts = places.iter().map(|place| &found[*place]);
                    rows.columns.iter_mut().zip(texts).for_each(|(column, text)| column.push(text));
                }
                Err((rule, value)) => rows.misshapen.push(Misshapen { row, rule, value }),
            }
            found.fill(Cow::Borrowed(""));
        }
        rows
    }

    fn lines(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let ended = self.bytes.strip_suffix(b"\n").unwrap_or(&self.bytes);
        let mut rest = if self.bytes.is_empty() { None } else { Some(ended) };
        let lines = std::iter::from_fn(move || {
            let bytes = rest?;
            let end = memchr(b'\n', bytes);
            rest = end.and_then(|end| bytes.get(end + 1..));
            Some(end.map_or(bytes, |end| &bytes[..end]))
        });
        (self.first_row..).zip(lines)
    }
}

/// The keys of all lines, in the order they are first met.
///
/// Objects inside objects are flattened: `{"a":{"b":1}}` has the column `a.b`. Lines that are not one JSON object have
/// none. Names longer than 1,000 bytes are left out.
///
/// # Errors
///
/// The input cannot be read, has a line of more than 64 MiB or more than 10,000 keys, or has lines none of which is an
/// object.
pub(in crate::ingest) fn columns(input: impl Read, path: &Path) -> Result<Vec<String>> {
    let (mut columns, mut lines, mut objects) = (Columns::of(&[]), false, false);
    for chunk in Chunks::new(input, path) {
        for (row, line) in chunk?.lines() {
            lines = true;
            let Ok(line) = simdutf8::basic::from_utf8(line) else { continue };
            match columns.take(line, &mut []) {
                Err(Flaw::Crowded) => {
                    let why =
                        format!("row {row}: more than {MOST} different keys so far; write them as values in lists");
                    return Err(Error::unreadable(path, why));
                }
                taken => objects |= taken != Err(Flaw::NoObject),
            }
        }
    }
    match lines && !objects {
        true => {
            Err(Error::unreadable(path, "no line of it is one JSON object; write each row as an object on one line"))
        }
        false => Ok(columns.names()),
    }
}

/// The rule a line breaks, and what is shown of it.
type Broken = (Rule, Option<String>);

fn taken<'a>(columns: &mut Columns, line: &'a [u8], found: &mut [Cow<'a, str>]) -> std::result::Result<(), Broken> {
    if is_blank(line) {
        return Err((Rule::BlankRow, None));
    }
    let Ok(text) = simdutf8::basic::from_utf8(line) else {
        return Err((Rule::UndecodableText, None));
    };
    match columns.take(text, found) {
        Ok(true) => Ok(()),
        Ok(false) => Err((Rule::BlankRow, None)),
        Err(Flaw::Repeated(name)) => {
            let value = format!("the key `{name}` stands twice");
            Err((Rule::MalformedRow, Some(value.chars().take(SHOWN).collect())))
        }
        // The line itself is not shown: nobody knows which of its texts are about persons.
        Err(Flaw::NoObject) => Err((Rule::MalformedRow, Some("no JSON object".to_owned()))),
        Err(Flaw::Deep) => Err((Rule::MalformedRow, Some("lists and objects inside each other, too deep".to_owned()))),
        Err(Flaw::Crowded) => Err((Rule::MalformedRow, Some("too many keys".to_owned()))),
    }
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(u8::is_ascii_whitespace)
}

/// The chunks of a text in their order.
///
/// Every row number stands in exactly one chunk. Blank lines at the end are no rows: they are held back until something
/// follows them. After an error there are no more chunks.
pub(in crate::ingest) struct Chunks<R> {
    input: R,
    path: PathBuf,
    block: usize,
    longest: usize,
    /// The beginning of a line that has not been read to its end.
    begun: Vec<u8>,
    ended: bool,
    /// The number of the next row.
    row: u64,
    /// Blank lines after the last chunk.
    blank: u64,
    /// Lines that follow those.
    waiting: Option<Lines>,
}

/// Lines without the blank ones after them.
struct Lines {
    bytes: Vec<u8>,
    lines: u64,
    blank_after: u64,
}

impl<R: Read> Chunks<R> {
    /// The chunks of a text.
    pub(in crate::ingest) fn new(input: R, path: &Path) -> Self {
        Self::sized(input, path, BLOCK, LONGEST)
    }

    /// The same with blocks and lines of at most so many bytes.
    ///
    /// A block has at least one byte, and a line may be at least as long as a block.
    fn sized(input: R, path: &Path, block: usize, longest: usize) -> Self {
        let (begun, path) = (Vec::new(), path.to_owned());
        Self { input, path, block, longest, begun, ended: false, row: 1, blank: 0, waiting: None }
    }

    fn next_chunk(&mut self) -> Result<Option<Chunk>> {
        while self.waiting.is_none() {
            let Some(block) = self.read_block()? else { return Ok(None) };
            let lines = Lines::of(block);
            match lines.lines {
                0 => self.blank += lines.blank_after,
                _ => self.waiting = Some(lines),
            }
        }
        if self.blank > 0 {
            return Ok(Some(self.blank_lines()));
        }
        Ok(self.waiting.take().map(|lines| {
            self.blank = lines.blank_after;
            self.chunk(lines.bytes, lines.lines)
        }))
    }

    /// Blank lines that something follows.
    ///
    /// However many there are, the chunk is no larger than others.
    fn blank_lines(&mut self) -> Chunk {
        let lines = usize::try_from(self.blank).map_or(self.block, |blank| blank.min(self.block));
        self.blank -= lines as u64;
        self.chunk(vec![b'\n'; lines], lines as u64)
    }

    fn chunk(&mut self, bytes: Vec<u8>, lines: u64) -> Chunk {
        let first_row = self.row;
        self.row += lines;
        Chunk { first_row, bytes }
    }

    /// About as many bytes as a block has, cut after a line; `None` at the end.
    fn read_block(&mut self) -> Result<Option<Vec<u8>>> {
        let mut block = std::mem::take(&mut self.begun);
        while !self.ended {
            let start = block.len();
            block.reserve(self.block);
            let read = self.input.by_ref().take(self.block as u64).read_to_end(&mut block);
            let read = read.map_err(|error| self.unreadable(&format!(": {error}")))?;
            self.ended = read < self.block;
            let new = &block[start..];
            // Only the line that was begun before can be longer than a block.
            if start + memchr(b'\n', new).unwrap_or(new.len()) > self.longest {
                let limit = self.longest >> 20;
                return Err(self.unreadable(&format!(" is longer than {limit} MiB; write one JSON object a line")));
            }
            if let Some(last) = memrchr(b'\n', new) {
                self.begun = block.split_off(start + last + 1);
                return Ok(Some(block));
            }
        }
        Ok(Some(block).filter(|block| !block.is_empty()))
    }

    /// An error in the line that was begun.
    fn unreadable(&self, why: &str) -> Error {
        Error::unreadable(&self.path, format!("row {}{why}", self.row + self.blank))
    }
}

impl Lines {
    fn of(mut bytes: Vec<u8>) -> Self {
        let last = bytes.iter().rposition(|byte| !byte.is_ascii_whitespace());
        let after = |last: usize| memchr(b'\n', &bytes[last..]).map_or(bytes.len(), |end| last + end + 1);
        let end = last.map_or(0, after);
        let blank_after = memchr_iter(b'\n', &bytes[end..]).count() as u64;
        bytes.truncate(end);
        let unended = bytes.last().is_some_and(|byte| *byte != b'\n');
        let lines = memchr_iter(b'\n', &bytes).count() as u64 + u64::from(unended);
        Self { bytes, lines, blank_after }
    }
}

impl<R: Read> Iterator for Chunks<R> {
    type Item = Result<Chunk>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.next_chunk();
        if next.is_err() {
            (self.ended, self.waiting) = (true, None);
        }
        next.transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sized(input: &[u8], block: usize, longest: usize) -> Chunks<&[u8]> {
        Chunks::sized(input, Path::new("x.ndjson"), block, longest)
    }

    /// The numbers and texts of one wanted column, and the rows set aside.
    fn read(input: &[u8], block: usize, column: &str) -> (Vec<(u64, String)>, Vec<Misshapen>) {
        let (mut texts, mut misshapen) = (Vec::new(), Vec::new());
        for chunk in sized(input, block, 1 << 20) {
            let rows = chunk.unwrap().rows(&[column]);
            assert_eq!(rows.columns[0].len(), rows.numbers.len());
            texts.extend(rows.numbers.into_iter().zip(rows.columns[0].iter().map(str::to_owned)));
            misshapen.extend(rows.misshapen);
        }
        (texts, misshapen)
    }

    #[test]
    fn every_line_is_a_row() {
        let input = b"{\"a\":1}\r\n\n{\"a\":\"2\"}\n{}\n[1]\n{\"a\":\xff}\n{\"a\":3,\"a\":3}\n\t\n{\"b\":4}\n\n \r\n";
        let broken = |row, rule, value: Option<&str>| Misshapen { row, rule, value: value.map(str::to_owned) };
        for block in [1, 2, 7, 1 << 20] {
            let (texts, misshapen) = read(input, block, "a");
            assert_eq!(texts, [(1, "1".to_owned()), (3, "2".to_owned()), (9, String::new())]);
            assert_eq!(
                misshapen,
                [
                    broken(2, Rule::BlankRow, None),
                    broken(4, Rule::BlankRow, None),
                    broken(5, Rule::MalformedRow, Some("no JSON object")),
                    broken(6, Rule::UndecodableText, None),
                    broken(7, Rule::MalformedRow, Some("the key `a` stands twice")),
                    broken(8, Rule::BlankRow, None),
                ]
            );
        }
    }

    #[test]
    fn nothing_has_no_rows() {
        for input in [&b""[..], b"\n", b" ", b"\r\n\r\n", b"\n\n\n\n\n\n\n\n\n"] {
            assert!(sized(input, 3, 99).next().is_none());
            assert!(columns(input, Path::new("x")).unwrap().is_empty());
        }
        assert_eq!(Chunk { first_row: 1, bytes: Vec::new() }.rows(&["a"]), Rows::of(1));
    }

    #[test]
    fn a_line_cut_off_in_the_middle_is_shown() {
        let whole = "{\"a\":1}\n{\"a\":\"Phường Cửa Nam\",\"b\":[1,{\"c\":null}]}";
        let first = whole.find('\n').unwrap() + 1;
        for cut in first + 1..whole.len() {
            let (texts, misshapen) = read(&whole.as_bytes()[..cut], 5, "a");
            assert_eq!((texts.len(), misshapen.len(), misshapen[0].row), (1, 1, 2), "{cut}");
        }
        assert_eq!(read(whole.as_bytes(), 5, "a").0[1], (2, "Phường Cửa Nam".to_owned()));
    }

    #[test]
    fn a_broken_line_is_not_shown() {
        let key = "k".repeat(900);
        let twice = format!("{{\"{key}\":1,\"{key}\":2}}");
        assert_eq!(read(twice.as_bytes(), 64, "a").1[0].value.as_ref().unwrap().len(), 200);
        assert_eq!(read(b"Nguyen Van A", 64, "a").1[0].value.as_deref(), Some("no JSON object"));
    }

    #[test]
    fn a_column_wanted_twice_is_given_twice() {
        let chunk = sized(b"{\"a\":1,\"b\":2}", 99, 99).next().unwrap().unwrap();
        let rows = chunk.rows(&["b", "a", "b", "c"]);
        let texts: Vec<&str> = rows.columns.iter().map(|column| column.get(0)).collect();
        assert_eq!(texts, ["2", "1", "2", ""]);
    }

    #[test]
    fn an_overlong_line_stops_with_its_row() {
        let input = format!("{{\"a\":1}}\n\n{}\n{{}}\n", " ".repeat(17));
        for block in [1, 3, 16] {
            let found: Vec<_> = sized(input.as_bytes(), block, 16).collect();
            let error = found.last().unwrap().as_ref().unwrap_err().to_string();
            assert!(error.contains("row 3 is longer than 0 MiB"), "{error}");
            assert_eq!(found.iter().filter(|chunk| chunk.is_err()).count(), 1);
            assert!(sized(input.as_bytes(), block, 17).all(|chunk| chunk.is_ok()));
        }
    }

    #[test]
    fn a_broken_input_stops_with_its_row() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
                Err(std::io::Error::other("the disk is gone"))
            }
        }
        let input = b"{\"a\":1}\n{\"a\":2}\n{".chain(Broken);
        let found: Vec<_> = Chunks::sized(input, Path::new("x"), 4, 99).collect();
        let error = found.last().unwrap().as_ref().unwrap_err().to_string();
        assert!(error.contains("row 3: the disk is gone"), "{error}");
    }

    #[test]
    fn columns_are_those_of_all_lines() {
        let input = b"[1]\n{\"b\":1}\n{\"x\":\xff}\n\n{\"a\":{\"c\":1},\"b\":2}\n{\"d\":null}";
        assert_eq!(columns(&input[..], Path::new("x")).unwrap(), ["b", "a.c", "d"]);
        for input in [&b"[{\"a\":1},\n{\"a\":2}]"[..], b"{\n\"a\":1\n}\n", b"\xff"] {
            let error = columns(input, Path::new("x")).unwrap_err().to_string();
            assert!(error.contains("no line of it is one JSON object"), "{error}");
        }
        let keys: String = (0..=MOST).map(|key| format!("{{\"{key}\":1}}\n")).collect();
        let error = columns(keys.as_bytes(), Path::new("x")).unwrap_err().to_string();
        assert!(error.contains("row 10001: more than 10000 different keys"), "{error}");
    }

    /// A line, and the rule it breaks.
    fn line() -> impl Strategy<Value = (Vec<u8>, Option<Rule>)> {
        prop_oneof![
            (0..1_000_000_u64).prop_map(|n| (format!("{{\"a\": {n}}}").into_bytes(), None)),
            "[ \t\r]{0,9}".prop_map(|blank| (blank.into_bytes(), Some(Rule::BlankRow))),
            Just((b"{\"a\":{}}".to_vec(), Some(Rule::BlankRow))),
            Just((b"{\"a\":1} {\"a\":2}".to_vec(), Some(Rule::MalformedRow))),
            Just((b"{\"a\":\"\xc3\"}".to_vec(), Some(Rule::UndecodableText))),
        ]
    }

    proptest! {
        #[test]
        fn every_row_number_stands_once(
            lines in prop::collection::vec(line(), 0..30),
            ended in any::<bool>(),
            block in 1_usize..50,
        ) {
            let mut input = lines.iter().map(|(line, _)| &line[..]).collect::<Vec<_>>().join(&b'\n');
            if ended {
                input.push(b'\n');
            }
            let last = lines.iter().rposition(|(line, _)| !is_blank(line)).map_or(0, |last| last + 1);
            let (texts, misshapen) = read(&input, block, "a");
            let mut found: Vec<(u64, Option<Rule>)> = texts.iter().map(|(row, _)| (*row, None)).collect();
            found.extend(misshapen.iter().map(|row| (row.row, Some(row.rule))));
            found.sort();
            let expected: Vec<_> = (1..).zip(lines[..last].iter().map(|(_, rule)| *rule)).collect();
            prop_assert_eq!(found, expected);
            for (row, text) in texts {
                let line = String::from_utf8(lines[row as usize - 1].0.clone()).unwrap();
                prop_assert_eq!(format!("{{\"a\": {text}}}"), line);
            }
        }

        #[test]
        fn any_bytes_are_rows(
            input in prop::collection::vec(prop_oneof![any::<u8>(), Just(b'\n'), Just(b'"'), Just(b'{')], 0..200),
            block in 1_usize..50,
        ) {
            let (texts, misshapen) = read(&input, block, "a");
            let mut found: Vec<u64> = texts.iter().map(|(row, _)| *row).collect();
            found.extend(misshapen.iter().map(|row| row.row));
            found.sort();
            let lines: Vec<&[u8]> = input.split(|byte| *byte == b'\n').collect();
            let last = lines.iter().rposition(|line| !is_blank(line)).map_or(0, |last| last as u64 + 1);
            prop_assert_eq!(found, (1..=last).collect::<Vec<_>>());
            let _ = columns(&input[..], Path::new("x"));
        }
    }
}
