//! Numbers as they are printed: present with a value, or absent with a reason.

use crate::error::Undefined;
use serde::{Serialize, Serializer};

/// A figure that exists, or the reason why it does not.
#[derive(Clone, Debug, PartialEq)]
pub enum Known<T> {
    /// It exists.
    Yes(T),
    /// It does not.
    No(Undefined),
}

impl<T> Known<T> {
    /// The figure, if it exists.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Yes(value) => Some(value),
            Self::No(_) => None,
        }
    }

    /// The reason, if it does not.
    pub fn reason(&self) -> Option<&Undefined> {
        match self {
            Self::Yes(_) => None,
            Self::No(why) => Some(why),
        }
    }
}

impl<T> From<Result<T, Undefined>> for Known<T> {
    fn from(result: Result<T, Undefined>) -> Self {
        match result {
            Ok(value) => Self::Yes(value),
            Err(why) => Self::No(why),
        }
    }
}

impl<T: Serialize> Serialize for Known<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Reason {
            undefined: &'static str,
            detail: String,
        }
        match self {
            Self::Yes(value) => value.serialize(serializer),
            Self::No(why) => Reason { undefined: why.code(), detail: why.detail() }.serialize(serializer),
        }
    }
}

/// A number at 12 significant digits, so that the last bits of a machine's arithmetic are never printed.
///
/// # Example
///
/// ```
/// assert_eq!(giamtang::scorecard::printed(0.1 + 0.2), 0.3);
/// ```
pub fn printed(value: f64) -> f64 {
    format!("{value:.11e}").parse().unwrap_or(value)
}
