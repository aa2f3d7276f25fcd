//! Answers of two milestones: to the moment, or where only the day of one is known by days.

use super::rows::Rows;
use crate::error::Result;
use crate::ingest::{ABSENT, Days, Instants};
use std::rc::Rc;

const DAY: i64 = 86_400;

/// Whether two milestones are compared to the moment.
#[derive(Clone, Copy)]
enum Precision {
    Moments,
    Days,
    ByRow,
}

impl Rows<'_> {
    /// An answer for each row that has both milestones: to the moment, or where only the day of one is known by days.
    pub(super) fn pairs<T: Copy>(
        &self,
        (from, to): (&str, &str),
        none: T,
        exact: impl Fn(usize, i64, i64) -> T,
        by_day: impl Fn(usize, i64, i64) -> T,
    ) -> Result<Vec<T>> {
        let (from, to) = (self.instants(from)?, self.instants(to)?);
        let pairs = || from.us.iter().zip(&to.us).enumerate().map(|(row, (a, b))| (row, *a, *b));
        let is_whole = |a, b| a != ABSENT && b != ABSENT;
        // One loop each, so that none asks of every row what is the same of all.
        Ok(match precision(from, to) {
            Precision::Moments => {
                pairs().map(|(row, a, b)| if is_whole(a, b) { exact(row, a, b) } else { none }).collect()
            }
            Precision::Days => {
                pairs().map(|(row, a, b)| if is_whole(a, b) { by_day(row, a, b) } else { none }).collect()
            }
            Precision::ByRow => {
                let answer = |(row, a, b)| match from.is_day(row) || to.is_day(row) {
                    _ if !is_whole(a, b) => none,
                    true => by_day(row, a, b),
                    false => exact(row, a, b),
                };
                pairs().map(answer).collect()
            }
        })
    }

    /// The days of two milestones, where any of them is known by the day alone.
    pub(super) fn days_of(&self, from: &str, to: &str) -> Result<Option<DayPair>> {
        Ok(match precision(self.instants(from)?, self.instants(to)?) {
            Precision::Moments => None,
            _ => Some(DayPair { from: self.days(from)?, to: self.days(to)? }),
        })
    }
}

/// The local days of two milestones.
pub(super) struct DayPair {
    pub(super) from: Rc<Vec<i64>>,
    pub(super) to: Rc<Vec<i64>>,
}

impl DayPair {
    /// Seconds of the whole days between those of a row, not below zero.
    pub(super) fn between(&self, row: usize) -> i64 {
        ((self.to[row] - self.from[row]) * DAY).max(0)
    }
}

fn precision(from: &Instants, to: &Instants) -> Precision {
    match (&from.days, &to.days) {
        (Days::None, Days::None) => Precision::Moments,
        (Days::All, _) | (_, Days::All) => Precision::Days,
        _ => Precision::ByRow,
    }
}
