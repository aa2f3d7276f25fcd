//! The cube: per cell only numbers that add, so any split of the log by case gives the same bytes.
//!
//! [`Recipe`] says what is kept; [`Kernel`] counts it batch by batch; a [`Cube`] is the merged result, a file in
//! Parquet that can be saved, loaded, and merged with cubes of the same plan.

mod accumulators;
mod asked;
mod cell;
mod cells;
mod evaluation;
mod expression;
mod flags;
mod frame;
mod gather;
mod groups;
mod header;
mod keep;
mod kernel;
mod look;
mod marks;
mod order;
mod program;
mod recipe;
mod seal;
mod store;
mod tally;
mod written;

pub use header::{Header, TableRead};
pub use store::{write_private, write_whole};

// What other rooms, tests and benches ask for is no part of the API.
#[doc(hidden)]
pub use cell::{Cell, Content, Counts, Moments, Pairs};
#[doc(hidden)]
pub use expression::{
    aged, allowed, as_of, asked, by, by_deadline, cost, day_before_deadline, dong, elapsed, flag, in_state, is,
    is_listed, is_listed_either, is_one_of, key, key_of_open_day, later, limit, listed, name, net_elapsed, net_working,
    number, one, posted, present, reached, resolved, returned, says_yes, times, told, waiting, withdrawn, within_days,
    within_horizon, within_minutes, working,
};
#[doc(hidden)]
pub use keep::{Keep, Quantity};
#[doc(hidden)]
pub use kernel::{Design, Kernel, Layout};
#[doc(hidden)]
pub use polars::prelude::Expr;
#[doc(hidden)]
pub use recipe::{Figure, Recipe};
#[doc(hidden)]
pub use tally::{DISTINCT, EXACT, Folding, Kept, Tally};
#[doc(hidden)]
pub use written::Written;

use crate::error::{Error, ErrorKind, Result};
use crate::ingest::regular_file;
use crate::measure::Outside;
use cells::{Cells, Spot, side_by_side};
use std::io::Read;
use std::num::NonZeroUsize;
use std::path::Path;

/// The layout this version writes and reads.
pub const SCHEMA: &str = "giamtang.cube/5";

/// How a file in Parquet begins.
const MAGIC: [u8; 4] = *b"PAR1";

/// Where a cell stands: keep, window, week of the window or volume of the tariff, and the names of its group.
#[doc(hidden)]
pub type Address<'c> = (usize, u8, u16, &'c [Option<String>]);

/// Cells by keep, window and group, with what they are of.
///
/// # Example
///
/// ```
/// use giamtang::cube::{Cube, Header, SCHEMA, TableRead, write_private, write_whole};
/// use giamtang::{Scorecard, Study};
/// use polars::prelude::*;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let frame = df!("case_id" => ["a"], "received_at" => ["2024-03-01"], "finished_at" => ["2024-03-04"])?;
/// let plan = Study::builder().windows(None, "2024-03-01..2024-03-31").cluster("none").plan_frame(frame)?;
/// let cube: Cube = plan.cube()?;
/// let Header { schema, reconciliation, tables, .. } = &cube.header;
/// let tables: Vec<&TableRead> = tables.values().collect();
/// assert_eq!((schema.as_str(), reconciliation.accepted, tables.len()), (SCHEMA, 1, 0));
///
/// let folder = tempfile::tempdir()?;
/// let (path, copy) = (folder.path().join("march.cube"), folder.path().join("copy.cube"));
/// cube.save(&path)?;
/// write_whole(&copy, &std::fs::read(&path)?)?;
/// assert_eq!(Scorecard::compare(&Cube::load(&copy)?)?.kpis, Scorecard::compare(&cube)?.kpis);
///
/// // For the owner's eyes alone.
/// write_private(&folder.path().join("names.csv"), b"...")?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Cube {
    /// What it is of.
    pub header: Header,
    cells: Cells,
}

/// Cubes that are read before they are merged: as many as keep every core busy, few enough to bound memory.
const AT_ONCE: usize = 64;

impl Cube {
    /// The cube of some workers' cells.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::CalendarTooShort`] where a dossier in a window has a date the calendar does not cover.
    #[doc(hidden)]
    pub fn gather(header: Header, kernels: Vec<Kernel<'_>>, covers: &str) -> Result<Self> {
        let threads = cores().min(NonZeroUsize::new(kernels.len()).unwrap_or(NonZeroUsize::MIN));
        let (mut years, mut parts) = (Outside::default(), Vec::new());
        for kernel in kernels {
            let (more, outside) = kernel.into_cells();
            years.0.extend(outside.0);
            parts.extend(more);
        }
        if !years.0.is_empty() {
            let years = years.0.into_iter().collect();
            return Err(ErrorKind::CalendarTooShort { covers: covers.to_owned(), years }.into());
        }
        let earlier = Layout::earlier(&header.keeps);
        Ok(Self { header, cells: Cells::sum(parts, &earlier, threads) })
    }

    /// Adds another part of the same log; the parts must share no dossier.
    ///
    /// # Errors
    ///
    /// The other cube is of another plan, or its study says otherwise how to judge; `path` names it.
    pub fn merge(self, other: Self, path: &Path) -> Result<Self> {
        self.merge_all([(other, path)])
    }

    /// Adds many other parts at once, each cell touched a few times however many parts there are.
    ///
    /// # Errors
    ///
    /// As of [`Cube::merge`], of the first part that is refused.
    pub fn merge_all<'p>(self, others: impl IntoIterator<Item = (Self, &'p Path)>) -> Result<Self> {
        let (mut header, mut parts) = (self.header, vec![self.cells]);
        for (other, path) in others {
            let refused = |why| ErrorKind::ForeignCube { path: path.into(), why };
            header.merge(other.header).map_err(refused)?;
            parts.push(other.cells);
        }
        let earlier = Layout::earlier(&header.keeps);
        Ok(Self { header, cells: Cells::sum(parts, &earlier, cores()) })
    }

    /// The whole that the cubes in these files are parts of; none where there is no file.
    ///
    /// # Errors
    ///
    /// A file is no cube, or refused as by [`Cube::merge`]; of several the first.
    pub fn load_all<P: AsRef<Path> + Sync>(paths: &[P]) -> Result<Option<Self>> {
        let mut whole: Option<Self> = None;
        for some in paths.chunks(AT_ONCE) {
            let paths = some.iter().map(AsRef::as_ref);
            let read = side_by_side(paths.clone().collect(), cores(), Self::load);
            let mut cubes = read.into_iter().zip(paths).map(|(cube, path)| Ok((cube?, path)));
            let first = match whole.take() {
                Some(whole) => whole,
                None => cubes.next().expect("chunks are not empty")?.0,
            };
            whole = Some(first.merge_all(cubes.collect::<Result<Vec<_>>>()?)?);
        }
        Ok(whole)
    }

    /// A window of an earlier cube, then one of this, as if one plan had both.
    ///
    /// What only one of them keeps has no cells in the other's window; other layouts than the windows are left out. The
    /// header stays this cube's.
    pub fn after(&self, slot: u8, earlier: &Self, other: u8) -> Self {
        let of = |cube: &Self, from: u8, to: u8| {
            let windows = |key: &&String| Layout::of_key(key) == Layout::Windows;
            let place = |key: &String| cube.header.keeps.iter().position(|known| known == key);
            let moved = |keep: usize| {
                let own = cube.cells.of(keep, from).iter();
                own.map(|(spot, cell)| (Spot { slot: to, ..*spot }, cell.clone())).collect()
            };
            let keeps = self.header.keeps.iter();
            let keeps = keeps.map(|key| Some(key).filter(windows).and_then(place).map(moved).unwrap_or_default());
            Cells { groups: cube.cells.groups.clone(), keeps: keeps.collect() }
        };
        let parts = vec![of(earlier, other, 0), of(self, slot, 1)];
        let earlier = Layout::earlier(&self.header.keeps);
        Self { header: self.header.clone(), cells: Cells::sum(parts, &earlier, cores()) }
    }

    /// The cells of a keep in a window, by group.
    #[doc(hidden)]
    pub fn cells(&self, keep: usize, slot: u8) -> impl Iterator<Item = (&[Option<String>], &Cell)> {
        self.weekly(keep, slot).map(|(_, group, cell)| (group, cell))
    }

    /// The same with the week of the window, counted from its first day; 0 where the keep is not by week.
    #[doc(hidden)]
    pub fn weekly(&self, keep: usize, slot: u8) -> impl Iterator<Item = (u16, &[Option<String>], &Cell)> {
        self.cells.of(keep, slot).iter().map(|(spot, cell)| (spot.week, self.group(spot.group), cell))
    }

    /// Every cell with its address, in order.
    #[doc(hidden)]
    pub fn all(&self) -> impl Iterator<Item = (Address<'_>, &Cell)> {
        let lists = self.cells.keeps.iter().enumerate();
        lists.flat_map(move |(keep, list)| {
            list.iter().map(move |(spot, cell)| ((keep, spot.slot, spot.week, self.group(spot.group)), cell))
        })
    }

    /// The groups of the windows that are compared, in order, with repeats.
    #[doc(hidden)]
    pub fn groups(&self) -> impl Iterator<Item = &[Option<String>]> {
        let lists = self.cells.keeps.iter().enumerate();
        let own = lists.filter(|(keep, _)| self.layout(*keep) == Some(Layout::Windows));
        own.flat_map(|(_, list)| list).map(|(spot, _)| self.group(spot.group))
    }

    /// What the windows of a keep are; `None` where the cube has no such keep.
    #[doc(hidden)]
    pub fn layout(&self, keep: usize) -> Option<Layout> {
        self.header.keeps.get(keep).map(|key| Layout::of_key(key))
    }

    /// The place of a keep in the cells' order; `None` where the plan did not keep it.
    #[doc(hidden)]
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
        self.len() == 0
    }

    /// Writes the cube beside its path and renames it, so a killed run leaves the old file or the new one.
    ///
    /// The bytes depend on the cube alone.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        store::save(self, path)
    }

    /// Whether a file is in Parquet, as cubes are.
    pub fn is_at(path: impl AsRef<Path>) -> bool {
        let path = path.as_ref();
        let mut head = [0; MAGIC.len()];
        let read = regular_file(path).and_then(|mut file| file.read_exact(&mut head));
        read.is_ok() && head == MAGIC
    }

    /// Reads a cube back.
    ///
    /// # Errors
    ///
    /// The file is no regular file, no cube, or of another version.
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        store::load(path)
    }

    /// The bytes of the file.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        store::write_to(self, &mut bytes).map_err(|e| Error::broken("writing a cube", e))?;
        Ok(bytes)
    }

    fn group(&self, number: u32) -> &[Option<String>] {
        &self.cells.groups[number as usize]
    }
}

fn cores() -> NonZeroUsize {
    std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}
