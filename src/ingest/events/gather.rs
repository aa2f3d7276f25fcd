//! Events gathered by case, whatever their order and input; beyond a bound they are written out, cases in order.

use super::case::{Case, Event, Place, Value};
use super::merge::Run;
use super::{ID_TEXT, OF_CASE, Room};
use crate::error::Result;
use crate::ingest::batch::{ABSENT, Batch, Instants};
use crate::ingest::lexicon::{Lexicon, NO_NAME};
use crate::ingest::log::{Log, Sign, Sink};
use crate::ingest::rows::Texts;
use crate::ingest::scratch::{Scratch, put_line};
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};
use std::io::{self, Write};

/// One worker's events.
pub(super) struct Gathering<'a> {
    /// The columns of the whole case.
    columns: Vec<String>,
    /// The activities that the script asks for, and those of them that were met in any part of the log.
    pub(super) asked: BTreeMap<String, bool>,
    room: &'a Room,
    /// Bytes that it may hold.
    bound: usize,
    held: Held,
    scratch: Scratch,
    pub(super) runs: Vec<Run>,
    pub(super) activities: Codes,
    pub(super) officers: Codes,
    /// The names behind the codes.
    pub(super) names: Vec<String>,
}

/// Which codes were met.
#[derive(Default)]
pub(super) struct Codes(Vec<bool>);

impl Codes {
    fn meet(&mut self, code: u32) {
        let place = code as usize;
        if place >= self.0.len() {
            self.0.resize(place + 1, false);
        }
        self.0[place] = true;
    }

    /// Those that have a name.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> {
        (0..self.0.len()).filter(|code| self.0[*code] && *code != NO_NAME as usize)
    }
}

impl<'a> Gathering<'a> {
    pub(super) fn new(log: &Log, asked: impl Iterator<Item = String>, (room, bound): (&'a Room, usize)) -> Self {
        let columns = log.columns().into_iter().filter(|name| name.starts_with(OF_CASE));
        let columns: Vec<String> = columns.map(str::to_owned).collect();
        let asked = asked.map(|activity| (activity, false)).collect();
        let held = Held { width: columns.len(), ..Held::default() };
        let (scratch, runs, names) = (Scratch::default(), Vec::new(), Vec::new());
        let (activities, officers) = (Codes::default(), Codes::default());
        Self { columns, asked, room, bound, held, scratch, runs, activities, officers, names }
    }

    /// The attributes' canonical names.
    pub(super) fn attributes(&self) -> Vec<String> {
        self.columns.iter().map(|name| name.strip_prefix(OF_CASE).unwrap_or(name).to_owned()).collect()
    }
}

impl Sink for Gathering<'_> {
    fn add(&mut self, batch: &Batch<'_>, _: Sign) -> Result<()> {
        let Some(of) = Columns::new(batch, &self.columns) else { return Ok(()) };
        for row in 0..batch.len() {
            let event = of.event(row);
            self.activities.meet(event.activity);
            self.officers.meet(event.officer);
            self.held.add(batch.ids[row], event, &of, row);
        }
        if self.held.bytes() > self.bound {
            let held = self.held.taken();
            self.runs.push(Run::Disk(self.scratch.add(&self.room.folder, |out| held.put(out))?));
        }
        Ok(())
    }

    fn close(&mut self, lexicon: &Lexicon) {
        // The dictionary knows the names of all parts of the log, whichever part is read.
        self.asked.iter_mut().for_each(|(activity, met)| *met = lexicon.find(activity).is_some());
        self.names = lexicon.names().to_vec();
        let mut bytes = Vec::new();
        // Writing to memory cannot fail.
        let _ = self.held.taken().put(&mut bytes);
        self.runs.push(Run::Memory(bytes));
    }
}

/// The columns of a batch.
struct Columns<'b> {
    input: u32,
    rows: &'b [u64],
    ids: Option<&'b Texts>,
    at: &'b Instants,
    due: Option<&'b Instants>,
    names: [Option<&'b [u32]>; 4],
    attributes: Vec<Attribute<'b>>,
}

enum Attribute<'b> {
    Instants(&'b Instants),
    Numbers(&'b [i64]),
    Codes(&'b [u32]),
    Texts(&'b Texts),
    Absent,
}

/// What a row says of an attribute of its case.
#[derive(Clone, Copy)]
enum Said<T> {
    Moment(i64),
    Day(i64),
    Number(i64),
    Name(u32),
    Text(T),
}

impl<'b> Columns<'b> {
    fn new(batch: &'b Batch<'_>, attributes: &[String]) -> Option<Self> {
        let attribute = |name: &String| {
            let texts = || batch.texts(name).map(Attribute::Texts);
            let named = || batch.codes(name).map(Attribute::Codes).or_else(texts);
            let counted = || batch.numbers(name).map(Attribute::Numbers).or_else(named);
            batch.instants(name).map(Attribute::Instants).or_else(counted).unwrap_or(Attribute::Absent)
        };
        Some(Self {
            input: batch.input as u32,
            rows: &batch.rows,
            ids: batch.texts(ID_TEXT),
            at: batch.instants("at")?,
            due: batch.instants("step_due_at"),
            names: ["activity", "lifecycle", "officer", "unit"].map(|name| batch.codes(name)),
            attributes: attributes.iter().map(attribute).collect(),
        })
    }

    fn event(&self, row: usize) -> Event {
        let [activity, lifecycle, officer, unit] = self.names.map(|codes| codes.map_or(NO_NAME, |codes| codes[row]));
        let (due, due_day) = self.due.map_or((ABSENT, false), |due| (due.us[row], due.is_day(row)));
        let (at, day) = (self.at.us[row], self.at.is_day(row));
        Event { at, due, row: self.rows[row], input: self.input, activity, lifecycle, officer, unit, day, due_day }
    }
}

impl<'b> Attribute<'b> {
    fn said(&self, row: usize) -> Option<Said<&'b str>> {
        match self {
            Self::Instants(own) if own.us[row] == ABSENT => None,
            Self::Instants(own) if own.is_day(row) => Some(Said::Day(own.us[row])),
            Self::Instants(own) => Some(Said::Moment(own.us[row])),
            Self::Numbers(own) => Some(Said::Number(own[row])).filter(|_| own[row] != ABSENT),
            Self::Codes(own) => Some(Said::Name(own[row])).filter(|_| own[row] != NO_NAME),
            Self::Texts(own) => Some(own.get(row)).filter(|text| !text.is_empty()).map(Said::Text),
            Self::Absent => None,
        }
    }
}

/// Stands for no event.
const NONE: u32 = u32::MAX;

/// Events that memory holds, as they came.
#[derive(Default)]
struct Held {
    /// By the hash of a case's id, its number.
    cases: HashMap<u128, u32, BuildHasherDefault<OfHash>>,
    /// The ids of the cases.
    ids: Texts,
    /// How many attributes a case has.
    width: usize,
    /// Case by case, what the first event to say something of an attribute says of it, and that event.
    said: Vec<Said<u32>>,
    by: Vec<u32>,
    /// Texts of attributes.
    texts: Texts,
    events: Vec<Event>,
    /// By event, its case.
    of: Vec<u32>,
}

impl Held {
    fn add(&mut self, id: u128, event: Event, columns: &Columns<'_>, row: usize) {
        let new = self.ids.len() as u32;
        let case = *self.cases.entry(id).or_insert(new);
        if case == new {
            self.ids.push(columns.ids.map_or("", |ids| ids.get(row)));
            self.said.resize(self.said.len() + self.width, Said::Number(ABSENT));
            self.by.resize(self.by.len() + self.width, NONE);
        }
        let first = case as usize * self.width;
        // Nearly always one event said all that is known of a case.
        let mut known = (NONE, true);
        for (place, attribute) in (first..).zip(&columns.attributes) {
            let Some(said) = attribute.said(row) else { continue };
            let by = self.by[place];
            if by != known.0 {
                known = (by, by == NONE || event.place() < self.events[by as usize].place());
            }
            if known.1 || by == NONE {
                self.by[place] = self.events.len() as u32;
                self.said[place] = said.kept(&mut self.texts);
            }
        }
        self.events.push(event);
        self.of.push(case);
    }

    /// The bytes that it takes, and what it takes to put them in order.
    fn bytes(&self) -> usize {
        const OF_EVENT: usize = size_of::<Event>() + 2 * size_of::<u32>();
        const OF_ATTRIBUTE: usize = size_of::<Said<u32>>() + size_of::<u32>();
        const OF_ID: usize = 2 * (size_of::<u128>() + size_of::<u32>()) + 2 * size_of::<u32>();
        let texts = self.ids.bytes() + self.texts.bytes();
        self.events.len() * OF_EVENT + self.said.len() * OF_ATTRIBUTE + self.ids.len() * OF_ID + texts
    }

    /// Takes all out.
    fn taken(&mut self) -> Self {
        let width = self.width;
        std::mem::replace(self, Self { width, ..Self::default() })
    }

    /// Writes the cases by id bytewise, each with its events in order.
    fn put(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut order: Vec<u32> = (0..self.ids.len() as u32).collect();
        order.sort_unstable_by_key(|case| self.ids.get(*case as usize));
        let (starts, events) = self.by_case();
        let (mut case, mut line) = (Case::default(), Vec::new());
        for number in order {
            let number = number as usize;
            self.fill(&mut case, number, &events[starts[number] as usize..starts[number + 1] as usize]);
            line.clear();
            case.put(&mut line);
            put_line(&line, out)?;
        }
        Ok(())
    }

    /// The events of each case one after another, and where those of each begin.
    fn by_case(&self) -> (Vec<u32>, Vec<u32>) {
        let mut starts = vec![0; self.ids.len() + 1];
        self.of.iter().for_each(|case| starts[*case as usize + 1] += 1);
        (1..starts.len()).for_each(|case| starts[case] += starts[case - 1]);
        let (mut next, mut events) = (starts.clone(), vec![0; self.of.len()]);
        for (event, case) in (0..).zip(&self.of) {
            let place = &mut next[*case as usize];
            events[*place as usize] = event;
            *place += 1;
        }
        (starts, events)
    }

    fn fill(&self, into: &mut Case, number: usize, events: &[u32]) {
        self.ids.get(number).clone_into(&mut into.id);
        into.events.clear();
        into.events.extend(events.iter().map(|event| self.events[*event as usize]));
        into.sort();
        let own = number * self.width..(number + 1) * self.width;
        let attribute = |place: usize| -> Option<(Value, Place)> {
            let event = self.events.get(self.by[place] as usize)?;
            Some((self.said[place].value(&self.texts), event.place()))
        };
        into.attributes.clear();
        into.attributes.extend(own.map(attribute));
    }
}

impl Said<&str> {
    fn kept(self, texts: &mut Texts) -> Said<u32> {
        match self {
            Said::Moment(us) => Said::Moment(us),
            Said::Day(us) => Said::Day(us),
            Said::Number(number) => Said::Number(number),
            Said::Name(code) => Said::Name(code),
            Said::Text(text) => {
                texts.push(text);
                Said::Text(texts.len() as u32 - 1)
            }
        }
    }
}

impl Said<u32> {
    fn value(self, texts: &Texts) -> Value {
        match self {
            Said::Moment(us) => Value::Instant(us, false),
            Said::Day(us) => Value::Instant(us, true),
            Said::Number(number) => Value::Number(number),
            Said::Name(code) => Value::Name(code),
            Said::Text(place) => Value::Text(texts.get(place as usize).to_owned()),
        }
    }
}

/// Ids are hashed already: half of a hash is one.
#[derive(Clone, Copy, Default)]
struct OfHash(u64);

impl Hasher for OfHash {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = self.0.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u128(&mut self, id: u128) {
        self.0 = id as u64;
    }
}
