//! Whether a verdict stands when something that was decided is decided otherwise: one table.

use super::abreast::{abreast, heaviest_first};
use super::evaluation::Evaluation;
use super::number::{Known, printed};
use super::question::Question;
use super::row::{Change, Difference, Row, Verdict};
use super::shelf::{Shared, Shelves, Sitting};
use super::verdict::{told, toward};
use crate::cube::{Layout, Quantity};
use crate::error::Undefined;
use crate::kpi::{Axis, Better, Sampling, resolved_beyond};
use crate::measure::Counting;
use crate::stats::effect::Change as Effect;
use serde::Serialize;
use std::collections::BTreeMap;

/// The units that are left out one by one: the largest ones.
const LEFT_OUT: usize = 3;

/// What becomes of verdicts under other decisions.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Sensitivities {
    /// By how many days cohorts were followed longer, or why they could not be.
    pub longer_days: Known<u64>,
    /// The p up to which a scenario is taken as a change: the largest that the q-values let pass.
    pub p: f64,
    /// A KPI under a scenario, in the order of the KPIs.
    pub scenarios: Vec<Scenario>,
}

/// A KPI under one other decision.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Scenario {
    /// The KPI's id.
    pub id: String,
    /// What is decided otherwise.
    #[serde(flatten)]
    pub otherwise: Otherwise,
    /// The change, in the KPI's unit; or why there is none.
    pub change: Known<ScenarioChange>,
    /// What it would come to.
    pub verdict: Verdict,
    /// Whether that is the verdict.
    pub stands: bool,
}

/// A change under a scenario.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ScenarioChange {
    /// `is − was`.
    pub value: f64,
    /// The lower limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// The upper limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// The two-sided p of no change.
    pub p: Known<f64>,
}

/// What may be decided otherwise; a closed list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "scenario", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Otherwise {
    /// Counted by another profile.
    Counting {
        /// Which.
        profile: &'static str,
    },
    /// Only dossiers that were closed by the cut-off.
    ClosedOnly,
    /// Nothing held fixed.
    Unadjusted,
    /// Followed for longer.
    Longer,
    /// Without one of the largest units.
    Without {
        /// Its name.
        unit: String,
    },
}

/// The table; `None` where there is one window, or the study does not ask.
///
/// The shelves still expect one sitting of each family: here it is held, or more are.
pub(super) fn of(
    evaluation: Evaluation<'_>,
    (questions, shelves): (&[Question<'_>], &Shelves),
    rows: &[Row],
) -> Option<Sensitivities> {
    evaluation.settings.was.as_ref().filter(|_| evaluation.settings.sensitivity)?;
    let p = allowed(rows, evaluation.settings.level);
    let longer = longer_days(&evaluation);
    let asked: Vec<_> = (0..).zip(questions).zip(rows).filter(|(_, row)| is_asked(row)).collect();
    let threads = evaluation.whole.threads;
    let others = abreast(threads, &asked, |((_, question), row)| others(evaluation, question, row, longer.is_ok()));
    let tried: Vec<Other<'_, '_>> = asked
        .iter()
        .zip(others)
        .flat_map(|(((at, question), row), others)| {
            others.into_iter().map(move |(otherwise, way)| Other { at: *at, question, row, otherwise, way })
        })
        .collect();
    let scenarios = scenarios(evaluation, shelves, &tried, p);
    Some(Sensitivities { longer_days: longer.into(), p: printed(p), scenarios })
}

/// What the other decisions come to, in their order.
fn scenarios(evaluation: Evaluation<'_>, shelves: &Shelves, tried: &[Other<'_, '_>], p: f64) -> Vec<Scenario> {
    let sittings: Vec<(Vec<usize>, &Shared)> =
        shelves.sittings().flat_map(|(family, shared)| sittings(tried, family).map(move |own| (own, shared))).collect();
    sittings.iter().for_each(|(_, shared)| shared.expect(1));
    shelves.sittings().for_each(|(_, shared)| shared.once(|_| ()));
    let weight = |(own, _): &(Vec<usize>, &Shared)| own.iter().map(|at| tried[*at].weight(&evaluation)).sum();
    let scenarios = heaviest_first(evaluation.whole.threads, &sittings, weight, |(own, shared)| {
        shared.once(|shelf| {
            let sitting = Sitting::at(shelf);
            let evaluation = evaluation.sitting(&sitting);
            own.iter().map(|at| (*at, tried[*at].scenario(evaluation, p))).collect::<Vec<_>>()
        })
    });
    let mut scenarios: Vec<(usize, Scenario)> = scenarios.into_iter().flatten().collect();
    scenarios.sort_by_key(|(at, _)| *at);
    scenarios.into_iter().map(|(_, scenario)| scenario).collect()
}

/// Of what is sampled by cluster: what came to a verdict, and the headlines whatever they came to.
fn is_asked(row: &Row) -> bool {
    let decided = matches!(row.verdict, Some(Verdict::Improved | Verdict::Worsened));
    let headline = Axis::ALL.iter().any(|axis| axis.headline() == row.id);
    row.sampling == Sampling::Cluster
        && row.better != Better::Neither
        && row.change.value().is_some()
        && (decided || headline)
}

/// The largest p that the q-values let pass; where none passes, what a single one would need.
fn allowed(rows: &[Row], level: f64) -> f64 {
    let tested: Vec<_> =
        rows.iter().filter_map(|row| row.judged()).filter_map(|own| Some((own.p.value()?, own.q?))).collect();
    let passing = tested.iter().filter(|(_, q)| *q <= 1.0 - level).map(|(p, _)| **p);
    passing.reduce(f64::max).unwrap_or((1.0 - level) / tested.len().max(1) as f64)
}

/// By how many days cohorts can be followed longer.
fn longer_days(evaluation: &Evaluation<'_>) -> Result<u64, Undefined> {
    match evaluation.settings.longer {
        None => Err(Undefined::NotAsked),
        Some(0) => Err(Undefined::NoRoom),
        Some(days) if evaluation.reaches() => Ok(days),
        Some(_) => Err(Undefined::LogEnds),
    }
}

impl Evaluation<'_> {
    /// Whether any dossier was finished after the longer follow-up had nearly ended.
    fn reaches(&self) -> bool {
        let place = self.whole.keep(Layout::Beyond, &resolved_beyond().keep);
        place.is_some_and(|place| self.part.cells(place, 0).iter().any(|placed| !placed.cell.is_empty()))
    }

    /// The effect that a verdict would be of: at a fixed mix, where that is known.
    fn judged(&self, question: &Question<'_>) -> Result<Effect, Undefined> {
        self.at_fixed_mix(question).map(|(effect, _)| effect).or_else(|_| self.crude(question))
    }

    fn crude(&self, question: &Question<'_>) -> Result<Effect, Undefined> {
        self.effect(question, Some(&self.window(question, 0).0), &self.window(question, 1).0)
    }

    /// The clusters with the largest shares of a KPI's rows, with their names.
    fn largest(&self, question: &Question<'_>) -> Vec<(u32, String)> {
        let mut shares: BTreeMap<u32, f64> = BTreeMap::new();
        for slot in [0, 1] {
            let place = question.own.place(self.layout);
            let cells = || place.into_iter().flat_map(|place| self.part.cells(place, slot));
            let all: i64 = cells().map(|placed| placed.cell.content.rows()).sum();
            for placed in cells() {
                *shares.entry(placed.cluster).or_default() += placed.cell.content.rows() as f64 / all as f64;
            }
        }
        let mut order: Vec<(u32, f64)> = shares.into_iter().collect();
        order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let names: Vec<Option<&str>> = self.whole.cluster_names().collect();
        let named = order.into_iter().filter_map(|(id, _)| Some((id, (*names.get(id as usize)?)?.to_owned())));
        named.take(LEFT_OUT).collect()
    }
}

/// A change under another decision, in the KPI's unit.
struct Tried {
    change: ScenarioChange,
    df: Option<f64>,
}

impl Tried {
    fn of(effect: Effect, unit: f64) -> Self {
        let limits = effect.absolute.limits.as_ref().ok();
        let change = ScenarioChange {
            value: printed(effect.absolute.value / unit),
            low: limits.map(|limits| printed(limits.low / unit)),
            high: limits.map(|limits| printed(limits.high / unit)),
            p: effect.p.map(printed).into(),
        };
        Self { change, df: effect.df }
    }

    /// The crude change, which the row has already.
    fn crude(change: &Change) -> Self {
        let Difference { value, low, high, .. } = change.absolute;
        Self { change: ScenarioChange { value, low, high, p: change.p.clone() }, df: change.df }
    }

    fn read(&self, better: Better, allowed: f64) -> Verdict {
        let ScenarioChange { value, low, high, p } = &self.change;
        let Known::Yes(p) = p else { return Verdict::NotComparable };
        let excludes_zero = low.zip(*high).map_or(*p <= allowed, |(low, high)| low > 0.0 || high < 0.0);
        match told(self.df) && excludes_zero && *p <= allowed {
            true => toward(better, *value),
            false => Verdict::NoClearChange,
        }
    }
}

/// How another decision is tried.
enum Way<'k> {
    /// By another recipe.
    By(Box<Question<'k>>),
    ClosedOnly,
    /// The crude change, which the row has already.
    Crude,
    Longer,
    Without(u32),
}

impl Way<'_> {
    fn tried(&self, evaluation: Evaluation<'_>, question: &Question<'_>, row: &Row) -> Result<Tried, Undefined> {
        let effect = match self {
            Self::By(other) => evaluation.judged(other),
            Self::ClosedOnly => evaluation.closed_only().judged(question),
            Self::Crude => return row.change.value().map(Tried::crude).ok_or(Undefined::NoFigure),
            Self::Longer => evaluation.over(Layout::Longer).judged(question),
            Self::Without(cluster) => evaluation.without(*cluster).judged(question),
        };
        effect.map(|effect| Tried::of(effect, row.unit.divisor()))
    }
}

/// Every other decision that concerns a KPI.
fn others<'k>(
    evaluation: Evaluation<'_>,
    question: &Question<'k>,
    row: &Row,
    longer: bool,
) -> Vec<(Otherwise, Way<'k>)> {
    let mut others = Vec::new();
    for counting in Counting::ALL {
        let recipe = question.kpi.recipe_by(counting);
        if recipe != question.recipe {
            let other = Question::of(question.kpi, recipe, evaluation.whole);
            others.push((Otherwise::Counting { profile: counting.name() }, Way::By(Box::new(other))));
        }
    }
    if matches!(question.own.keep.quantity, Quantity::Spell { .. }) {
        others.push((Otherwise::ClosedOnly, Way::ClosedOnly));
    }
    if let (Some(_), Some(_)) = (row.adjusted.value(), row.change.value()) {
        others.push((Otherwise::Unadjusted, Way::Crude));
    }
    if longer && question.own.place(Layout::Longer).is_some() {
        others.push((Otherwise::Longer, Way::Longer));
    }
    if evaluation.settings.cluster.is_some() {
        let without = |(id, unit)| (Otherwise::Without { unit }, Way::Without(id));
        others.extend(evaluation.largest(question).into_iter().map(without));
    }
    others
}

/// Another decision about a question.
struct Other<'q, 'k> {
    /// The question's place.
    at: usize,
    question: &'q Question<'k>,
    row: &'q Row,
    otherwise: Otherwise,
    way: Way<'k>,
}

/// What a family is asked in one sitting each: the questions for which the same is decided otherwise.
fn sittings(tried: &[Other<'_, '_>], family: &[usize]) -> impl Iterator<Item = Vec<usize>> {
    let mut sittings: Vec<Vec<usize>> = Vec::new();
    for (at, other) in tried.iter().enumerate().filter(|(_, other)| family.contains(&other.at)) {
        match sittings.iter_mut().find(|own| own.iter().any(|own| tried[*own].otherwise == other.otherwise)) {
            Some(own) => own.push(at),
            None => sittings.push(vec![at]),
        }
    }
    sittings.into_iter()
}

impl Other<'_, '_> {
    fn weight(&self, evaluation: &Evaluation<'_>) -> usize {
        match self.way {
            Way::Crude => 0,
            _ => evaluation.weight(self.question),
        }
    }

    fn scenario(&self, evaluation: Evaluation<'_>, allowed: f64) -> Scenario {
        let row = self.row;
        let tried = self.way.tried(evaluation, self.question, row);
        let verdict = tried.as_ref().map_or(Verdict::NotComparable, |tried| tried.read(row.better, allowed));
        let change = tried.map(|tried| tried.change).into();
        let otherwise = self.otherwise.clone();
        Scenario { id: row.id.clone(), otherwise, change, verdict, stands: row.verdict == Some(verdict) }
    }
}
