//! What the log is opened with: inputs, columns, formats, the range of plausible dates.

use super::Asked;
use super::defaults::Defaults;
use super::entry::{Constant, Entry, Meant};
use super::file::{DayRange, StudyFile};
use super::register::Kept;
use super::script::script;
use super::tariff::Priced;
use super::{resolve, values};
use crate::cube::Keep;
use crate::error::{Error, ErrorKind, Result, nearest_name};
use crate::ingest::{
    Databases, Derived, EVENTS, EventFindings, Field, Held, ID_TEXT, Join, Log, Manner, OF_CASE, Opening, Profile,
    Reading, Room, STEPS, Source, Zone, cases, event_fields, is_of_events, meant,
};
use crate::measure::{Clocks, Conventions, Needs, Slot, Table, is_joined};
use polars::frame::DataFrame;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;

/// The range of dates that are plausible, where the study does not say.
pub(super) const PLAUSIBLE: &str = "1990-01-01..2049-12-31";

/// What the tables of a study are made ready with.
pub(super) struct Making<'a> {
    pub(super) keeps: &'a [Keep],
    pub(super) priced: Option<&'a Priced>,
    pub(super) clocks: &'a Clocks,
    pub(super) slots: &'a [Slot],
    /// The months of the series.
    pub(super) months: &'a [Slot],
    pub(super) conventions: &'a Conventions,
}

/// A log of dossiers, opened.
pub(super) struct Opened {
    pub(super) log: Log,
    /// The steps of the dossiers, where they are made of events and a KPI asks for steps.
    pub(super) steps: Option<Log>,
    /// What became of the events, where the dossiers are made of them.
    pub(super) events: Option<EventFindings>,
    /// The files that it and the tables beside it are read from, and what is to be said of them.
    pub(super) sources: Vec<Source>,
    /// The log of events that the dossiers are made of.
    pub(super) event_log: Option<Log>,
    /// The tables beside the dossiers, as they are counted.
    pub(super) beside: Vec<Held>,
    /// Those of them that are spread over windows, spread over the months of the series.
    pub(super) by_month: Vec<Held>,
    /// The register that the log was taken into.
    pub(super) kept: Option<Kept>,
}

/// Opens a study's log; events are read and made into dossiers.
///
/// # Errors
///
/// A key of `[log]`, `[columns]`, `[values]` or `[format]` that cannot be used, a path that nothing matches, or an input
/// that cannot be read.
pub(super) fn opened(
    file: &StudyFile,
    path: &Path,
    frame: Option<DataFrame>,
    making: Making<'_>,
    asked: Asked,
    register: Option<&Path>,
    defaults: &mut Defaults,
) -> Result<Opened> {
    let Making { keeps, priced, clocks, slots, months, conventions } = making;
    let study = Studied::new(file, path, keeps, priced, clocks.zone.clone(), asked, defaults)?;
    let mut study = Studied { register, ..study };
    let beside = study.beside(conventions, clocks, [slots, months])?;
    let opened = study.dossiers(frame, defaults)?;
    let sources = opened.sources.into_iter().chain(study.read_beside).collect();
    Ok(Opened { beside, by_month: study.by_month, sources, ..opened })
}

impl Studied<'_> {
    fn dossiers(&mut self, frame: Option<DataFrame>, defaults: &mut Defaults) -> Result<Opened> {
        let log = &self.file.log;
        if let Some(frame) = frame {
            return self.of_cases(vec![Source::frame("frame", frame)]);
        }
        if log.events.is_empty() {
            refuse_script(self.file)?;
        }
        match (log.cases.is_empty(), log.events.is_empty()) {
            (true, true) if Table::beside().any(|table| !log.entries(table).is_empty()) => self.of_cases(Vec::new()),
            (true, true) => Err(Error::value("log.cases", "(missing)", "a list of paths such as [\"cases/*.csv\"]")),
            (false, true) => self.of_cases(self.sources(Table::Cases)?),
            (true, false) => self.of_events(defaults),
            (false, false) => {
                Err(Error::value("log.events", "…", "no `log.cases` beside it: the dossiers are made of the events"))
            }
        }
    }
}

/// What a study says of its log.
pub(super) struct Studied<'a> {
    pub(super) file: &'a StudyFile,
    base: &'a Path,
    databases: Databases,
    pub(super) profile: Profile,
    fields: Vec<Field>,
    pub(super) zone: Zone,
    plausible: (i64, i64),
    formats: Vec<Reading>,
    trusted_ids: bool,
    pub(super) asked: Asked,
    /// The columns the study groups by.
    pub(super) dimensions: Vec<String>,
    /// Whether a KPI asks for steps.
    counts_steps: bool,
    /// The columns of other tables that are asked of a dossier.
    pub(super) joined: BTreeSet<String>,
    /// What is joined onto the dossiers.
    pub(super) joins: Vec<Join>,
    /// The files that the tables beside the dossiers are read from.
    pub(super) read_beside: Vec<Source>,
    /// By old name of an office, the one it goes by now.
    pub(super) successors: BTreeMap<String, String>,
    /// The tables that are spread over windows, spread over the months of the series.
    pub(super) by_month: Vec<Held>,
    /// The folder of the register that the log is taken into.
    register: Option<&'a Path>,
}

impl<'a> Studied<'a> {
    fn new(
        file: &'a StudyFile,
        path: &'a Path,
        keeps: &[Keep],
        tariff: Option<&Priced>,
        zone: Zone,
        asked: Asked,
        defaults: &mut Defaults,
    ) -> Result<Self> {
        let profile = Profile::named(&defaults.or("log.profile", &file.log.profile, "generic"))?;
        let ids = defaults.or("log.ids", &file.log.ids, "checked");
        if !["checked", "trusted"].contains(&ids.as_str()) {
            return Err(Error::value("log.ids", ids, "checked or trusted"));
        }
        let text = defaults.or("log.plausible", &file.log.plausible.map(|range| range.to_string()), PLAUSIBLE);
        let plausible: DayRange = text.parse().map_err(|why: String| Error::value("log.plausible", text, why))?;
        let dimensions = dimensions(file);
        check_names(file, &dimensions)?;
        refuse_beside(file)?;
        values::check(file, &profile)?;
        let day = |date| zone.midnight(resolve::day_number(date));
        let plausible = (day(plausible.first), day(plausible.last.succ_opt().unwrap_or(plausible.last)));
        let formats = file.format.datetime.0.iter().map(|format| Reading::of_format(format));
        let formats = formats.collect::<Result<Vec<_>>>()?;
        let formats = if formats.is_empty() { profile.formats()? } else { formats };
        let base = path.parent().filter(|base| !base.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let fields = fields(file, &profile, keeps, tariff, &dimensions);
        let counts_steps = keeps.iter().any(|keep| keep.table == Table::Events);
        // Without a word the cluster is the unit.
        let cluster = file.compare.cluster.is_none().then(|| "unit".to_owned());
        let dimensions: BTreeSet<String> = dimensions.into_iter().cloned().chain(cluster).collect();
        let dimensions = dimensions.into_iter().collect();
        let trusted_ids = ids == "trusted";
        let joined = keeps.iter().filter(|keep| keep.table == Table::Cases).flat_map(Keep::joined).collect();
        let (joins, read_beside, successors) = (Vec::new(), Vec::new(), BTreeMap::new());
        Ok(Self {
            file,
            base,
            databases: Databases::new(zone.tz().name()),
            profile,
            fields,
            zone,
            plausible,
            formats,
            trusted_ids,
            asked,
            dimensions,
            counts_steps,
            joined,
            joins,
            read_beside,
            by_month: Vec::new(),
            successors,
            register: None,
        })
    }

    /// The inputs of a table.
    pub(super) fn sources(&self, table: Table) -> Result<Vec<Source>> {
        let events = table == Table::Events;
        let manner = Manner { encoding: self.file.format.encoding.clone(), sheet: self.file.log.sheet.clone(), events };
        let key = format!("log.{}", table.name());
        let each = |entry: &Entry| {
            let constants = constants(entry, events);
            match entry.meant(&key)? {
                Meant::Path(path) => Source::matching(self.base, &path, &constants, &manner),
                Meant::Database(wanted) => {
                    let connection = self.file.log.connection(entry);
                    Ok(vec![self.databases.source(&wanted, connection, constants, events)?])
                }
            }
        };
        let all = self.file.log.entries(table).iter().map(each);
        Ok(all.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
    }

    /// The values of every table: the profile's, the study's, and the offices by the name they go by now.
    pub(super) fn values(&self) -> BTreeMap<String, BTreeMap<String, String>> {
        let mut values = self.profile.values(&self.file.values);
        for column in ["unit", "receiving_unit"].into_iter().filter(|_| !self.successors.is_empty()) {
            let own = values.entry(column.to_owned()).or_default();
            own.values_mut().for_each(|name| *name = self.successors.get(name).unwrap_or(name).clone());
            for (old, new) in &self.successors {
                own.entry(old.clone()).or_insert_with(|| new.clone());
            }
        }
        values
    }

    pub(super) fn opening(&self, sources: Vec<Source>, fields: Vec<Field>, names: BTreeMap<String, String>) -> Opening {
        Opening {
            sources,
            fields,
            names,
            usual: self.profile.columns(),
            values: self.values(),
            formats: self.formats.clone(),
            absent: self.file.format.absent.0.clone(),
            zone: self.zone.clone(),
            plausible: self.plausible,
            trusted_ids: self.trusted_ids,
            keeps_broken: false,
            keeps_rows: self.asked.rows,
            distrusted: HashSet::new(),
            shard: self.asked.shard,
            joins: Vec::new(),
            may_lack: false,
            is_sound: false,
            hashed_ids: false,
        }
    }

    fn of_cases(&mut self, sources: Vec<Source>) -> Result<Opened> {
        let opening = self.opening(sources.clone(), self.fields.clone(), self.file.columns.cases.clone());
        let joins = std::mem::take(&mut self.joins);
        let (log, kept) = match self.register {
            Some(folder) => self.of_register(folder, opening, joins).map(|(log, kept)| (log, Some(kept)))?,
            None => (Log::open(Opening { joins, ..opening })?, None),
        };
        Ok(Opened {
            log,
            kept,
            steps: None,
            events: None,
            event_log: None,
            sources,
            beside: Vec::new(),
            by_month: Vec::new(),
        })
    }

    fn of_events(&mut self, defaults: &mut Defaults) -> Result<Opened> {
        let sources = self.sources(Table::Events)?;
        let of_case = self.file.columns.cases.iter();
        let names = of_case.map(|(name, column)| (format!("{OF_CASE}{name}"), column.clone()));
        let names = names.chain(self.file.columns.events.clone()).map(|(name, column)| match name.as_str() {
            // The id of a case stands on its events.
            "case:case_id" => ("case_id".to_owned(), column),
            _ => (name, column),
        });
        let names: BTreeMap<String, String> = names.collect();
        let mut usual = self.profile.event_columns();
        let id = usual.get("case_id").map_or("case_id", |(column, _)| column);
        let id = names.get("case_id").map_or(id, String::as_str).to_owned();
        usual.insert(ID_TEXT.to_owned(), (id, None));
        let opening = self.opening(sources.clone(), event_fields(&self.fields), names);
        // Steps go by the offices' last names, or a renaming would be a handover.
        let values = self.values().into_iter().filter(|(column, _)| column == "unit").collect();
        let opening = Opening { usual, values, trusted_ids: true, keeps_broken: true, ..opening };
        let fields = opening.fields.clone();
        let mut event_log = Log::open(opening)?;
        let (mut kept, mut broken) = (None, HashSet::new());
        if let Some(folder) = self.register {
            let (log, ids, own) = self.of_event_register(folder, &event_log, &fields)?;
            (event_log, broken, kept) = (log, ids, Some(own));
        }
        let script = script(self.file, &event_log.columns(), defaults)?;
        let of_steps = self.counts_steps.then_some(self.dimensions.as_slice());
        let room = Room { bytes: self.asked.room.unwrap_or(Room::default().bytes), ..Room::default() };
        let Derived { cases, mut distrusted, steps, events } =
            cases(&event_log, &script, of_steps, self.asked.workers(), &room)?;
        distrusted.extend(broken);
        let named = |what: &str| {
            format!("{what} of {}", self.file.log.events.iter().map(Entry::label).collect::<Vec<_>>().join(", "))
        };
        let joins = std::mem::take(&mut self.joins);
        let derived = |what: &str, frames, fields, distrusted, joins| {
            let opening = self.opening(vec![Source::frames(&named(what), frames)], fields, BTreeMap::new());
            Log::open(Opening { usual: BTreeMap::new(), trusted_ids: true, distrusted, joins, ..opening })
        };
        let own = STEPS.iter().map(|(name, _)| *name).chain(self.dimensions.iter().map(String::as_str));
        let own: BTreeSet<&str> = own.collect();
        let fields = own.into_iter().map(Field::of_steps).collect();
        let steps = steps.map(|frames| derived("steps", frames, fields, HashSet::new(), Vec::new())).transpose()?;
        let log = derived("cases", cases, self.fields.clone(), distrusted, joins)?;
        Ok(Opened {
            log,
            kept,
            steps,
            events: Some(events),
            event_log: Some(event_log),
            sources,
            beside: Vec::new(),
            by_month: Vec::new(),
        })
    }
}

/// The columns that have one value in an input.
fn constants(entry: &Entry, events: bool) -> BTreeMap<String, String> {
    let Entry::Set(own) = entry else { return BTreeMap::new() };
    let set = own.set.iter().map(Constant::text).map(|(name, value)| match events {
        // A constant of an input of events is one of its cases, unless it is an event's own.
        true if is_of_events(&name) => (name, value),
        true => (format!("{OF_CASE}{name}"), value),
        false => (name, value),
    });
    let mut set: BTreeMap<String, String> = set.collect();
    let id = set.get("case_id").filter(|_| events).cloned();
    set.extend(id.map(|id| (ID_TEXT.to_owned(), id)));
    set
}

/// Fails on what is said of events where there are none.
fn refuse_script(file: &StudyFile) -> Result<()> {
    let said = [
        ("milestones", !file.milestones.is_empty()),
        ("pauses", !file.pauses.from.0.is_empty() || !file.pauses.to.0.is_empty()),
        ("columns.events", !file.columns.events.is_empty()),
    ];
    match said.iter().find(|(_, said)| *said) {
        Some((key, _)) => Err(Error::value(*key, "…", "events to speak of, under `log.events`")),
        None => Ok(()),
    }
}

/// Fails on what is said of a table beside the dossiers where there is none.
fn refuse_beside(file: &StudyFile) -> Result<()> {
    let is_told = |table: Table| match table {
        Table::Surveys => file.surveys.says_something(),
        _ => false,
    };
    for table in Table::beside().filter(|table| file.log.entries(*table).is_empty()) {
        let (name, has_columns) = (table.name(), !file.columns.of(table).is_empty());
        if has_columns || is_told(table) {
            let key = if has_columns { format!("columns.{name}") } else { name.to_owned() };
            return Err(Error::value(key, "…", format!("{name} to speak of, under `log.{name}`")));
        }
    }
    Ok(())
}

/// The columns of names that the study groups by.
fn dimensions(file: &StudyFile) -> Vec<&String> {
    file.compare.grouping().filter(|column| *column != "none").collect()
}

/// Fails on a name that only a slip tells from a canonical one; a column of the study's own may have any other.
fn check_names(file: &StudyFile, dimensions: &[&String]) -> Result<()> {
    for table in Table::beside() {
        let columns = table.columns();
        let is_own = |name: &&String| columns.iter().all(|(known, _)| known != name) && !dimensions.contains(name);
        let constants = file.log.entries(table).iter().flat_map(Entry::constants);
        if let Some(name) = file.columns.of(table).keys().chain(constants).find(is_own) {
            let near = nearest_name(name, columns.iter().map(|(known, _)| *known));
            return Err(ErrorKind::UnknownName { name: name.clone(), of: "a column of that table", near }.into());
        }
    }
    if let Some(name) = file.columns.events.keys().find(|name| !is_of_events(name)) {
        let near = nearest_name(name, EVENTS.iter().map(|(known, _)| *known));
        return Err(ErrorKind::UnknownName { name: name.clone(), of: "a column of `events`", near }.into());
    }
    let constants = file.log.cases.iter().chain(&file.log.events).flat_map(Entry::constants);
    let named = file.columns.cases.keys().chain(file.values.keys()).chain(constants).chain(file.milestones.keys());
    for name in named.chain(&file.log.canonical) {
        if let Some(near) = meant(name).filter(|_| !dimensions.contains(&name) && !is_of_events(name)) {
            let (name, near) = (name.clone(), Some(near));
            return Err(ErrorKind::UnknownName { name, of: "a column of `cases`", near }.into());
        }
    }
    Ok(())
}

/// The columns to read: what KPIs, row rules and grouping need, and what the study or its profile names.
fn fields(
    file: &StudyFile,
    profile: &Profile,
    keeps: &[Keep],
    tariff: Option<&Priced>,
    dimensions: &[&String],
) -> Vec<Field> {
    let mut needs = Needs::default();
    keeps.iter().filter(|keep| keep.table == Table::Cases).for_each(|keep| needs.extend(keep.needs()));
    let always = ["case_id", "received_at", "finished_at", "unit"].map(str::to_owned);
    let pausing = file.compare.pauses.as_deref().is_some_and(|mode| mode != "none") || !file.pauses.from.0.is_empty();
    let names: BTreeSet<String> = always
        .into_iter()
        .chain(needs.required)
        .chain(needs.refining)
        .chain(needs.either.into_iter().flatten())
        .chain(tariff.into_iter().flat_map(|tariff| tariff.columns(&needs.priced)))
        .chain(dimensions.iter().map(|d| (*d).clone()))
        .chain(file.columns.cases.keys().cloned())
        .chain(file.values.keys().cloned())
        .chain(file.log.canonical.iter().cloned())
        .chain(profile.columns().into_keys())
        .chain(pausing.then(|| "paused".to_owned()))
        // What the catalogue is joined by.
        .chain((!file.log.procedures.is_empty()).then(|| "procedure".to_owned()))
        .collect();
    let canonical = |name: &str| file.log.canonical.iter().any(|own| own == name) || profile.is_canonical(name);
    // What is joined onto dossiers is none of their own columns.
    let fields = names.iter().filter(|name| !is_joined(name)).map(|name| Field::named(name));
    fields.map(|field| Field { canonical: field.canonical || canonical(&field.name), ..field }).collect()
}
