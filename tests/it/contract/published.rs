//! The schemas as they are published: whole in themselves, told in words, printed by the binary.

use super::*;
use crate::workbench::giamtang;
use std::collections::{BTreeMap, BTreeSet};

const VERBS: [(&str, Contract); 10] = [
    ("compare", Contract::Scorecard),
    ("check", Contract::Check),
    ("trace", Contract::Trace),
    ("due", Contract::Due),
    ("cube", Contract::Cube),
    ("gate", Contract::Gate),
    ("form-06a", Contract::FormHandling),
    ("form-scm", Contract::FormWorksheet),
    ("form-766", Contract::FormIndex766),
    ("form-nine", Contract::FormNineIndices),
];

fn schema(contract: Contract) -> Value {
    serde_json::from_str(contract.schema()).expect("JSON")
}

fn each(value: &Value, told: &mut impl FnMut(&serde_json::Map<String, Value>)) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| each(item, told)),
        Value::Object(keys) => {
            told(keys);
            keys.values().for_each(|value| each(value, told));
        }
        _ => {}
    }
}

#[test]
fn the_binary_prints_them() {
    assert_eq!(VERBS.len(), Contract::ALL.len());
    for (verb, contract) in VERBS {
        let output = giamtang(&["schema", verb], b"");
        assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
        assert!(output.stdout == contract.schema().as_bytes(), "{verb}");
    }
    assert!(giamtang(&["schema"], b"").stdout == Contract::Scorecard.schema().as_bytes());
    assert_eq!(giamtang(&["schema", "list"], b"").status.code(), Some(2));
}

/// Draft and name stand in each; the name is the version that results carry; no other file is needed.
#[test]
fn each_is_whole_in_itself() {
    for contract in Contract::ALL {
        let schema = schema(*contract);
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(
            (&schema["$id"], &schema["properties"]["schema"]["const"]),
            (&contract.id().into(), &contract.id().into())
        );
        let (mut asked, own) = (BTreeSet::new(), schema["$defs"].as_object().expect("definitions"));
        each(&schema, &mut |keys| {
            asked.extend(keys.get("$ref").and_then(Value::as_str).map(|name| name.replace("#/$defs/", "")));
        });
        assert_eq!(asked, own.keys().cloned().collect(), "{contract:?}: what is defined and what is asked for");
    }
}

/// What two of them define is the same.
#[test]
fn one_word_is_defined_once() {
    let mut known: BTreeMap<String, Value> = BTreeMap::new();
    for contract in Contract::ALL {
        for (name, own) in schema(*contract)["$defs"].as_object().expect("definitions") {
            assert_eq!(known.entry(name.clone()).or_insert_with(|| own.clone()), own, "{contract:?}: {name}");
        }
    }
}

/// Every key says what it is, here or where it is defined, unless its name alone is all there is to say.
#[test]
fn every_key_is_described() {
    let plain = ["start", "born", "died", "merged", "end", "open", "of"];
    for contract in Contract::ALL {
        let schema = schema(*contract);
        let mut bare = BTreeSet::new();
        each(&schema, &mut |keys| {
            let object = keys.get("type").is_some() || keys.contains_key("required");
            let properties = keys.get("properties").and_then(Value::as_object).filter(|_| object);
            for (key, own) in properties.into_iter().flatten() {
                let elsewhere = own.get("$ref").and_then(Value::as_str).and_then(|place| schema.pointer(&place[1..]));
                let told = own.get("description").or_else(|| elsewhere.and_then(|own| own.get("description")));
                // A condition repeats a key that is told where it stands.
                let is_condition = own.get("const").is_some() || own.get("enum").is_some_and(|_| told.is_none());
                bare.extend((told.is_none() && !is_condition && !plain.contains(&&**key)).then(|| key.clone()));
            }
        });
        assert_eq!(bare, BTreeSet::new(), "{contract:?}");
    }
}
