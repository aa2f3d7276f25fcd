//! Bits of many columns, gathered in another order of the rows eight columns at once.
//!
//! One bit of each of eight columns makes a byte of a row, and bytes are gathered; a bit at a time would be a load and a
//! shift for every row and column. The bytes of a batch's rows stay in the nearest cache, which words of 64 columns would not.

use polars_arrow::bitmap::Bitmap;

const BITS: usize = u8::BITS as usize;

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

    /// The bits at some places, of each column.
    pub(super) fn gathered(&self, places: &[u32]) -> Vec<Bitmap> {
        self.0.chunks(BITS).flat_map(|some| gathered(some, places)).collect()
    }
}

/// Up to eight columns, which make one byte for each row.
fn gathered(columns: &[Bitmap], places: &[u32]) -> Vec<Bitmap> {
    let rows = rows(columns);
    let mut bytes = vec![vec![0; places.len().div_ceil(BITS)]; columns.len()];
    for (at, some) in places.chunks(BITS).enumerate() {
        let mut own = [0; BITS];
        own.iter_mut().zip(some).for_each(|(own, place)| *own = rows[*place as usize]);
        bytes.iter_mut().zip(turned(own)).for_each(|(bytes, own)| bytes[at] = own);
    }
    bytes.into_iter().map(|bytes| Bitmap::from_u8_vec(bytes, places.len())).collect()
}

/// A byte for each row: its bit in each column.
fn rows(columns: &[Bitmap]) -> Vec<u8> {
    let len = columns.first().map_or(0, Bitmap::len);
    // Of each column the bits of 64 rows.
    let mut words = vec![[[0; BITS]; BITS]; len.div_ceil(u64::BITS as usize)];
    for (column, own) in columns.iter().enumerate() {
        let chunks = own.chunks::<u64>();
        let last = (chunks.remainder_len() > 0).then_some(chunks.remainder());
        words.iter_mut().zip(chunks.chain(last)).for_each(|(words, word)| words[column] = word.to_le_bytes());
    }
    let mut rows = vec![0; words.len() * BITS * BITS];
    for (tile, words) in rows.as_chunks_mut::<{ BITS * BITS }>().0.iter_mut().zip(&words) {
        let eights = tile.as_chunks_mut::<BITS>().0.iter_mut().enumerate();
        eights.for_each(|(at, eight)| *eight = turned(words.map(|own| own[at])));
    }
    rows
}

/// Bit `j` of byte `i` becomes bit `i` of byte `j` (H. S. Warren, *Hacker's Delight*, 7-3).
fn turned(bytes: [u8; BITS]) -> [u8; BITS] {
    let mut all = u64::from_le_bytes(bytes);
    for (step, mask) in [(7, 0x00aa_00aa_00aa_00aa), (14, 0x0000_cccc_0000_cccc), (28, 0x0000_0000_f0f0_f0f0)] {
        let change = (all ^ all >> step) & mask;
        all ^= change ^ change << step;
    }
    all.to_le_bytes()
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
        for (columns, len) in [(1, 1), (3, 64), (5, 65), (8, 200), (9, 127), (64, 200), (65, 127), (130, 1_000)] {
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
