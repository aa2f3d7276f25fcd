//! The groups of a drill-down side by side, KPI by KPI: place in the funnel, drawn figure, rank with its range.

use super::Lang;
use super::number::{Digits, count, decimal};
use super::page::Text;
use super::section::{Line, Section, is_leading, name, units};
use super::words::{
    ALL_TOGETHER, DRAWN, MORE_GROUPS, NO_NAME, OVERDISPERSION, PLACE, RANK, SIDE_BY_SIDE, VALUE, Words, place,
};
use crate::scorecard::{Beside, Scorecard, SideBySide};

/// Groups that are told of each KPI; the others are in JSON and CSV.
const MOST: usize = 20;

/// The headlines and guards, one table each.
pub(super) fn sections(card: &Scorecard, lang: Lang) -> Vec<Section> {
    let leading = card.side_by_side.iter().filter(|own| is_leading(&own.id) && !own.groups.is_empty());
    leading.map(|own| section(own, card, lang)).collect()
}

fn section(own: &SideBySide, card: &Scorecard, lang: Lang) -> Section {
    let say = |words: Words| lang.say(words).to_owned();
    let unit = card.kpi(&own.id).map_or("", |row| units(row, lang)[0]);
    let columns = own.groups[0].by.keys().cloned().collect::<Vec<_>>().join(", ");
    let columns = vec![
        (columns, false),
        ("n".to_owned(), true),
        (format!("{} {unit}", say(VALUE)).trim_end().to_owned(), true),
        (say(PLACE), false),
        (say(DRAWN), true),
        (say(RANK), true),
    ];
    let mut section = Section::new(&format!("{}: {}", say(SIDE_BY_SIDE), name(card, &own.id, lang)), columns);
    let values: Vec<f64> = own.groups.iter().flat_map(|group| [group.value, group.drawn.value]).collect();
    let digits = Digits::fitting(own.unit, &values, &[], lang);
    let centre = format!("{} {} {unit}", say(ALL_TOGETHER), digits.value(own.centre));
    let wider = format!("{} {}", say(OVERDISPERSION), decimal(own.overdispersion, 2, lang));
    section.lead = [centre.trim_end(), &wider].map(Text::dim).into();
    let order = order(&own.groups);
    section.lines = order.iter().take(MOST).map(|group| line(group, digits, lang)).collect();
    let rest = order.len().saturating_sub(MOST);
    section.notes.extend((rest > 0).then(|| format!("+ {} {}", count(rest as u64, lang), say(MORE_GROUPS))));
    section
}

/// Those outside the funnel first, the farthest before the others; then as the drill-down has them.
fn order(groups: &[Beside]) -> Vec<&Beside> {
    let mut order: Vec<&Beside> = groups.iter().collect();
    let distance = |group: &Beside| if group.place == "inside" { 0.0 } else { group.z.abs() };
    order.sort_by(|a, b| distance(b).total_cmp(&distance(a)));
    order
}

fn line(group: &Beside, digits: Digits, lang: Lang) -> Line {
    let names = group.by.values().map(|name| name.clone().unwrap_or_else(|| lang.say(NO_NAME).to_owned()));
    let value = |value| digits.value(value);
    let (drawn, [best, worst]) = (&group.drawn, group.ranks);
    let limits = digits.interval(Some(drawn.low), Some(drawn.high), value);
    let cells = [
        names.collect::<Vec<_>>().join(", "),
        count(group.n, lang),
        value(group.value),
        lang.say(place(group.place)).to_owned(),
        format!("{} {limits}", value(drawn.value)),
        format!("{} ({best}–{worst})", group.rank),
    ];
    Line::new(cells.map(Text::plain).into())
}
