//! Difference-in-differences against plain loops, complex-step derivatives, dense matrices and all assignments
//! (`fixtures/oracle/comparison.py`), and its laws.

use super::draws::Draws;
use super::*;
use giamtang::stats::comparison::{Comparison, Effect, Inference, Unit, UnitMonth, compare};
use proptest::prelude::*;

fn panels() -> BTreeMap<String, (Vec<Unit>, Vec<UnitMonth>)> {
    let mut panels: BTreeMap<String, (Vec<Unit>, Vec<UnitMonth>)> = BTreeMap::new();
    let cluster = |row: &BTreeMap<String, String>| ClusterId(integer(row, "unit") as u32);
    for row in table("comparison_units") {
        let unit = Unit { unit: cluster(&row), reform: row["reform"].parse().ok() };
        panels.entry(row["panel"].clone()).or_default().0.push(unit);
    }
    for row in table("comparison_cells") {
        let (month, value, weight) = (integer(&row, "month") as i64, number(&row, "value"), number(&row, "weight"));
        let cell = UnitMonth { unit: cluster(&row), month, value, weight };
        panels.get_mut(&row["panel"]).unwrap().1.push(cell);
    }
    panels
}

fn compared() -> BTreeMap<String, Comparison> {
    let compare = |(name, (units, cells)): (String, (Vec<_>, Vec<_>))| (name, compare(&units, &cells, 0.95).unwrap());
    panels().into_iter().map(compare).collect()
}

fn effect<'a>(found: &'a Comparison, look: &str, months: i64) -> &'a Effect {
    match look {
        "effect" => &found.effect,
        "slope" => &found.pre_trend.as_ref().unwrap().slope,
        "event" => &found.events.iter().find(|event| event.month == months).unwrap().effect,
        _ => &found.placebos.iter().find(|placebo| placebo.earlier == months).unwrap().effect,
    }
}

#[test]
fn effects_events_and_placebos_clustered_by_unit() {
    let compared = compared();
    for row in table("comparison") {
        let found = &compared[&row["panel"]];
        assert_eq!(found.inference, Inference::Clustered);
        let months = integer(&row, "months") as i64;
        if row["look"] == "joint" {
            let joint = found.pre_trend.clone().unwrap().joint.unwrap();
            assert_eq!(joint.leads as i64, months);
            close(joint.f.unwrap(), number(&row, "value"), 1e-7);
            close(joint.df.unwrap(), number(&row, "df"), 1e-8);
            close(joint.p, number(&row, "p"), 1e-7);
            continue;
        }
        let got = effect(found, &row["look"], months);
        assert!((got.value - number(&row, "value")).abs() < 1e-11, "{got:?} {row:?}");
        if row["look"] != "slope" {
            let units = (got.treated as i128, got.comparisons as i128);
            assert_eq!(units, (integer(&row, "treated"), integer(&row, "comparisons")), "{row:?}");
        }
        if number(&row, "se").is_nan() {
            assert_eq!((&got.limits, &got.p), (&Err(Undefined::FewUnits), &Err(Undefined::FewUnits)));
            continue;
        }
        let limits = got.limits.clone().unwrap();
        close(got.standard_error.unwrap(), number(&row, "se"), 1e-9);
        close(got.df.unwrap(), number(&row, "df"), 1e-8);
        close(got.p.clone().unwrap(), number(&row, "p"), 1e-7);
        close(limits.low, number(&row, "low"), 1e-7);
        close(limits.high, number(&row, "high"), 1e-7);
    }
}

#[test]
fn nothing_is_left_out_of_the_looks() {
    let rows: Vec<_> = table("comparison").into_iter().filter(|row| row["look"] != "joint").collect();
    for (name, found) in compared().iter().filter(|(_, found)| found.inference == Inference::Clustered) {
        let slopes = usize::from(found.pre_trend.is_ok());
        let looks = 1 + found.events.len() + found.placebos.len() + slopes;
        assert_eq!(looks, rows.iter().filter(|row| &row["panel"] == name).count(), "{name}");
    }
}

/// Exact where there are no more than 10,000 assignments; 4 of 24 are 10,626, so there the p is of 9,999 drawn ones.
#[test]
fn randomisation_goes_through_all_assignments() {
    let compared = compared();
    for row in table("comparison_random") {
        let found = &compared[&row["panel"]];
        let Inference::Randomised { assignments, exact, smallest_p } = found.inference else { panic!("{row:?}") };
        let p = number(&row, "p");
        let got = if row["look"] == "joint" {
            let joint = found.pre_trend.clone().unwrap().joint.unwrap();
            assert_eq!((joint.f, joint.df), (None, None));
            joint.p
        } else {
            let got = effect(found, &row["look"], integer(&row, "months") as i64);
            assert!((got.value - number(&row, "value")).abs() < 1e-11, "{got:?} {row:?}");
            assert_eq!((&got.limits, got.standard_error), (&Err(Undefined::FewUnits), None));
            got.p.clone().unwrap()
        };
        let all = number(&row, "assignments");
        assert_eq!((exact, assignments as f64), if all <= 1e4 { (true, all) } else { (false, 1e4) });
        let within = if exact { 1e-12 } else { 4.0 * (p * (1.0 - p) / 1e4).sqrt() + 1e-4 };
        assert!((got - p).abs() <= within && got >= smallest_p, "{got} {row:?}");
        let mirrored = if row["panel"] == "three_of_six" { 2.0 } else { 1.0 };
        assert_eq!(smallest_p, mirrored / assignments as f64);
    }
}

/// Group-time effects of one date, averaged over the months, are the effect where no month is missing.
#[test]
fn group_times_average_to_the_effect() {
    let found = &compared()["weighted"];
    let mean = found.group_times.iter().map(|cell| cell.value).sum::<f64>() / found.group_times.len() as f64;
    assert!((mean - found.effect.value).abs() < 1e-12);
    assert_eq!(
        found.group_times.iter().map(|cell| (cell.reform, cell.month)).collect::<Vec<_>>(),
        [6, 7, 8, 9, 10, 11].map(|m| (6, m))
    );
    assert!((found.treated_change - found.comparison_change - found.effect.value).abs() < 1e-12);
}

fn why(units: &[(u32, Option<i64>)], cells: &[(u32, i64)]) -> Undefined {
    let units: Vec<_> = units.iter().map(|&(id, reform)| Unit { unit: ClusterId(id), reform }).collect();
    let cell = |&(id, month)| UnitMonth { unit: ClusterId(id), month, value: month as f64, weight: 1.0 };
    compare(&units, &cells.iter().map(cell).collect::<Vec<_>>(), 0.95).unwrap_err()
}

#[test]
fn every_reason_for_nothing() {
    let cells = [(1, 0), (1, 1), (2, 0), (2, 1)];
    assert_eq!(why(&[(1, Some(1)), (2, None)], &[]), Undefined::NoRows);
    assert_eq!(why(&[], &cells), Undefined::NoRows);
    assert_eq!(why(&[(1, None), (2, None)], &cells), Undefined::NoReform);
    assert_eq!(why(&[(1, Some(2)), (2, None)], &cells), Undefined::NoReform);
    assert_eq!(why(&[(1, Some(0)), (2, None)], &cells), Undefined::FewMonths);
    assert_eq!(why(&[(1, Some(1)), (2, Some(1))], &cells), Undefined::NoComparison);
    assert_eq!(why(&[(1, Some(1)), (2, None)], &cells[..3]), Undefined::NoComparison);
    // Both have two months, but not the same two.
    assert_eq!(why(&[(1, Some(1)), (2, None)], &[(1, 0), (1, 1), (2, 0), (2, 3)]), Undefined::NoComparison);
}

/// Six units go down by exactly 3, six by exactly 1: 2 for certain, and nothing to make an interval of.
#[test]
fn units_that_agree_exactly() {
    let units: Vec<_> = (0..12).map(|id| Unit { unit: ClusterId(id), reform: (id < 6).then_some(1) }).collect();
    let down = |id: u32, month: i64| {
        if month < 1 {
            0.0
        } else if id < 6 {
            3.0
        } else {
            1.0
        }
    };
    let cell = |id: u32, month| UnitMonth {
        unit: ClusterId(id),
        month,
        value: 0.1 * f64::from(id) - down(id, month),
        weight: 1.0,
    };
    let cells: Vec<_> = (0..12).flat_map(|id| [cell(id, 0), cell(id, 1)]).collect();
    let found = compare(&units, &cells, 0.95).unwrap();
    assert!((found.effect.value + 2.0).abs() < 1e-12);
    assert_eq!((&found.effect.limits, &found.effect.p), (&Err(Undefined::NoVariation), &Err(Undefined::NoVariation)));
    assert_eq!((found.pre_trend, found.rank), (Err(Undefined::FewMonths), None));
}

/// What has no months on both sides, is not listed, or is no number, is as if it were not there.
#[test]
fn what_cannot_be_compared_is_left_out() {
    let (units, cells) = panels().remove("weighted").unwrap();
    let found = compare(&units, &cells, 0.95).unwrap();
    let of = |unit, month, value, weight| UnitMonth { unit: ClusterId(unit), month, value, weight };
    let strange =
        [of(900, 3, 1.0, 1.0), of(0, 3, f64::NAN, 1.0), of(0, 4, 7.0, 0.0), of(901, 1, 5.0, 2.0), of(902, 7, 5.0, 2.0)];
    let more = [(901, None), (902, Some(6)), (903, None)].map(|(id, reform)| Unit { unit: ClusterId(id), reform });
    let with = compare(&[&units[..], &more].concat(), &[&strange[..], &cells].concat(), 0.95).unwrap();
    assert_eq!(with, Comparison { left_out: 3, ..found });
}

fn panel() -> impl Strategy<Value = (Vec<Unit>, Vec<UnitMonth>)> {
    let unit = (prop::option::of(2i64..7), prop::collection::vec((-9.0..9.0f64, 1u8..40, 0u8..9), 9));
    prop::collection::vec(unit, 4..16).prop_map(|units| {
        let (mut all, mut cells) = (Vec::new(), Vec::new());
        for (id, (reform, months)) in (0..).map(ClusterId).zip(units) {
            all.push(Unit { unit: id, reform });
            let there = (0..).zip(months).filter(|(_, (_, _, gap))| *gap > 0);
            cells.extend(there.map(|(month, (value, weight, _))| UnitMonth {
                unit: id,
                month,
                value,
                weight: weight.into(),
            }));
        }
        (all, cells)
    })
}

fn figures(found: &Comparison) -> Vec<f64> {
    let effects = found.events.iter().map(|event| &event.effect);
    let effects = effects.chain(found.placebos.iter().map(|placebo| &placebo.effect)).chain([&found.effect]);
    let slope = found.pre_trend.iter().map(|test| &test.slope);
    // What no error and no p can be stands where there is none.
    effects.chain(slope).flat_map(|e| [e.value, e.standard_error.unwrap_or(-1.0), e.p.clone().unwrap_or(2.0)]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    /// What a month adds to all units, what a unit has in all months, and a constant are nothing; also with gaps.
    #[test]
    fn shocks_and_levels_are_nothing((units, cells) in panel(), shocks in prop::collection::vec(-50.0..50.0f64, 16)) {
        let Ok(found) = compare(&units, &cells, 0.95) else { return Ok(()) };
        let moved = |cell: &UnitMonth| {
            let (unit, month) = (cell.unit.0 as usize, cell.month as usize);
            UnitMonth { value: cell.value + 7.0 + shocks[month] + 2.0 * shocks[15 - unit], ..*cell }
        };
        let other = compare(&units, &cells.iter().map(moved).collect::<Vec<_>>(), 0.95).unwrap();
        for (one, other) in figures(&found).iter().zip(figures(&other)) {
            prop_assert!((one - other).abs() < 1e-7 * one.abs().max(1.0), "{one} {other}");
        }
    }

    /// Values and months at the edge of what can be written.
    #[test]
    fn nothing_panics(
        (units, mut cells) in panel(),
        strange in prop::collection::vec((any::<prop::sample::Index>(), 0usize..9), 1..40),
    ) {
        let months = [i64::MIN, i64::MAX, -1, 3];
        let values = [f64::MAX, f64::MIN_POSITIVE, 0.0, -1e300, 1e-300];
        for (at, what) in strange.into_iter().take(cells.len()) {
            let place = at.index(cells.len());
            let cell = &mut cells[place];
            match what {
                0..4 => cell.month = months[what],
                _ => (cell.value, cell.weight) = (values[what - 4], values[8 - what].abs()),
            }
        }
        let _ = compare(&units, &cells, 0.95);
    }

    #[test]
    fn order_is_nothing((units, cells) in panel(), at in any::<prop::sample::Index>()) {
        let mut turned = (units.clone(), cells.clone());
        turned.0.reverse();
        turned.1.rotate_left(at.index(cells.len().max(1)).min(cells.len()));
        prop_assert_eq!(compare(&turned.0, &turned.1, 0.95), compare(&units, &cells, 0.95));
    }
}

/// A panel without any effect: log-normal sizes, a level for each unit, months that resemble each other by 0.3.
fn nothing_happens(draws: &mut Draws, treated: u32, others: u32, inequality: f64) -> (Vec<Unit>, Vec<UnitMonth>) {
    let (mut units, mut cells) = (Vec::new(), Vec::new());
    for unit in (0..treated + others).map(ClusterId) {
        units.push(Unit { unit, reform: (unit.0 < treated).then_some(8) });
        let (level, weight) = (draws.normal(), (25.0 * (inequality * draws.normal()).exp()).ceil());
        let mut drift = draws.normal();
        for month in 0..16 {
            let value = level + 0.3 * drift + draws.normal() / weight.sqrt();
            cells.push(UnitMonth { unit, month, value, weight });
            drift = 0.3 * drift + draws.normal();
        }
    }
    (units, cells)
}

/// 1,000 rounds: 4.5 % (5 and 5 units), 5.3 % (6 and 14), 4.3 % (50 and 50); log-normal sizes with sigma 1 5.7, 5.7 and
/// 7.2 %. Hotelling's test of the leads 3.7, 1.5 and 6.2 %, their slope 5.2, 4.6 and 4.6 %.
#[test]
fn false_positives_of_a_comparison() {
    const ROUNDS: u32 = 200;
    let mut draws = Draws::seeded(11);
    for (treated, others) in [(5, 5), (6, 14)] {
        let mut found = [0.0; 3];
        for _ in 0..ROUNDS {
            let (units, cells) = nothing_happens(&mut draws, treated, others, 0.5);
            let compared = compare(&units, &cells, 0.95).unwrap();
            let leads = compared.pre_trend.unwrap();
            let tests = [compared.effect.p.unwrap(), leads.slope.p.unwrap(), leads.joint.unwrap().p];
            found
                .iter_mut()
                .zip(tests)
                .for_each(|(found, p)| *found += f64::from(u8::from(p < 0.05)) / f64::from(ROUNDS));
        }
        assert!(found.iter().all(|&share| share < 0.05 + 3.0 * (0.05 * 0.95 / f64::from(ROUNDS)).sqrt()), "{found:?}");
    }
}
