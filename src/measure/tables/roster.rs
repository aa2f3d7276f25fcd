//! The roster as officers on days.

use super::{day, days, numbers};
use crate::ingest::{Data, Held};
use crate::measure::clocks::Clocks;
use crate::measure::place::Slot;
use std::collections::BTreeMap;

/// One row for each officer and day of the windows, with `at`, `minutes`, `posted`, `coverage` and `counter_days`.
///
/// A span stands for its open days; a row of one day stands for that day whether the office was open or not. Who was
/// moved to another post is not posted on it. `coverage` is the longest that an officer posted to a unit was rostered on
/// an open day: how long the counter was covered.
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
    let [coverage, counters] = covered(&made, &spread, clocks, slots);
    let columns: [(&str, Data); 5] = [
        ("at", days(spread.iter().map(|(day, _)| Some(*day)), zone)),
        ("minutes", numbers(rows().map(|row| made.number("hours", row).map(|hours| hours * 60)))),
        ("posted", numbers(rows().map(|row| Some(i64::from(posted(row)))))),
        ("coverage", coverage),
        ("counter_days", counters),
    ];
    columns.into_iter().for_each(|(name, data)| made.put(name, data));
    made
}

/// A window, a unit and a day.
type Counter<'a> = (Option<usize>, Option<&'a str>, i64);

/// An officer at a counter on a day.
type AtCounter<'a> = (Counter<'a>, Option<&'a str>);

/// How long the counter of each unit was covered on each open day, and how many open days that stands for.
///
/// Both stand on one row of the unit and day. Open days since the unit's last covered day stand for themselves with it: on
/// them the counter was not covered. Of a day on which officers are posted, and none of them with hours, nobody knows it:
/// it is no day of the counter. Before its first covered day and after its last a unit had no counter.
fn covered(made: &Held, spread: &[(i64, usize)], clocks: &Clocks, slots: &[Slot]) -> [Data; 2] {
    let is_open = |day: &i64| clocks.is_open(*day) != Some(false);
    let mut hours: BTreeMap<AtCounter<'_>, (Option<i64>, usize)> = BTreeMap::new();
    for (row, (day, _)) in spread.iter().enumerate().filter(|(_, (day, _))| is_open(day)) {
        if made.name("moved_to", row).is_some() {
            continue;
        }
        let slot = slots.iter().position(|slot| (slot.start_day..slot.end_day).contains(day));
        let counter = (slot, made.name("unit", row), *day);
        // Who has two entries there on one day is there for both.
        let whole = hours.entry((counter, made.name("officer", row))).or_insert((None, row));
        whole.0 = whole.0.into_iter().chain(made.number("hours", row)).reduce(|one, other| one + other);
    }
    let mut longest: BTreeMap<Counter<'_>, (Option<i64>, usize)> = BTreeMap::new();
    for ((counter, _), (own, row)) in hours {
        let most = longest.entry(counter).or_insert((own, row));
        *most = (most.0.max(own), most.1.min(row));
    }
    let (mut coverage, mut counters) = (vec![None; spread.len()], vec![None; spread.len()]);
    let (mut last, mut unknown) = (None, 0);
    for ((slot, unit, day), (hours, row)) in longest {
        let Some(hours) = hours else {
            unknown += 1;
            continue;
        };
        let since = last.filter(|(own, _)| *own == (slot, unit)).map(|(_, last): (_, i64)| last + 1);
        let open = since.map_or(1, |since| (since..=day).filter(is_open).count() as i64 - unknown);
        coverage[row] = Some(hours);
        counters[row] = Some(open);
        (last, unknown) = (Some(((slot, unit), day)), 0);
    }
    [coverage, counters].map(Data::Numbers)
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
    type Entry = (&'static str, i64, i64, &'static str, i64, Option<&'static str>);

    fn roster(clocks: &Clocks, entries: &[Entry]) -> Held {
        let names = |of: &dyn Fn(&Entry) -> Option<&'static str>| {
            Data::Names(entries.iter().map(|entry| of(entry).map(str::to_owned)).collect())
        };
        let columns = [
            ("officer", names(&|entry| Some(entry.0))),
            ("from", days(entries.iter().map(|entry| Some(MONDAY + entry.1)), &clocks.zone)),
            ("to", days(entries.iter().map(|entry| Some(MONDAY + entry.2)), &clocks.zone)),
            ("unit", names(&|entry| Some(entry.3))),
            ("hours", numbers(entries.iter().map(|entry| Some(entry.4 * 1_000_000)))),
            ("moved_to", names(&|entry| entry.5)),
        ];
        Held::of(Table::Roster, columns)
    }

    fn spread(clocks: &Clocks, entries: &[Entry], slots: &[Slot]) -> Vec<(String, i64)> {
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

    fn coverage(entries: &[Entry]) -> (i64, i64) {
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
