//! A scorecard as Markdown and as tidy CSV.

use crate::workbench::{Workbench, giamtang, project};
use giamtang::report::{Format, Lang, write};
use giamtang::{Scorecard, Study};
use std::collections::BTreeMap;

const STUDY: &str = "fixtures/study/study.toml";

fn written(card: &Scorecard, format: Format) -> String {
    let mut page = Vec::new();
    write(card, format, &mut page).expect("a page");
    String::from_utf8(page).expect("UTF-8")
}

fn said(arguments: &[&str]) -> String {
    let output = giamtang(arguments, b"");
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The rows of a CSV by column.
fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let columns = reader.headers().expect("a header").clone();
    let row = |row: csv::Result<csv::StringRecord>| {
        let row = row.expect("as many cells as columns");
        columns.iter().zip(row.iter()).map(|(column, cell)| (column.to_owned(), cell.to_owned())).collect()
    };
    reader.records().map(row).collect()
}

/// Two offices whose names are formulas and markup, one without a name: 3, 2 and 5 days.
fn hostile() -> Scorecard {
    let log = "case_id,received_at,finished_at,unit,channel\n1,2024-03-01,2024-03-04,=cmd|x,@all\n\
               2,2024-03-02,2024-03-04,<b>[x](http://y),online\n3,2024-03-03,2024-03-08,,online\n";
    let bench = Workbench::new();
    bench.write("cases.csv", log);
    let text = "study.name = \"| **A** `b` @team <script>\"\nlog.cases = ['cases.csv']\n\
                windows = { was = '2024-02-01..2024-02-29', is = '2024-03-01..2024-03-31' }\ncompare.by = ['unit']";
    let study = Study::parse(text, bench.path("study.toml")).expect("a study");
    study.plan().and_then(|plan| plan.compare().map(crate::contract::held)).expect("a scorecard")
}

#[test]
fn csv_is_tidy_and_says_why() {
    let text = written(&hostile(), Format::Csv);
    let rows = rows(&text);
    let find = |kpi: &str, scope: &str, figure: &str, unit: &str| {
        let is = |row: &&BTreeMap<String, String>| {
            (row["kpi"].as_str(), row["scope"].as_str(), row["figure"].as_str(), row["by:unit"].as_str())
                == (kpi, scope, figure, unit)
        };
        rows.iter().find(is).unwrap_or_else(|| panic!("{kpi} {scope} {figure} {unit}: {text}"))
    };
    // (3 + 2 + 5) / 3 days.
    let mean = find("time/closed_time_mean", "all", "is", "");
    assert_eq!((mean["value"].as_str(), mean["n"].as_str(), mean["why"].as_str()), ("3.33333333333", "3", ""));
    assert_eq!((mean["window"].as_str(), mean["unit"].as_str()), ("2024-03-01..2024-03-31", "days"));
    let nothing = find("time/closed_time_mean", "all", "was", "");
    assert_eq!((nothing["value"].as_str(), nothing["n"].as_str(), nothing["why"].as_str()), ("", "", "no_rows"));
    assert_eq!(find("time/on_time", "all", "is", "")["why"], "no_column: due_at");
    let change = find("time/elapsed_time", "all", "change", "");
    assert_eq!((change["verdict"].as_str(), change["why"].as_str()), ("not_comparable", "no_figure"));
    // The groups: a formula with its apostrophe, and the one without a name.
    assert_eq!(find("time/closed_time_mean", "group", "is", "'=cmd|x")["value"], "3");
    assert_eq!(find("time/closed_time_mean", "group", "is", "")["value"], "5");
    // Every KPI of the whole log and of three groups, each in two windows with two figures of its change; beside four of
    // them the response rate in both windows.
    let own = ["was", "is", "change", "relative", "response_rate"];
    let told = rows.iter().filter(|row| own.contains(&row["figure"].as_str())).count();
    assert_eq!(told, giamtang::kpi::catalogue().count() * 4 * 4 + 4 * 4 * 2);
}

/// Every number of the CSV is the JSON's own.
#[test]
fn csv_has_the_numbers_of_the_json() {
    let card: serde_json::Value = serde_json::from_str(&said(&["compare", STUDY, "--format", "json"])).expect("JSON");
    let rows = rows(&said(&["compare", STUDY, "--format", "csv"]));
    let mut compared = 0;
    let told =
        |row: &&BTreeMap<String, String>| row["scope"] == "all" && ["was", "is", "change"].contains(&&*row["figure"]);
    for row in rows.iter().filter(told) {
        let own = card["kpis"].as_array().expect("rows").iter().find(|own| own["id"] == row["kpi"].as_str());
        let figure = &own.expect("the KPI")[&row["figure"]];
        let (value, place) = match row["figure"].as_str() {
            "change" => (&figure["absolute"], figure),
            _ => (figure, figure),
        };
        for (column, json) in
            [("value", &value["value"]), ("low", &value["low"]), ("n", &place["n"]), ("q", &place["q"])]
        {
            let number = row[column].parse::<f64>().ok();
            assert_eq!(number, json.as_f64(), "{} {} {column}", row["kpi"], row["figure"]);
            compared += usize::from(number.is_some());
        }
    }
    assert!(compared > 40, "{compared}");
}

#[test]
fn numbers_below_zero_are_no_formulas() {
    let text = said(&["compare", STUDY, "--format", "csv"]);
    let rows = rows(&text);
    let change = rows.iter().find(|row| row["kpi"] == "time/elapsed_time" && row["figure"] == "change");
    assert!(change.expect("a change")["value"].parse::<f64>().expect("a number") < 0.0);
}

/// The axes with their reasons and the KPIs in tables whose every line has as many bars as its head.
#[test]
fn markdown_is_tables() {
    let page = said(&["compare", STUDY, "--format", "markdown"]);
    let table = |head: &str| -> Vec<&str> {
        let lines = page.lines().skip_while(|line| !line.starts_with(head));
        lines.take_while(|line| line.starts_with('|')).collect()
    };
    let (axes, kpis) = (table("| axis |"), table("| KPI |"));
    // What the study has no column, calendar or tariff for stands in lines of its own.
    let card: serde_json::Value = serde_json::from_str(&said(&["compare", STUDY, "--format", "json"])).expect("JSON");
    let is_told = |row: &&serde_json::Value| {
        let why = row["is"]["undefined"].as_str();
        !matches!(why, Some("no_column" | "no_calendar" | "no_tariff"))
    };
    let told = card["kpis"].as_array().expect("rows").iter().filter(is_told).count();
    assert!(told > 20, "{told}");
    assert_eq!((axes.len(), kpis.len()), (2 + 6, 2 + told));
    let bars = |line: &str| line.replace("\\|", "").matches('|').count();
    assert!(axes.iter().all(|line| bars(line) == 5) && kpis.iter().all(|line| bars(line) == 10), "{page}");
    // The README's screen has the same figures.
    let readme = std::fs::read_to_string(project("README.md")).expect("README.md");
    let own = readme.lines().find(|line| line.starts_with("  Time the applicant waits ")).expect("the headline");
    let words: Vec<&str> = own.split_whitespace().skip(4).collect();
    let [was, "→", is, "days", change, low, high] = words[..] else { panic!("{words:?}") };
    let interval = format!("{low} {high}").replace('[', "\\[").replace(']', "\\]");
    let row = format!("| Time the applicant waits | {was} | {is} | days | {change} {interval} | ");
    let rest = kpis[2].strip_prefix(&row).unwrap_or_else(|| panic!("{} for {row}", kpis[2]));
    // Beside it the same at a fixed mix, which the verdict is of.
    let fixed = rest.split_once(" | ").map(|(fixed, rest)| (fixed.contains(" → "), rest));
    assert!(fixed.is_some_and(|(told, rest)| told && rest.starts_with("▲ improved | 529 → 522 | ")), "{rest}");
    // The headline's figures are those that its verdict is of.
    let fixed = rest.split(" | ").next().expect("a cell").replacen(", −", " days, −", 1);
    let axis = format!(
        "| Time and cost | ○ not shown | Time the applicant waits {fixed} | improved: Time the applicant waits; guard"
    );
    assert!(axes[2].starts_with(&axis), "{} for {axis}", axes[2]);
    let changed: Vec<&str> = page.lines().filter(|line| line.starts_with("- ▲ improved ")).collect();
    let improved = kpis.iter().filter(|line| line.contains("| ▲ improved")).count();
    assert!(
        changed.len() == 1 && changed[0].starts_with(&format!("- ▲ improved {improved}: Time the applicant waits, "))
    );
    let vietnamese = said(&["compare", STUDY, "--format", "markdown", "--lang", "vi"]);
    for part in ["| trục | kết luận | chỉ tiêu chính | lý do |", "| chỉ tiêu | trước | sau |", "▲ cải thiện", "−3,48"]
    {
        assert!(vietnamese.contains(part), "{part}: {vietnamese}");
    }
}

/// A drill-down of six hundred units is cut where a comment ends, and says so; the rest is there.
#[test]
fn markdown_fits_in_a_comment() {
    let mut log = "case_id,received_at,finished_at,due_at,unit\n".to_owned();
    for case in 0..1_200 {
        let month = if case % 2 == 0 { "2024-02" } else { "2024-03" };
        log += &format!("{case},{month}-01,{month}-05,{month}-04,Ward <{:03}> of a city with long names\n", case / 2);
    }
    let bench = Workbench::new();
    bench.write("cases.csv", log);
    let text = "log.cases = ['cases.csv']\ncompare.by = ['unit']\n\
                windows = { was = '2024-02-01..2024-02-29', is = '2024-03-01..2024-03-31' }";
    let study = Study::parse(text, bench.path("study.toml")).expect("a study");
    let card = study.plan().and_then(|plan| plan.compare()).expect("a scorecard");
    assert_eq!(card.groups.len(), 600);
    for (lang, said) in [(Lang::En, "tables are left out here"), (Lang::Vi, "bảng không được nêu ở đây")] {
        let page = written(&card, Format::Markdown(lang));
        let long = page.encode_utf16().count();
        assert!((50_000..=65_536).contains(&long) && page.contains(said), "{long}");
        let provenance = page.trim_end().lines().last().expect("a line");
        assert!(
            provenance.contains("giamtang: 0.1.0") && provenance.contains(&card.provenance.plan[..16]),
            "{provenance}"
        );
    }
}

#[test]
fn nothing_in_a_name_is_markup() {
    let page = written(&hostile(), Format::Markdown(Lang::En));
    assert!(page.starts_with("## \\| \\*\\*A\\*\\* \\`b\\` @<!-- -->team &lt;script&gt;\n"), "{page}");
    assert!(page.contains("### unit = =cmd\\|x\n"), "{page}");
    assert!(page.contains("### unit = &lt;b&gt;\\[x\\](http:<!-- -->//y)\n"), "{page}");
    assert!(page.contains("### unit = (no value)\n"), "{page}");
    let outside = page.replace("<!-- -->", "");
    assert!(!outside.contains('<'), "{page}");
}

#[test]
fn an_output_path_works_for_every_format() {
    let bench = Workbench::new();
    for format in ["terminal", "json", "markdown", "csv"] {
        let path = bench.path(format);
        let told = said(&["compare", STUDY, "--format", format, "-o", path.to_str().expect("UTF-8")]);
        let page = std::fs::read_to_string(&path).expect("the file");
        assert_eq!((told.as_str(), page), ("", said(&["compare", STUDY, "--format", format])));
    }
    for verb in [&["list"][..], &["explain", "time/on_time"], &["completions", "bash"], &["man"]] {
        let path = bench.path(verb[0]);
        assert_eq!(said(&[verb, &["-o", path.to_str().expect("UTF-8")]].concat()), "");
        assert_eq!(std::fs::read_to_string(&path).expect("the file"), said(verb));
    }
    // What reading found has no such form.
    assert_eq!(giamtang(&["check", STUDY, "--format", "markdown"], b"").status.code(), Some(2));
    let findings = giamtang::ingest::Findings::default();
    let error = giamtang::report::check(&findings, Format::Csv, &mut Vec::new()).expect_err("a refusal");
    assert!(error.is_study() && error.to_string().contains("terminal or json"), "{error}");
}
