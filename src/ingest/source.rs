//! Where rows come from: files by path or glob, or a frame the caller holds.

use crate::error::{Error, ErrorKind, Result};
use polars::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// One input, with the constants the study sets for it.
#[derive(Clone)]
pub struct Source {
    /// The name in results: the path as the study's folder sees it.
    pub label: String,
    /// The path, for messages; empty for a frame.
    pub path: PathBuf,
    /// Canonical columns that have one value in the whole input.
    pub constants: BTreeMap<String, String>,
    place: Place,
}

#[derive(Clone)]
enum Place {
    Csv,
    Parquet,
    Frame(DataFrame),
}

/// The name of the row-number column in a scan.
pub(super) const ROW: &str = "giamtang:row";

impl Source {
    /// The files that match one entry of the study, sorted by path.
    ///
    /// # Errors
    ///
    /// Nothing matches, a match is not a regular file, or its name ends in no known format.
    pub fn matching(base: &Path, pattern: &str, constants: &BTreeMap<String, String>) -> Result<Vec<Self>> {
        let full = base.join(pattern);
        let none = || Error::from(ErrorKind::NoMatch { pattern: pattern.to_owned() });
        let paths: Vec<PathBuf> = match full.is_file() {
            true => vec![full],
            false => {
                let text = full.to_str().ok_or_else(none)?;
                let found = glob::glob(text).map_err(|_| none())?;
                found.filter_map(std::result::Result::ok).collect()
            }
        };
        if paths.is_empty() {
            return Err(none());
        }
        paths.into_iter().map(|path| Self::file(base, path, constants.clone())).collect()
    }

    fn file(base: &Path, path: PathBuf, constants: BTreeMap<String, String>) -> Result<Self> {
        if !path.is_file() {
            return Err(Error::unreadable(&path, "not a regular file"));
        }
        let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
        let place = match () {
            () if name.ends_with(".csv") || name.ends_with(".csv.gz") => Place::Csv,
            () if name.ends_with(".parquet") => Place::Parquet,
            () => return Err(Error::unreadable(&path, "its name does not end in .csv, .csv.gz or .parquet")),
        };
        let label = path.strip_prefix(base).unwrap_or(&path).to_string_lossy().into_owned();
        Ok(Self { label, path, constants, place })
    }

    /// A frame that is in memory already.
    pub fn frame(frame: DataFrame) -> Self {
        let label = "frame".to_owned();
        Self { label, path: PathBuf::new(), constants: BTreeMap::new(), place: Place::Frame(frame) }
    }

    /// The size on disk in bytes; for a frame, in memory.
    pub fn bytes(&self) -> u64 {
        match &self.place {
            Place::Frame(frame) => frame.estimated_size() as u64,
            _ => std::fs::metadata(&self.path).map_or(0, |data| data.len()),
        }
    }

    /// The columns and their types; a CSV's are all text.
    pub fn schema(&self) -> Result<SchemaRef> {
        let mut scan = self.open()?;
        self.guarded(|| scan.collect_schema())
    }

    /// The rows, numbered from 1 in the column [`ROW`].
    pub(super) fn scan(&self) -> Result<LazyFrame> {
        Ok(self.open()?.with_row_index(ROW, Some(1)))
    }

    fn open(&self) -> Result<LazyFrame> {
        let path = || PlRefPath::try_from_path(&self.path);
        self.guarded(|| match &self.place {
            // Glob characters in a name that matched are part of the name.
            Place::Csv => LazyCsvReader::new(path()?).with_infer_schema_length(Some(0)).with_glob(false).finish(),
            Place::Parquet => {
                let args = ScanArgsParquet { glob: false, ..Default::default() };
                LazyFrame::scan_parquet(path()?, args)
            }
            Place::Frame(frame) => Ok(frame.clone().lazy()),
        })
    }

    /// Runs a step of the engine; its errors and its panics name the file.
    pub(super) fn guarded<T>(&self, step: impl FnOnce() -> PolarsResult<T>) -> Result<T> {
        match std::panic::catch_unwind(std::panic::AssertUnwindSafe(step)) {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(Error::unreadable(&self.path, error)),
            Err(_) => Err(Error::unreadable(&self.path, "the reader stopped on damaged data")),
        }
    }
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Source").field("label", &self.label).field("constants", &self.constants).finish()
    }
}
