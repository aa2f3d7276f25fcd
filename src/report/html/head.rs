//! The top of the page: of what it is, and in short what came of it.

use super::evidence;
use super::piece::{name, text};
use super::words::{
    AFTER, BEFORE, BEWARE, FIXED, FOR_WHOM, HOW_TO_READ, IN_SHORT, IN_SHORT_ONE, IN_SHORT_SAYS, LEVEL, PROFILE,
    READING, WHAT, axis_verdict,
};
use crate::kpi::Axis;
use crate::report::dates::written_out;
use crate::report::number::percent;
use crate::report::page::Text;
use crate::report::provenance::audience;
use crate::report::words::{INDEPENDENT, axis, flag, taken_together};
use crate::report::{Lang, looks};
use crate::scorecard::{AxisResult, AxisVerdict, Flag, Scorecard};
use maud::{Markup, html};
use std::collections::BTreeSet;

/// Name and windows, and by what they were counted.
pub(super) fn title(card: &Scorecard, lang: Lang) -> Markup {
    let study = &card.study;
    let say = |words| lang.say(words);
    html! {
        h1 { (name(&study.name)) }
        dl.of {
            @if let Some(was) = &study.was { div { dt { (say(BEFORE)) } dd { (written_out(was, lang)) } } }
            div { dt { (say(AFTER)) } dd { (written_out(&study.is, lang)) } }
            div {
                dt { (say(LEVEL)) }
                dd { (percent(study.level, lang)) (name(&taken_together(card, lang))) }
            }
            div { dt { (say(PROFILE)) } dd { (name(&study.counting)) } }
            div { dt { (say(FOR_WHOM)) } dd { (audience(card.provenance.audience, lang)) } }
            @if !study.standardise.is_empty() && study.was.is_some() {
                div { dt { (say(FIXED)) } dd { (name(&study.standardise.join(", "))) } }
            }
        }
    }
}

/// The axes with their verdicts, a sentence of evidence each; of one window what the headlines are.
pub(super) fn in_short(card: &Scorecard, lang: Lang) -> Markup {
    let two = card.study.was.is_some();
    let one = Axis::ALL.into_iter().filter_map(|id| Some((id, card.kpi(id.headline())?)));
    html! {
        section #short aria-labelledby="short-title" {
            h2 #short-title { (lang.say(IN_SHORT)) }
            p.quiet { (lang.say(if two { IN_SHORT_SAYS } else { IN_SHORT_ONE })) }
            ul.axes {
                @for result in &card.axes { (of_axis(result, card, lang)) }
                @if !two {
                    @for (id, row) in one {
                        li { h3 { a href={ "#" (id.id()) } { (axis(id, lang)) } } p { (evidence::of_one_window(row, card, lang)) } }
                    }
                }
            }
            (beware(card, lang))
            (reading(card, lang))
        }
    }
}

fn of_axis(result: &AxisResult, card: &Scorecard, lang: Lang) -> Markup {
    html! {
        li {
            h3 { a href={ "#" (result.id.id()) } { (axis(result.id, lang)) } }
            (verdict(result, card, lang))
            p { (evidence::sentence(result, card, lang)) }
        }
    }
}

/// An axis's verdict as a citizen understands it, with independence beside it.
pub(super) fn verdict(result: &AxisResult, card: &Scorecard, lang: Lang) -> Markup {
    let (symbol, words) = axis_verdict(result.verdict);
    let class = match result.verdict {
        AxisVerdict::Shown => "good",
        AxisVerdict::Worsened => "bad",
        AxisVerdict::NotShown | AxisVerdict::NotMeasured => "calm",
    };
    let independent = card.kpis.iter().any(|row| row.axis == Some(result.id) && row.flags.contains(&Flag::Independent));
    html! {
        p class={ "verdict " (class) } {
            span aria-hidden="true" { (symbol) } " " (lang.say(words))
            // What was not measured rests on nothing.
            @if independent && result.verdict != AxisVerdict::NotMeasured { " (" (lang.say(INDEPENDENT)) ")" }
        }
    }
}

/// The flags that hold for every figure: said once, at the top.
pub(super) fn common(card: &Scorecard) -> BTreeSet<Flag> {
    let mut rows = card.kpis.iter().filter(|row| row.is.value().is_some()).map(|row| row.flags.clone());
    let first = rows.next().unwrap_or_default();
    rows.fold(first, |common, flags| &common & &flags)
}

fn beware(card: &Scorecard, lang: Lang) -> Markup {
    let common = common(card);
    html! {
        @if !common.is_empty() {
            div.beware {
                h3 { (lang.say(BEWARE)) }
                ul { @for own in common { li { (lang.say(flag(own))) } } }
            }
        }
    }
}

/// What the words and marks of the page mean, and how many tests were made.
fn reading(card: &Scorecard, lang: Lang) -> Markup {
    let looks = looks::facts(card.looks, lang);
    html! {
        details.reading {
            summary { (lang.say(HOW_TO_READ)) }
            dl {
                @for (term, means) in READING.iter().zip(WHAT) {
                    dt { (lang.say(*term)) }
                    dd { (lang.say(means)) }
                }
            }
            @if !looks.is_empty() { p.note { (text(&Text::plain(looks.join(" · ")))) } }
        }
    }
}
