//! The drill-down, and the first axis by kind of applicant.

use super::row::Row;
use super::settings::Settings;
use crate::cube::Cube;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The KPIs of one group of dossiers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Group {
    /// Column to name; a null name is a group of its own.
    pub by: BTreeMap<String, Option<String>>,
    /// Its KPIs.
    pub kpis: Vec<Row>,
}

impl Group {
    /// Whether anything is known of it in either window.
    pub(super) fn has_figures(&self) -> bool {
        let is_known =
            |row: &Row| row.is.value().is_some() || row.was.as_ref().is_some_and(|was| was.value().is_some());
        self.kpis.iter().any(is_known)
    }
}

/// The column of the kind of applicant: citizen, business, agency, as the log names them.
const APPLICANT: &str = "applicant";

/// What a group is called, and which dimensions must have which names.
pub(super) type Named<'a> = (BTreeMap<String, Option<String>>, Vec<(usize, Option<&'a str>)>);

/// The groups of the drill-down that have a cell.
pub(super) fn drilled<'a>(cube: &'a Cube, settings: &Settings) -> Vec<Named<'a>> {
    by(cube, &settings.by)
}

/// The kinds of applicant that have a cell, where the drill-down is not by them already; what names none is no kind.
pub(super) fn applicants<'a>(cube: &'a Cube, settings: &Settings) -> Vec<Named<'a>> {
    if settings.by.iter().any(|column| column == APPLICANT) {
        return Vec::new();
    }
    let kinds = by(cube, &[APPLICANT.to_owned()]);
    kinds.into_iter().filter(|(_, filter)| filter.iter().all(|(_, name)| name.is_some())).collect()
}

fn by<'a>(cube: &'a Cube, columns: &[String]) -> Vec<Named<'a>> {
    let position = |by: &String| cube.header.dimensions.iter().position(|dimension| dimension == by);
    let positions: Vec<usize> = columns.iter().filter_map(position).collect();
    if positions.is_empty() {
        return Vec::new();
    }
    let names = |group: &'a [Option<String>]| positions.iter().map(|at| group[*at].as_deref()).collect::<Vec<_>>();
    let distinct: BTreeSet<Vec<Option<&str>>> = cube.groups().map(names).collect();
    let named = distinct.into_iter().map(|names| {
        let by = columns.iter().cloned().zip(names.iter().map(|name| name.map(str::to_owned))).collect();
        (by, positions.iter().copied().zip(names).collect())
    });
    named.collect()
}
