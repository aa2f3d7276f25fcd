//! Means and ratios at one mix. A mean is a ratio whose divisor counts the rows.

use super::{Stake, Standardised};
use crate::error::Undefined;
use crate::stats::ratio::Sums;
use crate::stats::{ClusterId, Dependence, Estimate, Influence};
use std::collections::BTreeMap;

/// One stratum: the sums of each cluster in both windows.
///
/// Tables are ordered by what they hold, so the order in which strata arrive is nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Table {
    all: [Sums; 2],
    /// In ascending order of id.
    clusters: Vec<(ClusterId, [Option<Sums>; 2])>,
}

impl Table {
    pub(super) fn of<C>(was: &[C], is: &[C], part: impl Fn(&C) -> (ClusterId, Sums)) -> Self {
        let mut table = Self::default();
        for (window, cells) in [was, is].into_iter().enumerate() {
            for (cluster, sums) in cells.iter().map(&part) {
                table.all[window].merge(&sums);
                table.cluster(cluster)[window].get_or_insert_default().merge(&sums);
            }
        }
        table
    }

    /// A cluster, new if it must be; most come in order.
    fn cluster(&mut self, cluster: ClusterId) -> &mut [Option<Sums>; 2] {
        let is_last = self.clusters.last().is_none_or(|last| last.0 < cluster);
        let place =
            if is_last { Err(self.clusters.len()) } else { self.clusters.binary_search_by_key(&cluster, |own| own.0) };
        let place = place.unwrap_or_else(|place| {
            self.clusters.insert(place, (cluster, [None; 2]));
            place
        });
        &mut self.clusters[place].1
    }

    fn is_matched(&self) -> bool {
        self.all.iter().all(|sums| sums.n > 0 && sums.y > 0)
    }

    fn has_rows(&self) -> bool {
        self.all.iter().any(|sums| sums.rows > 0)
    }

    /// The divisor of both windows.
    fn divisor(&self) -> f64 {
        self.all[0].y.saturating_add(self.all[1].y) as f64
    }

    fn ratio(&self, window: usize) -> f64 {
        self.all[window].x as f64 / self.all[window].y as f64
    }
}

/// How the variance of independent rows is taken.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Variance {
    /// `p(1 - p) / n`, as a share's.
    OfShares,
    /// Of the residuals, with `n - 1`.
    OfResiduals,
    /// No row of the divisor belongs to a row above it.
    Unknown,
}

pub(super) fn standardised(
    mut tables: Vec<Table>,
    dependence: Dependence,
    variance: Variance,
) -> Result<Standardised<Estimate>, Undefined> {
    tables.sort_unstable();
    let below_zero = |sums: &Option<Sums>| sums.is_some_and(|sums| sums.y < 0);
    if tables.iter().any(|table| table.clusters.iter().flat_map(|(_, sums)| sums).any(below_zero)) {
        return Err(Undefined::NoBase);
    }
    let (matched, rest): (Vec<_>, Vec<_>) = tables.into_iter().partition(Table::is_matched);
    if matched.is_empty() {
        return Err(Undefined::NoRows);
    }
    let [was, is] = [0, 1].map(|window| Window::new(&matched, window).estimate(&rest, dependence, variance));
    Ok(Standardised {
        was,
        is,
        matched: matched.len(),
        unmatched: rest.iter().filter(|table| table.has_rows()).count(),
        left_out: [0, 1].map(|window| rest.iter().map(|table| table.all[window].n).sum()),
    })
}

/// One window at the mix of both.
struct Window<'a> {
    matched: &'a [Table],
    window: usize,
    /// The divisor of both windows over all matched strata.
    divisor: f64,
    value: f64,
}

impl<'a> Window<'a> {
    fn new(matched: &'a [Table], window: usize) -> Self {
        let divisor = matched.iter().map(Table::divisor).sum();
        // Divided last: with every stratum at 1 the value is 1.
        let weighed: f64 = matched.iter().map(|table| table.divisor() * table.ratio(window)).sum();
        Self { matched, window, divisor, value: weighed / divisor }
    }

    fn estimate(&self, rest: &[Table], dependence: Dependence, variance: Variance) -> Estimate {
        let parts = self.parts(rest, dependence);
        let n = self.matched.iter().map(|table| table.all[self.window].n).sum();
        let (independent_variance, independent_df) = Within::new(self, variance).spread(variance);
        Estimate {
            value: self.value,
            influence: parts.iter().map(|(&cluster, part)| part.influence(cluster)).collect(),
            n,
            events: n,
            independent_variance,
            independent_df,
            clusters: parts.values().filter(|part| part.rows > 0).count(),
            weight: 1.0 / self.matched.iter().map(|table| self.weight(table).powi(2) / self.of(table)).sum::<f64>(),
            divisor: Vec::new(),
            retained: parts.values().map(|part| part.stake.retained(part.leverage)).collect(),
        }
    }

    /// The sum of the divisor of a stratum in this window.
    fn of(&self, table: &Table) -> f64 {
        table.all[self.window].y as f64
    }

    /// What a stratum weighs in both windows together.
    fn weight(&self, table: &Table) -> f64 {
        table.divisor() / self.divisor
    }

    fn parts(&self, rest: &[Table], dependence: Dependence) -> BTreeMap<ClusterId, Part> {
        let mut parts: BTreeMap<ClusterId, Part> = BTreeMap::new();
        for table in self.matched {
            let weight = self.weight(table);
            let all = &table.all[self.window];
            let lead = above_rounding(table.ratio(self.window) - self.value, self.value);
            for &(cluster, ref sums) in &table.clusters {
                if let Some(own) = &sums[self.window] {
                    let part = parts.entry(cluster).or_default();
                    let influence = own.influence(cluster, all);
                    part.rows += own.rows;
                    part.psi += weight * influence.psi;
                    part.leverage += weight * influence.leverage;
                    part.stake.add(weight, influence.leverage, self.of(table));
                }
                if dependence == Dependence::Clustered {
                    let both: f64 = sums.iter().flatten().map(|sums| sums.y as f64).sum();
                    parts.entry(cluster).or_default().psi += lead * both / self.divisor;
                }
            }
        }
        // Named clusters are there even without rows: a series of weeks is as long as its window.
        let named = rest.iter().flat_map(|table| &table.clusters).filter(|(_, sums)| sums[self.window].is_some());
        named.for_each(|&(cluster, _)| _ = parts.entry(cluster).or_default());
        parts
    }
}

/// A difference of two figures, zero if it is the rounding of one.
fn above_rounding(difference: f64, figure: f64) -> f64 {
    if difference.abs() <= 1e-14 * figure.abs() { 0.0 } else { difference }
}

/// What a cluster does to a window's figure.
#[derive(Default)]
struct Part {
    rows: u64,
    psi: f64,
    leverage: f64,
    stake: Stake,
}

impl Part {
    fn influence(&self, cluster: ClusterId) -> Influence {
        Influence { cluster, psi: self.psi, leverage: self.leverage }
    }
}

/// The variance of independent rows, stratum by stratum.
#[derive(Default)]
struct Within {
    /// Of strata with two rows or more: what they add, and over their degrees of freedom.
    variance: f64,
    over_df: f64,
    /// The mean variance of a row: sum of squares and its degrees of freedom.
    squares: f64,
    df: f64,
    /// Of strata of one row: `sum w^2 / y^2`.
    alone: f64,
}

impl Within {
    fn new(window: &Window, variance: Variance) -> Self {
        let mut within = Self::default();
        for table in window.matched {
            let sums = &table.all[window.window];
            let (rows, weight, divisor) = (sums.n as f64, window.weight(table), window.of(table));
            if sums.n < 2 {
                within.alone += (weight / divisor).powi(2);
                continue;
            }
            let own = sums.delta();
            within.squares += own * divisor * divisor * (rows - 1.0) / rows;
            within.df += rows - 1.0;
            let own = if variance == Variance::OfShares { own * (rows - 1.0) / rows } else { own };
            within.variance += weight * weight * own;
            within.over_df += (weight * weight * own).powi(2) / (rows - 1.0);
        }
        within
    }

    fn spread(&self, variance: Variance) -> (Option<f64>, f64) {
        // A share has a variance even of one row, as it has without strata.
        let one = if self.df > 0.0 { self.squares / self.df } else { 0.0 };
        let known = self.df > 0.0 || variance == Variance::OfShares;
        let (alone, whole) = (self.alone * one, self.variance + self.alone * one);
        let over_df = self.over_df + if self.df > 0.0 { alone * alone / self.df } else { 0.0 };
        let df = if over_df > 0.0 { whole * whole / over_df } else { self.df };
        match variance {
            Variance::Unknown => (None, f64::INFINITY),
            Variance::OfShares => (Some(whole), f64::INFINITY),
            Variance::OfResiduals => (known.then_some(whole), df),
        }
    }
}
