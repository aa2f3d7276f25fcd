//! Curves of the scorecard, held against those of `fixtures/oracle/curves.csv` and what lifelines says of the same log.

use super::{found, of};
use crate::workbench::{project, shared};
use giamtang::Study;
use giamtang::report::Lang;
use giamtang::scorecard::{CurveSide, CurveStep, Scorecard};

fn receipt() -> Option<Scorecard> {
    shared("receipt.xes.gz")?;
    let study = Study::load(project("tests/studies/receipt.toml")).expect("a study");
    Some(study.plan().and_then(|plan| plan.compare()).map(crate::contract::held).expect("a scorecard"))
}

fn sides(card: &Scorecard) -> [&CurveSide; 2] {
    let curves = card.curves.iter().find(|curves| curves.id == "time/elapsed_time").expect("curves");
    assert_eq!(curves.also, ["time/elapsed_time_p90"]);
    let was = curves.was.as_ref().and_then(|side| side.value()).expect("a curve before");
    [was, curves.is.value().expect("a curve after")]
}

/// The step that holds at a day.
fn at(side: &CurveSide, day: f64) -> &CurveStep {
    side.steps.iter().rev().find(|step| step.time <= day).expect("a step")
}

/// Day by day no share is off by half a percent, limits are the same where the step is, and so many were at risk.
#[test]
fn curves_are_those_of_rows_taken_one_by_one() {
    let Some(card) = receipt() else { return };
    let [was, is] = sides(&card);
    let oracle = std::fs::read_to_string(project("fixtures/oracle/curves.csv")).expect("the oracle");
    let (mut exact, mut counted) = (0, 0);
    for line in oracle.lines().skip(2) {
        let cells: Vec<&str> = line.split(',').collect();
        let number = |at: usize| cells[at].parse::<f64>().expect("a number");
        let (side, day, share, n) = (if cells[0] == "was" { was } else { is }, number(1), number(2), number(5));
        if let Some(at_risk) = side.at_risk.iter().find(|own| own.time == day) {
            assert_eq!(at_risk.n as f64, n, "{line}");
            counted += 1;
        }
        if day == 0.0 {
            assert_eq!((side.n as f64, share), (n, 0.0), "{line}");
            continue;
        }
        let step = at(side, day);
        assert!((0.0..0.005).contains(&(share - step.share + 1e-9)), "{line}: {step:?}");
        if (share - step.share).abs() < 1e-9 {
            let [low, high] = [step.low, step.high].map(|limit| limit.expect("a limit"));
            assert!((low - number(3)).abs() < 1e-9 && (high - number(4)).abs() < 1e-9, "{line}: {step:?}");
            exact += 1;
        }
    }
    assert!(exact >= 4 && counted == 10, "{exact} {counted}");
}

/// lifelines 0.30.3: medians 52.6797 [50.4291, 54.6423] and 43.3639 [38.3639, 47.3683] days, nine in ten by 111.4242
/// and 115.6609; 392 and 355 finished. The limits of a median are where those of the curve cross a half.
#[test]
fn medians_are_those_of_lifelines() {
    let Some(card) = receipt() else { return };
    let expected = [(52.6797, [50.4291, 54.6423], 111.4242, 392), (43.3639, [38.3639, 47.3683], 115.6609, 355)];
    for (side, (median, limits, p90, events)) in sides(&card).into_iter().zip(expected) {
        let near = |found: Option<f64>, known: f64| found.is_some_and(|found| (found - known).abs() < 5e-5);
        assert!(near(side.median, median) && near(side.p90, p90), "{:?} {:?}", side.median, side.p90);
        assert_eq!((side.events, side.method), (events, Some("Kaplan-Meier, log-log, independent rows")));
        let first = |of: fn(&CurveStep) -> Option<f64>| {
            let over =
                side.steps.iter().position(|step| of(step).is_some_and(|limit| limit >= 0.5)).expect("a crossing");
            [side.steps[over - 1].time, side.steps[over].time]
        };
        for ([before, over], limit) in [first(|step| step.high), first(|step| step.low)].into_iter().zip(limits) {
            assert!(before < limit && limit < over + 5e-5, "{before} {limit} {over}");
        }
    }
}

/// What the picture says is what the curves say.
#[test]
fn the_picture_says_the_medians() {
    let Some(card) = receipt() else { return };
    let vi = of(&card, Lang::Vi);
    let figure = found(&vi, "Hoàn thành sau bao lâu: Thời gian chờ thực tế");
    assert!(figure.desc.contains("52,7 ngày") && figure.desc.contains("43,4 ngày"), "{}", figure.desc);
    for n in ["609", "437", "127", "52", "483", "296", "114", "48"] {
        assert!(figure.texts.iter().any(|text| text.text == n), "{n}");
    }
}

/// Net of pauses the curve is the weighted one, with limits at a dozen times; at the quantile it is the KPI's figure.
#[test]
fn a_net_time_has_its_curve_too() {
    let card = &super::CARD;
    let curves = card.curves.iter().find(|curves| curves.id == "time/processing_time").expect("curves");
    let side = curves.is.value().expect("a curve");
    let row = card.kpi("time/processing_time").and_then(|row| row.is.value()).expect("a figure");
    assert_eq!((side.median, side.n, side.events), (Some(row.value), row.n, row.events));
    assert_eq!(side.method, Some("weighted for censoring, log-log, CR2, Bell-McCaffrey t"));
    let with_limits = side.steps.iter().filter(|step| step.low.is_some()).count();
    assert!((6..=12).contains(&with_limits), "{with_limits}");
    for step in &side.steps {
        let (Some(low), Some(high)) = (step.low, step.high) else { continue };
        assert!(low <= step.share && step.share <= high, "{step:?}");
    }
}

/// Every curve rises, ends where its rows do, and counts them all at the start.
#[test]
fn curves_rise_and_rows_leave() {
    for curves in &super::CARD.curves {
        for side in curves.was.iter().chain([&curves.is]).filter_map(|side| side.value()) {
            let rises = side.steps.windows(2).all(|pair| pair[0].time < pair[1].time && pair[0].share <= pair[1].share);
            assert!(rises && side.steps.len() <= 205, "{}", curves.id);
            assert!(side.at_risk.windows(2).all(|pair| pair[0].n >= pair[1].n), "{}", curves.id);
            assert_eq!((side.at_risk[0].time, side.at_risk[0].n), (0.0, side.n), "{}", curves.id);
            assert!(side.steps.iter().all(|step| step.time <= side.end), "{}", curves.id);
        }
    }
}
