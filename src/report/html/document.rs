//! The file itself: head, policy, style, bar, contents, script.

use super::words::{OPEN_ALL, PRINT, SCRIPT_WORDS, SKIP, THEME};
use crate::report::{Lang, picture};
use base64::prelude::{BASE64_STANDARD, Engine};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The style of pages, and that of the pictures on them.
static STYLE: LazyLock<String> = LazyLock::new(|| [include_str!("style.css"), picture::STYLE].concat());
const SCRIPT: &str = include_str!("script.js");

/// What a page has beside its title and its body.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::report) struct Extra<'a> {
    /// Links to the parts of the page; they stand beside it where there is room.
    pub(in crate::report) contents: Option<&'a Markup>,
    /// What the script makes tables of, as JSON.
    pub(in crate::report) data: Option<&'a str>,
    /// Whether paper lies on its side.
    pub(in crate::report) wide: bool,
}

/// A page whose body is the content of `main`; it should begin with an `h1`.
pub(in crate::report) fn document(title: &str, lang: Lang, body: &Markup, extra: Extra<'_>) -> String {
    let page = html! {
        (DOCTYPE)
        html lang=(code(lang)) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                title { (title) }
                style { (PreEscaped(&*STYLE)) }
            }
            body.wide[extra.wide].alone[extra.contents.is_none()] {
                a.skip href="#main" { (lang.say(SKIP)) }
                header.bar {
                    span.mark { "giamtang" }
                    button #open-all type="button" aria-pressed="false" hidden { (lang.say(OPEN_ALL)) }
                    button #print type="button" hidden { (lang.say(PRINT)) }
                    button #theme type="button" aria-pressed="false" hidden { (lang.say(THEME)) }
                }
                @if let Some(contents) = extra.contents { (contents) }
                main #main tabindex="-1" { (body) }
                script #words type="application/json" { (PreEscaped(inert(&words(lang)))) }
                @if let Some(data) = extra.data {
                    script #data type="application/json" { (PreEscaped(inert(data))) }
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

/// The language as browsers name it.
fn code(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "en",
        Lang::Vi => "vi",
    }
}

/// Nothing may be fetched or sent, and no style or script runs but the page's own two.
fn policy() -> String {
    let [style, script] =
        [&**STYLE, SCRIPT].map(|text| format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(text))));
    format!(
        "default-src 'none'; style-src {style}; script-src {script}; img-src data:; base-uri 'none'; form-action 'none'"
    )
}

/// What the script says, as JSON.
fn words(lang: Lang) -> String {
    let told: BTreeMap<&str, &str> = SCRIPT_WORDS.iter().map(|(name, words)| (*name, lang.say(*words))).collect();
    serde_json::to_string(&told).unwrap_or_default()
}

/// JSON in which nothing can end the element it stands in.
fn inert(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' => safe.push_str("\\u003c"),
            '>' => safe.push_str("\\u003e"),
            '&' => safe.push_str("\\u0026"),
            '\u{2028}' => safe.push_str("\\u2028"),
            '\u{2029}' => safe.push_str("\\u2029"),
            _ => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_cannot_end_their_element() {
        assert_eq!(inert("</script>\u{2028}<!--"), "\\u003c/script\\u003e\\u2028\\u003c!--");
    }

    #[test]
    fn style_and_script_cannot_end_theirs() {
        assert!(!STYLE.contains("</") && !SCRIPT.contains("</") && !SCRIPT.contains("<!--"));
    }

    #[test]
    fn a_page_names_its_language_and_escapes_its_title() {
        let page = document("<b> & \"x\"", Lang::Vi, &html! { h1 { "x" } }, Extra::default());
        assert!(page.starts_with("<!DOCTYPE html><html lang=\"vi\">"));
        assert!(page.contains("<title>&lt;b&gt; &amp; &quot;x&quot;</title>"));
    }
}
