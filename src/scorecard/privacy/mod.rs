//! A scorecard for everybody: cells of few persons withheld, with as many others that none can be worked out, and the
//! numbers that are left told in steps that are worth `least` persons.
//!
//! The attacker, and what holds against whom, is in METHODS under *What is published*; `tests/it/privacy` attacks. In short:
//!
//! - [`cells`] says which figures are withheld: those of few rows, few hits or few misses, and beside them what a total
//!   would give away otherwise, by [`crate::stats::disclosure`]. That holds even of exact counts.
//! - [`steps`] says how coarsely everything else is told, so that neither the digits of a value nor the difference of two
//!   KPIs' rows gives a small count away.
//! - What is made of a withheld figure (change, mix, limits, trend) goes with it; what is told of other figures is made anew
//!   of what is published, or rounded as that is.
//!
//! Internal is the default: a scorecard is public only by [`Scorecard::public`].

mod beside;
mod breakdown;
mod cells;
mod curves;
mod heads;
mod months;
mod rows;
mod steps;

use super::{Group, Known, ResponseRate, Row, Scorecard};
use crate::cube::{Figure, Keep};
use crate::error::Undefined;
use crate::kpi;
use crate::measure::Table;
use crate::provenance::{Audience, Suppression};
use cells::Cells;
use rows::Windows;
use steps::Steps;

/// Columns that name officials; a drill-down by one of them is not published.
const OFFICIALS: [&str; 2] = ["officer", "owner"];

/// What holds against an attack; all of it, but in tests that prove that each is needed.
#[derive(Clone, Copy, Debug)]
#[doc(hidden)]
pub struct Fences {
    /// Figures with few hits or few misses are withheld, not those of few rows alone.
    pub hits: bool,
    /// Other figures are withheld beside those that are small.
    pub beside: bool,
    /// Numbers are told in steps.
    pub steps: bool,
    /// What is made of a withheld figure is withheld.
    pub derived: bool,
}

impl Fences {
    /// All of them.
    pub const ALL: Self = Self { hits: true, beside: true, steps: true, derived: true };
}

impl Scorecard {
    /// The same for everybody: no number of persons from 1 to `least` − 1 is told, or follows from what is.
    ///
    /// What is public for as many persons or more stays as it is.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::{Audience, Study, Undefined};
    ///
    /// # fn main() -> giamtang::Result<()> {
    /// let card = Study::load("fixtures/study/study.toml")?.by(["unit"]).plan()?.compare()?;
    /// assert_eq!((card.provenance.audience, card.study.least), (Audience::Internal, 10));
    /// let public = card.public(10);
    /// assert_eq!(public.provenance.audience, Audience::Public);
    /// let rows = public.groups.iter().flat_map(|group| &group.kpis);
    /// assert!(rows.clone().any(|row| row.is.reason() == Some(&Undefined::Suppressed)));
    /// let of_dossiers = rows.filter(|row| row.id.starts_with("time/")).filter_map(|row| row.is.value());
    /// assert!(of_dossiers.clone().count() > 10 && of_dossiers.clone().all(|figure| figure.n >= 10 && figure.n % 10 == 0));
    /// # Ok(())
    /// # }
    /// ```
    pub fn public(self, least: u64) -> Self {
        self.public_behind(least, Fences::ALL)
    }

    /// The same with some of what holds against an attack left out.
    #[doc(hidden)]
    pub fn public_behind(self, least: u64, fences: Fences) -> Self {
        match self.provenance.suppression {
            Some(done) if done.least >= least => self,
            _ => Publication::of(self, least.max(1), fences).card(),
        }
    }
}

/// A scorecard on its way to the public.
struct Publication {
    card: Scorecard,
    cells: Cells,
    steps: Steps,
    fences: Fences,
}

impl Publication {
    fn of(mut card: Scorecard, least: u64, fences: Fences) -> Self {
        let names_officials = |group: &Group| group.by.keys().any(|column| is_official(column));
        card.groups.retain(|group| !names_officials(group));
        card.side_by_side
            .retain(|own| !own.groups.iter().any(|group| group.by.keys().any(|column| is_official(column))));
        let cells = Cells::of(&card, least, fences);
        Self { card, cells, steps: Steps { least, is_on: fences.steps }, fences }
    }

    fn card(self) -> Scorecard {
        let own = &self.card;
        let mut card = Scorecard {
            schema: own.schema,
            study: own.study.clone(),
            provenance: own.provenance.clone(),
            inputs: Vec::new(),
            reconciliation: own.reconciliation.clone(),
            events: None,
            tables: Vec::new(),
            looks: own.looks,
            axes: own.axes.clone(),
            kpis: self.kpis(),
            applicants: self.groups(&own.applicants, &self.cells.applicants),
            groups: self.groups(&own.groups, &self.cells.groups),
            series: self.series(),
            side_by_side: self.side_by_side(),
            comparison: self.comparison(),
            curves: self.curves(),
            sensitivity: None,
        };
        card.sensitivity = self.sensitivity(&card.kpis);
        self.heads(&mut card);
        card.provenance.audience = Audience::Public;
        let suppressed = card.suppressed();
        card.provenance.suppression =
            Some(Suppression { least: self.steps.least, suppressed, rounded: self.steps.is_on });
        card
    }

    fn kpis(&self) -> Vec<Row> {
        let told = |(at, row): (usize, &Row)| self.row(row, self.cells.whole(at), true);
        let mut rows: Vec<Row> = self.card.kpis.iter().enumerate().map(told).collect();
        answered(&mut rows);
        rows
    }

    fn groups(&self, groups: &[Group], withheld: &cells::Withheld) -> Vec<Group> {
        let told = |(number, group): (usize, &Group)| {
            let row = |(at, row): (usize, &Row)| self.row(row, withheld.windows(number, at), false);
            let mut kpis: Vec<Row> = group.kpis.iter().enumerate().map(row).collect();
            answered(&mut kpis);
            Group { by: group.by.clone(), kpis }
        };
        groups.iter().enumerate().map(told).collect()
    }

    /// Which windows of a KPI's whole are withheld.
    fn whole(&self, id: &str) -> Windows {
        self.card.kpis.iter().position(|row| row.id == id).map(|at| self.cells.whole(at)).unwrap_or_default()
    }
}

impl Scorecard {
    /// Figures and months that are suppressed.
    fn suppressed(&self) -> u64 {
        let groups = self.applicants.iter().chain(&self.groups);
        let rows = self.kpis.iter().chain(groups.flat_map(|group| &group.kpis));
        let figures = rows.flat_map(|row| row.was.iter().chain([&row.is])).filter_map(Known::reason);
        let months = self.series.iter().flat_map(|own| &own.months).filter_map(|month| month.value.reason());
        figures.chain(months).filter(|why| **why == Undefined::Suppressed).count() as u64
    }
}

/// The response rate beside a survey's figures is the one that is published.
fn answered(rows: &mut [Row]) {
    let rate = rows.iter().find(|row| row.id == super::assessment::RESPONSE_RATE).map(ResponseRate::of);
    for row in rows.iter_mut().filter(|row| row.response_rate.is_some()) {
        row.response_rate.clone_from(&rate);
    }
}

/// Whether the rows of a KPI are persons: dossiers, answers, petitions, officers; not procedures, tasks or sums of money.
fn is_of_persons(id: &str) -> bool {
    let own = |keep: &Keep| !matches!(keep.table, Table::Procedures | Table::Tasks);
    kpi::find(id).is_none_or(|kpi| {
        let recipe = kpi.recipe();
        // Procedures without a dossier are counted by procedure.
        let others = recipe.over.iter().chain(&recipe.beside).filter(|_| recipe.figure != Figure::Without);
        own(&recipe.keep) || others.into_iter().any(own)
    })
}

fn is_official(column: &str) -> bool {
    OFFICIALS.contains(&column)
}
