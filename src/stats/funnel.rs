//! The funnel: how far a unit's figure may lie from all units' without being more than chance.
//!
//! Limits at 95 % and 99.8 % around the figure of all, narrow where a unit has many rows. Where units differ by more
//! than their rows explain, for reasons no unit answers for, the limits are widened (Spiegelhalter 2005, Stat. Med.
//! 24:1185), or half of all would be outside. A place outside is a question to the unit, not an answer.

use super::interval::{Interval, critical, poisson};
use super::{RateCount, ShareCount, Unit};
use crate::error::Undefined;
use statrs::distribution::{DiscreteCDF, Poisson};

/// The levels of the inner and the outer limits.
pub const LEVELS: [f64; 2] = [0.95, 0.998];

/// The part of units at either end whose z is pulled in.
const WINSORISED: f64 = 0.1;

/// What is made of units that differ by more than their rows explain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overdispersion {
    /// Nothing: limits are those of chance alone.
    Ignored,
    /// Every standard error is `sqrt(phi)` times as long.
    Multiplicative,
    /// Units differ by a variance of their own, `tau2`, which also large units have.
    Additive,
}

/// A funnel and every unit's place in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Funnel {
    /// The figure of all units.
    pub centre: f64,
    /// The mean squared z, winsorised; chance alone gives less than 1.
    pub phi: f64,
    /// The variance between units that widens the limits.
    ///
    /// 0 unless [`Overdispersion::Additive`].
    pub tau2: f64,
    /// By unit, in the order given; absent where a unit has nothing to be placed by.
    pub units: Vec<Option<Placed>>,
    /// The method in words.
    pub method: &'static str,
}

/// A unit in the funnel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placed {
    /// Its figure.
    pub value: f64,
    /// The distance from the centre in standard errors, widened as the limits are.
    pub z: f64,
    /// The limits at 95 %.
    pub inner: Interval,
    /// The limits at 99.8 %.
    pub outer: Interval,
    /// Where it lies; a figure at a limit is inside it.
    pub place: Place,
}

/// Where a unit lies, lowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// Below the limits at 99.8 %.
    FarBelow,
    /// Below those at 95 %.
    Below,
    /// Within those at 95 %.
    Inside,
    /// Above those at 95 %.
    Above,
    /// Above those at 99.8 %.
    FarAbove,
}

/// The funnel of a share by unit.
///
/// # Formula
///
/// ```text
/// centre = p = sum hits / sum n,   limits_i = p -+ z sqrt(p (1 - p) / n_i), held to [0, 1]
/// ```
///
/// which are the limits of Public Health England's `phe_funnels`, and where `z` is 1.96 and 3.09, widened as of
/// [`estimates`].
///
/// # Undefined
///
/// `FewUnits` if fewer than two units have rows; `NoVariation` if all or none of their rows are hits. A unit without
/// rows has no place.
///
/// # Example
///
/// ```
/// use giamtang::stats::ShareCount;
/// use giamtang::stats::funnel::{Overdispersion, Place, shares};
///
/// // One half of 200: the standard error of 100 rows is 0.05, and 0.62 is 2.4 of them above.
/// let units = [(38, 100), (62, 100)].map(|(hits, n)| ShareCount { hits, n });
/// let unit = shares(&units, Overdispersion::Ignored).unwrap().units[1].unwrap();
/// assert!((unit.z - 2.4).abs() < 1e-12 && unit.place == Place::Above);
/// ```
pub fn shares(counts: &[ShareCount], overdispersion: Overdispersion) -> Result<Funnel, Undefined> {
    let sums = counts.iter().fold((0u128, 0u128), |(x, n), c| (x + u128::from(c.hits), n + u128::from(c.n)));
    let centre = sums.0 as f64 / sums.1 as f64;
    let row = (centre * (1.0 - centre)).sqrt();
    let unit = |c: &ShareCount| Some(Unit { value: c.share()?, standard_error: row / (c.n as f64).sqrt() });
    let units: Vec<_> = counts.iter().map(unit).collect();
    Shape::of(&units, centre, overdispersion)?.funnel(&units, Interval { low: 0.0, high: 1.0 })
}

/// The funnel of events per exposure by unit.
///
/// # Formula
///
/// ```text
/// centre = u = sum events / sum exposure,   z_i = (u_i - u) / sqrt(u / e_i)
/// limits_i = x / e_i,   x the fewest and the most events with P(X <= x), P(X >= x) at least (1 - level) / 2
/// ```
///
/// where `X` is Poisson's with the mean `u e_i`, so a unit is inside as long as the exact limits of its events
/// ([`poisson`]) hold that mean: Public Health England's funnel of rates, see [`exposures`]. Where limits are widened as of [`estimates`] with the standard error `sqrt(u / e_i)`, the wider of the
/// two holds on each side: for few events the normal limits are too narrow.
///
/// # Undefined
///
/// As of [`shares`]; a unit without exposure has no place.
///
/// # Example
///
/// ```
/// use giamtang::stats::RateCount;
/// use giamtang::stats::funnel::{Overdispersion, Place, rates};
///
/// // Two complaints a unit are expected: 5 or more come to 5.3 % of units, 6 or more to 1.7 %.
/// let units = [0, 0, 0, 0, 5, 1, 6, 4].map(|events| RateCount { events, exposure: 1.0 });
/// let funnel = rates(&units, Overdispersion::Ignored).unwrap();
/// assert_eq!((funnel.centre, funnel.units[0].unwrap().inner.high), (2.0, 5.0));
/// assert_eq!([4, 6].map(|unit| funnel.units[unit].unwrap().place), [Place::Inside, Place::Above]);
/// ```
pub fn rates(counts: &[RateCount], overdispersion: Overdispersion) -> Result<Funnel, Undefined> {
    let exposed = counts.iter().filter(|c| c.rate().is_some());
    let (events, exposure) = exposed.fold((0.0, 0.0), |(o, e), c| (o + c.events as f64, e + c.exposure));
    let centre: f64 = events / exposure;
    let unit = |c: &RateCount| Some(Unit { value: c.rate()?, standard_error: (centre / c.exposure).sqrt() });
    let units: Vec<_> = counts.iter().map(unit).collect();
    let shape = Shape::of(&units, centre, overdispersion)?;
    let mut funnel = shape.funnel(&units, Interval { low: 0.0, high: f64::INFINITY })?;
    for (placed, count) in funnel.units.iter_mut().zip(counts) {
        *placed = placed.map(|unit| {
            let [inner, outer] = LEVELS.map(|level| counted(centre, count.exposure, level));
            if shape.is_chance() {
                Placed::of(unit.value, unit.z, inner, outer)
            } else {
                Placed::of(unit.value, unit.z, wider(unit.inner, inner), wider(unit.outer, outer))
            }
        });
    }
    Ok(funnel)
}

/// The funnel of any figure by unit, around the figure of all.
///
/// # Formula
///
/// ```text
/// z_i = (y_i - centre) / s_i,   phi = mean of z_i^2, z winsorised at its 10 % and 90 % quantiles
/// limits_i = centre -+ z sqrt(max(1, phi)) s_i                      multiplicative
/// limits_i = centre -+ z sqrt(s_i^2 + tau2),
///     tau2 = max(0, (k phi - (k - 1)) / (sum w - sum w^2 / sum w)),   w_i = 1 / s_i^2      additive
/// ```
///
/// over `k` units with the standard errors `s_i`. Winsorising, so that the units to be found do not widen the limits
/// they are held to, is Spiegelhalter's 2005 (Stat. Med. 24:1185); the additive variance is DerSimonian and Laird's 1986
/// as used by Spiegelhalter et al. 2012 (JRSS A 175:1). The quantiles are of type 7. Limits are never narrower than
/// chance.
///
/// # Undefined
///
/// `FewUnits` if fewer than two units have an error above zero; `NoBase` if the centre is not a number.
///
/// # Example
///
/// ```
/// use giamtang::stats::Unit;
/// use giamtang::stats::funnel::{Overdispersion, estimates};
///
/// // z is -2 and 2 throughout: phi = 4, and limits twice as wide.
/// let units = [8.0, 12.0, 8.0, 12.0].map(|value| Unit { value, standard_error: 1.0 });
/// let funnel = estimates(&units, 10.0, Overdispersion::Multiplicative).unwrap();
/// assert!((funnel.phi - 4.0).abs() < 1e-12 && (funnel.units[0].unwrap().z + 1.0).abs() < 1e-12);
///
/// // tau2 = (4 * 4 - 3) / (4 - 4 / 4) = 13 / 3.
/// let funnel = estimates(&units, 10.0, Overdispersion::Additive).unwrap();
/// assert!((funnel.tau2 - 13.0 / 3.0).abs() < 1e-12);
/// ```
pub fn estimates(units: &[Unit], centre: f64, overdispersion: Overdispersion) -> Result<Funnel, Undefined> {
    let units: Vec<_> = units.iter().map(|unit| unit.comparable().then_some(*unit)).collect();
    if !centre.is_finite() {
        return Err(Undefined::NoBase);
    }
    let everywhere = Interval { low: f64::NEG_INFINITY, high: f64::INFINITY };
    Shape::of(&units, centre, overdispersion)?.funnel(&units, everywhere)
}

/// The exposures between which so many events lie inside the funnel of a rate.
///
/// # Formula
///
/// ```text
/// low = x_low / rate,   high = x_high / rate
/// ```
///
/// where `x_low`, `x_high` are the exact limits of `events` ([`poisson`]). With less exposure they are more than chance,
/// with more fewer. The funnel of a rate passes through `events / low` and `events / high`: so Public Health England draws it.
///
/// # Undefined
///
/// Absent if the rate is not above zero.
///
/// # Example
///
/// ```
/// use giamtang::stats::funnel::exposures;
///
/// // The upper limit of one event is 5.5716: at two events a week that many are expected in 2.7858 weeks.
/// assert!((exposures(1, 2.0, 0.95).unwrap().high - 2.7858217).abs() < 1e-7);
/// ```
pub fn exposures(events: u64, rate: f64, level: f64) -> Option<Interval> {
    let Interval { low, high } = poisson(events, level);
    (rate.is_finite() && rate > 0.0).then(|| Interval { low: low / rate, high: high / rate })
}

/// The centre and how its limits are widened.
#[derive(Clone, Copy, Debug)]
struct Shape {
    centre: f64,
    phi: f64,
    /// What the squared errors are multiplied by, and what is added to them.
    factor: f64,
    tau2: f64,
    overdispersion: Overdispersion,
}

impl Shape {
    fn of(units: &[Option<Unit>], centre: f64, overdispersion: Overdispersion) -> Result<Self, Undefined> {
        let units: Vec<&Unit> = units.iter().flatten().collect();
        if units.len() < 2 {
            return Err(Undefined::FewUnits);
        }
        if !units.iter().all(|unit| unit.comparable()) {
            return Err(Undefined::NoVariation);
        }
        let z = units.iter().map(|unit| (unit.value - centre) / unit.standard_error);
        let phi = mean_square(&winsorised(z.collect()));
        let (factor, tau2) = match overdispersion {
            Overdispersion::Ignored => (1.0, 0.0),
            Overdispersion::Multiplicative => (phi.max(1.0), 0.0),
            Overdispersion::Additive => (1.0, between(&units, phi)),
        };
        Ok(Self { centre, phi, factor, tau2, overdispersion })
    }

    fn is_chance(&self) -> bool {
        self.factor == 1.0 && self.tau2 == 0.0
    }

    fn funnel(&self, units: &[Option<Unit>], bounds: Interval) -> Result<Funnel, Undefined> {
        Ok(Funnel {
            centre: self.centre,
            phi: self.phi,
            tau2: self.tau2,
            units: units.iter().map(|unit| unit.map(|unit| self.place(&unit, bounds))).collect(),
            method: match self.overdispersion {
                Overdispersion::Ignored => "funnel",
                Overdispersion::Multiplicative => "funnel, multiplicative overdispersion (Spiegelhalter 2005)",
                Overdispersion::Additive => "funnel, additive overdispersion (Spiegelhalter 2012)",
            },
        })
    }

    fn place(&self, unit: &Unit, bounds: Interval) -> Placed {
        let error = (self.factor * unit.standard_error.powi(2) + self.tau2).sqrt();
        let [inner, outer] = LEVELS.map(|level| {
            let half = critical(level, f64::INFINITY) * error;
            Interval { low: (self.centre - half).max(bounds.low), high: (self.centre + half).min(bounds.high) }
        });
        Placed::of(unit.value, (unit.value - self.centre) / error, inner, outer)
    }
}

impl Placed {
    fn of(value: f64, z: f64, inner: Interval, outer: Interval) -> Self {
        let place = match value {
            _ if value < outer.low => Place::FarBelow,
            _ if value < inner.low => Place::Below,
            _ if value > outer.high => Place::FarAbove,
            _ if value > inner.high => Place::Above,
            _ => Place::Inside,
        };
        Self { value, z, inner, outer, place }
    }
}

/// DerSimonian and Laird's variance between units, from the winsorised statistic.
fn between(units: &[&Unit], phi: f64) -> f64 {
    let weights = units.iter().map(|unit| unit.standard_error.powi(-2));
    let (sum, squares) = weights.fold((0.0, 0.0), |(sum, squares), w| (sum + w, squares + w * w));
    let k = units.len() as f64;
    ((k * phi - (k - 1.0)) / (sum - squares / sum)).max(0.0)
}

fn mean_square(z: &[f64]) -> f64 {
    z.iter().map(|z| z * z).sum::<f64>() / z.len() as f64
}

/// Values beyond the 10 % and 90 % quantiles pulled in to them.
fn winsorised(z: Vec<f64>) -> Vec<f64> {
    let mut sorted = z.clone();
    sorted.sort_by(f64::total_cmp);
    let [low, high] = [WINSORISED, 1.0 - WINSORISED].map(|q| quantile(&sorted, q));
    z.into_iter().map(|z| z.clamp(low, high)).collect()
}

/// The quantile of type 7 (Hyndman & Fan 1996): R's and numpy's.
fn quantile(sorted: &[f64], q: f64) -> f64 {
    let at = q * (sorted.len() - 1) as f64;
    let below = at.floor();
    let [low, high] = [below, at.ceil()].map(|place| sorted[place as usize]);
    low + (at - below) * (high - low)
}

/// The fewest and the most events that chance brings, per exposure.
fn counted(rate: f64, exposure: f64, level: f64) -> Interval {
    let (expected, tail) = (rate * exposure, (1.0 - level) / 2.0);
    let Ok(chance) = Poisson::new(expected) else { return Interval { low: 0.0, high: 0.0 } };
    // Nine standard deviations, and nine events where those are few.
    let reach = 9.0 * expected.sqrt() + 9.0;
    let far = [(expected - reach).max(0.0), expected + reach].map(|events| events as u64);
    let fewest = first(far, |events| chance.cdf(events) >= tail);
    let beyond = first(far, |events| events > 0 && chance.sf(events - 1) < tail);
    Interval { low: fewest as f64 / exposure, high: beyond.saturating_sub(1) as f64 / exposure }
}

/// The first number of which it is true, where of all larger ones it is too.
fn first([mut low, mut high]: [u64; 2], is: impl Fn(u64) -> bool) -> u64 {
    while low < high {
        let middle = low + (high - low) / 2;
        if is(middle) { high = middle } else { low = middle + 1 }
    }
    low
}

fn wider(a: Interval, b: Interval) -> Interval {
    Interval { low: a.low.min(b.low), high: a.high.max(b.high) }
}
