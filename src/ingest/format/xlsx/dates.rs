//! Dates as sheets keep them: days counted from 1900 or 1904, with the time of day as the fraction.

use chrono::DateTime;
use std::fmt::Write;

/// The milliseconds of a day.
const DAY: i64 = 86_400_000;

/// The last day of the year 9999, counted from the beginning of 1970.
const LAST_DAY: i64 = 2_932_896;

/// What a sheet's number of days means: milliseconds after the beginning of 1970, without a time zone.
///
/// `None` where it is no day: below 1 January of the first year, beyond the year 9999, or 29 February 1900, which
/// sheets have and the calendar has not.
pub(super) fn moment(number: f64, from_1904: bool) -> Option<i64> {
    if !(0.0..3e6).contains(&number) {
        return None;
    }
    // To the nearest millisecond: a time such as 09:25 is no finite fraction of a day.
    let ms = (number * DAY as f64).round() as i64;
    let first = match (from_1904, ms / DAY) {
        (true, _) => -24_107,
        (false, 0 | 60) => return None,
        (false, ..60) => -25_568,
        // One less: the numbers count 29 February 1900.
        (false, _) => -25_569,
    };
    Some(ms + first * DAY).filter(|ms| ms.div_euclid(DAY) <= LAST_DAY)
}

/// How the dates of a column are written: as exactly as the most exact of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    /// `2024-01-01`
    Day,
    /// `2024-01-01 09:00:00`
    Second,
    /// `2024-01-01 09:00:00.250`
    Millisecond,
}

impl Form {
    /// The form that one moment needs.
    pub(super) fn of(ms: i64) -> Self {
        match ms.rem_euclid(DAY) {
            0 => Self::Day,
            time if time % 1000 == 0 => Self::Second,
            _ => Self::Millisecond,
        }
    }

    /// Writes a moment in this form in place of what `text` held.
    pub(super) fn write(self, ms: i64, text: &mut String) {
        text.clear();
        let day = DateTime::from_timestamp_millis(ms).unwrap_or_default().date_naive();
        let time = ms.rem_euclid(DAY);
        let (hour, minute, second) = (time / 3_600_000, time / 60_000 % 60, time / 1000 % 60);
        // Writing to a text does not fail.
        let _ = match self {
            Self::Day => write!(text, "{day}"),
            Self::Second => write!(text, "{day} {hour:02}:{minute:02}:{second:02}"),
            Self::Millisecond => write!(text, "{day} {hour:02}:{minute:02}:{second:02}.{:03}", time % 1000),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(number: f64, from_1904: bool, form: Form) -> Option<String> {
        let mut text = "before".to_owned();
        form.write(moment(number, from_1904)?, &mut text);
        Some(text)
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        let cases = [
            (1.0, false, "1900-01-01"),
            (59.0, false, "1900-02-28"),
            (61.0, false, "1900-03-01"),
            (25_569.0, false, "1970-01-01"),
            (45_292.0, false, "2024-01-01"),
            (45_351.0, false, "2024-02-29"),
            (2_958_465.0, false, "9999-12-31"),
            (0.0, true, "1904-01-01"),
            (60.0, true, "1904-03-01"),
            (43_830.0, true, "2024-01-01"),
            (2_957_003.0, true, "9999-12-31"),
        ];
        for (number, from_1904, day) in cases {
            assert_eq!(written(number, from_1904, Form::Day).as_deref(), Some(day), "{number}");
        }
    }

    #[test]
    fn what_is_no_day_is_none() {
        for number in
            [-1.0, -0.5, 0.0, 0.375, 60.0, 60.5, 59.999_999_999_9, 2_958_466.0, 1e300, f64::NAN, f64::INFINITY]
        {
            assert_eq!(moment(number, false), None, "{number}");
        }
        assert_eq!((moment(-0.5, true), moment(2_957_004.0, true)), (None, None));
    }

    #[test]
    fn times_are_exact_to_the_millisecond() {
        let cases = [
            (45_292.375, Form::Second, "2024-01-01 09:00:00"),
            // 9:25 is 565 of 1440 minutes.
            (45_292.392_361_111_11, Form::Second, "2024-01-01 09:25:00"),
            (45_292.999_999_999_99, Form::Day, "2024-01-02 00:00:00"),
            (45_292.5 + 0.25 / 86_400.0, Form::Millisecond, "2024-01-01 12:00:00.250"),
            (10.75, Form::Second, "1900-01-10 18:00:00"),
        ];
        for (number, form, text) in cases {
            assert_eq!(moment(number, false).map(Form::of), Some(form), "{number}");
            assert_eq!(written(number, false, form.max(Form::Second)).as_deref(), Some(text));
        }
    }
}
