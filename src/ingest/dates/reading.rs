//! How a date is written, and reading one.
//!
//! A date is text in a `strftime` format, or a number that counts days or seconds, which a study asks for by a word.
//! How a column is written is found from its values in `inference`.

use super::serial::{Serial, whole};
use crate::error::{Error, Result};
use chrono::format::{Fixed, Item, Numeric, ParseErrorKind, StrftimeItems};
use chrono::{DateTime, NaiveDate, NaiveDateTime};
use std::fmt::Write;

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
    /// The `strftime` format, or the word for numbers: see [`Reading::of_format`].
    pub format: String,
    /// How exactly it tells the moment.
    pub precision: Precision,
}

/// Days in the order of their parts, each with the separators seen in practice.
const DAYS: [&str; 9] =
    ["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d"];
const TIMES: [&str; 8] =
    ["", " %H:%M", " %H:%M:%S%.f", " %I:%M %p", " %I:%M:%S %p", "T%H:%M:%S%.f", "T%H:%M:%S%.f%#z", " %H:%M:%S%.f%#z"];

/// Seen in single values, and never inferred of a column.
const RARE: [&str; 6] = [
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%dT%H:%M%#z",
    "%H:%M %d/%m/%Y",
    "%H:%M:%S %d/%m/%Y",
    "%H:%M - %d/%m/%Y",
    "%H:%M:%S - %d/%m/%Y",
];

/// A day and its time in one run of digits.
const RUN: &str = "%Y%m%d%H%M%S";

/// A two-digit year reads as the first century; no reading is inferred from such a date.
const YEAR_1000: i64 = -30_610_224_000_000_000;

/// From 1990 to 2049: 7,305 days after 1970, and 29,220.
const USUAL: std::ops::Range<i64> = 7_305 * 86_400_000_000..29_220 * 86_400_000_000;

/// A longer text is no date, whatever its format.
const LONGEST: usize = 128;

impl Reading {
    /// The reading a study asks for by its `strftime` format, or by a word for numbers.
    ///
    /// `excel` is Excel's days since 1900 with their fractions, as wall time; `excel_day` of these only the day;
    /// `epoch`, `epoch_ms`, `epoch_us` and `epoch_ns` count from the first moment of 1970, UTC.
    ///
    /// How exactly a format tells the moment is found by writing one and reading it back, so every specifier counts.
    ///
    /// # Errors
    ///
    /// A moment written in the format cannot be read back to the day.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::ingest::Reading;
    ///
    /// let reading = Reading::of_format("excel").unwrap();
    /// assert_eq!(reading.micros("25570.5"), Some(129_600_000_000));
    /// ```
    pub fn of_format(format: &str) -> Result<Self> {
        if let Some(serial) = Serial::of_word(format) {
            return Ok(Self::of_serial(serial));
        }
        let words = Serial::ALL.map(Serial::word).join(", ");
        let expected = format!("a strftime format such as %d/%m/%Y %H:%M:%S, or one of {words}");
        let wrong = || Error::value("format.datetime", format, expected.as_str());
        let probe = DateTime::parse_from_rfc3339("2021-11-23T14:45:56+03:00").map_err(|_| wrong())?;
        let mut text = String::new();
        write!(text, "{}", probe.format_with_items(writable(format))).map_err(|_| wrong())?;
        let candidates = [Precision::Offset, Precision::Wall, Precision::Day];
        let readings = candidates.map(|precision| Self { format: format.to_owned(), precision });
        readings.into_iter().find(|reading| reading.micros(&text).is_some()).ok_or_else(wrong)
    }

    /// How moments inside a longer text may be written, such as those of a pause: by ISO 8601.
    pub(in crate::ingest) fn of_moments() -> Vec<Self> {
        let forms = [
            ("%Y-%m-%dT%H:%M:%S%.f%#z", Precision::Offset),
            ("%Y-%m-%dT%H:%M:%S%.f", Precision::Wall),
            ("%Y-%m-%dT%H:%M", Precision::Wall),
            ("%Y-%m-%d %H:%M:%S%.f", Precision::Wall),
            ("%Y-%m-%d", Precision::Day),
        ];
        forms.map(|(format, precision)| Self { format: format.to_owned(), precision }).into()
    }

    /// How the study itself writes days.
    pub(in crate::ingest) fn of_days() -> Self {
        Self { format: "%Y-%m-%d".to_owned(), precision: Precision::Day }
    }

    pub(super) fn of_serial(serial: Serial) -> Self {
        Self { format: serial.word().to_owned(), precision: serial.precision() }
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
        if let Some(serial) = Serial::of_word(&self.format) {
            return serial.of_text(text);
        }
        let wall = match self.precision {
            Precision::Day => NaiveDate::parse_from_str(text, &self.format).ok()?.and_time(Default::default()),
            Precision::Wall => NaiveDateTime::parse_from_str(text, &self.format).ok()?,
            Precision::Offset => DateTime::parse_from_str(text, &self.format).ok()?.naive_utc(),
        };
        Some(wall.and_utc().timestamp_micros())
    }

    /// Whether it reads no text of this shape: none that differs from it in nothing but digits.
    ///
    /// chrono tells a wrong form from a wrong value, and which digits stand where others do is no matter of form.
    pub(in crate::ingest) fn refuses_shape(&self, text: &str) -> bool {
        use ParseErrorKind::{Invalid, TooLong, TooShort};
        let refused = match self.precision {
            _ if Serial::of_word(&self.format).is_some() => return false,
            Precision::Day => NaiveDate::parse_from_str(text, &self.format).err(),
            Precision::Wall => NaiveDateTime::parse_from_str(text, &self.format).err(),
            Precision::Offset => DateTime::parse_from_str(text, &self.format).err(),
        };
        refused.is_some_and(|why| matches!(why.kind(), Invalid | TooLong | TooShort))
    }

    /// Whether typed numbers can be dates by it.
    pub(crate) fn reads_numbers(&self) -> bool {
        Serial::of_word(&self.format).is_some() || self.digits().is_some()
    }

    /// The microseconds that a typed whole number stands for.
    ///
    /// A format of nothing but digits, such as `%Y%m%d`, reads the number as it is written with leading zeros; any
    /// other format reads no numbers.
    pub(in crate::ingest) fn micros_of_integer(&self, value: i64) -> Option<i64> {
        match Serial::of_word(&self.format) {
            Some(serial) => serial.of_integer(value),
            None => {
                let digits = self.digits().filter(|_| value >= 0)?;
                Some(format!("{value:0digits$}"))
                    .filter(|text| text.len() == digits)
                    .and_then(|text| self.micros(&text))
            }
        }
    }

    /// The same of a typed number that may have a fraction.
    pub(in crate::ingest) fn micros_of_float(&self, value: f64) -> Option<i64> {
        match Serial::of_word(&self.format) {
            Some(serial) => serial.of_float(value),
            None => self.micros_of_integer(whole(value)?),
        }
    }

    /// How many digits a date has in a format of nothing but digits.
    fn digits(&self) -> Option<usize> {
        let widths = StrftimeItems::new(&self.format).map(|item| match item {
            Item::Numeric(Numeric::Year, _) => Some(4),
            Item::Numeric(Numeric::YearMod100 | Numeric::Month | Numeric::Day, _) => Some(2),
            Item::Numeric(Numeric::Hour | Numeric::Minute | Numeric::Second, _) => Some(2),
            _ => None,
        });
        widths.sum::<Option<usize>>().filter(|digits| *digits <= LONGEST)
    }

    /// Whether a value speaks for this reading: it is read, and to a time that can be meant.
    ///
    /// A number must fall within 1990 to 2049, because any number is some date; in a format of nothing but digits every
    /// digit must be there.
    pub(super) fn suits(&self) -> impl Fn(&str) -> bool {
        let (serial, digits) = (Serial::of_word(&self.format), self.digits());
        move |text| match serial {
            _ if text.len() > LONGEST || digits.is_some_and(|digits| text.len() != digits) => false,
            Some(serial) => serial.of_text(text).is_some_and(|us| USUAL.contains(&us)),
            None => self.micros(text).is_some_and(|us| us >= YEAR_1000),
        }
    }

    /// The known readings, in the order in which they are preferred.
    pub(super) fn candidates() -> impl Iterator<Item = Self> {
        DAYS.into_iter().flat_map(Self::of_day).chain([Self::of_parts(RUN, "")])
    }

    /// The known readings that begin with a day so written.
    fn of_day(day: &str) -> impl Iterator<Item = Self> {
        TIMES.into_iter().map(move |time| Self::of_parts(day, time))
    }

    /// A reading whose precision its known parts tell.
    fn of_parts(day: &str, time: &str) -> Self {
        let format = format!("{day}{time}");
        let precision = match () {
            () if format.ends_with('z') => Precision::Offset,
            () if format.contains("%M") => Precision::Wall,
            () => Precision::Day,
        };
        Self { format, precision }
    }
}

/// A format's parts; the offset that only reads, `%#z`, becomes one that also writes.
fn writable(format: &str) -> impl Iterator<Item = Item<'_>> + Clone {
    let loose = StrftimeItems::new("%#z").next();
    let replaced = move |item| if Some(&item) == loose.as_ref() { Item::Fixed(Fixed::TimezoneOffset) } else { item };
    StrftimeItems::new(format).map(replaced)
}

/// Whether some known reading reads a text that its column's own does not.
///
/// Tells a date in another format from what is no date. Excel's days are known, too: a spreadsheet turns the dates that
/// it understands into numbers and leaves the others as text.
pub(in crate::ingest) fn is_other_format(text: &str) -> bool {
    if text.len() > LONGEST {
        return false;
    }
    // Broken values are often many; most are seen to be no date by their first part.
    let days = DAYS.into_iter().filter(|day| NaiveDate::parse_and_remainder(text, day).is_ok());
    let others = RARE.into_iter().chain([RUN]).map(|format| Reading::of_parts(format, ""));
    let mut readings = days.flat_map(Reading::of_day).chain(others).chain([Reading::of_serial(Serial::Excel)]);
    readings.any(|reading| reading.suits()(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000_000;

    /// 1970 to 2023: 54 years, 13 leap days.
    const NEW_YEAR_2024: i64 = (54 * 365 + 13) * DAY;

    fn reading(format: &str) -> Reading {
        Reading::of_format(format).expect(format)
    }

    #[test]
    fn a_format_tells_how_exactly_it_knows() {
        let cases = [
            ("%d/%m/%Y", Precision::Day),
            ("%d/%m/%Y %H:%M", Precision::Wall),
            ("%FT%T%:z", Precision::Offset),
            // What inference finds can be given; chrono reads this offset and cannot write it.
            ("%Y-%m-%dT%H:%M:%S%.f%#z", Precision::Offset),
            ("excel", Precision::Wall),
            ("excel_day", Precision::Day),
            ("epoch", Precision::Offset),
            ("epoch_ns", Precision::Offset),
        ];
        for (format, precision) in cases {
            assert_eq!((reading(format).precision, reading(format).format.as_str()), (precision, format));
        }
        for format in ["", "Excel", "epoch_s", "%H:%M", "%Y-%Q", "%"] {
            let said = Reading::of_format(format).expect_err(format).to_string();
            assert!(said.contains("excel_day, epoch,"), "{said}");
        }
    }

    #[test]
    fn words_read_numbers() {
        assert_eq!(reading("excel").micros("45292.5"), Some(NEW_YEAR_2024 + DAY / 2));
        assert_eq!(reading("excel_day").micros("45292.5"), Some(NEW_YEAR_2024));
        assert_eq!(reading("epoch_ms").micros("86400000"), Some(DAY));
        assert_eq!(reading("excel").micros("2024-01-01"), None);
        assert_eq!(reading("epoch").micros("nan"), None);
    }

    #[test]
    fn typed_numbers_are_read() {
        let days = reading("%Y%m%d");
        assert_eq!(days.micros_of_integer(20_240_101), Some(NEW_YEAR_2024));
        assert_eq!(days.micros_of_float(20_240_101.0), Some(NEW_YEAR_2024));
        assert_eq!(reading("%d%m%Y").micros_of_integer(1_012_024), Some(NEW_YEAR_2024));
        assert_eq!(reading("%Y%m%d%H%M%S").micros_of_integer(20_240_101_120_000), Some(NEW_YEAR_2024 + DAY / 2));
        assert_eq!(reading("excel").micros_of_integer(45_292), Some(NEW_YEAR_2024));
        assert_eq!(reading("excel").micros_of_float(45_292.25), Some(NEW_YEAR_2024 + DAY / 4));
        assert_eq!(reading("epoch").micros_of_integer(-86_400), Some(-DAY));
        for value in [-1, 0, 20_241_301, 202_401_010, i64::MAX, i64::MIN] {
            assert_eq!(days.micros_of_integer(value), None, "{value}");
        }
        assert_eq!(days.micros_of_float(20_240_101.5).or(days.micros_of_float(f64::NAN)), None);
        assert_eq!(reading("%Y-%m-%d").micros_of_integer(20_240_101), None);
        let read = ["excel", "epoch_us", "%Y%m%d", "%d/%m/%Y", "%H"]
            .map(|format| Reading { format: format.into(), precision: Precision::Day }.reads_numbers());
        assert_eq!(read, [true, true, true, false, true]);
    }

    #[test]
    fn a_date_in_another_format_is_told_from_none() {
        let dates =
            ["2024-01-31", "31/01/2024", "01/31/2024 09:00", "2024-01-31T09:00:00.5+07:00", "2024-01-31T02:00Z"];
        for text in dates.into_iter().chain(["09:30 31/01/2024", "20240131", "45292", "45292.375", "31.1.2024"]) {
            assert!(is_other_format(text), "{text}");
        }
        let long = "2024-01-31".repeat(10_000);
        let none = ["", "soon", "32/01/2024", "2024-02-30", "31/01/24", "1705071600123", "12", "2024011", &long];
        for text in none.into_iter().chain(["2024-01-31x", "31/01/0024", "0912345678", "-", "\u{0}2024"]) {
            assert!(!is_other_format(text), "{}", &text[..text.len().min(20)]);
        }
    }
}
