//! Rows that break a rule, set aside with the rule's name; nothing is dropped in silence.

use crate::error::{Error, Result};
use serde::Serialize;
use std::collections::BTreeMap;

/// What a row can break; one rule per row, the first in this order.
///
/// Rules about one row come first. Repeated ids are looked for among the rows that break none of them, because a
/// broken row is no evidence about another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// No `case_id`, or a blank one.
    MissingId,
    /// No `received_at`: the dossier cannot be placed in a window.
    MissingReceived,
    /// A date that its column's format does not read, or a local time that summer time skips.
    UnparsableDate,
    /// A date outside `log.plausible`.
    ImplausibleDate,
    /// `finished_at` before `received_at`, at the coarser precision of the two.
    FinishedBeforeReceived,
    /// An `outcome` that is none of granted, refused, withdrawn, returned.
    UnknownOutcome,
    /// The same id again with the same content: one row stays.
    IdenticalRepeat,
    /// The same id again with other content: none stays.
    ConflictingRepeat,
}

impl Rule {
    /// Every rule, in the order they are applied.
    pub const ALL: [Self; 8] = [
        Self::MissingId,
        Self::MissingReceived,
        Self::UnparsableDate,
        Self::ImplausibleDate,
        Self::FinishedBeforeReceived,
        Self::UnknownOutcome,
        Self::IdenticalRepeat,
        Self::ConflictingRepeat,
    ];

    /// The rule's name in results.
    pub fn name(self) -> &'static str {
        match self {
            Self::MissingId => "missing_id",
            Self::MissingReceived => "missing_received",
            Self::UnparsableDate => "unparsable_date",
            Self::ImplausibleDate => "implausible_date",
            Self::FinishedBeforeReceived => "finished_before_received",
            Self::UnknownOutcome => "unknown_outcome",
            Self::IdenticalRepeat => "identical_repeat",
            Self::ConflictingRepeat => "conflicting_repeat",
        }
    }
}

/// One row set aside.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Quarantined {
    /// The input's place in [`Findings::inputs`].
    pub input: usize,
    /// The row of that input, counted from 1 after the header.
    pub row: u64,
    /// What it breaks.
    pub rule: Rule,
    /// The source's own name of the column that shows it.
    pub column: String,
    /// The value as the source has it, cut at 200 characters; `None` where there is none.
    pub value: Option<String>,
}

/// One input as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Input {
    /// The path as the study's folder sees it.
    pub path: String,
    /// Rows read.
    pub rows: u64,
    /// Size in bytes.
    pub bytes: u64,
    /// How each date column is read: canonical column to `strftime` format, or `typed`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub dates: BTreeMap<String, String>,
}

/// What became of every row: `read = accepted + quarantined`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Reconciliation {
    /// Rows read.
    pub read: u64,
    /// Rows that entered the log.
    pub accepted: u64,
    /// Rows set aside.
    pub quarantined: u64,
    /// Rows set aside, by the rule they break.
    pub by_rule: BTreeMap<String, u64>,
}

impl Reconciliation {
    /// Adds another part of the log.
    pub fn merge(&mut self, other: &Self) {
        self.read += other.read;
        self.accepted += other.accepted;
        self.quarantined += other.quarantined;
        for (rule, count) in &other.by_rule {
            *self.by_rule.entry(rule.clone()).or_default() += count;
        }
    }

    /// The share of rows set aside; `None` where no row was read.
    pub fn share(&self) -> Option<f64> {
        (self.read > 0).then(|| self.quarantined as f64 / self.read as f64)
    }
}

/// What reading the log found.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// The inputs in the study's order.
    pub inputs: Vec<Input>,
    /// Rows that entered the log, counted as they did.
    pub accepted: u64,
    /// The rows set aside, by input and row.
    pub quarantine: Vec<Quarantined>,
    /// Local times that summer time makes ambiguous, read as the earlier instant.
    pub ambiguous_times: u64,
}

impl Findings {
    /// Fails where a row was lost or counted twice: what was read, accepted and quarantined are counted apart.
    pub(super) fn assert_identity(&self) -> Result<()> {
        let Reconciliation { read, accepted, quarantined, .. } = self.reconciliation();
        if read == accepted + quarantined {
            return Ok(());
        }
        Err(Error::broken("reconciling rows", format!("read {read} ≠ accepted {accepted} + quarantined {quarantined}")))
    }

    /// Rows read, accepted and set aside, each counted by itself.
    pub fn reconciliation(&self) -> Reconciliation {
        let read = self.inputs.iter().map(|input| input.rows).sum();
        let quarantined = self.quarantine.len() as u64;
        let mut by_rule = BTreeMap::new();
        for row in &self.quarantine {
            *by_rule.entry(row.rule.name().to_owned()).or_default() += 1;
        }
        Reconciliation { read, accepted: self.accepted, quarantined, by_rule }
    }
}
