//! Which placed rows count: how many of a cell, and which.

use super::order::Stretches;
use polars_arrow::bitmap::Bitmap;
use polars_arrow::bitmap::utils::count_zeros;
use std::cell::OnceCell;
use std::ops::Range;

/// Which placed rows are marked, by cell; many keeps share them, and what they count is counted once.
#[derive(Debug)]
pub(super) struct Marks {
    pub(super) bits: Bitmap,
    ones: OnceCell<Vec<u32>>,
}

impl Marks {
    pub(super) fn new(bits: Bitmap) -> Self {
        Self { bits, ones: OnceCell::new() }
    }

    /// How many rows of each stretch are marked.
    pub(super) fn ones(&self, stretches: &Stretches) -> &[u32] {
        self.ones.get_or_init(|| {
            let (bytes, offset, _) = self.bits.as_slice();
            let ones = |range: &Range<usize>| range.len() - count_zeros(bytes, offset + range.start, range.len());
            stretches.iter().map(|(_, range)| ones(range) as u32).collect()
        })
    }
}

/// The rows of one cell that count.
#[derive(Clone)]
pub(super) struct Rows<'a> {
    pub(super) range: Range<usize>,
    pub(super) entering: Option<&'a Bitmap>,
}

impl Iterator for Rows<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        match self.entering {
            None => self.range.next(),
            Some(marks) => self.range.by_ref().find(|row| marks.get_bit(*row)),
        }
    }

    /// The same for all of them: most are next to each other, so they are not asked for bit by bit.
    #[inline]
    fn fold<A, F: FnMut(A, usize) -> A>(self, init: A, mut each: F) -> A {
        let Some(marks) = self.entering else { return self.range.fold(init, each) };
        let (bytes, offset, _) = marks.as_slice();
        let (mut all, mut start) = (init, self.range.start);
        while start < self.range.end {
            let len = (self.range.end - start).min(LOADED);
            let whole = u64::MAX >> (u64::BITS as usize - len);
            let mut word = loaded(bytes, offset + start) & whole;
            if word == whole {
                all = (start..start + len).fold(all, &mut each);
            } else {
                while word > 0 {
                    all = each(all, start + word.trailing_zeros() as usize);
                    word &= word - 1;
                }
            }
            start += len;
        }
        all
    }
}

/// So many bits are there of eight bytes, wherever in the first one they begin.
const LOADED: usize = u64::BITS as usize - 7;

/// The bits from a place on; behind the last of them zeros.
#[inline]
fn loaded(bytes: &[u8], at: usize) -> u64 {
    let own = &bytes[at / 8..];
    let word = own.first_chunk::<8>().map_or_else(
        || own.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)),
        |own| u64::from_le_bytes(*own),
    );
    word >> (at % 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whole stretches, gaps and single rows, wherever a stretch begins in its bytes and however it is gone through.
    #[test]
    fn rows_that_count_are_the_marked_ones() {
        let is_marked = |row: &usize| row / 70 % 3 != 1 && !(row / 200 % 2 == 1 && row.is_multiple_of(5));
        let marks: Bitmap = (0..600).map(|row| is_marked(&row)).collect();
        for start in [0, 1, 7, 8, 63, 64, 139, 201, 599, 600] {
            for end in (start..=600).step_by(13).chain([600]) {
                let expected: Vec<usize> = (start..end).filter(is_marked).collect();
                let shifted: Bitmap = (0..603).map(|row| row >= 3 && is_marked(&(row - 3))).collect();
                for marks in [&marks, &shifted.sliced(3, 600)] {
                    let rows = Rows { range: start..end, entering: Some(marks) };
                    let mut one_by_one = rows.clone();
                    let one_by_one: Vec<usize> = std::iter::from_fn(|| one_by_one.next()).collect();
                    let at_once = rows.fold(Vec::new(), |all, row| [all, vec![row]].concat());
                    assert_eq!((one_by_one, at_once), (expected.clone(), expected.clone()), "{start}..{end}");
                }
            }
        }
        let rows = Rows { range: 3..6, entering: None };
        assert_eq!(rows.sum::<usize>(), 12);
    }

    #[test]
    fn marks_are_counted_wherever_a_stretch_begins() {
        let is_marked = |row: usize| row * row % 7 < 3;
        let marks: Bitmap = (0..300).map(is_marked).collect();
        for start in 0..150 {
            for end in start..=300 {
                let expected = (start..end).filter(|row| is_marked(*row)).count() as u32;
                let part = marks.clone().sliced(start, end - start);
                for (bits, range) in [(marks.clone(), start..end), (part, 0..end - start)] {
                    assert_eq!(Marks::new(bits).ones(&vec![(7, range)]), [expected], "{start}..{end}");
                }
            }
        }
    }
}
