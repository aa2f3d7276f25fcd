//! One case's events as dates, counts and pauses.

use super::case::{Case, Event};
use super::{Milestone, Script};
use crate::ingest::lexicon::{NO_NAME, normalised};
use crate::ingest::rows::Texts;
use std::collections::BTreeMap;

/// The transitions of the XES standard after which an activity is not done; `complete` and a log's own words are.
const UNFINISHED: [&str; 11] = [
    "schedule",
    "assign",
    "reassign",
    "start",
    "suspend",
    "resume",
    "autoskip",
    "manualskip",
    "withdraw",
    "ate_abort",
    "pi_abort",
];

/// A script with codes for names.
pub(super) struct Story {
    milestones: BTreeMap<String, (Which, Codes)>,
    from: Codes,
    to: Codes,
    has_pauses: bool,
    unfinished: Codes,
}

/// By code, whether it is one of those that are meant.
struct Codes(Vec<bool>);

impl Codes {
    fn of(names: &Texts, is_meant: impl Fn(&str) -> bool) -> Self {
        Self(names.iter().map(is_meant).collect())
    }

    fn has(&self, code: u32) -> bool {
        self.0.get(code as usize).is_some_and(|is_meant| *is_meant)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    First,
    Last,
}

impl Story {
    /// The script for a log whose names are these, by code.
    pub(super) fn new(script: &Script, names: &Texts) -> Self {
        let codes = |activities: &[String]| {
            let meant: Vec<String> = activities.iter().map(|name| normalised(name)).collect();
            Codes::of(names, |name| meant.iter().any(|own| own == name))
        };
        // Without activities every event is meant; with unknown ones none is.
        let all = || Codes::of(names, |_| true);
        let milestone = |milestone: &Milestone| match milestone {
            Milestone::First => (Which::First, all()),
            Milestone::Last => (Which::Last, all()),
            Milestone::FirstOf(activities) => (Which::First, codes(activities)),
            Milestone::LastOf(activities) => (Which::Last, codes(activities)),
        };
        let milestones = script.milestones.iter().map(|(name, own)| (name.clone(), milestone(own))).collect();
        let (from, to) = (codes(&script.pauses_from), codes(&script.pauses_to));
        let unfinished = Codes::of(names, |name| UNFINISHED.contains(&name.to_lowercase().as_str()));
        Self { milestones, from, to, unfinished, has_pauses: !script.pauses_from.is_empty() }
    }

    /// The names of the dates it gives.
    pub(super) fn milestones(&self) -> impl Iterator<Item = &str> {
        self.milestones.keys().map(String::as_str)
    }

    /// Whether it has pauses.
    pub(super) fn has_pauses(&self) -> bool {
        self.has_pauses
    }

    /// When a milestone of a case was reached, in microseconds, and whether only the day of it is known.
    pub(super) fn reached(&self, milestone: &str, case: &Case) -> Option<(i64, bool)> {
        let (which, activities) = self.milestones.get(milestone)?;
        let meant = case.events.iter().filter(|event| activities.has(event.activity));
        let mut meant = meant.map(|event| (event.at, event.day));
        if *which == Which::First { meant.next() } else { meant.next_back() }
    }

    /// The steps of a case: its events but those that only begin, interrupt or give up an activity.
    pub(super) fn steps<'a>(&self, case: &'a Case) -> Vec<&'a Event> {
        case.events.iter().filter(|event| self.is_done(event)).collect()
    }

    /// Whether an event's activity is done.
    pub(super) fn is_done(&self, event: &Event) -> bool {
        !self.unfinished.has(event.lifecycle)
    }

    /// The pauses of a case, in microseconds; the last may be open.
    pub(super) fn pauses(&self, case: &Case) -> Vec<(i64, Option<i64>)> {
        let mut pauses: Vec<(i64, Option<i64>)> = Vec::new();
        let mut since: Option<i64> = None;
        for event in &case.events {
            if self.to.has(event.activity) {
                since.take().into_iter().for_each(|from| pauses.push((from, Some(event.at))));
            }
            if self.from.has(event.activity) {
                since.get_or_insert(event.at);
            }
        }
        since.into_iter().for_each(|from| pauses.push((from, None)));
        pauses
    }
}

/// How many steps repeat an earlier one.
pub(super) fn repeated(steps: &[&Event]) -> usize {
    steps.len() - distinct(steps.iter().map(|step| step.activity).collect())
}

/// How many distinct names there are of something, and how often it changes along the way; what is unknown is neither.
pub(super) fn along(steps: &[&Event], of: impl Fn(&Event) -> u32) -> (usize, usize) {
    let known: Vec<u32> = steps.iter().map(|step| of(step)).filter(|code| *code != NO_NAME).collect();
    let changes = known.windows(2).filter(|pair| pair[0] != pair[1]).count();
    (distinct(known), changes)
}

fn distinct(mut codes: Vec<u32>) -> usize {
    codes.sort_unstable();
    codes.dedup();
    codes.len()
}
