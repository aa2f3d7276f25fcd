//! The second look: which rows of repeated ids may not stay.
//!
//! The log is read again, whole rows in their order; what is kept of them are hashes. Then it is read once more to take
//! out what may not stay.

use super::binding::{Binding, contents};
use super::door::Door;
use super::joins::Matched;
use super::log::{Log, Sign, Sink};
use super::piece::Piece;
use super::quarantine::{Findings, Quarantined};
use super::rules::Rule;
use super::schema::Kind;
use super::source::Look;
use crate::error::Result;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

/// What was taken out of the log again.
#[derive(Default)]
pub(super) struct TakenOut {
    /// Dossiers of which no row is left, by the hash of their id.
    pub(super) conflicting: HashSet<u128>,
    /// Rows that the catalogue was asked for.
    pub(super) listed: Matched,
}

/// What the accepted rows of one id say.
struct Said {
    content: u128,
    rows: u64,
    agree: bool,
}

impl Said {
    /// What becomes of one of these rows, given whether it is the first of them.
    fn verdict(&self, first: bool) -> Option<Rule> {
        match (self.rows, self.agree) {
            (1, _) => None,
            (_, false) => Some(Rule::ConflictingRepeat),
            (_, true) if first => None,
            (_, true) => Some(Rule::IdenticalRepeat),
        }
    }
}

impl Log {
    /// Takes out the rows of repeated ids that may not stay; `sink` gives them back.
    pub(super) fn take_out<S: Sink>(
        &self,
        repeated: &HashSet<u64>,
        sink: &mut S,
        findings: &mut Findings,
    ) -> Result<TakenOut> {
        let mut out = TakenOut::default();
        let mut door = Door::new(&self.rules, self.bindings.len());
        let said = self.said(repeated, &mut door)?;
        let mut kept: HashSet<u128> = HashSet::new();
        for (input, binding) in self.bindings.iter().enumerate() {
            binding.source.walk(&binding.asked, Look::InOrder, |piece| {
                if !door.mask(binding, piece, repeated)?.contains(&true) {
                    return Ok(true);
                }
                let batch = door.open(input, binding, piece)?;
                let verdict = |id: &u128| said.get(id).and_then(|said| said.verdict(kept.insert(*id)));
                let rules: Vec<Option<Rule>> = batch.ids.iter().map(verdict).collect();
                let broken = rules.iter().zip(&batch.rows).filter_map(|(rule, row)| Some(((*rule)?, *row)));
                for (rule, row) in broken {
                    let quarantined = self.repeated_row(binding, piece, row)?;
                    findings.quarantine.push(Quarantined { input, row, rule, ..quarantined });
                }
                if self.rules.kept.broken_ids {
                    let broken = batch.ids.iter().zip(&rules).filter_map(|(id, rule)| Some((*id, (*rule)?)));
                    broken.for_each(|key| *findings.broken.entry(key).or_default() += 1);
                }
                let marks: Vec<bool> = rules.iter().map(Option::is_some).collect();
                let batch = batch.keep(&marks);
                findings.accepted -= batch.len() as u64;
                findings.ambiguous_times -= batch.ambiguous_times();
                out.listed = out.listed.plus(batch.listed());
                sink.add(&batch, Sign::Minus)?;
                Ok(true)
            })?;
        }
        sink.close(&door.lexicon);
        out.conflicting = said.into_iter().filter(|(_, said)| !said.agree).map(|(id, _)| id).collect();
        Ok(out)
    }

    /// What the accepted rows of repeated ids say, by id.
    fn said(&self, repeated: &HashSet<u64>, door: &mut Door<'_>) -> Result<HashMap<u128, Said>> {
        let mut said: HashMap<u128, Said> = HashMap::new();
        for (input, binding) in self.bindings.iter().enumerate() {
            let whole = binding.whole();
            whole.source.walk(&whole.asked, Look::InOrder, |piece| {
                let mask = door.mask(&whole, piece, repeated)?;
                if !mask.contains(&true) {
                    return Ok(true);
                }
                let contents = contents(&whole, piece, &mask)?;
                let numbers = piece.numbers()?;
                let batch = door.open(input, &whole, piece)?;
                for (id, row) in batch.ids.iter().zip(&batch.rows) {
                    let place = numbers.binary_search(row).ok().filter(|place| mask[*place]);
                    let Some(content) = place.map(|place| contents[place]) else { continue };
                    match said.entry(*id) {
                        Entry::Vacant(free) => drop(free.insert(Said { content, rows: 1, agree: true })),
                        Entry::Occupied(mut own) => {
                            let own = own.get_mut();
                            own.rows += 1;
                            own.agree &= own.content == content;
                        }
                    }
                }
                Ok(true)
            })?;
        }
        Ok(said)
    }

    /// The rows that say the same as an earlier one, of a table whose rows have no id: by input and number.
    ///
    /// # Errors
    ///
    /// An input is damaged.
    pub(super) fn copies(&self) -> Result<HashSet<(usize, u64)>> {
        let (mut said, mut copies) = (HashSet::new(), HashSet::new());
        for (input, binding) in self.bindings.iter().enumerate() {
            let whole = binding.whole();
            whole.source.walk(&whole.asked, Look::InOrder, |piece| {
                let contents = contents(&whole, piece, &vec![true; piece.height()])?;
                let rows = piece.numbers()?.into_iter().zip(contents);
                copies.extend(rows.filter(|(_, own)| !said.insert(*own)).map(|(row, _)| (input, row)));
                Ok(true)
            })?;
        }
        Ok(copies)
    }

    /// Tells what the source has in rows that break a rule together with others: whoever found them had values alone.
    ///
    /// # Errors
    ///
    /// An input is damaged.
    pub fn show_broken(&self, findings: &mut Findings) -> Result<()> {
        let is_untold = |row: &&mut Quarantined| {
            let repeats = row.rule == Rule::IdenticalRepeat && row.cells.is_empty();
            repeats || matches!(row.rule, Rule::OverlappingSpan | Rule::ScoreOffScale)
        };
        let untold = findings.quarantine.iter_mut().filter(is_untold);
        let mut untold: HashMap<(usize, u64), &mut Quarantined> =
            untold.map(|row| ((row.input, row.row), row)).collect();
        for (input, binding) in self.bindings.iter().enumerate() {
            if !untold.keys().any(|(of, _)| *of == input) {
                continue;
            }
            binding.source.walk(&binding.asked, Look::InOrder, |piece| {
                for (place, row) in piece.numbers()?.into_iter().enumerate() {
                    let Some(own) = untold.get_mut(&(input, row)) else { continue };
                    if let Some(field) = self.rules.place(&own.column) {
                        let shown = self.rules.quarantined(binding, piece, place, field);
                        **own = Quarantined { input, row, rule: own.rule, ..shown };
                    }
                }
                Ok(true)
            })?;
        }
        Ok(())
    }

    fn repeated_row(&self, binding: &Binding, piece: &Piece, row: u64) -> Result<Quarantined> {
        let field = self.rules.fields.iter().position(|field| field.kind == Kind::Id).unwrap_or_default();
        let place = piece.numbers()?.binary_search(&row).unwrap_or_default();
        Ok(self.rules.quarantined(binding, piece, place, field))
    }
}
