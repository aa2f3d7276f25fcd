//! Units side by side, and those that reformed beside those that did not, as lines.

use super::{GROUP, Line};
use crate::scorecard::{Beside, Compared, Known, KpiComparison, SideBySide};
use std::borrow::Cow;

/// A KPI of all groups, and of each its place, drawn figure and rank; a rank's limits are its range.
pub(super) fn side(own: &SideBySide) -> Vec<Line<'_>> {
    let whole = [
        Line { method: Some(own.funnel), ..Line::value("funnel_centre", own.centre) },
        Line { method: Some(own.funnel), ..Line::value("overdispersion", own.overdispersion) },
        Line { method: Some(own.shrinkage), ..Line::value("between_variance", own.between) },
    ];
    whole.into_iter().chain(own.groups.iter().flat_map(|group| placed(own, group))).collect()
}

fn placed<'a>(own: &'a SideBySide, group: &'a Beside) -> Vec<Line<'a>> {
    let within = |figure: &'static str, value: f64, [low, high]: [f64; 2], method| Line {
        numbers: [Some(value), Some(low), Some(high)],
        method: Some(method),
        ..Line::new(figure)
    };
    let drawn = &group.drawn;
    let [best, worst] = group.ranks.map(|rank| rank as f64);
    let lines = [
        within("funnel", group.value, group.inner, own.funnel).with_n(group.n),
        within("funnel_outer", group.value, group.outer, own.funnel).with_n(group.n),
        Line { method: Some(own.funnel), ..Line::value("funnel_z", group.z) },
        within("drawn", drawn.value, [drawn.low, drawn.high], own.shrinkage).with_n(group.n),
        Line { method: Some(own.shrinkage), ..Line::value("drawn_weight", drawn.weight) },
        within("rank", group.rank as f64, [best, worst], own.ranks).with_n(group.n),
    ];
    lines.map(|line| Line { scope: GROUP, by: Cow::Borrowed(&group.by), ..line }).into()
}

/// The effect of a reform on a KPI, its months, and what speaks against it.
pub(super) fn compared(own: &KpiComparison) -> Vec<Line<'_>> {
    match &own.found {
        Known::No(why) => vec![Line::absent("compared", Some(why))],
        Known::Yes(found) => {
            let restricted = own.restricted_to.map(|days| Line::value("compared_within_days", days as f64));
            whole(found).into_iter().chain(restricted).chain(by_month(found)).collect()
        }
    }
}

fn whole(found: &Compared) -> Vec<Line<'_>> {
    let own = Line::of_effect("compared", &found.effect);
    let [df, p, ..] = own.tests;
    let mut lines = vec![Line { tests: [df, p, found.q, None], method: Some(found.method), ..own }];
    lines.extend(found.smallest_p.map(|p| Line::value("compared_smallest_p", p)));
    lines.push(Line::value("compared_reformed_change", found.treated_change));
    lines.push(Line::value("compared_others_change", found.comparison_change));
    let units = [
        ("compared_reformed", found.treated),
        ("compared_others", found.comparisons),
        ("compared_left_out", found.left_out),
    ];
    lines.extend(units.map(|(figure, units)| Line::value(figure, units as f64)));
    match &found.pre_trend {
        Known::No(why) => lines.push(Line::absent("pre_trend", Some(why))),
        Known::Yes(before) => {
            let tests = [None, before.joint_p.value().copied(), None, None];
            lines.push(Line { tests, ..Line::absent("pre_trend", before.joint_p.reason()) });
            lines.push(Line::of_effect("pre_trend_slope", &before.slope));
        }
    }
    lines.extend(found.place.map(|[place, of]| Line::value("placebo_place", place as f64).with_n(of as u64)));
    lines
}

/// The effect by month after the reform, and that of reforms moved to where there was none.
fn by_month(found: &Compared) -> impl Iterator<Item = Line<'_>> {
    let from_reform = |months: i64| format!("reform{months:+}");
    let events = found.events.iter().map(move |own| Line::of_effect("event", &own.effect).at(from_reform(own.month)));
    let earlier =
        found.placebos.iter().map(move |own| Line::of_effect("placebo", &own.effect).at(from_reform(-own.earlier)));
    events.chain(earlier)
}
