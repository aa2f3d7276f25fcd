//! The business clock: an instant to office seconds, so that working time is a subtraction.

use super::zone::MICROS;

/// Bounds of the index step: 512 s keeps odd calendars small, 65 536 s keeps a step within a day.
const NARROWEST: u32 = 9;
const WIDEST: u32 = 16;

/// Office seconds since the calendar's first day, by instant.
///
/// Working time between two instants is the difference of their positions, so durations add exactly whatever lies
/// between. O(1): an index of equal steps finds the session, without a branch that depends on the data.
///
/// # Formula
///
/// `position(t) = Bₖ + min(⌊t⌋ − oₖ, lₖ)`, k the last session with opening `oₖ ≤ ⌊t⌋`
///
/// where `lₖ` is the length of session k in seconds as it really elapsed (a session across a change of summer time is
/// an hour shorter or longer), and `Bₖ` the sum of the lengths before it. A fraction of a second is floored.
///
/// # Example
///
/// ```
/// use chrono::NaiveDate;
/// use giamtang::calendar::{Calendar, local_midnight};
///
/// # fn main() -> giamtang::Result<()> {
/// let zone = chrono_tz::Asia::Ho_Chi_Minh;
/// let calendar = Calendar::builder(zone).base("vietnam").build()?;
/// let hour = 3_600_000_000;
/// let friday = local_midnight(zone, NaiveDate::from_ymd_opt(2024, 5, 3).unwrap_or_default());
/// let clock = calendar.clock();
/// // From Friday 17:00 to Monday 08:00: half an hour, the worked Saturday's eight, half an hour.
/// let worked = clock.position(friday + 80 * hour).zip(clock.position(friday + 17 * hour)).map(|(to, from)| to - from);
/// assert_eq!(worked, Some(9 * 3_600));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct BusinessClock {
    start: i64,
    end: i64,
    shift: u32,
    steps: usize,
    index: Box<[u32]>,
    spans: Box<[Span]>,
}

/// A session as instants, in seconds.
#[derive(Clone, Copy, Debug)]
struct Span {
    open: i64,
    length: i64,
    before: i64,
}

impl BusinessClock {
    /// What [`positions`](Self::positions) writes for an instant outside the coverage.
    pub const OUTSIDE: i64 = i64::MIN;

    /// A clock over `[start, end]` from sessions `[open, close)` in order, all in seconds.
    pub(super) fn new(start: i64, end: i64, sessions: impl Iterator<Item = (i64, i64)>) -> Self {
        let mut spans = vec![Span { open: start, length: 0, before: 0 }];
        let mut before = 0;
        for (open, close) in sessions.filter(|(open, close)| close > open) {
            spans.push(Span { open, length: close - open, before });
            before += close - open;
        }
        let gap = spans.windows(2).skip(1).map(|pair| pair[1].open - pair[0].open).min().unwrap_or(1 << WIDEST);
        let shift = gap.ilog2().clamp(NARROWEST, WIDEST);
        let index = index(&spans, start, end, shift);
        let steps = index.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(0) as usize;
        spans.push(Span { open: i64::MAX, length: 0, before });
        Self { start, end, shift, steps, index: index.into(), spans: spans.into() }
    }

    /// Office seconds from the first covered day to an instant in µs UTC.
    ///
    /// `None` outside the coverage; the instant at which the last day ends is inside.
    pub fn position(&self, us: i64) -> Option<i64> {
        self.covers(us).then(|| self.at(us.div_euclid(MICROS)))
    }

    /// The positions of a column of instants, appended to `out`.
    ///
    /// [`OUTSIDE`](Self::OUTSIDE) stands where [`position`](Self::position) is `None`.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::calendar::{BusinessClock, Calendar};
    ///
    /// # fn main() -> giamtang::Result<()> {
    /// let calendar = Calendar::builder(chrono_tz::Asia::Ho_Chi_Minh).base("vietnam").build()?;
    /// let mut out = Vec::new();
    /// calendar.clock().positions(&[0, i64::MAX], &mut out);
    /// assert_eq!(out, [BusinessClock::OUTSIDE; 2]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn positions(&self, us: &[i64], out: &mut Vec<i64>) {
        out.extend(us.iter().map(|&us| self.position(us).unwrap_or(Self::OUTSIDE)));
    }

    /// The first instant, in µs UTC, whose position is at least the given one.
    ///
    /// The end of a session rather than the beginning of the next; `None` beyond the last session.
    pub fn instant(&self, position: i64) -> Option<i64> {
        let after = self.spans.partition_point(|span| span.before + span.length < position);
        let span = self.spans.get(after).filter(|span| span.open < i64::MAX)?;
        Some((span.open + (position - span.before).max(0)) * MICROS)
    }

    fn covers(&self, us: i64) -> bool {
        (self.start * MICROS..=self.end * MICROS).contains(&us)
    }

    #[inline]
    fn at(&self, seconds: i64) -> i64 {
        let mut at = self.index[((seconds - self.start) >> self.shift) as usize] as usize;
        for _ in 0..self.steps {
            at += usize::from(self.spans[at + 1].open <= seconds);
        }
        let span = &self.spans[at];
        span.before + (seconds - span.open).min(span.length)
    }
}

/// Per step of `2^shift` seconds the last session that has begun when the step begins, and one entry more.
fn index(spans: &[Span], start: i64, end: i64, shift: u32) -> Vec<u32> {
    let steps = ((end - start) >> shift) + 2;
    let mut last = 0;
    let begun = |step: i64| {
        while spans.get(last + 1).is_some_and(|span| span.open <= start + (step << shift)) {
            last += 1;
        }
        last as u32
    };
    (0..steps).map(begun).collect()
}
