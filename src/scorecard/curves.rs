//! The curves behind times: which share had finished by when, open dossiers included.

use super::evaluation::Evaluation;
use super::gathering::Gathered;
use super::number::{Absence, Known, printed};
use super::question::Question;
use super::window::Window;
use crate::cube::{Figure as Kind, Layout};
use crate::error::Undefined;
use crate::kpi::{Sampling, Unit};
use crate::stats::Interval;
use crate::stats::survival::Shape;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How much higher the curve must be than at the last step that is told, for the next one to be told.
const RISE: f64 = 0.005;

/// At how many steps limits are told where each costs a walk over all rows.
const APART: usize = 12;

/// The part of the curve's height at which it is drawn to its end, and how often rows still at risk are counted until then.
const NEAR_END: f64 = 0.98;
const COUNTS: f64 = 5.0;

/// Which share had finished by when, in both windows.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Curves {
    /// The KPI's id.
    pub id: String,
    /// Other KPIs that are read from the same curves.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// The unit of times.
    pub unit: Unit,
    /// The window before; absent where the study has one window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was: Option<Known<CurveSide>>,
    /// The window after.
    pub is: Known<CurveSide>,
}

/// The curve of one window: Aalen and Johansen's, Kaplan and Meier's, or of a net time the weighted one.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CurveSide {
    /// Rows in the denominator.
    pub n: u64,
    /// Rows that finished.
    pub events: u64,
    /// The time by which half have finished; absent where the curve ends below.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub median: Option<f64>,
    /// The time by which nine in ten have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p90: Option<f64>,
    /// The time up to which rows were seen.
    pub end: f64,
    /// The steps that are told: between two of them the curve rises by less than half a percent.
    pub steps: Vec<CurveStep>,
    /// Rows that had not left before some times.
    pub at_risk: Vec<AtRisk>,
    /// How limits were made; absent where no step has any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<&'static str>,
    /// Why no step has limits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limits: Option<Absence>,
}

/// A step of a curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CurveStep {
    /// When.
    pub time: f64,
    /// The share that has finished by then.
    pub share: f64,
    /// Its lower limit, at this time alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// Its upper limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
}

/// Rows still at risk.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct AtRisk {
    /// When.
    pub time: f64,
    /// Rows that had neither left nor been last seen before.
    pub n: u64,
}

/// The questions whose curves are told, each with the others that are read from the same.
pub(super) fn asked(questions: &[Question<'_>]) -> Vec<Option<Vec<String>>> {
    let mut firsts: BTreeMap<usize, usize> = BTreeMap::new();
    let mut asked: Vec<Option<Vec<String>>> = questions.iter().map(|_| None).collect();
    for (at, question) in questions.iter().enumerate() {
        let Some(place) = question.own.place(Layout::Windows).filter(|_| is_survival(question)) else { continue };
        let first = *firsts.entry(place).or_insert(at);
        let others = asked[first].get_or_insert_default();
        if first != at {
            others.push(question.kpi.id.to_string());
        }
    }
    asked
}

fn is_survival(question: &Question<'_>) -> bool {
    matches!(question.recipe.figure, Kind::Quantile(_))
}

/// A window as it was evaluated, with its rows.
pub(super) type Evaluated = (Result<Window, Undefined>, Gathered);

/// The curves of a KPI, as its quantiles have them; `None` where no window has one.
pub(super) fn of(
    evaluation: &Evaluation<'_>,
    question: &Question<'_>,
    (was, is): (Option<&Evaluated>, &Evaluated),
) -> Option<Curves> {
    let unit = question.kpi.unit;
    let slots = u8::from(was.is_some());
    let mut was = was.map(|own| (side(evaluation, question, own, 0), &own.1));
    let mut is = (side(evaluation, question, is, slots), &is.1);
    let told = || was.iter().chain([&is]).filter_map(|(side, _)| side.as_ref().ok());
    told().next()?;
    let times = times(told());
    for (side, gathered) in was.iter_mut().chain([&mut is]) {
        side.iter_mut().for_each(|side| (side.at_risk, side.end) = at_risk(gathered, &times, unit));
    }
    let (was, is) = (was.map(|(side, _)| side.into()), is.0.into());
    Some(Curves { id: question.kpi.id.to_string(), also: Vec::new(), unit, was, is })
}

/// The curve that a quantile was read from; one whose quantile it does not reach is there all the same.
fn shape((window, gathered): &Evaluated) -> Result<Arc<Shape>, Undefined> {
    match window {
        Ok(Window::Quantile(quantile)) => Ok(quantile.curve.clone()),
        Err(why) if *why != Undefined::NotReached => Err(why.clone()),
        _ => gathered.curve(),
    }
}

fn side(
    evaluation: &Evaluation<'_>,
    question: &Question<'_>,
    own: &Evaluated,
    slot: u8,
) -> Result<CurveSide, Undefined> {
    let shape = shape(own)?;
    let in_unit = |time: u64| printed(time as f64 / question.kpi.unit.divisor());
    let [median, p90] = [0.5, 0.9].map(|q| shape.quantile(q));
    let steps = thinned(shape.finishes(), [median, p90]);
    let manner = evaluation.manner(question.kpi, slot, None, &[]);
    let limits = match manner.sampling {
        Sampling::Census => Err(Undefined::Census),
        _ => limits(&shape, &steps, |times| shape.band(times, manner.dependence, manner.level)),
    };
    let known = limits.as_deref().unwrap_or_default();
    let step = |(at, (time, share)): (usize, &(u64, f64))| {
        let own = known.get(at).copied().flatten();
        let [low, high] = [own.map(|own| own.low), own.map(|own| own.high)].map(|limit| limit.map(printed));
        CurveStep { time: in_unit(*time), share: printed(*share), low, high }
    };
    let (n, events) = shape.rows();
    Ok(CurveSide {
        n,
        events,
        median: median.map(in_unit),
        p90: p90.map(in_unit),
        end: 0.0,
        steps: steps.iter().enumerate().map(step).collect(),
        at_risk: Vec::new(),
        method: limits.is_ok().then(|| shape.band_method(manner.dependence)),
        limits: limits.err().map(Absence),
    })
}

/// The first step, each that is higher than the last one by half a percent or more, those of quantiles, and the last.
///
/// So between two that are told the curve is off by less than half a percent, and there are about two hundred at most.
fn thinned(steps: impl Iterator<Item = (u64, f64)>, quantiles: [Option<u64>; 2]) -> Vec<(u64, f64)> {
    let mut told: Vec<(u64, f64)> = Vec::new();
    let mut passed = None;
    for (time, share) in steps {
        let last = told.last().map_or(f64::NEG_INFINITY, |(_, share)| *share);
        match share - last >= RISE || quantiles.contains(&Some(time)) {
            true => {
                told.push((time, share));
                passed = None;
            }
            false => passed = Some((time, share)),
        }
    }
    told.extend(passed);
    told
}

/// Limits of steps, of some of them where each costs a walk; why there are none, where no step has any.
fn limits(
    shape: &Shape,
    steps: &[(u64, f64)],
    band: impl Fn(&[u64]) -> Vec<Result<Interval, Undefined>>,
) -> Result<Vec<Option<Interval>>, Undefined> {
    let every = match shape {
        Shape::Followed(_) => 1,
        Shape::Weighted(_) => steps.len().div_ceil(APART).max(1),
    };
    let places = || (0..steps.len()).filter(|at| (at + 1).is_multiple_of(every));
    let found = band(&places().map(|at| steps[at].0).collect::<Vec<_>>());
    if let (true, Some(Err(why))) = (found.iter().all(Result::is_err), found.first()) {
        return Err(why.clone());
    }
    let mut limits = vec![None; steps.len()];
    places().zip(found).for_each(|(at, found)| limits[at] = found.ok());
    Ok(limits)
}

/// Round times until both curves are near their ends.
fn times<'s>(sides: impl Iterator<Item = &'s CurveSide>) -> Vec<f64> {
    let near = |side: &CurveSide| {
        let height = side.steps.last()?.share;
        side.steps.iter().find(|step| step.share >= NEAR_END * height).map(|step| step.time)
    };
    let Some(end) = sides.filter_map(near).reduce(f64::max).filter(|end| *end > 0.0) else { return vec![0.0] };
    let power = 10_f64.powf((end / COUNTS).log10().floor());
    let step = [1.0, 2.0, 3.0, 5.0, 10.0].into_iter().map(|own| own * power).find(|step| *step * COUNTS >= end);
    let step = step.unwrap_or(end);
    (0..).map(|number| f64::from(number) * step).take_while(|time| *time < end + step).map(printed).collect()
}

/// How many rows had not left before each of these times, and when the last one did.
fn at_risk(gathered: &Gathered, times: &[f64], unit: Unit) -> (Vec<AtRisk>, f64) {
    let seconds: Vec<f64> = times.iter().map(|time| time * unit.divisor()).collect();
    let (mut last_seen, mut end) = (vec![0; times.len() + 1], 0);
    for (time, counts) in gathered.times() {
        end = time;
        last_seen[seconds.partition_point(|own| *own <= time as f64)] += counts.iter().sum::<u64>();
    }
    let mut n: u64 = last_seen.iter().sum();
    let counted = |(time, left): (&f64, &u64)| {
        n -= left;
        AtRisk { time: *time, n }
    };
    (times.iter().zip(&last_seen).map(counted).collect(), printed(end as f64 / unit.divisor()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A curve of 10,000 equal steps: no step is off by half a percent, and there are about two hundred.
    #[test]
    fn a_thinned_curve_is_nowhere_off_by_half_a_percent() {
        let steps = || (1..=10_000_u64).map(|time| (time, time as f64 / 10_000.0));
        let told = thinned(steps(), [Some(5_000), Some(9_001)]);
        assert!((200..=203).contains(&told.len()), "{}", told.len());
        assert!(told.contains(&(5_000, 0.5)) && told.contains(&(9_001, 0.9001)));
        assert_eq!((told[0], told[told.len() - 1]), ((1, 0.0001), (10_000, 1.0)));
        for (time, share) in steps() {
            let before = told.iter().rev().find(|(own, _)| *own <= time).expect("the first step is told");
            assert!(share - before.1 < RISE, "{time}");
        }
    }

    /// Three steps that all are larger than half a percent are all told.
    #[test]
    fn few_steps_stay_as_they_are() {
        let steps = [(2, 0.25), (3, 0.5), (9, 0.75)];
        assert_eq!(thinned(steps.into_iter(), [Some(3), None]), steps);
        assert_eq!(thinned([].into_iter(), [None, None]), []);
    }

    /// 98 % of 0.8 is 0.784, which is there at 110 days: a fifth of that is 22, and the next round step 30.
    #[test]
    fn rows_are_counted_at_round_times() {
        let step = |time, share| CurveStep { time, share, low: None, high: None };
        let side = CurveSide {
            n: 10,
            events: 8,
            median: None,
            p90: None,
            end: 300.0,
            steps: vec![step(40.0, 0.5), step(110.0, 0.79), step(250.0, 0.8)],
            at_risk: Vec::new(),
            method: None,
            limits: None,
        };
        assert_eq!(times([&side].into_iter()), [0.0, 30.0, 60.0, 90.0, 120.0]);
        assert_eq!(times([].into_iter()), [0.0]);
    }
}
