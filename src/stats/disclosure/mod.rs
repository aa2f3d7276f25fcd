//! Tables of counts of persons: which cells to withhold, so that nobody can work out one that is small.
//!
//! Whoever attacks has every cell that is published, every relation between cells (a total is the sum of its parts),
//! knows which cells are withheld, this method and `least`. A count of zero is no person's and is never withheld, so what
//! is withheld is known to be one at least. Withheld cells are safe when for each of them that is below `least` there is
//! another table, the same in all that is published and in every relation, in which that cell is `least` or more: nobody
//! can then say that it is small, or what it is. No cell that is withheld has one possible value.
//!
//! Such tables are flows: relations are nodes, cells arcs, and to raise a cell by some persons is to send as many around
//! a circle of withheld cells, each of which must keep one. Where no circle is wide enough, the cheapest one is made of
//! cells that would be published: they are withheld beside. A method such as Fischetti and Salazar-González (1999) finds
//! the fewest; this one finds few, and always the same.

mod network;
mod rounded;

pub use rounded::{nearest, share, step};

use network::Network;
use std::collections::BTreeSet;

/// A table of counts, and what adds up in it.
///
/// # Example
///
/// Three of five offices may be told apart only if the other two are withheld: 61 − 20 − 14 − 16 = 11 of two.
///
/// ```
/// use giamtang::stats::disclosure::{Relation, suppress};
///
/// let offices = Relation { whole: vec![0], parts: vec![1, 2, 3, 4, 5] };
/// let withheld = suppress(&[offices], &[61, 20, 4, 14, 7, 16], 10);
/// assert_eq!(withheld, [2, 4].into());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// The cells.
    pub cells: Vec<Cell>,
    /// What adds up, each cell once in each; cells are told by their place.
    pub relations: Vec<Relation>,
}

/// A cell of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// So many persons.
    pub count: u64,
    /// Whether they are told.
    pub shown: Shown,
}

/// Whether a cell is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// It is, unless it has to be withheld.
    Free,
    /// It is in any case, or is known from elsewhere.
    Always,
    /// It is not in any case, and could be worked out all the same.
    Never,
}

/// What adds up: the cells of one side come to as many as those of the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Relation {
    /// One side; for the most part a total.
    pub whole: Vec<usize>,
    /// The other side.
    pub parts: Vec<usize>,
}

/// A small cell that could be worked out, whatever else is withheld.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exposed(
    /// Its place.
    pub usize,
);

impl Table {
    /// Adds a cell and says its place.
    pub fn cell(&mut self, count: u64, shown: Shown) -> usize {
        self.cells.push(Cell { count, shown });
        self.cells.len() - 1
    }

    /// The cells to withhold, or that are withheld in any case; never one of zero.
    ///
    /// Cells are guarded in their order, and of two ways that cost as many persons the one through earlier cells is taken.
    ///
    /// # Errors
    ///
    /// A small cell could be worked out from those that are always told.
    pub fn withheld(&self, least: u64) -> Result<BTreeSet<usize>, Exposed> {
        let is_small = |cell: &Cell| cell.shown != Shown::Always && (1..least).contains(&cell.count);
        let kept_back = |cell: &Cell| is_small(cell) || (cell.shown == Shown::Never && cell.count > 0);
        let places = |is: &dyn Fn(&Cell) -> bool| -> Vec<usize> {
            (0..).zip(&self.cells).filter(|(_, cell)| is(cell)).map(|(place, _)| place).collect()
        };
        let small = places(&is_small);
        let mut withheld: BTreeSet<usize> = places(&kept_back).into_iter().collect();
        let Some(first) = small.first() else { return Ok(withheld) };
        let Some(network) = Network::of(self) else { return self.all().ok_or(Exposed(*first)) };
        for place in small {
            network.guard(place, least, &mut withheld)?;
        }
        Ok(withheld)
    }

    /// Every cell, where none is told in any case: then all could be as many times as large.
    fn all(&self) -> Option<BTreeSet<usize>> {
        let counted = || (0..).zip(&self.cells).filter(|(_, cell)| cell.count > 0);
        let free = counted().all(|(_, cell)| cell.shown != Shown::Always);
        free.then(|| counted().map(|(place, _)| place).collect())
    }
}

/// The cells of a table to withhold, where any of them may be.
pub fn suppress(relations: &[Relation], counts: &[u64], least: u64) -> BTreeSet<usize> {
    let cells = counts.iter().map(|count| Cell { count: *count, shown: Shown::Free }).collect();
    let table = Table { cells, relations: relations.to_vec() };
    table.withheld(least).ok().or_else(|| table.all()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(whole: usize, parts: &[usize]) -> Relation {
        Relation { whole: vec![whole], parts: parts.to_vec() }
    }

    #[test]
    fn nothing_small_means_nothing_withheld() {
        assert_eq!(suppress(&[of(0, &[1, 2, 3])], &[50, 30, 0, 20], 10), [].into());
    }

    /// 4 alone would be 50 − 30 − 16; with 16 it is anything up to 19.
    #[test]
    fn a_small_cell_takes_another_with_it() {
        assert_eq!(suppress(&[of(0, &[1, 2, 3])], &[50, 30, 4, 16], 10), [2, 3].into());
    }

    /// 3 + 3 are known to be 6, so none can be 10; 20 must go too, then each may be up to 24.
    #[test]
    fn two_that_are_small_together_take_a_third() {
        assert_eq!(suppress(&[of(0, &[1, 2, 3, 4])], &[66, 3, 3, 20, 40], 10), [1, 2, 3].into());
    }

    /// Four of three make 12: one alone can be 9 at most, unless the total goes too.
    #[test]
    fn a_total_is_withheld_where_all_its_parts_are_too_few() {
        assert_eq!(suppress(&[of(0, &[1, 2, 3, 4])], &[12, 3, 3, 3, 3], 10), [0, 1, 2, 3, 4].into());
        let mut table = Table::default();
        table.cell(12, Shown::Always);
        for _ in 0..4 {
            table.cell(3, Shown::Free);
        }
        table.relations.push(of(0, &[1, 2, 3, 4]));
        assert_eq!(table.withheld(10), Err(Exposed(1)));
    }

    /// Two by two with totals: one small cell needs a circle of four.
    ///
    /// ```text
    ///  5 20 | 25
    /// 30 40 | 70
    /// 35 60 | 95
    /// ```
    #[test]
    fn a_circle_goes_through_rows_and_columns() {
        let table = [5, 20, 25, 30, 40, 70, 35, 60, 95];
        let relations =
            [of(2, &[0, 1]), of(5, &[3, 4]), of(8, &[6, 7]), of(6, &[0, 3]), of(7, &[1, 4]), of(8, &[2, 5])];
        assert_eq!(suppress(&relations, &table, 10), [0, 1, 3, 4].into());
    }

    /// What belongs to three sums at once is no network: everything goes, and could then be twice as large.
    #[test]
    fn what_is_tangled_is_withheld_whole() {
        let relations = [of(0, &[1, 2]), of(3, &[1, 4]), of(5, &[1, 6])];
        assert_eq!(suppress(&relations, &[24, 4, 20, 34, 30, 4, 0], 10), [0, 1, 2, 3, 4, 5].into());
    }
}
