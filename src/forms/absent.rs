//! A figure that there is not, as results have it.

use crate::error::Undefined;
use serde::Serializer;
use serde::ser::SerializeStruct;

/// Its code and the detail.
pub(super) fn absent<S: Serializer>(why: &Undefined, serializer: S) -> Result<S::Ok, S::Error> {
    let mut reason = serializer.serialize_struct("Undefined", 2)?;
    reason.serialize_field("undefined", why.code())?;
    reason.serialize_field("detail", &why.detail())?;
    reason.end()
}

/// A number at 12 significant digits, so that the last bits of a machine's arithmetic are never printed.
pub(super) fn printed(value: f64) -> f64 {
    format!("{value:.11e}").parse().unwrap_or(value)
}
