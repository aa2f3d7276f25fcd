//! The plan: a study resolved against its files, and the pipeline it stands for.

use super::conventions::conventions;
use super::defaults::Defaults;
use super::designs::{Designs, asked_for, months};
use super::file::StudyFile;
use super::form::Planned;
use super::judging::{counting, named, settings, stem};
use super::opening::{Making, Opened, PLAUSIBLE, opened};
use super::own::own;
use super::register::Kept;
use super::resolve::Timing;
use super::{Asked, Wanted};
use crate::calendar::Calendar;
use crate::cube::{Cube, Design, Folding, Header, Keep, Kernel, SCHEMA, TableRead};
use crate::error::{Error, Result};
use crate::forms::{self, Form};
use crate::ingest::{
    EventFindings, Findings, Held, Input, Log, Reconciliation, Source, Suspicions, TableFindings, Warning,
};
use crate::kpi::{Kpi, catalogue};
use crate::measure::{Clocks, Conventions, Pausing, Table, is_by_case, is_spread};
use crate::provenance::Provenance;
use crate::scorecard::{Scorecard, Settings};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

/// Everything resolved: log, design, settings. Nothing is read twice.
#[must_use = "a plan does nothing before it is asked"]
pub struct Plan {
    pub(super) log: Log,
    steps: Option<Log>,
    events: Option<EventFindings>,
    /// The tables beside the dossiers, as they are counted.
    pub(super) beside: Vec<Held>,
    /// Those of them that are spread over windows, spread over the months of the series.
    by_month: Vec<Held>,
    sources: Vec<Source>,
    /// The log of events that the dossiers are made of.
    pub(super) event_log: Option<Log>,
    /// The register that the log was taken into.
    pub(super) kept: Option<Kept>,
    /// The dossier that is traced.
    pub(super) case: Option<String>,
    /// The form that it is for.
    pub(super) form: Option<Planned>,
    asked: Asked,
    pub(super) designs: Vec<Design>,
    pub(super) settings: Settings,
    pub(super) kpis: Vec<Kpi>,
    digest: String,
    threads: NonZeroUsize,
    watch: Arc<dyn Fn(u64) + Send + Sync>,
    counted: Arc<dyn Fn() + Send + Sync>,
}

impl Plan {
    pub(super) fn new(file: StudyFile, given: BTreeMap<String, String>, path: &Path, wanted: Wanted) -> Result<Self> {
        let Wanted { frame, kpis, asked, case, register, form } = wanted;
        let mut kpis = kpis.unwrap_or_else(|| catalogue().cloned().collect());
        kpis.extend(own(&file)?);
        let mut defaults = Defaults::default();
        let timing = Timing::new(&file, &mut defaults)?;
        let counting = counting(&file, &mut defaults)?;
        let mut priced = file.tariff.as_ref().map(|tariff| tariff.resolved(&timing.windows)).transpose()?;
        let is_worksheet = form.as_ref().is_some_and(|asked| asked.form == Form::Worksheet);
        let prices = match (&file.tariff, priced.as_mut().filter(|_| is_worksheet)) {
            (Some(tariff), Some(priced)) => Some(tariff.worksheet(priced, &timing.windows)?),
            _ => None,
        };
        let own = |asked: &forms::Asked| asked.keeps(prices.as_ref());
        let asked_for = form.as_ref().map_or_else(|| asked_for(&kpis), own);
        let conventions = conventions(&file, &mut defaults)?;
        let name = file.study.name.clone().unwrap_or_else(|| stem(path));
        let clocks = timing.clocks(file.study.salt.clone().unwrap_or(name));
        let slots = timing.windows.slots(&timing.zone);
        let priced = priced.as_ref();
        let (month_slots, months) = months(&timing, &clocks);
        let making = Making {
            keeps: &asked_for,
            priced,
            clocks: &clocks,
            slots: &slots,
            months: &month_slots,
            conventions: &conventions,
        };
        let Opened { log, steps, events, event_log, sources, beside, by_month, kept } =
            opened(&file, path, frame, making, asked, register.as_deref(), &mut defaults)?;
        priced.map(|priced| priced.check(&beside)).transpose()?;
        let columns: BTreeSet<String> = log.columns().into_iter().map(str::to_owned).collect();
        if let Some(mode) = timing.pausing.filter(|_| !columns.contains("paused")) {
            return Err(Error::value(
                "compare.pauses",
                mode.name(),
                "a log with pauses; this one has no column `paused`",
            ));
        }
        let mut settings = settings(&file, given, path, named(&log, &beside), &timing, counting, defaults)?;
        settings.columns = log.columns().into_iter().map(str::to_owned).collect();
        let of_steps = steps.iter().flat_map(Log::columns).map(|column| format!("{}{column}", Table::Events.prefix()));
        settings.columns.extend(of_steps);
        for held in &beside {
            let columns = held.columns().chain(held.id.as_deref());
            settings.columns.extend(columns.map(|column| format!("{}{column}", held.table.prefix())));
        }
        settings.tariff = priced.map(|priced| priced.prices.clone());
        let tariff = priced.map(|priced| priced.tariff.clone());
        settings.successors = successors(&beside);
        let clocks = clocks.with_tariff(tariff);
        settings.open_days = slots.iter().map(|slot| clocks.open_days(slot)).collect();
        settings.office_seconds = slots.iter().map(|slot| clocks.office_seconds(slot)).collect();
        settings.months = months;
        let windows = &timing.windows;
        let designs = Designs { settings: &settings, clocks: &clocks, windows, kpis: &kpis, counting };
        let form = form.map(|asked| Planned::new(asked, prices, &file, &settings, windows)).transpose()?;
        let designs = match &form {
            Some(form) => vec![form.design(&settings, &clocks, windows)],
            None => designs.all(month_slots),
        };
        let digest = digest(&file, &conventions, &designs, &settings);
        let threads = asked.workers();
        Ok(Self {
            log,
            steps,
            events,
            beside,
            by_month,
            sources,
            event_log,
            kept,
            case,
            form,
            asked,
            designs,
            settings,
            kpis,
            digest,
            threads,
            watch: Arc::new(|_| {}),
            counted: Arc::new(|| {}),
        })
    }

    /// The same plan on so many workers; the results are the same bytes.
    pub fn threads(self, threads: NonZeroUsize) -> Self {
        Self { threads, ..self }
    }

    /// The same plan with a listener that hears how many rows each batch had.
    pub fn watch(self, watch: impl Fn(u64) + Send + Sync + 'static) -> Self {
        Self { watch: Arc::new(watch), ..self }
    }

    /// The same plan with a listener that hears when all is counted and what that took is free again, before figures are
    /// made of it.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use giamtang::Study;
    ///
    /// let plan = Study::load("study.toml")?.plan()?;
    /// let card = plan.once_counted(|| println!("counted; now the figures")).compare()?;
    /// # Ok::<(), giamtang::Error>(())
    /// ```
    pub fn once_counted(self, counted: impl Fn() + Send + Sync + 'static) -> Self {
        Self { counted: Arc::new(counted), ..self }
    }

    /// How many rows the log of dossiers has, where its formats say so before they are read.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::Study;
    /// use polars::prelude::*;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let frame = df!("case_id" => ["a", "b"], "received_at" => ["2024-03-01", "2024-03-02"])?;
    /// let plan = Study::builder().windows(None, "2024-03-01..2024-03-31").cluster("none").plan_frame(frame)?;
    /// assert_eq!(plan.known_rows(), Some(2));
    /// # Ok(())
    /// # }
    /// ```
    pub fn known_rows(&self) -> Option<u64> {
        let rows: Vec<u64> = self.log.sources().map(Source::rows).collect::<Option<_>>()?;
        (!rows.is_empty()).then(|| rows.iter().sum())
    }

    /// The paths of all inputs, those of the tables beside the dossiers too.
    pub fn inputs(&self) -> impl Iterator<Item = &Path> {
        self.sources.iter().map(|source| source.path.as_path())
    }

    /// The smallest number of persons that is published: see [`Scorecard::public`].
    pub fn least(&self) -> u64 {
        self.settings.least
    }

    /// Where the results of the plan come from.
    pub fn provenance(&self) -> Provenance {
        self.settings.provenance(&self.digest)
    }

    /// The design of the windows that are compared.
    pub(super) fn windows(&self) -> &Design {
        &self.designs[0]
    }

    pub(super) fn clocks(&self) -> &Clocks {
        &self.windows().clocks
    }

    pub(super) fn is_of_events(&self) -> bool {
        self.event_log.is_some()
    }

    pub(super) fn workers(&self) -> NonZeroUsize {
        self.threads
    }

    pub(super) fn events(&self) -> Option<&EventFindings> {
        self.events.as_ref()
    }

    /// Reads the log and says what became of every row, and what is suspicious among the accepted; nothing is counted.
    pub fn check(&self) -> Result<Findings> {
        self.refuse_register()?;
        let (suspicions, mut findings) = self.log.read(self.threads, || Suspicions::new(&self.log), &*self.watch)?;
        let mut warnings: Vec<Warning> = self.sources.iter().flat_map(Source::warnings).collect();
        warnings.extend(self.events.as_ref().and_then(EventFindings::warnings));
        warnings.extend(Suspicions::warnings(suspicions)?);
        warnings.extend(findings.unmatched());
        findings.warnings = warnings;
        Ok(self.with_events(findings))
    }

    /// Reads the log once and counts: the cube, and what became of every row.
    ///
    /// # Errors
    ///
    /// An input is damaged, the calendar does not cover a date it must measure, or the plan is over a register.
    pub fn measure(&self) -> Result<(Cube, Findings)> {
        self.refuse_register()?;
        self.count(&self.log, true)
    }

    /// The same of another log of the plan, with the tables beside it or without.
    pub(super) fn count(&self, log: &Log, beside: bool) -> Result<(Cube, Findings)> {
        let early = Folding::Early(if log.trusts_ids() { 1 } else { 2 });
        let (mut kernels, mut findings) = self.read(log, beside, early)?;
        if !Kernel::is_exact(&kernels) {
            (kernels, findings) = self.read(log, beside, Folding::Late)?;
        }
        let covers = self.clocks().calendar.as_ref().map(Calendar::coverage);
        let covers = covers.map(|(first, last)| format!("{first}..{last}")).unwrap_or_default();
        let cube = Cube::gather(self.header(&findings)?, kernels, &covers)?;
        (self.counted)();
        Ok((cube, findings))
    }

    /// The cube.
    pub fn cube(&self) -> Result<Cube> {
        Ok(self.measure()?.0)
    }

    /// The scorecard.
    pub fn compare(&self) -> Result<Scorecard> {
        let (cube, findings) = self.measure()?;
        let card = Scorecard::compare_kpis_on(&cube, self.kpis.iter(), self.threads)?;
        Ok(card.with_inputs(findings.inputs).with_tables(findings.tables).with_events(findings.events))
    }

    fn with_events(&self, mut findings: Findings) -> Findings {
        findings.events = self.events.clone().map(Box::new);
        let beside =
            self.beside.iter().map(|held| TableFindings { table: held.table, findings: held.findings.clone() });
        findings.tables = beside.collect();
        findings.provenance = Some(Box::new(self.provenance()));
        findings
    }

    fn read(&self, log: &Log, beside: bool, folding: Folding) -> Result<(Vec<Kernel<'_>>, Findings)> {
        let make_of = |designs, table| Kernel::maker(designs, table, folding);
        let make = |table| make_of(&self.designs[..], table);
        let (mut kernels, findings) = log.read(self.threads, make(Table::Cases), &*self.watch)?;
        if !beside {
            return Ok((kernels, self.with_events(findings)));
        }
        if let Some(steps) = &self.steps {
            kernels.extend(steps.read(self.threads, make(Table::Events), &|_| {})?.0);
        }
        // The windows that are compared come first among the designs; of what is spread over them the others have their own.
        let (windows, others) = self.designs.split_at(1);
        let beside =
            self.beside.iter().map(|held| (held, if is_spread(held.table) { windows } else { &self.designs[..] }));
        for (held, designs) in beside.chain(self.by_month.iter().map(|held| (held, others))) {
            let make = make_of(designs, held.table);
            kernels.extend(self.counted(held, &findings).show(self.threads, make)?);
        }
        Ok((kernels, self.with_events(findings)))
    }

    /// A table beside the dossiers as it is counted: what its rows lack of their dossiers' groups they take from them.
    fn counted(&self, held: &Held, findings: &Findings) -> Held {
        let mut held = self.of_shard(held);
        if let Some(carried) = findings.carried.get(&held.table) {
            carried.fill(&mut held);
        }
        held
    }

    /// The rows of a table that belong to this part of the log: those about a case where the case is, the others in the
    /// first part.
    fn of_shard(&self, held: &Held) -> Held {
        let split = self.asked.split(held.table).is_some();
        let Some(shard) = self.asked.shard.filter(|_| !split) else { return held.rows_alone() };
        // Of other tables a row is about no case.
        let cases = if is_by_case(held) { held.keys("case_id") } else { vec![0; held.len()] };
        held.rows_alone().rows((0..held.len()).filter(|row| shard.holds(cases[*row])))
    }

    /// What became of the tables beside the dossiers; of one part of a log the first has them.
    fn tables_read(&self, findings: &Findings) -> BTreeMap<String, TableRead> {
        let is_first = self.asked.shard.is_none_or(|shard| shard.number == 1);
        let read = findings.tables.iter().map(|own| {
            let is_split = self.asked.split(own.table).is_some();
            let reconciliation =
                if is_first || is_split { own.findings.reconciliation() } else { Reconciliation::default() };
            let joined = findings.joined.get(&own.table).copied();
            let digest = self.beside.iter().find(|held| held.table == own.table).map(Held::digest).unwrap_or_default();
            (own.table.name().to_owned(), TableRead { reconciliation, joined, digest, is_split })
        });
        read.collect()
    }

    /// How the dates of a part were read that saw no other part; files have forms of their own, whatever a part sees.
    fn dates_alone(&self, findings: &Findings) -> BTreeMap<String, String> {
        if !self.asked.shard.is_some_and(|shard| shard.is_split && shard.of > 1) {
            return BTreeMap::new();
        }
        let log = self.events.as_ref().map_or(findings, |events| &events.findings);
        let split = findings.tables.iter().filter(|own| self.asked.split(own.table).is_some());
        let all = [("", log)].into_iter().chain(split.map(|own| (own.table.prefix(), &own.findings)));
        let alone = all.filter_map(|(prefix, findings)| match &findings.inputs[..] {
            [only] => Some((prefix, only)),
            _ => None,
        });
        let named = |(prefix, input): (&'static str, &Input)| {
            let dates = input.dates.iter();
            dates.map(|(column, format)| (format!("{prefix}{column}"), format.clone())).collect::<Vec<_>>()
        };
        alone.flat_map(named).collect()
    }

    fn header(&self, findings: &Findings) -> Result<Header> {
        let settings = serde_json::to_value(&self.settings).map_err(|e| Error::broken("writing settings", e))?;
        Ok(Header {
            schema: SCHEMA.to_owned(),
            digest: self.digest.clone(),
            keeps: keys(&self.designs),
            dimensions: self.windows().dimensions.clone(),
            settings,
            reconciliation: findings.reconciliation(),
            ambiguous_times: findings.ambiguous_times,
            tables: self.tables_read(findings),
            parts: self
                .asked
                .shard
                .filter(|shard| shard.of > 1)
                .map(|shard| (shard.number, shard.of))
                .into_iter()
                .collect(),
            dates: self.dates_alone(findings),
        })
    }
}

impl std::fmt::Debug for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plan").field("settings", &self.settings).field("digest", &self.digest).finish_non_exhaustive()
    }
}

/// By the name of a procedure that was merged, the one it was merged into, however often that was merged again.
fn successors(beside: &[Held]) -> BTreeMap<String, String> {
    let Some(held) = beside.iter().find(|held| held.table == Table::Procedures) else { return BTreeMap::new() };
    let name = |column: &str, row| held.name(column, row).map(str::to_owned);
    let merged = (0..held.len()).filter_map(|row| Some((name("procedure", row)?, name("merged_into", row)?)));
    let once: BTreeMap<String, String> = merged.collect();
    let last = |name: &String| {
        // A ring of mergers ends after as many steps as there are.
        let chain = std::iter::successors(Some(name), |name| once.get(*name));
        chain.take(once.len() + 1).last().cloned().unwrap_or_default()
    };
    once.iter().map(|(name, next)| (name.clone(), last(next))).collect()
}

/// The texts of all keeps, in the cells' order.
fn keys(designs: &[Design]) -> Vec<String> {
    designs.iter().flat_map(|design| design.keeps.iter().map(|keep| design.layout.key(keep))).collect()
}

/// The digest of everything that changes a cube: not margins, level, or output.
fn digest(file: &StudyFile, conventions: &Conventions, designs: &[Design], settings: &Settings) -> String {
    let design = &designs[0];
    let calendar = design.clocks.calendar.as_ref().map(Calendar::digest_text);
    let keyed = design.keeps.iter().any(Keep::is_keyed);
    let slots: Vec<_> = designs.iter().map(|design| (design.layout, &design.slots, &design.dimensions)).collect();
    let keys = keys(designs);
    let read = |name: &&String| settings.columns.contains(*name);
    let names: BTreeMap<&String, &String> = file.columns.cases.iter().filter(|(name, _)| read(name)).collect();
    let of_table = |table: Table| (table.name(), file.columns.of(table));
    let tables: BTreeMap<&str, &BTreeMap<String, String>> = Table::beside().map(of_table).collect();
    let plausible = file.log.plausible.map_or(PLAUSIBLE.to_owned(), |range| range.to_string());
    let parts = serde_json::json!({
        "schema": SCHEMA,
        "zone": design.clocks.zone.tz().name(),
        "calendar": calendar,
        "horizon": design.clocks.horizon,
        "salt": keyed.then_some(&design.clocks.salt),
        "pausing": design.clocks.pausing.map(Pausing::name),
        "slots": format!("{slots:?}"),
        "keeps": keys,
        "dimensions": design.dimensions,
        "columns": settings.columns,
        "names": names,
        "tables": tables,
        "conventions": format!("{conventions:?}"),
        "values": file.values,
        "formats": file.format.datetime.0,
        "plausible": plausible,
        "ids": file.log.ids.as_deref().unwrap_or("checked"),
        "profile": file.log.profile.as_deref().unwrap_or("generic"),
        "canonical": file.log.canonical,
        "absent": file.format.absent.0,
        "encoding": file.format.encoding,
        "as_of": file.compare.as_of.map(|day| day.0.to_string()),
        "tariff": design.clocks.tariff.as_ref().map(|tariff| format!("{tariff:?}")),
        "events": { "columns": file.columns.events, "milestones": format!("{:?}", file.milestones), "pauses": format!("{:?}", file.pauses) },
    });
    let hash = Sha256::digest(parts.to_string().as_bytes());
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
