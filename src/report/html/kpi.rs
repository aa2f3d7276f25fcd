//! One KPI: what it was and is, the change drawn, what is to be known beside it, and the rest one click away.

use super::behind::behind;
use super::head::common;
use super::pictures;
use super::piece::{self, facts};
use super::words::{AT_MIX, GUARD_ROLE, HEADLINE_ROLE, anchor};
use crate::kpi::Axis;
use crate::report::face::Face;
use crate::report::mix::fixed_mix;
use crate::report::page::{Text, escaped};
use crate::report::words::{CHANGE, IS, WAS, flag};
use crate::report::{Lang, picture};
use crate::scorecard::{Row, Scorecard, Verdict};
use maud::{Markup, html};

/// A KPI for which the log has what it needs: a line that opens; headlines are open.
pub(super) fn kpi(row: &Row, card: &Scorecard, lang: Lang) -> Markup {
    let face = Face::new(row, &card.study, lang);
    let common = common(card);
    let flags: Vec<_> = row.flags.difference(&common).map(|own| lang.say(flag(*own))).collect();
    html! {
        details.kpi id=(anchor(&row.id)) open[is_headline(row)] {
            summary {
                h3 { (escaped(lang.name(&row.name))) @if let Some(role) = role(row, lang) { " " span.role { (role) } } }
                (brief(&face))
                span.spark { (picture::spark_change(row).unwrap_or_default()) }
                @if let Some(verdict) = face.verdict() { (verdict_of(row, &verdict)) }
            }
            (numbers(&face))
            (pictures::change(row, card, lang))
            (facts(&beside(&face)))
            @for note in face.notes() { p.note { (piece::text(&note)) } }
            @if !flags.is_empty() { ul.flags { @for own in flags { li { (own) } } } }
            div.more { div.folds { (pictures::more(row, card, lang)) } (behind(&face)) }
        }
    }
}

fn is_headline(row: &Row) -> bool {
    Axis::ALL.iter().any(|axis| axis.headline() == row.id)
}

/// What it was and is, beside the name of what is closed.
fn brief(face: &Face<'_>) -> Markup {
    let cells: Vec<String> = face.cells(&[]).iter().map(Text::content).collect();
    let [_, was, arrow, is, unit, ..] = cells.as_slice() else { return html! {} };
    html! {
        span.brief { @if !arrow.is_empty() { span.was { (was) } " → " } span.is { (is) } " " (unit) }
    }
}

/// Probabilities and rows: what is told beside the verdict, which stands at the top.
fn beside(face: &Face<'_>) -> Vec<Text> {
    face.facts().into_iter().skip(usize::from(face.verdict().is_some())).collect()
}

/// Headline or guard of an axis.
fn role(row: &Row, lang: Lang) -> Option<&'static str> {
    if is_headline(row) {
        return Some(lang.say(HEADLINE_ROLE));
    }
    let guards = |axis: &Axis| axis.guards().contains(&row.id.as_str());
    Axis::ALL.iter().any(guards).then(|| lang.say(GUARD_ROLE))
}

fn verdict_of(row: &Row, told: &Text) -> Markup {
    let class = match row.verdict {
        Some(Verdict::Improved) => "good",
        Some(Verdict::Worsened) => "bad",
        _ => "calm",
    };
    html! { span class={ "verdict " (class) } { (told.content()) } }
}

/// Was, is, change and interval, and the same at a fixed mix.
fn numbers(face: &Face<'_>) -> Markup {
    let lang = face.lang;
    let cells: Vec<String> = face.cells(&[]).iter().map(Text::content).collect();
    let [_, was, _, is, unit, change, interval] = cells.as_slice() else { return html! {} };
    let fixed = face.at_fixed_mix(0).map(|cells| cells.iter().map(Text::content).collect::<Vec<_>>());
    html! {
        dl.numbers {
            @if face.row.was.is_some() { div.was { dt { (lang.say(WAS)) } dd { (was) } } }
            div.is { dt { (lang.say(IS)) } dd { (is) " " span.unit { (unit) } } }
            @if !change.is_empty() {
                div { dt { (lang.say(CHANGE)) } dd { (change) " " span.interval { (interval) } } }
            } @else if !interval.is_empty() {
                div { dt { (lang.say(super::words::INTERVAL)) } dd { (interval) } }
            }
            @if let Some([_, was, _, is, _, change, interval]) = fixed.as_deref() {
                div {
                    dt { (escaped(&fixed_mix(face.mix, lang))) }
                    dd { (lang.filled(AT_MIX, &[("was", was), ("is", is)])) ", " (change) " " span.interval { (interval) } }
                }
            }
        }
    }
}
