//! The same of logs of events: what cases are made of, and what is counted step by step.

use super::chance::Chance;
use super::dossier::{self, Dossier, Manner, Paused};
use super::event::{self, Event};
use super::figure::{Answer, Place, Rows, Told};
use super::moment::Moment;
use super::{Differences, OF_STEPS, hanoi, windows};
use crate::workbench::Workbench;
use chrono::{Days, NaiveDateTime};
use giamtang::calendar::Calendar;
use std::collections::{BTreeMap, BTreeSet};

/// KPIs that cases of events have: of what their steps say, and of when they began and ended.
const OF_CASES: [&str; 7] = [
    "procedures/steps",
    "procedures/handovers",
    "procedures/usual_path",
    "quality/rework",
    "time/elapsed_time",
    "time/elapsed_time_p90",
    "time/closed_time_mean",
];

/// A window of the log's steps.
struct Steps<'a> {
    cases: &'a [Vec<Event>],
    calendar: &'a Calendar,
    start: NaiveDateTime,
    end: NaiveDateTime,
}

impl Steps<'_> {
    fn holds(&self, at: NaiveDateTime) -> Place {
        if self.start <= at && at < self.end { Place::Inside } else { Place::Outside }
    }

    /// Distinct officers and open days on which they left a step, by the open days of the window.
    fn on_duty(&self) -> Answer {
        let is_open = |day| self.calendar.is_working_day(day).expect("a day of the calendar");
        let seen = |event: &&Event| Some((event.officer?, Some(event.at.date()).filter(|day| is_open(*day))?));
        let events: Vec<&Event> = self.cases.iter().flatten().collect();
        let rows = Rows::ask(&events, |event| self.holds(event.at.at), seen);
        let days =
            self.start.date().iter_days().take_while(|day| *day < self.end.date()).filter(|day| is_open(*day)).count();
        let pairs: BTreeSet<_> = rows.kept.iter().copied().collect();
        let value = pairs.len() as f64 / days as f64;
        rows.counted(value).map(|told| Told { n: days, ..told })
    }

    /// Steps due in the window that were not done by then. A step is open from the beginning that names a limit; what
    /// ends it has its own limit or that one, and what stays open was never done.
    fn lateness(&self) -> Answer {
        let mut owed: Vec<(Moment, Option<Moment>)> = Vec::new();
        for case in self.cases {
            let mut open: BTreeMap<&str, Moment> = BTreeMap::new();
            for event in case {
                if event.is_done() {
                    let begun = open.remove(event.activity);
                    owed.extend(event.due.or(begun).map(|due| (due, Some(event.at))));
                } else if let Some(due) = event.due {
                    open.insert(event.activity, due);
                }
            }
            owed.extend(open.into_values().map(|due| (due, None)));
        }
        let place = |(due, _): &(Moment, Option<Moment>)| self.holds(due.at);
        Rows::ask(&owed, place, |(due, done)| Some(!done.is_some_and(|done| done.is_by(*due)))).share()
    }
}

/// What a case's events say of it.
fn told(events: &[Event]) -> Dossier {
    let done: Vec<&Event> = events.iter().filter(|event| event.is_done()).collect();
    let activities: Vec<&str> = done.iter().map(|event| event.activity).collect();
    let distinct: BTreeSet<&str> = activities.iter().copied().collect();
    let units: Vec<&str> = done.iter().filter_map(|event| event.unit).collect();
    let finish = events.iter().rev().find(|event| event.activity == "Trả kết quả");
    let mut own = Dossier::drawn(0, &mut Chance::new(0), &Manner::plain());
    own.id = events[0].case.clone();
    own.received = events[0].at;
    own.finished = finish.map(|event| event.at);
    own.outcome = None;
    own.paused = Paused::Times(Vec::new());
    own.steps = Some(done.len() as i64);
    own.repeated_steps = Some((activities.len() - distinct.len()) as i64);
    own.handovers = Some(units.windows(2).filter(|pair| pair[0] != pair[1]).count() as i64);
    own.path = Some(activities.join(" - "));
    own
}

fn compare(seed: u64, differences: &mut Differences) {
    let chance = &mut Chance::new(seed);
    let windows = windows(chance);
    let (first, last) = (windows[0].0 - Days::new(20), windows[1].1 + Days::new(3));
    let due_days = [chance.hundred(50); 3];
    let manner = Manner { first, last, in_days: seed.is_multiple_of(7), due_days, lengths: false };
    let count = 8 + chance.below(30);
    let cases: Vec<Vec<Event>> = (0..count).map(|number| event::case(number, chance, &manner)).collect();
    let (horizon, follow_up) = (1 + chance.below(8) as u32, chance.one_of(&[0, 0, 3]));
    let dossiers = cases.iter().map(|case| told(case)).collect();
    let drawn = super::Drawn { dossiers, windows, horizon, follow_up };
    let (bench, calendar) = (Workbench::new(), hanoi());
    bench.write("events.csv", event::csv(&cases.concat()));
    let log = "log.events = ['events.csv']\nmilestones.finished_at = { last = ['Trả kết quả'] }";
    let card = drawn
        .settings(log, &bench)
        .plan()
        .and_then(|plan| plan.compare().map(crate::contract::held))
        .expect("a scorecard");
    for row in card.kpis.iter().filter(|row| OF_CASES.contains(&&*row.id) || OF_STEPS.contains(&&*row.id)) {
        for (window, found) in [(0, row.was.as_ref()), (1, Some(&row.is))] {
            let view = drawn.view(&calendar, window);
            let (start, end) = dossier::window(windows[window].0, windows[window].1);
            let steps = Steps { cases: &cases, calendar: &calendar, start, end };
            let answer = match &*row.id {
                "staffing/on_duty" => Some(steps.on_duty()),
                "staffing/step_lateness" => Some(steps.lateness()),
                "procedures/usual_path" => view.usual_path(&drawn.view(&calendar, 0)),
                id => view.answer(id),
            };
            if let (Some(answer), Some(found)) = (answer, found) {
                differences.hold(&row.id, &format!("seed {seed}, window {window}"), row.unit, found, &answer);
            }
        }
    }
}

#[test]
fn events_give_what_event_by_event_code_gives() {
    let mut differences = Differences::default();
    (5_000..5_120).for_each(|seed| compare(seed, &mut differences));
    differences.none_of(120 * 12);
}
