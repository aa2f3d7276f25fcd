//! A whole and its parts in one window: which parts to withhold, by rows, and then by hits and misses.

use super::Fences;
use crate::stats::disclosure::{Relation, Shown, Table};
use std::collections::BTreeSet;

/// The counts behind a figure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) rows: u64,
    /// Hits of a share; of any other figure those of its rows that had the event.
    pub(super) hits: u64,
    /// Whether rows without a hit are told too, as one less the share.
    pub(super) is_share: bool,
}

impl Counts {
    fn misses(self) -> u64 {
        self.rows.saturating_sub(self.hits)
    }

    /// Whether the figure by itself says that there are fewer persons than may be told.
    pub(super) fn is_small(self, least: u64, fences: Fences) -> bool {
        let small = |count: u64| (1..least).contains(&count);
        small(self.rows) || fences.hits && (small(self.hits) || self.is_share && small(self.misses()))
    }
}

/// What parts add up to.
#[derive(Clone, Debug)]
pub(super) struct Sum {
    /// Of so many.
    pub(super) whole: Counts,
    /// Which parts.
    pub(super) parts: Vec<usize>,
    /// Whether the parts may come to more than the whole, as months do that reach out of a window.
    pub(super) is_wider: bool,
}

/// Parts, and what they add up to.
#[derive(Clone, Debug, Default)]
pub(super) struct Breakdown {
    /// By part; none where it has no figure.
    pub(super) parts: Vec<Option<Counts>>,
    pub(super) sums: Vec<Sum>,
    /// Parts that are withheld for another reason.
    pub(super) withheld: BTreeSet<usize>,
}

impl Breakdown {
    /// The parts to withhold; `None` where all must be, those of zero too.
    pub(super) fn withheld(&self, least: u64, fences: Fences) -> Option<BTreeSet<usize>> {
        let counts = || (0..).zip(&self.parts).filter_map(|(part, counts)| Some((part, (*counts)?)));
        let small = counts().filter(|(_, counts)| counts.is_small(least, fences)).map(|(part, _)| part);
        let mut withheld: BTreeSet<usize> = small.chain(self.withheld.iter().copied()).collect();
        if !fences.beside {
            return Some(withheld);
        }
        let by_rows = self.by_rows(least)?;
        withheld.extend(self.by_hits(&by_rows, &withheld, least)?);
        withheld.extend(by_rows);
        Some(withheld)
    }

    /// By rows alone, so that figures of the same rows withhold the same parts.
    fn by_rows(&self, least: u64) -> Option<BTreeSet<usize>> {
        let mut table = Table::default();
        let cells: Vec<usize> =
            self.parts.iter().map(|own| table.cell(own.unwrap_or_default().rows, Shown::Free)).collect();
        self.sum_up(&mut table, &cells, |counts| counts.rows);
        let is_part = |cell: &usize| *cell < cells.len();
        Some(table.withheld(least).ok()?.into_iter().filter(is_part).collect())
    }

    /// By hits and misses, where the rows of what is not withheld for its rows are known from elsewhere.
    fn by_hits(&self, by_rows: &BTreeSet<usize>, withheld: &BTreeSet<usize>, least: u64) -> Option<BTreeSet<usize>> {
        let mut table = Table::default();
        let is_share = self.parts.iter().flatten().any(|counts| counts.is_share);
        let shown = |part| if withheld.contains(&part) || by_rows.contains(&part) { Shown::Never } else { Shown::Free };
        let mut cells = |of: fn(Counts) -> u64| -> Vec<usize> {
            let own = (0..).zip(&self.parts);
            own.map(|(part, counts)| table.cell(of(counts.unwrap_or_default()), shown(part))).collect()
        };
        let hits = cells(|counts| counts.hits);
        let misses = if is_share { cells(Counts::misses) } else { Vec::new() };
        self.sum_up(&mut table, &hits, |counts| counts.hits);
        if is_share {
            self.sum_up(&mut table, &misses, Counts::misses);
            for (part, (hit, miss)) in hits.iter().zip(&misses).enumerate() {
                if !by_rows.contains(&part) {
                    let rows = table.cell(self.parts[part].unwrap_or_default().rows, Shown::Always);
                    table.relations.push(Relation { whole: vec![rows], parts: vec![*hit, *miss] });
                }
            }
        }
        let found = table.withheld(least).ok()?;
        let place = |cells: &[usize], cell: usize| cells.iter().position(|own| *own == cell);
        Some(found.into_iter().filter_map(|cell| place(&hits, cell).or_else(|| place(&misses, cell))).collect())
    }

    /// The sums of one kind of count; what is missing to a whole, or is beyond it, is a part that is never told.
    ///
    /// Parts that come to more than their whole do not add up, unless they may: things that are counted once each.
    fn sum_up(&self, table: &mut Table, cells: &[usize], of: impl Fn(Counts) -> u64) {
        for sum in &self.sums {
            let counts = sum.parts.iter().filter_map(|part| self.parts[*part]);
            let (told, all): (u64, u64) = (counts.map(&of).sum(), of(sum.whole));
            let mut relation = Relation {
                whole: vec![table.cell(all, Shown::Always)],
                parts: sum.parts.iter().map(|part| cells[*part]).collect(),
            };
            match (all.checked_sub(told), sum.is_wider) {
                (Some(missing), false) => relation.parts.push(table.cell(missing, Shown::Never)),
                (None | Some(0), true) => relation.whole.push(table.cell(told - all, Shown::Never)),
                _ => continue,
            }
            table.relations.push(relation);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FENCES: Fences = Fences::ALL;

    fn share(hits: u64, rows: u64) -> Counts {
        Counts { rows, hits, is_share: true }
    }

    fn of(parts: &[Counts]) -> Breakdown {
        let add = |whole: Counts, part: &Counts| share(whole.hits + part.hits, whole.rows + part.rows);
        let whole = parts.iter().fold(share(0, 0), add);
        let sum = Sum { whole, parts: (0..parts.len()).collect(), is_wider: false };
        Breakdown { parts: parts.iter().copied().map(Some).collect(), sums: vec![sum], withheld: [].into() }
    }

    /// An office of five takes the smallest other one with it.
    #[test]
    fn a_small_part_takes_the_next_with_it() {
        let own = of(&[share(50, 50), share(5, 5), share(30, 30), share(40, 40)]);
        assert_eq!(own.withheld(10, FENCES), Some([1, 2].into()));
    }

    /// Three late ones of fifty; beside it an office with enough late ones, not one that has none.
    #[test]
    fn few_misses_take_a_part_with_many() {
        let own = of(&[share(47, 50), share(20, 20), share(30, 45), share(60, 90)]);
        assert_eq!(own.withheld(10, FENCES), Some([0, 2].into()));
    }

    /// What is withheld comes to two late ones: nothing is told of any office, of those without late ones either.
    #[test]
    fn where_nothing_helps_all_is_withheld() {
        let own = of(&[share(29, 30), share(49, 50), share(70, 70)]);
        assert_eq!(own.withheld(10, FENCES), None);
    }

    /// 100 of a window, 97 of named kinds: the three of no kind would be known.
    #[test]
    fn what_is_never_told_is_guarded_too() {
        let mut own = of(&[share(40, 60), share(15, 37)]);
        own.sums[0].whole = share(57, 100);
        assert_eq!(own.withheld(10, FENCES), Some([1].into()));
    }

    /// Months reach five dossiers out of a window of a hundred: one of them goes, then those may be any number.
    #[test]
    fn months_that_reach_out_of_a_window_are_guarded() {
        let months = [share(40, 40), share(30, 30), share(35, 35)];
        let whole = share(100, 100);
        let sums =
            vec![Sum { whole, parts: vec![1], is_wider: false }, Sum { whole, parts: vec![0, 1, 2], is_wider: true }];
        let own = Breakdown { parts: months.map(Some).into(), sums, withheld: [].into() };
        assert_eq!(own.withheld(10, FENCES), Some([1].into()));
    }
}
