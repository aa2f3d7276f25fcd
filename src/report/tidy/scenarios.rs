//! A KPI under another decision, as a line.

use super::{Line, Names, WITHOUT};
use crate::scorecard::{Known, Otherwise, Scenario};
use std::borrow::Cow;

/// The change and the verdict under it; of a log without a unit, that unit stands in its column.
pub(super) fn line<'a>(own: &'a Scenario, cluster: &str) -> Line<'a> {
    let figure = match &own.otherwise {
        Otherwise::Counting { profile } => Cow::Owned(format!("scenario_counting_{profile}")),
        Otherwise::ClosedOnly => "scenario_closed_only".into(),
        Otherwise::Unadjusted => "scenario_unadjusted".into(),
        Otherwise::Longer => "scenario_longer".into(),
        Otherwise::Without { .. } => "scenario_without".into(),
    };
    let mut line = Line { verdict: Some(own.verdict), ..Line::absent(figure, own.change.reason()) };
    if let Known::Yes(change) = &own.change {
        line.numbers = [Some(change.value), change.low, change.high];
        line.tests = [None, change.p.value().copied(), None, None];
    }
    if let Otherwise::Without { unit } = &own.otherwise {
        let names = Names::from([(cluster.to_owned(), Some(unit.clone()))]);
        (line.scope, line.by) = (WITHOUT, Cow::Owned(names));
    }
    line
}
