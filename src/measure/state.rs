//! What had become of a dossier as of the cut-off, rebuilt from its milestones, by a counting profile.

use super::cases::Cases;
use super::place::Placed;
use super::{DEADLINE, Needs};
use crate::error::Result;
use crate::ingest::{ABSENT, Pause};

/// How on-time dossiers are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Counting {
    /// A promise is kept or it is not: the due date first promised, open dossiers late.
    #[default]
    Strict,
    /// Decision 766, item 2.1: supplement time taken out, a second request overdue, open ones in time until due.
    Decision766,
    /// Form II.06a: what was resolved in the window, by dates; no due date counts as on time.
    Form06a,
}

/// The legal maximum of a dossier's procedure: as it is joined, and the column it is made of.
pub(super) const LIMIT: &str = "procedures.limit_seconds";
const LIMIT_HOURS: &str = "procedures.limit_hours";

/// How a dossier stands, whatever its due date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ending {
    /// Not ended by the cut-off.
    Open,
    /// Ended with a result, granted or lawfully refused.
    Finished,
    /// Taken back by the applicant.
    Withdrawn,
    /// Sent back by the office.
    Returned,
}

/// Where the end, or for open dossiers the cut-off, stands against the due date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timing {
    /// Before the due day.
    Early,
    /// On the due day and not after the due date.
    OnTime,
    /// After it.
    Overdue,
    /// There is no due date.
    Undated,
}

/// One of the disjoint classes a profile folds into its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct State {
    /// How it stands.
    pub ending: Ending,
    /// Where against its due date.
    pub timing: Timing,
}

impl Ending {
    /// All four.
    pub const ALL: [Self; 4] = [Self::Open, Self::Finished, Self::Withdrawn, Self::Returned];
}

impl Timing {
    /// All four.
    pub const ALL: [Self; 4] = [Self::Early, Self::OnTime, Self::Overdue, Self::Undated];
}

impl Counting {
    /// All profiles, the default first.
    pub const ALL: [Self; 3] = [Self::Strict, Self::Decision766, Self::Form06a];

    /// The profile's name in a study.
    pub fn name(self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::Decision766 => "766",
            Self::Form06a => "06a",
        }
    }

    /// The profile of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|counting| counting.name() == name)
    }

    /// The milestone it takes for the due date: the one first promised, or the one in force.
    pub(super) fn due(self) -> &'static str {
        if self == Self::Strict { DEADLINE } else { "due_at" }
    }

    pub(super) fn needs(self) -> Needs {
        let needs = Needs::column("finished_at").also(self.due()).refined_by("outcome");
        match self {
            Self::Decision766 => needs.refined_by("paused").refined_by("supplement_requests").refined_by(LIMIT_HOURS),
            Self::Strict | Self::Form06a => needs,
        }
    }
}

impl State {
    /// The number that stands for it in a column.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::measure::{Ending, State, Timing};
    ///
    /// let late = State { ending: Ending::Finished, timing: Timing::Overdue };
    /// assert_eq!(late.code(), 6);
    /// assert_eq!(State::all().filter(|state| state.code() == 6).collect::<Vec<_>>(), [late]);
    /// ```
    pub fn code(self) -> i64 {
        4 * self.ending as i64 + self.timing as i64
    }

    /// All sixteen.
    pub fn all() -> impl Iterator<Item = Self> {
        let with = |ending| Timing::ALL.into_iter().map(move |timing| Self { ending, timing });
        Ending::ALL.into_iter().flat_map(with)
    }
}

impl Cases<'_> {
    /// The state of each placed row as of its window's cut-off.
    pub(super) fn states(&self, counting: Counting, placed: &Placed) -> Result<Vec<State>> {
        let endings = self.endings(counting, placed)?;
        let rows = placed.rows.iter().zip(&placed.slots).zip(endings);
        let states = rows.map(|((row, slot), ending)| {
            let timing = self.timing(counting, *row as usize, *slot, ending)?;
            Ok(State { ending, timing })
        });
        states.collect()
    }

    /// The instant as of which a profile looks: the index at the window's end, the others when its cohort is cut off.
    fn as_of(&self, counting: Counting, slot: u8) -> i64 {
        let slot = self.slot(slot);
        if counting == Counting::Decision766 { slot.end.min(slot.cutoff) } else { slot.cutoff }
    }

    fn endings(&self, counting: Counting, placed: &Placed) -> Result<Vec<Ending>> {
        let finished = self.instants("finished_at")?;
        let name = |name| self.batch.lexicon.find(name);
        let (withdrawn, returned) = (name("withdrawn"), name("returned"));
        let outcomes = self.batch.codes("outcome");
        let rows = placed.rows.iter().zip(&placed.slots);
        let ending = |(row, slot): (&u32, &u8)| {
            let (row, at) = (*row as usize, finished.us[*row as usize]);
            let outcome = outcomes.map(|codes| codes[row]);
            match () {
                () if at == ABSENT || at >= self.as_of(counting, *slot) => Ending::Open,
                () if outcome.is_some() && outcome == withdrawn => Ending::Withdrawn,
                () if outcome.is_some() && outcome == returned => Ending::Returned,
                () => Ending::Finished,
            }
        };
        Ok(rows.map(ending).collect())
    }

    fn timing(&self, counting: Counting, row: usize, slot: u8, ending: Ending) -> Result<Timing> {
        let (finished, due) = (self.instants("finished_at")?, self.instants(counting.due())?);
        let (own, due_at) = (finished.us[row], due.us[row]);
        // The last moment of the period, which its cut-off no longer belongs to.
        let end = if ending == Ending::Open { self.as_of(counting, slot) - 1 } else { own };
        if due_at == ABSENT {
            let by_day = ending != Ending::Open && finished.is_day(row);
            let known = if counting == Counting::Decision766 { self.by_limit(row, slot, (end, by_day)) } else { None };
            return Ok(known.unwrap_or(Timing::Undated));
        }
        let (end, twice) = match counting {
            Counting::Decision766 => {
                (self.without_supplements(row, end), self.asked_twice(row, self.as_of(counting, slot)))
            }
            Counting::Strict | Counting::Form06a => (end, false),
        };
        let by_day =
            counting == Counting::Form06a || due.is_day(row) || (ending != Ending::Open && finished.is_day(row));
        let (end_day, due_day) = (self.day(end), self.day(due_at));
        Ok(match () {
            () if twice => Timing::Overdue,
            () if end_day < due_day => Timing::Early,
            () if if by_day { end_day == due_day } else { end <= due_at } => Timing::OnTime,
            () => Timing::Overdue,
        })
    }

    /// Decision 766: without a due date a dossier is on time within the legal maximum, supplements taken out.
    ///
    /// `None` where the catalogue has no limit for its procedure, or the study no calendar.
    fn by_limit(&self, row: usize, slot: u8, (end, end_by_day): (i64, bool)) -> Option<Timing> {
        let limit = self.batch.numbers(LIMIT).map(|limits| limits[row]).filter(|limit| *limit != ABSENT)?;
        let received = self.batch.instants("received_at")?;
        let waiting = self.requests(row).into_iter().find(|span| span.from < end && span.to > end);
        let until = waiting.map_or(end, |span| span.from);
        let by_day = received.is_day(row) || end_by_day;
        let taken = self.net(row, (received.us[row], until), by_day, true)?;
        let late = taken > limit || self.asked_twice(row, self.as_of(Counting::Decision766, slot));
        Some(if late { Timing::Overdue } else { Timing::OnTime })
    }

    /// Decision 766: while a supplement is awaited the dossier ends with the request, answered waiting is taken out.
    fn without_supplements(&self, row: usize, end: i64) -> i64 {
        if let Some(total) = self.batch.pauses("paused").and_then(|pauses| pauses.total(row)) {
            return end - total;
        }
        let requests = self.requests(row);
        let waiting = requests.iter().filter(|span| span.from < end && span.to > end).map(|span| span.from).min();
        let end = waiting.unwrap_or(end);
        let answered = requests.iter().filter(|span| span.to <= end);
        end - answered.map(|span| span.to - span.from).sum::<i64>()
    }

    /// Decision 766: more than one supplement request counts as overdue; one that came later is not known.
    fn asked_twice(&self, row: usize, as_of: i64) -> bool {
        match self.batch.numbers("supplement_requests") {
            Some(requests) if requests[row] != ABSENT => requests[row] > 1,
            _ => self.requests(row).iter().filter(|span| span.from < as_of).count() > 1,
        }
    }

    /// The waits for the applicant since reception; what was waited for before it was accepted is no supplement.
    fn requests(&self, row: usize) -> Vec<Pause> {
        let received = self.batch.instants("received_at").map_or(i64::MIN, |received| received.us[row]);
        let spans = self.batch.pauses("paused").map(|pauses| pauses.spans(row)).unwrap_or_default();
        let since = spans.iter().filter(|span| span.to > received);
        since.map(|span| Pause { from: span.from.max(received), to: span.to }).collect()
    }
}
