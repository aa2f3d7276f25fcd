//! A look at some rows of a log before anything is known of its columns, for whoever writes its first study.
//!
//! The first rows one after another, then rows spread over the rest: memory and time are bounded however long the log
//! is. What is looked at depends on nothing but the log.

use super::binding::Dating;
use super::dates::inference::{Inference, infer};
use super::dates::reading::{Precision, Reading};
use super::dates::typed::{Wall, each_typed};
use super::piece::{Cells, Piece};
use super::source::{Look, Parcel, Source};
use crate::error::{Error, ErrorKind, Result};
use chrono::DateTime;
use crossbeam_channel::bounded;
use polars::prelude::{DataType, PlSmallStr};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

/// Rows kept from the beginning, and of those spread over the rest.
const HEAD: usize = 12_000;
const REST: usize = 12_000;

/// Values kept at most.
const CELLS: usize = 3_000_000;

/// Distinct values of a column that are counted.
const DISTINCT: usize = 1_000;

/// The characters of a value that are kept.
const LONGEST: usize = 160;

/// Inputs that are looked into; of the others only the header is known.
const INPUTS: usize = 24;

/// The parcels of an input that are taken apart, about.
const PARCELS: u64 = 256;

/// Bytes of a parcel as they lie on disk, about: texts, packed texts, row groups.
const PARCEL_BYTES: [u64; 3] = [1 << 20, 1 << 17, 1 << 23];

/// Values that are looked at before all are, as when a log is opened.
const SAMPLE: usize = 1_000;

/// What was seen of the rows of some inputs.
#[derive(Debug, Default)]
pub(crate) struct Glance {
    /// The columns that at least one input has, in their order.
    pub(crate) columns: Vec<Seen>,
    /// Rows that were looked at.
    pub(crate) read: u64,
    /// Whether these are all rows.
    pub(crate) whole: bool,
    /// The kept rows of each input.
    pub(crate) parts: Vec<Range<usize>>,
    /// How many of the kept rows of each input are its first, one after another.
    pub(crate) heads: Vec<usize>,
}

/// One column.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// Its name in the source.
    pub(crate) name: String,
    /// What the source says it holds.
    pub(crate) holds: Holds,
    /// The values of the kept rows, trimmed.
    pub(crate) texts: Vec<String>,
    /// How often each value stands, of all rows that were looked at.
    pub(crate) counts: BTreeMap<String, u64>,
    /// Whether there are too many values to count each.
    pub(crate) many: bool,
    /// The rows that have a value.
    pub(crate) filled: u64,
    /// Whether every input has the column.
    pub(crate) everywhere: bool,
}

/// What a column holds by its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    /// Texts.
    Texts,
    /// Numbers.
    Numbers,
    /// Dates of this precision, written as texts of this reading; the zone where the type names one.
    Dates(Reading, Option<String>),
    /// Yes and no.
    Flags,
    /// Lists, structures, bytes, nothing.
    Other,
}

/// How the values of a column may be read as dates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// In one way.
    One(Reading),
    /// In two ways, and no value tells which.
    Two(Reading, Reading),
    /// As numbers that count days or seconds: the word for it, an example and what it would mean.
    Number(Reading, String, String),
    /// In no single way.
    No,
}

impl Glance {
    /// Looks at the inputs; columns that `skip` names are not read.
    ///
    /// # Errors
    ///
    /// An input is damaged.
    pub(crate) fn of(sources: &[Source], skip: &dyn Fn(&str) -> bool) -> Result<Self> {
        let mut glance = Self { whole: true, ..Self::default() };
        let chosen: Vec<usize> = spread(sources.len(), INPUTS);
        glance.whole = chosen.len() == sources.len();
        for place in &chosen {
            glance.take(&sources[*place], skip, chosen.len(), u64::MAX)?;
        }
        for seen in &mut glance.columns {
            seen.everywhere = sources.iter().all(|source| source.schema().contains(&seen.name));
        }
        Ok(glance)
    }

    /// The same of no more than the first rows of one input.
    pub(crate) fn beginning(source: &Source, skip: &dyn Fn(&str) -> bool) -> Result<Self> {
        let mut glance = Self { whole: true, ..Self::default() };
        glance.take(source, skip, 1, HEAD as u64)?;
        Ok(glance)
    }

    /// Looks at an input, one of so many; at no more pieces when so many rows were read.
    fn take(&mut self, source: &Source, skip: &dyn Fn(&str) -> bool, inputs: usize, enough: u64) -> Result<()> {
        let asked: Vec<PlSmallStr> = source.schema().iter_names().filter(|name| !skip(name)).cloned().collect();
        if asked.is_empty() {
            return Ok(());
        }
        let most = (CELLS / asked.len() / inputs / 2).max(500);
        let mut kept = Kept::new(asked.len(), (HEAD / inputs).max(500).min(most), (REST / inputs).max(500).min(most));
        let holds: Vec<Holds> = asked.iter().map(|name| Holds::of(source.schema().get(name))).collect();
        let whole = each_piece(source, &asked, |piece| {
            kept.add(piece, &holds)?;
            Ok(kept.read < enough)
        })?;
        self.read += kept.read;
        self.whole &= whole;
        self.join(kept, asked, holds);
        Ok(())
    }

    /// Puts the rows of another input below those there are.
    fn join(&mut self, kept: Kept, asked: Vec<PlSmallStr>, holds: Vec<Holds>) {
        let start = self.parts.last().map_or(0, |part| part.end);
        let end = start + kept.rows();
        self.heads.push(kept.head.min(kept.read as usize));
        self.parts.push(start..end);
        for ((name, holds), column) in asked.into_iter().zip(holds).zip(kept.columns) {
            let known = self.columns.iter().position(|seen| seen.name == name.as_str());
            let place = known.unwrap_or_else(|| {
                self.columns.push(Seen::new(name.to_string(), holds));
                self.columns.len() - 1
            });
            self.columns[place].join(column, start);
        }
        self.columns.iter_mut().for_each(|seen| seen.texts.resize(end, String::new()));
    }
}

impl Seen {
    fn new(name: String, holds: Holds) -> Self {
        let (texts, counts) = (Vec::new(), BTreeMap::new());
        Self { name, holds, texts, counts, many: false, filled: 0, everywhere: true }
    }

    fn join(&mut self, column: Column, start: usize) {
        self.texts.resize(start, String::new());
        self.texts.extend(column.head.into_iter().chain(column.rest));
        self.filled += column.filled;
        self.many |= column.many;
        for (value, count) in column.counts {
            *self.counts.entry(value).or_default() += count;
        }
        self.many |= self.counts.len() > DISTINCT;
        if self.many {
            self.counts.clear();
        }
    }

    /// The kept values that are not blank.
    pub(crate) fn values(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(String::as_str).filter(|text| !text.is_empty())
    }
}

impl Holds {
    fn of(dtype: Option<&DataType>) -> Self {
        let dated = |format: &str, precision, zone| {
            let reading = Reading { format: format.to_owned(), precision };
            Self::Dates(reading, zone)
        };
        match dtype {
            Some(DataType::Date) => dated("%Y-%m-%d", Precision::Day, None),
            Some(DataType::Datetime(_, None)) => dated(WALL, Precision::Wall, None),
            Some(DataType::Datetime(_, Some(zone))) => dated(OFFSET, Precision::Offset, Some(zone.to_string())),
            Some(DataType::Boolean) => Self::Flags,
            Some(DataType::Null | DataType::Binary) | None => Self::Other,
            Some(nested) if nested.is_nested() => Self::Other,
            Some(number) if number.is_primitive_numeric() => Self::Numbers,
            Some(_) => Self::Texts,
        }
    }
}

const WALL: &str = "%Y-%m-%d %H:%M:%S%.f";
const OFFSET: &str = "%Y-%m-%dT%H:%M:%S%.f%#z";

/// Places spread evenly over so many, the first and the last among them.
fn spread(of: usize, most: usize) -> Vec<usize> {
    if of <= most { (0..of).collect() } else { (0..most).map(|at| at * (of - 1) / (most - 1)).collect() }
}

/// The rows kept of one input.
struct Kept {
    columns: Vec<Column>,
    head: usize,
    most: usize,
    /// Of the rows behind the head each so-many-th is kept.
    stride: u64,
    read: u64,
}

#[derive(Clone, Default)]
struct Column {
    head: Vec<String>,
    rest: Vec<String>,
    counts: BTreeMap<String, u64>,
    many: bool,
    filled: u64,
}

impl Kept {
    fn new(columns: usize, head: usize, most: usize) -> Self {
        Self { columns: vec![Column::default(); columns], head, most, stride: 1, read: 0 }
    }

    fn rows(&self) -> usize {
        self.columns.first().map_or(0, |column| column.head.len() + column.rest.len())
    }

    fn add(&mut self, piece: &Piece, holds: &[Holds]) -> Result<()> {
        let (first, head, stride) = (self.read, self.head as u64, self.stride);
        for (place, column) in self.columns.iter_mut().enumerate() {
            each_value(piece, place, &holds[place], |row, text| {
                column.count(text);
                let at = first + row as u64;
                let text = || text.chars().take(LONGEST).collect();
                match at.checked_sub(head) {
                    None => column.head.push(text()),
                    Some(behind) if behind % stride == 0 => column.rest.push(text()),
                    Some(_) => {}
                }
            })?;
        }
        self.read += piece.height() as u64;
        self.thin();
        Ok(())
    }

    /// Drops every second row of the rest for as long as there are too many.
    fn thin(&mut self) {
        while self.columns.first().is_some_and(|column| column.rest.len() > self.most) {
            self.stride *= 2;
            for column in &mut self.columns {
                let mut place = 0;
                column.rest.retain(|_| {
                    place += 1;
                    place % 2 == 1
                });
            }
        }
    }
}

impl Column {
    fn count(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.filled += 1;
        if self.many {
            return;
        }
        if let Some(count) = self.counts.get_mut(text) {
            *count += 1;
        } else if self.counts.len() == DISTINCT || text.chars().count() > LONGEST {
            (self.many, self.counts) = (true, BTreeMap::new());
        } else {
            self.counts.insert(text.to_owned(), 1);
        }
    }
}

/// Shows every value of a column, trimmed; typed dates as their reading has them.
fn each_value(piece: &Piece, place: usize, holds: &Holds, mut each: impl FnMut(usize, &str)) -> Result<()> {
    match (holds, piece.cells(place)) {
        (Holds::Other, _) => (0..piece.height()).for_each(|row| each(row, "")),
        (Holds::Dates(reading, _), Cells::Column(column)) => each_typed(column, |row, wall| {
            let at = if let Wall::At(us) = wall { DateTime::from_timestamp_micros(us) } else { None };
            // Of a moment with an offset the reading has it as `+00:00`.
            let format = reading.format.replace("%#z", "%:z");
            each(row, &at.map(|at| at.format(&format).to_string()).unwrap_or_default());
        })?,
        (_, cells) => cells.each_text(|row, text| each(row, text.trim()))?,
    }
    Ok(())
}

/// Shows pieces of an input in its order, spread over it where it is long, until `each` has seen enough; says whether
/// these were all.
fn each_piece(source: &Source, asked: &[PlSmallStr], mut each: impl FnMut(&Piece) -> Result<bool>) -> Result<bool> {
    let is_parquet = source.format().0 == "Parquet";
    let (first, every) = (if is_parquet { 1 } else { 4 }, every(source, is_parquet));
    // Row groups come in order and are taken apart by whoever wants them.
    let look = if is_parquet { Look::Unordered } else { Look::InOrder };
    let (sender, receiver) = bounded(2);
    std::thread::scope(|scope| {
        let reader = scope.spawn(move || source.send(asked, look, move |parcel| sender.send(parcel).is_ok()));
        let (mut whole, mut go_on, mut last) = (true, true, None);
        let mut show = |parcel: Parcel| source.unpack(parcel, asked).and_then(|piece| each_part(piece, &mut each));
        for (number, parcel) in (0..).zip(receiver) {
            if number < first || number % every == 0 {
                let (all, more) = show(parcel)?;
                whole &= all & last.take().is_none();
                if !more {
                    (whole, go_on) = (false, false);
                    break;
                }
            } else {
                whole &= last.replace(parcel).is_none();
            }
        }
        if let Some(parcel) = last.filter(|_| go_on) {
            whole &= show(parcel)?.0;
        }
        let ended = reader.join();
        ended.unwrap_or_else(|_| Err(Error::unreadable(&source.path, "the reader stopped on damaged data")))?;
        Ok(whole)
    })
}

/// Each so-many-th parcel is taken apart.
fn every(source: &Source, is_parquet: bool) -> u64 {
    let packed = source.path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gz"));
    let (bytes, most) = match (is_parquet, packed) {
        (true, _) => (PARCEL_BYTES[2], 8),
        (false, true) => (PARCEL_BYTES[1], PARCELS),
        (false, false) => (PARCEL_BYTES[0], PARCELS),
    };
    (source.bytes() / bytes / most).max(1)
}

/// Shows a piece; of a large one its beginning, middle and end. Says whether that was all, and whether to go on.
fn each_part(piece: Piece, each: &mut impl FnMut(&Piece) -> Result<bool>) -> Result<(bool, bool)> {
    const PARTS: usize = 4;
    let parts = piece.cut();
    let chosen = spread(parts.len(), PARTS);
    for place in &chosen {
        if !each(&parts[*place])? {
            return Ok((false, false));
        }
    }
    Ok((chosen.len() == parts.len(), true))
}

/// Shows the moment of every looked-at row of some columns: the column's place, and microseconds as their reading has
/// them, by the wall or of UTC.
///
/// # Errors
///
/// An input is damaged.
pub(crate) fn each_moment(
    sources: &[Source],
    columns: &[(String, Vec<Reading>)],
    mut each: impl FnMut(usize, i64, Precision),
) -> Result<()> {
    let datings: Vec<Vec<Dating>> =
        columns.iter().map(|(_, readings)| readings.iter().cloned().map(Dating::new).collect()).collect();
    for source in spread(sources.len(), INPUTS).into_iter().map(|place| &sources[place]) {
        let own: Vec<usize> = (0..columns.len()).filter(|place| source.schema().contains(&columns[*place].0)).collect();
        let asked: Vec<PlSmallStr> = own.iter().map(|place| PlSmallStr::from(columns[*place].0.as_str())).collect();
        if asked.is_empty() {
            continue;
        }
        let holds: Vec<Holds> = asked.iter().map(|name| Holds::of(source.schema().get(name))).collect();
        each_piece(source, &asked, |piece| {
            for (at, place) in own.iter().enumerate() {
                each_value(piece, at, &holds[at], |_, text| {
                    let read = |dating: &Dating| Some((dating.compiled.micros(text)?, dating.reading.precision));
                    if let Some((us, precision)) = datings[*place].iter().find_map(read) {
                        each(*place, us, precision);
                    }
                })?;
            }
            Ok(true)
        })?;
    }
    Ok(())
}

/// How values are written, as a log finds it when it is opened; none of them is blank.
pub(crate) fn written(values: &[&str]) -> Written {
    let sample = &values[..values.len().min(SAMPLE)];
    let path = Path::new("");
    let found = infer(path, "", sample, &[], false);
    let found = match found {
        Ok(Inference::Contested(..)) => infer(path, "", values, &[], true),
        own => own,
    };
    match found {
        Ok(Inference::Settled(reading)) => reading.map_or(Written::No, Written::One),
        Ok(Inference::Contested(one, other)) => Written::Two(one, other),
        Err(error) => match error.kind() {
            ErrorKind::NumericDatetime { offered, example, meaning, .. } => {
                let reading = Reading::of_format(offered);
                reading.map_or(Written::No, |own| Written::Number(own, example.clone(), meaning.clone()))
            }
            _ => Written::No,
        },
    }
}
