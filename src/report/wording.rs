//! What is told of a KPI in the reader's language: the same parts in both.

use super::Lang;
use super::words::{EXAMPLE, FORMULA, SOURCE};
use crate::kpi::Kpi;
use std::borrow::Cow;

/// The texts of one KPI.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wording<'k> {
    pub(super) formula: Cow<'k, str>,
    pub(super) source: Cow<'k, str>,
    /// The definition, then what counts, when it is undefined, what to beware of, each under its heading.
    pub(super) text: Cow<'k, str>,
    /// The sentence, then the log and the table, which are the same in both languages.
    pub(super) example: Cow<'k, str>,
}

impl<'k> Wording<'k> {
    /// A KPI without a Vietnamese text is told in English.
    pub(super) fn of(kpi: &'k Kpi, lang: Lang) -> Self {
        match (lang, kpi.vietnamese.as_deref()) {
            (Lang::Vi, Some(text)) => Self::vietnamese(kpi, text),
            _ => Self::english(kpi),
        }
    }

    fn english(kpi: &'k Kpi) -> Self {
        // The example's own heading is the id, which stands at the top of the page.
        let example = kpi.example.trim_start().strip_prefix("# ").and_then(|rest| rest.split_once('\n'));
        Self {
            formula: (&*kpi.formula).into(),
            source: (&*kpi.source).into(),
            text: (&*kpi.text).into(),
            example: example.map_or(&*kpi.example, |(_, rest)| rest).into(),
        }
    }

    fn vietnamese(kpi: &'k Kpi, text: &'k str) -> Self {
        let mut wording = Self { text: "".into(), ..Self::english(kpi) };
        for (heading, body) in sections(text) {
            let heads = |words| heading.to_lowercase() == Lang::Vi.say(words).to_lowercase();
            match () {
                () if heads(FORMULA) => wording.formula = line(body).into(),
                () if heads(SOURCE) => wording.source = line(body).into(),
                () if heads(EXAMPLE) => wording.example = format!("{body}\n{}", tables(&kpi.example)).into(),
                () if heading.is_empty() => wording.text = body.into(),
                () => wording.text.to_mut().push_str(&format!("# {heading}\n{body}")),
            }
        }
        wording
    }
}

/// Headings with what stands below them; the first has none.
fn sections(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let (first, rest) = text.split_once("\n# ").unwrap_or((text, ""));
    let headed = rest.split("\n# ").filter_map(|section| section.split_once('\n'));
    std::iter::once(("", first)).chain(headed)
}

fn line(body: &str) -> String {
    body.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A worked example from its first block on.
fn tables(example: &str) -> &str {
    example.find("```").map_or("", |at| &example[at..])
}
