//! Local wall time to UTC and back, at the speed of a table look-up.
//!
//! A zone changes its offset on a few days a year. Days with one offset are one addition; only the others ask the
//! zone's rules.

use chrono::{DateTime, Days, MappedLocalTime, NaiveDate, NaiveDateTime, Offset, TimeZone};
use chrono_tz::Tz;

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;

/// An offset that changes within the day, so the zone's rules must be asked.
const CHANGES: i32 = i32::MIN;

/// A zone with its offsets by day, 1900 to 2199.
#[derive(Clone, Debug)]
pub struct Zone {
    tz: Tz,
    first: i64,
    offsets: Vec<i32>,
}

/// What a local wall time means in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Local {
    /// One instant, in microseconds since the epoch.
    One(i64),
    /// Two instants, when summer time ends; the earlier is taken.
    Earlier(i64),
    /// No instant, when summer time begins.
    Never,
}

impl Zone {
    /// The zone with its offsets tabulated.
    pub fn new(tz: Tz) -> Self {
        let start = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap_or_default();
        let days = 300 * 365 + 73;
        let midnights: Vec<Option<i32>> =
            (0..=days).map(|day| offset_at(tz, (start + Days::new(day)).and_time(Default::default()))).collect();
        let offsets = midnights
            .windows(2)
            .map(|pair| match (pair[0], pair[1]) {
                (Some(a), Some(b)) if a == b => a,
                _ => CHANGES,
            })
            .collect();
        let first = DateTime::UNIX_EPOCH.date_naive().signed_duration_since(start).num_days();
        Self { tz, first: -first, offsets }
    }

    /// The zone's name and rules.
    pub fn tz(&self) -> Tz {
        self.tz
    }

    /// The instant of a local wall time, both in microseconds.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::ingest::{Local, Zone};
    ///
    /// let bangkok = Zone::new(chrono_tz::Asia::Bangkok);
    /// assert_eq!(bangkok.utc(7 * 3_600_000_000), Local::One(0));
    /// ```
    pub fn utc(&self, wall: i64) -> Local {
        match self.offset_of_day(wall.div_euclid(DAY)) {
            Some(offset) => Local::One(wall - i64::from(offset) * SECOND),
            None => self.utc_by_rules(wall),
        }
    }

    fn utc_by_rules(&self, wall: i64) -> Local {
        let Some(naive) = DateTime::from_timestamp_micros(wall) else { return Local::Never };
        match self.tz.from_local_datetime(&naive.naive_utc()) {
            MappedLocalTime::Single(at) => Local::One(at.timestamp_micros()),
            MappedLocalTime::Ambiguous(a, b) => Local::Earlier(a.timestamp_micros().min(b.timestamp_micros())),
            MappedLocalTime::None => Local::Never,
        }
    }

    /// The local day of an instant, counted from 1970-01-01.
    pub fn day(&self, utc: i64) -> i64 {
        self.wall(utc).div_euclid(DAY)
    }

    /// The wall time of an instant, both in microseconds.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::ingest::Zone;
    ///
    /// let bangkok = Zone::new(chrono_tz::Asia::Bangkok);
    /// assert_eq!(bangkok.wall(0), 7 * 3_600_000_000);
    /// ```
    pub fn wall(&self, utc: i64) -> i64 {
        let guess = utc.div_euclid(DAY);
        let (before, at, after) =
            (self.offset_of_day(guess - 1), self.offset_of_day(guess), self.offset_of_day(guess + 1));
        match (before, at, after) {
            (Some(a), Some(b), Some(c)) if a == b && b == c => utc + i64::from(b) * SECOND,
            _ => self.wall_by_rules(utc),
        }
    }

    fn wall_by_rules(&self, utc: i64) -> i64 {
        let offset = DateTime::from_timestamp_micros(utc)
            .map_or(0, |at| self.tz.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc());
        utc + i64::from(offset) * SECOND
    }

    /// The first instant of a local day.
    ///
    /// Where summer time skips midnight the day begins when the clocks have moved; a day that a zone skipped whole begins
    /// with the next.
    pub fn midnight(&self, day: i64) -> i64 {
        let wall = day * DAY;
        (0..=96)
            .find_map(|half_hours| match self.utc(wall + half_hours * 1_800 * SECOND) {
                Local::One(at) | Local::Earlier(at) => Some(at),
                Local::Never => None,
            })
            .unwrap_or(wall)
    }

    /// How far wall times from the first to the last are ahead of UTC, in microseconds, where it is the same for all.
    ///
    /// It holds for the instants from the first to the last too.
    pub fn offset_between(&self, first: i64, last: i64) -> Option<i64> {
        let place = |us: i64, days: i64| usize::try_from(us.div_euclid(DAY) + days - self.first).ok();
        let offsets = self.offsets.get(place(first, -1)?..=place(last, 1)?)?;
        let only = offsets.first().filter(|only| **only != CHANGES && offsets.iter().all(|own| own == *only))?;
        Some(i64::from(*only) * SECOND)
    }

    fn offset_of_day(&self, day: i64) -> Option<i32> {
        let index = usize::try_from(day - self.first).ok()?;
        self.offsets.get(index).copied().filter(|offset| *offset != CHANGES)
    }
}

fn offset_at(tz: Tz, wall: NaiveDateTime) -> Option<i32> {
    tz.from_local_datetime(&wall).single().map(|at| at.offset().fix().local_minus_utc())
}
