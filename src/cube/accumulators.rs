//! One keep's cells while they are counted.

use super::cell::{Cell, Content, Counts, Moments, Pairs};
use super::keep::Keep;
use super::marks::{Marks, Rows};
use super::order::Order;
use super::tally::{Filling, Folding, Kept, Pooled, Tally};
use crate::measure::Spell;
use polars::prelude::{ChunkedArray, Int64Chunked, PolarsDataType};
use polars_arrow::bitmap::Bitmap;
use std::sync::Arc;

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
    Tallies(Tallies),
}

/// Tallies by cell, and what is known of each window while they are filled.
#[derive(Debug)]
struct Tallies {
    kept: Kept,
    cells: Vec<Tally>,
    windows: Vec<Filling>,
    folding: Folding,
    /// Room for the spells of one cell.
    room: Vec<u64>,
}

/// What a keep says of rows.
pub(super) enum Quantities<'a> {
    /// Which of the rows that enter say yes, by cell.
    Hits(&'a Marks),
    /// One number of each row, two, or three, each row at its place.
    Numbers(Vec<Int64Chunked>),
    /// How long rows were followed, each in a word, each row at its place.
    Spells(Vec<u64>),
}

/// Which of the placed rows enter, and which are told, by cell.
#[derive(Default)]
pub(super) struct Entry<'a> {
    /// Whether each row's horizon had passed; `None` where that is not asked.
    pub(super) matured: Option<&'a Marks>,
    /// Whether it counts: its quantity is known, its horizon has passed, the filter holds; `None` where all do.
    pub(super) entering: Option<&'a Marks>,
    /// Whether it counts and is told as undated.
    pub(super) undated: Option<&'a Marks>,
}

/// The rows that say something; `None` where all do.
pub(super) fn known<T: PolarsDataType>(own: &ChunkedArray<T>) -> Option<Bitmap> {
    own.chunks().first().filter(|_| own.null_count() > 0).and_then(|array| array.validity().cloned())
}

impl Accumulators {
    /// No cells yet.
    pub(super) fn new(keep: &Keep, windows: &[Arc<Pooled>], folding: Folding) -> Self {
        let content = match (keep.quantity.tallied(), keep.quantity.expressions().len()) {
            (Some(kept), _) => Contents::Tallies(Tallies {
                kept,
                cells: Vec::new(),
                windows: windows.iter().map(Filling::beside).collect(),
                folding,
                room: Vec::new(),
            }),
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
            Contents::Tallies(tallies) => tallies.cells.resize(cells, Tally::new(tallies.kept)),
        }
    }

    /// Folds the windows that fold where they are not followed for longer.
    pub(super) fn follow(&mut self, earlier: &Self) {
        if let (Contents::Tallies(own), Contents::Tallies(earlier)) = (&mut self.content, &earlier.content) {
            own.windows.iter_mut().zip(&earlier.windows).for_each(|(own, earlier)| own.follow(earlier));
        }
    }

    /// Counts rows that have no date of the anchor.
    pub(super) fn add_undated(&mut self, cells: &[u32], sign: i64) {
        cells.iter().for_each(|cell| self.counts[*cell as usize].undated += sign);
    }

    /// Adds the quantities of the placed rows to their cells, stretch by stretch; `places` are those of numbers and spells.
    pub(super) fn add(
        &mut self,
        (order, places): (&Order, &[u32]),
        quantities: &Quantities<'_>,
        entry: &Entry<'_>,
        sign: i64,
    ) {
        self.count(order, entry, sign);
        let (entering, place) = (entry.entering, |row: usize| places[row] as usize);
        let rows = Entering { order, entering: entering.map(|entering| &entering.bits) };
        match (&mut self.content, quantities) {
            (Contents::Moments(moments), Quantities::Hits(hits)) => {
                let (entering, hits) = (entering.map(|own| own.ones(&order.stretches)), hits.ones(&order.stretches));
                for ((place, (cell, range)), hits) in order.stretches.iter().enumerate().zip(hits) {
                    let n = entering.map_or(range.len() as i64, |entering| i64::from(entering[place]));
                    let sum = i128::from(*hits);
                    moments[*cell as usize] += Moments { n, sum, squares: sum }.times(sign);
                }
            }
            (Contents::Moments(moments), Quantities::Numbers(own)) => match &own[..] {
                [count, mean, sd] => {
                    let (count, mean) = (values(count), values(mean));
                    let many = |row| (count[place(row)], mean[place(row)], sd.get(place(row)).unwrap_or_default());
                    rows.each(|cell, rows| rows.for_each(|row| moments[cell].add_many(many(row), sign)));
                }
                own => {
                    let numbers = own.first().map_or(&[][..], values);
                    rows.each(|cell, rows| moments[cell].add_all(rows.map(|row| numbers[place(row)]), sign));
                }
            },
            (Contents::Pairs(pairs), Quantities::Numbers(own)) => {
                let [one, other] = [0, 1].map(|own_place| own.get(own_place).map_or(&[][..], values));
                let pair = |row| (one[place(row)], other[place(row)]);
                rows.each(|cell, rows| pairs[cell].add_all(rows.map(pair), sign));
            }
            (Contents::Tallies(tallies), Quantities::Spells(spells)) => {
                tallies.add(&rows, |row| Some(spells[place(row)]), sign);
            }
            (Contents::Tallies(tallies), Quantities::Numbers(own)) => {
                let (numbers, kept) = (own.first().map_or(&[][..], values), tallies.kept);
                // What is negative is no value and no key.
                let value = |row: usize| {
                    let seconds = u64::try_from(numbers[place(row)]).ok()?;
                    Some(kept.exact(Spell { seconds, followed: 0, end: 1 }))
                };
                tallies.add(&rows, value, sign);
            }
            _ => unreachable!("the content is made for the quantity in `new`"),
        }
    }

    /// Counts the rows that do not enter, by why, and of those that do the ones to be told.
    fn count<'a>(&mut self, order: &Order, entry: &Entry<'a>, sign: i64) {
        if entry.entering.is_none() && entry.undated.is_none() {
            return;
        }
        let ones = |marks: Option<&'a Marks>| marks.map(|marks| marks.ones(&order.stretches));
        let [entering, matured, undated] = [entry.entering, entry.matured, entry.undated].map(ones);
        for (place, (cell, range)) in order.stretches.iter().enumerate() {
            let of = |ones: Option<&[u32]>, all: i64| ones.map_or(all, |ones| i64::from(ones[place]));
            let (all, own) = (range.len() as i64, &mut self.counts[*cell as usize]);
            let matured = of(matured, all);
            own.immature += sign * (all - matured);
            own.excluded += sign * (matured - of(entering, all));
            own.undated += sign * of(undated, 0);
        }
    }

    pub(super) fn drain(&mut self) -> impl Iterator<Item = Cell> {
        let counts = std::mem::take(&mut self.counts);
        let contents: Vec<Content> = match &mut self.content {
            Contents::Moments(moments) => std::mem::take(moments).into_iter().map(Content::Moments).collect(),
            Contents::Pairs(pairs) => {
                std::mem::take(pairs).into_iter().map(|own| Content::Pairs(Box::new(own))).collect()
            }
            Contents::Tallies(tallies) => {
                let settled = std::mem::take(&mut tallies.cells).into_iter().map(|mut tally| {
                    tally.settle();
                    Content::Tally(tally)
                });
                settled.collect()
            }
        };
        counts.into_iter().zip(contents).map(|(counts, content)| Cell { counts, content })
    }
}

impl Tallies {
    fn add(&mut self, rows: &Entering<'_>, spell: impl Fn(usize) -> Option<u64>, sign: i64) {
        rows.each(|cell, own| {
            let slot = usize::from(rows.order.slot(&own.range));
            self.room.clear();
            own.for_each(|row| self.room.extend(spell(row)));
            self.windows[slot].add(&mut self.cells[cell], &self.room, sign, self.folding);
        });
    }
}

/// The rows of each cell that count.
struct Entering<'a> {
    order: &'a Order,
    entering: Option<&'a Bitmap>,
}

impl Entering<'_> {
    fn each(&self, mut add: impl FnMut(usize, Rows<'_>)) {
        for (cell, range) in &self.order.stretches {
            add(*cell as usize, Rows { range: range.clone(), entering: self.entering });
        }
    }
}

/// The values of a column of one piece; what stands where there is none is nobody's.
fn values(numbers: &Int64Chunked) -> &[i64] {
    numbers.downcast_iter().next().map_or(&[], |array| array.values().as_slice())
}
