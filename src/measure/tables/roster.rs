//! The roster as officers on days.

use super::{day, days};
use crate::ingest::{ABSENT, Data, Held, NO_NAME};
use crate::measure::clocks::Clocks;
use crate::measure::place::Slot;

/// One row for each officer and day of the windows, with `at`, `minutes`, `posted`, `coverage` and `counter_days`.
///
/// A span stands for its open days; a row of one day stands for that day whether the office was open or not. Who was
/// moved to another post is not posted on it. `coverage` is the longest that an officer posted to a unit was rostered on
/// an open day: how long the counter was covered.
pub(super) fn made(held: Held, clocks: &Clocks, slots: &[Slot]) -> Held {
    let spread = spread(&held, clocks, slots);
    let made = held.rows(spread.iter().map(|(_, row)| *row));
    let columns = columns(&made, &spread, clocks, slots);
    columns.into_iter().fold(made, |made, (name, data)| made.with(name, data))
}

fn columns(made: &Held, spread: &[(i64, usize)], clocks: &Clocks, slots: &[Slot]) -> [(&'static str, Data); 5] {
    let (hours, moved) = (made.numbers("hours"), made.codes("moved_to"));
    let [coverage, counters] = covered(made, spread, clocks, slots);
    [
        ("at", days(spread.iter().map(|(day, _)| Some(*day)), &clocks.zone)),
        ("minutes", Data::numbers((0..made.len()).map(|row| hours(row).map(|hours| hours * 60)))),
        ("posted", Data::numbers((0..made.len()).map(|row| Some(i64::from(moved(row) == NO_NAME))))),
        ("coverage", coverage),
        ("counter_days", counters),
    ]
}

/// The days of the windows that each row stands for.
fn spread(held: &Held, clocks: &Clocks, slots: &[Slot]) -> Vec<(i64, usize)> {
    let (from, to) = (held.moments("from"), held.moments("to"));
    let mut spread = Vec::new();
    for row in 0..held.len() {
        let Some((from, to)) = from(row).zip(to(row)) else { continue };
        let (first, last) = (day(from, &clocks.zone), day(to, &clocks.zone));
        for slot in slots {
            let within = first.max(slot.start_day)..=last.min(slot.end_day - 1);
            let is_on = |day: &i64| first == last || clocks.is_open(*day) != Some(false);
            spread.extend(within.filter(is_on).map(|day| (day, row)));
        }
    }
    spread
}

/// A window, a unit and a day.
type Counter = (Option<u32>, u32, i64);

/// An officer's entry at a counter on a day: the counter, the officer, the row.
type Entry = (Counter, u32, u32);

/// How long the counter of each unit was covered on each open day, and how many open days that stands for.
///
/// Both stand on one row of the unit and day. Open days since the unit's last covered day stand for themselves with it: on
/// them the counter was not covered. Of a day on which officers are posted, and none of them with hours, nobody knows it:
/// it is no day of the counter. Before its first covered day and after its last a unit had no counter.
fn covered(made: &Held, spread: &[(i64, usize)], clocks: &Clocks, slots: &[Slot]) -> [Data; 2] {
    let is_open = |day: &i64| clocks.is_open(*day) != Some(false);
    let (mut coverage, mut counters) = (vec![ABSENT; spread.len()], vec![ABSENT; spread.len()]);
    let (mut last, mut unknown) = (None, 0);
    let of_row = made.numbers("hours");
    for of_day in entries(made, spread, clocks, slots).chunk_by(|one, other| one.0 == other.0) {
        let (slot, unit, day) = of_day[0].0;
        let row = of_day.iter().map(|(.., row)| *row as usize).min().unwrap_or_default();
        // Who has two entries there on one day is there for both.
        let of_officer = of_day.chunk_by(|one, other| one.1 == other.1);
        let hours = of_officer.filter_map(|own| {
            own.iter().filter_map(|(.., row)| of_row(*row as usize)).reduce(|one, other| one + other)
        });
        let Some(hours) = hours.max() else {
            unknown += 1;
            continue;
        };
        let since = last.filter(|(own, _)| *own == (slot, unit)).map(|(_, last): (_, i64)| last + 1);
        let open = since.map_or(1, |since| (since..=day).filter(is_open).count() as i64 - unknown);
        coverage[row] = hours;
        counters[row] = open;
        (last, unknown) = (Some(((slot, unit), day)), 0);
    }
    [coverage, counters].map(|numbers| Data::Numbers(numbers.into()))
}

/// The entries of officers who are on their post on an open day, counter by counter.
fn entries(made: &Held, spread: &[(i64, usize)], clocks: &Clocks, slots: &[Slot]) -> Vec<Entry> {
    let (moved, unit, officer) = (made.codes("moved_to"), made.codes("unit"), made.codes("officer"));
    let is_counted =
        |(row, (day, _)): &(usize, &(i64, usize))| clocks.is_open(*day) != Some(false) && moved(*row) == NO_NAME;
    let entry = |(row, (day, _)): (usize, &(i64, usize))| {
        let slot = (0..).zip(slots).find(|(_, slot)| (slot.start_day..slot.end_day).contains(day));
        ((slot.map(|(place, _)| place), unit(row), *day), officer(row), row as u32)
    };
    let mut entries: Vec<Entry> = spread.iter().enumerate().filter(is_counted).map(entry).collect();
    entries.sort_unstable();
    entries
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Calendar;
    use crate::ingest::{Table, Zone};

    /// Monday the 4th of March 2024, counted from 1970-01-01.
    const MONDAY: i64 = 19_786;

    fn clocks() -> Clocks {
        let zone = || "Asia/Ho_Chi_Minh".parse().expect("a zone");
        let calendar = Some(Calendar::builder(zone()).base("vietnam").build().expect("a calendar"));
        Clocks::new(Zone::new(zone()), calendar, 30, None, String::new())
    }

    /// A window of so many days from a day on.
    fn slot(clocks: &Clocks, from: i64, days: i64) -> Slot {
        let [start, end] = [from, from + days].map(|day| clocks.zone.midnight(day));
        let (start_day, end_day) = (from, from + days);
        Slot { start, end, cutoff: end, start_day, end_day, cutoff_day: end_day, year: start }
    }

    /// Officer, first and last day after the Monday, unit, hours, where they were moved to.
    type Line = (&'static str, i64, i64, &'static str, i64, Option<&'static str>);

    fn roster(clocks: &Clocks, entries: &[Line]) -> Held {
        Held::of(Table::Roster, entries.len())
            .with_names("officer", entries.iter().map(|entry| Some(entry.0)))
            .with("from", days(entries.iter().map(|entry| Some(MONDAY + entry.1)), &clocks.zone))
            .with("to", days(entries.iter().map(|entry| Some(MONDAY + entry.2)), &clocks.zone))
            .with_names("unit", entries.iter().map(|entry| Some(entry.3)))
            .with("hours", Data::numbers(entries.iter().map(|entry| Some(entry.4 * 1_000_000))))
            .with_names("moved_to", entries.iter().map(|entry| entry.5))
    }

    fn spread(clocks: &Clocks, entries: &[Line], slots: &[Slot]) -> Vec<(String, i64)> {
        let made = made(roster(clocks, entries), clocks, slots);
        let row = |row| {
            let (us, _) = made.moment("at", row).expect("a day");
            (made.name("officer", row).expect("an officer").to_owned(), clocks.zone.day(us) - MONDAY)
        };
        (0..made.len()).map(row).collect()
    }

    /// From the Friday before to the Monday after there are seven open days, five of them in the window of a week.
    #[test]
    fn a_span_stands_for_its_open_days_in_the_window() {
        let clocks = clocks();
        let week = [slot(&clocks, MONDAY, 7)];
        let days = spread(&clocks, &[("An", -3, 7, "A", 8, None)], &week);
        assert_eq!(days, (0..5).map(|day| ("An".to_owned(), day)).collect::<Vec<_>>());
        let two = [slot(&clocks, MONDAY - 3, 2), slot(&clocks, MONDAY, 7)];
        assert_eq!(spread(&clocks, &[("An", -3, 7, "A", 8, None)], &two).len(), 1 + 5);
    }

    #[test]
    fn a_day_alone_stands_for_itself_and_a_span_of_closed_days_for_nothing() {
        let clocks = clocks();
        let week = [slot(&clocks, MONDAY, 7)];
        assert_eq!(spread(&clocks, &[("An", 5, 5, "A", 8, None)], &week), [("An".to_owned(), 5)]);
        assert_eq!(spread(&clocks, &[("An", 5, 6, "A", 8, None)], &week), []);
        assert_eq!(spread(&clocks, &[("An", 7, 9, "A", 8, None)], &week), []);
    }

    /// Spans that overlap are two entries on the days of both: an officer may divide a day between posts.
    #[test]
    fn who_has_two_entries_on_a_day_has_both() {
        let clocks = clocks();
        let week = [slot(&clocks, MONDAY, 7)];
        let entries = [("An", 0, 1, "A", 4, None), ("An", 1, 2, "B", 4, Some("Tư pháp"))];
        let made = made(roster(&clocks, &entries), &clocks, &week);
        let posted: Vec<_> = (0..made.len()).map(|row| made.number("posted", row)).collect();
        assert_eq!(posted, [Some(1), Some(1), Some(0), Some(0)]);
        assert_eq!(made.number("minutes", 0), Some(240_000_000));
    }

    fn coverage(entries: &[Line]) -> (i64, i64) {
        let clocks = clocks();
        let made = made(roster(&clocks, entries), &clocks, &[slot(&clocks, MONDAY, 14)]);
        let sum = |column: &str| (0..made.len()).filter_map(|row| made.number(column, row)).sum::<i64>();
        (sum("coverage") / 1_000_000, sum("counter_days"))
    }

    /// Two officers cover the counter as long as the one who stays longer; who was moved, and a closed day, cover nothing.
    #[test]
    fn a_counter_is_covered_as_long_as_somebody_is_posted() {
        let two = [("An", 0, 0, "A", 8, None), ("Bình", 0, 0, "A", 6, None), ("Chi", 0, 0, "A", 10, Some("x"))];
        assert_eq!(coverage(&two), (8, 1));
        assert_eq!(coverage(&[("An", 0, 0, "A", 8, None), ("An", 5, 5, "A", 9, None)]), (8, 1));
        // An officer's morning and afternoon at one counter are a day of it.
        assert_eq!(
            coverage(&[("An", 0, 0, "A", 4, None), ("An", 0, 0, "A", 3, None), ("Bình", 0, 0, "A", 6, None)]),
            (7, 1)
        );
        // Another unit has another counter.
        assert_eq!(coverage(&[("An", 0, 0, "A", 8, None), ("Bình", 0, 0, "B", 6, None)]), (14, 2));
    }

    /// Covered on Monday, Thursday and the Monday after: 24 hours of the six open days from first to last.
    #[test]
    fn an_open_day_that_nobody_covers_is_a_day_of_the_counter() {
        assert_eq!(
            coverage(&[("An", 0, 0, "A", 8, None), ("An", 3, 3, "A", 8, None), ("An", 7, 7, "A", 8, None)]),
            (24, 6)
        );
    }
}
