//! Units that reformed beside those that did not, KPI by KPI: what the reform did beyond what all units went through.

use super::evaluation::Evaluation;
use super::gathering::Gathered;
use super::number::{Known, printed};
use super::part::Whole;
use super::question::Question;
use super::row::Effect;
use super::settings::Month;
use crate::cube::{Figure as Kind, Layout};
use crate::error::{Error, Result, Undefined, nearest_name};
use crate::kpi::Unit as Measure;
use crate::stats::comparison::{self, Comparison, Inference, UnitMonth};
use crate::stats::multiplicity::benjamini_hochberg;
use crate::stats::survival::{Choice, Curve, Leavers};
use crate::stats::{ClusterId, ClusterMoments, comparison::Unit};
use serde::Serialize;

const DAY: u64 = 86_400;

/// What the reform did to a KPI, beside units that did not reform.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct KpiComparison {
    /// The KPI's id.
    pub id: String,
    /// Days within which waits are averaged, where the KPI is a quantile of them; its own figure otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restricted_to: Option<u64>,
    /// The comparison, or why there is none.
    pub found: Known<Compared>,
}

/// A difference of two changes, and what speaks against it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Compared {
    /// The change of the units that reformed less that of the others.
    pub effect: Effect,
    /// The same p among all KPIs that are compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<f64>,
    /// The change of the units that reformed.
    pub treated_change: f64,
    /// The change of the others.
    pub comparison_change: f64,
    /// Units that reformed.
    pub treated: usize,
    /// Units that did not.
    pub comparisons: usize,
    /// Units without months before and after.
    pub left_out: usize,
    /// By month after the reform.
    pub events: Vec<EventMonth>,
    /// Whether both went the same way before the reform.
    pub pre_trend: Known<Before>,
    /// The same at earlier dates, when there was no reform.
    pub placebos: Vec<Earlier>,
    /// The effect's place among these, the largest first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<[usize; 2]>,
    /// The method.
    pub method: &'static str,
    /// The smallest p that so few units could give; absent where there are enough for an interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smallest_p: Option<f64>,
}

/// The effect so many months after the reform; before it, against its eve.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct EventMonth {
    /// Months after the reform; its first is 0.
    pub month: i64,
    /// The effect.
    #[serde(flatten)]
    pub effect: Effect,
}

/// Whether both sides went the same way before the reform.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Before {
    /// The p of all months before together.
    pub joint_p: Known<f64>,
    /// How much further they came apart each month.
    pub slope: Effect,
}

/// A reform moved to where there was none.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Earlier {
    /// By how many months.
    pub earlier: i64,
    /// What is found there.
    #[serde(flatten)]
    pub effect: Effect,
}

/// The KPIs of units that reformed beside the others; none where the study names no unit that did.
///
/// # Errors
///
/// The study names a unit that the log does not have.
pub(super) fn of(evaluation: Evaluation<'_>, questions: &[Question<'_>]) -> Result<Vec<KpiComparison>> {
    if evaluation.settings.treated.is_empty() {
        return Ok(Vec::new());
    }
    let units = units(evaluation.whole)?;
    let months = evaluation.over(Layout::Months);
    let asked = questions.iter().filter(|question| is_asked(question));
    let mut rows: Vec<KpiComparison> = asked.map(|question| compared(&months, question, &units)).collect();
    allow_for_looks(&mut rows);
    Ok(rows)
}

fn is_asked(question: &Question<'_>) -> bool {
    let figure = match question.recipe.figure {
        Kind::Share | Kind::Mean | Kind::Cost => true,
        // Within a horizon all quantiles of one wait have one mean. How long a cohort was followed is known in days; of a
        // clock that stands still at night that says nothing.
        Kind::Quantile(q) => q == 0.5 && question.kpi.unit == Measure::Days,
        Kind::Ratio => question.over.is_none(),
        _ => false,
    };
    figure && question.kpi.is_tested_by_cluster() && question.own.place(Layout::Months).is_some()
}

/// Every unit of the log, with the month of its reform.
fn units(whole: &Whole<'_>) -> Result<Vec<Unit>> {
    let names: Vec<Option<&str>> = whole.cluster_names().collect();
    let treated = &whole.settings.treated;
    if let Some(name) = treated.keys().find(|name| !names.contains(&Some(name.as_str()))) {
        let near = nearest_name(name, names.iter().flatten().copied());
        let near = near.map(|near| format!(", perhaps `{near}`")).unwrap_or_default();
        return Err(Error::value("compare.treated", name, format!("a unit that the log has{near}")));
    }
    let unit =
        |(id, name): (u32, &Option<&str>)| Some(Unit { unit: ClusterId(id), reform: treated.get((*name)?).copied() });
    Ok((0..).zip(&names).filter_map(unit).collect())
}

fn compared(evaluation: &Evaluation<'_>, question: &Question<'_>, units: &[Unit]) -> KpiComparison {
    let quantile = matches!(question.recipe.figure, Kind::Quantile(_));
    // What does not age is known of every month, as in a series.
    let ages = question.ages();
    let mature = || (0..).zip(&evaluation.settings.months).filter(|(_, month)| month.is_mature || !ages);
    let horizon = mature().map(|(_, month)| month.followed).min().and_then(|days| u64::try_from(days).ok());
    let cells = mature().flat_map(|(slot, month)| {
        let gathered = evaluation.gathered(question.kpi, &question.own, slot).unwrap_or_default();
        figures(&gathered, question.recipe.figure, month, horizon.unwrap_or_default())
    });
    let found = comparison::compare(units, &cells.collect::<Vec<_>>(), evaluation.settings.level);
    KpiComparison {
        id: question.kpi.id.to_string(),
        restricted_to: horizon.filter(|_| quantile),
        found: found.map(|found| Compared::of(found, question.kpi.unit.divisor())).into(),
    }
}

/// The figure of each unit in a month; of a wait its mean within a horizon that every month reaches.
fn figures(gathered: &Gathered, figure: Kind, month: &Month, horizon: u64) -> Vec<UnitMonth> {
    let month = month.month;
    let mean = |own: &ClusterMoments| UnitMonth {
        unit: own.cluster,
        month,
        value: own.sum as f64 / own.n as f64,
        weight: own.n as f64,
    };
    match figure {
        Kind::Cost => gathered.costs().iter().filter(|own| own.n > 0).map(mean).collect(),
        Kind::Ratio => {
            let ratio = |own: &crate::stats::ClusterPairs| {
                let value = own.x as f64 / own.y as f64;
                UnitMonth { unit: own.cluster, month, value, weight: own.y as f64 }
            };
            gathered.pairs.iter().filter(|own| own.y > 0).map(ratio).collect()
        }
        Kind::Quantile(_) => {
            let waited = |(unit, own): (ClusterId, Leavers)| {
                let mean = Curve::leaving(&own, Choice::default()).ok()?.restricted_mean(horizon * DAY).ok()?;
                Some(UnitMonth { unit, month, value: mean.value, weight: mean.n as f64 })
            };
            let units = gathered.rows.iter().filter(|rows| !rows.leavers.is_net());
            units.flat_map(|rows| rows.leavers.by_cluster()).filter_map(waited).collect()
        }
        _ => gathered.moments.iter().filter(|own| own.n > 0).map(mean).collect(),
    }
}

fn allow_for_looks(rows: &mut [KpiComparison]) {
    let p = |row: &KpiComparison| row.found.value().and_then(|found| found.effect.p.value().copied());
    let q = benjamini_hochberg(&rows.iter().filter_map(p).collect::<Vec<_>>());
    let mut q = q.into_iter();
    for row in rows.iter_mut().filter(|row| p(row).is_some()) {
        if let Known::Yes(found) = &mut row.found {
            found.q = q.next().map(printed);
        }
    }
}

impl Compared {
    fn of(found: Comparison, divisor: f64) -> Self {
        let effect = |own: &comparison::Effect| Effect::of((own.value, &own.limits), &own.p, own.df, divisor);
        let smallest_p = match found.inference {
            Inference::Randomised { smallest_p, .. } => Some(printed(smallest_p)),
            Inference::Clustered => None,
        };
        let before = found.pre_trend.as_ref().map_err(Undefined::clone).map(|own| Before {
            joint_p: own.joint.clone().map(|joint| printed(joint.p)).into(),
            slope: effect(&own.slope),
        });
        let events = found.events.iter().map(|own| EventMonth { month: own.month, effect: effect(&own.effect) });
        let placebos = found.placebos.iter().map(|own| Earlier { earlier: own.earlier, effect: effect(&own.effect) });
        Self {
            effect: effect(&found.effect),
            q: None,
            treated_change: printed(found.treated_change / divisor),
            comparison_change: printed(found.comparison_change / divisor),
            treated: found.treated,
            comparisons: found.comparisons,
            left_out: found.left_out,
            events: events.collect(),
            pre_trend: before.into(),
            placebos: placebos.collect(),
            place: found.rank.map(|rank| [rank.place, rank.of]),
            method: found.inference.method(),
            smallest_p,
        }
    }
}
