//! The study's texts as the things they stand for: zone, calendar, windows, horizon.

use super::defaults::Defaults;
use super::file::{CalendarTable, CompareTable, DayRange, StudyFile};
use crate::calendar::{Calendar, Limit, LimitUnit, is_tet};
use crate::error::{Error, ErrorKind, Result, nearest_name};
use crate::ingest::Zone;
use crate::measure::{Clocks, Pausing, Slot};
use chrono::{Datelike, Days, Months, NaiveDate};
use chrono_tz::Tz;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// The zone of a study that names none.
const ZONE: &str = "Asia/Ho_Chi_Minh";

/// The horizon of a study that names none.
const HORIZON: &str = "30 working days";

/// When everything is: zone, windows, calendar, horizon.
pub(super) struct Timing {
    pub(super) zone: Zone,
    pub(super) windows: Windows,
    pub(super) calendar: Option<Calendar>,
    pub(super) horizon: u32,
    pub(super) pausing: Option<Pausing>,
    vietnam: bool,
}

impl Timing {
    /// # Errors
    ///
    /// A text that stands for no zone, window, calendar or horizon, or a calendar that does not cover the windows.
    pub(super) fn new(file: &StudyFile, defaults: &mut Defaults) -> Result<Self> {
        let (tz, calendar) = office(file, defaults)?;
        let windows = Windows::new(file)?;
        let table = file.calendar.as_ref();
        if let Some(calendar) = &calendar {
            let (first, last) = windows.span();
            calendar.require(first, last)?;
        }
        defaults.or("compare.follow_up", &file.compare.follow_up, "0 days");
        let horizon = horizon(&defaults.or("compare.horizon", &file.compare.horizon, HORIZON))?;
        let pausing = pausing(&defaults.or("compare.pauses", &file.compare.pauses, "none"))?;
        let vietnam = table.and_then(|table| table.base.as_deref()) == Some("vietnam");
        Ok(Self { zone: tabulated(tz), windows, calendar, horizon, pausing, vietnam })
    }

    /// The clocks of the study, with what names are hashed with.
    pub(super) fn clocks(&self, salt: String) -> Clocks {
        let (zone, calendar) = (self.zone.clone(), self.calendar.clone());
        Clocks { zone, calendar, horizon: self.horizon, pausing: self.pausing, salt, tariff: None }
    }

    /// Whether a day of the windows is beyond the built-in calendar.
    pub(super) fn is_provisional(&self) -> bool {
        let (first, last) = self.windows.span();
        let mut days = first.iter_days().take_while(|day| *day <= last);
        self.calendar.as_ref().is_some_and(|calendar| days.any(|day| calendar.is_provisional(day)))
    }

    pub(super) fn differs_in_season(&self) -> bool {
        self.windows.differ_in_season(self.vietnam)
    }
}

/// The zone of a study and its calendar, if it has one.
pub(super) fn office(file: &StudyFile, defaults: &mut Defaults) -> Result<(Tz, Option<Calendar>)> {
    let tz = zone(&defaults.or("study.zone", &file.study.zone, ZONE))?;
    let calendar = file.calendar.as_ref().map(|table| calendar(table, tz)).transpose()?;
    Ok((tz, calendar))
}

fn zone(name: &str) -> Result<Tz> {
    name.parse().map_err(|_| {
        // What most of its users would write first is no zone; the list of zones knows one city of Vietnam.
        let vietnam = ["hanoi", "ha_noi", "viet", "saigon", "+07"].iter().any(|at| name.to_lowercase().contains(at));
        let known = || nearest_name(name, chrono_tz::TZ_VARIANTS.iter().map(|tz| tz.name()));
        let near = if vietnam { Some(ZONE.to_owned()) } else { known() };
        ErrorKind::UnknownName { name: name.to_owned(), of: "a time zone", near }.into()
    })
}

/// A zone's offsets, tabulated once for all studies of the program.
fn tabulated(tz: Tz) -> Zone {
    static KNOWN: Mutex<Vec<Zone>> = Mutex::new(Vec::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(zone) = known.iter().find(|zone| zone.tz() == tz) {
        return zone.clone();
    }
    known.push(Zone::new(tz));
    known[known.len() - 1].clone()
}

fn calendar(table: &CalendarTable, zone: Tz) -> Result<Calendar> {
    let mut builder = Calendar::builder(zone).provisional(table.provisional);
    if let Some(base) = &table.base {
        builder = builder.base(base);
    }
    if let Some(weekly) = &table.weekly {
        builder = builder.weekly(weekly);
    }
    for period in &table.period {
        builder = builder.weekly_during(period.from.0, period.to.0, &period.weekly);
    }
    for day in &table.closed {
        builder = builder.closed(day.0);
    }
    for day in &table.worked {
        builder = builder.worked(day.0);
    }
    for (day, hours) in &table.hours {
        let date = day.parse().map_err(|_| Error::value("calendar.hours", day, "a day such as 2024-12-31"))?;
        builder = builder.hours(date, hours);
    }
    if let Some(covers) = table.covers {
        builder = builder.covers(covers.first, covers.last);
    }
    builder.build()
}

/// The windows of a study, in order.
pub(super) struct Windows {
    pub(super) was: Option<DayRange>,
    pub(super) is: DayRange,
    follow_up: u64,
    as_of: Option<NaiveDate>,
}

impl Windows {
    fn new(file: &StudyFile) -> Result<Self> {
        let is = file
            .windows
            .is
            .ok_or_else(|| Error::value("windows.is", "(missing)", "a range such as 2024-02-15..2024-07-31"))?;
        let was = file.windows.was;
        if let Some(was) = was.filter(|was| was.last >= is.first) {
            let expected = format!("a window that ends before `windows.is` starts on {}", is.first);
            return Err(Error::value("windows.was", was.to_string(), expected));
        }
        let follow_up = follow_up(&file.compare)?;
        let as_of = file.compare.as_of.map(|day| day.0);
        let was = was.map(|was| seen("windows.was", was, as_of)).transpose()?;
        let windows = Self { was, is: seen("windows.is", is, as_of)?, follow_up, as_of };
        windows.check_reform(&file.compare)?;
        Ok(windows)
    }

    fn check_reform(&self, compare: &CompareTable) -> Result<()> {
        let (Some(was), Some(reform)) = (self.was, compare.reform) else { return Ok(()) };
        if self.follow_up > 0 && self.cutoff(was) > reform.0 {
            let expected = format!("a follow-up of `was` that ends before the reform on {}", reform.0);
            return Err(Error::value("compare.follow_up", format!("{} days", self.follow_up), expected));
        }
        Ok(())
    }

    /// The windows by their keys, in order.
    pub(super) fn named(&self) -> impl Iterator<Item = (&'static str, DayRange)> {
        self.was.map(|was| ("windows.was", was)).into_iter().chain([("windows.is", self.is)])
    }

    /// The days of the first window.
    pub(super) fn first_days(&self) -> i64 {
        let first = self.was.unwrap_or(self.is);
        day_number(first.last) - day_number(first.first) + 1
    }

    /// The windows as instants; `was` first, where there is one.
    pub(super) fn slots(&self, zone: &Zone) -> Vec<Slot> {
        let ranges = self.was.into_iter().chain([self.is]);
        let slot = |range: DayRange| {
            let (start_day, end_day) = (day_number(range.first), day_number(range.last) + 1);
            let cutoff_day = day_number(self.cutoff(range));
            let [start, end, cutoff] = [start_day, end_day, cutoff_day].map(|day| zone.midnight(day));
            let year_day = range.last.succ_opt().and_then(|end| end.checked_sub_months(Months::new(12)));
            let year = zone.midnight(year_day.map_or(start_day, day_number));
            Slot { start, end, cutoff, start_day, end_day, cutoff_day, year }
        };
        ranges.map(slot).collect()
    }

    /// The first and the last day that the windows and their follow-up touch.
    fn span(&self) -> (NaiveDate, NaiveDate) {
        let first = self.was.map_or(self.is.first, |was| was.first);
        let last = self.cutoff(self.is).pred_opt().unwrap_or(self.is.last);
        (first, last)
    }

    /// The day that begins at the cut-off of a window's cohort.
    fn cutoff(&self, range: DayRange) -> NaiveDate {
        let cutoff = range.last.checked_add_days(Days::new(1 + self.follow_up)).unwrap_or(range.last);
        self.as_of.and_then(|day| day.succ_opt()).map_or(cutoff, |unknown| cutoff.min(unknown))
    }

    /// Whether the windows are of different months, or one has Tết and the other has not.
    ///
    /// Tết counts where more than three of its days fall into one window and not into the other: the holiday's own
    /// length varies by a day or two from year to year.
    fn differ_in_season(&self, vietnam: bool) -> bool {
        let Some(was) = self.was else { return false };
        months(was) != months(self.is) || (vietnam && tet(was).abs_diff(tet(self.is)) > 3)
    }
}

/// A window as it is seen from a day: what comes after it has not happened.
fn seen(key: &str, range: DayRange, as_of: Option<NaiveDate>) -> Result<DayRange> {
    let Some(day) = as_of else { return Ok(range) };
    if range.first > day {
        let expected = format!("a window that begins by {day}, the day of `compare.as_of`");
        return Err(Error::value(key, range.to_string(), expected));
    }
    Ok(DayRange { last: range.last.min(day), ..range })
}

fn follow_up(compare: &CompareTable) -> Result<u64> {
    let Some(text) = &compare.follow_up else { return Ok(0) };
    let wrong = || Error::value("compare.follow_up", text, "a number of days such as \"30 days\"");
    let limit = Limit::parse(text).map_err(|_| wrong())?;
    if limit.unit() == LimitUnit::Days { Ok(u64::from(limit.amount())) } else { Err(wrong()) }
}

/// The horizon in working days.
fn horizon(text: &str) -> Result<u32> {
    let wrong = || Error::value("compare.horizon", text, "a number of working days such as \"30 working days\"");
    let limit = Limit::parse(text).map_err(|_| wrong())?;
    if limit.unit() == LimitUnit::WorkingDays { Ok(limit.amount()) } else { Err(wrong()) }
}

/// How pauses move the due date; by the strict profile they do not.
fn pausing(text: &str) -> Result<Option<Pausing>> {
    match (text, Pausing::named(text)) {
        ("none", _) => Ok(None),
        (_, Some(mode)) => Ok(Some(mode)),
        _ => Err(Error::value("compare.pauses", text, "none, resume, restart or subtract")),
    }
}

/// Days since 1970-01-01.
pub(super) fn day_number(date: NaiveDate) -> i64 {
    date.signed_duration_since(NaiveDate::default()).num_days()
}

fn months(range: DayRange) -> BTreeSet<u32> {
    range.first.iter_days().take_while(|day| *day <= range.last).take(366).map(|day| day.month()).collect()
}

fn tet(range: DayRange) -> usize {
    let days = range.first.iter_days().take_while(|day| *day <= range.last);
    days.filter(|day| is_tet(*day) == Some(true)).count()
}
