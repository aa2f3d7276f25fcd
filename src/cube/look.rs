//! Group once, then add columns.
//!
//! For each batch: one group number per row from dictionary codes; then, anchor by anchor, one cell number per placed
//! row, and every quantity is added into its cells in one tight loop. No hash per aggregate, no second scan.

use super::accumulators::{Accumulators, Entry, Quantities};
use super::cell::Content;
use super::cells::{Cells, Group, List, Spot};
use super::groups::Groups;
use super::keep::{Keep, Quantity};
use super::kernel::Design;
use crate::error::{Error, Result};
use crate::ingest::{Batch, Lexicon, Sign, Sink};
use crate::measure::{Anchor, Cases, Outside, Placed, Table};
use polars::prelude::*;
use std::collections::BTreeSet;

/// One worker's cells of one design and one table.
#[derive(Debug)]
pub(super) struct Look<'a> {
    design: &'a Design,
    table: Table,
    fold_early: bool,
    groups: Groups,
    accumulators: Vec<Accumulators>,
    outside: Outside,
    cells: Cells,
}

impl<'a> Look<'a> {
    pub(super) fn new(design: &'a Design, table: Table, fold_early: bool) -> Self {
        let accumulators = design.keeps.iter().map(Accumulators::new).collect();
        let groups = Groups::new(design.dimensions.len());
        let outside = Outside::default();
        Self { design, table, fold_early, groups, accumulators, outside, cells: Cells::default() }
    }

    /// The tallies that folded while reading.
    pub(super) fn folded(&self) -> usize {
        let cells = self.cells.keeps.iter().flatten();
        cells.filter(|(_, cell)| matches!(&cell.content, Content::Tally(tally) if tally.is_folded())).count()
    }

    /// The cells and the years the calendar lacked.
    pub(super) fn into_cells(self) -> (Cells, Outside) {
        (self.cells, self.outside)
    }

    fn add_anchor(&mut self, anchor: Anchor, cases: &Cases<'_>, groups: &[u32], sign: i64) -> Result<()> {
        let placed = cases.placed(anchor);
        let undated = cases.undated(anchor);
        let slots = self.design.slots.len() as u32;
        let cells = |placed: &Placed| -> Vec<u32> {
            let rows = placed.rows.iter().zip(&placed.slots);
            rows.map(|(row, slot)| groups[*row as usize] * slots + u32::from(*slot)).collect()
        };
        let (own, others) = (cells(&placed), cells(&undated));
        let keeps: Vec<usize> = self.indices(anchor).collect();
        let answers = self.answers(&keeps, cases, &placed)?;
        for (index, (quantities, entry)) in keeps.into_iter().zip(answers) {
            let weeks = self.parts(index) as u32;
            let accumulators = &mut self.accumulators[index];
            accumulators.reserve(self.groups.len() * (slots * weeks) as usize);
            if weeks == 1 {
                accumulators.add_undated(&others, sign);
                accumulators.add(&own, &quantities, &entry, sign);
                continue;
            }
            let of_week = |(cell, week): (&u32, u16)| cell * weeks + u32::from(week);
            let parts = match self.design.keeps[index].by_volume {
                true => cases.volumes(&placed),
                false => cases.weeks(anchor, &placed),
            };
            let own: Vec<u32> = own.iter().zip(parts).map(of_week).collect();
            accumulators.add_undated(&others.iter().map(|cell| cell * weeks).collect::<Vec<_>>(), sign);
            accumulators.add(&own, &quantities, &entry, sign);
        }
        Ok(())
    }

    fn indices(&self, anchor: Anchor) -> impl Iterator<Item = usize> {
        let keeps = self.design.keeps.iter().enumerate();
        keeps.filter(move |(_, keep)| (keep.table, keep.anchor) == (self.table, anchor)).map(|(index, _)| index)
    }

    /// The weeks or volumes that a keep is counted by; 1 where it is not.
    fn parts(&self, keep: usize) -> usize {
        if self.design.keeps[keep].by_volume {
            return self.design.clocks.tariff.as_ref().map_or(0, |tariff| tariff.volumes.len()) + 1;
        }
        let longest = self.design.slots.iter().map(|slot| usize::from(slot.weeks())).max();
        if self.design.keeps[keep].by_week { longest.unwrap_or(1).max(1) } else { 1 }
    }

    /// What each keep says of the placed rows; expressions are evaluated together.
    fn answers(&self, keeps: &[usize], cases: &Cases<'_>, placed: &Placed) -> Result<Vec<(Quantities, Entry)>> {
        let frame = self.evaluated(keeps, cases, placed)?;
        let answer = |index: &usize| {
            let keep = &self.design.keeps[*index];
            let numbers = |part: &str| named(&frame, *index, part).and_then(|column| column.i64().cloned());
            let flags = |part: &str| named(&frame, *index, part).and_then(|column| column.bool().cloned());
            let quantities = match &keep.quantity {
                Quantity::Spell { from, to, span } => Quantities::Spells(cases.spells(from, to, *span, placed)?),
                Quantity::Pair(..) => Quantities::Pairs(numbers("0").map_err(wrong)?, numbers("1").map_err(wrong)?),
                Quantity::Many(..) => {
                    let [count, mean, sd] = ["0", "1", "2"].map(&numbers);
                    Quantities::Many(count.map_err(wrong)?, mean.map_err(wrong)?, sd.map_err(wrong)?)
                }
                _ => Quantities::Numbers(numbers("0").map_err(wrong)?),
            };
            let entry = Entry {
                matured: keep.known_within.then(|| cases.matured(keep.anchor, placed)),
                among: keep.filter.as_ref().map(|_| flags("among").map_err(wrong)).transpose()?,
                undated: keep.undated.as_ref().map(|_| flags("undated").map_err(wrong)).transpose()?,
            };
            Ok((quantities, entry))
        };
        keeps.iter().map(answer).collect()
    }

    fn evaluated(&self, keeps: &[usize], cases: &Cases<'_>, placed: &Placed) -> Result<DataFrame> {
        let measures: BTreeSet<_> = keeps.iter().flat_map(|index| self.design.keeps[*index].measures()).collect();
        let columns = measures.iter().map(|measure| cases.column(measure, placed)).collect::<Result<Vec<_>>>()?;
        let expressions: Vec<Expr> = keeps.iter().flat_map(|index| asked(*index, &self.design.keeps[*index])).collect();
        let frame = DataFrame::new(placed.rows.len(), columns).map_err(wrong)?;
        // Beside the measures, so that an expression without one has a value for each row.
        frame.lazy().with_columns(expressions).collect().map_err(wrong)
    }
}

/// The expressions of a keep, each named by its place.
fn asked(index: usize, keep: &Keep) -> Vec<Expr> {
    let quantities = keep.quantity.expressions().into_iter().enumerate();
    let quantities = quantities.map(|(part, own)| own.clone().cast(DataType::Int64).alias(format!("{index}.{part}")));
    let flags = [("among", &keep.filter), ("undated", &keep.undated)];
    let flags = flags.into_iter().filter_map(|(part, flag)| Some(flag.clone()?.alias(format!("{index}.{part}"))));
    quantities.chain(flags).collect()
}

fn named<'f>(frame: &'f DataFrame, index: usize, part: &str) -> PolarsResult<&'f Column> {
    frame.column(&format!("{index}.{part}"))
}

fn wrong(error: PolarsError) -> Error {
    Error::broken("evaluating a recipe", error)
}

impl Sink for Look<'_> {
    fn add(&mut self, batch: &Batch<'_>, sign: Sign) -> Result<()> {
        let groups = self.groups.of(batch, &self.design.dimensions)?;
        let cases = Cases::measure(batch, &self.design.clocks, &self.design.slots);
        let sign = match sign {
            Sign::Plus => 1,
            Sign::Minus => -1,
        };
        let own = self.design.keeps.iter().filter(|keep| keep.table == self.table);
        let anchors: BTreeSet<Anchor> = own.map(|keep| keep.anchor).collect();
        for anchor in anchors {
            self.add_anchor(anchor, &cases, &groups, sign)?;
        }
        self.outside.0.extend(cases.outside().0);
        if self.fold_early {
            self.accumulators.iter_mut().for_each(Accumulators::fold_early);
        }
        Ok(())
    }

    fn close(&mut self, lexicon: &Lexicon) {
        let (slots, groups) = (self.design.slots.len(), self.groups.len());
        let name = |code: &u32| lexicon.name(*code).map(str::to_owned);
        let names = |group| {
            let own = self.groups.codes(group).iter().map(name);
            own.chain(std::iter::repeat(None)).take(self.design.width).collect::<Group>()
        };
        let mut sorted: Vec<(Group, usize)> = (0..groups).map(|group| (names(group), group)).collect();
        sorted.sort_unstable();
        let mut keeps = vec![List::new(); self.design.first];
        for keep in 0..self.accumulators.len() {
            let weeks = self.parts(keep);
            let mut cells: Vec<_> = self.accumulators[keep].drain().map(Some).collect();
            let spots = (0..slots).flat_map(|slot| (0..weeks).map(move |week| (slot, week)));
            let all = spots.flat_map(|(slot, week)| (0..groups).map(move |group| (slot, week, group)));
            let taken = all.filter_map(|(slot, week, group)| {
                let cell = cells.get_mut((sorted[group].1 * slots + slot) * weeks + week)?;
                let spot = Spot { slot: slot as u8, week: week as u16, group: group as u32 };
                Some((spot, cell.take().filter(|cell| !cell.is_empty())?))
            });
            keeps.push(taken.collect());
        }
        self.cells = Cells { groups: sorted.into_iter().map(|(names, _)| names).collect(), keeps };
    }
}
