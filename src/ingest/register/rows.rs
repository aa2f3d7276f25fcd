//! Rows of a register as frames and as files.

use crate::error::{Error, Result};
use crate::ingest::binding::DAYS_OF;
use polars::prelude::*;
use std::fs::File;
use std::path::Path;
use xxhash_rust::xxh3::xxh3_128;

/// The column of ids, hashed: their texts are not kept.
pub(in crate::ingest) const HASH: &str = "giamtang:hash";

/// The column that counts a row's local times that summer time made ambiguous.
pub(super) const AMBIGUOUS: &str = "giamtang:ambiguous";

/// The rows of a file at most.
pub(super) const ROWS: usize = 1 << 20;

pub(super) fn hex(id: u128) -> String {
    format!("{id:032x}")
}

/// An id's hash as it is written.
pub(in crate::ingest) fn unhex(text: &str) -> Option<u128> {
    u128::from_str_radix(text, 16).ok()
}

fn broken(path: &Path) -> impl Fn(PolarsError) -> Error {
    move |why| Error::unreadable(path, why)
}

/// The rows of a file; of some columns only, where they are named.
///
/// # Errors
///
/// It is gone or damaged.
pub(super) fn read(path: &Path, columns: Option<&[&str]>) -> Result<DataFrame> {
    let opened = || {
        let file = File::open(path)?;
        let columns = columns.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
        ParquetReader::new(file).with_columns(columns).finish()
    };
    // A damaged file may stop the engine's reader.
    match std::panic::catch_unwind(opened) {
        Ok(read) => read.map_err(broken(path)),
        Err(_) => Err(Error::unreadable(path, "the reader stopped on damaged data")),
    }
}

/// Writes rows beside the path and renames them; only the file's owner may read them.
pub(super) fn write(path: &Path, rows: &mut DataFrame) -> Result<()> {
    let unwritable = |why: std::io::Error| Error::unwritable(path, crate::error::plain(&why));
    let folder = path.parent().unwrap_or(Path::new("."));
    let file = tempfile::NamedTempFile::new_in(folder).map_err(unwritable)?;
    ParquetWriter::new(file.as_file())
        .with_compression(ParquetCompression::Zstd(None))
        .set_parallel(false)
        .finish(rows)
        .map_err(|why| Error::unwritable(path, why))?;
    file.as_file().sync_all().map_err(unwritable)?;
    file.persist(path).map_err(|why| unwritable(why.error))?;
    Ok(())
}

/// The ids of rows, hashed.
pub(super) fn ids(rows: &DataFrame) -> Result<Vec<u128>> {
    let texts = rows.column(HASH).and_then(|column| column.str().cloned());
    let texts = texts.map_err(|e| Error::broken("reading a register", e))?;
    let ids: Option<Vec<u128>> = texts.iter().map(|text| unhex(text?)).collect();
    ids.ok_or_else(|| Error::broken("reading a register", "an id that is none"))
}

/// What rows say, hashed: every value that is known, by column. Equal for rows that say the same.
pub(super) fn contents(rows: &DataFrame) -> Result<Vec<u128>> {
    let mut hashes = vec![0u128; rows.height()];
    let mut columns: Vec<&Column> = rows.columns().iter().filter(|column| column.name() != HASH).collect();
    columns.sort_unstable_by(|one, other| one.name().cmp(other.name()));
    let mut line = Vec::new();
    for column in columns {
        let name = column.name().as_str();
        let mut add = |row: usize, value: &[u8]| {
            line.clear();
            line.extend(hashes[row].to_le_bytes());
            for part in [name.as_bytes(), value] {
                line.extend((part.len() as u64).to_le_bytes());
                line.extend(part);
            }
            hashes[row] = xxh3_128(&line);
        };
        each(column, |row, value| {
            // That a moment is no day is said by every moment.
            if !(name.starts_with(DAYS_OF) && value == [0]) {
                add(row, value);
            }
        })?;
    }
    Ok(hashes)
}

/// Every value of a column that is known, as bytes.
fn each(column: &Column, mut say: impl FnMut(usize, &[u8])) -> Result<()> {
    let wrong = |e| Error::broken("reading a register", e);
    match column.dtype() {
        DataType::String => {
            let texts = column.str().map_err(wrong)?;
            texts
                .iter()
                .enumerate()
                .for_each(|(row, text)| text.into_iter().for_each(|text| say(row, text.as_bytes())));
        }
        DataType::Boolean => {
            let flags = column.bool().map_err(wrong)?;
            flags
                .iter()
                .enumerate()
                .for_each(|(row, flag)| flag.into_iter().for_each(|flag| say(row, &[u8::from(flag)])));
        }
        _ => {
            let numbers = column.to_physical_repr();
            let numbers = numbers.i64().map_err(wrong)?;
            numbers
                .iter()
                .enumerate()
                .for_each(|(row, own)| own.into_iter().for_each(|own| say(row, &own.to_le_bytes())));
        }
    }
    Ok(())
}

/// The rows marked `true`.
pub(super) fn kept(rows: &DataFrame, marks: &[bool]) -> Result<DataFrame> {
    if marks.iter().all(|kept| *kept) {
        return Ok(rows.clone());
    }
    let mask = BooleanChunked::from_slice("kept".into(), marks);
    rows.filter(&mask).map_err(|e| Error::broken("keeping rows", e))
}

/// The rows of all frames, columns that one lacks absent in its rows.
pub(super) fn together(frames: Vec<DataFrame>) -> Result<Option<DataFrame>> {
    let broken = |e| Error::broken("keeping rows", e);
    let mut names: Vec<(PlSmallStr, DataType)> = Vec::new();
    for column in frames.iter().flat_map(DataFrame::columns) {
        if names.iter().all(|(name, _)| name != column.name()) {
            names.push((column.name().clone(), column.dtype().clone()));
        }
    }
    names.sort_unstable_by(|one, other| one.0.cmp(&other.0));
    let mut all: Option<DataFrame> = None;
    for frame in frames {
        let column = |(name, dtype): &(PlSmallStr, DataType)| {
            frame.column(name).cloned().unwrap_or_else(|_| Column::full_null(name.clone(), frame.height(), dtype))
        };
        let own = DataFrame::new(frame.height(), names.iter().map(column).collect()).map_err(broken)?;
        match &mut all {
            None => all = Some(own),
            Some(all) => drop(all.vstack_mut(&own).map_err(broken)?),
        }
    }
    Ok(all)
}

/// By row, the latest of its instants and whether it has finished.
pub(super) fn ends(rows: &DataFrame) -> Result<Vec<(i64, bool)>> {
    let wrong = |e| Error::broken("reading a register", e);
    let mut ends = vec![(i64::MIN, false); rows.height()];
    for column in rows.columns().iter().filter(|column| matches!(column.dtype(), DataType::Datetime(..))) {
        let finishes = column.name() == "finished_at";
        let instants = column.to_physical_repr();
        for (end, own) in ends.iter_mut().zip(instants.i64().map_err(wrong)?.iter()) {
            if let Some(at) = own {
                // A day that a clerk promised for the far future says nothing of how old the dossier is.
                end.0 = if column.name().ends_with("due_at") { end.0 } else { end.0.max(at) };
                end.1 |= finishes;
            }
        }
    }
    Ok(ends)
}

/// How many local times of rows were ambiguous.
pub(super) fn ambiguous(rows: &DataFrame) -> u64 {
    let column = rows.column(AMBIGUOUS).ok().and_then(|column| column.i64().ok().cloned());
    column.and_then(|numbers| numbers.sum()).and_then(|sum| u64::try_from(sum).ok()).unwrap_or_default()
}
