//! What all workers gathered as one: cases by id bytewise, each with all its events.

use super::case::Case;
use super::gather::Gathering;
use crate::error::Result;
use crate::ingest::rows::Texts;
use crate::ingest::scratch::{BLOCK, Part, Reading, unreadable};
use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap};
use std::io;
use std::sync::Arc;

/// Cases in order that one worker wrote.
pub(super) enum Run {
    Memory(Vec<u8>),
    Disk(Part),
}

/// What is known of all cases together.
pub(super) struct Gathered {
    /// The attributes' canonical names.
    pub(super) attributes: Vec<String>,
    /// The activities that the script asks for, and whether they were met.
    pub(super) asked: BTreeMap<String, bool>,
    /// The names behind the codes, in bytewise order, so that nothing depends on who read what; the first is none.
    pub(super) names: Arc<Texts>,
    /// The activities and the officers that were met.
    pub(super) activities: BTreeSet<u32>,
    pub(super) officers: BTreeSet<u32>,
}

/// The workers' events as one.
///
/// # Errors
///
/// What was written cannot be read back.
pub(super) fn merged(parts: Vec<Gathering<'_>>, bound: usize) -> Result<(Gathered, Cases)> {
    let all: BTreeSet<&str> = parts.iter().flat_map(|part| &part.names).map(String::as_str).collect();
    let names: Texts = std::iter::once("").chain(all.into_iter().filter(|name| !name.is_empty())).collect();
    let known: HashMap<&str, u32> = names.iter().zip(0..).collect();
    let codes = |part: &Gathering<'_>| part.names.iter().map(|name| known[name.as_str()]).collect::<Vec<u32>>();
    let codes: Vec<Vec<u32>> = parts.iter().map(codes).collect();
    let (mut activities, mut officers) = (BTreeSet::new(), BTreeSet::new());
    for (part, codes) in parts.iter().zip(&codes) {
        activities.extend(part.activities.iter().map(|code| codes[code]));
        officers.extend(part.officers.iter().map(|code| codes[code]));
    }
    drop(known);
    let mut asked: BTreeMap<String, bool> = BTreeMap::new();
    for (name, met) in parts.iter().flat_map(|part| &part.asked) {
        *asked.entry(name.clone()).or_default() |= met;
    }
    let attributes = parts.first().map(Gathering::attributes).unwrap_or_default();
    let runs = parts.into_iter().zip(codes).map(|(part, codes)| (part.runs, codes)).collect();
    let cases = Cases::new(runs, attributes.len(), bound)?;
    Ok((Gathered { attributes, asked, names: Arc::new(names), activities, officers }, cases))
}

/// The cases in order.
pub(super) struct Cases {
    runs: Vec<Open>,
    /// By worker, the codes of all for its own.
    codes: Vec<Vec<u32>>,
    attributes: usize,
    /// The next case of each run, the smallest id on top.
    next: BinaryHeap<Reverse<Next>>,
}

struct Open {
    reading: Reading,
    worker: usize,
}

struct Next {
    case: Case,
    run: usize,
}

impl Cases {
    fn new(parts: Vec<(Vec<Run>, Vec<u32>)>, attributes: usize, bound: usize) -> Result<Self> {
        let count: usize = parts.iter().map(|(runs, _)| runs.len()).sum();
        // All blocks together are no more than what was held before.
        let block = (bound / count.max(1)).clamp(1 << 12, BLOCK);
        let (mut runs, mut codes) = (Vec::new(), Vec::new());
        for (worker, (own, of)) in parts.into_iter().enumerate() {
            codes.push(of);
            runs.extend(own.into_iter().map(|run| {
                let reading = match run {
                    Run::Memory(bytes) => Reading::from(bytes),
                    Run::Disk(part) => Reading::of(part, block),
                };
                Open { reading, worker }
            }));
        }
        let mut cases = Self { runs, codes, attributes, next: BinaryHeap::new() };
        (0..cases.runs.len()).try_for_each(|run| cases.advance(run)).map_err(unreadable)?;
        Ok(cases)
    }

    fn advance(&mut self, run: usize) -> io::Result<()> {
        let Open { reading, worker } = &mut self.runs[run];
        if let Some(line) = reading.line()? {
            let case = Case::got(line, self.attributes, &self.codes[*worker]);
            let case = case.ok_or_else(|| io::Error::other("it was changed"))?;
            self.next.push(Reverse(Next { case, run }));
        }
        Ok(())
    }

    /// The next case with all its events.
    fn whole(&mut self, Next { mut case, run }: Next) -> io::Result<Case> {
        self.advance(run)?;
        let whole = case.events.len();
        while self.next.peek().is_some_and(|Reverse(next)| next.case.id == case.id) {
            let Some(Reverse(next)) = self.next.pop() else { break };
            case.merge(next.case);
            self.advance(next.run)?;
        }
        if case.events.len() > whole {
            case.sort();
        }
        Ok(case)
    }
}

impl Iterator for Cases {
    type Item = Result<Case>;

    fn next(&mut self) -> Option<Self::Item> {
        let Reverse(next) = self.next.pop()?;
        Some(self.whole(next).map_err(unreadable))
    }
}

impl Ord for Next {
    fn cmp(&self, other: &Self) -> Ordering {
        self.case.id.cmp(&other.case.id)
    }
}

impl PartialOrd for Next {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Next {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Next {}
