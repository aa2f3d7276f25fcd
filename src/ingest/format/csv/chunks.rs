//! A CSV cut into chunks of whole rows, in their order.

use super::lines::{Complete, after_line_end, is_line_end, line_ends};
use super::{Chunk, Shape};
use crate::error::{Error, Result};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The bytes of a chunk, give or take a row.
const BLOCK: usize = 1 << 20;

/// The bytes of the longest row.
const LONGEST: usize = 64 << 20;

/// The chunks of a CSV in their order.
///
/// Every row number stands in exactly one chunk. Blank lines at the end are no rows: they are held back until something
/// follows them. After an error there are no more chunks.
pub(in crate::ingest) struct Chunks<R> {
    input: R,
    path: PathBuf,
    separator: u8,
    /// The bytes before the first row that are still to be skipped.
    header: usize,
    block: usize,
    longest: usize,
    /// Bytes read and in no chunk yet; they begin with a row.
    bytes: Vec<u8>,
    ended: bool,
    /// Blank lines before `bytes`.
    blank: u64,
    /// The number of the next row.
    row: u64,
    failed: bool,
}

impl<R: Read> Chunks<R> {
    /// The chunks of a text, which is read again from its beginning.
    pub(in crate::ingest) fn new(input: R, shape: &Shape, path: &Path) -> Self {
        Self::sized(input, shape, path, BLOCK, LONGEST)
    }

    /// The same with blocks of at least 2 bytes and rows of at most so many.
    pub(super) fn sized(input: R, shape: &Shape, path: &Path, block: usize, longest: usize) -> Self {
        Self {
            input,
            path: path.to_owned(),
            separator: shape.separator,
            header: shape.start,
            block: block.max(2),
            longest,
            bytes: Vec::new(),
            ended: false,
            blank: 0,
            row: 1,
            failed: false,
        }
    }

    fn next_chunk(&mut self) -> Result<Option<Chunk>> {
        loop {
            self.hold_blank_lines();
            if self.blank > 0 && !self.view().is_empty() {
                return Ok(Some(self.blank_lines()));
            }
            match Complete::of(self.view(), self.separator) {
                Complete { rows: 0, .. } if self.ended => return self.no_more(),
                Complete { rows: 0, .. } => self.read()?,
                complete => return Ok(Some(self.cut(complete))),
            }
        }
    }

    /// The bytes whose meaning does not depend on what follows.
    ///
    /// A `\r` may be half of a line end.
    fn view(&self) -> &[u8] {
        match self.bytes.split_last() {
            Some((b'\r', before)) if !self.ended => before,
            _ => &self.bytes,
        }
    }

    fn hold_blank_lines(&mut self) {
        let view = self.view();
        let end = view.iter().position(|byte| !is_line_end(byte)).unwrap_or(view.len());
        if end > 0 {
            self.blank += line_ends(&view[..end]);
            self.bytes.drain(..end);
        }
    }

    /// Blank lines that were held back.
    fn blank_lines(&mut self) -> Chunk {
        // However many there are, the chunk is no larger than others.
        let lines = usize::try_from(self.blank).map_or(self.block, |blank| blank.min(self.block));
        self.blank -= lines as u64;
        self.chunk(vec![b'\n'; lines], lines as u64)
    }

    /// The complete rows without the blank lines at their end.
    fn cut(&mut self, complete: Complete) -> Chunk {
        let rows = &self.bytes[..complete.end];
        let last = rows.iter().rposition(|byte| !is_line_end(byte)).map_or(0, |at| at + 1);
        let end = after_line_end(rows, last);
        let blank = line_ends(&rows[end..]);
        let rest = self.bytes.split_off(end);
        let rows = std::mem::replace(&mut self.bytes, rest);
        self.chunk(rows, complete.rows - blank)
    }

    fn chunk(&mut self, bytes: Vec<u8>, rows: u64) -> Chunk {
        let first_row = self.row;
        self.row += rows;
        Chunk { first_row, bytes }
    }

    /// The end, unless something is left over.
    fn no_more(&self) -> Result<Option<Chunk>> {
        match self.bytes.is_empty() {
            true => Ok(None),
            false => Err(self.unreadable(format!("row {}: a quotation mark is not closed", self.row))),
        }
    }

    /// Reads another block.
    ///
    /// In a row longer than a block it reads as much again, so that no byte is looked at many times.
    fn read(&mut self) -> Result<()> {
        // What was read of the row, its line end, and a byte that shows that it is not longer.
        let room = (self.longest + 2).saturating_sub(self.bytes.len());
        if room == 0 {
            let why = format!("row {} is longer than {} MiB", self.row, self.longest >> 20);
            return Err(self.unreadable(format!("{why}; a quotation mark may not be closed")));
        }
        let more = self.bytes.len().max(self.block).min(room);
        let read = self.skip_header().and_then(|()| self.fill(more));
        let read = read.map_err(|error| self.unreadable(format!("row {}: {error}", self.reached())))?;
        self.ended = read < more;
        if self.ended && self.bytes.last().is_some_and(|byte| !is_line_end(byte)) {
            self.bytes.push(b'\n');
        }
        Ok(())
    }

    fn skip_header(&mut self) -> io::Result<()> {
        let header = std::mem::take(&mut self.header) as u64;
        io::copy(&mut self.input.by_ref().take(header), &mut io::sink()).map(drop)
    }

    fn fill(&mut self, more: usize) -> io::Result<usize> {
        self.bytes.reserve_exact(more + 1);
        self.input.by_ref().take(more as u64).read_to_end(&mut self.bytes)
    }

    /// The row in which the input could not be read on.
    fn reached(&self) -> u64 {
        self.row + self.blank + Complete::of(&self.bytes, self.separator).rows
    }

    fn unreadable(&self, why: String) -> Error {
        Error::unreadable(&self.path, why)
    }
}

impl<R: Read> Iterator for Chunks<R> {
    type Item = Result<Chunk>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let next = self.next_chunk();
        self.failed = next.is_err();
        next.transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text that comes byte by byte, and may not be read to its end.
    struct Slow<'a>(&'a [u8], bool);

    impl Read for Slow<'_> {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            match (self.0.split_first(), to.first_mut()) {
                (Some((first, rest)), Some(place)) => {
                    (*place, self.0) = (*first, rest);
                    Ok(1)
                }
                (None, Some(_)) if self.1 => Err(io::Error::other("the disk is gone")),
                _ => Ok(0),
            }
        }
    }

    fn chunks(input: impl Read, start: usize, block: usize) -> Vec<std::result::Result<(u64, String), String>> {
        let shape = Shape { separator: b',', header: vec!["a".to_owned()], start };
        let chunks = Chunks::sized(input, &shape, Path::new("log.csv"), block, LONGEST);
        let shown = |chunk: Chunk| (chunk.first_row, String::from_utf8_lossy(&chunk.bytes).into_owned());
        chunks.map(|chunk| chunk.map(shown).map_err(|error| error.to_string())).collect()
    }

    fn expected(chunks: &[(u64, &str)]) -> Vec<std::result::Result<(u64, String), String>> {
        chunks.iter().map(|(row, text)| Ok((*row, (*text).to_owned()))).collect()
    }

    #[test]
    fn a_chunk_is_whole_rows() {
        let cases: [(&str, usize, &[_]); 9] = [
            ("", 4, &[]),
            ("a", 4, &[(1, "a\n")]),
            ("a\nb\nc\n", 4, &[(1, "a\nb\n"), (3, "c\n")]),
            ("a\r\nb\r\nc", 4, &[(1, "a\r\n"), (2, "b\r\nc\n")]),
            ("a\rb\rc\r", 4, &[(1, "a\r"), (2, "b\rc\r")]),
            ("\"a\n\n\n\nb\"\nc\nd", 4, &[(1, "\"a\n\n\n\nb\"\nc\nd\n")]),
            ("\n\na\n", 4, &[(1, "\n\n"), (3, "a\n")]),
            ("a\n\n\n\n\n\n\nb\n", 4, &[(1, "a\n"), (2, "\n\n\n\n"), (6, "\n\n"), (8, "b\n")]),
            ("a\n\nb\n", 8, &[(1, "a\n\nb\n")]),
        ];
        for (text, block, chunked) in cases {
            assert_eq!(chunks(Slow(text.as_bytes(), false), 0, block), expected(chunked), "{text:?}");
            let headed = format!("\"name\"\n{text}");
            assert_eq!(chunks(headed.as_bytes(), 7, block), expected(chunked), "{text:?}");
        }
    }

    #[test]
    fn blank_lines_at_the_end_are_no_rows() {
        for end in ["\n", "\n\n\n", "\r\n\r\n", "\r\r", "\n\r\n\r\n\r\n\n\n\n\n"] {
            for block in 2..12 {
                let text = format!("a\n\nb{end}");
                let chunks = chunks(text.as_bytes(), 0, block);
                let read: String = chunks.into_iter().map(|chunk| chunk.expect("rows").1).collect();
                let last = if end.starts_with("\r\n") { "\r\n" } else { &end[..1] };
                assert_eq!(read, format!("a\n\nb{last}"), "{text:?} in blocks of {block}");
            }
            assert_eq!(chunks(end.as_bytes(), 0, 2), []);
        }
        assert_eq!(chunks(&b"a\n"[..], 9, 2), [], "a header without a line end");
    }

    #[test]
    fn a_quotation_mark_that_is_not_closed_stops_at_its_row() {
        let why = "log.csv: cannot be read: row 3: a quotation mark is not closed. Check";
        for text in ["a\n\n\"b\nc\nd", "a\n\n\"b\nc\nd\n", "a\r\rx,\"", "a\r\n\r\n\"\"\"\r\n"] {
            for block in 2..20 {
                let chunks = chunks(text.as_bytes(), 0, block);
                let (last, before) = chunks.split_last().expect("an error");
                assert!(before.iter().all(std::result::Result::is_ok));
                assert!(last.as_ref().is_err_and(|error| error.starts_with(why)), "{text:?}: {last:?}");
            }
        }
    }

    #[test]
    fn what_cannot_be_read_says_how_far_it_came() {
        for (text, row) in [("", 1), ("a", 1), ("a\n", 2), ("a\n\n\nb\n", 5), ("a\n\"b\n\n\n", 2), ("a\r", 2)] {
            for block in 2..9 {
                let why = format!("log.csv: cannot be read: row {row}: the disk is gone. Check");
                let last = chunks(Slow(text.as_bytes(), true), 0, block).pop().expect("an error");
                assert!(last.as_ref().is_err_and(|error| error.starts_with(&why)), "{text:?}: {last:?}");
            }
        }
    }

    #[test]
    fn a_row_has_an_end() {
        let shape = Shape { separator: b',', header: vec!["a".to_owned()], start: 0 };
        let sizes = |spare: usize, end: &str| {
            let text = ["a\n\nb\n", &"x".repeat((1 << 20) - spare), end].concat();
            let chunks = Chunks::sized(text.as_bytes(), &shape, Path::new("log.csv"), 1 << 12, 1 << 20);
            let sizes = chunks.map(|chunk| chunk.map(|chunk| chunk.bytes.len()).map_err(|error| error.to_string()));
            sizes.collect::<Vec<_>>()
        };
        for end in ["\r\n", "\n", "\r", "\r\nc"] {
            let sizes = sizes(0, end);
            assert!(sizes.iter().all(std::result::Result::is_ok));
        }
        let longer = sizes(0, "xxx\n").pop().expect("an error");
        let why = "log.csv: cannot be read: row 4 is longer than 1 MiB; a quotation mark may not be closed. Check";
        assert!(longer.is_err_and(|error| error.starts_with(why)));
    }

    #[test]
    fn blank_lines_without_end_take_no_room() {
        let text = [&b"\n".repeat(5 << 20)[..], b"a\n", &b"\r\n".repeat(5 << 20)[..]].concat();
        let shape = Shape { separator: b',', header: vec!["a".to_owned()], start: 0 };
        let mut chunks = Chunks::new(&text[..], &shape, Path::new("log.csv"));
        let sizes: Vec<_> = (&mut chunks).map(|chunk| chunk.expect("rows")).map(|chunk| chunk.bytes.len()).collect();
        assert_eq!(sizes, [&[BLOCK; 5][..], &[2]].concat());
        assert_eq!((chunks.row, chunks.blank), (5 * (1 << 20) + 2, 5 << 20));
    }
}
