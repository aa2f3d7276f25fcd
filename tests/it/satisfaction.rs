//! Answers on any scale, petitions, and what stands beside them: from the tables to the page.

mod published;
mod scales;
mod twin;

use crate::workbench::{Workbench, giamtang, project, shared};
use giamtang::cube::Cube;
use giamtang::scorecard::{Figure, Flag, Known};
use giamtang::{Scorecard, Study, Undefined};
use serde_json::Value;
use std::path::Path;

const ANSWERS: &str = "log.surveys = ['answers.csv']\ncompare.cluster = 'none'";

fn answers(csv: &str, more: &str) -> Scorecard {
    let bench = Workbench::new();
    bench.write("answers.csv", csv);
    bench
        .study_of(ANSWERS, more)
        .plan()
        .and_then(|plan| plan.compare().map(crate::contract::held))
        .expect("a scorecard")
}

fn figure<'c>(card: &'c Scorecard, id: &str) -> &'c Known<Figure> {
    &card.kpi(id).expect(id).is
}

fn value(card: &Scorecard, id: &str) -> f64 {
    figure(card, id).value().unwrap_or_else(|| panic!("{id}: {:?}", figure(card, id).reason())).value
}

const MEAN: &str = "satisfaction/mean_score";
const SATISFIED: &str = "satisfaction/top_two_box";

const CASES: &str = "case_id,received_at,finished_at,unit,channel\n\
    1,2024-02-20,2024-02-26,A,online\n2,2024-02-20,2024-03-01,A,direct\n3,2024-02-20,2024-03-01,B,online\n\
    4,2024-02-20,2024-03-01,B,direct\n5,2024-03-04,,B,direct\n";

/// Of case 2 and 3 there are answers; one names no dossier, and one a dossier that is not there.
const OF_CASES: &str = "at,case_id,score\n2024-03-05,2,5\n2024-03-06,3,1\n2024-03-07,,4\n2024-03-08,99,4\n";

fn joined(more: &str) -> (Workbench, Study) {
    let bench = Workbench::new();
    bench.write("cases.csv", CASES);
    bench.write("answers.csv", OF_CASES);
    let study = bench.study_of("log.cases = ['cases.csv']\nlog.surveys = ['answers.csv']", more);
    (bench, study)
}

fn card(study: &Study) -> Scorecard {
    study.plan().and_then(|plan| plan.compare().map(crate::contract::held)).expect("a scorecard")
}

#[test]
fn an_answer_counts_without_a_dossier_and_takes_what_it_lacks_from_its_own() {
    let (_bench, study) = joined("compare.by = ['unit']");
    let card = card(&study);
    let all = figure(&card, SATISFIED).value().expect("a share");
    assert_eq!((all.n, all.events, all.clusters), (4, 3, Some(3)));
    assert!(card.kpi(SATISFIED).expect("a row").flags.contains(&Flag::NullCluster));
    let table = card.tables.iter().find(|table| table.table == "surveys").expect("the table");
    let joined = table.joined.expect("joined");
    assert_eq!((joined.matched, joined.unmatched), (2, 1));
    let of = |unit: Option<&str>| {
        let group = card.groups.iter().find(|group| group.by["unit"].as_deref() == unit).expect("a group");
        let row = group.kpis.iter().find(|row| row.id == SATISFIED).expect("a row");
        row.is.value().map(|figure| (figure.n, figure.events))
    };
    assert_eq!([of(Some("A")), of(Some("B")), of(None)], [Some((1, 1)), Some((1, 0)), Some((2, 2))]);
}

/// Of the three dossiers finished on 1 March two were answered: it stands beside every figure of the survey.
#[test]
fn the_response_rate_stands_beside_every_figure_of_a_survey() {
    let (bench, study) = joined("compare.cluster = 'none'");
    let card = card(&study);
    let rate = card.kpi(SATISFIED).and_then(|row| row.response_rate.clone()).expect("beside it");
    assert_eq!(rate.is.value().copied(), figure(&card, "satisfaction/response_rate").value().map(|own| own.value));
    assert_eq!(rate.is.value().map(|rate| format!("{rate:.6}")), Some("0.666667".to_owned()));
    for row in &card.kpis {
        let own = ["top_two_box", "mean_score", "gap", "gap_lateness"];
        let expected = own.iter().any(|name| row.id == format!("satisfaction/{name}"));
        assert_eq!(row.response_rate.is_some(), expected, "{}", row.id);
    }
    let text = "log = { cases = ['cases.csv'], surveys = ['answers.csv'] }\nwindows.is = '2024-03-01..2024-03-31'\n\
                compare.cluster = 'none'\n";
    let path = bench.write("study.toml", text).to_str().expect("UTF-8").to_owned();
    let said = |more: &[&str]| {
        let output = giamtang(&[&["compare", path.as_str()], more].concat(), b"");
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let json: Value = serde_json::from_str(&said(&["--format", "json"])).expect("JSON");
    let row = json["kpis"].as_array().expect("rows").iter().find(|row| row["id"] == MEAN).expect("a row");
    assert_eq!(row["response_rate"]["is"].as_f64().map(|rate| format!("{rate:.6}")), Some("0.666667".to_owned()));
    assert!(said(&[]).contains("response rate 66.67 %"));
    assert!(said(&["--lang", "vi"]).contains("tỷ lệ trả lời 66,67%"));
    assert!(said(&["--format", "markdown"]).contains("response rate 66.67 %"));
    let csv = said(&["--format", "csv"]);
    let lines =
        csv.lines().filter(|line| line.starts_with("satisfaction/mean_score") && line.contains(",response_rate,"));
    assert_eq!(lines.count(), 1, "{csv}");
}

const PETITIONS: &str = "petition_id,received_at,case_id,subject,answered_at,dissatisfied\n\
    a,2024-03-04,1,,2024-03-06,true\nb,2024-03-05,3,,,\nc,2024-03-05,3,,,\nd,2024-03-06,,road,2024-03-07,\n\
    e,2024-03-06,,road,,false\nf,2024-03-07,99,,,\n";

fn cube(study: &Study) -> Cube {
    study.plan().and_then(|plan| plan.cube()).expect("a cube")
}

/// Answers and petitions go with their dossier's part of the log, others with the first; what they take from their
/// dossiers is the same.
#[test]
fn parts_of_a_log_count_what_belongs_to_their_dossiers() {
    let bench = Workbench::new();
    bench.write("answers.csv", OF_CASES);
    bench.write("petitions.csv", PETITIONS);
    // The first case stands again with another unit: it is set aside, and its petition takes nothing from it.
    bench.write("cases.csv", format!("{CASES}1,2024-02-20,2024-02-26,C,online\n"));
    bench.write(
        "events.csv",
        "case_id,activity,at,unit\n1,Nhận,2024-03-01 08:00,A\n2,Nhận,2024-03-01 08:00,A\n\
        2,Trả,2024-03-02 08:00,B\n3,Nhận,2024-03-01 08:00,B\n",
    );
    let side = "log.surveys = ['answers.csv']\nlog.petitions = ['petitions.csv']\ncalendar.base = 'vietnam'";
    for log in [
        "log.cases = ['cases.csv']\ncompare.by = ['unit', 'channel']",
        "log.events = ['events.csv']\nmilestones.finished_at = 'Trả'\ncompare.by = ['unit']",
    ] {
        let study = bench.study_of(&format!("{log}\n{side}"), "");
        let whole = cube(&study).to_bytes().expect("bytes");
        for of in [2, 3, 7] {
            let parts = (1..=of).map(|part| cube(&study.clone().shard(part, of).expect("a part")));
            let parts: Vec<Cube> = parts.collect();
            let merge = |whole: Cube, part: Cube| whole.merge(part, Path::new("part")).expect("the same plan");
            let merged = parts.iter().cloned().rev().reduce(merge).expect("parts");
            assert!(merged.to_bytes().expect("bytes") == whole, "{log}: {of} parts");
        }
    }
}

/// Rows in another order: the same bytes, also where two answers of one dossier, or two petitions, are of one day.
#[test]
fn the_order_of_rows_is_nothing() {
    let bench = Workbench::new();
    bench.write("cases.csv", CASES);
    let turned = |csv: &str| {
        let mut lines: Vec<&str> = csv.lines().collect();
        lines[1..].reverse();
        lines.join("\n") + "\n"
    };
    let twice = format!("{OF_CASES}2024-03-05,2,1\n2024-03-05,2,3\n");
    let study = bench.study_of(
        "log = { cases = ['cases.csv'], surveys = ['answers.csv'], petitions = ['petitions.csv'] }",
        "calendar.base = 'vietnam'",
    );
    let mut seen = Vec::new();
    for (answers, petitions) in [(twice.clone(), PETITIONS.to_owned()), (turned(&twice), turned(PETITIONS))] {
        bench.write("answers.csv", answers);
        bench.write("petitions.csv", petitions);
        seen.push(cube(&study).to_bytes().expect("bytes"));
    }
    assert!(seen[0] == seen[1]);
    // b and c are of one day and one dossier, d and e of one day and one subject: none is the earlier one.
    let card = card(&study);
    let repeats = figure(&card, "satisfaction/repeat_petitions").value().expect("a share");
    assert_eq!((repeats.n, repeats.events), (6, 0));
}

/// Written with its marks apart and with space about it a subject is the same, whether rows are grouped by it or not: the
/// second petition repeats the first, and the third is about something else.
#[test]
fn subjects_are_compared_as_names_are() {
    let bench = Workbench::new();
    let petitions = "petition_id,received_at,subject\na,2024-03-04,Nước sạch\n\
                     b,2024-03-05,  Nu\u{31b}o\u{31b}\u{301}c sa\u{323}ch \nc,2024-03-06,Đường\n";
    bench.write("petitions.csv", petitions);
    for (by, groups) in [("compare.by = ['subject']", vec![(1, 0), (2, 1)]), ("", vec![])] {
        let study = bench.study_of("log.petitions = ['petitions.csv']\ncompare.cluster = 'none'", by);
        let card = card(&study);
        let repeats = figure(&card, "satisfaction/repeat_petitions").value().expect("a share");
        assert_eq!((repeats.n, repeats.events), (3, 1), "{by}");
        let of_group = card.groups.iter().map(|group| {
            let row = group.kpis.iter().find(|row| row.id == "satisfaction/repeat_petitions").expect("a row");
            row.is.value().map(|own| (own.n, own.events)).expect("a share")
        });
        let mut of_group: Vec<_> = of_group.collect();
        of_group.sort_unstable();
        assert_eq!(of_group, groups);
    }
}

/// What a table does not have is named, and what does not need it stays.
#[test]
fn a_column_that_is_not_there_is_named() {
    let without = |petitions: &str, id: &str| {
        let bench = Workbench::new();
        bench.write("cases.csv", CASES);
        bench.write("petitions.csv", petitions);
        let study = bench
            .study_of("log = { cases = ['cases.csv'], petitions = ['petitions.csv'] }", "calendar.base = 'vietnam'");
        figure(&card(&study), id).reason().cloned()
    };
    let column = |name: &str| Some(Undefined::NoColumn(name.to_owned()));
    let bare = "petition_id,received_at\na,2024-03-04\n";
    assert_eq!(without(bare, "satisfaction/repeat_petitions"), column("petitions.case_id"));
    assert_eq!(without(bare, "satisfaction/petitions_on_time"), column("petitions.answered_at"));
    let unanswered = "petition_id,received_at,subject\na,2024-03-04,x\n";
    assert_eq!(without(unanswered, "satisfaction/petitions_satisfied"), column("petitions.answered_at"));
    assert_eq!(without(unanswered, "satisfaction/repeat_petitions"), None);
}

/// Without surveys 766 satisfaction is told by petitions and lateness, and says so.
#[test]
fn what_refines_is_flagged_where_it_lacks() {
    let cases =
        "case_id,received_at,due_at,finished_at\n1,2024-03-04,2024-03-08,2024-03-07\n2,2024-03-04,2024-03-08,\n";
    let flagged = |log: &str| {
        let bench = Workbench::new();
        bench.write("cases.csv", cases);
        bench.write("petitions.csv", "petition_id,received_at,case_id\na,2024-04-04,1\n");
        bench.write("answers.csv", "at,case_id,score\n2024-03-08,1,1\n");
        let card = card(&bench.study_of(log, "compare.cluster = 'none'"));
        let row = card.kpi("satisfaction/no_complaint_766").expect("a row");
        (row.is.value().map(|figure| (figure.n, figure.events)), row.flags.contains(&Flag::NoSurveys))
    };
    let log = "log = { cases = ['cases.csv'], petitions = ['petitions.csv'] }";
    assert_eq!(flagged(log), (Some((2, 1)), true));
    assert_eq!(flagged(&log.replace(" }", ", surveys = ['answers.csv'] }")), (Some((2, 0)), false));
}

/// A ledger knows no channels: by channel there is no cost, and not all of it in the group without a name.
#[test]
fn what_a_table_does_not_say_has_no_groups() {
    let bench = Workbench::new();
    bench.write("cases.csv", format!("{CASES}6,2024-02-20,2024-03-01,B,\n"));
    bench.write(
        "ledger.csv",
        "unit,from,to,amount_vnd\nA,2024-03-01,2024-03-31,4000000\nB,2024-03-01,2024-03-31,2000000\n",
    );
    let study = bench.study_of("log = { cases = ['cases.csv'], ledger = ['ledger.csv'] }", "");
    let by = |column: &str| card(&study.clone().by([column.to_owned()]));
    let cost = "cost/agency_cost";
    assert_eq!(value(&by("unit"), cost), 1_500_000.0);
    for group in &by("channel").groups {
        let row = group.kpis.iter().find(|row| row.id == cost).expect("a row");
        assert_eq!(row.is.reason(), Some(&Undefined::NoColumn("ledger.channel".to_owned())), "{:?}", group.by);
    }
    let values = by("unit")
        .groups
        .iter()
        .filter_map(|group| {
            group.kpis.iter().find(|row| row.id == cost).and_then(|row| row.is.value().map(|figure| figure.value))
        })
        .collect::<Vec<_>>();
    assert_eq!(values, [4_000_000.0, 2_000_000.0 / 3.0].map(giamtang::scorecard::printed));
}

/// What a dossier counts in by its answer and its petition; what has no dossiers says so.
#[test]
fn a_trace_tells_of_answers_and_petitions() {
    let bench = Workbench::new();
    bench.write("cases.csv", format!("{CASES}6,2024-02-20,2024-03-01,B,direct\n").replace(",channel", ",applicant"));
    let path = bench.path("cases.csv");
    let text =
        std::fs::read_to_string(&path).expect("the log").replace("online", "citizen").replace("direct", "business");
    std::fs::write(path, text).expect("the log");
    bench.write("answers.csv", OF_CASES);
    bench.write("petitions.csv", PETITIONS);
    bench.write("tasks.csv", "task_id,due_at,lead_level\n1,2024-03-04,branch\n");
    let log = "log = { cases = ['cases.csv'], surveys = ['answers.csv'], petitions = ['petitions.csv'], tasks = ['tasks.csv'] }";
    let study = bench.study_of(log, "calendar.base = 'vietnam'");
    let told = |case: &str| {
        let trace = study.clone().case(case).plan().and_then(|plan| plan.trace()).expect("a trace");
        move |id: &str| {
            let entry = trace.kpis.iter().find(|entry| entry.id == id).expect(id);
            (entry.value, entry.why)
        }
    };
    // Case 2 is of a business and satisfied, case 3 of a citizen and not; both are in the gap.
    let (two, three) = (told("2"), told("3"));
    for id in [SATISFIED, "satisfaction/gap"] {
        assert_eq!([two(id), three(id)], [(Some(1.0), None), (Some(0.0), None)], "{id}");
    }
    assert_eq!(two("satisfaction/repeat_petitions"), (None, Some("no_row")));
    assert_eq!(three("satisfaction/repeat_petitions"), (Some(0.0), None));
    assert_eq!(told("6")(SATISFIED), (None, Some("no_row")));
    assert_eq!(two("transparency/local_lead"), (None, Some("other_rows")));
}

/// Answered before the window: the answer's day says so, and decimals are told as they are written.
#[test]
fn a_trace_tells_when_an_answer_was_and_decimals_as_written() {
    let bench = Workbench::new();
    bench.write(
        "cases.csv",
        "case_id,received_at,finished_at,due_at,unit,procedure\n1,2024-02-05,2024-03-05,2024-03-01,A,P\n",
    );
    bench.write("answers.csv", "at,case_id,score\n2024-02-10,1,5\n");
    bench.write("procedures.csv", "procedure,in_force_from,standard_minutes\nP,2020-01-01,37.5\n");
    bench.write("roster.csv", "officer,from,to,unit,hours\nAn,2024-03-18,2024-03-18,A,1\n");
    let log = "log = { cases = ['cases.csv'], surveys = ['answers.csv'], procedures = ['procedures.csv'], roster = ['roster.csv'] }";
    let plan = bench.study_of(log, "calendar.base = 'vietnam'").case("1").plan().expect("a plan");
    let trace = plan.trace().expect("a trace");
    let entry = trace.kpis.iter().find(|entry| entry.id == "satisfaction/gap_lateness").expect("the KPI");
    assert_eq!((entry.why, entry.detail.as_deref()), (Some("outside_windows"), Some("2024-02-10")));
    let cell = |name: &str| trace.rows[0].cells.get(name).map(String::as_str);
    assert_eq!(cell("procedures.standard_minutes"), Some("37.5"));
}

/// A petition that came before the calendar begins may be due in the window: nobody can say, so nothing is said.
#[test]
fn a_calendar_that_begins_after_a_petition_is_too_short() {
    let bench = Workbench::new();
    bench.write("cases.csv", CASES);
    let weekly = "calendar = { weekly = 'Mon-Fri 08:00-12:00 13:00-17:00', covers = '2024-03-01..2024-06-30' }";
    let plan = |petitions: &str| {
        bench.write("petitions.csv", petitions);
        bench.study_of("log = { cases = ['cases.csv'], petitions = ['petitions.csv'] }", weekly).plan().map(|_| ())
    };
    let error = plan("petition_id,received_at\na,2024-02-20\n").expect_err("too short").to_string();
    assert!(error.contains("the calendar covers 2024-03-01..2024-06-30; the log needs 2024"), "{error}");
    // One with a day of its own needs no calendar, and one of long ago is due before the window.
    assert!(plan("petition_id,received_at,due_at\na,2024-02-20,2024-03-05\nb,2023-12-01,\n").is_ok());
}
