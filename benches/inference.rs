//! From a cube to the scorecard: all KPIs, 600 units, 24 months, adjusted for the mix; beside building that cube.

use crate::logs::Logs;
use criterion::{Criterion, Throughput};
use giamtang::scorecard::Scorecard;

/// What is asked of the city of 600 offices: two whole years, month by month, unit by unit, at a fixed mix.
const ASKED: &str = "[windows]\nwas = '2023-01-01..2023-12-31'\nis = '2024-01-01..2024-12-31'\n\
                     [compare]\nby = ['unit']\nstandardise = ['procedure']\nreform = '2024-01-31'";

pub fn benches(criterion: &mut Criterion) {
    let logs = Logs::of(600);
    let plan = logs.asked(&logs.parquet(), ASKED);
    let cube = plan.cube().expect("a cube");
    let card = Scorecard::compare(&cube).expect("a scorecard");
    assert_eq!(card.series.iter().map(|series| series.months.len()).max(), Some(24));
    // Dossiers of no named office are one more.
    assert!(logs.rows < 100_000 || card.groups.len() >= 600, "{} groups", card.groups.len());
    let mut group = criterion.benchmark_group(format!("inference/{}", logs.rows));
    group.sample_size(10).throughput(Throughput::Elements(logs.rows));
    group.bench_function("600_units_24_months", |b| b.iter(|| Scorecard::compare(&cube).expect("a scorecard")));
    group.bench_function("rival_build_the_cube", |b| b.iter(|| plan.cube().expect("a cube")));
    group.finish();
}
