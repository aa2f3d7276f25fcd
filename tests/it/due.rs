//! `giamtang due`: the deadline of a limit, with the days it skipped and those it counted instead of others.

use crate::workbench::{Workbench, giamtang};
use serde_json::{Value, json};

fn said(arguments: &[&str]) -> String {
    let output = giamtang(arguments, b"");
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn due(instant: &str, limit: &str) -> Value {
    serde_json::from_str(&said(&["due", instant, limit, "--format", "json"])).expect("JSON")
}

fn refused(arguments: &[&str]) -> String {
    let output = giamtang(arguments, b"");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{arguments:?}: {output:?}");
    String::from_utf8(output.stderr).expect("UTF-8")
}

/// Received on Thursday 25 April 2024. Friday 26 is the first day; the weekend, the Monday that was exchanged for a
/// Saturday, Tuesday 30 April and Wednesday 1 May do not count; 2 and 3 May are the second and third, the Saturday worked
/// for Monday the fourth, Sunday does not count, and Monday 6 May is the fifth.
#[test]
fn five_working_days_over_a_holiday_and_a_worked_saturday() {
    let page = said(&["due", "2024-04-25", "5 working days"]);
    assert!(page.starts_with("2024-05-06 Monday\n5 working days · from 2024-04-25 00:00 · before 2024-05-07 00:00\n"));
    let lines: Vec<String> = page.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    let expected = [
        "2024-04-27 Saturday weekend",
        "2024-04-28 Sunday weekend",
        "2024-04-29 Monday Reunification Day, swapped with a Saturday",
        "2024-04-30 Tuesday Reunification Day",
        "2024-05-01 Wednesday International Labour Day",
        "2024-05-05 Sunday weekend",
        "2024-05-04 Saturday worked instead of 2024-04-29",
    ];
    let days: Vec<&String> = lines.iter().filter(|line| line.starts_with("2024-0") && line.contains("day ")).collect();
    assert_eq!(days, expected.iter().collect::<Vec<_>>(), "{page}");
    let vietnamese = said(&["due", "2024-04-25", "5 ngày làm việc", "--lang", "vi"]);
    for part in
        ["06/05/2024 thứ Hai", "5 ngày làm việc", "Ngày Chiến thắng, hoán đổi với thứ Bảy", "làm bù cho 29/04/2024"]
    {
        assert!(vietnamese.contains(part), "{part}: {vietnamese}");
    }
}

/// domain.md 4.6: received, limit in working days, due.
#[test]
fn the_vectors_of_the_domain_reference() {
    let vectors = [
        ("2024-04-25", 5, "2024-05-06"),
        ("2025-04-24", 3, "2025-04-28"),
        ("2025-01-24", 3, "2025-02-05"),
        ("2024-02-07", 5, "2024-02-21"),
        ("2023-04-28", 1, "2023-05-04"),
        ("2022-08-31", 3, "2022-09-07"),
        ("2026-11-20", 3, "2026-11-26"),
    ];
    for (received, limit, expected) in vectors {
        assert_eq!(due(received, &format!("{limit} working days"))["due"], expected, "{received} + {limit}");
    }
}

/// Friday 3 May 2024 at 16:00: an hour and a half to 17:30, then the worked Saturday: 7:30 to 11:30 and 13:30 to 16:00.
#[test]
fn json_of_working_hours() {
    let json = due("2024-05-03T09:00Z", "8 working hours");
    let expected = json!({
        "schema": "giamtang.due/1", "version": env!("CARGO_PKG_VERSION"),
        "calendar": {"zone": "Asia/Ho_Chi_Minh", "covers": "2019-01-01..2026-12-31", "provisional": false},
        "from": "2024-05-03T16:00:00+07:00", "limit": "8 working hours",
        "due": "2024-05-04", "until": "2024-05-04T16:00:00+07:00", "inclusive": true,
        "skipped": [], "worked": [{"date": "2024-05-04", "instead_of": "2024-04-29", "certainty": "found"}],
    });
    assert_eq!(json, expected);
    assert_eq!(json, due("2024-05-03 16:00", "8 working hours"));
    // METHODS: the worked Saturdays of 2026 are of medium certainty.
    assert_eq!(due("2026-01-09", "1 working day")["worked"][0]["certainty"], "medium");
    assert!(said(&["due", "2026-01-09", "1 working day"]).contains("2026-01-02 (of medium certainty)"));
    // 30 days from 5 April end on Sunday 5 May, which gives way to Monday.
    let days = due("2024-04-05", "30 days");
    assert_eq!((&days["due"], &days["inclusive"]), (&json!("2024-05-06"), &json!(false)));
    assert_eq!(days["skipped"], json!([{"date": "2024-05-05", "kind": "weekend", "why": "weekend"}]));
}

/// An office that opens on Saturdays, closes on 26 April and was opened on Sunday 28 April: 5 working days from the 25th
/// are Saturday 27, Sunday 28, 2, 3 and 4 May.
#[test]
fn a_study_has_a_calendar_of_its_own() {
    let bench = Workbench::new();
    let calendar = "[calendar]\nbase = 'vietnam'\nweekly = 'Mon-Sat 08:00-12:00'\nclosed = ['2024-04-26']\n\
                    worked = ['2024-04-28']\n";
    let study = bench.write("study.toml", calendar).to_string_lossy().into_owned();
    let arguments = ["due", "2024-04-25", "5 working days", "--study", &study, "--format", "json"];
    let json: Value = serde_json::from_str(&said(&arguments)).expect("JSON");
    assert_eq!(json["due"], "2024-05-04");
    assert_eq!(json["skipped"][0], json!({"date": "2024-04-26", "kind": "closed", "why": "closed"}));
    assert_eq!(json["worked"][0], json!({"date": "2024-04-28"}));
    let from_input = giamtang(&["due", "2024-04-25", "5 working days", "--study", "-"], calendar.as_bytes());
    assert!(from_input.stdout.starts_with(b"2024-05-04 Saturday\n"), "{from_input:?}");
    let none = bench.write("none.toml", "study.name = 'x'").to_string_lossy().into_owned();
    assert!(refused(&["due", "2024-04-25", "1 day", "--study", &none]).contains("`[calendar]`"));
    assert!(
        refused(&["due", "2024-04-25", "1 day", "--study", &study, "-o", &study]).contains("a file that is not read")
    );
}

#[test]
fn what_cannot_be_counted_is_refused() {
    let cases: [(&[&str], &str); 6] = [
        (&["yesterday", "5 days"], "such as 2024-04-25"),
        (&["2024-02-30", "5 days"], "such as 2024-04-25"),
        (&["2024-04-25", "5 wroking days"], "did you mean `working days`?"),
        (&["2024-04-25", "many days"], "a whole number up to 100000"),
        (&["2024-04-25", "5 days", "--calendar", "vietnma"], "did you mean `vietnam`?"),
        (&["2026-12-30", "5 working days"], "calendar.provisional = true"),
    ];
    for (arguments, expected) in cases {
        let said = refused(&[&["due"], arguments].concat());
        assert!(said.contains(expected), "{arguments:?}: {said}");
    }
    let beyond = ["due", "2027-01-05", "5 working days", "--set", "calendar.provisional=true"];
    let page = said(&beyond);
    // Tuesday 5 January: four days of its week, and the Tuesday after.
    assert!(page.starts_with("2027-01-12 Tuesday\n") && page.contains("beyond the built-in calendar"), "{page}");
    // In Paris, 27 October 2024, 02:30 comes twice; the earlier is meant, and an hour later it is 02:30 again.
    let paris = said(&["due", "2024-10-27 02:30", "1 hour", "--set", "study.zone=Europe/Paris"]);
    assert!(paris.contains("from 2024-10-27 02:30 +02:00 · until 2024-10-27 02:30 +01:00"), "{paris}");
    let skipped = ["due", "2024-03-31 02:30", "1 hour", "--set", "study.zone=Europe/Paris"];
    assert!(refused(&skipped).contains("summer time skips this one"));
}
