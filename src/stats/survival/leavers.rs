//! The rows of a window in the order in which they leave.
//!
//! Every curve of a window is read from them: that of all its rows, that without one cluster, that of the finished rows
//! alone, that at a fixed mix. So they are put in order once, and by counting: no two of them are compared.

use super::radix::put_in_order;
use crate::stats::{ClusterFollowed, ClusterId, ClusterTimes, FollowedCount, Outcome, TimeCount};
use std::sync::Arc;

/// The rows of a window, strata told apart, in order of the time they were followed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Leavers {
    /// By time followed, then cluster, outcome, time and stratum; no two are alike in all.
    rows: Vec<Row>,
    /// The net time of each; none where it is the time followed.
    times: Vec<u64>,
    /// The times at which rows leave, ascending.
    leavings: Arc<[u64]>,
    held: Vec<Held>,
    /// In ascending order.
    clusters: Vec<ClusterId>,
    is_net: bool,
}

/// Rows that leave alike, as small as can be: everything is several passes over them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::stats) struct Row {
    /// By place in ascending order of the time they were followed.
    pub(in crate::stats) leaving: u32,
    /// By place in ascending order of id.
    pub(in crate::stats) cluster: u32,
    pub(in crate::stats) way: Way,
    /// More stand as several.
    pub(in crate::stats) count: u32,
}

/// Rows that leave alike, with their times.
#[derive(Clone, Copy, Debug)]
pub(in crate::stats) struct Leaver {
    pub(in crate::stats) row: Row,
    /// On the clock on which rows are censored.
    pub(in crate::stats) followed: u64,
    /// On the clock that is measured.
    pub(in crate::stats) time: u64,
}

/// The stratum, and in the last two bits the outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::stats) struct Way(u32);

impl Way {
    fn new(stratum: u32, outcome: Outcome) -> Self {
        Self(stratum << 2 | outcome as u32)
    }

    #[inline]
    pub(in crate::stats) fn outcome(self) -> Outcome {
        match self.0 & 3 {
            0 => Outcome::Censored,
            1 => Outcome::Finished,
            _ => Outcome::Competing,
        }
    }

    #[inline]
    pub(in crate::stats) fn stratum(self) -> usize {
        (self.0 >> 2) as usize
    }

    /// The same of another stratum.
    #[inline]
    pub(in crate::stats) fn of(self, stratum: u32) -> Self {
        Self(stratum << 2 | self.0 & 3)
    }
}

/// What a cell holds: rows censored, finished, competing.
#[derive(Clone, Copy, Debug)]
pub(in crate::stats) struct Held {
    /// By place in ascending order of id.
    cluster: u32,
    pub(in crate::stats) stratum: u32,
    rows: [u64; 3],
}

/// Which rows of a window are asked for; all unless it says otherwise.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Choice {
    /// A cluster that is left out, as if it had never been named.
    pub(crate) without: Option<ClusterId>,
    /// Whether only finished rows are.
    pub(crate) finished: bool,
}

impl Leavers {
    /// Rows by cluster and stratum; on one clock, unless it is said that the time is net.
    pub(crate) fn new<T: IntoIterator<Item = FollowedCount>>(
        is_net: bool,
        cells: impl IntoIterator<Item = (ClusterId, u32, T)>,
    ) -> Self {
        let cells = cells.into_iter().map(|(cluster, stratum, counts)| (cluster, stratum, Some(counts)));
        let mut cells: Vec<_> = cells.collect();
        cells.sort_by_key(|&(cluster, stratum, _)| (cluster, stratum));
        let mut clusters: Vec<ClusterId> = cells.iter().map(|cell| cell.0).collect();
        clusters.dedup();
        let of_clusters = cells.chunk_by_mut(|one, other| one.0 == other.0).zip(0..);
        match is_net {
            true => Arrivals::<u64>::of(of_clusters).leavers(clusters),
            false => Arrivals::<()>::of(of_clusters).leavers(clusters),
        }
    }

    /// Those of cells whose time is that they were followed.
    pub(in crate::stats) fn on_one_clock<'c>(cells: impl IntoIterator<Item = (u32, &'c ClusterTimes)>) -> Self {
        let row =
            |&TimeCount { time, outcome, count }: &TimeCount| FollowedCount { time, followed: time, outcome, count };
        let cell = |(stratum, cell): (u32, &'c ClusterTimes)| (cell.cluster, stratum, cell.times.iter().map(row));
        Self::new(false, cells.into_iter().map(cell))
    }

    /// Those of cells whose time is net.
    pub(in crate::stats) fn net<'c>(cells: impl IntoIterator<Item = (u32, &'c ClusterFollowed)>) -> Self {
        let cell = |(stratum, cell): (u32, &'c ClusterFollowed)| (cell.cluster, stratum, cell.times.iter().copied());
        Self::new(true, cells.into_iter().map(cell))
    }

    /// Whether the time is net of pauses, and rows are censored on another clock.
    pub(crate) fn is_net(&self) -> bool {
        self.is_net
    }

    /// How many lots of rows alike there are.
    pub(in crate::stats) fn len(&self) -> usize {
        self.rows.len()
    }

    /// At how many times they leave.
    pub(in crate::stats) fn leavings(&self) -> usize {
        self.leavings.len()
    }

    /// The rows that are asked for.
    pub(in crate::stats) fn chosen(&self, choice: Choice) -> impl Iterator<Item = Leaver> {
        let left_out = self.left_out(choice);
        let is_chosen = move |row: &Row| {
            left_out != Some(row.cluster) && (!choice.finished || row.way.outcome() == Outcome::Finished)
        };
        self.rows.iter().enumerate().filter(move |(_, row)| is_chosen(row)).map(|(at, row)| self.leaver(at, *row))
    }

    #[inline]
    fn leaver(&self, at: usize, row: Row) -> Leaver {
        let followed = self.leavings[row.leaving as usize];
        Leaver { row, followed, time: self.times.get(at).copied().unwrap_or(followed) }
    }

    /// The clusters that are asked for, also those without rows, with how many they have in each stratum they are in.
    pub(crate) fn cells(&self, choice: Choice) -> impl Iterator<Item = (ClusterId, u32, u64)> {
        let left_out = self.left_out(choice);
        let cells = self.held.iter().filter(move |cell| left_out != Some(cell.cluster));
        cells.map(move |cell| (self.clusters[cell.cluster as usize], cell.stratum, cell.size(choice)))
    }

    /// The clusters that are asked for with their rows, and the place there of each that is.
    pub(in crate::stats) fn sizes(&self, choice: Choice) -> (Vec<(ClusterId, u64)>, Vec<u32>) {
        let mut named: Vec<Option<u64>> = vec![None; self.clusters.len()];
        let left_out = self.left_out(choice);
        for cell in self.held.iter().filter(|cell| left_out != Some(cell.cluster)) {
            *named[cell.cluster as usize].get_or_insert_default() += cell.size(choice);
        }
        let sizes = self.clusters.iter().zip(&named).filter_map(|(&cluster, size)| Some((cluster, (*size)?))).collect();
        let mut next = 0;
        let place = |size: &Option<u64>| {
            next += u32::from(size.is_some());
            next.saturating_sub(1)
        };
        (sizes, named.iter().map(place).collect())
    }

    /// The places of clusters elsewhere.
    pub(in crate::stats) fn places(&self, elsewhere: impl Fn(ClusterId) -> u32) -> Vec<u32> {
        self.clusters.iter().map(|&cluster| elsewhere(cluster)).collect()
    }

    /// How many rows are asked for.
    pub(crate) fn n(&self, choice: Choice) -> u64 {
        self.cells(choice).map(|(.., size)| size).sum()
    }

    /// Times of the rows that leave in one way, and how many have each.
    pub(crate) fn times(&self, outcome: Outcome) -> impl Iterator<Item = (u64, u64)> {
        let all = self.rows.iter().enumerate().filter(move |(_, row)| row.way.outcome() == outcome);
        all.map(|(at, row)| (self.leaver(at, *row).time, row.count.into()))
    }

    /// The rows of the strata that are asked for.
    pub(crate) fn within(&self, choice: Choice, asked: impl Fn(u32) -> bool) -> Self {
        let left_out = self.left_out(choice);
        let held = self.held.iter().filter(|cell| asked(cell.stratum) && left_out != Some(cell.cluster));
        let held = held.map(|cell| Held { rows: cell.chosen(choice), ..*cell }).collect();
        let mut own = Self { held, ..self.none() };
        self.chosen(choice).filter(|leaver| asked(leaver.row.way.stratum() as u32)).for_each(|leaver| own.push(leaver));
        own
    }

    /// The same without rows.
    fn none(&self) -> Self {
        let (clusters, leavings) = (self.clusters.clone(), self.leavings.clone());
        Self { clusters, leavings, is_net: self.is_net, ..Self::default() }
    }

    fn push(&mut self, leaver: Leaver) {
        self.rows.push(leaver.row);
        if self.is_net {
            self.times.push(leaver.time);
        }
    }

    /// The rows apart by something that is of cells.
    fn apart(&self, of: impl Fn(u32, u32) -> usize, parts: usize) -> Vec<Self> {
        let mut parts: Vec<Self> = (0..parts).map(|_| self.none()).collect();
        self.held.iter().for_each(|cell| parts[of(cell.cluster, cell.stratum)].held.push(*cell));
        for leaver in self.chosen(Choice::default()) {
            parts[of(leaver.row.cluster, leaver.row.way.stratum() as u32)].push(leaver);
        }
        parts
    }

    /// The rows of each stratum, by its number.
    pub(crate) fn by_stratum(&self) -> Vec<Self> {
        let strata = self.held.iter().map(|cell| cell.stratum + 1).max().unwrap_or_default();
        self.apart(|_, stratum| stratum as usize, strata as usize)
    }

    /// The rows of each cluster.
    pub(crate) fn by_cluster(&self) -> impl Iterator<Item = (ClusterId, Self)> {
        self.clusters.iter().copied().zip(self.apart(|cluster, _| cluster as usize, self.clusters.len()))
    }

    fn left_out(&self, choice: Choice) -> Option<u32> {
        choice.without.and_then(|cluster| self.clusters.binary_search(&cluster).ok()).map(|place| place as u32)
    }
}

impl Held {
    fn chosen(&self, choice: Choice) -> [u64; 3] {
        let [censored, finished, competing] = self.rows;
        if choice.finished { [0, finished, 0] } else { [censored, finished, competing] }
    }

    fn size(&self, choice: Choice) -> u64 {
        self.chosen(choice).iter().sum()
    }
}

/// The net time of a row, where it has one beside the time followed.
trait Net: Copy + PartialEq {
    const IS_NET: bool;

    fn of(time: u64) -> Self;

    fn time(self) -> u64;
}

impl Net for u64 {
    const IS_NET: bool = true;

    fn of(time: u64) -> Self {
        time
    }

    fn time(self) -> u64 {
        self
    }
}

impl Net for () {
    const IS_NET: bool = false;

    fn of(_: u64) -> Self {}

    fn time(self) -> u64 {
        0
    }
}

/// Rows on their way into order, each with its net time: cluster by cluster, in those stratum by stratum.
struct Arrivals<N> {
    /// Until they are in order, each leaves at the time itself; at a long one by its place among those.
    rows: Vec<(Row, N)>,
    long: Vec<u64>,
    held: Vec<Held>,
}

impl<N: Net> Arrivals<N> {
    fn of<'c, T: IntoIterator<Item = FollowedCount> + 'c>(
        clusters: impl Iterator<Item = (&'c mut [(ClusterId, u32, Option<T>)], u32)>,
    ) -> Self {
        let mut all = Self { rows: Vec::new(), long: Vec::new(), held: Vec::new() };
        let (mut own, mut room) = (Vec::new(), Vec::new());
        for (cells, cluster) in clusters {
            for (_, stratum, counts) in cells {
                let mut cell = Held { cluster, stratum: *stratum, rows: [0; 3] };
                for count in counts.take().into_iter().flatten() {
                    cell.rows[count.outcome as usize] += count.count;
                    all.take(&mut own, (cluster, *stratum), count);
                }
                all.held.push(cell);
            }
            // Those of a cluster are put in order of net time and outcome while they are still in the cache.
            if N::IS_NET {
                put_in_order(&mut own, &mut room, |(_, time): &(Row, N)| time.time());
            }
            put_in_order(&mut own, &mut room, |(row, _)| row.way.outcome() as u64);
            all.rows.append(&mut own);
        }
        all
    }

    fn take(&mut self, rows: &mut Vec<(Row, N)>, (cluster, stratum): (u32, u32), count: FollowedCount) {
        let FollowedCount { time, followed, outcome, count: mut left } = count;
        let leaving = if followed < LONG.into() {
            followed as u32
        } else {
            self.long.push(followed);
            LONG + (self.long.len() as u32 - 1)
        };
        while left > 0 {
            let count = u32::try_from(left).unwrap_or(u32::MAX);
            rows.push((Row { leaving, cluster, way: Way::new(stratum, outcome), count }, N::of(time)));
            left -= u64::from(count);
        }
    }

    /// The long times in order; rows have their places there from then on.
    fn ranked(&mut self) -> Vec<u64> {
        let mut ranked = self.long.clone();
        ranked.sort_unstable();
        ranked.dedup();
        let rank = |leaving: u32| {
            let own = self.long[(leaving - LONG) as usize];
            LONG + ranked.partition_point(|other| *other < own) as u32
        };
        let long = self.rows.iter_mut().filter(|(row, _)| row.leaving >= LONG);
        long.for_each(|(row, _)| row.leaving = rank(row.leaving));
        ranked
    }

    /// All of them in order of the time followed, those alike in all taken together.
    fn leavers(mut self, clusters: Vec<ClusterId>) -> Leavers {
        let long = self.ranked();
        let followed = |leaving: u32| leaving.checked_sub(LONG).map_or(leaving.into(), |rank| long[rank as usize]);
        put_in_order(&mut self.rows, &mut Vec::new(), |(row, _)| row.leaving.into());
        let (mut leavings, mut here): (Vec<u64>, Option<u32>) = (Vec::new(), None);
        let mut rows: Vec<Row> = Vec::with_capacity(self.rows.len());
        let mut times: Vec<u64> = Vec::with_capacity(if N::IS_NET { self.rows.len() } else { 0 });
        for (row, time) in self.rows {
            if here != Some(row.leaving) {
                leavings.push(followed(row.leaving));
                here = Some(row.leaving);
            }
            let row = Row { leaving: leavings.len() as u32 - 1, ..row };
            let last = rows.last_mut().filter(|last| row == Row { count: row.count, ..**last });
            let last = last.filter(|_| times.last().is_none_or(|last| *last == time.time()));
            match last.and_then(|last| Some((last.count.checked_add(row.count)?, last))) {
                Some((count, last)) => last.count = count,
                None => {
                    rows.push(row);
                    times.extend(N::IS_NET.then(|| time.time()));
                }
            }
        }
        Leavers { rows, times, leavings: leavings.into(), held: self.held, clusters, is_net: N::IS_NET }
    }
}

/// Times from this on, 68 years in seconds, are long.
const LONG: u32 = 1 << 31;

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(i: u64) -> u64 {
        i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20
    }

    /// Many rows are put in order by counting, of times short and long: the order is the one that comparing finds.
    #[test]
    fn an_order_is_one_however_it_is_made() {
        for (scale, rows) in [(1, 40), (1, 20_000), (1 << 20, 20_000)] {
            let outcome = |i: u64| [Outcome::Censored, Outcome::Finished, Outcome::Competing][draw(i + 1) as usize % 3];
            let row = |i: u64| FollowedCount {
                time: draw(i) % 9_001,
                followed: draw(i + 3) % 7_000 * scale,
                outcome: outcome(i),
                count: 1 + i % 3,
            };
            let cell = |i: u64| (ClusterId((draw(i + 7) % 5) as u32), (draw(i + 9) % 9) as u32, [row(i), row(i / 2)]);
            let leavers = Leavers::new(true, (0..rows).map(cell));
            let mut expected: Vec<_> = (0..rows)
                .map(cell)
                .flat_map(|(cluster, stratum, rows)| {
                    rows.map(|row| ((row.followed, cluster.0, row.outcome, row.time, stratum), row.count))
                })
                .collect();
            expected.sort();
            expected.dedup_by(|next, kept| {
                let same = next.0 == kept.0;
                kept.1 += if same { next.1 } else { 0 };
                same
            });
            let key = |own: Leaver| {
                let (cluster, stratum) = (leavers.clusters[own.row.cluster as usize].0, own.row.way.stratum() as u32);
                ((own.followed, cluster, own.row.way.outcome(), own.time, stratum), u64::from(own.row.count))
            };
            assert_eq!(leavers.chosen(Choice::default()).map(key).collect::<Vec<_>>(), expected);
            assert_eq!(leavers.n(Choice::default()), expected.iter().map(|row| row.1).sum::<u64>());
        }
    }
}
