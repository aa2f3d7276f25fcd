//! Cases made of events: milestones, steps, units, officers, handovers, repeated steps, pauses.
//!
//! Events may stand in any order, and those of one case in several inputs: they are gathered by case first. What comes
//! out is a table of dossiers as any other, and passes the same door.

mod gather;
mod steps;
mod story;
mod table;

pub(super) use table::{spelled as spelled_pauses, texts};

use super::lexicon::normalised;
use super::log::Log;
use super::quarantine::EventFindings;
use super::schema::{Field, Kind};
use crate::error::{ErrorKind, Result, nearest_name};
use gather::{Gathered, Gathering};
use polars::prelude::DataFrame;
use std::collections::{BTreeMap, HashSet};
use std::num::NonZeroUsize;
use story::Story;

/// What stands before the name of a column that is the whole case's, in a log of events.
pub const OF_CASE: &str = "case:";

/// The column with the text of the id; the hash alone cannot be shown.
pub const ID_TEXT: &str = "giamtang:id";

/// What a study says of its events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// Dates of the case by what happened.
    pub milestones: BTreeMap<String, Milestone>,
    /// The activities with which the clock stops.
    pub pauses_from: Vec<String>,
    /// The activities with which it runs again.
    pub pauses_to: Vec<String>,
}

/// Which event gives a date of its case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Milestone {
    /// The first of all.
    First,
    /// The last of all.
    Last,
    /// The first of these activities.
    FirstOf(Vec<String>),
    /// The last of these activities.
    LastOf(Vec<String>),
}

/// Dossiers made of events.
#[derive(Debug)]
pub struct Derived {
    /// One row per case, by id bytewise, in canonical columns.
    pub frame: DataFrame,
    /// The ids of cases one of whose events was set aside.
    pub distrusted: HashSet<u128>,
    /// One row per event, in the columns of [`STEPS`](crate::ingest::STEPS); none where nobody asks for steps.
    pub steps: Option<DataFrame>,
    /// What became of every event.
    pub events: EventFindings,
}

/// What is asked of the steps: which columns each has of its case; `None` where nobody asks for steps.
pub type OfSteps<'a> = Option<&'a [String]>;

/// The columns a log of events is read for: its own, and those of the whole case.
pub fn event_fields(cases: &[Field]) -> Vec<Field> {
    let own = ["case_id", "activity", "at", "lifecycle", "officer", "unit", "step_due_at"].map(Field::of_events);
    let id = Field { name: ID_TEXT.to_owned(), ..Field::of_events("activity") };
    let of_case = cases.iter().filter(|field| field.name != "case_id").map(|field| {
        // Pauses are read when the case is made; until then they are a text of it.
        let kind = if field.kind == Kind::Pauses { Kind::Text } else { field.kind };
        Field::made(&format!("{OF_CASE}{}", field.name), kind)
    });
    own.into_iter().chain([Field { required: false, ..id }]).chain(of_case).collect()
}

/// Reads a log of events and makes the cases.
///
/// # Errors
///
/// An input is damaged.
pub fn cases(log: &Log, script: &Script, of_steps: OfSteps<'_>, threads: NonZeroUsize) -> Result<Derived> {
    let make = || Gathering::new(log.columns(), script.activities().map(|activity| normalised(activity)));
    let (parts, mut findings) = log.read(threads, make, &|_| {})?;
    let distrusted = std::mem::take(&mut findings.broken).into_keys().map(|(id, _)| id).collect();
    let gathered = gather::merged(parts);
    check_activities(script, &gathered)?;
    let story = Story::new(script, &gathered.names);
    let frame = table::frame(&gathered, &story, &log.columns(), log.zone())?;
    let steps = of_steps.map(|held| steps::frame(&gathered, &story, (&log.columns(), held), &frame, log.zone()));
    let steps = steps.transpose()?;
    let (activities, officers) = (gathered.distinct(|event| event.activity), gathered.distinct(|event| event.officer));
    let events = EventFindings { findings, activities, officers, cases: gathered.cases.len() as u64 };
    Ok(Derived { frame, distrusted, steps, events })
}

impl Script {
    /// The activities of each date and of the pauses, as the study has them.
    fn asked(&self) -> impl Iterator<Item = &Vec<String>> {
        let of_milestones = self.milestones.values().filter_map(|milestone| match milestone {
            Milestone::FirstOf(activities) | Milestone::LastOf(activities) => Some(activities),
            Milestone::First | Milestone::Last => None,
        });
        of_milestones.chain([&self.pauses_from, &self.pauses_to])
    }

    fn activities(&self) -> impl Iterator<Item = &String> {
        self.asked().flatten()
    }
}

/// Fails where none of the activities that a date or the pauses need is in the log: a misspelt one would leave every
/// case without.
fn check_activities(script: &Script, gathered: &Gathered) -> Result<()> {
    let is_met = |activity: &String| gathered.asked.get(&normalised(activity)) == Some(&true);
    for activities in script.asked().filter(|_| !gathered.cases.is_empty()) {
        if let Some(first) = activities.first().filter(|_| !activities.iter().any(is_met)) {
            let near = nearest_name(first, gathered.activities());
            return Err(ErrorKind::UnknownName { name: first.clone(), of: "an activity of the log", near }.into());
        }
    }
    Ok(())
}
