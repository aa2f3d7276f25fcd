//! How a date column is written, found from its values.
//!
//! A format is inferred only where it is the one reading of the column. `03/04/2024` alone is two readings, and a
//! column that holds nothing but such dates is refused with both of them named: guessing would move months.

use crate::error::{Error, ErrorKind, Result};
use chrono::{DateTime, NaiveDate, NaiveDateTime};
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
    /// # Errors
    ///
    /// The format has no day, or a part that is not known.
    pub fn of_format(format: &str) -> Result<Self> {
        let wrong = || Error::value("format.datetime", format, "a strftime format such as %d/%m/%Y %H:%M:%S");
        let known = !chrono::format::StrftimeItems::new(format).any(|item| item == chrono::format::Item::Error);
        let has = |part: &str| format.contains(part);
        if !known || !(has("%d") || has("%e") || has("%F") || has("%D") || has("%j")) {
            return Err(wrong());
        }
        let timed = ["%H", "%I", "%k", "%l", "%T", "%R"].iter().any(|part| has(part));
        let precision = match (timed, has("z")) {
            (_, true) => Precision::Offset,
            (true, false) => Precision::Wall,
            (false, false) => Precision::Day,
        };
        Ok(Self { format: format.to_owned(), precision })
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

/// The one reading of a column's values, among the study's formats or, if it gives none, the known ones.
///
/// A reading must fit more than half of the values and more of them than any other reading that disagrees with it;
/// the values it does not fit are quarantined later, row by row. `None` where there is no value to read.
///
/// # Errors
///
/// [`ErrorKind::AmbiguousDatetime`] where two readings fit equally well and differ, [`ErrorKind::UnknownDatetime`]
/// where none fits.
pub(super) fn infer(path: &Path, column: &str, values: &[&str], given: &[Reading]) -> Result<Option<Reading>> {
    let Some(example) = values.first() else { return Ok(None) };
    let best = match given {
        [] => best_fits(Reading::candidates(), values),
        given => best_fits(given.iter().cloned(), values),
    };
    let Some((fits, first)) = best.first() else { return unknown(path, column, example) };
    if fits * 2 <= values.len() {
        return unknown(path, column, example);
    }
    match best.iter().find(|(_, other)| disagree(first, other, values)) {
        None => Ok(Some(first.clone())),
        Some((_, other)) => {
            let example = values.iter().find(|text| first.micros(text) != other.micros(text)).unwrap_or(example);
            ambiguous(path, column, [first, other], example)
        }
    }
}

/// The readings that fit the most values, each with how many.
fn best_fits(readings: impl Iterator<Item = Reading>, values: &[&str]) -> Vec<(usize, Reading)> {
    let mut best: Vec<(usize, Reading)> = Vec::new();
    for reading in readings {
        let fits = values.iter().filter(|text| reading.micros(text).is_some_and(|us| us >= YEAR_1000)).count();
        let most = best.first().map_or(1, |(most, _)| *most);
        if fits > most {
            best.clear();
        }
        if fits >= most {
            best.push((fits, reading));
        }
    }
    best
}

fn disagree(one: &Reading, other: &Reading, values: &[&str]) -> bool {
    one.precision != other.precision || values.iter().any(|text| one.micros(text) != other.micros(text))
}

fn unknown<T>(path: &Path, column: &str, example: &str) -> Result<T> {
    let (column, example) = (column.to_owned(), example.to_owned());
    Err(ErrorKind::UnknownDatetime { path: path.into(), column, example }.into())
}

fn ambiguous<T>(path: &Path, column: &str, readings: [&Reading; 2], example: &str) -> Result<T> {
    let readings = readings.iter().map(|reading| reading.format.clone()).collect();
    let (column, example) = (column.to_owned(), example.to_owned());
    Err(ErrorKind::AmbiguousDatetime { path: path.into(), column, readings, example }.into())
}
