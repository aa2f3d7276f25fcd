//! What the gate writes as JSON against its JSON Schema, by its contract.

use super::{LOG, STUDY, gate_over, run};
use crate::contract::refusal;
use giamtang::report::{GateFormat, gate};
use serde_json::{Value, json};

/// What the contract says of a result, read strictly.
fn validated(value: &Value) -> Result<(), String> {
    refusal(value).map_or(Ok(()), Err)
}

/// A target of each kind, met, missed and undefined.
const TARGETS: &str = "[[target]]\nname = { en = 'a', vi = 'b' }\nkpi = 'time/on_time'\nat_least = '70 %'\n\
    [[target]]\nkpi = 'time/elapsed_time'\nof = 'relative_change'\nby = 'interval'\nat_most = '-10 %'\n\
    [[target]]\nkpi = 'time/on_time'\ngroup = 'every'\nverdict = ['improved', 'not_comparable']\n\
    [[target]]\naxis = 'quality'\nverdict = 'shown'\n\
    [[target]]\ndata = 'quarantined'\nrule = 'missing_id'\nat_most = 0\n\
    [[target]]\ndata = 'unclustered'\nat_most = 0\n\
    [[target]]\nkpi = 'quality/online_share'\nat_least = 0.5\nallow_undefined = true\n\
    [[target]]\nkpi = 'time/on_time'\nnot_worse_than = 'kept.cube'\n";

#[test]
fn every_result_is_of_its_schema() {
    let mut text = Vec::new();
    gate(&gate_over(LOG, TARGETS).with_limit(0.05), GateFormat::Json, &mut text).expect("JSON");
    let value: Value = serde_json::from_slice(&text).expect("JSON");
    validated(&value).unwrap_or_else(|why| panic!("{why}"));
    let (_, fixture, _) = run(&["gate", STUDY, "--max-quarantine", "0.001", "--format", "json"]);
    validated(&serde_json::from_str(&fixture).expect("JSON")).unwrap_or_else(|why| panic!("{why}"));
    // The schema refuses what is not: a key that is lost, one too many, a word outside its list.
    let refused = |change: &dyn Fn(&mut Value)| {
        let mut other = value.clone();
        change(&mut other);
        validated(&other).is_err()
    };
    let first = "/targets/0";
    let target = |value: &mut Value, key: &str, to: Value| value.pointer_mut(first).expect("a target")[key] = to;
    assert!(refused(&|value| target(value, "outcome", json!("passed"))));
    assert!(refused(&|value| target(value, "more", json!(1))));
    assert!(refused(&|value| drop(
        value.pointer_mut(first).and_then(Value::as_object_mut).expect("one").remove("found")
    )));
    assert!(refused(&|value| drop(value.as_object_mut().expect("an object").remove("counts"))));
}
