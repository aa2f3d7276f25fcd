//! A table or query as an input: its columns, and its rows as often as they are asked for.

use super::Wanted;
use super::copy::Chunk;
use super::fields::{Copied, frame};
use super::names::{parts, quoted};
use super::refusal::Refused;
use super::session::{Session, Sessions};
use super::types::{Field, unknown};
use crate::error::{self, Error, nearest_name};
use crate::ingest::piece::Frame;
use polars::prelude::{PlSmallStr, Schema, SchemaRef};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio_postgres::types::Type;

/// What stands before a study's query.
const BEFORE: &str = "SELECT * FROM (\n";

/// A table or query of a database.
pub(in crate::ingest) struct Relation {
    session: Arc<Session>,
    label: String,
    /// What stands behind FROM.
    from: String,
    columns: Vec<(PlSmallStr, Type)>,
    /// Whether its order of rows may depend on the columns that are asked for; then all are, always.
    is_query: bool,
    /// The bytes of the last copy.
    bytes: AtomicU64,
}

impl Relation {
    /// Finds a table, or has the server read a query.
    pub(super) fn open(sessions: &Sessions, wanted: &Wanted, connection: Option<&str>) -> Result<Self, Refused> {
        let (from, is_query) = match wanted {
            Wanted::Table(name) => {
                let own = named(name)?;
                let session = sessions.of(connection)?;
                let kind = kind(&session, name, &own)?;
                // Rows of a table lie there in an order of their own; what a view or a foreign server makes of its own may not.
                (own, matches!(kind.as_str(), "v" | "f"))
            }
            Wanted::Query(text) => (format!("(\n{}\n) AS log", text.trim().trim_end_matches(';')), true),
        };
        let session = sessions.of(connection)?;
        // The name of a table is no text of which a place could be told.
        let before = if is_query { BEFORE.len() } else { usize::MAX };
        let columns = session.columns(&format!("SELECT * FROM {from}"), before)?;
        check_twice(&columns)?;
        let columns = columns.into_iter().map(|(name, own)| (name.into(), own)).collect();
        Ok(Self { session, label: wanted.label(), from, columns, is_query, bytes: AtomicU64::new(0) })
    }

    /// The columns and their types.
    pub(in crate::ingest) fn schema(&self) -> SchemaRef {
        let columns = self.columns.iter().map(|(name, own)| (name.clone(), Field::of(own).dtype()));
        Arc::new(Schema::from_iter(columns))
    }

    /// The bytes of the last copy.
    pub(in crate::ingest) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// What a column of a type that no rule knows is, with what makes a text of it.
    pub(in crate::ingest) fn found(&self, column: &str) -> Option<String> {
        let (name, own) = self.columns.iter().find(|(name, _)| name == column)?;
        (Field::of(own) == Field::Other).then(|| unknown(own, name))
    }

    /// Copies every row, with the columns that are asked for, until all are handed out or nobody wants them.
    pub(in crate::ingest) fn send(
        &self,
        asked: &[PlSmallStr],
        out: impl FnMut(Chunk) -> bool + Send,
    ) -> error::Result<()> {
        let copied = self.copied(asked);
        let selected: Vec<String> = copied.iter().map(selected).collect();
        let statement = format!("SELECT {} FROM {}", selected.join(", "), self.from);
        let read = self.session.copy(&statement, copied.len(), out).map_err(|e| e.about(self.label.clone()))?;
        self.bytes.store(read, Ordering::Relaxed);
        Ok(())
    }

    /// The columns that are asked for of some rows.
    pub(in crate::ingest) fn unpack(&self, chunk: Chunk, asked: &[PlSmallStr]) -> error::Result<Frame> {
        let damaged = |error| Error::broken("reading a copy", format!("{}: {error}", self.label));
        frame(&chunk, &self.copied(asked)).map_err(damaged)
    }

    /// The columns of the copy.
    fn copied(&self, asked: &[PlSmallStr]) -> Vec<Copied> {
        let place = |name: &PlSmallStr| asked.iter().position(|asked| asked == name);
        let all = self.columns.iter().map(|(name, own)| Copied {
            name: name.clone(),
            field: Field::of(own),
            place: place(name),
        });
        all.filter(|own| self.is_query || own.place.is_some()).collect()
    }
}

/// A column as it is selected; of a type that no rule knows as the server spells it.
fn selected(column: &Copied) -> String {
    let cast = if column.field == Field::Other { "::text" } else { "" };
    format!("{}{cast}", quoted(&column.name))
}

/// A table's name as a statement writes it.
fn named(name: &str) -> Result<String, Refused> {
    let wrong = || {
        Refused::study(
            "it is no name of a table",
            "Write public.cases, or \"My.Schema\".\"My table\" with points and quotes in double quotes",
        )
    };
    let parts = parts(name).ok_or_else(wrong)?;
    Ok(parts.iter().map(|part| quoted(part)).collect::<Vec<_>>().join("."))
}

/// What a name stands for: a table (`r`), one in parts (`p`), a view (`v`, `m`) or a foreign table (`f`).
fn kind(session: &Session, name: &str, own: &str) -> Result<String, Refused> {
    let find = "SELECT relkind::text FROM pg_catalog.pg_class WHERE oid = pg_catalog.to_regclass($1::text)::oid";
    let found = session.query(find, &[&own])?;
    match found.first().and_then(|row| row.try_get::<_, String>(0).ok()) {
        Some(kind) if ["r", "p", "v", "m", "f"].contains(&kind.as_str()) => Ok(kind),
        Some(_) => Err(Refused::study("it is no table and no view", "Name one that has rows")),
        None => Err(Refused::study(
            format!("there is no such table{}", nearest(session, name)?),
            "Correct the name, with its schema where it is not in the search path: letters count as they are",
        )),
    }
}

/// The table that is nearest to a name that none has.
fn nearest(session: &Session, name: &str) -> Result<String, Refused> {
    let all = "SELECT n.nspname::text, c.relname::text FROM pg_catalog.pg_class c \
               JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') \
               AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%' \
               ORDER BY 1, 2 LIMIT 10000";
    let rows = session.query(all, &[])?;
    let names = rows.iter().filter_map(|row| Some((row.try_get(0).ok()?, row.try_get(1).ok()?)));
    let names: Vec<(String, String)> = names.collect();
    let whole: Vec<String> = names.iter().map(|(schema, table)| format!("{schema}.{table}")).collect();
    let own = |name: &str| names.iter().position(|(_, table)| table == name);
    // A slip may be in the schema alone.
    let alone = name.rsplit('.').next().unwrap_or(name).trim_matches('"');
    let near = nearest_name(name, whole.iter().map(String::as_str)).or_else(|| {
        let table = nearest_name(alone, names.iter().map(|(_, table)| table.as_str()))?;
        Some(whole[own(&table)?].clone())
    });
    Ok(near.map(|near| format!(" (did you mean `{near}`?)")).unwrap_or_default())
}

/// Fails where two columns of a query have one name.
fn check_twice(columns: &[(String, Type)]) -> Result<(), Refused> {
    let mut seen = BTreeSet::new();
    match columns.iter().find(|(name, _)| !seen.insert(name)) {
        Some((name, _)) => Err(Refused::study(
            format!("column `{name}` stands twice in the query"),
            "Give one of them another name with AS",
        )),
        None => Ok(()),
    }
}
