//! What is to be doubted of a log before any axis is shown: due dates that are missing, closings that no one can have made.

use super::abreast;
use super::evaluation::Evaluation;
use super::number::Known;
use super::part::Whole;
use super::question::Question;
use super::reason::Reason;
use super::row::Row;
use super::settings::Settings;
use crate::cube::{Cube, Layout};
use crate::kpi::{ELAPSED_TIME, find, implausible_closings};
use crate::measure::Counting;

/// The KPI whose denominator due dates are.
const ON_TIME: &str = "time/on_time";

/// The doubts that are larger than the study allows, in either window; what a study leaves out it does not doubt.
pub(super) fn doubts(rows: &[Row], evaluation: &Evaluation<'_>, settings: &Settings) -> Vec<Reason> {
    let undated = undated(rows).filter(|_| !settings.without.iter().any(|left_out| left_out == ON_TIME));
    let implausible = evaluation.largest_share(&implausible_closings());
    let margins = &settings.margins;
    let undated = undated.filter(|share| *share > margins.undated).map(Reason::Undated);
    let implausible = implausible.filter(|share| *share > margins.implausible).map(Reason::Implausible);
    undated.into_iter().chain(implausible).collect()
}

/// The shares of a cube that can be doubted, whatever the study allows; each of the window that has more of it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Shares {
    /// Of dossiers, those without a due date.
    pub(super) undated: Option<f64>,
    /// Of closings, those within minutes of the reception.
    pub(super) implausible: Option<f64>,
    /// Of dossiers received, those that name no cluster; none where the study declares rows independent.
    pub(super) unclustered: Option<f64>,
}

impl Shares {
    pub(super) fn of(cube: &Cube, settings: &Settings) -> Self {
        let whole = Whole::of(cube, settings, abreast::cores());
        let evaluation = Evaluation::of(&whole);
        let on_time = find(ON_TIME).map(|kpi| evaluation.row(&Question::new(kpi, Counting::Strict, &whole)));
        Self {
            undated: on_time.and_then(|row| undated(&[row])),
            implausible: evaluation.largest_share(&implausible_closings()),
            unclustered: settings.cluster.as_ref().and_then(|_| unclustered(&whole)),
        }
    }
}

/// The larger share of the windows of dossiers that name no cluster, among all that were received.
fn unclustered(whole: &Whole<'_>) -> Option<f64> {
    let keep = whole.keep(Layout::Windows, &find(ELAPSED_TIME)?.recipe().keep)?;
    let slots = if whole.settings.was.is_some() { 0..2u8 } else { 0..1 };
    let share = |slot: u8| {
        let rows = |named: bool| -> i64 {
            let own = whole.part.cells(keep, slot).iter().filter(|placed| !named || placed.group[0].is_none());
            own.map(|placed| placed.cell.content.rows() + placed.cell.counts.excluded).sum()
        };
        let all = rows(false);
        (all > 0).then(|| rows(true) as f64 / all as f64)
    };
    slots.filter_map(share).reduce(f64::max)
}

/// The larger share of the two windows of dossiers without a due date, among those that have one or should.
fn undated(rows: &[Row]) -> Option<f64> {
    let row = rows.iter().find(|row| row.id == ON_TIME)?;
    let shares = row.was.iter().chain([&row.is]).filter_map(Known::value).filter_map(|figure| {
        let undated = figure.undated?;
        let all = undated + figure.n + figure.excluded.unwrap_or_default();
        (all > 0).then(|| undated as f64 / all as f64)
    });
    shares.reduce(f64::max)
}
