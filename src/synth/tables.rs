//! A city's tables in a folder: the dossiers with what comes of them as they are drawn, and the others whole.

use std::path::{Path, PathBuf};

use super::answers::{SURVEYS, answer_cells};
use super::catalogue::{CATALOGUE, catalogue, edition_cells};
use super::files::{FileFormat, Table, must_be_free};
use super::ledger::{LEDGER, line_cells, lines};
use super::offices::offices;
use super::petitions::{PETITIONS, petition_cells};
use super::roster::{ROSTER, spell_cells, spells};
use super::table::{COLUMNS, Cell, EVENT_COLUMNS, cells, event_cells};
use super::tasks::{TASK_COLUMNS, task_cells, tasks};
use super::units::{UNITS, unit_cells, units};
use super::{City, Dossier};
use crate::error::{Error, Result, plain};

/// Dossiers per row group; what is in memory at a time.
const PIECE: u64 = 1 << 16;

/// The tables beside the dossiers and their events.
pub(super) const BESIDE: [&str; 7] = ["procedures", "roster", "surveys", "petitions", "units", "ledger", "tasks"];

/// Where the tables of a city are written.
struct Folder<'a> {
    dir: &'a Path,
    format: FileFormat,
}

/// Writes the tables of a city: `cases`, `events` if it keeps them, `procedures`, `roster`, `surveys`, `petitions`,
/// `units`, `ledger` and `tasks`.
///
/// The folder is made if need be. Files of these names are never replaced. Dossiers are written as they are drawn, so
/// memory does not grow with their number; `watch` is told how many there are so far.
///
/// # Errors
///
/// One of the files is there already, or cannot be written. Nothing is left that looks whole and is not.
///
/// # Example
///
/// ```
/// use giamtang::synth::{City, FileFormat, write_tables};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let folder = tempfile::tempdir()?;
/// write_tables(folder.path(), &City::new(7).cases(100), FileFormat::Csv, |_| {})?;
/// let units = std::fs::read_to_string(folder.path().join("units.csv"))?;
/// assert!(units.contains("Phường Hàng Bài,2020-01-01,2023-10-31,Phường Cửa Nam"));
/// # Ok(())
/// # }
/// ```
pub fn write_tables(dir: &Path, city: &City, format: FileFormat, watch: impl Fn(u64)) -> Result<()> {
    std::fs::create_dir_all(dir).map_err(|why| Error::unwritable(dir, plain(&why)))?;
    let folder = Folder { dir, format };
    names(city).try_for_each(|table| must_be_free(&folder.path(table)))?;
    folder.dossiers(city, watch)?;
    let (calendar, offices) = (super::calendar()?, offices(city.seed, city.offices, city.cases));
    folder.whole("procedures", &CATALOGUE, catalogue(city, &calendar), edition_cells)?;
    folder.whole("roster", &ROSTER, spells(city, &offices, &calendar), spell_cells)?;
    folder.whole("units", &UNITS, units(&offices), unit_cells)?;
    folder.whole("ledger", &LEDGER, lines(city, &offices), line_cells)?;
    folder.whole("tasks", &TASK_COLUMNS, tasks(city, &offices), task_cells)
}

/// The tables that a city has.
pub(super) fn names(city: &City) -> impl Iterator<Item = &'static str> {
    let events = city.events.then_some("events");
    ["cases"].into_iter().chain(events).chain(BESIDE)
}

impl Folder<'_> {
    fn path(&self, table: &str) -> PathBuf {
        self.dir.join(format!("{table}.{}", self.format.extension()))
    }

    fn table(&self, name: &str, columns: &'static [&'static str]) -> Result<Table> {
        Table::create(self.path(name), columns, self.format)
    }

    /// A table whose rows do not come with dossiers.
    fn whole<R, const N: usize>(
        &self,
        name: &str,
        columns: &'static [&'static str; N],
        rows: impl IntoIterator<Item = R>,
        cells: for<'a> fn(&'a R) -> [Cell<'a>; N],
    ) -> Result<()> {
        let mut table = self.table(name, columns)?;
        rows.into_iter().try_for_each(|row| table.add(cells(&row)))?;
        table.finish()
    }

    fn dossiers(&self, city: &City, watch: impl Fn(u64)) -> Result<()> {
        let mut tables = Written {
            cases: self.table("cases", &COLUMNS)?,
            surveys: self.table("surveys", &SURVEYS)?,
            petitions: self.table("petitions", &PETITIONS)?,
            events: if city.events { Some(self.table("events", &EVENT_COLUMNS)?) } else { None },
        };
        for (number, dossier) in (1..).zip(city.dossiers()?) {
            tables.add(&dossier)?;
            if number % PIECE == 0 {
                tables.all().try_for_each(Table::end_piece)?;
            }
            watch(number);
        }
        tables.finish()
    }
}

/// The tables that come with dossiers.
struct Written {
    cases: Table,
    surveys: Table,
    petitions: Table,
    events: Option<Table>,
}

impl Written {
    fn add(&mut self, own: &Dossier) -> Result<()> {
        self.cases.add(cells(own))?;
        own.answer.iter().try_for_each(|answer| self.surveys.add(answer_cells(own, answer)))?;
        own.petitions.iter().try_for_each(|petition| self.petitions.add(petition_cells(petition)))?;
        let Some(events) = &mut self.events else { return Ok(()) };
        let rows = own.events.iter().enumerate();
        rows.map(|(at, event)| event_cells(own, event, at == 0)).try_for_each(|row| events.add(row))
    }

    fn all(&mut self) -> impl Iterator<Item = &mut Table> {
        [&mut self.cases, &mut self.surveys, &mut self.petitions].into_iter().chain(&mut self.events)
    }

    fn finish(self) -> Result<()> {
        let own = [self.cases, self.surveys, self.petitions].into_iter().chain(self.events);
        own.into_iter().try_for_each(Table::finish)
    }
}
