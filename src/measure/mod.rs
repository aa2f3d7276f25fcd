//! The columns KPIs are written in: time between milestones on two clocks, order, outcome, cost.
//!
//! A [`Measure`] is a question about a dossier, with a column name of its own, so an expression over those names
//! declares what it needs. [`Cases`] answers it for the rows that an anchor places in a window. All answers are
//! integers (seconds), yes-or-no, or names; what is not known is null.
//!
//! Two instants of different precision are compared at the coarser one: received at 09:00 and finished on that date
//! is the same day, not a negative time, and such times are whole local days.

mod answers;
mod cases;
mod catalogue;
mod changed;
mod clock;
mod clocks;
mod jobs;
mod key;
mod pairs;
mod pause;
mod place;
mod raw;
mod rows;
mod spell;
mod state;
mod tables;
mod tariff;
mod waiting;

pub use crate::ingest::Table;
pub use answers::{Answering, Answers};
pub(crate) use answers::{bitmap, bits, marked};
pub use cases::Cases;
pub use changed::Awaited;
pub use clock::Clock;
pub use clocks::{Clocks, Outside};
pub use pause::{Moved, Pausing, adjusted_finish, moved_due, paused};
pub use place::{Anchor, NO_SLOT, Placed, Placement, Slot};
pub use rows::Rows;
pub use spell::{Span, Spell};
pub use state::{Counting, Ending, State, Timing};
pub use tables::{
    Conventions, Petitioning, Publishing, Scale, Scales, behind, by_case, is_by_case, is_spread, made, uncovered,
};
pub use tariff::{Applicant, Facts, Job, Part, Per, Tariff, Volume};

use crate::error::Undefined;
use std::collections::{BTreeMap, BTreeSet};

/// A question about one dossier, answered by a column.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// Seconds of the applicant's clock from one milestone to another.
    Elapsed(String, String),
    /// The same where both are known by the moment, and not by the day.
    Moments(String, String),
    /// Office seconds of the business clock from one milestone to another.
    Working(String, String),
    /// The same as `Elapsed`, with the time the office waited for the applicant taken out.
    NetElapsed(String, String),
    /// The same as `Working`, with the time the office waited for the applicant taken out.
    NetWorking(String, String),
    /// Whether the first milestone is at or before the second.
    By(String, String),
    /// Whether the first milestone is on an earlier local day than the second.
    DayBefore(String, String),
    /// Whether the second milestone is at most the study's horizon of working days after the first.
    Within(String, String),
    /// Whether more office seconds than these pass between two milestones; not known while both are possible.
    Later(String, String, i64),
    /// Whether a milestone was reached by the cut-off.
    Reached(String),
    /// The same, and no where the study has no such milestone.
    Told(String),
    /// Whether the dossier was withdrawn or returned by the cut-off.
    Withdrawn,
    /// Whether the office sent the dossier back by the cut-off.
    Returned,
    /// What had become of the dossier by the cut-off, by a counting profile: [`State::code`].
    State(Counting),
    /// A number of the catalogue of procedures, as it stands on the window's last day; known in every window or in none.
    AsOf(String),
    /// Whether a column says that something is asked of a dossier; yes where it says nothing, or there is none.
    Asked(String),
    /// The name in one column, or where it says nothing that in another.
    Either(String, String),
    /// Office seconds from reception to the due date first promised, or where there is none the catalogue's limit.
    Allowed,
    /// Whether so many days had passed since a milestone by the cut-off.
    Aged(String, i64),
    /// Whether the office waited for the applicant at the cut-off.
    Waiting,
    /// A column of whole numbers.
    Number(String),
    /// A column of yes and no.
    Flag(String),
    /// Whether a column holds anything.
    Present(String),
    /// A column of names, hashed with the study's salt.
    Key(String),
    /// The same, with the local day of a milestone, where the office was open on it.
    KeyOfDay(String, String),
    /// A column of names.
    Name(String),
    /// A column as a study's own expressions see it, known by the cut-off: a date on the wall of the study's zone, a
    /// name, a number, a yes or no. A date that is compared with another one stands at the coarser precision of the two.
    Raw(String, Option<String>),
    /// A part of what complying costs, by the study's tariff.
    Cost(Part, Facts),
    /// How often a job of the tariff is done for a dossier; jobs are counted from 0.
    Times(usize, Facts),
}

/// What a measure needs of the study.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Columns without which it is undefined.
    pub required: Vec<String>,
    /// Columns of which one is enough, for each list of them.
    pub either: Vec<Vec<String>>,
    /// Columns that refine it.
    pub refining: Vec<String>,
    /// Whether it counts working time.
    pub calendar: bool,
    /// The measures among it that a tariff answers, by their columns' names: which columns they need, the tariff says.
    pub priced: Vec<String>,
}

/// Which columns each measure needs that a tariff answers, by the measure's column name.
pub type Priced = BTreeMap<String, Vec<String>>;

/// The milestone that stands for the due date first promised.
pub const DEADLINE: &str = "deadline_at";

/// The same as it stood before pauses moved it: what a limit is measured to.
pub const PROMISED: &str = "promised_at";

/// What stands among the columns of answers where a scale of theirs has a threshold.
const THRESHOLD: &str = "surveys.threshold";

impl Measure {
    /// The column's name, as expressions use it.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::measure::Measure;
    ///
    /// let measure = Measure::Elapsed("received_at".into(), "finished_at".into());
    /// assert_eq!(measure.column(), "elapsed:received_at:finished_at");
    /// assert_eq!(Measure::of_column("elapsed:received_at:finished_at"), measure);
    /// ```
    pub fn column(&self) -> String {
        match self {
            Self::Elapsed(from, to) => format!("elapsed:{from}:{to}"),
            Self::Moments(from, to) => format!("moments:{from}:{to}"),
            Self::Working(from, to) => format!("working:{from}:{to}"),
            Self::NetElapsed(from, to) => format!("net_elapsed:{from}:{to}"),
            Self::NetWorking(from, to) => format!("net_working:{from}:{to}"),
            Self::By(first, second) => format!("by:{first}:{second}"),
            Self::DayBefore(first, second) => format!("day_before:{first}:{second}"),
            Self::Within(from, to) => format!("within:{from}:{to}"),
            Self::Later(from, to, seconds) => format!("later:{from}:{to}:{seconds}"),
            Self::Reached(milestone) => format!("reached:{milestone}"),
            Self::Told(milestone) => format!("told:{milestone}"),
            Self::Withdrawn => "withdrawn".into(),
            Self::Returned => "returned".into(),
            Self::State(counting) => format!("state:{}", counting.name()),
            Self::AsOf(name) => format!("as_of:{name}"),
            Self::Asked(name) => format!("asked:{name}"),
            Self::Either(first, other) => format!("either:{first}:{other}"),
            Self::Allowed => "allowed".into(),
            Self::Aged(milestone, days) => format!("aged:{milestone}:{days}"),
            Self::Waiting => "waiting".into(),
            Self::Number(name) => format!("number:{name}"),
            Self::Flag(name) => format!("flag:{name}"),
            Self::Present(name) => format!("present:{name}"),
            Self::Key(name) => format!("key:{name}"),
            Self::KeyOfDay(name, milestone) => format!("key_of_day:{name}:{milestone}"),
            Self::Name(name) => name.clone(),
            Self::Raw(name, None) => format!("raw:{name}"),
            Self::Raw(name, Some(beside)) => format!("raw:{name}:{beside}"),
            Self::Cost(part, facts) => format!("cost:{}:{}", part.name(), facts.name()),
            Self::Times(job, facts) => format!("times:{job}:{}", facts.name()),
        }
    }

    /// The measure behind a column's name; a name that is no measure's is a column of names.
    pub fn of_column(column: &str) -> Self {
        let parts: Vec<&str> = column.split(':').collect();
        match parts[..] {
            ["elapsed", from, to] => Self::Elapsed(from.into(), to.into()),
            ["moments", from, to] => Self::Moments(from.into(), to.into()),
            ["working", from, to] => Self::Working(from.into(), to.into()),
            ["net_elapsed", from, to] => Self::NetElapsed(from.into(), to.into()),
            ["net_working", from, to] => Self::NetWorking(from.into(), to.into()),
            ["by", first, second] => Self::By(first.into(), second.into()),
            ["day_before", first, second] => Self::DayBefore(first.into(), second.into()),
            ["within", from, to] => Self::Within(from.into(), to.into()),
            ["reached", milestone] => Self::Reached(milestone.into()),
            ["told", milestone] => Self::Told(milestone.into()),
            ["withdrawn"] => Self::Withdrawn,
            ["returned"] => Self::Returned,
            ["waiting"] => Self::Waiting,
            ["asked", name] => Self::Asked(name.into()),
            ["either", first, other] => Self::Either(first.into(), other.into()),
            ["allowed"] => Self::Allowed,
            ["as_of", name] => Self::AsOf(name.into()),
            ["number", name] => Self::Number(name.into()),
            ["flag", name] => Self::Flag(name.into()),
            ["present", name] => Self::Present(name.into()),
            ["key", name] => Self::Key(name.into()),
            ["key_of_day", name, milestone] => Self::KeyOfDay(name.into(), milestone.into()),
            ["raw", name] => Self::Raw(name.into(), None),
            ["raw", name, beside] => Self::Raw(name.into(), Some(beside.into())),
            _ => Self::parsed(&parts).unwrap_or_else(|| Self::Name(column.into())),
        }
    }

    /// What kind of answers it has.
    pub fn answering(&self) -> Answering {
        match self {
            Self::Raw(..) => Answering::Own,
            Self::Name(_) | Self::Either(..) => Answering::Names,
            Self::By(..)
            | Self::DayBefore(..)
            | Self::Within(..)
            | Self::Later(..)
            | Self::Reached(_)
            | Self::Told(_)
            | Self::Withdrawn
            | Self::Returned
            | Self::Asked(_)
            | Self::Aged(..)
            | Self::Waiting
            | Self::Flag(_)
            | Self::Present(_) => Answering::Flags,
            _ => Answering::Numbers,
        }
    }

    /// The milestones whose days a calendar must cover, of a measure that is the same in every window.
    fn milestones(&self) -> impl Iterator<Item = &str> {
        let pair = match self {
            Self::Working(a, b) | Self::NetWorking(a, b) => [Some(a.as_str()), Some(b.as_str())],
            Self::Within(from, _) => [Some(from.as_str()), None],
            Self::KeyOfDay(_, milestone) => [Some(milestone.as_str()), None],
            Self::Allowed => [Some("received_at"), Some(PROMISED)],
            _ => [None, None],
        };
        pair.into_iter().flatten()
    }

    /// The measures whose parts are more than names.
    fn parsed(parts: &[&str]) -> Option<Self> {
        match parts {
            ["later", from, to, seconds] => Some(Self::Later((*from).into(), (*to).into(), seconds.parse().ok()?)),
            ["aged", milestone, days] => Some(Self::Aged((*milestone).into(), days.parse().ok()?)),
            ["times", job, facts] => {
                let facts = Facts::ALL.into_iter().find(|own| own.name() == *facts)?;
                Some(Self::Times(job.parse().ok()?, facts))
            }
            ["state", counting] => Counting::named(counting).map(Self::State),
            ["cost", part, facts] => {
                let part = Part::ALL.into_iter().find(|own| own.name() == *part)?;
                Some(Self::Cost(part, Facts::ALL.into_iter().find(|own| own.name() == *facts)?))
            }
            _ => None,
        }
    }

    /// The columns of other tables that it asks of a dossier, each with its table's name before it.
    pub fn joined(&self) -> Vec<String> {
        match self {
            Self::State(Counting::Decision766) => vec![state::LIMIT.to_owned()],
            Self::Cost(..) | Self::Times(..) => tariff::JOINED.map(str::to_owned).into(),
            _ => self.column().split(':').filter(|part| is_joined(part)).map(str::to_owned).collect(),
        }
    }

    /// The columns and the calendar it needs.
    pub fn needs(&self) -> Needs {
        match self {
            Self::Elapsed(a, b) | Self::Moments(a, b) | Self::By(a, b) | Self::DayBefore(a, b) => {
                Needs::milestones([a, b], false)
            }
            Self::NetElapsed(a, b) => Needs::milestones([a, b], false).refined_by("paused"),
            Self::NetWorking(a, b) => Needs::milestones([a, b], true).refined_by("paused"),
            Self::Working(a, b) | Self::Within(a, b) | Self::Later(a, b, _) => Needs::milestones([a, b], true),
            Self::Withdrawn | Self::Returned => Needs::column("finished_at").refined_by("outcome"),
            Self::State(counting) => counting.needs(),
            Self::Waiting => Needs::column("paused"),
            Self::Told(name) | Self::Asked(name) => Needs::column(name).refining_alone(),
            Self::Either(first, other) => Needs::one_of([other, first]),
            Self::Allowed => {
                let needs = Needs { calendar: true, ..Needs::one_of(["due_at", "procedures.limit_hours"]) };
                needs.refined_by("original_due_at").also("received_at")
            }
            Self::Reached(name)
            | Self::AsOf(name)
            | Self::Aged(name, _)
            | Self::Number(name)
            | Self::Flag(name)
            | Self::Present(name)
            | Self::Key(name)
            | Self::Name(name) => Needs::column(name),
            Self::Raw(name, beside) => {
                let since = raw::known_since(name).map(str::to_owned);
                beside.iter().chain(&since).fold(Needs::column(name), |needs, more| needs.also(more))
            }
            Self::Cost(part, _) => {
                let needs = Needs { priced: vec![self.column()], ..Needs::default() };
                if *part == Part::Money { needs.refined_by("payment") } else { needs }
            }
            Self::Times(..) => Needs { priced: vec![self.column()], ..Needs::default() },
            Self::KeyOfDay(name, milestone) => Needs { calendar: true, ..Needs::column(name) }.also(milestone),
        }
    }
}

/// Whether a column is another table's, by its name.
pub fn is_joined(column: &str) -> bool {
    Table::beside().any(|table| column.starts_with(table.prefix()))
}

impl Needs {
    fn milestones(names: [&String; 2], calendar: bool) -> Self {
        let mut needs = Self { calendar, ..Self::default() };
        for name in names {
            needs.milestone(name);
        }
        needs
    }

    fn column(name: &str) -> Self {
        let mut needs = Self::default();
        needs.milestone(name);
        needs
    }

    fn also(mut self, name: &str) -> Self {
        self.milestone(name);
        self
    }

    fn refined_by(mut self, column: &str) -> Self {
        self.refining.push(column.into());
        self
    }

    /// One of these is enough; the first is named where none is there.
    fn one_of(columns: [&str; 2]) -> Self {
        Self { either: vec![columns.map(str::to_owned).into()], ..Self::default() }
    }

    /// The same columns, none of them required.
    fn refining_alone(mut self) -> Self {
        self.refining.append(&mut self.required);
        self
    }

    /// Adds the columns behind a milestone.
    pub fn milestone(&mut self, name: &str) {
        match (name, behind(name)) {
            (DEADLINE | PROMISED, _) => {
                self.required.push("due_at".into());
                self.refining.push("original_due_at".into());
            }
            // Whether a step was done is told where steps have limits.
            ("done_at", _) => self.required.push("step_due_at".into()),
            ("repeat", _) => self.either.push(["case_id", "subject", "repeated"].map(str::to_owned).into()),
            (_, Some(behind)) => {
                self.required.extend(behind.first().map(|column| (*column).to_owned()));
                self.refining.extend(behind.iter().skip(1).map(|column| (*column).to_owned()));
            }
            (_, None) => self.required.push(name.into()),
        }
        // Who is satisfied is known where a scale has a threshold.
        match name {
            "satisfied" => self.required.push("threshold".into()),
            "surveys.satisfied" | "surveys.dissatisfied_at" => self.required.push(THRESHOLD.into()),
            _ => {}
        }
        self.calendar |= ["publish_by", "decide_by", "answer_by", "handle_by", "public_by"].contains(&name);
        match name.split_once('.') {
            Some(("procedures", _)) => self.required.push("procedure".into()),
            Some((table, _)) => self.required.push(format!("{table}.case_id")),
            None => {}
        }
    }

    /// The same of another table: its columns have the table's name before them.
    pub fn of_table(mut self, table: Table) -> Self {
        let either = self.either.iter_mut().flatten();
        for column in self.required.iter_mut().chain(&mut self.refining).chain(either) {
            column.insert_str(0, table.prefix());
        }
        self
    }

    /// Why a study with these columns, a calendar or none, and such a tariff cannot answer; `None` where it can.
    pub fn lacking(&self, columns: &BTreeSet<String>, calendar: bool, priced: Option<&Priced>) -> Option<Undefined> {
        let lacked = |column: &String| lacked(column.as_str(), columns);
        let no_column = |column: String| match column.as_str() {
            THRESHOLD => Undefined::NoThreshold,
            _ => Undefined::NoColumn(column),
        };
        let none = self.either.iter().filter(|list| list.iter().all(|column| lacked(column).is_some()));
        let gone = self.required.iter().chain(none.filter_map(|list| list.first())).find_map(lacked);
        if let Some(column) = gone {
            return Some(no_column(column));
        }
        if self.calendar && !calendar {
            return Some(Undefined::NoCalendar);
        }
        let Some(priced) = priced.filter(|_| !self.priced.is_empty()) else {
            return (!self.priced.is_empty()).then_some(Undefined::NoTariff);
        };
        let needed = self.priced.iter().filter_map(|measure| priced.get(measure)).flatten();
        needed.filter_map(lacked).min().map(no_column)
    }

    /// Adds what another measure needs.
    pub fn extend(&mut self, other: Self) {
        self.required.extend(other.required);
        self.either.extend(other.either);
        self.either.sort_unstable();
        self.either.dedup();
        self.refining.extend(other.refining);
        self.calendar |= other.calendar;
        self.priced.extend(other.priced);
        for columns in [&mut self.required, &mut self.refining, &mut self.priced] {
            columns.sort_unstable();
            columns.dedup();
        }
    }
}

/// The column that keeps another from being known: itself, or one of its table's key.
fn lacked(column: &str, columns: &BTreeSet<String>) -> Option<String> {
    let table = Table::of_column(column);
    let key = table.key().iter().map(|own| format!("{}{own}", table.prefix()));
    [column.to_owned()].into_iter().chain(key).find(|own| !columns.contains(own))
}
