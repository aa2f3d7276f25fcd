//! Opening hours, holidays, worked Saturdays and a zone; from them the business clock and the deadlines.
//!
//! Is Saturday 4 May 2024 a working day? Ask a [`Calendar`]. How long did the office really have? Subtract two
//! positions of its [`BusinessClock`]. When is the answer due? [`Calendar::due`]. The Vietnamese civil-service calendar
//! of 2019 to 2026 is in `vietnam`; texts such as `Mon-Fri 07:30-11:30` are read in `hours`; summer time is in `zone`.
//! Nothing is assumed: outside its coverage a calendar answers `None` or an error, never Monday to Friday.

mod builder;
mod clock;
mod deadline;
mod digest;
mod hours;
mod promise;
mod rules;
mod vietnam;
mod zone;

use std::fmt;

use chrono::{Datelike, Days};

/// A local day, and a local moment with its zone; in the versions that these functions take and give.
pub use chrono::{DateTime, NaiveDate};
/// A time zone by its name, such as `Asia/Ho_Chi_Minh`.
pub use chrono_tz::Tz;

pub use builder::CalendarBuilder;
pub use clock::BusinessClock;
pub use deadline::{Deadline, Limit, LimitUnit, SkippedDay};
pub use hours::Session;
pub use promise::Promise;
pub use vietnam::{Cause, Certainty, Holiday, Observance, is_tet, observances};
pub use zone::{local_date, local_midnight};

use crate::error::{ErrorKind, Result};

/// When an office is open: sessions by local day, over a coverage that ends.
///
/// A working day is a day with at least one session, however short; a half day counts as one. Dates are local days of
/// the zone. The calendar is resolved when built: every question below is answered from tables, in O(1).
///
/// # Example
///
/// ```
/// use chrono::NaiveDate;
/// use giamtang::calendar::Calendar;
///
/// # fn main() -> giamtang::Result<()> {
/// let calendar = Calendar::builder(chrono_tz::Asia::Ho_Chi_Minh).base("vietnam").build()?;
/// let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap_or_default();
/// assert_eq!(calendar.is_working_day(day(2024, 5, 4)), Some(true)); // a Saturday, worked for 29 April
/// assert_eq!(calendar.working_days(day(2024, 1, 1), day(2024, 12, 31)), Some(251));
/// assert_eq!(calendar.is_working_day(day(2031, 1, 1)), None);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Calendar {
    zone: Tz,
    from: NaiveDate,
    to: NaiveDate,
    days: Vec<Day>,
    hours: Vec<Vec<Session>>,
    /// How many of the days before each one are working days; one entry more than days.
    worked_before: Vec<u32>,
    /// The working days, by index.
    working: Vec<u32>,
    clock: BusinessClock,
}

/// One local day: which of the calendar's `hours` it keeps, and why.
#[derive(Clone, Copy, Debug)]
struct Day {
    hours: u32,
    standing: Standing,
    provisional: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Open,
    /// Worked instead of another day, or opened on a weekday without hours.
    Worked,
    Off(DayOff),
}

/// Why the office is closed on a date.
///
/// A holiday that falls on a weekend is named as the holiday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum DayOff {
    /// The weekly hours have no session on that weekday.
    Weekend,
    /// A public holiday, a day in lieu of one, or a day swapped on its account.
    Holiday(Holiday, Cause),
    /// Closed by the study.
    Closed,
}

impl fmt::Display for DayOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Weekend => f.write_str("weekend"),
            Self::Holiday(holiday, Cause::Holiday) => write!(f, "{holiday}"),
            Self::Holiday(holiday, Cause::InLieu) => write!(f, "in lieu of {holiday}"),
            Self::Holiday(holiday, Cause::Swap) => write!(f, "{holiday}, swapped with a Saturday"),
            Self::Closed => f.write_str("closed"),
        }
    }
}

impl Calendar {
    /// An empty calendar to fill in; nothing is open until something says so.
    pub fn builder(zone: Tz) -> CalendarBuilder {
        CalendarBuilder::new(zone)
    }

    fn new(zone: Tz, from: NaiveDate, to: NaiveDate, days: Vec<Day>, hours: Vec<Vec<Session>>) -> Self {
        let mut worked_before = vec![0];
        let mut working = Vec::new();
        for (index, day) in (0..).zip(&days) {
            if !hours[day.hours as usize].is_empty() {
                working.push(index);
            }
            worked_before.push(working.len() as u32);
        }
        let first = zone::midnight(from);
        let (start, end) = (zone::resolve(zone, first), zone::resolve(zone, first + days.len() as i64 * zone::DAY));
        let wall = |day: i64, minutes: u16| zone::resolve(zone, first + day * zone::DAY + i64::from(minutes) * 60);
        let sessions = (0..).zip(&days).flat_map(|(day, at)| hours[at.hours as usize].iter().map(move |s| (day, s)));
        let spans = sessions.map(|(day, session)| (wall(day, session.open()), wall(day, session.close())));
        let clock = BusinessClock::new(start, end, spans);
        Self { zone, from, to, days, hours, worked_before, working, clock }
    }

    /// The zone whose local days these are.
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// The first and the last covered local day, both included.
    pub fn coverage(&self) -> (NaiveDate, NaiveDate) {
        (self.from, self.to)
    }

    /// The business clock: instants to office seconds.
    pub fn clock(&self) -> &BusinessClock {
        &self.clock
    }

    /// Whether a local day is covered.
    pub fn covers(&self, date: NaiveDate) -> bool {
        (self.from..=self.to).contains(&date)
    }

    /// Whether the office opens at all on a date; `None` outside the coverage.
    pub fn is_working_day(&self, date: NaiveDate) -> Option<bool> {
        self.sessions(date).map(|sessions| !sessions.is_empty())
    }

    /// The sessions of a date, in order; `None` outside the coverage.
    pub fn sessions(&self, date: NaiveDate) -> Option<&[Session]> {
        self.day(date).map(|day| self.hours[day.hours as usize].as_slice())
    }

    /// Why the office is closed on a date; `None` when it is open or not covered.
    pub fn day_off(&self, date: NaiveDate) -> Option<DayOff> {
        match self.day(date)?.standing {
            Standing::Off(why) => Some(why),
            Standing::Open | Standing::Worked => None,
        }
    }

    /// Whether a date is worked instead of another, such as a swapped Saturday.
    ///
    /// True for a date listed as worked, by the base or the study, and for hours given to a closed weekday.
    pub fn is_worked_instead(&self, date: NaiveDate) -> bool {
        self.day(date).is_some_and(|day| day.standing == Standing::Worked)
    }

    /// Whether a date was extrapolated beyond the built-in years.
    ///
    /// A date that the study itself names as closed, worked or with hours is not provisional.
    pub fn is_provisional(&self, date: NaiveDate) -> bool {
        self.day(date).is_some_and(|day| day.provisional)
    }

    /// The working days from one date to another, both included.
    ///
    /// 0 when `to` lies before `from`; `None` when either is not covered. O(1).
    ///
    /// # Example
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use giamtang::calendar::Calendar;
    ///
    /// # fn main() -> giamtang::Result<()> {
    /// let calendar = Calendar::builder(chrono_tz::Asia::Ho_Chi_Minh).base("vietnam").build()?;
    /// let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap_or_default();
    /// assert_eq!(calendar.working_days(day(2023, 2, 15), day(2023, 7, 31)), Some(116));
    /// assert_eq!(calendar.working_days(day(2024, 2, 15), day(2024, 7, 31)), Some(117));
    /// # Ok(())
    /// # }
    /// ```
    pub fn working_days(&self, from: NaiveDate, to: NaiveDate) -> Option<u32> {
        let (from, to) = (self.index(from)?, self.index(to)?);
        Some(self.worked_before[to + 1].saturating_sub(self.worked_before[from]))
    }

    /// The n-th working day after a date, which is not counted itself.
    ///
    /// With n = 0 the first working day at or after the date. `None` when the date, or the day sought, is not covered.
    /// O(1).
    ///
    /// # Example
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use giamtang::calendar::Calendar;
    ///
    /// # fn main() -> giamtang::Result<()> {
    /// let calendar = Calendar::builder(chrono_tz::Asia::Ho_Chi_Minh).base("vietnam").build()?;
    /// let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap_or_default();
    /// assert_eq!(calendar.nth_working_day_after(day(2024, 4, 25), 5), Some(day(2024, 5, 6)));
    /// # Ok(())
    /// # }
    /// ```
    pub fn nth_working_day_after(&self, date: NaiveDate, n: u32) -> Option<NaiveDate> {
        self.working_after(self.index(date)?, n).and_then(|index| self.date(index))
    }

    /// The n-th working day before a date, which is not counted itself.
    ///
    /// With n = 0 the last working day at or before the date. `None` when the date, or the day sought, is not covered. O(1).
    ///
    /// # Example
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use giamtang::calendar::Calendar;
    ///
    /// # fn main() -> giamtang::Result<()> {
    /// let calendar = Calendar::builder(chrono_tz::Asia::Ho_Chi_Minh).base("vietnam").build()?;
    /// let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap_or_default();
    /// // Back over Labour Day, and over Saturday 4 May 2024, on which offices worked.
    /// assert_eq!(calendar.nth_working_day_before(day(2024, 5, 6), 3), Some(day(2024, 5, 2)));
    /// assert_eq!(calendar.nth_working_day_before(day(2024, 5, 5), 0), Some(day(2024, 5, 4)));
    /// # Ok(())
    /// # }
    /// ```
    pub fn nth_working_day_before(&self, date: NaiveDate, n: u32) -> Option<NaiveDate> {
        let day = self.index(date)?;
        let (before, back) = match n {
            0 => (self.worked_before[day + 1], 1),
            n => (self.worked_before[day], n),
        };
        self.date(*self.working.get(before.checked_sub(back)? as usize)?)
    }

    /// [`nth_working_day_after`](Self::nth_working_day_after) of a column of days, appended to `out`.
    ///
    /// Days are counted from 1970-01-01; [`BusinessClock::OUTSIDE`] stands where there is none.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::calendar::{BusinessClock, Calendar};
    ///
    /// # fn main() -> giamtang::Result<()> {
    /// let calendar = Calendar::builder(chrono_tz::Asia::Ho_Chi_Minh).base("vietnam").build()?;
    /// let mut out = Vec::new();
    /// calendar.working_days_after(&[19_838, i64::MIN], 5, &mut out); // 25 April 2024
    /// assert_eq!(out, [19_849, BusinessClock::OUTSIDE]); // 6 May
    /// # Ok(())
    /// # }
    /// ```
    pub fn working_days_after(&self, days: &[i64], n: u32, out: &mut Vec<i64>) {
        let first = number(self.from);
        let after = |day: i64| {
            let index = usize::try_from(day.checked_sub(first)?).ok().filter(|index| *index < self.days.len())?;
            self.working_after(index, n).map(|index| first + i64::from(index))
        };
        out.extend(days.iter().map(|day| after(*day).unwrap_or(BusinessClock::OUTSIDE)));
    }

    /// Passes when every day from one date to another is covered.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::CalendarTooShort`] with the years that lack a day, the first twenty of them.
    pub fn require(&self, from: NaiveDate, to: NaiveDate) -> Result<()> {
        let lacks = |year: &i32| {
            let first = NaiveDate::from_ymd_opt(*year, 1, 1).map_or(from, |day| day.max(from));
            let last = NaiveDate::from_ymd_opt(*year, 12, 31).map_or(to, |day| day.min(to));
            !(self.covers(first) && self.covers(last))
        };
        let years: Vec<i32> = (from.year()..=to.year()).filter(lacks).take(20).collect();
        if years.is_empty() {
            return Ok(());
        }
        Err(ErrorKind::CalendarTooShort { covers: format!("{}..{}", self.from, self.to), years }.into())
    }

    /// A canonical text of everything that affects results, for hashing.
    ///
    /// Zone, coverage, changes of the zone's offset inside it, the distinct opening hours, and which of them each day
    /// keeps, run by run; then the provisional days. Two calendars with the same text give the same figures, however
    /// they were written.
    pub fn digest_text(&self) -> String {
        digest::text(self)
    }

    fn day(&self, date: NaiveDate) -> Option<Day> {
        self.index(date).map(|index| self.days[index])
    }

    fn index(&self, date: NaiveDate) -> Option<usize> {
        self.covers(date).then(|| date.signed_duration_since(self.from).num_days() as usize)
    }

    /// The same by the index of a covered day.
    fn working_after(&self, day: usize, n: u32) -> Option<u32> {
        let rank = match n {
            0 => self.worked_before[day] as usize,
            n => self.worked_before[day + 1] as usize + n as usize - 1,
        };
        self.working.get(rank).copied()
    }

    fn date(&self, index: u32) -> Option<NaiveDate> {
        self.from.checked_add_days(Days::new(index.into()))
    }
}

/// A day counted from 1970-01-01.
fn number(date: NaiveDate) -> i64 {
    date.signed_duration_since(NaiveDate::default()).num_days()
}
