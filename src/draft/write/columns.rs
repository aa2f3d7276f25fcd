//! Which column is which, and what their values stand for.

use crate::draft::column::{Column, Dates, share};
use crate::draft::facts::Facts;
use crate::draft::name::{LIKELY, Name};
use crate::draft::page::{Page, Trust, count, listed, percent, quoted, say};
use crate::draft::roles::Role;
use crate::draft::values::{Meant, known_share, list, meant};
use crate::ingest::Profile;
use std::collections::BTreeSet;

/// Values of a column that are listed.
const LISTED: usize = 40;

pub(super) fn columns(facts: &Facts<'_>, page: &mut Page) {
    page.section("columns");
    if facts.profile == Profile::Npsp {
        for role in &facts.roles.0 {
            let Some(column) = role.column.map(|at| &facts.columns[at]) else { continue };
            page.other(role.canonical, &quoted(column.given()), &say!(facts.lang, "draft.by_the_profile"));
        }
        return unmapped(facts, page);
    }
    for role in &facts.roles.0 {
        column(facts, role, page);
    }
    unmapped(facts, page);
    of_events(facts, page);
}

fn column(facts: &Facts<'_>, role: &Role, page: &mut Page) {
    let lang = facts.lang;
    if let Some(own) = role.column.map(|at| &facts.columns[at]) {
        page.guess(sure(facts, role, own), &evidence(facts, role, own));
        page.line(role.canonical, &quoted(own.given()));
    }
    for other in role.others.iter().map(|at| &facts.columns[*at]) {
        let filled = percent(other.filled(), lang);
        let kinds = count(other.kinds() as u64, lang);
        let why = match &other.dates {
            Some(_) => doubt(facts, other).unwrap_or_else(|| say!(lang, "draft.dates_too_in_of_the", filled)),
            None => say!(lang, "draft.values_in_of_the_rows", filled, kinds),
        };
        page.other(role.canonical, &quoted(other.given()), &why);
    }
}

/// That a column comes before reception too often to be later.
fn doubt(facts: &Facts<'_>, column: &Column) -> Option<String> {
    let received = facts.column("received_at").filter(|own| own.title() != column.title())?;
    let (before, of) = received.dates.as_ref()?.before(column.dates.as_ref()?);
    let late = of - before;
    if of == 0 || late * 20 < of {
        return None;
    }
    let early = percent(share(late, of), facts.lang);
    Some(say!(facts.lang, "draft.dates_too_of_them_before", early))
}

fn sure(facts: &Facts<'_>, role: &Role, own: &Column) -> Trust {
    let sound = match role.canonical {
        "case_id" => own.is_unique(),
        "received_at" => own.filled() > 0.99 && doubt_of_order(facts, own).is_none(),
        "due_at" | "finished_at" | "delivered_at" => doubt(facts, own).is_none(),
        _ if own.dates.is_some() => true,
        name if list(name).is_some() => known_share(name, own) > 0.9,
        _ => own.filled() > 0.9,
    };
    match role.score {
        90.. if sound => Trust::Sure,
        LIKELY.. => Trust::Likely,
        _ => Trust::Guess,
    }
}

/// Whether reception is later than what comes after it.
fn doubt_of_order(facts: &Facts<'_>, received: &Column) -> Option<()> {
    let later = ["finished_at", "due_at"].iter().filter_map(|name| facts.column(name)?.dates.as_ref());
    let own = received.dates.as_ref()?;
    let mut wrong = later.map(|later| own.before(later)).filter(|(before, of)| before * 20 < of * 19);
    wrong.next().map(|_| ())
}

fn evidence(facts: &Facts<'_>, role: &Role, own: &Column) -> Vec<String> {
    let lang = facts.lang;
    let words = own.name.text();
    let named = match role.score {
        101 => say!(lang, "draft.it_has_the_canonical_name"),
        LIKELY.. => say!(lang, "draft.its_name_says", words),
        _ => say!(lang, "draft.by_its_values_alone"),
    };
    let (filled, kinds) = (percent(own.filled(), lang), count(own.kinds() as u64, lang));
    let blank = if own.values == own.rows {
        say!(lang, "draft.never_blank")
    } else {
        say!(lang, "draft.in_of_the_rows", filled)
    };
    let holds = match &own.dates {
        Some(dates) => dated(facts, dates),
        None if role.canonical == "case_id" => id(facts, own),
        None if list(role.canonical).is_some() => {
            let known = percent(known_share(role.canonical, own), lang);
            say!(lang, "draft.values_of_the_rows_with", kinds, known)
        }
        None => say!(lang, "draft.values", kinds),
    };
    let order = own.dates.as_ref().and_then(|dates| order(facts, role.canonical, dates)).unwrap_or_default();
    vec![named, holds, blank, order]
}

fn dated(facts: &Facts<'_>, dates: &Dates) -> String {
    let (lang, formats) = (facts.lang, dates.formats());
    let (read, of) = (percent(share(dates.read, dates.of), lang), count(dates.of as u64, lang));
    say!(lang, "draft.of_looked_at_values_are", formats, of, read)
}

fn id(facts: &Facts<'_>, own: &Column) -> String {
    let (lang, twice) = (facts.lang, own.values - own.distinct);
    let (of, twice_text) = (count(own.values as u64, lang), count(twice as u64, lang));
    match twice {
        0 => say!(lang, "draft.all_of_looked_at_values", of),
        _ => say!(lang, "draft.of_looked_at_values_stand", of, twice_text),
    }
}

/// How often a date is not before reception.
fn order(facts: &Facts<'_>, canonical: &str, dates: &Dates) -> Option<String> {
    let later = ["due_at", "finished_at", "delivered_at", "accepted_at"].contains(&canonical);
    let received = facts.column("received_at").filter(|_| later)?;
    let (before, of) = received.dates.as_ref()?.before(dates);
    let told = percent(share(before, of), facts.lang);
    (of > 0).then(|| say!(facts.lang, "draft.in_of_them_not_before", told))
}

/// The columns that are not mapped: those of persons, whose values are not read, and the rest.
fn unmapped(facts: &Facts<'_>, page: &mut Page) {
    let lang = facts.lang;
    let names: BTreeSet<&str> =
        facts.main.sources.iter().flat_map(|own| own.schema().iter_names().map(|name| name.as_str())).collect();
    let personal: Vec<String> = names
        .into_iter()
        .filter(|name| Name::is_personal(name))
        .map(|name| format!("\"{name}\""))
        .take(LISTED)
        .collect();
    if !personal.is_empty() {
        let list = personal.join(", ");
        page.note(&say!(lang, "draft.about_persons_neither_read_nor", list));
    }
    let of_steps: Vec<usize> = facts.steps.iter().flat_map(|steps| steps.own.all()).collect();
    let is_left = |at: &usize| !of_steps.contains(at) && facts.roles.0.iter().all(|role| role.column != Some(*at));
    let by_name = |own: &&Column| facts.main.table.columns().iter().any(|(known, _)| *known == own.given());
    let named = (0..facts.columns.len()).filter(is_left).map(|at| &facts.columns[at]).filter(by_name);
    let named = named.map(|own| format!("\"{}\"", own.given())).collect::<Vec<_>>().join(", ");
    if !named.is_empty() {
        page.note(&say!(lang, "draft.read_by_their_own_names", named));
    }
    let left = (0..facts.columns.len())
        .filter(is_left)
        .map(|at| &facts.columns[at])
        .filter(|own| own.values > 0 && !by_name(own));
    let told = left.take(LISTED).map(|own| format!("\"{}\" ({})", own.given(), count(own.kinds() as u64, lang)));
    let told = told.collect::<Vec<_>>().join(", ");
    if !told.is_empty() {
        page.note(&say!(lang, "draft.not_mapped_with_how_many", told));
    }
}

/// The columns that are an event's own.
fn of_events(facts: &Facts<'_>, page: &mut Page) {
    let Some(steps) = &facts.steps else { return };
    let own = steps.own;
    // Names after the XES standard are known.
    let usual = [
        ("case_id", Some(own.id), "case:concept:name"),
        ("activity", Some(own.activity), "concept:name"),
        ("at", Some(own.at), "time:timestamp"),
        ("officer", own.officer, "org:resource"),
        ("unit", own.unit, "org:group"),
        ("lifecycle", own.lifecycle, "lifecycle:transition"),
    ];
    page.section("columns.events");
    for (canonical, at, usual) in usual {
        let Some(column) = at.map(|at| &facts.columns[at]) else { continue };
        let (title, kinds) = (column.title(), count(column.kinds() as u64, facts.lang));
        let why = say!(facts.lang, "draft.values", kinds);
        match title == usual || title == canonical {
            true => page.other(canonical, &quoted(title), &why),
            false => page.told(canonical, &quoted(title), &why),
        }
    }
}

/// What the values of columns with a list stand for.
pub(super) fn values(facts: &Facts<'_>, page: &mut Page) {
    if facts.profile == Profile::Npsp {
        return;
    }
    for role in &facts.roles.0 {
        let Some(column) = role.column.map(|at| &facts.columns[at]) else { continue };
        let Some(list) = list(role.canonical) else { continue };
        let all = meant(role.canonical, column);
        if all.iter().any(|own| own.canonical != Some(own.value)) {
            map(
                facts,
                role.canonical,
                &list.iter().map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>(),
                &all,
                page,
            );
        }
    }
}

fn map(facts: &Facts<'_>, canonical: &str, list: &[String], all: &[Meant<'_>], page: &mut Page) {
    let lang = facts.lang;
    page.section(&format!("values.{canonical}"));
    let (among, unknown) = (listed(list), all.iter().filter(|own| own.canonical.is_none()).count());
    let told = match unknown {
        0 => say!(lang, "draft.by_their_words_among", among),
        _ => say!(lang, "draft.by_their_words_among_values", among),
    };
    page.guess(if unknown == 0 { Trust::Likely } else { Trust::Guess }, &[told]);
    for own in all.iter().take(LISTED).filter(|own| own.canonical != Some(own.value)) {
        let rows = count(own.count, lang);
        let rows = say!(lang, "draft.rows", rows);
        match own.canonical {
            Some(canonical) => page.told_value(own.value, canonical, &rows, true),
            None => page.told_value(own.value, &list[0], &rows, false),
        }
    }
}
