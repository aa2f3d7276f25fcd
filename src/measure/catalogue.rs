//! What the catalogue says of a dossier's procedure, and what stands in for it where it says nothing.

use super::cases::Cases;
use super::place::Placed;
use super::rows::Rows;
use super::state::LIMIT;
use super::{Measure, PROMISED, Table};
use crate::error::Result;
use crate::ingest::{ABSENT, NO_NAME};
use polars::prelude::PlHashMap;

impl Cases<'_> {
    /// What the catalogue says of each row's procedure on its window's last day.
    pub(super) fn in_catalogue(&self, column: &str, placed: &Placed) -> Vec<Option<i64>> {
        let column = column.strip_prefix(Table::Procedures.prefix()).unwrap_or(column);
        self.by_procedure(placed, |row, day| self.batch.procedure_on(column, row, day))
    }

    /// The procedure in whose row each row's own stands on its window's last day.
    pub(super) fn standing<'s>(&'s self, placed: &Placed) -> Vec<Option<&'s str>> {
        self.by_procedure(placed, |row, day| self.batch.procedure_named_on(row, day))
    }

    /// What is said of each row's procedure on its window's last day, asked once of each procedure and window.
    fn by_procedure<T: Copy>(&self, placed: &Placed, ask: impl Fn(usize, i64) -> Option<T>) -> Vec<Option<T>> {
        let Some(codes) = self.batch.codes("procedure") else { return vec![None; placed.rows.len()] };
        let mut known: PlHashMap<(u32, u8), Option<T>> = PlHashMap::default();
        let answer = |(row, slot): (&u32, &u8)| {
            let row = *row as usize;
            *known.entry((codes[row], *slot)).or_insert_with(|| ask(row, self.slot(*slot).end_day - 1))
        };
        placed.rows.iter().zip(&placed.slots).map(answer).collect()
    }

    /// The same where it is known in every window in which the row is placed: means at fixed weights compare the same
    /// dossiers.
    pub(super) fn in_every_catalogue(&self, column: &str, placed: &Placed) -> Vec<Option<i64>> {
        let mut said = self.in_catalogue(column, placed);
        let is_unknown: Vec<bool> = said.iter().map(Option::is_none).collect();
        left_out_of_all(&mut said, placed, &is_unknown);
        said
    }
}

impl Rows<'_> {
    /// Whether something is asked of a dossier: only a no takes it out, and what is not said is no no.
    pub(super) fn is_asked(&self, column: &str) -> Vec<i64> {
        let numbers = self.batch.numbers(column);
        (0..self.batch.len()).map(|row| i64::from(numbers.is_none_or(|numbers| numbers[row] != 0))).collect()
    }

    /// The name in one column, or where it says nothing that in another, as its code.
    pub(super) fn either(&self, columns: [&str; 2]) -> Vec<u32> {
        let codes = columns.map(|column| self.batch.codes(column));
        let said = |row: usize| codes.iter().flatten().map(|codes| codes[row]).find(|code| *code != NO_NAME);
        (0..self.batch.len()).map(|row| said(row).unwrap_or(NO_NAME)).collect()
    }

    /// Office seconds from reception to the due date first promised, or where there is none the catalogue's limit.
    pub(super) fn allowed(&self) -> Result<Vec<i64>> {
        let by_law = self.batch.numbers(LIMIT);
        if self.milestone(PROMISED).is_none() {
            return Ok(by_law.map_or_else(|| vec![ABSENT; self.batch.len()], <[i64]>::to_vec));
        }
        let promised = self.measured(&Measure::Working("received_at".into(), PROMISED.into()))?;
        let Some(by_law) = by_law else { return Ok(promised.to_vec()) };
        let allowed = |(own, law): (&i64, &i64)| if *own != ABSENT { *own } else { *law };
        Ok(promised.iter().zip(by_law).map(allowed).collect())
    }
}

/// Takes the answers of a row out of every window where one of them is marked.
pub(super) fn left_out_of_all<T>(answers: &mut [Option<T>], placed: &Placed, marked: &[bool]) {
    let mut is_out = vec![false; placed.rows.iter().max().map_or(0, |last| *last as usize + 1)];
    for (row, _) in placed.rows.iter().zip(marked).filter(|(_, marked)| **marked) {
        is_out[*row as usize] = true;
    }
    for (answer, _) in answers.iter_mut().zip(&placed.rows).filter(|(_, row)| is_out[**row as usize]) {
        *answer = None;
    }
}
