//! The contract `giamtang.scorecard/1`, pretty-printed.

use crate::error::{Error, Result};
use crate::scorecard::Scorecard;
use serde_json::Value;

const STEP: &str = "writing a scorecard as JSON";

/// The scorecard as JSON with a final newline.
pub(super) fn text(card: &Scorecard) -> Result<String> {
    let broken = |why| Error::broken(STEP, why);
    let value = serde_json::to_value(card).map_err(broken)?;
    if let Some(at) = hole(&value) {
        return Err(Error::broken(STEP, format!("`{at}` is not a number")));
    }
    serde_json::to_string_pretty(card).map(|text| text + "\n").map_err(broken)
}

/// Where a null stands that is not the name of a group: `serde_json` writes NaN and infinities as null.
fn hole(value: &Value) -> Option<String> {
    let inside = |key: String, value: &Value| match value {
        Value::Null => Some(key),
        _ => hole(value).map(|rest| format!("{key}.{rest}")),
    };
    match value {
        Value::Array(items) => items.iter().enumerate().find_map(|(at, item)| inside(at.to_string(), item)),
        Value::Object(fields) => {
            fields.iter().filter(|(key, _)| *key != "by").find_map(|(key, field)| inside(key.clone(), field))
        }
        _ => None,
    }
}
