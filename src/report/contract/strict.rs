//! Results held to their contracts as tests read them: strictly, so that a key which a schema does not have is refused.
//!
//! The integration tests have this file too.

use super::Contract;
use boon::{Compiler, SchemaIndex, Schemas, ValidationError};
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

static READINGS: LazyLock<Readings> = LazyLock::new(Readings::new);

/// Every schema read as it is published, and strictly.
struct Readings {
    schemas: Schemas,
    contracts: Vec<(&'static str, [SchemaIndex; 2])>,
}

impl Readings {
    fn new() -> Self {
        let (mut compiler, mut schemas) = (Compiler::new(), Schemas::new());
        let mut compiled = |contract: Contract, reading: &str, schema: Value| {
            let place = format!("test://{reading}/{contract:?}");
            compiler.add_resource(&place, schema).expect("a schema");
            compiler.compile(&place, &mut schemas).unwrap_or_else(|why| panic!("{contract:?}: {why:#}"))
        };
        let readings = |contract: &Contract| {
            let schema: Value = serde_json::from_str(contract.schema()).expect("JSON");
            let strict = compiled(*contract, "strict", strict(schema.clone()));
            (contract.id(), [compiled(*contract, "published", schema), strict])
        };
        let contracts = Contract::ALL.iter().map(readings).collect();
        Self { schemas, contracts }
    }

    /// Whether a result keeps its contract by a reading, or else why not.
    fn verdict<'r>(&'r self, result: &'r Value, reading: usize) -> Result<(), Option<Box<ValidationError<'r, 'r>>>> {
        let of = |(id, _): &&(&str, _)| result["schema"] == **id;
        let (_, readings) = self.contracts.iter().find(of).ok_or(None)?;
        self.schemas.validate(result, readings[reading]).map_err(|why| Some(Box::new(why)))
    }
}

/// The same schema with every object closed; parts of objects, which have no type, are closed by what they are part of.
fn strict(schema: Value) -> Value {
    match schema {
        Value::Object(keys) => {
            let object = keys.get("type") == Some(&json!("object"));
            let closed = object && (keys.contains_key("properties") || keys.contains_key("allOf"));
            let mut keys: Map<String, Value> = keys.into_iter().map(|(key, value)| (key, strict(value))).collect();
            if closed {
                keys.insert("unevaluatedProperties".to_owned(), json!(false));
            }
            Value::Object(keys)
        }
        Value::Array(items) => items.into_iter().map(strict).collect(),
        other => other,
    }
}

/// Why a result breaks its contract, read strictly; `None` where it keeps it.
pub(crate) fn refusal(result: &Value) -> Option<String> {
    let verdict = READINGS.verdict(result, 1);
    let unknown = || format!("`{}` is no contract", result["schema"]);
    verdict.err().map(|why| why.map_or_else(unknown, |why| why.to_string()))
}

/// Whether a result keeps its contract, read strictly.
#[allow(dead_code, reason = "asked by one of the two that have this file")]
pub(crate) fn is_kept(result: &Value) -> bool {
    READINGS.verdict(result, 1).is_ok()
}

/// The same as others read it, who allow keys they do not know.
#[allow(dead_code, reason = "asked by one of the two that have this file")]
pub(crate) fn is_kept_as_published(result: &Value) -> bool {
    READINGS.verdict(result, 0).is_ok()
}

/// A result that keeps its contract.
pub(crate) fn kept(text: &str) -> Value {
    let result: Value = serde_json::from_str(text).expect("JSON");
    if let Some(why) = refusal(&result) {
        panic!("{why}");
    }
    result
}
