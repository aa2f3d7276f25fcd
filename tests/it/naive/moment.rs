//! Moments as a log knows them, and the two clocks, by walking the days between them.

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use giamtang::calendar::Calendar;

/// A local moment, or only its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    pub at: NaiveDateTime,
    pub is_day: bool,
}

impl Moment {
    pub fn exact(at: NaiveDateTime) -> Self {
        Self { at, is_day: false }
    }

    pub fn of(at: NaiveDateTime, is_day: bool) -> Self {
        if is_day { Self { at: midnight(at.date()), is_day } } else { Self { at, is_day } }
    }

    pub fn date(self) -> NaiveDate {
        self.at.date()
    }

    /// Whether it is at or before another, at the coarser precision of the two.
    pub fn is_by(self, other: Self) -> bool {
        if self.is_day || other.is_day { self.date() <= other.date() } else { self.at <= other.at }
    }

    /// Where a term ends that it names: a day ends at 24:00.
    pub fn end(self) -> NaiveDateTime {
        if self.is_day { midnight(self.date() + Days::new(1)) } else { self.at }
    }

    pub fn written(self) -> String {
        self.at.format(if self.is_day { "%Y-%m-%d" } else { "%Y-%m-%d %H:%M:%S" }).to_string()
    }
}

pub fn midnight(date: NaiveDate) -> NaiveDateTime {
    date.and_time(NaiveTime::MIN)
}

/// Seconds of the applicant's clock; whole days where only days are known.
pub fn elapsed(from: Moment, to: Moment) -> i64 {
    match from.is_day || to.is_day {
        true => (to.date() - from.date()).num_days() * 86_400,
        false => (to.at - from.at).num_seconds(),
    }
}

/// Seconds in which the office was open, day by day and session by session.
pub fn working(calendar: &Calendar, from: NaiveDateTime, to: NaiveDateTime) -> i64 {
    let mut seconds = 0;
    let mut day = from.date();
    while day <= to.date() {
        for session in calendar.sessions(day).expect("a day of the calendar") {
            let at = |minute: u16| midnight(day) + TimeDelta::minutes(minute.into());
            let (open, close) = (at(session.open()).max(from), at(session.close()).min(to));
            seconds += (close - open).num_seconds().max(0);
        }
        day = day + Days::new(1);
    }
    seconds
}

/// The n-th working day after a day, which is not counted itself.
pub fn working_day_after(calendar: &Calendar, date: NaiveDate, n: u32) -> NaiveDate {
    let mut left = n;
    let mut day = date;
    while left > 0 {
        day = day + Days::new(1);
        left -= u32::from(calendar.is_working_day(day).expect("a day of the calendar"));
    }
    day
}
