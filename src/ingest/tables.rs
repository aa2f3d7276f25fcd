//! The tables a study may hold, and their canonical columns in the schema's order.

use super::schema::{CASES, EVENTS, Kind};

/// What one row is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Table {
    /// A dossier.
    #[default]
    Cases,
    /// A step along a dossier: an event.
    Events,
    /// A procedure for as long as it stood unchanged.
    Procedures,
    /// An officer on a day, or for a span of days.
    Roster,
    /// An answer, or the published figures of many.
    Surveys,
    /// A complaint or a proposal.
    Petitions,
    /// An office for as long as it had its name.
    Units,
    /// A line of cost.
    Ledger,
    /// An assigned task.
    Tasks,
}

impl Table {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Cases,
        Self::Events,
        Self::Procedures,
        Self::Roster,
        Self::Surveys,
        Self::Petitions,
        Self::Units,
        Self::Ledger,
        Self::Tasks,
    ];

    /// Those that stand beside the dossiers and their events.
    pub fn beside() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().skip(2)
    }

    /// The table's name in a study.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::ingest::Table;
    ///
    /// assert_eq!(Table::Roster.name(), "roster");
    /// assert_eq!(Table::named("roster"), Some(Table::Roster));
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Self::Cases => "cases",
            Self::Events => "events",
            Self::Procedures => "procedures",
            Self::Roster => "roster",
            Self::Surveys => "surveys",
            Self::Petitions => "petitions",
            Self::Units => "units",
            Self::Ledger => "ledger",
            Self::Tasks => "tasks",
        }
    }

    /// The table of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.name() == name)
    }

    /// How the table's columns are told from those of dossiers.
    #[doc(hidden)]
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Cases => "",
            Self::Events => "events.",
            Self::Procedures => "procedures.",
            Self::Roster => "roster.",
            Self::Surveys => "surveys.",
            Self::Petitions => "petitions.",
            Self::Units => "units.",
            Self::Ledger => "ledger.",
            Self::Tasks => "tasks.",
        }
    }

    /// The columns that giamtang reads of it.
    #[doc(hidden)]
    pub fn columns(self) -> &'static [(&'static str, Kind)] {
        match self {
            Self::Cases => &CASES,
            Self::Events => &EVENTS,
            Self::Procedures => &PROCEDURES,
            Self::Roster => &ROSTER,
            Self::Surveys => &SURVEYS,
            Self::Petitions => &PETITIONS,
            Self::Units => &UNITS,
            Self::Ledger => &LEDGER,
            Self::Tasks => &TASKS,
        }
    }

    /// The columns that every row must have.
    pub(super) fn required(self) -> &'static [&'static str] {
        match self {
            Self::Cases => &["case_id", "received_at"],
            Self::Events => &["case_id", "activity", "at"],
            Self::Procedures => &["procedure", "in_force_from"],
            Self::Roster => &["officer", "from", "to"],
            Self::Surveys => &["at", "score"],
            Self::Petitions => &["petition_id", "received_at"],
            Self::Units => &["unit", "from"],
            Self::Ledger => &["unit", "from", "to", "amount_vnd"],
            Self::Tasks => &["task_id"],
        }
    }

    /// The columns without which its rows cannot be told apart or placed: no figure is made of the table then.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::ingest::Table;
    ///
    /// assert_eq!(Table::of_column("roster.hours"), Table::Roster);
    /// assert_eq!(Table::Roster.key(), ["officer", "from", "to"]);
    /// ```
    #[doc(hidden)]
    pub fn key(self) -> &'static [&'static str] {
        match self {
            // A log of dossiers or events without one of these is not opened.
            Self::Cases | Self::Events => &[],
            Self::Surveys => &["at"],
            Self::Ledger => &["from", "to", "amount_vnd"],
            _ => self.required(),
        }
    }

    /// The table of a column that has the table's name before it; that of dossiers where it has none.
    #[doc(hidden)]
    pub fn of_column(name: &str) -> Self {
        let table = name.split_once('.').and_then(|(table, _)| Self::named(table));
        table.unwrap_or_default()
    }

    /// The columns whose values must come from a list: see [`canonical_values`](super::canonical_values).
    pub(super) fn canonical(self) -> &'static [&'static str] {
        match self {
            Self::Cases => &["outcome"],
            Self::Procedures => &["service_level", "level"],
            Self::Surveys => &["best"],
            Self::Tasks => &["lead_level"],
            Self::Events | Self::Roster | Self::Petitions | Self::Units | Self::Ledger => &[],
        }
    }
}

const PROCEDURES: [(&str, Kind); 21] = [
    ("procedure", Kind::Text),
    ("in_force_from", Kind::Instant),
    ("in_force_to", Kind::Instant),
    ("field", Kind::Text),
    ("level", Kind::Text),
    ("limit_hours", Kind::Decimal),
    ("documents", Kind::Number),
    ("steps", Kind::Number),
    ("fee_vnd", Kind::Number),
    ("service_level", Kind::Text),
    ("needs_written_result", Kind::Flag),
    ("standard_minutes", Kind::Decimal),
    ("non_territorial", Kind::Flag),
    ("restructured_at", Kind::Instant),
    ("merged_into", Kind::Text),
    ("decided_at", Kind::Instant),
    ("published_at", Kind::Instant),
    ("legal_effective_at", Kind::Instant),
    ("published_parts", Kind::Number),
    ("population_db", Kind::Flag),
    ("online_payment", Kind::Flag),
];

const ROSTER: [(&str, Kind); 8] = [
    ("officer", Kind::Text),
    ("from", Kind::Instant),
    ("to", Kind::Instant),
    ("unit", Kind::Text),
    ("role", Kind::Text),
    ("hours", Kind::Decimal),
    ("trained_hours", Kind::Decimal),
    ("moved_to", Kind::Text),
];

const SURVEYS: [(&str, Kind); 11] = [
    ("at", Kind::Instant),
    ("case_id", Kind::Key),
    ("unit", Kind::Text),
    ("channel", Kind::Text),
    ("score", Kind::Decimal),
    ("scale_min", Kind::Decimal),
    ("scale_max", Kind::Decimal),
    ("best", Kind::Text),
    ("question", Kind::Text),
    ("n", Kind::Number),
    ("sd", Kind::Decimal),
];

const PETITIONS: [(&str, Kind); 13] = [
    ("petition_id", Kind::Id),
    ("received_at", Kind::Instant),
    ("class", Kind::Text),
    ("case_id", Kind::Key),
    ("unit", Kind::Text),
    ("due_at", Kind::Instant),
    ("answered_at", Kind::Instant),
    ("published_at", Kind::Instant),
    ("refused_at", Kind::Instant),
    ("supplement_asked_at", Kind::Instant),
    ("subject", Kind::Key),
    ("dissatisfied", Kind::Flag),
    ("repeated", Kind::Flag),
];

const UNITS: [(&str, Kind); 6] = [
    ("unit", Kind::Text),
    ("from", Kind::Instant),
    ("to", Kind::Instant),
    ("successor", Kind::Text),
    ("level", Kind::Text),
    ("parent", Kind::Text),
];

const LEDGER: [(&str, Kind); 5] = [
    ("unit", Kind::Text),
    ("from", Kind::Instant),
    ("to", Kind::Instant),
    ("amount_vnd", Kind::Number),
    ("kind", Kind::Text),
];

const TASKS: [(&str, Kind); 10] = [
    ("task_id", Kind::Id),
    ("objective", Kind::Text),
    ("owner", Kind::Text),
    ("work", Kind::Text),
    ("due_at", Kind::Instant),
    ("responsibility", Kind::Text),
    ("product", Kind::Text),
    ("result", Kind::Text),
    ("unit", Kind::Text),
    ("lead_level", Kind::Text),
];
