//! Opening hours and closed days, from when the office worked.

use super::tally::{Tally, date, weekday};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// A weekday counts as worked from this share of the busiest on.
const WORKED: f64 = 0.3;

/// The share of the moments of working days that opening hours must hold.
const HELD: f64 = 0.9;

/// Longer days are no opening hours.
const LONGEST: usize = 13;

/// A day is closed where not a tenth of what is usual happened.
const TENTH: u64 = 10;

/// Days from which a median is what is usual, and the least that may be usual.
const WEEKS: i64 = 10;
const USUAL: u64 = 5;

/// A year with more closed days than this is thin, not closed.
const MOST_CLOSED: usize = 30;

const NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// What the moments of a log say of opening hours.
#[derive(Clone, Debug)]
pub(super) struct Hours {
    /// The working days, Monday first.
    pub(super) worked: [bool; 7],
    /// The share of all moments that is on them.
    pub(super) on_days: f64,
    /// From and to which hours; none where the moments tell none.
    pub(super) sessions: Vec<(usize, usize)>,
    /// The share of moments of working days within them.
    pub(super) within: f64,
    /// Working days on which almost nothing happened: how much, and what is usual.
    pub(super) closed: Vec<(NaiveDate, u64, u64)>,
}

impl Hours {
    /// `None` where there is nothing to go by.
    pub(super) fn of(tally: &Tally) -> Option<Self> {
        let weekdays = tally.weekdays();
        let all: u64 = weekdays.iter().sum();
        let most = *weekdays.iter().max().filter(|most| **most >= 20)?;
        let worked = weekdays.map(|count| count as f64 >= WORKED * most as f64);
        let on_days: u64 = weekdays.iter().zip(worked).filter(|(_, worked)| *worked).map(|(count, _)| count).sum();
        let (sessions, within) = sessions(tally, worked);
        let closed = closed(tally, worked);
        Some(Self { worked, on_days: on_days as f64 / all as f64, sessions, within, closed })
    }

    /// Whether there are days off.
    pub(super) fn has_weekend(&self) -> bool {
        self.worked.iter().any(|worked| !worked)
    }

    /// As a study writes it.
    pub(super) fn weekly(&self) -> String {
        let hours = |(from, to): &(usize, usize)| format!("{from:02}:00-{to:02}:00");
        let usual = [(8, 12), (13, 17)];
        let sessions = if self.sessions.is_empty() { &usual[..] } else { &self.sessions };
        format!("{} {}", self.days(), sessions.iter().map(hours).collect::<Vec<_>>().join(" "))
    }

    /// The working days, runs of them as such.
    pub(super) fn days(&self) -> String {
        let (mut runs, mut day): (Vec<String>, usize) = (Vec::new(), 0);
        while day < 7 {
            let length = self.worked[day..].iter().take_while(|worked| **worked).count();
            match length {
                0 => {}
                1 => runs.push(NAMES[day].to_owned()),
                _ => runs.push(format!("{}-{}", NAMES[day], NAMES[day + length - 1])),
            }
            day += length.max(1);
        }
        runs.join(", ")
    }
}

/// The shortest whole hours that hold most moments of the working days, with the break in them.
fn sessions(tally: &Tally, worked: [bool; 7]) -> (Vec<(usize, usize)>, f64) {
    let mut hours = [0u64; 24];
    for day in (0..7).filter(|day| worked[*day]) {
        (0..24).for_each(|hour| hours[hour] += tally.hours[day][hour]);
    }
    let all: u64 = hours.iter().sum();
    let is_told = tally.timed * 10 >= tally.all() * 6 && all > 0;
    let held = |(from, to): &(usize, usize)| hours[*from..*to].iter().sum::<u64>() as f64 / all as f64;
    let spans = (1..=LONGEST).flat_map(|length| (0..=24 - length).map(move |from| (from, from + length)));
    let Some(span) = spans.filter(|_| is_told).find(|span| held(span) >= HELD) else { return (Vec::new(), 0.0) };
    let is_break = |hour: &usize| hours[*hour] * 10 < (hours[hour - 1] + hours[hour + 1]) * 2;
    let noon = (11..14).filter(|hour| span.0 < *hour && hour + 1 < span.1).find(is_break);
    let sessions = noon.map_or(vec![span], |noon| vec![(span.0, noon), (noon + 1, span.1)]);
    let within = sessions.iter().map(held).sum();
    (sessions, within)
}

/// The working days on which almost nothing happened, within the first and the last day.
fn closed(tally: &Tally, worked: [bool; 7]) -> Vec<(NaiveDate, u64, u64)> {
    let (Some(first), Some(last)) = (tally.days.keys().next(), tally.days.keys().next_back()) else {
        return Vec::new();
    };
    let on = |day: i64| tally.days.get(&day).copied().unwrap_or_default();
    let mut closed: BTreeMap<i32, Vec<(NaiveDate, u64, u64)>> = BTreeMap::new();
    for day in (*first..=*last).filter(|day| worked[weekday(*day)]) {
        let weeks = (-WEEKS..=WEEKS).filter(|week| *week != 0).map(|week| day + 7 * week);
        let mut near: Vec<u64> = weeks.filter(|day| (*first..=*last).contains(day)).map(on).collect();
        near.sort_unstable();
        let usual = near.get(near.len() / 2).copied().unwrap_or_default();
        if usual >= USUAL && on(day) * TENTH <= usual {
            let date = date(day);
            closed.entry(chrono::Datelike::year(&date)).or_default().push((date, on(day), usual));
        }
    }
    closed.into_values().filter(|days| days.len() <= MOST_CLOSED).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten moments an hour from 8 to 16 with a break at 12, Monday to Friday of 52 weeks of 2024, none on Wednesday 1 May.
    fn office() -> Tally {
        let mut tally = Tally { days: BTreeMap::new(), hours: [[0; 24]; 7], timed: 0 };
        let new_year = 19_723;
        for day in (new_year..new_year + 364).filter(|day| weekday(*day) < 5 && date(*day).to_string() != "2024-05-01")
        {
            for hour in (8..17).filter(|hour| *hour != 12) {
                *tally.days.entry(day).or_default() += 10;
                tally.hours[weekday(day)][hour] += 10;
                tally.timed += 10;
            }
        }
        tally
    }

    #[test]
    fn hours_days_and_closed_days_are_found() {
        let hours = Hours::of(&office()).expect("moments");
        assert_eq!(hours.weekly(), "Mon-Fri 08:00-12:00 13:00-17:00");
        assert_eq!((hours.on_days, hours.within), (1.0, 1.0));
        let closed: Vec<(String, u64, u64)> =
            hours.closed.iter().map(|(day, on, usual)| (day.to_string(), *on, *usual)).collect();
        assert_eq!(closed, [("2024-05-01".to_owned(), 0, 80)]);
    }

    #[test]
    fn an_office_that_never_closes_has_no_hours() {
        let mut tally = office();
        tally.hours = [[10; 24]; 7];
        let hours = Hours::of(&tally).expect("moments");
        assert!(hours.sessions.is_empty());
        assert!(Hours::of(&Tally { days: BTreeMap::new(), hours: [[0; 24]; 7], timed: 0 }).is_none());
    }

    #[test]
    fn days_are_runs() {
        let days = |worked: [bool; 7]| {
            Hours { worked, on_days: 1.0, sessions: Vec::new(), within: 0.0, closed: Vec::new() }.days()
        };
        assert_eq!(days([true; 7]), "Mon-Sun");
        assert_eq!(days([true, false, true, true, true, false, true]), "Mon, Wed-Fri, Sun");
    }
}
