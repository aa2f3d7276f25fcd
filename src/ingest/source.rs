//! Where rows come from: a file of any format, standard input, a database, a frame the caller holds, or frames that this program made.

use super::database::{Chunk as CopyChunk, Relation};
use super::format::bytes::{self, plain};
use super::format::csv::{Chunk as CsvChunk, Chunks as CsvChunks, Shape};
use super::format::encoding::Encoding;
use super::format::kind::{self, Kind};
use super::format::xes::{self, Level};
use super::format::xlsx::{self, Sheet};
use super::format::{columnar, ndjson};
use super::frames::Frames;
use super::lexicon::normalised;
use super::piece::Piece;
use crate::error::{Error, Result};
use crossbeam_channel::bounded;
use polars::prelude::*;
use std::collections::BTreeMap;
use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::NamedTempFile;

/// The name of the row-number column in a frame of the engine.
pub(super) const ROW: &str = "giamtang:row";

/// The pieces under way between a reader and those who wait for them.
const UNDER_WAY: usize = 2;

/// How the study wants its inputs opened.
#[derive(Clone, Debug)]
pub struct Manner {
    /// The encoding of texts; none means it is found.
    pub encoding: Option<String>,
    /// The sheet of a workbook; none means the first that holds something.
    pub sheet: Option<String>,
    /// Whether rows are events, not dossiers.
    pub events: bool,
}

/// One input, with the constants the study sets for it.
#[derive(Clone)]
pub struct Source {
    /// The name in results: the path as the study's folder sees it.
    pub label: String,
    /// The path, for messages; empty for a frame.
    pub path: PathBuf,
    /// Where its bytes are.
    file: PathBuf,
    /// Canonical columns that have one value in the whole input.
    pub constants: BTreeMap<String, String>,
    events: bool,
    schema: SchemaRef,
    place: Place,
    /// Standard input, for as long as it is read.
    _spooled: Option<Arc<NamedTempFile>>,
}

#[derive(Clone)]
enum Place {
    Csv(Arc<Shape>, Encoding),
    Json(Encoding),
    Xes(Encoding),
    Sheet(Arc<Sheet>),
    Parquet,
    Ipc,
    Frame(DataFrame),
    Frames(Arc<Frames>),
    Database(Arc<Relation>),
}

/// In which order an input is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// Any: the fastest.
    Unordered,
    /// The input's own: what depends on it must not depend on the engine.
    InOrder,
}

/// Rows on their way to a worker, who takes them apart.
pub(super) enum Parcel {
    Csv(CsvChunk),
    Json(ndjson::Chunk),
    Piece(Piece),
    /// Row groups of a Parquet file, or a frame that this program made.
    Groups(columnar::Groups),
    /// Rows of a database.
    Copy(CopyChunk),
}

impl Source {
    /// A file.
    ///
    /// # Errors
    ///
    /// It is no regular file, of no known format, or damaged where it begins.
    pub fn file(label: String, path: PathBuf, constants: BTreeMap<String, String>, manner: &Manner) -> Result<Self> {
        let place = match kind::of(&path)? {
            Kind::Csv => {
                let encoding = encoding(&path, manner)?;
                let shape = Shape::of(encoding.decoded(bytes::open(&path)?), &path)?;
                Place::Csv(Arc::new(shape), encoding)
            }
            Kind::Json => Place::Json(encoding(&path, manner)?),
            Kind::Xes => Place::Xes(encoding(&path, manner)?),
            Kind::Xlsx => Place::Sheet(Arc::new(xlsx::read(&path, manner.sheet.as_deref())?)),
            Kind::Parquet => {
                columnar::check_pages(&path)?;
                Place::Parquet
            }
            Kind::Ipc => Place::Ipc,
            Kind::IpcStream => Place::Frame(columnar::stream(&path)?),
        };
        let schema = SchemaRef::default();
        let (file, events) = (path.clone(), manner.events);
        let source = Self { label, path, file, constants, events, schema, place, _spooled: None };
        let schema = source.read_schema()?;
        Ok(Self { schema, ..source })
    }

    /// The same input with events for rows; the file is opened anew.
    ///
    /// # Errors
    ///
    /// It is damaged where it begins.
    pub(crate) fn of_events(self) -> Result<Self> {
        let source = Self { events: true, ..self };
        let schema = source.read_schema()?;
        Ok(Self { schema, ..source })
    }

    /// Standard input, kept in a temporary file while it is read.
    ///
    /// # Errors
    ///
    /// As [`Source::file`]; or there is no room for it.
    pub fn standard_input(constants: BTreeMap<String, String>, manner: &Manner) -> Result<Self> {
        let spooled = Arc::new(bytes::spool(std::io::stdin().lock())?);
        let label = "standard input".to_owned();
        let path = PathBuf::from(&label);
        let source = Self::file(label, spooled.path().to_owned(), constants, manner);
        Ok(Self { _spooled: Some(spooled), path: path.clone(), ..source.map_err(|e| e.named(&path))? })
    }

    /// A frame that is in memory already.
    pub fn frame(label: &str, frame: DataFrame) -> Self {
        let (label, schema) = (label.to_owned(), frame.schema().clone());
        let (path, constants, place) = (PathBuf::new(), BTreeMap::new(), Place::Frame(frame));
        Self { label, file: path.clone(), path, constants, events: false, schema, place, _spooled: None }
    }

    /// Frames that this program made.
    pub fn frames(label: &str, frames: Frames) -> Self {
        let (label, schema) = (label.to_owned(), frames.schema().clone());
        let (path, constants, place) = (PathBuf::new(), BTreeMap::new(), Place::Frames(Arc::new(frames)));
        Self { label, file: path.clone(), path, constants, events: false, schema, place, _spooled: None }
    }

    /// A table or query of a database.
    pub(super) fn copied(
        label: String,
        constants: BTreeMap<String, String>,
        events: bool,
        relation: Arc<Relation>,
    ) -> Self {
        let (path, file, schema) = (PathBuf::from(&label), PathBuf::new(), relation.schema());
        Self { label, path, file, constants, events, schema, place: Place::Database(relation), _spooled: None }
    }

    /// The size on disk in bytes; for a frame, in memory; of what comes from a database, as it last came.
    pub fn bytes(&self) -> u64 {
        match &self.place {
            Place::Frame(frame) => frame.estimated_size() as u64,
            Place::Frames(frames) => frames.bytes(),
            Place::Database(relation) => relation.bytes(),
            _ => std::fs::metadata(&self.file).map_or(0, |data| data.len()),
        }
    }

    /// How many rows it has, where that stands before them.
    pub fn rows(&self) -> Option<u64> {
        match &self.place {
            Place::Frame(frame) => Some(frame.height() as u64),
            Place::Frames(frames) => Some(frames.rows() as u64),
            Place::Parquet => columnar::rows(&self.file),
            _ => None,
        }
    }

    /// The format, and for texts how they are encoded.
    pub fn format(&self) -> (&'static str, Option<&'static str>) {
        match &self.place {
            Place::Csv(_, encoding) => ("CSV", Some(encoding.name())),
            Place::Json(encoding) => ("NDJSON", Some(encoding.name())),
            Place::Xes(encoding) => ("XES", Some(encoding.name())),
            Place::Sheet(_) => ("XLSX", None),
            Place::Parquet => ("Parquet", None),
            Place::Ipc => ("Arrow IPC", None),
            Place::Frame(_) | Place::Frames(_) => ("frame", None),
            Place::Database(_) => ("PostgreSQL", None),
        }
    }

    /// What a column is, in the words of its source, where no rule knows its type.
    pub(super) fn found(&self, column: &str) -> Option<String> {
        match &self.place {
            Place::Database(relation) => relation.found(column),
            _ => None,
        }
    }

    /// The sheet that is read and the other sheets with content, of a workbook.
    pub fn sheet(&self) -> Option<(&str, &[String])> {
        match &self.place {
            Place::Sheet(sheet) => Some((&sheet.name, &sheet.others)),
            _ => None,
        }
    }

    /// The columns and their types; those of a text format are all text.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The column of that name, however either of them is composed; of events also an attribute of the whole case.
    pub(super) fn named(&self, wanted: &str) -> Option<(&PlSmallStr, &DataType)> {
        let exact = |wanted: &str| self.schema.iter().find(|(name, _)| name.as_str() == wanted);
        let alike = || self.schema.iter().find(|(name, _)| normalised(name) == normalised(wanted));
        let of_case = || if self.events { exact(&format!("case:{wanted}")) } else { None };
        exact(wanted).or_else(alike).or_else(|| exact(self.usual(wanted)?)).or_else(of_case)
    }

    /// What logs of events call a column, after the XES standard.
    fn usual(&self, wanted: &str) -> Option<&'static str> {
        match (self.events, wanted) {
            (false, "case_id") => Some("concept:name").filter(|_| matches!(self.place, Place::Xes(_))),
            (false, _) => None,
            (true, "case_id") => Some("case:concept:name"),
            (true, "activity") => Some("concept:name"),
            (true, "at") => Some("time:timestamp"),
            (true, "lifecycle") => Some("lifecycle:transition"),
            (true, "officer") => Some("org:resource"),
            (true, "unit") => Some("org:group"),
            (true, _) => None,
        }
    }

    fn read_schema(&self) -> Result<SchemaRef> {
        let texts = |names: Vec<String>| -> SchemaRef {
            Arc::new(names.into_iter().map(|name| (PlSmallStr::from(name), DataType::String)).collect())
        };
        match &self.place {
            Place::Csv(shape, _) => Ok(texts(shape.header.clone())),
            Place::Json(encoding) => Ok(texts(ndjson::columns(self.decoded(*encoding)?, &self.path)?)),
            Place::Xes(encoding) => Ok(texts(xes::columns(self.decoded(*encoding)?, &self.path, self.level())?)),
            Place::Sheet(sheet) => Ok(texts(sheet.header.clone())),
            Place::Parquet | Place::Ipc | Place::Frame(_) => columnar::schema(&self.path, &self.scan()?),
            Place::Frames(frames) => Ok(frames.schema().clone()),
            Place::Database(relation) => Ok(relation.schema()),
        }
    }

    fn level(&self) -> Level {
        if self.events { Level::Events } else { Level::Traces }
    }

    fn decoded(&self, encoding: Encoding) -> Result<impl BufRead + use<>> {
        Ok(std::io::BufReader::with_capacity(1 << 17, encoding.decoded(bytes::open(&self.file)?)))
    }

    fn scan(&self) -> Result<LazyFrame> {
        match &self.place {
            Place::Parquet => columnar::parquet(&self.file),
            Place::Ipc => columnar::ipc(&self.file),
            Place::Frame(frame) => Ok(frame.clone().lazy()),
            _ => Err(Error::broken("scanning an input", "it is of texts")),
        }
    }

    /// Sends every row on, with the columns that are asked for, until all are sent or nobody listens.
    pub(super) fn send(
        &self,
        asked: &[PlSmallStr],
        look: Look,
        out: impl Fn(Parcel) -> bool + Send + Sync + 'static,
    ) -> Result<()> {
        match &self.place {
            Place::Csv(shape, encoding) => {
                let mut chunks = CsvChunks::new(encoding.decoded(bytes::open(&self.file)?), shape, &self.path);
                all_sent(chunks.by_ref().map(|chunk| chunk.map(Parcel::Csv)), out)
            }
            Place::Json(encoding) => {
                let mut chunks = ndjson::Chunks::new(self.decoded(*encoding)?, &self.path);
                all_sent(chunks.by_ref().map(|chunk| chunk.map(Parcel::Json)), out)
            }
            Place::Xes(encoding) => {
                let names: Vec<&str> = asked.iter().map(PlSmallStr::as_str).collect();
                let mut each = |rows| out(Parcel::Piece(Piece::Rows(rows)));
                xes::read(self.decoded(*encoding)?, &self.path, self.level(), &names, &mut each)
            }
            Place::Sheet(sheet) => {
                out(Parcel::Piece(Piece::Rows(sheet.rows(&self.places(asked)))));
                Ok(())
            }
            Place::Database(relation) => relation.send(asked, |chunk| out(Parcel::Copy(chunk))),
            Place::Frames(frames) => {
                let parcel = |place| {
                    let (frames, asked) = (frames.clone(), asked.to_vec());
                    Parcel::Groups(Box::new(move || frames.frame(place, &asked, ROW)))
                };
                all_sent(frames.places().map(|place| Ok(parcel(place))), out)
            }
            Place::Parquet if look == Look::Unordered && !asked.is_empty() => {
                columnar::send_groups(&self.file, asked, ROW, |groups| out(Parcel::Groups(groups)))
            }
            Place::Parquet | Place::Ipc | Place::Frame(_) => {
                let mut columns = vec![col(ROW)];
                columns.extend(asked.iter().map(|name| col(name.clone())));
                let scan = self.scan()?.with_row_index(ROW, Some(1)).select(columns);
                let out = move |frame: DataFrame| out(Parcel::Piece(Piece::Frame(frame.into())));
                columnar::send(&self.path, scan, look == Look::InOrder, out)
            }
        }
    }

    /// Takes a parcel of this input apart.
    ///
    /// # Errors
    ///
    /// It is damaged.
    pub(super) fn unpack(&self, parcel: Parcel, asked: &[PlSmallStr]) -> Result<Piece> {
        Ok(match (parcel, &self.place) {
            (Parcel::Csv(chunk), Place::Csv(shape, _)) => Piece::Rows(chunk.rows(shape, &self.places(asked))),
            (Parcel::Json(chunk), _) => {
                let names: Vec<&str> = asked.iter().map(PlSmallStr::as_str).collect();
                Piece::Rows(chunk.rows(&names))
            }
            (Parcel::Piece(piece), _) => piece,
            (Parcel::Groups(groups), _) => Piece::Frame(groups()?),
            (Parcel::Copy(chunk), Place::Database(relation)) => Piece::Frame(relation.unpack(chunk, asked)?),
            (Parcel::Csv(_) | Parcel::Copy(_), _) => unreachable!("chunks of an input come from such an input"),
        })
    }

    /// Shows every piece, until `each` says that it has seen enough.
    pub(super) fn walk(
        &self,
        asked: &[PlSmallStr],
        look: Look,
        mut each: impl FnMut(&Piece) -> Result<bool>,
    ) -> Result<()> {
        let (sender, receiver) = bounded(UNDER_WAY);
        std::thread::scope(|scope| {
            let reader = scope.spawn(move || self.send(asked, look, move |parcel| sender.send(parcel).is_ok()));
            for parcel in receiver {
                if !each(&self.unpack(parcel, asked)?)? {
                    break;
                }
            }
            reader.join().unwrap_or_else(|_| Err(Error::unreadable(&self.path, "the reader stopped on damaged data")))
        })
    }

    fn places(&self, asked: &[PlSmallStr]) -> Vec<usize> {
        let place = |name: &PlSmallStr| self.schema.index_of(name).unwrap_or_default();
        asked.iter().map(place).collect()
    }
}

/// Sends what comes, until all is sent or nobody listens.
fn all_sent(parcels: impl Iterator<Item = Result<Parcel>>, out: impl Fn(Parcel) -> bool) -> Result<()> {
    for parcel in parcels {
        if !out(parcel?) {
            break;
        }
    }
    Ok(())
}

/// The encoding of a text file: the study's, or the one that is found.
fn encoding(path: &Path, manner: &Manner) -> Result<Encoding> {
    match &manner.encoding {
        Some(label) => Encoding::named(label)
            .ok_or_else(|| Error::value("format.encoding", label, "a name such as utf-8, windows-1258 or latin-1")),
        None => Encoding::detected(bytes::open(path)?).map_err(|e| Error::unreadable(path, plain(&e))),
    }
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Source").field("label", &self.label).field("constants", &self.constants).finish()
    }
}
