//! Pictures in their places, each with its table one click away.

use crate::report::Lang;
use crate::scorecard::{Row, Scorecard};
use maud::{Markup, html};

pub(super) fn change(_row: &Row, _card: &Scorecard, _lang: Lang) -> Markup {
    html! {}
}

pub(super) fn more(_row: &Row, _card: &Scorecard, _lang: Lang) -> Markup {
    html! {}
}

pub(super) fn compared(_card: &Scorecard, _lang: Lang) -> Markup {
    html! {}
}
