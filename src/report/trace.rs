//! One dossier as a page: its rows, its dates on both clocks, and what it counts in or why not.

use super::number::count;
use super::page::{Page, Text, Tone, column};
use super::words::{FILE, IS, NO_NAME, ROW, WAS, Words, unit};
use super::{Lang, Style, dates, provenance};
use crate::error::{Error, Result};
use crate::kpi::Unit;
use crate::scorecard::{Entry, SetAside, Trace, TracedPause, TracedRow};

const ROWS: Words = Words("trace.rows");
const EVENTS: Words = Words("trace.events");
const MILESTONES: Words = Words("trace.milestones");
const PAUSES: Words = Words("trace.pauses");
const OUTCOME: Words = Words("trace.outcome");
const GROUP: Words = Words("trace.group");
const FIGURES: Words = Words("trace.figures");
const ACCEPTED: Words = Words("trace.accepted");
const SET_ASIDE: Words = Words("trace.set_aside");
const AT: Words = Words("trace.at");
const WHAT: Words = Words("trace.what");
const APPLICANT: Words = Words("trace.applicant");
const OFFICE: Words = Words("trace.office");
const STILL: Words = Words("trace.still");
const DAYS: Words = Words("trace.days");

/// The whole page.
pub(super) fn page(trace: &Trace, style: Style) -> String {
    let mut page = Page::new(style);
    head(&mut page, trace);
    rows(&mut page, trace);
    events(&mut page, trace);
    milestones(&mut page, trace);
    pauses(&mut page, &trace.pauses);
    figures(&mut page, trace);
    page.blank();
    provenance::on(&mut page, &trace.provenance);
    page.finish()
}

/// The same as JSON with a final newline.
pub(super) fn json(trace: &Trace) -> Result<String> {
    let text = serde_json::to_string_pretty(trace).map(|text| text + "\n");
    text.map_err(|why| Error::broken("writing a trace as JSON", why))
}

fn head(page: &mut Page, trace: &Trace) {
    let lang = page.style.lang;
    page.facts(0, vec![Text::strong(&trace.case), Text::plain(&trace.study.name)]);
    let windows = dates::windows(trace.study.was.as_deref(), &trace.study.is, lang);
    let outcome = trace.outcome.iter().map(|outcome| format!("{}: {outcome}", lang.say(OUTCOME)));
    let named = |(column, name): (&String, &Option<String>)| {
        format!("{column} = {}", name.as_deref().unwrap_or(lang.say(NO_NAME)))
    };
    let group: Vec<String> = trace.group.iter().map(named).collect();
    let group = (!group.is_empty()).then(|| format!("{}: {}", lang.say(GROUP), group.join(", ")));
    page.facts(0, std::iter::once(windows).chain(outcome).chain(group).map(Text::plain).collect());
}

fn section(page: &mut Page, title: Words) {
    page.blank();
    page.heading(Text::strong(page.style.lang.say(title)), None);
}

fn rows(page: &mut Page, trace: &Trace) {
    let lang = page.style.lang;
    section(page, ROWS);
    for TracedRow { path, row, cells, set_aside } in &trace.rows {
        let place = format!("{path}, {} {}", lang.say(ROW), count(*row, lang));
        page.facts(2, vec![Text::strong(place), fate(set_aside.as_ref(), lang)]);
        let cells = cells.iter().map(|(column, value)| Text::dim(format!("{column} = {value}")));
        page.facts(4, cells.collect());
    }
}

/// Accepted, or the rule that a row breaks with what shows it.
fn fate(set_aside: Option<&SetAside>, lang: Lang) -> Text {
    let Some(SetAside { rule, column, value }) = set_aside else { return Text::plain(lang.say(ACCEPTED)) };
    let shown = value.as_ref().map_or_else(String::new, |value| format!(" = {value}"));
    let shown = if column.is_empty() { String::new() } else { format!(" ({column}{shown})") };
    Text::new(Tone::Bad, format!("{}: {rule}{shown}", lang.say(SET_ASIDE)))
}

fn events(page: &mut Page, trace: &Trace) {
    if trace.events.is_empty() {
        return;
    }
    let lang = page.style.lang;
    section(page, EVENTS);
    // One file goes without saying; its place is then for what happened.
    let one = trace.events.iter().all(|event| event.path == trace.events[0].path);
    let head = [lang.say(AT), lang.say(WHAT), "", lang.say(if one { ROW } else { FILE })].map(Text::dim).into();
    let told = |text: &Option<String>| text.clone().unwrap_or_default();
    let lines = trace.events.iter().map(|event| {
        let who: Vec<&str> =
            [&event.lifecycle, &event.unit, &event.officer].into_iter().flatten().map(String::as_str).collect();
        let what = match &event.set_aside {
            Some(aside) => fate(Some(aside), lang),
            None => Text::plain(told(&event.activity)),
        };
        let at = Text::plain(dates::day(&spaced(&told(&event.at)), lang));
        let row = count(event.row, lang);
        let place = Text::dim(if one { row } else { format!("{}, {} {row}", event.path, lang.say(ROW)) });
        vec![at, what, Text::plain(who.join(", ")), place]
    });
    let lines: Vec<Vec<Text>> = std::iter::once(head).chain(lines).collect();
    page.table(2, &[column(0, false), column(2, false), column(2, false), column(2, one)], &lines);
}

fn milestones(page: &mut Page, trace: &Trace) {
    if trace.milestones.is_empty() {
        return;
    }
    let lang = page.style.lang;
    section(page, MILESTONES);
    let office = trace.milestones.iter().any(|milestone| milestone.working_seconds.is_some());
    let head = ["", lang.say(AT), lang.say(APPLICANT), if office { lang.say(OFFICE) } else { "" }];
    let lines = trace.milestones.iter().map(|milestone| {
        let elapsed = milestone.elapsed_seconds.map(|seconds| lasting(seconds, lang)).unwrap_or_default();
        let working = milestone.working_seconds.map(hours).unwrap_or_default();
        [milestone.name.clone(), dates::day(&spaced(&milestone.at), lang), elapsed, working].map(Text::plain).into()
    });
    let lines: Vec<Vec<Text>> = std::iter::once(head.map(Text::dim).into()).chain(lines).collect();
    page.table(2, &[column(0, false), column(2, false), column(2, true), column(2, true)], &lines);
}

fn pauses(page: &mut Page, pauses: &[TracedPause]) {
    if pauses.is_empty() {
        return;
    }
    let lang = page.style.lang;
    section(page, PAUSES);
    let lines = pauses.iter().map(|pause| {
        let spaced = |at: &str| dates::day(&spaced(at), lang);
        let from = pause.from.as_deref().map(spaced).unwrap_or_default();
        let still = if pause.from.is_some() { lang.say(STILL).to_owned() } else { String::new() };
        let to = pause.to.as_deref().map_or(still, spaced);
        let elapsed = pause.elapsed_seconds.map(|seconds| lasting(seconds, lang)).unwrap_or_default();
        let working = pause.working_seconds.map(hours).unwrap_or_default();
        [from, to, elapsed, working].map(Text::plain).into()
    });
    let lines: Vec<Vec<Text>> = lines.collect();
    page.table(2, &[column(0, false), column(2, false), column(2, true), column(2, true)], &lines);
}

fn figures(page: &mut Page, trace: &Trace) {
    let lang = page.style.lang;
    section(page, FIGURES);
    let lines: Vec<Vec<Text>> = trace
        .kpis
        .iter()
        .map(|entry| {
            let window = entry.window.map_or("", |window| lang.say(if window == "was" { WAS } else { IS }));
            let sign = if entry.entered { "●" } else { "–" };
            let name = Text::strong(lang.name(&entry.name)).and(Text::dim(format!(" {}", entry.id)));
            vec![Text::plain(sign), name, Text::plain(window), part(entry, lang)]
        })
        .collect();
    page.table(2, &[column(0, false), column(1, false), column(2, false), column(2, false)], &lines);
}

/// The dossier's own value, or why it has none.
fn part(entry: &Entry, lang: Lang) -> Text {
    if let Some(value) = entry.value {
        let end = entry.end.map_or_else(String::new, |end| format!(", {}", lang.say(ended(end))));
        let told = match (entry.unit, value) {
            (Unit::Share, 1.0) => lang.say(Words("trace.yes")).to_owned(),
            (Unit::Share, 0.0) => lang.say(Words("trace.no")).to_owned(),
            (own, value) => format!("{} {}", (value * 1e4).round() / 1e4, lang.say(unit(own))),
        };
        return Text::plain(format!("{told}{end}"));
    }
    if entry.entered {
        // A distinct thing, or a quotient without a divisor, has no value of its own.
        return Text::plain(lang.say(Words("trace.counted")));
    }
    let detail = entry.detail.as_deref().map_or_else(String::new, |detail| format!(": {}", spaced(detail)));
    Text::dim(format!("{}{detail}", lang.say(because(entry.why.unwrap_or_default()))))
}

fn ended(end: &str) -> Words {
    match end {
        "open" => Words("ended.open"),
        "finished" => Words("ended.finished"),
        _ => Words("ended.other"),
    }
}

fn because(why: &str) -> Words {
    match why {
        "quarantined" => Words("because.quarantined"),
        "excluded" => Words("because.excluded"),
        "immature" => Words("because.immature"),
        "undated" => Words("because.undated"),
        "no_date" => Words("because.no_date"),
        "outside_windows" => Words("because.outside_windows"),
        "no_row" => Words("because.no_row"),
        "other_rows" => Words("because.other_rows"),
        "no_threshold" => Words("because.no_threshold"),
        "no_calendar" => Words("because.no_calendar"),
        "no_tariff" => Words("because.no_tariff"),
        _ => Words("because.other"),
    }
}

/// A moment as it is read: without the letter between day and time, and without seconds of nothing.
fn spaced(moment: &str) -> String {
    match moment.split_once('T') {
        Some((day, time)) if day.len() == 10 => format!("{day} {}", time.get(..8).unwrap_or(time)),
        _ => moment.to_owned(),
    }
}

/// Seconds in days, hours and minutes.
fn lasting(seconds: i64, lang: Lang) -> String {
    let (sign, minutes) = (if seconds < 0 { "−" } else { "" }, seconds.unsigned_abs() / 60);
    let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    format!("{sign}{days} {} {hours:02}:{minutes:02}", lang.say(DAYS))
}

/// Seconds in hours and minutes.
fn hours(seconds: i64) -> String {
    let (sign, minutes) = (if seconds < 0 { "−" } else { "" }, seconds.unsigned_abs() / 60);
    format!("{sign}{}:{:02}", minutes / 60, minutes % 60)
}
