//! A KPI month by month: a control chart held at the months before the reform, a trend broken at it, a naive forecast.

use super::evaluation::Evaluation;
use super::number::{Known, printed};
use super::question::Question;
use super::row::Effect;
use super::settings::named_month;
use super::window::Window;
use crate::cube::{Figure as Kind, Layout};
use crate::error::Undefined;
use crate::kpi::{Better, Unit};
use crate::stats::forecast::{self, Forecast};
use crate::stats::spc::{Chart, Direction, Ranges, Rule, Sigma, p_chart, u_chart, xmr};
use crate::stats::trend::{self, Coefficient, Point, Segmented};
use crate::stats::{RateCount, ShareCount};
use serde::Serialize;

/// Months that a forecast looks ahead.
const AHEAD: u16 = 3;

/// A KPI month by month.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Series {
    /// The KPI's id.
    pub id: String,
    /// The unit of its values.
    pub unit: Unit,
    /// The direction of improvement.
    pub better: Better,
    /// The months, in order.
    pub months: Vec<SeriesMonth>,
    /// Limits from the months before the reform, or why there are none.
    pub chart: Known<ChartHead>,
    /// A trend with a break at the reform.
    pub trend: Known<Trend>,
    /// The months to come, if nothing changes.
    pub forecast: Known<Outlook>,
}

/// One month of a series.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SeriesMonth {
    /// Year and month, as in `2024-02`.
    pub month: String,
    /// The figure, in the KPI's unit.
    pub value: Known<f64>,
    /// Rows in the denominator.
    pub n: u64,
    /// Whether its cohort is too young to be compared: it is drawn hollow and enters no rule.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub immature: bool,
    /// The lower control limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// The upper control limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// The rule that says this is no chance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signal: Option<SeriesSignal>,
    /// The trend's line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fitted: Option<f64>,
    /// The line as it would have gone on without the reform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counterfactual: Option<f64>,
}

/// Why a month is no chance, and whether that is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SeriesSignal {
    /// The rule.
    pub rule: &'static str,
    /// Above or below the centre.
    pub direction: &'static str,
    /// What it means; absent where the KPI has no better side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meaning: Option<&'static str>,
}

/// What a chart is made of.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ChartHead {
    /// The centre line: the mean of the months before the reform.
    pub centre: f64,
    /// The months it rests on.
    pub baseline: usize,
    /// Fewer than twelve of them: the limits are for trial.
    pub trial: bool,
    /// Moving ranges that were left out as too large.
    #[serde(skip_serializing_if = "is_none")]
    pub screened: usize,
    /// How many times as much months vary as counting alone would; absent where a chart does not ask.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sigma_z: Option<f64>,
    /// The method.
    pub method: &'static str,
}

fn is_none(count: &usize) -> bool {
    *count == 0
}

/// A trend with a break at the reform.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Trend {
    /// The change by a month before the reform.
    pub slope: Effect,
    /// The jump at the reform.
    pub level_change: Effect,
    /// How much the change by a month itself changed.
    pub slope_change: Effect,
    /// How far the last month lies from where it would have been.
    pub latest_change: Effect,
    /// Months before and from the reform on.
    pub months: [usize; 2],
    /// Whether months of the year have levels of their own.
    pub month_effects: bool,
    /// The method.
    pub method: &'static str,
}

/// The months to come.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Outlook {
    /// Month by month.
    pub months: Vec<OutlookMonth>,
    /// The errors of earlier forecasts that the interval rests on.
    pub errors: usize,
    /// The method.
    pub method: &'static str,
}

/// A month to come.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct OutlookMonth {
    /// Year and month.
    pub month: String,
    /// What it would be.
    pub value: f64,
    /// The lower limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// The upper limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
}

/// A month's figure with what a chart needs of it.
struct Monthly {
    month: i64,
    value: Result<f64, Undefined>,
    n: u64,
    events: u64,
    immature: bool,
}

/// The series of a KPI; `None` where it has none.
pub(super) fn of(evaluation: &Evaluation<'_>, question: &Question<'_>) -> Option<Series> {
    let settings = evaluation.settings;
    let lacks = question.all().all(|located| located.lacking.is_some());
    if settings.months.is_empty() || !question.recipe.has_series() || lacks {
        return None;
    }
    let months = monthly(&evaluation.over(Layout::Months), question);
    if months.iter().all(|month| month.value.is_err()) {
        return None;
    }
    let chart = charted(&months, question, settings.reform, settings.screening);
    let points: Vec<Point> = months.iter().filter_map(Monthly::point).collect();
    let trend = trend::segmented(&points, settings.reform, settings.level);
    let outlook = forecast::naive(&points, AHEAD, settings.level);
    let mut told: Vec<SeriesMonth> = months.iter().map(SeriesMonth::of).collect();
    if let Ok(chart) = &chart {
        told.iter_mut().enumerate().for_each(|(at, month)| month.with_chart(chart, at, question.kpi.better));
    }
    if let Ok(trend) = &trend {
        for line in &trend.lines {
            let own = months.iter().position(|month| month.month == line.month).map(|at| &mut told[at]);
            own.into_iter().for_each(|month| {
                (month.fitted, month.counterfactual) = (Some(printed(line.fitted)), Some(printed(line.counterfactual)));
            });
        }
    }
    Some(Series {
        id: question.kpi.id.to_string(),
        unit: question.kpi.unit,
        better: question.kpi.better,
        months: told,
        chart: chart.map(|chart| ChartHead::of(&chart)).into(),
        trend: trend.map(Trend::of).into(),
        forecast: outlook.map(|outlook| Outlook::of(outlook, question)).into(),
    })
}

fn monthly(evaluation: &Evaluation<'_>, question: &Question<'_>) -> Vec<Monthly> {
    let ages = question.ages();
    let month = |(slot, month): (u8, &super::settings::Month)| {
        let window = evaluation.value(question, slot);
        let (n, events) = window.as_ref().map(Window::rows).unwrap_or_default();
        let value = window.map(|window| window.value() / question.kpi.unit.divisor());
        Monthly { month: month.month, value, n, events, immature: ages && !month.is_mature }
    };
    (0..).zip(&evaluation.settings.months).map(month).collect()
}

impl Monthly {
    fn mature(&self) -> Option<f64> {
        self.value.as_ref().ok().copied().filter(|_| !self.immature)
    }

    fn point(&self) -> Option<Point> {
        Some(Point { month: self.month, value: self.mature()? })
    }
}

/// The chart that fits what the KPI counts: a share, events by rows, or any other figure.
fn charted(months: &[Monthly], question: &Question<'_>, reform: i64, screening: bool) -> Result<Chart, Undefined> {
    let baseline = 0..months.iter().take_while(|month| month.month < reform).count();
    let ranges = if screening { Ranges::Screened } else { Ranges::All };
    let counts_events = matches!(question.kpi.unit, Unit::Contacts | Unit::Steps | Unit::Handovers);
    match question.recipe.figure {
        Kind::Share => {
            let share = |month: &Monthly| month.mature().map(|_| ShareCount { hits: month.events, n: month.n });
            p_chart(&months.iter().map(share).collect::<Vec<_>>(), baseline, Sigma::Wider, ranges)
        }
        Kind::Mean if counts_events => {
            let rate = |month: &Monthly| {
                let exposure = month.n as f64;
                month.mature().map(|value| RateCount { events: (value * exposure).round() as u64, exposure })
            };
            u_chart(&months.iter().map(rate).collect::<Vec<_>>(), baseline, Sigma::Wider, ranges)
        }
        _ => xmr(&months.iter().map(Monthly::mature).collect::<Vec<_>>(), baseline, ranges),
    }
}

impl SeriesMonth {
    fn of(month: &Monthly) -> Self {
        Self {
            month: named_month(month.month),
            value: month.value.clone().map(printed).into(),
            n: month.n,
            immature: month.immature,
            low: None,
            high: None,
            signal: None,
            fitted: None,
            counterfactual: None,
        }
    }

    fn with_chart(&mut self, chart: &Chart, at: usize, better: Better) {
        let Some(point) = chart.points.get(at).and_then(Option::as_ref) else { return };
        (self.low, self.high) = (Some(printed(point.limits.low)), Some(printed(point.limits.high)));
        self.signal = point.signal.map(|signal| {
            let meaning = match (better, signal.direction) {
                (Better::Neither, _) => None,
                (Better::Higher, Direction::Up) | (Better::Lower, Direction::Down) => Some("improvement"),
                _ => Some("concern"),
            };
            let rule = match signal.rule {
                Rule::Outside => "outside",
                Rule::Trend => "trend",
                Rule::TwoOfThree => "two_of_three",
                Rule::Shift => "shift",
            };
            let direction = if signal.direction == Direction::Up { "up" } else { "down" };
            SeriesSignal { rule, direction, meaning }
        });
    }
}

impl ChartHead {
    fn of(chart: &Chart) -> Self {
        Self {
            centre: printed(chart.centre),
            baseline: chart.baseline,
            trial: chart.is_trial(),
            screened: chart.screened,
            sigma_z: chart.sigma_z.map(printed),
            method: chart.method,
        }
    }
}

impl Trend {
    fn of(fit: Segmented) -> Self {
        // Points are in the KPI's unit already.
        let effect = |own: &Coefficient| Effect::of((own.value, &own.limits), &own.p, own.df, 1.0);
        Self {
            slope: effect(&fit.slope),
            level_change: effect(&fit.level_change),
            slope_change: effect(&fit.slope_change),
            latest_change: effect(&fit.latest_change),
            months: [fit.before, fit.after],
            month_effects: fit.month_effects,
            method: fit.method,
        }
    }
}

impl Outlook {
    /// Limits stay where the figure can be.
    fn of(forecast: Forecast, question: &Question<'_>) -> Self {
        let (least, most) = match question.kpi.unit {
            _ if question.kpi.is_gap() => (-1.0, 1.0),
            Unit::Share | Unit::Index | Unit::Score => (0.0, 1.0),
            _ => (0.0, f64::INFINITY),
        };
        let month = |ahead: &forecast::Ahead| {
            let limits = ahead.limits.as_ref().ok();
            OutlookMonth {
                month: named_month(ahead.month),
                value: printed(ahead.value),
                low: limits.map(|limits| printed(limits.low.max(least))),
                high: limits.map(|limits| printed(limits.high.min(most))),
            }
        };
        Self { months: forecast.months.iter().map(month).collect(), errors: forecast.errors, method: forecast.method }
    }
}
