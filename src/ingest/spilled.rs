//! Rows set aside beyond what memory should hold: written to disk as they are found, and read back in their order.

use super::quarantine::Quarantined;
use super::rules::Rule;
use super::scratch::{BLOCK, Part, Reading, Scratch, put_line, unreadable};
use crate::error::Result;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io;

/// Rows whose values are kept that one worker holds: some 30 MB of a wide log. Few in tests, so that they come by the disk.
pub(super) const HELD: usize = if cfg!(test) { 1 << 5 } else { 1 << 14 };

/// Rows set aside on disk, in runs that are each in order.
#[derive(Clone, Debug, Default)]
pub struct Spilled {
    scratch: Scratch,
    runs: Vec<Part>,
    /// How many of the first rows are listed elsewhere.
    listed: usize,
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
        let mut line = Vec::new();
        let run = self.scratch.add(&std::env::temp_dir(), |out| {
            rows.iter().try_for_each(|row| {
                line.clear();
                put(row, &mut line);
                put_line(&line, out)
            })
        })?;
        self.runs.push(run);
        rows.clear();
        Ok(())
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
            merge.runs.push(Reading::of(run.clone(), BLOCK));
            merge.advance(place).map_err(unreadable)?;
        }
        Ok(merge.skip(self.listed))
    }
}

/// Runs read side by side.
struct Merge {
    runs: Vec<Reading>,
    /// The next row of each run, the smallest on top.
    next: BinaryHeap<Reverse<(Quarantined, usize)>>,
}

impl Merge {
    fn advance(&mut self, run: usize) -> io::Result<()> {
        if let Some(mut line) = self.runs[run].line()? {
            let row = got(&mut line).ok_or_else(|| io::Error::other("it was changed"))?;
            self.next.push(Reverse((row, run)));
        }
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
