//! One form, four renderings: the same figures in the terminal, JSON, a workbook and a page.

use super::*;
use crate::workbench::Workbench;
use calamine::{Data, Reader, Xlsx, open_workbook};

const STUDY: &str = "fixtures/forms/06a.toml";

/// The rows of a sheet of a workbook, empty cells left out.
fn rows(path: &std::path::Path, sheet: usize) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = open_workbook(path).expect("a workbook");
    let range = book.worksheet_range_at(sheet).expect("a sheet").expect("cells");
    let shown = |cell: &Data| match cell {
        Data::Empty => None,
        Data::Float(number) => Some(number.to_string()),
        other => Some(other.to_string()),
    };
    range.rows().map(|row| row.iter().filter_map(shown).collect()).filter(|row: &Vec<String>| !row.is_empty()).collect()
}

fn workbook(arguments: &[&str]) -> (Workbench, std::path::PathBuf) {
    let bench = Workbench::new();
    let path = bench.path("form.xlsx");
    let output = path.to_string_lossy().into_owned();
    said(&[arguments, &["--format", "xlsx", "-o", &output]].concat());
    (bench, path)
}

/// The headings are those of the paper form, in Vietnamese whatever the language; numbers are numbers.
#[test]
fn the_workbook_is_laid_out_like_the_paper_form() {
    let (_bench, path) = workbook(&["form", "06a", STUDY, "--by", "unit", "--lang", "en"]);
    let rows = rows(&path, 0);
    let has = |row: &[&str]| {
        assert!(rows.contains(&row.iter().map(|cell| (*cell).to_owned()).collect()), "{row:?}: {rows:#?}")
    };
    has(&["Biểu số II.06a/VPCP/KSTT", "Đơn vị báo cáo: UBND phường A"]);
    has(&["TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH"]);
    has(&["Thời gian: từ ngày 01/03/2024 đến ngày 31/03/2024"]);
    has(&["Cách tính kỳ báo cáo: theo khoảng ngày đã chọn"]);
    has(&["Đơn vị tính: số hồ sơ TTHC"]);
    let first = ["TT", "Lĩnh vực, công việc giải quyết theo cấp", "Số lượng hồ sơ tiếp nhận"];
    has(&[&first[..], &["Số lượng hồ sơ đã giải quyết", "Số lượng hồ sơ đang giải quyết"]].concat());
    has(&["Trực tuyến", "Trực tiếp, dịch vụ bưu chính"]);
    let sums = ["(3)=(4)+(5)+(6)", "(7)=(8)+(9)+(10)", "(11)=(12)+(13)"];
    has(&["(1)", "(2)", sums[0], "(4)", "(5)", "(6)", sums[1], "(8)", "(9)", "(10)", sums[2], "(12)", "(13)"]);
    has(&["I", "Toàn bộ các đơn vị", "14", "4", "7", "3", "9", "3", "4", "2", "5", "2", "3"]);
    has(&["1", "Hộ tịch", "7", "4", "1", "2", "5", "2", "2", "1", "2", "1", "1"]);
    has(&["III", "B", "7", "1", "5", "1", "4", "2", "2", "0", "3", "2", "1"]);
    has(&["Tổng số", "14", "4", "7", "3", "9", "3", "4", "2", "5", "2", "3"]);
}

#[test]
fn the_terminal_keeps_its_width_in_both_languages() {
    let page = text(&["form", "06a", STUDY, "--by", "unit"]);
    let vietnamese = text(&["form", "06a", STUDY, "--by", "unit", "--lang", "vi", "--profile", "provincial"]);
    for page in [&page, &vietnamese] {
        assert!(page.lines().all(|line| line.chars().count() <= 100), "{page}");
    }
    let line = |page: &str, name: &str| {
        let own =
            page.lines().find(|line| line.trim_start().starts_with(name)).unwrap_or_else(|| panic!("{name}: {page}"));
        own.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(line(&page, "Total "), ["Total", "14", "4", "7", "3", "9", "3", "4", "2", "5", "2", "3"]);
    assert_eq!(line(&page, "III"), ["III", "B", "7", "1", "5", "1", "4", "2", "2", "0", "3", "2", "1"]);
    let [total, number] = [line(&vietnamese, "Tổng số "), line(&page, "(1)")];
    assert_eq!(total, ["Tổng", "số", "14", "4", "7", "3", "9", "2", "6", "1", "5", "3", "2"]);
    assert_eq!(number.len(), 13);
    for part in ["internal: not for publication", "internal, not for publication"] {
        if page.contains(part) {
            return;
        }
    }
    panic!("for whom is it? {page}");
}

#[test]
fn the_contract_is_kept_and_says_the_same() {
    let form = json(&["form", "06a", STUDY, "--by", "unit", "--by", "procedure", "--period", "2024-03"]);
    assert_eq!(form["schema"], "giamtang.form.06a/1");
    assert_eq!((&form["head"]["period"], &form["head"]["convention"]), (&"2024-03".into(), &"calendar".into()));
    assert_eq!(
        form["whole"]["received"],
        serde_json::json!({ "total": 14, "online": 4, "direct_or_postal": 7, "carried_over": 3 })
    );
    assert_eq!(form["whole"]["resolved"], serde_json::json!({ "total": 9, "early": 3, "on_time": 4, "overdue": 2 }));
    assert_eq!(form["whole"]["in_progress"], serde_json::json!({ "total": 5, "within_time": 2, "overdue": 3 }));
    assert_eq!(form["units"][1]["name"], "B");
    assert_eq!(form["told"]["withdrawn"], serde_json::json!([0, 0, 1]));
    let schema = text(&["schema", "form-06a"]);
    assert!(schema.contains("giamtang.form.06a/1"));
}

/// A page is one file: its own language, the table's headings, and nothing from elsewhere.
#[test]
fn the_page_is_one_file() {
    for (lang, parts) in [
        ("en", ["Dossiers received", "Carried over", "In no column: 1 refused at reception."]),
        ("vi", ["Số lượng hồ sơ tiếp nhận", "Từ kỳ trước", "Không tính vào cột nào: 1 hồ sơ không được tiếp nhận."]),
    ] {
        let page = text(&["form", "06a", STUDY, "--format", "html", "--lang", lang]);
        assert!(page.starts_with("<!DOCTYPE html>") && page.contains(&format!("lang=\"{lang}\"")), "{lang}");
        for part in parts {
            assert!(page.contains(part), "{lang}: {part}");
        }
        // The name of a namespace is no address.
        let addresses = page.replace("http://www.w3.org/2000/svg", "");
        assert!(!addresses.contains("http://") && !addresses.contains("https://"), "{lang}");
    }
}

#[test]
fn a_form_is_written_into_a_file_that_it_does_not_read() {
    let bench = Workbench::new();
    let path = bench.path("form.html").to_string_lossy().into_owned();
    assert!(said(&["form", "06a", STUDY, "--format", "html", "-o", &path]).is_empty());
    assert!(std::fs::read_to_string(&path).expect("a page").contains("Hộ tịch"));
    assert!(refused(&["form", "06a", STUDY, "-o", STUDY]).contains("a file that is not read"));
}
