//! What makes it "improved".
//!
//! A KPI is improved or worsened when its change excludes zero in that direction *and* its q-value is at most
//! 1 − level; a complete count is when its exact difference passes the study's margin. With fewer than four degrees of freedom nothing is: the tail of such a t is not to be trusted.

use super::number::{Known, printed};
use super::row::{Flag, Row, Verdict};
use super::settings::Settings;
use crate::kpi::{Axis, Better, Sampling};
use crate::stats::multiplicity::{benjamini_hochberg, holm};

/// Degrees of freedom below which a verdict is capped at *no clear change*.
const LEAST_DF: f64 = 4.0;

/// Fills in q-values, Holm's p and verdicts.
///
/// The families are all rows with a test, and among them the headlines.
pub(super) fn judge(rows: &mut [Row], settings: &Settings) {
    let tested = |row: &&mut Row| row.better != Better::Neither && p(row).is_some();
    let mut family: Vec<&mut Row> = rows.iter_mut().filter(tested).collect();
    let q = benjamini_hochberg(&family.iter().filter_map(|row| p(row)).collect::<Vec<_>>());
    for (row, q) in family.iter_mut().zip(q) {
        amend(row, |change| change.q = Some(printed(q)));
    }
    family.retain(|row| Axis::ALL.iter().any(|axis| axis.headline() == row.id));
    let adjusted = holm(&family.iter().filter_map(|row| p(row)).collect::<Vec<_>>());
    for (row, p_holm) in family.iter_mut().zip(adjusted) {
        amend(row, |change| change.p_holm = Some(printed(p_holm)));
    }
    for row in rows.iter_mut().filter(|row| row.better != Better::Neither && settings.was.is_some()) {
        row.verdict = Some(match row.sampling {
            Sampling::Census => beyond(row, settings.margins.census.of(row.unit)),
            Sampling::Cluster | Sampling::Week => verdict(row, settings.level),
        });
        let few = row.change.value().and_then(|change| change.df).is_some_and(|df| df < LEAST_DF);
        row.flags.extend(few.then_some(Flag::FewDegreesOfFreedom));
    }
}

fn p(row: &Row) -> Option<f64> {
    row.change.value().and_then(|change| change.p.value().copied())
}

fn amend(row: &mut Row, amendment: impl FnOnce(&mut super::row::Change)) {
    if let Known::Yes(change) = &mut row.change {
        amendment(change);
    }
}

fn verdict(row: &Row, level: f64) -> Verdict {
    let Some(change) = row.change.value() else { return Verdict::NotComparable };
    let (Some(q), Some(p)) = (change.q, change.p.value()) else { return Verdict::NotComparable };
    let few = change.df.is_some_and(|df| df < LEAST_DF);
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
    match row.change.value().and_then(|change| change.by_margin(row.unit)) {
        None => Verdict::NotComparable,
        Some(change) if change.value.abs() <= margin => Verdict::NoClearChange,
        Some(change) => toward(row.better, change.value),
    }
}

fn toward(better: Better, change: f64) -> Verdict {
    match (better, change > 0.0) {
        _ if change == 0.0 => Verdict::NoClearChange,
        (Better::Higher, true) | (Better::Lower, false) => Verdict::Improved,
        _ => Verdict::Worsened,
    }
}
