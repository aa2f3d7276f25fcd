//! What a receipt promises: the limit of a dossier that came in at an instant, and the day on which it ends.

use super::zone::MICROS;
use super::{Calendar, Deadline, Limit};
use crate::error::{Error, Result};
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeZone};
use chrono_tz::Tz;

/// A limit that began at an instant, with its deadline and the calendar it was counted on.
///
/// # Example
///
/// ```
/// use giamtang::calendar::{Calendar, Limit, Promise};
///
/// # fn main() -> giamtang::Result<()> {
/// let calendar = Calendar::builder(chrono_tz::Asia::Ho_Chi_Minh).base("vietnam").build()?;
/// let promise = Promise::new(&calendar, calendar.instant("2024-04-25")?, Limit::parse("5 working days")?)?;
/// assert_eq!(promise.deadline.date.to_string(), "2024-05-06");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Promise {
    /// When the limit begins, in µs UTC.
    pub from: i64,
    /// The limit.
    pub limit: Limit,
    /// When it ends, the days it skipped and the days it counted instead of others.
    pub deadline: Deadline,
    /// The zone of local days.
    pub zone: Tz,
    /// The first and the last day that the calendar covers.
    pub covers: (NaiveDate, NaiveDate),
    /// Whether the limit, from its first day to its last, rests on days beyond the built-in ones.
    pub provisional: bool,
}

impl Promise {
    /// The promise of a limit that begins at an instant, in µs UTC.
    ///
    /// # Errors
    ///
    /// As [`Calendar::due`].
    pub fn new(calendar: &Calendar, from: i64, limit: Limit) -> Result<Self> {
        let deadline = calendar.due(from, &limit)?;
        let zone = calendar.zone();
        let mut days = super::local_date(zone, from).iter_days().take_while(|day| *day <= deadline.date);
        let provisional = days.any(|day| calendar.is_provisional(day));
        Ok(Self { from, limit, deadline, zone, covers: calendar.coverage(), provisional })
    }

    /// An instant, in µs UTC, on the zone's wall.
    pub fn local(&self, us: i64) -> DateTime<Tz> {
        let seconds = DateTime::from_timestamp(us.div_euclid(MICROS), 0).unwrap_or_default();
        seconds.with_timezone(&self.zone)
    }
}

/// How a moment may be written; a day alone is its first instant.
const MOMENTS: [&str; 4] = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"];
const OFFSETS: [&str; 4] = ["%Y-%m-%dT%H:%M:%S%:z", "%Y-%m-%d %H:%M:%S%:z", "%Y-%m-%dT%H:%M%:z", "%Y-%m-%d %H:%M%:z"];

impl Calendar {
    /// The instant, in µs UTC, that a text means on the zone's wall.
    ///
    /// A day, a day with a time, or either of RFC 3339 with its offset. A day alone is its first instant; of a local
    /// time that comes twice the earlier is meant.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::BadValue`](crate::ErrorKind::BadValue) for another text, or a local time that summer time skips.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::calendar::Calendar;
    ///
    /// # fn main() -> giamtang::Result<()> {
    /// let calendar = Calendar::builder(chrono_tz::Asia::Ho_Chi_Minh).base("vietnam").build()?;
    /// let nine = calendar.instant("2024-05-03 09:15")?;
    /// assert_eq!(calendar.instant("2024-05-03T02:15:00+00:00")?, nine);
    /// assert_eq!(nine - calendar.instant("2024-05-03")?, (9 * 60 + 15) * 60_000_000);
    /// # Ok(())
    /// # }
    /// ```
    pub fn instant(&self, text: &str) -> Result<i64> {
        let text = text.trim();
        if let Ok(day) = text.parse::<NaiveDate>() {
            return Ok(super::local_midnight(self.zone, day));
        }
        let utc = text.strip_suffix('Z').map(|rest| format!("{rest}+00:00"));
        let told = utc.as_deref().unwrap_or(text);
        if let Some(at) = OFFSETS.iter().find_map(|format| DateTime::parse_from_str(told, format).ok()) {
            return Ok(at.timestamp_micros());
        }
        let expected = "a day or a moment, such as 2024-04-25, \"2024-04-25 09:15\" or 2024-04-25T09:15+07:00";
        let wall = MOMENTS.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
        let wall = wall.ok_or_else(|| Error::value("INSTANT", text, expected))?;
        let skipped =
            || Error::value("INSTANT", text, format!("a time that {} has; summer time skips this one", self.zone));
        self.zone.from_local_datetime(&wall).earliest().map(|at| at.timestamp_micros()).ok_or_else(skipped)
    }
}
