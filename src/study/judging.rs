//! How the scorecard is to judge: grouping, level, margins, guards.

use super::defaults::Defaults;
use super::designs::reform_month;
use super::file::{StudyFile, Treated};
use super::resolve::{Timing, days};
use crate::error::{Error, ErrorKind, Result, nearest_name};
use crate::ingest::{CASES, Field, Held, Kind, Log, Table};
use crate::kpi::Axis;
use crate::measure::Counting;
use crate::scorecard::{Margin, Margins, Settings};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The horizon of restricted means where a study names none.
const RESTRICTED: &str = "90 days";

/// By column of any table, whether it is one of names in every table that has it.
pub(super) type Named = BTreeMap<String, bool>;

/// The columns of the dossiers and of the tables beside them; one that is joined, or made of others, is none of names.
pub(super) fn named(log: &Log, beside: &[Held]) -> Named {
    let of_log = log.columns().into_iter().map(|column| (column, is_name(column)));
    let of_table = |held: &Held, column: &str| {
        let own = Field::of_table(held.table, column);
        own.grouping().kind == Kind::Text && matches!(held.kind(column), None | Some(Kind::Text | Kind::Key))
    };
    let beside = beside
        .iter()
        .flat_map(|held| held.columns().chain(held.id.as_deref()).map(move |column| (column, of_table(held, column))));
    let mut named = Named::new();
    for (column, is_name) in of_log.chain(beside) {
        *named.entry(column.to_owned()).or_insert(true) &= is_name;
    }
    named
}

/// Whether a column of dossiers is one of names; what another table tells of them has that table's name before it.
fn is_name(column: &str) -> bool {
    Table::of_column(column) == Table::Cases && Field::named(column).kind == Kind::Text
}

/// The settings of a study whose log has these columns.
///
/// # Errors
///
/// A key of `[compare]` or `[verdict]` that cannot be used.
pub(super) fn settings(
    file: &StudyFile,
    given: BTreeMap<String, String>,
    path: &Path,
    columns: Named,
    timing: &Timing,
    counting: Counting,
    mut defaults: Defaults,
) -> Result<Settings> {
    Ok(Settings {
        name: file.study.name.clone().unwrap_or_else(|| stem(path)),
        was: timing.windows.was.map(|was| was.to_string()),
        is: timing.windows.is.to_string(),
        counting: counting.name().to_owned(),
        level: level(file, &mut defaults)?,
        cluster: cluster(file, &columns, &mut defaults)?,
        by: listed("compare.by", &file.compare.by, &columns)?,
        standardise: listed("compare.standardise", &file.compare.standardise, &columns)?,
        successors: BTreeMap::new(),
        months: Vec::new(),
        reform: reform_month(timing.windows.reform),
        longer: timing.windows.longer_days(),
        restricted: days(
            "compare.restricted",
            &defaults.or("compare.restricted", &file.compare.restricted, RESTRICTED),
        )?,
        treated: treated(&file.compare.treated, timing.windows.reform)?,
        screening: file.chart.screening.unwrap_or(false),
        sensitivity: file.verdict.sensitivity.unwrap_or(true),
        calendar: timing.calendar.is_some(),
        open_days: Vec::new(),
        office_seconds: Vec::new(),
        tariff: None,
        season: timing.differs_in_season(),
        provisional: timing.is_provisional(),
        least: least(file, &mut defaults)?,
        margins: margins(file, &mut defaults)?,
        without: without(file)?,
        kpis: file.kpi.clone(),
        columns: columns.into_keys().collect(),
        given,
        defaults: defaults.into_keys(),
    })
}

fn cluster(file: &StudyFile, columns: &Named, defaults: &mut Defaults) -> Result<Option<String>> {
    let cluster = defaults.or("compare.cluster", &file.compare.cluster, "unit");
    if cluster == "none" {
        return Ok(None);
    }
    groupable("compare.cluster", &cluster, columns, ", or \"none\" where rows are independent")?;
    Ok(Some(cluster))
}

/// Columns of names, each once.
fn listed(key: &str, given: &[String], columns: &Named) -> Result<Vec<String>> {
    given.iter().try_for_each(|column| groupable(key, column, columns, ""))?;
    match given.iter().enumerate().find(|(at, column)| given[..*at].contains(column)) {
        Some((_, twice)) => Err(Error::value(key, twice, "each column once")),
        None => Ok(given.to_vec()),
    }
}

/// By unit that reformed: its month.
fn treated(given: &Treated, reform: NaiveDate) -> Result<BTreeMap<String, i64>> {
    let names: BTreeMap<String, i64> = match given {
        Treated::None => return Ok(BTreeMap::new()),
        Treated::Names(names) => names.iter().map(|name| (name.clone(), reform_month(reform))).collect(),
        Treated::Days(days) => days.iter().map(|(name, day)| (name.clone(), reform_month(day.0))).collect(),
    };
    match names.is_empty() {
        true => Err(Error::value("compare.treated", "[]", "the units that reformed, or no such key")),
        false => Ok(names),
    }
}

/// Fails unless a column of names is there to group by.
fn groupable(key: &str, name: &str, columns: &Named, or: &str) -> Result<()> {
    if columns.get(name) == Some(&true) {
        return Ok(());
    }
    let own = columns.iter().filter(|(_, is_name)| **is_name).map(|(column, _)| column.as_str());
    let canonical = CASES.iter().map(|(column, _)| *column).filter(|column| is_name(column));
    let near = nearest_name(name, own.chain(canonical));
    let near = near.map(|near| format!(", perhaps `{near}`")).unwrap_or_default();
    Err(Error::value(key, name, format!("a column of names in the log{near}{or}")))
}

/// The counting profile of a study.
///
/// # Errors
///
/// There is no such profile.
pub(super) fn counting(file: &StudyFile, defaults: &mut Defaults) -> Result<Counting> {
    let name = defaults.or("compare.counting", &file.compare.counting, Counting::default().name());
    let expected = "strict, 766 or 06a";
    Counting::named(&name).ok_or_else(|| Error::value("compare.counting", name, expected))
}

fn level(file: &StudyFile, defaults: &mut Defaults) -> Result<f64> {
    let level = defaults.number("compare.level", file.compare.level, 0.95);
    let fits = level > 0.5 && level < 1.0;
    if fits { Ok(level) } else { Err(Error::value("compare.level", level.to_string(), "a number between 0.5 and 1")) }
}

/// The smallest number of persons that is published.
fn least(file: &StudyFile, defaults: &mut Defaults) -> Result<u64> {
    let least = defaults.number("privacy.least", file.privacy.least, Settings::least() as f64);
    let fits = least.fract() == 0.0 && (3.0..=1_000.0).contains(&least);
    let expected = "a whole number of persons from 3 to 1000";
    if fits { Ok(least as u64) } else { Err(Error::value("privacy.least", least.to_string(), expected)) }
}

fn margins(file: &StudyFile, defaults: &mut Defaults) -> Result<Margins> {
    let (guard, census) = (&file.verdict.guard, &file.verdict.census);
    let mut margin = |key: &str, given, default| {
        let key = format!("verdict.{key}");
        let margin = defaults.number(&key, given, default);
        let fits = (0.0..1.0).contains(&margin);
        if fits { Ok(margin) } else { Err(Error::value(key, margin.to_string(), "a number from 0 to below 1")) }
    };
    Ok(Margins {
        guard: Margin {
            share: margin("guard.share", guard.share, 0.02)?,
            other: margin("guard.other", guard.other, 0.05)?,
        },
        census: Margin {
            share: margin("census.share", census.share, 0.02)?,
            other: margin("census.other", census.other, 0.05)?,
        },
        quarantined: margin("guard.quarantined", guard.quarantined, 0.05)?,
        undated: margin("guard.undated", guard.undated, 0.05)?,
        implausible: margin("guard.implausible", guard.implausible, 0.05)?,
    })
}

/// The guards left out, each a guard of some axis.
fn without(file: &StudyFile) -> Result<Vec<String>> {
    let guards: BTreeSet<&str> = Axis::ALL.iter().flat_map(|axis| axis.guards()).collect();
    for name in &file.verdict.without {
        if !guards.contains(name.as_str()) {
            let near = nearest_name(name, guards.iter().copied());
            return Err(ErrorKind::UnknownName { name: name.clone(), of: "a guard of any axis", near }.into());
        }
    }
    Ok(file.verdict.without.clone())
}

pub(super) fn stem(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_else(|| "study".to_owned())
}
