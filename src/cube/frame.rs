//! The cube's cells as a table: one row per cell, and one per key of its tally.
//!
//! 128-bit sums stand in two 64-bit columns, `_hi` and `_lo`, because readers elsewhere have no 128-bit integers.

use super::cell::{Cell, Content, Counts, Moments, Pairs};
use super::kernel::Address;
use super::tally::{Kept, Tally};
use crate::measure::Spell;
use polars::prelude::*;
use std::collections::BTreeMap;

const COUNTS: [&str; 3] = ["excluded", "immature", "undated"];

/// The sums of a cell, each in two columns.
const SUMS: [&str; 5] = ["sum", "squares", "other", "other_squares", "products"];

/// What a cell holds, by the number in its column `kind`.
const TALLIES: [Kept; 3] = [Kept::Times, Kept::Followed, Kept::Things];
const PAIRS: u32 = 1;
const FIRST_TALLY: u32 = 2;

/// The columns of the file while they are filled.
#[derive(Default)]
struct Columns {
    keep: Vec<u32>,
    slot: Vec<u32>,
    week: Vec<u32>,
    groups: Vec<Vec<Option<String>>>,
    kind: Vec<Option<u32>>,
    spells: [Vec<Option<i64>>; 2],
    end: Vec<Option<u32>>,
    n: Vec<i64>,
    counts: [Vec<Option<i64>>; 3],
    sums: [[Vec<Option<i64>>; 2]; 5],
    folded: Vec<Option<bool>>,
}

/// What stands in one row beside its address.
#[derive(Default)]
struct Line {
    kind: Option<u32>,
    spell: Option<(Kept, Spell)>,
    n: i64,
    counts: Option<Counts>,
    sums: [Option<i128>; 5],
    folded: Option<bool>,
}

impl Columns {
    /// The row of a cell, and the rows of its tally.
    fn push(&mut self, address: &Address, cell: &Cell) {
        let own = Line { counts: Some(cell.counts), ..Line::default() };
        match &cell.content {
            Content::Moments(Moments { n, sum, squares }) => {
                let sums = [Some(*sum), Some(*squares), None, None, None];
                self.row(address, Line { kind: Some(0), n: *n, sums, ..own });
            }
            Content::Pairs(Pairs { n, x, y, xx, yy, xy }) => {
                let sums = [x, xx, y, yy, xy].map(|sum| Some(*sum));
                self.row(address, Line { kind: Some(PAIRS), n: *n, sums, ..own });
            }
            Content::Tally(tally) => {
                let kind =
                    TALLIES.iter().position(|kept| *kept == tally.kept()).map(|place| place as u32 + FIRST_TALLY);
                let n = tally.counts().map(|(_, count)| count).sum();
                self.row(address, Line { kind, n, folded: Some(tally.is_folded()), ..own });
                for (spell, n) in tally.counts() {
                    self.row(address, Line { spell: Some((tally.kept(), spell)), n, ..Line::default() });
                }
            }
        }
    }

    fn row(&mut self, (keep, slot, week, group): &Address, line: Line) {
        self.keep.push(*keep as u32);
        self.slot.push(u32::from(*slot));
        self.week.push(u32::from(*week));
        self.groups.iter_mut().zip(group).for_each(|(column, name)| column.push(name.clone()));
        self.kind.push(line.kind);
        let followed = line.spell.filter(|(kept, _)| *kept == Kept::Followed);
        self.spells[0].push(line.spell.map(|(_, spell)| spell.seconds as i64));
        self.spells[1].push(followed.map(|(_, spell)| spell.followed as i64));
        self.end.push(line.spell.map(|(_, spell)| u32::from(spell.end)));
        self.n.push(line.n);
        let counts = line.counts.map(|counts| [counts.excluded, counts.immature, counts.undated]);
        for (place, column) in self.counts.iter_mut().enumerate() {
            column.push(counts.map(|counts| counts[place]));
        }
        for ([high, low], sum) in self.sums.iter_mut().zip(line.sums) {
            high.push(sum.map(|sum| (sum >> 64) as i64));
            low.push(sum.map(|sum| sum as i64));
        }
        self.folded.push(line.folded);
    }
}

/// The cells as columns, in their order.
pub(super) fn frame(dimensions: usize, cells: &BTreeMap<Address, Cell>) -> PolarsResult<DataFrame> {
    let mut columns = Columns { groups: vec![Vec::new(); dimensions], ..Columns::default() };
    cells.iter().for_each(|(address, cell)| columns.push(address, cell));
    let height = columns.n.len();
    let mut all = vec![
        Column::new("keep".into(), columns.keep),
        Column::new("window".into(), columns.slot),
        Column::new("week".into(), columns.week),
    ];
    for (level, names) in columns.groups.into_iter().enumerate() {
        all.push(Column::new(format!("group_{level}").into(), names));
    }
    all.push(Column::new("kind".into(), columns.kind));
    let spells = ["seconds", "followed"].into_iter().zip(columns.spells);
    all.extend(spells.map(|(name, values)| Column::new(name.into(), values)));
    all.push(Column::new("end".into(), columns.end));
    all.push(Column::new("n".into(), columns.n));
    all.extend(COUNTS.iter().zip(columns.counts).map(|(name, values)| Column::new((*name).into(), values)));
    for (name, [high, low]) in SUMS.iter().zip(columns.sums) {
        all.push(Column::new(format!("{name}_hi").into(), high));
        all.push(Column::new(format!("{name}_lo").into(), low));
    }
    all.push(Column::new("folded".into(), columns.folded));
    DataFrame::new(height, all)
}

/// The columns of a file while they are read.
struct Stored<'f> {
    frame: &'f DataFrame,
    groups: Vec<StringChunked>,
    numbers: BTreeMap<String, Int64Chunked>,
    smalls: BTreeMap<&'static str, UInt32Chunked>,
    folded: BooleanChunked,
}

impl<'f> Stored<'f> {
    fn of(frame: &'f DataFrame, dimensions: usize) -> PolarsResult<Self> {
        let sums = SUMS.iter().flat_map(|sum| [format!("{sum}_hi"), format!("{sum}_lo")]);
        let names = ["seconds", "followed", "n"].into_iter().chain(COUNTS).map(str::to_owned).chain(sums);
        let numbers = names.map(|name| Ok((name.clone(), frame.column(&name)?.i64()?.clone())));
        let smalls = ["keep", "window", "week", "kind", "end"];
        let smalls = smalls.into_iter().map(|name| Ok((name, frame.column(name)?.u32()?.clone())));
        let group = |level| frame.column(&format!("group_{level}"))?.str().cloned();
        Ok(Self {
            frame,
            groups: (0..dimensions).map(group).collect::<PolarsResult<_>>()?,
            numbers: numbers.collect::<PolarsResult<_>>()?,
            smalls: smalls.collect::<PolarsResult<_>>()?,
            folded: frame.column("folded")?.bool()?.clone(),
        })
    }

    fn number(&self, name: &str, row: usize) -> Option<i64> {
        self.numbers.get(name).and_then(|column| column.get(row))
    }

    fn small(&self, name: &str, row: usize) -> Option<u32> {
        self.smalls.get(name).and_then(|column| column.get(row))
    }

    fn address(&self, row: usize) -> Address {
        let part = |name| self.small(name, row).unwrap_or_default();
        let group = self.groups.iter().map(|names| names.get(row).map(str::to_owned)).collect();
        (part("keep") as usize, part("window") as u8, part("week") as u16, group)
    }

    fn spell(&self, row: usize) -> Option<Spell> {
        let (seconds, end) = (self.number("seconds", row)?, self.small("end", row)?);
        let followed = self.number("followed", row).unwrap_or_default();
        Some(Spell { seconds: seconds as u64, followed: followed as u64, end: end as u8 })
    }

    fn sum(&self, name: &str, row: usize) -> i128 {
        let part = |half: &str| self.number(&format!("{name}_{half}"), row).unwrap_or_default();
        i128::from(part("hi")) << 64 | i128::from(part("lo") as u64)
    }

    fn cell(&self, row: usize) -> Cell {
        let n = self.number("n", row).unwrap_or_default();
        let sum = |name| self.sum(name, row);
        let kind = self.small("kind", row).unwrap_or_default();
        let tallied = kind.checked_sub(FIRST_TALLY).and_then(|place| TALLIES.get(place as usize));
        let content = match (tallied, kind) {
            (Some(kept), _) => Content::Tally(Tally::stored(*kept, Vec::new(), self.folded.get(row) == Some(true))),
            (None, PAIRS) => Content::Pairs(Pairs {
                n,
                x: sum("sum"),
                y: sum("other"),
                xx: sum("squares"),
                yy: sum("other_squares"),
                xy: sum("products"),
            }),
            (None, _) => Content::Moments(Moments { n, sum: sum("sum"), squares: sum("squares") }),
        };
        let [excluded, immature, undated] = COUNTS.map(|name| self.number(name, row).unwrap_or_default());
        Cell { counts: Counts { excluded, immature, undated }, content }
    }
}

/// The cells of a file's columns.
pub(super) fn cells(frame: &DataFrame, dimensions: usize) -> PolarsResult<BTreeMap<Address, Cell>> {
    let stored = Stored::of(frame, dimensions)?;
    let mut cells = BTreeMap::new();
    let mut tallies: BTreeMap<Address, Vec<(Spell, i64)>> = BTreeMap::new();
    for row in 0..stored.frame.height() {
        let address = stored.address(row);
        match stored.spell(row) {
            Some(spell) => {
                tallies.entry(address).or_default().push((spell, stored.number("n", row).unwrap_or_default()));
            }
            None => {
                cells.insert(address, stored.cell(row));
            }
        }
    }
    for (address, counts) in tallies {
        if let Some(Cell { content: Content::Tally(tally), .. }) = cells.get_mut(&address) {
            *tally = Tally::stored(tally.kept(), counts, tally.is_folded());
        }
    }
    Ok(cells)
}
