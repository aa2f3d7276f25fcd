//! What reading a log found, as a page.

use super::Style;
use super::number::{count, percent};
use super::page::{Page, Text, column};
use super::terminal::{ambiguous, identity};
use super::words::{BYTES, COLUMN, DATES, FILE, FIRST, OF, ROW, ROWS, RULE, VALUE};
use crate::ingest::{Findings, Quarantined, Reconciliation};
use std::collections::BTreeMap;

/// Rows set aside that are shown.
const SHOWN: usize = 10;

/// Inputs, the identity, rules, the first rows set aside.
pub(super) fn page(findings: &Findings, style: Style) -> String {
    let mut page = Page::new(style);
    let reconciliation = findings.reconciliation();
    inputs(&mut page, findings);
    rules(&mut page, &reconciliation);
    if findings.ambiguous_times > 0 {
        page.prose(0, ambiguous(findings.ambiguous_times, style.lang));
    }
    if !findings.quarantine.is_empty() {
        set_aside(&mut page, findings);
    }
    page.finish()
}

fn inputs(page: &mut Page, findings: &Findings) {
    let lang = page.style.lang;
    let head = [FILE, ROWS, BYTES].map(|word| Text::dim(lang.say(word)));
    let rows = findings.inputs.iter().map(|input| {
        vec![Text::plain(&input.path), Text::plain(count(input.rows, lang)), Text::plain(count(input.bytes, lang))]
    });
    let rows: Vec<Vec<Text>> = [head.into()].into_iter().chain(rows).collect();
    page.table(0, &[column(0, false), column(2, true), column(2, true)], &rows);
    page.blank();
    dates(page, findings);
}

/// How dates are read, once for all inputs that read them alike.
fn dates(page: &mut Page, findings: &Findings) {
    let mut alike: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for input in findings.inputs.iter().filter(|input| !input.dates.is_empty()) {
        let read: Vec<String> = input.dates.iter().map(|(column, format)| format!("{column} {format}")).collect();
        alike.entry(read.join(" · ")).or_default().push(&input.path);
    }
    let label = page.style.lang.say(DATES);
    for (read, paths) in &alike {
        let of = if alike.len() == 1 { String::new() } else { format!(" ({})", paths.join(", ")) };
        page.prose(0, Text::dim(format!("{label}{of}: {read}")));
    }
    if !alike.is_empty() {
        page.blank();
    }
}

/// The identity, and each rule with its rows.
fn rules(page: &mut Page, reconciliation: &Reconciliation) {
    let lang = page.style.lang;
    let sum = Reconciliation { by_rule: Default::default(), ..reconciliation.clone() };
    let share = reconciliation.share().filter(|share| *share > 0.0);
    let share = share.map_or_else(String::new, |share| format!(" ({})", percent(share, lang)));
    page.prose(0, identity(&sum, lang).and(Text::plain(share)));
    let rows = reconciliation.by_rule.iter();
    let rows: Vec<Vec<Text>> =
        rows.map(|(rule, rows)| vec![Text::plain(rule), Text::plain(count(*rows, lang))]).collect();
    page.table(2, &[column(0, false), column(2, true)], &rows);
}

fn set_aside(page: &mut Page, findings: &Findings) {
    let lang = page.style.lang;
    let all = findings.quarantine.len();
    page.blank();
    let shown = [count(all.min(SHOWN) as u64, lang), count(all as u64, lang)].join(&format!(" {} ", lang.say(OF)));
    page.heading(Text::strong(format!("{}: {shown}", lang.say(FIRST))), None);
    let head = [FILE, ROW, COLUMN, RULE, VALUE].map(|word| Text::dim(lang.say(word)));
    let rows = findings.quarantine.iter().take(SHOWN).map(|row| cells(row, findings));
    let rows: Vec<Vec<Text>> = [head.into()].into_iter().chain(rows).collect();
    let left = column(2, false);
    page.table(0, &[column(0, false), column(2, true), left, left, left], &rows);
}

fn cells(row: &Quarantined, findings: &Findings) -> Vec<Text> {
    let path = findings.inputs.get(row.input).map_or("?", |input| &input.path);
    let value = row.value.as_ref().map_or_else(|| Text::dim("–"), Text::plain);
    vec![
        Text::plain(path),
        Text::plain(row.row.to_string()),
        Text::plain(&row.column),
        Text::plain(row.rule.name()),
        value,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{Input, Rule};
    use crate::report::page::sample::{NARROW, assert_page};

    #[test]
    fn what_reading_found() {
        let inputs = [("a.csv", 1_400, 90_211), ("b\u{1b}.csv", 36, 1_024)];
        let inputs =
            inputs.map(|(path, rows, bytes)| Input { path: path.into(), rows, bytes, dates: Default::default() });
        let mut inputs = Vec::from(inputs);
        inputs[0].dates = [("received_at".into(), "%d/%m/%Y".into()), ("due_at".into(), "typed".into())].into();
        let broken = |at: u64| Quarantined {
            input: usize::from(at > 6),
            row: 1_000 + at,
            rule: if at == 3 { Rule::MissingId } else { Rule::FinishedBeforeReceived },
            column: "NgayKetThuc".into(),
            value: (at != 3).then(|| format!("2023-01-{at:02}\u{7}")),
        };
        let findings =
            Findings { inputs, accepted: 1_424, quarantine: (1..=12).map(broken).collect(), ambiguous_times: 3 };
        assert_page(
            &page(&findings, NARROW),
            r"
file          rows   bytes
a.csv        1,400  90,211
b\u{1b}.csv     36   1,024

dates: due_at typed · received_at %d/%m/%Y

read 1,436 = accepted 1,424 + quarantined 12 (0.84 %)
  finished_before_received  11
  missing_id                 1
3 local times that summer time makes ambiguous, read as the earlier instant

First rows set aside: 10 of 12 ─────────────────────────────────────────────────
file          row  column       rule                      value
a.csv        1001  NgayKetThuc  finished_before_received  2023-01-01\u{7}
a.csv        1002  NgayKetThuc  finished_before_received  2023-01-02\u{7}
a.csv        1003  NgayKetThuc  missing_id                –
a.csv        1004  NgayKetThuc  finished_before_received  2023-01-04\u{7}
a.csv        1005  NgayKetThuc  finished_before_received  2023-01-05\u{7}
a.csv        1006  NgayKetThuc  finished_before_received  2023-01-06\u{7}
b\u{1b}.csv  1007  NgayKetThuc  finished_before_received  2023-01-07\u{7}
b\u{1b}.csv  1008  NgayKetThuc  finished_before_received  2023-01-08\u{7}
b\u{1b}.csv  1009  NgayKetThuc  finished_before_received  2023-01-09\u{7}
b\u{1b}.csv  1010  NgayKetThuc  finished_before_received  2023-01-10\u{7}
",
        );
    }
}
