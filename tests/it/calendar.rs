//! The calendar room: the built-in years, the clock, deadlines, and every refusal.

mod laws;
mod walk;

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc, Weekday};
use chrono_tz::{America, Asia, Atlantic, Australia, Europe, Pacific, Tz};
use giamtang::calendar::*;
use giamtang::{Error, ErrorKind, Result};

const HANOI: Tz = Asia::Ho_Chi_Minh;
const WEEK: &str = "Mon-Fri 07:30-11:30 13:30-17:30";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// An instant in Hanoi, seven hours ahead of UTC all year: `2024-05-03 16:00`.
fn hanoi(text: &str) -> i64 {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap().and_utc().timestamp_micros() - 7 * 3_600_000_000
}

fn base() -> CalendarBuilder {
    Calendar::builder(HANOI).base("vietnam")
}

fn vietnam() -> Calendar {
    base().build().unwrap()
}

fn due(calendar: &Calendar, from: &str, limit: &str) -> Result<Deadline> {
    calendar.due(hanoi(from), &Limit::parse(limit)?)
}

/// Office seconds between two instants.
fn between(calendar: &Calendar, from: i64, to: i64) -> i64 {
    let clock = calendar.clock();
    clock.position(to).unwrap() - clock.position(from).unwrap()
}

/// Office seconds of one day with the given hours.
fn lasts(zone: Tz, date: &str, hours: &str) -> i64 {
    let calendar = Calendar::builder(zone).hours(day(date), hours).covers(day(date), day(date)).build().unwrap();
    calendar.clock().position(local_midnight(zone, day(date) + Days::new(1))).unwrap()
}

#[test]
fn built_in_dates_are_those_of_the_shared_table() {
    let path = "../shared/data/vietnam_working_days.csv";
    let Ok(table) = std::fs::read_to_string(path) else {
        return println!("skipped: no {path}");
    };
    assert_eq!(table.lines().count(), 1 + observances().len());
    for (line, ours) in table.lines().skip(1).zip(observances()) {
        let cells: Vec<&str> = line.split(',').collect();
        let medium = ours.certainty == Certainty::Medium;
        assert_eq!((day(cells[0]), cells[3].starts_with("M-")), (ours.date, medium), "{line}");
        assert_eq!(
            (cells[1] == "work", cells[2].strip_prefix("swap for ").map(day)),
            (ours.is_worked(), ours.instead_of)
        );
    }
}

#[test]
fn built_in_dates_are_in_order_and_swaps_are_pairs() {
    let dates = observances();
    assert_eq!(dates.len(), 99);
    assert!(dates.is_sorted_by(|a, b| a.date < b.date));
    for worked in dates.iter().filter(|seen| seen.is_worked()) {
        assert_eq!(worked.date.weekday(), Weekday::Sat);
        let off = dates.iter().find(|seen| Some(seen.date) == worked.instead_of).unwrap();
        assert_eq!((off.cause, off.holiday, off.is_worked()), (Cause::Swap, worked.holiday, false));
    }
    assert!(dates.iter().all(|seen| seen.is_worked() || seen.date.weekday().num_days_from_monday() < 5));
}

#[test]
fn yearly_working_days() {
    // domain.md 4.6, last column.
    let calendar = vietnam();
    let year = |y: i32| calendar.working_days(day(&format!("{y}-01-01")), day(&format!("{y}-12-31"))).unwrap();
    assert_eq!((2019..=2026).map(year).collect::<Vec<_>>(), [252, 252, 250, 249, 249, 251, 250, 249]);
    // design.md 4: the two windows of the example, both after Tet.
    assert_eq!(calendar.working_days(day("2023-02-15"), day("2023-07-31")), Some(116));
    assert_eq!(calendar.working_days(day("2024-02-15"), day("2024-07-31")), Some(117));
    assert_eq!(calendar.working_days(day("2024-05-06"), day("2024-05-03")), Some(0));
    assert_eq!(calendar.working_days(day("2026-12-31"), day("2027-01-01")), None);
}

#[test]
fn days_say_why_they_are_off() {
    let calendar = vietnam();
    let why = |date| calendar.day_off(day(date)).map(|why| why.to_string());
    assert_eq!(why("2024-05-05").as_deref(), Some("weekend"));
    assert_eq!(why("2024-04-29").as_deref(), Some("Reunification Day, swapped with a Saturday"));
    assert_eq!(why("2023-09-04").as_deref(), Some("in lieu of National Day"));
    // 10 February 2024 is the first day of the lunar year, a Saturday.
    assert_eq!(calendar.day_off(day("2024-02-10")), Some(DayOff::Holiday(Holiday::Tet, Cause::Holiday)));
    assert_eq!((why("2024-05-04"), calendar.is_worked_instead(day("2024-05-04"))), (None, true));
    assert_eq!((is_tet(day("2024-02-07")), is_tet(day("2024-02-11"))), (Some(false), Some(true)));
    assert_eq!((is_tet(day("2018-02-16")), is_tet(day("2027-02-06"))), (None, None));
}

#[test]
fn saturday_hours_respect_holidays_and_swaps() {
    let calendar = base().weekly("Mon-Thu 08:00-12:00 13:00-17:00; Fri 08:00-11:00; Sat 08:00-12:00").build().unwrap();
    let hours = |date| calendar.sessions(day(date)).unwrap().iter().map(|s| s.close() - s.open()).sum::<u16>() / 60;
    // An ordinary Saturday; Tet, Hung Kings and New Year on Saturdays; worked for a Monday, and for a Friday.
    let saturdays = ["2024-02-17", "2024-02-10", "2023-04-29", "2022-01-01", "2024-05-04", "2025-04-26"];
    assert_eq!(saturdays.map(hours), [4, 0, 0, 0, 8, 3]);
}

#[test]
fn what_speaks_for_a_date_wins() {
    let (june, july) = ((day("2024-06-01"), day("2024-08-31")), (day("2024-07-01"), day("2024-07-31")));
    let summer = base().weekly_during(june.0, june.1, "Mon-Fri 07:00-11:00");
    let summer = summer.weekly_during(july.0, july.1, "Mon–Fri 7:00 - 10:00").worked(day("2024-07-06"));
    let closed = summer.closed(day("2024-12-25")).closed(day("2024-01-01"));
    let calendar = closed.hours(day("2024-12-31"), "08:00-10:00 10:00-12:00, 22:00-24:00").build().unwrap();
    let on = |date| calendar.sessions(day(date)).unwrap().iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    assert_eq!(on("2024-05-31"), "07:30-11:30 13:30-17:30");
    assert_eq!((on("2024-06-03"), on("2024-07-01")), ("07:00-11:00".into(), "07:00-10:00".into()));
    assert_eq!(on("2024-07-06"), "07:00-10:00"); // a Saturday with Monday's hours of that month
    assert_eq!(on("2024-12-31"), "08:00-12:00 22:00-24:00");
    assert_eq!(calendar.day_off(day("2024-12-25")), Some(DayOff::Closed));
    assert_eq!(calendar.day_off(day("2024-01-01")), Some(DayOff::Holiday(Holiday::NewYear, Cause::Holiday)));
    // A half day is a working day: 251 less Christmas, and one Saturday more.
    assert_eq!(calendar.working_days(day("2024-01-01"), day("2024-12-31")), Some(251));
}

#[test]
fn four_mondays_in_march_2011() {
    // numpy test_datetime_busday_holidays_count; by hand 7, 14, 21, 28.
    let (first, last) = (day("2011-03-01"), day("2011-03-31"));
    let calendar = Calendar::builder(Tz::UTC).weekly("Mon 09:00-17:00").covers(first, last).build().unwrap();
    assert_eq!(calendar.working_days(first, last), Some(4));
    assert_eq!(calendar.nth_working_day_after(day("2011-03-07"), 3), Some(day("2011-03-28")));
    assert_eq!(calendar.nth_working_day_after(day("2011-03-07"), 4), None);
    assert_eq!(calendar.nth_working_day_after(day("2011-03-08"), 0), Some(day("2011-03-14")));
}

#[test]
fn office_seconds_by_hand() {
    let calendar = base().hours(day("2024-12-31"), "08:00-12:00").build().unwrap();
    let seconds = |from, to| between(&calendar, hanoi(from), hanoi(to));
    // Lunch is not counted: 10:00-11:30 and 13:30-14:00.
    assert_eq!(seconds("2024-05-06 10:00", "2024-05-06 14:00"), 7_200);
    // Half an hour of Friday, the eight of the worked Saturday, half an hour of Monday.
    assert_eq!(seconds("2024-05-03 17:00", "2024-05-06 08:00"), 9 * 3_600);
    // Tet 2024: Wednesday 7 February 16:30 to Thursday 15 February 08:30 is one hour and one hour.
    assert_eq!(seconds("2024-02-07 16:30", "2024-02-15 08:30"), 7_200);
    // The half day, then New Year.
    assert_eq!(seconds("2024-12-31 00:00", "2025-01-02 00:00"), 4 * 3_600);
    // A fraction of a second is floored: from 08:00:00.9 to 08:00:02.1 the whole seconds differ by two.
    let eight = hanoi("2024-05-06 08:00");
    assert_eq!(between(&calendar, eight + 900_000, eight + 2_100_000), 2);
}

#[test]
fn summer_time_counts_what_elapsed() {
    // Apromore's rows "25 h" and "23 h": round the clock, on the two days of change.
    assert_eq!(lasts(Europe::Amsterdam, "2024-10-27", "00:00-24:00"), 25 * 3_600);
    assert_eq!(lasts(Europe::Amsterdam, "2024-03-31", "00:00-24:00"), 23 * 3_600);
    // Lord Howe moves by half an hour.
    assert_eq!(lasts(Australia::Lord_Howe, "2024-10-06", "00:00-24:00"), 23 * 3_600 + 1_800);
    // New York, 10 March 2024: 02:15 does not exist, the session begins at 03:00.
    assert_eq!(lasts(America::New_York, "2024-03-10", "02:15-03:30"), 1_800);
    assert_eq!(lasts(America::New_York, "2024-03-10", "02:15-02:45 04:00-05:00"), 3_600);
    // New York, 3 November 2024: 01:30 comes twice, the earlier one counts.
    assert_eq!(lasts(America::New_York, "2024-11-03", "00:00-01:30"), 5_400);
    assert_eq!(lasts(America::New_York, "2024-11-03", "01:30-03:00"), 9_000);
}

#[test]
fn local_days_begin_where_the_wall_says() {
    let utc = |y, m, d, h| Utc.with_ymd_and_hms(y, m, d, h, 0, 0).unwrap().timestamp_micros();
    // Sao Paulo, 4 November 2018: 00:00 at -3 becomes 01:00 at -2, the day begins at 03:00 UTC.
    assert_eq!(local_midnight(America::Sao_Paulo, day("2018-11-04")), utc(2018, 11, 4, 3));
    // Havana, 3 November 2024: 01:00 at -4 becomes 00:00 at -5, midnight comes twice.
    assert_eq!(local_midnight(America::Havana, day("2024-11-03")), utc(2024, 11, 3, 4));
    // Apia had no 30 December 2011: it is as long as nothing.
    assert_eq!(local_midnight(Pacific::Apia, day("2011-12-30")), local_midnight(Pacific::Apia, day("2011-12-31")));
    assert_eq!(local_date(HANOI, hanoi("2024-05-06 00:00") - 1), day("2024-05-05"));
    assert!(local_date(HANOI, i64::MIN) < local_date(HANOI, i64::MAX));
}

#[test]
fn clock_ends_with_its_coverage() {
    let clock = vietnam().clock().clone();
    let (start, end) = (hanoi("2019-01-01 00:00"), hanoi("2027-01-01 00:00"));
    // 2002 working days of eight hours: 252 + 252 + 250 + 249 + 249 + 251 + 250 + 249.
    assert_eq!((clock.position(start), clock.position(end)), (Some(0), Some(2_002 * 8 * 3_600)));
    let mut out = vec![7];
    clock.positions(&[start - 1, start, end, end + 1, i64::MIN, i64::MAX], &mut out);
    const OUT: i64 = BusinessClock::OUTSIDE;
    assert_eq!(out, [7, OUT, 0, 2_002 * 28_800, OUT, OUT, OUT]);
    assert_eq!(clock.instant(4 * 3_600), Some(hanoi("2019-01-02 11:30")));
    assert_eq!((clock.instant(-5), clock.instant(2_002 * 28_800 + 1)), (Some(start), None));
}

/// Every day of the coverage, and those beside it.
#[test]
fn columns_of_days_are_what_single_days_are() {
    let calendar = vietnam();
    let (first, last) = calendar.coverage();
    let number = |date: NaiveDate| date.signed_duration_since(NaiveDate::default()).num_days();
    let days: Vec<i64> = (number(first) - 2..=number(last) + 2).chain([i64::MIN, i64::MAX]).collect();
    let date = |day: i64| NaiveDate::default().checked_add_signed(TimeDelta::try_days(day)?);
    let or_outside = |day: Option<i64>| day.unwrap_or(BusinessClock::OUTSIDE);
    for n in [0, 1, 7, u32::MAX] {
        let mut after = Vec::new();
        calendar.working_days_after(&days, n, &mut after);
        let each = days.iter().map(|day| calendar.nth_working_day_after(date(*day)?, n).map(number));
        assert_eq!(after, each.map(or_outside).collect::<Vec<_>>());
    }
}

#[test]
fn working_day_limits_of_the_domain_reference() {
    // domain.md 4.6: received, limit, due, if swap Saturdays are ignored, if holidays are ignored.
    let rows = [
        ("2024-04-25", 5, "2024-05-06", "2024-05-07", "2024-05-02"),
        ("2025-04-24", 3, "2025-04-28", "2025-04-29", "2025-04-29"),
        ("2025-01-24", 3, "2025-02-05", "2025-02-05", "2025-01-29"),
        ("2024-02-07", 5, "2024-02-21", "2024-02-21", "2024-02-14"),
        ("2023-04-28", 1, "2023-05-04", "2023-05-04", "2023-05-01"),
        ("2022-08-31", 3, "2022-09-07", "2022-09-07", "2022-09-05"),
        ("2026-11-20", 3, "2026-11-26", "2026-11-26", "2026-11-25"),
    ];
    let saturdays = observances().iter().filter(|seen| seen.is_worked()).map(|seen| seen.date);
    let without_swaps = saturdays.fold(base(), CalendarBuilder::closed).build().unwrap();
    let bare = Calendar::builder(HANOI).weekly(WEEK).covers(day("2019-01-01"), day("2026-12-31")).build().unwrap();
    for (received, limit, full, unswapped, unobserved) in rows {
        for (calendar, expected) in [(&vietnam(), full), (&without_swaps, unswapped), (&bare, unobserved)] {
            let due = due(calendar, &format!("{received} 09:15"), &format!("{limit} working days")).unwrap();
            let end = hanoi(&format!("{} 00:00", day(expected) + Days::new(1)));
            assert_eq!((due.date, due.instant), (day(expected), end), "{received} + {limit}");
            assert_eq!(calendar.nth_working_day_after(day(received), limit), Some(day(expected)));
        }
    }
}

#[test]
fn calendar_terms_move_to_the_next_working_day() {
    let calendar = vietnam();
    let ends = |from: &str, limit: &str| due(&calendar, &format!("{from} 23:59"), limit).unwrap().date.to_string();
    assert_eq!(ends("2024-04-04", "30 days"), "2024-05-04"); // a Saturday, but worked
    assert_eq!(ends("2024-04-05", "30 days"), "2024-05-06"); // Sunday 5 May moves to Monday
    assert_eq!(ends("2024-08-19", "2 weeks"), "2024-09-04"); // 2 and 3 September are National Day
    assert_eq!(ends("2024-01-31", "1 month"), "2024-02-29"); // the last day of a shorter month
    assert_eq!(ends("2023-11-30", "3 THÁNG"), "2024-02-29");
    assert_eq!(ends("2024-02-29", "1 year"), "2025-02-28"); // a Friday
    assert_eq!(ends("2024-05-05", "0 days"), "2024-05-06"); // received on a Sunday
    // Saturday 10 February 2024 is in Tet, which ends on Wednesday 14 February.
    let tet = due(&calendar, "2024-01-10 08:00", "1 month").unwrap();
    assert_eq!((tet.date, tet.skipped.len(), tet.worked.len()), (day("2024-02-15"), 5, 0));
    assert!(tet.skipped.iter().all(|skipped| matches!(skipped.why, DayOff::Holiday(Holiday::Tet, _))));
    assert!(tet.is_met_by(tet.instant - 1) && !tet.is_met_by(tet.instant));
}

#[test]
fn hours_run_from_the_moment() {
    let calendar = vietnam();
    let ends = |from: &str, limit: &str| due(&calendar, from, limit).unwrap();
    // Friday 16:00: 1.5 h, then the worked Saturday: 4 h to 11:30 and 2.5 h to 16:00.
    let saturday = ends("2024-05-03 16:00", "8 working hours");
    assert_eq!((saturday.date, saturday.instant), (day("2024-05-04"), hanoi("2024-05-04 16:00")));
    assert_eq!((saturday.worked, saturday.skipped), (vec![day("2024-05-04")], vec![]));
    // From Sunday morning: all of Monday. A session that is used up ends the term.
    assert_eq!(ends("2024-05-05 10:00", "8 working hours").instant, hanoi("2024-05-06 17:30"));
    assert_eq!(ends("2024-05-06 13:30", "4 working hours").instant, hanoi("2024-05-06 17:30"));
    let none = ends("2024-05-06 12:00", "0 working hours");
    assert!(none.instant == hanoi("2024-05-06 12:00") && none.is_met_by(none.instant));
    // Hours as they pass are not moved off Saturday, and need no calendar.
    let plain = ends("2024-05-10 10:00", "24 hours");
    assert_eq!((plain.date, plain.instant), (day("2024-05-11"), hanoi("2024-05-11 10:00")));
    assert_eq!(ends("1990-05-10 00:00", "24 hours").date, day("1990-05-10"));
}

#[test]
fn limits_are_read_and_written() {
    for text in ["5 working days", "1 working day", "8 working hours", "24 hours", "1 week", "3 months", "10 years"] {
        assert_eq!(Limit::parse(text).unwrap().to_string(), text);
    }
    let limit = Limit::parse("  15  Ngày  làm việc ").unwrap();
    assert_eq!((limit.amount(), limit.unit()), (15, LimitUnit::WorkingDays));
    let near = Limit::parse("5 wroking days").unwrap_err();
    assert!(near.to_string().starts_with("`wroking days` is not a unit of a limit (did you mean `working days`?)"));
    for text in ["", "days", "-1 days", "1.5 days", "200000 days", "99999999999 days"] {
        assert!(Limit::parse(text).is_err(), "{text}");
    }
}

fn years(error: &Error) -> &[i32] {
    let ErrorKind::CalendarTooShort { years, .. } = error.kind() else { panic!("{error}") };
    years
}

#[test]
fn a_short_calendar_names_the_years() {
    let calendar = vietnam();
    let short = |from, limit| years(&due(&calendar, from, limit).unwrap_err()).to_vec();
    assert_eq!(short("2026-12-30 09:00", "5 working days"), [2027]);
    assert_eq!(short("2017-06-01 09:00", "5 working days"), [2017, 2018]);
    assert_eq!(short("2026-06-01 09:00", "2 years"), [2027, 2028]);
    assert_eq!(short("2026-12-31 09:00", "8 working hours"), [2027]);
    assert_eq!(short("2018-06-01 09:00", "8 working hours"), [2018]);
    assert_eq!(short("2024-06-01 09:00", "100000 years").len(), 20);
    let error = calendar.require(day("2018-07-01"), day("2027-01-01")).unwrap_err();
    assert_eq!(years(&error), [2018, 2027]);
    assert!(error.to_string().starts_with("the calendar covers 2019-01-01..2026-12-31; the log needs 2018, 2027."));
    // A coverage that stops in June lacks the rest of its own year; a term may begin before the coverage.
    let half = base().covers(day("2024-01-01"), day("2024-06-30")).build().unwrap();
    assert_eq!(years(&due(&half, "2024-06-28 09:00", "3 working days").unwrap_err()), [2024]);
    assert_eq!(due(&half, "2023-12-20 09:00", "20 days").unwrap().date, day("2024-01-09"));
    let tomorrow = calendar.due_instant(hanoi("2024-05-06 09:00"), &Limit::parse("1 day").unwrap());
    assert_eq!(tomorrow.unwrap(), hanoi("2024-05-08 00:00"));
}

#[test]
fn years_beyond_the_built_in_ones_need_a_word() {
    let wide = || base().covers(day("2018-01-01"), day("2027-12-31"));
    assert_eq!(years(&wide().build().unwrap_err()), [2018, 2027]);
    let vouched = wide().closed(day("2018-02-16")).closed(day("2027-02-05")).build().unwrap();
    assert!(!vouched.is_provisional(day("2027-06-01")));
    let calendar = base().provisional(true).closed(day("2027-02-05")).build().unwrap();
    assert_eq!(calendar.coverage(), (day("2009-01-01"), day("2036-12-31")));
    assert!(calendar.is_provisional(day("2027-01-04")) && calendar.is_provisional(day("2018-12-31")));
    assert!(!calendar.is_provisional(day("2026-12-31")) && !calendar.is_provisional(day("2027-02-05")));
    // 2 September 2027 is a Thursday, 24 November a Wednesday; in 2017 the 24th is an ordinary Friday.
    let open = ["2027-09-02", "2027-11-24", "2017-11-24"].map(|date| calendar.is_working_day(day(date)).unwrap());
    assert_eq!(open, [false, false, true]);
}

#[test]
#[rustfmt::skip]
fn every_refusal_says_what_to_do() {
    let empty = || Calendar::builder(HANOI);
    let june = || empty().covers(day("2024-06-01"), day("2024-06-30"));
    let week = || june().weekly(WEEK);
    let texts = [
        (" ; ", "no session"), ("Mon-Fri", "`Mon-Fri`: no session"), ("Mon 08:00", "a session is written"),
        ("08:00-12:00", "begin with the weekdays"), ("Mun-Fri 08:00-12:00", "begin with the weekdays"),
        ("Mon 08:00-25:00", "`25:00` is not a time of day"), ("Mon 08:60-12:00", "`08:60` is not a time of day"),
        ("Mon 22:00-06:00", "may not pass midnight"), ("Mon 08:00-08:00", "ends after it begins"),
        ("Mon 08:00-12:00 11:00-17:00", "11:00-17:00 overlaps 08:00-12:00"),
        ("Mon-Fri 08:00-12:00; Fri 13:00-17:00", "Fri stands twice"),
    ];
    let parts = [
        (empty().weekly(WEEK), "`covers`: missing"), (june(), "`weekly`: missing"),
        (empty().weekly("Mon 08:00-12:00").covers(day("2024-06-04"), day("2024-06-06")), "no session in the whole"),
        (empty().weekly(WEEK).covers(day("2024-06-30"), day("2024-06-01")), "ends before it begins"),
        (empty().weekly(WEEK).covers(day("1024-06-30"), day("2024-06-01")), "at most 200 years"),
        (week().provisional(true), "no base to extend"), (empty().base("vietnamm"), "did you mean `vietnam`?"),
        (week().closed(day("2204-06-10")), "`2204-06-10`: lies outside the coverage"),
        (week().closed(day("2024-06-08")).worked(day("2024-06-08")), "both closed and open"),
        (week().hours(day("2024-06-08"), ""), "no session"),
        (week().hours(day("2024-06-08"), "08:00-09:00").hours(day("2024-06-08"), "08:00-10:00"), "stands twice"),
        (week().weekly_during(day("2024-06-09"), day("2024-06-08"), WEEK), "the period ends before"),
        (june().weekly("Tue-Fri 08:00-12:00").worked(day("2024-06-08")), "Monday has no hours to take"),
    ];
    for (builder, words) in texts.map(|(text, words)| (june().weekly(text), words)).into_iter().chain(parts) {
        let error = builder.build().unwrap_err();
        assert!(error.to_string().contains(words) && error.is_study(), "{error}, expected {words}");
    }
}

#[test]
fn digest_is_canonical() {
    // Monday 28 October 2024 follows the change of summer time in Amsterdam, 27 October 01:00 UTC = 1729990800.
    let text = "calendar 1\nzone Europe/Amsterdam\ncovers 2024-10-26..2024-10-28\noffset 1729893600 7200\n\
                offset 1729990800 3600\nhours 0 closed\nhours 1 08:00-12:00\ndays 0x2 1x1\n";
    let three = || Calendar::builder(Europe::Amsterdam).covers(day("2024-10-26"), day("2024-10-28"));
    assert_eq!(three().weekly("Mon-Fri 08:00-12:00").build().unwrap().digest_text(), text);
    assert_eq!(three().hours(day("2024-10-28"), "10:00-12:00 8:00-10:00").build().unwrap().digest_text(), text);
    assert_ne!(three().weekly("Mon-Fri 08:00-12:01").build().unwrap().digest_text(), text);
    assert!(base().provisional(true).build().unwrap().digest_text().contains("\nprovisional 1x3652 0x2922 1x3653\n"));
}
