//! Targets as they are judged: what is asked, of what, and what is enough.

use super::amount::Allowance;
use crate::ingest::{Rule, Table};
use crate::kpi::{Axis, Better, Kpi, Name, Sampling, Unit};
use crate::scorecard::{AxisVerdict, Verdict};
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A target of a study, its names and units resolved.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Target {
    /// Which of the study's targets it is, counted from 1.
    #[serde(rename = "target")]
    pub number: usize,
    /// What the study calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// What is asked.
    #[serde(flatten)]
    pub asks: Asks,
    /// Whether a figure that does not exist passes.
    pub allow_undefined: bool,
}

/// What a target asks.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "asks", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Asks {
    /// A KPI's figure in one window.
    Value {
        /// Of which KPI, and of whom.
        #[serde(flatten)]
        subject: Subject,
        /// In which window.
        window: At,
        /// Which number is held against the bounds.
        by: End,
        /// What is enough.
        #[serde(flatten)]
        bounds: Bounds,
    },
    /// Its change between the windows: the one that its verdict is of.
    Change {
        /// Of which KPI, and of whom.
        #[serde(flatten)]
        subject: Subject,
        /// Whether as a part of what was.
        relative: bool,
        /// Which number is held against the bounds.
        by: End,
        /// What is enough.
        #[serde(flatten)]
        bounds: Bounds,
    },
    /// Its verdict.
    Verdict {
        /// Of which KPI, and of whom.
        #[serde(flatten)]
        subject: Subject,
        /// Those that are enough.
        verdicts: Vec<Verdict>,
    },
    /// The verdict of an axis.
    Axis {
        /// Which.
        axis: Axis,
        /// Those that are enough.
        verdicts: Vec<AxisVerdict>,
    },
    /// How clean the log is.
    Data {
        /// Which share of it.
        data: Doubt,
        /// Of which table.
        #[serde(serialize_with = "table_name")]
        table: Table,
        /// By which rule rows are set aside; by any where there is none.
        #[serde(skip_serializing_if = "Option::is_none")]
        rule: Option<Rule>,
        /// What is enough.
        #[serde(flatten)]
        bounds: Bounds,
    },
    /// A KPI's last window against that of a cube kept from an earlier run.
    NotWorse {
        /// Of which KPI, and of whom.
        #[serde(flatten)]
        subject: Subject,
        /// The kept cube.
        #[serde(flatten)]
        kept: KeptAt,
        /// How much worse it may be; once judged, as much as a guard if not said.
        #[serde(skip_serializing_if = "Option::is_none")]
        margin: Option<Allowance>,
        /// Which number is held against it.
        by: End,
    },
}

/// The KPI that a target is of, and of which group.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Subject {
    /// The KPI's id.
    pub kpi: String,
    /// Its names.
    #[serde(rename = "kpi_name")]
    pub name: Name,
    /// Its axis; absent where a study's own KPI has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub axis: Option<Axis>,
    /// Its unit.
    pub unit: Unit,
    /// The direction of improvement.
    pub better: Better,
    /// What its interval is about.
    #[serde(skip)]
    pub sampling: Sampling,
    /// Whether its figures are points between two shares.
    #[serde(skip)]
    pub is_gap: bool,
    /// Of which groups of the drill-down; absent of the whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<Grouping>,
}

impl Subject {
    /// A KPI of the whole log, or of groups of it.
    pub fn of(kpi: &Kpi, group: Option<Grouping>) -> Self {
        Self {
            kpi: kpi.id.to_string(),
            name: kpi.name.clone(),
            axis: kpi.axis(),
            unit: kpi.unit,
            better: kpi.better,
            sampling: kpi.sampling,
            is_gap: kpi.is_gap(),
            group,
        }
    }
}

/// The groups of the drill-down that a target is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Grouping {
    /// Each of them.
    Every(Every),
    /// One, by column and name; a null name is a group of its own.
    One(BTreeMap<String, Option<String>>),
}

/// Each group; in a study and in JSON the word `every`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// Each group of the drill-down.
    Every,
}

/// A kept cube's place, as the study names it and as it is opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeptAt {
    /// As the study names it.
    #[serde(rename = "not_worse_than")]
    pub told: String,
    /// As it is opened.
    #[serde(skip)]
    pub path: PathBuf,
}

/// What is enough; both ends count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Bounds {
    /// From here on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
    /// Up to here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_most: Option<f64>,
}

impl Bounds {
    /// Whether no number is inside.
    pub fn is_empty(self) -> bool {
        self.at_least.zip(self.at_most).is_some_and(|(least, most)| least > most)
    }

    /// What is inside both.
    pub fn and(self, other: Self) -> Self {
        let tighter = |own: Option<f64>, more: Option<f64>, of: fn(f64, f64) -> f64| match (own, more) {
            (Some(own), Some(more)) => Some(of(own, more)),
            (own, more) => own.or(more),
        };
        Self {
            at_least: tighter(self.at_least, other.at_least, f64::max),
            at_most: tighter(self.at_most, other.at_most, f64::min),
        }
    }
}

/// Declares a list of words of a study: each with its name.
macro_rules! words {
    ($(#[$doc:meta])* $list:ident { $($(#[$own_doc:meta])* $own:ident $name:literal)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $list {
            $($(#[$own_doc])* $own,)*
        }

        impl $list {
            /// All of them, with their names in a study.
            pub const NAMED: &[(&str, Self)] = &[$(($name, Self::$own)),*];
        }
    };
}

words! {
    /// A window.
    At {
        /// The first.
        Was "was"
        /// The second, or the only one.
        Is "is"
    }
}

words! {
    /// Which number of a figure is held against a bound.
    End {
        /// The figure itself.
        Value "value"
        /// The lower end of its interval.
        Low "low"
        /// The upper end of its interval.
        High "high"
        /// The whole interval: its lower end `at_least`, its upper end `at_most`.
        Interval "interval"
    }
}

words! {
    /// What can be doubted of a log; each a share.
    Doubt {
        /// Rows set aside, of the rows read of a table.
        Quarantined "quarantined"
        /// Rows that found no match in what they were joined with.
        Unmatched "unmatched"
        /// Dossiers without a due date, in the window that has more of them.
        Undated "undated"
        /// Dossiers closed within minutes, in the window that has more of them.
        Implausible "implausible"
        /// Dossiers that name no cluster, in the window that has more of them.
        Unclustered "unclustered"
    }
}

/// The verdicts of KPIs, with their names in a study.
pub const VERDICTS: &[(&str, Verdict)] = &[
    ("improved", Verdict::Improved),
    ("worsened", Verdict::Worsened),
    ("no_clear_change", Verdict::NoClearChange),
    ("not_comparable", Verdict::NotComparable),
];

/// The verdicts of axes, with their names in a study.
pub const AXIS_VERDICTS: &[(&str, AxisVerdict)] = &[
    ("shown", AxisVerdict::Shown),
    ("not_shown", AxisVerdict::NotShown),
    ("worsened", AxisVerdict::Worsened),
    ("not_measured", AxisVerdict::NotMeasured),
];

impl Target {
    /// The KPI and group that it is of, where it is of one.
    pub fn subject(&self) -> Option<&Subject> {
        match &self.asks {
            Asks::Value { subject, .. }
            | Asks::Change { subject, .. }
            | Asks::Verdict { subject, .. }
            | Asks::NotWorse { subject, .. } => Some(subject),
            Asks::Axis { .. } | Asks::Data { .. } => None,
        }
    }

    /// The kept cube it asks for, if it asks for one.
    pub fn kept(&self) -> Option<&KeptAt> {
        match &self.asks {
            Asks::NotWorse { kept, .. } => Some(kept),
            _ => None,
        }
    }

    /// The same of one group.
    pub(super) fn of_group(&self, group: &BTreeMap<String, Option<String>>) -> Self {
        let mut own = self.clone();
        match &mut own.asks {
            Asks::Value { subject, .. }
            | Asks::Change { subject, .. }
            | Asks::Verdict { subject, .. }
            | Asks::NotWorse { subject, .. } => subject.group = Some(Grouping::One(group.clone())),
            Asks::Axis { .. } | Asks::Data { .. } => {}
        }
        own
    }

    /// Whether no number or verdict could meet both.
    ///
    /// Only two that ask for the very same can contradict each other.
    pub fn contradicts(&self, other: &Self) -> bool {
        let both = |own: &Bounds, more: &Bounds| own.and(*more).is_empty();
        match (&self.asks, &other.asks) {
            (
                Asks::Value { subject, window, by, bounds },
                Asks::Value { subject: others, window: at, by: end, bounds: more },
            ) => subject == others && window == at && by == end && both(bounds, more),
            (
                Asks::Change { subject, relative, by, bounds },
                Asks::Change { subject: others, relative: kind, by: end, bounds: more },
            ) => subject == others && relative == kind && by == end && both(bounds, more),
            (Asks::Verdict { subject, verdicts }, Asks::Verdict { subject: others, verdicts: more }) => {
                subject == others && !verdicts.iter().any(|verdict| more.contains(verdict))
            }
            (Asks::Axis { axis, verdicts }, Asks::Axis { axis: other, verdicts: more }) => {
                axis == other && !verdicts.iter().any(|verdict| more.contains(verdict))
            }
            (
                Asks::Data { data, table, rule, bounds },
                Asks::Data { data: what, table: of, rule: by, bounds: more },
            ) => data == what && table == of && rule == by && both(bounds, more),
            _ => false,
        }
    }
}

fn table_name<S: Serializer>(table: &Table, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(table.name())
}
