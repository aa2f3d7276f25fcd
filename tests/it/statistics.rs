//! What issue 6 promises an auditor, on logs small enough to work out by hand, written by someone who did not write it.

mod comparison;
mod degenerate;
mod digest;
mod looks;
mod mix;
mod mixed_city;
mod receipt;
mod sensitivity;
mod series;
mod side;
mod small;

use crate::workbench::Workbench;
use giamtang::scorecard::{Known, Row};
use giamtang::{Result, Scorecard, Study};

/// February against March 2024.
pub const WINDOWS: &str = "windows = { was = '2024-02-01..2024-02-29', is = '2024-03-01..2024-03-31' }";

/// The study of one log, `cases.csv`.
pub fn study(bench: &Workbench, csv: &str, text: &str) -> Result<Study> {
    bench.write("cases.csv", csv);
    Study::parse(&format!("log.cases = ['cases.csv']\n{text}"), bench.path("study.toml"))
}

/// What it comes to.
pub fn asked(csv: &str, text: &str) -> Result<Scorecard> {
    study(&Workbench::new(), csv, text)?.plan()?.compare().map(crate::contract::held)
}

/// The same of February against March.
pub fn card(csv: &str, more: &str) -> Scorecard {
    asked(csv, &format!("{WINDOWS}\n{more}")).expect("a scorecard")
}

pub fn row<'a>(card: &'a Scorecard, id: &str) -> &'a Row {
    card.kpi(id).unwrap_or_else(|| panic!("{id} is in the catalogue"))
}

/// Something that is there.
pub fn there<T: std::fmt::Debug>(known: &Known<T>) -> &T {
    known.value().unwrap_or_else(|| panic!("{known:?}"))
}

pub fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9 * expected.abs().max(1.0), "{found} is not {expected}");
}

/// Lines of a log: `count` dossiers of these cells, with an id each.
pub fn lines(csv: &mut String, count: usize, cells: &str) {
    for _ in 0..count {
        let id = csv.lines().count();
        csv.push_str(&format!("{id},{cells}\n"));
    }
}
