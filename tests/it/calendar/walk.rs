//! Ten thousand drawn limits against a walk that knows the published days alone, and takes no short cut.

use super::*;
use std::collections::BTreeSet;

/// Numbers that are the same everywhere: Knuth's MMIX generator, its high bits.
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// The working days of 2019 to 2026: Monday to Friday but for the days off, and the Saturdays worked instead.
fn working() -> BTreeSet<NaiveDate> {
    let is_off = |date: NaiveDate| observances().iter().any(|seen| seen.date == date && !seen.is_worked());
    let is_worked = |date: NaiveDate| observances().iter().any(|seen| seen.date == date && seen.is_worked());
    let days = day("2019-01-01").iter_days().take_while(|date| *date <= day("2026-12-31"));
    days.filter(|date| is_worked(*date) || (date.weekday().num_days_from_monday() < 5 && !is_off(*date))).collect()
}

/// The last day of a term, one day after the other.
fn walked(working: &BTreeSet<NaiveDate>, from: NaiveDate, amount: u64, unit: &str) -> NaiveDate {
    let next = |date: NaiveDate| date.iter_days().find(|date| working.contains(date)).unwrap();
    let later = |days: u64| from.iter_days().nth(days as usize).unwrap();
    let months = |months: u64| {
        let (mut year, mut month) = (from.year(), from.month());
        (0..months).for_each(|_| (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) });
        (1..=from.day()).rev().find_map(|day| NaiveDate::from_ymd_opt(year, month, day)).unwrap()
    };
    match unit {
        "working days" if amount == 0 => next(from),
        "working days" => *working.iter().filter(|date| **date > from).nth(amount as usize - 1).unwrap(),
        "days" => next(later(amount)),
        "weeks" => next(later(7 * amount)),
        "months" => next(months(amount)),
        _ => next(months(12 * amount)),
    }
}

/// The moment at which so many hours of opening are over: session after session.
fn worked_off(working: &BTreeSet<NaiveDate>, from: i64, hours: u64) -> i64 {
    let (mut left, mut end) = (hours as i64 * 3_600, from);
    let first = local_date(HANOI, from);
    for date in first.iter_days().filter(|date| working.contains(date)) {
        for (open, close) in [("07:30", "11:30"), ("13:30", "17:30")] {
            let (open, close) = (hanoi(&format!("{date} {open}")), hanoi(&format!("{date} {close}")));
            let begun = open.max(from);
            let taken = ((close - begun) / 1_000_000).clamp(0, left);
            left -= taken;
            if taken > 0 {
                end = begun + taken * 1_000_000;
            }
        }
        if left == 0 {
            return end;
        }
    }
    panic!("the calendar ends")
}

#[test]
fn ten_thousand_limits_agree_with_a_walk() {
    const UNITS: [(&str, u64); 7] = [
        ("working days", 120),
        ("working hours", 200),
        ("hours", 500),
        ("days", 200),
        ("weeks", 30),
        ("months", 12),
        ("years", 2),
    ];
    let (calendar, working, mut draw) = (vietnam(), working(), Draw(2024));
    let mut moved = 0;
    for _ in 0..10_000 {
        let from = hanoi("2019-01-01 00:00") + draw.below(2_190 * 86_400) as i64 * 1_000_000;
        let (unit, most) = UNITS[draw.below(7) as usize];
        let amount = draw.below(most);
        let told = format!("{amount} {unit} from {from}");
        let due = calendar.due(from, &Limit::parse(&format!("{amount} {unit}")).unwrap()).unwrap();
        let received = local_date(HANOI, from);
        match unit {
            "hours" => assert_eq!(due.instant, from + amount as i64 * 3_600_000_000, "{told}"),
            "working hours" => assert_eq!(due.instant, worked_off(&working, from, amount), "{told}"),
            _ => {
                let last = walked(&working, received, amount, unit);
                assert_eq!((due.date, due.instant), (last, local_midnight(HANOI, last + Days::new(1))), "{told}");
                moved += usize::from(!due.skipped.is_empty());
            }
        }
        // Whatever was passed over is a day off; whatever is called worked is a Saturday that the office works.
        assert!(due.skipped.iter().all(|day| !working.contains(&day.date) && day.date >= received), "{told}");
        assert!(due.worked.iter().all(|date| working.contains(date) && date.weekday() == Weekday::Sat), "{told}");
    }
    assert!(moved > 1_000, "{moved}: too few of the draws meet a day off");
}
