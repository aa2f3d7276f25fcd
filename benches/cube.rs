//! All KPIs in one pass, against the engine's group_by and against one scan per KPI; cubes merged, saved and loaded.

use crate::allocations::Allocated;
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
    let (cube, allocated) = Allocated::by(|| all.cube().expect("a cube"));
    assert_eq!(finished(&cube), group_by(&logs.parquet()));
    allocated.print("cube/build", logs.rows, "row");
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

/// Cubes of one plan, as parts of a log that was split outside.
const PARTS: usize = 1_000;

/// Files of so many parts as one cube, by one merge and by a merge for each part; and a cube to its file and back.
pub fn files(criterion: &mut Criterion) {
    let logs = Logs::of(300);
    let folder = tempfile::tempdir().expect("a folder");
    let of_rows = |rows: u64, name: &str| {
        let path = folder.path().join(name);
        logs.first(rows).cube().and_then(|cube| cube.save(&path)).expect("a file");
        path
    };
    // What stands in a part is of a thousandth of the dossiers.
    let parts: Vec<_> = (0..PARTS).map(|_| folder.path().join("part.parquet")).collect();
    of_rows((logs.rows / 1_000).max(200), "part.parquet");
    let part = Cube::load(&parts[0]).expect("a part");
    let cells = (part.len() * PARTS) as u64;
    let load = || Cube::load_all(&parts).expect("a cube").expect("parts");
    let (merged, allocated) = Allocated::by(load);
    let one_by_one = |parts: &[std::path::PathBuf]| {
        let others = parts.iter().map(|path| (part.clone(), path.as_path()));
        others.fold(part.clone(), |whole, (part, path)| whole.merge(part, path).expect("the same plan"))
    };
    assert_eq!(merged, one_by_one(&parts[1..]));
    allocated.print("cube/merge", cells, "cell");
    let mut group = criterion.benchmark_group(format!("cube/merge/{PARTS}"));
    group.sample_size(10).throughput(Throughput::Elements(cells));
    group.bench_function("of_files", |b| b.iter(load));
    group.bench_function("in_memory", |b| {
        b.iter(|| {
            let others = parts[1..].iter().map(|path| (part.clone(), path.as_path()));
            part.clone().merge_all(others).expect("the same plan")
        })
    });
    group.bench_function("rival_one_by_one", |b| b.iter(|| one_by_one(&parts[1..])));
    group.finish();

    let path = of_rows(logs.rows, "whole.parquet");
    let whole = Cube::load(&path).expect("the whole");
    let mut group = criterion.benchmark_group(format!("cube/file/{}", whole.len()));
    group.sample_size(10).throughput(Throughput::Elements(whole.len() as u64));
    let (_, allocated) = Allocated::by(|| whole.save(&path).expect("a file"));
    allocated.print("cube/save", whole.len() as u64, "cell");
    let (loaded, allocated) = Allocated::by(|| Cube::load(&path).expect("a cube"));
    assert_eq!(loaded, whole);
    allocated.print("cube/load", whole.len() as u64, "cell");
    group.bench_function("save", |b| b.iter(|| whole.save(&path).expect("a file")));
    group.bench_function("load", |b| b.iter(|| Cube::load(&path).expect("a cube")));
    group.finish();
}
