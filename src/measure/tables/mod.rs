//! Tables beside the dossiers, made ready to be counted: spread over days, placed, told apart.
//!
//! What comes out is a table as any other, counted by the same kernel. Columns that are
//! made here stand in [`behind`] with the columns they are made of.

mod ledger;
mod petitions;
mod procedures;
mod roster;
mod surveys;
mod tasks;

pub use petitions::{Petitioning, uncovered};
pub use procedures::Publishing;
pub use surveys::{Scale, Scales};

use super::clocks::Clocks;
use super::place::Slot;
use crate::ingest::{Data, Held, Moment, Rule, Table, Zone};
use std::collections::BTreeMap;

/// What a study agrees on with its tables, where their rows do not say.
#[derive(Clone, Debug)]
pub struct Conventions {
    /// The scales of scores.
    pub scales: Scales,
    /// When procedures must be public.
    pub publishing: Publishing,
    /// When petitions must be answered, and which repeat others.
    pub petitioning: Petitioning,
}

/// Rows that break a rule, each with the column that shows it.
pub(super) type Broken = BTreeMap<usize, (Rule, &'static str)>;

/// A table as it is counted, its rows that break a rule together with others set aside.
///
/// Of the windows only the days of `slots` are spread over.
pub fn made(held: Held, conventions: &Conventions, clocks: &Clocks, slots: &[Slot]) -> Held {
    match held.table {
        Table::Procedures => procedures::made(held, conventions.publishing, clocks),
        Table::Roster => roster::made(held, clocks, slots),
        Table::Surveys => surveys::made(held, &conventions.scales),
        Table::Petitions => petitions::made(held, conventions.petitioning, clocks),
        Table::Ledger => ledger::made(held, &clocks.zone, slots),
        Table::Tasks => tasks::made(held, slots),
        Table::Units => {
            let broken = overlapping(&held, "unit", ("from", "to"), &clocks.zone);
            held.set_aside(&broken)
        }
        Table::Cases | Table::Events => held,
    }
}

/// Whether the rows of a table are spread over windows: those of others are counted in other windows.
pub fn is_spread(table: Table) -> bool {
    matches!(table, Table::Roster | Table::Ledger | Table::Tasks)
}

/// One row for each dossier that has one in the table, to be joined: its first answer, its first petition.
pub fn by_case(held: &Held) -> Option<Held> {
    match held.table {
        _ if !is_by_case(held) => None,
        Table::Surveys => Some(surveys::by_case(held)),
        _ => Some(petitions::by_case(held)),
    }
}

/// Whether the rows of a table are about dossiers, and say about which.
pub fn is_by_case(held: &Held) -> bool {
    let has = |column: &str| held.has(column) || held.id.as_deref() == Some(column);
    let names_cases = matches!(held.table, Table::Surveys | Table::Petitions);
    names_cases && has("case_id") && held.table.key().iter().copied().all(has)
}

/// The columns of a table behind one that is made of them; the first is required, the others refine it.
///
/// # Example
///
/// ```
/// use giamtang::measure::behind;
///
/// assert_eq!(behind("publish_by"), Some(&["decided_at", "level"][..]));
/// assert_eq!(behind("surveys.score"), None);
/// ```
pub fn behind(column: &str) -> Option<&'static [&'static str]> {
    Some(match column {
        "ended_at" => &["in_force_from", "in_force_to"],
        "born_at" | "died_at" => &["in_force_from", "in_force_to"],
        "merged_at" => &["in_force_from", "in_force_to", "merged_into"],
        "publish_by" => &["decided_at", "level"],
        "decide_by" => &["legal_effective_at", "level"],
        "answer_by" => &["received_at", "due_at"],
        "closed_at" => &["answered_at", "refused_at"],
        "handle_by" => &["received_at", "due_at", "refused_at"],
        "asked_late" => &["received_at", "supplement_asked_at"],
        "public_by" => &["answered_at"],
        "procedures.limit_seconds" => &["procedures.limit_hours"],
        "procedures.marked" => &["procedures.non_territorial"],
        "minutes" => &["hours"],
        "coverage" | "counter_days" => &["hours", "unit"],
        "posted" => &["officer", "moved_to"],
        "unreached" => &["amount_vnd"],
        // A scale of its own, and how many answers a row is of.
        "score" | "n" | "sd" | "satisfied" => &["score", "best", "n", "scale_max", "scale_min", "sd"],
        "surveys.satisfied" | "surveys.dissatisfied_at" => {
            &["surveys.score", "surveys.best", "surveys.n", "surveys.scale_max", "surveys.scale_min", "surveys.sd"]
        }
        "owners" => &["owner"],
        "dated" => &["due_at"],
        _ => return None,
    })
}

/// Rows of one name whose spans share a day; neither stays.
fn overlapping(held: &Held, key: &'static str, (from, to): (&'static str, &'static str), zone: &Zone) -> Broken {
    let mut spans: BTreeMap<&str, Vec<(i64, i64, usize)>> = BTreeMap::new();
    for row in 0..held.len() {
        if let Some((name, (first, _))) = held.name(key, row).zip(held.moment(from, row)) {
            let last = held.moment(to, row).map_or(i64::MAX, |(last, _)| zone.day(last));
            spans.entry(name).or_default().push((zone.day(first), last, row));
        }
    }
    let mut broken = Broken::new();
    for spans in spans.values_mut() {
        spans.sort_unstable();
        let mut reaching: Option<(i64, usize)> = None;
        for (first, last, row) in spans.iter().copied() {
            if let Some((_, earlier)) = reaching.filter(|(until, _)| *until >= first) {
                broken.insert(row, (Rule::OverlappingSpan, from));
                broken.insert(earlier, (Rule::OverlappingSpan, from));
            }
            if reaching.is_none_or(|(until, _)| last > until) {
                reaching = Some((last, row));
            }
        }
    }
    broken
}

/// A column of days, counted from 1970-01-01.
fn days(days: impl Iterator<Item = Option<i64>>, zone: &Zone) -> Data {
    Data::moments(days.map(|day| day.map(|day| (zone.midnight(day), true))))
}

/// The day of a moment.
fn day((us, _): Moment, zone: &Zone) -> i64 {
    zone.day(us)
}
