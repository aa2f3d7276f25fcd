//! Whether an axis of the reform is shown: its headline, its guards, the log's quality, with every reason.

use super::number::Known;
use super::reason::{Finding, Reason};
use super::row::{Flag, Row, Verdict};
use super::settings::Settings;
use crate::cube::Cube;
use crate::error::Undefined;
use crate::kpi::{self, Axis, Better, Name, Sampling};
use crate::measure::Table;
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt;

/// One axis of the scorecard.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct AxisResult {
    /// Which.
    pub id: Axis,
    /// Its names.
    pub name: Name,
    /// What it comes to.
    pub verdict: AxisVerdict,
    /// The KPI that carries it.
    pub headline: &'static str,
    /// Every reason; in JSON a sentence each.
    pub because: Vec<Reason>,
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

impl fmt::Display for AxisVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Shown => "shown",
            Self::NotShown => "not shown",
            Self::Worsened => "worsened",
            Self::NotMeasured => "not measured",
        })
    }
}

/// The six axes, given what is to be doubted of the log.
pub(super) fn axes(rows: &[Row], doubts: &[Reason], cube: &Cube, settings: &Settings) -> Vec<AxisResult> {
    if settings.was.is_none() {
        return Vec::new();
    }
    Axis::ALL.into_iter().map(|axis| result(axis, rows, doubts, cube, settings)).collect()
}

fn result(axis: Axis, rows: &[Row], doubts: &[Reason], cube: &Cube, settings: &Settings) -> AxisResult {
    let (verdict, because) = judged(axis, rows, doubts, cube, settings);
    AxisResult { id: axis, name: axis.name(), verdict, headline: axis.headline(), because }
}

fn judged(axis: Axis, rows: &[Row], doubts: &[Reason], cube: &Cube, settings: &Settings) -> (AxisVerdict, Vec<Reason>) {
    let id = axis.headline();
    let found = match rows.iter().find(|row| row.id == id) {
        None => Err(Finding::NotMeasured),
        Some(Row { is: Known::No(why), .. }) => Err(Finding::Undefined(why.clone())),
        Some(headline) => Ok(headline),
    };
    let headline = match found {
        Ok(headline) => headline,
        Err(finding) => return (AxisVerdict::NotMeasured, vec![Reason::Kpi(id, finding)]),
    };
    let mut because = vec![Reason::Kpi(id, Finding::Headline(headline.verdict))];
    because.extend(axis.guards().into_iter().map(|guard| Reason::Kpi(guard, stands(guard, rows, settings))));
    because.extend(headline.flags.contains(&Flag::Season).then_some(Reason::Season));
    let quarantined = cube.header.reconciliation.share().unwrap_or_default();
    because.extend((quarantined > settings.margins.quarantined).then_some(Reason::Quarantined(quarantined)));
    because.extend(quarantined_tables(id, cube, settings));
    because.extend(doubts.iter().cloned());
    let worse = headline.verdict == Some(Verdict::Worsened)
        || because.iter().any(|reason| matches!(reason, Reason::Kpi(_, Finding::Fails)));
    let sure = because[1..].iter().all(|reason| matches!(reason, Reason::Kpi(_, Finding::Holds | Finding::LeftOut)));
    let p_holm = headline.judged().and_then(|change| change.p_holm);
    let tested = headline.sampling != Sampling::Census;
    let improved =
        headline.verdict == Some(Verdict::Improved) && (!tested || p_holm.is_some_and(|p| p <= 1.0 - settings.level));
    let verdict = match () {
        () if worse => AxisVerdict::Worsened,
        () if improved && sure => AxisVerdict::Shown,
        () => AxisVerdict::NotShown,
    };
    (verdict, because)
}

/// The tables a headline is counted of whose rows are too many of them set aside.
fn quarantined_tables(id: &str, cube: &Cube, settings: &Settings) -> Vec<Reason> {
    let needs = kpi::find(id).map(|headline| headline.recipe().needs()).unwrap_or_default();
    let columns = needs.iter().flat_map(|needs| needs.required.iter().chain(&needs.refining));
    let tables: BTreeSet<Table> = columns.map(|column| Table::of_column(column)).collect();
    let share = |table: Table| Some((table, cube.header.tables.get(table.name())?.reconciliation.share()?));
    let dirty = tables.into_iter().filter_map(share).filter(|(_, share)| *share > settings.margins.quarantined);
    dirty.map(|(table, share)| Reason::QuarantinedOf(table, share)).collect()
}

/// A guard holds when the worse end of its interval is inside the margin, and fails when the whole of it is outside.
fn stands(id: &str, rows: &[Row], settings: &Settings) -> Finding {
    if settings.without.iter().any(|left_out| left_out == id) {
        return Finding::LeftOut;
    }
    let Some(row) = rows.iter().find(|row| row.id == id) else { return Finding::NotMeasured };
    let change = match (row.judged(), &row.change) {
        (None, Known::No(why)) => return Finding::Undefined(undefined(row).unwrap_or(why).clone()),
        (change, _) => change.and_then(|change| change.by_margin(row.unit)),
    };
    // A complete count is as sure as its difference.
    let limits = match row.sampling {
        Sampling::Census => change.map(|change| (change.value, change.value)),
        Sampling::Cluster | Sampling::Week => change.and_then(|change| change.low.zip(change.high)),
    };
    let Some((low, high)) = limits else { return Finding::NoInterval };
    let margin = settings.margins.guard.of(row.unit);
    let (worst, best) = if row.better == Better::Higher { (-low, -high) } else { (high, low) };
    match () {
        () if worst <= margin => Finding::Holds,
        () if best > margin => Finding::Fails,
        () => Finding::Unsure,
    }
}

/// Why a window has no figure.
fn undefined(row: &Row) -> Option<&Undefined> {
    row.was.iter().chain([&row.is]).find_map(|figure| figure.reason())
}
