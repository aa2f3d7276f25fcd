//! Events gathered by case, whatever their order and input.

use super::{ID_TEXT, OF_CASE};
use crate::error::Result;
use crate::ingest::batch::{ABSENT, Batch};
use crate::ingest::lexicon::{Lexicon, NO_NAME};
use crate::ingest::log::{Sign, Sink};
use crate::ingest::schema::{CASES, Kind};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// When something was said, in microseconds, and where it stands: input and row.
pub(super) type Place = (i64, usize, u64);

/// One event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Event {
    /// When and where: what happened at one time keeps the order of the inputs.
    pub(super) at: Place,
    /// Whether only the local day of it is known.
    pub(super) day: bool,
    pub(super) activity: u32,
    pub(super) lifecycle: u32,
    pub(super) officer: u32,
    pub(super) unit: u32,
    /// When it should have been done, in microseconds, and whether only the local day of that is known.
    pub(super) due: Option<(i64, bool)>,
}

/// What is known of one case.
#[derive(Clone, Debug, Default)]
pub(super) struct Case {
    pub(super) id: u32,
    pub(super) events: Vec<Event>,
    /// By attribute: the first value in the order of events, and its event's place.
    pub(super) attributes: Vec<Option<(Value, Place)>>,
}

/// A value of an attribute of the case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Value {
    /// An instant, and whether only its local day is known.
    Instant(i64, bool),
    Name(u32),
    Number(i64),
}

/// One worker's events.
pub(super) struct Gathering {
    attributes: Vec<String>,
    /// The activities that the script asks for, and those of them that were met in any part of the log.
    asked: BTreeMap<String, bool>,
    cases: HashMap<u128, Case>,
    names: Vec<Option<String>>,
}

impl Gathering {
    pub(super) fn new(columns: Vec<&str>, asked: impl Iterator<Item = String>) -> Self {
        let attributes = columns.into_iter().filter(|name| name.starts_with(OF_CASE)).map(str::to_owned).collect();
        let asked = asked.map(|activity| (activity, false)).collect();
        Self { attributes, asked, cases: HashMap::new(), names: Vec::new() }
    }

    /// The attributes of the rows of a batch, column by column.
    fn attributes_of(&self, batch: &Batch<'_>) -> Vec<Vec<Option<Value>>> {
        let values = |name: &String| -> Vec<Option<Value>> {
            if let Some(instants) = batch.instants(name) {
                let value =
                    |(row, us): (usize, &i64)| (*us != ABSENT).then(|| Value::Instant(*us, instants.is_day(row)));
                return instants.us.iter().enumerate().map(value).collect();
            }
            if let Some(numbers) = batch.numbers(name) {
                return numbers.iter().map(|number| (*number != ABSENT).then_some(Value::Number(*number))).collect();
            }
            let codes = batch.codes(name).unwrap_or_default();
            codes.iter().map(|code| (*code != NO_NAME).then_some(Value::Name(*code))).collect()
        };
        self.attributes.iter().map(values).collect()
    }
}

impl Sink for Gathering {
    fn add(&mut self, batch: &Batch<'_>, _: Sign) -> Result<()> {
        let attributes = self.attributes_of(batch);
        let codes = |name| batch.codes(name);
        let (ids, activities) = (codes(ID_TEXT), codes("activity"));
        let (lifecycles, officers, units) = (codes("lifecycle"), codes("officer"), codes("unit"));
        let Some(at) = batch.instants("at") else { return Ok(()) };
        let due = batch.instants("step_due_at");
        let code = |codes: Option<&[u32]>, row: usize| codes.map_or(NO_NAME, |codes| codes[row]);
        for row in 0..batch.len() {
            let case = self.cases.entry(batch.ids[row]).or_default();
            let place = (at.us[row], batch.input, batch.rows[row]);
            case.id = code(ids, row);
            case.attributes.resize(attributes.len(), None);
            for (own, column) in case.attributes.iter_mut().zip(&attributes) {
                if let Some(value) = column.get(row).cloned().flatten() {
                    keep_first(own, value, place);
                }
            }
            case.events.push(Event {
                at: place,
                day: at.is_day(row),
                activity: code(activities, row),
                lifecycle: code(lifecycles, row),
                officer: code(officers, row),
                unit: code(units, row),
                due: due.map(|due| (due.us[row], due.is_day(row))).filter(|(us, _)| *us != ABSENT),
            });
        }
        Ok(())
    }

    fn close(&mut self, lexicon: &Lexicon) {
        // The dictionary knows the names of all parts of the log, whichever part is read.
        self.asked.iter_mut().for_each(|(activity, met)| *met = lexicon.find(activity).is_some());
        let used = self.cases.values().flat_map(Case::codes).collect::<BTreeSet<u32>>();
        let most = used.last().map_or(0, |code| *code as usize + 1);
        self.names = vec![None; most];
        used.into_iter().for_each(|code| self.names[code as usize] = lexicon.name(code).map(str::to_owned));
    }
}

fn keep_first(own: &mut Option<(Value, Place)>, value: Value, place: Place) {
    if own.as_ref().is_none_or(|(_, earlier)| place < *earlier) {
        *own = Some((value, place));
    }
}

impl Case {
    fn codes(&self) -> impl Iterator<Item = u32> {
        let events = self.events.iter().flat_map(|event| [event.activity, event.lifecycle, event.officer, event.unit]);
        let attributes = self.attributes.iter().flatten().filter_map(|(value, _)| match value {
            Value::Name(code) => Some(*code),
            _ => None,
        });
        events.chain(attributes).chain([self.id])
    }

    fn recoded(mut self, code: impl Fn(u32) -> u32) -> Self {
        self.id = code(self.id);
        for event in &mut self.events {
            for own in [&mut event.activity, &mut event.lifecycle, &mut event.officer, &mut event.unit] {
                *own = code(*own);
            }
        }
        for (value, _) in self.attributes.iter_mut().flatten() {
            if let Value::Name(own) = value {
                *own = code(*own);
            }
        }
        self
    }

    fn merge(&mut self, other: Self) {
        self.events.extend(other.events);
        for (own, other) in self.attributes.iter_mut().zip(other.attributes) {
            other.into_iter().for_each(|(value, place)| keep_first(own, value, place));
        }
    }
}

/// Every case, by id bytewise, its events in order.
pub(super) struct Gathered {
    /// The attributes' canonical names.
    pub(super) attributes: Vec<String>,
    /// The activities that the script asks for, and whether they were met.
    pub(super) asked: BTreeMap<String, bool>,
    pub(super) cases: Vec<Case>,
    /// The names behind the codes.
    pub(super) names: Vec<String>,
}

impl Gathered {
    /// How many distinct names the events have of something.
    pub(super) fn distinct(&self, of: impl Fn(&Event) -> u32) -> u64 {
        let codes: BTreeSet<u32> = self.cases.iter().flat_map(|case| &case.events).map(of).collect();
        codes.iter().filter(|code| **code != NO_NAME).count() as u64
    }

    /// The names of what happened, in order.
    pub(super) fn activities(&self) -> impl Iterator<Item = &str> {
        let codes: BTreeSet<u32> =
            self.cases.iter().flat_map(|case| &case.events).map(|event| event.activity).collect();
        codes.into_iter().filter_map(|code| self.names.get(code as usize)).map(String::as_str)
    }

    /// What a column of the whole case holds.
    pub(super) fn kind(attribute: &str) -> Kind {
        CASES.iter().find(|(known, _)| *known == attribute).map_or(Kind::Text, |(_, kind)| *kind)
    }
}

/// The workers' events as one; names get codes in bytewise order, so that nothing depends on who read what.
pub(super) fn merged(parts: Vec<Gathering>) -> Gathered {
    let all: BTreeSet<&str> = parts.iter().flat_map(|part| part.names.iter().flatten()).map(String::as_str).collect();
    let names: Vec<String> = std::iter::once("").chain(all).map(str::to_owned).collect();
    let codes: HashMap<&str, u32> = names.iter().enumerate().map(|(code, name)| (name.as_str(), code as u32)).collect();
    let attributes = parts.first().map(|part| part.attributes.clone()).unwrap_or_default();
    let mut cases: HashMap<u128, Case> = HashMap::new();
    let mut asked: BTreeMap<String, bool> = BTreeMap::new();
    for part in parts {
        let code = |own: u32| {
            let name = part.names.get(own as usize).and_then(Option::as_deref).unwrap_or_default();
            codes.get(name).copied().unwrap_or(NO_NAME)
        };
        for (name, met) in part.asked {
            *asked.entry(name).or_default() |= met;
        }
        for (id, case) in part.cases {
            let case = case.recoded(code);
            match cases.get_mut(&id) {
                Some(own) => own.merge(case),
                None => drop(cases.insert(id, case)),
            }
        }
    }
    let mut cases: Vec<Case> = cases.into_values().collect();
    cases.sort_unstable_by_key(|case| case.id);
    cases.iter_mut().for_each(|case| case.events.sort_unstable());
    let own = |name: &str| name.strip_prefix(OF_CASE).unwrap_or(name).to_owned();
    let attributes = attributes.iter().map(|name| own(name)).collect();
    Gathered { attributes, asked, cases, names }
}
