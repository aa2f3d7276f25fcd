//! Laws that hold for every KPI of the catalogue, whatever it measures, on random logs with every canonical column.
//!
//! The laws know no KPI by name, but for which columns it needs: a new one is held to them as soon as it is declared.

mod columns;
mod figures;
mod table;

use crate::workbench::Workbench;
use giamtang::cube::{Cell, Cube, Figure, Recipe};
use giamtang::kpi::catalogue;
use giamtang::measure::{Counting, Table as Of};
use giamtang::{Scorecard, Study};
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::Path;
use table::Table;

const PROFILES: [&str; 3] = ["strict", "06a", "766"];

/// A log of dossiers or of events, with the settings of its study.
#[derive(Clone)]
pub struct Case {
    pub log: Table,
    is_events: bool,
    has_catalogue: bool,
    calendar: &'static str,
    settings: Vec<String>,
}

const HANOI: &str = "calendar.base = 'vietnam'";

/// What the laws' studies say of costs: a job for each count that dossiers have.
const TARIFF: &str = "\
[tariff]
year = 2024
index = { 2021 = 90, 2024 = 100 }
income_per_hour.citizen = { value = 30000, year = 2024, source = 'made up' }
income_per_hour.business = { value = 50000, year = 2024, source = 'made up' }
job = [
    { name = 'a', group = 'prepare', hours = 0.5, per = 'dossier' },
    { name = 'b', group = 'submit', hours = 1, per = 'visit', other_vnd = 2000 },
    { name = 'c', group = 'prepare', hours = 1.5, per = 'supplement' },
    { name = 'd', group = 'prepare', hours = 0.25, per = 'document' },
]";

/// The catalogue beside the dossiers; P1 changes in the second window.
const CATALOGUE: &str = "\
procedure,in_force_from,in_force_to,documents,fee_vnd
P1,2020-01-01,2024-03-14,4,50000
P1,2024-03-15,,2,30000
P2,2020-01-01,,3,0
";

impl Case {
    fn of(log: Table, is_events: bool) -> Self {
        Self { log, is_events, has_catalogue: false, calendar: HANOI, settings: Vec::new() }
    }

    /// Without the table beside the dossiers, of which only the first part of a log counts the rows.
    pub fn without_catalogue(&self) -> Self {
        Self { has_catalogue: false, ..self.clone() }
    }

    pub fn of_cases(seed: u64) -> Self {
        Self { has_catalogue: true, ..Self::of(Table::of_cases(seed, 140), false) }
    }

    pub fn of_events(seed: u64) -> Self {
        Self::of(Table::of_events(seed, 60), true)
    }

    /// One log of each kind for every seed.
    pub fn of_both(seeds: std::ops::Range<u64>) -> impl Iterator<Item = Self> {
        seeds.flat_map(|seed| [Self::of_cases(seed), Self::of_events(seed)])
    }

    pub fn with(&self, setting: &str) -> Self {
        Self { settings: [self.settings.as_slice(), &[setting.to_owned()]].concat(), ..self.clone() }
    }

    pub fn without_calendar(&self) -> Self {
        Self { calendar: "", ..self.clone() }
    }

    pub fn over(&self, change: impl FnOnce(Table) -> Table) -> Self {
        Self { log: change(self.log.clone()), ..self.clone() }
    }

    /// The study of these parts of a log, a file each.
    fn study(&self, bench: &Workbench, parts: &[Table]) -> Study {
        let names: Vec<String> = (0..parts.len()).map(|part| format!("{part}.csv")).collect();
        names.iter().zip(parts).for_each(|(name, part)| drop(bench.write(name, part.csv())));
        let (table, more) = match self.is_events {
            true => ("events", "milestones.finished_at = { last = ['Trả kết quả'] }"),
            false if self.has_catalogue => ("cases", "log.procedures = ['catalogue.csv']"),
            false => ("cases", ""),
        };
        bench.write("catalogue.csv", CATALOGUE);
        let text = format!(
            "log.{table} = {names:?}\n{more}\n{}\nstudy.salt = 'a'\n\
             windows = {{ was = '2024-02-01..2024-02-29', is = '2024-03-01..2024-03-31' }}\n\
             format.datetime = ['%Y-%m-%d %H:%M:%S', '%Y-%m-%d']\n\
             compare = {{ cluster = 'none', horizon = '5 working days' }}\n{TARIFF}",
            self.calendar
        );
        let study = Study::parse(&text, bench.path("study.toml")).expect("a study");
        self.settings.iter().fold(study, |study, setting| study.set(setting).expect("a setting"))
    }

    pub fn cube_of(&self, parts: &[Table], threads: usize) -> Cube {
        let bench = Workbench::new();
        let plan = self.study(&bench, parts).plan().expect("a plan");
        plan.threads(NonZeroUsize::new(threads).expect("a thread")).cube().expect("a cube")
    }

    pub fn cube(&self) -> Cube {
        self.cube_of(std::slice::from_ref(&self.log), 1)
    }

    pub fn card(&self) -> Scorecard {
        let bench = Workbench::new();
        let study = self.study(&bench, std::slice::from_ref(&self.log));
        study.plan().and_then(|plan| plan.compare().map(crate::contract::held)).expect("a scorecard")
    }
}

pub fn bytes(cube: &Cube) -> Vec<u8> {
    cube.to_bytes().expect("bytes")
}

pub fn merged(parts: impl Iterator<Item = Cube>) -> Cube {
    parts.reduce(|whole, part| whole.merge(part, Path::new("part")).expect("the same plan")).expect("a part")
}

/// Recipes of the catalogue that rows of a log of this kind can answer.
fn recipes(is_events: bool, counting: Counting) -> impl Iterator<Item = (&'static str, Recipe)> {
    let recipes = catalogue().map(move |kpi| (&*kpi.id, kpi.recipe_by(counting)));
    recipes.filter(move |(id, recipe)| {
        columns::is_of_log(id) && is_events == recipe.keeps().any(|keep| keep.table == Of::Events)
    })
}

/// What a law says of every KPI must not be said of an empty cube.
#[test]
fn every_kpi_is_kept_and_counts_rows() {
    for (profile, counting) in PROFILES.iter().zip([Counting::Strict, Counting::Form06a, Counting::Decision766]) {
        let setting = format!("compare.counting={profile}");
        for case in Case::of_both(1..2).map(|case| case.with(&setting)) {
            let cube = case.cube();
            for (id, recipe) in recipes(case.is_events, counting) {
                for keep in recipe.keeps() {
                    let place = cube.keep(keep).unwrap_or_else(|| panic!("{id} is not kept"));
                    assert!(cube.cells(place, 0).count() + cube.cells(place, 1).count() >= 2, "{id} counts no row");
                }
            }
        }
    }
}

/// Split by case, counted apart and merged in either order: the same bytes.
#[test]
fn parts_merge_into_the_whole() {
    for (at, profile) in PROFILES.iter().enumerate() {
        let case =
            Case::of_cases(10 + at as u64).over(Table::with_repeats).with(&format!("compare.counting={profile}"));
        let case = case.without_catalogue();
        let whole = bytes(&case.cube());
        for parts in [2, 5] {
            let parts = case.log.split(parts);
            let cubes: Vec<Cube> = parts.iter().map(|part| case.cube_of(std::slice::from_ref(part), 1)).collect();
            assert!(bytes(&merged(cubes.iter().cloned())) == whole, "{profile}: {} parts", parts.len());
            assert!(bytes(&merged(cubes.into_iter().rev())) == whole, "{profile}: {} parts, last first", parts.len());
        }
    }
}

/// The same where the program itself takes its part of a log, of dossiers or of events spread over files.
#[test]
fn shards_merge_into_the_whole() {
    for case in Case::of_both(20..22) {
        let bench = Workbench::new();
        let half = case.log.rows.len() / 2;
        let (mut first, mut second) = (case.log.clone(), case.log.clone());
        second.rows = first.rows.split_off(half);
        let study = case.study(&bench, &[first, second]);
        let cube = |study: &Study| study.plan().and_then(|plan| plan.cube()).expect("a cube");
        for of in [2, 3] {
            let shards = (1..=of).map(|number| cube(&study.clone().shard(number, of).expect("a shard")));
            assert!(bytes(&merged(shards)) == bytes(&cube(&study)), "{of} shards, events: {}", case.is_events);
        }
    }
}

/// Rows in another order, in files in another order, on two threads: the same bytes.
#[test]
fn order_and_threads_are_nothing() {
    for case in Case::of_both(30..32) {
        let case = if case.is_events { case } else { case.over(Table::with_repeats) };
        let whole = bytes(&case.cube());
        for seed in 0..2 {
            assert!(
                bytes(&case.over(|log| log.shuffled(seed)).cube()) == whole,
                "shuffled, events: {}",
                case.is_events
            );
        }
        let parts = case.log.split(4);
        for threads in [1, 2] {
            assert!(bytes(&case.cube_of(&parts, threads)) == whole, "four files on {threads} threads");
        }
    }
}

/// Cells of every window and week, those of all groups together.
pub fn rolled_up(cube: &Cube) -> BTreeMap<(String, u8, u16), Cell> {
    let mut cells: BTreeMap<(String, u8, u16), Cell> = BTreeMap::new();
    for (place, keep) in cube.header.keeps.iter().enumerate() {
        for slot in [0, 1] {
            for (week, _, cell) in cube.weekly(place, slot) {
                let place = (keep.clone(), slot, week);
                match cells.get_mut(&place) {
                    Some(own) => own.merge(cell.clone()),
                    None => drop(cells.insert(place, cell.clone())),
                }
            }
        }
    }
    cells
}

/// The cells of a drill-down, added, are the cells of the whole, counted anew.
#[test]
fn a_roll_up_is_a_recount() {
    for case in Case::of_both(40..43) {
        let by = if case.is_events { "['unit', 'procedure']" } else { "['unit', 'channel']" };
        let drilled = case.with(&format!("compare.by={by}")).cube();
        assert!(drilled.groups().count() > 8, "one group would prove nothing");
        let (drilled, whole) = (rolled_up(&drilled), rolled_up(&case.cube()));
        assert_eq!(drilled.keys().collect::<Vec<_>>(), whole.keys().collect::<Vec<_>>());
        whole.iter().for_each(|(place, cell)| assert_eq!(&drilled[place], cell, "{place:?}"));
    }
}

/// A column that nobody asks for changes no byte.
#[test]
fn an_unrelated_column_is_nothing() {
    for case in Case::of_both(50..52) {
        let more = case.over(|log| log.with_another("ghi_chú"));
        assert!(bytes(&more.cube()) == bytes(&case.cube()), "events: {}", case.is_events);
        assert_eq!(more.card().kpis, case.card().kpis);
    }
}

/// Whether doubling every dossier doubles a figure, and the rows it is of.
fn doubles(figure: Figure) -> (bool, bool) {
    (matches!(figure, Figure::Total | Figure::YearlyCost), figure != Figure::PerOpenDay)
}
