//! Answers worked out side by side: KPIs, groups and months know nothing of each other.

use std::cmp::Reverse;
use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// How many threads there are to work with, where nobody says: as many as there are cores.
pub(super) fn cores() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// What each item comes to, on so many threads; in the order of the items.
pub(super) fn abreast<T: Sync, R: Send>(threads: NonZeroUsize, items: &[T], answer: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let order: Vec<usize> = (0..items.len()).collect();
    in_turn(threads, items, &order, answer)
}

/// The same, the heaviest items first, so that no thread is left alone with one at the end.
pub(super) fn heaviest_first<T: Sync, R: Send>(
    threads: NonZeroUsize,
    items: &[T],
    weight: impl Fn(&T) -> usize,
    answer: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let mut order: Vec<(usize, usize)> = items.iter().map(weight).zip(0..).collect();
    order.sort_by_key(|(weight, _)| Reverse(*weight));
    in_turn(threads, items, &order.into_iter().map(|(_, at)| at).collect::<Vec<_>>(), answer)
}

/// The items are taken in a turn; the answers stand in the order of the items.
fn in_turn<T: Sync, R: Send>(
    threads: NonZeroUsize,
    items: &[T],
    turn: &[usize],
    answer: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let threads = threads.get().min(items.len());
    if threads < 2 {
        return items.iter().map(answer).collect();
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let places = std::iter::from_fn(|| turn.get(next.fetch_add(1, Ordering::Relaxed)).copied());
        places.map(|at| (at, answer(&items[at]))).collect::<Vec<_>>()
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Whichever thread takes an item, its answer stands in its place.
    #[test]
    fn answers_stand_in_the_order_of_the_items() {
        let items: Vec<u64> = (0..1_000).collect();
        let squares: Vec<u64> = items.iter().map(|item| item * item).collect();
        for threads in [1, 2, 7].map(|threads| NonZeroUsize::new(threads).expect("some")) {
            assert_eq!(abreast(threads, &items, |item| item * item), squares);
            assert_eq!(heaviest_first(threads, &items, |item| *item as usize % 7, |item| item * item), squares);
            assert!(abreast(threads, &[], |item: &u64| *item).is_empty());
        }
    }
}
