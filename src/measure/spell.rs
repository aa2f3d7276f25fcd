//! How long dossiers were followed, and what ended it.

use super::answers::OUTSIDE;
use super::cases::{Cases, waited};
use super::place::Placed;
use super::rows::less;
use crate::error::Result;
use crate::ingest::ABSENT;

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
    /// How long each placed row was followed, censored at its window's cut-off; `None` without a first milestone.
    ///
    /// A net span also tells how long the row was followed on the applicant's clock: censoring acts there.
    ///
    /// # Errors
    ///
    /// The log has no such column; the plan asks only for columns it has.
    pub fn spells(&self, from: &str, to: &str, span: Span, placed: &Placed) -> Result<Vec<Option<Spell>>> {
        let (start, stop) = (self.instants(from)?, self.instants(to)?);
        let (start_days, stop_days) = (self.rows.days(from)?, self.rows.days(to)?);
        let worked = (span != Span::Elapsed).then(|| self.worked(from, to)).transpose()?;
        let is_withdrawn = self.endings(&["withdrawn", "returned"]);
        let spells = placed.iter().map(|(row, slot)| {
            let (a, b, by_day) = (start.us[row], stop.us[row], start.is_day(row) || stop.is_day(row));
            let cutoff = self.cutoff(slot);
            if a == ABSENT {
                return None;
            }
            let is_ended = b != ABSENT && b < cutoff.at;
            let until = if is_ended { b } else { cutoff.at };
            let end = if is_ended { 1 + u8::from(is_withdrawn(row, cutoff.at)) } else { 0 };
            let last = || if is_ended { stop_days[row] } else { cutoff.day };
            let elapsed = || waited((a, until), || (start_days[row], last()), by_day);
            let seconds = match &worked {
                None => elapsed(),
                Some(worked) => {
                    let gross = worked.until(self, row, is_ended.then_some(()).ok_or(slot), by_day);
                    let net = span == Span::NetWorking;
                    if net { self.net(row, (a, until), gross, by_day) } else { gross }
                }
            };
            let followed = if span == Span::NetWorking { elapsed() } else { 0 };
            let known = seconds > OUTSIDE;
            known.then(|| Spell { seconds: seconds.unsigned_abs(), followed: followed.unsigned_abs(), end })
        });
        Ok(spells.collect())
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
