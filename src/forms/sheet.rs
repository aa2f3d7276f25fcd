//! A form as it is laid out on paper: headings over columns, lines of cells, notes; no renderer knows more of a form.

use crate::error::Undefined;
use crate::kpi::Name;

/// A form laid out: what stands above the table, the table, and what is said below it.
///
/// # Example
///
/// ```
/// use giamtang::forms::{Cell, Heading, Kind, Line, Sheet, named};
///
/// let headings = vec![vec![Heading::new(named("Field", "Lĩnh vực")), Heading::new(named("Total", "Tổng số"))]];
/// let line = Line { kind: Kind::Item, cells: vec![Cell::Text("Hộ tịch".into()), Cell::Count(12)] };
/// let sheet = Sheet { headings, lines: vec![line], ..Sheet::new("06a", named("Results", "Kết quả")) };
/// assert_eq!(sheet.columns(), 2);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// The form's name on the command line.
    pub form: &'static str,
    /// What stands in the corner: the form's number and the rule it was issued with.
    pub number: Vec<Name>,
    /// The title.
    pub title: Name,
    /// Which of the form's tables it is, where there are several.
    pub part: Option<Name>,
    /// Who reports, and to whom.
    pub parties: Vec<(Name, Said)>,
    /// What stands under the title: the period, the unit of count.
    pub under: Vec<(Name, Said)>,
    /// The rows of headings.
    pub headings: Vec<Vec<Heading>>,
    /// The numbers of the columns as the form writes them; none where it numbers none.
    pub numbers: Vec<String>,
    /// How wide each column is beside the others, about in characters; of one that is not said, 10.
    pub widths: Vec<u16>,
    /// The lines.
    pub lines: Vec<Line>,
    /// What is said below the table.
    pub notes: Vec<Name>,
}

/// What stands beside a label under the title.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// A name or a text of the study.
    Text(String),
    /// Words.
    Words(Name),
    /// The days of a window, both included.
    Days(chrono::NaiveDate, chrono::NaiveDate),
    /// A day.
    Day(chrono::NaiveDate),
}

/// A heading over one column or more.
#[derive(Clone, Debug, PartialEq)]
pub struct Heading {
    /// The words.
    pub text: Name,
    /// The columns it stands over.
    pub across: u16,
    /// The rows of headings it takes.
    pub down: u16,
}

impl Heading {
    /// A heading over one column, one row high.
    pub fn new(text: Name) -> Self {
        Self { text, across: 1, down: 1 }
    }

    /// The same over so many columns.
    pub fn across(self, across: u16) -> Self {
        Self { across, ..self }
    }

    /// The same so many rows high.
    pub fn down(self, down: u16) -> Self {
        Self { down, ..self }
    }
}

/// A line of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// What it is.
    pub kind: Kind,
    /// Its cells, one for each column.
    pub cells: Vec<Cell>,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The heading of those that follow, with their sum where there is one.
    Group,
    /// One of them.
    Item,
    /// The sum of all.
    Total,
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing belongs here.
    Empty,
    /// A name out of a log or a study: hostile until it is escaped.
    Text(String),
    /// Words of the form.
    Words(Name),
    /// A number of things.
    Count(u64),
    /// A number, printed with so many decimals.
    Number {
        /// The number.
        value: f64,
        /// Its decimals.
        decimals: u8,
    },
    /// A share, printed in per cent with one decimal.
    Percent(f64),
    /// A figure that there is not, and why.
    Absent(Undefined),
}

impl Sheet {
    /// An empty sheet of a form.
    pub fn new(form: &'static str, title: Name) -> Self {
        let (number, parties, under) = (Vec::new(), Vec::new(), Vec::new());
        let (headings, numbers) = (Vec::new(), Vec::new());
        let (widths, lines, notes) = (Vec::new(), Vec::new(), Vec::new());
        Self { form, number, title, part: None, parties, under, headings, numbers, widths, lines, notes }
    }

    /// The columns of the table.
    pub fn columns(&self) -> usize {
        let first = self.headings.first().into_iter().flatten();
        first.map(|heading| usize::from(heading.across)).sum()
    }

    /// The width of a column beside the others.
    pub fn width(&self, column: usize) -> u16 {
        self.widths.get(column).copied().unwrap_or(10)
    }
}

impl From<std::result::Result<u64, Undefined>> for Cell {
    fn from(count: std::result::Result<u64, Undefined>) -> Self {
        count.map_or_else(Self::Absent, Self::Count)
    }
}

/// A name in English and Vietnamese.
pub fn named(en: impl Into<std::borrow::Cow<'static, str>>, vi: impl Into<std::borrow::Cow<'static, str>>) -> Name {
    Name { en: en.into(), vi: vi.into() }
}

/// A sentence in both languages with numbers in its gaps, as each language writes them.
pub(super) fn counted(en: &str, vi: &str, counts: &[u64]) -> Name {
    let filled = |text: &str, separator: char| {
        let fill = |text: String, count: &u64| text.replacen("{}", &grouped(*count, separator), 1);
        counts.iter().fold(text.to_owned(), fill)
    };
    named(filled(en, ','), filled(vi, '.'))
}

/// A number with its thousands apart.
fn grouped(count: u64, separator: char) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_sentences_follow_the_language() {
        let said = counted("{} of {}", "{} trên {}", &[7, 1_234_567]);
        assert_eq!((&*said.en, &*said.vi), ("7 of 1,234,567", "7 trên 1.234.567"));
    }
}
