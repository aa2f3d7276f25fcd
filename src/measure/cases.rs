//! Measures of the rows in a window, computed column by column.

use super::clocks::{Clocks, Outside};
use super::place::{Anchor, Placed, Slot};
use super::waiting::deadlines;
use super::{DEADLINE, Measure};
use crate::calendar::BusinessClock;
use crate::error::{Error, Result};
use crate::ingest::{ABSENT, Batch, Instants, NO_NAME};
use polars::prelude::*;
use std::cell::RefCell;

const DAY: i64 = 86_400;
const MICROS: i64 = 1_000_000;

/// Accepted dossiers with the clocks that measure them.
#[derive(Debug)]
pub struct Cases<'a> {
    pub(super) batch: &'a Batch<'a>,
    pub(super) clocks: &'a Clocks,
    slots: &'a [Slot],
    deadlines: Option<Instants>,
    outside: RefCell<Outside>,
}

/// How long a dossier was followed, and what ended it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spell {
    /// Seconds from the first milestone.
    pub seconds: u64,
    /// 0 still open at the cut-off, 1 finished, 2 withdrawn or returned.
    pub end: u8,
}

impl<'a> Cases<'a> {
    /// The dossiers of a batch, to be measured over the given windows.
    pub fn measure(batch: &'a Batch<'a>, clocks: &'a Clocks, slots: &'a [Slot]) -> Self {
        let mut outside = Outside::default();
        let deadlines = deadlines(batch, clocks, &mut outside);
        Self { batch, clocks, slots, deadlines, outside: RefCell::new(outside) }
    }

    /// The years met so far that the calendar does not cover.
    pub fn outside(&self) -> Outside {
        self.outside.borrow().clone()
    }

    /// The rows an anchor places in a window.
    pub fn placed(&self, anchor: Anchor) -> Placed {
        let instants = self.milestone(anchor.milestone());
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

    /// Whether each row's horizon had passed by its cut-off: `known within H`.
    pub fn matured(&self, anchor: Anchor, placed: &Placed) -> Vec<bool> {
        let Some(instants) = self.milestone(anchor.milestone()) else { return vec![false; placed.rows.len()] };
        let rows = placed.rows.iter().zip(&placed.slots);
        let matured = rows.map(|(row, slot)| {
            let last = self.horizon_end(instants.us[*row as usize]);
            last.is_some_and(|last| last < self.slots[usize::from(*slot)].cutoff_day)
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
        match measure {
            Measure::Elapsed(from, to) => {
                let elapsed = self.pairs(from, to, placed, |_, a, b, by_day| Some(self.elapsed(a, b, by_day)))?;
                Ok(Int64Chunked::from_iter_options(name, elapsed.into_iter()).into_column())
            }
            Measure::Working(from, to) => {
                let worked = self.pairs(from, to, placed, |_, a, b, by_day| self.worked(a, b, by_day))?;
                Ok(Int64Chunked::from_iter_options(name, worked.into_iter()).into_column())
            }
            Measure::NetElapsed(from, to) | Measure::NetWorking(from, to) => {
                let working = matches!(measure, Measure::NetWorking(..));
                let net = self.pairs(from, to, placed, |row, a, b, by_day| self.net(row, (a, b), by_day, working))?;
                Ok(Int64Chunked::from_iter_options(name, net.into_iter()).into_column())
            }
            Measure::By(first, second) => {
                let received = self.milestone("received_at");
                let by = self.pairs(first, second, placed, |row, a, b, by_day| {
                    let received = received.map(|received| received.us[row]);
                    let a = if second == DEADLINE { self.end(row, received, a, by_day) } else { a };
                    Some(if by_day { self.day(a) <= self.day(b) } else { a <= b })
                })?;
                Ok(BooleanChunked::from_iter_options(name, by.into_iter()).into_column())
            }
            Measure::Within(from, to) => {
                let within = |_, a, b, _| self.horizon_end(a).map(|last| self.day(b) <= last);
                let within = self.pairs(from, to, placed, within)?;
                Ok(BooleanChunked::from_iter_options(name, within.into_iter()).into_column())
            }
            Measure::Withdrawn => {
                Ok(BooleanChunked::from_iter_options(name, self.withdrawn(placed).into_iter().map(Some)).into_column())
            }
            Measure::Name(column) => self.names(column, name, placed),
        }
    }

    /// How long each placed row was followed, censored at its window's cut-off; `None` without a first milestone.
    ///
    /// With `working` the seconds are office seconds.
    pub fn spells(&self, from: &str, to: &str, working: bool, placed: &Placed) -> Result<Vec<Option<Spell>>> {
        let (start, stop) = (self.instants(from)?, self.instants(to)?);
        let withdrawn = self.withdrawn(placed);
        let span = |a, b, by_day| if working { self.worked(a, b, by_day) } else { Some(self.elapsed(a, b, by_day)) };
        let rows = placed.rows.iter().zip(&placed.slots).zip(withdrawn);
        let spells = rows.map(|((row, slot), withdrawn)| {
            let row = *row as usize;
            let (a, b, by_day) = (start.us[row], stop.us[row], start.is_day(row) || stop.is_day(row));
            let cutoff = self.slots[usize::from(*slot)].cutoff;
            if a == ABSENT {
                return None;
            }
            let (until, end) = if b != ABSENT && b < cutoff { (b, 1 + u8::from(withdrawn)) } else { (cutoff, 0) };
            Some(Spell { seconds: span(a, until, by_day)?.unsigned_abs(), end })
        });
        Ok(spells.collect())
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

    /// Seconds on the applicant's clock, not below zero.
    fn elapsed(&self, from: i64, to: i64, by_day: bool) -> i64 {
        let seconds = if by_day { (self.day(to) - self.day(from)) * DAY } else { (to - from).div_euclid(MICROS) };
        seconds.max(0)
    }

    /// Office seconds, not below zero; between days those from the first's midnight to the second's.
    fn worked(&self, from: i64, to: i64, by_day: bool) -> Option<i64> {
        let clock = self.clocks.calendar.as_ref()?.clock();
        let at = |instant| if by_day { self.clocks.zone.midnight(self.day(instant)) } else { instant };
        let (from, to) = (self.position(clock, at(from)), self.position(clock, at(to)));
        Some((to? - from?).max(0))
    }

    /// Seconds of one of the clocks without the pauses, not below zero.
    fn net(&self, row: usize, (from, to): (i64, i64), by_day: bool, working: bool) -> Option<i64> {
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

    fn day(&self, at: i64) -> i64 {
        self.clocks.zone.day(at)
    }

    /// Which placed rows were withdrawn or returned before their cut-off.
    fn withdrawn(&self, placed: &Placed) -> Vec<bool> {
        let (Some(outcomes), Some(finished)) = (self.batch.codes("outcome"), self.milestone("finished_at")) else {
            return vec![false; placed.rows.len()];
        };
        let ends = ["withdrawn", "returned"].map(|name| self.batch.lexicon.find(name).unwrap_or(NO_NAME));
        let rows = placed.rows.iter().zip(&placed.slots);
        let withdrawn = rows.map(|(row, slot)| {
            let (code, at) = (outcomes[*row as usize], finished.us[*row as usize]);
            let known = at != ABSENT && at < self.slots[usize::from(*slot)].cutoff;
            known && code != NO_NAME && ends.contains(&code)
        });
        withdrawn.collect()
    }

    fn names(&self, column: &str, name: PlSmallStr, placed: &Placed) -> Result<Column> {
        let codes = self.batch.codes(column).ok_or_else(|| absent(column))?;
        let names = placed.rows.iter().map(|row| self.batch.lexicon.name(codes[*row as usize]));
        Ok(StringChunked::from_iter_options(name, names).into_column())
    }

    fn milestone(&self, name: &str) -> Option<&Instants> {
        if name == DEADLINE { self.deadlines.as_ref() } else { self.batch.instants(name) }
    }

    fn instants(&self, name: &str) -> Result<&Instants> {
        self.milestone(name).ok_or_else(|| absent(name))
    }
}

fn absent(column: &str) -> Error {
    Error::broken("measuring", format!("no column `{column}`"))
}
