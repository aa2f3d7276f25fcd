//! What is counted step by step: officers on duty, late steps, steps beside dossiers.

use super::kpi;
use crate::workbench::Workbench;
use giamtang::Undefined;
use giamtang::cube::{Recipe, by, key_of_open_day, present};
use giamtang::kpi::{Kpi, Sampling, Unit};
use giamtang::measure::{Anchor, Table};
use giamtang::scorecard::Row;

/// Two working weeks, 4 to 15 March 2024, and what officers did in them.
///
/// An works on Monday 4 (twice) and Tuesday 12, Bình on 4 and 5; An on Saturday 9 is no open day, on 18 no more.
const LOG: &str = "\
case_id,activity,at,lifecycle,officer,unit,step_due_at,case:procedure
1,receive,2024-03-04 08:00:00,complete,An,A,2024-03-04 12:00:00,P
1,decide,2024-03-04 15:00:00,complete,An,A,2024-03-04 14:00:00,P
2,receive,2024-03-04 09:00:00,complete,Bình,A,,Q
2,decide,2024-03-05 09:00:00,start,Bình,B,2024-03-11 12:00:00,Q
3,receive,2024-03-09 09:00:00,complete,An,B,2024-03-11 12:00:00,P
3,decide,2024-03-12 09:00:00,start,An,B,2024-03-13 12:00:00,P
3,decide,2024-03-18 09:00:00,complete,An,B,2024-03-13 12:00:00,P
";

const WINDOW: &str = "windows.is=2024-03-04..2024-03-15";

fn rows(kpis: impl IntoIterator<Item = Kpi>, more: &str) -> Vec<Row> {
    let bench = Workbench::new();
    bench.write("events.csv", LOG);
    let study = bench.study_of("log.events = ['events.csv']", more).set(WINDOW).expect("a window");
    study.kpis(kpis).plan().and_then(|plan| plan.compare().map(crate::contract::held)).expect("a scorecard").kpis
}

fn on_duty() -> Kpi {
    let recipe = Recipe::per_open_day(key_of_open_day("officer", "at")).of_table(Table::Events).anchor(Anchor::Day);
    kpi("test/on_duty", Unit::Officers, Sampling::Week, recipe)
}

/// Four officers' days in ten open ones.
#[test]
fn officers_on_duty_are_distinct_by_open_day() {
    let row = rows([on_duty()], "calendar.base = 'vietnam'").remove(0);
    let figure = row.is.value().expect("a figure");
    assert_eq!((figure.value, figure.n, figure.excluded.unwrap_or_default()), (0.4, 10, 1));
    let without = rows([on_duty()], "").remove(0);
    assert_eq!(without.is.reason(), Some(&Undefined::NoCalendar));
}

/// Due in the window are five steps: case 1's reception (kept) and decision (an hour late), case 2's decision (begun,
/// never done), case 3's reception (kept) and decision (five days late); that case 3's was begun owes nothing itself.
#[test]
fn late_steps_are_told_with_those_never_done() {
    let recipe = Recipe::share(by("done_at", "step_due_at").not()).of_table(Table::Events).anchor(Anchor::StepDue);
    let late = || kpi("test/late", Unit::Share, Sampling::Cluster, recipe.clone());
    let row = rows([late()], "").remove(0);
    let figure = row.is.value().expect("a figure");
    assert_eq!((figure.value, figure.n, figure.clusters), (0.6, 5, Some(2)));
    // By a column of the case: four of P's steps are due, two late; the one of Q is late.
    let by_procedure = rows([late()], "compare.cluster = 'procedure'").remove(0);
    assert_eq!(by_procedure.is.value().and_then(|figure| figure.clusters), Some(2));
}

/// Six steps happened in the window, on two dossiers received in it and one received on Saturday: 2 a dossier.
#[test]
fn a_ratio_may_be_of_two_tables() {
    let steps = Recipe::share(present("at")).of_table(Table::Events).anchor(Anchor::Day);
    let recipe = Recipe::across(steps, Recipe::share(present("received_at")));
    let row = rows([kpi("test/across", Unit::Ratio, Sampling::Cluster, recipe)], "").remove(0);
    let figure = row.is.value().expect("a figure");
    assert_eq!((figure.value, figure.n), (2.0, 3));
}

/// A log of dossiers has no steps, and says which column is missing.
#[test]
fn without_events_there_are_no_steps() {
    let csv = "case_id,received_at\n1,2024-03-04\n";
    let bench = Workbench::new();
    let card = bench.study(csv, "compare.cluster = 'none'\ncalendar.base = 'vietnam'").kpis([on_duty()]);
    let card = card.plan().and_then(|plan| plan.compare().map(crate::contract::held)).expect("a scorecard");
    let why = card.kpis[0].is.reason().cloned();
    assert!(matches!(&why, Some(Undefined::NoColumn(column)) if column.starts_with("events.")), "{why:?}");
}

/// Limits on beginnings: A's is kept by its end, which has none of its own; B's was assigned, begun and broken off, which
/// is one step, never done; C's second round has its own beginning and is late. Late are two of four.
#[test]
fn a_step_is_one_whatever_its_events() {
    let log = "case_id,activity,at,lifecycle,step_due_at\n\
               1,A,2024-03-04 08:00:00,start,2024-03-05 12:00:00\n\
               1,A,2024-03-05 08:00:00,complete,\n\
               1,B,2024-03-04 08:00:00,assign,2024-03-05 12:00:00\n\
               1,B,2024-03-04 09:00:00,start,2024-03-05 12:00:00\n\
               1,B,2024-03-04 10:00:00,suspend,2024-03-05 12:00:00\n\
               1,C,2024-03-06 08:00:00,start,2024-03-07 12:00:00\n\
               1,C,2024-03-06 09:00:00,complete,\n\
               1,C,2024-03-07 08:00:00,start,2024-03-08 12:00:00\n\
               1,C,2024-03-11 09:00:00,complete,\n";
    let bench = Workbench::new();
    bench.write("events.csv", log);
    let recipe = Recipe::share(by("done_at", "step_due_at").not()).of_table(Table::Events).anchor(Anchor::StepDue);
    let study =
        bench.study_of("log.events = ['events.csv']", "compare.cluster = 'none'").set(WINDOW).expect("a window");
    let late = study.kpis([kpi("test/late", Unit::Share, Sampling::Cluster, recipe)]).plan();
    let row = late.and_then(|plan| plan.compare().map(crate::contract::held)).expect("a scorecard").kpis.remove(0);
    let figure = row.is.value().expect("a figure");
    assert_eq!((figure.value, figure.n), (0.5, 4));
}

/// Two cases of two offices, whose events name none: the steps have the office of their case, also where nobody says
/// that the cluster is the unit. One column may be cluster and drill-down.
#[test]
fn steps_are_grouped_as_their_cases_are() {
    let log = "case_id,activity,at,step_due_at,case:unit,case:procedure\n\
               1,A,2024-03-05 08:00:00,2024-03-05 12:00:00,X,P\n\
               2,A,2024-03-05 08:00:00,2024-03-04 12:00:00,Y,Q\n";
    let clusters = |more: &str| {
        let bench = Workbench::new();
        bench.write("events.csv", log);
        let recipe = Recipe::share(by("done_at", "step_due_at").not()).of_table(Table::Events).anchor(Anchor::StepDue);
        let study = bench.study_of("log.events = ['events.csv']", more).set(WINDOW).expect("a window");
        let plan = study.kpis([kpi("test/late", Unit::Share, Sampling::Cluster, recipe)]).plan();
        let row = plan.and_then(|plan| plan.compare().map(crate::contract::held)).expect("a scorecard").kpis.remove(0);
        row.is.value().and_then(|figure| figure.clusters)
    };
    assert_eq!((clusters(""), clusters("compare.cluster = 'unit'")), (Some(2), Some(2)));
    assert_eq!(clusters("compare.cluster = 'procedure'\ncompare.by = ['procedure']"), Some(2));
}
