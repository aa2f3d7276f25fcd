//! One dossier followed: its rows and events as they are read, its dates on both clocks.

use super::plan::Plan;
use crate::error::{Error, Result};
use crate::ingest::{
    ABSENT, Batch, EventFindings, Field, Findings, Instants, Kind, Lexicon, Log, Pause, Quarantined, Rule, Sign, Sink,
};
use crate::measure::{Cases, Clock, Clocks, DEADLINE, Measure, Placed, Rows, paused};
use crate::scorecard::{SetAside, Trace, TracedEvent, TracedMilestone, TracedPause, TracedRow, TracedStudy};
use chrono::{DateTime, SecondsFormat};
use std::collections::BTreeMap;

const MICROS: i64 = 1_000_000;
const DAY: i64 = 86_400;

/// In what decimals are kept.
const MILLIONTHS: f64 = 1e6;

/// The milestone from which both clocks run.
const START: &str = "received_at";

impl Plan {
    /// Follows the dossier that the study was asked for; see [`Study::case`](crate::Study::case).
    ///
    /// The plan's own kernel counts a log of this one dossier, so what is said of each KPI is what the KPI counts.
    ///
    /// # Errors
    ///
    /// The study was asked for no dossier, or the log has no row of it; or as [`Plan::measure`].
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::Study;
    /// use polars::prelude::*;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let frame = df!(
    ///     "case_id" => ["a", "b"],
    ///     "received_at" => ["2024-03-01", "2024-03-02"],
    ///     "finished_at" => [Some("2024-03-04"), None],
    /// )?;
    /// let study = Study::parse("windows.is = '2024-03-01..2024-03-31'\ncompare.cluster = 'none'", "study.toml")?;
    /// let trace = study.case("a").plan_frame(frame)?.trace()?;
    /// let elapsed = &trace.kpis[0];
    /// assert_eq!((elapsed.window, elapsed.value, elapsed.end), (Some("is"), Some(3.0), Some("finished")));
    /// # Ok(())
    /// # }
    /// ```
    pub fn trace(&self) -> Result<Trace> {
        self.refuse_register()?;
        let id = self.case.as_deref().unwrap_or_default();
        let (mut followed, findings) = self.follow()?;
        let rows = self.rows(&followed, &findings);
        let events = self.steps_of(findings.events.as_deref())?;
        if rows.is_empty() && events.is_empty() {
            let expected = "the id of a dossier of the log; ids are compared whole, without the space around them";
            return Err(Error::value("CASE_ID", id, expected));
        }
        let aside = rows.iter().map(|row| &row.set_aside).chain(events.iter().map(|event| &event.set_aside));
        let rule = aside.flatten().map(|aside| aside.rule).next();
        let dossier = followed.pop().unwrap_or_default();
        let date = |name: &str| dossier.milestones.iter().find(|own| own.name == name).map(|own| own.at.clone());
        let set_aside = rule.filter(|_| !dossier.is_accepted);
        let (kpis, group) = Trace::entries(&self.cube()?, self.kpis.iter(), date, set_aside)?;
        let study = TracedStudy {
            name: self.settings.name.clone(),
            was: self.settings.was.clone(),
            is: self.settings.is.clone(),
        };
        let Dossier { row, milestones, pauses, .. } = dossier;
        let outcome = row.cells.get("outcome").cloned();
        let schema = "giamtang.trace/1";
        let provenance = self.provenance();
        Ok(Trace {
            schema,
            case: id.to_owned(),
            study,
            provenance,
            rows,
            events,
            milestones,
            pauses,
            outcome,
            group,
            kpis,
        })
    }

    /// The dossiers that stay accepted, one at most, and what became of every row.
    fn follow(&self) -> Result<(Vec<Dossier>, Findings)> {
        let make = || Following { plan: self, seen: Vec::new() };
        let (sinks, mut findings) = self.log.read(self.workers(), make, &|_| {})?;
        let mut seen: Vec<(Sign, Dossier)> = sinks.into_iter().flat_map(|sink| sink.seen).collect();
        let gone: Vec<(usize, u64)> =
            seen.iter().filter(|(sign, _)| *sign == Sign::Minus).map(|(_, dossier)| dossier.place).collect();
        seen.retain(|(sign, dossier)| *sign == Sign::Plus && !gone.contains(&dossier.place));
        findings.events = self.events().cloned().map(Box::new);
        Ok((seen.into_iter().map(|(_, dossier)| dossier).collect(), findings))
    }

    /// The accepted row and those set aside, in the log's order.
    fn rows(&self, followed: &[Dossier], findings: &Findings) -> Vec<TracedRow> {
        let accepted = followed.iter().map(|dossier| (dossier.place, dossier.row.clone()));
        let aside = findings.quarantine.iter().filter(|row| !is_nameless(row)).map(|row| {
            let cells = findings.columns.iter().zip(&row.cells);
            let cells = cells.filter_map(|(column, cell)| Some((column.clone(), cell.clone()?))).collect();
            ((row.input, row.row), TracedRow { path: String::new(), row: row.row, cells, set_aside: Some(aside(row)) })
        });
        let mut rows: Vec<((usize, u64), TracedRow)> = accepted.chain(aside).collect();
        rows.sort_by_key(|(place, _)| *place);
        let path = |input: usize| findings.inputs.get(input).map(|input| input.path.clone()).unwrap_or_default();
        rows.into_iter().map(|((input, _), row)| TracedRow { path: path(input), ..row }).collect()
    }

    /// The events of the dossier by time, those set aside last.
    fn steps_of(&self, found: Option<&EventFindings>) -> Result<Vec<TracedEvent>> {
        let (Some(log), Some(found)) = (&self.event_log, found) else { return Ok(Vec::new()) };
        let make = || Stepping { clocks: self.clocks(), log, steps: Vec::new() };
        let (sinks, _) = log.read(self.workers(), make, &|_| {})?;
        let mut steps: Vec<(i64, TracedEvent)> = sinks.into_iter().flat_map(|sink| sink.steps).collect();
        steps.sort_by(|(a, one), (b, other)| (a, &one.path, one.row).cmp(&(b, &other.path, other.row)));
        let set_aside = found.findings.quarantine.iter().filter(|row| !is_nameless(row)).map(|row| TracedEvent {
            path: found.findings.inputs.get(row.input).map(|input| input.path.clone()).unwrap_or_default(),
            row: row.row,
            set_aside: Some(aside(row)),
            ..TracedEvent::default()
        });
        Ok(steps.into_iter().map(|(_, step)| step).chain(set_aside).collect())
    }
}

/// Rows without an id are told of no dossier, though they stand in a part of the log.
fn is_nameless(row: &Quarantined) -> bool {
    row.rule == Rule::MissingId || row.column.is_empty()
}

fn aside(row: &Quarantined) -> SetAside {
    SetAside { rule: row.rule.name(), column: row.column.clone(), value: row.value.clone() }
}

/// An accepted dossier as it was read.
#[derive(Default)]
struct Dossier {
    is_accepted: bool,
    /// Input and row.
    place: (usize, u64),
    row: TracedRow,
    milestones: Vec<TracedMilestone>,
    pauses: Vec<TracedPause>,
}

/// Keeps the dossiers of a log of one.
struct Following<'a> {
    plan: &'a Plan,
    seen: Vec<(Sign, Dossier)>,
}

impl Sink for Following<'_> {
    fn add(&mut self, batch: &Batch<'_>, sign: Sign) -> Result<()> {
        let design = self.plan.windows();
        let rows = Rows::of(batch, &design.clocks);
        let cases = Cases::new(&rows, &design.slots);
        for row in 0..batch.len() {
            let of = Reader { plan: self.plan, batch, cases: &cases, row };
            let dossier = Dossier {
                is_accepted: true,
                place: (batch.input, batch.rows[row]),
                row: TracedRow { row: batch.rows[row], cells: of.cells(), ..TracedRow::default() },
                milestones: of.milestones()?,
                pauses: of.pauses(),
            };
            self.seen.push((sign, dossier));
        }
        Ok(())
    }

    fn close(&mut self, _: &Lexicon) {}
}

/// One row of a batch.
struct Reader<'a> {
    plan: &'a Plan,
    batch: &'a Batch<'a>,
    cases: &'a Cases<'a>,
    row: usize,
}

impl Reader<'_> {
    fn clocks(&self) -> &Clocks {
        self.plan.clocks()
    }

    /// Names and numbers as they were read; dates stand among the milestones.
    fn cells(&self) -> BTreeMap<String, String> {
        let columns = self.plan.settings.columns.iter();
        columns.filter_map(|column| Some((column.clone(), self.cell(column)?))).collect()
    }

    fn cell(&self, column: &str) -> Option<String> {
        let name = || self.batch.lexicon.name(self.batch.codes(column)?[self.row]).map(str::to_owned);
        let number = || self.batch.numbers(column).map(|numbers| numbers[self.row]).filter(|number| *number != ABSENT);
        let told = |number: i64| match Field::of_dossier(column).kind {
            Kind::Decimal => (number as f64 / MILLIONTHS).to_string(),
            _ => number.to_string(),
        };
        name().or_else(|| number().map(told))
    }

    /// The dates by time, each with the clocks' seconds since the dossier was received.
    fn milestones(&self) -> Result<Vec<TracedMilestone>> {
        let columns = self.plan.settings.columns.iter().map(String::as_str);
        let known = columns.filter_map(|name| Some((name, self.at(self.batch.instants(name)?)?)));
        let mut known: Vec<(&str, (i64, bool))> = known.collect();
        known.extend(self.deadline()?.map(|at| (DEADLINE, at)));
        known.sort_by_key(|(name, (us, _))| (*us, *name));
        known.into_iter().map(|(name, at)| self.milestone(name, at)).collect()
    }

    /// An instant with whether only its day is known.
    fn at(&self, instants: &Instants) -> Option<(i64, bool)> {
        let us = instants.us[self.row];
        (us != ABSENT).then(|| (us, instants.is_day(self.row)))
    }

    /// The due date that counts, told by how long after the reception it is.
    fn deadline(&self) -> Result<Option<(i64, bool)>> {
        let (Some(due), Some(received)) = (self.batch.instants("due_at"), self.batch.instants(START)) else {
            return Ok(None);
        };
        let Some(after) = self.seconds(&Measure::Elapsed(START.into(), DEADLINE.into()))? else { return Ok(None) };
        let own = self.batch.instants("original_due_at").and_then(|original| self.at(original)).or(self.at(due));
        let by_day = received.is_day(self.row) || own.is_some_and(|(_, by_day)| by_day);
        let (zone, from) = (&self.clocks().zone, received.us[self.row]);
        Ok(Some(match by_day {
            true => (zone.midnight(zone.day(from) + after / DAY), true),
            false => (from + after * MICROS, false),
        }))
    }

    fn milestone(&self, name: &str, (us, by_day): (i64, bool)) -> Result<TracedMilestone> {
        let received = self.batch.instants(START).and_then(|received| self.at(received));
        let before = received.is_some_and(|(received, _)| us < received) && name != DEADLINE;
        let (from, to) = if before { (name, START) } else { (START, name) };
        let sign = if before { -1 } else { 1 };
        let signed = |seconds: Option<i64>| seconds.map(|seconds| sign * seconds);
        let elapsed = signed(self.seconds(&Measure::Elapsed(from.into(), to.into()))?);
        let working = match self.clocks().calendar {
            Some(_) => signed(self.seconds(&Measure::Working(from.into(), to.into()))?),
            None => None,
        };
        let at = wall(self.clocks(), us, by_day);
        Ok(TracedMilestone { name: name.to_owned(), at, elapsed_seconds: elapsed, working_seconds: working })
    }

    fn seconds(&self, measure: &Measure) -> Result<Option<i64>> {
        let here = Placed { rows: vec![self.row as u32], slots: vec![0] };
        Ok(self.cases.answers(measure, &here)?.numbers()?.get(0))
    }

    fn pauses(&self) -> Vec<TracedPause> {
        let Some(pauses) = self.batch.pauses("paused") else { return Vec::new() };
        if let Some(total) = pauses.total(self.row) {
            let elapsed_seconds = Some(total / MICROS);
            return vec![TracedPause { from: None, to: None, elapsed_seconds, working_seconds: None }];
        }
        pauses.spans(self.row).iter().map(|span| self.pause(*span)).collect()
    }

    fn pause(&self, span: Pause) -> TracedPause {
        let clocks = self.clocks();
        let ended = (!span.is_open()).then_some(span.to);
        let seconds = |clock| ended.and_then(|to| paused(&[span], span.from, to, clock));
        let office = clocks.calendar.as_ref().map(|calendar| Clock::Office(calendar.clock()));
        TracedPause {
            from: Some(wall(clocks, span.from, false)),
            to: ended.map(|to| wall(clocks, to, false)),
            elapsed_seconds: seconds(Clock::Applicant),
            working_seconds: office.and_then(seconds),
        }
    }
}

/// Keeps the events of a log of one dossier.
struct Stepping<'a> {
    clocks: &'a Clocks,
    log: &'a Log,
    steps: Vec<(i64, TracedEvent)>,
}

impl Sink for Stepping<'_> {
    fn add(&mut self, batch: &Batch<'_>, _: Sign) -> Result<()> {
        let path = self.log.sources().nth(batch.input).map(|source| source.label.clone()).unwrap_or_default();
        for row in 0..batch.len() {
            let name = |column: &str| batch.lexicon.name(batch.codes(column)?[row]).map(str::to_owned);
            let at = batch.instants("at").map_or((ABSENT, false), |at| (at.us[row], at.is_day(row)));
            let step = TracedEvent {
                path: path.clone(),
                row: batch.rows[row],
                at: (at.0 != ABSENT).then(|| wall(self.clocks, at.0, at.1)),
                activity: name("activity"),
                lifecycle: name("lifecycle"),
                unit: name("unit"),
                officer: name("officer"),
                set_aside: None,
            };
            self.steps.push((at.0, step));
        }
        Ok(())
    }

    fn close(&mut self, _: &Lexicon) {}
}

/// An instant on the wall of the study's zone; a day alone where no more is known.
fn wall(clocks: &Clocks, us: i64, by_day: bool) -> String {
    let at = DateTime::from_timestamp(us.div_euclid(MICROS), 0).unwrap_or_default().with_timezone(&clocks.zone.tz());
    if by_day { at.date_naive().to_string() } else { at.to_rfc3339_opts(SecondsFormat::Secs, false) }
}
