//! Several tables in one figure: what is joined, renamed or merged, and what is not known.

use crate::workbench::Workbench;
use giamtang::scorecard::Row;
use giamtang::{Scorecard, Study, Undefined};

/// The scorecard of some tables, February against March 2024.
fn card(tables: &[(&str, &str)], more: &str) -> Scorecard {
    let bench = Workbench::new();
    let mut text = "windows = { was = '2024-02-01..2024-02-29', is = '2024-03-01..2024-03-31' }\n\
                    calendar.base = 'vietnam'\n"
        .to_owned();
    for (name, csv) in tables {
        bench.write(&format!("{name}.csv"), csv);
        text += &format!("log.{name} = ['{name}.csv']\n");
    }
    let study = Study::parse(&(text + more), bench.path("study.toml")).expect("a study");
    study.plan().and_then(|plan| plan.compare().map(crate::contract::held)).expect("a scorecard")
}

fn is(row: &Row) -> (f64, u64) {
    let figure = row.is.value().expect("a figure");
    (figure.value, figure.n)
}

const NONE: &str = "compare.cluster = 'none'\n";

/// One dossier in each month; the ledger ends with February: what March cost is not known, and is not nothing.
#[test]
fn without_a_line_in_the_ledger_there_is_no_cost() {
    let cases = "case_id,received_at,finished_at,unit\n1,2024-02-05,2024-02-06,A\n2,2024-03-05,2024-03-06,A\n";
    let ledger = "unit,from,to,amount_vnd\nA,2024-02-01,2024-02-29,1000\n";
    let card = card(&[("cases", cases), ("ledger", ledger)], NONE);
    let row = card.kpi("cost/agency_cost").expect("the KPI");
    assert!(row.was.as_ref().and_then(|was| was.value()).is_some());
    assert!(row.is.value().is_none(), "{:?}", row.is);
}

/// Old was merged into New on the 10th. A dossier that names Old on the 15th needs New's 30 minutes, not none.
#[test]
fn a_dossier_under_a_merged_procedures_old_name_has_the_new_ones_facts() {
    let cases = "case_id,received_at,finished_at,unit,procedure\n1,2024-03-15,2024-03-18,A,Old\n";
    let procedures = "procedure,in_force_from,in_force_to,standard_minutes,merged_into\n\
                      Old,2020-01-01,2024-03-09,60,New\nNew,2024-03-10,,30,\n";
    let roster = "officer,from,to,unit,hours\nAn,2024-03-18,2024-03-18,A,1\n";
    let card = card(&[("cases", cases), ("procedures", procedures), ("roster", roster)], NONE);
    // 30 minutes of work in an officer's hour.
    assert_eq!(is(card.kpi("staffing/output_per_fte").expect("the KPI")).0, 0.5);
    let joined = card.tables.iter().find(|own| own.table == "procedures").and_then(|own| own.joined);
    assert_eq!(joined.map(|joined| (joined.matched, joined.unmatched)), Some((1, 0)));
}

/// Old became New on 1 March: a step at each is no handover, one at Other is.
#[test]
fn a_new_name_is_no_handover() {
    let events = "case_id,activity,at,unit\n\
                  1,in,2024-03-01 08:00,Old\n1,out,2024-03-05 08:00,New\n\
                  2,in,2024-03-01 08:00,New\n2,out,2024-03-05 08:00,Other\n";
    let units = "unit,from,to,successor\nOld,2020-01-01,2024-02-29,New\nNew,2024-03-01,,\nOther,2020-01-01,,\n";
    let more = "compare.cluster = 'none'\ncompare.horizon = '5 working days'\n[milestones]\nreceived_at = 'first'\n";
    let card = card(&[("events", events), ("units", units)], more);
    assert_eq!(is(card.kpi("procedures/handovers").expect("the KPI")), (0.5, 2));
}

/// Dossiers and offices are written by their codes; both go by their names, and Old's dossier is one of New.
#[test]
fn successors_go_by_the_names_of_offices_too() {
    let cases = "case_id,received_at,finished_at,unit\n1,2024-03-05,2024-03-06,c1\n2,2024-03-05,2024-03-06,c2\n";
    let units = "unit,from,to,successor\nc1,2020-01-01,2024-02-29,c2\nc2,2024-03-01,,\n";
    let more = "compare.cluster = 'none'\ncompare.by = ['unit']\nvalues.unit = { c1 = 'Old', c2 = 'New' }\n";
    let card = card(&[("cases", cases), ("units", units)], more);
    let units: Vec<_> = card.groups.iter().map(|group| group.by["unit"].as_deref()).collect();
    assert_eq!(units, [Some("New")]);
}

/// Answers by channel are by that of the dossier: handed in at the counter and answered on the web is of the counter.
/// Where no dossier is named, or it names no channel, the answer's own counts.
#[test]
fn an_answer_is_of_its_dossiers_channel() {
    let cases = "case_id,received_at,finished_at,unit,channel\n1,2024-03-04,2024-03-05,A,direct\n\
                 2,2024-03-04,2024-03-05,A,\n";
    let surveys = "at,case_id,score,channel,unit\n2024-03-06,1,5,online,B\n2024-03-06,2,5,online,\n\
                   2024-03-06,,1,online,\n";
    let more = "compare.cluster = 'none'\ncompare.by = ['channel']\n";
    let card = card(&[("cases", cases), ("surveys", surveys)], more);
    let of = |channel: &str| {
        let group = card.groups.iter().find(|group| group.by["channel"].as_deref() == Some(channel)).expect("a group");
        is(group.kpis.iter().find(|row| row.id == "satisfaction/top_two_box").expect("the KPI"))
    };
    assert_eq!((of("direct"), of("online")), ((1.0, 1), (0.5, 2)));
}

/// P is of field f1 until 9 February and of f2 afterwards, and one dossier a month is of it. In f2 it is the only
/// procedure, and it is used, whatever field its dossiers name.
#[test]
fn a_procedure_is_used_whatever_its_dossiers_say_of_the_field() {
    let cases = "case_id,received_at,unit,procedure,field\n\
                 0,2022-01-05,A,P,f2\n1,2024-02-05,A,P,f1\n2,2024-03-05,A,P,\n";
    let procedures = "procedure,in_force_from,in_force_to,field\nP,2020-01-01,2024-02-09,f1\nP,2024-02-10,,f2\n";
    let card =
        card(&[("cases", cases), ("procedures", procedures)], "compare.cluster = 'none'\ncompare.by = ['field']\n");
    let group = card.groups.iter().find(|group| group.by["field"].as_deref() == Some("f2")).expect("f2");
    let dormant = group.kpis.iter().find(|row| row.id == "procedures/dormant").expect("the KPI");
    assert_eq!(is(dormant), (0.0, 1));
}

/// Officials write `Ministry`; the list has `ministry`. It is no province with five days.
#[test]
fn a_level_outside_the_list_is_set_aside() {
    let procedures = "procedure,in_force_from,level\nP,2020-01-01,Ministry\nQ,2020-01-01,ministry\n";
    let card = card(&[("procedures", procedures)], NONE);
    let read = &card.tables[0].reconciliation;
    assert_eq!((read.accepted, read.by_rule.get("unknown_value")), (1, Some(&1)));
}

/// The dossiers name no question; only answers do. So no figure of dossiers has groups by question.
#[test]
fn a_drill_down_needs_the_column() {
    let cases = "case_id,received_at,finished_at,unit\n1,2024-03-05,2024-03-06,A\n";
    let surveys = "at,case_id,unit,score,question\n2024-03-07,1,A,5,q\n";
    let more = "compare.cluster = 'none'\ncompare.by = ['question']\n";
    let card = card(&[("cases", cases), ("surveys", surveys)], more);
    assert!(!card.groups.is_empty());
    for group in &card.groups {
        let row = group.kpis.iter().find(|row| row.id == "time/elapsed_time").expect("the KPI");
        assert_eq!(row.is.reason(), Some(&Undefined::NoColumn("question".into())), "{:?}", group.by);
    }
}

/// Six offices have citizens, one has the businesses: how offices differ for businesses nobody knows.
#[test]
fn a_gap_to_one_office_has_no_interval() {
    let mut cases = "case_id,received_at,finished_at,unit,applicant\n".to_owned();
    let mut surveys = "at,case_id,score\n".to_owned();
    for number in 0..62 {
        let unit = if number < 60 { number % 6 } else { 0 };
        let applicant = if number < 60 { "citizen" } else { "business" };
        cases += &format!("{number},2024-03-04,2024-03-05,U{unit},{applicant}\n");
        surveys += &format!("2024-03-06,{number},{}\n", if number % 3 == 0 { 2 } else { 5 });
    }
    let card = card(&[("cases", &cases), ("surveys", &surveys)], "compare.cluster = 'unit'\n");
    let figure = card.kpi("satisfaction/gap").and_then(|row| row.is.value()).expect("a gap");
    assert_eq!((figure.low, figure.limits.as_ref().map(|why| &why.0)), (None, Some(&Undefined::OneCluster)));
}

/// The largest whole numbers are no counts: their products fit into no sum.
#[test]
fn what_no_count_can_be_is_set_aside() {
    let surveys = "at,score,n,sd\n2024-03-05,3,9223372036854775807,1\n2024-03-05,4,10,5000\n2024-03-05,4,10,0.5\n";
    let procedures = "procedure,in_force_from,documents\nP,2020-01-01,9223372036854775807\nQ,2020-01-01,3\n";
    let card = card(&[("surveys", surveys), ("procedures", procedures)], NONE);
    for (table, aside) in [("surveys", 2), ("procedures", 1)] {
        let read = &card.tables.iter().find(|own| own.table == table).expect("the table").reconciliation;
        assert_eq!(read.by_rule.get("out_of_range"), Some(&aside), "{table}");
    }
    // (4 − 1) / 4 of the one row that is left.
    assert_eq!(is(card.kpi("satisfaction/mean_score").expect("the KPI")), (0.75, 10));
}

/// Two parts of one log, joined with two catalogues, are no log.
#[test]
fn parts_joined_with_other_tables_do_not_merge() {
    let bench = Workbench::new();
    bench.write("cases.csv", "case_id,received_at,procedure\n1,2024-03-05,P\n2,2024-03-06,P\n");
    let cube = |part, documents: &str| {
        bench.write("procedures.csv", format!("procedure,in_force_from,documents\nP,2020-01-01,{documents}\n"));
        let text = "log.cases = ['cases.csv']\nlog.procedures = ['procedures.csv']\ncalendar.base = 'vietnam'\n\
                    windows.is = '2024-03-01..2024-03-31'\ncompare.cluster = 'none'";
        let study = Study::parse(text, bench.path("study.toml")).and_then(|study| study.shard(part, 2));
        study.and_then(|study| study.plan()).and_then(|plan| plan.cube()).expect("a cube")
    };
    let (one, other, strange) = (cube(1, "3"), cube(2, "3"), cube(2, "4"));
    assert!(one.clone().merge(other, std::path::Path::new("other")).is_ok());
    let error = one.merge(strange, std::path::Path::new("strange")).expect_err("another catalogue").to_string();
    assert!(error.contains("`procedures` says other things"), "{error}");
}
