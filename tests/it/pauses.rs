//! What waiting for the applicant does to due dates and to time, dossier by dossier, worked out by hand.
//!
//! March 2024 begins on a Friday; the office is open from 7:30 to 11:30 and from 13:30 to 17:30, Monday to Friday.

use crate::workbench::Workbench;
use giamtang::Study;
use giamtang::cube::{Recipe, net_elapsed, net_working};
use giamtang::kpi::{Better, Kpi, Name, Sampling, Source, Unit};
use giamtang::measure::Anchor;
use giamtang::scorecard::{Figure, Row, Scorecard};
use std::collections::BTreeMap;

const MODES: [&str; 4] = ["none", "resume", "restart", "subtract"];

/// A dossier: its row, and whether it is on time in each of the modes on the applicant's clock and on the office's.
///
/// 1 is yes, 0 is no, a point means that it has no due date then.
struct Dossier {
    name: &'static str,
    row: &'static str,
    applicant: &'static str,
    office: &'static str,
}

/// Each received on Monday 4 March at 8:00.
const MOMENTS: [Dossier; 10] = [
    // Never waited: an hour late by any rule.
    Dossier { name: "never", row: "2024-03-08 08:00,2024-03-08 09:00,", applicant: "0000", office: "0000" },
    // Waited 16 hours, 2 of them the office's: due on Saturday 0:00 or on Friday 10:00. Beginning again it has 96 hours
    // or 32 of the office's from Wednesday 8:30 on. Without the 16 hours it was finished on Thursday 17:30.
    Dossier {
        name: "answered",
        row: "2024-03-08 08:00,2024-03-08 09:30,2024-03-05T16:30/2024-03-06T08:30",
        applicant: "0111",
        office: "0111",
    },
    // The same, finished half an hour after the office's clock would have it.
    Dossier {
        name: "slow",
        row: "2024-03-08 08:00,2024-03-08 10:30,2024-03-05T16:30/2024-03-06T08:30",
        applicant: "0111",
        office: "0011",
    },
    // Waited over a weekend: 63 hours, of which the office was open for one. Due on Wednesday 23:00, or Monday 9:00.
    Dossier {
        name: "weekend",
        row: "2024-03-11 08:00,2024-03-11 16:00,2024-03-08T17:00/2024-03-11T08:00",
        applicant: "0111",
        office: "0011",
    },
    // Two requests at once, Tuesday 8:00 to Wednesday 10:00: 26 hours, not 24 and 20; 10 of the office's, not 8 and 8.
    // Due on Friday 10:00 by both clocks; beginning again on Saturday 10:00, or on Monday 10:00.
    Dossier {
        name: "overlap",
        row: "2024-03-07 08:00,2024-03-08 11:00,2024-03-05T08:00/2024-03-06T08:00;2024-03-05T14:00/2024-03-06T10:00",
        applicant: "0010",
        office: "0010",
    },
    // Waits still: not due, unless due dates stay where they are.
    Dossier { name: "open", row: "2024-03-08 08:00,,2024-03-06T09:00/", applicant: "0..0", office: "0..0" },
    // Decided without an answer: the office waited until it decided, so the due date moved by as much.
    Dossier {
        name: "unanswered",
        row: "2024-03-08 08:00,2024-03-11 10:00,2024-03-06T09:00/",
        applicant: "0111",
        office: "0111",
    },
    // Asked when it was late already: that moves nothing, and without the day it was still finished on Monday 10:00.
    Dossier {
        name: "too late",
        row: "2024-03-08 08:00,2024-03-12 10:00,2024-03-11T09:00/2024-03-12T09:00",
        applicant: "0000",
        office: "0000",
    },
    // Asked before it was received: 24 hours of it count, 8 of the office's.
    Dossier {
        name: "before",
        row: "2024-03-08 08:00,2024-03-08 20:00,2024-03-01T08:00/2024-03-05T08:00",
        applicant: "0111",
        office: "0111",
    },
    // Waited 16 hours, nobody knows when: enough to move a date on a clock that never stops, and to take out.
    Dossier { name: "total", row: "2024-03-08 08:00,2024-03-08 09:30,PT16H", applicant: "01.1", office: "0..1" },
];

/// The same by days alone.
const DAYS: [Dossier; 4] = [
    // Monday the 4th to Friday the 8th; two days waited, the 5th not counted. Due on Sunday the 10th, or Tuesday the
    // 12th; beginning again after the 7th on the 11th, or the 13th. Without the two days finished on the 9th.
    Dossier {
        name: "two days",
        row: "2024-03-04,2024-03-08,2024-03-11,2024-03-05/2024-03-07",
        applicant: "0010",
        office: "0110",
    },
    // Asked on the very day it was due, answered after the weekend: three days, or one working day. Due on Monday.
    Dossier {
        name: "last day",
        row: "2024-03-01,2024-03-08,2024-03-11,2024-03-08/2024-03-11",
        applicant: "0111",
        office: "0111",
    },
    // Asked a day after it was due.
    Dossier {
        name: "day after",
        row: "2024-03-01,2024-03-08,2024-03-11,2024-03-09/2024-03-11",
        applicant: "0000",
        office: "0000",
    },
    // Answered on a Saturday: three days, due on Sunday; or two working days, due on Monday.
    Dossier {
        name: "saturday",
        row: "2024-03-04,2024-03-07,2024-03-11,2024-03-06/2024-03-09",
        applicant: "0010",
        office: "0110",
    },
];

const CLOCKS: [(&str, &str); 2] = [("applicant", ""), ("office", "calendar.base = 'vietnam'\n")];

/// The dossiers of moments, or of days.
fn csv(dossiers: &[Dossier]) -> String {
    let row = |dossier: &Dossier| match dossier.row.split(',').count() {
        3 => format!("{0},{0},2024-03-04 08:00,{1}\n", dossier.name, dossier.row),
        _ => format!("{0},{0},{1}\n", dossier.name, dossier.row),
    };
    format!("case_id,dossier,received_at,due_at,finished_at,paused\n{}", dossiers.iter().map(row).collect::<String>())
}

fn study(bench: &Workbench, dossiers: &[Dossier], more: &str) -> Study {
    bench.study(&csv(dossiers), &format!("{more}\n[compare]\ncluster = 'none'\nby = ['dossier']\n"))
}

/// A KPI of each dossier.
fn each<T>(card: &Scorecard, id: &str, of: impl Fn(&Row) -> T) -> BTreeMap<String, T> {
    let own = |row: &&Row| row.id == id;
    let groups = card.groups.iter();
    groups.filter_map(|group| Some((group.by["dossier"].clone()?, of(group.kpis.iter().find(own)?)))).collect()
}

fn on_time(dossiers: &[Dossier], calendar: &str) -> BTreeMap<String, String> {
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    for mode in MODES {
        let bench = Workbench::new();
        let study = study(&bench, dossiers, calendar).set(&format!("compare.pauses={mode}")).expect("a mode");
        let card = study.plan().and_then(|plan| plan.compare().map(crate::contract::held)).expect("a scorecard");
        assert_eq!(card.reconciliation.accepted, dossiers.len() as u64);
        let said = |figure: &Figure| if figure.value == 1.0 { '1' } else { '0' };
        let own = each(&card, "time/on_time", |row| row.is.value().map_or('.', said));
        own.into_iter().for_each(|(name, said)| found.entry(name).or_default().push(said));
    }
    found
}

#[test]
fn each_mode_moves_due_dates_as_worked_out_by_hand() {
    for dossiers in [&MOMENTS[..], &DAYS] {
        for (clock, calendar) in CLOCKS {
            let found = on_time(dossiers, calendar);
            for dossier in dossiers {
                let expected = if clock == "office" { dossier.office } else { dossier.applicant };
                assert_eq!(found[dossier.name], expected, "{} on the {clock}'s clock, by {MODES:?}", dossier.name);
            }
        }
    }
}

/// What is not due is counted as undated, and the rest adds up.
#[test]
fn dossiers_that_wait_are_counted_apart() {
    for (mode, calendar, due, undated) in [
        ("none", "", 10, 0),
        ("resume", "", 9, 1),
        ("restart", "", 8, 2),
        ("subtract", "", 10, 0),
        ("resume", CLOCKS[1].1, 8, 2),
        ("subtract", CLOCKS[1].1, 10, 0),
    ] {
        let bench = Workbench::new();
        let study = study(&bench, &MOMENTS, calendar).set(&format!("compare.pauses={mode}")).expect("a mode");
        let card = study.plan().and_then(|plan| plan.compare().map(crate::contract::held)).expect("a scorecard");
        let figure = card.kpi("time/on_time").and_then(|row| row.is.value()).expect("a share");
        assert_eq!((figure.n, figure.undated), (due, Some(undated)), "{mode} {calendar}");
    }
}

#[test]
fn the_mode_is_named_and_part_of_the_plan() {
    let bench = Workbench::new();
    let plan =
        |mode: &str| study(&bench, &MOMENTS, "").set(&format!("compare.pauses={mode}")).and_then(|study| study.plan());
    let said = plan("resum").expect_err("no mode").to_string();
    assert!(said.contains("compare.pauses = resum") && said.contains("none, resume, restart or subtract"), "{said}");
    let digest = |mode: &str| plan(mode).and_then(|plan| plan.cube()).expect("a cube").header.digest;
    let all: std::collections::BTreeSet<String> = MODES.into_iter().map(digest).collect();
    assert_eq!(all.len(), MODES.len());
    // Without a mode nothing is read of pauses, and the card says so.
    let bench = Workbench::new();
    let card = study(&bench, &MOMENTS, "")
        .plan()
        .and_then(|plan| plan.compare().map(crate::contract::held))
        .expect("a scorecard");
    assert_eq!(card.study.defaults["compare.pauses"], "none");
}

fn net(id: &'static str, recipe: Recipe) -> Kpi {
    Kpi {
        id: id.into(),
        name: Name { en: "Net".into(), vi: "Thực".into() },
        formula: "".into(),
        unit: Unit::WorkingHours,
        better: Better::Lower,
        sampling: Sampling::Cluster,
        source: "".into(),
        text: "".into(),
        example: "".into(),
        axis: None,
        vietnamese: None,
        recipe: Source::Given(recipe.anchor(Anchor::Finished).into()),
    }
}

/// Hours without the waiting on both clocks: of the day, and of the office.
fn hours(dossiers: &[Dossier]) -> BTreeMap<String, [Option<f64>; 2]> {
    let bench = Workbench::new();
    let (from, to) = ("received_at", "finished_at");
    let kpis = [
        net("net/elapsed", Recipe::mean(net_elapsed(from, to))),
        net("net/working", Recipe::mean(net_working(from, to))),
    ];
    let card = study(&bench, dossiers, CLOCKS[1].1)
        .kpis(kpis)
        .plan()
        .and_then(|plan| plan.compare().map(crate::contract::held))
        .expect("a scorecard");
    let of = |id: &str| each(&card, id, |row| row.is.value().map(|figure| (figure.value * 1e6).round() / 1e6));
    let (elapsed, mut working) = (of("net/elapsed"), of("net/working"));
    elapsed.into_iter().map(|(name, own)| (name.clone(), [own, working.remove(&name).flatten()])).collect()
}

#[test]
fn waiting_is_taken_out_of_time_on_both_clocks() {
    let expected = [
        ("never", 97.0, 33.0, "Monday 8:00 to Friday 9:00: four days and an hour, 4 × 8 + 1"),
        ("answered", 81.5, 31.5, "97.5 − 16; 33.5 − 2"),
        ("slow", 82.5, 32.5, "98.5 − 16; 34.5 − 2"),
        ("weekend", 113.0, 45.0, "176 − 63; 46 − 1"),
        ("overlap", 73.0, 25.0, "99 − 26; 35 − 10"),
        ("unanswered", 49.0, 17.0, "until Wednesday 9:00: 2 days and an hour; 7.5 + 8 + 1.5"),
        ("too late", 170.0, 42.0, "194 − 24; 39.5 + 8 + 2.5 − 8"),
        ("before", 84.0, 31.5, "108 − 24; 7.5 + 4 × 8 − 8"),
    ];
    let found = hours(&MOMENTS);
    for (name, elapsed, working, why) in expected {
        assert_eq!(found[name], [Some(elapsed), Some(working)], "{name}: {why}");
    }
    // A total has no place among opening hours; an open dossier has no time yet.
    assert_eq!(found["total"], [Some(81.5), None]);
    assert_eq!(found.get("open").copied().unwrap_or_default(), [None, None]);
}

#[test]
fn waiting_by_days_is_taken_out_by_days() {
    let expected = [
        ("two days", 120.0, 24.0, "7 days − 2; the 4th to the 8th are 40 hours, the 5th and 6th 16"),
        ("last day", 168.0, 40.0, "10 days − 3; the 1st to the 10th are 6 × 8, and the 8th is one of them"),
        ("day after", 192.0, 48.0, "10 days − 2; the 9th and 10th are a weekend"),
        ("saturday", 96.0, 16.0, "7 days − 3; 40 − the 6th, 7th and 8th"),
    ];
    let found = hours(&DAYS);
    for (name, elapsed, working, why) in expected {
        assert_eq!(found[name], [Some(elapsed), Some(working)], "{name}: {why}");
    }
}

/// Without a calendar nothing is said of the office's clock; without pauses net and gross are the same.
#[test]
fn net_time_says_what_it_lacks() {
    let bench = Workbench::new();
    let recipe = || Recipe::mean(net_working("received_at", "finished_at"));
    let card = study(&bench, &MOMENTS, "")
        .kpis([net("net/working", recipe())])
        .plan()
        .and_then(|plan| plan.compare().map(crate::contract::held));
    let why = card.expect("a scorecard").kpis[0].is.reason().map(|why| why.code());
    assert_eq!(why, Some("no_calendar"));
    let csv = "case_id,received_at,finished_at\n1,2024-03-04 08:00,2024-03-08 09:00\n";
    let more = "compare.cluster = 'none'\ncalendar.base = 'vietnam'";
    let card = Workbench::new()
        .study(csv, more)
        .kpis([net("net/working", recipe())])
        .plan()
        .and_then(|plan| plan.compare().map(crate::contract::held));
    assert_eq!(card.expect("a scorecard").kpis[0].is.value().map(|figure| figure.value), Some(33.0));
}
