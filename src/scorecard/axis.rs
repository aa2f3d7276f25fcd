//! Whether an axis of the reform is shown: its headline, its guards, the log's quality, with every reason in words.

use super::number::Known;
use super::row::{Flag, Row, Verdict};
use super::settings::Settings;
use crate::cube::Cube;
use crate::kpi::{Axis, Better, Name, Unit};
use serde::Serialize;

/// One axis of the scorecard.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AxisResult {
    /// Which.
    pub id: Axis,
    /// Its names.
    pub name: Name,
    /// What it comes to.
    pub verdict: AxisVerdict,
    /// The KPI that carries it.
    pub headline: &'static str,
    /// Every reason, in words.
    pub because: Vec<String>,
}

/// What an axis comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AxisVerdict {
    /// The headline improved, no guard got worse, the log is clean enough.
    Shown,
    /// It cannot be said; not "failed".
    NotShown,
    /// The headline, or a guard beyond its margin, got worse.
    Worsened,
    /// The headline has no figure.
    NotMeasured,
}

/// How a guard stands.
enum Guard {
    Holds,
    Fails(String),
    Unsure(String),
}

/// The six axes.
pub(super) fn axes(rows: &[Row], cube: &Cube, settings: &Settings) -> Vec<AxisResult> {
    if settings.was.is_none() {
        return Vec::new();
    }
    Axis::ALL.into_iter().map(|axis| result(axis, rows, cube, settings)).collect()
}

fn result(axis: Axis, rows: &[Row], cube: &Cube, settings: &Settings) -> AxisResult {
    let (verdict, because) = judged(axis, rows, cube, settings);
    AxisResult { id: axis, name: axis.name(), verdict, headline: axis.headline(), because }
}

fn judged(axis: Axis, rows: &[Row], cube: &Cube, settings: &Settings) -> (AxisVerdict, Vec<String>) {
    let id = axis.headline();
    let Some(headline) = rows.iter().find(|row| row.id == id) else {
        return (AxisVerdict::NotMeasured, vec![format!("{id} is not measured by this version")]);
    };
    if let Known::No(why) = &headline.is {
        return (AxisVerdict::NotMeasured, vec![format!("{id}: {why}")]);
    }
    let mut because = vec![headline_reason(headline)];
    let improved = headline.verdict == Some(Verdict::Improved)
        && headline.change.value().and_then(|c| c.p_holm).is_some_and(|p| p <= 1.0 - settings.level);
    let mut worse = headline.verdict == Some(Verdict::Worsened);
    let mut sure = true;
    for guard in axis.guards() {
        if settings.without.iter().any(|left_out| left_out == guard) {
            because.push(format!("{guard} is left out by the study"));
            continue;
        }
        match stands(guard, rows, settings) {
            Guard::Holds => because.push(format!("{guard} holds")),
            Guard::Fails(why) => {
                worse = true;
                because.push(why);
            }
            Guard::Unsure(why) => {
                sure = false;
                because.push(why);
            }
        }
    }
    if headline.flags.contains(&Flag::Season) {
        sure = false;
        because.push("the windows are of different seasons".into());
    }
    let quarantined = cube.header.reconciliation.share().unwrap_or_default();
    if quarantined > settings.margins.quarantined {
        sure = false;
        because.push(format!("{:.1} % of the rows are quarantined", 100.0 * quarantined));
    }
    let verdict = match () {
        () if worse => AxisVerdict::Worsened,
        () if improved && sure => AxisVerdict::Shown,
        () => AxisVerdict::NotShown,
    };
    (verdict, because)
}

fn headline_reason(row: &Row) -> String {
    let said = match row.verdict {
        Some(Verdict::Improved) => "improved",
        Some(Verdict::Worsened) => "worsened",
        Some(Verdict::NoClearChange) => "shows no clear change",
        Some(Verdict::NotComparable) | None => "is not comparable",
    };
    format!("{} {said}", row.id)
}

/// A guard holds when the worse end of its interval is inside the margin, and fails when the whole of it is outside.
fn stands(id: &str, rows: &[Row], settings: &Settings) -> Guard {
    let Some(row) = rows.iter().find(|row| row.id == id) else {
        return Guard::Unsure(format!("{id} is not measured by this version"));
    };
    let limits = match (&row.change, row.unit) {
        (Known::No(_), _) => return Guard::Unsure(format!("{id}: {}", undefined(row))),
        (Known::Yes(change), Unit::Share) => change.absolute.low.zip(change.absolute.high),
        (Known::Yes(change), _) => change.relative.value().and_then(|relative| relative.low.zip(relative.high)),
    };
    let Some((low, high)) = limits else { return Guard::Unsure(format!("{id} has no interval")) };
    let margin = if row.unit == Unit::Share { settings.margins.share } else { settings.margins.other };
    let (worst, best) = if row.better == Better::Higher { (-low, -high) } else { (high, low) };
    match () {
        () if worst <= margin => Guard::Holds,
        () if best > margin => Guard::Fails(format!("{id} got worse beyond its margin")),
        () => Guard::Unsure(format!("{id} may have got worse beyond its margin")),
    }
}

fn undefined(row: &Row) -> String {
    let reasons = row.was.iter().chain([&row.is]).find_map(|figure| figure.reason());
    reasons.map_or_else(|| "not comparable".to_owned(), ToString::to_string)
}
