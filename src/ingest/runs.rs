//! Numbers collected without bound in bounded memory: sorted runs, on disk beyond a budget, merged at the end.

use crate::error::{Error, Result};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, Write};
use std::path::Path;

/// Numbers kept in memory before they are written out as a run: 32 MiB.
const BUDGET: usize = 1 << 22;

/// The numbers one worker has met, with repeats.
#[derive(Debug, Default)]
pub(super) struct Runs {
    recent: Vec<u64>,
    written: Vec<File>,
}

impl Runs {
    /// Adds numbers; beyond the budget a sorted run goes to disk.
    ///
    /// # Errors
    ///
    /// The folder for temporary files is full or forbidden.
    pub(super) fn extend(&mut self, numbers: impl Iterator<Item = u64>) -> Result<()> {
        self.recent.extend(numbers);
        if self.recent.len() >= BUDGET {
            self.recent.sort_unstable();
            self.written.push(written(&self.recent).map_err(|e| Error::unwritable(&std::env::temp_dir(), e))?);
            self.recent.clear();
        }
        Ok(())
    }

    /// Sorts what is in memory, so that it can be merged.
    pub(super) fn close(&mut self) {
        self.recent.sort_unstable();
    }
}

/// Shows each distinct number of closed runs with how often it stands in them, ascending.
///
/// # Errors
///
/// A run cannot be read back.
pub(super) fn each_distinct(parts: Vec<Runs>, mut each: impl FnMut(u64, u64)) -> Result<()> {
    let mut sources: Vec<Box<dyn Iterator<Item = std::io::Result<u64>>>> = Vec::new();
    for part in parts {
        sources.push(Box::new(part.recent.into_iter().map(Ok)));
        for run in part.written {
            sources.push(Box::new(Numbers(BufReader::with_capacity(1 << 16, run))));
        }
    }
    let mut heads = BinaryHeap::with_capacity(sources.len());
    let lost = |e| Error::unreadable(Path::new("temporary file"), e);
    for (index, source) in sources.iter_mut().enumerate() {
        if let Some(first) = source.next().transpose().map_err(lost)? {
            heads.push(Reverse((first, index)));
        }
    }
    let mut last: Option<(u64, u64)> = None;
    while let Some(Reverse((number, index))) = heads.pop() {
        last = match last {
            Some((same, count)) if same == number => Some((same, count + 1)),
            _ => {
                last.into_iter().for_each(|(number, count)| each(number, count));
                Some((number, 1))
            }
        };
        if let Some(next) = sources[index].next().transpose().map_err(lost)? {
            heads.push(Reverse((next, index)));
        }
    }
    last.into_iter().for_each(|(number, count)| each(number, count));
    Ok(())
}

/// The numbers in a file that has no name, so nothing is left of it whatever happens.
fn written(numbers: &[u64]) -> std::io::Result<File> {
    let mut file = BufWriter::with_capacity(1 << 16, tempfile::tempfile()?);
    for number in numbers {
        file.write_all(&number.to_le_bytes())?;
    }
    let mut file = file.into_inner()?;
    file.rewind()?;
    Ok(file)
}

/// Numbers read back.
struct Numbers(BufReader<File>);

impl Iterator for Numbers {
    type Item = std::io::Result<u64>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut bytes = [0; 8];
        match self.0.read_exact(&mut bytes) {
            Ok(()) => Some(Ok(u64::from_le_bytes(bytes))),
            Err(end) if end.kind() == std::io::ErrorKind::UnexpectedEof => None,
            Err(error) => Some(Err(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two workers with 3 · 2²² numbers each, so that some are on disk: 0..3·2²² twice, and 7 once more.
    #[test]
    fn runs_on_disk_and_in_memory_are_one_list() {
        let count = 3 * BUDGET as u64;
        let half = |odd: u64| {
            let mut runs = Runs::default();
            for start in (0..count).step_by(1 << 20) {
                runs.extend((start..start + (1 << 20)).rev().map(|number| number / 2 * 2 + odd * (number % 2)))
                    .unwrap();
            }
            runs.extend(std::iter::once(7)).unwrap();
            runs.close();
            runs
        };
        let (mut distinct, mut sevens, mut most) = (0, 0, 0);
        each_distinct(vec![half(0), half(1)], |number, times| {
            distinct += 1;
            most = most.max(times);
            if number == 7 {
                sevens = times;
            }
        })
        .unwrap();
        // The first worker has every even number twice; the second every number once; each has one 7 more.
        assert_eq!((distinct, sevens, most), (count, 3, 3));
    }
}
