//! Charts of shares and of rates, whose limits are wide where rows are few; with Laney's correction where they are many.

use super::moving_range::{MovingRange, Ranges};
use super::{Chart, Zones, fixed, points};
use crate::error::Undefined;
use crate::stats::interval::Interval;
use crate::stats::{RateCount, ShareCount};
use std::ops::Range;

/// How wide the limits of counted figures are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sigma {
    /// As counting alone makes them: a p or u chart.
    Counting,
    /// As months differ: a p' or u' chart (Laney 2002).
    ///
    /// Also where that is less than counting makes them.
    Laney,
    /// The wider of the two, the rule of this program.
    ///
    /// No threshold then says from when on a denominator is large.
    Wider,
}

/// Mean range of two standard normal values (d2).
const D2: f64 = 1.128;

/// The chart of a share by month.
///
/// # Formula
///
/// ```text
/// centre = p = sum hits / sum n,   limits_i = p -+ 3 s sqrt(p (1 - p) / n_i), held to [0, 1]
/// s = mean |z_i - z_(i-1)| / 1.128,   z_i = (p_i - p) / sqrt(p (1 - p) / n_i)
/// ```
///
/// with sums and `s` over the baseline. `s` is 1 by [`Sigma::Counting`], at least 1 by [`Sigma::Wider`]. Laney 2002
/// (Qual. Eng. 14:531): months differ for reasons beside counting, and where rows are many counting is so exact that
/// every month is a signal; where they are few `s` is near 1 by itself. Screening is of ranges of `z`, if asked for.
///
/// # Undefined
///
/// `NoRows` if no month of the baseline has rows; `NoVariation` if all or none of its rows are hits, or if `s` is wanted
/// and every `z` agrees; `FewMonths` if `s` is wanted and no two months in a row have rows.
///
/// # Example
///
/// ```
/// use giamtang::stats::ShareCount;
/// use giamtang::stats::spc::{Ranges, Sigma, p_chart};
///
/// // One half of 200, so a month of 100 has the standard error 0.05 and the limits 0.35 and 0.65.
/// let months = [(45, 100), (55, 100), (66, 100)].map(|(hits, n)| Some(ShareCount { hits, n }));
/// let chart = p_chart(&months, 0..2, Sigma::Counting, Ranges::All).unwrap();
/// let last = chart.points[2].unwrap();
/// assert!((last.limits.high - 0.65).abs() < 1e-12 && last.signal.is_some());
///
/// // z runs from -1 to 1, a range of 2, so s = 2 / 1.128 and the limit is 0.5 + 0.15 s = 0.766.
/// let chart = p_chart(&months, 0..2, Sigma::Wider, Ranges::All).unwrap();
/// assert!((chart.points[2].unwrap().limits.high - (0.5 + 0.15 * 2.0 / 1.128)).abs() < 1e-12);
/// ```
pub fn p_chart(
    months: &[Option<ShareCount>],
    baseline: Range<usize>,
    sigma: Sigma,
    ranges: Ranges,
) -> Result<Chart, Undefined> {
    let counted = fixed(months, baseline.clone()).iter().flatten();
    let (hits, n) = counted.fold((0u128, 0u128), |(hits, n), m| (hits + u128::from(m.hits), n + u128::from(m.n)));
    let lot = |month: &ShareCount| Some(Lot { value: month.share()?, size: month.n as f64 });
    let lots: Vec<_> = months.iter().map(|month| month.as_ref().and_then(lot)).collect();
    let centre = ratio(hits as f64, n as f64)?;
    let process = Process {
        centre,
        unit: (centre * (1.0 - centre)).sqrt(),
        bounds: Interval { low: 0.0, high: 1.0 },
        methods: ["p chart", "p' chart (Laney 2002)"],
    };
    process.chart(&lots, baseline, sigma, ranges)
}

/// The chart of events per exposure by month.
///
/// # Formula
///
/// ```text
/// centre = u = sum events / sum exposure,   limits_i = u -+ 3 s sqrt(u / e_i), at least 0
/// ```
///
/// where `e_i` is the month's exposure and `s` as of [`p_chart`] with `z_i = (u_i - u) / sqrt(u / e_i)`.
///
/// # Undefined
///
/// As of [`p_chart`]; `NoVariation` if the baseline has no event.
///
/// # Example
///
/// ```
/// use giamtang::stats::RateCount;
/// use giamtang::stats::spc::{Ranges, Sigma, u_chart};
///
/// // 32 complaints in 8 weeks are 4 a week; a month of 4 weeks has the standard error 1.
/// let months = [(14, 4.0), (18, 4.0), (29, 4.0)].map(|(events, exposure)| Some(RateCount { events, exposure }));
/// let chart = u_chart(&months, 0..2, Sigma::Counting, Ranges::All).unwrap();
/// let last = chart.points[2].unwrap();
/// assert_eq!((last.value, last.limits.low, last.limits.high), (7.25, 1.0, 7.0));
/// ```
pub fn u_chart(
    months: &[Option<RateCount>],
    baseline: Range<usize>,
    sigma: Sigma,
    ranges: Ranges,
) -> Result<Chart, Undefined> {
    let lot = |month: &RateCount| Some(Lot { value: month.rate()?, size: month.exposure });
    let lots: Vec<_> = months.iter().map(|month| month.as_ref().and_then(lot)).collect();
    let exposed = |month: &&RateCount| month.rate().is_some();
    let counted = fixed(months, baseline.clone()).iter().flatten().filter(exposed);
    let (events, exposure) = counted.fold((0.0, 0.0), |(o, e), month| (o + month.events as f64, e + month.exposure));
    let centre = ratio(events, exposure)?;
    let process = Process {
        centre,
        unit: centre.sqrt(),
        bounds: Interval { low: 0.0, high: f64::INFINITY },
        methods: ["u chart", "u' chart (Laney 2002)"],
    };
    process.chart(&lots, baseline, sigma, ranges)
}

/// A month's figure and the rows or the exposure behind it.
#[derive(Clone, Copy, Debug)]
struct Lot {
    value: f64,
    size: f64,
}

/// What the baseline says of a counted figure.
struct Process {
    centre: f64,
    /// The standard deviation of one row, or of one unit of exposure.
    unit: f64,
    bounds: Interval,
    /// By counting, and as months differ.
    methods: [&'static str; 2],
}

impl Process {
    fn chart(
        &self,
        lots: &[Option<Lot>],
        baseline: Range<usize>,
        sigma: Sigma,
        ranges: Ranges,
    ) -> Result<Chart, Undefined> {
        if self.unit.is_nan() || self.unit <= 0.0 {
            return Err(Undefined::NoVariation);
        }
        let months = fixed(lots, baseline);
        let (factor, screened) = self.factor(months, sigma, ranges)?;
        let zones = |lot: Lot| Zones::around(self.centre, 3.0 * factor * self.unit / lot.size.sqrt(), self.bounds);
        let placed: Vec<_> = lots.iter().map(|lot| lot.map(|lot| (lot.value, zones(lot)))).collect();
        Ok(Chart {
            centre: self.centre,
            points: points(self.centre, &placed),
            baseline: months.iter().flatten().count(),
            screened,
            sigma_z: Some(factor),
            method: self.methods[usize::from(factor != 1.0)],
        })
    }

    /// How much more months differ than counting explains.
    fn factor(&self, months: &[Option<Lot>], sigma: Sigma, ranges: Ranges) -> Result<(f64, usize), Undefined> {
        let z = |lot: &Option<Lot>| lot.map(|lot| (lot.value - self.centre) * lot.size.sqrt() / self.unit);
        let moving = || MovingRange::of(&months.iter().map(z).collect::<Vec<_>>(), ranges);
        match sigma {
            Sigma::Counting => Ok((1.0, 0)),
            Sigma::Laney => moving().map(|moving| (moving.mean / D2, moving.screened)),
            Sigma::Wider => match moving() {
                Ok(moving) if moving.mean > D2 => Ok((moving.mean / D2, moving.screened)),
                Ok(_) | Err(Undefined::NoVariation) => Ok((1.0, 0)),
                Err(why) => Err(why),
            },
        }
    }
}

fn ratio(sum: f64, size: f64) -> Result<f64, Undefined> {
    if size > 0.0 { Ok(sum / size) } else { Err(Undefined::NoRows) }
}
