//! One monthly series at the date of a reform: did its level or its slope change?
//!
//! A before-and-after of two windows takes a trend that was there already for the reform's work. Segmented regression
//! goes on with the trend, and with the months of the year, and asks what the reform added to them (Wagner, Soumerai,
//! Zhang & Ross-Degnan 2002, J. Clin. Pharm. Ther. 27:299; Lopez Bernal, Cummins & Gasparrini 2017, Int. J. Epidemiol.
//! 46:348).

use super::interval::{Interval, critical, symmetric, two_sided_p};
use super::newey_west::Errors;
use super::regression::{Factored, Fit};
use crate::error::Undefined;
use std::collections::BTreeMap;

/// The least number of months on each side of the reform.
///
/// Penfold & Zhang 2013 (Acad. Pediatr. 13:S38): eight before and eight after.
pub const LEAST: usize = 8;

/// The least number of points with which months of the year have effects.
pub const SEASONAL: usize = 24;

/// A spread this small beside the values is the rounding of zero.
pub(super) const ROUNDING: f64 = 1e-12;

/// One month of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The month, counted from any January.
    pub month: i64,
    /// The figure of that month.
    pub value: f64,
}

/// What a reform did to a series.
#[derive(Clone, Debug, PartialEq)]
pub struct Segmented {
    /// The level in the month of the reform as it would have been without it.
    pub level: Coefficient,
    /// The change from one month to the next before the reform.
    pub slope: Coefficient,
    /// The jump in the month of the reform.
    pub level_change: Coefficient,
    /// What the reform added to the slope.
    pub slope_change: Coefficient,
    /// In the last month, the fitted line less the counterfactual one.
    pub latest_change: Coefficient,
    /// Both lines over every month from the first to the last.
    ///
    /// Months without a point are included.
    pub lines: Vec<Line>,
    /// Months with a point before the reform.
    pub before: usize,
    /// Months with a point from the reform on.
    pub after: usize,
    /// How many months back errors were taken to resemble each other.
    pub lag: usize,
    /// How much a month resembles the one before, by the working model of errors.
    ///
    /// From 0 to 0.95.
    pub autocorrelation: f64,
    /// Whether the months of the year have effects of their own.
    pub month_effects: bool,
    /// The method in words.
    pub method: &'static str,
}

/// One coefficient, in the unit of the series.
#[derive(Clone, Debug, PartialEq)]
pub struct Coefficient {
    /// Its value.
    pub value: f64,
    /// Its standard error, or why it has none.
    pub standard_error: Result<f64, Undefined>,
    /// Newey and West's own standard error, with `T / (T - k)`.
    ///
    /// What other programs print; too small in short series.
    pub newey_west: Option<f64>,
    /// Degrees of freedom of its t.
    pub df: Option<f64>,
    /// Its limits, or why it has none.
    pub limits: Result<Interval, Undefined>,
    /// The two-sided p-value of zero.
    pub p: Result<f64, Undefined>,
}

/// One month of the two lines to be drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// The month.
    pub month: i64,
    /// The fitted series.
    pub fitted: f64,
    /// The series as if nothing had happened; the same before the reform.
    pub counterfactual: f64,
}

/// The segmented regression of a series on the month of the reform.
///
/// # Formula
///
/// ```text
/// y_m = level + slope t + level_change d + slope_change t d + effect of the month of the year + u,
///       t = m - reform,  d = 1 from the reform on
/// N(c'b) = sum_l (1 - |l| / (L + 1)) sum_m z_m z_(m+l),   |l| <= L = floor(4 (T / 100)^(2/9))
/// V(c'b) = N w'Rw / tr(A R),   df = tr(A R)^2 / tr(A R A R),   A = M D K D M
/// ```
///
/// by ordinary least squares over `T` points and `k` coefficients; `z_m` is the residual of month `m` times the weight
/// `w_m` that `c'b` puts on it, zero where a month has no point (Parzen 1963, Sankhya A 25:383). `N` is the long-run
/// variance with Bartlett's weights `K` (Newey & West 1987, Econometrica 55:703; their lag: 1994, Rev. Econ. Stud.
/// 61:631).
///
/// `N` is too small in short series, with the usual `T / (T - k)` too. So, as in CR2, it is made unbiased under a
/// working model and given the degrees of freedom of a chi-square with its mean and variance there (Bell & McCaffrey
/// 2002; Imbens & Kolesar 2016, Rev. Econ. Stat. 98:701): errors with autocorrelation `R_mn = r^|m - n|`, `M` what
/// least squares leave, `D` the weights; `r` from 0 to 0.95 such that residuals would show on average the first
/// autocorrelation they show.
///
/// Month effects add up to zero over the year, so `level` is that of a mean month. They are in from [`SEASONAL`] points
/// on if each month of the year stands there at least twice and they can be told from the rest. Points of one month are
/// averaged; a value that is not finite is no point. In any order.
///
/// # Undefined
///
/// `FewMonths` with fewer than [`LEAST`] months before the reform or from it on. The limits and p of a coefficient:
/// `NoVariation` if every point lies on the line.
///
/// # Example
///
/// ```
/// use giamtang::stats::trend::{Point, segmented};
///
/// // 20 days and 1 more each month; the reform in month 10 takes 6 off at once and 2 more each month. Noise of -+ 0.5.
/// let day = |m: i64| 20.0 + m as f64 - if m < 10 { 0.0 } else { 6.0 + 2.0 * (m - 10) as f64 };
/// let noisy = |m: i64| Point { month: m, value: day(m) + [0.5, -0.5, -0.5, 0.5][m as usize % 4] };
/// let points: Vec<_> = (0..20).map(noisy).collect();
/// let found = segmented(&points, 10, 0.95).unwrap();
/// assert!((found.slope.value - 1.0).abs() < 0.1 && (found.slope_change.value + 2.0).abs() < 0.1);
/// assert!((found.level_change.value + 6.0).abs() < 0.6 && found.level_change.p.unwrap() < 0.001);
/// assert!(!found.month_effects && found.lag == 2);
/// ```
pub fn segmented(points: &[Point], reform: i64, level: f64) -> Result<Segmented, Undefined> {
    let series = Series::new(points);
    let before = series.months.iter().filter(|&&month| month < reform).count();
    let after = series.months.len() - before;
    if before < LEAST || after < LEAST {
        return Err(Undefined::FewMonths);
    }
    let model = Model::fit(&series, reform).ok_or(Undefined::FewMonths)?;
    let last = since(series.months[series.months.len() - 1], reform);
    let errors = Errors::new(&series.months, &model.factored, &model.fit);
    let exact = model.is_exact(&series);
    let coefficient = |combination: &[(usize, f64)]| model.coefficient(&errors, exact, combination, level);
    Ok(Segmented {
        level: coefficient(&[(0, 1.0)]),
        slope: coefficient(&[(1, 1.0)]),
        level_change: coefficient(&[(2, 1.0)]),
        slope_change: coefficient(&[(3, 1.0)]),
        latest_change: coefficient(&[(2, 1.0), (3, last)]),
        lines: model.lines(&series),
        before,
        after,
        lag: errors.lag,
        autocorrelation: errors.autocorrelation,
        month_effects: model.month_effects,
        method: "segmented least squares, Newey-West errors made unbiased on an AR(1), t",
    })
}

/// A series in the order of its months, one value for each.
#[derive(Debug)]
pub(super) struct Series {
    pub(super) months: Vec<i64>,
    pub(super) values: Vec<f64>,
}

impl Series {
    pub(super) fn new(points: &[Point]) -> Self {
        let mut by_month: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
        for point in points.iter().filter(|point| point.value.is_finite()) {
            by_month.entry(point.month).or_default().push(point.value);
        }
        let mean = |values: &mut Vec<f64>| {
            values.sort_by(f64::total_cmp);
            values.iter().sum::<f64>() / values.len() as f64
        };
        let values = by_month.values_mut().map(mean).collect();
        Self { months: by_month.into_keys().collect(), values }
    }

    /// Whether there are points enough, and each month of the year at least twice.
    pub(super) fn is_seasonal(&self) -> bool {
        let mut seen = [0; 12];
        self.months.iter().for_each(|&month| seen[of_year(month)] += 1);
        self.months.len() >= SEASONAL && seen.iter().all(|&times| times >= 2)
    }

    /// The largest value without its sign: the scale of what is a rounding.
    pub(super) fn scale(&self) -> f64 {
        self.values.iter().fold(0.0, |most, value| value.abs().max(most))
    }
}

/// January is 0.
pub(super) fn of_year(month: i64) -> usize {
    month.rem_euclid(12) as usize
}

/// Months from one to another, without overflow.
pub(super) fn since(month: i64, origin: i64) -> f64 {
    (i128::from(month) - i128::from(origin)) as f64
}

/// One month's row of the design.
fn row(month: i64, reform: i64, reformed: bool, month_effects: bool) -> Vec<f64> {
    let t = since(month, reform);
    let d = f64::from(u8::from(reformed));
    let mut row = vec![1.0, t, d, t * d];
    if month_effects {
        let effect = |j: usize| f64::from(u8::from(of_year(month) == j)) - f64::from(u8::from(of_year(month) == 11));
        row.extend((0..11).map(effect));
    }
    row
}

/// The design, its fit, and what stands in it.
struct Model {
    factored: Factored,
    fit: Fit,
    reform: i64,
    month_effects: bool,
}

impl Model {
    /// With the months of the year if they can be told apart.
    fn fit(series: &Series, reform: i64) -> Option<Self> {
        let with = |month_effects| Self::of(series, reform, month_effects);
        series.is_seasonal().then(|| with(true)).flatten().or_else(|| with(false))
    }

    fn of(series: &Series, reform: i64, month_effects: bool) -> Option<Self> {
        let rows: Vec<_> = series.months.iter().map(|&m| row(m, reform, m >= reform, month_effects)).collect();
        let columns: Vec<Vec<f64>> = (0..rows[0].len()).map(|j| rows.iter().map(|row| row[j]).collect()).collect();
        let factored = Factored::new(&columns)?;
        let fit = factored.fit(&columns, &series.values);
        Some(Self { factored, fit, reform, month_effects })
    }

    /// Whether every point lies on the line.
    fn is_exact(&self, series: &Series) -> bool {
        self.fit.residuals.iter().all(|residual| residual.abs() <= ROUNDING * series.scale())
    }

    /// A sum of so many times these coefficients.
    fn coefficient(&self, errors: &Errors, exact: bool, combination: &[(usize, f64)], level: f64) -> Coefficient {
        let value = combination.iter().map(|&(j, times)| times * self.fit.coefficients[j]).sum();
        let found = Some(errors.variance(combination))
            .filter(|found| !exact && found.spread.variance.is_finite() && found.spread.variance > 0.0);
        let spread = found.map(|found| found.spread).ok_or(Undefined::NoVariation);
        let half = spread.clone().map(|spread| critical(level, spread.df) * spread.standard_error());
        Coefficient {
            value,
            standard_error: spread.clone().map(|spread| spread.standard_error()),
            newey_west: found.map(|found| found.usual.sqrt()),
            df: spread.as_ref().ok().map(|spread| spread.df),
            limits: half.map(|half| symmetric(value, half)),
            p: spread.map(|spread| two_sided_p(value / spread.standard_error(), spread.df)),
        }
    }

    fn lines(&self, series: &Series) -> Vec<Line> {
        let value = |month, reformed| {
            let row = row(month, self.reform, reformed, self.month_effects);
            row.iter().zip(&self.fit.coefficients).map(|(x, b)| x * b).sum()
        };
        let line =
            |month| Line { month, fitted: value(month, month >= self.reform), counterfactual: value(month, false) };
        every_month(series).map(line).collect()
    }
}

/// From the first month to the last; only those with a point where gaps would outnumber any drawing.
fn every_month(series: &Series) -> Box<dyn Iterator<Item = i64> + '_> {
    const WIDEST: f64 = 12.0 * 1000.0;
    match (series.months.first(), series.months.last()) {
        (Some(&first), Some(&last)) if since(last, first) <= WIDEST => Box::new(first..=last),
        _ => Box::new(series.months.iter().copied()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(months: impl IntoIterator<Item = i64>, value: impl Fn(i64) -> f64) -> Vec<Point> {
        months.into_iter().map(|month| Point { month, value: value(month) }).collect()
    }

    /// 3 + 2 t exactly, minus 5 from month 0 on: known without error, so it has no error to show.
    #[test]
    fn a_series_on_its_line_has_no_interval() {
        let found = segmented(&points(-9..9, |m| 3.0 + 2.0 * m as f64 - if m < 0 { 0.0 } else { 5.0 }), 0, 0.95);
        let found = found.expect("a fit");
        assert!((found.level_change.value + 5.0).abs() < 1e-12 && (found.slope.value - 2.0).abs() < 1e-12);
        assert_eq!(found.level_change.p, Err(Undefined::NoVariation));
        let at = |month: i64| found.lines.iter().find(|line| line.month == month).expect("a month");
        assert!((at(8).fitted - 14.0).abs() < 1e-12 && (at(8).counterfactual - 19.0).abs() < 1e-12);
        assert!((found.latest_change.value + 5.0).abs() < 1e-12);
    }

    #[test]
    fn eight_months_on_each_side() {
        let at = |reform| segmented(&points(0..17, |m| (m * m % 7) as f64), reform, 0.95);
        assert_eq!(at(7).map(|_| ()), Err(Undefined::FewMonths));
        assert_eq!(at(10).map(|_| ()), Err(Undefined::FewMonths));
        assert_eq!(at(8).map(|found| (found.before, found.after)), Ok((8, 9)));
        assert_eq!(segmented(&[], 0, 0.95), Err(Undefined::FewMonths));
    }

    /// Two years with all months; one month less; a month that stands there once. In two years parted by the reform
    /// itself each month is seen once before and once after, twelve months on: a slope and a jump are then the same
    /// thing.
    #[test]
    fn months_of_the_year_from_two_years_on() {
        let noisy = |m: i64| (m * m % 7) as f64;
        let effects = |points: &[Point], reform| segmented(points, reform, 0.95).map(|found| found.month_effects);
        assert_eq!(effects(&points(0..24, noisy), 10), Ok(true));
        assert_eq!(effects(&points(0..23, noisy), 10), Ok(false));
        assert_eq!(effects(&points((0..25).filter(|&m| m != 5), noisy), 10), Ok(false));
        assert_eq!(effects(&points(0..24, noisy), 12), Ok(false));
    }

    #[test]
    fn far_months_and_what_is_no_number_do_no_harm() {
        let mut far = points(0..20, |m| (m * m % 7) as f64);
        far.extend([Point { month: i64::MAX, value: 1.0 }, Point { month: i64::MIN, value: 2.0 }]);
        let found = segmented(&far, 10, 0.95).map(|found| found.lines.len());
        assert!(matches!(found, Ok(22) | Err(Undefined::FewMonths)), "{found:?}");
        let nan = [points(0..20, |_| f64::NAN), points(0..20, |_| f64::INFINITY)].concat();
        assert_eq!(segmented(&nan, 10, 0.95), Err(Undefined::FewMonths));
    }
}
