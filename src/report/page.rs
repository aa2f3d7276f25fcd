//! A page of text: tones, wrapping, columns; the only place that knows escape codes.

use super::Style;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How a piece of text is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    Strong,
    Dim,
    Good,
    Bad,
}

/// Text in tones, with its control characters escaped.
#[derive(Clone, Debug, Default)]
pub(super) struct Text(Vec<(Tone, String)>);

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    /// Blanks before it.
    pub(super) gap: usize,
    pub(super) width: usize,
    pub(super) right: bool,
}

/// A page under way.
pub(super) struct Page {
    pub(super) style: Style,
    pub(super) width: usize,
    text: String,
}

impl Tone {
    fn code(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Strong => Some("\x1b[1m"),
            Self::Dim => Some("\x1b[2m"),
            Self::Good => Some("\x1b[32m"),
            Self::Bad => Some("\x1b[31m"),
        }
    }
}

impl Text {
    pub(super) fn new(tone: Tone, text: impl AsRef<str>) -> Self {
        Self(vec![(tone, escaped(text.as_ref()))])
    }

    pub(super) fn plain(text: impl AsRef<str>) -> Self {
        Self::new(Tone::Plain, text)
    }

    pub(super) fn dim(text: impl AsRef<str>) -> Self {
        Self::new(Tone::Dim, text)
    }

    pub(super) fn strong(text: impl AsRef<str>) -> Self {
        Self::new(Tone::Strong, text)
    }

    pub(super) fn and(mut self, other: Self) -> Self {
        for (tone, text) in other.0 {
            match self.0.last_mut().filter(|(last, _)| *last == tone) {
                Some((_, before)) => before.push_str(&text),
                None => self.0.push((tone, text)),
            }
        }
        self
    }

    /// The pieces with their tones.
    pub(super) fn pieces_toned(&self) -> &[(Tone, String)] {
        &self.0
    }

    /// The text without its tones.
    pub(super) fn content(&self) -> String {
        self.0.iter().map(|(_, text)| text.as_str()).collect()
    }

    pub(super) fn width(&self) -> usize {
        self.0.iter().map(|(_, text)| text.width()).sum()
    }

    pub(super) fn words(&self) -> Vec<Self> {
        let (mut words, mut word) = (Vec::new(), Self::default());
        for (tone, text) in &self.0 {
            for (place, part) in text.split(' ').enumerate() {
                if place > 0 {
                    words.push(std::mem::take(&mut word));
                }
                word.0.push((*tone, part.to_owned()));
            }
        }
        words.push(word);
        words.retain(|word| word.width() > 0);
        words
    }

    /// The text in lines, broken between words where it can be.
    pub(super) fn wrapped(&self, width: usize) -> Vec<Self> {
        if self.width() <= width { vec![self.clone()] } else { fill(self.words(), " ", width) }
    }

    /// The text in pieces that fit.
    fn pieces(self, width: usize) -> Vec<Self> {
        match self.words() {
            _ if self.width() <= width => vec![self],
            words if words.len() > 1 => fill(words, " ", width),
            _ => self.chopped(width),
        }
    }

    fn chopped(self, width: usize) -> Vec<Self> {
        let (mut pieces, mut piece, mut used) = (Vec::new(), Self::default(), 0);
        for (tone, text) in self.0 {
            for c in text.chars() {
                let wide = c.width().unwrap_or_default();
                if used + wide > width {
                    pieces.push(std::mem::take(&mut piece));
                    used = 0;
                }
                used += wide;
                piece.0.push((tone, c.into()));
            }
        }
        pieces.push(piece);
        pieces
    }

    /// The text without blanks at its end.
    fn trimmed(mut self) -> Self {
        while let Some((tone, text)) = self.0.pop() {
            let kept = text.trim_end_matches(' ');
            if !kept.is_empty() {
                self.0.push((tone, kept.to_owned()));
                break;
            }
        }
        self
    }
}

impl Page {
    pub(super) fn new(style: Style) -> Self {
        Self { style, width: style.width.max(60), text: String::new() }
    }

    pub(super) fn finish(self) -> String {
        self.text
    }

    pub(super) fn blank(&mut self) {
        self.text.push('\n');
    }

    /// Prose, wrapped, every line indented.
    pub(super) fn prose(&mut self, indent: usize, text: Text) {
        for line in text.wrapped(self.width - indent) {
            self.line(indent, line);
        }
    }

    /// Prose whose further lines hang below its first mark.
    pub(super) fn hanging(&mut self, mark: Text, text: &Text) {
        let column = |width| Column { gap: 0, width, right: false };
        let columns = [column(mark.width()), column(self.width - mark.width())];
        self.row(0, &columns, &[mark, text.clone()]);
    }

    /// Short facts, one after the other, broken only between them.
    pub(super) fn facts(&mut self, indent: usize, facts: Vec<Text>) {
        for line in fill(facts, " · ", self.width - indent) {
            self.line(indent, line);
        }
    }

    /// A heading with a rule to the right margin, and perhaps a word at its end.
    pub(super) fn heading(&mut self, text: Text, end: Option<Text>) {
        let used = text.width() + end.as_ref().map_or(0, |end| end.width() + 1) + 1;
        let rule = Text::dim(format!(" {}", "─".repeat(self.width.saturating_sub(used))));
        let end = end.map_or_else(Text::default, |end| Text::plain(" ").and(end));
        self.prose(0, text.and(rule).and(end));
    }

    /// Cells side by side, each wrapped to its column.
    pub(super) fn row(&mut self, indent: usize, columns: &[Column], cells: &[Text]) {
        let cells = columns.iter().zip(cells).map(|(column, cell)| cell.wrapped(column.width)).collect();
        self.beside(indent, columns, cells);
    }

    /// Columns of lines side by side.
    pub(super) fn beside(&mut self, indent: usize, columns: &[Column], cells: Vec<Vec<Text>>) {
        let height = cells.iter().map(Vec::len).max().unwrap_or_default();
        for at in 0..height {
            let mut line = Text::default();
            for (column, cell) in columns.iter().zip(&cells) {
                let text = cell.get(at).cloned().unwrap_or_default();
                let pad = blanks(column.width.saturating_sub(text.width()));
                let (before, after) = if column.right { (pad, Text::default()) } else { (Text::default(), pad) };
                line = line.and(blanks(column.gap)).and(before).and(text).and(after);
            }
            self.line(indent, line);
        }
    }

    /// A table whose columns share the page.
    pub(super) fn table(&mut self, indent: usize, shape: &[Column], rows: &[Vec<Text>]) {
        let columns = fit(shape, rows, self.width - indent);
        for row in rows {
            self.row(indent, &columns, row);
        }
    }

    fn line(&mut self, indent: usize, line: Text) {
        self.text.extend(std::iter::repeat_n(' ', indent));
        for (tone, text) in line.trimmed().0 {
            match tone.code().filter(|_| self.style.colour && !text.is_empty()) {
                Some(code) => self.text.extend([code, &text, "\x1b[0m"]),
                None => self.text.push_str(&text),
            }
        }
        self.text.truncate(self.text.trim_end_matches(' ').len());
        self.text.push('\n');
    }
}

/// Columns as wide as their widest cell; where the page is too narrow the widest give way, and break words last.
pub(super) fn fit(shape: &[Column], rows: &[Vec<Text>], width: usize) -> Vec<Column> {
    let mut columns = shape.to_vec();
    let mut words = vec![0; columns.len()];
    for (at, column) in columns.iter_mut().enumerate() {
        let cells = || rows.iter().filter_map(|row| row.get(at));
        column.width = column.width.max(cells().map(Text::width).max().unwrap_or_default());
        column.gap = if column.width == 0 { 0 } else { column.gap };
        words[at] = cells().flat_map(Text::words).map(|word| word.width()).max().unwrap_or_default();
    }
    while columns.iter().map(|column| column.gap + column.width).sum::<usize>() > width {
        let gives = |(column, word): &(&mut Column, &usize)| (column.width > **word, column.width);
        let widest = columns.iter_mut().zip(&words).rev().max_by_key(gives);
        match widest {
            Some((widest, _)) if widest.width > 1 => widest.width -= 1,
            _ => break,
        }
    }
    columns
}

/// A column that takes what its cells need.
pub(super) fn column(gap: usize, right: bool) -> Column {
    Column { gap, width: 0, right }
}

/// Atoms joined into lines; an atom that is too wide for a line is broken.
pub(super) fn fill(atoms: Vec<Text>, separator: &str, width: usize) -> Vec<Text> {
    let mut lines: Vec<Text> = Vec::new();
    for atom in atoms.into_iter().flat_map(|atom| atom.pieces(width)) {
        match lines.pop() {
            Some(line) if line.width() + separator.width() + atom.width() <= width => {
                let tone = line.0.last().map_or(Tone::Dim, |(tone, _)| *tone);
                let tone = if separator == " " { tone } else { Tone::Dim };
                lines.push(line.and(Text::new(tone, separator)).and(atom));
            }
            line => lines.extend(line.into_iter().chain([atom])),
        }
    }
    lines
}

fn blanks(count: usize) -> Text {
    Text(vec![(Tone::Plain, " ".repeat(count))])
}

/// The text with control characters, and those that turn or hide text, written out.
///
/// # Example
///
/// ```
/// assert_eq!(giamtang::report::escaped("hồ\n\u{202e}sơ"), "hồ\\n\\u{202e}sơ");
/// ```
pub fn escaped(text: &str) -> String {
    let marks = ['\u{61c}', '\u{200b}', '\u{200e}', '\u{200f}', '\u{2060}', '\u{feff}'];
    let hides = |c: char| marks.contains(&c) || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            _ if c.is_control() => safe.extend(c.escape_default()),
            _ if hides(c) => safe.extend(c.escape_unicode()),
            _ => safe.push(c),
        }
    }
    safe
}

/// What the room's tests hold pages against.
#[cfg(test)]
pub(super) mod sample {
    use super::Style;
    use crate::report::Lang;

    pub(in crate::report) const NARROW: Style = Style { colour: false, width: 80, lang: Lang::En };

    /// Expected pages begin on the line after the quote.
    pub(in crate::report) fn assert_page(page: &str, expected: &str) {
        assert!(Some(page) == expected.strip_prefix('\n'), "the page is\n{page}\nand not\n{expected}");
    }
}
