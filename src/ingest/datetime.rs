//! How a date column is written, found from its values.
//!
//! A format is inferred only where it is the one reading of the column. `03/04/2024` alone is two readings, and a
//! column that holds nothing but such dates is refused with both of them named: guessing would move months.

use crate::error::{Error, ErrorKind, Result};
use chrono::{DateTime, NaiveDate, NaiveDateTime};
use std::fmt::Write;
use std::path::Path;

/// How exactly an instant is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Precision {
    /// A local day.
    Day,
    /// A moment of local wall time.
    Wall,
    /// A moment with its offset from UTC.
    Offset,
}

/// One way to read a date column.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reading {
    /// The `strftime` format.
    pub format: String,
    /// How exactly it tells the moment.
    pub precision: Precision,
}

/// Days in the order of their parts, each with the separators seen in practice.
const DAYS: [&str; 9] =
    ["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d"];
const TIMES: [&str; 8] =
    ["", " %H:%M", " %H:%M:%S%.f", " %I:%M %p", " %I:%M:%S %p", "T%H:%M:%S%.f", "T%H:%M:%S%.f%#z", " %H:%M:%S%.f%#z"];

impl Reading {
    /// The reading a study asks for by its `strftime` format.
    ///
    /// How exactly it tells the moment is found by writing one and reading it back, so every specifier counts.
    ///
    /// # Errors
    ///
    /// A moment written in the format cannot be read back to the day.
    pub fn of_format(format: &str) -> Result<Self> {
        let wrong = || Error::value("format.datetime", format, "a strftime format such as %d/%m/%Y %H:%M:%S");
        let probe = DateTime::parse_from_rfc3339("2021-11-23T14:45:56+03:00").map_err(|_| wrong())?;
        let mut text = String::new();
        write!(text, "{}", probe.format(format)).map_err(|_| wrong())?;
        let candidates = [Precision::Offset, Precision::Wall, Precision::Day];
        let readings = candidates.map(|precision| Self { format: format.to_owned(), precision });
        readings.into_iter().find(|reading| reading.micros(&text).is_some()).ok_or_else(wrong)
    }

    /// How the study itself writes days.
    pub(super) fn of_days() -> Self {
        Self { format: "%Y-%m-%d".to_owned(), precision: Precision::Day }
    }

    /// The microseconds `text` stands for: wall time since the epoch, or UTC where it has an offset.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::ingest::Reading;
    ///
    /// let reading = Reading::of_format("%d/%m/%Y").unwrap();
    /// assert_eq!(reading.micros("02/01/1970"), Some(86_400_000_000));
    /// assert_eq!(reading.micros("1970-01-02"), None);
    /// ```
    pub fn micros(&self, text: &str) -> Option<i64> {
        let wall = match self.precision {
            Precision::Day => NaiveDate::parse_from_str(text, &self.format).ok()?.and_time(Default::default()),
            Precision::Wall => NaiveDateTime::parse_from_str(text, &self.format).ok()?,
            Precision::Offset => DateTime::parse_from_str(text, &self.format).ok()?.naive_utc(),
        };
        Some(wall.and_utc().timestamp_micros())
    }

    fn candidates() -> impl Iterator<Item = Self> {
        let pair = |day: &str, time: &str| Self {
            format: format!("{day}{time}"),
            precision: match time {
                "" => Precision::Day,
                _ if time.ends_with('z') => Precision::Offset,
                _ => Precision::Wall,
            },
        };
        let spelled = DAYS.iter().flat_map(move |day| TIMES.iter().map(move |time| pair(day, time)));
        spelled.chain([Self { format: "%Y%m%d%H%M%S".into(), precision: Precision::Wall }])
    }
}

/// A two-digit year reads as the first century; no reading is inferred from such a date.
const YEAR_1000: i64 = -30_610_224_000_000_000;

/// What a column's values say of how they are written.
pub(super) enum Inference {
    /// One reading; `None` where there is no value to read.
    Settled(Option<Reading>),
    /// Two readings that differ fit most of the values; a larger sample may settle it.
    Contested(Reading, Reading),
}

/// The reading of a column's values, among the study's formats or, if it gives none, the known ones.
///
/// A reading must fit more than half of the values; those it does not fit are quarantined later, row by row. Another
/// reading that differs and also fits more than half contests it. On the whole column a contest is over when the one
/// fits every value and the other does not: a single typing error may decide a sample, but not that.
///
/// # Errors
///
/// [`ErrorKind::UnknownDatetime`] where no reading fits.
pub(super) fn infer(path: &Path, column: &str, values: &[&str], given: &[Reading], whole: bool) -> Result<Inference> {
    let Some(example) = values.first() else { return Ok(Inference::Settled(None)) };
    let fits = match given {
        [] => fits(Reading::candidates(), values),
        given => fits(given.iter().cloned(), values),
    };
    let total = values.len();
    let mut likely = fits.into_iter().filter(|(count, _)| count * 2 > total);
    let Some((most, first)) = likely.next() else { return unknown(path, column, example) };
    let over = |count: usize| whole && most == total && count < total;
    match likely.find(|(count, other)| disagree(&first, other, values) && !over(*count)) {
        Some((_, other)) => Ok(Inference::Contested(first, other)),
        None => Ok(Inference::Settled(Some(first))),
    }
}

/// Readings with how many values they fit, the most first; ties in the readings' order.
fn fits(readings: impl Iterator<Item = Reading>, values: &[&str]) -> Vec<(usize, Reading)> {
    let count = |reading: Reading| {
        let fits = values.iter().filter(|text| reading.micros(text).is_some_and(|us| us >= YEAR_1000)).count();
        (fits, reading)
    };
    let mut counted: Vec<(usize, Reading)> = readings.map(count).collect();
    counted.sort_by_key(|(fits, _)| std::cmp::Reverse(*fits));
    counted
}

fn disagree(one: &Reading, other: &Reading, values: &[&str]) -> bool {
    one.precision != other.precision || values.iter().any(|text| one.micros(text) != other.micros(text))
}

fn unknown<T>(path: &Path, column: &str, example: &str) -> Result<T> {
    let (column, example) = (column.to_owned(), example.to_owned());
    Err(ErrorKind::UnknownDatetime { path: path.into(), column, example }.into())
}

/// The refusal of a column that can be read in two ways.
pub(super) fn ambiguous(path: &Path, column: &str, readings: [&Reading; 2], values: &[&str]) -> Error {
    let [one, other] = readings;
    let differ = values.iter().find(|text| one.micros(text) != other.micros(text));
    let example = differ.or(values.first()).copied().unwrap_or_default().to_owned();
    let readings = vec![one.format.clone(), other.format.clone()];
    ErrorKind::AmbiguousDatetime { path: path.into(), column: column.to_owned(), readings, example }.into()
}
