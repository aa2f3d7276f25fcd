//! What a test could have seen: its power, and the smallest change it finds.
//!
//! A *no clear change* says little until one knows what change would have been clear. The answer needs no data beyond
//! the standard error and its degrees of freedom: under a true change the statistic is Student's noncentral t.

use super::interval::critical;
use statrs::distribution::{Continuous, ContinuousCDF, Normal};

/// The power by custom: four changes of five are found (Cohen 1988).
pub const USUAL: f64 = 0.8;

/// Beyond a density this small beside its peak nothing is left to add.
const NOTHING: f64 = 1e-18;

/// How often a two-sided t test finds a change of so many standard errors.
///
/// # Formula
///
/// ```text
/// P(|T'| > c) = integral of [Phi(d - c s) + Phi(-d - c s)] f(s) ds
/// ```
///
/// where `T'` is Student's noncentral t with noncentrality `d`, `c` the value of [`critical`] and `s` the root of a
/// chi-square over its `df` (Johnson, Kotz & Balakrishnan 1995, volume 2, chapter 31). All terms are positive, so
/// nothing cancels; by the trapezoid rule in `log s` the error is below 1e-10, that of the normal tail (against SciPy:
/// METHODS). Normal for an infinite `df`. `0 < level < 1`, `df >= 1`.
///
/// # Example
///
/// ```
/// use giamtang::stats::power::power;
///
/// assert!((power(0.0, 7.0, 0.95) - 0.05).abs() < 1e-10);        // without a change, the level of the test
/// assert!((power(1.959964, f64::INFINITY, 0.95) - 0.5).abs() < 1e-4);
/// ```
pub fn power(standard_errors: f64, df: f64, level: f64) -> f64 {
    Test::new(df, level).power(standard_errors.abs()).0
}

/// The smallest change that a two-sided t test finds with the power asked for.
///
/// # Formula
///
/// ```text
/// d se,   d > 0 such that power(d, df, level) = power
/// ```
///
/// with [`power()`]; not `t_(1 - a/2) + t_power`, which takes the statistic for a shifted central t and is 1 % too
/// small at 4 degrees of freedom and 5 % at 2. A test without a standard error has none. `standard_error > 0`, `df >=
/// 1`, `1 - level < power < 1`.
///
/// # Example
///
/// ```
/// use giamtang::stats::power::{USUAL, smallest_change};
///
/// // With the normal reference 1.959964 + 0.841621 standard errors, but for the far tail.
/// assert!((smallest_change(0.5, f64::INFINITY, 0.95, USUAL) - 0.5 * 2.801585).abs() < 1e-5);
/// ```
pub fn smallest_change(standard_error: f64, df: f64, level: f64, power: f64) -> f64 {
    standard_error * Test::new(df, level).noncentrality(power)
}

/// A two-sided test at its critical value.
struct Test {
    df: f64,
    critical: f64,
}

impl Test {
    fn new(df: f64, level: f64) -> Self {
        Self { df, critical: critical(level, df) }
    }

    /// The power, and its slope in the noncentrality.
    fn power(&self, d: f64) -> (f64, f64) {
        if self.df.is_infinite() {
            return self.given(d, 1.0);
        }
        // Half the width of the narrower of the two factors; 0.1 because the density has no finite continuation beyond
        // an imaginary part of pi / 4, so the trapezoid rule is off by exp(-pi^2 / 2 step).
        let step = 0.5 / (2.0 * self.df).sqrt().max(d).max(5.0);
        let mut sums = [0.0; 3];
        let mut add = |x: f64| {
            let density = self.density(x);
            let (power, slope) = self.given(d, x.exp());
            sums.iter_mut().zip([1.0, power, slope]).for_each(|(sum, part)| *sum += density * part);
            density > NOTHING
        };
        // Outwards from the peak, right and left.
        (0..).map(|i| f64::from(i) * step).find(|&x| !add(x));
        (1..).map(|i| -f64::from(i) * step).find(|&x| !add(x));
        (sums[1] / sums[0], sums[2] / sums[0])
    }

    /// The power and its slope where the standard error came out as `s` times the true one.
    fn given(&self, d: f64, s: f64) -> (f64, f64) {
        let (z, reach) = (Normal::standard(), self.critical * s);
        (z.sf(reach - d) + z.sf(reach + d), z.pdf(reach - d) - z.pdf(reach + d))
    }

    /// The density of `log s`, as a part of its peak at 0.
    fn density(&self, x: f64) -> f64 {
        (self.df * (x - (2.0 * x).exp_m1() / 2.0)).exp()
    }

    /// The noncentrality at which the power is the one asked for.
    fn noncentrality(&self, power: f64) -> f64 {
        let (mut low, mut high) = (0.0, f64::INFINITY);
        let mut d = self.critical - Normal::standard().inverse_cdf(1.0 - power);
        // Newton's steps, halved where they would leave what is known of the root.
        for _ in 0..200 {
            let (found, slope) = self.power(d);
            if found < power {
                low = d
            } else {
                high = d
            }
            let next = d - (found - power) / slope;
            let inside = low < next && next < high;
            let next = if inside { next } else { self.between(low, high) };
            if (next - d).abs() <= 1e-12 * d {
                return next;
            }
            d = next;
        }
        d
    }

    fn between(&self, low: f64, high: f64) -> f64 {
        if high.is_finite() { (low + high) / 2.0 } else { 2.0 * low.max(self.critical) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Under normality with z = 1.959964, a change of z standard errors is found in half of all samples, and in
    /// Phi(-2 z) = 4.4288e-5 of them on the other side.
    #[test]
    fn a_change_of_the_critical_value_is_found_half_the_time() {
        assert!((power(1.959963984540054, f64::INFINITY, 0.95) - 0.5 - 4.4288e-5).abs() < 1e-8);
    }

    #[test]
    fn the_smallest_change_has_the_power_asked_for() {
        for df in [1.0, 1.7, 4.0, 11.3, 60.0, 3e4, 1e9, f64::INFINITY] {
            for (level, wanted) in [(0.95, USUAL), (0.99, 0.5), (0.8, 0.95), (0.95, 0.999)] {
                let change = smallest_change(1.0, df, level, wanted);
                assert!((power(change, df, level) - wanted).abs() < 1e-10, "{df} {level} {wanted}");
            }
        }
    }

    /// Student's t nears the normal as 1/df.
    #[test]
    fn many_degrees_of_freedom_are_the_normal() {
        let normal = smallest_change(1.0, f64::INFINITY, 0.95, USUAL);
        for df in [1e4, 1e6, 1e8, 1e10] {
            assert!((smallest_change(1.0, df, 0.95, USUAL) / normal - 1.0).abs() < 2.0 / df + 1e-11, "{df}");
        }
    }
}
