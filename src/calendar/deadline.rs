//! Limits in the words of the law, and the day on which they end.

use std::fmt;

use chrono::{Datelike, Days, Months, NaiveDate};

use LimitUnit::{Days as CalendarDays, Hours, Months as CalendarMonths, Weeks, WorkingDays, WorkingHours, Years};

use super::zone::MICROS;
use super::{Calendar, DayOff, Standing, local_date, local_midnight};
use crate::error::{Error, ErrorKind, Result, nearest_name};

/// The largest amount of a limit; a greater one is a slip of the pen.
const MOST: u32 = 100_000;

/// A statutory limit: an amount and a unit, such as `5 working days`.
///
/// # Example
///
/// ```
/// use giamtang::calendar::{Limit, LimitUnit};
///
/// # fn main() -> giamtang::Result<()> {
/// let limit = Limit::parse("5 working days")?;
/// assert_eq!((limit.amount(), limit.unit()), (5, LimitUnit::WorkingDays));
/// assert_eq!(Limit::parse("5 ngày làm việc")?, limit);
/// assert_eq!(limit.to_string(), "5 working days");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Limit {
    amount: u32,
    unit: LimitUnit,
}

/// What a [`Limit`] counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum LimitUnit {
    /// Working days of the calendar, never so many hours.
    WorkingDays,
    /// Hours of the office's sessions.
    WorkingHours,
    /// Hours as they pass.
    Hours,
    /// Calendar days.
    Days,
    /// Seven calendar days each.
    Weeks,
    /// Calendar months: the same day number, or the last day of a shorter month.
    Months,
    /// Calendar years: the same day and month.
    Years,
}

/// Singular, plural, and the words of Vietnamese law.
const UNITS: [(LimitUnit, [&str; 3]); 7] = [
    (WorkingDays, ["working day", "working days", "ngày làm việc"]),
    (WorkingHours, ["working hour", "working hours", "giờ làm việc"]),
    (Hours, ["hour", "hours", "giờ"]),
    (CalendarDays, ["day", "days", "ngày"]),
    (Weeks, ["week", "weeks", "tuần"]),
    (CalendarMonths, ["month", "months", "tháng"]),
    (Years, ["year", "years", "năm"]),
];

impl Limit {
    /// Reads an amount and a unit, in English or Vietnamese.
    ///
    /// Case and spacing are free: `5 working days`, `5 ngày làm việc`, `2 weeks`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownName`] for a unit that does not exist, with the nearest one; [`ErrorKind::BadValue`] for an
    /// amount that is not a whole number up to 100000.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (amount, unit) = text.split_at(digits);
        let amount = amount.parse().ok().filter(|amount| *amount <= MOST);
        let amount = amount.ok_or_else(|| {
            Error::value("limit", text, format!("a whole number up to {MOST} and a unit, such as `5 working days`"))
        })?;
        let unit = unit.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let known = UNITS.iter().find(|(_, names)| names.contains(&unit.as_str()));
        let (unit, _) = known.ok_or_else(|| unknown_unit(&unit))?;
        Ok(Self { amount, unit: *unit })
    }

    /// How many of the unit.
    pub fn amount(self) -> u32 {
        self.amount
    }

    /// What is counted.
    pub fn unit(self) -> LimitUnit {
        self.unit
    }

    /// The limit in the words of Vietnamese law; [`Display`](fmt::Display) has the English ones.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::calendar::Limit;
    ///
    /// assert_eq!(Limit::parse("5 working days")?.vietnamese(), "5 ngày làm việc");
    /// # Ok::<(), giamtang::Error>(())
    /// ```
    pub fn vietnamese(self) -> String {
        let names = UNITS.iter().find(|(unit, _)| *unit == self.unit).map(|(_, names)| names);
        format!("{} {}", self.amount, names.map_or("", |names| names[2]))
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = UNITS.iter().find(|(unit, _)| *unit == self.unit).map(|(_, names)| names);
        let name = names.map_or("", |names| names[usize::from(self.amount != 1)]);
        write!(f, "{} {name}", self.amount)
    }
}

fn unknown_unit(unit: &str) -> Error {
    let near = nearest_name(unit, UNITS.iter().map(|(_, names)| names[1]));
    ErrorKind::UnknownName { name: unit.into(), of: "a unit of a limit", near }.into()
}

/// When a limit ends, and how it came to end there.
///
/// # Example
///
/// Five working days from Thursday 25 April 2024, by way of two holidays and a Saturday worked instead of a Monday.
///
/// ```
/// use giamtang::Study;
/// use giamtang::calendar::{Cause, Certainty, DayOff, Deadline, Holiday, Limit, SkippedDay, observances};
///
/// # fn main() -> giamtang::Result<()> {
/// let calendar = Study::of_calendar("vietnam").calendar()?;
/// let deadline: Deadline = calendar.due(calendar.instant("2024-04-25")?, &Limit::parse("5 working days")?)?;
/// assert_eq!((deadline.date.to_string(), deadline.worked[0].to_string()), ("2024-05-06".into(), "2024-05-04".into()));
/// let first: &SkippedDay = &deadline.skipped[0];
/// assert_eq!((first.date.to_string(), first.why), ("2024-04-27".into(), DayOff::Weekend));
/// let swapped = deadline.skipped.iter().find(|day| matches!(day.why, DayOff::Holiday(_, Cause::Swap)));
/// assert_eq!(swapped.map(|day| day.date.to_string()).as_deref(), Some("2024-04-29"));
/// let known = observances().iter().find(|own| own.date == deadline.worked[0]);
/// assert_eq!(known.map(|own| own.certainty), Some(Certainty::Found));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deadline {
    /// The last local day of the term; the day that is printed on the receipt.
    pub date: NaiveDate,
    /// The end of the term, in µs since the Unix epoch, UTC.
    ///
    /// For days, weeks, months and years it is 24:00 of `date`, that is 00:00 of the next local day, and exclusive:
    /// what is done at that instant is done the day after. For hours it is the moment itself, inclusive.
    pub instant: i64,
    /// The days that were not counted, in order, and why.
    ///
    /// For working days and working hours every closed day of the term; for calendar units only those over which its
    /// end was moved; for hours as they pass none.
    pub skipped: Vec<SkippedDay>,
    /// The days counted because they are worked instead of others, in order.
    ///
    /// Such as a swapped Saturday; on a term in calendar units only the last day can be one.
    pub worked: Vec<NaiveDate>,
    inclusive: bool,
}

/// A day that a term passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SkippedDay {
    /// The local day.
    pub date: NaiveDate,
    /// Why the office was closed.
    pub why: DayOff,
}

impl Deadline {
    /// Whether something done at an instant, in µs UTC, was done within the term.
    pub fn is_met_by(&self, us: i64) -> bool {
        us < self.instant || (self.inclusive && us == self.instant)
    }
}

/// A term resolved: its end, and the first day whose standing matters to it.
struct Term {
    counted: Option<NaiveDate>,
    date: NaiveDate,
    instant: i64,
    inclusive: bool,
}

impl Calendar {
    /// When a limit that begins at an instant, in µs UTC, ends.
    ///
    /// # Formula
    ///
    /// Civil Code 2015, articles 144 to 148 (`domain.md` 4.1). The day of the instant is not counted. Working days are
    /// counted on the calendar. A term in calendar days, weeks, months or years whose last day is not a working day
    /// ends with the next one. These end at 24:00. A term in hours runs from the instant itself and is not moved;
    /// working hours run while the office is open, and end with a session rather than at the start of the next, from
    /// the whole second. A limit of 0 days ends with the day itself, or the next working day.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::CalendarTooShort`] when the day of the instant, or the end, is not covered. A term in calendar
    /// units needs its end only; hours as they pass need no calendar.
    ///
    /// # Example
    ///
    /// Received on Thursday 25 April 2024: 26 April, then a swap and two holidays, 2 and 3 May, the Saturday worked for
    /// 29 April, and Monday 6 May is the fifth.
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use giamtang::calendar::{Calendar, Limit, local_midnight};
    ///
    /// # fn main() -> giamtang::Result<()> {
    /// let zone = chrono_tz::Asia::Ho_Chi_Minh;
    /// let calendar = Calendar::builder(zone).base("vietnam").build()?;
    /// let day = |m, d| NaiveDate::from_ymd_opt(2024, m, d).unwrap_or_default();
    /// let due = calendar.due(local_midnight(zone, day(4, 25)), &Limit::parse("5 working days")?)?;
    /// assert_eq!(due.date, day(5, 6));
    /// assert_eq!(due.instant, local_midnight(zone, day(5, 7)));
    /// assert_eq!(due.worked, [day(5, 4)]);
    /// assert_eq!(due.skipped[0].why.to_string(), "weekend");
    /// assert_eq!(due.skipped[2].why.to_string(), "Reunification Day, swapped with a Saturday");
    /// # Ok(())
    /// # }
    /// ```
    pub fn due(&self, us: i64, limit: &Limit) -> Result<Deadline> {
        let Term { counted, date, instant, inclusive } = self.term(us, *limit)?;
        let (skipped, worked) = counted.map(|first| self.passed(first, date)).unwrap_or_default();
        Ok(Deadline { date, instant, skipped, worked, inclusive })
    }

    /// The [`Deadline::instant`] of [`due`](Self::due) alone, without the lists.
    ///
    /// # Errors
    ///
    /// As [`due`](Self::due).
    pub fn due_instant(&self, us: i64, limit: &Limit) -> Result<i64> {
        self.term(us, *limit).map(|term| term.instant)
    }

    fn term(&self, us: i64, limit: Limit) -> Result<Term> {
        let day = local_date(self.zone, us);
        match limit.unit {
            WorkingDays => self.working_days_from(day, limit.amount),
            WorkingHours => self.working_hours_from(day, us, limit.amount),
            Hours => Ok(self.moment(us, us.saturating_add(i64::from(limit.amount) * 3_600 * MICROS), None)),
            CalendarDays | Weeks | CalendarMonths | Years => self.calendar_term(last_day(day, limit)),
        }
    }

    fn working_days_from(&self, day: NaiveDate, amount: u32) -> Result<Term> {
        self.reach(day)?;
        let date = self.nth_working_day_after(day, amount).ok_or_else(|| self.ended())?;
        let next = day.succ_opt().filter(|_| amount > 0);
        self.end_of(next.unwrap_or(day), date)
    }

    fn calendar_term(&self, last: NaiveDate) -> Result<Term> {
        self.reach(last)?;
        let date = self.nth_working_day_after(last, 0).ok_or_else(|| self.ended())?;
        self.end_of(last, date)
    }

    fn working_hours_from(&self, day: NaiveDate, us: i64, amount: u32) -> Result<Term> {
        self.reach(day)?;
        let position = self.clock.position(us).ok_or_else(|| self.ended())?;
        let end = self.clock.instant(position + i64::from(amount) * 3_600).ok_or_else(|| self.ended())?;
        Ok(self.moment(us, end.max(us), Some(day)))
    }

    /// A term that ends at an instant; one that ends at midnight belongs to the day before.
    fn moment(&self, us: i64, instant: i64, counted: Option<NaiveDate>) -> Term {
        let date = local_date(self.zone, if instant > us { instant - 1 } else { instant });
        Term { counted, date, instant, inclusive: true }
    }

    /// A term that ends at 24:00 of a day.
    fn end_of(&self, counted: NaiveDate, date: NaiveDate) -> Result<Term> {
        let instant = local_midnight(self.zone, date.succ_opt().ok_or_else(|| self.ended())?);
        Ok(Term { counted: Some(counted), date, instant, inclusive: false })
    }

    /// The closed days, and the days worked instead, from one date to another.
    fn passed(&self, from: NaiveDate, to: NaiveDate) -> (Vec<SkippedDay>, Vec<NaiveDate>) {
        let (mut skipped, mut worked) = (Vec::new(), Vec::new());
        for date in from.iter_days().take_while(|date| *date <= to) {
            match self.day(date).map(|day| day.standing) {
                Some(Standing::Off(why)) => skipped.push(SkippedDay { date, why }),
                Some(Standing::Worked) => worked.push(date),
                Some(Standing::Open) | None => {}
            }
        }
        (skipped, worked)
    }

    /// Passes when a date is covered; else names the years between it and the coverage.
    fn reach(&self, date: NaiveDate) -> Result<()> {
        let (from, to) = self.coverage();
        self.require(date.min(to), date.max(from))
    }

    /// The coverage ended before the term did.
    fn ended(&self) -> Error {
        let (from, to) = self.coverage();
        let year = to.succ_opt().unwrap_or(to).year();
        ErrorKind::CalendarTooShort { covers: format!("{from}..{to}"), years: vec![year] }.into()
    }
}

/// The last day of a term in calendar units, before it is moved off a day of rest.
fn last_day(day: NaiveDate, limit: Limit) -> NaiveDate {
    let amount = limit.amount;
    let last = match limit.unit {
        Weeks => day.checked_add_days(Days::new(7 * u64::from(amount))),
        CalendarMonths => day.checked_add_months(Months::new(amount)),
        Years => day.checked_add_months(Months::new(12 * amount)),
        _ => day.checked_add_days(Days::new(amount.into())),
    };
    last.unwrap_or(NaiveDate::MAX)
}
