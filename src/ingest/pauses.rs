//! When a dossier's clock stood still: the column `paused`, row by row.
//!
//! A row says when the office waited for the applicant, as intervals such as `2024-02-01T08:00/2024-02-05T10:30`, or
//! only for how long, as a total such as `P3D`. Intervals are kept as their union, because a clock cannot stop twice.

/// A column of pauses: per row intervals, or a total without a place in time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pauses {
    spans: Vec<Pause>,
    /// Where the spans of each row begin.
    starts: Vec<u32>,
    /// None at all where no row has a total.
    totals: Vec<Option<i64>>,
}

/// A time during which the clock stood still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pause {
    /// The first instant, in µs UTC.
    pub from: i64,
    /// The first instant after it, or [`Pause::OPEN`].
    pub to: i64,
}

/// A text of the column taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Parsed {
    /// Nothing was paused.
    None,
    /// So many microseconds, at no known time.
    Total(i64),
    /// These intervals; there may be none with a length.
    Spans(Vec<Pause>),
}

impl Pauses {
    /// So many rows without a pause.
    pub(in crate::ingest) fn none(rows: usize) -> Self {
        Self { spans: Vec::new(), starts: vec![0; rows], totals: Vec::new() }
    }

    /// No row yet, and room for so many.
    pub(in crate::ingest) fn with_capacity(rows: usize) -> Self {
        Self { spans: Vec::new(), starts: Vec::with_capacity(rows), totals: Vec::new() }
    }

    /// Adds the next row as a trimmed text has it; of one that breaks the rule nothing is added, and the answer is no.
    pub(in crate::ingest) fn read(&mut self, text: &str, instant: &mut dyn FnMut(&str) -> Option<i64>) -> bool {
        // Almost every text is one interval.
        if !text.starts_with('P') && !text.contains(';') {
            let pause = pause(text, instant);
            let has_length = pause.is_some_and(|pause| pause.from < pause.to);
            pause.iter().for_each(|pause| self.add(if has_length { std::slice::from_ref(pause) } else { &[] }, None));
            return pause.is_some();
        }
        let row = parsed(text, instant);
        let is_read = row.is_some();
        row.into_iter().for_each(|row| self.push(row));
        is_read
    }

    fn push(&mut self, row: Parsed) {
        match row {
            Parsed::None => self.add(&[], None),
            Parsed::Total(us) => self.add(&[], Some(us)),
            Parsed::Spans(spans) => self.add(&Pause::union(spans), None),
        }
    }

    /// Adds the next row: its pauses in order, or only their total.
    pub(in crate::ingest) fn add(&mut self, spans: &[Pause], total: Option<i64>) {
        if total.is_some() {
            self.totals.resize(self.starts.len() + 1, None);
            self.totals[self.starts.len()] = total;
        }
        self.starts.push(self.spans.len() as u32);
        self.spans.extend_from_slice(spans);
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// The pauses of a row, in order; no two of them overlap or touch.
    pub fn spans(&self, row: usize) -> &[Pause] {
        let start = |row: usize| self.starts.get(row).map(|start| *start as usize);
        let end = start(row + 1).unwrap_or(self.spans.len());
        start(row).and_then(|start| self.spans.get(start..end)).unwrap_or_default()
    }

    /// How long a row was paused, in µs, where only that is known; `None` otherwise.
    pub fn total(&self, row: usize) -> Option<i64> {
        self.totals.get(row).copied().flatten()
    }

    /// Keeps the rows marked `true`.
    pub(in crate::ingest) fn keep(&mut self, mask: &[bool]) {
        let all = std::mem::take(self);
        for (row, _) in (0..all.len()).zip(mask).filter(|(_, kept)| **kept) {
            self.add(all.spans(row), all.total(row));
        }
    }
}

impl Pause {
    /// The end of a pause that has not ended.
    pub const OPEN: i64 = i64::MAX;

    /// Whether it has not ended.
    pub fn is_open(self) -> bool {
        self.to == Self::OPEN
    }

    /// The same time as pauses in order, no two of which overlap or touch.
    ///
    /// A pause without length is none. An open one takes in everything after its start.
    ///
    /// # Example
    ///
    /// From 10 to 14 and from 12 to 16 is from 10 to 16.
    ///
    /// ```
    /// use giamtang::ingest::Pause;
    ///
    /// let pauses = vec![Pause { from: 12, to: 16 }, Pause { from: 10, to: 14 }, Pause { from: 20, to: 20 }];
    /// assert_eq!(Pause::union(pauses), [Pause { from: 10, to: 16 }]);
    /// ```
    pub fn union(mut pauses: Vec<Self>) -> Vec<Self> {
        pauses.retain(|pause| pause.from < pause.to);
        pauses.sort_unstable();
        pauses.dedup_by(|next, last| {
            let touches = next.from <= last.to;
            if touches {
                last.to = last.to.max(next.to);
            }
            touches
        });
        pauses
    }
}

/// More intervals than this in a row are no supplements but a fault of the export.
const MOST: usize = 10_000;

/// A longer total is a slip of the pen, and sums of such might leave 64 bits.
const LONGEST: i64 = 100 * 365 * DAY;

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;

/// The designators of a duration before its `T`, in their order.
///
/// Months and years are none, because their length is not fixed.
const DATE: [(char, i64); 2] = [('W', 7 * DAY), ('D', DAY)];
/// Those after it.
const TIME: [(char, i64); 3] = [('H', 3_600 * SECOND), ('M', 60 * SECOND), ('S', SECOND)];

/// Takes a text of the column apart.
///
/// `None` where it breaks the rule `unparsable_pause`. Blank is no pause. Otherwise it is intervals `FROM/TO` joined by
/// `;`, the end left out or written `..` where there is none yet, or one ISO-8601 duration in weeks, days, hours,
/// minutes and seconds, such as `P3D` or `P1DT4H30M`; a day of it has 24 hours. The instants, in µs UTC, are read by
/// `instant`; dates may have slashes of their own, as many on both sides of the one between them.
fn parsed(text: &str, instant: &mut dyn FnMut(&str) -> Option<i64>) -> Option<Parsed> {
    let text = text.trim();
    match text.strip_prefix('P') {
        _ if text.is_empty() => Some(Parsed::None),
        Some(length) => duration(length).map(Parsed::Total),
        None => spans(text, instant).map(Parsed::Spans),
    }
}

fn spans(text: &str, instant: &mut dyn FnMut(&str) -> Option<i64>) -> Option<Vec<Pause>> {
    if text.split(';').nth(MOST).is_some() {
        return None;
    }
    let pauses: Option<Vec<Pause>> = text.split(';').map(|interval| pause(interval.trim(), instant)).collect();
    pauses.map(Pause::union)
}

fn pause(interval: &str, instant: &mut dyn FnMut(&str) -> Option<i64>) -> Option<Pause> {
    let (from, to) = halves(interval)?;
    let from = instant(from.trim())?;
    let to = if to.is_empty() { Pause::OPEN } else { instant(to.trim())? };
    (from <= to).then_some(Pause { from, to })
}

/// The beginning and the end; the end is empty where there is none.
fn halves(interval: &str) -> Option<(&str, &str)> {
    let begun = interval.strip_suffix("..").unwrap_or(interval).trim_end();
    if let Some(from) = begun.strip_suffix('/') {
        return Some((from, ""));
    }
    let slashes = memchr::memchr_iter(b'/', interval.as_bytes());
    let middle = slashes.clone().nth(slashes.count() / 2)?;
    Some((interval.get(..middle)?, interval.get(middle + 1..)?))
}

/// The microseconds of an ISO-8601 duration, of which the `P` has been read.
fn duration(text: &str) -> Option<i64> {
    let (date, time) = match text.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    if time.unwrap_or(date).is_empty() {
        return None;
    }
    let total = sum(date, &DATE)?.checked_add(sum(time.unwrap_or_default(), &TIME)?)?;
    (total <= LONGEST).then_some(total)
}

/// Amounts with their designators, each at most once and in order.
fn sum(mut text: &str, units: &[(char, i64)]) -> Option<i64> {
    let mut total: i64 = 0;
    for (unit, length) in units {
        if let Some((amount, rest)) = text.split_once(*unit) {
            total = total.checked_add(micros(amount, *length)?)?;
            text = rest;
        }
    }
    text.is_empty().then_some(total)
}

/// An amount of a unit; seconds may have decimals, of which six are kept.
fn micros(amount: &str, unit: i64) -> Option<i64> {
    match amount.split_once(['.', ',']) {
        None => number(amount)?.checked_mul(unit),
        Some((whole, decimals)) if unit == SECOND && number(decimals).is_some() => {
            let millionths = format!("{decimals:0<6}");
            number(whole)?.checked_mul(unit)?.checked_add(number(millionths.get(..6)?)?)
        }
        Some(_) => None,
    }
}

fn number(digits: &str) -> Option<i64> {
    if digits.bytes().all(|byte| byte.is_ascii_digit()) { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDateTime;

    const OPEN: i64 = Pause::OPEN;

    /// Instants are written as bare numbers here.
    fn read(text: &str) -> Option<Parsed> {
        parsed(text, &mut |text| text.parse().ok())
    }

    fn spans(pauses: &[(i64, i64)]) -> Vec<Pause> {
        pauses.iter().map(|&(from, to)| Pause { from, to }).collect()
    }

    #[test]
    fn intervals_are_read_as_their_union() {
        let cases: [(&str, &[(i64, i64)]); 12] = [
            ("10/14", &[(10, 14)]),
            (" 10 / 14 ", &[(10, 14)]),
            ("-5/5", &[(-5, 5)]),
            ("20/25;10/14", &[(10, 14), (20, 25)]),
            ("10/14; 12/16", &[(10, 16)]),
            ("10/14;14/16", &[(10, 16)]),
            ("10/20;12/13;15/16", &[(10, 20)]),
            ("10/10", &[]),
            ("10/14;12/12", &[(10, 14)]),
            ("10/", &[(10, OPEN)]),
            ("10 / ..", &[(10, OPEN)]),
            ("30/40;10/;2/5", &[(2, 5), (10, OPEN)]),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text), Some(Parsed::Spans(spans(expected))), "{text}");
        }
    }

    #[test]
    fn totals_are_weeks_days_hours_minutes_and_seconds() {
        let cases = [
            ("P3D", 3 * 86_400),
            ("PT36H", 36 * 3_600),
            ("P1DT4H30M", 86_400 + 4 * 3_600 + 30 * 60),
            ("P2W", 14 * 86_400),
            ("P1W1D", 8 * 86_400),
            ("P0D", 0),
            ("P0DT0H5M7S", 307),
            (" PT90M ", 5_400),
            ("P36500D", 36_500 * 86_400),
        ];
        for (text, seconds) in cases {
            assert_eq!(read(text), Some(Parsed::Total(seconds * SECOND)), "{text}");
        }
        assert_eq!(read("PT1.5S"), Some(Parsed::Total(1_500_000)));
        assert_eq!(read("PT8H0,000001999S"), Some(Parsed::Total(8 * 3_600 * SECOND + 1)));
    }

    #[test]
    fn blank_is_no_pause_and_anything_else_is_unparsable() {
        assert_eq!((read(""), read(" \t")), (Some(Parsed::None), Some(Parsed::None)));
        let intervals = ["14/10", "10", "/14", "../14", "/", "..", ";", "10/14;", ";10/14", "10/14;;20/25", "10/14/20"];
        let mixed =
            ["10/P3D", "P3D;10/14", "P3D;P1D", "10/14;P3D", "10/14..", "10//14", "none", "10\u{2013}14", "10/1\0"];
        let shapes =
            ["P", "PT", "P1DT", "P3", "3D", "PD", "p3d", "P1Y", "P1M", "P1Y2D", "PT1D", "P1H", "P1D1D", "PT30M4H"];
        let amounts =
            ["P-3D", "-P3D", "P+3D", "P1.5D", "PT1.5H", "PT1.S", "PT.5S", "PT1.-5S", "PT1.5.5S", "P3 D", "P\u{0663}D"];
        let huge = ["P36501D", "P99999999999999999999D", "PT9223372036854775807S", "P100000000W", "PT2562047788015H"];
        for text in intervals.iter().chain(&mixed).chain(&shapes).chain(&amounts).chain(&huge) {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn dates_may_have_slashes_of_their_own() {
        let mut instant = |text: &str| {
            let at = NaiveDateTime::parse_from_str(text, "%d/%m/%Y %H:%M").ok()?;
            Some(at.and_utc().timestamp())
        };
        let mut read = |text: &str| parsed(text, &mut instant);
        let expected = |to| Some(Parsed::Spans(spans(&[(86_400, to)])));
        assert_eq!(read("02/01/1970 00:00/02/01/1970 08:00"), expected(86_400 + 8 * 3_600));
        assert_eq!(read("02/01/1970 00:00/"), expected(OPEN));
        assert_eq!(read("02/01/1970 00:00/.."), expected(OPEN));
        for text in ["02/01/1970 00:00", "02/01/1970 00:00/02/01", "02/01/1970/02/01/1970"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_row_has_at_most_ten_thousand_intervals() {
        let text = |count: usize| vec!["1/2"; count].join(";");
        assert_eq!(read(&text(MOST)), Some(Parsed::Spans(spans(&[(1, 2)]))));
        assert_eq!(read(&text(MOST + 1)), None);
        assert_eq!(read(&";".repeat(1 << 20)), None);
        assert_eq!(read(&"/".repeat(1 << 20)), None);
    }

    #[test]
    fn every_beginning_of_a_text_is_read_or_refused() {
        let text = "2024/02;P1DT4H30M1.5S;Đã chờ/..";
        for (end, _) in text.char_indices() {
            let _ = read(&text[..end]);
            let _ = read(&text[end..]);
        }
    }

    #[test]
    fn rows_keep_their_own_pauses() {
        let mut pauses = Pauses::default();
        for text in ["10/14;20/", "", "P3D", "1/2", "5/5"] {
            pauses.push(read(text).expect("readable"));
        }
        pauses.push(Parsed::Spans(spans(&[(7, 9), (8, 12)])));
        let rows = |pauses: &Pauses| -> Vec<(Vec<Pause>, Option<i64>)> {
            (0..pauses.len()).map(|row| (pauses.spans(row).to_vec(), pauses.total(row))).collect()
        };
        let all = rows(&pauses);
        assert_eq!(all[0], (spans(&[(10, 14), (20, OPEN)]), None));
        assert_eq!(all[1], (vec![], None));
        assert_eq!(all[2], (vec![], Some(3 * DAY)));
        assert_eq!(all[3..], [(spans(&[(1, 2)]), None), (vec![], None), (spans(&[(7, 12)]), None)]);
        assert!(all[0].0[1].is_open() && !all[0].0[0].is_open());
        assert_eq!((pauses.spans(6), pauses.total(6)), (&[][..], None));
        pauses.keep(&[true, false, true, false, false, true]);
        assert_eq!(rows(&pauses), [&all[0], &all[2], &all[5]].map(Clone::clone));
        pauses.keep(&[false; 3]);
        assert!(pauses.is_empty());
    }
}
