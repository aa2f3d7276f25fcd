//! What a source's values stand for, by their synonyms.

use super::column::Column;
use super::name::{LIKELY, Name};
use super::synonyms::{VALUES, each};

/// A source value with the canonical one it stands for, where that is known, and how often it stands.
pub(super) struct Meant<'a> {
    pub(super) value: &'a str,
    pub(super) canonical: Option<&'static str>,
    pub(super) count: u64,
}

/// Words that turn what stands behind them round.
const NEGATIONS: [&str; 5] = ["not", "no", "non", "khong", "chua"];

/// The canonical values of a column that has synonyms.
pub(super) fn list(canonical: &str) -> Option<&'static [(&'static str, &'static str)]> {
    VALUES.iter().find(|(column, _)| *column == canonical).map(|(_, values)| *values)
}

/// Every value of a column with what it stands for, the most frequent first.
pub(super) fn meant<'a>(canonical: &str, column: &'a Column) -> Vec<Meant<'a>> {
    let list = list(canonical).unwrap_or_default();
    let values = column.frequent().into_iter();
    values.map(|(value, count)| Meant { value, canonical: canonical_of(list, value), count }).collect()
}

fn canonical_of(list: &[(&'static str, &str)], value: &str) -> Option<&'static str> {
    if let Some((canonical, _)) = list.iter().find(|(canonical, _)| *canonical == value) {
        return Some(canonical);
    }
    let name = Name::of(value);
    let mut best: Option<(u32, &'static str)> = None;
    for (canonical, synonyms) in list {
        // The order of the synonyms of a value is no rank.
        let turns = |no: &&&str| name.has(no);
        let suits =
            |synonym: &&str| NEGATIONS.iter().filter(turns).all(|no| synonym.split(' ').any(|word| word == *no));
        let score = each(synonyms).filter(suits).map(|synonym| name.score(synonym)).max().unwrap_or_default();
        if score >= LIKELY && best.is_none_or(|(most, _)| score > most) {
            best = Some((score, canonical));
        }
    }
    best.map(|(_, canonical)| canonical)
}

/// The share of the rows with a value whose value is known.
pub(super) fn known_share(canonical: &str, column: &Column) -> f64 {
    let values = meant(canonical, column);
    let all: u64 = values.iter().map(|own| own.count).sum();
    let known: u64 = values.iter().filter(|own| own.canonical.is_some()).map(|own| own.count).sum();
    if all == 0 { 0.0 } else { known as f64 / all as f64 }
}

/// Whether at least one value is known.
pub(super) fn knows_some(canonical: &str, column: &Column) -> bool {
    list(canonical).is_none() || meant(canonical, column).iter().any(|own| own.canonical.is_some())
}
