//! Pictures in their places, each with its table one click away.

use super::piece::Table;
use super::words::{
    BESIDE_OTHERS, BY_MONTH, CURVES, IN_DRILL_DOWN, MIX_AND_RATE, NUMBERS_BEHIND, REFORMED_OR_NOT, Words, anchor,
};
use crate::kpi::Axis;
use crate::report::Lang;
use crate::report::picture::{self, Picture};
use crate::scorecard::{Row, Scorecard};
use maud::{Markup, html};

/// Groups whose numbers stand behind their funnel itself.
const MOST: usize = 60;

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

/// What stands one click away; of headlines the months are there at once.
pub(super) fn more(row: &Row, card: &Scorecard, lang: Lang) -> Markup {
    let months = card.series.iter().find(|own| own.id == row.id).and_then(|own| picture::series(own, card, lang));
    let curves = card.curves.iter().find(|own| own.id == row.id || own.also.contains(&row.id));
    let compared = card.comparison.iter().find(|own| own.id == row.id);
    let own = [
        (BY_MONTH, months),
        (CURVES, curves.and_then(|own| picture::curves(own, card, lang))),
        (MIX_AND_RATE, picture::mix(row, lang)),
        (REFORMED_OR_NOT, compared.and_then(|own| picture::events(own, card, lang))),
    ];
    let is_headline = Axis::ALL.iter().any(|axis| axis.headline() == row.id);
    html! {
        @for (words, picture) in &own {
            @if let Some(picture) = picture {
                (fold(*words, picture, is_headline && *words == BY_MONTH, numbers(std::slice::from_ref(picture), lang), lang))
            }
        }
        (funnel(row, card, lang))
    }
}

/// Groups beside each other; the numbers of many are in the drill-down, which a page of all of them twice would dwarf.
fn funnel(row: &Row, card: &Scorecard, lang: Lang) -> Markup {
    let own = card.side_by_side.iter().find(|own| own.id == row.id);
    let Some((own, picture)) = own.and_then(|own| Some((own, picture::funnel(own, card, lang)?))) else {
        return html! {};
    };
    let numbers = match own.groups.len() > MOST {
        true => html! {
            p.numbers-behind { a href="#groups" data-kpi=(anchor(&row.id)) { (lang.say(IN_DRILL_DOWN)) } }
        },
        false => numbers(std::slice::from_ref(&picture), lang),
    };
    fold(BESIDE_OTHERS, &picture, false, numbers, lang)
}

/// A picture under a summary, with the sentence that a reader takes from it.
fn fold(words: Words, picture: &Picture, open: bool, numbers: Markup, lang: Lang) -> Markup {
    html! {
        details open[open] {
            summary { (lang.say(words)) }
            figure { (picture.svg) figcaption { (picture.says) } }
            (numbers)
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
