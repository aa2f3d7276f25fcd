//! The windows: the last full months of the log against the same months before, or its halves.

use super::tally::Tally;
use chrono::{Datelike, Days, Months, NaiveDate};
use std::collections::BTreeMap;

/// Days at either end of the log that a full month may lack.
const SLACK: u64 = 3;

/// Months that are compared with the same months of the year before, at least.
const SEASON: usize = 3;

/// Local days, both included.
pub(super) type Range = (NaiveDate, NaiveDate);

/// The windows of a first study.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Windows {
    pub(super) was: Option<Range>,
    pub(super) is: Range,
    /// Full months that the log has.
    pub(super) full: usize,
    /// Months in each window; 0 where they are no months.
    pub(super) months: usize,
    /// Whether both are of the same months.
    pub(super) same: bool,
    /// Shorter windows that would do as well.
    pub(super) shorter: Option<(Range, Range)>,
}

impl Windows {
    /// From how many dossiers were received day by day.
    pub(super) fn of(tally: &Tally) -> Option<Self> {
        let (first, last) = tally.span()?;
        let full = full_months(&tally.months(), first, last);
        let n = full.len();
        let range = |from: usize, months: usize| (full[from], last_day(full[from + months - 1]));
        let half = |n: usize| (range(n - 18, 6), range(n - 6, 6));
        let shorter = (n >= 24).then(|| half(n));
        let of = |was, is, months, same| Some(Self { was, is, full: n, months, same, shorter });
        match n {
            0 => of(None, (first, last), 0, false),
            1 => of(None, range(0, 1), 1, false),
            _ if n >= 24 => of(Some(range(n - 24, 12)), range(n - 12, 12), 12, true),
            _ if n >= 12 + SEASON => of(Some(range(0, n - 12)), range(12, n - 12), n - 12, true),
            _ => of(Some(range(n % 2, n / 2)), range(n % 2 + n / 2, n / 2), n / 2, false),
        }
    }

    /// The windows as a study writes them.
    pub(super) fn texts(&self) -> (Option<String>, String) {
        (self.was.map(text), text(self.is))
    }

    /// The shorter ones likewise.
    pub(super) fn shorter(&self) -> Option<[String; 2]> {
        self.shorter.map(|(was, is)| [text(was), text(is)])
    }
}

/// Full months without a gap up to the last one; at the ends of the log those are left out that hold hardly anything.
fn full_months(months: &BTreeMap<(i32, u32), u64>, first: NaiveDate, last: NaiveDate) -> Vec<NaiveDate> {
    let mut counts: Vec<u64> = months.values().copied().collect();
    counts.sort_unstable();
    let usual = counts.get(counts.len() / 2).copied().unwrap_or_default();
    let count = |month: &NaiveDate| months.get(&(month.year(), month.month())).copied().unwrap_or_default();
    let start = first.with_day(1).unwrap_or(first);
    let all = std::iter::successors(Some(start), |month| month.checked_add_months(Months::new(1)));
    let whole = |month: &NaiveDate| {
        let begins = first <= *month + Days::new(SLACK);
        begins && last + Days::new(SLACK) >= last_day(*month)
    };
    let all: Vec<NaiveDate> = all.take_while(|month| *month <= last).filter(whole).collect();
    let is_busy = |month: &&NaiveDate| count(month) * 3 >= usual;
    let Some(end) = all.iter().rposition(|month| is_busy(&month)) else { return Vec::new() };
    let all = &all[..=end];
    let start = all.iter().rposition(|month| count(month) == 0).map_or(0, |gap| gap + 1);
    let start = start + all[start..].iter().position(|month| is_busy(&month)).unwrap_or_default();
    all[start..].to_vec()
}

fn text((first, last): Range) -> String {
    format!("{first}..{last}")
}

fn last_day(month: NaiveDate) -> NaiveDate {
    month.checked_add_months(Months::new(1)).and_then(|next| next.pred_opt()).unwrap_or(month)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many dossiers a day from one day to another.
    fn tally(parts: &[(&str, &str, u64)]) -> Tally {
        let day = |text: &str| text.parse::<NaiveDate>().expect(text);
        let mut days = BTreeMap::new();
        for (first, last, count) in parts {
            for date in day(first).iter_days().take_while(|date| *date <= day(last)) {
                days.insert(date.signed_duration_since(NaiveDate::default()).num_days(), *count);
            }
        }
        Tally { days, hours: [[0; 24]; 7], timed: 0 }
    }

    fn windows(parts: &[(&str, &str, u64)]) -> (String, String, bool) {
        let windows = Windows::of(&tally(parts)).expect("days");
        let (was, is) = windows.texts();
        (was.unwrap_or_default(), is, windows.same)
    }

    #[test]
    fn two_years_are_compared_month_by_month() {
        // The last, half month and the nearly empty years behind it do not count.
        let parts =
            [("2019-03-05", "2022-06-15", 10), ("2022-06-16", "2024-02-10", 0), ("2024-02-11", "2024-02-12", 1)];
        let expected = ("2020-06-01..2021-05-31".to_owned(), "2021-06-01..2022-05-31".to_owned(), true);
        assert_eq!(windows(&parts), expected);
    }

    #[test]
    fn a_year_and_a_half_is_the_same_months_of_two_years() {
        let expected = ("2023-01-01..2023-06-30".to_owned(), "2024-01-01..2024-06-30".to_owned(), true);
        assert_eq!(windows(&[("2023-01-01", "2024-06-30", 5)]), expected);
    }

    #[test]
    fn less_is_halved_and_one_month_stands_alone() {
        let expected = ("2024-02-01..2024-03-31".to_owned(), "2024-04-01..2024-05-31".to_owned(), false);
        assert_eq!(windows(&[("2024-01-01", "2024-05-31", 5)]), expected);
        assert_eq!(windows(&[("2024-01-01", "2024-01-31", 5)]).1, "2024-01-01..2024-01-31");
        assert_eq!(
            windows(&[("2024-01-05", "2024-01-20", 5)]),
            (String::new(), "2024-01-05..2024-01-20".to_owned(), false)
        );
    }
}
