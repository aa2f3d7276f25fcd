//! CSV: read in chunks of whole rows by one thread, taken apart by many.
//!
//! [`Shape::of`] finds the separator and the header, [`Chunks`] cuts what follows between rows, and [`Chunk::rows`] takes
//! a chunk apart. Rows are numbered from 1 after the header; a blank line is a row where something follows it.

pub(in crate::ingest) use super::csv_chunks::Chunks;
pub(in crate::ingest) use super::csv_rows::Chunk;

use super::csv_header::{Beginning, Header};
use crate::error::{Error, Result};
use std::io::Read;
use std::path::Path;

/// How a CSV is written: its separator and its header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ingest) struct Shape {
    /// The byte between two fields.
    pub(in crate::ingest) separator: u8,
    /// The names of its columns, trimmed; a repeated one ends in `_duplicated_0`, `_duplicated_1`, and so on.
    pub(in crate::ingest) header: Vec<String>,
    /// The bytes before its rows.
    pub(super) start: usize,
}

impl Shape {
    /// Reads the beginning of a text, as far as its header goes.
    ///
    /// The separator is a comma, what a first line such as `sep=;` says, or where a comma finds one column only, the
    /// first of semicolon, tab and bar that finds more.
    ///
    /// # Errors
    ///
    /// The text cannot be read or has no header; the header does not end, or is not in UTF-8.
    pub(in crate::ingest) fn of(mut input: impl Read, path: &Path) -> Result<Self> {
        let mut beginning = Beginning::default();
        loop {
            beginning.read(&mut input).map_err(|error| Error::unreadable(path, format!("in its header: {error}")))?;
            if let Some(header) = beginning.header().map_err(|why| Error::unreadable(path, why))? {
                return Self::under(&header)
                    .ok_or_else(|| Error::unreadable(path, "its header is not in UTF-8; set `format.encoding`"));
            }
        }
    }

    fn under(header: &Header) -> Option<Self> {
        Some(Self { separator: header.separator, header: header.names()?, start: header.end })
    }
}
