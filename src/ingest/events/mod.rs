//! Cases made of events: milestones, steps, units, officers, handovers, repeated steps, pauses.
//!
//! Events may stand in any order, and those of one case in several inputs: they are gathered by case first. What comes
//! out is a table of dossiers as any other, and passes the same door. Of neither memory holds more than a bound: the rest
//! lies in temporary files, cases in order of their ids, and those of all workers are merged case by case.

mod case;
mod gather;
mod merge;
mod steps;
mod story;
mod table;

pub(super) use table::{spelled as spelled_pauses, texts};

use super::frames::{Frames, Making};
use super::lexicon::normalised;
use super::log::Log;
use super::quarantine::EventFindings;
use super::schema::{Field, Kind};
use crate::error::{ErrorKind, Result, nearest_name};
use case::Case;
use gather::Gathering;
use merge::{Cases, Gathered};
use std::collections::{BTreeMap, HashSet};
use std::num::NonZeroUsize;
use std::path::PathBuf;
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

/// How much of the events memory holds, and where the rest lies meanwhile.
#[derive(Clone, Debug)]
pub struct Room {
    /// Bytes of events that all workers hold together; of dossiers and of steps a quarter each.
    pub bytes: usize,
    /// The folder for temporary files.
    pub folder: PathBuf,
}

impl Default for Room {
    fn default() -> Self {
        Self { bytes: 160 << 20, folder: std::env::temp_dir() }
    }
}

/// Dossiers made of events.
#[derive(Debug)]
pub struct Derived {
    /// One row per case, by id bytewise, in canonical columns.
    pub cases: Frames,
    /// The ids of cases one of whose events was set aside.
    pub distrusted: HashSet<u128>,
    /// One row per event, in the columns of [`STEPS`](crate::ingest::STEPS); none where nobody asks for steps.
    pub steps: Option<Frames>,
    /// What became of every event.
    pub events: EventFindings,
}

/// What is asked of the steps: which columns each has of its case; `None` where nobody asks for steps.
pub type OfSteps<'a> = Option<&'a [String]>;

/// The columns a log of events is read for: its own, and those of the whole case.
pub fn event_fields(cases: &[Field]) -> Vec<Field> {
    let own = ["case_id", "activity", "at", "lifecycle", "officer", "unit", "step_due_at"].map(Field::of_events);
    let id = Field::made(ID_TEXT, Kind::Key);
    let of_case = cases.iter().filter(|field| field.name != "case_id").map(|field| {
        // Pauses are read when the case is made; until then they are a text of it.
        let kind = if matches!(field.kind, Kind::Id | Kind::Pauses) { Kind::Key } else { field.kind };
        Field::made(&format!("{OF_CASE}{}", field.name), kind)
    });
    own.into_iter().chain([id]).chain(of_case).collect()
}

/// Reads a log of events and makes the cases.
///
/// # Errors
///
/// An input is damaged, or what there is no room for in memory cannot be written.
pub fn cases(log: &Log, script: &Script, of_steps: OfSteps<'_>, threads: NonZeroUsize, room: &Room) -> Result<Derived> {
    let asked = || script.activities().map(|activity| normalised(activity));
    let make = || Gathering::new(log, asked(), (room, room.bytes / threads));
    let (parts, mut findings) = log.read(threads, make, &|_| {})?;
    let distrusted = std::mem::take(&mut findings.broken).into_keys().map(|(id, _)| id).collect();
    let (gathered, all) = merge::merged(parts, room.bytes)?;
    check_activities(script, &gathered)?;
    let (activities, officers) = (gathered.activities.len() as u64, gathered.officers.len() as u64);
    let (cases, steps) = Tables::new(log, script, of_steps, gathered, room).made(all)?;
    let events = EventFindings { findings, activities, officers, cases: cases.rows() as u64 };
    Ok(Derived { cases, distrusted, steps, events })
}

/// Events that are made dossiers at once; a case has all of its own.
const AT_ONCE: usize = 1 << 16;

/// The tables that cases make.
struct Tables<'a> {
    gathered: Gathered,
    story: Story,
    /// The columns of the events.
    held: Vec<&'a str>,
    of_steps: OfSteps<'a>,
    cases: Making,
    steps: Making,
}

impl<'a> Tables<'a> {
    fn new(log: &'a Log, script: &Script, of_steps: OfSteps<'a>, gathered: Gathered, room: &Room) -> Self {
        let making = || {
            let room = (room.bytes / 4, room.folder.clone());
            Making::new(gathered.names.clone(), log.zone().clone(), room)
        };
        let (cases, steps, story) = (making(), making(), Story::new(script, &gathered.names));
        Self { gathered, story, held: log.columns(), of_steps, cases, steps }
    }

    fn made(mut self, all: Cases) -> Result<(Frames, Option<Frames>)> {
        let (mut some, mut events) = (Vec::new(), 0);
        for case in all {
            let case = case?;
            events += case.events.len();
            some.push(case);
            if events >= AT_ONCE {
                self.add(&some)?;
                (some, events) = (Vec::new(), 0);
            }
        }
        // Without a row there are columns all the same.
        self.add(&some)?;
        Ok((self.cases.made(), self.of_steps.map(|_| self.steps.made())))
    }

    fn add(&mut self, cases: &[Case]) -> Result<()> {
        let rows = table::frame(cases, &self.gathered, &self.story, &self.held)?;
        if let Some(held) = self.of_steps {
            self.steps.add(steps::frame(cases, &self.story, (&self.held, held), &rows)?)?;
        }
        self.cases.add(rows)
    }
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
    for activities in script.asked().filter(|_| !gathered.activities.is_empty()) {
        if let Some(first) = activities.first().filter(|_| !activities.iter().any(is_met)) {
            let activities = gathered.activities.iter().map(|code| gathered.names.get(*code as usize));
            let near = nearest_name(first, activities);
            return Err(ErrorKind::UnknownName { name: first.clone(), of: "an activity of the log", near }.into());
        }
    }
    Ok(())
}
