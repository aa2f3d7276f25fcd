//! The table of steps: one row per event, for what is counted step by step.

use super::case::{Case, Event};
use super::story::Story;
use super::table::{moments, names, texts};
use crate::error::{Error, Result};
use crate::ingest::lexicon::NO_NAME;
use polars::prelude::*;

/// One row per event that was accepted, in the order of cases and of events in them, as
/// [`Frames`](crate::ingest::frames::Frames) have them.
///
/// `own` are the columns of the events themselves, `held` those that each step has of its case.
pub(super) fn frame(
    cases: &[Case],
    story: &Story,
    (own, held): (&[&str], &[String]),
    rows: &DataFrame,
) -> Result<DataFrame> {
    let events = || cases.iter().flat_map(|case| case.events.iter().map(move |event| (case, event)));
    let moment = |event: &Event| (event.at, event.day);
    let mut columns = vec![texts("case_id", events().map(|(case, _)| Some(case.id.as_str())))];
    columns.extend(moments("at", events().map(|(_, event)| Some(moment(event)))));
    if own.contains(&"step_due_at") {
        let due: Vec<_> = events().map(|(case, event)| due(story, case, event)).collect();
        columns.extend(moments("step_due_at", due.into_iter()));
        columns.extend(moments("done_at", events().map(|(_, event)| story.is_done(event).then(|| moment(event)))));
    }
    for (name, of) in [("unit", (|event| event.unit) as fn(&Event) -> u32), ("officer", |event| event.officer)] {
        if own.contains(&name) {
            columns.push(names(name, events().map(|(_, event)| of(event))));
        }
    }
    columns.extend(of_cases(cases, rows, held.iter().filter(|name| !own.contains(&name.as_str())))?);
    DataFrame::new(events().count(), columns).map_err(broken)
}

/// When a step is due.
///
/// A limit may stand on the event that begins a step, on the one that ends it, or on both: the step is one. What ends it
/// has its own limit or that of its last beginning; of beginnings that nothing ends only the last with a limit owes it.
fn due(story: &Story, case: &Case, event: &Event) -> Option<(i64, bool)> {
    let same = || case.events.iter().filter(|other| event.activity != NO_NAME && other.activity == event.activity);
    let at = event.place();
    if story.is_done(event) {
        let before = || same().filter(|other| other.place() < at);
        let ended = before().filter(|other| story.is_done(other)).map(Event::place).max();
        let begun = before().filter(|other| ended.is_none_or(|ended| other.place() > ended));
        return event.due().or(begun.filter_map(Event::due).next_back());
    }
    let mut later = same().filter(|other| other.place() > at);
    event.due().filter(|_| !later.any(|other| story.is_done(other) || other.due().is_some()))
}

/// Columns of names that each step has of its case.
fn of_cases<'a>(cases: &[Case], rows: &DataFrame, held: impl Iterator<Item = &'a String>) -> Result<Vec<Column>> {
    let places = cases.iter().enumerate();
    let places: IdxCa =
        places.flat_map(|(place, case)| case.events.iter().map(move |_| place as IdxSize)).collect_ca("".into());
    let columns = held.filter_map(|name| rows.column(name).ok());
    columns.map(|column| column.take(&places).map_err(broken)).collect()
}

fn broken(error: PolarsError) -> Error {
    Error::broken("making steps of events", error)
}
