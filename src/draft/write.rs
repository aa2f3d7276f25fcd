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
    page.note(&say!(
        lang,
        "A first study, guessed by `giamtang init`. Go through it: each guess says how sure it is and what it rests \
         on; what else it could be stands below it, switched off by `#`.",
        "Nghiên cứu đầu tiên, do `giamtang init` đoán. Hãy xem lại: mỗi chỗ đoán ghi rõ mức chắc chắn và căn cứ; \
         phương án khác nằm ngay dưới, được tắt bằng `#`."
    ));
    page.note(&match facts.whole {
        true if facts.kept as u64 == facts.read => {
            say!(lang, "Looked at: all {rows} rows.", "Đã xem: toàn bộ {rows} dòng.")
        }
        true => say!(
            lang,
            "Looked at: all {rows} rows to count, {kept} of them value by value.",
            "Đã xem: toàn bộ {rows} dòng để đếm, trong đó {kept} dòng xem từng giá trị."
        ),
        false => say!(
            lang,
            "Looked at: {rows} rows, from the beginning and spread over the rest, and {kept} of them value by value; \
             counts are of these.",
            "Đã xem: {rows} dòng, ở đầu và rải đều phần còn lại, trong đó {kept} dòng xem từng giá trị; số đếm là \
             của những dòng này."
        ),
    });
    page.note(&say!(
        lang,
        "Then: `giamtang check STUDY` says what became of every row, `giamtang compare STUDY` compares.",
        "Tiếp theo: `giamtang check STUDY` cho biết từng dòng ra sao, `giamtang compare STUDY` so sánh."
    ));
}
