//! Contact sheets: every picture of a scorecard on one page, light and dark, to be looked at.

use giamtang::report::{Lang, pictures};
use giamtang::{Scorecard, Study};
use std::path::Path;

/// The themes of a page that pictures stand on.
const LIGHT: &str = "--ink:#1b1f24;--soft:#59636e;--line:#c5ccd3;--paper:#ffffff;--was:#7a5a00;--is:#0b5cad;\
                     --good:#17703a;--bad:#b3261e;--band:#e6ecf2";
const DARK: &str = "--ink:#e8ecf0;--soft:#a4afba;--line:#49535d;--paper:#14181c;--was:#e0b84a;--is:#76b5ff;\
                    --good:#6fd08c;--bad:#ff9a90;--band:#26303a";

/// The scorecard of a study of the project, with these keys set.
pub fn card(study: &Path, keys: &[&str]) -> Scorecard {
    let study = Study::load(study).expect("a study");
    let study = keys.iter().fold(study, |study, key| study.set(key).expect("a key"));
    study.plan().and_then(|plan| plan.compare()).expect("a scorecard")
}

/// Writes the sheets of a card: both languages, light and dark, as wide as a phone and wider.
pub fn write(card: &Scorecard, folder: &Path, name: &str) {
    std::fs::create_dir_all(folder).expect("a folder");
    for (lang, code) in [(Lang::En, "en"), (Lang::Vi, "vi")] {
        let body = pictures(card, lang);
        for (theme, own) in [("light", LIGHT), ("dark", DARK)] {
            let style = format!(
                ":root{{{own}}}body{{background:var(--paper);color:var(--ink);font:14px system-ui,sans-serif;margin:12px}}\
                 main{{display:grid;grid-template-columns:repeat(auto-fill,minmax(340px,1fr));gap:24px;align-items:start}}\
                 figure{{margin:0}}figcaption{{margin-top:6px}}td,th{{padding:0 .5em;text-align:left}}"
            );
            let page = format!(
                "<!doctype html><html lang=\"{code}\"><meta charset=\"utf-8\"><title>{name}</title>\
                 <style>{style}</style><body><main>{body}</main></body></html>"
            );
            std::fs::write(folder.join(format!("{name}-{code}-{theme}.html")), page).expect("a sheet");
        }
    }
}
