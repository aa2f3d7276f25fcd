//! The door: a batch of source rows becomes accepted rows and quarantined ones.

use super::batch::{ABSENT, Batch, Days, Instants, Values};
use super::binding::{Binding, Origin, Read};
use super::dates::{Wall, beyond, parsed, typed};
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
    /// By field: whether at least one input has it.
    pub(super) held: Vec<bool>,
}

/// The canonical values of `outcome`.
pub const OUTCOMES: [&str; 4] = ["granted", "refused", "withdrawn", "returned"];

/// One worker's door, with its own dictionary.
#[derive(Debug)]
pub(super) struct Door<'a> {
    rules: &'a Rules,
    pub(super) lexicon: Lexicon,
    pub(super) quarantine: Vec<Quarantined>,
}

/// The first rule each row breaks, with the field that shows it.
type Broken = Vec<Option<(Rule, usize)>>;

/// What is noted of each row while its columns are read.
struct Marks {
    broken: Broken,
    ambiguous: Vec<u8>,
}

impl<'a> Door<'a> {
    pub(super) fn new(rules: &'a Rules) -> Self {
        Self { rules, lexicon: Lexicon::default(), quarantine: Vec::new() }
    }

    /// Reads one batch of an input; rows that break a rule stay behind.
    pub(super) fn open(&mut self, input: usize, binding: &Binding, frame: &DataFrame) -> Result<Batch<'_>> {
        let height = frame.height();
        let mut marks = Marks { broken: vec![None; height], ambiguous: vec![0; height] };
        let mut ids = vec![0; height];
        let mut values = Vec::with_capacity(self.rules.fields.len());
        for (index, field) in self.rules.fields.iter().enumerate() {
            let origin = &binding.origins[index];
            values.push(match field.kind {
                Kind::Id => {
                    ids = self.ids(origin, frame, index, &mut marks.broken)?;
                    Values::Absent
                }
                Kind::Instant => self.instants(origin, frame, index, &mut marks)?,
                Kind::Text | Kind::Outcome => self.codes(origin, frame, index)?,
            });
        }
        let Marks { mut broken, ambiguous } = marks;
        self.check_order(&values, &mut broken);
        self.check_outcome(&values, &mut broken);
        let rows = row_numbers(frame)?;
        self.set_aside(input, binding, frame, &rows, &broken);
        let accepted: Vec<bool> = broken.iter().map(Option::is_none).collect();
        let batch = Batch { input, rows, ids, lexicon: &self.lexicon, fields: &self.rules.fields, values, ambiguous };
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
            Origin::Absent => Ok(self.absent(field, frame.height())),
            Origin::Constant(text) => Ok(Values::Codes(vec![code(&mut self.lexicon, text); frame.height()])),
            Origin::Column { .. } => {
                let texts = texts(origin, frame)?;
                let codes = texts.iter().map(|text| text.map_or(NO_NAME, |text| code(&mut self.lexicon, text)));
                Ok(Values::Codes(codes.collect()))
            }
        }
    }

    fn instants(&self, origin: &Origin, frame: &DataFrame, field: usize, marks: &mut Marks) -> Result<Values> {
        let (walls, precision) = match origin {
            Origin::Absent => return Ok(self.absent(field, frame.height())),
            Origin::Constant(text) => {
                let wall = Reading::of_days().micros(text.trim()).map_or(Wall::Unparsable, Wall::At);
                (vec![wall; frame.height()], Precision::Day)
            }
            Origin::Column { name, read } => {
                let column = frame.column(name).map_err(|e| Error::broken("reading a date column", e))?;
                let walls = match read {
                    Read::Text | Read::Dated(None) => vec![Wall::Blank; frame.height()],
                    Read::Dated(Some(reading)) => parsed(column, reading)?,
                    Read::Typed(_) => typed(column)?,
                };
                (walls, read.precision().unwrap_or(Precision::Wall))
            }
        };
        let required = self.rules.fields[field].name == "received_at";
        let instant = |(row, wall)| {
            let found = self.instant(wall, precision, &mut marks.ambiguous[row]);
            let rule = match found {
                Ok(at) if at != ABSENT || !required => return at,
                Ok(_) => Rule::MissingReceived,
                Err(rule) => rule,
            };
            break_rule(&mut marks.broken, row, rule, field);
            ABSENT
        };
        let us = walls.into_iter().enumerate().map(instant).collect();
        let days = if precision == Precision::Day { Days::All } else { Days::None };
        Ok(Values::Instants(Instants { us, days }))
    }

    fn instant(&self, wall: Wall, precision: Precision, ambiguous: &mut u8) -> std::result::Result<i64, Rule> {
        let wall = match wall {
            Wall::Blank => return Ok(ABSENT),
            Wall::Unparsable => return Err(Rule::UnparsableDate),
            Wall::Beyond => return Err(Rule::ImplausibleDate),
            Wall::At(us) => us,
        };
        let at = match precision {
            Precision::Offset => wall,
            Precision::Day => self.rules.zone.midnight(wall.div_euclid(86_400_000_000)),
            Precision::Wall => match self.rules.zone.utc(wall) {
                Local::One(at) => at,
                Local::Earlier(at) => {
                    *ambiguous += 1;
                    at
                }
                Local::Never => return Err(Rule::UnparsableDate),
            },
        };
        let (first, last) = self.rules.plausible;
        if at < first || at >= last { Err(Rule::ImplausibleDate) } else { Ok(at) }
    }

    /// A column this input lacks: all null where another input has it.
    fn absent(&self, field: usize, rows: usize) -> Values {
        match (self.rules.held[field], self.rules.fields[field].kind) {
            (false, _) | (true, Kind::Id) => Values::Absent,
            (true, Kind::Instant) => Values::Instants(Instants::absent(rows)),
            (true, Kind::Text | Kind::Outcome) => Values::Codes(vec![NO_NAME; rows]),
        }
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
        let zone = &self.rules.zone;
        for (row, (from, to)) in received.us.iter().zip(&finished.us).enumerate() {
            let by_day = received.is_day(row) || finished.is_day(row);
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

/// The source's own name and value of a field, for the quarantine.
fn shown(origin: &Origin, field: &Field, frame: &DataFrame, row: usize) -> (String, Option<String>) {
    match origin {
        Origin::Absent => (field.name.clone(), None),
        Origin::Constant(text) => (field.name.clone(), Some(text.clone())),
        Origin::Column { name, .. } => {
            let value = frame.column(name).ok().and_then(|column| column.get(row).ok().map(AnyValue::into_static));
            let text = value.filter(|value| !value.is_null()).map(|value| written(&value));
            (name.to_string(), text)
        }
    }
}

/// A value as text, cut at 200 characters; a date that no calendar reaches as its number.
fn written(value: &AnyValue<'_>) -> String {
    let text = match (beyond(value), value.get_str()) {
        (Some(number), _) => return number.to_string(),
        (None, Some(text)) => text.to_owned(),
        (None, None) => value.to_string(),
    };
    text.chars().take(200).collect()
}

/// The same for a row known by its number.
pub(super) fn shown_in_row(origin: &Origin, field: &Field, frame: &DataFrame, row: u64) -> (String, Option<String>) {
    let index = row_numbers(frame).ok().and_then(|rows| rows.iter().position(|number| *number == row));
    shown(origin, field, frame, index.unwrap_or_default())
}
