//! What memory should not hold: written to a file that has no name, part after part, and read back.

use crate::error::{Error, Result, plain};
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes written, and where nobody says otherwise read, at a time.
pub(super) const BLOCK: usize = 1 << 16;

/// A file that has no name: nothing is left of it whatever happens. There is none before something is written.
#[derive(Clone, Debug, Default)]
pub(super) struct Scratch(Option<Arc<Mutex<File>>>);

/// A part of such a file.
#[derive(Clone, Debug)]
pub(super) struct Part {
    file: Arc<Mutex<File>>,
    start: u64,
    end: u64,
}

impl Scratch {
    /// Writes a part behind all others; the first makes the file.
    ///
    /// # Errors
    ///
    /// The folder for temporary files is full or forbidden.
    pub(super) fn add(&mut self, folder: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<Part> {
        self.added(folder, write).map_err(|why| {
            let why = plain(&why);
            Error::unwritable(folder, format!("what memory should not hold is kept there, or where TMPDIR says: {why}"))
        })
    }

    fn added(&mut self, folder: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<Part> {
        let file = match self.0.take() {
            Some(file) => file,
            None => Arc::new(Mutex::new(tempfile::tempfile_in(folder)?)),
        };
        self.0 = Some(file.clone());
        let mut own = file.lock().unwrap_or_else(PoisonError::into_inner);
        let start = own.seek(SeekFrom::End(0))?;
        let mut out = BufWriter::with_capacity(BLOCK, &mut *own);
        write(&mut out)?;
        out.flush()?;
        drop(out);
        let end = own.stream_position()?;
        drop(own);
        Ok(Part { file, start, end })
    }
}

impl Part {
    /// All its bytes.
    pub(super) fn whole(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity((self.end - self.start) as usize);
        self.append(self.start, self.end - self.start, &mut bytes)?;
        Ok(bytes)
    }

    fn append(&self, start: u64, count: u64, bytes: &mut Vec<u8>) -> io::Result<()> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(start))?;
        match Read::by_ref(&mut *file).take(count).read_to_end(bytes)? as u64 == count {
            true => Ok(()),
            false => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

/// Bytes that are read from their beginning to their end.
#[derive(Debug)]
pub(super) struct Reading {
    /// What is not read yet.
    rest: Option<Part>,
    bytes: Vec<u8>,
    at: usize,
    block: usize,
}

impl Reading {
    /// The bytes of a part, at least so many at a time.
    pub(super) fn of(part: Part, block: usize) -> Self {
        Self { rest: Some(part), bytes: Vec::new(), at: 0, block }
    }

    /// The next so many bytes; none where there are fewer.
    pub(super) fn take(&mut self, count: usize) -> io::Result<Option<&[u8]>> {
        if self.bytes.len() - self.at < count {
            self.fill(count)?;
        }
        let own = self.bytes.get(self.at..self.at + count);
        self.at += own.map_or(0, <[u8]>::len);
        Ok(own)
    }

    /// The next bytes that stand behind their number; none where there are no more.
    pub(super) fn line(&mut self) -> io::Result<Option<&[u8]>> {
        let Some(length) = self.take(4)? else { return Ok(None) };
        let length = length.first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes));
        self.take(length as usize)?.map(Some).ok_or_else(|| io::Error::other("it was changed"))
    }

    fn fill(&mut self, count: usize) -> io::Result<()> {
        let Some(rest) = &mut self.rest else { return Ok(()) };
        self.bytes.drain(..self.at);
        self.at = 0;
        let more = (count.max(self.block) as u64).min(rest.end - rest.start);
        rest.append(rest.start, more, &mut self.bytes)?;
        rest.start += more;
        Ok(())
    }
}

impl From<Vec<u8>> for Reading {
    fn from(bytes: Vec<u8>) -> Self {
        Self { rest: None, bytes, at: 0, block: BLOCK }
    }
}

/// Writes bytes behind their number.
pub(super) fn put_line(line: &[u8], out: &mut dyn Write) -> io::Result<()> {
    out.write_all(&(line.len() as u32).to_le_bytes())?;
    out.write_all(line)
}

/// What was written and cannot be read back.
pub(super) fn unreadable(why: io::Error) -> Error {
    Error::unreadable(Path::new("temporary file"), why)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two parts of one file, each read with blocks that end within a line.
    #[test]
    fn parts_come_back_line_by_line() {
        let (mut scratch, folder) = (Scratch::default(), std::env::temp_dir());
        let lines = |odd: u8| (0..100u8).filter(move |own| own % 2 == odd).map(|own| vec![own; usize::from(own)]);
        let parts =
            [0, 1].map(|odd| scratch.add(&folder, |out| lines(odd).try_for_each(|line| put_line(&line, out))).unwrap());
        for (odd, part) in (0..).zip(parts) {
            let memory = Reading::from(part.whole().unwrap());
            for mut reading in [Reading::of(part.clone(), 7), Reading::of(part, BLOCK), memory] {
                for line in lines(odd) {
                    assert_eq!(reading.line().unwrap(), Some(&line[..]));
                }
                assert_eq!(reading.line().unwrap(), None);
            }
        }
    }

    #[test]
    fn a_folder_that_is_none_is_named() {
        let folder = Path::new("/nowhere/at all");
        let said = Scratch::default().add(folder, |_| Ok(())).unwrap_err().to_string();
        assert!(
            said.contains("/nowhere/at all") && said.contains("or where TMPDIR says: there is no such file"),
            "{said}"
        );
    }

    #[test]
    fn a_part_that_ends_within_a_line_is_damaged() {
        let mut reading = Reading::from(vec![5, 0, 0, 0, 1, 2]);
        assert!(reading.line().is_err());
    }
}
