//! The gate for people: a page, and a Markdown list.

use super::mark;
use super::sentence::{Sentence, set_aside, summary, windows};
use super::words;
use crate::report::markdown::plain;
use crate::report::page::{Page, Text, Tone};
use crate::report::{Lang, Style, provenance};
use crate::scorecard::gate::{Gate, Judged, Outcome};

/// The gate as text, targets in the study's order.
pub(super) fn page(gate: &Gate, style: Style) -> String {
    let mut page = Page::new(style);
    let lang = style.lang;
    page.prose(0, Text::strong(&gate.study.name));
    page.prose(0, Text::plain(windows(gate, lang)));
    page.blank();
    let (tone, said) = match gate.passed {
        true => (Tone::Good, words::PASSED),
        false => (Tone::Bad, words::NOT_PASSED),
    };
    page.heading(Text::strong(lang.say(words::TARGETS)), Some(Text::new(tone, lang.say(said))));
    for judged in &gate.targets {
        let sentence = Sentence::of(judged, gate, lang);
        page.prose(2, Text::new(tone_of(judged), format!("{} ", mark(judged))).and(Text::plain(&sentence.claim)));
        page.prose(4, Text::plain(&sentence.found));
        sentence.advice.iter().for_each(|advice| page.prose(4, Text::dim(advice)));
    }
    page.blank();
    page.prose(0, Text::new(tone, summary(gate, lang)));
    set_aside(gate, lang).iter().for_each(|said| page.prose(0, Text::new(Tone::Bad, said)));
    provenance::on(&mut page, &gate.provenance);
    page.finish()
}

fn tone_of(judged: &Judged) -> Tone {
    match (judged.outcome, judged.is_missed()) {
        (Outcome::Met, _) => Tone::Good,
        (_, true) => Tone::Bad,
        (_, false) => Tone::Dim,
    }
}

/// The gate as a Markdown list under a heading that says it all.
pub(super) fn markdown(gate: &Gate, lang: Lang) -> String {
    let (sign, said) = if gate.passed { ("✓", words::PASSED) } else { ("✗", words::NOT_PASSED) };
    let head = format!("## {sign} {}: {}\n", plain(&gate.study.name), lang.say(said));
    let line = |judged: &Judged| {
        let Sentence { claim, found, advice } = Sentence::of(judged, gate, lang);
        let advice = advice.iter().map(|advice| format!(". {}", plain(advice))).collect::<String>();
        format!("- {} **{}**: {}{advice}\n", mark(judged), plain(claim.trim()), plain(&found))
    };
    let list: String = gate.targets.iter().map(line).collect();
    let aside: String = set_aside(gate, lang).iter().map(|said| format!("- ✗ {}\n", plain(said))).collect();
    let facts = format!("{} · {}\n", plain(&summary(gate, lang)), plain(&windows(gate, lang)));
    let provenance = format!("{}\n", plain(&provenance::line(&gate.provenance, lang)));
    [head, facts, list + &aside, provenance].join("\n")
}
