//! What makes it "improved", and an axis "shown"; both clocks through a recipe; what caps a verdict.

use crate::workbench::{Workbench, project};
use giamtang::Undefined;
use giamtang::cube::{Recipe, working};
use giamtang::kpi::{Better, Kpi, Name, Sampling, Source, Unit};
use giamtang::scorecard::{AxisVerdict, Finding, Flag, Reason, Scorecard, Verdict};
use giamtang::{Error, Study};

const LEFT_OUT: &str = "verdict.without=['staffing/first_time_right', 'satisfaction/top_two_box', \
                        'staffing/repeat_supplements', 'time/withdrawn']";

fn fixture(settings: &[&str]) -> Scorecard {
    let study = Study::load(project("fixtures/study/study.toml")).expect("the fixture study");
    let study = settings.iter().try_fold(study, |study, setting| study.set(setting)).expect("settings");
    study.plan().and_then(|plan| plan.compare().map(crate::contract::held)).expect("a scorecard")
}

fn kpi(recipe: Recipe, unit: Unit) -> Kpi {
    Kpi {
        id: "test/own".into(),
        name: Name { en: "Own".into(), vi: "Riêng".into() },
        formula: "".into(),
        unit,
        better: Better::Lower,
        sampling: Sampling::Cluster,
        source: "".into(),
        text: "".into(),
        example: "".into(),
        axis: None,
        vietnamese: None,
        recipe: Source::Given(recipe.into()),
    }
}

/// The fixture's headline improves, its on-time rate got no worse, and the guards it cannot measure are left out by name.
#[test]
fn an_axis_is_shown_when_headline_guards_and_log_allow() {
    let card = fixture(&[LEFT_OUT]);
    let axis = &card.axes[0];
    assert_eq!(axis.verdict, AxisVerdict::Shown, "{:?}", axis.because);
    assert_eq!(axis.because[0], Reason::Kpi("time/elapsed_time", Finding::Headline(Some(Verdict::Improved))));
    assert!(axis.because.contains(&Reason::Kpi("time/on_time", Finding::Holds)));
    assert_eq!(axis.because.iter().filter(|r| matches!(r, Reason::Kpi(_, Finding::LeftOut))).count(), 4);
}

/// The guard is the strict rate whatever profile the study shows: the axis and its reasons stay as they are.
#[test]
fn a_guard_is_strict_by_every_profile() {
    let (strict, lenient) = (fixture(&[LEFT_OUT]), fixture(&[LEFT_OUT, "compare.counting='06a'"]));
    let rate = |card: &Scorecard| card.kpi("time/on_time").and_then(|row| row.is.value().map(|figure| figure.value));
    assert_ne!(rate(&strict), rate(&lenient));
    assert_eq!(strict.axes, lenient.axes);
}

/// A guard that nobody measures, a dirty log, another season: each alone means "not shown", with the reason.
#[test]
fn each_doubt_alone_means_not_shown() {
    let axis = |settings: &[&str]| fixture(settings).axes.swap_remove(0);
    let unmeasured = axis(&["log.surveys=[]"]);
    assert_eq!(unmeasured.verdict, AxisVerdict::NotShown);
    let nothing = Finding::Undefined(Undefined::NoColumn("surveys.at".into()));
    assert!(unmeasured.because.contains(&Reason::Kpi("satisfaction/top_two_box", nothing)), "{:?}", unmeasured.because);
    let dirty = axis(&[LEFT_OUT, "verdict.guard.quarantined=0.001"]);
    assert_eq!(dirty.verdict, AxisVerdict::NotShown);
    assert!(matches!(dirty.because.last(), Some(Reason::Quarantined(share)) if (share - 7.0 / 2_202.0).abs() < 1e-12));
    let season = axis(&[LEFT_OUT, "windows.was=2023-02-15..2023-08-31"]);
    assert_eq!(season.verdict, AxisVerdict::NotShown);
    assert!(season.because.contains(&Reason::Season));
}

/// February 2023 has no Tết, February 2024 seven days of it: the same month is another season.
#[test]
fn one_window_with_tet_and_one_without_differ_in_season() {
    let season = |was: &str, is: &str| {
        let card = fixture(&[&format!("windows.was={was}"), &format!("windows.is={is}")]);
        card.kpi("time/elapsed_time").expect("the headline").flags.contains(&Flag::Season)
    };
    assert!(season("2023-02-01..2023-02-28", "2024-02-01..2024-02-29"));
    assert!(!season("2023-01-01..2023-02-28", "2024-01-01..2024-02-29"));
}

/// Friday 3 May 2024 16:00 to Monday 6 May 09:00: an hour and a half, the worked Saturday's eight, an hour and a half.
#[test]
fn office_hours_run_through_recipes() {
    let csv = "case_id,received_at,finished_at\n1,2024-05-03 16:00:00,2024-05-06 09:00:00\n";
    let settings = "compare.cluster = 'none'\ncalendar.base = 'vietnam'";
    let recipes =
        [Recipe::mean(working("received_at", "finished_at")), Recipe::survival("received_at", "finished_at").working()];
    for recipe in recipes {
        let bench = Workbench::new();
        let study = bench.study(csv, settings).set("windows.is=2024-05-01..2024-05-31").expect("a window");
        let plan = study.kpis([kpi(recipe, Unit::WorkingHours)]).plan().expect("a plan");
        let card = plan.compare().map(crate::contract::held).expect("a scorecard");
        assert_eq!(card.kpis[0].is.value().map(|figure| figure.value), Some(11.0));
    }
}

/// Received in 2018 and finished in a window of 2019: the office clock cannot reach back, and says for which year.
#[test]
fn a_date_that_must_be_measured_and_is_not_covered_names_its_year() {
    let csv = "case_id,received_at,finished_at\n1,2018-12-31 08:00:00,2019-01-03 08:00:00\n";
    let bench = Workbench::new();
    let study = bench.study(csv, "compare.cluster = 'none'\ncalendar.base = 'vietnam'");
    let study = study.set("windows.is=2019-01-01..2019-01-31").expect("a window");
    let recipe = Recipe::mean(working("received_at", "finished_at")).anchor(giamtang::measure::Anchor::Finished);
    let plan = study.kpis([kpi(recipe, Unit::WorkingHours)]).plan().expect("a plan");
    let error: Error = plan.compare().map(crate::contract::held).expect_err("2018 is not covered");
    assert!(error.to_string().contains("the log needs 2018"), "{error}");
}

/// On time in two offices of four dossiers: 1 and 2 before, 3 and 3 after. Better, and still two offices are no evidence.
#[test]
fn few_clusters_cap_the_verdict_and_rows_without_one_are_flagged() {
    let mut csv = String::from("case_id,received_at,due_at,finished_at,unit\n");
    for (year, unit, kept) in [(2023, "A", 1), (2023, "", 2), (2024, "A", 3), (2024, "", 3)] {
        for at in 0..4 {
            let day = if at < kept { 5 } else { 20 };
            csv.push_str(&format!("{year}{unit}{at},{year}-03-01,{year}-03-10,{year}-03-{day:02},{unit}\n"));
        }
    }
    let card = Workbench::new().compare(&csv, "windows.was = '2023-03-01..2023-03-31'");
    let row = card.kpi("time/on_time").expect("the on-time rate");
    let change = row.change.value().expect("a change");
    assert_eq!(change.absolute.value, 0.375);
    assert_eq!(row.verdict, Some(Verdict::NoClearChange));
    assert!(row.flags.contains(&Flag::FewDegreesOfFreedom) && row.flags.contains(&Flag::NullCluster));
    assert_eq!(row.is.value().and_then(|figure| figure.clusters), Some(2));
}

const CURVES: [&str; 4] = ["time/elapsed_time", "time/elapsed_time_p90", "time/processing_time", "time/delivery_lag"];

/// Groups are the whole taken apart: their denominators add up to it, by every KPI.
#[test]
fn the_drill_down_adds_up() {
    let card = fixture(&["compare.by=['unit', 'channel']"]);
    assert!(card.groups.len() > 14);
    for whole in &card.kpis {
        let n = |row: &giamtang::scorecard::Row| row.is.value().map_or(0, |figure| figure.n);
        let parts = card.groups.iter().flat_map(|group| &group.kpis).filter(|row| row.id == whole.id);
        let (total, expected) = (parts.map(n).sum::<u64>(), n(whole));
        // A group whose curve does not reach the quantile has no figure, and so no n.
        // Nor has one that its table cannot tell: a ledger has no channels.
        let apart = |row: &giamtang::scorecard::Row| matches!(row.is.reason(), Some(Undefined::NoColumn(_)));
        let untold = card.groups.iter().flat_map(|group| &group.kpis).any(|row| row.id == whole.id && apart(row));
        // A gap needs both of its sides in the group.
        let gap = whole.id.starts_with("satisfaction/gap");
        let complete = !CURVES.contains(&whole.id.as_str()) && !untold && !gap;
        assert!(if complete { total == expected } else { total <= expected }, "{}: {total} of {expected}", whole.id);
    }
}
