//! A part of the page that is a table with what is said of it: made once, written on a page and as Markdown.

use super::markdown::{plain, table};
use super::page::{Page, Text, column, fit};
use super::words::Words;
use super::{Lang, number::Digits};
use crate::scorecard::{Known, Row, Scorecard};

/// A table under a title.
pub(super) struct Section {
    pub(super) title: String,
    /// What is to be known first.
    pub(super) lead: Vec<Text>,
    /// The headings; numbers stand to the right.
    pub(super) columns: Vec<(String, bool)>,
    pub(super) lines: Vec<Line>,
    /// What is said below.
    pub(super) notes: Vec<String>,
}

/// A line of the table, with what is said of it.
pub(super) struct Line {
    pub(super) cells: Vec<Text>,
    pub(super) below: Vec<String>,
}

impl Section {
    pub(super) fn new(title: &str, columns: Vec<(String, bool)>) -> Self {
        Self { title: title.to_owned(), lead: Vec::new(), columns, lines: Vec::new(), notes: Vec::new() }
    }

    /// Leaves out a column that is empty.
    pub(super) fn without(&mut self, name: &str) {
        if let Some(at) = self.columns.iter().position(|(own, _)| own == name) {
            self.columns.remove(at);
            self.lines.iter_mut().for_each(|line| drop(line.cells.remove(at)));
        }
    }

    /// On a page: what is said of a line stands below it.
    pub(super) fn on(&self, page: &mut Page) {
        page.blank();
        page.heading(Text::strong(&self.title), None);
        if !self.lead.is_empty() {
            page.facts(2, self.lead.clone());
        }
        let headings: Vec<Text> = self.columns.iter().map(|(name, _)| Text::dim(name)).collect();
        let told = self.lines.iter().map(|line| line.cells.clone());
        let rows: Vec<Vec<Text>> = [headings].into_iter().chain(told).collect();
        let shape: Vec<_> = (0..self.columns.len()).map(|at| column(self.gap(at), self.columns[at].1)).collect();
        let columns = fit(&shape, &rows, page.width - 2);
        if self.columns.iter().any(|(name, _)| !name.is_empty()) && !self.lines.is_empty() {
            page.row(2, &columns, &rows[0]);
        }
        for (line, cells) in self.lines.iter().zip(&rows[1..]) {
            page.row(2, &columns, cells);
            line.below.iter().for_each(|said| page.prose(4, Text::dim(said)));
        }
        self.notes.iter().for_each(|said| page.prose(2, Text::dim(said)));
    }

    /// Blanks before a column: an arrow and what stands after it, and a unit, are closer to what they belong to.
    fn gap(&self, at: usize) -> usize {
        let is_arrow = |at: usize| self.columns[at].0 == "→";
        let is_unit = |at: usize| self.columns[at].0.is_empty() && !self.columns[at].1;
        match at {
            0 => 0,
            _ if is_arrow(at) || is_arrow(at - 1) || is_unit(at) => 1,
            _ => 2,
        }
    }

    /// As Markdown: what is said of a line stands in its last column, and arrows are for pages alone.
    pub(super) fn markdown(&self, notes: &str) -> String {
        let told = |at: &usize| self.columns[*at].0 != "→";
        let says = self.lines.iter().any(|line| !line.below.is_empty());
        let columns: Vec<(String, bool)> = (0..self.columns.len())
            .filter(told)
            .map(|at| self.columns[at].clone())
            .chain(says.then(|| (notes.to_owned(), false)))
            .collect();
        let row = |line: &Line| {
            let below = says.then(|| line.below.join("; "));
            (0..line.cells.len()).filter(told).map(|at| line.cells[at].content()).chain(below).collect()
        };
        let rows: Vec<Vec<String>> = self.lines.iter().map(row).collect();
        let lead = (!self.lead.is_empty())
            .then(|| plain(&self.lead.iter().map(Text::content).collect::<Vec<_>>().join(" · ")) + "\n");
        let notes: String = self.notes.iter().map(|said| format!("- {}\n", plain(said))).collect();
        let title = format!("### {}\n", plain(&self.title));
        let parts = [Some(title), lead, Some(table(&columns, &rows)), Some(notes)];
        parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
    }
}

impl Line {
    pub(super) fn new(cells: Vec<Text>) -> Self {
        Self { cells, below: Vec::new() }
    }
}

/// Headings of a table; numbers stand to the right.
pub(super) fn headings<const N: usize>(columns: [(Words, bool); N], lang: Lang) -> Vec<(String, bool)> {
    columns.map(|(words, right)| (lang.say(words).to_owned(), right)).into()
}

/// What the reader is told of the methods, part by part.
pub(super) fn sections(card: &Scorecard, lang: Lang) -> Vec<Section> {
    let parts = [super::contrasts::section(card, lang), super::months::section(card, lang)];
    let more = [super::beside::section(card, lang), super::scenarios::section(card, lang)];
    parts.into_iter().chain(more).flatten().chain(super::side::sections(card, lang)).collect()
}

/// The headlines and guards of all axes.
pub(super) fn is_leading(id: &str) -> bool {
    use crate::kpi::Axis;
    Axis::ALL.iter().any(|axis| axis.headline() == id || axis.guards().contains(&id))
}

/// A KPI's name; its id where the card has no such row.
pub(super) fn name(card: &Scorecard, id: &str, lang: Lang) -> String {
    card.kpi(id).map_or(id, |row| lang.name(&row.name)).to_owned()
}

/// A number with its limits, or its p alone where it has none.
pub(super) fn interval(digits: Digits, value: f64, low: Option<f64>, high: Option<f64>) -> String {
    let signed = |value| digits.signed(value);
    format!("{} {}", signed(value), digits.interval(low, high, signed)).trim_end().to_owned()
}

/// A p, or why there is none.
pub(super) fn p(p: &Known<f64>, lang: Lang) -> String {
    match p {
        Known::Yes(p) => super::number::probability("p", *p, lang),
        Known::No(why) => lang.why(why),
    }
}

/// So many of so many.
pub(super) fn of(part: usize, whole: usize, lang: Lang) -> String {
    let [part, whole] = [part, whole].map(|number| super::number::count(number as u64, lang));
    lang.filled(Words("section.of"), &[("part", &part), ("whole", &whole)])
}

/// The unit of a KPI's values, and of its differences.
pub(super) fn units(row: &Row, lang: Lang) -> [&'static str; 2] {
    use super::words::{POINTS, unit, unit_of};
    let values = lang.say(crate::kpi::find(&row.id).map_or_else(|| unit(row.unit), unit_of));
    [values, if row.unit == crate::kpi::Unit::Share { lang.say(POINTS) } else { values }]
}
