//! Whether what a study says of values and personal columns can be used.

use super::file::StudyFile;
use crate::error::{Error, Result, nearest_name};
use crate::ingest::{Field, Kind, Profile, Table, canonical_values, is_personal};

/// Fails on values that are mapped to none of a column's own or in a column that is not of names, on columns that have
/// no list, and on columns that tell persons.
pub(super) fn check(file: &StudyFile, profile: &Profile) -> Result<()> {
    for (column, map) in &file.values {
        if Field::named(column).kind != Kind::Text {
            return Err(Error::value(format!("values.{column}"), "…", "a column of names; only names are mapped"));
        }
        let Some((list, _)) = canonical_values(column) else { continue };
        let must = column == "outcome" || is_canonical(file, profile, column);
        if let Some((own, canonical)) = map.iter().find(|(_, canonical)| must && !list.contains(&canonical.as_str())) {
            let near = nearest_name(canonical, list.iter().copied()).map(|near| format!("; perhaps {near}"));
            let expected = format!("one of {}{}", list.join(", "), near.unwrap_or_default());
            return Err(Error::value(format!("values.{column}.\"{own}\""), canonical, expected));
        }
    }
    if let Some(odd) = file.log.canonical.iter().find(|column| canonical_values(column).is_none()) {
        return Err(Error::value(
            "log.canonical",
            odd,
            "columns with a list of values: outcome, status, national_status, channel",
        ));
    }
    let mapped = file.columns.cases.iter().chain(&file.columns.events);
    let mapped = mapped.map(|(name, source)| (format!("columns.{name}"), source));
    // A column of the study's own that nothing maps is read by its own name.
    let is_mapped = |name: &&String| !file.columns.cases.contains_key(*name);
    let own = |key: &'static str, names: Vec<&'_ String>| -> Vec<(String, String)> {
        names.into_iter().filter(is_mapped).map(|name| (key.to_owned(), name.clone())).collect()
    };
    let beside = Table::beside().flat_map(|table| {
        let of_table = file.columns.of(table).iter();
        of_table.map(move |(name, source)| (format!("columns.{}.{name}", table.name()), source))
    });
    let mut read: Vec<(String, String)> = mapped.chain(beside).map(|(key, source)| (key, source.clone())).collect();
    read.extend(own("compare.by", file.compare.by.iter().collect()));
    read.extend(own("compare.cluster", file.compare.cluster.iter().collect()));
    read.extend(own("compare.standardise", file.compare.standardise.iter().collect()));
    read.extend(own("values", file.values.keys().collect()));
    match read.into_iter().find(|(_, source)| is_personal(source)) {
        Some((key, source)) => Err(Error::value(key, source, "a column that tells no person")),
        None => Ok(()),
    }
}

fn is_canonical(file: &StudyFile, profile: &Profile, column: &str) -> bool {
    file.log.canonical.iter().any(|own| own == column) || profile.is_canonical(column)
}
