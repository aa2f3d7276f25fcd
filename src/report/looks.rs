//! How many tests were made, which the probabilities allow for.

use super::Lang;
use super::number::count;
use super::words::{LOOKS, LOOKS_APPLICANTS, LOOKS_GROUPS, LOOKS_HEADLINES, LOOKS_KPIS};
use crate::scorecard::Looks;

/// The tests of each family; none where nothing was tested.
pub(super) fn facts(looks: Looks, lang: Lang) -> Vec<String> {
    let Looks { kpis, headlines, groups, applicants } = looks;
    let families =
        [(kpis, LOOKS_KPIS), (headlines, LOOKS_HEADLINES), (groups, LOOKS_GROUPS), (applicants, LOOKS_APPLICANTS)];
    let told = families.into_iter().filter(|(tests, _)| *tests > 0);
    let mut facts: Vec<String> =
        told.map(|(tests, words)| lang.say(words).replace("{}", &count(tests as u64, lang))).collect();
    if let Some(first) = facts.first_mut() {
        *first = format!("{}: {first}", lang.say(LOOKS));
    }
    facts
}
