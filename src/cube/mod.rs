//! The cube: per cell only numbers that add, so any split of the log by case gives the same bytes.
//!
//! [`Recipe`] says what is kept; [`Kernel`] counts it batch by batch; a [`Cube`] is the merged result, a file in
//! Parquet that can be saved, loaded, and merged with cubes of the same plan.

mod accumulators;
mod cell;
mod expression;
mod frame;
mod groups;
mod keep;
mod kernel;
mod look;
mod order;
mod program;
mod recipe;
mod seal;
mod store;
mod tally;
mod written;

pub use cell::{Cell, Content, Counts, Moments, Pairs};
pub use expression::{
    aged, allowed, as_of, asked, by, by_deadline, cost, day_before_deadline, dong, elapsed, flag, in_state, is,
    is_listed, is_listed_either, is_one_of, key, key_of_open_day, later, limit, listed, name, net_elapsed, net_working,
    number, one, posted, present, reached, resolved, returned, says_yes, told, withdrawn, within_days, within_horizon,
    within_minutes, working,
};
pub use keep::{Keep, Quantity};
pub use kernel::{Address, Design, Kernel, Layout};
pub use recipe::{Figure, Recipe};
pub use store::{write_private, write_whole};
pub use tally::{EXACT, Kept, Tally};
pub use written::Written;

use crate::error::{Error, ErrorKind, Result};
use crate::ingest::{Matched, Reconciliation, regular_file};
use crate::measure::Outside;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io::Read;
use std::path::Path;

/// What became of a table beside the dossiers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableRead {
    /// Its rows.
    pub reconciliation: Reconciliation,
    /// How many rows found what they were joined with: dossiers their procedure, answers and petitions their dossier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joined: Option<Matched>,
    /// What the table says, hashed: every part of a log is joined with the same one.
    pub digest: String,
}

impl TableRead {
    fn merge(&mut self, other: Self) {
        self.reconciliation.merge(&other.reconciliation);
        self.joined = match (self.joined, other.joined) {
            (Some(own), Some(more)) => Some(own.plus(more)),
            (own, more) => own.or(more),
        };
        self.digest = other.digest;
    }
}

/// What a cube is of: enough to compare it without its log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// The version of the file's layout.
    pub schema: String,
    /// The digest of everything in the plan that changes a cube.
    pub digest: String,
    /// What the plan kept: [`Layout::key`] of each, in the cells' order.
    pub keeps: Vec<String>,
    /// The columns that name a group; the cluster first, if there is one.
    pub dimensions: Vec<String>,
    /// The study's settings, as the rooms above write them.
    pub settings: serde_json::Value,
    /// What became of every row.
    pub reconciliation: Reconciliation,
    /// Local times that summer time makes ambiguous, read as the earlier instant.
    pub ambiguous_times: u64,
    /// What became of every row of the tables beside the dossiers, and how they were joined, by table.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tables: BTreeMap<String, TableRead>,
    /// The parts of the log, each as number and of how many; none where it is whole or was split outside.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<(u64, u64)>,
}

/// The keys of the settings that only tell what a study wrote and what it left alone; what they mean stands elsewhere.
const TOLD: [&str; 2] = ["given", "defaults"];

impl Header {
    /// What only one of two parts wrote, or left alone, is not told of the whole.
    fn keep_common(&mut self, other: &Self) {
        for told in TOLD {
            let others = other.settings.get(told).and_then(|keys| keys.as_object());
            let own = self.settings.get_mut(told).and_then(|keys| keys.as_object_mut());
            if let (Some(own), Some(others)) = (own, others) {
                own.retain(|key, value| others.get(key) == Some(value));
            }
        }
    }

    /// Adds the parts of another cube; all of them together are the whole log.
    fn add_parts(&mut self, others: &[(u64, u64)]) {
        self.parts.extend(others);
        self.parts.sort_unstable();
        if self.parts.first().is_some_and(|(_, of)| self.parts.len() as u64 == *of) {
            self.parts.clear();
        }
    }

    /// Why a cube with the other header is no further part of this one.
    fn refuses(&self, other: &Self) -> Option<String> {
        if self.settings.get("columns") != other.settings.get("columns") {
            return Some(
                "its log has other columns than the first cube's, and all parts must have the same".to_owned(),
            );
        }
        if self.digest != other.digest {
            return Some("it is of another plan than the first cube".to_owned());
        }
        if let Some((number, of)) = self.parts.iter().find(|part| other.parts.contains(part)) {
            return Some(format!("it is part {number}/{of} again, which is counted already"));
        }
        if self.parts.is_empty() != other.parts.is_empty()
            || self.parts.iter().chain(&other.parts).any(|part| part.1 != self.parts[0].1)
        {
            return Some("its log was split into another number of parts than the first cube's".to_owned());
        }
        let differs = |key: &&String| {
            !TOLD.contains(&key.as_str()) && self.settings.get(key.as_str()) != other.settings.get(key.as_str())
        };
        let keys = self.settings.as_object().into_iter().flat_map(|settings| settings.keys());
        let tables = self
            .tables
            .iter()
            .find(|(name, read)| other.tables.get(name.as_str()).is_some_and(|other| other.digest != read.digest));
        if let Some((table, _)) = tables {
            return Some(format!("its table `{table}` says other things than the first cube's"));
        }
        if let Some(key) = keys.into_iter().find(differs) {
            return Some(format!("its study has another `{key}` than the first cube's"));
        }
        let twice = self.parts.is_empty() && !self.tables.is_empty();
        let why = "its tables beside the dossiers are counted in the first cube already; build parts with --shard";
        twice.then(|| why.to_owned())
    }
}

/// The layout this version writes and reads.
pub const SCHEMA: &str = "giamtang.cube/4";

/// How a file in Parquet begins.
const MAGIC: [u8; 4] = *b"PAR1";

/// Cells by keep, window and group, with what they are of.
#[derive(Clone, Debug, PartialEq)]
pub struct Cube {
    /// What it is of.
    pub header: Header,
    cells: BTreeMap<Address, Cell>,
}

impl Cube {
    /// The cube of some workers' cells.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::CalendarTooShort`] where a dossier in a window has a date the calendar does not cover.
    pub fn gather(header: Header, kernels: Vec<Kernel<'_>>, covers: &str) -> Result<Self> {
        let mut years = Outside::default();
        let mut cells = BTreeMap::new();
        for kernel in kernels {
            let (more, outside) = kernel.into_cells();
            years.0.extend(outside.0);
            more.into_iter().for_each(|(address, cell)| put(&mut cells, address, cell));
        }
        if !years.0.is_empty() {
            let years = years.0.into_iter().collect();
            return Err(ErrorKind::CalendarTooShort { covers: covers.to_owned(), years }.into());
        }
        Ok(Self { header, cells }.settled())
    }

    /// Adds another part of the same log; the parts must share no dossier.
    ///
    /// # Errors
    ///
    /// The other cube is of another plan, or its study says otherwise how to judge; `path` names it.
    pub fn merge(mut self, other: Self, path: &Path) -> Result<Self> {
        if let Some(why) = self.header.refuses(&other.header) {
            return Err(ErrorKind::ForeignCube { path: path.into(), why }.into());
        }
        self.header.keep_common(&other.header);
        self.header.reconciliation.merge(&other.header.reconciliation);
        self.header.ambiguous_times += other.header.ambiguous_times;
        for (table, read) in other.header.tables {
            self.header.tables.entry(table).or_default().merge(read);
        }
        self.header.add_parts(&other.header.parts);
        other.cells.into_iter().for_each(|(address, cell)| put(&mut self.cells, address, cell));
        Ok(self.settled())
    }

    /// The cells of a keep in a window, by group.
    pub fn cells(&self, keep: usize, slot: u8) -> impl Iterator<Item = (&[Option<String>], &Cell)> {
        self.weekly(keep, slot).map(|(_, group, cell)| (group, cell))
    }

    /// The same with the week of the window, counted from its first day; 0 where the keep is not by week.
    pub fn weekly(&self, keep: usize, slot: u8) -> impl Iterator<Item = (u16, &[Option<String>], &Cell)> {
        let from = (keep, slot, 0, Vec::new());
        let own = self.cells.range(from..).take_while(move |((k, s, ..), _)| (*k, *s) == (keep, slot));
        own.map(|((_, _, week, group), cell)| (*week, group.as_slice(), cell))
    }

    /// Every cell with its address, in order.
    pub fn all(&self) -> impl Iterator<Item = (&Address, &Cell)> {
        self.cells.iter()
    }

    /// The groups of the windows that are compared, in order, with repeats.
    pub fn groups(&self) -> impl Iterator<Item = &[Option<String>]> {
        let own = self.cells.keys().filter(|(keep, ..)| self.layout(*keep) == Some(Layout::Windows));
        own.map(|(.., group)| group.as_slice())
    }

    /// What the windows of a keep are; `None` where the cube has no such keep.
    pub fn layout(&self, keep: usize) -> Option<Layout> {
        self.header.keeps.get(keep).map(|key| Layout::of_key(key))
    }

    /// The place of a keep in the cells' order; `None` where the plan did not keep it.
    pub fn keep(&self, keep: &Keep) -> Option<usize> {
        let key = Layout::Windows.key(keep);
        self.header.keeps.iter().position(|known| *known == key)
    }

    /// The number of cells.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Writes the cube beside its path and renames it, so a killed run leaves the old file or the new one.
    ///
    /// The bytes depend on the cube alone.
    pub fn save(&self, path: &Path) -> Result<()> {
        write_whole(path, &self.to_bytes()?)
    }

    /// Whether a file is in Parquet, as cubes are.
    pub fn is_at(path: &Path) -> bool {
        let mut head = [0; MAGIC.len()];
        let read = regular_file(path).and_then(|mut file| file.read_exact(&mut head));
        read.is_ok() && head == MAGIC
    }

    /// Reads a cube back.
    ///
    /// # Errors
    ///
    /// The file is no regular file, no cube, or of another version.
    pub fn load(path: &Path) -> Result<Self> {
        store::load(path)
    }

    /// The bytes of the file.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        store::bytes(self).map_err(|e| Error::broken("writing a cube", e))
    }

    fn settled(mut self) -> Self {
        self.fold_large();
        self.cells.retain(|_, cell| !cell.is_empty());
        self
    }

    /// Folds the tallies of every keep in every window that has more rows than are kept exactly.
    ///
    /// All of a window or none: what is pooled has one grid of times, and what folds depends on the log alone.
    fn fold_large(&mut self) {
        let mut rows: BTreeMap<(usize, u8), i64> = BTreeMap::new();
        for ((keep, slot, ..), cell) in &mut self.cells {
            if let Content::Tally(tally) = &mut cell.content {
                tally.settle();
                *rows.entry((*keep, *slot)).or_default() += tally.rows();
            }
        }
        for ((keep, slot, ..), cell) in &mut self.cells {
            if let Content::Tally(tally) = &mut cell.content
                && rows.get(&(*keep, *slot)).is_some_and(|rows| *rows > EXACT)
            {
                tally.fold();
            }
        }
    }
}

fn put(cells: &mut BTreeMap<Address, Cell>, address: Address, cell: Cell) {
    match cells.entry(address) {
        Entry::Occupied(mut own) => own.get_mut().merge(cell),
        Entry::Vacant(free) => {
            free.insert(cell);
        }
    }
}
