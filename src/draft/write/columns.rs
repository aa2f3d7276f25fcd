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
            page.other(
                role.canonical,
                &quoted(column.given()),
                &say!(facts.lang, "by the profile", "theo hồ sơ dữ liệu chuẩn"),
            );
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
            Some(_) => doubt(facts, other).unwrap_or_else(|| {
                say!(lang, "dates too, in {filled} of the rows", "cũng là ngày giờ, có ở {filled} số dòng")
            }),
            None => say!(lang, "{kinds} values, in {filled} of the rows", "{kinds} giá trị, có ở {filled} số dòng"),
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
    Some(say!(
        facts.lang,
        "dates too, {early} of them before reception",
        "cũng là ngày giờ, {early} sớm hơn lúc tiếp nhận"
    ))
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
        101 => say!(lang, "it has the canonical name", "đúng tên chuẩn"),
        LIKELY.. => say!(lang, "its name says \"{words}\"", "tên là \"{words}\""),
        _ => say!(lang, "by its values alone", "chỉ theo giá trị"),
    };
    let (filled, kinds) = (percent(own.filled(), lang), count(own.kinds() as u64, lang));
    let blank = if own.values == own.rows {
        say!(lang, "never blank", "không dòng nào trống")
    } else {
        say!(lang, "in {filled} of the rows", "có ở {filled} số dòng")
    };
    let holds = match &own.dates {
        Some(dates) => dated(facts, dates),
        None if role.canonical == "case_id" => id(facts, own),
        None if list(role.canonical).is_some() => {
            let known = percent(known_share(role.canonical, own), lang);
            say!(
                lang,
                "{kinds} values, {known} of the rows with a known one",
                "{kinds} giá trị, {known} số dòng có giá trị quen thuộc"
            )
        }
        None => say!(lang, "{kinds} values", "{kinds} giá trị"),
    };
    let order = own.dates.as_ref().and_then(|dates| order(facts, role.canonical, dates)).unwrap_or_default();
    vec![named, holds, blank, order]
}

fn dated(facts: &Facts<'_>, dates: &Dates) -> String {
    let (lang, formats) = (facts.lang, dates.formats());
    let (read, of) = (percent(share(dates.read, dates.of), lang), count(dates.of as u64, lang));
    say!(
        lang,
        "{read} of {of} looked-at values are dates, {formats}",
        "{read} trong {of} giá trị đã xem là ngày giờ, {formats}"
    )
}

fn id(facts: &Facts<'_>, own: &Column) -> String {
    let (lang, twice) = (facts.lang, own.values - own.distinct);
    let (of, twice_text) = (count(own.values as u64, lang), count(twice as u64, lang));
    match twice {
        0 => say!(lang, "all of {of} looked-at values differ", "{of} giá trị đã xem đều khác nhau"),
        _ => say!(
            lang,
            "{twice_text} of {of} looked-at values stand twice",
            "{twice_text} trong {of} giá trị đã xem bị trùng"
        ),
    }
}

/// How often a date is not before reception.
fn order(facts: &Facts<'_>, canonical: &str, dates: &Dates) -> Option<String> {
    let later = ["due_at", "finished_at", "delivered_at", "accepted_at"].contains(&canonical);
    let received = facts.column("received_at").filter(|_| later)?;
    let (before, of) = received.dates.as_ref()?.before(dates);
    let told = percent(share(before, of), facts.lang);
    (of > 0).then(|| say!(facts.lang, "in {told} of them not before reception", "{told} không sớm hơn lúc tiếp nhận"))
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
        page.note(&say!(
            lang,
            "about persons, neither read nor mapped: {list}",
            "về cá nhân, không đọc và không ánh xạ: {list}"
        ));
    }
    let of_steps: Vec<usize> = facts.steps.iter().flat_map(|steps| steps.own.all()).collect();
    let is_left = |at: &usize| !of_steps.contains(at) && facts.roles.0.iter().all(|role| role.column != Some(*at));
    let by_name = |own: &&Column| facts.main.table.columns().iter().any(|(known, _)| *known == own.given());
    let named = (0..facts.columns.len()).filter(is_left).map(|at| &facts.columns[at]).filter(by_name);
    let named = named.map(|own| format!("\"{}\"", own.given())).collect::<Vec<_>>().join(", ");
    if !named.is_empty() {
        page.note(&say!(lang, "read by their own names: {named}", "được đọc theo đúng tên: {named}"));
    }
    let left = (0..facts.columns.len())
        .filter(is_left)
        .map(|at| &facts.columns[at])
        .filter(|own| own.values > 0 && !by_name(own));
    let told = left.take(LISTED).map(|own| format!("\"{}\" ({})", own.given(), count(own.kinds() as u64, lang)));
    let told = told.collect::<Vec<_>>().join(", ");
    if !told.is_empty() {
        page.note(&say!(lang, "not mapped, with how many values: {told}", "chưa ánh xạ, kèm số giá trị: {told}"));
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
        let why = say!(facts.lang, "{kinds} values", "{kinds} giá trị");
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
        0 => say!(lang, "by their words, among {among}", "theo tên gọi, trong {among}"),
        _ => say!(
            lang,
            "by their words, among {among}; values that nothing is known of are switched off and leave their \
             dossiers out of KPIs that ask for them",
            "theo tên gọi, trong {among}; giá trị chưa rõ được tắt, hồ sơ có giá trị đó không vào chỉ tiêu cần cột \
             này"
        ),
    };
    page.guess(if unknown == 0 { Trust::Likely } else { Trust::Guess }, &[told]);
    for own in all.iter().take(LISTED).filter(|own| own.canonical != Some(own.value)) {
        let rows = count(own.count, lang);
        let rows = say!(lang, "{rows} rows", "{rows} dòng");
        match own.canonical {
            Some(canonical) => page.told_value(own.value, canonical, &rows, true),
            None => page.told_value(own.value, &list[0], &rows, false),
        }
    }
}
