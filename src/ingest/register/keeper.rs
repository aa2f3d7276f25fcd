//! Accepted rows of a log as the register keeps them: canonical columns, as frames.

use super::rows::{AMBIGUOUS, HASH, hex};
use crate::error::{Error, Result};
use crate::ingest::batch::{ABSENT, Batch};
use crate::ingest::binding::DAYS_OF;
use crate::ingest::events::{spelled_pauses, texts};
use crate::ingest::lexicon::{Lexicon, NO_NAME};
use crate::ingest::log::{Log, Sign, Sink};
use crate::ingest::pauses::Pauses;
use crate::ingest::rows::Texts;
use crate::ingest::schema::{Field, Kind};
use polars::prelude::{
    BooleanChunked, Column, DataFrame, DataType, Int64Chunked, IntoColumn, NewChunkedArray, StringChunked, TimeUnit,
    TimeZone,
};
use std::collections::{BTreeSet, HashSet};

/// Where a row stands: input and number.
type Spot = (usize, u64);

/// One worker's accepted rows.
pub(super) struct Keeper {
    columns: Vec<(String, Kept)>,
    ids: Vec<u128>,
    ambiguous: Vec<u8>,
    spots: Vec<Spot>,
    /// Rows taken out again.
    out: Vec<Spot>,
    /// Names by code.
    names: Vec<Option<String>>,
}

/// The rows of a log that stay, in the order of the inputs; frames of them are made as they are asked for, because a frame
/// takes four times the room.
pub(super) struct Staying(Vec<(Keeper, Vec<usize>)>);

impl Staying {
    pub(super) fn new(parts: Vec<Keeper>) -> Self {
        let out: HashSet<Spot> = parts.iter().flat_map(|part| part.out.iter().copied()).collect();
        // One worker read everything; another one only takes rows out.
        let ordered = parts.into_iter().map(|part| {
            let mut order: Vec<usize> = (0..part.spots.len()).filter(|row| !out.contains(&part.spots[*row])).collect();
            order.sort_unstable_by_key(|row| part.spots[*row]);
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

/// What one column holds, row by row.
enum Kept {
    /// Moments in µs, and of which only the local day is known.
    Moments(Vec<i64>, Vec<bool>),
    Codes(Vec<u32>),
    Numbers(Vec<i64>),
    /// Yes (1), no (0) or nothing.
    Flags(Vec<i64>),
    Pauses(Vec<Option<String>>),
    /// Texts that are handed on as they are.
    Texts(Texts),
}

impl Keeper {
    pub(super) fn new(log: &Log) -> Self {
        let columns = log.own_fields().filter_map(|field| Some((field.name.clone(), Kept::of(field)?)));
        let (ids, ambiguous, spots, out, names) = Default::default();
        Self { columns: columns.collect(), ids, ambiguous, spots, out, names }
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
                Kind::Text | Kind::Pauses => types.push((name.clone(), DataType::String)),
                Kind::Number | Kind::Decimal => types.push((name.clone(), DataType::Int64)),
                Kind::Flag => types.push((name.clone(), DataType::Boolean)),
            }
        }
        types
    }

    fn frame(&self, rows: &[usize]) -> Result<DataFrame> {
        let mut columns = vec![texts(HASH, rows.iter().map(|row| Some(hex(self.ids[*row]))))];
        for (name, kept) in &self.columns {
            columns.extend(kept.columns(name, rows, &self.names)?);
        }
        let times = |row: &usize| self.ambiguous.get(*row).map(|times| i64::from(*times)).filter(|times| *times > 0);
        columns.push(Int64Chunked::from_iter_options(AMBIGUOUS.into(), rows.iter().map(times)).into_column());
        DataFrame::new(rows.len(), columns).map_err(|e| Error::broken("keeping rows", e))
    }
}

impl Sink for Keeper {
    fn add(&mut self, batch: &Batch<'_>, sign: Sign) -> Result<()> {
        let spots = batch.rows.iter().map(|row| (batch.input, *row));
        if sign == Sign::Minus {
            self.out.extend(spots);
            return Ok(());
        }
        self.spots.extend(spots);
        self.ids.extend(&batch.ids);
        if batch.ambiguous.is_empty() {
            self.ambiguous.resize(self.spots.len(), 0);
        } else {
            self.ambiguous.extend(&batch.ambiguous);
        }
        self.columns.iter_mut().for_each(|(name, kept)| kept.extend(name, batch));
        Ok(())
    }

    fn close(&mut self, lexicon: &Lexicon) {
        let codes =
            self.columns.iter().filter_map(|(_, kept)| if let Kept::Codes(codes) = kept { Some(codes) } else { None });
        let used: BTreeSet<u32> = codes.flatten().copied().filter(|code| *code != NO_NAME).collect();
        self.names = vec![None; used.last().map_or(0, |code| *code as usize + 1)];
        used.into_iter().for_each(|code| self.names[code as usize] = lexicon.name(code).map(str::to_owned));
    }
}

impl Kept {
    /// No row yet; `None` of ids, which are kept hashed.
    fn of(field: &Field) -> Option<Self> {
        match field.kind {
            Kind::Id => None,
            Kind::Text if field.verbatim => Some(Self::Texts(Texts::default())),
            Kind::Instant => Some(Self::Moments(Vec::new(), Vec::new())),
            Kind::Text => Some(Self::Codes(Vec::new())),
            Kind::Number | Kind::Decimal => Some(Self::Numbers(Vec::new())),
            Kind::Flag => Some(Self::Flags(Vec::new())),
            Kind::Pauses => Some(Self::Pauses(Vec::new())),
        }
    }

    fn extend(&mut self, name: &str, batch: &Batch<'_>) {
        let rows = batch.len();
        match self {
            Self::Moments(us, days) => match batch.instants(name) {
                Some(own) => {
                    us.extend(&own.us);
                    days.extend((0..rows).map(|row| own.is_day(row)));
                }
                None => {
                    us.resize(us.len() + rows, ABSENT);
                    days.resize(days.len() + rows, false);
                }
            },
            Self::Codes(codes) => match batch.codes(name) {
                Some(own) => codes.extend(own),
                None => codes.resize(codes.len() + rows, NO_NAME),
            },
            Self::Numbers(numbers) | Self::Flags(numbers) => match batch.numbers(name) {
                Some(own) => numbers.extend(own),
                None => numbers.resize(numbers.len() + rows, ABSENT),
            },
            Self::Pauses(texts) => match batch.pauses(name) {
                Some(own) => texts.extend((0..rows).map(|row| spelled(own, row))),
                None => texts.resize(texts.len() + rows, None),
            },
            Self::Texts(texts) => match batch.texts(name) {
                Some(own) => own.iter().for_each(|text| texts.push(text)),
                None => (0..rows).for_each(|_| texts.push("")),
            },
        }
    }

    fn columns(&self, name: &str, rows: &[usize], names: &[Option<String>]) -> Result<Vec<Column>> {
        let known = |number: i64| Some(number).filter(|number| *number != ABSENT);
        Ok(match self {
            Self::Moments(us, days) => {
                let own = Int64Chunked::from_iter_options(name.into(), rows.iter().map(|row| known(us[*row])));
                let to = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
                let own = own.into_column().cast(&to).map_err(|e| Error::broken("keeping dates", e))?;
                let marks = rows.iter().map(|row| Some(days[*row] && us[*row] != ABSENT));
                let marks = BooleanChunked::from_iter_options(format!("{DAYS_OF}{name}").into(), marks);
                vec![own, marks.into_column()]
            }
            Self::Codes(codes) => {
                vec![texts(
                    name,
                    rows.iter().map(|row| {
                        names.get(codes[*row] as usize).cloned().flatten().filter(|_| codes[*row] != NO_NAME)
                    }),
                )]
            }
            Self::Numbers(numbers) => {
                vec![
                    Int64Chunked::from_iter_options(name.into(), rows.iter().map(|row| known(numbers[*row])))
                        .into_column(),
                ]
            }
            Self::Flags(numbers) => {
                let flags = rows.iter().map(|row| known(numbers[*row]).map(|number| number != 0));
                vec![BooleanChunked::from_iter_options(name.into(), flags).into_column()]
            }
            Self::Pauses(spelled) => vec![texts(name, rows.iter().map(|row| spelled[*row].clone()))],
            Self::Texts(own) => {
                let own = rows.iter().map(|row| Some(own.get(*row)).filter(|text| !text.is_empty()));
                vec![own.collect::<StringChunked>().with_name(name.into()).into_column()]
            }
        })
    }
}

/// The pauses of a row as the column `paused` may have them.
fn spelled(pauses: &Pauses, row: usize) -> Option<String> {
    if let Some(us) = pauses.total(row) {
        return Some(format!("PT{}.{:06}S", us / 1_000_000, us % 1_000_000));
    }
    let spans: Vec<(i64, Option<i64>)> =
        pauses.spans(row).iter().map(|pause| (pause.from, (!pause.is_open()).then_some(pause.to))).collect();
    (!spans.is_empty()).then(|| spelled_pauses(&spans))
}
