//! When dossiers come: how many on which working day, and at which moments of it.

use chrono::{Datelike, Days, NaiveDate};

use super::draw::Draw;
use super::places::{MONTHS, WEEKDAYS};
use super::{City, FIRST, LAST};
use crate::calendar::{Calendar, local_midnight};

/// The working days with their numbers of dossiers, which add up to the city's exactly.
pub(super) fn arrivals(city: &City, calendar: &Calendar) -> Vec<(NaiveDate, u64)> {
    let mut draw = Draw::new(city.seed, 0);
    let dates = FIRST.iter_days().take_while(|date| *date <= LAST);
    let working = dates.filter(|date| calendar.is_working_day(*date) == Some(true));
    let busy = |date: NaiveDate| WEEKDAYS[date.weekday() as usize] * MONTHS[date.month0() as usize];
    let weights: Vec<_> = working.map(|date| (date, busy(date) * (70 + draw.below(60)))).collect();
    let whole: u64 = weights.iter().map(|(_, weight)| weight).sum();
    // Rounding the running total, not each day, loses no dossier.
    let up_to = |passed: u64| (u128::from(city.cases) * u128::from(passed) / u128::from(whole)) as u64;
    let share = |passed: &mut u64, (date, weight): (NaiveDate, u64)| {
        let before = up_to(*passed);
        *passed += weight;
        Some((date, up_to(*passed) - before))
    };
    weights.into_iter().scan(0, share).collect()
}

/// The stream of a day; stream 0 belongs to the plan of arrivals.
pub(super) fn stream(seed: u64, date: NaiveDate) -> Draw {
    Draw::new(seed, 1 + date.signed_duration_since(FIRST).num_days() as u64)
}

/// The receptions of a day as positions on the business clock, in order.
pub(super) fn moments(draw: &mut Draw, calendar: &Calendar, date: NaiveDate, cases: u64) -> Option<Vec<i64>> {
    let position = |date| calendar.clock().position(local_midnight(calendar.zone(), date));
    let (opens, closes) = (position(date)?, position(date + Days::new(1))?);
    // The position of the opening itself is also the closing of the day before, so it is left out.
    let length = (closes - opens - 1) as u64;
    let mut moments: Vec<i64> = (0..cases).map(|_| opens + 1 + draw.below(length) as i64).collect();
    moments.sort_unstable();
    Some(moments)
}
