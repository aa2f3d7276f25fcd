//! The cells that a figure is made of, brought together by cluster, by week, or stratum by stratum.

use super::evaluation::{Evaluation, Filter};
use super::gathering::Gathered;
use super::part::Placed;
use super::question::Located;
use crate::cube::Layout;
use crate::error::Undefined;
use crate::kpi::{Kpi, Sampling};
use crate::measure::Table;
use crate::stats::ClusterId;
use std::collections::BTreeMap;

/// Cells with their weeks and groups.
type Cells<'c, 'a> = &'c mut dyn Iterator<Item = &'c Placed<'a>>;

/// The names of a stratum, procedures by those they were merged into.
pub(super) type Stratum<'a> = Vec<Option<&'a str>>;

impl<'a> Evaluation<'a> {
    /// The cells of a keep in a window.
    pub(super) fn gathered(&self, kpi: &Kpi, keep: &Located, slot: u8) -> Result<Gathered, Undefined> {
        let place = self.place(keep, self.filter)?;
        Ok(self.brought(kpi, (keep, place, slot), &mut self.part.cells(place, slot).iter()))
    }

    /// The same of all groups that another filter keeps.
    pub(super) fn gathered_by(
        &self,
        kpi: &Kpi,
        keep: &Located,
        slot: u8,
        filter: &Filter<'_>,
    ) -> Result<Gathered, Undefined> {
        let place = self.place(keep, filter)?;
        let cells = self.whole.part.cells(place, slot).iter();
        Ok(self.brought(kpi, (keep, place, slot), &mut cells.filter(|(_, group, _)| keeps(filter, group))))
    }

    /// The cells of a keep in a window, stratum by stratum.
    ///
    /// # Undefined
    ///
    /// `NoColumn` where the table of the keep does not know the strata.
    pub(super) fn strata(
        &self,
        kpi: &Kpi,
        keep: &Located,
        slot: u8,
    ) -> Result<BTreeMap<Stratum<'a>, Gathered>, Undefined> {
        let whole = self.whole;
        let of_strata: Vec<(usize, Option<&str>)> = whole.strata.iter().map(|place| (*place, None)).collect();
        let place = self.place(keep, self.filter)?;
        if let Some(why) = self.apart(keep.keep.table, &of_strata) {
            return Err(why);
        }
        let mut strata: BTreeMap<Stratum<'a>, Vec<&Placed<'a>>> = BTreeMap::new();
        for placed in self.part.cells(place, slot) {
            strata.entry(whole.stratum(placed.1)).or_default().push(placed);
        }
        let gathered = |cells: Vec<&Placed<'a>>| self.brought(kpi, (keep, place, slot), &mut cells.into_iter());
        Ok(strata.into_iter().map(|(names, cells)| (names, gathered(cells))).collect())
    }

    /// The place of a keep in the cube, or what it lacks.
    fn place(&self, keep: &Located, filter: &Filter<'_>) -> Result<usize, Undefined> {
        if let Some(why) = keep.lacking.clone().or_else(|| self.apart(keep.keep.table, filter)) {
            return Err(why);
        }
        keep.place(self.layout).ok_or(Undefined::NoRows)
    }

    /// Cells brought together by cluster, or by week.
    fn brought<'c>(&self, kpi: &Kpi, (keep, place, slot): (&Located, usize, u8), cells: Cells<'c, 'a>) -> Gathered
    where
        'a: 'c,
    {
        let mut gathered = Gathered::default();
        let by_week = kpi.sampling == Sampling::Week;
        let clustered = kpi.sampling == Sampling::Cluster && self.settings.cluster.is_some();
        for (week, group, cell) in cells {
            let own = self.whole.cluster(group);
            if clustered && self.left_out == Some(own) {
                continue;
            }
            let cluster = if by_week || keep.keep.by_volume { u32::from(*week) } else { own };
            gathered.null_cluster |= clustered && group[0].is_none() && self.layout != Layout::Months;
            gathered.add(ClusterId(cluster), cell);
        }
        if self.is_closed_only {
            gathered.retain_finished();
        }
        if by_week && !self.whole.part.cells(place, slot).is_empty() {
            gathered.with_weeks(self.weeks(slot));
        }
        gathered
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
