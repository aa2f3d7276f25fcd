//! A log opened, and read once through the door.

use super::batch::Batch;
use super::binding::{Binding, Origin, contents};
use super::datetime::Reading;
use super::door::{Door, Rules, row_numbers};
use super::lexicon::{Lexicon, normalised};
use super::quarantine::{Findings, Input, Quarantined, Rule};
use super::schema::{Field, Kind};
use super::source::Source;
use super::zone::Zone;
use crate::error::{Error, Result};
use crossbeam_channel::{Receiver, Sender, bounded};
use polars::prelude::*;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::num::NonZeroUsize;
use std::path::Path;

/// Rows per batch: large enough to hide the hand-over, small enough for the cache of a worker.
const BATCH: usize = 1 << 16;

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
    /// The canonical columns that are needed.
    pub fields: Vec<Field>,
    /// Canonical name to source column.
    pub names: BTreeMap<String, String>,
    /// By canonical column: source value to canonical value.
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// The date formats the study gives; none means they are inferred.
    pub formats: Vec<Reading>,
    /// The zone of wall times.
    pub zone: Zone,
    /// Plausible instants, in microseconds: from the first, before the second.
    pub plausible: (i64, i64),
    /// Whether the study vouches that no id repeats.
    pub trusted_ids: bool,
}

/// A log whose columns are found and whose dates can be read.
#[derive(Debug)]
pub struct Log {
    bindings: Vec<Binding>,
    rules: Rules,
    trusted_ids: bool,
}

impl Log {
    /// Opens every input and finds its columns.
    ///
    /// # Errors
    ///
    /// An input cannot be read, a named column is missing, or a date column has no single reading.
    pub fn open(opening: Opening) -> Result<Self> {
        let Opening { sources, mut fields, names, values, formats, zone, plausible, trusted_ids } = opening;
        if !fields.iter().any(|field| field.kind == Kind::Id) {
            fields.insert(0, Field::named("case_id"));
        }
        let bind = |source| Binding::new(source, &fields, &names, &formats);
        let bindings: Vec<Binding> = sources.into_iter().map(bind).collect::<Result<_>>()?;
        let has = |field: usize| bindings.iter().any(|b| !matches!(b.origins[field], Origin::Absent));
        let held = (0..fields.len()).map(has).collect();
        let values = values.into_iter().map(|(column, map)| (column, normalised_keys(map))).collect();
        Ok(Self { bindings, rules: Rules { fields, zone, plausible, values, held }, trusted_ids })
    }

    /// The canonical columns that at least one input has.
    pub fn columns(&self) -> Vec<&str> {
        let fields = self.rules.fields.iter().zip(&self.rules.held);
        fields.filter(|(_, held)| **held).map(|(field, _)| field.name.as_str()).collect()
    }

    /// The paths of its inputs.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.bindings.iter().map(|binding| binding.source.path.as_path())
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
        let mut sinks = Vec::new();
        let mut ids = Vec::new();
        for part in parts {
            ids.push(part.ids);
            sinks.push(part.sink);
        }
        let repeated = repeated(&ids);
        if !repeated.is_empty() {
            let mut sink = make();
            self.take_out(&repeated, &mut sink, &mut findings)?;
            sinks.push(sink);
        }
        findings.quarantine.sort_unstable();
        findings.assert_identity()?;
        Ok((sinks, findings))
    }

    fn first_pass<S: Sink>(
        &self,
        threads: NonZeroUsize,
        make: &(impl Fn() -> S + Sync),
        watch: &(dyn Fn(u64) + Sync),
    ) -> Result<Vec<Part<'_, S>>> {
        let (sender, receiver) = bounded(2 * threads.get());
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads.get())
                .map(|_| {
                    let receiver = receiver.clone();
                    scope.spawn(move || self.work(make(), &receiver, watch))
                })
                .collect();
            drop(receiver);
            let mut inputs = self.bindings.iter().enumerate();
            let sent = inputs.try_for_each(|(input, binding)| send(input, binding, &sender, Look::First));
            drop(sender);
            let parts = workers.into_iter().map(|worker| match worker.join() {
                Ok(part) => part,
                Err(_) => Err(Error::broken("reading the log", "a worker stopped")),
            });
            // A worker's own error says more than the hang-up it causes.
            let parts = parts.collect::<Result<Vec<_>>>()?;
            sent.map(|()| parts)
        })
    }

    fn work<S: Sink>(
        &self,
        sink: S,
        receiver: &Receiver<(usize, DataFrame)>,
        watch: &(dyn Fn(u64) + Sync),
    ) -> Result<Part<'_, S>> {
        let rows = vec![0; self.bindings.len()];
        let mut part =
            Part { sink, door: Door::new(&self.rules), ids: Vec::new(), rows, accepted: 0, ambiguous_times: 0 };
        for (input, frame) in receiver {
            part.rows[input] += frame.height() as u64;
            let batch = part.door.open(input, &self.bindings[input], &frame)?;
            part.accepted += batch.len() as u64;
            part.ambiguous_times += batch.ambiguous_times();
            if !self.trusted_ids {
                part.ids.extend(batch.ids.iter().map(|id| *id as u64));
            }
            part.sink.add(&batch, Sign::Plus)?;
            watch(frame.height() as u64);
        }
        part.sink.close(&part.door.lexicon);
        part.ids.sort_unstable();
        Ok(part)
    }

    fn findings<S>(&self, parts: &mut [Part<'_, S>]) -> Findings {
        let inputs = self.bindings.iter().enumerate().map(|(index, binding)| Input {
            path: binding.source.label.clone(),
            rows: parts.iter().map(|part| part.rows[index]).sum(),
            bytes: binding.source.bytes(),
            dates: binding.dates(&self.rules.fields),
        });
        let inputs = inputs.collect();
        let quarantine = parts.iter_mut().flat_map(|part| std::mem::take(&mut part.door.quarantine)).collect();
        let accepted = parts.iter().map(|part| part.accepted).sum();
        let ambiguous_times = parts.iter().map(|part| part.ambiguous_times).sum();
        Findings { inputs, accepted, quarantine, ambiguous_times }
    }

    /// The second look: which rows of repeated ids may not stay; `sink` gives them back.
    fn take_out<S: Sink>(&self, repeated: &HashSet<u64>, sink: &mut S, findings: &mut Findings) -> Result<()> {
        let mut door = Door::new(&self.rules);
        let frames = self.frames_of(repeated, &mut door)?;
        let mut seen: HashMap<u128, Vec<u128>> = HashMap::new();
        for (input, frame) in &frames {
            let binding = &self.bindings[*input];
            let contents = binding.source.guarded(|| contents(&binding.source, frame))?;
            let by_row: HashMap<u64, u128> = row_numbers(frame)?.into_iter().zip(contents).collect();
            let batch = door.open(*input, binding, frame)?;
            for (id, row) in batch.ids.iter().zip(&batch.rows) {
                seen.entry(*id).or_default().extend(by_row.get(row));
            }
        }
        let mut kept: HashSet<u128> = HashSet::new();
        for (input, frame) in &frames {
            let binding = &self.bindings[*input];
            let batch = door.open(*input, binding, frame)?;
            let rules: Vec<Option<Rule>> = batch.ids.iter().map(|id| verdict(&seen[id], kept.insert(*id))).collect();
            let marks: Vec<bool> = rules.iter().map(Option::is_some).collect();
            for (row, rule) in rules.iter().enumerate() {
                let Some(rule) = *rule else { continue };
                let (column, value) = self.id_shown(binding, frame, batch.rows[row]);
                findings.quarantine.push(Quarantined { input: *input, row: batch.rows[row], rule, column, value });
            }
            let batch = batch.keep(&marks);
            findings.accepted -= batch.len() as u64;
            findings.ambiguous_times -= batch.ambiguous_times();
            sink.add(&batch, Sign::Minus)?;
        }
        sink.close(&door.lexicon);
        Ok(())
    }

    /// Source rows whose id hash is among `repeated`, in the order of inputs and rows.
    fn frames_of(&self, repeated: &HashSet<u64>, door: &mut Door<'_>) -> Result<Vec<(usize, DataFrame)>> {
        let mut found = Vec::new();
        for (input, binding) in self.bindings.iter().enumerate() {
            let (sender, receiver) = bounded(2);
            std::thread::scope(|scope| {
                let reader = scope.spawn(move || send(input, binding, &sender, Look::Second));
                for (_, frame) in receiver {
                    let mask = door.mask(binding, &frame, repeated)?;
                    let frame = frame.filter(&mask).map_err(|e| Error::broken("choosing repeated ids", e))?;
                    found.push((input, frame));
                }
                reader.join().unwrap_or_else(|_| Err(Error::broken("reading the log again", "the reader stopped")))
            })?;
        }
        Ok(found)
    }

    fn id_shown(&self, binding: &Binding, frame: &DataFrame, row: u64) -> (String, Option<String>) {
        let field = self.rules.fields.iter().position(|field| field.kind == Kind::Id).unwrap_or_default();
        super::door::shown_in_row(&binding.origins[field], &self.rules.fields[field], frame, row)
    }
}

/// One worker's share of the log.
struct Part<'a, S> {
    sink: S,
    door: Door<'a>,
    ids: Vec<u64>,
    rows: Vec<u64>,
    accepted: u64,
    ambiguous_times: u64,
}

/// How an input is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    /// The columns that are needed, in any order.
    First,
    /// Whole rows in their order: which repeat stays must not depend on the engine.
    Second,
}

/// Sends an input's batches until it ends or the workers hang up.
fn send(input: usize, binding: &Binding, sender: &Sender<(usize, DataFrame)>, look: Look) -> Result<()> {
    let scan = if look == Look::Second { binding.scan_whole()? } else { binding.scan()? };
    let sender = sender.clone();
    let callback = PlanCallback::new(move |frame: DataFrame| Ok(sender.send((input, frame)).is_err()));
    let query = || scan.sink_batches(callback, look == Look::Second, NonZeroUsize::new(BATCH));
    let done = binding.source.guarded(|| query()?.collect_with_engine(Engine::Streaming));
    done.map(|_| ())
}

/// Hashes that stand more than once, in one worker's sorted list or in two.
fn repeated(lists: &[Vec<u64>]) -> HashSet<u64> {
    let mut found = HashSet::new();
    for (index, list) in lists.iter().enumerate() {
        found.extend(list.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]));
        for other in &lists[index + 1..] {
            found.extend(shared(list, other));
        }
    }
    found
}

/// What two sorted lists have in common.
fn shared<'a>(one: &'a [u64], other: &'a [u64]) -> impl Iterator<Item = u64> + 'a {
    let mut rest = other.iter().peekable();
    one.iter().copied().filter(move |id| {
        while rest.next_if(|next| *next < id).is_some() {}
        rest.peek() == Some(&id)
    })
}

fn normalised_keys(map: BTreeMap<String, String>) -> BTreeMap<String, String> {
    map.into_iter().map(|(own, canonical)| (normalised(&own), normalised(&canonical))).collect()
}

/// What becomes of a row whose id has these contents, given whether it is the first of them.
fn verdict(contents: &[u128], first: bool) -> Option<Rule> {
    match contents {
        [_] => None,
        [one, rest @ ..] if rest.iter().any(|other| other != one) => Some(Rule::ConflictingRepeat),
        _ if first => None,
        _ => Some(Rule::IdenticalRepeat),
    }
}
