//! The files that an entry of the study means.

use super::source::{Manner, Source};
use crate::error::{Error, ErrorKind, Result};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

impl Source {
    /// The inputs that match one entry of the study, sorted by path; `-` is standard input.
    ///
    /// # Errors
    ///
    /// Nothing matches, or a match cannot be read.
    pub fn matching(
        base: &Path,
        pattern: &str,
        constants: &BTreeMap<String, String>,
        manner: &Manner,
    ) -> Result<Vec<Self>> {
        if pattern == "-" {
            return Ok(vec![Self::standard_input(constants.clone(), manner)?]);
        }
        let full = base.join(pattern);
        let paths = if std::fs::symlink_metadata(&full).is_ok() { vec![full] } else { found(base, pattern)? };
        let file = |path: PathBuf| {
            let label = path.strip_prefix(base).unwrap_or(&path).to_string_lossy().into_owned();
            Self::file(label, path, constants.clone(), manner)
        };
        paths.into_iter().map(file).collect()
    }
}

fn found(base: &Path, pattern: &str) -> Result<Vec<PathBuf>> {
    let none = || Error::from(ErrorKind::NoMatch { pattern: pattern.to_owned() });
    let text = escaped(base, pattern).ok_or_else(none)?;
    let found = glob::glob(&text).map_err(|_| none())?;
    let found = found.map(|path| path.map_err(|e| Error::unreadable(e.path(), super::format::bytes::plain(e.error()))));
    let paths: Vec<PathBuf> = found.collect::<Result<_>>()?;
    if paths.is_empty() { Err(none()) } else { Ok(paths) }
}

/// A pattern in a folder whose own name may hold glob characters.
fn escaped(base: &Path, pattern: &str) -> Option<String> {
    if Path::new(pattern).is_absolute() {
        return Some(pattern.to_owned());
    }
    let base = glob::Pattern::escape(base.to_str()?);
    Path::new(&base).join(pattern).to_str().map(str::to_owned)
}
