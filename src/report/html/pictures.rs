//! Pictures in their places, each with its table one click away.

use super::piece::Table;
use super::words::{BY_MONTH, MIX_AND_RATE, NUMBERS_BEHIND};
use crate::kpi::Axis;
use crate::report::Lang;
use crate::report::picture::{self, Picture};
use crate::scorecard::{Row, Scorecard};
use maud::{Markup, html};

/// The figures of both windows, and the change between them; nothing where there is none.
pub(super) fn change(row: &Row, card: &Scorecard, lang: Lang) -> Markup {
    if row.change.value().is_none() {
        return html! {};
    }
    let pictures = [picture::windows(row, lang), picture::change(row, card, lang)];
    html! {
        div.pair { @for picture in &pictures { figure { (picture.svg) } } }
        (numbers(&pictures, lang))
    }
}

/// What stands one click away: the mix, month by month.
pub(super) fn more(row: &Row, card: &Scorecard, lang: Lang) -> Markup {
    let months = card.series.iter().find(|own| own.id == row.id);
    let months = months.and_then(|own| picture::series(own, card, lang));
    let is_headline = Axis::ALL.iter().any(|axis| axis.headline() == row.id);
    html! {
        @if let Some(picture) = months { (fold(lang.say(BY_MONTH), &picture, is_headline, lang)) }
        @if let Some(picture) = picture::mix(row, lang) { (fold(lang.say(MIX_AND_RATE), &picture, false, lang)) }
    }
}

pub(super) fn compared(_card: &Scorecard, _lang: Lang) -> Markup {
    html! {}
}

/// A picture under a summary, with the sentence that a reader takes from it.
fn fold(summary: &str, picture: &Picture, open: bool, lang: Lang) -> Markup {
    html! {
        details open[open] {
            summary { (summary) }
            figure { (picture.svg) figcaption { (picture.says) } }
            (numbers(std::slice::from_ref(picture), lang))
        }
    }
}

/// The tables behind pictures.
fn numbers(pictures: &[Picture], lang: Lang) -> Markup {
    html! {
        details.numbers-behind {
            summary { (lang.say(NUMBERS_BEHIND)) }
            @for picture in pictures { (table(picture, lang)) }
        }
    }
}

fn table(picture: &Picture, lang: Lang) -> Markup {
    let own = &picture.table;
    let columns: Vec<_> = own.headings.iter().map(|heading| (heading.text.clone(), heading.is_number)).collect();
    let rows: Vec<Vec<Markup>> = own.rows.iter().map(|row| row.iter().map(|cell| html! { (cell) }).collect()).collect();
    Table::new(&own.caption, &columns, lang).captioned().of(&rows)
}
