//! The tables beside the dossiers: opened, read whole, made ready to be counted, and joined onto the dossiers.

use super::conventions::SCALE;
use super::opening::Studied;
use crate::error::{Error, ErrorKind, Result, nearest_name};
use crate::ingest::{Field, Held, Join, Log, Opening};
use crate::measure::{Clocks, Conventions, Slot, Table, by_case, is_spread, made, uncovered};
use std::collections::{BTreeMap, BTreeSet};

/// The share of scores off the study's own scale beyond which the scale is wrong, and not the scores.
const OFF_SCALE: f64 = 0.05;

/// The same of a part of the answers: a few may be off in it by chance, and the whole be well.
const OFF_SCALE_OF_PART: f64 = 0.5;

/// The scales that are usual, the shortest first.
const SCALES: [(f64, f64); 10] = [
    (0.0, 1.0),
    (1.0, 3.0),
    (1.0, 4.0),
    (1.0, 5.0),
    (0.0, 5.0),
    (1.0, 6.0),
    (1.0, 7.0),
    (1.0, 10.0),
    (0.0, 10.0),
    (0.0, 100.0),
];

/// How many times an office's name may have changed.
const MOST_NAMES: usize = 64;

impl Studied<'_> {
    /// Reads the tables beside the dossiers; what is joined onto dossiers is ready to be.
    ///
    /// # Errors
    ///
    /// An input cannot be read, offices succeed each other in a circle, or a scale does not fit its scores.
    pub(super) fn beside(
        &mut self,
        conventions: &Conventions,
        clocks: &Clocks,
        [slots, months]: [&[Slot]; 2],
    ) -> Result<Vec<Held>> {
        let mut beside = Vec::new();
        // Offices first: the others go by the names they have now.
        let units = [Table::Units].into_iter().chain(Table::beside().filter(|table| *table != Table::Units));
        for table in units.filter(|table| !self.file.log.entries(*table).is_empty()) {
            let (log, held) = self.held(table)?;
            self.read_beside.extend(log.sources().cloned());
            if table == Table::Surveys {
                self.check_scale(conventions.scales.fit(&held))?;
            }
            if let Some(shard) = self.asked.split(table) {
                shard.check(&held.keys("case_id"), |row| held.place(row, &log))?;
            }
            if table == Table::Petitions {
                let starts_earlier =
                    months.first().zip(slots.first()).is_some_and(|(own, first)| own.start_day < first.start_day);
                check_calendar(&held, conventions, clocks, if starts_earlier { months } else { slots })?;
            }
            // A line that was copied counts hours and money twice; answers may say the same and be two.
            let held = match table {
                Table::Roster => held.without_copies(&log, "officer")?,
                Table::Ledger => held.without_copies(&log, "unit")?,
                _ => held,
            };
            if is_spread(table) && !months.is_empty() {
                self.by_month.push(made(held.rows_alone(), conventions, clocks, months));
            }
            let mut held = made(held, conventions, clocks, slots).without_places();
            log.show_broken(&mut held.findings)?;
            match table {
                Table::Units => self.successors = successors(&held)?,
                Table::Procedures => self.joins.push(Join::procedures(held.rows_alone(), &self.joined, &clocks.zone)),
                _ => {}
            }
            let carried = || self.dimensions.clone();
            let joined = by_case(&held).map(|rows| Join::by_case(rows, &self.joined, carried()));
            self.joins.extend(joined);
            beside.push(held);
        }
        Ok(beside)
    }

    /// A table as it stands in its inputs, and the log that it is read from.
    fn held(&self, table: Table) -> Result<(Log, Held)> {
        let sources = self.sources(table)?;
        let own = table.columns().iter().map(|(name, _)| (*name).to_owned());
        let names: BTreeSet<String> = own.chain(self.dimensions.iter().cloned()).collect();
        let field = |name: &String| {
            let own = Field::of_table(table, name);
            if self.dimensions.contains(name) { own.grouping() } else { own }
        };
        let fields = names.iter().map(field).collect();
        let opening = self.opening(sources, fields, self.file.columns.of(table).clone());
        let mut values = opening.values.clone();
        if table == Table::Units {
            // A successor is an office too.
            let offices = values.get("unit").cloned().unwrap_or_default();
            let own = values.entry("successor".to_owned()).or_default();
            offices.into_iter().for_each(|(old, new)| {
                own.entry(old).or_insert(new);
            });
        }
        let has_ids = table.columns().iter().any(|(_, kind)| *kind == crate::ingest::Kind::Id);
        let log = Log::open(Opening {
            usual: self.profile.table_columns(table),
            trusted_ids: !has_ids,
            shard: None,
            may_lack: true,
            values,
            ..opening
        })?;
        let held = Held::read(table, &log, self.asked.workers())?;
        Ok((log, held))
    }

    /// Fails where the scores are of another scale than the study's, or than that of a study that names none.
    fn check_scale(&self, fit: Option<(i64, i64, usize, usize)>) -> Result<()> {
        let most = if self.asked.split(Table::Surveys).is_some() { OFF_SCALE_OF_PART } else { OFF_SCALE };
        let Some((low, high, off, all)) = fit.filter(|(_, _, off, all)| *off as f64 > most * *all as f64) else {
            return Ok(());
        };
        let scale = self.file.surveys.scale.as_deref().unwrap_or(SCALE);
        let [low, high] = [low, high].map(|score| score as f64 / 1e6);
        let near = SCALES.into_iter().find(|(min, max)| *min <= low && high <= *max).unwrap_or((low, high));
        let expected = format!(
            "the scale of the scores, of which {off} of {all} are off this one: they run from {low} to {high}, so perhaps \
             \"{}..{}\"; numbers that stand for no answer belong under `format.absent`",
            near.0, near.1
        );
        Err(Error::value("surveys.scale", scale, expected))
    }
}

/// Fails where a petition may have to be answered in a window, and the calendar begins after it came.
fn check_calendar(petitions: &Held, conventions: &Conventions, clocks: &Clocks, slots: &[Slot]) -> Result<()> {
    let years = uncovered(petitions, conventions.petitioning, clocks, slots).0;
    let Some(calendar) = clocks.calendar.as_ref().filter(|_| !years.is_empty()) else { return Ok(()) };
    let (first, last) = calendar.coverage();
    let years = years.into_iter().collect();
    Err(ErrorKind::CalendarTooShort { covers: format!("{first}..{last}"), years }.into())
}

/// By old name of an office, the one it goes by now; its last row counts.
fn successors(units: &Held) -> Result<BTreeMap<String, String>> {
    let mut next: BTreeMap<&str, (i64, Option<&str>)> = BTreeMap::new();
    for row in 0..units.len() {
        if let Some((unit, (from, _))) = units.name("unit", row).zip(units.moment("from", row)) {
            let own = (from, units.name("successor", row));
            let known = next.entry(unit).or_insert(own);
            *known = (*known).max(own);
        }
    }
    let mut last = BTreeMap::new();
    for (unit, (_, successor)) in &next {
        let Some(mut name) = *successor else { continue };
        if !next.contains_key(name) {
            let near = nearest_name(name, next.keys().copied()).map(|near| format!("; perhaps `{near}`"));
            let expected = format!("an office of the table `units`{}", near.unwrap_or_default());
            return Err(Error::value(format!("the successor of `{unit}`"), name, expected));
        }
        for _ in 0..MOST_NAMES {
            match next.get(name).and_then(|(_, successor)| *successor) {
                Some(later) => name = later,
                None => break,
            }
        }
        if next.get(name).is_some_and(|(_, successor)| successor.is_some()) {
            return Err(Error::value(
                format!("the successor of `{unit}`"),
                name,
                "offices that do not succeed each other in a circle",
            ));
        }
        last.insert((*unit).to_owned(), name.to_owned());
    }
    Ok(last)
}
