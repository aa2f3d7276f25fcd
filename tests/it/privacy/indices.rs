//! The indices for everybody: no count, rates in steps, and nothing of a withheld item in what is added up.

use crate::workbench::giamtang;
use serde_json::Value;

fn form(name: &str, more: &[&str]) -> Value {
    let arguments = ["form", name, "fixtures/study/study.toml", "--by", "unit", "--format", "json"];
    let output = giamtang(&[&arguments[..], more].concat(), b"");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    crate::contract::kept(&text)
}

fn rows<'a>(json: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    json[key].as_array().into_iter().flatten()
}

/// The index of all, and of each office by its name.
fn indices(json: &Value) -> Vec<(String, &Value)> {
    let units = rows(json, "units").map(|own| (own["unit"].to_string(), own));
    let mut all: Vec<_> = std::iter::once((String::new(), json)).chain(units).collect();
    all.sort_by(|one, other| one.0.cmp(&other.0));
    all
}

/// Of procedures: no persons are counted.
const EXACT: [&str; 8] = ["1.1", "1.2", "1.3", "3.1", "3.2", "3.5a", "3.5b", "4.5a"];

/// From the counts of the whole study, 10 rows a step: 214 of 522 online are 41.0 %, in fiftieths (10/520 = 1.9 %) 40 %,
/// which earns 6 · 0.40 / 0.50; 502 of 537 in time are 93.5 %, 94 %, 20 · 0.94; 87 of 172 petitions in time 50.6 %, in
/// tenths (10/170 = 5.9 %) 50 %, 6 · 0.50; 445 of 522 without a complaint 85.2 %, 86 %, 6 · 0.86 / 0.90.
#[test]
fn rates_are_told_in_steps_and_earn_their_points() {
    let json = form("766", &["--audience", "public"]);
    let item = |id: &str| rows(&json, "items").find(|own| own["id"] == id).expect("an item").clone();
    for (id, rate, score) in [("3.3", 0.4, 4.8), ("2.1", 0.94, 18.8), ("5.2", 0.5, 3.0), ("5.4", 0.86, 5.733_333)] {
        let own = item(id);
        assert_eq!(own["counted"], serde_json::json!({"rounded": true, "rate": rate}), "{id}");
        assert!((own["score"].as_f64().expect("points") - score).abs() < 1e-5, "{own}");
    }
    // Procedures are counted as they are: 35 of 43.
    assert_eq!(
        (&item("3.1")["counted"]["numerator"], &item("3.1")["counted"]["denominator"]),
        (&35.into(), &43.into())
    );
}

/// The attack: what an item is suppressed by, or its points, is taken from the group's sum, or the total's.
#[test]
fn what_is_withheld_is_in_no_sum() {
    let (internal, public) = (form("766", &[]), form("766", &["--audience", "public"]));
    let mut withheld = 0;
    for ((name, known), (_, told)) in indices(&internal).into_iter().zip(indices(&public)) {
        let mut sum = 0.0;
        for (own, told) in rows(known, "items").zip(rows(told, "items")) {
            sum += told["score"].as_f64().unwrap_or_default();
            let counts = [&own["counted"]["numerator"], &own["counted"]["denominator"]].map(Value::as_u64);
            let [Some(hits), Some(all)] = counts else { continue };
            if EXACT.contains(&own["id"].as_str().expect("an id")) {
                continue;
            }
            let few = [hits, all, all - hits].iter().any(|count| (1..10).contains(count));
            let is_withheld = told["counted"]["undefined"] == "suppressed";
            assert!(is_withheld || !few, "{name} {own} {told}");
            assert!(told["counted"].get("numerator").is_none() && told.get("left_out").is_none(), "{told}");
            assert!(!is_withheld || told.get("score").is_none(), "{told}");
            withheld += usize::from(is_withheld);
        }
        let total = told["total"]["score"].as_f64().expect("a total");
        assert!((total - sum).abs() < 1e-9, "{name}: {total} {sum}");
    }
    assert!(withheld > 10 && public["head"]["provenance"]["suppression"]["suppressed"] == withheld, "{withheld}");
}

/// A value of few rows has no points, and no number of rows is told.
#[test]
fn the_nine_are_of_many_or_not_told() {
    let (internal, public) = (form("nine", &[]), form("nine", &["--audience", "public"]));
    let mut withheld = 0;
    for ((name, known), (_, told)) in indices(&internal).into_iter().zip(indices(&public)) {
        for (own, told) in rows(known, "items").zip(rows(told, "items")) {
            let Some(all) = own["n"].as_u64().filter(|_| ![6, 9].map(Value::from).contains(&own["number"])) else {
                continue;
            };
            let is_withheld = told["points"]["undefined"] == "suppressed";
            assert!(told.get("n").is_none() && (is_withheld || all >= 10), "{name} {own} {told}");
            assert!(!is_withheld || told.get("value").is_none(), "{told}");
            withheld += usize::from(is_withheld);
        }
    }
    assert!(withheld > 0, "nothing is withheld");
}
