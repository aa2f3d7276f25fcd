//! The form for everybody: cells of few dossiers withheld, with as many others that no sum of the form gives one away.
//!
//! The lines of a table add up to the line above, the columns of a line as the form says. Counts that are told are told
//! exactly, as a form must have them; [`crate::stats::disclosure`] says which must not be. Below a line that is not told in
//! full nothing is; nor are a unit's fields, which would add up both to their unit and to the field of all units.

use super::{Columns, Ended, Handling, Part, Told};
use crate::error::Undefined;
use crate::forms::ground::Known;
use crate::stats::disclosure::{Relation, Shown, Table};
use std::collections::BTreeSet;

/// A column that is the sum of others, by their numbers.
const SUMS: [(usize, &[usize]); 3] = [(3, &[4, 5, 6]), (7, &[8, 9, 10]), (11, &[12, 13])];

impl Handling {
    /// The same for everybody.
    pub(in crate::forms) fn public(self, least: u64) -> Self {
        let mut whole = self.whole;
        if !withhold(&mut whole, Shown::Free, least) {
            // With nothing below it, a line is a table of its own.
            let below = std::mem::take(&mut whole.parts);
            let is_told = withhold(&mut whole, Shown::Free, least);
            whole.parts = below.into_iter().map(blank).collect();
            whole = if is_told { whole } else { blank(whole) };
        }
        let units: Vec<Part> = self.units.into_iter().map(|unit| Part { parts: Vec::new(), ..unit }).collect();
        let mut all = Part { parts: units, ..whole.clone() };
        if !whole.is_told() || !withhold(&mut all, Shown::Always, least) {
            all.parts = all.parts.into_iter().map(blank).collect();
        }
        whole.below(least);
        whole.without_classes();
        all.parts.iter_mut().for_each(Part::without_classes);
        Self { whole, units: all.parts, told: self.told.withheld(), ..self }
    }

    /// The cells that are withheld.
    pub(in crate::forms) fn suppressed(&self) -> u64 {
        fn of(part: &Part) -> u64 {
            let own = part.columns.0.iter().filter(|count| *count == &Err(Undefined::Suppressed)).count() as u64;
            own + part.parts.iter().map(of).sum::<u64>()
        }
        of(&self.whole) + self.units.iter().map(of).sum::<u64>()
    }
}

impl Part {
    fn is_told(&self) -> bool {
        self.columns.0.iter().all(|count| count != &Err(Undefined::Suppressed))
    }

    /// The lines below those that are below it.
    fn below(&mut self, least: u64) {
        for part in &mut self.parts {
            if !part.is_told() || !withhold(part, Shown::Always, least) {
                part.parts = std::mem::take(&mut part.parts).into_iter().map(blank).collect();
            }
            part.below(least);
        }
    }

    /// What became of dossiers one by one: it adds up to columns in ways of its own.
    fn without_classes(&mut self) {
        self.ended = self.ended.clone().withheld();
        self.parts.iter_mut().for_each(Self::without_classes);
    }
}

fn suppressed<T>() -> Known<T> {
    Err(Undefined::Suppressed)
}

impl Ended {
    fn withheld(self) -> Self {
        Self {
            early: self.early.and(suppressed()),
            on_time: self.on_time.and(suppressed()),
            overdue: self.overdue.and(suppressed()),
            withdrawn: self.withdrawn.and(suppressed()),
            returned: self.returned.and(suppressed()),
        }
    }
}

impl Told {
    /// Nothing of it; why the log cannot tell something stays.
    fn withheld(self) -> Self {
        Self {
            no_channel: self.no_channel.and(suppressed()),
            other_channel: self.other_channel.and(suppressed()),
            undated_resolved: self.undated_resolved.and(suppressed()),
            undated_in_progress: self.undated_in_progress.and(suppressed()),
            withdrawn: self.withdrawn.and(suppressed()),
            returned: self.returned.and(suppressed()),
            waiting: self.waiting.and(suppressed()),
            refused: self.refused.and(suppressed()),
            not_accepted: self.not_accepted.and(suppressed()),
            no_field: self.no_field.and(suppressed()),
        }
    }
}

/// A line of which nothing is told, nor of those below it.
fn blank(part: Part) -> Part {
    let columns = Columns(part.columns.0.map(|count| count.and(suppressed())));
    Part { columns, parts: part.parts.into_iter().map(blank).collect(), ..part }
}

/// Withholds cells of the lines right below a line, and of the line itself where it is free; `false` where that cannot be.
fn withhold(whole: &mut Part, shown: Shown, least: u64) -> bool {
    let mut table = Table::default();
    let own = Cells::of(&mut table, &whole.columns, shown);
    let below: Vec<Cells> = whole.parts.iter().map(|part| Cells::of(&mut table, &part.columns, Shown::Free)).collect();
    for (place, total) in own.leaves.iter().enumerate().filter(|_| !below.is_empty()) {
        let parts = below.iter().map(|line| line.leaves[place]).collect();
        table.relations.push(Relation { whole: vec![*total], parts });
    }
    let Ok(withheld) = table.withheld(least) else { return false };
    own.hide(&mut whole.columns, &withheld);
    below.iter().zip(&mut whole.parts).for_each(|(line, part)| line.hide(&mut part.columns, &withheld));
    true
}

/// The cells of a line: its columns, and those that no other column is a part of.
struct Cells {
    columns: [Option<usize>; 11],
    leaves: Vec<usize>,
}

impl Cells {
    fn of(table: &mut Table, columns: &Columns, shown: Shown) -> Self {
        let own = columns.0.each_ref().map(|count| Some(table.cell(count.as_ref().ok().copied()?, shown)));
        let at = |number: usize| own[number - 3];
        let mut leaves = Vec::new();
        for (whole, parts) in SUMS {
            let told: Vec<usize> = parts.iter().filter_map(|number| at(*number)).collect();
            match at(whole) {
                Some(whole) if told.is_empty() => leaves.push(whole),
                Some(whole) => {
                    let mut all = told.clone();
                    if told.len() < parts.len() {
                        // What the log cannot tell apart is what the others leave of the sum.
                        let known: u64 = told.iter().map(|cell| table.cells[*cell].count).sum();
                        let kept_back = if shown == Shown::Always { shown } else { Shown::Never };
                        all.push(table.cell(table.cells[whole].count.saturating_sub(known), kept_back));
                    }
                    leaves.extend(&all);
                    table.relations.push(Relation { whole: vec![whole], parts: all });
                }
                None => leaves.extend(told),
            }
        }
        if let (Some(whole), Some(ended), Some(open)) = (at(3), at(7), at(11)) {
            table.relations.push(Relation { whole: vec![whole], parts: vec![ended, open] });
        }
        Self { columns: own, leaves }
    }

    fn hide(&self, columns: &mut Columns, withheld: &BTreeSet<usize>) {
        for (count, cell) in columns.0.iter_mut().zip(self.columns) {
            if cell.is_some_and(|cell| withheld.contains(&cell)) {
                *count = suppressed();
            }
        }
    }
}
