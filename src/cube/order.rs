//! The placed rows of a batch in the order of their cells, so that every quantity is added cell by cell.

use crate::measure::Placed;
use polars_arrow::bitmap::Bitmap;
use polars_arrow::bitmap::utils::count_zeros;
use std::ops::Range;

/// Placed rows by cell, and where each cell's begin and end.
#[derive(Debug, Default)]
pub(super) struct Order {
    /// The rows and windows, by cell.
    pub(super) placed: Placed,
    /// Where each stood among those that were given.
    pub(super) places: Vec<u32>,
    /// The cells that have rows, ascending.
    pub(super) stretches: Vec<(u32, Range<usize>)>,
}

impl Order {
    /// Rows with their cells' numbers, all below `cells`; rows of one cell stay in their order.
    pub(super) fn new(placed: &Placed, of: &[u32], cells: usize) -> Self {
        let places = sorted(of, cells);
        let stretches = places.chunk_by(|one, other| of[*one as usize] == of[*other as usize]);
        let mut start = 0;
        let stretches = stretches.map(|own| {
            let range = start..start + own.len();
            start = range.end;
            (of[own[0] as usize], range)
        });
        let stretches = stretches.collect();
        let rows = places.iter().map(|place| placed.rows[*place as usize]).collect();
        let slots = places.iter().map(|place| placed.slots[*place as usize]).collect();
        Self { placed: Placed { rows, slots }, places, stretches }
    }
}

/// The places of numbers in ascending order; equal ones as they stand.
fn sorted(of: &[u32], cells: usize) -> Vec<u32> {
    // Counting beats comparing while the counts stay in the cache.
    if cells > 8 * of.len() + 1_024 {
        let mut places: Vec<u32> = (0..of.len() as u32).collect();
        places.sort_by_key(|place| of[*place as usize]);
        return places;
    }
    let mut next = vec![0u32; cells + 1];
    of.iter().for_each(|cell| next[*cell as usize + 1] += 1);
    for cell in 0..cells {
        next[cell + 1] += next[cell];
    }
    let mut places = vec![0; of.len()];
    for (place, cell) in of.iter().enumerate() {
        let next = &mut next[*cell as usize];
        places[*next as usize] = place as u32;
        *next += 1;
    }
    places
}

/// How many of some rows are marked.
pub(super) fn ones(marks: &Bitmap, range: &Range<usize>) -> i64 {
    let (bytes, offset, _) = marks.as_slice();
    (range.len() - count_zeros(bytes, offset + range.start, range.len())) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_counted_wherever_a_stretch_begins() {
        let is_marked = |row: usize| row * row % 7 < 3;
        let marks: Bitmap = (0..300).map(is_marked).collect();
        for start in 0..150 {
            for end in start..=300 {
                let expected = (start..end).filter(|row| is_marked(*row)).count() as i64;
                assert_eq!(ones(&marks, &(start..end)), expected, "{start}..{end}");
                let part = marks.clone().sliced(start, end - start);
                assert_eq!(ones(&part, &(0..end - start)), expected, "{start}..{end}");
            }
        }
    }

    #[test]
    fn rows_of_a_cell_stand_together_in_their_order() {
        let of = [3, 0, 3, 1, 0, 3];
        let placed = Placed { rows: (10..16).collect(), slots: vec![0, 1, 0, 1, 1, 0] };
        for cells in [4, 4_000_000] {
            let order = Order::new(&placed, &of, cells);
            assert_eq!(order.placed.rows, [11, 14, 13, 10, 12, 15]);
            assert_eq!(order.placed.slots, [1, 1, 1, 0, 0, 0]);
            assert_eq!(order.places, [1, 4, 3, 0, 2, 5]);
            assert_eq!(order.stretches, [(0, 0..2), (1, 2..3), (3, 3..6)]);
        }
    }
}
