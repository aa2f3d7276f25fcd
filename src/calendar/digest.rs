//! The canonical text of a calendar: what a digest of the plan has to see of it.

use std::fmt::Write;

use super::{Calendar, Session, zone};

pub(super) fn text(calendar: &Calendar) -> String {
    let (from, to) = calendar.coverage();
    let mut text = format!("calendar 1\nzone {}\ncovers {from}..{to}\n", calendar.zone);
    offsets(calendar, &mut text);
    // Hours are numbered in the order in which days first keep them, so the numbers are canonical too.
    for (number, sessions) in calendar.hours.iter().enumerate() {
        line(&mut text, format_args!("hours {number} {}", written(sessions)));
    }
    line(&mut text, format_args!("days {}", runs(calendar.days.iter().map(|day| day.hours as usize))));
    let provisional = || calendar.days.iter().map(|day| usize::from(day.provisional));
    if provisional().any(|flag| flag == 1) {
        line(&mut text, format_args!("provisional {}", runs(provisional())));
    }
    text
}

/// The offset at the start and its changes: results depend on these, not on the version of the zone's data.
fn offsets(calendar: &Calendar, text: &mut String) {
    let midnight = |date| zone::local_midnight(calendar.zone, date) / zone::MICROS;
    let start = midnight(calendar.from);
    let end = calendar.to.succ_opt().map_or(start, midnight);
    line(text, format_args!("offset {start} {}", zone::offset(calendar.zone, start)));
    for (at, offset) in zone::changes(calendar.zone, start, end) {
        line(text, format_args!("offset {at} {offset}"));
    }
}

fn written(sessions: &[Session]) -> String {
    match sessions {
        [] => "closed".into(),
        open => open.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
    }
}

/// `1x5 0x2 1x5 …`: each value with how often it comes in a row.
fn runs(values: impl Iterator<Item = usize>) -> String {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for value in values {
        match runs.last_mut() {
            Some((last, times)) if *last == value => *times += 1,
            _ => runs.push((value, 1)),
        }
    }
    runs.iter().map(|(value, times)| format!("{value}x{times}")).collect::<Vec<_>>().join(" ")
}

fn line(text: &mut String, words: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{words}");
}
