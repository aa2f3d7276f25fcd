//! The rows of a window in the order in which they leave.
//!
//! Every curve of a window is read from them: that of all its rows, that without one cluster, that of the finished rows
//! alone, that at a fixed mix. So they are put in order once, and by counting: no two of them are compared.

use super::radix::{FEW, put_in_order};
use crate::stats::{ClusterFollowed, ClusterId, ClusterTimes, FollowedCount, Outcome, TimeCount};

/// The rows of a window, strata told apart, in order of the time they were followed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Leavers {
    /// By time followed, then cluster, outcome, time and stratum; no two are alike in all.
    rows: Vec<Leaver>,
    held: Vec<Held>,
    /// In ascending order.
    clusters: Vec<ClusterId>,
    is_net: bool,
}

/// Rows that leave alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::stats) struct Leaver {
    /// On the clock on which rows are censored.
    pub(in crate::stats) followed: u64,
    /// On the clock that is measured.
    pub(in crate::stats) time: u64,
    pub(in crate::stats) count: u64,
    /// By place in ascending order of id.
    pub(in crate::stats) cluster: u32,
    /// The stratum, and in the last two bits the outcome: so a row takes half a line of the cache.
    way: u32,
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

impl Leaver {
    pub(in crate::stats) fn outcome(&self) -> Outcome {
        match self.way & 3 {
            0 => Outcome::Censored,
            1 => Outcome::Finished,
            _ => Outcome::Competing,
        }
    }

    pub(in crate::stats) fn stratum(&self) -> usize {
        (self.way >> 2) as usize
    }

    /// The same of another stratum and cluster.
    pub(in crate::stats) fn placed(self, stratum: u32, cluster: u32) -> Self {
        Self { cluster, way: stratum << 2 | self.way & 3, ..self }
    }

    /// What rows are in order of, but for the stratum.
    pub(in crate::stats) fn key(&self) -> (u64, u32, u32, u64) {
        (self.followed, self.cluster, self.way & 3, self.time)
    }
}

impl Leavers {
    /// Rows by cluster and stratum; on one clock, unless it is said that the time is net.
    pub(crate) fn new<T: IntoIterator<Item = FollowedCount>>(
        is_net: bool,
        cells: impl IntoIterator<Item = (ClusterId, u32, T)>,
    ) -> Self {
        let mut cells: Vec<_> = cells.into_iter().collect();
        cells.sort_by_key(|&(cluster, stratum, _)| (stratum, cluster));
        let mut clusters: Vec<ClusterId> = cells.iter().map(|cell| cell.0).collect();
        clusters.sort_unstable();
        clusters.dedup();
        let (mut rows, mut held) = (Vec::new(), Vec::with_capacity(cells.len()));
        for (cluster, stratum, counts) in cells {
            let cluster = clusters.partition_point(|&id| id < cluster) as u32;
            let mut cell = Held { cluster, stratum, rows: [0; 3] };
            rows.extend(counts.into_iter().filter(|row| row.count > 0).map(|row| {
                let FollowedCount { time, followed, outcome, count } = row;
                cell.rows[outcome as usize] += count;
                Leaver { followed, time, count, cluster, way: stratum << 2 | outcome as u32 }
            }));
            held.push(cell);
        }
        Self { rows: in_order(rows, is_net), held, clusters, is_net }
    }

    /// Those of cells whose time is that they were followed.
    pub(in crate::stats) fn on_one_clock<'c>(cells: impl IntoIterator<Item = (u32, &'c ClusterTimes)>) -> Self {
        let row = |&TimeCount { time, outcome, count }: &TimeCount| FollowedCount { time, followed: time, outcome, count };
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

    /// The rows that are asked for.
    pub(in crate::stats) fn chosen(&self, choice: Choice) -> impl Iterator<Item = &Leaver> {
        let left_out = self.left_out(choice);
        self.rows.iter().filter(move |row| {
            left_out != Some(row.cluster) && (!choice.finished || row.outcome() == Outcome::Finished)
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

    /// Times of the rows that leave in one way, and how many have each.
    pub(crate) fn times(&self, outcome: Outcome) -> impl Iterator<Item = (u64, u64)> {
        self.rows.iter().filter(move |row| row.outcome() == outcome).map(|row| (row.time, row.count))
    }

    /// The rows of the strata that are asked for.
    pub(crate) fn within(&self, choice: Choice, asked: impl Fn(u32) -> bool) -> Self {
        let left_out = self.left_out(choice);
        let held = self.held.iter().filter(|cell| asked(cell.stratum) && left_out != Some(cell.cluster));
        let held = held.map(|cell| Held { rows: cell.chosen(choice), ..*cell }).collect();
        let rows = self.chosen(choice).filter(|row| asked(row.stratum() as u32)).copied().collect();
        Self { rows, held, clusters: self.clusters.clone(), is_net: self.is_net }
    }

    /// The rows apart by something that is of cells.
    fn apart(&self, of: impl Fn(u32, u32) -> usize, parts: usize) -> Vec<Self> {
        let part = || Self { clusters: self.clusters.clone(), is_net: self.is_net, ..Self::default() };
        let mut parts: Vec<Self> = (0..parts).map(|_| part()).collect();
        self.held.iter().for_each(|cell| parts[of(cell.cluster, cell.stratum)].held.push(*cell));
        self.rows.iter().for_each(|row| parts[of(row.cluster, row.stratum() as u32)].rows.push(*row));
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

/// Rows come by stratum, and those of a cell by time; passes keep what is equal in the order it has.
fn in_order(mut rows: Vec<Leaver>, is_net: bool) -> Vec<Leaver> {
    if rows.len() < FEW {
        rows.sort_unstable_by_key(|row| (row.key(), row.way));
    } else {
        let mut others = Vec::new();
        if is_net {
            put_in_order(&mut rows, &mut others, |row| row.time);
        }
        put_in_order(&mut rows, &mut others, |row| u64::from(row.cluster) << 2 | u64::from(row.way & 3));
        put_in_order(&mut rows, &mut others, |row| row.followed);
    }
    rows.dedup_by(|next, kept| {
        let same = next.key() == kept.key() && next.way == kept.way;
        kept.count += if same { next.count } else { 0 };
        same
    });
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Many rows are put in order by counting, few by comparing: the order is one.
    #[test]
    fn an_order_is_one_however_it_is_made() {
        let draw = |i: u64| i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
        let row = |i: u64| Leaver {
            followed: draw(i) % 700_000,
            time: draw(i) % 90_001,
            count: 1 + i % 3,
            cluster: (draw(i + 7) % 5) as u32,
            way: ((draw(i + 9) % 9) as u32) << 2 | (draw(i + 1) % 3) as u32,
        };
        let mut rows: Vec<Leaver> = (0..20_000).map(row).collect();
        rows.extend_from_within(..500);
        rows.sort_by_key(Leaver::stratum);
        let mut compared = rows.clone();
        compared.sort_by_key(|row| (row.key(), row.way));
        let counted = in_order(rows, true);
        assert_eq!(counted.iter().map(|row| row.count).sum::<u64>(), compared.iter().map(|row| row.count).sum());
        compared.dedup_by_key(|row| (row.key(), row.way));
        let keys = |rows: &[Leaver]| rows.iter().map(|row| (row.key(), row.way)).collect::<Vec<_>>();
        assert_eq!(keys(&counted), keys(&compared));
    }
}
