//! Counts by time and outcome, exact while small, in logarithmic buckets when large.
//!
//! A tally holds exact seconds up to [`LIMIT`] distinct keys. Beyond, seconds fold into buckets at most 1/512 of their
//! value wide. Whether a tally folds is decided on the *merged* tally, so it depends on the data and not on the split.

use crate::measure::Spell;

/// Distinct keys up to which a tally is exact.
pub const LIMIT: usize = 1 << 13;

/// Leading bits a folded number of seconds keeps: buckets are at most 2⁻⁹ of their value wide.
const BITS: u32 = 10;

/// Counts by spell, ascending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    counts: Vec<(Key, i64)>,
    pending: Vec<(Key, i64)>,
    folded: bool,
}

/// A spell in one word: seconds, then two bits of how it ended; ascending as spells are.
type Key = u64;

impl Tally {
    /// Adds a spell so many times; a negative count takes it out.
    pub fn add(&mut self, spell: Spell, count: i64) {
        let spell = if self.folded { bucket(spell) } else { spell };
        self.pending.push((key(spell), count));
        if self.pending.len() >= 1_024.max(self.counts.len()) {
            self.settle();
        }
    }

    /// Adds another tally; the result is settled.
    pub fn merge(&mut self, mut other: Self) {
        other.settle();
        if self.folded || other.folded {
            self.fold();
            other.fold();
        }
        self.settle();
        self.counts = merged(std::mem::take(&mut self.counts), other.counts);
    }

    /// Folds if there are more distinct keys than `limit`; the result is settled.
    pub fn limit(&mut self, limit: usize) {
        self.settle();
        if self.counts.len() > limit {
            self.fold();
        }
    }

    /// The distinct keys so far, those not yet sorted in left out.
    pub fn keys(&self) -> usize {
        self.counts.len()
    }

    /// Whether seconds are in buckets.
    pub fn is_folded(&self) -> bool {
        self.folded
    }

    /// The counts by spell, ascending, of a settled tally.
    pub fn counts(&self) -> impl ExactSizeIterator<Item = (Spell, i64)> {
        self.counts.iter().map(|(key, count)| (spell(*key), *count))
    }

    /// A tally read back from a file.
    pub(super) fn stored(counts: Vec<(Spell, i64)>, folded: bool) -> Self {
        let counts = counts.into_iter().map(|(spell, count)| (key(spell), count)).collect();
        Self { counts, pending: Vec::new(), folded }
    }

    fn fold(&mut self) {
        if !self.folded {
            self.folded = true;
            self.pending.append(&mut self.counts);
            self.pending.iter_mut().for_each(|(own, _)| *own = key(bucket(spell(*own))));
            self.settle();
        }
    }

    fn settle(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        self.pending.sort_unstable_by_key(|(key, _)| *key);
        self.counts = merged(std::mem::take(&mut self.counts), std::mem::take(&mut self.pending));
    }
}

/// Two ascending lists as one: equal keys added, what comes to zero left out.
fn merged(own: Vec<(Key, i64)>, more: Vec<(Key, i64)>) -> Vec<(Key, i64)> {
    let mut all: Vec<(Key, i64)> = Vec::with_capacity(own.len() + more.len());
    let (mut own, mut more) = (own.into_iter().peekable(), more.into_iter().peekable());
    loop {
        let first = match (own.peek(), more.peek()) {
            (Some((a, _)), Some((b, _))) if a <= b => own.next(),
            (_, Some(_)) => more.next(),
            (Some(_), None) => own.next(),
            (None, None) => break,
        };
        let Some((key, count)) = first else { break };
        match all.last_mut() {
            Some((last, sum)) if *last == key => *sum += count,
            _ => all.push((key, count)),
        }
    }
    all.retain(|(_, count)| *count != 0);
    all
}

fn key(spell: Spell) -> Key {
    spell.seconds << 2 | u64::from(spell.end)
}

fn spell(key: Key) -> Spell {
    Spell { seconds: key >> 2, end: (key & 3) as u8 }
}

/// The middle of the bucket a spell falls into: seconds below 1,024 stand for themselves.
///
/// Relative width at most 1/512; the middle of a bucket is in the bucket, so folding twice is folding once.
fn bucket(spell: Spell) -> Spell {
    let bits = 64 - spell.seconds.leading_zeros();
    let shift = bits.saturating_sub(BITS);
    let seconds = match shift {
        0 => spell.seconds,
        _ => (spell.seconds >> shift << shift) | (1 << (shift - 1)),
    };
    Spell { seconds, ..spell }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finished(seconds: u64) -> Spell {
        Spell { seconds, end: 1 }
    }

    /// 4,000 s has 12 bits: 10 are kept, so buckets are 4 s wide; 4,000..4,003 share the middle 4,002.
    #[test]
    fn a_bucket_is_named_by_its_middle() {
        assert_eq!(bucket(finished(1_023)), finished(1_023));
        assert_eq!([4_000, 4_001, 4_003].map(|s| bucket(finished(s)).seconds), [4_002; 3]);
        assert_eq!(bucket(finished(4_002)), finished(4_002));
    }

    #[test]
    fn a_bucket_is_at_most_one_in_512_wide() {
        for bits in 10..26 {
            let low = 1u64 << bits;
            let width = (low..low * 2).find(|s| bucket(finished(*s)) != bucket(finished(low))).unwrap_or(low * 2) - low;
            assert!(width * 512 <= low, "{low} {width}");
        }
    }

    #[test]
    fn folding_does_not_depend_on_the_split() {
        let all: Vec<u64> = (0..100).map(|i| 10_000 + 7 * i).collect();
        let tally = |seconds: &[u64], limit| {
            let mut tally = Tally::default();
            seconds.iter().for_each(|s| tally.add(finished(*s), 1));
            tally.limit(limit);
            tally
        };
        for limit in [10, 60, 99, 100] {
            let whole = tally(&all, limit);
            let (left, right) = all.split_at(37);
            let mut merged = tally(right, limit);
            merged.merge(tally(left, limit));
            merged.limit(limit);
            assert_eq!(whole, merged);
            assert_eq!(whole.is_folded(), limit < 100);
        }
    }
}
