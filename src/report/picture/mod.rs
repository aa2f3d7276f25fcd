//! Pictures of a scorecard: static SVG with one sentence a reader takes from each, and the table of what is drawn.
//!
//! A picture has no colour of its own. [`STYLE`] gives its classes those of the page, by custom properties: `--ink` of
//! text, `--soft` of text and lines that stand back, `--line` of axes and grids, `--paper` of the ground, `--was` and `--is`
//! of the windows, `--good` and `--bad` of what is better and worse, `--band` of limits. A page that sets these for light
//! and for dark has pictures for both. Nothing is said by colour alone: windows have shapes of their own, better and worse
//! are named, limits and lines that never were are dashed.
//!
//! Sheets are as wide as a narrow phone, and their text as large as is read there: see `canvas`. Coordinates have one
//! decimal, so that a picture is the same bytes on every machine.

mod canvas;
mod change;
mod curves;
mod digits;
mod events;
mod funnel;
mod limits;
mod mix;
mod month;
mod plot;
mod scale;
mod series;
mod sheet;
mod spark;
mod windows;
mod words;

pub(super) use change::change;
pub(super) use curves::curves;
pub(super) use events::events;
pub(super) use funnel::funnel;
pub(super) use mix::mix;
pub(super) use series::series;
#[doc(hidden)]
pub use sheet::pictures;
pub(super) use spark::{spark_change, spark_series};
pub(super) use windows::windows;

use super::page::escaped;
use canvas::Canvas;
use maud::Markup;

/// What gives the classes of pictures their colours, lines and letters.
pub(super) const STYLE: &str = include_str!("style.css");

/// A picture with what stands behind it.
#[derive(Clone, Debug)]
pub(super) struct Picture {
    /// What it shows.
    pub(super) title: String,
    /// The one sentence that a reader takes from it.
    pub(super) says: String,
    /// The drawing: an `svg` that is as wide as what it stands in.
    pub(super) svg: Markup,
    /// The numbers that are drawn.
    pub(super) table: Table,
}

/// Numbers behind a picture, as the language writes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Table {
    /// What it is of.
    pub(super) caption: String,
    /// What the columns are.
    pub(super) headings: Vec<Heading>,
    /// The lines; the first cell of each says what it is of.
    pub(super) rows: Vec<Vec<String>>,
}

/// What a column is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Heading {
    /// In words, with the unit.
    pub(super) text: String,
    /// Whether its cells are numbers, which stand to the right.
    pub(super) is_number: bool,
}

impl Picture {
    fn new(title: String, says: String, canvas: Canvas, table: Table) -> Self {
        let [title, says] = [title, says].map(|text| escaped(&text));
        Self { svg: canvas.svg(&title, &says), title, says, table }
    }
}

impl Table {
    /// Of these columns; numbers stand to the right.
    fn new<const N: usize>(caption: &str, headings: [(&str, bool); N]) -> Self {
        let heading = |(text, is_number): (&str, bool)| Heading { text: escaped(text), is_number };
        Self { caption: escaped(caption), headings: headings.into_iter().map(heading).collect(), rows: Vec::new() }
    }

    fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.into_iter().map(|cell| escaped(&cell)).collect());
    }
}
