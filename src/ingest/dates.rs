//! A source's date column as wall times, before they are placed in a zone.

use super::datetime::{Precision, Reading};
use crate::error::{Error, Result};
use polars::prelude::*;

/// A date as its column has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wall {
    /// None.
    Blank,
    /// One that the column's format does not read.
    Unparsable,
    /// One that no calendar reaches.
    Beyond,
    /// Microseconds since the epoch, by the wall or, with an offset, of UTC.
    At(i64),
}

const DAY: i64 = 86_400_000_000;

/// The end of year 9999 and as far back: beyond it arithmetic on microseconds may leave 64 bits.
const FARTHEST: u64 = 253_402_300_800_000_000;

impl Wall {
    fn at(us: i64) -> Self {
        if us.unsigned_abs() < FARTHEST { Self::At(us) } else { Self::Beyond }
    }
}

/// A column of text: the engine's fast reader first; what it refuses is trimmed and read once more.
pub(super) fn parsed(column: &Column, reading: &Reading) -> Result<Vec<Wall>> {
    let texts = column.str().map_err(wrong)?;
    let slow = |text: &str| match text.trim() {
        "" => Wall::Blank,
        text => reading.micros(text).map_or(Wall::Unparsable, Wall::at),
    };
    // The fast reader knows fewer specifiers; what it does not know is read slowly.
    let fast = fast(texts, reading).unwrap_or_else(|_| Int64Chunked::full_null("".into(), texts.len()));
    let walls = fast.iter().zip(texts.iter()).map(|pair| match pair {
        (Some(us), _) => Wall::at(us),
        (None, Some(text)) => slow(text),
        (None, None) => Wall::Blank,
    });
    Ok(walls.collect())
}

fn fast(texts: &StringChunked, reading: &Reading) -> PolarsResult<Int64Chunked> {
    let format = Some(reading.format.as_str());
    if reading.precision == Precision::Day {
        let days = texts.as_date(format, true)?;
        return Ok(days.physical().iter().map(|day| day.map(|day| i64::from(day) * DAY)).collect());
    }
    let raise = StringChunked::full("".into(), "raise", 1);
    let zoned = reading.precision == Precision::Offset;
    Ok(texts.as_datetime(format, TimeUnit::Microseconds, true, zoned, None, &raise)?.physical().clone())
}

/// A column of typed dates or moments.
pub(super) fn typed(column: &Column) -> Result<Vec<Wall>> {
    let zone = match column.dtype() {
        DataType::Datetime(_, zone) => zone.clone(),
        _ => None,
    };
    let at = column.cast(&DataType::Datetime(TimeUnit::Microseconds, zone)).map_err(wrong)?;
    let at = at.datetime().map_err(wrong)?.physical().clone();
    let blank = column.is_null();
    let walls = at.iter().zip(blank.iter()).map(|pair| match pair {
        (Some(us), _) => Wall::at(us),
        (None, Some(true)) => Wall::Blank,
        // There was a date, and no microsecond for it.
        (None, _) => Wall::Beyond,
    });
    Ok(walls.collect())
}

/// The number behind a typed date that no calendar reaches; the engine stops on writing such a date.
pub(super) fn beyond(value: &AnyValue<'_>) -> Option<i64> {
    let (number, us) = match value {
        AnyValue::Datetime(at, unit, _) | AnyValue::DatetimeOwned(at, unit, _) => match unit {
            TimeUnit::Nanoseconds => (*at, *at / 1_000),
            TimeUnit::Microseconds => (*at, *at),
            TimeUnit::Milliseconds => (*at, at.saturating_mul(1_000)),
        },
        AnyValue::Date(day) => (i64::from(*day), i64::from(*day).saturating_mul(DAY)),
        _ => return None,
    };
    (Wall::at(us) == Wall::Beyond).then_some(number)
}

fn wrong(error: PolarsError) -> Error {
    Error::broken("reading a date column", error)
}
