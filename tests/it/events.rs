//! Cases made of events: every derived figure worked out by hand, whatever the order, the file and the shard.

mod beyond;
mod derived;
mod shards;

use crate::workbench::Workbench;
use giamtang::cube::{Recipe, net_elapsed};
use giamtang::ingest::{Findings, Rule};
use giamtang::kpi::{Better, Kpi, Name, Sampling, Source, Unit};
use giamtang::measure::Anchor;
use giamtang::scorecard::Scorecard;
use giamtang::{Result, Study};

/// Four cases in no order: A is finished, B waits for a paper, C waited twice, D has only come in.
///
/// B's request names no officer, D's reception neither officer nor unit. A's fee stands on its second event, and its
/// last event claims another due date than its first.
pub const LOG: &str = "\
case_id,activity,at,officer,unit,case:due_at,case:fee_vnd
C,Yêu cầu bổ sung,2024-03-11 08:00:00,Minh,Tư pháp,2024-03-12,
A,Trả kết quả,2024-03-12 09:30:00,Hoa,Một cửa,2024-03-20,
A,Tiếp nhận,2024-03-01 08:00:00,Hoa,Một cửa,2024-03-08,
B,Yêu cầu bổ sung,2024-03-06 09:00:00,,Tư pháp,2024-03-11,
C,Tiếp nhận,2024-03-05 08:00:00,Lan,Lãnh đạo,2024-03-12,
C,Yêu cầu bổ sung,2024-03-06 08:00:00,Minh,Tư pháp,2024-03-12,
C,Yêu cầu bổ sung,2024-03-07 08:00:00,Minh,Tư pháp,2024-03-12,
A,Thẩm định,2024-03-04 09:00:00,Minh,Tư pháp,2024-03-08,20000
A,Yêu cầu bổ sung,2024-03-05 10:00:00,Minh,Tư pháp,2024-03-08,
A,Bổ sung xong,2024-03-07 10:00:00,Hoa,Một cửa,2024-03-08,
C,Bổ sung xong,2024-03-08 08:00:00,Hoa,Một cửa,2024-03-12,
C,Bổ sung xong,2024-03-09 08:00:00,Hoa,Một cửa,2024-03-12,
D,Tiếp nhận,2024-03-08 10:00:00,,,,
A,Thẩm định,2024-03-08 09:00:00,Minh,Tư pháp,2024-03-08,
A,Ký duyệt,2024-03-11 15:00:00,Lan,Lãnh đạo,2024-03-08,
C,Bổ sung xong,2024-03-12 08:00:00,Hoa,Một cửa,2024-03-12,
C,Trả kết quả,2024-03-13 08:00:00,Hoa,Một cửa,2024-03-12,
B,Tiếp nhận,2024-03-04 13:30:00,Hoa,Một cửa,2024-03-11,
";

/// What the studies of this file say of such a log.
pub const SCRIPT: &str = "milestones.finished_at = { last = ['Trả kết quả', 'Ký duyệt'] }\n\
                      pauses = { from = 'Yêu cầu bổ sung', to = ['Bổ sung xong', 'Rút'] }\n";

pub fn study(bench: &Workbench, log: &str, more: &str) -> Study {
    bench.write("events.csv", log);
    bench.study_of("log.events = ['events.csv']", &format!("compare.cluster = 'none'\n{more}"))
}

fn checked(log: &str, more: &str) -> Result<Findings> {
    let bench = Workbench::new();
    study(&bench, log, more).plan().and_then(|plan| plan.check())
}

fn refused(log: &str, more: &str) -> String {
    checked(log, more).expect_err("a refusal").to_string()
}

fn net() -> Kpi {
    Kpi {
        id: "test/net".into(),
        name: Name { en: "Net".into(), vi: "Thực".into() },
        formula: "".into(),
        unit: Unit::Days,
        better: Better::Lower,
        sampling: Sampling::Cluster,
        source: "".into(),
        text: "".into(),
        example: "".into(),
        axis: None,
        vietnamese: None,
        recipe: Source::Given(Recipe::mean(net_elapsed("received_at", "finished_at")).anchor(Anchor::Finished).into()),
    }
}

/// A KPI's value, its denominator, and how many dossiers have no due date.
fn figure(card: &Scorecard, id: &str) -> (f64, u64, Option<u64>) {
    let figure = card.kpi(id).and_then(|row| row.is.value()).expect(id);
    (figure.value, figure.n, figure.undated)
}

/// A takes 11 days and 1.5 hours, C 8 days: 9.53125 in the mean.
///
/// Due on the 8th, 11th and 12th are A, B and C, finished on the 12th, never and on the 13th: none of three in time, and
/// D has no due date. Where pauses move due dates: A waited from the 5th to the 7th and is due on the 10th, late. C
/// waited from the 6th to the 8th and from the 11th to the 12th and is due on the 15th, in time. B waits and is not due.
#[test]
fn kpis_of_events_are_those_of_the_cases_they_make() {
    let bench = Workbench::new();
    let card = |more: &str| {
        study(&bench, LOG, &format!("{SCRIPT}{more}"))
            .plan()
            .and_then(|plan| plan.compare().map(crate::contract::held))
            .expect("a scorecard")
    };
    let plain = card("");
    assert_eq!(figure(&plain, "time/closed_time_mean"), (9.53125, 2, None));
    assert_eq!(figure(&plain, "time/on_time"), (0.0, 3, Some(1)));
    assert_eq!(figure(&card("compare.pauses = 'resume'"), "time/on_time"), (0.5, 2, Some(2)));
    assert_eq!((plain.reconciliation.read, plain.reconciliation.accepted), (4, 4));
    let events = plain.events.expect("events");
    assert_eq!((events.reconciliation.read, events.activities, events.officers, events.cases), (18, 6, 3, 4));
}

/// Without two days A takes 9.0625, without three C takes 5: 7.03125 in the mean.
#[test]
fn time_spent_waiting_is_taken_out() {
    let bench = Workbench::new();
    let card = study(&bench, LOG, SCRIPT)
        .kpis([net()])
        .plan()
        .and_then(|plan| plan.compare().map(crate::contract::held))
        .expect("a scorecard");
    assert_eq!(figure(&card, "test/net"), (7.03125, 2, None));
}

/// The reception is the first event, unless the study or a column says otherwise.
#[test]
fn a_milestone_is_first_last_or_an_activity() {
    let mean = |script: &str| {
        let bench = Workbench::new();
        let card = study(&bench, LOG, script)
            .plan()
            .and_then(|plan| plan.compare().map(crate::contract::held))
            .expect("a scorecard");
        // A scorecard has twelve digits.
        (figure(&card, "time/closed_time_mean").0 * 1e6).round() / 1e6
    };
    // The last events: A 11.0625 days, B 6 March 09:00 − 4 March 13:30 = 1.8125, C 8, D 0: 20.875 in four.
    assert_eq!(mean("milestones.finished_at = 'last'"), 5.21875);
    // Only A is signed: 1 March 08:00 to 11 March 15:00, ten days and 7 of 24 hours.
    assert_eq!(mean("milestones.finished_at = 'Ký duyệt'"), 10.291667);
    // A's first examination is on 4 March 09:00, its last on the 8th.
    assert_eq!(mean("milestones = { received_at = 'Thẩm định', finished_at = { last = 'Thẩm định' } }"), 4.0);
    assert_eq!(
        mean("milestones = { received_at = { first = ['Thẩm định', 'Tiếp nhận'] }, finished_at = 'Ký duyệt' }"),
        10.291667
    );
}

/// B's answer has no date that can be read: B is set aside with both of its events, A and C are what they were.
#[test]
fn a_case_with_a_broken_event_is_set_aside() {
    let log = format!("{LOG}B,Bổ sung xong,hôm qua,Hoa,Một cửa,2024-03-11,\nE,,2024-03-08 10:00:00,Hoa,Một cửa,,\n");
    let findings = checked(&log, SCRIPT).expect("findings");
    let cases: Vec<_> = findings.quarantine.iter().map(|row| (row.row, row.rule, row.value.as_deref())).collect();
    assert_eq!(cases, [(2, Rule::BrokenEvent, Some("B"))]);
    let events = findings.events.expect("events");
    let broken: Vec<_> =
        events.findings.quarantine.iter().map(|row| (row.row, row.rule, row.value.as_deref())).collect();
    assert_eq!(broken, [(19, Rule::UnparsableDate, Some("hôm qua")), (20, Rule::MissingActivity, None)]);
    let sums = events.findings.reconciliation();
    assert_eq!((sums.read, sums.accepted, sums.quarantined), (20, 18, 2));
    let bench = Workbench::new();
    let card = study(&bench, &log, SCRIPT)
        .plan()
        .and_then(|plan| plan.compare().map(crate::contract::held))
        .expect("a scorecard");
    assert_eq!(figure(&card, "time/on_time"), (0.0, 2, Some(1)));
}

#[test]
fn a_misspelt_activity_is_an_error_with_the_nearest() {
    for (script, near) in [
        ("milestones.finished_at = 'Tra ket qua'", "`Trả kết quả`"),
        ("milestones.finished_at = { last = ['Trả kết qua'] }", "`Trả kết quả`"),
        ("pauses = { from = 'Yêu cầu bổ xung', to = 'Bổ sung xong' }", "`Yêu cầu bổ sung`"),
        ("pauses = { from = 'Yêu cầu bổ sung', to = ['Bổ sung song'] }", "`Bổ sung xong`"),
    ] {
        let said = refused(LOG, script);
        assert!(said.contains("is not an activity of the log") && said.contains(near), "{script}: {said}");
    }
    // A name in NFD is the same name, and one of several may be missing.
    let spelled = "milestones.finished_at = { last = ['Tra\u{309} ke\u{302}\u{301}t qua\u{309}', 'Ghi nợ'] }";
    assert!(checked(LOG, spelled).is_ok());
}

#[test]
fn what_a_study_cannot_say_of_events_is_refused() {
    for (script, expected) in [
        ("milestones.unit = 'first'", "the name of a date of a dossier"),
        ("milestones.finishd_at = 'last'", "did you mean `finished_at`?"),
        ("milestones.due_at = 'last'", "a date that no column gives; the log has `due_at`"),
        ("milestones.finished_at = { frist = 'x' }", "did you mean `milestones.finished_at.first`?"),
        ("pauses.from = 'Yêu cầu bổ sung'", "activities both under `from` and under `to`"),
        ("log.cases = ['events.csv']", "no `log.cases` beside it"),
        ("columns.events.activity = 'buoc'", "no column `buoc`"),
        ("columns.finished_at = 'end'", "no column `end`"),
        ("columns.events.officr = 'officer'", "did you mean `officer`?"),
        ("columns.events.officer = 'Nguoi'", "no column `Nguoi`"),
    ] {
        let said = refused(LOG, script);
        assert!(said.contains(expected), "{script}: {said}");
    }
    let said = refused("case_id,activity\n1,Tiếp nhận\n", "");
    assert!(said.contains("events.csv: no column `at`"), "{said}");
}

/// Of dossiers that stand in a log as they are, nothing can be said of events.
#[test]
fn what_would_do_nothing_to_dossiers_is_refused() {
    let bench = Workbench::new();
    for more in ["milestones.finished_at = 'last'", "pauses = { from = 'a', to = 'b' }", "columns.events.officer = 'x'"]
    {
        let study = bench.study("case_id,received_at\n1,2024-03-01\n", &format!("compare.cluster = 'none'\n{more}"));
        assert!(study.plan().is_err(), "{more}");
    }
}

/// What the study says of a whole file of events it says of its cases: their channel, their unit, their due day.
#[test]
fn a_constant_of_a_file_is_one_of_its_cases() {
    let bench = Workbench::new();
    bench.write("events.csv", LOG);
    let by = |column: &str, constants: &str| {
        let log = format!("log.events = [{{ path = 'events.csv', set = {{ {constants} }} }}]");
        let more = format!("compare = {{ cluster = 'none', by = ['{column}'] }}\nmilestones.finished_at = 'last'");
        let card = bench
            .study_of(&log, &more)
            .plan()
            .and_then(|plan| plan.compare().map(crate::contract::held))
            .map_err(|error| error.to_string());
        card.map(|card| card.groups.iter().map(|group| group.by[column].clone()).collect::<Vec<_>>())
    };
    for (column, constants) in [("channel", "channel = 'x'"), ("unit", "unit = 'x'"), ("region", "region = 'x'")] {
        assert_eq!(by(column, constants), Ok(vec![Some("x".to_owned())]), "{constants}");
    }
    assert!(by("unit", "due_at = '2024-03-31'").is_ok());
    let said = by("unit", "unti = 'x'").expect_err("a slip");
    assert!(said.contains("did you mean `unit`?"), "{said}");
}

/// A file of events that is one case's: its id is the file's.
#[test]
fn the_id_of_a_case_may_be_that_of_its_file() {
    let bench = Workbench::new();
    for (name, day) in [("1.csv", 1), ("2.csv", 3)] {
        bench.write(name, format!("activity,at\na,2024-03-0{day} 08:00:00\nb,2024-03-05 08:00:00\n"));
    }
    let entry = |name: &str, id: &str| format!("{{ path = '{name}', set = {{ case_id = '{id}' }} }}");
    let log = format!("log.events = [{}, {}]", entry("1.csv", "X"), entry("2.csv", " Y "));
    let card = bench.study_of(&log, "compare.cluster = 'none'\nmilestones.finished_at = 'last'");
    let card = card.plan().and_then(|plan| plan.compare().map(crate::contract::held)).expect("a scorecard");
    // Four days and two.
    assert_eq!(figure(&card, "time/closed_time_mean"), (3.0, 2, None));
}

/// Of two files one has due dates without a time: its case, due on the 5th, ends in time at 16:00, the other's at noon does not.
#[test]
fn a_file_of_days_keeps_them_among_moments() {
    let bench = Workbench::new();
    let log = |id: u32, due: &str| {
        let rows = ["a,2024-03-01 08:00:00", "b,2024-03-05 16:00:00"].map(|row| format!("{id},{row},{due}\n"));
        format!("case_id,activity,at,case:due_at\n{}", rows.concat())
    };
    bench.write("days.csv", log(1, "2024-03-05"));
    bench.write("moments.csv", log(2, "2024-03-05 12:00:00"));
    let more =
        "compare = { cluster = 'none', by = ['case'] }\ncolumns.case = 'case_id'\nmilestones.finished_at = 'last'";
    let kept = |logs: &str| {
        let card = bench
            .study_of(&format!("log.events = [{logs}]"), more)
            .plan()
            .and_then(|plan| plan.compare().map(crate::contract::held));
        let card = card.expect("a scorecard");
        let share = |group: &giamtang::scorecard::Group| {
            let row = group.kpis.iter().find(|row| row.id == "time/on_time").expect("the on-time rate");
            (group.by["case"].clone().expect("a case"), row.is.value().map(|figure| figure.value))
        };
        card.groups.iter().map(share).collect::<Vec<_>>()
    };
    let expected = [("1".to_owned(), Some(1.0)), ("2".to_owned(), Some(0.0))];
    assert_eq!(kept("'days.csv'"), expected[..1]);
    assert_eq!(kept("'moments.csv'"), expected[1..]);
    assert_eq!(kept("'days.csv', 'moments.csv'"), expected);
}

/// A log of traces without events, and events without times: every row is named, and nothing is made of them.
#[test]
fn a_xes_without_traces_or_times_is_accounted_for() {
    let bench = Workbench::new();
    let log = |inside: &str| format!("<log xes.version='1.0'><extension name='Concept'/>{inside}</log>");
    let named = |name: &str| format!("<string key='concept:name' value='{name}'/>");
    let read = |inside: &str| {
        bench.write("log.xes", log(inside));
        let study = bench.study_of("log.events = ['log.xes']", "compare.cluster = 'none'");
        study.plan().and_then(|plan| plan.check())
    };
    let no_time = format!("<trace>{}<event>{}</event><event>{}</event></trace>", named("1"), named("a"), named("b"));
    let one = format!(
        "<trace>{}<event>{}<date key='time:timestamp' value='2024-03-01T08:00:00Z'/></event></trace>",
        named("2"),
        named("a")
    );
    let findings = read(&format!("{no_time}{one}<trace>{}</trace>", named("3"))).expect("findings");
    let events = findings.events.as_ref().expect("events");
    let rules: Vec<_> = events.findings.quarantine.iter().map(|row| (row.row, row.rule)).collect();
    // A trace without events is a row without a time as well: the first rule it breaks is its rule.
    assert_eq!(rules, [(1, Rule::MissingTime), (2, Rule::MissingTime), (4, Rule::MissingActivity)]);
    assert_eq!((findings.accepted, events.cases), (1, 1));
    let said = read(&no_time).expect_err("no event has a time").to_string();
    assert!(said.contains("log.xes: no column `at`"), "{said}");
    for empty in ["", "<trace/>", "<trace></trace><trace/>"] {
        let said = read(empty).expect_err("nothing is in it").to_string();
        assert!(said.contains("log.xes: ") && said.contains("`case_id`"), "{empty}: {said}");
    }
}

/// Attributes of a trace are columns of the case by their own names, an event's of the event.
#[test]
fn attributes_of_traces_are_columns_of_cases() {
    let event = |at: &str, unit: &str| {
        format!(
            "<event><string key='concept:name' value='x'/><date key='time:timestamp' value='{at}'/>\
             <string key='org:group' value='{unit}'/><string key='deadline' value='not the case&apos;s'/></event>"
        )
    };
    let xes = format!(
        "<log><trace><string key='concept:name' value='1'/><date key='deadline' value='2024-03-08T17:00:00+07:00'/>\
         <string key='department' value='Sở Tư pháp'/>{}{}</trace></log>",
        event("2024-03-01T08:00:00+07:00", "A"),
        event("2024-03-06T08:00:00+07:00", "B")
    );
    let bench = Workbench::new();
    bench.write("log.xes", xes);
    let of = |unit: &str| {
        let more = format!(
            "columns = {{ due_at = 'case:deadline'{unit} }}\nmilestones.finished_at = 'last'\ncompare.by = ['unit']"
        );
        let study = bench.study_of("log.events = ['log.xes']", &format!("{more}\ncompare.cluster = 'none'"));
        study.plan().and_then(|plan| plan.compare().map(crate::contract::held)).expect("a scorecard")
    };
    let card = of(", unit = 'department'");
    assert_eq!((figure(&card, "time/on_time").0, card.groups[0].by["unit"].as_deref()), (1.0, Some("Sở Tư pháp")));
    // Without a column of its own a case is its last event's unit's.
    assert_eq!(of("").groups[0].by["unit"].as_deref(), Some("B"));
}
