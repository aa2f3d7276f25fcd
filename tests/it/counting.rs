//! One log under three counting profiles: the rates differ, and each can be counted on fingers.

use crate::workbench::{Workbench, giamtang};
use giamtang::scorecard::Figure;

/// Twelve dossiers, each a trap that some profile falls into by its making.
const TWELVE: &str = "\
case_id,received_at,due_at,original_due_at,finished_at,outcome,paused,supplement_requests
early,2024-03-01 08:00,2024-03-08 17:00,,2024-03-07 10:00,granted,,0
finished as due,2024-03-04 08:00,2024-03-11 17:00,,2024-03-11 17:00,granted,,0
an hour late,2024-03-05 08:00,2024-03-12 17:00,,2024-03-12 18:00,granted,,0
a week late,2024-03-06 08:00,2024-03-13 17:00,,2024-03-20 10:00,refused,,0
no due date,2024-03-05 08:00,,,2024-03-15 10:00,granted,,0
withdrawn late,2024-03-04 08:00,2024-03-14 17:00,,2024-03-18 10:00,withdrawn,,0
waited,2024-03-04 08:00,2024-03-15 17:00,,2024-03-18 10:00,granted,2024-03-06T08:00:00/2024-03-11T08:00:00,1
asked twice,2024-03-04 08:00,2024-03-20 17:00,,2024-03-14 10:00,granted,2024-03-05T08:00:00/2024-03-06T08:00:00;2024-03-07T08:00:00/2024-03-08T08:00:00,2
still waits,2024-03-11 08:00,2024-03-18 17:00,,,,2024-03-14T08:00:00/,1
moved,2024-03-06 08:00,2024-03-29 17:00,2024-03-15 17:00,2024-03-26 10:00,granted,,0
not due yet,2024-03-25 08:00,2024-04-05 17:00,,,,,0
old,2024-02-01 08:00,2024-02-15 17:00,,2024-03-08 10:00,granted,,0
";

/// The on-time rate of March 2024.
fn on_time(csv: &str, counting: &str) -> Figure {
    let card = Workbench::new().compare(csv, &format!("compare.cluster = 'none'\ncompare.counting = '{counting}'"));
    card.kpi("time/on_time").and_then(|row| row.is.value()).expect("a rate").clone()
}

fn counted(figure: &Figure) -> (u64, u64) {
    (figure.events, figure.n)
}

/// Due in March are eight: not the one without a due date (told), the old one, the one due in April, and not the
/// withdrawn one (excluded). Kept are the promises of "early", "finished as due" and "asked twice". "Still waits" is
/// open, so late; "waited" is late whoever was waited for; "moved" was promised for the 15th.
#[test]
fn strict_asks_what_was_promised() {
    let rate = on_time(TWELVE, "strict");
    assert_eq!(counted(&rate), (3, 8));
    assert_eq!((rate.value, rate.excluded.unwrap_or_default(), rate.undated), (0.375, 1, Some(1)));
}

/// Ended in March are ten, all but "still waits" and "not due yet". Late are "a week late", "waited" and "old". "An hour
/// late" ended on the due date, "moved" before the new one; "no due date" and "withdrawn late" are on time as the form
/// has it, the former told.
#[test]
fn the_form_asks_what_ended() {
    let rate = on_time(TWELVE, "06a");
    assert_eq!(counted(&rate), (7, 10));
    assert_eq!((rate.value, rate.excluded.unwrap_or_default(), rate.undated), (0.7, 0, Some(1)));
}

/// At hand in March were all twelve; "no due date" is excluded. On time are "early" and "finished as due"; "waited", whose
/// end is moved back by five days to the 13th; "still waits", which ends with the request; "moved"; "not due yet". Late are
/// "an hour late", "a week late", "withdrawn late", "asked twice" for its second request, and "old".
#[test]
fn decision_766_asks_what_was_at_hand() {
    let rate = on_time(TWELVE, "766");
    assert_eq!(counted(&rate), (6, 11));
    assert!((rate.value - 6.0 / 11.0).abs() < 1e-11);
    assert_eq!((rate.excluded.unwrap_or_default(), rate.undated), (1, None));
}

/// The limit is 16 office hours. From Monday 8:00 to Wednesday 8:00 the office is open for 7.5 + 8 + 0.5 of them, so
/// "within" is on time, and "beyond", an hour later, is not. "Waited" ended on Thursday 8:00 after 24, of which 8 were the
/// applicant's. "Open" has passed its limit, and of "asked twice" the second request counts. The catalogue does not know
/// the procedure of "unknown": excluded. On time are 2 of 5.
#[test]
fn decision_766_without_a_due_date_asks_the_legal_maximum() {
    let bench = Workbench::new();
    bench.write("procedures.csv", "procedure,in_force_from,limit_hours\nP,2020-01-01,16\n");
    bench.write(
        "cases.csv",
        "case_id,received_at,due_at,finished_at,procedure,paused\n\
         within,2024-03-04 08:00,,2024-03-06 08:00,P,\n\
         beyond,2024-03-04 08:00,,2024-03-06 09:00,P,\n\
         waited,2024-03-04 08:00,,2024-03-07 08:00,P,2024-03-05T07:30:00/2024-03-06T07:30:00\n\
         open,2024-03-04 08:00,,,P,\n\
         asked twice,2024-03-04 08:00,,2024-03-05 08:00,P,\
         2024-03-04T09:00:00/2024-03-04T10:00:00;2024-03-04T14:00:00/2024-03-04T15:00:00\n\
         unknown,2024-03-04 08:00,,2024-03-06 08:00,Q,\n",
    );
    let study = "log.cases = ['cases.csv']\nlog.procedures = ['procedures.csv']\nwindows.is = '2024-03-01..2024-03-31'\n\
                 calendar.base = 'vietnam'\ncompare.cluster = 'none'\ncompare.counting = '766'";
    let study = giamtang::Study::parse(study, bench.path("study.toml")).expect("a study");
    let card = study.plan().and_then(|plan| plan.compare().map(crate::contract::held)).expect("a scorecard");
    let rate = card.kpi("time/on_time").and_then(|row| row.is.value()).expect("a rate");
    assert_eq!((counted(rate), rate.excluded.unwrap_or_default()), ((2, 5), 1));
}

/// Three dossiers of February are in progress and not due; one of March is done. A stock of four by a flow of one would be
/// 400 %.
#[test]
fn a_rate_by_766_never_passes_one() {
    let csv = "case_id,received_at,due_at,finished_at\n\
               1,2024-02-05 08:00,2024-04-05,\n2,2024-02-06 08:00,2024-04-05,\n3,2024-02-07 08:00,2024-04-05,\n\
               4,2024-03-05 08:00,2024-03-12,2024-03-11 08:00\n5,2024-01-05 08:00,2024-01-12,2024-02-29 23:59\n";
    let rate = on_time(csv, "766");
    assert_eq!((rate.value, counted(&rate)), (1.0, (4, 4)));
}

/// At March's end case 1 was open and not due; that it was finished late in April, within the follow-up, is another
/// period's. Strictly nothing was due in March.
#[test]
fn decision_766_looks_at_the_windows_end() {
    let csv = "case_id,received_at,due_at,finished_at\n1,2024-03-20 08:00,2024-04-10 17:00,2024-04-20 10:00\n";
    let more = "compare.cluster = 'none'\ncompare.counting = '766'\ncompare.follow_up = '30 days'";
    let card = Workbench::new().compare(csv, more);
    let rate = card.kpi("time/on_time").and_then(|row| row.is.value()).expect("a rate").clone();
    assert_eq!((rate.value, counted(&rate)), (1.0, (1, 1)));
}

/// What the applicant owed before reception is no supplement: case 1 is late by the five days that it is late, and case
/// 2, asked once before and once after, was asked once.
#[test]
fn decision_766_counts_supplements_from_reception_on() {
    let csv = "case_id,received_at,due_at,finished_at,paused\n\
               1,2024-03-10 08:00,2024-03-15 17:00,2024-03-20 10:00,2024-03-01T08:00:00/2024-03-09T08:00:00\n\
               2,2024-03-10 08:00,2024-03-15 17:00,2024-03-14 10:00,\
               2024-03-01T08:00:00/2024-03-02T08:00:00;2024-03-11T08:00:00/2024-03-12T08:00:00\n";
    let rate = on_time(csv, "766");
    assert_eq!(counted(&rate), (1, 2));
}

/// A day ends at 24:00, whoever counts.
#[test]
fn a_due_date_without_a_time_ends_with_its_day_by_every_profile() {
    let csv = "case_id,received_at,due_at,finished_at\n\
               1,2024-03-04 08:00,2024-03-08,2024-03-08 23:59\n2,2024-03-04 08:00,2024-03-08,2024-03-09 00:00\n";
    for counting in ["strict", "06a", "766"] {
        assert_eq!(counted(&on_time(csv, counting)), (1, 2), "{counting}");
    }
}

/// Five days of waiting whose place is not known are taken out as well; without a count of requests two pauses are two.
#[test]
fn decision_766_knows_pauses_by_length_and_by_number() {
    let log = |paused: &str| {
        format!(
            "case_id,received_at,due_at,finished_at,paused\n\
             1,2024-03-04 08:00,2024-03-15 17:00,2024-03-18 10:00,{paused}\n"
        )
    };
    let twice = "2024-03-05T08:00:00/2024-03-08T08:00:00;2024-03-11T08:00:00/2024-03-13T08:00:00";
    assert_eq!(counted(&on_time(&log("P5D"), "766")), (1, 1));
    assert_eq!(counted(&on_time(&log("P2D"), "766")), (0, 1));
    assert_eq!(counted(&on_time(&log(twice), "766")), (0, 1));
}

/// Sent back in time and too late: the form calls both on time, 766 only the first, and strict asks neither.
#[test]
fn a_return_is_an_end_by_766_and_on_time_by_the_form() {
    let csv = "case_id,received_at,due_at,finished_at,outcome\n\
               1,2024-03-04 08:00,2024-03-08,2024-03-07 08:00,returned\n\
               2,2024-03-04 08:00,2024-03-08,2024-03-11 08:00,returned\n\
               3,2024-03-04 08:00,2024-03-08,2024-03-11 08:00,granted\n";
    let expected = [("strict", (0, 1)), ("06a", (2, 3)), ("766", (1, 3))];
    for (counting, found) in expected {
        assert_eq!(counted(&on_time(csv, counting)), found, "{counting}");
    }
}

/// Promised for 32 office hours after Monday the 4th, 08:00 (7.5 + 3 × 8 + 0.5), it took 40 and waited for 8 of them: the
/// whole limit. That pauses move the due date to the 11th changes nothing; by the 40 hours to there it would be 0.8.
#[test]
fn pauses_shorten_the_time_used_and_never_lengthen_the_limit() {
    let csv = "case_id,received_at,due_at,finished_at,paused\n\
               1,2024-03-04 08:00,2024-03-08 08:00,2024-03-11 08:00,2024-03-05T08:00:00/2024-03-06T08:00:00\n";
    for pauses in ["none", "resume", "restart", "subtract"] {
        let settings = "compare.cluster = 'none'\ncalendar.base = 'vietnam'\ncompare.horizon = '10 working days'";
        let card = Workbench::new().compare(csv, &format!("{settings}\ncompare.pauses = '{pauses}'"));
        let ratio = card.kpi("time/limit_ratio").and_then(|row| row.is.value()).map(|figure| figure.value);
        assert_eq!(ratio, Some(1.0), "{pauses}");
    }
}

#[test]
fn explain_says_why_the_profiles_differ() {
    let output = giamtang(&["explain", "time/on_time"], b"");
    let page = String::from_utf8(output.stdout).expect("UTF-8");
    let (_, profiles) = page.split_once("\nProfiles\n").expect("a part of its own");
    let (profiles, _) = profiles.split_once("\nUndefined\n").expect("the part ends");
    for name in ["strict", "06a", "766"] {
        assert!(profiles.contains(name), "{name}: {profiles}");
    }
}
