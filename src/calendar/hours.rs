//! Opening hours as a clerk writes them: `Mon-Fri 07:30-11:30 13:30-17:30; Sat 08:00-12:00`.

use std::fmt;

use chrono::Weekday;

use crate::error::{Error, ErrorKind, Result};

/// One stretch of opening within a local day, in minutes after midnight.
///
/// Half open: the office is open at `open` and shut at `close`; 24:00 is 1440. Written `07:30-11:30`.
///
/// # Example
///
/// ```
/// use chrono::NaiveDate;
/// use giamtang::calendar::Calendar;
///
/// # fn main() -> giamtang::Result<()> {
/// let calendar = Calendar::builder(chrono_tz::Asia::Ho_Chi_Minh).base("vietnam").build()?;
/// let day = NaiveDate::from_ymd_opt(2024, 5, 6).unwrap_or_default();
/// let sessions = calendar.sessions(day).unwrap_or_default();
/// assert_eq!(sessions.iter().map(ToString::to_string).collect::<Vec<_>>(), ["07:30-11:30", "13:30-17:30"]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Session {
    open: u16,
    close: u16,
}

impl Session {
    /// Minutes after local midnight at which the session begins.
    pub fn open(self) -> u16 {
        self.open
    }

    /// Minutes after local midnight at which it has ended; at most 1440.
    pub fn close(self) -> u16 {
        self.close
    }

    fn parse(text: &str) -> Result<Self> {
        let (open, close) = text.split_once(['-', '–']).ok_or_else(|| bad(text, "a session is written 07:30-11:30"))?;
        let (open, close) = (minutes(open, text)?, minutes(close, text)?);
        match close.cmp(&open) {
            std::cmp::Ordering::Greater => Ok(Self { open, close }),
            std::cmp::Ordering::Equal => Err(bad(text, "a session ends after it begins")),
            std::cmp::Ordering::Less => {
                Err(bad(text, "a session may not pass midnight; end it at 24:00 and begin the next day's at 00:00"))
            }
        }
    }
}

impl fmt::Display for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { open, close } = self;
        write!(f, "{:02}:{:02}-{:02}:{:02}", open / 60, open % 60, close / 60, close % 60)
    }
}

/// The sessions of each weekday, Monday first; a weekday without any is closed.
#[derive(Clone, Debug, Default)]
pub(super) struct Week([Vec<Session>; 7]);

impl Week {
    pub(super) fn parse(text: &str) -> Result<Self> {
        let mut week = Self::default();
        for clause in text.split(';').map(str::trim).filter(|clause| !clause.is_empty()) {
            let hours = clause.find(|c: char| c.is_ascii_digit()).unwrap_or(clause.len());
            let (names, hours) = clause.split_at(hours);
            let sessions = sessions(hours).map_err(|why| within(clause, why))?;
            for day in weekdays(names).ok_or_else(|| bad(clause, "begin with the weekdays, such as Mon-Fri or Sat"))? {
                week.open(day, &sessions, clause)?;
            }
        }
        if week.0.iter().all(Vec::is_empty) {
            return Err(bad(text, "no session; write such as Mon-Fri 07:30-11:30 13:30-17:30"));
        }
        Ok(week)
    }

    pub(super) fn on(&self, day: Weekday) -> &[Session] {
        &self.0[day.num_days_from_monday() as usize]
    }

    fn open(&mut self, day: Weekday, sessions: &[Session], clause: &str) -> Result<()> {
        let hours = &mut self.0[day.num_days_from_monday() as usize];
        if !hours.is_empty() {
            return Err(bad(clause, format!("{day} stands twice; put its sessions together")));
        }
        hours.extend_from_slice(sessions);
        Ok(())
    }
}

/// The sessions of one day, in order; sessions that touch become one.
pub(super) fn sessions(text: &str) -> Result<Vec<Session>> {
    let text = text.trim().replace(" - ", "-").replace(" – ", "-");
    let words = text.split([' ', ',', '\t']).filter(|word| !word.is_empty());
    let mut read = words.map(Session::parse).collect::<Result<Vec<_>>>()?;
    if read.is_empty() {
        return Err(bad(&text, "no session; write such as 07:30-11:30 13:30-17:30"));
    }
    read.sort_unstable();
    let mut joined: Vec<Session> = Vec::with_capacity(read.len());
    for session in read {
        match joined.last_mut() {
            Some(last) if session.open < last.close => {
                return Err(bad(&text, format!("{session} overlaps {last}")));
            }
            Some(last) if session.open == last.close => last.close = session.close,
            _ => joined.push(session),
        }
    }
    Ok(joined)
}

/// `Mon-Fri`, `Sat`, `Mon, Wed` or `Sun-Thu`; a span may pass the end of the week.
fn weekdays(text: &str) -> Option<Vec<Weekday>> {
    let text = text.replace(" - ", "-").replace('–', "-");
    let mut days = Vec::new();
    for part in text.split([' ', ',', '\t']).filter(|part| !part.is_empty()) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (mut day, last): (Weekday, Weekday) = (first.parse().ok()?, last.parse().ok()?);
        days.push(day);
        while day != last {
            day = day.succ();
            days.push(day);
        }
    }
    (!days.is_empty()).then_some(days)
}

fn minutes(time: &str, session: &str) -> Result<u16> {
    let read = time.trim().split_once(':').and_then(|(hour, minute)| Some((two_digits(hour)?, two_digits(minute)?)));
    let minutes = read.filter(|(_, minute)| *minute < 60).map(|(hour, minute)| hour * 60 + minute);
    minutes
        .filter(|minutes| *minutes <= 1440)
        .ok_or_else(|| bad(session, format!("`{time}` is not a time of day from 00:00 to 24:00")))
}

fn two_digits(text: &str) -> Option<u16> {
    let digits = matches!(text.len(), 1 | 2) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

pub(super) fn bad(text: impl Into<String>, why: impl Into<String>) -> Error {
    ErrorKind::BadCalendar { text: text.into(), why: why.into() }.into()
}

fn within(clause: &str, error: Error) -> Error {
    match error.kind() {
        ErrorKind::BadCalendar { text, why } if text.is_empty() => bad(clause, why),
        _ => error,
    }
}
