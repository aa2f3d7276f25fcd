//! The time by which a share of the rows has finished.

use super::curve::{Curve, reaches};
use super::shape::Shape;
use super::walk::Walk;
use crate::error::Undefined;
use crate::stats::interval::{Limits, critical, finite};
use crate::stats::variance::reference_df;
use crate::stats::{ClusterTimes, Dependence, Estimate};
use std::sync::Arc;

/// A quantile of the time to finish, with its limits.
///
/// # Formula
///
/// ```text
/// value  = the smallest t with F(t) >= q
/// limits = the smallest t with F_high(t) >= q,  the smallest t with F_low(t) >= q
/// 1 - F_low, 1 - F_high = S^exp(+-t se(F) / (S |log S|)),   S = 1 - F
/// psi_g  = -psi_g(F) / f,   f = 2 t se(F) / (high - low)
/// ```
///
/// where `se(F)` is cluster-robust (CR2) with `t` on the degrees of freedom that [`crate::stats::mean::interval`]
/// would have for the curve at the value, or, independent, the sum of squares over rows with normal `t`. Brookmeyer &
/// Crowley 1982 (Biometrics 38:29).
///
/// *Ties*: the smallest time at which the curve is at or beyond `q`, as lifelines does; R's `survfit` takes the middle
/// of the flat stretch where the curve meets `q` exactly. *At* allows 1e-10 for rounding, less than one row of any log.
/// Limits take the first crossing, as R and lifelines do.
///
/// Where nothing is censored see [`Quantile::woodruff`]; where pauses make a row younger than its follow-up,
/// [`Quantile::weighted`].
#[derive(Clone, Debug, PartialEq)]
pub struct Quantile {
    /// The time in seconds; influences are empty unless the density is known.
    pub estimate: Estimate,
    /// The log-log interval; an upper limit the curve does not reach is absent.
    pub limits: Result<Limits, Undefined>,
    /// The slope of the curve at the quantile, as the interval shows it.
    pub density: Density,
    /// The share asked for, in (0, 1).
    pub q: f64,
    /// The curve the quantile was read from.
    pub curve: Arc<Shape>,
}

/// How steep the curve is at a quantile, per second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Density {
    /// From both limits.
    TwoSided(f64),
    /// From the lower limit alone: the upper one is open.
    OneSided(f64),
    /// The interval has no width: too many rows share one time.
    ///
    /// Changes are tested through F.
    Atom,
    /// There is no interval to take it from.
    Unknown,
}

impl Density {
    /// The density, if there is one.
    pub fn value(self) -> Option<f64> {
        match self {
            Self::TwoSided(density) | Self::OneSided(density) => Some(density),
            Self::Atom | Self::Unknown => None,
        }
    }
}

impl Quantile {
    /// The quantile of the rows of one window.
    ///
    /// # Undefined
    ///
    /// `NoRows` without rows; `NotReached` if the curve ends below `q`. Inside `limits`: `OneCluster`, `NoVariation`.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::stats::{ClusterId, ClusterTimes, Dependence, Outcome, TimeCount, survival::Quantile};
    ///
    /// let office = |id: u32| ClusterTimes {
    ///     cluster: ClusterId(id),
    ///     times: (1..=9).map(|day| TimeCount {
    ///         time: 10 * day + u64::from(7 * id % 20),
    ///         outcome: if day == 9 { Outcome::Censored } else { Outcome::Finished },
    ///         count: 1,
    ///     }).collect(),
    /// };
    /// let offices: Vec<ClusterTimes> = (0..12).map(office).collect();
    /// let median = Quantile::new(&offices, 0.5, Dependence::Clustered, 0.95).unwrap();
    /// assert_eq!(median.estimate.value, 58.0);
    /// let limits = median.limits.unwrap();
    /// assert_eq!((limits.low, limits.high), (Some(53.0), Some(64.0)));
    /// ```
    pub fn new(cells: &[ClusterTimes], q: f64, dependence: Dependence, level: f64) -> Result<Self, Undefined> {
        Self::of(Curve::new(cells)?, q, dependence, level)
    }

    /// The quantile of a curve.
    pub fn of(curve: Curve, q: f64, dependence: Dependence, level: f64) -> Result<Self, Undefined> {
        Self::read(&Arc::new(Shape::Followed(curve)), q, dependence, level)
    }

    /// The quantile of a curve that others are read from too: as [`Quantile::of`] or [`Quantile::weighted_of`].
    pub(crate) fn read(shape: &Arc<Shape>, q: f64, dependence: Dependence, level: f64) -> Result<Self, Undefined> {
        let Shape::Followed(curve) = &**shape else { return Self::weighted_read(shape, q, dependence, level) };
        let step = curve.first_at(q).ok_or(Undefined::NotReached)?;
        let value = curve.steps[step].point.time as f64;
        if dependence == Dependence::Clustered && curve.weighing() < 2 {
            // Nobody knows how clusters differ, and what the walk would find is not asked for.
            let estimate = through(curve.estimate(value, std::iter::empty(), 0.0), value, None);
            let (limits, density) = (Err(Undefined::OneCluster), Density::Unknown);
            return Ok(Self { estimate, limits, density, q, curve: shape.clone() });
        }
        let mut walk = Walk::new(curve);
        walk.advance(step);
        let incidence =
            curve.estimate(curve.steps[step].point.incidence, walk.influences(), walk.independent_variance());
        let reading = Reading::new(&incidence, dependence, level);
        let limits = reading.as_ref().map_err(Undefined::clone).and_then(|reading| reading.limits(curve, q, step));
        let density = match (&limits, &reading) {
            (Ok(limits), Ok(reading)) => reading.density(&walk, value, limits),
            _ => Density::Unknown,
        };
        let estimate = through(incidence, value, density.value());
        Ok(Self { estimate, limits, density, q, curve: shape.clone() })
    }

    /// Whether too many rows share the quantile's time for it to have a width.
    pub fn is_atom(&self) -> bool {
        self.density == Density::Atom
    }
}

/// The estimate of a time from the estimate of the curve there.
///
/// The sign turns: a higher curve is a shorter time.
pub(super) fn through(incidence: Estimate, value: f64, density: Option<f64>) -> Estimate {
    let Some(density) = density else {
        return Estimate { value, influence: Vec::new(), independent_variance: None, ..incidence };
    };
    let mut influence = incidence.influence;
    for i in &mut influence {
        i.psi = -i.psi / density;
    }
    let independent_variance = incidence.independent_variance.map(|v| v / (density * density));
    Estimate { value, influence, independent_variance, ..incidence }
}

/// How near `q` a curve is looked at closely.
const AROUND: f64 = 1e-9;

/// How the limits of a curve are read: which variance, which reference.
#[derive(Clone, Copy)]
pub(super) struct Reading {
    dependence: Dependence,
    df: f64,
    critical: f64,
}

impl Reading {
    pub(super) fn new(incidence: &Estimate, dependence: Dependence, level: f64) -> Result<Self, Undefined> {
        let df = reference_df(incidence, dependence)?;
        Ok(Self { dependence, df, critical: critical(level, df) })
    }

    pub(super) fn standard_error(&self, walk: &Walk) -> f64 {
        match self.dependence {
            Dependence::Clustered => walk.clustered_variance().sqrt(),
            Dependence::Serial => walk.serial_variance().sqrt(),
            Dependence::Independent => walk.independent_variance().sqrt(),
        }
    }

    /// The first times at which the upper and the lower limit of the curve reach `q`.
    fn limits(&self, curve: &Curve, q: f64, at: usize) -> Result<Limits, Undefined> {
        let mut walk = if self.dependence == Dependence::Clustered { Walk::between(curve) } else { Walk::new(curve) };
        let (mut low, mut high) = (None, None);
        for (index, step) in curve.steps.iter().enumerate().filter(|(_, step)| step.point.finished > 0) {
            let incidence = step.point.incidence;
            // Before the quantile itself the lower limit cannot be there, and the upper one is not looked for twice.
            if index != at && low.is_some() && incidence < q - AROUND {
                continue;
            }
            walk.advance(index);
            if index != at && self.is_far(incidence, self.range(&walk).1, q) {
                continue;
            }
            let Some((over, under)) = self.reached(&walk, incidence, q) else {
                // Every cluster agrees there; at 1 the transform has no value, and nothing is known.
                if index == at && incidence < 1.0 {
                    return Err(Undefined::NoVariation);
                }
                continue;
            };
            let time = step.point.time as f64;
            low = low.or(over.then_some(time));
            high = high.or(under.then_some(time));
            if index >= at && high.is_some() {
                break;
            }
        }
        Ok(Limits { low, high, df: finite(self.df), method: self.method(curve) })
    }

    /// Between which two values the standard error lies.
    fn range(&self, walk: &Walk) -> (f64, f64) {
        match self.dependence {
            Dependence::Clustered => {
                let (low, high) = walk.clustered_range();
                (low.sqrt(), high.sqrt())
            }
            Dependence::Serial | Dependence::Independent => {
                let se = self.standard_error(walk);
                (se, se)
            }
        }
    }

    /// Whether the curve is so far below `q` that its upper limit is not there, without a logarithm.
    ///
    /// The upper limit is at `q` where `exp(x) >= L_q / L`, `x = t se / (S L)`, `L = -log S`. As `L >= F`, `L <= F / S` and
    /// `log y >= 1 - 1 / y`, that asks for `t se / (S F) >= 1 - F / (S L_q)`.
    fn is_far(&self, incidence: f64, se: f64, q: f64) -> bool {
        let survival = 1.0 - incidence;
        let at = -(-(q - AROUND)).ln_1p();
        incidence < q - AROUND
            && self.critical * se * (1.0 + AROUND) < survival * incidence - incidence * incidence / at
    }

    /// Whether the upper and the lower limit of the curve reach `q`; `None` where there are none.
    ///
    /// The variance itself is asked for only where its range leaves that open.
    fn reached(&self, walk: &Walk, incidence: f64, q: f64) -> Option<(bool, bool)> {
        let told = |se| self.log_log(incidence, se).map(|(under, over)| (reaches(over, q), reaches(under, q)));
        let (least, most) = self.range(walk);
        let (one, other) = (told(least), told(most));
        if one == other { one } else { told(self.standard_error(walk)) }
    }

    /// The limits of the curve at one time, lower and upper.
    pub(super) fn log_log(&self, incidence: f64, se: f64) -> Option<(f64, f64)> {
        log_log(incidence, self.critical * se)
    }

    fn method(&self, curve: &Curve) -> &'static str {
        Self::named(curve, self.dependence)
    }

    /// How limits are made.
    pub(super) fn named(curve: &Curve, dependence: Dependence) -> &'static str {
        match (curve.competes(), dependence) {
            (false, Dependence::Clustered) => "Kaplan-Meier, log-log, CR2, Bell-McCaffrey t",
            (true, Dependence::Clustered) => "Aalen-Johansen, log-log, CR2, Bell-McCaffrey t",
            (false, Dependence::Serial) => "Kaplan-Meier, log-log, long-run variance by cosines, t",
            (true, Dependence::Serial) => "Aalen-Johansen, log-log, long-run variance by cosines, t",
            (false, Dependence::Independent) => "Kaplan-Meier, log-log, independent rows",
            (true, Dependence::Independent) => "Aalen-Johansen, log-log, independent rows",
        }
    }

    fn density(&self, walk: &Walk, value: f64, limits: &Limits) -> Density {
        let reach = self.critical * self.standard_error(walk);
        match (limits.low, limits.high) {
            (Some(low), Some(high)) if high > low => Density::TwoSided(2.0 * reach / (high - low)),
            (Some(_), Some(_)) => Density::Atom,
            (Some(low), None) if value > low && reach > 0.0 => Density::OneSided(reach / (value - low)),
            _ => Density::Unknown,
        }
    }
}

/// The log-log limits of a share that is so far to either side; none where it is 0 or 1, or goes nowhere.
pub(super) fn log_log(incidence: f64, reach: f64) -> Option<(f64, f64)> {
    let survival = 1.0 - incidence;
    let log = (-incidence).ln_1p();
    if survival <= 0.0 || incidence <= 0.0 || reach <= 0.0 {
        return None;
    }
    let spread = (reach / (survival * log)).abs().exp();
    Some((-(log / spread).exp_m1(), -(log * spread).exp_m1()))
}
