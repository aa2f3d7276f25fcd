//! Made-up logs of some offices, most of them small, in two windows of three months.

use crate::naive::chance::Chance;
use crate::workbench::Workbench;
use chrono::{Days, NaiveDate};
use giamtang::{Scorecard, Study};
use std::ops::Range;

pub const LEAST: u64 = 10;

/// What a log is like.
#[derive(Clone)]
pub struct Setting {
    /// How many dossiers offices have at most in both windows; drawn where none is said.
    pub offices: &'static [u64],
    /// Whether rows stand in the other order.
    pub turned: bool,
    pub threads: usize,
    /// More of the study.
    pub more: &'static str,
}

impl Default for Setting {
    fn default() -> Self {
        Self { offices: &[], turned: false, threads: 2, more: "" }
    }
}

/// The scorecards of some seeds, for those who may see the log.
pub fn cards(seeds: Range<u64>, setting: &Setting) -> impl Iterator<Item = Scorecard> {
    let setting = setting.clone();
    seeds.map(move |seed| {
        let bench = Workbench::new();
        let study = study(&bench, seed, &setting);
        study.plan().and_then(|plan| plan.compare()).expect("a scorecard")
    })
}

pub fn study(bench: &Workbench, seed: u64, setting: &Setting) -> Study {
    bench.write("cases.csv", log(seed, setting));
    let text = format!(
        "log.cases = ['cases.csv']\nwindows = {{ was = '2024-01-01..2024-03-31', is = '2024-04-01..2024-06-30' }}\n\
         calendar.base = 'vietnam'\n\
         compare = {{ by = ['unit'], cluster = 'unit', standardise = ['procedure'], series = '2024-01-01..2024-06-30' }}\n{}",
        setting.more
    );
    Study::parse(&text, bench.path("study.toml"))
        .expect("a study")
        .threads(std::num::NonZeroUsize::new(setting.threads).expect("a thread"))
}

/// The offices of a log: few dossiers, some, many.
fn offices(chance: &mut Chance) -> Vec<u64> {
    (0..3 + chance.below(4))
        .map(|_| match chance.below(4) {
            0 => 1 + chance.below(9),
            1 => 10 + chance.below(20),
            2 => 30 + chance.below(60),
            _ => 90 + chance.below(200),
        })
        .collect()
}

fn log(seed: u64, setting: &Setting) -> String {
    let chance = &mut Chance::new(seed + 7_000);
    let drawn = offices(chance);
    let sizes = if setting.offices.is_empty() { &drawn } else { setting.offices };
    let mut rows = Vec::new();
    for (office, size) in (0_u8..).zip(sizes) {
        let late = [1, 5, 30][chance.below(3) as usize];
        for _ in 0..*size {
            rows.push(row(rows.len(), office, late, chance));
        }
    }
    if setting.turned {
        rows.reverse();
    }
    let head = "case_id,received_at,due_at,finished_at,unit,applicant,procedure,channel,visits,outcome\n";
    rows.into_iter().fold(head.to_owned(), |csv, row| csv + &row)
}

fn row(number: usize, office: u8, late: u64, chance: &mut Chance) -> String {
    let first = NaiveDate::from_ymd_opt(2024, 1, 1).expect("a day");
    let received = first + Days::new(chance.below(182));
    let due = received + Days::new(10);
    let finished = if chance.hundred(late) {
        due + Days::new(1 + chance.below(20))
    } else {
        received + Days::new(chance.below(9))
    };
    let due = chance.maybe(95, |_| due).map(|day| day.to_string()).unwrap_or_default();
    let finished = chance.maybe(97, |_| finished).map(|day| day.to_string()).unwrap_or_default();
    let applicant = match chance.below(20) {
        0 => "",
        1 => "agency",
        2..8 => "business",
        _ => "citizen",
    };
    let procedure = chance.one_of(&["A", "A", "A", "B", "C"]);
    let channel = chance.one_of(&["online", "online", "direct", "postal"]);
    let outcome = if finished.is_empty() { "" } else { chance.one_of(&["granted", "granted", "granted", "returned"]) };
    let visits = 1 + chance.below(3);
    let unit = (b'A' + office) as char;
    format!("{number},{received},{due},{finished},{unit},{applicant},{procedure},{channel},{visits},{outcome}\n")
}
