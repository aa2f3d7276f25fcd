//! What pauses do to clocks: the time they take out, and how they move a due date.
//!
//! While an applicant is asked for a missing paper, the office waits. [`paused`] says how much of a span that is; net
//! time is what is left. [`moved_due`] says when a dossier is due after its pauses, by one of the rules in use
//! ([`Pausing`]), and [`adjusted_finish`] what the third of them compares with the due date. All of it is whole numbers
//! on one [`Clock`]. Pauses are those of one row as [`Pauses`](crate::ingest::Pauses) keeps them: in order, apart.

use super::clock::Clock;
use crate::ingest::Pause;

/// How a pause moves the due date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pausing {
    /// The clock stops and goes on: the due date moves by the time spent waiting.
    ///
    /// Evidence: a provincial one-stop system (`domain.md` 4.3). It adds calendar days less one and then 8 working
    /// hours; that rounding is not copied, because it adds weekends and holidays to a term in working days.
    Resume,
    /// The full limit begins again when the applicant has answered.
    ///
    /// Evidence: the same system's mode "by decree", which also takes the dossier back to its first step.
    Restart,
    /// The due date stays, and the waiting is taken out of the dossier's own time.
    ///
    /// Evidence: Decision 766, rules 3 and 4 (`domain.md` 1.3); see [`adjusted_finish`].
    Subtract,
}

impl Pausing {
    /// Every mode, in the order of their definitions.
    pub const ALL: [Self; 3] = [Self::Resume, Self::Restart, Self::Subtract];

    /// The mode's name in a study and in results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Resume => "resume",
            Self::Restart => "restart",
            Self::Subtract => "subtract",
        }
    }

    /// The mode of that name.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::measure::Pausing;
    ///
    /// assert_eq!(Pausing::named("resume"), Some(Pausing::Resume));
    /// assert_eq!(Pausing::named("stop"), None);
    /// ```
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }
}

/// How much of a span is paused, in the units of the clock.
///
/// `None` where the clock does not cover a pause inside the span. An open pause runs to the span's end.
///
/// # Formula
///
/// `paused(a, b) = Σ clock(min(b, toₖ)) − clock(max(a, fromₖ))` over the pauses that overlap `[a, b)`
///
/// so `net = clock(b) − clock(a) − paused(a, b)`, and net and paused time add up to gross time on every clock.
///
/// # Example
///
/// Asked on Friday 1 March 2024 at 16:30, answered on Monday at 08:30. The applicant's clock runs 7.5 + 48 + 8.5 = 64
/// hours. The office is open from 16:30 to 17:30 and from 07:30 to 08:30: 2 hours.
///
/// ```
/// use chrono::DateTime;
/// use giamtang::calendar::Calendar;
/// use giamtang::ingest::Pause;
/// use giamtang::measure::{Clock, paused};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let calendar = Calendar::builder(chrono_tz::Asia::Ho_Chi_Minh).base("vietnam").build()?;
/// let at = |text| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%z").map(|at| at.timestamp_micros());
/// let pauses = [Pause { from: at("2024-03-01T16:30+07:00")?, to: at("2024-03-04T08:30+07:00")? }];
/// let (received, finished) = (at("2024-02-29T08:00+07:00")?, at("2024-03-05T08:00+07:00")?);
/// assert_eq!(paused(&pauses, received, finished, Clock::Applicant), Some(64 * 3_600));
/// assert_eq!(paused(&pauses, received, finished, Clock::Office(calendar.clock())), Some(2 * 3_600));
/// # Ok(())
/// # }
/// ```
pub fn paused(pauses: &[Pause], from: i64, to: i64, clock: Clock<'_>) -> Option<i64> {
    let inside = pauses.iter().map(|pause| (pause.from.max(from), pause.to.min(to))).filter(|(from, to)| from < to);
    inside.map(|(from, to)| clock.run(from, to)).sum()
}

/// A due date after pauses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moved {
    /// Due at this instant in µs UTC.
    ///
    /// On a clock of days, on the day of this instant.
    To(i64),
    /// Not due yet: the office still waits.
    Waiting,
}

/// When a dossier is due after its pauses.
///
/// On a clock of days any instant of the due day will do, and the answer is the first instant of its own. `None` where
/// the clock does not cover an instant that matters, or the due date sought. Without a pause that counts the due date
/// stays as it is.
///
/// # Formula
///
/// Pauses are taken in order. One counts if it ends after `received` and begins before the due date as moved so far, on
/// a clock of days at the latest on that day; one that begins later moves nothing, since the dossier was late already.
/// Of those that count:
///
/// `Resume`: `clock(due′) = clock(due) + Σ (clock(toₖ) − clock(max(fromₖ, received)))`
///
/// `Restart`: `clock(due′) = clock(to) + clock(due) − clock(received)`, `to` the end of the last of them
///
/// due′ is the first such instant, but never before the last answer, which by working days means the first working day
/// at or after it. If one of them has not ended, the answer is [`Moved::Waiting`]. With `Subtract` the due date stays,
/// whatever the pauses.
///
/// # Example
///
/// Received on Monday 4 March 2024 at 08:00 and due on Friday at 08:00: 4 days of 8 office hours. Asked on Tuesday at
/// 16:30, answered on Wednesday at 08:30: the office waited for 2 hours of its own, so the clock that stopped ends on
/// Friday at 10:00. A clock that begins again has 32 hours from Wednesday 08:30: Thursday, Friday, Monday, and Tuesday
/// 12 March at 08:30.
///
/// ```
/// use chrono::DateTime;
/// use giamtang::calendar::Calendar;
/// use giamtang::ingest::Pause;
/// use giamtang::measure::{Clock, Moved, Pausing, moved_due};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let calendar = Calendar::builder(chrono_tz::Asia::Ho_Chi_Minh).base("vietnam").build()?;
/// let at = |text| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%z").map(|at| at.timestamp_micros());
/// let (received, due) = (at("2024-03-04T08:00+07:00")?, at("2024-03-08T08:00+07:00")?);
/// let asked = at("2024-03-05T16:30+07:00")?;
/// let office = Clock::Office(calendar.clock());
/// let answered = [Pause { from: asked, to: at("2024-03-06T08:30+07:00")? }];
/// let moved = |mode| moved_due(mode, received, due, &answered, office);
/// assert_eq!(moved(Pausing::Resume), Some(Moved::To(at("2024-03-08T10:00+07:00")?)));
/// assert_eq!(moved(Pausing::Restart), Some(Moved::To(at("2024-03-12T08:30+07:00")?)));
/// assert_eq!(moved(Pausing::Subtract), Some(Moved::To(due)));
/// let open = [Pause { from: asked, to: Pause::OPEN }];
/// assert_eq!(moved_due(Pausing::Resume, received, due, &open, office), Some(Moved::Waiting));
/// # Ok(())
/// # }
/// ```
///
/// # Example: due on a day
///
/// Received on Friday 2 February 2024 with 5 working days: 5, 6, 7, and after Tết 15 and 16 February. Asked on the 7th,
/// answered on the 15th: one working day, so it is due one working day later, over a weekend: on Monday the 19th.
///
/// ```
/// # use chrono::NaiveDate;
/// # use giamtang::calendar::{Calendar, local_midnight};
/// # use giamtang::ingest::Pause;
/// # use giamtang::measure::{Clock, Moved, Pausing, moved_due};
/// # fn main() -> giamtang::Result<()> {
/// let calendar = Calendar::builder(chrono_tz::Asia::Ho_Chi_Minh).base("vietnam").build()?;
/// let day = |day| NaiveDate::from_ymd_opt(2024, 2, day).unwrap_or_default();
/// let february = |number| local_midnight(calendar.zone(), day(number));
/// let pauses = [Pause { from: february(7), to: february(15) }];
/// let moved = moved_due(Pausing::Resume, february(2), february(16), &pauses, Clock::OfficeDays(&calendar));
/// assert_eq!(moved, Some(Moved::To(february(19))));
/// # Ok(())
/// # }
/// ```
pub fn moved_due(mode: Pausing, received: i64, due: i64, pauses: &[Pause], clock: Clock<'_>) -> Option<Moved> {
    if mode == Pausing::Subtract || pauses.is_empty() {
        return Some(Moved::To(due));
    }
    let (mut moved, mut position) = (due, clock.position(due));
    for pause in pauses.iter().filter(|pause| pause.to > received) {
        if !clock.begins_in_time(*pause, moved) {
            break;
        }
        if pause.is_open() {
            return Some(Moved::Waiting);
        }
        position = match mode {
            Pausing::Restart => clock.position(pause.to)?.checked_add(clock.run(received, due)?),
            _ => position?.checked_add(clock.run(pause.from.max(received), pause.to)?),
        };
        moved = moved.max(clock.instant(position?)?).max(clock.earliest(pause.to)?);
    }
    Some(Moved::To(moved))
}

/// A dossier's end with its waiting taken out.
///
/// [`Pausing::Subtract`] compares it with the due date. On the applicant's clock it is Decision 766 (`domain.md` 1.3),
/// rule 4: end − (supplement completed − supplement requested); and rule 3 where the request is still open at the end
/// asked for, since an open pause is taken out up to there, which leaves the moment of the request. That 766 counts a
/// second request as overdue is the counting profile's business, not this function's. `None` where the clock does not
/// cover an instant that matters.
///
/// # Formula
///
/// `clock(finish′) = clock(finish) − paused(received, finish)`, finish′ the first such instant; finish itself where
/// nothing was paused.
///
/// # Example
///
/// Asked on 1 March 2024 at 08:00, answered on the 3rd at 08:00, finished on the 8th at 10:00: two days less, the 6th
/// at 10:00. If the applicant has not answered by 31 March, the end is the moment of the request.
///
/// ```
/// use chrono::DateTime;
/// use giamtang::ingest::Pause;
/// use giamtang::measure::{Clock, adjusted_finish};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let at = |text| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%z").map(|at| at.timestamp_micros());
/// let (received, asked) = (at("2024-02-28T09:00+07:00")?, at("2024-03-01T08:00+07:00")?);
/// let answered = [Pause { from: asked, to: at("2024-03-03T08:00+07:00")? }];
/// let finish = adjusted_finish(received, at("2024-03-08T10:00+07:00")?, &answered, Clock::Applicant);
/// assert_eq!(finish, Some(at("2024-03-06T10:00+07:00")?));
/// let open = [Pause { from: asked, to: Pause::OPEN }];
/// let finish = adjusted_finish(received, at("2024-03-31T00:00+07:00")?, &open, Clock::Applicant);
/// assert_eq!(finish, Some(asked));
/// # Ok(())
/// # }
/// ```
pub fn adjusted_finish(received: i64, finish: i64, pauses: &[Pause], clock: Clock<'_>) -> Option<i64> {
    match paused(pauses, received, finish, clock)? {
        0 => Some(finish),
        waited => clock.instant(clock.position(finish)?.checked_sub(waited)?),
    }
}

#[cfg(test)]
mod tests {
    use super::super::clock::working_day;
    use super::*;
    use crate::calendar::{Calendar, local_midnight};
    use crate::ingest::Zone;
    use chrono::{Days, NaiveDate};
    use proptest::prelude::*;
    use std::sync::LazyLock;

    const MINUTE: i64 = 60_000_000;
    const DAY: i64 = 1_440;
    const MOVING: [Pausing; 2] = [Pausing::Resume, Pausing::Restart];

    /// From Monday 1 January 2024, with every kind of day.
    ///
    /// A lunch break, short Saturdays, Tuesday 9 to Thursday 11 off, Sunday 14 worked.
    static CALENDAR: LazyLock<Calendar> = LazyLock::new(|| {
        let zone = "Asia/Ho_Chi_Minh".parse().expect("a zone");
        let hours = "Mon-Fri 07:30-11:30 13:30-17:30; Sat 08:00-10:00";
        let calendar = Calendar::builder(zone).weekly(hours).covers(date(0), date(120)).hours(date(13), "09:00-12:00");
        calendar.closed(date(8)).closed(date(9)).closed(date(10)).build().expect("a calendar")
    });
    static ZONE: LazyLock<Zone> = LazyLock::new(|| Zone::new(CALENDAR.zone()));

    /// Minute by minute, whether the office is open.
    static OPEN: LazyLock<Vec<bool>> = LazyLock::new(|| {
        let is_open = |minute: i64| {
            let sessions = CALENDAR.sessions(date(minute / DAY)).unwrap_or_default();
            sessions
                .iter()
                .any(|session| (i64::from(session.open())..i64::from(session.close())).contains(&(minute % DAY)))
        };
        (0..120 * DAY).map(is_open).collect()
    });

    fn date(days: i64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2024, 1, 1).expect("a date") + Days::new(days.unsigned_abs())
    }

    /// The instant so many minutes after the first midnight.
    fn at(minute: i64) -> i64 {
        local_midnight(CALENDAR.zone(), date(0)) + minute * MINUTE
    }

    fn exact() -> [Clock<'static>; 2] {
        [Clock::Applicant, Clock::Office(CALENDAR.clock())]
    }

    fn by_day() -> [Clock<'static>; 2] {
        [Clock::ApplicantDays(&ZONE), Clock::OfficeDays(&CALENDAR)]
    }

    fn clocks() -> [Clock<'static>; 4] {
        let ([a, b], [c, d]) = (exact(), by_day());
        [a, b, c, d]
    }

    /// Whether a clock runs in a minute, or on the day that begins with it.
    fn runs(clock: Clock<'_>, minute: i64) -> bool {
        match clock {
            Clock::Applicant | Clock::ApplicantDays(_) => true,
            Clock::Office(_) => OPEN[minute as usize],
            Clock::OfficeDays(_) => OPEN[minute as usize..(minute + DAY) as usize].contains(&true),
        }
    }

    /// A pause in minutes; no end is open.
    type Span = (i64, Option<i64>);

    fn pauses(spans: &[Span]) -> Vec<Pause> {
        let pause = |span: &Span| Pause { from: at(span.0), to: span.1.map_or(Pause::OPEN, at) };
        Pause::union(spans.iter().map(pause).collect())
    }

    fn covers(span: &Span, minute: i64) -> bool {
        span.0 <= minute && span.1.is_none_or(|to| minute < to)
    }

    /// What a clock runs outside the pauses, walking.
    ///
    /// Minute by minute, in seconds; or day by day, the first not counted.
    fn walked_net(from: i64, to: i64, spans: &[Span], clock: Clock<'_>) -> i64 {
        let outside = |at: &i64, spans: &[Span]| !spans.iter().any(|span| covers(span, *at));
        if is_exact(clock) {
            return 60 * (from..to).filter(|minute| runs(clock, *minute) && outside(minute, spans)).count() as i64;
        }
        let (days, spans) = (from / DAY..to / DAY, by_days(spans));
        days.filter(|day| runs(clock, (day + 1) * DAY) && outside(day, &spans)).count() as i64
    }

    fn by_days(spans: &[Span]) -> Vec<Span> {
        spans.iter().map(|(from, to)| (from / DAY, to.map(|to| to / DAY))).collect()
    }

    /// When the limit is used up, walking minute by minute from reception.
    fn walked(mode: Pausing, received: i64, limit: i64, spans: &[Span], clock: Clock<'_>) -> Option<Moved> {
        let mut left = limit;
        for minute in received..110 * DAY {
            if spans.iter().any(|span| span.1.is_none() && covers(span, minute)) {
                return Some(Moved::Waiting);
            }
            if spans.iter().any(|span| covers(span, minute)) {
                left = if mode == Pausing::Restart { limit } else { left };
            } else if runs(clock, minute) {
                left -= 1;
                if left == 0 {
                    return Some(Moved::To(at(minute + 1)));
                }
            }
        }
        None
    }

    /// The same day by day, not counting the days of events.
    ///
    /// Nothing is due while the office waits or is closed.
    fn walked_by_day(mode: Pausing, received: i64, limit: i64, spans: &[Span], clock: Clock<'_>) -> Option<Moved> {
        let later = spans.iter().copied().filter(|span| span.1.is_none_or(|to| to > received));
        let days = by_days(&later.collect::<Vec<_>>());
        let mut left = limit;
        for day in received / DAY..110 {
            if days.iter().any(|span| span.1.is_none() && covers(span, day)) {
                return Some(Moved::Waiting);
            }
            if mode == Pausing::Restart && days.iter().any(|span| span.1 == Some(day)) {
                left = limit;
            } else if day > received / DAY && !days.iter().any(|span| covers(span, day - 1)) && runs(clock, day * DAY) {
                left -= 1;
            }
            if left <= 0 && !days.iter().any(|span| covers(span, day)) && runs(clock, day * DAY) {
                return Some(Moved::To(at(day * DAY)));
            }
        }
        None
    }

    /// The due date of a dossier without pauses, walked to.
    fn due(received: i64, limit: i64, clock: Clock<'_>) -> i64 {
        let walk = if is_exact(clock) { walked } else { walked_by_day };
        match walk(Pausing::Resume, received, limit, &[], clock) {
            Some(Moved::To(due)) => due,
            other => panic!("{other:?}"),
        }
    }

    fn is_exact(clock: Clock<'_>) -> bool {
        matches!(clock, Clock::Applicant | Clock::Office(_))
    }

    /// Limits of up to six office days.
    fn limit(days: i64, clock: Clock<'_>) -> i64 {
        if is_exact(clock) { days * 479 + 1 } else { days + 1 }
    }

    fn spans() -> impl Strategy<Value = Vec<Span>> {
        let span = (0..20 * DAY, prop::option::weighted(0.9, 1..4 * DAY));
        prop::collection::vec(span.prop_map(|(from, length)| (from, length.map(|length| from + length))), 0..5)
    }

    /// A moved due date as a number, waiting after all others.
    fn rank(moved: Option<Moved>) -> i64 {
        match moved {
            Some(Moved::To(due)) => due,
            Some(Moved::Waiting) => i64::MAX,
            None => panic!("not covered"),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn net_and_paused_are_gross(spans in spans(), from in 0..20 * DAY, length in 0..9 * DAY) {
            let (to, pauses) = (from + length, pauses(&spans));
            for clock in clocks() {
                let gross = clock.run(at(from), at(to)).unwrap();
                let paused = paused(&pauses, at(from), at(to), clock).unwrap();
                prop_assert_eq!(gross - paused, walked_net(from, to, &spans, clock));
            }
        }

        #[test]
        fn due_dates_agree_with_a_walk(spans in spans(), received in 0..12 * DAY, days in 0..6_i64) {
            for (clock, mode) in clocks().into_iter().flat_map(|clock| MOVING.map(|mode| (clock, mode))) {
                let limit = limit(days, clock);
                let moved = moved_due(mode, at(received), due(received, limit, clock), &pauses(&spans), clock);
                let walk = if is_exact(clock) { walked } else { walked_by_day };
                prop_assert_eq!(moved, walk(mode, received, limit, &spans, clock), "{:?}", mode);
            }
        }

        #[test]
        fn a_longer_pause_is_never_due_earlier(
            spans in spans(), received in 0..12 * DAY, days in 0..6_i64, more in (0..20 * DAY, 0..4 * DAY),
        ) {
            let longer = [&spans[..], &[(more.0, Some(more.0 + more.1))]].concat();
            let (pauses, longer) = (pauses(&spans), pauses(&longer));
            for clock in clocks() {
                let due = due(received, limit(days, clock), clock);
                let moved = |mode, pauses| rank(moved_due(mode, at(received), due, pauses, clock));
                prop_assert!(moved(Pausing::Resume, &pauses) <= moved(Pausing::Resume, &longer));
                prop_assert!(moved(Pausing::Restart, &pauses) <= moved(Pausing::Restart, &longer));
                prop_assert!(moved(Pausing::Resume, &pauses) <= moved(Pausing::Restart, &pauses));
                prop_assert!(due <= moved(Pausing::Resume, &pauses));
                let finish = |pauses| adjusted_finish(at(received), due, pauses, clock).unwrap_or(i64::MIN);
                prop_assert!(finish(&longer) <= finish(&pauses));
            }
        }

        #[test]
        fn a_pause_in_two_parts_is_one(spans in spans(), parts in 0..3_usize, share in 0..100_i64) {
            let mut split = spans.clone();
            if let Some((from, to)) = spans.get(parts).copied() {
                let middle = from + (to.unwrap_or(20 * DAY) - from) * share / 100;
                split[parts] = (middle, to);
                split.insert(0, (from, Some(middle)));
            }
            prop_assert_eq!(pauses(&split), pauses(&spans));
        }

        // Where every request came in time, and the work ended in a minute in which the clock ran.
        #[test]
        fn subtracting_agrees_with_resuming(
            spans in spans(), received in 0..5 * DAY, days in 0..6_i64, finish in 1..30 * DAY,
        ) {
            for clock in exact().into_iter().filter(|clock| runs(*clock, finish - 1)) {
                let due = due(received, limit(days, clock), clock);
                let asked_in_time = |pause: &Pause| pause.from < due && pause.to <= at(finish);
                let pauses: Vec<Pause> = pauses(&spans).into_iter().filter(asked_in_time).collect();
                let resumed = rank(moved_due(Pausing::Resume, at(received), due, &pauses, clock));
                let adjusted = adjusted_finish(at(received), at(finish), &pauses, clock).unwrap();
                prop_assert_eq!(adjusted <= due, at(finish) <= resumed);
            }
        }
    }

    /// An instant of 2024 in Hanoi, from the month, the day and the hour.
    fn hanoi(month: u32, day: u32, hour: i64) -> i64 {
        let day = NaiveDate::from_ymd_opt(2024, month, day).expect("a date");
        local_midnight(CALENDAR.zone(), day) + hour * 60 * MINUTE
    }

    fn vietnam() -> Calendar {
        Calendar::builder(CALENDAR.zone()).base("vietnam").build().expect("a calendar")
    }

    #[test]
    fn a_due_date_on_a_day_moves_by_working_days() {
        let calendar = vietnam();
        let cases = [
            ("one working day", (3, 5), (3, 6), (3, 7), (3, 8)),
            ("one working day, twice over a weekend", (3, 1), (3, 4), (3, 8), (3, 11)),
            ("one working day over Tết", (2, 7), (2, 15), (2, 16), (2, 19)),
            ("one working day over holidays, to a worked Saturday", (4, 26), (5, 2), (5, 3), (5, 4)),
            ("asked on a Saturday", (3, 2), (3, 4), (3, 8), (3, 11)),
            ("answered on a Saturday", (3, 1), (3, 2), (3, 8), (3, 8)),
            ("asked and answered on one day", (3, 5), (3, 5), (3, 8), (3, 8)),
            ("asked on the last day", (3, 8), (3, 13), (3, 8), (3, 13)),
            ("asked on the last day, answered on a Saturday", (3, 8), (3, 9), (3, 8), (3, 11)),
            ("late already", (3, 11), (3, 13), (3, 8), (3, 8)),
        ];
        for (what, asked, answered, due, moved) in cases {
            let pauses = [Pause { from: hanoi(asked.0, asked.1, 9), to: hanoi(answered.0, answered.1, 16) }];
            let (received, due) = (hanoi(2, 1, 0), hanoi(due.0, due.1, 0));
            let answer = moved_due(Pausing::Resume, received, due, &pauses, Clock::OfficeDays(&calendar));
            assert_eq!(answer, Some(Moved::To(hanoi(moved.0, moved.1, 0))), "{what}");
        }
    }

    #[test]
    fn a_limit_that_begins_again_does_not_count_the_day_of_the_answer() {
        let calendar = vietnam();
        let (received, due) = (hanoi(3, 4, 10), hanoi(3, 8, 0)); // 4 working days: 5, 6, 7, 8
        let asked = |to| [Pause { from: hanoi(3, 5, 9), to }];
        let moved = |to, clock| moved_due(Pausing::Restart, received, due, &asked(to), clock);
        let office = Clock::OfficeDays(&calendar);
        assert_eq!(moved(hanoi(3, 7, 16), office), Some(Moved::To(hanoi(3, 13, 0)))); // 8, 11, 12, 13
        assert_eq!(moved(hanoi(3, 9, 16), office), Some(Moved::To(hanoi(3, 14, 0)))); // 11, 12, 13, 14
        assert_eq!(moved(hanoi(3, 7, 16), Clock::ApplicantDays(&ZONE)), Some(Moved::To(hanoi(3, 11, 0))));
        assert_eq!(moved(Pause::OPEN, office), Some(Moved::Waiting));
    }

    #[test]
    fn a_pause_counts_if_it_begins_before_the_due_date_as_it_then_stands() {
        let cases: [(&[(i64, i64)], i64); 7] = [
            (&[], 10),
            (&[(9, 14)], 15),
            (&[(10, 14)], 10),
            (&[(2, 4), (11, 14)], 15), // due at 12 when asked at 11
            (&[(2, 4), (12, 14)], 12),
            (&[(-5, -1)], 10),
            (&[(-5, 3)], 13), // it was received at 0
        ];
        for (spans, due) in cases {
            let pauses: Vec<Pause> = spans.iter().map(|&(from, to)| Pause { from: at(from), to: at(to) }).collect();
            let moved = moved_due(Pausing::Resume, at(0), at(10), &pauses, Clock::Applicant);
            assert_eq!(moved, Some(Moved::To(at(due))), "{spans:?}");
        }
        let open = [Pause { from: at(12), to: Pause::OPEN }];
        assert_eq!(moved_due(Pausing::Resume, at(0), at(10), &open, Clock::Applicant), Some(Moved::To(at(10))));
        // Due in the evening; a pause in that evening takes no office time.
        let (due, evening) = (at(20 * 60), [Pause { from: at(18 * 60), to: at(19 * 60) }]);
        let moved = moved_due(Pausing::Resume, at(0), due, &evening, Clock::Office(CALENDAR.clock()));
        assert_eq!(moved, Some(Moved::To(due)));
    }

    #[test]
    fn what_the_calendar_does_not_cover_has_no_answer() {
        let (first, last) = (at(0), at(121 * DAY) - 1);
        let evening = [Pause { from: last - MINUTE, to: last + 2 * MINUTE }];
        let three_days = [Pause { from: at(8 * 60), to: at(3 * DAY) }];
        for clock in [Clock::Office(CALENDAR.clock()), Clock::OfficeDays(&CALENDAR)] {
            assert_eq!(paused(&evening, first, last, clock), Some(0));
            assert_eq!(paused(&evening, first, last + MINUTE, clock), None);
            assert_eq!(moved_due(Pausing::Resume, first, i64::MAX, &[], clock), Some(Moved::To(i64::MAX)));
            assert_eq!(moved_due(Pausing::Resume, first, at(119 * DAY), &three_days, clock), None);
        }
        let first_days = [-1, 0, 1, 2].map(|n| working_day(&CALENDAR, n));
        assert_eq!(first_days, [None, None, Some(at(0)), Some(at(DAY))]);
        let all = [Pause { from: i64::MIN, to: Pause::OPEN }];
        for clock in clocks() {
            let _ = (paused(&all, i64::MIN, i64::MAX, clock), adjusted_finish(i64::MIN, i64::MAX, &all, clock));
            let _ = (clock.instant(i64::MIN), clock.instant(i64::MAX));
            let _ = MOVING.map(|mode| moved_due(mode, i64::MIN, i64::MAX, &evening, clock));
        }
    }
}
