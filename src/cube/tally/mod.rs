//! Counts by time and outcome, by value, or of distinct things; exact while small, in logarithmic buckets when large.
//!
//! The tallies of a window hold exact seconds up to [`EXACT`] rows or [`DISTINCT`] times together. Beyond, seconds fold into
//! buckets at most 1/512 of their value wide, net times 1/256. Whether they fold is decided on the *merged* cube, so it depends on the
//! data and not on the split. Distinct things have no buckets: their tally stays exact.

mod dense;
mod key;
mod order;
mod run;
mod window;

pub use key::Kept;
pub(super) use key::NO_SPELL;
pub use window::{DISTINCT, Folding};
pub(super) use window::{Filling, Pooled, fold_large};

use crate::measure::Spell;
use dense::Dense;
use run::Run;

/// Rows of a window up to which its times are exact.
///
/// The median of so many is known to half a per cent at best, and the middle of a bucket is off by a thousandth at most.
pub const EXACT: i64 = 1 << 16;

/// Counts by spell, ascending.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    kept: Kept,
    folded: bool,
    /// What is sorted and packed; its keys are words of the spells, or of their buckets.
    run: Run,
    /// Keys that were added once each and wait to be sorted in: a word of 32 bits each where such words hold them all.
    waiting: Vec<u32>,
    rare: Option<Box<Rare>>,
}

/// What few tallies have: small ones shall be small.
#[derive(Clone, Debug, Default)]
struct Rare {
    /// Counts other than one that wait, and keys longer than the others; in no order.
    odd: Vec<(u64, i64)>,
    /// Counts of many folded times; then nothing else holds any.
    dense: Option<Dense>,
}

/// So many words wait at least before they are sorted in.
const WAITING: usize = 1_024;

/// And so many for each key that is sorted in: the fewer, the more often all are packed again.
const WAIT_FOR: usize = 6;

/// So many buckets or more may be counted in place, at 3 ns a row; sorting it in takes 15 to 20.
const DENSE: usize = 512;

impl Tally {
    /// An empty tally.
    pub fn new(kept: Kept) -> Self {
        Self { kept, ..Self::default() }
    }

    /// What it counts.
    pub fn kept(&self) -> Kept {
        self.kept
    }

    /// Adds a spell so many times; a negative count takes it out.
    pub fn add(&mut self, spell: Spell, count: i64) {
        self.extend(&[self.kept.exact(spell)], count);
    }

    /// Adds each of these spells, in a word, so many times; a negative count takes them out.
    #[inline]
    pub(super) fn extend(&mut self, spells: &[u64], count: i64) {
        let kept = self.kept;
        if let Some(dense) = self.dense() {
            let folded = spells.iter().map(|spell| kept.folded(*spell));
            match count {
                1 => folded.for_each(|spell| dense.add_one(spell)),
                _ => folded.for_each(|spell| dense.add(spell, count)),
            }
            return;
        }
        match (count, self.folded, self.is_long()) {
            (1, true, _) => self.waiting.extend(spells.iter().map(|spell| kept.folded(*spell))),
            (1, false, true) => self.waiting.extend(spells.iter().flat_map(|spell| halves(*spell))),
            // Almost always all keys are short.
            (1, false, false) if u32::try_from(spells.iter().fold(0, |all, key| all | key)).is_ok() => {
                self.waiting.extend(spells.iter().map(|key| *key as u32));
            }
            (1, false, false) => spells.iter().for_each(|key| match u32::try_from(*key) {
                Ok(key) => self.waiting.push(key),
                Err(_) => self.odd().push((*key, 1)),
            }),
            (_, folded, _) => {
                let key = |spell| if folded { u64::from(kept.folded(spell)) } else { spell };
                self.odd().extend(spells.iter().map(|spell| (key(*spell), count)));
            }
        }
        // The more are sorted in, the more may wait: each key is gone through a few times, however many come.
        let waiting = self.waiting.len() + self.rare.as_ref().map_or(0, |rare| rare.odd.len());
        if waiting >= WAITING.max(WAIT_FOR * self.run.len()) {
            self.sort_in();
        }
    }

    /// The counts in place, where they are kept.
    #[inline]
    fn dense(&mut self) -> Option<&mut Dense> {
        self.rare.as_mut()?.dense.as_mut()
    }

    /// Sorts in what waits; where most of it was known, the counts of folded times are kept in place from now on.
    fn sort_in(&mut self) {
        let (known, waiting) = (self.run.len(), self.waiting.len());
        self.settle();
        let new = self.run.len().saturating_sub(known);
        if self.folded && self.kept == Kept::Times && self.run.len() >= DENSE && 2 * new < waiting {
            let mut dense = Dense::default();
            std::mem::take(&mut self.run).iter().for_each(|(key, count)| dense.add(key as u32, count));
            self.rare = Some(Box::new(Rare { odd: Vec::new(), dense: Some(dense) }));
        }
    }

    /// Adds another tally; the result is settled.
    pub fn merge(&mut self, mut other: Self) {
        if self.folded || other.folded {
            self.fold();
            other.fold();
        }
        self.settle();
        other.settle();
        match self.run.len() {
            0 => self.run = other.run,
            _ => self.run.add(other.run.iter()),
        }
    }

    /// The distinct keys of a settled tally.
    pub fn keys(&self) -> usize {
        self.run.len()
    }

    /// The rows of a settled tally.
    pub fn rows(&self) -> i64 {
        self.run.iter().fold(0, |sum: i64, (_, count)| sum.saturating_add(count))
    }

    /// Whether seconds are in buckets.
    pub fn is_folded(&self) -> bool {
        self.folded
    }

    /// The counts by spell, ascending, of a settled tally.
    pub fn counts(&self) -> impl ExactSizeIterator<Item = (Spell, i64)> {
        let (kept, folded) = (self.kept, self.folded);
        let spell = move |key| if folded { kept.middle(key as u32) } else { kept.spell(key) };
        self.run.iter().map(move |(key, count)| (spell(key), count))
    }

    /// A tally read back from a file; whatever stands there is brought into order.
    pub(super) fn stored(kept: Kept, counts: impl Iterator<Item = (Spell, i64)>, folded: bool) -> Self {
        let folded = folded && kept != Kept::Things;
        let word = |spell| if folded { u64::from(kept.folded(spell)) } else { spell };
        let mut counts: Vec<(u64, i64)> = counts.map(|(spell, count)| (word(kept.exact(spell)), count)).collect();
        if !counts.is_sorted() {
            counts.sort_unstable();
        }
        Self { kept, folded, run: Run::of(counts.into_iter()), ..Self::default() }
    }

    /// Puts times into buckets; things stay as they are. What waits to be sorted in goes on waiting.
    pub fn fold(&mut self) {
        if self.folded || self.kept == Kept::Things {
            return;
        }
        let kept = self.kept;
        match self.is_long() {
            true => {
                let folded = |halves: &[u32]| kept.folded(whole([halves[0], halves[1]]));
                self.waiting = self.waiting.chunks_exact(2).map(folded).collect();
            }
            false => self.waiting.iter_mut().for_each(|key| *key = kept.folded((*key).into())),
        }
        self.odd_in_order();
        let folded = self.run.iter().map(|(key, count)| (u64::from(kept.folded(key)), count));
        let mut folded: Vec<(u64, i64)> = folded.collect();
        // Buckets ascend as times do; in one only what else a word holds may be out of order.
        let bucket = |(word, _): &(u64, i64)| kept.bucket(*word as u32);
        folded.chunk_by_mut(|one, next| bucket(one) == bucket(next)).for_each(<[_]>::sort_unstable);
        (self.folded, self.run) = (true, Run::of(folded.into_iter()));
    }

    /// Sorts in what waits.
    pub fn settle(&mut self) {
        if !self.waiting.is_empty() {
            let mut waiting = std::mem::take(&mut self.waiting);
            if self.is_long() {
                let mut keys: Vec<u64> = waiting.chunks_exact(2).map(|halves| whole([halves[0], halves[1]])).collect();
                keys.sort_unstable();
                self.run.add(keys.into_iter().map(|key| (key, 1)));
            } else {
                order::sort(&mut waiting);
                self.run.add(waiting.into_iter().map(|key| (u64::from(key), 1)));
            }
        }
        self.odd_in_order();
    }

    /// Sorts in the odd counts alone.
    fn odd_in_order(&mut self) {
        if let Some(rare) = self.rare.take() {
            let Rare { mut odd, dense } = *rare;
            odd.sort_unstable_by_key(|(key, _)| *key);
            self.run.add(odd.into_iter());
            self.run.add(dense.map(Dense::into_counts).unwrap_or_default().into_iter());
        }
    }

    /// Whether a waiting key takes two words.
    fn is_long(&self) -> bool {
        !self.folded && self.kept != Kept::Times
    }

    fn odd(&mut self) -> &mut Vec<(u64, i64)> {
        &mut self.rare.get_or_insert_default().odd
    }
}

/// Equal where they count the same, of settled tallies.
impl PartialEq for Tally {
    fn eq(&self, other: &Self) -> bool {
        (self.kept, self.folded) == (other.kept, other.folded) && self.run == other.run
    }
}

impl Eq for Tally {}

fn halves(key: u64) -> [u32; 2] {
    [(key >> 32) as u32, key as u32]
}

fn whole([high, low]: [u32; 2]) -> u64 {
    u64::from(high) << 32 | u64::from(low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn finished(seconds: u64) -> Spell {
        Spell { seconds, followed: 0, end: 1 }
    }

    #[test]
    fn folding_does_not_depend_on_the_split() {
        let all: Vec<u64> = (0..100).map(|i| 10_000 + 7 * i).collect();
        let tally = |seconds: &[u64], folds: bool| {
            let mut tally = Tally::default();
            seconds.iter().for_each(|s| tally.add(finished(*s), 1));
            tally.settle();
            if folds {
                tally.fold();
            }
            tally
        };
        let whole = tally(&all, true);
        let (left, right) = all.split_at(37);
        for early in [(false, false), (true, false), (false, true), (true, true)] {
            let mut merged = tally(right, early.0);
            merged.merge(tally(left, early.1));
            assert_eq!(merged.is_folded(), early.0 || early.1);
            merged.fold();
            assert_eq!(whole, merged);
        }
    }

    /// Numbers of any width, the same ones each time.
    fn drawn(seed: u64) -> impl Iterator<Item = u64> {
        (1..).map(move |n: u64| {
            let mixed = (n ^ seed << 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            (mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 1
        })
    }

    /// However spells come, alone or together, and whatever is taken out again, a tally holds what a map holds.
    #[test]
    fn a_tally_is_a_map_of_counts() {
        for kept in [Kept::Times, Kept::Followed, Kept::Things] {
            for (turn, width) in [4, 12, 24, 31, 40, 62].into_iter().enumerate() {
                let numbers: Vec<u64> = drawn(turn as u64).take(3_000).collect();
                let spell = |number: &u64| {
                    let seconds = number % (1 << width);
                    let followed = if kept == Kept::Followed { seconds / 3 } else { 0 };
                    kept.spell(kept.exact(Spell { seconds, followed, end: (number >> 60) as u8 % 3 }))
                };
                let (mut tally, mut map) = (Tally::new(kept), BTreeMap::<Spell, i64>::new());
                for (part, spells) in numbers.chunks(1 + 97 * turn).enumerate() {
                    let count = [1, 1, 1, -1, 5][part % 5];
                    let gone = if count < 0 { &numbers[..spells.len()] } else { spells };
                    gone.iter().map(spell).for_each(|spell| *map.entry(spell).or_default() += count);
                    tally.extend(&gone.iter().map(|number| kept.exact(spell(number))).collect::<Vec<_>>(), count);
                }
                map.retain(|_, count| *count != 0);
                tally.settle();
                assert!(tally.counts().eq(map.clone()), "{kept:?} {width}");
                assert_eq!(tally, Tally::stored(kept, map.into_iter().rev(), false));
            }
        }
    }

    /// Buckets of many spells, ended otherwise and followed otherwise, are those of each spell by itself, in order.
    #[test]
    fn what_folds_is_in_order_without_being_sorted() {
        for kept in [Kept::Times, Kept::Followed] {
            let spells = drawn(7).take(20_000).map(|number| {
                let (seconds, end) = (100_000 + number % 5_000, (number >> 40) as u8 % 3);
                let followed = if kept == Kept::Followed { (number >> 20) % 90_000 } else { 0 };
                Spell { seconds, followed, end }
            });
            let (mut tally, mut map) = (Tally::new(kept), BTreeMap::<Spell, i64>::new());
            for spell in spells {
                tally.add(spell, 1);
                *map.entry(kept.middle(kept.folded(kept.exact(spell)))).or_default() += 1;
            }
            tally.fold();
            tally.settle();
            assert!(tally.counts().eq(map), "{kept:?}");
        }
    }

    /// What waits when a tally folds, what was taken out before and what is longer than a word of 32 bits are all there afterwards.
    #[test]
    fn what_waits_folds_with_the_rest() {
        for kept in [Kept::Times, Kept::Followed] {
            let word = |number: u64| {
                let seconds = number % 7_000 + if number.is_multiple_of(11) { 1 << 33 } else { 0 };
                let followed = if kept == Kept::Followed { seconds / 2 } else { 0 };
                kept.exact(Spell { seconds, followed, end: (number % 3) as u8 })
            };
            let (mut tally, mut map) = (Tally::new(kept), BTreeMap::<Spell, i64>::new());
            let turns = [(0..300, 1), (100..400, -1), (50..20_000, 1), (7..9, 40)];
            let mut add = |tally: &mut Tally, (numbers, count): (std::ops::Range<u64>, i64)| {
                let folded = |number| kept.middle(kept.folded(word(number)));
                numbers.clone().for_each(|number| *map.entry(folded(number)).or_default() += count);
                tally.extend(&numbers.map(word).collect::<Vec<_>>(), count);
            };
            turns.into_iter().for_each(|turn| add(&mut tally, turn));
            tally.fold();
            add(&mut tally, (3..900, 1));
            add(&mut tally, (0..20, -1));
            tally.settle();
            map.retain(|_, count| *count != 0);
            assert!(tally.counts().eq(map), "{kept:?}");
        }
    }

    #[test]
    fn distinct_things_never_fold() {
        let mut tally = Tally::new(Kept::Things);
        (0..100).for_each(|thing| tally.add(Spell { seconds: thing << 40 | thing, followed: 0, end: 1 }, 1));
        tally.settle();
        tally.fold();
        assert_eq!((tally.is_folded(), tally.counts().len()), (false, 100));
    }
}
