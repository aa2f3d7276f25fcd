//! What the offices cost: two lines a month for each, in proportion to its size and not to how busy the month was.

use std::sync::Arc;

use chrono::{Datelike, Days, NaiveDate};

use super::habits::Habit;
use super::offices::Office;
use super::table::Cell;
use super::units::{MERGED_PART, merged};
use super::{City, FIRST, LAST};

/// The months of the record.
pub(super) const MONTHS: u64 = 24;

/// Its kinds, with their parts in hundredths.
const KINDS: [(&str, u64); 2] = [("Lương", 70), ("Chi khác", 30)];

/// One line of cost.
#[derive(Clone, Debug)]
pub(super) struct Line {
    unit: Arc<str>,
    pub(super) from: NaiveDate,
    pub(super) to: NaiveDate,
    pub(super) amount: u64,
    kind: &'static str,
}

/// The columns of the table `ledger`, in order.
pub(super) const LEDGER: [&str; 5] = ["unit", "from", "to", "amount_vnd", "kind"];

/// The lines of a city, month by month.
pub(super) fn lines(city: &City, offices: &[Office]) -> Vec<Line> {
    let whole: u64 = offices.iter().map(|office| office.weight).sum();
    let mut lines = Vec::new();
    for from in FIRST.iter_days().take_while(|date| *date <= LAST).filter(|date| date.day() == 1) {
        for (at, office) in offices.iter().enumerate() {
            // A month belongs to the reform if most of it does.
            let reformed = city.reformed(from + Days::new(15));
            let cost = 1_000 * u128::from(office.habit(Habit::Cost, reformed));
            let monthly = cost * u128::from(city.cases) * u128::from(office.weight) / u128::from(whole * MONTHS);
            month(&mut lines, at, &office.name, from, monthly as u64);
        }
    }
    lines
}

fn month(lines: &mut Vec<Line>, office: usize, name: &Arc<str>, from: NaiveDate, amount: u64) {
    let to = from.iter_days().take_while(|date| date.month() == from.month()).last().unwrap_or(from);
    let old = merged(office, from);
    let part = if old.is_some() { MERGED_PART } else { 0 };
    for (kind, hundredths) in KINDS {
        let mut line = |unit, amount| lines.push(Line { unit, from, to, amount, kind });
        let amount = amount * hundredths / 100;
        line(name.clone(), amount * (1_000 - part) / 1_000);
        old.into_iter().for_each(|old| line(old.into(), amount * part / 1_000));
    }
}

pub(super) fn line_cells(own: &Line) -> [Cell<'_>; LEDGER.len()] {
    use Cell::{Day, Number, Text};
    [Text(Some(&own.unit)), Day(Some(own.from)), Day(Some(own.to)), Number(own.amount), Text(Some(own.kind))]
}
