//! The scorecard as people and programs read it: JSON, and a page for the terminal.
//!
//! [`write()`] renders a scorecard, [`check`] what reading the log found, [`quarantine`] every row set aside, [`list`]
//! and [`explain`] the catalogue, [`rules`] what rows can break. Every page is made whole before a byte leaves, passes
//! one place that escapes control characters, and never grows beyond [`Style::width`]. Each language has one file of
//! messages.

mod aside;
mod beside;
mod catalogue;
mod contract;
mod contrasts;
mod cubes;
mod dates;
mod due;
mod face;
mod form;
mod gate;
mod html;
mod intake;
mod intake_json;
mod json;
mod looks;
mod markdown;
mod messages;
mod mix;
mod months;
mod number;
mod page;
mod picture;
mod prose;
mod provenance;
mod quarantine_file;
mod reason;
mod rulebook;
mod scenarios;
mod section;
mod side;
mod strip;
mod terminal;
mod tidy;
mod trace;
mod wording;
mod words;
mod xlsx;

pub use contract::Contract;
pub use form::FormFormat;
pub use gate::GateFormat;
pub(crate) use messages::Words;
pub use page::escaped;
#[doc(hidden)]
pub use picture::pictures;

use crate::calendar::Promise;
use crate::cube::Cube;
use crate::error::{Error, Result};
use crate::forms::Filled;
use crate::ingest::Findings;
use crate::kpi::Kpi;
use crate::scorecard::gate::Gate;
use crate::scorecard::{Scorecard, Trace};
use polars::prelude::DataFrame;
use std::io::Write;
use std::path::Path;

/// How a scorecard, or what reading a log found, is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// A page of text.
    Terminal(Style),
    /// The contract `giamtang.scorecard/1`, or that of what is written: `check`, `trace`, `due`, `cube.show`.
    Json,
    /// Tables for a pull request or a job's summary; of a scorecard alone.
    ///
    /// Names and values are escaped, so that none of them is markup, a link or a mention.
    Markdown(Lang),
    /// A page for a browser, in one file that asks nothing of any network; of a scorecard alone.
    ///
    /// It is read in light and dark, on a phone and on paper. Names and values are escaped, and a policy in its head lets
    /// nothing run but its own script, and nothing be fetched or sent.
    Html(Lang),
    /// Tidy CSV, one row per KPI, group and figure; of a scorecard alone.
    ///
    /// `scope` is `all`, `group`, whose names stand in columns `by:COLUMN`, or `without`: all but the cluster that stands
    /// there. `window` is the window, or the month. What is absent is empty, and `why` and `why_no_interval` say why. A
    /// text that a spreadsheet would run as a formula has an apostrophe before it. `figure` is
    ///
    /// | of | `figure` |
    /// | --- | --- |
    /// | a window | `was`, `is`; `largest_cluster` where it weighs more than half; `response_rate` beside surveys |
    /// | the change | `change`, `relative` |
    /// | the change at a fixed mix | `adjusted`, `adjusted_relative` with `adjusted_was`, `adjusted_is`; the verdict stands on `adjusted` where it is known, else on `change` |
    /// | what the mix did | `rate_effect`, `mix_effect`, `unmatched`, which add up to `change`; `strata_matched`, `strata_unmatched`, `rows_unmatched` |
    /// | *no clear change* | `smallest`, `smallest_relative`: what would have been found 4 times in 5 |
    /// | a cost | `sensitivity_low`, `sensitivity_high`, each with `_change` and `_relative` |
    /// | the time, said otherwise | `followed_median`, `closed_of_cohort_median`, `closed_of_cohort_mean`, `closed_in_window_median`, `closed_in_window_mean`, `restricted_mean`, each with `_change` and `_relative`; `restricted_mean_horizon` in days; `log_rank` (chi-square, `p`), `log_rank_stratified` (`p`); `still_open` of `n` |
    /// | a month | `month`, or `month_immature` where its cohort is too young; `month_limits` (centre, `low`, `high`), of so many months as `month_limits_baseline` says, for trial below 12; `signal_outside`, `signal_trend`, `signal_two_of_three`, `signal_shift` with what it means as `verdict`; `month_fitted`, `month_counterfactual`; `forecast` |
    /// | the trend | `trend_slope`, `trend_level_change`, `trend_slope_change`, `trend_latest_change`; `trend_months_before`, `trend_months_after` |
    /// | another decision | `scenario_counting_PROFILE`, `scenario_closed_only`, `scenario_unadjusted`, `scenario_longer`, `scenario_without`, each with the `verdict` it would come to |
    /// | units side by side | `funnel_centre`, `overdispersion`, `between_variance`; by group `funnel` (value, limits at 95 %), `funnel_outer` (at 99.8 %), `funnel_z`, `drawn`, `drawn_weight`, `rank` (`low` and `high` are its range) |
    /// | units that reformed | `compared`, `compared_smallest_p`, `compared_within_days`, `compared_reformed_change`, `compared_others_change`, `compared_reformed`, `compared_others`, `compared_left_out`; `pre_trend` (`p`), `pre_trend_slope`; `placebo_place` of `n`; `event` and `placebo`, whose `window` counts months from the reform: `reform+2` |
    Csv,
    /// The same columns and rows as Parquet, typed: numbers, counts and texts; what is absent is null. As [`to_frame`] has
    /// them, and with texts as they are.
    Parquet,
    /// A workbook in one language, for those who read and those who count; of a scorecard alone.
    ///
    /// A summary, a sheet for each axis, one of all groups to be filtered, months, definitions with worked examples,
    /// what became of every row. Numbers are numbers with formats, days are days, and no text is a formula.
    Xlsx(Lang),
}

/// How a page of text looks.
///
/// Later versions may know more of it: end it with `..Style::default()`.
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
        Format::Markdown(lang) => send(markdown::text(card, lang), out),
        Format::Html(lang) => send(html::page(card, lang), out),
        Format::Csv => send(tidy::csv(card)?, out),
        Format::Parquet => send(tidy::parquet(card)?, out),
        Format::Xlsx(lang) => send(xlsx::bytes(card, lang)?, out),
    }
}

/// A scorecard as a frame: the columns and rows of [`Format::Csv`], typed; what is absent is null.
///
/// `value`, limits and tests are numbers, `n` and what is counted beside it are whole numbers, all else is text.
///
/// # Errors
///
/// The frame cannot be made.
///
/// # Example
///
/// ```
/// use giamtang::Study;
/// use giamtang::report::to_frame;
/// use polars::prelude::*;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let frame = df!("case_id" => ["a"], "received_at" => ["2024-03-01"], "finished_at" => ["2024-03-04"])?;
/// let card = Study::builder().windows(None, "2024-03-01..2024-03-31").cluster("none").plan_frame(frame)?.compare()?;
/// let tidy = to_frame(&card)?;
/// assert_eq!((tidy.column("kpi")?.str()?.get(0), tidy.column("value")?.f64()?.get(0)), (Some("time/elapsed_time"), Some(3.0)));
/// # Ok(())
/// # }
/// ```
pub fn to_frame(card: &Scorecard) -> Result<DataFrame> {
    tidy::frame(card)
}

/// Writes what a study's targets come to.
///
/// JSON is the contract `giamtang.gate/1`: each target as the study asks it, with its `outcome` (`met`, `missed`,
/// `undefined`), what was `found` or is `lacking`, and a sentence of it in both languages.
///
/// # Errors
///
/// The output cannot be written.
///
/// # Example
///
/// ```
/// use giamtang::Study;
/// use giamtang::report::{GateFormat, Lang, gate};
/// use polars::prelude::*;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let study = "windows.is = '2024-03-01..2024-03-31'\ncompare.cluster = 'none'\n\
///              [[target]]\nkpi = 'time/elapsed_time'\nat_most = '4 days'";
/// let study = Study::parse(study, "study.toml")?;
/// let frame = df!("case_id" => ["a"], "received_at" => ["2024-03-01"], "finished_at" => ["2024-03-04"])?;
/// let (result, _) = study.plan_frame(frame)?.gate(&study.targets()?)?;
/// let mut list = Vec::new();
/// gate(&result, GateFormat::Markdown(Lang::En), &mut list)?;
/// assert!(String::from_utf8_lossy(&list).contains("- ✓ **Time the applicant waits: at most 4 days**: 3 days"));
/// # Ok(())
/// # }
/// ```
pub fn gate(gate: &Gate, format: GateFormat, out: impl Write) -> Result<()> {
    send(gate::text(gate, format)?, out)
}

/// Writes an official form.
///
/// JSON is the contract of the form: `giamtang.form.06a/1`, `giamtang.form.scm/1` and so on. A workbook is laid out like
/// the paper form and in Vietnamese; the same form gives the same bytes.
///
/// # Errors
///
/// The output cannot be written.
///
/// # Example
///
/// ```
/// use giamtang::Study;
/// use giamtang::forms::{Asked, Form};
/// use giamtang::report::{FormFormat, Style, form};
///
/// # fn main() -> giamtang::Result<()> {
/// let study = Study::load("fixtures/study/study.toml")?.form(Asked::new(Form::Handling))?;
/// let mut page = Vec::new();
/// form(&study.plan()?.form()?.0, FormFormat::Terminal(Style::default()), &mut page)?;
/// assert!(String::from_utf8_lossy(&page).contains("II.06a/VPCP/KSTT"));
/// # Ok(())
/// # }
/// ```
pub fn form(filled: &Filled, format: FormFormat, out: impl Write) -> Result<()> {
    send(form::bytes(filled, format)?, out)
}

/// Writes what reading a log found.
///
/// Inputs, the identity, rows by rule, file and column, warnings, the first rows set aside.
///
/// # Errors
///
/// The output cannot be written.
///
/// # Example
///
/// ```
/// use giamtang::ingest::{Findings, Input};
/// use giamtang::report::{Format, Style, check};
///
/// let inputs = vec![Input { path: "cases.csv".into(), rows: 1434, bytes: 90211, ..Input::default() }];
/// let findings = Findings { inputs, accepted: 1434, ..Findings::default() };
/// let mut page = Vec::new();
/// check(&findings, Format::Terminal(Style::default()), &mut page)?;
/// assert!(String::from_utf8_lossy(&page).contains("read 1,434 = accepted 1,434 + quarantined 0"));
/// # Ok::<(), giamtang::Error>(())
/// ```
pub fn check(findings: &Findings, format: Format, out: impl Write) -> Result<()> {
    match format {
        Format::Terminal(style) => send(intake::page(findings, style), out),
        Format::Json => send(intake_json::text(findings)?, out),
        Format::Markdown(_) | Format::Html(_) | Format::Csv | Format::Parquet | Format::Xlsx(_) => Err(of_scorecards()),
    }
}

/// Writes every row set aside as CSV, with the mapped columns where the findings hold them.
///
/// A text that a spreadsheet would run as a formula gets an apostrophe before it, unless `raw`. Such rows name people:
/// a file of them is for its owner alone, as [`write_private`](crate::cube::write_private) makes it.
///
/// # Errors
///
/// The output cannot be written.
///
/// # Example
///
/// ```
/// use giamtang::ingest::Findings;
///
/// let mut rows = Vec::new();
/// giamtang::report::quarantine(&Findings::default(), false, &mut rows)?;
/// assert_eq!(rows, b"file,row,rule,column,value\n");
/// # Ok::<(), giamtang::Error>(())
/// ```
pub fn quarantine(findings: &Findings, raw: bool, out: impl Write) -> Result<()> {
    quarantine_file::write(findings, raw, out)
}

/// Writes every rule in the order they are applied, and what is suspicious though it is accepted.
///
/// # Errors
///
/// The output cannot be written.
///
/// # Example
///
/// ```
/// let mut page = Vec::new();
/// giamtang::report::rules(Default::default(), &mut page)?;
/// assert!(String::from_utf8_lossy(&page).contains("finished_before_received"));
/// # Ok::<(), giamtang::Error>(())
/// ```
pub fn rules(style: Style, out: impl Write) -> Result<()> {
    send(rulebook::page(style), out)
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
    list_with(&[], style, out)
}

/// The same with a study's own KPIs, those that name no axis last.
///
/// # Errors
///
/// The output cannot be written.
///
/// # Example
///
/// ```
/// use giamtang::Study;
/// use giamtang::report::{Style, list_with};
///
/// # fn main() -> giamtang::Result<()> {
/// let own = Study::load("fixtures/study/own.toml")?.own_kpis()?;
/// let mut page = Vec::new();
/// list_with(&own, Style::default(), &mut page)?;
/// assert!(String::from_utf8_lossy(&page).contains("ours/answered_within_a_day"));
/// # Ok(())
/// # }
/// ```
pub fn list_with(own: &[Kpi], style: Style, out: impl Write) -> Result<()> {
    send(catalogue::list(own, style), out)
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

/// Writes one dossier: its rows, its dates on both clocks, and what it counts in or why not.
///
/// JSON is the contract `giamtang.trace/1`, as [`Trace`] serialises.
///
/// # Errors
///
/// The output cannot be written; or the format is of scorecards alone.
///
/// # Example
///
/// ```
/// use giamtang::Study;
/// use giamtang::report::{Format, Style, trace};
///
/// # fn main() -> giamtang::Result<()> {
/// let study = Study::load("fixtures/study/study.toml")?.case("H26.01-240415-0001");
/// let mut page = Vec::new();
/// trace(&study.plan()?.trace()?, Format::Terminal(Style::default()), &mut page)?;
/// assert!(String::from_utf8_lossy(&page).contains("cases-2024.csv, row 299"));
/// # Ok(())
/// # }
/// ```
pub fn trace(trace: &Trace, format: Format, out: impl Write) -> Result<()> {
    match format {
        Format::Terminal(style) => send(trace::page(trace, style), out),
        Format::Json => send(trace::json(trace)?, out),
        Format::Markdown(_) | Format::Html(_) | Format::Csv | Format::Parquet | Format::Xlsx(_) => Err(of_scorecards()),
    }
}

/// Writes when a limit ends, with the days it skipped and the days it counted instead of others.
///
/// JSON is the contract `giamtang.due/1`:
///
/// ```json
/// { "schema": "giamtang.due/1",
///   "calendar": {"zone": "Asia/Ho_Chi_Minh", "covers": "2019-01-01..2026-12-31", "provisional": false},
///   "from": "2024-04-25T00:00:00+07:00", "limit": "5 working days",
///   "due": "2024-05-06", "until": "2024-05-07T00:00:00+07:00", "inclusive": false,
///   "skipped": [{"date": "2024-04-27", "kind": "weekend", "why": "weekend"}],
///   "worked": [{"date": "2024-05-04", "instead_of": "2024-04-29", "certainty": "found"}] }
/// ```
///
/// `kind` is `weekend`, `holiday` or `closed`; `certainty` is `found` in a public source or `medium`; `inclusive` says whether the instant `until` is itself in time.
///
/// # Errors
///
/// The output cannot be written; or the format is of scorecards alone.
///
/// # Example
///
/// ```
/// use giamtang::calendar::{Limit, Promise};
/// use giamtang::report::{Format, Style, due};
///
/// # fn main() -> giamtang::Result<()> {
/// let calendar = giamtang::Study::of_calendar("vietnam").calendar()?;
/// let promise = Promise::new(&calendar, calendar.instant("2024-04-25")?, Limit::parse("5 working days")?)?;
/// let mut page = Vec::new();
/// due(&promise, Format::Terminal(Style::default()), &mut page)?;
/// assert!(page.starts_with(b"2024-05-06 Monday\n"));
/// # Ok(())
/// # }
/// ```
pub fn due(promise: &Promise, format: Format, out: impl Write) -> Result<()> {
    match format {
        Format::Terminal(style) => send(due::page(promise, style), out),
        Format::Json => send(due::json(promise)?, out),
        Format::Markdown(_) | Format::Html(_) | Format::Csv | Format::Parquet | Format::Xlsx(_) => Err(of_scorecards()),
    }
}

/// Writes what a cube is of and what it keeps; `bytes` is the size of its file.
///
/// JSON is the contract `giamtang.cube.show/1`:
///
/// ```json
/// { "schema": "giamtang.cube.show/1", "cube": "giamtang.cube/3", "digest": "…",
///   "study": {"name": "…", "was": "…", "is": "…", "counting": "strict", "level": 0.95, "cluster": "unit",
///             "given": {}, "defaults": {}},
///   "reconciliation": {"read": 2, "accepted": 2, "quarantined": 0, "by_rule": {}}, "ambiguous_times": 0,
///   "parts": [[2, 8]], "dimensions": ["unit"], "groups": 14, "cells": 98, "keys": 1104, "bytes": 20480,
///   "keeps": [{"key": "by received: elapsed received_at..finished_at", "kpis": ["time/elapsed_time"],
///              "cells": 28, "keys": 1104}] }
/// ```
///
/// `parts` are the parts of the log as number and of how many, none where it is whole; `keys` are distinct times.
///
/// # Errors
///
/// The output cannot be written; the cube's settings are not those of this version; or the format is of scorecards
/// alone.
///
/// # Example
///
/// ```
/// use giamtang::Study;
/// use giamtang::report::{Format, Style, cube};
/// use polars::prelude::*;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let frame = df!("case_id" => ["a"], "received_at" => ["2024-03-01"])?;
/// let march = Study::builder().windows(None, "2024-03-01..2024-03-31").cluster("none").plan_frame(frame)?.cube()?;
/// let mut page = Vec::new();
/// cube(&march, march.to_bytes()?.len() as u64, Format::Terminal(Style::default()), &mut page)?;
/// assert!(String::from_utf8_lossy(&page).contains("read 1 = accepted 1 + quarantined 0"));
/// # Ok(())
/// # }
/// ```
pub fn cube(cube: &Cube, bytes: u64, format: Format, out: impl Write) -> Result<()> {
    match format {
        Format::Terminal(style) => send(cubes::page(cube, bytes, style)?, out),
        Format::Json => send(cubes::json(cube, bytes)?, out),
        Format::Markdown(_) | Format::Html(_) | Format::Csv | Format::Parquet | Format::Xlsx(_) => Err(of_scorecards()),
    }
}

fn of_scorecards() -> Error {
    Error::usage(
        "format",
        "markdown, html, csv, parquet or xlsx",
        "terminal or json; the others are of scorecards alone",
    )
}

fn send(text: impl AsRef<[u8]>, mut out: impl Write) -> Result<()> {
    let sent = out.write_all(text.as_ref()).and_then(|()| out.flush());
    sent.map_err(|why| Error::unfinished(Path::new("the output"), &why))
}
