//! Rows that break a rule, set aside with the rule's name; nothing is dropped in silence.

use super::joins::{Carried, Joined};
use super::rules::{Rule, Suspicion};
use super::spilled::Spilled;
use super::tables::Table;
use crate::error::{Error, Result};
use crate::provenance::Provenance;
use serde::Serialize;
use std::collections::BTreeMap;

/// Something suspicious, with how many rows have it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Warning {
    /// What it is.
    pub what: Suspicion,
    /// The column, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The value, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Rows that have it.
    pub rows: u64,
    /// Rows that could have it.
    pub of: u64,
}

impl Warning {
    /// A warning about so many of so many rows.
    pub(super) fn of(what: Suspicion, rows: u64, of: u64) -> Self {
        Self { what, column: None, value: None, rows, of }
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
    /// What the source has in each of [`Findings::columns`], where someone asks for it.
    #[serde(skip)]
    #[doc(hidden)]
    pub cells: Vec<Option<String>>,
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
    /// The format that was found.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub format: String,
    /// How its texts are encoded; `None` where the format leaves no choice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
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
    #[doc(hidden)]
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
///
/// # Example
///
/// ```
/// use giamtang::Study;
/// use giamtang::ingest::{
///     EventFindings, Findings, Input, Matched, Quarantined, Reconciliation, Rule, Suspicion, Table, TableFindings, Warning,
/// };
///
/// # fn main() -> giamtang::Result<()> {
/// let findings: Findings = Study::load("fixtures/study/study.toml")?.plan()?.check()?;
/// let Reconciliation { read, accepted, quarantined, .. } = findings.reconciliation();
/// assert_eq!((read, accepted, quarantined), (2_202, 2_195, 7));
/// let input: &Input = &findings.inputs[0];
/// let first: &Quarantined = &findings.quarantine[0];
/// assert_eq!((input.rows, first.row, first.rule), (1_091, 101, Rule::MissingId));
/// let warning: &Warning = &findings.warnings[0];
/// assert_eq!((warning.what, warning.rows), (Suspicion::DueMoved, 229));
/// let table: &TableFindings = &findings.tables[0];
/// let events: Option<&EventFindings> = findings.events.as_deref();
/// assert!(table.table == Table::Units && events.is_none());
///
/// // Parts of a log add up.
/// let part = Matched { matched: 187, unmatched: 1 };
/// assert_eq!(part.plus(part), Matched { matched: 374, unmatched: 2 });
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// The inputs in the study's order.
    pub inputs: Vec<Input>,
    /// Rows that entered the log, counted as they did.
    pub accepted: u64,
    /// The first rows set aside, by input and row: 100,000, or where someone asked for their values 16,384.
    pub quarantine: Vec<Quarantined>,
    /// Those beyond, where someone asked for their values.
    #[doc(hidden)]
    pub spilled: Spilled,
    /// Local times that summer time makes ambiguous, read as the earlier instant.
    pub ambiguous_times: u64,
    /// Rows set aside beyond those that are listed, by input, rule and column.
    #[doc(hidden)]
    pub unlisted: BTreeMap<(usize, Rule, String), u64>,
    /// The canonical columns behind [`Quarantined::cells`].
    #[doc(hidden)]
    pub columns: Vec<String>,
    /// What is suspicious among the accepted rows, where they were checked.
    pub warnings: Vec<Warning>,
    /// The same of the events that the cases were made of, if they were.
    pub events: Option<Box<EventFindings>>,
    /// By id, hashed, and rule, how many rows are set aside, where someone asks for it.
    #[doc(hidden)]
    pub broken: BTreeMap<(u128, Rule), u64>,
    /// By table that was joined, how many rows found a match.
    #[doc(hidden)]
    pub joined: Joined,
    /// By table that was joined by case, what its dossiers say of themselves.
    #[doc(hidden)]
    pub carried: BTreeMap<Table, Carried>,
    /// What became of every row of the tables beside the dossiers.
    pub tables: Vec<TableFindings>,
    /// Of which plan they are, where they are of one.
    pub provenance: Option<Box<Provenance>>,
}

/// What reading a table beside the dossiers found.
#[derive(Clone, Debug, Default)]
pub struct TableFindings {
    /// Which table.
    pub table: Table,
    /// What became of every row.
    pub findings: Findings,
}

/// What reading a log of events found.
#[derive(Clone, Debug, Default)]
pub struct EventFindings {
    /// What became of every event.
    pub findings: Findings,
    /// Distinct activities.
    pub activities: u64,
    /// Distinct officers (in XES: resources).
    pub officers: u64,
    /// Cases made of them.
    pub cases: u64,
}

impl EventFindings {
    /// What is to be said of the cases that the events made.
    #[doc(hidden)]
    pub fn warnings(&self) -> Option<Warning> {
        let nameless = |rule: Rule| rule <= Rule::MalformedRow && rule != Rule::BlankRow || rule == Rule::MissingId;
        let rows = self.findings.aside().filter(|(_, rule, ..)| nameless(*rule)).map(|(.., rows)| rows).sum();
        let of = self.findings.reconciliation().read;
        (rows > 0).then(|| Warning::of(Suspicion::EventsWithoutCase, rows, of))
    }
}

impl Findings {
    /// What found no match in another table.
    #[doc(hidden)]
    pub fn unmatched(&self) -> impl Iterator<Item = Warning> {
        let unmatched = self.joined.iter().filter(|(_, joined)| joined.unmatched > 0);
        unmatched.map(|(table, joined)| {
            let (what, column) = match table {
                Table::Procedures => (Suspicion::ProcedureNotInCatalogue, "procedure".to_owned()),
                _ => (Suspicion::AnswerWithoutDossier, format!("{}case_id", table.prefix())),
            };
            let of = joined.matched + joined.unmatched;
            Warning { column: Some(column), ..Warning::of(what, joined.unmatched, of) }
        })
    }

    /// Fails where a row was lost or counted twice: what was read, accepted and quarantined are counted apart.
    pub(super) fn assert_identity(&self) -> Result<()> {
        let Reconciliation { read, accepted, quarantined, .. } = self.reconciliation();
        if read == accepted + quarantined {
            return Ok(());
        }
        Err(Error::broken("reconciling rows", format!("read {read} ≠ accepted {accepted} + quarantined {quarantined}")))
    }

    /// Every row set aside whose values are kept, in order.
    ///
    /// # Errors
    ///
    /// What was written to a temporary file cannot be read back.
    #[doc(hidden)]
    pub fn each_aside(&self, mut each: impl FnMut(&Quarantined) -> Result<()>) -> Result<()> {
        let mut listed = self.quarantine.iter().peekable();
        for row in self.spilled.iter()? {
            let row = row?;
            while let Some(before) = listed.next_if(|own| **own < row) {
                each(before)?;
            }
            each(&row)?;
        }
        listed.try_for_each(each)
    }

    /// Rows set aside by input, rule and column, in parts that add up.
    pub fn aside(&self) -> impl Iterator<Item = (usize, Rule, &str, u64)> {
        let listed = self.quarantine.iter().map(|row| (row.input, row.rule, row.column.as_str(), 1));
        listed.chain(self.unlisted.iter().map(|((input, rule, column), rows)| (*input, *rule, column.as_str(), *rows)))
    }

    /// Rows read, accepted and set aside, each counted by itself.
    pub fn reconciliation(&self) -> Reconciliation {
        let read = self.inputs.iter().map(|input| input.rows).sum();
        let mut by_rule = BTreeMap::new();
        for (_, rule, _, rows) in self.aside() {
            *by_rule.entry(rule.name().to_owned()).or_default() += rows;
        }
        let quarantined = by_rule.values().sum();
        Reconciliation { read, accepted: self.accepted, quarantined, by_rule }
    }
}

/// Rows set aside that are listed where nobody asks for their values; a hostile log may have any number.
const LISTED: usize = 100_000;

/// Leaves the first rows in the list and counts the others.
pub(super) fn list_first(rows: &mut Vec<Quarantined>, unlisted: &mut BTreeMap<(usize, Rule, String), u64>) {
    if rows.len() <= LISTED {
        return;
    }
    rows.select_nth_unstable(LISTED);
    count(&rows.split_off(LISTED), unlisted);
}

/// Counts rows that are not in the list.
pub(super) fn count(rows: &[Quarantined], unlisted: &mut BTreeMap<(usize, Rule, String), u64>) {
    for row in rows {
        *unlisted.entry((row.input, row.rule, row.column.clone())).or_default() += 1;
    }
}
