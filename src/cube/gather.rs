//! Bits of many columns, gathered in another order of the rows all at once.
//!
//! One bit of each column of a row makes a word, and words are gathered; a bit at a time would be a load and a shift for
//! every row and column.

use polars_arrow::bitmap::Bitmap;

const BITS: usize = u64::BITS as usize;

/// Columns of bits, each once.
#[derive(Debug, Default)]
pub(super) struct Columns(Vec<Bitmap>);

impl Columns {
    /// The place of a column; one that is there already is not added again.
    pub(super) fn add(&mut self, column: Bitmap) -> usize {
        let part = |own: &Bitmap| {
            let (bytes, offset, len) = own.as_slice();
            (bytes.as_ptr(), offset, len)
        };
        let known = self.0.iter().position(|known| part(known) == part(&column));
        known.unwrap_or_else(|| {
            self.0.push(column);
            self.0.len() - 1
        })
    }

    /// The columns as they are.
    pub(super) fn into_bits(self) -> Vec<Bitmap> {
        self.0
    }

    /// The bits at some places, of each column.
    pub(super) fn gathered(&self, places: &[u32]) -> Vec<Bitmap> {
        self.0.chunks(BITS).flat_map(|some| gathered(some, places)).collect()
    }
}

/// Up to 64 columns, which make one word for each row.
fn gathered(columns: &[Bitmap], places: &[u32]) -> Vec<Bitmap> {
    let rows = rows(columns);
    let mut bytes = vec![Vec::with_capacity(places.len().div_ceil(BITS) * 8); columns.len()];
    for some in places.chunks(BITS) {
        let mut tile = [0; BITS];
        tile.iter_mut().zip(some).for_each(|(word, place)| *word = rows[*place as usize]);
        turn(&mut tile);
        bytes.iter_mut().zip(tile).for_each(|(bytes, word)| bytes.extend_from_slice(&word.to_le_bytes()));
    }
    let bitmap = |mut bytes: Vec<u8>| {
        bytes.truncate(places.len().div_ceil(8));
        Bitmap::from_u8_vec(bytes, places.len())
    };
    bytes.into_iter().map(bitmap).collect()
}

/// A word for each row: its bit in each column.
fn rows(columns: &[Bitmap]) -> Vec<u64> {
    let len = columns.first().map_or(0, Bitmap::len);
    let mut rows = vec![0; len.next_multiple_of(BITS)];
    let (tiles, _) = rows.as_chunks_mut::<BITS>();
    for (column, own) in columns.iter().enumerate() {
        let mut words = own.chunks::<u64>();
        tiles.iter_mut().zip(words.by_ref()).for_each(|(tile, word)| tile[column] = word);
        if let Some(last) = tiles.last_mut().filter(|_| words.remainder_len() > 0) {
            last[column] = words.remainder();
        }
    }
    tiles.iter_mut().for_each(turn);
    rows
}

/// Bit `j` of word `i` becomes bit `i` of word `j` (H. S. Warren, *Hacker's Delight*, 7-3).
fn turn(tile: &mut [u64; BITS]) {
    let (mut step, mut mask) = (BITS / 2, u64::MAX >> (BITS / 2));
    while step > 0 {
        for half in tile.chunks_exact_mut(2 * step) {
            let (low, high) = half.split_at_mut(step);
            for (low, high) in low.iter_mut().zip(high) {
                let change = (*low >> step ^ *high) & mask;
                *low ^= change << step;
                *high ^= change;
            }
        }
        step /= 2;
        mask ^= mask << step;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Column `c` of row `r`, by a rule that no two columns share.
    fn bit(column: usize, row: usize) -> bool {
        (row * (2 * column + 3) + column * column) % 7 < 3
    }

    #[test]
    fn bits_are_those_of_the_rows_at_their_places() {
        for (columns, len) in [(1, 1), (3, 64), (5, 65), (64, 200), (65, 127), (130, 1_000)] {
            // Columns that begin anywhere in their bytes.
            let column = |column| {
                (0..len + 5).map(|row: usize| row >= 5 && bit(column, row - 5)).collect::<Bitmap>().sliced(5, len)
            };
            let mut all = Columns::default();
            (0..columns).for_each(|own| assert_eq!(all.add(column(own)), own));
            let places: Vec<u32> = (0..2 * len as u32 + 1).map(|place| place * 31 % len as u32).collect();
            let gathered = all.gathered(&places);
            assert_eq!(gathered.len(), columns);
            for (column, own) in gathered.iter().enumerate() {
                let expected: Vec<bool> = places.iter().map(|row| bit(column, *row as usize)).collect();
                assert_eq!(own.iter().collect::<Vec<_>>(), expected, "column {column} of {columns}, {len} rows");
            }
        }
    }

    #[test]
    fn a_column_that_is_there_is_not_added_again() {
        let column: Bitmap = (0..100).map(|row| row % 3 == 0).collect();
        let mut all = Columns::default();
        assert_eq!((all.add(column.clone()), all.add(column.clone()), all.add(column.sliced(1, 99))), (0, 0, 1));
    }
}
