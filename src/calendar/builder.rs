//! What a study says about opening hours, until [`CalendarBuilder::build`] resolves it day by day.

use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;

use super::hours::bad;
use super::rules::Rules;
use super::{Calendar, vietnam};
use crate::error::{Error, ErrorKind, Result, nearest_name};

/// Years added on each side by `provisional` when `covers` is not given.
const PROVISIONAL_YEARS: i32 = 10;

/// A calendar longer than this is a slip of the pen, and its tables would not be small.
const MOST_YEARS: i32 = 200;

/// The parts of a [`Calendar`], in the study's words.
///
/// What speaks for one date wins over the base, and the base over the weekly hours: hours on a date, then a date worked
/// or closed, then the built-in holiday or swap, then the weekly hours of the latest period that holds the date, then
/// the weekly hours. Mistakes are reported by [`build`](Self::build).
///
/// # Example
///
/// ```
/// use chrono::NaiveDate;
/// use giamtang::calendar::Calendar;
///
/// # fn main() -> giamtang::Result<()> {
/// let day = |d| NaiveDate::from_ymd_opt(2024, 12, d).unwrap_or_default();
/// let calendar = Calendar::builder(chrono_tz::Europe::Amsterdam)
///     .weekly("Mon-Fri 09:00-12:00 13:00-17:00; Sat 09:00-12:00")
///     .closed(day(25))
///     .hours(day(31), "09:00-12:00")
///     .covers(day(1), day(31))
///     .build()?;
/// assert_eq!(calendar.working_days(day(23), day(31)), Some(7)); // 23 24 26 27 28 30 31
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a calendar is not there before it is built"]
pub struct CalendarBuilder {
    zone: Tz,
    pub(super) base: Option<String>,
    pub(super) weekly: Option<String>,
    pub(super) periods: Vec<(NaiveDate, NaiveDate, String)>,
    pub(super) closed: Vec<NaiveDate>,
    pub(super) worked: Vec<NaiveDate>,
    pub(super) hours: Vec<(NaiveDate, String)>,
    covers: Option<(NaiveDate, NaiveDate)>,
    pub(super) provisional: bool,
}

impl CalendarBuilder {
    pub(super) fn new(zone: Tz) -> Self {
        Self {
            zone,
            base: None,
            weekly: None,
            periods: Vec::new(),
            closed: Vec::new(),
            worked: Vec::new(),
            hours: Vec::new(),
            covers: None,
            provisional: false,
        }
    }

    /// Begins from a built-in calendar: `vietnam`.
    pub fn base(mut self, name: impl Into<String>) -> Self {
        self.base = Some(name.into());
        self
    }

    /// The weekly hours, such as `Mon-Fri 07:30-11:30 13:30-17:30; Sat 08:00-12:00`.
    ///
    /// They replace the hours of the base, for all weekdays; its holidays and swaps stay.
    pub fn weekly(mut self, text: impl Into<String>) -> Self {
        self.weekly = Some(text.into());
        self
    }

    /// Weekly hours from one local day to another, both included.
    ///
    /// Where two periods overlap the later call wins; any period wins over [`weekly`](Self::weekly).
    pub fn weekly_during(mut self, from: NaiveDate, to: NaiveDate, text: impl Into<String>) -> Self {
        self.periods.push((from, to, text.into()));
        self
    }

    /// A date on which the office is closed.
    pub fn closed(mut self, date: NaiveDate) -> Self {
        self.closed.push(date);
        self
    }

    /// A date on which the office works, such as a Saturday worked instead of a Monday.
    ///
    /// Monday to Friday keep the hours of their own weekday; Saturday and Sunday take Monday's, and a built-in swap
    /// those of the weekday it was swapped for. Other hours are given with [`hours`](Self::hours).
    pub fn worked(mut self, date: NaiveDate) -> Self {
        self.worked.push(date);
        self
    }

    /// Special hours on a date, such as a half day `08:00-12:00`.
    ///
    /// They are all the sessions of that day. The same date twice with different hours is a mistake.
    pub fn hours(mut self, date: NaiveDate, text: impl Into<String>) -> Self {
        self.hours.push((date, text.into()));
        self
    }

    /// The local days the calendar speaks for, both included; required without a base.
    ///
    /// On a base it narrows or widens the built-in years. A year beyond them needs closed dates of its own, or
    /// [`provisional`](Self::provisional).
    pub fn covers(mut self, from: NaiveDate, to: NaiveDate) -> Self {
        self.covers = Some((from, to));
        self
    }

    /// Extends a base beyond its years by weekly hours and fixed-date holidays.
    ///
    /// 1 January, 30 April, 1 May, 2 September, and from 2026 24 November; not Tết, Hung Kings, days in lieu or
    /// swaps. Ten years on each side unless [`covers`](Self::covers) says otherwise; [`Calendar::is_provisional`]
    /// tells them.
    pub fn provisional(mut self, provisional: bool) -> Self {
        self.provisional = provisional;
        self
    }

    /// The calendar, resolved day by day.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownName`] for a base that is not built in; [`ErrorKind::CalendarTooShort`] for a covered year
    /// that neither the base nor the study knows; [`ErrorKind::BadCalendar`] for hours that cannot be read, dates that
    /// contradict each other or lie outside the coverage, and a calendar without coverage or without a session.
    pub fn build(self) -> Result<Calendar> {
        if let Some(name) = self.base.as_deref().filter(|name| *name != "vietnam") {
            return Err(unknown_base(name));
        }
        let (from, to) = self.coverage()?;
        self.vouch(from, to)?;
        if self.base.is_none() && self.weekly.is_none() && self.periods.is_empty() && self.hours.is_empty() {
            return Err(bad("weekly", "missing; a calendar without a base needs its opening hours"));
        }
        let rules = Rules::read(&self, from, to)?;
        let mut hours = Vec::new();
        let days = from.iter_days().take_while(|day| *day <= to).map(|day| rules.day(day, &mut hours));
        let days = days.collect::<Result<Vec<_>>>()?;
        if hours.iter().all(Vec::is_empty) {
            return Err(bad(format!("{from}..{to}"), "no session in the whole coverage; give `weekly` hours"));
        }
        Ok(Calendar::new(self.zone, from, to, days, hours))
    }

    fn coverage(&self) -> Result<(NaiveDate, NaiveDate)> {
        let (from, to) = match (self.covers, &self.base) {
            (Some(covers), _) => covers,
            (None, Some(_)) if self.provisional => around(vietnam::FIRST, vietnam::LAST),
            (None, Some(_)) => (vietnam::FIRST, vietnam::LAST),
            (None, None) => {
                return Err(bad("covers", "missing; a calendar without a base needs its first and last day"));
            }
        };
        let text = || format!("{from}..{to}");
        if to < from {
            return Err(bad(text(), "the coverage ends before it begins"));
        }
        // The day after the last must be a date too, for the instant at which the last one ends.
        if to.year() - from.year() >= MOST_YEARS || to.succ_opt().is_none() {
            return Err(bad(text(), format!("a calendar covers at most {MOST_YEARS} years")));
        }
        Ok((from, to))
    }

    /// Holidays of a year that the base does not know must come from the study.
    fn vouch(&self, from: NaiveDate, to: NaiveDate) -> Result<()> {
        if self.base.is_none() && self.provisional {
            return Err(bad("provisional = true", "there is no base to extend; name one, or leave it out"));
        }
        if self.base.is_none() || self.provisional {
            return Ok(());
        }
        let built_in = vietnam::FIRST.year()..=vietnam::LAST.year();
        let given = |year: &i32| self.closed.iter().any(|day| day.year() == *year);
        let years: Vec<i32> =
            (from.year()..=to.year()).filter(|year| !built_in.contains(year) && !given(year)).take(20).collect();
        if years.is_empty() {
            return Ok(());
        }
        Err(ErrorKind::CalendarTooShort { covers: format!("{}..{}", vietnam::FIRST, vietnam::LAST), years }.into())
    }
}

fn around(first: NaiveDate, last: NaiveDate) -> (NaiveDate, NaiveDate) {
    let from = first.with_year(first.year() - PROVISIONAL_YEARS).unwrap_or(first);
    (from, last.with_year(last.year() + PROVISIONAL_YEARS).unwrap_or(last))
}

fn unknown_base(name: &str) -> Error {
    let near = nearest_name(name, ["vietnam"]);
    ErrorKind::UnknownName { name: name.into(), of: "a built-in calendar", near }.into()
}
