//! The groups rows fall into, as small numbers.

use crate::ingest::{Batch, NO_NAME};
use polars::prelude::PlHashMap;

/// Groups as small numbers: tuples of codes, numbered as they are met.
#[derive(Debug)]
pub(super) struct Groups {
    levels: Vec<Level>,
    codes: Vec<Vec<u32>>,
}

/// One dimension: what a group of those before becomes with each code.
#[derive(Debug, Default)]
struct Level {
    /// A small number for each code met, one more than its place; 0 for a code not met.
    small: Vec<u32>,
    met: u32,
    /// By group before and small number; a table, as a hash for each row took longer than adding it.
    table: Vec<u32>,
    width: usize,
    /// Pairs beyond the table's size.
    rest: PlHashMap<u64, u32>,
    /// The group before and the code of each group.
    pairs: Vec<(u32, u32)>,
    /// One more than the highest group before.
    befores: usize,
}

/// The entries a table has at most.
const MOST: usize = 1 << 20;

/// A group not yet numbered.
const NEW: u32 = u32::MAX;

impl Groups {
    pub(super) fn new(dimensions: usize) -> Self {
        let levels = std::iter::repeat_with(Level::default).take(dimensions).collect();
        Self { levels, codes: Vec::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.codes.len()
    }

    pub(super) fn codes(&self, group: usize) -> &[u32] {
        &self.codes[group]
    }

    /// Knows the groups that another numbering of the same batches has met.
    pub(super) fn follow(&mut self, other: &Self) {
        self.codes.extend_from_slice(&other.codes[self.codes.len()..]);
    }

    /// The group of each row; without dimensions all are one.
    pub(super) fn of(&mut self, batch: &Batch<'_>, dimensions: &[String]) -> Vec<u32> {
        let mut groups = vec![0u32; batch.len()];
        if dimensions.is_empty() && self.codes.is_empty() {
            self.codes.push(Vec::new());
        }
        for (level, dimension) in self.levels.iter_mut().zip(dimensions) {
            match batch.codes(dimension) {
                Some(codes) => {
                    groups.iter_mut().zip(codes).for_each(|(group, code)| *group = level.next(*group, *code))
                }
                None => groups.iter_mut().for_each(|group| *group = level.next(*group, NO_NAME)),
            }
        }
        self.number_codes();
        groups
    }

    /// Spells out the codes of groups met for the first time.
    fn number_codes(&mut self) {
        let Some(last) = self.levels.last() else { return };
        for group in self.codes.len()..last.pairs.len() {
            let mut codes = Vec::with_capacity(self.levels.len());
            let mut at = group as u32;
            for level in self.levels.iter().rev() {
                let (before, code) = level.pairs[at as usize];
                codes.push(code);
                at = before;
            }
            codes.reverse();
            self.codes.push(codes);
        }
    }
}

impl Level {
    fn next(&mut self, before: u32, code: u32) -> u32 {
        let small = self.small.get(code as usize).copied().unwrap_or_default();
        if small > 0 {
            let known = self.table.get(before as usize * self.width + small as usize - 1);
            if let Some(group) = known.filter(|group| **group != NEW && small as usize <= self.width) {
                return *group;
            }
        }
        self.met(before, code)
    }

    /// The same for a pair that the table does not know.
    #[cold]
    fn met(&mut self, before: u32, code: u32) -> u32 {
        if self.small.len() <= code as usize {
            self.small.resize(code as usize + 1, 0);
        }
        if self.small[code as usize] == 0 {
            self.met += 1;
            self.small[code as usize] = self.met;
        }
        let key = u64::from(before) << 32 | u64::from(code);
        let next = self.pairs.len() as u32;
        let group = *self.rest.entry(key).or_insert(next);
        if group == next {
            self.pairs.push((before, code));
            self.befores = self.befores.max(before as usize + 1);
        }
        self.tabulate();
        group
    }

    /// Puts every pair into the table while it fits.
    fn tabulate(&mut self) {
        if self.width < self.met as usize {
            self.width = (self.met as usize).next_power_of_two();
            self.table.clear();
        }
        let size = self.befores * self.width;
        if size > MOST {
            self.table.clear();
            return;
        }
        let is_whole = !self.table.is_empty();
        self.table.resize(size.max(self.table.len()), NEW);
        let since = if is_whole { self.pairs.len() - 1 } else { 0 };
        for (group, (before, code)) in self.pairs.iter().enumerate().skip(since) {
            self.table[*before as usize * self.width + self.small[*code as usize] as usize - 1] = group as u32;
        }
    }
}
