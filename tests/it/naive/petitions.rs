//! Petitions, and what the KPIs say of them.

use super::chance::Chance;
use super::figure::{Answer, Place, Rows};
use super::moment::{Moment, midnight, working_day_after};
use super::twin::View;
use chrono::{Days, NaiveDate, TimeDelta};

pub const HEADER: [&str; 8] =
    ["petition_id", "received_at", "case_id", "due_at", "answered_at", "subject", "dissatisfied", "repeated"];

#[derive(Clone, Debug)]
pub struct Petition {
    pub id: String,
    pub received: Moment,
    pub case: Option<String>,
    pub due: Option<Moment>,
    pub answered: Option<Moment>,
    pub subject: Option<&'static str>,
    pub dissatisfied: Option<bool>,
    pub repeated: Option<bool>,
}

/// How exactly dates are known, and what is seldom said.
#[derive(Clone, Copy)]
pub struct Manner {
    pub is_day: [bool; 3],
    pub due: u64,
    pub repeated: u64,
}

impl Petition {
    pub fn drawn(number: u64, first: NaiveDate, manner: Manner, cases: u64, chance: &mut Chance) -> Self {
        let Manner { is_day, due, repeated } = manner;
        let day = match chance.hundred(25) {
            true => first - Days::new(100) + Days::new(chance.below(100)),
            false => first - Days::new(25) + Days::new(chance.below(90)),
        };
        let received = chance.moment(day);
        let due = chance.maybe(due, |chance| chance.after(received, 20));
        let answered = chance.maybe(75, |chance| chance.after(received, 30));
        Self {
            id: format!("K{number}"),
            received: Moment::of(received, is_day[0]),
            case: chance.maybe(60, |chance| format!("HS-{:03}", chance.below(cases + 2))),
            due: due.map(|at| Moment::of(at, is_day[1])),
            answered: answered.map(|at| Moment::of(at, is_day[2])),
            subject: chance.maybe(50, |chance| chance.one_of(&["đường ngập", "đèn đường", "rác", "đất đai"])),
            dissatisfied: chance.maybe(60, |chance| chance.hundred(30)),
            repeated: chance.maybe(repeated, |chance| chance.hundred(30)),
        }
    }

    pub fn written(&self) -> Vec<String> {
        let moment = |at: Option<Moment>| at.map(Moment::written).unwrap_or_default();
        let flag = |flag: Option<bool>| flag.map(|flag| flag.to_string()).unwrap_or_default();
        vec![
            self.id.clone(),
            self.received.written(),
            self.case.clone().unwrap_or_default(),
            moment(self.due),
            moment(self.answered),
            self.subject.unwrap_or_default().to_owned(),
            flag(self.dissatisfied),
            flag(self.repeated),
        ]
    }

    /// Its own day, or the fifteenth working day after its receipt.
    fn limit(&self, view: &View<'_>) -> Moment {
        let fifteenth = || working_day_after(view.calendar, self.received.date(), 15);
        self.due.unwrap_or_else(|| Moment { at: midnight(fifteenth()), is_day: true })
    }

    fn is_answered_in_time(&self, view: &View<'_>) -> bool {
        view.known(self.answered).is_some_and(|answered| answered.is_by(self.limit(view)))
    }

    fn is_overdue(&self, view: &View<'_>) -> bool {
        let limit = self.limit(view);
        let late = view.known(self.answered).is_some_and(|answered| !answered.is_by(limit));
        late || (limit.end() <= view.cutoff && !self.is_answered_in_time(view))
    }

    /// It says again what an earlier one of the ninety days before says, or is said to; not known where it says nothing.
    fn repeats(&self, all: &[Self]) -> Option<bool> {
        let same = |other: &Self| {
            (self.case.is_some() && other.case == self.case)
                || (self.subject.is_some() && other.subject == self.subject)
        };
        let earlier = |other: &&Self| {
            !self.received.is_by(other.received) && self.received.at - other.received.at <= TimeDelta::days(90)
        };
        let is_repeat = self.repeated == Some(true) || all.iter().filter(earlier).any(same);
        let is_known = self.case.is_some() || self.subject.is_some() || self.repeated.is_some();
        is_known.then_some(is_repeat)
    }
}

/// What a KPI says of these petitions, some of all.
pub fn answer(id: &str, petitions: &[Petition], all: &[Petition], view: &View<'_>) -> Option<Answer> {
    let inside = |at: Moment| if view.holds(at) { Place::Inside } else { Place::Outside };
    let received = |petition: &Petition| inside(petition.received);
    Some(match id {
        "satisfaction/petitions_on_time" => {
            let due = |petition: &Petition| inside(petition.limit(view));
            Rows::ask(petitions, due, |petition| Some(petition.is_answered_in_time(view))).share()
        }
        "satisfaction/petitions_satisfied" => {
            let is_bad = |petition: &Petition| {
                petition.dissatisfied == Some(true) || petition.repeats(all) == Some(true) || petition.is_overdue(view)
            };
            Rows::ask(petitions, received, |petition| Some(!is_bad(petition))).share()
        }
        "satisfaction/repeat_petitions" => Rows::ask(petitions, received, |petition| petition.repeats(all)).share(),
        _ => return None,
    })
}
