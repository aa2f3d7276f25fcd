//! A table as a sheet of its own: title, what is to be known first, headings that stay, filters, what is said below.

use super::book::{Book, ROWS, Sheet};
use super::codes;
use super::styles::{Look, Side, Tone};
use crate::error::Result;
use crate::report::Lang;
use crate::report::messages::Words;
use chrono::NaiveDate;

/// The points of a line, and what of a column's width a character of prose takes.
const LINE: f64 = 15.0;
const CHARACTER: f64 = 0.92;

/// What of a column's width stands empty beside a text.
const INSET: f64 = 2.0;

/// What a cell holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    Empty,
    /// A text; broken into lines where it is printed.
    Text(String),
    /// A text broken into lines on the screen too.
    Wrapped(String),
    Strong(String),
    Toned(Tone, String),
    /// A text over all columns from its own on.
    Wide(String),
    Count(u64),
    /// A number, and the code that shows it.
    Number(f64, String),
    /// A month, by its first day.
    Month(NaiveDate),
}

/// A column.
#[derive(Clone, Debug)]
pub(super) struct Column {
    /// What stands above the headings of columns that belong together.
    pub(super) band: String,
    pub(super) heading: String,
    /// In characters.
    pub(super) width: f64,
    /// Whether it is printed; the others are for the screen, and stand behind these.
    pub(super) printed: bool,
}

/// A sheet that is a table.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    pub(super) name: String,
    pub(super) title: String,
    /// What is to be known first.
    pub(super) lead: Vec<String>,
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Vec<Cell>>,
    /// What is said below.
    pub(super) notes: Vec<String>,
    /// Columns that stay where they are.
    pub(super) frozen: u16,
}

impl Cell {
    /// A number where there is one.
    pub(super) fn number(value: Option<f64>, code: impl Into<String>) -> Self {
        value.map_or(Self::Empty, |value| Self::Number(value, code.into()))
    }

    pub(super) fn count(value: Option<u64>) -> Self {
        value.map_or(Self::Empty, Self::Count)
    }

    /// A text where there is one.
    pub(super) fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    pub(super) fn wrapped(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Wrapped(text) }
    }

    /// A month such as `2024-02`; anything else is a text.
    pub(super) fn month(text: &str) -> Self {
        let first = NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d");
        first.map_or_else(|_| Self::text(text), Self::Month)
    }

    /// The points that it takes in its column, the first of these.
    fn height(&self, columns: &[Column]) -> f64 {
        let width = |all: &[Column]| all.iter().map(|column| column.width).sum::<f64>() - INSET;
        match self {
            Self::Wide(text) => height(text, width(columns)),
            Self::Text(_) if !columns[0].printed => LINE,
            Self::Text(text) | Self::Wrapped(text) | Self::Strong(text) | Self::Toned(_, text) => {
                height(text, width(&columns[..1]))
            }
            Self::Empty | Self::Count(_) | Self::Number(..) | Self::Month(_) => LINE,
        }
    }

    /// Writes it; with a line on every side where any of the columns `across` from it on are printed.
    pub(super) fn on(&self, sheet: &mut Sheet<'_>, at: (u32, u16), across: u16, lang: Lang) -> Result<()> {
        let boxed = across > 0;
        let look = self.look(lang);
        let look = if boxed && matches!(self, Self::Text(_)) { look.wrapped() } else { look };
        let look = &if boxed { look.boxed() } else { look };
        match self {
            Self::Empty if boxed => sheet.blank(at, look),
            Self::Empty => Ok(()),
            Self::Text(text) | Self::Wrapped(text) | Self::Strong(text) | Self::Toned(_, text) => {
                sheet.text(at, text, look)
            }
            Self::Wide(text) => sheet.merged(at, [1, across], text, look),
            Self::Count(count) => sheet.number(at, *count as f64, look),
            Self::Number(value, _) => sheet.number(at, *value, look),
            Self::Month(day) => sheet.date(at, *day, look),
        }
    }

    fn look(&self, lang: Lang) -> Look {
        let plain = Look::default();
        match self {
            Self::Empty => plain,
            Self::Text(_) => plain.inset(),
            Self::Wrapped(_) | Self::Wide(_) => plain.inset().wrapped(),
            Self::Strong(_) => plain.bold().inset().wrapped(),
            Self::Toned(tone, _) => Look::of(*tone).inset().wrapped(),
            Self::Count(_) => plain.number(codes::count(lang)),
            Self::Number(_, code) => plain.number(code.clone()),
            Self::Month(_) => plain.number(lang.say(Words("xlsx.month_code"))).side(Side::Centre),
        }
    }
}

impl Column {
    pub(super) fn new(heading: impl Into<String>, width: f64) -> Self {
        Self { band: String::new(), heading: heading.into(), width, printed: true }
    }
}

impl Leaf {
    pub(super) fn new(title: &str, columns: Vec<Column>, rows: Vec<Vec<Cell>>) -> Self {
        let (name, title) = (title.to_owned(), title.to_owned());
        Self { name, title, lead: Vec::new(), columns, rows, notes: Vec::new(), frozen: 1 }
    }

    /// The same without the columns in which nothing stands, but for those `kept` by their place.
    pub(super) fn without_empty(mut self, kept: impl Fn(usize) -> bool) -> Self {
        let stands = |at: usize| kept(at) || self.rows.iter().any(|row| row.get(at).is_some_and(|c| *c != Cell::Empty));
        let standing: Vec<bool> = (0..self.columns.len()).map(stands).collect();
        retain(&mut self.columns, &standing);
        self.rows.iter_mut().for_each(|row| retain(row, &standing));
        self
    }

    /// The table in parts that a sheet has room for.
    pub(super) fn parts(self) -> Vec<Self> {
        let room = (ROWS as usize).saturating_sub(self.before() + self.notes.len() + 1);
        self.split(room)
    }

    fn split(mut self, room: usize) -> Vec<Self> {
        if self.rows.len() <= room {
            return vec![self];
        }
        let rows = std::mem::take(&mut self.rows);
        let part = |rows: &[Vec<Cell>]| Self { rows: rows.to_vec(), ..self.clone() };
        rows.chunks(room.max(1)).map(part).collect()
    }

    /// The rows before the first of the table.
    fn before(&self) -> usize {
        1 + self.lead.len() + 1 + usize::from(self.has_bands()) + 1
    }

    fn has_bands(&self) -> bool {
        self.columns.iter().any(|column| !column.band.is_empty())
    }

    fn printed(&self) -> u16 {
        self.columns.iter().take_while(|column| column.printed).count().max(1) as u16
    }

    /// Writes the sheet under a name.
    pub(super) fn on(&self, book: &mut Book, name: &str, lang: Lang) -> Result<()> {
        let sheet = &mut book.sheet(name)?;
        sheet.widths(self.columns.iter().map(|column| column.width))?;
        sheet.text((0, 0), &self.title, &Look::default().bold().size(14))?;
        self.prose(sheet, 1, &self.lead)?;
        let first = self.before() as u32;
        self.headings(sheet, first - 1)?;
        for (at, row) in (first..).zip(&self.rows) {
            self.stretch(sheet, at, row.iter().enumerate().map(|(place, cell)| cell.height(&self.columns[place..])))?;
            let printed = self.printed();
            let put = |(column, cell): (u16, &Cell)| cell.on(sheet, (at, column), printed.saturating_sub(column), lang);
            (0..).zip(row).try_for_each(put)?;
        }
        let end = first + self.rows.len() as u32;
        self.prose(sheet, end + 1, &self.notes)?;
        let last_column = (self.columns.len() as u16).saturating_sub(1);
        sheet.filter((first - 1, 0), (end.max(first + 1) - 1, last_column))?;
        sheet.freeze(first, self.frozen)?;
        sheet.repeat(first - 1 - u32::from(self.has_bands()), first - 1)?;
        sheet.print((end + self.notes.len() as u32, self.printed() - 1))
    }

    /// Makes a row as high as its highest cell: not every program does so by itself.
    fn stretch(&self, sheet: &mut Sheet<'_>, row: u32, heights: impl Iterator<Item = f64>) -> Result<()> {
        let highest = heights.fold(LINE, f64::max);
        if highest > LINE { sheet.height(row, highest) } else { Ok(()) }
    }

    /// What gathers the headings, and the headings.
    fn headings(&self, sheet: &mut Sheet<'_>, row: u32) -> Result<()> {
        let mut at = 0;
        while self.has_bands() && at < self.columns.len() {
            let band = &self.columns[at].band;
            let across = self.columns[at..].iter().take_while(|column| column.band == *band).count();
            if !band.is_empty() {
                let look = Look::of(Tone::Band).bold().boxed().middle();
                sheet.merged((row - 1, at as u16), [1, across as u16], band, &look)?;
            }
            at += across;
        }
        // The mark of the filter takes its room.
        let heights = self.columns.iter().map(|own| height(&own.heading, own.width - 2.0 * INSET));
        self.stretch(sheet, row, heights)?;
        (0..).zip(&self.columns).try_for_each(|(at, own)| sheet.text((row, at), &own.heading, &Look::heading()))
    }

    /// Lines over all that is printed, each as high as it needs.
    fn prose(&self, sheet: &mut Sheet<'_>, first: u32, lines: &[String]) -> Result<()> {
        let width: f64 = self.columns.iter().take(self.printed().into()).map(|column| column.width).sum();
        for (row, line) in (first..).zip(lines) {
            sheet.height(row, height(line, width))?;
            sheet.merged((row, 0), [1, self.printed()], line, &Look::of(Tone::Dim).wrapped())?;
        }
        Ok(())
    }
}

/// The points that a text takes in a column so wide.
pub(super) fn height(text: &str, width: f64) -> f64 {
    let lines = |line: &str| (line.chars().count() as f64 * CHARACTER / width.max(1.0)).ceil().max(1.0);
    LINE * text.lines().map(lines).sum::<f64>().max(1.0)
}

fn retain<T>(all: &mut Vec<T>, standing: &[bool]) {
    let mut standing = standing.iter();
    all.retain(|_| standing.next().copied().unwrap_or(true));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(rows: usize) -> Leaf {
        let rows = (0..rows as u64).map(|row| vec![Cell::Count(row), Cell::Empty, Cell::text("x")]).collect();
        Leaf::new("Groups", ["a", "b", "c"].map(|name| Column::new(name, 10.0)).into(), rows)
    }

    #[test]
    fn what_is_empty_is_left_out_unless_it_is_kept() {
        let names = |leaf: Leaf| leaf.columns.iter().map(|column| column.heading.clone()).collect::<String>();
        assert_eq!(names(leaf(2).without_empty(|_| false)), "ac");
        assert_eq!(names(leaf(2).without_empty(|at| at == 1)), "abc");
        assert_eq!(leaf(1).without_empty(|_| false).rows, [[Cell::Count(0), Cell::text("x")]]);
    }

    #[test]
    fn a_table_too_long_for_a_sheet_is_split() {
        let counts: Vec<usize> = leaf(7).split(3).iter().map(|part| part.rows.len()).collect();
        assert_eq!(counts, [3, 3, 1]);
        assert_eq!(leaf(3).split(3).len(), 1);
        assert_eq!(leaf(0).parts().len(), 1);
    }

    #[test]
    fn a_month_is_a_day_or_a_text() {
        assert_eq!(Cell::month("2024-02"), Cell::Month(NaiveDate::from_ymd_opt(2024, 2, 1).expect("a day")));
        assert_eq!((Cell::month("?"), Cell::month("")), (Cell::text("?"), Cell::Empty));
    }

    #[test]
    fn prose_is_as_high_as_its_lines() {
        assert_eq!(height("", 10.0), 15.0);
        assert_eq!(height(&"x".repeat(20), 10.0), 30.0);
        assert_eq!(height("a\nb", 10.0), 30.0);
    }
}
