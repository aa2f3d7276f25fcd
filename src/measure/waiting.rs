//! What a study makes of pauses: net times, and due dates that move.

use super::answers::OUTSIDE;
use super::clock::Clock;
use super::clocks::{Clocks, Outside};
use super::pause::{Moved, Pausing, adjusted_finish, moved_due, paused};
use super::rows::Rows;
use crate::ingest::{ABSENT, Batch, Days, Instants, Pause, Pauses};

const DAY: i64 = 86_400;
const MICROS: i64 = 1_000_000;

impl Rows<'_> {
    /// How much of a row's time between two instants was paused, in seconds of one of the clocks.
    ///
    /// One of the two marks where that is not known: a total has no place among opening hours, or the calendar does not
    /// cover it.
    pub(super) fn paused(&self, row: usize, (from, to): (i64, i64), by_day: bool, working: bool) -> i64 {
        let Some(pauses) = self.batch.pauses("paused") else { return 0 };
        if let Some(total) = pauses.total(row) {
            return if working { ABSENT } else { total / MICROS };
        }
        let spans = pauses.spans(row);
        if spans.is_empty() {
            return 0;
        }
        let zone = &self.clocks.zone;
        let paused = match (working, by_day) {
            (false, false) => paused(spans, from, to, Clock::Applicant),
            (false, true) => paused(spans, from, to, Clock::ApplicantDays(zone)).map(|days| days * DAY),
            (true, _) => {
                let Some(calendar) = &self.clocks.calendar else { return ABSENT };
                let clock = Clock::Office(calendar.clock());
                // Between days an office runs from midnight to midnight, and so do its pauses.
                let begun = |us: i64| if us != Pause::OPEN { zone.midnight(zone.day(us)) } else { us };
                match by_day {
                    false => paused(spans, from, to, clock),
                    true => {
                        let spans = spans.iter().map(|span| Pause { from: begun(span.from), to: begun(span.to) });
                        paused(&spans.collect::<Vec<_>>(), begun(from), begun(to), clock)
                    }
                }
            }
        };
        paused.unwrap_or(OUTSIDE)
    }

    /// Whether the waiting is taken out of the end that is compared with a due date.
    pub(super) fn waits(&self) -> bool {
        self.clocks.pausing == Some(Pausing::Subtract) && self.batch.pauses("paused").is_some()
    }

    /// The end that is compared with a row's due date: its own, or with the waiting taken out.
    pub(super) fn end(&self, row: usize, received: Option<i64>, end: i64, by_day: bool) -> i64 {
        let Some(pauses) = self.batch.pauses("paused").filter(|_| self.waits()) else { return end };
        if let Some(total) = pauses.total(row) {
            return end - total;
        }
        let received = received.filter(|at| *at != ABSENT).unwrap_or(i64::MIN);
        let clock = Clock::of_due(None, &self.clocks.zone, by_day);
        adjusted_finish(received, end, pauses.spans(row), clock).unwrap_or(end)
    }
}

/// Whether a row's clock never stood still.
pub(super) fn is_running(pauses: &Pauses, row: usize) -> bool {
    pauses.spans(row).is_empty() && pauses.total(row).is_none()
}

/// The due dates of a batch: as first promised, or as its pauses moved them where the study says so.
///
/// A dossier that still waits is not due yet; one whose pauses cannot be placed has no due date that can be known.
pub(super) fn deadlines(batch: &Batch<'_>, clocks: &Clocks, outside: &mut Outside) -> Option<Instants> {
    let due = promised(batch)?;
    let mode = clocks.pausing.filter(|mode| *mode != Pausing::Subtract);
    let (Some(mode), Some(pauses), Some(received)) = (mode, batch.pauses("paused"), batch.instants("received_at"))
    else {
        return Some(due);
    };
    let finished = batch.instants("finished_at");
    let moved = |row: usize| {
        let (due_at, received_at) = (due.us[row], received.us[row]);
        if due_at == ABSENT || received_at == ABSENT {
            return ABSENT;
        }
        let end = finished.map(|finished| finished.us[row]).filter(|at| *at != ABSENT);
        moved(mode, (received_at, due_at, end), pauses, row, clocks, due.is_day(row)).unwrap_or_else(|| {
            outside.day(clocks.zone.day(due_at));
            ABSENT
        })
    };
    let us = (0..due.us.len()).map(moved).collect();
    Some(Instants { us, days: due.days })
}

fn moved(
    mode: Pausing,
    (received, due, finished): (i64, i64, Option<i64>),
    pauses: &Pauses,
    row: usize,
    clocks: &Clocks,
    by_day: bool,
) -> Option<i64> {
    if let Some(total) = pauses.total(row) {
        // Without its place a total can move a date only on a clock that never stands still.
        let known = mode == Pausing::Resume && clocks.calendar.is_none();
        return Some(if known { due.saturating_add(total) } else { ABSENT });
    }
    let clock = Clock::of_due(clocks.calendar.as_ref(), &clocks.zone, by_day);
    // A request that was never answered ends with the dossier: nobody waits any more.
    let ended = |pause: &Pause| match finished.filter(|_| pause.is_open()) {
        Some(end) => Pause { to: end.max(pause.from), ..*pause },
        None => *pause,
    };
    let spans: Vec<Pause> = pauses.spans(row).iter().map(ended).collect();
    match moved_due(mode, received, due, &spans, clock)? {
        Moved::To(at) => Some(at),
        Moved::Waiting => Some(ABSENT),
    }
}

/// The due dates of a batch as first promised.
pub(super) fn promised(batch: &Batch<'_>) -> Option<Instants> {
    Some(first_promised(batch.instants("due_at")?, batch.instants("original_due_at")))
}

/// The due date first promised, where it was moved; each row known as exactly as the date it comes from.
fn first_promised(due: &Instants, original: Option<&Instants>) -> Instants {
    let Some(original) = original else { return due.clone() };
    let from = |row: usize| if original.us[row] == ABSENT { due } else { original };
    let rows = 0..due.us.len();
    let us = rows.clone().map(|row| from(row).us[row]).collect();
    let days = match (&due.days, &original.days) {
        (Days::Rows(_), _) | (_, Days::Rows(_)) => None,
        (due, original) => (due == original).then(|| due.clone()),
    };
    // Two columns that are both of days, or both of moments, are so together.
    Instants { us, days: days.unwrap_or_else(|| Days::Rows(rows.map(|row| from(row).is_day(row)).collect())) }
}
