//! The parts of a calendar, read and checked, and what they make of one day.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, Weekday};

use super::builder::CalendarBuilder;
use super::hours::{Session, Week, bad, sessions};
use super::vietnam::{self, Observance};
use super::{Day, DayOff, Standing};
use crate::error::Result;

pub(super) struct Rules {
    weekly: Week,
    periods: Vec<(NaiveDate, NaiveDate, Week)>,
    closed: BTreeSet<NaiveDate>,
    worked: BTreeSet<NaiveDate>,
    hours: BTreeMap<NaiveDate, Vec<Session>>,
    base: bool,
    provisional: bool,
}

impl Rules {
    pub(super) fn read(parts: &CalendarBuilder, from: NaiveDate, to: NaiveDate) -> Result<Self> {
        let ground = parts.weekly.as_deref().or(parts.base.as_ref().map(|_| vietnam::SESSIONS));
        let rules = Self {
            weekly: ground.map(Week::parse).transpose()?.unwrap_or_default(),
            periods: parts.periods.iter().map(period).collect::<Result<_>>()?,
            closed: parts.closed.iter().copied().collect(),
            worked: parts.worked.iter().copied().collect(),
            hours: special(&parts.hours)?,
            base: parts.base.is_some(),
            provisional: parts.provisional,
        };
        rules.consistent(from, to)?;
        Ok(rules)
    }

    /// One day; hours that no earlier day kept are added to `known`.
    pub(super) fn day(&self, date: NaiveDate, known: &mut Vec<Vec<Session>>) -> Result<Day> {
        let (sessions, standing) = self.resolve(date)?;
        let hours = known.iter().position(|seen| seen == sessions).unwrap_or_else(|| {
            known.push(sessions.to_vec());
            known.len() - 1
        });
        let given = self.closed.contains(&date) || self.worked.contains(&date) || self.hours.contains_key(&date);
        let provisional = self.provisional && !given && !vietnam::built_in(date);
        Ok(Day { hours: hours as u32, standing, provisional })
    }

    fn resolve(&self, date: NaiveDate) -> Result<(&[Session], Standing)> {
        let weekly = self.week(date).on(date.weekday());
        let extra = if weekly.is_empty() { Standing::Worked } else { Standing::Open };
        if let Some(special) = self.hours.get(&date) {
            return Ok((special, extra));
        }
        let base = self.observance(date);
        let holiday = base.filter(|day| !day.is_worked()).map(|day| DayOff::Holiday(day.holiday, day.cause));
        if self.worked.contains(&date) {
            return self.worked(date, None);
        }
        if self.closed.contains(&date) {
            return Ok((&[], Standing::Off(holiday.unwrap_or(DayOff::Closed))));
        }
        if let Some(swapped) = base.and_then(|day| day.instead_of) {
            return self.worked(date, Some(swapped.weekday()));
        }
        match holiday {
            Some(why) => Ok((&[], Standing::Off(why))),
            None if weekly.is_empty() => Ok((&[], Standing::Off(DayOff::Weekend))),
            None => Ok((weekly, Standing::Open)),
        }
    }

    /// The hours of a date worked instead of another weekday.
    fn worked(&self, date: NaiveDate, swapped: Option<Weekday>) -> Result<(&[Session], Standing)> {
        let own = Some(date.weekday()).filter(|day| !matches!(day, Weekday::Sat | Weekday::Sun));
        let week = self.week(date);
        let candidates = [swapped, own, Some(Weekday::Mon)].into_iter().flatten().map(|day| week.on(day));
        let sessions = candidates.into_iter().find(|sessions| !sessions.is_empty());
        let sessions = sessions.ok_or_else(|| {
            bad(date.to_string(), "worked, and Monday has no hours to take; give the hours of the date")
        })?;
        Ok((sessions, Standing::Worked))
    }

    fn week(&self, date: NaiveDate) -> &Week {
        let latest = self.periods.iter().rev().find(|(from, to, _)| (from..=to).contains(&&date));
        latest.map_or(&self.weekly, |(_, _, week)| week)
    }

    fn observance(&self, date: NaiveDate) -> Option<Observance> {
        vietnam::observance(date).filter(|_| self.base && (self.provisional || vietnam::built_in(date)))
    }

    fn consistent(&self, from: NaiveDate, to: NaiveDate) -> Result<()> {
        let dates = self.closed.iter().chain(&self.worked).chain(self.hours.keys());
        if let Some(date) = dates.copied().find(|date| !(from..=to).contains(date)) {
            return Err(bad(date.to_string(), format!("lies outside the coverage {from}..{to}; widen `covers`")));
        }
        let open = self.worked.iter().chain(self.hours.keys());
        match open.copied().find(|date| self.closed.contains(date)) {
            Some(date) => Err(bad(date.to_string(), "both closed and open; keep one of the two")),
            None => Ok(()),
        }
    }
}

fn period((from, to, text): &(NaiveDate, NaiveDate, String)) -> Result<(NaiveDate, NaiveDate, Week)> {
    if to < from {
        return Err(bad(format!("{from}..{to}"), "the period ends before it begins"));
    }
    Ok((*from, *to, Week::parse(text)?))
}

fn special(hours: &[(NaiveDate, String)]) -> Result<BTreeMap<NaiveDate, Vec<Session>>> {
    let mut read = BTreeMap::new();
    for (date, text) in hours {
        let day = sessions(text)?;
        if read.insert(*date, day.clone()).is_some_and(|before| before != day) {
            return Err(bad(format!("{date} {text}"), "the date stands twice, with different hours"));
        }
    }
    Ok(read)
}
