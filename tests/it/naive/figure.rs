//! Figures of rows, by the plainest formula there is.

use std::collections::{BTreeMap, BTreeSet};

/// What a window's figure should be: its numbers, or the code of the reason why there is none.
pub type Answer = Result<Told, &'static str>;

/// The numbers of a figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// In seconds, where it is a time.
    pub value: f64,
    pub n: usize,
    /// Not told where the definitions do not say what it counts.
    pub events: Option<usize>,
    pub excluded: usize,
    pub immature: Option<usize>,
    pub undated: Option<usize>,
}

/// Where a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Outside,
    Undated,
    Immature,
    Inside,
}

/// What a KPI asks of rows.
#[derive(Clone, Debug)]
pub struct Rows<T> {
    pub kept: Vec<T>,
    excluded: usize,
    immature: usize,
    undated: usize,
    tells: (bool, bool),
}

impl<T> Rows<T> {
    /// Asks every row for its place, and the rows inside for a quantity; those that have none are excluded.
    pub fn ask<R>(rows: &[R], place: impl Fn(&R) -> Place, quantity: impl Fn(&R) -> Option<T>) -> Self {
        let mut own = Self { kept: Vec::new(), excluded: 0, immature: 0, undated: 0, tells: (false, false) };
        for row in rows {
            match place(row) {
                Place::Outside => {}
                Place::Undated => own.undated += 1,
                Place::Immature => own.immature += 1,
                Place::Inside => match quantity(row) {
                    Some(quantity) => own.kept.push(quantity),
                    None => own.excluded += 1,
                },
            }
        }
        own
    }

    /// Immature rows are told beside the figure.
    pub fn telling_immature(mut self) -> Self {
        self.tells.0 = true;
        self
    }

    /// Rows without the date that would place them are told beside the figure.
    pub fn telling_undated(mut self) -> Self {
        self.tells.1 = true;
        self
    }

    pub fn excluded(&self) -> usize {
        self.excluded
    }

    /// So many of the rows that count are told as undated.
    pub fn with_undated(mut self, undated: usize) -> Self {
        self.undated = undated;
        self.telling_undated()
    }

    fn told(&self, value: f64, events: Option<usize>) -> Answer {
        let (immature, undated) = self.tells;
        if self.kept.is_empty() {
            return Err("no_rows");
        }
        Ok(Told {
            value,
            n: self.kept.len(),
            events,
            excluded: self.excluded,
            immature: immature.then_some(self.immature),
            undated: undated.then_some(self.undated),
        })
    }
}

impl<T> Rows<T> {
    /// A figure of one's own making over these rows.
    pub fn counted(&self, value: f64) -> Answer {
        self.told(value, None)
    }
}

impl Rows<bool> {
    pub fn share(&self) -> Answer {
        let hits = self.kept.iter().filter(|hit| **hit).count();
        self.told(hits as f64 / self.kept.len() as f64, Some(hits))
    }
}

impl Rows<i64> {
    pub fn mean(&self) -> Answer {
        let sum: i64 = self.kept.iter().sum();
        self.told(sum as f64 / self.kept.len() as f64, Some(self.kept.len()))
    }

    /// The smallest value that at least this share of the rows does not exceed.
    pub fn order(&self, q: f64) -> Answer {
        let reaches = |value: &&i64| {
            let below = self.kept.iter().filter(|other| other <= value).count();
            below as f64 >= q * self.kept.len() as f64 - 1e-9
        };
        let value = self.kept.iter().filter(reaches).min().copied().unwrap_or_default();
        self.told(value as f64, None)
    }
}

impl Rows<(i64, i64)> {
    pub fn ratio(&self) -> Answer {
        let above: i64 = self.kept.iter().map(|pair| pair.0).sum();
        let below: i64 = self.kept.iter().map(|pair| pair.1).sum();
        if !self.kept.is_empty() && below == 0 {
            return Err("no_base");
        }
        self.told(above as f64 / below as f64, None)
    }
}

impl Rows<String> {
    /// Gini's coefficient of how many rows each name has, by the mean difference of all pairs of names.
    pub fn gini(&self) -> Answer {
        let mut counts: BTreeMap<&String, f64> = BTreeMap::new();
        self.kept.iter().for_each(|name| *counts.entry(name).or_default() += 1.0);
        let counts: Vec<f64> = counts.into_values().collect();
        let pairs = counts.iter().flat_map(|a| counts.iter().map(move |b| (a - b).abs()));
        let names = counts.len() as f64;
        let mean = self.kept.len() as f64 / names;
        self.told(pairs.sum::<f64>() / (2.0 * names * names * mean), Some(counts.len()))
    }

    /// The fewest names that together have four fifths of the rows; `None` where names are equally frequent there.
    pub fn usual(&self) -> Option<BTreeSet<String>> {
        let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
        self.kept.iter().for_each(|name| *counts.entry(name).or_default() += 1);
        let mut ranked: Vec<(usize, &String)> = counts.into_iter().map(|(name, count)| (count, name)).collect();
        ranked.sort_by(|a, b| b.cmp(a));
        let mut usual = BTreeSet::new();
        let mut covered = 0;
        for (at, (count, name)) in ranked.iter().enumerate() {
            if 5 * covered >= 4 * self.kept.len() {
                let last = ranked[at - 1].0;
                return (last != *count).then_some(usual);
            }
            covered += count;
            usual.insert((*name).clone());
        }
        Some(usual)
    }
}

/// A time and what ended it.
#[derive(Clone, Copy, Debug)]
pub struct Spell {
    /// On the clock that is asked about.
    pub time: i64,
    /// On the applicant's clock, on which open dossiers are followed.
    pub followed: i64,
    pub end: End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Result,
    Competing,
    Open,
}

impl Rows<Spell> {
    /// The smallest time at which the incidence of results is at least q: Aalen and Johansen.
    pub fn incidence(&self, q: f64) -> Answer {
        let mut times: Vec<i64> = self.kept.iter().map(|spell| spell.time).collect();
        times.sort_unstable();
        times.dedup();
        let (mut incidence, mut surviving) = (0.0, 1.0);
        let reached = times.into_iter().find(|time| {
            let at_risk = self.kept.iter().filter(|spell| spell.time >= *time).count() as f64;
            let ended = |end| self.kept.iter().filter(|spell| spell.time == *time && spell.end == end).count() as f64;
            incidence += surviving * ended(End::Result) / at_risk;
            surviving *= 1.0 - (ended(End::Result) + ended(End::Competing)) / at_risk;
            incidence >= q - 1e-9
        });
        self.reached(reached)
    }

    /// The same where the clock stands still: each result stands for one by the chance of not being censored before it.
    ///
    /// K is Kaplan and Meier's estimate of being followed so long; at one moment results come before censorings.
    pub fn weighted_incidence(&self, q: f64) -> Answer {
        let followed_before = |moment: i64| {
            let mut moments: Vec<i64> =
                self.kept.iter().filter(|spell| spell.end == End::Open).map(|s| s.followed).collect();
            moments.sort_unstable();
            moments.dedup();
            let left = |at: &i64| {
                let ended = |spell: &&Spell| spell.followed == *at && spell.end != End::Open;
                let at_risk = self.kept.iter().filter(|spell| spell.followed >= *at).count()
                    - self.kept.iter().filter(ended).count();
                let censored = self.kept.iter().filter(|s| s.followed == *at && s.end == End::Open).count();
                1.0 - censored as f64 / at_risk as f64
            };
            moments.iter().filter(|at| **at < moment).map(left).product::<f64>()
        };
        let results = || self.kept.iter().filter(|spell| spell.end == End::Result);
        let incidence = |time: i64| {
            let weights =
                results().filter(|spell| spell.time <= time).map(|spell| 1.0 / followed_before(spell.followed));
            weights.sum::<f64>() / self.kept.len() as f64
        };
        let reached = results().map(|spell| spell.time).filter(|time| incidence(*time) >= q - 1e-9).min();
        self.reached(reached)
    }

    fn reached(&self, time: Option<i64>) -> Answer {
        let results = self.kept.iter().filter(|spell| spell.end == End::Result).count();
        let told = self.told(time.unwrap_or_default() as f64, Some(results))?;
        time.map(|_| told).ok_or("not_reached")
    }
}
