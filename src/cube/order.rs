//! The placed rows of a batch in the order of their cells, so that every quantity is added cell by cell.
//!
//! They are asked in the order in which they are placed, which is the batch's: columns are then read from end to end.

use crate::measure::Placed;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// Placed rows, and where those of each cell stand among them.
#[derive(Debug, Default)]
pub(super) struct Order {
    /// The rows and windows, as they are placed.
    pub(super) placed: Placed,
    /// The places among these of the rows of each cell, cell by cell.
    pub(super) places: Arc<Vec<u32>>,
    /// The cells that have rows, ascending, with the stretches of their places.
    pub(super) stretches: Stretches,
}

impl Order {
    /// Rows by their cells' numbers, below `cells`; those of one cell stay in their order.
    pub(super) fn new(placed: Placed, of: &[u32], cells: usize) -> Self {
        let (places, stretches) = sorted(of, cells);
        Self { placed, places: Arc::new(places), stretches }
    }

    /// All rows of a batch, which stand in one window and so in the order of their groups, by the cell of each group.
    pub(super) fn of_groups(placed: Placed, groups: &Grouped, cell: impl Fn(u32) -> u32) -> Self {
        let (places, stretches) = groups.order();
        let stretches = stretches.iter().map(|(group, range)| (cell(*group), range.clone())).collect();
        Self { placed, places: Arc::clone(places), stretches }
    }

    /// The window of a stretch's cell.
    pub(super) fn slot(&self, stretch: &Range<usize>) -> u8 {
        self.placed.slots[self.places[stretch.start] as usize]
    }
}

/// The groups of a batch's rows; their order is made when it is first asked for, and once for all anchors.
#[derive(Debug, Default)]
pub(super) struct Grouped {
    /// By row, the number of its group.
    pub(super) of: Vec<u32>,
    /// How many groups there are by now.
    count: usize,
    order: OnceLock<(Arc<Vec<u32>>, Stretches)>,
}

impl Grouped {
    pub(super) fn new(of: Vec<u32>, count: usize) -> Self {
        Self { of, count, order: OnceLock::new() }
    }

    fn order(&self) -> &(Arc<Vec<u32>>, Stretches) {
        self.order.get_or_init(|| {
            let (places, stretches) = sorted(&self.of, self.count);
            (Arc::new(places), stretches)
        })
    }
}

/// The cells that have places, ascending, with the stretches of theirs.
pub(super) type Stretches = Vec<(u32, Range<usize>)>;

/// The places of numbers below `cells` in ascending order, equal ones as they stand.
fn sorted(of: &[u32], cells: usize) -> (Vec<u32>, Stretches) {
    // Counting beats comparing while the counts stay in the cache.
    if cells > 8 * of.len() + 1_024 {
        return by_comparing(of);
    }
    let mut next = vec![0u32; cells + 1];
    of.iter().for_each(|cell| next[*cell as usize + 1] += 1);
    let mut stretches = Vec::new();
    for cell in 0..cells {
        let start = next[cell];
        next[cell + 1] += start;
        if next[cell + 1] > start {
            stretches.push((cell as u32, start as usize..next[cell + 1] as usize));
        }
    }
    let mut places = vec![0; of.len()];
    for (place, cell) in of.iter().enumerate() {
        let next = &mut next[*cell as usize];
        places[*next as usize] = place as u32;
        *next += 1;
    }
    (places, stretches)
}

fn by_comparing(of: &[u32]) -> (Vec<u32>, Stretches) {
    let cell = |place: &u32| of[*place as usize];
    let mut places: Vec<u32> = (0..of.len() as u32).collect();
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
            // The odd cells are of the second window.
            let of = [3, 0, 3, 1, 0, 3];
            let placed = Placed { rows: (10..16).collect(), slots: vec![1, 0, 1, 1, 0, 1] };
            let order = Order::new(placed.clone(), &of, cells);
            assert_eq!(order.places[..], [1, 4, 3, 0, 2, 5]);
            assert_eq!(order.stretches, [(0, 0..2), (1, 2..3), (3, 3..6)]);
            assert_eq!(order.stretches.iter().map(|(_, own)| order.slot(own)).collect::<Vec<_>>(), [0, 1, 1]);
            assert_eq!(order.placed.rows, placed.rows);
            // In one window of two the cells are every other one, and the order is that of the groups.
            let of_groups = Order::of_groups(placed, &Grouped::new(of.to_vec(), cells), |group| 2 * group + 1);
            assert_eq!(of_groups.places, order.places);
            assert_eq!(of_groups.stretches, [(1, 0..2), (3, 2..3), (7, 3..6)]);
        }
    }
}
