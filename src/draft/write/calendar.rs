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
            page.note(&say!(
                facts.lang,
                "too few moments to tell opening hours; without a calendar figures in working time are not told",
                "quá ít thời điểm để đoán giờ làm việc; không có lịch thì không có chỉ tiêu theo giờ làm việc"
            ));
        }
    }
}

fn vietnam(facts: &Facts<'_>, page: &mut Page) {
    let lang = facts.lang;
    let zone = say!(
        lang,
        "the zone is Vietnam's: its holidays, days in lieu and worked Saturdays are built in for 2019 to 2026",
        "múi giờ Việt Nam: đã có sẵn ngày nghỉ lễ, nghỉ bù và làm bù 2019 đến 2026"
    );
    page.section("calendar");
    page.guess(facts.zoned.sure, &[zone, facts.hours.as_ref().map(|hours| told(facts, hours)).unwrap_or_default()]);
    page.line("base", &quoted("vietnam"));
    let (first, last) = facts.years;
    if !BUILT_IN.contains(&first) || !BUILT_IN.contains(&last) {
        page.told(
            "provisional",
            "true",
            &say!(
                lang,
                "dates from {first} to {last}: for years not built in give `closed` and `worked`",
                "ngày từ {first} đến {last}: với các năm chưa có sẵn hãy ghi `closed` và `worked`"
            ),
        );
    }
    if !CARRIED_ON.contains(&first) || !CARRIED_ON.contains(&last) {
        page.told("covers", &covers(facts), &say!(lang, "the years of the log", "các năm của dữ liệu"));
    }
    if let Some(hours) = &facts.hours {
        page.other(
            "weekly",
            &quoted(&hours.weekly()),
            &say!(lang, "the hours that the log shows", "giờ làm việc thấy trong dữ liệu"),
        );
    }
}

/// What was seen of days and hours.
pub(super) fn told(facts: &Facts<'_>, hours: &Hours) -> String {
    let (lang, days, title) = (facts.lang, hours.days(), &facts.act_title);
    let on_days = percent(hours.on_days, lang);
    let told_days = say!(lang, "{on_days} of \"{title}\" on {days}", "{on_days} của \"{title}\" vào {days}");
    if hours.sessions.is_empty() {
        return say!(lang, "{told_days}; no hours hold most of them", "{told_days}; không khung giờ nào chứa phần lớn");
    }
    let within = percent(hours.within, lang);
    say!(lang, "{told_days}, of these {within} within the hours", "{told_days}, trong đó {within} nằm trong khung giờ")
}

fn weekly(facts: &Facts<'_>, hours: &Hours, page: &mut Page) {
    let lang = facts.lang;
    page.section("calendar");
    let usual = match hours.sessions.is_empty() {
        true => {
            say!(lang, "the days are the log's, the hours only usual ones", "ngày theo dữ liệu, giờ chỉ là thông lệ")
        }
        false => String::new(),
    };
    page.guess(if hours.sessions.is_empty() { Trust::Guess } else { Trust::Likely }, &[told(facts, hours), usual]);
    page.line("weekly", &quoted(&hours.weekly()));
    page.told("covers", &covers(facts), &say!(lang, "the years of the log", "các năm của dữ liệu"));
    if facts.zoned.tz == USUAL {
        page.other("base", &quoted("vietnam"), &say!(lang, "with Vietnam's holidays", "kèm ngày nghỉ lễ Việt Nam"));
    }
    closed(facts, hours, page);
}

fn always_open(facts: &Facts<'_>, hours: &Hours, page: &mut Page) {
    let lang = facts.lang;
    page.text += "\n# [calendar]\n";
    let why = say!(
        lang,
        "work goes on on all days, so no calendar is guessed: figures in working time are not told",
        "công việc diễn ra mọi ngày nên không đoán lịch: không có chỉ tiêu theo giờ làm việc"
    );
    page.guess(Trust::Guess, &[why, told(facts, hours)]);
    page.other(
        "weekly",
        &quoted(&hours.weekly()),
        &say!(lang, "if the office has hours", "nếu cơ quan có giờ làm việc"),
    );
    page.other("covers", &covers(facts), &say!(lang, "the years of the log", "các năm của dữ liệu"));
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
    page.guess(
        Trust::Guess,
        &[say!(
            lang,
            "{days} working days with hardly any \"{title}\": holidays? beside each what there was, of what is usual \
         then; switched off where that is little",
            "{days} ngày làm việc hầu như không có \"{title}\": ngày lễ? kèm số lượng so với bình thường; được tắt nếu \
         bình thường cũng ít"
        )],
    );
    page.text += "closed = [\n";
    for (day, on, usual) in hours.closed.iter().take(MOST_CLOSED) {
        let off = if *usual < TELLING { "# " } else { "" };
        page.text += &format!("  {off}\"{day}\", # {on} / {usual}\n");
    }
    page.text += "]\n";
}
