//! One recipe in one city, and what many of them add up to.

use super::city::{City, Draws, Layout};
use super::recipe::{LEVEL, Recipe};
use giamtang::stats::Limits;
use giamtang::stats::effect::Change;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How often an interval held, and how wide it was.
#[derive(Clone, Copy, Default)]
pub struct Held {
    pub given: u32,
    pub held: u32,
    closed: u32,
    width: f64,
    df: f64,
}

impl Held {
    fn see(&mut self, low: Option<f64>, high: Option<f64>, df: Option<f64>, truth: f64) {
        self.given += 1;
        self.held += u32::from(low.is_none_or(|low| low <= truth) && high.is_none_or(|high| truth <= high));
        if let (Some(low), Some(high)) = (low, high) {
            self.closed += 1;
            self.width += high - low;
        }
        self.df += df.unwrap_or(1e6);
    }

    fn add(&mut self, other: &Self) {
        self.given += other.given;
        self.held += other.held;
        self.closed += other.closed;
        self.width += other.width;
        self.df += other.df;
    }

    pub fn coverage(&self) -> f64 {
        f64::from(self.held) / f64::from(self.given)
    }

    pub fn width(&self) -> f64 {
        self.width / f64::from(self.closed)
    }

    pub fn df(&self) -> f64 {
        self.df / f64::from(self.given)
    }
}

/// What the rounds of one recipe in one layout add up to.
#[derive(Clone, Copy, Default)]
pub struct Tally {
    pub rounds: u32,
    pub own: Held,
    pub change: Held,
    /// Changes of no effect that were called changes, up and down.
    pub false_claims: [u32; 2],
    /// Changes of an effect that were called changes, the right way.
    pub found: u32,
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.rounds += other.rounds;
        self.own.add(&other.own);
        self.change.add(&other.change);
        self.false_claims.iter_mut().zip(other.false_claims).for_each(|(sum, part)| *sum += part);
        self.found += other.found;
    }

    pub fn share(&self, count: u32) -> f64 {
        f64::from(count) / f64::from(self.rounds)
    }

    fn see(&mut self, recipe: &Recipe, city: &City, truth: [f64; 2]) {
        self.rounds += 1;
        let effect = truth[1] - truth[0];
        if let Ok([was, is]) = (recipe.estimate)([&city.was, &city.is]) {
            if let Ok(Limits { low, high, df, .. }) = was.limits() {
                self.own.see(low, high, df, truth[0]);
            }
            if let Some(change) = was.change(&is, recipe.dependence) {
                self.found += u32::from(claims(&change)[usize::from(effect < 0.0)]);
                if let Ok(limits) = &change.absolute.limits {
                    self.change.see(Some(limits.low), Some(limits.high), change.df, effect);
                }
            }
        }
        if let Ok([was, still]) = (recipe.estimate)([&city.was, &city.still])
            && let Some(change) = was.change(&still, recipe.dependence)
        {
            self.false_claims.iter_mut().zip(claims(&change)).for_each(|(sum, claim)| *sum += u32::from(claim));
        }
    }
}

/// Degrees of freedom below which nothing is claimed.
const LEAST_DF: f64 = 4.0;

/// Whether a change would be claimed, up and down, as a verdict is made of it.
///
/// Its test is significant, its interval leaves out zero if it has both limits, and degrees of freedom are not too few.
fn claims(change: &Change) -> [bool; 2] {
    let significant = change.p.as_ref().is_ok_and(|&p| p <= 1.0 - LEVEL);
    let excluded = change.absolute.limits.as_ref().map_or(true, |limits| limits.low > 0.0 || limits.high < 0.0);
    let claimed = significant && excluded && change.df.is_none_or(|df| df >= LEAST_DF);
    [claimed && change.absolute.value > 0.0, claimed && change.absolute.value < 0.0]
}

const CHUNK: usize = 50;

/// The tallies of recipes that share their cities, over so many rounds; the same with any number of threads.
pub fn run(recipes: &[&Recipe], layout: Layout, seed: u64, rounds: usize, threads: usize) -> Vec<Tally> {
    let chunks = rounds.div_ceil(CHUNK);
    let done: Mutex<Vec<Option<Vec<Tally>>>> = Mutex::new(vec![None; chunks]);
    let next = AtomicUsize::new(0);
    let truths: Vec<[f64; 2]> = recipes.iter().map(|recipe| (recipe.truth)(layout)).collect();
    let work = || {
        loop {
            let chunk = next.fetch_add(1, Ordering::Relaxed);
            if chunk >= chunks {
                return;
            }
            let tallies = rounds_of(recipes, &truths, layout, seed, chunk * CHUNK..rounds.min((chunk + 1) * CHUNK));
            done.lock().expect("no thread panics")[chunk] = Some(tallies);
        }
    };
    std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    let mut sums = vec![Tally::default(); recipes.len()];
    for tallies in done.into_inner().expect("no thread panics").into_iter().flatten() {
        sums.iter_mut().zip(&tallies).for_each(|(sum, tally)| sum.add(tally));
    }
    sums
}

fn rounds_of(
    recipes: &[&Recipe],
    truths: &[[f64; 2]],
    layout: Layout,
    seed: u64,
    rounds: std::ops::Range<usize>,
) -> Vec<Tally> {
    let mut tallies = vec![Tally::default(); recipes.len()];
    for round in rounds {
        let city = (recipes[0].city)(&mut Draws::of(seed, round as u64), layout);
        for ((tally, recipe), &truth) in tallies.iter_mut().zip(recipes).zip(truths) {
            tally.see(recipe, &city, truth);
        }
    }
    tallies
}
