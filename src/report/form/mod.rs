//! Official forms, rendered: for the terminal, as JSON, as a workbook laid out like the paper form, for a browser.
//!
//! All but JSON know no more of a form than its [`Sheet`].

mod grid;
mod html;
mod terminal;
mod workbook;

use super::dates::day;
use super::number::{count, decimal, numerals};
use super::words::Words;
use super::{Lang, Style};
use crate::error::{Error, Result, Undefined};
use crate::forms::{Cell, Filled, Said, Sheet};
use crate::kpi::Name;

/// How a form is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FormFormat {
    /// A page of text.
    Terminal(Style),
    /// The contract of the form, such as `giamtang.form.06a/1`.
    Json,
    /// A workbook laid out like the paper form; as an official document it is in Vietnamese.
    Xlsx,
    /// A page for a browser, one file.
    Html(Lang),
}

/// The bytes of a form.
pub(super) fn bytes(form: &Filled, format: FormFormat) -> Result<Vec<u8>> {
    Ok(match format {
        FormFormat::Terminal(style) => terminal::page(form, style).into_bytes(),
        FormFormat::Json => json(form)?.into_bytes(),
        FormFormat::Xlsx => workbook::bytes(form)?,
        FormFormat::Html(lang) => html::page(form, lang).into_bytes(),
    })
}

fn json(form: &Filled) -> Result<String> {
    let text = serde_json::to_string_pretty(form).map(|text| text + "\n");
    text.map_err(|why| Error::broken("writing a form as JSON", why))
}

const DAYS: Words = Words("sheet.days");

/// What stands for a figure that there is not.
const NONE: &str = "–";

/// A cell as it is read.
fn text(cell: &Cell, lang: Lang) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => text.clone(),
        Cell::Words(name) => lang.name(name).to_owned(),
        Cell::Count(number) => count(*number, lang),
        Cell::Number { value, decimals } => signed(*value, usize::from(*decimals), lang),
        Cell::Percent(share) => signed(100.0 * share, 1, lang) + numerals(lang).percent,
        Cell::Absent(_) => NONE.to_owned(),
    }
}

fn signed(value: f64, decimals: usize, lang: Lang) -> String {
    let text = decimal(value, decimals, lang);
    if value < 0.0 && text.contains(|c: char| ('1'..='9').contains(&c)) { format!("−{text}") } else { text }
}

/// The number of a column without what it is the sum of.
fn bare(number: &str) -> &str {
    number.split('=').next().unwrap_or_default()
}

/// Whether a cell stands to the right.
fn is_number(cell: &Cell) -> bool {
    matches!(cell, Cell::Count(_) | Cell::Number { .. } | Cell::Percent(_) | Cell::Absent(_))
}

/// What stands beside a label.
fn said(said: &Said, lang: Lang) -> String {
    match said {
        Said::Text(text) => text.clone(),
        Said::Words(name) => lang.name(name).to_owned(),
        Said::Day(at) => day(&at.to_string(), lang),
        Said::Days(first, last) => {
            let [first, last] = [first, last].map(|at| day(&at.to_string(), lang));
            lang.filled(DAYS, &[("first", &first), ("last", &last)])
        }
    }
}

/// The notes of a table that stood under none before it.
fn new<'s>(sheet: &'s Sheet, said: &mut Vec<&'s Name>) -> Vec<&'s Name> {
    let notes: Vec<&Name> = sheet.notes.iter().filter(|note| !said.contains(note)).collect();
    said.extend(&notes);
    notes
}

/// Why figures are absent, each reason once, in the order of the cells.
fn reasons(sheet: &Sheet) -> Vec<&Undefined> {
    let mut reasons = Vec::new();
    for cell in sheet.lines.iter().flat_map(|line| &line.cells) {
        if let Cell::Absent(why) = cell
            && !reasons.contains(&why)
        {
            reasons.push(why);
        }
    }
    reasons
}

/// The same as a line.
fn absent(sheet: &Sheet, lang: Lang) -> Option<String> {
    let reasons: Vec<String> = reasons(sheet).into_iter().map(|why| lang.why(why)).collect();
    (!reasons.is_empty()).then(|| format!("{NONE}: {}", reasons.join("; ")))
}

/// What stands under the title, in one line.
fn facts(sheet: &Sheet, lang: Lang) -> String {
    let facts = sheet.parties.iter().chain(&sheet.under).map(|own| labelled(own, lang));
    facts.collect::<Vec<_>>().join(" · ")
}

/// A label and what it is of, as a line.
fn labelled((label, own): &(Name, Said), lang: Lang) -> String {
    format!("{}: {}", lang.name(label), said(own, lang))
}
