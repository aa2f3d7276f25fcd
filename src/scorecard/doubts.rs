//! What is to be doubted of a log before any axis is shown: due dates that are missing, closings that no one can have made.

use super::evaluation::Evaluation;
use super::number::Known;
use super::reason::Reason;
use super::row::Row;
use super::settings::Settings;
use crate::kpi::implausible_closings;

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

/// The larger share of the two windows of dossiers without a due date, among those that have one or should.
fn undated(rows: &[Row]) -> Option<f64> {
    let row = rows.iter().find(|row| row.id == ON_TIME)?;
    let shares = row.was.iter().chain([&row.is]).filter_map(Known::value).filter_map(|figure| {
        let undated = figure.undated?;
        let all = undated + figure.n + figure.excluded;
        (all > 0).then(|| undated as f64 / all as f64)
    });
    shares.reduce(f64::max)
}
