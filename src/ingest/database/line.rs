//! The line to a server: statements and their answers, one at a time, and the bytes of a copy.
//!
//! The client waits on a runtime of its own. Bytes are taken many messages at a time: a server sends each row by itself,
//! and to wake up for every one would take longer than to read it.

use futures_util::StreamExt;
use std::io::{self, BufRead, Read};
use std::pin::Pin;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{CancelToken, Client, Config, CopyOutStream, Error, Row};
use tokio_postgres_rustls::MakeRustlsConnect;

/// Bytes that are taken before somebody wakes up.
const TAKEN: usize = 1 << 17;

/// How long a good-bye may take.
const PATIENCE: Duration = Duration::from_secs(1);

/// A connection, driven while somebody waits for an answer.
pub(super) struct Line {
    client: Client,
    runtime: Runtime,
    driven: JoinHandle<()>,
}

impl Line {
    /// # Errors
    ///
    /// The system gives no way to wait.
    pub(super) fn to(config: &Config, tls: MakeRustlsConnect) -> io::Result<Result<Self, Error>> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let connected = runtime.block_on(config.connect(tls));
        Ok(connected.map(|(client, connection)| {
            let driven = runtime.spawn(async { drop(connection.await) });
            Self { client, runtime, driven }
        }))
    }

    /// The rows of a statement.
    pub(super) fn query(&self, statement: &str, values: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, Error> {
        self.runtime.block_on(self.client.query(statement, values))
    }

    /// The columns that a statement would have.
    pub(super) fn columns(&self, statement: &str) -> Result<Vec<(String, Type)>, Error> {
        let prepared = self.runtime.block_on(self.client.prepare(statement))?;
        Ok(prepared.columns().iter().map(|column| (column.name().to_owned(), column.type_().clone())).collect())
    }

    /// Statements without an answer.
    pub(super) fn run(&self, statements: &str) -> Result<(), Error> {
        self.runtime.block_on(self.client.batch_execute(statements))
    }

    /// Begins a copy.
    pub(super) fn copy(&self, statement: &str) -> Result<Incoming<'_>, Error> {
        let stream = self.runtime.block_on(self.client.copy_out(statement))?;
        let (stream, bytes) = (Box::pin(stream), Vec::with_capacity(2 * TAKEN));
        Ok(Incoming { runtime: &self.runtime, stream, bytes, at: 0, is_over: false })
    }

    /// Says good-bye; a server that does not hear it in time is left to find out.
    pub(super) fn end(self) {
        let Self { client, runtime, driven } = self;
        drop(client);
        runtime.block_on(async { drop(timeout(PATIENCE, driven).await) });
    }

    /// What stops the statement under way.
    pub(super) fn stopper(&self) -> CancelToken {
        self.client.cancel_token()
    }
}

/// The bytes of a copy as they come.
pub(super) struct Incoming<'a> {
    runtime: &'a Runtime,
    stream: Pin<Box<CopyOutStream>>,
    bytes: Vec<u8>,
    at: usize,
    /// Whether the server said that all has come: what it says then is no copy.
    is_over: bool,
}

impl Incoming<'_> {
    /// Asks the server to stop, and passes over what it had sent until then.
    pub(super) fn stop(&mut self, stopper: &CancelToken, tls: MakeRustlsConnect) {
        self.runtime.block_on(async {
            // Where the server does not hear of it, it sends on to the end.
            drop(stopper.cancel_query(tls).await);
            while let Some(Ok(_)) = self.stream.next().await {}
        });
    }
}

impl Read for Incoming<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let bytes = self.fill_buf()?;
        let count = bytes.len().min(out.len());
        out[..count].copy_from_slice(&bytes[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Incoming<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at == self.bytes.len() && !self.is_over {
            self.bytes.clear();
            self.at = 0;
            let Self { runtime, stream, bytes, is_over, .. } = self;
            runtime.block_on(async {
                while bytes.len() < TAKEN && !*is_over {
                    match stream.next().await {
                        Some(message) => bytes.extend_from_slice(&message.map_err(io::Error::other)?),
                        None => *is_over = true,
                    }
                }
                Ok::<_, io::Error>(())
            })?;
        }
        Ok(&self.bytes[self.at..])
    }

    fn consume(&mut self, count: usize) {
        self.at += count;
    }
}
