//! Who is on duty when: spells of open days without a day off, and the posts of those who are not needed any more.

use std::sync::Arc;

use chrono::{Datelike, NaiveDate};

use super::draw::mixed;
use super::habits::{ELSEWHERE, HOURS, TRAINING, chance};
use super::offices::{Office, is_rostered};
use super::places::CONSULTED;
use super::table::{Cell, MILLION};
use super::units::names_of;
use super::{City, FIRST, LAST};
use crate::calendar::Calendar;

/// An officer's days without a day off in between, or in another post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spell {
    officer: String,
    pub(super) from: NaiveDate,
    pub(super) to: NaiveDate,
    unit: Arc<str>,
    role: &'static str,
    /// A day.
    pub(super) hours: u64,
    pub(super) trained: u64,
    pub(super) moved_to: Option<&'static str>,
}

/// The columns of the table `roster`, in order.
pub(super) const ROSTER: [&str; 8] = ["officer", "from", "to", "unit", "role", "hours", "trained_hours", "moved_to"];

/// One officer of a city.
#[derive(Clone, Copy, Debug)]
struct Officer<'a> {
    city: &'a City,
    offices: &'a [Office],
    office: usize,
    own: u64,
}

/// The spells of a city, officer by officer.
pub(super) fn spells<'a>(
    city: &'a City,
    offices: &'a [Office],
    calendar: &'a Calendar,
) -> impl Iterator<Item = Spell> + use<'a> {
    let dates = FIRST.iter_days().take_while(|date| *date <= LAST);
    let open: Vec<NaiveDate> = dates.filter(|date| calendar.is_working_day(*date) == Some(true)).collect();
    let of_office =
        move |office: usize| (0..offices[office].officers[0]).map(move |own| Officer { city, offices, office, own });
    (0..offices.len()).flat_map(of_office).flat_map(move |officer| officer.spells(&open)).chain([consulted()])
}

/// The officer of the agency that is consulted is there every day.
fn consulted() -> Spell {
    Spell {
        officer: "SO.01".into(),
        from: FIRST,
        to: LAST,
        unit: CONSULTED.into(),
        role: "Chuyên viên",
        hours: HOURS[0],
        trained: 0,
        moved_to: None,
    }
}

impl Spell {
    /// The officer's number.
    pub(super) fn officer(&self) -> &str {
        &self.officer
    }

    /// The office as the officer's number has it, whatever its name was then.
    pub(super) fn office(&self) -> &str {
        self.officer.rsplit_once('.').map_or(&self.officer, |(office, _)| office)
    }
}

impl Officer<'_> {
    fn spells(self, open: &[NaiveDate]) -> Vec<Spell> {
        let mut spells: Vec<Spell> = Vec::new();
        let mut was_on_duty = false;
        for day in open {
            let is_moved = self.is_moved(*day);
            let on_duty = is_moved || self.is_on_duty(*day);
            let same = spells.last().is_some_and(|last| was_on_duty && self.goes_on(last, *day));
            match spells.last_mut().filter(|_| on_duty && same) {
                Some(last) => last.to = *day,
                None if on_duty => spells.push(self.spell(*day)),
                None => {}
            }
            was_on_duty = on_duty;
        }
        spells
    }

    /// Whether a spell may go on: the reform, and the merger of offices, begin another.
    fn goes_on(self, last: &Spell, day: NaiveDate) -> bool {
        self.city.reformed(last.from) == self.city.reformed(day) && last.unit == self.unit(day)
    }

    fn is_on_duty(self, day: NaiveDate) -> bool {
        let officers = self.offices[self.office].officers[usize::from(self.city.reformed(day))];
        is_rostered(self.city.seed, self.office, officers, self.own, i64::from(day.num_days_from_ce()))
    }

    /// Whether the reform has found another post.
    fn is_moved(self, day: NaiveDate) -> bool {
        self.city.reformed(day) && self.own >= self.offices[self.office].officers[1]
    }

    fn unit(self, day: NaiveDate) -> Arc<str> {
        names_of(&self.offices[self.office].name, self.office, day, self.own)
    }

    /// What never changes about an officer, in thousandths.
    fn trait_of(self, what: u64) -> u64 {
        mixed(&[self.city.seed, self.office as u64, self.own, what]) % 1_000
    }

    fn spell(self, day: NaiveDate) -> Spell {
        let reformed = usize::from(self.city.reformed(day));
        Spell {
            officer: format!("CB.{:02}.{:02}", self.office + 1, self.own + 1),
            from: day,
            to: day,
            unit: self.unit(day),
            role: if self.own == 0 { "Trưởng bộ phận" } else { "Công chức một cửa" },
            hours: HOURS[usize::from(self.trait_of(1) < chance::HALF_DAYS)],
            trained: if self.trait_of(2) < chance::TRAINED[reformed] { TRAINING } else { 0 },
            moved_to: self.is_moved(day).then_some(ELSEWHERE),
        }
    }
}

pub(super) fn spell_cells(own: &Spell) -> [Cell<'_>; ROSTER.len()] {
    use Cell::{Day, Decimal, Text};
    [
        Text(Some(&own.officer)),
        Day(Some(own.from)),
        Day(Some(own.to)),
        Text(Some(&own.unit)),
        Text(Some(own.role)),
        Decimal(own.hours * MILLION),
        Decimal(own.trained * MILLION),
        Text(own.moved_to),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Result;
    use crate::synth::calendar;
    use crate::synth::offices::offices;
    use std::collections::HashSet;

    /// Whom a step or a dossier names is on the roster of that day, in no other post.
    #[test]
    fn who_does_something_is_on_the_roster() -> Result<()> {
        let city = City::new(5).cases(3_000).events(true);
        let (calendar, offices) = (calendar()?, offices(5, 14, 3_000));
        let on_duty = |own: Spell| {
            let days = own.from.iter_days().take_while(move |date| *date <= own.to);
            days.map(move |date| (own.officer.clone(), date)).collect::<Vec<_>>()
        };
        let posted = spells(&city, &offices, &calendar).filter(|own| own.moved_to.is_none());
        let there: HashSet<(String, NaiveDate)> = posted.flat_map(on_duty).collect();
        let mut seen = 0;
        for own in city.dossiers()? {
            let at_reception = own.officer.iter().map(|officer| (officer.clone(), own.received_at.date()));
            let steps = own.events.iter().map(|step| (step.officer.clone(), step.at.date()));
            for who in at_reception.chain(steps) {
                assert!(there.contains(&who), "{who:?}");
                seen += 1;
            }
        }
        assert!(seen > 10_000, "{seen}");
        Ok(())
    }

    /// An officer's spells follow each other, and the reform moves one of the four officers of each office.
    #[test]
    fn spells_follow_each_other() -> Result<()> {
        let city = City::new(5);
        let (calendar, offices) = (calendar()?, offices(5, 14, 2_400));
        let spells: Vec<Spell> = spells(&city, &offices, &calendar).collect();
        let pairs = || spells.windows(2).filter(|pair| pair[0].officer == pair[1].officer);
        assert!(pairs().count() > 1_000 && pairs().all(|pair| pair[0].to < pair[1].from));
        assert_eq!(spells.iter().filter(|own| own.moved_to.is_some()).count(), 14);
        Ok(())
    }
}
