//! Which source column stands for which canonical one, for sources whose columns are known.

use super::dates::reading::Reading;
use super::npsp::{self, Part};
use super::tables::Table;
use crate::error::{Error, Result, nearest_name};
use std::collections::BTreeMap;

/// A source whose columns are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// None: columns have canonical names, or the study names them.
    Generic,
    /// The payload of the National Public Service Portal.
    Npsp,
}

impl Profile {
    /// The profile of that name.
    ///
    /// # Errors
    ///
    /// There is none.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::ingest::Profile;
    ///
    /// assert_eq!(Profile::named("npsp").unwrap(), Profile::Npsp);
    /// assert!(Profile::named("nspp").unwrap_err().to_string().contains("npsp"));
    /// ```
    pub fn named(name: &str) -> Result<Self> {
        match name {
            "generic" => Ok(Self::Generic),
            "npsp" => Ok(Self::Npsp),
            _ => {
                let near = nearest_name(name, ["generic", "npsp"]).map(|near| format!("; perhaps {near}"));
                Err(Error::value("log.profile", name, format!("generic or npsp{}", near.unwrap_or_default())))
            }
        }
    }

    /// By canonical name: the source column, and the part of it that is meant.
    pub fn columns(self) -> BTreeMap<String, (String, Option<Part>)> {
        if self == Self::Generic {
            return BTreeMap::new();
        }
        let whole = npsp::COLUMNS.iter().map(|(name, column)| (name.to_string(), (column.to_string(), None)));
        let parts =
            npsp::PARTS.iter().map(|(name, column, part)| (name.to_string(), (column.to_string(), Some(*part))));
        let outcome = ("outcome".to_owned(), ("TrangThaiHoSo".to_owned(), Some(outcome as Part)));
        whole.chain(parts).chain([outcome]).collect()
    }

    /// The same of events.
    pub fn event_columns(self) -> BTreeMap<String, (String, Option<Part>)> {
        let columns = if self == Self::Npsp { npsp::EVENT_COLUMNS } else { &[] };
        columns.iter().map(|(name, column)| (name.to_string(), (column.to_string(), None))).collect()
    }

    /// The same of the tables beside dossiers and events.
    pub fn table_columns(self, table: Table) -> BTreeMap<String, (String, Option<Part>)> {
        let columns = if self == Self::Npsp { npsp::table_columns(table) } else { &[] };
        columns.iter().map(|(name, column)| (name.to_string(), (column.to_string(), None))).collect()
    }

    /// By canonical name: the source's values as canonical ones; the study's own win.
    pub fn values(
        self,
        own: &BTreeMap<String, BTreeMap<String, String>>,
    ) -> BTreeMap<String, BTreeMap<String, String>> {
        let mut values: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        if self == Self::Npsp {
            for (column, map) in npsp::VALUES {
                let map = map.iter().map(|(value, canonical)| (value.to_string(), canonical.to_string()));
                values.entry(column.to_string()).or_default().extend(map);
            }
        }
        for (column, map) in own {
            values.entry(column.clone()).or_default().extend(map.clone());
        }
        values
    }

    /// The date formats; none means they are inferred.
    pub fn formats(self) -> Result<Vec<Reading>> {
        match self {
            Self::Generic => Ok(Vec::new()),
            Self::Npsp => Ok(vec![Reading::of_format(npsp::TIMESTAMP)?]),
        }
    }

    /// Whether only listed values of a column are accepted.
    pub fn is_canonical(self, column: &str) -> bool {
        self == Self::Npsp && ["status", "channel"].contains(&column)
    }
}

/// The outcome that a status of the portal tells, as code or token; blank where it tells none.
fn outcome(status: &str) -> std::result::Result<String, String> {
    let statuses = npsp::VALUES.iter().find(|(column, _)| *column == "status").map(|(_, map)| *map);
    let canonical = statuses.unwrap_or_default().iter().find(|(value, _)| *value == status).map(|(_, own)| *own);
    Ok(npsp::outcome_of_status(canonical.unwrap_or(status)).unwrap_or_default().to_owned())
}
