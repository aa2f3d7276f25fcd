//! A series as lines: each month, its limits and signal, the trend, the months to come.

use super::Line;
use crate::scorecard::{Known, Series, SeriesMonth, SeriesSignal, Verdict};

/// All that is known of a KPI by month.
pub(super) fn lines(series: &Series) -> Vec<Line<'_>> {
    let mut lines: Vec<Line<'_>> = series.months.iter().flat_map(|own| month(series, own)).collect();
    lines.push(match &series.chart {
        Known::No(why) => Line::absent("month_limits", Some(why)),
        Known::Yes(chart) => Line::value("month_limits_baseline", chart.baseline as f64),
    });
    match &series.trend {
        Known::No(why) => lines.push(Line::absent("trend_level_change", Some(why))),
        Known::Yes(trend) => {
            let effects = [
                ("trend_slope", &trend.slope),
                ("trend_level_change", &trend.level_change),
                ("trend_slope_change", &trend.slope_change),
                ("trend_latest_change", &trend.latest_change),
            ];
            let of_trend = |line: Line<'static>| Line { method: Some(trend.method), ..line };
            lines.extend(
                effects
                    .map(|(name, own)| Line::of_effect(name, own))
                    .into_iter()
                    .map(|line| Line { method: Some(trend.method), ..line }),
            );
            let [before, after] = trend.months.map(|months| months as f64);
            lines.push(of_trend(Line::value("trend_months_before", before)));
            lines.push(of_trend(Line::value("trend_months_after", after)));
        }
    }
    match &series.forecast {
        Known::No(why) => lines.push(Line::absent("forecast", Some(why))),
        Known::Yes(outlook) => {
            let ahead = outlook.months.iter().map(|own| {
                let numbers = [Some(own.value), own.low, own.high];
                Line { numbers, method: Some(outlook.method), ..Line::new("forecast").at(&own.month) }
            });
            lines.extend(ahead);
        }
    }
    lines
}

fn month<'a>(series: &'a Series, own: &'a SeriesMonth) -> Vec<Line<'a>> {
    let figure = if own.immature { "month_immature" } else { "month" };
    let value = own.value.value().copied();
    let line = Line { numbers: [value, None, None], ..Line::absent(figure, own.value.reason()) };
    let limits = series.chart.value().filter(|_| own.low.is_some() || own.high.is_some()).map(|chart| {
        let numbers = [Some(chart.centre), own.low, own.high];
        Line { numbers, method: Some(chart.method), ..Line::new("month_limits") }
    });
    let signal = own.signal.map(|own| signal(own, value));
    let fitted = own.fitted.map(|value| Line::value("month_fitted", value));
    let counterfactual = own.counterfactual.map(|value| Line::value("month_counterfactual", value));
    let more = [limits, signal, fitted, counterfactual].into_iter().flatten();
    [line.with_n(own.n)].into_iter().chain(more).map(|line| line.at(&own.month)).collect()
}

/// A signal: the month's value, under the rule's name, with what it means as a verdict.
fn signal(own: SeriesSignal, value: Option<f64>) -> Line<'static> {
    let verdict = own.meaning.map(|meaning| match meaning {
        "improvement" => Verdict::Improved,
        _ => Verdict::Worsened,
    });
    Line { numbers: [value, None, None], verdict, ..Line::new(format!("signal_{}", own.rule)) }
}
