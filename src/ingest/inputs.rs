//! The files that an entry of the study means.

use super::format::bytes::plain;
use super::source::{Manner, Source};
use crate::error::{Error, ErrorKind, Result};
use std::collections::{BTreeMap, HashSet};
use std::io::ErrorKind::NotFound;
use std::path::{Path, PathBuf};

impl Source {
    /// The inputs that match one entry of the study, each file once, sorted by path; `-` is standard input.
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
        let paths = match std::fs::symlink_metadata(&full) {
            Ok(_) => vec![full],
            Err(error) if error.kind() != NotFound && !pattern.contains(['*', '?', '[']) => {
                return Err(Error::unreadable(&full, plain(&error)));
            }
            Err(_) => found(base, pattern)?,
        };
        let file = |path: PathBuf| {
            let here = std::env::current_dir().unwrap_or_default();
            let inside = path.strip_prefix(base).or_else(|_| path.strip_prefix(here)).unwrap_or(&path);
            let label = inside.to_string_lossy().into_owned();
            Self::file(label, path, constants.clone(), manner)
        };
        paths.into_iter().map(file).collect()
    }
}

fn found(base: &Path, pattern: &str) -> Result<Vec<PathBuf>> {
    let none = || Error::from(ErrorKind::NoMatch { pattern: pattern.to_owned() });
    let text = escaped(base, pattern).ok_or_else(none)?;
    let found = glob::glob(&text).map_err(|_| none())?;
    let found = found.map(|path| path.map_err(|e| Error::unreadable(e.path(), plain(e.error()))));
    let mut paths: Vec<PathBuf> = found.collect::<Result<_>>()?;
    // A link in a folder may lead to the folder, and the same file would be read again and again.
    let mut seen = HashSet::new();
    paths.retain(|path| seen.insert(path.canonicalize().unwrap_or_else(|_| path.clone())));
    check_names(Path::new(&text))?;
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

/// Fails on a name that a pattern would match if it were text: the pattern passes over it without a word.
fn check_names(pattern: &Path) -> Result<()> {
    let parts = pattern.ancestors().filter_map(|part| Some((part.parent()?.to_str()?, part.file_name()?.to_str()?)));
    for (folders, name) in parts.filter(|(_, name)| name.contains(['*', '?', '['])) {
        let Ok(name) = glob::Pattern::new(name) else { continue };
        let folders = if folders.is_empty() { "." } else { folders };
        for folder in glob::glob(folders).into_iter().flatten().flatten() {
            let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
            let strange = entries.map(|entry| entry.path()).find(|path| {
                let own = path.file_name().filter(|own| own.to_str().is_none());
                own.is_some_and(|own| name.matches(&own.to_string_lossy()))
            });
            if let Some(path) = strange {
                return Err(Error::unreadable(&path, "its name is not in UTF-8; rename it"));
            }
        }
    }
    Ok(())
}
