//! What the cube keeps of the rows that an anchor places in a window.

use super::program::Program;
use super::tally::Kept;
use crate::measure::{Anchor, Measure, Needs, Span, Table, is_joined};
use polars::prelude::Expr;
use std::collections::BTreeSet;

/// What the cube keeps of the rows that an anchor places in a window.
#[derive(Clone, Debug, PartialEq)]
pub struct Keep {
    /// What one row is.
    pub table: Table,
    /// The date that places a row.
    pub anchor: Anchor,
    /// `known within H`: only rows whose horizon had passed by the cut-off.
    pub known_within: bool,
    /// Week by week of the window.
    pub by_week: bool,
    /// Apart by the volumes that the study's tariff knows.
    pub by_volume: bool,
    /// Only rows for which this holds; the others are excluded, and counted as such.
    pub filter: Option<Expr>,
    /// Rows for which this holds count, and are told as undated beside the figure.
    pub undated: Option<Expr>,
    /// The quantity.
    pub quantity: Quantity,
    /// The text a study wrote it as; an expression's own text does not show all of it.
    pub written: Option<String>,
}

/// A quantity of one row; where it is null the row is excluded, and counted as such.
#[derive(Clone, Debug, PartialEq)]
pub enum Quantity {
    /// A yes or a no.
    Hit(Expr),
    /// An integer.
    Number(Expr),
    /// Two integers.
    Pair(Expr, Expr),
    /// So many values at once: how many, their mean and their standard deviation.
    Many(Expr, Expr, Expr),
    /// An integer that is not negative, kept by value.
    Value(Expr),
    /// The key of a thing, to count distinct ones.
    Thing(Expr),
    /// The time from one milestone to another and how it ended, censored at the cut-off.
    Spell {
        /// Where the clock starts.
        from: &'static str,
        /// Where it stops.
        to: &'static str,
        /// Which clock.
        span: Span,
    },
}

impl Quantity {
    /// Its expressions.
    pub fn expressions(&self) -> Vec<&Expr> {
        match self {
            Self::Hit(only) | Self::Number(only) | Self::Value(only) | Self::Thing(only) => vec![only],
            Self::Pair(first, second) => vec![first, second],
            Self::Many(count, mean, sd) => vec![count, mean, sd],
            Self::Spell { .. } => Vec::new(),
        }
    }

    /// What a tally of it counts; `None` where it is summed.
    pub fn tallied(&self) -> Option<Kept> {
        match self {
            Self::Hit(_) | Self::Number(_) | Self::Pair(..) | Self::Many(..) => None,
            Self::Thing(_) => Some(Kept::Things),
            Self::Spell { span: Span::NetWorking, .. } => Some(Kept::Followed),
            Self::Value(_) | Self::Spell { .. } => Some(Kept::Times),
        }
    }

    fn key(&self) -> String {
        match self {
            Self::Hit(hit) => format!("hit {hit:?}"),
            Self::Number(number) => format!("number {number:?}"),
            Self::Pair(first, second) => format!("pair {first:?}, {second:?}"),
            Self::Many(count, mean, sd) => format!("many {count:?}, {mean:?}, {sd:?}"),
            Self::Value(value) => format!("value {value:?}"),
            Self::Thing(key) => format!("thing {key:?}"),
            Self::Spell { from, to, span } => format!("{} {from}..{to}", span.name()),
        }
    }
}

impl Keep {
    pub(super) fn of(quantity: Quantity) -> Self {
        let (table, anchor) = (Table::Cases, Anchor::Received);
        let (filter, undated, written) = (None, None, None);
        let (known_within, by_week, by_volume) = (false, false, false);
        Self { table, anchor, known_within, by_week, by_volume, filter, undated, quantity, written }
    }

    /// A text that is equal for equal keeps; part of a cube's digest.
    pub fn key(&self) -> String {
        let table = self.table.prefix();
        let horizon = if self.known_within { ", known within H" } else { "" };
        let week = if self.by_week { ", by week" } else { "" };
        if let Some(written) = &self.written {
            return format!("{table}by {}{horizon}{week}: as written, {written}", self.anchor.name());
        }
        let volume = if self.by_volume { ", by volume" } else { "" };
        let filter = self.filter.as_ref().map(|filter| format!(", among {filter:?}")).unwrap_or_default();
        let undated = self.undated.as_ref().map(|undated| format!(", telling {undated:?}")).unwrap_or_default();
        format!("{table}by {}{horizon}{week}{volume}{filter}{undated}: {}", self.anchor.name(), self.quantity.key())
    }

    /// The measures its expressions name.
    pub fn measures(&self) -> Vec<Measure> {
        let expressions = self.quantity.expressions().into_iter().chain(&self.filter).chain(&self.undated);
        let mut names: Vec<String> = Vec::new();
        for part in expressions.flatten() {
            if let Expr::Column(name) = part {
                names.push(name.to_string());
            }
        }
        names.sort_unstable();
        names.dedup();
        names.iter().map(|name| Measure::of_column(name)).collect()
    }

    /// The columns of other tables that it asks of a dossier, each with its table's name before it.
    pub fn joined(&self) -> BTreeSet<String> {
        let spell = match &self.quantity {
            Quantity::Spell { from, to, .. } => vec![(*from).to_owned(), (*to).to_owned()],
            _ => Vec::new(),
        };
        let measured = self.measures().into_iter().flat_map(|measure| measure.joined());
        let named = spell.into_iter().chain([self.anchor.milestone().to_owned()]);
        named.filter(|name| is_joined(name)).chain(measured).collect()
    }

    /// Whether what it keeps depends on how long rows are followed after they came.
    pub fn is_followed(&self) -> bool {
        let awaits = |measure: &Measure| {
            matches!(
                measure,
                Measure::Reached(_)
                    | Measure::Told(_)
                    | Measure::Withdrawn
                    | Measure::Returned
                    | Measure::State(_)
                    | Measure::Aged(..)
                    | Measure::Waiting
                    | Measure::Later(..)
            )
        };
        let comes = matches!(self.anchor, Anchor::Received | Anchor::Submitted | Anchor::At | Anchor::Decided);
        let is_spell = matches!(self.quantity, Quantity::Spell { .. });
        self.known_within || is_spell || (comes && self.measures().iter().any(awaits))
    }

    /// Whether only the engine can evaluate what it asks, which plans and optimises anew for every batch.
    pub fn needs_engine(&self) -> bool {
        let mut program = Program::default();
        let asked = self.quantity.expressions().into_iter().chain(&self.filter).chain(&self.undated);
        asked.for_each(|expression| {
            program.add(expression);
        });
        program.needs_engine()
    }

    /// Whether it keeps names hashed with the study's salt.
    pub fn is_keyed(&self) -> bool {
        self.measures().iter().any(|measure| matches!(measure, Measure::Key(_) | Measure::KeyOfDay(..)))
    }

    /// The columns and the calendar it needs; columns of another table than that of dossiers have its name before them.
    pub fn needs(&self) -> Needs {
        // A roster's spans stand for their open days, and are placed by them.
        let calendar = self.known_within || self.table == Table::Roster;
        let mut needs = Needs { calendar, ..Needs::default() };
        needs.milestone(self.anchor.milestone());
        self.anchor.until().into_iter().for_each(|until| needs.milestone(until));
        if let Quantity::Spell { from, to, span } = &self.quantity {
            needs.milestone(from);
            needs.milestone(to);
            needs.calendar |= *span != Span::Elapsed;
            // Only dossiers are withdrawn.
            needs.refining.extend((self.table == Table::Cases).then(|| "outcome".to_owned()));
            needs.refining.extend((*span == Span::NetWorking).then(|| "paused".to_owned()));
        }
        for measure in self.measures() {
            needs.extend(measure.needs());
        }
        needs.extend(Needs::default());
        // Every step and every entry of a roster has its day: what lacks is the table, and another column names it too.
        if matches!(self.table, Table::Events | Table::Roster) && needs.required.len() > 1 {
            needs.required.retain(|column| column != "at");
        }
        needs.of_table(self.table)
    }
}
