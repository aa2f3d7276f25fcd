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
