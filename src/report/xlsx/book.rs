//! A workbook under way: sheets with legal names, texts that are never formulas, and no time of day.

use super::names::{cut, sheet, shown};
use super::styles::{Look, Typeface};
use crate::error::{Error, Result};
use chrono::{Datelike, NaiveDate};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Url, Workbook, Worksheet};
use std::collections::HashMap;

/// A sheet holds so many rows.
pub(super) const ROWS: u32 = 1_048_576;

/// What a page's foot has room for.
const FOOT: usize = 80;

/// A4, as workbooks number papers.
const A4: u8 = 9;

/// A workbook under way.
pub(in crate::report) struct Book {
    workbook: Workbook,
    title: String,
    names: Vec<String>,
    formats: Formats,
}

/// The formats that are in use; each is made once.
struct Formats {
    typeface: Typeface,
    made: HashMap<Look, Format>,
}

/// One sheet; rows and columns are counted from 0.
pub(in crate::report) struct Sheet<'a> {
    sheet: &'a mut Worksheet,
    formats: &'a mut Formats,
}

impl Book {
    /// An empty workbook under a title.
    pub(in crate::report) fn new(title: &str, typeface: Typeface) -> Result<Self> {
        let mut workbook = Workbook::new();
        // A workbook has a date; the same input makes the same bytes only where that is always the same.
        let made = ExcelDateTime::from_ymd(2000, 1, 1).map_err(broken)?;
        let title = cut(shown(title), 255);
        workbook.set_properties(&DocProperties::new().set_title(&title).set_creation_datetime(&made));
        Ok(Self { workbook, title, names: Vec::new(), formats: Formats { typeface, made: HashMap::new() } })
    }

    /// A new sheet under this name, as nearly as it may have it: A4 across, as wide as a page.
    pub(in crate::report) fn sheet(&mut self, name: &str) -> Result<Sheet<'_>> {
        let name = sheet(name, &self.names);
        let sheet = self.workbook.add_worksheet();
        sheet.set_name(&name).map_err(broken)?;
        sheet.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 0);
        sheet.set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3);
        // An ampersand begins a code of the foot, unless it is doubled.
        let title = cut(self.title.replace('\n', " "), FOOT).replace('&', "&&");
        sheet.set_footer(format!("&L&8{title}&C&8&A&R&8&P / &N"));
        self.names.push(name);
        Ok(Sheet { sheet, formats: &mut self.formats })
    }

    /// The bytes of the file.
    pub(in crate::report) fn bytes(mut self) -> Result<Vec<u8>> {
        self.workbook.save_to_buffer().map_err(broken)
    }
}

impl Sheet<'_> {
    /// A text; whatever it begins with, it is no formula.
    pub(in crate::report) fn text(&mut self, (row, column): (u32, u16), text: &str, look: &Look) -> Result<()> {
        let format = self.formats.of(look);
        self.sheet.write_string_with_format(row, column, shown(text), format).map(drop).map_err(broken)
    }

    /// A number; what is none is an error, and not a text.
    pub(in crate::report) fn number(&mut self, (row, column): (u32, u16), value: f64, look: &Look) -> Result<()> {
        if !value.is_finite() {
            return Err(broken("a figure is not a number"));
        }
        let format = self.formats.of(look);
        self.sheet.write_number_with_format(row, column, value, format).map(drop).map_err(broken)
    }

    /// A day; one that workbooks do not know is a text.
    pub(in crate::report) fn date(&mut self, at: (u32, u16), day: NaiveDate, look: &Look) -> Result<()> {
        let known = u16::try_from(day.year()).ok().filter(|year| *year >= 1900);
        let known = known.and_then(|year| ExcelDateTime::from_ymd(year, day.month() as u8, day.day() as u8).ok());
        let Some(known) = known else { return self.text(at, &day.to_string(), look) };
        let format = self.formats.of(look);
        self.sheet.write_datetime_with_format(at.0, at.1, known, format).map(drop).map_err(broken)
    }

    /// Nothing, but with the lines and the paper of its look.
    pub(in crate::report) fn blank(&mut self, (row, column): (u32, u16), look: &Look) -> Result<()> {
        let format = self.formats.of(look);
        self.sheet.write_blank(row, column, format).map(drop).map_err(broken)
    }

    /// A text over so many rows down and columns across.
    pub(in crate::report) fn merged(
        &mut self,
        (row, column): (u32, u16),
        [down, across]: [u16; 2],
        text: &str,
        look: &Look,
    ) -> Result<()> {
        if down <= 1 && across <= 1 {
            return self.text((row, column), text, look);
        }
        let (last_row, last_column) = (row + u32::from(down.max(1)) - 1, column + across.max(1) - 1);
        let format = self.formats.of(look);
        let merged = self.sheet.merge_range(row, column, last_row, last_column, &shown(text), format);
        merged.map(drop).map_err(broken)
    }

    /// A link to a sheet of the same workbook, by the name it has.
    pub(in crate::report) fn link(&mut self, (row, column): (u32, u16), name: &str, look: &Look) -> Result<()> {
        let format = self.formats.of(look);
        let url = Url::new(format!("internal:'{}'!A1", name.replace('\'', "''"))).set_text(name);
        self.sheet.write_url_with_format(row, column, url, format).map(drop).map_err(broken)
    }

    /// The widths of the columns from the first on, in characters.
    pub(in crate::report) fn widths(&mut self, widths: impl IntoIterator<Item = f64>) -> Result<()> {
        (0..)
            .zip(widths)
            .try_for_each(|(column, width)| self.sheet.set_column_width(column, width).map(drop).map_err(broken))
    }

    /// The height of a row, in points: needed where a merged text has several lines.
    pub(in crate::report) fn height(&mut self, row: u32, points: f64) -> Result<()> {
        self.sheet.set_row_height(row, points.min(409.0)).map(drop).map_err(broken)
    }

    /// The first rows and columns stay where they are.
    pub(in crate::report) fn freeze(&mut self, rows: u32, columns: u16) -> Result<()> {
        self.sheet.set_freeze_panes(rows, columns).map(drop).map_err(broken)
    }

    /// These rows stand on every printed page.
    pub(in crate::report) fn repeat(&mut self, first: u32, last: u32) -> Result<()> {
        self.sheet.set_repeat_rows(first, last).map(drop).map_err(broken)
    }

    /// A filter over a table whose headings are its first row.
    pub(in crate::report) fn filter(&mut self, first: (u32, u16), last: (u32, u16)) -> Result<()> {
        self.sheet.autofilter(first.0, first.1, last.0, last.1).map(drop).map_err(broken)
    }

    /// What is printed.
    pub(in crate::report) fn print(&mut self, last: (u32, u16)) -> Result<()> {
        self.sheet.set_print_area(0, 0, last.0, last.1).map(drop).map_err(broken)
    }

    /// All of it on one page.
    pub(in crate::report) fn on_one_page(&mut self) {
        self.sheet.set_print_fit_to_pages(1, 1);
    }

    /// No lines but those of the cells' own.
    pub(in crate::report) fn unruled(&mut self) {
        self.sheet.set_screen_gridlines(false);
    }
}

impl Formats {
    fn of(&mut self, look: &Look) -> &Format {
        if !self.made.contains_key(look) {
            self.made.insert(look.clone(), look.format(self.typeface));
        }
        &self.made[look]
    }
}

fn broken(why: impl std::fmt::Display) -> Error {
    Error::broken("writing a workbook", why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Vec<u8> {
        let mut book = Book::new("=a & b", Typeface::Screen).expect("a workbook");
        let mut sheet = book.sheet("Tổng: hợp").expect("a sheet");
        sheet.merged((0, 0), [1, 3], "=1+1", &Look::heading()).expect("a heading");
        sheet.number((1, 0), 0.125, &Look::default().number("0.0 %")).expect("a number");
        sheet.date((1, 1), NaiveDate::from_ymd_opt(2024, 2, 29).expect("a day"), &Look::default()).expect("a date");
        sheet.link((1, 2), "Tổng hợp", &Look::default()).expect("a link");
        book.bytes().expect("bytes")
    }

    #[test]
    fn the_same_input_makes_the_same_bytes() {
        assert_eq!(sample(), sample());
    }

    #[test]
    fn what_is_no_number_is_an_error() {
        let mut book = Book::new("a", Typeface::Official).expect("a workbook");
        let mut sheet = book.sheet("a").expect("a sheet");
        assert!(sheet.number((0, 0), f64::NAN, &Look::default()).is_err());
    }
}
