//! Group once, then add columns.
//!
//! For each batch: one group number per row from dictionary codes; then, anchor by anchor, the places of the placed rows in
//! the order of their cells, and every quantity added cell by cell in one tight loop. No hash per aggregate, no second scan;
//! a measure is worked out once, however many keeps share it.

use super::accumulators::{Accumulators, Entry, Quantities};
use super::asked::{Asked, Told, told_apart};
use super::cell::Content;
use super::cells::{Cells, Group, List, Spot};
use super::evaluation::{Evaluation, OfPlaced, Settled};
use super::gather::Columns;
use super::groups::Groups;
use super::keep::Keep;
use super::kernel::{Design, Layout};
use super::marks::Marks;
use super::order::{Grouped, Order};
use super::program::Program;
use super::tally::{Folding, Pooled};
use crate::error::Result;
use crate::ingest::{Batch, Lexicon};
use crate::measure::{Anchor, Awaited, Cases, Clocks, Measure, NO_SLOT, Outside, Placed, Placement, Rows, Table};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the workers of a design know together, by keep and window.
pub(super) type Windows = Vec<Vec<Arc<Pooled>>>;

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
    /// The measures among what is asked that are the same in every window.
    settled: Vec<Measure>,
    /// What else may be otherwise by a later cut-off; `None` where only counting all rows again can tell.
    awaited: Option<Awaited>,
}

/// One worker's cells of one design and one table.
#[derive(Debug)]
pub(super) struct Look<'a> {
    design: &'a Design,
    groups: Groups,
    /// Those of the batch that was added last.
    grouped: Arc<Grouped>,
    placings: Vec<Placing>,
    accumulators: Vec<Accumulators>,
    /// Where the same windows are cut off earlier, if this design only counts what changed since.
    earlier: Option<&'a Design>,
    /// By keep the place of the same there, with which it folds.
    same: Vec<Option<usize>>,
    outside: Outside,
    cells: Cells,
}

impl<'a> Look<'a> {
    /// No cells yet; what is asked of rows is added to a program that all designs share.
    ///
    /// Where the same windows were cut off `earlier`, only what changed since is counted, as far as that can be told.
    pub(super) fn new(
        design: &'a Design,
        earlier: Option<&'a Design>,
        table: Table,
        program: &mut Program,
        (folding, pooled): (Folding, &Windows),
    ) -> Self {
        let mut by_place = BTreeMap::new();
        for (index, keep) in design.keeps.iter().enumerate().filter(|(_, keep)| keep.table == table) {
            let own: &mut Vec<Asked> = by_place.entry((keep.anchor, division(keep))).or_default();
            own.push(Asked::new(index, keep, program));
        }
        let parts = |division| parts(design, division);
        let place = |keep: &Keep| earlier.and_then(|earlier| earlier.keeps.iter().position(|own| own == keep));
        let same: Vec<Option<usize>> = design.keeps.iter().map(place).collect();
        // What is followed for longer folds when its window does, and not when its own rows would.
        let folding = |same: &Option<usize>| if same.is_some() { Folding::Late } else { folding };
        let keeps = design.keeps.iter().zip(pooled).zip(&same);
        let accumulators = keeps.map(|((keep, pooled), same)| Accumulators::new(keep, pooled, folding(same))).collect();
        let placing = |((anchor, division), asked): ((Anchor, Division), Vec<Asked>)| {
            let measures = program.measures(asked.iter().flat_map(Asked::places));
            let keeps = asked.iter().map(|asked| &design.keeps[asked.keep]);
            let (settled, awaited) = told_apart(measures, keeps);
            let is_there = asked.iter().all(|asked| same[asked.keep].is_some());
            let awaited = awaited.filter(|_| is_there && division == Division::Whole && anchor.is_once());
            Placing { anchor, division, parts: parts(division), asked, settled, awaited }
        };
        let placings: Vec<Placing> = by_place.into_iter().map(placing).collect();
        Self {
            design,
            groups: Groups::new(design.dimensions.len()),
            grouped: Arc::default(),
            placings,
            accumulators,
            earlier,
            same,
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

    pub(super) fn layout(&self) -> Layout {
        self.design.layout
    }

    /// The cells of the windows that are cut off earlier, as those of the keeps here that count what changed since.
    pub(super) fn unchanged(&self, windows: &Self) -> Option<Cells> {
        let earlier = self.earlier?;
        let mut keeps = vec![List::new(); self.design.first + self.design.keeps.len()];
        let changing = self.placings.iter().filter(|placing| placing.awaited.is_some()).flat_map(|own| &own.asked);
        for keep in changing.map(|asked| asked.keep) {
            let list = self.same[keep].and_then(|same| windows.cells.keeps.get(earlier.first + same));
            keeps[self.design.first + keep] = list.cloned().unwrap_or_default();
        }
        Some(Cells { groups: windows.cells.groups.clone(), keeps })
    }

    /// Counts the rows of a batch, or takes them out again.
    pub(super) fn add(
        &mut self,
        batch: &Batch<'_>,
        (rows, settled): (&Rows<'_>, &Settled<'_>),
        windows: Option<&Self>,
        sign: i64,
    ) -> Result<()> {
        self.grouped = match windows.filter(|_| self.earlier.is_some()) {
            Some(windows) => {
                self.groups.follow(&windows.groups);
                Arc::clone(&windows.grouped)
            }
            None => {
                let groups = self.groups.of(batch, &self.design.dimensions);
                Arc::new(Grouped::new(groups, self.groups.len()))
            }
        };
        let groups = Arc::clone(&self.grouped);
        let cases = Cases::new(rows, &self.design.slots);
        let earlier = self.earlier.map(|design| Cases::new(rows, &design.slots));
        let placings = std::mem::take(&mut self.placings);
        let added = placings.iter().try_for_each(|placing| {
            windows.into_iter().for_each(|windows| self.follow(placing, windows));
            match (&earlier, &placing.awaited) {
                (Some(earlier), Some(awaited)) => {
                    self.add_changed(placing, awaited, (earlier, &cases), settled, &groups, sign)
                }
                _ => self.add_placing(placing, &cases, settled, &groups, sign),
            }
        });
        self.placings = placings;
        self.outside.0.extend(cases.outside().0);
        added
    }

    /// Folds what folded where the windows are cut off earlier.
    fn follow(&mut self, placing: &Placing, windows: &Self) {
        for keep in placing.asked.iter().map(|asked| asked.keep) {
            let earlier = self.same[keep].and_then(|same| windows.accumulators.get(same));
            earlier.into_iter().for_each(|earlier| self.accumulators[keep].follow(earlier));
        }
    }

    /// Counts the rows that say something else since the earlier cut-offs: as they were no more, and as they are.
    fn add_changed(
        &mut self,
        placing: &Placing,
        awaited: &Awaited,
        (earlier, cases): (&Cases<'_>, &Cases<'_>),
        settled: &Settled<'_>,
        groups: &Grouped,
        sign: i64,
    ) -> Result<()> {
        let Some(mut own) = cases.placed(placing.anchor)?.once() else { return Ok(()) };
        if own.iter().all(|slot| *slot == NO_SLOT) {
            return Ok(());
        }
        let changed = earlier.changed(cases, &own, placing.anchor, awaited)?;
        own.iter_mut().zip(changed).for_each(|(slot, changed)| *slot = if changed { *slot } else { NO_SLOT });
        let order = self.ordered(placing, Placement::Once(own), cases, groups)?;
        for (cases, sign) in [(earlier, -sign), (cases, sign)] {
            self.add_placed(placing, OfPlaced::new(settled, cases, &order.placed, true), &order, sign)?;
        }
        Ok(())
    }

    /// How many cells there are by now; all keeps have room for them.
    fn reserved(&mut self, placing: &Placing) -> usize {
        let size = self.groups.len() * self.design.slots.len() * placing.parts;
        placing.asked.iter().for_each(|asked| self.accumulators[asked.keep].reserve(size));
        size
    }

    /// Placed rows by group, window and part.
    fn ordered(
        &mut self,
        placing: &Placing,
        placement: Placement,
        cases: &Cases<'_>,
        groups: &Grouped,
    ) -> Result<Order> {
        let (size, slots) = (self.reserved(placing), self.design.slots.len() as u32);
        // A log that stands in the order of time has many batches in one window, and many in none.
        let one = match &placement {
            Placement::Alike(slot, _) if placing.division == Division::Whole => Some(u32::from(*slot)),
            _ => None,
        };
        let placed = placement.into_list();
        if placed.rows.is_empty() {
            return Ok(Order::default());
        }
        if let Some(slot) = one {
            return Ok(Order::of_groups(placed, groups, |group| group * slots + slot));
        }
        let mut of = self.cells(placing, &placed, groups);
        let parts = match placing.division {
            Division::Whole => Vec::new(),
            Division::Weeks => cases.weeks(placing.anchor, &placed)?,
            Division::Volumes => cases.volumes(&placed),
        };
        of.iter_mut().zip(parts).for_each(|(cell, part)| *cell += u32::from(part));
        Ok(Order::new(placed, &of, size))
    }

    /// The first cell of each placed row's group and window.
    fn cells(&self, placing: &Placing, placed: &Placed, groups: &Grouped) -> Vec<u32> {
        let (slots, parts) = (self.design.slots.len() as u32, placing.parts as u32);
        let rows = placed.rows.iter().zip(&placed.slots);
        rows.map(|(row, slot)| (groups.of[*row as usize] * slots + u32::from(*slot)) * parts).collect()
    }

    fn add_placing(
        &mut self,
        placing: &Placing,
        cases: &Cases<'_>,
        settled: &Settled<'_>,
        groups: &Grouped,
        sign: i64,
    ) -> Result<()> {
        let (placement, undated) = (cases.placed(placing.anchor)?, cases.undated(placing.anchor)?);
        let is_once = !matches!(placement, Placement::Listed(_));
        let order = self.ordered(placing, placement, cases, groups)?;
        let undated = self.cells(placing, &undated, groups);
        placing.asked.iter().for_each(|asked| self.accumulators[asked.keep].add_undated(&undated, sign));
        self.add_placed(placing, OfPlaced::new(settled, cases, &order.placed, is_once), &order, sign)
    }

    fn add_placed(&mut self, placing: &Placing, source: OfPlaced<'_, '_>, order: &Order, sign: i64) -> Result<()> {
        let (cases, placed) = (source.cases, &order.placed);
        if placed.rows.is_empty() {
            return Ok(());
        }
        let matured = placing.asked.iter().any(|asked| self.design.keeps[asked.keep].known_within);
        let matured = matured.then(|| cases.matured(placing.anchor, placed)).transpose()?;
        let matured = matured.map(|matured| source.spread(matured));
        let (mut evaluation, mut columns) = (Evaluation::of(source), Columns::default());
        let mut told = Vec::with_capacity(placing.asked.len());
        for asked in &placing.asked {
            let keep = &self.design.keeps[asked.keep];
            told.push(asked.told(keep, matured.as_ref(), &mut evaluation, &mut columns)?);
        }
        placing.settled.iter().for_each(|measure| cases.note_beyond(measure, placed));
        let places = evaluation.places(&order.places);
        let bits: Vec<Marks> = columns.gathered(&places).into_iter().map(Marks::new).collect();
        for (asked, told) in placing.asked.iter().zip(told) {
            let of = |column: Option<usize>| column.map(|column| &bits[column]);
            let quantities = match told.quantity {
                Told::Hits(hits) => Quantities::Hits(&bits[hits]),
                Told::Numbers(columns) => Quantities::Numbers(columns),
                Told::Spells(spells) => Quantities::Spells(spells),
            };
            let entry = Entry { matured: of(told.matured), entering: of(told.entering), undated: of(told.undated) };
            self.accumulators[asked.keep].add((order, &places), &quantities, &entry, sign);
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
