//! The compliance-cost worksheet: by hand on the worked example of `cost/compliance_total`, and the same sums as that.

use super::*;
use crate::workbench::Workbench;
use calamine::DataType;
use giamtang::Undefined;
use giamtang::forms::{Saving, Worksheet};

/// The log, the catalogue and the tariff of `fixtures/kpi/cost/compliance_total.md`.
const CASES: &str = "case_id,received_at,applicant,procedure\n\
    1,2021-03-04,citizen,Permit\n2,2021-03-04,citizen,Certificate\n3,2022-03-04,citizen,Label\n\
    4,2023-03-04,citizen,Stamp\n5,2024-03-04,citizen,Permit\n";
const CATALOGUE: &str = "procedure,in_force_from,in_force_to,documents,fee_vnd,merged_into\n\
    Permit,2019-01-01,2024-04-30,6,50000,\nPermit,2024-05-01,,4,30000,\n\
    Certificate,2019-01-01,2024-04-30,2,10000,\nCertificate,2024-05-01,,1,10000,\n\
    Label,2019-01-01,2024-04-30,2,0,\nStamp,2019-01-01,2024-04-30,1,0,Certificate\n";
const STUDY: &str = "log.procedures = ['procedures.csv']\nwindows.was = '2020-01-01..2023-12-31'\n\
    compare.cluster = 'none'\n[tariff]\nyear = 2024\n\
    index = { 2020 = 100, 2021 = 100, 2022 = 100, 2023 = 100, 2024 = 110 }\n\
    income_per_hour.citizen = { value = 30000, year = 2024, source = \"made up\" }\n\
    [[tariff.job]]\nname = \"Prepare the papers\"\ngroup = \"prepare\"\nhours = 0.5\nper = \"document\"\n\
    [[tariff.volume]]\nprocedure = \"Certificate\"\ntimes = 4\nsubjects = 25\n";

/// The study of the worked example; its files are there as long as the bench is.
fn example_of() -> (Workbench, Study) {
    let bench = Workbench::new();
    bench.write("procedures.csv", CATALOGUE);
    let study = bench.study(CASES, STUDY).window("is=2024-01-01..2024-12-31").expect("a window");
    (bench, study)
}

fn worksheet(study: Study) -> Worksheet {
    match filled(study, Asked::new(Form::Worksheet)) {
        Filled::Worksheet(own) => *own,
        other => panic!("{:?}", other.form()),
    }
}

/// Four years of window, so a dossier counts a quarter a year; of the certificate there are 4 times 25. Before: the permit's
/// 6 documents take 3 hours, 90,000 đồng, and 55,000 of fees: 145,000 / 4 = 36,250 a year. The certificate: one hour and
/// 11,000, 41,000 a hundred times. The label: one hour, 30,000 / 4 = 7,500, and the stamp half of one, 3,750. After: the
/// permit's 4 documents and 30,000: 22,500; the certificate's one and 10,000: 2,500,000; the stamp costs what the certificate
/// does: 25,000 / 4 = 6,250; the label is no more.
#[test]
fn before_after_and_what_is_saved() {
    let (_bench, study) = example_of();
    let form = worksheet(study);
    let of =
        |procedure: &str| form.works.iter().find(|work| work.procedure.as_deref() == Some(procedure)).expect(procedure);
    let totals = |procedure: &str| {
        let work = of(procedure);
        [&work.before, &work.after].map(|rules| rules.as_ref().expect("rules").year.total)
    };
    assert_eq!(totals("Permit"), [36_250.0, 22_500.0]);
    assert_eq!(totals("Certificate"), [4_100_000.0, 2_500_000.0]);
    assert_eq!(totals("Stamp"), [3_750.0, 6_250.0]);
    assert_eq!(totals("Label"), [7_500.0, 0.0]);
    let [before, after] = [&form.before, &form.after].map(|year| year.as_ref().expect("a year").total);
    assert_eq!([before, after], [4_147_500.0, 2_528_750.0]);
    assert_eq!(form.saving, Ok(Saving { absolute: 1_618_750.0, share: Some(1_618_750.0 / 4_147_500.0) }));
    assert_eq!(form.excluded, Ok(0));
}

/// The certificate: four times a year each of 25 subjects, one dossier of 41,000 đồng, half an hour for each of two papers.
#[test]
fn a_procedure_is_worked_out_job_by_job() {
    let (_bench, study) = example_of();
    let form = worksheet(study);
    let work = form.works.iter().find(|work| work.procedure.as_deref() == Some("Certificate")).expect("a procedure");
    assert_eq!((work.times, work.subjects), (4.0, 25.0));
    let before = work.before.as_ref().expect("rules");
    assert_eq!((before.dossiers, before.each(), before.fees), (100.0, Some(41_000.0), 1_100_000.0));
    let [job] = &before.jobs[..] else { panic!("{before:?}") };
    assert_eq!((job.times, job.hours, job.labour, job.paid), (200.0, 100.0, 3_000_000.0, 0.0));
    let year = before.year;
    assert_eq!((year.hours, year.labour, year.money, year.total), (100.0, 3_000_000.0, 1_100_000.0, 4_100_000.0));
}

/// Of the fixture study and the city the sums are those of `cost/compliance_total`, in both windows.
#[test]
fn the_sums_are_those_of_the_scorecard() {
    let (_bench, example) = example_of();
    for study in [Study::load(project("fixtures/study/study.toml")).expect("a study"), example] {
        let card = study.plan().and_then(|plan| plan.compare().map(crate::contract::held)).expect("a scorecard");
        let row = card.kpi("cost/compliance_total").expect("a row");
        let form = worksheet(study);
        let printed = |value: f64| format!("{value:.11e}");
        let known = [&form.before, &form.after].map(|year| printed(year.as_ref().expect("a year").total));
        let was = row.was.as_ref().and_then(|was| was.value()).expect("a figure");
        let is = row.is.value().expect("a figure");
        assert_eq!(known, [printed(was.value), printed(is.value)]);
        assert_eq!(form.excluded.ok(), was.excluded);
        // Line by line they come to the same, but for the last digits of a sum.
        let sum: f64 = form.works.iter().map(|work| work.before.as_ref().expect("rules").year.total).sum();
        assert!((sum - was.value).abs() < 1e-6 * was.value, "{sum} {}", was.value);
        for work in &form.works {
            let rules = work.before.as_ref().expect("rules");
            let jobs: f64 = rules.jobs.iter().map(|job| job.labour + job.paid).sum();
            assert!((jobs + rules.fees - rules.year.total).abs() < 1e-6 * rules.year.total.max(1.0), "{work:?}");
        }
    }
}

/// One window has rules of one day: there is nothing to save, and the sheet says so by leaving it out.
#[test]
fn one_window_is_the_cost_as_it_is() {
    let (_bench, study) = example_of();
    let form = worksheet(study.window("2020-01-01..2023-12-31").expect("a window"));
    assert_eq!(form.before.as_ref().map(|year| year.total), Ok(4_147_500.0));
    assert_eq!((form.after.clone(), form.saving.clone()), (Err(Undefined::OneWindow), Err(Undefined::OneWindow)));
    assert_eq!(form.sheets().len(), 1);
}

/// Without a kind of applicant no hour has a worth: every figure is absent for the same reason.
#[test]
fn what_cannot_be_known_is_absent() {
    let bench = Workbench::new();
    bench.write("procedures.csv", CATALOGUE);
    let cases = CASES.replace(",applicant", "").replace(",citizen", "");
    let study = bench.study(&cases, STUDY).window("is=2024-01-01..2024-12-31").expect("a window");
    let form = worksheet(study);
    let why = Undefined::NoColumn("applicant".into());
    assert_eq!((form.works.len(), &form.before, &form.saving), (0, &Err(why.clone()), &Err(why.clone())));
    assert_eq!(form.excluded, Err(why));
}

#[test]
fn every_rendering_says_the_same() {
    let study = "fixtures/study/study.toml";
    let form = json(&["form", "scm", study]);
    assert_eq!(form["schema"], "giamtang.form.scm/1");
    assert_eq!(form["saving"]["share"], 0.119818261007);
    let page = text(&["form", "scm", study, "--lang", "vi"]);
    for part in ["Lợi ích ─", "309.737.424", "272.625.225", "37.112.200", "12,0%"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(page.lines().all(|line| line.chars().count() <= 100));
    let html = text(&["form", "scm", study, "--format", "html"]);
    assert!(html.contains("309,737,424") && html.contains("Before") && html.contains("After"));
    let bench = Workbench::new();
    let path = bench.path("scm.xlsx");
    said(&["form", "scm", study, "--format", "xlsx", "-o", &path.to_string_lossy()]);
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(&path).expect("a workbook");
    let names = calamine::Reader::sheet_names(&book);
    assert_eq!(names, ["Lợi ích", "Trước đơn giản hóa", "Sau đơn giản hóa"]);
    let cells = calamine::Reader::worksheet_range(&mut book, "Lợi ích").expect("a sheet");
    let has =
        |value: f64| cells.used_cells().any(|(.., cell)| cell.as_f64().is_some_and(|own| (own - value).abs() < 0.01));
    assert!(has(309_737_424.072) && has(37_112_199.521));
}
