//! Units side by side: where each lies in the funnel of all, its figure drawn to theirs, and what its rank is worth.

use super::abreast::abreast;
use super::evaluation::Evaluation;
use super::groups::Parts;
use super::number::printed;
use super::part::Whole;
use super::question::Question;
use super::window::Window;
use crate::cube::Figure as Kind;
use crate::error::Undefined;
use crate::kpi::{Better, Unit as Measure};
use crate::stats::funnel::{self, Funnel, Overdispersion, Place, Placed};
use crate::stats::ranks::{self, Best, Ranked};
use crate::stats::shrinkage::{self, Shrinkage, Shrunk};
use crate::stats::{Estimate, ShareCount, Unit};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// A KPI of all groups of the drill-down, in the second window.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SideBySide {
    /// The KPI's id.
    pub id: String,
    /// The unit of its values.
    pub unit: Measure,
    /// The direction of improvement.
    pub better: Better,
    /// The figure of all groups together.
    pub centre: f64,
    /// How much more groups differ than chance lets them; the limits are wider by its root where it is above 1.
    pub overdispersion: f64,
    /// The variance of true figures between groups that figures are drawn together by; of shares on the arcsine scale.
    pub between: f64,
    /// How the limits were made.
    pub funnel: &'static str,
    /// How figures were drawn together.
    pub shrinkage: &'static str,
    /// How ranks were compared.
    pub ranks: &'static str,
    /// The groups that have a figure, in the drill-down's order.
    pub groups: Vec<Beside>,
}

/// A group beside the others.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Beside {
    /// Column to name.
    pub by: BTreeMap<String, Option<String>>,
    /// Rows in the denominator.
    pub n: u64,
    /// Its figure.
    pub value: f64,
    /// Its distance from the centre, in standard errors as wide as the limits are.
    pub z: f64,
    /// The limits at 95 %.
    pub inner: [f64; 2],
    /// The limits at 99.8 %.
    pub outer: [f64; 2],
    /// Where it lies.
    pub place: &'static str,
    /// Its figure drawn to those of all: less for a large group, more for a small one.
    pub drawn: Drawn,
    /// Its rank, 1 the best.
    pub rank: usize,
    /// The best and the worst rank that may be its true one.
    pub ranks: [usize; 2],
}

/// An empirical-Bayes figure.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Drawn {
    /// The figure.
    pub value: f64,
    /// The lower limit.
    pub low: f64,
    /// The upper limit.
    pub high: f64,
    /// What the group's own figure weighs in it.
    pub weight: f64,
}

/// A group with what it is placed by.
struct Group {
    by: BTreeMap<String, Option<String>>,
    estimate: Estimate,
}

/// The KPIs of a drill-down side by side; none without one.
///
/// In the order of the questions: `centres`, by [`centre`], and `estimates` of each part, by [`estimate`].
pub(super) fn of(
    (whole, parts): (&Whole<'_>, &Parts<'_>),
    questions: &[Question<'_>],
    centres: &[Option<f64>],
    mut estimates: Vec<Vec<Option<Estimate>>>,
) -> Vec<SideBySide> {
    let mut asked = Vec::new();
    for (at, question) in questions.iter().enumerate().filter(|(_, question)| is_asked(question)) {
        let own = parts.named().zip(&mut estimates);
        let group = |((by, ..), estimates): (super::groups::Named<'_, '_>, &mut Vec<Option<Estimate>>)| {
            Some(Group { by, estimate: estimates.get_mut(at)?.take()? })
        };
        asked.push((question, centres[at], Mutex::new(own.filter_map(group).collect::<Vec<_>>())));
    }
    let beside = |(question, centre, groups): &(&Question<'_>, Option<f64>, Mutex<Vec<Group>>)| {
        let groups = std::mem::take(&mut *groups.lock().unwrap_or_else(PoisonError::into_inner));
        beside(question, (*centre)?, whole.settings.level, groups).ok()
    };
    abreast(whole.threads, &asked, beside).into_iter().flatten().collect()
}

/// The figure of a part that stands beside others; `None` where it has none, or the KPI has no such place.
///
/// A unit is one cluster, which has no variance between clusters: the funnel is of chance within each.
pub(super) fn estimate(evaluation: Evaluation<'_>, question: &Question<'_>) -> Option<Estimate> {
    let slot = u8::from(evaluation.settings.was.is_some());
    let window = || evaluation.independent().window(question, slot).0.ok().and_then(Window::into_estimate);
    if is_asked(question) { window() } else { None }
}

/// The figure of all groups together; `None` as [`estimate`].
pub(super) fn centre(evaluation: Evaluation<'_>, question: &Question<'_>) -> Option<f64> {
    let slot = u8::from(evaluation.settings.was.is_some());
    let value = || evaluation.independent().value(question, slot).ok().map(|window| window.value());
    if is_asked(question) { value() } else { None }
}

/// Of what is sampled by cluster and has a better side.
fn is_asked(question: &Question<'_>) -> bool {
    let figure = matches!(
        question.recipe.figure,
        Kind::Share | Kind::Mean | Kind::Cost | Kind::Ratio | Kind::Quantile(_) | Kind::Order(_)
    );
    figure && question.kpi.is_tested_by_cluster()
}

fn beside(question: &Question<'_>, centre: f64, level: f64, groups: Vec<Group>) -> Result<SideBySide, Undefined> {
    let best = if question.kpi.better == Better::Higher { Best::Highest } else { Best::Lowest };
    let (funnel, shrunk, ranked) = match question.recipe.figure {
        Kind::Share => {
            let counts: Vec<ShareCount> = groups.iter().map(Group::count).collect();
            let funnel = funnel::shares(&counts, Overdispersion::Additive)?;
            (funnel, shrinkage::shares(&counts, level)?, ranks::shares(&counts, best, level)?)
        }
        _ => {
            let units: Vec<Unit> = groups.iter().map(Group::unit).collect();
            let funnel = funnel::estimates(&units, centre, Overdispersion::Additive)?;
            (funnel, shrinkage::estimates(&units, level)?, ranks::estimates(&units, best, level)?)
        }
    };
    Ok(told(question, groups, funnel, shrunk, ranked))
}

impl Group {
    fn count(&self) -> ShareCount {
        ShareCount { hits: self.estimate.events, n: self.estimate.n }
    }

    fn unit(&self) -> Unit {
        let standard_error = self.estimate.independent_variance.map_or(0.0, f64::sqrt);
        Unit { value: self.estimate.value, standard_error }
    }
}

fn told(
    question: &Question<'_>,
    groups: Vec<Group>,
    funnel: Funnel,
    shrunk: Shrinkage,
    ranked: Vec<Option<Ranked>>,
) -> SideBySide {
    let is_share = question.recipe.figure == Kind::Share;
    let divisor = question.kpi.unit.divisor();
    let between = if is_share { shrunk.tau2 } else { shrunk.tau2 / (divisor * divisor) };
    let places = funnel.units.into_iter().zip(shrunk.units).zip(ranked);
    let groups = groups.into_iter().zip(places).filter_map(|(group, ((placed, shrunk), ranked))| {
        Some(Beside::of(group, (placed?, shrunk?, ranked?), divisor))
    });
    SideBySide {
        id: question.kpi.id.to_string(),
        unit: question.kpi.unit,
        better: question.kpi.better,
        centre: printed(funnel.centre / divisor),
        overdispersion: printed(funnel.phi),
        between: printed(between),
        funnel: funnel.method,
        shrinkage: shrunk.method,
        ranks: "Tukey's comparison of all pairs at once",
        groups: groups.collect(),
    }
}

impl Beside {
    fn of(group: Group, (placed, shrunk, ranked): (Placed, Shrunk, Ranked), divisor: f64) -> Self {
        let told = |value: f64| printed(value / divisor);
        let place = match placed.place {
            Place::FarBelow => "far_below",
            Place::Below => "below",
            Place::Inside => "inside",
            Place::Above => "above",
            Place::FarAbove => "far_above",
        };
        let [low, high] = [shrunk.limits.low, shrunk.limits.high].map(told);
        Self {
            by: group.by,
            n: group.estimate.n,
            value: told(placed.value),
            z: printed(placed.z),
            inner: [placed.inner.low, placed.inner.high].map(told),
            outer: [placed.outer.low, placed.outer.high].map(told),
            place,
            drawn: Drawn { value: told(shrunk.value), low, high, weight: printed(shrunk.weight) },
            rank: ranked.rank,
            ranks: [ranked.best, ranked.worst],
        }
    }
}
