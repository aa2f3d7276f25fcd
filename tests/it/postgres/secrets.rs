//! Who asks, where, and by which password: proved to the server, and told to nobody else.

use super::server::{Desk, PASSWORD};
use std::path::Path;

/// What the server answers with the name of the role, and what it does not let it see.
const ROLE: &str =
    "log.cases=[{ query = \"SELECT current_user::int AS case_id, current_date AS received_at, 'A' AS unit\" }]";
const FORBIDDEN: &str = "log.cases=[{ query = \"SELECT rolpassword AS case_id, rolvaliduntil AS received_at FROM \
                         pg_authid\" }]";

/// A desk before the server as a role that must prove who it is.
fn desk(more: &str) -> Option<Desk> {
    let desk = Desk::new()?;
    let schema = desk.schema(
        "CREATE TABLE cases AS SELECT g AS case_id, date '2024-03-01' AS received_at, 'A' AS unit \
         FROM generate_series(1, 5) AS g; INSERT INTO cases VALUES (6, '1024-03-01', 'A');",
    );
    desk.server.sql(&format!(
        "GRANT USAGE ON SCHEMA {schema} TO secretive, encrypted; \
                              GRANT SELECT ON {schema}.cases TO secretive, encrypted"
    ));
    let url = format!("postgres://secretive@localhost:{}/postgres{more}", desk.server.port);
    desk.study(&format!("log.cases = [{{ table = '{schema}.cases' }}]"));
    Some(desk.with("DATABASE_URL", url))
}

/// The bytes of every file in a folder but the password's own.
fn written(folder: &Path) -> Vec<u8> {
    let files = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    files.filter(|path| !path.ends_with(".pgpass")).flat_map(|path| std::fs::read(path).unwrap_or_default()).collect()
}

/// Every verb over a password, then every mistake that might read it out: no output and no file has it, nor the name of
/// the role, nor the host.
#[test]
fn nothing_that_is_printed_or_written_tells_who_asks() {
    let Some(desk) = desk("") else { return };
    let desk = desk.with("PGPASSWORD", PASSWORD);
    let runs: [&[&str]; 9] = [
        &["compare", "study.toml"],
        &["compare", "study.toml", "--format", "json", "-o", "card.json"],
        &["compare", "study.toml", "--format", "markdown"],
        &["check", "study.toml", "--quarantine", "aside.csv"],
        &["trace", "study.toml", "1", "--format", "json"],
        &["cube", "build", "study.toml", "-o", "log.cube"],
        &["compare", "study.toml", "--set", ROLE],
        &["compare", "study.toml", "--set", "log.cases=[{ query = \"SELECT * FROM secretive.localhost\" }]"],
        &["compare", "study.toml", "--set", FORBIDDEN],
    ];
    let mut all = Vec::new();
    let mut codes = Vec::new();
    for run in runs {
        let output = desk.run(run);
        codes.push(output.status.code());
        // What the study itself says is no secret of the connection.
        let error = String::from_utf8_lossy(&output.stderr).replace("query SELECT * FROM secretive.localhost", "");
        all.extend([output.stdout, error.into_bytes()].concat());
    }
    // One row of six is too many to be set aside; then come the mistakes.
    assert_eq!(codes, [3, 3, 3, 3, 0, 3, 1, 2, 1].map(Some));
    let wrong = desk.with("PGPASSWORD", "wr0ng-p4ss");
    let output = wrong.run(&["check", "study.toml"]);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(1) && error.contains("the server refuses the login (28P01)"), "{error}");
    all.extend(output.stderr);
    all.extend(written(&wrong.bench.path("")));
    let all = String::from_utf8_lossy(&all);
    assert!(all.contains("PostgreSQL") && all.contains("implausible_date"));
    for secret in [PASSWORD, "9731", "wr0ng-p4ss", "secretive", "localhost", "127.0.0.1"] {
        let found = all.find(secret).map(|at| all[all.floor_char_boundary(at.saturating_sub(200))..].chars().take(400));
        assert!(found.is_none(), "{secret} in {}", found.into_iter().flatten().collect::<String>());
    }
}

/// The password in the connection, in the file of passwords, and nowhere.
#[test]
fn a_password_is_found_where_the_server_s_own_programs_find_it() {
    let Some(desk) = desk("") else { return };
    let (code, error) = desk.refused(&["check", "study.toml"]);
    assert!(code == Some(1) && error.contains("asks for a password and there is none"), "{error}");
    let escaped = PASSWORD.replace('\\', "\\\\").replace(':', "\\:");
    let path = desk.bench.write(".pgpass", format!("other:*:*:*:no\nlocalhost:*:*:secretive:{escaped}\n"));
    set_mode(&path, 0o644);
    let (code, error) = desk.refused(&["check", "study.toml"]);
    assert!(code == Some(1) && error.contains("others may read it (chmod 600)"), "{error}");
    set_mode(&path, 0o600);
    assert_eq!(desk.checked()["reconciliation"]["read"], 6);
    let url = format!("postgres://secretive:p%C3%A4ss'w%C3%B6rd-9731@localhost:{}/postgres", desk.server.port);
    std::fs::remove_file(path).expect("the file is there");
    assert_eq!(desk.with("DATABASE_URL", url).checked()["reconciliation"]["read"], 6);
}

fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("the file is ours");
}

/// Every `sslmode` against a server whose certificate is of an authority of its own, for `localhost` alone.
#[test]
fn the_server_proves_who_it_is_as_far_as_it_is_asked() {
    let Some(desk) = desk("") else { return };
    if !desk.server.folder.join("ca.pem").is_file() {
        assert!(std::env::var_os("CI").is_none(), "there is no openssl, and nothing may be skipped here");
        println!("skipped: no openssl is installed");
        return;
    }
    let (authority, port) = (desk.server.folder.join("ca.pem"), desk.server.port);
    std::fs::copy(&authority, desk.bench.path("ca.pem")).expect("the certificate is there");
    let own = desk.bench.path("ca.pem").display().to_string();
    let cases = [
        ("localhost", "", Ok(())),
        ("localhost", "?sslmode=require", Ok(())),
        ("localhost", "?sslmode=disable", Err("refuses the login (28000)")),
        ("localhost", "?sslmode=verify-full&sslrootcert=OWN", Ok(())),
        ("127.0.0.1", "?sslmode=verify-ca&sslrootcert=OWN", Ok(())),
        ("127.0.0.1", "?sslmode=verify-full&sslrootcert=OWN", Err("of another name than the host")),
        ("localhost", "?sslmode=verify-full&sslrootcert=study.toml", Err("has no certificates")),
        ("localhost", "?sslmode=verify-everything", Err("its `sslmode` is none")),
    ];
    let desk = desk.with("PGPASSWORD", PASSWORD);
    cases.into_iter().fold(desk, |desk, (host, more, expected)| {
        // This role is let in over an encrypted connection alone.
        let url = format!("postgres://encrypted@{host}:{port}/postgres{}", more.replace("OWN", &own));
        let desk = desk.with("DATABASE_URL", url);
        match expected {
            Ok(()) => assert_eq!(desk.checked()["reconciliation"]["read"], 6, "{host} {more}"),
            Err(expected) => {
                let (_, error) = desk.refused(&["check", "study.toml"]);
                assert!(error.contains(expected) && !error.contains(host), "{host} {more}: {error}");
            }
        }
        desk
    });
}

/// An authority that the system knows, or a file names, and that is not the server's.
#[test]
fn an_authority_that_is_not_the_server_s_is_not_believed() {
    let Some(desk) = desk("") else { return };
    let other = desk.bench.path("other.pem");
    let mut openssl = std::process::Command::new("openssl");
    openssl.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=other", "-keyout"]);
    openssl.arg(desk.bench.path("other.key")).arg("-out").arg(&other);
    if !openssl.output().is_ok_and(|own| own.status.success()) {
        assert!(std::env::var_os("CI").is_none(), "there is no openssl, and nothing may be skipped here");
        println!("skipped: no openssl is installed");
        return;
    }
    let url = format!("postgres://encrypted@localhost:{}/postgres?sslmode=verify-full", desk.server.port);
    let desk = desk.with("PGPASSWORD", PASSWORD).with("DATABASE_URL", url);
    let desk = desk.with("PGSSLROOTCERT", other.display().to_string());
    let (code, error) = desk.refused(&["check", "study.toml"]);
    assert!(code == Some(1) && error.contains("of an authority that is not known"), "{error}");
    assert!(!error.contains("localhost") && !error.contains("other.pem"), "{error}");
}
