//! A study as the command line changes it, its plan, and the gate on what was set aside.

use crate::arguments::{Gate, Part, Reading, Split};
use crate::give_back_memory;
use crate::output::{say, spare};
use crate::progress::Progress;
use giamtang::ingest::{Findings, Reconciliation};
use giamtang::{Error, Plan, Result, Study};
use std::num::NonZeroUsize;
use std::path::Path;
use std::process::ExitCode;

/// Of fewer rows the figures take more memory than counting them did, and nothing is given back.
const MANY: u64 = 30_000_000;

impl Reading {
    /// The study of a file, with what the command line changes.
    pub fn study(&self, path: &Path) -> Result<Study> {
        let study = self.settings.iter().try_fold(Study::load(path)?, |study, setting| study.set(setting))?;
        let study = self.windows.iter().try_fold(study.tables(&self.tables)?, |study, window| study.window(window))?;
        match &self.as_of {
            Some(day) => study.as_of(day),
            None => Ok(study),
        }
    }

    /// The plan of a study; `output` may be none of the files it reads.
    pub fn plan(&self, study: Study, path: &Path, output: Option<&Path>) -> Result<Plan> {
        let study = match self.workers() {
            Some(threads) => study.threads(threads),
            None => study,
        };
        let plan = study.plan()?;
        spare("--output", output, plan.inputs().chain([path]))?;
        let progress = Progress::new(self.quiet, self.progress, plan.known_rows(), "rows");
        let is_small = plan.known_rows().is_some_and(|rows| rows < MANY);
        let plan = plan.watch(move |rows| progress.advance(rows));
        Ok(if is_small { plan } else { plan.once_counted(give_back_memory) })
    }

    /// The threads that are asked for, if any are.
    pub fn workers(&self) -> Option<NonZeroUsize> {
        self.threads.and_then(|threads| NonZeroUsize::new(threads.into()))
    }

    /// Fails on what changes a study, for a cube has its settings in it.
    pub fn refuse_for_cube(&self) -> Result<()> {
        let one = |option: &'static str, texts: &[String]| texts.first().map(|text| (option, text.clone()));
        let given = one("--set", &self.settings)
            .or_else(|| one("--table", &self.tables))
            .or_else(|| one("--window", &self.windows))
            .or_else(|| self.as_of.clone().map(|day| ("--as-of", day)));
        match given {
            Some((option, text)) => {
                Err(Error::usage(option, &text, "a study; a cube is of the settings it was built with"))
            }
            None => Ok(()),
        }
    }
}

impl Part {
    /// The part of a study that is asked for.
    pub fn of(&self, study: Study) -> Result<Study> {
        match self.shard {
            Some((number, of)) if self.presplit.is_some() => {
                Ok(study.shard(number, of)?.presplit(self.presplit == Some(Split::Surveys)))
            }
            Some((number, of)) => study.shard(number, of),
            None => Ok(study),
        }
    }
}

impl Gate {
    pub fn verdict_on(&self, findings: &Findings, quiet: bool) -> ExitCode {
        let events = findings.events.iter().map(|events| ("events".to_owned(), events.findings.reconciliation()));
        let tables = findings.tables.iter().map(|own| (own.table.name().to_owned(), own.findings.reconciliation()));
        self.verdict(&findings.reconciliation(), events.chain(tables), quiet)
    }

    /// The cases and every other table, each by itself: a broken event breaks a whole case.
    pub fn verdict(
        &self,
        rows: &Reconciliation,
        others: impl Iterator<Item = (String, Reconciliation)>,
        quiet: bool,
    ) -> ExitCode {
        let others: Vec<(String, Reconciliation)> = others.collect();
        let own = if others.is_empty() { "rows" } else { "cases" };
        let all = [(own, rows)].into_iter().chain(others.iter().map(|(what, rows)| (what.as_str(), rows)));
        let mut code = ExitCode::SUCCESS;
        for (what, share) in all.map(|(what, rows)| (what, rows.share().unwrap_or_default())) {
            if share > self.max_quarantine {
                code = ExitCode::from(3);
                let percent = 100.0 * share;
                if !quiet {
                    say(format_args!(
                        "{percent:.1} % of the {what} are quarantined; see `giamtang check`, or allow it with --max-quarantine."
                    ));
                }
            }
        }
        code
    }
}
