//! The index filled from a cube: of all together, and of each office among those of its level.

use super::item::{Item, Level, items};
use super::parameters::Parameters;
use super::recipes::{Counted, counted};
use super::score::{Answer, Index, Rate};
use crate::cube::{Cell, Content, Recipe};
use crate::error::Undefined;
use crate::forms::{Ground, Head, Known};
use crate::measure::Needs;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// The index of one window.
#[derive(Clone, Debug, PartialEq)]
pub struct Filled766 {
    /// What stands at its head.
    pub head: Head,
    /// What the study decides.
    pub parameters: Parameters,
    /// The index of all together.
    pub whole: Index,
    /// That of each office, level by level and the best first; none where it is not asked for.
    pub units: Vec<Ranked>,
}

/// An office among those of its level.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranked {
    /// Its place by `score / attainable`, shared by equals; `None` where nothing could be earned.
    pub rank: Option<usize>,
    /// How many offices of its level are ranked.
    pub of: usize,
    /// Its index.
    pub index: Index,
}

/// What was counted of an item, for an office or for all.
#[derive(Clone, Debug, Default)]
struct Tallied {
    rows: u64,
    hits: u64,
    left_out: u64,
    all: BTreeSet<u64>,
    other: BTreeSet<u64>,
}

/// What was counted of an item by office, and how.
struct Gathered {
    counted: Counted,
    by_unit: BTreeMap<Option<String>, Tallied>,
    /// The columns it is told without.
    without: Vec<String>,
}

/// Every item with what was counted, or why nothing was.
type Figures = Vec<(Item, Known<Gathered>)>;

impl Filled766 {
    /// Fills the index.
    pub(in crate::forms) fn fill(ground: &Ground<'_>) -> Self {
        let parameters = ground.asked.index_766.clone();
        let figures: Figures = items(&parameters).into_iter().map(|item| figure(item, &parameters, ground)).collect();
        let whole = index(&figures, &parameters, parameters.level, None);
        let units = if ground.asked.by_unit { by_unit(&figures, &parameters, ground) } else { Vec::new() };
        Self { head: ground.head.clone(), parameters, whole, units }
    }
}

/// What the log says of an item, by the first way it has the columns for.
fn figure(item: Item, parameters: &Parameters, ground: &Ground<'_>) -> (Item, Known<Gathered>) {
    let (mut why, mut without) = (Undefined::NotGiven, Vec::new());
    for counted in counted(item.id, parameters) {
        match gathered(&counted, ground) {
            Ok(by_unit) => {
                without.extend(refined_without(&counted, ground));
                return (item, Ok(Gathered { counted, by_unit, without }));
            }
            Err(lacks) => {
                without.extend(column(&lacks));
                why = lacks;
            }
        }
    }
    (item, Err(why))
}

fn column(why: &Undefined) -> Option<String> {
    match why {
        Undefined::NoColumn(column) => Some(column.clone()),
        _ => None,
    }
}

/// The columns that say what a figure otherwise takes for granted.
const TELLING: [&str; 7] = [
    "outcome",
    "paused",
    "supplement_requests",
    "procedures.limit_hours",
    "procedures.needs_written_result",
    "surveys.score",
    "petitions.published_at",
];

/// Those of them that would refine a figure and that the study lacks.
fn refined_without(counted: &Counted, ground: &Ground<'_>) -> BTreeSet<String> {
    let needs = counted.recipes().into_iter().flat_map(Recipe::needs);
    let refining = needs.flat_map(|needs| needs.refining);
    let lacks = |column: &String| {
        let needs = Needs { required: vec![column.clone()], ..Needs::default() };
        matches!((ground.lacking)(&needs), Some(Undefined::NoColumn(own)) if own == *column)
    };
    refining.filter(|column| TELLING.contains(&column.as_str())).filter(lacks).collect()
}

fn gathered(counted: &Counted, ground: &Ground<'_>) -> Known<BTreeMap<Option<String>, Tallied>> {
    let mut by_unit: BTreeMap<Option<String>, Tallied> = BTreeMap::new();
    let mut add = |recipe: &Recipe, into: fn(&mut Tallied, &Cell)| -> Known<()> {
        let unit = ground.place("unit");
        for (group, cell) in ground.cells(recipe, ground.slot())? {
            let name = unit.and_then(|place| group.get(place).cloned()).flatten();
            into(by_unit.entry(name).or_default(), cell);
        }
        Ok(())
    };
    match counted {
        Counted::Rows(rows) => add(rows, Tallied::add_rows)?,
        Counted::Without { all, bad: other } | Counted::Used { all, used: other } => {
            add(all, Tallied::add_all)?;
            add(other, Tallied::add_other)?;
        }
    }
    Ok(by_unit)
}

impl Tallied {
    fn add_rows(&mut self, cell: &Cell) {
        self.left_out += cell.counts.excluded.unsigned_abs();
        if let Content::Moments(moments) = &cell.content {
            self.rows += moments.n.unsigned_abs();
            self.hits += u64::try_from(moments.sum).unwrap_or_default();
        }
    }

    fn add_all(&mut self, cell: &Cell) {
        self.all.extend(things(cell));
    }

    fn add_other(&mut self, cell: &Cell) {
        self.other.extend(things(cell));
    }

    fn merge(&mut self, other: &Self) {
        self.rows += other.rows;
        self.hits += other.hits;
        self.left_out += other.left_out;
        self.all.extend(&other.all);
        self.other.extend(&other.other);
    }

    /// So many of so many.
    fn rate(&self, counted: &Counted) -> Option<Rate> {
        let among = || self.all.intersection(&self.other).count() as u64;
        let all = self.all.len() as u64;
        match counted {
            Counted::Rows(_) => Rate::new(self.hits, self.rows),
            Counted::Without { .. } => Rate::new(all - among(), all),
            Counted::Used { .. } => Rate::new(among(), all),
        }
    }
}

/// The distinct things of a cell, by their hash.
fn things(cell: &Cell) -> impl Iterator<Item = u64> + '_ {
    let tally = match &cell.content {
        Content::Tally(tally) => Some(tally),
        _ => None,
    };
    tally.into_iter().flat_map(|tally| tally.counts()).map(|(thing, _)| thing.seconds)
}

/// Whom an index is of, and which figures cannot be told apart by office.
struct Whose<'a> {
    unit: &'a Option<String>,
    apart: &'a dyn Fn(&Counted) -> Option<Undefined>,
}

/// The index of an office, or of all.
fn index(figures: &Figures, parameters: &Parameters, level: Level, whose: Option<&Whose<'_>>) -> Index {
    let own = figures.iter().filter(|(item, _)| level.has(item));
    let mut answers: Vec<Answer> = own.map(|(item, figure)| answer(item, figure, parameters, whose)).collect();
    if parameters.online_by_sync {
        multiply_by_sync(&mut answers);
    }
    Index { level, unit: whose.map(|whose| whose.unit.clone()), answers }
}

fn answer(item: &Item, figure: &Known<Gathered>, parameters: &Parameters, whose: Option<&Whose<'_>>) -> Answer {
    let answer = |rate, left_out, given| {
        let without = figure.as_ref().map(|own| own.without.clone()).unwrap_or_default();
        Answer { item: item.clone(), rate, factor: 1.0, left_out, without, given, is_rounded: false }
    };
    // What an office counted itself is of all together.
    if let Some(given) = parameters.given.get(item.id).filter(|_| whose.is_none()) {
        return answer(Ok(given.rate), 0, true);
    }
    let gathered = match figure {
        Ok(gathered) => gathered,
        Err(why) => return answer(Err(why.clone()), 0, false),
    };
    let tallied = match whose {
        None => gathered.whole(),
        Some(whose) => match (whose.apart)(&gathered.counted) {
            Some(why) => return answer(Err(why), 0, false),
            None => gathered.by_unit.get(whose.unit).cloned().unwrap_or_default(),
        },
    };
    // A tally never has more hits than rows.
    answer(tallied.rate(&gathered.counted).ok_or(Undefined::NoRows), tallied.left_out, false)
}

impl Gathered {
    fn whole(&self) -> Tallied {
        let mut whole = Tallied::default();
        self.by_unit.values().for_each(|own| whole.merge(own));
        whole
    }
}

/// The share of dossiers received online, multiplied by that of the dossiers synced.
pub(super) fn multiply_by_sync(answers: &mut [Answer]) {
    let synced = answers.iter().find(|answer| answer.item.id == "1.4").map(|answer| answer.rate.clone());
    for online in answers.iter_mut().filter(|answer| answer.item.id == "3.3" && answer.rate.is_ok()) {
        match &synced {
            Some(Ok(rate)) => online.factor = rate.share().unwrap_or_default(),
            Some(Err(why)) => online.rate = Err(why.clone()),
            None => {}
        }
    }
}

/// The index of each office that has a dossier or a petition, ranked among those of its level.
fn by_unit(figures: &Figures, parameters: &Parameters, ground: &Ground<'_>) -> Vec<Ranked> {
    let apart = |counted: &Counted| counted.recipes().into_iter().find_map(|recipe| ground.apart(recipe.keep.table));
    let gathered = || figures.iter().filter_map(|(_, figure)| figure.as_ref().ok());
    let told = gathered().filter(|gathered| apart(&gathered.counted).is_none());
    let units: BTreeSet<&Option<String>> = told.flat_map(|gathered| gathered.by_unit.keys()).collect();
    let level = |unit: &Option<String>| {
        let own = unit.as_ref().and_then(|unit| ground.levels.get(unit));
        own.and_then(|level| Level::of_id(level)).unwrap_or(parameters.level)
    };
    let own = |unit| index(figures, parameters, level(unit), Some(&Whose { unit, apart: &apart }));
    let indices: Vec<Index> = units.into_iter().map(own).collect();
    Level::ALL.into_iter().flat_map(|level| ranked(indices.iter().filter(|own| own.level == level))).collect()
}

/// Offices of one level, the best first; equals share a place and stand in the order of their names.
pub(super) fn ranked<'i>(indices: impl Iterator<Item = &'i Index>) -> Vec<Ranked> {
    let mut own: Vec<(Option<f64>, &Index)> = indices.map(|index| (index.total().share(), index)).collect();
    // What is not known stands last. Shares that print alike are alike: sums in another order may differ in the last bits.
    let key = |share: Option<f64>| share.map(|share| (share * 1e9).round());
    own.sort_by(|(a, one), (b, other)| {
        let by_share = key(*b).partial_cmp(&key(*a)).unwrap_or(Ordering::Equal);
        by_share.then_with(|| one.unit.cmp(&other.unit))
    });
    let of = own.iter().filter(|(share, _)| share.is_some()).count();
    let better = |share: Option<f64>| own.iter().filter(|(other, _)| key(*other) > key(share)).count();
    let rank = |share: Option<f64>| share.map(|_| 1 + better(share));
    own.iter().map(|(share, index)| Ranked { rank: rank(*share), of, index: (*index).clone() }).collect()
}
