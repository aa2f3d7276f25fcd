//! Where a result comes from, as every page says at its end.

use super::Lang;
use super::dates;
use super::number::count;
use super::page::{Page, Text};
use super::words::{COUNTING, DEFAULTS, Words};
use crate::provenance::{Audience, Provenance, Suppression};

const VERSION: Words = Words("provenance.version");
const PLAN: Words = Words("provenance.plan");
const WINDOWS: Words = Words("provenance.windows");
const PROFILE: Words = Words("provenance.profile");
const ZONE: Words = Words("provenance.zone");
const AUDIENCE: Words = Words("provenance.audience");
const SUPPRESSION: Words = Words("withheld.suppression");

/// Of a digest on a page: enough to tell plans apart; JSON has all of it.
const SHOWN: usize = 16;

/// What is said of it: label and text, in reading order.
pub(crate) fn facts(own: &Provenance, lang: Lang) -> Vec<(&'static str, String)> {
    let windows = dates::windows(own.was.as_deref(), &own.is, lang);
    let defaults: Vec<String> = own.defaults.iter().map(|(key, value)| format!("{key} = {value}")).collect();
    let told = [
        (AUDIENCE, audience(own.audience, lang).to_owned()),
        (SUPPRESSION, own.suppression.map(|own| suppressed(own, lang)).unwrap_or_default()),
        (VERSION, own.version.to_owned()),
        (PLAN, own.plan.chars().take(SHOWN).collect()),
        (WINDOWS, windows),
        (COUNTING, own.counting.clone()),
        (PROFILE, own.profile.clone()),
        (ZONE, own.zone.clone()),
        (DEFAULTS, defaults.join(" · ")),
    ];
    told.into_iter().filter(|(_, text)| !text.is_empty()).map(|(label, text)| (lang.say(label), text)).collect()
}

/// For whom a result is, in a sentence.
pub(crate) fn audience(audience: Audience, lang: Lang) -> &'static str {
    lang.say(match audience {
        Audience::Internal => Words("provenance.internal"),
        Audience::Public => Words("provenance.public"),
    })
}

/// How many figures are withheld, and why.
fn suppressed(own: Suppression, lang: Lang) -> String {
    let [count, least] = [own.suppressed, own.least].map(|number| count(number, lang));
    let withheld = lang.say(Words("withheld.suppressed")).replace("{count}", &count).replace("{least}", &least);
    let rounded = own.rounded.then(|| lang.say(Words("withheld.rounded")).replace("{least}", &least));
    [Some(withheld), rounded].into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// The same in short, without what a page says at its head or lists by itself: windows, counting, defaults.
pub(super) fn brief(own: &Provenance, lang: Lang) -> Vec<String> {
    let apart = [WINDOWS, COUNTING, DEFAULTS].map(|words| lang.say(words));
    let told = facts(own, lang).into_iter().filter(|(label, _)| !apart.contains(label));
    told.map(|(label, text)| format!("{label}: {text}")).collect()
}

/// The same in one line.
pub(super) fn line(own: &Provenance, lang: Lang) -> String {
    brief(own, lang).join(" · ")
}

/// The same at the end of a page.
pub(super) fn on(page: &mut Page, own: &Provenance) {
    page.facts(0, brief(own, page.style.lang).into_iter().map(Text::dim).collect());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_where_it_comes_from() {
        let own = Provenance {
            version: "0.1.0",
            plan: "0123456789abcdef0123".into(),
            is: "2024-01-01..2024-06-30".into(),
            counting: "strict".into(),
            profile: "npsp".into(),
            zone: "Asia/Ho_Chi_Minh".into(),
            ..Provenance::default()
        };
        let said = "for whom: internal, not for publication · giamtang: 0.1.0 · plan: 0123456789abcdef · source profile: npsp · \
                    zone: Asia/Ho_Chi_Minh";
        assert_eq!(line(&own, Lang::En), said);
        assert_eq!(facts(&own, Lang::Vi)[3], ("các kỳ", "sau 01/01/2024–30/06/2024".to_owned()));
    }
}
