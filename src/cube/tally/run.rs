//! Keys ascending with their counts, packed: two to three bytes a key where sixteen would stand.
//!
//! Each key is a byte, the step from the key before it in one to eight bytes, and its count where that is not 1 to 31.
//! The byte holds the step's length less one in its three low bits and the count, or 0, in the five high ones.

/// Keys ascending with their counts, none of them zero.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Run {
    bytes: Box<[u8]>,
    len: u32,
}

/// Bits of the first byte that hold the step's length.
const LENGTH: u32 = 3;

/// The largest count that stands in the first byte.
const SMALL: i64 = 31;

impl Run {
    /// The run of an ascending list, in which a key may stand more than once.
    pub(super) fn of(keys: impl Iterator<Item = (u64, i64)>) -> Self {
        let mut packing = Packing::default();
        keys.for_each(|(key, count)| packing.push(key, count));
        packing.finish()
    }

    /// Adds such a list.
    pub(super) fn add(&mut self, mut more: impl Iterator<Item = (u64, i64)>) {
        if self.len == 0 {
            *self = Self::of(more);
            return;
        }
        let mut packing = Packing { bytes: Vec::with_capacity(self.bytes.len()), ..Packing::default() };
        let mut next = more.next();
        for (key, count) in self.iter() {
            while let Some((other, count)) = next.filter(|(other, _)| *other < key) {
                packing.push(other, count);
                next = more.next();
            }
            packing.push(key, count);
        }
        next.into_iter().chain(more).for_each(|(key, count)| packing.push(key, count));
        *self = packing.finish();
    }

    pub(super) fn len(&self) -> usize {
        self.len as usize
    }

    pub(super) fn iter(&self) -> Unpacked<'_> {
        Unpacked { bytes: &self.bytes, left: self.len as usize, last: 0 }
    }
}

/// A run while it is made; the last key waits for more of its kind.
#[derive(Default)]
struct Packing {
    bytes: Vec<u8>,
    len: u32,
    last: u64,
    key: u64,
    count: i64,
}

impl Packing {
    #[inline]
    fn push(&mut self, key: u64, count: i64) {
        if key != self.key {
            self.pack();
            self.key = key;
        }
        self.count = self.count.saturating_add(count);
    }

    /// Writes the key that waits; what comes to zero is left out.
    #[inline]
    fn pack(&mut self) {
        let count = std::mem::take(&mut self.count);
        if count == 0 {
            return;
        }
        let step = self.key - self.last;
        let length = (8 - step.leading_zeros() as usize / 8).max(1);
        let small = if (1..=SMALL).contains(&count) { count as u8 } else { 0 };
        let mut word = [0; 9];
        word[0] = small << LENGTH | (length - 1) as u8;
        word[1..].copy_from_slice(&step.to_le_bytes());
        self.bytes.extend_from_slice(&word[..=length]);
        if small == 0 {
            self.pack_count(count);
        }
        self.last = self.key;
        self.len += 1;
    }

    /// Seven bits a byte, the sign lowest; the eighth bit says that more follow.
    fn pack_count(&mut self, count: i64) {
        let mut rest = (count << 1 ^ count >> 63) as u64;
        while rest > 0x7f {
            self.bytes.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        self.bytes.push(rest as u8);
    }

    fn finish(mut self) -> Run {
        self.pack();
        Run { bytes: self.bytes.into_boxed_slice(), len: self.len }
    }
}

/// The keys of a run with their counts.
pub(super) struct Unpacked<'r> {
    bytes: &'r [u8],
    left: usize,
    last: u64,
}

impl Iterator for Unpacked<'_> {
    type Item = (u64, i64);

    #[inline]
    fn next(&mut self) -> Option<(u64, i64)> {
        let (&head, rest) = self.bytes.split_first()?;
        let length = (head & 7) as usize + 1;
        let step = match rest.first_chunk::<8>() {
            // One load of eight bytes, of which those of the step are kept.
            Some(word) => u64::from_le_bytes(*word) & (u64::MAX >> (64 - 8 * length as u32)),
            None => rest[..length].iter().rev().fold(0, |step, byte| step << 8 | u64::from(*byte)),
        };
        self.bytes = &rest[length..];
        self.last += step;
        self.left -= 1;
        let count = match head >> LENGTH {
            0 => self.unpack_count(),
            small => i64::from(small),
        };
        Some((self.last, count))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Unpacked<'_> {}

impl Unpacked<'_> {
    fn unpack_count(&mut self) -> i64 {
        let (mut word, mut shift) = (0, 0);
        while let Some((&byte, rest)) = self.bytes.split_first() {
            self.bytes = rest;
            word |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte <= 0x7f {
                break;
            }
        }
        (word >> 1) as i64 ^ -((word & 1) as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_gives_back_what_it_was_made_of() {
        let steps = [0, 1, 255, 256, 65_535, 65_536, 1 << 40, (1 << 56) - 1, 1 << 61];
        let counts = [1, 31, 32, -1, 63, 64, i64::MAX, i64::MIN, -8_192];
        let keys = steps.iter().scan(0u64, |key, step| {
            *key += step;
            Some(*key)
        });
        let keys: Vec<(u64, i64)> = keys.zip(counts).collect();
        let run = Run::of(keys.iter().copied());
        assert_eq!(run.iter().collect::<Vec<_>>(), keys);
        assert_eq!((run.len(), run.iter().len()), (9, 9));
    }

    #[test]
    fn equal_keys_add_and_zeros_leave() {
        let own = Run::of([(3, 1), (3, 1), (5, 2), (9, 1)].into_iter());
        let mut sum = own;
        sum.add([(1, 4), (5, -2), (9, 1), (9, 1)].into_iter());
        assert_eq!(sum.iter().collect::<Vec<_>>(), [(1, 4), (3, 2), (9, 3)]);
        assert_eq!(Run::of(std::iter::empty()), Run::default());
    }

    #[test]
    fn a_key_takes_two_to_three_bytes() {
        let dense = Run::of((0..1_000).map(|key| (key * 4, 7)));
        let sparse = Run::of((0..1_000).map(|key| (key * 1_000, 1)));
        assert_eq!((dense.bytes.len(), sparse.bytes.len()), (2_000, 2_999));
    }
}
