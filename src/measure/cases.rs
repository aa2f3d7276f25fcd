//! Measures of the rows in a window, computed column by column.

use super::clocks::{Clocks, Outside};
use super::place::{Anchor, Placed, Slot};
use super::waiting::{deadlines, promised};
use super::{DEADLINE, Measure, PROMISED};
use crate::calendar::BusinessClock;
use crate::error::{Error, Result};
use crate::ingest::{ABSENT, Batch, Instants, NO_NAME};
use polars::prelude::*;
use std::cell::{OnceCell, RefCell};

const DAY: i64 = 86_400;
const MICROS: i64 = 1_000_000;

/// Accepted dossiers with the clocks that measure them.
#[derive(Debug)]
pub struct Cases<'a> {
    pub(super) batch: &'a Batch<'a>,
    pub(super) clocks: &'a Clocks,
    slots: &'a [Slot],
    deadlines: Option<Instants>,
    promised: OnceCell<Option<Instants>>,
    outside: RefCell<Outside>,
}

impl<'a> Cases<'a> {
    /// The dossiers of a batch, to be measured over the given windows.
    pub fn measure(batch: &'a Batch<'a>, clocks: &'a Clocks, slots: &'a [Slot]) -> Self {
        let mut outside = Outside::default();
        let deadlines = deadlines(batch, clocks, &mut outside);
        Self { batch, clocks, slots, deadlines, promised: OnceCell::new(), outside: RefCell::new(outside) }
    }

    /// The years met so far that the calendar does not cover.
    pub fn outside(&self) -> Outside {
        self.outside.borrow().clone()
    }

    /// The rows an anchor places in a window.
    pub fn placed(&self, anchor: Anchor) -> Placed {
        if anchor == Anchor::Mix {
            return self.milestone("received_at").map(|at| Placed::mix(at, self.slots)).unwrap_or_default();
        }
        let instants = self.milestone(anchor.milestone());
        if let Some(until) = anchor.until() {
            let span = instants.zip(self.milestone(until));
            return span.map(|(from, to)| Placed::under_way(from, to, self.slots, anchor)).unwrap_or_default();
        }
        if matches!(anchor, Anchor::Year | Anchor::BeforeYear) {
            let before = anchor == Anchor::BeforeYear;
            return instants.map(|received| Placed::by_year(received, self.slots, before)).unwrap_or_default();
        }
        instants.map(|instants| Placed::new(instants, self.slots)).unwrap_or_default()
    }

    /// The rows an anchor cannot place because an expected date is absent, by when they were received.
    pub fn undated(&self, anchor: Anchor) -> Placed {
        if !anchor.is_expected() {
            return Placed::default();
        }
        match (self.milestone(anchor.milestone()), self.milestone("received_at")) {
            (Some(own), Some(received)) => Placed::undated(own, received, self.slots),
            _ => Placed::default(),
        }
    }

    /// The week of its window in which each row is placed, counted from the window's first day.
    pub fn weeks(&self, anchor: Anchor, placed: &Placed) -> Vec<u16> {
        let Some(instants) = self.milestone(anchor.milestone()) else { return vec![0; placed.rows.len()] };
        let rows = placed.rows.iter().zip(&placed.slots);
        rows.map(|(row, slot)| self.slot(*slot).week(self.day(instants.us[*row as usize]))).collect()
    }

    /// Whether each row's horizon had passed by its cut-off: `known within H`.
    pub fn matured(&self, anchor: Anchor, placed: &Placed) -> Vec<bool> {
        let Some(instants) = self.milestone(anchor.milestone()) else { return vec![false; placed.rows.len()] };
        let rows = placed.rows.iter().zip(&placed.slots);
        let matured = rows.map(|(row, slot)| {
            let last = self.horizon_end(instants.us[*row as usize]);
            last.is_some_and(|last| last < self.slot(*slot).cutoff_day)
        });
        matured.collect()
    }

    /// One measure of the placed rows, as a column with its name.
    ///
    /// # Errors
    ///
    /// The log has no such column; the plan asks only for columns it has.
    pub fn column(&self, measure: &Measure, placed: &Placed) -> Result<Column> {
        let name = PlSmallStr::from(measure.column());
        let numbers = |numbers: Vec<Option<i64>>| {
            Ok(Int64Chunked::from_iter_options(name.clone(), numbers.into_iter()).into_column())
        };
        let flags = |flags: Vec<Option<bool>>| {
            Ok(BooleanChunked::from_iter_options(name.clone(), flags.into_iter()).into_column())
        };
        match measure {
            Measure::Elapsed(from, to) => {
                numbers(self.pairs(from, to, placed, |_, a, b, by_day| Some(self.elapsed(a, b, by_day)))?)
            }
            Measure::Moments(from, to) => {
                let known = |_, a, b, by_day: bool| (!by_day).then(|| self.elapsed(a, b, false));
                numbers(self.pairs(from, to, placed, known)?)
            }
            Measure::Working(from, to) if to == PROMISED => numbers(self.limits(from, placed)?),
            Measure::Working(from, to) => {
                numbers(self.pairs(from, to, placed, |_, a, b, by_day| self.worked(a, b, by_day))?)
            }
            Measure::NetElapsed(from, to) | Measure::NetWorking(from, to) => {
                let working = matches!(measure, Measure::NetWorking(..));
                numbers(self.pairs(from, to, placed, |row, a, b, by_day| self.net(row, (a, b), by_day, working))?)
            }
            Measure::By(first, second) => flags(self.by(first, second, placed)?),
            Measure::DayBefore(first, second) => {
                flags(self.pairs(first, second, placed, |_, a, b, _| Some(self.day(a) < self.day(b)))?)
            }
            Measure::Within(from, to) => {
                let within = |_, a, b, _| self.horizon_end(a).map(|last| self.day(b) <= last);
                flags(self.pairs(from, to, placed, within)?)
            }
            Measure::Later(from, to, seconds) => flags(self.later(from, to, *seconds, placed)?),
            Measure::Reached(milestone) => flags(self.reached(milestone, placed)?),
            Measure::Told(milestone) if self.milestone(milestone).is_none() => {
                flags(vec![Some(false); placed.rows.len()])
            }
            Measure::Told(milestone) => flags(self.reached(milestone, placed)?),
            Measure::Withdrawn => flags(self.withdrawn(placed).into_iter().map(Some).collect()),
            Measure::Returned => flags(self.ended_as(&["returned"], placed).into_iter().map(Some).collect()),
            Measure::State(counting) => {
                numbers(self.states(*counting, placed)?.into_iter().map(|state| Some(state.code())).collect())
            }
            Measure::AsOf(column) => numbers(self.in_every_catalogue(column, placed)),
            Measure::Asked(column) => flags(self.asked(column, placed)),
            Measure::Either(first, other) => {
                let names = self.either([first, other], placed);
                Ok(StringChunked::from_iter_options(name.clone(), names).into_column())
            }
            Measure::Allowed => numbers(self.allowed(placed)?),
            Measure::Aged(milestone, days) => flags(self.aged(milestone, *days, placed)?),
            Measure::Number(column) => numbers(self.counted(column, placed)?),
            Measure::Flag(column) => {
                let counted = self.counted(column, placed)?.into_iter();
                flags(counted.map(|number| number.map(|number| number != 0)).collect())
            }
            Measure::Present(column) => flags(self.present(column, placed)?.into_iter().map(Some).collect()),
            Measure::Key(column) => numbers(self.keys(column, placed)?),
            Measure::KeyOfDay(column, milestone) => numbers(self.keys_of_day(column, milestone, placed)?),
            Measure::Name(column) => self.names(column, name, placed),
            Measure::Raw(column, beside) => self.raw(column, beside.as_deref(), name, placed),
            Measure::Cost(part, facts) => numbers(self.costs(*part, *facts, placed)?),
        }
    }

    fn pairs<T>(
        &self,
        from: &str,
        to: &str,
        placed: &Placed,
        answer: impl Fn(usize, i64, i64, bool) -> Option<T>,
    ) -> Result<Vec<Option<T>>> {
        let (from, to) = (self.instants(from)?, self.instants(to)?);
        let pair = |row: &u32| {
            let row = *row as usize;
            let (a, b) = (from.us[row], to.us[row]);
            if a == ABSENT || b == ABSENT { None } else { answer(row, a, b, from.is_day(row) || to.is_day(row)) }
        };
        Ok(placed.rows.iter().map(pair).collect())
    }

    /// Office seconds until the due date first promised; one without a time ends at 24:00.
    ///
    /// In whole days where the time used is: of a dossier whose reception or finish is known by the day.
    pub(super) fn limits(&self, from: &str, placed: &Placed) -> Result<Vec<Option<i64>>> {
        let (start, due) = (self.instants(from)?, self.instants(PROMISED)?);
        let finished = self.milestone("finished_at");
        self.pairs(from, PROMISED, placed, |row, a, b, _| {
            let by_day = start.is_day(row) || finished.is_some_and(|finished| finished.is_day(row));
            match due.is_day(row) && !by_day {
                true => self.worked(a, self.clocks.zone.midnight(self.day(b) + 1), false),
                false => self.worked(a, b, by_day),
            }
        })
    }

    /// Whether the first milestone is at or before the second, by the coarser precision.
    fn by(&self, first: &str, second: &str, placed: &Placed) -> Result<Vec<Option<bool>>> {
        let received = self.milestone("received_at");
        self.pairs(first, second, placed, |row, a, b, by_day| {
            let received = received.map(|received| received.us[row]);
            let a = if second == DEADLINE { self.end(row, received, a, by_day) } else { a };
            Some(if by_day { self.day(a) <= self.day(b) } else { a <= b })
        })
    }

    /// Whether more office seconds pass between two milestones; where the second is not reached by the cut-off, and
    /// they have not passed yet, nobody knows.
    fn later(&self, from: &str, to: &str, seconds: i64, placed: &Placed) -> Result<Vec<Option<bool>>> {
        let (start, stop) = (self.instants(from)?, self.instants(to)?);
        let rows = placed.rows.iter().zip(&placed.slots);
        let later = rows.map(|(row, slot)| {
            let row = *row as usize;
            let (a, b, cutoff) = (start.us[row], stop.us[row], self.slot(*slot).cutoff);
            let reached = b != ABSENT && b < cutoff;
            if a == ABSENT {
                return None;
            }
            let by_day = start.is_day(row) || (reached && stop.is_day(row));
            let later = self.worked(a, if reached { b } else { cutoff }, by_day)? > seconds;
            (reached || later).then_some(later)
        });
        Ok(later.collect())
    }

    /// Whether a milestone was reached by the cut-off.
    fn reached(&self, milestone: &str, placed: &Placed) -> Result<Vec<Option<bool>>> {
        let instants = self.instants(milestone)?;
        let rows = placed.rows.iter().zip(&placed.slots);
        let reached = |(row, slot): (&u32, &u8)| {
            let at = instants.us[*row as usize];
            Some(at != ABSENT && at < self.slot(*slot).cutoff)
        };
        Ok(rows.map(reached).collect())
    }

    /// Whether so many days had passed since a milestone by the cut-off.
    fn aged(&self, milestone: &str, days: i64, placed: &Placed) -> Result<Vec<Option<bool>>> {
        let instants = self.instants(milestone)?;
        let rows = placed.rows.iter().zip(&placed.slots);
        let aged = |(row, slot): (&u32, &u8)| {
            let at = Some(instants.us[*row as usize]).filter(|at| *at != ABSENT)?;
            Some(self.day(at) + days < self.slot(*slot).cutoff_day)
        };
        Ok(rows.map(aged).collect())
    }

    pub(super) fn counted(&self, column: &str, placed: &Placed) -> Result<Vec<Option<i64>>> {
        let numbers = self.batch.numbers(column).ok_or_else(|| absent(column))?;
        Ok(placed.rows.iter().map(|row| Some(numbers[*row as usize]).filter(|number| *number != ABSENT)).collect())
    }

    /// Whether a column of any kind holds anything.
    fn present(&self, column: &str, placed: &Placed) -> Result<Vec<bool>> {
        let rows = placed.rows.iter().map(|row| *row as usize);
        if let Some(instants) = self.milestone(column) {
            return Ok(rows.map(|row| instants.us[row] != ABSENT).collect());
        }
        if let Some(numbers) = self.batch.numbers(column) {
            return Ok(rows.map(|row| numbers[row] != ABSENT).collect());
        }
        let codes = self.codes(column)?;
        Ok(rows.map(|row| codes[row] != NO_NAME).collect())
    }

    /// Seconds on the applicant's clock, not below zero.
    pub(super) fn elapsed(&self, from: i64, to: i64, by_day: bool) -> i64 {
        let seconds = if by_day { (self.day(to) - self.day(from)) * DAY } else { (to - from).div_euclid(MICROS) };
        seconds.max(0)
    }

    /// Office seconds, not below zero; between days those from the first's midnight to the second's.
    pub(super) fn worked(&self, from: i64, to: i64, by_day: bool) -> Option<i64> {
        let clock = self.clocks.calendar.as_ref()?.clock();
        let at = |instant| if by_day { self.clocks.zone.midnight(self.day(instant)) } else { instant };
        let (from, to) = (self.position(clock, at(from)), self.position(clock, at(to)));
        Some((to? - from?).max(0))
    }

    /// Seconds of one of the clocks without the pauses, not below zero.
    pub(super) fn net(&self, row: usize, (from, to): (i64, i64), by_day: bool, working: bool) -> Option<i64> {
        let gross = if working { self.worked(from, to, by_day)? } else { self.elapsed(from, to, by_day) };
        Some((gross - self.paused(row, (from, to), by_day, working)?).max(0))
    }

    /// An answer of the office's clock; without one the years of the instants are noted.
    pub(super) fn noted(&self, answer: Option<i64>, instants: &[i64]) -> Option<i64> {
        if answer.is_none() {
            instants.iter().for_each(|at| self.outside.borrow_mut().day(self.day(*at)));
        }
        answer
    }

    fn position(&self, clock: &BusinessClock, at: i64) -> Option<i64> {
        let position = clock.position(at);
        if position.is_none() {
            self.outside.borrow_mut().day(self.day(at));
        }
        position
    }

    fn horizon_end(&self, at: i64) -> Option<i64> {
        let day = self.day(at);
        if !self.clocks.covers(day) {
            self.outside.borrow_mut().day(day);
        }
        self.clocks.horizon_day(day)
    }

    pub(super) fn day(&self, at: i64) -> i64 {
        self.clocks.zone.day(at)
    }

    /// Which placed rows were withdrawn or returned before their cut-off.
    pub(super) fn withdrawn(&self, placed: &Placed) -> Vec<bool> {
        self.ended_as(&["withdrawn", "returned"], placed)
    }

    /// Which placed rows had one of these outcomes before their cut-off.
    fn ended_as(&self, outcomes: &[&str], placed: &Placed) -> Vec<bool> {
        let ends: Vec<u32> = outcomes.iter().filter_map(|name| self.batch.lexicon.find(name)).collect();
        let (Some(outcomes), Some(finished)) = (self.batch.codes("outcome"), self.milestone("finished_at")) else {
            return vec![false; placed.rows.len()];
        };
        let rows = placed.rows.iter().zip(&placed.slots);
        let ended = rows.map(|(row, slot)| {
            let (code, at) = (outcomes[*row as usize], finished.us[*row as usize]);
            let known = at != ABSENT && at < self.slot(*slot).cutoff;
            known && ends.contains(&code)
        });
        ended.collect()
    }

    fn names(&self, column: &str, name: PlSmallStr, placed: &Placed) -> Result<Column> {
        let codes = self.codes(column)?;
        let names = placed.rows.iter().map(|row| self.batch.lexicon.name(codes[*row as usize]));
        Ok(StringChunked::from_iter_options(name, names).into_column())
    }

    pub(super) fn codes(&self, column: &str) -> Result<&[u32]> {
        self.batch.codes(column).ok_or_else(|| absent(column))
    }

    pub(super) fn slot(&self, slot: u8) -> &Slot {
        &self.slots[usize::from(slot)]
    }

    /// Whether the office is open on a day; `None`, and the year noted, where the calendar does not cover it.
    pub(super) fn open_day(&self, day: i64) -> Option<bool> {
        let open = self.clocks.is_open(day);
        if open.is_none() {
            self.outside.borrow_mut().day(day);
        }
        open
    }

    fn milestone(&self, name: &str) -> Option<&Instants> {
        match name {
            DEADLINE => self.deadlines.as_ref(),
            // Without a mode no pause moves anything.
            PROMISED if self.clocks.pausing.is_none() => self.deadlines.as_ref(),
            PROMISED => self.promised.get_or_init(|| promised(self.batch)).as_ref(),
            _ => self.batch.instants(name),
        }
    }

    pub(super) fn instants(&self, name: &str) -> Result<&Instants> {
        self.milestone(name).ok_or_else(|| absent(name))
    }
}

fn absent(column: &str) -> Error {
    Error::broken("measuring", format!("no column `{column}`"))
}
