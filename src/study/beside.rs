//! The tables beside the dossiers: opened, read whole, made ready to be counted, and joined onto the dossiers.

use super::opening::Studied;
use crate::error::{Error, Result, nearest_name};
use crate::ingest::{Field, Held, Join, Log, Opening, Rule};
use crate::measure::{Clocks, Conventions, Slot, Table, by_case, made};
use std::collections::{BTreeMap, BTreeSet};

/// The share of scores off the study's own scale beyond which the scale is wrong, and not the scores.
const OFF_SCALE: f64 = 0.05;

/// How many times an office's name may have changed.
const MOST_NAMES: usize = 64;

impl Studied<'_> {
    /// Reads the tables beside the dossiers; what is joined onto dossiers is ready to be.
    ///
    /// # Errors
    ///
    /// An input cannot be read, offices succeed each other in a circle, or a scale does not fit its scores.
    pub(super) fn beside(&mut self, conventions: &Conventions, clocks: &Clocks, slots: &[Slot]) -> Result<Vec<Held>> {
        let mut beside = Vec::new();
        // Offices first: the others go by the names they have now.
        let units = [Table::Units].into_iter().chain(Table::beside().filter(|table| *table != Table::Units));
        for table in units.filter(|table| !self.file.log.entries(*table).is_empty()) {
            let held = self.held(table)?;
            let scores = scores(&held);
            let held = made(held, conventions, clocks, slots);
            match table {
                Table::Units => self.successors = successors(&held)?,
                Table::Procedures => self.joins.push(Join::procedures(held.clone(), &clocks.zone)),
                Table::Surveys => self.check_scale(&held, scores)?,
                _ => {}
            }
            let carried = || self.dimensions.clone();
            let joined = by_case(&held).map(|rows| Join::by_case(rows, carried()));
            self.joins.extend(joined);
            beside.push(held);
        }
        Ok(beside)
    }

    /// A table as it stands in its inputs.
    fn held(&self, table: Table) -> Result<Held> {
        let sources = self.sources(self.file.log.entries(table), false)?;
        let own = table.columns().iter().map(|(name, _)| (*name).to_owned());
        let names: BTreeSet<String> = own.chain(self.dimensions.iter().cloned()).collect();
        let fields = names.iter().map(|name| Field::of_table(table, name)).collect();
        let opening = self.opening(sources, fields, self.file.columns.of(table).clone());
        let has_ids = table.columns().iter().any(|(_, kind)| *kind == crate::ingest::Kind::Id);
        let log = Log::open(Opening {
            usual: self.profile.table_columns(table),
            trusted_ids: !has_ids,
            shard: None,
            ..opening
        })?;
        Held::read(table, &log, self.asked.workers())
    }

    /// Fails where the study names a scale and its scores are of another.
    fn check_scale(&self, made: &Held, scores: Option<(i64, i64)>) -> Result<()> {
        let Some((scale, (low, high))) = self.file.surveys.scale.as_ref().zip(scores) else { return Ok(()) };
        let off = made.findings.quarantine.iter().filter(|row| row.rule == Rule::ScoreOffScale).count();
        if (off as f64) <= OFF_SCALE * (made.len() + off) as f64 {
            return Ok(());
        }
        let [low, high] = [low, high].map(|score| score as f64 / 1e6);
        let expected = format!("the scale of the scores, which run from {low} to {high}, such as \"{low}..{high}\"");
        Err(Error::value("surveys.scale", scale, expected))
    }
}

/// The lowest and the highest score.
fn scores(held: &Held) -> Option<(i64, i64)> {
    let scores = || (0..held.len()).filter_map(|row| held.number("score", row));
    scores().min().zip(scores().max())
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
