//! Cities drawn at random: offices of unequal size whose rows are alike, before and after a reform.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::f64::consts::PI;

/// The variance of a row's level beside its own, which is 1: what an office keeps, and what is new in every window.
const KEPT: f64 = 0.12;
const FRESH: f64 = 0.04;

/// The standard deviation of a row's level.
pub fn spread() -> f64 {
    (1.0 + KEPT + FRESH).sqrt()
}

/// How far the reform moves every level, in standard deviations of a row within its office.
pub const EFFECT: f64 = 0.3;

/// How much a week takes over from the week before.
const CARRIED: f64 = 0.3;

/// How much slower a hard row is than the middle, and an easy one faster.
pub const LEAD: f64 = 0.5;

/// The share of easy rows before, and after.
pub const EASY: [f64; 2] = [0.4, 0.6];

/// The median number of rows of an office.
const SIZE: f64 = 25.0;

/// How many clusters, and how unequal.
#[derive(Clone, Copy)]
pub struct Layout {
    pub count: usize,
    /// The standard deviation of the logarithm of their sizes.
    pub inequality: f64,
}

impl Layout {
    /// The expected number of rows of a cluster: the sum of the chances of more than k.
    pub fn rows(&self) -> f64 {
        let more = |k: u32| super::normal::below(-(f64::from(k) / SIZE).ln() / self.inequality);
        1.0 + (1..60_000).map(more).sum::<f64>()
    }
}

/// One row: what its cluster and the row itself add, and what the reform takes away.
#[derive(Clone, Copy)]
pub struct Row {
    cluster: f64,
    own: f64,
    effect: f64,
    /// Whether the row is of the easy kind, in a city of two.
    pub easy: bool,
    /// Two numbers between 0 and 1.
    pub unit: f64,
    pub coin: f64,
}

impl Row {
    pub fn level(self) -> f64 {
        self.unreformed() - self.effect
    }

    /// The level as if no reform had come.
    pub fn unreformed(self) -> f64 {
        self.cluster + self.own
    }

    /// Log-normal seconds, of which half are below a thousand before the reform.
    pub fn seconds(self) -> u64 {
        (1000.0 * self.level().exp()).ceil() as u64
    }
}

/// Rows by cluster.
pub type Window = Vec<Vec<Row>>;

/// Before, after without an effect, and the same after with one.
pub struct City {
    pub was: Window,
    pub still: Window,
    pub is: Window,
}

impl City {
    /// Offices that keep their level and nearly their size from one window to the next.
    pub fn offices(draws: &mut Draws, layout: Layout) -> Self {
        let kept: Vec<[f64; 2]> = (0..layout.count).map(|_| [draws.normal(), draws.normal()]).collect();
        let mut window = || -> Window {
            let office = |[size, level]: &[f64; 2]| {
                let rows = SIZE * (layout.inequality * size + 0.15 * draws.normal()).exp();
                let level = KEPT.sqrt() * level + FRESH.sqrt() * draws.normal();
                draws.rows(rows, level)
            };
            kept.iter().map(office).collect()
        };
        let (was, still) = (window(), window());
        Self::reformed(was, still)
    }

    /// Offices whose rows are of two kinds, more of the hard before and more of the easy after.
    ///
    /// Nothing else changes without an effect. Offices differ in what they are asked for, and keep that.
    pub fn mixed(draws: &mut Draws, layout: Layout) -> Self {
        let leaning: Vec<f64> = (0..layout.count).map(|_| 0.1 * (2.0 * draws.unit() - 1.0)).collect();
        let mut city = Self::offices(draws, layout);
        let mut mix = |window: &mut Window, easy: f64| {
            for (office, leaning) in window.iter_mut().zip(&leaning) {
                for row in office {
                    row.easy = draws.unit() < easy + leaning;
                    row.cluster += if row.easy { -LEAD } else { LEAD };
                }
            }
        };
        mix(&mut city.was, EASY[0]);
        mix(&mut city.still, EASY[1]);
        Self::reformed(city.was, city.still)
    }

    /// Weeks in a row, whose sizes and levels are each a series.
    pub fn weeks(draws: &mut Draws, layout: Layout) -> Self {
        let mut window = || -> Window {
            let [mut size, mut level] = [draws.normal(), draws.normal()];
            let week = |_| {
                for series in [&mut size, &mut level] {
                    *series = CARRIED * *series + (1.0 - CARRIED * CARRIED).sqrt() * draws.normal();
                }
                draws.rows(SIZE * (layout.inequality * size).exp(), (KEPT + FRESH).sqrt() * level)
            };
            (0..layout.count).map(week).collect()
        };
        let (was, still) = (window(), window());
        Self::reformed(was, still)
    }

    fn reformed(was: Window, still: Window) -> Self {
        let mut is = still.clone();
        is.iter_mut().flatten().for_each(|row| row.effect = EFFECT);
        Self { was, still, is }
    }
}

/// Seeded draws.
pub struct Draws(ChaCha8Rng);

impl Draws {
    /// The stream of a round.
    pub fn of(seed: u64, round: u64) -> Self {
        let mut chacha = ChaCha8Rng::seed_from_u64(seed);
        chacha.set_stream(round);
        Self(chacha)
    }

    fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// By Box and Muller.
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (2.0 * PI * self.unit()).cos()
    }

    fn rows(&mut self, count: f64, cluster: f64) -> Vec<Row> {
        let row =
            |_| Row { cluster, own: self.normal(), effect: 0.0, easy: false, unit: self.unit(), coin: self.unit() };
        (0..count.ceil() as u64).map(row).collect()
    }
}
