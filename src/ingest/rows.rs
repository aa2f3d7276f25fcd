//! Rows of a text format, column by column, and rows that could not be taken apart.

use super::rules::Rule;

/// The texts of one column, one after another in one buffer; a blank text is an absent one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Texts {
    text: String,
    ends: Vec<u32>,
}

impl Texts {
    /// Adds the text of the next row.
    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len() as u32);
    }

    /// The number of rows.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The bytes that they take.
    pub(super) fn bytes(&self) -> usize {
        self.text.len() + self.ends.len() * size_of::<u32>()
    }

    /// The text of a row.
    pub(super) fn get(&self, row: usize) -> &str {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.text[start as usize..self.ends[row] as usize]
    }

    /// The texts in the order of the rows.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        let mut start = 0;
        self.ends.iter().map(move |end| {
            let text = &self.text[start..*end as usize];
            start = *end as usize;
            text
        })
    }
}

impl<'a> FromIterator<&'a str> for Texts {
    fn from_iter<I: IntoIterator<Item = &'a str>>(texts: I) -> Self {
        let mut all = Self::default();
        texts.into_iter().for_each(|text| all.push(text));
        all
    }
}

/// Stands in a text for bytes that are none; no text has it, as Unicode keeps it free.
pub(super) const UNDECODED: char = '\u{FFFE}';

/// Bytes as text, marked where they are none.
pub(super) fn marked(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    match String::from_utf8_lossy(bytes) {
        std::borrow::Cow::Owned(lossy) => lossy.replace('\u{FFFD}', "\u{FFFE}").into(),
        whole => whole,
    }
}

/// Some rows of an input, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rows {
    /// Row numbers, ascending; the first data row is 1.
    pub(super) numbers: Vec<u64>,
    /// The columns that were asked for, in the order they were asked for; each as long as `numbers`.
    pub(super) columns: Vec<Texts>,
    /// Rows that could not be taken apart; they stand in no column.
    pub(super) misshapen: Vec<Misshapen>,
}

impl Rows {
    /// No rows of so many columns.
    pub(super) fn of(columns: usize) -> Self {
        Self { numbers: Vec::new(), columns: vec![Texts::default(); columns], misshapen: Vec::new() }
    }
}

/// A row that could not be taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Misshapen {
    /// Its number.
    pub(super) row: u64,
    /// What is wrong with it.
    pub(super) rule: Rule,
    /// What can be shown of it, at most 200 characters.
    pub(super) value: Option<String>,
}
