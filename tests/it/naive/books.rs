//! The ledger and the tasks, and what the KPIs say of them.

use super::chance::Chance;
use super::figure::{Answer, Place, Rows};
use super::moment::Moment;
use super::twin::View;
use chrono::{Days, NaiveDate};

pub const LEDGER: [&str; 5] = ["unit", "from", "to", "amount_vnd", "kind"];
pub const TASKS: [&str; 9] =
    ["task_id", "objective", "owner", "work", "due_at", "responsibility", "product", "result", "lead_level"];

/// Rows without an id that say the same are one.
pub fn said_once<T: Clone + PartialEq>(rows: &[T]) -> Vec<T> {
    let mut once: Vec<T> = Vec::new();
    for row in rows {
        if !once.contains(row) {
            once.push(row.clone());
        }
    }
    once
}

/// Sometimes one of the rows stands there again, anywhere.
pub fn copied<T: Clone>(mut rows: Vec<T>, chance: &mut Chance) -> Vec<T> {
    for _ in 0..chance.one_of(&[0, 0, 1, 2]) {
        let row = rows[chance.below(rows.len() as u64) as usize].clone();
        rows.insert(chance.below(rows.len() as u64 + 1) as usize, row);
    }
    rows
}

/// A line of cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub unit: &'static str,
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub amount: i64,
}

impl Line {
    pub fn drawn(first: NaiveDate, chance: &mut Chance) -> Self {
        let from = first - Days::new(30) + Days::new(chance.below(100));
        Self {
            unit: chance.one_of(&["Cửa Nam", "Hoàn Kiếm", "Tây Hồ"]),
            from,
            to: from + Days::new(chance.one_of(&[0, 0, 6, 29, 30, 89])),
            amount: chance.one_of(&[0, 1_000_000, 3_100_000, 777_777]),
        }
    }

    pub fn written(&self) -> Vec<String> {
        let own = [self.unit.to_owned(), self.from.to_string(), self.to.to_string(), self.amount.to_string()];
        own.into_iter().chain(["salaries".to_owned()]).collect()
    }
}

/// So many lines; most ledgers are booked without a gap as well, by one office or by two that take turns.
pub fn lines(count: u64, first: NaiveDate, chance: &mut Chance) -> Vec<Line> {
    let mut lines: Vec<Line> = (0..count).map(|_| Line::drawn(first, chance)).collect();
    if chance.hundred(75) {
        // Now and then the first or the last day is missing, or a day between the two.
        let (from, to) = (first - Days::new(chance.below(8)), first + Days::new(chance.one_of(&[58, 59, 60, 61, 75])));
        let turn = first + Days::new(chance.below(50));
        let line = |from, to, chance: &mut Chance| Line { from, to, ..Line::drawn(first, chance) };
        lines.push(line(from, turn, chance));
        lines.push(line(turn + Days::new(chance.one_of(&[1, 1, 1, 2])), to, chance));
    }
    copied(lines, chance)
}

/// What a line's days in the window cost, by dossier with a result; an office or all of them, of a ledger that has
/// every day of the window.
pub fn agency_cost(lines: &[Line], ledger: &[Line], view: &View<'_>) -> Answer {
    let days = view.start.date().iter_days().take_while(|day| *day < view.end.date());
    let is_booked = |day: NaiveDate| ledger.iter().any(|line| line.from <= day && day <= line.to);
    if !days.into_iter().all(is_booked) {
        return Err("ledger_gap");
    }
    let resolved = view.closed(|_| Some(()));
    let within = |line: &Line| {
        // Whole đồng, rounded down at both ends, so that the parts of windows that meet add up.
        let until = |end: NaiveDate| {
            let days = (line.to.min(end - Days::new(1)) - line.from).num_days() + 1;
            line.amount * days.max(0) / ((line.to - line.from).num_days() + 1)
        };
        until(view.end.date()) - until(view.start.date())
    };
    let falls_in = |line: &&Line| line.from < view.end.date() && view.start.date() <= line.to;
    if !lines.iter().any(|line| falls_in(&line)) {
        return Err("no_rows");
    }
    if resolved.kept.is_empty() {
        return Err("no_base");
    }
    resolved.counted(lines.iter().map(within).sum::<i64>() as f64 / resolved.kept.len() as f64)
}

/// An assigned task.
#[derive(Clone, Debug)]
pub struct Task {
    id: String,
    owner: &'static str,
    owners: usize,
    due: Option<Moment>,
    /// Objective, work, responsibility, product and result.
    said: [Option<&'static str>; 5],
    lead: Option<&'static str>,
}

impl Task {
    pub fn drawn(number: u64, first: NaiveDate, is_day: bool, chance: &mut Chance) -> Self {
        const OWNERS: [(&str, usize); 10] = [
            ("An", 1),
            ("An", 1),
            ("Bình", 1),
            ("Nguyễn Văn An", 1),
            ("An; Bình", 2),
            ("An, Bình", 2),
            ("An|Bình|Chi", 3),
            ("An\nBình", 2),
            ("An;", 1),
            ("", 0),
        ];
        let (owner, owners) = chance.one_of(&OWNERS);
        let due = chance.maybe(85, |chance| {
            let day = first - Days::new(8) + Days::new(chance.below(72));
            Moment::of(chance.moment(day), is_day)
        });
        let mut said = || chance.maybe(93, |chance| chance.one_of(&["a", "b c", "–"]));
        let said = [said(), said(), said(), said(), said()];
        let lead = chance.maybe(80, |chance| chance.one_of(&["ministry", "branch", "locality", "centre"]));
        Self { id: format!("T{number}"), owner, owners, due, said, lead }
    }

    pub fn written(&self) -> Vec<String> {
        let [objective, work, responsibility, product, result] =
            self.said.map(|said| said.unwrap_or_default().to_owned());
        let due = self.due.map(Moment::written).unwrap_or_default();
        let lead = self.lead.unwrap_or_default().to_owned();
        let (id, owner) = (self.id.clone(), self.owner.to_owned());
        vec![id, objective, owner, work, due, responsibility, product, result, lead]
    }

    fn is_clear(&self) -> bool {
        self.owners == 1 && self.due.is_some() && self.said.iter().all(Option::is_some)
    }
}

/// Tasks due in the window, and those that are never due.
pub fn tasks(id: &str, tasks: &[Task], view: &View<'_>) -> Option<Answer> {
    let place = |task: &Task| match task.due {
        Some(due) if !view.holds(due) => Place::Outside,
        _ => Place::Inside,
    };
    Some(match id {
        "transparency/named_responsibility" => {
            let undated = tasks.iter().filter(|task| task.due.is_none()).count();
            Rows::ask(tasks, place, |task| Some(task.is_clear())).with_undated(undated).share()
        }
        "transparency/local_lead" => {
            let leads = |task: &Task| task.lead.filter(|_| task.due.is_some()).map(|lead| lead != "centre");
            Rows::ask(tasks, place, leads).share()
        }
        _ => return None,
    })
}
