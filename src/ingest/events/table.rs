//! The table of dossiers that events make, some cases at a time.

use super::case::{Case, Event, Value};
use super::merge::Gathered;
use super::story::{Story, along, repeated};
use crate::error::{Error, Result};
use crate::ingest::binding::DAYS_OF;
use crate::ingest::lexicon::NO_NAME;
use crate::ingest::schema::{CASES, Kind};
use chrono::DateTime;
use polars::prelude::*;
use xxhash_rust::xxh3::xxh3_128;

/// One row per case, in canonical columns, as [`Frames`](crate::ingest::frames::Frames) have them.
pub(super) fn frame(cases: &[Case], gathered: &Gathered, story: &Story, held: &[&str]) -> Result<DataFrame> {
    let mut columns = vec![texts("case_id", cases.iter().map(|case| Some(&case.id)))];
    for (place, name) in gathered.attributes.iter().enumerate() {
        columns.extend(attribute(cases, place, name));
    }
    for name in story.milestones() {
        columns.extend(moments(name, cases.iter().map(|case| story.reached(name, case))));
    }
    columns.extend(counts(cases, gathered, story, held));
    let has = |name: &str| gathered.attributes.iter().any(|own| own == name);
    if story.has_pauses() && !has("paused") {
        columns.push(texts("paused", cases.iter().map(|case| Some(spelled(&story.pauses(case))))));
    }
    for (name, of) in [("unit", (|event| event.unit) as fn(&Event) -> u32), ("officer", |event| event.officer)] {
        if held.contains(&name) && !has(name) {
            columns.push(names(name, cases.iter().map(|case| last(case, of))));
        }
    }
    DataFrame::new(cases.len(), columns).map_err(|e| Error::broken("making cases of events", e))
}

fn attribute(cases: &[Case], place: usize, name: &str) -> Vec<Column> {
    let values = cases.iter().map(|case| case.attributes.get(place).and_then(Option::as_ref).map(|(value, _)| value));
    let kind = CASES.iter().find(|(known, _)| *known == name).map_or(Kind::Text, |(_, kind)| *kind);
    match kind {
        Kind::Instant => moments(
            name,
            values.map(|value| if let Some(Value::Instant(us, day)) = value { Some((*us, *day)) } else { None }),
        )
        .into(),
        Kind::Number | Kind::Decimal | Kind::Flag => {
            let numbers =
                values.map(|value| if let Some(Value::Number(number)) = value { Some(*number) } else { None });
            vec![numbers.collect::<Int64Chunked>().with_name(name.into()).into_column()]
        }
        Kind::Id | Kind::Key | Kind::Pauses => {
            vec![texts(name, values.map(|value| if let Some(Value::Text(text)) = value { Some(text) } else { None }))]
        }
        Kind::Text => {
            vec![names(name, values.map(|value| if let Some(Value::Name(code)) = value { *code } else { NO_NAME }))]
        }
    }
}

/// What can be counted along each case.
fn counts(cases: &[Case], gathered: &Gathered, story: &Story, held: &[&str]) -> Vec<Column> {
    let (has_units, has_officers) = (held.contains(&"unit"), held.contains(&"officer"));
    let mut counts: [Vec<i64>; 5] = Default::default();
    let mut paths = Vec::with_capacity(cases.len());
    let mut way = String::new();
    for case in cases {
        let steps = story.steps(case);
        let (units, handovers) = along(&steps, |event| event.unit);
        let (officers, _) = along(&steps, |event| event.officer);
        let own = [steps.len(), repeated(&steps), units, handovers, officers];
        counts.iter_mut().zip(own).for_each(|(counts, own)| counts.push(own as i64));
        paths.push(Some(path(gathered, &steps, &mut way)));
    }
    let names = [
        ("steps", true),
        ("repeated_steps", true),
        ("units", has_units),
        ("handovers", has_units),
        ("officers", has_officers),
    ];
    let columns = names.into_iter().zip(counts).filter(|((_, known), _)| *known);
    columns
        .map(|((name, _), counts)| Column::new(name.into(), counts))
        .chain([texts("path", paths.into_iter())])
        .collect()
}

/// The activities of the steps in order, hashed: two of a million ways share a name with probability 10⁻²⁷.
fn path(gathered: &Gathered, steps: &[&Event], way: &mut String) -> String {
    way.clear();
    for (place, step) in steps.iter().enumerate() {
        if place > 0 {
            way.push('\0');
        }
        way.push_str(gathered.names.get(step.activity as usize));
    }
    format!("{:032x}", xxh3_128(way.as_bytes()))
}

/// The last known name of something.
fn last(case: &Case, of: impl Fn(&Event) -> u32) -> u32 {
    case.events.iter().rev().map(of).find(|code| *code != NO_NAME).unwrap_or(NO_NAME)
}

/// Names as their numbers.
pub(super) fn names(name: &str, codes: impl Iterator<Item = u32>) -> Column {
    let codes = codes.map(|code| Some(code).filter(|code| *code != NO_NAME));
    codes.collect::<UInt32Chunked>().with_name(name.into()).into_column()
}

/// Moments of UTC, and beside them which of them are days.
pub(super) fn moments(name: &str, known: impl Iterator<Item = Option<(i64, bool)>> + Clone) -> [Column; 2] {
    let moments = known.clone().map(|at| at.map(|(us, _)| us)).collect::<Int64Chunked>();
    let marks = known.map(|at| at.is_some_and(|(_, day)| day)).collect::<BooleanChunked>();
    let marks = marks.with_name(format!("{DAYS_OF}{name}").into());
    [moments.with_name(name.into()).into_column(), marks.into_column()]
}

pub(in crate::ingest) fn texts<T: AsRef<str>>(name: &str, texts: impl Iterator<Item = Option<T>>) -> Column {
    texts.collect::<StringChunked>().with_name(name.into()).into_column()
}

/// Pauses as the column `paused` has them.
pub(in crate::ingest) fn spelled(pauses: &[(i64, Option<i64>)]) -> String {
    let moment = |us: i64| {
        DateTime::from_timestamp_micros(us)
            .map(|at| at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string())
            .unwrap_or_default()
    };
    let pause = |(from, to): &(i64, Option<i64>)| format!("{}/{}", moment(*from), to.map(moment).unwrap_or_default());
    pauses.iter().map(pause).collect::<Vec<_>>().join(";")
}
