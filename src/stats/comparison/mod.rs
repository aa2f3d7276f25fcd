//! Units that reformed beside those that did not: difference-in-differences.
//!
//! What all units went through (a holiday, a law, a hard winter) falls away in the difference; what remains is the
//! reform's if both sides would have gone the same way without it. That cannot be shown, but it can fail: the months
//! before the reform are held against each other too (events, pre-trend, placebo dates).
//!
//! Where units reformed at different dates, each date is held against units that never did, and the dates are averaged
//! (Callaway & Sant'Anna 2021, J. Econom. 225:200). The usual regression on unit and month would hold late reformers
//! against early ones, and can get even the sign wrong (Goodman-Bacon 2021, J. Econom. 225:254).

mod leads;
mod look;
mod panel;
mod randomisation;

use super::interval::{Interval, critical, finite, symmetric, two_sided_p};
use super::trend::ROUNDING;
use super::variance::Spread;
use super::{ClusterId, Undefined};
use look::{Look, Sides};
use panel::Panel;
use randomisation::Randomised;
use std::collections::BTreeSet;

/// The least number of units on each side for an interval.
///
/// With fewer there is randomisation only.
pub const LEAST_UNITS: usize = 5;

/// Whether and when a unit reformed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Which.
    pub unit: ClusterId,
    /// The first month with the reform; absent for a unit to compare with.
    pub reform: Option<i64>,
}

/// The figure of one unit in one month.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UnitMonth {
    /// Whose.
    pub unit: ClusterId,
    /// The month, counted from any origin.
    pub month: i64,
    /// The figure, such as a share or a mean.
    pub value: f64,
    /// Its weight, such as its rows; 1 everywhere if each unit is to count the same.
    pub weight: f64,
}

/// What the reform did, and what speaks against it.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The change of the units that reformed less the change of the others.
    pub effect: Effect,
    /// The change of the units that reformed.
    pub treated_change: f64,
    /// The change of the others over the same months.
    pub comparison_change: f64,
    /// By date of reform and month from then on, the effect; ascending.
    pub group_times: Vec<GroupTime>,
    /// By months after the reform, the effect against the month before it.
    ///
    /// Ascending; that month is left out.
    pub events: Vec<Event>,
    /// Whether both sides went the same way before the reform.
    pub pre_trend: Result<PreTrend, Undefined>,
    /// The same effect at earlier dates, when there was none to find.
    ///
    /// Ascending by how much earlier.
    pub placebos: Vec<Placebo>,
    /// Where the effect stands among those of placebo dates; absent without one.
    pub rank: Option<Rank>,
    /// Units that reformed and could be compared.
    pub treated: usize,
    /// Units that did not reform and could be compared.
    pub comparisons: usize,
    /// Units without months before and after.
    pub left_out: usize,
    /// How the uncertainty was found.
    pub inference: Inference,
}

/// A difference of two changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// In the unit of the figure.
    pub value: f64,
    /// Its standard error between units, if it has one.
    pub standard_error: Option<f64>,
    /// Degrees of freedom behind it.
    pub df: Option<f64>,
    /// Its limits, or why there are none.
    pub limits: Result<Interval, Undefined>,
    /// The two-sided p-value of no effect.
    pub p: Result<f64, Undefined>,
    /// Units that reformed and have the months it needs.
    pub treated: usize,
    /// Other units that have them.
    pub comparisons: usize,
}

/// The effect in one month on the units of one date.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GroupTime {
    /// When they reformed.
    pub reform: i64,
    /// The month.
    pub month: i64,
    /// The effect, against all their months before the reform.
    pub value: f64,
}

/// The effect so many months after the reform.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Months after the reform; 0 is its first month, those below -1 are leads.
    pub month: i64,
    /// The effect.
    pub effect: Effect,
}

/// The effect of a reform moved to where there was none.
#[derive(Clone, Debug, PartialEq)]
pub struct Placebo {
    /// How many months before the reform.
    pub earlier: i64,
    /// What is found, from the months before the reform alone.
    pub effect: Effect,
}

/// Two tests of whether both sides went the same way before the reform.
#[derive(Clone, Debug, PartialEq)]
pub struct PreTrend {
    /// All leads are zero.
    pub joint: Result<Joint, Undefined>,
    /// The slope of the leads, in units of the figure a month.
    pub slope: Effect,
}

/// A test of several leads at once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Joint {
    /// How many, counted back from the reform.
    pub leads: usize,
    /// Hotelling's F; absent with randomisation.
    pub f: Option<f64>,
    /// The degrees of freedom of its denominator.
    pub df: Option<f64>,
    /// The p-value.
    pub p: f64,
}

/// A place, the largest effect first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rank {
    /// From 1; of equals the last.
    pub place: usize,
    /// Of how many.
    pub of: usize,
}

/// How the uncertainty of a comparison was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Inference {
    /// Between units: CR2, Bell-McCaffrey t.
    Clustered,
    /// By giving the reform to other units.
    Randomised {
        /// The assignments gone through, the true one included.
        assignments: u64,
        /// Whether these are all.
        exact: bool,
        /// The smallest p that could have come out.
        smallest_p: f64,
    },
}

impl Inference {
    /// The method in words.
    pub fn method(&self) -> &'static str {
        match self {
            Self::Clustered => "difference-in-differences, clustered by unit, CR2, Bell-McCaffrey t",
            Self::Randomised { exact: true, .. } => "difference-in-differences, randomisation over all assignments",
            Self::Randomised { exact: false, .. } => {
                "difference-in-differences, randomisation over 9,999 drawn assignments"
            }
        }
    }
}

/// The difference-in-differences of units that reformed and units that did not.
///
/// # Formula
///
/// ```text
/// effect = sum_g (W_g / W) mean over (t >= g, s < g) of D_g(t, s)
/// D_g(t, s) = sum_{i in g} w_i (y_it - y_is) / sum_{i in g} w_i  -  the same over the units that never reformed
/// ```
///
/// where `g` runs over the dates of reform, and each sum over the units that have both months; `w_i` is the unit's mean
/// weight a month and `W_g` the weight of the units of the date. Weights of a unit do not change from month to month,
/// so what adds to all units in a month falls away exactly, also where months are missing. With all months there it is
/// the weighted mean of `after - before` less that of the others.
///
/// Events: `t = g + e` against `s = g - 1`. Placebo dates: `g - k <= t < g` against `s < g - k`, three months on each
/// side at least; their months overlap, so their rank is no p-value. Pre-trend: the slope of the leads, and Hotelling's
/// F of those nearest to the reform, as many as leave 4 degrees of freedom (Tipton & Pustejovsky 2015, J. Educ. Behav.
/// Stat. 40:604), with the smallest Bell-McCaffrey degrees of freedom of a lead.
///
/// With [`LEAST_UNITS`] units on each side: CR2 of the units' influences, Bell-McCaffrey t. With fewer: no interval,
/// and p from giving the dates to other units in all ways, or in 9,999 drawn ones and the true one if they are more
/// than 10,000; the pre-trend's joint statistic is then the mean square of the leads. It is exact if no unit was
/// likelier to reform.
///
/// A reform after the last month has not happened yet. A unit that is not listed, and a value or weight that is not
/// finite, count for nothing. The same bits for any order of units and cells.
///
/// # Undefined
///
/// `NoRows` without a cell; `NoReform` if no unit reformed by the last month, `FewMonths` if none that did has months
/// before and after; `NoComparison` if no other unit has two months, or none of the same. Of an effect: limits
/// `FewUnits` with fewer units than that; `NoVariation` if all units of each side change by the same. The pre-trend
/// `FewMonths` without a lead.
///
/// # Example
///
/// ```
/// use giamtang::Undefined;
/// use giamtang::stats::{ClusterId, comparison::{Unit, UnitMonth, compare}};
///
/// // Two of five units reform in month 3 and go from 10 to 6; the others go from 20 to 19.
/// let units: Vec<_> = (0..5).map(|id| Unit { unit: ClusterId(id), reform: (id < 2).then_some(3) }).collect();
/// let value = |id: u32, month: i64| [[20.0, 19.0], [10.0, 6.0]][usize::from(id < 2)][usize::from(month >= 3)];
/// let cell = |id, month| UnitMonth { unit: ClusterId(id), month, value: value(id, month), weight: 1.0 };
/// let cells: Vec<_> = (0..5).flat_map(|id| (0..6).map(move |month| cell(id, month))).collect();
/// let found = compare(&units, &cells, 0.95).unwrap();
/// assert_eq!((found.effect.value, found.treated_change, found.comparison_change), (-3.0, -4.0, -1.0));
/// assert_eq!(found.effect.limits, Err(Undefined::FewUnits));
/// assert_eq!(found.effect.p, Ok(0.1));                          // one of the ten pairs of five units
/// ```
pub fn compare(units: &[Unit], cells: &[UnitMonth], level: f64) -> Result<Comparison, Undefined> {
    let panel = Panel::new(units, cells)?;
    let looks = looks(&panel);
    let (_, effect) = looks.first().filter(|(look, _)| *look == Look::Effect).ok_or(Undefined::NoComparison)?;
    let (treated, comparisons) = (effect.treated.clusters(), effect.comparison.clusters());
    let few = treated < LEAST_UNITS || comparisons < LEAST_UNITS;
    let randomised = few.then(|| Randomised::new(&panel, &looks.iter().map(|(look, _)| *look).collect::<Vec<_>>()));
    let effects = (0..).zip(&looks).map(|(place, (look, sides))| {
        let p = randomised.as_ref().map(|randomised: &Randomised| randomised.p[place]);
        (*look, measured(&panel, sides, p, level))
    });
    let effects: Vec<(Look, Effect)> = effects.collect();
    let placebos = placebos(&effects);
    Ok(Comparison {
        rank: rank(effect.value(), &placebos),
        effect: effects[0].1.clone(),
        treated_change: effect.treated.value,
        comparison_change: effect.comparison.value,
        group_times: group_times(&panel),
        events: events(&effects),
        pre_trend: pre_trend(&panel, &looks, randomised.as_ref(), level),
        placebos,
        treated,
        comparisons,
        left_out: panel.left_out,
        inference: randomised.map_or(Inference::Clustered, |randomised| randomised.inference()),
    })
}

impl Randomised {
    fn inference(&self) -> Inference {
        Inference::Randomised { assignments: self.assignments, exact: self.exact, smallest_p: self.smallest_p }
    }
}

/// The effect, every event and every placebo date that the months allow, in that order.
fn looks(panel: &Panel) -> Vec<(Look, Sides)> {
    let apart = |keep: &dyn Fn(i64) -> bool| -> BTreeSet<i64> {
        let dates = panel.dates();
        let apart = dates.iter().flat_map(|date| panel.months.iter().filter_map(|month| month.checked_sub(*date)));
        apart.filter(|&months| keep(months)).collect()
    };
    let events = apart(&|months| months != -1).into_iter().map(Look::Event);
    let placebos = apart(&|months| months < 0).into_iter().rev().map(|months| Look::Placebo(months.saturating_neg()));
    let all = std::iter::once(Look::Effect).chain(events).chain(placebos);
    all.filter_map(|look| Some((look, Sides::new(panel, look)?))).collect()
}

/// An effect with its p by randomisation, or with its interval between units.
fn measured(panel: &Panel, sides: &Sides, randomised: Option<Option<f64>>, level: f64) -> Effect {
    let few = sides.treated.clusters() < LEAST_UNITS || sides.comparison.clusters() < LEAST_UNITS;
    let spread = match randomised.is_some() || few {
        true => Err(Undefined::FewUnits),
        false => sides.spread(ROUNDING * panel.scale),
    };
    let effect = clustered(sides.value(), spread, sides, level);
    match randomised {
        Some(p) => Effect { p: p.ok_or(Undefined::FewUnits), ..effect },
        None => effect,
    }
}

/// An effect with its interval between units.
fn clustered(value: f64, spread: Result<Spread, Undefined>, sides: &Sides, level: f64) -> Effect {
    let half = |spread: Spread| critical(level, spread.df) * spread.standard_error();
    Effect {
        value,
        standard_error: spread.as_ref().ok().map(Spread::standard_error),
        df: spread.as_ref().ok().and_then(|spread| finite(spread.df)),
        limits: spread.clone().map(|spread| symmetric(value, half(spread))),
        p: spread.map(|spread| two_sided_p(value / spread.standard_error(), spread.df)),
        treated: sides.treated.clusters(),
        comparisons: sides.comparison.clusters(),
    }
}

fn events(effects: &[(Look, Effect)]) -> Vec<Event> {
    let events = effects.iter().filter_map(|(look, effect)| match *look {
        Look::Event(month) => Some(Event { month, effect: effect.clone() }),
        _ => None,
    });
    events.collect()
}

fn placebos(effects: &[(Look, Effect)]) -> Vec<Placebo> {
    let placebos = effects.iter().filter_map(|(look, effect)| match *look {
        Look::Placebo(earlier) => Some(Placebo { earlier, effect: effect.clone() }),
        _ => None,
    });
    placebos.collect()
}

fn rank(effect: f64, placebos: &[Placebo]) -> Option<Rank> {
    let as_large = placebos.iter().filter(|placebo| placebo.effect.value.abs() >= effect.abs()).count();
    (!placebos.is_empty()).then_some(Rank { place: as_large + 1, of: placebos.len() + 1 })
}

fn group_times(panel: &Panel) -> Vec<GroupTime> {
    let dates = panel.dates();
    let cells =
        dates.iter().flat_map(|&date| panel.months.iter().filter(move |&&m| m >= date).map(move |&m| (date, m)));
    let at = |(reform, month)| {
        Some(GroupTime { reform, month, value: Sides::of(panel, Look::Month(month), &[reform])?.value() })
    };
    cells.filter_map(at).collect()
}

fn pre_trend(
    panel: &Panel,
    looks: &[(Look, Sides)],
    randomised: Option<&Randomised>,
    level: f64,
) -> Result<PreTrend, Undefined> {
    let leads = looks.iter().filter_map(|(look, sides)| match *look {
        Look::Event(month) if month < -1 => Some((month, sides)),
        _ => None,
    });
    let leads: Vec<_> = leads.collect();
    match randomised {
        None => leads::pre_trend(panel, &leads, level),
        Some(randomised) => leads::randomised(&leads, randomised),
    }
}
