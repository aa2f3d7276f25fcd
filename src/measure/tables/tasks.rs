//! Tasks with the number of their owners.

use crate::ingest::{Data, Held, Moment};
use crate::measure::place::Slot;
use std::collections::BTreeSet;

/// What stands between the names of two owners.
const BETWEEN: [char; 4] = [';', ',', '|', '\n'];

/// The rows with `owners` and `dated`; a task without a due date stands in every window, at its start.
///
/// Nobody can say which window such a task belongs to. Left out, it would flatter: it lacks one of the seven clears.
pub(super) fn made(mut held: Held, slots: &[Slot]) -> Held {
    if held.has("due_at") {
        held = placed(held, slots);
    }
    if held.has("owner") {
        let owners = |row: usize| {
            let names = held.name("owner", row).unwrap_or_default().split(BETWEEN).map(str::trim);
            Some(names.filter(|name| !name.is_empty()).collect::<BTreeSet<_>>().len() as i64)
        };
        let owners = Data::numbers((0..held.len()).map(owners));
        held.put("owners", owners);
    }
    held
}

fn placed(held: Held, slots: &[Slot]) -> Held {
    let mut placed: Vec<(usize, Moment, i64)> = Vec::new();
    for row in 0..held.len() {
        match held.moment("due_at", row) {
            Some(due) => placed.push((row, due, 1)),
            None => placed.extend(slots.iter().map(|slot| (row, (slot.start, true), 0))),
        }
    }
    let mut made = held.rows(placed.iter().map(|(row, ..)| *row));
    made.put("due_at", Data::moments(placed.iter().map(|(_, due, _)| Some(*due))));
    made.put("dated", Data::numbers(placed.iter().map(|(.., dated)| Some(*dated))));
    made
}
