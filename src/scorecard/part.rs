//! A cube and its parts, each cell sorted into its part once: a drill-down by officers has thousands of them.

use super::settings::Settings;
use crate::cube::{Cell, Cube, Keep};
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
        for ((keep, slot, week, group), cell) in cube.all() {
            let names = dimensions.iter().map(|at| group[*at].as_deref()).collect();
            let own = parts.entry(names).or_default().cells.entry((*keep, *slot)).or_default();
            own.push((*week, group.as_slice(), cell));
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
}

impl<'a> Whole<'a> {
    pub(super) fn of(cube: &'a Cube, settings: &'a Settings) -> Self {
        let mut clusters = BTreeMap::new();
        if settings.cluster.is_some() {
            clusters.extend(cube.groups().map(|group| (group[0].as_deref(), 0)));
            clusters.values_mut().enumerate().for_each(|(id, slot)| *slot = id as u32);
        }
        let keeps = cube.header.keeps.iter().enumerate().map(|(place, key)| (key.as_str(), place)).collect();
        let part = Part::by(cube, &[]).remove(&Vec::new()).unwrap_or_default();
        Self { cube, settings, part, clusters, keeps }
    }

    /// The number of the cluster of a group.
    pub(super) fn cluster(&self, group: &[Option<String>]) -> u32 {
        let name = group.first().and_then(|name| name.as_deref());
        self.clusters.get(&name).copied().unwrap_or_default()
    }

    /// The place of a keep; `None` where the plan did not keep it.
    pub(super) fn keep(&self, keep: &Keep) -> Option<usize> {
        self.keeps.get(keep.key().as_str()).copied()
    }
}
