//! The sheets of definitions: each KPI in words, and its worked example as a table that can be followed by hand.

use super::leaf::{Cell, Column, Leaf};
use super::months::columns;
use crate::kpi::{Axis, Kpi, find};
use crate::report::Lang;
use crate::report::messages::Words;
use crate::report::wording::Wording;
use crate::report::words::{GUARD, HEADLINE, axis, better, sampling};
use crate::scorecard::{Row, Scorecard};

use super::codes;

const DEFINITIONS: [(&str, f64); 10] = [
    ("xlsx.kpi", 30.0),
    ("xlsx.axis", 20.0),
    ("xlsx.role", 16.0),
    ("xlsx.unit", 15.0),
    ("xlsx.better", 17.0),
    ("xlsx.formula", 40.0),
    ("xlsx.definition", 80.0),
    ("xlsx.source", 30.0),
    ("xlsx.sampling", 24.0),
    ("xlsx.id", 28.0),
];

/// The KPIs of the scorecard in words.
pub(super) fn definitions(card: &Scorecard, lang: Lang) -> Leaf {
    let rows = card.kpis.iter().map(|row| line(row, lang)).collect();
    Leaf::new(lang.say(Words("xlsx.definitions")), columns(lang, &DEFINITIONS), rows)
}

fn line(row: &Row, lang: Lang) -> Vec<Cell> {
    let kpi = find(&row.id);
    let wording = kpi.map(|kpi| Wording::of(kpi, lang));
    let told = |text: Option<&str>| Cell::wrapped(text.unwrap_or_default().trim());
    let own = lang.say(Words("xlsx.own_kpi"));
    vec![
        Cell::Strong(lang.name(&row.name).to_owned()),
        Cell::wrapped(axis(row.axis, lang)),
        Cell::wrapped(role(&row.id, lang)),
        Cell::text(codes::unit(row, lang)[0]),
        Cell::text(lang.say(better(row.better))),
        told(wording.as_ref().map(|own| &*own.formula)),
        told(wording.as_ref().map_or(Some(own), |own| Some(&*own.text)).map(headed).as_deref()),
        told(wording.as_ref().map(|own| &*own.source)),
        Cell::wrapped(kpi.map_or("", |kpi: &Kpi| lang.say(sampling(kpi)))),
        Cell::text(row.id.as_str()),
    ]
}

/// Of which axes it is the headline or a guard.
fn role(id: &str, lang: Lang) -> String {
    let heads = Axis::ALL.iter().any(|axis| axis.headline() == id).then_some(HEADLINE);
    let guards = Axis::ALL.iter().any(|axis| axis.guards().contains(&id)).then_some(GUARD);
    [heads, guards].into_iter().flatten().map(|words| lang.say(words)).collect::<Vec<_>>().join(", ")
}

/// A text without its Markdown, a paragraph a line; one under a heading begins with it.
fn headed(text: &str) -> String {
    let mut paragraphs: Vec<String> = vec![String::new()];
    for line in text.lines().map(str::trim) {
        match (line.strip_prefix("# "), paragraphs.last_mut()) {
            (Some(heading), _) => paragraphs.push(format!("{heading}:")),
            // What stands under a heading goes on in its line.
            (None, Some(last)) if line.is_empty() && !last.ends_with(':') => paragraphs.push(String::new()),
            (None, Some(last)) => last.push_str(&format!(" {line}")),
            (None, None) => {}
        }
    }
    let told = paragraphs.iter().map(|paragraph| joined(paragraph)).filter(|paragraph| !paragraph.is_empty());
    told.collect::<Vec<_>>().join("\n")
}

fn joined(text: &str) -> String {
    plain(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The text without the marks of Markdown.
fn plain(text: &str) -> String {
    text.replace("**", "").replace('`', "")
}

/// The worked examples: what is counted by hand, the rows, and what comes out, each in cells.
pub(super) fn examples(card: &Scorecard, lang: Lang) -> Option<Leaf> {
    let kpis = card.kpis.iter().filter_map(|row| Some((row, find(&row.id)?)));
    let rows: Vec<Vec<Cell>> = kpis.flat_map(|(row, kpi)| example(row, kpi, lang)).collect();
    let across = rows.iter().map(Vec::len).max()?;
    let mut columns = columns(lang, &[("xlsx.kpi", 30.0), ("xlsx.part", 18.0)]);
    let numbered = (1..across - 1).map(|number| Column::new(number.to_string(), 19.0));
    columns.extend(numbered);
    let mut leaf = Leaf::new(lang.say(Words("xlsx.examples")), columns, rows);
    leaf.lead = vec![lang.say(Words("xlsx.examples_say")).to_owned()];
    Some(leaf)
}

/// The lines of an example: its prose, then every block as a table.
fn example(row: &Row, kpi: &Kpi, lang: Lang) -> Vec<Vec<Cell>> {
    let wording = Wording::of(kpi, lang);
    let name = lang.name(&row.name);
    let mut lines = Vec::new();
    let mut block: Option<String> = None;
    let mut prose = String::new();
    let mut head = false;
    for line in wording.example.lines() {
        match (line.strip_prefix("```"), &block) {
            (Some(_), Some(_)) => block = None,
            (Some(kind), None) => {
                flush(&mut prose, &mut lines, name, lang);
                block = Some(kind.trim().to_owned());
                head = true;
            }
            (None, Some(kind)) => {
                lines.push(of_block(name, kind, line, head));
                head = false;
            }
            (None, None) if line.starts_with('|') => {
                flush(&mut prose, &mut lines, name, lang);
                lines.extend(of_table(name, line, lang));
            }
            (None, None) if line.trim().is_empty() => flush(&mut prose, &mut lines, name, lang),
            (None, None) => prose.extend([line.trim(), " "]),
        }
    }
    flush(&mut prose, &mut lines, name, lang);
    lines
}

/// The prose so far as one line.
fn flush(prose: &mut String, lines: &mut Vec<Vec<Cell>>, name: &str, lang: Lang) {
    let told = joined(&std::mem::take(prose));
    if !told.is_empty() {
        lines.push(vec![Cell::Strong(name.to_owned()), Cell::text(lang.say(Words("xlsx.by_hand"))), Cell::Wide(told)]);
    }
}

/// A line of a block: of rows by their fields, of a study as it is.
fn of_block(name: &str, kind: &str, line: &str, head: bool) -> Vec<Cell> {
    let (language, part) = kind.split_once(' ').unwrap_or((kind, kind));
    let fields: Vec<&str> = if language == "csv" { line.split(',').collect() } else { vec![line] };
    let told = [Cell::text(name), Cell::text(part)];
    // The names of columns come first.
    let cell = |field: &str| if head && language == "csv" { Cell::Strong(field.to_owned()) } else { Cell::text(field) };
    told.into_iter().chain(fields.into_iter().map(cell)).collect()
}

/// A line of the table of results; numbers are numbers.
fn of_table(name: &str, line: &str, lang: Lang) -> Option<Vec<Cell>> {
    let fields: Vec<&str> = line.trim().trim_matches('|').split('|').map(str::trim).collect();
    if fields.iter().all(|field| !field.is_empty() && field.chars().all(|c| matches!(c, '-' | ':'))) {
        return None;
    }
    let cell = |field: &str| match field.parse::<f64>() {
        Ok(number) if number.is_finite() => Cell::Number(number, "General".to_owned()),
        _ => Cell::text(plain(field)),
    };
    let head = [Cell::text(name), Cell::text(lang.say(Words("xlsx.result")))];
    Some(head.into_iter().chain(fields.into_iter().map(cell)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_definition_is_read_without_its_marks() {
        let text = "Share **in\ntime**.\nMore.\n\n# Counts\nDossiers `due`.\n# Undefined\n\nNever.";
        assert_eq!(headed(text), "Share in time. More.\nCounts: Dossiers due.\nUndefined: Never.");
    }

    #[test]
    fn a_result_is_numbers_and_a_rule_is_no_line() {
        let row = of_table("a", "| is | 0.4 | 5 |", Lang::En).expect("a line");
        let number = |value| Cell::Number(value, "General".to_owned());
        assert_eq!(row[2..], [Cell::text("is"), number(0.4), number(5.0)]);
        assert_eq!(of_table("a", "|---|--:|", Lang::En), None);
        assert_eq!(
            of_block("a", "csv cases", "1,,x", false)[1..],
            [Cell::text("cases"), Cell::text("1"), Cell::Empty, Cell::text("x")]
        );
    }
}
