//! How often each job of a tariff is done for a dossier.

use super::Needs;
use super::cases::Cases;
use super::place::Placed;
use super::tariff::{Facts, Tariff};
use crate::error::{Error, Result};

impl Tariff {
    /// The columns that counting a job needs.
    pub fn times_needs(&self, job: usize) -> Needs {
        let mut needs = Needs::default();
        let job = self.jobs.get(job);
        job.and_then(|job| job.per.column()).into_iter().for_each(|column| needs.milestone(column));
        let selects = |selects: bool, column: &str| selects.then(|| column.to_owned());
        needs.required.extend(selects(job.is_some_and(|job| !job.applicants.is_empty()), "applicant"));
        needs.required.extend(selects(job.is_some_and(|job| !job.procedures.is_empty()), "procedure"));
        needs.extend(Needs::default());
        needs
    }
}

impl Cases<'_> {
    /// How often a job is done for each placed row; `None` where its counts are not known.
    pub(super) fn times(&self, job: usize, facts: Facts, placed: &Placed) -> Result<Vec<Option<i64>>> {
        let none = || Error::broken("counting a job", format!("the tariff has no job {job}"));
        let job = self.tariff()?.jobs.get(job).ok_or_else(none)?;
        let counts = job.per.column().map(|column| self.facts(column, facts, placed)).transpose()?;
        let is_done = self.by_party(placed, facts, |applicant, procedure| job.is_of(applicant, procedure));
        let times = is_done.into_iter().enumerate().map(|(place, is_done)| match &counts {
            _ if !is_done => Some(0),
            Some(counts) => counts[place],
            None => Some(1),
        });
        Ok(times.collect())
    }
}
