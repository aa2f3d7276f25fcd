//! A seeded synthetic city whose effects are known, because they were planted: for the demo, the tests and the benches.
//!
//! Every number that is planted stands in `places`, and in `habits` for the tables beside the dossiers. `offices` draws
//! the offices, `arrivals` when dossiers come, `course` how one really goes, `steps` what is done on the way, `answers` and
//! `petitions` what its applicant says, and `dossiers` what the record shows of it. `catalogue`, `roster`, `units`,
//! `ledger` and `tasks` are tables of their own. `table` and `files` write rows, `tables` all of a city, `demo` a whole
//! study; `truth` says what a perfect study would find, by `questions` and `voices` to one dossier after another, `costs` among them, and
//! by `counted` of what is known entirely; `fixture` is the small committed study, and `broken` its rows broken on purpose. Every figure is an integer and every chance is ChaCha8's, so a seed gives the same bytes on every machine.

mod answers;
mod arrivals;
mod broken;
mod catalogue;
mod costs;
mod counted;
mod course;
mod demo;
mod dossier;
mod dossiers;
mod draw;
mod files;
mod fixture;
mod habits;
mod ledger;
mod offices;
mod petitions;
mod places;
mod questions;
mod roster;
mod steps;
mod table;
mod tables;
mod tasks;
mod truth;
mod units;
mod voices;

use chrono::{Days, NaiveDate};

pub use demo::write_demo;
pub use files::FileFormat;
pub use truth::{Expected, Level, Truth, truth};

// What tests and benches ask for is no part of the API.
#[doc(hidden)]
pub use answers::Answer;
#[doc(hidden)]
pub use dossier::{Dossier, Event};
#[doc(hidden)]
pub use dossiers::Dossiers;
#[doc(hidden)]
pub use files::frame;
#[doc(hidden)]
pub use fixture::fixture;
#[doc(hidden)]
pub use petitions::Petition;
#[doc(hidden)]
pub use table::{COLUMNS, EVENT_COLUMNS, Style, write_csv};
#[doc(hidden)]
pub use tables::write_tables;

use crate::calendar::Calendar;
use crate::error::Result;

const FIRST: NaiveDate = day(2023, 1, 1);
const LAST: NaiveDate = day(2024, 12, 31);
const REFORM: NaiveDate = day(2024, 1, 31);

/// A day in µs.
const DAY: u64 = 86_400 * 1_000_000;

/// A made-up city of wards, communes and 8 procedures, over 2023 and 2024.
///
/// Offices are of unequal size, and each has its own pace, its own habits and its own answer to the reform, all drawn by
/// the seed. They are a sample of the offices that could be: what is planted holds for those, see [`truth`]. The reform
/// applies to dossiers received from its day on. It shortens the working time by about a fifth (each office by its own
/// share, 10 to 30 %), halves the share that gets stuck, makes simple procedures more frequent, and moves most of what
/// the KPIs measure; refusals, withdrawals and returns stay as they were. What happens after 2024 is not in the record.
///
/// # Example
///
/// ```
/// use giamtang::synth::City;
///
/// # fn main() -> giamtang::Result<()> {
/// let city = City::new(7).cases(500).offices(30);
/// assert_eq!(city.dossiers()?.count(), 500);
///
/// let first = city.dossiers()?.next().unwrap();
/// assert!(first.submitted_at < first.received_at);
/// assert!(first.due_at > first.received_at.date());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a city is not there before it is written"]
pub struct City {
    seed: u64,
    cases: u64,
    offices: usize,
    reform: Option<NaiveDate>,
    events: bool,
}

impl City {
    /// A city of 14 offices and 2,400 dossiers, reformed on 31 January 2024.
    pub fn new(seed: u64) -> Self {
        Self { seed, cases: 2_400, offices: 14, reform: Some(REFORM), events: false }
    }

    /// How many dossiers are received over the two years, exactly.
    pub fn cases(mut self, cases: u64) -> Self {
        self.cases = cases;
        self
    }

    /// How many offices there are, at least one; the first 126 have the names of Hanoi's wards and communes.
    pub fn offices(mut self, offices: usize) -> Self {
        self.offices = offices.max(1);
        self
    }

    /// The first day of the reform; `None` for a city that is never reformed.
    pub fn reform(mut self, day: impl Into<Option<NaiveDate>>) -> Self {
        self.reform = day.into();
        self
    }

    /// Whether its dossiers have their events: 2 to 11 steps each.
    pub fn events(mut self, events: bool) -> Self {
        self.events = events;
        self
    }

    /// The dossiers, in order of reception.
    ///
    /// They are made one by one: memory holds a few hundred days, and the moments of reception of one of them.
    ///
    /// # Errors
    ///
    /// None with the built-in calendar, which covers the two years and every deadline after them.
    #[doc(hidden)]
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
    #[doc(hidden)]
    pub fn received(&self, from: NaiveDate, to: NaiveDate) -> Result<Dossiers> {
        Dossiers::new(self.clone(), calendar()?, from, to)
    }

    fn reformed(&self, date: NaiveDate) -> bool {
        self.reform.is_some_and(|reform| date >= reform)
    }
}

/// The built-in calendar, in the city's zone.
fn calendar() -> Result<Calendar> {
    let calendar = Calendar::builder(chrono_tz::Asia::Ho_Chi_Minh).base("vietnam").build()?;
    calendar.require(FIRST, LAST + Days::new(365))?;
    Ok(calendar)
}

/// A date; one that does not exist does not compile.
const fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(date) => date,
        None => panic!("not a date"),
    }
}
