//! Local wall time to UTC and back, at the speed of a table look-up.
//!
//! A zone changes its offset on a few days a year. Days with one offset are one addition; only the others ask the
//! zone's rules.

use super::batch::ABSENT;
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
    periods: Vec<Period>,
}

/// Instants, and wall times, a day and more inside the days of one offset: from the first, before the second, in µs.
#[derive(Clone, Copy, Debug, Default)]
struct Period {
    from: i64,
    to: i64,
    ahead: i64,
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
        let offsets: Vec<i32> = midnights
            .windows(2)
            .map(|pair| match (pair[0], pair[1]) {
                (Some(a), Some(b)) if a == b => a,
                _ => CHANGES,
            })
            .collect();
        let first = -DateTime::UNIX_EPOCH.date_naive().signed_duration_since(start).num_days();
        let periods = periods(first, &offsets);
        Self { tz, first, offsets, periods }
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

    /// The local days of a column of instants, appended to `out`; [`ABSENT`] where there is none.
    ///
    /// What [`Zone::day`] gives, at the speed of one addition and one division where all instants have one offset.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::ingest::{ABSENT, Zone};
    ///
    /// let (bangkok, mut days) = (Zone::new(chrono_tz::Asia::Bangkok), Vec::new());
    /// bangkok.days(&[0, ABSENT, 17 * 3_600_000_000], &mut days);
    /// assert_eq!(days, [0, ABSENT, 1]);
    /// ```
    pub fn days(&self, utc: &[i64], out: &mut Vec<i64>) {
        self.each_of(utc, out, |at, ahead| at.wrapping_add(ahead).div_euclid(DAY), |at| self.day(at));
    }

    /// The wall times of a column of instants, appended to `out`; [`ABSENT`] where there is none.
    pub fn walls(&self, utc: &[i64], out: &mut Vec<i64>) {
        self.each_of(utc, out, i64::wrapping_add, |at| self.wall(at));
    }

    /// What is made of each instant where all have one offset, or else of each by itself.
    fn each_of(&self, utc: &[i64], out: &mut Vec<i64>, near: impl Fn(i64, i64) -> i64, any: impl Fn(i64) -> i64) {
        let Period { from, to, ahead } = self.period(utc);
        let (start, mut strays) = (out.len(), false);
        out.extend(utc.iter().map(|at| {
            strays |= (*at != ABSENT) & ((*at < from) | (*at >= to));
            if *at == ABSENT { ABSENT } else { near(*at, ahead) }
        }));
        if strays {
            out.truncate(start);
            out.extend(utc.iter().map(|at| if *at == ABSENT { ABSENT } else { any(*at) }));
        }
    }

    /// The period of the first instant that is known; an empty one where there is none.
    fn period(&self, utc: &[i64]) -> Period {
        let first = utc.iter().find(|at| **at != ABSENT);
        first.and_then(|at| self.period_of(*at)).unwrap_or_default()
    }

    /// The period that an instant, or a wall time, is in.
    fn period_of(&self, at: i64) -> Option<Period> {
        let after = self.periods.partition_point(|period| period.from <= at);
        self.periods.get(after.checked_sub(1)?).copied().filter(|period| at < period.to)
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

    /// The wall times about one in which the offset is the same, from the first and before the second, and how far ahead
    /// of UTC they are, in microseconds.
    pub(super) fn one_offset(&self, wall: i64) -> Option<((i64, i64), i64)> {
        self.period_of(wall).map(|own| ((own.from, own.to), own.ahead))
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

/// The runs of days that have one offset, each without its first and its last day.
fn periods(first: i64, offsets: &[i32]) -> Vec<Period> {
    let mut start = first;
    let runs = offsets.chunk_by(|a, b| a == b).map(|run| {
        let own = Period {
            from: (start + 1) * DAY,
            to: (start + run.len() as i64 - 1) * DAY,
            ahead: i64::from(run[0]) * SECOND,
        };
        start += run.len() as i64;
        (run[0], own)
    });
    runs.filter(|(offset, own)| *offset != CHANGES && own.from < own.to).map(|(_, own)| own).collect()
}

fn offset_at(tz: Tz, wall: NaiveDateTime) -> Option<i32> {
    tz.from_local_datetime(&wall).single().map(|at| at.offset().fix().local_minus_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Around every change of 80 years, in zones that move at midnight, by half an hour, by a day, and never.
    #[test]
    fn columns_are_what_single_instants_are() {
        use chrono_tz::{America, Asia, Australia, Europe, Pacific};
        let zones = [
            Asia::Ho_Chi_Minh,
            Europe::Amsterdam,
            America::Havana,
            Australia::Lord_Howe,
            Pacific::Apia,
            chrono_tz::UTC,
        ];
        for zone in zones.map(Zone::new) {
            let near = |at: i64| [at - DAY, at - 1, at, at + 1, at + DAY];
            let changes: Vec<i64> = zone.periods.iter().flat_map(|own| [own.from, own.to]).flat_map(near).collect();
            let pairs = changes.windows(2).map(|pair| vec![pair[0], ABSENT, pair[1]]);
            let odd = [
                vec![],
                vec![ABSENT],
                vec![ABSENT, 0, 1],
                vec![0, 9_000_000_000_000_000_000, -9_000_000_000_000_000_000],
            ];
            for utc in pairs.chain(odd) {
                let (mut days, mut walls) = (vec![7], vec![7]);
                zone.days(&utc, &mut days);
                zone.walls(&utc, &mut walls);
                let each = |own: &dyn Fn(i64) -> i64| -> Vec<i64> {
                    let all = utc.iter().map(|at| if *at == ABSENT { ABSENT } else { own(*at) });
                    std::iter::once(7).chain(all).collect()
                };
                assert_eq!(days, each(&|at| zone.day(at)), "{:?} {utc:?}", zone.tz);
                assert_eq!(walls, each(&|at| zone.wall(at)), "{:?} {utc:?}", zone.tz);
            }
        }
    }
}
