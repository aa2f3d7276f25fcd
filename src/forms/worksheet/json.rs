//! The worksheet as its contract has it: `giamtang.form.scm/1`.

use super::Worksheet;
use super::prices::{Income, PricedJob, Prices};
use super::work::{Done, Rules, Saving, Work, Year};
use crate::forms::ground::{Known, Shown};
use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};

impl Serialize for Worksheet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schema", "giamtang.form.scm/1")?;
        map.serialize_entry("head", &self.head)?;
        map.serialize_entry("prices", &self.prices)?;
        map.serialize_entry("works", &self.works.iter().map(|work| Shaped(work, &self.prices)).collect::<Vec<_>>())?;
        map.serialize_entry("before", &Shown(&self.before))?;
        map.serialize_entry("after", &Shown(&self.after))?;
        map.serialize_entry("saving", &Shown(&self.saving))?;
        map.serialize_entry("excluded", &Shown(&self.excluded))?;
        map.end()
    }
}

impl Serialize for Prices {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("year", &self.year)?;
        map.serialize_entry("incomes", &self.incomes)?;
        map.serialize_entry("jobs", &self.jobs)?;
        map.end()
    }
}

impl Serialize for Income {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("applicant", self.applicant.name())?;
        map.serialize_entry("vnd_per_hour", &self.vnd)?;
        map.serialize_entry("year", &self.year)?;
        map.serialize_entry("source", &self.source)?;
        map.end()
    }
}

impl Serialize for PricedJob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &self.name)?;
        map.serialize_entry("group", &self.group)?;
        map.serialize_entry("per", self.per.name())?;
        map.serialize_entry("hours", &printed(self.seconds as f64 / 3_600.0))?;
        map.serialize_entry("consult_vnd", &self.consult)?;
        map.serialize_entry("other_vnd", &self.other)?;
        map.end()
    }
}

/// Something with the names of the jobs beside it.
struct Shaped<'a, T>(&'a T, &'a Prices);

impl Serialize for Shaped<'_, Work> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(work, prices) = self;
        let rules = |known: &Known<Rules>| known.clone().map(|rules| Owned(rules, (*prices).clone()));
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("procedure", &work.procedure)?;
        map.serialize_entry("applicant", &work.applicant.map(|kind| kind.name()))?;
        map.serialize_entry("times", &printed(work.times))?;
        map.serialize_entry("subjects", &printed(work.subjects))?;
        map.serialize_entry("before", &Shown(&rules(&work.before)))?;
        map.serialize_entry("after", &Shown(&rules(&work.after)))?;
        map.serialize_entry("saving", &Shown(&work.saving))?;
        map.end()
    }
}

/// Rules with the names of the jobs beside them.
struct Owned(Rules, Prices);

impl Serialize for Owned {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(rules, prices) = self;
        let jobs: Vec<Shaped<'_, Done>> = rules.jobs.iter().map(|done| Shaped(done, prices)).collect();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("dossiers", &printed(rules.dossiers))?;
        map.serialize_entry("jobs", &jobs)?;
        map.serialize_entry("fees_vnd", &printed(rules.fees))?;
        if let Some(each) = rules.each() {
            map.serialize_entry("each_vnd", &printed(each))?;
        }
        map.serialize_entry("year", &rules.year)?;
        map.end()
    }
}

impl Serialize for Shaped<'_, Done> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(done, prices) = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &prices.jobs[done.job].name)?;
        map.serialize_entry("times", &printed(done.times))?;
        map.serialize_entry("hours", &printed(done.hours))?;
        map.serialize_entry("labour_vnd", &printed(done.labour))?;
        map.serialize_entry("paid_vnd", &printed(done.paid))?;
        map.end()
    }
}

impl Serialize for Year {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut year = serializer.serialize_struct("Year", 4)?;
        year.serialize_field("hours", &printed(self.hours))?;
        year.serialize_field("labour_vnd", &printed(self.labour))?;
        year.serialize_field("money_vnd", &printed(self.money))?;
        year.serialize_field("total_vnd", &printed(self.total))?;
        year.end()
    }
}

impl Serialize for Saving {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("vnd", &printed(self.absolute))?;
        if let Some(share) = self.share {
            map.serialize_entry("share", &printed(share))?;
        }
        map.end()
    }
}

/// Twelve significant digits: the last ones of a sum depend on the machine.
fn printed(value: f64) -> f64 {
    format!("{value:.11e}").parse().unwrap_or(value)
}
