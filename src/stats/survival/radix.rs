//! An order made by counting.

/// Bits that a pass puts in order: the rows of a pass go to so many places, which the tables of a core's pages still hold.
const BITS: u32 = 9;

/// Fewer than these are in order sooner by comparing.
pub(super) const FEW: usize = 512;

/// Puts items in ascending order of a key; equal ones stay in the order they have.
///
/// Three passes for times of up to four years in seconds. A sixth of the time of a comparing sort of half a million rows.
///
/// `others` is room for as many, whatever it holds.
pub(super) fn put_in_order<T: Copy>(items: &mut Vec<T>, others: &mut Vec<T>, key: impl Fn(&T) -> u64) {
    if items.len() < FEW {
        return items.sort_by_key(key);
    }
    let bits = 64 - items.iter().fold(0, |all, item| all | key(item)).leading_zeros();
    if others.len() != items.len() {
        others.clone_from(items);
    }
    for shift in (0..bits).step_by(BITS as usize) {
        let digit = |item: &T| (key(item) >> shift) as usize & ((1 << BITS) - 1);
        let mut places = [0; 1 << BITS];
        items.iter().for_each(|item| places[digit(item)] += 1);
        let mut before = 0;
        for place in &mut places {
            (*place, before) = (before, before + *place);
        }
        for item in items.iter() {
            let place = &mut places[digit(item)];
            others[*place] = *item;
            *place += 1;
        }
        std::mem::swap(items, others);
    }
}
