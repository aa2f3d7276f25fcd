//! The drill-down, and the first axis by kind of applicant.

use super::number::Known;
use super::part::{Names, Part, Whole};
use super::row::{Figure, Row};
use crate::error::Undefined;
use serde::Serialize;
use std::collections::BTreeMap;

/// The KPIs of one group of dossiers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Group {
    /// Column to name; a null name is a group of its own.
    pub by: BTreeMap<String, Option<String>>,
    /// Its KPIs.
    pub kpis: Vec<Row>,
}

impl Group {
    /// Whether anything was counted of it in either window.
    pub(super) fn has_rows(&self) -> bool {
        // What is not reached yet, or cannot be compared, is of rows all the same.
        let is_met = |figure: &Known<Figure>| match figure {
            Known::Yes(_) => true,
            Known::No(why) => matches!(why, Undefined::NotReached | Undefined::NoBase),
        };
        self.kpis.iter().any(|row| row.was.iter().chain([&row.is]).any(is_met))
    }
}

/// The column of the kind of applicant: citizen, business, agency, as the log names them.
const APPLICANT: &str = "applicant";

/// The parts of a cube that are told apart by some of its dimensions.
pub(super) struct Parts<'a> {
    columns: Vec<String>,
    dimensions: Vec<usize>,
    parts: BTreeMap<Names<'a>, Part<'a>>,
}

/// What a part is called, its cells, and which dimensions have which names.
pub(super) type Named<'a, 'p> = (BTreeMap<String, Option<String>>, &'p Part<'a>, Vec<(usize, Option<&'a str>)>);

impl<'a> Parts<'a> {
    /// Those of the drill-down that have a cell.
    pub(super) fn drilled(whole: &Whole<'a>) -> Self {
        Self::by(whole, &whole.settings.by)
    }

    /// The kinds of applicant, where the drill-down is not by them already; what names none is no kind.
    pub(super) fn applicants(whole: &Whole<'a>) -> Self {
        let told = whole.settings.by.iter().any(|column| column == APPLICANT);
        let mut kinds = Self::by(whole, &if told { Vec::new() } else { vec![APPLICANT.to_owned()] });
        kinds.parts.retain(|names, _| names.iter().all(Option::is_some));
        kinds
    }

    fn by(whole: &Whole<'a>, columns: &[String]) -> Self {
        let position = |by: &String| whole.cube.header.dimensions.iter().position(|dimension| dimension == by);
        let dimensions: Vec<usize> = columns.iter().filter_map(position).collect();
        let parts = if dimensions.is_empty() { BTreeMap::new() } else { whole.parts(&dimensions) };
        Self { columns: columns.to_vec(), dimensions, parts }
    }

    /// Each part with the names that its dossiers have in the columns, and in the dimensions.
    pub(super) fn named(&self) -> impl Iterator<Item = Named<'a, '_>> {
        self.parts.iter().map(|(names, part)| {
            let filter = self.dimensions.iter().copied().zip(names.iter().copied()).collect();
            let names = names.iter().map(|name| name.map(str::to_owned));
            (self.columns.iter().cloned().zip(names).collect(), part, filter)
        })
    }
}
