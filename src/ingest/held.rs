//! A table that stands beside the dossiers, held in memory: what is joined, spread over days or told apart needs it whole.

use super::batch::{ABSENT, Batch, Days, Instants};
use super::events::{instants, texts};
use super::lexicon::{Lexicon, NO_NAME};
use super::log::{Log, Sign, Sink};
use super::quarantine::{Findings, Quarantined};
use super::rules::Rule;
use super::schema::{Field, Kind};
use super::tables::Table;
use super::zone::Zone;
use crate::error::{Error, Result};
use polars::prelude::{Column, DataFrame, Int64Chunked, IntoColumn, NewChunkedArray};
use std::collections::{BTreeMap, HashSet};
use std::num::NonZeroUsize;

/// A moment in microseconds of UTC, and whether only the local day of it is known.
pub type Moment = (i64, bool);

/// What one column of a held table holds, row by row.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    /// Moments and days.
    Moments(Vec<Option<Moment>>),
    /// Names.
    Names(Vec<Option<String>>),
    /// Whole numbers, decimals in millionths, no (0) and yes (1).
    Numbers(Vec<Option<i64>>),
}

/// A table in memory, rows in the order of the inputs.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// Which table.
    pub table: Table,
    /// What became of every row.
    pub findings: Findings,
    /// The column of its ids, where it has one: they are compared and not kept.
    pub id: Option<String>,
    places: Vec<(usize, u64)>,
    columns: BTreeMap<String, Data>,
}

impl Held {
    /// Reads a log whole.
    ///
    /// # Errors
    ///
    /// An input is damaged.
    pub fn read(table: Table, log: &Log, threads: NonZeroUsize) -> Result<Self> {
        let make = || Collecting::new(log);
        let (parts, findings) = log.read(threads, make, &|_| {})?;
        let out: HashSet<(usize, u64)> = parts.iter().flat_map(|part| part.out.iter().copied()).collect();
        let id = log.held_fields().find(|field| field.kind == Kind::Id).map(|field| field.name.clone());
        let mut held = Self { table, findings, id, ..Self::default() };
        for Field { name, kind, .. } in log.held_fields() {
            // Also without a row the table has its columns.
            Data::of(*kind).into_iter().for_each(|data| held.put(name, data));
        }
        parts.into_iter().for_each(|part| held.append(part));
        let mut order: Vec<usize> = (0..held.len()).filter(|row| !out.contains(&held.places[*row])).collect();
        order.sort_unstable_by_key(|row| held.places[*row]);
        Ok(held.rows(&order))
    }

    /// A table made of another one: columns by name, all of one length.
    pub fn of(table: Table, columns: impl IntoIterator<Item = (&'static str, Data)>) -> Self {
        let columns = columns.into_iter().map(|(name, data)| (name.to_owned(), data));
        let mut held = Self { table, columns: columns.collect(), ..Self::default() };
        let rows = held.columns.values().next().map_or(0, Data::len);
        held.places = (0..rows as u64).map(|row| (0, row)).collect();
        held
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The names of its columns.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.columns.keys().map(String::as_str)
    }

    /// Whether it has a column.
    pub fn has(&self, name: &str) -> bool {
        self.columns.contains_key(name)
    }

    /// A column by name.
    pub fn data(&self, name: &str) -> Option<&Data> {
        self.columns.get(name)
    }

    /// A moment of a row.
    pub fn moment(&self, name: &str, row: usize) -> Option<Moment> {
        match self.columns.get(name)? {
            Data::Moments(moments) => moments[row],
            _ => None,
        }
    }

    /// A name of a row.
    pub fn name(&self, name: &str, row: usize) -> Option<&str> {
        match self.columns.get(name)? {
            Data::Names(names) => names[row].as_deref(),
            _ => None,
        }
    }

    /// A number of a row.
    pub fn number(&self, name: &str, row: usize) -> Option<i64> {
        match self.columns.get(name)? {
            Data::Numbers(numbers) => numbers[row],
            _ => None,
        }
    }

    /// Adds a column, or another in its stead.
    pub fn put(&mut self, name: &str, data: Data) {
        self.columns.insert(name.to_owned(), data);
    }

    /// The rows of these places, in this order; a row may stand more than once.
    pub fn rows(mut self, order: &[usize]) -> Self {
        self.places = order.iter().map(|row| self.places[*row]).collect();
        self.columns.values_mut().for_each(|data| *data = data.rows(order));
        self
    }

    /// Where a row stands in the log it was read from, for messages.
    pub fn place(&self, row: usize, log: &Log) -> String {
        let (input, number) = self.places[row];
        let label = log.sources().nth(input).map(|source| source.label.clone()).unwrap_or_default();
        format!("row {number} of {label}")
    }

    /// Sets rows aside that break a rule together with others, each with the column that shows it.
    ///
    /// What the source has in them is told by [`Log::show_broken`].
    pub fn set_aside(mut self, broken: &BTreeMap<usize, (Rule, &str)>) -> Self {
        for (row, (rule, column)) in broken {
            let (input, number) = self.places[*row];
            let (column, row) = ((*column).to_owned(), number);
            let quarantined = Quarantined { input, row, rule: *rule, column, value: None, cells: Vec::new() };
            self.findings.quarantine.push(quarantined);
        }
        self.findings.accepted -= broken.len() as u64;
        self.findings.quarantine.sort_unstable();
        let kept: Vec<usize> = (0..self.len()).filter(|row| !broken.contains_key(row)).collect();
        self.rows(&kept)
    }

    /// What its rows say, hashed; their order says nothing, so it is the sum of theirs.
    pub fn digest(&self) -> String {
        let of_row = |row: usize| {
            let mut hash = xxhash_rust::xxh3::Xxh3::new();
            for (name, data) in &self.columns {
                hash.update(name.as_bytes());
                data.hash(row, &mut hash);
            }
            hash.digest128()
        };
        format!("{:032x}", (0..self.len()).map(of_row).fold(0, u128::wrapping_add))
    }

    /// Sets aside rows of its log that say the same as an earlier one, each with the column that shows it.
    ///
    /// # Errors
    ///
    /// An input is damaged.
    pub fn without_copies(self, log: &Log, column: &str) -> Result<Self> {
        let copies = log.copies()?;
        let rows = (0..self.len()).filter(|row| copies.contains(&self.places[*row]));
        let broken = rows.map(|row| (row, (Rule::IdenticalRepeat, column))).collect();
        Ok(self.set_aside(&broken))
    }

    /// The same as a frame of typed columns, to pass the door as any other table.
    pub fn frame(&self, zone: &Zone) -> Result<DataFrame> {
        let mut columns: Vec<Column> = Vec::new();
        for (name, data) in &self.columns {
            match data {
                Data::Moments(moments) => columns.extend(instants(name, moments.clone(), zone)?),
                Data::Names(names) => columns.push(texts(name, names.iter().cloned())),
                Data::Numbers(numbers) => {
                    columns.push(
                        Int64Chunked::from_iter_options(name.as_str().into(), numbers.iter().copied()).into_column(),
                    );
                }
            }
        }
        DataFrame::new(self.len(), columns).map_err(|e| Error::broken("making a table", e))
    }

    /// The fields of its columns, as [`Held::frame`] has them; decimals have become whole numbers.
    pub fn fields(&self) -> Vec<Field> {
        let kind = |data: &Data| match data {
            Data::Moments(_) => Kind::Instant,
            Data::Names(_) => Kind::Text,
            Data::Numbers(_) => Kind::Number,
        };
        self.columns.iter().map(|(name, data)| Field::made(name, kind(data))).collect()
    }

    fn append(&mut self, part: Collecting) {
        self.places.extend(part.places);
        for (name, data) in part.columns {
            match self.columns.get_mut(&name) {
                Some(own) => own.append(data),
                None => self.put(&name, data),
            }
        }
    }
}

impl Data {
    /// An empty column of a kind; `None` of ids, which are only compared.
    fn of(kind: Kind) -> Option<Self> {
        match kind {
            Kind::Instant => Some(Self::Moments(Vec::new())),
            Kind::Text => Some(Self::Names(Vec::new())),
            Kind::Number | Kind::Decimal | Kind::Flag => Some(Self::Numbers(Vec::new())),
            Kind::Id | Kind::Pauses => None,
        }
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Moments(moments) => moments.len(),
            Self::Names(names) => names.len(),
            Self::Numbers(numbers) => numbers.len(),
        }
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn rows(&self, order: &[usize]) -> Self {
        match self {
            Self::Moments(moments) => Self::Moments(order.iter().map(|row| moments[*row]).collect()),
            Self::Names(names) => Self::Names(order.iter().map(|row| names[*row].clone()).collect()),
            Self::Numbers(numbers) => Self::Numbers(order.iter().map(|row| numbers[*row]).collect()),
        }
    }

    fn append(&mut self, more: Self) {
        match (self, more) {
            (Self::Moments(own), Self::Moments(more)) => own.extend(more),
            (Self::Names(own), Self::Names(more)) => own.extend(more),
            (Self::Numbers(own), Self::Numbers(more)) => own.extend(more),
            // All workers read the same fields.
            _ => unreachable!("a column has one kind"),
        }
    }
}

/// One worker's rows of a table.
struct Collecting {
    /// The columns that the log has.
    asked: Vec<(String, Kind)>,
    places: Vec<(usize, u64)>,
    columns: BTreeMap<String, Data>,
    /// Rows taken out again.
    out: Vec<(usize, u64)>,
    /// Names by code, as they are met.
    codes: BTreeMap<String, Vec<u32>>,
}

impl Collecting {
    fn new(log: &Log) -> Self {
        let asked = log.held_fields().map(|field| (field.name.clone(), field.kind)).collect();
        Self { asked, places: Vec::new(), columns: BTreeMap::new(), out: Vec::new(), codes: BTreeMap::new() }
    }
}

impl Sink for Collecting {
    fn add(&mut self, batch: &Batch<'_>, sign: Sign) -> Result<()> {
        let places = batch.rows.iter().map(|row| (batch.input, *row));
        if sign == Sign::Minus {
            self.out.extend(places);
            return Ok(());
        }
        self.places.extend(places);
        let known = |number: &i64| Some(*number).filter(|number| *number != ABSENT);
        for (name, kind) in &self.asked {
            if *kind == Kind::Text {
                self.codes.entry(name.clone()).or_default().extend(batch.codes(name).unwrap_or_default());
                continue;
            }
            let data = match (batch.instants(name), batch.numbers(name)) {
                (Some(own), _) => {
                    let moment = |(row, us): (usize, &i64)| known(us).map(|us| (us, own.is_day(row)));
                    Data::Moments(own.us.iter().enumerate().map(moment).collect())
                }
                (None, Some(own)) => Data::Numbers(own.iter().map(known).collect()),
                (None, None) => continue,
            };
            match self.columns.get_mut(name) {
                Some(own) => own.append(data),
                None => drop(self.columns.insert(name.clone(), data)),
            }
        }
        Ok(())
    }

    fn close(&mut self, lexicon: &Lexicon) {
        for (name, codes) in std::mem::take(&mut self.codes) {
            let names = codes.iter().map(|code| Some(*code).filter(|code| *code != NO_NAME));
            let names = names.map(|code| code.and_then(|code| lexicon.name(code)).map(str::to_owned));
            self.columns.insert(name, Data::Names(names.collect()));
        }
    }
}

impl Data {
    /// A row's value with a mark before it, so that no two columns are one text.
    fn hash(&self, row: usize, hash: &mut xxhash_rust::xxh3::Xxh3) {
        let mut add = |known: bool, bytes: &[u8]| {
            hash.update(&[u8::from(known)]);
            hash.update(&(bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        };
        match self {
            Self::Moments(moments) => {
                let (us, day) = moments[row].unwrap_or_default();
                add(moments[row].is_some(), &us.to_le_bytes());
                add(day, &[]);
            }
            Self::Names(names) => add(names[row].is_some(), names[row].as_deref().unwrap_or_default().as_bytes()),
            Self::Numbers(numbers) => add(numbers[row].is_some(), &numbers[row].unwrap_or_default().to_le_bytes()),
        }
    }

    /// A column of instants, as a batch has it.
    pub(super) fn instants(&self, found: impl Iterator<Item = Option<usize>>) -> Instants {
        let Self::Moments(moments) = self else { return Instants::default() };
        let found: Vec<Option<Moment>> = found.map(|row| row.and_then(|row| moments[row])).collect();
        let days = found.iter().map(|moment| moment.is_some_and(|(_, day)| day)).collect();
        Instants {
            us: found.iter().map(|moment| moment.map_or(ABSENT, |(us, _)| us)).collect(),
            days: Days::Rows(days),
        }
    }
}
