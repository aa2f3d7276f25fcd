//! What a study names for a table: a path, or a table or query of a database, with the columns that have one value in it.

use crate::error::{Error, Result};
use crate::ingest::{Wanted, is_connection, literal};
use serde::Deserialize;
use std::collections::BTreeMap;

/// One entry of `log.cases`: a path, or a table of what is read with constants.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "the tables of `log` take paths, or tables such as { path = \"m1.csv\", set = { unit = \"M1\" } }, { table = \
                 \"public.cases\" } or { query = \"select …\" }"
)]
pub(super) enum Entry {
    Path(String),
    Set(SetEntry),
}

/// What is read, named in one of three ways, and the columns that have one value in all of it.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct SetEntry {
    path: Option<String>,
    table: Option<String>,
    query: Option<String>,
    /// The variable of the environment that says where the database is.
    pub(super) connection: Option<String>,
    #[serde(default)]
    pub(super) set: BTreeMap<String, Constant>,
}

/// What an entry means.
pub(super) enum Meant {
    Path(String),
    Database(Wanted),
}

impl Entry {
    /// What it means.
    ///
    /// # Errors
    ///
    /// It names nothing or more than one thing, or holds a connection.
    pub(super) fn meant(&self, key: &str) -> Result<Meant> {
        let own = match self {
            Self::Path(path) => &SetEntry { path: Some(path.clone()), ..SetEntry::default() },
            Self::Set(own) => own,
        };
        let texts = [&own.path, &own.table, &own.query];
        if texts.into_iter().flatten().any(|text| is_connection(text)) {
            return Err(literal(key));
        }
        match (own.path.clone(), own.table.clone(), own.query.clone()) {
            (Some(path), None, None) if own.connection.is_none() => Ok(Meant::Path(path)),
            (None, Some(table), None) => Ok(Meant::Database(Wanted::Table(table))),
            (None, None, Some(query)) => Ok(Meant::Database(Wanted::Query(query))),
            _ => {
                Err(Error::value(key, "{ … }", "one of `path`, `table` and `query`; `connection` beside the last two"))
            }
        }
    }

    /// Its name in results.
    pub(super) fn label(&self) -> String {
        match self.meant("log") {
            Ok(Meant::Path(path)) => path,
            Ok(Meant::Database(wanted)) => wanted.label(),
            Err(_) => String::new(),
        }
    }

    /// The columns it gives constants for.
    pub(super) fn constants(&self) -> impl Iterator<Item = &String> {
        let set = match self {
            Self::Path(_) => None,
            Self::Set(own) => Some(own.set.keys()),
        };
        set.into_iter().flatten()
    }
}

/// One value for a whole input: text, or a number or day as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Constant {
    Text(String),
    Other(toml::Value),
}

impl Constant {
    pub(super) fn text((name, constant): (&String, &Self)) -> (String, String) {
        let text = match constant {
            Self::Text(text) => text.clone(),
            Self::Other(value) => value.to_string(),
        };
        (name.clone(), text)
    }
}
