//! The report room: the scorecard, the reconciliation and the catalogue as pages, and the JSON contract.

mod cards;
mod html;
mod methods;

use cards::*;
use giamtang::Undefined;
use giamtang::ingest::{Findings, Quarantined, Rule, Suspicion, Warning};
use giamtang::kpi::{Name, Unit, catalogue};
use giamtang::report::{Format, Lang, Style, check, explain, list, rules, write};
use giamtang::scorecard::{Absence, Change, Difference, Flag, Group, Known, Row, Verdict};
use serde_json::Value;
use std::collections::BTreeSet;
use unicode_width::UnicodeWidthStr;

#[test]
fn two_windows_in_english() {
    assert_page(
        &page(&card(vec![elapsed(), closed(), on_time()]), NARROW),
        "
Hanoi, six months after the merger
was 2023-02-15..2023-07-31 → is 2024-02-15..2024-07-31 · 95 % intervals by unit
counting: strict
read 3,436 = accepted 3,434 + quarantined 2 (finished_before_received 2)

Time and cost ────────────────────────────────────────────────────── ○ not shown
  improved: Time the applicant waits; no column `due_at`: On-time rate; not
  measured by this version: staffing/first_time_right, time/withdrawn.
                                  was →   is       change [95 %]
  Time the applicant waits       12.3 →  9.8 days    −2.5 [−3.6, −1.5]
    ▲ improved · q 0.012 · n 1,700 → 1,734         ◂├───●───┤    ┊
  Mean time of closed dossiers¹   7.0 → 11.2 days    +4.2 [+3.0, +5.5]
    information only (flattering) · n 900 → 1,200                ┊      ├──●──┤
  On-time rate                      – → 87.3 %
    – not comparable · n – → 640
    was: no column `due_at`

– not measured: Staffing

├─●─┤ the change with its interval · ┊ no change · ◂ ▸ the better side
¹ Flattering: it measures which old dossiers were cleared, not how new ones
  fare.
settings: log.ids = trusted
defaults: compare.follow_up = 0 days
inputs: cases.csv (3,436 rows)
for whom: internal, not for publication · giamtang: 0.1.0
plan: 0123456789abcdef · source profile: generic · zone: UTC
",
    );
}

#[test]
fn two_windows_in_vietnamese() {
    assert_page(
        &page(&card(vec![elapsed(), closed(), on_time()]), VIETNAMESE),
        "
Hanoi, six months after the merger
trước 15/02/2023–31/07/2023 → sau 15/02/2024–31/07/2024
khoảng tin cậy 95% theo unit · cách tính: strict
đọc 3.436 = nhận 3.434 + cách ly 2 (finished_before_received 2)

Thời gian và chi phí ────────────────────────────────────── ○ chưa có bằng chứng
  cải thiện: Thời gian chờ thực tế; không có cột `due_at`: Tỷ lệ đúng hạn; phiên
  bản này chưa đo: staffing/first_time_right, time/withdrawn.
                                       trước →  sau       thay đổi [95%]
  Thời gian chờ thực tế                 12,3 →  9,8 ngày      −2,5 [−3,6; −1,5]
    ▲ cải thiện · q 0,012 · n 1.700 → 1.734               ◂├──●─┤   ┊
  Thời gian trung bình hồ sơ đã xong¹    7,0 → 11,2 ngày      +4,2 [+3,0; +5,5]
    chỉ để tham khảo (dễ tô hồng) · n 900 → 1.200                   ┊    ├─●─┤
  Tỷ lệ đúng hạn                           – → 87,3 %
    – không so sánh được · n – → 640
    trước: không có cột `due_at`

– chưa đo: Nhân lực

├─●─┤ thay đổi và khoảng tin cậy · ┊ không đổi · ◂ ▸ phía tốt hơn
¹ Dễ tô hồng: số này cho biết hồ sơ cũ nào đã được giải quyết, không cho biết hồ
  sơ mới ra sao.
thiết lập: log.ids = trusted
mặc định: compare.follow_up = 0 days
dữ liệu vào: cases.csv (3.436 dòng)
phạm vi sử dụng: nội bộ, không công bố · giamtang: 0.1.0
mã kế hoạch: 0123456789abcdef · cấu trúc nguồn: generic · múi giờ: UTC
",
    );
}

/// Officers on duty are taken by week whatever the clusters: said once, where such a row has an interval.
#[test]
fn what_goes_by_week_is_named_beside_the_clusters() {
    let duty = with!(row("staffing/on_duty"); is: figure(38.8, 38.0, 39.5, 117));
    let head = |rows: Vec<Row>, style| {
        let page = page(&card(rows), style);
        page.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert!(
        head(vec![elapsed(), duty.clone()], NARROW).contains("95 % intervals by unit; staffing by week · counting")
    );
    assert!(head(vec![duty], VIETNAMESE).contains("khoảng tin cậy 95% theo unit; nhân lực theo tuần · cách tính"));
    let unknown = head(vec![elapsed(), row("staffing/on_duty")], NARROW);
    assert!(unknown.contains("95 % intervals by unit counting"), "{unknown}");
}

/// 74 of 100 citizens and 61 of 100 businesses are satisfied: 13 points, and no percent of anything.
#[test]
fn a_gap_is_told_in_points() {
    let gap = with!(row("satisfaction/gap"); is: figure(0.13, 0.1, 0.16, 200));
    let page = page(&one_window(gap), NARROW);
    assert!(page.contains("13.0 points"), "{page}");
}

#[test]
fn one_window_has_values_with_intervals() {
    assert_page(
        &page(&one_window(with!(row("time/on_time"); is: on_time_figure())), NARROW),
        "
Hanoi, six months after the merger
is 2024-02-15..2024-07-31 · 95 % intervals by unit · counting: strict
read 3,436 = accepted 3,434 + quarantined 2 (finished_before_received 2)

Time and cost ──────────────────────────────────────────────────────────────────
                  is   [95 %]
  On-time rate  87.3 % [85.0, 90.0]
    n 640

settings: log.ids = trusted
defaults: compare.follow_up = 0 days
inputs: cases.csv (3,436 rows)
for whom: internal, not for publication · giamtang: 0.1.0
plan: 0123456789abcdef · source profile: generic · zone: UTC
",
    );
}

#[test]
fn a_group_has_one_line_a_kpi() {
    let group = |name: Option<&str>, kpis| Group { by: [("unit".into(), name.map(str::to_owned))].into(), kpis };
    let groups = vec![group(None, vec![on_time()]), group(Some("Phường Bến Nghé"), vec![elapsed(), closed()])];
    let card = with!(card(vec![]); groups: groups);
    let page = page(&card, NARROW);
    assert_page(
        page.split_once("Staffing\n").map_or("", |(_, groups)| groups),
        "

unit = (no value) ──────────────────────────────────────────────────────────────
  On-time rate  – → 87.3 %  – not comparable · n – → 640
    was: no column `due_at`

unit = Phường Bến Nghé ─────────────────────────────────────────────────────────
  Time the applicant   12.3 →  9.8 days  −2.5 [−3.6, −1.5]  ▲ improved · n 1,700
  waits                                                     → 1,734
  Mean time of closed   7.0 → 11.2 days  +4.2 [+3.0, +5.5]  information only
  dossiers¹                                                 (flattering) · n 900
                                                            → 1,200

¹ Flattering: it measures which old dossiers were cleared, not how new ones
  fare.
settings: log.ids = trusted
defaults: compare.follow_up = 0 days
inputs: cases.csv (3,436 rows)
for whom: internal, not for publication · giamtang: 0.1.0
plan: 0123456789abcdef · source profile: generic · zone: UTC
",
    );
}

#[test]
fn independence_stands_beside_the_verdict() {
    let mut card = card(vec![with!(elapsed(); flags: [Flag::Independent].into())]);
    card.study.cluster = "none".into();
    card.groups = vec![Group { by: [("unit".into(), Some("A".into()))].into(), kpis: card.kpis.clone() }];
    let english = page(&card, Style { width: 120, ..NARROW });
    assert!(english.contains("○ not shown (independent rows)\n"), "{english}");
    assert_eq!(english.matches("▲ improved (independent rows)").count(), 2, "{english}");
    assert!(english.contains("95 % intervals, independent rows"), "{english}");
    assert!(page(&card, VIETNAMESE).contains("▲ cải thiện (các dòng độc lập)"));
}

#[test]
fn every_reason_is_in_words_in_both_languages() {
    let pages = |why: &Undefined| {
        let card = card(vec![with!(row("time/on_time"); was: Some(unknown(why.clone())), is: unknown(why.clone()))]);
        [NARROW, VIETNAMESE].map(|style| page(&card, Style { width: 120, ..style }))
    };
    for why in [Undefined::NoRows, Undefined::NotReached] {
        let [english, vietnamese] = pages(&why);
        assert!(english.contains(&format!("both windows: {why}")), "{english}");
        assert!(vietnamese.contains("cả hai kỳ: ") && !vietnamese.contains(&why.to_string()), "{vietnamese}");
    }
    // What a log or a study lacks is said once an axis, in a line of its own.
    for why in [Undefined::NoCalendar, Undefined::NoColumn("due_at".into())] {
        let [english, vietnamese] = pages(&why);
        assert!(english.contains(&format!("  – {why}: On-time rate\n")), "{english}");
        assert!(vietnamese.contains(": Tỷ lệ đúng hạn\n") && !vietnamese.contains(&why.to_string()), "{vietnamese}");
    }
}

#[test]
fn every_flag_is_explained_once() {
    use Flag::*;
    let (windows, rows) = ([Season, ProvisionalCalendar], [Independent, FewDegreesOfFreedom, NullCluster, NoOutcome]);
    let times = [Atom, OneSided, Folded, Flattering];
    let flags = windows.into_iter().chain(rows).chain(times).collect();
    let flagged = with!(elapsed(); flags: flags);
    for style in [NARROW, VIETNAMESE] {
        let page = page(&card(vec![flagged.clone(), flagged.clone()]), style);
        for mark in ["¹ ", "² ", "³ ", "⁴ ", "⁵ ", "⁶ ", "⁷ ", "⁸ ", "⁹ ", "¹⁰ "] {
            assert_eq!(page.lines().filter(|line| line.starts_with(mark)).count(), 1, "{mark}{page}");
        }
    }
}

#[test]
fn a_change_without_an_interval_says_why() {
    let mut lonely = elapsed();
    if let Known::Yes(change) = &mut lonely.change {
        let limits = Some(Absence(Undefined::OneCluster));
        change.absolute = Difference { value: -2.54, low: None, high: None, limits };
        (change.p, change.q) = (unknown(Undefined::OneCluster), None);
    }
    let page = page(&card(vec![with!(lonely; verdict: Some(Verdict::NotComparable))]), NARROW);
    assert!(page.contains("– not comparable") && page.contains("no interval: one cluster only"), "{page}");
}

#[test]
fn no_change_is_printed_as_none_that_is_not() {
    let share = |was, is, gap: Known<Change>| {
        let row = row("time/on_time");
        with!(row; was: Some(figure(was, was, was, 9)), is: figure(is, is, is, 9), change: gap)
    };
    let text = page(&card(vec![share(0.5, 0.5002, change(0.0002, 0.00004, 0.0004, 0.02))]), NARROW);
    assert!(text.contains("50.000") && text.contains("+0.020 [+0.004, +0.040] points"), "{text}");
    let text = page(&card(vec![share(0.5, 0.5, change(0.0, 0.0, 0.0, 1.0))]), NARROW);
    assert!(text.contains("0.0 [0.0, 0.0] points"), "{text}");
}

#[test]
fn control_characters_are_escaped() {
    let mut card = card(vec![elapsed()]);
    card.study.name = "red \u{1b}[31m\u{7}\u{9b}, turned \u{202e}".into();
    card.kpis[0].name = Name { en: "a\r\nb".into(), vi: "a\tb".into() };
    card.groups = vec![Group { by: [("unit".into(), Some("x\u{1b}]0;y".into()))].into(), kpis: vec![elapsed()] }];
    for style in [NARROW, VIETNAMESE, Style { colour: true, ..NARROW }] {
        let page = page(&card, style);
        let bare = page.replace("\u{1b}[0m", "").replace("\u{1b}[1m", "").replace("\u{1b}[2m", "");
        let bare = bare.replace("\u{1b}[31m", "").replace("\u{1b}[32m", "");
        assert!(!bare.contains(|c: char| c.is_control() && c != '\n' || c == '\u{202e}'), "{bare:?}");
        assert!(page.contains(r"red \u{1b}[31m\u{7}\u{9b}, turned \u{202e}"), "{page}");
    }
}

#[test]
fn colour_is_only_where_it_is_asked_for() {
    let card = card(vec![elapsed(), with!(elapsed(); verdict: Some(Verdict::Worsened))]);
    assert!(!page(&card, NARROW).contains('\u{1b}'));
    let coloured = page(&card, Style { colour: true, ..NARROW });
    assert!(coloured.contains("\u{1b}[32m▲ improved\u{1b}[0m"), "{coloured}");
    assert!(coloured.contains("\u{1b}[31m▼ worsened\u{1b}[0m"), "{coloured}");
}

#[test]
fn no_line_is_wider_than_the_page() {
    let long = Name { en: "Unbroken".repeat(9).into(), vi: "Thời gian giải quyết trung bình ".repeat(4).into() };
    let all = [Flag::Season, Flag::Independent, Flag::NullCluster, Flag::NoOutcome, Flag::Atom, Flag::Folded];
    let hours = with!(elapsed(); unit: Unit::WorkingHours, name: long, flags: all.into());
    let mut card = card(vec![elapsed(), closed(), on_time(), hours]);
    card.groups = vec![Group { by: [("unit".into(), Some("行政".repeat(70)))].into(), kpis: card.kpis.clone() }];
    let wide = Quarantined {
        input: 0,
        row: 17,
        rule: Rule::FinishedBeforeReceived,
        column: "NgayKetThuc".into(),
        value: Some("9".repeat(200)),
        cells: Vec::new(),
    };
    let unlisted = |value: String, rows| {
        let (what, column) = (Suspicion::UnlistedValue, Some("status".to_owned()));
        Warning { what, column, value: Some(value), rows, of: 3_435 }
    };
    let findings = Findings {
        inputs: vec![card.inputs[0].clone(); 3],
        accepted: 10_307,
        quarantine: vec![wide],
        ambiguous_times: 3,
        warnings: vec![unlisted("行政".repeat(70), 3_435), unlisted("x".repeat(200), 1)],
        ..Findings::default()
    };
    for width in [0, 60, 80, 100, 120] {
        for lang in [Lang::En, Lang::Vi] {
            let style = Style { colour: false, width, lang };
            let found = text(|out| check(&findings, Format::Terminal(style), out));
            let pages = [page(&card, style), found, text(|out| list(style, out)), text(|out| rules(style, out))];
            let pages = pages.into_iter().chain(catalogue().map(|kpi| text(|out| explain(kpi, style, out))));
            for line in pages.flat_map(|page| page.lines().map(str::to_owned).collect::<Vec<_>>()) {
                assert!(line.width() <= width.max(60), "{width}: {line}");
                assert_eq!(line, line.trim_end());
            }
        }
    }
}

#[test]
fn json_has_the_keys_of_the_contract() {
    let json = json(&card(vec![elapsed(), on_time()]));
    let keys = |value: &Value| {
        let keys: BTreeSet<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
        keys.into_iter().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(keys(&json), "axes curves groups inputs kpis looks provenance reconciliation schema study");
    assert_eq!(json["schema"], "giamtang.scorecard/1");
    assert_eq!(json["inputs"][0], serde_json::json!({"path": "cases.csv", "rows": 3436, "bytes": 90211}));
    assert_eq!(json["axes"][0]["verdict"], "not_shown");
    let [elapsed, on_time] = [&json["kpis"][0], &json["kpis"][1]];
    assert_eq!(keys(&elapsed["is"]), "clusters df events excluded high low method n value");
    assert_eq!(keys(&elapsed["change"]), "absolute df method p q relative");
    assert_eq!(elapsed["change"]["absolute"], serde_json::json!({"value": -2.54, "low": -3.6, "high": -1.5}));
    assert_eq!(on_time["was"], serde_json::json!({"undefined": "no_column", "detail": "due_at"}));
    assert_eq!(on_time["change"]["undefined"], "one_window");
    assert_eq!((&on_time["verdict"], &on_time["unit"]), (&"not_comparable".into(), &"share".into()));
}

#[test]
fn json_of_one_window_has_no_baseline() {
    let json = json(&one_window(with!(row("time/on_time"); is: on_time_figure())));
    for absent in ["was", "verdict"] {
        assert!(json["kpis"][0].get(absent).is_none(), "{absent}");
    }
    assert!(json["study"].get("was").is_none());
}

#[test]
fn json_refuses_what_is_not_a_number() {
    let card = card(vec![with!(elapsed(); is: figure(f64::NAN, 0.0, 1.0, 3))]);
    let error = write(&card, Format::Json, &mut Vec::new()).unwrap_err();
    assert!(error.to_string().contains("`kpis.0.is.value` is not a number"), "{error}");
    let mut card = card;
    card.kpis.clear();
    card.groups = vec![Group { by: [("unit".into(), None)].into(), kpis: vec![] }];
    assert_eq!(json(&card)["groups"][0]["by"], serde_json::json!({"unit": null}));
}

#[test]
fn a_reader_that_refuses_is_an_error() {
    let card = card(vec![]);
    assert!(write(&card, Format::Json, [0_u8; 4].as_mut_slice()).is_err());
}
