//! Days, months and windows as a language writes them: as the study does in English, day first in Vietnamese.

use super::Lang;
use super::page::escaped;
use super::words::{IS, SPAN, WAS};
use chrono::NaiveDate;

/// A day, and what stands behind it: `2024-05-06 16:00` is `06/05/2024 16:00` in Vietnamese.
pub(crate) fn day(text: &str, lang: Lang) -> String {
    let date = text.get(..10).filter(|_| lang == Lang::Vi);
    let parts: Vec<&str> = date.map(|date| date.split('-').collect()).unwrap_or_default();
    match parts[..] {
        [year, month, day] if are_digits(&[(year, 4), (month, 2), (day, 2)]) => {
            format!("{day}/{month}/{year}{}", &text[10..])
        }
        _ => text.to_owned(),
    }
}

/// A month: `2024-02` is `02/2024` in Vietnamese.
pub(crate) fn month(text: &str, lang: Lang) -> String {
    match text.split_once('-') {
        Some((year, month)) if lang == Lang::Vi && are_digits(&[(year, 4), (month, 2)]) => format!("{month}/{year}"),
        _ => text.to_owned(),
    }
}

/// From the first to the last, both included, of days or of months.
pub(crate) fn span(text: &str, lang: Lang) -> String {
    let told = |end: &str| month(&day(end, lang), lang);
    match text.split_once("..") {
        Some((first, last)) if lang == Lang::Vi => format!("{}–{}", told(first), told(last)),
        _ => text.to_owned(),
    }
}

/// A span of days for people who read one line and no table: `15 February 2024 to 31 July 2024`.
pub(crate) fn written_out(text: &str, lang: Lang) -> String {
    let day = |end: &str| {
        let day = NaiveDate::parse_from_str(end, "%Y-%m-%d").ok()?;
        Some(day.format(if lang == Lang::Vi { "%d/%m/%Y" } else { "%-d %B %Y" }).to_string())
    };
    match text.split_once("..").map(|(first, last)| (day(first), day(last))) {
        Some((Some(first), Some(last))) => lang.filled(SPAN, &[("first", &first), ("last", &last)]),
        _ => escaped(text),
    }
}

/// The windows that are compared, or the only one.
pub(crate) fn windows(was: Option<&str>, is: &str, lang: Lang) -> String {
    let is = format!("{} {}", lang.say(IS), span(is, lang));
    was.map_or_else(|| is.clone(), |was| format!("{} {} → {is}", lang.say(WAS), span(was, lang)))
}

fn are_digits(parts: &[(&str, usize)]) -> bool {
    parts.iter().all(|(part, width)| part.len() == *width && part.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_come_first_in_vietnamese() {
        let told = |lang| [day("2024-05-06", lang), month("2024-02", lang), span("2023-03..2024-07", lang)];
        assert_eq!(told(Lang::En), ["2024-05-06", "2024-02", "2023-03..2024-07"]);
        assert_eq!(told(Lang::Vi), ["06/05/2024", "02/2024", "03/2023–07/2024"]);
        assert_eq!(day("2024-05-06 16:00", Lang::Vi), "06/05/2024 16:00");
        for other in ["", "infinity", "2024-5-6", "ngày 6 tháng 5", "06/05/2024", "2024-05"] {
            assert_eq!(day(other, Lang::Vi), other);
        }
    }

    #[test]
    fn a_span_may_be_written_out() {
        let own = "2024-02-15..2024-07-31";
        assert_eq!(written_out(own, Lang::En), "15 February 2024 to 31 July 2024");
        assert_eq!(written_out(own, Lang::Vi), "từ 15/02/2024 đến 31/07/2024");
        assert_eq!(written_out("all\u{202e}", Lang::En), "all\\u{202e}");
    }

    #[test]
    fn windows_are_told_in_order() {
        let (was, is) = (Some("2023-02-15..2023-07-31"), "2024-02-15..2024-07-31");
        assert_eq!(windows(was, is, Lang::En), "was 2023-02-15..2023-07-31 → is 2024-02-15..2024-07-31");
        assert_eq!(windows(was, is, Lang::Vi), "trước 15/02/2023–31/07/2023 → sau 15/02/2024–31/07/2024");
        assert_eq!(windows(None, is, Lang::Vi), "sau 15/02/2024–31/07/2024");
    }
}
