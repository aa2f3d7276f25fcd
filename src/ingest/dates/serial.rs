//! Numbers that stand for dates: spreadsheets count days, systems count seconds.
//!
//! Such a number says nothing of its own meaning, so it is read only where the study asks for it by a word. Numbers are
//! read exactly from their digits; one written with an exponent has lost digits on its way and is not read.

use super::reading::Precision;
use chrono::DateTime;

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Serial {
    /// Days and their fractions as Excel counts them (1900 system), to the millisecond.
    Excel,
    /// The same, of which only the day is meant.
    ExcelDay,
    /// Seconds since the first moment of 1970, UTC.
    Seconds,
    /// Milliseconds since then.
    Millis,
    /// Microseconds since then.
    Micros,
    /// Nanoseconds since then.
    Nanos,
}

const DAY: i64 = 86_400_000_000;

/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// 1970-01-01 as Excel counts.
const EXCEL_1970: i64 = 25_569;

/// 9999-12-31, the last day that Excel has.
const EXCEL_LAST: i64 = 2_958_465;

impl Serial {
    /// All of them, in the order in which they are offered.
    pub(in crate::ingest) const ALL: [Self; 6] =
        [Self::Excel, Self::ExcelDay, Self::Seconds, Self::Millis, Self::Micros, Self::Nanos];

    /// The one that a study means by a word.
    pub(in crate::ingest) fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|serial| serial.word() == word)
    }

    /// The word that a study writes for it.
    pub(in crate::ingest) fn word(self) -> &'static str {
        match self {
            Self::Excel => "excel",
            Self::ExcelDay => "excel_day",
            Self::Seconds => "epoch",
            Self::Millis => "epoch_ms",
            Self::Micros => "epoch_us",
            Self::Nanos => "epoch_ns",
        }
    }

    /// How exactly it tells the moment.
    pub(in crate::ingest) fn precision(self) -> Precision {
        match self {
            Self::Excel => Precision::Wall,
            Self::ExcelDay => Precision::Day,
            _ => Precision::Offset,
        }
    }

    /// What a number means, in words, and the moment it stands for.
    pub(in crate::ingest) fn meaning(self, us: i64) -> String {
        let (counts, format) = match self {
            Self::ExcelDay => ("Excel serial days", "%Y-%m-%d"),
            Self::Excel if us.rem_euclid(60_000_000) == 0 => ("Excel serial days", "%Y-%m-%d %H:%M"),
            Self::Excel => ("Excel serial days", "%Y-%m-%d %H:%M:%S"),
            Self::Seconds => ("seconds since 1970", "%Y-%m-%d %H:%M:%S UTC"),
            Self::Millis => ("milliseconds since 1970", "%Y-%m-%d %H:%M:%S UTC"),
            Self::Micros => ("microseconds since 1970", "%Y-%m-%d %H:%M:%S UTC"),
            Self::Nanos => ("nanoseconds since 1970", "%Y-%m-%d %H:%M:%S UTC"),
        };
        let at = DateTime::from_timestamp_micros(us).map(|at| at.format(format).to_string());
        format!("{counts}: {}", at.unwrap_or_default())
    }

    /// The microseconds that a number written as text stands for.
    ///
    /// Excel's fractions go to the nearest millisecond, the others down to the microsecond.
    pub(in crate::ingest) fn of_text(self, text: &str) -> Option<i64> {
        let number = Decimal::parsed(text)?;
        if let Some(whole) = number.whole() {
            return self.of_integer(whole);
        }
        let (micros, per) = match self.unit() {
            None => return self.of_excel(number.times(DAY_MS * 2).checked_add(1)?.div_euclid(2)),
            Some(unit) => unit,
        };
        i64::try_from(number.times(micros).div_euclid(per.into())).ok()
    }

    /// The microseconds that a whole number stands for.
    pub(in crate::ingest) fn of_integer(self, value: i64) -> Option<i64> {
        match self.unit() {
            None => self.of_excel(i128::from(value) * i128::from(DAY_MS)),
            Some((micros, per)) => value.checked_mul(micros).map(|us| us.div_euclid(per)),
        }
    }

    /// The same of a typed number with a fraction: what its shortest text says, so that both forms of a log agree.
    pub(in crate::ingest) fn of_float(self, value: f64) -> Option<i64> {
        match whole(value) {
            Some(whole) => self.of_integer(whole),
            None => self.of_text(&value.to_string()),
        }
    }

    /// How many microseconds how many units are; Excel's days are no such unit.
    fn unit(self) -> Option<(i64, i64)> {
        match self {
            Self::Excel | Self::ExcelDay => None,
            Self::Seconds => Some((1_000_000, 1)),
            Self::Millis => Some((1_000, 1)),
            Self::Micros => Some((1, 1)),
            Self::Nanos => Some((1, 1_000)),
        }
    }

    /// The microseconds of Excel's days, given in milliseconds.
    ///
    /// Excel counts a 29 February 1900, day 60, that never was; what stands before it is a day off, and day 0 is a time
    /// without a date.
    fn of_excel(self, ms: i128) -> Option<i64> {
        let ms = i64::try_from(ms).ok()?;
        let day = match ms.div_euclid(DAY_MS) {
            serial @ 1..=59 => serial + 1 - EXCEL_1970,
            serial @ 61..=EXCEL_LAST => serial - EXCEL_1970,
            _ => return None,
        };
        let within = if self == Self::ExcelDay { 0 } else { ms.rem_euclid(DAY_MS) * 1_000 };
        Some(day * DAY + within)
    }
}

/// The whole number that a float is, if it is one.
pub(in crate::ingest) fn whole(value: f64) -> Option<i64> {
    // Both bounds are powers of two, so they are exact.
    let fits = value >= i64::MIN as f64 && value < -(i64::MIN as f64);
    (fits && value.fract() == 0.0).then_some(value as i64)
}

/// A number as it is written, such as `45292.375`.
#[derive(Clone, Copy, Debug)]
pub(in crate::ingest) struct Decimal {
    /// Its digits with the sign, without the decimal mark.
    digits: i128,
    /// Ten to the number of digits behind the mark.
    scale: i64,
}

/// Digits behind the mark that count: a millionth of a microsecond, or a tenth of one as a fraction of a day.
const PLACES: usize = 12;

/// Digits before the mark, as many as 64 bits hold.
const DIGITS: usize = 19;

impl Decimal {
    /// Reads digits with at most a minus and a decimal mark; a group of thousands is not read.
    pub(in crate::ingest) fn parsed(text: &str) -> Option<Self> {
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
        let at = digits.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(digits.len());
        let (whole, rest) = digits.split_at_checked(at)?;
        let fraction = match rest.as_bytes() {
            [] => &[],
            [b'.', fraction @ ..] => fraction,
            // `45,292` may be thousands; `45292,375` cannot be.
            [b',', fraction @ ..] if at > 3 => fraction,
            _ => return None,
        };
        // Nobody writes a number with a leading zero; an id, a telephone number or a short date has one.
        let fits = (1..=DIGITS).contains(&at) && (at == 1 || !whole.starts_with('0'));
        if !fits || rest.len() == 1 || !fraction.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let places = || fraction.iter().take(PLACES);
        let append = |sum: i64, digit: &u8| sum * 10 + i64::from(digit - b'0');
        let scale = places().fold(1, |scale, _| scale * 10);
        let digits = i128::from(whole.parse::<u64>().ok()?) * i128::from(scale) + i128::from(places().fold(0, append));
        Some(Self { digits: digits * sign, scale })
    }

    /// Whether it has no fraction.
    pub(in crate::ingest) fn is_whole(self) -> bool {
        self.digits % i128::from(self.scale) == 0
    }

    /// The number without a decimal mark that 64 bits hold.
    fn whole(self) -> Option<i64> {
        i64::try_from(self.digits).ok().filter(|_| self.scale == 1)
    }

    /// So many times the number, downwards.
    fn times(self, factor: i64) -> i128 {
        (self.digits * i128::from(factor)).div_euclid(self.scale.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000_000;

    /// 1970-01-01 is serial 25,569: from 1900 to 1969 are 70 years with 17 leap days, 70 × 365 + 17 = 25,567 days;
    /// 1900-01-01 is serial 1, and Excel counts one day too many. From 1970 to 2023 are 54 years with 13 leap days, 54
    /// × 365 + 13 = 19,723 days, so 2024-01-01 is serial 25,569 + 19,723 = 45,292.
    #[test]
    fn excel_counts_days() {
        let new_year = 19_723 * DAY;
        let cases = [
            ("45292", new_year),
            ("45292.5", new_year + 12 * HOUR),
            ("45292,375", new_year + 9 * HOUR),
            ("25569", 0),
            // A third of a day as a spreadsheet writes it, up and down; half a millisecond is 5.787e-9 days.
            ("45292.333333333336", new_year + 8 * HOUR),
            ("45292.33333333333", new_year + 8 * HOUR),
            ("45292.000000005", new_year),
            ("45292.000000006", new_year + 1_000),
            ("45291.999999999999", new_year),
            ("1", -25_567 * DAY),
            ("59", (-25_567 + 58) * DAY),
            ("61", (-25_567 + 59) * DAY),
            // 9999-12-31: to 9970 are 20 times 146,097 days, to 9999 are 29 × 365 + 7 more, and 364 in that year.
            ("2958465", (20 * 146_097 + 29 * 365 + 7 + 364) * DAY),
        ];
        for (text, us) in cases {
            assert_eq!(Serial::Excel.of_text(text), Some(us), "{text}");
        }
        for text in ["0", "0.75", "60", "60.5", "59.9999999999", "2958466", "-1", "45,292", "20240131"] {
            assert_eq!(Serial::Excel.of_text(text), None, "{text}");
        }
        assert_eq!(Serial::ExcelDay.of_text("45292.99"), Some(new_year));
        assert_eq!(Serial::ExcelDay.of_float(45_292.99), Some(new_year));
    }

    /// 2024-01-12 15:00 UTC is 19,723 + 11 days and 15 hours: 19,734 × 86,400 + 54,000 = 1,705,071,600 seconds.
    #[test]
    fn epochs_count_seconds() {
        let us = 1_705_071_600_000_000;
        let cases = [
            (Serial::Seconds, "1705071600", us),
            (Serial::Seconds, "1705071600.25", us + 250_000),
            (Serial::Seconds, "1705071600.1234569", us + 123_456),
            (Serial::Millis, "1705071600123", us + 123_000),
            (Serial::Millis, "1705071600123.5", us + 123_500),
            (Serial::Micros, "1705071600123456", us + 123_456),
            (Serial::Nanos, "1705071600123456789", us + 123_456),
            (Serial::Seconds, "-1", -1_000_000),
            (Serial::Seconds, "-0.5", -500_000),
            (Serial::Nanos, "-1", -1),
            (Serial::Seconds, "0", 0),
        ];
        for (serial, text, us) in cases {
            assert_eq!(serial.of_text(text), Some(us), "{serial:?} {text}");
        }
    }

    #[test]
    fn what_is_no_number_is_not_read() {
        let long = "9".repeat(70_000);
        let texts = ["", "-", ".", "1.", ".5", "1e9", "1.70507E+12", "+1", "NaN", "inf", "1 000", " 1", "0912345678"];
        for text in texts.into_iter().chain(["1.2.3", "٣", "1,5", "12345,", "9223372036854775808", "--1", "é1", &long])
        {
            assert_eq!(Serial::Seconds.of_text(text), None, "{}", &text.chars().take(20).collect::<String>());
        }
        let fraction = format!("1.{}", "3".repeat(70_000));
        assert_eq!(Serial::Seconds.of_text(&fraction), Some(1_333_333));
    }

    #[test]
    fn typed_numbers_say_what_their_texts_say() {
        for serial in Serial::ALL {
            for value in [0, 1, 59, 60, 61, 45_292, 2_958_466, 1_705_071_600, -1, i64::MAX, i64::MIN] {
                let read = serial.of_integer(value);
                assert_eq!(read, serial.of_text(&value.to_string()), "{serial:?} {value}");
                if value.abs_diff(0) < 1 << 53 {
                    assert_eq!(read, serial.of_float(value as f64), "{serial:?} {value}");
                }
            }
            for value in [45_292.375, 45_292.333_333_333_336, 1_705_071_600.25, 1_705_071_600.123_456, -0.5] {
                assert_eq!(serial.of_float(value), serial.of_text(&value.to_string()), "{serial:?} {value}");
            }
            for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, -1e300] {
                assert_eq!(serial.of_float(value), None, "{serial:?} {value}");
            }
        }
        assert_eq!(Serial::Seconds.of_float(1_705_071_600.123_456), Some(1_705_071_600_123_456));
    }

    #[test]
    fn words_mean_what_they_say() {
        assert!(Serial::ALL.into_iter().all(|serial| Serial::of_word(serial.word()) == Some(serial)));
        assert_eq!(Serial::of_word("Excel"), None);
        assert_eq!(Serial::Excel.meaning(19_723 * DAY + 9 * HOUR), "Excel serial days: 2024-01-01 09:00");
        assert_eq!(Serial::ExcelDay.meaning(19_723 * DAY), "Excel serial days: 2024-01-01");
        assert_eq!(Serial::Millis.meaning(1_705_071_600_000_000), "milliseconds since 1970: 2024-01-12 15:00:00 UTC");
    }
}
