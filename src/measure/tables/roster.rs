//! The roster as officers on days.

use super::{day, days, numbers};
use crate::ingest::{Data, Held};
use crate::measure::clocks::Clocks;
use crate::measure::place::Slot;
use std::collections::BTreeMap;

/// One row for each officer and day of the windows, with `at`, `minutes`, `posted` and `coverage`.
///
/// A span stands for its open days; a row of one day stands for that day whether the office was open or not. Who was
/// moved to another post is not posted on it. `coverage`, on one row of each unit and day, is the longest that an officer
/// posted there was rostered: how long the counter was covered.
pub(super) fn made(held: Held, clocks: &Clocks, slots: &[Slot]) -> Held {
    let zone = &clocks.zone;
    let mut spread: Vec<(i64, usize)> = Vec::new();
    for row in 0..held.len() {
        let Some((from, to)) = held.moment("from", row).zip(held.moment("to", row)) else { continue };
        let (first, last) = (day(from, zone), day(to, zone));
        for slot in slots {
            let within = first.max(slot.start_day)..=last.min(slot.end_day - 1);
            let is_on = |day: &i64| first == last || clocks.is_open(*day) != Some(false);
            spread.extend(within.filter(is_on).map(|day| (day, row)));
        }
    }
    let order: Vec<usize> = spread.iter().map(|(_, row)| *row).collect();
    let mut made = held.rows(&order);
    let rows = || 0..made.len();
    let posted = |row: usize| made.name("moved_to", row).is_none();
    let columns: [(&str, Data); 4] = [
        ("at", days(spread.iter().map(|(day, _)| Some(*day)), zone)),
        ("minutes", numbers(rows().map(|row| made.number("hours", row).map(|hours| hours * 60)))),
        ("posted", numbers(rows().map(|row| Some(i64::from(posted(row)))))),
        ("coverage", coverage(&made, &spread)),
    ];
    columns.into_iter().for_each(|(name, data)| made.put(name, data));
    made
}

fn coverage(made: &Held, spread: &[(i64, usize)]) -> Data {
    let mut longest: BTreeMap<(Option<&str>, i64), (i64, usize)> = BTreeMap::new();
    for (row, (day, _)) in spread.iter().enumerate() {
        let posted = made.name("moved_to", row).is_none();
        let Some(hours) = made.number("hours", row).filter(|_| posted) else { continue };
        let own = longest.entry((made.name("unit", row), *day)).or_insert((hours, row));
        own.0 = own.0.max(hours);
    }
    let mut column = vec![None; spread.len()];
    longest.into_values().for_each(|(hours, row)| column[row] = Some(hours));
    Data::Numbers(column)
}
