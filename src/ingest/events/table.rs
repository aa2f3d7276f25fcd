//! The table of dossiers that events make.

use super::gather::{Case, Event, Gathered, Value};
use super::story::{Story, along, repeated};
use crate::error::{Error, Result};
use crate::ingest::binding::DAYS_OF;
use crate::ingest::lexicon::NO_NAME;
use crate::ingest::schema::Kind;
use crate::ingest::zone::Zone;
use chrono::DateTime;
use polars::prelude::*;
use xxhash_rust::xxh3::xxh3_128;

/// One row per case, in canonical columns.
pub(super) fn frame(gathered: &Gathered, story: &Story, held: &[&str], zone: &Zone) -> Result<DataFrame> {
    let mut columns = vec![texts("case_id", gathered.cases.iter().map(|case| named(gathered, case.id)))];
    for (place, name) in gathered.attributes.iter().enumerate() {
        columns.extend(attribute(gathered, place, name, zone)?);
    }
    for name in story.milestones() {
        columns.extend(instants(name, gathered.cases.iter().map(|case| story.reached(name, case)).collect(), zone)?);
    }
    columns.extend(counts(gathered, story, held));
    if story.has_pauses() && !gathered.attributes.iter().any(|name| name == "paused") {
        let spelled = gathered.cases.iter().map(|case| spelled(&story.pauses(case)));
        columns.push(texts("paused", spelled.map(Some)));
    }
    for (name, of) in [("unit", last_unit as fn(&Case) -> u32), ("officer", last_officer)] {
        if held.contains(&name) && !gathered.attributes.iter().any(|own| own == name) {
            columns.push(texts(name, gathered.cases.iter().map(|case| named(gathered, of(case)))));
        }
    }
    DataFrame::new(gathered.cases.len(), columns).map_err(|e| Error::broken("making cases of events", e))
}

fn attribute(gathered: &Gathered, place: usize, name: &str, zone: &Zone) -> Result<Vec<Column>> {
    let values = gathered.cases.iter();
    let values = values.map(|case| case.attributes.get(place).and_then(Option::as_ref).map(|(value, _)| value));
    match Gathered::kind(name) {
        Kind::Instant => {
            let known =
                values.map(|value| if let Some(Value::Instant(us, day)) = value { Some((*us, *day)) } else { None });
            instants(name, known.collect(), zone)
        }
        Kind::Number | Kind::Decimal | Kind::Flag => {
            let numbers =
                values.map(|value| if let Some(Value::Number(number)) = value { Some(*number) } else { None });
            Ok(vec![numbers.collect::<Int64Chunked>().with_name(name.into()).into_column()])
        }
        Kind::Id | Kind::Text | Kind::Key | Kind::Pauses => {
            let names =
                values.map(|value| if let Some(Value::Name(code)) = value { named(gathered, *code) } else { None });
            Ok(vec![texts(name, names)])
        }
    }
}

/// What can be counted along each case.
fn counts(gathered: &Gathered, story: &Story, held: &[&str]) -> Vec<Column> {
    let (has_units, has_officers) = (held.contains(&"unit"), held.contains(&"officer"));
    let mut counts: [Vec<i64>; 5] = Default::default();
    for case in &gathered.cases {
        let steps = story.steps(case);
        let (units, handovers) = along(&steps, |event| event.unit);
        let (officers, _) = along(&steps, |event| event.officer);
        let own = [steps.len(), repeated(&steps), units, handovers, officers];
        counts.iter_mut().zip(own).for_each(|(counts, own)| counts.push(own as i64));
    }
    let names = [
        ("steps", true),
        ("repeated_steps", true),
        ("units", has_units),
        ("handovers", has_units),
        ("officers", has_officers),
    ];
    let columns = names.into_iter().zip(counts).filter(|((_, known), _)| *known);
    let paths = gathered.cases.iter().map(|case| Some(path(gathered, &story.steps(case))));
    columns.map(|((name, _), counts)| Column::new(name.into(), counts)).chain([texts("path", paths)]).collect()
}

/// The activities of the steps in order, hashed: two of a million ways share a name with probability 10⁻²⁷.
fn path(gathered: &Gathered, steps: &[&Event]) -> String {
    let names = steps.iter().filter_map(|step| gathered.names.get(step.activity as usize));
    let way: Vec<&str> = names.map(String::as_str).collect();
    format!("{:032x}", xxh3_128(way.join("\0").as_bytes()))
}

fn last_unit(case: &Case) -> u32 {
    case.events.iter().rev().map(|event| event.unit).find(|code| *code != NO_NAME).unwrap_or(NO_NAME)
}

fn last_officer(case: &Case) -> u32 {
    case.events.iter().rev().map(|event| event.officer).find(|code| *code != NO_NAME).unwrap_or(NO_NAME)
}

pub(super) fn named(gathered: &Gathered, code: u32) -> Option<String> {
    gathered.names.get(code as usize).filter(|_| code != NO_NAME).cloned()
}

pub(in crate::ingest) fn texts(name: &str, texts: impl Iterator<Item = Option<String>>) -> Column {
    texts.collect::<StringChunked>().with_name(name.into()).into_column()
}

/// Local days where nothing more is known of any; else moments of UTC, and beside them which of them are days.
pub(in crate::ingest) fn instants(name: &str, known: Vec<Option<(i64, bool)>>, zone: &Zone) -> Result<Vec<Column>> {
    let broken = |e| Error::broken("making dates of events", e);
    let days = known.iter().flatten().filter(|(_, day)| *day).count();
    if days > 0 && days == known.iter().flatten().count() {
        let own = known.iter().map(|at| at.map(|(us, _)| zone.day(us) as i32)).collect::<Int32Chunked>();
        return Ok(vec![own.with_name(name.into()).into_column().cast(&DataType::Date).map_err(broken)?]);
    }
    let moments = known.iter().map(|at| at.map(|(us, _)| us)).collect::<Int64Chunked>();
    let to = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    let mut columns = vec![moments.with_name(name.into()).into_column().cast(&to).map_err(broken)?];
    if days > 0 {
        let marks = known.iter().map(|at| at.is_some_and(|(_, day)| day)).collect::<BooleanChunked>();
        columns.push(marks.with_name(format!("{DAYS_OF}{name}").into()).into_column());
    }
    Ok(columns)
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
