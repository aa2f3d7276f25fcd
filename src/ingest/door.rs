//! The door: a batch of source rows becomes accepted rows and quarantined ones.

use super::batch::{ABSENT, Batch, Instants, Values};
use super::binding::{Binding, Origin, Read};
use super::datetime::{Precision, Reading};
use super::lexicon::{Lexicon, NO_NAME, normalised};
use super::quarantine::{Quarantined, Rule};
use super::schema::{Field, Kind};
use super::source::ROW;
use super::zone::{Local, Zone};
use crate::error::{Error, Result};
use polars::prelude::*;
use std::collections::{BTreeMap, HashSet};

/// What every worker's door needs to know.
#[derive(Debug)]
pub(super) struct Rules {
    pub(super) fields: Vec<Field>,
    pub(super) zone: Zone,
    /// Plausible instants, in microseconds: from the first, before the second.
    pub(super) plausible: (i64, i64),
    /// By canonical column: the source's value to the canonical one.
    pub(super) values: BTreeMap<String, BTreeMap<String, String>>,
}

/// The canonical values of `outcome`.
pub(super) const OUTCOMES: [&str; 4] = ["granted", "refused", "withdrawn", "returned"];

/// One worker's door, with its own dictionary.
#[derive(Debug)]
pub(super) struct Door<'a> {
    rules: &'a Rules,
    pub(super) lexicon: Lexicon,
    pub(super) quarantine: Vec<Quarantined>,
    pub(super) ambiguous_times: u64,
}

/// The first rule each row breaks, with the field that shows it.
type Broken = Vec<Option<(Rule, usize)>>;

impl<'a> Door<'a> {
    pub(super) fn new(rules: &'a Rules) -> Self {
        Self { rules, lexicon: Lexicon::default(), quarantine: Vec::new(), ambiguous_times: 0 }
    }

    /// Reads one batch of an input; rows that break a rule stay behind.
    pub(super) fn open(&mut self, input: usize, binding: &Binding, frame: &DataFrame) -> Result<Batch<'_>> {
        let height = frame.height();
        let mut broken: Broken = vec![None; height];
        let mut ids = vec![0; height];
        let mut values = Vec::with_capacity(self.rules.fields.len());
        for (index, field) in self.rules.fields.iter().enumerate() {
            let origin = &binding.origins[index];
            values.push(match field.kind {
                Kind::Id => {
                    ids = self.ids(origin, frame, index, &mut broken)?;
                    Values::Absent
                }
                Kind::Instant => self.instants(origin, frame, index, &mut broken)?,
                Kind::Text | Kind::Outcome => self.codes(origin, frame, index)?,
            });
        }
        self.check_order(&values, &mut broken);
        self.check_outcome(&values, &mut broken);
        let rows = row_numbers(frame)?;
        self.set_aside(input, binding, frame, &rows, &broken);
        let accepted: Vec<bool> = broken.iter().map(Option::is_none).collect();
        let batch = Batch { input, rows, ids, lexicon: &self.lexicon, fields: &self.rules.fields, values };
        Ok(batch.keep(&accepted))
    }

    /// Which rows have an id whose hash is among `wanted`.
    pub(super) fn mask(&self, binding: &Binding, frame: &DataFrame, wanted: &HashSet<u64>) -> Result<BooleanChunked> {
        let field = self.rules.fields.iter().position(|field| field.kind == Kind::Id).unwrap_or_default();
        let mut ignored = vec![None; frame.height()];
        let ids = self.ids(&binding.origins[field], frame, field, &mut ignored)?;
        Ok(ids.iter().map(|id| wanted.contains(&(*id as u64))).collect())
    }

    fn ids(&self, origin: &Origin, frame: &DataFrame, field: usize, broken: &mut Broken) -> Result<Vec<u128>> {
        let texts = texts(origin, frame)?;
        let hash = |text: &str| match text.is_ascii() {
            true => xxhash_rust::xxh3::xxh3_128(text.trim().as_bytes()),
            false => xxhash_rust::xxh3::xxh3_128(normalised(text).as_bytes()),
        };
        let hashed = texts.iter().enumerate().map(|(row, text)| match text.filter(|text| !text.trim().is_empty()) {
            Some(text) => hash(text),
            None => {
                break_rule(broken, row, Rule::MissingId, field);
                0
            }
        });
        Ok(hashed.collect())
    }

    fn codes(&mut self, origin: &Origin, frame: &DataFrame, field: usize) -> Result<Values> {
        let mapped = self.rules.values.get(&self.rules.fields[field].name);
        let canonical = |name: &str| mapped.and_then(|map| map.get(name)).cloned();
        let mut known: PlHashMap<u32, u32> = PlHashMap::default();
        let mut code = |lexicon: &mut Lexicon, text: &str| {
            let own = lexicon.code(text);
            if mapped.is_none() {
                return own;
            }
            if let Some(code) = known.get(&own) {
                return *code;
            }
            let code = match lexicon.name(own).and_then(canonical) {
                Some(name) => lexicon.code(&name),
                None => own,
            };
            known.insert(own, code);
            code
        };
        match origin {
            Origin::Absent => Ok(Values::Absent),
            Origin::Constant(text) => Ok(Values::Codes(vec![code(&mut self.lexicon, text); frame.height()])),
            Origin::Column { .. } => {
                let texts = texts(origin, frame)?;
                let codes = texts.iter().map(|text| text.map_or(NO_NAME, |text| code(&mut self.lexicon, text)));
                Ok(Values::Codes(codes.collect()))
            }
        }
    }

    fn instants(&mut self, origin: &Origin, frame: &DataFrame, field: usize, broken: &mut Broken) -> Result<Values> {
        let required = self.rules.fields[field].name == "received_at";
        let (name, read) = match origin {
            Origin::Absent => return Ok(Values::Absent),
            Origin::Constant(text) => return self.constant_instant(text, frame.height()),
            Origin::Column { name, read } => (name, read),
        };
        let column = frame.column(name).map_err(|e| Error::broken("reading a date column", e))?;
        let walls = match read {
            Read::Text | Read::Dated(None) => vec![Wall::Blank; frame.height()],
            Read::Dated(Some(reading)) => parsed(column, reading)?,
            Read::Typed(_) => typed(column)?,
        };
        let precision = read.precision().unwrap_or(Precision::Wall);
        let mut us = Vec::with_capacity(walls.len());
        for (row, wall) in walls.into_iter().enumerate() {
            let rule = match self.instant(wall, precision) {
                Ok(ABSENT) if required => Some(Rule::MissingReceived),
                Ok(at) => {
                    us.push(at);
                    None
                }
                Err(rule) => Some(rule),
            };
            if let Some(rule) = rule {
                us.push(ABSENT);
                break_rule(broken, row, rule, field);
            }
        }
        Ok(Values::Instants(Instants { us, day: precision == Precision::Day }))
    }

    fn instant(&mut self, wall: Wall, precision: Precision) -> std::result::Result<i64, Rule> {
        let wall = match wall {
            Wall::Blank => return Ok(ABSENT),
            Wall::Unparsable => return Err(Rule::UnparsableDate),
            Wall::At(us) => us,
        };
        let at = match precision {
            Precision::Offset => wall,
            Precision::Day => self.rules.zone.midnight(wall.div_euclid(86_400_000_000)),
            Precision::Wall => match self.rules.zone.utc(wall) {
                Local::One(at) => at,
                Local::Earlier(at) => {
                    self.ambiguous_times += 1;
                    at
                }
                Local::Never => return Err(Rule::UnparsableDate),
            },
        };
        let (first, last) = self.rules.plausible;
        if at < first || at >= last { Err(Rule::ImplausibleDate) } else { Ok(at) }
    }

    fn constant_instant(&mut self, text: &str, height: usize) -> Result<Values> {
        let reading = Reading::of_format("%Y-%m-%d")?;
        let wall = reading.micros(text.trim()).ok_or_else(|| Error::value("set", text, "a date such as 2024-02-01"))?;
        let at = self.instant(Wall::At(wall), Precision::Day);
        let at = at.map_err(|_| Error::value("set", text, "a date within `log.plausible`"))?;
        Ok(Values::Instants(Instants { us: vec![at; height], day: true }))
    }

    fn check_order(&self, values: &[Values], broken: &mut Broken) {
        let find = |name: &str| {
            let index = self.rules.fields.iter().position(|field| field.name == name)?;
            match &values[index] {
                Values::Instants(instants) => Some((index, instants)),
                _ => None,
            }
        };
        let (Some((_, received)), Some((field, finished))) = (find("received_at"), find("finished_at")) else { return };
        let by_day = received.by_day_with(finished);
        let zone = &self.rules.zone;
        for (row, (from, to)) in received.us.iter().zip(&finished.us).enumerate() {
            if *to < *from && *to != ABSENT && (!by_day || zone.day(*to) < zone.day(*from)) {
                break_rule(broken, row, Rule::FinishedBeforeReceived, field);
            }
        }
    }

    fn check_outcome(&self, values: &[Values], broken: &mut Broken) {
        let Some(field) = self.rules.fields.iter().position(|field| field.kind == Kind::Outcome) else { return };
        let Values::Codes(codes) = &values[field] else { return };
        let mut verdicts: PlHashMap<u32, bool> = PlHashMap::default();
        for (row, code) in codes.iter().enumerate() {
            let known = *verdicts
                .entry(*code)
                .or_insert_with(|| self.lexicon.name(*code).is_none_or(|name| OUTCOMES.contains(&name)));
            if !known {
                break_rule(broken, row, Rule::UnknownOutcome, field);
            }
        }
    }

    fn set_aside(&mut self, input: usize, binding: &Binding, frame: &DataFrame, rows: &[u64], broken: &Broken) {
        for (index, mark) in broken.iter().enumerate() {
            let Some((rule, field)) = *mark else { continue };
            let (column, value) = shown(&binding.origins[field], &self.rules.fields[field], frame, index);
            self.quarantine.push(Quarantined { input, row: rows[index], rule, column, value });
        }
    }
}

/// A date as its column has it.
#[derive(Clone, Copy)]
enum Wall {
    Blank,
    Unparsable,
    At(i64),
}

fn break_rule(broken: &mut Broken, row: usize, rule: Rule, field: usize) {
    let first = broken[row].is_none_or(|(earlier, _)| rule < earlier);
    if first {
        broken[row] = Some((rule, field));
    }
}

pub(super) fn row_numbers(frame: &DataFrame) -> Result<Vec<u64>> {
    let column = frame.column(ROW).and_then(|column| column.idx().cloned());
    let numbers = column.map_err(|e| Error::broken("numbering rows", e))?;
    Ok(numbers.iter().map(|number| u64::from(number.unwrap_or_default())).collect())
}

fn texts(origin: &Origin, frame: &DataFrame) -> Result<StringChunked> {
    let wrong = |e| Error::broken("reading a text column", e);
    match origin {
        Origin::Column { name, .. } => {
            let column = frame.column(name).map_err(wrong)?;
            let column = column.cast(&DataType::String).map_err(wrong)?;
            column.str().cloned().map_err(wrong)
        }
        Origin::Constant(text) => Ok(StringChunked::full("".into(), text, frame.height())),
        Origin::Absent => Ok(StringChunked::full_null("".into(), frame.height())),
    }
}

/// The engine's fast reader first; what it refuses is trimmed and read once more.
fn parsed(column: &Column, reading: &Reading) -> Result<Vec<Wall>> {
    let wrong = |e| Error::broken("reading a date column", e);
    let texts = column.str().map_err(wrong)?;
    let format = Some(reading.format.as_str());
    let raise = StringChunked::full("".into(), "raise", 1);
    let fast: Int64Chunked = match reading.precision {
        Precision::Day => {
            let days = texts.as_date(format, true).map_err(wrong)?;
            days.physical().iter().map(|day| day.map(|day| i64::from(day) * 86_400_000_000)).collect()
        }
        precision => {
            let zoned = precision == Precision::Offset;
            let at = texts.as_datetime(format, TimeUnit::Microseconds, true, zoned, None, &raise);
            at.map_err(wrong)?.physical().clone()
        }
    };
    let slow = |text: &str| match text.trim() {
        "" => Wall::Blank,
        text => reading.micros(text).map_or(Wall::Unparsable, Wall::At),
    };
    let walls = fast.iter().zip(texts.iter()).map(|pair| match pair {
        (Some(us), _) => Wall::At(us),
        (None, Some(text)) => slow(text),
        (None, None) => Wall::Blank,
    });
    Ok(walls.collect())
}

fn typed(column: &Column) -> Result<Vec<Wall>> {
    let wrong = |e| Error::broken("reading a date column", e);
    let at = match column.dtype() {
        DataType::Datetime(_, zone) => column.cast(&DataType::Datetime(TimeUnit::Microseconds, zone.clone())),
        _ => column.cast(&DataType::Datetime(TimeUnit::Microseconds, None)),
    };
    let at = at.and_then(|column| column.datetime().map(|at| at.physical().clone())).map_err(wrong)?;
    Ok(at.iter().map(|us| us.map_or(Wall::Blank, Wall::At)).collect())
}

/// The source's own name and value of a field, for the quarantine.
fn shown(origin: &Origin, field: &Field, frame: &DataFrame, row: usize) -> (String, Option<String>) {
    match origin {
        Origin::Absent => (field.name.clone(), None),
        Origin::Constant(text) => (field.name.clone(), Some(text.clone())),
        Origin::Column { name, .. } => {
            let value = frame.column(name).ok().and_then(|column| column.get(row).ok().map(AnyValue::into_static));
            let text = value.filter(|value| !value.is_null()).map(|value| match value.get_str() {
                Some(text) => text.chars().take(200).collect(),
                None => value.to_string(),
            });
            (name.to_string(), text)
        }
    }
}

/// The same for a row known by its number.
pub(super) fn shown_in_row(origin: &Origin, field: &Field, frame: &DataFrame, row: u64) -> (String, Option<String>) {
    let index = row_numbers(frame).ok().and_then(|rows| rows.iter().position(|number| *number == row));
    shown(origin, field, frame, index.unwrap_or_default())
}
