//! The cube as a file in Parquet, written whole and sealed; and how files are written at all.

use super::cells::Cells;
use super::frame::{Reading, frame, row_groups};
use super::seal::{self, Sealing};
use super::{Cube, Header, MAGIC, SCHEMA};
use crate::error::{Error, ErrorKind, Result, plain};
use crate::ingest::regular_file;
use polars::prelude::*;
use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, Cursor, Read, Write};
use std::path::Path;

/// The key of the checksum in the file's metadata.
const SEAL: &str = "giamtang.seal";

/// The key of the header among the file's metadata.
const HEADER: &str = "giamtang";

/// Modes of new files: for whom the user's mask lets in, and for their owner alone.
const ALL: u32 = 0o666;
const OWNER: u32 = 0o600;

/// Writes a file beside its path and renames it: a killed run leaves the old file or the new one.
///
/// A link is followed, and what is no regular file (a device, a pipe) is written to, not replaced. A new file has the
/// permissions the user's mask gives, an old one keeps its own.
///
/// # Errors
///
/// The folder cannot be written; what stood at the path still stands.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    write(path, |file| file.write_all(bytes), None)
}

/// The same for what names people: only the file's owner may read and write it, whatever stood there before.
///
/// # Errors
///
/// The folder cannot be written; what stood at the path still stands.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    write(path, |file| file.write_all(bytes), Some(OWNER))
}

/// Writes a cube so, row group by row group.
pub(super) fn save(cube: &Cube, path: &Path) -> Result<()> {
    write(path, |file| write_to(cube, file), None)
}

fn write(path: &Path, fill: impl FnOnce(&mut File) -> io::Result<()>, mode: Option<u32>) -> Result<()> {
    let target = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let old = std::fs::metadata(&target).ok();
    let written = match &old {
        Some(there) if there.is_dir() => Err(io::Error::other("it is a folder")),
        Some(there) if !there.is_file() => {
            let sent = OpenOptions::new().write(true).open(&target).and_then(|mut file| fill(&mut file));
            return sent.map_err(|error| Error::unfinished(path, &error));
        }
        _ => replace(&target, fill, mode, old.map(|there| there.permissions())),
    };
    written.map_err(|error| Error::unwritable(path, why(folder(&target), error)))
}

/// What went wrong with the new file, without its passing name.
fn why(folder: &Path, error: io::Error) -> String {
    let inner = error.get_ref().and_then(|named| named.source()).and_then(|inner| inner.downcast_ref::<io::Error>());
    let error = inner.and_then(io::Error::raw_os_error).map_or(error, io::Error::from_raw_os_error);
    match error.kind() {
        io::ErrorKind::NotFound if !folder.exists() => "its folder does not exist".into(),
        io::ErrorKind::NotFound => "no file can be made in its folder".into(),
        io::ErrorKind::ReadOnlyFilesystem => "its disk may only be read".into(),
        io::ErrorKind::FileTooLarge => "it is larger than a file may be there".into(),
        _ => plain(&error),
    }
}

fn folder(target: &Path) -> &Path {
    target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// From its first byte the new file is as open as it will be, never more.
fn replace(
    target: &Path,
    fill: impl FnOnce(&mut File) -> io::Result<()>,
    mode: Option<u32>,
    old: Option<Permissions>,
) -> io::Result<()> {
    let mut file = beside(mode.unwrap_or(ALL)).tempfile_in(folder(target))?;
    if let Some(permissions) = old.filter(|_| mode.is_none()) {
        file.as_file().set_permissions(permissions)?;
    }
    fill(file.as_file_mut())?;
    file.as_file().sync_all()?;
    file.persist(target).map(|_| ()).map_err(|e| e.error)
}

/// A new file with what the user's mask leaves of a mode.
fn beside(mode: u32) -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
    #[cfg(not(unix))]
    let _ = mode;
    builder
}

/// A damaged file may stop the engine's reader; the run goes on to say so.
pub(super) fn load(path: &Path) -> Result<Cube> {
    let read = std::panic::catch_unwind(|| loaded(path));
    read.unwrap_or_else(|_| Err(Error::unreadable(path, "the reader stopped on damaged data")))
}

/// The bytes of a file; of one that is no cube only the first.
fn stored(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = regular_file(path)?;
    let mut bytes = Vec::new();
    Read::by_ref(&mut file).take(MAGIC.len() as u64).read_to_end(&mut bytes)?;
    if bytes == MAGIC {
        file.read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

fn loaded(path: &Path) -> Result<Cube> {
    let damaged = |e: PolarsError| Error::unreadable(path, e);
    let foreign = |why: String| Error::from(ErrorKind::ForeignCube { path: path.into(), why });
    let bytes = stored(path).map_err(|error| Error::unreadable(path, plain(&error)))?;
    match seal::is_whole(&bytes) {
        Some(true) => {}
        Some(false) => return Err(Error::unreadable(path, "it is damaged: its checksum does not fit")),
        None if !bytes.starts_with(&MAGIC) => return Err(Error::unreadable(path, "it is no cube")),
        None => return Err(foreign("it is no cube of this version, or its end is missing".into())),
    }
    let file = ParquetReader::new(Cursor::new(&bytes[..])).get_metadata().map_err(damaged)?.clone();
    let metadata = file.key_value_metadata().iter().flatten();
    let text = metadata.into_iter().find(|pair| pair.key == HEADER).and_then(|pair| pair.value.as_deref());
    let header = header(text).map_err(foreign)?;
    let cells = cells(&bytes, &file, &header).map_err(damaged)?;
    let cells = cells.ok_or_else(|| Error::unreadable(path, "it is damaged: its cells are in no order"))?;
    Ok(Cube { header, cells })
}

/// The header, or why it is none.
fn header(text: Option<&str>) -> std::result::Result<Header, String> {
    let text = text.ok_or("it is a Parquet file, but no cube")?;
    let header: Header = serde_json::from_str(text).map_err(|e| format!("its header is damaged: {e}"))?;
    if header.schema != SCHEMA {
        return Err(format!("it is {}, this version reads {SCHEMA}", header.schema));
    }
    let cluster = header.settings.get("cluster").and_then(|cluster| cluster.as_str());
    if cluster.is_some_and(|cluster| header.dimensions.first().map(String::as_str) != Some(cluster)) {
        return Err("its header is damaged: the cluster is no dimension".to_owned());
    }
    Ok(header)
}

/// The cells, read row group by row group; none where they are in no order.
fn cells(bytes: &[u8], file: &FileMetadataRef, header: &Header) -> PolarsResult<Option<Cells>> {
    // Small files are read side by side, a large one column by column.
    let parallel = if file.row_groups.len() > 1 { ParallelStrategy::Columns } else { ParallelStrategy::None };
    let mut reading = Reading::new(header.keeps.len(), header.dimensions.len());
    for group in &file.row_groups {
        // As a file of this row group alone: asked for a slice, the engine unpacks all groups each time.
        let mut alone = (**file).clone();
        (alone.row_groups, alone.num_rows) = (vec![group.clone()], group.num_rows());
        let mut reader = ParquetReader::new(Cursor::new(bytes));
        reader.set_metadata(alone.into());
        reading.add(&reader.read_parallel(parallel).finish()?)?;
    }
    Ok(reading.finish())
}

/// Writes the file row group by row group; the footer last, sealed.
pub(super) fn write_to(cube: &Cube, file: &mut dyn Write) -> io::Result<()> {
    let sealing = Sealing::new(file);
    let written = fill(cube, &sealing);
    // What the engine makes of an error no longer says which it was.
    match sealing.failure() {
        Some(failure) => Err(failure),
        None => written.map_err(io::Error::other).and_then(|()| sealing.finish()),
    }
}

fn fill(cube: &Cube, sealing: &Sealing<'_>) -> PolarsResult<()> {
    let header = serde_json::to_string(&cube.header).map_err(|e| polars_err!(ComputeError: "{e}"))?;
    let metadata = vec![(HEADER.to_owned(), header), (SEAL.to_owned(), seal::blank())];
    let table = |rows: &[_]| frame(&cube.cells.groups, cube.header.dimensions.len(), rows);
    let mut writer = ParquetWriter::new(sealing)
        .with_key_value_metadata(Some(KeyValueMetadata::from_static(metadata)))
        .with_compression(ParquetCompression::Zstd(None))
        .with_statistics(StatisticsOptions::empty())
        .set_parallel(false)
        .batched(table(&[])?.schema())?;
    for rows in row_groups(&cube.cells) {
        writer.write_batch(&table(&rows)?)?;
    }
    sealing.begin_footer();
    writer.finish().map(|_| ())
}
