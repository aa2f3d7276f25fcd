//! Rows set aside beyond what memory should hold: written to disk as they are found, and read back in their order.

use super::quarantine::Quarantined;
use super::rules::Rule;
use crate::error::{Error, Result, plain};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// Rows whose values are kept that one worker holds: some 30 MB of a wide log. Few in tests, so that they come by the disk.
pub(super) const HELD: usize = if cfg!(test) { 1 << 5 } else { 1 << 14 };

/// Bytes of a run read back at a time.
const BLOCK: usize = 1 << 16;

/// Rows set aside on disk, in runs that are each in order.
#[derive(Clone, Debug, Default)]
pub struct Spilled {
    runs: Vec<Run>,
    /// How many of the first rows are listed elsewhere.
    listed: usize,
}

/// Rows in order, one after another in a part of a file that has no name: nothing is left of it whatever happens.
#[derive(Clone, Debug)]
struct Run {
    file: Arc<Mutex<File>>,
    start: u64,
    end: u64,
}

impl Spilled {
    /// Whether nothing was written.
    pub(super) fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Writes rows as a run and forgets them.
    ///
    /// # Errors
    ///
    /// The folder for temporary files is full or forbidden.
    pub(super) fn write(&mut self, rows: &mut Vec<Quarantined>) -> Result<()> {
        rows.sort_unstable();
        let run = self.run(rows).map_err(|e| Error::unwritable(&std::env::temp_dir(), plain(&e)))?;
        self.runs.push(run);
        rows.clear();
        Ok(())
    }

    fn run(&self, rows: &[Quarantined]) -> std::io::Result<Run> {
        let file = match self.runs.first() {
            Some(run) => run.file.clone(),
            None => Arc::new(Mutex::new(tempfile::tempfile()?)),
        };
        let mut own = file.lock().unwrap_or_else(PoisonError::into_inner);
        let start = own.seek(SeekFrom::End(0))?;
        let mut out = BufWriter::with_capacity(BLOCK, &mut *own);
        let mut line = Vec::new();
        for row in rows {
            line.clear();
            put(row, &mut line);
            out.write_all(&(line.len() as u32).to_le_bytes())?;
            out.write_all(&line)?;
        }
        out.flush()?;
        drop(out);
        let end = own.stream_position()?;
        drop(own);
        Ok(Run { file, start, end })
    }

    /// Takes over what other workers wrote.
    pub(super) fn join(&mut self, other: Self) {
        self.runs.extend(other.runs);
    }

    /// The first rows of all, which from now on are listed elsewhere.
    pub(super) fn first(&mut self, rows: usize) -> Result<Vec<Quarantined>> {
        let first = self.iter()?.take(rows).collect::<Result<Vec<_>>>()?;
        self.listed += first.len();
        Ok(first)
    }

    /// The rows in their order, without those that are listed elsewhere.
    pub(super) fn iter(&self) -> Result<impl Iterator<Item = Result<Quarantined>>> {
        let mut merge = Merge { runs: Vec::new(), next: BinaryHeap::new() };
        for (place, run) in self.runs.iter().enumerate() {
            merge.runs.push(Reading { run: run.clone(), bytes: Vec::new(), at: 0 });
            merge.advance(place).map_err(unreadable)?;
        }
        Ok(merge.skip(self.listed))
    }
}

fn unreadable(error: std::io::Error) -> Error {
    Error::unreadable(Path::new("temporary file"), error)
}

/// Runs read side by side.
struct Merge {
    runs: Vec<Reading>,
    /// The next row of each run, the smallest on top.
    next: BinaryHeap<Reverse<(Quarantined, usize)>>,
}

impl Merge {
    fn advance(&mut self, run: usize) -> std::io::Result<()> {
        let next = self.runs[run].next()?;
        self.next.extend(next.map(|row| Reverse((row, run))));
        Ok(())
    }
}

impl Iterator for Merge {
    type Item = Result<Quarantined>;

    fn next(&mut self) -> Option<Self::Item> {
        let Reverse((row, run)) = self.next.pop()?;
        Some(self.advance(run).map(|()| row).map_err(unreadable))
    }
}

/// A run that is being read.
struct Reading {
    run: Run,
    bytes: Vec<u8>,
    at: usize,
}

impl Reading {
    fn next(&mut self) -> std::io::Result<Option<Quarantined>> {
        let damaged = || std::io::Error::other("it was changed");
        let Some(length) = self.take(4)? else { return Ok(None) };
        let length = length.first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes));
        let mut line = self.take(length as usize)?.ok_or_else(damaged)?;
        got(&mut line).map(Some).ok_or_else(damaged)
    }

    /// The next so many bytes; none where the run ends.
    fn take(&mut self, count: usize) -> std::io::Result<Option<&[u8]>> {
        if self.bytes.len() - self.at < count {
            self.bytes.drain(..self.at);
            self.at = 0;
            let more = (count.max(BLOCK) as u64).min(self.run.end - self.run.start);
            let mut file = self.run.file.lock().unwrap_or_else(PoisonError::into_inner);
            file.seek(SeekFrom::Start(self.run.start))?;
            Read::by_ref(&mut *file).take(more).read_to_end(&mut self.bytes)?;
            self.run.start += more;
        }
        let own = self.bytes.get(self.at..self.at + count);
        self.at += own.map_or(0, <[u8]>::len);
        Ok(own)
    }
}

/// A row as bytes: numbers, then texts, each with its length before it and one more, so that none is 0.
fn put(row: &Quarantined, line: &mut Vec<u8>) {
    let rule = Rule::ALL.iter().position(|own| *own == row.rule).unwrap_or_default();
    for number in [row.input as u64, row.row, rule as u64] {
        line.extend(number.to_le_bytes());
    }
    let cells = row.cells.iter().map(Option::as_deref);
    for text in [Some(row.column.as_str()), row.value.as_deref()].into_iter().chain(cells) {
        line.extend((text.map_or(0, |text| text.len() + 1) as u32).to_le_bytes());
        line.extend(text.unwrap_or_default().as_bytes());
    }
}

fn got(line: &mut &[u8]) -> Option<Quarantined> {
    let mut number = || line.split_off(..8)?.first_chunk().map(|bytes| u64::from_le_bytes(*bytes));
    let (input, row, rule) = (number()? as usize, number()?, *Rule::ALL.get(number()? as usize)?);
    let mut texts = Vec::new();
    while let Some(length) = line.split_off(..4) {
        let length = length.first_chunk().map(|bytes| u32::from_le_bytes(*bytes))?;
        let text = length.checked_sub(1).map(|length| line.split_off(..length as usize));
        let text = text.map(|bytes| String::from_utf8(bytes?.to_vec()).ok());
        texts.push(match text {
            None => None,
            Some(own) => Some(own?),
        });
    }
    let cells = if texts.len() < 2 { return None } else { texts.split_off(2) };
    let value = texts.pop()?;
    Some(Quarantined { input, row, rule, column: texts.pop()??, value, cells })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: u64) -> Quarantined {
        let text = |of: u64| (!number.is_multiple_of(of)).then(|| "ế".repeat((number % 7) as usize));
        let rule = Rule::ALL[number as usize % Rule::ALL.len()];
        let cells = (2..2 + number % 5).map(text).collect();
        let input = number as usize / 1_000;
        Quarantined { input, row: number, rule, column: format!("c{}", number % 3), value: text(3), cells }
    }

    /// Three workers' rows, each in any order, come back in one order; the first hundred are listed elsewhere.
    #[test]
    fn rows_come_back_in_their_order() {
        let mut all = Spilled::default();
        for worker in 0..3 {
            let mut own = Spilled::default();
            for part in 0..4 {
                let numbers = (0..600).rev().filter(|number| number % 3 == worker && number % 4 == part);
                own.write(&mut numbers.map(|number| row(number * 7)).collect()).unwrap();
            }
            all.join(own);
        }
        let rows = |all: &Spilled| all.iter().unwrap().collect::<Result<Vec<_>>>().unwrap();
        let expected: Vec<Quarantined> = (0..600).map(|number| row(number * 7)).collect();
        assert_eq!(rows(&all), expected);
        assert_eq!(all.first(100).unwrap(), expected[..100]);
        assert_eq!(rows(&all), expected[100..]);
        assert!(!all.is_empty() && rows(&Spilled::default()).is_empty());
    }
}
