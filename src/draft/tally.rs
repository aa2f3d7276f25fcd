//! What the dates of a log say of its days: how many dossiers came, and when the office worked.

use crate::error::Result;
use crate::ingest::{Precision, Reading, Source, Zone, each_moment};
use chrono::{DateTime, Datelike, NaiveDate};
use std::collections::BTreeMap;

const DAY: i64 = 86_400_000_000;
const HOUR: i64 = 3_600_000_000;

/// Moments of one column by local day, and by hour of the week.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    /// By days since 1970.
    pub(super) days: BTreeMap<i64, u64>,
    /// By weekday, Monday first, and hour.
    pub(super) hours: [[u64; 24]; 7],
    /// Moments that are no bare day and not exactly midnight.
    pub(super) timed: u64,
}

impl Tally {
    fn new() -> Self {
        Self { days: BTreeMap::new(), hours: [[0; 24]; 7], timed: 0 }
    }

    /// Of each column; days that are not plausible do not count.
    ///
    /// # Errors
    ///
    /// An input is damaged.
    pub(super) fn of(sources: &[Source], columns: &[(String, Vec<Reading>)], zone: &Zone) -> Result<Vec<Self>> {
        // 1990 to 2049.
        let plausible = 7_305..29_220;
        let mut tallies = vec![Self::new(); columns.len()];
        each_moment(sources, columns, |place, us, precision| {
            let wall = if precision == Precision::Offset { zone.wall(us) } else { us };
            let day = wall.div_euclid(DAY);
            if plausible.contains(&day) {
                tallies[place].add(day, wall.rem_euclid(DAY), precision);
            }
        })?;
        Ok(tallies)
    }

    fn add(&mut self, day: i64, within: i64, precision: Precision) {
        *self.days.entry(day).or_default() += 1;
        if precision != Precision::Day && within != 0 {
            self.timed += 1;
            self.hours[weekday(day)][(within / HOUR) as usize % 24] += 1;
        }
    }

    /// All moments.
    pub(super) fn all(&self) -> u64 {
        self.days.values().sum()
    }

    /// By weekday, Monday first.
    pub(super) fn weekdays(&self) -> [u64; 7] {
        let mut counts = [0; 7];
        self.days.iter().for_each(|(day, count)| counts[weekday(*day)] += count);
        counts
    }

    /// By year and month.
    pub(super) fn months(&self) -> BTreeMap<(i32, u32), u64> {
        let mut months = BTreeMap::new();
        for (day, count) in &self.days {
            let date = date(*day);
            *months.entry((date.year(), date.month())).or_default() += count;
        }
        months
    }

    /// The first and the last day, without the thousandth part at either end that may be slips.
    pub(super) fn span(&self) -> Option<(NaiveDate, NaiveDate)> {
        let slips = self.all() / 1000;
        let mut sum = 0;
        let first = self.days.iter().find(|(_, count)| {
            sum += **count;
            sum > slips
        })?;
        sum = 0;
        let last = self.days.iter().rev().find(|(_, count)| {
            sum += **count;
            sum > slips
        })?;
        Some((date(*first.0), date(*last.0)))
    }
}

/// The weekday of a day, Monday 0; 1970 began on a Thursday.
pub(super) fn weekday(day: i64) -> usize {
    (day + 3).rem_euclid(7) as usize
}

/// A day since 1970 as a date.
pub(super) fn date(day: i64) -> NaiveDate {
    DateTime::from_timestamp(day * 86_400, 0).map_or_else(NaiveDate::default, |at| at.date_naive())
}
