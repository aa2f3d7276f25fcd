//! Which interval is that: limits, the reference distribution, Wilson's for shares, Byar's and the exact for counts.
//!
//! Two-sided throughout. Tails are asked for as tails, never as `1 - cdf`.

use statrs::distribution::{Continuous, ContinuousCDF, Gamma, Normal, StudentsT};

/// A closed interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The lower limit.
    pub low: f64,
    /// The upper limit.
    pub high: f64,
}

/// The interval of a figure, and how it was made.
///
/// A limit the data do not reach is absent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// The lower limit; absent if the data do not give one.
    pub low: Option<f64>,
    /// The upper limit; absent if too many rows are still open to give one.
    pub high: Option<f64>,
    /// Degrees of freedom of the reference t; absent where the reference is normal.
    pub df: Option<f64>,
    /// The method in words.
    pub method: &'static str,
}

impl Limits {
    /// Both limits, if both are there.
    pub fn closed(&self) -> Option<Interval> {
        Some(Interval { low: self.low?, high: self.high? })
    }

    pub(super) fn of(interval: Interval, df: f64, method: &'static str) -> Self {
        Self { low: Some(interval.low), high: Some(interval.high), df: finite(df), method }
    }
}

/// The number of standard errors on each side of an interval.
///
/// # Formula
///
/// ```text
/// t such that P(|T| > t) = 1 - level
/// ```
///
/// where `T` is Student's with `df` degrees of freedom, normal for an infinite `df`; `0 < level < 1` and `df > 0`.
///
/// # Example
///
/// ```
/// use giamtang::stats::interval::critical;
///
/// assert!((critical(0.95, f64::INFINITY) - 1.959964).abs() < 1e-6);
/// assert!((critical(0.95, 4.0) - 2.776445).abs() < 1e-6);
/// ```
pub fn critical(level: f64, df: f64) -> f64 {
    let tail = (1.0 - level) / 2.0;
    match Reference::of(df) {
        Reference::Student(t) => polished(&t, -t.inverse_cdf(tail), tail),
        Reference::NearNormal(df) => from_normal(-Normal::standard().inverse_cdf(tail), df),
        Reference::Normal => -Normal::standard().inverse_cdf(tail),
    }
}

/// The two-sided p-value of a statistic in standard errors.
///
/// # Formula
///
/// ```text
/// p = 2 P(T > |t|)
/// ```
///
/// where `T` is Student's with `df` degrees of freedom, normal for an infinite `df`.
///
/// # Example
///
/// ```
/// use giamtang::stats::interval::two_sided_p;
///
/// assert!((two_sided_p(-2.776445105, 4.0) - 0.05).abs() < 1e-9);
/// ```
pub fn two_sided_p(t: f64, df: f64) -> f64 {
    let tail = match Reference::of(df) {
        Reference::Student(student) => student.sf(t.abs()),
        Reference::NearNormal(df) => Normal::standard().sf(to_normal(t.abs(), df)),
        Reference::Normal => Normal::standard().sf(t.abs()),
    };
    (2.0 * tail).min(1.0)
}

/// Wilson's score interval of a share (Wilson 1927).
///
/// # Formula
///
/// ```text
/// (p + z^2/2n  -+  z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n)
/// ```
///
/// where `n > 0` need not be whole: an effective number of rows will do. Limits stay inside [0, 1].
///
/// # Example
///
/// ```
/// use giamtang::stats::interval::{critical, wilson};
///
/// let limits = wilson(0.2, 100.0, critical(0.95, f64::INFINITY));
/// assert!((limits.low - 0.13336693333).abs() < 1e-10 && (limits.high - 0.28882916560).abs() < 1e-10);
/// ```
pub fn wilson(p: f64, n: f64, z: f64) -> Interval {
    let z2 = z * z;
    let centre = p + z2 / (2.0 * n);
    let half = z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z2 / n;
    // At p = 0 and p = 1 one limit is p itself; the subtraction would leave a rounding error there.
    let low = if p <= 0.0 { 0.0 } else { ((centre - half) / scale).clamp(0.0, p) };
    let high = if p >= 1.0 { 1.0 } else { ((centre + half) / scale).clamp(p, 1.0) };
    Interval { low, high }
}

/// The limits of a count: exact below ten events, Byar's from ten.
///
/// # Formula
///
/// ```text
/// x <  10: poisson(x)
/// x >= 10: byar(x)
/// ```
///
/// the practice of Public Health England (APHO Technical Briefing 3, 2008).
///
/// # Example
///
/// ```
/// use giamtang::stats::interval::{byar, count, poisson};
///
/// assert_eq!(count(9, 0.95), poisson(9, 0.95));
/// assert_eq!(count(10, 0.95), byar(10, 0.95));
/// ```
pub fn count(x: u64, level: f64) -> Interval {
    if x < 10 { poisson(x, level) } else { byar(x, level) }
}

/// Byar's limits of a count, close to the exact ones from ten events.
///
/// # Formula
///
/// ```text
/// low  = x (1 - 1 / 9x - z / 3 sqrt(x))^3
/// high = (x + 1) (1 - 1 / 9(x + 1) + z / 3 sqrt(x + 1))^3
/// ```
///
/// Breslow & Day 1987 (IARC Scientific Publications 82), page 69.
///
/// # Example
///
/// ```
/// use giamtang::stats::interval::byar;
///
/// let limits = byar(65, 0.95);
/// assert!((limits.low - 50.16318771).abs() < 1e-8 && (limits.high - 82.84913855).abs() < 1e-8);
/// ```
pub fn byar(x: u64, level: f64) -> Interval {
    let z = critical(level, f64::INFINITY);
    let limit = |x: f64, z: f64| x * (1.0 - 1.0 / (9.0 * x) + z / (3.0 * x.sqrt())).powi(3);
    let low = if x == 0 { 0.0 } else { limit(x as f64, -z).max(0.0) };
    Interval { low, high: limit(x as f64 + 1.0, z) }
}

/// The exact limits of a count that is Poisson's.
///
/// # Formula
///
/// ```text
/// P(X >= x | low) = P(X <= x | high) = (1 - level) / 2
/// ```
///
/// so `low` is half the lower chi-square quantile on `2x` degrees of freedom and `high` half the upper one on `2x + 2`;
/// `low` of none is 0. Garwood 1936 (Biometrika 28:437).
///
/// # Example
///
/// ```
/// use giamtang::stats::interval::poisson;
///
/// let none = poisson(0, 0.95);
/// assert!(none.low == 0.0 && (none.high - 40.0_f64.ln()).abs() < 1e-12);
/// ```
pub fn poisson(x: u64, level: f64) -> Interval {
    let tail = (1.0 - level) / 2.0;
    let near = byar(x, level);
    let low = if x == 0 { 0.0 } else { rooted(x as f64, near.low, |gamma, rate| gamma.cdf(rate) - tail) };
    Interval { low, high: rooted(x as f64 + 1.0, near.high, |gamma, rate| tail - gamma.sf(rate)) }
}

/// Newton's steps on a tail of the gamma distribution.
fn rooted(shape: f64, start: f64, excess: impl Fn(&Gamma, f64) -> f64) -> f64 {
    let Ok(gamma) = Gamma::new(shape, 1.0) else { return start };
    // Each step at most halves, for Byar's limit of one event is far off at high levels. The density by its logarithm:
    // that of statrs is infinite for shapes near 150.
    (0..60).fold(start.max(1e-3), |rate, _| {
        (rate - excess(&gamma, rate) / gamma.ln_pdf(rate).exp()).clamp(rate / 2.0, rate * 2.0)
    })
}

pub(super) fn symmetric(value: f64, half: f64) -> Interval {
    Interval { low: value - half, high: value + half }
}

pub(super) fn finite(df: f64) -> Option<f64> {
    df.is_finite().then_some(df)
}

/// The distribution of a statistic in standard errors.
enum Reference {
    Student(StudentsT),
    /// Student's with so many degrees of freedom that statrs' gamma loses digits.
    NearNormal(f64),
    Normal,
}

impl Reference {
    fn of(df: f64) -> Self {
        match StudentsT::new(0.0, 1.0, df) {
            Ok(student) if df < 1e5 => Self::Student(student),
            _ if df.is_finite() => Self::NearNormal(df),
            _ => Self::Normal,
        }
    }
}

/// Newton's steps on the tail.
///
/// The inverse of statrs is off by 1e-8 of itself at many degrees of freedom, and p must agree with the limits.
fn polished(t: &StudentsT, start: f64, tail: f64) -> f64 {
    (0..3).fold(start, |x, _| x + (t.sf(x) - tail) / t.pdf(x))
}

/// Wallace 1959 (Ann. Math. Stat. 30:1121): off by the order of `1 / df^2`.
fn to_normal(t: f64, df: f64) -> f64 {
    (df * (t * t / df).ln_1p()).sqrt() * (8.0 * df + 1.0) / (8.0 * df + 3.0)
}

fn from_normal(z: f64, df: f64) -> f64 {
    let scaled = z * (8.0 * df + 3.0) / (8.0 * df + 1.0);
    (df * (scaled * scaled / df).exp_m1()).sqrt()
}
