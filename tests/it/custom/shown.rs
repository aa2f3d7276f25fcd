//! A study's own KPIs wherever the catalogue's are: pages and contracts, drill-down, trace, cubes, `list` and `explain`.

use crate::workbench::{Workbench, giamtang, project};
use serde_json::{Value, json};

/// Beside the README's, one with a filter and a source.
const OWN: &str = "\
[[kpi]]
id = \"ours/fees\"
name.en = \"Fees\"
total = \"fee_vnd\"
among = \"channel = 'online'\"
better = \"neither\"
source = \"Resolution 12\"
";

fn said(arguments: &[&str]) -> String {
    let output = giamtang(arguments, b"");
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn json_of(arguments: &[&str]) -> Value {
    serde_json::from_str(&said(&[arguments, &["--format", "json"]].concat())).expect("JSON")
}

fn row<'a>(rows: &'a Value, id: &str) -> &'a Value {
    rows.as_array().expect("rows").iter().find(|row| row["id"] == id).expect(id)
}

/// The README's study with one more.
fn bench() -> (Workbench, String) {
    let bench = Workbench::new();
    let text = std::fs::read_to_string(project("fixtures/study/own.toml")).expect("the fixture study");
    let folder = project("fixtures/study").to_string_lossy().into_owned();
    let text = text.replace("[\"", &format!("[\"{folder}/")).replace(", \"cases-", &format!(", \"{folder}/cases-"));
    let study = bench.write("study.toml", format!("{text}\n{OWN}")).to_string_lossy().into_owned();
    (bench, study)
}

#[test]
fn every_form_of_the_scorecard_has_them() {
    let (_bench, study) = bench();
    let card = json_of(&["compare", &study]);
    let quick = row(&card["kpis"], "ours/answered_within_a_day");
    assert_eq!(
        (&quick["axis"], &quick["unit"], &quick["name"]["vi"]),
        (&json!("quality"), &json!("share"), &json!("Trả lời trong ngày"))
    );
    assert!(quick["change"]["q"].is_number() && quick["verdict"].is_string() && quick["is"]["immature"].is_number());
    let fees = row(&card["kpis"], "ours/fees");
    assert_eq!((fees.get("axis"), &fees["unit"], &fees["name"]["vi"]), (None, &json!("number"), &json!("Fees")));
    assert!(fees.get("verdict").is_none() && fees["change"].get("q").is_none());
    let told = card["study"]["given"]["kpi.ours/fees"].as_str().expect("a text");
    assert!(told.contains("total = \"fee_vnd\"") && told.contains("among = "), "{told}");
    let page = said(&["compare", &study]);
    let (_, quality) = page.split_once("Service quality ──").expect("an axis");
    let (quality, rest) = quality.split_once("Transparency ──").expect("the next");
    assert!(quality.contains("Answered within a day") && !rest.contains("Answered within a day"), "{page}");
    let (_, own) = rest.split_once("Of the study's own ──").expect("a section of its own");
    assert!(own.contains("Fees") && own.contains("kpi.ours/fees = "), "{page}");
    assert!(said(&["compare", &study, "--lang", "vi"]).contains("Chỉ tiêu riêng của nghiên cứu"));
    let markdown = said(&["compare", &study, "--format", "markdown"]);
    assert!(markdown.contains("| Answered within a day |") && markdown.contains("| Fees |"), "{markdown}");
    let csv = said(&["compare", &study, "--format", "csv"]);
    assert!(csv.contains(
        "\nours/answered_within_a_day,quality,Answered within a day,Trả lời trong ngày,share,higher,all,was,"
    ));
    assert!(csv.contains("\nours/fees,,Fees,Fees,number,neither,all,is,"), "{csv}");
}

/// More tests are more chances to be wrong: those of the study count with the catalogue's.
#[test]
fn they_are_tests_among_the_others() {
    let (bench, study) = bench();
    let text = std::fs::read_to_string(&study).expect("the study");
    let without = bench.write("without.toml", text.split("[[kpi]]").next().unwrap_or_default());
    let (with, without) = (json_of(&["compare", &study]), json_of(&["compare", &without.to_string_lossy()]));
    let q = |card: &Value, id: &str| row(&card["kpis"], id)["change"]["q"].as_f64().expect("a q");
    assert_ne!(q(&with, "staffing/first_time_right"), q(&without, "staffing/first_time_right"));
    assert_eq!(row(&with["kpis"], "quality/completion")["is"], row(&without["kpis"], "quality/completion")["is"]);
}

#[test]
fn groups_and_the_trace_of_a_dossier_have_them() {
    let (_bench, study) = bench();
    let card = json_of(&["compare", &study, "--by", "channel"]);
    let groups = card["groups"].as_array().expect("groups");
    let online = groups.iter().find(|group| group["by"]["channel"] == "online").expect("online");
    assert_eq!(row(&online["kpis"], "ours/fees")["is"]["value"], row(&card["kpis"], "ours/fees")["is"]["value"]);
    assert!(row(&online["kpis"], "ours/answered_within_a_day")["is"]["value"].is_number());
    // A finished dossier received in March 2023 counts, and its own dates say how long it took.
    let log = std::fs::read_to_string(project("fixtures/study/cases-2023.csv")).expect("a log");
    let fields = log.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let mut march = fields.filter(|fields| fields[2].starts_with("2023-03-1") && !fields[6].is_empty());
    let id = march.next().expect("a dossier")[0];
    let trace = json_of(&["trace", &study, id]);
    let entry = row(&trace["kpis"], "ours/answered_within_a_day");
    assert_eq!((&entry["anchor"], &entry["window"]), (&json!("received"), &json!("was")), "{entry}");
    let days = trace["milestones"].as_array().expect("dates").iter().find(|date| date["name"] == "finished_at");
    let seconds = days.and_then(|date| date["elapsed_seconds"].as_i64()).expect("it is finished");
    assert_eq!(entry["value"].as_f64(), Some(if seconds <= 86_400 { 1.0 } else { 0.0 }));
    assert!(said(&["trace", &study, id]).contains("Answered within a day"));
}

/// A cube knows the words of the KPIs it was built with; parts of it merge.
#[test]
fn a_cube_is_compared_without_its_study() {
    let (bench, study) = bench();
    let path = |name: &str| bench.path(name).to_string_lossy().into_owned();
    let (whole, first, second, both) = (path("whole"), path("first"), path("second"), path("both"));
    said(&["cube", "build", &study, "-o", &whole]);
    said(&["cube", "build", &study, "--shard", "1/2", "-o", &first]);
    said(&["cube", "build", &study, "--shard", "2/2", "-o", &second]);
    said(&["cube", "merge", &second, &first, "-o", &both]);
    assert!(std::fs::read(&whole).expect("a cube") == std::fs::read(&both).expect("a cube"));
    let (of_study, of_cube) = (json_of(&["compare", &study]), json_of(&["compare", &whole]));
    assert_eq!(of_study["kpis"], of_cube["kpis"]);
    assert_eq!(of_study["study"], of_cube["study"]);
    let shown = json_of(&["cube", "show", &whole]);
    let keep = shown["keeps"].as_array().expect("keeps").iter().find(|keep| keep["kpis"] == json!(["ours/fees"]));
    let keep = keep.expect("the study's own");
    assert_eq!(keep["key"], "by received, by week: as written, total \"fee_vnd\", among \"channel = 'online'\"");
    // Another expression is another plan, and other words are another study.
    for (from, to, why) in [("'online'", "'direct'", "another plan"), ("\"Fees\"", "\"Money\"", "another `kpis`")] {
        let text = std::fs::read_to_string(&study).expect("the study").replace(from, to);
        let other = bench.write("other.toml", text).to_string_lossy().into_owned();
        said(&["cube", "build", &other, "--shard", "2/2", "-o", &second]);
        let output = giamtang(&["cube", "merge", &first, &second, "-o", &both], b"");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && told.contains(why), "{told}");
    }
}

#[test]
fn the_catalogue_s_verbs_know_them() {
    let (_bench, study) = bench();
    let list = said(&["list", &study]);
    let (own, others) = (list.find("ours/answered_within_a_day").expect("listed"), list.find("transparency/synced"));
    assert!(own < others.expect("listed") && own > list.find("quality/rework").expect("listed"), "{list}");
    let (_, own) = list.split_once("Of the study's own ──").expect("a section of its own");
    assert!(own.contains("ours/fees"), "{list}");
    assert!(!said(&["list"]).contains("ours/"));
    let page = said(&["explain", "ours/fees", &study]);
    for part in ["ours/fees · Fees", "total fee_vnd, among channel = 'online'", "Resolution 12", "`channel`, `fee_vnd`"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("Worked example"), "{page}");
    let page = said(&["explain", "ours/answered_within_a_day", &study]);
    assert!(page.contains("Trả lời trong ngày") && page.contains("observed for the horizon"), "{page}");
    assert!(said(&["explain", "time/on_time", &study]).contains("Worked example"));
    for (arguments, near) in
        [(["explain", "ours/fee", &study], "ours/fees"), (["explain", "fees", &study], "ours/fees")]
    {
        let output = giamtang(&arguments, b"");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && told.contains(&format!("did you mean `{near}`?")), "{told}");
    }
    let output = giamtang(&["explain", "ours/fees"], b"");
    assert_eq!(output.status.code(), Some(2));
}

/// The README's example is the fixture's, and its lines are what the command prints.
#[test]
fn the_readme_says_what_is() {
    let readme = std::fs::read_to_string(project("README.md")).expect("README.md");
    let (_, section) = readme.split_once("## KPIs of your own").expect("a section");
    let block = |fence: &str| section.split_once(fence).and_then(|(_, rest)| rest.split_once("```")).expect(fence).0;
    let table = |text: &str| text.parse::<toml::Table>().expect("TOML").remove("kpi").expect("KPIs");
    let study = std::fs::read_to_string(project("fixtures/study/own.toml")).expect("a study");
    assert_eq!(table(block("```toml\n")), table(&study));
    let card = json_of(&["compare", "fixtures/study/own.toml"]);
    let quick = row(&card["kpis"], "ours/answered_within_a_day");
    let percent = |window: &str| format!("{:.1}", 100.0 * quick[window]["value"].as_f64().expect("a figure"));
    assert!(section.contains(&format!("{} → {} %", percent("was"), percent("is"))), "{quick}");
}
