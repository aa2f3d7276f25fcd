//! The scorecard as a workbook, and what other workbooks are made with.
//!
//! A summary comes first, then a sheet for each axis, then the groups, the months, the doubts, the definitions, and
//! where all of it comes from. A number is a number with a code that shows it, a day is a day, a text is never a
//! formula; where there is no number the cell is empty, and a cell beside it says why.

mod beside;
mod book;
mod codes;
mod definitions;
mod details;
mod doubts;
mod figures;
mod leaf;
mod months;
mod names;
mod origin;
mod rows;
pub(in crate::report) mod styles;
mod summary;

pub(in crate::report) use book::{Book, Sheet};

use super::Lang;
use super::messages::Words;
use crate::error::Result;
use crate::scorecard::Scorecard;
use leaf::Leaf;
use styles::Typeface;

/// The bytes of the workbook; the same scorecard makes the same.
pub(super) fn bytes(card: &Scorecard, lang: Lang) -> Result<Vec<u8>> {
    let mut book = Book::new(&card.study.name, Typeface::Screen)?;
    let leaves = named(leaves(card, lang), lang);
    summary::on(&mut book, card, &leaves, lang)?;
    leaves.iter().try_for_each(|(name, leaf)| leaf.on(&mut book, name, lang))?;
    book.bytes()
}

/// Every sheet behind the summary, in parts where it is too long for one.
fn leaves(card: &Scorecard, lang: Lang) -> Vec<Leaf> {
    let groups = [rows::applicants(card, lang), rows::groups(card, lang)];
    let known = [months::months(card, lang), months::trends(card, lang), beside::side_by_side(card, lang)];
    let doubts = [beside::compared(card, lang), doubts::scenarios(card, lang), doubts::contrasts(card, lang)];
    let words = [Some(definitions::definitions(card, lang)), definitions::examples(card, lang)];
    let origin = [Some(origin::reconciliation(card, lang)), Some(origin::quarantine(card, lang))];
    let more = [origin::inputs(card, lang), Some(origin::settings(card, lang))];
    let behind = groups.into_iter().chain(known).chain(doubts).chain(words).chain(origin).chain(more).flatten();
    rows::axes(card, lang).into_iter().chain(behind).flat_map(Leaf::parts).collect()
}

/// The sheets with the names that they will have behind the summary.
fn named(leaves: Vec<Leaf>, lang: Lang) -> Vec<(String, Leaf)> {
    let mut taken = vec![lang.say(Words("xlsx.summary")).to_owned()];
    let name = |leaf: Leaf| {
        let name = names::sheet(&leaf.name, &taken);
        taken.push(name.clone());
        (name, leaf)
    };
    leaves.into_iter().map(name).collect()
}
