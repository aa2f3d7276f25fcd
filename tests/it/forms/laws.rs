//! What holds of every form 06a: its identities, whatever the log, and the same bytes however it is counted.

use super::*;
use crate::workbench::Workbench;
use giamtang::cube::Cube;
use giamtang::forms::{Convention, Folding, Period};
use giamtang::report::{FormFormat, form};
use giamtang::synth::{City, FileFormat, write_demo};
use std::num::NonZeroUsize;
use std::path::Path;

/// The identities, by the numbers as they are printed on the form.
fn hold(part: &Part, of: &str) {
    let [c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13] = columns(part);
    let name = part.name.as_deref().unwrap_or("-");
    assert_eq!(c3, c4 + c5 + c6, "{of}, {name}");
    assert_eq!(c7, c8 + c9 + c10, "{of}, {name}");
    assert_eq!(c11, c12 + c13, "{of}, {name}");
    assert_eq!(c3, c7 + c11, "{of}, {name}");
    part.parts.iter().for_each(|part| hold(part, of));
    // A line is the sum of those below it.
    if !part.parts.is_empty() {
        let sum = part.parts.iter().map(columns).reduce(|sum, own| std::array::from_fn(|at| sum[at] + own[at]));
        assert_eq!(sum, Some(columns(part)), "{of}, {name}");
    }
}

/// Every unit, field and procedure of every quarter of the synthetic city, by both conventions and both foldings.
#[test]
fn identities_hold_for_every_unit_and_quarter_of_the_city() {
    let bench = Workbench::new();
    write_demo(bench.path("").as_path(), &City::new(766).cases(2_000), FileFormat::Csv, |_| {}).expect("a city");
    let study = Study::load(bench.path("study.toml")).expect("a study");
    let mut carried = 0;
    for quarter in (2023..=2024).flat_map(|year| (1..=4).map(move |quarter| format!("{year}-Q{quarter}"))) {
        for (convention, folding) in
            [(Convention::Calendar, Folding::ByDates), (Convention::Decree09, Folding::Provincial)]
        {
            let period = Some(quarter.parse::<Period>().expect("a quarter"));
            let asked = Asked { period, convention, folding, by_unit: true, by_procedure: true, ..asked() };
            let form = handling(study.clone(), asked);
            hold(&form.whole, &quarter);
            form.units.iter().for_each(|unit| hold(unit, &quarter));
            let units = form.units.iter().map(columns).reduce(|sum, own| std::array::from_fn(|at| sum[at] + own[at]));
            assert_eq!(units, Some(columns(&form.whole)), "{quarter}");
            carried += columns(&form.whole)[3];
        }
    }
    assert!(carried > 100, "the city has a backlog: {carried}");
}

/// What is in progress at the end of a quarter is carried over into the next one.
#[test]
fn a_backlog_is_carried_over() {
    let study = Study::load(project("fixtures/study/study.toml")).expect("a study");
    let form = |quarter: &str| {
        let period = Some(quarter.parse::<Period>().expect("a quarter"));
        columns(&handling(study.clone(), Asked { period, ..asked() }).whole)
    };
    for [before, after] in [["2023-Q1", "2023-Q2"], ["2023-Q2", "2023-Q3"], ["2024-Q1", "2024-Q2"]] {
        assert_eq!(form(before)[8], form(after)[3], "{before}");
    }
}

fn cube(study: Study, threads: usize) -> Cube {
    let plan = study.form(Asked { by_unit: true, ..asked() }).and_then(|study| study.plan()).expect("a plan");
    plan.threads(NonZeroUsize::new(threads).expect("a thread")).cube().expect("a cube")
}

/// Counted in three parts by case id and merged, on one thread or two: the same bytes of every rendering.
#[test]
fn split_by_case_and_merged_is_the_whole() {
    let study = || Study::load(project("fixtures/study/study.toml")).expect("a study");
    let plan = study().form(Asked { by_unit: true, ..asked() }).and_then(|study| study.plan()).expect("a plan");
    let parts = (1..=3).map(|number| cube(study().shard(number, 3).expect("a part"), 1));
    let merged = parts.reduce(|one, next| one.merge(next, Path::new("part")).expect("a further part")).expect("three");
    let whole = plan.form_of(&cube(study(), 2)).expect("a form");
    assert_eq!(plan.form_of(&merged).expect("a form"), whole);
    for format in [FormFormat::Json, FormFormat::Xlsx, FormFormat::Html(Default::default())] {
        let bytes = |own: &Filled| {
            let mut bytes = Vec::new();
            form(own, format, &mut bytes).expect("written");
            crate::contract::kept_if_json(&bytes);
            bytes
        };
        assert_eq!(bytes(&whole), bytes(&plan.form().expect("a form").0), "{format:?}");
    }
}
