//! Figures and changes as they are shown: in the KPI's unit, at twelve digits, with the reason where there is none.

use super::gathering::Gathered;
use super::number::{Absence, Known, printed};
use super::row::{Change, Difference, Effect, Figure, Flag};
use super::window::Window;
use crate::cube::{Counts, Keep};
use crate::error::Undefined;
use crate::kpi::Unit;
use crate::measure::Table;
use crate::stats::Interval;
use crate::stats::effect::{Change as Found, Difference as Gap};

/// A window's figure as it is shown.
pub(super) fn figure(unit: Unit, keep: &Keep, window: Result<Window, Undefined>, gathered: &Gathered) -> Known<Figure> {
    let window = match window {
        Ok(window) => window,
        Err(why) => return Known::No(why),
    };
    let in_unit = |value: f64| printed(value / unit.divisor());
    let limits = window.limits();
    let known = limits.as_ref().ok();
    let open = known.is_some_and(|limits| limits.closed().is_none()).then_some(Undefined::OpenInterval);
    let Counts { excluded, immature, undated } = gathered.counts;
    // A task has no day of receipt that would place it without its due date.
    let is_undatable = keep.anchor.is_expected() && keep.table != Table::Tasks;
    let tells_undated = is_undatable || keep.undated.is_some();
    let (n, events) = window.rows();
    Known::Yes(Figure {
        value: in_unit(window.value()),
        low: known.and_then(|limits| limits.low).map(in_unit),
        high: known.and_then(|limits| limits.high).map(in_unit),
        limits: limits.as_ref().err().cloned().or(open).map(Absence),
        n,
        events,
        excluded: Some(excluded.unsigned_abs()),
        immature: keep.known_within.then_some(immature.unsigned_abs()),
        undated: tells_undated.then_some(undated.unsigned_abs()),
        clusters: window.clusters(),
        largest_cluster: window.dominated().map(printed),
        df: known.and_then(|limits| limits.df).map(printed),
        method: known.map(|limits| limits.method),
        flow: window.flow(),
    })
}

impl Change {
    pub(super) fn of(effect: Found, unit: Unit) -> Self {
        Self {
            absolute: Difference::of(&effect.absolute, unit.divisor()),
            relative: effect.relative.map(|gap| Difference::of(&gap, 1.0)).into(),
            p: effect.p.map(printed).into(),
            q: None,
            p_holm: None,
            df: effect.df.map(printed),
            standard_error: effect.standard_error.map(|error| printed(error / unit.divisor())),
            method: effect.method,
        }
    }
}

impl Difference {
    pub(super) fn of(gap: &Gap, divisor: f64) -> Self {
        let limit = |limit: f64| printed(limit / divisor);
        Self {
            value: limit(gap.value),
            low: gap.limits.as_ref().ok().map(|limits| limit(limits.low)),
            high: gap.limits.as_ref().ok().map(|limits| limit(limits.high)),
            limits: gap.limits.as_ref().err().map(|why| Absence(why.clone())),
        }
    }
}

impl Effect {
    pub(super) fn of(
        (value, limits): (f64, &Result<Interval, Undefined>),
        p: &Result<f64, Undefined>,
        df: Option<f64>,
        divisor: f64,
    ) -> Self {
        let Difference { value, low, high, limits } = Difference::of(&Gap { value, limits: limits.clone() }, divisor);
        Self { value, low, high, limits, p: p.clone().map(printed).into(), df: df.map(printed) }
    }
}

/// What is to be known of a window's own figure, and of a change that rests on it.
pub(super) fn noted(window: Option<&Window>, gathered: &Gathered, compared: bool) -> Vec<Flag> {
    let of_change = window.and_then(Window::flag).filter(|_| compared);
    let folded = gathered.folded.then_some(Flag::Folded);
    let null_cluster = gathered.null_cluster.then_some(Flag::NullCluster);
    [of_change, folded, null_cluster].into_iter().flatten().collect()
}
