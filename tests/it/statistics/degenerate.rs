//! Logs of which hardly anything can be said, by every setting: nothing panics, and nothing is null without a reason.

use super::{WINDOWS, asked, lines};
use serde_json::Value;

const HEAD: &str = "case_id,received_at,due_at,finished_at,unit,procedure,applicant,channel,visits\n";

fn log(cells: &[(usize, &str)]) -> String {
    let mut csv = HEAD.to_owned();
    cells.iter().for_each(|(count, own)| lines(&mut csv, *count, own));
    csv
}

/// By what is odd about them.
fn logs() -> Vec<(&'static str, String)> {
    let both = |was: &str, is: &str| log(&[(7, was), (7, is)]);
    vec![
        ("no row", log(&[])),
        ("one row", log(&[(1, "2024-03-05 08:00,2024-03-10,2024-03-06 08:00,A,X,citizen,online,1")])),
        ("an empty second window", log(&[(9, "2024-02-05 08:00,2024-02-10,2024-02-06 08:00,A,X,citizen,online,1")])),
        ("an empty first window", log(&[(9, "2024-03-05 08:00,2024-03-10,2024-03-06 08:00,A,X,citizen,online,1")])),
        (
            "all open",
            both(
                "2024-02-05 08:00,2024-02-10,,A,X,citizen,online,1",
                "2024-03-05 08:00,2024-03-10,,A,X,citizen,direct,1",
            ),
        ),
        (
            "all alike",
            both(
                "2024-02-05 08:00,2024-02-10,2024-02-06 08:00,A,X,citizen,online,1",
                "2024-03-05 08:00,2024-03-10,2024-03-06 08:00,A,X,citizen,online,1",
            ),
        ),
        (
            "no time at all",
            both(
                "2024-02-05 08:00,2024-02-05,2024-02-05 08:00,A,X,citizen,online,0",
                "2024-03-05 08:00,2024-03-05,2024-03-05 08:00,B,X,citizen,online,0",
            ),
        ),
        (
            "no names",
            both(
                "2024-02-05 08:00,2024-02-10,2024-02-06 08:00,,,,,",
                "2024-03-05 08:00,2024-03-10,2024-03-07 08:00,,,,,",
            ),
        ),
        (
            "no common stratum",
            both(
                "2024-02-05 08:00,2024-02-10,2024-02-06 08:00,A,X,citizen,online,1",
                "2024-03-05 08:00,2024-03-10,2024-03-07 08:00,B,Y,business,direct,2",
            ),
        ),
        (
            "a row by unit",
            log(&[
                (1, "2024-02-05 08:00,2024-02-10,2024-02-06 08:00,A,X,citizen,online,1"),
                (1, "2024-02-06 08:00,2024-02-10,,B,X,citizen,online,1"),
                (1, "2024-03-05 08:00,2024-03-10,2024-03-11 08:00,A,X,citizen,online,1"),
                (1, "2024-03-06 08:00,2024-03-10,2024-03-07 08:00,C,Y,citizen,online,1"),
            ]),
        ),
        (
            "only at the edges",
            both(
                "2024-02-29 23:59:59,2024-02-29,2024-03-01 00:00:00,A,X,citizen,online,1",
                "2024-03-31 23:59:59,2024-03-31,2024-04-01 00:00:00,B,X,citizen,online,1",
            ),
        ),
    ]
}

const SETTINGS: [&str; 10] = [
    "",
    "compare.cluster = 'none'",
    "compare.standardise = ['procedure']\ncompare.by = ['unit']",
    "compare.standardise = ['unit', 'procedure']\ncompare.cluster = 'none'\ncompare.by = ['procedure', 'channel']",
    "compare.treated = ['A']\ncompare.by = ['applicant']",
    "compare.treated = { B = '2024-02-20' }\ncompare.standardise = ['channel']",
    "compare.counting = '06a'\ncompare.reform = 2024-04-20\ncompare.longer = '5 days'",
    "compare.counting = '766'\ncalendar.base = 'vietnam'\ncompare.follow_up = '1 days'\ncompare.reform = 2024-03-15",
    "compare.series = '2022-01-01..2024-03-31'\nchart.screening = true\ncompare.horizon = '0 working days'",
    "compare.series = 'none'\ncompare.longer = 'none'\ncompare.restricted = '0 days'\ncompare.level = 0.999",
];

/// Where a value is null; a group may be called so.
fn nulls(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Null => found.push(path.to_owned()),
        Value::Array(own) => own.iter().for_each(|own| nulls(own, path, found)),
        Value::Object(own) => {
            let own = own.iter().filter(|(key, _)| *key != "by");
            own.for_each(|(key, own)| nulls(own, &format!("{path}/{key}"), found));
        }
        _ => {}
    }
}

#[test]
fn nothing_panics_and_nothing_is_null() {
    let mut compared = 0;
    for (odd, csv) in logs() {
        for setting in SETTINGS {
            // That a study names a unit the log has not, or a horizon of nothing, is a mistake of the study.
            let Ok(card) =
                asked(&csv, &format!("{WINDOWS}\n{setting}")).inspect_err(|why| println!("{odd} {setting}: {why}"))
            else {
                continue;
            };
            let json = crate::contract::json(&card);
            let mut found = Vec::new();
            nulls(&json, "", &mut found);
            assert!(found.is_empty(), "{odd}, {setting}: {found:?}");
            compared += 1;
        }
    }
    assert!(compared > 85, "{compared}");
}
