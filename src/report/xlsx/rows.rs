//! The sheets of KPIs: one for each axis, one of all groups, one of the kinds of applicants.

use super::figures::{Told, common, specs};
use super::leaf::{Cell, Column, Leaf};
use crate::kpi::Axis;
use crate::report::Lang;
use crate::report::messages::Words;
use crate::report::number::percent;
use crate::report::reason;
use crate::report::words::{INTERVALS, NO_NAME, axis, axis_verdict, flag, taken_together};
use crate::scorecard::{Flag, Group, Row, Scorecard};
use std::collections::BTreeSet;

/// A sheet for each axis that has a KPI, those of the study's own last.
pub(super) fn axes(card: &Scorecard, lang: Lang) -> Vec<Leaf> {
    let axes = Axis::ALL.into_iter().map(Some).chain([None]);
    axes.filter_map(|id| of_axis(card, id, lang)).collect()
}

fn of_axis(card: &Scorecard, id: Option<Axis>, lang: Lang) -> Option<Leaf> {
    let own: Vec<&Row> = card.kpis.iter().filter(|row| row.axis == id).collect();
    // What the log cannot tell stands behind what it can.
    let (lacking, told): (Vec<&Row>, Vec<&Row>) = own.into_iter().partition(|row| reason::lacking(row).is_some());
    let rows: Vec<&Row> = told.into_iter().chain(lacking).collect();
    if rows.is_empty() {
        return None;
    }
    let common = common(rows.iter().copied());
    let specs = specs(&card.study, lang);
    let cells = |row: &&Row| {
        let told = Told::new(row, &card.study, lang, &common);
        specs.iter().map(|spec| (spec.cell)(&told)).collect()
    };
    let columns = specs.iter().map(|spec| spec.column.clone()).collect();
    let leaf = Leaf::new(&axis(id, lang), columns, rows.iter().map(cells).collect());
    let mut leaf = leaf.without_empty(|at| specs[at].kept);
    leaf.lead = verdict(card, id, lang);
    leaf.notes = notes(card, &common, lang);
    Some(leaf)
}

/// An axis's verdict, then its reasons.
fn verdict(card: &Scorecard, id: Option<Axis>, lang: Lang) -> Vec<String> {
    let Some(result) = card.axes.iter().find(|axis| Some(axis.id) == id) else { return Vec::new() };
    let (symbol, words) = axis_verdict(result.verdict);
    let because = reason::sentence(&result.because, &card.kpis, lang);
    let because = if result.because.is_empty() { String::new() } else { format!(": {because}") };
    vec![format!("{symbol} {}{because}", lang.say(words))]
}

/// What holds of all rows, said once: the intervals, and the flags that all have.
fn notes(card: &Scorecard, common: &BTreeSet<Flag>, lang: Lang) -> Vec<String> {
    let level = percent(card.study.level, lang);
    let intervals = lang.say(INTERVALS).replace("{}", &level) + &taken_together(card, lang);
    let flags = common.iter().map(|own| lang.say(flag(*own)).to_owned());
    let wide = lang.say(Words("xlsx.more_to_the_right")).to_owned();
    [format!("{}: {intervals}", lang.say(Words("xlsx.limits_are")))].into_iter().chain(flags).chain([wide]).collect()
}

/// All KPIs of all groups of the drill-down, to be filtered.
pub(super) fn groups(card: &Scorecard, lang: Lang) -> Option<Leaf> {
    of_groups(card, &card.groups, lang.say(Words("xlsx.groups")), lang)
}

/// The KPIs of the first axis by kind of applicant.
pub(super) fn applicants(card: &Scorecard, lang: Lang) -> Option<Leaf> {
    of_groups(card, &card.applicants, lang.say(Words("xlsx.applicants")), lang)
}

fn of_groups(card: &Scorecard, groups: &[Group], title: &str, lang: Lang) -> Option<Leaf> {
    let by: Vec<&String> = groups.first()?.by.keys().collect();
    // What the whole log lacks is said on the axes' sheets.
    let told = |group| rows_of(group).filter(|row| reason::lacking(row).is_none());
    let common = common(groups.iter().flat_map(told));
    let specs = specs(&card.study, lang);
    let names = |group: &Group| by.iter().map(|column| Cell::wrapped(name(group, column, lang))).collect::<Vec<_>>();
    let cells = |names: &[Cell], row: &Row| {
        let told = Told::new(row, &card.study, lang, &common);
        let own = specs.iter().map(|spec| (spec.cell)(&told));
        names.iter().cloned().chain([Cell::text(axis(row.axis, lang))]).chain(own).collect::<Vec<_>>()
    };
    let rows = groups.iter().flat_map(|group| {
        let names = names(group);
        told(group).map(|row| cells(&names, row)).collect::<Vec<_>>()
    });
    let columns = by.iter().map(|column| Column::new(column.as_str(), 26.0));
    let columns = columns.chain([Column::new(lang.say(Words("xlsx.axis")), 20.0)]);
    let columns = columns.chain(specs.iter().map(|spec| spec.column.clone())).collect();
    let leaf = Leaf::new(title, columns, rows.collect());
    let before = by.len() + 1;
    let mut leaf = leaf.without_empty(|at| at < before || specs[at - before].kept);
    leaf.frozen = by.len() as u16;
    leaf.notes = notes(card, &common, lang);
    Some(leaf)
}

fn rows_of(group: &Group) -> impl Iterator<Item = &Row> {
    group.kpis.iter()
}

/// A group's name in a column.
pub(super) fn name(group: &Group, column: &str, lang: Lang) -> String {
    group.by.get(column).cloned().flatten().unwrap_or_else(|| lang.say(NO_NAME).to_owned())
}
