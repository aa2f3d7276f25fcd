//! A table that stands beside the dossiers, held in memory: what is joined, spread over days or told apart needs it whole.
//!
//! It is held column by column, names as codes of one dictionary. Columns are shared, so a table made of another one, of
//! some of its rows or of each of them more than once, has for those columns no more than the places of its rows.

use super::batch::{Batch, Moment};
use super::data::Data;
use super::gathered::{Gathered, Spot};
use super::lexicon::{Lexicon, NO_NAME};
use super::log::{Log, Sign, Sink};
use super::quarantine::{Findings, Quarantined};
use super::rules::Rule;
use super::schema::{Field, Kind};
use super::tables::Table;
use crate::error::{Error, Result};
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use xxhash_rust::xxh3::xxh3_128;

/// Rows that are counted at once: with their values they fit the processor's cache.
const CUT: usize = 1 << 14;

/// A table in memory, rows in the order of the inputs.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// Which table.
    pub table: Table,
    /// What became of every row.
    pub findings: Findings,
    /// The column of its ids, where it has one: they are compared and not kept.
    pub id: Option<String>,
    len: usize,
    /// Where its rows stand in the log; none at all of a table made of another.
    spots: Arc<Vec<Spot>>,
    lexicon: Arc<Lexicon>,
    columns: BTreeMap<String, Column>,
}

/// A column that tables made of one another share.
#[derive(Clone, Debug)]
struct Column {
    data: Arc<Data>,
    /// By row its place in the column; `None` where that is the row's own.
    places: Option<Arc<[u32]>>,
}

impl Held {
    /// Reads a log whole.
    ///
    /// # Errors
    ///
    /// An input is damaged, or it has more rows than can be held.
    pub fn read(table: Table, log: &Log, threads: NonZeroUsize) -> Result<Self> {
        let (parts, findings) = log.read(threads, || Gathered::new(log), &|_| {})?;
        let id = log.own_fields().find(|field| field.kind == Kind::Id).map(|field| field.name.clone());
        let Gathered { columns, spots, lexicon, .. } = Gathered::whole(parts);
        if u32::try_from(spots.len()).is_err() {
            return Err(Error::broken("holding a table", format!("`{}` has more than 2^32 rows", table.name())));
        }
        // Also without a row the table has its columns.
        let columns = columns.into_iter().map(|(field, data)| (field.name, Column::new(data))).collect();
        let (len, spots, lexicon) = (spots.len(), Arc::new(spots), Arc::new(lexicon));
        Ok(Self { table, findings, id, len, spots, lexicon, columns })
    }

    /// A table without columns.
    pub fn of(table: Table, rows: usize) -> Self {
        Self { table, len: rows, ..Self::default() }
    }

    /// The same with another column.
    pub fn with(mut self, name: &str, data: Data) -> Self {
        self.put(name, data);
        self
    }

    /// The same with another column of names.
    pub fn with_names<'n>(mut self, name: &str, names: impl IntoIterator<Item = Option<&'n str>>) -> Self {
        let lexicon = Arc::make_mut(&mut self.lexicon);
        let codes = names.into_iter().map(|name| name.map_or(NO_NAME, |name| lexicon.code(name))).collect();
        self.with(name, Data::Names(codes))
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The names of its columns.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.columns.keys().map(String::as_str)
    }

    /// Whether it has a column.
    pub fn has(&self, name: &str) -> bool {
        self.columns.contains_key(name)
    }

    /// What a column holds; decimals have become whole numbers.
    pub fn kind(&self, name: &str) -> Option<Kind> {
        self.columns.get(name).map(|column| column.data.kind())
    }

    /// The moments of a column, by row.
    pub fn moments<'a>(&'a self, name: &str) -> impl Fn(usize) -> Option<Moment> + use<'a> {
        let column = self.columns.get(name);
        move |row| column.and_then(|own| own.data.moment(own.place(row)))
    }

    /// The names or texts of a column, by row.
    pub fn names<'a>(&'a self, name: &str) -> impl Fn(usize) -> Option<&'a str> + use<'a> {
        let column = self.columns.get(name);
        move |row| column.and_then(|own| own.data.name(own.place(row), &self.lexicon))
    }

    /// The codes of a column of names, by row.
    pub fn codes<'a>(&'a self, name: &str) -> impl Fn(usize) -> u32 + use<'a> {
        let column = self.columns.get(name);
        move |row| match column.map(|own| (&*own.data, own.place(row))) {
            Some((Data::Names(codes), place)) => codes[place],
            _ => NO_NAME,
        }
    }

    /// The numbers of a column, by row.
    pub fn numbers<'a>(&'a self, name: &str) -> impl Fn(usize) -> Option<i64> + use<'a> {
        let column = self.columns.get(name);
        move |row| column.and_then(|own| own.data.number(own.place(row)))
    }

    /// A moment of a row.
    pub fn moment(&self, name: &str, row: usize) -> Option<Moment> {
        self.moments(name)(row)
    }

    /// A name of a row.
    pub fn name(&self, name: &str, row: usize) -> Option<&str> {
        self.names(name)(row)
    }

    /// A number of a row.
    pub fn number(&self, name: &str, row: usize) -> Option<i64> {
        self.numbers(name)(row)
    }

    /// What the rows say in a column of names or texts, hashed; 0 where they say nothing.
    ///
    /// Of a column of cases it is the hash that stands for a case everywhere.
    pub fn keys(&self, name: &str) -> Vec<u128> {
        let own = self.names(name);
        (0..self.len).map(|row| own(row).map_or(0, |name| xxh3_128(name.as_bytes()))).collect()
    }

    /// The names behind the codes.
    pub(super) fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    /// The same dictionary, to add names to.
    pub(super) fn lexicon_mut(&mut self) -> &mut Lexicon {
        Arc::make_mut(&mut self.lexicon)
    }

    /// Adds a column, or another in its stead.
    pub fn put(&mut self, name: &str, data: Data) {
        self.columns.insert(name.to_owned(), Column::new(data));
    }

    /// The same rows, without what became of others and where they stand: a copy that costs nothing.
    pub fn rows_alone(&self) -> Self {
        let (table, id, len, lexicon, columns) =
            (self.table, self.id.clone(), self.len, self.lexicon.clone(), self.columns.clone());
        Self { table, id, len, lexicon, columns, ..Self::default() }
    }

    /// The rows of these places, in this order; a row may stand more than once.
    pub fn rows(mut self, order: impl Iterator<Item = usize>) -> Self {
        let places: Arc<[u32]> = order.map(|row| row as u32).collect();
        for column in self.columns.values_mut() {
            column.places = Some(match &column.places {
                None => places.clone(),
                Some(own) => places.iter().map(|row| own[*row as usize]).collect(),
            });
        }
        Self { len: places.len(), ..self }.without_places()
    }

    /// The same without where its rows stand in their log.
    pub fn without_places(self) -> Self {
        Self { spots: Arc::default(), ..self }
    }

    /// The same rows with some columns alone.
    pub fn only(&self, columns: &[&str]) -> Self {
        let mut own = self.rows_alone();
        own.columns.retain(|name, _| columns.contains(&name.as_str()));
        own
    }

    /// The rows of these places and no other in memory.
    pub fn gathered(mut self, order: &[usize]) -> Self {
        for column in self.columns.values_mut() {
            *column = Column::new(column.data.chosen(order.iter().map(|row| column.place(*row))));
        }
        let spots = order.iter().filter_map(|row| self.spots.get(*row).copied()).collect();
        Self { len: order.len(), spots: Arc::new(spots), ..self }
    }

    /// Where a row stands in the log it was read from, for messages.
    pub fn place(&self, row: usize, log: &Log) -> String {
        let (input, number) = self.spots.get(row).copied().unwrap_or_default();
        let label = log.sources().nth(input).map(|source| source.label.clone()).unwrap_or_default();
        format!("row {number} of {label}")
    }

    /// Sets rows aside that break a rule together with others, each with the column that shows it.
    ///
    /// What the source has in them is told by [`Log::show_broken`].
    pub fn set_aside(mut self, broken: &BTreeMap<usize, (Rule, &str)>) -> Self {
        if broken.is_empty() {
            return self;
        }
        for (place, (rule, column)) in broken {
            let (input, row) = self.spots.get(*place).copied().unwrap_or((0, *place as u64));
            let column = (*column).to_owned();
            let quarantined = Quarantined { input, row, rule: *rule, column, value: None, cells: Vec::new() };
            self.findings.quarantine.push(quarantined);
        }
        self.findings.accepted -= broken.len() as u64;
        self.findings.quarantine.sort_unstable();
        let kept: Vec<usize> = (0..self.len()).filter(|row| !broken.contains_key(row)).collect();
        self.gathered(&kept)
    }

    /// What its rows say, hashed; their order says nothing, so it is the sum of theirs.
    pub fn digest(&self) -> String {
        let mut bytes = Vec::new();
        let of_row = |row: usize| {
            bytes.clear();
            for (name, column) in &self.columns {
                bytes.extend(name.as_bytes());
                column.data.spell(column.place(row), &self.lexicon, &mut bytes);
            }
            xxh3_128(&bytes)
        };
        format!("{:032x}", (0..self.len).map(of_row).fold(0, u128::wrapping_add))
    }

    /// Sets aside rows of its log that say the same as an earlier one, each with the column that shows it.
    ///
    /// # Errors
    ///
    /// An input is damaged.
    pub fn without_copies(self, log: &Log, column: &str) -> Result<Self> {
        let copies = log.copies()?;
        let rows = self.spots.iter().enumerate().filter(|(_, spot)| copies.contains(spot));
        let broken = rows.map(|(row, _)| (row, (Rule::IdenticalRepeat, column))).collect();
        Ok(self.set_aside(&broken))
    }

    /// The fields of its columns; decimals have become whole numbers.
    pub(super) fn fields(&self) -> Vec<Field> {
        self.columns.iter().map(|(name, column)| Field::made(name, column.data.kind())).collect()
    }

    /// Hands its rows to as many workers as there is work for, as a log hands its accepted ones.
    ///
    /// # Errors
    ///
    /// A worker fails.
    pub fn show<S: Sink>(&self, threads: NonZeroUsize, make: impl Fn() -> S + Sync) -> Result<Vec<S>> {
        let (fields, next) = (self.fields(), AtomicUsize::new(0));
        let starts = self.len.div_ceil(CUT);
        let work = || {
            let mut sink = make();
            while let Some(start) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|start| *start < starts) {
                sink.add(&self.batch(&fields, start * CUT), Sign::Plus)?;
            }
            sink.close(&self.lexicon);
            Ok(sink)
        };
        std::thread::scope(|scope| {
            let others: Vec<_> = (1..threads.get().min(starts)).map(|_| scope.spawn(work)).collect();
            let joined = |worker: std::thread::ScopedJoinHandle<'_, Result<S>>| {
                worker.join().unwrap_or_else(|_| Err(Error::broken("counting a table", "a worker stopped")))
            };
            [work()].into_iter().chain(others.into_iter().map(joined)).collect()
        })
    }

    fn batch<'a>(&'a self, fields: &'a [Field], start: usize) -> Batch<'a> {
        let rows = start..(start + CUT).min(self.len);
        let values = self.columns.values().map(|column| column.data.values(rows.clone().map(|row| column.place(row))));
        Batch {
            input: 0,
            rows: rows.clone().map(|row| row as u64 + 1).collect(),
            ids: Vec::new(),
            lexicon: &self.lexicon,
            fields,
            joins: &[],
            values: values.collect(),
            listed: Vec::new(),
            ambiguous: Vec::new(),
        }
    }
}

impl Column {
    fn new(data: Data) -> Self {
        Self { data: Arc::new(data), places: None }
    }

    fn place(&self, row: usize) -> usize {
        self.places.as_ref().map_or(row, |places| places[row] as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roster() -> Held {
        Held::of(Table::Roster, 3)
            .with_names("officer", [Some("An"), None, Some("Chi")])
            .with("hours", Data::numbers([Some(8), Some(6), None].into_iter()))
            .with("from", Data::moments([Some((0, true)), Some((9, false)), None].into_iter()))
    }

    fn read(held: &Held) -> Vec<(Option<&str>, Option<i64>, Option<Moment>)> {
        let row = |row| (held.name("officer", row), held.number("hours", row), held.moment("from", row));
        (0..held.len()).map(row).collect()
    }

    /// Rows by their places, and places of places, are what a copy of them is, and say the same.
    #[test]
    fn rows_by_their_places_are_rows() {
        let seen = roster().rows([2, 0, 0, 1].into_iter());
        let (an, none, chi) =
            ((Some("An"), Some(8), Some((0, true))), (None, Some(6), Some((9, false))), (Some("Chi"), None, None));
        assert_eq!(read(&seen), [chi, an, an, none]);
        let again = seen.clone().rows([3, 0].into_iter());
        assert_eq!(read(&again), [none, chi]);
        assert_eq!(read(&seen.clone().gathered(&[3, 0])), [none, chi]);
        // What is said does not depend on the order, the places or the numbers of the names.
        let spelled = roster().with_names("officer", [Some("Chi"), Some("An")]).with_names("officer", [None; 3]);
        let spelled = spelled.with_names("officer", [Some("An"), None, Some("Chi")]);
        assert_eq!(again.digest(), spelled.rows([2, 1].into_iter()).digest());
        assert_ne!(again.digest(), seen.digest());
    }

    /// Takes the numbers and the names of every row it is shown.
    #[derive(Default)]
    struct Shown {
        hours: Vec<i64>,
        names: Vec<Option<String>>,
    }

    impl Sink for Shown {
        fn add(&mut self, batch: &Batch<'_>, _: Sign) -> Result<()> {
            self.hours.extend(batch.numbers("hours").expect("a column"));
            let codes = batch.codes("officer").expect("a column").iter();
            self.names.extend(codes.map(|code| batch.lexicon.name(*code).map(str::to_owned)));
            Ok(())
        }

        fn close(&mut self, _: &Lexicon) {}
    }

    /// More rows than are counted at once, and workers than there is work for.
    #[test]
    fn every_row_is_shown_once() {
        let rows = 2 * CUT + 1;
        let held = Held::of(Table::Roster, 2)
            .with_names("officer", [Some("An"), None])
            .with("hours", Data::numbers([Some(1), Some(0)].into_iter()))
            .rows((0..rows).map(|row| row % 2));
        for threads in [1, 2, 9] {
            let parts = held.show(NonZeroUsize::new(threads).expect("a number"), Shown::default).expect("workers");
            assert!(parts.len() <= threads.min(3));
            let all = parts.iter().flat_map(|part| part.hours.iter().zip(&part.names));
            let ans = all.clone().filter(|(hours, name)| **hours == 1 && name.as_deref() == Some("An")).count();
            let others = all.filter(|(hours, name)| **hours == 0 && name.is_none()).count();
            assert_eq!((ans, others), (CUT + 1, CUT));
        }
        assert_eq!(roster().rows(std::iter::empty()).show(NonZeroUsize::MIN, Shown::default).expect("one").len(), 1);
    }
}
