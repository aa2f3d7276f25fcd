//! A column as the draft sees it: its name, its values, and the dates they may be.

use super::name::Name;
use super::synonyms::{ABSENT, DATE_WORDS, DATES, each};
use crate::ingest::{Holds, Reading, Seen, Written, written};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Range;

/// The share of values that a reading must read.
const READ: f64 = 0.9;

/// One column of a table.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) seen: Seen,
    /// Its name without `case:`, which says that it is of the whole case.
    pub(super) name: Name,
    /// Its dates, where it holds dates.
    pub(super) dates: Option<Dates>,
    /// Different values among the kept ones that are not blank.
    pub(super) distinct: usize,
    /// Kept values that are not blank.
    pub(super) values: usize,
    /// Kept rows.
    pub(super) rows: usize,
}

/// The dates of a column.
#[derive(Clone, Debug)]
pub(super) struct Dates {
    /// How they are written, each way once.
    pub(super) readings: Vec<Reading>,
    /// The way that would do as well, where the values do not tell.
    pub(super) other: Option<Reading>,
    /// The numbers they are: an example and what it means.
    pub(super) number: Option<(String, String)>,
    /// Whether the source says that they are dates.
    pub(super) typed: bool,
    /// By kept row, microseconds by the wall or of UTC.
    pub(super) us: Vec<Option<i64>>,
    /// Texts that stand for no date.
    pub(super) absent: BTreeSet<String>,
    /// Values that are dates.
    pub(super) read: usize,
    /// Values that are not blank and do not stand for none.
    pub(super) of: usize,
}

impl Column {
    pub(super) fn of(seen: &Seen, parts: &[Range<usize>]) -> Self {
        let name = Name::of(seen.name.strip_prefix("case:").unwrap_or(&seen.name));
        let values: Vec<&str> = seen.values().collect();
        let distinct = values.iter().collect::<HashSet<_>>().len();
        let dates = Dates::of(seen, &name, parts);
        Self { dates, distinct, values: values.len(), rows: seen.texts.len(), name, seen: seen.clone() }
    }

    /// The same column with one value for each dossier of events: the first that is not blank.
    pub(super) fn by_dossier(&self, stories: &[Vec<usize>]) -> Self {
        let value = |story: &Vec<usize>| {
            let mut values = story.iter().map(|row| &self.seen.texts[*row]).filter(|text| !text.is_empty());
            values.next().cloned().unwrap_or_default()
        };
        let texts: Vec<String> = stories.iter().map(value).collect();
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for text in texts.iter().filter(|text| !text.is_empty()) {
            *counts.entry(text.clone()).or_default() += 1;
        }
        let (filled, many, parts) = (counts.values().sum(), self.seen.many, [Range { start: 0, end: texts.len() }]);
        Self::of(&Seen { texts, counts, filled, many, ..self.seen.clone() }, &parts)
    }

    /// The name in the source.
    pub(super) fn title(&self) -> &str {
        &self.seen.name
    }

    /// The name that a study gives, which knows columns of the whole case without their mark.
    pub(super) fn given(&self) -> &str {
        self.seen.name.strip_prefix("case:").unwrap_or(&self.seen.name)
    }

    /// The share of rows that have a value.
    pub(super) fn filled(&self) -> f64 {
        share(self.values, self.rows)
    }

    /// Whether hardly a value stands twice.
    pub(super) fn is_unique(&self) -> bool {
        self.distinct * 100 >= self.values * 98
    }

    /// Whether every value is a whole number, or for the last a yes or no.
    pub(super) fn is_count(&self) -> bool {
        let is_whole = |text: &str| text.strip_suffix(".0").unwrap_or(text).parse::<u64>().is_ok();
        self.values > 0 && self.seen.values().all(is_whole)
    }

    pub(super) fn is_flag(&self) -> bool {
        let known = ["1", "0", "true", "false", "yes", "no", "có", "không", "x"];
        self.values > 0 && self.seen.values().all(|text| known.contains(&text.to_lowercase().as_str()))
    }

    /// How often each value stands among the kept ones, the most frequent first; ties by the value.
    pub(super) fn frequent(&self) -> Vec<(&str, u64)> {
        let mut counts: HashMap<&str, u64> = HashMap::new();
        if self.seen.many {
            self.seen.values().for_each(|value| *counts.entry(value).or_default() += 1);
        } else {
            counts.extend(self.seen.counts.iter().map(|(value, count)| (value.as_str(), *count)));
        }
        let mut counts: Vec<(&str, u64)> = counts.into_iter().collect();
        counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        counts
    }

    /// How many different values were seen.
    pub(super) fn kinds(&self) -> usize {
        if self.seen.many { self.distinct } else { self.seen.counts.len() }
    }

    /// As how many groups of one size its values count: one over the sum of their squared shares.
    pub(super) fn effective(&self) -> f64 {
        let counts = self.frequent();
        let all: u64 = counts.iter().map(|(_, count)| count).sum();
        let squares: f64 = counts.iter().map(|(_, count)| (*count as f64 / all as f64).powi(2)).sum();
        if squares > 0.0 { 1.0 / squares } else { 0.0 }
    }

    /// Values that stand in at least so many looked-at rows.
    pub(super) fn groups_of(&self, least: u64) -> usize {
        self.frequent().into_iter().filter(|(_, count)| *count >= least).count()
    }
}

/// One number as a share of another.
pub(super) fn share(part: usize, all: usize) -> f64 {
    if all == 0 { 0.0 } else { part as f64 / all as f64 }
}

impl Dates {
    fn of(seen: &Seen, name: &Name, parts: &[Range<usize>]) -> Option<Self> {
        if let Holds::Dates(reading, _) = &seen.holds {
            return Self::read(seen, vec![reading.clone()], true);
        }
        if !matches!(seen.holds, Holds::Texts | Holds::Numbers) {
            return None;
        }
        let (mut readings, mut other, mut number) = (Vec::new(), None, None);
        for part in parts {
            let values = seen.texts[part.clone()].iter().map(String::as_str);
            let values: Vec<&str> = values.filter(|text| !text.is_empty() && !is_absent(text)).collect();
            if values.is_empty() {
                continue;
            }
            let reading = match written(&values) {
                Written::One(reading) => reading,
                Written::Two(one, two) => {
                    other.get_or_insert(two);
                    one
                }
                // Any number is some date: only a name makes one of it.
                Written::Number(reading, example, meaning) if is_date_name(name) => {
                    number.get_or_insert((example, meaning));
                    reading
                }
                Written::Number(..) | Written::No => return None,
            };
            if seen.holds == Holds::Numbers && !reading.reads_numbers() {
                return None;
            }
            if !readings.contains(&reading) {
                readings.push(reading);
            }
        }
        let dates = Self::read(seen, readings, false)?;
        Some(Self { other, number, ..dates })
    }

    fn read(seen: &Seen, readings: Vec<Reading>, typed: bool) -> Option<Self> {
        let us = |text: &String| readings.iter().find_map(|reading| reading.micros(text));
        let us: Vec<Option<i64>> = seen.texts.iter().map(us).collect();
        let absent = seen.values().filter(|text| is_absent(text));
        let (mut of, mut names) = (seen.values().count(), BTreeSet::new());
        absent.for_each(|text| {
            of -= 1;
            names.insert(text.to_owned());
        });
        let read = us.iter().flatten().count();
        let fits = read > 0 && share(read, of) >= READ;
        fits.then_some(Self { readings, other: None, number: None, typed, us, absent: names, read, of })
    }

    /// The same dates by another reading.
    pub(super) fn by(&self, seen: &Seen, reading: &Reading) -> Vec<Option<i64>> {
        seen.texts.iter().map(|text| reading.micros(text)).collect()
    }

    /// The formats, as a study writes them.
    pub(super) fn formats(&self) -> String {
        if self.typed {
            return "typed".to_owned();
        }
        self.readings.iter().map(|reading| reading.format.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// Whether a study must say how they are written.
    pub(super) fn must_be_told(&self) -> bool {
        self.other.is_some() || self.number.is_some()
    }

    /// Of the rows with both dates how many have this one not after the other, and the rows.
    pub(super) fn before(&self, other: &Self) -> (usize, usize) {
        let pairs = self.us.iter().zip(&other.us).filter_map(|(own, other)| Some((own.as_ref()?, other.as_ref()?)));
        pairs.fold((0, 0), |(before, all), (own, other)| (before + usize::from(own <= other), all + 1))
    }

    /// Of neighbouring rows how many go back in time.
    pub(super) fn backwards(us: &[Option<i64>]) -> usize {
        let known: Vec<i64> = us.iter().flatten().copied().collect();
        known.windows(2).filter(|pair| pair[1] < pair[0]).count()
    }
}

/// Whether a name speaks of a date.
fn is_date_name(name: &Name) -> bool {
    let words = name.text();
    let says = |word: &str| each(DATE_WORDS).any(|date| date == word);
    words.split(' ').any(says) || DATES.iter().any(|(_, synonyms)| name.score_of_date(synonyms) >= super::name::LIKELY)
}

/// Whether a text stands for no value.
fn is_absent(text: &str) -> bool {
    each(ABSENT).any(|absent| absent == text)
}
