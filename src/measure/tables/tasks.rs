//! Tasks with the number of their owners.

use super::numbers;
use crate::ingest::{Data, Held};
use crate::measure::place::Slot;
use std::collections::BTreeSet;

/// What stands between the names of two owners.
const BETWEEN: [char; 4] = [';', ',', '|', '\n'];

/// The rows with `owners` and `dated`; a task without a due date stands in every window, at its start.
///
/// Nobody can say which window such a task belongs to. Left out, it would flatter: it lacks one of the seven clears.
pub(super) fn made(held: Held, slots: &[Slot]) -> Held {
    let mut placed: Vec<(usize, Option<(i64, bool)>)> = Vec::new();
    for row in 0..held.len() {
        match held.moment("due_at", row) {
            Some(due) => placed.push((row, Some(due))),
            None => placed.extend(slots.iter().map(|slot| (row, Some((slot.start, true))))),
        }
    }
    let order: Vec<usize> = placed.iter().map(|(row, _)| *row).collect();
    let dated: Vec<Option<i64>> =
        order.iter().map(|row| Some(i64::from(held.moment("due_at", *row).is_some()))).collect();
    let mut made = held.rows(&order);
    let owners = |row: usize| {
        let names = made.name("owner", row).unwrap_or_default().split(BETWEEN).map(str::trim);
        Some(names.filter(|name| !name.is_empty()).collect::<BTreeSet<_>>().len() as i64)
    };
    let owners = numbers((0..made.len()).map(owners));
    made.put("owners", owners);
    made.put("dated", Data::Numbers(dated));
    made.put("due_at", Data::Moments(placed.iter().map(|(_, due)| *due).collect()));
    made
}
