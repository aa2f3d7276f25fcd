//! The index as a result: what it is of, every item with what was counted, groups, total, offices.

use super::filled::{Filled766, Ranked};
use super::item::{Group, Rule};
use super::parameters::Parameters;
use super::score::{Answer, Index, Points};
use crate::error::Undefined;
use crate::forms::Head;
use crate::forms::absent::{absent, printed};
use crate::kpi::Name;
use serde::ser::{Serialize, Serializer};

/// The contract of the index's JSON.
pub(super) const SCHEMA: &str = "giamtang.form.766/1";

#[derive(serde::Serialize)]
struct Told<'a> {
    schema: &'static str,
    head: &'a Head,
    level: &'static str,
    rules: Rules<'a>,
    #[serde(flatten)]
    whole: Scored<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    units: Vec<Unit<'a>>,
}

#[derive(serde::Serialize)]
struct Rules<'a> {
    digitised: &'static str,
    payment: &'static str,
    online_by_sync: bool,
    public_answers: bool,
    bands: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    given: Vec<Given<'a>>,
}

#[derive(serde::Serialize)]
struct Given<'a> {
    item: &'a str,
    numerator: u64,
    denominator: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
}

#[derive(serde::Serialize)]
struct Scored<'a> {
    total: Total,
    groups: Vec<OfGroup>,
    items: Vec<OfItem<'a>>,
}

#[derive(serde::Serialize)]
struct Total {
    #[serde(flatten)]
    points: Sum,
    #[serde(skip_serializing_if = "Option::is_none")]
    share: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    low: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    high: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    grade: Option<&'static str>,
}

#[derive(serde::Serialize)]
struct Sum {
    score: f64,
    attainable: u32,
    maximum: u32,
}

#[derive(serde::Serialize)]
struct OfGroup {
    id: &'static str,
    name: Name,
    #[serde(flatten)]
    points: Sum,
}

#[derive(serde::Serialize)]
struct OfItem<'a> {
    id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    group: &'static str,
    name: &'a Name,
    maximum: u8,
    rule: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    saturated_at: Option<f64>,
    counted: Counted,
    #[serde(skip_serializing_if = "is_one")]
    factor: f64,
    #[serde(skip_serializing_if = "is_zero")]
    left_out: u64,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    without: &'a [String],
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    given: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<f64>,
}

#[derive(serde::Serialize)]
#[serde(untagged)]
enum Counted {
    Yes {
        numerator: u64,
        denominator: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        rate: Option<f64>,
    },
    Rounded {
        rounded: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        rate: Option<f64>,
    },
    #[serde(serialize_with = "absent")]
    No(Undefined),
}

#[derive(serde::Serialize)]
struct Unit<'a> {
    unit: Option<&'a str>,
    level: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rank: Option<usize>,
    of: usize,
    #[serde(flatten)]
    scored: Scored<'a>,
}

fn is_one(factor: &f64) -> bool {
    *factor == 1.0
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl Serialize for Filled766 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { head, parameters, whole, units } = self;
        let told = Told {
            schema: SCHEMA,
            head,
            level: whole.level.id(),
            rules: rules(parameters),
            whole: scored(whole),
            units: units.iter().map(unit).collect(),
        };
        told.serialize(serializer)
    }
}

fn rules(parameters: &Parameters) -> Rules<'_> {
    let given = parameters.given.iter().map(|(item, given)| Given {
        item,
        numerator: given.rate.numerator(),
        denominator: given.rate.denominator(),
        source: given.source.as_deref(),
    });
    Rules {
        digitised: parameters.digitised.name(),
        payment: parameters.payment.name(),
        online_by_sync: parameters.online_by_sync,
        public_answers: parameters.public_answers,
        bands: "unverified",
        given: given.collect(),
    }
}

fn scored(index: &Index) -> Scored<'_> {
    let total = index.total();
    let bounds = total.bounds();
    let group = |group: Group| OfGroup { id: group.id(), name: group.name(), points: sum(index.group(group)) };
    Scored {
        total: Total {
            points: sum(total),
            share: total.share().map(printed),
            low: bounds.map(|(low, _)| printed(low)),
            high: bounds.map(|(_, high)| printed(high)),
            grade: total.grade().map(|grade| grade.id()),
        },
        groups: Group::ALL.map(group).into_iter().filter(|group| group.points.maximum > 0).collect(),
        items: index.answers.iter().map(item).collect(),
    }
}

fn unit(ranked: &Ranked) -> Unit<'_> {
    let Ranked { rank, of, index } = ranked;
    let unit = index.unit.as_ref().and_then(|unit| unit.as_deref());
    Unit { unit, level: index.level.id(), rank: *rank, of: *of, scored: scored(index) }
}

fn item(answer: &Answer) -> OfItem<'_> {
    let Answer { item, rate, factor, left_out, without, given, is_rounded } = answer;
    let (rule, saturated_at) = match item.rule {
        Rule::Linear => ("linear", None),
        Rule::Saturated { at } => ("saturated", Some(at)),
        Rule::Information => ("information", None),
    };
    let counted = match rate {
        Ok(rate) if *is_rounded => Counted::Rounded { rounded: true, rate: rate.share().map(printed) },
        Ok(rate) => Counted::Yes {
            numerator: rate.numerator(),
            denominator: rate.denominator(),
            rate: rate.share().map(printed),
        },
        Err(why) => Counted::No(why.clone()),
    };
    OfItem {
        id: item.id,
        code: item.code,
        group: item.group.id(),
        name: &item.name,
        maximum: item.maximum,
        rule,
        saturated_at,
        counted,
        factor: printed(*factor),
        left_out: *left_out,
        without,
        given: *given,
        score: answer.score().map(printed),
    }
}

fn sum(points: Points) -> Sum {
    let Points { score, attainable, maximum } = points;
    Sum { score: printed(score), attainable, maximum }
}
