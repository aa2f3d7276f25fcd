//! The register: the latest row of every dossier, kept between runs, so that a day's log needs no older log beside it.
//!
//! A folder with an index and files of rows in canonical columns, keyed by the id's hash. What a log says of a dossier
//! takes the place of what was said before; of a log of events it is added. Dossiers that finished long ago are settled:
//! their rows lie apart, so that a cube of them can be kept beside them and only the others are counted again.
//! An update writes new files and then renames the index: whoever is stopped leaves the register as it was.

mod index;
mod keeper;
mod rows;
mod taking;

pub(super) use rows::unhex;

use super::binding::{Binding, Names};
use super::log::{Log, Opening};
use super::npsp::Part;
use super::quarantine::Findings;
use super::schema::{Field, Kind};
use super::source::{Manner, Source};
use crate::error::{Error, Result, plain};
use index::{Index, Rows};
use keeper::{Keeper, Staying};
use polars::prelude::*;
use rows::{HASH, ROWS};
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

/// How long ago a dossier must have finished to be settled, in µs before the latest instant of the log; what changes
/// later is found all the same, and costs a count of all settled ones.
const SETTLED: i64 = 30 * 86_400_000_000;

/// The rows of a small file.
const FEW: u64 = ROWS as u64 / 2;

/// Files of settled rows beyond which the smaller ones are made one.
const SMALL_PARTS: usize = 16;

/// What a log says of a dossier that the register knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taking {
    /// It takes the place of what was said before: a row is a dossier.
    Replace,
    /// It is added: a row is an event.
    Append,
}

/// What a log changed of a register.
///
/// # Example
///
/// ```
/// use giamtang::ingest::Taken;
///
/// let taken = Taken::default();
/// assert_eq!((taken.new, taken.changed, taken.late), (0, 0, 0));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Taken {
    /// Dossiers that were not known, or of a log of events, events.
    pub new: u64,
    /// Dossiers of which it says something else than was known.
    pub changed: u64,
    /// Dossiers of which it says what was known.
    pub unchanged: u64,
    /// Of the changed ones those that were settled.
    pub late: u64,
    /// Rows set aside.
    pub quarantined: u64,
}

/// A register with what one log changes of it; nothing is true before [`Register::commit`].
#[derive(Debug)]
pub struct Register {
    folder: PathBuf,
    index: Index,
    /// Held as long as this is the run that updates it.
    _lock: File,
    /// What the log changed.
    pub taken: Taken,
    /// What became of the log's rows.
    pub findings: Findings,
    written: usize,
}

impl Register {
    /// Takes a log into the register of a folder, which is begun if need be.
    ///
    /// # Errors
    ///
    /// The folder cannot be written, another run updates it, it was begun by a study that reads otherwise, or an input
    /// is damaged.
    pub fn take(folder: &Path, reading: Value, log: &Log, taking: Taking) -> Result<Self> {
        let unwritable = |why: std::io::Error| Error::unwritable(folder, plain(&why));
        private(folder).map_err(unwritable)?;
        let lock = locked(folder)?;
        let index = Index::load(folder)?.unwrap_or_else(|| Index::new(reading.clone()));
        if let Some(key) = index.differs(&reading) {
            let expected = format!(
                "a study that reads logs as the one it was begun with, of other `{key}`; begin another register with the \
                 whole log, in an empty folder"
            );
            return Err(Error::value("--register", folder.display().to_string(), expected));
        }
        let (parts, findings) = log.read(NonZeroUsize::MIN, || Keeper::new(log), &|_| {})?;
        let index = Index { updates: index.updates + 1, ..index };
        let (folder, taken, written) = (folder.to_path_buf(), Taken::default(), 0);
        let mut register = Self { folder, index, _lock: lock, taken, findings, written };
        register.stage(&Staying::new(parts), taking)?;
        Ok(register)
    }

    /// Rows set aside, by the name of the rule they break.
    pub fn by_rule(&self) -> Result<BTreeMap<String, u64>> {
        let mut by_rule = BTreeMap::new();
        for ((_, rule), rows) in self.aside()? {
            *by_rule.entry(rule).or_default() += rows;
        }
        Ok(by_rule)
    }

    /// The ids of rows set aside, hashed.
    pub fn broken(&self) -> Result<HashSet<u128>> {
        Ok(self.aside()?.into_keys().map(|(id, _)| id).filter(|id| *id != 0).collect())
    }

    /// The rows of dossiers that may still change, and of those that are settled.
    pub fn rows(&self) -> [u64; 2] {
        [&self.index.open, &self.index.settled].map(|parts| parts.iter().map(|part| part.rows).sum())
    }

    /// Local times that summer time made ambiguous, in all rows.
    pub fn ambiguous_times(&self) -> u64 {
        self.index.open.iter().chain(&self.index.settled).map(|part| part.ambiguous).sum()
    }

    /// The inputs with the rows that may still change.
    pub fn open(&self) -> Result<Vec<Source>> {
        self.sources(&self.index.open)
    }

    /// The inputs with the rows that are settled.
    pub fn settled(&self) -> Result<Vec<Source>> {
        self.sources(&self.index.settled)
    }

    fn sources(&self, parts: &[Rows]) -> Result<Vec<Source>> {
        let manner = Manner { encoding: None, sheet: None, events: false };
        parts
            .iter()
            .map(|part| Source::file(part.file.clone(), self.path(&part.file), BTreeMap::new(), &manner))
            .collect()
    }

    /// The cube of the settled rows, where there is one.
    pub fn cube(&self) -> Option<PathBuf> {
        self.index.cube.as_ref().map(|file| self.path(file))
    }

    /// Moves the rows of dossiers that finished long ago to the settled ones; gives the inputs with those alone.
    pub fn settle(&mut self) -> Result<Vec<Source>> {
        let until = self.index.latest.saturating_sub(SETTLED);
        let (mut left, mut new) = (Vec::new(), Vec::new());
        // File by file: a log's first day may be years of it.
        for part in std::mem::take(&mut self.index.open) {
            let rows = rows::read(&self.path(&part.file), None)?;
            let marks: Vec<bool> =
                rows::ends(&rows)?.iter().map(|(end, finished)| *finished && *end <= until).collect();
            if !marks.contains(&true) && part.rows >= FEW {
                self.index.open.push(part);
                continue;
            }
            new.extend(self.write_all("settled", vec![rows::kept(&rows, &marks)?])?);
            let marks: Vec<bool> = marks.iter().map(|settled| !settled).collect();
            left.push(rows::kept(&rows, &marks)?);
        }
        let left = self.write_all("rows", left)?;
        self.index.open.extend(left);
        let sources = self.sources(&new)?;
        self.index.settled.extend(new);
        self.make_few()?;
        Ok(sources)
    }

    /// Makes one file of many small ones.
    fn make_few(&mut self) -> Result<()> {
        let is_small = |part: &&Rows| part.rows < FEW;
        if self.index.settled.iter().filter(is_small).count() <= SMALL_PARTS {
            return Ok(());
        }
        let (small, mut left): (Vec<Rows>, Vec<Rows>) = self.index.settled.drain(..).partition(|part| is_small(&part));
        let frames = small.iter().map(|part| rows::read(&self.path(&part.file), None)).collect::<Result<Vec<_>>>()?;
        left.extend(self.write_all("settled", frames)?);
        self.index.settled = left;
        Ok(())
    }

    fn write_all(&mut self, what: &str, frames: Vec<DataFrame>) -> Result<Vec<Rows>> {
        let frames = frames.into_iter().filter(|rows| rows.height() > 0).collect();
        let Some(all) = rows::together(frames)? else { return Ok(Vec::new()) };
        let starts = (0..all.height()).step_by(ROWS);
        starts.map(|start| self.write(what, all.slice(start as i64, ROWS))).collect()
    }

    fn write(&mut self, what: &str, mut rows: DataFrame) -> Result<Rows> {
        self.written += 1;
        let file = format!("{what}-{:06}-{:03}.parquet", self.index.updates, self.written);
        rows.align_chunks_par();
        rows::write(&self.path(&file), &mut rows)?;
        Ok(Rows { file, rows: rows.height() as u64, ambiguous: rows::ambiguous(&rows) })
    }

    /// Where a cube of the settled rows is to be written before the register is committed.
    pub fn new_cube(&mut self) -> PathBuf {
        let file = format!("settled-{:06}.cube", self.index.updates);
        self.index.cube = Some(file.clone());
        self.path(&file)
    }

    /// Makes the changes true, and removes the files that are no longer of it.
    ///
    /// # Errors
    ///
    /// The folder cannot be written; the register is as it was.
    pub fn commit(self) -> Result<Taken> {
        self.index.save(&self.folder)?;
        let files = self.index.files();
        let entries = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        for entry in entries {
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_own = ["rows-", "settled-", "aside-", ".tmp"].iter().any(|start| name.starts_with(start));
            if is_own && !files.contains(name.as_str()) {
                // What cannot be removed is removed next time.
                let _ = std::fs::remove_file(entry.path());
            }
        }
        Ok(self.taken)
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.join(file)
    }

    /// A frame without a row that has every column a log or the register has, of the fields that are asked for: what nobody
    /// says today is still a column.
    pub fn empty(&self, today: &Log, fields: &[Field]) -> Result<Source> {
        let mut types = Keeper::types(today);
        for source in [self.open()?, self.settled()?].iter().flatten() {
            let more = source.schema().iter().map(|(name, dtype)| (name.to_string(), dtype.clone()));
            types.extend(more.filter(|(name, _)| types.iter().all(|(own, _)| own != name)).collect::<Vec<_>>());
        }
        types.retain(|(name, _)| name.starts_with("giamtang:") || fields.iter().any(|field| field.name == *name));
        let columns = types.into_iter().map(|(name, dtype)| Column::new_empty(name.into(), &dtype)).collect();
        let frame = DataFrame::new(0, columns).map_err(|e| Error::broken("opening a register", e))?;
        Ok(Source::frame("register", frame))
    }

    /// What a log of its rows is opened with: every row is sound, and ids are kept hashed.
    pub fn opening(sources: Vec<Source>, fields: &[Field], opening: Opening) -> Opening {
        let made = |field: &Field| {
            let kind = if field.kind == Kind::Decimal { Kind::Number } else { field.kind };
            Field::made(&field.name, kind)
        };
        Opening {
            sources,
            fields: fields.iter().map(made).collect(),
            names: BTreeMap::new(),
            usual: usual(),
            formats: Vec::new(),
            absent: Vec::new(),
            plausible: (i64::MIN + 1, i64::MAX),
            trusted_ids: true,
            is_sound: true,
            hashed_ids: true,
            ..opening
        }
    }
}

/// Ids stand as their hashes.
fn usual() -> BTreeMap<String, (String, Option<Part>)> {
    BTreeMap::from([("case_id".to_owned(), (HASH.to_owned(), None))])
}

impl Log {
    /// The same log of rows of a register over other ones.
    ///
    /// # Errors
    ///
    /// A file is gone or damaged.
    pub fn over(&self, sources: Vec<Source>) -> Result<Self> {
        let (rules, names) = (self.rules.clone(), Names { usual: usual(), ..Names::default() });
        let bindings = sources.into_iter().map(|source| Binding::new(source, &rules.fields[..rules.own], &names));
        Ok(Self { bindings: bindings.collect::<Result<_>>()?, rules, trusted_ids: true })
    }
}

/// Makes a folder that only its owner may look into, where there is none yet.
fn private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// Fails where another run updates the register.
fn locked(folder: &Path) -> Result<File> {
    let path = folder.join("register.lock");
    let unwritable = |why: std::io::Error| Error::unwritable(&path, plain(&why));
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(unwritable)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => {
            Err(Error::unwritable(folder, "another run is updating this register; wait for it to end"))
        }
        Err(std::fs::TryLockError::Error(why)) => Err(unwritable(why)),
    }
}
