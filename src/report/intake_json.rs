//! The contract `giamtang.check/1`: what reading a log found, pretty-printed.

use super::aside;
use super::intake::SHOWN;
use crate::error::{Error, Result};
use crate::ingest::{Findings, Input, Reconciliation, Warning};
use crate::provenance::Provenance;
use crate::scorecard::{EventsHead, TableHead};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct Check<'a> {
    schema: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    provenance: Option<&'a Provenance>,
    inputs: &'a [Input],
    reconciliation: Reconciliation,
    by_column: Vec<OfColumn<'a>>,
    by_file: Vec<OfFile<'a>>,
    warnings: &'a [Warning],
    ambiguous_times: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    events: Option<EventsHead>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tables: Vec<TableHead>,
    quarantine_sample: Vec<SetAside<'a>>,
}

#[derive(Serialize)]
struct OfColumn<'a> {
    column: &'a str,
    rows: u64,
}

#[derive(Serialize)]
struct OfFile<'a> {
    path: &'a str,
    by_rule: BTreeMap<&'static str, u64>,
}

#[derive(Serialize)]
struct SetAside<'a> {
    path: &'a str,
    row: u64,
    rule: &'static str,
    column: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
}

/// The findings as JSON with a final newline.
pub(super) fn text(findings: &Findings) -> Result<String> {
    let sample = aside::rows(findings).take(SHOWN).map(|(path, row)| SetAside {
        path,
        row: row.row,
        rule: row.rule.name(),
        column: &row.column,
        value: row.value.as_deref(),
    });
    let check = Check {
        schema: "giamtang.check/1",
        provenance: findings.provenance.as_deref(),
        inputs: &findings.inputs,
        reconciliation: findings.reconciliation(),
        by_column: aside::by_column(findings).into_iter().map(|(column, rows)| OfColumn { column, rows }).collect(),
        by_file: aside::by_file(findings).into_iter().map(|(path, by_rule)| OfFile { path, by_rule }).collect(),
        warnings: &findings.warnings,
        ambiguous_times: aside::ambiguous_times(findings),
        events: findings.events.as_deref().map(EventsHead::of),
        tables: TableHead::of(findings),
        quarantine_sample: sample.collect(),
    };
    let text = serde_json::to_string_pretty(&check).map(|text| text + "\n");
    text.map_err(|why| Error::broken("writing a check as JSON", why))
}

#[cfg(test)]
mod tests {
    use super::aside::sample::{input, of_events, row};
    use super::*;
    use crate::ingest::Rule;
    use crate::report::contract::strict::kept;
    use serde_json::{Value, json};

    fn value(findings: &Findings) -> Value {
        kept(&text(findings).expect("JSON"))
    }

    #[test]
    fn of_cases() {
        let quarantine = (1..=12).map(|at| row(0, at, Rule::MissingId, "MaHoSo", (at == 1).then_some("\u{7}\"")));
        let quarantine = quarantine.collect();
        let findings = Findings { inputs: vec![input("a.csv", 20)], accepted: 8, quarantine, ..Findings::default() };
        let check = value(&findings);
        let keys: Vec<&String> = check.as_object().expect("an object").keys().collect();
        assert_eq!(keys.len(), 8, "{keys:?}");
        assert_eq!(check["schema"], "giamtang.check/1");
        assert_eq!(check["inputs"], json!([{"path": "a.csv", "rows": 20, "bytes": 1280, "format": "CSV"}]));
        let sum = json!({"read": 20, "accepted": 8, "quarantined": 12, "by_rule": {"missing_id": 12}});
        assert_eq!(check["reconciliation"], sum);
        assert_eq!(check["by_column"], json!([{"column": "MaHoSo", "rows": 12}]));
        assert_eq!(check["by_file"], json!([{"path": "a.csv", "by_rule": {"missing_id": 12}}]));
        assert_eq!((&check["warnings"], &check["ambiguous_times"]), (&json!([]), &json!(0)));
        let first = json!({"path": "a.csv", "row": 1, "rule": "missing_id", "column": "MaHoSo", "value": "\u{7}\""});
        let second = json!({"path": "a.csv", "row": 2, "rule": "missing_id", "column": "MaHoSo"});
        assert_eq!(
            check["quarantine_sample"].as_array().map(|rows| (rows.len(), &rows[..2])),
            Some((10, &[first, second][..]))
        );
    }

    #[test]
    fn of_events_and_their_cases() {
        let check = value(&of_events());
        let events = json!({
            "inputs": [{"path": "events.csv", "rows": 9, "bytes": 576, "format": "CSV"}],
            "reconciliation": {"read": 9, "accepted": 8, "quarantined": 1, "by_rule": {"missing_time": 1}},
            "activities": 4, "officers": 2, "cases": 3,
        });
        assert_eq!((&check["events"], &check["reconciliation"]["read"]), (&events, &json!(3)));
        assert_eq!(check["by_file"][0], json!({"path": "events.csv", "by_rule": {"missing_time": 1}}));
        assert_eq!(check["quarantine_sample"][1]["rule"], "broken_event");
    }

    #[test]
    fn of_nothing() {
        let check = value(&Findings::default());
        assert_eq!((&check["inputs"], check.get("events")), (&json!([]), None));
    }
}
