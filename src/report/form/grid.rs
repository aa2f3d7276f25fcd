//! Where each heading of a form stands: headings over several columns or rows leave less room to those below.

use crate::forms::{Heading, Sheet};

/// A heading in its place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Placed<'s> {
    pub(super) heading: &'s Heading,
    pub(super) row: usize,
    pub(super) column: usize,
}

impl Placed<'_> {
    /// The last row it takes.
    pub(super) fn bottom(&self) -> usize {
        self.row + usize::from(self.heading.down.max(1)) - 1
    }

    pub(super) fn across(&self) -> usize {
        usize::from(self.heading.across.max(1))
    }
}

/// Every heading with its place, row by row.
pub(super) fn placed(sheet: &Sheet) -> Vec<Placed<'_>> {
    let columns = sheet.columns();
    let mut taken = vec![0; columns];
    let mut placed = Vec::new();
    for (row, headings) in sheet.headings.iter().enumerate() {
        let mut column = 0;
        for heading in headings {
            while column < columns && taken[column] > row {
                column += 1;
            }
            let own = Placed { heading, row, column };
            let end = (column + own.across()).min(columns);
            taken[column..end].iter_mut().for_each(|rows| *rows = own.bottom() + 1);
            placed.push(own);
            column = end;
        }
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forms::named;

    /// A B B      A stands beside both rows, B over C and D.
    /// A C D
    #[test]
    fn headings_leave_room_to_those_below() {
        let one = |text: &'static str| Heading::new(named(text, text));
        let headings = vec![vec![one("A").down(2), one("B").across(2)], vec![one("C"), one("D")]];
        let sheet = Sheet { headings, ..Sheet::new("x", named("x", "x")) };
        let places: Vec<_> = placed(&sheet).iter().map(|own| (own.row, own.column, own.bottom())).collect();
        assert_eq!(places, [(0, 0, 1), (0, 1, 0), (1, 1, 1), (1, 2, 1)]);
    }
}
