//! What a connection says of itself, and what the environment says where it does not.

use super::refusal::Refused;
use std::path::{Path, PathBuf};
use tokio_postgres::Config;
use tokio_postgres::config::Host;

/// How much the server must prove, after `sslmode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// No encryption.
    Disable,
    /// Encryption if the server can; nothing is proved.
    Prefer,
    /// Encryption; nothing is proved.
    Require,
    /// A certificate of a known authority.
    Authority,
    /// The same, of the host's name.
    Full,
}

/// The variables of the environment, as they are asked for.
pub(super) type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The options of a connection that the client does not read itself.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Options {
    sslmode: Option<String>,
    sslrootcert: Option<String>,
    pub(super) passfile: Option<String>,
}

impl Options {
    /// Takes an option; the others are left to the client.
    fn take(&mut self, key: &str, value: &str) -> bool {
        let own = match key {
            "sslmode" => &mut self.sslmode,
            "sslrootcert" => &mut self.sslrootcert,
            "passfile" => &mut self.passfile,
            // Nothing to be said: the client speaks UTF-8 and knows no Kerberos.
            "gssencmode" | "client_encoding" | "fallback_application_name" => return true,
            _ => return false,
        };
        *own = Some(value.to_owned());
        true
    }

    /// How much the server must prove, and the file of the authorities where it is not the system's.
    pub(super) fn trust(&self, environment: Environment<'_>) -> Result<(Trust, Option<PathBuf>), Refused> {
        let root = self.sslrootcert.clone().or_else(|| environment("PGSSLROOTCERT"));
        let mode = self.sslmode.clone().or_else(|| environment("PGSSLMODE"));
        // As with libpq: who names an authority wants it asked.
        let stricter = root.is_some();
        let trust = match mode.as_deref() {
            _ if root.as_deref() == Some("system") => Trust::Full,
            Some("disable") => Trust::Disable,
            None | Some("prefer" | "allow") => Trust::Prefer,
            Some("require") if stricter => Trust::Authority,
            Some("require") => Trust::Require,
            Some("verify-ca") => Trust::Authority,
            Some("verify-full") => Trust::Full,
            Some(_) => {
                return Err(Refused::study(
                    "its `sslmode` is none",
                    "Write disable, prefer, require, verify-ca or verify-full",
                ));
            }
        };
        Ok((trust, root.filter(|root| root != "system").map(PathBuf::from)))
    }
}

/// A connection taken apart, an address (`postgres://…`) or keys and values (`host=… user=…`).
///
/// `None` where it is neither; nothing of it may be told.
pub(super) fn parsed(text: &str) -> Option<(Config, Options)> {
    let mut options = Options::default();
    if super::is_connection(text) {
        let text = text.trim();
        let (address, parameters) = text.rsplit_once('?').unwrap_or((text, ""));
        let mut left = Vec::new();
        for parameter in parameters.split('&').filter(|parameter| !parameter.is_empty()) {
            let (key, value) = parameter.split_once('=')?;
            if !options.take(key, &plain(value)?) {
                left.push(parameter);
            }
        }
        let mark = if left.is_empty() { "" } else { "?" };
        let config = format!("{address}{mark}{}", left.join("&")).parse().ok()?;
        return Some((config, options));
    }
    let mut left = String::new();
    for (key, value) in pairs(text)? {
        if !options.take(&key, &value) {
            left += &format!("{key}='{}' ", value.replace('\\', "\\\\").replace('\'', "\\'"));
        }
    }
    Some((left.parse().ok()?, options))
}

/// Keys with their values, which may stand in quotes.
fn pairs(text: &str) -> Option<Vec<(String, String)>> {
    let (mut pairs, mut rest) = (Vec::new(), text.trim_start());
    while !rest.is_empty() {
        let (key, after) = rest.split_once('=')?;
        let (value, after) = value(after.trim_start())?;
        pairs.push((key.trim().to_owned(), value));
        rest = after.trim_start();
    }
    Some(pairs)
}

fn value(text: &str) -> Option<(String, &str)> {
    let (inner, is_quoted) = text.strip_prefix('\'').map_or((text, false), |inner| (inner, true));
    let (mut value, mut signs) = (String::new(), inner.char_indices());
    while let Some((at, sign)) = signs.next() {
        match sign {
            '\\' => value.push(signs.next()?.1),
            '\'' if is_quoted => return Some((value, &inner[at + 1..])),
            sign if !is_quoted && sign.is_whitespace() => return Some((value, &inner[at..])),
            sign => value.push(sign),
        }
    }
    (!is_quoted).then_some((value, ""))
}

/// A part of an address without its percent signs.
fn plain(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first == b'%' {
            let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &rest[2..];
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).ok()
}

/// Adds what the environment says where the connection does not, as the server's own programs do.
pub(super) fn fill(config: &mut Config, environment: Environment<'_>) -> Option<()> {
    if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
        match (environment("PGHOSTADDR"), environment("PGHOST")) {
            (Some(address), _) => config.hostaddr(address.parse().ok()?),
            (None, Some(hosts)) => hosts.split(',').fold(&mut *config, |config, host| config.host(host)),
            (None, None) => config.host(usual_host()),
        };
    }
    if let (true, Some(ports)) = (config.get_ports().is_empty(), environment("PGPORT")) {
        for port in ports.split(',') {
            config.port(port.trim().parse().ok()?);
        }
    }
    if let (None, Some(user)) = (config.get_user(), environment("PGUSER").or_else(|| environment("USER"))) {
        config.user(user);
    }
    if let (None, Some(name)) = (config.get_dbname(), environment("PGDATABASE")) {
        config.dbname(name);
    }
    if let (None, Some(options)) = (config.get_options(), environment("PGOPTIONS")) {
        config.options(options);
    }
    if config.get_application_name().is_none() {
        config.application_name(environment("PGAPPNAME").unwrap_or_else(|| "giamtang".to_owned()));
    }
    if config.get_connect_timeout().is_none() {
        let seconds = environment("PGCONNECT_TIMEOUT").map_or(Some(30), |text| text.parse().ok())?;
        config.connect_timeout(std::time::Duration::from_secs(seconds));
    }
    Some(())
}

/// Where a server listens if nobody says: the socket of this machine, or its own address.
fn usual_host() -> &'static str {
    let folder = "/var/run/postgresql";
    if Path::new(folder).is_dir() { folder } else { "localhost" }
}

/// Whether a server is asked for by a socket of this machine.
pub(super) fn is_socket(config: &Config) -> bool {
    #[cfg(unix)]
    return config.get_hosts().iter().all(|host| matches!(host, Host::Unix(_))) && config.get_hostaddrs().is_empty();
    #[cfg(not(unix))]
    return false;
}

/// The name of a host as a file of passwords and a message may have it.
pub(super) fn host_name(host: &Host) -> String {
    match host {
        Host::Tcp(name) => name.clone(),
        #[cfg(unix)]
        Host::Unix(path) => path.to_string_lossy().into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nothing(_: &str) -> Option<String> {
        None
    }

    fn trust(text: &str) -> Option<(Trust, Option<PathBuf>)> {
        parsed(text)?.1.trust(&nothing).ok()
    }

    #[test]
    fn an_address_and_keys_say_the_same() {
        let address =
            "postgres://an:p%40ss'%20w@db.example:6000/log?sslmode=verify-full&sslrootcert=%2Fca.pem&connect_timeout=7";
        let keys = "host = db.example port=6000 user='an' password='p@ss\\' w' dbname=log sslmode=verify-full \
                    sslrootcert=/ca.pem connect_timeout=7";
        for text in [address, keys] {
            let (config, options) = parsed(text).unwrap();
            assert_eq!(config.get_hosts(), [Host::Tcp("db.example".into())], "{text}");
            assert_eq!((config.get_ports(), config.get_user()), (&[6000][..], Some("an")));
            assert_eq!((config.get_password(), config.get_dbname()), (Some(&b"p@ss' w"[..]), Some("log")));
            assert_eq!(options.trust(&nothing).ok(), Some((Trust::Full, Some("/ca.pem".into()))));
        }
    }

    #[test]
    fn how_much_is_proved_is_as_the_server_s_own_programs_have_it() {
        let cases = [
            ("host=a", Some((Trust::Prefer, None))),
            ("host=a sslmode=disable", Some((Trust::Disable, None))),
            ("host=a sslmode=require", Some((Trust::Require, None))),
            ("host=a sslmode=require sslrootcert=ca", Some((Trust::Authority, Some("ca".into())))),
            ("host=a sslmode=verify-ca", Some((Trust::Authority, None))),
            ("host=a sslrootcert=system", Some((Trust::Full, None))),
            ("host=a sslmode=none", None),
            ("postgres://a/b?sslmode=verify-full&gssencmode=disable", Some((Trust::Full, None))),
        ];
        for (text, expected) in cases {
            assert_eq!(trust(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_connection_is_none() {
        for text in ["nonsense", "host='a", "host=a password='x\\", "postgres://a/b?c", "postgres://a:b:c/d", "port=x"]
        {
            assert!(parsed(text).is_none(), "{text}");
        }
    }

    #[test]
    fn the_environment_fills_what_is_left_out() {
        let environment = |name: &str| match name {
            "PGHOST" => Some("/run/a,b.example".to_owned()),
            "PGPORT" => Some("6001,6002".to_owned()),
            "PGUSER" => Some("binh".to_owned()),
            "PGDATABASE" => Some("kho".to_owned()),
            _ => None,
        };
        let (mut config, _) = parsed("").unwrap();
        fill(&mut config, &environment).unwrap();
        assert_eq!(config.get_hosts().iter().map(host_name).collect::<Vec<_>>(), ["/run/a", "b.example"]);
        assert_eq!((config.get_ports(), config.get_user()), (&[6001, 6002][..], Some("binh")));
        let (mut config, _) = parsed("postgres://an@c/log").unwrap();
        fill(&mut config, &environment).unwrap();
        assert_eq!((config.get_user(), config.get_dbname()), (Some("an"), Some("log")));
        assert_eq!(config.get_hosts(), [Host::Tcp("c".into())]);
    }
}
