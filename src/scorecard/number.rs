//! Numbers as they are printed: present with a value, or absent with a reason.

use crate::error::Undefined;
use serde::ser::SerializeStruct;
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
        match self {
            Self::Yes(value) => value.serialize(serializer),
            Self::No(why) => absence(why, serializer),
        }
    }
}

/// Why something that may stand beside a figure does not.
#[derive(Clone, Debug, PartialEq)]
pub struct Absence(pub Undefined);

impl Serialize for Absence {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        absence(&self.0, serializer)
    }
}

fn absence<S: Serializer>(why: &Undefined, serializer: S) -> Result<S::Ok, S::Error> {
    let mut reason = serializer.serialize_struct("Undefined", 2)?;
    reason.serialize_field("undefined", why.code())?;
    reason.serialize_field("detail", &why.detail())?;
    reason.end()
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
