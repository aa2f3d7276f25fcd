//! What makes it "improved".
//!
//! A KPI is improved or worsened when its change excludes zero in that direction *and* its q-value is at most
//! 1 − level; a complete count is when its exact difference passes the study's margin. With fewer than four degrees of freedom nothing is: the tail of such a t is not to be trusted.

use super::number::printed;
use super::row::{Flag, Row, Smallest, Verdict};
use super::settings::Settings;
use crate::kpi::{Axis, Better, Sampling};
use crate::stats::multiplicity::{benjamini_hochberg, holm};
use crate::stats::power::smallest_change;
use serde::Serialize;

/// Degrees of freedom below which a verdict is capped at *no clear change*.
const LEAST_DF: f64 = 4.0;

/// How often the smallest change that is told would have been found.
const POWER: f64 = 0.8;

/// How many looks were taken: the tests of each family.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Looks {
    /// KPIs with a test, for which q-values allow.
    pub kpis: usize,
    /// Headlines with one, for which Holm's p allows.
    pub headlines: usize,
    /// Tests in the whole drill-down, one family.
    pub groups: usize,
    /// Tests by kind of applicant, one family.
    pub applicants: usize,
}

/// Fills in q-values, Holm's p and verdicts of one family: all rows with a test, and among them the headlines.
///
/// Returns how many of each there are.
pub(super) fn judge<'r>(rows: impl Iterator<Item = &'r mut Row>, settings: &Settings) -> (usize, usize) {
    let mut rows: Vec<&mut Row> = rows.collect();
    let mut family: Vec<&mut Row> = rows.iter_mut().map(|row| &mut **row).filter(|row| is_tested(row)).collect();
    let q = benjamini_hochberg(&family.iter().filter_map(|row| p(row)).collect::<Vec<_>>());
    for (row, q) in family.iter_mut().zip(q) {
        row.judged_mut().into_iter().for_each(|change| change.q = Some(printed(q)));
    }
    let tests = family.len();
    family.retain(|row| Axis::ALL.iter().any(|axis| axis.headline() == row.id));
    let adjusted = holm(&family.iter().filter_map(|row| p(row)).collect::<Vec<_>>());
    for (row, p_holm) in family.iter_mut().zip(adjusted) {
        row.judged_mut().into_iter().for_each(|change| change.p_holm = Some(printed(p_holm)));
    }
    let headlines = family.len();
    for row in rows.iter_mut().filter(|row| row.better != Better::Neither && settings.was.is_some()) {
        row.verdict = Some(match row.sampling {
            Sampling::Census => beyond(row, settings.margins.census.of(row.unit)),
            Sampling::Cluster | Sampling::Week => verdict(row, settings.level),
        });
        let few = !told(row.judged().and_then(|change| change.df));
        row.flags.extend(few.then_some(Flag::FewDegreesOfFreedom));
        row.smallest = smallest(row, settings.level);
    }
    (tests, headlines)
}

fn is_tested(row: &Row) -> bool {
    row.better != Better::Neither && p(row).is_some()
}

fn p(row: &Row) -> Option<f64> {
    row.judged().and_then(|change| change.p.value().copied())
}

/// The smallest change that would have been found, by this test alone; with a cap on the verdict no change would.
fn smallest(row: &Row, level: f64) -> Option<Smallest> {
    let change = row.judged().filter(|_| row.verdict == Some(Verdict::NoClearChange))?;
    let df = change.df.unwrap_or(f64::INFINITY);
    if df < LEAST_DF {
        return None;
    }
    let absolute = smallest_change(change.standard_error?, df, level, POWER);
    let base = row.adjusted.value().map(|adjusted| adjusted.was);
    let base = base.or_else(|| Some(row.was.as_ref()?.value()?.value)).filter(|base| *base > 0.0);
    let relative = base.map(|base| printed(absolute / base));
    Some(Smallest { absolute: printed(absolute), relative, power: POWER })
}

fn verdict(row: &Row, level: f64) -> Verdict {
    let Some(change) = row.judged() else { return Verdict::NotComparable };
    let (Some(q), Some(p)) = (change.q, change.p.value()) else { return Verdict::NotComparable };
    let few = !told(change.df);
    let alpha = 1.0 - level;
    let excludes_zero = match (change.absolute.low, change.absolute.high) {
        (Some(low), Some(high)) => low > 0.0 || high < 0.0,
        _ => *p <= alpha,
    };
    if few || !excludes_zero || q > alpha {
        return Verdict::NoClearChange;
    }
    toward(row.better, change.absolute.value)
}

/// The verdict on a complete count: there is nothing to test, only a margin below which a difference means nothing.
fn beyond(row: &Row, margin: f64) -> Verdict {
    match row.judged().and_then(|change| change.by_margin(row.unit)) {
        None => Verdict::NotComparable,
        Some(change) if change.value.abs() <= margin => Verdict::NoClearChange,
        Some(change) => toward(row.better, change.value),
    }
}

/// Whether there are degrees of freedom enough for a verdict.
pub(super) fn told(df: Option<f64>) -> bool {
    df.is_none_or(|df| df >= LEAST_DF)
}

pub(super) fn toward(better: Better, change: f64) -> Verdict {
    match (better, change > 0.0) {
        _ if change == 0.0 => Verdict::NoClearChange,
        (Better::Higher, true) | (Better::Lower, false) => Verdict::Improved,
        _ => Verdict::Worsened,
    }
}
