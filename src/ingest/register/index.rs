//! What a register is of, and which files it has: the one file whose renaming makes an update true.

use crate::error::{Error, Result, plain};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::{ErrorKind as Io, Write};
use std::path::Path;

/// The version of the layout.
const SCHEMA: &str = "giamtang.register/1";

/// The name of the index in the register's folder.
pub(super) const NAME: &str = "register.json";

/// What a register is of, and which files it has.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Index {
    pub(super) schema: String,
    /// What makes a row of the log what it is: columns, values, zone, rules.
    pub(super) reading: Value,
    /// How often it was updated; files are named by it.
    pub(super) updates: u64,
    /// Rows of dossiers that may still change, in the order they came.
    pub(super) open: Vec<Rows>,
    /// Rows of dossiers that finished long ago.
    pub(super) settled: Vec<Rows>,
    /// The cube of the settled ones.
    pub(super) cube: Option<String>,
    /// Rows set aside: by id and rule.
    pub(super) aside: Option<String>,
    /// The latest instant of any row, in µs of UTC.
    pub(super) latest: i64,
    /// The logs taken in, hashed: one that is given again says nothing new.
    pub(super) taken: BTreeSet<String>,
}

/// A file of rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Rows {
    pub(super) file: String,
    pub(super) rows: u64,
    /// Local times in it that summer time made ambiguous.
    pub(super) ambiguous: u64,
}

impl Index {
    pub(super) fn new(reading: Value) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            reading,
            updates: 0,
            open: Vec::new(),
            settled: Vec::new(),
            cube: None,
            aside: None,
            latest: i64::MIN,
            taken: BTreeSet::new(),
        }
    }

    /// The index of a folder; `None` where there is none yet.
    pub(super) fn load(folder: &Path) -> Result<Option<Self>> {
        let path = folder.join(NAME);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(why) if why.kind() == Io::NotFound => return Ok(None),
            Err(why) => return Err(Error::unreadable(&path, plain(&why))),
        };
        let not_one = |why: &dyn std::fmt::Display| {
            Error::unreadable(
                &path,
                format!("it is no register of this program: {why}; begin a new one in an empty folder"),
            )
        };
        let index: Self = serde_json::from_slice(&bytes).map_err(|why| not_one(&why))?;
        match index.schema == SCHEMA {
            true => Ok(Some(index)),
            false => Err(not_one(&format_args!("its version is {}, not {SCHEMA}", index.schema))),
        }
    }

    /// Puts it in place of the one before.
    pub(super) fn save(&self, folder: &Path) -> Result<()> {
        let path = folder.join(NAME);
        let unwritable = |why: std::io::Error| Error::unwritable(&path, plain(&why));
        let text = serde_json::to_string_pretty(self).map_err(|e| Error::broken("writing a register", e))?;
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(unwritable)?;
        file.write_all(text.as_bytes()).and_then(|()| file.as_file().sync_all()).map_err(unwritable)?;
        file.persist(&path).map_err(|why| unwritable(why.error))?;
        Ok(())
    }

    /// The files that belong to it.
    pub(super) fn files(&self) -> BTreeSet<&str> {
        let parts = self.open.iter().chain(&self.settled).map(|part| part.file.as_str());
        parts.chain(self.cube.as_deref()).chain(self.aside.as_deref()).collect()
    }

    /// The first key of what is read otherwise than when it was begun.
    pub(super) fn differs(&self, reading: &Value) -> Option<String> {
        let (own, new) = (self.reading.as_object()?, reading.as_object()?);
        let mut keys: Vec<&String> = own.keys().chain(new.keys()).collect();
        keys.sort_unstable();
        keys.into_iter().find(|key| own.get(*key) != new.get(*key)).cloned()
    }
}
