//! Control charts against NHSRplotthedots and PowerBI-SPC, quoted for their numbers alone.

use super::*;
use giamtang::stats::spc::{Chart, Direction, Point, Ranges, Rule, Sigma, p_chart, u_chart, xmr};
use giamtang::stats::{RateCount, ShareCount};

use Direction::{Down, Up};

#[track_caller]
fn digits(got: f64, want: f64, digits: i32) {
    assert!((got - want).abs() < 0.51 * 0.1f64.powi(digits), "got {got}, want {want}");
}

fn chart(values: &[f64], ranges: Ranges) -> Chart {
    xmr(&values.iter().copied().map(Some).collect::<Vec<_>>(), 0..values.len(), ranges).unwrap()
}

#[track_caller]
fn says(values: &[f64], ranges: Ranges, centre: (f64, i32), low: (f64, i32), high: (f64, i32)) {
    let chart = chart(values, ranges);
    let limits = chart.points[0].unwrap().limits;
    for (got, (want, places)) in [(chart.centre, centre), (limits.low, low), (limits.high, high)] {
        digits(got, want, places);
    }
    assert!(!chart.is_trial());
    assert!(chart.points.iter().all(|point| point.unwrap().limits == limits));
}

/// nhs-r-community/NHSRplotthedots (MIT), `vignettes/deviations.Rmd`.
#[test]
fn xmr_of_the_vignette() {
    let data = [1.0, 2.0, 1.0, 2.0, 10.0, 1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 1.0];
    says(&data, Ranges::Screened, (1.94, 2), (-0.72, 2), (4.6, 2));
    says(&data, Ranges::All, (1.94, 2), (-3.06, 2), (6.95, 2));
    assert_eq!(chart(&data, Ranges::Screened).screened, 2);
}

/// Twenty draws of R, `set.seed(123); rnorm(20)`, and the limits in `tests/testthat/_snaps/ptd_spc_standard.md`.
#[test]
fn xmr_of_the_snapshots() {
    let mut draws = [
        -0.56047565,
        -0.23017749,
        1.55870831,
        0.07050839,
        0.12928774,
        1.71506499,
        0.46091621,
        -1.26506123,
        -0.68685285,
        -0.44566197,
        1.22408180,
        0.35981383,
        0.40077145,
        0.11068272,
        -0.55584113,
        1.78691314,
        0.49785048,
        -1.96661716,
        0.70135590,
        -0.47279141,
    ];
    says(&draws, Ranges::Screened, (0.1416238, 7), (-3.01138, 5), (3.294627, 6));
    draws[14] = 10.0;
    says(&draws, Ranges::Screened, (0.6694159, 7), (-2.383666, 6), (3.722497, 6));
    says(&draws, Ranges::All, (0.6694159, 7), (-4.596625, 6), (5.935457, 6));
    assert!(chart(&draws, Ranges::Screened).points[14].unwrap().signal.is_some());
}

/// Three and two standard deviations of PowerBI-SPC's charts, to the digits printed there (`fixtures/oracle/charts.py`).
#[test]
fn p_and_u_charts_with_and_without_laney() {
    let rows = table("charts");
    for rows in rows.chunk_by(|a, b| a["chart"] == b["chart"]) {
        let (name, scale, places) = (&rows[0]["chart"], number(&rows[0], "scale"), number(&rows[0], "places") as i32);
        let sigma = if name.ends_with('\'') { Sigma::Laney } else { Sigma::Counting };
        let hits = |row| integer(row, "numerator") as u64;
        let chart = if name.starts_with('p') {
            let months =
                rows.iter().map(|row| Some(ShareCount { hits: hits(row), n: integer(row, "denominator") as u64 }));
            p_chart(&months.collect::<Vec<_>>(), 0..rows.len(), sigma, Ranges::Screened)
        } else {
            let months =
                rows.iter().map(|row| Some(RateCount { events: hits(row), exposure: number(row, "denominator") }));
            u_chart(&months.collect::<Vec<_>>(), 0..rows.len(), sigma, Ranges::Screened)
        };
        let chart = chart.unwrap();
        assert_eq!(chart.screened, 0);
        for (row, point) in rows.iter().zip(&chart.points) {
            let Point { limits, near, .. } = point.unwrap();
            let lines = [("low", limits.low), ("near_low", near.low), ("near_high", near.high), ("high", limits.high)];
            lines.into_iter().for_each(|(line, got)| digits(scale * got, number(row, line), places));
        }
    }
}

type Said = Option<(Rule, Direction)>;

/// What the rules say of months on a chart with the centre 4, limits 1 and 7, and 2 and 6 two thirds of the way.
///
/// Sixteen events in four weeks are 4 a week, and a month of four weeks has the standard error 1. A gap stands between
/// the baseline and the months, so that no run begins in it. Figures are quarters.
fn said(months: &[Option<f64>]) -> Vec<Said> {
    let month = |rate: f64| RateCount { events: (4.0 * rate) as u64, exposure: 4.0 };
    let baseline = [Some(month(4.0)), None];
    let months: Vec<_> = baseline.into_iter().chain(months.iter().map(|rate| rate.map(month))).collect();
    let chart = u_chart(&months, 0..1, Sigma::Counting, Ranges::All).unwrap();
    let point = chart.points[0].unwrap();
    let lines = [point.limits.low, point.near.low, chart.centre, point.near.high, point.limits.high];
    assert_eq!(lines, [1.0, 2.0, 4.0, 6.0, 7.0]);
    chart.points[2..].iter().map(|point| point.and_then(|p| p.signal).map(|s| (s.rule, s.direction))).collect()
}

/// The months of which one rule speaks, as +1 and -1; of other rules 0.
fn by(rule: Rule, months: &[f64]) -> Vec<i8> {
    let sign = |direction| if direction == Up { 1 } else { -1 };
    let said = said(&months.iter().copied().map(Some).collect::<Vec<_>>());
    said.into_iter().map(|said| said.filter(|(found, _)| *found == rule).map_or(0, |(_, way)| sign(way))).collect()
}

/// A month above the centre.
const ABOVE: f64 = 4.25;

/// A month beyond two thirds of the way to the upper limit.
const NEAR: f64 = 6.5;

/// NHSRplotthedots, `tests/testthat/test-ptd_calculate_point_type.R`: seven points on one side of the mean.
#[test]
fn shifts() {
    let side =
        |signs: &[i8]| by(Rule::Shift, &signs.iter().map(|sign| 4.0 + 0.25 * f64::from(*sign)).collect::<Vec<_>>());
    assert!(side(&[]).is_empty());
    assert_eq!(side(&[1; 6]), [0; 6]);
    assert_eq!(side(&[1, 1, 1, 1, 1, 1, -1]), [0; 7]);
    assert_eq!(side(&[1, 1, 1, 1, 1, 1, 1, 1, -1]), [1, 1, 1, 1, 1, 1, 1, 1, 0]);
    assert_eq!(side(&[-1, -1, -1, -1, -1, -1, -1, -1, 1]), [-1, -1, -1, -1, -1, -1, -1, -1, 0]);
    assert_eq!(side(&[-1, 1, 1, 1, 1, 1, 1, 1, 1, -1]), [0, 1, 1, 1, 1, 1, 1, 1, 1, 0]);
    // PowerBI-SPC, test/Outlier Flagging/shift.test.ts, those of seven: a point at the mean is on neither side.
    assert_eq!(side(&[0, 1, -1, 0, 1, -1, 0]), [0; 7]);
    assert_eq!(side(&[1, 1, 1, 1, 1, 1, 1, 0]), [1, 1, 1, 1, 1, 1, 1, 0]);
    assert_eq!(side(&[0; 9]), [0; 9]);
}

/// The same file: seven points that rise or fall each time, and the points that belong to one of them.
#[test]
fn trends() {
    let steps =
        |steps: &[u8]| by(Rule::Trend, &steps.iter().map(|step| 3.0 + 0.25 * f64::from(*step)).collect::<Vec<_>>());
    assert_eq!(steps(&[1, 2, 3, 4, 5, 6]), [0; 6]);
    assert_eq!(steps(&[1, 2, 3, 3, 4, 5, 6]), [0; 7]);
    assert_eq!(steps(&[1, 2, 3, 4, 5, 6, 7]), [1; 7]);
    assert_eq!(steps(&[2, 1, 2, 3, 4, 5, 6, 7, 3]), [0, 1, 1, 1, 1, 1, 1, 1, 0]);
    assert_eq!(steps(&[7, 6, 5, 4, 3, 2, 1]), [-1; 7]);
    assert_eq!(steps(&[2, 7, 6, 5, 4, 3, 2, 1, 3]), [0, -1, -1, -1, -1, -1, -1, -1, 0]);
    // PowerBI-SPC, test/Outlier Flagging/trend.test.ts, that of seven.
    assert_eq!(steps(&[1, 2, 3, 4, 5, 6, 7, 6]), [1, 1, 1, 1, 1, 1, 1, 0]);
    // The turn ends the rise; the fall is told by the months after it.
    let both = steps(&[1, 2, 3, 4, 5, 6, 7, 6, 5, 4, 3, 2, 1]);
    assert_eq!(both, [1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1]);
}

/// The same file: two of three close to a limit, all three on its side.
#[test]
fn two_of_three() {
    let close =
        |close: &[i8]| by(Rule::TwoOfThree, &close.iter().map(|&c| [ABOVE, NEAR][c as usize]).collect::<Vec<_>>());
    assert_eq!(close(&[0, 0, 0]), [0; 3]);
    for marked in [&[1i8, 0, 1][..], &[0, 1, 1], &[1, 1, 0], &[0, 0, 1, 0, 1, 0, 0], &[0, 0, 1, 1, 0, 0, 0]] {
        assert_eq!(close(marked), marked);
    }
    assert_eq!(close(&[1, 0, 0, 1]), [0; 4]);
    assert_eq!(close(&[1, 0, 0, 1, 1]), [0, 0, 0, 1, 1]);
    // PowerBI-SPC, test/Outlier Flagging/twoInThree.test.ts, as far as its rule is this one.
    for marked in [&[0i8, 1, 1, 0, 0, 0][..], &[0, 1, 1, 1, 0, 0], &[0, 1, 1, 0, 1, 1, 0], &[0, 1, 1, 0, 1, 0, 0]] {
        assert_eq!(close(marked), marked);
    }
    assert_eq!(close(&[1, 0, 0, 0, 0]), [0; 5]);
    assert_eq!(close(&[1]), [0]);
    assert_eq!(by(Rule::TwoOfThree, &[3.75, 1.5, 1.5, 3.75, 3.75]), [0, -1, -1, 0, 0]);
    assert_eq!(by(Rule::TwoOfThree, &[ABOVE, NEAR, NEAR, 1.5, ABOVE, ABOVE]), [0, 1, 1, 0, 0, 0]);
    // At two thirds of the way is not beyond; beyond the limits is another rule and not close; nor is the other side.
    assert_eq!(by(Rule::TwoOfThree, &[6.0, 6.0, ABOVE]), [0; 3]);
    assert_eq!(by(Rule::TwoOfThree, &[7.25, NEAR, ABOVE]), [0; 3]);
    assert_eq!(by(Rule::TwoOfThree, &[7.25, NEAR, NEAR]), [0, 1, 1]);
    assert_eq!(by(Rule::TwoOfThree, &[NEAR, 3.75, NEAR]), [0; 3]);
}

/// PowerBI-SPC, test/Outlier Flagging/astronomical.test.ts: beyond the limits, and at them.
#[test]
fn outside() {
    assert_eq!(by(Rule::Outside, &[4.0, 7.25, 5.5, 7.75, 6.5]), [0, 1, 0, 1, 0]);
    assert_eq!(by(Rule::Outside, &[4.0, 0.75, 5.5, 0.25, 6.5]), [0, -1, 0, -1, 0]);
    assert_eq!(by(Rule::Outside, &[4.0, 7.25, 0.75, 5.5, 7.75]), [0, 1, -1, 0, 1]);
    assert_eq!(by(Rule::Outside, &[1.0, 4.0, 7.0]), [0; 3]);
}

/// NHSRplotthedots, `tests/testthat/test-ptd_spc_standard.R`: two close to opposite limits are noise.
#[test]
fn close_on_opposite_sides_is_noise() {
    let mut data = [1.0, -1.0].repeat(8);
    (data[14], data[15]) = (5.5, -5.5);
    let chart = chart(&data, Ranges::Screened);
    assert_eq!([chart.points[14], chart.points[15]].map(|point| point.unwrap().signal), [None, None]);
}

#[test]
fn the_strongest_rule_speaks_and_a_gap_breaks_every_run() {
    let [rises, high] = [Some((Rule::Trend, Up)), Some((Rule::Outside, Up))];
    let climb = [4.25, 4.5, 5.0, 5.5, 6.25, 6.5, 7.25].map(Some);
    assert_eq!(said(&climb), [rises, rises, rises, rises, rises, rises, high]);
    let near = Some((Rule::TwoOfThree, Down));
    let low = Some((Rule::Shift, Down));
    assert_eq!(said(&[3.0, 3.5, 1.5, 1.25, 3.5, 3.0, 3.5].map(Some)), [low, low, near, near, low, low, low]);
    let mut broken = climb;
    broken[3] = None;
    let near = Some((Rule::TwoOfThree, Up));
    assert_eq!(said(&broken), [None, None, None, None, near, near, high]);
    assert_eq!(said(&[Some(NEAR), None, Some(NEAR), Some(ABOVE)]), [None, None, None, None]);
}

#[test]
fn limits_are_held_and_absent_months_have_no_part_in_them() {
    let before = [10.0, 12.0, 11.0, 9.0, 10.0].map(Some);
    let later: Vec<_> = before.into_iter().chain([Some(30.0), None, Some(-8.0)]).collect();
    let [alone, held] = [&before[..], &later].map(|months| xmr(months, 0..5, Ranges::All).unwrap());
    assert_eq!((alone.centre, &alone.points[..]), (held.centre, &held.points[..5]));
    assert_eq!(held.signals().map(|(month, _)| month).collect::<Vec<_>>(), [5, 7]);
    // Ranges 2 and 1 on the left of the gap and 1 on its right; none across it.
    let gap = [Some(10.0), Some(12.0), Some(11.0), None, Some(9.0), Some(10.0)];
    let gap = xmr(&gap, 0..6, Ranges::All).unwrap();
    close(gap.points[0].unwrap().limits.high, 52.0 / 5.0 + 2.66 * 4.0 / 3.0, 1e-15);
    assert_eq!(gap.baseline, 5);
    // Eleven months are a trial, twelve are not.
    let months = [1.0, 2.0].repeat(6).into_iter().map(Some).collect::<Vec<_>>();
    assert!(xmr(&months, 0..11, Ranges::All).unwrap().is_trial());
    assert!(!xmr(&months, 0..12, Ranges::All).unwrap().is_trial());
}

#[test]
fn turned_upside_down_every_signal_points_the_other_way() {
    let values = [3.0, 3.5, 4.0, 4.5, 5.0, 5.5, 6.0, 2.0, 9.0, 8.5, 1.0, 1.5, 4.0, 4.1, 30.0, 4.0, 5.0, 5.1, 5.0, 5.2];
    let signals = |sign: f64| chart(&values.map(|x| sign * x), Ranges::Screened).signals().collect::<Vec<_>>();
    let (up, down) = (signals(1.0), signals(-1.0));
    assert!(!up.is_empty() && up.len() == down.len());
    for ((month, one), (other, two)) in up.into_iter().zip(down) {
        assert!(month == other && one.rule == two.rule && one.direction != two.direction);
    }
}

#[test]
fn charts_that_cannot_be_drawn() {
    let why = |months: &[Option<f64>], baseline| xmr(months, baseline, Ranges::Screened).unwrap_err();
    assert_eq!(why(&[], 0..0), Undefined::NoRows);
    assert_eq!(why(&[None, None, Some(1.0)], 0..2), Undefined::NoRows);
    assert_eq!(why(&[Some(1.0)], 0..9), Undefined::FewMonths);
    assert_eq!(why(&[Some(1.0), None, Some(2.0), Some(f64::NAN)], 0..4), Undefined::FewMonths);
    assert_eq!(why(&[Some(0.1); 20], 0..20), Undefined::NoVariation);
    assert_eq!(why(&[Some(1.0), Some(2.0)], 5..9), Undefined::NoRows);
    let share = |hits, n| Some(ShareCount { hits, n });
    let why = |months: &[Option<ShareCount>], sigma| p_chart(months, 0..2, sigma, Ranges::All).unwrap_err();
    assert_eq!(why(&[None, share(0, 0)], Sigma::Counting), Undefined::NoRows);
    assert_eq!(why(&[share(5, 5), share(8, 8)], Sigma::Counting), Undefined::NoVariation);
    assert_eq!(why(&[share(5, 10), share(6, 12)], Sigma::Laney), Undefined::NoVariation);
    assert_eq!(why(&[share(5, 10), None, share(7, 12)], Sigma::Wider), Undefined::FewMonths);
    let chart = p_chart(&[share(5, 10), share(6, 12), share(0, 0)], 0..2, Sigma::Wider, Ranges::All).unwrap();
    assert_eq!((chart.sigma_z, chart.points[2]), (Some(1.0), None));
    let rate = |events, exposure| Some(RateCount { events, exposure });
    assert_eq!(u_chart(&[rate(3, 0.0)], 0..1, Sigma::Counting, Ranges::All), Err(Undefined::NoRows));
    assert_eq!(u_chart(&[rate(0, 9.0)], 0..1, Sigma::Counting, Ranges::All), Err(Undefined::NoVariation));
}
