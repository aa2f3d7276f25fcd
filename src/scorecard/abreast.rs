//! Answers worked out side by side: KPIs, groups and months know nothing of each other.

use std::cmp::Reverse;
use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;

/// How many threads there are to work with, where nobody says: as many as there are cores.
pub(super) fn cores() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// What is worked on side by side has no more weight together than this, unless it is one item.
///
/// A row with its curves takes some 80 bytes, and is one unit of weight.
const TOGETHER: usize = 8_000_000;

/// What each item comes to, on so many threads; in the order of the items.
pub(super) fn abreast<T: Sync, R: Send>(threads: NonZeroUsize, items: &[T], answer: impl Fn(&T) -> R + Sync) -> Vec<R> {
    in_turn(threads, items, (0..items.len()).map(|at| (0, at)).collect(), answer)
}

/// The same, the heaviest items first, so that no thread is left alone with one at the end.
pub(super) fn heaviest_first<T: Sync, R: Send>(
    threads: NonZeroUsize,
    items: &[T],
    weight: impl Fn(&T) -> usize,
    answer: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let mut turn: Vec<(usize, usize)> = items.iter().map(weight).zip(0..).collect();
    turn.sort_by_key(|(weight, _)| Reverse(*weight));
    in_turn(threads, items, turn.into(), answer)
}

/// The items are taken in a turn of weights and places; the answers stand in the order of the items.
fn in_turn<T: Sync, R: Send>(
    threads: NonZeroUsize,
    items: &[T],
    turn: VecDeque<(usize, usize)>,
    answer: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let threads = threads.get().min(items.len());
    if threads < 2 {
        return items.iter().map(answer).collect();
    }
    let queue = Queue { left: Mutex::new((turn, 0)), lighter: Condvar::new() };
    let work = || {
        let taken = std::iter::from_fn(|| queue.take());
        taken.map(|taken| (taken.at, answer(&items[taken.at]))).collect::<Vec<_>>()
    };
    let mut answers: Vec<Option<R>> = items.iter().map(|_| None).collect();
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            let own = worker.join().unwrap_or_else(|panic| resume_unwind(panic));
            own.into_iter().for_each(|(at, answer)| answers[at] = Some(answer));
        }
    });
    answers.into_iter().flatten().collect()
}

/// Items that are still to be taken, and the weight of those that are under way.
struct Queue {
    left: Mutex<(VecDeque<(usize, usize)>, usize)>,
    /// Something under way is done.
    lighter: Condvar,
}

/// An item under way.
struct Taken<'q> {
    queue: &'q Queue,
    weight: usize,
    at: usize,
}

impl Queue {
    /// The first item that is not too heavy beside those under way; `None` when all are taken.
    fn take(&self) -> Option<Taken<'_>> {
        // What the lock guards is whole whatever panics: nothing is worked out under it.
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let (turn, under_way) = &mut *left;
            if turn.is_empty() {
                return None;
            }
            let fits = |(weight, _): &(usize, usize)| *under_way == 0 || weight.saturating_add(*under_way) <= TOGETHER;
            if let Some((weight, at)) = turn.iter().position(fits).and_then(|place| turn.remove(place)) {
                *under_way += weight;
                return Some(Taken { queue: self, weight, at });
            }
            left = self.lighter.wait(left).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        self.queue.left.lock().unwrap_or_else(PoisonError::into_inner).1 -= self.weight;
        self.queue.lighter.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Whichever thread takes an item, its answer stands in its place.
    #[test]
    fn answers_stand_in_the_order_of_the_items() {
        let items: Vec<u64> = (0..1_000).collect();
        let squares: Vec<u64> = items.iter().map(|item| item * item).collect();
        for threads in [1, 2, 7].map(|threads| NonZeroUsize::new(threads).expect("some")) {
            assert_eq!(abreast(threads, &items, |item| item * item), squares);
            assert_eq!(heaviest_first(threads, &items, |item| *item as usize % 7, |item| item * item), squares);
            let heavy = |item: &u64| *item as usize % 5 * TOGETHER / 3;
            assert_eq!(heaviest_first(threads, &items, heavy, |item| item * item), squares);
            assert!(abreast(threads, &[], |item: &u64| *item).is_empty());
        }
    }

    /// Two items that are too heavy together are not under way together; one that is too heavy alone is.
    #[test]
    fn what_is_under_way_is_not_too_heavy() {
        let (under_way, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let items: Vec<usize> =
            (0..60).map(|item| [2 * TOGETHER, TOGETHER / 2 + 1, TOGETHER / 2, 1][item % 4]).collect();
        heaviest_first(
            NonZeroUsize::new(4).expect("some"),
            &items,
            |item| *item,
            |item| {
                let now = under_way.fetch_add(*item, Ordering::SeqCst) + item;
                if *item <= TOGETHER {
                    most.fetch_max(now, Ordering::SeqCst);
                } else {
                    assert_eq!(now, *item);
                }
                thread::yield_now();
                under_way.fetch_sub(*item, Ordering::SeqCst);
            },
        );
        assert!(most.into_inner() <= TOGETHER);
    }

    /// A panic of one item is the caller's, and nobody waits for ever.
    #[test]
    fn a_panic_lets_the_others_go_on() {
        let items = [TOGETHER; 8];
        let answer = |item: &usize| {
            if *item > 0 {
                panic!("as asked")
            }
        };
        let all = || heaviest_first(NonZeroUsize::new(3).expect("some"), &items, |item| *item, answer);
        assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(all)).is_err());
    }
}
