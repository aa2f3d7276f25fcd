//! What a server or the way to it says, in words that tell nobody where it is or who asked.

use super::address::Secrets;
use crate::error::{Error, ErrorKind};
use std::error::Error as _;
use std::io;
use tokio_postgres::error::{DbError, ErrorPosition, SqlState};

/// Characters of a server's message that are told.
const LONGEST: usize = 300;

/// Why there is nothing to be had, and what to do.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) why: String,
    pub(super) advice: String,
    pub(super) is_study: bool,
}

impl Refused {
    /// A mistake in the study or its environment.
    pub(super) fn study(why: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { why: why.into(), advice: advice.into(), is_study: true }
    }

    /// Something that the server or the way to it does not give.
    pub(super) fn world(why: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { is_study: false, ..Self::study(why, advice) }
    }

    /// The same as an error about an input.
    pub(super) fn about(self, input: String) -> Error {
        let Self { why, advice, is_study } = self;
        match is_study {
            true => ErrorKind::BadRelation { input, why, advice }.into(),
            false => ErrorKind::Database { input, why, advice }.into(),
        }
    }
}

/// What a failed connection means.
pub(super) fn unconnected(error: &tokio_postgres::Error, untaken: Option<&str>) -> Refused {
    let of_server = error.as_db_error().map(|error| (error.code(), error.code().code()));
    let Some((state, code)) = of_server else { return unreached(error, untaken) };
    let (why, advice) = match *state {
        SqlState::INVALID_PASSWORD | SqlState::INVALID_AUTHORIZATION_SPECIFICATION => {
            let also = untaken.map(|why| format!("; {why}")).unwrap_or_default();
            let why = format!("the server refuses the login{also}");
            return Refused::world(
                format!("{why} ({code})"),
                "Check user, password (PGPASSWORD or ~/.pgpass), and whether pg_hba.conf lets this client in",
            );
        }
        SqlState::INVALID_CATALOG_NAME => ("the server has no such database", "Correct its name in the connection"),
        SqlState::TOO_MANY_CONNECTIONS => ("the server takes no more connections", "Try again later"),
        SqlState::CANNOT_CONNECT_NOW => ("the server is starting or stopping", "Try again in a moment"),
        SqlState::FEATURE_NOT_SUPPORTED => {
            ("the server cannot give its texts in UTF-8", "Convert the database to an encoding that it can convert")
        }
        _ => ("the server refuses the connection", "Look into its log, where the reason stands"),
    };
    Refused::world(format!("{why} ({code})"), advice)
}

/// What it means that no server answered.
fn unreached(error: &tokio_postgres::Error, untaken: Option<&str>) -> Refused {
    let text = error.to_string() + &error.source().map(ToString::to_string).unwrap_or_default();
    if text.contains("password missing") {
        let also = untaken.map(|why| format!("; {why}")).unwrap_or_default();
        return Refused::world(
            format!("the server asks for a password and there is none{also}"),
            "Set PGPASSWORD, or write it into ~/.pgpass",
        );
    }
    if text.contains("does not support TLS") {
        return Refused::world("the server does not encrypt", "Let it, or set sslmode=disable on a network you trust");
    }
    if let Some(broken) = caused::<rustls::Error>(error) {
        return unproved(&broken);
    }
    let kind = caused_kind(error);
    let why = match kind {
        Some(io::ErrorKind::ConnectionRefused) => "nothing listens at the address of the connection",
        Some(io::ErrorKind::NotFound) => "there is no socket where the connection says",
        Some(io::ErrorKind::PermissionDenied) => "the socket may not be opened",
        Some(io::ErrorKind::TimedOut) => "the server does not answer in time",
        _ if text.contains("timed out") || text.contains("timeout") => "the server does not answer in time",
        _ if text.contains("lookup") => "the host of the connection is not known",
        Some(io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset) => "the server hangs up at once",
        _ => "the server cannot be reached",
    };
    Refused::world(why, "Check host and port of the connection, and whether the server runs")
}

/// What is wrong with how a server proves who it is; the names in it are told to nobody.
fn unproved(error: &rustls::Error) -> Refused {
    use rustls::CertificateError as Certificate;
    let why = match error {
        rustls::Error::InvalidCertificate(of) => match of {
            Certificate::Expired | Certificate::ExpiredContext { .. } => "the server's certificate has expired",
            Certificate::UnknownIssuer => "the server's certificate is of an authority that is not known",
            Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => {
                "the server's certificate is of another name than the host of the connection"
            }
            _ => "the server's certificate is not believed",
        },
        _ => "the server and this program agree on no encryption",
    };
    Refused::world(why, "Name its authority with sslrootcert=FILE, or correct the host")
}

/// The kind of the system's error behind another.
fn caused_kind(error: &tokio_postgres::Error) -> Option<io::ErrorKind> {
    let mut next = error.source();
    while let Some(cause) = next {
        if let Some(io) = cause.downcast_ref::<io::Error>() {
            return Some(io.kind());
        }
        next = cause.source();
    }
    None
}

/// The cause of a kind behind an error, however deep.
fn caused<T: std::error::Error + Clone + 'static>(error: &tokio_postgres::Error) -> Option<T> {
    let mut next = error.source();
    while let Some(cause) = next {
        if let Some(own) = cause.downcast_ref::<T>() {
            return Some(own.clone());
        }
        let inner = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if let Some(own) = inner.and_then(|inner| inner.downcast_ref::<T>()) {
            return Some(own.clone());
        }
        next = cause.source();
    }
    None
}

/// What a failed statement means; `before` is the part of it that stands before the study's own text.
pub(super) fn unanswered(error: &tokio_postgres::Error, secrets: &Secrets, before: usize) -> Refused {
    match error.as_db_error() {
        Some(own) => of_server(own, secrets, before),
        None => lost(),
    }
}

/// What it means that a copy ended before its end.
pub(super) fn broken_off(error: &io::Error, secrets: &Secrets) -> Refused {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<tokio_postgres::Error>()) {
        Some(own) => unanswered(own, secrets, usize::MAX),
        None if error.kind() == io::ErrorKind::InvalidData => Refused::world(
            format!("what the server sends is no copy of its rows: {error}"),
            "Report it with the server's version",
        ),
        None => lost(),
    }
}

fn lost() -> Refused {
    Refused::world(
        "the connection was lost before all rows had come; nothing of them counts",
        "Try again; the server's log may say why it ended",
    )
}

fn of_server(error: &DbError, secrets: &Secrets, before: usize) -> Refused {
    let message: String = secrets.hidden(error.message()).chars().take(LONGEST).collect();
    let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
    let code = error.code().code();
    let place = match error.position() {
        Some(ErrorPosition::Original(at)) if *at as usize > before => {
            format!(", at character {}", *at as usize - before)
        }
        _ => String::new(),
    };
    let why = format!("the server says: {message} ({code}{place})");
    match (error.code(), &code[..2]) {
        (state, _) if *state == SqlState::INSUFFICIENT_PRIVILEGE => {
            Refused::world(why, "Grant the role SELECT on it and USAGE on its schema")
        }
        (state, _) if *state == SqlState::QUERY_CANCELED => Refused::world(
            why,
            "Raise statement_timeout for the role, or for this run with PGOPTIONS='-c statement_timeout=0'",
        ),
        (state, _) if *state == SqlState::READ_ONLY_SQL_TRANSACTION => {
            Refused::study(why, "A query may only read: it runs in a transaction that is read only")
        }
        (_, "0A" | "42") => Refused::study(why, "Correct the query or the name in the study"),
        (_, "57") => Refused::world(why, "Try again when the server is up"),
        (_, "22") => Refused::world(why, "Correct the row or the query that computes it"),
        (_, "40" | "72") => {
            Refused::world(why, "Try again; on a standby raise max_standby_streaming_delay or set hot_standby_feedback")
        }
        _ => Refused::world(why, "Look into the server's log, where more of it stands"),
    }
}
