//! Counts by time and outcome, by value, or of distinct things; exact while small, in logarithmic buckets when large.
//!
//! A tally of times holds exact seconds up to [`LIMIT`] distinct keys. Beyond, seconds fold into buckets at most 1/512 of
//! their value wide, net times 1/256. Whether a tally folds is decided on the *merged* tally, so it depends on the data and not on the
//! split. Distinct things have no buckets: their tally stays exact.

use crate::measure::Spell;

/// Distinct keys up to which a tally is exact.
pub const LIMIT: usize = 1 << 13;

/// What a tally counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kept {
    /// Times or other values, and how they ended.
    #[default]
    Times,
    /// The same, with the time followed on another clock.
    Followed,
    /// Distinct things, by their hash.
    Things,
}

/// Counts by spell, ascending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    kept: Kept,
    counts: Vec<(Key, i64)>,
    pending: Vec<(Key, i64)>,
    folded: bool,
}

/// A spell in one word, ascending as spells are: seconds, those followed, two bits of how it ended.
type Key = u64;

/// Bits of each of two times in one word; what is longer, over 68 years, stands as the longest.
const PAIRED: u32 = 31;

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
        let spell = if self.folded { self.kept.bucket(spell) } else { spell };
        self.pending.push((self.kept.key(spell), count));
        if self.pending.len() >= 1_024.max(self.counts.len()) {
            self.settle();
        }
    }

    /// Adds spells, each so many times.
    pub fn extend(&mut self, spells: impl Iterator<Item = Spell>, count: i64) {
        spells.for_each(|spell| self.add(spell, count));
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
        if self.counts.len() > limit && self.kept != Kept::Things {
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
        self.counts.iter().map(|(key, count)| (self.kept.spell(*key), *count))
    }

    /// A tally read back from a file.
    pub(super) fn stored(kept: Kept, counts: Vec<(Spell, i64)>, folded: bool) -> Self {
        let counts = counts.into_iter().map(|(spell, count)| (kept.key(spell), count)).collect();
        Self { kept, counts, pending: Vec::new(), folded }
    }

    fn fold(&mut self) {
        if !self.folded {
            self.folded = true;
            self.pending.append(&mut self.counts);
            let kept = self.kept;
            self.pending.iter_mut().for_each(|(own, _)| *own = kept.key(kept.bucket(kept.spell(*own))));
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

impl Kept {
    fn key(self, spell: Spell) -> Key {
        let end = u64::from(spell.end);
        match self {
            Self::Times | Self::Things => spell.seconds << 2 | end,
            Self::Followed => {
                let [seconds, followed] = [spell.seconds, spell.followed].map(|time| time.min((1 << PAIRED) - 1));
                seconds << (PAIRED + 2) | followed << 2 | end
            }
        }
    }

    fn spell(self, key: Key) -> Spell {
        let (seconds, end) = (key >> 2, (key & 3) as u8);
        match self {
            Self::Times | Self::Things => Spell { seconds, followed: 0, end },
            Self::Followed => Spell { seconds: seconds >> PAIRED, followed: seconds & ((1 << PAIRED) - 1), end },
        }
    }

    /// The middle of the bucket a spell falls into.
    fn bucket(self, spell: Spell) -> Spell {
        let (seconds, followed) = match self {
            Self::Times => (leading(spell.seconds, BITS), 0),
            Self::Followed => (leading(spell.seconds, PAIRED_BITS), leading(spell.followed, FOLLOWED_BITS)),
            Self::Things => (spell.seconds, 0),
        };
        Spell { seconds, followed, ..spell }
    }
}

/// Leading bits a folded number of seconds keeps: buckets are at most 2⁻⁹ of their value wide.
const BITS: u32 = 10;

/// The same where there are two times. The time followed only weighs rows, by a curve that falls slowly.
const PAIRED_BITS: u32 = 9;
const FOLLOWED_BITS: u32 = 6;

/// The middle of the bucket of numbers that share so many leading bits; smaller numbers stand for themselves.
///
/// The middle of a bucket is in the bucket, so folding twice is folding once.
fn leading(number: u64, kept: u32) -> u64 {
    let bits = 64 - number.leading_zeros();
    match bits.saturating_sub(kept) {
        0 => number,
        shift => (number >> shift << shift) | (1 << (shift - 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finished(seconds: u64) -> Spell {
        Spell { seconds, followed: 0, end: 1 }
    }

    fn bucket(spell: Spell) -> Spell {
        Kept::Times.bucket(spell)
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

    /// 4,000 s keeps 9 of 12 bits: buckets of 8 s, 4,000..4,007 share 4,004; 90,000 s keeps 6 of 17: buckets of 2,048 s
    /// from 88,064, whose middle is 89,088.
    #[test]
    fn two_times_fold_each_by_its_own_width() {
        let spell = Spell { seconds: 4_001, followed: 90_000, end: 2 };
        let folded = Kept::Followed.bucket(spell);
        assert_eq!(folded, Spell { seconds: 4_004, followed: 89_088, end: 2 });
        assert_eq!(Kept::Followed.bucket(folded), folded);
    }

    #[test]
    fn a_word_holds_what_it_was_made_of() {
        let spell = Spell { seconds: 1_000_000, followed: 2_000_000_000, end: 2 };
        assert_eq!(Kept::Followed.spell(Kept::Followed.key(spell)), spell);
        let long = Spell { seconds: 1 << 40, followed: 1 << 40, end: 1 };
        let longest = (1 << 31) - 1;
        let kept = Kept::Followed.spell(Kept::Followed.key(long));
        assert_eq!(kept, Spell { seconds: longest, followed: longest, end: 1 });
    }

    #[test]
    fn distinct_things_never_fold() {
        let mut tally = Tally::new(Kept::Things);
        (0..100).for_each(|thing| tally.add(Spell { seconds: thing << 40 | thing, followed: 0, end: 1 }, 1));
        tally.limit(10);
        assert_eq!((tally.is_folded(), tally.counts().len()), (false, 100));
    }
}
