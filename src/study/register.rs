//! A day's log taken into a register, and the cube of everything the register then knows.

use super::Plan;
use super::file::StudyFile;
use super::opening::{PLAUSIBLE, Studied};
use crate::cube::{Cube, TableRead};
use crate::error::{Error, Result};
use crate::ingest::{Field, Findings, Join, Log, Opening, Reconciliation, Register, Source, Taken, Taking};
use crate::measure::Table;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashSet};
use std::path::Path;

/// What a plan knows of its register.
pub(super) struct Kept {
    pub(super) register: Register,
    /// The settled dossiers, where a cube of them may be kept; else they are among the others.
    settled: Option<Log>,
}

/// The tables whose rows are part of what is counted of a dossier.
const JOINED: [Table; 2] = [Table::Procedures, Table::Units];

/// Whether dossiers settle: where tables are joined by case, an answer or a petition may come at any time.
fn settles(joins: &[Join]) -> bool {
    !joins.iter().any(Join::is_by_case)
}

impl Studied<'_> {
    /// Takes a log of dossiers into the register; gives the log of its dossiers that may still change.
    pub(super) fn of_register(&self, folder: &Path, today: Opening, joins: Vec<Join>) -> Result<(Log, Kept)> {
        let fields = today.fields.clone();
        let today = Log::open(Opening { keeps_broken: true, ..today })?;
        let register = Register::take(folder, self.reading(&fields), &today, Taking::Replace)?;
        let empty = register.empty(&today, &fields)?;
        let log = |sources: Vec<Source>, joins| {
            let opening = Register::opening([vec![empty.clone()], sources].concat(), &fields, self.opening_of_kept());
            Log::open(Opening { joins, ..opening })
        };
        match settles(&joins) {
            true => {
                let settled = log(register.settled()?, joins.clone())?;
                Ok((log(register.open()?, joins)?, Kept { register, settled: Some(settled) }))
            }
            false => {
                let all = log([register.open()?, register.settled()?].concat(), joins)?;
                Ok((all, Kept { register, settled: None }))
            }
        }
    }

    /// Takes a log of events into the register; gives the log of all its events, and the ids of broken ones.
    pub(super) fn of_event_register(
        &self,
        folder: &Path,
        today: &Log,
        fields: &[Field],
    ) -> Result<(Log, HashSet<u128>, Kept)> {
        let register = Register::take(folder, self.reading(fields), today, Taking::Append)?;
        let sources = [vec![register.empty(today, fields)?], register.open()?].concat();
        let opening = Register::opening(sources, fields, self.opening_of_kept());
        let log = Log::open(Opening { keeps_broken: true, ..opening })?;
        let broken = register.broken()?;
        Ok((log, broken, Kept { register, settled: None }))
    }

    /// Offices go by the name they have now; nothing else of a row that is kept is looked at again.
    fn opening_of_kept(&self) -> Opening {
        let mut opening = self.opening(Vec::new(), Vec::new(), BTreeMap::new());
        let names = |column: &str| (!self.successors.is_empty()).then(|| (column.to_owned(), self.successors.clone()));
        opening.values = ["unit", "receiving_unit"].into_iter().filter_map(names).collect();
        opening.keeps_rows = false;
        opening
    }

    /// What makes a row of the log what it is.
    fn reading(&self, fields: &[Field]) -> Value {
        let file: &StudyFile = self.file;
        let mut names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
        names.sort_unstable();
        let plausible = file.log.plausible.map_or(PLAUSIBLE.to_owned(), |range| range.to_string());
        json!({
            "table": if file.log.events.is_empty() { "cases" } else { "events" },
            "zone": self.zone.tz().name(),
            "columns that KPIs need": names,
            "columns": file.columns.cases,
            "columns.events": file.columns.events,
            "values": file.values,
            "log.plausible": plausible,
            "log.profile": file.log.profile.as_deref().unwrap_or("generic"),
            "log.canonical": file.log.canonical,
            "log.ids": file.log.ids.as_deref().unwrap_or("checked"),
            "format.absent": file.format.absent.0,
        })
    }
}

impl Plan {
    /// Counts everything the register knows once the day's log is in it, saves the cube, and makes the update true.
    ///
    /// The cube's bytes are those of [`Plan::cube`] over a log with every dossier as it was last told. `save` is called
    /// before the register is changed, so that whoever is stopped can do the same again.
    ///
    /// # Errors
    ///
    /// The plan is of no register, an input is damaged, or something cannot be written; the register is as it was.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use giamtang::Study;
    ///
    /// # fn main() -> giamtang::Result<()> {
    /// let study = Study::load("study.toml")?.tables(["cases=2024-03-11.csv"])?;
    /// let (taken, _) = study.register("register").plan()?.update(|cube| cube.save("today.cube"))?;
    /// println!("{} new, {} changed", taken.new, taken.changed);
    /// # Ok(())
    /// # }
    /// ```
    pub fn update(mut self, save: impl FnOnce(&Cube) -> Result<()>) -> Result<(Taken, Findings)> {
        let Some(Kept { mut register, settled }) = self.kept.take() else {
            return Err(Error::value("--register", "(missing)", "a study that is planned over a register"));
        };
        let (mut fresh, _) = self.count(&self.log, true)?;
        if !self.is_of_events() {
            let by_rule = register.by_rule()?;
            let (accepted, quarantined) = (register.rows().iter().sum(), by_rule.values().sum());
            fresh.header.reconciliation =
                Reconciliation { read: accepted + quarantined, accepted, quarantined, by_rule };
            fresh.header.ambiguous_times = register.ambiguous_times();
        }
        match settled {
            None => save(&fresh)?,
            Some(settled) => self.save_both(&mut register, &settled, fresh, save)?,
        }
        let findings = std::mem::take(&mut register.findings);
        Ok((register.commit()?, findings))
    }

    /// Fails on a plan over a register, whose log is not all that the register knows.
    pub(super) fn refuse_register(&self) -> Result<()> {
        match &self.kept {
            None => Ok(()),
            Some(_) => Err(Error::value("--register", "(given)", "an update; compare the cube that it saves")),
        }
    }

    /// Saves the cube of all dossiers, and the one of those that are settled from now on.
    fn save_both(
        &self,
        register: &mut Register,
        settled: &Log,
        mut fresh: Cube,
        save: impl FnOnce(&Cube) -> Result<()>,
    ) -> Result<()> {
        let path = Path::new("the register's settled dossiers");
        let mut old = self.old(register, settled, &fresh)?;
        // To the header they are parts of a log that was split: the first has the rows of the log and of its tables.
        fresh.header.parts = vec![(1, 2)];
        old.header.parts = vec![(2, 2)];
        save(&fresh.merge(old.clone(), path)?)?;
        let (mut newly, _) = self.count(&settled.over(register.settle()?)?, false)?;
        only_cells(&mut newly);
        // Two of three parts: not taken for a whole log.
        newly.header.parts = vec![(1, 3)];
        old.header.parts = vec![(2, 3)];
        old.merge(newly, path)?.save(register.new_cube())
    }

    /// The cube of the dossiers that were settled before: kept, or where it is of another plan, counted again.
    fn old(&self, register: &Register, settled: &Log, fresh: &Cube) -> Result<Cube> {
        let kept = register.cube().and_then(|path| Cube::load(&path).ok());
        let digest = |cube: &Cube, table: Table| cube.header.tables.get(table.name()).map(|read| read.digest.clone());
        let is_of_plan = |cube: &Cube| {
            cube.header.digest == fresh.header.digest
                && JOINED.iter().all(|table| digest(cube, *table) == digest(fresh, *table))
        };
        let mut old = match kept.filter(is_of_plan) {
            Some(kept) => kept,
            None => self.count(settled, false)?.0,
        };
        only_cells(&mut old);
        old.header.settings = fresh.header.settings.clone();
        for (table, read) in &mut old.header.tables {
            read.digest = fresh.header.tables.get(table).map(|own| own.digest.clone()).unwrap_or_default();
        }
        Ok(old)
    }
}

/// Leaves the rows of the log and of its tables to the part that counts them all.
fn only_cells(cube: &mut Cube) {
    cube.header.reconciliation = Reconciliation::default();
    cube.header.ambiguous_times = 0;
    for read in cube.header.tables.values_mut() {
        *read = TableRead { reconciliation: Reconciliation::default(), ..std::mem::take(read) };
    }
}
