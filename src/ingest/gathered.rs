//! The accepted rows of a log, gathered column by column.

use super::batch::Batch;
use super::data::Data;
use super::lexicon::{Lexicon, Translation};
use super::log::{Log, Sign, Sink};
use super::schema::Field;
use crate::error::Result;
use std::collections::HashSet;

/// Where a row stands: input and number.
pub(super) type Spot = (usize, u64);

/// One worker's accepted rows.
#[derive(Default)]
pub(super) struct Gathered {
    /// The columns that the log has; ids are none.
    pub(super) columns: Vec<(Field, Data)>,
    pub(super) spots: Vec<Spot>,
    /// Rows taken out again.
    pub(super) out: Vec<Spot>,
    /// The names behind the codes, and no others.
    pub(super) lexicon: Lexicon,
}

impl Gathered {
    pub(super) fn new(log: &Log) -> Self {
        let columns = log.own_fields().filter_map(|field| Some((field.clone(), Data::of(field.kind)?)));
        Self { columns: columns.collect(), ..Self::default() }
    }

    /// What all workers gathered, in the order of the inputs and without rows that were taken out again.
    pub(super) fn whole(parts: Vec<Self>) -> Self {
        let mut parts = parts.into_iter();
        let mut whole = parts.next().unwrap_or_default();
        parts.for_each(|part| whole.append(part));
        if !whole.out.is_empty() || !whole.spots.is_sorted() {
            let order = whole.order();
            whole.spots = order.iter().map(|row| whole.spots[*row]).collect();
            for (_, data) in &mut whole.columns {
                *data = data.chosen(order.iter().copied());
            }
        }
        whole.columns.iter_mut().for_each(|(_, data)| data.settle());
        whole
    }

    /// The rows that stay, in the order of the inputs.
    pub(super) fn order(&self) -> Vec<usize> {
        let out: HashSet<Spot> = self.out.iter().copied().collect();
        let is_in = |row: &usize| out.is_empty() || !out.contains(&self.spots[*row]);
        let mut order: Vec<usize> = (0..self.spots.len()).filter(is_in).collect();
        order.sort_by_key(|row| self.spots[*row]);
        order
    }

    fn append(&mut self, part: Self) {
        let mut names = Translation::of(&part.lexicon);
        for ((_, own), (_, more)) in self.columns.iter_mut().zip(part.columns) {
            own.append(more, &mut names, &mut self.lexicon);
        }
        self.spots.extend(part.spots);
        self.out.extend(part.out);
    }
}

impl Sink for Gathered {
    fn add(&mut self, batch: &Batch<'_>, sign: Sign) -> Result<()> {
        let spots = batch.rows.iter().map(|row| (batch.input, *row));
        if sign == Sign::Minus {
            self.out.extend(spots);
            return Ok(());
        }
        self.spots.extend(spots);
        self.columns.iter_mut().for_each(|(field, data)| data.extend(&field.name, batch));
        Ok(())
    }

    fn close(&mut self, lexicon: &Lexicon) {
        let mut names = Translation::of(lexicon);
        let codes = self.columns.iter_mut().filter_map(|(_, data)| match data {
            Data::Names(codes) => Some(codes),
            _ => None,
        });
        codes.flatten().for_each(|code| *code = names.code(*code, &mut self.lexicon));
    }
}
