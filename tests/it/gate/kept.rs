//! Targets against a cube kept from an earlier run: what is compared, what is not, and what does not match.

use super::{HEAD, LOG};
use crate::workbench::{Workbench, giamtang};
use giamtang::Study;
use giamtang::scorecard::gate::{Found, Gate, Judged, Lacking, Outcome};

/// April has four dossiers, two in time, of 3, 7, 7 and 3 days: 50 % after March's 75 %.
const APRIL: &str = "k,2024-04-01,2024-04-06,2024-04-04,A\nl,2024-04-01,2024-04-06,2024-04-08,A\n\
                     m,2024-04-01,2024-04-06,2024-04-08,B\nn,2024-04-01,2024-04-06,2024-04-04,B\n";

/// A kept cube of February and March, and the log a month later.
fn bench() -> Workbench {
    let bench = Workbench::new();
    bench.write("cases.csv", LOG);
    study(&bench, HEAD, "").plan().and_then(|plan| plan.cube()?.save(bench.path("kept.cube"))).expect("a cube");
    bench.write("cases.csv", format!("{LOG}{APRIL}"));
    bench
}

fn april() -> String {
    HEAD.replace("2024-03-01..2024-03-31", "2024-04-01..2024-04-30")
        .replace("2024-02-01..2024-02-29", "2024-03-01..2024-03-31")
}

fn study(bench: &Workbench, head: &str, targets: &str) -> Study {
    Study::parse(&format!("{head}{targets}"), bench.path("study.toml")).expect("a study")
}

fn gate(bench: &Workbench, head: &str, target: &str) -> Gate {
    let study = study(bench, head, &format!("[[target]]\nnot_worse_than = 'kept.cube'\n{target}\n"));
    study.plan().and_then(|plan| plan.gate(&study.targets()?)).expect("a gate").0
}

fn one(bench: &Workbench, head: &str, target: &str) -> Judged {
    gate(bench, head, target).targets.remove(0)
}

/// From 75 to 50 %: 25 points worse.
#[test]
fn a_figure_may_be_worse_by_a_margin() {
    let bench = bench();
    let target = |margin: &str| one(&bench, &april(), &format!("kpi = 'time/on_time'\n{margin}"));
    let found = target("margin = '25 points'");
    let Some(Found::Number(own)) = &found.found else { panic!("{found:?}") };
    assert_eq!((found.outcome, own.value, own.between), (Outcome::Met, -0.25, Some([0.75, 0.5])));
    assert_eq!((own.n.as_slice(), own.since.as_deref()), (&[4, 4][..], Some("2024-03-01..2024-03-31")));
    assert_eq!(target("margin = '24 points'").outcome, Outcome::Missed);
    // Without one it is that of the guards: two points.
    assert_eq!(target("").outcome, Outcome::Missed);
    let guards = april() + "verdict.guard.share = 0.25\n";
    assert_eq!(one(&bench, &guards, "kpi = 'time/on_time'").outcome, Outcome::Met);
    // A share of four is no sure thing: its interval reaches further down than any such margin.
    assert_eq!(target("margin = '30 points'\nby = 'interval'").outcome, Outcome::Missed);
    assert_eq!(target("margin = '2 points'\nby = 'high'").outcome, Outcome::Met);
}

/// Half of four waited 7 days in April, so the middle is 3; before, 3 too. In the mean of closed ones 4 became 5.
#[test]
fn what_is_lower_is_better_may_rise_by_a_margin() {
    let bench = bench();
    let target = |text: &str| one(&bench, &april(), text).outcome;
    assert_eq!(target("kpi = 'time/elapsed_time'\nmargin = '0 %'"), Outcome::Met);
    let own = "[[kpi]]\nid = 'ours/days'\nname.en = 'Days'\nmean = 'finished_at - received_at'\nbetter = 'lower'\n";
    let head = april() + own;
    let bench = Workbench::new();
    bench.write("cases.csv", LOG);
    let kept = study(&bench, &(HEAD.to_owned() + own), "");
    kept.plan().and_then(|plan| plan.cube()?.save(bench.path("kept.cube"))).expect("a cube");
    bench.write("cases.csv", format!("{LOG}{APRIL}"));
    let target = |margin: &str| one(&bench, &head, &format!("kpi = 'ours/days'\n{margin}")).outcome;
    assert_eq!((target("margin = '25 %'"), target("margin = '24 %'")), (Outcome::Met, Outcome::Missed));
    assert_eq!((target("margin = '1 day'"), target("margin = '0.9 days'")), (Outcome::Met, Outcome::Missed));
}

/// A had one of two in March and one of two in April; B both, then one.
#[test]
fn groups_are_held_against_their_own() {
    let bench = bench();
    let gate = gate(&bench, &april(), "kpi = 'time/on_time'\ngroup = 'every'");
    let outcomes: Vec<Outcome> = gate.targets.iter().map(|judged| judged.outcome).collect();
    assert_eq!(outcomes, [Outcome::Met, Outcome::Missed]);
}

/// The same log and the same windows: nothing has changed, and that is sure, though the figure itself is not.
#[test]
fn an_unchanged_log_is_not_worse_at_any_margin() {
    let bench = Workbench::new();
    bench.write("cases.csv", LOG);
    let head = HEAD.replace("cluster = 'none'", "cluster = 'unit'");
    study(&bench, &head, "").plan().and_then(|plan| plan.cube()?.save(bench.path("kept.cube"))).expect("a cube");
    for kpi in ["time/on_time", "time/elapsed_time", "time/withdrawn"] {
        for by in ["value", "interval"] {
            let target = format!(
                "kpi = '{kpi}'\nby = '{by}'\nmargin = '0 {}'",
                if kpi.contains("elapsed") { "%" } else { "points" }
            );
            let judged = one(&bench, &head, &target);
            // Nobody withdrew or did not: the log has no outcomes, and that share no figure.
            let expected = if judged.lacking.is_some() { Outcome::Undefined } else { Outcome::Met };
            assert_eq!(judged.outcome, expected, "{target}: {judged:?}");
            assert_eq!(kpi == "time/withdrawn", judged.lacking.is_some(), "{judged:?}");
        }
    }
}

/// What differs between the plans is said, and the figures are not held against each other.
#[test]
fn a_cube_of_another_plan_says_what_does_not_match() {
    let bench = bench();
    let differs = |head: &str, kpi: &str| match one(&bench, head, &format!("kpi = '{kpi}'")).lacking {
        Some(Lacking::OtherPlan { what, kept, here }) => [what, kept, here],
        other => panic!("{head}: {other:?}"),
    };
    let with = |keys: &str| april() + keys;
    assert_eq!(differs(&with("study.zone = 'UTC'\n"), "time/on_time")[0], "`study.zone`");
    let counting = april().replace("cluster = 'none'", "cluster = 'none', counting = '06a'");
    assert_eq!(differs(&counting, "time/on_time"), ["`compare.counting`", "`strict`", "`06a`"]);
    let horizon = april().replace("cluster = 'none'", "cluster = 'none', horizon = '20 working days'");
    assert_eq!(differs(&horizon, "time/on_time")[0], "`compare.horizon`");
    assert_eq!(
        differs(&with("calendar.base = 'vietnam'\n"), "time/on_time"),
        ["`calendar.base`", "not set", "`vietnam`"]
    );
    let by = april().replace("by = ['unit']", "by = ['unit', 'channel']");
    bench.write(
        "cases.csv",
        format!("{LOG}{APRIL}").replace(",unit", ",unit,channel").replace(",A\n", ",A,x\n").replace(",B\n", ",B,y\n"),
    );
    assert!(differs(&by, "time/elapsed_time")[0].contains("compare.cluster, by, standardise"));
    // A column that refines a figure and was not in the log.
    bench.write(
        "cases.csv",
        format!("{LOG}{APRIL}")
            .replace(",unit", ",unit,outcome")
            .replace(",A\n", ",A,granted\n")
            .replace(",B\n", ",B,granted\n"),
    );
    assert_eq!(differs(&april(), "time/elapsed_time"), ["the column `outcome`", "not in its log", "in its log"]);
}

#[test]
fn a_cube_that_is_not_kept_yet_is_no_error() {
    let bench = Workbench::new();
    bench.write("cases.csv", LOG);
    let judged = one(&bench, HEAD, "kpi = 'time/on_time'");
    assert_eq!((judged.outcome, judged.lacking.clone()), (Outcome::Undefined, Some(Lacking::NoKeptCube)));
    assert!(judged.is_missed() && gate(&bench, HEAD, "kpi = 'time/on_time'\nallow_undefined = true").passed);
    // One that is there and no cube is.
    bench.write("kept.cube", "no cube");
    let text = format!("{HEAD}[[target]]\nkpi = 'time/on_time'\nnot_worse_than = 'kept.cube'\n");
    let path = bench.write("study.toml", text).to_string_lossy().into_owned();
    let output = giamtang(&["gate", &path], b"");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("kept.cube"), "{output:?}");
}

/// A part of a log is not the log.
#[test]
fn a_part_is_nothing_to_compare_with() {
    let bench = Workbench::new();
    bench.write("cases.csv", LOG);
    let part = study(&bench, HEAD, "").shard(1, 2).and_then(|study| study.plan()?.cube()).expect("a cube");
    part.save(bench.path("kept.cube")).expect("a file");
    let judged = one(&bench, HEAD, "kpi = 'time/on_time'");
    assert!(matches!(&judged.lacking, Some(Lacking::OtherPlan { kept, .. }) if kept == "part 1/2"), "{judged:?}");
}
