//! What reading a log found, as a page.

use super::number::{count, percent};
use super::page::{Page, Text, column};
use super::terminal::{ambiguous, events_line, identity, table_line};
use super::words::{
    ALL_ROWS, BY_FILE, BYTES, CASES, COLUMN, DATES, FILE, FIRST, FORMAT, MORE, MORE_VALUES, OF, ROW, ROWS, RULE, VALUE,
    WARNINGS, WORST, Words,
};
use super::{Lang, Style, aside, provenance};
use crate::ingest::{Findings, Input, Quarantined, Reconciliation, Warning};
use crate::scorecard::{EventsHead, TableHead};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Rows set aside that are shown.
pub(super) const SHOWN: usize = 10;
/// Files with rows set aside that are shown.
const FILES: usize = 20;
/// Columns that are shown.
const COLUMNS: usize = 10;
/// Values that are shown of one kind of warning.
const VALUES: usize = 10;

/// The encoding that goes without saying.
const PLAIN: &str = "UTF-8";

/// Inputs, the identity, rules, files, columns, warnings, the first rows set aside.
pub(super) fn page(findings: &Findings, style: Style) -> String {
    let mut page = Page::new(style);
    identities(&mut page, findings);
    let ambiguous_times = aside::ambiguous_times(findings);
    if ambiguous_times > 0 {
        page.prose(0, ambiguous(ambiguous_times, style.lang));
    }
    files(&mut page, findings);
    columns(&mut page, findings);
    warnings(&mut page, &findings.warnings);
    set_aside(&mut page, findings);
    if let Some(own) = &findings.provenance {
        page.blank();
        provenance::on(&mut page, own);
    }
    page.finish()
}

/// The inputs and what became of their rows; of events, also of the cases made of them.
fn identities(page: &mut Page, findings: &Findings) {
    let lang = page.style.lang;
    let own = findings.reconciliation();
    let beside: Vec<Input> = findings.tables.iter().flat_map(|own| own.findings.inputs.clone()).collect();
    match &findings.events {
        Some(events) => {
            let head = EventsHead::of(events);
            inputs(page, &[head.inputs.clone(), beside].concat());
            page.facts(0, events_line(&head, sum(&head.reconciliation, lang), lang));
            rules(page, &head.reconciliation);
            page.prose(0, Text::plain(format!("{}: ", lang.say(CASES))).and(sum(&own, lang)));
        }
        None => {
            inputs(page, &[findings.inputs.clone(), beside].concat());
            page.prose(0, sum(&own, lang));
        }
    }
    rules(page, &own);
    for table in TableHead::of(findings) {
        page.facts(0, table_line(&table, sum(&table.reconciliation, lang), lang));
        rules(page, &table.reconciliation);
    }
}

fn inputs(page: &mut Page, inputs: &[Input]) {
    let lang = page.style.lang;
    let format = if inputs.iter().all(|input| input.format.is_empty()) { "" } else { lang.say(FORMAT) };
    let head = [lang.say(FILE), lang.say(ROWS), lang.say(BYTES), format].map(Text::dim);
    let rows = inputs.iter().map(|input| {
        let encoding = input.encoding.as_ref().filter(|encoding| *encoding != PLAIN);
        let format = encoding.map_or_else(|| input.format.clone(), |encoding| format!("{}, {encoding}", input.format));
        [input.path.clone(), count(input.rows, lang), count(input.bytes, lang), format].map(Text::plain)
    });
    let rows: Vec<Vec<Text>> = [head].into_iter().chain(rows).map(Vec::from).collect();
    page.table(0, &[column(0, false), column(2, true), column(2, true), column(2, false)], &rows);
    page.blank();
    dates(page, inputs);
}

/// How dates are read, once for all inputs that read them alike.
fn dates(page: &mut Page, inputs: &[Input]) {
    let mut alike: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for input in inputs.iter().filter(|input| !input.dates.is_empty()) {
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

/// The identity with the share set aside, without the rules behind it.
fn sum(reconciliation: &Reconciliation, lang: Lang) -> Text {
    let sum = Reconciliation { by_rule: BTreeMap::new(), ..reconciliation.clone() };
    let share = reconciliation.share().filter(|share| *share > 0.0);
    let share = share.map_or_else(String::new, |share| format!(" ({})", percent(share, lang)));
    identity(&sum, lang).and(Text::plain(share))
}

/// Each rule with its rows.
fn rules(page: &mut Page, reconciliation: &Reconciliation) {
    let lang = page.style.lang;
    let rows =
        reconciliation.by_rule.iter().map(|(rule, rows)| vec![Text::plain(rule), Text::plain(count(*rows, lang))]);
    page.table(2, &[column(0, false), column(2, true)], &rows.collect::<Vec<_>>());
}

/// A blank line, a heading, and the heads of the columns below it.
fn head<const N: usize>(page: &mut Page, title: String, columns: [Words; N]) -> Vec<Text> {
    page.blank();
    page.heading(Text::strong(title), None);
    columns.map(|word| Text::dim(page.style.lang.say(word))).into()
}

/// Which files the rows set aside are of, where there are several.
fn files(page: &mut Page, findings: &Findings) {
    let (lang, files) = (page.style.lang, aside::by_file(findings));
    let several = aside::parts(findings).next().is_some_and(|first| first.inputs.len() > 1);
    if files.is_empty() || !several {
        return;
    }
    let mut rows = vec![head(page, lang.say(BY_FILE).to_owned(), [FILE, RULE, ROWS])];
    for (file, rules) in files.iter().take(FILES) {
        let names = [*file].into_iter().chain(std::iter::repeat(""));
        let of_file =
            names.zip(rules).map(|(name, (rule, rows))| [name, rule, &count(*rows, lang)].map(Text::plain).into());
        rows.extend(of_file);
    }
    page.table(0, &[column(0, false), column(2, false), column(2, true)], &rows);
    if let Some(rest) = files.len().checked_sub(FILES).filter(|rest| *rest > 0) {
        page.prose(0, Text::dim(format!("… {} {}", count(rest as u64, lang), lang.say(MORE))));
    }
}

/// The source's columns that most rows are set aside for.
fn columns(page: &mut Page, findings: &Findings) {
    let (lang, columns) = (page.style.lang, aside::by_column(findings));
    if columns.is_empty() {
        return;
    }
    let head = head(page, lang.say(WORST).to_owned(), [COLUMN, ROWS]);
    let rows =
        columns.iter().take(COLUMNS).map(|(name, rows)| vec![Text::plain(name), Text::plain(count(*rows, lang))]);
    let rows: Vec<Vec<Text>> = [head].into_iter().chain(rows).collect();
    page.table(0, &[column(0, false), column(2, true)], &rows);
}

/// What is accepted and still suspicious: rows, their share, what it is; in the words of the page once for each kind.
fn warnings(page: &mut Page, warnings: &[Warning]) {
    let lang = page.style.lang;
    let mut warnings: Vec<&Warning> = warnings.iter().collect();
    warnings.sort_by_key(|warning| (warning.what, Reverse(warning.rows), &warning.column, &warning.value));
    let mut rows = Vec::new();
    for kind in warnings.chunk_by(|one, other| one.what == other.what) {
        rows.extend(kind.iter().take(VALUES).enumerate().map(|(at, warning)| warned(warning, at == 0, lang)));
        if let Some(rest) = kind.len().checked_sub(VALUES).filter(|rest| *rest > 0) {
            let rest = Text::dim(format!("… {} {}", count(rest as u64, lang), lang.say(MORE_VALUES)));
            rows.push(vec![Text::default(), Text::default(), rest]);
        }
    }
    if !rows.is_empty() {
        head(page, lang.say(WARNINGS).to_owned(), []);
        page.table(0, &[column(0, true), column(2, true), column(2, false)], &rows);
    }
}

fn warned(warning: &Warning, explained: bool, lang: Lang) -> Vec<Text> {
    let share = match warning.of {
        0 => String::new(),
        of => percent(warning.rows as f64 / of as f64, lang),
    };
    let about = match (&warning.column, &warning.value) {
        (Some(column), Some(value)) => format!(" {column} = {value}"),
        (Some(one), None) | (None, Some(one)) => format!(" {one}"),
        (None, None) => String::new(),
    };
    let sentence = if explained { format!(": {}", lang.of(warning.what.says())) } else { String::new() };
    let what = Text::strong(warning.what.name()).and(Text::plain(about)).and(Text::plain(sentence));
    vec![Text::plain(count(warning.rows, lang)), Text::plain(share), what]
}

fn set_aside(page: &mut Page, findings: &Findings) {
    let lang = page.style.lang;
    let all = aside::parts(findings).flat_map(Findings::aside).map(|(.., rows)| rows).sum::<u64>() as usize;
    if all == 0 {
        return;
    }
    let shown = [count(all.min(SHOWN) as u64, lang), count(all as u64, lang)].join(&format!(" {} ", lang.say(OF)));
    let head = head(page, format!("{}: {shown}", lang.say(FIRST)), [FILE, ROW, COLUMN, RULE, VALUE]);
    let rows = aside::rows(findings).take(SHOWN).map(|(file, row)| cells(file, row));
    let rows: Vec<Vec<Text>> = [head].into_iter().chain(rows).collect();
    let left = column(2, false);
    page.table(0, &[column(0, false), column(2, true), left, left, left], &rows);
    page.prose(0, Text::dim(lang.say(ALL_ROWS)));
}

fn cells(file: &str, row: &Quarantined) -> Vec<Text> {
    let value = row.value.as_ref().map_or_else(|| Text::dim("–"), Text::plain);
    let number = row.row.to_string();
    let [file, number, column, rule] = [file, &number, &row.column, row.rule.name()].map(Text::plain);
    vec![file, number, column, rule, value]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{Rule, Suspicion};
    use crate::report::aside::sample::{input, of_events, row};
    use crate::report::page::sample::{NARROW, assert_page};

    fn warning(what: Suspicion, value: Option<&str>, rows: u64) -> Warning {
        let column = value.map(|_| "channel".to_owned());
        Warning { what, column, value: value.map(str::to_owned), rows, of: 1_424 }
    }

    #[test]
    fn what_reading_found() {
        let dates = [("received_at".into(), "%d/%m/%Y".into()), ("due_at".into(), "typed".into())].into();
        let inputs = vec![
            Input { encoding: Some("UTF-8".into()), dates, ..input("a.csv", 1_400) },
            Input { encoding: Some("windows-1258".into()), ..input("b\u{1b}.csv", 36) },
        ];
        let broken = |at: u64| {
            let value = format!("2023-01-{at:02}\u{7}");
            match at {
                3 => row(0, 1_003, Rule::MissingId, "MaHoSo", None),
                _ => row(usize::from(at > 6), 1_000 + at, Rule::FinishedBeforeReceived, "NgayKetThuc", Some(&value)),
            }
        };
        let warnings = vec![
            warning(Suspicion::NoDueDate, None, 1_200),
            warning(Suspicion::UnlistedValue, Some("Fax"), 3),
            warning(Suspicion::UnlistedValue, Some("Zalo"), 12),
        ];
        let quarantine = (1..=12).map(broken).collect();
        let findings =
            Findings { inputs, accepted: 1_424, quarantine, ambiguous_times: 3, warnings, ..Findings::default() };
        assert_page(
            &page(&findings, NARROW),
            r"
file          rows   bytes  format
a.csv        1,400  89,600  CSV
b\u{1b}.csv     36   2,304  CSV, windows-1258

dates: due_at typed · received_at %d/%m/%Y

read 1,436 = accepted 1,424 + quarantined 12 (0.84 %)
  finished_before_received  11
  missing_id                 1
3 local times that summer time makes ambiguous, read as the earlier instant

By file ────────────────────────────────────────────────────────────────────────
file         rule                      rows
a.csv        finished_before_received     5
             missing_id                   1
b\u{1b}.csv  finished_before_received     6

Worst columns ──────────────────────────────────────────────────────────────────
column       rows
NgayKetThuc    11
MaHoSo          1

Warnings: accepted, but suspicious ─────────────────────────────────────────────
1,200  84.27 %  no_due_date: Dossiers without a due date. Dashboards count them
                as on time; here they are counted apart.
   12   0.84 %  unlisted_value channel = Zalo: A value outside the canonical
                list, kept as itself. Map it under `[values]`.
    3   0.21 %  unlisted_value channel = Fax

First rows set aside: 10 of 12 ─────────────────────────────────────────────────
file          row  column       rule                      value
a.csv        1001  NgayKetThuc  finished_before_received  2023-01-01\u{7}
a.csv        1002  NgayKetThuc  finished_before_received  2023-01-02\u{7}
a.csv        1003  MaHoSo       missing_id                –
a.csv        1004  NgayKetThuc  finished_before_received  2023-01-04\u{7}
a.csv        1005  NgayKetThuc  finished_before_received  2023-01-05\u{7}
a.csv        1006  NgayKetThuc  finished_before_received  2023-01-06\u{7}
b\u{1b}.csv  1007  NgayKetThuc  finished_before_received  2023-01-07\u{7}
b\u{1b}.csv  1008  NgayKetThuc  finished_before_received  2023-01-08\u{7}
b\u{1b}.csv  1009  NgayKetThuc  finished_before_received  2023-01-09\u{7}
b\u{1b}.csv  1010  NgayKetThuc  finished_before_received  2023-01-10\u{7}
all of them, with their values: --quarantine PATH
",
        );
    }

    #[test]
    fn events_and_the_cases_made_of_them() {
        assert_page(
            &page(&of_events(), Style { lang: Lang::Vi, ..NARROW }),
            r"
tệp         dòng  byte  định dạng
events.csv     9   576  CSV

bước xử lý: đọc 9 = nhận 8 + cách ly 1 (11,11%) · 4 loại bước · 2 cán bộ
3 hồ sơ
  missing_time  1
hồ sơ: đọc 3 = nhận 2 + cách ly 1 (33,33%)
  broken_event  1
3 giờ địa phương không rõ do đổi giờ mùa hè, được hiểu là thời điểm sớm hơn

Các cột nhiều lỗi nhất ─────────────────────────────────────────────────────────
cột  dòng
Luc     1

Các dòng cách ly đầu tiên: 2 trên 2 ────────────────────────────────────────────
tệp                  dòng  cột      quy tắc       giá trị
events.csv              7  Luc      missing_time  –
cases of events.csv     2  case_id  broken_event  B
toàn bộ, kèm giá trị: --quarantine PATH
",
        );
    }

    #[test]
    fn a_clean_log_is_short() {
        let findings = Findings { inputs: vec![input("a.csv", 2)], accepted: 2, ..Findings::default() };
        let clean = "
file   rows  bytes  format
a.csv     2    128  CSV

read 2 = accepted 2 + quarantined 0
";
        assert_page(&page(&findings, NARROW), clean);
    }

    #[test]
    fn long_lists_are_cut_and_say_so() {
        let inputs = (1..=23).map(|at| input(&format!("{at}.csv"), 1)).collect();
        let quarantine = (0..23).map(|at| row(at, 1, Rule::MissingId, &format!("c{at:02}"), None)).collect();
        let value = |at: u64| warning(Suspicion::UnlistedValue, Some(&format!("v{at}")), at);
        let findings = Findings { inputs, quarantine, warnings: (1..=12).map(value).collect(), ..Findings::default() };
        let page = page(&findings, NARROW);
        for (shown, cut) in [("20.csv  missing_id     1\n… 3 more\n", "21.csv  missing_id"), ("c09        1\n", "c10 ")]
        {
            assert!(page.contains(shown) && !page.contains(cut), "{page}");
        }
        assert!(page.contains("= v3\n") && page.contains("… 2 more values\n") && !page.contains("= v2\n"), "{page}");
        assert_eq!(page.matches("Map it under").count(), 1, "{page}");
    }
}
