//! What is counted and not simulated: officers, procedures, tasks and costs are the city's own, and are all known.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};

use super::City;
use super::arrivals::arrivals;
use super::catalogue::{Edition, catalogue};
use super::costs::{YEARLY, YEARLY_ID};
use super::habits::{DEMANDS, HABITS, HOURS, Habit, chance};
use super::ledger::MONTHS;
use super::offices::offices;
use super::places::PROCEDURES;
use super::roster::{Spell, spells};
use super::truth::{Expected, Level, WINDOWS, difference};
use crate::calendar::Calendar;

/// Dossiers finished with a result, by window and procedure, of all that were drawn.
type Closed = [[f64; PROCEDURES.len()]; 2];

type Days = [NaiveDate; 2];

/// Every KPI that is counted; `closed` of `drawn` dossiers says how much work there is.
pub(super) fn counted(city: &City, calendar: &Calendar, closed: Closed, drawn: u64) -> Vec<Expected> {
    let mut kpis = staffing(city, calendar, closed, city.cases as f64 / drawn as f64);
    kpis.extend(procedures(city, calendar));
    kpis.push(known(
        "cost/agency_cost",
        "cost planted by the dossiers finished with a result",
        [0, 1].map(|at| cost(city, WINDOWS[at]) / (closed[at].iter().sum::<f64>() / drawn as f64)),
    ));
    kpis.push(known(
        "transparency/named_responsibility",
        "tasks planted that say all and name one owner, of tasks due and those without a due date",
        WINDOWS.map(|window| {
            let [due, undated] = tasks(window);
            task_chance(city, window, Habit::Clear) * due / (due + undated)
        }),
    ));
    kpis.push(known(
        "transparency/local_lead",
        "tasks planted that are not the centre's, of tasks due",
        WINDOWS.map(|window| 1.0 - task_chance(city, window, Habit::Central)),
    ));
    kpis
}

fn known(id: &'static str, of: &'static str, [was, is]: [f64; 2]) -> Expected {
    let [was, is] = [was, is].map(|value| Level { value, se: 0.0 });
    Expected { id, of, was, is, change: difference(was, is), adjusted: None }
}

/// What the dossiers that this city receives in the first window cost in a year, by the mean of one of them in each.
pub(super) fn yearly_cost(city: &City, calendar: &Calendar, of_dossier: Vec<Level>) -> Option<Expected> {
    let received: u64 =
        arrivals(city, calendar).into_iter().filter(|(date, _)| within(WINDOWS[0], *date)).map(|own| own.1).sum();
    let days = (WINDOWS[0][1] - WINDOWS[0][0]).num_days() + 1;
    let times = received as f64 * 365.25 / days as f64;
    let [was, is] = of_dossier[..] else { return None };
    let [was, is] = [was, is].map(|own| Level { value: own.value * times, se: own.se * times });
    Some(Expected { id: YEARLY_ID, of: YEARLY[0].of, was, is, change: difference(was, is), adjusted: None })
}

/// A KPI as a count, and how it is counted in a window.
type Count<'a> = (&'static str, &'static str, &'a dyn Fn(usize) -> f64);

fn staffing(city: &City, calendar: &Calendar, closed: Closed, part: f64) -> Vec<Expected> {
    let offices = offices(city.seed, city.offices, city.cases);
    let spells: Vec<Spell> = spells(city, &offices, calendar).collect();
    let open = |from, to| if from > to { 0 } else { calendar.working_days(from, to).unwrap_or_default() };
    let days = |own: &Spell, [first, last]: Days| f64::from(open(own.from.max(first), own.to.min(last)));
    let sum = |at: usize, moved: bool, of: fn(&Spell) -> f64| -> f64 {
        let own = spells.iter().filter(|own| own.moved_to.is_some() == moved);
        own.map(|own| days(own, WINDOWS[at]) * of(own)).sum()
    };
    let whole = |at: usize| f64::from(open(WINDOWS[at][0], WINDOWS[at][1]));
    let fte = |at: usize, moved| sum(at, moved, |own| own.hours as f64) / whole(at) / HOURS[0] as f64;
    let minutes = |at: usize| -> f64 {
        closed[at].iter().zip(&DEMANDS).map(|(closed, own)| closed * part * own.minutes as f64).sum()
    };
    let trained = |at: usize| {
        let [first, last] = WINDOWS[at];
        let there = || spells.iter().filter(|own| own.from <= last && own.to >= first);
        let posted: BTreeSet<&str> = there().filter(|own| own.moved_to.is_none()).map(Spell::officer).collect();
        let trained: BTreeSet<&str> = there().filter(|own| own.trained > 0).map(Spell::officer).collect();
        posted.intersection(&trained).count() as f64 / posted.len() as f64
    };
    let counts: [Count<'_>; 5] = [
        (
            "staffing/on_duty",
            "officers of the roster per open day, those moved to other posts left out, at the hours of coverage before \
             the reform",
            &|at| {
                sum(at, false, |_| 1.0) / whole(at) * coverage(&spells, calendar, WINDOWS[0])
                    / coverage(&spells, calendar, WINDOWS[at])
            },
        ),
        ("staffing/fte", "hours of the roster by office hours, those moved to other posts left out", &|at| {
            fte(at, false)
        }),
        (
            "staffing/output_per_fte",
            "standard minutes of the dossiers finished with a result by minutes of the roster",
            &|at| minutes(at) / (fte(at, false) * whole(at) * HOURS[0] as f64 * 60.0),
        ),
        ("staffing/trained", "officers posted in the window who have been trained in it", &trained),
        ("staffing/redeployed", "hours of officers moved to other posts by office hours", &|at| fte(at, true)),
    ];
    counts.into_iter().map(|(id, of, count)| known(id, of, [0, 1].map(count))).collect()
}

/// How long a counter was covered on an open day, in the mean: as long as the officer there who stayed longest.
fn coverage(spells: &[Spell], calendar: &Calendar, [first, last]: Days) -> f64 {
    let mut longest: BTreeMap<(&str, NaiveDate), u64> = BTreeMap::new();
    for own in spells.iter().filter(|own| own.moved_to.is_none()) {
        let (from, to) = (own.from.max(first), own.to.min(last));
        let days = from.iter_days().take_while(|date| *date <= to);
        for date in days.filter(|date| calendar.is_working_day(*date) == Some(true)) {
            let hours = longest.entry((own.office(), date)).or_default();
            *hours = own.hours.max(*hours);
        }
    }
    longest.values().sum::<u64>() as f64 / longest.len() as f64
}

fn procedures(city: &City, calendar: &Calendar) -> Vec<Expected> {
    let editions = catalogue(city, calendar);
    let of = |at: usize| editions.iter().filter(move |own| own.is_in_force(WINDOWS[at][1]));
    let share = |at: usize, fits: fn(&Edition, NaiveDate) -> bool| {
        of(at).filter(|own| fits(own, WINDOWS[at][1])).count() as f64 / of(at).count() as f64
    };
    let weighted = |at: usize, value: fn(&Edition) -> u64| -> f64 {
        let weight = |own: &Edition| PROCEDURES.iter().find(|known| known.name == own.name).map(|own| own.weight[0]);
        of(at).filter_map(|own| Some(weight(own)? as f64 / 1_000.0 * value(own) as f64)).sum()
    };
    let decided = |at: usize| editions.iter().filter(move |own| within(WINDOWS[at], own.decided));
    let counts: [Count<'_>; 8] = [
        ("procedures/in_force", "procedures in force on the last day", &|at| of(at).count() as f64),
        ("procedures/documents", "documents required on the last day, at the planted mix before the reform", &|at| {
            weighted(at, |own| own.documents)
        }),
        ("procedures/limit", "limit in office hours on the last day, at the planted mix before the reform", &|at| {
            weighted(at, |own| own.limit)
        }),
        ("procedures/restructured", "restructured, of procedures in force on the last day", &|at| {
            share(at, |own, last| own.restructured.is_some_and(|day| day <= last))
        }),
        ("procedures/dormant", "procedures that no dossier has, of those in force on the last day", &|at| {
            share(at, |own, _| !PROCEDURES.iter().any(|known| known.name == own.name))
        }),
        ("quality/online_coverage", "partly or fully online, of procedures in force on the last day", &|at| {
            share(at, |own, _| own.service_level != "information")
        }),
        ("transparency/published_on_time", "public within the limit, of procedures decided", &|at| {
            decided(at).filter(|own| !own.is_late).count() as f64 / decided(at).count() as f64
        }),
        ("transparency/complete_content", "all seven parts public, of procedures in force on the last day", &|at| {
            share(at, |own, _| own.parts == 7)
        }),
    ];
    let mut kpis: Vec<Expected> = counts.into_iter().map(|(id, of, count)| known(id, of, [0, 1].map(count))).collect();
    let lag = |at: usize| publication_lag(decided(at), calendar, WINDOWS[at][1]);
    if let (Some(was), Some(is)) = (lag(0), lag(1)) {
        let of = "median working hours from decision to publication of procedures decided, those not public by the \
                  window's end taken as longer";
        kpis.push(known("transparency/publication_lag", of, [was, is]));
    }
    kpis
}

fn within([first, last]: Days, date: NaiveDate) -> bool {
    (first..=last).contains(&date)
}

/// The first time at which half are public, by Kaplan and Meier: at one time those that go on unseen leave last.
fn publication_lag<'a>(
    decided: impl Iterator<Item = &'a Edition>,
    calendar: &Calendar,
    last: NaiveDate,
) -> Option<f64> {
    // Both are days; a lag is the office hours from one midnight to the other.
    let lag = |own: &Edition| {
        let public = own.published.filter(|day| *day <= last);
        let end = public.unwrap_or(last + chrono::Days::new(1));
        let hours = calendar.working_days(own.decided, end - chrono::Days::new(1))? * HOURS[0] as u32;
        Some((hours, public.is_none()))
    };
    let mut lags: Vec<(u32, bool)> = decided.filter_map(lag).collect();
    lags.sort_unstable();
    let (mut left, mut at_risk) = (1.0, lags.len());
    let found = lags.iter().find(|(_, unseen)| {
        left *= if *unseen { 1.0 } else { 1.0 - 1.0 / at_risk as f64 };
        at_risk -= 1;
        left <= 0.5
    });
    found.map(|(hours, _)| f64::from(*hours))
}

/// The cost of a window by the dossiers of two years: a month's lines count by their days in it.
fn cost(city: &City, window: Days) -> f64 {
    let days = window[0].iter_days().take_while(|date| *date <= window[1]);
    let planted = &HABITS[Habit::Cost as usize];
    let daily = |date: NaiveDate| {
        let reformed = city.reformed(date.with_day(16).unwrap_or(date));
        let planted = if reformed { planted.is } else { planted.was };
        planted as f64 * 1_000.0 / MONTHS as f64 / f64::from(date.num_days_in_month())
    };
    days.map(daily).sum()
}

/// The parts of all tasks that are due in a window, and that have no due date: nobody knows the window of these, so every
/// window has them.
fn tasks(window: Days) -> [f64; 2] {
    let due = window[0].iter_days().take_while(|date| *date <= window[1]).filter(|date| date.day() <= 28).count();
    let undated = chance::UNDATED as f64 / 1_000.0;
    [(1.0 - undated) * due as f64 / (28 * MONTHS) as f64, undated]
}

/// The chance of a task due in a window: it may be due on each of the first 28 days of a month.
fn task_chance(city: &City, window: Days, habit: Habit) -> f64 {
    let planted = &HABITS[habit as usize];
    let days = window[0].iter_days().take_while(|date| *date <= window[1]).filter(|date| date.day() <= 28);
    let chances: Vec<i64> = days.map(|date| if city.reformed(date) { planted.is } else { planted.was }).collect();
    chances.iter().sum::<i64>() as f64 / chances.len() as f64 / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Result;
    use crate::synth::{calendar, truth};

    /// By hand: 15 thousandths of two years' tasks have no due date and are in every window. A window has 14 days of
    /// February and 28 of each of five months, 154 of 672: due are 0.985 · 154 / 672 = 0.22573 of all, so of 0.24073
    /// tasks 520 thousandths of 0.22573 are clear, 0.48760, and in the later window 800, 0.75015.
    #[test]
    fn tasks_without_a_due_date_are_in_every_window() -> Result<()> {
        let truth = truth(&City::new(1).cases(500), 2_000)?;
        let own = truth.kpi("transparency/named_responsibility").expect("a share");
        assert!((own.was.value - 0.48760).abs() < 5e-6 && (own.is.value - 0.75015).abs() < 5e-6, "{own:?}");
        Ok(())
    }

    /// By hand, in thousandths of dossiers before the reform: 2·100 + 3·120 + 3·130 + 5·180 + 4·90 + 8·170 + 9·120 + 6·90 =
    /// 5,190 documents; later 2, 2, 2, 3, 4, 5, 6, 4: 3,530.
    #[test]
    fn documents_are_weighted_by_the_first_mix() -> Result<()> {
        let kpis = procedures(&City::new(1), &calendar()?);
        let own = kpis.iter().find(|own| own.id == "procedures/documents").expect("a mean");
        assert!((own.was.value - 5.19).abs() < 1e-9 && (own.is.value - 3.53).abs() < 1e-9, "{own:?}");
        Ok(())
    }
}
