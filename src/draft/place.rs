//! The zone: what the dates say of it, then words of places and languages, then the usual one.

use super::column::Column;
use super::name::Name;
use super::page::{Trust, count, say};
use super::synonyms::{ZONES, each};
use crate::ingest::{Holds, Precision, Reading};
use crate::report::Lang;
use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::Tz;

/// Of how many values of a column the words are looked at.
const VALUES: usize = 200;

/// The zone that a study has without a word.
pub(super) const USUAL: Tz = Tz::Asia__Ho_Chi_Minh;

/// A guess of the zone.
#[derive(Clone, Debug)]
pub(super) struct Zoned {
    pub(super) tz: Tz,
    pub(super) sure: Trust,
    /// Whether anything speaks for it.
    pub(super) told: bool,
    pub(super) evidence: Vec<String>,
    pub(super) others: Vec<Tz>,
}

impl Zoned {
    pub(super) fn of(files: &[String], columns: &[&Column], lang: Lang) -> Self {
        if let Some((title, tz)) = columns.iter().find_map(|own| Some((own.title(), typed(own)?))) {
            let evidence = vec![say!(lang, "draft.the_type_of_names_it", title)];
            return Self { tz, sure: Trust::Sure, told: true, evidence, others: Vec::new() };
        }
        let offsets = offsets(columns);
        let tells = offsets.iter().any(|(_, seconds)| *seconds != 0);
        let hits = hits(files, columns);
        let agrees = |tz: &Tz| !tells || offsets.iter().all(|(utc, seconds)| offset(*tz, *utc) == *seconds);
        let mut known: Vec<(usize, Tz, String)> = hits.into_iter().filter(|(_, tz, _)| agrees(tz)).collect();
        known.sort_by_key(|(words, ..)| std::cmp::Reverse(*words));
        let is_utc = |own: &&Column| matches!(&own.seen.holds, Holds::Dates(_, Some(_)));
        let mut evidence = match columns.iter().any(is_utc) {
            true => vec![say!(lang, "draft.moments_are_of_utc_by")],
            false => vec![told_offsets(&offsets, lang)],
        };
        let agreeing = || ZONES.iter().filter_map(|(name, _)| name.parse::<Tz>().ok()).filter(agrees);
        let (tz, sure) = match known.first() {
            Some((words, tz, what)) => {
                evidence.push(say!(lang, "draft.words_such_as_in_names", what));
                (*tz, if *words >= 3 { Trust::Likely } else { Trust::Guess })
            }
            None => match agreeing().next().filter(|_| tells) {
                Some(tz) => {
                    evidence.push(say!(lang, "draft.the_first_zone_known_here"));
                    (tz, Trust::Likely)
                }
                None => {
                    let usual = say!(lang, "draft.nothing_tells_the_zone_this");
                    evidence.push(usual);
                    (USUAL, Trust::Guess)
                }
            },
        };
        // Where words tell the place others are only offered by words.
        let agreeing = agreeing().filter(|_| tells || sure == Trust::Guess);
        let others = known.iter().skip(1).map(|(_, tz, _)| *tz).chain(agreeing).filter(|other| *other != tz);
        let mut others: Vec<Tz> = others.take(8).collect();
        others.dedup();
        others.truncate(2);
        Self { tz, sure, told: tells || !known.is_empty(), evidence, others }
    }

    /// Whether something tells that the office is in Vietnam.
    pub(super) fn is_vietnam(&self) -> bool {
        self.tz == USUAL && self.told
    }
}

/// The zone that a column's type names, unless that is UTC, in which clocks of offices do not run.
fn typed(column: &Column) -> Option<Tz> {
    match &column.seen.holds {
        Holds::Dates(_, Some(zone)) if zone != "UTC" => zone.parse().ok(),
        _ => None,
    }
}

/// The offsets that stand in dates as texts, each with its moment.
fn offsets(columns: &[&Column]) -> Vec<(i64, i32)> {
    let with_offset = |reading: &&Reading| reading.precision == Precision::Offset && reading.format.contains("z");
    let of = |column: &Column| -> Vec<(i64, i32)> {
        let Some(reading) = column
            .dates
            .as_ref()
            .filter(|dates| !dates.typed)
            .and_then(|dates| dates.readings.iter().find(with_offset))
        else {
            return Vec::new();
        };
        let read = |text: &str| DateTime::parse_from_str(text, &reading.format).ok();
        column.seen.values().filter_map(read).map(|at| (at.timestamp(), at.offset().local_minus_utc())).collect()
    };
    columns.iter().flat_map(|column| of(column)).collect()
}

fn offset(tz: Tz, utc: i64) -> i32 {
    DateTime::from_timestamp(utc, 0)
        .map_or(0, |at| tz.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc())
}

fn told_offsets(offsets: &[(i64, i32)], lang: Lang) -> String {
    if offsets.is_empty() {
        return say!(lang, "draft.dates_have_no_offset_from");
    }
    let mut kinds: Vec<i32> = offsets.iter().map(|(_, seconds)| *seconds).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let kinds: Vec<String> =
        kinds.iter().take(4).map(|own| format!("{:+03}:{:02}", own / 3600, own.abs() % 3600 / 60)).collect();
    let (kinds, all) = (kinds.join(", "), count(offsets.len() as u64, lang));
    say!(lang, "draft.offsets_in_looked_at_dates", all, kinds)
}

/// By zone how many of its words stand in the names of files and columns and in values, and the first of them.
fn hits(files: &[String], columns: &[&Column]) -> Vec<(usize, Tz, String)> {
    let mut texts: Vec<(usize, Name)> = files.iter().map(|file| (2, Name::of(file))).collect();
    let mut accents = 0;
    for column in columns {
        texts.push((1, column.name.clone()));
        accents += 3 * usize::from(is_vietnamese(column.title()));
        if !column.seen.many {
            let values = column.seen.counts.keys().take(VALUES);
            accents += values.clone().filter(|value| is_vietnamese(value)).count();
            texts.extend(values.map(|value| (1, Name::of(value))));
        }
    }
    let of_zone = |(zone, words): &(&str, &'static str)| {
        let met = each(words).filter_map(|word| {
            let weight: usize = texts.iter().filter(|(_, text)| text.has(word)).map(|(weight, _)| weight).sum();
            (weight > 0).then_some((weight.min(5), word))
        });
        let met: Vec<(usize, &str)> = met.collect();
        let vietnamese = if *zone == USUAL.name() { accents } else { 0 };
        let words: usize = met.iter().map(|(weight, _)| weight).sum::<usize>() + vietnamese;
        let first = met.iter().max_by_key(|(weight, _)| *weight).map_or("ă, đ, ơ", |(_, word)| word);
        (words > 0).then(|| Some((words, zone.parse().ok()?, first.to_owned())))?
    };
    ZONES.iter().filter_map(of_zone).collect()
}

/// Whether a text has letters that only Vietnamese has.
fn is_vietnamese(text: &str) -> bool {
    text.chars().any(|c| "ăđơưĂĐƠƯ".contains(c) || ('\u{1ea0}'..='\u{1ef9}').contains(&c))
}
