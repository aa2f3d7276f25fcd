//! What other tables say of a dossier, joined onto its row: its procedure on the day, its answers, its petitions.
//!
//! A joined column is a column like any other; its name has the table's name before it. What has no match is counted,
//! on both sides: a dossier whose procedure is not in the catalogue on its day, an answer without a dossier.

use super::batch::{ABSENT, Values};
use super::held::{Data, Held};
use super::lexicon::{Lexicon, NO_NAME};
use super::schema::{Field, is_canonical};
use super::shard::{Shard, case_key};
use super::tables::Table;
use super::zone::Zone;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

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
    Case(HashMap<u128, usize>),
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

/// What one worker met of a join.
#[derive(Clone, Debug, Default)]
pub(super) struct Met {
    /// By row of the table, what its dossier says in the columns carried.
    pub(super) rows: HashMap<usize, Said>,
}

/// What a dossier says in the columns carried.
type Said = Vec<Option<String>>;

impl Met {
    /// Notes what a dossier says; what its rows disagree on, it does not say, whichever came first.
    fn say(&mut self, row: usize, says: Said) {
        let own = self.rows.entry(row).or_insert_with(|| says.clone());
        own.iter_mut().zip(says).filter(|(own, other)| **own != *other).for_each(|(own, _)| *own = None);
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
        let ids = (0..held.len()).filter_map(|row| Some((case_key(held.name("case_id", row)?), row)));
        let rows = ids.collect();
        Self { told: told(&held, asked), held, key: Key::Case(rows), carried }
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
            Key::Case(rows) => seen.ids.iter().map(|id| rows.get(id).copied()).collect(),
        }
    }

    /// Notes what was met of the dossiers that are kept: whether they found a row, and what they say of its dossier.
    pub(super) fn meet(&self, seen: &Seen<'_>, found: &[Option<usize>], kept: &[bool], met: &mut Met) {
        let Key::Case(_) = &self.key else { return };
        let dossiers = found.iter().enumerate().filter(|(row, _)| kept[*row]);
        for (row, own) in dossiers.filter_map(|(row, own)| Some((row, (*own)?))) {
            let says: Said = self.carried.iter().map(|column| seen.name(column, row)).collect();
            met.say(own, says);
        }
    }

    /// What a worker met, without dossiers that are not in the log after all.
    pub(super) fn without(&self, met: &Met, out: &HashSet<u128>) -> Met {
        let mut met = met.clone();
        if let (Key::Case(rows), false) = (&self.key, out.is_empty()) {
            out.iter().filter_map(|id| rows.get(id)).for_each(|row| drop(met.rows.remove(row)));
        }
        met
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
        let mut known: HashMap<u32, Option<&[Span]>> = HashMap::new();
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
        Some(match self.held.data(column)? {
            Data::Numbers(numbers) => {
                Values::Numbers(found.iter().map(|row| row.and_then(|row| numbers[row]).unwrap_or(ABSENT)).collect())
            }
            Data::Names(names) => {
                let mut codes: HashMap<usize, u32> = HashMap::new();
                let mut code = |row: usize| {
                    *codes
                        .entry(row)
                        .or_insert_with(|| names[row].as_deref().map_or(NO_NAME, |name| lexicon.code(name)))
                };
                Values::Codes(found.iter().map(|row| row.map_or(NO_NAME, &mut code)).collect())
            }
            data @ Data::Moments(_) => Values::Instants(data.instants(found.iter().copied())),
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

    /// How many of its rows, and what they lack, with the dossiers of a part of the log that all workers met; `listed` are
    /// the dossiers that the catalogue was asked for.
    ///
    /// Of a table by case: the rows that have a dossier, and those whose id no dossier has.
    pub(super) fn matched(&self, met: &[Met], listed: Matched, shard: Option<Shard>) -> Matched {
        match &self.key {
            Key::Procedure(_) => listed,
            Key::Case(rows) => {
                let own = rows.iter().filter(|(id, _)| shard.is_none_or(|shard| shard.holds(**id)));
                let (mut matched, mut unmatched) = (0, 0);
                for (_, row) in own {
                    let is_met = met.iter().any(|met| met.rows.contains_key(row));
                    *(if is_met { &mut matched } else { &mut unmatched }) += 1;
                }
                Matched { matched, unmatched }
            }
        }
    }

    /// What the dossiers say in the columns carried, by their id's hash.
    pub(super) fn carried(&self, met: &[Met]) -> Carried {
        let Key::Case(rows) = &self.key else { return Carried::default() };
        let mut all = Met::default();
        met.iter().flat_map(|met| &met.rows).for_each(|(row, says)| all.say(*row, says.clone()));
        let by_case = rows.iter().filter_map(|(id, row)| Some((*id, all.rows.get(row)?.clone()))).collect();
        Carried { columns: self.carried.clone(), by_case }
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
    by_case: HashMap<u128, Said>,
}

impl Carried {
    /// Puts what its rows' dossiers say into the columns carried of a table.
    ///
    /// Of the columns of dossiers, such as the unit or the channel, what the dossier says counts, and what the row says
    /// where the dossier says nothing; of any other column the dossier fills the row's gaps.
    pub fn fill(&self, held: &mut Held) {
        let is_names = |column: &&str| matches!(held.data(column), None | Some(Data::Names(_)));
        let columns = self.columns.iter().map(String::as_str).enumerate().filter(|(_, column)| is_names(column));
        for (place, column) in columns.collect::<Vec<_>>() {
            let own = |row: usize| held.name(column, row).map(str::to_owned);
            let of_case = |row: usize| self.by_case.get(&case_key(held.name("case_id", row)?))?[place].clone();
            let is_of_dossiers = is_canonical(column);
            let name = |row: usize| match is_of_dossiers {
                true => of_case(row).or_else(|| own(row)),
                false => own(row).or_else(|| of_case(row)),
            };
            let names = (0..held.len()).map(name).collect();
            held.put(column, Data::Names(names));
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

    fn name(&self, column: &str, row: usize) -> Option<String> {
        match self.values(column)? {
            Values::Codes(codes) => self.lexicon.name(codes[row]).map(str::to_owned),
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
    fn catalogue(entries: &[(&str, i64, Option<i64>, Option<&str>)]) -> Join {
        let zone = Zone::new(chrono_tz::Asia::Ho_Chi_Minh);
        let days = |of: &dyn Fn(usize) -> Option<i64>| {
            Data::Moments((0..entries.len()).map(|row| of(row).map(|day| (zone.midnight(START + day), true))).collect())
        };
        let own = |text: Option<&str>| text.map(str::to_owned);
        let columns = [
            ("procedure", Data::Names(entries.iter().map(|entry| own(Some(entry.0))).collect())),
            ("in_force_from", days(&|row| Some(entries[row].1))),
            ("in_force_to", days(&|row| entries[row].2)),
            ("merged_into", Data::Names(entries.iter().map(|entry| own(entry.3)).collect())),
        ];
        Join::procedures(Held::of(Table::Procedures, columns), &BTreeSet::new(), &zone)
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
