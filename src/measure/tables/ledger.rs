//! Lines of cost, split over the windows they reach into.

use super::{day, days};
use crate::ingest::{Data, Held, Zone};
use crate::measure::place::Slot;

/// One row for each line and window it shares days with, placed `at` the first of them, with its part of the amount; and
/// with `unreached`, the days of the window that no line reaches, on the first row of each window.
///
/// A line is spread evenly over its days. The parts are rounded from both ends of the days, so that those of windows that
/// meet add up.
pub(super) fn made(held: Held, zone: &Zone, slots: &[Slot]) -> Held {
    if ["from", "to", "amount_vnd"].iter().any(|column| !held.has(column)) {
        return held;
    }
    let mut parts: Vec<(i64, usize, i64)> = Vec::new();
    let (mut reached, mut first_rows) = (slots.iter().map(days_of).collect::<Vec<_>>(), vec![None; slots.len()]);
    for row in 0..held.len() {
        let span = held.moment("from", row).zip(held.moment("to", row)).zip(held.number("amount_vnd", row));
        let Some(((from, to), amount)) = span else { continue };
        let (first, end) = (day(from, zone), day(to, zone) + 1);
        let until =
            |day: i64| (i128::from(amount) * i128::from(day - first)).div_euclid(i128::from((end - first).max(1)));
        for (place, slot) in slots.iter().enumerate() {
            let (since, before) = (first.max(slot.start_day), end.min(slot.end_day));
            if since < before {
                let own = [since, before].map(|day| (day - slot.start_day) as usize);
                reached[place][own[0]..own[1]].fill(true);
                first_rows[place].get_or_insert(parts.len());
                parts.push((since, row, (until(before) - until(since)) as i64));
            }
        }
    }
    let mut unreached = vec![0; parts.len()];
    for (days, row) in reached.iter().zip(first_rows) {
        row.into_iter().for_each(|row| unreached[row] = days.iter().filter(|day| !**day).count() as i64);
    }
    let mut made = held.rows(parts.iter().map(|(_, row, _)| *row));
    made.put("at", days(parts.iter().map(|(day, ..)| Some(*day)), zone));
    made.put("unreached", Data::numbers(unreached.into_iter().map(Some)));
    made.put("amount_vnd", Data::numbers(parts.iter().map(|(.., amount)| Some(*amount))));
    made
}

/// The days of a window, none of them reached yet.
fn days_of(slot: &Slot) -> Vec<bool> {
    vec![false; usize::try_from(slot.end_day - slot.start_day).unwrap_or_default()]
}
