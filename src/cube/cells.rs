//! Cells by keep, each keep's sorted by window, week and group; parts of a cube are merged as sorted lists.
//!
//! Names stand once, in a table of groups; a cell has the number of its own.

use super::cell::Cell;
use super::tally::{Tally, fold_large};
use polars::prelude::PlHashMap;
use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::sync::Mutex;
use std::thread;

/// The names of a group, one for each dimension.
pub(super) type Group = Vec<Option<String>>;

/// Where a cell of a keep stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spot {
    /// The window.
    pub(super) slot: u8,
    /// The week of the window or the volume of the tariff.
    pub(super) week: u16,
    /// The place of the group's names in their table.
    pub(super) group: u32,
}

/// The cells of a keep, ascending, each spot once.
pub(super) type List = Vec<(Spot, Cell)>;

/// Cells by keep and spot.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Cells {
    /// The names of each group, ascending, each once.
    pub(super) groups: Vec<Group>,
    /// The cells of each keep.
    pub(super) keeps: Vec<List>,
}

impl Cells {
    /// Many parts as one, worked out keep by keep on so many threads; tallies are settled and no cell is empty.
    ///
    /// `earlier` has for each keep that is followed for longer the one that is not: both fold together.
    pub(super) fn sum(mut parts: Vec<Self>, earlier: &[Option<usize>], threads: NonZeroUsize) -> Self {
        let (groups, numbers) = numbered(&parts);
        let keeps = parts.iter().map(|part| part.keeps.len()).max().unwrap_or_default();
        let mut lists: Vec<Parts<'_>> = Vec::with_capacity(keeps);
        lists.extend((0..keeps).map(|keep| {
            let own = parts.iter_mut().map(|part| part.keeps.get_mut(keep).map(std::mem::take).unwrap_or_default());
            own.zip(&numbers).filter(|(list, _)| !list.is_empty()).collect()
        }));
        let earlier = |keep: usize| earlier.get(keep).copied().flatten();
        let own = (0..keeps).filter(|keep| earlier(*keep).is_none());
        let families = own.map(|keep| {
            let longer = (keep + 1..keeps).filter(|longer| earlier(*longer) == Some(keep));
            let family: Vec<usize> = std::iter::once(keep).chain(longer).collect();
            family.into_iter().map(|keep| (keep, std::mem::take(&mut lists[keep]))).collect::<Vec<_>>()
        });
        let families: Vec<_> = families.collect();
        let mut keeps = vec![List::new(); keeps];
        let settled = side_by_side(families, threads, settled_family);
        settled.into_iter().flatten().for_each(|(keep, list)| keeps[keep] = list);
        Self { groups, keeps }.without_idle_groups()
    }

    /// The cells of a keep in a window.
    pub(super) fn of(&self, keep: usize, slot: u8) -> &[(Spot, Cell)] {
        let list = self.keeps.get(keep).map(Vec::as_slice).unwrap_or_default();
        let from = list.partition_point(|(spot, _)| spot.slot < slot);
        let own = &list[from..];
        &own[..own.partition_point(|(spot, _)| spot.slot == slot)]
    }

    /// The number of cells.
    pub(super) fn len(&self) -> usize {
        self.keeps.iter().map(Vec::len).sum()
    }

    /// Without groups that have no cell: equal cells have equal tables.
    fn without_idle_groups(mut self) -> Self {
        let mut numbers = vec![None; self.groups.len()];
        self.keeps.iter().flatten().for_each(|(spot, _)| numbers[spot.group as usize] = Some(0));
        if numbers.contains(&None) {
            numbers.iter_mut().flatten().zip(0..).for_each(|(number, next)| *number = next);
            let spots = self.keeps.iter_mut().flatten().map(|(spot, _)| spot);
            spots.for_each(|spot| spot.group = numbers[spot.group as usize].unwrap_or_default());
            let mut numbers = numbers.iter();
            self.groups.retain(|_| numbers.next().is_some_and(Option::is_some));
        }
        self
    }
}

/// The groups of all parts in one table, and the number there of each part's groups.
fn numbered(parts: &[Cells]) -> (Vec<Group>, Vec<Vec<u32>>) {
    let mut places: PlHashMap<&Group, u32> = PlHashMap::default();
    places.extend(parts.iter().flat_map(|part| &part.groups).map(|group| (group, 0)));
    let mut groups: Vec<&Group> = places.keys().copied().collect();
    groups.sort_unstable();
    places.extend(groups.iter().copied().zip(0..));
    let numbers = parts.iter().map(|part| part.groups.iter().map(|group| places[group]).collect()).collect();
    (groups.into_iter().cloned().collect(), numbers)
}

/// A list with the numbers of another table; both ascend as the names do, so the list stays sorted.
fn renumbered((mut list, numbers): (List, &Vec<u32>)) -> List {
    list.iter_mut().for_each(|(spot, _)| spot.group = numbers[spot.group as usize]);
    list
}

/// Many lists as one: short ones first, so that each cell is moved a few times, however many lists there are.
fn merged(mut lists: Vec<List>) -> List {
    while lists.len() > 1 {
        lists.sort_by_key(Vec::len);
        let mut pairs = lists.into_iter();
        let pair = || Some((pairs.next()?, pairs.next()));
        lists = std::iter::from_fn(pair).map(|(own, more)| with(own, more.unwrap_or_default())).collect();
    }
    lists.pop().unwrap_or_default()
}

/// Two lists as one, cells at the same spot added.
fn with(own: List, more: List) -> List {
    if own.last().map(|(spot, _)| spot) < more.first().map(|(spot, _)| spot) {
        return own.into_iter().chain(more).collect();
    }
    let mut all = List::with_capacity(own.len().max(more.len()));
    let mut more = more.into_iter().peekable();
    for (spot, mut cell) in own {
        while let Some(before) = more.next_if(|(other, _)| *other < spot) {
            all.push(before);
        }
        if let Some((_, same)) = more.next_if(|(other, _)| *other == spot) {
            cell.merge(same);
        }
        all.push((spot, cell));
    }
    all.extend(more);
    all
}

/// The lists of a keep, each with the numbers of its groups in the table of all.
type Parts<'n> = Vec<(List, &'n Vec<u32>)>;

/// The lists of a keep and then of those that are the same followed for longer: each as one, folded as the first.
fn settled_family(family: Vec<(usize, Parts<'_>)>) -> Vec<(usize, List)> {
    let mut folds: Option<PlHashMap<u8, bool>> = None;
    let settled = family.into_iter().map(|(keep, lists)| {
        let mut list = merged(lists.into_iter().map(renumbered).collect());
        let own = settle(&mut list, folds.as_ref());
        folds.get_or_insert(own);
        (keep, list)
    });
    settled.collect()
}

/// Folds the tallies of large windows, and leaves out what came to nothing; by window, whether it folded.
fn settle(list: &mut List, decided: Option<&PlHashMap<u8, bool>>) -> PlHashMap<u8, bool> {
    let windows = list.chunk_by_mut(|(one, _), (next, _)| one.slot == next.slot).map(|window| {
        let slot = window.first().map_or(0, |(spot, _)| spot.slot);
        let mut tallies: Vec<&mut Tally> = window.iter_mut().filter_map(|(_, cell)| cell.content.tally()).collect();
        (slot, fold_large(&mut tallies, decided.map(|decided| decided.get(&slot).copied().unwrap_or_default())))
    });
    let folds = windows.collect();
    list.retain(|(_, cell)| !cell.is_empty());
    list.shrink_to_fit();
    folds
}

/// What each item comes to, worked out on so many threads; in the order of the items.
pub(super) fn side_by_side<T: Send, R: Send>(
    items: Vec<T>,
    threads: NonZeroUsize,
    answer: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let threads = threads.get().min(items.len());
    if threads < 2 {
        return items.into_iter().map(answer).collect();
    }
    let items = Mutex::new(items.into_iter().enumerate());
    // A thread that panics holds no item, so what the lock guards is whole.
    let next = || items.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).next();
    let work = || std::iter::from_fn(next).map(|(at, item)| (at, answer(item))).collect::<Vec<_>>();
    let mut answers: Vec<(usize, R)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    });
    answers.sort_unstable_by_key(|(at, _)| *at);
    answers.into_iter().map(|(_, answer)| answer).collect()
}
