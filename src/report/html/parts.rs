//! The parts of the page in their order, and its contents.

use super::kpi::kpi;
use super::piece::{self, Table, capital, name};
use super::words::{
    APPLICANTS, CONTENTS, DATA, FIGURE_KPI, GROUPS, GROUPS_SAY, IN_SHORT, LACKING, NO_SCRIPT, SEARCH, SET_ROWS, VERDICT,
};
use super::{closing, head};
use crate::kpi::Axis;
use crate::report::face::Face;
use crate::report::number::count;
use crate::report::page::{Text, escaped};
use crate::report::reason;
use crate::report::section::Section;
use crate::report::terminal::BY_APPLICANT;
use crate::report::words::{CHANGE, IS, NO_NAME, WAS, axis, flag};
use crate::report::{Lang, beside, contrasts, scenarios};
use crate::scorecard::{Flag, Group, Row, Scorecard};
use maud::{Markup, html};
use std::collections::BTreeSet;

/// A part of the page.
pub(super) struct Part {
    id: &'static str,
    title: String,
    pub(super) body: Markup,
}

/// Everything below the top.
pub(super) fn parts(card: &Scorecard, lang: Lang) -> Vec<Part> {
    let axes = Axis::ALL.into_iter().map(Some).chain([None]).filter_map(|id| of_axis(id, card, lang));
    let more = [
        of_section("said-otherwise", contrasts::section(card, lang), lang),
        groups(card, lang),
        applicants(card, lang),
        of_section("reformed", beside::section(card, lang), lang),
        of_section("stands", scenarios::section(card, lang), lang),
        Some(Part { id: "log", title: lang.say(DATA).to_owned(), body: closing::data(card, lang) }),
        Some(Part { id: "made", title: lang.say(SET_ROWS).to_owned(), body: closing::settings(card, lang) }),
    ];
    axes.chain(more.into_iter().flatten()).collect()
}

/// Links to the parts.
pub(super) fn contents(parts: &[Part], lang: Lang) -> Markup {
    html! {
        nav aria-label=(lang.say(CONTENTS)) {
            ul {
                li { a href="#short" { (lang.say(IN_SHORT)) } }
                @for part in parts { li { a href={ "#" (part.id) } { (part.title) } } }
            }
        }
    }
}

/// A part under a heading.
fn part(id: &'static str, title: String, inner: Markup) -> Part {
    let heading = format!("{id}-title");
    let body = html! { section id=(id) aria-labelledby=(heading) { h2 id=(heading) { (title) } (inner) } };
    Part { id, title, body }
}

/// An axis with its KPIs; `None` where it has none.
fn of_axis(id: Option<Axis>, card: &Scorecard, lang: Lang) -> Option<Part> {
    let own: Vec<&Row> = card.kpis.iter().filter(|row| row.axis == id).collect();
    let result = card.axes.iter().find(|result| Some(result.id) == id);
    if own.is_empty() && result.is_none() {
        return None;
    }
    let told = own.iter().filter(|row| reason::lacking(row).is_none());
    let lacks = reason::lacks(&own, lang);
    let inner = html! {
        @if let Some(result) = result {
            (head::verdict(result, card, lang))
            p.because { (escaped(&reason::sentence(&result.because, &card.kpis, lang))) }
        }
        @for row in told { (kpi(row, card, lang)) }
        @if !lacks.is_empty() {
            div.lacking { h3 { (lang.say(LACKING)) } ul { @for line in lacks { li { (escaped(&line)) } } } }
        }
    };
    Some(part(id.map_or("own", Axis::id), axis(id, lang), inner))
}

fn of_section(id: &'static str, section: Option<Section>, lang: Lang) -> Option<Part> {
    let section = section?;
    Some(part(id, section.title.clone(), piece::section(&section, lang)))
}

/// The drill-down; the script makes it of the data.
fn groups(card: &Scorecard, lang: Lang) -> Option<Part> {
    let first = card.groups.first()?;
    let by = first.by.keys().map(|column| escaped(column)).collect::<Vec<_>>().join(", ");
    let n = count(card.groups.len() as u64, lang);
    let inner = html! {
        p { (lang.filled(GROUPS_SAY, &[("n", &n)])) }
        p #no-script.beware { (lang.say(NO_SCRIPT)) }
        div #drill hidden {
            div.controls {
                label { span { (lang.say(FIGURE_KPI)) } select #drill-kpi {} }
                label { span { (lang.say(SEARCH)) } input #drill-search type="search" autocomplete="off" spellcheck="false"; }
                p #drill-status role="status" {}
            }
            div #drill-table {}
            div #drill-pages.controls {}
        }
    };
    Some(part("groups", lang.filled(GROUPS, &[("by", &by)]), inner))
}

/// The first axis by kind of applicant.
fn applicants(card: &Scorecard, lang: Lang) -> Option<Part> {
    (!card.applicants.is_empty()).then(|| {
        let of = |group: &Group| html! { h3 { (title(group, lang)) } (table(group, card, lang)) };
        let inner = html! { @for group in &card.applicants { (of(group)) } };
        part("applicants", lang.say(APPLICANTS).to_owned(), inner)
    })
}

fn title(group: &Group, lang: Lang) -> Markup {
    html! {
        @for (at, own) in group.by.values().enumerate() {
            @if at > 0 { ", " }
            @match own { Some(own) => (name(own)), None => (lang.say(NO_NAME)) }
        }
    }
}

fn table(group: &Group, card: &Scorecard, lang: Lang) -> Markup {
    let rows: Vec<&Row> = group.kpis.iter().filter(|row| BY_APPLICANT.contains(&row.id.as_str())).collect();
    let two = card.study.was.is_some();
    let say = |words, right| (capital(lang.say(words)), right);
    let mut columns =
        vec![say(FIGURE_KPI, false), say(WAS, true), say(IS, true), say(CHANGE, true), say(VERDICT, false)];
    columns.push(("n".to_owned(), true));
    let keep = |at: usize| two || !matches!(at, 1 | 3 | 4);
    let columns: Vec<_> = columns.into_iter().enumerate().filter(|(at, _)| keep(*at)).map(|(_, own)| own).collect();
    let caption =
        escaped(&group.by.values().map(|own| own.as_deref().unwrap_or_default()).collect::<Vec<_>>().join(", "));
    let cells = rows.iter().map(|row| {
        let cells = cells(row, card, lang).into_iter().enumerate().filter(|(at, _)| keep(*at));
        cells.map(|(_, cell)| cell).collect::<Vec<_>>()
    });
    let cells: Vec<Vec<Markup>> = cells.collect();
    let flags: BTreeSet<Flag> = rows.iter().flat_map(|row| row.flags.iter().copied()).collect();
    let common = head::common(card);
    html! {
        (Table::new(&caption, &columns, lang).of(&cells))
        @for own in flags.difference(&common) { p.note { (lang.say(flag(*own))) } }
    }
}

fn cells(row: &Row, card: &Scorecard, lang: Lang) -> Vec<Markup> {
    let face = Face::new(row, &card.study, lang);
    let own: Vec<String> = face.cells(&[]).iter().map(Text::content).collect();
    let [label, was, _, is, unit, change, interval] = own.as_slice() else { return Vec::new() };
    let fixed = face.at_fixed_mix(0).map(|cells| cells.iter().map(Text::content).collect::<Vec<_>>());
    let verdict = face.verdict().map(|verdict| piece::text(&verdict)).unwrap_or_default();
    vec![
        html! { (label) },
        html! { (was) },
        html! { (is) " " (unit) },
        html! {
            @if change.is_empty() {
                @if let Some(why) = row.is.reason().or(row.change.reason()) { span.quiet { (lang.why(why)) } }
            }
            (change) " " (interval)
            @if let Some([label, _, _, _, _, change, interval]) = fixed.as_deref() {
                br; span.quiet { (label) ": " (change) " " (interval) }
            }
        },
        verdict,
        html! { (face.rows()) },
    ]
}
