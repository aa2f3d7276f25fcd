//! Rows that this program made, as frames one after another: those beyond a bound lie on disk and are read as often as need be.
//!
//! Names stand in them as numbers, and dates as moments, because only the last row tells whether all are days.

use super::binding::DAYS_OF;
use super::piece::Frame;
use super::rows::Texts;
use super::scratch::{Part, Scratch, unreadable};
use super::zone::Zone;
use crate::error::{Error, Result};
use polars::prelude::*;
use std::collections::BTreeMap;
use std::io::{self, Cursor};
use std::path::PathBuf;
use std::sync::Arc;

/// Frames with the same columns.
///
/// A column of [`UInt32Type`] has the numbers of names, an absent one none; one of [`Int64Type`] with another beside it
/// whose name begins with `DAYS_OF` has moments in µs of UTC, and the other tells of which only the local day is known.
#[derive(Clone, Debug)]
pub struct Frames {
    names: Arc<Texts>,
    zone: Zone,
    blocks: Vec<Block>,
    schema: SchemaRef,
    rows: usize,
    bytes: u64,
}

/// A frame, and how many rows stand before it.
#[derive(Clone, Debug)]
struct Block {
    place: Place,
    rows: usize,
    before: usize,
}

#[derive(Clone, Debug)]
enum Place {
    Memory(DataFrame),
    Disk(Part),
}

/// What was met of one column.
#[derive(Clone, Debug, Default)]
struct Met {
    dtype: Option<DataType>,
    absent: usize,
    /// Rows of which only the local day is known.
    days: usize,
    /// Bytes of its texts.
    text: usize,
}

/// Frames in the making.
pub(super) struct Making {
    names: Arc<Texts>,
    zone: Zone,
    /// Bytes that memory may hold of them, and where those beyond go.
    room: (usize, PathBuf),
    held: usize,
    scratch: Scratch,
    blocks: Vec<Block>,
    columns: Vec<(PlSmallStr, Met)>,
    rows: usize,
}

impl Making {
    pub(super) fn new(names: Arc<Texts>, zone: Zone, room: (usize, PathBuf)) -> Self {
        let (scratch, blocks, columns) = (Scratch::default(), Vec::new(), Vec::new());
        Self { names, zone, room, held: 0, scratch, blocks, columns, rows: 0 }
    }

    /// Adds a frame behind all others.
    ///
    /// # Errors
    ///
    /// It has other columns than the first, or the folder for temporary files is full or forbidden.
    pub(super) fn add(&mut self, mut frame: DataFrame) -> Result<()> {
        if self.blocks.is_empty() {
            self.columns = frame.columns().iter().map(|column| (column.name().clone(), Met::default())).collect();
        }
        for (place, (name, met)) in self.columns.iter_mut().enumerate() {
            let column = frame.select_at_idx(place).filter(|column| column.name() == name);
            met.meet(column.ok_or_else(|| broken("a column is missing"))?, &self.names)?;
        }
        let (rows, before, bytes) = (frame.height(), self.rows, room_of(&frame));
        let place = if self.held + bytes <= self.room.0 {
            self.held += bytes;
            Place::Memory(frame)
        } else {
            let write = |out: &mut dyn io::Write| IpcWriter::new(out).finish(&mut frame).map_err(io::Error::other);
            Place::Disk(self.scratch.add(&self.room.1, write)?)
        };
        self.blocks.push(Block { place, rows, before });
        self.rows += rows;
        Ok(())
    }

    /// All frames: of dates now is known whether all are days.
    pub(super) fn made(self) -> Frames {
        let met: BTreeMap<&str, &Met> = self.columns.iter().map(|(name, met)| (name.as_str(), met)).collect();
        let marks = |name: &str| met.get(format!("{DAYS_OF}{name}").as_str()).map(|marks| marks.days);
        let dtype = |name: &str, own: &Met| {
            let plain = own.dtype.clone().unwrap_or(DataType::Null);
            match (marks(name), name.strip_prefix(DAYS_OF)) {
                (Some(days), _) if days > 0 && days == self.rows - own.absent => Some(DataType::Date),
                (Some(_), _) => Some(DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC))),
                // Marks say something where some are days and others are not.
                (_, Some(of)) => {
                    let known = met.get(of).map_or(0, |own| self.rows - own.absent);
                    (own.days > 0 && own.days < known).then_some(plain)
                }
                _ if plain == DataType::UInt32 => Some(DataType::String),
                _ => Some(plain),
            }
        };
        let columns = self.columns.iter().filter_map(|(name, own)| Some((name.clone(), dtype(name, own)?, own)));
        let bytes = columns.clone().map(|(_, dtype, own)| own.bytes(&dtype, self.rows)).sum::<usize>() as u64;
        let schema = Arc::new(columns.map(|(name, dtype, _)| (name, dtype)).collect());
        Frames { names: self.names, zone: self.zone, blocks: self.blocks, schema, rows: self.rows, bytes }
    }
}

impl Met {
    fn meet(&mut self, column: &Column, names: &Texts) -> Result<()> {
        self.dtype.get_or_insert_with(|| column.dtype().clone());
        self.absent += column.null_count();
        match column.dtype() {
            DataType::Boolean => self.days += column.bool().map_err(broken)?.num_trues(),
            DataType::String => {
                let texts = column.str().map_err(broken)?.downcast_iter();
                self.text += texts.map(|texts| texts.total_bytes_len()).sum::<usize>();
            }
            DataType::UInt32 => {
                let numbers = column.u32().map_err(broken)?.iter().flatten();
                self.text += numbers.map(|number| names.get(number as usize).len()).sum::<usize>();
            }
            _ => {}
        }
        Ok(())
    }

    /// The bytes of the column in one frame as the engine counts them: values, texts, and which values are known.
    fn bytes(&self, dtype: &DataType, rows: usize) -> usize {
        let bits = rows.div_ceil(8);
        let known = if self.absent > 0 { bits } else { 0 };
        match dtype {
            DataType::String => self.text,
            DataType::Boolean => bits,
            DataType::Date => rows * size_of::<i32>() + known,
            _ => rows * size_of::<i64>() + known,
        }
    }
}

impl Frames {
    /// The columns and their types.
    pub(super) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The rows of all frames.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The bytes that all would have as one frame in memory.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The places of all frames.
    pub(super) fn places(&self) -> std::ops::Range<usize> {
        0..self.blocks.len()
    }

    /// The frame at a place with the columns that are asked for; before them the numbers of its rows, by this name.
    pub(super) fn frame(&self, place: usize, asked: &[PlSmallStr], row: &'static str) -> Result<Frame> {
        let Block { place, rows, before } = &self.blocks[place];
        let read = match place {
            Place::Memory(frame) => frame.clone(),
            Place::Disk(part) => {
                let reader = IpcReader::new(Cursor::new(part.whole().map_err(unreadable)?));
                let names = asked.iter().map(PlSmallStr::to_string).collect();
                reader.with_columns(Some(names)).finish().map_err(|why| unreadable(io::Error::other(why)))?
            }
        };
        let columns = asked.iter().map(|name| self.column(&read, name)).collect::<PolarsResult<Vec<_>>>();
        let texts = asked.iter().map(|name| self.texts(&read, name)).collect();
        let first = IdxSize::try_from(before + 1).map_err(broken)?;
        let frame = columns.and_then(|columns| DataFrame::new(*rows, columns)?.with_row_index(row.into(), Some(first)));
        Ok(Frame { rows: frame.map_err(broken)?, texts })
    }

    /// A column of a frame by the type that it has in all.
    fn column(&self, frame: &DataFrame, name: &str) -> PolarsResult<Column> {
        let column = frame.column(name)?;
        match self.schema.get(name) {
            Some(DataType::Date) => {
                let day = |us: i64| self.zone.day(us) as i32;
                let days = column.i64()?.iter().map(|us| us.map(day)).collect::<Int32Chunked>();
                days.with_name(name.into()).into_column().cast(&DataType::Date)
            }
            Some(dtype @ DataType::Datetime(..)) => column.cast(dtype),
            _ => Ok(column.clone()),
        }
    }

    fn texts(&self, frame: &DataFrame, name: &str) -> Option<Arc<Texts>> {
        let column = frame.column(name).ok().filter(|column| column.dtype() == &DataType::UInt32);
        column.map(|_| self.names.clone())
    }

    /// Everything as one frame, names as texts.
    ///
    /// # Errors
    ///
    /// What was written to a temporary file cannot be read back.
    pub fn whole(&self) -> Result<DataFrame> {
        let asked: Vec<PlSmallStr> = self.schema.iter_names_cloned().collect();
        let mut all = DataFrame::empty_with_schema(&self.schema);
        for place in self.places() {
            let Frame { rows, texts } = self.frame(place, &asked, "row")?;
            let spelled = |(column, texts): (&Column, &Option<Arc<Texts>>)| match texts {
                None => Ok(column.clone()),
                Some(texts) => {
                    let names = column.u32()?.iter().map(|number| number.map(|number| texts.get(number as usize)));
                    Ok(names.collect::<StringChunked>().with_name(column.name().clone()).into_column())
                }
            };
            let columns = rows.columns()[1..].iter().zip(texts.iter()).map(spelled).collect::<PolarsResult<Vec<_>>>();
            let own = columns.and_then(|columns| DataFrame::new(rows.height(), columns)).map_err(broken)?;
            all.vstack_mut(&own).map_err(broken)?;
        }
        Ok(all)
    }
}

/// The bytes of a frame in memory, the places of its texts among them.
fn room_of(frame: &DataFrame) -> usize {
    const PLACE: usize = 16;
    let texts = frame.columns().iter().filter(|column| column.dtype() == &DataType::String).count();
    frame.estimated_size() + texts * PLACE * frame.height()
}

fn broken(why: impl std::fmt::Display) -> Error {
    Error::broken("keeping frames", why)
}
