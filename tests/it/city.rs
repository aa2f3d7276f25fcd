//! Calibration: how often an interval holds what was planted, over many cities of unequal offices.
//!
//! The truth is that of the model, of which each city's offices are a sample: see `giamtang::synth::truth`. Every KPI of
//! the catalogue that the truth knows is counted; a new one is counted as soon as it is in both.

use crate::workbench::{Workbench, project};
use giamtang::cube;
use giamtang::kpi::{self, Sampling};
use giamtang::scorecard::{Change, Difference, Figure, Known, Row};
use giamtang::synth::{City, Expected, FileFormat, Level, Truth, frame, truth, write_demo, write_tables};
use giamtang::{Scorecard, Study, Undefined};
use std::collections::BTreeMap;
use std::sync::OnceLock;

const WINDOWS: [&str; 2] = ["2023-02-15..2023-07-31", "2024-02-15..2024-07-31"];
const SEEDS: u64 = 200;
/// What a recipe is held to: the mean of its KPIs' counts, of the change and of both windows.
const LEAST: f64 = 184.0;
/// What each single count is held to. Of 200 intervals that hold the truth with a chance of 95 %, fewer than 176 do so
/// once in 38,000 times; of hundreds of counts one in fifty would be below 184 by chance alone.
const EACH: u32 = 176;
const OFFICES: [usize; 3] = [10, 30, 100];
const CASES: u64 = 2_400;

/// How often the interval of the change, of `was` and of `is` held the truth.
type Counts = BTreeMap<&'static str, [u32; 3]>;

/// Intervals are counted, and nothing that stands beside them.
const ALONE: [&str; 3] = ["compare.series=none", "compare.longer=none", "verdict.sensitivity=false"];

fn compare(city: &City) -> Scorecard {
    let frame = city.dossiers().and_then(frame).expect("a frame");
    let study = Study::builder().windows(WINDOWS[0], WINDOWS[1]).cluster("unit").zone("Asia/Ho_Chi_Minh");
    let study = ALONE.iter().try_fold(study, |study, key| study.set(key)).expect("settings");
    study
        .calendar("vietnam")
        .plan_frame(frame)
        .and_then(|plan| plan.compare().map(crate::contract::held))
        .expect("a scorecard")
}

/// What is planted, of a million dossiers: it takes a while, and is the same for every test.
pub fn planted() -> &'static Truth {
    static PLANTED: OnceLock<Truth> = OnceLock::new();
    PLANTED.get_or_init(|| truth(&City::new(0), 1_000_000).expect("a truth"))
}

/// The KPIs whose intervals are about clusters, with what was planted.
fn known(truth: &Truth) -> Vec<&Expected> {
    let is_sampled = |own: &&Expected| kpi::find(own.id).is_some_and(|kpi| kpi.sampling == Sampling::Cluster);
    truth.kpis.iter().filter(is_sampled).collect()
}

/// A limit that is open holds everything on its side; an interval that is not there holds nothing.
fn holds(low: Option<f64>, high: Option<f64>, level: Level) -> bool {
    (low.is_some() || high.is_some())
        && low.is_none_or(|low| low <= level.value)
        && high.is_none_or(|high| level.value <= high)
}

fn change_holds(change: &Known<Change>, level: Level) -> bool {
    change.value().is_some_and(|change| {
        let Difference { low, high, .. } = change.absolute;
        holds(low, high, level)
    })
}

fn figure_holds(figure: Option<&Known<Figure>>, level: Level) -> bool {
    figure.and_then(|figure| figure.value()).is_some_and(|figure| holds(figure.low, figure.high, level))
}

fn add(counts: &mut Counts, own: &Expected, row: &Row) {
    // A frame of dossiers has no events and no tariff; what needs them is counted elsewhere.
    if matches!(row.is.reason(), Some(Undefined::NoColumn(_) | Undefined::NoTariff)) {
        return;
    }
    let held = [
        change_holds(&row.change, own.change),
        figure_holds(row.was.as_ref(), own.was),
        figure_holds(Some(&row.is), own.is),
    ];
    for (count, held) in counts.entry(own.id).or_default().iter_mut().zip(held) {
        *count += u32::from(held);
    }
}

/// The counts over the seeds, on two threads.
fn counted(offices: usize, truth: &Truth) -> Counts {
    let half = |first: u64| {
        let mut counts = Counts::new();
        for seed in (first..=SEEDS).step_by(2) {
            let card = compare(&City::new(seed).cases(CASES).offices(offices));
            for own in known(truth) {
                add(&mut counts, own, card.kpi(own.id).expect("a row"));
            }
        }
        counts
    };
    let (mut counts, other) = std::thread::scope(|scope| {
        let other = scope.spawn(|| half(2));
        (half(1), other.join().expect("a half"))
    });
    for (id, more) in other {
        for (count, more) in counts.entry(id).or_default().iter_mut().zip(more) {
            *count += more;
        }
    }
    counts
}

/// The recipe of a KPI.
fn recipe(id: &str) -> &'static str {
    match kpi::find(id).expect("a KPI").recipe().figure {
        cube::Figure::Share => "share",
        cube::Figure::Mean => "mean",
        cube::Figure::Ratio => "ratio",
        cube::Figure::Cost | cube::Figure::YearlyCost => "cost",
        cube::Figure::Order(_) => "quantile",
        cube::Figure::Quantile(_) => "survival",
        other => panic!("{id}: {other:?} is not about clusters"),
    }
}

#[test]
fn intervals_hold_the_planted_truth() {
    let truth = planted();
    let mut low = Vec::new();
    for offices in OFFICES {
        let mut recipes: BTreeMap<&str, Vec<[u32; 3]>> = BTreeMap::new();
        for (id, held) in counted(offices, truth) {
            let [change, was, is] = held;
            println!("{offices:>3} offices  {id:<32} change {change} was {was} is {is} of {SEEDS}");
            low.extend(held.iter().any(|count| *count < EACH).then(|| format!("{offices} offices: {id} {held:?}")));
            recipes.entry(recipe(id)).or_default().push(held);
        }
        for (recipe, counts) in recipes {
            let all: Vec<f64> = counts.iter().flatten().map(|count| f64::from(*count)).collect();
            let mean = all.iter().sum::<f64>() / all.len() as f64;
            println!("{offices:>3} offices  {recipe:<10} of {} KPIs: {mean:.1} of {SEEDS}", counts.len());
            low.extend((mean < LEAST).then(|| format!("{offices} offices: {recipe} {mean:.1}")));
        }
    }
    assert!(low.is_empty(), "{low:#?}");
}

/// Cities with all their tables, and how many intervals of each KPI must hold what was planted.
const WITH_TABLES: u64 = 50;
const LEAST_OF_THEM: u32 = 46;

/// A city as the fixture's study has it, with its tables and its tariff.
fn compare_tables(city: &City) -> Scorecard {
    let bench = Workbench::new();
    write_tables(&bench.path(""), city, FileFormat::Csv, |_| {}).expect("tables");
    let study = std::fs::read_to_string(project("fixtures/study/study.toml")).expect("the fixture's study");
    let study = study.replace("[\"cases-2023.csv\", \"cases-2024.csv\"]", "[\"cases.csv\"]");
    let study = Study::parse(&study, bench.path("study.toml")).and_then(|study| study.set("compare.standardise=[]"));
    let study = ALONE.iter().fold(study, |study, key| study?.set(key));
    study.and_then(|study| study.plan()?.compare().map(crate::contract::held)).expect("a scorecard")
}

/// What needs a table beside the dossiers and has an interval: planted, and found in 46 of 50 cities.
#[test]
fn intervals_hold_what_is_planted_beside_the_dossiers() {
    let model = truth(&City::new(0), 400_000).expect("a truth");
    let mut held: BTreeMap<&str, u32> = BTreeMap::new();
    for seed in 1..=WITH_TABLES {
        let city = City::new(seed).cases(CASES);
        let (card, own) = (compare_tables(&city), truth(&city, 20_000).expect("a truth"));
        for planted in &model.kpis {
            let family = planted.id.split('/').next().unwrap_or_default();
            let is_of_table = matches!(family, "cost" | "satisfaction")
                || ["staffing/on_duty", "staffing/fte", "staffing/output_per_fte"].contains(&planted.id)
                || ["transparency/named_responsibility", "transparency/local_lead"].contains(&planted.id);
            // Officers are the city's own.
            let planted = if family == "staffing" { own.kpi(planted.id).expect("planted") } else { planted };
            let sampled = kpi::find(planted.id).is_some_and(|kpi| kpi.sampling != Sampling::Census);
            if is_of_table && sampled {
                let row = card.kpi(planted.id).expect("a row");
                *held.entry(planted.id).or_default() += u32::from(change_holds(&row.change, planted.change));
            }
        }
    }
    println!("{held:#?}");
    let low: Vec<_> = held.iter().filter(|(_, count)| **count < LEAST_OF_THEM).collect();
    assert!(held.len() >= 15 && low.is_empty(), "{low:?}");
}

fn demo(city: &City, format: FileFormat) -> (Workbench, Scorecard) {
    let bench = Workbench::new();
    write_demo(&bench.path(""), city, format, |_| {}).expect("a demo");
    let card = Study::load(bench.path("study.toml"))
        .and_then(|study| study.plan()?.compare().map(crate::contract::held))
        .expect("a scorecard");
    (bench, card)
}

fn values(card: &Scorecard) -> Vec<(&str, Option<f64>, Option<f64>)> {
    let value = |known: &Known<Figure>| known.value().map(|figure| figure.value);
    card.kpis.iter().map(|row| (row.id.as_str(), row.was.as_ref().and_then(value), value(&row.is))).collect()
}

/// The same city as CSV, as Parquet and as a frame; a frame of dossiers has no tables beside it.
#[test]
fn every_form_of_a_city_has_the_same_figures() {
    let city = City::new(4).cases(3_000);
    let (_csv, csv) = demo(&city, FileFormat::Csv);
    let (_parquet, parquet) = demo(&city, FileFormat::Parquet);
    assert_eq!((csv.reconciliation.accepted, csv.reconciliation.quarantined), (3_000, 0));
    assert_eq!(values(&csv), values(&parquet));
    let (all, frame) = (values(&csv), compare(&city));
    let of_frame: Vec<_> = values(&frame).into_iter().filter(|(_, was, is)| was.is_some() && is.is_some()).collect();
    assert!(of_frame.len() > 25 && of_frame.iter().all(|own| all.contains(own)), "{of_frame:?} not in {all:?}");
}

/// The README of a demo says how its events become dossiers; the figures that need no more are those of the dossiers.
#[test]
fn the_events_of_a_city_make_the_same_dossiers() {
    let (bench, cases) = demo(&City::new(4).cases(3_000).events(true), FileFormat::Csv);
    let readme = std::fs::read_to_string(bench.path("README.md")).expect("README.md");
    let script = readme.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a script");
    let study = format!(
        "{script}\n[study]\nzone = 'Asia/Ho_Chi_Minh'\n[calendar]\nbase = 'vietnam'\n[windows]\nwas = '{}'\nis = '{}'\n",
        WINDOWS[0], WINDOWS[1]
    );
    let events = Study::parse(&study, bench.path("study.toml"))
        .and_then(|study| study.plan()?.compare().map(crate::contract::held));
    let events = events.expect("a scorecard");
    assert_eq!((events.reconciliation.accepted, events.reconciliation.quarantined), (3_000, 0));
    let (own, other) = (values(&events), values(&cases));
    let same = ["time/elapsed_time", "time/elapsed_time_p90", "time/on_time", "quality/completion"];
    for value in other.iter().filter(|value| same.contains(&value.0)) {
        assert!(value.1.is_some() && own.contains(value), "{value:?} is not in {own:?}");
    }
}
