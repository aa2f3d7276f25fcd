//! The cube's cells as a table: one row per cell, its tally in lists.
//!
//! 128-bit sums stand in two 64-bit columns, `_hi` and `_lo`, because readers elsewhere have no 128-bit integers.

use super::cell::{Cell, Content, Counts, Moments, Pairs};
use super::cells::{Cells, Group, List, Spot};
use super::tally::{Kept, Tally};
use crate::measure::Spell;
use polars::prelude::*;
use std::ops::Range;

const COUNTS: [&str; 3] = ["excluded", "immature", "undated"];

/// The sums of a cell, each in two columns.
const SUMS: [&str; 5] = ["sum", "squares", "other", "other_squares", "products"];

/// The lists of a tally: times, times followed, how they ended, and how many there are of each.
const LISTS: [&str; 4] = ["seconds", "followed", "end", "count"];

/// What a cell holds, by the number in its column `kind`.
const TALLIES: [Kept; 3] = [Kept::Times, Kept::Followed, Kept::Things];
const PAIRS: u32 = 1;
const FIRST_TALLY: u32 = 2;

/// Rows of one row group at most, and keys after which it ends: fixed, so that the bytes depend on the cube alone.
const ROWS: usize = 1 << 16;
const KEYS: usize = 1 << 19;

/// A cell with its keep.
type Row<'c> = (usize, &'c Spot, &'c Cell);

/// The cells of each row group of the file, in order.
pub(super) fn row_groups(cells: &Cells) -> impl Iterator<Item = Vec<Row<'_>>> {
    let lists = cells.keeps.iter().enumerate();
    let mut rows = lists.flat_map(|(keep, list)| list.iter().map(move |(spot, cell)| (keep, spot, cell))).peekable();
    std::iter::from_fn(move || {
        let (mut group, mut keys) = (Vec::new(), 0);
        while let Some(row) = rows.next_if(|_| group.len() < ROWS && keys < KEYS) {
            keys += tally(row.2).map_or(0, Tally::keys);
            group.push(row);
        }
        (!group.is_empty()).then_some(group)
    })
}

fn tally(cell: &Cell) -> Option<&Tally> {
    match &cell.content {
        Content::Tally(tally) => Some(tally),
        Content::Moments(_) | Content::Pairs(_) => None,
    }
}

/// The number of what a cell holds.
fn kind(cell: &Cell) -> u32 {
    let place = |tally: &Tally| TALLIES.iter().position(|kept| *kept == tally.kept()).unwrap_or_default() as u32;
    match &cell.content {
        Content::Moments(_) => 0,
        Content::Pairs(_) => PAIRS,
        Content::Tally(tally) => FIRST_TALLY + place(tally),
    }
}

fn sums(cell: &Cell) -> [Option<i128>; 5] {
    match &cell.content {
        Content::Moments(own) => [Some(own.sum), Some(own.squares), None, None, None],
        Content::Pairs(own) => [own.x, own.xx, own.y, own.yy, own.xy].map(Some),
        Content::Tally(_) => [None; 5],
    }
}

fn counts(cell: &Cell) -> [i64; 3] {
    let Counts { excluded, immature, undated } = cell.counts;
    [excluded, immature, undated]
}

/// The table of a row group; without rows it tells the columns.
pub(super) fn frame(groups: &[Group], dimensions: usize, rows: &[Row<'_>]) -> PolarsResult<DataFrame> {
    let small = |name: &str, of: &dyn Fn(&Row<'_>) -> u32| {
        UInt32Chunked::from_iter_values(name.into(), rows.iter().map(of)).into_column()
    };
    let mut all = vec![
        small("keep", &|(keep, ..)| *keep as u32),
        small("window", &|(_, spot, _)| u32::from(spot.slot)),
        small("week", &|(_, spot, _)| u32::from(spot.week)),
        small("group", &|(_, spot, _)| spot.group),
    ];
    for level in 0..dimensions {
        let name = |(_, spot, _): &Row<'_>| groups[spot.group as usize].get(level).and_then(|name| name.as_deref());
        let mut names: StringChunked = rows.iter().map(name).collect();
        names.rename(level_name(level).into());
        all.push(names.into_column());
    }
    all.push(small("kind", &|(.., cell)| kind(cell)));
    let number = |name: &str, of: &dyn Fn(&Cell) -> i64| {
        Int64Chunked::from_iter_values(name.into(), rows.iter().map(|(.., cell)| of(cell))).into_column()
    };
    all.push(number("n", &|cell| cell.content.rows()));
    all.extend(COUNTS.iter().enumerate().map(|(at, name)| number(name, &|cell| counts(cell)[at])));
    for (at, name) in SUMS.iter().enumerate() {
        let halves: [fn(i128) -> i64; 2] = [|sum| (sum >> 64) as i64, |sum| sum as i64];
        for (part, half) in halves.into_iter().enumerate() {
            let mut column: Int64Chunked = rows.iter().map(|(.., cell)| sums(cell)[at].map(half)).collect();
            column.rename(half_name(name, part).into());
            all.push(column.into_column());
        }
    }
    let mut folded: BooleanChunked = rows.iter().map(|(.., cell)| tally(cell).map(Tally::is_folded)).collect();
    folded.rename("folded".into());
    all.push(folded.into_column());
    all.extend(lists(rows));
    DataFrame::new(rows.len(), all)
}

fn level_name(level: usize) -> String {
    format!("group_{level}")
}

fn half_name(sum: &str, part: usize) -> String {
    format!("{sum}_{}", ["hi", "lo"][part])
}

/// What one list has of a key and its count.
type Part = fn(&(Spell, i64)) -> i64;

/// The lists of each row's tally; a cell that has none has no lists.
fn lists(rows: &[Row<'_>]) -> [Column; 4] {
    let parts: [(Part, &[Kept]); 4] = [
        (|(spell, _)| spell.seconds as i64, &TALLIES),
        (|(spell, _)| spell.followed as i64, &[Kept::Followed]),
        (|(spell, _)| i64::from(spell.end), &[Kept::Times, Kept::Followed]),
        (|(_, count)| *count, &TALLIES),
    ];
    let mut names = LISTS.into_iter();
    parts.map(|(part, kepts)| {
        let tallies = || rows.iter().map(|row| tally(row.2).filter(|tally| kepts.contains(&tally.kept())));
        let keys = tallies().flatten().map(Tally::keys).sum();
        let name = names.next().unwrap_or_default().into();
        let mut list = ListPrimitiveChunkedBuilder::<Int64Type>::new(name, rows.len(), keys, DataType::Int64);
        for tally in tallies() {
            match tally {
                Some(tally) => list.append_values_iter(tally.counts().map(|count| part(&count))),
                None => list.append_null(),
            }
        }
        list.finish().into_column()
    })
}

/// The cells of a file while its row groups are read.
pub(super) struct Reading {
    dimensions: usize,
    /// The names of each group, once one of its rows was met.
    groups: PlHashMap<u32, Group>,
    keeps: Vec<List>,
}

impl Reading {
    pub(super) fn new(keeps: usize, dimensions: usize) -> Self {
        Self { dimensions, groups: PlHashMap::default(), keeps: vec![List::new(); keeps] }
    }

    /// Adds the cells of a row group.
    ///
    /// # Errors
    ///
    /// A column is missing, or a row is of no keep.
    pub(super) fn add(&mut self, frame: &DataFrame) -> PolarsResult<()> {
        let stored = Stored::of(frame, self.dimensions)?;
        for row in 0..frame.height() {
            let [keep, slot, week, group, kind] = stored.smalls.each_ref().map(|small| small[row]);
            let spot = Spot { slot: slot as u8, week: week as u16, group };
            let list = self.keeps.get_mut(keep as usize);
            let list = list.ok_or_else(|| polars_err!(ComputeError: "a cell is of no keep"))?;
            list.push((spot, stored.cell(kind, row)));
            self.groups.entry(group).or_insert_with(|| stored.names(row));
        }
        Ok(())
    }

    /// The cells; none where they are in no order, as no file of ours is.
    pub(super) fn finish(self) -> Option<Cells> {
        let mut groups: Vec<(u32, Group)> = self.groups.into_iter().collect();
        groups.sort_unstable();
        let numbered = groups.iter().zip(0..).all(|((own, _), number)| *own == number);
        let cells = Cells { groups: groups.into_iter().map(|(_, names)| names).collect(), keeps: self.keeps };
        let ascend = |list: &List| list.is_sorted_by(|(one, _), (next, _)| one < next);
        (numbered && cells.groups.is_sorted_by(|one, next| one < next) && cells.keeps.iter().all(ascend))
            .then_some(cells)
    }
}

/// The columns of a row group while they are read; what is absent stands as 0.
struct Stored {
    groups: Vec<StringChunked>,
    smalls: [Vec<u32>; 5],
    n: Vec<i64>,
    counts: [Vec<i64>; 3],
    sums: [[Vec<i64>; 2]; 5],
    folded: Vec<bool>,
    lists: [Lists; 4],
}

/// A column of lists: all their values, and which are of each row.
struct Lists {
    values: Int64Chunked,
    ranges: Vec<Range<usize>>,
}

impl Lists {
    fn of(frame: &DataFrame, name: &str) -> PolarsResult<Self> {
        let lists = frame.column(name)?.list()?.rechunk();
        let offsets = lists.offsets()?;
        let ranges = offsets.windows(2).map(|ends| ends[0] as usize..ends[1] as usize).collect();
        // The values of a list that is absent are none of any row.
        Ok(Self { values: lists.get_inner().i64()?.rechunk().into_owned(), ranges })
    }

    fn row(&self, row: usize) -> Option<&[i64]> {
        self.values.cont_slice().ok()?.get(self.ranges.get(row)?.clone())
    }
}

impl Stored {
    fn of(frame: &DataFrame, dimensions: usize) -> PolarsResult<Self> {
        let number = |name: &str| Ok(frame.column(name)?.i64()?.iter().map(Option::unwrap_or_default).collect());
        let small = |name: &str| Ok(frame.column(name)?.u32()?.iter().map(Option::unwrap_or_default).collect());
        let group = |level| Ok(frame.column(&level_name(level))?.str()?.rechunk().into_owned());
        let half = |name, part| number(&half_name(name, part));
        let sum = |name| Ok([half(name, 0)?, half(name, 1)?]);
        Ok(Self {
            groups: (0..dimensions).map(group).collect::<PolarsResult<_>>()?,
            smalls: each(["keep", "window", "week", "group", "kind"], small)?,
            n: number("n")?,
            counts: each(COUNTS, number)?,
            sums: each(SUMS, sum)?,
            folded: frame.column("folded")?.bool()?.iter().map(Option::unwrap_or_default).collect(),
            lists: each(LISTS, |name| Lists::of(frame, name))?,
        })
    }

    fn names(&self, row: usize) -> Group {
        self.groups.iter().map(|names| names.get(row).map(str::to_owned)).collect()
    }

    fn sum(&self, sum: usize, row: usize) -> i128 {
        let [high, low] = self.sums[sum].each_ref().map(|half| half[row]);
        i128::from(high) << 64 | i128::from(low as u64)
    }

    fn tally(&self, kept: Kept, row: usize) -> Tally {
        let [seconds, followed, end, count] = self.lists.each_ref().map(|lists| lists.row(row).unwrap_or_default());
        let at = |list: &[i64], at: usize, other| list.get(at).copied().unwrap_or(other);
        // Things are distinct, and have no end.
        let other = i64::from(kept == Kept::Things);
        let key = |(place, seconds): (usize, &i64)| {
            let end = at(end, place, other) as u8 & 3;
            let spell = Spell { seconds: *seconds as u64, followed: at(followed, place, 0) as u64, end };
            (spell, at(count, place, 0))
        };
        Tally::stored(kept, seconds.iter().enumerate().map(key), self.folded[row])
    }

    fn cell(&self, kind: u32, row: usize) -> Cell {
        let n = self.n[row];
        let sum = |at| self.sum(at, row);
        let tallied = kind.checked_sub(FIRST_TALLY).and_then(|place| TALLIES.get(place as usize));
        let content = match (tallied, kind) {
            (Some(kept), _) => Content::Tally(self.tally(*kept, row)),
            (None, PAIRS) => {
                Content::Pairs(Box::new(Pairs { n, x: sum(0), xx: sum(1), y: sum(2), yy: sum(3), xy: sum(4) }))
            }
            (None, _) => Content::Moments(Moments { n, sum: sum(0), squares: sum(1) }),
        };
        let [excluded, immature, undated] = self.counts.each_ref().map(|count| count[row]);
        Cell { counts: Counts { excluded, immature, undated }, content }
    }
}

fn each<T, const N: usize>(
    names: [&'static str; N],
    of: impl Fn(&'static str) -> PolarsResult<T>,
) -> PolarsResult<[T; N]> {
    let all: Vec<T> = names.into_iter().map(of).collect::<PolarsResult<_>>()?;
    all.try_into().map_err(|_| polars_err!(ComputeError: "a column of each name"))
}
