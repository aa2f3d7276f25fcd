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

/// How much longer cohorts are followed where a study does not say.
const LONGER: &str = "30 days";

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
        let mut windows = Windows::new(file, defaults)?;
        let table = file.calendar.as_ref();
        if let Some(calendar) = &calendar {
            let (first, last) = windows.span();
            calendar.require(first, last)?;
            windows.covered = Some(calendar.coverage().1);
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
        Clocks::new(zone, calendar, self.horizon, self.pausing, salt)
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
    /// When the reform was; the first day of the second window where the study does not say.
    pub(super) reform: NaiveDate,
    follow_up: u64,
    /// How much longer cohorts could be followed; `None` where the study does not want to know.
    longer: Option<u64>,
    /// The first and the last day of the series; `None` where there is none.
    series: Option<DayRange>,
    as_of: Option<NaiveDate>,
    /// The last day of the calendar; `None` without one.
    covered: Option<NaiveDate>,
}

impl Windows {
    fn new(file: &StudyFile, defaults: &mut Defaults) -> Result<Self> {
        let is = file
            .windows
            .is
            .ok_or_else(|| Error::value("windows.is", "(missing)", "a range such as 2024-02-15..2024-07-31"))?;
        let was = file.windows.was;
        if let Some(was) = was.filter(|was| was.last >= is.first) {
            let expected = format!("a window that ends before `windows.is` starts on {}", is.first);
            return Err(Error::value("windows.was", was.to_string(), expected));
        }
        let follow_up = days("compare.follow_up", file.compare.follow_up.as_deref().unwrap_or("0 days"))?;
        let as_of = file.compare.as_of.map(|day| day.0);
        let was = was.map(|was| seen("windows.was", was, as_of)).transpose()?;
        let is = seen("windows.is", is, as_of)?;
        let reform = file.compare.reform.map_or(is.first, |day| day.0);
        let mut windows = Self { was, is, reform, follow_up, longer: None, series: None, as_of, covered: None };
        windows.check_reform(&file.compare)?;
        if let Some(was) = was {
            defaults.or("compare.reform", &file.compare.reform.map(|day| day.0.to_string()), &is.first.to_string());
            let text = defaults.or("compare.longer", &file.compare.longer, LONGER);
            windows.longer = if text == "none" { None } else { Some(days("compare.longer", &text)?) };
            let oldest = is.last.checked_sub_months(Months::new(MOST_MONTHS)).unwrap_or(was.first);
            let whole = DayRange { first: was.first.max(oldest), last: is.last }.to_string();
            let text = defaults.or("compare.series", &file.compare.series, &whole);
            windows.series = if text == "none" { None } else { Some(series(&text, windows.is.last)?) };
        }
        Ok(windows)
    }

    /// The days by which both cohorts can be followed longer: `was` not into the reform, neither into what is not known
    /// or beyond the calendar.
    pub(super) fn longer_days(&self) -> Option<u64> {
        let last = self.as_of.into_iter().chain(self.covered).min();
        let room_of = |range, until: NaiveDate| until.signed_duration_since(self.cutoff(range)).num_days();
        let of_was = room_of(self.was?, self.reform);
        let of_is = last.and_then(|day| day.succ_opt()).map(|until| room_of(self.is, until));
        let room = u64::try_from(of_is.map_or(of_was, |of_is| of_is.min(of_was))).unwrap_or_default();
        self.longer.map(|days| days.min(room))
    }

    /// The windows followed for longer; `None` where they cannot be.
    pub(super) fn longer(&self, zone: &Zone) -> Option<Vec<Slot>> {
        let days = self.longer_days().filter(|days| *days > 0)?;
        Some(Self { follow_up: self.follow_up + days, ..*self }.slots(zone))
    }

    /// What comes after the longer follow-up of the second window, its last week included.
    pub(super) fn beyond(&self, zone: &Zone) -> Option<Slot> {
        let last = self.longer(zone)?.pop()?;
        let unknown = self.as_of.map(|day| day_number(day) + 1);
        let end_day = unknown.unwrap_or(i64::MAX).min(last.cutoff_day + 36_525);
        let start_day = last.cutoff_day - 7;
        let [start, end] = [start_day, end_day].map(|day| zone.midnight(day));
        Some(Slot { start, end, cutoff: end, start_day, end_day, cutoff_day: end_day, year: start })
    }

    /// The whole months of the series, with how long each cohort must be followed to be as old as the others.
    pub(super) fn months(&self) -> Vec<DayRange> {
        let Some(series) = self.series else { return Vec::new() };
        let first = if series.first.day() == 1 { Some(series.first) } else { next_month(series.first) };
        let months = std::iter::successors(first, |first| next_month(*first));
        let months = months.map_while(|first| Some(DayRange { first, last: next_month(first)?.pred_opt()? }));
        months.take_while(|month| month.last <= series.last).collect()
    }

    /// A month's cohort as a window: cut off the horizon after its end, or when the second window is.
    pub(super) fn month(&self, range: DayRange, horizon_end: Option<NaiveDate>, zone: &Zone) -> (Slot, bool) {
        let known = self.cutoff(self.is);
        let wanted = horizon_end.and_then(|day| day.succ_opt());
        let cutoff = wanted.map_or(known, |wanted| wanted.min(known));
        (self.slot(range, cutoff, zone), wanted.is_some_and(|wanted| wanted <= known))
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
        ranges.map(|range| self.slot(range, self.cutoff(range), zone)).collect()
    }

    fn slot(&self, range: DayRange, cutoff: NaiveDate, zone: &Zone) -> Slot {
        let (start_day, end_day) = (day_number(range.first), day_number(range.last) + 1);
        let cutoff_day = day_number(cutoff);
        let [start, end, cutoff] = [start_day, end_day, cutoff_day].map(|day| zone.midnight(day));
        let year_day = range.last.succ_opt().and_then(|end| end.checked_sub_months(Months::new(12)));
        let year = zone.midnight(year_day.map_or(start_day, day_number));
        Slot { start, end, cutoff, start_day, end_day, cutoff_day, year }
    }

    /// The first and the last day that the windows and their follow-up touch.
    fn span(&self) -> (NaiveDate, NaiveDate) {
        let first = self.was.map_or(self.is.first, |was| was.first);
        let first = self.series.map_or(first, |series| series.first.min(first));
        let last = self.cutoff(self.is).pred_opt().unwrap_or(self.is.last);
        (first, last)
    }

    /// The last day that is known of the second window.
    pub(super) fn known_until(&self) -> NaiveDate {
        self.cutoff(self.is).pred_opt().unwrap_or(self.is.last)
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

/// A number of days.
pub(super) fn days(key: &str, text: &str) -> Result<u64> {
    let wrong = || Error::value(key, text, "a number of days such as \"30 days\"");
    let limit = Limit::parse(text).map_err(|_| wrong())?;
    if limit.unit() == LimitUnit::Days { Ok(u64::from(limit.amount())) } else { Err(wrong()) }
}

/// The months a series has at most: the cube tells them apart by one byte.
const MOST_MONTHS: u32 = 240;

/// The days of the series; it ends with the second window.
fn series(text: &str, last: NaiveDate) -> Result<DayRange> {
    let wrong = |why: String| {
        Error::value(
            "compare.series",
            text,
            format!("\"none\", or days that end by {last}, the last of `windows.is`; {why}"),
        )
    };
    let range: DayRange = text.parse().map_err(wrong)?;
    let oldest = range.last.checked_sub_months(Months::new(MOST_MONTHS));
    match () {
        () if range.last > last => Err(wrong(format!("it ends on {}", range.last))),
        () if oldest.is_some_and(|oldest| range.first < oldest) => Err(wrong(format!("at most {MOST_MONTHS} months"))),
        () => Ok(range),
    }
}

/// The first day of the month after a day.
fn next_month(day: NaiveDate) -> Option<NaiveDate> {
    day.with_day(1)?.checked_add_months(Months::new(1))
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
