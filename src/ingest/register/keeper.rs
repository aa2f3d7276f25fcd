//! Accepted rows of a log as the register keeps them: canonical columns, as frames.

use super::rows::{AMBIGUOUS, HASH, hex};
use crate::error::{Error, Result};
use crate::ingest::batch::Batch;
use crate::ingest::binding::DAYS_OF;
use crate::ingest::data::Data;
use crate::ingest::events::texts;
use crate::ingest::gathered::Gathered;
use crate::ingest::lexicon::Lexicon;
use crate::ingest::log::{Log, Sign, Sink};
use crate::ingest::schema::{Field, Kind};
use polars::prelude::{
    BooleanChunked, Column, DataFrame, DataType, Int64Chunked, IntoColumn, NewChunkedArray, TimeUnit, TimeZone,
};

/// One worker's accepted rows.
pub(super) struct Keeper {
    rows: Gathered,
    ids: Vec<u128>,
    ambiguous: Vec<u8>,
}

/// The rows of a log that stay, in the order of the inputs; frames of them are made as they are asked for, because a frame
/// takes four times the room.
pub(super) struct Staying(Vec<(Keeper, Vec<usize>)>);

impl Staying {
    pub(super) fn new(mut parts: Vec<Keeper>) -> Self {
        // One worker read everything; another one only takes rows out.
        let out: Vec<_> = parts.iter_mut().flat_map(|part| std::mem::take(&mut part.rows.out)).collect();
        let ordered = parts.into_iter().map(|mut part| {
            part.rows.out.clone_from(&out);
            let order = part.rows.order();
            (part, order)
        });
        Self(ordered.collect())
    }

    pub(super) fn len(&self) -> usize {
        self.0.iter().map(|(_, order)| order.len()).sum()
    }

    /// The rows, so many in each frame at most.
    pub(super) fn frames(&self, most: usize) -> impl Iterator<Item = Result<DataFrame>> {
        self.0.iter().flat_map(move |(part, order)| order.chunks(most).map(|rows| part.frame(rows)))
    }
}

impl Keeper {
    pub(super) fn new(log: &Log) -> Self {
        Self { rows: Gathered::new(log), ids: Vec::new(), ambiguous: Vec::new() }
    }

    /// The columns that rows of a log are kept in.
    pub(super) fn types(log: &Log) -> Vec<(String, DataType)> {
        let mut types = vec![(HASH.to_owned(), DataType::String), (AMBIGUOUS.to_owned(), DataType::Int64)];
        for Field { name, kind, .. } in log.own_fields() {
            match kind {
                Kind::Id => {}
                Kind::Instant => {
                    types.push((name.clone(), DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC))));
                    types.push((format!("{DAYS_OF}{name}"), DataType::Boolean));
                }
                Kind::Text | Kind::Key | Kind::Pauses => types.push((name.clone(), DataType::String)),
                Kind::Number | Kind::Decimal => types.push((name.clone(), DataType::Int64)),
                Kind::Flag => types.push((name.clone(), DataType::Boolean)),
            }
        }
        types
    }

    fn frame(&self, rows: &[usize]) -> Result<DataFrame> {
        let mut columns = vec![texts(HASH, rows.iter().map(|row| Some(hex(self.ids[*row]))))];
        for (field, data) in &self.rows.columns {
            columns.extend(kept(field, data, rows, &self.rows.lexicon)?);
        }
        let times = |row: &usize| self.ambiguous.get(*row).map(|times| i64::from(*times)).filter(|times| *times > 0);
        columns.push(Int64Chunked::from_iter_options(AMBIGUOUS.into(), rows.iter().map(times)).into_column());
        DataFrame::new(rows.len(), columns).map_err(|e| Error::broken("keeping rows", e))
    }
}

impl Sink for Keeper {
    fn add(&mut self, batch: &Batch<'_>, sign: Sign) -> Result<()> {
        self.rows.add(batch, sign)?;
        if sign == Sign::Plus {
            self.ids.extend(&batch.ids);
            self.ambiguous.extend(&batch.ambiguous);
            self.ambiguous.resize(self.rows.spots.len(), 0);
        }
        Ok(())
    }

    fn close(&mut self, lexicon: &Lexicon) {
        self.rows.close(lexicon);
    }
}

/// A column of some rows as the register keeps it.
fn kept(field: &Field, data: &Data, rows: &[usize], lexicon: &Lexicon) -> Result<Vec<Column>> {
    let (name, rows) = (field.name.as_str(), rows.iter().copied());
    Ok(match field.kind {
        Kind::Instant => {
            let us = rows.clone().map(|row| data.moment(row).map(|(us, _)| us));
            let to = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
            let own = Int64Chunked::from_iter_options(name.into(), us).into_column();
            let own = own.cast(&to).map_err(|e| Error::broken("keeping dates", e))?;
            let marks = rows.map(|row| Some(data.moment(row).is_some_and(|(_, is_day)| is_day)));
            vec![own, BooleanChunked::from_iter_options(format!("{DAYS_OF}{name}").into(), marks).into_column()]
        }
        Kind::Flag => {
            let flags = rows.map(|row| data.number(row).map(|number| number != 0));
            vec![BooleanChunked::from_iter_options(name.into(), flags).into_column()]
        }
        Kind::Number | Kind::Decimal => {
            let numbers = rows.map(|row| data.number(row));
            vec![Int64Chunked::from_iter_options(name.into(), numbers).into_column()]
        }
        Kind::Id | Kind::Text | Kind::Key | Kind::Pauses => {
            vec![texts(name, rows.map(|row| data.name(row, lexicon).map(str::to_owned)))]
        }
    })
}
