//! The scorecard as people and programs read it: JSON, and a page for the terminal.
//!
//! [`write()`] renders a scorecard, [`reconciliation`] what reading the log found, [`list`] and [`explain`] the
//! catalogue. Every page is made whole before a byte leaves, passes one place that escapes control characters, and
//! never grows beyond [`Style::width`]. The words of both languages stand in one table.

mod catalogue;
mod face;
mod intake;
mod json;
mod number;
mod page;
mod prose;
mod reason;
mod strip;
mod terminal;
mod words;

use crate::error::{Error, Result};
use crate::ingest::Findings;
use crate::kpi::Kpi;
use crate::scorecard::Scorecard;
use std::io::Write;
use std::path::Path;

/// How a scorecard is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// A page of text.
    Terminal(Style),
    /// The contract `giamtang.scorecard/1`.
    Json,
}

/// How a page of text looks.
///
/// # Example
///
/// ```
/// use giamtang::report::{Lang, Style};
///
/// let style = Style { lang: Lang::Vi, ..Style::default() };
/// assert_eq!((style.colour, style.width), (false, 100));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether to write ANSI colours.
    pub colour: bool,
    /// Columns of the page; fewer than 60 are taken as 60.
    pub width: usize,
    /// The language.
    pub lang: Lang,
}

impl Default for Style {
    fn default() -> Self {
        Self { colour: false, width: 100, lang: Lang::En }
    }
}

/// The language of a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Vietnamese.
    Vi,
}

/// Writes a scorecard.
///
/// # Errors
///
/// The output cannot be written, or a figure is not a number, which JSON cannot say.
///
/// # Example
///
/// ```
/// use giamtang::Study;
/// use giamtang::report::{Format, Style, write};
/// use polars::prelude::*;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let frame = df!("case_id" => ["a"], "received_at" => ["2024-03-01"], "finished_at" => ["2024-03-04"])?;
/// let card = Study::builder().windows(None, "2024-03-01..2024-03-31").cluster("none").plan_frame(frame)?.compare()?;
/// let mut page = Vec::new();
/// write(&card, Format::Terminal(Style::default()), &mut page)?;
/// assert!(String::from_utf8_lossy(&page).contains("read 1 = accepted 1 + quarantined 0"));
/// # Ok(())
/// # }
/// ```
pub fn write(card: &Scorecard, format: Format, out: impl Write) -> Result<()> {
    match format {
        Format::Terminal(style) => send(terminal::page(card, style), out),
        Format::Json => send(json::text(card)?, out),
    }
}

/// Writes what reading a log found: inputs, the identity, rules, the first rows set aside.
///
/// # Errors
///
/// The output cannot be written.
///
/// # Example
///
/// ```
/// use giamtang::ingest::{Findings, Input};
/// use giamtang::report::{Style, reconciliation};
///
/// let inputs = vec![Input { path: "cases.csv".into(), rows: 1434, bytes: 90211, ..Input::default() }];
/// let mut page = Vec::new();
/// reconciliation(&Findings { inputs, accepted: 1434, ..Findings::default() }, Style::default(), &mut page)?;
/// assert!(String::from_utf8_lossy(&page).contains("read 1,434 = accepted 1,434 + quarantined 0"));
/// # Ok::<(), giamtang::Error>(())
/// ```
pub fn reconciliation(findings: &Findings, style: Style, out: impl Write) -> Result<()> {
    send(intake::page(findings, style), out)
}

/// Writes the catalogue by axis: id, name, unit, direction, headline and guard marks.
///
/// # Errors
///
/// The output cannot be written.
///
/// # Example
///
/// ```
/// let mut page = Vec::new();
/// giamtang::report::list(Default::default(), &mut page)?;
/// assert!(String::from_utf8_lossy(&page).contains("time/on_time"));
/// # Ok::<(), giamtang::Error>(())
/// ```
pub fn list(style: Style, out: impl Write) -> Result<()> {
    send(catalogue::list(style), out)
}

/// Writes one KPI: both names, formula, definition and worked example.
///
/// # Errors
///
/// The output cannot be written.
///
/// # Example
///
/// ```
/// let kpi = giamtang::kpi::find("time/elapsed_time").expect("it is in the catalogue");
/// let mut page = Vec::new();
/// giamtang::report::explain(kpi, Default::default(), &mut page)?;
/// assert!(String::from_utf8_lossy(&page).contains("Thời gian chờ thực tế"));
/// # Ok::<(), giamtang::Error>(())
/// ```
pub fn explain(kpi: &Kpi, style: Style, out: impl Write) -> Result<()> {
    send(catalogue::explain(kpi, style), out)
}

fn send(text: String, mut out: impl Write) -> Result<()> {
    let sent = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    sent.map_err(|why| Error::unwritable(Path::new("the output"), why))
}
