//! The change between two windows.
//!
//! Always `is - was`. Clusters in both windows are paired by id through their influences, so what an office keeps of
//! itself from one window to the other cancels.

use super::interval::{Interval, critical, finite, symmetric, two_sided_p};
use super::survival::Quantile;
use super::variance::{Contrast, Spread, compared, paired, spread};
use super::{Dependence, Estimate, Limits, share};
use crate::error::Undefined;

/// The change of a figure from one window to the next.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// `is - was`, in the unit of the figure.
    pub absolute: Difference,
    /// `is / was - 1`, its limits through the log ratio.
    pub relative: Result<Difference, Undefined>,
    /// The two-sided p-value of no change.
    pub p: Result<f64, Undefined>,
    /// Degrees of freedom behind `p`.
    ///
    /// Absent where the reference is normal, and where there is no `p`.
    pub df: Option<f64>,
    /// The standard error of the absolute change; absent where the test is through F.
    pub standard_error: Option<f64>,
    /// The method in words.
    pub method: &'static str,
}

/// A difference and its interval.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The difference.
    pub value: f64,
    /// Its limits, or why there are none.
    pub limits: Result<Interval, Undefined>,
}

/// The change between two estimates.
///
/// # Formula
///
/// ```text
/// absolute: (is - was) -+ t se(-1, 1)
/// relative: exp(log(is / was) -+ t se(-1 / was, 1 / is)) - 1
/// p       : 2 P(T > |is - was| / se(-1, 1))
/// ```
///
/// where `se(c)` is that of [`paired`] under the weights `c`, and so are the degrees of freedom of `t`; but where
/// offices are sampled and have several rows, at most those that the squared influences show, and at most those of
/// rows that are alike within an office, as alike as the variance shows:
///
/// ```text
/// df   = min(BM, 3 (sum_g w_g)^2 / sum_g w_g^2 - 2, (tr C)^2 / tr(C^2)),  at least 1;   w_g = psi_g^2 of paired
/// C    = sum_w c_w^2 C_w,   C_w = s_w M_w + t E_w
/// E_gg = h_g^2 (1 - h_g + (Q - h_g^2) / (1 - h_g)),   E_gk = (Q - h_g - h_k) h_g h_k / sqrt((1 - h_g) (1 - h_k))
/// s_w  = 1 / N_w * sum_w c_w^2 V_w / sum_w (c_w^2 / N_w),   t = max(0, V - sum_w c_w^2 V_w) / sum_w c_w^2 tr E_w
/// ```
///
/// with `M` of [`paired`], `Q` the sum of squared leverages, `V` the variance by CR2 and `V_w` that of a window's figure
/// were its rows independent (none is, of a ratio of two tables: then without `C`). Imbens & Kolesar 2016 (REStat
/// 98:701), with an effect of each office in each window, since what it keeps of itself cancels.
///
/// `p < 1 - level` exactly when the absolute interval excludes zero; the relative interval is its own approximation and
/// may differ at the edge.
///
/// # Undefined
///
/// `OneCluster` if either window has one cluster; `NoVariation` if every cluster changes by exactly the same, never
/// `p = 0`; relative `NoBase` unless both values are above zero, its limits `OpenInterval` where they exceed every number.
///
/// # Example
///
/// ```
/// use giamtang::stats::{ClusterId, ClusterMoments, Dependence, effect, mean};
///
/// let row = |id, x: i128| ClusterMoments { cluster: ClusterId(id), n: 1, sum: x, sum_squares: x * x };
/// let was = mean::estimate(&[row(1, 10), row(2, 20), row(3, 60)]).unwrap();
/// let is = mean::estimate(&[row(1, 9), row(2, 17), row(3, 58)]).unwrap();
/// let change = effect::change(&was, &is, Dependence::Clustered, 0.95);
/// assert_eq!(change.absolute.value, -2.0);
/// assert!((change.p.unwrap() - 0.0742).abs() < 1e-4);           // t = -2 sqrt(3) on 2 degrees of freedom
/// ```
pub fn change(was: &Estimate, is: &Estimate, dependence: Dependence, level: f64) -> Change {
    let value = is.value - was.value;
    let spread = compared(was, is, Contrast::DIFFERENCE, dependence);
    let limits = spread.clone().map(|spread| symmetric(value, half_width(spread, level)));
    Change {
        absolute: Difference { value, limits },
        relative: relative(was, is, dependence, level),
        p: spread.clone().map(|spread| two_sided_p(value / spread.standard_error(), spread.df)),
        df: spread.as_ref().ok().and_then(|spread| finite(spread.df)),
        standard_error: spread.ok().map(|spread| spread.standard_error()),
        method: match dependence {
            Dependence::Clustered => "paired influences, CR2, Bell-McCaffrey t",
            Dependence::Serial => "two series of weeks, long-run variance by cosines, Welch",
            Dependence::Independent => "independent rows, Welch",
        },
    }
}

/// The change between two survival quantiles.
///
/// Where both windows have a density the test is that of [`change`], and the limits are the two windows' own, joined:
/// times come in lumps where offices close, each window's limits are read off its curve and as lopsided as the lumps, and
/// a symmetric interval of the change would miss on one side (*found*: METHODS). Where one window has no density (an atom, or limits that are missing) the
/// test is of the two curves at the pooled quantile and the interval is the conservative one from the two windows'
/// limits; the two may then disagree, and a claim should have both.
///
/// # Formula
///
/// ```text
/// joined  : d - sqrt(a^2 + b^2 - 2 r a b),  a = is - low_is,  b = high_was - was;  the upper limit likewise
/// test    : F_is(t*) - F_was(t*) over its standard error,   t* = where both windows' pooled curve is nearest q
/// interval: [low_is - high_was, high_is - low_was]
/// ```
///
/// where `d` is the difference, `r` the correlation of the two figures by their paired influences (Zou & Donner 2008,
/// Stat. Med. 27:1693; relative, the same of the logarithms), and `F` the incidence, its influences paired by cluster as
/// in [`paired`]. On continuous data `t*` is the pooled
/// quantile; beside an atom it is the side of the jump that splits the rows most nearly as `q` does.
///
/// # Undefined
///
/// As [`change`]; limits `OpenInterval` where a limit is missing; `p` `NotReached` if the pooled curve ends below q.
///
/// # Example
///
/// ```
/// use giamtang::stats::{ClusterId, ClusterTimes, Dependence, Outcome, TimeCount, effect, survival::Quantile};
///
/// // Dated to the day: most rows take one day, so the median has no width.
/// let office = |id: u32, one_day: u64| ClusterTimes {
///     cluster: ClusterId(id),
///     times: [(0, 20), (86_400, one_day), (2_592_000, 80 - one_day)]
///         .map(|(time, count)| TimeCount { time, outcome: Outcome::Finished, count })
///         .to_vec(),
/// };
/// let window = |one_day: u64| (0..10).map(|id| office(id, one_day + u64::from(id) % 3)).collect::<Vec<_>>();
/// let median = |cells: &[ClusterTimes]| Quantile::new(cells, 0.5, Dependence::Clustered, 0.95).unwrap();
/// let (was, is) = (median(&window(60)), median(&window(66)));
/// assert!(was.is_atom());
/// let change = effect::quantile_change(&was, &is, Dependence::Clustered, 0.95);
/// assert_eq!(change.absolute.value, 0.0);
/// assert_eq!(change.p, Err(giamtang::Undefined::NoVariation));  // every office gained exactly six of a hundred
/// ```
pub fn quantile_change(was: &Quantile, is: &Quantile, dependence: Dependence, level: f64) -> Change {
    if was.density.value().is_some() && is.density.value().is_some() {
        let by_influence = change(&was.estimate, &is.estimate, dependence, level);
        return joined(was, is, dependence)
            .map(|joined| joined.limit(&by_influence, dependence))
            .unwrap_or(by_influence);
    }
    let tested = through_curve(was, is, dependence);
    Change {
        absolute: widest(was, is),
        relative: widest_ratio(was, is),
        p: tested.clone().map(|(t, df)| two_sided_p(t, df)),
        df: tested.ok().and_then(|(_, df)| finite(df)),
        standard_error: None,
        method: match dependence {
            Dependence::Clustered => "through F at the pooled quantile, CR2, Bell-McCaffrey t",
            Dependence::Serial => "through F at the pooled quantile, long-run variance by cosines, Welch",
            Dependence::Independent => "through F at the pooled quantile, independent rows",
        },
    }
}

/// Two windows' own limits, and how their figures go together.
struct Joined {
    figures: [f64; 2],
    limits: [Interval; 2],
    correlation: f64,
}

/// The limits of both windows, where both are closed.
fn joined(was: &Quantile, is: &Quantile, dependence: Dependence) -> Option<Joined> {
    let limits = both(was, is).ok()?;
    let variance = |quantile: &Quantile| Some(spread(&quantile.estimate, dependence).ok()?.variance);
    let together = paired(&was.estimate, &is.estimate, Contrast::DIFFERENCE, dependence).ok()?.variance;
    let (before, after) = (variance(was)?, variance(is)?);
    let correlation = (before + after - together) / (2.0 * (before * after).sqrt());
    Some(Joined {
        figures: [was.estimate.value, is.estimate.value],
        limits: [limits.0, limits.1],
        correlation: correlation.clamp(-1.0, 1.0),
    })
}

impl Joined {
    /// The limits of the difference of the figures on some scale.
    fn on(&self, scale: impl Fn(f64) -> f64) -> Interval {
        let [was, is] = self.figures.map(&scale);
        let [before, after] = &self.limits;
        let reach = |a: f64, b: f64| (a * a + b * b - 2.0 * self.correlation * a * b).max(0.0).sqrt();
        Interval {
            low: is - was - reach(is - scale(after.low), scale(before.high) - was),
            high: is - was + reach(scale(after.high) - is, was - scale(before.low)),
        }
    }

    /// A change with these limits; relative ones only where no limit is zero.
    fn limit(&self, change: &Change, dependence: Dependence) -> Change {
        let logs = self.limits.iter().all(|limits| limits.low > 0.0).then(|| self.on(f64::ln));
        let relative = change.relative.clone().map(|own| match logs {
            Some(logs) => Difference { limits: unlogged(&logs), ..own },
            None => own,
        });
        let absolute = Difference { limits: Ok(self.on(|time| time)), ..change.absolute.clone() };
        let method = match dependence {
            Dependence::Clustered => "limits of both windows joined; test by paired influences, CR2, Bell-McCaffrey t",
            Dependence::Serial => "limits of both windows joined; test by long-run variance, Welch",
            Dependence::Independent => "limits of both windows joined; test of independent rows, Welch",
        };
        Change { absolute, relative, method, ..change.clone() }
    }
}

/// The change between two shares; at 0 or 1 nothing varies, so there the windows' own limits are joined.
///
/// # Formula
///
/// ```text
/// low  = d - sqrt((is - low_is)^2 + (high_was - was)^2)
/// high = d + sqrt((high_is - is)^2 + (was - low_was)^2)
/// p    = 1 - the level at which the interval first touches zero
/// ```
///
/// with Wilson's limits of [`share::interval`], as Newcombe 1998 (Stat. Med. 17:873, method 10) joins them. Windows are not
/// paired: an office that hits every time says nothing of how its windows go together. Other shares are [`change`]'s.
///
/// # Undefined
///
/// As [`change`]; relative `NoBase` unless both values and all limits are above zero.
///
/// # Example
///
/// ```
/// use giamtang::stats::{ClusterId, ClusterMoments, Dependence, effect, share};
///
/// let hits = |hits: i128, n| {
///     share::estimate(&[ClusterMoments { cluster: ClusterId(0), n, sum: hits, sum_squares: hits }]).unwrap()
/// };
/// let change = effect::share_change(&hits(0, 20), &hits(10, 10), Dependence::Independent, 0.95);
/// let limits = change.absolute.limits.unwrap();
/// assert!((limits.low - 0.6791).abs() < 5e-5 && limits.high == 1.0); // Newcombe 1998, table II (h)
/// ```
pub fn share_change(was: &Estimate, is: &Estimate, dependence: Dependence, level: f64) -> Change {
    let varies = |estimate: &Estimate| estimate.value > 0.0 && estimate.value < 1.0;
    if varies(was) && varies(is) {
        return change(was, is, dependence, level);
    }
    let at = |level: f64| -> Result<(Interval, Interval, f64), Undefined> {
        let [before, after] = [was, is].map(|estimate| share::interval(estimate, dependence, level));
        let (before, after) = (before?, after?);
        let df = before.df.unwrap_or(f64::INFINITY).min(after.df.unwrap_or(f64::INFINITY));
        let closed = |limits: &Limits| limits.closed().ok_or(Undefined::OpenInterval);
        Ok((closed(&before)?, closed(&after)?, df))
    };
    let scaled = |level: f64, scale: fn(f64) -> f64| {
        let (before, after, _) = at(level)?;
        let joined = Joined { figures: [was.value, is.value], limits: [before, after], correlation: 0.0 };
        Ok(joined.on(scale))
    };
    let difference = is.value - was.value;
    let logs = match was.value > 0.0 && is.value > 0.0 {
        false => Err(Undefined::NoBase),
        true => Ok(scaled(level, f64::ln).map(|logs| Interval { low: logs.low.exp_m1(), high: logs.high.exp_m1() })),
    };
    Change {
        absolute: Difference { value: difference, limits: scaled(level, |share| share) },
        relative: logs.map(|limits| Difference { value: difference / was.value, limits }),
        p: touching(difference, |level| scaled(level, |share| share)),
        df: at(level).ok().and_then(|(.., df)| finite(df)),
        standard_error: None,
        method: match dependence {
            Dependence::Clustered => "Wilson's limits of both windows joined, effective n, Bell-McCaffrey t",
            Dependence::Serial => "Wilson's limits of both windows joined, effective weeks, t",
            Dependence::Independent => "Wilson's limits of both windows joined, independent rows",
        },
    }
}

/// The p-value of which an interval by level is the other side: it includes zero from that level on.
fn touching(difference: f64, interval: impl Fn(f64) -> Result<Interval, Undefined>) -> Result<f64, Undefined> {
    if difference == 0.0 {
        return interval(0.5).map(|_| 1.0);
    }
    let excludes = |p: f64| interval(1.0 - p).map(|limits| limits.low > 0.0 || limits.high < 0.0);
    let (mut excluded, mut included) = (1.0, 1e-12);
    if excludes(included)? {
        return Ok(included);
    }
    for _ in 0..60 {
        let middle = f64::sqrt(excluded * included);
        if excludes(middle)? { excluded = middle } else { included = middle }
    }
    Ok(excluded)
}

fn half_width(spread: Spread, level: f64) -> f64 {
    critical(level, spread.df) * spread.standard_error()
}

fn relative(was: &Estimate, is: &Estimate, dependence: Dependence, level: f64) -> Result<Difference, Undefined> {
    if was.value <= 0.0 || is.value <= 0.0 {
        return Err(Undefined::NoBase);
    }
    let weights = Contrast { was: -1.0 / was.value, is: 1.0 / is.value };
    let log = (is.value / was.value).ln();
    let limits = compared(was, is, weights, dependence);
    let limits = limits.and_then(|spread| unlogged(&symmetric(log, half_width(spread, level))));
    Ok(Difference { value: (is.value - was.value) / was.value, limits })
}

/// Limits of a ratio less one, given those of its logarithm.
///
/// With a degree of freedom or less they reach beyond all numbers: such an interval has no upper end.
fn unlogged(logs: &Interval) -> Result<Interval, Undefined> {
    let limits = Interval { low: logs.low.exp_m1(), high: logs.high.exp_m1() };
    if limits.high.is_finite() { Ok(limits) } else { Err(Undefined::OpenInterval) }
}

fn through_curve(was: &Quantile, is: &Quantile, dependence: Dependence) -> Result<(f64, f64), Undefined> {
    let at = was.curve.nearest_together(&is.curve, was.q)?;
    if dependence == Dependence::Clustered && [was, is].iter().any(|window| window.curve.weighing() < 2) {
        return Err(Undefined::OneCluster);
    }
    let (before, after) = (was.curve.incidence(at), is.curve.incidence(at));
    let spread = compared(&before, &after, Contrast::DIFFERENCE, dependence)?;
    Ok(((after.value - before.value) / spread.standard_error(), spread.df))
}

fn both(was: &Quantile, is: &Quantile) -> Result<(Interval, Interval), Undefined> {
    let closed = |quantile: &Quantile| quantile.limits.clone()?.closed().ok_or(Undefined::OpenInterval);
    Ok((closed(was)?, closed(is)?))
}

fn widest(was: &Quantile, is: &Quantile) -> Difference {
    let limits =
        both(was, is).map(|(before, after)| Interval { low: after.low - before.high, high: after.high - before.low });
    Difference { value: is.estimate.value - was.estimate.value, limits }
}

fn widest_ratio(was: &Quantile, is: &Quantile) -> Result<Difference, Undefined> {
    let (base, value) = (was.estimate.value, is.estimate.value);
    if base <= 0.0 || value <= 0.0 {
        return Err(Undefined::NoBase);
    }
    let limits = both(was, is).and_then(|(before, after)| match before.low > 0.0 {
        true => Ok(Interval { low: after.low / before.high - 1.0, high: after.high / before.low - 1.0 }),
        false => Err(Undefined::NoBase),
    });
    Ok(Difference { value: (value - base) / base, limits })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(hits: i128, n: u64) -> Estimate {
        let cell =
            crate::stats::ClusterMoments { cluster: crate::stats::ClusterId(0), n, sum: hits, sum_squares: hits };
        share::estimate(&[cell]).expect("a share")
    }

    /// Newcombe 1998, table II, method 10: (g) 10/10 − 0/10 and, with room below, (f) 56/70 − 48/80 by neither edge.
    #[test]
    fn shares_at_an_edge_have_joined_limits() {
        let change = share_change(&hits(0, 10), &hits(10, 10), Dependence::Independent, 0.95);
        let limits = change.absolute.limits.expect("limits");
        assert!((limits.low - 0.6075).abs() < 5e-5 && (limits.high - 1.0).abs() < 1e-12, "{limits:?}");
        assert!(change.p.expect("p") < 0.001);
        let inside = share_change(&hits(48, 80), &hits(56, 70), Dependence::Independent, 0.95);
        assert_eq!(inside, super::change(&hits(48, 80), &hits(56, 70), Dependence::Independent, 0.95));
    }

    /// Six of six after 161 of 200: Wilson's lower limit of 6/6 at 95 % is 6/(6 + 3.8415) = 0.6097, below 0.805; so the
    /// interval includes zero and p is above 5 %.
    #[test]
    fn a_few_hits_are_no_improvement() {
        let change = share_change(&hits(161, 200), &hits(6, 6), Dependence::Independent, 0.95);
        let limits = change.absolute.limits.expect("limits");
        assert!(limits.low < 0.0 && change.p.expect("p") > 0.05, "{limits:?}");
    }

    /// 10 [8, 13] before and 6 [5, 9] after: −4, down by √(1² + 3²), up by √(3² + 2²); with a correlation of a half
    /// √(1 + 9 − 3) and √(9 + 4 − 6). As a ratio of 0.6 the reaches are those of the logarithms.
    #[test]
    fn two_windows_limits_are_joined() {
        let joined = |correlation| Joined {
            figures: [10.0, 6.0],
            limits: [Interval { low: 8.0, high: 13.0 }, Interval { low: 5.0, high: 9.0 }],
            correlation,
        };
        let near = |found: Interval, low: f64, high: f64| {
            assert!((found.low - low).abs() < 1e-12 && (found.high - high).abs() < 1e-12, "{found:?}");
        };
        near(joined(0.0).on(|time| time), -4.0 - 10f64.sqrt(), -4.0 + 13f64.sqrt());
        near(joined(0.5).on(|time| time), -4.0 - 7f64.sqrt(), -4.0 + 7f64.sqrt());
        let (down, up) = ((6f64 / 5.0).ln().hypot(1.3f64.ln()), 1.5f64.ln().hypot(1.25f64.ln()));
        near(joined(0.0).on(f64::ln), 0.6f64.ln() - down, 0.6f64.ln() + up);
    }
}
