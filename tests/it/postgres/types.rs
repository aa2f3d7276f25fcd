//! Every type of the server that a column may have: read by its rule, set aside by its rule, or refused with a way out.

use super::server::Desk;
use serde_json::json;

/// The rows set aside of a study, each as its number, column, rule and value.
fn aside(desk: &Desk) -> Vec<String> {
    desk.said(&["check", "study.toml", "--quarantine", "aside.csv", "--raw"]);
    let file = String::from_utf8(desk.bytes("aside.csv")).expect("UTF-8");
    let mut rows = csv::Reader::from_reader(file.as_bytes());
    let rows = rows.records().map(|row| row.expect("a row"));
    rows.map(|row| format!("{} {} {} {}", &row[1], &row[3], &row[2], &row[4])).collect()
}

/// Rows with what no calendar reaches and no sum can hold, named by their place in the table.
#[test]
fn broken_rows_are_set_aside_by_the_rules_of_every_log() {
    let Some(desk) = Desk::new() else { return };
    let schema = desk.schema(
        "CREATE TABLE cases (case_id text, received_at timestamptz, finished_at timestamp, due_at date, \
         fee_vnd numeric, visits int2, outcome text);
         INSERT INTO cases VALUES ('fine', '2024-03-01 08:00+07', '2024-03-02 09:00', '2024-03-09', 150.00, 1, 'granted'),
         ('a', 'infinity', NULL, NULL, NULL, NULL, NULL), ('b', '2024-03-01', '-infinity', NULL, NULL, NULL, NULL),
         ('c', '2024-03-01', NULL, 'infinity', NULL, NULL, NULL), ('d', '0044-03-15 BC', NULL, NULL, NULL, NULL, NULL),
         ('e', '294276-12-31', NULL, NULL, NULL, NULL, NULL), ('f', '2024-03-01', NULL, '-infinity', NULL, NULL, NULL),
         ('g', '2024-03-01', NULL, '5874897-12-31', NULL, NULL, NULL),
         ('h', '2024-03-01', NULL, NULL, 'NaN', NULL, NULL), ('i', '2024-03-01', NULL, NULL, 0.5, NULL, NULL),
         ('j', '2024-03-01', NULL, NULL, 1e40, NULL, NULL), ('k', '2024-03-01', NULL, NULL, NULL, -1, NULL),
         (NULL, '2024-03-01', NULL, NULL, NULL, NULL, NULL), ('  ', '2024-03-01', NULL, NULL, NULL, NULL, NULL),
         ('l', NULL, NULL, NULL, NULL, NULL, NULL), ('m', '2024-03-05', '2024-03-04', NULL, NULL, NULL, NULL),
         ('same', '2024-03-01', NULL, NULL, NULL, NULL, NULL), ('same', '2024-03-01', NULL, NULL, NULL, NULL, NULL),
         ('two', '2024-03-01', NULL, NULL, NULL, NULL, NULL), ('two', '2024-03-02', NULL, NULL, NULL, NULL, NULL);",
    );
    desk.study(&format!("log.cases = [{{ table = '{schema}.cases' }}]"));
    let expected = [
        "2 received_at implausible_date infinity",
        "3 finished_at implausible_date -infinity",
        "4 due_at implausible_date infinity",
        "5 received_at implausible_date -0043-03-15 00:00:00 UTC",
        "6 received_at implausible_date 9223372036854775806",
        "7 due_at implausible_date -infinity",
        "8 due_at implausible_date 2145042905",
        "9 fee_vnd unparsable_number NaN",
        "10 fee_vnd unparsable_number 0.5",
        "11 fee_vnd unparsable_number 10000000000000000000000000000000000000000",
        "12 visits negative_number -1",
        "13 case_id missing_id ",
        "14 case_id missing_id   ",
        "15 received_at missing_received ",
        "16 finished_at finished_before_received 2024-03-04 00:00:00",
        "18 case_id identical_repeat same",
        "19 case_id conflicting_repeat two",
        "20 case_id conflicting_repeat two",
    ];
    let found = aside(&desk);
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found, expected);
    }
    assert_eq!((found.len(), desk.checked()["reconciliation"]["accepted"].clone()), (18, json!(2)));
}

/// Types of names, of ids and of dates that the server has beside the usual ones.
#[test]
fn types_of_the_server_s_own_are_read() {
    let Some(desk) = Desk::new() else { return };
    let schema = desk.schema(
        "CREATE TYPE way AS ENUM ('direct', 'online'); CREATE DOMAIN fee AS numeric(12, 2) CHECK (value >= 0);
         CREATE TABLE cases (case_id uuid, received_at timestamp, channel way, fee_vnd fee, unit char(20), officer name, \
         procedure json, applicant \"char\", visits int8, digitised bool, supplement_requests oid, due_at int4);
         INSERT INTO cases VALUES ('00112233-4455-6677-8899-aabbccddeeff', '2024-03-01 08:00', 'online', 8000, \
         'Cửa Nam', 'An', '{\"a\": 1}', 'c', 2, true, 1, 20240310);",
    );
    desk.study(&format!("log.cases = [{{ table = '{schema}.cases' }}]"));
    let traced = desk.said(&["trace", "study.toml", "00112233-4455-6677-8899-AABBCCDDEEFF".to_lowercase().as_str()]);
    let parts = [
        "channel = online",
        "fee_vnd = 8000",
        "unit = Cửa Nam",
        "officer = An",
        "procedure = {\"a\": 1}",
        "applicant = c",
        "visits = 2",
        "digitised = 1",
        "supplement_requests = 1",
    ];
    let line = traced.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in parts {
        assert!(line.contains(part), "{part} in {traced}");
    }
    // A number that is written as dates are.
    assert!(traced.contains("due_at       2024-03-10"), "{traced}");
}

/// A type that no rule knows is refused where it is needed, with what a query could write, and beside what is needed it
/// is nobody's business.
#[test]
fn a_type_that_no_rule_knows_is_refused_with_a_way_out() {
    let Some(desk) = Desk::new() else { return };
    let schema = desk.schema(
        "CREATE TYPE pair AS (a int, b text);
         CREATE TABLE cases (case_id text, received_at timestamp, units text[], \"both\" pair, span interval, spent money, \
         \"at \"\"once\"\"\" time, bytes bytea, inside int4range);
         INSERT INTO cases VALUES ('1', '2024-03-01', '{A,B}', (1, 'x'), '3 days 02:00', 5, '08:00', '\\x00ff', '[1,2)'), \
         ('1', '2024-03-01', '{A,B}', (1, 'y'), '3 days 02:00', 5, '08:00', '\\x00ff', '[1,2)');",
    );
    let ways = [
        ("unit", "units", "text[] (a query can write it as `array_to_string(\"units\", ';')`)"),
        ("unit", "both", "pair (a query can write it as `\"both\"::text`)"),
        ("paused", "span", "interval (a query can write it as `\"span\"::text`)"),
        ("fee_vnd", "spent", "money (a query can write it as `\"spent\"::numeric`)"),
        ("received_at", "at \"once\"", "time (a query can write it as `\"at \"\"once\"\"\"::text`)"),
        ("unit", "bytes", "bytea (a query can write it as `encode(\"bytes\", 'hex')`)"),
        ("officer", "inside", "int4range (a query can write it as `\"inside\"::text`)"),
    ];
    for (column, source, way) in ways {
        desk.study(&format!("log.cases = [{{ table = '{schema}.cases' }}]\ncolumns.{column} = '{source}'"));
        let (code, error) = desk.refused(&["check", "study.toml"]);
        assert_eq!(code, Some(1), "{error}");
        assert!(error.contains(&format!("postgres: table {schema}.cases: column `{source}` holds {way}")), "{error}");
    }
    // The two rows differ in a column of such a type alone: they are not one dossier.
    desk.study(&format!("log.cases = [{{ table = '{schema}.cases' }}]"));
    assert_eq!(desk.checked()["reconciliation"]["by_rule"], json!({"conflicting_repeat": 2}));
    // What the message proposes works: an interval as text is a pause, an array a name.
    let query = format!(
        "SELECT case_id || coalesce((\\\"both\\\").b, '') AS case_id, received_at, span::text AS paused, \
         array_to_string(units, ';') AS unit FROM {schema}.cases"
    );
    desk.study(&format!("log.cases = [{{ query = \"{query}\" }}]"));
    let traced = desk.said(&["trace", "study.toml", "1x"]);
    assert!(traced.contains("unit = A;B") && traced.contains("3 d 02:00"), "{traced}");
}

/// Days of a query are those of the study's zone, and moments with a zone are instants.
#[test]
fn a_query_counts_days_in_the_zone_of_the_study() {
    let Some(desk) = Desk::new() else { return };
    let query = "SELECT '1' AS case_id, '2024-03-01 20:00+00'::timestamptz::date AS received_at";
    for (zone, day) in [("Asia/Ho_Chi_Minh", "2024-03-02"), ("Europe/Lisbon", "2024-03-01")] {
        desk.study(&format!("study.zone = '{zone}'\nlog.cases = [{{ query = \"{query}\" }}]"));
        let traced = desk.said(&["trace", "study.toml", "1"]);
        assert!(traced.contains(&format!("received_at  {day}")), "{traced}");
    }
}

/// Dates as text: a thousand of a large table settle the format, and the server stops sending the others.
#[test]
fn dates_as_text_are_inferred_from_the_first() {
    let Some(desk) = Desk::new() else { return };
    let schema = desk.schema(
        "CREATE TABLE cases AS SELECT g AS case_id, to_char(date '2024-03-01' + g % 30, 'DD/MM/YYYY') AS received_at, \
         to_char(date '2024-04-01' + g % 30, 'MM/DD/YYYY') AS finished_at FROM generate_series(1, 300000) AS g",
    );
    desk.study(&format!("log.cases = [{{ table = '{schema}.cases' }}]\nlog.ids = 'trusted'"));
    let before = desk.server.log().matches("canceling statement due to user request").count();
    let checked = desk.checked();
    assert_eq!(checked["inputs"][0]["dates"], json!({"finished_at": "%m/%d/%Y", "received_at": "%d/%m/%Y"}));
    assert_eq!(checked["reconciliation"]["accepted"], 300_000);
    assert!(desk.server.log().matches("canceling statement due to user request").count() > before);
    // An export with both orders is refused as it is in a file.
    let schema = desk.schema("CREATE TABLE cases AS SELECT 1 AS case_id, '01/02/2024' AS received_at");
    desk.study(&format!("log.cases = [{{ table = '{schema}.cases' }}]"));
    let (code, error) = desk.refused(&["check", "study.toml"]);
    assert!(code == Some(2) && error.contains("can be read as %d/%m/%Y or as %m/%d/%Y"), "{error}");
}

/// Texts in another encoding are converted by the server; where it does not know theirs, what is none is set aside.
#[test]
fn texts_are_those_of_the_database_s_encoding() {
    let Some(desk) = Desk::new() else { return };
    let databases = [("latin", "LATIN1"), ("bare", "SQL_ASCII")];
    for (name, encoding) in databases {
        desk.server.sql(&format!("DROP DATABASE IF EXISTS {name};"));
        desk.server.sql(&format!(
            "CREATE DATABASE {name} TEMPLATE template0 ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C';"
        ));
    }
    let rows = "CREATE TABLE cases AS SELECT '1' AS case_id, date '2024-03-01' AS received_at, ";
    desk.server.sql_in("latin", &format!("{rows} 'Müller' AS unit"));
    desk.server.sql_in("bare", &format!("{rows} convert_from('\\x4dfc6c6c6572', 'SQL_ASCII') AS unit"));
    let url = |name: &str| desk.server.url().replace("///postgres", &format!("///{name}"));
    let (latin, bare) = (url("latin"), url("bare"));
    let desk = desk.with("DATABASE_URL", latin);
    desk.study("log.cases = [{ table = 'cases' }]");
    assert!(desk.said(&["trace", "study.toml", "1"]).contains("unit = Müller"));
    let desk = desk.with("DATABASE_URL", bare);
    assert_eq!(aside(&desk), ["1 unit undecodable_text M\u{FFFD}ller"]);
}
