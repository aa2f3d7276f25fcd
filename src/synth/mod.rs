//! A seeded synthetic city whose effects are known, because they were planted: for the demo, the tests and the benches.
//!
//! The offices, the procedures and what the reform does to them stand in `places`; how a dossier comes about in
//! `dossiers`; how it is written as a row in `table`; the small committed study, broken rows included, in `fixture`.
//! Every figure is an integer and every chance is ChaCha8's, so a seed gives the same bytes on every machine.

mod dossiers;
mod draw;
mod fixture;
mod places;
mod table;

use chrono::{Days, NaiveDate, NaiveDateTime};

pub use dossiers::Dossiers;
pub use fixture::fixture;
pub use table::{COLUMNS, Style, write_csv};

use crate::calendar::Calendar;
use crate::error::Result;

const FIRST: NaiveDate = day(2023, 1, 1);
const LAST: NaiveDate = day(2024, 12, 31);
const REFORM: NaiveDate = day(2024, 1, 31);

/// A made-up city of 14 offices and 8 procedures, over 2023 and 2024.
///
/// The reform shortens the working time of dossiers received from its day on by about a fifth (each office by its own
/// share, 8 to 30 %), halves the share that gets stuck from 6 to 3 %, and lifts non-territorial reception from 4 to
/// 15 %. Refusals, withdrawals and returns stay as they were. Dossiers that would finish after 2024 are open.
///
/// # Example
///
/// ```
/// use giamtang::synth::City;
///
/// # fn main() -> giamtang::Result<()> {
/// let city = City::new(7).cases(500);
/// assert_eq!(city.dossiers()?.count(), 500);
///
/// let first = city.dossiers()?.next().unwrap();
/// assert!(first.submitted_at < first.received_at);
/// assert!(first.due_at > first.received_at.date());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct City {
    seed: u64,
    cases: u64,
    reform: Option<NaiveDate>,
}

impl City {
    /// A city of 2,400 dossiers, reformed on 31 January 2024.
    pub fn new(seed: u64) -> Self {
        Self { seed, cases: 2_400, reform: Some(REFORM) }
    }

    /// How many dossiers are received over the two years, exactly.
    pub fn cases(mut self, cases: u64) -> Self {
        self.cases = cases;
        self
    }

    /// The first day of the reform; `None` for a city that is never reformed.
    pub fn reform(mut self, day: impl Into<Option<NaiveDate>>) -> Self {
        self.reform = day.into();
        self
    }

    /// The dossiers, in order of reception.
    ///
    /// They are made one by one: memory holds a few hundred days, and the moments of reception of one of them.
    ///
    /// # Errors
    ///
    /// None with the built-in calendar, which covers the two years and every deadline after them.
    pub fn dossiers(&self) -> Result<Dossiers> {
        self.received(FIRST, LAST)
    }

    /// The dossiers received from one local day to another, both included.
    ///
    /// The same ones as in [`dossiers`](Self::dossiers): every day is drawn by itself, so shards fit together.
    ///
    /// # Errors
    ///
    /// As [`dossiers`](Self::dossiers).
    pub fn received(&self, from: NaiveDate, to: NaiveDate) -> Result<Dossiers> {
        let zone = chrono_tz::Asia::Ho_Chi_Minh;
        let calendar = Calendar::builder(zone).base("vietnam").build()?;
        calendar.require(FIRST, LAST + Days::new(365))?;
        Dossiers::new(self.clone(), calendar, from, to)
    }

    fn reformed(&self, date: NaiveDate) -> bool {
        self.reform.is_some_and(|reform| date >= reform)
    }
}

/// One dossier of the city; moments are local wall times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dossier {
    /// `H26.12-240115-0003`: the receiving office, the day of reception, the office's serial of that day.
    pub case_id: String,
    /// When the applicant handed it in: minutes before reception at the counter, up to 15 hours online.
    pub submitted_at: NaiveDateTime,
    /// When an office took it in, while it was open.
    pub received_at: NaiveDateTime,
    /// The last day of the legal limit, which ends at 24:00.
    pub due_at: NaiveDate,
    /// When it ended, while the office was open; `None` while it is open at the end of 2024.
    pub finished_at: Option<NaiveDateTime>,
    /// How it ended: granted, refused, withdrawn or returned; `None` while it is open.
    pub outcome: Option<&'static str>,
    /// The office responsible for it.
    pub unit: &'static str,
    /// The office that received it.
    pub receiving_unit: &'static str,
    /// The procedure's name, in Vietnamese.
    pub procedure: &'static str,
    /// `online` or `counter`.
    pub channel: &'static str,
    /// `citizen` or `business`.
    pub applicant: &'static str,
}

/// A date; one that does not exist does not compile.
const fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(date) => date,
        None => panic!("not a date"),
    }
}
