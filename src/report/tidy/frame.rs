//! The tidy table as a frame, and as Parquet.

use super::value::{Kind, Value};
use super::{Table, Wrong};
use crate::error::{Error, Result};
use crate::scorecard::Scorecard;
use polars::prelude::*;

/// Where a file says what its scorecard comes from.
const PROVENANCE: &str = "giamtang.provenance";

/// The frame; what is absent is null.
pub(in crate::report) fn frame(card: &Scorecard) -> Result<DataFrame> {
    filled(card).map_err(|why| Error::broken("making a frame of a scorecard", why))
}

/// The bytes of the file; where the scorecard comes from stands in its metadata too.
pub(in crate::report) fn parquet(card: &Scorecard) -> Result<Vec<u8>> {
    let mut frame = frame(card)?;
    written(card, &mut frame).map_err(|why| Error::broken("writing a scorecard as Parquet", why))
}

fn written(card: &Scorecard, frame: &mut DataFrame) -> std::result::Result<Vec<u8>, Wrong> {
    let metadata = vec![(PROVENANCE.to_owned(), serde_json::to_string(&card.provenance)?)];
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes)
        .with_key_value_metadata(Some(KeyValueMetadata::from_static(metadata)))
        .with_compression(ParquetCompression::Zstd(None))
        .set_parallel(false)
        .finish(frame)?;
    Ok(bytes)
}

/// A column under way.
enum Builder {
    Text(StringChunkedBuilder),
    Count(PrimitiveChunkedBuilder<Int64Type>),
    Number(PrimitiveChunkedBuilder<Float64Type>),
}

impl Builder {
    fn new(name: &str, kind: Kind, rows: usize) -> Self {
        let name = PlSmallStr::from_str(name);
        match kind {
            Kind::Text => Self::Text(StringChunkedBuilder::new(name, rows)),
            Kind::Count => Self::Count(PrimitiveChunkedBuilder::new(name, rows)),
            Kind::Number => Self::Number(PrimitiveChunkedBuilder::new(name, rows)),
        }
    }

    fn push(&mut self, value: &Value<'_>) -> std::result::Result<(), Wrong> {
        match (self, value) {
            (Self::Text(own), Value::Text(text)) => own.append_value(text),
            (Self::Count(own), Value::Count(count)) => own.append_value(i64::try_from(*count)?),
            (Self::Number(own), Value::Number(number)) => own.append_value(*number),
            (Self::Text(own), _) => own.append_null(),
            (Self::Count(own), _) => own.append_null(),
            (Self::Number(own), _) => own.append_null(),
        }
        Ok(())
    }

    fn finish(self) -> Column {
        match self {
            Self::Text(own) => own.finish().into_column(),
            Self::Count(own) => own.finish().into_column(),
            Self::Number(own) => own.finish().into_column(),
        }
    }
}

fn filled(card: &Scorecard) -> std::result::Result<DataFrame, Wrong> {
    let table = Table::of(card)?;
    let rows = table.lines.len();
    let mut columns: Vec<Builder> = table.columns().map(|(name, kind)| Builder::new(&name, kind, rows)).collect();
    for cells in table.rows() {
        columns.iter_mut().zip(&cells?).try_for_each(|(column, cell)| column.push(cell))?;
    }
    Ok(DataFrame::new(rows, columns.into_iter().map(Builder::finish).collect())?)
}
