//! How long dossiers were followed, and what ended it.

use super::cases::Cases;
use super::place::Placed;
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
    pub fn spells(&self, from: &str, to: &str, span: Span, placed: &Placed) -> Result<Vec<Option<Spell>>> {
        let (start, stop) = (self.instants(from)?, self.instants(to)?);
        let withdrawn = self.withdrawn(placed);
        let rows = placed.rows.iter().zip(&placed.slots).zip(withdrawn);
        let spells = rows.map(|((row, slot), withdrawn)| {
            let row = *row as usize;
            let (a, b, by_day) = (start.us[row], stop.us[row], start.is_day(row) || stop.is_day(row));
            let cutoff = self.slot(*slot).cutoff;
            if a == ABSENT {
                return None;
            }
            let (until, end) = if b != ABSENT && b < cutoff { (b, 1 + u8::from(withdrawn)) } else { (cutoff, 0) };
            let seconds = match span {
                Span::Elapsed => Some(self.elapsed(a, until, by_day)),
                Span::Working => self.worked(a, until, by_day),
                Span::NetWorking => self.net(row, (a, until), by_day, true),
            };
            let followed = if span == Span::NetWorking { self.elapsed(a, until, by_day) } else { 0 };
            Some(Spell { seconds: seconds?.unsigned_abs(), followed: followed.unsigned_abs(), end })
        });
        Ok(spells.collect())
    }
}
