//! Folded times counted in place: one byte for each bucket near those that were met.
//!
//! A dossier more is one byte more. Counts of 256 are carried apart, so that hardly any bucket needs a second byte.

/// Bits of a word that say how a spell ended, and of the buckets that stand together.
const END: u32 = 2;
const BLOCK: u32 = 7;

/// Counts of buckets by how spells ended: in blocks of 128 that are made when one of theirs is met.
#[derive(Clone, Debug, Default)]
pub(super) struct Dense {
    /// The number of each block and end, 0 where there is none.
    blocks: Vec<u16>,
    /// The low bytes of the counts of block 1, 2 and so on.
    low: Vec<u8>,
    /// What does not fit in them, by word: multiples of 256.
    carried: Vec<(u64, i64)>,
    /// How many are carried when they are added up next.
    full: usize,
}

/// So many carried counts are kept at least before equal words are added up.
const CARRIED: usize = 256;

impl Dense {
    /// Counts a word once more.
    #[inline]
    pub(super) fn add_one(&mut self, word: u32) {
        let at = self.place(word);
        let low = &mut self.low[at];
        *low = low.wrapping_add(1);
        if *low == 0 {
            self.carry(word, 256);
        }
    }

    /// Counts a word so many times; less than none takes it out.
    pub(super) fn add(&mut self, word: u32, count: i64) {
        let at = self.place(word);
        let all = count.saturating_add(i64::from(self.low[at]));
        self.low[at] = all as u8;
        if all >> 8 != 0 {
            self.carry(word, all >> 8 << 8);
        }
    }

    /// The words with their counts, ascending, a word twice where a part of its count was carried.
    pub(super) fn into_counts(mut self) -> Vec<(u64, i64)> {
        self.add_up();
        let ends = 1 << END;
        let mut counts = Vec::new();
        for (block, slots) in self.blocks.chunks(ends).enumerate() {
            for number in 0..1usize << BLOCK {
                for (end, slot) in slots.iter().enumerate().filter(|(_, slot)| **slot > 0) {
                    let low = self.low[(usize::from(*slot) - 1) << BLOCK | number];
                    if low > 0 {
                        counts.push((((block << BLOCK | number) << END | end) as u64, i64::from(low)));
                    }
                }
            }
        }
        if !self.carried.is_empty() {
            counts.append(&mut self.carried);
            counts.sort_unstable();
        }
        counts
    }

    /// Where the count of a word stands.
    #[inline]
    fn place(&mut self, word: u32) -> usize {
        let (number, end) = (word >> END, word & 3);
        let block = ((number >> BLOCK) << END | end) as usize;
        let slot = match self.blocks.get(block) {
            Some(slot) if *slot > 0 => *slot,
            _ => self.block(block),
        };
        (usize::from(slot) - 1) << BLOCK | (number & ((1 << BLOCK) - 1)) as usize
    }

    /// Makes a block; the largest word is in block 4 · 216, so their numbers fit.
    #[cold]
    fn block(&mut self, block: usize) -> u16 {
        if self.blocks.len() <= block {
            self.blocks.resize(block / 4 * 4 + 4, 0);
        }
        self.low.resize(self.low.len() + (1 << BLOCK), 0);
        self.blocks[block] = (self.low.len() >> BLOCK) as u16;
        self.blocks[block]
    }

    #[cold]
    fn carry(&mut self, word: u32, count: i64) {
        self.carried.push((u64::from(word), count));
        if self.carried.len() >= self.full.max(CARRIED) {
            self.add_up();
            self.full = 2 * self.carried.len();
        }
    }

    fn add_up(&mut self) {
        self.carried.sort_unstable();
        self.carried.dedup_by(|(word, count), (own, sum)| {
            let same = word == own;
            *sum = if same { sum.saturating_add(*count) } else { *sum };
            same
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cube::tally::run::Run;
    use std::collections::BTreeMap;

    #[test]
    fn blocks_hold_what_a_map_holds() {
        let (mut dense, mut map) = (Dense::default(), BTreeMap::new());
        for step in 0..200_000u64 {
            let mixed = step.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
            // Some words many times, so that they are carried, and some far away.
            let number = if step % 50 == 0 { mixed % 28_000 } else { 5_000 + mixed % 60 };
            let word = ((number << END) | (step % 3)) as u32;
            let count =
                [1, 1, 1, -2, 700, i64::MIN / 4, i64::MAX / 4][if step % 97 == 0 { mixed as usize % 7 } else { 0 }];
            *map.entry(u64::from(word)).or_insert(0i64) += count;
            if count == 1 { dense.add_one(word) } else { dense.add(word, count) }
        }
        map.retain(|_, count| *count != 0);
        let run = Run::of(dense.into_counts().into_iter());
        assert!(run.iter().eq(map));
    }
}
