//! What stands in a cell of the tidy table.

use crate::report::quarantine_file::neutral;
use std::borrow::Cow;

/// What is in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Count,
    Number,
}

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Absent,
    Text(Cow<'a, str>),
    Count(u64),
    Number(f64),
}

impl<'a> Value<'a> {
    /// A text; one without a character is none.
    pub(super) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Absent } else { Self::Text(text) }
    }

    /// As CSV has it: what a spreadsheet would run as a formula is neutral, and a number is none.
    pub(super) fn told(&self) -> String {
        match self {
            Self::Absent => String::new(),
            Self::Text(text) => neutral(text).into_owned(),
            Self::Count(count) => count.to_string(),
            Self::Number(number) => number.to_string(),
        }
    }
}
