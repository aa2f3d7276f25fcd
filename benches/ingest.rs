//! Reading, row rules and repeated ids, against the engine reading and casting the same columns.

use crate::logs::Logs;
use criterion::{Criterion, Throughput};
use polars::prelude::*;
use std::path::Path;

/// The rival: the columns read and cast, nothing checked.
fn read_and_cast(path: &Path) -> usize {
    let path = PlRefPath::try_from_path(path).expect("a path");
    let moment = DataType::Datetime(TimeUnit::Microseconds, None);
    let names = [col("case_id"), col("unit"), col("receiving_unit"), col("outcome")];
    let scan = match path.as_str().ends_with(".parquet") {
        true => LazyFrame::scan_parquet(path, ScanArgsParquet::default()).expect("a scan"),
        false => LazyCsvReader::new(path).with_infer_schema_length(Some(0)).finish().expect("a scan"),
    };
    let schema = scan.clone().collect_schema().expect("a schema");
    let cast = |name: &str, to: &DataType| match schema.get(name) {
        Some(DataType::String) => {
            let options = StrptimeOptions { strict: false, ..StrptimeOptions::default() };
            col(name).str().strptime(to.clone(), options, lit("raise"))
        }
        _ => col(name).cast(to.clone()),
    };
    let dates = ["submitted_at", "received_at", "finished_at"].map(|name| cast(name, &moment));
    let columns = names.into_iter().chain(dates).chain([cast("due_at", &DataType::Date)]).collect::<Vec<_>>();
    let counts = scan.select(columns).select([all().as_expr().count()]);
    let frame = counts.collect_with_engine(Engine::Streaming).expect("counts").unwrap_single();
    frame.column("case_id").and_then(|column| column.u32().map(|n| n.get(0))).ok().flatten().unwrap_or_default()
        as usize
}

pub fn benches(criterion: &mut Criterion) {
    let logs = Logs::new();
    let mut group = criterion.benchmark_group(format!("ingest/check/{}", logs.rows));
    group.sample_size(10).throughput(Throughput::Elements(logs.rows));
    for (name, path) in [("csv", logs.csv()), ("parquet", logs.parquet())] {
        let plan = logs.plan(&path);
        let found = plan.check().expect("findings").reconciliation();
        assert_eq!((found.accepted, found.quarantined), (logs.rows, 0));
        assert_eq!(read_and_cast(&path) as u64, logs.rows);
        group.bench_function(name, |b| b.iter(|| plan.check().expect("findings")));
        group.bench_function(format!("rival_read_and_cast_{name}"), |b| b.iter(|| read_and_cast(&path)));
    }
    group.finish();
}
