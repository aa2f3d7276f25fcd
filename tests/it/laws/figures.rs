//! Laws of figures: what a window without rows has, and what comes of every dossier standing twice.

use super::columns::is_of_log;
use super::table::Table;
use super::{Case, PROFILES, doubles};
use giamtang::Undefined;
use giamtang::kpi::find;
use giamtang::measure::Counting;
use giamtang::scorecard::{Figure, Known};

/// A window in which nothing happened has no figure and says why: it is not 0.
#[test]
fn an_empty_window_has_no_figure() {
    for case in Case::of_both(60..61) {
        for profile in PROFILES {
            let case = case.with(&format!("compare.counting={profile}"));
            let empty =
                case.with("windows.was=2021-03-01..2021-03-31").with("windows.is=2021-04-01..2021-04-30").card();
            let full = case.card();
            let rows = empty.kpis.iter().zip(&full.kpis).filter(|(row, _)| is_of_log(&row.id));
            for (row, full) in rows {
                let reasons = [row.was.as_ref().and_then(|was| was.reason()), row.is.reason()];
                let expected = match full.is.reason() {
                    Some(Undefined::NoColumn(column)) => Undefined::NoColumn(column.clone()),
                    _ => Undefined::NoRows,
                };
                assert_eq!(reasons, [Some(&expected), Some(&expected)], "{}", row.id);
                assert_eq!(row.change.reason(), Some(&Undefined::NoFigure), "{}", row.id);
            }
        }
    }
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-10 * a.abs().max(b.abs())
}

/// Every dossier twice: totals double; shares, means, ratios, quantiles and coefficients stay; so do officers on duty.
#[test]
fn doubling_every_dossier_doubles_rows_only() {
    for (at, profile) in PROFILES.iter().enumerate() {
        for case in Case::of_both(70 + at as u64..71 + at as u64) {
            let case = case.with(&format!("compare.counting={profile}"));
            let (once, twice) = (case.card(), case.over(Table::doubled).card());
            let mut figures = 0;
            let rows = once.kpis.iter().zip(&twice.kpis).filter(|(row, _)| is_of_log(&row.id));
            for (once, twice) in rows {
                let recipe = find(&once.id).expect("a KPI").recipe_by(Counting::Strict);
                let what = format!("{} by {profile}", once.id);
                let windows =
                    [(&once.is, &twice.is), (once.was.as_ref().expect("was"), twice.was.as_ref().expect("was"))];
                for (once, twice) in windows {
                    figures += usize::from(once.value().is_some());
                    doubled(&what, doubles(recipe.figure), once, twice);
                }
            }
            assert!(figures >= 10, "{figures} figures");
        }
    }
}

fn doubled(what: &str, (value, rows): (bool, bool), once: &Known<Figure>, twice: &Known<Figure>) {
    let (Known::Yes(once), Known::Yes(twice)) = (once, twice) else {
        assert_eq!(once.reason(), twice.reason(), "{what}");
        return;
    };
    let times = |doubles: bool| if doubles { 2 } else { 1 };
    assert!(close(twice.value, once.value * f64::from(times(value))), "{what}: {} and {}", once.value, twice.value);
    assert_eq!(twice.n, once.n * u64::try_from(times(rows)).expect("a count"), "{what}");
    assert_eq!(twice.excluded.unwrap_or_default(), 2 * once.excluded.unwrap_or_default(), "{what}");
    assert_eq!(twice.immature, once.immature.map(|n| 2 * n), "{what}");
    assert_eq!(twice.undated, once.undated.map(|n| 2 * n), "{what}");
}
