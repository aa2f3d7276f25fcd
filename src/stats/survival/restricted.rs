//! The mean time to finish up to a horizon.

use super::curve::{Curve, Row};
use crate::error::Undefined;
use crate::stats::{Estimate, Outcome};

impl Curve {
    /// The mean time within a horizon, open rows included.
    ///
    /// Of every row the time to its finish counts, at most `horizon`; a row with another end never finishes.
    ///
    /// # Formula
    ///
    /// ```text
    /// value = integral from 0 to horizon of (1 - F(t)) dt,   psi_g = -integral from 0 to horizon of psi_g(t) dt
    /// ```
    ///
    /// where `F` and its `psi` are those of the curve. The limits are those of [`crate::stats::mean::interval`]. With no
    /// competing outcome and independent rows the variance is Greenwood's,
    /// `sum over u <= horizon of A(u)^2 d / (Y (Y - d))` with `A(u)` the integral of `1 - F` from `u` to the horizon.
    /// Irwin 1949 (J. Hyg. 47:188), Royston & Parmar 2013 (BMC Med. Res. Methodol. 13:152).
    ///
    /// # Undefined
    ///
    /// `NotReached` if the last row is still open before the horizon: beyond it nothing is known.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::stats::{ClusterId, ClusterTimes, Outcome, TimeCount, survival::Curve};
    ///
    /// let row = |time, outcome| TimeCount { time, outcome, count: 1 };
    /// let times = vec![row(2, Outcome::Finished), row(4, Outcome::Finished), row(9, Outcome::Censored)];
    /// let curve = Curve::new(&[ClusterTimes { cluster: ClusterId(1), times }]).unwrap();
    /// assert_eq!(curve.restricted_mean(6).unwrap().value, 4.0);     // (2 + 4 + 6) / 3
    /// assert!(curve.restricted_mean(10).is_err());
    /// ```
    pub fn restricted_mean(&self, horizon: u64) -> Result<Estimate, Undefined> {
        let last = self.steps.last().ok_or(Undefined::NoRows)?;
        if last.point.time < horizon && last.point.censored > 0 {
            return Err(Undefined::NotReached);
        }
        let areas = Areas::new(self, horizon);
        let mut sums = vec![0.0; self.clusters.len()];
        let mut squares = 0.0;
        for row in &self.rows {
            let psi = -self.area(row, &areas);
            sums[row.cluster as usize] += f64::from(row.count) * psi;
            squares += f64::from(row.count) * psi * psi;
        }
        Ok(self.estimate(areas.unfinished, sums.into_iter(), squares))
    }

    /// The integral of the derivative by one row's weight: `R` until the row leaves, `a - F z` after.
    fn area(&self, row: &Row, areas: &Areas) -> f64 {
        let Some(&(incidence, drift)) = areas.upto.get(row.step as usize) else {
            return areas.drift;
        };
        let step = &self.steps[row.step as usize];
        let pull = step.pull(row.outcome);
        let jump = if row.outcome == Outcome::Finished { step.mass } else { 0.0 };
        let after = (areas.horizon - step.point.time) as f64;
        let level = jump + step.drift + step.point.incidence * pull;
        drift + level * after - pull * (areas.incidence - incidence)
    }
}

/// Areas from the start to each step within the horizon, and to the horizon.
struct Areas {
    horizon: u64,
    /// Under `F` and under `R`, by step.
    upto: Vec<(f64, f64)>,
    incidence: f64,
    drift: f64,
    unfinished: f64,
}

impl Areas {
    fn new(curve: &Curve, horizon: u64) -> Self {
        let mut areas = Self { horizon, upto: Vec::new(), incidence: 0.0, drift: 0.0, unfinished: 0.0 };
        let (mut from, mut incidence, mut drift) = (0, 0.0, 0.0);
        for step in curve.steps.iter().take_while(|step| step.point.time <= horizon) {
            areas.add(step.point.time - from, incidence, drift);
            areas.upto.push((areas.incidence, areas.drift));
            (from, incidence, drift) = (step.point.time, step.point.incidence, step.drift);
        }
        areas.add(horizon - from, incidence, drift);
        areas
    }

    fn add(&mut self, width: u64, incidence: f64, drift: f64) {
        self.incidence += width as f64 * incidence;
        self.drift += width as f64 * drift;
        self.unfinished += width as f64 * (1.0 - incidence);
    }
}
