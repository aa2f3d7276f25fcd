//! One look at a panel: which months are held against which, and what each unit adds to the difference.

use super::panel::{Assignment, Panel};
use crate::stats::variance::{Contrast, paired};
use crate::stats::{ClusterId, Dependence, Estimate, Influence, Undefined, variance::Spread};

/// The least number of months on each side of a placebo date.
pub(super) const PLACEBO_MONTHS: usize = 3;

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Look {
    /// All months from the reform on against all before.
    Effect,
    /// The month so many after the reform against the one before it.
    Event(i64),
    /// The so many months before the reform against all before them.
    Placebo(i64),
    /// One month of the calendar against all before the reform.
    Month(i64),
}

impl Look {
    /// Pairs of months, by place: from the first, to the second.
    pub(super) fn pairs(self, reform: i64, months: &[i64]) -> Vec<[usize; 2]> {
        let placed = |keep: &dyn Fn(i64) -> bool| {
            let kept = months.iter().enumerate().filter(|&(_, &month)| keep(month));
            kept.map(|(place, _)| place).collect::<Vec<_>>()
        };
        let between = |from: &dyn Fn(i64) -> bool, to: &dyn Fn(i64) -> bool, least: usize| {
            let (from, to) = (placed(from), placed(to));
            let enough = from.len() >= least && to.len() >= least;
            let pairs = to.iter().flat_map(|&to| from.iter().map(move |&from| [from, to]));
            pairs.filter(|_| enough).collect::<Vec<_>>()
        };
        let before = |month| month < reform;
        match self {
            Self::Effect => between(&before, &|month| month >= reform, 1),
            Self::Month(month) => between(&before, &|other| other == month, 1),
            Self::Event(after) => {
                let (to, base) = (reform.checked_add(after), reform.checked_sub(1));
                between(&|month| Some(month) == base, &|month| Some(month) == to, 1)
            }
            Self::Placebo(earlier) => {
                let date = reform.saturating_sub(earlier);
                between(&|month| month < date, &|month| month >= date && month < reform, PLACEBO_MONTHS)
            }
        }
    }
}

/// What the units that reformed changed by, and the others.
#[derive(Debug)]
pub(super) struct Sides {
    pub(super) treated: Estimate,
    pub(super) comparison: Estimate,
}

impl Sides {
    /// The two sides of a look, over all dates of reform that it finds months for.
    pub(super) fn new(panel: &Panel, look: Look) -> Option<Self> {
        Self::of(panel, look, &panel.dates())
    }

    /// The two sides of a look at some of the dates.
    pub(super) fn of(panel: &Panel, look: Look, dates: &[i64]) -> Option<Self> {
        let Assignment { groups, comparisons } = panel.assignment();
        let dated = panel.dates().into_iter().zip(groups).filter(|(date, _)| dates.contains(date));
        let parts =
            dated.filter_map(|(date, group)| Part::new(panel, &group, &comparisons, &look.pairs(date, &panel.months)));
        let parts: Vec<Part> = parts.collect();
        let all: f64 = parts.iter().map(|part| part.treated.weight).sum();
        (!parts.is_empty()).then(|| Self::joined(panel, &parts, all))
    }

    /// Dates weigh as the units that reformed then, and those weights are found in the data too.
    fn joined(panel: &Panel, parts: &[Part], all: f64) -> Self {
        let share = |part: &Part| part.treated.weight / all;
        let mean = |of: &dyn Fn(&Part) -> f64| parts.iter().map(|part| share(part) * of(part)).sum::<f64>();
        let (treated, comparison) = (mean(&|part| part.treated.value), mean(&|part| part.comparison.value));
        let mut moved = [vec![Moved::default(); panel.members.len()], vec![Moved::default(); panel.members.len()]];
        for part in parts {
            let apart = part.treated.value - part.comparison.value - (treated - comparison);
            for (side, sum, apart) in [(&part.treated, 0, apart), (&part.comparison, 1, 0.0)] {
                for &(unit, Moved { weight, psi, leverage }) in &side.moved {
                    moved[sum][unit].psi += share(part) * psi + weight / all * apart;
                    moved[sum][unit].leverage += share(part) * leverage;
                }
            }
        }
        let estimate = |value, moved: &[Moved], weight| estimate(panel, value, moved, weight);
        Self {
            treated: estimate(treated, &moved[0], all),
            comparison: estimate(comparison, &moved[1], mean(&|part| part.comparison.weight)),
        }
    }

    pub(super) fn value(&self) -> f64 {
        self.treated.value - self.comparison.value
    }

    /// The variance between units; those that reformed and the others have none in common.
    pub(super) fn spread(&self, rounding: f64) -> Result<Spread, Undefined> {
        let spread = paired(&self.comparison, &self.treated, Contrast::DIFFERENCE, Dependence::Clustered)?;
        if spread.standard_error() > rounding { Ok(spread) } else { Err(Undefined::NoVariation) }
    }

    /// By unit, its influence with CR2's adjustment.
    pub(super) fn adjusted(&self, panel: &Panel) -> Vec<f64> {
        let place = |id: ClusterId| panel.members.partition_point(|member| member.id < id);
        let mut adjusted = vec![0.0; panel.members.len()];
        for (estimate, sign) in [(&self.treated, 1.0), (&self.comparison, -1.0)] {
            for i in &estimate.influence {
                adjusted[place(i.cluster)] += sign * i.psi / (1.0 - i.leverage).sqrt();
            }
        }
        adjusted
    }
}

/// One unit's influence on one side.
#[derive(Clone, Copy, Debug, Default)]
struct Moved {
    weight: f64,
    psi: f64,
    leverage: f64,
}

/// The units of one side: their mean change, their weight, and what each adds.
#[derive(Debug)]
struct Side {
    value: f64,
    weight: f64,
    moved: Vec<(usize, Moved)>,
}

/// The units that reformed at one date, and those that did not, over the same pairs of months.
#[derive(Debug)]
struct Part {
    treated: Side,
    comparison: Side,
}

impl Part {
    /// Each pair of months that both sides have counts once.
    fn new(panel: &Panel, group: &[usize], comparisons: &[usize], pairs: &[[usize; 2]]) -> Option<Self> {
        let has = |units: &[usize], pair| units.iter().any(|&unit| panel.change(unit, pair).is_some());
        let both = pairs.iter().copied().filter(|&pair| has(group, pair) && has(comparisons, pair));
        let pairs: Vec<_> = both.collect();
        let side = |units| Side::new(panel, units, &pairs);
        (!pairs.is_empty()).then(|| Self { treated: side(group), comparison: side(comparisons) })
    }
}

impl Side {
    fn new(panel: &Panel, units: &[usize], pairs: &[[usize; 2]]) -> Self {
        let mut side =
            Self { value: 0.0, weight: 0.0, moved: units.iter().map(|&unit| (unit, Moved::default())).collect() };
        for &pair in pairs {
            let sums = Sums::new(panel, units, pair);
            let mean = sums.sum / sums.weight;
            side.value += mean;
            side.weight += sums.weight;
            for (unit, moved) in &mut side.moved {
                if let Some((weight, change)) = panel.change(*unit, pair) {
                    moved.weight += weight;
                    moved.leverage += weight / sums.weight;
                    moved.psi += weight * (change - mean) / sums.weight;
                }
            }
        }
        side.over(pairs.len() as f64)
    }

    fn over(mut self, pairs: f64) -> Self {
        let moved =
            self.moved.iter_mut().flat_map(|(_, moved)| [&mut moved.weight, &mut moved.psi, &mut moved.leverage]);
        moved.chain([&mut self.value, &mut self.weight]).for_each(|sum| *sum /= pairs);
        self
    }
}

/// The changes of some units between two months.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sums {
    pub(super) units: usize,
    pub(super) weight: f64,
    pub(super) sum: f64,
}

impl Sums {
    pub(super) fn new(panel: &Panel, units: &[usize], pair: [usize; 2]) -> Self {
        Self::of(units.iter().filter_map(|&unit| panel.change(unit, pair)))
    }

    /// Of weights and changes.
    pub(super) fn of(changes: impl Iterator<Item = (f64, f64)>) -> Self {
        let mut sums = Self::default();
        for (weight, change) in changes {
            sums.units += 1;
            sums.weight += weight;
            sums.sum += weight * change;
        }
        sums
    }

    /// What is left without some of them.
    pub(super) fn without(self, some: Self) -> Self {
        Self { units: self.units - some.units, weight: self.weight - some.weight, sum: self.sum - some.sum }
    }
}

fn estimate(panel: &Panel, value: f64, moved: &[Moved], weight: f64) -> Estimate {
    let weighing = panel.members.iter().zip(moved).filter(|(_, moved)| moved.leverage > 0.0);
    let influence: Vec<_> = weighing
        .map(|(member, moved)| Influence { cluster: member.id, psi: moved.psi, leverage: moved.leverage })
        .collect();
    let units = influence.len();
    Estimate {
        value,
        influence,
        n: units as u64,
        events: units as u64,
        independent_variance: None,
        independent_df: f64::INFINITY,
        clusters: units,
        weight,
        divisor: Vec::new(),
        retained: Vec::new(),
    }
}
