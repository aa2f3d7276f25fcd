//! Tables as files: CSV or Parquet, written piece by piece beside their place and then put there.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use polars::io::parquet::write::BatchedWriter;
use polars::prelude::*;
use tempfile::{NamedTempFile, TempPath};

use super::table::{COLUMNS, Cell, MILLION, Style, add, cells};
use super::{Dossier, day};
use crate::error::{Error, Result, plain};

/// The columns of any table that do not hold text, and do not end as moments do.
const DAYS: [&str; 10] = [
    "due_at",
    "original_due_at",
    "in_force_from",
    "in_force_to",
    "from",
    "to",
    "restructured_at",
    "decided_at",
    "published_at",
    "legal_effective_at",
];
const NUMBERS: [&str; 7] =
    ["visits", "supplement_requests", "fee_vnd", "documents", "steps", "published_parts", "amount_vnd"];
const DECIMALS: [&str; 7] =
    ["limit_hours", "standard_minutes", "hours", "trained_hours", "score", "scale_min", "scale_max"];
const FLAGS: [&str; 12] = [
    "digitised",
    "reused",
    "e_result",
    "synced",
    "vneid",
    "population_data",
    "non_territorial",
    "needs_written_result",
    "population_db",
    "online_payment",
    "dissatisfied",
    "repeated",
];

const EPOCH: NaiveDate = day(1970, 1, 1);

/// What a table is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileFormat {
    /// Comma-separated text with a header; dates as `2023-04-28 16:05:31`.
    Csv,
    /// Parquet, a row group for each piece; dates are typed, in local time.
    Parquet,
}

impl FileFormat {
    /// How a file of it ends.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        }
    }
}

/// Dossiers as a frame, with every column of [`COLUMNS`]; dates are typed, in local time.
///
/// # Errors
///
/// None that is known: the engine refuses columns of unequal length, and there are none.
///
/// # Example
///
/// ```
/// use giamtang::synth::{City, frame};
///
/// # fn main() -> giamtang::Result<()> {
/// let frame = frame(City::new(7).cases(500).dossiers()?)?;
/// assert_eq!(frame.shape(), (500, 32));
/// # Ok(())
/// # }
/// ```
pub fn frame(dossiers: impl IntoIterator<Item = Dossier>) -> Result<DataFrame> {
    let mut piece = Piece::new(&COLUMNS);
    dossiers.into_iter().for_each(|dossier| piece.add(cells(&dossier)));
    piece.frame()
}

/// Rows as columns.
#[derive(Debug)]
pub(super) struct Piece {
    names: &'static [&'static str],
    columns: Vec<Values>,
}

#[derive(Debug)]
enum Values {
    Text(Vec<Option<String>>),
    Moment(Vec<Option<i64>>),
    Day(Vec<Option<i32>>),
    Number(Vec<i64>),
    Decimal(Vec<f64>),
    Flag(Vec<Option<bool>>),
}

impl Piece {
    pub(super) fn new(names: &'static [&'static str]) -> Self {
        Self { names, columns: names.iter().map(|name| Values::of(name)).collect() }
    }

    pub(super) fn add<'a>(&mut self, row: impl IntoIterator<Item = Cell<'a>>) {
        for (column, cell) in self.columns.iter_mut().zip(row) {
            column.push(cell);
        }
    }

    fn frame(self) -> Result<DataFrame> {
        let columns = self.names.iter().zip(self.columns).map(|(name, values)| values.column(name));
        let columns = columns.collect::<PolarsResult<Vec<Column>>>();
        columns.and_then(DataFrame::new_infer_height).map_err(|why| Error::broken("making a frame of dossiers", why))
    }
}

impl Values {
    /// An empty column of a name.
    fn of(name: &str) -> Self {
        match name.strip_prefix("case:").unwrap_or(name) {
            name if DAYS.contains(&name) => Self::Day(Vec::new()),
            name if NUMBERS.contains(&name) => Self::Number(Vec::new()),
            name if DECIMALS.contains(&name) => Self::Decimal(Vec::new()),
            name if FLAGS.contains(&name) => Self::Flag(Vec::new()),
            "at" => Self::Moment(Vec::new()),
            name if name.ends_with("_at") => Self::Moment(Vec::new()),
            _ => Self::Text(Vec::new()),
        }
    }

    fn push(&mut self, cell: Cell<'_>) {
        match (self, cell) {
            (Self::Text(own), Cell::Text(text)) => own.push(text.map(str::to_owned)),
            (Self::Moment(own), Cell::Moment(at)) => own.push(at.map(|at| at.and_utc().timestamp_micros())),
            (Self::Day(own), Cell::Day(day)) => own.push(day.map(|day| (day - EPOCH).num_days() as i32)),
            (Self::Number(own), Cell::Number(number)) => own.push(number as i64),
            (Self::Decimal(own), Cell::Decimal(number)) => own.push(number as f64 / MILLION as f64),
            (Self::Flag(own), Cell::Flag(flag)) => own.push(flag),
            (Self::Text(own), cell) => own.push(text(cell)),
            // A column and its cells are declared side by side; a test writes both formats and compares them.
            _ => {}
        }
    }

    fn column(self, name: &str) -> PolarsResult<Column> {
        let name = PlSmallStr::from_str(name);
        match self {
            Self::Text(own) => Ok(Column::new(name, own)),
            Self::Moment(own) => Column::new(name, own).cast(&DataType::Datetime(TimeUnit::Microseconds, None)),
            Self::Day(own) => Column::new(name, own).cast(&DataType::Date),
            Self::Number(own) => Ok(Column::new(name, own)),
            Self::Decimal(own) => Ok(Column::new(name, own)),
            Self::Flag(own) => Ok(Column::new(name, own)),
        }
    }
}

/// A cell as text; none where it is blank.
fn text(cell: Cell<'_>) -> Option<String> {
    let mut bytes = Vec::new();
    Style::Iso.cell(cell, &mut bytes).ok()?;
    String::from_utf8(bytes).ok().filter(|text| !text.is_empty())
}

/// A table on its way to a file.
pub(super) struct Table {
    path: PathBuf,
    beside: TempPath,
    names: &'static [&'static str],
    piece: Piece,
    out: Out,
}

enum Out {
    Csv(Box<csv::Writer<BufWriter<File>>>, Vec<u8>),
    Parquet(Box<BatchedWriter<File>>),
}

impl Table {
    /// A table without rows, for a file that is not there yet.
    pub(super) fn create(path: PathBuf, names: &'static [&'static str], format: FileFormat) -> Result<Self> {
        let (file, beside) = beside(&path)?.into_parts();
        let piece = Piece::new(names);
        let out = match format {
            FileFormat::Csv => {
                let mut out = csv::Writer::from_writer(BufWriter::new(file));
                out.write_record(names).map_err(|why| Error::unwritable(&path, why))?;
                Out::Csv(Box::new(out), Vec::new())
            }
            FileFormat::Parquet => {
                let schema = Piece::new(names).frame()?.schema().clone();
                let writer = ParquetWriter::new(file).batched(&schema);
                Out::Parquet(Box::new(writer.map_err(|why| Error::unwritable(&path, why))?))
            }
        };
        Ok(Self { path, beside, names, piece, out })
    }

    /// Adds a row; what Parquet takes waits for [`end_piece`](Self::end_piece).
    pub(super) fn add<'a>(&mut self, row: impl IntoIterator<Item = Cell<'a>>) -> Result<()> {
        match &mut self.out {
            Out::Csv(out, text) => add(out, row, Style::Iso, text).map_err(|why| Error::unwritable(&self.path, why)),
            Out::Parquet(_) => {
                self.piece.add(row);
                Ok(())
            }
        }
    }

    /// Writes the rows that wait, as one row group.
    pub(super) fn end_piece(&mut self) -> Result<()> {
        let Out::Parquet(out) = &mut self.out else { return Ok(()) };
        let frame = std::mem::replace(&mut self.piece, Piece::new(self.names)).frame()?;
        if frame.height() == 0 {
            return Ok(());
        }
        out.write_batch(&frame).map_err(|why| Error::unwritable(&self.path, why))
    }

    /// Ends the file and puts it in its place, unless another has come there.
    pub(super) fn finish(mut self) -> Result<()> {
        self.end_piece()?;
        match self.out {
            Out::Csv(mut out, _) => out.flush().map_err(|why| Error::unwritable(&self.path, why))?,
            Out::Parquet(out) => out.finish().map(|_| ()).map_err(|why| Error::unwritable(&self.path, why))?,
        }
        self.beside.persist_noclobber(&self.path).map_err(|why| taken(&self.path, &why.error))
    }
}

/// Writes a whole file that is not there yet.
pub(super) fn write_file(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = beside(path)?;
    file.write_all(bytes).map_err(|why| Error::unwritable(path, why))?;
    file.into_temp_path().persist_noclobber(path).map_err(|why| taken(path, &why.error))
}

/// Fails where a file is already.
pub(super) fn must_be_free(path: &Path) -> Result<()> {
    match path.symlink_metadata() {
        Ok(_) => Err(taken(path, &io::ErrorKind::AlreadyExists.into())),
        Err(_) => Ok(()),
    }
}

/// A file beside the one that is meant, so that a run that is stopped leaves nothing that looks whole.
fn beside(path: &Path) -> Result<NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    readable(&mut builder);
    builder.tempfile_in(folder).map_err(|why| Error::unwritable(path, why))
}

/// As readable as other new files: what stands in a made-up city is about nobody.
#[cfg(unix)]
fn readable(builder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(std::fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn readable(_: &mut tempfile::Builder<'_, '_>) {}

fn taken(path: &Path, why: &io::Error) -> Error {
    match why.kind() {
        io::ErrorKind::AlreadyExists => Error::unwritable(path, "a file of that name is there already"),
        _ => Error::unwritable(path, plain(why)),
    }
}
