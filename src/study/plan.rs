//! The plan: a study resolved against its files, and the pipeline it stands for.

use super::file::{Constant, DayRange, Entry, StudyFile};
use super::resolve::{self, Windows};
use crate::calendar::Calendar;
use crate::cube::{Cube, Design, Header, Keep, Kernel, SCHEMA};
use crate::error::{Error, ErrorKind, Result, nearest_name};
use crate::ingest::{
    Batch, Field, Findings, Kind, Lexicon, Log, OUTCOMES, Opening, Reading, Sign, Sink, Source, Zone, meant,
};
use crate::kpi::{Kpi, catalogue};
use crate::measure::{Clocks, Needs};
use crate::scorecard::{Margins, Scorecard, Settings};
use polars::frame::DataFrame;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

const PLAUSIBLE: &str = "1990-01-01..2049-12-31";
const HORIZON: &str = "30 working days";

/// Everything resolved: log, design, settings. Nothing is read twice.
pub struct Plan {
    log: Log,
    design: Design,
    settings: Settings,
    kpis: Vec<Kpi>,
    digest: String,
    threads: NonZeroUsize,
    watch: Arc<dyn Fn(u64) + Send + Sync>,
}

impl Plan {
    pub(super) fn new(
        file: StudyFile,
        given: BTreeMap<String, String>,
        path: &Path,
        frame: Option<DataFrame>,
        kpis: Option<Vec<Kpi>>,
    ) -> Result<Self> {
        let kpis = kpis.unwrap_or_else(|| catalogue().cloned().collect());
        let mut defaults = Defaults::default();
        let zone_name = defaults.or("study.zone", &file.study.zone, resolve::ZONE);
        let tz = resolve::zone(&zone_name)?;
        let zone = Zone::new(tz);
        let windows = Windows::new(&file)?;
        let calendar = file.calendar.as_ref().map(|table| resolve::calendar(table, tz)).transpose()?;
        if let Some(calendar) = &calendar {
            let (first, last) = windows.span();
            calendar.require(first, last)?;
        }
        let horizon = resolve::horizon(&defaults.or("compare.horizon", &file.compare.horizon, HORIZON))?;
        let by = file.compare.by.clone();
        let cluster = file.compare.cluster.clone();
        let opening = opening(&file, path, frame, &kpis, zone.clone(), &mut defaults)?;
        let log = Log::open(opening)?;
        let columns: BTreeSet<String> = log.columns().into_iter().map(str::to_owned).collect();
        let cluster = clustered(cluster, &columns, &mut defaults)?;
        by.iter().try_for_each(|column| groupable("compare.by", column, &columns, ""))?;
        if let Some(twice) = by.iter().enumerate().find(|(at, column)| by[..*at].contains(column)) {
            return Err(Error::value("compare.by", twice.1, "each column once"));
        }
        let keeps = keeps(&kpis, &columns, calendar.is_some());
        let mut dimensions: Vec<String> = cluster.iter().cloned().collect();
        dimensions.extend(by.iter().filter(|column| Some(*column) != cluster.as_ref()).cloned());
        let provisional = calendar.as_ref().is_some_and(|calendar| rests_on_provisional(calendar, &windows));
        let vietnam = file.calendar.as_ref().and_then(|table| table.base.as_deref()) == Some("vietnam");
        let settings = Settings {
            name: file.study.name.clone().unwrap_or_else(|| stem(path)),
            was: windows.was.map(|was| was.to_string()),
            is: windows.is.to_string(),
            counting: counting(&file, &mut defaults)?,
            level: level(&file, &mut defaults)?,
            cluster,
            by,
            columns,
            calendar: calendar.is_some(),
            season: windows.differ_in_season(vietnam),
            provisional,
            margins: margins(&file, &mut defaults)?,
            without: without(&file)?,
            given,
            defaults: defaults.with("compare.follow_up", file.compare.follow_up.is_none(), "0 days"),
        };
        let slots = windows.slots(&zone);
        let design = Design { keeps, slots, dimensions, clocks: Clocks { zone, calendar, horizon } };
        let digest = digest(&file, &design, &settings, &zone_name);
        let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        Ok(Self { log, design, settings, kpis, digest, threads, watch: Arc::new(|_| {}) })
    }

    /// The same plan on so many workers; the results are the same bytes.
    pub fn threads(self, threads: NonZeroUsize) -> Self {
        Self { threads, ..self }
    }

    /// The same plan with a listener that hears how many rows each batch had.
    pub fn watch(self, watch: impl Fn(u64) + Send + Sync + 'static) -> Self {
        Self { watch: Arc::new(watch), ..self }
    }

    /// Whether a path is one of the log's inputs, and so must not be written.
    pub fn reads(&self, path: &Path) -> bool {
        let same =
            |input: &Path| input.canonicalize().ok().is_some_and(|input| path.canonicalize().ok() == Some(input));
        self.log.paths().any(same)
    }

    /// Reads the log and says what became of every row; nothing is counted.
    pub fn check(&self) -> Result<Findings> {
        let (_, findings) = self.log.read(self.threads, || Ignore, &*self.watch)?;
        Ok(findings)
    }

    /// Reads the log once and counts: the cube, and what became of every row.
    ///
    /// # Errors
    ///
    /// An input is damaged, or the calendar does not cover a date it must measure.
    pub fn measure(&self) -> Result<(Cube, Findings)> {
        let (mut kernels, mut findings) = self.read(true)?;
        if !Kernel::is_exact(&kernels) {
            (kernels, findings) = self.read(false)?;
        }
        let covers = self.design.clocks.calendar.as_ref().map(Calendar::coverage);
        let covers = covers.map(|(first, last)| format!("{first}..{last}")).unwrap_or_default();
        let cube = Cube::gather(self.header(&findings)?, kernels, &covers)?;
        Ok((cube, findings))
    }

    /// The cube.
    pub fn cube(&self) -> Result<Cube> {
        Ok(self.measure()?.0)
    }

    /// The scorecard.
    pub fn compare(&self) -> Result<Scorecard> {
        let (cube, findings) = self.measure()?;
        Ok(Scorecard::compare_kpis(&cube, self.kpis.iter())?.with_inputs(findings.inputs))
    }

    fn read(&self, fold_early: bool) -> Result<(Vec<Kernel<'_>>, Findings)> {
        self.log.read(self.threads, || Kernel::new(&self.design, fold_early), &*self.watch)
    }

    fn header(&self, findings: &Findings) -> Result<Header> {
        let settings = serde_json::to_value(&self.settings).map_err(|e| Error::broken("writing settings", e))?;
        Ok(Header {
            schema: SCHEMA.to_owned(),
            digest: self.digest.clone(),
            keeps: self.design.keeps.iter().map(Keep::key).collect(),
            dimensions: self.design.dimensions.clone(),
            settings,
            reconciliation: findings.reconciliation(),
            ambiguous_times: findings.ambiguous_times,
        })
    }
}

impl std::fmt::Debug for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plan").field("settings", &self.settings).field("digest", &self.digest).finish_non_exhaustive()
    }
}

/// A worker that only lets rows pass.
struct Ignore;

impl Sink for Ignore {
    fn add(&mut self, _: &Batch<'_>, _: Sign) -> Result<()> {
        Ok(())
    }

    fn close(&mut self, _: &Lexicon) {}
}

/// The defaults a study leaves alone, as they are printed.
#[derive(Default)]
struct Defaults(BTreeMap<String, String>);

impl Defaults {
    fn or(&mut self, key: &str, given: &Option<String>, default: &str) -> String {
        given.clone().unwrap_or_else(|| {
            self.0.insert(key.to_owned(), default.to_owned());
            default.to_owned()
        })
    }

    fn number(&mut self, key: &str, given: Option<f64>, default: f64) -> f64 {
        given.unwrap_or_else(|| {
            self.0.insert(key.to_owned(), default.to_string());
            default
        })
    }

    fn with(mut self, key: &str, absent: bool, default: &str) -> BTreeMap<String, String> {
        if absent {
            self.0.insert(key.to_owned(), default.to_owned());
        }
        self.0
    }
}

fn opening(
    file: &StudyFile,
    path: &Path,
    frame: Option<DataFrame>,
    kpis: &[Kpi],
    zone: Zone,
    defaults: &mut Defaults,
) -> Result<Opening> {
    let profile = defaults.or("log.profile", &file.log.profile, "generic");
    if profile != "generic" {
        return Err(Error::value("log.profile", profile, "generic"));
    }
    let ids = defaults.or("log.ids", &file.log.ids, "checked");
    if !["checked", "trusted"].contains(&ids.as_str()) {
        return Err(Error::value("log.ids", ids, "checked or trusted"));
    }
    let text = defaults.or("log.plausible", &file.log.plausible.map(|range| range.to_string()), PLAUSIBLE);
    let plausible: DayRange = text.parse().map_err(|why: String| Error::value("log.plausible", text, why))?;
    let dimensions = file.compare.by.iter().chain(&file.compare.cluster).filter(|column| *column != "none");
    let dimensions: Vec<&String> = dimensions.collect();
    let constants = file.log.cases.iter().flat_map(Entry::constants);
    for name in file.columns.keys().chain(file.values.keys()).chain(constants) {
        // A column of the study's own may have any name but one that only a slip tells from a canonical one.
        if let Some(near) = meant(name).filter(|_| !dimensions.contains(&name)) {
            let (name, near) = (name.clone(), Some(near));
            return Err(ErrorKind::UnknownName { name, of: "a column of `cases`", near }.into());
        }
    }
    for (own, canonical) in file.values.get("outcome").into_iter().flatten() {
        if !OUTCOMES.contains(&canonical.as_str()) {
            let near = nearest_name(canonical, OUTCOMES).map(|near| format!("; perhaps {near}")).unwrap_or_default();
            let expected = format!("one of {}{near}", OUTCOMES.join(", "));
            return Err(Error::value(format!("values.outcome.\"{own}\""), canonical, expected));
        }
    }
    if let Some(odd) = file.values.keys().find(|name| matches!(Field::named(name).kind, Kind::Id | Kind::Instant)) {
        return Err(Error::value(format!("values.{odd}"), "…", "a column of names; ids and dates are not mapped"));
    }
    let day = |date| zone.midnight(resolve::day_number(date));
    let plausible = (day(plausible.first), day(plausible.last.succ_opt().unwrap_or(plausible.last)));
    Ok(Opening {
        sources: sources(file, path, frame)?,
        fields: fields(kpis, &dimensions),
        names: file.columns.clone(),
        values: file.values.clone(),
        formats: file.format.datetime.0.iter().map(|format| Reading::of_format(format)).collect::<Result<_>>()?,
        zone,
        plausible,
        trusted_ids: ids == "trusted",
    })
}

fn sources(file: &StudyFile, path: &Path, frame: Option<DataFrame>) -> Result<Vec<Source>> {
    if let Some(frame) = frame {
        return Ok(vec![Source::frame(frame)]);
    }
    if file.log.cases.is_empty() {
        return Err(Error::value("log.cases", "(missing)", "a list of paths such as [\"cases/*.csv\"]"));
    }
    let base = path.parent().filter(|base| !base.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let none = BTreeMap::new();
    let entry = |entry: &Entry| match entry {
        Entry::Path(path) => Source::matching(base, path, &none),
        Entry::Set { path, set } => Source::matching(base, path, &set.iter().map(Constant::text).collect()),
    };
    Ok(file.log.cases.iter().map(entry).collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
}

/// The columns to read: what KPIs, row rules and grouping need, in the schema's order.
fn fields(kpis: &[Kpi], dimensions: &[&String]) -> Vec<Field> {
    let mut needs = Needs::default();
    kpis.iter().for_each(|kpi| needs.extend(kpi.recipe().keep.needs()));
    let always = ["case_id", "received_at", "finished_at", "unit"].map(str::to_owned);
    let names: BTreeSet<String> = always
        .into_iter()
        .chain(needs.required)
        .chain(needs.refining)
        .chain(dimensions.iter().map(|d| (*d).clone()))
        .collect();
    names.iter().map(|name| Field::named(name)).collect()
}

fn clustered(given: Option<String>, columns: &BTreeSet<String>, defaults: &mut Defaults) -> Result<Option<String>> {
    let cluster = defaults.or("compare.cluster", &given, "unit");
    if cluster == "none" {
        return Ok(None);
    }
    groupable("compare.cluster", &cluster, columns, ", or \"none\" where rows are independent")?;
    Ok(Some(cluster))
}

/// Fails unless a column of names is there to group by.
fn groupable(key: &str, name: &str, columns: &BTreeSet<String>, or: &str) -> Result<()> {
    let is_name = |column: &str| matches!(Field::named(column).kind, Kind::Text | Kind::Outcome);
    if columns.contains(name) && is_name(name) {
        return Ok(());
    }
    let near = nearest_name(name, columns.iter().map(String::as_str).filter(|column| is_name(column)));
    let near = near.map(|near| format!(", perhaps `{near}`")).unwrap_or_default();
    Err(Error::value(key, name, format!("a column of names in the log{near}{or}")))
}

/// What the cube keeps: each once, of the KPIs whose columns are there.
fn keeps(kpis: &[Kpi], columns: &BTreeSet<String>, calendar: bool) -> Vec<Keep> {
    let mut keeps: Vec<Keep> = Vec::new();
    for keep in kpis.iter().map(|kpi| kpi.recipe().keep) {
        let needs = keep.needs();
        let there = needs.required.iter().all(|column| columns.contains(column)) && (calendar || !needs.calendar);
        if there && !keeps.contains(&keep) {
            keeps.push(keep);
        }
    }
    keeps
}

fn rests_on_provisional(calendar: &Calendar, windows: &Windows) -> bool {
    let (first, last) = windows.span();
    first.iter_days().take_while(|day| *day <= last).any(|day| calendar.is_provisional(day))
}

fn counting(file: &StudyFile, defaults: &mut Defaults) -> Result<String> {
    let counting = defaults.or("compare.counting", &file.compare.counting, "strict");
    if counting == "strict" { Ok(counting) } else { Err(Error::value("compare.counting", counting, "strict")) }
}

fn level(file: &StudyFile, defaults: &mut Defaults) -> Result<f64> {
    let level = defaults.number("compare.level", file.compare.level, 0.95);
    let fits = level > 0.5 && level < 1.0;
    if fits { Ok(level) } else { Err(Error::value("compare.level", level.to_string(), "a number between 0.5 and 1")) }
}

fn margins(file: &StudyFile, defaults: &mut Defaults) -> Result<Margins> {
    let guard = &file.verdict.guard;
    let mut margin = |key: &str, given, default| {
        let key = format!("verdict.guard.{key}");
        let margin = defaults.number(&key, given, default);
        let fits = (0.0..1.0).contains(&margin);
        if fits { Ok(margin) } else { Err(Error::value(key, margin.to_string(), "a number from 0 to below 1")) }
    };
    Ok(Margins {
        share: margin("share", guard.share, 0.02)?,
        other: margin("other", guard.other, 0.05)?,
        quarantined: margin("quarantined", guard.quarantined, 0.05)?,
    })
}

/// The guards left out, each a guard of some axis.
fn without(file: &StudyFile) -> Result<Vec<String>> {
    let guards: BTreeSet<&str> = crate::kpi::Axis::ALL.iter().flat_map(|axis| axis.guards()).collect();
    for name in &file.verdict.without {
        if !guards.contains(name.as_str()) {
            let near = nearest_name(name, guards.iter().copied());
            return Err(ErrorKind::UnknownName { name: name.clone(), of: "a guard of any axis", near }.into());
        }
    }
    Ok(file.verdict.without.clone())
}

fn stem(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_else(|| "study".to_owned())
}

/// The digest of everything that changes a cube: not margins, level, or output.
fn digest(file: &StudyFile, design: &Design, settings: &Settings, zone: &str) -> String {
    let calendar = design.clocks.calendar.as_ref().map(Calendar::digest_text);
    let keys: Vec<String> = design.keeps.iter().map(Keep::key).collect();
    let read = |name: &&String| settings.columns.contains(*name);
    let names: BTreeMap<&String, &String> = file.columns.iter().filter(|(name, _)| read(name)).collect();
    let plausible = file.log.plausible.map_or(PLAUSIBLE.to_owned(), |range| range.to_string());
    let parts = serde_json::json!({
        "schema": SCHEMA,
        "zone": zone,
        "calendar": calendar,
        "horizon": design.clocks.horizon,
        "slots": format!("{:?}", design.slots),
        "keeps": keys,
        "dimensions": design.dimensions,
        "columns": settings.columns,
        "names": names,
        "values": file.values,
        "formats": file.format.datetime.0,
        "plausible": plausible,
        "ids": file.log.ids.as_deref().unwrap_or("checked"),
    });
    let hash = Sha256::digest(parts.to_string().as_bytes());
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
