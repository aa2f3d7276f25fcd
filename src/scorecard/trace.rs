//! One dossier in the scorecard: what it was read as, and every KPI it counts in or why not.

use super::number::printed;
use super::settings::Settings;
use crate::cube::{Cell, Content, Counts, Cube, Figure, Keep, Kept};
use crate::error::{Result, Undefined};
use crate::kpi::{Kpi, Name, Unit};
use crate::measure::Table;
use crate::provenance::Provenance;
use serde::Serialize;
use std::collections::BTreeMap;

/// One dossier, followed from its rows to the figures; serialises to the JSON contract `giamtang.trace/1`.
///
/// ```json
/// { "schema": "giamtang.trace/1", "case": "H26.11-230103-0001",
///   "study": {"name": "…", "was": "2023-02-15..2023-07-31", "is": "2024-02-15..2024-07-31"},
///   "rows": [{"path": "cases.csv", "row": 12, "cells": {"unit": "…"}},
///            {"path": "cases.csv", "row": 13, "cells": {}, "set_aside": {"rule": "identical_repeat", "column": "case_id"}}],
///   "events": [{"path": "events.csv", "row": 3, "at": "2024-03-01T08:00:00+07:00", "activity": "…"}],
///   "milestones": [{"name": "finished_at", "at": "2024-03-04", "elapsed_seconds": 259200, "working_seconds": 28800}],
///   "pauses": [{"from": "…", "to": "…", "elapsed_seconds": 3600, "working_seconds": 0}],
///   "outcome": "granted", "group": {"unit": "…"},
///   "kpis": [{"id": "time/on_time", "name": {}, "unit": "share", "anchor": "due", "window": "is", "entered": true, "value": 1.0},
///            {"id": "quality/completion", "name": {}, "unit": "share", "anchor": "submitted", "entered": false,
///             "why": "outside_windows", "detail": "2022-12-30"}] }
/// ```
///
/// Seconds run from `received_at`: of the applicant's clock, and of the office's where the study has a calendar. A KPI's
/// `value` is the dossier's own: 1 or 0 for a share. The closed list of `why`: `quarantined`, `excluded`, `immature`,
/// `undated`, `no_date`, `outside_windows`, `no_row` (of another table), `other_rows` (no dossiers), and the codes of [`Undefined`].
///
/// # Example
///
/// ```
/// use giamtang::Study;
/// use giamtang::scorecard::{
///     Entry, SetAside, Trace, TracedEvent, TracedMilestone, TracedPause, TracedRow, TracedStudy,
/// };
///
/// # fn main() -> giamtang::Result<()> {
/// let study = Study::load("fixtures/study/study.toml")?.case("H26.01-240415-0001");
/// let trace: Trace = study.plan()?.trace()?;
/// let TracedStudy { is, .. } = &trace.study;
/// let row: &TracedRow = &trace.rows[0];
/// let aside: Option<&SetAside> = row.set_aside.as_ref();
/// assert_eq!((is.as_str(), row.row, aside), ("2024-02-15..2024-07-31", 299, None));
/// let submitted: &TracedMilestone = &trace.milestones[0];
/// assert_eq!((submitted.name.as_str(), submitted.elapsed_seconds), ("submitted_at", Some(-242_760)));
/// let (events, pauses): (&[TracedEvent], &[TracedPause]) = (&trace.events, &trace.pauses);
/// assert_eq!((events.len(), pauses.len()), (0, 1));
/// let on_time: &Entry = trace.kpis.iter().find(|own| own.id == "time/on_time").expect("each KPI is there");
/// assert_eq!((on_time.window, on_time.entered), (Some("is"), true));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Trace {
    /// The contract's version.
    pub schema: &'static str,
    /// The id that was asked for.
    pub case: String,
    /// Of which study, over which windows.
    pub study: TracedStudy,
    /// Where it comes from.
    pub provenance: Provenance,
    /// The rows of the log that have this id.
    pub rows: Vec<TracedRow>,
    /// The events that the dossier is made of, by time; none where the log is of dossiers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<TracedEvent>,
    /// Its dates in order, on both clocks.
    pub milestones: Vec<TracedMilestone>,
    /// When its clocks stood still.
    pub pauses: Vec<TracedPause>,
    /// How it ended, where the log says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// The cell it stands in: the column of each dimension with its name.
    pub group: Place,
    /// Every KPI, in the catalogue's order.
    pub kpis: Vec<Entry>,
}

/// A cell's group: the column of each dimension with its name.
type Place = BTreeMap<String, Option<String>>;

/// The study of a trace.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TracedStudy {
    /// Its name.
    pub name: String,
    /// The window before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was: Option<String>,
    /// The window after.
    pub is: String,
}

/// A row of the log.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TracedRow {
    /// The input.
    pub path: String,
    /// The row, counted from 1 after the header.
    pub row: u64,
    /// Canonical column to value: as read, or for a row set aside as the source has it.
    pub cells: BTreeMap<String, String>,
    /// Why it was set aside; absent where it was accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set_aside: Option<SetAside>,
}

/// Why a row was set aside.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SetAside {
    /// The rule it breaks.
    pub rule: &'static str,
    /// The source's column that shows it.
    pub column: String,
    /// The value there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// One event of a dossier.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TracedEvent {
    /// The input.
    pub path: String,
    /// The row, counted from 1 after the header.
    pub row: u64,
    /// When, on the wall of the study's zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// What happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activity: Option<String>,
    /// Started or completed, where the log says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifecycle: Option<String>,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// By whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub officer: Option<String>,
    /// Why it was set aside; absent where it was accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set_aside: Option<SetAside>,
}

/// A date of a dossier.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TracedMilestone {
    /// The canonical column; `deadline_at` is the due date first promised, as pauses moved it.
    pub name: String,
    /// When, on the wall of the study's zone; a day alone where no more is known.
    pub at: String,
    /// Seconds of the applicant's clock since it was received; negative before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elapsed_seconds: Option<i64>,
    /// Office seconds since it was received; absent without a calendar that covers both.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub working_seconds: Option<i64>,
}

/// A time in which the office waited for the applicant.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TracedPause {
    /// Since when; absent where the log has a total only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Until when; absent where it still waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Seconds of the applicant's clock; absent while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elapsed_seconds: Option<i64>,
    /// Office seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub working_seconds: Option<i64>,
}

/// A dossier's part in one KPI.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Entry {
    /// The KPI's id.
    pub id: String,
    /// Its names.
    pub name: Name,
    /// Its unit.
    pub unit: Unit,
    /// The date that places a dossier in a window.
    pub anchor: &'static str,
    /// The window it stands in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<&'static str>,
    /// Whether it is in the denominator.
    pub entered: bool,
    /// Its own value, in the unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// How its time ended: `open` at the cut-off, `finished`, or `withdrawn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<&'static str>,
    /// Why it is not in the denominator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<&'static str>,
    /// The date, column or rule behind that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// A KPI as the study counts it.
#[derive(Clone, Copy)]
struct Asked<'k> {
    kpi: &'k Kpi,
    keep: &'k Keep,
    /// The other share of a gap: a dossier is in one of them.
    other: Option<&'k Keep>,
    figure: Figure,
}

impl Entry {
    fn of(asked: Asked<'_>) -> Self {
        Self {
            id: asked.kpi.id.to_string(),
            name: asked.kpi.name.clone(),
            unit: asked.kpi.unit,
            anchor: asked.keep.anchor.name(),
            window: None,
            entered: false,
            value: None,
            end: None,
            why: None,
            detail: None,
        }
    }

    /// Its part in each window, as the cube of this one dossier says; without a cell, where its date would place it.
    fn counted(
        asked: Asked<'_>,
        cube: &Cube,
        windows: &[&'static str],
        date: impl Fn(&str) -> Option<String>,
    ) -> Vec<Self> {
        let of = |keep: &Keep, slot: usize| {
            let mut cells = cube.cells(cube.keep(keep)?, slot as u8).map(|(_, cell)| cell.clone());
            let first = cells.next()?;
            // Steps of one dossier may be of several units and weeks.
            Some(cells.fold(first, |mut all, cell| {
                all.merge(cell);
                all
            }))
        };
        let cell = |slot: usize| {
            let own = of(asked.keep, slot);
            let other = asked.other.and_then(|keep| of(keep, slot)).filter(|cell| value(asked, cell).is_some());
            other.or(own)
        };
        let cells = windows.iter().enumerate().filter_map(|(slot, window)| Some((*window, cell(slot)?)));
        let within: Vec<Self> = cells.map(|(window, cell)| Self::of(asked).within(window, asked, &cell)).collect();
        match (within.is_empty(), date(asked.keep.anchor.milestone())) {
            (false, _) => within,
            (true, _) if asked.keep.table == Table::Events => vec![Self::of(asked).because("outside_windows", None)],
            (true, _) if asked.keep.table != Table::Cases => {
                let why = if is_about_dossiers(asked.keep.table) { "no_row" } else { "other_rows" };
                vec![Self::of(asked).because(why, asked.keep.table.name().to_owned())]
            }
            (true, Some(at)) => vec![Self::of(asked).because("outside_windows", at)],
            (true, None) => {
                vec![Self::of(asked).because("no_date", asked.keep.anchor.milestone().to_owned())]
            }
        }
    }

    fn because(self, why: &'static str, detail: impl Into<Option<String>>) -> Self {
        Self { why: Some(why), detail: detail.into(), ..self }
    }

    /// Its part in a window, as the cell of this one dossier says.
    fn within(self, window: &'static str, asked: Asked<'_>, cell: &Cell) -> Self {
        let this = Self { window: Some(window), ..self };
        let Counts { excluded, immature, undated } = cell.counts;
        match (value(asked, cell), undated, immature, excluded) {
            (Some((value, end)), ..) => Self { entered: true, value, end, ..this },
            (None, 1.., ..) => this.because("undated", asked.keep.anchor.milestone().to_owned()),
            (None, _, 1.., _) => this.because("immature", None),
            (None, ..) => this.because("excluded", None),
        }
    }
}

/// Whether rows of a table name dossiers.
fn is_about_dossiers(table: Table) -> bool {
    matches!(table, Table::Cases | Table::Events | Table::Surveys | Table::Petitions)
}

/// The dossier's own value, where it has one, and how its time ended; `None` where it does not count.
fn value(asked: Asked<'_>, cell: &Cell) -> Option<(Option<f64>, Option<&'static str>)> {
    let divisor = if asked.figure == Figure::Share { 1.0 } else { asked.kpi.unit.divisor() };
    let one = |value: f64| Some((Some(printed(value / divisor)), None));
    match &cell.content {
        Content::Moments(moments) if moments.n > 0 => one(moments.sum as f64 / moments.n as f64),
        Content::Pairs(pairs) if pairs.n > 0 && asked.figure == Figure::Cost => {
            one((pairs.x + pairs.y) as f64 / pairs.n as f64)
        }
        // For how many of a year it stands, the whole log says.
        Content::Pairs(pairs) if pairs.n > 0 && asked.figure == Figure::YearlyCost => Some((None, None)),
        Content::Pairs(pairs) if pairs.n > 0 && pairs.y != 0 => one(pairs.x as f64 / pairs.y as f64),
        Content::Pairs(pairs) if pairs.n > 0 => Some((None, None)),
        Content::Moments(_) | Content::Pairs(_) => None,
        Content::Tally(tally) if tally.kept() == Kept::Things => tally.counts().next().map(|_| (None, None)),
        Content::Tally(tally) => tally.counts().next().map(|(spell, _)| {
            let end = ["open", "finished", "withdrawn"].get(usize::from(spell.end)).copied();
            (Some(printed(spell.seconds as f64 / divisor)), end)
        }),
    }
}

impl Trace {
    /// The part of one dossier in every KPI, from a cube of nothing else, and the group it stands in.
    ///
    /// `date` says when a milestone was, where it is known; `set_aside` is the rule that keeps the dossier out.
    ///
    /// # Errors
    ///
    /// The cube's settings are not those of this version.
    #[doc(hidden)]
    pub fn entries<'k>(
        cube: &Cube,
        kpis: impl Iterator<Item = &'k Kpi>,
        date: impl Fn(&str) -> Option<String>,
        set_aside: Option<&str>,
    ) -> Result<(Vec<Entry>, Place)> {
        let settings = Settings::of(cube)?;
        let windows: &[&'static str] = if settings.was.is_some() { &["was", "is"] } else { &["is"] };
        let part = |kpi: &Kpi| {
            let recipe = kpi.recipe_by(settings.profile());
            let other = recipe.over.as_ref().filter(|_| recipe.figure == Figure::Gap);
            let asked = Asked { kpi, keep: &recipe.keep, other, figure: recipe.figure };
            match (lacking(asked.keep, &settings), set_aside) {
                (Some(why), _) => vec![Entry::of(asked).because(why.code(), why.detail())],
                // The steps of a dossier that is set aside were done all the same.
                (None, Some(rule)) if asked.keep.table == Table::Cases => {
                    vec![Entry::of(asked).because("quarantined", rule.to_owned())]
                }
                (None, _) => Entry::counted(asked, cube, windows, &date),
            }
        };
        let entries = kpis.flat_map(part).collect();
        let group = cube.groups().next().unwrap_or_default();
        let group = cube.header.dimensions.iter().cloned().zip(group.iter().cloned()).collect();
        Ok((entries, group))
    }
}

/// Why no dossier of this log can enter a KPI.
fn lacking(keep: &Keep, settings: &Settings) -> Option<Undefined> {
    settings.lacking(&keep.needs())
}
