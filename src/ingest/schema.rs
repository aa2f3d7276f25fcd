//! The canonical columns of the table `cases`, and what each holds.

use crate::error::nearest_within;

/// What a column holds, and so how it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The dossier's own id; one row has it.
    Id,
    /// A moment, or a day: see [`Precision`](super::Precision).
    Instant,
    /// A name, trimmed and in Unicode's NFC form.
    Text,
    /// How the dossier ended: granted, refused, withdrawn or returned.
    Outcome,
}

/// One canonical column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The canonical name, English snake_case.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
}

impl Field {
    /// The canonical column of that name, or a text column of the study's own.
    pub fn named(name: &str) -> Self {
        let kind = CASES.iter().find(|(known, _)| *known == name).map_or(Kind::Text, |(_, kind)| *kind);
        Self { name: name.to_owned(), kind }
    }
}

/// The columns of `cases` that giamtang reads, in the schema's order.
pub const CASES: [(&str, Kind); 18] = [
    ("case_id", Kind::Id),
    ("received_at", Kind::Instant),
    ("submitted_at", Kind::Instant),
    ("due_at", Kind::Instant),
    ("original_due_at", Kind::Instant),
    ("finished_at", Kind::Instant),
    ("delivered_at", Kind::Instant),
    ("status", Kind::Text),
    ("outcome", Kind::Outcome),
    ("unit", Kind::Text),
    ("receiving_unit", Kind::Text),
    ("procedure", Kind::Text),
    ("field", Kind::Text),
    ("applicant", Kind::Text),
    ("channel", Kind::Text),
    ("service_level", Kind::Text),
    ("officer", Kind::Text),
    ("payment", Kind::Text),
];

/// Whether `name` is a canonical column of `cases`.
pub fn is_canonical(name: &str) -> bool {
    CASES.iter().any(|(known, _)| *known == name)
}

/// The canonical column that a name is so like that it must be meant.
pub fn meant(name: &str) -> Option<String> {
    let known = CASES.iter().map(|(known, _)| *known);
    if is_canonical(name) { None } else { nearest_within(name, known, 0.9) }
}
