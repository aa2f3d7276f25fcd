//! Scores on any scale: as answers, as published means, and where the scale does not fit.

use super::{MEAN, SATISFIED, answers, figure, value};
use crate::workbench::{Workbench, giamtang};
use giamtang::Undefined;

/// Scores of 2024-03-04, one a line.
fn scored(scores: &[&str]) -> String {
    let rows: String = scores.iter().map(|score| format!("2024-03-04,{score}\n")).collect();
    format!("at,score\n{rows}")
}

/// Scores, the study, their mean, and the share that is satisfied.
type Scored = (&'static [&'static str], &'static str, f64, Result<f64, Undefined>);

#[test]
fn any_scale_is_one_from_its_worst_to_its_best() {
    let cases: [Scored; 7] = [
        // (1 + 0.75 + 0.5 + 0) / 4; 5 and 4 are satisfied.
        (&["5", "4", "3", "1"], "", 0.5625, Ok(0.5)),
        (&["1", "2", "3", "5"], "surveys.best = 'first'", 0.5625, Ok(0.5)),
        // (1 + 0.9 + 0.6) / 3; from 9 on.
        (&["10", "9", "6"], "surveys = { scale = '0..10', threshold = 9 }", 2.5 / 3.0, Ok(2.0 / 3.0)),
        (&["10", "9", "6"], "surveys.scale = '0..10'", 2.5 / 3.0, Err(Undefined::NoThreshold)),
        // A smiley of three: only the happy one is satisfied.
        (&["3", "2", "1", "3"], "surveys = { scale = '1..3', threshold = 3 }", 0.625, Ok(0.5)),
        // The scale stands twice, once with its threshold.
        (&["3", "2"], "surveys = { scale = '1..3', scales = [{ scale = '1..3', threshold = 2 }] }", 0.75, Ok(1.0)),
        // Half scores, and a threshold between them.
        (&["4.5", "3.5"], "surveys.threshold = 4.5", 0.75, Ok(0.5)),
    ];
    for (scores, study, mean, satisfied) in cases {
        let card = answers(&scored(scores), study);
        assert!((value(&card, MEAN) - mean).abs() < 1e-6, "{study}: {}", value(&card, MEAN));
        let found = figure(&card, SATISFIED);
        match satisfied {
            Ok(share) => assert!((value(&card, SATISFIED) - share).abs() < 1e-9, "{study}"),
            Err(why) => assert_eq!(found.reason(), Some(&why), "{study}"),
        }
    }
}

/// A row names its own scale, or only the end that is another than the study's.
#[test]
fn a_row_may_name_its_own_scale() {
    let csv = "at,score,scale_min,scale_max,best\n2024-03-04,1,1,7,first\n2024-03-04,7,,10,\n2024-03-04,5,,,\n\
               2024-03-04,9,0,10,last\n";
    let own =
        "surveys.scales = [{ scale = '0..10', threshold = 9 }, { scale = '1..7', best = 'first', threshold = 2 }]";
    let card = answers(csv, own);
    // 1, 6/9, 1, 0.9.
    assert!((value(&card, MEAN) - (2.9 + 6.0 / 9.0) / 4.0).abs() < 1e-6, "{}", value(&card, MEAN));
    // Of the scale 1..10 nobody said from where on an answer is satisfied.
    let satisfied = figure(&card, SATISFIED).value().expect("a share");
    assert_eq!((satisfied.value, satisfied.n, satisfied.excluded.unwrap_or_default()), (1.0, 3, 1));
}

/// From −2 to 2, satisfied from 1 on: 2 is at the top and 0 in the middle.
#[test]
fn a_scale_may_reach_below_zero() {
    let csv = "at,score,scale_min,scale_max\n2024-03-04,2,-2,2\n2024-03-04,0,-2,2\n";
    let card = answers(csv, "surveys.scales = [{ scale = '-2..2', threshold = 1 }]");
    let table = card.tables.iter().find(|table| table.table == "surveys").expect("the table");
    assert_eq!(table.reconciliation.accepted, 2);
    let [mean, satisfied] = [MEAN, SATISFIED].map(|id| figure(&card, id).value().expect(id));
    assert_eq!((mean.value, mean.n), (0.75, 2));
    assert_eq!((satisfied.value, satisfied.n), (0.5, 2));
}

/// Where the first answer is the best of all scales, 1 is at the top of 1..7 too.
#[test]
fn further_scales_have_the_best_of_the_first() {
    let csv = "at,score,scale_min,scale_max\n2024-03-04,1,1,7\n2024-03-04,7,1,7\n2024-03-04,1,1,7\n";
    let card = answers(csv, "surveys.best = 'first'\nsurveys.scales = [{ scale = '1..7', threshold = 2 }]");
    let satisfied = figure(&card, SATISFIED).value().expect("a share");
    assert_eq!((satisfied.events, satisfied.n), (2, 3));
}

#[test]
fn what_is_off_its_scale_is_set_aside_and_what_is_of_nobody_too() {
    let mut scores: Vec<&str> = vec!["4"; 40];
    scores.extend(["6", "0"]);
    let card = answers(&scored(&scores), "");
    let table = card.tables.iter().find(|table| table.table == "surveys").expect("the table");
    assert_eq!(table.reconciliation.by_rule, [("score_off_scale".to_owned(), 2)].into());
    assert_eq!(figure(&card, MEAN).value().map(|figure| figure.n), Some(40));

    let card = answers("at,score,n,sd\n2024-03-04,4,0,0\n2024-03-04,4,3,0.5\n2024-03-04,5,,\n2024-03-04,1,,0.2\n", "");
    let table = card.tables.iter().find(|table| table.table == "surveys").expect("the table");
    assert_eq!(table.reconciliation.by_rule, [("out_of_range".to_owned(), 1)].into());
    let mean = figure(&card, MEAN).value().expect("a mean");
    // Three of 0.75 and one of 1; of the row with a deviation nobody knows how many answers it is of.
    assert_eq!((mean.value, mean.n, mean.excluded.unwrap_or_default()), (0.8125, 4, 1));
    let satisfied = figure(&card, SATISFIED).value().expect("a share");
    assert_eq!((satisfied.value, satisfied.n, satisfied.excluded.unwrap_or_default()), (1.0, 1, 2));
}

/// Six answers as they are, and the same as their mean, deviation and number: one figure, and one interval.
#[test]
fn many_answers_at_once_are_what_they_were_one_by_one() {
    let single = answers(&scored(&["5", "4", "4", "2", "3", "3"]), "");
    // Mean 3.5; squares 2.25 + 0.25 + 0.25 + 2.25 + 0.25 + 0.25 = 5.5, by 5 is 1.1.
    let sd = 1.1f64.sqrt();
    let many = answers(&format!("at,score,sd,n\n2024-03-04,3.5,{sd:.6},6\n"), "");
    let [single, many] = [&single, &many].map(|card| figure(card, MEAN).value().expect("a mean").clone());
    assert_eq!((single.value, many.value, many.n), (0.625, 0.625, single.n));
    for (one, other) in [(single.low, many.low), (single.high, many.high)] {
        assert!((one.expect("a limit") - other.expect("a limit")).abs() < 1e-5, "{one:?} {other:?}");
    }
}

fn refused(settings: &[&str], csv: &str) -> String {
    let bench = Workbench::new();
    bench.write("answers.csv", csv);
    let study = bench.write("study.toml", "log.surveys = ['answers.csv']\nwindows.is = '2024-03-01..2024-03-31'\n");
    let study = study.to_str().expect("UTF-8").to_owned();
    let set: Vec<&str> = settings.iter().flat_map(|setting| ["--set", setting]).collect();
    let output = giamtang(&[vec!["compare", &study], set].concat(), b"");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{output:?}");
    String::from_utf8(output.stderr).expect("UTF-8")
}

#[test]
fn a_scale_that_cannot_be_is_refused() {
    let five = scored(&["5", "4", "1"]);
    for (settings, said) in [
        (&["surveys.threshold=9"][..], "`surveys.threshold = 9`: expected a score of its scale, 1..5"),
        (&["surveys.scale=5..1"], "`surveys.scale = 5..1`: expected the lowest and the highest score"),
        (&["surveys.best=top"], "`surveys.best = top`: expected first or last"),
        (&["surveys.scales=[{ scale = \"0..10\", threshold = 11 }]"], "`surveys.scales.threshold = 11`"),
        (&["surveys.treshold=4"], "did you mean `surveys.threshold`?"),
        (&["surveys.scale=1..3"], "perhaps \"1..5\""),
    ] {
        let error = refused(settings, &five);
        assert!(error.contains(said), "{settings:?}: {error}");
    }
    // Also where the study names none: a half of the answers would be thrown away.
    let error = refused(&[], &scored(&["0", "3", "8", "10"]));
    assert!(error.contains("`surveys.scale = 1..5`") && error.contains("perhaps \"0..10\""), "{error}");
}
