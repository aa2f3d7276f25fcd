//! Some rows of an input as a worker gets them: texts of a text format, or a frame of the engine.

use super::dates::typed::beyond;
use super::lexicon::NO_NAME;
use super::rows::{Rows, Texts, UNDECODED};
use super::source::ROW;
use super::whole::each_known;
use crate::error::{Error, Result};
use polars::chunked_array::ops::row_encode::_get_rows_encoded_ca_unordered;
use polars::prelude::*;
use std::sync::Arc;

/// Rows of a piece that is worked on at once.
const CUT: usize = 1 << 14;

/// Names remembered by their place.
const RECENT: usize = 1 << 9;

/// Some rows of an input, with the columns that were asked for.
#[derive(Clone, Debug)]
pub(super) enum Piece {
    /// Texts.
    Rows(Rows),
    /// Typed columns.
    Frame(Frame),
}

/// Columns of the engine; the row number first.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) rows: DataFrame,
    /// By place, the texts of a column that has their numbers in its rows.
    pub(super) texts: Arc<[Option<Arc<Texts>>]>,
}

impl From<DataFrame> for Frame {
    fn from(rows: DataFrame) -> Self {
        Self { rows, texts: Arc::new([]) }
    }
}

impl Piece {
    /// The same in pieces that with their values fit the processor's cache.
    pub(super) fn cut(self) -> Vec<Self> {
        match self {
            Self::Frame(Frame { rows, texts }) if rows.height() > CUT => {
                let slice = |start| Frame { rows: rows.slice(start as i64, CUT), texts: texts.clone() };
                (0..rows.height()).step_by(CUT).map(|start| Self::Frame(slice(start))).collect()
            }
            own => vec![own],
        }
    }

    /// The number of its rows that stand in its columns.
    pub(super) fn height(&self) -> usize {
        match self {
            Self::Rows(rows) => rows.numbers.len(),
            Self::Frame(frame) => frame.rows.height(),
        }
    }

    /// The number of its rows, misshapen ones among them.
    pub(super) fn read(&self) -> u64 {
        match self {
            Self::Rows(rows) => (rows.numbers.len() + rows.misshapen.len()) as u64,
            Self::Frame(frame) => frame.rows.height() as u64,
        }
    }

    /// The numbers of the rows in its columns.
    pub(super) fn numbers(&self) -> Result<Vec<u64>> {
        match self {
            Self::Rows(rows) => Ok(rows.numbers.clone()),
            Self::Frame(frame) => {
                let column = frame.rows.column(ROW).and_then(|column| column.idx().cloned());
                let numbers = column.map_err(|e| Error::broken("numbering rows", e))?;
                let numbers = numbers.downcast_iter().flat_map(|numbers| numbers.values().iter());
                Ok(numbers.map(|number| u64::from(*number)).collect())
            }
        }
    }

    /// The column that was asked for at this place.
    pub(super) fn cells(&self, place: usize) -> Cells<'_> {
        match self {
            Self::Rows(rows) => Cells::Texts(&rows.columns[place]),
            Self::Frame(frame) => {
                let column = &frame.rows.columns()[place + 1];
                match frame.texts.get(place).and_then(Option::as_ref) {
                    Some(texts) => Cells::Numbered(column, texts),
                    None => Cells::Column(column),
                }
            }
        }
    }
}

/// A column before it is read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cells<'a> {
    Texts(&'a Texts),
    Column(&'a Column),
    /// By row, the number of its text.
    Numbered(&'a Column, &'a Arc<Texts>),
}

impl Cells<'_> {
    /// Shows every text in the order of the rows, untrimmed; what is absent is blank.
    pub(super) fn each_text(self, mut each: impl FnMut(usize, &str)) -> Result<()> {
        match self {
            Cells::Texts(texts) => texts.iter().enumerate().for_each(|(row, text)| each(row, text)),
            Cells::Numbered(column, texts) => {
                let text = |number: Option<u32>| number.map_or("", |number| texts.get(number as usize));
                numbers(column)?.iter().enumerate().for_each(|(row, number)| each(row, text(number)));
            }
            Cells::Column(column) => {
                let texts = spelled(column).map_err(|e| Error::broken("reading a column as text", e))?;
                let texts = texts.downcast_iter().flat_map(|texts| texts.iter());
                texts.enumerate().for_each(|(row, text)| each(row, text.unwrap_or_default()));
            }
        }
        Ok(())
    }

    /// The code of every name, as `code` gives it; where it gives none, [`NO_NAME`].
    ///
    /// A name that stands often in a column of the engine lies there once. Its number or its place is enough to know it
    /// again, so the name itself is hardly ever looked at.
    pub(super) fn each_name(
        self,
        coded: &mut Coded,
        mut code: impl FnMut(usize, &str) -> Option<u32>,
    ) -> Result<Vec<u32>> {
        match self {
            Cells::Numbered(column, texts) => Ok(codes_by_number(numbers(column)?, texts, coded, code)),
            Cells::Column(column) if column.dtype() == &DataType::String => {
                let texts = column.str().map_err(|e| Error::broken("reading names", e))?;
                Ok(codes_by_place(texts, code))
            }
            own => {
                let mut codes = Vec::new();
                own.each_text(|row, text| codes.push(code(row, text).unwrap_or(NO_NAME)))?;
                Ok(codes)
            }
        }
    }

    /// The value of a row as its source has it, cut at 200 characters; `None` where there is none.
    pub(super) fn shown(self, row: usize) -> Option<String> {
        self.shown_whole(row).map(|text| text.chars().take(200).collect::<String>().replace(UNDECODED, "\u{FFFD}"))
    }

    /// The same at its whole length.
    pub(super) fn shown_whole(self, row: usize) -> Option<String> {
        match self {
            Cells::Texts(texts) => Some(texts.get(row).to_owned()).filter(|text| !text.is_empty()),
            Cells::Numbered(column, texts) => {
                let number = numbers(column).ok().and_then(|numbers| numbers.get(row));
                number.map(|number| texts.get(number as usize).to_owned())
            }
            Cells::Column(column) => {
                let value = column.get(row).ok().map(AnyValue::into_static).filter(|value| !value.is_null());
                value.map(|value| written(&value))
            }
        }
    }
}

/// The numbers of a column that has them in place of texts.
fn numbers(column: &Column) -> Result<&UInt32Chunked> {
    column.u32().map_err(|e| Error::broken("reading a column of numbered texts", e))
}

/// The codes of numbered texts as far as they are known: pieces of one row group have one list of texts.
#[derive(Debug, Default)]
pub(super) struct Coded {
    of: Option<Arc<Texts>>,
    /// By number; the last is that of no text.
    codes: Vec<u32>,
}

/// Stands for the code of a text that has none yet.
const UNKNOWN: u32 = u32::MAX;

impl Coded {
    fn begin(&mut self, texts: &Arc<Texts>) {
        if !self.of.as_ref().is_some_and(|own| Arc::ptr_eq(own, texts)) {
            self.codes.clear();
            self.codes.resize(texts.len() + 1, UNKNOWN);
            self.of = Some(texts.clone());
        }
    }
}

fn codes_by_number(
    numbers: &UInt32Chunked,
    texts: &Arc<Texts>,
    coded: &mut Coded,
    mut code: impl FnMut(usize, &str) -> Option<u32>,
) -> Vec<u32> {
    coded.begin(texts);
    let (known, none) = (&mut coded.codes, texts.len());
    let (mut codes, mut is_new) = (Vec::with_capacity(numbers.len()), false);
    each_known(numbers, &mut codes, |number: u32, is_text| {
        let own = known[if is_text { number as usize } else { none }];
        is_new |= own == UNKNOWN;
        own
    });
    // Most pieces of a row group have no text that was not met before, and no row of them is looked at by itself.
    let looked_at = if is_new { &mut codes[..] } else { &mut [] };
    for (row, (own, number)) in
        looked_at.iter_mut().zip(numbers.iter()).enumerate().filter(|(_, (own, _))| **own == UNKNOWN)
    {
        let number = number.map_or(none, |number| number as usize);
        if known[number] == UNKNOWN {
            known[number] = code(row, if number == none { "" } else { texts.get(number) }).unwrap_or(UNKNOWN);
        }
        *own = if known[number] == UNKNOWN { NO_NAME } else { known[number] };
    }
    codes
}

fn codes_by_place(texts: &StringChunked, mut code: impl FnMut(usize, &str) -> Option<u32>) -> Vec<u32> {
    let mut codes = Vec::with_capacity(texts.len());
    for (chunk, texts) in texts.chunks().iter().zip(texts.downcast_iter()) {
        let (mut recent, has_blanks) = ([None; RECENT], chunk.null_count() > 0);
        for (row, view) in texts.views().iter().enumerate() {
            let view = if has_blanks && chunk.is_null(row) { 0 } else { view.as_u128() };
            let place = &mut recent[place_of(view)];
            codes.push(match *place {
                Some((known, code)) if known == view => code,
                _ => {
                    let own = code(codes.len(), texts.get(row).unwrap_or_default());
                    *place = own.map(|own| (view, own));
                    own.unwrap_or(NO_NAME)
                }
            });
        }
    }
    codes
}

/// Where the view of a name is remembered.
fn place_of(view: u128) -> usize {
    let mixed = (view as u64 ^ (view >> 64) as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> 32) as usize % RECENT
}

/// A column as text; types that have no text of their own are spelled out value by value.
pub(super) fn spelled(column: &Column) -> PolarsResult<StringChunked> {
    match column.dtype() {
        DataType::String => column.str().cloned(),
        // The engine's own text of a time ends with its seconds.
        DataType::Time => each_written(column),
        DataType::Date | DataType::Datetime(..) => spelled_dates(column),
        // Its own text of a list leaves out the middle.
        nested if nested.is_nested() => encoded(column),
        _ => cast(column).or_else(|_| each_written(column)),
    }
}

fn cast(column: &Column) -> PolarsResult<StringChunked> {
    column.cast(&DataType::String).and_then(|texts| texts.str().cloned())
}

fn each_written(column: &Column) -> PolarsResult<StringChunked> {
    let values = (0..column.len()).map(|row| column.get(row));
    values.map(|value| value.map(|value| (!value.is_null()).then(|| written(&value)))).collect()
}

/// Dates as text; those that no calendar reaches as numbers, since the engine stops on writing such a date.
fn spelled_dates(column: &Column) -> PolarsResult<StringChunked> {
    let far: Vec<Option<i64>> =
        (0..column.len()).map(|row| column.get(row).map(|value| beyond(&value))).collect::<PolarsResult<_>>()?;
    if far.iter().all(Option::is_none) {
        return cast(column);
    }
    let near: BooleanChunked = far.iter().map(Option::is_none).collect();
    let none = Series::full_null(column.name().clone(), column.len(), column.dtype());
    let texts = cast(&column.as_materialized_series().zip_with(&near, &none)?.into_column())?;
    let all = texts.iter().zip(far).map(|(text, far)| far.map(|number| number.to_string()).or(text.map(str::to_owned)));
    Ok(all.collect())
}

/// Nested values as the digits of the bytes by which the engine compares rows.
fn encoded(column: &Column) -> PolarsResult<StringChunked> {
    let rows = _get_rows_encoded_ca_unordered(column.name().clone(), std::slice::from_ref(column))?;
    let digits = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let blank = column.is_null();
    let all = rows.iter().zip(blank.iter()).map(|(row, blank)| row.filter(|_| blank != Some(true)).map(digits));
    Ok(all.collect())
}

/// A value as text; a date that no calendar reaches as its number, since the engine stops on writing such a date.
fn written(value: &AnyValue<'_>) -> String {
    match (beyond(value), value.get_str()) {
        (Some(number), _) => without_end(value, number).map_or_else(|| number.to_string(), str::to_owned),
        (None, Some(text)) => text.to_owned(),
        (None, None) => value.to_string(),
    }
}

/// The last and the first number of a typed date, which databases take for the end and the beginning of time.
fn without_end(value: &AnyValue<'_>, number: i64) -> Option<&'static str> {
    let (first, last) = match value {
        AnyValue::Date(_) => (i32::MIN.into(), i32::MAX.into()),
        _ => (i64::MIN + 1, i64::MAX),
    };
    if number == last { Some("infinity") } else { (number <= first).then_some("-infinity") }
}
