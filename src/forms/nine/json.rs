//! The nine indices as a result.

use super::filled::{Answer, FilledNine, Nine, Source, Value};
use crate::error::Undefined;
use crate::forms::Head;
use crate::forms::absent::{absent, printed};
use crate::kpi::Name;
use serde::ser::{Serialize, Serializer};

/// The contract of the JSON.
pub(super) const SCHEMA: &str = "giamtang.form.nine/1";

#[derive(serde::Serialize)]
struct Told<'a> {
    schema: &'static str,
    head: &'a Head,
    thresholds: &'static str,
    #[serde(flatten)]
    whole: Scored<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    units: Vec<Unit<'a>>,
}

#[derive(serde::Serialize)]
struct Scored<'a> {
    total: Total,
    items: Vec<OfItem<'a>>,
}

#[derive(serde::Serialize)]
struct Total {
    points: u8,
    attainable: u8,
    maximum: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    band: Option<&'static str>,
}

#[derive(serde::Serialize)]
struct Unit<'a> {
    unit: Option<&'a str>,
    #[serde(flatten)]
    scored: Scored<'a>,
}

#[derive(serde::Serialize)]
struct OfItem<'a> {
    number: u8,
    name: &'a Name,
    maximum: u8,
    from: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thresholds: Option<Limits>,
    points: Points,
}

#[derive(serde::Serialize)]
struct Limits {
    two: f64,
    one: f64,
    better: &'static str,
}

#[derive(serde::Serialize)]
#[serde(untagged)]
enum Points {
    Yes(u8),
    #[serde(serialize_with = "absent")]
    No(Undefined),
}

impl Serialize for FilledNine {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let unit = |nine| Unit { unit: unit(nine), scored: scored(nine) };
        let told = Told {
            schema: SCHEMA,
            head: &self.head,
            thresholds: "unverified",
            whole: scored(&self.whole),
            units: self.units.iter().map(unit).collect(),
        };
        told.serialize(serializer)
    }
}

fn unit(nine: &Nine) -> Option<&str> {
    nine.unit.as_ref().and_then(|unit| unit.as_deref())
}

fn scored(nine: &Nine) -> Scored<'_> {
    let (points, attainable, band) = (nine.points(), nine.attainable(), nine.band().map(|band| band.id()));
    Scored { total: Total { points, attainable, maximum: 18, band }, items: nine.answers.iter().map(item).collect() }
}

fn item(answer: &Answer) -> OfItem<'_> {
    let Answer { item, source, points } = answer;
    let (from, by, value) = match source {
        Source::Given(from) => ("office", from.as_deref(), None),
        Source::Survey(question, value) => ("survey", Some(question.as_str()), value.as_ref()),
        Source::Log(measured, value) => ("log", Some(measured.by), value.as_ref()),
        Source::Nothing => ("nothing", None, None),
    };
    OfItem {
        number: item.number,
        name: &item.name,
        maximum: 2,
        from,
        by,
        value: value.map(|own| printed(own.value)),
        n: value.and_then(|own| own.n),
        thresholds: value.map(limits),
        points: points.clone().map_or_else(Points::No, Points::Yes),
    }
}

fn limits(value: &Value) -> Limits {
    let own = value.thresholds;
    Limits { two: own.two, one: own.one, better: if own.higher { "higher" } else { "lower" } }
}
