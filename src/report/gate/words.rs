//! The words of the gate, in both languages.

use crate::report::words::Words;
use crate::scorecard::gate::{Doubt, End};

pub(super) const TARGETS: Words = Words("gate.targets");
pub(super) const PASSED: Words = Words("gate.passed");
pub(super) const NOT_PASSED: Words = Words("gate.not_passed");
pub(super) const SUMMARY: Words = Words("gate.summary");
pub(super) const ALLOWED: Words = Words("gate.allowed");
pub(super) const AT_LEAST: Words = Words("gate.at_least");
pub(super) const AT_MOST: Words = Words("gate.at_most");
pub(super) const AND: Words = Words("gate.and");
pub(super) const OR: Words = Words("gate.or");
pub(super) const NOT_WORSE: Words = Words("gate.not_worse");
pub(super) const MISSED_BY: Words = Words("gate.missed_by");
pub(super) const NO_FIGURE: Words = Words("gate.no_figure");
pub(super) const NO_LIMIT: Words = Words("gate.no_limit");
pub(super) const SINCE: Words = Words("gate.since");
pub(super) const OF_ROWS: Words = Words("gate.of_rows");
pub(super) const CLUSTERS: Words = Words("gate.clusters");
pub(super) const WEEKS: Words = Words("gate.weeks");
pub(super) const FIXED_MIX: Words = Words("gate.fixed_mix");
pub(super) const SET_ASIDE: Words = Words("gate.set_aside");

/// By which end of an interval.
pub(super) fn by(end: End) -> Option<Words> {
    match end {
        End::Value => None,
        End::Low => Some(Words("by.low")),
        End::High => Some(Words("by.high")),
        End::Interval => Some(Words("by.interval")),
    }
}

/// Which share of the log.
pub(super) fn doubt(doubt: Doubt) -> Words {
    match doubt {
        Doubt::Quarantined => Words("doubt.quarantined"),
        Doubt::Unmatched => Words("doubt.unmatched"),
        Doubt::Undated => Words("doubt.undated"),
        Doubt::Implausible => Words("doubt.implausible"),
        Doubt::Unclustered => Words("doubt.unclustered"),
    }
}

/// What to do about a target; `{}` is the KPI, or the kept cube.
pub(super) const SEE_KPI: Words = Words("gate.see_kpi");
pub(super) const SEE_AXIS: Words = Words("gate.see_axis");
pub(super) const SEE_LOG: Words = Words("gate.see_log");
pub(super) const SEE_KEPT: Words = Words("gate.see_kept");
pub(super) const KEEP_ONE: Words = Words("gate.keep_one");
pub(super) const GIVE_IT: Words = Words("gate.give_it");
pub(super) const LEAVE_OUT_BY: Words = Words("gate.leave_out_by");
pub(super) const NAME_IT: Words = Words("gate.name_it");
pub(super) const NO_GROUP: Words = Words("gate.no_group");
pub(super) const NO_TABLE: Words = Words("gate.no_table");
pub(super) const NO_KEPT_CUBE: Words = Words("gate.no_kept_cube");
pub(super) const PERHAPS: Words = Words("gate.perhaps");
pub(super) const OTHER_PLAN: Words = Words("gate.other_plan");

/// A sentence with its gaps filled in order; a gap that a filling brings is left as it is.
pub(super) fn filled(sentence: &str, fillings: &[&str]) -> String {
    let mut parts = sentence.split("{}");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.zip(fillings).fold(first, |text, (part, filling)| text + filling + part)
}
