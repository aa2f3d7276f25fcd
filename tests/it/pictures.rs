//! Pictures of scorecards, seen as a browser gets them: what is drawn, what is written, and what never is.

mod drawn;
mod hostile;
mod sheet;
mod waits;

use crate::workbench::{project, shared};
use drawn::{Figure, figures};
use giamtang::Scorecard;
use giamtang::report::{Lang, pictures};
use giamtang::scorecard::Known;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::LazyLock;

/// The fixture study by unit, two of which reformed before the others.
static CARD: LazyLock<Scorecard> = LazyLock::new(|| {
    let keys = ["compare.by=['unit']", "compare.treated=['Phường Hoàn Kiếm', 'Phường Tây Hồ']"];
    sheet::card(&project("fixtures/study/study.toml"), &keys)
});

fn of(card: &Scorecard, lang: Lang) -> Vec<Figure> {
    figures(&pictures(card, lang))
}

fn found<'f>(figures: &'f [Figure], title: &str) -> &'f Figure {
    figures.iter().find(|figure| figure.title == title).unwrap_or_else(|| panic!("no picture `{title}`"))
}

/// One whose title begins as all of its kind do, for each kind there is.
#[test]
fn every_kind_is_there_in_both_languages() {
    let kinds = [
        ("Before and after: ", "Trước và sau: "),
        ("Change: ", "Thay đổi: "),
        ("What the mix of cases did: ", "Ảnh hưởng của cơ cấu hồ sơ: "),
        ("Month by month: ", "Theo từng tháng: "),
        ("Finished by when: ", "Hoàn thành sau bao lâu: "),
        ("Units side by side: ", "Các đơn vị đặt cạnh nhau: "),
        ("Reformed units beside the others: ", "Đơn vị cải cách so với đơn vị khác: "),
    ];
    let [en, vi] = [Lang::En, Lang::Vi].map(|lang| of(&CARD, lang));
    assert_eq!(en.len(), vi.len());
    for (english, vietnamese) in kinds {
        let count = |own: &[Figure], kind: &str| own.iter().filter(|figure| figure.title.starts_with(kind)).count();
        assert!(count(&en, english) > 0, "{english}");
        assert_eq!(count(&en, english), count(&vi, vietnamese), "{english}");
    }
}

/// Role, title and description for who does not see it; a sheet as wide as a phone; no colour but the page's.
#[test]
fn a_picture_is_an_image_without_colours_of_its_own() {
    let body = pictures(&CARD, Lang::En);
    let (style, rest) = body.split_once("</style>").expect("a style");
    for figure in figures(&body) {
        assert_eq!(figure.role, "img", "{}", figure.title);
        assert!(
            !figure.title.is_empty() && !figure.desc.is_empty() && figure.desc == figure.caption,
            "{}",
            figure.title
        );
        let [left, top, width, height] = figure.sheet;
        assert!([left, top, width] == [0.0, 0.0, 340.0] && height > 10.0, "{}", figure.title);
        for class in figure.classes() {
            assert!(style.contains(&format!(".{class}")), "{class}");
        }
    }
    for colour in ["style=", "fill=", "stroke=", "rgb(", "hsl(", "color="] {
        assert!(!rest.contains(colour), "{colour}");
    }
    let colours = style
        .split(&['{', ';'][..])
        .filter(|rule| ["fill:", "stroke:", "color:"].iter().any(|own| rule.starts_with(own)));
    for rule in colours {
        assert!(["var(--", "currentColor", "none"].iter().any(|own| rule.contains(own)), "{rule}");
    }
}

/// No text upon another and none beyond the sheet, letters taken as wide as they usually are.
#[test]
fn no_text_lies_upon_another() {
    let mut cards = vec![CARD.clone()];
    for (log, study) in [("receipt.xes.gz", "receipt.toml"), ("boston_311.csv.gz", "boston.toml")] {
        cards.extend(shared(log).map(|_| sheet::card(&project("tests/studies").join(study), &["compare.by=['unit']"])));
    }
    for figure in cards.iter().flat_map(|card| [Lang::En, Lang::Vi].map(|lang| of(card, lang))).flatten() {
        let texts = &figure.texts;
        for (at, own) in texts.iter().enumerate() {
            assert!(own.left > -1.0 && own.right < 341.0, "{}: `{}` leaves the sheet", figure.title, own.text);
            assert!(own.bottom <= figure.sheet[3] && own.top >= -1.0, "{}: `{}`", figure.title, own.text);
            let upon = texts[..at].iter().find(|other| own.meets(other));
            assert!(upon.is_none(), "{}: `{}` lies upon `{}`", figure.title, own.text, upon.expect("one").text);
        }
    }
}

/// A month without a figure breaks the line: one more part of it, and a mark below.
#[test]
fn gaps_stay_gaps() {
    let mut card = CARD.clone();
    let series = card.series.iter_mut().find(|own| own.id == "time/on_time").expect("a series");
    assert!(series.months.iter().all(|month| !month.immature && month.value.value().is_some()));
    let title = "Month by month: On-time rate";
    let parts = |figure: &Figure| figure.paths.iter().filter(|(class, _)| class == "is bar").count();
    let before = of(&CARD, Lang::En);
    let whole = found(&before, title);
    assert_eq!((parts(whole), whole.texts.iter().filter(|own| own.text == "×").count()), (1, 0));
    series.months[4].value = Known::No(giamtang::Undefined::NoRows);
    let after = of(&card, Lang::En);
    let broken = found(&after, title);
    assert_eq!((parts(broken), broken.texts.iter().filter(|own| own.text == "×").count()), (2, 1));
    let [months, dots] = [whole, broken].map(|own| own.marks());
    assert_eq!(months, dots + 1);
    // In the table it is no nought either, and says why.
    let row = &broken.rows[4];
    assert_eq!((row[1].as_str(), row.last().map(String::as_str)), ("", Some("no row enters the denominator")));
}

/// The parts of a change are the change, as they are printed.
#[test]
fn a_change_is_the_sum_of_its_parts_as_printed() {
    let number = |text: &str| {
        let text = text.replace('−', "-").replace([',', '+'], "");
        let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
        let digits: i64 = format!("{whole}{part}").parse().unwrap_or_else(|_| panic!("{text}"));
        (digits, part.len())
    };
    let mut held = 0;
    for figure in of(&CARD, Lang::En).iter().filter(|own| own.title.starts_with("What the mix")) {
        let numbers: Vec<(i64, usize)> = figure.rows.iter().map(|row| number(&row[1])).collect();
        assert_eq!(numbers.iter().map(|own| own.1).collect::<BTreeSet<_>>().len(), 1, "{}", figure.title);
        assert_eq!(numbers[..3].iter().map(|own| own.0).sum::<i64>(), numbers[3].0, "{}", figure.title);
        // The very numbers stand on the picture.
        assert!(figure.rows.iter().all(|row| figure.texts.iter().any(|text| text.text == row[1])), "{}", figure.title);
        held += 1;
    }
    assert!(held > 5, "{held}");
}

/// As many lines as months and months to come, as units, as steps of both windows and times at which rows are counted.
#[test]
fn tables_are_of_what_is_drawn() {
    let figures = of(&CARD, Lang::En);
    let name = |id: &str| CARD.kpi(id).expect("a row").name.en.to_string();
    for series in &CARD.series {
        let figure = found(&figures, &format!("Month by month: {}", name(&series.id)));
        let ahead = series.forecast.value().map_or(0, |own| own.months.len());
        assert_eq!(figure.rows.len(), series.months.len() + ahead, "{}", series.id);
        let known = series.months.iter().filter(|month| month.value.value().is_some()).count();
        let keys = figure.keys();
        assert_eq!(figure.marks() - keys, known + ahead, "{}", series.id);
    }
    for side in &CARD.side_by_side {
        let figure = found(&figures, &format!("Units side by side: {}", name(&side.id)));
        assert_eq!(figure.rows.len(), side.groups.len(), "{}", side.id);
        let inside = side.groups.iter().filter(|group| group.place == "inside").count();
        assert_eq!(figure.paths.iter().filter(|(class, d)| class.is_empty() && d.ends_with("h0")).count(), inside);
        assert_eq!(figure.named.len(), side.groups.len(), "every unit says who it is");
    }
    for curves in &CARD.curves {
        let figure = found(&figures, &format!("Finished by when: {}", name(&curves.id)));
        let sides = curves.was.iter().chain([&curves.is]).filter_map(|side| side.value());
        assert_eq!(figure.rows.len(), sides.map(|side| side.steps.len() + side.at_risk.len()).sum::<usize>());
    }
}

/// 600 units: the picture itself is small, and names eight of those outside at most.
#[test]
fn six_hundred_units_are_few_bytes() {
    let mut card = CARD.clone();
    let mut side = card.side_by_side.iter().find(|own| own.id == "time/on_time").expect("a funnel").clone();
    let own = side.groups.clone();
    side.groups = (0..600)
        .map(|at| {
            let mut group = own[at % own.len()].clone();
            group.by.insert("unit".to_owned(), Some(format!("Phường số {at}")));
            group.n = 5 + (at as u64 * at as u64) % 4_000;
            group.value = 0.5 + (at % 97) as f64 / 200.0;
            (group.place, group.z) =
                if at % 11 == 0 { ("far_below", -4.0 - at as f64 / 100.0) } else { ("inside", 0.3) };
            group
        })
        .collect();
    card.side_by_side = vec![side];
    let all = of(&card, Lang::Vi);
    let figure = all.iter().find(|own| own.title.starts_with("Các đơn vị đặt cạnh nhau")).expect("a funnel");
    assert!(figure.bytes < 70_000, "{}", figure.bytes);
    let named = figure.texts.iter().filter(|text| text.text.starts_with("Phường số")).count();
    assert!((1..=8).contains(&named), "{named}");
    // Of so many only those beyond the limits say who they are: every eleventh, from 0 to 594.
    assert_eq!(figure.named.len(), 55);
}

/// Same card, same bytes.
#[test]
fn pictures_are_the_same_bytes() {
    assert_eq!(pictures(&CARD, Lang::Vi), pictures(&CARD.clone(), Lang::Vi));
}

/// Sheets of the fixture study and of the real logs, to be looked at: in the folder that `GIAMTANG_PICTURES` names.
#[test]
#[ignore = "writes pages to be looked at"]
fn contact_sheets() {
    let folder =
        std::env::var_os("GIAMTANG_PICTURES").map_or_else(|| std::env::temp_dir().join("pictures"), PathBuf::from);
    sheet::write(&CARD, &folder, "fixture");
    for study in ["receipt", "boston", "nyc", "uk_evl"] {
        let path = project("tests/studies").join(format!("{study}.toml"));
        sheet::write(&sheet::card(&path, &[]), &folder, study);
    }
}
