//! Quantiles by limits of the curve at the quantile, turned into times.

use super::curve::Curve;
use super::quantile::{Density, Quantile, through};
use super::shape::Shape;
use super::weighted::Weighted;
use crate::error::Undefined;
use crate::stats::interval::{Interval, Limits, critical, finite, wilson};
use crate::stats::variance::{reference_df, spread};
use crate::stats::{ClusterFollowed, ClusterTimes, Dependence, Estimate, share};
use std::sync::Arc;

/// More than this share of the rows at the quantile itself is an atom, if it is more than one row.
const ATOM: f64 = 0.05;

fn is_atom(jump: f64, rows: u64) -> bool {
    jump > ATOM && jump * rows as f64 > 1.5
}

impl Quantile {
    /// The quantile of a whole number that nothing censors, with Woodruff's limits.
    ///
    /// # Formula
    ///
    /// ```text
    /// value      = the smallest x with F(x) >= q,   F(x) = rows up to x / N
    /// low, high  = the smallest x with F(x) >= p_low,  p_high
    /// p_low, p_high = Wilson's limits of the share q on the effective n of the share F(value)
    /// psi_g      = -psi_g(F) / f,   f = (p_high - p_low) / (high - low)
    /// ```
    ///
    /// with the effective n of [`share::interval`]; in large samples `p_high - p_low` is `2 t se(F)`. The value is the
    /// order statistic of type 1 (Hyndman & Fan 1996). Several rows at the value that are more than 5 % of all, or limits
    /// without width, are an atom. Woodruff 1952 (JASA 47:635); limits of the share that stay within 0 and 1, Sitter & Wu 2001
    /// (Stat. Prob. Lett. 52:353).
    ///
    /// # Undefined
    ///
    /// `NoRows` without rows. Inside `limits`: `OneCluster`.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::stats::{ClusterId, ClusterTimes, Dependence, Outcome, TimeCount, survival::Quantile};
    ///
    /// let row = |time| TimeCount { time, outcome: Outcome::Finished, count: 1 };
    /// let visits = ClusterTimes { cluster: ClusterId(1), times: (1..=100).map(row).collect() };
    /// let median = Quantile::woodruff(&[visits], 0.5, Dependence::Independent, 0.95).unwrap();
    /// assert_eq!(median.estimate.value, 50.0);
    /// // Wilson's limits of 50 in 100 are 0.404 and 0.596.
    /// let limits = median.limits.unwrap();
    /// assert_eq!((limits.low, limits.high), (Some(41.0), Some(60.0)));
    /// ```
    pub fn woodruff(cells: &[ClusterTimes], q: f64, dependence: Dependence, level: f64) -> Result<Self, Undefined> {
        Self::woodruff_read(&Arc::new(Shape::Followed(Curve::new(cells)?)), q, dependence, level)
    }

    /// The same of a curve that others are read from too; at a fixed mix, with the mix given.
    pub(crate) fn woodruff_read(
        curve: &Arc<Shape>,
        q: f64,
        dependence: Dependence,
        level: f64,
    ) -> Result<Self, Undefined> {
        let shares = |incidence: &Estimate| wilsons(incidence, q, dependence, level);
        Self::by_shares(curve, Mixed::Given, (q, dependence), shares)
    }

    /// The quantile of a net time whose rows are censored on the elapsed clock.
    ///
    /// # Formula
    ///
    /// ```text
    /// value     = the smallest x with F(x) >= q,   F of Weighted
    /// low, high = the smallest x with F(x) >= p_low,  p_high
    /// 1 - p_low, 1 - p_high = S^exp(+-t se(F) / (S |log S|)),   S = 1 - q
    /// psi_g     = -psi_g(F) / f,   f = (p_high - p_low) / (high - low)
    /// ```
    ///
    /// where `se(F)` is taken at the value, with the influences of [`Weighted`]: log-log limits as Woodruff would have
    /// them. An atom is as in [`Quantile::woodruff`].
    ///
    /// # Undefined
    ///
    /// `NoRows` without rows; `NotReached` if the curve ends below `q`. Inside `limits`: `OneCluster`, `NoVariation`.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::stats::{ClusterFollowed, ClusterId, Dependence, FollowedCount, Outcome, survival::Quantile};
    ///
    /// // Everyone works for 1..=40 days; those of an even number wait ten days besides; seen for 30 days.
    /// let row = |work: u64| match work + 10 * u64::from(work % 2 == 0) {
    ///     elapsed @ 0..30 => FollowedCount { time: work, followed: elapsed, outcome: Outcome::Finished, count: 1 },
    ///     _ => FollowedCount { time: work.min(20), followed: 30, outcome: Outcome::Censored, count: 1 },
    /// };
    /// let office = ClusterFollowed { cluster: ClusterId(1), times: (1..=40).map(row).collect() };
    /// let third = Quantile::weighted(&[office], 0.3, Dependence::Independent, 0.95).unwrap();
    /// assert_eq!(third.estimate.value, 12.0);                       // 12 of 40
    /// ```
    pub fn weighted(cells: &[ClusterFollowed], q: f64, dependence: Dependence, level: f64) -> Result<Self, Undefined> {
        Self::weighted_of(Weighted::new(cells)?, q, dependence, level)
    }

    /// The quantile of a weighted curve.
    pub fn weighted_of(curve: Weighted, q: f64, dependence: Dependence, level: f64) -> Result<Self, Undefined> {
        Self::by_log_log(&Arc::new(Shape::Weighted(curve)), Mixed::AsItIs, (q, dependence), level)
    }

    /// The same of a curve that others are read from too; at a fixed mix, with the mix given.
    pub(super) fn weighted_read(
        curve: &Arc<Shape>,
        q: f64,
        dependence: Dependence,
        level: f64,
    ) -> Result<Self, Undefined> {
        Self::by_log_log(curve, Mixed::Given, (q, dependence), level)
    }

    fn by_log_log(
        curve: &Arc<Shape>,
        mixed: Mixed,
        (q, dependence): (f64, Dependence),
        level: f64,
    ) -> Result<Self, Undefined> {
        let method = method(curve, dependence);
        let shares = |incidence: &Estimate| log_log(incidence, q, dependence, level, method);
        Self::by_shares(curve, mixed, (q, dependence), shares)
    }

    fn by_shares(
        curve: &Arc<Shape>,
        mixed: Mixed,
        (q, dependence): (f64, Dependence),
        shares: impl FnOnce(&Estimate) -> Result<Shares, Undefined>,
    ) -> Result<Self, Undefined> {
        let value = curve.quantile(q).ok_or(Undefined::NotReached)?;
        // Of one cluster nobody knows how clusters differ, so what it does to the curve is not asked for.
        let alone = dependence == Dependence::Clustered && curve.weighing() < 2;
        let incidence = match (alone, mixed) {
            (true, _) => curve.alone(value),
            (false, Mixed::Given) => curve.incidence_at_given_mix(value),
            (false, Mixed::AsItIs) => curve.incidence(value),
        };
        let shares = if alone { Err(Undefined::OneCluster) } else { shares(&incidence) };
        let at = Place { q, value, atom: is_atom(curve.jump(value), incidence.n) };
        let (limits, density) = read(shares, at, |share| curve.quantile(share));
        let estimate = through(incidence, value as f64, density.value());
        Ok(Self { estimate, limits, density, q, curve: curve.clone() })
    }
}

/// How a mix that a curve is held at is taken.
#[derive(Clone, Copy)]
enum Mixed {
    /// Drawn with the clusters, where it is.
    AsItIs,
    /// For given.
    Given,
}

/// Limits of the curve at a quantile.
struct Shares {
    limits: Interval,
    df: f64,
    method: &'static str,
}

fn wilsons(incidence: &Estimate, q: f64, dependence: Dependence, level: f64) -> Result<Shares, Undefined> {
    let effective = share::effective(incidence, dependence)?;
    let limits = wilson(q, effective.n, critical(level, effective.df));
    Ok(Shares { limits, df: effective.df, method: woodruff(dependence) })
}

fn log_log(
    incidence: &Estimate,
    q: f64,
    dependence: Dependence,
    level: f64,
    method: &'static str,
) -> Result<Shares, Undefined> {
    let df = reference_df(incidence, dependence)?;
    let se = spread(incidence, dependence)?.standard_error();
    let log = (-q).ln_1p();
    let stretch = (critical(level, df) * se / ((1.0 - q) * log)).abs().exp();
    let limits = Interval { low: -(log / stretch).exp_m1(), high: -(log * stretch).exp_m1() };
    Ok(Shares { limits, df, method })
}

/// Where a quantile is.
#[derive(Clone, Copy)]
struct Place {
    q: f64,
    value: u64,
    atom: bool,
}

/// Limits of the curve become limits of the time, and the time its density.
fn read(
    shares: Result<Shares, Undefined>,
    Place { q, value, atom }: Place,
    times: impl Fn(f64) -> Option<u64>,
) -> (Result<Limits, Undefined>, Density) {
    let Shares { limits: Interval { low, high }, df, method } = match shares {
        Ok(shares) => shares,
        Err(why) => return (Err(why), if atom { Density::Atom } else { Density::Unknown }),
    };
    let (from, to) = (times(low).map(|t| t as f64), times(high).map(|t| t as f64));
    let density = match (from, to) {
        _ if atom => Density::Atom,
        (Some(from), Some(to)) if to > from => Density::TwoSided((high - low) / (to - from)),
        (Some(_), Some(_)) => Density::Atom,
        (Some(from), None) if value as f64 > from => Density::OneSided((q - low) / (value as f64 - from)),
        _ => Density::Unknown,
    };
    (Ok(Limits { low: from, high: to, df: finite(df), method }), density)
}

fn woodruff(dependence: Dependence) -> &'static str {
    match dependence {
        Dependence::Clustered => "Woodruff, Wilson on the effective n, CR2, Bell-McCaffrey t",
        Dependence::Serial => "Woodruff, Wilson on the effective n, long-run variance by cosines, t",
        Dependence::Independent => "Woodruff, Wilson, independent rows",
    }
}

/// The method of a weighted curve by dependence: clustered, serial, independent.
fn method(curve: &Shape, dependence: Dependence) -> &'static str {
    let Shape::Weighted(curve) = curve else { return curve.band_method(dependence) };
    let names = match (curve.has_fixed_mix(), curve.has_one_clock(), curve.competes()) {
        (false, ..) => [
            "weighted for censoring, log-log at the quantile, CR2, Bell-McCaffrey t",
            "weighted for censoring, log-log at the quantile, long-run variance by cosines, t",
            "weighted for censoring, log-log at the quantile, independent rows",
        ],
        (true, false, _) => [
            "weighted for censoring and to one mix, log-log at the quantile, CR2, Bell-McCaffrey t",
            "weighted for censoring and to one mix, log-log at the quantile, long-run variance by cosines, t",
            "weighted for censoring and to one mix, log-log at the quantile, independent rows",
        ],
        (true, true, false) => [
            "Kaplan-Meier at one mix, log-log at the quantile, CR2, Bell-McCaffrey t",
            "Kaplan-Meier at one mix, log-log at the quantile, long-run variance by cosines, t",
            "Kaplan-Meier at one mix, log-log at the quantile, independent rows",
        ],
        (true, true, true) => [
            "Aalen-Johansen at one mix, log-log at the quantile, CR2, Bell-McCaffrey t",
            "Aalen-Johansen at one mix, log-log at the quantile, long-run variance by cosines, t",
            "Aalen-Johansen at one mix, log-log at the quantile, independent rows",
        ],
    };
    match dependence {
        Dependence::Clustered => names[0],
        Dependence::Serial => names[1],
        Dependence::Independent => names[2],
    }
}
