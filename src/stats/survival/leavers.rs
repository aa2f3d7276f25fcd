//! The rows of a window in the order in which they leave.
//!
//! Every curve of a window is read from them: that of all its rows, that without one cluster, that of the finished rows
//! alone, that at a fixed mix. So they are put in order once, and by counting: no two of them are compared.

use super::radix::{bits, put_in_order, ranked};
use crate::stats::{ClusterFollowed, ClusterId, ClusterTimes, FollowedCount, Outcome, TimeCount};
use std::sync::Arc;

/// The rows of a window, strata told apart, in order of the time they were followed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Leavers {
    /// By time followed, then cluster, outcome, time and stratum; no two are alike in all.
    rows: Vec<Row>,
    /// The times at which rows leave, ascending.
    leavings: Arc<[u64]>,
    /// The times that are measured, ascending; the same where they are not net.
    times: Arc<[u64]>,
    held: Vec<Held>,
    /// In ascending order.
    clusters: Vec<ClusterId>,
    is_net: bool,
}

/// Rows that leave alike, as small as can be: everything is several passes over them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::stats) struct Row {
    /// By place in ascending order of the time they were followed, on the clock on which rows are censored.
    pub(in crate::stats) leaving: u32,
    /// By place in ascending order of id.
    pub(in crate::stats) cluster: u32,
    pub(in crate::stats) way: Way,
    /// By place in ascending order of time, on the clock that is measured.
    pub(in crate::stats) time: u32,
    /// More stand as several.
    pub(in crate::stats) count: u32,
}

impl Row {
    /// Whether they leave alike but for the stratum.
    #[inline]
    pub(in crate::stats) fn is_like(&self, other: &Self) -> bool {
        let alike = |row: &Self| (row.leaving, row.cluster, row.way.outcome(), row.time);
        alike(self) == alike(other)
    }

    /// Takes others in that are alike, if so many can be counted.
    #[inline]
    pub(in crate::stats) fn take_in(&mut self, count: u32) -> bool {
        let sum = self.count.checked_add(count);
        self.count = sum.unwrap_or(self.count);
        sum.is_some()
    }
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
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
        let cells = cells.into_iter().map(|(cluster, stratum, counts)| (cluster, stratum, counts.into_iter()));
        let mut cells: Vec<_> = cells.collect();
        cells.sort_by_key(|&(cluster, stratum, _)| (cluster, stratum));
        let mut arrivals = Arrivals::new(is_net, cells.iter().map(|(.., counts)| counts.size_hint().0).sum());
        cells.into_iter().for_each(|(cluster, stratum, counts)| arrivals.take(cluster, stratum, counts));
        arrivals.leavers()
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

    /// The times at which they leave, ascending.
    pub(in crate::stats) fn leavings(&self) -> &[u64] {
        &self.leavings
    }

    /// The times that are measured, ascending.
    pub(in crate::stats) fn measured(&self) -> &Arc<[u64]> {
        &self.times
    }

    /// The rows that are asked for.
    pub(in crate::stats) fn chosen(&self, choice: Choice) -> impl Iterator<Item = &Row> {
        let left_out = self.left_out(choice);
        self.rows.iter().filter(move |row| {
            left_out != Some(row.cluster) && (!choice.finished || row.way.outcome() == Outcome::Finished)
        })
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

    /// The times of the rows, ascending, and how many leave by each in each way: censored, finished, competing.
    pub(crate) fn times(&self) -> impl Iterator<Item = (u64, [u64; 3])> {
        let mut counts = vec![[0; 3]; self.times.len()];
        self.rows.iter().for_each(|row| counts[row.time as usize][row.way.outcome() as usize] += u64::from(row.count));
        self.times.iter().copied().zip(counts).filter(|(_, counts)| *counts != [0; 3])
    }

    /// The rows of the strata that are asked for.
    pub(crate) fn within(&self, choice: Choice, asked: impl Fn(u32) -> bool) -> Self {
        let left_out = self.left_out(choice);
        let held = self.held.iter().filter(|cell| asked(cell.stratum) && left_out != Some(cell.cluster));
        let held = held.map(|cell| Held { rows: cell.chosen(choice), ..*cell }).collect();
        let rows = self.chosen(choice).filter(|row| asked(row.way.stratum() as u32)).copied().collect();
        Self { rows, held, ..self.none() }
    }

    /// The same without rows.
    fn none(&self) -> Self {
        let (clusters, leavings, times) = (self.clusters.clone(), self.leavings.clone(), self.times.clone());
        Self { clusters, leavings, times, is_net: self.is_net, ..Self::default() }
    }

    /// The rows apart by something that is of cells.
    fn apart(&self, of: impl Fn(u32, u32) -> usize, parts: usize) -> Vec<Self> {
        let mut parts: Vec<Self> = (0..parts).map(|_| self.none()).collect();
        self.held.iter().for_each(|cell| parts[of(cell.cluster, cell.stratum)].held.push(*cell));
        self.rows.iter().for_each(|row| parts[of(row.cluster, row.way.stratum() as u32)].rows.push(*row));
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

/// Rows on their way into order: cluster by cluster, in those stratum by stratum.
struct Arrivals {
    /// Until they are in order, each leaves at the time itself; at a long one by its place among those.
    rows: Vec<Row>,
    long: Vec<u64>,
    /// The net time of each; none where it is the time followed.
    times: Vec<u64>,
    held: Vec<Held>,
    clusters: Vec<ClusterId>,
    is_net: bool,
}

impl Arrivals {
    /// None yet of so many.
    fn new(is_net: bool, rows: usize) -> Self {
        let (times, rows) = (Vec::with_capacity(if is_net { rows } else { 0 }), Vec::with_capacity(rows));
        Self { rows, long: Vec::new(), times, held: Vec::new(), clusters: Vec::new(), is_net }
    }

    fn take(&mut self, id: ClusterId, stratum: u32, counts: impl Iterator<Item = FollowedCount>) {
        if self.clusters.last() != Some(&id) {
            self.clusters.push(id);
        }
        let cluster = self.clusters.len() as u32 - 1;
        let mut cell = Held { cluster, stratum, rows: [0; 3] };
        for FollowedCount { time, followed, outcome, count } in counts {
            cell.rows[outcome as usize] += count;
            let (leaving, way, mut left) = (self.leaving(followed), Way::new(stratum, outcome), count);
            while left > 0 {
                let count = u32::try_from(left).unwrap_or(u32::MAX);
                self.rows.push(Row { leaving, cluster, way, time: 0, count });
                if self.is_net {
                    self.times.push(time);
                }
                left -= u64::from(count);
            }
        }
        self.held.push(cell);
    }

    #[inline]
    fn leaving(&mut self, followed: u64) -> u32 {
        if followed < LONG.into() {
            return followed as u32;
        }
        self.long.push(followed);
        LONG + (self.long.len() as u32 - 1)
    }

    /// The long times in order; rows have their places there from then on.
    fn long(&mut self) -> Vec<u64> {
        let (places, long) = ranked(&self.long);
        let of_long = self.rows.iter_mut().filter(|row| row.leaving >= LONG);
        of_long.for_each(|row| row.leaving = LONG + places[(row.leaving - LONG) as usize]);
        long
    }

    /// The net times in order; rows have their places there from then on.
    fn net(&mut self) -> Vec<u64> {
        // The times themselves are gone before there is room made to put rows in order.
        let (places, times) = ranked(&std::mem::take(&mut self.times));
        self.rows.iter_mut().zip(places).for_each(|(row, place)| row.time = place);
        times
    }

    /// All of them in order, those alike in all taken together.
    fn leavers(mut self) -> Leavers {
        let (long, times) = (self.long(), self.net());
        self.put_in_order(times.len());
        let Self { mut rows, held, clusters, is_net, .. } = self;
        let (mut leavings, mut here, mut kept) = (Vec::new(), None, 0);
        for at in 0..rows.len() {
            let mut row = rows[at];
            if here != Some(row.leaving) {
                here = Some(row.leaving);
                leavings.push(row.leaving.checked_sub(LONG).map_or(row.leaving.into(), |place| long[place as usize]));
            }
            row.leaving = leavings.len() as u32 - 1;
            row.time = if is_net { row.time } else { row.leaving };
            let alike = rows[..kept].last_mut().filter(|last| last.is_like(&row) && last.way == row.way);
            if !alike.is_some_and(|last| last.take_in(row.count)) {
                rows[kept] = row;
                kept += 1;
            }
        }
        rows.truncate(kept);
        let leavings: Arc<[u64]> = leavings.into();
        let times = if is_net { times.into() } else { leavings.clone() };
        Leavers { rows, leavings, times, held, clusters, is_net }
    }

    fn put_in_order(&mut self, times: usize) {
        let mut room = Vec::new();
        // Those of a cluster are put in order of net time and outcome while they are still in the cache.
        let above = bits(times as u64);
        let key = |row: &Row| (row.way.outcome() as u64) << above | u64::from(row.time);
        let of_cluster = self.rows.chunk_by_mut(|one, other| one.cluster == other.cluster);
        of_cluster.for_each(|own| put_in_order(own, &mut room, above + bits(Outcome::Competing as u64), key));
        let last = self.rows.iter().map(|row| row.leaving).max().unwrap_or_default();
        put_in_order(&mut self.rows, &mut room, bits(last.into()), |row| row.leaving.into());
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
            let key = |row: &Row| {
                let (cluster, stratum) = (leavers.clusters[row.cluster as usize].0, row.way.stratum() as u32);
                let (followed, time) = (leavers.leavings[row.leaving as usize], leavers.times[row.time as usize]);
                ((followed, cluster, row.way.outcome(), time, stratum), u64::from(row.count))
            };
            assert_eq!(leavers.chosen(Choice::default()).map(key).collect::<Vec<_>>(), expected);
            assert_eq!(leavers.n(Choice::default()), expected.iter().map(|row| row.1).sum::<u64>());
        }
    }
}
