//! The twelve dossiers of `fixtures/forms/twelve`, whose README derives every figure by hand.

use super::log::{counted, index, item};
use crate::contract::kept;
use crate::workbench::giamtang;
use serde_json::Value;

const STUDY: &str = "fixtures/forms/twelve/766.toml";

/// Item, numerator, denominator, points in hundredths; none where it is not scored.
const EXPECTED: [(&str, u64, u64, Option<i64>); 20] = [
    ("1.1", 2, 3, Some(400)),
    ("1.2", 2, 2, Some(400)),
    ("1.3", 3, 4, Some(150)),
    ("1.4", 9, 10, Some(540)),
    ("2.1", 7, 11, Some(1273)),
    ("3.1", 3, 4, Some(188)),
    ("3.2", 2, 3, Some(267)),
    ("3.3", 3, 10, Some(360)),
    ("3.5a", 1, 2, Some(125)),
    ("3.5b", 1, 2, Some(125)),
    ("3.6", 1, 6, Some(100)),
    ("4.1", 5, 6, Some(500)),
    ("4.2", 4, 10, Some(160)),
    ("4.3", 3, 10, Some(75)),
    ("4.5a", 1, 3, Some(67)),
    ("4.5b", 4, 10, Some(80)),
    ("5.1", 1, 5, None),
    ("5.2", 3, 6, Some(300)),
    ("5.3", 3, 5, Some(360)),
    ("5.4", 5, 10, Some(333)),
];

fn hundredths(score: &Value) -> Option<i64> {
    score.as_f64().map(|score| (score * 100.0).round() as i64)
}

#[test]
fn every_item_is_as_it_was_counted_by_hand() {
    let index = index(&[STUDY]);
    for (id, numerator, denominator, points) in EXPECTED {
        assert_eq!(counted(&index, id), (numerator, denominator), "{id}");
        assert_eq!(hundredths(&item(&index, id)["score"]), points, "{id}");
    }
    let groups = index["groups"].as_array().expect("groups");
    let groups: Vec<Option<i64>> = groups.iter().map(|group| hundredths(&group["score"])).collect();
    assert_eq!(groups, [1490, 1273, 814, 350, 882, 993].map(Some));
    let total = &index["total"];
    assert_eq!((hundredths(&total["score"]), &total["attainable"]), (Some(5802), &94.into()));
    assert_eq!((hundredths(&total["high"]), &total["grade"]), (Some(6402), &"average".into()));
}

#[test]
fn each_office_is_ranked_in_its_level() {
    let index = index(&[STUDY, "--by", "unit"]);
    let units = index["units"].as_array().expect("units");
    let told: Vec<_> = units
        .iter()
        .map(|unit| {
            let total = &unit["total"];
            (
                unit["unit"].as_str(),
                unit["level"].as_str(),
                unit["rank"].as_u64(),
                hundredths(&total["score"]),
                total["attainable"].as_u64(),
            )
        })
        .collect();
    let expected = [
        (Some("Sở Hai"), Some("province"), Some(1), Some(4046), Some(70)),
        (Some("Phường Một"), Some("commune"), Some(1), Some(4185), Some(64)),
    ];
    assert_eq!(told, expected);
}

/// The six points that no log holds may lift a total over a band's edge: then there is no grade.
#[test]
fn a_grade_waits_for_what_is_absent() {
    let page = |lang: &str| {
        let output = giamtang(&["form", "766", STUDY, "--lang", lang], b"");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let (english, vietnamese) = (page("en"), page("vi"));
    assert!(english.contains("unverified") && english.contains("58.02"));
    assert!(vietnamese.contains("chưa kiểm chứng") && vietnamese.contains("58,02"));
    assert!(vietnamese.contains("Tổng điểm") && !vietnamese.contains("Total"));
}

#[test]
fn the_nine_indices_are_as_they_were_counted_by_hand() {
    let output = giamtang(&["form", "nine", "fixtures/forms/twelve/nine.toml", "--format", "json"], b"");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let nine = kept(&String::from_utf8(output.stdout).expect("UTF-8"));
    let items = nine["items"].as_array().expect("items");
    let told: Vec<_> =
        items.iter().map(|item| (item["from"].as_str(), item["value"].as_f64(), item["points"].as_u64())).collect();
    let expected = [
        (Some("log"), Some(0.6), Some(2)),
        (Some("office"), None, Some(2)),
        (Some("log"), Some(1.0), Some(2)),
        (Some("office"), None, Some(2)),
        (Some("office"), None, Some(1)),
        (Some("log"), Some(0.75), Some(0)),
        (Some("survey"), Some(0.75), Some(2)),
        (Some("log"), Some(0.25), Some(0)),
        (Some("log"), Some(0.75), Some(1)),
    ];
    assert_eq!(told, expected);
    assert_eq!(nine["total"], serde_json::json!({ "points": 12, "attainable": 18, "maximum": 18, "band": "good" }));
}
