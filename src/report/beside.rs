//! Units that reformed beside those that did not, a line a KPI.

use super::Lang;
use super::number::{Digits, count, decimal, percent};
use super::page::Text;
use super::section::{Line, Section, headings, interval, name, of, units};
use super::words::{
    BEFORE_P, BEFORE_SAYS, EFFECT, EVENTS_IN, LEAST_P, LEAST_P_SAYS, MEAN_WITHIN, NOT_COMPARED, OTHER_UNITS, PLACEBO,
    PLACEBO_SAYS, REFORMED, REFORMED_UNITS, UNITS_LEFT_OUT,
};
use crate::error::Undefined;
use crate::scorecard::{Compared, Known, KpiComparison, Row, Scorecard};

/// The comparison; `None` where the study names no unit that reformed.
pub(super) fn section(card: &Scorecard, lang: Lang) -> Option<Section> {
    if card.comparison.is_empty() {
        return None;
    }
    let effect = format!("{} [{}]", lang.say(EFFECT), percent(card.study.level, lang));
    let own = |name: &str, right| (name.to_owned(), right);
    let head = [own("", false), own(&effect, true), own("p", true)];
    let mut tail = headings([(LEAST_P, true), (BEFORE_P, true), (PLACEBO, true)], lang);
    tail.insert(1, own("q", true));
    let mut section = Section::new(lang.say(REFORMED), head.into_iter().chain(tail).collect());
    section.lead = units_told(card, lang).iter().map(Text::dim).collect();
    for comparison in &card.comparison {
        if let (Known::Yes(found), Some(row)) = (&comparison.found, card.kpi(&comparison.id)) {
            section.lines.push(line(comparison, found, row, lang));
        }
    }
    section.notes = absent(card, lang);
    let randomised = card.comparison.iter().filter_map(|own| own.found.value()).any(|own| own.smallest_p.is_some());
    match randomised {
        true => section.notes.push(lang.say(LEAST_P_SAYS).to_owned()),
        false => section.without(lang.say(LEAST_P)),
    }
    section.notes.extend([BEFORE_SAYS, PLACEBO_SAYS, EVENTS_IN].map(|words| lang.say(words).to_owned()));
    Some(section)
}

/// How many units there are on each side: of the KPI that has most.
fn units_told(card: &Scorecard, lang: Lang) -> Vec<String> {
    let found = card.comparison.iter().filter_map(|own| own.found.value());
    let Some(most) = found.max_by_key(|own| own.treated + own.comparisons) else { return Vec::new() };
    let number = |units: usize| count(units as u64, lang);
    let sides = [(REFORMED_UNITS, most.treated), (OTHER_UNITS, most.comparisons), (UNITS_LEFT_OUT, most.left_out)];
    let told = sides.into_iter().filter(|(_, units)| *units > 0);
    told.map(|(words, units)| format!("{} {}", lang.say(words), number(units))).collect()
}

fn line(comparison: &KpiComparison, found: &Compared, row: &Row, lang: Lang) -> Line {
    let effect = &found.effect;
    let numbers: Vec<f64> = [Some(effect.value), effect.low, effect.high].into_iter().flatten().collect();
    let digits = Digits::fitting(row.unit, &numbers, &numbers, lang);
    let within = comparison.restricted_to.map(|days| lang.say(MEAN_WITHIN).replace("{}", &count(days, lang)));
    let within = within.map(|within| format!(" ({within})")).unwrap_or_default();
    let title = Text::plain(lang.name(&row.name)).and(Text::dim(within));
    let told = format!("{} {}", interval(digits, effect.value, effect.low, effect.high), units(row, lang)[1]);
    let number = |p: Option<f64>| p.map(|p| short(p, lang)).unwrap_or_default();
    let before = found.pre_trend.value().and_then(|before| before.joint_p.value().copied());
    let place = found.place.map(|[place, all]| of(place, all, lang));
    let cells = [
        told.trim_end().to_owned(),
        number(effect.p.value().copied()),
        number(found.smallest_p),
        number(found.q),
        number(before),
        place.unwrap_or_default(),
    ];
    Line::new([title].into_iter().chain(cells.map(Text::plain)).collect())
}

/// A p to three decimals, without a name.
fn short(p: f64, lang: Lang) -> String {
    if p < 0.001 { format!("< {}", decimal(0.001, 3, lang)) } else { decimal(p, 3, lang) }
}

/// The KPIs that could not be compared, by the reason.
fn absent(card: &Scorecard, lang: Lang) -> Vec<String> {
    let mut said: Vec<(&Undefined, Vec<String>)> = Vec::new();
    for own in &card.comparison {
        let Some(why) = own.found.reason() else { continue };
        match said.iter_mut().find(|(known, _)| *known == why) {
            Some((_, names)) => names.push(name(card, &own.id, lang)),
            None => said.push((why, vec![name(card, &own.id, lang)])),
        }
    }
    let told = said.into_iter();
    told.map(|(why, names)| format!("{}: {}: {}", lang.say(NOT_COMPARED), lang.why(why), names.join(", "))).collect()
}
