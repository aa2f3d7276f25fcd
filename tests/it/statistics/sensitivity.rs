//! Whether a verdict stands when something is decided otherwise, each decision by hand.

use super::{asked, card, close, lines, row, there};
use giamtang::Undefined;
use giamtang::scorecard::{Otherwise, Scenario, Scorecard, Sensitivities, Verdict};

const TIME: &str = "time/elapsed_time";
const ON_TIME: &str = "time/on_time";

fn table(card: &Scorecard) -> &Sensitivities {
    card.sensitivity.as_ref().expect("two windows")
}

fn found<'a>(card: &'a Scorecard, id: &str, otherwise: &Otherwise) -> Option<&'a Scenario> {
    table(card).scenarios.iter().find(|own| own.id == id && own.otherwise == *otherwise)
}

fn value(scenario: Option<&Scenario>) -> f64 {
    there(&scenario.expect("a scenario").change).value
}

const HEAD: &str = "case_id,received_at,finished_at,due_at,unit,procedure\n";

/// Independent rows. February, cut off on 1 March: 1, 2, 3 days and two that took 40: 3 of 5 at 3 days. March, cut off on
/// 1 April: 1, 1, 2 days, one of 25 April, and one open for good.
fn open_ones() -> String {
    let mut csv = HEAD.to_owned();
    for (days, finish) in [(1, "02-02"), (2, "02-03"), (3, "02-04"), (40, "03-12"), (40, "03-12")] {
        let _: i32 = days;
        lines(&mut csv, 1, &format!("2024-02-01,2024-{finish},2024-02-20,A,X"));
    }
    for finish in ["2024-03-02", "2024-03-02", "2024-03-03", "2024-04-25", ""] {
        lines(&mut csv, 1, &format!("2024-03-01,{finish},2024-03-20,A,X"));
    }
    csv
}

/// Closed are 1, 2, 3 days before, their median by the curve is 2; after it is 1, of 1, 1, 2. All: 3 and 2 days.
#[test]
fn closed_only_leaves_out_what_is_open() {
    let card = card(&open_ones(), "compare.cluster = 'none'");
    assert_eq!(there(&row(&card, TIME).change).absolute.value, -1.0);
    let own = found(&card, TIME, &Otherwise::ClosedOnly);
    assert_eq!(value(own), -1.0);
    let mean = row(&card, "time/elapsed_time_p90");
    assert!(mean.change.value().is_none(), "nine of ten are never done");
    // No other table than that of dossiers, and independent rows: no unit is left out.
    assert!(
        table(&card)
            .scenarios
            .iter()
            .all(|own| !matches!(own.otherwise, Otherwise::Without { .. } | Otherwise::Unadjusted))
    );
}

/// Forty due in each month, of which 8 and 36 are on time; the others come in the next month. By 06a of those ended in
/// February all 8 are; of those ended in March 36 of 68.
#[test]
fn other_profiles_are_asked_where_they_differ() {
    let mut csv = HEAD.to_owned();
    for (month, next, kept) in [("02", "03", 8), ("03", "04", 36)] {
        lines(&mut csv, kept, &format!("2024-{month}-01,2024-{month}-05,2024-{month}-10,A,X"));
        lines(&mut csv, 40 - kept, &format!("2024-{month}-01,2024-{next}-05,2024-{month}-10,A,X"));
    }
    let card = card(&csv, "compare.cluster = 'none'");
    let own = row(&card, ON_TIME);
    close(there(&own.change).absolute.value, 28.0 / 40.0);
    assert_eq!(own.verdict, Some(Verdict::Improved));
    let other = found(&card, ON_TIME, &Otherwise::Counting { profile: "06a" });
    close(value(other), 36.0 / 68.0 - 1.0);
    assert!(other.is_some_and(|own| !own.stands));
    assert!(found(&card, ON_TIME, &Otherwise::Counting { profile: "766" }).is_some());
    assert!(found(&card, ON_TIME, &Otherwise::Counting { profile: "strict" }).is_none(), "that is the study's own");
    assert!(found(&card, TIME, &Otherwise::Counting { profile: "06a" }).is_none(), "it is counted the same");
}

/// The windows are apart by a month, so February may be followed to 31 March with the reform in April; `longer` is 30 days.
#[test]
fn longer_follow_up_sees_what_was_finished_between_the_cut_offs() {
    let mut csv = HEAD.to_owned();
    // Ten before: four within ten days, six after 35, so after 29 February (cut-off 1 March) and before 31 March.
    lines(&mut csv, 4, "2024-02-05,2024-02-15,2024-02-20,A,X");
    lines(&mut csv, 6, "2024-02-05,2024-03-11,2024-02-20,A,X");
    // Ten after, received on 5 April: four within five days, six on 20 May, after the cut-off (1 May).
    lines(&mut csv, 4, "2024-04-05,2024-04-10,2024-04-20,A,X");
    lines(&mut csv, 6, "2024-04-05,2024-05-20,2024-04-20,A,X");
    let windows = |more: &str| {
        let text =
            "windows = { was = '2024-02-01..2024-02-29', is = '2024-04-01..2024-04-30' }\ncompare.cluster = 'none'";
        asked(&csv, &format!("{text}\n{more}")).expect("a scorecard")
    };
    let study = windows("");
    assert_eq!(row(&study, TIME).change.reason(), Some(&Undefined::NoFigure), "six of ten are open");
    // 1 March + 30 days is 31 March, before the reform on 1 April; 1 May + 30 is 31 May, and the last dossier was
    // finished on 20 May, more than a week before: the log does not reach so far.
    assert_eq!(table(&study).longer_days.reason(), Some(&Undefined::LogEnds));
    // With 20 days the cut-offs are 21 March and 21 May, which the dossiers of 20 May are within a week of.
    let study = windows("compare.longer = '20 days'");
    assert_eq!(there(&table(&study).longer_days), &20);
    // The reform a week after February's end leaves eight days of room, whatever is asked.
    let room = windows("compare.longer = '20 days'\ncompare.reform = 2024-03-09");
    assert_eq!(there(&table(&room).longer_days), &8);
    let none = windows("compare.longer = '20 days'\ncompare.reform = 2024-03-01");
    assert_eq!(table(&none).longer_days.reason(), Some(&Undefined::NoRoom));
    let unasked = windows("compare.longer = 'none'");
    assert_eq!(table(&unasked).longer_days.reason(), Some(&Undefined::NotAsked));
    for wrong in ["soon", "20 working days", "-1 days"] {
        let text = format!("{}\ncompare.longer = '{wrong}'", super::WINDOWS);
        let error = asked(&csv, &text).expect_err(wrong).to_string();
        assert!(error.contains("compare.longer"), "{error}");
    }
}

/// Four of ten are done by 10 days and six more by 35: the window's cut-off knows none of these. Eight of ten by 20 days
/// in April, the rest open at the cut-off. Followed for 20 days more the median is 35 days and 5 days.
#[test]
fn a_longer_change_by_hand() {
    let mut csv = HEAD.to_owned();
    lines(&mut csv, 6, "2024-02-05,2024-02-15,2024-02-20,A,X");
    lines(&mut csv, 4, "2024-02-25,2024-03-16,,A,X");
    lines(&mut csv, 6, "2024-04-05,2024-04-10,2024-04-20,A,X");
    lines(&mut csv, 2, "2024-04-28,2024-05-18,,A,X");
    lines(&mut csv, 2, "2024-04-29,2024-05-28,,A,X");
    let text = "windows = { was = '2024-02-01..2024-02-29', is = '2024-04-01..2024-04-30' }\ncompare.cluster = 'none'\n\
                compare.longer = '20 days'";
    let card = asked(&csv, text).expect("a scorecard");
    // The four of 25 February are censored at 5 days, before the six at 10: S(10) = 0, the median is 10 days. In April
    // the four are censored after 3 and 2 days, so the median is 5. Followed longer 6 of 10 are done at 10, and at 5.
    assert_eq!(there(&row(&card, TIME).change).absolute.value, -5.0);
    assert_eq!(value(found(&card, TIME, &Otherwise::Longer)), -5.0);
    // At nine of ten: within the window 10 and 5 days; followed longer, 16 March is 20 days, seen until 21 March, and 18
    // May is 20, seen until 21 May; of ten, ten and eight are done by then: 90 % is 20 days before and not reached after.
    let later = found(&card, "time/elapsed_time_p90", &Otherwise::Longer);
    assert!(later.is_none(), "p90 is no headline and came to no verdict");
    // Completion waits for its horizon; nothing is longer about what was received and due in the window alone.
    assert!(found(&card, ON_TIME, &Otherwise::Longer).is_none_or(|own| own.change.value().is_some()));
}

/// Nothing after the day from which the study looks back is known, not to a scenario either.
#[test]
fn longer_follow_up_does_not_look_beyond_as_of() {
    let mut csv = HEAD.to_owned();
    lines(&mut csv, 6, "2024-02-05,2024-02-15,2024-02-20,A,X");
    lines(&mut csv, 6, "2024-04-05,2024-04-10,2024-04-20,A,X");
    lines(&mut csv, 2, "2024-04-28,2024-05-28,,A,X");
    let text = "windows = { was = '2024-02-01..2024-02-29', is = '2024-04-01..2024-04-30' }\ncompare.cluster = 'none'\n\
                compare.as_of = 2024-04-30";
    let card = asked(&csv, text).expect("a scorecard");
    let cut = asked(&csv.replace("2024-05-28", ""), text).expect("a scorecard");
    assert_eq!(card.sensitivity, cut.sensitivity, "what happened in May is not known in April");
    assert!(table(&card).longer_days.value().is_none());
}

/// A calendar that covers the windows is enough: what is open at their end would be followed into 2027, which it has not.
#[test]
fn longer_follow_up_does_not_need_a_longer_calendar() {
    let mut csv = HEAD.to_owned();
    lines(&mut csv, 6, "2026-10-05 08:00,2026-10-15 08:00,2026-10-20,A,X");
    lines(&mut csv, 6, "2026-12-05 08:00,2026-12-15 08:00,2026-12-20,A,X");
    lines(&mut csv, 6, "2026-12-15 08:00,,2026-12-20,A,X");
    let text = "windows = { was = '2026-10-01..2026-10-31', is = '2026-12-01..2026-12-31' }\ncompare.cluster = 'none'\n\
                calendar.base = 'vietnam'\ncompare.horizon = '5 working days'\ncompare.longer = ";
    let without = asked(&csv, &format!("{text}'none'")).expect("a scorecard");
    let with = asked(&csv, &format!("{text}'30 days'"));
    let with =
        with.unwrap_or_else(|why| panic!("the study has a scorecard without its scenario, and none with it: {why}"));
    assert_eq!(row(&with, TIME).change, row(&without, TIME).change);
}

/// Twelve units; in eleven nothing happens, 5 of 10 on time in both months. The twelfth has 400 dossiers, 100 on time and
/// then 300: the verdict rests on it, and without it there is no change.
fn one_large() -> String {
    let mut csv = HEAD.to_owned();
    for (month, kept) in [("02", 100), ("03", 300)] {
        for unit in "BCDEFGHIJKL".chars() {
            let own = if (unit as u32 + u32::from(month == "03")).is_multiple_of(2) { 4 } else { 6 };
            lines(&mut csv, own, &format!("2024-{month}-01,2024-{month}-05,2024-{month}-10,{unit},X"));
            lines(&mut csv, 10 - own, &format!("2024-{month}-01,2024-{month}-15,2024-{month}-10,{unit},X"));
        }
        lines(&mut csv, kept, &format!("2024-{month}-01,2024-{month}-05,2024-{month}-10,A,X"));
        lines(&mut csv, 400 - kept, &format!("2024-{month}-01,2024-{month}-15,2024-{month}-10,A,X"));
    }
    csv
}

/// Without A: units with 4 of 10 before have 6 after and the other way round; of B to L six are even letters by code
/// (B, D, F, H, J, L) and five odd. February 6·4 + 5·6 = 54, March 6·6 + 5·4 = 56 of 110: 2/110.
#[test]
fn a_verdict_that_rests_on_one_unit_falls_without_it() {
    let card = card(&one_large(), "");
    let own = row(&card, ON_TIME);
    let change = there(&own.change);
    close(change.absolute.value, (356.0 - 154.0) / 510.0);
    let without = |unit: &str| found(&card, ON_TIME, &Otherwise::Without { unit: unit.to_owned() });
    let scenarios = table(&card).scenarios.iter();
    let left_out: Vec<_> =
        scenarios.filter(|own| own.id == ON_TIME && matches!(own.otherwise, Otherwise::Without { .. })).collect();
    if own.verdict == Some(Verdict::Improved) || !left_out.is_empty() {
        assert_eq!(left_out.len(), 3);
        close(value(without("A")), 2.0 / 110.0);
        assert_eq!(without("A").map(|own| own.verdict), Some(Verdict::NoClearChange));
    } else {
        assert!(change.df.is_some_and(|df| df < 4.0), "{own:?}");
    }
}

/// The largest p that passes: recomputed from the rows. Where none passes, 5 % by the number of tests.
#[test]
fn the_p_of_scenarios_is_the_largest_that_passes() {
    for csv in [one_large(), open_ones()] {
        let card = card(&csv, if csv.len() < 2_000 { "compare.cluster = 'none'" } else { "" });
        let judged = card.kpis.iter().filter_map(|row| row.judged()).filter(|own| own.q.is_some());
        let p: Vec<(f64, f64)> = judged.map(|own| (*there(&own.p), own.q.expect("a q"))).collect();
        let mut sorted: Vec<f64> = p.iter().map(|(p, _)| *p).collect();
        sorted.sort_by(f64::total_cmp);
        // Benjamini and Hochberg: the largest p of which p ≤ 0.05 · rank / tests.
        let tests = sorted.len() as f64;
        let passing =
            sorted.iter().zip(1..).filter(|(p, rank)| **p <= 0.05 * f64::from(*rank) / tests).map(|(p, _)| *p);
        close(table(&card).p, passing.last().unwrap_or(0.05 / tests.max(1.0)));
    }
}

/// With a mix held fixed the row is of that; the crude change is a scenario.
#[test]
fn what_the_mix_hides_is_a_scenario() {
    let mut csv = HEAD.to_owned();
    // X is done in 1 day, Y in 9; three of four are Y in February, one of four in March.
    for (month, x, y) in [("02", 5, 15), ("03", 15, 5)] {
        lines(&mut csv, x, &format!("2024-{month}-01,2024-{month}-02,,A,X"));
        lines(&mut csv, y, &format!("2024-{month}-01,2024-{month}-10,,A,Y"));
    }
    let card = card(&csv, "compare.cluster = 'none'\ncompare.standardise = ['procedure']");
    let own = row(&card, TIME);
    assert_eq!(there(&own.change).absolute.value, -8.0);
    assert_eq!(own.adjusted.value().map(|own| own.change.absolute.value), Some(0.0));
    assert_eq!(value(found(&card, TIME, &Otherwise::Unadjusted)), -8.0);
}
