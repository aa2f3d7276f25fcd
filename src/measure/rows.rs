//! What can be said of a row whatever window it falls into, measured once a batch and not once for each design.

use super::answers::{self, Answers, OUTSIDE, Verdict};
use super::clocks::{Clocks, FAR, Outside};
use super::waiting::{deadlines, is_running, promised};
use super::{DEADLINE, Measure, PROMISED};
use crate::error::{Error, Result};
use crate::ingest::{ABSENT, Batch, Days, Instants};
use polars::prelude::PlHashMap;
use polars_arrow::bitmap::Bitmap;
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

const MICROS: i64 = 1_000_000;

/// The rows of a batch with the clocks that measure them.
///
/// Columns of numbers are made when they are first asked for, and kept: [`ABSENT`] where nothing is known, one more where
/// the calendar does not reach.
#[derive(Debug)]
pub struct Rows<'a> {
    pub(super) batch: &'a Batch<'a>,
    pub(super) clocks: &'a Clocks,
    deadlines: Option<Instants>,
    promised: OnceCell<Option<Instants>>,
    columns: RefCell<PlHashMap<Own, Rc<Vec<i64>>>>,
    /// The first and the last local day of the milestones asked for so far.
    spans: RefCell<Vec<(String, (i64, i64))>>,
    /// By outcomes, the rows that ended as one of them at all.
    ended_so: RefCell<Vec<(Outcomes, Rc<Vec<u32>>)>>,
    /// Whether each row's clock ever stood still.
    stood: OnceCell<Vec<bool>>,
    /// The measures asked for so far that some rows do not know because the calendar does not reach.
    beyond: RefCell<Vec<(Measure, Rc<Vec<i64>>)>>,
    outside: Outside,
}

/// The names of some outcomes.
type Outcomes = &'static [&'static str];

/// A column of its own for each row.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Own {
    /// The local day of a milestone.
    Day(String),
    /// The office's clock at a milestone.
    Position(String),
    /// The last day of the horizon that begins with a milestone.
    Horizon(String),
    /// When a row ended as one of these, and [`FAR`] if it did not.
    Ended(Outcomes),
    /// Whether a supplement may have been asked for.
    Asked,
    /// A measure.
    Measure(Measure),
}

impl<'a> Rows<'a> {
    /// The rows of a batch.
    pub fn of(batch: &'a Batch<'a>, clocks: &'a Clocks) -> Self {
        let mut outside = Outside::default();
        let deadlines = deadlines(batch, clocks, &mut outside);
        Self {
            batch,
            clocks,
            deadlines,
            promised: OnceCell::new(),
            columns: RefCell::default(),
            spans: RefCell::default(),
            ended_so: RefCell::default(),
            stood: OnceCell::new(),
            beyond: RefCell::default(),
            outside,
        }
    }

    /// The years that due dates would move into and the calendar does not cover.
    pub(super) fn outside(&self) -> &Outside {
        &self.outside
    }

    pub(super) fn milestone(&self, name: &str) -> Option<&Instants> {
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

    /// The local days of a milestone.
    pub(super) fn days(&self, name: &str) -> Result<Rc<Vec<i64>>> {
        self.column(Own::Day(name.to_owned()), || {
            let us = &self.instants(name)?.us;
            let mut days = Vec::with_capacity(us.len());
            self.clocks.zone.days(us, &mut days);
            Ok(days)
        })
    }

    /// The first and the last of them; [`ABSENT`] is before all days.
    pub(super) fn span_of_days(&self, name: &str) -> Result<(i64, i64)> {
        made_once(&self.spans, &name.to_owned(), || {
            let days = self.days(name)?;
            Ok(days.iter().fold((i64::MAX, i64::MIN), |(first, last), day| (first.min(*day), last.max(*day))))
        })
    }

    /// The office's clock at a milestone.
    pub(super) fn positions(&self, name: &str) -> Result<Rc<Vec<i64>>> {
        self.column(Own::Position(name.to_owned()), || {
            let us = &self.instants(name)?.us;
            let Some(calendar) = &self.clocks.calendar else { return Ok(vec![ABSENT; us.len()]) };
            let clock = calendar.clock();
            let position = |at: &i64| if *at == ABSENT { ABSENT } else { clock.position(*at).unwrap_or(OUTSIDE) };
            Ok(us.iter().map(position).collect())
        })
    }

    /// The last days of the horizons that begin with a milestone; [`FAR`] beyond the calendar's end.
    pub(super) fn horizons(&self, name: &str) -> Result<Rc<Vec<i64>>> {
        self.column(Own::Horizon(name.to_owned()), || {
            let days = self.days(name)?;
            let horizon =
                |day: &i64| if *day == ABSENT { ABSENT } else { self.clocks.horizon_end(*day).unwrap_or(OUTSIDE) };
            Ok(days.iter().map(horizon).collect())
        })
    }

    /// When each row was finished if it ended as one of these, and else [`FAR`].
    pub(super) fn ended(&self, outcomes: Outcomes) -> Result<Rc<Vec<i64>>> {
        self.column(Own::Ended(outcomes), || {
            let ends: Vec<u32> = outcomes.iter().filter_map(|name| self.batch.lexicon.find(name)).collect();
            let known = self.batch.codes("outcome").zip(self.milestone("finished_at"));
            let Some((codes, finished)) = known else { return Ok(vec![FAR; self.batch.len()]) };
            let ended = |(code, at): (&u32, &i64)| if *at != ABSENT && ends.contains(code) { *at } else { FAR };
            Ok(codes.iter().zip(&finished.us).map(ended).collect())
        })
    }

    /// The rows that ended as one of these at all.
    pub(super) fn ended_so(&self, outcomes: Outcomes) -> Result<Rc<Vec<u32>>> {
        made_once(&self.ended_so, &outcomes, || {
            let ended = self.ended(outcomes)?;
            let rows = (0..).zip(ended.iter()).filter(|(_, at)| **at != FAR).map(|(row, _)| row);
            Ok(Rc::new(rows.collect()))
        })
    }

    /// Whether each row's clock stood still, or a supplement may have been asked for more than once.
    pub(super) fn asked(&self) -> Result<Rc<Vec<i64>>> {
        self.column(Own::Asked, || {
            let (requests, stood) = (self.batch.numbers("supplement_requests"), self.stood());
            let is_asked = |row: usize| requests.is_some_and(|requests| requests[row] > 1);
            let has_stood = |row: usize| stood.get(row).copied().unwrap_or_default();
            Ok((0..self.batch.len()).map(|row| i64::from(is_asked(row) | has_stood(row))).collect())
        })
    }

    /// Whether each row's clock ever stood still; nothing of a log that does not say so.
    pub(super) fn stood(&self) -> &[bool] {
        self.stood.get_or_init(|| {
            let pauses = self.batch.pauses("paused");
            pauses.map(|own| (0..self.batch.len()).map(|row| !is_running(own, row)).collect()).unwrap_or_default()
        })
    }

    /// What a measure that is the same in every window says of each row; see [`Measure::is_settled`].
    ///
    /// # Errors
    ///
    /// The log has no such column, or the measure depends on the window.
    pub fn answers(&self, measure: &Measure) -> Result<Answers> {
        Ok(match measure {
            Measure::Asked(column) => answers::flags(&self.is_asked(column)),
            Measure::Either(first, other) => answers::names(self.either([first, other])),
            Measure::Number(column) => answers::read(self.numbers(column)?.to_vec()),
            Measure::Flag(column) => match self.batch.flags(column) {
                Some(flags) => answers::said(flags),
                // What is joined stands as numbers.
                None => answers::flags(self.numbers(column)?),
            },
            Measure::Name(column) => answers::names(self.codes(column)?.to_vec()),
            Measure::Present(column) => answers::known(self.present(column)?),
            Measure::By(..) | Measure::DayBefore(..) | Measure::Within(..) => {
                let own = self.judged(measure)?;
                if own.contains(&Verdict::OUTSIDE) {
                    let mark = |own: &Verdict| if *own == Verdict::OUTSIDE { OUTSIDE } else { 0 };
                    self.remember(measure, &Rc::new(own.iter().map(mark).collect()));
                }
                answers::verdicts(&own)
            }
            _ => {
                let own = self.measured(measure)?;
                self.remember(measure, &own);
                answers::numbers(own.to_vec())
            }
        })
    }

    fn remember(&self, measure: &Measure, own: &Rc<Vec<i64>>) {
        let mut beyond = self.beyond.borrow_mut();
        if own.contains(&OUTSIDE) && beyond.iter().all(|(known, _)| known != measure) {
            beyond.push((measure.clone(), Rc::clone(own)));
        }
    }

    /// The rows that do not know a measure because the calendar does not reach, if it was asked for.
    pub(super) fn beyond(&self, measure: &Measure) -> Option<Rc<Vec<i64>>> {
        self.beyond.borrow().iter().find(|(own, _)| own == measure).map(|(_, own)| Rc::clone(own))
    }

    /// The numbers of a measure that is the same in every window.
    pub(super) fn measured(&self, measure: &Measure) -> Result<Rc<Vec<i64>>> {
        self.column(Own::Measure(measure.clone()), || match measure {
            Measure::Elapsed(from, to) => self.elapsed(from, to),
            Measure::Moments(from, to) => self.pairs((from, to), ABSENT, |_, a, b| seconds(a, b), |_, _, _| ABSENT),
            Measure::Working(from, to) if to == PROMISED => self.limits(from),
            Measure::Working(from, to) => self.working(from, to),
            Measure::NetElapsed(from, to) => self.net(from, to, false),
            Measure::NetWorking(from, to) => self.net(from, to, true),
            Measure::Allowed => self.allowed(),
            Measure::Key(column) => self.keys(self.codes(column)?.iter().copied()),
            Measure::KeyOfDay(column, milestone) => self.keys_of_day(column, milestone),
            _ => Err(Error::broken("measuring", "a measure that is no number of a row was asked for one")),
        })
    }

    /// Yes or no of each row, of a measure that is the same in every window.
    fn judged(&self, measure: &Measure) -> Result<Vec<Verdict>> {
        match measure {
            Measure::By(first, second) => self.by(first, second),
            Measure::DayBefore(first, second) => {
                let (one, other) = (self.days(first)?, self.days(second)?);
                let before = |row: usize, _, _| Verdict::from(one[row] < other[row]);
                self.pairs((first, second), Verdict::UNKNOWN, before, before)
            }
            Measure::Within(from, to) => {
                let (last, day) = (self.horizons(from)?, self.days(to)?);
                let within = |row: usize, _, _| match last[row] {
                    OUTSIDE => Verdict::OUTSIDE,
                    FAR => Verdict::UNKNOWN,
                    last => Verdict::from(day[row] <= last),
                };
                self.pairs((from, to), Verdict::UNKNOWN, within, within)
            }
            _ => Err(Error::broken("measuring", "a measure that is no yes or no was asked of a row")),
        }
    }

    fn column(&self, own: Own, made: impl FnOnce() -> Result<Vec<i64>>) -> Result<Rc<Vec<i64>>> {
        if let Some(column) = self.columns.borrow().get(&own) {
            return Ok(Rc::clone(column));
        }
        // Not a slice of its own: that would copy each column once more.
        let column = Rc::new(made()?);
        self.columns.borrow_mut().insert(own, Rc::clone(&column));
        Ok(column)
    }

    fn elapsed(&self, from: &str, to: &str) -> Result<Vec<i64>> {
        let days = self.days_of(from, to)?;
        self.pairs(
            (from, to),
            ABSENT,
            |_, a, b| seconds(a, b),
            |row, _, _| days.as_ref().map_or(ABSENT, |days| days.between(row)),
        )
    }

    fn working(&self, from: &str, to: &str) -> Result<Vec<i64>> {
        let (start, stop) = (self.positions(from)?, self.positions(to)?);
        let days = self.days_of(from, to)?;
        let by_day = |row: usize, _, _| {
            let Some(days) = &days else { return ABSENT };
            run(self.clocks.at_midnight(days.from[row]), self.clocks.at_midnight(days.to[row]))
        };
        self.pairs((from, to), ABSENT, |row, _, _| run(start[row], stop[row]), by_day)
    }

    /// Seconds of one of the clocks without the pauses.
    fn net(&self, from: &str, to: &str, working: bool) -> Result<Vec<i64>> {
        let measure = if working { Measure::Working } else { Measure::Elapsed };
        let gross = self.measured(&measure(from.to_owned(), to.to_owned()))?;
        let stood = self.stood();
        if stood.is_empty() {
            return Ok(gross.to_vec());
        }
        let net = |row: usize, a, b, by_day| match !stood[row] || gross[row] <= OUTSIDE {
            true => gross[row],
            false => less(gross[row], self.paused(row, (a, b), by_day, working)),
        };
        self.pairs((from, to), ABSENT, |row, a, b| net(row, a, b, false), |row, a, b| net(row, a, b, true))
    }

    /// Office seconds until the due date first promised; one without a time ends at 24:00.
    ///
    /// In whole days where the time used is: of a dossier whose reception or finish is known by the day.
    fn limits(&self, from: &str) -> Result<Vec<i64>> {
        let (start, due, finished) = (self.instants(from)?, self.instants(PROMISED)?, self.milestone("finished_at"));
        let starts = self.positions(from)?;
        // A due date of a day ends at a midnight, which is looked up.
        let dues = (due.days != Days::All).then(|| self.positions(PROMISED)).transpose()?;
        let (start_days, due_days) = (self.days(from)?, self.days(PROMISED)?);
        let midnight = |day| self.clocks.at_midnight(day);
        let is_by_day = start.days != Days::None || finished.is_some_and(|finished| finished.days != Days::None);
        let limit = |row: usize| {
            if start.us[row] == ABSENT || due.us[row] == ABSENT {
                return ABSENT;
            }
            let by_day = is_by_day && (start.is_day(row) || finished.is_some_and(|finished| finished.is_day(row)));
            match (by_day, due.is_day(row)) {
                (true, _) => run(midnight(start_days[row]), midnight(due_days[row])),
                (false, true) => run(starts[row], midnight(due_days[row] + 1)),
                (false, false) => run(starts[row], dues.as_ref().map_or(ABSENT, |dues| dues[row])),
            }
        };
        Ok((0..start.us.len()).map(limit).collect())
    }

    /// Whether the first milestone is at or before the second, by the coarser precision.
    fn by(&self, first: &str, second: &str) -> Result<Vec<Verdict>> {
        let days = self.days_of(first, second)?;
        let waits = second == DEADLINE && self.waits();
        if !waits {
            let by_day = |row: usize, _, _| {
                days.as_ref().map_or(Verdict::UNKNOWN, |days| Verdict::from(days.from[row] <= days.to[row]))
            };
            return self.pairs((first, second), Verdict::UNKNOWN, |_, a, b| Verdict::from(a <= b), by_day);
        }
        let received = self.milestone("received_at");
        let end = |row: usize, a, by_day| self.end(row, received.map(|received| received.us[row]), a, by_day);
        let zone = &self.clocks.zone;
        let by_day = |row: usize, a, b| Verdict::from(zone.day(end(row, a, true)) <= zone.day(b));
        self.pairs((first, second), Verdict::UNKNOWN, |row, a, b| Verdict::from(end(row, a, false) <= b), by_day)
    }

    /// Whether a column of any kind holds anything.
    fn present(&self, column: &str) -> Result<Bitmap> {
        let known = |values: &[i64]| answers::bits(values, |value| *value != ABSENT);
        if let Some(instants) = self.milestone(column) {
            return Ok(known(&instants.us));
        }
        if let Some(flags) = self.batch.flags(column) {
            return Ok(answers::bitmap(flags.known().iter().copied(), flags.len()));
        }
        if let Some(numbers) = self.batch.numbers(column) {
            return Ok(known(numbers));
        }
        Ok(answers::bits(self.codes(column)?, |code| *code != crate::ingest::NO_NAME))
    }

    pub(super) fn numbers(&self, column: &str) -> Result<&[i64]> {
        self.batch.numbers(column).ok_or_else(|| absent(column))
    }

    pub(super) fn codes(&self, column: &str) -> Result<&[u32]> {
        self.batch.codes(column).ok_or_else(|| absent(column))
    }
}

/// What is known by a key, made when it is first asked for.
fn made_once<K: Clone + PartialEq, V: Clone>(
    known: &RefCell<Vec<(K, V)>>,
    key: &K,
    make: impl FnOnce() -> Result<V>,
) -> Result<V> {
    if let Some((_, own)) = known.borrow().iter().find(|(own, _)| own == key) {
        return Ok(own.clone());
    }
    let own = make()?;
    known.borrow_mut().push((key.clone(), own.clone()));
    Ok(own)
}

/// Whole seconds from one instant to another, not below zero.
pub(super) fn seconds(from: i64, to: i64) -> i64 {
    (to - from).max(0) / MICROS
}

/// How far the office's clock runs from one position to another, not below zero.
pub(super) fn run(from: i64, to: i64) -> i64 {
    match from.min(to) {
        missing if missing <= OUTSIDE => missing,
        _ => (to - from).max(0),
    }
}

/// What is left of a time, not below zero; either may be missing.
pub(super) fn less(gross: i64, paused: i64) -> i64 {
    match gross.min(paused) {
        missing if missing <= OUTSIDE => missing,
        _ => (gross - paused).max(0),
    }
}

pub(super) fn absent(column: &str) -> Error {
    Error::broken("measuring", format!("no column `{column}`"))
}
