//! A log opened, and read once through the door.

use super::batch::Batch;
use super::binding::{Binding, Dating, Names, Origin};
use super::dates::reading::Reading;
use super::door::{Door, Kept, Rules};
use super::joins::{Join, Matched};
use super::lexicon::{Lexicon, normalised};
use super::npsp::Part;
use super::quarantine::{Findings, Input, count, list_first};
use super::runs::{Runs, repeated};
use super::schema::{Field, Kind};
use super::second::TakenOut;
use super::shard::Shard;
use super::source::{Look, Parcel, Source};
use super::spilled::{HELD, Spilled};
use super::zone::Zone;
use crate::error::{Error, Result};
use crossbeam_channel::{Receiver, Sender, bounded};
use std::collections::{BTreeMap, HashSet};
use std::num::NonZeroUsize;

/// Whether rows enter or, found to be repeats, leave again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// The rows are counted.
    Plus,
    /// The rows had been counted and should not have been.
    Minus,
}

/// What a worker does with accepted rows.
pub trait Sink: Send {
    /// Takes a batch in, or out again.
    fn add(&mut self, batch: &Batch<'_>, sign: Sign) -> Result<()>;

    /// Ends the work; the names behind the codes will not be there afterwards.
    fn close(&mut self, lexicon: &Lexicon);
}

/// What a log is opened with.
#[derive(Debug)]
pub struct Opening {
    /// The inputs in the study's order.
    pub sources: Vec<Source>,
    /// The columns that are needed.
    pub fields: Vec<Field>,
    /// Canonical name to source column, as the study has it.
    pub names: BTreeMap<String, String>,
    /// The same as its profile has it, with the part of the column that is meant.
    pub usual: BTreeMap<String, (String, Option<Part>)>,
    /// By canonical column: source value to canonical value.
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// The date formats the study gives; none means they are inferred.
    pub formats: Vec<Reading>,
    /// Texts that mean that there is no value.
    pub absent: Vec<String>,
    /// The zone of wall times.
    pub zone: Zone,
    /// Plausible instants, in microseconds: from the first, before the second.
    pub plausible: (i64, i64),
    /// Whether repeated ids are no business of this log.
    pub trusted_ids: bool,
    /// Whether the ids of rows set aside are asked for.
    pub keeps_broken: bool,
    /// Whether what the source has in the rows set aside is asked for.
    pub keeps_rows: bool,
    /// Cases that break a rule because one of their events did.
    pub distrusted: HashSet<u128>,
    /// Which part of the log by case id; `None` is all of it.
    pub shard: Option<Shard>,
    /// What is joined onto its rows.
    pub joins: Vec<Join>,
    /// Whether a column that every row must have may be none of any input: who needs it names it.
    pub may_lack: bool,
    /// Whether the rows are known to be sound: this program made them, and no rule is asked.
    pub is_sound: bool,
    /// Whether the inputs have the hashes of ids in their stead.
    pub hashed_ids: bool,
}

/// A log whose columns are found and whose dates can be read.
#[derive(Debug)]
pub struct Log {
    pub(super) bindings: Vec<Binding>,
    pub(super) rules: Rules,
    pub(super) trusted_ids: bool,
}

impl Log {
    /// Opens every input and finds its columns.
    ///
    /// # Errors
    ///
    /// An input cannot be read, a named column is missing, or a date column has no single reading.
    pub fn open(opening: Opening) -> Result<Self> {
        let Opening { sources, mut fields, names, usual, values, formats, absent, joins, may_lack, .. } = opening;
        // What is joined is no column of an input, whatever asks for it.
        let joined: Vec<Field> = joins.iter().flat_map(Join::fields).collect();
        fields.retain(|own| joined.iter().all(|field| field.name != own.name));
        let moments = Reading::of_moments().into_iter().chain(formats.clone()).map(Dating::new).collect();
        let absent: Vec<String> = absent.iter().map(|text| text.trim().to_owned()).collect();
        let names = Names { given: names, usual, formats, absent };
        if may_lack {
            fields.iter_mut().for_each(|field| field.required &= sources.iter().any(|source| names.has(source, field)));
        }
        let bindings = sources.into_iter().map(|source| Binding::new(source, &fields, &names));
        let bindings: Vec<Binding> = bindings.collect::<Result<_>>()?;
        let has = |field: usize| bindings.iter().any(|b| !matches!(b.origins[field], Origin::Absent));
        let own = fields.len();
        fields.extend(joined);
        let held = (0..fields.len()).map(|field| field >= own || has(field)).collect();
        let values = values.into_iter().map(|(column, map)| (column, normalised_keys(map))).collect();
        let held: Vec<bool> = held;
        // Rows without ids repeat none.
        let has_ids = fields.iter().zip(&held).any(|(field, held)| field.kind == Kind::Id && *held);
        let Opening { zone, plausible, trusted_ids, keeps_broken, keeps_rows, distrusted, shard, .. } = opening;
        let Opening { is_sound, hashed_ids, .. } = opening;
        let absent = names.absent;
        let by_case = joins.iter().any(Join::is_by_case);
        let asks_ids = has_ids && !trusted_ids || keeps_broken || by_case || shard.is_some() || !distrusted.is_empty();
        let kept = Kept { broken_ids: keeps_broken, rows: keeps_rows };
        let rules = Rules {
            fields,
            zone,
            plausible,
            values,
            absent,
            moments,
            held,
            distrusted,
            kept,
            shard,
            own,
            joins,
            is_sound,
            asks_ids,
            hashed_ids,
        };
        Ok(Self { bindings, rules, trusted_ids: trusted_ids || !has_ids })
    }

    /// The columns that at least one input has.
    pub fn columns(&self) -> Vec<&str> {
        let fields = self.rules.fields.iter().zip(&self.rules.held);
        fields.filter(|(_, held)| **held).map(|(field, _)| field.name.as_str()).collect()
    }

    /// The fields that at least one input has, without what is joined onto its rows.
    pub(super) fn own_fields(&self) -> impl Iterator<Item = &Field> {
        let fields = self.rules.fields.iter().zip(&self.rules.held).take(self.rules.own);
        fields.filter(|(_, held)| **held).map(|(field, _)| field)
    }

    /// Its inputs.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        self.bindings.iter().map(|binding| &binding.source)
    }

    /// Whether no row leaves again because its id repeats.
    pub fn trusts_ids(&self) -> bool {
        self.trusted_ids
    }

    /// The zone of wall times.
    pub fn zone(&self) -> &Zone {
        &self.rules.zone
    }

    /// Reads every row once and hands accepted ones to `threads` workers.
    ///
    /// Rows whose ids turn out to repeat are looked at again, and those that may not stay are taken out with
    /// [`Sign::Minus`], so the common case is one pass. `watch` hears the rows read so far.
    ///
    /// # Errors
    ///
    /// An input is damaged, or a worker fails.
    pub fn read<S: Sink>(
        &self,
        threads: NonZeroUsize,
        make: impl Fn() -> S + Sync,
        watch: &(dyn Fn(u64) + Sync),
    ) -> Result<(Vec<S>, Findings)> {
        let mut parts = self.first_pass(threads, &make, watch)?;
        let mut findings = self.findings(&mut parts);
        let ids: Vec<Runs> = parts.iter_mut().map(|part| std::mem::take(&mut part.ids)).collect();
        let repeated: HashSet<u64> = repeated(&ids, 2)?.into_iter().map(|(id, _)| id).collect();
        drop(ids);
        let (mut again, mut out) = (None, TakenOut::default());
        if !repeated.is_empty() {
            let mut sink = make();
            out = self.take_out(&repeated, &mut sink, &mut findings)?;
            again = Some(sink);
        }
        self.tell_joins(&parts, &out, &mut findings);
        let sinks = parts.into_iter().map(|part| part.sink).chain(again).collect();
        self.list(&mut findings)?;
        findings.assert_identity()?;
        Ok((sinks, findings))
    }

    fn first_pass<S: Sink>(
        &self,
        threads: NonZeroUsize,
        make: &(impl Fn() -> S + Sync),
        watch: &(dyn Fn(u64) + Sync),
    ) -> Result<Vec<Share<'_, S>>> {
        let (sender, receiver) = bounded(2 * threads.get());
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads.get())
                .map(|_| {
                    let receiver = receiver.clone();
                    scope.spawn(move || self.work(make(), &receiver, watch))
                })
                .collect();
            drop(receiver);
            let sent = self.send_all(sender);
            let parts = workers.into_iter().map(|worker| match worker.join() {
                Ok(part) => part,
                Err(_) => Err(Error::broken("reading the log", "a worker stopped")),
            });
            // A worker's own error says more than the hang-up it causes.
            let parts = parts.collect::<Result<Vec<_>>>()?;
            sent.map(|()| parts)
        })
    }

    fn send_all(&self, sender: Sender<(usize, Parcel)>) -> Result<()> {
        self.bindings.iter().enumerate().try_for_each(|(input, binding)| {
            let sender = sender.clone();
            let out = move |parcel| sender.send((input, parcel)).is_ok();
            binding.source.send(&binding.asked, Look::Unordered, out)
        })
    }

    fn work<S: Sink>(
        &self,
        sink: S,
        receiver: &Receiver<(usize, Parcel)>,
        watch: &(dyn Fn(u64) + Sync),
    ) -> Result<Share<'_, S>> {
        let door = Door::new(&self.rules, self.bindings.len());
        let mut part =
            Share { sink, door, ids: Runs::default(), listed: Matched::default(), accepted: 0, ambiguous_times: 0 };
        for (input, parcel) in receiver {
            let binding = &self.bindings[input];
            for piece in binding.source.unpack(parcel, &binding.asked)?.cut() {
                let batch = part.door.open(input, binding, &piece)?;
                part.accepted += batch.len() as u64;
                part.ambiguous_times += batch.ambiguous_times();
                part.listed = part.listed.plus(batch.listed());
                if !self.trusted_ids {
                    part.ids.extend(batch.ids.iter().map(|id| *id as u64))?;
                }
                part.sink.add(&batch, Sign::Plus)?;
                watch(piece.read());
            }
        }
        part.sink.close(&part.door.lexicon);
        Ok(part)
    }

    /// Puts the first rows set aside into the list, in order.
    fn list(&self, findings: &mut Findings) -> Result<()> {
        if !findings.spilled.is_empty() {
            count(&findings.quarantine, &mut findings.unlisted);
            findings.spilled.write(&mut findings.quarantine)?;
            findings.quarantine = findings.spilled.first(HELD)?;
            for row in &findings.quarantine {
                let key = (row.input, row.rule, row.column.clone());
                findings.unlisted.entry(key).and_modify(|rows| *rows -= 1);
            }
            findings.unlisted.retain(|_, rows| *rows > 0);
        }
        if !self.rules.kept.rows {
            list_first(&mut findings.quarantine, &mut findings.unlisted);
        }
        findings.quarantine.sort_unstable();
        Ok(())
    }

    /// How many rows found what is joined, and what they say of themselves.
    fn tell_joins<S>(&self, parts: &[Share<'_, S>], out: &TakenOut, findings: &mut Findings) {
        for (place, join) in self.rules.joins.iter().enumerate() {
            let met = parts.iter().map(|part| (&part.door.met[place], &part.door.lexicon));
            let carried = join.together(met, &out.conflicting);
            let listed = parts.iter().fold(Matched::default(), |sum, part| sum.plus(part.listed)).minus(out.listed);
            findings.joined.insert(join.held.table, join.matched(&carried, listed, self.rules.shard));
            findings.carried.insert(join.held.table, carried);
        }
    }

    fn findings<S>(&self, parts: &mut [Share<'_, S>]) -> Findings {
        let inputs = self.bindings.iter().enumerate().map(|(index, binding)| {
            let (format, encoding) = binding.source.format();
            Input {
                path: binding.source.label.clone(),
                rows: parts.iter().map(|part| part.door.read[index]).sum(),
                bytes: binding.source.bytes(),
                format: format.to_owned(),
                encoding: encoding.map(str::to_owned),
                dates: binding.dates(&self.rules.fields),
            }
        });
        let inputs = inputs.collect();
        let quarantine = parts.iter_mut().flat_map(|part| std::mem::take(&mut part.door.quarantine)).collect();
        let mut spilled = Spilled::default();
        parts.iter_mut().for_each(|part| spilled.join(std::mem::take(&mut part.door.spilled)));
        let mut unlisted = BTreeMap::new();
        for (key, rows) in parts.iter_mut().flat_map(|part| std::mem::take(&mut part.door.unlisted)) {
            *unlisted.entry(key).or_default() += rows;
        }
        let mut broken = BTreeMap::new();
        for (key, rows) in parts.iter_mut().flat_map(|part| std::mem::take(&mut part.door.broken)) {
            *broken.entry(key).or_default() += rows;
        }
        let accepted = parts.iter().map(|part| part.accepted).sum();
        let ambiguous_times = parts.iter().map(|part| part.ambiguous_times).sum();
        let columns = self.rules.shown().map(|field| self.rules.fields[field].name.clone()).collect();
        let findings = Findings { inputs, accepted, quarantine, spilled, unlisted, ..Findings::default() };
        Findings { ambiguous_times, broken, columns, ..findings }
    }
}

/// One worker's share of the log.
struct Share<'a, S> {
    sink: S,
    door: Door<'a>,
    ids: Runs,
    listed: Matched,
    accepted: u64,
    ambiguous_times: u64,
}

fn normalised_keys(map: BTreeMap<String, String>) -> BTreeMap<String, String> {
    map.into_iter().map(|(own, canonical)| (normalised(&own), normalised(&canonical))).collect()
}
