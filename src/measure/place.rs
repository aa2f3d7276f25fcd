//! Which window a row falls into, by the date its KPI is anchored on.

use super::DEADLINE;
use crate::ingest::{ABSENT, Instants};

/// The date that places a dossier in a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Anchor {
    /// When the office received it.
    Received,
    /// When the applicant submitted it.
    Submitted,
    /// The due date first promised.
    Due,
    /// When it was finished.
    Finished,
}

impl Anchor {
    /// The milestone's name.
    pub fn milestone(self) -> &'static str {
        match self {
            Self::Received => "received_at",
            Self::Submitted => "submitted_at",
            Self::Due => DEADLINE,
            Self::Finished => "finished_at",
        }
    }

    /// Whether a dossier should have this date from the start, so that its absence is worth counting.
    ///
    /// Without a finish a dossier is open, which is no gap in the log.
    pub fn is_expected(self) -> bool {
        matches!(self, Self::Submitted | Self::Due)
    }

    /// The anchor's name in results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Submitted => "submitted",
            Self::Due => "due",
            Self::Finished => "finished",
        }
    }
}

/// A window as instants: half-open, with the cut-off of its cohort.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The first instant, in µs UTC.
    pub start: i64,
    /// The first instant after it.
    pub end: i64,
    /// What is not known before this instant is censored.
    pub cutoff: i64,
    /// The local day that begins at the cut-off, counted from 1970-01-01.
    pub cutoff_day: i64,
}

impl Slot {
    fn holds(&self, at: i64) -> bool {
        (self.start..self.end).contains(&at)
    }
}

/// The rows of a batch that an anchor places in a window.
#[derive(Clone, Debug, Default)]
pub struct Placed {
    /// Rows of the batch, ascending.
    pub rows: Vec<u32>,
    /// The window of each.
    pub slots: Vec<u8>,
}

impl Placed {
    /// The rows whose instant falls into one of the windows.
    pub(super) fn new(instants: &Instants, slots: &[Slot]) -> Self {
        Self::of(instants.us.iter().copied(), slots)
    }

    /// The rows without an instant of their own, placed by another one.
    pub(super) fn undated(own: &Instants, other: &Instants, slots: &[Slot]) -> Self {
        let stand_in = own.us.iter().zip(&other.us).map(|(own, other)| if *own == ABSENT { *other } else { ABSENT });
        Self::of(stand_in, slots)
    }

    fn of(instants: impl Iterator<Item = i64>, slots: &[Slot]) -> Self {
        let mut placed = Self::default();
        for (row, at) in instants.enumerate() {
            if let Some(slot) = slots.iter().position(|slot| slot.holds(at)) {
                placed.rows.push(row as u32);
                placed.slots.push(slot as u8);
            }
        }
        placed
    }
}
