//! A unit's figure drawn towards that of all units, as far as its own rows leave it uncertain.
//!
//! Of many units the best and the worst by their raw figures are mostly small ones with luck. The empirical-Bayes figure
//! stands beside the raw one: near it for a large unit, near the mean of all for a small one.

use super::interval::{Interval, critical, symmetric};
use super::{ShareCount, Unit};
use crate::error::Undefined;

/// Fewer units than this say nothing of how units differ.
pub const LEAST_UNITS: usize = 4;

/// How units differ, and each unit's figure in the light of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Shrinkage {
    /// The mean of units; of shares on their own scale.
    pub centre: f64,
    /// The variance of true figures between units; of shares on the arcsine scale.
    pub tau2: f64,
    /// By unit, in the order given; absent where a unit has no figure or no error.
    pub units: Vec<Option<Shrunk>>,
    /// The method in words.
    pub method: &'static str,
}

/// A unit's figure, raw and drawn to the mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shrunk {
    /// The figure as counted.
    pub raw: f64,
    /// The empirical-Bayes figure.
    pub value: f64,
    /// What the unit's own figure weighs in it, from 0 to 1.
    pub weight: f64,
    /// The interval of the true figure.
    pub limits: Interval,
}

/// Empirical-Bayes figures, normal with normal.
///
/// # Formula
///
/// ```text
/// y_i ~ N(theta_i, s_i^2),   theta_i ~ N(mu, tau2),   W_i = 1 / (s_i^2 + tau2),   mu = sum W y / sum W
/// sum W_i (y_i - mu)^2 = k - 1   gives tau2, 0 if the sum is less at 0
/// B_i     = (k - 3) / (k - 1) s_i^2 W_i,   weight_i = 1 - B_i,   value_i = y_i - B_i (y_i - mu)
/// V_i     = s_i^2 (1 - (1 - h_i) B_i) + 2 / (k - 3) B_i^2 (s2 + tau2) W_i (y_i - mu)^2
/// limits  = value_i -+ z sqrt(V_i)
/// ```
///
/// over `k` units, `h_i = W_i / sum W`, `s2 = sum W s^2 / sum W`. The variance between units is Paule and Mandel's
/// (1982; DerSimonian & Kacker 2007, Contemp. Clin. Trials 28:105); figures and intervals are those of Morris 1983 (JASA
/// 78:47, section 5), which count in that mean and variance are estimated. Even if units seem alike a unit keeps some
/// weight of its own, for that too is only an estimate.
///
/// # Undefined
///
/// `FewUnits` if fewer than four units have a figure with an error above zero.
///
/// # Example
///
/// ```
/// use giamtang::stats::{Unit, shrinkage};
///
/// // Mean 10, squares 16 + 4 + 0 + 4 + 16 = 40 over variance 10 is k - 1 = 4: tau2 = 9. B = 2/4 * 1/10 = 0.05.
/// let units = [6.0, 8.0, 10.0, 12.0, 14.0].map(|value| Unit { value, standard_error: 1.0 });
/// let shrunk = shrinkage::estimates(&units, 0.95).unwrap();
/// assert!((shrunk.centre - 10.0).abs() < 1e-12 && (shrunk.tau2 - 9.0).abs() < 1e-9);
/// let first = shrunk.units[0].unwrap();
/// assert!((first.weight - 0.95).abs() < 1e-9 && (first.value - 6.2).abs() < 1e-9);
/// ```
pub fn estimates(units: &[Unit], level: f64) -> Result<Shrinkage, Undefined> {
    let units: Vec<_> = units.iter().map(|unit| unit.comparable().then_some(*unit)).collect();
    let prior = Prior::of(&units.iter().flatten().copied().collect::<Vec<_>>())?;
    let shrunk = units.iter().map(|unit| unit.map(|unit| prior.shrunk(&unit, level)));
    let method = "empirical Bayes, Paule-Mandel variance, Morris 1983 intervals";
    Ok(Shrinkage { centre: prior.mean, tau2: prior.tau2, units: shrunk.collect(), method })
}

/// Empirical-Bayes shares.
///
/// # Formula
///
/// [`estimates`] on the arcsine scale ([`Unit::arcsine`]) and back.
///
/// On that scale the error of a share depends on the rows alone, so a unit with all or none of its rows is drawn in as
/// much as another of its size; Efron & Morris 1975 (JASA 70:311) do the same. `centre` is the mean of units read back,
/// not the share of all rows.
///
/// # Undefined
///
/// `FewUnits` if fewer than four units have rows.
///
/// # Example
///
/// ```
/// use giamtang::stats::{ShareCount, shrinkage};
///
/// let units = [(3, 3), (160, 200), (130, 200), (180, 200), (150, 200)].map(|(hits, n)| ShareCount { hits, n });
/// let shares = shrinkage::shares(&units, 0.95).unwrap();
/// let [small, large] = [0, 3].map(|unit| shares.units[unit].unwrap());
/// assert_eq!((small.raw, large.raw), (1.0, 0.9));
/// assert!(small.value < large.value);              // three of three is not the best
/// assert!(small.limits.high <= 1.0);
/// ```
pub fn shares(counts: &[ShareCount], level: f64) -> Result<Shrinkage, Undefined> {
    let units: Vec<_> = counts.iter().map(|count| Unit::arcsine(*count)).collect();
    let prior = Prior::of(&units.iter().flatten().copied().collect::<Vec<_>>())?;
    let back = Unit::from_arcsine;
    let share = |(unit, count): (&Option<Unit>, &ShareCount)| {
        let Shrunk { value, weight, limits: Interval { low, high }, .. } = prior.shrunk(unit.as_ref()?, level);
        Some(Shrunk {
            raw: count.share()?,
            value: back(value),
            weight,
            limits: Interval { low: back(low), high: back(high) },
        })
    };
    Ok(Shrinkage {
        centre: back(prior.mean),
        tau2: prior.tau2,
        units: units.iter().zip(counts).map(share).collect(),
        method: "empirical Bayes on the arcsine scale, Paule-Mandel variance, Morris 1983 intervals",
    })
}

/// The variance of true figures between units, by Paule and Mandel.
///
/// # Formula
///
/// ```text
/// tau2 such that sum (y_i - mu)^2 / (s_i^2 + tau2) = k - 1;   0 if the sum is less at 0
/// ```
///
/// with `mu` weighted by `1 / (s_i^2 + tau2)`. By Newton's steps from 0, which never pass the root.
///
/// # Undefined
///
/// `FewUnits` if fewer than two units have a figure with an error above zero.
///
/// # Example
///
/// ```
/// use giamtang::stats::{Unit, shrinkage::paule_mandel};
///
/// let units = [1.0, 3.0].map(|value| Unit { value, standard_error: 1.0 });
/// assert!((paule_mandel(&units).unwrap() - 1.0).abs() < 1e-12);       // 2 / (1 + tau2) = 1
/// ```
pub fn paule_mandel(units: &[Unit]) -> Result<f64, Undefined> {
    let units: Vec<_> = units.iter().copied().filter(Unit::comparable).collect();
    if units.len() < 2 {
        return Err(Undefined::FewUnits);
    }
    let least = (units.len() - 1) as f64;
    let mut tau2 = 0.0;
    for _ in 0..200 {
        let mean = Prior::mean(&units, tau2).0;
        let terms = units.iter().map(|unit| (weight(unit, tau2), (unit.value - mean).powi(2)));
        let (sum, slope) = terms.fold((0.0, 0.0), |(sum, slope), (w, d)| (sum + w * d, slope + w * w * d));
        let step = (sum - least) / slope;
        if step.is_nan() || step <= 1e-15 * tau2 {
            break;
        }
        tau2 += step;
    }
    Ok(tau2)
}

/// How true figures lie between units.
struct Prior {
    units: f64,
    mean: f64,
    tau2: f64,
    /// Sum of `W`, and the mean of squared errors by `W`.
    weights: f64,
    error2: f64,
}

impl Prior {
    fn of(units: &[Unit]) -> Result<Self, Undefined> {
        if units.len() < LEAST_UNITS {
            return Err(Undefined::FewUnits);
        }
        let tau2 = paule_mandel(units)?;
        let (mean, weights) = Self::mean(units, tau2);
        let error2 = units.iter().map(|unit| weight(unit, tau2) * unit.standard_error.powi(2)).sum::<f64>() / weights;
        Ok(Self { units: units.len() as f64, mean, tau2, weights, error2 })
    }

    /// The weighted mean and the sum of weights.
    fn mean(units: &[Unit], tau2: f64) -> (f64, f64) {
        let weighted = units.iter().map(|unit| (weight(unit, tau2), unit.value));
        let (sum, weights) = weighted.fold((0.0, 0.0), |(sum, weights), (w, y)| (sum + w * y, weights + w));
        (sum / weights, weights)
    }

    fn shrunk(&self, unit: &Unit, level: f64) -> Shrunk {
        let (w, v) = (weight(unit, self.tau2), unit.standard_error.powi(2));
        let distance = unit.value - self.mean;
        let drawn = (self.units - 3.0) / (self.units - 1.0) * v * w;
        let uncertain = 2.0 / (self.units - 3.0) * drawn.powi(2) * (self.error2 + self.tau2) * w;
        let variance = v * (1.0 - (1.0 - w / self.weights) * drawn) + uncertain * distance.powi(2);
        let value = unit.value - drawn * distance;
        let limits = symmetric(value, critical(level, f64::INFINITY) * variance.sqrt());
        Shrunk { raw: unit.value, value, weight: 1.0 - drawn, limits }
    }
}

fn weight(unit: &Unit, tau2: f64) -> f64 {
    1.0 / (unit.standard_error.powi(2) + tau2)
}
