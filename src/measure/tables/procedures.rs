//! The catalogue: from which day a procedure is there, when it is gone and why, by when it must be public.

use super::{Broken, day, days, overlapping};
use crate::ingest::{Data, Held, Zone};
use crate::measure::clocks::Clocks;
use std::collections::{BTreeMap, BTreeSet};

/// Working days after the decision in which a procedure must be public, and before its legal basis takes effect by which it
/// must be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Publishing {
    /// Of ministries.
    pub ministry: u32,
    /// Of everybody else.
    pub other: u32,
    /// Before the legal basis takes effect, of ministries.
    pub ministry_ahead: u32,
    /// The same of everybody else.
    pub other_ahead: u32,
}

/// Seconds of one millionth of an hour, as a fraction.
const SECONDS: (i64, i64) = (36, 10_000);

/// The rows with `ended_at`, `born_at`, `died_at`, `merged_at`, `publish_by` and `limit_seconds`; where any is
/// marked non-territorial also `marked`, whether each is; where legal bases have dates also `decide_by`.
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
    let is_ministry = |row: usize| held.name("level", row) == Some("ministry");
    let publish_by = |row: usize| {
        let decided = day(held.moment("decided_at", row)?, zone);
        clocks.working_day_after(decided, if is_ministry(row) { publishing.ministry } else { publishing.other })
    };
    let decide_by = |row: usize| {
        let effective = day(held.moment("legal_effective_at", row)?, zone);
        let ahead = if is_ministry(row) { publishing.ministry_ahead } else { publishing.other_ahead };
        clocks.working_day_before(effective, ahead)
    };
    let decide_by = held.has("legal_effective_at").then(|| days(rows().map(decide_by), zone));
    let limit =
        |row: usize| held.number("limit_hours", row).map(|hours| hours.saturating_mul(SECONDS.0).div_euclid(SECONDS.1));
    let made: [(&str, Data); 6] = [
        ("ended_at", days(rows().map(ended), zone)),
        ("born_at", days(rows().map(|row| begun(row).filter(|day| !spans.ends(&held, row, *day))), zone)),
        ("died_at", days(rows().map(|row| gone(row).filter(|_| !is_merged(row))), zone)),
        ("merged_at", days(rows().map(|row| gone(row).filter(|_| is_merged(row))), zone)),
        ("publish_by", days(rows().map(publish_by), zone)),
        ("limit_seconds", Data::numbers(rows().map(limit))),
    ];
    let marked = |row: usize| held.number("non_territorial", row) == Some(1);
    // Where none is marked nobody has marked them yet.
    let marks = rows().any(marked).then(|| Data::numbers(rows().map(|row| Some(i64::from(marked(row))))));
    made.into_iter().for_each(|(name, data)| held.put(name, data));
    let others = [("marked", marks), ("decide_by", decide_by)];
    others.into_iter().filter_map(|(name, data)| Some((name, data?))).for_each(|(name, data)| held.put(name, data));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Table;

    /// The first of January 2024, counted from 1970-01-01.
    const START: i64 = 19_723;

    fn clocks() -> Clocks {
        let zone = Zone::new("Asia/Ho_Chi_Minh".parse().expect("a zone"));
        Clocks::new(zone, None, 30, None, String::new())
    }

    /// Procedure, first and last day after the start, what it was merged into.
    type Entry = (&'static str, i64, Option<i64>, Option<&'static str>);

    fn catalogue(entries: &[Entry]) -> Held {
        let zone = clocks().zone;
        let mut held = Held::of(Table::Procedures, entries.len())
            .with_names("procedure", entries.iter().map(|entry| Some(entry.0)))
            .with("in_force_from", days(entries.iter().map(|entry| Some(START + entry.1)), &zone))
            .with("in_force_to", days(entries.iter().map(|entry| entry.2.map(|day| START + day)), &zone))
            .with_names("merged_into", entries.iter().map(|entry| entry.3))
            .with("limit_hours", Data::numbers(entries.iter().map(|_| Some(40_500_000))));
        held.findings.accepted = entries.len() as u64;
        let publishing = Publishing { ministry: 10, other: 5, ministry_ahead: 20, other_ahead: 5 };
        made(held, publishing, &clocks())
    }

    /// The days of each row after the start on which it was born, died and was merged.
    fn fates(entries: &[Entry]) -> Vec<[Option<i64>; 3]> {
        let (held, zone) = (catalogue(entries), clocks().zone);
        let on = |column: &str, row| held.moment(column, row).map(|moment| day(moment, &zone) - START);
        (0..held.len()).map(|row| ["born_at", "died_at", "merged_at"].map(|column| on(column, row))).collect()
    }

    #[test]
    fn a_change_is_neither_a_birth_nor_a_death() {
        let fates = fates(&[("A", 0, Some(9), None), ("A", 10, Some(19), None), ("A", 20, None, None)]);
        assert_eq!(fates, [[Some(0), None, None], [None, None, None], [None, None, None]]);
    }

    /// Its last day is the ninth; it is gone on the tenth, and comes back on the twelfth.
    #[test]
    fn a_gap_is_a_death_and_a_birth() {
        let fates = fates(&[("A", 0, Some(9), None), ("A", 12, None, None)]);
        assert_eq!(fates, [[Some(0), Some(10), None], [Some(12), None, None]]);
    }

    /// Two become one that begins the day after their last; a third goes into one that was there, and changed that day.
    #[test]
    fn mergers_are_no_deaths_whatever_begins_that_day() {
        let into_new = fates(&[("A", 0, Some(9), Some("C")), ("B", 0, Some(9), Some("C")), ("C", 10, None, None)]);
        assert_eq!(into_new, [[Some(0), None, Some(10)], [Some(0), None, Some(10)], [Some(10), None, None]]);
        let into_old = fates(&[("A", 0, Some(9), Some("C")), ("C", 0, Some(9), None), ("C", 10, None, None)]);
        assert_eq!(into_old, [[Some(0), None, Some(10)], [Some(0), None, None], [None, None, None]]);
    }

    /// One that names what it was merged into and goes on was not merged.
    #[test]
    fn what_goes_on_is_not_gone() {
        let fates = fates(&[("A", 0, Some(9), Some("C")), ("A", 10, None, None)]);
        assert_eq!(fates, [[Some(0), None, None], [None, None, None]]);
    }

    /// Rows that share one day, the last of one and the first of the other, are both set aside; others stay.
    #[test]
    fn spans_that_share_a_day_do_not_stay() {
        let held = catalogue(&[("A", 0, Some(9), None), ("A", 9, None, None), ("B", 0, None, None)]);
        assert_eq!(held.len(), 1);
        let rules: Vec<_> = held.findings.quarantine.iter().map(|row| (row.row, row.rule)).collect();
        assert_eq!(rules, [(0, crate::ingest::Rule::OverlappingSpan), (1, crate::ingest::Rule::OverlappingSpan)]);
    }

    /// 40.5 hours are 145,800 seconds.
    #[test]
    fn limits_are_kept_in_seconds() {
        assert_eq!(catalogue(&[("A", 0, None, None)]).number("limit_seconds", 0), Some(145_800));
    }

    /// On spans of every shape: what stood, with what came and without what went, is what stands.
    #[test]
    fn the_stock_adds_up_over_any_window() {
        let mut entries: Vec<Entry> = Vec::new();
        for (name, gap) in [("A", 0), ("B", 1), ("C", 3)] {
            for (part, length) in [4, 1, 7, 2].into_iter().enumerate() {
                let from = entries.last().filter(|last| last.0 == name).map_or(gap, |last| last.2.unwrap() + 1 + gap);
                let merged = (part % 2 == 1).then_some("D");
                entries.push((name, from, Some(from + length - 1), merged));
            }
        }
        entries.push(("D", 5, None, None));
        let fates = fates(&entries);
        let stood =
            |day: i64| entries.iter().filter(|(_, from, to, _)| (*from..=to.unwrap_or(99)).contains(&day)).count();
        for (start, end) in (-1..40).flat_map(|start| (start + 1..41).map(move |end| (start, end))) {
            let among = |fate: usize| {
                fates.iter().filter(|fates| fates[fate].is_some_and(|day| (start..end).contains(&day))).count()
            };
            assert_eq!(stood(start - 1) + among(0), stood(end - 1) + among(1) + among(2), "{start}..{end}");
        }
    }
}
