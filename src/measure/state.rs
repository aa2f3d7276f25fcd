//! What had become of a dossier as of the cut-off, rebuilt from its milestones, by a counting profile.

use super::answers::OUTSIDE;
use super::cases::Cases;
use super::place::Placed;
use super::{DEADLINE, Needs};
use crate::error::Result;
use crate::ingest::{ABSENT, Instants, NO_NAME, Pause};
use std::rc::Rc;

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

/// The outcomes of a dossier that the applicant took back, and of one that the office sent back.
const WITHDRAWN: &str = "withdrawn";
pub(super) const RETURNED: [&str; 1] = ["returned"];

/// Both: it ended without a result.
pub(super) const WITHOUT_RESULT: [&str; 2] = ["withdrawn", "returned"];

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

/// What the states of a batch's rows are made of.
struct Standing<'c> {
    cases: &'c Cases<'c>,
    counting: Counting,
    finished: &'c Instants,
    due: &'c Instants,
    finished_days: Rc<Vec<i64>>,
    due_days: Rc<Vec<i64>>,
    /// Whether Decision 766 may look at supplements of a row.
    asked: Option<Rc<Vec<i64>>>,
    outcomes: Option<&'c [u32]>,
    /// The codes of the outcomes without a result; [`NO_NAME`] where the log has none of it.
    withdrawn: u32,
    returned: u32,
    /// By window the instant as of which it is looked, and the day of the last moment before it.
    as_of: Vec<(i64, i64)>,
}

impl Cases<'_> {
    /// The state of each placed row as of its window's cut-off, by its code.
    pub(super) fn states(&self, counting: Counting, placed: &Placed) -> Result<Vec<i64>> {
        let as_of = self.slots().iter().map(|slot| {
            // The index looks at the window's end, the others when its cohort is cut off.
            let at = if counting == Counting::Decision766 { slot.end.min(slot.cutoff) } else { slot.cutoff };
            (at, self.day(at - 1))
        });
        let code = |name| self.batch.lexicon.find(name).unwrap_or(NO_NAME);
        let standing = Standing {
            cases: self,
            counting,
            finished: self.instants("finished_at")?,
            due: self.instants(counting.due())?,
            finished_days: self.rows.days("finished_at")?,
            due_days: self.rows.days(counting.due())?,
            asked: (counting == Counting::Decision766).then(|| self.rows.asked()).transpose()?,
            outcomes: self.batch.codes("outcome"),
            withdrawn: code(WITHDRAWN),
            returned: code(RETURNED[0]),
            as_of: as_of.collect(),
        };
        Ok(placed.iter().map(|(row, slot)| standing.of(row, slot)).collect())
    }
}

impl Standing<'_> {
    /// The state of a row as of the end of a window, by its code.
    #[inline]
    fn of(&self, row: usize, slot: u8) -> i64 {
        let (as_of, last_day) = self.as_of[usize::from(slot)];
        let at = self.finished.us[row];
        let is_open = at == ABSENT || at >= as_of;
        // The last moment of the period, which its cut-off no longer belongs to.
        let (end, day) = if is_open { (as_of - 1, last_day) } else { (at, self.finished_days[row]) };
        let by_day = !is_open && self.finished.is_day(row);
        let timing = match self.is_by_index(row) {
            true => self.by_index(row, as_of, (end, by_day)),
            false => self.by_due(row, (end, day), by_day),
        };
        // Without a branch, as ends and due dates come in no order that could be foreseen.
        let outcome = self.outcomes.map_or(NO_NAME, |outcomes| outcomes[row]);
        let is = |code: u32| usize::from((outcome == code) & (outcome != NO_NAME));
        let ended = Ending::Finished as usize + is(self.withdrawn) + 2 * is(self.returned);
        State { ending: Ending::ALL[if is_open { 0 } else { ended }], timing }.code()
    }

    /// Whether Decision 766 looks at more than the end and the due date.
    fn is_by_index(&self, row: usize) -> bool {
        self.asked.as_ref().is_some_and(|asked| self.due.us[row] == ABSENT || asked[row] > 0)
    }

    fn by_due(&self, row: usize, end: (i64, i64), ended_by_day: bool) -> Timing {
        let due_at = self.due.us[row];
        let by_day = self.counting == Counting::Form06a || self.due.is_day(row) || ended_by_day;
        let timing = against(end, (due_at, self.due_days[row]), by_day);
        if due_at == ABSENT { Timing::Undated } else { timing }
    }

    /// Decision 766 where supplements were asked for, or there is no due date.
    fn by_index(&self, row: usize, as_of: i64, (end, ended_by_day): (i64, bool)) -> Timing {
        let due_at = self.due.us[row];
        if due_at == ABSENT {
            return self.by_limit(row, as_of, (end, ended_by_day)).unwrap_or(Timing::Undated);
        }
        if self.asked_twice(row, as_of) {
            return Timing::Overdue;
        }
        let end = self.without_supplements(row, end);
        let by_day = self.due.is_day(row) || ended_by_day;
        against((end, self.cases.day(end)), (due_at, self.due_days[row]), by_day)
    }

    /// Decision 766: without a due date a dossier is on time within the legal maximum, supplements taken out.
    ///
    /// `None` where the catalogue has no limit for its procedure, or the study no calendar.
    fn by_limit(&self, row: usize, as_of: i64, (end, end_by_day): (i64, bool)) -> Option<Timing> {
        let batch = self.cases.batch;
        let limit = batch.numbers(LIMIT).map(|limits| limits[row]).filter(|limit| *limit != ABSENT)?;
        let received = batch.instants("received_at")?;
        let waiting = self.requests(row).find(|span| span.from < end && span.to > end);
        let until = waiting.map_or(end, |span| span.from);
        let by_day = received.is_day(row) || end_by_day;
        let span = (received.us[row], until);
        let taken = self.cases.net(row, span, self.cases.office_time(span, by_day), by_day);
        let late = taken > limit || self.asked_twice(row, as_of);
        (taken > OUTSIDE).then_some(if late { Timing::Overdue } else { Timing::OnTime })
    }

    /// Decision 766: while a supplement is awaited the dossier ends with the request, answered waiting is taken out.
    fn without_supplements(&self, row: usize, end: i64) -> i64 {
        if let Some(total) = self.cases.batch.pauses("paused").and_then(|pauses| pauses.total(row)) {
            return end - total;
        }
        let waiting = self.requests(row).filter(|span| span.from < end && span.to > end).map(|span| span.from).min();
        let end = waiting.unwrap_or(end);
        let answered = self.requests(row).filter(|span| span.to <= end);
        end - answered.map(|span| span.to - span.from).sum::<i64>()
    }

    /// Decision 766: more than one supplement request counts as overdue; one that came later is not known.
    fn asked_twice(&self, row: usize, as_of: i64) -> bool {
        match self.cases.batch.numbers("supplement_requests") {
            Some(requests) if requests[row] != ABSENT => requests[row] > 1,
            _ => self.requests(row).filter(|span| span.from < as_of).count() > 1,
        }
    }

    /// The waits for the applicant since reception; what was waited for before it was accepted is no supplement.
    fn requests(&self, row: usize) -> impl Iterator<Item = Pause> {
        let batch = self.cases.batch;
        let received = batch.instants("received_at").map_or(i64::MIN, |received| received.us[row]);
        let spans = batch.pauses("paused").map(|pauses| pauses.spans(row)).unwrap_or_default();
        let since = spans.iter().filter(move |span| span.to > received);
        since.map(move |span| Pause { from: span.from.max(received), to: span.to })
    }
}

/// Where an end stands against a due date, each as an instant and its day.
fn against((end, end_day): (i64, i64), (due, due_day): (i64, i64), by_day: bool) -> Timing {
    let is_late = (by_day & (end_day > due_day)) | (!by_day & (end > due));
    let on_the_day = if is_late { Timing::Overdue } else { Timing::OnTime };
    if end_day < due_day { Timing::Early } else { on_the_day }
}
