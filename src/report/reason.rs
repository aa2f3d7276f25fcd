//! An axis's reasons as one sentence: what they say once, of whom they say it after the colon.

use super::Lang;
use super::number::percent;
use super::words::{IMPLAUSIBLE_SHARE, QUARANTINED_SHARE, SEASONS, UNDATED_SHARE, finding, table};
use crate::error::Undefined;
use crate::scorecard::{Finding, Reason, Row};

/// The reasons gathered by what they say, with KPIs under the names the table gives them.
pub(super) fn sentence(because: &[Reason], rows: &[Row], lang: Lang) -> String {
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

/// What the whole log lacks for a KPI, in both windows; `None` where it has a figure or another reason.
pub(super) fn lacking(row: &Row) -> Option<&Undefined> {
    let whole = |why: &&Undefined| {
        use Undefined::{NoCalendar, NoColumn, NoTariff, NoThreshold};
        matches!(why, NoColumn(_) | NoCalendar | NoTariff | NoThreshold)
    };
    row.is.reason().filter(whole)
}

/// What the log lacks, said once, and of which KPIs; with their marks where they have any.
pub(super) fn lacks(rows: &[&Row], lang: Lang) -> Vec<String> {
    let mut said: Vec<(String, Vec<String>)> = Vec::new();
    for (row, why) in rows.iter().filter_map(|row| Some((row, lacking(row)?))) {
        let (saying, name) = (lang.why(why), lang.name(&row.name).to_owned());
        match said.iter_mut().find(|(known, _)| *known == saying) {
            Some((_, names)) => names.push(name),
            None => said.push((saying, vec![name])),
        }
    }
    said.into_iter().map(|(saying, names)| joined(saying, &names)).collect()
}

fn joined(saying: String, subjects: &[String]) -> String {
    if subjects.is_empty() { saying } else { format!("{saying}: {}", subjects.join(", ")) }
}

/// What a reason says, and the id of whom.
fn parted(reason: &Reason, lang: Lang) -> (String, Option<&'static str>) {
    match reason {
        Reason::Kpi(id, Finding::Undefined(why)) => (lang.why(why), Some(id)),
        Reason::Kpi(id, found) => {
            (finding(found).map_or_else(|| found.to_string(), |words| lang.say(words).to_owned()), Some(id))
        }
        Reason::Season => (lang.say(SEASONS).to_owned(), None),
        Reason::QuarantinedOf(own, share) => {
            let said = format!("{} {}", percent(*share, lang), lang.say(QUARANTINED_SHARE));
            (format!("{}: {said}", lang.say(table(*own))), None)
        }
        Reason::Undated(share) => (format!("{} {}", percent(*share, lang), lang.say(UNDATED_SHARE)), None),
        Reason::Implausible(share) => (format!("{} {}", percent(*share, lang), lang.say(IMPLAUSIBLE_SHARE)), None),
        Reason::Quarantined(share) => (format!("{} {}", percent(*share, lang), lang.say(QUARANTINED_SHARE)), None),
    }
}

fn named(id: &str, rows: &[Row], lang: Lang) -> String {
    rows.iter().find(|row| row.id == id).map_or(id, |row| lang.name(&row.name)).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scorecard::Verdict;

    #[test]
    fn reasons_are_read_in_both_languages() {
        let because = [
            Reason::Kpi("time/elapsed_time", Finding::Headline(Some(Verdict::NoClearChange))),
            Reason::Kpi("time/on_time", Finding::Unsure),
            Reason::Kpi("quality/completion", Finding::Undefined(Undefined::NoRows)),
            Reason::Kpi("satisfaction/top_two_box", Finding::LeftOut),
            Reason::Kpi("a/b", Finding::Holds),
            Reason::Kpi("c/d", Finding::Holds),
            Reason::Season,
            Reason::Quarantined(0.125),
        ];
        assert_eq!(
            sentence(&because, &[], Lang::En),
            "no clear change: time/elapsed_time; perhaps worse beyond its margin: time/on_time; no row enters the \
             denominator: quality/completion; left out by the study: satisfaction/top_two_box; guard holds: a/b, c/d; \
             the windows are of different seasons; 12.5 % of the rows are quarantined."
        );
        assert_eq!(
            sentence(&because, &[], Lang::Vi),
            "chưa rõ thay đổi: time/elapsed_time; có thể xấu đi quá mức cho phép: time/on_time; không có dòng nào trong mẫu \
             số: quality/completion; nghiên cứu không xét: satisfaction/top_two_box; giữ được ràng buộc: a/b, c/d; \
             hai kỳ khác mùa; 12,5% số dòng bị cách ly."
        );
    }
}
