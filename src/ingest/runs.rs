//! Numbers collected without bound in bounded memory, and which of them were met how often.
//!
//! Numbers are dealt into buckets by a hash, so all that are equal lie in one bucket and each bucket is counted alone, in
//! a table that fits the processor's cache. Beyond a budget the buckets go to disk.

use crate::error::{Error, Result, plain};
use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// Numbers kept in memory before they are written out: 64 MiB; few in tests, so that they come by the disk.
const BUDGET: usize = if cfg!(test) { 1 << 12 } else { 1 << 23 };

/// So many that the numbers of one, of ten million, fit the processor's cache with their table.
const BUCKETS: usize = 1 << BUCKET_BITS;
const BUCKET_BITS: u32 = 10;

/// Numbers read back from disk at a time.
const BLOCK: usize = 1 << 13;

/// The numbers one worker has met, with repeats.
#[derive(Debug, Default)]
pub(super) struct Runs {
    recent: Vec<Vec<u64>>,
    held: usize,
    written: Option<Mutex<File>>,
    /// Where each bucket ends in the file, in numbers; all buckets once for each time that they were written.
    ends: Vec<u64>,
}

impl Runs {
    /// Adds numbers; beyond the budget all go to disk.
    ///
    /// # Errors
    ///
    /// The folder for temporary files is full or forbidden.
    pub(super) fn extend(&mut self, numbers: impl Iterator<Item = u64>) -> Result<()> {
        self.recent.resize_with(BUCKETS, Vec::new);
        for number in numbers {
            self.recent[(mixed(number) >> (u64::BITS - BUCKET_BITS)) as usize].push(number);
            self.held += 1;
        }
        if self.held >= BUDGET {
            self.write().map_err(|e| Error::unwritable(&std::env::temp_dir(), plain(&e)))?;
        }
        Ok(())
    }

    /// Writes all buckets to a file that has no name, so nothing is left of it whatever happens.
    fn write(&mut self) -> std::io::Result<()> {
        let file = match self.written.take() {
            Some(file) => file.into_inner().unwrap_or_else(PoisonError::into_inner),
            None => tempfile::tempfile()?,
        };
        let mut end = self.ends.last().copied().unwrap_or_default();
        let mut out = BufWriter::with_capacity(1 << 16, file);
        for bucket in &mut self.recent {
            bucket.iter().try_for_each(|number| out.write_all(&number.to_le_bytes()))?;
            end += bucket.len() as u64;
            self.ends.push(end);
            bucket.clear();
        }
        self.held = 0;
        self.written = Some(Mutex::new(out.into_inner()?));
        Ok(())
    }

    /// Shows the numbers of a bucket, some at a time.
    fn each_block(&self, bucket: usize, mut each: impl FnMut(&[u64])) -> std::io::Result<()> {
        each(self.recent.get(bucket).map_or(&[], Vec::as_slice));
        let Some(file) = &self.written else { return Ok(()) };
        for place in (bucket..self.ends.len()).step_by(BUCKETS) {
            let (mut next, end) = (place.checked_sub(1).map_or(0, |before| self.ends[before]), self.ends[place]);
            while next < end {
                let count = (end - next).min(BLOCK as u64);
                let mut bytes = vec![0; count as usize * 8];
                let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                file.seek(SeekFrom::Start(next * 8))?;
                file.read_exact(&mut bytes)?;
                drop(file);
                let (numbers, _) = bytes.as_chunks();
                each(&numbers.iter().map(|number| u64::from_le_bytes(*number)).collect::<Vec<_>>());
                next += count;
            }
        }
        Ok(())
    }
}

/// The numbers that were met at least so often, each with how often it was, in no order.
///
/// # Errors
///
/// What was written cannot be read back.
pub(super) fn repeated(parts: &[Runs], least: u64) -> Result<Vec<(u64, u64)>> {
    let share = |first: usize| -> std::io::Result<Vec<(u64, u64)>> {
        let (mut counts, mut found) = (Counts::default(), Vec::new());
        for bucket in (first..BUCKETS).step_by(parts.len()) {
            counts.clear();
            let mut most = 0;
            for part in parts {
                part.each_block(bucket, |numbers| {
                    numbers.iter().for_each(|number| most = most.max(counts.add(*number, 1)));
                })?;
            }
            if most >= least {
                found.extend(counts.iter().filter(|(_, times)| *times >= least));
            }
        }
        Ok(found)
    };
    let shares: Vec<_> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..parts.len()).map(|first| scope.spawn(move || share(first))).collect();
        workers.into_iter().map(std::thread::ScopedJoinHandle::join).collect()
    });
    let mut all = Vec::new();
    for share in shares {
        let share = share.map_err(|_| Error::broken("counting repeats", "a worker stopped"))?;
        all.extend(share.map_err(|e| Error::unreadable(Path::new("temporary file"), e))?);
    }
    Ok(all)
}

/// Spreads numbers that lie near each other, such as seconds.
fn mixed(number: u64) -> u64 {
    number.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// Numbers with how often each was met, 0 where there is none: a table with open addressing, at most half full.
#[derive(Default)]
struct Counts {
    slots: Vec<(u64, u64)>,
    distinct: usize,
}

impl Counts {
    fn clear(&mut self) {
        self.slots.fill((0, 0));
        self.distinct = 0;
    }

    /// Adds a number so many times and says how often it is there.
    fn add(&mut self, number: u64, times: u64) -> u64 {
        if self.distinct * 2 >= self.slots.len() {
            self.grow();
        }
        let last = self.slots.len() - 1;
        // The highest bits are the same in the whole bucket.
        let mut place = (mixed(number) >> (u32::BITS - BUCKET_BITS)) as usize & last;
        while self.slots[place].1 != 0 && self.slots[place].0 != number {
            place = (place + 1) & last;
        }
        let slot = &mut self.slots[place];
        self.distinct += usize::from(slot.1 == 0);
        *slot = (number, slot.1 + times);
        slot.1
    }

    fn grow(&mut self) {
        let slots = vec![(0, 0); (self.slots.len() * 2).max(1 << 10)];
        let small = std::mem::replace(self, Self { slots, distinct: 0 });
        for (number, times) in small.iter() {
            self.add(number, times);
        }
    }

    fn iter(&self) -> impl Iterator<Item = (u64, u64)> {
        self.slots.iter().copied().filter(|(_, times)| *times != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two workers with more numbers than they may hold, most of them on disk, some in memory.
    #[test]
    fn numbers_on_disk_and_in_memory_are_one_list() {
        let (count, step) = (3 * BUDGET as u64, BUDGET as u64 / 4);
        let half = |odd: u64| {
            let mut runs = Runs::default();
            for start in (0..count).step_by(BUDGET / 4) {
                runs.extend((start..start + step).rev().map(|number| number / 2 * 2 + odd * (number % 2))).unwrap();
            }
            runs.extend([7, u64::MAX].into_iter()).unwrap();
            runs
        };
        // The first worker has every even number twice; the second every number once; each has one 7 and one MAX more.
        let parts = [half(0), half(1)];
        let twice = |number: &(u64, u64)| number.1 == 2;
        let mut found = repeated(&parts, 2).unwrap();
        assert_eq!(found.len() as u64, count / 2 + 2);
        found.retain(|number| number.1 == 3 && number.0 < 10 || twice(number));
        found.sort_unstable();
        assert_eq!(found, [(0, 3), (2, 3), (4, 3), (6, 3), (7, 3), (8, 3), (u64::MAX, 2)]);
        assert_eq!(repeated(&[], 1).unwrap(), []);
    }

    #[test]
    fn one_number_over_and_over_is_counted() {
        let mut runs = Runs::default();
        runs.extend((0..100_000).map(|number| u64::from(number % 2 == 0))).unwrap();
        let mut found = repeated(&[runs], 1).unwrap();
        found.sort_unstable();
        assert_eq!(found, [(0, 50_000), (1, 50_000)]);
    }
}
