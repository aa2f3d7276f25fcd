//! Weeks in a row against SciPy's cosine transform, and against series whose long-run variance is known.

use super::draws::Draws;
use super::*;
use Dependence::Serial;
use giamtang::stats::{Estimate, serial, total};

fn numbers(row: &BTreeMap<String, String>, column: &str) -> Vec<i128> {
    row[column].split(' ').map(|x| x.parse().unwrap()).collect()
}

/// The weeks of a window, those without rows included.
fn window(row: &BTreeMap<String, String>, rows: &str, sums: &str) -> Vec<ClusterMoments> {
    let week = |(t, (n, sum)): (u32, (i128, i128))| ClusterMoments {
        cluster: ClusterId(t),
        n: n as u64,
        sum,
        sum_squares: sum * sum,
    };
    (0..).zip(numbers(row, rows).into_iter().zip(numbers(row, sums))).map(week).collect()
}

#[test]
fn long_run_variance_against_the_cosine_transform() {
    for row in table("weeks") {
        let (estimate, interval): (fn(&[_]) -> _, fn(&_, _, _) -> _) = match row["figure"].as_str() {
            "mean" => (mean::estimate, mean::interval),
            _ => (total::estimate, total::interval),
        };
        let was: Estimate = estimate(&window(&row, "was_rows", "was_sums")).unwrap();
        let is = estimate(&window(&row, "is_rows", "is_sums")).unwrap();
        let spread = spread(&was, Serial).unwrap();
        close(was.value, number(&row, "was"), 1e-14);
        close(spread.variance, number(&row, "variance"), 1e-10);
        close(spread.df, number(&row, "layout"), 1e-9);
        let limits = interval(&was, Serial, 0.95).unwrap();
        close(limits.df.unwrap(), number(&row, "reference"), 1e-8);
        close(limits.low.unwrap(), number(&row, "low"), 1e-8);
        close(limits.high.unwrap(), number(&row, "high"), 1e-8);
        let change = effect::change(&was, &is, Serial, 0.95);
        close(change.absolute.value, number(&row, "is") - number(&row, "was"), 1e-11);
        close(change.df.unwrap(), number(&row, "df"), 1e-8);
        close(change.p.unwrap(), number(&row, "p"), 1e-8);
    }
}

#[test]
fn a_week_without_rows_counts_where_weeks_are_a_series_only() {
    let week = |t, n: u64, sum| ClusterMoments { cluster: ClusterId(t), n, sum, sum_squares: sum * sum };
    let all = [week(0, 0, 0), week(1, 2, 9), week(2, 0, 0), week(3, 4, 6), week(4, 3, 8), week(5, 0, 0)];
    let filled: Vec<_> = all.iter().filter(|week| week.n > 0).copied().collect();
    let [whole, inner] = [&all[..], &filled].map(|weeks| mean::estimate(weeks).unwrap());
    assert_eq!(whole.clusters(), 3);
    assert_eq!(spread(&whole, Clustered), spread(&inner, Clustered));
    // A gap is known by its number, an end is not: six weeks against four.
    assert_eq!((serial::terms(6), serial::terms(4)), (1, 1));
    assert_ne!(spread(&whole, Serial), spread(&inner, Serial));
    let [gap, none] = [&all[1..5], &filled].map(|weeks| spread(&mean::estimate(weeks).unwrap(), Serial).unwrap());
    assert_eq!(gap, none);
}

#[test]
fn one_week_is_no_series() {
    let week = |t, sum| ClusterMoments { cluster: ClusterId(t), n: 3, sum, sum_squares: sum * sum };
    let one = mean::estimate(&[week(4, 7)]).unwrap();
    assert_eq!(spread(&one, Serial), Err(Undefined::OneCluster));
    let same = mean::estimate(&[week(0, 7), week(1, 7), week(2, 7)]).unwrap();
    assert_eq!(spread(&same, Serial), Err(Undefined::NoVariation));
    let none = total::estimate(&[week(0, 5), week(1, 5)]).unwrap();
    assert_eq!(total::interval(&none, Serial, 0.95), Err(Undefined::NoVariation));
    assert_eq!(total::interval(&none, Clustered, 0.95), Err(Undefined::Census));
}

#[test]
fn weeks_of_two_windows_are_not_paired() {
    let week = |t, sum: i128| ClusterMoments { cluster: ClusterId(t), n: 1, sum, sum_squares: sum * sum };
    let weeks: Vec<_> = (0..).zip([3, 9, 4, 7, 8, 2, 6]).map(|(t, x)| week(t, x)).collect();
    let one = mean::estimate(&weeks).unwrap();
    let alone = spread(&one, Serial).unwrap();
    let both = paired(&one, &one, Contrast::DIFFERENCE, Serial).unwrap();
    close(both.variance, 2.0 * alone.variance, 1e-14);
    close(both.df, 2.0 * alone.df, 1e-14);
}

/// The limits are where the curve's own limits, by the variance of the weeks, cross the middle.
#[test]
fn a_quantile_over_weeks_has_the_long_run_variance() {
    let week = |t: u32| {
        let shift = [0, 9, 4, 7, 2, 5, 11, 3][t as usize % 8];
        let time = |day: u64| TimeCount { time: 10 * day + shift, outcome: Outcome::Finished, count: 1 };
        ClusterTimes { cluster: ClusterId(t), times: if t == 25 { vec![] } else { (1..=9).map(time).collect() } }
    };
    let weeks: Vec<_> = (0..26).map(week).collect();
    let curve = Curve::new(&weeks).unwrap();
    let median = Quantile::new(&weeks, 0.5, Serial, 0.95).unwrap();
    let limits = median.limits.unwrap();
    // Four terms, and a little less for the weeks that differ more from the rest.
    let df = limits.df.unwrap();
    assert!((3.5..4.0).contains(&df), "{df}");
    let crosses = |time: u64, sign: f64| {
        let incidence = curve.incidence(time);
        let (survival, se) = (1.0 - incidence.value, spread(&incidence, Serial).unwrap().standard_error());
        let stretch = (critical(0.95, df) * se / (survival * survival.ln())).abs().exp();
        1.0 - survival.powf(stretch.powf(sign)) >= 0.5
    };
    // The upper limit of the curve reaches one half there and not before, and so does the lower.
    let times: Vec<u64> = curve.points().map(|point| point.time).collect();
    assert_eq!(limits.low, times.iter().find(|&&time| crosses(time, 1.0)).map(|&time| time as f64));
    assert_eq!(limits.high, times.iter().find(|&&time| crosses(time, -1.0)).map(|&time| time as f64));
    let woodruff = Quantile::woodruff(&weeks, 0.5, Serial, 0.95).unwrap().limits.unwrap();
    assert_eq!(woodruff.df, Some(df));
    assert!(woodruff.method.contains("long-run"), "{}", woodruff.method);
}

/// Mean over rounds of the variance estimated over the true one, and how often the interval holds.
fn simulated(draws: &mut Draws, weeks: u32, phi: f64, rounds: u32) -> (f64, f64) {
    // The variance of the mean of T weeks of an AR(1) of unit innovations: sum over lags of (T - |k|) g_k / T^2.
    let size = f64::from(weeks);
    let lag = |k: u32| (size - f64::from(k)) * phi.powi(k as i32) * if k == 0 { 1.0 } else { 2.0 };
    let truth = (0..weeks).map(lag).sum::<f64>() / (size * size * (1.0 - phi * phi));
    let (mut ratio, mut held) = (0.0, 0u32);
    for _ in 0..rounds {
        let mut x = draws.normal() / (1.0 - phi * phi).sqrt();
        let series = (0..weeks).map(|t| {
            let sum = (x * 1e6).round() as i128;
            x = phi * x + draws.normal();
            ClusterMoments { cluster: ClusterId(t), n: 1, sum, sum_squares: sum * sum }
        });
        let estimate = mean::estimate(&series.collect::<Vec<_>>()).unwrap();
        ratio += spread(&estimate, Serial).unwrap().variance / 1e12 / truth;
        let limits = mean::interval(&estimate, Serial, 0.95).unwrap().closed().unwrap();
        held += u32::from(limits.low <= 0.0 && 0.0 <= limits.high);
    }
    (ratio / f64::from(rounds), f64::from(held) / f64::from(rounds))
}

#[test]
fn white_noise_is_exact_and_slow_weeks_are_nearly_so() {
    let mut draws = Draws::seeded(20180536);
    // White noise: unbiased, and the ratio is t. Standard errors over 4,000 rounds: 0.35 points of coverage, and of the
    // variance sqrt(2 / (4000 nu)), at most 0.013.
    for weeks in [8, 26, 52] {
        let (ratio, held) = simulated(&mut draws, weeks, 0.0, 4000);
        println!("weeks {weeks}, white noise: variance {ratio:.3}, coverage {held:.4}");
        assert!((ratio - 1.0).abs() < 0.05 && (held - 0.95).abs() < 0.012, "{weeks} {ratio} {held}");
    }
    for (weeks, phi) in [(26, 0.3), (26, 0.6), (52, 0.3), (52, 0.6)] {
        let (ratio, held) = simulated(&mut draws, weeks, phi, 4000);
        println!("weeks {weeks}, AR(1) {phi}: variance {ratio:.3}, coverage {held:.4}");
        assert!(ratio < 1.02 && (0.90..0.965).contains(&held), "{weeks} {phi} {ratio} {held}");
    }
}

/// Ten rows in every other week and forty in the rest: of independent rows the mean of V is their variance, which a
/// mean that leans on the large weeks would hide.
#[test]
fn of_unequal_weeks_the_variance_is_unbiased() {
    let mut draws = Draws::seeded(1946);
    let sizes = |t: u32| if t.is_multiple_of(2) { 10 } else { 40 };
    let rows: u64 = (0..10).map(sizes).sum();
    let mut round = || {
        let week = |t| {
            let sum = ((sizes(t) as f64).sqrt() * 1e6 * draws.normal()).round() as i128;
            ClusterMoments { cluster: ClusterId(t), n: sizes(t), sum, sum_squares: 0 }
        };
        let estimate = mean::estimate(&(0..10).map(week).collect::<Vec<_>>()).unwrap();
        spread(&estimate, Serial).unwrap().variance / 1e12 * rows as f64
    };
    let ratio = (0..20_000).map(|_| round()).sum::<f64>() / 20_000.0;
    // Two terms: a standard error of sqrt(2 / (2 * 20,000)), nearly 1 %.
    assert!((ratio - 1.0).abs() < 0.025, "{ratio}");
}

/// 25 in each of two weeks and 35 in each of the next two: psi is -5 and 5, one cosine, V = 2 (sum of psi cos)^2.
/// Limits of the logarithm are as far apart, as a ratio, on both sides.
#[test]
fn a_total_has_limits_of_its_logarithm() {
    let week = |(t, sum): (u32, i128)| ClusterMoments { cluster: ClusterId(t), n: 1, sum, sum_squares: sum * sum };
    let weeks = |first: i128| (0..4).zip([first, 25, 35, 35]).map(week).collect::<Vec<_>>();
    let estimate = total::estimate(&weeks(25)).unwrap();
    let limits = total::interval(&estimate, Serial, 0.95).unwrap().closed().unwrap();
    let wave: f64 = [1.0, 3.0].iter().map(|k: &f64| (std::f64::consts::PI * k / 8.0).cos()).sum();
    let reach = (critical(0.95, 1.0) * 2f64.sqrt() * 10.0 * wave / 120.0).exp();
    close(limits.high, 120.0 * reach, 1e-9);
    close(limits.low, 120.0 / reach, 1e-9);
    // A week below zero leaves no logarithm of a flow.
    let estimate = total::estimate(&weeks(-1)).unwrap();
    assert_eq!(total::interval(&estimate, Serial, 0.95), mean::interval(&estimate, Serial, 0.95));
}
