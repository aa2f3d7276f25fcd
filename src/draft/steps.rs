//! Events: which columns are an event's own, with what dossiers end, and when the office waits.

use super::column::{Column, share};
use super::name::{LIKELY, Name};
use super::synonyms::{ACTIVITIES, ENDS, EVENT_OFFICERS, EVENT_UNITS, IDS, LIFECYCLES, MOMENTS, PAUSE, RESUME, each};
use crate::ingest::Glance;
use std::collections::{BTreeMap, HashMap};

/// Activities that may be looked through.
const MOST_ACTIVITIES: usize = 3_000;

/// The share of dossiers that must end with an activity for it to be an end.
const ENDING: f64 = 0.05;

/// The columns that are an event's own, by place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Own {
    pub(super) id: usize,
    pub(super) activity: usize,
    pub(super) at: usize,
    pub(super) officer: Option<usize>,
    pub(super) unit: Option<usize>,
    pub(super) lifecycle: Option<usize>,
}

impl Own {
    pub(super) fn of(columns: &[Column]) -> Option<Self> {
        let title = |names: &[&str]| names.iter().find_map(|name| columns.iter().position(|own| own.title() == *name));
        let named = |synonyms: &str, fits: &dyn Fn(&Column) -> bool| {
            let scored = columns.iter().enumerate().filter(|(_, own)| !own.title().starts_with("case:") && fits(own));
            let scored = scored.map(|(at, own)| (own.name.score(synonyms), std::cmp::Reverse(at)));
            scored.max().filter(|(score, _)| *score >= LIKELY).map(|(_, at)| at.0)
        };
        let is_text = |own: &Column| own.dates.is_none();
        let repeats = |own: &Column| is_text(own) && own.filled() > 0.9 && own.distinct * 3 <= own.values * 2;
        let id = title(&["case:concept:name", "case_id", "MaHoSo"]).or_else(|| named(IDS, &repeats))?;
        let is_activity = |own: &Column| is_text(own) && own.distinct <= MOST_ACTIVITIES && own.filled() > 0.5;
        let activity = title(&["concept:name", "activity"]).or_else(|| named(ACTIVITIES, &is_activity))?;
        let at = title(&["time:timestamp", "at"]).or_else(|| moment(columns))?;
        columns[at].dates.as_ref()?;
        let other = |names: &[&str], synonyms: &str| {
            let found = title(names).or_else(|| named(synonyms, &is_text));
            found.filter(|at| ![id, activity].contains(at))
        };
        Some(Self {
            id,
            activity,
            at,
            officer: other(&["org:resource", "officer"], EVENT_OFFICERS),
            unit: other(&["org:group", "unit"], EVENT_UNITS),
            lifecycle: other(&["lifecycle:transition", "lifecycle"], LIFECYCLES),
        })
    }

    /// Whether a dossier has more than one row, as events have.
    pub(super) fn repeats(&self, columns: &[Column]) -> bool {
        columns[self.id].distinct * 3 <= columns[self.id].values * 2
    }

    pub(super) fn all(&self) -> impl Iterator<Item = usize> {
        let own = [Some(self.id), Some(self.activity), Some(self.at), self.officer, self.unit, self.lifecycle];
        own.into_iter().flatten()
    }
}

/// The moment of an event: a date that every row has.
fn moment(columns: &[Column]) -> Option<usize> {
    let dated = columns.iter().enumerate().filter(|(_, own)| own.dates.is_some() && own.filled() >= 0.99);
    let scored = dated.map(|(at, own)| (own.name.score_of_date(MOMENTS), std::cmp::Reverse(at)));
    scored.max().map(|(_, at)| at.0)
}

/// The events of the first dossiers, each in its order, by place of the kept row.
pub(super) fn stories(columns: &[Column], own: &Own, glance: &Glance) -> Vec<Vec<usize>> {
    let (ids, dates) = (&columns[own.id].seen.texts, columns[own.at].dates.as_ref());
    let mut stories: Vec<Vec<usize>> = Vec::new();
    for (part, head) in glance.parts.iter().zip(&glance.heads) {
        let mut places: HashMap<&str, usize> = HashMap::new();
        let rows = part.start..part.start + head;
        let first = stories.len();
        for row in rows.clone().filter(|row| !ids[*row].is_empty()) {
            let place = *places.entry(&ids[row]).or_insert_with(|| {
                stories.push(Vec::new());
                stories.len() - 1
            });
            stories[place].push(row);
        }
        if *head < part.len() || !glance.whole {
            keep_ended(&mut stories, first, rows.end);
        }
    }
    let at = |row: &usize| dates.and_then(|dates| dates.us.get(*row).copied().flatten());
    stories.iter_mut().for_each(|story| story.sort_by_key(|row| (at(row), *row)));
    stories
}

/// Drops dossiers that may go on behind the rows that were read one after another.
fn keep_ended(stories: &mut Vec<Vec<usize>>, first: usize, end: usize) {
    let together =
        |story: &Vec<usize>| story.last().zip(story.first()).is_some_and(|(last, first)| last - first < story.len());
    let own = &stories[first..];
    let begin = own.iter().filter_map(|story| story.first()).min().copied().unwrap_or_default();
    let half = begin + (end - begin) / 2;
    let is_sorted_by_case = own.iter().filter(|story| together(story)).count() * 10 >= own.len() * 9;
    let is_over = |story: &Vec<usize>| match is_sorted_by_case {
        true => story.last().is_some_and(|last| last + 1 < end),
        // Rows in the order of time: a dossier that began early is likely over.
        false => story.first().is_some_and(|row| *row < half),
    };
    let kept: Vec<Vec<usize>> = stories.drain(first..).filter(is_over).collect();
    stories.extend(kept);
}

/// Whether the values of a column are those of the whole dossier.
pub(super) fn is_of_case(column: &Column, stories: &[Vec<usize>]) -> bool {
    let long: Vec<&Vec<usize>> = stories.iter().filter(|story| story.len() > 1).collect();
    let one = |story: &&&Vec<usize>| {
        let mut values = story.iter().map(|row| &column.seen.texts[*row]).filter(|text| !text.is_empty());
        values.next().is_none_or(|first| values.all(|other| other == first))
    };
    !long.is_empty() && long.iter().filter(one).count() * 100 >= long.len() * 98
}

/// How often an activity stands in dossiers, and how often at their end.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Standing {
    pub(super) cases: usize,
    pub(super) first: usize,
    pub(super) last: usize,
}

/// Every activity with where it stands, by name.
pub(super) fn standings<'a>(column: &'a Column, stories: &[Vec<usize>]) -> BTreeMap<&'a str, Standing> {
    let mut all: BTreeMap<&str, Standing> = BTreeMap::new();
    for story in stories {
        let names: Vec<&str> =
            story.iter().map(|row| column.seen.texts[*row].as_str()).filter(|own| !own.is_empty()).collect();
        let mut once = names.clone();
        once.sort_unstable();
        once.dedup();
        once.iter().for_each(|name| all.entry(name).or_default().cases += 1);
        names.first().iter().for_each(|name| all.entry(name).or_default().first += 1);
        names.last().iter().for_each(|name| all.entry(name).or_default().last += 1);
    }
    all
}

/// The activities with which dossiers end: with which enough do, and behind which hardly anything comes.
pub(super) fn ends<'a>(standings: &BTreeMap<&'a str, Standing>, dossiers: usize) -> Vec<(&'a str, Standing)> {
    let is_end = |own: &Standing| share(own.last, dossiers) >= ENDING && own.last * 2 >= own.cases;
    let mut ends: Vec<(&str, Standing)> =
        standings.iter().filter(|(_, own)| is_end(own)).map(|(name, own)| (*name, *own)).collect();
    let is_told = |(name, _): &(&str, Standing)| {
        let name = Name::of(name);
        each(ENDS).any(|word| name.has(word))
    };
    // A dossier that waits ends nowhere: where words tell ends from what is left lying, they count.
    let told: usize = ends.iter().filter(|own| is_told(own)).map(|(_, own)| own.last).sum();
    if told * 2 >= dossiers {
        ends.retain(is_told);
    }
    ends.sort_by_key(|(name, own)| (std::cmp::Reverse(own.last), *name));
    ends
}

/// The activities with which the office begins to wait for the applicant, and with which it goes on.
pub(super) fn pauses<'a>(standings: &BTreeMap<&'a str, Standing>) -> (Vec<&'a str>, Vec<&'a str>) {
    let has = |name: &str, words: &str| {
        let name = Name::of(name);
        each(words).any(|word| name.has(word))
    };
    let resumes = |name: &str| has(name, RESUME) && !has(name, "yeu cau bo sung, cho bo sung");
    let to: Vec<&str> = standings.keys().copied().filter(|name| resumes(name)).collect();
    let from = standings.keys().copied().filter(|name| has(name, PAUSE) && !resumes(name)).collect();
    (from, to)
}
