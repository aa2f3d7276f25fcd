//! All KPIs in one pass, against the engine's group_by and against one scan per KPI.

use crate::logs::Logs;
use criterion::{Criterion, Throughput};
use giamtang::Plan;
use giamtang::cube::{Content, Cube};
use giamtang::kpi;
use polars::prelude::*;
use std::path::Path;

/// Dossiers finished in the second window, by the mean's moments.
fn finished(cube: &Cube) -> i64 {
    let keep = cube.keep(&kpi::find("time/closed_time_mean").expect("the KPI").recipe().keep).expect("kept");
    let n = |cell: &giamtang::cube::Cell| match &cell.content {
        Content::Moments(moments) => moments.n,
        Content::Pairs(_) | Content::Tally(_) => 0,
    };
    cube.cells(keep, 1).map(|(_, cell)| n(cell)).sum()
}

/// The rival: the closed mean alone, as a query with one group_by; no row rules, no repeated ids, no other KPI.
fn group_by(path: &Path) -> i64 {
    let scan = LazyFrame::scan_parquet(PlRefPath::try_from_path(path).expect("a path"), ScanArgsParquet::default());
    let day = |y, m, d| lit(chrono::NaiveDate::from_ymd_opt(y, m, d).expect("a day").and_time(Default::default()));
    let within = |from: Expr, to: Expr| col("finished_at").gt_eq(from).and(col("finished_at").lt(to));
    let slot = when(within(day(2023, 2, 15), day(2023, 8, 1)))
        .then(lit(0))
        .when(within(day(2024, 2, 15), day(2024, 8, 1)))
        .then(lit(1))
        .otherwise(lit(NULL));
    let seconds = (col("finished_at") - col("received_at")).dt().total_seconds(false);
    let result = col("outcome").is_in(lit(Series::new("".into(), ["granted", "refused"])).implode(false), false);
    let grouped = scan
        .expect("a scan")
        .filter(result)
        .select([slot.alias("slot"), col("unit"), seconds.alias("seconds")])
        .filter(col("slot").is_not_null())
        .group_by([col("slot"), col("unit")])
        .agg([len().alias("n"), col("seconds").sum(), (col("seconds") * col("seconds")).sum().alias("squares")]);
    let counts = grouped.filter(col("slot").eq(lit(1))).select([col("n").cast(DataType::Int64).sum()]);
    let frame = counts.collect_with_engine(Engine::Streaming).expect("counts").unwrap_single();
    frame.column("n").and_then(|column| column.i64().map(|n| n.get(0))).ok().flatten().unwrap_or_default()
}

pub fn benches(criterion: &mut Criterion) {
    let logs = Logs::new();
    let all: Plan = logs.plan(&logs.parquet());
    assert_eq!(finished(&all.cube().expect("a cube")), group_by(&logs.parquet()));
    let mut group = criterion.benchmark_group(format!("cube/build/{}", logs.rows));
    group.sample_size(10).throughput(Throughput::Elements(logs.rows));
    group.bench_function("all_kpis", |b| b.iter(|| all.cube().expect("a cube")));
    group.bench_function("rival_group_by_one_kpi", |b| b.iter(|| group_by(&logs.parquet())));
    group.bench_function("rival_one_scan_per_kpi", |b| {
        b.iter(|| {
            let plans = kpi::catalogue().map(|kpi| logs.plan_of(&logs.parquet(), kpi));
            plans.map(|plan| plan.cube().expect("a cube").len()).sum::<usize>()
        })
    });
    group.finish();
}
