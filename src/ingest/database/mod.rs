//! PostgreSQL: tables and queries, copied in binary within one snapshot and taken apart by the workers.
//!
//! What is copied goes through the same door as the rows of a file. The connection comes from the environment: no study
//! holds it, and no message and no result has its host, user or password in it.

#[cfg(feature = "postgres")]
mod address;
#[cfg(feature = "postgres")]
mod copy;
#[cfg(feature = "postgres")]
mod environment;
#[cfg(feature = "postgres")]
mod fields;
#[cfg(feature = "postgres")]
mod line;
#[cfg(feature = "postgres")]
mod names;
#[cfg(feature = "postgres")]
mod passwords;
#[cfg(feature = "postgres")]
mod refusal;
#[cfg(feature = "postgres")]
mod relation;
#[cfg(feature = "postgres")]
mod session;
#[cfg(feature = "postgres")]
mod texts;
#[cfg(feature = "postgres")]
mod tls;
#[cfg(feature = "postgres")]
mod types;
#[cfg(not(feature = "postgres"))]
mod without;

#[cfg(not(feature = "postgres"))]
pub(super) use without::{Chunk, Relation};
#[cfg(feature = "postgres")]
pub(super) use {copy::Chunk, relation::Relation};

use super::source::Source;
use crate::error::{Error, Result};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The variable of the environment that holds the connection, where a study names no other.
const CONNECTION: &str = "DATABASE_URL";

/// The characters of a query that stand in its name.
const SHOWN: usize = 80;

/// What a study wants of a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// A table, a view or the like, by its name.
    Table(String),
    /// The rows of a query.
    Query(String),
}

impl Wanted {
    /// Its name in results and messages.
    pub(crate) fn label(&self) -> String {
        match self {
            Self::Table(name) => format!("postgres: table {name}"),
            Self::Query(text) => {
                let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
                let is_long = line.chars().nth(SHOWN).is_some();
                let shown: String = line.chars().take(SHOWN).collect();
                format!("postgres: query {shown}{}", if is_long { "…" } else { "" })
            }
        }
    }
}

/// The databases of a study: each is connected to once, so that all that is read of it agrees.
#[derive(Debug)]
pub(crate) struct Databases {
    #[cfg(feature = "postgres")]
    sessions: session::Sessions,
}

impl Databases {
    /// Those of a study in a zone, by whose days queries count; nothing is connected to yet.
    #[cfg_attr(not(feature = "postgres"), expect(unused_variables, reason = "nothing is ever connected to"))]
    pub(crate) fn new(zone: &str) -> Self {
        Self {
            #[cfg(feature = "postgres")]
            sessions: session::Sessions::new(zone),
        }
    }

    /// A table or query as an input; `connection` is the variable of the environment that says where it is.
    ///
    /// # Errors
    ///
    /// There is no connection, no such table, or the server does not understand the query.
    pub(crate) fn source(
        &self,
        wanted: &Wanted,
        connection: Option<&str>,
        constants: BTreeMap<String, String>,
        events: bool,
    ) -> Result<Source> {
        if connection.is_some_and(|name| !is_variable(name)) {
            return Err(literal("log.connection"));
        }
        let relation = self.relation(wanted, connection)?;
        Ok(Source::copied(wanted.label(), constants, events, Arc::new(relation)))
    }

    #[cfg(feature = "postgres")]
    fn relation(&self, wanted: &Wanted, connection: Option<&str>) -> Result<Relation> {
        Relation::open(&self.sessions, wanted, connection).map_err(|refused| refused.about(wanted.label()))
    }

    #[cfg(not(feature = "postgres"))]
    fn relation(&self, wanted: &Wanted, _: Option<&str>) -> Result<Relation> {
        Err(crate::error::ErrorKind::BadRelation {
            input: wanted.label(),
            why: "this giamtang was built without the feature `postgres`".to_owned(),
            advice: "Build it with its default features, or export the table to a file".to_owned(),
        }
        .into())
    }
}

/// Whether a text can be the name of a variable.
fn is_variable(name: &str) -> bool {
    let is_first = |first: char| first.is_ascii_alphabetic() || first == '_';
    name.starts_with(is_first) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Whether a text looks like the connection to a database, with what must not be printed.
pub(crate) fn is_connection(text: &str) -> bool {
    let text = text.trim_start().to_ascii_lowercase();
    ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme))
}

/// A connection where none belongs; the text itself is told to nobody.
pub(crate) fn literal(key: &str) -> Error {
    let expected = format!(
        "the name of a variable of the environment, such as {CONNECTION}: a connection may hold a password and does not \
         belong in a study or on a command line; the table is named by {{ table = \"public.cases\" }}"
    );
    Error::value(key, "(not shown)", expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_named_by_its_beginning() {
        let label = |text: &str| Wanted::Query(text.into()).label();
        assert_eq!(label("SELECT *\n  FROM cases"), "postgres: query SELECT * FROM cases");
        assert_eq!(label(&"ế".repeat(81)), format!("postgres: query {}…", "ế".repeat(80)));
        assert_eq!(Wanted::Table("public.cases".into()).label(), "postgres: table public.cases");
    }

    #[test]
    fn a_connection_is_no_variable() {
        assert!(["DATABASE_URL", "_x1"].iter().all(|name| is_variable(name)));
        assert!(!["", "1x", "postgres://a/b", "host=a", "a b", "ế"].iter().any(|name| is_variable(name)));
        assert!(is_connection(" POSTGRES://a/b") && !is_connection("postgres/cases.csv"));
    }
}
