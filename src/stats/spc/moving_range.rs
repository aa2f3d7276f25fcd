//! The mean moving range: how far a month lies from the one before.

use crate::error::Undefined;

/// Which moving ranges set the limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ranges {
    /// All of them, as the spreadsheet tools of Making Data Count do.
    All,
    /// Those below 3.267 times their mean, averaged again.
    ///
    /// Nelson 1982 (J. Qual. Technol. 14:172).
    Screened,
}

/// The upper limit of a range of two, in means of such ranges (D4).
const D4: f64 = 3.267;

/// Ranges this small beside the values are the rounding of zero.
const ROUNDING: f64 = 1e-12;

/// A mean moving range, and how many ranges screening left out of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct MovingRange {
    pub mean: f64,
    pub screened: usize,
}

impl MovingRange {
    /// The mean of `|x_i - x_(i-1)|` over neighbours that are both there.
    pub(super) fn of(values: &[Option<f64>], ranges: Ranges) -> Result<Self, Undefined> {
        let range = |pair: &[Option<f64>]| Some((pair[1]? - pair[0]?).abs());
        let all: Vec<f64> = values.windows(2).filter_map(range).collect();
        let mean = average(&all).ok_or(Undefined::FewMonths)?;
        let largest = values.iter().flatten().fold(0.0, |largest: f64, value| largest.max(value.abs()));
        match (mean > ROUNDING * largest, ranges) {
            (false, _) => Err(Undefined::NoVariation),
            (true, Ranges::All) => Ok(Self { mean, screened: 0 }),
            (true, Ranges::Screened) => Ok(Self::screened(&all, mean)),
        }
    }

    /// The smallest range is never above its mean, so one at least is left.
    fn screened(all: &[f64], mean: f64) -> Self {
        let kept: Vec<f64> = all.iter().copied().filter(|range| *range < D4 * mean).collect();
        Self { mean: average(&kept).unwrap_or(mean), screened: all.len() - kept.len() }
    }
}

fn average(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}
