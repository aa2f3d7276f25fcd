//! The file of passwords that the server's own programs read, `~/.pgpass`.

use std::path::PathBuf;

/// Where and as whom a connection is made.
pub(super) struct Whither<'a> {
    pub(super) host: &'a str,
    pub(super) port: u16,
    pub(super) database: &'a str,
    pub(super) user: &'a str,
}

/// The password in a file; an error says why the file may not be believed.
pub(super) fn in_file(path: &PathBuf, whither: &Whither<'_>) -> Result<Option<String>, &'static str> {
    let Ok(text) = std::fs::read_to_string(path) else { return Ok(None) };
    let found = of(&text, whither);
    if found.is_some() && is_open(path) {
        return Err("the file of passwords is left alone, because others may read it (chmod 600)");
    }
    Ok(found)
}

/// Whether others than its owner may read a file.
#[cfg(unix)]
fn is_open(path: &PathBuf) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|data| data.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open(_: &PathBuf) -> bool {
    false
}

/// The password of the first line that fits: `host:port:database:user:password`, where `*` fits everything.
fn of(text: &str, whither: &Whither<'_>) -> Option<String> {
    let port = whither.port.to_string();
    let host = if whither.host.starts_with('/') { "localhost" } else { whither.host };
    let wanted = [host, &port, whither.database, whither.user];
    text.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let parts = parts(line);
        let (password, place) = parts.split_last().filter(|(_, place)| place.len() == wanted.len())?;
        let fits = place.iter().zip(wanted).all(|(part, wanted)| part == "*" || part == wanted);
        fits.then(|| password.clone())
    })
}

/// The parts between colons, of which the fifth goes to the end; a backslash takes the meaning from what follows it.
fn parts(line: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut signs = line.chars();
    while let Some(sign) = signs.next() {
        let count = parts.len();
        match sign {
            ':' if count < 5 => parts.push(String::new()),
            '\\' => parts[count - 1].extend(signs.next()),
            sign => parts[count - 1].push(sign),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# a comment\ndb:5432:log:an:one\n*:*:log:*:t\\:w:o\nlocalhost:5433:*:an:three\nshort:line\n";

    #[test]
    fn the_first_line_that_fits_counts() {
        let find = |host, port, database, user| of(FILE, &Whither { host, port, database, user });
        assert_eq!(find("db", 5432, "log", "an").as_deref(), Some("one"));
        assert_eq!(find("db", 5432, "log", "binh").as_deref(), Some("t:w:o"));
        assert_eq!(find("/var/run/postgresql", 5433, "kho", "an").as_deref(), Some("three"));
        assert_eq!(find("db", 5432, "kho", "an"), None);
    }
}
