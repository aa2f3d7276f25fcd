//! Parquet and Arrow IPC, by the engine: its errors and its panics name the file.

mod pages;
mod parts;

use crate::error::{Error, Result};
use crate::ingest::piece::Frame;
use parts::parts;
use polars::prelude::*;
use std::fs::File;
use std::num::NonZeroUsize;
use std::path::Path;

/// Rows per batch: large enough to hide the hand-over, small enough for the cache of a worker.
const BATCH: usize = 1 << 16;

/// A Parquet file.
pub(in crate::ingest) fn parquet(path: &Path) -> Result<LazyFrame> {
    // Glob characters in a name that matched are part of the name.
    let args = ScanArgsParquet { glob: false, ..Default::default() };
    guarded(path, || LazyFrame::scan_parquet(PlRefPath::try_from_path(path)?, args))
}

/// Fails on a Parquet file whose pages claim what cannot be; the engine would believe them.
pub(in crate::ingest) fn check_pages(path: &Path) -> Result<()> {
    let damaged = |group: usize, why: &str| Error::unreadable(path, format!("row group {}: {why}", group + 1));
    let metadata = guarded(path, || ParquetReader::new(File::open(path)?).get_metadata().cloned())?;
    let mut file = File::open(path).map_err(|e| Error::unreadable(path, super::bytes::plain(&e)))?;
    for (number, group) in metadata.row_groups.iter().enumerate() {
        if group.num_rows() > pages::MOST_ROWS {
            return Err(damaged(number, "it has more than 268 million rows; write it in smaller ones"));
        }
        for column in group.parquet_columns() {
            let (range, values) = guarded(path, || Ok((column.byte_range(), column.num_values())))?;
            let doubt = pages::doubt(&mut file, range, values);
            if let Some(why) = doubt.map_err(|e| Error::unreadable(path, super::bytes::plain(&e)))? {
                return Err(damaged(
                    number,
                    &format!("column `{}`: {why}", column.descriptor().path_in_schema.join(".")),
                ));
            }
        }
    }
    Ok(())
}

/// The rows of a Parquet file, as its footer has them.
pub(in crate::ingest) fn rows(path: &Path) -> Option<u64> {
    let rows = guarded(path, || ParquetReader::new(File::open(path)?).num_rows());
    rows.ok().map(|rows| rows as u64)
}

/// An Arrow IPC file.
pub(in crate::ingest) fn ipc(path: &Path) -> Result<LazyFrame> {
    let args = UnifiedScanArgs { glob: false, ..Default::default() };
    guarded(path, || LazyFrame::scan_ipc(PlRefPath::try_from_path(path)?, IpcScanOptions::default(), args))
}

/// An Arrow IPC stream, which has no end to look at first: it is taken into memory.
pub(in crate::ingest) fn stream(path: &Path) -> Result<DataFrame> {
    let file = File::open(path).map_err(|e| Error::unreadable(path, super::bytes::plain(&e)))?;
    guarded(path, || IpcStreamReader::new(file).finish())
}

/// The columns and their types.
pub(in crate::ingest) fn schema(path: &Path, scan: &LazyFrame) -> Result<SchemaRef> {
    let mut scan = scan.clone();
    guarded(path, || scan.collect_schema())
}

/// Row groups of a Parquet file that whoever gets them takes apart.
pub(in crate::ingest) type Groups = Box<dyn FnOnce() -> Result<Frame> + Send>;

/// Hands out the row groups of a Parquet file one by one, until all are or nobody listens.
///
/// So memory holds as many as there are workers; the engine on its own takes apart what is not wanted yet. Their first
/// column, of the name `row`, numbers the rows.
pub(in crate::ingest) fn send_groups(
    path: &Path,
    asked: &[PlSmallStr],
    row: &'static str,
    out: impl Fn(Groups) -> bool,
) -> Result<()> {
    let metadata = guarded(path, || ParquetReader::new(File::open(path)?).get_metadata().cloned())?;
    let schema = guarded(path, || {
        let mut reader = ParquetReader::new(File::open(path)?);
        reader.set_metadata(metadata.clone());
        reader.schema()
    })?;
    let mut start = 0;
    for (group, rows) in
        metadata.row_groups.iter().map(|group| group.num_rows()).enumerate().filter(|(_, rows)| *rows > 0)
    {
        let (metadata, schema) = (metadata.clone(), schema.clone());
        let (file, asked) = (path.to_owned(), asked.to_vec());
        let read = move || {
            let parts = parts(&file, &metadata, group, &schema, &asked)?;
            let first = IdxSize::try_from(start + 1).map_err(|e| polars_err!(ComputeError: "{e}"))?;
            let (columns, texts): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
            let rows = DataFrame::new(rows, columns)?.with_row_index(row.into(), Some(first))?;
            Ok(Frame { rows, texts: texts.into() })
        };
        let file = path.to_owned();
        if !out(Box::new(move || guarded(&file, read))) {
            break;
        }
        start += rows;
    }
    Ok(())
}

/// Sends every row on in batches, until all are sent or nobody listens.
pub(in crate::ingest) fn send(
    path: &Path,
    scan: LazyFrame,
    in_order: bool,
    out: impl Fn(DataFrame) -> bool + Send + Sync + 'static,
) -> Result<()> {
    let callback = PlanCallback::new(move |frame: DataFrame| Ok(!out(frame)));
    let query = || scan.sink_batches(callback, in_order, NonZeroUsize::new(BATCH));
    guarded(path, || query()?.collect_with_engine(Engine::Streaming)).map(|_| ())
}

/// Runs a step of the engine; its errors and its panics name the file.
fn guarded<T>(path: &Path, step: impl FnOnce() -> PolarsResult<T>) -> Result<T> {
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(step)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(Error::unreadable(path, told(&error))),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            Err(Error::unreadable(path, stopped(text.or(panic.downcast_ref::<&str>().copied()).unwrap_or_default())))
        }
    }
}

/// What the engine says, unless it only prints its own insides.
fn told(error: &PolarsError) -> String {
    let text = error.to_string();
    if text.contains('{') { "its data are damaged".to_owned() } else { text }
}

/// Why the engine stopped: at a type it does not know, or else at damage that it did not foresee.
fn stopped(text: &str) -> &'static str {
    match () {
        () if text.contains("not supported by Polars") || text.contains("extension type") => {
            "it has a column of a type that is not read; write the file without that column"
        }
        () if text.contains("time zone") => "it has a column in a time zone that does not exist; convert it to UTC",
        () => "the reader stopped on damaged data, or on a column of a type that it does not read",
    }
}
