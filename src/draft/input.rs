//! What is looked at: the files, which table each is, and where the study will find them.

use super::column::Column;
use super::name::Name;
use super::steps::Own;
use crate::error::{Error, Result};
use crate::ingest::{Field, Glance, Manner, Profile, Source, Table};
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

/// The inputs of one table.
pub(super) struct Input {
    pub(super) table: Table,
    /// As the study writes them.
    pub(super) entries: Vec<String>,
    pub(super) sources: Vec<Source>,
}

/// The inputs by table, in the order in which they were named.
///
/// # Errors
///
/// Nothing matches, or a file cannot be read.
pub(super) fn inputs(logs: &[String], folder: &Path) -> Result<Vec<Input>> {
    let mut inputs: Vec<Input> = Vec::new();
    for log in logs {
        let sources = opened(log, false)?;
        let tables = tables(&sources)?;
        let alike = tables.windows(2).all(|pair| pair[0] == pair[1]);
        let entry = if log == "-" { log.clone() } else { relative(Path::new(log), folder) };
        for (source, table) in sources.into_iter().zip(tables) {
            let own = if alike || log == "-" { entry.clone() } else { relative(&source.path, folder) };
            let source = match table {
                Table::Events => source.of_events()?,
                _ => source,
            };
            let place = inputs.iter().position(|input| input.table == table).unwrap_or_else(|| {
                inputs.push(Input { table, entries: Vec::new(), sources: Vec::new() });
                inputs.len() - 1
            });
            inputs[place].sources.push(source);
            if !inputs[place].entries.contains(&own) {
                inputs[place].entries.push(own);
            }
        }
    }
    Ok(inputs)
}

fn opened(log: &str, events: bool) -> Result<Vec<Source>> {
    Source::matching(Path::new(""), log, &BTreeMap::new(), &Manner { encoding: None, sheet: None, events })
}

/// Which table each input is; one with the columns of another is of its table.
fn tables(sources: &[Source]) -> Result<Vec<Table>> {
    let mut tables: Vec<Table> = Vec::new();
    for (at, source) in sources.iter().enumerate() {
        let alike = (0..at).find(|other| sources[*other].schema() == source.schema());
        tables.push(alike.map_or_else(|| table(source), |other| Ok(tables[other]))?);
    }
    Ok(tables)
}

/// Which table an input is: by its kind, by the names of its columns, and where these say nothing by its rows.
fn table(source: &Source) -> Result<Table> {
    if source.format().0 == "XES" {
        return Ok(Table::Events);
    }
    let has = |name: &str| source.schema().iter_names().any(|own| own == name);
    let whole = |table: &Table| {
        let required = table.columns().iter().filter(|(name, _)| Field::of_table(*table, name).required);
        required.map(|(name, _)| *name).all(has)
    };
    let known = |table: &Table| table.columns().iter().filter(|(name, _)| has(name)).count();
    let likeliest = Table::ALL.into_iter().filter(whole).max_by_key(|table| (known(table), std::cmp::Reverse(*table)));
    if let Some(table) = likeliest {
        return Ok(table);
    }
    match () {
        () if profile(source) == Profile::Npsp => Ok(Table::Cases),
        () if has("MaHoSo") && has("ThoiDiemXuLy") => Ok(Table::Events),
        () => by_rows(source),
    }
}

/// Events repeat the ids of their dossiers, and say what was done and when.
fn by_rows(source: &Source) -> Result<Table> {
    let glance = Glance::beginning(source, &Name::is_personal)?;
    let columns: Vec<Column> = glance.columns.iter().map(|seen| Column::of(seen, &glance.parts)).collect();
    Ok(if Own::of(&columns).is_some_and(|own| own.repeats(&columns)) { Table::Events } else { Table::Cases })
}

/// The profile whose columns an input of dossiers has.
pub(super) fn profile(source: &Source) -> Profile {
    let has = |name: &str| source.schema().iter_names().any(|own| own == name);
    if has("MaHoSo") && has("NgayTiepNhan") { Profile::Npsp } else { Profile::Generic }
}

/// A path, or a pattern, as it is seen from a folder.
fn relative(path: &Path, folder: &Path) -> String {
    let is_pattern = |part: &Component| part.as_os_str().to_string_lossy().contains(['*', '?', '[']);
    let exists = std::fs::symlink_metadata(path).is_ok();
    let parts: Vec<Component> = path.components().collect();
    let plain = if exists { parts.len() - 1 } else { parts.iter().position(is_pattern).unwrap_or(parts.len() - 1) };
    let (before, behind) = parts.split_at(plain);
    let whole = |path: &Path| {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_path_buf())
    };
    let (from, to) = (whole(folder), whole(&before.iter().collect::<PathBuf>()));
    let shared = from.components().zip(to.components()).take_while(|(one, other)| one == other).count();
    let up = from.components().skip(shared).map(|_| Component::ParentDir);
    let down = to.components().skip(shared).collect::<Vec<_>>();
    let path: PathBuf = up.chain(down).chain(behind.iter().copied()).collect();
    path.to_string_lossy().into_owned()
}

/// The name of a first study: that of its first file.
pub(super) fn title(inputs: &[Input]) -> String {
    let path = inputs.first().and_then(|input| input.sources.first()).map(|source| source.path.clone());
    let name = path.unwrap_or_default().file_name().unwrap_or_default().to_string_lossy().into_owned();
    let stem = name.split('.').find(|part| !part.is_empty()).unwrap_or("log");
    stem.replace(['_', '-'], " ").trim().to_owned()
}

/// A log in which no study can be found.
pub(super) fn no_log(source: &Source, lacks: &str, columns: &[Column]) -> Error {
    let names: Vec<&str> = columns.iter().map(Column::given).take(40).collect();
    let path = source.path.display().to_string();
    Error::usage("init", &path, &format!("a log with {lacks}; its columns are {}", names.join(", ")))
}
