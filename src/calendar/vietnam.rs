//! The Vietnamese civil-service calendar, 2019 to 2026: days off, Saturdays worked instead, and how sure each is.
//!
//! Data, not rules: the day beside 2 September, the span of Tết and the swaps are decided each year (`domain.md` 4.6,
//! Labour Code 2019 art. 112). Only holidays that fall on a weekend, and years beyond the data, follow a rule.

// Dates are written yyyy_mm_dd.
#![allow(clippy::inconsistent_digit_grouping)]

use std::fmt;

use chrono::{Datelike, NaiveDate};

use Cause::{Holiday as Itself, InLieu, Swap};
use Certainty::{Found, Medium};
use Holiday::{Culture, HungKings, Labour, National, NewYear, Reunification, Tet};

/// Opening hours of the built-in calendar: two sessions, eight hours.
pub(super) const SESSIONS: &str = "Mon-Fri 07:30-11:30 13:30-17:30";
pub(super) const FIRST: NaiveDate = date(2019_01_01);
pub(super) const LAST: NaiveDate = date(2026_12_31);

/// A public holiday of Vietnam (Labour Code 2019, art. 112).
///
/// # Example
///
/// ```
/// use giamtang::calendar::Holiday;
///
/// assert_eq!((Holiday::National.english(), Holiday::National.vietnamese()), ("National Day", "Quốc khánh"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Holiday {
    /// 1 January.
    NewYear,
    /// Lunar new year: five days, and the days in lieu of those that fall on a weekend.
    Tet,
    /// The tenth of the third lunar month.
    HungKings,
    /// 30 April.
    Reunification,
    /// 1 May.
    Labour,
    /// 2 September; since 2021 with one neighbouring day.
    National,
    /// 24 November, since 2026 (Resolution 28/2026/QH16).
    Culture,
}

impl Holiday {
    /// The name in English.
    pub fn english(self) -> &'static str {
        match self {
            NewYear => "New Year's Day",
            Tet => "Tet (lunar new year)",
            HungKings => "Hung Kings' Commemoration Day",
            Reunification => "Reunification Day",
            Labour => "International Labour Day",
            National => "National Day",
            Culture => "Vietnam Culture Day",
        }
    }

    /// The name in Vietnamese.
    pub fn vietnamese(self) -> &'static str {
        match self {
            NewYear => "Tết Dương lịch",
            Tet => "Tết Nguyên đán",
            HungKings => "Giỗ Tổ Hùng Vương",
            Reunification => "Ngày Chiến thắng",
            Labour => "Ngày Quốc tế Lao động",
            National => "Quốc khánh",
            Culture => "Ngày Văn hóa Việt Nam",
        }
    }
}

impl fmt::Display for Holiday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.english())
    }
}

/// Why a date is off, or worked, on account of a holiday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// The holiday itself, or a day the government added to it.
    Holiday,
    /// A day in lieu of a holiday that fell on a weekend.
    InLieu,
    /// A working day exchanged for a Saturday; both dates of the pair bear this cause.
    Swap,
}

/// How sure a built-in date is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Certainty {
    /// Found in a public source.
    Found,
    /// Known and not found again: medium confidence.
    Medium,
}

/// One date of the built-in calendar that differs from its weekday.
///
/// # Example
///
/// ```
/// use chrono::NaiveDate;
/// use giamtang::calendar::{Cause, Holiday, observances};
///
/// let day = NaiveDate::from_ymd_opt(2024, 5, 4).unwrap_or_default();
/// let saturday = observances().iter().find(|seen| seen.date == day).copied();
/// assert_eq!(saturday.map(|seen| seen.cause), Some(Cause::Swap));
/// assert_eq!(saturday.and_then(|seen| seen.instead_of), NaiveDate::from_ymd_opt(2024, 4, 29));
/// assert_eq!(saturday.map(|seen| seen.holiday), Some(Holiday::Reunification));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Observance {
    /// The local date.
    pub date: NaiveDate,
    /// The holiday on whose account it is off or worked.
    pub holiday: Holiday,
    /// The holiday itself, in lieu of it, or one of a pair that was swapped.
    pub cause: Cause,
    /// The day off for which this date is worked; `None` on a day off.
    pub instead_of: Option<NaiveDate>,
    /// How sure the date is.
    pub certainty: Certainty,
}

impl Observance {
    /// Whether the office works on this date, which its weekday would leave closed.
    pub fn is_worked(&self) -> bool {
        self.instead_of.is_some()
    }
}

/// The 99 built-in dates in order: Monday-Friday days off and Saturdays worked.
///
/// Source: `domain.md` 4.6. The first, 2018-12-31, lies before the coverage and is there for its swap.
pub fn observances() -> &'static [Observance] {
    DATES
}

/// Whether a date is in a Tết holiday; `None` outside the built-in years.
///
/// From the first to the last weekday off, weekends between them included; 2024: 8 to 14 February.
///
/// # Example
///
/// ```
/// use chrono::NaiveDate;
/// use giamtang::calendar::is_tet;
///
/// let is_tet = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).and_then(is_tet);
/// assert_eq!(is_tet(2024, 2, 10), Some(true));
/// assert_eq!(is_tet(2024, 2, 15), Some(false));
/// assert_eq!(is_tet(2030, 2, 15), None);
/// ```
pub fn is_tet(date: NaiveDate) -> Option<bool> {
    let mut days = DATES.iter().filter(|day| day.holiday == Tet && day.date.year() == date.year());
    let first = days.next().filter(|_| built_in(date))?.date;
    Some(first <= date && date <= days.next_back().map_or(first, |day| day.date))
}

/// Whether the built-in data speak for a date.
pub(super) fn built_in(date: NaiveDate) -> bool {
    (FIRST..=LAST).contains(&date)
}

/// What is observed on a date: by the data, else a holiday that falls on a weekend, else a fixed-date holiday.
pub(super) fn observance(date: NaiveDate) -> Option<Observance> {
    if let Ok(found) = DATES.binary_search_by_key(&date, |day| day.date) {
        return Some(DATES[found]);
    }
    let tet = is_tet(date).filter(|&inside| inside).map(|_| Tet);
    let hung_kings = HUNG_KINGS_ON_WEEKENDS.contains(&date).then_some(HungKings);
    let holiday = tet.or(hung_kings).or_else(|| fixed(date))?;
    Some(Observance { date, holiday, cause: Itself, instead_of: None, certainty: Found })
}

/// The holiday of a fixed date, in any year.
fn fixed(date: NaiveDate) -> Option<Holiday> {
    match (date.month(), date.day()) {
        (1, 1) => Some(NewYear),
        (4, 30) => Some(Reunification),
        (5, 1) => Some(Labour),
        (9, 2) => Some(National),
        (11, 24) if date.year() >= 2026 => Some(Culture),
        _ => None,
    }
}

/// A date written `yyyy_mm_dd`; one that does not exist does not compile.
const fn date(number: i32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(number / 10_000, (number / 100 % 100) as u32, (number % 100) as u32) {
        Some(date) => date,
        None => panic!("not a date"),
    }
}

const fn off(number: i32, holiday: Holiday) -> Observance {
    Observance { date: date(number), holiday, cause: Itself, instead_of: None, certainty: Found }
}

const fn lieu(number: i32, holiday: Holiday) -> Observance {
    Observance { cause: InLieu, ..off(number, holiday) }
}

const fn swap(number: i32, holiday: Holiday) -> Observance {
    Observance { cause: Swap, ..off(number, holiday) }
}

const fn work(number: i32, instead_of: i32, holiday: Holiday, certainty: Certainty) -> Observance {
    Observance { instead_of: Some(date(instead_of)), certainty, ..swap(number, holiday) }
}

/// Tenth of the third lunar month on a Saturday or Sunday; matters to an office that opens at weekends.
const HUNG_KINGS_ON_WEEKENDS: [NaiveDate; 4] = [date(2019_04_14), date(2022_04_10), date(2023_04_29), date(2026_04_26)];

#[rustfmt::skip]
static DATES: &[Observance] = &[
    swap(2018_12_31, NewYear),
    off(2019_01_01, NewYear), work(2019_01_05, 2018_12_31, NewYear, Found),
    off(2019_02_04, Tet), off(2019_02_05, Tet), off(2019_02_06, Tet), off(2019_02_07, Tet), off(2019_02_08, Tet),
    lieu(2019_04_15, HungKings), swap(2019_04_29, Reunification), off(2019_04_30, Reunification),
    off(2019_05_01, Labour), work(2019_05_04, 2019_04_29, Reunification, Found), off(2019_09_02, National),

    off(2020_01_01, NewYear),
    off(2020_01_23, Tet), off(2020_01_24, Tet), off(2020_01_27, Tet), off(2020_01_28, Tet), off(2020_01_29, Tet),
    off(2020_04_02, HungKings), off(2020_04_30, Reunification), off(2020_05_01, Labour), off(2020_09_02, National),

    off(2021_01_01, NewYear),
    off(2021_02_10, Tet), off(2021_02_11, Tet), off(2021_02_12, Tet), off(2021_02_15, Tet), off(2021_02_16, Tet),
    off(2021_04_21, HungKings), off(2021_04_30, Reunification), lieu(2021_05_03, Labour),
    off(2021_09_02, National), off(2021_09_03, National),

    lieu(2022_01_03, NewYear),
    off(2022_01_31, Tet), off(2022_02_01, Tet), off(2022_02_02, Tet), off(2022_02_03, Tet), off(2022_02_04, Tet),
    lieu(2022_04_11, HungKings), lieu(2022_05_02, Reunification), lieu(2022_05_03, Labour),
    off(2022_09_01, National), off(2022_09_02, National),

    lieu(2023_01_02, NewYear),
    off(2023_01_20, Tet), off(2023_01_23, Tet), off(2023_01_24, Tet), off(2023_01_25, Tet), off(2023_01_26, Tet),
    off(2023_05_01, Labour), lieu(2023_05_02, HungKings), lieu(2023_05_03, Reunification),
    off(2023_09_01, National), lieu(2023_09_04, National),

    off(2024_01_01, NewYear),
    off(2024_02_08, Tet), off(2024_02_09, Tet), off(2024_02_12, Tet), off(2024_02_13, Tet), off(2024_02_14, Tet),
    off(2024_04_18, HungKings), swap(2024_04_29, Reunification), off(2024_04_30, Reunification),
    off(2024_05_01, Labour), work(2024_05_04, 2024_04_29, Reunification, Found),
    off(2024_09_02, National), off(2024_09_03, National),

    off(2025_01_01, NewYear),
    off(2025_01_27, Tet), off(2025_01_28, Tet), off(2025_01_29, Tet), off(2025_01_30, Tet), off(2025_01_31, Tet),
    off(2025_04_07, HungKings), work(2025_04_26, 2025_05_02, Labour, Found), off(2025_04_30, Reunification),
    off(2025_05_01, Labour), swap(2025_05_02, Labour), off(2025_09_01, National), off(2025_09_02, National),

    off(2026_01_01, NewYear), swap(2026_01_02, NewYear), work(2026_01_10, 2026_01_02, NewYear, Medium),
    off(2026_02_16, Tet), off(2026_02_17, Tet), off(2026_02_18, Tet), off(2026_02_19, Tet), off(2026_02_20, Tet),
    lieu(2026_04_27, HungKings), off(2026_04_30, Reunification), off(2026_05_01, Labour),
    work(2026_08_22, 2026_08_31, National, Medium), swap(2026_08_31, National),
    off(2026_09_01, National), off(2026_09_02, National), off(2026_11_24, Culture),
];
