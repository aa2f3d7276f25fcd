//! The gate as people and machines read it: a page, a Markdown list, JUnit XML, JSON.

mod junit;
mod page;
mod sentence;
mod words;

use super::{Lang, Style};
use crate::error::{Error, Result};
use crate::scorecard::gate::{Gate, Judged, Outcome};
use sentence::Sentence;
use serde_json::{Value, json};

/// How a gate is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GateFormat {
    /// A page of text.
    Terminal(Style),
    /// A list for a pull request or a job's summary; names and values are escaped.
    Markdown(Lang),
    /// JUnit XML, a test case for each target, for what shows test reports.
    ///
    /// A missed target is a failure with what to do; one without a figure that allows it is skipped. The class of a test
    /// case is its KPI's axis, `own` of a KPI without one, and `data` of the log itself. There is no time, no host and
    /// no timestamp: the same gate is the same bytes.
    Junit(Lang),
    /// The contract `giamtang.gate/1`.
    Json,
}

/// The gate in a format.
pub(super) fn text(gate: &Gate, format: GateFormat) -> Result<String> {
    match format {
        GateFormat::Terminal(style) => Ok(page::page(gate, style)),
        GateFormat::Markdown(lang) => Ok(page::markdown(gate, lang)),
        GateFormat::Junit(lang) => junit::text(gate, lang),
        GateFormat::Json => json(gate),
    }
}

/// A mark for what a target comes to.
fn mark(judged: &Judged) -> &'static str {
    match (judged.outcome, judged.is_missed()) {
        (Outcome::Met, _) => "✓",
        (_, true) => "✗",
        (_, false) => "○",
    }
}

fn json(gate: &Gate) -> Result<String> {
    let broken = |why| Error::broken("writing a gate as JSON", why);
    let mut value = serde_json::to_value(gate).map_err(broken)?;
    let said = |judged: &Judged| {
        let of = |lang| Sentence::of(judged, gate, lang).whole();
        json!({ "en": of(Lang::En), "vi": of(Lang::Vi) })
    };
    let targets = value.get_mut("targets").and_then(Value::as_array_mut).into_iter().flatten();
    for (target, judged) in targets.zip(&gate.targets) {
        target["says"] = said(judged);
    }
    serde_json::to_string_pretty(&value).map(|text| text + "\n").map_err(broken)
}
