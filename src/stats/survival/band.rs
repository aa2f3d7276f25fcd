//! Pointwise limits of a curve: between what the share finished by a time may lie.

use super::curve::Curve;
use super::quantile::{Reading, log_log};
use super::shape::Shape;
use super::walk::Walk;
use super::weighted::Weighted;
use crate::error::Undefined;
use crate::stats::Dependence;
use crate::stats::interval::{Interval, critical};
use crate::stats::variance::{reference_df, spread};

impl Shape {
    /// The limits of the share finished by each of some times, which ascend.
    ///
    /// # Formula
    ///
    /// ```text
    /// 1 - low, 1 - high = S^exp(+-t se(F) / (S |log S|)),   S = 1 - F(time)
    /// ```
    ///
    /// with the standard error and the degrees of freedom of [`super::Quantile`], taken at each time by itself: they hold at
    /// one time, not at all of them at once.
    ///
    /// # Undefined
    ///
    /// `OneCluster` if one cluster alone weighs; `NoVariation` where clusters agree, and where the share is 0 or 1.
    pub(crate) fn band(&self, times: &[u64], dependence: Dependence, level: f64) -> Vec<Result<Interval, Undefined>> {
        if dependence == Dependence::Clustered && self.weighing() < 2 {
            return times.iter().map(|_| Err(Undefined::OneCluster)).collect();
        }
        match self {
            Self::Followed(curve) => followed(curve, times, dependence, level),
            Self::Weighted(curve) => times.iter().map(|time| weighted(curve, *time, dependence, level)).collect(),
        }
    }

    /// How the limits are made.
    pub(crate) fn band_method(&self, dependence: Dependence) -> &'static str {
        match (self, dependence) {
            (Self::Followed(curve), _) => Reading::named(curve, dependence),
            (_, Dependence::Clustered) => "weighted for censoring, log-log, CR2, Bell-McCaffrey t",
            (_, Dependence::Serial) => "weighted for censoring, log-log, long-run variance by cosines, t",
            (_, Dependence::Independent) => "weighted for censoring, log-log, independent rows",
        }
    }

    /// Rows in the denominator, and those that finished.
    pub(crate) fn rows(&self) -> (u64, u64) {
        match self {
            Self::Followed(curve) => (curve.n(), curve.events()),
            Self::Weighted(curve) => (curve.n(), curve.events()),
        }
    }

    /// The times at which rows finish, each with the share that has by then.
    pub(crate) fn finishes(&self) -> Box<dyn Iterator<Item = (u64, f64)> + '_> {
        match self {
            Self::Weighted(curve) => Box::new(curve.points()),
            Self::Followed(curve) => {
                let finishes = curve.points().filter(|point| point.finished > 0);
                Box::new(finishes.map(|point| (point.time, point.incidence)))
            }
        }
    }
}

/// One walk for all times: what left before one has left before the next.
fn followed(curve: &Curve, times: &[u64], dependence: Dependence, level: f64) -> Vec<Result<Interval, Undefined>> {
    let mut walk = Walk::new(curve);
    let limits = |time: &u64| {
        let after = curve.steps.partition_point(|step| step.point.time <= *time);
        let step = after.checked_sub(1).ok_or(Undefined::NoVariation)?;
        walk.advance(step);
        let incidence = curve.steps[step].point.incidence;
        let estimate = curve.estimate(incidence, walk.influences(), walk.independent_variance());
        let reading = Reading::new(&estimate, dependence, level)?;
        let (low, high) = reading.log_log(incidence, reading.standard_error(&walk)).ok_or(Undefined::NoVariation)?;
        Ok(Interval { low, high })
    };
    times.iter().map(limits).collect()
}

fn weighted(curve: &Weighted, time: u64, dependence: Dependence, level: f64) -> Result<Interval, Undefined> {
    let estimate = curve.incidence(time);
    let df = reference_df(&estimate, dependence)?;
    let se = spread(&estimate, dependence)?.standard_error();
    let (low, high) = log_log(estimate.value, critical(level, df) * se).ok_or(Undefined::NoVariation)?;
    Ok(Interval { low, high })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::{ClusterFollowed, ClusterId, ClusterTimes, FollowedCount, Outcome, TimeCount};
    use std::collections::BTreeMap;

    /// A table of the oracle, by the name of its curve.
    fn oracle(name: &str) -> BTreeMap<String, Vec<Vec<f64>>> {
        let text = std::fs::read_to_string(format!("fixtures/oracle/{name}")).expect("the oracle");
        let mut curves: BTreeMap<String, Vec<Vec<f64>>> = BTreeMap::new();
        for line in text.lines().filter(|line| !line.starts_with('#')).skip(1) {
            let (curve, numbers) = line.split_once(',').expect("columns");
            let numbers = numbers.split(',').map(|number| number.parse().expect("a number")).collect();
            curves.entry(curve.to_owned()).or_default().push(numbers);
        }
        curves
    }

    fn outcome(event: f64) -> Outcome {
        if event > 0.0 { Outcome::Finished } else { Outcome::Censored }
    }

    /// Survival and Greenwood's error are those of statsmodels; the limits follow from them by the formula alone.
    #[test]
    fn limits_are_those_of_an_outside_survival_and_error() {
        let (rows, curves) = (oracle("survival_data.csv"), oracle("survival.csv"));
        let mut held = 0;
        for (name, points) in curves.iter().filter(|(name, _)| rows.contains_key(*name)) {
            let row = |row: &Vec<f64>| TimeCount { time: row[0] as u64, outcome: outcome(row[1]), count: 1 };
            let times = rows[name].iter().map(row).collect();
            let curve = Curve::new(&[ClusterTimes { cluster: ClusterId(1), times }]).expect("a curve");
            let times: Vec<u64> = points.iter().map(|point| point[0] as u64).collect();
            let band = Shape::Followed(curve).band(&times, Dependence::Independent, 0.95);
            for (point, limits) in points.iter().zip(band) {
                let (survival, error) = (point[1], point[2]);
                if !(survival > 0.0 && survival < 1.0 && error > 0.0) {
                    assert_eq!(limits, Err(Undefined::NoVariation), "{name} {point:?}");
                    continue;
                }
                let spread = (1.959_963_984_540_054 * error / (survival * survival.ln())).abs().exp();
                let Interval { low, high } = limits.expect("limits");
                assert!((1.0 - high - survival.powf(spread)).abs() < 1e-9, "{name} {point:?} {high}");
                assert!((1.0 - low - survival.powf(1.0 / spread)).abs() < 1e-9, "{name} {point:?} {low}");
                held += 1;
            }
        }
        assert!(held > 200, "{held}");
    }

    /// Without pauses the net clock is the other one, and so are the limits.
    #[test]
    fn a_net_curve_without_pauses_has_the_same_limits() {
        let time = |office: u32, row: u64| 1 + (row * 7 + u64::from(office) * 13) % 60;
        let end = |row: u64| [Outcome::Finished, Outcome::Finished, Outcome::Censored][row as usize % 3];
        let office = |office: u32| ClusterTimes {
            cluster: ClusterId(office),
            times: (0..40).map(|row| TimeCount { time: time(office, row), outcome: end(row), count: 1 }).collect(),
        };
        let net = |own: ClusterTimes| ClusterFollowed {
            cluster: own.cluster,
            times: own
                .times
                .iter()
                .map(|row| FollowedCount { time: row.time, followed: row.time, outcome: row.outcome, count: row.count })
                .collect(),
        };
        let followed = Shape::Followed(Curve::new(&(0..9).map(office).collect::<Vec<_>>()).expect("a curve"));
        let offices: Vec<_> = (0..9).map(office).map(net).collect();
        let weighted = Shape::Weighted(Weighted::new(&offices).expect("a curve"));
        let times = [5, 20, 33, 50];
        for dependence in [Dependence::Clustered, Dependence::Independent] {
            let bands = [&followed, &weighted].map(|shape| shape.band(&times, dependence, 0.9));
            for (one, other) in bands[0].iter().zip(&bands[1]) {
                let (one, other) = (one.as_ref().expect("limits"), other.as_ref().expect("limits"));
                assert!(
                    (one.low - other.low).abs() < 1e-9 && (one.high - other.high).abs() < 1e-9,
                    "{one:?} {other:?}"
                );
            }
        }
    }

    #[test]
    fn one_cluster_has_no_limits() {
        let times = vec![TimeCount { time: 3, outcome: Outcome::Finished, count: 4 }];
        let curve = Shape::Followed(Curve::new(&[ClusterTimes { cluster: ClusterId(1), times }]).expect("a curve"));
        assert_eq!(curve.band(&[3], Dependence::Clustered, 0.95), [Err(Undefined::OneCluster)]);
        assert_eq!(curve.band(&[2, 3], Dependence::Independent, 0.95), [(); 2].map(|()| Err(Undefined::NoVariation)));
    }
}
