//! Typed dates as wall times, before they are placed in a zone.

use super::super::batch::ABSENT;
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
const FARTHEST: u64 = 253_402_300_800_000_000;

impl Wall {
    pub(in crate::ingest) fn at(us: i64) -> Self {
        if us.unsigned_abs() < FARTHEST { Self::At(us) } else { Self::Beyond }
    }
}

/// Dates of which none is beyond every calendar.
pub(in crate::ingest) struct Dates {
    /// Microseconds since the epoch, by the wall or, with an offset, of UTC; [`ABSENT`] where there is none.
    pub(in crate::ingest) us: Vec<i64>,
    /// The earliest and the latest; `None` where there is no date at all.
    pub(in crate::ingest) range: Option<(i64, i64)>,
    /// Whether some row has none.
    pub(in crate::ingest) blanks: bool,
}

impl Dates {
    /// A column of days, or of moments in microseconds; `None` of any other and of what needs a closer look.
    pub(in crate::ingest) fn of(column: &Column) -> Option<Self> {
        let (us, range) = match column.dtype() {
            DataType::Date => micros(column.date().ok()?.physical(), |day| i64::from(day).saturating_mul(DAY)),
            DataType::Datetime(TimeUnit::Microseconds, _) => micros(column.datetime().ok()?.physical(), |at| at),
            _ => return None,
        };
        let is_near = range.is_none_or(|(first, last)| [first, last].iter().all(|at| at.unsigned_abs() < FARTHEST));
        is_near.then(|| Self { us, range, blanks: column.null_count() > 0 })
    }
}

/// The dates in microseconds, and their range.
fn micros<T: PolarsNumericType>(
    dates: &ChunkedArray<T>,
    micros: impl Fn(T::Native) -> i64,
) -> (Vec<i64>, Option<(i64, i64)>) {
    let (mut all, mut first, mut last) = (Vec::with_capacity(dates.len()), i64::MAX, ABSENT);
    let mut at = |date: T::Native| {
        // The very first microsecond is beyond and not the mark of an absent date.
        let at = micros(date).max(ABSENT + 1);
        (first, last) = (first.min(at), last.max(at));
        at
    };
    dates.downcast_iter().for_each(|dates| match dates.validity().filter(|known| known.unset_bits() > 0) {
        None => all.extend(dates.values().iter().map(|date| at(*date))),
        Some(_) => all.extend(dates.iter().map(|date| date.map_or(ABSENT, |date| at(*date)))),
    });
    (all, (last != ABSENT).then_some((first, last)))
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
