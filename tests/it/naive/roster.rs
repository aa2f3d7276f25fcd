//! The roster: spans of officers over weekends and holidays, and what the KPIs say of them.

use super::books;
use super::catalogue::{Catalogue, halves};
use super::chance::Chance;
use super::figure::{Answer, Place, Rows, Told};
use super::twin::View;
use chrono::{Days, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};

/// The officers at a counter on a day, each with the hours that are said.
type Posted<'a> = BTreeMap<&'a str, Option<i64>>;

pub const HEADER: [&str; 7] = ["officer", "from", "to", "unit", "hours", "trained_hours", "moved_to"];

/// An officer for a span of days.
#[derive(Clone, Debug, PartialEq)]
pub struct Post {
    pub officer: &'static str,
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub unit: Option<&'static str>,
    /// In halves of an hour.
    pub hours: Option<i64>,
    pub trained: Option<i64>,
    pub moved: Option<&'static str>,
}

impl Post {
    pub fn written(&self) -> Vec<String> {
        vec![
            self.officer.to_owned(),
            self.from.to_string(),
            self.to.to_string(),
            self.unit.unwrap_or_default().to_owned(),
            self.hours.map(halves).unwrap_or_default(),
            self.trained.map(halves).unwrap_or_default(),
            self.moved.unwrap_or_default().to_owned(),
        ]
    }
}

pub fn drawn(first: NaiveDate, chance: &mut Chance) -> Vec<Post> {
    let hours = chance.one_of(&[0, 60, 85, 85, 85]);
    let count = chance.one_of(&[1, 3, 8, 14]) + chance.below(4);
    let span = chance.one_of(&[40, 70, 70, 70]);
    let post = |chance: &mut Chance| {
        let from = first - Days::new(8) + Days::new(chance.below(span));
        let length = chance.one_of(&[0, 0, 1, 4, 9, 25]);
        Post {
            officer: chance.one_of(&["An", "Bình", "Chi", "Dũng", "Giang"]),
            from,
            to: from + Days::new(length),
            unit: chance.maybe(90, |chance| chance.one_of(&["Cửa Nam", "Hoàn Kiếm", "Tây Hồ"])),
            hours: chance.maybe(hours, |chance| chance.one_of(&[8, 15, 16, 16, 20])),
            trained: chance.maybe(40, |chance| chance.one_of(&[0, 3, 16])),
            moved: chance.maybe(20, |chance| chance.one_of(&["Tư pháp", "Trung tâm"])),
        }
    };
    let posts = (0..count).map(|_| post(chance)).collect();
    books::copied(posts, chance)
}

/// The last name of an office's line.
pub type Names<'a> = &'a dyn Fn(&'static str) -> &'static str;

/// One window of a roster.
pub struct Roster<'a> {
    pub posts: &'a [Post],
    /// All posts of the same counters, whoever is asked about.
    pub counter: &'a [Post],
    pub view: &'a View<'a>,
    pub names: Names<'a>,
    /// Officers seen in a step of the window on these days; some on no open day, or without a name.
    pub seen: &'a [(Option<&'static str>, NaiveDate)],
}

/// A post on one of its days.
type Day<'a> = (&'a Post, NaiveDate);

impl<'a> Roster<'a> {
    fn is_open(&self, day: NaiveDate) -> bool {
        self.view.calendar.is_working_day(day).expect("a day of the calendar")
    }

    fn window(&self) -> impl Iterator<Item = NaiveDate> {
        let end = self.view.end.date();
        self.view.start.date().iter_days().take_while(move |day| *day < end)
    }

    fn days(&self) -> Vec<Day<'a>> {
        self.days_of(self.posts)
    }

    /// The open days of each span, and the day of an entry of one day.
    fn days_of(&self, posts: &'a [Post]) -> Vec<Day<'a>> {
        let of = |post: &'a Post| {
            let stands = move |day: &NaiveDate| post.from <= *day && *day <= post.to;
            let counts = move |day: &NaiveDate| post.from == post.to || self.is_open(*day);
            self.window().filter(stands).filter(counts).map(move |day| (post, day)).collect::<Vec<_>>()
        };
        posts.iter().flat_map(of).collect()
    }

    fn rows<T>(&self, quantity: impl Fn(&Day<'_>) -> Option<T>) -> Rows<T> {
        Rows::ask(&self.days(), |_| Place::Inside, quantity)
    }

    /// What the office is open in the window, in halves of an hour.
    fn office(&self) -> f64 {
        let minutes = |day| {
            let sessions = self.view.calendar.sessions(day).expect("a day of the calendar");
            sessions.iter().map(|session| f64::from(session.close() - session.open())).sum::<f64>()
        };
        self.window().map(minutes).sum::<f64>() / 30.0
    }

    /// Weeks of the window, from its first day on.
    fn weeks(&self) -> usize {
        self.window().count().div_ceil(7)
    }

    fn posted(&self) -> Rows<i64> {
        self.rows(|(post, _)| post.hours.filter(|_| post.moved.is_none()))
    }

    pub fn fte(&self) -> Answer {
        let rows = self.posted();
        rows.counted(rows.kept.iter().sum::<i64>() as f64 / self.office()).map(|told| Told { n: self.weeks(), ..told })
    }

    /// A roster that moves nobody has 0; one that says nothing of the window has no figure.
    pub fn redeployed(&self) -> Answer {
        let rows = self.rows(|(post, _)| if post.moved.is_some() { post.hours } else { Some(0) });
        rows.counted(rows.kept.iter().sum::<i64>() as f64 / self.office()).map(|told| Told { n: self.weeks(), ..told })
    }

    pub fn trained(&self) -> Answer {
        let days = self.days();
        let names = |is: &dyn Fn(&Post) -> bool| {
            days.iter().filter(|(post, _)| is(post)).map(|(post, _)| post.officer).collect::<BTreeSet<_>>()
        };
        let staff: Vec<&str> = names(&|post| post.moved.is_none()).into_iter().collect();
        let trained = names(&|post| post.trained.is_some_and(|hours| hours > 0));
        // Left out are the days of who was moved.
        let moved = days.iter().filter(|(post, _)| post.moved.is_some()).count();
        let share = Rows::ask(&staff, |_| Place::Inside, |officer| Some(trained.contains(officer))).share();
        share.map(|told| Told { excluded: moved, ..told })
    }

    pub fn output(&self, catalogue: &Catalogue<'_>) -> Answer {
        let minutes = self.posted();
        let done = self.view.closed(|d| catalogue.standard(d));
        let excluded = minutes.excluded() + done.excluded();
        let below = minutes.kept.iter().sum::<i64>() as f64 * 60.0;
        if done.kept.is_empty() {
            return Err("no_rows");
        }
        if minutes.kept.is_empty() {
            return Err("no_base");
        }
        let value = done.kept.iter().sum::<i64>() as f64 / below;
        Ok(Told { value, n: minutes.kept.len(), events: None, excluded, immature: None, undated: None })
    }

    /// Distinct officers and open days with a step or a post, by the open days.
    pub fn on_duty(&self, first: &Self) -> Answer {
        let open = |day: NaiveDate| Some(day).filter(|day| self.is_open(*day));
        let posted = self.rows(|(post, day)| Some((post.officer, open(*day).filter(|_| post.moved.is_none())?)));
        let seen = Rows::ask(self.seen, |_| Place::Inside, |(officer, day)| Some(((*officer)?, open(*day)?)));
        let pairs: BTreeSet<_> = posted.kept.iter().chain(&seen.kept).copied().collect();
        if pairs.is_empty() {
            return Err("no_rows");
        }
        let days = self.window().filter(|day| self.is_open(*day)).count();
        let equal = first.covered().zip(self.covered()).map_or(1.0, |(was, is)| was / is);
        let value = pairs.len() as f64 / days as f64 * equal;
        let excluded = posted.excluded() + seen.excluded();
        Ok(Told { value, n: days, events: None, excluded, immature: None, undated: None })
    }

    /// Hours for which a counter is covered on an open day, from its first covered day to its last; a day on which it has
    /// officers and nobody says hours is none of its days.
    fn covered(&self) -> Option<f64> {
        let mut counters: BTreeMap<Option<&str>, BTreeMap<NaiveDate, Posted<'_>>> = BTreeMap::new();
        for (post, day) in self.days_of(self.counter) {
            if post.moved.is_none() && self.is_open(day) {
                let officers = counters.entry(post.unit.map(self.names)).or_default().entry(day).or_default();
                let own = officers.entry(post.officer).or_default();
                *own = own.map_or(post.hours, |before| Some(before + post.hours.unwrap_or(0)));
            }
        }
        let (mut sum, mut days) = (0, 0);
        for posted in counters.values() {
            let longest = |day| posted.get(&day).map(|officers| officers.values().flatten().max().copied());
            let covered = || posted.keys().filter(|day| longest(**day).flatten().is_some());
            let (Some(first), Some(last)) = (covered().min(), covered().max()) else { continue };
            for day in self.window().filter(|day| first <= day && day <= last && self.is_open(*day)) {
                match longest(day) {
                    // Nobody is there.
                    None => days += 1,
                    Some(Some(hours)) => (sum, days) = (sum + hours, days + 1),
                    // Somebody is there, nobody knows for how long.
                    Some(None) => {}
                }
            }
        }
        (days > 0).then(|| sum as f64 / f64::from(days))
    }
}
