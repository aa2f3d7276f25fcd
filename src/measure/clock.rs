//! One clock: what it shows at an instant, and when it shows so much.

use crate::calendar::{BusinessClock, Calendar, local_date, local_midnight};
use crate::ingest::{Pause, Zone};

const MICROS: i64 = 1_000_000;

/// Days from 1970 beyond every accepted date.
///
/// The first instants of farther ones may leave 64 bits.
const FARTHEST: u64 = 4_000_000;

/// What time is measured on: the applicant's clock or the office's.
///
/// Either runs to the second or by days.
/// On a clock of days any instant of a local day stands for that day, and the day on which something happens is not
/// counted (Civil Code 2015, article 147): from Friday to Monday there is one working day, Monday.
#[derive(Clone, Copy, Debug)]
pub enum Clock<'a> {
    /// The applicant's: seconds, 24 hours a day; a fraction of a second is floored.
    Applicant,
    /// The applicant's by days: local days.
    ApplicantDays(&'a Zone),
    /// The office's: seconds in which it is open.
    Office(&'a BusinessClock),
    /// The office's by days: working days of its calendar, however long each is.
    OfficeDays(&'a Calendar),
}

impl<'a> Clock<'a> {
    /// The clock on which a due date moves.
    ///
    /// The office's where the study has a calendar, because limits are in working time; else the applicant's. By days
    /// where only the day of the due date is known.
    pub fn of_due(calendar: Option<&'a Calendar>, zone: &'a Zone, by_day: bool) -> Self {
        match (calendar, by_day) {
            (Some(calendar), true) => Self::OfficeDays(calendar),
            (Some(calendar), false) => Self::Office(calendar.clock()),
            (None, true) => Self::ApplicantDays(zone),
            (None, false) => Self::Applicant,
        }
    }

    /// What the clock shows at an instant in µs UTC.
    ///
    /// Seconds, or days up to and including that of the instant, from an origin of its own. `None` where the calendar
    /// does not cover the instant.
    pub fn position(self, us: i64) -> Option<i64> {
        match self {
            Self::Applicant => Some(us.div_euclid(MICROS)),
            Self::ApplicantDays(zone) => Some(zone.day(us)),
            Self::Office(clock) => clock.position(us),
            Self::OfficeDays(calendar) => {
                let (first, _) = calendar.coverage();
                calendar.working_days(first, local_date(calendar.zone(), us)).map(i64::from)
            }
        }
    }

    /// The first instant, in µs UTC, at which the clock shows so much.
    ///
    /// `None` where the calendar ends before it.
    pub fn instant(self, position: i64) -> Option<i64> {
        match self {
            Self::Applicant => position.checked_mul(MICROS),
            Self::ApplicantDays(zone) => (position.unsigned_abs() < FARTHEST).then(|| zone.midnight(position)),
            Self::Office(clock) => clock.instant(position),
            Self::OfficeDays(calendar) => working_day(calendar, position),
        }
    }

    /// How far the clock runs from one instant to another.
    pub(super) fn run(self, from: i64, to: i64) -> Option<i64> {
        self.position(to)?.checked_sub(self.position(from)?)
    }

    /// Whether a pause begins before a due date is over.
    pub(super) fn begins_in_time(self, pause: Pause, due: i64) -> bool {
        match self {
            Self::Applicant | Self::Office(_) => pause.from < due,
            Self::ApplicantDays(zone) => zone.day(pause.from) <= zone.day(due),
            Self::OfficeDays(calendar) => local_date(calendar.zone(), pause.from) <= local_date(calendar.zone(), due),
        }
    }

    /// The earliest that something can be due that waited until an instant.
    ///
    /// The instant itself, or its day; by working days the next one if the office is closed on it (Civil Code 2015,
    /// article 148).
    pub(super) fn earliest(self, us: i64) -> Option<i64> {
        match self {
            Self::Applicant | Self::Office(_) => Some(us),
            Self::ApplicantDays(zone) => Some(zone.midnight(zone.day(us))),
            Self::OfficeDays(calendar) => {
                let day = calendar.nth_working_day_after(local_date(calendar.zone(), us), 0)?;
                Some(local_midnight(calendar.zone(), day))
            }
        }
    }
}

/// The first instant of the n-th working day of a calendar.
pub(super) fn working_day(calendar: &Calendar, n: i64) -> Option<i64> {
    let (first, _) = calendar.coverage();
    let n = u32::try_from(n).ok().filter(|n| *n > 0)?;
    // Counting is from a covered day, which is itself the first working day if the office is open on it.
    let day = calendar.nth_working_day_after(first, n - calendar.working_days(first, first)?)?;
    Some(local_midnight(calendar.zone(), day))
}
