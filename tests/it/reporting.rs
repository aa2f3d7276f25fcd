//! The example of a reporting tool: its table has the figures that its dossiers were made to have.

#[path = "../../examples/reporting/main.rs"]
#[allow(dead_code, reason = "its `main` is called by nobody here")]
pub mod example;

/// The line of a KPI, its cells parted by two blanks or more.
fn line(page: &str, name: &str) -> Vec<String> {
    let line =
        page.lines().find(|line| line.trim_start().starts_with(name)).unwrap_or_else(|| panic!("{name}: {page}"));
    line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned).collect()
}

/// 180 dossiers a year. In the first 6, 7, 8, 9, 10 and 11 days were taken by 12, 36, 36, 36, 36 and 24: of half of them 9
/// or less. In the second 18 are open and 3 to 8 days were taken by 12, 36, 36, 36, 30 and 12: of half of all 6 or less.
/// Within the 9 days promised were 120 of the first and 162 of the second, whose open ones are late.
#[test]
fn the_table_has_the_figures_that_were_made() {
    let page = example::report().expect("a table");
    assert!(page.starts_with("Three weeks of March: 2023-03-01..2023-03-31 -> 2024-03-01..2024-03-31\n"), "{page}");
    let starts = |name: &str, expected: [&str; 3]| {
        let cells = line(&page, name);
        assert_eq!(cells.len(), 4, "{cells:?}");
        for (cell, start) in cells[1..].iter().zip(expected) {
            assert!(cell.starts_with(start) && cell.contains('['), "{name}: {cell} and not {start}");
        }
        cells[3].rsplit_once(": ").map(|(_, verdict)| verdict.to_owned()).expect("a verdict")
    };
    assert_eq!(starts("Time the applicant waits", ["9 days ", "6 days ", "-3 "]), "improved");
    assert_eq!(starts("On-time rate", ["66.7 % ", "90 % ", "+23.3 "]), "improved");
    // (6·12 + 7·36 + 8·36 + 9·36 + 10·36 + 11·24) / 180 = 8.67 and (3·12 + 4·36 + 5·36 + 6·36 + 7·30 + 8·12) / 162 = 5.44.
    assert_eq!(starts("Mean time of closed", ["8.7 days ", "5.4 days ", "-3.2 "]), "information only");
}

/// Offices that all changed alike have no interval, and an axis without a figure says what is missing.
#[test]
fn what_is_absent_is_told() {
    let page = example::report().expect("a table");
    assert!(line(&page, "Slow tenth")[3].contains("(every cluster agrees exactly)"), "{page}");
    assert_eq!(line(&page, "Service quality"), ["Service quality: not measured: no column `channel`"]);
    assert!(!page.contains("NaN") && !page.contains("inf "), "{page}");
}
