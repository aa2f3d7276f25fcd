//! Units that reformed beside those that did not, by hand.

use super::{asked, card, close, there};
use crate::workbench::{Workbench, giamtang};
use giamtang::scorecard::{Compared, Known, KpiComparison, Scorecard};
use giamtang::{Error, Undefined};
use std::fmt::Write;

const ON_TIME: &str = "time/on_time";
const MONTHS: [&str; 4] = ["2023-12", "2024-01", "2024-02", "2024-03"];
/// Two months before the reform of 1 February 2024 and two after.
const WINDOWS: &str = "windows = { was = '2023-12-01..2024-01-31', is = '2024-02-01..2024-03-31' }";

/// Ten dossiers by unit and month, so many of them on time.
fn log(units: &[(&str, [usize; 4])]) -> String {
    let mut csv = "case_id,received_at,due_at,finished_at,unit\n".to_owned();
    for (unit, kept) in units {
        for (month, kept) in MONTHS.iter().zip(kept) {
            for at in 0..10 {
                let day = if at < *kept { 9 } else { 12 };
                writeln!(csv, "{unit}{month}{at},{month}-05 08:00,{month}-10,{month}-{day:02} 08:00,{unit}")
                    .expect("text");
            }
        }
    }
    csv
}

fn found(csv: &str, treated: &str) -> Compared {
    let card = asked(csv, &format!("{WINDOWS}\ncompare.treated = {treated}")).expect("a scorecard");
    there(&row(&card).found).clone()
}

fn row(card: &Scorecard) -> &KpiComparison {
    card.comparison.iter().find(|own| own.id == ON_TIME).expect("it is compared")
}

const TWELVE: [(&str, [usize; 4]); 12] = [
    ("A", [4, 5, 8, 8]),
    ("B", [5, 5, 7, 8]),
    ("C", [3, 4, 6, 7]),
    ("D", [5, 4, 8, 9]),
    ("E", [6, 5, 8, 7]),
    ("F", [4, 4, 7, 6]),
    ("G", [5, 5, 5, 6]),
    ("H", [4, 5, 5, 5]),
    ("I", [6, 6, 7, 6]),
    ("J", [5, 4, 5, 4]),
    ("K", [3, 4, 4, 4]),
    ("L", [5, 6, 6, 6]),
];

/// Sums of both months, after less before: A 7, B 5, C 6, D 8, E 4, F 5, together 35; G 1, H 1, I 1, J 0, K 1, L 1,
/// together 5. In shares of two months of ten by six units: 35/120 and 5/120, the difference 0.25.
///
/// Changes of units in shares: 0.35, 0.25, 0.3, 0.4, 0.2, 0.25 (mean 0.291667, sum of squares about it 0.027083), and
/// 0.05 five times with 0 (0.041667, 0.002083). With equal weights CR2 is the variance of each mean: 0.027083 / 30 +
/// 0.002083 / 30, the root 0.031180, and t = 0.25 / 0.031180 = 8.018; the degrees
/// of freedom are those of two means of six units alike in variance (Bell and McCaffrey's): 10.
#[test]
fn six_beside_six() {
    let own = found(&log(&TWELVE), "['A', 'B', 'C', 'D', 'E', 'F']");
    close(own.effect.value, 0.25);
    close(own.treated_change, 35.0 / 120.0);
    close(own.comparison_change, 5.0 / 120.0);
    assert_eq!((own.treated, own.comparisons, own.left_out, own.smallest_p), (6, 6, 0, None));
    let treated = 0.35f64.powi(2) + 2.0 * 0.25f64.powi(2) + 0.09 + 0.16 + 0.04 - 1.75 * 1.75 / 6.0;
    let others = 5.0 * 0.05f64.powi(2) - 0.25 * 0.25 / 6.0;
    close(own.effect.df.expect("degrees of freedom"), 10.0);
    let half = own.effect.high.zip(own.effect.low).map(|(high, low)| (high - low) / 2.0).expect("limits");
    // SciPy: t.ppf(0.975, 10) = 2.228138851964939.
    close(half, 2.228_138_851_965 * ((treated + others) / 30.0).sqrt());
    assert!(there(&own.effect.p) < &0.001);
    // Of its months: February, against January: treated 44 less 27 of 60, others 32 less 30: 17/60 − 2/60.
    let events: Vec<_> = own.events.iter().map(|event| event.month).collect();
    assert_eq!(events, [-2, 0, 1]);
    close(own.events[1].effect.value, 15.0 / 60.0);
    // March: 45 − 27 and 31 − 30. December, before: 27 − 27 and 28 − 30.
    close(own.events[2].effect.value, 17.0 / 60.0);
    close(own.events[0].effect.value, 2.0 / 60.0);
}

/// The same with a day for each, the first of February or a day before its middle.
#[test]
fn days_by_unit_are_the_same_as_the_studys() {
    let csv = log(&TWELVE);
    let days = "{ A = '2024-02-01', B = '2024-02-15', C = '2024-02-01', D = '2024-01-16', E = '2024-02-01', F = '2024-02-01' }";
    assert_eq!(found(&csv, days), found(&csv, "['A', 'B', 'C', 'D', 'E', 'F']"));
    let dates = days.replace('\'', "");
    assert_eq!(found(&csv, &dates), found(&csv, days));
}

/// Two of six: all 15 pairs in turn. Changes, in twentieths: A 7, B 5, and G 1, H 1, I 1, J 0.
#[test]
fn two_beside_four_are_randomised_only() {
    let units: Vec<_> = TWELVE.iter().filter(|(name, _)| "ABGHIJ".contains(name)).copied().collect();
    let own = found(&log(&units), "['A', 'B']");
    let changes = [7.0, 5.0, 1.0, 1.0, 1.0, 0.0].map(|own: f64| own / 20.0);
    let effect = |pair: [usize; 2]| {
        let (mut treated, mut others) = (0.0, 0.0);
        changes
            .iter()
            .enumerate()
            .for_each(|(at, own)| *(if pair.contains(&at) { &mut treated } else { &mut others }) += own);
        treated / 2.0 - others / 4.0
    };
    let pairs: Vec<[usize; 2]> = (0..6).flat_map(|a| (a + 1..6).map(move |b| [a, b])).collect();
    let as_large = pairs.iter().filter(|pair| effect(**pair).abs() >= effect([0, 1]).abs() - 1e-12).count();
    assert_eq!((pairs.len(), as_large), (15, 1));
    close(own.effect.value, effect([0, 1]));
    close(*there(&own.effect.p), 1.0 / 15.0);
    close(own.smallest_p.expect("few units"), 1.0 / 15.0);
    assert!(own.effect.low.is_none() && own.effect.high.is_none());
    assert_eq!(own.effect.limits.as_ref().map(|why| &why.0), Some(&Undefined::FewUnits));
    assert!(own.method.contains("randomisation over all assignments"), "{}", own.method);
    // Two of four are as many as the others: half of the six pairs is the other half with the other sign.
    let four: Vec<_> = TWELVE.iter().filter(|(name, _)| "ABGH".contains(name)).copied().collect();
    close(found(&log(&four), "['A', 'B']").smallest_p.expect("few units"), 2.0 / 6.0);
}

/// Everybody reformed: there is nobody to compare with, and the rest of the card stands.
#[test]
fn without_others_there_is_no_comparison() {
    let units: Vec<_> = TWELVE[..6].to_vec();
    let card =
        asked(&log(&units), &format!("{WINDOWS}\ncompare.treated = ['A', 'B', 'C', 'D', 'E', 'F']")).expect("a card");
    assert!(matches!(row(&card).found, Known::No(Undefined::NoComparison)), "{:?}", row(&card).found);
    assert!(there(&super::row(&card, ON_TIME).change).absolute.value > 0.0);
}

/// Who names nobody, or compares no units, is told so.
#[test]
fn a_unit_that_is_not_there_is_a_mistake_of_the_study() {
    let csv = log(&TWELVE);
    let error = |treated: &str, more: &str| -> Error {
        asked(&csv, &format!("{WINDOWS}\ncompare.treated = {treated}\n{more}")).expect_err("a mistake")
    };
    let empty = error("[]", "").to_string();
    assert!(empty.contains("compare.treated"), "{empty}");
    let bench = Workbench::new();
    bench.write("cases.csv", csv.replace(",A\n", ",Cửa Nam\n"));
    let study = format!("log.cases = ['cases.csv']\n{WINDOWS}\ncompare.treated = ['Cua Nam']\n");
    let path = bench.write("study.toml", study);
    let output = giamtang(&["compare", path.to_str().expect("a path")], b"");
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("compare.treated") && text.contains("`Cửa Nam`"), "{text}");
    // Rows that are declared independent are of no unit.
    let independent = asked(&csv, &format!("{WINDOWS}\ncompare.treated = ['A']\ncompare.cluster = 'none'"));
    assert!(independent.is_err(), "units were asked for, and there are none");
}

/// A unit that had dossiers only between the windows is itself, and not the first one by name.
#[test]
fn a_unit_of_the_months_alone_is_not_another() {
    let windows =
        "windows = { was = '2023-12-01..2023-12-31', is = '2024-03-01..2024-03-31' }\ncompare.reform = 2024-02-01";
    let compared = |csv: &str| {
        let text = format!("{windows}\ncompare.treated = ['A', 'B', 'C', 'D', 'E', 'F']");
        there(&row(&asked(csv, &text).expect("a scorecard")).found).clone()
    };
    let csv = log(&TWELVE);
    let gone: String = log(&[("Z", [0, 0, 0, 0])])
        .lines()
        .skip(1)
        .filter(|line| line.contains(",2024-0") && !line.contains("2024-03"))
        .fold(csv.clone(), |csv, line| csv + line + "\n");
    let own = compared(&gone);
    // Z has January and February, and did not reform: 0 and 0. It is one more that did not change.
    close(own.treated_change, 35.0 / 120.0);
    assert_eq!((own.treated, own.comparisons), (6, 7));
    // Rows that name no unit are of none.
    let nameless = gone.replace(",Z\n", ",\n");
    assert_eq!(compared(&nameless), compared(&csv));
}

/// Waits are compared by their mean within a horizon, once for all quantiles, and those in days alone. Who is on time
/// waits 4 days, who is late 7: each share of dossiers that is on time takes 3 days off the mean.
#[test]
fn waits_are_compared_in_days() {
    let text = format!(
        "{WINDOWS}\ncalendar.base = 'vietnam'\ncompare.horizon = '5 working days'\n\
                        compare.treated = ['A', 'B', 'C', 'D', 'E', 'F']"
    );
    let card = asked(&log(&TWELVE), &text).expect("a scorecard");
    let of = |id: &str| card.comparison.iter().find(|own| own.id == id).expect("it is compared");
    // March is too young for what ages: of five working days after it none is known. February alone is after the reform.
    let (treated, others) = (-3.0 * (44.0 / 60.0 - 54.0 / 120.0), -3.0 * (32.0 / 60.0 - 58.0 / 120.0));
    let found = there(&of("time/elapsed_time").found);
    close(found.treated_change, treated);
    close(found.comparison_change, others);
    close(found.effect.value, treated - others);
    let is_there = |id: &str| card.comparison.iter().any(|own| own.id == id);
    assert!(!is_there("time/processing_time") && !is_there("time/elapsed_time_p90"));
}

/// Here that a comparison is not there where it is not asked for.
#[test]
fn no_comparison_unless_asked() {
    let card = card("case_id,received_at,unit\n1,2024-03-05,A\n", "");
    assert!(card.comparison.is_empty());
}
