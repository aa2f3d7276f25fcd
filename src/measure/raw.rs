//! Columns as a study's own expressions see them.

use super::cases::Cases;
use super::place::Placed;
use crate::error::Result;
use crate::ingest::{ABSENT, Field, Kind};
use polars::prelude::*;

const DAY: i64 = 86_400_000_000;

/// Dates that are promises: known from the start, however late they are.
const PROMISES: [&str; 3] = ["due_at", "original_due_at", "step_due_at"];

impl Cases<'_> {
    /// A column of the placed rows as it was known by each row's cut-off.
    ///
    /// A date is on the wall of the study's zone; one that is compared with another stands at the coarser precision.
    pub(super) fn raw(&self, column: &str, beside: Option<&str>, name: PlSmallStr, placed: &Placed) -> Result<Column> {
        match Field::named(column).kind {
            Kind::Instant => {
                let walls = Int64Chunked::from_iter_options(name, self.walls(column, beside, placed)?.into_iter());
                Ok(walls.into_datetime(TimeUnit::Microseconds, None).into_column())
            }
            Kind::Number => {
                Ok(Int64Chunked::from_iter_options(name, self.counted(column, placed)?.into_iter()).into_column())
            }
            Kind::Flag => {
                let flags = self.counted(column, placed)?.into_iter().map(|number| number.map(|number| number != 0));
                Ok(BooleanChunked::from_iter_options(name, flags).into_column())
            }
            _ if column == "outcome" => self.outcomes(name, placed),
            _ => self.names(column, name, placed),
        }
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

    /// How dossiers ended; of those that had not by the cut-off nothing is known.
    fn outcomes(&self, name: PlSmallStr, placed: &Placed) -> Result<Column> {
        let (codes, finished) = (self.codes("outcome")?, self.instants("finished_at")?);
        let outcome = |(row, slot): (&u32, &u8)| {
            let (at, code) = (finished.us[*row as usize], codes[*row as usize]);
            (at != ABSENT && at < self.slot(*slot).cutoff).then(|| self.batch.lexicon.name(code)).flatten()
        };
        let outcomes = placed.rows.iter().zip(&placed.slots).map(outcome);
        Ok(StringChunked::from_iter_options(name, outcomes).into_column())
    }
}
