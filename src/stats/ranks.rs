//! Ranks, and how little they are often worth.
//!
//! A unit's rank is at best one more than the number of units surely better, at worst the number of units less those
//! surely worse. "Surely" is Tukey's comparison of all pairs at once, so that all intervals of a table hold together.

use super::{ShareCount, Unit};
use crate::error::Undefined;
use statrs::distribution::{Continuous, ContinuousCDF, Normal};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Which figure has rank 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Best {
    /// The highest.
    Highest,
    /// The lowest.
    Lowest,
}

/// A unit's rank and the ranks that may be its true one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ranked {
    /// The rank of its figure; equal figures share the best of their ranks.
    pub rank: usize,
    /// The best rank it may have.
    pub best: usize,
    /// The worst rank it may have.
    pub worst: usize,
}

/// The ranks of units, with intervals that hold for all units at once.
///
/// # Formula
///
/// ```text
/// best_i  = 1 + units surely better,   worst_i = k - units surely worse
/// j is surely better than i if y_j lies on the better side and |y_i - y_j| > q / sqrt(2) sqrt(s_i^2 + s_j^2)
/// ```
///
/// where `q` is the quantile [`range_quantile`] of the range of `k` normals at `level`. Tukey 1953, Kramer 1956; that
/// all pairs hold for unequal errors is Hayter 1984 (Ann. Stat. 12:61). Ranks from pairs are Mohamad, van Zwet & Goeman
/// 2019 (arXiv 1812.05507). Nothing is drawn at random.
///
/// # Undefined
///
/// `FewUnits` if fewer than two units have a figure with an error above zero; those that have none have no rank.
///
/// # Example
///
/// ```
/// use giamtang::stats::{Unit, ranks::{Best, Ranked, estimates}};
///
/// // Three units: q = 3.314, so figures with the error 1 must differ by more than 3.314.
/// let units = [10.0, 12.0, 14.0].map(|value| Unit { value, standard_error: 1.0 });
/// let ranks = estimates(&units, Best::Highest, 0.95).unwrap();
/// assert_eq!(ranks[0], Some(Ranked { rank: 3, best: 2, worst: 3 }));       // 14 is surely better than 10
/// assert_eq!(ranks[1], Some(Ranked { rank: 2, best: 1, worst: 3 }));       // 12 may be any
/// ```
pub fn estimates(units: &[Unit], best: Best, level: f64) -> Result<Vec<Option<Ranked>>, Undefined> {
    let units: Vec<_> = units.iter().map(|unit| unit.comparable().then_some((unit.value, *unit))).collect();
    ranked(&units, best, level)
}

/// The ranks of units by a share.
///
/// # Formula
///
/// Ranked by the share, compared as of [`estimates`] on the arcsine scale ([`Unit::arcsine`]): three rows of three have
/// an error there.
///
/// # Undefined
///
/// `FewUnits` if fewer than two units have rows.
///
/// # Example
///
/// ```
/// use giamtang::stats::{ShareCount, ranks::{Best, Ranked, shares}};
///
/// let units = [(3, 3), (900, 1000), (600, 1000)].map(|(hits, n)| ShareCount { hits, n });
/// let ranks = shares(&units, Best::Highest, 0.95).unwrap();
/// assert_eq!(ranks[0], Some(Ranked { rank: 1, best: 1, worst: 3 }));
/// assert_eq!(ranks[2], Some(Ranked { rank: 3, best: 2, worst: 3 }));
/// ```
pub fn shares(counts: &[ShareCount], best: Best, level: f64) -> Result<Vec<Option<Ranked>>, Undefined> {
    let unit = |count: &ShareCount| Some((count.share()?, Unit::arcsine(*count)?));
    ranked(&counts.iter().map(unit).collect::<Vec<_>>(), best, level)
}

/// The quantile of the range of so many independent standard normals.
///
/// # Formula
///
/// ```text
/// q such that k integral phi(x) (Phi(x + q) - Phi(x))^(k - 1) dx = level
/// ```
///
/// where `x` is the smallest: the studentized range with infinite degrees of freedom (Tukey 1953). By the trapezoid
/// rule, which for such an integrand is exact to the last digits, and bisection; `k >= 2` and `0 < level < 1`.
///
/// # Example
///
/// ```
/// use giamtang::stats::ranks::range_quantile;
///
/// // Of two the range is sqrt(2) |z|; of three it is printed in every table as 3.314.
/// assert!((range_quantile(2, 0.95) - 2f64.sqrt() * 1.959963985).abs() < 1e-8);
/// assert!((range_quantile(3, 0.95) - 3.314).abs() < 5e-4);
/// ```
pub fn range_quantile(k: usize, level: f64) -> f64 {
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    *known.entry((k, level.to_bits())).or_insert_with(|| by_bisection(k, level))
}

/// Quantiles by units and level: a study asks the same of each of its KPIs, and the integral takes 13 ms.
static KNOWN: Mutex<BTreeMap<(usize, u64), f64>> = Mutex::new(BTreeMap::new());

fn by_bisection(k: usize, level: f64) -> f64 {
    let normal = Normal::standard();
    let nodes: Vec<_> = (-720..=720).map(|i| f64::from(i) / 80.0).map(|x| (x, normal.pdf(x), normal.cdf(x))).collect();
    let within = |q: f64| {
        let part = |&(x, pdf, cdf): &(f64, f64, f64)| pdf * (normal.cdf(x + q) - cdf).powf(k as f64 - 1.0);
        k as f64 * nodes.iter().map(part).sum::<f64>() / 80.0
    };
    let (mut low, mut high) = (0.0, 40.0);
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if within(middle) < level { low = middle } else { high = middle }
    }
    (low + high) / 2.0
}

/// The ranks of figures, each beside the unit it is compared as.
fn ranked(units: &[Option<(f64, Unit)>], best: Best, level: f64) -> Result<Vec<Option<Ranked>>, Undefined> {
    let there: Vec<_> = units.iter().flatten().collect();
    if there.len() < 2 {
        return Err(Undefined::FewUnits);
    }
    let surely = range_quantile(there.len(), level) / 2f64.sqrt();
    let sign = if best == Best::Highest { 1.0 } else { -1.0 };
    let rank = |(value, unit): &(f64, Unit)| {
        let (mut ahead, mut better, mut worse) = (0, 0, 0);
        for (other_value, other) in &there {
            let apart = surely * unit.standard_error.hypot(other.standard_error);
            let lead = sign * (other.value - unit.value);
            ahead += usize::from(sign * (other_value - value) > 0.0);
            better += usize::from(lead > apart);
            worse += usize::from(-lead > apart);
        }
        let rank = 1 + ahead;
        // Shares are ranked on their own scale and compared on another, where few rows lie further in.
        Ranked { rank, best: (1 + better).min(rank), worst: (there.len() - worse).max(rank) }
    };
    Ok(units.iter().map(|unit| unit.as_ref().map(rank)).collect())
}
