//! The table of steps: one row per event, for what is counted step by step.

use super::gather::{Case, Event, Gathered};
use super::story::Story;
use super::table::{instants, named, texts};
use crate::error::{Error, Result};
use crate::ingest::lexicon::NO_NAME;
use crate::ingest::zone::Zone;
use polars::prelude::*;

/// One row per event that was accepted, in the order of cases and of events in them.
///
/// `held` are the columns of the events themselves, and those that each step has of its case.
pub(super) fn frame(
    gathered: &Gathered,
    story: &Story,
    (own, held): (&[&str], &[String]),
    cases: &DataFrame,
    zone: &Zone,
) -> Result<DataFrame> {
    let events = || gathered.cases.iter().flat_map(|case| case.events.iter().map(move |event| (case, event)));
    let moment = |event: &Event| (event.at.0, event.day);
    let mut columns = vec![texts("case_id", events().map(|(case, _)| named(gathered, case.id)))];
    columns.extend(instants("at", events().map(|(_, event)| Some(moment(event))).collect(), zone)?);
    if own.contains(&"step_due_at") {
        let due = events().map(|(case, event)| due(story, case, event)).collect();
        let done = events().map(|(_, event)| story.is_done(event).then(|| moment(event))).collect();
        columns.extend(instants("step_due_at", due, zone)?);
        columns.extend(instants("done_at", done, zone)?);
    }
    for (name, of) in [("unit", (|event| event.unit) as fn(&Event) -> u32), ("officer", |event| event.officer)] {
        if own.contains(&name) {
            columns.push(texts(name, events().map(|(_, event)| named(gathered, of(event)))));
        }
    }
    columns.extend(of_cases(gathered, cases, held.iter().filter(|name| !own.contains(&name.as_str())))?);
    DataFrame::new(events().count(), columns).map_err(broken)
}

/// When a step is due.
///
/// A limit may stand on the event that begins a step, on the one that ends it, or on both: the step is one. What ends it
/// has its own limit or that of its last beginning; of beginnings that nothing ends only the last with a limit owes it.
fn due(story: &Story, case: &Case, event: &Event) -> Option<(i64, bool)> {
    let same = || case.events.iter().filter(|other| event.activity != NO_NAME && other.activity == event.activity);
    if story.is_done(event) {
        let before = || same().filter(|other| other.at < event.at);
        let ended = before().filter(|other| story.is_done(other)).map(|other| other.at).max();
        let begun = before().filter(|other| ended.is_none_or(|ended| other.at > ended));
        return event.due.or(begun.filter_map(|other| other.due).next_back());
    }
    let mut later = same().filter(|other| other.at > event.at);
    event.due.filter(|_| !later.any(|other| story.is_done(other) || other.due.is_some()))
}

/// Columns that each step has of its case.
fn of_cases<'a>(gathered: &Gathered, cases: &DataFrame, held: impl Iterator<Item = &'a String>) -> Result<Vec<Column>> {
    let places = gathered.cases.iter().enumerate();
    let places: IdxCa =
        places.flat_map(|(place, case)| case.events.iter().map(move |_| place as IdxSize)).collect_ca("".into());
    let columns = held.filter_map(|name| cases.column(name).ok());
    columns.map(|column| column.take(&places).map_err(broken)).collect()
}

fn broken(error: PolarsError) -> Error {
    Error::broken("making steps of events", error)
}
