//! Rows in order and the curves that are read from them, made once for all that is asked of them.
//!
//! Questions of one keep are a family, asked one after the other in one [`Sitting`]: they have the same rows and the same
//! curves, of which each takes what it needs. Rows stay on a [`Shelf`] until the last sitting that asks for them is over;
//! curves, which are larger, until the end of their own.

use super::question::Question;
use crate::cube::Layout;
use crate::error::Undefined;
use crate::stats::standardise::Standardised;
use crate::stats::survival::{Choice, Leavers, Shape};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// The rows of a window that are asked for, and their curve once somebody asks for that.
pub(super) struct Rows {
    pub(super) leavers: Arc<Leavers>,
    pub(super) choice: Choice,
    curve: OnceLock<Result<Arc<Shape>, Undefined>>,
}

impl Rows {
    pub(super) fn new(leavers: Arc<Leavers>, choice: Choice) -> Self {
        Self { leavers, choice, curve: OnceLock::new() }
    }

    /// Their curve.
    pub(super) fn curve(&self) -> Result<Arc<Shape>, Undefined> {
        self.curve.get_or_init(|| Shape::leaving(&self.leavers, self.choice).map(Arc::new)).clone()
    }
}

/// Rows in the order in which they leave, put in order once for all that is asked of them.
#[derive(Default)]
pub(super) struct Shelf(Mutex<BTreeMap<Shelved, Arc<Leavers>>>);

/// A keep and a window, and whether rows are told apart by week.
pub(super) type Shelved = (usize, u8, bool);

impl Shelf {
    /// Those of a keep in a window, made if they are not there.
    fn leavers(&self, place: Shelved, make: impl FnOnce() -> Leavers) -> Arc<Leavers> {
        locked(&self.0).entry(place).or_insert_with(|| Arc::new(make())).clone()
    }
}

/// The questions of a family, while they are asked.
pub(super) struct Sitting<'s> {
    shelf: &'s Shelf,
    rows: Mutex<BTreeMap<(Shelved, Choice), Arc<Rows>>>,
    mixed: Mutex<BTreeMap<Mixed, AtOneMix>>,
}

/// The curves of both windows at their pooled mix.
pub(super) type AtOneMix = Result<Standardised<Arc<Shape>>, Undefined>;

/// A keep, which of its rows, and whether the mix is drawn with the clusters.
pub(super) type Mixed = (usize, Choice, bool);

impl<'s> Sitting<'s> {
    pub(super) fn at(shelf: &'s Shelf) -> Self {
        Self { shelf, rows: Mutex::default(), mixed: Mutex::default() }
    }

    /// The rows of a window, made if they are not there; on the shelf afterwards, where other sittings ask for them.
    pub(super) fn rows(
        &self,
        place: Shelved,
        choice: Choice,
        is_shared: bool,
        make: impl FnOnce() -> Leavers,
    ) -> Arc<Rows> {
        let leavers = || if is_shared { self.shelf.leavers(place, make) } else { Arc::new(make()) };
        let rows = || Arc::new(Rows::new(leavers(), choice));
        locked(&self.rows).entry((place, choice)).or_insert_with(rows).clone()
    }

    /// The curves of both windows at their pooled mix, made if they are not there.
    pub(super) fn mixed(&self, place: Mixed, make: impl FnOnce() -> AtOneMix) -> AtOneMix {
        locked(&self.mixed).entry(place).or_insert_with(make).clone()
    }
}

fn locked<T>(own: &Mutex<T>) -> MutexGuard<'_, T> {
    own.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A shelf for sittings that are still to come, emptied when the last of them is over.
#[derive(Default)]
pub(super) struct Shared {
    shelf: Shelf,
    left: AtomicUsize,
}

impl Shared {
    /// For so many more.
    pub(super) fn expect(&self, sittings: usize) {
        self.left.fetch_add(sittings, Ordering::AcqRel);
    }

    /// What comes of one of them.
    pub(super) fn once<T>(&self, sit: impl FnOnce(&Shelf) -> T) -> T {
        let answer = sit(&self.shelf);
        if self.left.fetch_sub(1, Ordering::AcqRel) == 1 {
            locked(&self.shelf.0).clear();
        }
        answer
    }
}

/// Questions by family, each by its place among all.
pub(super) fn families(questions: &[&Question<'_>]) -> Vec<Vec<usize>> {
    let keep = |at: usize| questions[at].own.place(Layout::Windows).ok_or(at);
    let mut families: BTreeMap<Result<usize, usize>, Vec<usize>> = BTreeMap::new();
    (0..questions.len()).for_each(|at| families.entry(keep(at)).or_default().push(at));
    families.into_values().collect()
}

/// Families with a shelf each.
pub(super) struct Shelves {
    pub(super) families: Vec<Vec<usize>>,
    shelves: Vec<Shared>,
}

impl Shelves {
    /// For so many sittings of each.
    pub(super) fn of(questions: &[&Question<'_>], sittings: usize) -> Self {
        let families = families(questions);
        let shelves: Vec<Shared> = families.iter().map(|_| Shared::default()).collect();
        shelves.iter().for_each(|shelf| shelf.expect(sittings));
        Self { families, shelves }
    }

    /// Each family with its shelf.
    pub(super) fn sittings(&self) -> impl Iterator<Item = (&Vec<usize>, &Shared)> {
        self.families.iter().zip(&self.shelves)
    }
}
