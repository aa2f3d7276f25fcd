//! A form as a page of text: the paper form's columns, as narrow as the page.

use super::grid::{Placed, placed};
use super::{absent, bare, is_number, labelled, new, text};
use crate::forms::{Filled, Kind, Line, Sheet};
use crate::kpi::Name;
use crate::report::page::{Column, Page, Text, Tone, column, fit};
use crate::report::{Style, provenance};

pub(super) fn page(form: &Filled, style: Style) -> String {
    let sheets = form.sheets();
    let mut page = Page::new(style);
    if let Some(first) = sheets.first() {
        head(&mut page, first);
    }
    let mut said = Vec::new();
    for sheet in &sheets {
        page.blank();
        if let Some(part) = &sheet.part {
            page.heading(Text::strong(style.lang.name(part)), None);
        }
        table(&mut page, sheet);
        notes(&mut page, &new(sheet, &mut said));
    }
    page.blank();
    page.prose(0, Text::dim(provenance::line(&form.head().provenance, style.lang)));
    page.finish()
}

fn head(page: &mut Page, sheet: &Sheet) {
    let lang = page.style.lang;
    page.facts(0, sheet.number.iter().map(|name| Text::dim(lang.name(name))).collect());
    page.prose(0, Text::strong(lang.name(&sheet.title)));
    page.facts(0, sheet.parties.iter().chain(&sheet.under).map(|own| Text::plain(labelled(own, lang))).collect());
}

fn table(page: &mut Page, sheet: &Sheet) {
    let lang = page.style.lang;
    let placed = placed(sheet);
    let leaves: Vec<Text> = (0..sheet.columns()).map(|at| leaf(&placed, at, page)).collect();
    let numbers: Vec<Text> = sheet.numbers.iter().map(|number| Text::dim(bare(number))).collect();
    let body: Vec<Vec<Text>> = sheet.lines.iter().map(|line| cells(line, page)).collect();
    let shape: Vec<Column> = (0..sheet.columns()).map(|at| column(usize::from(at > 0), is_right(sheet, at))).collect();
    // Headings are broken between words, so that names have the room.
    let mut rows = vec![leaves.iter().map(longest).collect(), numbers.clone()];
    rows.extend(body.iter().cloned());
    let columns = fit(&shape, &rows, page.width);
    bands(page, sheet, &placed, &columns);
    page.row(0, &columns, &leaves);
    if !numbers.is_empty() {
        page.row(0, &columns, &numbers);
    }
    let width = columns.iter().map(|own| own.gap + own.width).sum::<usize>().min(page.width);
    page.prose(0, Text::dim("─".repeat(width)));
    for (line, cells) in sheet.lines.iter().zip(&body) {
        if line.kind == Kind::Total {
            page.prose(0, Text::dim("─".repeat(width)));
        }
        page.row(0, &columns, cells);
    }
    if let Some(why) = absent(sheet, lang) {
        page.prose(0, Text::dim(why));
    }
}

/// The longest word of a heading.
fn longest(heading: &Text) -> Text {
    heading.words().into_iter().max_by_key(Text::width).unwrap_or_default()
}

/// The lowest heading over a column.
fn leaf(placed: &[Placed<'_>], at: usize, page: &Page) -> Text {
    let own = placed.iter().rev().find(|own| own.across() == 1 && own.column == at);
    own.map_or_else(Text::default, |own| Text::strong(page.style.lang.name(&own.heading.text)))
}

/// The rows of headings that stand over several columns, each with a rule under it.
fn bands(page: &mut Page, sheet: &Sheet, placed: &[Placed<'_>], columns: &[Column]) {
    for row in 0..sheet.headings.len() {
        let over = |at: usize| {
            let spans = |own: &&Placed<'_>| own.row == row && own.across() > 1;
            placed.iter().filter(spans).find(|own| (own.column..own.column + own.across()).contains(&at))
        };
        if (0..columns.len()).all(|at| over(at).is_none()) {
            continue;
        }
        let (mut shape, mut texts, mut rules) = (Vec::new(), Vec::new(), Vec::new());
        let mut at = 0;
        while at < columns.len() {
            let own = over(at);
            let across = own.map_or(1, Placed::across);
            let spanned = &columns[at..at + across];
            let width = spanned.iter().map(|own| own.gap + own.width).sum::<usize>() - spanned[0].gap;
            shape.push(Column { gap: spanned[0].gap, width, right: false });
            let text = own.map_or_else(Text::default, |own| Text::strong(page.style.lang.name(&own.heading.text)));
            texts.push(text);
            rules.push(own.map_or_else(Text::default, |_| Text::dim("─".repeat(width))));
            at += across;
        }
        page.row(0, &shape, &texts);
        page.row(0, &shape, &rules);
    }
}

/// Whether a column is one of numbers.
fn is_right(sheet: &Sheet, at: usize) -> bool {
    sheet.lines.iter().filter_map(|line| line.cells.get(at)).any(is_number)
}

fn cells(line: &Line, page: &Page) -> Vec<Text> {
    let tone = if line.kind == Kind::Item { Tone::Plain } else { Tone::Strong };
    line.cells.iter().map(|cell| Text::new(tone, text(cell, page.style.lang))).collect()
}

fn notes(page: &mut Page, notes: &[&Name]) {
    let lang = page.style.lang;
    if !notes.is_empty() {
        page.blank();
    }
    for note in notes {
        page.hanging(Text::dim("· "), &Text::plain(lang.name(note)));
    }
}
