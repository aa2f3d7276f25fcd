//! Results damaged in every place and in many ways: each is refused, so that what is not refused elsewhere is whole.

use super::strict::{is_kept, is_kept_as_published};
use super::*;
use crate::workbench::giamtang;
use giamtang::Study;
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// The scorecard of the fixture study with everything that a study can ask for, thinned to one item of each shape.
static CARD: LazyLock<Value> = LazyLock::new(|| {
    let settings = ["compare.by=['unit']", "compare.treated=['Phường Hoàn Kiếm','Phường Tây Hồ']"];
    let study = Study::load(project("fixtures/study/study.toml")).expect("the fixture study");
    let study = settings.iter().try_fold(study, |study, setting| study.set(setting)).expect("settings");
    thinned(json(&study.plan().and_then(|plan| plan.compare()).expect("a scorecard")))
});

/// The other results, each of the fixture study.
static OTHERS: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let study = "fixtures/study/study.toml";
    let bench = crate::workbench::Workbench::new();
    let cube = bench.path("cube").to_string_lossy().into_owned();
    assert!(giamtang(&["cube", "build", study, "-o", &cube, "--shard", "1/2"], b"").status.success());
    let runs: [&[&str]; 4] = [
        &["check", study],
        &["trace", study, "H26.01-240415-0001"],
        &["due", "2024-04-25", "5 working days"],
        &["cube", "show", &cube],
    ];
    let result = |run: &&[&str]| {
        let output = giamtang(&[run, &["--format", "json"][..]].concat(), b"");
        thinned(kept(std::str::from_utf8(&output.stdout).expect("UTF-8")))
    };
    runs.iter().map(result).collect()
});

/// Of every array only items that have a key, or a kind of value, which those before have not.
fn thinned(value: Value) -> Value {
    match value {
        Value::Array(items) => {
            let mut seen = BTreeSet::new();
            let is_new = |item: &Value| {
                let before = seen.len();
                seen.extend(shapes(item, ""));
                seen.len() > before
            };
            let mut kept: Vec<Value> = items.iter().map(|item| thinned(item.clone())).filter(is_new).collect();
            // A pair stays one.
            kept.extend(items.get(1).filter(|_| items.len() == 2 && kept.len() == 1).cloned());
            Value::Array(kept)
        }
        Value::Object(keys) => keys.into_iter().map(|(key, value)| (key, thinned(value))).collect(),
        other => other,
    }
}

/// The places of a value without the numbers of items, each with the kind that stands there.
fn shapes(value: &Value, place: &str) -> BTreeSet<String> {
    let own = format!("{place} {}", kind(value));
    let inner: Vec<BTreeSet<String>> = match value {
        Value::Array(items) => items.iter().map(|item| shapes(item, &format!("{place}/*"))).collect(),
        Value::Object(keys) => keys.iter().map(|(key, value)| shapes(value, &format!("{place}/{key}"))).collect(),
        _ => Vec::new(),
    };
    inner.into_iter().flatten().chain([own]).collect()
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "yes or no",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

/// One pointer to each place of another shape.
fn places(value: &Value) -> Vec<String> {
    fn walk(value: &Value, pointer: &str, shape: &str, seen: &mut BTreeSet<String>, places: &mut Vec<String>) {
        if seen.insert(format!("{shape} {}", kind(value))) && !pointer.is_empty() {
            places.push(pointer.to_owned());
        }
        match value {
            Value::Array(items) => {
                let each = |(at, item): (usize, &Value)| (format!("{pointer}/{at}"), item.clone());
                items.iter().enumerate().map(each).for_each(|(own, item)| {
                    walk(&item, &own, &format!("{shape}/*"), seen, places);
                });
            }
            Value::Object(keys) => keys.iter().for_each(|(key, value)| {
                let escaped = key.replace('~', "~0").replace('/', "~1");
                walk(value, &format!("{pointer}/{escaped}"), &format!("{shape}/{key}"), seen, places);
            }),
            _ => {}
        }
    }
    let (mut seen, mut places) = (BTreeSet::new(), Vec::new());
    walk(value, "", "", &mut seen, &mut places);
    places
}

fn with(result: &Value, pointer: &str, change: impl FnOnce(&mut Value)) -> Value {
    let mut damaged = result.clone();
    change(damaged.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}")));
    damaged
}

fn assert_refused(damaged: &Value, what: &str) {
    assert!(!is_kept(damaged), "not refused: {what}");
    assert!(!is_kept_as_published(damaged), "not refused as published: {what}");
}

/// At every place a value of another kind, and none at all; names of groups alone may be null.
#[test]
fn another_kind_of_value_is_refused_at_every_place() {
    let mut damages = 0;
    for result in OTHERS.iter().chain([&*CARD]) {
        for place in places(result) {
            let is_name = place.rsplit_once('/').is_some_and(|(at, _)| at.ends_with("/by") || at.ends_with("/group"));
            let other = |value: &mut Value| {
                *value = match value {
                    Value::Number(_) => json!("NaN"),
                    Value::Null | Value::String(_) => json!(7),
                    Value::Bool(_) => json!("yes"),
                    Value::Array(_) => json!({}),
                    Value::Object(_) => json!([]),
                };
            };
            assert_refused(&with(result, &place, other), &format!("another kind at {place}"));
            if !is_name {
                assert_refused(&with(result, &place, |value| *value = Value::Null), &format!("null at {place}"));
            }
            damages += 2;
        }
    }
    assert!(damages > 500, "{damages}");
}

/// In every object that is no list of names a key that no schema has: refused by tests, allowed to later versions.
#[test]
fn an_unknown_key_is_refused_in_every_object() {
    let free = ["by", "by_rule", "given", "defaults", "dates", "cells", "group"];
    let mut damages = 0;
    for result in OTHERS.iter().chain([&*CARD]) {
        for place in places(result).into_iter().chain([String::new()]) {
            let name = place.rsplit('/').next().unwrap_or_default();
            let own = result.pointer(&place).and_then(Value::as_object).filter(|_| !free.contains(&name));
            let Some(own) = own else { continue };
            let damaged = with(result, &place, |value| value["unknown"] = json!(1));
            assert!(!is_kept(&damaged), "an unknown key in {place} is not refused");
            // A reason stands alone for ever: a figure beside it would be one that does not exist.
            assert_eq!(!is_kept_as_published(&damaged), own.contains_key("undefined"), "{place}");
            damages += 1;
        }
    }
    assert!(damages > 80, "{damages}");
}

/// Keys that every result must have, wherever they stand.
#[test]
fn a_missing_key_is_refused() {
    let card = &*CARD;
    let whole = "schema study inputs reconciliation looks axes kpis groups study/name study/is study/counting \
                 study/level study/cluster study/given study/defaults reconciliation/read reconciliation/accepted \
                 reconciliation/quarantined reconciliation/by_rule inputs/0/path inputs/0/rows inputs/0/bytes \
                 looks/kpis looks/headlines looks/groups looks/applicants axes/0/id axes/0/name axes/0/verdict \
                 axes/0/headline axes/0/because kpis/0/id kpis/0/name kpis/0/name/vi kpis/0/unit kpis/0/better \
                 kpis/0/sampling kpis/0/is kpis/0/change kpis/0/adjusted kpis/0/flags kpis/0/verdict kpis/0/is/value \
                 kpis/0/is/n kpis/0/is/events kpis/0/is/excluded kpis/0/is/method kpis/0/is/low kpis/0/is/high \
                 kpis/0/change/absolute kpis/0/change/absolute/value kpis/0/change/absolute/low kpis/0/change/relative \
                 kpis/0/change/p kpis/0/change/method kpis/0/adjusted/was kpis/0/adjusted/p kpis/0/adjusted/mix_effect \
                 kpis/0/contrasts/sentence groups/0/by groups/0/kpis series/0/months series/0/chart/centre \
                 series/0/months/0/value side_by_side/0/groups/0/ranks side_by_side/0/groups/0/drawn/weight \
                 curves/0/unit curves/0/is/n curves/0/is/end curves/0/is/steps curves/0/is/at_risk curves/0/is/method \
                 curves/0/is/steps/0/time curves/0/is/steps/0/share curves/0/is/at_risk/0/n \
                 comparison/0/found/effect/value comparison/0/found/events/0/month sensitivity/p \
                 sensitivity/scenarios/0/verdict sensitivity/scenarios/0/stands";
    for place in whole.split_whitespace() {
        let (object, key) =
            format!("/{place}").rsplit_once('/').map(|(at, key)| (at.to_owned(), key.to_owned())).expect("a key");
        let damaged = with(card, &object, |own| {
            let own = own.as_object_mut().unwrap_or_else(|| panic!("{object} is no object"));
            own.remove(&key).unwrap_or_else(|| panic!("no {place}"));
        });
        assert_refused(&damaged, &format!("without {place}"));
    }
}

/// Words and numbers that cannot be, and figures that are there and not there.
#[test]
fn what_cannot_be_is_refused() {
    let card = &*CARD;
    let at = |is: &dyn Fn(&Value) -> bool| {
        let kpis = card["kpis"].as_array().expect("rows");
        format!("/kpis/{}", kpis.iter().position(is).expect("such a KPI"))
    };
    let undefined = at(&|row| row["is"].get("undefined").is_some()) + "/is";
    let informing = at(&|row| row["better"] == "neither");
    let unclear = at(&|row| row.get("smallest").is_some());
    let scenario = |name: &str| {
        let scenarios = card["sensitivity"]["scenarios"].as_array().expect("scenarios");
        let at = scenarios.iter().position(|own| own["scenario"] == name).expect("such a scenario");
        format!("/sensitivity/scenarios/{at}")
    };
    let damages = [
        ("", json!({"schema": "giamtang.scorecard/2"})),
        ("/kpis/0", json!({"verdict": "better"})),
        ("/kpis/0", json!({"verdict": "shown"})),
        ("/kpis/0", json!({"unit": "dollars"})),
        ("/kpis/0", json!({"better": "less"})),
        ("/kpis/0", json!({"sampling": "none"})),
        ("/kpis/0", json!({"axis": "time"})),
        ("/kpis/0", json!({"id": "elapsed_time"})),
        ("/kpis/0", json!({"flags": ["seasons"]})),
        ("/kpis/0", json!({"flags": ["season", "season"]})),
        ("/kpis/0/is", json!({"undefined": "no_rows", "detail": "no row enters the denominator"})),
        ("/kpis/0/is", json!({"n": -1})),
        ("/kpis/0/is", json!({"n": 1.5})),
        ("/kpis/0/is", json!({"value": "1.0"})),
        ("/kpis/0/is", json!({"method": "by eye"})),
        ("/kpis/0/is", json!({"limits": {"undefined": "one_cluster", "detail": "one cluster only"}})),
        ("/kpis/0/is", json!({"df": 0})),
        ("/kpis/0/is", json!({"largest_cluster": 1.2})),
        ("/kpis/0/change", json!({"p": 1.5})),
        ("/kpis/0/change", json!({"q": -0.1})),
        ("/kpis/0/change", json!({"method": "Wilson, independent rows"})),
        ("/kpis/0/change", json!({"undefined": "no_figure", "detail": "one of the two windows has no figure"})),
        ("/kpis/0/adjusted", json!({"undefined": "no_mix", "detail": "there is no mix to hold fixed"})),
        ("/kpis/0/adjusted", json!({"rows_unmatched": [1, 2, 3]})),
        (&undefined, json!({"value": 1.0})),
        (&undefined, json!({"value": null})),
        (&undefined, json!({"undefined": "unknown"})),
        (&undefined, json!({"detail": ""})),
        (&informing, json!({"verdict": "improved"})),
        (&unclear, json!({"verdict": "improved"})),
        ("/axes/0", json!({"verdict": "failed"})),
        ("/axes/0", json!({"because": []})),
        ("/axes/0", json!({"id": "cost"})),
        ("/study", json!({"level": 1})),
        ("/study", json!({"is": "2024"})),
        ("/study", json!({"counting": "765"})),
        ("/study", json!({"standardise": []})),
        ("/reconciliation/by_rule", json!({"broken": 1})),
        ("/reconciliation/by_rule", json!({"missing_id": 0})),
        ("/inputs/0", json!({"format": "Excel"})),
        ("/tables/0", json!({"table": "people"})),
        (
            "/series/0",
            json!({"chart": {"undefined": "few_months", "detail": "too few months have a figure", "centre": 1}}),
        ),
        ("/series/0/months/0", json!({"month": "2024-2"})),
        ("/series/0/months/0", json!({"immature": false})),
        ("/side_by_side/0/groups/0", json!({"place": "outside"})),
        ("/side_by_side/0/groups/0", json!({"rank": 0})),
        ("/curves/0/is/steps/0", json!({"share": 1.5})),
        ("/curves/0/is/at_risk/0", json!({"n": -1})),
        ("/side_by_side/0/groups/0", json!({"ranks": [1]})),
        (&scenario("counting"), json!({"profile": "777"})),
        (&scenario("counting"), json!({"unit": "A"})),
        (&scenario("without"), json!({"scenario": "counting"})),
        (&scenario("closed_only"), json!({"scenario": "open_only"})),
    ];
    for (place, keys) in damages {
        let damaged = with(card, place, |own| {
            keys.as_object().expect("keys").iter().for_each(|(key, value)| own[key] = value.clone());
        });
        assert_refused(&damaged, &format!("{keys} at {place}"));
    }
}

/// What each dossier's part may not be, and rules and days that are not.
#[test]
fn what_cannot_be_is_refused_of_other_results() {
    let [check, trace, due, cube] = &OTHERS[..] else { panic!("four results") };
    let entries = trace["kpis"].as_array().expect("entries");
    let entry = |entered| format!("/kpis/{}", entries.iter().position(|own| own["entered"] == entered).expect("one"));
    let (within, without) = (entry(true), entry(false));
    let damages = [
        (check, "/quarantine_sample/0", json!({"rule": "broken"})),
        (check, "/by_column/0", json!({"rows": 0})),
        (check, "/warnings/0", json!({"what": "odd"})),
        (trace, &*within, json!({"why": "excluded"})),
        (trace, &*within, json!({"entered": false})),
        (trace, &*within, json!({"window": "then"})),
        (trace, &*without, json!({"value": 1})),
        (trace, &*without, json!({"why": "unknown"})),
        (trace, &*without, json!({"entered": true})),
        (due, "", json!({"due": "6 May 2024"})),
        (due, "", json!({"until": "2024-05-07"})),
        (due, "/skipped/0", json!({"kind": "strike"})),
        (due, "/worked/0", json!({"certainty": "high"})),
        (cube, "", json!({"cube": "cube"})),
        (cube, "", json!({"parts": [[1]]})),
        (cube, "/keeps/0", json!({"cells": -1})),
    ];
    for (result, place, keys) in damages {
        let damaged = with(result, place, |own| {
            keys.as_object().expect("keys").iter().for_each(|(key, value)| own[key] = value.clone());
        });
        assert_refused(&damaged, &format!("{keys} at {place}"));
    }
}
