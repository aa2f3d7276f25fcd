//! Targets as they are written: their keys, and nothing resolved.

use crate::kpi::{Name, OwnName};
use crate::scorecard::gate::Amount;
use crate::study::file::OneOrMany;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A target as it is written, under `[[target]]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::study) struct TargetTable {
    pub(super) name: Option<NameEntry>,
    pub(super) kpi: OneOrMany,
    pub(super) group: Option<GroupEntry>,
    pub(super) axis: Option<String>,
    pub(super) data: Option<String>,
    pub(super) table: Option<String>,
    pub(super) rule: Option<String>,
    pub(super) of: Option<String>,
    pub(super) window: Option<String>,
    pub(super) by: Option<String>,
    pub(super) at_least: Option<Amount>,
    pub(super) at_most: Option<Amount>,
    pub(super) verdict: OneOrMany,
    pub(super) not_worse_than: Option<String>,
    pub(super) margin: Option<Amount>,
    pub(super) allow_undefined: bool,
}

/// A name in one language, or in both.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "a name is a text, or a table such as { en = \"…\", vi = \"…\" }")]
pub(super) enum NameEntry {
    One(String),
    Both(OwnName),
}

/// Groups of the drill-down.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "a group is \"every\", or a table of columns with names such as { unit = \"…\" }")]
pub(super) enum GroupEntry {
    Word(String),
    Names(BTreeMap<String, String>),
}

impl NameEntry {
    pub(super) fn name(&self) -> Name {
        let (en, vi) = match self {
            Self::One(name) => (name.clone(), name.clone()),
            Self::Both(OwnName { en, vi }) => (en.clone(), vi.clone().unwrap_or_else(|| en.clone())),
        };
        Name { en: en.into(), vi: vi.into() }
    }
}

impl GroupEntry {
    pub(super) fn told(&self) -> String {
        match self {
            Self::Word(word) => word.clone(),
            Self::Names(names) => {
                let names: Vec<String> = names.iter().map(|(column, name)| format!("{column} = {name}")).collect();
                format!("{{ {} }}", names.join(", "))
            }
        }
    }
}
