//! Opening hours: the built-in calendar, or what the moments of the log say.

use crate::draft::facts::Facts;
use crate::draft::hours::Hours;
use crate::draft::page::{Page, Sure, count, percent, quoted, say};
use chrono::{Datelike, NaiveDate};

/// The years of the built-in calendar, and those that it can be carried on to.
const BUILT_IN: std::ops::RangeInclusive<i32> = 2019..=2026;
const CARRIED_ON: std::ops::RangeInclusive<i32> = 2009..=2036;

/// Closed days that are listed.
const MOST_CLOSED: usize = 120;

/// The share of moments on working days from which there are days off.
const ON_DAYS: f64 = 0.9;

pub(super) fn calendar(facts: &Facts<'_>, page: &mut Page) {
    let (first, last) = (facts.windows.first(), facts.windows.is.1);
    page.section("calendar");
    if facts.zoned.is_vietnam() && CARRIED_ON.contains(&first.year()) && CARRIED_ON.contains(&last.year()) {
        return vietnam(facts, first, last, page);
    }
    match &facts.hours {
        Some(hours) => weekly(facts, hours, page),
        None => page.note(&say!(
            facts.lang,
            "too few moments to tell opening hours; without a calendar figures in working time are not told",
            "quá ít thời điểm để đoán giờ làm việc; không có lịch thì không có chỉ tiêu theo giờ làm việc"
        )),
    }
}

fn vietnam(facts: &Facts<'_>, first: NaiveDate, last: NaiveDate, page: &mut Page) {
    let lang = facts.lang;
    let zone = say!(
        lang,
        "the zone is Vietnam's: its holidays, days in lieu and worked Saturdays are built in for 2019 to 2026",
        "múi giờ Việt Nam: đã có sẵn ngày nghỉ lễ, nghỉ bù và làm bù 2019 đến 2026"
    );
    page.guess(facts.zoned.sure, &[zone, facts.hours.as_ref().map(|hours| told(facts, hours)).unwrap_or_default()]);
    page.line("base", &quoted("vietnam"));
    if !BUILT_IN.contains(&first.year()) || !BUILT_IN.contains(&last.year()) {
        page.told(
            "provisional",
            "true",
            &say!(
                lang,
                "a window is outside these years: give `closed` and `worked`",
                "có kỳ nằm ngoài các năm này: hãy ghi `closed` và `worked`"
            ),
        );
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
fn told(facts: &Facts<'_>, hours: &Hours) -> String {
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
    let (first, last) = covers(facts);
    let is_office = hours.on_days >= ON_DAYS && hours.has_weekend();
    let weekly = quoted(&hours.weekly());
    let range = quoted(&format!("{first}-01-01..{last}-12-31"));
    if !is_office {
        let why = say!(
            lang,
            "work goes on on all days, so no calendar is guessed: figures in working time are not told",
            "công việc diễn ra mọi ngày nên không đoán lịch: không có chỉ tiêu theo giờ làm việc"
        );
        page.guess(Sure::Guess, &[why, told(facts, hours)]);
        page.other("weekly", &weekly, &say!(lang, "if the office has hours", "nếu cơ quan có giờ làm việc"));
        page.other("covers", &range, &say!(lang, "the years of the log", "các năm của dữ liệu"));
        return;
    }
    let usual = match hours.sessions.is_empty() {
        true => {
            say!(lang, "the days are the log's, the hours only usual ones", "ngày theo dữ liệu, giờ chỉ là thông lệ")
        }
        false => String::new(),
    };
    page.guess(if hours.sessions.is_empty() { Sure::Guess } else { Sure::Likely }, &[told(facts, hours), usual]);
    page.line("weekly", &weekly);
    page.told("covers", &range, &say!(lang, "the years of the log", "các năm của dữ liệu"));
    closed(facts, hours, page);
}

/// The years from the first to the last day of the log.
fn covers(facts: &Facts<'_>) -> (i32, i32) {
    let years = [&facts.received, &facts.act].into_iter().filter_map(|tally| tally.span());
    let (first, last) = (facts.windows.first().year(), facts.windows.is.1.year());
    years.fold((first, last), |(first, last), (from, to)| (first.min(from.year()), last.max(to.year())))
}

fn closed(facts: &Facts<'_>, hours: &Hours, page: &mut Page) {
    let (lang, title) = (facts.lang, &facts.act_title);
    if hours.closed.is_empty() {
        return;
    }
    let days = count(hours.closed.len() as u64, lang);
    page.guess(Sure::Guess, &[say!(lang, "{days} working days with hardly any \"{title}\": holidays? beside each what there was, of what is usual then", "{days} ngày làm việc hầu như không có \"{title}\": ngày lễ? kèm số lượng so với bình thường")]);
    page.text += "closed = [\n";
    for (day, on, usual) in hours.closed.iter().take(MOST_CLOSED) {
        page.text += &format!("  \"{day}\", # {on} / {usual}\n");
    }
    page.text += "]\n";
}
