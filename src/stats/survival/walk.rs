//! The influences of a curve, carried forward in time.
//!
//! A row that has left is two sums more, so the influences at a step cost O(G). Their squares are carried forward too:
//! the variance at a step is known within a rounding at the cost of the rows that leave there, however many clusters
//! there are.

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
    at_risk: u64,
    /// Sums over rows that left of `a a`, `a z`, `z z`.
    squares: [f64; 3],
    /// The squares of clusters, where the variance is taken between them.
    between: Option<Between>,
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
        let (squares, cosines) = ([0.0; 3], OnceCell::new());
        Self { curve, step: None, next_row: 0, parts, at_risk: curve.n, squares, between: None, cosines }
    }

    /// The same that carries the squares of clusters forward.
    pub(super) fn between(curve: &'a Curve) -> Self {
        let mut walk = Self::new(curve);
        walk.between = Some(Between::new(curve, &walk.parts));
        walk
    }

    /// Takes out every row that leaves up to a step.
    pub(super) fn advance(&mut self, step: usize) {
        while let Some(&row) = self.curve.rows.get(self.next_row).filter(|row| row.places().0 <= step) {
            self.take_out(row);
            self.next_row += 1;
        }
        self.step = Some(step);
        if let Some(between) = &mut self.between {
            between.freshen(&self.parts);
        }
    }

    fn take_out(&mut self, row: Row) {
        let (step, cluster) = row.places();
        let step = &self.curve.steps[step];
        let z = step.pull(row.outcome);
        let jump = if row.outcome == Outcome::Finished { step.mass } else { 0.0 };
        let a = jump + step.drift + step.point.incidence * z;
        let count = f64::from(row.count);
        let part = &mut self.parts[cluster];
        let before = *part;
        part.a += count * a;
        part.z += count * z;
        part.at_risk -= u64::from(row.count);
        self.at_risk -= u64::from(row.count);
        if let Some(between) = &mut self.between {
            between.replace(cluster, before, *part);
        }
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

    /// Between which two values [`Walk::clustered_variance`] is, at no cost by cluster.
    ///
    /// Where they are far apart, because every cluster nearly agrees with the curve, both are the variance itself.
    pub(super) fn clustered_range(&self) -> (f64, f64) {
        let (incidence, drift) = self.here();
        let near = self.between.as_ref().map(|between| between.variance(incidence, drift));
        match near.filter(|(variance, error)| *error < NEAR * variance) {
            Some((variance, error)) => (variance - error, variance + error),
            None => {
                let variance = self.clustered_variance();
                (variance, variance)
            }
        }
    }

    /// The sum over rows of squared influence.
    pub(super) fn independent_variance(&self) -> f64 {
        let (incidence, drift) = self.here();
        let [aa, az, zz] = self.squares;
        let left = aa - incidence * (2.0 * az - incidence * zz);
        (left + drift * drift * self.at_risk as f64).max(0.0)
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

/// The largest error of a variance, as a part of it, that is put up with.
const NEAR: f64 = 1e-6;

/// Squares and products of the parts of clusters, each over `1 - h`.
///
/// With `psi_g = a_g - F z_g + D r_g`, `r` the rows at risk and `D` the drift,
///
/// ```text
/// sum_g psi_g^2 / (1 - h_g) = S_aa - 2 F S_az + F^2 S_zz + 2 D S_ar - 2 F D S_zr + D^2 S_rr,   S_xy = sum_g x_g y_g / (1 - h_g)
/// ```
///
/// and a row that leaves changes six sums, by what its cluster was and is. The terms are larger than their sum, so what they
/// lose by rounding is kept count of, and the sums are taken anew before it grows.
struct Between {
    over: Vec<f64>,
    sums: [f64; 6],
    /// Rows taken out since the sums were taken.
    stale: usize,
}

impl Between {
    fn new(curve: &Curve, parts: &[Part]) -> Self {
        let n = curve.n as f64;
        let over = curve.clusters.iter().map(|&(_, size)| 1.0 / (1.0 - size as f64 / n)).collect();
        let mut between = Self { over, sums: [0.0; 6], stale: usize::MAX };
        between.freshen(parts);
        between
    }

    fn replace(&mut self, cluster: usize, before: Part, after: Part) {
        let over = self.over[cluster];
        let (before, after) = (before.products(), after.products());
        for (sum, (before, after)) in self.sums.iter_mut().zip(before.into_iter().zip(after)) {
            *sum += over * (after - before);
        }
        self.stale = self.stale.saturating_add(1);
    }

    /// Takes the sums anew where as many rows were taken out as there are clusters, four times over.
    fn freshen(&mut self, parts: &[Part]) {
        if self.stale <= 4 * parts.len() {
            return;
        }
        self.sums = [0.0; 6];
        for (part, over) in parts.iter().zip(&self.over) {
            self.sums.iter_mut().zip(part.products()).for_each(|(sum, product)| *sum += over * product);
        }
        self.stale = 0;
    }

    /// The variance, and how far off it may be: every addition rounds once, of terms that were up to twice as large.
    fn variance(&self, incidence: f64, drift: f64) -> (f64, f64) {
        let [aa, az, zz, ar, zr, rr] = self.sums;
        let (f, d) = (incidence, drift);
        let terms = [aa, -2.0 * f * az, f * f * zz, 2.0 * d * ar, -2.0 * f * d * zr, d * d * rr];
        let size: f64 = terms.iter().map(|term| term.abs()).sum();
        let additions = (self.over.len() + 2 * self.stale + 16) as f64;
        (terms.iter().sum(), 2.0 * f64::EPSILON * additions * size)
    }
}

impl Part {
    fn products(self) -> [f64; 6] {
        let Self { a, z, at_risk } = self;
        let r = at_risk as f64;
        [a * a, a * z, z * z, a * r, z * r, r * r]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::{ClusterId, ClusterTimes, TimeCount};

    fn draw(i: u64) -> u64 {
        i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33
    }

    /// Offices of unlike sizes and speeds, with rows that are open and rows that compete.
    fn curve(offices: u32, rows: u64) -> Curve {
        let row = |office: u32, i: u64| TimeCount {
            time: 1 + draw(i + u64::from(office) * rows) % (900 + 40 * u64::from(office)),
            outcome: [Outcome::Finished, Outcome::Finished, Outcome::Censored, Outcome::Competing]
                [draw(i) as usize % 4],
            count: 1 + u64::from(office) % 3,
        };
        let cell = |office: u32| ClusterTimes {
            cluster: ClusterId(office),
            times: (0..rows / (1 + u64::from(office))).map(|i| row(office, i)).collect(),
        };
        Curve::new(&(0..offices).map(cell).collect::<Vec<_>>()).expect("a curve")
    }

    /// The variance lies where the sums that are carried say, at every step, and they say it to nine digits and more.
    #[test]
    fn squares_that_are_carried_are_squares_that_are_summed() {
        for curve in [curve(2, 900), curve(14, 4_000), curve(200, 6_000)] {
            let mut walk = Walk::between(&curve);
            for step in 0..curve.steps.len() {
                walk.advance(step);
                let (exact, (low, high)) = (walk.clustered_variance(), walk.clustered_range());
                let rounding = 1e-14 * exact;
                assert!(low - rounding <= exact && exact <= high + rounding, "{step}: {low} {exact} {high}");
                assert!(high - low <= 1e-5 * exact, "{step}: {low} {exact} {high}");
            }
        }
    }
}
