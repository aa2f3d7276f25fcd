//! Chance in integers: the same seed gives the same draws on every machine and with every version of `rand`.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// One stream of draws. The ranges are our own, because those of `rand` may change their values with a release.
#[derive(Clone, Debug)]
pub(super) struct Draw(ChaCha8Rng);

/// A thousandth of the median by 32nds of probability: exp(0.55 z), its ends cut at 0.3 %.
///
/// A table, because the last bits of `exp` differ between platforms.
const SPREAD: [u64; 33] = [
    221, 359, 430, 484, 531, 574, 614, 652, 690, 727, 764, 802, 839, 878, 917, 958, 1_000, 1_044, 1_090, 1_139, 1_192,
    1_248, 1_308, 1_375, 1_449, 1_533, 1_629, 1_743, 1_883, 2_065, 2_325, 2_786, 4_533,
];

impl Draw {
    /// The stream of a seed with that number.
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        let mut chacha = ChaCha8Rng::from_seed(key);
        chacha.set_stream(stream);
        Self(chacha)
    }

    /// A whole number in `0..n`.
    ///
    /// By multiplication (Lemire 2019, without its rejection: the bias is below n / 2⁶⁴).
    pub(super) fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.0.next_u64()) * u128::from(n)) >> 64) as u64
    }

    /// Whether something of that chance in a thousand happens.
    pub(super) fn happens(&mut self, per_mille: u64) -> bool {
        self.below(1_000) < per_mille
    }

    /// A whole number between two, both included.
    pub(super) fn between(&mut self, [low, high]: [u64; 2]) -> u64 {
        low + self.below(high - low + 1)
    }

    /// A whole number between −1,000 and 1,000, none likelier than another.
    pub(super) fn leaning(&mut self) -> i64 {
        self.below(2_001) as i64 - 1_000
    }

    /// A place in a list of weights, in proportion to them.
    pub(super) fn place(&mut self, weights: impl Iterator<Item = u64> + Clone) -> usize {
        let mut left = self.below(weights.clone().sum());
        let passed = weights.take_while(|weight| match left.checked_sub(*weight) {
            Some(rest) => {
                left = rest;
                true
            }
            None => false,
        });
        passed.count()
    }

    /// A right-skewed factor in thousandths, with median 1,000.
    pub(super) fn spread(&mut self) -> u64 {
        let at = self.below(32 << 16);
        let (step, part) = ((at >> 16) as usize, at & 0xffff);
        SPREAD[step] + (((SPREAD[step + 1] - SPREAD[step]) * part) >> 16)
    }
}

/// A number that looks drawn and is always the same for the same words.
///
/// SplitMix64's finaliser over each word in turn (Steele, Lea & Flood 2014).
pub(super) fn mixed(words: &[u64]) -> u64 {
    words.iter().fold(0x9e37_79b9_7f4a_7c15, |state: u64, word| {
        let mut z = state.wrapping_add(*word).wrapping_add(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first draws are part of the format: another value here is another city for every seed.
    #[test]
    fn draws_are_pinned() {
        let mut draw = Draw::new(1, 2);
        assert_eq!([draw.below(1_000_000), draw.below(1_000_000), draw.spread()], [376_157, 109_845, 878]);
    }

    #[test]
    fn places_follow_their_weights() {
        let mut draw = Draw::new(3, 0);
        let mut seen = [0; 3];
        (0..6_000).for_each(|_| seen[draw.place([1, 0, 2].into_iter())] += 1);
        assert!(seen[1] == 0 && (1_850..2_150).contains(&seen[0]), "{seen:?}");
    }
}
