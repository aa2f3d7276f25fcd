//! Sorting of keys in one word.

/// From so many keys on, counting digits is faster than comparing keys.
const MANY: usize = 192;

/// The most bits of one digit.
const DIGIT: u32 = 11;

/// Sorts ascending: many keys digit by digit, from the lowest that differs.
pub(super) fn sort(keys: &mut Vec<u32>) {
    if keys.len() < MANY {
        return keys.sort_unstable();
    }
    let (any, all) = keys.iter().fold((0, u32::MAX), |(any, all), key| (any | key, all & key));
    let differ = any ^ all;
    if differ == 0 {
        return;
    }
    let low = differ.trailing_zeros();
    let bits = 32 - differ.leading_zeros() - low;
    let passes = bits.div_ceil(DIGIT);
    let width = bits.div_ceil(passes);
    let mut other = vec![0; keys.len()];
    for pass in 0..passes {
        let shift = low + pass * width;
        by_digit(keys, &mut other, shift, (1 << width) - 1);
        std::mem::swap(keys, &mut other);
    }
}

/// Puts keys in the order of one digit; equal digits keep theirs.
fn by_digit(keys: &[u32], sorted: &mut [u32], shift: u32, mask: u32) {
    let mut places = [0u32; 1 << DIGIT];
    let places = &mut places[..=mask as usize];
    keys.iter().for_each(|key| places[(key >> shift & mask) as usize] += 1);
    let mut next = 0;
    for place in places.iter_mut() {
        next += std::mem::replace(place, next);
    }
    for key in keys {
        let place = &mut places[(key >> shift & mask) as usize];
        sorted[*place as usize] = *key;
        *place += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_any_width_are_sorted() {
        for (count, bits) in [(10, 32), (191, 20), (192, 1), (1_000, 5), (5_000, 25), (3_000, 31), (2_000, 32)] {
            let mixed = |key: u64| key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
            let mut keys: Vec<u32> = (0..count).map(|key| (mixed(key) >> (32 - bits)) as u32 ^ 0x5a).collect();
            let mut expected = keys.clone();
            expected.sort();
            sort(&mut keys);
            assert_eq!(keys, expected, "{count} of {bits} bits");
        }
        let mut same = vec![7; 500];
        sort(&mut same);
        assert_eq!(same, vec![7; 500]);
    }
}
