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

    pub(in crate::stats) fn outcome(self) -> Outcome {
        match self.0 & 3 {
            0 => Outcome::Censored,
            1 => Outcome::Finished,
            _ => Outcome::Competing,
        }
    }

    pub(in crate::stats) fn stratum(self) -> usize {
        (self.0 >> 2) as usize
    }

    /// The same of another stratum.
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
        let mut cells: Vec<_> = cells.into_iter().collect();
        cells.sort_by_key(|&(cluster, stratum, _)| (cluster, stratum));
        let mut clusters: Vec<ClusterId> = cells.iter().map(|cell| cell.0).collect();
        clusters.dedup();
        let (mut held, mut arrivals) = (Vec::with_capacity(cells.len()), Arrivals::new(is_net));
        let mut place = 0;
        for (cluster, stratum, counts) in cells {
            if clusters[place as usize] != cluster {
                arrivals.settle(place);
                place += 1;
            }
            held.push(Held { cluster: place, stratum, rows: arrivals.take(stratum, counts) });
        }
        arrivals.settle(place);
        let (rows, times, leavings) = arrivals.in_order();
        Self { rows, times, leavings, held, clusters, is_net }
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

    /// The rows that are asked for.
    pub(in crate::stats) fn chosen(&self, choice: Choice) -> impl Iterator<Item = Leaver> {
        let left_out = self.left_out(choice);
        let is_chosen = move |row: &Row| {
            left_out != Some(row.cluster) && (!choice.finished || row.way.outcome() == Outcome::Finished)
        };
        self.rows.iter().enumerate().filter(move |(_, row)| is_chosen(row)).map(|(at, row)| self.leaver(at, *row))
    }

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

/// Rows on their way into order: cluster by cluster, each stratum by stratum.
struct Arrivals {
    is_net: bool,
    /// Those of the cluster that arrives, and room for as many.
    own: Vec<Arrival>,
    room: Vec<Arrival>,
    /// Those of the clusters before it, in order but for the time followed.
    all: Vec<Arrival>,
}

/// Rows alike of a cell; of more than so many there are several.
#[derive(Clone, Copy)]
struct Arrival {
    followed: u64,
    time: u64,
    way: Way,
    cluster: u32,
    count: u32,
}

impl Arrivals {
    fn new(is_net: bool) -> Self {
        Self { is_net, own: Vec::new(), room: Vec::new(), all: Vec::new() }
    }

    /// Takes the rows of a cell, and says how many there are of each outcome.
    fn take(&mut self, stratum: u32, counts: impl IntoIterator<Item = FollowedCount>) -> [u64; 3] {
        let mut rows = [0; 3];
        for FollowedCount { time, followed, outcome, count } in counts {
            rows[outcome as usize] += count;
            let mut left = count;
            while left > 0 {
                let count = u32::try_from(left).unwrap_or(u32::MAX);
                self.own.push(Arrival { followed, time, way: Way::new(stratum, outcome), cluster: 0, count });
                left -= u64::from(count);
            }
        }
        rows
    }

    /// Puts the rows of a cluster in order of outcome, time and stratum, while they are still in the cache.
    fn settle(&mut self, cluster: u32) {
        if self.is_net {
            put_in_order(&mut self.own, &mut self.room, |row| row.time);
        }
        put_in_order(&mut self.own, &mut self.room, |row| row.way.outcome() as u64);
        self.all.extend(self.own.drain(..).map(|row| Arrival { cluster, ..row }));
    }

    /// All of them in order of the time followed, those alike in all taken together.
    fn in_order(self) -> (Vec<Row>, Vec<u64>, Arc<[u64]>) {
        let order = ascending(&self.all);
        let mut rows: Vec<Row> = Vec::with_capacity(order.len());
        let mut times = Vec::with_capacity(if self.is_net { order.len() } else { 0 });
        let mut leavings: Vec<u64> = Vec::new();
        for arrival in order.into_iter().map(|at| self.all[at as usize]) {
            let Arrival { followed, time, way, cluster, count } = arrival;
            if leavings.last() != Some(&followed) {
                leavings.push(followed);
            }
            let row = Row { leaving: leavings.len() as u32 - 1, cluster, way, count };
            let last = rows.last_mut().filter(|last| row == Row { count, ..**last });
            let last = last.filter(|_| times.last().is_none_or(|last| *last == time));
            match last.and_then(|last| Some((last.count.checked_add(count)?, last))) {
                Some((count, last)) => last.count = count,
                None => {
                    rows.push(row);
                    times.extend(self.is_net.then_some(time));
                }
            }
        }
        (rows, times, leavings.into())
    }
}

/// The places of rows in order of the time followed; those of one time stay in the order they have.
///
/// A time and a place in one word: passes are over an eighth of the bytes that the rows are.
fn ascending(rows: &[Arrival]) -> Vec<u32> {
    let places = 0..rows.len() as u32;
    if rows.iter().all(|row| row.followed <= u32::MAX.into()) {
        let word = |(row, place): (&Arrival, u32)| row.followed << 32 | u64::from(place);
        let mut order: Vec<u64> = rows.iter().zip(places).map(word).collect();
        put_in_order(&mut order, &mut Vec::new(), |word| word >> 32);
        return order.into_iter().map(|word| word as u32).collect();
    }
    let mut order: Vec<(u64, u32)> = rows.iter().map(|row| row.followed).zip(places).collect();
    put_in_order(&mut order, &mut Vec::new(), |(followed, _)| *followed);
    order.into_iter().map(|(_, place)| place).collect()
}

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
