//! Assigned tasks: what each says, and who leads it.

use std::sync::Arc;

use chrono::{Datelike, Days, NaiveDate};

use super::draw::{Draw, mixed};
use super::habits::{Habit, TASKS, chance};
use super::offices::Office;
use super::table::Cell;
use super::{City, FIRST, LAST};

const STREAM: u64 = 0x7a_5c5;

/// What a task must say beside its due date, and one text for each.
const CLEARS: [(&str, &str); 6] = [
    ("objective", "Giảm thời gian giải quyết"),
    ("owner", ""),
    ("work", "Rà soát quy trình"),
    ("responsibility", "Chủ trì"),
    ("product", "Báo cáo"),
    ("result", "Quy trình mới được ban hành"),
];

/// The levels that lead a task, with their parts in hundredths; the centre's own is planted.
const LEVELS: [(&str, u64); 3] = [("ministry", 15), ("branch", 35), ("locality", 50)];

/// What is wrong with a task that does not say all it must.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Blur {
    TwoOwners,
    Missing(usize),
}

/// One task.
#[derive(Clone, Debug)]
pub(super) struct Task {
    task_id: String,
    pub(super) due: Option<NaiveDate>,
    unit: Arc<str>,
    owners: String,
    blur: Option<Blur>,
    pub(super) lead: &'static str,
}

/// The columns of the table `tasks`, in order.
pub(super) const TASK_COLUMNS: [&str; 10] =
    ["task_id", "objective", "owner", "work", "due_at", "responsibility", "product", "result", "unit", "lead_level"];

/// The tasks of a city, month by month.
pub(super) fn tasks<'a>(city: &'a City, offices: &'a [Office]) -> impl Iterator<Item = Task> + use<'a> {
    let months = FIRST.iter_days().take_while(|date| *date <= LAST).filter(|date| date.day() == 1);
    months.flat_map(move |month| {
        let of_office = move |at: usize| (0..TASKS).map(move |number| (at, number));
        (0..offices.len()).flat_map(of_office).map(move |(at, number)| {
            let mut draw =
                Draw::new(mixed(&[city.seed, STREAM, month.num_days_from_ce() as u64, at as u64, number]), STREAM);
            Task::drawn(&mut draw, city, (at, &offices[at]), month, number)
        })
    })
}

impl Task {
    /// A task due in a month; the reform is in force if it is on the day it is due.
    pub(super) fn drawn(draw: &mut Draw, city: &City, office: (usize, &Office), month: NaiveDate, number: u64) -> Self {
        let (at, office) = office;
        let due = month + Days::new(draw.below(28));
        let reformed = city.reformed(due);
        let is_clear = draw.happens(office.habit(Habit::Clear, reformed));
        let is_central = draw.happens(office.habit(Habit::Central, reformed));
        let missing = draw.below(CLEARS.len() as u64 + 1) as usize;
        let blur = if missing < CLEARS.len() { Blur::Missing(missing) } else { Blur::TwoOwners };
        let level = LEVELS[draw.place(LEVELS.iter().map(|(_, part)| *part))].0;
        let owner = 1 + draw.below(office.officers[usize::from(reformed)]);
        let second = if is_clear || blur != Blur::TwoOwners {
            String::new()
        } else {
            format!(";CB.{:02}.{:02}", at + 1, owner % 2 + 1)
        };
        let undated = draw.happens(chance::UNDATED);
        Self {
            task_id: format!("NV-{:02}-{}-{}", at + 1, month.format("%y%m"), number + 1),
            due: (!undated).then_some(due),
            unit: office.name.clone(),
            owners: format!("CB.{:02}.{owner:02}{second}", at + 1),
            blur: (!is_clear).then_some(blur),
            lead: if is_central { "centre" } else { level },
        }
    }

    fn clear(&self, at: usize) -> Option<&str> {
        let text = if CLEARS[at].0 == "owner" { &self.owners } else { CLEARS[at].1 };
        Some(text).filter(|_| self.blur != Some(Blur::Missing(at)))
    }
}

pub(super) fn task_cells(own: &Task) -> [Cell<'_>; TASK_COLUMNS.len()] {
    use Cell::{Day, Text};
    [
        Text(Some(&own.task_id)),
        Text(own.clear(0)),
        Text(own.clear(1)),
        Text(own.clear(2)),
        Day(own.due),
        Text(own.clear(3)),
        Text(own.clear(4)),
        Text(own.clear(5)),
        Text(Some(&own.unit)),
        Text(Some(own.lead)),
    ]
}
