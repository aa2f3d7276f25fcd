//! Columns as a study's own expressions see them.

use super::cases::Cases;
use super::place::Placed;
use crate::error::Result;
use crate::ingest::{ABSENT, Field, Kind};
use polars::prelude::*;

const DAY: i64 = 86_400_000_000;

/// Dates that are promises: known from the start, however late they are.
const PROMISES: [&str; 4] = ["due_at", "original_due_at", "step_due_at", "petitions.due_at"];

/// The date since which a column says something: how a dossier ended is known when it has, an answer when it was given.
pub(super) fn known_since(column: &str) -> Option<&'static str> {
    match column.split_once('.') {
        None if column == "outcome" => Some("finished_at"),
        Some(("surveys", _)) => Some("surveys.at"),
        Some(("petitions", _)) => Some("petitions.received_at"),
        _ => None,
    }
}

impl Cases<'_> {
    /// A column of the placed rows as it was known by each row's cut-off.
    ///
    /// A date is on the wall of the study's zone; one that is compared with another stands at the coarser precision.
    pub(super) fn raw(&self, column: &str, beside: Option<&str>, placed: &Placed) -> Result<Column> {
        let name = PlSmallStr::EMPTY;
        let known = self.known(column, placed)?;
        let numbers = || self.counted(column, placed).map(|own| known_of(&known, own));
        Ok(match Field::of_dossier(column).kind {
            Kind::Instant => {
                let walls = known_of(&known, self.walls(column, beside, placed)?);
                let walls = Int64Chunked::from_iter_options(name, walls.into_iter());
                walls.into_datetime(TimeUnit::Microseconds, None).into_column()
            }
            Kind::Number => Int64Chunked::from_iter_options(name, numbers()?.into_iter()).into_column(),
            Kind::Decimal => {
                let decimals = numbers()?.into_iter().map(|millionths| millionths.map(|own| own as f64 / 1e6));
                Float64Chunked::from_iter_options(name, decimals).into_column()
            }
            Kind::Flag => {
                let flags = numbers()?.into_iter().map(|number| number.map(|number| number != 0));
                BooleanChunked::from_iter_options(name, flags).into_column()
            }
            Kind::Id | Kind::Text | Kind::Key | Kind::Pauses => {
                let codes = self.rows.codes(column)?;
                let names = placed.rows.iter().map(|row| self.batch.lexicon.name(codes[*row as usize])).collect();
                StringChunked::from_iter_options(name, known_of(&known, names).into_iter()).into_column()
            }
        })
    }

    /// Of which placed rows the column was known by the cut-off; `None` where it always is.
    fn known(&self, column: &str, placed: &Placed) -> Result<Option<Vec<bool>>> {
        let Some(since) = known_since(column) else { return Ok(None) };
        let since = self.instants(since)?;
        let known = |(row, slot): (&u32, &u8)| {
            let at = since.us[*row as usize];
            at != ABSENT && at < self.slot(*slot).cutoff
        };
        Ok(Some(placed.rows.iter().zip(&placed.slots).map(known).collect()))
    }

    /// Wall times in microseconds; of a day, its midnight.
    fn walls(&self, column: &str, beside: Option<&str>, placed: &Placed) -> Result<Vec<Option<i64>>> {
        let own = self.instants(column)?;
        let other = beside.map(|beside| self.instants(beside)).transpose()?;
        let is_promise = PROMISES.contains(&column);
        let wall = |(row, slot): (&u32, &u8)| {
            let (row, cutoff) = (*row as usize, self.slot(*slot).cutoff);
            let at = Some(own.us[row]).filter(|at| *at != ABSENT && (is_promise || *at < cutoff))?;
            let by_day = own.is_day(row) || other.is_some_and(|other| other.us[row] != ABSENT && other.is_day(row));
            let wall = self.clocks.zone.wall(at);
            Some(if by_day { wall.div_euclid(DAY) * DAY } else { wall })
        };
        Ok(placed.rows.iter().zip(&placed.slots).map(wall).collect())
    }
}

/// What was not known is null.
fn known_of<T>(known: &Option<Vec<bool>>, values: Vec<Option<T>>) -> Vec<Option<T>> {
    match known {
        Some(known) => values.into_iter().zip(known).map(|(value, known)| value.filter(|_| *known)).collect(),
        None => values,
    }
}
