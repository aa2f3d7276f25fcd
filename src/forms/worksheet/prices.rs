//! The study's tariff as the worksheet shows it: the names of jobs, and what each is paid for.

use crate::measure::{Applicant, Per};

/// The prices of a worksheet, all of one year.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prices {
    /// The year.
    pub year: i32,
    /// What an hour is worth, with where that comes from.
    pub incomes: Vec<Income>,
    /// The jobs, in the order of the study.
    pub jobs: Vec<PricedJob>,
    /// How often a year a subject applies, and how many there are, by volume.
    pub volumes: Vec<(f64, f64)>,
    /// The days of the first window.
    pub days: i64,
}

/// What an hour of one kind of applicant is worth.
#[derive(Clone, Debug, PartialEq)]
pub struct Income {
    /// Whose.
    pub applicant: Applicant,
    /// Đồng, at the prices of the tariff's year.
    pub vnd: i64,
    /// The year it was found for.
    pub year: i64,
    /// Where it comes from.
    pub source: String,
}

/// A job as it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct PricedJob {
    /// Its name.
    pub name: String,
    /// Its group on the worksheet: prepare, submit, pay, inspect, other, receive.
    pub group: String,
    /// What it is done for.
    pub per: Per,
    /// Seconds each time.
    pub seconds: i64,
    /// Paid for consultants and services each time, in đồng at the tariff's prices.
    pub consult: i64,
    /// Paid otherwise each time.
    pub other: i64,
}

impl PricedJob {
    /// What is paid each time.
    pub(super) fn vnd(&self) -> i64 {
        self.consult.saturating_add(self.other)
    }
}
