//! The deadline of a limit: the day, the days it skipped, the days it counted instead of others.

use super::page::{Page, Text, column};
use super::words::Words;
use super::{Lang, Style, dates};
use crate::calendar::{Cause, Certainty, DayOff, Holiday, Observance, Promise, observances};
use crate::error::{Error, Result};
use chrono::{Datelike, NaiveDate, Offset};
use serde::Serialize;

const WEEKDAYS: [Words; 7] = [
    Words("due.monday"),
    Words("due.tuesday"),
    Words("due.wednesday"),
    Words("due.thursday"),
    Words("due.friday"),
    Words("due.saturday"),
    Words("due.sunday"),
];

const FROM: Words = Words("due.from");
const UNTIL: Words = Words("due.until");
const BEFORE: Words = Words("due.before");
const SKIPPED: Words = Words("due.skipped");
const COUNTED: Words = Words("due.counted");
const INSTEAD: Words = Words("due.instead");
const MEDIUM: Words = Words("due.medium");
const OPENED: Words = Words("due.opened");
const WEEKEND: Words = Words("due.weekend");
const CLOSED: Words = Words("due.closed");
const IN_LIEU: Words = Words("due.in_lieu");
const SWAPPED: Words = Words("due.swapped");
const CALENDAR: Words = Words("due.calendar");
const PROVISIONAL: Words = Words("due.provisional");

/// The deadline first, then how it came to be there.
pub(super) fn page(promise: &Promise, style: Style) -> String {
    let (lang, deadline) = (style.lang, &promise.deadline);
    let mut page = Page::new(style);
    page.prose(
        0,
        Text::strong(format!("{} {}", dates::day(&deadline.date.to_string(), lang), lang.say(weekday(deadline.date)))),
    );
    let (from, until) = (promise.local(promise.from), promise.local(deadline.instant));
    // Where summer time comes or goes in between, the wall alone would tell another length.
    let shown = if from.offset().fix() == until.offset().fix() { "%Y-%m-%d %H:%M" } else { "%Y-%m-%d %H:%M %:z" };
    let [from, until] = [from, until].map(|at| dates::day(&at.format(shown).to_string(), lang));
    let end = if deadline.is_met_by(deadline.instant) { UNTIL } else { BEFORE };
    let facts = [lang.limit(promise), format!("{} {from}", lang.say(FROM)), format!("{} {until}", lang.say(end))];
    page.facts(0, facts.map(Text::plain).into());
    let skipped = deadline.skipped.iter().map(|day| (day.date, why(day.why, lang)));
    days(&mut page, SKIPPED, skipped.collect());
    let counted = deadline.worked.iter().map(|date| (*date, instead(*date, lang)));
    days(&mut page, COUNTED, counted.collect());
    page.blank();
    let (first, last) = promise.covers;
    page.prose(
        0,
        Text::dim(format!(
            "{}: {}, {}",
            lang.say(CALENDAR),
            promise.zone.name(),
            dates::span(&format!("{first}..{last}"), lang)
        )),
    );
    if promise.provisional {
        page.prose(0, Text::dim(lang.say(PROVISIONAL)));
    }
    page.finish()
}

fn days(page: &mut Page, title: Words, days: Vec<(NaiveDate, String)>) {
    if days.is_empty() {
        return;
    }
    let lang = page.style.lang;
    page.blank();
    page.heading(Text::strong(format!("{} ({})", lang.say(title), days.len())), None);
    let rows: Vec<Vec<Text>> = days
        .into_iter()
        .map(|(date, why)| {
            [dates::day(&date.to_string(), lang), lang.say(weekday(date)).to_owned(), why].map(Text::plain).into()
        })
        .collect();
    page.table(2, &[column(0, false), column(2, false), column(2, false)], &rows);
}

impl Lang {
    /// The limit in the words of the language.
    fn limit(self, promise: &Promise) -> String {
        match self {
            Self::En => promise.limit.to_string(),
            Self::Vi => promise.limit.vietnamese(),
        }
    }
}

fn weekday(date: NaiveDate) -> Words {
    WEEKDAYS[date.weekday().num_days_from_monday() as usize]
}

fn why(why: DayOff, lang: Lang) -> String {
    match why {
        DayOff::Weekend => lang.say(WEEKEND).to_owned(),
        DayOff::Closed => lang.say(CLOSED).to_owned(),
        DayOff::Holiday(holiday, Cause::Holiday) => name(holiday, lang).to_owned(),
        DayOff::Holiday(holiday, Cause::InLieu) => format!("{} {}", lang.say(IN_LIEU), name(holiday, lang)),
        DayOff::Holiday(holiday, Cause::Swap) => format!("{}, {}", name(holiday, lang), lang.say(SWAPPED)),
    }
}

fn name(holiday: Holiday, lang: Lang) -> &'static str {
    match lang {
        Lang::En => holiday.english(),
        Lang::Vi => holiday.vietnamese(),
    }
}

/// For which day a date is worked; one that no observance knows was opened by the study.
fn instead(date: NaiveDate, lang: Lang) -> String {
    let Some((seen, other)) = exchanged(date) else { return lang.say(OPENED).to_owned() };
    let sure = seen.certainty == Certainty::Found;
    let sure = if sure { String::new() } else { format!(" ({})", lang.say(MEDIUM)) };
    format!("{} {}{sure}", lang.say(INSTEAD), dates::day(&other.to_string(), lang))
}

/// The built-in exchange that makes a date a working day, with the day it was exchanged for.
fn exchanged(date: NaiveDate) -> Option<(&'static Observance, NaiveDate)> {
    observances().iter().find(|seen| seen.date == date).and_then(|seen| Some((seen, seen.instead_of?)))
}

#[derive(Serialize)]
struct Due<'a> {
    schema: &'static str,
    version: &'static str,
    calendar: Years<'a>,
    from: String,
    limit: String,
    due: String,
    until: String,
    inclusive: bool,
    skipped: Vec<Skipped>,
    worked: Vec<Worked>,
}

#[derive(Serialize)]
struct Years<'a> {
    zone: &'a str,
    covers: String,
    provisional: bool,
}

#[derive(Serialize)]
struct Skipped {
    date: String,
    kind: &'static str,
    why: String,
}

#[derive(Serialize)]
struct Worked {
    date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    instead_of: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    certainty: Option<&'static str>,
}

impl Worked {
    fn of(date: NaiveDate) -> Self {
        let seen = exchanged(date);
        let certainty = seen.map(|(seen, _)| if seen.certainty == Certainty::Found { "found" } else { "medium" });
        Self { date: date.to_string(), instead_of: seen.map(|(_, other)| other.to_string()), certainty }
    }
}

/// The same as JSON with a final newline.
pub(super) fn json(promise: &Promise) -> Result<String> {
    let deadline = &promise.deadline;
    let (first, last) = promise.covers;
    let kind = |why| match why {
        DayOff::Weekend => "weekend",
        DayOff::Holiday(..) => "holiday",
        DayOff::Closed => "closed",
    };
    let skipped = deadline.skipped.iter();
    let due = Due {
        schema: "giamtang.due/1",
        version: env!("CARGO_PKG_VERSION"),
        calendar: Years {
            zone: promise.zone.name(),
            covers: format!("{first}..{last}"),
            provisional: promise.provisional,
        },
        from: promise.local(promise.from).to_rfc3339(),
        limit: promise.limit.to_string(),
        due: deadline.date.to_string(),
        until: promise.local(deadline.instant).to_rfc3339(),
        inclusive: deadline.is_met_by(deadline.instant),
        skipped: skipped
            .map(|day| Skipped { date: day.date.to_string(), kind: kind(day.why), why: day.why.to_string() })
            .collect(),
        worked: deadline.worked.iter().map(|date| Worked::of(*date)).collect(),
    };
    let text = serde_json::to_string_pretty(&due).map(|text| text + "\n");
    text.map_err(|why| Error::broken("writing a deadline as JSON", why))
}
