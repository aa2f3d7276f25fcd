//! A cube and its parts, each cell sorted into its part once: a drill-down by officers has thousands of them.

use super::settings::Settings;
use crate::cube::{Cell, Cube, Keep, Layout};
use std::collections::BTreeMap;

/// Cells of a part by keep and window, each with its week and group.
#[derive(Default)]
pub(super) struct Part<'a> {
    cells: BTreeMap<(usize, u8), Vec<Placed<'a>>>,
}

/// A cell with its week and group.
pub(super) type Placed<'a> = (u16, &'a [Option<String>], &'a Cell);

/// The names that a part's groups have in some dimensions.
pub(super) type Names<'a> = Vec<Option<&'a str>>;

impl<'a> Part<'a> {
    /// The parts of a cube by the names in these dimensions.
    pub(super) fn by(cube: &'a Cube, dimensions: &[usize]) -> BTreeMap<Names<'a>, Self> {
        let mut parts: BTreeMap<Names<'a>, Self> = BTreeMap::new();
        let of_windows = |keep: usize| cube.layout(keep) == Some(Layout::Windows);
        // Months have no groups; they are the whole cube's.
        let own = cube.all().filter(|((keep, ..), _)| dimensions.is_empty() || of_windows(*keep));
        for ((keep, slot, week, group), cell) in own {
            let names = dimensions.iter().map(|at| group[*at].as_deref()).collect();
            let own = parts.entry(names).or_default().cells.entry((keep, slot)).or_default();
            own.push((week, group, cell));
        }
        parts
    }

    /// The cells of a keep in a window.
    pub(super) fn cells(&self, keep: usize, slot: u8) -> &[Placed<'a>] {
        self.cells.get(&(keep, slot)).map(Vec::as_slice).unwrap_or_default()
    }
}

/// A cube with what every part of it needs.
pub(super) struct Whole<'a> {
    pub(super) cube: &'a Cube,
    pub(super) settings: &'a Settings,
    pub(super) part: Part<'a>,
    /// The number of each cluster, in the order of their names.
    clusters: BTreeMap<Option<&'a str>, u32>,
    /// The place of each keep, by its key.
    keeps: BTreeMap<&'a str, usize>,
    /// The dimensions whose mix is held fixed.
    pub(super) strata: Vec<usize>,
}

/// The column whose names are merged into others.
const PROCEDURE: &str = "procedure";

impl<'a> Whole<'a> {
    pub(super) fn of(cube: &'a Cube, settings: &'a Settings) -> Self {
        let mut clusters = BTreeMap::new();
        if settings.cluster.is_some() {
            // A month may have units that the windows have not; that it names none may only mean that it tells none apart.
            let is_of_rows = |keep: usize| cube.layout(keep) == Some(Layout::Windows);
            let of_rows = cube.all().filter(|((keep, .., group), _)| group[0].is_some() || is_of_rows(*keep));
            clusters.extend(of_rows.map(|((.., group), _)| (group[0].as_deref(), 0)));
            clusters.values_mut().enumerate().for_each(|(id, slot)| *slot = id as u32);
        }
        let keeps = cube.header.keeps.iter().enumerate().map(|(place, key)| (key.as_str(), place)).collect();
        let part = Part::by(cube, &[]).remove(&Vec::new()).unwrap_or_default();
        let position = |column: &String| cube.header.dimensions.iter().position(|dimension| dimension == column);
        let strata = settings.standardise.iter().filter_map(position).collect();
        Self { cube, settings, part, clusters, keeps, strata }
    }

    /// The number of the cluster of a group; one that is none of the windows' has a number that no cluster has.
    pub(super) fn cluster(&self, group: &[Option<String>]) -> u32 {
        let name = group.first().and_then(|name| name.as_deref());
        self.clusters.get(&name).copied().unwrap_or(u32::MAX)
    }

    /// The names of the clusters, in the order of their numbers.
    pub(super) fn cluster_names(&self) -> impl Iterator<Item = Option<&'a str>> {
        self.clusters.keys().copied()
    }

    /// The stratum of a group: a procedure that was merged is of the one it was merged into.
    pub(super) fn stratum(&self, group: &'a [Option<String>]) -> Vec<Option<&'a str>> {
        let name = |place: &usize| {
            let name = group[*place].as_deref()?;
            let merged = self.cube.header.dimensions[*place] == PROCEDURE;
            let successor = self.settings.successors.get(name).filter(|_| merged);
            Some(successor.map_or(name, String::as_str))
        };
        self.strata.iter().map(name).collect()
    }

    /// The place of a keep in windows of a kind; `None` where the plan did not keep it there.
    pub(super) fn keep(&self, layout: Layout, keep: &Keep) -> Option<usize> {
        self.keeps.get(layout.key(keep).as_str()).copied()
    }
}
