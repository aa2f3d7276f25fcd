//! The influences of a curve, carried forward in time.
//!
//! A row that has left is two sums more, so a step costs O(G) and the whole curve O(rows + times G).

use super::curve::{Curve, Row};
use crate::stats::Outcome;
use crate::stats::serial::Cosines;
use std::cell::OnceCell;

/// The influences at one step of a curve.
///
/// With `a = m 1{finished} + R(T) + F(T) z`, a row that has left has `psi(t) = a - F(t) z`, one still at risk `R(t)`.
pub(super) struct Walk<'a> {
    curve: &'a Curve,
    step: Option<usize>,
    next_row: usize,
    parts: Vec<Part>,
    /// Sums over rows that left of `a a`, `a z`, `z z`.
    squares: [f64; 3],
    /// Of the clusters taken as weeks; absent where they are no series.
    cosines: OnceCell<Option<Cosines>>,
}

#[derive(Clone, Copy)]
struct Part {
    a: f64,
    z: f64,
    at_risk: u64,
}

impl<'a> Walk<'a> {
    pub(super) fn new(curve: &'a Curve) -> Self {
        let parts = curve.clusters.iter().map(|&(_, at_risk)| Part { a: 0.0, z: 0.0, at_risk }).collect();
        Self { curve, step: None, next_row: 0, parts, squares: [0.0; 3], cosines: OnceCell::new() }
    }

    /// Takes out every row that leaves up to a step.
    pub(super) fn advance(&mut self, step: usize) {
        while let Some(&row) = self.curve.rows.get(self.next_row).filter(|row| row.step <= step) {
            self.take_out(row);
            self.next_row += 1;
        }
        self.step = Some(step);
    }

    fn take_out(&mut self, row: Row) {
        let step = &self.curve.steps[row.step];
        let z = step.pull(row.outcome);
        let jump = if row.outcome == Outcome::Finished { step.mass } else { 0.0 };
        let a = jump + step.drift + step.point.incidence * z;
        let count = row.count as f64;
        let part = &mut self.parts[row.cluster];
        part.a += count * a;
        part.z += count * z;
        part.at_risk -= row.count;
        for (sum, square) in self.squares.iter_mut().zip([a * a, a * z, z * z]) {
            *sum += count * square;
        }
    }

    /// The influence of each cluster on the incidence here, in ascending order of id.
    pub(super) fn influences(&self) -> impl Iterator<Item = f64> + '_ {
        let (incidence, drift) = self.here();
        self.parts.iter().zip(&self.curve.clusters).map(move |(part, &(_, size))| {
            let psi = part.a - incidence * part.z + drift * part.at_risk as f64;
            // A cluster that agrees with the curve has psi = 0; one that differs by a single row has far more than this.
            if psi.abs() * self.curve.n as f64 <= 1e-12 * size as f64 { 0.0 } else { psi }
        })
    }

    /// The sum over clusters of squared influence over `1 - h`.
    pub(super) fn clustered_variance(&self) -> f64 {
        let n = self.curve.n as f64;
        let retained = self.curve.clusters.iter().map(|&(_, size)| 1.0 - size as f64 / n);
        self.influences().zip(retained).map(|(psi, retained)| psi * psi / retained).sum()
    }

    /// The sum over rows of squared influence.
    pub(super) fn independent_variance(&self) -> f64 {
        let (incidence, drift) = self.here();
        let [aa, az, zz] = self.squares;
        let left = aa - incidence * (2.0 * az - incidence * zz);
        let at_risk: u64 = self.parts.iter().map(|part| part.at_risk).sum();
        (left + drift * drift * at_risk as f64).max(0.0)
    }

    /// The long-run variance, the clusters taken as weeks in a row.
    pub(super) fn serial_variance(&self) -> f64 {
        let n = self.curve.n as f64;
        let weeks =
            || self.curve.clusters.iter().map(|&(cluster, size)| (cluster, size as f64 / n)).collect::<Vec<_>>();
        let cosines = self.cosines.get_or_init(|| Cosines::over(&weeks()).ok());
        let psi: Vec<_> = self.influences().collect();
        cosines.as_ref().map_or(0.0, |cosines| cosines.covariance(&psi, &psi))
    }

    fn here(&self) -> (f64, f64) {
        self.step.map_or((0.0, 0.0), |step| {
            let step = &self.curve.steps[step];
            (step.point.incidence, step.drift)
        })
    }
}
