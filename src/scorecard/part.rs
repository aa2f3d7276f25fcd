//! A cube and its parts, each cell sorted into its part once: a drill-down by officers has thousands of them.

use super::settings::Settings;
use crate::cube::{Cell, Cube, Keep, Layout};
use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroUsize;
use std::ops::Range;

/// Cells of a part by keep and window, each with its week and group.
#[derive(Default)]
pub(super) struct Part<'a> {
    cells: Vec<Placed<'a>>,
    /// Where those of each keep and window are, in order.
    ranges: Vec<((usize, u8), Range<usize>)>,
}

/// A cell with its week and group, and the numbers of its cluster and its stratum.
#[derive(Clone, Copy)]
pub(super) struct Placed<'a> {
    pub(super) week: u16,
    /// The number of its group.
    number: u32,
    pub(super) cluster: u32,
    pub(super) stratum: u32,
    pub(super) group: &'a [Option<String>],
    pub(super) cell: &'a Cell,
}

/// The names that a part's groups have in some dimensions.
pub(super) type Names<'a> = Vec<Option<&'a str>>;

impl<'a> Part<'a> {
    fn add(&mut self, place: (usize, u8), placed: Placed<'a>) {
        self.cells.push(placed);
        let end = self.cells.len();
        match self.ranges.last_mut().filter(|(last, _)| *last == place) {
            Some((_, range)) => range.end = end,
            None => self.ranges.push((place, end - 1..end)),
        }
    }

    /// The cells of a keep in a window.
    pub(super) fn cells(&self, keep: usize, slot: u8) -> &[Placed<'a>] {
        let found = self.ranges.binary_search_by_key(&(keep, slot), |(place, _)| *place);
        found.ok().map(|at| &self.cells[self.ranges[at].1.clone()]).unwrap_or_default()
    }
}

/// The groups of a cube, each once, in the order in which cells have them; and its cells.
///
/// One keep's groups follow each other as another's do: most are found where they were expected, without a hash.
fn grouped(cube: &Cube) -> (Vec<&[Option<String>]>, Part<'_>) {
    let (mut groups, mut part): (Vec<&[Option<String>]>, Part<'_>) = (Vec::new(), Part::default());
    let mut numbers: HashMap<&[Option<String>], u32> = HashMap::new();
    let (mut after, mut last): (Vec<u32>, usize) = (Vec::new(), 0);
    for ((keep, slot, week, group), cell) in cube.all() {
        let expected = after.get(last).copied().filter(|number| groups[*number as usize] == group);
        let number = expected.unwrap_or_else(|| {
            *numbers.entry(group).or_insert_with(|| {
                groups.push(group);
                after.push(0);
                groups.len() as u32 - 1
            })
        });
        after[last] = number;
        last = number as usize;
        part.add((keep, slot), Placed { week, number, cluster: 0, stratum: 0, group, cell });
    }
    (groups, part)
}

/// A cube with what every part of it needs.
pub(super) struct Whole<'a> {
    pub(super) cube: &'a Cube,
    pub(super) settings: &'a Settings,
    /// How many threads there are to work with.
    pub(super) threads: NonZeroUsize,
    pub(super) part: Part<'a>,
    /// Each group once.
    groups: Vec<&'a [Option<String>]>,
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
    pub(super) fn of(cube: &'a Cube, settings: &'a Settings, threads: NonZeroUsize) -> Self {
        let (groups, part) = grouped(cube);
        let mut clusters = BTreeMap::new();
        if settings.cluster.is_some() {
            // A month may have units that the windows have not; that it names none may only mean that it tells none apart.
            let mut named: Vec<bool> = groups.iter().map(|group| group[0].is_some()).collect();
            for (_, range) in part.ranges.iter().filter(|((keep, _), _)| is_of_windows(cube, *keep)) {
                part.cells[range.clone()].iter().for_each(|placed| named[placed.number as usize] = true);
            }
            let of_rows = groups.iter().zip(named).filter(|(_, named)| *named);
            clusters.extend(of_rows.map(|(group, _)| (group[0].as_deref(), 0)));
            clusters.values_mut().zip(0..).for_each(|(slot, id)| *slot = id);
        }
        let keeps = cube.header.keeps.iter().enumerate().map(|(place, key)| (key.as_str(), place)).collect();
        let position = |column: &String| cube.header.dimensions.iter().position(|dimension| dimension == column);
        let strata = settings.standardise.iter().filter_map(position).collect();
        let mut whole = Self { cube, settings, threads, part, groups, clusters, keeps, strata };
        let numbers = whole.numbered();
        for placed in &mut whole.part.cells {
            (placed.cluster, placed.stratum) = numbers[placed.number as usize];
        }
        whole
    }

    /// The parts of the cube by the names in these dimensions.
    pub(super) fn parts(&self, dimensions: &[usize]) -> BTreeMap<Names<'a>, Part<'a>> {
        let names = |group: &&'a [Option<String>]| -> Names<'a> {
            let group: &'a [Option<String>] = group;
            dimensions.iter().map(|at| group[*at].as_deref()).collect()
        };
        let names: Vec<Names<'a>> = self.groups.iter().map(names).collect();
        let mut numbers: BTreeMap<&Names<'a>, usize> = names.iter().map(|names| (names, 0)).collect();
        numbers.values_mut().enumerate().for_each(|(number, slot)| *slot = number);
        let of_groups: Vec<usize> = names.iter().map(|names| numbers[names]).collect();
        let mut parts: Vec<Part<'a>> = numbers.iter().map(|_| Part::default()).collect();
        // Months have no groups; they are the whole cube's.
        for (place, range) in self.part.ranges.iter().filter(|((keep, _), _)| is_of_windows(self.cube, *keep)) {
            let own = &self.part.cells[range.clone()];
            own.iter().for_each(|placed| parts[of_groups[placed.number as usize]].add(*place, *placed));
        }
        let parts = numbers.into_keys().cloned().zip(parts);
        parts.filter(|(_, part)| !part.cells.is_empty()).collect()
    }

    /// By group: the number of its cluster, which of one that is none of the windows' is one that no cluster has; and that
    /// of its stratum.
    fn numbered(&self) -> Vec<(u32, u32)> {
        let strata: Vec<_> = self.groups.iter().map(|group| self.stratum(group)).collect();
        let mut numbers: BTreeMap<_, u32> = strata.iter().map(|names| (names, 0)).collect();
        numbers.values_mut().zip(0..).for_each(|(slot, number)| *slot = number);
        let cluster = |group: &[Option<String>]| {
            let name = group.first().and_then(|name| name.as_deref());
            self.clusters.get(&name).copied().unwrap_or(u32::MAX)
        };
        self.groups.iter().zip(&strata).map(|(group, names)| (cluster(group), numbers[names])).collect()
    }

    /// The names of the clusters, in the order of their numbers.
    pub(super) fn cluster_names(&self) -> impl Iterator<Item = Option<&'a str>> {
        self.clusters.keys().copied()
    }

    /// The stratum of a group: a procedure that was merged is of the one it was merged into.
    fn stratum(&self, group: &'a [Option<String>]) -> Vec<Option<&'a str>> {
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

fn is_of_windows(cube: &Cube, keep: usize) -> bool {
    cube.layout(keep) == Some(Layout::Windows)
}
