//! Whether the times of a window fold: all of its tallies or none, so that what is pooled has one grid of times.

use super::key::Kept;
use super::{EXACT, Tally};
use polars::prelude::PlHashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

/// Distinct times of a window up to which they are exact, however many rows there are.
///
/// Whole days, minutes and round sums of money are few: the middle of a bucket would be none of them.
pub const DISTINCT: usize = 1 << 13;

/// Folds the tallies of a window if it has more rows and more distinct times than are kept exactly, or as the same window
/// does that is not followed for longer; all are settled. Whether they folded.
pub(in crate::cube) fn fold_large(tallies: &mut [&mut Tally], decided: Option<bool>) -> bool {
    tallies.iter_mut().for_each(|tally| tally.settle());
    let folds = decided.unwrap_or_else(|| tallies.iter().any(|tally| tally.is_folded()) || is_large(tallies));
    if folds {
        tallies.iter_mut().for_each(|tally| tally.fold());
    }
    folds
}

fn is_large(tallies: &[&mut Tally]) -> bool {
    let rows = tallies.iter().fold(0, |sum: i64, tally| sum.saturating_add(tally.rows()));
    let mut seen = PlHashSet::default();
    let mut keys = tallies.iter().flat_map(|tally| tally.run.iter()).map(|(key, _)| key);
    rows > EXACT && keys.any(|key| seen.insert(key) && seen.len() > DISTINCT)
}

/// When the tallies of a window fold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Folding {
    /// When all of its rows are there.
    Late,
    /// While they are filled, which bounds memory, once it is seen to hold so many times what is kept exactly.
    ///
    /// At the limits themselves only if no row leaves again. At twice the limits repeats that are taken out may bring a
    /// window back under them only if more rows are taken out than [`DISTINCT`].
    Early(usize),
}

/// What the workers who fill the tallies of a window know together.
#[derive(Debug, Default)]
pub(in crate::cube) struct Pooled {
    rows: AtomicI64,
    /// Whether one of them saw that it folds.
    folds: AtomicBool,
}

/// A window while its tallies are filled: whether they fold before all of its rows are there.
#[derive(Clone, Debug, Default)]
pub(in crate::cube) struct Filling {
    pooled: Arc<Pooled>,
    /// Its own.
    rows: i64,
    /// The distinct times of those that were looked at.
    seen: PlHashSet<u64>,
    /// How often spells were added.
    turns: i64,
    folds: bool,
}

impl Filling {
    /// Of a window that others fill as well.
    pub(in crate::cube) fn beside(pooled: &Arc<Pooled>) -> Self {
        Self { pooled: Arc::clone(pooled), ..Self::default() }
    }

    /// Folds if the same window does that is not followed for longer.
    pub(in crate::cube) fn follow(&mut self, earlier: &Self) {
        self.folds |= earlier.folds;
    }

    /// Adds spells, each in a word, to a tally of the window, each `sign` times.
    pub(in crate::cube) fn add(&mut self, tally: &mut Tally, spells: &[u64], sign: i64, folding: Folding) {
        // What one sees of the window is true of all of it, so nobody looks for it again.
        self.folds |= self.pooled.folds.load(Ordering::Relaxed);
        if self.folds {
            self.seen = PlHashSet::default();
            tally.fold();
            return tally.extend(spells, sign);
        }
        let more = sign * spells.len() as i64;
        let (own, all) = (self.rows, self.pooled.rows.fetch_add(more, Ordering::Relaxed));
        // Where rows may leave again each waits for its own: the sooner a window folds, the likelier the log is read again.
        let few = |times: usize| if times > 1 { own } else { all } <= times as i64 * EXACT;
        (self.rows, self.turns) = (own + more, self.turns + 1);
        // The longer a window does not fold, the rarer it is looked at: fewer distinct times are seen, never more.
        let is_turn = self.turns % (own / EXACT).max(1) == 0;
        let counts_distinct = match folding {
            Folding::Early(times) => is_turn && !(sign < 0 || few(times) || tally.kept() == Kept::Things),
            Folding::Late => false,
        };
        tally.extend(spells, sign);
        if counts_distinct {
            self.seen.extend(spells);
            if matches!(folding, Folding::Early(times) if self.seen.len() > times * DISTINCT) {
                (self.folds, self.seen) = (true, PlHashSet::default());
                self.pooled.folds.store(true, Ordering::Relaxed);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Spell;

    fn finished(seconds: u64) -> u64 {
        Kept::Times.exact(Spell { seconds, followed: 0, end: 1 })
    }

    fn tally(seconds: impl Iterator<Item = u64>) -> Tally {
        let mut tally = Tally::default();
        tally.extend(&seconds.map(finished).collect::<Vec<_>>(), 1);
        tally
    }

    /// Two cells of a window fold together, the small one too; one row less and they do not.
    #[test]
    fn a_window_folds_as_a_whole() {
        for (rows, folds) in [(EXACT as u64 - 3, false), (EXACT as u64 - 2, true)] {
            let (mut large, mut small) = (tally(1..=rows), tally(5_000_001..=5_000_003));
            fold_large(&mut [&mut large, &mut small], None);
            assert_eq!((large.is_folded(), small.is_folded()), (folds, folds));
        }
    }

    /// Whole days stay whole days, however many rows there are; so do things.
    #[test]
    fn few_distinct_times_stay_exact() {
        let days = |distinct: u64| tally((0..3 * EXACT as u64).map(move |row| row % distinct * 86_400));
        for (distinct, folds) in [(DISTINCT as u64, false), (DISTINCT as u64 + 1, true)] {
            let mut own = days(distinct);
            fold_large(&mut [&mut own], None);
            assert_eq!(own.is_folded(), folds);
        }
        let mut things = Tally::new(Kept::Things);
        things.extend(&(0..3 * EXACT as u64).map(finished).collect::<Vec<_>>(), 1);
        fold_large(&mut [&mut things], None);
        assert!(!things.is_folded());
    }

    /// What folds while it is filled would fold at the end, and only that; a window of days never does.
    #[test]
    fn filling_folds_what_the_whole_folds() {
        for (times, step, folds) in [(1, 1, true), (2, 1, true), (1, 86_400, false), (2, 86_400, false)] {
            let (mut filling, mut own) = (Filling::default(), Tally::default());
            let seconds = |row: u64| row / step * step;
            for batch in 0..200 {
                let spells = (batch * 1_000..(batch + 1) * 1_000).map(|row| finished(seconds(row)));
                filling.add(&mut own, &spells.collect::<Vec<_>>(), 1, Folding::Early(times));
            }
            assert_eq!((filling.folds, own.is_folded()), (folds, folds));
            let mut whole = tally((0..200_000).map(seconds));
            fold_large(&mut [&mut own], None);
            fold_large(&mut [&mut whole], None);
            assert_eq!((own.is_folded(), &own), (folds, &whole));
        }
    }

    /// Two who fill a window are over its limits together; once one of them sees it, the other's tallies fold as well.
    #[test]
    fn a_window_that_two_fill_folds_for_both() {
        let pooled = Arc::default();
        let mut workers = [(); 2].map(|()| (Filling::beside(&pooled), Tally::default()));
        let spells: Vec<u64> = (0..(EXACT / 2) as u64).map(finished).collect();
        for (filling, own) in &mut workers {
            filling.add(own, &spells, 1, Folding::Early(1));
            filling.add(own, &[finished(1)], 1, Folding::Early(1));
        }
        assert!(workers.iter().all(|(filling, _)| !filling.folds));
        let [(first, its), (other, others)] = &mut workers;
        first.add(its, &spells, 1, Folding::Early(1));
        assert!(first.folds && !others.is_folded());
        other.add(others, &[finished(2)], 1, Folding::Early(1));
        assert!(other.folds && others.is_folded());
    }

    /// However many fill a window, it folds soon after it is over the limits.
    #[test]
    fn a_window_that_many_fill_folds_soon() {
        let pooled = Arc::default();
        let mut workers = [(); 16].map(|()| (Filling::beside(&pooled), Tally::default()));
        for turn in 0..40u64 {
            let (filling, own) = &mut workers[turn as usize % 16];
            let spells: Vec<u64> = (turn << 14..(turn + 1) << 14).map(finished).collect();
            filling.add(own, &spells, 1, Folding::Early(1));
        }
        assert!(workers.iter().all(|(filling, own)| filling.folds && own.is_folded()));
    }

    /// The limits themselves fold only what is over them: a window of as many rows, and of as many times.
    #[test]
    fn filling_does_not_fold_at_the_limits() {
        let exact = EXACT as u64;
        for (rows, distinct, folds) in [(exact, exact, false), (exact + 2, DISTINCT as u64, false)] {
            let (mut filling, mut own) = (Filling::default(), Tally::default());
            for row in 0..rows {
                filling.add(&mut own, &[finished(row % distinct)], 1, Folding::Early(1));
            }
            assert_eq!((filling.folds, own.is_folded()), (folds, folds), "{rows} {distinct}");
            fold_large(&mut [&mut own], None);
            assert_eq!(own.is_folded(), folds);
        }
    }

    /// A window followed for longer folds as the same window does that is not, whatever it holds.
    #[test]
    fn a_longer_follow_up_folds_as_its_window() {
        for decided in [true, false] {
            let mut own = tally(if decided { 0..3 } else { 0..2 * EXACT as u64 });
            assert_eq!(fold_large(&mut [&mut own], Some(decided)), decided);
            assert_eq!(own.is_folded(), decided);
        }
    }
}
