//! Local days and clock readings of a zone, as instants.
//!
//! Instants are microseconds since 1970-01-01T00:00Z at the door and whole seconds inside. A clock reading that summer
//! time skips stands for the first instant after the gap; one that it repeats stands for the earlier instant.

use chrono::{DateTime, NaiveDate, Offset, TimeZone, Utc};
use chrono_tz::Tz;

pub(super) const DAY: i64 = 86_400;
pub(super) const MICROS: i64 = 1_000_000;

/// The first instant of a local day, in µs since the Unix epoch, UTC.
///
/// Where summer time begins at midnight the day begins after the gap; where 00:00 comes twice, at the earlier one. A
/// date-only due date ends at the `local_midnight` of the next day, exclusive.
///
/// # Example
///
/// ```
/// use chrono::NaiveDate;
/// use giamtang::calendar::local_midnight;
///
/// let day = NaiveDate::from_ymd_opt(1970, 1, 2).unwrap_or_default();
/// assert_eq!(local_midnight(chrono_tz::Asia::Bangkok, day), (24 - 7) * 3_600 * 1_000_000);
/// ```
pub fn local_midnight(zone: Tz, date: NaiveDate) -> i64 {
    resolve(zone, midnight(date)) * MICROS
}

/// The local day of an instant given in µs since the Unix epoch, UTC.
///
/// Instants beyond the years chrono can write give its first or last date.
///
/// # Example
///
/// A dashboard that used UTC filed 06:00 in Hanoi under yesterday (`domain.md` 4.6).
///
/// ```
/// use chrono::NaiveDate;
/// use giamtang::calendar::{local_date, local_midnight};
///
/// let (zone, day) = (chrono_tz::Asia::Ho_Chi_Minh, NaiveDate::from_ymd_opt(2024, 5, 6).unwrap_or_default());
/// assert_eq!(local_date(zone, local_midnight(zone, day) + 6 * 3_600_000_000), day);
/// ```
pub fn local_date(zone: Tz, us: i64) -> NaiveDate {
    let seconds = us.div_euclid(MICROS);
    utc(seconds + offset(zone, seconds)).date_naive()
}

/// Midnight of a date as a clock reading: seconds since 1970-01-01T00:00 on the wall.
pub(super) fn midnight(date: NaiveDate) -> i64 {
    date.signed_duration_since(NaiveDate::default()).num_seconds()
}

/// The instant, in seconds, at which the wall shows a reading.
pub(super) fn resolve(zone: Tz, wall: i64) -> i64 {
    let (before, after) = (offset(zone, wall - DAY), offset(zone, wall + DAY));
    let readings = [wall - before, wall - after].into_iter().filter(|&at| at + offset(zone, at) == wall);
    readings.min().unwrap_or_else(|| change(zone, wall - after, wall - before))
}

/// The changes of offset in `[start, end]`: the instant and the new offset, both in seconds.
pub(super) fn changes(zone: Tz, start: i64, end: i64) -> Vec<(i64, i64)> {
    let days = (start..end).step_by(DAY as usize).map(|day| (day, (day + DAY).min(end)));
    let changed = days.filter(|&(day, next)| offset(zone, day) != offset(zone, next));
    changed.map(|(day, next)| change(zone, day, next)).map(|at| (at, offset(zone, at))).collect()
}

/// Seconds to add to UTC for the wall clock at an instant.
pub(super) fn offset(zone: Tz, seconds: i64) -> i64 {
    zone.offset_from_utc_datetime(&utc(seconds).naive_utc()).fix().local_minus_utc().into()
}

/// The first second in `(low, high]` with another offset than `low`.
fn change(zone: Tz, mut low: i64, mut high: i64) -> i64 {
    let old = offset(zone, low);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if offset(zone, middle) == old {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

fn utc(seconds: i64) -> DateTime<Utc> {
    let extreme = if seconds < 0 { DateTime::<Utc>::MIN_UTC } else { DateTime::<Utc>::MAX_UTC };
    DateTime::from_timestamp(seconds, 0).unwrap_or(extreme)
}
