//! Small samples: what is flagged, what is capped, and what has no interval.

use super::{card, close, lines, row, there};
use giamtang::Undefined;
use giamtang::scorecard::{Flag, Row, Verdict};

const ON_TIME: &str = "time/on_time";

/// By month and unit so many dossiers, of which so many are on time.
fn log(units: &[(&str, &str, usize, usize)]) -> String {
    let mut csv = "case_id,received_at,due_at,finished_at,unit\n".to_owned();
    for (month, unit, count, kept) in units {
        lines(&mut csv, *kept, &format!("2024-{month}-05,2024-{month}-10,2024-{month}-09,{unit}"));
        lines(&mut csv, count - kept, &format!("2024-{month}-05,2024-{month}-10,2024-{month}-12,{unit}"));
    }
    csv
}

fn on_time(units: &[(&str, &str, usize, usize)], more: &str) -> Row {
    row(&card(&log(units), more), ON_TIME).clone()
}

const UNITS: [&str; 12] = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L"];

/// A has 60 of 100 dossiers in March, and 8 of each of the five others are the rest; in February it has one of six parts.
#[test]
fn one_large_unit_is_told_with_its_share() {
    let mut units: Vec<_> = UNITS[..6].iter().zip(1..).map(|(unit, kept)| ("02", *unit, 8, kept)).collect();
    units.push(("03", "A", 60, 30));
    units.extend(UNITS[1..6].iter().zip(2..).map(|(unit, kept)| ("03", *unit, 8, kept)));
    let own = on_time(&units, "");
    assert!(own.flags.contains(&Flag::DominantCluster));
    assert_eq!(there(&own.is).largest_cluster, Some(0.6));
    assert_eq!(there(own.was.as_ref().expect("a window")).largest_cluster, None);
    // Exactly half is not more than half.
    units[6] = ("03", "A", 40, 20);
    let own = on_time(&units, "");
    assert!(!own.flags.contains(&Flag::DominantCluster), "{:?}", own.is);
    // Rows that are declared independent have no units.
    let alone = on_time(&units, "compare.cluster = 'none'");
    assert!(!alone.flags.contains(&Flag::DominantCluster) && there(&alone.is).clusters.is_none());
}

/// Six units in February and six others in March.
#[test]
fn windows_without_a_common_unit_are_told() {
    let apart = |shared: usize| -> Row {
        let was = UNITS[..6].iter().zip(1..).map(|(unit, kept)| ("02", *unit, 10, kept));
        let is = UNITS[6 - shared..12 - shared].iter().zip(3..).map(|(unit, kept)| ("03", *unit, 10, kept));
        on_time(&was.chain(is).collect::<Vec<_>>(), "")
    };
    let own = apart(0);
    assert!(own.flags.contains(&Flag::DisjointClusters));
    // 1 + … + 6 = 21 and 3 + … + 8 = 33 of 60; the spread of each side about 3.5 and 5.5 is the same, 17.5 tenths squared,
    // so the standard error is √(2 · 0.175 / 5 / 6).
    let change = there(&own.change);
    close(change.absolute.value, 0.2);
    close(change.standard_error.expect("an error"), (2.0 * 0.175f64 / 30.0).sqrt());
    assert!(!apart(1).flags.contains(&Flag::DisjointClusters));
}

/// Three units of ten: two degrees of freedom at most, whatever happens in them.
#[test]
fn below_four_degrees_of_freedom_nothing_is_clear() {
    let units = |count: usize| -> Vec<_> {
        let was = UNITS[..count].iter().zip(0..).map(|(unit, more)| ("02", *unit, 100, more % 3));
        let is = UNITS[..count].iter().zip(0..).map(|(unit, more)| ("03", *unit, 100, 99 - more % 2));
        was.chain(is).collect()
    };
    let own = on_time(&units(3), "");
    let change = there(&own.change);
    assert!(change.df.is_some_and(|df| df <= 2.0 + 1e-9), "{change:?}");
    assert_eq!(own.verdict, Some(Verdict::NoClearChange));
    assert!(own.flags.contains(&Flag::FewDegreesOfFreedom) && own.smallest.is_none());
    let more = on_time(&units(12), "");
    assert_eq!(more.verdict, Some(Verdict::Improved));
    assert!(!more.flags.contains(&Flag::FewDegreesOfFreedom));
}

/// All of February on time, half of March: 1 has an interval or says why it has none, and nothing passes 1.
#[test]
fn shares_of_none_and_of_all() {
    for (was, is) in [(10, 5), (0, 5), (10, 10), (0, 0), (0, 10)] {
        let own = UNITS.iter().zip(0..).flat_map(|(unit, at)| {
            let sway = if is == 5 { [0, 1][at % 2] * 2 } else { 0 };
            [("02", *unit, 10, was), ("03", *unit, 10, is + sway - sway / 2)]
        });
        let own = on_time(&own.collect::<Vec<_>>(), "");
        for figure in [own.was.as_ref().expect("a window"), &own.is] {
            let figure = there(figure);
            assert!(figure.low.is_none_or(|low| (0.0..=figure.value).contains(&low)), "{figure:?}");
            assert!(figure.high.is_none_or(|high| (figure.value..=1.0).contains(&high)), "{figure:?}");
            assert!(figure.limits.is_some() || figure.low.is_some(), "{figure:?}");
        }
        let change = there(&own.change);
        if was == is {
            assert_eq!(change.absolute.value, 0.0);
            assert!(!matches!(own.verdict, Some(Verdict::Improved | Verdict::Worsened)), "{own:?}");
        }
        assert!(change.absolute.low.is_none_or(|low| low >= -1.0 - 1e-12), "{change:?}");
        assert!(change.absolute.high.is_none_or(|high| high <= 1.0 + 1e-12), "{change:?}");
    }
}

/// One office knows nothing of how offices differ.
#[test]
fn one_unit_has_no_interval() {
    let own = on_time(&[("02", "A", 100, 20), ("03", "A", 100, 90)], "");
    assert_eq!(there(&own.is).limits.as_ref().map(|why| &why.0), Some(&Undefined::OneCluster));
    let change = there(&own.change);
    close(change.absolute.value, 0.7);
    assert_eq!(change.p.reason(), Some(&Undefined::OneCluster));
    assert_eq!(own.verdict, Some(Verdict::NotComparable));
    assert!(own.smallest.is_none());
}

/// A unit of one dossier, in one window: a group of its own, with nothing to compare.
#[test]
fn a_group_may_be_one_row() {
    let units = [("02", "A", 20, 10), ("03", "A", 20, 15), ("03", "B", 1, 1)];
    let card = card(&log(&units), "compare.by = ['unit']");
    assert_eq!(card.groups.len(), 2);
    let own = card.groups[1].kpis.iter().find(|row| row.id == ON_TIME).expect("a row");
    assert_eq!((there(&own.is).n, there(&own.is).value), (1, 1.0));
    assert_eq!(own.was.as_ref().and_then(|was| was.reason()), Some(&Undefined::NoRows));
    assert_eq!((own.change.reason(), own.verdict), (Some(&Undefined::NoFigure), Some(Verdict::NotComparable)));
    // Two groups are beside each other, or cannot be and are left out; neither takes anything from the other.
    for beside in &card.side_by_side {
        assert!(beside.groups.len() <= 2);
    }
}
