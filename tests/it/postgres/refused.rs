//! What cannot be asked for or is not given: each with its words and exit code, and never half a result.

use super::server::Desk;

/// A desk over a schema with two tables and a study of `entry`.
fn desk(entry: &str) -> Option<(Desk, String)> {
    let desk = Desk::new()?;
    let schema = desk.schema(
        "CREATE TABLE cases AS SELECT g AS case_id, date '2024-03-01' + g AS received_at, 'A' AS unit, g AS n \
         FROM generate_series(1, 20) AS g; CREATE SEQUENCE counter;",
    );
    desk.study(&format!("log.cases = [{entry}]").replace("SCHEMA", &schema));
    Some((desk, schema))
}

#[test]
fn mistakes_in_a_study_name_what_is_meant() {
    let cases = [
        ("{ table = 'SCHEMA.case' }", "there is no such table (did you mean `SCHEMA.cases`?)"),
        ("{ table = 'SCHEMA.Cases' }", "there is no such table (did you mean `SCHEMA.cases`?)"),
        ("{ table = 'SCHEMA.counter' }", "it is no table and no view"),
        ("{ table = 'a.b.c' }", "it is no name of a table"),
        ("{ query = 'SELECT case_id, recieved_at FROM SCHEMA.cases' }", "column \"recieved_at\" does not exist (42703"),
        ("{ query = 'SELECT * FORM SCHEMA.cases' }", "syntax error at or near \"FORM\" (42601, at character 10)"),
        ("{ query = 'SELECT 1; SELECT 2' }", "syntax error at or near \";\" (42601, at character 9)"),
        ("{ query = 'SELECT 1 AS a, 2 AS a' }", "column `a` stands twice in the query"),
        ("{ query = 'SELECT 1 AS case_id' }", "no column `received_at`"),
        ("{ table = 'SCHEMA.cases', path = 'cases.csv' }", "one of `path`, `table` and `query`"),
        ("{ path = 'cases.csv', connection = 'DATABASE_URL' }", "`connection` beside the last two"),
        ("{ connection = 'DATABASE_URL' }", "one of `path`, `table` and `query`"),
        ("{ table = 'SCHEMA.cases', connection = 'NOWHERE' }", "the variable NOWHERE of the environment is not set"),
        ("{ tabel = 'SCHEMA.cases' }", "did you mean `log.cases.table`?"),
    ];
    for (entry, expected) in cases {
        let Some((desk, schema)) = desk(entry) else { return };
        let (code, error) = desk.refused(&["check", "study.toml"]);
        assert_eq!(code, Some(2), "{entry}: {error}");
        assert!(error.contains(&expected.replace("SCHEMA", &schema)), "{entry}: {error}");
    }
}

/// Nothing is written, whatever a query says.
#[test]
fn a_query_can_only_read() {
    let entries = [
        ("{ query = \"SELECT nextval('SCHEMA.counter') AS case_id, current_date AS received_at\" }", "25006"),
        ("{ query = 'WITH gone AS (DELETE FROM SCHEMA.cases RETURNING *) SELECT * FROM gone' }", "0A000"),
        ("{ query = 'SELECT 1) TO STDOUT; DROP TABLE SCHEMA.cases; --' }", "42601"),
        ("{ query = 'SELECT * FROM SCHEMA.cases) AS x; DELETE FROM SCHEMA.cases; --' }", "42601"),
    ];
    for (entry, state) in entries {
        let Some((desk, schema)) = desk(entry) else { return };
        let (code, error) = desk.refused(&["check", "study.toml"]);
        assert!(code == Some(2) && error.contains(state), "{entry}: {error}");
        assert_eq!(desk.server.sql(&format!("SELECT count(*) FROM {schema}.cases")), "20");
    }
}

/// Names of tables and columns are names, whatever is in them.
#[test]
fn no_name_is_a_statement() {
    let Some(desk) = Desk::new() else { return };
    let schema = desk.schema(
        "CREATE TABLE \"x\"\"; DROP TABLE spared; --\" (\"the id\" int, \"at') FROM y; --\" date, \"Đơn vị\" text);
         INSERT INTO \"x\"\"; DROP TABLE spared; --\" VALUES (1, '2024-03-01', 'A'); CREATE TABLE spared ();
         CREATE TABLE \"a.b\" (case_id int, received_at date);",
    );
    desk.study(&format!(
        "log.cases = [{{ table = '''{schema}.\"x\"\"; DROP TABLE spared; --\"''' }}]\n[columns]\ncase_id = 'the id'\n\
         received_at = \"at') FROM y; --\"\nunit = 'Đơn vị'\n[x]"
    ));
    let study = String::from_utf8(desk.bytes("study.toml")).expect("UTF-8");
    let (columns, rest) = study.split_once("[x]").expect("the end");
    let rest = rest.trim().replace("windows.is", "[windows]\nis").replace("compare.cluster", "[compare]\ncluster");
    desk.bench.write("study.toml", format!("{columns}{rest}"));
    assert_eq!(desk.checked()["reconciliation"]["accepted"], 1);
    assert_eq!(desk.server.sql(&format!("SELECT to_regclass('{schema}.spared') IS NOT NULL")), "t");
    // A point in a name stands in quotes; a table without rows is a log without rows.
    desk.study(&format!("log.cases = [{{ table = '{schema}.\"a.b\"' }}]"));
    assert_eq!(desk.checked()["reconciliation"]["read"], 0);
}

#[test]
fn what_the_server_does_not_give_is_told() {
    let Some((desk, schema)) = desk("{ table = 'SCHEMA.cases' }") else { return };
    let socket = desk.server.folder.display().to_string();
    let (port, url) = (desk.server.port, desk.server.url());
    let cases = [
        (format!("postgres:///postgres?host={socket}&port={port}&user=poor"), "Grant the role SELECT"),
        (format!("postgres:///none?host={socket}&port={port}&user=owner"), "has no such database (3D000)"),
        (format!("postgres:///postgres?host={socket}&port={port}&user=nobody"), "refuses the login (28000)"),
        ("postgres://owner@127.0.0.1:1/postgres".to_owned(), "nothing listens at the address"),
        ("postgres:///postgres?host=/nowhere&user=owner".to_owned(), "there is no socket where the connection says"),
        ("postgres://owner@127.0.0.1:x/postgres".to_owned(), "the connection in DATABASE_URL cannot be read"),
    ];
    let desk = cases.into_iter().fold(desk, |desk, (connection, expected)| {
        let is_study = expected.contains("cannot be read");
        let desk = desk.with("DATABASE_URL", connection);
        let (code, error) = desk.refused(&["check", "study.toml"]);
        assert!(error.contains(&format!("postgres: table {schema}.cases: ")) && error.contains(expected), "{error}");
        assert_eq!(code, Some(if is_study { 2 } else { 1 }), "{error}");
        desk
    });
    // Without a connection; then with one that only the server's own variables make.
    let desk = desk.without("DATABASE_URL");
    let (code, error) = desk.refused(&["check", "study.toml"]);
    assert!(code == Some(2) && error.contains("DATABASE_URL of the environment is not set"), "{error}");
    let desk = desk.with("PGHOST", socket).with("PGPORT", port.to_string()).with("PGUSER", "owner");
    let desk = desk.with("PGDATABASE", "postgres");
    assert_eq!(desk.checked()["reconciliation"]["read"], 20);
    // A variable of the study's own.
    let desk = desk.without("PGHOST").without("PGPORT").with("REGISTER", url);
    desk.study(&format!("log.connection = 'REGISTER'\nlog.cases = [{{ table = '{schema}.cases' }}]"));
    assert_eq!(desk.checked()["reconciliation"]["read"], 20);
}

/// A limit of the server that strikes on the way, and a row that a query cannot compute, leave no result.
#[test]
fn a_copy_that_is_stopped_is_no_result() {
    let entry = "{ query = 'SELECT case_id, received_at, 10 / (n - 15) AS visits FROM SCHEMA.cases' }";
    let Some((desk, schema)) = desk(entry) else { return };
    let (code, error) = desk.refused(&["cube", "build", "study.toml", "-o", "log.cube"]);
    assert!(code == Some(1) && error.contains("division by zero (22012)"), "{error}");
    assert!(!desk.bench.path("log.cube").exists());
    let slow = format!("SELECT case_id, received_at, pg_sleep(0.2)::text AS note FROM {schema}.cases");
    desk.study(&format!("log.cases = [{{ query = \"{slow}\" }}]"));
    let desk = desk.with("PGOPTIONS", "-c statement_timeout=300");
    let (code, error) = desk.refused(&["cube", "build", "study.toml", "-o", "log.cube"]);
    assert!(code == Some(1) && error.contains("statement timeout (57014)"), "{error}");
    assert!(error.contains("Raise statement_timeout") && !desk.bench.path("log.cube").exists());
}

/// A connection does not belong where others read it, and is not read out to them.
#[test]
fn a_connection_in_a_study_is_refused_and_not_shown() {
    let Some(desk) = Desk::new() else { return };
    let url = "postgres://an:s3cret@db.example/log";
    let entries = [
        format!("['{url}']"),
        format!("[{{ path = '{url}' }}]"),
        format!("[{{ table = '{url}' }}]"),
        format!("[{{ table = 'cases', connection = '{url}' }}]"),
        "[{ table = 'cases', connection = 'host=db.example password=s3cret' }]".to_owned(),
    ];
    for entry in entries {
        desk.study(&format!("log.cases = {entry}"));
        let (code, error) = desk.refused(&["check", "study.toml"]);
        assert!(code == Some(2) && error.contains("does not belong in a study"), "{entry}: {error}");
        assert!(!error.contains("s3cret") && !error.contains("db.example"), "{entry}: {error}");
    }
    desk.study("log.cases = ['cases.csv']");
    let (code, error) = desk.refused(&["check", "study.toml", "--table", &format!("cases={url}")]);
    assert!(code == Some(2) && !error.contains("s3cret"), "{error}");
}
