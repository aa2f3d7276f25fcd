//! An axis's reasons as one sentence: what they say once, of whom they say it after the colon.

use super::Lang;
use super::words::{ENDINGS, QUARANTINED_SHARE, REASONS, SEASONS};
use crate::error::Undefined;
use crate::scorecard::Row;

/// The reasons gathered by what they say, with KPIs under the names the table gives them.
///
/// The scorecard writes its reasons in English; one that is not known here stays as it is.
pub(super) fn sentence(because: &[String], rows: &[Row], lang: Lang) -> String {
    let mut said: Vec<(String, Vec<String>)> = Vec::new();
    for reason in because {
        let (saying, subject) = parted(reason, lang);
        let subject = subject.map(|id| named(id, rows, lang));
        match said.iter_mut().find(|(known, _)| *known == saying) {
            Some((_, subjects)) => subjects.extend(subject),
            None => said.push((saying, subject.into_iter().collect())),
        }
    }
    let parts: Vec<String> = said.into_iter().map(|(saying, subjects)| joined(saying, &subjects)).collect();
    parts.join("; ") + "."
}

fn joined(saying: String, subjects: &[String]) -> String {
    if subjects.is_empty() { saying } else { format!("{saying}: {}", subjects.join(", ")) }
}

/// What a reason says, and the id of whom.
fn parted(reason: &str, lang: Lang) -> (String, Option<&str>) {
    if let Some((id, why)) = reason.split_once(": ") {
        return (undefined(why, lang), Some(id));
    }
    let (id, rest) = reason.split_at(reason.find(' ').unwrap_or(reason.len()));
    match ENDINGS.iter().find(|(ending, _)| *ending == rest) {
        Some((_, words)) => (lang.say(*words).to_owned(), Some(id)),
        None => (whole(reason, lang), None),
    }
}

fn undefined(why: &str, lang: Lang) -> String {
    let column = why.strip_prefix("no column `").and_then(|rest| rest.strip_suffix('`'));
    let known = column.map(|column| Undefined::NoColumn(column.to_owned()));
    match known.or_else(|| REASONS.into_iter().find(|reason| reason.to_string() == why)) {
        Some(reason) => lang.why(&reason),
        None => why.to_owned(),
    }
}

fn whole(reason: &str, lang: Lang) -> String {
    let share = reason.strip_suffix(QUARANTINED_SHARE.0);
    match (lang, share) {
        (Lang::En, _) => reason.to_owned(),
        (Lang::Vi, Some(share)) => format!("{}{}", share.replace(" % ", "% ").replace('.', ","), QUARANTINED_SHARE.1),
        (Lang::Vi, None) if reason == SEASONS.0 => SEASONS.1.to_owned(),
        (Lang::Vi, None) => reason.to_owned(),
    }
}

fn named(id: &str, rows: &[Row], lang: Lang) -> String {
    rows.iter().find(|row| row.id == id).map_or(id, |row| lang.name(&row.name)).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_read_in_both_languages() {
        let because = [
            "time/elapsed_time shows no clear change",
            "time/on_time may have got worse beyond its margin",
            "quality/completion: no row enters the denominator",
            "satisfaction/top_two_box is left out by the study",
            "a/b holds",
            "c/d holds",
            "the windows are of different seasons",
            "12.5 % of the rows are quarantined",
            "a reason of a later version",
        ];
        let because = because.map(str::to_owned);
        assert_eq!(
            sentence(&because, &[], Lang::En),
            "no clear change: time/elapsed_time; perhaps worse beyond its margin: time/on_time; no row enters the \
         denominator: quality/completion; left out by the study: satisfaction/top_two_box; guard holds: a/b, c/d; the \
         windows are of different seasons; 12.5 % of the rows are quarantined; a reason of a later version."
        );
        assert_eq!(
            sentence(&because, &[], Lang::Vi),
            "chưa rõ thay đổi: time/elapsed_time; có thể xấu đi quá biên: time/on_time; không có dòng nào trong mẫu \
         số: quality/completion; nghiên cứu không xét: satisfaction/top_two_box; chốt chặn giữ vững: a/b, c/d; hai kỳ \
         khác mùa; 12,5% số dòng bị cách ly; a reason of a later version."
        );
    }
}
