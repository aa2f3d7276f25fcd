//! What the catalogue says of a dossier's procedure, and what stands in for it where it says nothing.

use super::cases::Cases;
use super::place::Placed;
use super::state::LIMIT;
use super::{PROMISED, Table};
use crate::error::Result;
use crate::ingest::{ABSENT, NO_NAME};

impl Cases<'_> {
    /// What the catalogue says of each row's procedure on its window's last day.
    pub(super) fn in_catalogue(&self, column: &str, placed: &Placed) -> Vec<Option<i64>> {
        let column = column.strip_prefix(Table::Procedures.prefix()).unwrap_or(column);
        let rows = placed.rows.iter().zip(&placed.slots);
        let last = |slot: &u8| self.slot(*slot).end_day - 1;
        rows.map(|(row, slot)| self.batch.procedure_on(column, *row as usize, last(slot))).collect()
    }

    /// The same where it is known in every window in which the row is placed: means at fixed weights compare the same
    /// dossiers.
    pub(super) fn in_every_catalogue(&self, column: &str, placed: &Placed) -> Vec<Option<i64>> {
        let mut said = self.in_catalogue(column, placed);
        let is_unknown: Vec<bool> = said.iter().map(Option::is_none).collect();
        left_out_of_all(&mut said, placed, &is_unknown);
        said
    }

    /// The procedure in whose row each row's own stands on its window's last day.
    pub(super) fn standing<'s>(&'s self, placed: &'s Placed) -> impl Iterator<Item = Option<&'s str>> + use<'s> {
        let rows = placed.rows.iter().zip(&placed.slots);
        rows.map(|(row, slot)| self.batch.procedure_named_on(*row as usize, self.slot(*slot).end_day - 1))
    }

    /// Whether something is asked of a dossier: only a no takes it out, and what is not said is no no.
    pub(super) fn asked(&self, column: &str, placed: &Placed) -> Vec<Option<bool>> {
        let numbers = self.batch.numbers(column);
        let asked = |row: &u32| numbers.is_none_or(|numbers| numbers[*row as usize] != 0);
        placed.rows.iter().map(|row| Some(asked(row))).collect()
    }

    /// The name in one column, or where it says nothing that in another.
    pub(super) fn either<'s>(
        &'s self,
        columns: [&str; 2],
        placed: &'s Placed,
    ) -> impl Iterator<Item = Option<&'s str>> + use<'s> {
        let codes = columns.map(|column| self.batch.codes(column));
        placed.rows.iter().map(move |row| {
            let said = |codes: &&[u32]| Some(codes[*row as usize]).filter(|code| *code != NO_NAME);
            codes.iter().flatten().find_map(said).and_then(|code| self.batch.lexicon.name(code))
        })
    }

    /// Office seconds from reception to the due date first promised, or where there is none the catalogue's limit.
    pub(super) fn allowed(&self, placed: &Placed) -> Result<Vec<Option<i64>>> {
        let catalogue = self.batch.numbers(LIMIT);
        let by_law = |row: &u32| catalogue.map(|limits| limits[*row as usize]).filter(|limit| *limit != ABSENT);
        let promised = match self.instants(PROMISED) {
            Ok(_) => self.limits("received_at", placed)?,
            Err(_) => vec![None; placed.rows.len()],
        };
        Ok(promised.into_iter().zip(&placed.rows).map(|(promised, row)| promised.or_else(|| by_law(row))).collect())
    }
}

/// Takes the answers of a row out of every window where one of them is marked; the places of a row stand together.
pub(super) fn left_out_of_all<T>(answers: &mut [Option<T>], placed: &Placed, marked: &[bool]) {
    let mut start = 0;
    for row in placed.rows.chunk_by(|one, other| one == other) {
        let own = start..start + row.len();
        if marked[own.clone()].contains(&true) {
            answers[own.clone()].iter_mut().for_each(|answer| *answer = None);
        }
        start = own.end;
    }
}
