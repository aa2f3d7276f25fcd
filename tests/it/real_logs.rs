//! Real logs, read where they are. Expected numbers are those of `fixtures/oracle/real_logs.csv`: pandas and numpy.

use crate::workbench::{project, shared};
use giamtang::cube::{Recipe, by, elapsed};
use giamtang::kpi::{Better, Kpi, Name, Sampling, Source, Unit};
use giamtang::measure::Anchor;
use giamtang::scorecard::{Figure, Row};
use giamtang::stats::interval::critical;
use giamtang::{Plan, Scorecard, Study};

fn study(name: &str) -> Study {
    Study::load(project("tests/studies").join(name)).expect("a study")
}

fn compare(study: Study) -> Scorecard {
    study.plan().and_then(|plan| plan.compare().map(crate::contract::held)).expect("a scorecard")
}

fn figures(row: &Row) -> [&Figure; 2] {
    let was = row.was.as_ref().and_then(|was| was.value()).expect("a figure before");
    [was, row.is.value().expect("a figure after")]
}

fn half_width(row: &Row) -> (f64, Option<f64>) {
    let change = row.change.value().expect("a change");
    let (low, high) = change.absolute.low.zip(change.absolute.high).expect("limits");
    ((high - low) / 2.0, change.df)
}

/// 105 ids stand twice with different content: all 210 rows are set aside, the rest is accepted.
#[test]
fn new_york_waits_longer_and_its_offices_differ() {
    if shared("nyc_council_casework.csv.gz").is_none() {
        return;
    }
    let card = compare(study("nyc.toml"));
    let rows = &card.reconciliation;
    assert_eq!((rows.read, rows.accepted, rows.quarantined), (341_299, 341_089, 210));
    assert_eq!(rows.by_rule["conflicting_repeat"], 210);

    let median = figures(card.kpi("time/elapsed_time").expect("the headline"));
    assert_eq!(median.map(|figure| (figure.value, figure.n)), [(12.0, 44_228), (18.0, 29_849)]);

    let mean = card.kpi("time/closed_time_mean").expect("the closed mean");
    assert_eq!(figures(mean).map(|figure| figure.n), [38_764, 35_887]);
    let change = mean.change.value().expect("a change");
    assert!((change.absolute.value - 492.380_736_398).abs() < 1e-8, "{}", change.absolute.value);
    let (half, df) = half_width(mean);
    let df = df.expect("degrees of freedom");
    assert!((df - 9.114_546_595_9).abs() < 1e-8, "{df}");
    let standard_error = half / critical(0.95, df);
    assert!((standard_error - 109.776_996_120_4).abs() < 1e-8, "{standard_error}");
}

/// Taken as independent the same change has a standard error of 4.424: the root of the sum of both s²/n.
#[test]
fn new_york_without_clusters_looks_certain_and_says_so() {
    if shared("nyc_council_casework.csv.gz").is_none() {
        return;
    }
    let card = compare(study("nyc.toml").set("compare.cluster=none").expect("a setting"));
    assert_eq!(card.study.cluster, "none");
    let mean = card.kpi("time/closed_time_mean").expect("the closed mean");
    let (half, _) = half_width(mean);
    assert!((half / 1.959_964 - 4.423_909).abs() < 1e-3, "{half}");
    let mut sampled = card.kpis.iter().filter(|row| row.sampling == giamtang::kpi::Sampling::Cluster);
    assert!(sampled.all(|row| row.flags.contains(&giamtang::scorecard::Flag::Independent)));
}

/// Cases made of events, by the figures of `../shared/data/README.md`, each to the digits given there.
#[test]
fn receipts_take_less_time_and_dashboards_say_more() {
    if shared("receipt.xes.gz").is_none() {
        return;
    }
    let card = compare(study("receipt.toml"));
    let rows = &card.reconciliation;
    assert_eq!((rows.read, rows.accepted), (1_434, 1_432));
    assert_eq!(rows.by_rule, [("finished_before_received".to_owned(), 2)].into());
    let events = card.events.as_ref().expect("events");
    assert_eq!((events.reconciliation.read, events.reconciliation.quarantined), (8_577, 0));
    assert_eq!((events.activities, events.officers, events.cases), (27, 48, 1_434));
    let close = |id: &str, expected: [f64; 2], n: [u64; 2]| {
        let found = figures(card.kpi(id).expect(id));
        assert_eq!(found.map(|figure| figure.n), n, "{id}");
        for (figure, expected) in found.iter().zip(expected) {
            assert!((figure.value - expected).abs() < 0.000_05, "{id}: {} is not {expected}", figure.value);
        }
    };
    close("time/elapsed_time", [52.6797, 43.3639], [609, 483]);
    close("time/elapsed_time_p90", [111.4242, 115.6609], [609, 483]);
    close("time/closed_time_mean", [57.9937, 61.2531], [596, 566]);
    let median = figures(card.kpi("time/elapsed_time").expect("the headline"));
    assert_eq!(median.map(|figure| figure.events), [392, 355]);
    for (figure, limits) in median.iter().zip([[50.4291, 54.6423], [38.3639, 47.3683]]) {
        for (found, expected) in [figure.low, figure.high].iter().zip(limits) {
            // The log has milliseconds, which are floored: a second is 0.000 012 days.
            assert!((found.expect("a limit") - expected).abs() < 0.000_062, "{found:?} is not {expected}");
        }
    }
    let on_time = figures(card.kpi("time/on_time").expect("the on-time rate"));
    assert_eq!(on_time.map(|figure| (figure.events, figure.n)), [(431, 639), (392, 549)]);
}

/// Traces as dossiers, without a look at their events, are the same dossiers, as far as these tell; and so is the log in
/// two parts.
#[test]
fn receipts_are_the_same_by_traces_and_in_parts() {
    if shared("receipt.xes.gz").is_none() {
        return;
    }
    let whole = study("receipt.toml").plan().and_then(|plan| plan.cube()).expect("a cube");
    let parts = (1..=2).map(|part| study("receipt.toml").shard(part, 2).and_then(|study| study.plan())?.cube());
    let parts: Vec<_> = parts.collect::<giamtang::Result<_>>().expect("parts");
    let merged =
        parts.into_iter().reduce(|whole, part| whole.merge(part, std::path::Path::new("part")).expect("a part"));
    assert!(merged.and_then(|cube| cube.to_bytes().ok()) == whole.to_bytes().ok());
    let text = std::fs::read_to_string(project("tests/studies/receipt.toml")).expect("the study");
    let traces = Study::parse(&text.replace("events = ", "cases = "), project("tests/studies/receipt.toml"));
    let traces = compare(traces.expect("a study"));
    let own = compare(study("receipt.toml"));
    assert_eq!(traces.reconciliation, own.reconciliation);
    let told: Vec<_> = traces.kpis.iter().filter(|row| row.is.value().is_some()).collect();
    assert!(told.len() >= 4, "{}", told.len());
    for row in told {
        let same = own.kpi(&row.id).expect(&row.id);
        assert_eq!((&row.was, &row.is), (&same.was, &same.is), "{}", row.id);
    }
}

/// Local times as America/New_York: 4,057 of 4,783 and 4,106 of 4,882 due requests closed in time.
#[test]
fn boston_keeps_its_promises_as_often_as_before() {
    if shared("boston_311.csv.gz").is_none() {
        return;
    }
    let card = compare(study("boston.toml"));
    let rows = &card.reconciliation;
    assert_eq!((rows.read, rows.accepted, rows.quarantined), (46_638, 46_628, 10));
    assert_eq!(rows.by_rule["finished_before_received"], 10);

    let on_time = figures(card.kpi("time/on_time").expect("the on-time rate"));
    assert_eq!(on_time.map(|figure| (figure.events, figure.n)), [(4_057, 4_783), (4_106, 4_882)]);
    let median = figures(card.kpi("time/elapsed_time").expect("the headline"));
    for (figure, (seconds, n)) in median.iter().zip([(70_075.0, 7_758), (84_771.0, 7_872)]) {
        assert!((figure.value * 86_400.0 - seconds).abs() < 1e-4, "{}", figure.value);
        assert_eq!(figure.n, n);
    }
}

/// The city's own flag says ONTIME where we say finished at or before the target, in every closed case with one.
#[test]
fn bostons_published_flag_is_our_comparison() {
    if shared("boston_311.csv.gz").is_none() {
        return;
    }
    let in_time = Kpi {
        id: "test/in_time".into(),
        name: Name { en: "In time".into(), vi: "Đúng hạn".into() },
        formula: "finished ≤ due / closed with a target".into(),
        unit: Unit::Share,
        better: Better::Higher,
        sampling: Sampling::Cluster,
        source: "the published flag".into(),
        text: "".into(),
        example: "".into(),
        axis: None,
        vietnamese: None,
        recipe: Source::Given(
            Recipe::share(by("finished_at", "due_at"))
                .among(elapsed("received_at", "due_at").is_not_null())
                .anchor(Anchor::Finished)
                .into(),
        ),
    };
    let settings = ["windows.is=2013-01-01..2022-12-31", "windows.was=2000-01-01..2000-12-31", "compare.by=['flag']"];
    let study = settings.into_iter().fold(study("boston.toml"), |study, setting| study.set(setting).expect(setting));
    let study = study.set("columns.flag=on_time").expect("a column").kpis([in_time]);
    let card = compare(study);
    let all = card.kpis[0].is.value().expect("a share");
    assert_eq!((all.n, card.groups.len()), (24_487, 2));
    for group in &card.groups {
        let share = group.kpis[0].is.value().expect("a share").value;
        let expected = if group.by["flag"].as_deref() == Some("ONTIME") { 1.0 } else { 0.0 };
        assert_eq!(share, expected, "{:?}", group.by);
    }
}

/// A calendar that ends before the log does is an error that names the years.
#[test]
fn a_calendar_that_does_not_cover_the_log_names_the_years() {
    if shared("nyc_council_casework.csv.gz").is_none() {
        return;
    }
    let study = study("nyc.toml").set("calendar.base=vietnam").expect("a base");
    let study = study.set("windows.was=2017-01-01..2017-12-31").expect("a window");
    let error = study.plan().map(|_: Plan| ()).expect_err("2017 is not covered").to_string();
    assert!(error.contains("2017") && error.contains("2019-01-01..2026-12-31"), "{error}");
}
