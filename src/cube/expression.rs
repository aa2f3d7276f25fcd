//! What recipes are written in: questions about one row, as expressions over the columns of `measure`.

use crate::ingest::canonical_values;
use crate::measure::{Counting, DEADLINE, Ending, Facts, Measure, PROMISED, Part, State, Timing};
use polars::prelude::{Expr, NULL, col, lit, when};

/// Seconds of the applicant's clock from one milestone to another.
pub fn elapsed(from: &str, to: &str) -> Expr {
    measured(Measure::Elapsed(from.into(), to.into()))
}

/// Office seconds of the business clock from one milestone to another.
pub fn working(from: &str, to: &str) -> Expr {
    measured(Measure::Working(from.into(), to.into()))
}

/// The same as [`elapsed`], with the time the office waited for the applicant taken out.
pub fn net_elapsed(from: &str, to: &str) -> Expr {
    measured(Measure::NetElapsed(from.into(), to.into()))
}

/// The same as [`working`], with the time the office waited for the applicant taken out.
pub fn net_working(from: &str, to: &str) -> Expr {
    measured(Measure::NetWorking(from.into(), to.into()))
}

/// Office seconds from reception to the due date first promised, whatever pauses moved it to: the limit.
pub fn limit() -> Expr {
    working("received_at", PROMISED)
}

/// Whether a milestone was reached at or before another; never reached is no.
pub fn by(first: &str, second: &str) -> Expr {
    measured(Measure::By(first.into(), second.into())).fill_null(lit(false))
}

/// Whether a milestone was reached at or before the due date first promised; never reached is no.
pub fn by_deadline(milestone: &str) -> Expr {
    by(milestone, DEADLINE)
}

/// Whether a milestone was reached on an earlier local day than the due date first promised; never reached is no.
pub fn day_before_deadline(milestone: &str) -> Expr {
    measured(Measure::DayBefore(milestone.into(), DEADLINE.into())).fill_null(lit(false))
}

/// Whether a milestone was reached within the horizon after another; never reached is no.
pub fn within_horizon(from: &str, to: &str) -> Expr {
    measured(Measure::Within(from.into(), to.into())).fill_null(lit(false))
}

/// Whether more office hours than these pass from one milestone to another.
///
/// Not known, so excluded, where the second is not reached by the cut-off and the hours have not passed either.
pub fn later(from: &str, to: &str, office_hours: i64) -> Expr {
    measured(Measure::Later(from.into(), to.into(), office_hours * 3_600))
}

/// Whether a milestone was reached by the cut-off.
pub fn reached(milestone: &str) -> Expr {
    measured(Measure::Reached(milestone.into()))
}

/// The same, and no where the study has no such milestone: what it is made of refines, and is not required.
pub fn told(milestone: &str) -> Expr {
    measured(Measure::Told(milestone.into()))
}

/// Whether the dossier was withdrawn or returned by the cut-off.
pub fn withdrawn() -> Expr {
    measured(Measure::Withdrawn)
}

/// Whether the office sent the dossier back by the cut-off.
pub fn returned() -> Expr {
    measured(Measure::Returned)
}

/// Whether the dossier had a result by the cut-off: granted or lawfully refused.
pub fn resolved() -> Expr {
    reached("finished_at").and(withdrawn().not())
}

/// Whether a profile counts the dossier into one of these classes as of the cut-off.
pub fn in_state(counting: Counting, endings: &[Ending], timings: &[Timing]) -> Expr {
    let state = measured(Measure::State(counting));
    let counts = |class: &State| endings.contains(&class.ending) && timings.contains(&class.timing);
    State::all().filter(counts).fold(lit(false), |any, class| any.or(state.clone().eq(lit(class.code()))))
}

/// A number that the catalogue has for a dossier's procedure, or what that was merged into, on the window's last day.
pub fn as_of(column: &str) -> Expr {
    measured(Measure::AsOf(column.into()))
}

/// Whether so many days had passed since a milestone by the cut-off.
pub fn aged(milestone: &str, days: i64) -> Expr {
    measured(Measure::Aged(milestone.into(), days))
}

/// Whether the office waited for the applicant at the cut-off; of pauses that are only a length nobody knows, so no.
pub fn waiting() -> Expr {
    measured(Measure::Waiting)
}

/// Whether at most so many days pass from one milestone to another; never reached is no.
pub fn within_days(from: &str, to: &str, days: i64) -> Expr {
    elapsed(from, to).lt_eq(lit(days * 86_400)).fill_null(lit(false))
}

/// Whether a flag of the catalogue asks something of a dossier; yes where it says nothing, or there is no catalogue.
pub fn asked(column: &str) -> Expr {
    measured(Measure::Asked(column.into()))
}

/// Office seconds from reception to the due date first promised, or where there is none the catalogue's limit.
pub fn allowed() -> Expr {
    measured(Measure::Allowed)
}

/// Whether a listed column, or where it says nothing another one of that list, holds one of these values.
pub fn is_listed_either(first: &str, other: &str, values: &[&str]) -> Expr {
    let own = measured(Measure::Either(first.into(), other.into()));
    let any = |values: &[&str]| values.iter().fold(lit(false), |any, value| any.or(own.clone().eq(lit(*value))));
    when(any(list(other))).then(any(values)).otherwise(lit(NULL))
}

/// Whether fewer minutes than these pass from one milestone to another; not known where either is known by the day.
pub fn within_minutes(from: &str, to: &str, minutes: i64) -> Expr {
    measured(Measure::Moments(from.into(), to.into())).lt(lit(minutes * 60))
}

/// One for each row.
pub fn one() -> Expr {
    lit(1)
}

/// A column of whole numbers.
pub fn number(column: &str) -> Expr {
    measured(Measure::Number(column.into()))
}

/// A column of đồng, as costs are kept: đồng·seconds by hour.
pub fn dong(column: &str) -> Expr {
    number(column) * lit(3_600)
}

/// Whether an entry of the roster is of an officer who was not moved to another post.
pub fn posted() -> Expr {
    number("posted").eq(lit(1))
}

/// A part of what complying costs, by the study's tariff; where it cannot be known the row is excluded.
pub fn cost(part: Part, facts: Facts) -> Expr {
    measured(Measure::Cost(part, facts))
}

/// Whether a column of yes and no says yes; where nothing is said it does not.
pub fn says_yes(column: &str) -> Expr {
    flag(column).fill_null(lit(false))
}

/// How often a job of the study's tariff is done, where what all of them cost is known.
pub fn times(job: usize, facts: Facts) -> Expr {
    measured(Measure::Times(job, facts))
}

/// A column of yes and no; where nothing is said the row is excluded.
pub fn flag(column: &str) -> Expr {
    measured(Measure::Flag(column.into()))
}

/// Whether a column holds anything.
pub fn present(column: &str) -> Expr {
    measured(Measure::Present(column.into()))
}

/// A column of names.
pub fn name(column: &str) -> Expr {
    measured(Measure::Name(column.into()))
}

/// Whether a column of names holds this one; where it holds none the row is excluded.
pub fn is(column: &str, value: &str) -> Expr {
    name(column).eq(lit(value))
}

/// Whether a column of names holds one of these; where it holds none the row is excluded.
pub fn is_one_of(column: &str, values: &[&str]) -> Expr {
    let known = present(column);
    let any = values.iter().fold(lit(false), |any, value| any.or(is(column, value)));
    when(known).then(any).otherwise(lit(NULL))
}

/// A column of names that has a list of values; a value outside the list says nothing.
///
/// It is no other value either: an office that writes `Internet` for online is not offline.
pub fn listed(column: &str) -> Expr {
    when(is_one_of(column, list(column))).then(name(column)).otherwise(lit(NULL))
}

/// Whether such a column holds one of these values; where it holds none of its list the row is excluded.
pub fn is_listed(column: &str, values: &[&str]) -> Expr {
    values.iter().fold(lit(false), |any, value| any.or(listed(column).eq(lit(*value))))
}

/// The values a column's list has.
fn list(column: &str) -> &'static [&'static str] {
    // A joined column has the list of its own table's.
    match column.rsplit('.').next().unwrap_or(column) {
        "payment" => &PAYMENTS,
        own => canonical_values(own).map_or(&[], |(values, _)| values),
    }
}

/// How a dossier was paid for; the portal's payload says of some only that it was not online.
const PAYMENTS: [&str; 7] = ["cash", "transfer", "card", "online", "exempt", "unpaid", "not_online"];

/// A column of names as keys of distinct things.
pub fn key(column: &str) -> Expr {
    measured(Measure::Key(column.into()))
}

/// The same, each with the local day of a milestone on which the office was open.
pub fn key_of_open_day(column: &str, milestone: &str) -> Expr {
    measured(Measure::KeyOfDay(column.into(), milestone.into()))
}

fn measured(measure: Measure) -> Expr {
    col(measure.column())
}
