//! The page for a browser: the same bytes every time, asking nothing of any network, with sentences derived by hand.

use super::cards::*;
use crate::workbench::{giamtang, project};
use giamtang::kpi::Unit;
use giamtang::report::{Format, Lang, write};
use giamtang::scorecard::{AxisVerdict, Difference, Finding, Flag, Group, Known, Reason, Row, Scorecard, Verdict};
use giamtang::{Study, Undefined};
use serde_json::Value;
use std::sync::LazyLock;

/// The fixture study with everything that a page has a place for.
static ASKED: LazyLock<Scorecard> = LazyLock::new(|| {
    let study = Study::load(project("fixtures/study/study.toml")).expect("the fixture study").by(["unit"]);
    let study = study.set("compare.treated=['Phường Hoàn Kiếm', 'Phường Tây Hồ']").expect("a setting");
    study.plan().and_then(|plan| plan.compare().map(crate::contract::held)).expect("a scorecard")
});

const HOSTILE: [&str; 5] =
    ["<script>alert(1)</script>", "\"' onload=x", "</script><!--", "]]>\u{202e}\u{2028}", "&lt;b&gt;"];

fn html(card: &Scorecard, lang: Lang) -> String {
    text(|out| write(card, Format::Html(lang), out))
}

/// The page without its elements and what browsers do not show.
fn shown(part: &str) -> String {
    let mut text = String::new();
    for piece in part.split('<') {
        text.push_str(piece.split_once('>').map_or(piece, |(_, shown)| shown));
    }
    let plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What the top says of each axis.
fn sentences(card: &Scorecard, lang: Lang) -> Vec<String> {
    let page = html(card, lang);
    let (_, rest) = page.split_once("<ul class=\"axes\">").expect("the axes");
    let (list, _) = rest.split_once("</ul>").expect("their end");
    list.split("<p>").skip(1).map(|own| shown(own.split_once("</p>").expect("a sentence").0)).collect()
}

fn first(card: &Scorecard) -> [String; 2] {
    [Lang::En, Lang::Vi].map(|lang| sentences(card, lang).swap_remove(0))
}

fn with_axis(row: Row, verdict: AxisVerdict, because: &[Reason]) -> Scorecard {
    let id = row.axis.expect("an axis");
    with!(card(vec![row]); axes: vec![axis(id, verdict, because)])
}

fn headline(verdict: Verdict) -> Reason {
    Reason::Kpi("time/elapsed_time", Finding::Headline(Some(verdict)))
}

#[test]
fn an_improvement_is_told_with_what_is_in_its_way() {
    let [en, vi] = first(&card(vec![elapsed(), on_time()]));
    assert_eq!(
        en,
        "The applicant waits 9.8 days instead of 12.3, 1.5 to 3.6 days less; chance alone would hardly do that, but \
         “On-time rate”, “staffing/first_time_right” and “time/withdrawn” could not be checked."
    );
    assert_eq!(
        vi,
        "Người nộp hồ sơ chờ 9,8 ngày thay vì 12,3, giảm từ 1,5 đến 3,6 ngày; khó có thể chỉ do ngẫu nhiên, nhưng chưa \
         kiểm tra được “Tỷ lệ đúng hạn”, “staffing/first_time_right” và “time/withdrawn”."
    );
}

#[test]
fn no_clear_change_may_be_chance() {
    let row = with!(elapsed(); change: change(-0.5, -2.0, 1.04, 0.4), verdict: Some(Verdict::NoClearChange));
    let because = [headline(Verdict::NoClearChange), Reason::Kpi("time/on_time", Finding::Unsure)];
    assert_eq!(
        first(&with_axis(row, AxisVerdict::NotShown, &because)),
        [
            "The applicant waits 9.8 days instead of 12.3; that may be chance alone, since the change may be anything \
             from −2.0 to +1.0 days.",
            "Người nộp hồ sơ chờ 9,8 ngày thay vì 12,3; điều đó có thể chỉ do ngẫu nhiên, vì thay đổi có thể ở bất kỳ \
             mức nào từ −2,0 đến +1,0 ngày."
        ]
    );
}

#[test]
fn what_got_worse_is_said_so() {
    let row = with!(elapsed(); change: change(2.54, 1.5, 3.6, 0.01), verdict: Some(Verdict::Worsened));
    let because = [headline(Verdict::Worsened), Reason::Kpi("time/on_time", Finding::Fails)];
    let [en, _] = first(&with_axis(row, AxisVerdict::Worsened, &because));
    assert_eq!(
        en,
        "The applicant waits 9.8 days instead of 12.3, 1.5 to 3.6 days more; that is worse, and chance alone would \
         hardly do it, and “time/on_time” got worse."
    );
}

/// A complete count has no chance in it; 57 procedures became 43.
#[test]
fn a_complete_count_is_told_without_chance() {
    let counted = |value| match figure(value, 0.0, 0.0, 57) {
        Known::Yes(own) => Known::Yes(with!(own; low: None, high: None)),
        unknown => unknown,
    };
    let Known::Yes(own) = change(-14.0, 0.0, 0.0, 0.0) else { panic!("a change") };
    let own = with!(own; absolute: Difference { value: -14.0, low: None, high: None, limits: None }, q: None);
    let row = with!(row("procedures/in_force");
        was: Some(counted(57.0)),
        is: counted(43.0),
        change: Known::Yes(own),
        verdict: Some(Verdict::Improved));
    let because = [
        Reason::Kpi("procedures/in_force", Finding::Headline(Some(Verdict::Improved))),
        Reason::Kpi("time/on_time", Finding::Holds),
    ];
    assert_eq!(
        first(&with_axis(row, AxisVerdict::Shown, &because)),
        [
            "43 procedures are in force instead of 57; this is a complete count, chance has no part in it, and nothing \
             got worse that must not suffer for it.",
            "Có 43 thủ tục còn hiệu lực thay vì 57; đây là số đếm toàn bộ, không có yếu tố ngẫu nhiên, và không chỉ \
             tiêu nào cần giữ bị xấu đi."
        ]
    );
}

/// Among so many headlines a p of 0.06 is no evidence; nor are windows of different seasons.
#[test]
fn an_improvement_among_many_and_of_another_season_is_doubted() {
    let Known::Yes(own) = change(-2.54, -3.6, -1.5, 0.012) else { panic!("a change") };
    let row = with!(elapsed(); change: Known::Yes(with!(own; p_holm: Some(0.06))), flags: [Flag::Season].into());
    let because = [headline(Verdict::Improved), Reason::Season, Reason::Undated(0.125)];
    let [en, _] = first(&with_axis(row, AxisVerdict::NotShown, &because));
    assert_eq!(
        en,
        "The applicant waits 9.8 days instead of 12.3, 1.5 to 3.6 days less; among so many headlines chance may \
         still have done that, and the periods are of different seasons, which may explain it and 12.5 % of the \
         dossiers have no due date."
    );
}

#[test]
fn what_is_not_measured_says_why() {
    let absent = with!(elapsed(); is: unknown(Undefined::NoColumn("finished_at".into())));
    let because = [Reason::Kpi("time/elapsed_time", Finding::Undefined(Undefined::NoColumn("finished_at".into())))];
    assert_eq!(
        first(&with_axis(absent, AxisVerdict::NotMeasured, &because)),
        [
            "“Time the applicant waits” cannot be measured: no column `finished_at`.",
            "Không đo được chỉ tiêu “Thời gian chờ thực tế”: không có cột `finished_at`."
        ]
    );
    let was = with!(elapsed(); was: Some(unknown(Undefined::NotReached)), change: unknown(Undefined::NoFigure));
    let [en, _] =
        first(&with_axis(was, AxisVerdict::NotShown, &[Reason::Kpi("time/elapsed_time", Finding::Headline(None))]));
    assert_eq!(
        en,
        "Time the applicant waits: 9.8 days (between 9.0 and 10.6); the change cannot be judged: too few have a result \
         by the cut-off."
    );
}

#[test]
fn one_window_is_told_without_a_comparison() {
    let page = one_window(elapsed());
    assert_eq!(sentences(&page, Lang::En), ["Time the applicant waits: 9.8 days (between 9.0 and 10.6)."]);
    let page = html(&page, Lang::Vi);
    assert!(page.contains("Chỉ một kỳ") && !page.contains("class=\"was\""), "a page of one window");
}

#[test]
fn both_languages_say_everything_in_their_own() {
    for (lang, code, own, others) in [(Lang::En, "en", "In short", "Tóm tắt"), (Lang::Vi, "vi", "Tóm tắt", "In short")]
    {
        let page = html(&ASKED, lang);
        assert!(page.starts_with(&format!("<!DOCTYPE html><html lang=\"{code}\">")));
        assert!(page.contains(own) && !page.contains(others));
        // A message that is in no file is told by its key.
        assert!(!page.contains("html.") && !page.contains("page.") && !page.contains("picture."), "a key is left");
        let body = shown(page.split_once("<main").expect("the content").1.split("<script").next().unwrap_or_default());
        // Tables of a study have braces of their own, with blanks in them.
        let gap = body.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(gap, _)| gap);
        assert_eq!(gap.filter(|gap| !gap.contains(' ')).collect::<Vec<_>>(), Vec::<&str>::new());
    }
}

/// An address in a page would be asked for; its own parts are found by `#`, and names of parts of SVG are no addresses.
#[test]
fn no_address_is_in_it() {
    let page = html(&ASKED, Lang::En);
    for asks in ["src=", "@import", "url(", "<link", "<iframe", "<object", "<base", "<form", "style=\""] {
        assert!(!page.contains(asks), "{asks}");
    }
    let links = page.split("href=\"").skip(1);
    assert!(links.clone().count() > 10 && links.clone().all(|link| link.starts_with('#')));
    let own: Vec<&str> = page.split("http").skip(1).collect();
    let allowed = |rest: &&str| rest.starts_with("-equiv=") || rest.starts_with("://www.w3.org/2000/svg\"");
    assert!(own.iter().all(allowed), "{own:?}");
    let policy = "default-src &#39;none&#39;";
    assert!(page.contains(policy) || page.contains("default-src 'none'"), "a policy");
    // Every link leads somewhere.
    for link in links.filter_map(|link| link[1..].split('"').next()) {
        assert!(page.contains(&format!("id=\"{link}\"")), "#{link}");
    }
}

#[test]
fn hostile_names_are_text() {
    let named = |name: &str| Group { by: [(name.to_owned(), Some(name.to_owned()))].into(), kpis: vec![elapsed()] };
    let own = study();
    let hostile = with!(card(vec![elapsed()]);
        study: with!(own; name: HOSTILE[0].into(), given: [(HOSTILE[1].into(), HOSTILE[2].into())].into()),
        groups: HOSTILE.map(named).into(),
        applicants: HOSTILE.map(named).into());
    for lang in [Lang::En, Lang::Vi] {
        let page = html(&hostile, lang);
        assert_eq!(page.matches("<script").count(), 3, "words, data, and the page's own");
        assert_eq!(page.matches("</script").count(), 3);
        assert!(!page.contains("<!--") && !page.contains("]]>\u{202e}") && !page.contains('\u{2028}'));
        assert!(page.contains("<h1><bdi>&lt;script&gt;alert(1)&lt;/script&gt;</bdi></h1>"));
        assert!(page.contains("&amp;lt;b&amp;gt;"));
        let data = data(&page);
        assert_eq!(data["groups"][0][0], HOSTILE[0]);
        assert_eq!(data["groups"][3][0], "]]>\\u{202e}\\u{2028}");
    }
}

/// What the script makes the drill-down of.
fn data(page: &str) -> Value {
    let (_, rest) = page.split_once("<script id=\"data\" type=\"application/json\">").expect("data");
    serde_json::from_str(rest.split_once("</script>").expect("their end").0).expect("JSON")
}

/// An entry of a column, which is written once where all groups have the same.
fn at(entries: &Value, group: usize) -> &Value {
    if entries.is_array() { &entries[group] } else { entries }
}

#[test]
fn the_drill_down_has_every_figure_of_every_group() {
    let data = data(&html(&ASKED, Lang::En));
    let kpis = data["kpis"].as_array().expect("KPIs");
    let (mut figures, mut reasons) = (0, 0);
    for (group, own) in ASKED.groups.iter().enumerate() {
        assert_eq!(data["groups"][group][0].as_str(), own.by["unit"].as_deref());
        for row in &own.kpis {
            let id = format!("kpi-{}", row.id.replace('/', "-"));
            let Some(kpi) = kpis.iter().find(|kpi| kpi["id"] == id.as_str()) else {
                assert!(row.is.value().is_none() && row.was.iter().all(|was| was.value().is_none()), "{id}");
                continue;
            };
            let factor = match row.unit {
                Unit::Share => 100.0,
                Unit::DongPerYear => 1e-6,
                _ => 1.0,
            };
            let told = at(&kpi["is"], group);
            match &row.is {
                Known::Yes(figure) => {
                    let half = 0.5 * 0.1_f64.powi(kpi["decimals"].as_i64().expect("decimals") as i32) + 1e-9;
                    assert!((told.as_f64().expect("a number") - figure.value * factor).abs() <= half, "{id}");
                    assert_eq!(at(&kpi["n"], group).as_u64(), Some(figure.n));
                    figures += 1;
                }
                Known::No(why) => {
                    let place: usize = told.as_str().expect("a reason").parse().expect("its place");
                    assert_eq!(data["whys"][place], why.to_string());
                    reasons += 1;
                }
            }
        }
    }
    assert!(figures > 500 && reasons > 20, "{figures} figures, {reasons} reasons");
}

#[test]
fn it_is_the_same_bytes_on_any_threads() {
    let page = |threads: &str, lang: &str| {
        let study = "fixtures/study/study.toml";
        let arguments =
            ["compare", study, "--by", "unit", "--quiet", "--format", "html", "--lang", lang, "--threads", threads];
        let output = giamtang(&arguments, b"");
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    for lang in ["en", "vi"] {
        let one = page("1", lang);
        assert!(one.len() > 100_000 && one == page("3", lang) && one == page("1", lang));
    }
}

#[test]
fn every_kpi_with_its_column_has_its_place_and_what_stands_behind_it() {
    let page = html(&ASKED, Lang::En);
    let told = ASKED.kpis.iter().filter(|row| row.is.value().is_some());
    for row in told {
        let id = format!("<details class=\"kpi\" id=\"kpi-{}\"", row.id.replace('/', "-"));
        let (_, rest) = page.split_once(&id).unwrap_or_else(|| panic!("{} has no place", row.id));
        let own = rest.split("<details class=\"kpi\"").next().unwrap_or_default();
        assert!(own.contains(&row.name.en.replace('&', "&amp;")), "{}", row.id);
        assert!(own.contains("Denominator (n)") && own.contains("Worked example"), "{}", row.id);
        let months = ASKED.series.iter().any(|series| series.id == row.id);
        assert_eq!(own.contains("Month by month"), months, "{}", row.id);
        let units = ASKED.side_by_side.iter().any(|own| own.id == row.id && !own.groups.is_empty());
        assert_eq!(own.contains("Units beside each other"), units, "{}", row.id);
    }
}
