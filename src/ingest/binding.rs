//! Where each canonical column of one input comes from, and how it is read.

use super::datetime::{Precision, Reading, infer};
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
        let schema = source.schema()?;
        let origins =
            fields.iter().map(|field| origin(&source, &schema, field, names, formats)).collect::<Result<_>>()?;
        Ok(Self { source, origins })
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

/// What each row of a source says, hashed: all its columns by name, and the study's constants for it.
///
/// Equal for rows that say the same. All columns count, mapped or not, because two rows of one id that differ anywhere
/// are not one dossier; nothing but the hash leaves the door.
pub(super) fn contents(source: &Source, frame: &DataFrame) -> PolarsResult<Vec<u128>> {
    let mut columns: Vec<&Column> =
        frame.columns().iter().filter(|column| column.name() != super::source::ROW).collect();
    columns.sort_by(|a, b| a.name().cmp(b.name()));
    let texts = columns.iter().map(|column| column.cast(&DataType::String)).collect::<PolarsResult<Vec<_>>>()?;
    let texts = texts.iter().map(Column::str).collect::<PolarsResult<Vec<_>>>()?;
    let content = |row: usize| {
        let mut hash = xxhash_rust::xxh3::Xxh3::new();
        let own =
            columns.iter().zip(&texts).filter_map(|(column, texts)| Some((column.name().as_str(), texts.get(row)?)));
        let constants = source.constants.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in own.map(|(name, value)| (name, value.trim())).chain(constants) {
            for part in [name, value] {
                hash.update(&(part.len() as u64).to_le_bytes());
                hash.update(part.as_bytes());
            }
        }
        hash.digest128()
    };
    Ok((0..frame.height()).map(content).collect())
}

fn origin(
    source: &Source,
    schema: &Schema,
    field: &Field,
    names: &BTreeMap<String, String>,
    formats: &[Reading],
) -> Result<Origin> {
    if let Some(value) = source.constants.get(&field.name) {
        return Ok(Origin::Constant(value.clone()));
    }
    let given = names.get(&field.name);
    let name = given.unwrap_or(&field.name);
    let Some(dtype) = schema.get(name) else {
        let required = given.is_some() || matches!(field.name.as_str(), "case_id" | "received_at");
        return if required { Err(no_column(source, schema, name)) } else { Ok(Origin::Absent) };
    };
    let read = match field.kind {
        Kind::Instant => dated(source, name, dtype, formats)?,
        Kind::Id | Kind::Text | Kind::Outcome => Read::Text,
    };
    Ok(Origin::Column { name: name.as_str().into(), read })
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
        other => Err(Error::unreadable(&source.path, format!("column `{name}` should hold dates, it holds {other}"))),
    }
}

fn inferred(source: &Source, name: &str, formats: &[Reading]) -> Result<Option<Reading>> {
    if let [only] = formats {
        return Ok(Some(only.clone()));
    }
    let sample = texts(source, name, Some(SAMPLE))?;
    match infer(&source.path, name, &values(&sample), formats) {
        Err(error) if matches!(error.kind(), ErrorKind::AmbiguousDatetime { .. }) => {
            infer(&source.path, name, &values(&texts(source, name, None)?), formats)
        }
        found => found,
    }
}

/// Distinct values of a column that are not blank, in a fixed order.
fn texts(source: &Source, name: &str, most: Option<u32>) -> Result<DataFrame> {
    let mut scan = source.scan()?.select([col(name)]).filter(col(name).is_not_null());
    scan = match most {
        Some(most) => scan.limit(most),
        None => scan,
    };
    let distinct = scan.unique_stable(None, UniqueKeepStrategy::First);
    source.guarded(|| Ok(distinct.collect_with_engine(Engine::Streaming)?.unwrap_single()))
}

fn values(frame: &DataFrame) -> Vec<&str> {
    let texts = frame.columns().first().and_then(|column| column.str().ok());
    let filled = texts.into_iter().flat_map(|texts| texts.iter().flatten()).map(str::trim);
    filled.filter(|text| !text.is_empty()).collect()
}
