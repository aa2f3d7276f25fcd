//! Small pieces of a page: toned text, names, tables, prose.

use super::words::{COPY_TABLE, SEE, TABLE_OF};
use crate::report::Lang;
use crate::report::page::{Text, Tone, escaped};
use crate::report::prose::{Block, blocks, toned};
use crate::report::section::{Line, Section};
use maud::{Markup, html};

/// Text with its tones as classes.
pub(super) fn text(text: &Text) -> Markup {
    html! {
        @for (tone, piece) in text.pieces_toned() {
            @match class(*tone) {
                Some(class) => span class=(class) { (piece) },
                None => (piece),
            }
        }
    }
}

fn class(tone: Tone) -> Option<&'static str> {
    match tone {
        Tone::Plain => None,
        Tone::Strong => Some("strong"),
        Tone::Dim => Some("quiet"),
        Tone::Good => Some("good"),
        Tone::Bad => Some("bad"),
    }
}

/// A name out of a log: it turns nothing that stands beside it, and what is hidden in it is written out.
pub(super) fn name(name: &str) -> Markup {
    html! { bdi { (escaped(name)) } }
}

/// With a capital letter, as headings begin.
pub(super) fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// A table that scrolls by itself where the page is narrow.
pub(super) struct Table<'a> {
    caption: &'a str,
    columns: &'a [(String, bool)],
    lang: Lang,
    /// Whether the caption is for those alone who do not see the heading above it.
    is_quiet: bool,
    is_sortable: bool,
}

impl<'a> Table<'a> {
    /// Under these headings; numbers stand to the right.
    pub(super) fn new(caption: &'a str, columns: &'a [(String, bool)], lang: Lang) -> Self {
        Self { caption, columns, lang, is_quiet: true, is_sortable: false }
    }

    /// With a caption that everybody sees.
    pub(super) fn captioned(self) -> Self {
        Self { is_quiet: false, ..self }
    }

    /// That a reader may sort.
    pub(super) fn sortable(self) -> Self {
        Self { is_sortable: true, ..self }
    }

    /// With these rows; the first cell of each names it.
    pub(super) fn with(&self, rows: &[Markup]) -> Markup {
        html! {
            div.scroll role="group" aria-label=(self.lang.filled(TABLE_OF, &[("name", self.caption)])) tabindex="0" {
                table class=[self.is_sortable.then_some("sortable")] {
                    caption class=[self.is_quiet.then_some("unseen")] { (self.caption) }
                    @if self.columns.iter().any(|(name, _)| !name.is_empty()) {
                        thead { tr { @for column in self.columns { (heading(column)) } } }
                    }
                    tbody { @for row in rows { (row) } }
                }
            }
        }
    }

    /// With these cells.
    pub(super) fn of(&self, rows: &[Vec<Markup>]) -> Markup {
        let rows: Vec<Markup> = rows.iter().map(|cells| self.row(cells)).collect();
        self.with(&rows)
    }

    pub(super) fn row(&self, cells: &[Markup]) -> Markup {
        html! {
            tr {
                @for (at, (cell, (_, right))) in cells.iter().zip(self.columns).enumerate() {
                    @if at == 0 { th scope="row" { (cell) } } @else { td class=[right.then_some("number")] { (cell) } }
                }
            }
        }
    }
}

fn heading((name, right): &(String, bool)) -> Markup {
    html! {
        // A heading of nothing is none: those who hear the page would be told of it.
        @if name.is_empty() { td {} } @else { th class=[right.then_some("number")] scope="col" { (name) } }
    }
}

/// A section: what is to be known first, its table, what is said below.
pub(super) fn section(section: &Section, lang: Lang) -> Markup {
    let told = |at: &usize| section.columns[*at].0 != "→";
    let columns: Vec<_> = (0..section.columns.len()).filter(told).map(|at| section.columns[at].clone()).collect();
    let table = Table::new(&section.title, &columns, lang);
    let row = |line: &Line| {
        let cells: Vec<Markup> = (0..line.cells.len()).filter(told).map(|at| text(&line.cells[at])).collect();
        html! {
            (table.row(&cells))
            @for said in &line.below { tr.below { td colspan=(columns.len()) { (escaped(said)) } } }
        }
    };
    html! {
        @if !section.lead.is_empty() { (facts(&section.lead)) }
        @if !section.lines.is_empty() { (table.with(&section.lines.iter().map(row).collect::<Vec<_>>())) }
        @for said in &section.notes { p.note { (escaped(said)) } }
    }
}

/// Short facts, one after the other.
pub(super) fn facts(facts: &[Text]) -> Markup {
    html! {
        p.facts { @for (at, fact) in facts.iter().enumerate() { @if at > 0 { " · " } span { (text(fact)) } } }
    }
}

/// The little Markdown of definitions and examples; headings stand at the fifth level.
pub(super) fn markdown(words: &str, lang: Lang) -> Markup {
    html! {
        @for block in blocks(words) {
            @match block {
                Block::Heading(words) => h5 { (words) },
                Block::Prose(words) => p { (text(&toned(&words))) },
                Block::Fence(lines) => pre tabindex="0" role="group" aria-label=(lang.say(SEE)) { code { (lines.join("\n")) } },
                Block::Table(rows) => (example(&rows, lang)),
            }
        }
    }
}

/// A worked example's table: its first line is its headings.
fn example(rows: &[Vec<String>], lang: Lang) -> Markup {
    let Some((head, rows)) = rows.split_first() else { return html! {} };
    let columns: Vec<_> = head.iter().enumerate().map(|(at, name)| (name.clone(), at > 0)).collect();
    let cells = |row: &Vec<String>| row.iter().map(|cell| text(&toned(cell))).collect();
    let rows: Vec<Vec<Markup>> = rows.iter().map(cells).collect();
    Table::new(lang.say(COPY_TABLE), &columns, lang).of(&rows)
}
