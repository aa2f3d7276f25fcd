//! The offices of a city: how large, how quick, and how each leans; all of it drawn.

use std::sync::Arc;

use super::draw::{Draw, mixed};
use super::habits::{HABITS, Habit, KINDS};
use super::places::{
    COMMUNES, DOSSIERS_PER_OFFICER, FEWER_OFFICERS, LEAST_OFFICERS, MORE_COMMUNES, MORE_WARDS, PLANTED, THEMES, Theme,
    WARDS, chance, times,
};

/// The stream of the offices; days have small numbers.
const STREAM: u64 = u64::MAX;

/// One office.
#[derive(Clone, Debug)]
pub(super) struct Office {
    pub(super) name: Arc<str>,
    /// Its part of all dossiers; independent of everything else about it.
    pub(super) weight: u64,
    /// Its working time before and after the reform, in thousandths of the procedure's.
    pace: [u64; 2],
    /// By theme, where it lies between the office furthest below the planted chance, −1,000, and furthest above.
    leans: [i64; THEMES],
    /// The same for what the reform does to it.
    turns: [i64; THEMES],
    /// By habit, both of the same.
    habits: [[i64; 2]; KINDS],
    /// How many officers it has before and after the reform.
    pub(super) officers: [u64; 2],
}

impl Office {
    /// An office of those that could be; the truth averages over such.
    pub(super) fn drawn(draw: &mut Draw, name: Arc<str>) -> Self {
        let weight = draw.spread() * draw.spread();
        let was = draw.between(times::PACE);
        let is = was * draw.between(times::REFORMED) / 1_000;
        let leans = std::array::from_fn(|_| draw.leaning());
        let turns = std::array::from_fn(|_| draw.leaning());
        // Of a stream that the others name, so that a habit more is not another city.
        let key = leans.iter().chain(&turns).fold(weight, |key, own| mixed(&[key, *own as u64]));
        let mut own = Draw::new(key, STREAM);
        let habits = std::array::from_fn(|_| [own.leaning(), own.leaning()]);
        Self { name, weight, pace: [was, is], leans, turns, habits, officers: [LEAST_OFFICERS; 2] }
    }

    /// Its working time in thousandths of the procedure's.
    pub(super) fn pace(&self, reformed: bool) -> u64 {
        self.pace[usize::from(reformed)]
    }

    /// Its chance in thousandths.
    pub(super) fn chance(&self, theme: Theme, reformed: bool) -> i64 {
        let at = theme as usize;
        PLANTED[at].of([self.leans[at], self.turns[at]], reformed)
    }

    /// The same of what stands in the tables beside the dossiers.
    pub(super) fn habit(&self, habit: Habit, reformed: bool) -> u64 {
        let at = habit as usize;
        HABITS[at].of(self.habits[at], reformed) as u64
    }
}

/// The offices of a city of so many dossiers over two years.
pub(super) fn offices(seed: u64, number: usize, cases: u64) -> Vec<Office> {
    let mut draw = Draw::new(seed, STREAM);
    let mut offices: Vec<Office> = names(number).map(|name| Office::drawn(&mut draw, name)).collect();
    let whole: u64 = offices.iter().map(|office| office.weight).sum();
    for office in &mut offices {
        let yearly = u128::from(cases) * u128::from(office.weight) / u128::from(whole) / 2;
        let was = (yearly as u64 / DOSSIERS_PER_OFFICER).max(LEAST_OFFICERS);
        let fewer = (was * draw.between(FEWER_OFFICERS) / 1_000).max(1);
        office.officers = [was, was - fewer];
    }
    offices
}

/// So many names; a number follows where the list begins again.
fn names(number: usize) -> impl Iterator<Item = Arc<str>> {
    let lists = [("Phường", WARDS), ("Xã", COMMUNES), ("Phường", MORE_WARDS), ("Xã", MORE_COMMUNES)];
    let named = lists.into_iter().flat_map(|(kind, list)| list.split(',').map(move |name| format!("{kind} {name}")));
    let known: Vec<String> = named.collect();
    (0..number).map(move |at| match (at / known.len(), &known[at % known.len()]) {
        (0, name) => name.as_str().into(),
        (round, name) => format!("{name} {}", round + 1).into(),
    })
}

/// Who of an office's officers, of those on duty that day, does it; `pick` decides.
pub(super) fn on_duty(seed: u64, office: usize, officers: u64, day: i64, pick: u64) -> u64 {
    let officers = officers.max(1);
    let first = pick % officers;
    let in_turn = (0..officers).map(|next| (first + next) % officers);
    in_turn.clone().find(|officer| is_present(seed, office, *officer, day)).unwrap_or(first)
}

/// Whether one of an office's officers is on the roster of a day; all are where none would be.
pub(super) fn is_rostered(seed: u64, office: usize, officers: u64, officer: u64, day: i64) -> bool {
    let is_one = officer < officers;
    is_one && (is_present(seed, office, officer, day) || !(0..officers).any(|own| is_present(seed, office, own, day)))
}

fn is_present(seed: u64, office: usize, officer: u64, day: i64) -> bool {
    mixed(&[seed, office as u64, officer, day as u64]) % 1_000 < chance::PRESENT
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_office_has_a_name_of_its_own() {
        let all: HashSet<_> = names(300).collect();
        assert_eq!(all.len(), 300);
        assert_eq!(names(13).last().as_deref(), Some("Xã Sóc Sơn"));
        assert_eq!(names(127).last().as_deref(), Some("Phường Hoàn Kiếm 2"));
    }

    /// Leans are even between −1,000 and 1,000: over 20,000 offices the mean is within three standard errors, 3 · 90 ·
    /// 0.577 / √20,000 = 1.1 thousandths, of the chance planted.
    #[test]
    fn over_many_offices_a_chance_is_what_was_planted() {
        let mut draw = Draw::new(1, 0);
        let name: Arc<str> = "".into();
        let offices: Vec<Office> = (0..20_000).map(|_| Office::drawn(&mut draw, name.clone())).collect();
        let mean = |reformed| {
            let sum: i64 = offices.iter().map(|office| office.chance(Theme::Online, reformed)).sum();
            sum as f64 / offices.len() as f64
        };
        assert!((mean(false) - 430.0).abs() < 1.2, "{}", mean(false));
        assert!((mean(true) - 600.0).abs() < 1.4, "{}", mean(true));
    }

    /// Nine officers in ten are on duty, so of 40 about 36 do something in a long enough day, and none who is away.
    #[test]
    fn only_officers_on_duty_work() {
        let seen: HashSet<u64> = (0..10_000).map(|pick| on_duty(7, 3, 40, 19_800, pick)).collect();
        assert!((30..40).contains(&seen.len()), "{}", seen.len());
    }
}
