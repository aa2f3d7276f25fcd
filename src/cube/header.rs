//! What a cube is of, and whether two cubes are parts of one log.

use crate::ingest::{Matched, Reconciliation};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What became of a table beside the dossiers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableRead {
    /// Its rows.
    pub reconciliation: Reconciliation,
    /// How many rows found what they were joined with: dossiers their procedure, answers and petitions their dossier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joined: Option<Matched>,
    /// What the table says, hashed: every part of a log is joined with the same one.
    pub digest: String,
    /// Whether these are only the rows of the parts counted so far: then the others add to them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_split: bool,
}

impl TableRead {
    fn merge(&mut self, other: Self) {
        self.reconciliation.merge(&other.reconciliation);
        self.joined = match (self.joined, other.joined) {
            (Some(own), Some(more)) => Some(own.plus(more)),
            (own, more) => own.or(more),
        };
        self.digest = if self.is_split { added(&self.digest, &other.digest) } else { other.digest };
    }

    /// Why rows of another part are no further rows of this table.
    fn refuses(&self, other: &Self) -> Option<&'static str> {
        match (self.is_split, other.is_split) {
            (true, true) => None,
            (false, false) => (self.digest != other.digest).then_some("says other things than the first cube's"),
            _ => Some("is split in one of the cubes and whole in another"),
        }
    }
}

/// What two parts of a table say: a digest is the sum of its rows'.
fn added(one: &str, other: &str) -> String {
    let [one, other] = [one, other].map(|digest| u128::from_str_radix(digest, 16).unwrap_or_default());
    format!("{:032x}", one.wrapping_add(other))
}

/// What a cube is of: enough to compare it without its log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// The version of the file's layout.
    pub schema: String,
    /// The digest of everything in the plan that changes a cube.
    pub digest: String,
    /// What the plan kept: [`super::Layout::key`] of each, in the cells' order.
    pub keeps: Vec<String>,
    /// The columns that name a group; the cluster first, if there is one.
    pub dimensions: Vec<String>,
    /// The study's settings, as the rooms above write them.
    pub settings: serde_json::Value,
    /// What became of every row.
    pub reconciliation: Reconciliation,
    /// Local times that summer time makes ambiguous, read as the earlier instant.
    pub ambiguous_times: u64,
    /// What became of every row of the tables beside the dossiers, and how they were joined, by table.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tables: BTreeMap<String, TableRead>,
    /// The parts of the log, each as number and of how many; none where it is whole or was split outside.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<(u64, u64)>,
    /// How each date column was read, where the cube is of parts that saw no other part's dates.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub dates: BTreeMap<String, String>,
}

/// The keys of the settings that only tell what a study wrote and what it left alone; what they mean stands elsewhere.
const TOLD: [&str; 2] = ["given", "defaults"];

impl Header {
    /// Adds what another part of the same log found, or says why the other is no further part of it.
    pub(super) fn merge(&mut self, other: Self) -> Result<(), String> {
        if let Some(why) = self.refuses(&other) {
            return Err(why);
        }
        self.keep_common(&other);
        self.reconciliation.merge(&other.reconciliation);
        self.ambiguous_times += other.ambiguous_times;
        for (table, read) in other.tables {
            self.tables.entry(table).or_default().merge(read);
        }
        self.dates.extend(other.dates);
        self.add_parts(&other.parts);
        Ok(())
    }

    /// What only one of two parts wrote, or left alone, is not told of the whole.
    fn keep_common(&mut self, other: &Self) {
        for told in TOLD {
            let others = other.settings.get(told).and_then(|keys| keys.as_object());
            let own = self.settings.get_mut(told).and_then(|keys| keys.as_object_mut());
            if let (Some(own), Some(others)) = (own, others) {
                own.retain(|key, value| others.get(key) == Some(value));
            }
        }
    }

    /// Adds the parts of another cube; all of them together are the whole log.
    fn add_parts(&mut self, others: &[(u64, u64)]) {
        self.parts.extend(others);
        self.parts.sort_unstable();
        if self.parts.first().is_some_and(|(_, of)| self.parts.len() as u64 == *of) {
            self.parts.clear();
            self.dates.clear();
            self.tables.values_mut().for_each(|table| table.is_split = false);
        }
    }

    /// A date column that parts of a log read in two forms: each saw its own dates alone.
    fn read_otherwise<'h>(&'h self, other: &'h Self) -> Option<(&'h str, &'h str, &'h str)> {
        let both = self.dates.iter().filter_map(|(column, own)| Some((column, own, other.dates.get(column)?)));
        both.map(|(column, own, others)| (column.as_str(), own.as_str(), others.as_str())).find(|(_, a, b)| a != b)
    }

    /// Why a cube with the other header is no further part of this one.
    fn refuses(&self, other: &Self) -> Option<String> {
        if self.settings.get("columns") != other.settings.get("columns") {
            return Some(
                "its log has other columns than the first cube's, and all parts must have the same".to_owned(),
            );
        }
        if self.digest != other.digest {
            return Some("it is of another plan than the first cube".to_owned());
        }
        if let Some((number, of)) = self.parts.iter().find(|part| other.parts.contains(part)) {
            return Some(format!("it is part {number}/{of} again, which is counted already"));
        }
        if self.parts.is_empty() != other.parts.is_empty()
            || self.parts.iter().chain(&other.parts).any(|part| part.1 != self.parts[0].1)
        {
            return Some("its log was split into another number of parts than the first cube's".to_owned());
        }
        if let Some((column, own, others)) = self.read_otherwise(other) {
            return Some(format!(
                "its part reads the dates of `{column}` as `{others}`, the first cube's as `{own}`, for no part sees \
                 another's dates; name the format under `format.datetime`"
            ));
        }
        let differs = |key: &&String| {
            !TOLD.contains(&key.as_str()) && self.settings.get(key.as_str()) != other.settings.get(key.as_str())
        };
        let keys = self.settings.as_object().into_iter().flat_map(|settings| settings.keys());
        let own = self.tables.iter().filter_map(|(name, own)| Some((name, own.refuses(other.tables.get(name)?)?)));
        if let Some((table, why)) = own.into_iter().next() {
            return Some(format!("its table `{table}` {why}"));
        }
        if let Some(key) = keys.into_iter().find(differs) {
            return Some(format!("its study has another `{key}` than the first cube's"));
        }
        let twice = self.parts.is_empty() && !self.tables.is_empty();
        let why = "its tables beside the dossiers are counted in the first cube already; build parts with --shard";
        twice.then(|| why.to_owned())
    }
}
