//! The sheets of doubts: whether verdicts stand under other decisions, and the same time said otherwise.

use super::codes::{self, Codes};
use super::figures::judged;
use super::leaf::{Cell, Leaf};
use super::months::columns;
use crate::kpi::Unit;
use crate::report::Lang;
use crate::report::messages::Words;
use crate::report::number::{Digits, decimal};
use crate::report::words::contrast;
use crate::scorecard::{Change, Contrasts, Known, Otherwise, Row, Scenario, Scorecard, Sensitivities};

const SCENARIOS: [(&str, f64); 12] = [
    ("xlsx.kpi", 36.0),
    ("xlsx.otherwise", 40.0),
    ("xlsx.without_unit", 26.0),
    ("xlsx.change", 14.0),
    ("xlsx.unit", 14.0),
    ("xlsx.low", 14.0),
    ("xlsx.high", 14.0),
    ("xlsx.p", 9.0),
    ("xlsx.would_be", 20.0),
    ("xlsx.verdict", 20.0),
    ("xlsx.stands", 11.0),
    ("xlsx.why", 34.0),
];

/// Every KPI under every other decision; `None` where nothing is decided otherwise.
pub(super) fn scenarios(card: &Scorecard, lang: Lang) -> Option<Leaf> {
    let own = card.sensitivity.as_ref().filter(|own| !own.scenarios.is_empty())?;
    let told = own.scenarios.iter().filter_map(|scenario| Some((scenario, card.kpi(&scenario.id)?)));
    let rows = told.map(|(scenario, row)| line(scenario, own, row, lang)).collect();
    let leaf = Leaf::new(lang.say(Words("xlsx.scenarios")), columns(lang, &SCENARIOS), rows);
    let mut leaf = leaf.without_empty(|at| !matches!(at, 2 | 11));
    leaf.notes = vec![lang.say(Words("xlsx.scenarios_say")).replace("{}", &decimal(own.p, 4, lang))];
    let longer = own.longer_days.reason();
    leaf.notes.extend(longer.map(|why| format!("{}: {}", lang.say(Words("methods.longer")), lang.why(why))));
    Some(leaf)
}

fn line(own: &Scenario, all: &Sensitivities, row: &Row, lang: Lang) -> Vec<Cell> {
    let unit = match &own.otherwise {
        Otherwise::Without { unit } => Cell::wrapped(unit.as_str()),
        _ => Cell::Empty,
    };
    let known = own.change.value();
    let code = Codes::of(row, lang).change;
    let stands = if own.stands { "xlsx.yes" } else { "xlsx.no" };
    let why = own.change.reason().or(known.and_then(|change| change.p.reason()));
    vec![
        Cell::text(lang.name(&row.name)),
        Cell::text(crate::report::scenarios::kind(&own.otherwise, all, lang)),
        unit,
        Cell::number(known.map(|change| change.value), code.clone()),
        Cell::text(codes::unit(row, lang)[1]),
        Cell::number(known.and_then(|change| change.low), code.clone()),
        Cell::number(known.and_then(|change| change.high), code),
        Cell::number(known.and_then(|change| change.p.value().copied()), codes::probability(lang)),
        judged(own.verdict, lang),
        row.verdict.map_or(Cell::Empty, |own| judged(own, lang)),
        Cell::text(lang.say(Words(stands))),
        why.map_or(Cell::Empty, |why| Cell::text(lang.why(why))),
    ]
}

const CONTRASTS: [(&str, f64); 14] = [
    ("xlsx.what", 50.0),
    ("xlsx.was", 11.0),
    ("xlsx.is", 11.0),
    ("xlsx.unit", 10.0),
    ("xlsx.change", 12.0),
    ("xlsx.low", 12.0),
    ("xlsx.high", 12.0),
    ("xlsx.relative", 10.0),
    ("xlsx.n_was", 9.0),
    ("xlsx.n_is", 9.0),
    ("xlsx.p", 9.0),
    ("xlsx.statistic", 11.0),
    ("xlsx.why", 30.0),
    ("xlsx.method", 44.0),
];

/// The time applicants wait as others say it; `None` where no KPI has it.
pub(super) fn contrasts(card: &Scorecard, lang: Lang) -> Option<Leaf> {
    let own = card.kpis.iter().find_map(|row| row.contrasts.as_ref())?;
    let leaf = Leaf::new(lang.say(Words("xlsx.contrasts")), columns(lang, &CONTRASTS), lines(own, lang));
    let mut leaf = leaf.without_empty(|at| at < 5);
    leaf.lead = vec![lang.name(&own.sentence).to_owned()];
    Some(leaf)
}

fn lines(own: &Contrasts, lang: Lang) -> Vec<Vec<Cell>> {
    let values: Vec<f64> = own.figures.iter().flat_map(|figure| [figure.was, figure.is]).collect();
    let changes: Vec<f64> = own.figures.iter().map(|figure| figure.absolute).collect();
    let codes = Codes::fitting(Unit::Days, Digits::fitting(Unit::Days, &values, &changes, lang).decimals(), lang);
    let days = Cell::text(lang.say(Words("unit.days")));
    let figures = own.figures.iter().map(|figure| {
        let mut line = empty(lang.say(contrast(figure.id)));
        let [n_was, n_is] = figure.n.map(Cell::Count);
        line[1] = Cell::Number(figure.was, codes.level.clone());
        line[2] = Cell::Number(figure.is, codes.level.clone());
        line[3] = days.clone();
        line[4] = Cell::Number(figure.absolute, codes.change.clone());
        line[7] = Cell::number(figure.relative, codes::relative(lang));
        (line[8], line[9]) = (n_was, n_is);
        line
    });
    let mut lines: Vec<Vec<Cell>> = figures.collect();
    lines.push(restricted(own, &codes, days, lang));
    lines.extend(log_rank(own, lang));
    let mut open = empty(lang.say(Words("methods.still_open")));
    let [was, is] = own.open.map(|own| [Cell::Count(own.open), Cell::Count(own.of)]);
    ([open[1], open[8]], [open[2], open[9]]) = (was, is);
    lines.push(open);
    lines
}

fn empty(what: &str) -> Vec<Cell> {
    let mut line = vec![Cell::Empty; CONTRASTS.len()];
    line[0] = Cell::wrapped(what);
    line
}

/// The mean within a horizon.
fn restricted(own: &Contrasts, codes: &Codes, days: Cell, lang: Lang) -> Vec<Cell> {
    let name = |horizon: &str| lang.say(Words("methods.restricted")).replace("{}", horizon);
    let mean = match &own.restricted_mean {
        Known::Yes(mean) => mean,
        Known::No(why) => {
            let mut line = empty(&name("0"));
            line[12] = Cell::text(lang.why(why));
            return line;
        }
    };
    let Change { absolute, relative, p, .. } = &mean.change;
    let mut line = empty(&name(&mean.horizon.to_string()));
    let gap = |value: Option<f64>| Cell::number(value, codes.change.clone());
    (line[1], line[2]) = (Cell::Number(mean.was, codes.level.clone()), Cell::Number(mean.is, codes.level.clone()));
    (line[3], line[4]) = (days, gap(Some(absolute.value)));
    (line[5], line[6]) = (gap(absolute.low), gap(absolute.high));
    line[7] = Cell::number(relative.value().map(|own| own.value), codes::relative(lang));
    line[10] = Cell::number(p.value().copied(), codes::probability(lang));
    let why = absolute.limits.as_ref().map(|why| &why.0).or(p.reason());
    line[12] = why.map_or(Cell::Empty, |why| Cell::text(lang.why(why)));
    line[13] = Cell::text(mean.change.method);
    line
}

/// Whether the two curves are one: over all, and within strata.
fn log_rank(own: &Contrasts, lang: Lang) -> Vec<Vec<Cell>> {
    let mut line = empty(lang.say(Words("methods.log_rank")));
    let test = match &own.log_rank {
        Known::Yes(test) => test,
        Known::No(why) => {
            line[12] = Cell::text(lang.why(why));
            return vec![line];
        }
    };
    let p = |p: f64| Cell::Number(p, codes::probability(lang).to_owned());
    (line[10], line[11], line[13]) =
        (p(test.p), Cell::Number(test.chi_square, codes::plain(2, lang)), Cell::text(test.method));
    let within = test.stratified_p.map(|own| {
        let mut line = empty(lang.say(Words("xlsx.log_rank_within")));
        (line[10], line[13]) = (p(own), Cell::text(test.method));
        line
    });
    [Some(line), within].into_iter().flatten().collect()
}
