//! The cells of a sheet that hold something, one after another, as texts and dates.

use super::dates::moment;
use calamine::{DataRef, ExcelDateTime, Xlsx, XlsxCellReader, XlsxFormulaMetadata};
use std::borrow::Cow;
use std::fs::File;
use std::io::BufReader;

/// The rows and the columns a sheet can have.
const MOST: (u32, u32) = (1 << 20, 1 << 14);

/// A workbook that is open.
pub(super) type Book = Xlsx<BufReader<File>>;

/// A cell that holds something.
#[derive(Debug, PartialEq)]
pub(super) struct Cell<'a> {
    /// Its row, from 0.
    pub(super) row: u32,
    /// Its column, from 0.
    pub(super) column: u32,
    /// Whether it holds a text, not a number, a date or the like.
    pub(super) is_text: bool,
    /// What it says.
    pub(super) said: Said<'a>,
}

/// What a cell says.
#[derive(Debug, PartialEq)]
pub(super) enum Said<'a> {
    /// A text that is not blank.
    Text(Cow<'a, str>),
    /// A date or a time of a day: milliseconds after the beginning of 1970.
    Moment(i64),
}

/// The cells of a sheet in its order, without the blank ones.
pub(super) struct Cells<'a> {
    sheet: String,
    reader: XlsxCellReader<'a, BufReader<File>>,
    from_1904: bool,
    /// The row and the column of the cell before.
    last: Option<(u32, u32)>,
}

impl<'a> Cells<'a> {
    /// The cells of the sheet of that name.
    pub(super) fn of(book: &'a mut Book, sheet: &str) -> Result<Self, String> {
        let from_1904 = book.has_1904_epoch();
        let reader = book.worksheet_cells_reader(sheet).map_err(|e| format!("sheet `{sheet}` is damaged: {e}"))?;
        Ok(Self { sheet: sheet.to_owned(), reader, from_1904, last: None })
    }

    /// The next cell; `None` after the last.
    pub(super) fn next(&mut self) -> Result<Option<Cell<'a>>, String> {
        while let Some(found) = self.reader.next_cell_with_formula_metadata().map_err(|e| self.damaged(e))? {
            let (row, column) = found.pos;
            let is_text = matches!(found.value, DataRef::String(_) | DataRef::SharedString(_));
            let Some(said) = said(found.value, found.formula, self.from_1904) else { continue };
            if self.last >= Some((row, column)) || row >= MOST.0 || column >= MOST.1 {
                return Err(self.damaged("a cell stands where none can be"));
            }
            self.last = Some((row, column));
            return Ok(Some(Cell { row, column, is_text, said }));
        }
        Ok(None)
    }

    fn damaged(&self, why: impl std::fmt::Display) -> String {
        let place = match self.last {
            Some((row, column)) => format!("after row {}, column {}", u64::from(row) + 1, u64::from(column) + 1),
            None => "before its first cell".to_owned(),
        };
        format!("sheet `{}` is damaged {place}: {why}", self.sheet)
    }
}

/// What a value says; `None` where it is blank.
fn said<'a>(value: DataRef<'a>, formula: Option<XlsxFormulaMetadata>, from_1904: bool) -> Option<Said<'a>> {
    let text = match value {
        DataRef::Empty => Cow::Owned(format!("={}", written(formula?))),
        DataRef::SharedString(text) => Cow::Borrowed(text),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cow::Owned(text),
        DataRef::Bool(yes) => Cow::Borrowed(if yes { "true" } else { "false" }),
        DataRef::Int(number) => Cow::Owned(number.to_string()),
        DataRef::Float(number) => Cow::Owned(number_text(number)),
        DataRef::Error(error) => Cow::Owned(error.to_string()),
        DataRef::DateTime(date) => return Some(dated(date, from_1904)),
    };
    if text.trim().is_empty() { None } else { Some(Said::Text(text)) }
}

/// A formula whose value was never worked out, as it is written; one that is shared stands elsewhere.
fn written(formula: XlsxFormulaMetadata) -> String {
    match formula {
        XlsxFormulaMetadata::Normal { formula } | XlsxFormulaMetadata::Shared { formula, .. } => formula,
        _ => String::new(),
    }
}

fn dated<'a>(date: ExcelDateTime, from_1904: bool) -> Said<'a> {
    let moment = if date.is_datetime() { moment(date.as_f64(), from_1904) } else { None };
    moment.map_or_else(|| Said::Text(number_text(date.as_f64()).into()), Said::Moment)
}

/// A number in the fewest digits that read back as it; a whole one without a decimal point.
fn number_text(number: f64) -> String {
    match number.abs() {
        0.0 => "0".to_owned(),
        // Beyond these there would be more zeros than digits.
        size if !(1e-7..1e21).contains(&size) => format!("{number:e}"),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_the_fewest_digits() {
        let cases = [
            (45292.0, "45292"),
            (-3.0, "-3"),
            (-0.0, "0"),
            (1e15, "1000000000000000"),
            (1_203_004_567.0, "1203004567"),
            (0.1, "0.1"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1e300, "1e300"),
            (2.5e-9, "2.5e-9"),
        ];
        for (number, text) in cases {
            assert_eq!(number_text(number), text);
            assert_eq!(text.parse::<f64>(), Ok(number));
        }
    }

    #[test]
    fn values_say_what_they_are() {
        let text = |text: &'static str| Some(Said::Text(text.into()));
        assert_eq!(said(DataRef::String("  ".into()), None, false), None);
        assert_eq!(said(DataRef::SharedString("\u{a0}"), None, false), None);
        assert_eq!(said(DataRef::SharedString(" a "), None, false), text(" a "));
        assert_eq!(said(DataRef::Empty, None, false), None);
        let formula = XlsxFormulaMetadata::Normal { formula: "A1+7".into() };
        assert_eq!(said(DataRef::Empty, Some(formula.clone()), false), text("=A1+7"));
        assert_eq!(said(DataRef::Float(7.0), Some(formula), false), text("7"));
        assert_eq!(said(DataRef::Bool(true), None, false), text("true"));
    }
}
