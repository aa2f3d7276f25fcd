//! Where each canonical column of one input comes from, and how it is read.

use super::datetime::{Inference, Precision, Reading, ambiguous, infer};
use super::lexicon::normalised;
use super::schema::{Field, Kind};
use super::source::Source;
use crate::error::{Error, ErrorKind, Result, nearest_name};
use polars::prelude::*;
use std::collections::BTreeMap;

/// How many values are looked at before the whole column is.
const SAMPLE: u32 = 1_000;

/// Where one column's values come from.
#[derive(Clone, Debug)]
pub(super) enum Origin {
    /// The input has no such column.
    Absent,
    /// The study gives one value for the whole input.
    Constant(String),
    /// A column of the input.
    Column { name: PlSmallStr, read: Read },
}

/// How a source column becomes a canonical one.
#[derive(Clone, Debug)]
pub(super) enum Read {
    /// As text.
    Text,
    /// As text in this form; `None` where the column holds no value.
    Dated(Option<Reading>),
    /// As a typed date or datetime; the zone is UTC where it has one.
    Typed(Precision),
}

impl Read {
    /// How exactly instants of this column are known.
    pub(super) fn precision(&self) -> Option<Precision> {
        match self {
            Self::Text | Self::Dated(None) => None,
            Self::Dated(Some(reading)) => Some(reading.precision),
            Self::Typed(precision) => Some(*precision),
        }
    }
}

/// One input with its columns found.
#[derive(Clone, Debug)]
pub(super) struct Binding {
    pub(super) source: Source,
    pub(super) origins: Vec<Origin>,
}

impl Binding {
    /// Finds each field's column: the study's name for it, or its own.
    ///
    /// # Errors
    ///
    /// The study names a column the input does not have, the input has no `case_id` or `received_at`, or a date
    /// column cannot be read in exactly one way.
    pub(super) fn new(
        source: Source,
        fields: &[Field],
        names: &BTreeMap<String, String>,
        formats: &[Reading],
    ) -> Result<Self> {
        let schema = source.schema();
        let origins =
            fields.iter().map(|field| origin(&source, schema, field, names, formats)).collect::<Result<_>>()?;
        Ok(Self { source, origins })
    }

    /// How each date column is read, by canonical name.
    pub(super) fn dates(&self, fields: &[Field]) -> BTreeMap<String, String> {
        let format = |origin: &Origin| match origin {
            Origin::Column { read: Read::Dated(Some(reading)), .. } => Some(reading.format.clone()),
            Origin::Column { read: Read::Typed(_), .. } => Some("typed".to_owned()),
            _ => None,
        };
        let dates = fields.iter().zip(&self.origins);
        dates.filter_map(|(field, origin)| Some((field.name.clone(), format(origin)?))).collect()
    }

    /// The rows with every column, numbered.
    pub(super) fn scan_whole(&self) -> Result<LazyFrame> {
        self.source.scan()
    }

    /// The rows with only the columns that are needed, numbered.
    pub(super) fn scan(&self) -> Result<LazyFrame> {
        let mut columns = vec![col(super::source::ROW)];
        for origin in &self.origins {
            if let Origin::Column { name, .. } = origin
                && !columns.contains(&col(name.clone()))
            {
                columns.push(col(name.clone()));
            }
        }
        Ok(self.source.scan()?.select(columns))
    }
}

/// What each row of a source says, hashed: all its columns by name, and the study's constants in their stead.
///
/// Equal for rows that say the same: blank is absent, and text counts trimmed and composed. All columns count, mapped
/// or not, because two rows of one id that differ anywhere are not one dossier; nothing but the hash leaves the door.
pub(super) fn contents(source: &Source, frame: &DataFrame) -> PolarsResult<Vec<u128>> {
    let mut columns: BTreeMap<&str, Option<StringChunked>> =
        source.constants.keys().map(|name| (name.as_str(), None)).collect();
    for column in frame.columns().iter().filter(|column| column.name() != super::source::ROW) {
        if !columns.contains_key(column.name().as_str()) {
            columns.insert(column.name(), Some(spelled(column)?));
        }
    }
    let content = |row: usize| {
        let mut hash = xxhash_rust::xxh3::Xxh3::new();
        for (name, texts) in &columns {
            let text = match texts {
                Some(texts) => texts.get(row).unwrap_or_default(),
                None => &source.constants[*name],
            };
            let text = normalised(text);
            if !text.is_empty() {
                for part in [*name, text.as_str()] {
                    hash.update(&(part.len() as u64).to_le_bytes());
                    hash.update(part.as_bytes());
                }
            }
        }
        hash.digest128()
    };
    Ok((0..frame.height()).map(content).collect())
}

/// A column as text; types that have no text of their own are spelled out value by value.
fn spelled(column: &Column) -> PolarsResult<StringChunked> {
    let cast = column.cast(&DataType::String).and_then(|texts| texts.str().cloned());
    cast.or_else(|_| {
        let values = (0..column.len()).map(|row| column.get(row));
        values.map(|value| value.map(|value| (!value.is_null()).then(|| format!("{value:?}")))).collect()
    })
}

fn origin(
    source: &Source,
    schema: &Schema,
    field: &Field,
    names: &BTreeMap<String, String>,
    formats: &[Reading],
) -> Result<Origin> {
    if let Some(value) = source.constants.get(&field.name) {
        return constant(source, field, value);
    }
    let given = names.get(&field.name);
    let wanted = given.unwrap_or(&field.name);
    let Some((name, dtype)) = named(schema, wanted) else {
        let required = given.is_some() || matches!(field.name.as_str(), "case_id" | "received_at");
        return if required { Err(no_column(source, schema, wanted)) } else { Ok(Origin::Absent) };
    };
    if schema.contains(&format!("{name}_duplicated_0")) {
        return Err(Error::unreadable(&source.path, format!("column `{name}` stands twice; rename one of them")));
    }
    let read = match field.kind {
        Kind::Instant => dated(source, name, dtype, formats)?,
        Kind::Id | Kind::Text | Kind::Outcome => named_values(source, name, dtype)?,
    };
    Ok(Origin::Column { name: name.clone(), read })
}

/// The column of that name, however either of them is composed.
fn named<'a>(schema: &'a Schema, wanted: &str) -> Option<(&'a PlSmallStr, &'a DataType)> {
    let exact = schema.iter().find(|(name, _)| name.as_str() == wanted);
    exact.or_else(|| schema.iter().find(|(name, _)| normalised(name) == normalised(wanted)))
}

/// A constant of the study; of a date it must be a day.
fn constant(source: &Source, field: &Field, value: &str) -> Result<Origin> {
    if field.kind == Kind::Instant && Reading::of_days().micros(value.trim()).is_none() {
        let key = format!("log.cases.set.{} of {}", field.name, source.label);
        return Err(Error::value(key, value, "a day such as 2024-02-01"));
    }
    Ok(Origin::Constant(value.to_owned()))
}

fn no_column(source: &Source, schema: &Schema, name: &str) -> Error {
    let near = nearest_name(name, schema.iter_names().map(PlSmallStr::as_str));
    ErrorKind::NoColumn { path: source.path.clone(), column: name.to_owned(), near }.into()
}

fn dated(source: &Source, name: &str, dtype: &DataType, formats: &[Reading]) -> Result<Read> {
    match dtype {
        DataType::Date => Ok(Read::Typed(Precision::Day)),
        DataType::Datetime(_, None) => Ok(Read::Typed(Precision::Wall)),
        DataType::Datetime(_, Some(_)) => Ok(Read::Typed(Precision::Offset)),
        DataType::String => inferred(source, name, formats).map(Read::Dated),
        DataType::Null => Ok(Read::Dated(None)),
        other => Err(wrong_type(source, name, other, "dates or moments, as text or typed")),
    }
}

/// Names and ids are texts or plain values that have one spelling.
fn named_values(source: &Source, name: &str, dtype: &DataType) -> Result<Read> {
    let nested = dtype.is_nested() || matches!(dtype, DataType::Binary);
    if nested { Err(wrong_type(source, name, dtype, "texts or numbers")) } else { Ok(Read::Text) }
}

fn wrong_type(source: &Source, column: &str, found: &DataType, expected: &'static str) -> Error {
    let (path, column, found) = (source.path.clone(), column.to_owned(), found.to_string());
    ErrorKind::WrongType { path, column, found, expected }.into()
}

fn inferred(source: &Source, name: &str, formats: &[Reading]) -> Result<Option<Reading>> {
    if let [only] = formats {
        return Ok(Some(only.clone()));
    }
    for most in [Some(SAMPLE), None] {
        let sample = texts(source, name, most)?;
        let values = values(&sample);
        match infer(&source.path, name, &values, formats, most.is_none())? {
            Inference::Settled(reading) => return Ok(reading),
            Inference::Contested(one, other) if most.is_none() => {
                return Err(ambiguous(&source.path, name, [&one, &other], &values));
            }
            Inference::Contested(..) => {}
        }
    }
    Ok(None)
}

/// Distinct values of a column that are not blank, in a fixed order.
fn texts(source: &Source, name: &str, most: Option<u32>) -> Result<DataFrame> {
    // Blank text is text to the engine; a column that begins with a thousand blanks is not empty.
    let filled = col(name).str().strip_chars(lit(NULL)).str().len_bytes().gt(lit(0));
    let mut scan = source.scan()?.select([col(name)]).filter(filled);
    scan = match most {
        Some(most) => scan.limit(most),
        None => scan,
    };
    let distinct = scan.unique_stable(None, UniqueKeepStrategy::First);
    source.guarded(|| Ok(distinct.collect_with_engine(Engine::Streaming)?.unwrap_single()))
}

fn values(frame: &DataFrame) -> Vec<&str> {
    let texts = frame.columns().first().and_then(|column| column.str().ok());
    texts.into_iter().flat_map(|texts| texts.iter().flatten()).map(str::trim).collect()
}
