//! The sheets of months: every month of every KPI with its limits, and the trend behind them.

use super::codes::{self, Codes};
use super::leaf::{Cell, Column, Leaf};
use crate::error::Undefined;
use crate::report::Lang;
use crate::report::dates;
use crate::report::messages::Words;
use crate::report::words::{meaning, rule};
use crate::scorecard::{ChartHead, Effect, Known, Outlook, OutlookMonth, Row, Scorecard, Series, SeriesMonth, Trend};

/// Every month, then the months to come; `None` where there is no series.
pub(super) fn months(card: &Scorecard, lang: Lang) -> Option<Leaf> {
    let rows: Vec<Vec<Cell>> = series(card).flat_map(|(series, row)| of_series(series, row, lang)).collect();
    let columns = columns(lang, &MONTHS);
    let leaf = Leaf::new(lang.say(Words("xlsx.months")), columns, rows);
    if leaf.rows.is_empty() {
        return None;
    }
    let mut leaf = leaf.without_empty(|at| at < 5);
    let reform = card.study.reform.as_ref();
    leaf.lead = reform
        .map(|month| lang.say(Words("xlsx.reform_in")).replace("{}", &dates::month(month, lang)))
        .into_iter()
        .collect();
    leaf.notes = ["xlsx.months_say", "xlsx.young_say"].map(|words| lang.say(Words(words)).to_owned()).into();
    Some(leaf)
}

const MONTHS: [(&str, f64); 14] = [
    ("xlsx.kpi", 36.0),
    ("xlsx.month", 11.0),
    ("xlsx.kind", 25.0),
    ("xlsx.value", 13.0),
    ("xlsx.unit", 14.0),
    ("xlsx.n", 9.0),
    ("xlsx.low", 13.0),
    ("xlsx.centre", 13.0),
    ("xlsx.high", 13.0),
    ("xlsx.signal", 30.0),
    ("xlsx.meaning", 15.0),
    ("xlsx.fitted", 13.0),
    ("xlsx.counterfactual", 13.0),
    ("xlsx.why", 28.0),
];

pub(super) fn columns(lang: Lang, all: &[(&'static str, f64)]) -> Vec<Column> {
    all.iter().map(|(heading, width)| Column::new(lang.say(Words(heading)), *width)).collect()
}

fn series(card: &Scorecard) -> impl Iterator<Item = (&Series, &Row)> {
    card.series.iter().filter_map(|series| Some((series, card.kpi(&series.id)?)))
}

fn of_series(series: &Series, row: &Row, lang: Lang) -> Vec<Vec<Cell>> {
    let codes = Codes::of(row, lang);
    let known = series.months.iter().map(|own| month(own, series.chart.value(), row, &codes, lang));
    let ahead = series.forecast.value().map_or(&[][..], |outlook: &Outlook| outlook.months.as_slice());
    known.chain(ahead.iter().map(|own| to_come(own, row, &codes, lang))).collect()
}

fn month(own: &SeriesMonth, chart: Option<&ChartHead>, row: &Row, codes: &Codes, lang: Lang) -> Vec<Cell> {
    let level = |value: Option<f64>| Cell::number(value, codes.level.clone());
    let kind = if own.immature { "xlsx.too_young" } else { "xlsx.a_month" };
    let limits = own.low.or(own.high);
    let signal = own.signal.map(|signal| lang.say(rule(signal.rule)));
    let means = own.signal.map(|signal| lang.say(meaning(signal.meaning.unwrap_or(signal.direction))));
    vec![
        Cell::text(lang.name(&row.name)),
        Cell::month(&own.month),
        Cell::text(lang.say(Words(kind))),
        level(own.value.value().copied()),
        Cell::text(codes::unit(row, lang)[0]),
        Cell::Count(own.n),
        level(own.low),
        level(chart.filter(|_| limits.is_some()).map(|chart| chart.centre)),
        level(own.high),
        Cell::text(signal.unwrap_or_default()),
        Cell::text(means.unwrap_or_default()),
        level(own.fitted),
        level(own.counterfactual),
        own.value.reason().map_or(Cell::Empty, |why| Cell::text(lang.why(why))),
    ]
}

fn to_come(own: &OutlookMonth, row: &Row, codes: &Codes, lang: Lang) -> Vec<Cell> {
    let level = |value: Option<f64>| Cell::number(value, codes.level.clone());
    let mut cells = vec![
        Cell::text(lang.name(&row.name)),
        Cell::month(&own.month),
        Cell::text(lang.say(Words("xlsx.to_come"))),
        level(Some(own.value)),
        Cell::text(codes::unit(row, lang)[0]),
        Cell::Empty,
        level(own.low),
        Cell::Empty,
        level(own.high),
    ];
    cells.resize(MONTHS.len(), Cell::Empty);
    cells
}

/// The limits and the trend of each KPI, a line each.
pub(super) fn trends(card: &Scorecard, lang: Lang) -> Option<Leaf> {
    let rows: Vec<Vec<Cell>> = series(card).flat_map(|(series, row)| of_trend(series, row, lang)).collect();
    let leaf = Leaf::new(lang.say(Words("xlsx.trends")), columns(lang, &TRENDS), rows);
    if leaf.rows.is_empty() {
        return None;
    }
    let mut leaf = leaf.without_empty(|at| at < 4);
    leaf.notes = vec![lang.say(Words("xlsx.trends_say")).to_owned()];
    Some(leaf)
}

const TRENDS: [(&str, f64); 12] = [
    ("xlsx.kpi", 36.0),
    ("xlsx.what", 50.0),
    ("xlsx.value", 13.0),
    ("xlsx.unit", 16.0),
    ("xlsx.low", 13.0),
    ("xlsx.high", 13.0),
    ("xlsx.p", 9.0),
    ("xlsx.df", 9.0),
    ("xlsx.months_before", 10.0),
    ("xlsx.months_after", 10.0),
    ("xlsx.why", 34.0),
    ("xlsx.method", 44.0),
];

fn of_trend(series: &Series, row: &Row, lang: Lang) -> Vec<Vec<Cell>> {
    let mut lines = match &series.chart {
        Known::Yes(chart) => limits(chart, row, lang),
        Known::No(why) => vec![absent("xlsx.centre", why, lang)],
    };
    match &series.trend {
        Known::Yes(trend) => lines.extend(broken(trend, row, lang)),
        Known::No(why) => lines.push(absent("xlsx.level_change", why, lang)),
    }
    lines.push(match &series.forecast {
        Known::Yes(outlook) => told("xlsx.forecast_errors", vec![Cell::Count(outlook.errors as u64)], outlook.method),
        Known::No(why) => absent("xlsx.to_come", why, lang),
    });
    let line = |(what, cells): Said| {
        let head = [Cell::text(lang.name(&row.name)), Cell::text(lang.say(Words(what)))];
        head.into_iter().chain(cells).collect()
    };
    lines.into_iter().map(line).collect()
}

/// What is told, and the cells behind it.
type Said = (&'static str, Vec<Cell>);

/// Value and unit, whatever stands between, the method.
fn told(what: &'static str, mut cells: Vec<Cell>, method: &str) -> Said {
    cells.resize(TRENDS.len() - 3, Cell::Empty);
    cells.push(Cell::text(method));
    (what, cells)
}

fn absent(what: &'static str, why: &Undefined, lang: Lang) -> Said {
    let mut cells = vec![Cell::Empty; TRENDS.len() - 4];
    cells.extend([Cell::text(lang.why(why)), Cell::Empty]);
    (what, cells)
}

/// The trend and its break, an effect a line.
fn broken(trend: &Trend, row: &Row, lang: Lang) -> [Said; 4] {
    let effects = [
        ("xlsx.slope", &trend.slope),
        ("xlsx.level_change", &trend.level_change),
        ("xlsx.slope_change", &trend.slope_change),
        ("xlsx.latest_change", &trend.latest_change),
    ];
    effects.map(|(what, own)| {
        let mut cells = effect(own, row, lang);
        let why = cells.pop().unwrap_or(Cell::Empty);
        cells.extend(trend.months.map(|months| Cell::Count(months as u64)));
        cells.extend([why, Cell::text(trend.method)]);
        (what, cells)
    })
}

/// What the limits of months are made of.
fn limits(chart: &ChartHead, row: &Row, lang: Lang) -> Vec<Said> {
    let line = |what, cells| told(what, cells, chart.method);
    let centre = Cell::Number(chart.centre, Codes::of(row, lang).level);
    let trial = if chart.trial { "xlsx.baseline_trial" } else { "xlsx.baseline" };
    let mut lines = vec![
        line("xlsx.centre", vec![centre, Cell::text(codes::unit(row, lang)[0])]),
        line(trial, vec![Cell::Count(chart.baseline as u64)]),
    ];
    if chart.screened > 0 {
        lines.push(line("xlsx.screened", vec![Cell::Count(chart.screened as u64)]));
    }
    lines.extend(chart.sigma_z.map(|z| line("xlsx.sigma_z", vec![Cell::Number(z, codes::plain(2, lang))])));
    lines
}

/// Value, unit, limits, p, degrees of freedom; last the reason of what is missing.
pub(super) fn effect(own: &Effect, row: &Row, lang: Lang) -> Vec<Cell> {
    let known: Vec<f64> = [Some(own.value), own.low, own.high].into_iter().flatten().collect();
    let decimals = crate::report::number::Digits::fitting(row.unit, &known, &known, lang).decimals();
    let code = Codes::fitting(row.unit, decimals, lang).change;
    let why = own.limits.as_ref().map(|why| &why.0).or(own.p.reason());
    vec![
        Cell::Number(own.value, code.clone()),
        Cell::text(codes::unit(row, lang)[1]),
        Cell::number(own.low, code.clone()),
        Cell::number(own.high, code),
        Cell::number(own.p.value().copied(), codes::probability(lang)),
        Cell::number(own.df, codes::plain(1, lang)),
        why.map_or(Cell::Empty, |why| Cell::text(lang.why(why))),
    ]
}
