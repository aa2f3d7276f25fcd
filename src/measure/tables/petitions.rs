//! Petitions with the day by which they must be answered, and whether an earlier one said the same.

use super::{day, numbers};
use crate::ingest::{Data, Held, Moment};
use crate::measure::clocks::{Clocks, Outside};
use crate::measure::place::Slot;
use std::collections::BTreeMap;

/// When petitions must be answered, and which repeat others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Petitioning {
    /// Working days to answer one that names no day of its own.
    pub answer: u32,
    /// Days in which one on the same dossier or subject repeats an earlier one.
    pub repeat: i64,
    /// Working days after the answer in which it must be public.
    pub publish: u32,
    /// Working days to refuse one.
    pub refuse: u32,
    /// Working days to ask for a supplement.
    pub ask: u32,
}

/// What tells that one petition says the same as another.
const ABOUT: [&str; 2] = ["case_id", "subject"];

/// The rows with `answer_by`, their own due date or else the last day of the limit, with `repeat`, and with what Decision
/// 766 asks: `closed_at`, `handle_by`, `asked_late` and `public_by`.
///
/// Of a petition that says neither what it is about nor whether it repeats another, nobody knows.
pub(super) fn made(mut held: Held, petitioning: Petitioning, clocks: &Clocks) -> Held {
    if !held.has("received_at") {
        return held;
    }
    let zone = &clocks.zone;
    let due = |row: usize| {
        held.moment("due_at", row).or_else(|| {
            let received = day(held.moment("received_at", row)?, zone);
            clocks.working_day_after(received, petitioning.answer).map(|day| (zone.midnight(day), true))
        })
    };
    let due = Data::Moments((0..held.len()).map(due).collect());
    let repeats = repeats(&held, petitioning.repeat, |moment| day(moment, zone));
    let repeat = |row: usize| {
        let told = held.number("repeated", row);
        let is_about = ABOUT.iter().any(|column| held.name(column, row).is_some());
        let known = is_about || told.is_some();
        known.then(|| i64::from(repeats[row] || told == Some(1)))
    };
    let repeat = numbers((0..held.len()).map(repeat));
    let of_index = of_index(&held, petitioning, clocks, &due);
    held.put("answer_by", due);
    held.put("repeat", repeat);
    of_index.into_iter().for_each(|(name, data)| held.put(name, data));
    held
}

/// What the index of Decision 766 asks: when a petition was answered or refused, by when it was to be, whether a supplement
/// was asked for too late, by when the answer was to be public.
fn of_index(held: &Held, petitioning: Petitioning, clocks: &Clocks, due: &Data) -> [(&'static str, Data); 4] {
    let zone = &clocks.zone;
    let after = |column: &str, row: usize, limit: u32| -> Option<Moment> {
        let day = clocks.working_day_after(day(held.moment(column, row)?, zone), limit)?;
        Some((zone.midnight(day), true))
    };
    let refused = |row: usize| held.moment("refused_at", row);
    let due = |row: usize| if let Data::Moments(due) = due { due.get(row).copied().flatten() } else { None };
    let handle_by = |row: usize| match refused(row) {
        Some(_) => after("received_at", row, petitioning.refuse),
        None => due(row),
    };
    let asked_late = |row: usize| {
        let limit = after("received_at", row, petitioning.ask).zip(held.moment("supplement_asked_at", row));
        limit.is_some_and(|(limit, asked)| day(asked, zone) > day(limit, zone))
    };
    let moments = |of: &dyn Fn(usize) -> Option<Moment>| Data::Moments((0..held.len()).map(of).collect());
    [
        ("closed_at", moments(&|row| refused(row).or(held.moment("answered_at", row)))),
        ("handle_by", moments(&handle_by)),
        ("asked_late", numbers((0..held.len()).map(|row| Some(i64::from(asked_late(row)))))),
        ("public_by", moments(&|row| after("answered_at", row, petitioning.publish))),
    ]
}

/// The years of petitions that may have to be answered in a window, and of which the calendar cannot say it.
///
/// The calendar covers the windows, so only what came before the first can be beyond it.
pub fn uncovered(held: &Held, petitioning: Petitioning, clocks: &Clocks, slots: &[Slot]) -> Outside {
    let mut outside = Outside::default();
    let Some(first) = slots.first().filter(|_| clocks.calendar.is_some()) else { return outside };
    // A working day is at most three days after another, but for Tết.
    let since = first.start_day - 3 * i64::from(petitioning.answer);
    for row in (0..held.len()).filter(|row| held.moment("due_at", *row).is_none()) {
        let received = held.moment("received_at", row).map(|received| day(received, &clocks.zone));
        let is_lost = |day: &i64| (since..first.start_day).contains(day) && !clocks.covers(*day);
        received.filter(is_lost).into_iter().for_each(|day| outside.day(day));
    }
    outside
}

/// Which rows have an earlier one on the same dossier, or on the same subject, in so many days before.
///
/// Of one day and without a time neither is the earlier one.
fn repeats(held: &Held, within: i64, day: impl Fn(Moment) -> i64) -> Vec<bool> {
    let mut repeats = vec![false; held.len()];
    for column in ABOUT {
        let mut about: BTreeMap<&str, Vec<(i64, Moment, usize)>> = BTreeMap::new();
        for row in 0..held.len() {
            if let Some((name, at)) = held.name(column, row).zip(held.moment("received_at", row)) {
                about.entry(name).or_default().push((day(at), at, row));
            }
        }
        for rows in about.values_mut() {
            rows.sort_unstable();
            let mut before: Option<i64> = None;
            for of_day in rows.chunk_by(|one, other| one.0 == other.0) {
                let first = of_day.iter().filter(|(_, at, _)| !at.1).map(|(_, at, _)| at.0).min();
                for (day, (at, is_day), row) in of_day {
                    let that_day = !is_day && first.is_some_and(|first| first < *at);
                    repeats[*row] |= that_day || before.is_some_and(|before| day - before <= within);
                }
                before = of_day.first().map(|(day, ..)| *day);
            }
        }
    }
    repeats
}

/// For each dossier when the first petition about it came.
pub(super) fn by_case(held: &Held) -> Held {
    let mut first: BTreeMap<&str, Moment> = BTreeMap::new();
    for row in 0..held.len() {
        if let Some((id, at)) = held.name("case_id", row).zip(held.moment("received_at", row)) {
            let own = first.entry(id).or_insert(at);
            *own = (*own).min(at);
        }
    }
    Held::of(
        held.table,
        [
            ("case_id", Data::Names(first.keys().map(|id| Some((*id).to_owned())).collect())),
            ("received_at", Data::Moments(first.values().map(|at| Some(*at)).collect())),
        ],
    )
}
