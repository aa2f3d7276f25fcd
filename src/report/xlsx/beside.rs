//! The sheets of units: side by side, and those that reformed beside the others.

use super::codes::{self, Codes};
use super::leaf::{Cell, Column, Leaf};
use super::months::{columns, effect};
use crate::report::Lang;
use crate::report::messages::Words;
use crate::report::number::Digits;
use crate::report::words::{NO_NAME, place};
use crate::scorecard::{Beside, Compared, Effect, Known, KpiComparison, Row, Scorecard, SideBySide};
use std::collections::BTreeSet;

const SIDE: [(&str, f64); 19] = [
    ("xlsx.n", 9.0),
    ("xlsx.value", 12.0),
    ("xlsx.unit", 14.0),
    ("xlsx.place", 15.0),
    ("xlsx.all_together", 12.0),
    ("xlsx.inner_low", 12.0),
    ("xlsx.inner_high", 12.0),
    ("xlsx.outer_low", 12.0),
    ("xlsx.outer_high", 12.0),
    ("xlsx.drawn", 12.0),
    ("xlsx.low", 12.0),
    ("xlsx.high", 12.0),
    ("xlsx.rank", 8.0),
    ("xlsx.best_rank", 8.0),
    ("xlsx.worst_rank", 8.0),
    ("xlsx.z", 9.0),
    ("xlsx.weight", 9.0),
    ("xlsx.overdispersion", 16.0),
    ("xlsx.between", 11.0),
];

/// Every KPI of every group beside the others; `None` where nothing stands side by side.
pub(super) fn side_by_side(card: &Scorecard, lang: Lang) -> Option<Leaf> {
    let by: Vec<&String> = card.side_by_side.iter().find_map(|own| own.groups.first())?.by.keys().collect();
    let told = card.side_by_side.iter().filter_map(|own| Some((own, card.kpi(&own.id)?)));
    let rows = told.flat_map(|(own, row)| own.groups.iter().map(move |group| (own, row, group)));
    let rows = rows.map(|(own, row, group)| placed(own, row, (group, &by), lang)).collect();
    let head = [Column::new(lang.say(Words("xlsx.kpi")), 36.0)];
    let head = head.into_iter().chain(by.iter().map(|column| Column::new(column.as_str(), 26.0)));
    let columns = head.chain(columns(lang, &SIDE)).collect();
    let mut leaf = Leaf::new(lang.say(Words("xlsx.side_by_side")), columns, rows);
    leaf.frozen = 1 + by.len() as u16;
    leaf.notes = vec![lang.say(Words("xlsx.side_says")).to_owned()];
    let methods = card.side_by_side.iter().map(|own| [own.funnel, own.shrinkage, own.ranks].join("; "));
    let methods: BTreeSet<String> = methods.collect();
    leaf.notes.extend(methods.iter().map(|methods| lang.say(Words("xlsx.methods_are")).replace("{}", methods)));
    Some(leaf)
}

fn placed(own: &SideBySide, row: &Row, (group, by): (&Beside, &[&String]), lang: Lang) -> Vec<Cell> {
    let values: Vec<f64> = own.groups.iter().flat_map(|group| [group.value, group.drawn.value]).collect();
    let decimals = Digits::fitting(own.unit, &values, &[], lang).decimals();
    let code = Codes::fitting(own.unit, decimals, lang).level;
    let level = |value: f64| Cell::Number(value, code.clone());
    let name = |column: &&String| {
        let name = group.by.get(*column).cloned().flatten();
        Cell::wrapped(name.unwrap_or_else(|| lang.say(NO_NAME).to_owned()))
    };
    let ([inner_low, inner_high], [outer_low, outer_high]) = (group.inner, group.outer);
    let [best, worst] = group.ranks.map(|rank| Cell::Count(rank as u64));
    let cells = [
        Cell::Count(group.n),
        level(group.value),
        Cell::text(codes::unit(row, lang)[0]),
        Cell::text(lang.say(place(group.place))),
        level(own.centre),
        level(inner_low),
        level(inner_high),
        level(outer_low),
        level(outer_high),
        level(group.drawn.value),
        level(group.drawn.low),
        level(group.drawn.high),
        Cell::Count(group.rank as u64),
        best,
        worst,
        Cell::Number(group.z, codes::plain(2, lang)),
        Cell::Number(group.drawn.weight, codes::percent(0, lang)),
        Cell::Number(own.overdispersion, codes::plain(2, lang)),
        Cell::Number(own.between, codes::plain(6, lang)),
    ];
    [Cell::Strong(lang.name(&row.name).to_owned())].into_iter().chain(by.iter().map(name)).chain(cells).collect()
}

const COMPARED: [(&str, f64); 18] = [
    ("xlsx.kpi", 36.0),
    ("xlsx.what", 40.0),
    ("xlsx.months_after_reform", 11.0),
    ("xlsx.value", 14.0),
    ("xlsx.unit", 14.0),
    ("xlsx.low", 14.0),
    ("xlsx.high", 14.0),
    ("xlsx.p", 9.0),
    ("xlsx.df", 9.0),
    ("xlsx.q", 9.0),
    ("xlsx.smallest_p", 10.0),
    ("xlsx.reformed_units", 10.0),
    ("xlsx.other_units", 10.0),
    ("xlsx.left_out_units", 10.0),
    ("xlsx.placebo_place", 10.0),
    ("xlsx.placebos", 10.0),
    ("xlsx.why", 34.0),
    ("xlsx.method", 44.0),
];

/// Where the reason stands.
const WHY: usize = COMPARED.len() - 2;

/// What the reform did to each KPI, by month too, and what speaks against it; `None` where no unit is named.
pub(super) fn compared(card: &Scorecard, lang: Lang) -> Option<Leaf> {
    let told = card.comparison.iter().filter_map(|own| Some((own, card.kpi(&own.id)?)));
    let rows: Vec<Vec<Cell>> = told.flat_map(|(own, row)| of_kpi(own, row, lang)).collect();
    let leaf = Leaf::new(lang.say(Words("xlsx.compared")), columns(lang, &COMPARED), rows);
    if leaf.rows.is_empty() {
        return None;
    }
    let mut leaf = leaf.without_empty(|at| at < 5);
    leaf.notes = vec![lang.say(Words("xlsx.compared_says")).to_owned()];
    Some(leaf)
}

/// A line under way: a KPI, what it is of, and what is known of it.
struct Line<'a> {
    row: &'a Row,
    lang: Lang,
    within: String,
}

impl Line<'_> {
    fn of(&self, what: &'static str, month: Option<i64>) -> Vec<Cell> {
        let name = format!("{}{}", self.lang.name(&self.row.name), self.within);
        let month = Cell::number(month.map(|month| month as f64), "+0;-0;0");
        let mut line = vec![Cell::Wrapped(name), Cell::text(self.lang.say(Words(what))), month];
        line.resize(COMPARED.len(), Cell::Empty);
        line
    }

    fn effect(&self, what: &'static str, month: Option<i64>, own: &Effect) -> Vec<Cell> {
        let mut cells = effect(own, self.row, self.lang);
        let mut line = self.of(what, month);
        line[WHY] = cells.pop().unwrap_or(Cell::Empty);
        line.splice(3..3 + cells.len(), cells);
        line
    }

    fn value(&self, what: &'static str, value: f64) -> Vec<Cell> {
        let decimals = Digits::fitting(self.row.unit, &[value], &[value], self.lang).decimals();
        let mut line = self.of(what, None);
        line[3] = Cell::Number(value, Codes::fitting(self.row.unit, decimals, self.lang).change);
        line[4] = Cell::text(codes::unit(self.row, self.lang)[1]);
        line
    }
}

fn of_kpi(own: &KpiComparison, row: &Row, lang: Lang) -> Vec<Vec<Cell>> {
    let within = own.restricted_to.map(|days| lang.say(Words("xlsx.within")).replace("{}", &days.to_string()));
    let line = Line { row, lang, within: within.map(|own| format!(" ({own})")).unwrap_or_default() };
    match &own.found {
        Known::Yes(found) => found_lines(&line, found),
        Known::No(why) => {
            let mut cells = line.of("xlsx.effect", None);
            cells[WHY] = Cell::text(lang.why(why));
            vec![cells]
        }
    }
}

fn found_lines(line: &Line<'_>, found: &Compared) -> Vec<Vec<Cell>> {
    let probability = codes::probability(line.lang);
    let probability = probability.as_str();
    let mut whole = line.effect("xlsx.effect", None, &found.effect);
    let counts = [found.treated, found.comparisons, found.left_out].map(|units| Cell::Count(units as u64));
    let place = found.place.map_or([Cell::Empty, Cell::Empty], |place| place.map(|own| Cell::Count(own as u64)));
    let tests = [Cell::number(found.q, probability), Cell::number(found.smallest_p, probability)];
    whole.splice(9..16, tests.into_iter().chain(counts).chain(place));
    whole[WHY + 1] = Cell::text(found.method);
    let mut lines = vec![
        whole,
        line.value("xlsx.reformed_change", found.treated_change),
        line.value("xlsx.others_change", found.comparison_change),
    ];
    let mut before = line.of("xlsx.before_p", None);
    match &found.pre_trend {
        Known::No(why) => before[WHY] = Cell::text(line.lang.why(why)),
        Known::Yes(own) => {
            before[7] = Cell::number(own.joint_p.value().copied(), probability);
            before[WHY] = own.joint_p.reason().map_or(Cell::Empty, |why| Cell::text(line.lang.why(why)));
            lines.push(line.effect("xlsx.before_slope", None, &own.slope));
        }
    }
    lines.push(before);
    lines.extend(found.events.iter().map(|own| line.effect("xlsx.event", Some(own.month), &own.effect)));
    lines.extend(found.placebos.iter().map(|own| line.effect("xlsx.placebo", Some(-own.earlier), &own.effect)));
    lines
}
