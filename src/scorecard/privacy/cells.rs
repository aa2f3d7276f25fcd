//! Which figures are withheld: of the whole, of groups, of kinds of applicant, of months.

use super::super::row::{Figure, Row};
use super::super::{Group, Known, Scorecard, Series, SeriesMonth};
use super::breakdown::{Breakdown, Counts, Sum};
use super::rows::Windows;
use super::steps::Steps;
use super::{Fences, is_of_persons};
use crate::kpi::{self, Unit};
use std::collections::BTreeSet;

/// What is withheld of a scorecard, by the place of each figure in it.
#[derive(Debug, Default)]
pub(super) struct Cells {
    whole: BTreeSet<(usize, usize)>,
    pub(super) groups: Withheld,
    pub(super) applicants: Withheld,
    /// By series and month.
    pub(super) months: BTreeSet<(usize, usize)>,
    /// Series of which no month can be told.
    pub(super) series: BTreeSet<usize>,
}

/// What is withheld of groups: group, KPI and window; and of all groups, those of none too: KPI and window.
#[derive(Debug, Default)]
pub(super) struct Withheld {
    cells: BTreeSet<(usize, usize, usize)>,
    all: BTreeSet<(usize, usize)>,
}

impl Withheld {
    pub(super) fn windows(&self, group: usize, at: usize) -> Windows {
        Windows {
            withheld: [0, 1].map(|window| self.cells.contains(&(group, at, window))),
            blank: [0, 1].map(|window| self.all.contains(&(at, window))),
        }
    }
}

impl Cells {
    pub(super) fn of(card: &Scorecard, least: u64, fences: Fences) -> Self {
        let mut cells = Self::default();
        let judge = Judge { least, fences, steps: Steps { least, is_on: fences.steps } };
        for (at, row) in card.kpis.iter().enumerate().filter(|(_, row)| is_of_persons(&row.id)) {
            let small = [0, 1].map(|window| figure(row, window).is_some_and(|figure| judge.is_small(row, figure)));
            let vanishes = |window| figure(row, window).is_some_and(|figure| judge.vanishes(row, figure));
            let withheld = [0, 1].into_iter().filter(|window| small[*window] || vanishes(*window));
            cells.whole.extend(withheld.map(|window| (at, window)));
            for window in [0, 1] {
                let whole = figure(row, window).map(|figure| (figure, small[window]));
                judge.groups(row, (window, whole), &card.groups, &mut cells.groups);
                judge.groups(row, (window, whole), &card.applicants, &mut cells.applicants);
            }
        }
        for (number, series) in card.series.iter().enumerate().filter(|(_, own)| is_of_persons(&own.id)) {
            match judge.months(card, series, &cells.whole) {
                Some(months) => cells.months.extend(months.into_iter().map(|month| (number, month))),
                None => drop(cells.series.insert(number)),
            }
        }
        cells
    }

    pub(super) fn whole(&self, at: usize) -> Windows {
        Windows { withheld: [0, 1].map(|window| self.whole.contains(&(at, window))), blank: [false; 2] }
    }
}

/// The figure of a window: the first, or the second and only one.
pub(super) fn figure(row: &Row, window: usize) -> Option<&Figure> {
    if window == 0 { row.was.as_ref().and_then(Known::value) } else { row.is.value() }
}

/// How a KPI's figures are counted.
#[derive(Clone, Copy)]
struct Judge {
    least: u64,
    fences: Fences,
    steps: Steps,
}

impl Judge {
    /// Whether a figure is of fewer persons than may be told, or is itself so many officers.
    fn is_small(self, row: &Row, figure: &Figure) -> bool {
        let officers = counts_officers(row) && figure.value > 0.0 && figure.value < self.least as f64;
        counts(row, figure).is_small(self.least, self.fences) || officers
    }

    /// Whether so few rows cannot tell a figure from none, or from all.
    fn vanishes(self, row: &Row, figure: &Figure) -> bool {
        self.steps.vanishes(figure.n, figure.value, is_share(row))
    }

    /// What is withheld of a KPI's groups in one window.
    fn groups(self, row: &Row, (window, whole): (usize, Option<(&Figure, bool)>), groups: &[Group], to: &mut Withheld) {
        let places: Vec<Option<usize>> =
            groups.iter().map(|group| group.kpis.iter().position(|own| own.id == row.id)).collect();
        let Some(at) = places.iter().flatten().next().copied() else { return };
        let own = |group: usize| figure(&groups[group].kpis[places[group]?], window);
        let parts: Vec<Option<Counts>> = (0..groups.len()).map(|group| Some(counts(row, own(group)?))).collect();
        let all = || (0..groups.len()).filter_map(|group| Some((group, own(group)?)));
        let officers = counts_officers(row) && all().any(|(_, figure)| self.is_small(row, figure));
        let withheld = all().filter(|(_, figure)| self.vanishes(row, figure)).map(|(group, _)| group).collect();
        let sum = |(figure, _)| Sum { whole: counts(row, figure), parts: (0..parts.len()).collect(), is_wider: false };
        let sums = whole.map(sum).into_iter().collect();
        let found = (Breakdown { parts, sums, withheld }).withheld(self.least, self.fences);
        match found.filter(|_| !officers && !whole.is_some_and(|(_, is_small)| is_small)) {
            Some(groups) => to.cells.extend(groups.into_iter().map(|group| (group, at, window))),
            None => drop(to.all.insert((at, window))),
        }
    }

    /// What is withheld of a KPI's months; `None` where the series must go.
    fn months(self, card: &Scorecard, series: &Series, small: &BTreeSet<(usize, usize)>) -> Option<BTreeSet<usize>> {
        let (at, row) = card.kpis.iter().enumerate().find(|(_, row)| row.id == series.id)?;
        let count = |month: &SeriesMonth| {
            let hits = (month.value.value()? * month.n as f64).round().max(0.0) as u64;
            let is_share = is_share(row) && hits <= month.n;
            Some(Counts { rows: month.n, hits: if is_share { hits } else { month.n }, is_share })
        };
        let parts: Vec<Option<Counts>> = series.months.iter().map(count).collect();
        let officers = |month: &SeriesMonth| {
            counts_officers(row) && month.value.value().is_some_and(|value| *value > 0.0 && *value < self.least as f64)
        };
        let vanishes = |month: &SeriesMonth| {
            month.value.value().is_some_and(|value| self.steps.vanishes(month.n, *value, is_share(row)))
        };
        let is_few = |month: &SeriesMonth| officers(month) || vanishes(month);
        let few = series.months.iter().enumerate().filter(|(_, month)| is_few(month)).map(|(month, _)| month);
        let mut own = Breakdown { parts, sums: Vec::new(), withheld: few.collect() };
        for (window, range) in [(0, card.study.was.as_deref()), (1, Some(card.study.is.as_str()))] {
            let Some(range) = range else { continue };
            let [inside, touching] = within(series, range);
            if small.contains(&(at, window)) {
                own.withheld.extend(&touching);
            } else if let Some(figure) = figure(row, window) {
                let whole = counts(row, figure);
                let whole = if whole.is_share { whole } else { Counts { hits: whole.rows, ..whole } };
                let reaches_out = touching.len() > inside.len();
                own.sums.push(Sum { whole, parts: inside, is_wider: false });
                own.sums.extend(reaches_out.then_some(Sum { whole, parts: touching, is_wider: true }));
            }
        }
        own.withheld(self.least, self.fences)
    }
}

/// The months that lie in a window, and those that touch it.
fn within(series: &Series, range: &str) -> [Vec<usize>; 2] {
    let (first, last) = range.split_once("..").unwrap_or_default();
    let touches = |month: &str| first.get(..7) <= Some(month) && Some(month) <= last.get(..7);
    // A day of a month as text: its first day, and one that no month is longer than.
    let begins = |month: &str| first <= format!("{month}-01").as_str();
    let ends = |month: &str| last.get(..7) > Some(month) || is_last_day(last);
    let touching: Vec<usize> =
        series.months.iter().enumerate().filter(|(_, own)| touches(&own.month)).map(|(at, _)| at).collect();
    let is_inside = |at: &usize| begins(&series.months[*at].month) && ends(&series.months[*at].month);
    [touching.iter().copied().filter(is_inside).collect(), touching]
}

/// Whether a day as text is the last of its month.
fn is_last_day(day: &str) -> bool {
    let part = |range: std::ops::Range<usize>| day.get(range).and_then(|text| text.parse::<u32>().ok()).unwrap_or(0);
    let (year, month) = (part(0..4), part(5..7));
    let leaps = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if leaps => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    part(8..10) == days
}

/// The counts behind a figure.
pub(super) fn counts(row: &Row, figure: &Figure) -> Counts {
    let rows = figure.n;
    let of_value = figure.value * rows as f64;
    let is_share = is_share(row) && (0.0..=1.0).contains(&figure.value);
    // A share whose hits are no rows of its own is one of weights: so many rows it is worth.
    let told = (of_value - figure.events as f64).abs() < 1e-6 * (1.0 + of_value.abs());
    let hits = if is_share && !told { of_value.round() as u64 } else { figure.events.min(rows) };
    Counts { rows, hits, is_share }
}

/// A share of rows; not the difference of two.
fn is_share(row: &Row) -> bool {
    row.unit == Unit::Share && !kpi::find(&row.id).is_some_and(kpi::Kpi::is_gap)
}

/// Whether the value itself is a number of officers.
fn counts_officers(row: &Row) -> bool {
    matches!(row.unit, Unit::Officers | Unit::Fte)
}
