//! The study's two clocks, its horizon, and what an hour costs.

use super::answers::OUTSIDE;
use super::pause::Pausing;
use super::place::Slot;
use super::tariff::Tariff;
use crate::calendar::{BusinessClock, Calendar};
use crate::ingest::{ABSENT, Zone};
use chrono::{Datelike, Days, NaiveDate};
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

/// The end of a horizon beyond the calendar's, and so beyond every cut-off the calendar covers.
pub(super) const FAR: i64 = i64::MAX;

/// The applicant's clock (the zone) and the office's (the calendar, if the study has one).
#[derive(Clone, Debug)]
pub struct Clocks {
    /// The zone of local days.
    pub zone: Zone,
    /// The opening hours; `None` leaves everything that counts working time undefined.
    pub calendar: Option<Calendar>,
    /// `known within H`: the horizon in working days.
    pub horizon: u32,
    /// How pauses move the due date; `None`: they do not.
    pub pausing: Option<Pausing>,
    /// What is hashed with names that may not be read back.
    pub salt: String,
    /// What complying costs; `None` leaves every cost undefined.
    pub tariff: Option<Tariff>,
    days: Arc<OnceLock<Tabulated>>,
}

/// What the calendar says of its days, looked up and not worked out: a million dossiers share a thousand days.
#[derive(Debug)]
struct Tabulated {
    /// The first day covered, counted from 1970-01-01.
    first: i64,
    /// The office's clock at the first instant of each day, and of the day after the last.
    midnights: Vec<i64>,
    /// The last day of the horizon that begins on each.
    horizons: Vec<i64>,
}

impl Clocks {
    /// Clocks without a tariff.
    pub fn new(zone: Zone, calendar: Option<Calendar>, horizon: u32, pausing: Option<Pausing>, salt: String) -> Self {
        Self { zone, calendar, horizon, pausing, salt, tariff: None, days: Arc::default() }
    }

    /// The same with what complying costs.
    pub fn with_tariff(self, tariff: Option<Tariff>) -> Self {
        Self { tariff, ..self }
    }

    /// The office's clock at the first instant of a day; one of the two marks where there is none.
    pub(super) fn at_midnight(&self, day: i64) -> i64 {
        let Some(days) = self.tabulated() else { return ABSENT };
        let at = usize::try_from(day.saturating_sub(days.first)).ok();
        at.and_then(|at| days.midnights.get(at)).copied().unwrap_or(OUTSIDE)
    }

    /// The last day of the horizon that begins on a day, [`FAR`] beyond the calendar's end; `None` where the day itself is
    /// not covered.
    pub(super) fn horizon_end(&self, day: i64) -> Option<i64> {
        let days = self.tabulated()?;
        days.horizons.get(usize::try_from(day.saturating_sub(days.first)).ok()?).copied()
    }

    fn tabulated(&self) -> Option<&Tabulated> {
        let calendar = self.calendar.as_ref()?;
        Some(self.days.get_or_init(|| {
            let (first, last) = calendar.coverage();
            let number = |date: NaiveDate| date.signed_duration_since(NaiveDate::default()).num_days();
            let (first, last) = (number(first), number(last));
            let mut midnights = Vec::new();
            let instants: Vec<i64> = (first..=last + 1).map(|day| self.zone.midnight(day)).collect();
            calendar.clock().positions(&instants, &mut midnights);
            for position in midnights.iter_mut().filter(|position| **position == BusinessClock::OUTSIDE) {
                *position = OUTSIDE;
            }
            let mut horizons = Vec::new();
            calendar.working_days_after(&(first..=last).collect::<Vec<_>>(), self.horizon, &mut horizons);
            // No horizon of a covered day ends outside but beyond the last.
            for end in horizons.iter_mut().filter(|end| **end == BusinessClock::OUTSIDE) {
                *end = FAR;
            }
            Tabulated { first, midnights, horizons }
        }))
    }

    /// Whether the office is open on a day counted from 1970-01-01; `None` beyond the calendar.
    pub(super) fn is_open(&self, day: i64) -> Option<bool> {
        self.calendar.as_ref()?.is_working_day(date(day)?)
    }

    /// The open days of each week of a window; without a calendar 0 each.
    pub fn open_days(&self, slot: &Slot) -> Vec<u32> {
        let week = |first: i64| (first..slot.end_day.min(first + 7)).filter(|day| self.is_open(*day) == Some(true));
        let weeks = (0..i64::from(slot.weeks())).map(|week| slot.start_day + 7 * week);
        weeks.map(|first| week(first).count() as u32).collect()
    }

    pub(super) fn covers(&self, day: i64) -> bool {
        self.calendar.as_ref().zip(date(day)).is_some_and(|(calendar, date)| calendar.covers(date))
    }

    /// The working day that is so many after a day, both counted from 1970-01-01; `None` beyond the calendar.
    pub(super) fn working_day_after(&self, day: i64, working_days: u32) -> Option<i64> {
        let due = self.calendar.as_ref()?.nth_working_day_after(date(day)?, working_days)?;
        Some(due.signed_duration_since(NaiveDate::default()).num_days())
    }

    /// The working day that is so many before a day; `None` beyond the calendar.
    pub(super) fn working_day_before(&self, day: i64, working_days: u32) -> Option<i64> {
        let by = self.calendar.as_ref()?.nth_working_day_before(date(day)?, working_days)?;
        Some(by.signed_duration_since(NaiveDate::default()).num_days())
    }

    /// The office seconds of each week of a window; without a calendar 0 each.
    pub fn office_seconds(&self, slot: &Slot) -> Vec<i64> {
        let Some(clock) = self.calendar.as_ref().map(Calendar::clock) else {
            return vec![0; usize::from(slot.weeks())];
        };
        let position = |day: i64| clock.position(self.zone.midnight(day)).unwrap_or_default();
        let weeks = (0..i64::from(slot.weeks())).map(|week| slot.start_day + 7 * week);
        weeks.map(|first| position(slot.end_day.min(first + 7)) - position(first)).collect()
    }
}

/// The years of instants that the calendar does not cover.
#[derive(Clone, Debug, Default)]
pub struct Outside(pub BTreeSet<i32>);

impl Outside {
    pub(super) fn day(&mut self, day: i64) {
        if let Some(date) = date(day) {
            self.0.insert(date.year());
        }
    }
}

/// The year of a day counted from 1970-01-01.
pub(super) fn year(day: i64) -> Option<i32> {
    date(day).map(|date| date.year())
}

fn date(day: i64) -> Option<NaiveDate> {
    match u64::try_from(day) {
        Ok(days) => NaiveDate::default().checked_add_days(Days::new(days)),
        Err(_) => NaiveDate::default().checked_sub_days(Days::new(day.unsigned_abs())),
    }
}
