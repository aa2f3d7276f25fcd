//! The door: a piece of an input becomes accepted rows and quarantined ones.

use super::batch::{ABSENT, Batch, Days, Instants, Values};
use super::binding::{Binding, Dating, Origin};
use super::joins::{Join, Met, Seen};
use super::lexicon::{Lexicon, NO_NAME};
use super::piece::{Coded, Piece};
use super::quarantine::{Quarantined, count, list_first};
use super::rules::Rule;
use super::schema::{Field, Kind, canonical_values};
use super::shard::Shard;
use super::spilled::{HELD, Spilled};
use super::zone::Zone;
use crate::error::Result;
use chrono::DateTime;
use std::collections::{BTreeMap, HashSet};

/// What every worker's door needs to know.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    pub(super) fields: Vec<Field>,
    pub(super) zone: Zone,
    /// Plausible instants, in microseconds: from the first, before the second.
    pub(super) plausible: (i64, i64),
    /// By canonical column: the source's value to the canonical one.
    pub(super) values: BTreeMap<String, BTreeMap<String, String>>,
    /// Texts that mean that there is no value.
    pub(super) absent: Vec<String>,
    /// How instants inside a `paused` column may be written.
    pub(super) moments: Vec<Dating>,
    /// By field: whether at least one input has it.
    pub(super) held: Vec<bool>,
    /// Cases one of whose events is set aside.
    pub(super) distrusted: HashSet<u128>,
    /// What is kept of rows set aside.
    pub(super) kept: Kept,
    /// Which part of the log by case id; `None` is all of it.
    pub(super) shard: Option<Shard>,
    /// How many of the fields are the log's own; the others are joined.
    pub(super) own: usize,
    /// What is joined onto its rows.
    pub(super) joins: Vec<Join>,
    /// Whether the rows are known to be sound.
    pub(super) is_sound: bool,
    /// Whether the ids are asked for.
    pub(super) asks_ids: bool,
    /// Whether the inputs have the hashes of ids in their stead.
    pub(super) hashed_ids: bool,
}

/// What is kept of rows set aside beside the rule they break.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Kept {
    /// Their ids.
    pub(super) broken_ids: bool,
    /// What the source has in their columns.
    pub(super) rows: bool,
}

impl Rules {
    /// The place of a column among the fields.
    pub(super) fn place(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }

    /// Whether a trimmed text means that there is no value.
    pub(super) fn is_absent(&self, text: &str) -> bool {
        text.is_empty() || self.absent.iter().any(|absent| absent == text)
    }

    /// The same of a typed date, by the day it is.
    pub(super) fn is_absent_day(&self, wall: i64) -> bool {
        let day = DateTime::from_timestamp_micros(wall).map(|at| at.date_naive().to_string());
        !self.absent.is_empty() && day.is_some_and(|day| self.is_absent(&day))
    }
}

/// One worker's door, with its own dictionary.
#[derive(Debug)]
pub(super) struct Door<'a> {
    pub(super) rules: &'a Rules,
    pub(super) lexicon: Lexicon,
    /// By field, the codes of its names where they are numbered.
    pub(super) coded: Vec<Coded>,
    pub(super) quarantine: Vec<Quarantined>,
    /// Those beyond, where their values are kept.
    pub(super) spilled: Spilled,
    /// Rows set aside beyond those in the list.
    pub(super) unlisted: BTreeMap<(usize, Rule, String), u64>,
    /// By input, the rows read.
    pub(super) read: Vec<u64>,
    /// By id and rule, how many rows are set aside, where they have one.
    pub(super) broken: BTreeMap<(u128, Rule), u64>,
    /// By join, what was met of it.
    pub(super) met: Vec<Met>,
}

/// What is noted of each row while its columns are read.
pub(super) struct Marks {
    /// Rows with a rule that they break and the field that shows it.
    broken: Vec<(usize, Rule, usize)>,
    rows: usize,
    /// By row, how many of its local times summer time makes ambiguous; none at all where none is.
    ambiguous: Vec<u8>,
}

impl Marks {
    fn of(rows: usize) -> Self {
        Self { broken: Vec::new(), rows, ambiguous: Vec::new() }
    }

    /// Notes a local time of a row that summer time makes ambiguous.
    pub(super) fn be_ambiguous(&mut self, row: usize) {
        self.ambiguous.resize(self.rows, 0);
        self.ambiguous[row] = self.ambiguous[row].saturating_add(1);
    }

    pub(super) fn break_rule(&mut self, row: usize, rule: Rule, field: usize) {
        self.broken.push((row, rule, field));
    }

    /// The broken rows in their order, each with the first rule it breaks.
    fn first(mut self) -> Vec<(usize, Rule, usize)> {
        self.broken.sort_by_key(|(row, rule, _)| (*row, *rule));
        self.broken.dedup_by_key(|(row, ..)| *row);
        self.broken
    }
}

impl<'a> Door<'a> {
    pub(super) fn new(rules: &'a Rules, inputs: usize) -> Self {
        let (lexicon, quarantine, read) = (Lexicon::default(), Vec::new(), vec![0; inputs]);
        let met = vec![Met::default(); rules.joins.len()];
        let coded = rules.fields.iter().map(|_| Coded::default()).collect();
        let (spilled, unlisted, broken) = (Spilled::default(), BTreeMap::new(), BTreeMap::new());
        Self { rules, lexicon, coded, quarantine, spilled, unlisted, read, broken, met }
    }

    /// Reads one piece of an input; rows that break a rule stay behind.
    pub(super) fn open(&mut self, input: usize, binding: &Binding, piece: &Piece) -> Result<Batch<'_>> {
        let height = piece.height();
        let mut marks = Marks::of(height);
        let mut ids = Vec::new();
        let mut values = Vec::with_capacity(self.rules.fields.len());
        for (index, field) in self.rules.fields[..self.rules.own].iter().enumerate() {
            let origin = &binding.origins[index];
            values.push(match field.kind {
                Kind::Id => {
                    if self.rules.asks_ids || !self.has_all_ids(origin, piece) {
                        ids = self.ids(origin, piece, index, &mut marks)?;
                    }
                    Values::Absent
                }
                Kind::Instant => self.instants(origin, piece, index, &mut marks)?,
                Kind::Text => self.codes(origin, piece, index, &mut marks)?,
                Kind::Key => self.keys(origin, piece, index, &mut marks)?,
                Kind::Number => self.numbers(origin, piece, index, &mut marks)?,
                Kind::Decimal => self.decimals(origin, piece, index, &mut marks)?,
                Kind::Flag => self.flags(origin, piece, index, &mut marks)?,
                Kind::Pauses => self.pauses(origin, piece, index, &mut marks)?,
            });
        }
        if self.rules.asks_ids {
            ids.resize(height, 0);
        }
        let found = self.join(height, &ids, &mut values);
        if !self.rules.is_sound {
            self.check_order(&values, &mut marks);
            self.check_ranges(&values, &mut marks);
            self.check_canonical(&values, &mut marks);
            self.check_trust(&ids, &mut marks);
        }
        let rows = piece.numbers()?;
        let mut kept = match self.rules.shard {
            None => vec![true; height],
            Some(shard) => shard.kept(&ids, |row| format!("row {} of {}", rows[row], binding.source.label))?,
        };
        self.read[input] += kept.iter().map(|own| u64::from(*own)).sum::<u64>();
        self.set_aside_misshapen(input, piece);
        let ambiguous = std::mem::take(&mut marks.ambiguous);
        for (index, rule, field) in marks.first() {
            // Rows of other parts of the log are none of this one's.
            if std::mem::take(&mut kept[index]) {
                let quarantined = self.rules.quarantined(binding, piece, index, field);
                self.quarantine.push(Quarantined { input, row: rows[index], rule, ..quarantined });
                if self.rules.kept.broken_ids && ids[index] != 0 {
                    *self.broken.entry((ids[index], rule)).or_default() += 1;
                }
            }
        }
        self.keep_few()?;
        let listed = self.meet(&ids, &values, &found, &kept);
        let (lexicon, fields) = (&self.lexicon, &self.rules.fields);
        let joins = &self.rules.joins;
        Ok(Batch { input, rows, ids, lexicon, fields, joins, values, listed, ambiguous }.keep(&kept))
    }

    /// Which rows have an id whose hash is among `wanted`.
    pub(super) fn mask(&self, binding: &Binding, piece: &Piece, wanted: &HashSet<u64>) -> Result<Vec<bool>> {
        let field = self.rules.fields.iter().position(|field| field.kind == Kind::Id).unwrap_or_default();
        let ids = self.ids(&binding.origins[field], piece, field, &mut Marks::of(piece.height()))?;
        Ok(ids.iter().map(|id| wanted.contains(&(*id as u64))).collect())
    }

    /// Adds the columns that are joined onto the rows, in the order of the fields; tells what each join found.
    fn join(&mut self, rows: usize, ids: &[u128], values: &mut Vec<Values>) -> Vec<Vec<Option<usize>>> {
        let rules = self.rules;
        let mut all = Vec::new();
        for join in &rules.joins {
            let own = &rules.fields[..rules.own];
            let found = join.find(&Seen { fields: own, rows, values, ids, lexicon: &self.lexicon, zone: &rules.zone });
            let columns = join.columns().filter_map(|column| join.values(column, &found, &mut self.lexicon));
            values.extend(columns);
            all.push(found);
        }
        all
    }

    /// Notes what the joins met of the rows that are kept; tells which rows the catalogue lists.
    fn meet(
        &mut self,
        ids: &[u128],
        values: &[Values],
        found: &[Vec<Option<usize>>],
        kept: &[bool],
    ) -> Vec<Option<bool>> {
        let rules = self.rules;
        let own = &rules.fields[..rules.own];
        let (rows, lexicon) = (kept.len(), &self.lexicon);
        let seen = Seen { fields: own, rows, values, ids, lexicon, zone: &rules.zone };
        for ((join, found), met) in rules.joins.iter().zip(found).zip(&mut self.met) {
            join.meet(&seen, found, kept, met);
        }
        rules.joins.iter().zip(found).find_map(|(join, found)| join.listed(&seen, found)).unwrap_or_default()
    }

    /// `finished_at` and the due dates not before `received_at`, `submitted_at` not after it, `delivered_at` not before
    /// `finished_at`; each pair at the coarser precision of the two.
    fn check_order(&self, values: &[Values], marks: &mut Marks) {
        const ORDERS: [(&str, &str, &str, Rule); 9] = [
            ("received_at", "finished_at", "finished_at", Rule::FinishedBeforeReceived),
            ("received_at", "due_at", "due_at", Rule::DueBeforeReceived),
            ("received_at", "original_due_at", "original_due_at", Rule::DueBeforeReceived),
            ("submitted_at", "received_at", "submitted_at", Rule::MilestonesOutOfOrder),
            ("finished_at", "delivered_at", "delivered_at", Rule::MilestonesOutOfOrder),
            ("received_at", "answered_at", "answered_at", Rule::MilestonesOutOfOrder),
            ("decided_at", "published_at", "published_at", Rule::MilestonesOutOfOrder),
            ("from", "to", "to", Rule::EndsBeforeStart),
            ("in_force_from", "in_force_to", "in_force_to", Rule::EndsBeforeStart),
        ];
        let find = |name: &str| match &values[self.rules.place(name)?] {
            Values::Instants(instants) => Some(instants),
            _ => None,
        };
        for (first, second, shown, rule) in ORDERS {
            let (Some(from), Some(to), Some(field)) = (find(first), find(second), self.rules.place(shown)) else {
                continue;
            };
            let pairs = || from.us.iter().zip(&to.us);
            // The absent first is before everything; the absent second must be asked for.
            let is_disordered = |a: i64, b: i64| (b < a) & (b != ABSENT);
            // Almost always none is, and to know that much takes no look at any row by itself.
            if !pairs().fold(false, |any, (a, b)| any | is_disordered(*a, *b)) {
                continue;
            }
            for (row, _) in pairs().enumerate().filter(|(_, (a, b))| is_disordered(**a, **b)) {
                if self.is_before(to, from, row) {
                    marks.break_rule(row, rule, field);
                }
            }
        }
    }

    /// Whether one instant of a row is before another, at the coarser precision of the two.
    fn is_before(&self, one: &Instants, other: &Instants, row: usize) -> bool {
        let by_day = one.is_day(row) || other.is_day(row);
        let zone = &self.rules.zone;
        !by_day || zone.day(one.us[row]) < zone.day(other.us[row])
    }

    /// Numbers that cannot be, whatever a row says beside them.
    fn check_ranges(&self, values: &[Values], marks: &mut Marks) {
        const DAY: i64 = 24_000_000;
        let fields = self.rules.fields[..self.rules.own].iter().enumerate();
        for (field, Field { name, .. }) in fields.filter(|(_, field)| is_bounded(field)) {
            let range = match name.as_str() {
                "hours" => 0..=DAY,
                "published_parts" => 0..=7,
                "n" => 1..=MOST,
                "score" | "scale_min" | "scale_max" => i64::MIN..=i64::MAX,
                _ => 0..=MOST,
            };
            let Values::Numbers(numbers) = &values[field] else { continue };
            let outside = |number: i64| number != ABSENT && !range.contains(&number);
            // Almost always none is.
            if numbers.iter().any(|number| outside(*number)) {
                let rows = numbers.iter().enumerate().filter(|(_, number)| outside(**number));
                rows.for_each(|(row, _)| marks.break_rule(row, Rule::OutOfRange, field));
            }
        }
    }

    /// Columns whose values must come from a list.
    fn check_canonical(&self, values: &[Values], marks: &mut Marks) {
        let fields = self.rules.fields.iter().enumerate().filter(|(_, field)| field.canonical);
        for (index, field) in fields {
            let (Values::Codes(codes), Some((list, rule))) = (&values[index], canonical_values(&field.name)) else {
                continue;
            };
            let is_unknown = |code: u32| self.lexicon.name(code).is_some_and(|name| !list.contains(&name));
            let mut is_there = vec![false; codes.iter().fold(0, |most, code| most.max(*code)) as usize + 1];
            codes.iter().for_each(|code| is_there[*code as usize] = true);
            let there = (0..).zip(&is_there).filter(|(_, is_there)| **is_there);
            // Almost always all are known.
            let unknown: HashSet<u32> = there.map(|(code, _)| code).filter(|code| is_unknown(*code)).collect();
            if !unknown.is_empty() {
                let rows = codes.iter().enumerate().filter(|(_, code)| unknown.contains(code));
                rows.for_each(|(row, _)| marks.break_rule(row, rule, index));
            }
        }
    }

    /// Cases one of whose events is set aside.
    fn check_trust(&self, ids: &[u128], marks: &mut Marks) {
        let Some(field) = self.rules.place("case_id").filter(|_| !self.rules.distrusted.is_empty()) else { return };
        for (row, _) in ids.iter().enumerate().filter(|(_, id)| self.rules.distrusted.contains(id)) {
            marks.break_rule(row, Rule::BrokenEvent, field);
        }
    }

    /// Rows set aside whose values are kept go to disk where they are many; of others the first are listed.
    fn keep_few(&mut self) -> Result<()> {
        if !self.rules.kept.rows {
            list_first(&mut self.quarantine, &mut self.unlisted);
        } else if self.quarantine.len() >= HELD {
            count(&self.quarantine, &mut self.unlisted);
            self.spilled.write(&mut self.quarantine)?;
        }
        Ok(())
    }

    /// Rows that could not be taken apart have no id to trust; they belong to the first part of a log.
    fn set_aside_misshapen(&mut self, input: usize, piece: &Piece) {
        let Piece::Rows(rows) = piece else { return };
        if self.rules.shard.is_some_and(|shard| !shard.holds_nameless()) {
            return;
        }
        self.read[input] += rows.misshapen.len() as u64;
        let quarantined = rows.misshapen.iter().map(|row| Quarantined {
            input,
            row: row.row,
            rule: row.rule,
            column: String::new(),
            value: row.value.clone(),
            cells: Vec::new(),
        });
        self.quarantine.extend(quarantined);
    }

    /// A column this input lacks: all null where another input has it.
    pub(super) fn absent(&self, field: usize, rows: usize) -> Values {
        match (self.rules.held[field], self.rules.fields[field].kind) {
            (false, _) | (true, Kind::Id) => Values::Absent,
            (true, Kind::Instant) => Values::Instants(Instants { us: vec![ABSENT; rows], days: Days::None }),
            (true, Kind::Text) => Values::Codes(vec![NO_NAME; rows]),
            (true, Kind::Key) => Values::Texts(std::iter::repeat_n("", rows).collect()),
            (true, Kind::Number | Kind::Decimal | Kind::Flag) => Values::Numbers(vec![ABSENT; rows]),
            (true, Kind::Pauses) => Values::Pauses(super::Pauses::none(rows)),
        }
    }
}

/// The most that a count, an amount in đồng, or a decimal in millionths can be: its products must fit into sums.
const MOST: i64 = 1_000_000_000_000_000;

/// Whether a column is the canonical one of its name: a study's own column of that name is a text.
fn is_bounded(field: &Field) -> bool {
    matches!(field.kind, Kind::Number | Kind::Decimal)
}

impl Rules {
    /// The fields that an input has, where what they hold in rows set aside is asked for.
    pub(super) fn shown(&self) -> impl Iterator<Item = usize> {
        (0..self.own).filter(|field| self.kept.rows && self.held[*field])
    }

    /// A row to be set aside because of a field; its input, number and rule are the caller's.
    pub(super) fn quarantined(&self, binding: &Binding, piece: &Piece, row: usize, field: usize) -> Quarantined {
        let (column, value) = binding.shown(&self.fields[field].name, field, piece, row);
        let cells = self.shown().map(|field| binding.shown("", field, piece, row).1).collect();
        Quarantined { input: 0, row: 0, rule: Rule::BlankRow, column, value, cells }
    }
}

impl Binding {
    /// The source's own name and value of a field, for the quarantine.
    pub(super) fn shown(&self, name: &str, field: usize, piece: &Piece, row: usize) -> (String, Option<String>) {
        match &self.origins[field] {
            Origin::Absent => (name.to_owned(), None),
            Origin::Constant(text) => (name.to_owned(), Some(text.clone())),
            Origin::Column { name, place, part: None, .. } => (name.to_string(), piece.cells(*place).shown(row)),
            // Of a list only the part that is meant is shown: the rest of it may be about persons.
            Origin::Column { name, place, part: Some(part), .. } => {
                let text = piece.cells(*place).shown_whole(row).unwrap_or_default();
                let own = part(text.trim()).unwrap_or_else(|why| why);
                (name.to_string(), Some(own.chars().take(200).collect()).filter(|own: &String| !own.is_empty()))
            }
        }
    }
}
