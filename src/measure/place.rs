//! Which window a row falls into, by the date its KPI is anchored on.

use super::DEADLINE;
use super::answers::bitmap;
use crate::ingest::{ABSENT, Instants};
use polars_arrow::bitmap::Bitmap;

/// The date that places a row in a window.
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
    /// It was being handled at some time of the window: received before its end, not finished before its start.
    Handled,
    /// It was in hand when the window began: received before it, not finished before it.
    CarriedOver,
    /// It was open at the window's end: a stock.
    InForce,
    /// It was received in the first window, and stands in every window: what changes there is not who came.
    Mix,
    /// When a step happened.
    Day,
    /// When a step was due.
    StepDue,
    /// It stood in the catalogue on the window's last day: a stock.
    Standing,
    /// It stood in the catalogue on the day before the window.
    StoodBefore,
    /// When it came into the catalogue.
    Born,
    /// When it was gone from the catalogue, and nothing in its stead.
    Died,
    /// When it was merged into another.
    Merged,
    /// When it was decided.
    Decided,
    /// When an answer was given.
    At,
    /// When a dossier's first answer was given.
    Answered,
    /// When a petition was to be answered.
    AnswerDue,
    /// A petition that was at hand at some time of the window: received before its end, not answered or refused
    /// before its start.
    AtHand,
    /// It was received in the twelve months that end with the window.
    Year,
    /// It was received before those.
    BeforeYear,
}

impl Anchor {
    /// The milestone's name.
    pub fn milestone(self) -> &'static str {
        match self {
            Self::Received
            | Self::Handled
            | Self::CarriedOver
            | Self::InForce
            | Self::Mix
            | Self::Year
            | Self::BeforeYear
            | Self::AtHand => "received_at",
            Self::Submitted => "submitted_at",
            Self::Due => DEADLINE,
            Self::Finished => "finished_at",
            Self::Day | Self::At => "at",
            Self::StepDue => "step_due_at",
            Self::Standing | Self::StoodBefore => "in_force_from",
            Self::Born => "born_at",
            Self::Died => "died_at",
            Self::Merged => "merged_at",
            Self::Decided => "decided_at",
            Self::Answered => "surveys.at",
            Self::AnswerDue => "answer_by",
        }
    }

    /// The milestone that ends the span which places a row; `None` where a moment does.
    ///
    /// What a span places may be in both windows.
    pub fn until(self) -> Option<&'static str> {
        match self {
            Self::Handled | Self::CarriedOver | Self::InForce => Some("finished_at"),
            Self::AtHand => Some("closed_at"),
            Self::Standing | Self::StoodBefore => Some("ended_at"),
            _ => None,
        }
    }

    /// Whether it places a row in one window at most.
    pub fn is_once(self) -> bool {
        self.until().is_none() && !matches!(self, Self::Mix | Self::Year | Self::BeforeYear)
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
            Self::Handled => "handled",
            Self::CarriedOver => "carried over",
            Self::InForce => "in force",
            Self::Mix => "mix of the first window",
            Self::Day => "day",
            Self::StepDue => "step due",
            Self::Standing => "in force",
            Self::StoodBefore => "in force before",
            Self::Born => "born",
            Self::Died => "died",
            Self::Merged => "merged",
            Self::Decided => "decided",
            Self::At => "at",
            Self::Answered => "answered",
            Self::AnswerDue => "answer due",
            Self::AtHand => "at hand",
            Self::Year => "received in twelve months",
            Self::BeforeYear => "received before twelve months",
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
    /// The local day that begins at the start, counted from 1970-01-01.
    pub start_day: i64,
    /// The local day that begins at the end.
    pub end_day: i64,
    /// The local day that begins at the cut-off.
    pub cutoff_day: i64,
    /// The first instant of the twelve months that end with it.
    pub year: i64,
}

impl Slot {
    fn holds(&self, at: i64) -> bool {
        (self.start..self.end).contains(&at)
    }

    /// The weeks of the window, counted from its first day; the last may be short.
    pub fn weeks(&self) -> u16 {
        u16::try_from(((self.end_day - self.start_day).max(0) + 6) / 7).unwrap_or(u16::MAX)
    }

    /// The week of a local day in the window.
    pub(super) fn week(&self, day: i64) -> u16 {
        u16::try_from((day - self.start_day) / 7).unwrap_or(u16::MAX)
    }
}

/// Where an anchor places the rows of a batch.
#[derive(Clone, Debug)]
pub enum Placement {
    /// So many rows, all in one window, or in [`NO_SLOT`].
    Alike(u8, usize),
    /// Each in one window at most: its number, or [`NO_SLOT`].
    Once(Vec<u8>),
    /// A row may stand once for each window.
    Listed(Placed),
}

/// The mark of a row in no window.
pub const NO_SLOT: u8 = u8::MAX;

/// Rows of a batch, each in a window.
#[derive(Clone, Debug, Default)]
pub struct Placed {
    /// Rows of the batch, in any order; one that a span places may stand once for each window.
    pub rows: Vec<u32>,
    /// The window of each.
    pub slots: Vec<u8>,
}

impl Placement {
    /// Each row by its local day, of days from a first to a last.
    pub(super) fn by_day(days: &[i64], span: (i64, i64), slots: &[Slot]) -> Self {
        let table = SlotOfDay::new(slots);
        match table.slot_of_all(span) {
            // So are most batches of a log in the order of time.
            Some(slot) => Self::Alike(slot, days.len()),
            None => Self::Once(days.iter().map(|day| table.slot(*day)).collect()),
        }
    }

    /// By row its window, or [`NO_SLOT`]; `None` where it may stand in several.
    pub fn once(self) -> Option<Vec<u8>> {
        match self {
            Self::Alike(slot, rows) => Some(vec![slot; rows]),
            Self::Once(slots) => Some(slots),
            Self::Listed(_) => None,
        }
    }

    /// The placed rows, each with its window.
    pub fn into_list(self) -> Placed {
        match self {
            Self::Listed(placed) => placed,
            Self::Alike(NO_SLOT, _) => Placed::default(),
            Self::Alike(slot, rows) => Placed { rows: (0..rows as u32).collect(), slots: vec![slot; rows] },
            Self::Once(slots) if !slots.contains(&NO_SLOT) => Placed { rows: (0..slots.len() as u32).collect(), slots },
            Self::Once(slots) => {
                let mut placed = Placed::default();
                let own = slots.into_iter().enumerate().filter(|(_, slot)| *slot != NO_SLOT);
                own.for_each(|(row, slot)| placed.push(row, usize::from(slot)));
                placed
            }
        }
    }
}

impl Placed {
    /// Whether it is all rows of a batch of so many, each once and in order.
    pub(super) fn is_whole(&self, rows: usize) -> bool {
        self.rows.len() == rows && self.rows.iter().zip(0..).fold(0, |other, (row, own)| other | (row ^ own)) == 0
    }

    /// Each placed row with its window.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = (usize, u8)> {
        self.rows.iter().zip(&self.slots).map(|(row, slot)| (*row as usize, *slot))
    }

    /// A bit for each row in its window, made word by word: the engine asks for each byte whether there is another.
    pub(super) fn marks(&self, is_marked: impl Fn(usize, u8) -> bool) -> Bitmap {
        let mark =
            |word, (bit, (row, slot)): (usize, (&u32, &u8))| word | u64::from(is_marked(*row as usize, *slot)) << bit;
        let words = self.rows.chunks(64).zip(self.slots.chunks(64));
        bitmap(words.map(|(rows, slots)| rows.iter().zip(slots).enumerate().fold(0, mark)), self.rows.len())
    }

    /// The rows without an instant of their own, placed by the local day of another one.
    pub(super) fn undated(own: &Instants, days: &[i64], slots: &[Slot]) -> Self {
        let table = SlotOfDay::new(slots);
        let mut placed = Self::default();
        for (row, (_, day)) in own.us.iter().zip(days).enumerate().filter(|(_, (at, _))| **at == ABSENT) {
            let slot = table.slot(*day);
            if slot != NO_SLOT {
                placed.push(row, usize::from(slot));
            }
        }
        placed
    }

    /// The rows that a span places: under way at some time of a window, at its end, or before it.
    pub(super) fn under_way(from: &Instants, to: &Instants, slots: &[Slot], anchor: Anchor) -> Self {
        let mut placed = Self::default();
        let span = |slot: &Slot| match anchor {
            Anchor::Handled | Anchor::AtHand => (slot.end, slot.start),
            Anchor::StoodBefore | Anchor::CarriedOver => (slot.start, slot.start),
            _ => (slot.end, slot.end),
        };
        let spans: Vec<(i64, i64)> = slots.iter().map(span).collect();
        for (row, (from, to)) in from.us.iter().zip(&to.us).enumerate().filter(|(_, (from, _))| **from != ABSENT) {
            for (place, (before, since)) in spans.iter().enumerate() {
                if (from < before) & ((*to == ABSENT) | (to >= since)) {
                    placed.push(row, place);
                }
            }
        }
        placed
    }

    /// The rows received in the twelve months that end with a window, or before those.
    pub(super) fn by_year(instants: &Instants, slots: &[Slot], before: bool) -> Self {
        let mut placed = Self::default();
        for (row, at) in instants.us.iter().enumerate().filter(|(_, at)| **at != ABSENT) {
            for (place, slot) in slots.iter().enumerate() {
                let span = if before { i64::MIN..slot.year } else { slot.year..slot.end };
                if span.contains(at) {
                    placed.push(row, place);
                }
            }
        }
        placed
    }

    /// The rows whose instant falls into the first window, in every window.
    pub(super) fn mix(instants: &Instants, slots: &[Slot]) -> Self {
        let mut placed = Self::default();
        let first = slots.iter().take(1);
        for (row, at) in instants.us.iter().enumerate() {
            if first.clone().any(|slot| slot.holds(*at)) {
                (0..slots.len()).for_each(|slot| placed.push(row, slot));
            }
        }
        placed
    }

    fn push(&mut self, row: usize, slot: usize) {
        self.rows.push(row as u32);
        self.slots.push(slot as u8);
    }
}

/// The window of each local day, looked up: two dozen months would be two dozen comparisons.
struct SlotOfDay {
    first: i64,
    slots: Vec<u8>,
}

impl SlotOfDay {
    fn new(slots: &[Slot]) -> Self {
        let first = slots.iter().map(|slot| slot.start_day).min().unwrap_or_default();
        let end = slots.iter().map(|slot| slot.end_day).max().unwrap_or_default();
        let mut days = vec![NO_SLOT; (end - first).max(0) as usize];
        // The first of windows that share a day has it.
        for (place, slot) in slots.iter().enumerate().rev() {
            days[(slot.start_day - first) as usize..(slot.end_day - first) as usize].fill(place as u8);
        }
        Self { first, slots: days }
    }

    /// The window of all days from a first to a last, if it is one.
    fn slot_of_all(&self, (first, last): (i64, i64)) -> Option<u8> {
        let (begin, end) = (self.first, self.first + self.slots.len() as i64);
        if last < begin || first >= end {
            return Some(NO_SLOT);
        }
        let is_within = first >= begin && last < end;
        let own = is_within.then(|| &self.slots[(first - begin) as usize..=(last - begin) as usize])?;
        let slot = *own.first()?;
        own.iter().all(|own| *own == slot).then_some(slot)
    }

    #[inline]
    fn slot(&self, day: i64) -> u8 {
        // What comes before the first, or is no day, is beyond the last once it has no sign.
        self.slots.get(day.wrapping_sub(self.first) as u64 as usize).copied().unwrap_or(NO_SLOT)
    }
}
