//! Where each canonical column of one input comes from, and how it is read.

use super::dates::compiled::Compiled;
use super::dates::inference::{Inference, ambiguous, infer};
use super::dates::reading::{Precision, Reading};
use super::lexicon::normalised;
use super::npsp::Part;
use super::piece::Piece;
use super::schema::{Field, Kind};
use super::source::{Look, Source};
use crate::error::{Error, ErrorKind, Result, nearest_name};
use polars::prelude::{DataType, PlSmallStr};
use std::collections::{BTreeMap, HashSet};

/// How many values are looked at before the whole column is.
const SAMPLE: usize = 1_000;

/// What stands before the name of a column of moments in the one that marks those of which only the day is known.
pub(super) const DAYS_OF: &str = "giamtang:day:";

/// Where one column's values come from.
#[derive(Clone, Debug)]
pub(super) enum Origin {
    /// The input has no such column.
    Absent,
    /// The study gives one value for the whole input.
    Constant(String),
    /// A column of the input: its place among those that are asked for, and the part of it that is meant.
    Column { name: PlSmallStr, place: usize, read: Read, part: Option<Part>, days: Option<usize> },
}

/// How a source column becomes a canonical one.
#[derive(Clone, Debug)]
pub(super) enum Read {
    /// As text.
    Text,
    /// As dates written in this form.
    Dated(Dating),
    /// As typed dates; the zone is UTC where there is one.
    Typed(Precision),
    /// As typed numbers that stand for dates.
    Numbered(Reading),
    /// The column holds no value.
    Empty,
}

/// A way to read dates, ready for use.
#[derive(Clone, Debug)]
pub(super) struct Dating {
    pub(super) reading: Reading,
    pub(super) compiled: Compiled,
}

impl Dating {
    pub(super) fn new(reading: Reading) -> Self {
        Self { compiled: Compiled::new(&reading), reading }
    }
}

impl Read {
    /// How exactly instants of this column are known.
    pub(super) fn precision(&self) -> Precision {
        match self {
            Self::Dated(dating) => dating.reading.precision,
            Self::Typed(precision) => *precision,
            Self::Numbered(reading) => reading.precision,
            Self::Text | Self::Empty => Precision::Wall,
        }
    }
}

/// The names and forms a study and its profile give to the columns of an input.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    /// Canonical name to source column, as the study has it: a column that must be there.
    pub(super) given: BTreeMap<String, String>,
    /// The same as the profile has it: a column that may be there.
    pub(super) usual: BTreeMap<String, (String, Option<Part>)>,
    /// The date formats; none means they are inferred.
    pub(super) formats: Vec<Reading>,
    /// Texts that mean that there is no value.
    pub(super) absent: Vec<String>,
}

impl Names {
    /// What a field is called, and the part of the column that is meant.
    fn wanted<'n>(&'n self, field: &'n Field) -> (&'n str, Option<Part>) {
        match (self.given.get(&field.name), self.usual.get(&field.name)) {
            (Some(name), _) => (name, None),
            (None, Some((name, part))) => (name, *part),
            (None, None) => (&field.name, None),
        }
    }

    /// Whether an input has a field, as a column or as a constant.
    pub(super) fn has(&self, source: &Source, field: &Field) -> bool {
        source.constants.contains_key(&field.name) || source.named(self.wanted(field).0).is_some()
    }
}

/// One input with its columns found.
#[derive(Clone, Debug)]
pub(super) struct Binding {
    pub(super) source: Source,
    pub(super) origins: Vec<Origin>,
    /// The source columns that are asked for.
    pub(super) asked: Vec<PlSmallStr>,
}

impl Binding {
    /// Finds each field's column: the study's name for it, or its own.
    ///
    /// # Errors
    ///
    /// The study names a column the input does not have, the input lacks a required one, or a date column cannot be
    /// read in exactly one way.
    pub(super) fn new(source: Source, fields: &[Field], names: &Names) -> Result<Self> {
        let mut binding = Self { source, origins: Vec::with_capacity(fields.len()), asked: Vec::new() };
        for field in fields {
            let origin = binding.origin(field, names)?;
            binding.origins.push(origin);
        }
        Ok(binding)
    }

    /// How each date column is read, by canonical name.
    pub(super) fn dates(&self, fields: &[Field]) -> BTreeMap<String, String> {
        let format = |origin: &Origin| match origin {
            Origin::Column { read: Read::Dated(dating), .. } => Some(dating.reading.format.clone()),
            Origin::Column { read: Read::Numbered(reading), .. } => Some(reading.format.clone()),
            Origin::Column { read: Read::Typed(_), .. } => Some("typed".to_owned()),
            _ => None,
        };
        let dates = fields.iter().zip(&self.origins);
        dates.filter_map(|(field, origin)| Some((field.name.clone(), format(origin)?))).collect()
    }

    /// The same input with every column asked for.
    pub(super) fn whole(&self) -> Self {
        let asked: Vec<PlSmallStr> = self.source.schema().iter_names().cloned().collect();
        let mut whole = Self { asked, ..self.clone() };
        for origin in &mut whole.origins {
            let Origin::Column { place, days, .. } = origin else { continue };
            for place in [Some(place), days.as_mut()].into_iter().flatten() {
                let name = &self.asked[*place];
                *place = whole.asked.iter().position(|asked| asked == name).unwrap_or_default();
            }
        }
        whole
    }

    fn origin(&mut self, field: &Field, names: &Names) -> Result<Origin> {
        if let Some(value) = self.source.constants.get(&field.name) {
            return constant(&self.source, field, value);
        }
        let (wanted, part) = names.wanted(field);
        let schema = self.source.schema();
        let Some((name, dtype)) = self.source.named(wanted) else {
            let required = names.given.contains_key(&field.name) || field.required;
            return if required { Err(no_column(&self.source, wanted)) } else { Ok(Origin::Absent) };
        };
        if schema.contains(&format!("{name}_duplicated_0")) {
            let twice = format!("column `{name}` stands twice; rename one of them");
            return Err(Error::unreadable(&self.source.path, twice));
        }
        let (name, read) = (name.clone(), self.read(field, name, dtype, part, names)?);
        let days = PlSmallStr::from(format!("{DAYS_OF}{name}"));
        let days = self.source.schema().contains(&days).then(|| self.place(&days));
        Ok(Origin::Column { place: self.place(&name), name, read, part, days })
    }

    /// The place of a column among those that are asked for.
    fn place(&mut self, name: &PlSmallStr) -> usize {
        self.asked.iter().position(|asked| asked == name).unwrap_or_else(|| {
            self.asked.push(name.clone());
            self.asked.len() - 1
        })
    }

    fn read(&self, field: &Field, name: &str, dtype: &DataType, part: Option<Part>, names: &Names) -> Result<Read> {
        let source = &self.source;
        let nested = dtype.is_nested() || matches!(dtype, DataType::Binary);
        match (field.kind, dtype) {
            (_, DataType::Null) => Ok(Read::Empty),
            (Kind::Instant, DataType::Date) => Ok(Read::Typed(Precision::Day)),
            (Kind::Instant, DataType::Datetime(_, None)) => Ok(Read::Typed(Precision::Wall)),
            (Kind::Instant, DataType::Datetime(_, Some(_))) => Ok(Read::Typed(Precision::Offset)),
            (Kind::Instant, DataType::String) => dating(source, name, part, names),
            (Kind::Instant, number) if number.is_primitive_numeric() => numbered(source, name, number, names),
            (Kind::Instant, other) => Err(wrong_type(source, name, other, "dates or moments, as text or typed")),
            (Kind::Id | Kind::Text | Kind::Key | Kind::Flag, other) if nested => {
                Err(wrong_type(source, name, other, "texts or numbers"))
            }
            (Kind::Number | Kind::Decimal, other)
                if !other.is_primitive_numeric() && !other.is_decimal() && *other != DataType::String =>
            {
                Err(wrong_type(source, name, other, "numbers"))
            }
            (Kind::Pauses, other) if *other != DataType::String => {
                Err(wrong_type(source, name, other, "texts such as 2024-03-01/2024-03-05"))
            }
            _ => Ok(Read::Text),
        }
    }
}

/// What the marked rows of a piece with all columns of a source say, hashed: every column by name, and the study's
/// constants in their stead.
///
/// Equal for rows that say the same: blank is absent, and text counts trimmed and composed. All columns count, mapped
/// or not, because two rows of one id that differ anywhere are not one dossier; nothing but the hash leaves the door.
pub(super) fn contents(whole: &Binding, piece: &Piece, marked: &[bool]) -> Result<Vec<u128>> {
    let constants = &whole.source.constants;
    let mut columns: BTreeMap<&str, Option<usize>> = constants.keys().map(|name| (name.as_str(), None)).collect();
    for (place, name) in whole.asked.iter().enumerate().filter(|(_, name)| !constants.contains_key(name.as_str())) {
        columns.insert(name, Some(place));
    }
    let mut hashes = vec![0u128; piece.height()];
    let mut line = Vec::new();
    for (name, place) in &columns {
        let mut add = |row: usize, text: &str| {
            let text = if marked[row] { normalised(text) } else { String::new() };
            if !text.is_empty() {
                line.clear();
                line.extend(hashes[row].to_le_bytes());
                for part in [*name, text.as_str()] {
                    line.extend((part.len() as u64).to_le_bytes());
                    line.extend(part.as_bytes());
                }
                hashes[row] = xxhash_rust::xxh3::xxh3_128(&line);
            }
        };
        match place {
            Some(place) => piece.cells(*place).each_text(add)?,
            None => (0..piece.height()).for_each(|row| add(row, &constants[*name])),
        }
    }
    Ok(hashes)
}

/// A constant of the study; of a date it must be a day.
fn constant(source: &Source, field: &Field, value: &str) -> Result<Origin> {
    if field.kind == Kind::Instant && Reading::of_days().micros(value.trim()).is_none() {
        let key = format!("log.cases.set.{} of {}", field.name, source.label);
        return Err(Error::value(key, value, "a day such as 2024-02-01"));
    }
    Ok(Origin::Constant(value.to_owned()))
}

fn no_column(source: &Source, name: &str) -> Error {
    let near = nearest_name(name, source.schema().iter_names().map(PlSmallStr::as_str));
    ErrorKind::NoColumn { path: source.path.clone(), column: name.to_owned(), near }.into()
}

fn wrong_type(source: &Source, column: &str, found: &DataType, expected: &'static str) -> Error {
    let found = source.found(column).unwrap_or_else(|| found.to_string());
    let (path, column) = (source.path.clone(), column.to_owned());
    ErrorKind::WrongType { path, column, found, expected }.into()
}

/// Typed numbers are dates only where the study says how, or where they are written as dates are (`20240131`).
fn numbered(source: &Source, name: &str, dtype: &DataType, names: &Names) -> Result<Read> {
    match dating(source, name, None, names)? {
        Read::Dated(dating) if dating.reading.reads_numbers() => Ok(Read::Numbered(dating.reading)),
        Read::Empty => Ok(Read::Empty),
        _ => Err(wrong_type(source, name, dtype, "dates or moments")),
    }
}

fn dating(source: &Source, name: &str, part: Option<Part>, names: &Names) -> Result<Read> {
    if let [only] = &names.formats[..] {
        return Ok(Read::Dated(Dating::new(only.clone())));
    }
    for most in [SAMPLE, usize::MAX] {
        let sample = sample(source, name, part, &names.absent, most)?;
        let values: Vec<&str> = sample.iter().map(String::as_str).collect();
        let whole = most == usize::MAX;
        match infer(&source.path, name, &values, &names.formats, whole)? {
            Inference::Settled(reading) => {
                return Ok(reading.map_or(Read::Empty, |reading| Read::Dated(Dating::new(reading))));
            }
            Inference::Contested(one, other) if whole => {
                return Err(ambiguous(&source.path, name, [&one, &other], &values));
            }
            Inference::Contested(..) => {}
        }
    }
    Ok(Read::Empty)
}

/// The first so many values that are not blank, trimmed, in their order; of a whole column each once.
fn sample(source: &Source, name: &str, part: Option<Part>, absent: &[String], most: usize) -> Result<Vec<String>> {
    let (mut seen, mut distinct, mut count) = (HashSet::new(), Vec::new(), 0);
    source.walk(&[name.into()], Look::InOrder, |piece| {
        piece.cells(0).each_text(|_, text| {
            let own = part.and_then(|part| part(text.trim()).ok());
            let text = own.as_deref().unwrap_or(text).trim();
            if count < most && !text.is_empty() && !absent.iter().any(|absent| absent == text) {
                count += 1;
                // What most values say counts, however often it is said; a whole column would not fit.
                if most < usize::MAX || seen.insert(text.to_owned()) {
                    distinct.push(text.to_owned());
                }
            }
        })?;
        Ok(count < most)
    })?;
    Ok(distinct)
}
