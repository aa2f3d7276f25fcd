//! Measures of the rows in a window, computed column by column.

use super::Measure;
use super::answers::{self, Answers, OUTSIDE, Verdict};
use super::clocks::{Clocks, Outside};
use super::place::{Anchor, Placed, Placement, Slot};
use super::rows::{Rows, absent, run, seconds};
use super::state::{RETURNED, WITHOUT_RESULT};
use crate::calendar::BusinessClock;
use crate::error::Result;
use crate::ingest::{ABSENT, Batch, Instants};
use polars_arrow::bitmap::Bitmap;
use std::cell::RefCell;
use std::rc::Rc;

const DAY: i64 = 86_400;

/// Accepted dossiers, to be measured over the windows of one design.
#[derive(Debug)]
pub struct Cases<'a> {
    pub(super) rows: &'a Rows<'a>,
    pub(super) batch: &'a Batch<'a>,
    pub(super) clocks: &'a Clocks,
    slots: &'a [Slot],
    cutoffs: Vec<Cutoff>,
    outside: RefCell<Outside>,
}

/// The cut-off of a window.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cutoff {
    /// The first instant that is not known.
    pub(super) at: i64,
    /// Its local day.
    pub(super) day: i64,
    /// The office's clock then.
    pub(super) position: i64,
}

impl<'a> Cases<'a> {
    /// The rows of a batch over the given windows.
    pub fn new(rows: &'a Rows<'a>, slots: &'a [Slot]) -> Self {
        let (batch, clocks) = (rows.batch, rows.clocks);
        let clock = clocks.calendar.as_ref().map(|calendar| calendar.clock());
        let position = |clock: &BusinessClock, at| clock.position(at).unwrap_or(OUTSIDE);
        let cutoff = |slot: &Slot| Cutoff {
            at: slot.cutoff,
            day: clocks.zone.day(slot.cutoff),
            position: clock.map_or(ABSENT, |clock| position(clock, slot.cutoff)),
        };
        let cutoffs = slots.iter().map(cutoff).collect();
        Self { rows, batch, clocks, slots, cutoffs, outside: RefCell::new(rows.outside().clone()) }
    }

    /// The years met so far that the calendar does not cover.
    pub fn outside(&self) -> Outside {
        self.outside.borrow().clone()
    }

    /// The rows an anchor places in a window.
    ///
    /// # Errors
    ///
    /// None that is known: a column that the log has not places nothing.
    pub fn placed(&self, anchor: Anchor) -> Result<Placement> {
        let (milestone, slots) = (anchor.milestone(), self.slots);
        let Some(instants) = self.rows.milestone(milestone) else { return Ok(Placement::Listed(Placed::default())) };
        if let Some(until) = anchor.until() {
            let until = self.rows.milestone(until);
            let placed = until.map(|until| Placed::under_way(instants, until, slots, anchor));
            return Ok(Placement::Listed(placed.unwrap_or_default()));
        }
        Ok(match anchor {
            Anchor::Mix => Placement::Listed(Placed::mix(instants, slots)),
            Anchor::Year | Anchor::BeforeYear => {
                Placement::Listed(Placed::by_year(instants, slots, anchor == Anchor::BeforeYear))
            }
            _ => Placement::by_day(&self.rows.days(milestone)?, self.rows.span_of_days(milestone)?, slots),
        })
    }

    /// The rows an anchor cannot place because an expected date is absent, by when they were received.
    ///
    /// # Errors
    ///
    /// None that is known.
    pub fn undated(&self, anchor: Anchor) -> Result<Placed> {
        let (own, received) = (self.rows.milestone(anchor.milestone()), self.rows.milestone("received_at"));
        let Some((own, _)) = own.zip(received).filter(|_| anchor.is_expected()) else { return Ok(Placed::default()) };
        Ok(Placed::undated(own, &self.rows.days("received_at")?, self.slots))
    }

    /// The week of its window in which each row is placed, counted from the window's first day.
    ///
    /// # Errors
    ///
    /// None that is known.
    pub fn weeks(&self, anchor: Anchor, placed: &Placed) -> Result<Vec<u16>> {
        if self.rows.milestone(anchor.milestone()).is_none() {
            return Ok(vec![0; placed.rows.len()]);
        }
        let days = self.rows.days(anchor.milestone())?;
        Ok(placed.iter().map(|(row, slot)| self.slot(slot).week(days[row])).collect())
    }

    /// Whether each row's horizon had passed by its cut-off: `known within H`.
    ///
    /// # Errors
    ///
    /// None that is known.
    pub fn matured(&self, anchor: Anchor, placed: &Placed) -> Result<Bitmap> {
        if self.rows.milestone(anchor.milestone()).is_none() {
            return Ok(Bitmap::new_zeroed(placed.rows.len()));
        }
        let (days, last) = (self.rows.days(anchor.milestone())?, self.rows.horizons(anchor.milestone())?);
        Ok(placed.marks(|row, slot| {
            let last = last[row];
            if last == OUTSIDE {
                self.note(days[row]);
            }
            last > OUTSIDE && last < self.slot(slot).cutoff_day
        }))
    }

    /// What a measure says of the placed rows.
    ///
    /// # Errors
    ///
    /// The log has no such column; the plan asks only for columns it has.
    pub fn answers(&self, measure: &Measure, placed: &Placed) -> Result<Answers> {
        let optional = |numbers: Vec<Option<i64>>| {
            answers::read(numbers.into_iter().map(|number| number.unwrap_or(ABSENT)).collect())
        };
        Ok(match measure {
            Measure::Later(from, to, seconds) => answers::verdicts(&self.later(from, to, *seconds, placed)?),
            Measure::Reached(milestone) => self.reached(milestone, placed)?,
            Measure::Told(milestone) if self.rows.milestone(milestone).is_none() => {
                answers::known(Bitmap::new_zeroed(placed.rows.len()))
            }
            Measure::Told(milestone) => self.reached(milestone, placed)?,
            Measure::Withdrawn => self.ended(&WITHOUT_RESULT, placed)?,
            Measure::Returned => self.ended(&RETURNED, placed)?,
            Measure::State(counting) => answers::numbers(self.states(*counting, placed)?),
            Measure::AsOf(column) => optional(self.in_every_catalogue(column, placed)),
            Measure::Aged(milestone, days) => answers::flags(&self.aged(milestone, *days, placed)?),
            Measure::Waiting => self.waiting(placed)?,
            Measure::Raw(column, beside) => Answers::Own(self.raw(column, beside.as_deref(), placed)?),
            Measure::Cost(part, facts) => optional(self.costs(*part, *facts, placed)?),
            Measure::Times(job, facts) => optional(self.times(*job, *facts, placed)?),
            // Without the names of the other rows, which are hashed where all are asked for.
            Measure::Key(column) => {
                let codes = self.rows.codes(column)?;
                answers::numbers(self.rows.keys(placed.rows.iter().map(|row| codes[*row as usize]))?)
            }
            _ => {
                let answers = self.rows.answers(measure)?.taken(&placed.rows)?;
                self.note_beyond(measure, placed);
                answers
            }
        })
    }

    /// Notes the years of placed rows that do not know a measure because the calendar does not reach.
    pub fn note_beyond(&self, measure: &Measure, placed: &Placed) {
        let Some(own) = self.rows.beyond(measure) else { return };
        let rows = placed.rows.iter().map(|row| *row as usize);
        rows.filter(|row| own[*row] == OUTSIDE).for_each(|row| self.note_pair(measure, row));
    }

    /// Whether more office seconds pass between two milestones; where the second is not reached by the cut-off, and
    /// they have not passed yet, nobody knows.
    fn later(&self, from: &str, to: &str, seconds: i64, placed: &Placed) -> Result<Vec<Verdict>> {
        let (start, stop) = (self.instants(from)?, self.instants(to)?);
        // What was reached took as long in every window.
        let taken = self.rows.measured(&Measure::Working(from.to_owned(), to.to_owned()))?;
        let worked = self.worked(from)?;
        let later = placed.iter().map(|(row, slot)| {
            let (a, b) = (start.us[row], stop.us[row]);
            if a == ABSENT {
                return Verdict::UNKNOWN;
            }
            if b != ABSENT && b < self.cutoff(slot).at {
                if taken[row] == OUTSIDE {
                    self.note_span(row, from, to);
                }
                return if taken[row] > OUTSIDE { Verdict::from(taken[row] > seconds) } else { Verdict::UNKNOWN };
            }
            // Longer than that already, or nobody knows.
            let so_far = worked.until(self, row, slot, start.is_day(row));
            if so_far > seconds { Verdict::from(true) } else { Verdict::UNKNOWN }
        });
        Ok(later.collect())
    }

    /// Whether a milestone was reached by the cut-off.
    fn reached(&self, milestone: &str, placed: &Placed) -> Result<Answers> {
        let us = &self.instants(milestone)?.us;
        Ok(answers::known(placed.marks(|row, slot| us[row] != ABSENT && us[row] < self.slot(slot).cutoff)))
    }

    /// Whether so many days had passed since a milestone by the cut-off.
    fn aged(&self, milestone: &str, days: i64, placed: &Placed) -> Result<Vec<i64>> {
        let own = self.rows.days(milestone)?;
        let aged = |(row, slot): (usize, u8)| match own[row] {
            ABSENT => ABSENT,
            day => i64::from(day + days < self.slot(slot).cutoff_day),
        };
        Ok(placed.iter().map(aged).collect())
    }

    /// Whether the office waited for the applicant at the cut-off; what was waited for before reception is over then.
    fn waiting(&self, placed: &Placed) -> Result<Answers> {
        let pauses = self.batch.pauses("paused").ok_or_else(|| absent("paused"))?;
        let waits =
            |row: usize, cutoff: i64| pauses.spans(row).iter().any(|span| span.from < cutoff && span.to > cutoff);
        Ok(answers::known(placed.marks(|row, slot| waits(row, self.slot(slot).cutoff))))
    }

    pub(super) fn numbers(&self, column: &str) -> Result<&[i64]> {
        self.rows.numbers(column)
    }

    pub(super) fn counted(&self, column: &str, placed: &Placed) -> Result<Vec<Option<i64>>> {
        let numbers = self.numbers(column)?;
        Ok(placed.rows.iter().map(|row| Some(numbers[*row as usize]).filter(|number| *number != ABSENT)).collect())
    }

    pub(super) fn day(&self, at: i64) -> i64 {
        self.clocks.zone.day(at)
    }

    /// Notes the year of a day that the calendar does not cover.
    pub(super) fn note(&self, day: i64) {
        self.outside.borrow_mut().day(day);
    }

    /// Notes the years of a row's milestones that keep a measure from being known: those beyond the calendar, or if
    /// there is none of them, because a pause is, all.
    fn note_pair(&self, measure: &Measure, row: usize) {
        self.note_days(measure.milestones().filter_map(|name| Some(self.rows.days(name).ok()?[row])).collect());
    }

    /// The same of a span.
    pub(super) fn note_span(&self, row: usize, from: &str, to: &str) {
        self.note_days([from, to].iter().filter_map(|name| Some(self.rows.days(name).ok()?[row])).collect());
    }

    fn note_days(&self, days: Vec<i64>) {
        let is_beyond = |day: &&i64| self.clocks.horizon_end(**day).is_none();
        let beyond: Vec<&i64> = days.iter().filter(|day| **day != ABSENT).filter(is_beyond).collect();
        match beyond.is_empty() {
            true => days.iter().for_each(|day| self.note(*day)),
            false => beyond.into_iter().for_each(|day| self.note(*day)),
        }
    }

    /// Which placed rows had one of these outcomes before their cut-off.
    fn ended(&self, outcomes: &'static [&'static str], placed: &Placed) -> Result<Answers> {
        let ended = self.rows.ended(outcomes)?;
        if placed.is_whole(self.batch.len()) {
            // Few rows end so, and only those are asked.
            let mut words = vec![0u64; placed.rows.len().div_ceil(64)];
            for row in self.rows.ended_so(outcomes)?.iter().map(|row| *row as usize) {
                words[row / 64] |= u64::from(ended[row] < self.cutoff(placed.slots[row]).at) << (row % 64);
            }
            return Ok(answers::known(answers::bitmap(words.into_iter(), placed.rows.len())));
        }
        Ok(answers::known(placed.marks(|row, slot| ended[row] < self.slot(slot).cutoff)))
    }

    /// Office seconds between two instants, not below zero; between days from midnight to midnight. Years beyond the
    /// calendar are noted.
    pub(super) fn office_time(&self, (from, to): (i64, i64), by_day: bool) -> i64 {
        let Some(calendar) = &self.clocks.calendar else { return ABSENT };
        let position = |at: i64| {
            let own = match by_day {
                true => self.clocks.at_midnight(self.day(at)),
                false => calendar.clock().position(at).unwrap_or(OUTSIDE),
            };
            if own == OUTSIDE {
                self.note(self.day(at));
            }
            own
        };
        run(position(from), position(to))
    }

    pub(super) fn slots(&self) -> &[Slot] {
        self.slots
    }

    pub(super) fn slot(&self, slot: u8) -> &Slot {
        &self.slots[usize::from(slot)]
    }

    pub(super) fn cutoff(&self, slot: u8) -> Cutoff {
        self.cutoffs[usize::from(slot)]
    }

    pub(super) fn instants(&self, name: &str) -> Result<&Instants> {
        self.rows.instants(name)
    }

    /// The office's clock from a milestone to a cut-off.
    pub(super) fn worked(&self, from: &str) -> Result<Worked> {
        Ok(Worked { start: self.rows.positions(from)?, days: self.rows.days(from)? })
    }
}

/// The office's clock at a milestone.
pub(super) struct Worked {
    start: Rc<Vec<i64>>,
    days: Rc<Vec<i64>>,
}

impl Worked {
    /// Office seconds of a row, not below zero, to a window's cut-off; between days those from midnight to midnight.
    /// Years beyond the calendar are noted.
    pub(super) fn until(&self, cases: &Cases<'_>, row: usize, slot: u8, by_day: bool) -> i64 {
        let (day, cutoff) = (self.days[row], cases.cutoff(slot));
        let (from, to) = match by_day {
            true => (cases.clocks.at_midnight(day), cases.clocks.at_midnight(cutoff.day)),
            false => (self.start[row], cutoff.position),
        };
        for (position, day) in [(from, day), (to, cutoff.day)] {
            if position == OUTSIDE {
                cases.note(day);
            }
        }
        run(from, to)
    }
}

/// Seconds on the applicant's clock to a window's cut-off or a milestone; between days those of whole ones.
pub(super) fn waited((from, to): (i64, i64), days: impl FnOnce() -> (i64, i64), by_day: bool) -> i64 {
    if !by_day {
        return seconds(from, to);
    }
    let (first, last) = days();
    ((last - first) * DAY).max(0)
}
