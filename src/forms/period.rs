//! Periods that have a name, and the days that they are made of by each convention.

use super::sheet::named;
use crate::error::{Error, Result};
use crate::kpi::Name;
use chrono::{Datelike, Days as SoMany, Months, NaiveDate};
use serde::{Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// Local days, both ends included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Days {
    /// The first.
    pub first: NaiveDate,
    /// The last.
    pub last: NaiveDate,
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.first, self.last)
    }
}

impl FromStr for Days {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let days = text.split_once("..").and_then(|(first, last)| {
            let days = Self { first: first.trim().parse().ok()?, last: last.trim().parse().ok()? };
            (days.first <= days.last).then_some(days)
        });
        days.ok_or_else(|| Error::value("days", text, "FIRST..LAST, such as 2024-01-01..2024-03-31"))
    }
}

impl Serialize for Days {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Which days a month, quarter or year of reports is made of; two figures for one quarter can both be right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Convention {
    /// Those of the calendar: what the National Public Service Portal shows.
    #[default]
    Calendar,
    /// Decree 09/2019/NĐ-CP: from the 15th of the month before to the 14th of the last one.
    #[serde(rename = "decree_09")]
    Decree09,
}

impl Convention {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Calendar, Self::Decree09];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Calendar => "calendar",
            Self::Decree09 => "decree_09",
        }
    }

    /// The day of the month before on which a period of it begins; `None` where it begins with its own.
    fn begins_on(self) -> Option<u32> {
        match self {
            Self::Calendar => None,
            Self::Decree09 => Some(15),
        }
    }
}

/// A period that reports are written for.
///
/// # Example
///
/// ```
/// use giamtang::forms::{Convention, Period};
///
/// let quarter: Period = "2024-Q2".parse().unwrap();
/// assert_eq!(quarter.days(Convention::Calendar).to_string(), "2024-04-01..2024-06-30");
/// assert_eq!(quarter.days(Convention::Decree09).to_string(), "2024-03-15..2024-06-14");
///
/// // A month, half a year, nine months, a year.
/// for (text, days) in [
///     ("2024-02", "2024-01-15..2024-02-14"),
///     ("2024-H1", "2023-12-15..2024-06-14"),
///     ("2024-9M", "2023-12-15..2024-09-14"),
///     ("2024", "2023-12-15..2024-12-14"),
/// ] {
///     assert_eq!(text.parse::<Period>().unwrap().days(Convention::Decree09).to_string(), days);
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first day of its first month.
    first: NaiveDate,
    /// How many months it has.
    months: u32,
}

impl Period {
    /// Its days by a convention.
    pub fn days(self, convention: Convention) -> Days {
        let end = self.first.checked_add_months(Months::new(self.months)).unwrap_or(NaiveDate::MAX);
        let moved = |day: NaiveDate| match convention.begins_on() {
            Some(begins) => day.checked_sub_months(Months::new(1)).and_then(|before| before.with_day(begins)),
            None => Some(day),
        };
        // The first day of the next period ends this one.
        let last = moved(end).and_then(|day| day.checked_sub_days(SoMany::new(1)));
        Days { first: moved(self.first).unwrap_or(self.first), last: last.unwrap_or(end) }
    }

    /// What it is called.
    pub fn words(self) -> Name {
        const ROMAN: [&str; 4] = ["I", "II", "III", "IV"];
        let (year, month) = (self.first.year(), self.first.month());
        let quarter = month.div_ceil(3);
        match (self.months, month) {
            (12, _) => named(format!("{year}"), format!("Năm {year}")),
            (9, _) => named(format!("first nine months of {year}"), format!("9 tháng đầu năm {year}")),
            (6, 1) => named(format!("first half of {year}"), format!("6 tháng đầu năm {year}")),
            (6, _) => named(format!("second half of {year}"), format!("6 tháng cuối năm {year}")),
            (3, _) => {
                named(format!("quarter {quarter} of {year}"), format!("Quý {} năm {year}", ROMAN[quarter as usize - 1]))
            }
            _ => named(self.to_string(), format!("Tháng {month:02}/{year}")),
        }
    }

    fn of(year: i32, month: u32, months: u32) -> Option<Self> {
        let first = NaiveDate::from_ymd_opt(year, month, 1).filter(|_| (1900..=2200).contains(&year))?;
        Some(Self { first, months })
    }
}

impl FromStr for Period {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = || {
            Error::value(
                "--period",
                text,
                "a month 2024-05, a quarter 2024-Q2, 2024-H1, 2024-H2, 2024-9M, or a year 2024",
            )
        };
        let (year, part) = text.split_once('-').unwrap_or((text, ""));
        let year: i32 = year.parse().ok().filter(|_| year.len() == 4).ok_or_else(wrong)?;
        let number = |text: &str| text.parse::<u32>().ok();
        let period = match (part, part.strip_prefix(['Q', 'q'])) {
            ("", _) if !text.contains('-') => Self::of(year, 1, 12),
            ("H1" | "h1", _) => Self::of(year, 1, 6),
            ("H2" | "h2", _) => Self::of(year, 7, 6),
            ("9M" | "9m", _) => Self::of(year, 1, 9),
            (_, Some(quarter)) => {
                number(quarter).filter(|own| (1..=4).contains(own)).and_then(|own| Self::of(year, 3 * own - 2, 3))
            }
            (month, None) => number(month).filter(|_| month.len() == 2).and_then(|own| Self::of(year, own, 1)),
        };
        period.ok_or_else(wrong)
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month) = (self.first.year(), self.first.month());
        match (self.months, month) {
            (12, _) => write!(f, "{year:04}"),
            (9, _) => write!(f, "{year:04}-9M"),
            (6, _) => write!(f, "{year:04}-H{}", month.div_ceil(6)),
            (3, _) => write!(f, "{year:04}-Q{}", month.div_ceil(3)),
            _ => write!(f, "{year:04}-{month:02}"),
        }
    }
}
