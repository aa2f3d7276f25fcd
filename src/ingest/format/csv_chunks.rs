//! A CSV cut into chunks of whole rows, in their order.

use super::csv::{Chunk, Shape};
use super::csv_lines::{Complete, after_line_end, is_line_end, line_ends};
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
    fn sized(input: R, shape: &Shape, path: &Path, block: usize, longest: usize) -> Self {
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

    /// The bytes whose meaning does not depend on the byte that follows: a `\r` may be half of a line end.
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

    /// Reads another block; after a row longer than a block as much again, so that no byte is looked at many times.
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
