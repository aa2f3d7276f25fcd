//! The windows, and what is compared how.

use crate::draft::column::{Column, share};
use crate::draft::facts::Facts;
use crate::draft::page::{Page, Trust, count, listed, percent, quoted, say};
use crate::draft::roles::{LEAST_GROUPS, MOST_GROUPS};
use crate::draft::synonyms::PLACES_OF_CASES;
use crate::ingest::Table;
use chrono::NaiveDate;

/// Looked-at rows of a group for it to count as one.
const LEAST_ROWS: u64 = 5;

/// Values of a column that may be a mix to hold fixed, or a drill-down.
const MOST_STRATA: usize = 300;
const MOST_PARTS: usize = 12;

/// Rows of a window below which hardly a change can show.
const FEW: u64 = 100;

pub(super) fn windows(facts: &Facts<'_>, page: &mut Page) {
    let (lang, windows) = (facts.lang, &facts.windows);
    page.section("windows");
    let (full, months) = (windows.full, windows.months);
    let (was, is) = windows.texts();
    let why = match (&was, windows.same) {
        (Some(_), true) => say!(
            lang,
            "the last {months} of {full} full months against the same months a year before",
            "{months} tháng cuối trong {full} tháng đủ, so với cùng các tháng năm trước"
        ),
        (Some(_), false) => say!(
            lang,
            "the halves of {full} full months: of different months, so a season may look like a reform",
            "hai nửa của {full} tháng đủ: khác tháng nên mùa vụ có thể bị nhầm là cải cách"
        ),
        (None, _) => say!(lang, "the log is too short for two windows", "dữ liệu quá ngắn để có hai kỳ"),
    };
    let sure = if windows.same { Trust::Likely } else { Trust::Guess };
    page.guess(
        sure,
        &[
            why,
            rows(facts),
            say!(lang, "when the reform was nobody but you knows", "chỉ bạn biết cải cách diễn ra khi nào"),
        ],
    );
    was.iter().for_each(|was| page.line("was", &quoted(was)));
    page.line("is", &quoted(&is));
    if let Some([was, is]) = windows.shorter() {
        page.other(
            "was",
            &quoted(&was),
            &say!(lang, "the last half year against the same months", "nửa năm cuối so với cùng các tháng"),
        );
        page.other("is", &quoted(&is), &say!(lang, "both together", "dùng cả hai dòng"));
    }
}

/// How many rows each window has.
fn rows(facts: &Facts<'_>) -> String {
    let of = |(first, last): (NaiveDate, NaiveDate)| {
        let number = |day: NaiveDate| day.signed_duration_since(NaiveDate::default()).num_days();
        facts.received.days.range(number(first)..=number(last)).map(|(_, count)| count).sum::<u64>()
    };
    let (lang, is) = (facts.lang, of(facts.windows.is));
    let was = facts.windows.was.map(of);
    let few = was.into_iter().chain([is]).any(|rows| rows < FEW);
    let list = was.into_iter().chain([is]).map(|rows| count(rows, lang)).collect::<Vec<_>>().join(", ");
    match few {
        true => say!(
            lang,
            "{list} looked-at rows: few, hardly a change can show",
            "{list} dòng đã xem: ít, khó thấy thay đổi"
        ),
        false => say!(lang, "{list} looked-at rows", "{list} dòng đã xem"),
    }
}

pub(super) fn compare(facts: &Facts<'_>, page: &mut Page) {
    page.section("compare");
    cluster(facts, page);
    standardise(facts, page);
    by(facts, page);
    if facts.windows.was.is_some() {
        let first = facts.windows.is.0;
        page.other(
            "reform",
            &quoted(&first.to_string()),
            &say!(
                facts.lang,
                "when it was; the first day of `is` if not said",
                "ngày cải cách; nếu không ghi là ngày đầu của `is`"
            ),
        );
    }
    follow_up(facts, page);
}

/// Whether a column splits the dossiers into enough groups that have enough of them.
fn splits(column: &Column) -> bool {
    let groups = column.groups_of(LEAST_ROWS);
    let (most, least) = (column.kinds() <= MOST_GROUPS, groups as f64 >= LEAST_GROUPS);
    column.dates.is_none() && most && least && column.effective() >= LEAST_GROUPS - 1.0 && column.filled() >= 0.9
}

fn told(facts: &Facts<'_>, column: &Column) -> String {
    let (lang, title) = (facts.lang, column.given());
    let (groups, kinds) = (count(column.groups_of(LEAST_ROWS) as u64, lang), count(column.kinds() as u64, lang));
    say!(
        lang,
        "\"{title}\" has {kinds} values, {groups} of them with at least {LEAST_ROWS} rows",
        "\"{title}\" có {kinds} giá trị, {groups} giá trị có ít nhất {LEAST_ROWS} dòng"
    )
}

fn cluster(facts: &Facts<'_>, page: &mut Page) {
    let lang = facts.lang;
    let dossiers = [Table::Cases, Table::Events].contains(&facts.main.table);
    let unit = facts.unit().filter(|_| dossiers);
    let places = || facts.columns.iter().filter(|own| own.name.score(PLACES_OF_CASES) >= 80 && splits(own));
    let others: Vec<String> = places().take(2).map(|own| own.given().to_owned()).collect();
    match unit.filter(|own| splits(own)) {
        Some(unit) => {
            page.guess(
                Trust::Likely,
                &[
                    told(facts, unit),
                    say!(
                        lang,
                        "offices differ, so their dossiers are sampled together",
                        "các đơn vị khác nhau nên hồ sơ được lấy mẫu theo đơn vị"
                    ),
                ],
            );
            page.line("cluster", &quoted("unit"));
            page.other(
                "cluster",
                &quoted("none"),
                &say!(
                    lang,
                    "every dossier by itself: calls too many changes real",
                    "từng hồ sơ độc lập: dễ kết luận nhầm là có thay đổi"
                ),
            );
        }
        None => {
            let why = unit.map(|unit| told(facts, unit)).unwrap_or_default();
            page.guess(Trust::Guess, &[say!(
                lang,
                "no column of offices splits the dossiers into {LEAST_GROUPS} groups or more, so each dossier counts \
                 by itself: if offices differ, intervals are too narrow",
                "không cột đơn vị nào chia hồ sơ thành từ {LEAST_GROUPS} nhóm, nên mỗi hồ sơ tính độc lập: nếu các \
                 đơn vị khác nhau thì khoảng tin cậy quá hẹp"
            ), why]);
            page.line("cluster", &quoted("none"));
        }
    }
    if facts.main.table == Table::Cases {
        others.iter().for_each(|own| page.other("cluster", &quoted(own), &say!(lang, "by place", "theo địa bàn")));
    }
}

fn standardise(facts: &Facts<'_>, page: &mut Page) {
    let lang = facts.lang;
    let Some(own) = facts.column("procedure") else { return };
    let value = listed(&["procedure".to_owned()]);
    let (filled, told) = (own.filled(), told(facts, own));
    match (2..=MOST_STRATA).contains(&own.kinds()) && filled >= 0.95 {
        true => {
            page.guess(
                Trust::Likely,
                &[
                    told,
                    say!(
                        lang,
                        "the mix of them is held fixed, or a change of mix would look like a reform",
                        "giữ nguyên cơ cấu thủ tục, nếu không thay đổi cơ cấu sẽ bị nhầm là cải cách"
                    ),
                ],
            );
            page.line("standardise", &value);
        }
        false => page.other("standardise", &value, &told),
    }
}

fn by(facts: &Facts<'_>, page: &mut Page) {
    let few = |name: &&str| facts.column(name).is_some_and(|own| (2..=MOST_PARTS).contains(&own.kinds()));
    for name in ["channel", "applicant", "service_level", "field"].iter().filter(|name| few(name)).take(2) {
        page.other(
            "by",
            &listed(&[(*name).to_owned()]),
            &say!(facts.lang, "every figure for each of its values too", "thêm số liệu cho từng giá trị"),
        );
    }
}

/// How many dossiers of the windows are open.
fn follow_up(facts: &Facts<'_>, page: &mut Page) {
    let (lang, Some(own)) = (facts.lang, facts.column("finished_at").and_then(|own| own.dates.as_ref())) else {
        return;
    };
    let received = facts.column("received_at").and_then(|own| own.dates.as_ref());
    let rows = received.map_or(own.us.len(), |received| received.us.iter().flatten().count());
    let open = percent(share(rows.saturating_sub(own.us.iter().flatten().count()), rows), lang);
    page.other(
        "follow_up",
        &quoted("30 days"),
        &say!(
            lang,
            "cohorts are cut off at the end of their window; {open} of the looked-at rows have no end at all",
            "mỗi kỳ chốt vào ngày cuối kỳ; {open} số dòng đã xem chưa có ngày kết thúc"
        ),
    );
}
