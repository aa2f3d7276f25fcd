//! What the command line changes of a study, and the verbs about cubes, shells and the manual.

use crate::workbench::{Workbench, giamtang, project};
use serde_json::{Value, json};

const STUDY: &str = "fixtures/study/study.toml";

fn said_to(arguments: &[&str], input: &[u8]) -> String {
    let output = giamtang(arguments, input);
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn said(arguments: &[&str]) -> String {
    said_to(arguments, b"")
}

fn json_of(arguments: &[&str]) -> Value {
    serde_json::from_str(&said(&[arguments, &["--format", "json"]].concat())).expect("JSON")
}

fn refused(arguments: &[&str]) -> String {
    let output = giamtang(arguments, b"");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{arguments:?}: {output:?}");
    String::from_utf8(output.stderr).expect("UTF-8")
}

/// A log and a study over March 2024; case 2 is finished on the 20th, case 3 comes on the 15th and is finished in April.
fn bench() -> (Workbench, String) {
    let bench = Workbench::new();
    let log = "case_id,received_at,due_at,finished_at,unit,channel\n1,2024-03-01,2024-03-06,2024-03-04,A,online\n\
               2,2024-03-02,2024-03-08,2024-03-20,B,counter\n3,2024-03-15,2024-03-20,2024-04-12,B,online\n";
    bench.write("cases.csv", log);
    let text =
        "log.cases = ['cases.csv']\nwindows = { was = '2024-02-01..2024-02-29', is = '2024-03-01..2024-03-31' }\n";
    let study = bench.write("study.toml", text).to_string_lossy().into_owned();
    (bench, study)
}

fn kpi<'a>(card: &'a Value, id: &str) -> &'a Value {
    card["kpis"].as_array().expect("rows").iter().find(|row| row["id"] == id).expect(id)
}

/// On 10 March case 1 has been finished and case 2 is open; the third has not come. The only due dates passed are kept
/// once of twice.
#[test]
fn nothing_after_the_day_looked_back_from_is_known() {
    let (_bench, study) = bench();
    let at = |day: &str, more: &[&str]| json_of(&[&["compare", &study, "--as-of", day], more].concat());
    let card = at("2024-03-10", &[]);
    assert_eq!(card["study"]["is"], "2024-03-01..2024-03-10");
    assert_eq!(card["study"]["was"], "2024-02-01..2024-02-29");
    assert_eq!(card["study"]["given"]["compare.as_of"], "2024-03-10");
    let elapsed = &kpi(&card, "time/elapsed_time")["is"];
    assert_eq!((&elapsed["n"], &elapsed["events"]), (&json!(2), &json!(1)));
    assert_eq!(kpi(&card, "time/closed_time_mean")["is"]["n"], 1);
    assert_eq!(kpi(&card, "time/on_time")["is"]["value"], 0.5);
    // The follow-up ends with the day too: the finish of 12 April is known on the 12th, and not on the 11th.
    let follow_up = ["--set", "compare.follow_up=30 days"];
    let events = |day| kpi(&at(day, &follow_up), "time/elapsed_time")["is"]["events"].clone();
    assert_eq!((events("2024-04-11"), events("2024-04-12")), (json!(2), json!(3)));
    // In the study it is a key like any other.
    let set = json_of(&["compare", &study, "--set", "compare.as_of=2024-03-10"]);
    assert_eq!(set["kpis"], card["kpis"]);
    assert!(refused(&["compare", &study, "--as-of", "2024-02-29"]).contains("begins by 2024-02-29"));
    assert!(refused(&["compare", &study, "--as-of", "soon"]).contains("a day such as"));
}

#[test]
fn the_day_looked_back_from_is_part_of_the_plan() {
    let (bench, study) = bench();
    let cube = |name: &str, more: &[&str]| {
        let path = bench.path(name).to_string_lossy().into_owned();
        said(&[&["cube", "build", &study, "-o", &path], more].concat());
        json_of(&["cube", "show", &path])["digest"].clone()
    };
    // Later than everything it changes no figure, and still the plan.
    let (without, with) = (cube("a", &[]), cube("b", &["--as-of", "2025-01-01"]));
    assert_ne!(without, with);
    assert_eq!(with, cube("c", &["--as-of", "2025-01-01"]));
}

#[test]
fn windows_are_changed_one_or_all() {
    let (_bench, study) = bench();
    let head = |window: &[&str]| {
        let options: Vec<&str> = window.iter().flat_map(|window| ["--window", *window]).collect();
        let card = json_of(&[&["compare", &study], options.as_slice()].concat());
        (card["study"]["was"].clone(), card["study"]["is"].clone(), card["axes"].as_array().map(Vec::len))
    };
    let (was, is) = (json!("2024-02-01..2024-02-29"), json!("2024-03-01..2024-03-31"));
    let day = json!("2024-03-05..2024-03-05");
    assert_eq!(head(&["2024-03-05..2024-03-05"]), (Value::Null, day.clone(), Some(0)));
    assert_eq!(head(&["is=2024-03-05..2024-03-05"]), (was, day.clone(), Some(6)));
    assert_eq!(head(&["was = 2024-03-01..2024-03-01", "is=2024-03-05..2024-03-05"]).0, "2024-03-01..2024-03-01");
    assert_eq!(head(&["was=2024-01-01..2024-01-31"]).1, is);
    assert!(refused(&["compare", &study, "--window", "si=2024-01-01..2024-01-31"]).contains("`was` and `is`"));
    assert!(refused(&["compare", &study, "--window", "2024-01-31..2024-01-01"]).contains("ends before it starts"));
    assert!(refused(&["compare", &study, "--window", "March"]).contains("FIRST..LAST"));
}

/// One window alone has values with their own limits, in every format, and no verdict in any.
#[test]
fn one_window_alone_has_values_and_no_verdict() {
    let window = ["compare", STUDY, "--window", "2024-02-15..2024-07-31"];
    let words =
        ["improved", "worsened", "no clear change", "not comparable", "no_clear_change", "not_comparable", "was"];
    for format in ["terminal", "json", "markdown", "csv"] {
        let page = said(&[window.as_slice(), &["--format", format]].concat());
        // The window's own end stands in every format, and n of the whole comparison, 522.
        assert!(page.contains("2024-02-15..2024-07-31") && page.contains("522"), "{format}: {page}");
        let told: Vec<&&str> = words.iter().filter(|word| page.contains(*word)).collect();
        assert!(told.is_empty(), "{format}: {told:?}");
    }
    assert!(said(&[window.as_slice(), &["--lang", "vi"]].concat()).contains("sau 15/02/2024–31/07/2024"));
}

#[test]
fn tables_are_read_from_elsewhere() {
    let (bench, study) = bench();
    let other = "case_id,received_at,finished_at,unit\n9,2024-03-01,2024-03-03,A\n";
    let path = bench.write("other.csv", other).to_string_lossy().into_owned();
    let table = format!("cases={path}");
    let card = json_of(&["compare", &study, "--table", &table]);
    assert_eq!(
        (&card["reconciliation"]["read"], kpi(&card, "time/elapsed_time")["is"]["n"].clone()),
        (&json!(1), json!(1))
    );
    // The same from standard input, and both together.
    let piped = said_to(&["compare", &study, "--table", "cases=-", "--format", "json"], other.as_bytes());
    let piped: Value = serde_json::from_str(&piped).expect("JSON");
    assert_eq!((&piped["kpis"], &piped["inputs"][0]["path"]), (&card["kpis"], &json!("standard input")));
    let cases = format!("cases={}", bench.path("cases.csv").display());
    let both = json_of(&["compare", &study, "--table", &table, "--table", &cases]);
    assert_eq!(both["reconciliation"]["read"], 4);
    // A path is relative to the working directory, and is shown so.
    let own = json_of(&["compare", STUDY, "--table", "cases=fixtures/study/cases-*.csv"]);
    assert_eq!(own["kpis"], json_of(&["compare", STUDY])["kpis"]);
    let own = json_of(&["compare", &study, "--table", "cases=fixtures/study/cases-2024.csv"]);
    assert_eq!(own["inputs"][0]["path"], "fixtures/study/cases-2024.csv");
    assert!(refused(&["compare", &study, "--table", "case=x.csv"]).contains("did you mean `cases`?"));
    assert!(refused(&["compare", &study, "--table", "cases"]).contains("NAME=PATH"));
    assert!(refused(&["compare", &study, "--table", &table, "-o", &path]).contains("a file that is not read"));
    let missing = giamtang(&["compare", &study, "--table", "cases=no/such.csv"], b"");
    assert_eq!(missing.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("no/such.csv: cannot be read: there is no such file"));
    let twice = ["compare", &study, "--table", "cases=-", "--table", "cases=-"];
    assert!(refused(&twice).contains("standard input once"));
}

#[test]
fn a_study_may_be_standard_input() {
    let text = std::fs::read_to_string(project(STUDY)).expect("the study");
    let text = text.replace("= [\"procedure\"]", "= [ \"procedure\" ]");
    let text = text.replace("[\"", "[\"fixtures/study/").replace(", \"cases-", ", \"fixtures/study/cases-");
    let piped = said_to(&["compare", "-", "--format", "json"], text.as_bytes());
    let piped: Value = serde_json::from_str(&piped).expect("JSON");
    assert_eq!(piped["kpis"], json_of(&["compare", STUDY])["kpis"]);
    let output = giamtang(&["check", "-"], b"[study\n");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("standard input: not a study: line 1"), "{output:?}");
    let both = giamtang(&["compare", "-", "--table", "cases=-"], text.as_bytes());
    assert!(String::from_utf8_lossy(&both.stderr).contains("standard input once"), "{both:?}");
}

#[test]
fn a_drill_down_is_asked_for() {
    let (_bench, study) = bench();
    let card = json_of(&["compare", &study, "--by", "unit", "--by", "channel"]);
    let groups: Vec<&Value> = card["groups"].as_array().expect("groups").iter().map(|group| &group["by"]).collect();
    let group = |unit: &str, channel: &str| json!({"unit": unit, "channel": channel});
    assert_eq!(groups, [&group("A", "online"), &group("B", "counter"), &group("B", "online")]);
    assert!(refused(&["compare", &study, "--by", "chanel"]).contains("perhaps `channel`"));
    assert!(refused(&["compare", &study, "--by", "unit", "--by", "unit"]).contains("each column once"));
}

/// Seven rows of 2,402 are set aside: too many of one in a thousand, which the exit code says with a note or without.
#[test]
fn quiet_is_without_notes() {
    let arguments = ["compare", STUDY, "--max-quarantine", "0.001"];
    assert!(!giamtang(&arguments, b"").stderr.is_empty());
    let quiet = giamtang(&[arguments.as_slice(), &["--quiet"]].concat(), b"");
    assert_eq!((quiet.status.code(), quiet.stderr.len(), quiet.stdout.is_empty()), (Some(3), 0, false));
}

/// Three dossiers of two offices: A's one and B's two, received in March; what is kept of received dossiers has a cell
/// an office. The distinct times: 3 days of A's finished one; of B's, 18 days finished and 17 days open on 1 April.
#[test]
fn cube_show_says_what_a_cube_is_of() {
    let (bench, study) = bench();
    let path = bench.path("cube").to_string_lossy().into_owned();
    said(&["cube", "build", &study, "-o", &path, "--shard", "1/1"]);
    let shown = json_of(&["cube", "show", &path]);
    assert_eq!((&shown["schema"], &shown["cube"]), (&json!("giamtang.cube.show/1"), &json!("giamtang.cube/5")));
    assert_eq!(shown["study"]["is"], "2024-03-01..2024-03-31");
    assert_eq!((&shown["reconciliation"]["read"], &shown["dimensions"]), (&json!(3), &json!(["unit"])));
    assert_eq!((&shown["groups"], &shown["parts"]), (&json!(2), &json!([])));
    let received = &shown["keeps"][0];
    let kpis = json!(["time/elapsed_time", "time/elapsed_time_p90"]);
    assert_eq!((&received["kpis"], &received["cells"], &received["keys"]), (&kpis, &json!(2), &json!(3)));
    assert_eq!(shown["bytes"], std::fs::metadata(&path).expect("the cube").len());
    let page = said(&["cube", "show", &path]);
    for part in ["2 groups", "read 3 = accepted 3 + quarantined 0", "by received: elapsed", "the whole log"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(said(&["cube", "show", &path, "--lang", "vi"]).contains("2 nhóm"));
    // A part says which it is.
    said(&["cube", "build", &study, "-o", &path, "--shard", "2/8"]);
    assert_eq!(json_of(&["cube", "show", &path])["parts"], json!([[2, 8]]));
    assert!(said(&["cube", "show", &path]).contains("parts: 2/8"));
    let output = giamtang(&["cube", "show", "README.md"], b"");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    for (option, value) in [("--as-of", "2024-03-10"), ("--window", "2024-03-01..2024-03-02"), ("--by", "unit")] {
        let said = refused(&["compare", &path, option, value]);
        assert!(said.contains(option) && said.contains("a study; a cube is"), "{said}");
    }
}

/// A city is written once, compared as it is, and the same whichever form its log has.
#[test]
fn demo_writes_a_study_that_compares() {
    let bench = Workbench::new();
    let written = |name: &str, more: &[&str]| {
        let folder = bench.path(name).to_string_lossy().into_owned();
        let drawn = ["demo", &folder, "--cases", "600", "--seed", "5", "--offices", "7"];
        assert_eq!(said(&[drawn.as_slice(), more].concat()), "");
        folder
    };
    let csv = written("csv", &[]);
    let card = json_of(&["compare", &format!("{csv}/study.toml")]);
    assert_eq!(card["reconciliation"]["accepted"], 600);
    let units = json_of(&["compare", &format!("{csv}/study.toml"), "--by", "unit"]);
    // Seven offices, and the department that they consult: it has officers and no dossiers. What names no office is none.
    let groups = units["groups"].as_array().expect("groups");
    let is_office = |group: &&Value| group["by"]["unit"].as_str().is_some_and(|unit| unit.starts_with("Phường"));
    assert_eq!((groups.len(), groups.iter().filter(is_office).count()), (8, 7));
    let parquet = written("parquet", &["--format", "parquet"]);
    assert!(bench.path("parquet/cases.parquet").is_file());
    assert_eq!(json_of(&["compare", &format!("{parquet}/study.toml")])["kpis"], card["kpis"]);
    assert_ne!(json_of(&["compare", STUDY])["kpis"], card["kpis"]);
    // What stands there is spared, and a city of nothing is none.
    let again = giamtang(&["demo", &csv, "--cases", "10"], b"");
    assert_eq!((again.status.code(), again.stdout.len()), (Some(1), 0), "{again:?}");
    assert_eq!(json_of(&["compare", &format!("{csv}/study.toml")])["kpis"], card["kpis"]);
    assert!(refused(&["demo", &csv, "--cases", "0"]).contains("--cases"));
}

#[test]
fn shells_and_the_manual_know_every_verb() {
    let verbs = [
        "compare",
        "check",
        "trace",
        "due",
        "list",
        "explain",
        "cube",
        "demo",
        "gate",
        "init",
        "schema",
        "completions",
        "man",
    ];
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = said(&["completions", shell]);
        let missing: Vec<&&str> = verbs.iter().filter(|verb| !script.contains(*verb)).collect();
        assert!(missing.is_empty() && script.contains("as-of"), "{shell}: {missing:?}");
    }
    let manual = said(&["man"]);
    for verb in verbs {
        assert!(manual.contains(&format!(".TH giamtang-{verb} 1")), "{verb}");
    }
    assert!(manual.contains(".TH giamtang-cube-show 1") && manual.contains("max\\-quarantine"));
    assert!(refused(&["completions", "tcsh"]).contains("possible values"));
}
