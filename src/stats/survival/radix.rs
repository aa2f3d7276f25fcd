//! An order made by counting.

/// Bits that a pass puts in order at most: the rows of a pass go to so many places, which the tables of a core's pages still
/// hold.
const BITS: u32 = 12;

/// Fewer than these are in order sooner by comparing.
pub(super) const FEW: usize = 512;

/// Puts items in ascending order of a key of so many bits; equal ones stay in the order they have.
///
/// `room` is room for as many, whatever it holds.
pub(super) fn put_in_order<T: Copy>(items: &mut [T], room: &mut Vec<T>, bits: u32, key: impl Fn(&T) -> u64) {
    if items.len() < FEW {
        return items.sort_by_key(key);
    }
    let passes = bits.div_ceil(BITS) as usize;
    let width = bits.div_ceil(passes.max(1) as u32);
    let digit = |item: &T, pass: usize| (key(item) >> (pass as u32 * width)) as usize & ((1 << width) - 1);
    let mut places = vec![0; passes << width];
    items.iter().for_each(|item| (0..passes).for_each(|pass| places[pass << width | digit(item, pass)] += 1));
    room.resize(items.len(), items[0]);
    let (mut items, mut others) = (&mut *items, room.as_mut_slice());
    for (pass, places) in places.chunks_exact_mut(1 << width).enumerate() {
        let mut before = 0;
        for place in &mut *places {
            (*place, before) = (before, before + *place);
        }
        for item in items.iter() {
            let place = &mut places[digit(item, pass)];
            others[*place] = *item;
            *place += 1;
        }
        std::mem::swap(&mut items, &mut others);
    }
    // After an odd number of passes those in order stand in the room.
    if passes % 2 == 1 {
        others.copy_from_slice(items);
    }
}

/// How many bits a number takes.
pub(super) fn bits(most: u64) -> u32 {
    u64::BITS - most.leading_zeros()
}

/// The rank of each value among those that are there, and these in ascending order.
pub(super) fn ranked(values: &[u64]) -> (Vec<u32>, Vec<u64>) {
    let most = values.iter().copied().max().unwrap_or_default();
    // A bit for every value up to the largest is no more than the values themselves.
    if most / 64 < values.len() as u64 { Marks::of(values, most).ranked(values) } else { ranked_by_order(values) }
}

fn ranked_by_order(values: &[u64]) -> (Vec<u32>, Vec<u64>) {
    let mut order: Vec<(u64, u32)> = values.iter().copied().zip(0..).collect();
    let most = values.iter().copied().max().unwrap_or_default();
    put_in_order(&mut order, &mut Vec::new(), bits(most), |(value, _)| *value);
    let (mut ranks, mut there): (Vec<u32>, Vec<u64>) = (vec![0; values.len()], Vec::new());
    for (value, at) in order {
        if there.last() != Some(&value) {
            there.push(value);
        }
        ranks[at as usize] = there.len() as u32 - 1;
    }
    (ranks, there)
}

/// Which values are there, 64 to a word, each word with how many there are before it.
struct Marks(Vec<(u64, u32)>);

impl Marks {
    fn of(values: &[u64], most: u64) -> Self {
        let mut words = vec![(0_u64, 0); most as usize / 64 + 1];
        values.iter().for_each(|value| words[*value as usize / 64].0 |= 1 << (value % 64));
        let mut sum = 0;
        for (word, before) in &mut words {
            (*before, sum) = (sum, sum + word.count_ones());
        }
        Self(words)
    }

    fn ranked(&self, values: &[u64]) -> (Vec<u32>, Vec<u64>) {
        let rank = |value: &u64| {
            let (word, before) = self.0[*value as usize / 64];
            before + (word & ((1 << (value % 64)) - 1)).count_ones()
        };
        let mut there =
            Vec::with_capacity(self.0.last().map_or(0, |(word, before)| before + word.count_ones()) as usize);
        for (at, (word, _)) in (0..).zip(&self.0) {
            let mut left = *word;
            while left != 0 {
                there.push(at * 64 + u64::from(left.trailing_zeros()));
                left &= left - 1;
            }
        }
        (values.iter().map(rank).collect(), there)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ranks are those that comparing finds, of values near each other and far apart.
    #[test]
    fn a_rank_is_one_however_it_is_found() {
        let draw = |i: u64| i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
        for (rows, span) in [(0, 1), (1, 1), (1, u64::MAX), (40, 7), (40, 1 << 40), (20_000, 9_001), (20_000, 1 << 43)]
        {
            let values: Vec<u64> = (0..rows).map(|i| draw(i) % span).collect();
            let (ranks, there) = ranked(&values);
            assert_eq!((ranks.clone(), there.clone()), ranked_by_order(&values));
            let mut expected = values.clone();
            expected.sort();
            expected.dedup();
            assert_eq!(there, expected);
            assert!(values.iter().zip(ranks).all(|(value, rank)| there[rank as usize] == *value));
        }
    }
}
