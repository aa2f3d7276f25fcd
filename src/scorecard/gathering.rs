//! The cells of one window brought together, by cluster or by week.

use super::shelf::Rows;
use crate::cube::{Cell, Content, Counts, Figure, Kept, Tally};
use crate::measure::Spell;
use crate::stats::survival::{Leavers, Shape};
use crate::stats::{ClusterId, ClusterMoments, ClusterPairs, FollowedCount, Outcome, Undefined};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The cells of a window, by what they hold, with what stands beside the figure.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) moments: Vec<ClusterMoments>,
    pub(super) pairs: Vec<ClusterPairs>,
    /// Rows in the order in which they leave; none where no cell has times.
    pub(super) rows: Option<Arc<Rows>>,
    /// By thing and cluster: how many rows.
    pub(super) things: BTreeMap<u64, BTreeMap<ClusterId, u64>>,
    pub(super) counts: Counts,
    pub(super) folded: bool,
    pub(super) null_cluster: bool,
}

/// The cells of a window that a figure is made of.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) own: Gathered,
    /// Those of the divisor, where it has its own.
    pub(super) over: Option<Gathered>,
    /// Those kept beside them.
    pub(super) beside: Vec<Gathered>,
    /// How much longer the counter was covered in the first window.
    pub(super) coverage: f64,
}

impl Parts {
    /// The cells with what stands beside the figure: of a gap, the rows that neither share counts; of a ratio of two
    /// tables, what is left out of either; of distinct things, what the divisor leaves out, which has them all.
    pub(super) fn told(self, figure: Figure) -> Gathered {
        let Self { mut own, over, .. } = self;
        match (figure, over) {
            (Figure::Distinct, Some(all)) => return all,
            (Figure::Ratio, Some(other)) => own.counts += other.counts,
            (Figure::Gap, Some(other)) => {
                own.counts.excluded -= other.moments.iter().map(|moments| moments.n as i64).sum::<i64>();
            }
            _ => {}
        }
        own
    }

    /// How many things the divisor has, and how many of them, with those of its own, satisfy a question.
    pub(super) fn things_in_over(&self, hit: impl Fn(bool, bool) -> bool) -> (u64, u64) {
        let Some(over) = &self.over else { return (0, 0) };
        let hits = over.things.keys().filter(|thing| hit(self.own.things.contains_key(*thing), true));
        (over.things.len() as u64, hits.count() as u64)
    }
}

impl Gathered {
    /// Whether a row was counted.
    pub(super) fn has_rows(&self) -> bool {
        self.moments.iter().any(|moments| moments.n > 0)
    }

    /// Whether a row was counted, whatever is kept of it.
    pub(super) fn is_counted(&self) -> bool {
        self.has_rows()
            || self.pairs.iter().any(|pair| pair.n > 0)
            || self.rows.as_ref().is_some_and(|rows| rows.leavers.n(rows.choice) > 0)
            || !self.things.is_empty()
    }

    /// The curve of the rows.
    pub(super) fn curve(&self) -> Result<Arc<Shape>, Undefined> {
        self.rows.as_ref().ok_or(Undefined::NoRows)?.curve()
    }

    /// The times of the rows, ascending, and how many left by each: censored, finished, competing.
    pub(super) fn times(&self) -> impl Iterator<Item = (u64, [u64; 3])> {
        self.rows.iter().flat_map(|rows| rows.leavers.times())
    }

    /// Adds the cells of another stratum that hold sums or things.
    pub(super) fn append(&mut self, other: Self) {
        self.moments.extend(other.moments);
        self.pairs.extend(other.pairs);
        for (thing, clusters) in other.things {
            let own = self.things.entry(thing).or_default();
            clusters.into_iter().for_each(|(cluster, n)| *own.entry(cluster).or_default() += n);
        }
    }

    /// One sum by the other; `None` where one of them is not above zero.
    pub(super) fn quotient(&self) -> Option<f64> {
        let sum = |of: fn(&ClusterPairs) -> i128| self.pairs.iter().map(of).sum::<i128>();
        let (x, y) = (sum(|pairs| pairs.x), sum(|pairs| pairs.y));
        (x > 0 && y > 0).then(|| x as f64 / y as f64)
    }

    /// Adds the things of another table; what both have is one thing.
    pub(super) fn add_things(&mut self, other: &Self) {
        for (thing, clusters) in &other.things {
            let own = self.things.entry(*thing).or_default();
            clusters.iter().for_each(|(cluster, n)| *own.entry(*cluster).or_default() += n);
        }
        self.counts += other.counts;
    }

    /// Adds a cell of a cluster.
    pub(super) fn add(&mut self, cluster: ClusterId, cell: &Cell) {
        self.counts += cell.counts;
        match &cell.content {
            Content::Moments(m) => {
                let n = m.n.unsigned_abs();
                self.moments.push(ClusterMoments { cluster, n, sum: m.sum, sum_squares: m.squares });
            }
            Content::Pairs(p) => {
                let n = p.n.unsigned_abs();
                self.pairs.push(ClusterPairs { cluster, n, x: p.x, y: p.y, xx: p.xx, yy: p.yy, xy: p.xy });
            }
            Content::Tally(tally) => self.add_tally(cluster, tally),
        }
    }

    fn add_tally(&mut self, cluster: ClusterId, tally: &Tally) {
        self.folded |= tally.is_folded();
        match tally.kept() {
            // These are put in order together: see [`leavers`].
            Kept::Times | Kept::Followed => {}
            Kept::Things => {
                for (thing, count) in tally.counts() {
                    let clusters = self.things.entry(thing.seconds).or_default();
                    *clusters.entry(cluster).or_default() += count.unsigned_abs();
                }
            }
        }
    }

    /// How many rows each thing has, things ascending.
    pub(super) fn by_thing(&self) -> impl Iterator<Item = (u64, u64)> {
        self.things.iter().map(|(thing, clusters)| (*thing, clusters.values().sum()))
    }

    /// Rows with one of these things as hits, by cluster.
    pub(super) fn with_things(&self, usual: &BTreeSet<u64>) -> Vec<ClusterMoments> {
        let rows = self.things.iter().flat_map(|(thing, clusters)| {
            clusters.iter().map(move |(cluster, n)| (*cluster, *n, if usual.contains(thing) { *n } else { 0 }))
        });
        rows.map(|(cluster, n, hits)| moments(cluster, n, hits)).collect()
    }

    /// Distinct things by cluster.
    pub(super) fn distinct(&self) -> Vec<ClusterMoments> {
        let mut distinct: BTreeMap<ClusterId, u64> = BTreeMap::new();
        for cluster in self.things.values().flat_map(BTreeMap::keys) {
            *distinct.entry(*cluster).or_default() += 1;
        }
        distinct.into_iter().map(|(cluster, n)| moments(cluster, n, n)).collect()
    }

    /// Gives every week of the window a cell, so that weeks without rows are weeks too.
    pub(super) fn with_weeks(&mut self, weeks: usize) {
        for cluster in (0..weeks as u32).map(ClusterId) {
            self.moments.push(moments(cluster, 0, 0));
            self.pairs.push(ClusterPairs { cluster, n: 0, x: 0, y: 0, xx: 0, yy: 0, xy: 0 });
        }
    }
}

/// So many rows, of which so many are hits.
fn moments(cluster: ClusterId, n: u64, hits: u64) -> ClusterMoments {
    ClusterMoments { cluster, n, sum: hits.into(), sum_squares: hits.into() }
}

/// The open days of a window as cells, week by week.
pub(super) fn open_days(days: &[u32]) -> Vec<ClusterMoments> {
    let week = |(week, days): (u32, &u32)| moments(ClusterId(week), u64::from(*days), u64::from(*days));
    (0..).zip(days).map(week).collect()
}

/// The office hours of a window as cells, week by week, in millionths.
pub(super) fn office_hours(seconds: &[i64]) -> Vec<ClusterMoments> {
    let hours = |seconds: i64| i128::from(seconds) * 10_000 / 36;
    let week = |(week, seconds): (u32, &i64)| {
        let sum = hours(*seconds);
        ClusterMoments { cluster: ClusterId(week), n: 1, sum, sum_squares: sum * sum }
    };
    (0..).zip(seconds).map(week).collect()
}

fn outcome(spell: Spell) -> Outcome {
    match spell.end {
        0 => Outcome::Censored,
        1 => Outcome::Finished,
        _ => Outcome::Competing,
    }
}

/// The rows of cells that hold times; `None` where none does.
pub(super) fn leavers<'c>(cells: impl Iterator<Item = (ClusterId, u32, &'c Cell)>) -> Option<Leavers> {
    let tallies = cells.filter_map(|(cluster, stratum, cell)| match &cell.content {
        Content::Tally(tally) if tally.kept() != Kept::Things => Some((cluster, stratum, tally)),
        _ => None,
    });
    let tallies: Vec<_> = tallies.collect();
    let is_net = tallies.iter().any(|(.., tally)| tally.kept() == Kept::Followed);
    let counts = |tally: &'c Tally| tally.counts().map(move |row| followed_count(row, is_net));
    let cells: Vec<_> =
        tallies.into_iter().map(|(cluster, stratum, tally)| (cluster, stratum, counts(tally))).collect();
    (!cells.is_empty()).then(|| Leavers::new(is_net, cells))
}

fn followed_count((spell, count): (Spell, i64), is_net: bool) -> FollowedCount {
    FollowedCount {
        time: spell.seconds,
        followed: if is_net { spell.followed } else { spell.seconds },
        outcome: outcome(spell),
        count: count.unsigned_abs(),
    }
}
