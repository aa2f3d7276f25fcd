//! Form II.06a of eighteen dossiers, each line counted on fingers: see `fixtures/forms/README.md`.

use super::*;
use crate::workbench::Workbench;
use giamtang::Undefined;
use giamtang::forms::{Convention, Folding, Period};

const ALL: [u64; 11] = [14, 4, 7, 3, 9, 3, 4, 2, 5, 2, 3];

#[test]
fn every_class_stands_in_its_column() {
    let form = handling(example(), Asked { by_unit: true, ..asked() });
    assert_eq!(columns(&form.whole), ALL);
    let fields: Vec<_> = form.whole.parts.iter().map(|part| (part.name.as_deref(), columns(part))).collect();
    let civil = [7, 4, 1, 2, 5, 2, 2, 1, 2, 1, 1];
    let land = [6, 0, 5, 1, 4, 1, 2, 1, 2, 0, 2];
    let none = [1, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0];
    assert_eq!(fields, [(Some("Hộ tịch"), civil), (Some("Đất đai"), land), (None, none)]);
    let units: Vec<_> = form.units.iter().map(|part| (part.name.as_deref(), columns(part))).collect();
    let [a, b] = [[7, 3, 2, 2, 5, 1, 2, 2, 2, 0, 2], [7, 1, 5, 1, 4, 2, 2, 0, 3, 2, 1]];
    assert_eq!(units, [(Some("A"), a), (Some("B"), b)]);
}

/// Of the nine resolved 01 and 05 were early, four on time, 03 late, 07 withdrawn and 08 returned, however they are folded.
#[test]
fn what_ended_is_in_one_of_five_classes() {
    for folding in Folding::ALL {
        let ended = handling(example(), Asked { folding, ..asked() }).whole.ended;
        let classes = [ended.early, ended.on_time, ended.overdue, ended.withdrawn, ended.returned];
        assert_eq!(classes.map(|class| class.expect("a count")), [2, 4, 1, 1, 1]);
    }
}

#[test]
fn provinces_fold_who_left_into_on_time_and_who_waits_into_within_time() {
    let form = handling(example(), Asked { folding: Folding::Provincial, ..asked() });
    assert_eq!(columns(&form.whole), [14, 4, 7, 3, 9, 2, 6, 1, 5, 3, 2]);
    assert_eq!(
        (form.told.withdrawn, form.told.returned, form.told.waiting),
        (Ok([0, 1, 0]), Ok([0, 1, 0]), Ok([1, 0]))
    );
}

#[test]
fn what_a_reader_may_not_think_is_told() {
    let told = handling(example(), asked()).told;
    assert_eq!((told.no_channel, told.other_channel), (Ok(1), Ok(1)));
    assert_eq!((told.undated_resolved, told.undated_in_progress), (Ok(1), Ok(1)));
    assert_eq!((told.withdrawn, told.returned, told.waiting), (Ok([0, 0, 1]), Ok([1, 0, 0]), Ok([0, 1])));
    assert_eq!((told.refused, told.not_accepted, told.no_field), (Ok(1), Ok(1), Ok(1)));
}

/// On 5 April 11 has ended four days late, and 09 is due on that very day.
#[test]
fn a_later_cut_off_sees_more_of_the_same_dossiers() {
    let form = |day: &str| handling(example(), Asked { cut_off: Some(day.parse().expect("a day")), ..asked() });
    assert_eq!(columns(&form("2024-03-31").whole), ALL);
    assert_eq!(columns(&form("2024-04-05").whole), [14, 4, 7, 3, 10, 3, 4, 3, 4, 2, 2]);
    // A day later 09 is past its day too.
    assert_eq!(columns(&form("2024-04-06").whole), [14, 4, 7, 3, 10, 3, 4, 3, 4, 1, 3]);
    assert_eq!(form("2024-04-05").sheet().notes.iter().filter(|note| note.en.contains("cut-off day")).count(), 1);
}

/// On 20 March nine have come and eight of those in hand have ended; open are 06, late, 10, due that day, 11 and 17.
#[test]
fn the_form_as_it_was_seen_from_a_day() {
    let form = handling(example().as_of("2024-03-20").expect("a day"), asked());
    assert_eq!(
        (form.head.window.last.to_string(), form.head.cut_off.to_string()),
        ("2024-03-20".into(), "2024-03-20".into())
    );
    assert_eq!(columns(&form.whole), [12, 3, 6, 3, 8, 3, 3, 2, 4, 3, 1]);
}

/// The month of February by the decree runs from 15 January to 14 February: 13 came before, 06 and 16 in it.
#[test]
fn a_period_is_of_the_days_that_its_convention_says() {
    let period: Period = "2024-02".parse().expect("a period");
    let form = |convention| handling(example(), Asked { period: Some(period), convention, ..asked() });
    let decree = form(Convention::Decree09);
    assert_eq!(decree.head.window.to_string(), "2024-01-15..2024-02-14");
    assert_eq!(columns(&decree.whole), [3, 0, 3, 0, 0, 0, 0, 0, 3, 3, 0]);
    let calendar = form(Convention::Calendar);
    assert_eq!(calendar.head.window.to_string(), "2024-02-01..2024-02-29");
    // 13 ended a day late, in the last minute of the month; 05 came by the portal.
    assert_eq!(columns(&calendar.whole), [4, 1, 3, 0, 1, 0, 0, 1, 3, 3, 0]);
}

#[test]
fn procedures_stand_under_their_field() {
    let form = handling(example(), Asked { by_procedure: true, ..asked() });
    let civil = &form.whole.parts[0];
    let procedures: Vec<_> = civil.parts.iter().map(|part| (part.name.as_deref(), columns(part)[0])).collect();
    assert_eq!(procedures, [(Some("Khai sinh"), 4), (Some("Kết hôn"), 3)]);
    assert_eq!(civil.parts[0].of, Some("procedure"));
}

/// A log of few columns fills what it can, and says of the rest why it is open.
#[test]
fn columns_that_a_log_cannot_fill_are_open() {
    let csv = "case_id,received_at,finished_at\n1,2024-03-04,2024-03-05\n2,2024-03-06,\n";
    let bench = Workbench::new();
    let form = handling(bench.study(csv, ""), asked());
    let known: Vec<Option<u64>> = form.whole.columns.0.iter().map(|column| column.clone().ok()).collect();
    assert_eq!(known, [Some(2), None, None, Some(0), Some(1), None, None, None, Some(1), None, None]);
    assert_eq!(form.whole.columns.column(4), &Err(Undefined::NoColumn("channel".into())));
    assert_eq!(form.whole.columns.column(8), &Err(Undefined::NoColumn("due_at".into())));
    let notes: Vec<String> = form.sheet().notes.iter().map(|note| note.en.to_string()).collect();
    for part in [
        "Columns 8–10, 12, 13 are left open: the log has no column `due_at`",
        "Columns 4, 5",
        "all fields stand in one line",
    ] {
        assert!(notes.iter().any(|note| note.contains(part)), "{part}: {notes:?}");
    }
}

/// The field of a dossier that names none is the catalogue's, of the day it came.
#[test]
fn the_catalogue_says_the_field_of_a_procedure() {
    let bench = Workbench::new();
    bench.write(
        "procedures.csv",
        "procedure,in_force_from,in_force_to,field\nP,2020-01-01,2024-03-10,Cũ\nP,2024-03-11,,Mới\n",
    );
    let csv = "case_id,received_at,due_at,finished_at,procedure,field\n\
               1,2024-03-04,,,P,\n2,2024-03-11,,,P,\n3,2024-03-12,,,P,Riêng\n4,2024-03-12,,,Q,\n";
    let study = bench.study(csv, "log.procedures = ['procedures.csv']");
    let form = handling(study, asked());
    let fields: Vec<_> = form.whole.parts.iter().map(|part| (part.name.as_deref(), columns_known(part))).collect();
    assert_eq!(fields, [(Some("Cũ"), 1), (Some("Mới"), 1), (Some("Riêng"), 1), (None, 1)]);
}

fn columns_known(part: &Part) -> u64 {
    part.columns.column(3).clone().expect("a count")
}

/// Neither a calendar, a tariff nor another table is asked: a form of 2018 needs none of them.
#[test]
fn what_the_form_does_not_ask_is_not_missed() {
    let more = "calendar.base = 'vietnam'\n[tariff]\nyear = 2024\n";
    let bench = Workbench::new();
    let study = bench.study("case_id,received_at,finished_at\n1,2018-03-04,\n", more);
    let form = handling(study.window("2018-03-01..2018-03-31").expect("a window"), asked());
    assert_eq!(columns_known(&form.whole), 1);
}

/// A period that the log does not reach is no error: the form says that nothing was in hand.
#[test]
fn a_period_beyond_the_log_says_so() {
    let form = handling(example().window("2020-01-01..2020-03-31").expect("a window"), asked());
    assert_eq!(columns(&form.whole), [0; 11]);
    assert!(form.sheet().notes[0].en.starts_with("The log has no dossier in hand"));
}

#[test]
fn mistakes_say_what_to_do() {
    let study = "fixtures/forms/06a.toml";
    let cases: [(&[&str], &[&str]); 8] = [
        (&["form", "06a", study, "--cut-off", "2024-03-30"], &["--cut-off", "the window's last day, 2024-03-31"]),
        (&["form", "06a", study, "--cut-off", "soon"], &["a day such as 2024-07-05"]),
        (&["form", "06a", study, "--period", "2024-Q5"], &["--period", "2024-Q2"]),
        (
            &["form", "06a", study, "--period", "2024-Q1", "--window", "2024-01-01..2024-03-31"],
            &["cannot be used with"],
        ),
        (&["form", "06a", study, "--convention", "decree_09"], &["--period"]),
        (&["form", "6a", study], &["06a", "scm", "766", "nine"]),
        (&["form", "scm", study], &["tariff", "an income per hour with its source, and jobs"]),
        (&["form", "scm", study, "--by", "procedure"], &["--by", "form 06a alone"]),
    ];
    for (arguments, parts) in cases {
        let error = refused(arguments);
        for part in parts {
            assert!(error.contains(part), "{arguments:?}: {part}: {error}");
        }
    }
    let bench = Workbench::new();
    let study = bench.study("case_id,received_at,finished_at\n1,2024-03-04,\n", "");
    let asked = Asked { by_unit: true, ..asked() };
    let error = study.form(asked).and_then(|study| study.plan()).expect_err("no unit").to_string();
    assert!(error.contains("`--by = unit`") && error.contains("[columns]"), "{error}");
}
