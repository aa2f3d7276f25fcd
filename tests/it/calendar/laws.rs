//! Laws of the calendar on random hours, zones and dates, each against a walk that takes no short cut.

use super::*;
use proptest::prelude::*;

/// Zones and days on which their clocks change, some of them at midnight, one by a whole day.
#[rustfmt::skip]
const CHANGES: [(Tz, &str); 12] = [
    (HANOI, "2024-05-04"), (Atlantic::Azores, "2024-10-27"), (Pacific::Apia, "2011-12-30"),
    (America::New_York, "2024-03-10"), (America::New_York, "2024-11-03"), (America::St_Johns, "2010-11-07"),
    (Europe::Amsterdam, "2024-03-31"), (Europe::Amsterdam, "2024-10-27"), (America::Havana, "2024-11-03"),
    (Australia::Lord_Howe, "2024-04-07"), (Australia::Lord_Howe, "2024-10-06"), (America::Sao_Paulo, "2018-11-04"),
];

type Hours = Vec<(u16, u16)>;

fn hours() -> impl Strategy<Value = Hours> {
    let times = prop::collection::btree_set(prop_oneof![0..=1440u16, 0..=200u16], 0..7);
    let sorted = times.prop_map(|times| times.into_iter().collect::<Vec<u16>>());
    sorted.prop_map(|times| times.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect())
}

fn written(hours: &Hours) -> String {
    let time = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    hours.iter().map(|&(open, close)| format!("{}-{}", time(open), time(close))).collect::<Vec<_>>().join(" ")
}

/// Per minute of the walk whether the office is open: from the first minute whose wall shows the opening or later, to
/// the first that shows the closing or later.
fn walk(zone: Tz, dates: &[(NaiveDate, Hours)], start: i64, minutes: usize) -> Vec<bool> {
    let instants = (0..minutes as i64).map(|minute| Utc.timestamp_micros(start + minute * 60_000_000).unwrap());
    let walls: Vec<NaiveDateTime> = instants.map(|at| at.with_timezone(&zone).naive_local()).collect();
    let mut open = vec![false; minutes];
    for (date, hours) in dates {
        let reading = |at: u16| date.and_time(Default::default()) + chrono::Duration::minutes(at.into());
        let first = |at: u16| walls.iter().position(|wall| *wall >= reading(at)).unwrap_or(minutes);
        hours.iter().for_each(|&(from, to)| open[first(from)..first(to)].fill(true));
    }
    open
}

fn working_by_data(date: NaiveDate) -> bool {
    let listed = observances().iter().find(|seen| seen.date == date);
    listed.map_or(date.weekday().num_days_from_monday() < 5, |seen| seen.is_worked())
}

/// The first day at or after a date that the data call a working day.
fn next_working(date: NaiveDate) -> NaiveDate {
    date.iter_days().find(|date| working_by_data(*date)).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn clock_agrees_with_a_walk_by_minutes(
        (zone, change) in prop::sample::select(CHANGES.to_vec()),
        before in 0u64..3, after in 1u64..3, week in prop::array::uniform7(hours()),
    ) {
        let (from, to) = (day(change) - Days::new(before), day(change) + Days::new(after));
        let named = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].into_iter().zip(&week);
        let open = named.filter(|(_, hours)| !hours.is_empty());
        let text: Vec<String> = open.map(|(name, h)| format!("{name} {}", written(h))).collect();
        let hours = |date: NaiveDate| week[date.weekday().num_days_from_monday() as usize].clone();
        let dates: Vec<_> = from.iter_days().take_while(|date| *date <= to).map(|date| (date, hours(date))).collect();
        let built = Calendar::builder(zone).covers(from, to).weekly(text.join("; ")).build();
        prop_assert_eq!(built.is_err(), dates.iter().all(|(_, hours)| hours.is_empty()));
        if let Ok(calendar) = built {
            let (start, end) = (local_midnight(zone, from), local_midnight(zone, to + Days::new(1)));
            let open = walk(zone, &dates, start, ((end - start) / 60_000_000) as usize);
            let mut expected = 0;
            for (minute, open) in (0..).zip(open) {
                let us = start + minute * 60_000_000;
                prop_assert_eq!(calendar.clock().position(us), Some(expected), "{} {}", zone, us);
                prop_assert_eq!(calendar.clock().position(us + 30_999_999), Some(expected + i64::from(open) * 30));
                expected += i64::from(open) * 60;
            }
            prop_assert_eq!(calendar.clock().position(end), Some(expected));
        }
    }

    #[test]
    fn durations_add_and_never_run_backwards(
        times in prop::array::uniform3(hanoi("2019-01-01 00:00")..hanoi("2027-01-01 00:00")),
    ) {
        let calendar = vietnam();
        let [a, b, c] = times;
        prop_assert_eq!(between(&calendar, a, c), between(&calendar, a, b) + between(&calendar, b, c));
        let (early, late) = (a.min(b), a.max(b));
        let elapsed = late.div_euclid(1_000_000) - early.div_euclid(1_000_000);
        prop_assert!((0..=elapsed).contains(&between(&calendar, early, late)));
        let position = calendar.clock().position(a).unwrap();
        let first = calendar.clock().instant(position).unwrap();
        prop_assert!(first <= a && calendar.clock().position(first) == Some(position));
    }

    #[test]
    fn limits_agree_with_a_walk_by_days(us in hanoi("2019-01-01 00:00")..hanoi("2026-06-01 00:00"), n in 0u32..80) {
        let calendar = vietnam();
        let day = local_date(HANOI, us);
        let end = |limit: &str| calendar.due(us, &Limit::parse(limit).unwrap()).unwrap();
        let after = (0..n).fold(day, |day, _| next_working(day + Days::new(1)));
        let working = if n == 0 { next_working(day) } else { after };
        let term = end(&format!("{n} working days"));
        prop_assert_eq!(term.date, working);
        let counted = calendar.working_days(day, working).unwrap();
        prop_assert_eq!(counted, n.max(1) + u32::from(n > 0 && working_by_data(day)));
        let off = day.iter_days().take_while(|date| *date <= working).skip(usize::from(n > 0));
        let off: Vec<NaiveDate> = off.filter(|date| !working_by_data(*date)).collect();
        prop_assert_eq!(term.skipped.iter().map(|skipped| skipped.date).collect::<Vec<_>>(), off);
        prop_assert_eq!(end(&format!("{n} days")).date, next_working(day + Days::new(n.into())));
        let months = day.year() * 12 + day.month0() as i32 + (n % 6) as i32;
        let (year, month) = (months.div_euclid(12), months.rem_euclid(12) as u32 + 1);
        let same = (1..=day.day()).rev().find_map(|d| NaiveDate::from_ymd_opt(year, month, d));
        prop_assert_eq!(end(&format!("{} months", n % 6)).date, next_working(same.unwrap()));
        let hours = end(&format!("{n} working hours"));
        prop_assert_eq!(between(&calendar, us, hours.instant), i64::from(n) * 3_600);
    }
}
