//! The placed rows of a batch in the order of their cells, so that every quantity is added cell by cell.

use crate::measure::Placed;
use std::ops::Range;

/// Placed rows by cell, and where each cell's begin and end.
#[derive(Debug, Default)]
pub(super) struct Order {
    /// The rows and windows, by cell.
    pub(super) placed: Placed,
    /// The cells that have rows, ascending.
    pub(super) stretches: Stretches,
}

impl Order {
    /// Rows by their cells' numbers, below `cells` or just that where a row is in no cell; rows of one cell stay in their
    /// order. Without a list the rows are those of a batch.
    pub(super) fn new(rows: Option<&[u32]>, of: &[u32], cells: usize, slot: impl Fn(u32) -> u8) -> Self {
        let (places, stretches) = sorted(of, cells);
        let rows = match rows {
            Some(rows) => places.into_iter().map(|place| rows[place as usize]).collect(),
            None => places,
        };
        let mut slots = Vec::with_capacity(rows.len());
        stretches.iter().for_each(|(cell, range)| slots.resize(range.end, slot(*cell)));
        Self { placed: Placed { rows, slots }, stretches }
    }
}

/// The cells that have places, ascending, with the stretches of theirs.
pub(super) type Stretches = Vec<(u32, Range<usize>)>;

/// The places of numbers below `cells` in ascending order, equal ones as they stand.
fn sorted(of: &[u32], cells: usize) -> (Vec<u32>, Stretches) {
    // Counting beats comparing while the counts stay in the cache.
    if cells > 8 * of.len() + 1_024 {
        return by_comparing(of, cells);
    }
    let mut next = vec![0u32; cells + 2];
    of.iter().for_each(|cell| next[*cell as usize + 1] += 1);
    let mut stretches = Vec::new();
    for cell in 0..=cells {
        let start = next[cell];
        next[cell + 1] += start;
        if cell < cells && next[cell + 1] > start {
            stretches.push((cell as u32, start as usize..next[cell + 1] as usize));
        }
    }
    let placed = next[cells] as usize;
    let mut places = vec![0; of.len()];
    for (place, cell) in of.iter().enumerate() {
        let next = &mut next[*cell as usize];
        places[*next as usize] = place as u32;
        *next += 1;
    }
    places.truncate(placed);
    (places, stretches)
}

fn by_comparing(of: &[u32], cells: usize) -> (Vec<u32>, Stretches) {
    let cell = |place: &u32| of[*place as usize];
    let mut places: Vec<u32> = (0..of.len() as u32).filter(|place| (cell(place) as usize) < cells).collect();
    places.sort_by_key(cell);
    let mut start = 0;
    let stretches = places.chunk_by(|one, other| cell(one) == cell(other)).map(|own| {
        start += own.len();
        (cell(&own[0]), start - own.len()..start)
    });
    let stretches = stretches.collect();
    (places, stretches)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_a_cell_stand_together_in_their_order() {
        for cells in [4, 4_000_000] {
            // The fourth and the last row are in no cell; the odd cells are of the second window.
            let of = [3, 0, 3, cells, 1, 0, 3, cells];
            let slot = |cell: u32| (cell % 2) as u8;
            let listed: Vec<u32> = (10..18).collect();
            let order = Order::new(Some(&listed), &of, cells as usize, slot);
            assert_eq!(order.placed.rows, [11, 15, 14, 10, 12, 16]);
            assert_eq!(order.placed.slots, [0, 0, 1, 1, 1, 1]);
            assert_eq!(order.stretches, [(0, 0..2), (1, 2..3), (3, 3..6)]);
            assert_eq!(Order::new(None, &of, cells as usize, slot).placed.rows, [1, 5, 4, 0, 2, 6]);
        }
    }
}
