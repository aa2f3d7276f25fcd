//! Calibration: how often an interval holds what was planted, over many cities of unequal offices.
//!
//! The truth is that of the model, of which each city's offices are a sample: see `giamtang::synth::truth`. Every KPI of
//! the catalogue that the truth knows is counted; a new one is counted as soon as it is in both.

use giamtang::kpi::{self, Sampling};
use giamtang::scorecard::{Change, Difference, Figure, Known, Row};
use giamtang::synth::{City, Expected, Level, Truth, frame, truth};
use giamtang::{Scorecard, Study};
use std::collections::BTreeMap;

const WINDOWS: [&str; 2] = ["2023-02-15..2023-07-31", "2024-02-15..2024-07-31"];
const SEEDS: u64 = 200;
/// Of 200 intervals that hold the truth with a chance of 95 %, 184 or more do so with a chance of 98 %.
const LEAST: u32 = 184;
const OFFICES: [usize; 3] = [10, 30, 100];
const CASES: u64 = 2_400;

/// How often the interval of the change, of `was` and of `is` held the truth.
type Counts = BTreeMap<&'static str, [u32; 3]>;

fn compare(city: &City) -> Scorecard {
    let frame = city.dossiers().and_then(frame).expect("a frame");
    let study = Study::builder().windows(WINDOWS[0], WINDOWS[1]).cluster("unit").zone("Asia/Ho_Chi_Minh");
    study.calendar("vietnam").plan_frame(frame).and_then(|plan| plan.compare()).expect("a scorecard")
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
        for seed in (first..SEEDS).step_by(2) {
            let card = compare(&City::new(1_000 + seed).cases(CASES).offices(offices));
            for own in known(truth) {
                add(&mut counts, own, card.kpi(own.id).expect("a row"));
            }
        }
        counts
    };
    let (mut counts, other) = std::thread::scope(|scope| {
        let other = scope.spawn(|| half(1));
        (half(0), other.join().expect("a half"))
    });
    for (id, more) in other {
        for (count, more) in counts.entry(id).or_default().iter_mut().zip(more) {
            *count += more;
        }
    }
    counts
}

#[test]
fn intervals_hold_the_planted_truth() {
    let truth = truth(&City::new(0), 300_000).expect("a truth");
    let mut low = Vec::new();
    for offices in OFFICES {
        for (id, held) in counted(offices, &truth) {
            let [change, was, is] = held;
            println!("{offices:>3} offices  {id:<32} change {change} was {was} is {is} of {SEEDS}");
            low.extend(held.into_iter().any(|held| held < LEAST).then(|| format!("{offices} offices: {id} {held:?}")));
        }
    }
    assert!(low.is_empty(), "{low:#?}");
}
