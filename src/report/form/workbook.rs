//! A form as a workbook, laid out like the paper form: Vietnamese, A4 across, in the typeface of official documents.

use super::grid::placed;
use super::{absent, labelled, text};
use crate::error::Result;
use crate::forms::{Cell, Filled, Kind, Line, Sheet};
use crate::report::xlsx::styles::{Look, Side, Tone, Typeface};
use crate::report::xlsx::{Book, Sheet as Leaf};
use crate::report::{Lang, provenance};

/// The form is an official document: it is in Vietnamese, whoever fills it.
const LANG: Lang = Lang::Vi;

/// The height of a line of text, in points.
const LINE: f64 = 15.75;

/// The notes and the origin are set smaller.
const SMALL: u8 = 10;

pub(super) fn bytes(form: &Filled) -> Result<Vec<u8>> {
    let sheets = form.sheets();
    let mut book = Book::new(sheets.first().map_or("", |sheet| LANG.name(&sheet.title)), Typeface::Official)?;
    for sheet in &sheets {
        let leaf = book.sheet(sheet.part.as_ref().map_or(sheet.form, |part| LANG.name(part)))?;
        Paper { leaf, sheet, row: 0 }.fill(form)?;
    }
    book.bytes()
}

/// The sheet under way.
struct Paper<'a> {
    leaf: Leaf<'a>,
    sheet: &'a Sheet,
    row: u32,
}

impl Paper<'_> {
    fn fill(mut self, form: &Filled) -> Result<()> {
        let sheet = self.sheet;
        self.leaf.widths((0..sheet.columns()).map(|column| f64::from(sheet.width(column))))?;
        self.leaf.unruled();
        self.head()?;
        self.headings()?;
        self.lines()?;
        self.notes(form)?;
        self.leaf.print((self.row.saturating_sub(1), self.columns() - 1))
    }

    fn columns(&self) -> u16 {
        u16::try_from(self.sheet.columns()).unwrap_or(u16::MAX).max(1)
    }

    /// The characters that fit between two columns.
    fn room(&self, from: u16, to: u16) -> f64 {
        (from..to).map(|column| f64::from(self.sheet.width(column.into()))).sum()
    }

    /// The number of the form on the left, who reports on the right, the title and the period between them.
    fn head(&mut self) -> Result<()> {
        let (columns, sheet) = (self.columns(), self.sheet);
        let [left, right] = self.corners();
        let number: Vec<String> = sheet.number.iter().map(|name| LANG.name(name).to_owned()).collect();
        let parties: Vec<String> = sheet.parties.iter().map(|own| labelled(own, LANG)).collect();
        for at in 0..number.len().max(parties.len()) {
            let look = Look::default().size(SMALL).wrapped();
            let look = if at == 0 { look.bold() } else { look };
            let texts = [(0, left, number.get(at)), (right, columns, parties.get(at))];
            let mut lines = 1.0_f64;
            for (from, to, text) in texts {
                let Some(text) = text else { continue };
                lines = lines.max(lines_of(text, self.room(from, to) * 1.2));
                self.leaf.merged((self.row, from), [1, to - from], text, &look)?;
            }
            self.leaf.height(self.row, LINE * lines)?;
            self.row += 1;
        }
        self.row += 1;
        let title = LANG.name(&sheet.title).to_uppercase();
        self.across(&title, &Look::default().bold().size(14).side(Side::Centre).wrapped(), 1.2)?;
        if let Some(part) = &sheet.part {
            self.across(LANG.name(part), &Look::default().bold().side(Side::Centre).wrapped(), 1.0)?;
        }
        for own in &sheet.under {
            self.across(&labelled(own, LANG), &Look::default().italic().side(Side::Centre).wrapped(), 1.0)?;
        }
        self.row += 1;
        Ok(())
    }

    /// Where the left corner ends and the right one begins.
    fn corners(&self) -> [u16; 2] {
        let (columns, all) = (self.columns(), self.room(0, self.columns()));
        let left = (1..columns).find(|to| self.room(0, *to) >= 0.36 * all).unwrap_or(columns);
        let right = (left + 1..columns).rev().find(|from| self.room(*from, columns) >= 0.36 * all).unwrap_or(left);
        [left, right]
    }

    /// A text over the whole width, as high as it needs to be.
    fn across(&mut self, text: &str, look: &Look, height: f64) -> Result<()> {
        let columns = self.columns();
        self.leaf.merged((self.row, 0), [1, columns], text, look)?;
        self.leaf.height(self.row, LINE * height * lines_of(text, self.room(0, columns)))?;
        self.row += 1;
        Ok(())
    }

    /// The headings, merged as on paper, and the numbers of the columns under them.
    fn headings(&mut self) -> Result<()> {
        let (first, look) = (self.row, Look::heading());
        let mut heights = vec![1.0_f64; self.sheet.headings.len()];
        for own in placed(self.sheet) {
            let column = u16::try_from(own.column).unwrap_or(u16::MAX);
            let (down, across) = (own.heading.down.max(1), own.heading.across.max(1));
            let text = LANG.name(&own.heading.text);
            let at = (first + u32::try_from(own.row).unwrap_or_default(), column);
            self.leaf.merged(at, [down, across], text, &look)?;
            let lines = lines_of(text, self.room(column, column + across) * 0.9);
            let each = (lines / f64::from(down)).ceil();
            let taken = heights.iter_mut().skip(own.row).take(down.into());
            taken.for_each(|height| *height = height.max(each));
        }
        for height in heights {
            self.leaf.height(self.row, LINE * height)?;
            self.row += 1;
        }
        self.numbers()?;
        self.leaf.repeat(first, self.row - 1)?;
        self.leaf.freeze(self.row, 2.min(self.columns()))
    }

    fn numbers(&mut self) -> Result<()> {
        if self.sheet.numbers.is_empty() {
            return Ok(());
        }
        let look = Look::default().italic().size(8).boxed().middle().wrapped().side(Side::Centre);
        let mut lines = 1.0_f64;
        for (column, number) in (0..).zip(&self.sheet.numbers) {
            self.leaf.text((self.row, column), number, &look)?;
            lines = lines.max(lines_of(number, 1.4 * f64::from(self.sheet.width(column.into()))));
        }
        self.leaf.height(self.row, LINE * lines)?;
        self.row += 1;
        Ok(())
    }

    fn lines(&mut self) -> Result<()> {
        for line in &self.sheet.lines {
            let mut lines = 1.0_f64;
            for (column, cell) in (0..).zip(&line.cells) {
                self.cell(column, cell, line)?;
                if !super::is_number(cell) {
                    lines = lines.max(lines_of(&text(cell, LANG), 1.1 * f64::from(self.sheet.width(column.into()))));
                }
            }
            self.leaf.height(self.row, LINE * lines)?;
            self.row += 1;
        }
        Ok(())
    }

    fn cell(&mut self, column: u16, cell: &Cell, line: &Line) -> Result<()> {
        let look = match line.kind {
            Kind::Item => Look::default(),
            Kind::Group => Look::of(Tone::Band).bold(),
            Kind::Total => Look::of(Tone::Heading).bold(),
        };
        let (look, at) = (look.boxed().middle(), (self.row, column));
        match cell {
            Cell::Empty => self.leaf.blank(at, &look),
            Cell::Count(count) => self.leaf.number(at, *count as f64, &look.number("#,##0")),
            Cell::Number { value, decimals } => self.leaf.number(at, *value, &look.number(code(*decimals))),
            Cell::Percent(share) => self.leaf.number(at, *share, &look.number("0.0 %")),
            Cell::Absent(_) => self.leaf.text(at, &text(cell, LANG), &look.side(Side::Right)),
            Cell::Text(_) | Cell::Words(_) => {
                let look = if column == 0 { look.side(Side::Centre) } else { look.wrapped() };
                self.leaf.text(at, &text(cell, LANG), &look)
            }
        }
    }

    /// The notes, why figures are absent, and where the form comes from.
    fn notes(&mut self, form: &Filled) -> Result<()> {
        self.row += 1;
        let look = Look::default().size(SMALL).wrapped();
        let notes = self.sheet.notes.iter().map(|note| format!("• {}", LANG.name(note)));
        for note in notes.chain(absent(self.sheet, LANG)) {
            self.across(&note, &look, 0.9)?;
        }
        let origin = provenance::line(&form.head().provenance, LANG);
        self.across(&origin, &Look::of(Tone::Dim).italic().size(8).wrapped(), 0.9)
    }
}

/// How a number with so many decimals is shown.
fn code(decimals: u8) -> String {
    match decimals {
        0 => "#,##0".to_owned(),
        more => format!("#,##0.{}", "0".repeat(more.into())),
    }
}

/// The lines that a text takes in a column of so many characters: no text may be cut, so rather too many.
fn lines_of(text: &str, room: f64) -> f64 {
    let (mut lines, mut used) = (1.0, 0.0);
    let room = room.max(1.0);
    for word in text.split(' ') {
        let length = word.chars().count() as f64 * 1.05;
        if used > 0.0 && used + 1.0 + length > room {
            lines += 1.0;
            used = 0.0;
        }
        used += if used > 0.0 { 1.0 + length } else { length };
        while used > room {
            lines += 1.0;
            used -= room;
        }
    }
    lines
}
