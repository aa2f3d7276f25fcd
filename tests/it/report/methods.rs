//! What stands behind the verdicts, as it is printed: mix, looks, other ways of saying the time, months, scenarios, units.

use super::cards::*;
use crate::reporting::example::compared;
use crate::workbench::project;
use giamtang::Study;
use giamtang::report::{Format, Lang, Style, write};
use giamtang::scorecard::{ContrastId, Flag, Known, Row, Scorecard, Smallest, Verdict};
use std::collections::BTreeMap;
use std::sync::LazyLock;
use unicode_width::UnicodeWidthStr;

/// The fixture study with everything that a study can ask for.
static ASKED: LazyLock<Scorecard> = LazyLock::new(|| {
    let settings = [
        "compare.standardise=['procedure']",
        "compare.by=['unit']",
        "compare.treated=['Phường Hoàn Kiếm','Phường Tây Hồ']",
    ];
    let study = Study::load(project("fixtures/study/study.toml")).expect("the fixture study");
    let study = settings.iter().try_fold(study, |study, setting| study.set(setting)).expect("settings");
    study.plan().and_then(|plan| plan.compare().map(crate::contract::held)).expect("a scorecard")
});

const LANGS: [Lang; 2] = [Lang::En, Lang::Vi];

fn wide(lang: Lang) -> String {
    page(&ASKED, Style { colour: false, width: 220, lang })
}

/// Markdown without what keeps its texts from being markup.
fn markdown(lang: Lang) -> String {
    text(|out| write(&ASKED, Format::Markdown(lang), out)).replace('\\', "")
}

fn csv_rows() -> Vec<BTreeMap<String, String>> {
    let text = text(|out| write(&ASKED, Format::Csv, out));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let columns = reader.headers().expect("a header").clone();
    let rows = reader.into_records().map(|row| row.expect("as many cells as columns"));
    rows.map(|row| columns.iter().zip(row.iter()).map(|(name, cell)| (name.into(), cell.into())).collect()).collect()
}

fn squeezed(page: &str) -> String {
    page.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A crude change of −2.54 days is −1.66 within strata, −0.72 by the mix and −0.16 unmatched.
fn mixed() -> Row {
    let Known::Yes(change) = change(-1.66, -2.5, -0.7, 0.004) else { unreachable!() };
    let Known::Yes(crude) = untested(elapsed().change) else { unreachable!() };
    let adjusted = compared().expect("a scorecard").kpis[0].adjusted.value().expect("a fixed mix").clone();
    let adjusted = with!(adjusted;
        was: 11.66,
        is: 10.0,
        change: with!(change; p_holm: Some(0.008)),
        rate_effect: -1.66,
        mix_effect: -0.72,
        unmatched: -0.16,
        strata_matched: 8,
        strata_unmatched: 2,
        rows_unmatched: [0, 1_300]
    );
    with!(elapsed(); change: Known::Yes(crude), adjusted: Known::Yes(adjusted))
}

fn fixed(rows: Vec<Row>) -> Scorecard {
    let mut card = card(rows);
    card.study.standardise = vec!["procedure".into()];
    card
}

/// The drawing is of the change at a fixed mix: its limits −2.5 and −0.7 and its −1.66 lie 13, 4 and 9 places from zero.
///
/// To a tenth −2.5, −1.7 and −0.2 leave −0.6 for the mix, and not the −0.7 that it rounds to by itself.
#[test]
fn a_fixed_mix_stands_below_the_crude_change() {
    let english = page(&fixed(vec![mixed()]), NARROW);
    let own = "
  Time the applicant waits       12.3 →  9.8 days    −2.5 [−3.6, −1.5]
    at a fixed mix of procedure  11.7 → 10.0         −1.7 [−2.5, −0.7]
    ▲ improved · q 0.004 · Holm p 0.008            ◂├───●────┤   ┊
    n 1,700 → 1,734
    crude −2.5 = within strata −1.7 + mix −0.6 + unmatched −0.2; strata: 8 in
    both windows, 2 in one alone (rows 0 → 1,300)
";
    assert!(english.contains(own), "{english}");
    assert!(english.contains("\nat a fixed mix of procedure: verdicts are of this change, where it is known\n"));
    let vietnamese = squeezed(&page(&fixed(vec![mixed()]), VIETNAMESE));
    for said in [
        "giữ nguyên cơ cấu theo procedure 11,7 → 10,0 −1,7 [−2,5; −0,7] ▲ cải thiện · q 0,004 · Holm p 0,008",
        "thay đổi thô −2,5 = trong từng nhóm −1,7 + do cơ cấu −0,6 + do nhóm chỉ có ở một kỳ −0,2; nhóm: 8 có ở cả hai kỳ, \
         2 chỉ có ở một kỳ (số dòng 0 → 1.300)",
    ] {
        assert!(vietnamese.contains(said), "{vietnamese}");
    }
    let table = text(|out| write(&fixed(vec![mixed()]), Format::Markdown(Lang::En), out)).replace('\\', "");
    assert!(table.contains("| change [95 %] | at a fixed mix of procedure [95 %] | verdict |"), "{table}");
    assert!(table.contains("| −2.5 [−3.6, −1.5] | 11.7 → 10.0, −1.7 [−2.5, −0.7] | ▲ improved |"), "{table}");
}

#[test]
fn no_clear_change_says_what_could_have_been_seen() {
    let smallest = Some(Smallest { absolute: 1.27, relative: Some(0.103), power: 0.8 });
    let unclear = with!(elapsed(); smallest: smallest, verdict: Some(Verdict::NoClearChange));
    let said = |row: &Row| [NARROW, VIETNAMESE].map(|style| page(&card(vec![row.clone()]), style));
    let [english, vietnamese] = said(&unclear);
    assert!(english.contains("this log could have shown ±1.3 days (10 %), 4 times in 5\n"), "{english}");
    assert!(vietnamese.contains("có thể phát hiện thay đổi từ ±1,3 ngày (10%), 4 trong 5 lần\n"), "{vietnamese}");
    // Of a share in points alone: percent of a percent is read as points.
    let share = with!(row("time/on_time");
        was: Some(figure(0.5, 0.4, 0.6, 90)),
        is: figure(0.53, 0.4, 0.6, 90),
        change: change(0.03, -0.1, 0.16, 0.6),
        smallest: Some(Smallest { absolute: 0.18, relative: Some(0.36), power: 0.75 }),
        verdict: Some(Verdict::NoClearChange));
    assert!(said(&share)[0].contains("this log could have shown ±18.0 points, 3 times in 4\n"), "{}", said(&share)[0]);
}

#[test]
fn a_dominant_cluster_says_how_much_it_weighs() {
    let weighing = |own: Known<giamtang::scorecard::Figure>, share| match own {
        Known::Yes(own) => Known::Yes(with!(own; largest_cluster: share)),
        absent => absent,
    };
    let row = elapsed();
    let row = with!(row.clone(); is: weighing(row.is.clone(), Some(0.624)), flags: [Flag::DominantCluster].into());
    let [english, vietnamese] = [NARROW, VIETNAMESE].map(|style| squeezed(&page(&card(vec![row.clone()]), style)));
    assert!(english.contains("largest cluster – → 62 %"), "{english}");
    assert!(vietnamese.contains("cụm lớn nhất – → 62%"), "{vietnamese}");
    // Without the flag there is nothing to tell.
    let plain = page(&card(vec![with!(row; flags: [].into())]), NARROW);
    assert!(!plain.contains("largest cluster"), "{plain}");
}

/// A printed number in its last decimal's units: `−1.234,5` of a Vietnamese page is −12345.
fn units(number: &str) -> i64 {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let value: i64 = digits.parse().unwrap_or_else(|_| panic!("{number}"));
    if number.starts_with('−') { -value } else { value }
}

#[test]
fn printed_parts_add_up_in_every_row() {
    let adjusted = |rows: &[Row]| rows.iter().filter(|row| row.adjusted.value().is_some()).count();
    let expected = adjusted(&ASKED.kpis);
    let all = expected + ASKED.groups.iter().map(|group| adjusted(&group.kpis)).sum::<usize>();
    assert!(expected > 30 && all > 10 * expected, "{expected} {all}");
    let words = [
        ("crude ", [" = within strata ", " + mix ", " + unmatched "]),
        ("thay đổi thô ", [" = trong từng nhóm ", " + do cơ cấu ", " + do nhóm chỉ có ở một kỳ "]),
    ];
    for (lang, (start, between)) in LANGS.into_iter().zip(words) {
        // Of groups, Markdown has as much as a comment holds.
        for (page, least) in [(wide(lang), all), (markdown(lang), expected)] {
            let mut found = 0;
            for said in page.split(start).skip(1).filter(|said| said.contains(between[0])) {
                let said = said.split(';').next().expect("a first part");
                let parts: Vec<&str> = said.split(between[0]).flat_map(|part| part.split(between[1])).collect();
                let parts: Vec<i64> = parts.iter().flat_map(|part| part.split(between[2])).map(units).collect();
                let [crude, rate, mix, unmatched] = parts[..] else { panic!("{said}") };
                assert_eq!(crude, rate + mix + unmatched, "{said}");
                found += 1;
            }
            assert!(found >= least, "{found} of {least}");
        }
    }
}

/// A decimal number in units of its 30th decimal.
fn exact(number: &str) -> i128 {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    format!("{whole}{fraction:0<30}").parse().unwrap_or_else(|_| panic!("{number}"))
}

#[test]
fn the_csv_adds_up_and_its_verdict_is_of_what_was_judged() {
    let rows = csv_rows();
    let mut figures: BTreeMap<[&str; 4], BTreeMap<&str, &BTreeMap<String, String>>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row["scope"] != "without") {
        let key = [&row["kpi"], &row["scope"], &row["by:unit"], &row["by:applicant"]].map(String::as_str);
        figures.entry(key).or_default().insert(&row["figure"], row);
    }
    let mut compared = 0;
    for (key, own) in figures.iter().filter(|(_, own)| own.contains_key("rate_effect")) {
        let value = |figure: &str| exact(&own[figure]["value"]);
        assert_eq!(value("change"), value("rate_effect") + value("mix_effect") + value("unmatched"), "{key:?}");
        assert_eq!(own["adjusted"]["value"], own["rate_effect"]["value"], "{key:?}");
        assert_eq!((own["change"]["verdict"].as_str(), own["change"]["q"].as_str()), ("", ""), "{key:?}");
        compared += 1;
    }
    assert!(compared > 300, "{compared}");
    let headline = &figures[&["time/elapsed_time", "all", "", ""]];
    assert_eq!(headline["adjusted"]["verdict"], "improved");
    assert!(!headline["adjusted"]["q"].is_empty() && !headline["adjusted"]["p_holm"].is_empty());
}

#[test]
fn the_csv_has_every_month_scenario_rank_and_event() {
    let rows = csv_rows();
    let count = |is: &dyn Fn(&BTreeMap<String, String>) -> bool| rows.iter().filter(|row| is(row)).count();
    let months = count(&|row| ["month", "month_immature"].contains(&row["figure"].as_str()));
    assert_eq!(months, ASKED.series.iter().map(|series| series.months.len()).sum::<usize>());
    let is_month = |window: &str| window.len() == 7 && window.as_bytes()[4] == b'-';
    // What is said of a whole series has no month: how many its limits rest on, or why it has none.
    let without = count(&|row| row["figure"].starts_with("month") && !is_month(&row["window"]));
    assert_eq!(without, ASKED.series.len());
    let signals = ASKED.series.iter().flat_map(|series| &series.months).filter(|month| month.signal.is_some()).count();
    assert_eq!(count(&|row| row["figure"].starts_with("signal_")), signals);
    let scenarios = &ASKED.sensitivity.as_ref().expect("two windows").scenarios;
    assert_eq!(count(&|row| row["figure"].starts_with("scenario_")), scenarios.len());
    assert_eq!(count(&|row| row["scope"] == "without" && row["by:unit"].is_empty()), 0);
    let ranks: Vec<_> = rows.iter().filter(|row| row["figure"] == "rank").collect();
    assert_eq!(ranks.len(), ASKED.side_by_side.iter().map(|own| own.groups.len()).sum::<usize>());
    for row in ranks {
        let [rank, best, worst] = ["value", "low", "high"].map(|column| row[column].parse::<u32>().expect("a rank"));
        assert!(best <= rank && rank <= worst, "{row:?}");
    }
    let found = ASKED.comparison.iter().filter_map(|own| own.found.value());
    assert_eq!(count(&|row| row["figure"] == "event"), found.map(|own| own.events.len()).sum::<usize>());
    assert_eq!(count(&|row| row["figure"] == "event" && !row["window"].starts_with("reform")), 0);
}

/// Each line of the tables of units ends in a rank with its range, and nothing else has a rank.
#[test]
fn no_rank_stands_without_its_range() {
    let leading = ["time/on_time", "time/withdrawn", "quality/online_share", "satisfaction/top_two_box"];
    let told = |id: &str| ASKED.side_by_side.iter().find(|own| own.id == id).expect("side by side").groups.len();
    for (lang, title) in [(Lang::En, "Side by side: "), (Lang::Vi, "Đặt cạnh nhau: ")] {
        let page = wide(lang);
        let sections: Vec<&str> = page.split(title).skip(1).collect();
        let mut lines = 0;
        for section in &sections {
            let section = section.split("\n\n").next().expect("a section");
            for line in section.lines().skip(3) {
                let words: Vec<&str> = line.split_whitespace().collect();
                let [.., rank, range] = words[..] else { panic!("{line}") };
                let range = range.trim_start_matches('(').trim_end_matches(')').split_once('–').expect("a range");
                let [rank, best, worst] = [rank, range.0, range.1].map(|rank| rank.parse::<u32>().expect("a rank"));
                assert!(best <= rank && rank <= worst, "{line}");
                lines += 1;
            }
        }
        assert!(lines >= leading.iter().map(|id| told(id)).sum::<usize>(), "{lines}");
    }
}

#[test]
fn a_long_drill_down_says_how_many_more_there_are() {
    let mut card = ASKED.clone();
    card.side_by_side.retain(|own| own.id == "time/on_time");
    let own = &mut card.side_by_side[0];
    let named = |at: usize| [("unit".to_owned(), Some(format!("U{at}")))].into();
    let group = own.groups[0].clone();
    own.groups = (0..23).map(|at| with!(group.clone(); by: named(at), place: "inside")).collect();
    (own.groups[22].place, own.groups[22].z) = ("far_below", -4.0);
    let page = page(&card, Style { width: 120, ..NARROW });
    let section = page.split("Side by side: ").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("a section");
    let lines: Vec<&str> = section.lines().collect();
    // Title, what is said of all, headings; twenty groups, the far one first; and the rest counted.
    assert_eq!(lines.len(), 3 + 20 + 1, "{section}");
    assert!(lines[3].starts_with("  U22 ") && lines[3].contains("far below"), "{section}");
    assert_eq!(lines[23], "  + 3 more: --format json, csv");
}

#[test]
fn the_sentence_is_there_in_both_languages() {
    let own = ASKED.kpis.iter().find_map(|row| row.contrasts.as_ref()).expect("contrasts");
    let change = |id| own.figures.iter().find(|figure| figure.id == id).and_then(|figure| figure.relative);
    let tenths = (1000.0 * change(ContrastId::ClosedInWindowMean).expect("a mean")).round() as i64;
    let (whole, tenth) = (tenths.abs() / 10, tenths.abs() % 10);
    let numbers = [format!("−{whole}.{tenth} % (mean)"), format!("−{whole},{tenth}% (trung bình)")];
    for ((lang, number), title) in LANGS.into_iter().zip(numbers).zip(["said otherwise", "nói theo cách khác"]) {
        let sentence = match lang {
            Lang::En => &own.sentence.en,
            Lang::Vi => &own.sentence.vi,
        };
        assert!(sentence.contains(&number), "{sentence}");
        for page in [wide(lang), page(&ASKED, Style { lang, ..NARROW }), markdown(lang)].map(|page| squeezed(&page)) {
            assert!(page.contains(&squeezed(sentence)) && page.contains(title), "{page}");
        }
    }
    let digit_point = |text: &str| {
        text.as_bytes().windows(3).any(|own| own[0].is_ascii_digit() && own[1] == b'.' && own[2].is_ascii_digit())
    };
    assert!(!digit_point(&own.sentence.vi), "{}", own.sentence.vi);
}

#[test]
fn looks_months_and_scenarios_are_told() {
    let looks = ASKED.looks;
    let page = wide(Lang::En);
    let head = format!(
        "looks: KPIs {} (q: Benjamini–Hochberg) · headlines {} (Holm) · drill-down {}, a family of its own",
        looks.kpis, looks.headlines, looks.groups
    );
    assert!(page.contains(&head), "{page}");
    let vi = format!("số lần kiểm định: chỉ tiêu {} (q: Benjamini–Hochberg)", looks.kpis);
    assert!(wide(Lang::Vi).contains(&vi));
    // Eleven months before the reform and six from it on; the last two cohorts of a wait are too young.
    let months = page.split("Month by month ").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("months");
    assert!(months.contains("│ the reform, 2024-02 · ▫ too young to be compared"), "{months}");
    let own = months.lines().find(|line| line.starts_with("  Time the applicant waits ")).expect("the headline");
    let blocks = own.split_whitespace().nth(4).expect("blocks");
    assert_eq!(blocks.chars().position(|c| c == '│'), Some(11), "{own}");
    assert!(blocks.ends_with("▫▫") && blocks.chars().count() == 17 + 1, "{own}");
    assert!(months.contains("2024-05 outside, improvement") && months.contains("for trial"), "{months}");
    let own = ASKED.sensitivity.as_ref().expect("two windows");
    let falls = own.scenarios.iter().filter(|scenario| !scenario.stands).count();
    assert!(falls > 0);
    assert_eq!(page.matches("(instead of ").count(), falls);
    assert_eq!(wide(Lang::Vi).matches("(thay vì ").count(), falls);
    assert_eq!(markdown(Lang::En).matches("(instead of ").count(), falls);
}

#[test]
fn no_line_is_wider_than_the_page_whatever_is_asked() {
    for width in [60, 80, 100] {
        for lang in LANGS {
            let page = page(&ASKED, Style { colour: false, width, lang });
            for line in page.lines() {
                assert!(line.width() <= width, "{width}: {line}");
                assert_eq!(line, line.trim_end());
            }
        }
    }
}
