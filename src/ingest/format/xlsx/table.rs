//! A sheet's cells put together as a header and columns of texts.

use super::cells::{Cell, Said};
use super::dates::Form;
use crate::ingest::rows::{Misshapen, Rows, Texts};
use crate::ingest::rules::Rule;
use std::collections::{BTreeMap, BTreeSet};

/// The bytes of text that are taken out of a sheet; one long text may stand in many cells.
const MOST_TEXT: usize = 1 << 30;

/// The rows times the columns that are taken out of a sheet.
const MOST_CELLS: usize = 1 << 28;

/// The bytes that a date takes at most.
const DATE: usize = "2024-01-01 09:00:00.250".len();

/// The header and the rows below it, as far as they have been added.
pub(super) struct Table {
    header_row: u32,
    columns: Vec<Column>,
    /// How many of the columns have a name or a text.
    used: usize,
    numbers: Vec<u64>,
    misshapen: Vec<Misshapen>,
    text_left: usize,
    most_cells: usize,
}

#[derive(Default)]
struct Column {
    name: String,
    /// Blank where a moment stands, and shorter than the table where the last rows are blank.
    texts: Texts,
    moments: Vec<(usize, i64)>,
}

impl Table {
    /// An empty table whose header is the row of that number, from 0.
    pub(super) fn below(header_row: u32) -> Self {
        let (columns, numbers, misshapen) = (Vec::new(), Vec::new(), Vec::new());
        Self { header_row, columns, used: 0, numbers, misshapen, text_left: MOST_TEXT, most_cells: MOST_CELLS }
    }

    /// Adds a cell after those before it; one above the header is left out.
    pub(super) fn add(&mut self, cell: Cell<'_>) -> Result<(), String> {
        let Some(number) = cell.row.checked_sub(self.header_row) else { return Ok(()) };
        self.reckon(&cell.said)?;
        if number > 0 {
            self.begin_row(u64::from(number));
        }
        let place = cell.column as usize;
        if self.columns.len() <= place {
            self.columns.resize_with(place + 1, Column::default);
        }
        let Some(column) = self.columns.get_mut(place) else { return Ok(()) };
        self.used += usize::from(column.is_unused());
        match self.numbers.len().checked_sub(1) {
            None => column.name = named(&cell.said),
            Some(row) => column.put(row, &cell.said),
        }
        if self.used.saturating_mul(self.numbers.len()) > self.most_cells {
            let most = self.most_cells;
            return Err(format!(
                "has more than {most} cells, rows times columns; delete the columns that are not needed"
            ));
        }
        Ok(())
    }

    fn reckon(&mut self, said: &Said<'_>) -> Result<(), String> {
        let bytes = match said {
            Said::Text(text) => text.len(),
            Said::Moment(_) => DATE,
        };
        let left = self.text_left.checked_sub(bytes);
        self.text_left = left.ok_or("has more than 1 GiB of text; delete the columns that are not needed")?;
        Ok(())
    }

    fn begin_row(&mut self, number: u64) {
        let last = self.numbers.last().copied().unwrap_or_default();
        if number > last {
            let blank = |row| Misshapen { row, rule: Rule::BlankRow, value: None };
            self.misshapen.extend((last + 1..number).map(blank));
            self.numbers.push(number);
        }
    }

    /// The names of the columns, and the rows with all of them.
    pub(super) fn finish(self) -> (Vec<String>, Rows) {
        let (mut names, mut columns) = (Vec::new(), Vec::new());
        for (place, column) in self.columns.into_iter().enumerate() {
            if column.is_unused() {
                continue;
            }
            let unnamed = column.name.is_empty();
            names.push(if unnamed { format!("column_{}", place + 1) } else { column.name.clone() });
            columns.push(column.finish(self.numbers.len()));
        }
        (told_apart(names), Rows { numbers: self.numbers, columns, misshapen: self.misshapen })
    }
}

impl Column {
    fn is_unused(&self) -> bool {
        self.name.is_empty() && self.texts.len() == 0
    }

    fn put(&mut self, row: usize, said: &Said<'_>) {
        self.fill(row);
        match said {
            Said::Text(text) => self.texts.push(text),
            Said::Moment(ms) => {
                self.moments.push((row, *ms));
                self.texts.push("");
            }
        }
    }

    /// Adds blank texts up to a row.
    fn fill(&mut self, rows: usize) {
        (self.texts.len()..rows).for_each(|_| self.texts.push(""));
    }

    /// The texts of so many rows, the moments written among them.
    fn finish(mut self, rows: usize) -> Texts {
        self.fill(rows);
        let Some(form) = self.moments.iter().map(|(_, ms)| Form::of(*ms)).max() else { return self.texts };
        let (mut moments, mut date, mut texts) = (self.moments.into_iter().peekable(), String::new(), Texts::default());
        for (row, text) in self.texts.iter().enumerate() {
            match moments.next_if(|(at, _)| *at == row) {
                Some((_, ms)) => {
                    form.write(ms, &mut date);
                    texts.push(&date);
                }
                None => texts.push(text),
            }
        }
        texts
    }
}

/// What a cell of the header says.
fn named(said: &Said<'_>) -> String {
    match said {
        Said::Text(text) => text.trim().to_owned(),
        Said::Moment(ms) => {
            let mut text = String::new();
            Form::of(*ms).write(*ms, &mut text);
            text
        }
    }
}

/// Each name once: a repeated one ends in `_duplicated_0`, `_duplicated_1`, and so on.
fn told_apart(names: Vec<String>) -> Vec<String> {
    let mut taken: BTreeSet<String> = names.iter().cloned().collect();
    let mut repeats: BTreeMap<String, usize> = BTreeMap::new();
    let mut apart = Vec::with_capacity(names.len());
    for name in names {
        let Some(repeat) = repeats.get_mut(&name) else {
            repeats.insert(name.clone(), 0);
            apart.push(name);
            continue;
        };
        let other =
            (*repeat..).map(|n| (n, format!("{name}_duplicated_{n}"))).find(|(_, other)| !taken.contains(other));
        if let Some((n, other)) = other {
            *repeat = n + 1;
            taken.insert(other.clone());
            apart.push(other);
        }
    }
    apart
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(row: u32, column: u32, text: &str) -> Cell<'_> {
        Cell { row, column, is_text: true, said: Said::Text(text.into()) }
    }

    #[test]
    fn names_are_told_apart() {
        let cases: [(&[&str], &[&str]); 3] = [
            (&["a", "a", "b", "a"], &["a", "a_duplicated_0", "b", "a_duplicated_1"]),
            (&["a", "a", "a_duplicated_0"], &["a", "a_duplicated_1", "a_duplicated_0"]),
            (&["column_2", "column_2"], &["column_2", "column_2_duplicated_0"]),
        ];
        for (names, expected) in cases {
            assert_eq!(told_apart(names.iter().map(ToString::to_string).collect()), expected);
        }
    }

    #[test]
    fn one_text_in_many_cells_has_an_end() {
        let mut table = Table { text_left: 10, ..Table::below(0) };
        assert_eq!((table.add(cell(0, 0, "id")), table.add(cell(1, 0, "12345678"))), (Ok(()), Ok(())));
        assert!(table.add(cell(2, 0, "1")).unwrap_err().contains("1 GiB"));
    }

    #[test]
    fn many_columns_of_many_rows_have_an_end() {
        let mut table = Table { most_cells: 6, ..Table::below(0) };
        for (row, column) in [(0, 0), (1, 0), (2, 5), (3, 0)] {
            assert_eq!(table.add(cell(row, column, "1")), Ok(()));
        }
        assert!(table.add(cell(4, 0, "1")).unwrap_err().contains("more than 6 cells"));
    }
}
