//! Petitions with the day by which they must be answered, and whether an earlier one said the same.

use super::day;
use crate::ingest::{Data, Held, Moment};
use crate::measure::clocks::{Clocks, Outside};
use crate::measure::place::Slot;
use polars::prelude::PlHashMap;
use std::cell::RefCell;

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
pub(super) fn made(held: Held, petitioning: Petitioning, clocks: &Clocks) -> Held {
    if !held.has("received_at") {
        return held;
    }
    let limits = Limits { clocks, known: RefCell::default() };
    let repeat = repeat(&held, petitioning.repeat, |moment| limits.day(moment));
    let limited = limited(&held, petitioning, &limits);
    limited.into_iter().fold(held.with("repeat", repeat), |made, (name, data)| made.with(name, data))
}

/// The last days of limits: petitions of one day share theirs.
struct Limits<'a> {
    clocks: &'a Clocks,
    known: RefCell<PlHashMap<(i64, u32), Option<Moment>>>,
}

impl Limits<'_> {
    /// The day that is so many working days after a moment.
    fn after(&self, moment: Option<Moment>, limit: u32) -> Option<Moment> {
        let day = self.day(moment?);
        let own = || Some((self.clocks.zone.midnight(self.clocks.working_day_after(day, limit)?), true));
        *self.known.borrow_mut().entry((day, limit)).or_insert_with(own)
    }

    fn day(&self, moment: Moment) -> i64 {
        day(moment, &self.clocks.zone)
    }
}

/// By when a petition must be answered, and what the index of Decision 766 asks: when it was answered or refused, by when it
/// was to be, whether a supplement was asked for too late, by when the answer was to be public.
fn limited(held: &Held, petitioning: Petitioning, limits: &Limits<'_>) -> [(&'static str, Data); 5] {
    let (received, answered) = (held.moments("received_at"), held.moments("answered_at"));
    let (refused, asked, due) =
        (held.moments("refused_at"), held.moments("supplement_asked_at"), held.moments("due_at"));
    let answer_by = |row: usize| due(row).or_else(|| limits.after(received(row), petitioning.answer));
    let handle_by = |row: usize| match refused(row) {
        Some(_) => limits.after(received(row), petitioning.refuse),
        None => answer_by(row),
    };
    let asked_late = |row: usize| {
        let asked = asked(row).zip(limits.after(received(row), petitioning.ask));
        asked.is_some_and(|(asked, limit)| limits.day(asked) > limits.day(limit))
    };
    let moments = |of: &dyn Fn(usize) -> Option<Moment>| Data::moments((0..held.len()).map(of));
    [
        ("answer_by", moments(&answer_by)),
        ("closed_at", moments(&|row| refused(row).or(answered(row)))),
        ("handle_by", moments(&handle_by)),
        ("asked_late", Data::numbers((0..held.len()).map(|row| Some(i64::from(asked_late(row)))))),
        ("public_by", moments(&|row| limits.after(answered(row), petitioning.publish))),
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
    let (due, received) = (held.moments("due_at"), held.moments("received_at"));
    for row in (0..held.len()).filter(|row| due(*row).is_none()) {
        let received = received(row).map(|received| day(received, &clocks.zone));
        let is_lost = |day: &i64| (since..first.start_day).contains(day) && !clocks.covers(*day);
        received.filter(is_lost).into_iter().for_each(|day| outside.day(day));
    }
    outside
}

/// Whether each petition repeats another, by its own word or because an earlier one is about the same.
fn repeat(held: &Held, within: i64, day: impl Fn(Moment) -> i64) -> Data {
    let told = held.numbers("repeated");
    let (mut repeats, mut is_about) = (vec![false; held.len()], vec![false; held.len()]);
    for column in ABOUT {
        let keys = held.keys(column);
        is_about.iter_mut().zip(&keys).for_each(|(is_about, key)| *is_about |= *key != 0);
        mark_repeats(held, &keys, within, &day, &mut repeats);
    }
    let repeat = |row: usize| {
        let known = is_about[row] || told(row).is_some();
        known.then(|| i64::from(repeats[row] || told(row) == Some(1)))
    };
    Data::numbers((0..held.len()).map(repeat))
}

/// Marks the rows that have an earlier one about the same in so many days before.
///
/// Of one day and without a time neither is the earlier one.
fn mark_repeats(held: &Held, keys: &[u128], within: i64, day: impl Fn(Moment) -> i64, repeats: &mut [bool]) {
    let received = held.moments("received_at");
    let known = keys.iter().enumerate().filter(|(_, key)| **key != 0);
    let mut about: Vec<(u128, i64, Moment, usize)> =
        known.filter_map(|(row, key)| received(row).map(|at| (*key, day(at), at, row))).collect();
    about.sort_unstable();
    for rows in about.chunk_by(|one, other| one.0 == other.0) {
        let mut before: Option<i64> = None;
        for of_day in rows.chunk_by(|one, other| one.1 == other.1) {
            let first = of_day.iter().filter(|(_, _, at, _)| !at.1).map(|(_, _, at, _)| at.0).min();
            for (_, day, (at, is_day), row) in of_day {
                let that_day = !is_day && first.is_some_and(|first| first < *at);
                repeats[*row] |= that_day || before.is_some_and(|before| day - before <= within);
            }
            before = of_day.first().map(|(_, day, ..)| *day);
        }
    }
}

/// For each dossier when the first petition about it came.
pub(super) fn by_case(held: &Held) -> Held {
    let received = held.moments("received_at");
    let mut rows: PlHashMap<u128, usize> = PlHashMap::default();
    let (mut order, mut first): (Vec<usize>, Vec<Moment>) = Default::default();
    let keys = held.keys("case_id").into_iter().enumerate().filter(|(_, key)| *key != 0);
    for ((row, key), at) in keys.filter_map(|own| Some((own, received(own.0)?))) {
        let place = *rows.entry(key).or_insert(order.len());
        if place == order.len() {
            order.push(row);
            first.push(at);
        }
        first[place] = first[place].min(at);
    }
    let first = Data::moments(first.into_iter().map(Some));
    held.only(&["case_id"]).gathered(&order).with("received_at", first)
}
