//! How long dossiers were followed, and what ended it.

use super::Measure;
use super::answers::OUTSIDE;
use super::cases::{Cases, Worked, waited};
use super::place::Placed;
use super::rows::{less, run, seconds};
use super::state::WITHOUT_RESULT;
use crate::error::Result;
use crate::ingest::{ABSENT, Days, Instants};
use std::rc::Rc;

/// How long a dossier was followed, and what ended it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spell {
    /// Seconds of the clock from the first milestone.
    pub seconds: u64,
    /// Seconds of the applicant's clock, where the other one may stand still; else 0.
    pub followed: u64,
    /// 0 still open at the cut-off, 1 finished, 2 withdrawn or returned.
    pub end: u8,
}

/// Which clock a spell is measured on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// The applicant's.
    Elapsed,
    /// The office's.
    Working,
    /// The office's without the time it waited for the applicant.
    NetWorking,
}

impl Span {
    /// The span's name in a cube's keys.
    pub fn name(self) -> &'static str {
        match self {
            Self::Elapsed => "elapsed",
            Self::Working => "working",
            Self::NetWorking => "net working",
        }
    }
}

impl Cases<'_> {
    /// What is `made` of how long each placed row was followed, censored at its window's cut-off, or of `None` without a
    /// first milestone.
    ///
    /// A net span also tells how long the row was followed on the applicant's clock: censoring acts there.
    ///
    /// # Errors
    ///
    /// The log has no such column; the plan asks only for columns it has.
    pub fn spells<T>(
        &self,
        (from, to, span): (&str, &str, Span),
        placed: &Placed,
        made: impl Fn(Option<Spell>) -> T,
    ) -> Result<Vec<T>> {
        let (start, stop, left) = (self.instants(from)?, self.instants(to)?, self.rows.ended(&WITHOUT_RESULT)?);
        if start.days != Days::None || stop.days != Days::None {
            let followed = self.followed(from, to, span)?;
            return Ok(placed.iter().map(|(row, slot)| made(followed.spell(row, slot))).collect());
        }
        // Known by the moment, a spell is a difference on a clock, whether it has ended or is cut off: that comes in no order
        // that could be foreseen. What is more to it is looked at by itself.
        let clock = |name| (span != Span::Elapsed).then(|| self.rows.positions(name)).transpose();
        let clock = clock(from)?.zip(clock(to)?);
        let (begins, ends) = clock.as_ref().map_or((&start.us, &stop.us), |(begins, ends)| (&**begins, &**ends));
        let stood = if span == Span::NetWorking { self.rows.stood() } else { &[] };
        let mut followed: Option<Followed<'_>> = None;
        let mut all = Vec::with_capacity(placed.rows.len());
        for (row, slot) in placed.iter() {
            let (cutoff, a, b) = (self.cutoff(slot), start.us[row], stop.us[row]);
            let is_over = (b != ABSENT) & (b < cutoff.at);
            let cut = if span == Span::Elapsed { cutoff.at } else { cutoff.position };
            let (begin, end) = (begins[row], if is_over { ends[row] } else { cut });
            if (begin.min(end) <= OUTSIDE) | stood.get(row).copied().unwrap_or_default() {
                let own = match &mut followed {
                    Some(own) => own,
                    none => none.insert(self.followed(from, to, span)?),
                };
                all.push(made(own.spell(row, slot)));
                continue;
            }
            let taken = if span == Span::Elapsed { seconds(begin, end) } else { run(begin, end) };
            let elapsed = if span == Span::NetWorking { seconds(a, if is_over { b } else { cutoff.at }) } else { 0 };
            all.push(made(Some(spell(taken, elapsed, u8::from(is_over) * (1 + u8::from(left[row] < cutoff.at))))));
        }
        Ok(all)
    }

    fn followed<'c>(&'c self, from: &'c str, to: &'c str, span: Span) -> Result<Followed<'c>> {
        let elapsed = (span == Span::NetWorking).then(|| self.ended_spells(from, to, Span::Elapsed)).transpose()?;
        let (ended, left) = (self.ended_spells(from, to, span)?, self.rows.ended(&WITHOUT_RESULT)?);
        Ok(Followed { milestones: (from, to), ended, elapsed, left, open: self.open_spells(from, to, span)? })
    }

    fn ended_spells(&self, from: &str, to: &str, span: Span) -> Result<Rc<Vec<i64>>> {
        let (from, to) = (from.to_owned(), to.to_owned());
        self.rows.measured(&match span {
            Span::Elapsed => Measure::Elapsed(from, to),
            Span::Working => Measure::Working(from, to),
            Span::NetWorking => Measure::NetWorking(from, to),
        })
    }

    fn open_spells<'c>(&'c self, from: &str, to: &str, span: Span) -> Result<Open<'c>> {
        let (start, stop, start_days) = (self.instants(from)?, self.instants(to)?, self.rows.days(from)?);
        let worked = (span != Span::Elapsed).then(|| self.worked(from)).transpose()?;
        Ok(Open { cases: self, span, start, stop, start_days, worked })
    }

    /// Office seconds without the pauses among them; a year beyond the calendar is noted.
    pub(super) fn net(&self, row: usize, (from, to): (i64, i64), gross: i64, by_day: bool) -> i64 {
        if gross <= OUTSIDE {
            return gross;
        }
        let paused = self.rows.paused(row, (from, to), by_day, true);
        if paused == OUTSIDE {
            [from, to].into_iter().for_each(|at| self.note(self.day(at)));
        }
        less(gross, paused)
    }
}

/// How long rows were followed, however their milestones are known.
struct Followed<'c> {
    milestones: (&'c str, &'c str),
    /// Of those that have ended.
    ended: Rc<Vec<i64>>,
    /// The same on the applicant's clock, where that is another one.
    elapsed: Option<Rc<Vec<i64>>>,
    /// When rows ended without a result.
    left: Rc<Vec<i64>>,
    open: Open<'c>,
}

impl Followed<'_> {
    fn spell(&self, row: usize, slot: u8) -> Option<Spell> {
        let (cases, cutoff) = (self.open.cases, self.open.cases.cutoff(slot).at);
        let (a, b) = (self.open.start.us[row], self.open.stop.us[row]);
        if a == ABSENT {
            return None;
        }
        // What has ended is as long in every window; only what is open is cut off.
        if b == ABSENT || b >= cutoff {
            return self.open.spell(row, slot);
        }
        if self.ended[row] == OUTSIDE {
            cases.note_span(row, self.milestones.0, self.milestones.1);
        }
        let followed = self.elapsed.as_ref().map_or(0, |elapsed| elapsed[row]);
        let end = 1 + u8::from(self.left[row] < cutoff);
        (self.ended[row] > OUTSIDE).then(|| spell(self.ended[row], followed, end))
    }
}

/// What is measured of rows that are open at their cut-off.
struct Open<'c> {
    cases: &'c Cases<'c>,
    span: Span,
    start: &'c Instants,
    stop: &'c Instants,
    start_days: Rc<Vec<i64>>,
    worked: Option<Worked>,
}

impl Open<'_> {
    fn spell(&self, row: usize, slot: u8) -> Option<Spell> {
        let (a, cutoff) = (self.start.us[row], self.cases.cutoff(slot));
        let by_day = self.start.is_day(row) || self.stop.is_day(row);
        let elapsed = || waited((a, cutoff.at), || (self.start_days[row], cutoff.day), by_day);
        let seconds = match &self.worked {
            None => elapsed(),
            Some(worked) => {
                let gross = worked.until(self.cases, row, slot, by_day);
                let is_net = self.span == Span::NetWorking;
                if is_net { self.cases.net(row, (a, cutoff.at), gross, by_day) } else { gross }
            }
        };
        let followed = if self.span == Span::NetWorking { elapsed() } else { 0 };
        (seconds > OUTSIDE).then(|| spell(seconds, followed, 0))
    }
}

fn spell(seconds: i64, followed: i64, end: u8) -> Spell {
    Spell { seconds: seconds.unsigned_abs(), followed: followed.unsigned_abs(), end }
}
