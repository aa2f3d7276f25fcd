//! The standard normal distribution, for truths.

use statrs::distribution::{ContinuousCDF, Normal};

/// The chance of a value up to `z`.
pub fn below(z: f64) -> f64 {
    Normal::standard().cdf(z)
}

/// The value up to which a share of the values lies.
pub fn quantile(share: f64) -> f64 {
    Normal::standard().inverse_cdf(share)
}
