//! One monthly series at the date of a reform: did its level or its slope change?
//!
//! A before-and-after of two windows takes a trend that was there already for the reform's work. Segmented regression goes
//! on with the trend, and with the months of the year, and asks what the reform added to them (Wagner, Soumerai, Zhang &
//! Ross-Degnan 2002, J. Clin. Pharm. Ther. 27:299; Lopez Bernal, Cummins & Gasparrini 2017, Int. J. Epidemiol. 46:348).

use super::interval::{Interval, critical, symmetric, two_sided_p};
use super::regression::{Factored, Fit};
use crate::error::Undefined;
use std::collections::BTreeMap;

/// The least number of months on each side of the reform.
///
/// Penfold & Zhang 2013 (Acad. Pediatr. 13:S38): eight before and eight after.
pub const LEAST: usize = 8;

/// The number of points from which on the months of the year have effects of their own.
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
    /// In the last month, how far the series' line is from where it would have been.
    pub latest_change: Coefficient,
    /// Both lines over every month from the first to the last, months without a point included.
    pub lines: Vec<Line>,
    /// Months with a point before the reform.
    pub before: usize,
    /// Months with a point from the reform on.
    pub after: usize,
    /// Degrees of freedom of the reference t: points less coefficients.
    pub df: f64,
    /// How many months back errors were taken to resemble each other.
    pub lag: usize,
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
    /// The series as if nothing had happened; before the reform it is the fitted one.
    pub counterfactual: f64,
}

/// The segmented regression of a series on the month of the reform.
///
/// # Formula
///
/// ```text
/// y_m = level + slope t + level_change d + slope_change t d + effect of the month of the year + u,
///       t = m - reform,  d = 1 from the reform on
/// V(c'b) = T / (T - k) sum_l (1 - |l| / (L + 1)) sum_m z_m z_(m+l),   |l| <= L = floor(4 (T / 100)^(2/9))
/// ```
///
/// by ordinary least squares over `T` points and `k` coefficients; `z_m` is the residual of month `m` times the weight
/// that `c'b` puts on it, zero where a month has no point (Parzen 1963, Sankhya A 25:383). Bartlett weights: Newey & West
/// 1987 (Econometrica 55:703); their lag: 1994 (Rev. Econ. Stud. 61:631). Reference: t with `T - k` degrees of freedom.
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
/// let points: Vec<_> = (0..20).map(|m| Point { month: m, value: day(m) + [0.5, -0.5, -0.5, 0.5][m as usize % 4] }).collect();
/// let found = segmented(&points, 10, 0.95).unwrap();
/// assert!((found.slope.value - 1.0).abs() < 0.1 && (found.slope_change.value + 2.0).abs() < 0.1);
/// assert!((found.level_change.value + 6.0).abs() < 0.6 && found.level_change.p.unwrap() < 0.001);
/// assert!(!found.month_effects && found.df == 16.0 && found.lag == 2);
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
    let coefficient = |combination: &[(usize, f64)]| model.coefficient(&series, combination, level);
    Ok(Segmented {
        level: coefficient(&[(0, 1.0)]),
        slope: coefficient(&[(1, 1.0)]),
        level_change: coefficient(&[(2, 1.0)]),
        slope_change: coefficient(&[(3, 1.0)]),
        latest_change: coefficient(&[(2, 1.0), (3, last)]),
        lines: model.lines(&series),
        before,
        after,
        df: model.df(),
        lag: model.lag(),
        month_effects: model.month_effects,
        method: "segmented least squares, Newey-West errors, t",
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
        let fit = Factored::new(&columns)?.fit(&columns, &series.values);
        Some(Self { fit, reform, month_effects })
    }

    fn df(&self) -> f64 {
        (self.fit.residuals.len() - self.fit.coefficients.len()) as f64
    }

    fn lag(&self) -> usize {
        (4.0 * (self.fit.residuals.len() as f64 / 100.0).powf(2.0 / 9.0)).floor() as usize
    }

    /// A sum of so many times these coefficients.
    fn coefficient(&self, series: &Series, combination: &[(usize, f64)], level: f64) -> Coefficient {
        let value = combination.iter().map(|&(j, times)| times * self.fit.coefficients[j]).sum();
        let standard_error = self.standard_error(series, combination);
        let half = standard_error.clone().map(|error| critical(level, self.df()) * error);
        Coefficient {
            value,
            limits: half.map(|half| symmetric(value, half)),
            p: standard_error.clone().map(|error| two_sided_p(value / error, self.df())),
            standard_error,
        }
    }

    fn standard_error(&self, series: &Series, combination: &[(usize, f64)]) -> Result<f64, Undefined> {
        let largest = self.fit.residuals.iter().fold(0.0, |most: f64, residual| residual.abs().max(most));
        if largest <= ROUNDING * series.scale() {
            return Err(Undefined::NoVariation);
        }
        let weight = |row: usize| combination.iter().map(|&(j, times)| times * self.fit.weights[j][row]).sum::<f64>();
        let scores: Vec<_> = self.fit.residuals.iter().enumerate().map(|(row, rest)| weight(row) * rest).collect();
        let points = scores.len() as f64;
        let variance = points / self.df() * long_run(&series.months, &scores, self.lag());
        if variance > 0.0 { Ok(variance.sqrt()) } else { Err(Undefined::NoVariation) }
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

/// Bartlett's long-run sum of squares of a series with gaps, its months ascending.
fn long_run(months: &[i64], scores: &[f64], lag: usize) -> f64 {
    let mut sum = 0.0;
    for (i, score) in scores.iter().enumerate() {
        sum += score * score;
        for (month, later) in months.iter().zip(scores).skip(i + 1).take(lag) {
            let apart = since(*month, months[i]);
            sum += 2.0 * (1.0 - apart / (lag as f64 + 1.0)).max(0.0) * score * later;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(months: impl IntoIterator<Item = i64>, value: impl Fn(i64) -> f64) -> Vec<Point> {
        months.into_iter().map(|month| Point { month, value: value(month) }).collect()
    }

    /// Scores 1, 2, and after a gap 3: with a lag of 2 the pairs are (1, 2) one apart with 2/3, (2, 3) two apart with
    /// 1/3, and none three apart: 1 + 4 + 9 + 2 (2/3 2 + 1/3 6) = 14 + 20/3.
    #[test]
    fn a_gap_is_a_gap() {
        assert!((long_run(&[5, 6, 8], &[1.0, 2.0, 3.0], 2) - (14.0 + 20.0 / 3.0)).abs() < 1e-12);
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

    /// Two years with all months; one month less; a month that stands there once. In two years parted by the reform itself
    /// each month is seen once before and once after, twelve months on: a slope and a jump are then the same thing.
    #[test]
    fn months_of_the_year_from_two_years_on() {
        let noisy = |m: i64| (m * m % 7) as f64;
        let effects =
            |points: &[Point], reform| segmented(points, reform, 0.95).map(|found| (found.month_effects, found.df));
        assert_eq!(effects(&points(0..24, noisy), 10), Ok((true, 9.0)));
        assert_eq!(effects(&points(0..23, noisy), 10), Ok((false, 19.0)));
        assert_eq!(effects(&points((0..25).filter(|&m| m != 5), noisy), 10), Ok((false, 20.0)));
        assert_eq!(effects(&points(0..24, noisy), 12), Ok((false, 20.0)));
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
