//! The nine indices: points, bands, where points come from, what is absent.

use crate::contract::kept;
use crate::workbench::giamtang;
use giamtang::forms::Grade;
use giamtang::forms::nine::{Decision, NUMBERS, Thresholds, band, items};
use proptest::prelude::*;
use serde_json::Value;

const FIXTURE: &str = "fixtures/study/study.toml";

fn nine(arguments: &[&str]) -> Value {
    let all: Vec<&str> = ["form", "nine", "--format", "json"].iter().chain(arguments).copied().collect();
    let output = giamtang(&all, b"");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    kept(&String::from_utf8(output.stdout).expect("UTF-8"))
}

/// By the bands themselves: 15, 12, 9 and 6 each begin one, and 15 has no gap above 14.
#[test]
fn every_total_has_a_band() {
    use Grade::{Average, Excellent, Fair, Good, Weak};
    let expected = |points: u8| match points {
        15..=18 => Excellent,
        12..=14 => Good,
        9..=11 => Fair,
        6..=8 => Average,
        _ => Weak,
    };
    for points in 0..=18 {
        assert_eq!(band(points), expected(points), "{points}");
    }
    // Shipped software asked for more than 15, and left exactly 15 without a band.
    assert_eq!(band(15), Excellent);
}

#[test]
fn there_are_nine_of_two_points() {
    let items = items();
    assert!(items.iter().map(|item| item.number).eq(NUMBERS));
    let measured: Vec<u8> = items.iter().filter(|item| item.measured.is_some()).map(|item| item.number).collect();
    assert_eq!(measured, [1, 2, 3, 4, 6, 8, 9], "what the desk is like and how officers behave no log says");
    assert!(items.iter().all(|item| Decision::default().thresholds(item.number).is_ordered()));
}

proptest! {
    /// A better value never earns less, whichever side is better.
    #[test]
    fn better_values_earn_no_less(two in 0.0f64..5.0, gap in 0.0f64..3.0, value in 0.0f64..10.0, step in 0.0f64..3.0) {
        let (high, low) = (Thresholds::at_least(two + gap, two), Thresholds::at_most(two, two + gap));
        prop_assert!(high.points(value + step) >= high.points(value));
        prop_assert!(low.points(value + step) <= low.points(value));
        prop_assert!(high.is_ordered() && low.is_ordered());
        prop_assert!([high, low].iter().all(|own| own.points(value) <= 2));
        prop_assert_eq!((high.points(two + gap), low.points(two)), (2, 2));
    }
}

/// The fixture has no steps and no units of them, and nobody is asked about the desk or the officers.
#[test]
fn without_all_nine_there_is_no_band() {
    let form = nine(&[FIXTURE]);
    let absent: Vec<_> =
        form["items"].as_array().expect("items").iter().filter(|item| item["points"].is_object()).collect();
    let told: Vec<_> =
        absent.iter().map(|item| (item["number"].as_u64(), item["points"]["undefined"].as_str())).collect();
    let expected = [(2, "no_column"), (4, "no_column"), (5, "not_given"), (7, "not_given")];
    assert_eq!(told, expected.map(|(number, why)| (Some(number), Some(why))));
    assert_eq!((&form["total"]["attainable"], form["total"].get("band")), (&10.into(), None));
}

/// The scorecard's own figures: 36 of 43 procedures complete, 35 of 43 online.
#[test]
fn thresholds_are_the_studys() {
    let points = |settings: &[&str], number: usize| {
        let settings: Vec<&str> = settings.iter().flat_map(|setting| ["--set", setting]).collect();
        nine(&[&[FIXTURE], &settings[..]].concat())["items"][number - 1]["points"].as_u64()
    };
    assert_eq!([points(&[], 6), points(&["nine.6.one=0.8"], 6)], [Some(0), Some(1)]);
    assert_eq!(points(&["nine.6.two=0.83", "nine.6.one=0.8"], 6), Some(2));
    assert_eq!([points(&[], 9), points(&["nine.9.two=0.9"], 9)], [Some(2), Some(1)]);
    assert_eq!(points(&["nine.5.points=1"], 5), Some(1));
    assert_eq!(points(&["nine.7.question=Mức độ hài lòng chung"], 7).map(|points| points > 0), Some(true));
}

#[test]
fn what_cannot_be_decided_is_refused() {
    let refused = [
        ("nine.7.points=3", "0, 1 or 2 points"),
        ("nine.10.points=1", "one of the nine indices"),
        ("nine.6.two=0.5", "nine.6.two"),
        ("nine.3.one=0.5", "nine.3.one"),
        ("nine.3.three=0.5", "nine.3.three"),
    ];
    for (setting, said) in refused {
        let output = giamtang(&["form", "nine", FIXTURE, "--set", setting], b"");
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{setting}: {errors}");
        assert!(errors.contains(said), "{setting}: {errors}");
    }
}

/// What the office gives of all together is not an office's, and what no table tells of an office is absent.
#[test]
fn offices_have_what_can_be_told_of_them() {
    let form = nine(&[FIXTURE, "--by", "unit", "--set", "nine.7.points=2"]);
    let units = form["units"].as_array().expect("units");
    assert_eq!(units.len(), 14);
    assert!(units.is_sorted_by_key(|unit| unit["unit"].as_str().expect("a name").as_bytes()));
    for unit in units {
        let code = |number: usize| unit["items"][number - 1]["points"]["undefined"].as_str();
        assert_eq!([code(6), code(7), code(9)], [Some("no_column"), Some("not_given"), Some("no_column")]);
        assert_eq!([code(1), code(3)], [None; 2]);
    }
    assert_eq!(form["items"][6]["points"], 2);
}
