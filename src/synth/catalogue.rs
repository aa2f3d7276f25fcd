//! The catalogue of procedures: every one that dossiers have, and more that nobody asks for, edition by edition.

use chrono::{Days, NaiveDate};

use super::draw::Draw;
use super::habits::{DEMANDS, OBJECTS, VERBS};
use super::places::PROCEDURES;
use super::table::{Cell, MILLION};
use super::{City, FIRST, day};
use crate::calendar::Calendar;

const STREAM: u64 = 0xca_7a10;

/// A procedure for as long as it stood unchanged.
#[derive(Clone, Debug)]
pub(super) struct Edition {
    pub(super) name: String,
    pub(super) from: NaiveDate,
    /// The last day.
    pub(super) to: Option<NaiveDate>,
    field: &'static str,
    level: &'static str,
    /// The legal limit in office hours.
    pub(super) limit: u64,
    pub(super) documents: u64,
    steps: u64,
    fee: u64,
    pub(super) service_level: &'static str,
    minutes: u64,
    pub(super) restructured: Option<NaiveDate>,
    pub(super) merged_into: Option<String>,
    pub(super) decided: NaiveDate,
    pub(super) published: Option<NaiveDate>,
    pub(super) is_late: bool,
    /// How many of the seven parts are public.
    pub(super) parts: u64,
    population_db: bool,
    online_payment: bool,
}

/// The columns of the table `procedures`, in order.
pub(super) const CATALOGUE: [&str; 21] = [
    "procedure",
    "in_force_from",
    "in_force_to",
    "field",
    "level",
    "limit_hours",
    "documents",
    "steps",
    "fee_vnd",
    "service_level",
    "needs_written_result",
    "standard_minutes",
    "non_territorial",
    "restructured_at",
    "merged_into",
    "decided_at",
    "published_at",
    "legal_effective_at",
    "published_parts",
    "population_db",
    "online_payment",
];

/// Procedures that begin in the record, by verb and object: their first day.
const BORN: [(usize, usize, NaiveDate); 3] =
    [(2, 12, day(2023, 3, 20)), (2, 11, day(2023, 5, 22)), (2, 10, day(2024, 4, 2))];

/// Procedures that end in the record whatever the reform does: their last day. What is granted again is merged with what
/// is granted.
const ENDED: [(usize, usize, NaiveDate); 5] = [
    (3, 12, day(2023, 4, 28)),
    (1, 12, day(2023, 6, 15)),
    (3, 11, day(2024, 4, 25)),
    (1, 11, day(2024, 6, 12)),
    (1, 10, day(2024, 6, 12)),
];

/// How many of each verb the reform merges or ends: of what is granted again, and of what is withdrawn.
const REFORMED: [usize; 4] = [0, 8, 0, 4];

/// The last procedure of `PROCEDURES` was not in force between these days: its renewal came too late.
const LAPSED: [NaiveDate; 2] = [day(2024, 1, 2), day(2024, 1, 13)];

/// The first day of the decisions of a window, and how many days they go on.
const DECISIONS: [NaiveDate; 2] = [day(2023, 2, 20), day(2024, 2, 20)];
const DECIDED_WITHIN: u64 = 130;

/// The catalogue that is being made.
struct Drafting<'a> {
    city: &'a City,
    calendar: &'a Calendar,
    draw: Draw,
    editions: Vec<Edition>,
    /// Decisions so far: before the record, in its first year, before the later window, and since.
    decisions: [u64; 4],
}

/// The editions of a city's procedures, procedure by procedure.
pub(super) fn catalogue(city: &City, calendar: &Calendar) -> Vec<Edition> {
    let draw = Draw::new(city.seed, STREAM);
    let mut own = Drafting { city, calendar, draw, editions: Vec::new(), decisions: [0; 4] };
    (0..PROCEDURES.len()).for_each(|at| own.asked_for(at));
    for object in 0..OBJECTS.len() {
        (0..VERBS.len()).for_each(|verb| own.dormant(verb, object));
    }
    own.editions
}

impl Drafting<'_> {
    /// A procedure that dossiers have.
    fn asked_for(&mut self, at: usize) {
        let (procedure, demands) = (&PROCEDURES[at], &DEMANDS[at]);
        let from = day(2021, 7, 1) + Days::new(self.draw.below(300));
        let mut own = Edition {
            limit: 8 * u64::from(procedure.limit),
            documents: demands.documents[0],
            fee: procedure.fee,
            minutes: demands.minutes,
            service_level: if procedure.full { "full" } else { "partial" },
            online_payment: procedure.fee > 0,
            ..blank(procedure.name.to_owned(), procedure.field, from)
        };
        own = self.decided(own, from, 30);
        if at == PROCEDURES.len() - 1 && self.city.reform.is_none_or(|reform| reform > LAPSED[1]) {
            let renewed = self.decided(own.clone(), LAPSED[1], 24);
            self.editions.push(Edition { to: Some(LAPSED[0]), ..own });
            own = renewed;
        }
        let changes = demands.documents[0] != demands.documents[1] || demands.limit != procedure.limit;
        if let Some(reform) = self.city.reform.filter(|reform| changes && *reform > own.from) {
            let next = self.decided(own.clone(), reform, 25);
            self.editions.push(Edition { to: Some(reform - Days::new(1)), ..own });
            let (limit, documents) = (8 * u64::from(demands.limit), demands.documents[1]);
            own = Edition { limit, documents, steps: 4, restructured: Some(reform), ..next };
        }
        self.editions.push(own);
    }

    /// A procedure that nobody asks for.
    fn dormant(&mut self, verb: usize, object: usize) {
        let number = object * VERBS.len() + verb;
        let name = |verb: usize| format!("{} {}", VERBS[verb], OBJECTS[object].0);
        let born = BORN.iter().find(|(own, of, _)| (*own, *of) == (verb, object)).map(|(.., from)| *from);
        let old = day(2020, 3, 1) + Days::new(self.draw.below(800));
        let (end, merged) = (self.end(verb, object), verb == 1);
        let mut own = blank(name(verb), OBJECTS[object].1, born.unwrap_or(old));
        own.level = ["province", "commune", "commune", "ministry", "commune"][number % 5];
        own.limit = 8 * (3 + self.draw.below(18));
        own.documents = 3 + self.draw.below(6);
        own.fee = 10_000 * self.draw.below(20);
        own.minutes = 30 + 5 * self.draw.below(12);
        own.service_level = if number.is_multiple_of(2) { "information" } else { "partial" };
        own.restructured = number.is_multiple_of(13).then_some(own.from);
        own.online_payment = number % 3 == 1;
        let from = own.from;
        own = self.decided(own, from, 28);
        for next in self.changes(number) {
            if next <= own.from || end.is_some_and(|end| end < next) {
                continue;
            }
            let is_reform = self.city.reform == Some(next);
            let mut changed = self.decided(own.clone(), next, 25);
            if self.city.reformed(next) {
                self.reform(&mut changed, number, is_reform);
            }
            self.editions.push(Edition { to: Some(next - Days::new(1)), ..own });
            own = changed;
        }
        own.to = end;
        own.merged_into = end.filter(|_| merged).map(|_| name(0));
        self.editions.push(own);
    }

    /// The first days of its later editions, in order.
    fn changes(&mut self, number: usize) -> Vec<NaiveDate> {
        let mut first = |at: usize| DECISIONS[at] + Days::new(25 + self.draw.below(DECIDED_WITHIN));
        let own = [(number.is_multiple_of(3), first(0)), (matches!(number % 5, 1 | 4), first(1))];
        let reform = self.city.reform.filter(|_| number % 5 < 3);
        let mut days: Vec<NaiveDate> =
            own.into_iter().filter_map(|(so, day)| so.then_some(day)).chain(reform).collect();
        days.sort_unstable();
        days.dedup();
        days
    }

    /// The last day of a procedure that ends.
    fn end(&self, verb: usize, object: usize) -> Option<NaiveDate> {
        let ended = ENDED.iter().find(|(own, of, _)| (*own, *of) == (verb, object)).map(|(.., to)| *to);
        let reform = self.city.reform.filter(|_| object < REFORMED[verb]).map(|reform| reform - Days::new(1));
        ended.or(reform)
    }

    /// What the reform asks of a procedure.
    fn reform(&self, own: &mut Edition, number: usize, is_reform: bool) {
        if !number.is_multiple_of(7) {
            own.service_level = if number.is_multiple_of(3) { "full" } else { "partial" };
        }
        if is_reform {
            own.restructured = self.city.reform;
            own.documents = own.documents * 2 / 3;
            own.limit = (own.limit / 8 * 3).div_ceil(4) * 8;
            own.fee = own.fee / 5_000 * 4_000;
            own.steps -= 1;
            (own.population_db, own.online_payment) = (!number.is_multiple_of(4), own.fee > 0);
        }
    }

    /// A decision some days before the edition comes into force, and its publication.
    ///
    /// In turn, not by chance: the catalogue is one, so chance would be the answer.
    fn decided(&mut self, own: Edition, from: NaiveDate, before: u64) -> Edition {
        let mut near = (before..before + 14).map(|before| from - Days::new(before));
        let decided = near.find(|day| self.calendar.is_working_day(*day) == Some(true));
        let decided = decided.unwrap_or(from);
        let reformed = self.city.reform.is_some_and(|reform| from >= reform);
        let period = [FIRST, day(2024, 1, 1), DECISIONS[1]].iter().filter(|start| decided >= **start).count();
        let turn = self.decisions[period];
        self.decisions[period] += 1;
        let is_late = if reformed { turn % 8 == 7 } else { matches!(turn % 5, 0 | 2 | 4) };
        // Medians lie among equals, so that no half way between two lags decides.
        let lag = match (is_late, reformed) {
            (true, _) if turn.is_multiple_of(2) => 12,
            (true, _) => 12 + self.draw.below(12),
            (false, true) => 1 + u64::from(!turn.is_multiple_of(4)),
            (false, false) => 1 + self.draw.below(4),
        };
        let published = self.calendar.nth_working_day_after(decided, lag as u32);
        let published = published.filter(|_| !is_late || !turn.is_multiple_of(3));
        let is_whole = if reformed { turn % 10 != 9 } else { turn % 5 < 3 };
        let parts = if is_whole { 7 } else { 4 + turn % 3 };
        let parts = if published.is_some() { parts } else { 0 };
        Edition { from, decided, published, is_late, parts, ..own }
    }
}

impl Edition {
    pub(super) fn is_in_force(&self, date: NaiveDate) -> bool {
        self.from <= date && self.to.is_none_or(|to| date <= to)
    }
}

/// A procedure of which nothing is known yet.
fn blank(name: String, field: &'static str, from: NaiveDate) -> Edition {
    Edition {
        name,
        from,
        to: None,
        field,
        level: "commune",
        limit: 8,
        documents: 1,
        steps: 5,
        fee: 0,
        service_level: "partial",
        minutes: 30,
        restructured: None,
        merged_into: None,
        decided: from,
        published: None,
        is_late: false,
        parts: 0,
        population_db: false,
        online_payment: false,
    }
}

pub(super) fn edition_cells(own: &Edition) -> [Cell<'_>; CATALOGUE.len()] {
    use Cell::{Day, Decimal, Flag, Number, Text};
    [
        Text(Some(&own.name)),
        Day(Some(own.from)),
        Day(own.to),
        Text(Some(own.field)),
        Text(Some(own.level)),
        Decimal(own.limit * MILLION),
        Number(own.documents),
        Number(own.steps),
        Number(own.fee),
        Text(Some(own.service_level)),
        // Every result of the city is a document, and every procedure may be handed in at any office.
        Flag(Some(true)),
        Decimal(own.minutes * MILLION),
        Flag(Some(true)),
        Day(own.restructured),
        Text(own.merged_into.as_deref()),
        Day(Some(own.decided)),
        Day(own.published),
        Day(Some(own.from)),
        Number(own.parts),
        Flag(Some(own.population_db)),
        Flag(Some(own.online_payment)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Result;
    use crate::synth::calendar;

    fn editions() -> Result<Vec<Edition>> {
        Ok(catalogue(&City::new(5), &calendar()?))
    }

    /// By hand: 8 procedures that dossiers have and 4 verbs of 13 objects are 60, of which 3 are yet to come: 57. To the
    /// end of July 2023 two come, one ends and one is merged: 57. The reform merges 8 and ends 4: 45. To the end of July
    /// 2024 one comes, one ends and two are merged: 43.
    #[test]
    fn the_stock_adds_up() -> Result<()> {
        let editions = editions()?;
        let stock = |date| editions.iter().filter(|own| own.is_in_force(date)).count();
        let days = [day(2023, 2, 14), day(2023, 7, 31), day(2024, 1, 30), day(2024, 2, 14), day(2024, 7, 31)];
        assert_eq!(days.map(stock), [57, 57, 57, 45, 43]);
        Ok(())
    }

    /// One edition of a procedure at a time, decided before it, public after that; what is merged goes into one that is.
    #[test]
    fn editions_follow_each_other() -> Result<()> {
        let editions = editions()?;
        for pair in editions.windows(2).filter(|pair| pair[0].name == pair[1].name) {
            assert!(pair[0].to.is_some_and(|to| to < pair[1].from), "{pair:?}");
        }
        for own in &editions {
            assert!(own.decided < own.from && own.published.is_none_or(|day| day > own.decided), "{own:?}");
            let into = own.merged_into.as_deref().zip(own.to);
            let after = |(name, to): (&str, NaiveDate)| {
                editions.iter().any(|other| other.name == name && other.is_in_force(to + Days::new(1)))
            };
            assert!(into.is_none_or(after), "{own:?}");
        }
        Ok(())
    }

    /// Only the procedure that lapsed has dossiers without an edition, and only in those ten days.
    #[test]
    fn dossiers_are_in_the_catalogue() -> Result<()> {
        let editions = editions()?;
        let mut unmatched = 0;
        for own in City::new(5).cases(10_000).dossiers()? {
            let date = own.received_at.date();
            if !editions.iter().any(|edition| edition.name == own.procedure && edition.is_in_force(date)) {
                let lapsed = own.procedure == PROCEDURES[7].name && date > LAPSED[0] && date < LAPSED[1];
                assert!(lapsed, "{own:?}");
                unmatched += 1;
            }
        }
        assert!((1..40).contains(&unmatched), "{unmatched}");
        Ok(())
    }
}
