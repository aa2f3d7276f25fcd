//! Every picture of a scorecard, one below the other, to be looked at and to be held against what is known.

use super::super::Lang;
use super::super::page::escaped;
use super::{Picture, STYLE, change, curves, events, funnel, mix, series, spark_change, spark_series, windows};
use crate::scorecard::Scorecard;
use maud::html;

/// All pictures of a scorecard with their sentences and tables, as the body of a page with their style.
pub fn pictures(card: &Scorecard, lang: Lang) -> String {
    let of_row = |row| [Some(windows(row, lang)), Some(change(row, card, lang)), mix(row, lang)];
    let pictures: Vec<Picture> = card.kpis.iter().flat_map(of_row).flatten().collect();
    let months = card.series.iter().filter_map(|own| series(own, card, lang));
    let waits = card.curves.iter().filter_map(|own| curves(own, card, lang));
    let units = card.side_by_side.iter().filter_map(|own| funnel(own, card, lang));
    let reformed = card.comparison.iter().filter_map(|own| events(own, card, lang));
    let pictures: Vec<Picture> = pictures.into_iter().chain(months).chain(waits).chain(units).chain(reformed).collect();
    let reform = card.study.reform.as_deref();
    let sparks = card.kpis.iter().map(|row| {
        let months = card.series.iter().find(|own| own.id == row.id).and_then(|own| spark_series(own, reform));
        (escaped(lang.name(&row.name)), spark_change(row), months)
    });

    let markup = html! {
        style { (maud::PreEscaped(STYLE)) }
        table {
            @for (name, change, months) in sparks {
                tr { td { (name) } td { @if let Some(own) = change { (own) } } td { @if let Some(own) = months { (own) } } }
            }
        }
        @for picture in &pictures {
            figure {
                (picture.svg)
                figcaption { (picture.says) }
                (table(picture))
            }
        }
    };
    markup.into_string()
}

fn table(picture: &Picture) -> maud::Markup {
    html! {
        details {
            summary { (picture.title) }
            table {
                caption { (picture.table.caption) }
                tr { @for heading in &picture.table.headings { th class=[heading.is_number.then_some("number")] { (heading.text) } } }
                @for row in &picture.table.rows { tr { @for cell in row { td { (cell) } } } }
            }
        }
    }
}
