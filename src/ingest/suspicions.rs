//! What is accepted and still suspicious: counted while a log is checked, told beside the figures it may flatter.

use super::batch::{ABSENT, Batch, Days, Instants, range};
use super::lexicon::{Lexicon, NO_NAME};
use super::log::{Log, Sign, Sink};
use super::quarantine::Warning;
use super::rules::Suspicion;
use super::runs::{Runs, repeated};
use super::schema::canonical_values;
use super::source::Source;
use super::zone::Zone;
use crate::error::Result;
use chrono::{DateTime, Datelike};
use std::collections::{BTreeMap, HashMap};

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;

/// A dossier closed sooner after its reception was hardly worked on.
const MINUTES: i64 = 5 * 60 * SECOND;

/// So many dossiers closed in one second were closed by a program.
const AT_ONCE: u64 = 10;

/// Fewer rows than this prove no habit.
const HABIT: i64 = 20;

/// A last day of the month with so many times its share of closings is a clearance.
const CLEARANCE: f64 = 3.0;

/// Columns with a list of values.
const LISTED: [&str; 3] = ["status", "national_status", "channel"];

/// States in which a dossier waits, and those in which it is done: see the portal's synchronisation.
const WAITING: [&str; 3] = ["supplement_requested", "payment_due", "stopped"];
const DONE: [&str; 2] = ["resolved", "delivered"];

/// One worker's counts; rows taken out again are subtracted.
#[derive(Debug)]
pub struct Suspicions<'a> {
    zone: &'a Zone,
    counts: BTreeMap<Suspicion, i64>,
    of: BTreeMap<Suspicion, i64>,
    /// The seconds in which dossiers were closed; those of rows taken out again are few and stay.
    seconds: Runs,
    days: HashMap<i64, i64>,
    /// By listed column and code.
    values: [Vec<i64>; LISTED.len()],
    unlisted: BTreeMap<(usize, String), i64>,
    of_values: BTreeMap<usize, i64>,
}

impl<'a> Suspicions<'a> {
    /// No counts yet.
    pub fn new(log: &'a Log) -> Self {
        Self {
            zone: log.zone(),
            counts: BTreeMap::new(),
            of: BTreeMap::new(),
            seconds: Runs::default(),
            days: HashMap::new(),
            values: Default::default(),
            unlisted: BTreeMap::new(),
            of_values: BTreeMap::new(),
        }
    }

    fn note(&mut self, what: Suspicion, rows: i64, of: i64) {
        *self.counts.entry(what).or_default() += rows;
        *self.of.entry(what).or_default() += of;
    }

    /// Counts the rows that have two dates and those of them in which the dates are so.
    fn note_pairs(
        &mut self,
        what: Suspicion,
        pair: Option<(&Instants, &Instants)>,
        sign: i64,
        so: impl Fn(i64, i64) -> bool,
    ) {
        let Some((one, other)) = pair else { return };
        let both = one.us.iter().zip(&other.us).filter(|(a, b)| **a != ABSENT && **b != ABSENT);
        let (rows, of) = both.fold((0, 0), |(rows, of), (a, b)| (rows + i64::from(so(*a, *b)), of + 1));
        self.note(what, sign * rows, sign * of);
    }

    fn note_dates(&mut self, batch: &Batch<'_>, sign: i64) {
        let [received, submitted, finished, due, original] =
            ["received_at", "submitted_at", "finished_at", "due_at", "original_due_at"]
                .map(|name| batch.instants(name));
        if let Some(due) = due {
            let absent = due.us.iter().filter(|at| **at == ABSENT).count() as i64;
            self.note(Suspicion::NoDueDate, sign * absent, sign * due.us.len() as i64);
        }
        let moments = |one: Option<&'_ Instants>| one.is_some_and(|own| own.days == Days::None);
        if moments(received) && moments(finished) {
            self.note_pairs(Suspicion::ClosedWithinMinutes, received.zip(finished), sign, |a, b| b - a < MINUTES);
        }
        if moments(due) && moments(finished) {
            self.note_pairs(Suspicion::FinishedAsDue, due.zip(finished), sign, |a, b| a == b);
        }
        self.note_pairs(Suspicion::DueMoved, due.zip(original), sign, |a, b| a != b);
        self.note_pairs(Suspicion::SubmittedAsReceived, submitted.zip(received), sign, |a, b| a == b);
        for (what, own) in [(Suspicion::ReceivedAtMidnight, received), (Suspicion::FinishedAtMidnight, finished)] {
            if let Some(own) = own.filter(|own| own.days == Days::None) {
                let (midnight, known) = midnights(&own.us, self.zone);
                self.note(what, sign * midnight as i64, sign * known as i64);
            }
        }
    }

    fn note_closings(&mut self, finished: &Instants, sign: i64) -> Result<()> {
        let known = finished.us.iter().filter(|at| **at != ABSENT);
        for (day, rows) in by_day(&finished.us, self.zone) {
            *self.days.entry(day).or_default() += sign * rows;
        }
        if finished.days == Days::None && sign > 0 {
            self.seconds.extend(known.map(|at| at.div_euclid(SECOND) as u64))?;
        }
        Ok(())
    }

    fn note_values(&mut self, batch: &Batch<'_>, sign: i64) {
        for (column, counts) in LISTED.iter().zip(&mut self.values) {
            let codes = batch.codes(column).unwrap_or_default();
            let most = codes.iter().max().map_or(0, |most| *most as usize + 1);
            counts.resize(counts.len().max(most), 0);
            codes.iter().for_each(|code| counts[*code as usize] += sign);
        }
        if let (Some(own), Some(national)) = (batch.codes("status"), batch.codes("national_status")) {
            let is = |code: u32, list: &[&str]| batch.lexicon.name(code).is_some_and(|name| list.contains(&name));
            let both = own.iter().zip(national).filter(|(a, b)| **a != NO_NAME && **b != NO_NAME);
            let (rows, of) =
                both.fold((0, 0), |(rows, of), (a, b)| (rows + i64::from(is(*a, &WAITING) && is(*b, &DONE)), of + 1));
            self.note(Suspicion::WaitingButDoneNationally, sign * rows, sign * of);
        }
    }
}

impl Sink for Suspicions<'_> {
    fn add(&mut self, batch: &Batch<'_>, sign: Sign) -> Result<()> {
        let sign = if sign == Sign::Plus { 1 } else { -1 };
        self.note_dates(batch, sign);
        self.note_values(batch, sign);
        batch.instants("finished_at").map_or(Ok(()), |finished| self.note_closings(finished, sign))
    }

    fn close(&mut self, lexicon: &Lexicon) {
        for (place, counts) in std::mem::take(&mut self.values).into_iter().enumerate() {
            let list = canonical_values(LISTED[place]).map(|(list, _)| list).unwrap_or_default();
            let names = (0..).zip(counts).filter_map(|(code, rows)| Some((lexicon.name(code)?, rows)));
            for (name, rows) in names.filter(|(_, rows)| *rows != 0) {
                *self.of_values.entry(place).or_default() += rows;
                if !list.contains(&name) {
                    *self.unlisted.entry((place, name.to_owned())).or_default() += rows;
                }
            }
        }
    }
}

impl Suspicions<'_> {
    /// What the workers found together.
    ///
    /// # Errors
    ///
    /// What was written to a temporary file cannot be read back.
    pub fn warnings(parts: Vec<Self>) -> Result<Vec<Warning>> {
        let (mut counts, mut of) = (BTreeMap::new(), BTreeMap::new());
        let (mut days, mut seconds, mut unlisted, mut of_values) =
            (BTreeMap::new(), Vec::new(), BTreeMap::new(), BTreeMap::new());
        for part in parts {
            add_all(&mut counts, part.counts);
            add_all(&mut of, part.of);
            add_all(&mut days, part.days);
            add_all(&mut unlisted, part.unlisted);
            add_all(&mut of_values, part.of_values);
            seconds.push(part.seconds);
        }
        let mut warnings: Vec<Warning> = Vec::new();
        for (what, rows) in counts {
            let of = of.get(&what).copied().unwrap_or_default();
            if rows > 0 && is_worth_telling(what, rows, of) {
                warnings.push(Warning::of(what, rows as u64, of as u64));
            }
        }
        warnings.extend(closed_at_once(&seconds, days.values().sum())?);
        warnings.extend(clearance(&days));
        for ((place, name), rows) in unlisted {
            let of = of_values.get(&place).copied().unwrap_or_default();
            let unlisted = Warning::of(Suspicion::UnlistedValue, rows.max(0) as u64, of.max(0) as u64);
            warnings.push(Warning { column: Some(LISTED[place].to_owned()), value: Some(name), ..unlisted });
        }
        warnings.retain(|warning| warning.rows > 0);
        warnings.sort();
        Ok(warnings)
    }
}

/// How many instants begin a local day, and how many there are.
fn midnights(us: &[i64], zone: &Zone) -> (usize, usize) {
    let known = us.iter().filter(|at| **at != ABSENT);
    let ahead = range(us).and_then(|(first, last)| zone.offset_between(first, last));
    let midnights = match ahead {
        Some(ahead) => known.clone().filter(|at| (**at + ahead) % DAY == 0).count(),
        None => known.clone().filter(|at| **at == zone.midnight(zone.day(**at))).count(),
    };
    (midnights, known.count())
}

/// Local days with the instants on each.
fn by_day(us: &[i64], zone: &Zone) -> HashMap<i64, i64> {
    let mut days = HashMap::new();
    let Some((first, last)) = range(us) else { return days };
    let known = us.iter().filter(|at| **at != ABSENT);
    let Some(ahead) = zone.offset_between(first, last) else {
        known.for_each(|at| *days.entry(zone.day(*at)).or_default() += 1);
        return days;
    };
    let day = |at: i64| (at + ahead).div_euclid(DAY);
    let mut rows = vec![0; (day(last) - day(first)) as usize + 1];
    known.for_each(|at| rows[(day(*at) - day(first)) as usize] += 1);
    days.extend((day(first)..).zip(rows).filter(|(_, rows)| *rows > 0));
    days
}

fn add_all<K: Ord>(all: &mut BTreeMap<K, i64>, own: impl IntoIterator<Item = (K, i64)>) {
    own.into_iter().for_each(|(key, count)| *all.entry(key).or_default() += count);
}

/// Habits are told where all rows have them; the rest wherever it occurs.
fn is_worth_telling(what: Suspicion, rows: i64, of: i64) -> bool {
    match what {
        Suspicion::SubmittedAsReceived | Suspicion::ReceivedAtMidnight | Suspicion::FinishedAtMidnight => {
            rows == of && of >= HABIT
        }
        Suspicion::FinishedAsDue => rows >= HABIT,
        _ => true,
    }
}

fn closed_at_once(seconds: &[Runs], closed: i64) -> Result<Option<Warning>> {
    let rows = repeated(seconds, AT_ONCE)?.iter().map(|(_, times)| times).sum();
    Ok((rows > 0).then(|| Warning::of(Suspicion::ClosedAtOnce, rows, closed.max(0) as u64)))
}

/// Closings on the last day of each month on which anything was closed, against an even share of that month's days.
fn clearance(days: &BTreeMap<i64, i64>) -> Option<Warning> {
    let mut months: BTreeMap<(i32, u32), Vec<i64>> = BTreeMap::new();
    for (day, rows) in days.iter().filter(|(_, rows)| **rows > 0) {
        let date = DateTime::from_timestamp(day * DAY / SECOND, 0)?;
        months.entry((date.year(), date.month())).or_default().push(*rows);
    }
    let (mut last, mut even, mut all) = (0, 0.0, 0);
    for rows in months.values() {
        let sum: i64 = rows.iter().sum();
        last += rows.last().copied().unwrap_or_default();
        even += sum as f64 / rows.len() as f64;
        all += sum;
    }
    let cleared = all >= HABIT && last as f64 > CLEARANCE * even;
    cleared.then(|| Warning::of(Suspicion::ClosedAtMonthsEnd, last as u64, all as u64))
}

impl Source {
    /// What is to be said of how an input is read.
    pub fn warnings(&self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        if let Some((sheet, others)) = self.sheet().filter(|(_, others)| !others.is_empty()) {
            let other = Warning::of(Suspicion::OtherSheets, others.len() as u64, others.len() as u64 + 1);
            let value = Some(format!("{sheet} of {}", self.label));
            warnings.push(Warning { value, ..other });
        }
        warnings
    }
}
