//! The drill-down as the script of the page reads it: columns of numbers, KPI by KPI, as short as they can be written.
//!
//! A number is as it is printed, in the KPI's unit; where there is none, a text says which of `whys` is the reason. A
//! column whose entries are all the same is written once.

use super::words::{DRILL_WORDS, anchor};
use crate::error::Undefined;
use crate::kpi::{Better, Unit};
use crate::report::Lang;
use crate::report::number::{Digits, factor};
use crate::report::page::escaped;
use crate::report::section::units;
use crate::report::words::{axis, flag, place, verdict};
use crate::scorecard::{Absence, Beside, Change, Figure, Flag, Known, Row, Scorecard, SideBySide, Verdict};
use serde::Serialize;
use serde_json::{Number, Value};
use std::collections::{BTreeMap, HashMap};

/// Places in a funnel, in the order of their numbers.
const PLACES: [&str; 5] = ["far_below", "below", "inside", "above", "far_above"];
/// Verdicts, in the order of their numbers.
const VERDICTS: [Verdict; 4] = [Verdict::Improved, Verdict::Worsened, Verdict::NoClearChange, Verdict::NotComparable];
/// Most decimals a number is printed with.
const MOST: usize = 4;

/// What the script makes tables of.
#[derive(Serialize)]
struct Drill {
    words: BTreeMap<&'static str, &'static str>,
    by: Vec<String>,
    /// Each group's names; null is no name.
    groups: Vec<Vec<Option<String>>>,
    verdicts: Vec<[&'static str; 2]>,
    places: Vec<&'static str>,
    flags: Vec<&'static str>,
    two: bool,
    kpis: Vec<Column>,
    whys: Vec<String>,
}

/// A KPI of all groups.
#[derive(Serialize)]
struct Column {
    id: String,
    name: String,
    axis: String,
    unit: &'static str,
    gap: &'static str,
    better: i8,
    decimals: usize,
    #[serde(skip_serializing_if = "Entries::is_nothing")]
    was: Entries,
    is: Entries,
    #[serde(skip_serializing_if = "Entries::is_nothing")]
    change: Entries,
    #[serde(skip_serializing_if = "Entries::is_nothing")]
    low: Entries,
    #[serde(skip_serializing_if = "Entries::is_nothing")]
    high: Entries,
    /// The change at a fixed mix, and its limits.
    #[serde(skip_serializing_if = "Entries::is_nothing")]
    fixed: Entries,
    #[serde(skip_serializing_if = "Entries::is_nothing")]
    fixed_low: Entries,
    #[serde(skip_serializing_if = "Entries::is_nothing")]
    fixed_high: Entries,
    #[serde(skip_serializing_if = "Entries::is_nothing")]
    n_was: Entries,
    n: Entries,
    #[serde(skip_serializing_if = "Entries::is_nothing")]
    verdict: Entries,
    #[serde(skip_serializing_if = "Entries::is_nothing")]
    flags: Entries,
    #[serde(skip_serializing_if = "Option::is_none")]
    beside: Option<Funnel>,
}

/// Places of the groups beside each other.
#[derive(Serialize)]
struct Funnel {
    centre: Value,
    place: Entries,
    drawn: Entries,
    drawn_low: Entries,
    drawn_high: Entries,
    rank: Entries,
    best: Entries,
    worst: Entries,
}

/// What every group has of one thing.
#[derive(Serialize)]
#[serde(untagged)]
enum Entries {
    Same(Value),
    Each(Vec<Value>),
}

impl Entries {
    fn is_nothing(&self) -> bool {
        matches!(self, Self::Same(Value::Null))
    }
}

impl FromIterator<Value> for Entries {
    fn from_iter<I: IntoIterator<Item = Value>>(entries: I) -> Self {
        let all: Vec<Value> = entries.into_iter().collect();
        match all.split_first() {
            Some((first, rest)) if rest.iter().all(|entry| entry == first) => Self::Same(first.clone()),
            _ => Self::Each(all),
        }
    }
}

/// The drill-down as JSON; `None` where there is none.
pub(super) fn json(card: &Scorecard, lang: Lang) -> Option<String> {
    let first = card.groups.first()?;
    let by: Vec<String> = first.by.keys().map(|column| escaped(column)).collect();
    let names = card.groups.iter().map(|group| group.by.values().map(|name| name.as_deref().map(escaped)).collect());
    let mut reasons = Reasons { lang, whys: Vec::new(), places: HashMap::new() };
    let told = first.kpis.iter().enumerate().filter(|(at, row)| rows(card, &row.id, *at).flatten().any(has_figures));
    let kpis = told.map(|(at, row)| column(card, row, at, &mut reasons)).collect();
    let drill = Drill {
        words: DRILL_WORDS.iter().map(|(name, words)| (*name, lang.say(*words))).collect(),
        by,
        groups: names.collect(),
        verdicts: VERDICTS.map(verdict).map(|(symbol, words)| [symbol, lang.say(words)]).into(),
        places: PLACES.map(|own| lang.say(place(own))).into(),
        flags: FLAGS.map(|own| lang.say(flag(own))).into(),
        two: card.study.was.is_some(),
        kpis,
        whys: reasons.whys,
    };
    serde_json::to_string(&drill).ok()
}

/// The flags, in the order of their bits.
const FLAGS: [Flag; 16] = [
    Flag::Season,
    Flag::Independent,
    Flag::FewDegreesOfFreedom,
    Flag::DominantCluster,
    Flag::DisjointClusters,
    Flag::Unadjusted,
    Flag::NullCluster,
    Flag::NoOutcome,
    Flag::NoPauses,
    Flag::NoCatalogue,
    Flag::NoSurveys,
    Flag::Atom,
    Flag::OneSided,
    Flag::Folded,
    Flag::Flattering,
    Flag::ProvisionalCalendar,
];

/// The rows of a KPI, one a group; all groups have all KPIs in one order, as a rule.
fn rows<'a>(card: &'a Scorecard, id: &'a str, at: usize) -> impl Iterator<Item = Option<&'a Row>> {
    card.groups.iter().map(move |group| {
        let there = group.kpis.get(at).filter(|row| row.id == id);
        there.or_else(|| group.kpis.iter().find(|row| row.id == id))
    })
}

fn has_figures(row: &Row) -> bool {
    row.was.iter().chain([&row.is]).any(|figure| figure.value().is_some())
}

fn column(card: &Scorecard, row: &Row, at: usize, reasons: &mut Reasons) -> Column {
    let lang = reasons.lang;
    let own = || rows(card, &row.id, at);
    let figures = own().flatten().flat_map(|row| row.was.iter().chain([&row.is])).filter_map(Known::value);
    let levels: Vec<f64> = figures.map(|figure| figure.value).collect();
    let decimals = Digits::fitting(row.unit, &levels, &[], lang).decimals();
    let write = Writer { unit: row.unit, decimals };
    let [unit, gap] = units(row, lang);
    let beside = card.side_by_side.iter().find(|own| own.id == row.id && !own.groups.is_empty());
    let mut all = |of: &dyn Fn(&Row, &mut Reasons) -> Value| -> Entries {
        own().map(|row| row.map_or(Value::Null, |row| of(row, reasons))).collect()
    };
    Column {
        id: anchor(&row.id),
        name: escaped(lang.name(&row.name)),
        axis: axis(row.axis, lang),
        unit,
        gap,
        better: match row.better {
            Better::Higher => 1,
            Better::Lower => -1,
            Better::Neither => 0,
        },
        decimals,
        was: all(&|row, reasons| row.was.as_ref().map_or(Value::Null, |was| write.level(was, reasons))),
        is: all(&|row, reasons| write.level(&row.is, reasons)),
        change: all(&|row, reasons| write.change(crude(row), row, reasons)),
        low: all(&|row, reasons| write.limit(crude(row), |change| change.absolute.low, reasons)),
        high: all(&|row, reasons| write.limit(crude(row), |change| change.absolute.high, reasons)),
        fixed: all(&|row, _| fixed(row).map_or(Value::Null, |change| write.number(change.absolute.value))),
        fixed_low: all(&|row, reasons| write.limit(fixed(row), |change| change.absolute.low, reasons)),
        fixed_high: all(&|row, reasons| write.limit(fixed(row), |change| change.absolute.high, reasons)),
        n_was: all(&|row, _| row.was.as_ref().and_then(Known::value).map_or(Value::Null, |own| own.n.into())),
        n: all(&|row, _| row.is.value().map_or(Value::Null, |own| own.n.into())),
        verdict: all(&|row, _| verdict_at(row)),
        flags: all(&|row, _| bits(row)),
        beside: beside.map(|own| funnel(card, own, write)),
    }
}

fn crude(row: &Row) -> Option<&Change> {
    row.change.value()
}

fn fixed(row: &Row) -> Option<&Change> {
    row.adjusted.value().map(|own| &own.change)
}

fn verdict_at(row: &Row) -> Value {
    let at = row.verdict.and_then(|own| VERDICTS.iter().position(|verdict| *verdict == own));
    at.map_or(Value::Null, Value::from)
}

/// The flags as bits of a number; none are nothing.
fn bits(row: &Row) -> Value {
    let set = FLAGS.iter().enumerate().filter(|(_, flag)| row.flags.contains(flag));
    let bits = set.fold(0_u32, |bits, (at, _)| bits | 1 << at);
    if bits == 0 { Value::Null } else { bits.into() }
}

fn funnel(card: &Scorecard, own: &SideBySide, write: Writer) -> Funnel {
    let places: HashMap<_, _> = own.groups.iter().map(|beside| (&beside.by, beside)).collect();
    let all = |of: &dyn Fn(&Beside) -> Value| -> Entries {
        card.groups.iter().map(|group| places.get(&group.by).map_or(Value::Null, |beside| of(beside))).collect()
    };
    Funnel {
        centre: write.number(own.centre),
        place: all(&|own| PLACES.iter().position(|place| *place == own.place).map_or(Value::Null, Value::from)),
        drawn: all(&|own| write.number(own.drawn.value)),
        drawn_low: all(&|own| write.number(own.drawn.low)),
        drawn_high: all(&|own| write.number(own.drawn.high)),
        rank: all(&|own| own.rank.into()),
        best: all(&|own| own.ranks[0].into()),
        worst: all(&|own| own.ranks[1].into()),
    }
}

/// Reasons, each written once.
struct Reasons {
    lang: Lang,
    whys: Vec<String>,
    places: HashMap<String, usize>,
}

impl Reasons {
    /// The place of a reason, as a text.
    fn of(&mut self, why: &Undefined) -> Value {
        let told = escaped(&self.lang.why(why));
        let next = self.whys.len();
        let at = *self.places.entry(told.clone()).or_insert(next);
        if at == next {
            self.whys.push(told);
        }
        at.to_string().into()
    }
}

/// How the numbers of a KPI are written.
#[derive(Clone, Copy)]
struct Writer {
    unit: Unit,
    decimals: usize,
}

impl Writer {
    /// As it is printed; with more decimals where it would look like nothing.
    fn number(self, value: f64) -> Value {
        let scaled = value * factor(self.unit);
        let rounded = |decimals: usize| format!("{scaled:.decimals$}").parse::<f64>().unwrap_or(scaled);
        let told = (self.decimals..=MOST).map(rounded).find(|told| *told != 0.0 || scaled == 0.0);
        let told = told.unwrap_or(0.0);
        // A whole number is shorter without its point.
        match told.fract() == 0.0 && told.abs() < 9e15 {
            true => Value::from(told as i64),
            false => Number::from_f64(told).map_or(Value::Null, Value::Number),
        }
    }

    fn level(self, figure: &Known<Figure>, reasons: &mut Reasons) -> Value {
        match figure {
            Known::Yes(figure) => self.number(figure.value),
            Known::No(why) => reasons.of(why),
        }
    }

    /// The change, or why there is none; with one window nothing.
    fn change(self, change: Option<&Change>, row: &Row, reasons: &mut Reasons) -> Value {
        match (change, row.change.reason()) {
            (Some(change), _) => self.number(change.absolute.value),
            (None, Some(Undefined::OneWindow) | None) => Value::Null,
            (None, Some(why)) => reasons.of(why),
        }
    }

    /// A limit, or why there is none.
    fn limit(self, change: Option<&Change>, of: fn(&Change) -> Option<f64>, reasons: &mut Reasons) -> Value {
        let Some(change) = change else { return Value::Null };
        match (of(change), &change.absolute.limits) {
            (Some(limit), _) => self.number(limit),
            (None, Some(Absence(why))) => reasons.of(why),
            (None, None) => Value::Null,
        }
    }
}
