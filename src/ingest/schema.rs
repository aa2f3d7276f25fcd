//! The canonical columns of the tables `cases` and `events`, and what each holds.

use super::npsp;
use super::rules::Rule;
use super::tables::Table;
use crate::error::nearest_within;

/// What a column holds, and so how it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The dossier's own id; in `cases` one row has it.
    Id,
    /// A moment, or a day: see [`Precision`](super::Precision).
    Instant,
    /// A name, trimmed and in Unicode's NFC form.
    Text,
    /// The same where almost every row has one of its own: it is compared with others, and no group.
    Key,
    /// A whole number: đồng, a count.
    Number,
    /// A decimal, in millionths.
    Decimal,
    /// Yes or no.
    Flag,
    /// When the clock stood still: see [`Pauses`](super::Pauses).
    Pauses,
}

/// One canonical column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The canonical name, English snake_case.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// Whether every row must have it.
    pub required: bool,
    /// Whether only the values of its list are accepted: see [`canonical_values`].
    pub canonical: bool,
    /// The rule that a row without a required value breaks.
    pub missing: Rule,
}

impl Field {
    /// The canonical column of that name of `cases`, or a text column of the study's own.
    pub fn named(name: &str) -> Self {
        Self::of_table(Table::Cases, name)
    }

    /// The same, or a column that another table gives a dossier: its name has the table's name before it.
    pub fn of_dossier(name: &str) -> Self {
        if name == "surveys.satisfied" {
            return Self::made(name, Kind::Flag);
        }
        let joined = name.split_once('.').and_then(|(table, own)| Some(Self::of_table(Table::named(table)?, own)));
        let joined = joined.map(Self::grouping);
        joined.map_or_else(|| Self::named(name), |own| Self { name: name.to_owned(), required: false, ..own })
    }

    /// The same of another table.
    pub fn of_table(table: Table, name: &str) -> Self {
        let own = Self::of(name, table.columns());
        let missing = match (table, name) {
            (_, "case_id") => Rule::MissingId,
            (Table::Cases, "received_at") => Rule::MissingReceived,
            (Table::Events, "activity") => Rule::MissingActivity,
            (Table::Events, "at") => Rule::MissingTime,
            (_, _) if own.kind == Kind::Id => Rule::MissingId,
            _ => Rule::MissingValue,
        };
        let [required, canonical] = [table.required(), table.canonical()].map(|list| list.contains(&name));
        Self { required, canonical, missing, ..own }
    }

    /// The same column where rows are to be grouped by it.
    pub fn grouping(self) -> Self {
        let kind = if self.kind == Kind::Key { Kind::Text } else { self.kind };
        Self { kind, ..self }
    }

    /// The same of events.
    pub fn of_events(name: &str) -> Self {
        Self::of_table(Table::Events, name)
    }

    /// The same of a step.
    pub fn of_steps(name: &str) -> Self {
        let own = Self::of(name, &STEPS);
        Self { required: own.kind == Kind::Id, ..own }
    }

    /// The column of a table that is made of another, where every row is known to be sound.
    pub fn made(name: &str, kind: Kind) -> Self {
        Self { name: name.to_owned(), kind, required: false, canonical: false, missing: Rule::MissingValue }
    }

    fn of(name: &str, table: &[(&str, Kind)]) -> Self {
        let kind = table.iter().find(|(known, _)| *known == name).map_or(Kind::Text, |(_, kind)| *kind);
        Self::made(name, kind)
    }
}

/// The columns of `cases` that giamtang reads, in the schema's order.
pub const CASES: [(&str, Kind); 38] = [
    ("case_id", Kind::Id),
    ("received_at", Kind::Instant),
    ("submitted_at", Kind::Instant),
    ("accepted_at", Kind::Instant),
    ("due_at", Kind::Instant),
    ("original_due_at", Kind::Instant),
    ("finished_at", Kind::Instant),
    ("delivered_at", Kind::Instant),
    ("apology_at", Kind::Instant),
    ("status", Kind::Text),
    ("national_status", Kind::Text),
    ("outcome", Kind::Text),
    ("unit", Kind::Text),
    ("receiving_unit", Kind::Text),
    ("procedure", Kind::Text),
    ("field", Kind::Text),
    ("applicant", Kind::Text),
    ("channel", Kind::Text),
    ("service_level", Kind::Text),
    ("officer", Kind::Text),
    ("payment", Kind::Text),
    ("visits", Kind::Number),
    ("supplement_requests", Kind::Number),
    ("fee_vnd", Kind::Number),
    ("paused", Kind::Pauses),
    ("digitised", Kind::Flag),
    ("reused", Kind::Flag),
    ("e_result", Kind::Flag),
    ("synced", Kind::Flag),
    ("vneid", Kind::Flag),
    ("population_data", Kind::Flag),
    ("non_territorial", Kind::Flag),
    // What events say of a case: see `events`.
    ("steps", Kind::Number),
    ("repeated_steps", Kind::Number),
    ("units", Kind::Number),
    ("officers", Kind::Number),
    ("handovers", Kind::Number),
    ("path", Kind::Text),
];

/// The columns of `events` that are the event's own, in the schema's order.
pub const EVENTS: [(&str, Kind); 8] = [
    ("case_id", Kind::Id),
    ("activity", Kind::Text),
    ("at", Kind::Instant),
    ("started_at", Kind::Instant),
    ("lifecycle", Kind::Text),
    ("officer", Kind::Text),
    ("unit", Kind::Text),
    ("step_due_at", Kind::Instant),
];

/// The columns of a step: an event as it is counted.
pub const STEPS: [(&str, Kind); 6] = [
    ("case_id", Kind::Id),
    ("at", Kind::Instant),
    ("done_at", Kind::Instant),
    ("step_due_at", Kind::Instant),
    ("officer", Kind::Text),
    ("unit", Kind::Text),
];

/// The canonical values of `outcome`.
pub const OUTCOMES: [&str; 4] = ["granted", "refused", "withdrawn", "returned"];

/// The canonical values of a procedure's `service_level`.
pub const SERVICE_LEVELS: [&str; 3] = ["full", "partial", "information"];

/// The canonical values of a procedure's `level`; there were districts until July 2025.
pub(super) const LEVELS: [&str; 4] = ["ministry", "province", "district", "commune"];

/// The canonical values of a task's `lead_level`.
pub const LEAD_LEVELS: [&str; 4] = ["ministry", "branch", "locality", "centre"];

/// The list a column's values come from, and the rule that a value outside it breaks.
///
/// # Example
///
/// ```
/// use giamtang::ingest::canonical_values;
///
/// let (channels, rule) = canonical_values("channel").unwrap();
/// assert_eq!((channels, rule.name()), (&["direct", "online", "postal"][..], "unknown_channel"));
/// assert!(canonical_values("unit").is_none());
/// ```
pub fn canonical_values(column: &str) -> Option<(&'static [&'static str], Rule)> {
    match column {
        "outcome" => Some((&OUTCOMES, Rule::UnknownOutcome)),
        "status" | "national_status" => Some((&npsp::STATUSES, Rule::UnknownStatus)),
        "channel" => Some((&npsp::CHANNELS, Rule::UnknownChannel)),
        "service_level" => Some((&SERVICE_LEVELS, Rule::UnknownValue)),
        "level" => Some((&LEVELS, Rule::UnknownValue)),
        "best" => Some((&["first", "last"], Rule::UnknownValue)),
        "lead_level" => Some((&LEAD_LEVELS, Rule::UnknownValue)),
        _ => None,
    }
}

/// Whether `name` is a column of `events` that is the event's own.
pub fn is_of_events(name: &str) -> bool {
    EVENTS.iter().any(|(known, _)| *known == name)
}

/// Whether `name` is a canonical column of `cases`.
pub fn is_canonical(name: &str) -> bool {
    CASES.iter().any(|(known, _)| *known == name)
}

/// The canonical column that a name is so like that it must be meant.
pub fn meant(name: &str) -> Option<String> {
    let known = CASES.iter().map(|(known, _)| *known);
    if is_canonical(name) { None } else { nearest_within(name, known, 0.9) }
}
