//! One keep's cells while they are counted.

use super::cell::{Cell, Content, Counts, Moments, Pairs};
use super::keep::Keep;
use super::tally::{Kept, LIMIT, Tally};
use crate::measure::Spell;
use polars::prelude::{BooleanChunked, Int64Chunked};

/// One keep's cells, by cell number.
#[derive(Debug)]
pub(super) struct Accumulators {
    counts: Vec<Counts>,
    content: Contents,
}

#[derive(Debug)]
enum Contents {
    Moments(Vec<Moments>),
    Pairs(Vec<Pairs>),
    Tallies(Kept, Vec<Tally>),
}

/// What a keep says of the placed rows.
pub(super) enum Quantities {
    Numbers(Int64Chunked),
    Pairs(Int64Chunked, Int64Chunked),
    Many(Int64Chunked, Int64Chunked, Int64Chunked),
    Spells(Vec<Option<Spell>>),
}

/// Which of the placed rows enter, and which are told.
#[derive(Default)]
pub(super) struct Entry {
    /// Whether each row's horizon had passed.
    pub(super) matured: Option<Vec<bool>>,
    /// Whether the filter holds for it.
    pub(super) among: Option<BooleanChunked>,
    /// Whether it is told as undated.
    pub(super) undated: Option<BooleanChunked>,
}

impl Entry {
    fn is_immature(&self, row: usize) -> bool {
        self.matured.as_ref().is_some_and(|matured| !matured[row])
    }

    fn is_left_out(&self, row: usize) -> bool {
        self.among.as_ref().is_some_and(|among| among.get(row) != Some(true))
    }

    fn is_undated(&self, row: usize) -> bool {
        self.undated.as_ref().is_some_and(|undated| undated.get(row) == Some(true))
    }
}

impl Accumulators {
    pub(super) fn new(keep: &Keep) -> Self {
        let content = match (keep.quantity.tallied(), keep.quantity.expressions().len()) {
            (Some(kept), _) => Contents::Tallies(kept, Vec::new()),
            (None, 2) => Contents::Pairs(Vec::new()),
            (None, _) => Contents::Moments(Vec::new()),
        };
        Self { counts: Vec::new(), content }
    }

    pub(super) fn reserve(&mut self, cells: usize) {
        if self.counts.len() >= cells {
            return;
        }
        self.counts.resize(cells, Counts::default());
        match &mut self.content {
            Contents::Moments(moments) => moments.resize(cells, Moments::default()),
            Contents::Pairs(pairs) => pairs.resize(cells, Pairs::default()),
            Contents::Tallies(kept, tallies) => tallies.resize(cells, Tally::new(*kept)),
        }
    }

    /// Counts rows that have no date of the anchor.
    pub(super) fn add_undated(&mut self, cells: &[u32], sign: i64) {
        cells.iter().for_each(|cell| self.counts[*cell as usize].undated += sign);
    }

    /// Adds the quantities of the placed rows to their cells.
    pub(super) fn add(&mut self, cells: &[u32], quantities: &Quantities, entry: &Entry, sign: i64) {
        let counts = &mut self.counts;
        match (&mut self.content, quantities) {
            (Contents::Moments(moments), Quantities::Numbers(numbers)) => {
                each(counts, cells, numbers.iter(), entry, sign, |cell, number| moments[cell].add(number, sign));
            }
            (Contents::Moments(moments), Quantities::Many(count, mean, sd)) => {
                let all = count.iter().zip(mean.iter()).zip(sd.iter());
                let all = all.map(|((count, mean), sd)| Some((count?, mean?, sd.unwrap_or_default())));
                each(counts, cells, all, entry, sign, |cell, many| moments[cell].add_many(many, sign));
            }
            (Contents::Pairs(pairs), Quantities::Pairs(first, second)) => {
                let both = first.iter().zip(second.iter()).map(|(first, second)| first.zip(second));
                each(counts, cells, both, entry, sign, |cell, pair| pairs[cell].add(pair, sign));
            }
            (Contents::Tallies(_, tallies), Quantities::Spells(spells)) => {
                each(counts, cells, spells.iter().copied(), entry, sign, |cell, spell| tallies[cell].add(spell, sign));
            }
            (Contents::Tallies(_, tallies), Quantities::Numbers(numbers)) => {
                // What is negative is no value and no key.
                let value =
                    |number: i64| u64::try_from(number).ok().map(|seconds| Spell { seconds, followed: 0, end: 1 });
                let values = numbers.iter().map(|number| number.and_then(value));
                each(counts, cells, values, entry, sign, |cell, spell| tallies[cell].add(spell, sign));
            }
            _ => unreachable!("the content is made for the quantity in `new`"),
        }
    }

    pub(super) fn fold_early(&mut self) {
        if let Contents::Tallies(_, tallies) = &mut self.content {
            for tally in tallies.iter_mut().filter(|tally| tally.keys() > 2 * LIMIT) {
                tally.limit(2 * LIMIT);
            }
        }
    }

    pub(super) fn drain(&mut self) -> impl Iterator<Item = Cell> {
        let counts = std::mem::take(&mut self.counts);
        let contents: Vec<Content> = match &mut self.content {
            Contents::Moments(moments) => std::mem::take(moments).into_iter().map(Content::Moments).collect(),
            Contents::Pairs(pairs) => std::mem::take(pairs).into_iter().map(Content::Pairs).collect(),
            Contents::Tallies(_, tallies) => {
                let settled = std::mem::take(tallies).into_iter().map(|mut tally| {
                    tally.limit(usize::MAX);
                    Content::Tally(tally)
                });
                settled.collect()
            }
        };
        counts.into_iter().zip(contents).map(|(counts, content)| Cell { counts, content })
    }
}

/// Every placed row into its cell: immature, excluded, or with its quantity.
fn each<T>(
    counts: &mut [Counts],
    cells: &[u32],
    quantities: impl Iterator<Item = Option<T>>,
    entry: &Entry,
    sign: i64,
    mut add: impl FnMut(usize, T),
) {
    for (row, (cell, quantity)) in cells.iter().zip(quantities).enumerate() {
        let cell = *cell as usize;
        match quantity {
            _ if entry.is_immature(row) => counts[cell].immature += sign,
            Some(quantity) if !entry.is_left_out(row) => {
                add(cell, quantity);
                counts[cell].undated += if entry.is_undated(row) { sign } else { 0 };
            }
            _ => counts[cell].excluded += sign,
        }
    }
}
