//! Group once, then add columns.
//!
//! For each batch: one group number per row from dictionary codes; then, anchor by anchor, one cell number per placed
//! row, and every quantity is added into its cells in one tight loop. No hash per aggregate, no second scan.

use super::cell::{Cell, Content, Counts, Moments};
use super::recipe::{Keep, Quantity};
use super::tally::{LIMIT, Tally};
use crate::error::{Error, Result};
use crate::ingest::{Batch, Lexicon, Sign, Sink};
use crate::measure::{Anchor, Cases, Clocks, Outside, Placed, Slot};
use polars::prelude::*;
use std::collections::BTreeMap;

/// What every worker counts, and by what.
#[derive(Debug)]
pub struct Design {
    /// What is kept; each once.
    pub keeps: Vec<Keep>,
    /// The windows, in order.
    pub slots: Vec<Slot>,
    /// The columns that name a group; the cluster first.
    pub dimensions: Vec<String>,
    /// The clocks.
    pub clocks: Clocks,
}

/// Where a cell stands: keep, window, and the names of its group.
pub type Address = (usize, u8, Vec<Option<String>>);

/// One worker's private cube.
#[derive(Debug)]
pub struct Kernel<'a> {
    design: &'a Design,
    fold_early: bool,
    groups: Groups,
    accumulators: Vec<Accumulators>,
    outside: Outside,
    taken_out: u64,
    cells: BTreeMap<Address, Cell>,
}

impl<'a> Kernel<'a> {
    /// An empty cube of the design.
    ///
    /// With `fold_early` large tallies fold while reading, which bounds memory; see [`Kernel::is_exact`].
    pub fn new(design: &'a Design, fold_early: bool) -> Self {
        let accumulators = design.keeps.iter().map(Accumulators::new).collect();
        let groups = Groups::new(design.dimensions.len());
        let outside = Outside::default();
        Self { design, fold_early, groups, accumulators, outside, taken_out: 0, cells: BTreeMap::new() }
    }

    /// Whether these workers folded exactly what the merged data fold.
    ///
    /// A tally folds early at twice its limit. Taking repeats out again may bring it back below the limit only if more
    /// rows left than the limit; then the log must be read again without folding early.
    pub fn is_exact(kernels: &[Self]) -> bool {
        let folded = kernels.iter().flat_map(|kernel| kernel.cells.values());
        let folded = folded.filter(|cell| matches!(&cell.content, Content::Tally(tally) if tally.is_folded())).count();
        folded == 0 || kernels.iter().map(|kernel| kernel.taken_out).sum::<u64>() <= LIMIT as u64
    }

    /// The cells by address and the years the calendar lacked.
    pub fn into_cells(self) -> (BTreeMap<Address, Cell>, Outside) {
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
        let quantities = self.quantities(&keeps, cases, &placed)?;
        for (index, quantity) in keeps.into_iter().zip(quantities) {
            let keep = &self.design.keeps[index];
            let matured = keep.known_within.then(|| cases.matured(anchor, &placed));
            let accumulators = &mut self.accumulators[index];
            accumulators.reserve(self.groups.len() * slots as usize);
            others.iter().for_each(|cell| accumulators.counts[*cell as usize].undated += sign);
            accumulators.add(&own, &quantity, matured.as_deref(), sign);
        }
        Ok(())
    }

    fn indices(&self, anchor: Anchor) -> impl Iterator<Item = usize> {
        let keeps = self.design.keeps.iter().enumerate();
        keeps.filter(move |(_, keep)| keep.anchor == anchor).map(|(index, _)| index)
    }

    /// The quantities of the placed rows, expressions evaluated together.
    fn quantities(&self, keeps: &[usize], cases: &Cases<'_>, placed: &Placed) -> Result<Vec<Quantities>> {
        let wrong = |e| Error::broken("evaluating a recipe", e);
        let mut measures: Vec<_> = keeps.iter().flat_map(|index| self.design.keeps[*index].measures()).collect();
        measures.sort_unstable();
        measures.dedup();
        let columns = measures.iter().map(|measure| cases.column(measure, placed)).collect::<Result<Vec<_>>>()?;
        let mut expressions = Vec::new();
        for index in keeps {
            match &self.design.keeps[*index].quantity {
                Quantity::Hit(expression) | Quantity::Number(expression) => {
                    expressions.push(expression.clone().cast(DataType::Int64).alias(index.to_string()));
                }
                Quantity::Spell { .. } => {}
            }
        }
        let frame = DataFrame::new(placed.rows.len(), columns).map_err(wrong)?;
        let frame = match expressions.is_empty() {
            true => frame,
            false => frame.lazy().select(expressions).collect().map_err(wrong)?,
        };
        let quantity = |index: &usize| match &self.design.keeps[*index].quantity {
            Quantity::Spell { from, to, working } => cases.spells(from, to, *working, placed).map(Quantities::Spells),
            _ => {
                let column = frame.column(&index.to_string()).and_then(|column| column.i64().cloned());
                column.map(Quantities::Numbers).map_err(wrong)
            }
        };
        keeps.iter().map(quantity).collect()
    }
}

impl Sink for Kernel<'_> {
    fn add(&mut self, batch: &Batch<'_>, sign: Sign) -> Result<()> {
        let groups = self.groups.of(batch, &self.design.dimensions)?;
        let cases = Cases::measure(batch, &self.design.clocks, &self.design.slots);
        let sign = match sign {
            Sign::Plus => 1,
            Sign::Minus => {
                self.taken_out += batch.len() as u64;
                -1
            }
        };
        let mut anchors: Vec<Anchor> = self.design.keeps.iter().map(|keep| keep.anchor).collect();
        anchors.sort_unstable();
        anchors.dedup();
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
        let slots = self.design.slots.len();
        for (keep, accumulators) in self.accumulators.iter_mut().enumerate() {
            for (index, cell) in accumulators.drain().enumerate().filter(|(_, cell)| !cell.is_empty()) {
                let codes = self.groups.codes(index / slots);
                let names = codes.iter().map(|code| lexicon.name(*code).map(str::to_owned)).collect();
                self.cells.insert((keep, (index % slots) as u8, names), cell);
            }
        }
    }
}

/// What a recipe says of the placed rows.
enum Quantities {
    Numbers(Int64Chunked),
    Spells(Vec<Option<crate::measure::Spell>>),
}

/// Groups as small numbers: tuples of codes, numbered as they are met.
#[derive(Debug)]
struct Groups {
    levels: Vec<PlHashMap<u64, u32>>,
    codes: Vec<Vec<u32>>,
}

impl Groups {
    fn new(dimensions: usize) -> Self {
        Self { levels: vec![PlHashMap::default(); dimensions], codes: Vec::new() }
    }

    fn len(&self) -> usize {
        self.codes.len()
    }

    fn codes(&self, group: usize) -> &[u32] {
        &self.codes[group]
    }

    /// The group of each row; without dimensions all are one.
    fn of(&mut self, batch: &Batch<'_>, dimensions: &[String]) -> Result<Vec<u32>> {
        let mut groups = vec![0u32; batch.len()];
        if dimensions.is_empty() && self.codes.is_empty() {
            self.codes.push(Vec::new());
        }
        for (level, dimension) in dimensions.iter().enumerate() {
            let codes = batch.codes(dimension);
            let last = level + 1 == dimensions.len();
            let mut tuples = std::mem::take(&mut self.levels[level]);
            for (row, group) in groups.iter_mut().enumerate() {
                let code = codes.map_or(crate::ingest::NO_NAME, |codes| codes[row]);
                let key = u64::from(*group) << 32 | u64::from(code);
                let next = tuples.len() as u32;
                *group = *tuples.entry(key).or_insert(next);
            }
            self.levels[level] = tuples;
            if last {
                self.number_codes();
            }
        }
        Ok(groups)
    }

    /// Spells out the codes of groups met for the first time.
    fn number_codes(&mut self) {
        let Some(last) = self.levels.last() else { return };
        if last.len() == self.codes.len() {
            return;
        }
        let mut tuples: Vec<Vec<u32>> = vec![Vec::new()];
        for level in &self.levels {
            let mut next = vec![Vec::new(); level.len()];
            for (key, group) in level {
                let mut codes = tuples[(key >> 32) as usize].clone();
                codes.push(*key as u32);
                next[*group as usize] = codes;
            }
            tuples = next;
        }
        self.codes = tuples;
    }
}

/// One keep's cells, by cell number.
#[derive(Debug)]
struct Accumulators {
    counts: Vec<Counts>,
    content: Contents,
}

#[derive(Debug)]
enum Contents {
    Moments(Vec<Moments>),
    Tallies(Vec<Tally>),
}

impl Accumulators {
    fn new(keep: &Keep) -> Self {
        let content = match keep.quantity {
            Quantity::Hit(_) | Quantity::Number(_) => Contents::Moments(Vec::new()),
            Quantity::Spell { .. } => Contents::Tallies(Vec::new()),
        };
        Self { counts: Vec::new(), content }
    }

    fn reserve(&mut self, cells: usize) {
        if self.counts.len() >= cells {
            return;
        }
        self.counts.resize(cells, Counts::default());
        match &mut self.content {
            Contents::Moments(moments) => moments.resize(cells, Moments::default()),
            Contents::Tallies(tallies) => tallies.resize(cells, Tally::default()),
        }
    }

    fn add(&mut self, cells: &[u32], quantities: &Quantities, matured: Option<&[bool]>, sign: i64) {
        let counts = &mut self.counts;
        let enters = |row: usize| matured.is_none_or(|matured| matured[row]);
        match (&mut self.content, quantities) {
            (Contents::Moments(moments), Quantities::Numbers(numbers)) => {
                for (row, (cell, number)) in cells.iter().zip(numbers.iter()).enumerate() {
                    let cell = *cell as usize;
                    match number {
                        _ if !enters(row) => counts[cell].immature += sign,
                        Some(number) => moments[cell].add(number, sign),
                        None => counts[cell].excluded += sign,
                    }
                }
            }
            (Contents::Tallies(tallies), Quantities::Spells(spells)) => {
                for (row, (cell, spell)) in cells.iter().zip(spells).enumerate() {
                    let cell = *cell as usize;
                    match spell {
                        _ if !enters(row) => counts[cell].immature += sign,
                        Some(spell) => tallies[cell].add(*spell, sign),
                        None => counts[cell].excluded += sign,
                    }
                }
            }
            _ => unreachable!("the content is made for the quantity in `new`"),
        }
    }

    fn fold_early(&mut self) {
        if let Contents::Tallies(tallies) = &mut self.content {
            for tally in tallies.iter_mut().filter(|tally| tally.keys() > 2 * LIMIT) {
                tally.limit(2 * LIMIT);
            }
        }
    }

    fn drain(&mut self) -> impl Iterator<Item = Cell> {
        let counts = std::mem::take(&mut self.counts);
        let contents: Vec<Content> = match &mut self.content {
            Contents::Moments(moments) => std::mem::take(moments).into_iter().map(Content::Moments).collect(),
            Contents::Tallies(tallies) => {
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
