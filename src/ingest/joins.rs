//! What other tables say of a dossier, joined onto its row: its procedure on the day, its answers, its petitions.
//!
//! A joined column is a column like any other; its name has the table's name before it. What has no match is counted,
//! on both sides: a dossier whose procedure is not in the catalogue on its day, an answer without a dossier.

use super::batch::{ABSENT, Days, Instants, Values};
use super::data::Data;
use super::held::Held;
use super::lexicon::{Lexicon, NO_NAME, Translation};
use super::schema::{Field, Kind, is_canonical};
use super::shard::Shard;
use super::tables::Table;
use super::zone::Zone;
use polars::prelude::PlHashMap;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// A table that is joined onto the dossiers.
#[derive(Clone, Debug)]
pub struct Join {
    /// The table; at most one row of it says something of a dossier at a time.
    pub held: Held,
    key: Key,
    /// Its columns that a dossier is given.
    told: Vec<String>,
    /// The columns of a dossier that its rows in the table take over where they lack them.
    carried: Vec<String>,
}

/// What joins a row to a dossier.
#[derive(Clone, Debug)]
enum Key {
    /// The dossier's procedure, on a day.
    Procedure(HashMap<String, Vec<Span>>),
    /// The dossier's id, hashed.
    Case(Arc<PlHashMap<u128, u32>>),
}

/// The days on which a row holds: from the first, before the second; both counted from 1970-01-01.
type Span = (i64, i64, usize);

/// How many rows found what they were joined with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matched {
    /// Rows that have a key and found a match.
    pub matched: u64,
    /// Rows that have a key and found none.
    pub unmatched: u64,
}

impl Matched {
    /// The same of two parts of a log.
    pub fn plus(self, other: Self) -> Self {
        Self { matched: self.matched + other.matched, unmatched: self.unmatched + other.unmatched }
    }
}

impl Matched {
    /// The same without some that were taken out again.
    pub(super) fn minus(self, other: Self) -> Self {
        Self { matched: self.matched - other.matched, unmatched: self.unmatched - other.unmatched }
    }
}

/// What was met of a table that is joined by case.
#[derive(Clone, Debug, Default)]
pub(super) struct Met {
    /// By row of the table, whether it was.
    rows: Vec<bool>,
    /// By column carried and row, what its dossier says.
    said: Vec<Vec<u32>>,
}

impl Met {
    /// Nothing met yet, of so many rows and columns.
    fn begin(&mut self, rows: usize, columns: usize) {
        if self.rows.is_empty() {
            *self = Self { rows: vec![false; rows], said: vec![vec![NO_NAME; rows]; columns] };
        }
    }

    /// Notes what a dossier says; what its rows disagree on, it does not say, whichever came first.
    fn say(&mut self, row: usize, mut says: impl FnMut(usize) -> u32) {
        let is_first = !std::mem::replace(&mut self.rows[row], true);
        for (column, said) in self.said.iter_mut().enumerate() {
            let (own, other) = (&mut said[row], says(column));
            *own = if is_first || *own == other { other } else { NO_NAME };
        }
    }
}

/// How deep one merger may lead to another.
const DEEPEST: usize = 16;

impl Join {
    /// The catalogue of procedures: which row of it holds for a dossier on a day.
    ///
    /// `in_force_to` is the last day in force, and spans of one procedure do not overlap. Of its columns a dossier is given
    /// those that `asked` names with the table's name before them.
    pub fn procedures(held: Held, asked: &BTreeSet<String>, zone: &Zone) -> Self {
        let mut spans: HashMap<String, Vec<Span>> = HashMap::new();
        for row in 0..held.len() {
            let Some((name, (from, _))) = held.name("procedure", row).zip(held.moment("in_force_from", row)) else {
                continue;
            };
            let until = held.moment("in_force_to", row).map_or(i64::MAX, |(to, _)| zone.day(to) + 1);
            spans.entry(name.to_owned()).or_default().push((zone.day(from), until, row));
        }
        spans.values_mut().for_each(|spans| spans.sort_unstable());
        Self { told: told(&held, asked), held, key: Key::Procedure(spans), carried: Vec::new() }
    }

    /// A table with one row for each dossier, by its id.
    pub fn by_case(held: Held, asked: &BTreeSet<String>, carried: Vec<String>) -> Self {
        let rows = held.keys("case_id").into_iter().zip(0..).filter(|(id, _)| *id != 0).collect();
        let told = told(&held, asked);
        let held = held.only(&told.iter().map(String::as_str).collect::<Vec<_>>());
        Self { held, told, key: Key::Case(Arc::new(rows)), carried }
    }

    /// Whether it is by the dossiers' ids, which are needed then.
    pub fn is_by_case(&self) -> bool {
        matches!(self.key, Key::Case(_))
    }

    /// The columns it gives a dossier.
    pub(super) fn fields(&self) -> impl Iterator<Item = Field> {
        let prefix = self.held.table.prefix();
        let told = self.held.fields().into_iter().filter(|field| self.told.contains(&field.name));
        told.map(move |field| Field { name: format!("{prefix}{}", field.name), ..field })
    }

    /// The columns it gives a dossier, in the order of its fields.
    pub(super) fn columns(&self) -> impl Iterator<Item = &str> {
        self.told.iter().map(String::as_str)
    }

    /// The row of each dossier.
    pub(super) fn find(&self, seen: &Seen<'_>) -> Vec<Option<usize>> {
        match &self.key {
            Key::Procedure(spans) => self.find_procedures(spans, seen),
            Key::Case(rows) => seen.ids.iter().map(|id| rows.get(id).map(|row| *row as usize)).collect(),
        }
    }

    /// Notes what was met of the dossiers that are kept: whether they found a row, and what they say of its dossier.
    pub(super) fn meet(&self, seen: &Seen<'_>, found: &[Option<usize>], kept: &[bool], met: &mut Met) {
        let Key::Case(_) = &self.key else { return };
        met.begin(self.held.len(), self.carried.len());
        let columns: Vec<Option<&[u32]>> = self.carried.iter().map(|column| seen.codes(column)).collect();
        for (row, own) in found.iter().enumerate().filter(|(row, _)| kept[*row]) {
            if let Some(own) = *own {
                met.say(own, |column| columns[column].map_or(NO_NAME, |codes| codes[row]));
            }
        }
    }

    /// What all workers met, each with its dictionary, without dossiers that are not in the log after all.
    pub(super) fn together<'m>(
        &self,
        parts: impl Iterator<Item = (&'m Met, &'m Lexicon)>,
        out: &HashSet<u128>,
    ) -> Carried {
        let Key::Case(rows) = &self.key else { return Carried::default() };
        let mut all = Carried { columns: self.carried.clone(), by_case: rows.clone(), ..Carried::default() };
        all.met.begin(self.held.len(), self.carried.len());
        for (met, lexicon) in parts {
            let mut names = Translation::of(lexicon);
            for (row, _) in met.rows.iter().enumerate().filter(|(_, met)| **met) {
                all.met.say(row, |column| names.code(met.said[column][row], &mut all.lexicon));
            }
        }
        out.iter().filter_map(|id| rows.get(id)).for_each(|row| all.met.rows[*row as usize] = false);
        all
    }

    /// Of each dossier whether the catalogue has its procedure on the day; `None` of one that names none, and of other
    /// tables.
    pub(super) fn listed(&self, seen: &Seen<'_>, found: &[Option<usize>]) -> Option<Vec<Option<bool>>> {
        let (Key::Procedure(_), Some(keys)) = (&self.key, seen.procedures()) else { return None };
        Some(keys.iter().zip(found).map(|(has_key, row)| has_key.then_some(row.is_some())).collect())
    }

    fn find_procedures(&self, spans: &HashMap<String, Vec<Span>>, seen: &Seen<'_>) -> Vec<Option<usize>> {
        let (Some(Values::Codes(codes)), Some(Values::Instants(received))) =
            (seen.values("procedure"), seen.values("received_at"))
        else {
            return vec![None; seen.rows];
        };
        let mut known: PlHashMap<u32, Option<&[Span]>> = PlHashMap::default();
        let mut find = |code: u32, at: i64| {
            let own = known
                .entry(code)
                .or_insert_with(|| seen.lexicon.name(code).and_then(|name| spans.get(name)).map(Vec::as_slice));
            holding((*own)?, seen.zone.day(at)).or_else(|| self.on(seen.lexicon.name(code)?, seen.zone.day(at)))
        };
        let rows = codes.iter().zip(&received.us);
        let rows = rows.map(|(code, at)| {
            let has_key = *code != NO_NAME && *at != ABSENT;
            if has_key { find(*code, *at) } else { None }
        });
        rows.collect()
    }

    /// A column of the rows found, as the dossiers have it.
    pub(super) fn values(&self, column: &str, found: &[Option<usize>], lexicon: &mut Lexicon) -> Option<Values> {
        let found = found.iter().copied();
        Some(match self.held.kind(column)? {
            Kind::Instant => {
                let of_row = self.held.moments(column);
                let moments = found.map(|row| row.and_then(&of_row).unwrap_or((ABSENT, false)));
                let (us, days) = moments.unzip();
                Values::Instants(Instants { us, days: Days::of(days) })
            }
            Kind::Text => {
                let (of_row, mut names) = (self.held.codes(column), Translation::of(self.held.lexicon()));
                Values::Codes(found.map(|row| row.map_or(NO_NAME, |row| names.code(of_row(row), lexicon))).collect())
            }
            Kind::Key => {
                let of_row = self.held.names(column);
                let code = |name: Option<&str>| name.map_or(NO_NAME, |name| lexicon.code(name));
                Values::Codes(found.map(|row| row.and_then(&of_row)).map(code).collect())
            }
            _ => {
                let of_row = self.held.numbers(column);
                Values::Numbers(found.map(|row| row.and_then(&of_row).unwrap_or(ABSENT)).collect())
            }
        })
    }

    /// The row that holds for a procedure on a day: its own, or for one that was merged, that of what it was merged into.
    pub(super) fn on(&self, procedure: &str, day: i64) -> Option<usize> {
        let Key::Procedure(spans) = &self.key else { return None };
        let mut name = procedure;
        for _ in 0..DEEPEST {
            let own = spans.get(name)?;
            if let Some(row) = holding(own, day) {
                return Some(row);
            }
            let ended = own.iter().rev().find(|(_, until, _)| *until <= day)?;
            name = self.held.name("merged_into", ended.2)?;
        }
        None
    }

    /// How many of its rows found a dossier among those that were met; `listed` are the dossiers that the catalogue was
    /// asked for.
    ///
    /// Of a table by case: the rows that have a dossier, and those whose id no dossier has.
    pub(super) fn matched(&self, carried: &Carried, listed: Matched, shard: Option<Shard>) -> Matched {
        match &self.key {
            Key::Procedure(_) => listed,
            Key::Case(rows) => {
                let own = rows.iter().filter(|(id, _)| shard.is_none_or(|shard| shard.holds(**id)));
                let all = own.clone().count() as u64;
                let matched = own.filter(|(_, row)| carried.met.rows[**row as usize]).count() as u64;
                Matched { matched, unmatched: all - matched }
            }
        }
    }
}

/// The columns of a table that are asked for, in their order: one that nobody asks for need not be looked up.
fn told(held: &Held, asked: &BTreeSet<String>) -> Vec<String> {
    let prefix = held.table.prefix();
    held.columns().filter(|column| asked.contains(&format!("{prefix}{column}"))).map(str::to_owned).collect()
}

/// What dossiers say in some of their columns.
#[derive(Clone, Debug, Default)]
pub struct Carried {
    columns: Vec<String>,
    by_case: Arc<PlHashMap<u128, u32>>,
    met: Met,
    /// The names behind the codes.
    lexicon: Lexicon,
}

impl Carried {
    /// Puts what its rows' dossiers say into the columns carried of a table.
    ///
    /// Of the columns of dossiers, such as the unit or the channel, what the dossier says counts, and what the row says
    /// where the dossier says nothing; of any other column the dossier fills the row's gaps.
    pub fn fill(&self, held: &mut Held) {
        if self.columns.is_empty() {
            return;
        }
        let is_names = |column: &String| matches!(held.kind(column), None | Some(Kind::Text));
        let columns: Vec<(&String, &Vec<u32>)> =
            self.columns.iter().zip(&self.met.said).filter(|(column, _)| is_names(column)).collect();
        let met = |id: &u128| self.by_case.get(id).map(|row| *row as usize).filter(|row| self.met.rows[*row]);
        let dossiers: Vec<Option<usize>> = held.keys("case_id").iter().map(met).collect();
        for (column, said) in columns {
            let own: Vec<u32> = (0..held.len()).map(held.codes(column)).collect();
            let (is_of_dossiers, mut names) = (is_canonical(column), Translation::of(&self.lexicon));
            let mut of_case = |row: Option<usize>| row.map_or(NO_NAME, |row| names.code(said[row], held.lexicon_mut()));
            let filled = own.into_iter().zip(&dossiers).map(|(own, dossier)| {
                let (first, second) = if is_of_dossiers { (of_case(*dossier), own) } else { (own, of_case(*dossier)) };
                if first == NO_NAME { second } else { first }
            });
            let filled = filled.collect();
            held.put(column, Data::Names(filled));
        }
    }
}

/// The rows of a piece as far as they are read.
pub(super) struct Seen<'a> {
    pub(super) fields: &'a [Field],
    pub(super) rows: usize,
    pub(super) values: &'a [Values],
    /// None at all where no table is joined by case.
    pub(super) ids: &'a [u128],
    pub(super) lexicon: &'a Lexicon,
    pub(super) zone: &'a Zone,
}

impl Seen<'_> {
    fn values(&self, name: &str) -> Option<&Values> {
        self.fields.iter().position(|field| field.name == name).and_then(|place| self.values.get(place))
    }

    /// Whether each row says which procedure it is of, and when it was received.
    fn procedures(&self) -> Option<Vec<bool>> {
        match (self.values("procedure"), self.values("received_at")) {
            (Some(Values::Codes(codes)), Some(Values::Instants(received))) => {
                let keys = codes.iter().zip(&received.us);
                Some(keys.map(|(code, at)| *code != NO_NAME && *at != ABSENT).collect())
            }
            _ => None,
        }
    }

    fn codes(&self, column: &str) -> Option<&[u32]> {
        match self.values(column)? {
            Values::Codes(codes) => Some(codes),
            _ => None,
        }
    }
}

fn holding(spans: &[Span], day: i64) -> Option<usize> {
    let (_, until, row) = spans[..spans.partition_point(|(from, ..)| *from <= day)].last()?;
    (day < *until).then_some(*row)
}

/// How the tables were joined, by table.
pub type Joined = BTreeMap<Table, Matched>;

#[cfg(test)]
mod tests {
    use super::*;

    /// The first of January 2024, counted from 1970-01-01.
    const START: i64 = 19_723;

    /// Procedure, first and last day after the start, what it was merged into.
    type Entry<'a> = (&'a str, i64, Option<i64>, Option<&'a str>);

    fn catalogue(entries: &[Entry<'_>]) -> Join {
        let zone = Zone::new(chrono_tz::Asia::Ho_Chi_Minh);
        let days = |of: &dyn Fn(&Entry) -> Option<i64>| {
            Data::moments(entries.iter().map(|entry| of(entry).map(|day| (zone.midnight(START + day), true))))
        };
        let held = Held::of(Table::Procedures, entries.len())
            .with_names("procedure", entries.iter().map(|entry| Some(entry.0)))
            .with("in_force_from", days(&|entry| Some(entry.1)))
            .with("in_force_to", days(&|entry| entry.2))
            .with_names("merged_into", entries.iter().map(|entry| entry.3));
        Join::procedures(held, &BTreeSet::new(), &zone)
    }

    /// The row that holds on the days before the first, on the first and the last, and on those about a change.
    #[test]
    fn a_row_holds_from_its_first_day_to_its_last() {
        let join = catalogue(&[("A", 10, Some(19), None), ("A", 20, None, None)]);
        let on = |day| join.on("A", START + day);
        assert_eq!([on(9), on(10), on(19), on(20), on(99)], [None, Some(0), Some(0), Some(1), Some(1)]);
        assert_eq!(join.on("B", START + 10), None);
    }

    /// A was merged into B on the day B began, and B into C, which was there before; D ended and became nothing.
    #[test]
    fn mergers_are_followed_to_what_stands() {
        let join = catalogue(&[
            ("A", 0, Some(9), Some("B")),
            ("B", 10, Some(19), Some("C")),
            ("C", 0, None, None),
            ("D", 0, Some(9), None),
        ]);
        let on = |name: &str, day| join.on(name, START + day);
        assert_eq!([on("A", 9), on("A", 10), on("A", 20)], [Some(0), Some(1), Some(2)]);
        // Before it began B was nothing yet, though it would be merged later.
        assert_eq!([on("B", 9), on("D", 10)], [None, None]);
    }

    /// Two that were merged into each other, and one into what nobody knows: nothing, and an end.
    #[test]
    fn a_circle_of_mergers_ends() {
        let join =
            catalogue(&[("A", 0, Some(9), Some("B")), ("B", 0, Some(9), Some("A")), ("C", 0, Some(9), Some("X"))]);
        assert_eq!([join.on("A", START + 10), join.on("C", START + 10)], [None, None]);
    }
}
