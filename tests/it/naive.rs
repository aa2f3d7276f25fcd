//! A naive twin: random small logs through the program, and through row-by-row code written from the definitions.
//!
//! The twin knows neither cube nor recipes nor statistics; of the program it uses the calendar's public questions. It
//! was written from the catalogue's definitions and METHODS.md by another hand than the KPIs. Each seed draws a log of a
//! few dozen dossiers (or cases of events, or tables beside the dossiers: `beside`), two windows of a month, a horizon and a
//! follow-up.

mod beside;
mod books;
mod catalogue;
pub mod chance;
mod cost;
pub mod dossier;
pub mod event;
mod figure;
mod moment;
mod petitions;
mod roster;
mod steps;
mod twin;
mod voices;

use crate::workbench::Workbench;
use chance::Chance;
use chrono::{Days, NaiveDate};
use dossier::{Dossier, Manner, Paused};
use figure::{Answer, Told};
use giamtang::Study;
use giamtang::calendar::Calendar;
use giamtang::kpi::{Kpi, Unit, catalogue, find};
use giamtang::scorecard::{Figure, Known};
use std::collections::{BTreeMap, BTreeSet};
use twin::View;

/// KPIs that the twin does not know, with the reason.
const NOT_COVERED: [(&str, &str); 0] = [];

/// KPIs of events: see `steps`.
const OF_STEPS: [&str; 2] = ["staffing/on_duty", "staffing/step_lateness"];

/// Left out where a log knows only days: the twin ends a limit at 24:00 of the due day and time used at the midnight
/// before the last; METHODS counts both in whole days (*Office hours between days*).
const BY_WHOLE_DAYS: [&str; 1] = ["time/limit_ratio"];

/// A log with what its study says.
#[derive(Clone)]
pub struct Drawn {
    pub dossiers: Vec<Dossier>,
    pub windows: [(NaiveDate, NaiveDate); 2],
    pub horizon: u32,
    pub follow_up: u64,
}

/// February and March 2024, with Tết; or April and May, with two holidays, a swap and a worked Saturday.
pub fn windows(chance: &mut Chance) -> [(NaiveDate, NaiveDate); 2] {
    let day = |month, day| NaiveDate::from_ymd_opt(2024, month, day).expect("a date");
    match chance.hundred(50) {
        true => [(day(2, 1), day(2, 29)), (day(3, 1), day(3, 31))],
        false => [(day(4, 1), day(4, 30)), (day(5, 1), day(5, 31))],
    }
}

impl Drawn {
    pub fn new(seed: u64, in_days: bool) -> Self {
        let chance = &mut Chance::new(seed);
        let windows = windows(chance);
        let due_days = [chance.hundred(60), chance.hundred(50), chance.hundred(50)];
        let (first, last) = (windows[0].0 - Days::new(25), windows[1].1 + Days::new(4));
        let manner = Manner { first, last, in_days, due_days, lengths: true };
        let count = 12 + chance.below(60);
        let dossiers = (0..count).map(|number| Dossier::drawn(number, chance, &manner)).collect();
        Self { dossiers, windows, horizon: 1 + chance.below(10) as u32, follow_up: chance.one_of(&[0, 0, 0, 4]) }
    }

    fn view<'a>(&'a self, calendar: &'a Calendar, window: usize) -> View<'a> {
        let (start, end) = dossier::window(self.windows[window].0, self.windows[window].1);
        let cutoff = end + Days::new(self.follow_up);
        View { dossiers: &self.dossiers, calendar, horizon: self.horizon, start, end, cutoff }
    }

    /// The study of it, without some of its columns.
    pub fn study(&self, bench: &Workbench, without: &[&str]) -> Study {
        bench.write("cases.csv", dossier::csv(&self.dossiers, without));
        bench.write("catalogue.csv", cost::CATALOGUE);
        self.settings("log.cases = ['cases.csv']\nlog.procedures = ['catalogue.csv']", bench)
    }

    pub fn settings(&self, log: &str, bench: &Workbench) -> Study {
        let [was, is] = self.windows.map(|(first, last)| format!("{first}..{last}"));
        let text = format!(
            "{log}\nwindows = {{ was = '{was}', is = '{is}' }}\ncalendar.base = 'vietnam'\n\
             format.datetime = ['%Y-%m-%d %H:%M:%S', '%Y-%m-%d']\n\
             compare = {{ cluster = 'none', horizon = '{} working days', follow_up = '{} days' }}\n{}",
            self.horizon,
            self.follow_up,
            cost::TARIFF
        );
        Study::parse(&text, bench.path("study.toml")).expect("a study")
    }
}

pub fn hanoi() -> Calendar {
    let zone = chrono_tz::Asia::Ho_Chi_Minh;
    Calendar::builder(zone).base("vietnam").build().expect("the built-in calendar")
}

/// Where program and twin differ: how often, and the first time, by KPI.
#[derive(Default)]
pub struct Differences {
    found: BTreeMap<String, (usize, String)>,
    figures: usize,
    reasons: BTreeSet<&'static str>,
}

impl Differences {
    /// The program's figure must be the twin's: its value and every count, or the reason why there is none.
    fn hold(&mut self, id: &str, at: &str, unit: Unit, found: &Known<Figure>, expected: &Answer) {
        self.figures += usize::from(expected.is_ok());
        self.reasons.extend(expected.as_ref().err());
        let same = match (found, expected) {
            (Known::Yes(found), Ok(told)) => {
                let value = told.value / unit.divisor();
                (found.value - value).abs() <= 1e-9 * value.abs().max(1.0) && counts(found, told) == *told
            }
            (Known::No(why), Err(reason)) => why.code() == *reason,
            _ => false,
        };
        if !same {
            let first = || (0, format!("{at}: the program says {found:?}, the twin {expected:?}"));
            self.found.entry(id.to_owned()).or_insert_with(first).0 += 1;
        }
    }

    /// Each of these was a reason for having no figure at least once.
    fn met(&self, reasons: &[&'static str]) {
        assert_eq!(self.reasons, reasons.iter().copied().collect());
    }

    /// There are none, among this many figures at least.
    fn none_of(&self, figures: usize) {
        let lines = self.found.iter().map(|(id, (times, first))| format!("{id}: {times} times, first {first}\n"));
        assert!(self.found.is_empty(), "{}", lines.collect::<String>());
        assert!(self.figures >= figures, "{} figures are too few to mean much", self.figures);
    }
}

/// The program's counts, as the twin tells its own.
fn counts(found: &Figure, told: &Told) -> Told {
    Told {
        value: told.value,
        n: found.n as usize,
        events: told.events.map(|_| found.events as usize),
        excluded: found.excluded.unwrap_or_default() as usize,
        immature: found.immature.map(|n| n as usize),
        undated: found.undated.map(|n| n as usize),
    }
}

/// Compares every KPI of dossiers in both windows.
fn compare(seed: u64, drawn: &Drawn, without: &[&str], left_out: &[&str], differences: &mut Differences) {
    let bench = Workbench::new();
    let calendar = hanoi();
    let card = drawn
        .study(&bench, without)
        .plan()
        .and_then(|plan| plan.compare().map(crate::contract::held))
        .expect("a scorecard");
    assert_eq!(card.reconciliation.quarantined, 0, "seed {seed}: {:?}", card.reconciliation);
    let views = [0, 1].map(|window| drawn.view(&calendar, window));
    for row in card.kpis.iter().filter(|row| !left_out.contains(&&*row.id)) {
        for (name, view, found) in [("was", &views[0], row.was.as_ref()), ("is", &views[1], Some(&row.is))] {
            let answer = match &*row.id {
                "procedures/usual_path" => view.usual_path(&views[0]),
                "cost/compliance_total" => Some(view.yearly_cost(&views)),
                id => view.answer(id),
            };
            if let (Some(answer), Some(found)) = (answer, found) {
                differences.hold(&row.id, &format!("seed {seed}, {name}"), row.unit, found, &answer);
            }
        }
    }
}

#[test]
fn the_cube_says_what_row_by_row_code_says() {
    let mut differences = Differences::default();
    for seed in 0..300 {
        let drawn = Drawn::new(seed, false);
        let without: &[&str] = match seed % 5 {
            3 => &["paused"],
            4 => &["original_due_at"],
            _ => &[],
        };
        let bare = |d: &Dossier| d.clone().without(without);
        let drawn = Drawn { dossiers: drawn.dossiers.iter().map(bare).collect(), ..drawn };
        compare(seed, &drawn, without, &[], &mut differences);
    }
    differences.none_of(300 * 40);
}

#[test]
fn a_log_of_days_gives_what_row_by_row_code_gives() {
    let mut differences = Differences::default();
    (1_000..1_060)
        .for_each(|seed| compare(seed, &Drawn::new(seed, true), &["paused"], &BY_WHOLE_DAYS, &mut differences));
    differences.none_of(60 * 40);
}

/// The forms' own ways to count: by day, with what was withdrawn; and by the index's rules, on the applicant's clock.
#[test]
fn the_counting_profiles_are_those_of_the_forms() {
    let on_time = find("time/on_time").expect("the on-time rate");
    let mut differences = Differences::default();
    for seed in 2_000..2_150 {
        let mut drawn = Drawn::new(seed, seed.is_multiple_of(5));
        drawn.follow_up = 0;
        drawn.dossiers.retain(|d| matches!(d.paused, Paused::Times(_)));
        let without: &[&str] = if seed.is_multiple_of(3) { &["supplement_requests"] } else { &[] };
        drawn.dossiers = drawn.dossiers.iter().map(|d| d.clone().without(without)).collect();
        let (bench, calendar) = (Workbench::new(), hanoi());
        let study = drawn.study(&bench, without).kpis([on_time.clone()]);
        for counting in ["06a", "766"] {
            let answer = |view: View| if counting == "06a" { view.on_time_by_06a() } else { view.on_time_by_766() };
            let study = study.clone().set(&format!("compare.counting={counting}")).expect("a profile");
            let card = study.plan().and_then(|plan| plan.compare().map(crate::contract::held)).expect("a scorecard");
            let row = &card.kpis[0];
            for (window, found) in [(0, row.was.as_ref()), (1, Some(&row.is))] {
                let (at, found) = (format!("seed {seed}, window {window}"), found.expect("two windows"));
                differences.hold(counting, &at, row.unit, found, &answer(drawn.view(&calendar, window)));
            }
        }
    }
    differences.none_of(150 * 3);
}

/// Nobody forgets a KPI: each is answered by the twin, or is left out with a reason.
#[test]
fn the_twin_knows_the_catalogue() {
    let calendar = hanoi();
    let drawn = Drawn::new(0, false);
    let knows = |kpi: &&Kpi| {
        let id = &*kpi.id;
        let by_itself = ["procedures/usual_path", "cost/compliance_total"].contains(&id) || OF_STEPS.contains(&id);
        beside::OF_TABLES.contains(&id) || by_itself || drawn.view(&calendar, 1).answer(id).is_some()
    };
    let unknown: BTreeSet<&str> = catalogue().filter(|kpi| !knows(kpi)).map(|kpi| &*kpi.id).collect();
    let left_out: BTreeSet<&str> = NOT_COVERED.iter().map(|(id, _)| *id).collect();
    assert_eq!(unknown, left_out);
}
