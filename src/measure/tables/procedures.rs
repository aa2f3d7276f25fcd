//! The catalogue: from which day a procedure is there, when it is gone and why, by when it must be public.

use super::{Broken, day, days, numbers, overlapping};
use crate::ingest::{Data, Held, Zone};
use crate::measure::clocks::Clocks;
use std::collections::{BTreeMap, BTreeSet};

/// Working days after the decision in which a procedure must be public.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Publishing {
    /// Of ministries.
    pub ministry: u32,
    /// Of everybody else.
    pub other: u32,
}

/// Seconds of one millionth of an hour, as a fraction.
const SECONDS: (i64, i64) = (36, 10_000);

/// The rows with `ended_at`, `born_at`, `died_at`, `merged_at`, `publish_by` and `limit_seconds`.
///
/// A change makes a new row that begins the day after the old one ended: that is neither a birth nor a death.
pub(super) fn made(held: Held, publishing: Publishing, clocks: &Clocks) -> Held {
    let zone = &clocks.zone;
    let broken: Broken = overlapping(&held, "procedure", ("in_force_from", "in_force_to"), zone);
    let mut held = held.set_aside(&broken);
    let spans = Spans::of(&held, zone);
    let rows = || 0..held.len();
    let ended = |row: usize| Some(day(held.moment("in_force_to", row)?, zone) + 1);
    let gone = |row: usize| ended(row).filter(|day| !spans.begins(&held, row, *day));
    let is_merged = |row: usize| held.name("merged_into", row).is_some();
    let begun = |row: usize| Some(day(held.moment("in_force_from", row)?, zone));
    let publish_by = |row: usize| {
        let ministry = held.name("level", row) == Some("ministry");
        let decided = day(held.moment("decided_at", row)?, zone);
        clocks.working_day_after(decided, if ministry { publishing.ministry } else { publishing.other })
    };
    let limit =
        |row: usize| held.number("limit_hours", row).map(|hours| hours.saturating_mul(SECONDS.0).div_euclid(SECONDS.1));
    let made: [(&str, Data); 6] = [
        ("ended_at", days(rows().map(ended), zone)),
        ("born_at", days(rows().map(|row| begun(row).filter(|day| !spans.ends(&held, row, *day))), zone)),
        ("died_at", days(rows().map(|row| gone(row).filter(|_| !is_merged(row))), zone)),
        ("merged_at", days(rows().map(|row| gone(row).filter(|_| is_merged(row))), zone)),
        ("publish_by", days(rows().map(publish_by), zone)),
        ("limit_seconds", numbers(rows().map(limit))),
    ];
    made.into_iter().for_each(|(name, data)| held.put(name, data));
    held
}

/// On which days rows of a procedure begin, and are over.
struct Spans {
    begins: BTreeMap<String, BTreeSet<i64>>,
    ends: BTreeMap<String, BTreeSet<i64>>,
}

impl Spans {
    fn of(held: &Held, zone: &Zone) -> Self {
        let mut spans = Self { begins: BTreeMap::new(), ends: BTreeMap::new() };
        for row in 0..held.len() {
            let Some(name) = held.name("procedure", row) else { continue };
            let days = |column: &str| held.moment(column, row).map(|moment| day(moment, zone));
            let sides = [(&mut spans.begins, days("in_force_from"), 0), (&mut spans.ends, days("in_force_to"), 1)];
            for (side, own, more) in sides {
                side.entry(name.to_owned()).or_default().extend(own.map(|day| day + more));
            }
        }
        spans
    }

    fn begins(&self, held: &Held, row: usize, day: i64) -> bool {
        held.name("procedure", row).and_then(|name| self.begins.get(name)).is_some_and(|days| days.contains(&day))
    }

    fn ends(&self, held: &Held, row: usize, day: i64) -> bool {
        held.name("procedure", row).and_then(|name| self.ends.get(name)).is_some_and(|days| days.contains(&day))
    }
}
