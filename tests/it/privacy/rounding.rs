//! What figures tell beyond their own cell: digits, the difference of two KPIs' rows, names of officers, files of the log.

use super::city::{LEAST, Setting, cards, study};
use super::told::{Span, step};
use crate::workbench::Workbench;
use giamtang::Undefined;
use giamtang::scorecard::{Fences, Known, Row};
use serde_json::Value;
use std::collections::BTreeSet;

/// The numbers of rows that two figures of one group and window differ by, as far as they are known.
///
/// Two KPIs differ by who has no due date, say, or has not finished: so many persons.
fn differences(rows: &[Value], steps: bool) -> Vec<Span> {
    let mut found = Vec::new();
    for window in ["was", "is"] {
        let of_dossiers = rows.iter().filter(|row| row["id"].as_str().is_some_and(|id| id.starts_with("time/")));
        let told: BTreeSet<i64> = of_dossiers.filter_map(|row| row[window]["n"].as_i64()).collect();
        let span = |n: i64| if steps { Span::of_rounded(n.into()) } else { Span::one(n.into()) };
        for (one, other) in told.iter().flat_map(|one| told.iter().map(move |other| (span(*one), span(*other)))) {
            let [most, least] = [(one.most, other.least), (Some(one.least), other.most.unwrap_or_default())]
                .map(|(one, other)| one.unwrap_or_default() - other);
            found.push(Span { least: least.max(0), most: Some(most) });
        }
    }
    found
}

fn rows(card: &Value) -> Vec<Vec<Value>> {
    let groups = card["groups"].as_array().into_iter().flatten().map(|group| &group["kpis"]);
    [&card["kpis"]].into_iter().chain(groups).filter_map(|rows| rows.as_array().cloned()).collect()
}

/// No two figures tell that one has from 1 to 9 persons that the other has not; told exactly, they do.
#[test]
fn rows_of_two_figures_do_not_differ_by_a_small_count() {
    let is_small = |span: &Span| span.least >= 1 && span.most.is_some_and(|most| most < i128::from(LEAST));
    let mut exact = 0;
    for card in cards(0..8, &Setting::default()) {
        let public = crate::contract::json(&card.clone().public(LEAST));
        assert!(!rows(&public).iter().any(|rows| differences(rows, true).iter().any(is_small)));
        let fences = Fences { steps: false, ..Fences::ALL };
        let told = crate::contract::json(&card.public_behind(LEAST, fences));
        exact += rows(&told).iter().flat_map(|rows| differences(rows, false)).filter(is_small).count();
    }
    assert!(exact > 10, "{exact} differences");
}

/// Every value of a share is a multiple of a step that is worth ten rows, and every count of ten.
#[test]
fn digits_are_those_that_rows_support() {
    let (mut shares, mut counts) = (0, 0);
    for card in cards(0..8, &Setting::default()) {
        let public = crate::contract::json(&card.public(LEAST));
        for row in rows(&public).iter().flatten().filter(|row| row["id"].as_str() != Some("procedures/in_force")) {
            for figure in [&row["was"], &row["is"]].into_iter().filter(|figure| figure.get("value").is_some()) {
                let n = figure["n"].as_i64().expect("rows");
                assert_eq!((n % 10, figure["events"].as_i64().expect("events") % 10), (0, 0), "{row}");
                counts += 1;
                if row["unit"] == "share" && n > 0 {
                    let steps = figure["value"].as_f64().expect("a value") / step(n.into());
                    assert!((steps - steps.round()).abs() < 1e-6, "{row}");
                    shares += 1;
                }
                for name in ["excluded", "immature", "undated", "df", "largest_cluster"] {
                    assert!(figure.get(name).is_none(), "{name} of {row}");
                }
            }
        }
    }
    assert!(shares > 50 && counts > 200, "{shares} shares of {counts} figures");
}

/// The change is of the published figures, and so is what the mix did: nothing finer is told of either.
#[test]
fn changes_are_of_what_is_published() {
    let mut told = 0;
    for card in cards(0..8, &Setting::default()) {
        let card = card.public(LEAST);
        let groups = card.groups.iter().flat_map(|group| &group.kpis);
        for row in card.kpis.iter().chain(groups) {
            let (Some(Known::Yes(was)), Known::Yes(is), Known::Yes(change)) = (&row.was, &row.is, &row.change) else {
                continue;
            };
            let near = |one: f64, other: f64| (one - other).abs() <= 1e-9 * (1.0 + other.abs());
            assert!(near(change.absolute.value, is.value - was.value), "{}", row.id);
            if let Known::Yes(adjusted) = &row.adjusted {
                let parts = adjusted.rate_effect + adjusted.mix_effect + adjusted.unmatched;
                assert!(near(parts, change.absolute.value), "{}", row.id);
                told += 1;
            }
        }
    }
    assert!(told > 50, "{told} changes at a fixed mix");
}

fn withheld(row: &Row) -> bool {
    row.was.iter().chain([&row.is]).any(|figure| figure.reason() == Some(&Undefined::Suppressed))
}

/// A verdict is a word on everybody: it stands for the whole, and goes with the figures of a group.
#[test]
fn verdicts_stand_for_the_whole_alone() {
    let mut gone = 0;
    for (internal, public) in cards(0..8, &Setting::default()).map(|card| (card.clone(), card.public(LEAST))) {
        for (had, row) in internal.kpis.iter().zip(&public.kpis) {
            assert_eq!(had.verdict, row.verdict);
        }
        let verdicts =
            |axes: &[giamtang::scorecard::AxisResult]| axes.iter().map(|axis| axis.verdict).collect::<Vec<_>>();
        assert_eq!(verdicts(&internal.axes), verdicts(&public.axes));
        let rows = public.groups.iter().flat_map(|group| &group.kpis).filter(|row| withheld(row));
        gone += rows.clone().filter(|row| row.verdict.is_some()).count();
        for row in rows {
            assert!(row.change.value().is_none() && row.adjusted.value().is_none(), "{}", row.id);
        }
    }
    assert!(gone > 100, "{gone} verdicts");
}

/// Files, rules, tables and events count rows one by one, and name officers: they are not there; the log's rows are in tens.
#[test]
fn what_is_said_of_the_log_is_coarse() {
    for card in cards(0..3, &Setting::default()) {
        assert!(!card.inputs.is_empty());
        let public = card.public(LEAST);
        let own = &public.reconciliation;
        assert!(public.inputs.is_empty() && public.tables.is_empty() && public.events.is_none());
        assert_eq!((own.read, own.accepted % 10, own.by_rule.len()), (own.accepted + own.quarantined, 0, 0));
    }
}

/// A drill-down by officer is left out, with their names wherever they stand; the whole is as it was.
#[test]
fn officers_are_not_named() {
    let bench = Workbench::new();
    let more = "columns.officer = 'unit'\n[[kpi]]\nid = 'ours/visits'\nname = { en = 'Visits', vi = 'Lượt' }\nmean = 'visits'\nbetter = 'lower'";
    let setting = Setting { more, ..Setting::default() };
    let study = study(&bench, 5, &setting).by(["officer"]).set("compare.cluster=officer").expect("a column");
    let card = study.plan().and_then(|plan| plan.compare()).expect("a scorecard");
    let named = |json: &Value| json.to_string().contains(r#""officer":"#) || json.to_string().contains(r#""unit":"A""#);
    assert!(!card.groups.is_empty() && named(&crate::contract::json(&card)));
    let public = card.clone().public(LEAST);
    assert!(public.groups.is_empty() && public.side_by_side.is_empty() && !named(&crate::contract::json(&public)));
    assert!(public.kpis.iter().filter_map(|row| row.is.value()).all(|figure| figure.clusters.is_none()));
    assert!(public.kpis.iter().filter(|row| row.is.value().is_some()).count() > 5);
}
