//! A column of yes and no: two bits for each row.

use super::batch::ABSENT;
use polars_arrow::bitmap::Bitmap;
use std::sync::OnceLock;

const BITS: usize = u64::BITS as usize;

/// A column of yes and no, of which some may not be known.
///
/// The bit of row `r` is bit `r % 64` of word `r / 64`; bits beyond the last row are 0.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    rows: usize,
    yes: Vec<u64>,
    known: Vec<u64>,
    numbers: OnceLock<Vec<i64>>,
}

impl Flags {
    /// So many rows of which nothing is known.
    pub(super) fn absent(rows: usize) -> Self {
        let words = vec![0; rows.div_ceil(BITS)];
        Self { rows, yes: words.clone(), known: words, numbers: OnceLock::new() }
    }

    /// The engine's bits; where there is no `known`, all are.
    pub(super) fn of(yes: &Bitmap, known: Option<&Bitmap>) -> Self {
        let rows = yes.len();
        let known = known.map_or_else(|| ones(rows), words);
        let yes = words(yes).iter().zip(&known).map(|(yes, known)| yes & known).collect();
        Self { rows, yes, known, numbers: OnceLock::new() }
    }

    /// Says yes or no of a row.
    pub(super) fn set(&mut self, row: usize, yes: bool) {
        self.known[row / BITS] |= 1 << (row % BITS);
        self.yes[row / BITS] |= u64::from(yes) << (row % BITS);
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The rows that say yes.
    pub fn yes(&self) -> &[u64] {
        &self.yes
    }

    /// The rows that say yes or no.
    pub fn known(&self) -> &[u64] {
        &self.known
    }

    /// What a row says; `None` where it says nothing.
    pub fn get(&self, row: usize) -> Option<bool> {
        let bit = |words: &[u64]| words.get(row / BITS).is_some_and(|word| word >> (row % BITS) & 1 == 1);
        bit(&self.known).then(|| bit(&self.yes))
    }

    /// The same as numbers, made when they are first asked for: 0, 1 and [`ABSENT`].
    pub(super) fn numbers(&self) -> &[i64] {
        self.numbers.get_or_init(|| (0..self.rows).map(|row| self.get(row).map_or(ABSENT, i64::from)).collect())
    }

    /// Keeps the rows marked `true`.
    pub(super) fn keep(&mut self, mask: &[bool]) {
        let kept: Vec<usize> = (0..self.rows).filter(|row| mask[*row]).collect();
        let mut own = Self::absent(kept.len());
        let said = kept.iter().enumerate().filter_map(|(place, row)| Some((place, self.get(*row)?)));
        said.for_each(|(place, yes)| own.set(place, yes));
        *self = own;
    }
}

/// Bits in words, from the first on.
fn words(bits: &Bitmap) -> Vec<u64> {
    let mut words = bits.chunks::<u64>();
    let mut all: Vec<u64> = Vec::with_capacity(bits.len().div_ceil(BITS));
    all.extend(words.by_ref());
    all.extend((words.remainder_len() > 0).then(|| words.remainder()));
    all
}

fn ones(rows: usize) -> Vec<u64> {
    let mut all = vec![u64::MAX; rows.div_ceil(BITS)];
    if let (Some(last), left @ 1..) = (all.last_mut(), rows % BITS) {
        *last = (1 << left) - 1;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows in the middle of bits, with and without some that are not known, around the ends of words.
    #[test]
    fn bits_of_the_engine_are_rows() {
        let (yes, known) = (|row: usize| row % 3 == 0, |row: usize| !row.is_multiple_of(5));
        for (start, rows) in [(0, 0), (0, 1), (0, 63), (0, 64), (3, 65), (8, 127), (61, 128), (64, 300)] {
            let bits = |of: &dyn Fn(usize) -> bool| Bitmap::from_iter((0..400).map(of)).sliced(start, rows);
            let (some, all) = (Flags::of(&bits(&yes), Some(&bits(&known))), Flags::of(&bits(&yes), None));
            let row_by_row = |own: &Flags| -> Vec<Option<bool>> { (0..rows).map(|row| own.get(row)).collect() };
            let rows: Vec<usize> = (start..start + rows).collect();
            let expected: Vec<Option<bool>> = rows.iter().map(|row| known(*row).then(|| yes(*row))).collect();
            assert_eq!(row_by_row(&some), expected);
            assert_eq!(row_by_row(&all), rows.iter().map(|row| Some(yes(*row))).collect::<Vec<_>>());
            let numbers: Vec<i64> = expected.iter().map(|own| own.map_or(ABSENT, i64::from)).collect();
            assert_eq!(some.numbers(), numbers);
            assert!(some.yes().iter().zip(some.known()).all(|(yes, known)| yes & !known == 0));
            let bits = |words: &[u64]| words.iter().map(|word| word.count_ones() as usize).sum::<usize>();
            assert_eq!((all.len(), bits(all.known())), (rows.len(), rows.len()));
            // What is kept is what was said of those rows.
            let mask: Vec<bool> = (0..rows.len()).map(|row| row % 7 != 1).collect();
            let mut kept = some.clone();
            kept.keep(&mask);
            let expected = expected.into_iter().zip(&mask).filter(|(_, kept)| **kept).map(|(own, _)| own);
            assert_eq!((0..kept.len()).map(|row| kept.get(row)).collect::<Vec<_>>(), expected.collect::<Vec<_>>());
        }
    }
}
