//! The gate: targets of a study, each held against a scorecard; met, missed, or without a figure.
//!
//! A figure that does not exist misses its target unless the target allows that, with the reason: a gate that opens when
//! a column is lost guards nothing.
//!
//! # Example
//!
//! ```
//! use giamtang::Study;
//! use giamtang::scorecard::gate::{Found, Outcome};
//! use polars::prelude::*;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let study = "windows.is = '2024-03-01..2024-03-31'\ncompare.cluster = 'none'\n\
//!              [[target]]\nkpi = 'time/elapsed_time'\nat_most = '2 days'";
//! let study = Study::parse(study, "study.toml")?;
//! let frame = df!("case_id" => ["a"], "received_at" => ["2024-03-01"], "finished_at" => ["2024-03-04"])?;
//! let (gate, _) = study.plan_frame(frame)?.gate(&study.targets()?)?;
//! assert_eq!((gate.passed, gate.targets[0].outcome), (false, Outcome::Missed));
//! assert!(matches!(&gate.targets[0].found, Some(Found::Number(days)) if days.value == 3.0));
//! # Ok(())
//! # }
//! ```
//!
//! What a target asks, and what it comes to, in words of one's own:
//!
//! ```
//! use giamtang::Study;
//! use giamtang::scorecard::gate::{
//!     Allowance, Asks, Bounds, Counts, Every, Gate, GateHead, Grouping, Judged, KeptAt, Lacking, Quarantine, SetAsideShare,
//!     Subject, Target,
//! };
//!
//! fn asked(target: &Target) -> String {
//!     match &target.asks {
//!         Asks::Value { subject, bounds: Bounds { at_most: Some(most), .. }, .. } => format!("{} ≤ {most}", of(subject)),
//!         Asks::NotWorse { subject, kept: KeptAt { told, .. }, margin, .. } => {
//!             format!("{} as in {told}, give or take {:?}", of(subject), margin.map(Allowance::value))
//!         }
//!         other => format!("{other:?}"),
//!     }
//! }
//!
//! fn of(Subject { kpi, group, .. }: &Subject) -> String {
//!     match group {
//!         None => kpi.clone(),
//!         Some(Grouping::Every(Every::Every)) => format!("{kpi} of every group"),
//!         Some(Grouping::One(names)) => format!("{kpi} of {names:?}"),
//!     }
//! }
//!
//! fn told(Judged { target, lacking, .. }: &Judged) -> String {
//!     let why = lacking.as_ref().map(Lacking::code).unwrap_or("a figure");
//!     format!("{}: {why}", asked(target))
//! }
//!
//! fn summary(gate: &Gate) -> String {
//!     let (Counts { met, missed, .. }, GateHead { is, .. }) = (&gate.counts, &gate.study);
//!     let over = |Quarantine { over, .. }: &Quarantine| -> Vec<String> {
//!         over.iter().map(|SetAsideShare { table, share, .. }| format!("{table} {share}")).collect()
//!     };
//!     format!("{is}: {met} met, {missed} missed, {:?}", gate.quarantine.as_ref().map(over).unwrap_or_default())
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # use polars::prelude::*;
//! let study = "windows.is = '2024-03-01..2024-03-31'\ncompare.cluster = 'none'\n\
//!              [[target]]\nkpi = 'time/on_time'\nat_most = 0.5";
//! let study = Study::parse(study, "study.toml")?;
//! let frame = df!("case_id" => ["a"], "received_at" => ["2024-03-01"], "finished_at" => ["2024-03-04"])?;
//! let (gate, _) = study.plan_frame(frame)?.gate(&study.targets()?)?;
//! assert_eq!(told(&gate.targets[0]), "time/on_time ≤ 0.5: no_column");
//! assert_eq!(summary(&gate), "2024-03-01..2024-03-31: 0 met, 1 missed, []");
//! # Ok(())
//! # }
//! ```

mod amount;
mod judging;
mod kept;
mod target;

pub use amount::{Allowance, Amount};
pub use target::{Asks, At, Bounds, Doubt, End, Every, Grouping, KeptAt, Subject, Target};

// What the room that reads studies asks for is no part of the API.
#[doc(hidden)]
pub use kept::Kept;
#[doc(hidden)]
pub use target::{AXIS_VERDICTS, VERDICTS};

use super::{Absence, AxisVerdict, Reason, Scorecard, Settings, Verdict};
use crate::cube::Cube;
use crate::error::{Result, Undefined};
use crate::provenance::Provenance;
use judging::Evidence;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;

/// What a study's targets come to.
///
/// With the sentences of `report` it is the contract `giamtang.gate/1`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Gate {
    /// The contract's version.
    pub schema: &'static str,
    /// What was judged.
    pub study: GateHead,
    /// Where it comes from.
    pub provenance: Provenance,
    /// Whether no target is missed, and no more rows are set aside than may be.
    pub passed: bool,
    /// How many targets came to what.
    pub counts: Counts,
    /// What became of the rows, where there is a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quarantine: Option<Quarantine>,
    /// Every target, in the study's order; of groups, in the order of their names.
    pub targets: Vec<Judged>,
    /// The scorecard that they were held against.
    #[serde(skip)]
    pub card: Scorecard,
}

/// What the gate says of its study.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct GateHead {
    /// The study's name.
    pub name: String,
    /// The window before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was: Option<String>,
    /// The window after.
    pub is: String,
}

/// How many targets came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Counts {
    /// Those that are met.
    pub met: usize,
    /// Those that are not; those without a figure among them, unless they allow that.
    pub missed: usize,
    /// Those without a figure that allow it.
    pub allowed: usize,
}

/// Whether more rows are set aside than may be.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Quarantine {
    /// The share that may be.
    pub limit: f64,
    /// The tables of which more are.
    pub over: Vec<SetAsideShare>,
}

/// The share of a table's rows that are set aside.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SetAsideShare {
    /// The table.
    pub table: String,
    /// The share.
    pub share: f64,
}

/// A target with what was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Judged {
    /// What was asked.
    #[serde(flatten)]
    pub target: Target,
    /// What it comes to.
    pub outcome: Outcome,
    /// What was found, where there is a figure or a verdict.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<Found>,
    /// Why it cannot be said whether the target is met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lacking: Option<Lacking>,
}

impl Judged {
    /// Whether the gate is closed by it.
    pub fn is_missed(&self) -> bool {
        match self.outcome {
            Outcome::Met => false,
            Outcome::Missed => true,
            Outcome::Undefined => !self.target.allow_undefined,
        }
    }
}

/// What a target comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is met.
    Met,
    /// It is not.
    Missed,
    /// It cannot be said; missed unless the target allows that.
    Undefined,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Found {
    /// A number.
    Number(Number),
    /// A KPI's verdict.
    Verdict {
        /// Which.
        verdict: Verdict,
        /// The change that it is of.
        #[serde(skip_serializing_if = "Option::is_none")]
        change: Option<Number>,
    },
    /// An axis's verdict.
    Axis {
        /// Which.
        verdict: AxisVerdict,
        /// Every reason.
        because: Vec<Reason>,
    },
}

/// A number with what it rests on.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Number {
    /// The number, in the KPI's unit; of a relative change, as a part of what was.
    pub value: f64,
    /// The lower limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// The upper limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// Why a limit is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limits: Option<Absence>,
    /// The figures that a change is between.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub between: Option<[f64; 2]>,
    /// Rows in the denominator, of each window that counts.
    pub n: Vec<u64>,
    /// Clusters with a row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clusters: Option<usize>,
    /// The probability of no change, among all looks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<f64>,
    /// Whether the mix is held fixed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub fixed_mix: bool,
    /// The kept window that the figure was held against.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
}

/// Why it cannot be said whether a target is met.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Lacking {
    /// There is no figure.
    Undefined(Undefined),
    /// There is a figure, but not the end of its interval that is asked for.
    NoLimit(Undefined),
    /// There is no such group in the log; the nearest name, if one is near.
    NoGroup(Option<String>),
    /// The study has no such table, or none of its rows is asked.
    NoTable,
    /// No cube is kept yet.
    NoKeptCube,
    /// The kept cube is of another plan: what differs, there and here.
    OtherPlan {
        /// The key of the study, or what else differs.
        what: String,
        /// As the kept cube has it.
        kept: String,
        /// As this one has it.
        here: String,
    },
}

impl Lacking {
    /// The code in the JSON contract.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Undefined(why) => why.code(),
            Self::NoLimit(_) => "no_limit",
            Self::NoGroup(_) => "no_group",
            Self::NoTable => "no_table",
            Self::NoKeptCube => "no_kept_cube",
            Self::OtherPlan { .. } => "other_plan",
        }
    }
}

impl fmt::Display for Lacking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Undefined(why) | Self::NoLimit(why) => why.fmt(f),
            Self::NoGroup(Some(near)) => write!(f, "the log has no such group; perhaps `{near}`"),
            Self::NoGroup(None) => f.write_str("the log has no such group"),
            Self::NoTable => f.write_str("the study has no such table, or no row of it was read"),
            Self::NoKeptCube => f.write_str("no cube is kept there yet"),
            Self::OtherPlan { what, kept, here } => {
                write!(f, "the kept cube is of another plan: {what} was {kept}, and is {here}")
            }
        }
    }
}

impl Serialize for Lacking {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut reason = serializer.serialize_struct("Lacking", 2)?;
        reason.serialize_field("undefined", self.code())?;
        reason.serialize_field("detail", &self.to_string())?;
        reason.end()
    }
}

/// The first key that a study writes otherwise than the study of a cube did, of those that figures rest on.
pub(crate) fn written_otherwise(given: &BTreeMap<String, String>, cube: &Settings) -> Option<String> {
    let judged = ["compare.by", "compare.cluster", "compare.level", "compare.standardise"];
    let rests = |key: &&String| kept::means(key) || key.starts_with("kpi.") || judged.contains(&key.as_str());
    let differs = |key: &&String| given.get(*key) != cube.given.get(*key);
    given.keys().chain(cube.given.keys()).filter(rests).find(differs).cloned()
}

impl Gate {
    /// Holds targets against a cube's scorecard, and against kept cubes.
    ///
    /// # Errors
    ///
    /// A cube's settings are not those of this version.
    pub fn judge(targets: &[Target], cube: &Cube, card: Scorecard, kept: &Kept) -> Result<Self> {
        let targets = Evidence::of(targets, cube, &card, kept)?.judged(targets);
        let count = |is: fn(&Judged) -> bool| targets.iter().filter(|judged| is(judged)).count();
        let counts = Counts {
            met: count(|judged| judged.outcome == Outcome::Met),
            missed: count(Judged::is_missed),
            allowed: count(|judged| judged.outcome == Outcome::Undefined && !judged.is_missed()),
        };
        Ok(Self {
            schema: "giamtang.gate/1",
            study: GateHead { name: card.study.name.clone(), was: card.study.was.clone(), is: card.study.is.clone() },
            provenance: card.provenance.clone(),
            passed: counts.missed == 0,
            counts,
            quarantine: None,
            targets,
            card,
        })
    }

    /// The same with a limit to how many rows may be set aside.
    ///
    /// Of each table by itself, for a broken event breaks a whole case.
    pub fn with_limit(self, limit: f64) -> Self {
        let events = self.card.events.iter().map(|events| ("events", &events.reconciliation));
        let tables = self.card.tables.iter().map(|own| (own.table.as_str(), &own.reconciliation));
        let all = [("cases", &self.card.reconciliation)].into_iter().chain(events).chain(tables);
        let share = |(table, rows): (&str, &crate::ingest::Reconciliation)| {
            Some(SetAsideShare { table: table.to_owned(), share: rows.share().filter(|share| *share > limit)? })
        };
        let over: Vec<SetAsideShare> = all.filter_map(share).collect();
        let passed = self.passed && over.is_empty();
        Self { passed, quarantine: Some(Quarantine { limit, over }), ..self }
    }
}
