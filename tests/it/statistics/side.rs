//! Units side by side, by hand.

use super::{WINDOWS, asked, close, lines};
use giamtang::scorecard::{Beside, Scorecard};

fn card(units: &[(&str, usize)]) -> Scorecard {
    let mut csv = "case_id,received_at,due_at,finished_at,unit\n".to_owned();
    for (unit, kept) in units {
        lines(&mut csv, *kept, &format!("2024-03-05,2024-03-10,2024-03-09,{unit}"));
        lines(&mut csv, 100 - kept, &format!("2024-03-05,2024-03-10,2024-03-12,{unit}"));
    }
    lines(&mut csv, 1, "2024-02-05,2024-02-10,2024-02-09,A");
    asked(&csv, &format!("{WINDOWS}\ncompare.by = ['unit']")).expect("a scorecard")
}

fn on_time(card: &Scorecard) -> (f64, Vec<&Beside>) {
    let own = card.side_by_side.iter().find(|own| own.id == "time/on_time").expect("units side by side");
    (own.overdispersion, own.groups.iter().collect())
}

/// Half of 600 on time, the standard error of 100 is 0.05: z is 0, 0.4, −0.4, 0, 1, −1, squares 2.32 of six, no more than
/// chance. Limits 0.5 ∓ 1.96 · 0.05 and ∓ 3.09 · 0.05. On the arcsine scale units differ no more than chance either, so
/// each keeps 1 − 3/5 = 0.4 of its own distance: E, at sin²(π/4 + a) = 0.55, is drawn to sin²(π/4 + 0.4 a) = 0.520028.
/// Between pairs 0.0707 · 4.03 / √2 = 0.2 would be sure (Tukey's q of six), and 0.1 is the most: every rank may be any.
#[test]
fn six_units_that_chance_could_tell_apart() {
    let card = card(&[("A", 50), ("B", 52), ("C", 48), ("D", 50), ("E", 55), ("F", 45)]);
    let (overdispersion, groups) = on_time(&card);
    assert!(overdispersion < 1.0, "{overdispersion}");
    let z = groups.iter().map(|own| own.z);
    z.zip([0.0, 0.4, -0.4, 0.0, 1.0, -1.0]).for_each(|(z, expected)| close(z, expected));
    for own in &groups {
        assert_eq!((own.n, own.place), (100, "inside"));
        for (limits, wide) in [(own.inner, 1.959_964 * 0.05), (own.outer, 3.090_232 * 0.05)] {
            assert!((limits[0] - (0.5 - wide)).abs() < 1e-6 && (limits[1] - (0.5 + wide)).abs() < 1e-6, "{limits:?}");
        }
        assert_eq!(own.ranks, [1, 6]);
        assert!(own.drawn.low < own.drawn.value && own.drawn.value < own.drawn.high);
    }
    assert_eq!(groups.iter().map(|own| own.rank).collect::<Vec<_>>(), [3, 2, 5, 3, 1, 6]);
    assert!((groups[4].drawn.value - 0.520_028).abs() < 2e-4, "{:?}", groups[4].drawn);
    close(groups[4].drawn.weight, 0.4);
}

/// One unit that is beyond chance among nineteen that are not, and its rank is sure.
#[test]
fn a_unit_beyond_chance_is_outside_and_ranked() {
    let names: Vec<String> = (0..19).map(|at| format!("U{at:02}")).collect();
    let mut units: Vec<(&str, usize)> = names.iter().map(|name| (name.as_str(), 50)).collect();
    units.push(("Z", 90));
    let card = card(&units);
    let (_, groups) = on_time(&card);
    // A has one dossier in February and none in March: it is in no comparison of March.
    assert_eq!(groups.len(), 20);
    let last = groups.last().expect("Z");
    assert_eq!((last.place, last.rank, last.ranks), ("far_above", 1, [1, 1]));
    assert!(groups[..19].iter().all(|own| own.rank == 2 && own.ranks == [2, 20]), "{groups:?}");
}

/// Shorter is better: the shortest is first.
#[test]
fn the_best_is_what_the_kpi_calls_better() {
    let mut csv = "case_id,received_at,finished_at,unit\n".to_owned();
    // Around noon of a day, an hour apart: the median of 31 is at noon.
    for (unit, days) in [("A", 9), ("B", 3), ("C", 6), ("D", 12)] {
        for at in 0..31 {
            let (day, hour) = (1 + days + (at + 21) / 24 - 1, (at + 21) % 24);
            lines(&mut csv, 1, &format!("2024-03-01 12:00:00,2024-03-{day:02} {hour:02}:00:00,{unit}"));
        }
    }
    let card = asked(&csv, &format!("{WINDOWS}\ncompare.by = ['unit']")).expect("a scorecard");
    let own = card.side_by_side.iter().find(|own| own.id == "time/elapsed_time").expect("units side by side");
    assert_eq!(own.groups.iter().map(|own| own.rank).collect::<Vec<_>>(), [3, 1, 2, 4]);
    assert_eq!(own.groups.iter().map(|own| own.value).collect::<Vec<_>>(), [9.0, 3.0, 6.0, 12.0]);
}
