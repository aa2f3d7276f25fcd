//! A connection held open over one snapshot, in which nothing can be written.

use super::CONNECTION;
use super::address::{Address, Secrets};
use super::copy::{Chunk, Chunks};
use super::line::Line;
use super::names::text;
use super::refusal::{Refused, broken_off, unanswered, unconnected};
use super::tls::connector;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Error, Row};
use tokio_postgres_rustls::MakeRustlsConnect;

/// The oldest server that is asked, as it counts its versions.
const OLDEST: i32 = 100_000;

/// The connections of one study, by the variable that says where.
#[derive(Debug)]
pub(super) struct Sessions {
    zone: String,
    open: Mutex<BTreeMap<String, Arc<Session>>>,
}

impl Sessions {
    pub(super) fn new(zone: &str) -> Self {
        Self { zone: zone.to_owned(), open: Mutex::default() }
    }

    /// The connection that a variable holds, opened where it is not open yet.
    pub(super) fn of(&self, variable: Option<&str>) -> Result<Arc<Session>, Refused> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let key = variable.unwrap_or(CONNECTION);
        if let Some(session) = open.get(key) {
            return Ok(session.clone());
        }
        let address = Address::of(variable, &|name| std::env::var(name).ok().filter(|value| !value.is_empty()))?;
        let session = Arc::new(Session::open(address, &self.zone)?);
        open.insert(key.to_owned(), session.clone());
        Ok(session)
    }
}

/// A connection in a transaction that reads one snapshot.
pub(super) struct Session {
    line: Mutex<Option<Line>>,
    tls: MakeRustlsConnect,
    secrets: Secrets,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Session")
    }
}

impl Session {
    fn open(address: Address, zone: &str) -> Result<Self, Refused> {
        let Address { config, trust, authorities, secrets, untaken } = address;
        let tls = connector(trust, authorities.as_deref())?;
        let none = |_| Refused::world("the system gives no way to wait for a server", "Try again");
        let connected = apart(|| Line::to(&config, tls.clone())).map_err(none)?;
        let line = Mutex::new(Some(connected.map_err(|error| unconnected(&error, untaken))?));
        let session = Self { line, tls, secrets };
        session.begin(zone)?;
        Ok(session)
    }

    /// Begins the transaction; rows come in the order in which they lie there, and days are those of the zone.
    fn begin(&self, zone: &str) -> Result<(), Refused> {
        let own = self.query(
            "SELECT pg_catalog.current_setting('server_version_num')::int4, pg_catalog.getdatabaseencoding()::text",
            &[],
        )?;
        let version: i32 = own.first().and_then(|row| row.try_get(0).ok()).unwrap_or_default();
        let encoding: String = own.first().and_then(|row| row.try_get(1).ok()).unwrap_or_default();
        if version < OLDEST {
            return Err(Refused::world("the server is older than PostgreSQL 10", "Export its tables to files"));
        }
        // Where the server does not know what its texts are, one that is none would end the whole copy.
        let encoding = if encoding == "SQL_ASCII" { encoding } else { "UTF8".to_owned() };
        let settings = [
            ("client_encoding", text(&encoding)),
            ("TimeZone", text(zone)),
            ("DateStyle", "'ISO, YMD'".to_owned()),
            ("IntervalStyle", "'iso_8601'".to_owned()),
            ("synchronize_seqscans", "off".to_owned()),
            ("max_parallel_workers_per_gather", "0".to_owned()),
            ("idle_in_transaction_session_timeout", "0".to_owned()),
        ];
        let settings = settings.map(|(name, value)| format!("SET LOCAL {name} = {value};"));
        self.run(&format!("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; {}", settings.concat()))
    }

    /// The rows of a statement.
    pub(super) fn query(&self, statement: &str, values: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, Refused> {
        self.asked(usize::MAX, |line| line.query(statement, values))
    }

    /// The columns of a statement with their types; `before` is the part of it that stands before the study's own text.
    pub(super) fn columns(&self, statement: &str, before: usize) -> Result<Vec<(String, Type)>, Refused> {
        self.asked(before, |line| line.columns(statement))
    }

    fn run(&self, statements: &str) -> Result<(), Refused> {
        self.asked(usize::MAX, |line| line.run(statements))
    }

    fn asked<T: Send>(&self, before: usize, ask: impl FnOnce(&Line) -> Result<T, Error> + Send) -> Result<T, Refused> {
        let mut line = self.line();
        let line = line.as_mut().ok_or_else(ended)?;
        apart(|| ask(line)).map_err(|error| unanswered(&error, &self.secrets, before))
    }

    /// Hands out the rows of a selection of so many columns until all are out or nobody wants them; tells the bytes.
    ///
    /// # Errors
    ///
    /// The server stops before the end. What was handed out until then is no result.
    pub(super) fn copy(
        &self,
        selection: &str,
        columns: usize,
        out: impl FnMut(Chunk) -> bool + Send,
    ) -> Result<u64, Refused> {
        let mut line = self.line();
        let line = line.as_mut().ok_or_else(ended)?;
        apart(|| {
            let said = |error: Error| unanswered(&error, &self.secrets, usize::MAX);
            // Reading an index alone would change the order of rows with the columns that are asked for.
            line.run("SAVEPOINT copying; SET LOCAL enable_indexonlyscan = off").map_err(said)?;
            let read = self.copied(line, selection, columns, out)?;
            line.run("ROLLBACK TO SAVEPOINT copying; RELEASE SAVEPOINT copying").map_err(said)?;
            Ok(read)
        })
    }

    fn copied(
        &self,
        line: &Line,
        selection: &str,
        columns: usize,
        mut out: impl FnMut(Chunk) -> bool,
    ) -> Result<u64, Refused> {
        let stopper = line.stopper();
        let statement = format!("COPY ({selection}) TO STDOUT (FORMAT binary)");
        let said = |error: Error| unanswered(&error, &self.secrets, usize::MAX);
        let mut incoming = line.copy(&statement).map_err(said)?;
        let broken = |error| broken_off(&error, &self.secrets);
        let mut chunks = Chunks::new(&mut incoming, columns).map_err(broken)?;
        while let Some(chunk) = chunks.next().map_err(broken)? {
            if !out(chunk) {
                let read = chunks.read;
                incoming.stop(&stopper, self.tls.clone());
                return Ok(read);
            }
        }
        Ok(chunks.read)
    }

    fn line(&self) -> MutexGuard<'_, Option<Line>> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let line = self.line().take();
        apart(|| line.map(Line::end));
    }
}

fn ended() -> Refused {
    Refused::world("the connection was closed", "Try again")
}

/// Takes a step on a thread of its own: the client may not wait on one that runs the caller's tasks.
fn apart<T: Send>(step: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| match scope.spawn(step).join() {
        Ok(done) => done,
        Err(panic) => std::panic::resume_unwind(panic),
    })
}
