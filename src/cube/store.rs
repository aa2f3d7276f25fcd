//! The cube as a file in Parquet, written whole and sealed; and how files are written at all.

use super::frame::{cells, frame};
use super::seal;
use super::{Cube, Header, MAGIC, SCHEMA};
use crate::error::{Error, ErrorKind, Result, plain};
use crate::ingest::regular_file;
use polars::prelude::*;
use std::fs::{OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::path::Path;

/// The key of the checksum in the file's metadata.
const SEAL: &str = "giamtang.seal";

/// The key of the header among the file's metadata.
const HEADER: &str = "giamtang";

/// Rows in one row group: fixed, so that the bytes depend on the cube alone.
const ROW_GROUP: usize = 1 << 17;

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
    write(path, bytes, None)
}

/// The same for what names people: only the file's owner may read and write it, whatever stood there before.
///
/// # Errors
///
/// The folder cannot be written; what stood at the path still stands.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    write(path, bytes, Some(OWNER))
}

fn write(path: &Path, bytes: &[u8], mode: Option<u32>) -> Result<()> {
    let target = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let old = std::fs::metadata(&target).ok();
    let written = match &old {
        Some(there) if there.is_dir() => Err(io::Error::other("it is a folder")),
        Some(there) if !there.is_file() => {
            let sent = OpenOptions::new().write(true).open(&target).and_then(|mut file| file.write_all(bytes));
            return sent.map_err(|error| Error::unfinished(path, &error));
        }
        _ => replace(&target, bytes, mode, old.map(|there| there.permissions())),
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
fn replace(target: &Path, bytes: &[u8], mode: Option<u32>, old: Option<Permissions>) -> io::Result<()> {
    let mut file = beside(mode.unwrap_or(ALL)).tempfile_in(folder(target))?;
    if let Some(permissions) = old.filter(|_| mode.is_none()) {
        file.as_file().set_permissions(permissions)?;
    }
    file.write_all(bytes)?;
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
    let mut reader = ParquetReader::new(std::io::Cursor::new(bytes));
    let metadata = reader.get_metadata().map_err(damaged)?.key_value_metadata().clone();
    let header = metadata.into_iter().flatten().find(|pair| pair.key == HEADER).and_then(|pair| pair.value);
    let header = header.ok_or_else(|| foreign("it is a Parquet file, but no cube".into()))?;
    let header: Header = serde_json::from_str(&header).map_err(|e| foreign(format!("its header is damaged: {e}")))?;
    if header.schema != SCHEMA {
        return Err(foreign(format!("it is {}, this version reads {SCHEMA}", header.schema)));
    }
    let cluster = header.settings.get("cluster").and_then(|cluster| cluster.as_str());
    if cluster.is_some_and(|cluster| header.dimensions.first().map(String::as_str) != Some(cluster)) {
        return Err(foreign("its header is damaged: the cluster is no dimension".into()));
    }
    let frame = reader.finish().map_err(damaged)?;
    let cells = cells(&frame, header.dimensions.len()).map_err(damaged)?;
    Ok(Cube { header, cells })
}

pub(super) fn bytes(cube: &Cube) -> PolarsResult<Vec<u8>> {
    let mut frame = frame(cube.header.dimensions.len(), &cube.cells)?;
    let header = serde_json::to_string(&cube.header).map_err(|e| polars_err!(ComputeError: "{e}"))?;
    let metadata = vec![(HEADER.to_owned(), header), (SEAL.to_owned(), seal::blank())];
    let metadata = KeyValueMetadata::from_static(metadata);
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes)
        .with_key_value_metadata(Some(metadata))
        .with_compression(ParquetCompression::Zstd(None))
        .with_row_group_size(Some(ROW_GROUP))
        .set_parallel(false)
        .finish(&mut frame)?;
    seal::sealed(bytes).ok_or_else(|| polars_err!(ComputeError: "the footer has no place for the checksum"))
}
