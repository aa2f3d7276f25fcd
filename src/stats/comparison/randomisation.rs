//! What other units would have shown, had the reform been theirs.
//!
//! With few units on a side no variance can be trusted: tests that rest on one find effects where
//! there are none (MacKinnon & Webb 2020, J. Econom. 218:435). What can be said is how many of the other ways to choose the
//! units that reformed show as much (Fisher 1935, The Design of Experiments).

use super::leads::slopes;
use super::look::{Look, Sums};
use super::panel::{Assignment, Panel};
use std::collections::BTreeMap;

/// The most assignments that are all gone through.
pub(super) const ALL: u128 = 10_000;

/// How many are drawn otherwise.
pub(super) const DRAWS: u64 = 9_999;

const SEED: u64 = 766;

/// A difference this small beside the statistic makes a tie.
const TIE: f64 = 1e-9;

/// The p-values of a panel's looks, each over all assignments of the dates to units.
#[derive(Debug)]
pub(super) struct Randomised {
    /// By look, in the order given.
    pub(super) p: Vec<Option<f64>>,
    /// Of the slope of the leads.
    pub(super) slope: Option<f64>,
    /// Of the mean square of the leads.
    pub(super) joint: Option<f64>,
    /// The assignments gone through, the true one included.
    pub(super) assignments: u64,
    pub(super) exact: bool,
    /// The smallest p there could have been.
    pub(super) smallest_p: f64,
}

impl Randomised {
    pub(super) fn new(panel: &Panel, looks: &[Look]) -> Self {
        let truth = panel.assignment();
        let ways = ways(&truth);
        let exact = ways <= ALL;
        let mut trial = Trial::new(panel, looks, &truth);
        let assignments = if exact { trial.all(&truth) } else { trial.drawn(&truth) };
        let p: Vec<_> = trial.tallies.iter().map(|tally| tally.p()).collect();
        Self {
            slope: p[looks.len()],
            joint: p[looks.len() + 1],
            p: p[..looks.len()].to_vec(),
            assignments,
            exact,
            smallest_p: if exact { mirrored(&truth) / assignments as f64 } else { 1.0 / assignments as f64 },
        }
    }
}

/// Half of the units against the other half: exchanged, they show the same with the other sign.
fn mirrored(truth: &Assignment) -> f64 {
    match &truth.groups[..] {
        [group] if group.len() == truth.comparisons.len() => 2.0,
        _ => 1.0,
    }
}

/// The number of different assignments, up to a little more than [`ALL`].
fn ways(truth: &Assignment) -> u128 {
    let mut ways: u128 = 1;
    let mut placed = truth.comparisons.len() as u128;
    for group in &truth.groups {
        for chosen in 1..=group.len() as u128 {
            placed += 1;
            // One more unit for one more label: exact, because binomials are whole.
            ways = ways * placed / chosen;
            if ways > ALL * ALL {
                return ways;
            }
        }
    }
    ways
}

/// How often a statistic came out at least as large as the true one.
#[derive(Clone, Copy, Debug)]
struct Tally {
    observed: Option<f64>,
    /// Assignments under which it can be computed.
    defined: u64,
    as_large: u64,
}

impl Tally {
    fn add(&mut self, statistic: Option<f64>, rounding: f64) {
        if let (Some(observed), Some(found)) = (self.observed, statistic) {
            self.defined += 1;
            self.as_large += u64::from(found.abs() >= observed.abs() * (1.0 - TIE) - rounding);
        }
    }

    fn p(&self) -> Option<f64> {
        self.observed.filter(|_| self.defined > 0).map(|_| self.as_large as f64 / self.defined as f64)
    }
}

/// Pairs of months that the same units have, taken together: for each, the units' sums of weights are the same.
#[derive(Debug)]
struct Alike {
    pairs: f64,
    /// By unit, its mean change over these pairs.
    changes: Vec<Option<f64>>,
    /// Of all units.
    all: Sums,
}

impl Alike {
    /// The pairs of a look at one date.
    fn of(panel: &Panel, pairs: &[[usize; 2]]) -> Vec<Self> {
        let mut by_units: BTreeMap<Vec<bool>, (f64, Vec<f64>)> = BTreeMap::new();
        for &pair in pairs {
            let changes: Vec<_> = (0..panel.members.len()).map(|unit| panel.change(unit, pair)).collect();
            let there = changes.iter().map(Option::is_some).collect();
            let (count, sums) = by_units.entry(there).or_insert_with(|| (0.0, vec![0.0; changes.len()]));
            *count += 1.0;
            sums.iter_mut().zip(&changes).for_each(|(sum, change)| *sum += change.map_or(0.0, |(_, change)| change));
        }
        by_units.into_iter().map(|(there, (pairs, sums))| Self::new(panel, pairs, &there, &sums)).collect()
    }

    fn new(panel: &Panel, pairs: f64, there: &[bool], sums: &[f64]) -> Self {
        let changes = there.iter().zip(sums).map(|(there, sum)| there.then_some(sum / pairs)).collect();
        let mut alike = Self { pairs, changes, all: Sums::default() };
        alike.all = alike.sums(panel, &(0..panel.members.len()).collect::<Vec<_>>());
        alike
    }

    fn sums(&self, panel: &Panel, units: &[usize]) -> Sums {
        Sums::of(units.iter().filter_map(|&unit| Some((panel.members[unit].weight, self.changes[unit]?))))
    }
}

/// The statistics of one assignment after another.
#[derive(Debug)]
struct Trial<'a> {
    panel: &'a Panel,
    looks: &'a [Look],
    /// By look and date.
    pairs: Vec<Vec<Vec<Alike>>>,
    tallies: Vec<Tally>,
}

impl<'a> Trial<'a> {
    fn new(panel: &'a Panel, looks: &'a [Look], truth: &Assignment) -> Self {
        let at = |look: &Look, date| Alike::of(panel, &look.pairs(date, &panel.months));
        let dates = panel.dates();
        let pairs = looks.iter().map(|look| dates.iter().map(|&date| at(look, date)).collect()).collect();
        let mut trial = Self { panel, looks, pairs, tallies: Vec::new() };
        let tally = |observed| Tally { observed, defined: 0, as_large: 0 };
        trial.tallies = trial.statistics(truth).into_iter().map(tally).collect();
        trial
    }

    /// Every assignment, the true one among them.
    fn all(&mut self, truth: &Assignment) -> u64 {
        let mut labels = labels(truth);
        labels.sort_unstable();
        let mut assignments = 0;
        loop {
            self.add(&assigned(&labels, truth.groups.len()));
            assignments += 1;
            if !next_permutation(&mut labels) {
                return assignments;
            }
        }
    }

    /// The true assignment and so many drawn ones.
    fn drawn(&mut self, truth: &Assignment) -> u64 {
        let mut labels = labels(truth);
        let mut draw = Draw(SEED);
        self.add(truth);
        for _ in 0..DRAWS {
            for last in (1..labels.len()).rev() {
                labels.swap(last, draw.below(last as u64 + 1) as usize);
            }
            self.add(&assigned(&labels, truth.groups.len()));
        }
        DRAWS + 1
    }

    fn add(&mut self, assignment: &Assignment) {
        let rounding = f64::EPSILON * self.panel.scale;
        let statistics = self.statistics(assignment);
        self.tallies.iter_mut().zip(statistics).for_each(|(tally, found)| tally.add(found, rounding));
    }

    /// By look; then the slope and the mean square of the leads.
    fn statistics(&self, assignment: &Assignment) -> Vec<Option<f64>> {
        let treated: Vec<usize> = assignment.groups.iter().flatten().copied().collect();
        let mut found: Vec<_> = self.pairs.iter().map(|dates| self.look(dates, assignment, &treated)).collect();
        let leads = self.looks.iter().zip(&found).filter_map(|(look, value)| match look {
            Look::Event(month) if *month < -1 => Some((*month, (*value)?)),
            _ => None,
        });
        let (months, values): (Vec<i64>, Vec<f64>) = leads.unzip();
        let any = !months.is_empty();
        let slope: f64 = slopes(&months).iter().zip(&values).map(|(c, value)| c * value).sum();
        let square = values.iter().map(|value| value * value).sum::<f64>() / values.len() as f64;
        found.extend([any.then_some(slope), any.then_some(square)]);
        found
    }

    /// The difference of the two sides, dates weighing as the units that reformed then.
    fn look(&self, dates: &[Vec<Alike>], assignment: &Assignment, treated: &[usize]) -> Option<f64> {
        let (mut sum, mut weight) = (0.0, 0.0);
        for (pairs, group) in dates.iter().zip(&assignment.groups) {
            let mut part = [0.0; 3];
            for alike in pairs {
                let own = alike.sums(self.panel, group);
                let others = self.others(alike, assignment, treated);
                if own.units > 0 && others.units > 0 {
                    let difference = own.sum / own.weight - others.sum / others.weight;
                    part.iter_mut().zip([1.0, own.weight, difference]).for_each(|(sum, x)| *sum += alike.pairs * x);
                }
            }
            let [count, own, difference] = part;
            if count > 0.0 {
                weight += own / count;
                sum += own / count * (difference / count);
            }
        }
        (weight > 0.0).then(|| sum / weight)
    }

    /// The units that did not reform, summed over the fewer.
    fn others(&self, alike: &Alike, assignment: &Assignment, treated: &[usize]) -> Sums {
        match treated.len() < assignment.comparisons.len() {
            true => alike.all.without(alike.sums(self.panel, treated)),
            false => alike.sums(self.panel, &assignment.comparisons),
        }
    }
}

/// By unit, the place of its date, from 1; 0 for none.
fn labels(truth: &Assignment) -> Vec<usize> {
    let units = truth.comparisons.len() + truth.groups.iter().map(Vec::len).sum::<usize>();
    let mut labels = vec![0; units];
    for (date, group) in truth.groups.iter().enumerate() {
        group.iter().for_each(|&unit| labels[unit] = date + 1);
    }
    labels
}

fn assigned(labels: &[usize], dates: usize) -> Assignment {
    let of = |label| {
        let its = labels.iter().enumerate().filter(move |&(_, &other)| other == label);
        its.map(|(unit, _)| unit).collect::<Vec<_>>()
    };
    Assignment { groups: (1..=dates).map(of).collect(), comparisons: of(0) }
}

/// The next arrangement in the order of a dictionary, if there is one (Knuth, TAOCP 7.2.1.2, algorithm L).
fn next_permutation(labels: &mut [usize]) -> bool {
    let Some(pivot) = (1..labels.len()).rev().find(|&i| labels[i - 1] < labels[i]).map(|i| i - 1) else {
        return false;
    };
    if let Some(next) = (pivot + 1..labels.len()).rev().find(|&i| labels[pivot] < labels[i]) {
        labels.swap(pivot, next);
    }
    labels[pivot + 1..].reverse();
    true
}

/// SplitMix64 (Steele, Lea & Flood 2014, OOPSLA).
#[derive(Debug)]
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below another, each as likely (Lemire 2019, ACM TOMACS 29:3).
    fn below(&mut self, bound: u64) -> u64 {
        loop {
            let product = u128::from(self.next()) * u128::from(bound);
            if product as u64 >= bound.wrapping_neg() % bound {
                return (product >> 64) as u64;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn truth(groups: &[usize], comparisons: usize) -> Assignment {
        let mut units = 0..;
        let mut some = |count: usize| units.by_ref().take(count).collect::<Vec<_>>();
        Assignment { groups: groups.iter().map(|&count| some(count)).collect(), comparisons: some(comparisons) }
    }

    /// 3 of 10 are 120; of six units two in May and one in June, 6! / (2! 1! 3!) = 60.
    #[test]
    fn every_assignment_once() {
        for (truth, want) in [(truth(&[3], 7), 120), (truth(&[2, 1], 3), 60), (truth(&[1], 4), 5)] {
            assert_eq!(ways(&truth), want);
            let mut labels = labels(&truth);
            labels.sort_unstable();
            let mut seen = std::collections::BTreeSet::from([labels.clone()]);
            while next_permutation(&mut labels) {
                assert!(seen.insert(labels.clone()));
            }
            assert_eq!(seen.len() as u128, want);
        }
        assert!(ways(&truth(&[300, 200], 100)) > ALL);
    }

    /// The first numbers of the published generator from seed 0.
    #[test]
    fn the_generator() {
        let mut draw = Draw(0);
        assert_eq!([draw.next(), draw.next()], [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4]);
        assert!((0..1000).all(|_| draw.below(3) < 3));
    }
}
