//! The groups rows fall into, as small numbers.

use crate::error::Result;
use crate::ingest::Batch;
use polars::prelude::PlHashMap;

/// Groups as small numbers: tuples of codes, numbered as they are met.
#[derive(Debug)]
pub(super) struct Groups {
    levels: Vec<PlHashMap<u64, u32>>,
    codes: Vec<Vec<u32>>,
}

impl Groups {
    pub(super) fn new(dimensions: usize) -> Self {
        Self { levels: vec![PlHashMap::default(); dimensions], codes: Vec::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.codes.len()
    }

    pub(super) fn codes(&self, group: usize) -> &[u32] {
        &self.codes[group]
    }

    /// The group of each row; without dimensions all are one.
    pub(super) fn of(&mut self, batch: &Batch<'_>, dimensions: &[String]) -> Result<Vec<u32>> {
        let mut groups = vec![0u32; batch.len()];
        if dimensions.is_empty() && self.codes.is_empty() {
            self.codes.push(Vec::new());
        }
        for (level, dimension) in dimensions.iter().enumerate() {
            let codes = batch.codes(dimension);
            let last = level + 1 == dimensions.len();
            let mut tuples = std::mem::take(&mut self.levels[level]);
            for (row, group) in groups.iter_mut().enumerate() {
                let code = codes.map_or(crate::ingest::NO_NAME, |codes| codes[row]);
                let key = u64::from(*group) << 32 | u64::from(code);
                let next = tuples.len() as u32;
                *group = *tuples.entry(key).or_insert(next);
            }
            self.levels[level] = tuples;
            if last {
                self.number_codes();
            }
        }
        Ok(groups)
    }

    /// Spells out the codes of groups met for the first time.
    fn number_codes(&mut self) {
        let Some(last) = self.levels.last() else { return };
        if last.len() == self.codes.len() {
            return;
        }
        let mut tuples: Vec<Vec<u32>> = vec![Vec::new()];
        for level in &self.levels {
            let mut next = vec![Vec::new(); level.len()];
            for (key, group) in level {
                let mut codes = tuples[(key >> 32) as usize].clone();
                codes.push(*key as u32);
                next[*group as usize] = codes;
            }
            tuples = next;
        }
        self.codes = tuples;
    }
}
