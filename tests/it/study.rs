//! Mistakes in a study, each refused with the key, the value and what was expected; and what the plan resolves.

use crate::workbench::Workbench;
use giamtang::scorecard::{Flag, Known, Verdict};
use giamtang::{Error, Study, Undefined};

const LOG: &str = "case_id,received_at,finished_at,unit\n1,2024-03-01,2024-03-04,A\n2,2024-03-02,2024-03-04,B\n";

fn refused(settings: &[&str]) -> Error {
    let bench = Workbench::new();
    let study = settings.iter().fold(bench.study(LOG, ""), |study, setting| study.set(setting).expect(setting));
    let error = study.plan().and_then(|plan| plan.compare().map(crate::contract::held)).expect_err("a refusal");
    assert!(error.is_study(), "{error}");
    error
}

#[test]
fn each_mistake_says_where_and_what_to_do() {
    let cases: [(&[&str], &[&str]); 17] = [
        (&["compare.levle=0.9"], &["compare.levle", "did you mean `compare.level`?"]),
        (&["comparr.level=0.9"], &["comparr", "did you mean `compare`?"]),
        (&["compare.level=1.5"], &["compare.level = 1.5", "between 0.5 and 1"]),
        (&["windows.is=2024-03-31..2024-03-01"], &["ends before it starts", "2024-03-01..2024-03-31"]),
        (&["windows.was=2024-01-01..2024-03-01"], &["windows.was", "ends before `windows.is` starts"]),
        (&["windows.is=March"], &["March", "range of days"]),
        (&["study.zone=Asia/Hanoi"], &["Asia/Hanoi", "did you mean `Asia/Ho_Chi_Minh`?"]),
        (&["compare.cluster=ward"], &["compare.cluster = ward", "a column of names in the log"]),
        (&["compare.by=['unti']"], &["compare.by = unti", "perhaps `unit`"]),
        (&["compare.horizon=30 days"], &["compare.horizon", "working days"]),
        (&["compare.counting=767"], &["compare.counting", "strict, 766 or 06a"]),
        (&["compare.follow_up=a while"], &["compare.follow_up", "30 days"]),
        (&["columns.recieved_at=x"], &["recieved_at", "did you mean `received_at`?"]),
        (&["calendar.base=viet"], &["viet"]),
        (&["calendar.weekly=Mon-Fri 08:00-12:00"], &["cover"]),
        (&["log.profile=nspp"], &["log.profile = nspp", "perhaps npsp"]),
        (&["verdict.without=['time/on_tiem']"], &["time/on_tiem", "did you mean `time/on_time`?"]),
    ];
    for (settings, expected) in cases {
        let said = refused(settings).to_string();
        for part in expected {
            assert!(said.contains(part), "{settings:?}: {said}");
        }
    }
}

#[test]
fn a_study_that_is_not_toml_names_the_line() {
    let said = Study::parse("[study\nname = 1", "bad.toml").expect_err("not TOML").to_string();
    assert!(said.contains("bad.toml") && said.contains("line 1"), "{said}");
}

#[test]
fn a_follow_up_of_was_may_not_pass_the_reform() {
    let settings = ["windows.was=2024-01-01..2024-01-31", "compare.follow_up=10 days", "compare.reform=2024-02-05"];
    let said = refused(&settings).to_string();
    assert!(said.contains("before the reform on 2024-02-05"), "{said}");
}

/// Case 2 is finished on 4 April: unknown at the window's end, known with a follow-up of ten days.
#[test]
fn a_cohort_is_censored_at_its_cut_off() {
    let csv = "case_id,received_at,finished_at\n1,2024-03-01,2024-03-04\n2,2024-03-02,2024-04-04\n";
    let events = |follow_up: &str| {
        let card =
            Workbench::new().compare(csv, &format!("compare = {{ cluster = 'none', follow_up = '{follow_up}' }}"));
        card.kpi("time/elapsed_time").and_then(|row| row.is.value()).expect("a figure").events
    };
    assert_eq!((events("0 days"), events("10 days")), (1, 2));
}

#[test]
fn what_is_missing_is_undefined_with_its_reason() {
    let card = Workbench::new().compare(LOG, "");
    let reason = |id: &str| card.kpi(id).and_then(|row| row.is.reason()).cloned();
    assert_eq!(reason("time/on_time"), Some(Undefined::NoColumn("due_at".into())));
    assert_eq!(reason("quality/completion"), Some(Undefined::NoColumn("submitted_at".into())));
    let csv = LOG.replace("unit", "submitted_at").replace(",A", ",2024-03-01").replace(",B", ",2024-03-01");
    let card = Workbench::new().compare(&csv, "compare.cluster = 'none'");
    let row = card.kpi("quality/completion").expect("a row");
    assert_eq!(row.is.reason(), Some(&Undefined::NoCalendar));
}

/// One window has values and no verdict; two windows of other months have the flag.
#[test]
fn one_window_alone_and_windows_of_other_months() {
    let one = Workbench::new().compare(LOG, "");
    assert!(one.axes.is_empty() && one.kpis.iter().all(|row| row.was.is_none() && row.verdict.is_none()));
    let csv = "case_id,received_at,finished_at,unit\n1,2024-01-01,2024-01-04,A\n2,2024-03-02,2024-03-04,A\n";
    let two = Workbench::new().compare(csv, "windows.was = '2024-01-01..2024-01-31'");
    let row = two.kpi("time/elapsed_time").expect("a row");
    assert!(row.flags.contains(&Flag::Season));
    // One office alone has nothing to be compared with.
    assert_eq!(row.verdict, Some(Verdict::NotComparable));
    let change = row.change.value().expect("a change");
    assert_eq!(change.p, Known::No(Undefined::OneCluster));
}

#[test]
fn every_default_is_printed() {
    let card = Workbench::new().compare(LOG, "");
    let printed: Vec<&str> = card.study.defaults.keys().map(String::as_str).collect();
    for key in
        ["study.zone", "compare.cluster", "compare.level", "compare.horizon", "log.plausible", "verdict.guard.share"]
    {
        assert!(printed.contains(&key), "{key}");
    }
    let card = Workbench::new().compare(LOG, "compare.level = 0.9");
    assert!(!card.study.defaults.contains_key("compare.level") && card.study.level == 0.9);
}
