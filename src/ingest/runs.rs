//! Numbers collected without bound in bounded memory, and which of them were met how often.
//!
//! Numbers are mixed and dealt into buckets by their first bits, so all that are equal lie in one bucket and each bucket is
//! counted alone, in a table that fits the processor's cache. Beyond a budget the buckets go to disk.

use crate::error::{Error, Result, plain};
use std::collections::HashMap;
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

/// Numbers of a bucket that lie together: a bucket grows by as many and nothing is moved.
const STRETCH: usize = 1 << 9;

/// The numbers one worker has met, with repeats.
#[derive(Debug, Default)]
pub(super) struct Runs {
    /// By bucket, its latest numbers, mixed.
    recent: Vec<Vec<u64>>,
    /// By bucket, those before them.
    full: Vec<Vec<Vec<u64>>>,
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
        self.full.resize_with(BUCKETS, Vec::new);
        for number in numbers {
            let mixed = number.wrapping_mul(MIXER);
            let bucket = (mixed >> (u64::BITS - BUCKET_BITS)) as usize;
            let recent = &mut self.recent[bucket];
            if recent.len() == STRETCH {
                self.full[bucket].push(std::mem::replace(recent, Vec::with_capacity(STRETCH)));
            }
            recent.push(mixed);
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
        for (full, recent) in self.full.iter_mut().zip(&mut self.recent) {
            for number in full.iter().flatten().chain(&*recent) {
                out.write_all(&number.to_le_bytes())?;
                end += 1;
            }
            self.ends.push(end);
            full.clear();
            recent.clear();
        }
        self.held = 0;
        self.written = Some(Mutex::new(out.into_inner()?));
        Ok(())
    }

    /// How many numbers a bucket has.
    fn count(&self, bucket: usize) -> usize {
        let start = |place: usize| place.checked_sub(1).map_or(0, |before| self.ends[before]);
        let written = (bucket..self.ends.len()).step_by(BUCKETS).map(|place| self.ends[place] - start(place));
        let full = self.full.get(bucket).map_or(0, |full| full.len() * STRETCH);
        full + self.recent.get(bucket).map_or(0, Vec::len) + written.sum::<u64>() as usize
    }

    /// Shows the numbers of a bucket, mixed, some at a time.
    fn each_block(&self, bucket: usize, mut each: impl FnMut(&[u64])) -> std::io::Result<()> {
        self.full.get(bucket).into_iter().flatten().for_each(|numbers| each(numbers));
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
            counts.clear(parts.iter().map(|part| part.count(bucket)).sum());
            let mut most = 0;
            for part in parts {
                part.each_block(bucket, |numbers| {
                    numbers.iter().for_each(|mixed| most = most.max(counts.add(*mixed)));
                })?;
            }
            // Beyond what a slot counts, numbers are looked at whatever the least.
            if most >= least.min(MOST) {
                found.extend(counts.all(bucket).filter(|(_, times)| *times >= least));
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

/// Spreads numbers that lie near each other, such as seconds: odd, so that what it makes can be unmade.
const MIXER: u64 = 0x9E37_79B9_7F4A_7C15;
const UNMIXER: u64 = 0xF1DE_83E1_9937_733D;

/// Slots at most that are set aside before it is known that the numbers differ.
const SLOTS: usize = 1 << 16;

/// What a slot counts to.
const MOST: u64 = BUCKETS as u64 - 1;

/// Numbers of one bucket with how often each was met: a table with open addressing, at most two thirds full.
///
/// The bits by which numbers were dealt are the same in the whole bucket; a slot counts in their stead, 0 where it is free.
#[derive(Default)]
struct Counts {
    slots: Vec<u64>,
    distinct: usize,
    /// What is beyond the counts of slots.
    beyond: HashMap<u64, u64>,
}

impl Counts {
    /// Makes room for so many numbers.
    fn clear(&mut self, numbers: usize) {
        self.slots.clear();
        self.slots.resize((numbers + numbers / 2).clamp(16, SLOTS).next_power_of_two(), 0);
        self.distinct = 0;
        self.beyond.clear();
    }

    /// Adds a mixed number and says how often it is there, as far as a slot counts.
    fn add(&mut self, mixed: u64) -> u64 {
        let key = mixed << BUCKET_BITS;
        let place = self.place(key);
        let slot = match self.slots[place] {
            0 => {
                self.distinct += 1;
                key
            }
            full if full & MOST == MOST => {
                *self.beyond.entry(key).or_default() += MOST - 1;
                full - (MOST - 1)
            }
            own => own,
        };
        self.slots[place] = slot + 1;
        if self.distinct * 3 >= self.slots.len() * 2 {
            self.grow();
        }
        (slot & MOST) + 1
    }

    /// The slot of a key, or the free one where it belongs.
    fn place(&self, key: u64) -> usize {
        let last = self.slots.len() - 1;
        let mut place = (key >> (u64::BITS - self.slots.len().trailing_zeros())) as usize;
        while self.slots[place] != 0 && (self.slots[place] ^ key) > MOST {
            place = (place + 1) & last;
        }
        place
    }

    fn grow(&mut self) {
        let slots = vec![0; self.slots.len() * 2];
        for slot in std::mem::replace(&mut self.slots, slots).into_iter().filter(|slot| *slot != 0) {
            let place = self.place(slot & !MOST);
            self.slots[place] = slot;
        }
    }

    /// Every number of the bucket, with how often it was met.
    fn all(&self, bucket: usize) -> impl Iterator<Item = (u64, u64)> {
        self.slots.iter().filter(|slot| **slot != 0).map(move |slot| {
            let (key, times) = (slot & !MOST, slot & MOST);
            let mixed = (bucket as u64) << (u64::BITS - BUCKET_BITS) | key >> BUCKET_BITS;
            (mixed.wrapping_mul(UNMIXER), times + self.beyond.get(&key).copied().unwrap_or_default())
        })
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

    /// Around 1,023, to which a slot counts, and around its double; twice 1,023 is more often than 2,045.
    #[test]
    fn a_number_is_counted_beyond_its_slot() {
        for times in [1, 1_022, 1_023, 1_024, 2_044, 2_045, 2_046, 2_047, 5_000] {
            let mut runs = Runs::default();
            runs.extend((0..times).flat_map(|_| [u64::MAX, 5])).unwrap();
            let mut found = repeated(&[runs], times).unwrap();
            found.sort_unstable();
            assert_eq!(found, [(5, times), (u64::MAX, times)]);
        }
    }
}
