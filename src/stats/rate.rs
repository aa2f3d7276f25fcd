//! A rate per population, standardised directly.

use super::interval::{Interval, count};
use crate::error::Undefined;

/// Events and population of one stratum, and what the stratum weighs in the standard population.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stratum {
    /// Events.
    pub events: u64,
    /// Those to whom they could happen, above zero.
    pub population: f64,
    /// The stratum's size in the standard population; any unit.
    pub weight: f64,
}

/// A directly standardised rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standardised {
    /// The rate per head of the standard population.
    pub value: f64,
    /// Dobson's limits.
    pub limits: Interval,
    /// Events in all strata.
    pub events: u64,
}

/// Fewer events than this have no standardised rate.
pub const LEAST_EVENTS: u64 = 10;

/// The rate that the standard population would have, and Dobson's limits.
///
/// # Formula
///
/// ```text
/// value = sum w_i O_i / n_i / sum w_i,   V = sum w_i^2 O_i / n_i^2 / (sum w_i)^2
/// low, high = value + sqrt(V / O) (O_low - O),  value + sqrt(V / O) (O_high - O)
/// ```
///
/// where `O = sum O_i` and `O_low`, `O_high` are [`super::interval::count`]'s. Dobson, Kuulasmaa, Eberle & Scherer 1991
/// (Stat. Med. 10:457); the rule of ten is Public Health England's.
///
/// # Undefined
///
/// `FewEvents` with fewer than ten events; `NoBase` if a population or the sum of weights is not above zero.
///
/// # Example
///
/// ```
/// use giamtang::stats::{interval::count, rate::{Stratum, direct}};
///
/// // Equal rates in both strata: the mix is nothing, and the limits are those of the count.
/// let strata = [Stratum { events: 40, population: 400.0, weight: 1.0 }, Stratum { events: 60, population: 600.0, weight: 1.5 }];
/// let rate = direct(&strata, 0.95).unwrap();
/// assert!((rate.value - 0.1).abs() < 1e-15);
/// assert!((rate.limits.high - count(100, 0.95).high / 1000.0).abs() < 1e-12);
/// ```
pub fn direct(strata: &[Stratum], level: f64) -> Result<Standardised, Undefined> {
    let events: u64 = strata.iter().map(|stratum| stratum.events).sum();
    let weights: f64 = strata.iter().map(|stratum| stratum.weight).sum();
    let peopled = strata.iter().all(|stratum| stratum.population > 0.0);
    match (peopled && weights > 0.0, events >= LEAST_EVENTS) {
        (false, _) => return Err(Undefined::NoBase),
        (_, false) => return Err(Undefined::FewEvents),
        (true, true) => {}
    }
    let share = |stratum: &Stratum| stratum.weight / weights / stratum.population;
    let value = strata.iter().map(|stratum| share(stratum) * stratum.events as f64).sum::<f64>();
    let variance = strata.iter().map(|stratum| share(stratum).powi(2) * stratum.events as f64).sum::<f64>();
    let scale = (variance / events as f64).sqrt();
    let counted = count(events, level);
    let limit = |limit: f64| value + scale * (limit - events as f64);
    Ok(Standardised { value, limits: Interval { low: limit(counted.low), high: limit(counted.high) }, events })
}
