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
    schema: SchemaRef,
    place: Place,
}

#[derive(Clone)]
enum Place {
    /// Fields apart by this byte.
    Csv(u8),
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
                let text = escaped(base, pattern).ok_or_else(none)?;
                let found = glob::glob(&text).map_err(|_| none())?;
                let found = found.map(|path| path.map_err(|e| Error::unreadable(e.path(), e.error())));
                found.collect::<Result<_>>()?
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
            () if name.ends_with(".csv") || name.ends_with(".csv.gz") => Place::Csv(b','),
            () if name.ends_with(".parquet") => Place::Parquet,
            () => return Err(Error::unreadable(&path, "its name does not end in .csv, .csv.gz or .parquet")),
        };
        let label = path.strip_prefix(base).unwrap_or(&path).to_string_lossy().into_owned();
        Self { label, path, constants, schema: SchemaRef::default(), place }.inspected()
    }

    /// The same with the columns its header shows, and the separator: a comma, or what spreadsheets write in its place.
    fn inspected(self) -> Result<Self> {
        let schema = self.read_schema()?;
        let only = if schema.len() == 1 { schema.get_at_index(0).map(|(name, _)| name.as_str()) } else { None };
        let other = [b';', b'\t', b'|'].into_iter().find(|mark| only.is_some_and(|name| name.contains(*mark as char)));
        match (&self.place, other) {
            (Place::Csv(b','), Some(mark)) => Self { place: Place::Csv(mark), ..self }.inspected(),
            _ => Ok(Self { schema, ..self }),
        }
    }

    /// A frame that is in memory already.
    pub fn frame(frame: DataFrame) -> Self {
        let (label, schema) = ("frame".to_owned(), frame.schema().clone());
        Self { label, path: PathBuf::new(), constants: BTreeMap::new(), schema, place: Place::Frame(frame) }
    }

    /// The size on disk in bytes; for a frame, in memory.
    pub fn bytes(&self) -> u64 {
        match &self.place {
            Place::Frame(frame) => frame.estimated_size() as u64,
            _ => std::fs::metadata(&self.path).map_or(0, |data| data.len()),
        }
    }

    /// The columns and their types; a CSV's are all text.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    fn read_schema(&self) -> Result<SchemaRef> {
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
            Place::Csv(separator) => {
                let reader = LazyCsvReader::new(path()?).with_infer_schema_length(Some(0)).with_glob(false);
                reader.with_separator(*separator).finish()
            }
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
            Ok(Err(error)) => Err(Error::unreadable(&self.path, plain(&error.to_string()))),
            Err(_) => Err(Error::unreadable(&self.path, "the reader stopped on damaged data")),
        }
    }
}

/// What the engine's reader says of a damaged CSV, without its advice on options a study does not have.
fn plain(said: &str) -> &str {
    match () {
        () if said.contains("found more fields than defined") => "a row has more fields than the header",
        () if said.contains("CSV malformed") => "a quotation mark is not closed",
        () if said.contains("invalid utf-8") => "it is not in UTF-8; export it again in UTF-8",
        () if said.contains("empty CSV") => "it is empty",
        () => said,
    }
}

/// A pattern in a folder whose own name may hold glob characters.
fn escaped(base: &Path, pattern: &str) -> Option<String> {
    if Path::new(pattern).is_absolute() {
        return Some(pattern.to_owned());
    }
    let base = glob::Pattern::escape(base.to_str()?);
    Path::new(&base).join(pattern).to_str().map(str::to_owned)
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Source").field("label", &self.label).field("constants", &self.constants).finish()
    }
}
