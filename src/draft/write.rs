//! The study as it is written, section by section.

mod calendar;
mod columns;
mod compare;
mod log;

use super::facts::Facts;
use super::page::{Page, count, say};

/// The text of the study.
pub(super) fn study(facts: &Facts<'_>) -> String {
    let mut page = Page { text: String::new(), lang: facts.lang };
    head(facts, &mut page);
    log::study(facts, &mut page);
    log::log(facts, &mut page);
    columns::columns(facts, &mut page);
    columns::values(facts, &mut page);
    log::format(facts, &mut page);
    log::milestones(facts, &mut page);
    calendar::calendar(facts, &mut page);
    compare::windows(facts, &mut page);
    compare::compare(facts, &mut page);
    page.text
}

fn head(facts: &Facts<'_>, page: &mut Page) {
    let (lang, rows) = (facts.lang, count(facts.read, facts.lang));
    let kept = count(facts.kept as u64, lang);
    page.note(&say!(lang, "draft.a_first_study_guessed_by"));
    page.note(&match facts.whole {
        true if facts.kept as u64 == facts.read => {
            say!(lang, "draft.looked_at_all_rows", rows)
        }
        true => say!(lang, "draft.looked_at_all_rows_to", kept, rows),
        false => say!(lang, "draft.looked_at_rows_from_the", kept, rows),
    });
    page.note(&say!(lang, "draft.then_giamtang_check_study_says"));
}
