//! A binary copy cut into whole rows as it comes.
//!
//! The server may cut its stream anywhere; what is no whole row yet is carried over. Which bytes are whose is left to the
//! workers.

use std::io::{self, BufRead};

/// What a binary copy begins with.
const SIGNATURE: &[u8; 11] = b"PGCOPY\n\xff\r\n\0";

/// The flag of a copy whose rows begin with an object's number; of others above it nobody knows what they mean.
const CRITICAL: u32 = 0xFFFF_0000;

/// Rows that travel together, and the bytes after which they go, however few they are.
const ROWS: u32 = 1 << 14;
const BYTES: usize = 1 << 23;

/// Whole rows on their way to a worker.
pub(in crate::ingest) struct Chunk {
    /// Rows one after another: how many fields, and of each its length and bytes.
    pub(super) bytes: Vec<u8>,
    pub(super) rows: u32,
    /// The number of the first of them, counted from 1.
    pub(super) first: u64,
}

/// The rows of a copy of so many columns.
pub(super) struct Chunks<R> {
    input: R,
    columns: usize,
    /// What was read; whole rows up to `at`.
    buffer: Vec<u8>,
    at: usize,
    rows: u32,
    first: u64,
    is_over: bool,
    /// The bytes read.
    pub(super) read: u64,
}

/// What stands at a place of the buffer.
enum Step {
    /// A row, which ends there.
    Row(usize),
    /// The end of the copy.
    End,
    /// No whole row yet.
    More,
}

impl<R: BufRead> Chunks<R> {
    /// # Errors
    ///
    /// The stream is broken off, or is no binary copy.
    pub(super) fn new(input: R, columns: usize) -> io::Result<Self> {
        let (buffer, at) = (Vec::with_capacity(BYTES / 4), 0);
        let mut chunks = Self { input, columns, buffer, at, rows: 0, first: 1, is_over: false, read: 0 };
        while chunks.at == 0 {
            match header(&chunks.buffer)? {
                Some(end) => chunks.at = end,
                None => chunks.fill()?,
            }
        }
        chunks.buffer.drain(..std::mem::take(&mut chunks.at));
        Ok(chunks)
    }

    /// The next rows; `None` behind the last.
    ///
    /// # Errors
    ///
    /// The stream is broken off, or its rows have not the columns that were asked for.
    pub(super) fn next(&mut self) -> io::Result<Option<Chunk>> {
        while !self.is_over && self.rows < ROWS && self.at < BYTES {
            match step(&self.buffer, self.at, self.columns)? {
                Step::Row(end) => {
                    self.at = end;
                    self.rows += 1;
                }
                Step::End => {
                    self.is_over = true;
                    self.expect_end()?;
                }
                Step::More => self.fill()?,
            }
        }
        Ok((self.rows > 0).then(|| self.cut()))
    }

    /// The whole rows of the buffer; what is carried over begins the next one.
    fn cut(&mut self) -> Chunk {
        let mut next = Vec::with_capacity(self.buffer.capacity().min(2 * BYTES));
        next.extend_from_slice(&self.buffer[self.at..]);
        let mut bytes = std::mem::replace(&mut self.buffer, next);
        bytes.truncate(std::mem::take(&mut self.at));
        let (rows, first) = (std::mem::take(&mut self.rows), self.first);
        self.first += u64::from(rows);
        Chunk { bytes, rows, first }
    }

    fn fill(&mut self) -> io::Result<()> {
        let bytes = self.input.fill_buf()?;
        if bytes.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let length = bytes.len();
        self.buffer.extend_from_slice(bytes);
        self.input.consume(length);
        self.read += length as u64;
        Ok(())
    }

    /// Nothing may come behind the end; to see it also takes in what the server says of its success.
    fn expect_end(&mut self) -> io::Result<()> {
        match self.buffer.len() == self.at + 2 && self.input.fill_buf()?.is_empty() {
            true => Ok(()),
            false => Err(invalid("bytes behind its end")),
        }
    }
}

fn invalid(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// Where the header ends, as soon as all of it is there.
fn header(bytes: &[u8]) -> io::Result<Option<usize>> {
    let known = bytes.len().min(SIGNATURE.len());
    if bytes[..known] != SIGNATURE[..known] {
        return Err(invalid("no signature of a binary copy"));
    }
    let (Some(flags), Some(more)) = (number(bytes, 11), number(bytes, 15)) else { return Ok(None) };
    if flags.cast_unsigned() & CRITICAL != 0 {
        return Err(invalid("a form of binary copy that is not known"));
    }
    let more = usize::try_from(more).map_err(|_| invalid("a header of less than nothing"))?;
    Ok(Some(19 + more).filter(|end| bytes.len() >= *end))
}

/// Passes over the row that begins at a place.
fn step(bytes: &[u8], mut at: usize, columns: usize) -> io::Result<Step> {
    let Some(count) = bytes.get(at..at + 2) else { return Ok(Step::More) };
    match i16::from_be_bytes([count[0], count[1]]) {
        -1 => return Ok(Step::End),
        count if usize::try_from(count) != Ok(columns) => return Err(invalid("a row of other columns")),
        _ => at += 2,
    }
    for _ in 0..columns {
        let Some(length) = number(bytes, at) else { return Ok(Step::More) };
        at += 4;
        match usize::try_from(length) {
            Ok(length) => at += length,
            Err(_) if length == -1 => {}
            Err(_) => return Err(invalid("a field of less than nothing")),
        }
    }
    Ok(if at <= bytes.len() { Step::Row(at) } else { Step::More })
}

fn number(bytes: &[u8], at: usize) -> Option<i32> {
    let word = bytes.get(at..)?.first_chunk::<4>()?;
    Some(i32::from_be_bytes(*word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufReader, Read};

    /// A copy of two columns: (1 byte, none), (none, 3 bytes), …
    fn copy(rows: u32) -> Vec<u8> {
        let mut bytes = [&SIGNATURE[..], &[0, 0, 0, 0], &[0, 0, 0, 3], b"abc"].concat();
        for row in 0..rows {
            bytes.extend([0, 2]);
            match row % 2 {
                0 => bytes.extend([0, 0, 0, 1, b'x', 255, 255, 255, 255]),
                _ => bytes.extend([255, 255, 255, 255, 0, 0, 0, 3, b'y', b'y', b'y']),
            }
        }
        [&bytes[..], &[255, 255]].concat()
    }

    /// The chunks' rows and first numbers, and their bytes together.
    type Seen = (Vec<(u32, u64)>, Vec<u8>);

    fn read(bytes: impl Read, step: usize) -> io::Result<Seen> {
        let mut chunks = Chunks::new(BufReader::with_capacity(step, bytes), 2)?;
        let (mut seen, mut all) = (Vec::new(), Vec::new());
        while let Some(chunk) = chunks.next()? {
            seen.push((chunk.rows, chunk.first));
            all.extend(chunk.bytes);
        }
        Ok((seen, all))
    }

    /// However the stream is cut, the rows are the same.
    #[test]
    fn rows_are_whole_wherever_the_stream_is_cut() {
        let bytes = copy(5);
        let body = bytes[22..bytes.len() - 2].to_vec();
        for step in 1..bytes.len() + 1 {
            assert_eq!(read(&bytes[..], step).unwrap(), (vec![(5, 1)], body.clone()), "{step}");
        }
        let (seen, _) = read(&copy(ROWS + 3)[..], 8192).unwrap();
        assert_eq!(seen, [(ROWS, 1), (3, u64::from(ROWS) + 1)]);
        assert_eq!(read(&copy(0)[..], 7).unwrap(), (vec![], vec![]));
    }

    /// A copy that ends anywhere before its end is never taken for a whole one.
    #[test]
    fn a_copy_without_its_end_is_none() {
        let bytes = copy(3);
        for end in 0..bytes.len() {
            assert_eq!(read(&bytes[..end], 9).unwrap_err().kind(), io::ErrorKind::UnexpectedEof, "{end}");
        }
        let more = [&bytes[..], &[0]].concat();
        assert_eq!(read(&more[..], 9).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }

    #[test]
    fn no_bytes_stop_it() {
        let bytes = copy(3);
        for at in 0..bytes.len() {
            for byte in 0..=255 {
                let mut changed = bytes.clone();
                changed[at] = byte;
                drop(read(&changed[..], 16));
            }
        }
    }
}
