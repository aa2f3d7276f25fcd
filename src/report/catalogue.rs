//! The catalogue, and one KPI with everything there is to know of it.

use super::page::{Page, Text, column, fit};
use super::words::{BETTER, EXAMPLE, FORMULA, GUARD, HEADLINE, SAMPLING, SOURCE, UNIT, axis, better, sampling, unit};
use super::{Lang, Style, prose};
use crate::kpi::{Axis, Better, Kpi, catalogue};

/// The catalogue by axis, all in the same columns.
pub(super) fn list(style: Style) -> String {
    let mut page = Page::new(style);
    let rows: Vec<Vec<Text>> = catalogue().map(|kpi| cells(kpi, style.lang)).collect();
    let shape = [0, 2, 2, 2, 2].map(|gap| column(gap, false));
    let columns = fit(&shape, &rows, page.width - 2);
    let mut last = None;
    for (kpi, cells) in catalogue().zip(&rows) {
        let id = kpi.axis();
        if last != Some(id) {
            last.inspect(|_| page.blank());
            page.heading(Text::strong(axis(id, style.lang)), None);
        }
        last = Some(id);
        page.row(2, &columns, cells);
    }
    page.finish()
}

fn cells(kpi: &Kpi, lang: Lang) -> Vec<Text> {
    let arrow = match kpi.better {
        Better::Lower => "↓ ",
        Better::Higher => "↑ ",
        Better::Neither => "",
    };
    let headline = Axis::ALL.iter().any(|axis| axis.headline() == kpi.id).then_some(HEADLINE);
    let guard = Axis::ALL.iter().any(|axis| axis.guards().contains(&&*kpi.id)).then_some(GUARD);
    let marks: Vec<&str> = headline.into_iter().chain(guard).map(|words| lang.say(words)).collect();
    vec![
        Text::strong(&kpi.id),
        Text::plain(lang.name(&kpi.name)),
        Text::dim(lang.say(unit(kpi.unit))),
        Text::plain(format!("{arrow}{}", lang.say(better(kpi.better)))),
        Text::plain(marks.join(", ")),
    ]
}

/// One KPI: names, definition, worked example.
pub(super) fn explain(kpi: &Kpi, style: Style) -> String {
    let mut page = Page::new(style);
    let lang = style.lang;
    let names = [Text::strong(&kpi.id), Text::plain(&kpi.name.en), Text::plain(&kpi.name.vi)];
    page.facts(0, names.into());
    page.blank();
    let lines = [
        (FORMULA, &*kpi.formula),
        (UNIT, lang.say(unit(kpi.unit))),
        (BETTER, lang.say(better(kpi.better))),
        (SAMPLING, lang.say(sampling(kpi.sampling))),
        (SOURCE, &*kpi.source),
    ];
    let rows: Vec<Vec<Text>> =
        lines.iter().map(|(label, text)| vec![Text::dim(lang.say(*label)), Text::plain(text)]).collect();
    page.table(2, &[column(0, false), column(2, false)], &rows);
    page.blank();
    prose::markdown(&mut page, &kpi.text);
    page.blank();
    page.heading(Text::strong(lang.say(EXAMPLE)), None);
    // The example's own heading is the id, which stands at the top.
    let example = kpi.example.trim_start().strip_prefix("# ").and_then(|rest| rest.split_once('\n'));
    prose::markdown(&mut page, example.map_or(&*kpi.example, |(_, rest)| rest));
    page.finish()
}
