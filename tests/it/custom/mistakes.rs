//! Mistakes in what a study says of its own KPIs: each ends with exit code 2, the key, and what was expected.

use super::{LOG, kpi, study};
use crate::workbench::{Workbench, giamtang};

fn refused(kpis: &str) -> String {
    let bench = Workbench::new();
    let error = bench.study(LOG, &study(kpis)).plan().expect_err(kpis);
    assert!(error.is_study(), "{kpis}: {error}");
    error.to_string()
}

fn each_says(cases: &[(&str, &[&str])]) {
    for (keys, expected) in cases {
        let said = refused(&kpi(keys));
        expected.iter().for_each(|part| assert!(said.contains(part), "{keys}: {said}"));
    }
}

#[test]
fn a_word_that_is_of_no_list_is_told_with_the_nearest() {
    let share = "share = 'visits > 1'";
    let with = |key: &str| format!("{share}\n{key}");
    for (keys, expected) in [
        (
            with("anchor = 'recieved'"),
            "`kpi.ours/own.anchor = recieved`: expected received, submitted, due or finished; perhaps received",
        ),
        (
            with("sampling = 'clusters'"),
            "`kpi.ours/own.sampling = clusters`: expected cluster, week or census; perhaps cluster",
        ),
        (with("axis = 'qualty'"), "transparency or satisfaction; perhaps quality"),
        (with("unit = 'percent'"), "`kpi.ours/own.unit = percent`"),
        (with("unit = 'day'"), "perhaps days"),
        (with("unit = 'days'"), "a share has no other unit"),
        (with("table = 'case'"), "`kpi.ours/own.table = case`: expected cases; perhaps cases"),
        ("total = 'visits'\nsampling = 'cluster'".to_owned(), "week or census"),
        ("mean = 'visits'\nunit = 'share'".to_owned(), "only `share` and `ratio` can be a share"),
    ] {
        let said = refused(&kpi(&keys));
        assert!(said.contains(expected), "{keys}: {said}");
    }
    for (better, expected) in [("better = 'highr'", "higher, lower or neither; perhaps higher"), ("", "(missing)")] {
        let said = refused(&kpi(share).replace("better = 'higher'", better));
        assert!(said.contains(expected) && said.contains("kpi.ours/own.better"), "{said}");
    }
}

#[test]
fn a_kpi_has_one_kind() {
    each_says(&[
        ("", &["`kpi.ours/own = (no kind)`: expected one of share, mean, total and ratio"]),
        (
            "share = 'visits > 1'\nmean = 'visits'",
            &["`kpi.ours/own = share, mean`", "one of share, mean, total and ratio"],
        ),
        ("ratio = ['visits']", &["not a study"]),
        ("ratio = ['visits', 'visits', 'visits']", &["not a study"]),
        ("mean = 1", &["not a study"]),
        ("horizon = 'yes'\nmean = 'visits'", &["not a study"]),
    ]);
}

#[test]
fn an_id_is_of_the_study_s_own_and_stands_once() {
    let with = |id: &str| refused(&kpi("mean = 'visits'").replace("ours/own", id));
    assert!(with("time/on_time").contains("`kpi.id = time/on_time`: expected an id of the study's own"));
    for id in ["own", "ours/own/more", "Ours/own", "ours/", "/own", "ours/ own", "ours/1", "ours/đơn", "ours/a\"b", ""]
    {
        let said = refused(&kpi("mean = 'visits'").replace("'ours/own'", &toml::Value::from(id).to_string()));
        assert!(said.contains("`kpi.id = ") && said.contains("family/name"), "{id}: {said}");
    }
    let twice = kpi("mean = 'visits'").repeat(2);
    assert!(refused(&twice).contains("`kpi.id = ours/own`: expected each id once"));
    assert!(refused(&kpi("mean = 'visits'").replace("id = 'ours/own'", "")).contains("`kpi.id = (missing)`"));
    let nameless = kpi("mean = 'visits'").replace("name.en = 'Own'", "name.vi = 'Của ta'");
    assert!(refused(&nameless).contains("`kpi.ours/own.name.en = (missing)`"));
}

#[test]
fn an_unknown_key_is_told_with_the_nearest() {
    each_says(&[
        ("shares = 'visits > 1'", &["`kpi.shares` is not a key of a study (did you mean `kpi.share`?)"]),
        ("mean = 'visits'\nanchr = 'due'", &["`kpi.anchr`", "did you mean `kpi.anchor`?"]),
        ("mean = 'visits'\nname.fr = 'Propre'", &["`kpi.name.fr`"]),
    ]);
    assert!(refused("[[kpis]]\nid = 'ours/own'").contains("`kpis` is not a key of a study (did you mean `kpi`?)"));
}

#[test]
fn an_unknown_column_is_told_with_the_nearest() {
    for (keys, near) in [
        (
            "share = 'recieved_at < due_at'",
            "`recieved_at` is not a column of `cases`, and the study names no such column (did you mean `received_at`?)",
        ),
        ("mean = 'visit'", "did you mean `visits`?"),
        ("mean = 'visits'\namong = \"chanel = 'online'\"", "did you mean `channel`?"),
        ("ratio = ['visits', 'Visits']", "did you mean `visits`?"),
        ("share = 'cases.visits > 1'", "`cases.visits`"),
        ("share = 'procedures.document > 1'", "did you mean `procedures.documents`?"),
        ("share = 'roster.hours > 1'", "`roster.hours`"),
    ] {
        let said = refused(&kpi(keys));
        assert!(said.contains(near), "{keys}: {said}");
    }
}

#[test]
fn an_expression_that_asks_too_much_ends_with_two() {
    let bench = Workbench::new();
    bench.write("cases.csv", LOG);
    let terms = vec!["visits"; 20_000].join(" + ");
    let deep = "(".repeat(1_500) + "visits" + &")".repeat(1_500);
    let wide = vec!["a"; 1_500].join("+");
    for (share, expected) in [
        ("SUM(visits) > 1", "`sum` is an aggregate"),
        ("visits > 1 OR now() > received_at", "`now` reads the clock"),
        ("lag(visits) OVER (ORDER BY received_at) > 1", "`lag` is a window function"),
        ("random() > 0.5", "`random` is left to chance"),
        ("visits IN (SELECT 1)", "`select` begins a query"),
        (terms.as_str(), "at most 4096 bytes"),
        (deep.as_str(), "brackets at most 12 deep"),
        (wide.as_str(), "at most 200 names, words and signs"),
        ("visits", "a yes or no of each row"),
        ("visits / 3", "a yes or no of each row"),
        ("visits > ", "an expression in SQL"),
        ("\u{1b}[31m", "a sign such as"),
    ] {
        let text = format!(
            "log.cases = ['cases.csv']\nwindows.is = '2024-03-01..2024-03-31'\n{}",
            study(&kpi(&format!("share = {}", toml::Value::from(share))))
        );
        let path = bench.write("study.toml", text);
        let output = giamtang(&["compare", &path.to_string_lossy()], b"");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{said}");
        assert!(said.contains(expected) && said.lines().count() == 1 && said.len() < 800, "{said}");
        assert!(!said.contains('\u{1b}'), "{said:?}");
    }
}

/// What a study says wrongly of its windows or of the KPIs it names is told as before.
#[test]
fn windows_and_names_of_kpis_are_looked_at_too() {
    let bench = Workbench::new();
    for (setting, expected) in [
        ("windows.was=2024-02-01..2024-03-01", "a window that ends before `windows.is` starts on 2024-03-01"),
        ("windows.is=2024-03-31..2024-03-01", "ends before it starts; write 2024-03-01..2024-03-31"),
        ("verdict.without=['time/on_tme']", "did you mean `time/on_time`?"),
        ("verdict.without=['ours/own']", "`ours/own` is not a guard of any axis"),
    ] {
        let plan = bench.study(LOG, &study(&kpi("mean = 'visits'"))).set(setting).and_then(|study| study.plan());
        let error = plan.expect_err(setting);
        assert!(error.is_study() && error.to_string().contains(expected), "{setting}: {error}");
    }
}
