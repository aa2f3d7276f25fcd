//! The errors of a fit to a monthly series whose months resemble each other, true to size in short series.
//!
//! Newey and West's variance is too small where months are few: at 24 of them its 95 % intervals of a segmented
//! regression hold 76 to 85 % of the time even if no month resembles another, and 64 to 73 % at an autocorrelation of 0.6
//! (*found*: METHODS; Turner, Forbes, Karahalios, Taljaard & McKenzie 2021, BMC Med. Res. Methodol. 21:181, found the same). So
//! it is treated as CR2 treats clusters: a working model says by how much it falls short and how much it varies.

use super::regression::{Factored, Fit, dot};
use super::variance::Spread;
use std::collections::BTreeMap;

/// The most that one month is taken to resemble the one before.
const CLOSEST: f64 = 0.95;

/// A fit, and the working model of its errors.
#[derive(Debug)]
pub(super) struct Errors<'a> {
    months: &'a [i64],
    fit: &'a Fit,
    /// How many months back errors are taken to resemble each other.
    pub(super) lag: usize,
    /// From one month to the next, in the working model.
    pub(super) autocorrelation: f64,
    /// `M R M`: what the working model says of the residuals, errors having a variance of one.
    expected: Vec<Vec<f64>>,
}

/// The variance of one combination of coefficients.
#[derive(Clone, Copy, Debug)]
pub(super) struct Variance {
    /// As it is usual, with `T / (T - k)`.
    pub(super) usual: f64,
    /// Unbiased under the working model, with its degrees of freedom.
    pub(super) spread: Spread,
}

impl<'a> Errors<'a> {
    /// Of a fit with one row a month, months ascending.
    pub(super) fn new(months: &'a [i64], factored: &Factored, fit: &'a Fit) -> Self {
        let lag = (4.0 * (months.len() as f64 / 100.0).powf(2.0 / 9.0)).floor() as usize;
        let found =
            neighbours(months, |i, j| fit.residuals[i] * fit.residuals[j]) / dot(&fit.residuals, &fit.residuals);
        let autocorrelation = unbiased(months, factored, found);
        let expected = expected(months, factored, autocorrelation);
        Self { months, fit, lag, autocorrelation, expected }
    }

    /// Of the coefficients, each so many times.
    pub(super) fn variance(&self, combination: &[(usize, f64)]) -> Variance {
        let weight = |row: usize| combination.iter().map(|&(j, times)| times * self.fit.weights[j][row]).sum::<f64>();
        let weights: Vec<f64> = (0..self.months.len()).map(weight).collect();
        let product = |row: usize| -> Vec<f64> { self.kernel_times(&weights, row) };
        let by_row: Vec<Vec<f64>> = (0..self.months.len()).map(product).collect();
        let trace: f64 = by_row.iter().enumerate().map(|(i, row)| row[i]).sum();
        let square: f64 = by_row
            .iter()
            .enumerate()
            .map(|(i, row)| transposed(&by_row, i).zip(row).map(|(a, b)| a * b).sum::<f64>())
            .sum();
        let found = self.bartlett(|i, j| weights[i] * weights[j] * self.fit.residuals[i] * self.fit.residuals[j]);
        let rows = weights.len() as f64;
        Variance {
            usual: found * rows / (rows - self.fit.coefficients.len() as f64),
            spread: Spread { variance: found * self.modelled(&weights) / trace, df: trace * trace / square },
        }
    }

    /// One row of `D K D M R M`, `D` the weights and `K` Bartlett's kernel.
    fn kernel_times(&self, weights: &[f64], row: usize) -> Vec<f64> {
        let mut sum = vec![0.0; weights.len()];
        let near = row.saturating_sub(self.lag)..(row + self.lag + 1).min(weights.len());
        for other in near {
            let weight = self.kernel(row, other) * weights[row] * weights[other];
            sum.iter_mut().zip(&self.expected[other]).for_each(|(sum, expected)| *sum += weight * expected);
        }
        sum
    }

    /// `w'Rw`: the variance of the combination in the working model.
    fn modelled(&self, weights: &[f64]) -> f64 {
        let apart = |i: usize, j: usize| self.months[i].abs_diff(self.months[j]);
        let like = |i, j| likeness(self.autocorrelation, apart(i, j));
        let row = |i: usize| weights.iter().enumerate().map(|(j, weight)| like(i, j) * weight).sum::<f64>();
        weights.iter().enumerate().map(|(i, weight)| weight * row(i)).sum()
    }

    fn kernel(&self, i: usize, j: usize) -> f64 {
        (1.0 - self.months[i].abs_diff(self.months[j]) as f64 / (self.lag as f64 + 1.0)).max(0.0)
    }

    /// The sum over all pairs of months, weighed by how near they are.
    fn bartlett(&self, product: impl Fn(usize, usize) -> f64) -> f64 {
        let mut sum = 0.0;
        for i in 0..self.months.len() {
            sum += product(i, i);
            let later = i + 1..(i + self.lag + 1).min(self.months.len());
            sum += later.map(|j| 2.0 * self.kernel(i, j) * product(i, j)).sum::<f64>();
        }
        sum
    }
}

fn transposed(rows: &[Vec<f64>], column: usize) -> impl Iterator<Item = &f64> {
    rows.iter().map(move |row| &row[column])
}

/// The sum over pairs of months one after the other.
fn neighbours(months: &[i64], product: impl Fn(usize, usize) -> f64) -> f64 {
    let next = |&j: &usize| months[j].abs_diff(months[j - 1]) == 1;
    (1..months.len()).filter(next).map(|j| product(j - 1, j)).sum()
}

fn expected(months: &[i64], factored: &Factored, autocorrelation: f64) -> Vec<Vec<f64>> {
    factored.residual_moments(square(months, |i, j| likeness(autocorrelation, months[i].abs_diff(months[j]))))
}

/// What two months so far apart have in common, in the working model.
fn likeness(autocorrelation: f64, apart: u64) -> f64 {
    autocorrelation.powf(apart as f64)
}

fn square(months: &[i64], entry: impl Fn(usize, usize) -> f64) -> Vec<Vec<f64>> {
    (0..months.len()).map(|i| (0..months.len()).map(|j| entry(i, j)).collect()).collect()
}

/// The autocorrelation under which residuals would show, on average, the one found in them.
///
/// Residuals resemble each other less than errors do, the more coefficients there are; so theirs is no estimate of it.
fn unbiased(months: &[i64], factored: &Factored, found: f64) -> f64 {
    let next = |i: usize, j: usize| if months[i].abs_diff(months[j]) == 1 { 0.5 } else { 0.0 };
    let own = |i, j| if i == j { 1.0 } else { 0.0 };
    let [next, own] = [square(months, next), square(months, own)]
        .map(|moments| by_distance(months, &factored.residual_moments(moments)));
    let mean = |of: &BTreeMap<u64, f64>, r: f64| of.iter().map(|(&apart, sum)| sum * likeness(r, apart)).sum::<f64>();
    let shown = |r: f64| mean(&next, r) / mean(&own, r);
    let (mut low, mut high) = (0.0, CLOSEST);
    // Also so where the residuals have none, being all zero.
    let above = found > shown(low);
    if !above {
        return low;
    }
    if found >= shown(high) {
        return high;
    }
    for _ in 0..48 {
        let middle = (low + high) / 2.0;
        *(if shown(middle) < found { &mut low } else { &mut high }) = middle;
    }
    (low + high) / 2.0
}

/// The entries of a matrix, added up by how far apart their months are.
fn by_distance(months: &[i64], matrix: &[Vec<f64>]) -> BTreeMap<u64, f64> {
    let mut sums = BTreeMap::new();
    for (row, from) in matrix.iter().zip(months) {
        for (entry, to) in row.iter().zip(months) {
            *sums.entry(from.abs_diff(*to)).or_default() += entry;
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of a plain mean of independent months `V` is off by `1 - 1 / T` without a lag; with one of 1 the neighbours'
    /// residuals, which cancel, take more: T = 3, residuals' moments 2/3 and -1/3, kernel 1/2 between neighbours; so
    /// the trace of K M is 3 2/3 - 4 (1/2) (1/3) = 4/3 instead of 3, and V = 9/4 of what is found.
    #[test]
    fn a_mean_of_three_months() {
        let (months, columns) = ([4, 5, 6], [vec![1.0; 3]]);
        let factored = Factored::new(&columns).expect("one column");
        let fit = factored.fit(&columns, &[1.0, 6.0, 2.0]);
        let errors = Errors { lag: 1, ..Errors::new(&months, &factored, &fit) };
        assert_eq!(errors.autocorrelation, 0.0);
        // Residuals -2, 3, -1: 14 + 2 / 2 (-6 - 3) = 5, over 9 rows squared.
        let variance = errors.variance(&[(0, 1.0)]);
        assert!((variance.usual - 5.0 / 9.0 * 1.5).abs() < 1e-12);
        assert!((variance.spread.variance - 5.0 / 9.0 * 9.0 / 4.0).abs() < 1e-12);
    }

    /// Scores 1, 2, and after a gap 3: with a lag of 2 the pairs are (1, 2) one apart with 2/3, (2, 3) two apart with
    /// 1/3, and none three apart: 1 + 4 + 9 + 2 (2/3 2 + 1/3 6) = 14 + 20/3.
    #[test]
    fn a_gap_is_a_gap() {
        let (months, columns) = ([5, 6, 8], [vec![1.0; 3]]);
        let factored = Factored::new(&columns).expect("one column");
        let fit = factored.fit(&columns, &[0.0; 3]);
        let errors = Errors { lag: 2, ..Errors::new(&months, &factored, &fit) };
        let scores = [1.0, 2.0, 3.0];
        assert!((errors.bartlett(|i, j| scores[i] * scores[j]) - (14.0 + 20.0 / 3.0)).abs() < 1e-12);
    }
}
