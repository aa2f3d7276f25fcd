//! The little Markdown that definitions and worked examples are written in: headings, prose, tables, fences.

use super::page::{Page, Text, Tone, column};

/// Renders it, indented by two, with headings at the margin.
pub(super) fn markdown(page: &mut Page, text: &str) {
    let mut blocks = blocks(text).into_iter().peekable();
    while let Some(block) = blocks.next() {
        let heads = matches!(block, Block::Heading(_));
        match block {
            Block::Heading(words) => page.prose(0, Text::strong(words)),
            Block::Prose(words) => page.prose(2, toned(&words)),
            Block::Fence(lines) => lines.into_iter().for_each(|line| page.prose(4, Text::dim(line))),
            Block::Table(rows) => {
                let width = rows.iter().map(Vec::len).max().unwrap_or_default();
                let cells: Vec<Vec<Text>> =
                    rows.iter().map(|row| row.iter().map(|cell| toned(cell)).collect()).collect();
                page.table(4, &vec![column(2, false); width], &cells);
            }
        }
        if blocks.peek().is_some() && !heads {
            page.blank();
        }
    }
}

/// What stands by itself.
pub(super) enum Block {
    Heading(String),
    Prose(String),
    Fence(Vec<String>),
    Table(Vec<Vec<String>>),
}

pub(super) fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    let mut fenced = false;
    for raw in text.lines() {
        let line = raw.trim();
        match (blocks.last_mut().filter(|_| open), line) {
            (Some(Block::Fence(lines)), _) if fenced => {
                fenced = line != "```";
                lines.extend(fenced.then(|| raw.to_owned()));
                open = fenced;
            }
            (_, "") => open = false,
            (Some(Block::Prose(words)), _) if starts_nothing(line) => words.extend([" ", line]),
            (Some(Block::Table(rows)), _) if line.starts_with('|') => rows.extend(cells(line)),
            _ => {
                fenced = line.starts_with("```");
                open = !line.starts_with('#');
                blocks.push(block(line));
            }
        }
    }
    blocks
}

fn starts_nothing(line: &str) -> bool {
    !["#", "|", "```"].iter().any(|start| line.starts_with(start))
}

fn block(line: &str) -> Block {
    match line.chars().next() {
        Some('#') => Block::Heading(line.trim_start_matches(['#', ' ']).to_owned()),
        Some('|') => Block::Table(cells(line).into_iter().collect()),
        _ => match line.strip_prefix("```") {
            Some(_) => Block::Fence(Vec::new()),
            None => Block::Prose(line.to_owned()),
        },
    }
}

/// The cells of a table's line; the line between head and body has none.
fn cells(line: &str) -> Option<Vec<String>> {
    let inner = line.trim_matches('|');
    let rule = inner.chars().all(|c| matches!(c, '-' | ':' | '|' | ' '));
    (!rule).then(|| inner.split('|').map(|cell| cell.trim().to_owned()).collect())
}

/// Prose with what stands between `**` strong.
pub(super) fn toned(words: &str) -> Text {
    let mut text = Text::default();
    for (place, part) in words.split("**").enumerate() {
        text = text.and(Text::new(if place % 2 == 1 { Tone::Strong } else { Tone::Plain }, part));
    }
    text
}
