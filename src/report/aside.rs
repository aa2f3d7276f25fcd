//! Rows set aside, counted by the column that shows it and by file; those of events stand before those of cases, and those of other tables after them.

use crate::ingest::{Findings, Quarantined, Rule};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Everything that was read: the events first, where the cases are made of them, and other tables last.
pub(super) fn parts(findings: &Findings) -> impl Iterator<Item = &Findings> {
    named(findings).map(|(_, part)| part)
}

/// The same with the tables' names.
pub(super) fn named(findings: &Findings) -> impl Iterator<Item = (&'static str, &Findings)> {
    let events = findings.events.iter().map(|events| ("events", &events.findings));
    let tables = findings.tables.iter().map(|own| (own.table.name(), &own.findings));
    events.chain([("cases", findings)]).chain(tables)
}

/// Every row set aside, with its file.
pub(super) fn rows(findings: &Findings) -> impl Iterator<Item = (&str, &Quarantined)> {
    parts(findings).flat_map(|part| part.quarantine.iter().map(|row| (file(part, row.input), row)))
}

/// Local times that summer time makes ambiguous.
pub(super) fn ambiguous_times(findings: &Findings) -> u64 {
    parts(findings).map(|part| part.ambiguous_times).sum()
}

/// The source's columns with the rows set aside because of them: most first, then by name.
///
/// A row that cannot be taken apart has no column, and a case with a broken event is no fault of its own columns.
pub(super) fn by_column(findings: &Findings) -> Vec<(&str, u64)> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    let aside = parts(findings).flat_map(Findings::aside);
    for (_, _, column, rows) in aside.filter(|(_, rule, column, _)| !column.is_empty() && *rule != Rule::BrokenEvent) {
        *counts.entry(column).or_default() += rows;
    }
    let mut columns: Vec<(&str, u64)> = counts.into_iter().collect();
    columns.sort_by_key(|(_, rows)| Reverse(*rows));
    columns
}

/// The files with rows set aside, in the study's order, each with its rows by rule.
pub(super) fn by_file(findings: &Findings) -> Vec<(&str, BTreeMap<&'static str, u64>)> {
    let mut files = Vec::new();
    for part in parts(findings) {
        let mut counts: BTreeMap<usize, BTreeMap<&'static str, u64>> = BTreeMap::new();
        for (input, rule, _, rows) in part.aside() {
            *counts.entry(input).or_default().entry(rule.name()).or_default() += rows;
        }
        files.extend(counts.into_iter().map(|(input, rules)| (file(part, input), rules)));
    }
    files
}

fn file(part: &Findings, input: usize) -> &str {
    part.inputs.get(input).map_or("?", |input| &input.path)
}

/// What the room's tests count.
#[cfg(test)]
pub(super) mod sample {
    use super::{Findings, Quarantined, Rule};
    use crate::ingest::{EventFindings, Input};

    pub(in crate::report) fn input(path: &str, rows: u64) -> Input {
        Input { path: path.into(), rows, bytes: 64 * rows, format: "CSV".into(), ..Input::default() }
    }

    pub(in crate::report) fn row(input: usize, row: u64, rule: Rule, column: &str, value: Option<&str>) -> Quarantined {
        let (column, value) = (column.into(), value.map(str::to_owned));
        Quarantined { input, row, rule, column, value, cells: Vec::new() }
    }

    /// Nine events of three cases; one event has no time, so one case is set aside.
    pub(in crate::report) fn of_events() -> Findings {
        let events = Findings {
            inputs: vec![input("events.csv", 9)],
            accepted: 8,
            quarantine: vec![row(0, 7, Rule::MissingTime, "Luc", None)],
            ambiguous_times: 1,
            ..Findings::default()
        };
        let events = EventFindings { findings: events, activities: 4, officers: 2, cases: 3 };
        Findings {
            inputs: vec![input("cases of events.csv", 3)],
            accepted: 2,
            quarantine: vec![row(0, 2, Rule::BrokenEvent, "case_id", Some("B"))],
            ambiguous_times: 2,
            events: Some(Box::new(events)),
            ..Findings::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::sample::{input, of_events, row};
    use super::*;

    #[test]
    fn most_first_then_by_name() {
        let found = [
            (1, "b", Rule::UnparsableDate),
            (0, "c", Rule::MissingId),
            (1, "b", Rule::MissingReceived),
            (0, "a", Rule::MissingId),
            (1, "", Rule::RaggedRow),
        ];
        let quarantine =
            found.iter().zip(1..).map(|((at, column, rule), number)| row(*at, number, *rule, column, None));
        let quarantine = quarantine.collect();
        let inputs = vec![input("x.csv", 9), input("y.csv", 9), input("z.csv", 9)];
        let findings = Findings { inputs, accepted: 22, quarantine, ..Findings::default() };
        assert_eq!(by_column(&findings), [("b", 2), ("a", 1), ("c", 1)]);
        let x = BTreeMap::from([("missing_id", 2)]);
        let y = BTreeMap::from([("missing_received", 1), ("ragged_row", 1), ("unparsable_date", 1)]);
        assert_eq!(by_file(&findings), [("x.csv", x), ("y.csv", y)]);
    }

    #[test]
    fn events_stand_before_their_cases() {
        let findings = of_events();
        let files: Vec<(&str, u64)> = rows(&findings).map(|(file, row)| (file, row.row)).collect();
        assert_eq!(files, [("events.csv", 7), ("cases of events.csv", 2)]);
        assert_eq!((by_column(&findings), ambiguous_times(&findings)), (vec![("Luc", 1)], 3));
    }

    #[test]
    fn an_input_that_is_not_there_is_no_panic() {
        let findings = Findings { quarantine: vec![row(7, 1, Rule::BlankRow, "", None)], ..Findings::default() };
        assert_eq!(rows(&findings).map(|(file, _)| file).collect::<Vec<_>>(), ["?"]);
        assert_eq!(by_file(&findings)[0].0, "?");
    }
}
