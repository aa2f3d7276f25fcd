//! What the log is opened with: inputs, columns, formats, the range of plausible dates.

use super::defaults::Defaults;
use super::file::{Constant, DayRange, Entry, StudyFile};
use super::resolve;
use crate::error::{Error, ErrorKind, Result, nearest_name};
use crate::ingest::{Field, Kind, OUTCOMES, Opening, Reading, Source, Zone, meant};
use crate::kpi::Kpi;
use crate::measure::Needs;
use polars::frame::DataFrame;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The range of dates that are plausible, where the study does not say.
pub(super) const PLAUSIBLE: &str = "1990-01-01..2049-12-31";

/// The opening of a study's log.
///
/// # Errors
///
/// A key of `[log]`, `[columns]` or `[values]` that cannot be used, or a path that nothing matches.
pub(super) fn opening(
    file: &StudyFile,
    path: &Path,
    frame: Option<DataFrame>,
    kpis: &[Kpi],
    zone: Zone,
    defaults: &mut Defaults,
) -> Result<Opening> {
    let profile = defaults.or("log.profile", &file.log.profile, "generic");
    if profile != "generic" {
        return Err(Error::value("log.profile", profile, "generic"));
    }
    let ids = defaults.or("log.ids", &file.log.ids, "checked");
    if !["checked", "trusted"].contains(&ids.as_str()) {
        return Err(Error::value("log.ids", ids, "checked or trusted"));
    }
    let text = defaults.or("log.plausible", &file.log.plausible.map(|range| range.to_string()), PLAUSIBLE);
    let plausible: DayRange = text.parse().map_err(|why: String| Error::value("log.plausible", text, why))?;
    let dimensions = dimensions(file);
    check_names(file, &dimensions)?;
    check_values(file)?;
    let day = |date| zone.midnight(resolve::day_number(date));
    let plausible = (day(plausible.first), day(plausible.last.succ_opt().unwrap_or(plausible.last)));
    Ok(Opening {
        sources: sources(file, path, frame)?,
        fields: fields(kpis, &dimensions),
        names: file.columns.clone(),
        values: file.values.clone(),
        formats: file.format.datetime.0.iter().map(|format| Reading::of_format(format)).collect::<Result<_>>()?,
        zone,
        plausible,
        trusted_ids: ids == "trusted",
    })
}

/// The columns of names that the study groups by.
fn dimensions(file: &StudyFile) -> Vec<&String> {
    let all = file.compare.by.iter().chain(&file.compare.cluster);
    all.filter(|column| *column != "none").collect()
}

/// Fails on a name that only a slip tells from a canonical one; a column of the study's own may have any other.
fn check_names(file: &StudyFile, dimensions: &[&String]) -> Result<()> {
    let constants = file.log.cases.iter().flat_map(Entry::constants);
    for name in file.columns.keys().chain(file.values.keys()).chain(constants) {
        if let Some(near) = meant(name).filter(|_| !dimensions.contains(&name)) {
            let (name, near) = (name.clone(), Some(near));
            return Err(ErrorKind::UnknownName { name, of: "a column of `cases`", near }.into());
        }
    }
    Ok(())
}

/// Fails on values that are mapped to none of a column's own, or in a column that is not of names.
fn check_values(file: &StudyFile) -> Result<()> {
    for (own, canonical) in file.values.get("outcome").into_iter().flatten() {
        if !OUTCOMES.contains(&canonical.as_str()) {
            let near = nearest_name(canonical, OUTCOMES).map(|near| format!("; perhaps {near}")).unwrap_or_default();
            let expected = format!("one of {}{near}", OUTCOMES.join(", "));
            return Err(Error::value(format!("values.outcome.\"{own}\""), canonical, expected));
        }
    }
    if let Some(odd) = file.values.keys().find(|name| matches!(Field::named(name).kind, Kind::Id | Kind::Instant)) {
        return Err(Error::value(format!("values.{odd}"), "…", "a column of names; ids and dates are not mapped"));
    }
    Ok(())
}

fn sources(file: &StudyFile, path: &Path, frame: Option<DataFrame>) -> Result<Vec<Source>> {
    if let Some(frame) = frame {
        return Ok(vec![Source::frame(frame)]);
    }
    if file.log.cases.is_empty() {
        return Err(Error::value("log.cases", "(missing)", "a list of paths such as [\"cases/*.csv\"]"));
    }
    let base = path.parent().filter(|base| !base.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let none = BTreeMap::new();
    let entry = |entry: &Entry| match entry {
        Entry::Path(path) => Source::matching(base, path, &none),
        Entry::Set { path, set } => Source::matching(base, path, &set.iter().map(Constant::text).collect()),
    };
    Ok(file.log.cases.iter().map(entry).collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
}

/// The columns to read: what KPIs, row rules and grouping need, in the schema's order.
fn fields(kpis: &[Kpi], dimensions: &[&String]) -> Vec<Field> {
    let mut needs = Needs::default();
    kpis.iter().for_each(|kpi| needs.extend(kpi.recipe().keep.needs()));
    let always = ["case_id", "received_at", "finished_at", "unit"].map(str::to_owned);
    let names: BTreeSet<String> = always
        .into_iter()
        .chain(needs.required)
        .chain(needs.refining)
        .chain(dimensions.iter().map(|d| (*d).clone()))
        .collect();
    names.iter().map(|name| Field::named(name)).collect()
}
