//! The catalogue: procedures that change, end, are merged and begin again, and what the KPIs say of them.

use super::chance::Chance;
use super::dossier::Dossier;
use super::figure::{Answer, End, Place, Rows, Spell, Told};
use super::moment::{Moment, midnight, working, working_day_after};
use super::twin::View;
use chrono::{Days, NaiveDate};
use giamtang::scorecard::Flow;

pub const HEADER: [&str; 13] = [
    "procedure",
    "in_force_from",
    "in_force_to",
    "level",
    "limit_hours",
    "documents",
    "service_level",
    "standard_minutes",
    "restructured_at",
    "merged_into",
    "decided_at",
    "published_at",
    "published_parts",
];

pub const NAMES: [&str; 6] = ["P1", "P2", "P3", "P4", "P5", "X"];

/// A procedure for as long as it stood unchanged.
#[derive(Clone, Debug)]
pub struct Entry {
    pub procedure: &'static str,
    pub from: NaiveDate,
    pub to: Option<NaiveDate>,
    pub level: Option<&'static str>,
    /// In halves of an hour and of a minute.
    pub limit: Option<i64>,
    pub minutes: Option<i64>,
    pub documents: Option<i64>,
    pub service_level: Option<&'static str>,
    pub restructured: Option<Moment>,
    pub merged: Option<&'static str>,
    pub decided: Option<Moment>,
    pub published: Option<Moment>,
    pub parts: Option<i64>,
}

/// A decimal of so many halves.
pub fn halves(number: i64) -> String {
    format!("{}{}", number / 2, if number % 2 == 0 { "" } else { ".5" })
}

impl Entry {
    fn drawn(
        procedure: &'static str,
        (from, to): (NaiveDate, Option<NaiveDate>),
        first: NaiveDate,
        is_day: [bool; 3],
        chance: &mut Chance,
    ) -> Self {
        let date = |chance: &mut Chance| {
            let day = first - Days::new(30) + Days::new(chance.below(100));
            chance.moment(day)
        };
        let decided = chance.maybe(80, date);
        let published = decided.and_then(|at| chance.maybe(75, |chance| chance.after(at, 20)));
        let others: Vec<&str> = NAMES.into_iter().filter(|name| *name != procedure).collect();
        Self {
            procedure,
            from,
            to,
            level: chance.maybe(80, |chance| chance.one_of(&["ministry", "province", "commune"])),
            limit: chance.maybe(85, |chance| chance.one_of(&[16, 81, 160, 240])),
            minutes: chance.maybe(80, |chance| chance.one_of(&[15, 60, 180, 601])),
            documents: chance.maybe(85, |chance| chance.below(7) as i64),
            service_level: chance.maybe(85, |chance| chance.one_of(&["full", "partial", "information"])),
            restructured: chance.maybe(60, date).map(|at| Moment::of(at, is_day[0])),
            merged: chance.maybe(if to.is_some() { 45 } else { 4 }, |chance| chance.one_of(&others)),
            decided: decided.map(|at| Moment::of(at, is_day[1])),
            published: published.map(|at| Moment::of(at, is_day[2])),
            parts: chance.maybe(85, |chance| chance.one_of(&[7, 7, 7, 6, 3, 0])),
        }
    }

    pub fn written(&self) -> Vec<String> {
        let text = |name: Option<&str>| name.unwrap_or_default().to_owned();
        let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
        let moment = |at: Option<Moment>| at.map(Moment::written).unwrap_or_default();
        vec![
            self.procedure.to_owned(),
            self.from.to_string(),
            self.to.map(|day| day.to_string()).unwrap_or_default(),
            text(self.level),
            self.limit.map(halves).unwrap_or_default(),
            number(self.documents),
            text(self.service_level),
            self.minutes.map(halves).unwrap_or_default(),
            moment(self.restructured),
            text(self.merged),
            moment(self.decided),
            moment(self.published),
            number(self.parts),
        ]
    }

    fn holds_on(&self, day: NaiveDate) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

/// Up to five procedures of up to four rows each; a row follows the one before at once, or after a gap.
pub fn drawn(first: NaiveDate, chance: &mut Chance) -> Vec<Entry> {
    let is_day = [chance.hundred(70), chance.hundred(50), chance.hundred(50)];
    let young = chance.hundred(8);
    let count = 1 + chance.below(5) as usize;
    let mut entries = Vec::new();
    for procedure in &NAMES[..count] {
        let mut from = match (young, chance.hundred(65)) {
            (true, _) => first + Days::new(25 + chance.below(60)),
            (false, true) => NaiveDate::from_ymd_opt(2020, 1, 1).expect("a date"),
            (false, false) => first - Days::new(20) + Days::new(chance.below(80)),
        };
        for _ in 0..4 {
            let edge = chance.one_of(&[0, 28, 29, 30, 31]);
            let near = if chance.hundred(15) { edge } else { chance.below(50) };
            let to = chance.maybe(65, |_| from.max(first - Days::new(1)) + Days::new(near));
            entries.push(Entry::drawn(procedure, (from, to), first, is_day, chance));
            let Some(to) = to.filter(|_| chance.hundred(65)) else { break };
            from = to + Days::new(if chance.hundred(50) { 1 } else { 2 + chance.below(9) });
        }
    }
    entries
}

fn last_day(view: &View<'_>) -> NaiveDate {
    view.end.date() - Days::new(1)
}

/// One window of a catalogue and of the dossiers.
pub struct Catalogue<'a> {
    pub entries: &'a [Entry],
    pub view: &'a View<'a>,
    /// Both windows, of which the first weighs.
    pub both: &'a [View<'a>; 2],
}

impl Catalogue<'_> {
    pub fn answer(&self, id: &str) -> Option<Answer> {
        Some(match id {
            "procedures/in_force" => self.in_force(),
            "procedures/documents" => self.weighted(|entry| entry.documents).mean(),
            "procedures/limit" => over(2.0, self.weighted(|entry| entry.limit).mean()),
            "procedures/restructured" => self.stock(|entry| Some(self.is_restructured(entry))).share(),
            "procedures/dormant" => self.dormant(),
            "quality/online_coverage" => {
                self.stock(|entry| entry.service_level.map(|level| level != "information")).share()
            }
            "transparency/complete_content" => self.stock(|entry| entry.parts.map(|parts| parts == 7)).share(),
            "transparency/published_on_time" => self.decided(|entry| self.is_in_time(entry)).share(),
            "transparency/publication_lag" => self
                .decided(|entry| self.publishing(entry))
                .incidence(0.5)
                .map(|told| Told { value: told.value / 3_600.0, ..told }),
            _ => return None,
        })
    }

    fn last_day(&self) -> NaiveDate {
        last_day(self.view)
    }

    /// Procedures in force on the window's last day.
    fn stock<T>(&self, quantity: impl Fn(&Entry) -> Option<T>) -> Rows<T> {
        let last = self.last_day();
        Rows::ask(self.entries, |entry| if entry.holds_on(last) { Place::Inside } else { Place::Outside }, quantity)
    }

    /// What was in force on the day before the window, and what came and went since.
    pub fn flow(&self) -> Flow {
        let (first, last) = (self.view.start.date(), self.last_day());
        let other = |entry: &Entry, is: &dyn Fn(&Entry) -> bool| {
            self.entries.iter().any(|other| other.procedure == entry.procedure && is(other))
        };
        let in_window = |day: NaiveDate| first <= day && day <= last;
        let born = |entry: &&Entry| {
            in_window(entry.from) && !other(entry, &|other| other.to == Some(entry.from - Days::new(1)))
        };
        let gone = |entry: &&Entry| {
            let next = entry.to.map(|to| to + Days::new(1));
            next.is_some_and(in_window) && !other(entry, &|other| Some(other.from) == next)
        };
        let count = |is: &dyn Fn(&&Entry) -> bool| self.entries.iter().filter(is).count() as u64;
        Flow {
            start: count(&|entry| entry.holds_on(first - Days::new(1))),
            born: count(&born),
            died: count(&|entry| gone(entry) && entry.merged.is_none()),
            merged: count(&|entry| gone(entry) && entry.merged.is_some()),
            end: count(&|entry| entry.holds_on(last)),
        }
    }

    fn in_force(&self) -> Answer {
        let (first, last) = (self.view.start.date(), self.last_day());
        // What ended on the day before the window went with its first day.
        let stood = |entry: &Entry| entry.from <= last && entry.to.is_none_or(|to| first - Days::new(1) <= to);
        if !self.entries.iter().any(stood) {
            return Err("no_rows");
        }
        let end = self.stock(|_| Some(())).kept.len();
        Ok(Told { value: end as f64, n: end, events: None, excluded: 0, immature: None, undated: None })
    }

    fn row(&self, procedure: &str, day: NaiveDate) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.procedure == procedure && entry.holds_on(day))
    }

    /// A procedure's row on a day, or that of what it was merged into by then.
    fn followed(&self, procedure: &str, day: NaiveDate) -> Option<&Entry> {
        let mut name = procedure;
        for _ in 0..=16 {
            if let Some(entry) = self.row(name, day) {
                return Some(entry);
            }
            let past = self.entries.iter().filter(|entry| entry.procedure == name && entry.from <= day);
            name = past.max_by_key(|entry| entry.from)?.merged?;
        }
        None
    }

    /// The first window's dossiers, by the catalogue of this window's last day; those that either window's catalogue says
    /// nothing of are in neither.
    fn weighted(&self, quantity: impl Fn(&Entry) -> Option<i64>) -> Rows<i64> {
        let on = |view: &View<'_>, d: &Dossier| quantity(self.followed(d.procedure?, last_day(view))?);
        self.both[0].received(|d| on(self.view, d).filter(|_| self.both.iter().all(|view| on(view, d).is_some())))
    }

    fn is_restructured(&self, entry: &Entry) -> bool {
        self.view.known(entry.restructured).is_some()
    }

    fn dormant(&self) -> Answer {
        let from = midnight(self.view.end.date() - chrono::Months::new(12));
        if self.view.dossiers.iter().all(|d| d.received.at >= from) {
            return Err("short_log");
        }
        let is_of = |d: &Dossier, entry: &Entry| {
            d.procedure == Some(entry.procedure) && from <= d.received.at && d.received.at < self.view.end
        };
        self.stock(|entry| Some(!self.view.dossiers.iter().any(|d| is_of(d, entry)))).share()
    }

    /// Decisions of the window.
    fn decided<T>(&self, quantity: impl Fn(&Entry) -> Option<T>) -> Rows<T> {
        let place = |entry: &Entry| match entry.decided {
            Some(at) if self.view.holds(at) => Place::Inside,
            _ => Place::Outside,
        };
        Rows::ask(self.entries, place, quantity)
    }

    /// Public within five working days, or ten of a ministry; not asked, public or not, while there is time left.
    fn is_in_time(&self, entry: &Entry) -> Option<bool> {
        let days = if entry.level == Some("ministry") { 10 } else { 5 };
        let limit = working_day_after(self.view.calendar, entry.decided?.date(), days);
        let has_passed = midnight(limit + Days::new(1)) <= self.view.cutoff;
        has_passed.then(|| self.view.known(entry.published).is_some_and(|published| published.date() <= limit))
    }

    fn publishing(&self, entry: &Entry) -> Option<Spell> {
        let decided = entry.decided?;
        let published = self.view.known(entry.published);
        let until = published.unwrap_or(Moment::exact(self.view.cutoff));
        let time = match decided.is_day || until.is_day {
            true => working(self.view.calendar, midnight(decided.date()), midnight(until.date())),
            false => working(self.view.calendar, decided.at, until.at),
        };
        Some(Spell { time, followed: time, end: if published.is_some() { End::Result } else { End::Open } })
    }

    /// The minutes that the catalogue allows for a dossier on the day of its reception, in halves.
    pub fn standard(&self, d: &Dossier) -> Option<i64> {
        self.followed(d.procedure?, d.received.date())?.minutes
    }

    /// The office seconds that it allows for a dossier on the day of its reception.
    pub fn allowed(&self, d: &Dossier) -> Option<i64> {
        self.followed(d.procedure?, d.received.date())?.limit.map(|halves| 1_800 * halves)
    }
}

/// A figure in a larger unit.
pub fn over(divisor: f64, answer: Answer) -> Answer {
    answer.map(|told| Told { value: told.value / divisor, ..told })
}
