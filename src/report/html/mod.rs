//! Pages for a browser: one file each, that asks nothing of any network.
//!
//! [`page`] is the scorecard; [`document`] makes a file of any body, with the style and the script that all pages share.

mod behind;
mod closing;
mod document;
mod drill;
mod evidence;
mod head;
mod kpi;
mod parts;
mod pictures;
mod piece;
mod words;

pub(in crate::report) use document::{Extra, document};

use super::Lang;
use crate::scorecard::Scorecard;
use maud::html;

/// The scorecard in one language.
pub(super) fn page(card: &Scorecard, lang: Lang) -> String {
    let parts = parts::parts(card, lang);
    let body = html! {
        (head::title(card, lang))
        (head::in_short(card, lang))
        @for part in &parts { (part.body) }
    };
    let contents = parts::contents(&parts, lang);
    let data = drill::json(card, lang);
    document(&card.study.name, lang, &body, Extra { contents: Some(&contents), data: data.as_deref(), wide: false })
}
