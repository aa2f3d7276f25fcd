//! Where a database is and who asks: from the environment, and told to nobody.

use super::CONNECTION;
use super::environment::{Environment, Trust, fill, host_name, is_socket, parsed};
use super::passwords::{Whither, in_file};
use super::refusal::Refused;
use std::path::PathBuf;
use tokio_postgres::Config;
use tokio_postgres::config::SslMode;

/// The port of a server that names none.
const PORT: u16 = 5432;

/// Variables of which each alone says that there is a connection.
const SPOKEN: [&str; 5] = ["PGHOST", "PGHOSTADDR", "PGDATABASE", "PGUSER", "PGPORT"];

/// A connection, with what must not be told of it.
pub(super) struct Address {
    pub(super) config: Config,
    pub(super) trust: Trust,
    pub(super) authorities: Option<PathBuf>,
    pub(super) secrets: Secrets,
    /// Why a password that is there was not taken.
    pub(super) untaken: Option<&'static str>,
}

impl Address {
    /// The connection that a variable holds; without a name the usual one, or what the variables of the server's own
    /// programs say.
    ///
    /// # Errors
    ///
    /// There is none, or one that cannot be read.
    pub(super) fn of(variable: Option<&str>, environment: Environment<'_>) -> Result<Self, Refused> {
        let text = match (variable, environment(variable.unwrap_or(CONNECTION))) {
            (_, Some(text)) => text,
            (None, None) if SPOKEN.iter().any(|name| environment(name).is_some()) => String::new(),
            (name, None) => {
                let name = name.unwrap_or(CONNECTION);
                return Err(Refused::study(
                    format!("there is no connection: the variable {name} of the environment is not set"),
                    "Set it to postgres://USER@HOST:PORT/DATABASE, with the password in PGPASSWORD or ~/.pgpass; a study \
                     may name another variable with `log.connection`",
                ));
            }
        };
        let unread = || {
            Refused::study(
                format!("the connection in {} cannot be read", variable.unwrap_or(CONNECTION)),
                "Write postgres://USER:PASSWORD@HOST:PORT/DATABASE, with special characters as %40 for @, or host=… \
                 user=… dbname=…",
            )
        };
        let (mut config, options) = parsed(&text).ok_or_else(unread)?;
        fill(&mut config, environment).ok_or_else(unread)?;
        let (trust, authorities) = options.trust(environment)?;
        let trust = if is_socket(&config) { Trust::Disable } else { trust };
        config.ssl_mode(match trust {
            Trust::Disable => SslMode::Disable,
            Trust::Prefer => SslMode::Prefer,
            Trust::Require | Trust::Authority | Trust::Full => SslMode::Require,
        });
        let untaken = password(&mut config, options.passfile, environment).err();
        let secrets = Secrets::of(&config);
        Ok(Self { config, trust, authorities, secrets, untaken })
    }
}

/// Finds the password where the connection has none.
fn password(config: &mut Config, file: Option<String>, environment: Environment<'_>) -> Result<(), &'static str> {
    if config.get_password().is_some() {
        return Ok(());
    }
    if let Some(password) = environment("PGPASSWORD") {
        config.password(password);
        return Ok(());
    }
    let home = || environment("HOME").map(|home| format!("{home}/.pgpass"));
    let Some(path) = file.or_else(|| environment("PGPASSFILE")).or_else(home) else { return Ok(()) };
    let user = config.get_user().unwrap_or_default();
    let whither = Whither {
        host: &config.get_hosts().first().map(host_name).unwrap_or_default(),
        port: config.get_ports().first().copied().unwrap_or(PORT),
        database: config.get_dbname().unwrap_or(user),
        user,
    };
    if let Some(password) = in_file(&path.into(), &whither)? {
        config.password(password);
    }
    Ok(())
}

/// What no message may hold.
#[derive(Clone, Default)]
pub(super) struct Secrets {
    password: Option<String>,
    names: Vec<String>,
}

impl Secrets {
    fn of(config: &Config) -> Self {
        let password = config.get_password().map(|password| String::from_utf8_lossy(password).into_owned());
        let hosts = config.get_hosts().iter().map(host_name);
        let addresses = config.get_hostaddrs().iter().map(ToString::to_string);
        let names = hosts.chain(addresses).chain(config.get_user().map(str::to_owned));
        let mut names: Vec<String> = names.filter(|name| !name.is_empty()).collect();
        // The longest first: one may be a part of another.
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        Self { password: password.filter(|password| !password.is_empty()), names }
    }

    /// A text of the server without what must not be told.
    pub(super) fn hidden(&self, text: &str) -> String {
        let text = match &self.password {
            Some(password) => text.replace(password, "…"),
            None => text.to_owned(),
        };
        self.names.iter().fold(text, |text, name| without(&text, name))
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets")
    }
}

/// A text with a word left out.
fn without(text: &str, word: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(word) {
        let (before, after) = (&rest[..at], &rest[at + word.len()..]);
        let is_inside = before.ends_with(char::is_alphanumeric) || after.starts_with(char::is_alphanumeric);
        out.push_str(before);
        out.push_str(if is_inside { word } else { "…" });
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(variables: &[(&str, &str)]) -> Result<Address, Refused> {
        let find = |name: &str| variables.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned());
        Address::of(None, &find)
    }

    #[test]
    fn a_connection_comes_from_its_variable_or_from_those_of_the_server() {
        let config =
            address(&[("DATABASE_URL", "postgres://an@db/log"), ("PGPASSWORD", "s3cret")]).ok().unwrap().config;
        assert_eq!((config.get_user(), config.get_password()), (Some("an"), Some(&b"s3cret"[..])));
        let config = address(&[("PGHOST", "/run/x"), ("PGUSER", "an")]).ok().unwrap().config;
        assert_eq!((config.get_user(), config.get_ssl_mode()), (Some("an"), SslMode::Disable));
        let none = address(&[("HOME", "/root"), ("USER", "an")]).err().unwrap().about("x".into()).to_string();
        assert!(none.starts_with("x: there is no connection: the variable DATABASE_URL"), "{none}");
    }

    #[test]
    fn nothing_of_a_connection_that_cannot_be_read_is_told() {
        for text in ["postgres://an:s3cret@db:port/log", "an s3cret", "postgres://db/log?s3cret=1&sslmode=x"] {
            let error = address(&[("DATABASE_URL", text)]).err().unwrap().about("x".into()).to_string();
            assert!(error.contains("cannot be read") || error.contains("sslmode"), "{error}");
            assert!(!error.contains("s3cret") && !error.contains("port/"), "{error}");
        }
    }

    #[test]
    fn names_are_hidden_as_words_and_a_password_everywhere() {
        let found = address(&[("DATABASE_URL", "postgres://an:pw@db.example/log")]).ok().unwrap();
        let told = found.secrets.hidden("role \"an\" may not see table plan on db.example (xpwx)");
        assert_eq!(told, "role \"…\" may not see table plan on … (x…x)");
    }
}
