//! The cells that a figure is made of, brought together by cluster, by week, or stratum by stratum.

use super::evaluation::{Evaluation, Filter};
use super::gathering::{Gathered, leavers};
use super::part::Placed;
use super::question::Located;
use super::shelf::Rows;
use crate::cube::Layout;
use crate::error::Undefined;
use crate::kpi::{Kpi, Sampling};
use crate::measure::Table;
use crate::stats::ClusterId;
use crate::stats::survival::Choice;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A KPI with what is kept of it, where that stands, and the window.
type Asked<'q> = (&'q Kpi, &'q Located, usize, u8);

impl<'a> Evaluation<'a> {
    /// The cells of a keep in a window.
    pub(super) fn gathered(&self, kpi: &Kpi, keep: &Located, slot: u8) -> Result<Gathered, Undefined> {
        let place = self.place(keep, self.filter)?;
        let (asked, cells) = ((kpi, keep, place, slot), self.part.cells(place, slot));
        let mut gathered = self.brought(asked, cells.iter());
        let make = || leavers(cells.iter().map(|placed| (self.sampled(asked, placed), placed.stratum, placed.cell)));
        let choice = self.choice(kpi);
        gathered.rows = match self.sitting {
            Some(sitting) if keep.keep.quantity.tallied().is_some() => {
                let by_week = kpi.sampling == Sampling::Week;
                // What is followed for longer is asked for in one sitting.
                let is_shared = self.layout == Layout::Windows;
                Some(sitting.rows((place, slot, by_week), choice, is_shared, || make().unwrap_or_default()))
            }
            _ => make().map(|leavers| Arc::new(Rows::new(Arc::new(leavers), choice))),
        };
        Ok(gathered)
    }

    /// The same of all groups that another filter keeps; without times.
    pub(super) fn gathered_by(
        &self,
        kpi: &Kpi,
        keep: &Located,
        slot: u8,
        filter: &Filter<'_>,
    ) -> Result<Gathered, Undefined> {
        let place = self.place(keep, filter)?;
        let cells = self.whole.part.cells(place, slot).iter();
        Ok(self.brought((kpi, keep, place, slot), cells.filter(|placed| keeps(filter, placed.group))))
    }

    /// The cells of a keep in a window, stratum by stratum; without times, whose strata are told apart among themselves.
    ///
    /// # Undefined
    ///
    /// As [`Evaluation::lacks_strata`].
    pub(super) fn strata(&self, kpi: &Kpi, keep: &Located, slot: u8) -> Result<BTreeMap<u32, Gathered>, Undefined> {
        let place = self.place(keep, self.filter)?;
        if let Some(why) = self.lacks_strata(keep) {
            return Err(why);
        }
        let asked = (kpi, keep, place, slot);
        let mut strata: BTreeMap<u32, Gathered> = BTreeMap::new();
        for placed in self.part.cells(place, slot) {
            self.bring(asked, placed, strata.entry(placed.stratum).or_default());
        }
        strata.values_mut().for_each(|gathered| self.complete(asked, gathered));
        Ok(strata)
    }

    /// Why a keep has no strata: its table does not know them.
    pub(super) fn lacks_strata(&self, keep: &Located) -> Option<Undefined> {
        let of_strata: Vec<(usize, Option<&str>)> = self.whole.strata.iter().map(|place| (*place, None)).collect();
        self.apart(keep.keep.table, &of_strata)
    }

    /// The place of a keep in the cube, or what it lacks.
    fn place(&self, keep: &Located, filter: &Filter<'_>) -> Result<usize, Undefined> {
        if let Some(why) = keep.lacking.clone().or_else(|| self.apart(keep.keep.table, filter)) {
            return Err(why);
        }
        keep.place(self.layout).ok_or(Undefined::NoRows)
    }

    /// What is sampled together: a cluster, or a week.
    fn sampled(&self, (kpi, keep, ..): Asked<'_>, placed: &Placed<'a>) -> ClusterId {
        let by_week = kpi.sampling == Sampling::Week || keep.keep.by_volume;
        ClusterId(if by_week { u32::from(placed.week) } else { placed.cluster })
    }

    /// Cells brought together by cluster, or by week; without their times.
    fn brought<'c>(&self, asked: Asked<'_>, cells: impl Iterator<Item = &'c Placed<'a>>) -> Gathered
    where
        'a: 'c,
    {
        let mut gathered = Gathered::default();
        cells.for_each(|placed| self.bring(asked, placed, &mut gathered));
        self.complete(asked, &mut gathered);
        gathered
    }

    fn bring(&self, asked: Asked<'_>, placed: &Placed<'a>, gathered: &mut Gathered) {
        let clustered = self.is_clustered(asked.0);
        if !clustered || self.left_out != Some(placed.cluster) {
            gathered.null_cluster |= clustered && placed.group[0].is_none() && self.layout != Layout::Months;
            gathered.add(self.sampled(asked, placed), placed.cell);
        }
    }

    fn complete(&self, asked: Asked<'_>, gathered: &mut Gathered) {
        let (kpi, _, place, slot) = asked;
        if kpi.sampling == Sampling::Week && !self.whole.part.cells(place, slot).is_empty() {
            gathered.with_weeks(self.weeks(slot));
        }
    }

    /// Which rows with times are asked for.
    pub(super) fn choice(&self, kpi: &Kpi) -> Choice {
        let without = self.left_out.filter(|_| self.is_clustered(kpi)).map(ClusterId);
        Choice { without, finished: self.is_closed_only }
    }

    fn is_clustered(&self, kpi: &Kpi) -> bool {
        kpi.sampling == Sampling::Cluster && self.settings.cluster.is_some()
    }

    /// The weeks of a window.
    fn weeks(&self, slot: u8) -> usize {
        self.days(slot).0.len()
    }

    /// The column of a drill-down that a table says nothing of: none of its rows is of any group.
    ///
    /// Answers and petitions take the grouping from their dossiers.
    fn apart(&self, table: Table, filter: &Filter<'_>) -> Option<Undefined> {
        let named = |column: &str| format!("{}{column}", table.prefix());
        let has = |column: &str| self.settings.columns.contains(&named(column));
        let takes = match table {
            Table::Events => true,
            Table::Surveys | Table::Petitions => has("case_id"),
            _ => false,
        };
        let dimensions = filter.iter().map(|(place, _)| self.whole.cube.header.dimensions[*place].as_str());
        let lacks = dimensions.filter(|_| !takes).find(|column| !has(column));
        lacks.map(|column| Undefined::NoColumn(named(column)))
    }

    /// The part of the filter that is of one column.
    pub(super) fn filter_by(&self, column: &str) -> Vec<(usize, Option<&'a str>)> {
        let is_own = |place: usize| self.whole.cube.header.dimensions[place] == column;
        self.filter.iter().copied().filter(|(place, _)| is_own(*place)).collect()
    }
}

fn keeps(filter: &Filter<'_>, group: &[Option<String>]) -> bool {
    filter.iter().all(|(dimension, name)| group[*dimension].as_deref() == *name)
}
