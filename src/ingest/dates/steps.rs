//! Reading a date by steps over its bytes, without a look at its format.
//!
//! The steps take only what is written as the format says. What they give back is what chrono would say; where they
//! give nothing, chrono is still to be asked.

/// What comes next in a text: a byte as it stands in the format, and a part.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub(super) after: Option<u8>,
    pub(super) part: Part,
}

/// A part of a moment; a number has as many digits as there are, up to its width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    None,
    /// Four digits.
    Year,
    /// One or two digits: the years 1970 to 2069.
    ShortYear,
    Month,
    Day,
    Hour,
    /// From 1 to 12.
    Hour12,
    Minute,
    Second,
    /// AM or PM.
    Half,
    /// Nothing, or a point and up to nine digits.
    Fraction,
    /// A sign, hours and minutes.
    Offset,
    /// The same, or `Z`, or without minutes.
    LooseOffset,
}

impl Step {
    /// A byte that stands alone.
    pub(super) fn literal(byte: u8) -> Self {
        Self { after: Some(byte), part: Part::None }
    }
}

/// What the steps have found so far.
#[derive(Clone, Copy, Debug, Default)]
struct Found {
    year: u32,
    month: u32,
    day: u32,
    hour: u32,
    minute: u32,
    second: u32,
    micros: u32,
    /// Half days: noon is 12 PM, midnight 12 AM.
    half: Option<u32>,
    /// Seconds east of Greenwich.
    offset: i32,
}

/// The microseconds that a text says in just these steps.
pub(super) fn moment(steps: &[Step], text: &[u8]) -> Option<i64> {
    let (mut parts, mut rest) = (Found::default(), text);
    for step in steps {
        if let Some(byte) = step.after {
            rest = rest.strip_prefix(&[byte])?;
        }
        rest = match step.part {
            Part::None => rest,
            Part::Year => year(rest, &mut parts.year)?,
            Part::ShortYear => short_year(rest, &mut parts.year)?,
            Part::Month => pair(rest, &mut parts.month)?,
            Part::Day => pair(rest, &mut parts.day)?,
            Part::Hour | Part::Hour12 => pair(rest, &mut parts.hour)?,
            Part::Minute => pair(rest, &mut parts.minute)?,
            Part::Second => pair(rest, &mut parts.second)?,
            Part::Half => half(rest, &mut parts.half)?,
            Part::Fraction => fraction(rest, &mut parts.micros)?,
            Part::Offset => offset(rest, false, &mut parts.offset)?,
            Part::LooseOffset => offset(rest, true, &mut parts.offset)?,
        };
    }
    if rest.is_empty() { parts.micros() } else { None }
}

/// The same of a text of 19 bytes, `YYYY-MM-DD` and `HH:MM:SS` with a byte between them: no byte is asked what it is, only
/// in the end whether all were as they should be. That takes 2 % off `check` of a log in CSV.
pub(super) fn stamp(text: &[u8; 19], between: u8) -> Option<i64> {
    let signs = [(4, b'-'), (7, b'-'), (10, between), (13, b':'), (16, b':')];
    let are_there = signs.iter().fold(true, |there, (at, sign)| there & (text[*at] == *sign));
    let mut others = 0;
    let mut pair = |at: usize| {
        let [tens, ones] = [text[at].wrapping_sub(b'0'), text[at + 1].wrapping_sub(b'0')];
        others += u32::from(tens > 9) + u32::from(ones > 9);
        u32::from(tens) * 10 + u32::from(ones)
    };
    let year = pair(0) * 100 + pair(2);
    let [month, day, hour, minute, second] = [5, 8, 11, 14, 17].map(&mut pair);
    let found = Found { year, month, day, hour, minute, second, ..Found::default() };
    if are_there && others == 0 { found.micros() } else { None }
}

/// The byte between date and time, where steps read what [`stamp`] does.
pub(super) fn is_stamp(steps: &[Step]) -> Option<u8> {
    let [year, month, day, hour, minute, second, rest @ ..] = steps else { return None };
    let between = hour.after?;
    let is = |step: &Step, after: Option<u8>, part: Part| step.after == after && step.part == part;
    let is_date = is(year, None, Part::Year) && is(month, Some(b'-'), Part::Month) && is(day, Some(b'-'), Part::Day);
    let is_time =
        hour.part == Part::Hour && is(minute, Some(b':'), Part::Minute) && is(second, Some(b':'), Part::Second);
    // A fraction may be left out.
    let is_end = rest.is_empty() || matches!(rest, [fraction] if is(fraction, None, Part::Fraction));
    (is_date && is_time && is_end).then_some(between)
}

fn digit(byte: u8) -> Option<u32> {
    let digit = byte.wrapping_sub(b'0');
    (digit < 10).then_some(digit.into())
}

/// Exactly four digits; chrono reads fewer and signs.
fn year<'a>(text: &'a [u8], year: &mut u32) -> Option<&'a [u8]> {
    let [a, b, c, d, rest @ ..] = text else { return None };
    *year = digit(*a)? * 1_000 + digit(*b)? * 100 + digit(*c)? * 10 + digit(*d)?;
    Some(rest)
}

fn short_year<'a>(text: &'a [u8], year: &mut u32) -> Option<&'a [u8]> {
    let rest = pair(text, year)?;
    *year += if *year < 70 { 2_000 } else { 1_900 };
    Some(rest)
}

/// One digit or two; chrono reads spaces before them, too.
fn pair<'a>(text: &'a [u8], number: &mut u32) -> Option<&'a [u8]> {
    let (first, rest) = text.split_first()?;
    *number = digit(*first)?;
    if let Some((second, rest)) = rest.split_first()
        && let Some(digit) = digit(*second)
    {
        *number = *number * 10 + digit;
        return Some(rest);
    }
    Some(rest)
}

fn half<'a>(text: &'a [u8], half: &mut Option<u32>) -> Option<&'a [u8]> {
    let [letter, b'M' | b'm', rest @ ..] = text else { return None };
    *half = match letter {
        b'A' | b'a' => Some(0),
        b'P' | b'p' => Some(1),
        _ => return None,
    };
    Some(rest)
}

/// Up to nine digits; chrono skips more.
fn fraction<'a>(text: &'a [u8], micros: &mut u32) -> Option<&'a [u8]> {
    let [b'.', digits @ ..] = text else { return Some(text) };
    let (mut rest, mut nanos, mut unit) = (digits, 0, 1_000_000_000);
    while let Some((first, after)) = rest.split_first()
        && let Some(digit) = digit(*first)
    {
        if unit == 1 {
            return None;
        }
        unit /= 10;
        nanos += digit * unit;
        rest = after;
    }
    *micros = nanos / 1_000;
    (unit < 1_000_000_000).then_some(rest)
}

/// A sign, two digits, perhaps a colon, two digits; chrono reads spaces in between, too.
fn offset<'a>(text: &'a [u8], loose: bool, offset: &mut i32) -> Option<&'a [u8]> {
    let sign = match text {
        [b'Z' | b'z', rest @ ..] if loose => return Some(rest),
        [b'+', ..] => 1,
        [b'-', ..] => -1,
        _ => return None,
    };
    let [_, a, b, rest @ ..] = text else { return None };
    let hours = digit(*a)? * 10 + digit(*b)?;
    let (minutes, rest) = match rest {
        [] if loose => (0, rest),
        [b':', c, d, rest @ ..] | [c, d, rest @ ..] => (digit(*c)? * 10 + digit(*d)?, rest),
        _ => return None,
    };
    *offset = sign * i32::try_from(hours * 3_600 + minutes * 60).ok()?;
    (hours < 24 && minutes < 60).then_some(rest)
}

impl Found {
    /// The moment in microseconds, if there is one; the 60th second is left to chrono.
    fn micros(self) -> Option<i64> {
        let hour = match self.half {
            None => self.hour,
            Some(half) if (1..=12).contains(&self.hour) => self.hour % 12 + half * 12,
            Some(_) => return None,
        };
        let is_date = self.day.wrapping_sub(1) < month_length(self.year, self.month)?;
        if !is_date || hour > 23 || self.minute > 59 || self.second > 59 {
            return None;
        }
        let time = hour * 3_600 + self.minute * 60 + self.second;
        let seconds = day_number(self.year, self.month, self.day) * 86_400 + i64::from(time) - i64::from(self.offset);
        Some(seconds * 1_000_000 + i64::from(self.micros))
    }
}

fn month_length(year: u32, month: u32) -> Option<u32> {
    match month {
        4 | 6 | 9 | 11 => Some(30),
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => Some(29),
        2 => Some(28),
        1..=12 => Some(31),
        _ => None,
    }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar.
///
/// Years are counted from March, so that the leap day is the last: 153 days are five months from March on, and 719,468
/// lie between 1 March of the year 0 and 1970.
fn day_number(year: u32, month: u32, day: u32) -> i64 {
    let (year, month) = if month > 2 { (year + 400, month - 3) } else { (year + 399, month + 9) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
    // The 400 years of the first line keep the year above zero.
    i64::from(days) - 146_097 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000_000;

    fn read(parts: &[Part], text: &str) -> Option<i64> {
        let steps: Vec<Step> = parts.iter().map(|part| Step { after: None, part: *part }).collect();
        moment(&steps, text.as_bytes())
    }

    /// 1970 to 2023 are 54 years with 13 leap days; a leap year has 366 days, 1900 is none and 2000 is one.
    #[test]
    fn days_are_those_of_the_calendar() {
        let parts = [Part::Year, Part::Month, Part::Day];
        let new_year = 54 * 365 + 13;
        let cases = [
            ("19700101", Some(0)),
            ("19691231", Some(-1)),
            ("20240101", Some(new_year)),
            ("20240229", Some(new_year + 31 + 28)),
            ("20240301", Some(new_year + 31 + 29)),
            ("20241231", Some(new_year + 365)),
            ("00000101", Some(-719_528)),
            ("20230229", None),
            ("19000229", None),
            ("20000229", Some(30 * 365 + 7 + 31 + 28)),
            ("20240431", None),
            ("20240001", None),
            ("20241301", None),
            ("20240100", None),
            ("202401011", None),
            ("2024010", None),
            ("202", None),
            ("", None),
        ];
        for (text, day) in cases {
            assert_eq!(read(&parts, text), day.map(|day: i64| day * DAY), "{text}");
        }
    }

    #[test]
    fn times_end_at_the_59th_second() {
        let parts = [Part::Year, Part::Month, Part::Day, Part::Hour, Part::Minute, Part::Second, Part::Fraction];
        let cases = [
            ("19700101235959.999999999", Some(DAY - 1)),
            ("19700101000000", Some(0)),
            ("19700101240000", None),
            ("19700101006000", None),
            ("19700101000060", None),
            ("19700101000000.", None),
            ("19700101000000.1234567891", None),
            ("19691231235959.5", Some(-500_000)),
        ];
        for (text, us) in cases {
            assert_eq!(read(&parts, text), us, "{text}");
        }
    }
}
