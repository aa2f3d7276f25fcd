//! What is the same in every window, and of which rows a later cut-off says something else: what is counted of the others
//! need not be counted again.

use super::Measure;
use super::cases::Cases;
use super::place::{Anchor, NO_SLOT};
use super::state::{RETURNED, WITHOUT_RESULT};
use crate::error::Result;
use crate::ingest::ABSENT;

/// What is asked of rows that may be otherwise by a later cut-off.
#[derive(Clone, Debug, Default)]
pub struct Awaited {
    /// Whether their horizon has passed.
    pub horizon: bool,
    /// How long they were followed, by the milestones that begin and end it.
    pub spells: Vec<(&'static str, &'static str)>,
    /// Measures that are not the same in every window.
    pub measures: Vec<Measure>,
}

impl Measure {
    /// Whether its answer of a row is the same in every window, and so needs [`Rows`](super::Rows) alone.
    pub fn is_settled(&self) -> bool {
        match self {
            Self::Elapsed(..)
            | Self::Moments(..)
            | Self::Working(..)
            | Self::NetElapsed(..)
            | Self::NetWorking(..)
            | Self::By(..)
            | Self::DayBefore(..)
            | Self::Within(..)
            | Self::Asked(_)
            | Self::Either(..)
            | Self::Allowed
            | Self::Number(_)
            | Self::Flag(_)
            | Self::Present(_)
            | Self::Key(_)
            | Self::KeyOfDay(..)
            | Self::Name(_) => true,
            Self::Later(..)
            | Self::Reached(_)
            | Self::Told(_)
            | Self::Withdrawn
            | Self::Returned
            | Self::State(_)
            | Self::AsOf(_)
            | Self::Aged(..)
            | Self::Waiting
            | Self::Raw(..)
            | Self::Cost(..)
            | Self::Times(..) => false,
        }
    }
}

impl Awaited {
    /// Whether [`Cases::changed`] knows all of it.
    pub fn is_known(&self) -> bool {
        let is_known = |measure: &Measure| {
            matches!(measure, Measure::Withdrawn | Measure::Returned | Measure::Reached(_) | Measure::Told(_))
        };
        self.measures.iter().all(is_known)
    }
}

impl Cases<'_> {
    /// Which rows, each in its window or in [`NO_SLOT`], say something else by the later cut-offs of the same windows.
    ///
    /// # Errors
    ///
    /// The log has no such column; the plan asks only for columns it has.
    pub fn changed(&self, later: &Self, slots: &[u8], anchor: Anchor, awaited: &Awaited) -> Result<Vec<bool>> {
        let mut own = Changed { slots, is: vec![false; slots.len()] };
        let moments = self.between(later, |cases, slot| cases.slot(slot).cutoff);
        if awaited.horizon && self.rows.milestone(anchor.milestone()).is_some() {
            let days = self.between(later, |cases, slot| cases.slot(slot).cutoff_day);
            own.mark(&self.rows.horizons(anchor.milestone())?, &days);
        }
        for (from, to) in &awaited.spells {
            own.mark_open(&self.instants(from)?.us, &self.instants(to)?.us, &moments);
            own.mark(&self.rows.ended(&WITHOUT_RESULT)?, &moments);
        }
        for measure in &awaited.measures {
            match measure {
                Measure::Withdrawn => own.mark(&self.rows.ended(&WITHOUT_RESULT)?, &moments),
                Measure::Returned => own.mark(&self.rows.ended(&RETURNED)?, &moments),
                Measure::Reached(milestone) | Measure::Told(milestone) => {
                    let instants = self.rows.milestone(milestone);
                    instants.into_iter().for_each(|instants| own.mark(&instants.us, &moments));
                }
                _ => own.is.fill(true),
            }
        }
        Ok(own.is)
    }

    /// By window the earlier cut-off and the later one; nothing is between them for a row in none.
    fn between(&self, later: &Self, of: impl Fn(&Self, u8) -> i64) -> Vec<(i64, i64)> {
        let pair = |slot| match usize::from(slot) < self.slots().len() {
            true => (of(self, slot), of(later, slot)),
            false => (i64::MAX, i64::MAX),
        };
        (0..=NO_SLOT).map(pair).collect()
    }
}

struct Changed<'s> {
    slots: &'s [u8],
    is: Vec<bool>,
}

impl Changed<'_> {
    /// The rows to which something happened between the cut-offs.
    fn mark(&mut self, at: &[i64], between: &[(i64, i64)]) {
        for ((is, slot), at) in self.is.iter_mut().zip(self.slots).zip(at) {
            let (earlier, later) = between[usize::from(*slot)];
            *is |= earlier <= *at && *at < later;
        }
    }

    /// The rows that began and had not ended by the earlier cut-off.
    fn mark_open(&mut self, from: &[i64], to: &[i64], between: &[(i64, i64)]) {
        for ((is, slot), (from, to)) in self.is.iter_mut().zip(self.slots).zip(from.iter().zip(to)) {
            let (earlier, later) = between[usize::from(*slot)];
            *is |= earlier < later && *from != ABSENT && (*to == ABSENT || earlier <= *to);
        }
    }
}
