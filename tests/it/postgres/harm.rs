//! What may happen while rows come: others write, or the connection is lost.

use super::server::{Desk, text};
use std::process::Stdio;
use std::time::{Duration, Instant};

/// Waits until a session of this program runs a statement with these words.
fn wait_for(desk: &Desk, words: &str) {
    let asked = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'giamtang' AND state = 'active' \
         AND query LIKE '%{words}%'"
    );
    let start = Instant::now();
    while desk.server.sql(&asked) == "0" {
        assert!(start.elapsed() < Duration::from_secs(60), "no session reads {words}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// What is written while a table is read is in none of the tables that are read after it.
#[test]
fn all_tables_are_of_one_moment() {
    let Some(desk) = Desk::new() else { return };
    let schema = desk.schema(
        "CREATE TABLE cases AS SELECT g AS case_id, date '2024-03-01' AS received_at FROM generate_series(1, 5) AS g;
         CREATE TABLE surveys AS SELECT g AS case_id, date '2024-03-02' AS at, 5 AS score FROM generate_series(1, 5) AS g;",
    );
    // Tables beside the dossiers are read before them.
    let query = format!("SELECT *, pg_sleep(0.4)::text AS unit FROM {schema}.surveys");
    desk.study(&format!("log.cases = [{{ table = '{schema}.cases' }}]\nlog.surveys = [{{ query = \"{query}\" }}]"));
    let mut command = desk.command(&["check", "study.toml", "--format", "json"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs");
    wait_for(&desk, &format!("COPY%{schema}.surveys"));
    desk.server.sql(&format!(
        "INSERT INTO {schema}.cases VALUES (6, '2024-03-01'); DELETE FROM {schema}.cases WHERE case_id = 1;"
    ));
    let output = child.wait_with_output().expect("the binary ends");
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""));
    let checked: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(checked["reconciliation"]["read"], 5);
    assert_eq!(checked["tables"][0]["joined"]["matched"], 5, "{checked}");
}

/// Where the connection is lost on the way, the file that stood there stands.
#[test]
fn a_lost_connection_is_no_result() {
    let Some(desk) = Desk::new() else { return };
    let schema = desk.schema(
        "CREATE TABLE cases AS SELECT g AS case_id, date '2024-03-01' AS received_at FROM generate_series(1, 2000) AS g",
    );
    let query = format!("SELECT *, pg_sleep(0.02)::text AS note FROM {schema}.cases");
    desk.study(&format!("log.cases = [{{ query = \"{query}\" }}]"));
    desk.bench.write("log.cube", "an older cube");
    let mut command = desk.command(&["cube", "build", "study.toml", "-o", "log.cube"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs");
    let words = format!("COPY%{schema}.cases");
    wait_for(&desk, &words);
    desk.server.sql(&format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'giamtang' \
         AND query LIKE '%{words}%'"
    ));
    let output = child.wait_with_output().expect("the binary ends");
    let error = text(&output.stderr);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{error}");
    let told = error.contains("(57P01)") || error.contains("the connection was lost before all rows had come");
    assert!(told && error.contains("postgres: query SELECT *, pg_sleep"), "{error}");
    assert_eq!(desk.bytes("log.cube"), b"an older cube");
}
