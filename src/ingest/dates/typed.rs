//! Typed dates as wall times, before they are placed in a zone.

use super::reading::Reading;
use crate::error::{Error, Result};
use polars::prelude::*;

/// A date as its column has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Wall {
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
pub(in crate::ingest) const FARTHEST: i64 = 253_402_300_800_000_000;

impl Wall {
    pub(in crate::ingest) fn at(us: i64) -> Self {
        if us.unsigned_abs() < FARTHEST.unsigned_abs() { Self::At(us) } else { Self::Beyond }
    }
}

/// Shows every date of a column of typed dates or moments.
pub(in crate::ingest) fn each_typed(column: &Column, mut each: impl FnMut(usize, Wall)) -> Result<()> {
    let zone = match column.dtype() {
        DataType::Datetime(_, zone) => zone.clone(),
        _ => None,
    };
    let at = column.cast(&DataType::Datetime(TimeUnit::Microseconds, zone)).map_err(wrong)?;
    let at = at.datetime().map_err(wrong)?;
    let blank = column.is_null();
    let dates = at.physical().iter().zip(blank.iter()).map(|pair| match pair {
        (Some(us), _) => Wall::at(us),
        (None, Some(true)) => Wall::Blank,
        // There was a date, and no microsecond for it.
        (None, _) => Wall::Beyond,
    });
    dates.enumerate().for_each(|(row, wall)| each(row, wall));
    Ok(())
}

/// The same of a column of numbers, such as serial days or seconds since the epoch.
pub(in crate::ingest) fn each_number(
    column: &Column,
    reading: &Reading,
    mut each: impl FnMut(usize, Wall),
) -> Result<()> {
    let read = |us: Option<i64>| us.map_or(Wall::Unparsable, Wall::at);
    if column.dtype().is_float() {
        let numbers = column.cast(&DataType::Float64).map_err(wrong)?;
        let numbers = numbers.f64().map_err(wrong)?;
        let walls =
            numbers.iter().map(|number| number.map_or(Wall::Blank, |number| read(reading.micros_of_float(number))));
        walls.enumerate().for_each(|(row, wall)| each(row, wall));
        return Ok(());
    }
    let wide = column.cast(&DataType::Int64).map_err(wrong)?;
    let numbers = wide.i64().map_err(wrong)?;
    for (row, (number, blank)) in numbers.iter().zip(column.is_null().iter()).enumerate() {
        each(
            row,
            match number {
                Some(number) => read(reading.micros_of_integer(number)),
                None if blank == Some(true) => Wall::Blank,
                None => Wall::Beyond,
            },
        );
    }
    Ok(())
}

/// The number behind a typed date that no calendar reaches; the engine stops on writing such a date.
pub(in crate::ingest) fn beyond(value: &AnyValue<'_>) -> Option<i64> {
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
