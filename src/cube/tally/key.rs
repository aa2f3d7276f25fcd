//! A spell in one word, exact or as the number of its bucket; ascending as spells are.

use crate::measure::Spell;

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

/// Bits that say how a spell ended.
const END: u32 = 2;

/// The largest number that stands beside them.
const LARGEST: u64 = u64::MAX >> END;

/// Bits of each of two times in one word; what is longer, over 68 years, stands as the longest.
const PAIRED: u32 = 31;

/// The longest of two times.
const LONGEST: u64 = (1 << PAIRED) - 1;

/// Buckets of times: at most 2⁻⁹ of their value wide.
const TIMES: Buckets = Buckets { kept: 10 };

/// The same where there are two times. The time followed only weighs rows, by a curve that falls slowly.
const PAIRED_TIMES: Buckets = Buckets { kept: 9 };
const FOLLOWED: Buckets = Buckets { kept: 6 };

/// Bits of the number of a bucket of times followed: 2³¹ s are in bucket 863.
const FOLLOWED_BITS: u32 = 10;

/// The word of no spell.
pub(in crate::cube) const NO_SPELL: u64 = u64::MAX;

impl Kept {
    /// The spell itself in a word; no spell is [`NO_SPELL`].
    #[inline]
    pub(in crate::cube) fn exact(self, spell: Spell) -> u64 {
        let end = u64::from(spell.end);
        match self {
            Self::Times | Self::Things => spell.seconds.min(LARGEST) << END | end,
            Self::Followed => {
                let [seconds, followed] = [spell.seconds, spell.followed].map(|time| time.min(LONGEST));
                seconds << (PAIRED + END) | followed << END | end
            }
        }
    }

    /// The numbers of the buckets that an exact word falls into, in a word of 32 bits; things have none.
    #[inline]
    pub(super) fn folded(self, word: u64) -> u32 {
        let (seconds, end) = (word >> END, word as u32 & 3);
        match self {
            Self::Times | Self::Things => TIMES.number(seconds) << END | end,
            Self::Followed => {
                let times = PAIRED_TIMES.number(seconds >> PAIRED) << FOLLOWED_BITS;
                (times | FOLLOWED.number(seconds & LONGEST)) << END | end
            }
        }
    }

    /// The number of the bucket of its seconds in a folded word.
    pub(super) fn bucket(self, word: u32) -> u32 {
        match self {
            Self::Times | Self::Things => word >> END,
            Self::Followed => word >> (FOLLOWED_BITS + END),
        }
    }

    /// The spell of an exact word.
    #[inline]
    pub(super) fn spell(self, word: u64) -> Spell {
        let (seconds, end) = (word >> END, (word & 3) as u8);
        match self {
            Self::Times | Self::Things => Spell { seconds, followed: 0, end },
            Self::Followed => Spell { seconds: seconds >> PAIRED, followed: seconds & LONGEST, end },
        }
    }

    /// The middle of the buckets of a folded word.
    #[inline]
    pub(super) fn middle(self, word: u32) -> Spell {
        let (number, end) = (word >> END, (word & 3) as u8);
        match self {
            Self::Times | Self::Things => Spell { seconds: TIMES.middle(number), followed: 0, end },
            Self::Followed => {
                let followed = FOLLOWED.middle(number & ((1 << FOLLOWED_BITS) - 1));
                Spell { seconds: PAIRED_TIMES.middle(number >> FOLLOWED_BITS), followed, end }
            }
        }
    }
}

/// Buckets of the numbers that share so many leading bits; smaller numbers have one each.
struct Buckets {
    kept: u32,
}

impl Buckets {
    /// Buckets in an octave.
    const fn half(&self) -> u32 {
        1 << (self.kept - 1)
    }

    /// The number of a bucket, ascending without a gap.
    ///
    /// A number of `kept + s` bits is in bucket `s·2^(kept − 1)` and its leading `kept` bits.
    #[inline]
    fn number(&self, value: u64) -> u32 {
        let shift = (64 - value.leading_zeros()).saturating_sub(self.kept);
        shift * self.half() + (value >> shift) as u32
    }

    /// Its middle, which is in it: folding twice is folding once.
    #[inline]
    fn middle(&self, number: u32) -> u64 {
        match (number / self.half()).saturating_sub(1) {
            0 => u64::from(number),
            shift => u64::from(number - shift * self.half()) << shift | 1 << (shift - 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finished(seconds: u64) -> Spell {
        Spell { seconds, followed: 0, end: 1 }
    }

    fn bucket(kept: Kept, spell: Spell) -> Spell {
        kept.middle(kept.folded(kept.exact(spell)))
    }

    /// 4,000 s has 12 bits: 10 are kept, so buckets are 4 s wide; 4,000..4,003 share the middle 4,002.
    #[test]
    fn a_bucket_is_named_by_its_middle() {
        let bucket = |seconds| bucket(Kept::Times, finished(seconds));
        assert_eq!(bucket(1_023), finished(1_023));
        assert_eq!([4_000, 4_001, 4_003].map(|s| bucket(s).seconds), [4_002; 3]);
        assert_eq!(bucket(4_002), finished(4_002));
    }

    #[test]
    fn a_bucket_is_at_most_one_in_512_wide() {
        let bucket = |seconds| bucket(Kept::Times, finished(seconds));
        for bits in 10..26 {
            let low = 1u64 << bits;
            let width = (low..low * 2).find(|s| bucket(*s) != bucket(low)).unwrap_or(low * 2) - low;
            assert!(width * 512 <= low, "{low} {width}");
        }
    }

    /// So the middle is off by at most 1/1,024.
    #[test]
    fn a_middle_is_at_most_one_in_1024_off() {
        let values = (0..100_000u64).map(|i| i * i * 37).chain([0, 1, LARGEST - 1, LARGEST]);
        for value in values {
            let folded = bucket(Kept::Times, finished(value));
            assert!(folded.seconds.abs_diff(value) <= value / 1_024, "{value} {folded:?}");
            assert_eq!(bucket(Kept::Times, folded), folded);
        }
    }

    /// 4,000 s keeps 9 of 12 bits: buckets of 8 s, 4,000..4,007 share 4,004; 90,000 s keeps 6 of 17: buckets of 2,048 s
    /// from 88,064, whose middle is 89,088.
    #[test]
    fn two_times_fold_each_by_its_own_width() {
        let spell = Spell { seconds: 4_001, followed: 90_000, end: 2 };
        let folded = bucket(Kept::Followed, spell);
        assert_eq!(folded, Spell { seconds: 4_004, followed: 89_088, end: 2 });
        assert_eq!(bucket(Kept::Followed, folded), folded);
    }

    #[test]
    fn words_ascend_as_spells_do() {
        let times = [0, 5, 1_023, 1_024, 90_000, LONGEST - 1, LONGEST, LARGEST];
        let spells = times.iter().flat_map(|seconds| times.iter().map(move |followed| (*seconds, *followed)));
        let spells = spells.flat_map(|(seconds, followed)| (0..3).map(move |end| Spell { seconds, followed, end }));
        for kept in [Kept::Times, Kept::Followed] {
            let mut exact: Vec<u64> = spells.clone().map(|spell| kept.exact(spell)).collect();
            let mut folded: Vec<u32> = exact.iter().map(|word| kept.folded(*word)).collect();
            exact.sort_unstable();
            folded.sort_unstable();
            assert!(exact.into_iter().map(|word| kept.spell(word)).is_sorted());
            assert!(folded.into_iter().map(|word| kept.middle(word)).is_sorted());
        }
    }

    #[test]
    fn a_word_holds_what_it_was_made_of() {
        let spell = Spell { seconds: 1_000_000, followed: 2_000_000_000, end: 2 };
        assert_eq!(Kept::Followed.spell(Kept::Followed.exact(spell)), spell);
        let long = Spell { seconds: 1 << 40, followed: 1 << 40, end: 1 };
        let longest = (1 << 31) - 1;
        let kept = Kept::Followed.spell(Kept::Followed.exact(long));
        assert_eq!(kept, Spell { seconds: longest, followed: longest, end: 1 });
    }
}
