//! How a date column is written, found from its values.
//!
//! A format is inferred only where it is the one reading of the column. `03/04/2024` alone is two readings, and a
//! column that holds nothing but such dates is refused with both of them named: guessing would move months. Numbers are
//! never taken for dates in silence, only offered; a column of several formats is refused with an example of each.

use super::moments::Shape;
use super::reading::Reading;
use super::serial::{Decimal, Serial};
use crate::error::{Error, ErrorKind, Result};
use std::cmp::Reverse;
use std::path::Path;

/// What a column's values say of how they are written.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Inference {
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
/// No reading fits more than half: [`ErrorKind::MixedDatetime`] where several together fit nearly all values,
/// [`ErrorKind::NumericDatetime`] where numbers can be meant, else [`ErrorKind::UnknownDatetime`].
pub(in crate::ingest) fn infer(
    path: &Path,
    column: &str,
    values: &[&str],
    given: &[Reading],
    whole: bool,
) -> Result<Inference> {
    if values.is_empty() {
        return Ok(Inference::Settled(None));
    }
    let known: Vec<Reading> = match given {
        [] => Reading::candidates().collect(),
        given => given.to_vec(),
    };
    let total = values.len();
    let mut likely = fits(&known, values).into_iter().filter(|(count, _)| count * 2 > total);
    let Some((most, first)) = likely.next() else { return Err(refusal(path, column, values, &known)) };
    let over = |count: usize| whole && most == total && count < total;
    match likely.find(|(count, other)| disagree(first, other, values) && !over(*count)) {
        Some((_, other)) => Ok(Inference::Contested(first.clone(), other.clone())),
        None => Ok(Inference::Settled(Some(first.clone()))),
    }
}

/// Readings with how many values they fit, the most first; ties in the readings' order.
fn fits<'a>(readings: &'a [Reading], values: &[&str]) -> Vec<(usize, &'a Reading)> {
    let count = |reading: &'a Reading| {
        let (suits, mut wrong) = (reading.suits(), Shape::default());
        // Most readings read no value of a column: the first of a shape tells of all.
        let mut fits = |text: &str| {
            if wrong.is_of(text) {
                return false;
            }
            let fits = suits(text);
            if !fits && reading.refuses_shape(text) {
                wrong.take(text);
            }
            fits
        };
        (values.iter().filter(|text| fits(text)).count(), reading)
    };
    let mut counted: Vec<(usize, &Reading)> = readings.iter().map(count).collect();
    counted.sort_by_key(|(fits, _)| Reverse(*fits));
    counted
}

fn disagree(one: &Reading, other: &Reading, values: &[&str]) -> bool {
    one.precision != other.precision || values.iter().any(|text| one.micros(text) != other.micros(text))
}

/// The refusal of a column that can be read in two ways.
pub(in crate::ingest) fn ambiguous(path: &Path, column: &str, readings: [&Reading; 2], values: &[&str]) -> Error {
    let [one, other] = readings;
    let differ = values.iter().find(|text| one.micros(text) != other.micros(text));
    let example = shown(differ.or(values.first()).copied().unwrap_or_default());
    let readings = vec![one.format.clone(), other.format.clone()];
    ErrorKind::AmbiguousDatetime { path: path.into(), column: column.to_owned(), readings, example }.into()
}

/// Why a column is refused that no reading fits.
fn refusal(path: &Path, column: &str, values: &[&str], known: &[Reading]) -> Error {
    let (path, column) = (path.to_path_buf(), column.to_owned());
    let offer = Offer::of(values);
    let offered = offer.iter().map(|offer| Reading::of_serial(offer.serial));
    if let Some(mixed) = mixed(known.iter().cloned().chain(offered).collect(), values) {
        let (readings, examples) = mixed.into_iter().unzip();
        return ErrorKind::MixedDatetime { path, column, readings, examples }.into();
    }
    match offer.filter(|offer| offer.numbers * 2 > values.len()) {
        Some(Offer { serial, example, us, .. }) => {
            let (offered, meaning) = (serial.word().to_owned(), serial.meaning(us));
            ErrorKind::NumericDatetime { path, column, example: shown(example), offered, meaning }.into()
        }
        None => {
            let example = shown(values.first().copied().unwrap_or_default());
            ErrorKind::UnknownDatetime { path, column, example }.into()
        }
    }
}

/// What the numbers of a column can mean.
struct Offer<'a> {
    serial: Serial,
    /// How many values are numbers.
    numbers: usize,
    example: &'a str,
    us: i64,
}

impl<'a> Offer<'a> {
    /// By their magnitude: what puts the most of them, and more than half, within 1990 to 2049.
    fn of(values: &[&'a str]) -> Option<Self> {
        let numbers: Vec<&str> = values.iter().copied().filter(|text| Decimal::parsed(text).is_some()).collect();
        let readings = Serial::ALL.map(Reading::of_serial);
        let (count, reading) = fits(&readings, &numbers).into_iter().next()?;
        let suits = reading.suits();
        let suited = || numbers.iter().copied().filter(|text| suits(text));
        let serial = match Serial::of_word(&reading.format)? {
            Serial::Excel if suited().all(is_whole) => Serial::ExcelDay,
            serial => serial,
        };
        // A time shows more of what a column holds than a midnight.
        let example = suited().find(|text| !is_whole(text)).or_else(|| suited().next())?;
        let us = serial.of_text(example)?;
        (count * 2 > numbers.len()).then_some(Self { serial, numbers: numbers.len(), example, us })
    }
}

fn is_whole(text: &str) -> bool {
    Decimal::parsed(text).is_some_and(Decimal::is_whole)
}

/// Formats that together fit nearly all values, each with the first value that only it explains.
///
/// The one that fits most comes first, then the one that fits most of what is left, as long as that is a twentieth of
/// the column: a format for every typing error explains nothing.
fn mixed(readings: Vec<Reading>, values: &[&str]) -> Option<Vec<(String, String)>> {
    let (mut left, mut found) = (values.to_vec(), Vec::new());
    while let Some((count, reading)) = fits(&readings, &left).into_iter().next()
        && count * 20 >= values.len()
        && count > 0
    {
        let suits = reading.suits();
        let example = left.iter().find(|text| suits(text))?;
        found.push((reading.format.clone(), shown(example)));
        left.retain(|text| !suits(text));
    }
    (found.len() > 1 && left.len() * 10 <= values.len()).then_some(found)
}

/// A value as an example: a refusal is short however long the text.
fn shown(text: &str) -> String {
    text.chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inferred(values: &[&str], given: &[&str], whole: bool) -> Result<Inference> {
        let given: Vec<Reading> = given.iter().map(|format| Reading::of_format(format).expect(format)).collect();
        infer(Path::new("log.csv"), "NgayNhan", values, &given, whole)
    }

    fn settled(values: &[&str], given: &[&str]) -> Option<String> {
        match inferred(values, given, true) {
            Ok(Inference::Settled(reading)) => reading.map(|reading| reading.format),
            other => panic!("{values:?}: {other:?}"),
        }
    }

    fn refused(values: &[&str], given: &[&str]) -> String {
        let error = inferred(values, given, true).expect_err("a refusal");
        assert!(error.is_study());
        error.to_string()
    }

    /// Texts of few shapes whose digits are right, wrong and doubtful, in any order.
    #[test]
    fn shapes_do_not_change_what_fits() {
        let shapes = [
            "00/00/0000",
            "0000-00-00",
            "00/00/0000 00:00",
            "0000-00-00T00:00:00",
            "00000000",
            "0000-00-00T00:00:00+00:00",
        ];
        let digits =
            ["01022024", "31022024", "99999999", "20240102083000", "20249902083000", "13122023246160", "00000000"];
        let filled = |shape: &str, digits: &str| -> String {
            let mut digits = digits.chars().cycle();
            shape.chars().map(|letter| if letter == '0' { digits.next().unwrap_or(letter) } else { letter }).collect()
        };
        let mut texts: Vec<String> = shapes.iter().flat_map(|shape| digits.map(|own| filled(shape, own))).collect();
        let readings: Vec<Reading> = Reading::candidates().chain(Serial::ALL.map(Reading::of_serial)).collect();
        for turn in 0..texts.len() {
            texts.rotate_left(turn);
            let values: Vec<&str> = texts.iter().map(String::as_str).collect();
            for (count, reading) in fits(&readings, &values) {
                let suits = reading.suits();
                assert_eq!(count, values.iter().filter(|text| suits(text)).count(), "{reading:?}");
            }
        }
    }

    #[test]
    fn one_reading_of_most_values_settles() {
        assert_eq!(settled(&[], &[]), None);
        assert_eq!(settled(&["2024-03-01", "2024-03-02", "soon"], &[]).as_deref(), Some("%Y-%m-%d"));
        assert_eq!(settled(&["03/04/2024", "25/04/2024"], &[]).as_deref(), Some("%d/%m/%Y"));
        assert_eq!(settled(&["20240131", "20240201"], &[]).as_deref(), Some("%Y%m%d"));
        assert_eq!(settled(&["20240131090000"], &[]).as_deref(), Some("%Y%m%d%H%M%S"));
        let given = ["%d/%m/%Y", "%m/%d/%Y %H:%M", "%Y-%m-%d"];
        assert_eq!(settled(&["03/04/2024", "05/06/2024"], &given).as_deref(), Some("%d/%m/%Y"));
    }

    #[test]
    fn two_readings_of_most_values_contest() {
        let (days_first, months_first) = ("%d/%m/%Y", "%m/%d/%Y");
        for whole in [false, true] {
            let Ok(Inference::Contested(one, other)) = inferred(&["03/04/2024"], &[], whole) else { panic!("settled") };
            assert_eq!((one.format.as_str(), other.format.as_str()), (days_first, months_first));
        }
        // One slip of three decides nothing in a sample, nor in the whole column.
        let values = ["03/04/2024", "05/06/2024", "03/13/2024", "25/04/2024"];
        assert!(matches!(inferred(&values, &[], true), Ok(Inference::Contested(..))));
    }

    /// Of two values neither format has more than half. Serial 45,292 is 2024-01-01: see the tests of `serial`.
    #[test]
    fn mixed_formats_are_named_with_examples() {
        let expected = "log.csv: column `NgayNhan` mixes dates written as %Y-%m-%d (for instance `2024-03-01`) and as \
                        %d/%m/%Y (for instance `25/03/2024`). Write the column in one format, or set `format.datetime` \
                        in the study to the one that is right: rows written otherwise are then set aside.";
        assert_eq!(refused(&["2024-03-01", "25/03/2024"], &[]), expected);
        assert_eq!(refused(&["2024-03-01", "25/03/2024"], &["%d/%m/%Y", "%Y-%m-%d"]).len(), expected.len());
        let three = refused(&["2024-03-01", "25.03.2024", "2024-03-01 09:00:00"], &[]);
        assert!(
            three.contains("as %Y-%m-%d (") && three.contains("and as %d.%m.%Y (") && three.contains("%H:%M:%S%.f")
        );
        let serial = refused(&["45292", "25/03/2024", "45293", "26/03/2024"], &[]);
        assert!(
            serial.contains("%d/%m/%Y (for instance `25/03/2024`) and as excel_day (for instance `45292`)"),
            "{serial}"
        );
    }

    #[test]
    fn a_column_that_is_not_nearly_all_dates_is_unknown() {
        for values in [&["soon", "2024-03-01"][..], &["soon"], &["2024-03-01", "25/03/2024", "x", "y"], &["1", "2"]] {
            let error = inferred(values, &[], true).expect_err("a refusal");
            assert!(matches!(error.kind(), ErrorKind::UnknownDatetime { .. }), "{error}");
        }
        assert!(refused(&["45292"], &["%d/%m/%Y", "%Y-%m-%d"]).contains("\"excel_day\""));
    }

    /// A serial of .375 is 9 hours; 2024-01-12 15:00 UTC is 1,705,071,600 s.
    #[test]
    fn numbers_are_offered_and_never_taken() {
        let says = |values: &[&str]| refused(values, &[]);
        let expected = "log.csv: column `NgayNhan` holds numbers (for instance `45292.375`) that read as Excel serial \
                        days: 2024-01-01 09:00. If that is meant, set `format.datetime = \"excel\"` in the study.";
        assert_eq!(says(&["45292", "45292.375", "45293,5"]), expected);
        let cases = [
            (&["45292", "45293", "x"][..], "Excel serial days: 2024-01-01. ", "excel_day"),
            (&["1705071600"], "seconds since 1970: 2024-01-12 15:00:00 UTC", "epoch"),
            (&["1705071600123"], "milliseconds since 1970: 2024-01-12 15:00:00 UTC", "epoch_ms"),
            (&["1705071600123456"], "microseconds since 1970", "epoch_us"),
            (&["1705071600123456789", "0"], "nanoseconds since 1970", "epoch_ns"),
        ];
        for (values, meaning, word) in cases.into_iter().take(4) {
            let said = says(values);
            assert!(said.contains(meaning) && said.contains(&format!("= \"{word}\"")), "{said}");
        }
        // Half of the numbers are no majority.
        assert!(says(cases[4].0).contains("no one date format"));
    }

    /// Two words given: the magnitude tells which is meant.
    #[test]
    fn words_are_chosen_among_by_magnitude() {
        let given = ["epoch", "excel", "epoch_ms", "%d/%m/%Y"];
        assert_eq!(settled(&["45292", "45293.5"], &given).as_deref(), Some("excel"));
        assert_eq!(settled(&["1705071600123"], &given).as_deref(), Some("epoch_ms"));
        assert_eq!(settled(&["25/03/2024"], &given).as_deref(), Some("%d/%m/%Y"));
        assert_eq!(settled(&["25/03/2024", "26/03/2024", "45292"], &given).as_deref(), Some("%d/%m/%Y"));
    }
}
