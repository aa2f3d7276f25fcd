//! Where the rows are, how they are written, and what of events makes a dossier's dates.

use crate::draft::column::Column;
use crate::draft::facts::{Facts, Steps};
use crate::draft::page::{Page, Trust, count, listed, quoted, say};
use crate::draft::steps::Standing;
use crate::ingest::{Profile, Table};
use std::collections::BTreeSet;

pub(super) fn study(facts: &Facts<'_>, page: &mut Page) {
    let lang = facts.lang;
    page.section("study");
    page.line("name", &quoted(&facts.title()));
    let told = facts
        .hours
        .as_ref()
        .filter(|hours| !hours.sessions.is_empty())
        .map(|hours| super::calendar::told(facts, hours));
    page.guess(facts.zoned.sure, &facts.zoned.evidence.iter().cloned().chain(told).collect::<Vec<_>>());
    page.line("zone", &quoted(facts.zoned.tz.name()));
    for other in &facts.zoned.others {
        page.other("zone", &quoted(other.name()), &say!(lang, "draft.if_the_office_is_there"));
    }
}

pub(super) fn log(facts: &Facts<'_>, page: &mut Page) {
    page.section("log");
    what_rows_are(facts, page);
    for input in facts.inputs {
        let is_second = input.table == Table::Events && facts.main.table == Table::Cases;
        let (key, value) = (input.table.name(), listed(&input.entries));
        match is_second {
            true => page.other(key, &value, &say!(facts.lang, "draft.in_place_of_cases_dossiers")),
            false => page.line(key, &value),
        }
        if input.table == Table::Events && !is_second && input.sources.iter().all(|source| source.format().0 == "XES") {
            page.other("cases", &value, &say!(facts.lang, "draft.in_place_of_events_traces"));
        }
    }
    if facts.profile == Profile::Npsp {
        page.guess(Trust::Sure, &[say!(facts.lang, "draft.the_columns_are_those_of")]);
        page.line("profile", &quoted("npsp"));
    }
    ids(facts, page);
    sheet(facts, page);
}

/// The formats of the inputs and why their rows are dossiers or events.
fn what_rows_are(facts: &Facts<'_>, page: &mut Page) {
    let lang = facts.lang;
    let mut kinds: Vec<String> = Vec::new();
    for source in &facts.main.sources {
        let (format, encoding) = source.format();
        let kind = [Some(format), encoding].into_iter().flatten().collect::<Vec<_>>().join(", ");
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    let (kinds, columns) = (kinds.join("; "), facts.columns.len());
    let opened = say!(lang, "draft.columns", columns, kinds);
    let (sure, why) = match (&facts.steps, facts.column("case_id")) {
        (Some(steps), _) => {
            let (id, activity) = (&facts.columns[steps.own.id], facts.columns[steps.own.activity].title());
            let (rows, ids) = (count(id.values as u64, lang), count(id.distinct as u64, lang));
            (Trust::Sure, say!(lang, "draft.a_row_is_a_step", activity, ids, rows))
        }
        (None, Some(id)) => {
            let (rows, ids) = (count(id.values as u64, lang), count(id.distinct as u64, lang));
            (Trust::Likely, say!(lang, "draft.a_row_is_a_dossier", ids, rows))
        }
        (None, None) => (Trust::Sure, say!(lang, "draft.the_columns_are_those_of_2")),
    };
    page.guess(sure, &[opened, why]);
}

fn ids(facts: &Facts<'_>, page: &mut Page) {
    let lang = facts.lang;
    let Some(id) = facts.column("case_id") else { return };
    let twice = id.values - id.distinct;
    let why = match twice {
        0 => say!(lang, "draft.where_ids_are_known_not"),
        _ => {
            let twice = count(twice as u64, lang);
            say!(lang, "draft.not_advised_of_the_looked", twice)
        }
    };
    page.other("ids", &quoted("trusted"), &why);
}

fn sheet(facts: &Facts<'_>, page: &mut Page) {
    let sheets = facts.main.sources.iter().filter_map(|source| source.sheet());
    for (name, others) in sheets.take(1) {
        page.told("sheet", &quoted(name), &say!(facts.lang, "draft.the_first_with_rows"));
        for other in others.iter().take(5) {
            page.other("sheet", &quoted(other), &say!(facts.lang, "draft.another_sheet"));
        }
    }
}

/// How dates are written, where a study must say it, and what stands for none.
pub(super) fn format(facts: &Facts<'_>, page: &mut Page) {
    let dated: Vec<&Column> = facts.dated().collect();
    let absent: BTreeSet<&String> = dated.iter().flat_map(|own| &own.dates.as_ref().expect("dated").absent).collect();
    let by_profile = facts.profile == Profile::Npsp;
    let usual = |own: &&Column| own.dates.as_ref().is_none_or(|dates| dates.formats() == "%Y%m%d%H%M%S");
    let told = dated.iter().any(|own| own.dates.as_ref().is_some_and(|dates| dates.must_be_told()));
    let told = told || by_profile && !dated.iter().all(usual);
    if !told && absent.is_empty() {
        return;
    }
    page.section("format");
    if told {
        datetime(facts, &dated, page);
    }
    if !absent.is_empty() {
        let texts: Vec<String> = absent.into_iter().cloned().collect();
        page.told("absent", &listed(&texts), &say!(facts.lang, "draft.stand_where_a_date_should"));
    }
}

fn datetime(facts: &Facts<'_>, dated: &[&Column], page: &mut Page) {
    let lang = facts.lang;
    let mut formats: Vec<String> = Vec::new();
    for own in dated {
        let Some(dates) = &own.dates else { continue };
        dates.readings.iter().filter(|_| !dates.typed).for_each(|reading| {
            if !formats.contains(&reading.format) {
                formats.push(reading.format.clone());
            }
        });
        let title = own.given();
        if let Some((example, meaning)) = &dates.number {
            page.guess(Trust::Guess, &[say!(lang, "draft.holds_numbers_would_be", example, meaning, title)]);
        }
        if let Some(other) = &dates.other {
            let (one, two) = (&dates.readings[0].format, &other.format);
            page.guess(Trust::Guess, &[say!(lang, "draft.can_be_read_as_and", one, title, two)]);
        }
    }
    let text = |formats: &[String]| if let [only] = formats { quoted(only) } else { listed(formats) };
    page.line("datetime", &text(&formats));
    for own in dated {
        let Some(other) = own.dates.as_ref().and_then(|dates| dates.other.as_ref()) else { continue };
        let one = &own.dates.as_ref().expect("dated").readings[0].format;
        let turned: Vec<String> =
            formats.iter().map(|own| if own == one { other.format.clone() } else { own.clone() }).collect();
        page.other("datetime", &text(&turned), &say!(lang, "draft.the_other_reading"));
        break;
    }
}

/// What happened makes the dates of a dossier that no column gives.
pub(super) fn milestones(facts: &Facts<'_>, page: &mut Page) {
    let Some(steps) = &facts.steps else { return };
    let lacks = |name: &str| facts.column(name).is_none();
    if lacks("received_at") || lacks("finished_at") {
        page.section("milestones");
    }
    if lacks("received_at") {
        received(facts, steps, page);
    }
    if lacks("finished_at") {
        finished(facts, steps, page);
    }
    pauses(facts, steps, page);
}

fn standing(facts: &Facts<'_>, list: &[(String, Standing)], of: impl Fn(&Standing) -> usize) -> String {
    let told = list.iter().take(6).map(|(name, own)| format!("\"{name}\" {}", count(of(own) as u64, facts.lang)));
    told.collect::<Vec<_>>().join(", ")
}

fn received(facts: &Facts<'_>, steps: &Steps, page: &mut Page) {
    let (lang, dossiers) = (facts.lang, count(steps.dossiers as u64, facts.lang));
    let first = standing(facts, &steps.first, |own| own.first);
    page.guess(Trust::Likely, &[say!(lang, "draft.no_column_has_it_of", dossiers, first)]);
    page.line("received_at", &quoted("first"));
    if let Some((name, _)) = steps.first.first() {
        page.other("received_at", &quoted(name), &say!(lang, "draft.the_first_of_this_activity"));
    }
}

fn finished(facts: &Facts<'_>, steps: &Steps, page: &mut Page) {
    let (lang, dossiers) = (facts.lang, count(steps.dossiers as u64, facts.lang));
    if steps.ends.is_empty() {
        page.guess(Trust::Guess, &[say!(lang, "draft.no_activity_ends_dossiers_with")]);
        page.line("finished_at", &quoted("last"));
        return;
    }
    let names: Vec<String> = steps.ends.iter().map(|(name, _)| name.clone()).collect();
    let ends = standing(facts, &steps.ends, |own| own.last);
    let ending: usize = steps.ends.iter().map(|(_, own)| own.last).sum();
    let sure = if ending * 2 >= steps.dossiers { Trust::Likely } else { Trust::Guess };
    page.guess(sure, &[say!(lang, "draft.of_dossiers_end_with_hardly", dossiers, ends)]);
    page.line("finished_at", &format!("{{ last = {} }}", listed(&names)));
    page.other("finished_at", &quoted("last"), &say!(lang, "draft.every_dossier_counts_as_finished"));
}

fn pauses(facts: &Facts<'_>, steps: &Steps, page: &mut Page) {
    if steps.from.is_empty() || steps.to.is_empty() {
        return;
    }
    page.section("pauses");
    page.guess(Trust::Guess, &[say!(facts.lang, "draft.by_their_words_the_office")]);
    page.line("from", &listed(&steps.from));
    page.line("to", &listed(&steps.to));
}
