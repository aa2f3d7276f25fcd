//! Group once, then add columns.
//!
//! For each batch: one group number per row from dictionary codes; then, anchor by anchor, one cell number per placed
//! row, the rows in the order of their cells, and every quantity added cell by cell in one tight loop. No hash per
//! aggregate, no second scan; a measure is worked out once, however many keeps share it.

use super::accumulators::{Accumulators, Entry, Quantities};
use super::cell::Content;
use super::cells::{Cells, Group, List, Spot};
use super::groups::Groups;
use super::keep::{Keep, Quantity};
use super::kernel::Design;
use super::order::Order;
use super::program::{Evaluation, Place, Program};
use crate::error::Result;
use crate::ingest::{Batch, Lexicon};
use crate::measure::{Anchor, Answers, Cases, Clocks, Measure, Outside, Placed, Rows, Table};
use std::collections::BTreeMap;

/// How an anchor's cells are divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Division {
    /// Not at all.
    Whole,
    /// By the weeks of the window.
    Weeks,
    /// By the volumes of the tariff.
    Volumes,
}

/// The keeps that place rows alike.
#[derive(Debug)]
struct Placing {
    anchor: Anchor,
    division: Division,
    /// The weeks or volumes; 1 where there is no division.
    parts: usize,
    asked: Vec<Asked>,
}

/// Where a keep's answers stand in the program.
#[derive(Debug)]
struct Asked {
    keep: usize,
    quantity: Vec<Place>,
    among: Option<Place>,
    undated: Option<Place>,
}

/// One worker's cells of one design and one table.
#[derive(Debug)]
pub(super) struct Look<'a> {
    design: &'a Design,
    groups: Groups,
    program: Program,
    placings: Vec<Placing>,
    accumulators: Vec<Accumulators>,
    outside: Outside,
    cells: Cells,
}

impl<'a> Look<'a> {
    pub(super) fn new(design: &'a Design, table: Table, fold_early: bool) -> Self {
        let (mut program, mut by_place) = (Program::default(), BTreeMap::new());
        for (index, keep) in design.keeps.iter().enumerate().filter(|(_, keep)| keep.table == table) {
            let own: &mut Vec<Asked> = by_place.entry((keep.anchor, division(keep))).or_default();
            own.push(Asked::new(index, keep, &mut program));
        }
        let parts = |division| parts(design, division);
        let accumulators = |keep| Accumulators::new(keep, design.slots.len(), fold_early);
        let placing = |((anchor, division), asked)| Placing { anchor, division, parts: parts(division), asked };
        Self {
            design,
            groups: Groups::new(design.dimensions.len()),
            program,
            placings: by_place.into_iter().map(placing).collect(),
            accumulators: design.keeps.iter().map(accumulators).collect(),
            outside: Outside::default(),
            cells: Cells::default(),
        }
    }

    pub(super) fn clocks(&self) -> &'a Clocks {
        &self.design.clocks
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

    /// Counts the rows of a batch, or takes them out again.
    pub(super) fn add(&mut self, batch: &Batch<'_>, rows: &Rows<'_>, sign: i64) -> Result<()> {
        let groups = self.groups.of(batch, &self.design.dimensions);
        let cases = Cases::new(rows, &self.design.slots);
        let placings = std::mem::take(&mut self.placings);
        let added = placings.iter().try_for_each(|placing| self.add_placing(placing, &cases, batch, &groups, sign));
        self.placings = placings;
        self.outside.0.extend(cases.outside().0);
        added
    }

    fn add_placing(
        &mut self,
        placing: &Placing,
        cases: &Cases<'_>,
        batch: &Batch<'_>,
        groups: &[u32],
        sign: i64,
    ) -> Result<()> {
        let (slots, parts) = (self.design.slots.len(), placing.parts);
        let cell = |(row, slot): (&u32, &u8)| (groups[*row as usize] * slots as u32 + u32::from(*slot)) * parts as u32;
        let cells = |placed: &Placed| -> Vec<u32> { placed.rows.iter().zip(&placed.slots).map(cell).collect() };
        let placed = cases.placed(placing.anchor)?;
        let mut own = cells(&placed);
        let divided = match placing.division {
            Division::Whole => Vec::new(),
            Division::Weeks => cases.weeks(placing.anchor, &placed)?,
            Division::Volumes => cases.volumes(&placed),
        };
        own.iter_mut().zip(divided).for_each(|(cell, part)| *cell += u32::from(part));
        let size = self.groups.len() * slots * parts;
        let order = Order::new(&placed, &own, size);
        let undated = cells(&cases.undated(placing.anchor)?);
        let matured = placing.asked.iter().any(|asked| self.design.keeps[asked.keep].known_within);
        let matured = matured.then(|| cases.matured(placing.anchor, &order.placed)).transpose()?;
        let of_measure = |measure: &Measure| -> Result<Answers> { cases.answers(measure, &order.placed) };
        let mut evaluation = Evaluation::new(&self.program, order.len(), batch.lexicon, of_measure);
        for asked in &placing.asked {
            let keep = &self.design.keeps[asked.keep];
            let quantities = asked.quantities(keep, cases, &order, &mut evaluation)?;
            let mut flags = |place: Option<Place>| place.map(|place| evaluation.flags(place)).transpose();
            let (among, undated_rows) = (flags(asked.among)?, flags(asked.undated)?);
            let matured = matured.clone().filter(|_| keep.known_within);
            let entry = Entry { matured, among, undated: undated_rows };
            let accumulators = &mut self.accumulators[asked.keep];
            accumulators.reserve(size);
            accumulators.add_undated(&undated, sign);
            accumulators.add(&order, &quantities, &entry, sign);
        }
        Ok(())
    }

    pub(super) fn close(&mut self, lexicon: &Lexicon) {
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
            let weeks = parts(self.design, division(&self.design.keeps[keep]));
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

impl Asked {
    fn new(index: usize, keep: &Keep, program: &mut Program) -> Self {
        let quantity = keep.quantity.expressions().into_iter().map(|own| program.add(own)).collect();
        let mut place = |flag: &Option<_>| flag.as_ref().map(|flag| program.add(flag));
        Self { keep: index, quantity, among: place(&keep.filter), undated: place(&keep.undated) }
    }

    /// What a keep says of the placed rows.
    fn quantities<F: Fn(&Measure) -> Result<Answers>>(
        &self,
        keep: &Keep,
        cases: &Cases<'_>,
        order: &Order,
        evaluation: &mut Evaluation<'_, F>,
    ) -> Result<Quantities> {
        Ok(match (&keep.quantity, self.quantity[..].first()) {
            (Quantity::Spell { from, to, span }, _) => {
                Quantities::Spells(cases.spells(from, to, *span, &order.placed)?)
            }
            (Quantity::Pair(..), _) => {
                Quantities::Pairs([evaluation.numbers(self.quantity[0])?, evaluation.numbers(self.quantity[1])?])
            }
            (Quantity::Many(..), _) => {
                let [count, mean, sd] = [self.quantity[0], self.quantity[1], self.quantity[2]];
                Quantities::Many([evaluation.numbers(count)?, evaluation.numbers(mean)?, evaluation.numbers(sd)?])
            }
            (_, first) => {
                let place = first.copied().unwrap_or_default();
                match evaluation.hits(place)?.filter(|_| keep.quantity.tallied().is_none()) {
                    Some(hits) => Quantities::Hits(hits),
                    None => Quantities::Numbers(evaluation.numbers(place)?),
                }
            }
        })
    }
}

fn division(keep: &Keep) -> Division {
    match (keep.by_volume, keep.by_week) {
        (true, _) => Division::Volumes,
        (false, true) => Division::Weeks,
        (false, false) => Division::Whole,
    }
}

/// The parts of a division; 1 where there is none.
fn parts(design: &Design, division: Division) -> usize {
    let weeks = || design.slots.iter().map(|slot| usize::from(slot.weeks())).max().unwrap_or(1).max(1);
    match division {
        Division::Whole => 1,
        Division::Weeks => weeks(),
        Division::Volumes => design.clocks.tariff.as_ref().map_or(0, |tariff| tariff.volumes.len()) + 1,
    }
}
