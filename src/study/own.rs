//! The KPIs that a study defines.

use super::Study;
use super::entry::Entry;
use super::file::StudyFile;
use crate::error::{Error, ErrorKind, Result, nearest_name};
use crate::ingest::{CASES, Field, Kind, Profile, Table as Of};
use crate::kpi::{Kpi, Own};
use std::collections::{BTreeMap, BTreeSet};
use toml::{Table, Value};

impl Study {
    /// The KPIs that the study defines; its inputs are not looked at.
    ///
    /// # Errors
    ///
    /// A mistake in one of them, with the key, the value and what was expected.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::Study;
    ///
    /// let kpi = "[[kpi]]\nid = 'ours/quick'\nname.en = 'Quick'\nbetter = 'higher'\nshare = 'visits <= 1'";
    /// let own = Study::parse(kpi, "study.toml").unwrap().own_kpis().unwrap();
    /// assert_eq!(own[0].formula, "share visits <= 1");
    /// ```
    pub fn own_kpis(&self) -> Result<Vec<Kpi>> {
        own(&self.file()?)
    }
}

/// The KPIs of a study file.
pub(super) fn own(file: &StudyFile) -> Result<Vec<Kpi>> {
    let known = columns(file)?;
    let mut kpis: Vec<Kpi> = Vec::new();
    for written in &file.kpi {
        if let Some(twice) = kpis.iter().find(|kpi| kpi.id == written.id) {
            return Err(Error::value("kpi.id", &*twice.id, "each id once"));
        }
        check_columns(written, &known)?;
        kpis.push(written.kpi()?);
    }
    Ok(kpis)
}

fn check_columns(written: &Own, known: &BTreeSet<String>) -> Result<()> {
    let asked = written.columns()?;
    let Some(name) = asked.into_iter().find(|name| !known.contains(name)) else { return Ok(()) };
    let near = nearest_name(&name, known.iter().map(String::as_str));
    Err(ErrorKind::UnknownName { name, of: "a column of `cases`, and the study names no such column", near }.into())
}

/// What answers and petitions say of a dossier: when the first came, and whether it was a good one.
const JOINED: [&str; 3] = ["surveys.at", "surveys.satisfied", "petitions.received_at"];

/// The columns that an expression may ask for: canonical ones, and those the study names.
fn columns(file: &StudyFile) -> Result<BTreeSet<String>> {
    let profile = Profile::named(file.log.profile.as_deref().unwrap_or("generic"))?;
    let procedures = Of::Procedures.columns().iter().map(|(name, _)| format!("{}{name}", Of::Procedures.prefix()));
    let joined = procedures.chain(JOINED.map(str::to_owned));
    let canonical = CASES.iter().map(|(name, _)| (*name).to_owned()).chain(joined);
    let named = file.columns.cases.keys().chain(file.values.keys()).chain(&file.log.canonical);
    let grouped = file.compare.grouping();
    let constants = file.log.cases.iter().chain(&file.log.events).flat_map(Entry::constants);
    let own = named.chain(grouped).chain(constants).cloned().chain(profile.columns().into_keys());
    let is_plain = |name: &String| !matches!(Field::of_dossier(name).kind, Kind::Id | Kind::Pauses);
    Ok(canonical.chain(own).filter(is_plain).collect())
}

/// What a study writes of each of its own KPIs, on one line, but for its names.
pub(super) fn told(study: &Table) -> BTreeMap<String, String> {
    let kpis = study.get("kpi").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_table);
    let told = kpis.filter_map(|kpi| {
        let keys = kpi.iter().filter(|(key, _)| !matches!(key.as_str(), "id" | "name"));
        let keys: Vec<String> = keys.map(|(key, value)| format!("{key} = {value}")).collect();
        Some((format!("kpi.{}", kpi.get("id")?.as_str()?), format!("{{ {} }}", keys.join(", "))))
    });
    told.collect()
}
