//! A form as a page for a browser: the paper form's table, its notes, where it comes from.

use super::grid::placed;
use super::{absent, bare, facts, is_number, new, text};
use crate::forms::{Cell, Filled, Kind, Line, Sheet};
use crate::kpi::Name;
use crate::report::html::{Extra, document};
use crate::report::messages::Words;
use crate::report::{Lang, provenance};
use maud::{Markup, html};

const NOTES: Words = Words("sheet.notes");
const ORIGIN: Words = Words("sheet.origin");

pub(super) fn page(form: &Filled, lang: Lang) -> String {
    let sheets = form.sheets();
    let title = sheets.first().map_or("", |sheet| lang.name(&sheet.title));
    let mut said = Vec::new();
    let body = html! {
        @for sheet in sheets.iter().take(1) { (head(sheet, lang)) }
        @for sheet in &sheets {
            @if let Some(part) = &sheet.part { h2 { (lang.name(part)) } }
            (table(sheet, lang))
            (notes(&new(sheet, &mut said), sheet.part.is_some(), lang))
        }
        (origin(form, lang))
    };
    document(title, lang, &body, Extra { wide: true, ..Extra::default() })
}

fn head(sheet: &Sheet, lang: Lang) -> Markup {
    let numbers: Vec<&str> = sheet.number.iter().map(|number| lang.name(number)).collect();
    html! {
        p.quiet.small { (numbers.join(" · ")) }
        h1 { (lang.name(&sheet.title)) }
        p { (facts(sheet, lang)) }
    }
}

fn table(sheet: &Sheet, lang: Lang) -> Markup {
    let last = sheet.headings.len().saturating_sub(1);
    let (totals, others): (Vec<&Line>, Vec<&Line>) = sheet.lines.iter().partition(|line| line.kind == Kind::Total);
    html! {
        div.scroll tabindex="0" role="region" aria-label=(lang.name(sheet.part.as_ref().unwrap_or(&sheet.title))) {
            table.form {
                thead {
                    @for row in 0..=last {
                        tr {
                            @for own in placed(sheet).iter().filter(|own| own.row == row) {
                                th scope=(if own.across() > 1 { "colgroup" } else { "col" })
                                    colspan=[(own.across() > 1).then(|| own.across())]
                                    rowspan=[(own.heading.down > 1).then_some(own.heading.down)] {
                                    (lang.name(&own.heading.text))
                                }
                            }
                        }
                    }
                    @if !sheet.numbers.is_empty() {
                        tr.quiet.small { @for number in &sheet.numbers { td { (bare(number)) } } }
                    }
                }
                tbody { @for line in others { (row(line, lang)) } }
                @if !totals.is_empty() { tfoot { @for line in totals { (row(line, lang)) } } }
            }
        }
        @if let Some(why) = absent(sheet, lang) { p.note { (why) } }
    }
}

/// A line; what it is of is its heading: the first cell that is no number and not the place in the list.
fn row(line: &Line, lang: Lang) -> Markup {
    let heading =
        line.cells.iter().enumerate().skip(1).find(|(_, cell)| matches!(cell, Cell::Text(_) | Cell::Words(_)));
    let heading = heading.map(|(at, _)| at);
    html! {
        tr.total[line.kind != Kind::Item] {
            @for (at, cell) in line.cells.iter().enumerate() {
                @if Some(at) == heading {
                    th scope="row" { bdi { (text(cell, lang)) } }
                } @else if is_number(cell) {
                    td.number { (text(cell, lang)) }
                } @else {
                    td { bdi { (text(cell, lang)) } }
                }
            }
        }
    }
}

/// What is said below a table: under a heading of the page, or of its part.
fn notes(notes: &[&Name], is_in_part: bool, lang: Lang) -> Markup {
    html! {
        @if !notes.is_empty() {
            @if is_in_part { h3 { (lang.say(NOTES)) } } @else { h2 { (lang.say(NOTES)) } }
            ul { @for note in notes { li { (lang.name(note)) } } }
        }
    }
}

fn origin(form: &Filled, lang: Lang) -> Markup {
    html! {
        details {
            summary { (lang.say(ORIGIN)) }
            @for (label, own) in provenance::facts(&form.head().provenance, lang) {
                p.small { (label) ": " (own) }
            }
        }
    }
}
