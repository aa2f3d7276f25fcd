//! Opening hours: the built-in calendar, or what the moments of the log say.

use crate::draft::facts::Facts;
use crate::draft::hours::Hours;
use crate::draft::page::{Page, Trust, count, percent, quoted, say};
use crate::draft::place::USUAL;

/// The years of the built-in calendar, and those that it can be carried on to.
const BUILT_IN: std::ops::RangeInclusive<i32> = 2019..=2026;
const CARRIED_ON: std::ops::RangeInclusive<i32> = 2009..=2036;

/// What is usual from which a day with hardly anything tells.
const TELLING: u64 = 40;

/// Closed days that are listed.
const MOST_CLOSED: usize = 120;

/// The share of moments on working days from which there are days off.
const ON_DAYS: f64 = 0.9;

pub(super) fn calendar(facts: &Facts<'_>, page: &mut Page) {
    match &facts.hours {
        _ if facts.zoned.is_vietnam() => vietnam(facts, page),
        Some(hours) if hours.on_days >= ON_DAYS && hours.has_weekend() => weekly(facts, hours, page),
        Some(hours) => always_open(facts, hours, page),
        None => {
            page.text += "\n# [calendar]\n";
            page.note(&say!(facts.lang, "draft.too_few_moments_to_tell"));
        }
    }
}

fn vietnam(facts: &Facts<'_>, page: &mut Page) {
    let lang = facts.lang;
    let zone = say!(lang, "draft.the_zone_is_vietnam_s");
    page.section("calendar");
    page.guess(facts.zoned.sure, &[zone, facts.hours.as_ref().map(|hours| told(facts, hours)).unwrap_or_default()]);
    page.line("base", &quoted("vietnam"));
    let (first, last) = facts.years;
    if !BUILT_IN.contains(&first) || !BUILT_IN.contains(&last) {
        page.told("provisional", "true", &say!(lang, "draft.dates_from_to_for_years", first, last));
    }
    if !CARRIED_ON.contains(&first) || !CARRIED_ON.contains(&last) {
        page.told("covers", &covers(facts), &say!(lang, "draft.the_years_of_the_log"));
    }
    if let Some(hours) = &facts.hours {
        page.other("weekly", &quoted(&hours.weekly()), &say!(lang, "draft.the_hours_that_the_log"));
    }
}

/// What was seen of days and hours.
pub(super) fn told(facts: &Facts<'_>, hours: &Hours) -> String {
    let (lang, days, title) = (facts.lang, hours.days(), &facts.act_title);
    let on_days = percent(hours.on_days, lang);
    let told_days = say!(lang, "draft.of_on", days, on_days, title);
    if hours.sessions.is_empty() {
        return say!(lang, "draft.no_hours_hold_most_of", told_days);
    }
    let within = percent(hours.within, lang);
    say!(lang, "draft.of_these_within_the_hours", told_days, within)
}

fn weekly(facts: &Facts<'_>, hours: &Hours, page: &mut Page) {
    let lang = facts.lang;
    page.section("calendar");
    let usual = match hours.sessions.is_empty() {
        true => {
            say!(lang, "draft.the_days_are_the_log")
        }
        false => String::new(),
    };
    page.guess(if hours.sessions.is_empty() { Trust::Guess } else { Trust::Likely }, &[told(facts, hours), usual]);
    page.line("weekly", &quoted(&hours.weekly()));
    page.told("covers", &covers(facts), &say!(lang, "draft.the_years_of_the_log"));
    if facts.zoned.tz == USUAL {
        page.other("base", &quoted("vietnam"), &say!(lang, "draft.with_vietnam_s_holidays"));
    }
    closed(facts, hours, page);
}

fn always_open(facts: &Facts<'_>, hours: &Hours, page: &mut Page) {
    let lang = facts.lang;
    page.text += "\n# [calendar]\n";
    let why = say!(lang, "draft.work_goes_on_on_all");
    page.guess(Trust::Guess, &[why, told(facts, hours)]);
    page.other("weekly", &quoted(&hours.weekly()), &say!(lang, "draft.if_the_office_has_hours"));
    page.other("covers", &covers(facts), &say!(lang, "draft.the_years_of_the_log"));
}

/// The years of the log; where not all of it was seen, all that are plausible.
fn covers(facts: &Facts<'_>) -> String {
    let (first, last) = if facts.whole { facts.years } else { (1990, 2049) };
    quoted(&format!("{first}-01-01..{last}-12-31"))
}

fn closed(facts: &Facts<'_>, hours: &Hours, page: &mut Page) {
    let (lang, title) = (facts.lang, &facts.act_title);
    if hours.closed.is_empty() {
        return;
    }
    let days = count(hours.closed.len() as u64, lang);
    page.guess(Trust::Guess, &[say!(lang, "draft.working_days_with_hardly_any", days, title)]);
    page.text += "closed = [\n";
    for (day, on, usual) in hours.closed.iter().take(MOST_CLOSED) {
        let off = if *usual < TELLING { "# " } else { "" };
        page.text += &format!("  {off}\"{day}\", # {on} / {usual}\n");
    }
    page.text += "]\n";
}
