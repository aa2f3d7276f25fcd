//! The offices as the table `units` knows them, and the one that was merged into another.

use std::sync::Arc;

use chrono::NaiveDate;

use super::day;
use super::draw::mixed;
use super::offices::Office;
use super::places::CONSULTED;
use super::table::Cell;

/// The ward that was merged, the office it went into, and its last day.
const MERGED: (&str, usize, NaiveDate) = ("Phường Hàng Bài", 1, day(2023, 10, 31));

/// The part of the office's work that was the merged ward's, in thousandths.
pub(super) const MERGED_PART: u64 = 400;

const CITY: &str = "Thành phố Hà Nội";
const SINCE: NaiveDate = day(2020, 1, 1);

/// One row of `units`.
#[derive(Clone, Debug)]
pub(super) struct Unit {
    pub(super) name: Arc<str>,
    to: Option<NaiveDate>,
    successor: Option<Arc<str>>,
    level: &'static str,
}

/// The columns of the table `units`, in order.
pub(super) const UNITS: [&str; 6] = ["unit", "from", "to", "successor", "level", "parent"];

/// The units of a city: its offices, the ward that was merged, and the agency that is consulted.
pub(super) fn units(offices: &[Office]) -> Vec<Unit> {
    let own = |office: &Office| Unit { name: office.name.clone(), to: None, successor: None, level: "commune" };
    let merged = offices.get(MERGED.1).map(|into| Unit {
        name: MERGED.0.into(),
        to: Some(MERGED.2),
        successor: Some(into.name.clone()),
        level: "commune",
    });
    let consulted = Unit { name: CONSULTED.into(), to: None, successor: None, level: "province" };
    offices.iter().map(own).chain(merged).chain([consulted]).collect()
}

/// The ward that was merged into an office, while it stood.
pub(super) fn merged(office: usize, date: NaiveDate) -> Option<&'static str> {
    (office == MERGED.1 && date <= MERGED.2).then_some(MERGED.0)
}

/// The name that an office's dossier or officer went under on a day; `pick` decides which of the two wards it was.
pub(super) fn names_of(name: &Arc<str>, office: usize, date: NaiveDate, pick: u64) -> Arc<str> {
    let old = merged(office, date).filter(|_| mixed(&[pick, 0x3e]) % 1_000 < MERGED_PART);
    old.map_or_else(|| name.clone(), Arc::from)
}

pub(super) fn unit_cells(own: &Unit) -> [Cell<'_>; UNITS.len()] {
    use Cell::{Day, Text};
    [
        Text(Some(&own.name)),
        Day(Some(SINCE)),
        Day(own.to),
        Text(own.successor.as_deref()),
        Text(Some(own.level)),
        Text(Some(CITY)),
    ]
}
