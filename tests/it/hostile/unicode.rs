//! Names composed in two ways, written from right to left, or in pictures: one where they are one, unchanged in JSON,
//! and harmless on a terminal.

use super::entry::{Entry, Run, WINDOW, text};
use super::texts::HEADER;
use unicode_normalization::UnicodeNormalization;

const OFFICE: &str = "Phường Cửa Nam";
const ARABIC: &str = "مكتب الاستقبال";
const FAMILY: &str = "👩‍👩‍👧‍👦 🏳️‍🌈 🇻🇳";
const TURNED: &str = "a\u{202e}b\u{2066}c";

pub fn entries() -> Vec<Entry> {
    let nfd: String = "Đệ-1".nfd().collect();
    let utf_16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    vec![
        text("ids-in-nfd.csv", format!("{HEADER}Đệ-1,2024-03-01,A\n{nfd},2024-03-01,A\n")).read(
            1,
            1,
            &["identical_repeat"],
        ),
        text(
            "columns-in-nfd.csv",
            format!("{},received_at,unit\n1,2024-03-01,A\n", "Mã hồ sơ".nfd().collect::<String>()),
        )
        .with("columns.case_id = 'Mã hồ sơ'")
        .read(1, 0, &[]),
        text("right-to-left-id.csv", format!("{HEADER}\u{202e}1,2024-03-01,A\n\u{202e}1,2024-03-02,A\n")).read(
            0,
            2,
            &["conflicting_repeat", "\\u{202e}1"],
        ),
        text(
            "escapes-on-the-page.csv",
            format!("{HEADER}\u{1b}]0;x\u{7},2024-03-01,A\n\u{1b}]0;x\u{7},2024-03-02,A\n"),
        )
        .read(0, 2, &["\\u{1b}]0;x\\u{7}"]),
        text("utf16le.csv", utf_16(&format!("\u{feff}{HEADER}1,2024-03-01,{OFFICE} {FAMILY}\n"))).read(
            1,
            0,
            &["UTF-16LE"],
        ),
        text("utf16-without-mark.csv", utf_16(&format!("{HEADER}1,2024-03-01,A\n")))
            .refused(1, &["utf16-without-mark.csv", "NUL", "format.encoding"]),
        text("utf16-by-name.csv", utf_16(&format!("{HEADER}1,2024-03-01,A\n")))
            .with("format.encoding = 'utf-16le'")
            .read(1, 0, &[]),
        text("utf32.csv", b"\xff\xfe\0\0c\0\0\0").refused(1, &["utf32.csv", "UTF-32; save it in UTF-8"]),
    ]
}

/// A log of five offices, one of them in both compositions.
fn offices() -> String {
    let names = [OFFICE.to_owned(), OFFICE.nfd().collect(), ARABIC.to_owned(), FAMILY.to_owned(), TURNED.to_owned()];
    let row = |(row, name): (usize, &String)| format!("{row},2024-03-0{},2024-03-20,{name}\n", row + 1);
    let rows: String = names.iter().enumerate().map(row).collect();
    format!("case_id,received_at,finished_at,unit\n{rows}")
}

#[test]
fn names_survive_into_json_and_are_harmless_on_a_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let study = format!("log.cases = ['log.csv']\ncompare.by = ['unit']\n{WINDOW}");
    std::fs::write(folder.path().join("log.csv"), offices()).expect("a file");
    std::fs::write(folder.path().join("study.toml"), study).expect("a file");
    let run = Run::of(folder.path(), "", &["compare", "study.toml", "--format", "json"]);
    assert_eq!((run.code, run.is_sound()), (Some(0), Ok(())), "{run:?}");
    let card: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let text = card["groups"].to_string();
    for name in [OFFICE, ARABIC, FAMILY, TURNED] {
        let found = card["groups"].as_array().into_iter().flatten().filter(|group| group["by"]["unit"] == name).count();
        assert_eq!(found, 1, "{name}: {text}");
    }
    let page = Run::of(folder.path(), "", &["compare", "study.toml"]);
    assert_eq!((page.code, page.is_sound()), (Some(0), Ok(())), "{page:?}");
    assert!(!page.stdout.contains(['\u{202e}', '\u{2066}', '\u{1b}', '\u{7}']), "{}", page.stdout);
}
