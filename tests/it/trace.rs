//! `giamtang trace`: one dossier from its rows to every figure, or why it is in none.

use crate::workbench::{Workbench, giamtang, project, shared};
use giamtang::scorecard::{Entry, Trace};
use giamtang::{Scorecard, Study};
use serde_json::{Value, json};

/// Nine dossiers, each for one thing that can become of it; the window is March 2024, Friday the 1st to Sunday the 31st.
const LOG: &str = "\
case_id,submitted_at,received_at,due_at,finished_at,outcome,unit,receiving_unit
plain,2024-03-01 07:00,2024-03-01 08:00,2024-03-06,2024-03-04 09:30,granted,A,B
withdrawn,2024-03-01 08:00,2024-03-01 08:00,2024-03-06,2024-03-05 08:00,withdrawn,A,A
undated,2024-03-01 08:00,2024-03-01 08:00,,2024-03-05 08:00,granted,A,A
open,2024-03-25 08:00,2024-03-25 08:00,2024-03-28,,,B,B
early,2024-02-20 08:00,2024-02-20 08:00,2024-02-27,2024-02-22 08:00,granted,B,B
broken,2024-03-05 08:00,2024-03-05 08:00,2024-03-09,2024-03-04 08:00,granted,B,B
twice,2024-03-05 08:00,2024-03-05 08:00,2024-03-09,2024-03-06 08:00,granted,B,B
twice,2024-03-05 08:00,2024-03-05 08:00,2024-03-09,2024-03-06 08:00,granted,B,B
both,2024-03-05 08:00,2024-03-05 08:00,2024-03-09,2024-03-06 08:00,granted,B,B
both,2024-03-05 08:00,2024-03-05 08:00,2024-03-09,2024-03-06 08:00,refused,B,B
";

/// What can be asked of such a log: the other KPIs need columns it has not.
const TOLD: [&str; 10] = [
    "time/elapsed_time",
    "time/elapsed_time_p90",
    "time/processing_time",
    "time/closed_time",
    "time/closed_time_mean",
    "time/limit_ratio",
    "time/on_time",
    "time/withdrawn",
    "procedures/non_territorial",
    "quality/completion",
];

const SETTINGS: &str = "calendar.base = 'vietnam'\ncompare.horizon = '5 working days'";

fn study() -> (Workbench, Study) {
    let bench = Workbench::new();
    let study = bench.study(LOG, SETTINGS);
    (bench, study)
}

fn trace(id: &str) -> Trace {
    let (_bench, study) = study();
    study.case(id).plan().and_then(|plan| plan.trace()).expect(id)
}

fn entry<'a>(trace: &'a Trace, kpi: &str) -> &'a Entry {
    trace.kpis.iter().find(|entry| entry.id == kpi).expect(kpi)
}

fn why(trace: &Trace, kpi: &str) -> (Option<&'static str>, Option<String>) {
    let entry = entry(trace, kpi);
    assert!(!entry.entered && entry.value.is_none(), "{entry:?}");
    (entry.why, entry.detail.clone())
}

/// From Friday 08:00 to Monday 09:30 the applicant waits for 3 days and 1.5 hours: 264,600 s, 3.0625 days. The office is
/// open on Friday from 8:00 to 11:30 and from 13:30 to 17:30, and on Monday from 7:30 to 9:30: 9.5 hours, 34,200 s. It
/// was submitted an hour before, half of it in opening hours. Due on Wednesday by date: five days.
#[test]
fn a_dossier_on_both_clocks() {
    let trace = trace("plain");
    let seen: Vec<(&str, &str, Option<i64>, Option<i64>)> = trace
        .milestones
        .iter()
        .map(|own| (own.name.as_str(), own.at.as_str(), own.elapsed_seconds, own.working_seconds))
        .collect();
    let expected = [
        ("submitted_at", "2024-03-01T07:00:00+07:00", Some(-3_600), Some(-1_800)),
        ("received_at", "2024-03-01T08:00:00+07:00", Some(0), Some(0)),
        ("finished_at", "2024-03-04T09:30:00+07:00", Some(264_600), Some(34_200)),
        // From the midnight before Friday to the one before Wednesday: Friday, Monday, Tuesday of eight hours.
        ("deadline_at", "2024-03-06", Some(432_000), Some(86_400)),
        ("due_at", "2024-03-06", Some(432_000), Some(86_400)),
    ];
    assert_eq!(seen, expected);
    assert_eq!((trace.rows.len(), trace.rows[0].row, trace.rows[0].path.as_str()), (1, 1, "cases.csv"));
    assert_eq!((trace.outcome.as_deref(), trace.group["unit"].as_deref()), (Some("granted"), Some("A")));
    let elapsed = entry(&trace, "time/elapsed_time");
    assert_eq!((elapsed.window, elapsed.value, elapsed.end), (Some("is"), Some(3.0625), Some("finished")));
    for (kpi, value) in [
        ("time/closed_time_mean", 3.0625),
        ("time/on_time", 1.0),
        ("procedures/non_territorial", 1.0),
        ("quality/completion", 1.0),
    ] {
        assert_eq!((entry(&trace, kpi).entered, entry(&trace, kpi).value), (true, Some(value)), "{kpi}");
    }
}

#[test]
fn why_a_dossier_is_not_in_a_denominator() {
    let withdrawn = trace("withdrawn");
    assert_eq!(why(&withdrawn, "time/on_time"), (Some("excluded"), None));
    assert_eq!(why(&withdrawn, "time/closed_time_mean"), (Some("excluded"), None));
    assert_eq!(entry(&withdrawn, "time/elapsed_time").end, Some("withdrawn"));
    // Withdrawn within the horizon is a no, not an exclusion.
    assert_eq!(entry(&withdrawn, "quality/completion").value, Some(0.0));
    let undated = trace("undated");
    assert_eq!(why(&undated, "time/on_time"), (Some("undated"), Some("deadline_at".into())));
    // Five working days after Monday 25 March end on 1 April, after the window.
    let open = trace("open");
    assert_eq!(why(&open, "quality/completion"), (Some("immature"), None));
    assert_eq!(why(&open, "time/closed_time_mean"), (Some("no_date"), Some("finished_at".into())));
    // Followed from 25 March 08:00 to the end of the 31st: 6 days and 16 hours.
    let elapsed = entry(&open, "time/elapsed_time");
    assert_eq!((elapsed.value, elapsed.end), (Some(6.66666666667), Some("open")));
    assert_eq!(entry(&open, "time/on_time").value, Some(0.0));
    let early = trace("early");
    assert_eq!(why(&early, "time/on_time"), (Some("outside_windows"), Some("2024-02-27".into())));
    assert_eq!(why(&early, "time/elapsed_time").1, Some("2024-02-20T08:00:00+07:00".into()));
    assert!(early.group.is_empty() && early.kpis.iter().all(|entry| !entry.entered));
}

#[test]
fn rows_set_aside_are_shown_with_their_rule() {
    let broken = trace("broken");
    let aside = broken.rows[0].set_aside.as_ref().expect("a rule");
    assert_eq!((aside.rule, aside.column.as_str()), ("finished_before_received", "finished_at"));
    assert_eq!(broken.rows[0].cells["due_at"], "2024-03-09");
    assert!(broken.milestones.is_empty());
    let told = broken.kpis.iter().filter(|entry| !matches!(entry.why, Some("no_column" | "no_tariff")));
    assert_eq!(told.clone().count(), TOLD.len());
    for entry in told {
        let expected = (false, Some("quarantined"), Some("finished_before_received"));
        assert_eq!((entry.entered, entry.why, entry.detail.as_deref()), expected, "{}", entry.id);
    }
    // Of two identical rows the first stays, of two that conflict none.
    let twice = trace("twice");
    let rules = |trace: &Trace| -> Vec<(u64, Option<&str>)> {
        trace.rows.iter().map(|row| (row.row, row.set_aside.as_ref().map(|aside| aside.rule))).collect()
    };
    assert_eq!(rules(&twice), [(7, None), (8, Some("identical_repeat"))]);
    assert_eq!(entry(&twice, "time/elapsed_time").value, Some(1.0));
    let both = trace("both");
    assert_eq!(rules(&both), [(9, Some("conflicting_repeat")), (10, Some("conflicting_repeat"))]);
    assert!(TOLD.iter().all(|kpi| entry(&both, kpi).why == Some("quarantined")));
}

/// What is said of each dossier adds up to the scorecard's own denominators, whatever the KPIs are.
#[test]
fn the_parts_of_all_dossiers_are_the_scorecard() {
    let (_bench, study) = study();
    let card: Scorecard = study.plan().and_then(|plan| plan.compare().map(crate::contract::held)).expect("a scorecard");
    let ids = ["plain", "withdrawn", "undated", "open", "early", "broken", "twice", "both"];
    let known: Vec<&str> = card.kpis.iter().filter(|row| row.is.value().is_some()).map(|row| row.id.as_str()).collect();
    assert_eq!(known, TOLD.into_iter().filter(|kpi| *kpi != "time/elapsed_time_p90").collect::<Vec<_>>());
    let traces: Vec<Trace> = ids.iter().map(|id| trace(id)).collect();
    // The slowest tenth is not reached by the cut-off, and has no figure; the median of the same dossiers has.
    for (row, figure) in card.kpis.iter().filter_map(|row| Some((row, row.is.value()?))) {
        let parts: Vec<&Entry> = traces.iter().map(|trace| entry(trace, &row.id)).collect();
        let counted = |why: &str| parts.iter().filter(|part| part.why == Some(why)).count() as u64;
        assert_eq!(parts.iter().filter(|part| part.entered).count() as u64, figure.n, "{}", row.id);
        assert_eq!(counted("excluded"), figure.excluded.unwrap_or_default(), "{}", row.id);
        assert_eq!(counted("immature"), figure.immature.unwrap_or_default(), "{}", row.id);
        assert_eq!(counted("undated"), figure.undated.unwrap_or_default(), "{}", row.id);
    }
}

#[test]
fn what_the_log_or_the_study_lacks() {
    let bench = Workbench::new();
    let study =
        bench.study("case_id,received_at,submitted_at,finished_at,unit\n7,2024-03-01,2024-03-01,2024-03-02,A\n", "");
    let trace = study.clone().case(" 7 ").plan().and_then(|plan| plan.trace()).expect("a trace");
    assert_eq!(why(&trace, "time/on_time"), (Some("no_column"), Some("due_at".into())));
    assert_eq!(why(&trace, "quality/completion").0, Some("no_calendar"));
    assert!(trace.milestones.iter().all(|own| own.working_seconds.is_none()));
    let error = study.case("8").plan().and_then(|plan| plan.trace()).expect_err("no such dossier");
    assert!(error.is_study() && error.to_string().contains("`CASE_ID = 8`"), "{error}");
}

const EVENTS: &str = "\
case_id,activity,at,unit,officer
x,Received,2024-03-01 08:00,A,o1
x,Asked,2024-03-01 10:00,A,o1
y,Received,2024-03-01 08:00,A,o1
x,Answered,2024-03-04 08:00,A,o2
x,Finished,2024-03-05 08:00,A,o2
z,Received,2024-03-01 08:00,A,o1
z,Finished,,A,o1
";

/// Asked on Friday at 10:00 and answered on Monday at 08:00: 70 hours for the applicant; for the office Friday 10:00 to
/// 11:30 and 13:30 to 17:30, and half an hour of Monday: 6 hours.
#[test]
fn a_dossier_made_of_events() {
    let bench = Workbench::new();
    bench.write("events.csv", EVENTS);
    let more = "milestones.finished_at = { last = 'Finished' }\npauses = { from = 'Asked', to = 'Answered' }\n\
                calendar.base = 'vietnam'";
    let study = bench.study_of("log.events = ['events.csv']", more);
    let of = |id: &str| study.clone().case(id).plan().and_then(|plan| plan.trace()).expect(id);
    let x = of("x");
    let steps: Vec<(u64, Option<&str>, Option<&str>)> =
        x.events.iter().map(|step| (step.row, step.activity.as_deref(), step.officer.as_deref())).collect();
    let expected = [
        (1, Some("Received"), Some("o1")),
        (2, Some("Asked"), Some("o1")),
        (4, Some("Answered"), Some("o2")),
        (5, Some("Finished"), Some("o2")),
    ];
    assert_eq!(steps, expected);
    assert_eq!(x.events[0].at.as_deref(), Some("2024-03-01T08:00:00+07:00"));
    let pause = &x.pauses[0];
    assert_eq!((pause.elapsed_seconds, pause.working_seconds), (Some(70 * 3_600), Some(6 * 3_600)));
    assert_eq!(entry(&x, "time/elapsed_time").value, Some(4.0));
    // An event without its time breaks the whole case.
    let z = of("z");
    let aside = z.events.iter().find_map(|step| step.set_aside.as_ref()).expect("an event set aside");
    assert_eq!((aside.rule, z.events.len()), ("missing_time", 2));
    // Its steps were done all the same.
    let of_cases = z.kpis.iter().filter(|entry| !["staffing/on_duty", "staffing/step_lateness"].contains(&&*entry.id));
    let mut of_cases = of_cases.map(|entry| entry.why);
    let expected = [Some("quarantined"), Some("no_column"), Some("no_tariff")];
    assert!(of_cases.all(|why| expected.contains(&why)), "{z:?}");
    assert_eq!(entry(&z, "time/elapsed_time").detail.as_deref(), Some("broken_event"));
}

/// Due on Wednesday 6 March; asked on Friday the 1st and answered on Monday the 4th, three days later. By the rule
/// `resume` the due date moves to Saturday the 9th, eight days after the reception; as promised it is five.
#[test]
fn a_deadline_that_pauses_moved() {
    let bench = Workbench::new();
    let rows = [("Received", "2024-03-01 08:00"), ("Asked", "2024-03-01 10:00"), ("Answered", "2024-03-04 08:00")];
    let rows: String = rows.iter().map(|(activity, at)| format!("x,{activity},{at},A,2024-03-06\n")).collect();
    bench.write("events.csv", format!("case_id,activity,at,unit,due\n{rows}"));
    let more = "columns.due_at = 'due'\npauses = { from = 'Asked', to = 'Answered' }\ncompare.pauses = 'resume'";
    let study = bench.study_of("log.events = ['events.csv']", more);
    let trace = study.case("x").plan().and_then(|plan| plan.trace()).expect("a trace");
    let at = |name: &str| {
        let own = trace.milestones.iter().find(|own| own.name == name).expect(name);
        (own.at.as_str(), own.elapsed_seconds)
    };
    assert_eq!((at("due_at"), at("deadline_at")), (("2024-03-06", Some(432_000)), ("2024-03-09", Some(691_200))));
}

/// The page and the JSON of the fixture's row 299, whose texts stand in the file.
#[test]
fn the_verb_prints_a_page_and_json() {
    let log = std::fs::read_to_string(project("fixtures/study/cases-2024.csv")).expect("the log");
    let line = log.lines().nth(299).expect("row 299");
    let id = line.split(',').next().expect("an id");
    let said = |more: &[&str]| {
        let output = giamtang(&[&["trace", "fixtures/study/study.toml", id], more].concat(), b"");
        assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0), "{output:?}");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let page = said(&[]);
    for part in [id, "cases-2024.csv, row 299 · accepted", "finished_at", "● Time the applicant waits"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(said(&["--lang", "vi"]).contains("Được tính vào đâu"));
    let json: Value = serde_json::from_str(&said(&["--format", "json"])).expect("JSON");
    assert_eq!((&json["schema"], &json["case"]), (&json!("giamtang.trace/1"), &json!(id)));
    assert_eq!((&json["rows"][0]["row"], json.get("events")), (&json!(299), None));
    assert_eq!(json["kpis"].as_array().map(Vec::len), Some(giamtang::kpi::catalogue().count()));
    let output = giamtang(&["trace", "fixtures/study/study.toml", "no such"], b"");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
}

/// Two dossiers of the real log, as Python's gzip and ElementTree (3.11.7) print them. `case-10017` was received on
/// 2011-10-11T01:06:40.020+02:00 and finished on 2011-10-18T13:56:55.943+02:00, 7 days and 12:50:15 later, in nine
/// events. `case-10011` has four events and no end: received on 2011-10-11T13:42:22.688+02:00 it is followed to the end
/// of the year, an hour of summer time later on the wall, for 81 days and 11:17:37; due on 6 December, it is late.
#[test]
fn two_dossiers_of_a_real_log() {
    if shared("receipt.xes.gz").is_none() {
        return;
    }
    let study = Study::load(project("tests/studies/receipt.toml")).expect("a study");
    let of = |id: &str| study.clone().case(id).plan().and_then(|plan| plan.trace()).expect(id);
    let finished = of("case-10017");
    assert_eq!((finished.events.len(), finished.events[0].activity.as_deref()), (9, Some("Confirmation of receipt")));
    assert_eq!(finished.events[8].officer.as_deref(), Some("admin2"));
    let end = finished.milestones.iter().find(|own| own.name == "finished_at").expect("an end");
    assert_eq!(end.elapsed_seconds, Some(7 * 86_400 + 12 * 3_600 + 50 * 60 + 15));
    let days = |seconds: f64| giamtang::scorecard::printed(seconds / 86_400.0);
    let elapsed = entry(&finished, "time/elapsed_time");
    assert_eq!((elapsed.window, elapsed.value, elapsed.end), (Some("is"), Some(days(651_015.0)), Some("finished")));
    assert_eq!(entry(&finished, "time/on_time").value, Some(1.0));
    let open = of("case-10011");
    let elapsed = entry(&open, "time/elapsed_time");
    let followed = 81 * 86_400 + 11 * 3_600 + 17 * 60 + 37;
    assert_eq!((elapsed.value, elapsed.end), (Some(days(f64::from(followed))), Some("open")));
    assert_eq!((open.events.len(), entry(&open, "time/on_time").value), (4, Some(0.0)));
}

/// Still An's at the window's end: he is one of those the load is spread over, and has no value of his own.
#[test]
fn a_thing_is_counted_without_a_value() {
    let bench = Workbench::new();
    bench.write(
        "study.toml",
        "log.cases = ['cases.csv']\nwindows.is = '2024-03-01..2024-03-31'\ncompare.cluster = 'none'",
    );
    bench.write("cases.csv", "case_id,received_at,finished_at,officer\n1,2024-03-04,,An\n2,2024-03-04,2024-03-06,An\n");
    let line = |id: &str| {
        let study = bench.path("study.toml");
        let output = giamtang(&["trace", study.to_str().expect("UTF-8"), id], b"");
        let page = String::from_utf8(output.stdout).expect("UTF-8");
        page.lines().find(|line| line.contains("Load balance")).expect("the KPI").to_owned()
    };
    assert!(line("1").contains('●') && line("1").ends_with("counted"), "{}", line("1"));
    assert!(line("2").contains('–') && !line("2").ends_with("counted"), "{}", line("2"));
}
