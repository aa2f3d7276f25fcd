//! The nine indices filled from a cube, of all together and of each office.

use super::item::{Decision, Item, Measured, Parameters, Thresholds, band, items};
use crate::cube::{Cell, Content, Recipe, is, number};
use crate::error::Undefined;
use crate::forms::{Grade, Ground, Head, Known};
use crate::kpi;
use crate::measure::Anchor::At;
use crate::measure::Table;
use std::collections::{BTreeMap, BTreeSet};

/// The nine indices of one window.
#[derive(Clone, Debug, PartialEq)]
pub struct FilledNine {
    /// What stands at its head.
    pub head: Head,
    /// Of all together.
    pub whole: Nine,
    /// Of each office, in the order of their names; none where they are not asked for.
    pub units: Vec<Nine>,
}

/// The nine indices of an office, or of all.
#[derive(Clone, Debug, PartialEq)]
pub struct Nine {
    /// The office, which may be one without a name; `None` of all together.
    pub unit: Option<Option<String>>,
    /// What was found of each, in the form's order.
    pub answers: Vec<Answer>,
}

/// What was found of an index.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The index.
    pub item: Item,
    /// Where its points come from.
    pub source: Source,
    /// Its points, or why there are none.
    pub points: Known<u8>,
}

/// Where points come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// The office gives them.
    Given(Option<String>),
    /// Answers to a question.
    Survey(String, Option<Value>),
    /// What the log says.
    Log(Measured, Option<Value>),
    /// Nowhere.
    Nothing,
}

/// A value and from which on it earns its points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Value {
    /// The value.
    pub value: f64,
    /// The rows that it is of; absent where it is told to everybody.
    pub n: Option<u64>,
    /// From which value on it earns points.
    pub thresholds: Thresholds,
}

impl Nine {
    /// The sum of the points there are.
    pub fn points(&self) -> u8 {
        self.answers.iter().filter_map(|answer| answer.points.as_ref().ok()).sum()
    }

    /// What could be earned: two points for each index that has some.
    pub fn attainable(&self) -> u8 {
        2 * self.answers.iter().filter(|answer| answer.points.is_ok()).count() as u8
    }

    /// The band, where all nine have points.
    pub fn band(&self) -> Option<Grade> {
        self.answers.iter().all(|answer| answer.points.is_ok()).then(|| band(self.points()))
    }
}

/// What is asked of the log for an index, and by how much a kept number is larger than what it stands for.
pub(super) fn asked(item: &Item, parameters: &Parameters) -> Option<(Recipe, f64)> {
    let decision = parameters.0.get(&item.number);
    if decision.is_some_and(|own| own.points.is_some()) {
        return None;
    }
    if let Some(question) = decision.and_then(|own| own.question.as_ref()) {
        let mean = Recipe::mean_of_many(number("n"), number("score"), number("sd"));
        return Some((mean.among(is("question", question)).of_table(Table::Surveys).anchor(At), 1e6));
    }
    let by = item.measured?.by;
    let of_units = || Recipe::mean(number("units")).known_within_horizon();
    Some((kpi::find(by).map_or_else(of_units, |kpi| kpi.recipe()), 1.0))
}

/// Sums by office.
type Sums = BTreeMap<Option<String>, Sum>;

/// A sum by another.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    n: u64,
    above: i128,
    below: i128,
}

/// An index with what was counted of it, if anything was asked.
type Figure = (Item, Option<(Table, f64, Known<Sums>)>);

impl FilledNine {
    /// Fills the indices.
    pub(in crate::forms) fn fill(ground: &Ground<'_>) -> Self {
        let parameters = &ground.asked.nine;
        let figure = |item: Item| {
            let asked = asked(&item, parameters);
            (item, asked.map(|(recipe, unit)| (recipe.keep.table, unit, sums(&recipe, ground))))
        };
        let figures: Vec<Figure> = items().into_iter().map(figure).collect();
        let whole = nine(&figures, parameters, None);
        let units = if ground.asked.by_unit { by_unit(&figures, parameters, ground) } else { Vec::new() };
        Self { head: ground.head.clone(), whole, units }
    }
}

fn sums(recipe: &Recipe, ground: &Ground<'_>) -> Known<Sums> {
    let unit = ground.place("unit");
    let mut sums = Sums::new();
    for (group, cell) in ground.cells(recipe, ground.slot())? {
        let name = unit.and_then(|place| group.get(place).cloned()).flatten();
        sums.entry(name).or_default().add(cell);
    }
    Ok(sums)
}

impl Sum {
    fn add(&mut self, cell: &Cell) {
        let (n, above, below) = match &cell.content {
            Content::Moments(moments) => (moments.n, moments.sum, i128::from(moments.n)),
            Content::Pairs(pairs) => (pairs.n, pairs.x, pairs.y),
            Content::Tally(_) => return,
        };
        self.n += n.unsigned_abs();
        self.above += above;
        self.below += below;
    }

    fn quotient(self, unit: f64) -> Known<f64> {
        if self.below > 0 { Ok(self.above as f64 / self.below as f64 / unit) } else { Err(Undefined::NoRows) }
    }
}

/// An office, and which tables cannot be told apart by office.
struct Whose<'a> {
    unit: &'a Option<String>,
    apart: &'a dyn Fn(Table) -> Option<Undefined>,
}

fn nine(figures: &[Figure], parameters: &Parameters, whose: Option<&Whose<'_>>) -> Nine {
    let answers = figures.iter().map(|figure| answer(figure, parameters.0.get(&figure.0.number), whose));
    Nine { unit: whose.map(|whose| whose.unit.clone()), answers: answers.collect() }
}

fn answer((item, counted): &Figure, decision: Option<&Decision>, whose: Option<&Whose<'_>>) -> Answer {
    let answer = |source, points| Answer { item: item.clone(), source, points };
    if let Some((points, own)) = decision.and_then(|own| Some((own.points?, own))) {
        // What the office gives itself is of all together.
        let points = if whose.is_none() { Ok(points) } else { Err(Undefined::NotGiven) };
        return answer(Source::Given(own.source.clone()), points);
    }
    let Some((table, unit, sums)) = counted else { return answer(Source::Nothing, Err(Undefined::NotGiven)) };
    let thresholds = decision.cloned().unwrap_or_default().thresholds(item.number);
    let value = value(*table, sums, whose).and_then(|sum| {
        let value = sum.quotient(*unit)?;
        Ok(Value { value, n: Some(sum.n), thresholds })
    });
    let points = value.clone().map(|own| own.thresholds.points(own.value));
    let question = decision.and_then(|own| own.question.clone());
    let source = match (question, item.measured) {
        (Some(question), _) => Source::Survey(question, value.ok()),
        (None, Some(measured)) => Source::Log(measured, value.ok()),
        (None, None) => Source::Nothing,
    };
    answer(source, points)
}

fn value(table: Table, sums: &Known<Sums>, whose: Option<&Whose<'_>>) -> Known<Sum> {
    let sums = sums.as_ref().map_err(Undefined::clone)?;
    match whose {
        Some(whose) => match (whose.apart)(table) {
            Some(why) => Err(why),
            None => Ok(sums.get(whose.unit).copied().unwrap_or_default()),
        },
        None => Ok(sums.values().fold(Sum::default(), |all, own| Sum {
            n: all.n + own.n,
            above: all.above + own.above,
            below: all.below + own.below,
        })),
    }
}

fn by_unit(figures: &[Figure], parameters: &Parameters, ground: &Ground<'_>) -> Vec<Nine> {
    let apart = |table| ground.apart(table);
    let counted = figures.iter().filter_map(|(_, counted)| counted.as_ref());
    let told = counted.filter(|(table, ..)| apart(*table).is_none());
    let units: BTreeSet<&Option<String>> = told.flat_map(|(.., sums)| sums.iter().flat_map(BTreeMap::keys)).collect();
    units.into_iter().map(|unit| nine(figures, parameters, Some(&Whose { unit, apart: &apart }))).collect()
}
