//! The study's tariff from the command line: costs, their sensitivity, and what is refused.

use crate::workbench::{Workbench, giamtang, project};
use serde_json::Value;

/// A tariff for the dossiers of the fixture study, a setting each; hours and incomes are made up.
const TARIFF: [&str; 5] = [
    "tariff.year=2024",
    "tariff.index={ 2023 = 100.0, 2024 = 103.6 }",
    "tariff.income_per_hour={ citizen = { value = 35000, year = 2024, source = \"made up\" }, \
     business = { value = 50000, year = 2023, source = \"made up\" } }",
    "tariff.job=[{ name = \"Prepare\", group = \"prepare\", hours = 0.5, per = \"dossier\", other_vnd = 2000 }, \
     { name = \"Submit\", group = \"submit\", hours = 1.25, per = \"visit\" }, \
     { name = \"Supplement\", group = \"prepare\", hours = 2, per = \"supplement\" }]",
    "tariff.sensitivity={ income = 0.2, hours = 0.25 }",
];

/// A study over the dossiers of the fixture study, with no tariff and no table beside them.
struct Bare(Workbench);

impl Bare {
    fn new() -> Self {
        let files = ["cases-2023.csv", "cases-2024.csv"].map(|name| project(&format!("fixtures/study/{name}")));
        let text = format!(
            "log.cases = {files:?}\ncalendar.base = 'vietnam'\ncompare.cluster = 'unit'\n\
             windows = {{ was = '2023-02-15..2023-07-31', is = '2024-02-15..2024-07-31' }}\n"
        );
        let bench = Workbench::new();
        bench.write("study.toml", text);
        Self(bench)
    }

    fn path(&self, name: &str) -> String {
        self.0.path(name).to_string_lossy().into_owned()
    }
}

fn run(study: &str, settings: &[&str], more: &[&str]) -> std::process::Output {
    let settings = settings.iter().flat_map(|setting| ["--set", setting]);
    let arguments: Vec<&str> = ["compare", study].into_iter().chain(settings).chain(more.iter().copied()).collect();
    giamtang(&arguments, b"")
}

fn said(study: &str, settings: &[&str], more: &[&str]) -> String {
    let output = run(study, settings, more);
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0), "{output:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn bare(settings: &[&str], more: &[&str]) -> String {
    said(&Bare::new().path("study.toml"), settings, more)
}

fn row(settings: &[&str], id: &str) -> Value {
    let card: Value = serde_json::from_str(&bare(settings, &["--format", "json"])).expect("JSON");
    card["kpis"].as_array().expect("rows").iter().find(|row| row["id"] == id).expect(id).clone()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is a number"))
}

fn near(a: f64, b: f64) {
    assert!((a / b - 1.0).abs() < 1e-9, "{a} is not {b}");
}

/// Twice the incomes cost the labour once more; so labour is known, and with it both ends of the range: 0.8 × 0.75 = 0.6
/// and 1.2 × 1.25 = 1.5 of it, with the same money.
#[test]
fn the_range_sways_labour_and_leaves_money_alone() {
    let doubled = TARIFF.map(|setting| setting.replace("35000", "70000").replace("50000", "100000"));
    let doubled: Vec<&str> = doubled.iter().map(String::as_str).collect();
    let (once, twice) = (row(&TARIFF, "cost/compliance_cost"), row(&doubled, "cost/compliance_cost"));
    for window in ["was", "is"] {
        let cost = number(&once[window]["value"]);
        let labour = number(&twice[window]["value"]) - cost;
        assert!(labour > 0.0 && labour < cost);
        near(number(&once["sensitivity"]["low"][window]), 0.6 * labour + (cost - labour));
        near(number(&once["sensitivity"]["high"][window]), 1.5 * labour + (cost - labour));
    }
    let range = &once["sensitivity"]["high"];
    near(number(&range["change"]), number(&range["is"]) - number(&range["was"]));
    near(number(&range["relative"]), number(&range["is"]) / number(&range["was"]) - 1.0);
    assert_eq!((number(&once["sensitivity"]["income"]), number(&once["sensitivity"]["hours"])), (0.2, 0.25));
    // An hour is an hour: incomes are nothing to it.
    let (hours, same) = (row(&TARIFF, "cost/compliance_hours"), row(&doubled, "cost/compliance_hours"));
    ["was", "is", "sensitivity"].iter().for_each(|part| assert_eq!(hours[part], same[part]));
    near(number(&hours["sensitivity"]["low"]["is"]), 0.75 * number(&hours["is"]["value"]));
    assert_eq!(number(&hours["sensitivity"]["income"]), 0.0);
    assert_eq!((once["unit"].as_str(), hours["unit"].as_str()), (Some("dong"), Some("hours")));
}

/// An agency's hour is valued by nobody: its dossiers are left out of the cost and stay in the hours.
#[test]
fn who_has_no_income_is_excluded_and_counted() {
    let (cost, hours) = (row(&TARIFF, "cost/compliance_cost"), row(&TARIFF, "cost/compliance_hours"));
    let counts = |row: &Value| ["n", "excluded"].map(|count| number(&row["is"][count]));
    let ([of_cost, left_out], [of_hours, none]) = (counts(&cost), counts(&hours));
    assert!(left_out > none && of_cost + left_out == of_hours + none, "{cost} {hours}");
    assert_eq!(cost["verdict"], "improved");
}

#[test]
fn without_a_tariff_nothing_costs_anything_and_the_page_says_why() {
    for id in ["cost/compliance_cost", "cost/compliance_hours", "cost/compliance_total"] {
        assert_eq!(row(&[], id)["is"]["undefined"], "no_tariff", "{id}");
    }
    let page = bare(&[], &[]);
    assert!(
        page.contains("– the study has no tariff: Compliance cost per dossier, Applicant hours per dossier"),
        "{page}"
    );
    let page = bare(&[], &["--lang", "vi"]);
    assert!(page.contains("nghiên cứu không có bảng định mức chi phí: Chi phí tuân thủ, Giờ công tuân thủ"), "{page}");
}

#[test]
fn pages_tell_the_range_and_the_tariff() {
    let flat = |page: String| page.split_whitespace().collect::<Vec<_>>().join(" ");
    let page = flat(bare(&TARIFF, &[]));
    assert!(page.contains("sensitivity (hours ± 25 %, incomes ± 20 %):"), "{page}");
    assert!(page.contains("sensitivity (hours ± 25 %):"), "{page}");
    assert!(page.contains("tariff.job = 3 entries") && page.contains("source = \"made up\""), "{page}");
    let page = flat(bare(&TARIFF, &["--format", "markdown", "--lang", "vi"]));
    assert!(page.contains("độ nhạy (giờ công ± 25%, thu nhập ± 20%)"), "{page}");
}

/// A cube knows its tariff: compared without its log it says the same.
#[test]
fn a_cube_carries_its_tariff() {
    let bench = Bare::new();
    let (study, cube) = (bench.path("study.toml"), bench.path("part.cube"));
    let settings = TARIFF.iter().flat_map(|setting| ["--set", setting]);
    let arguments: Vec<&str> = ["cube", "build", &study, "-o", &cube].into_iter().chain(settings).collect();
    let built = giamtang(&arguments, b"");
    assert_eq!(built.status.code(), Some(0), "{built:?}");
    let kpis = |page: String| serde_json::from_str::<Value>(&page).expect("JSON")["kpis"].clone();
    let of_cube = kpis(said(&cube, &[], &["--format", "json"]));
    assert_eq!(of_cube, kpis(bare(&TARIFF, &["--format", "json"])));
}

/// Each mistake with what is said of it.
const MISTAKES: [(&str, &str); 24] = [
    ("tariff.year=soon", "tariff"),
    ("tariff.yaer=2024", "`tariff.yaer` is not a key of a study (did you mean `tariff.year`?)"),
    ("tariff.index={ 2024 = 103.6 }", "`tariff.index = 2024`: expected a price index of 2023"),
    ("tariff.index={ 2023 = 0, 2024 = 100 }", "`tariff.index.2023 = 0`: expected a price index above 0"),
    ("tariff.index={ now = 100 }", "`tariff.index = now`: expected a year such as 2024"),
    (
        "tariff.income_per_hour.citizen={ value = 35000, source = \"a\" }",
        "`tariff.income_per_hour.citizen.year = (missing)`",
    ),
    (
        "tariff.income_per_hour.citizen={ value = 35000, year = 2024 }",
        "`tariff.income_per_hour.citizen.source = (missing)`",
    ),
    (
        "tariff.income_per_hour.citizen={ year = 2024, source = \"a\" }",
        "`tariff.income_per_hour.citizen.value = (missing)`",
    ),
    ("tariff.income_per_hour.citizen={ value = 1, year = 2024, source = \" \" }", "says where the figure comes from"),
    ("tariff.income_per_hour.citizen={ value = -1, year = 2024, source = \"a\" }", "a number of đồng above 0"),
    (
        "tariff.income_per_hour.citizen={ value = 1, year = 2020, source = \"a\" }",
        "2020, the year of the income of citizen",
    ),
    ("tariff.income_per_hour.citizen=35000", "no income is built in"),
    ("tariff.income_per_hour={}", "an income per hour of one kind of applicant at least"),
    (
        "tariff.income_per_hour.citizens={ value = 1, year = 2024, source = \"a\" }",
        "`tariff.income_per_hour = citizens`: expected citizen, business, agency or other (perhaps `citizen`)",
    ),
    ("tariff.sensitivity.income=1.5", "`tariff.sensitivity.income = 1.5`: expected a share from 0 to 1"),
    ("tariff.job=[]", "`tariff.job = (missing)`: expected one job at least"),
    (
        "tariff.job=[{ name = \"a\", group = \"submit\", hours = 1 }]",
        "`tariff.job.per = (missing)`: expected dossier, document",
    ),
    (
        "tariff.job=[{ name = \"a\", group = \"submit\", hours = 1, per = \"visits\" }]",
        "`tariff.job.per = visits`: expected dossier, document, visit or supplement (perhaps `visit`), in the job `a`",
    ),
    (
        "tariff.job=[{ name = \"a\", group = \"recieve\", hours = 1, per = \"visit\" }]",
        "other or receive (perhaps `receive`), in the job `a`",
    ),
    (
        "tariff.job=[{ name = \"a\", group = \"pay\", hours = -1, per = \"visit\" }]",
        "`tariff.job.hours = -1`: expected hours from 0 to 100,000, in the job `a`",
    ),
    (
        "tariff.job=[{ name = \"a\", group = \"pay\", hours = 1, per = \"visit\", other_vnd = 5, year = 2019 }]",
        "2019, the year of the job `a`",
    ),
    (
        "tariff.job=[{ name = \"a\", group = \"pay\", hours = 1, per = \"visit\", applicant = \"busines\" }]",
        "`tariff.job.applicant = busines`: expected citizen, business, agency or other (perhaps `business`), in the job `a`",
    ),
    ("tariff.job=[{ name = \"a\", gruop = \"pay\" }]", "did you mean `tariff.job.group`?"),
    (
        "tariff.volume=[{ procedure = \"P\", times = 1, subjects = 5 }, { procedure = \"P\", applicant = \"citizen\", times = 1, \
         subjects = 5 }]",
        "`tariff.volume.procedure = P`: expected each procedure once",
    ),
];

#[test]
fn mistakes_are_named_with_key_value_and_what_was_expected() {
    let study = Bare::new();
    for (setting, said) in MISTAKES {
        let output = run(&study.path("study.toml"), &[&TARIFF[..], &[setting]].concat(), &[]);
        let error = String::from_utf8(output.stderr).expect("UTF-8");
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{setting}: {error}");
        assert!(error.contains(said), "{setting}: {error}");
    }
}

/// A procedure that no catalogue has would be a job that is never done.
#[test]
fn a_misspelt_procedure_is_named_where_there_is_a_catalogue() {
    let bench = Bare::new();
    bench.0.write("catalogue.csv", "procedure,in_force_from,documents,fee_vnd\nPermit,2020-01-01,4,0\n");
    let job = "tariff.job=[{ name = \"a\", group = \"pay\", hours = 1, per = \"dossier\", procedure = \"Premit\" }]";
    let volume = "tariff.volume=[{ procedure = \"Permits\", times = 1, subjects = 2 }]";
    for (setting, key) in [(job, "`tariff.job.procedure = Premit`"), (volume, "`tariff.volume.procedure = Permits`")] {
        let settings = [&TARIFF[..], &[setting, "log.procedures=['catalogue.csv']"]].concat();
        let output = run(&bench.path("study.toml"), &settings, &[]);
        let error = String::from_utf8(output.stderr).expect("UTF-8");
        let expected = format!("{key}: expected a procedure of the table `procedures` (perhaps `Permit`)");
        assert!(output.status.code() == Some(2) && error.contains(&expected), "{error}");
    }
}

/// CSV has both ends, a row each; a trace says what one dossier costs.
#[test]
fn csv_and_trace_tell_costs_too() {
    let (csv, row) = (bare(&TARIFF, &["--format", "csv"]), row(&TARIFF, "cost/compliance_cost"));
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let at = |name: &str| header.iter().position(|column| column == name).expect(name);
    let records: Vec<csv::StringRecord> = reader.records().map(|record| record.expect("a row")).collect();
    let value = |figure: &str, window: &str| {
        let own = |record: &&csv::StringRecord| {
            [&record[at("kpi")], &record[at("figure")], &record[at("window")]]
                == ["cost/compliance_cost", figure, window]
        };
        records.iter().find(own).expect(figure)[at("value")].parse::<f64>().expect("a number")
    };
    near(value("sensitivity_low", "2024-02-15..2024-07-31"), number(&row["sensitivity"]["low"]["is"]));
    near(value("sensitivity_high_change", ""), number(&row["sensitivity"]["high"]["change"]));
    // A citizen with two visits, no supplement and a fee of 100,000: 0.5 + 2 × 1.25 = 3 hours of 35,000, and 2,000.
    let bench = Bare::new();
    let study = bench.path("study.toml");
    let mut arguments =
        vec!["trace", &study, "H26.01-240102-0001", "--format", "json", "--set", "windows.is=2024-01-01..2024-07-31"];
    TARIFF.iter().for_each(|own| arguments.extend(["--set", own]));
    let output = giamtang(&arguments, b"");
    let trace: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
    let entry =
        |id: &str| trace["kpis"].as_array().expect("KPIs").iter().find(|own| own["id"] == id).expect(id).clone();
    assert_eq!(number(&entry("cost/compliance_hours")["value"]), 3.0);
    assert_eq!(number(&entry("cost/compliance_cost")["value"]), 207_000.0);
}

/// The yearly cost of both windows, each with the dossiers in it and those left out; of four years before and one after.
///
/// An hour is worth 30,000 đồng in every year; the procedure Old takes three, New one.
fn yearly(cases: &str, procedures: &str) -> [(f64, u64, u64); 2] {
    let bench = Workbench::new();
    bench.write("cases.csv", format!("case_id,received_at,applicant,procedure,payment\n{cases}"));
    bench.write("procedures.csv", format!("procedure,in_force_from,in_force_to,fee_vnd,merged_into\n{procedures}"));
    let text = "log = { cases = ['cases.csv'], procedures = ['procedures.csv'] }\ncompare.cluster = 'none'\n\
                windows = { was = '2020-01-01..2023-12-31', is = '2024-01-01..2024-12-31' }\n\
                [tariff]\nyear = 2024\nindex = { 2020 = 100, 2021 = 100, 2022 = 100, 2023 = 100, 2024 = 100 }\n\
                income_per_hour.citizen = { value = 30000, year = 2024, source = 'made up' }\n\
                job = [{ name = 'a', group = 'prepare', hours = 3, per = 'dossier', procedure = ['Old'] }, \
                { name = 'b', group = 'prepare', hours = 1, per = 'dossier', procedure = ['New'] }]\n";
    let study = bench.write("study.toml", text);
    let card = said(study.to_str().expect("a path"), &[], &["--format", "json"]);
    let card: Value = serde_json::from_str(&card).expect("JSON");
    let row = card["kpis"].as_array().expect("rows").iter().find(|row| row["id"] == "cost/compliance_total");
    ["was", "is"].map(|window| {
        let figure = &row.expect("a KPI")[window];
        let count = |name: &str| figure[name].as_u64().unwrap_or_else(|| panic!("{figure}"));
        (number(&figure["value"]), count("n"), count("excluded"))
    })
}

const BOTH: &str = "1,2023-03-01,citizen,Old,cash\n2,2023-03-01,citizen,New,cash\n";

/// Three hours and a fee of 50,000, and one with 20,000: (140,000 + 50,000) / 4 years. Once Old is merged into New both
/// take one hour and cost 20,000: 100,000 / 4.
#[test]
fn what_was_merged_is_done_as_its_successor_is() {
    let procedures = "Old,2019-01-01,2024-03-31,50000,New\nNew,2019-01-01,,20000,\n";
    assert_eq!(yearly(BOTH, procedures), [(47_500.0, 2, 0), (25_000.0, 2, 0)]);
}

/// Of Old nobody says what it cost until April: it is left out of both windows, and New's 50,000 / 4 stay. One that ended
/// costs nothing in the second window alone.
#[test]
fn a_blank_of_the_catalogue_is_no_change_of_the_rules() {
    let new = "New,2019-01-01,,20000,\n";
    let blank = format!("Old,2019-01-01,2024-03-31,,\nOld,2024-04-01,,50000,\n{new}");
    assert_eq!(yearly(BOTH, &blank), [(12_500.0, 1, 1), (12_500.0, 1, 1)]);
    let ended = format!("Old,2019-01-01,2024-03-31,50000,\n{new}");
    assert_eq!(yearly(BOTH, &ended), [(47_500.0, 2, 0), (12_500.0, 1, 1)]);
}

/// Who is exempt from a fee that nobody wrote down owes the hour alone: 30,000 and 30,004, over four years 15,001.
#[test]
fn who_is_exempt_from_a_blank_owes_nothing() {
    let cases = "1,2023-03-01,citizen,New,exempt\n2,2023-03-01,citizen,New,cash\n";
    let old = "Old,2019-01-01,,50000,\n";
    let blank = format!("{old}New,2019-01-01,,,\n");
    let exempt = cases.lines().next().expect("a dossier");
    assert_eq!(yearly(exempt, &blank), [(7_500.0, 1, 0), (7_500.0, 1, 0)]);
    assert_eq!(yearly(cases, &format!("{old}New,2019-01-01,,4,\n")), [(15_001.0, 2, 0), (15_001.0, 2, 0)]);
}
