//! A city's dossiers day by day, and what the record shows of each at its end.

use std::sync::Arc;
use std::vec::IntoIter;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime};

use super::answers::Response;
use super::arrivals::{arrivals, moments, stream};
use super::course::{Course, Gap, Reception, dues};
use super::draw::{Draw, mixed};
use super::offices::{Office, offices, on_duty};
use super::petitions::{Petition, Pleading};
use super::places::{CONSULTED, PROCEDURES};
use super::steps::{Place, Step, steps};
use super::units::names_of;
use super::{Answer, City, Dossier, Event, LAST};
use crate::calendar::{Calendar, local_date, local_midnight};
use crate::error::Result;

/// The dossiers of a [`City`], in order of reception.
#[derive(Debug)]
pub struct Dossiers {
    record: Record,
    days: IntoIter<Day>,
    today: Option<Today>,
}

/// What does not change from dossier to dossier.
#[derive(Debug)]
pub(super) struct Record {
    city: City,
    pub(super) calendar: Calendar,
    offices: Vec<Office>,
    /// The end of the record; what happens later is not in it.
    end: i64,
}

/// A working day before its dossiers are drawn.
#[derive(Debug)]
struct Day {
    date: NaiveDate,
    cases: u64,
    reception: Reception,
}

/// The day whose dossiers are being drawn.
#[derive(Debug)]
struct Today {
    day: Day,
    draw: Draw,
    /// The receptions still to come, as positions on the business clock.
    moments: IntoIter<i64>,
    serials: Vec<u32>,
}

impl Dossiers {
    pub(super) fn new(city: City, calendar: Calendar, from: NaiveDate, to: NaiveDate) -> Result<Self> {
        let plan = arrivals(&city, &calendar).into_iter().filter(|(date, _)| (from..=to).contains(date));
        let days = plan.map(|(date, cases)| Ok(Day { date, cases, reception: city.reception(&calendar, date)? }));
        let days = days.collect::<Result<Vec<_>>>()?.into_iter();
        let offices = offices(city.seed, city.offices, city.cases);
        let end = local_midnight(calendar.zone(), LAST + Days::new(1));
        Ok(Self { record: Record { city, calendar, offices, end }, days, today: None })
    }

    fn today(&self, day: Day) -> Option<Today> {
        let Record { city, calendar, offices, .. } = &self.record;
        let mut draw = stream(city.seed, day.date);
        let moments = moments(&mut draw, calendar, day.date, day.cases)?.into_iter();
        Some(Today { day, draw, moments, serials: vec![0; offices.len()] })
    }
}

impl City {
    /// What the dossiers received on a day have in common.
    pub(super) fn reception(&self, calendar: &Calendar, date: NaiveDate) -> Result<Reception> {
        Ok(Reception { dues: dues(calendar, date)?, reformed: self.reformed(date) })
    }
}

impl Record {
    fn dossier(&self, today: &mut Today, start: i64) -> Option<Dossier> {
        let Today { day, draw, serials, .. } = today;
        let unit = draw.place(self.offices.iter().map(|office| office.weight));
        let course = Course::drawn(draw, &self.calendar, &self.offices[unit], &day.reception, start)?;
        let receiving = if course.elsewhere { self.elsewhere(draw, unit) } else { unit };
        serials[receiving] += 1;
        let case_id = format!("H26.{:02}-{}-{:04}", receiving + 1, day.date.format("%y%m%d"), serials[receiving]);
        self.observed(case_id, course, [unit, receiving], &day.reception)
    }

    /// Another office, in proportion to size; its own where there is no other.
    fn elsewhere(&self, draw: &mut Draw, unit: usize) -> usize {
        let others =
            self.offices.iter().enumerate().map(|(place, office)| if place == unit { 0 } else { office.weight });
        if self.offices.len() > 1 { draw.place(others) } else { unit }
    }

    /// What the record shows of it.
    fn observed(&self, case_id: String, course: Course, places: [usize; 2], reception: &Reception) -> Option<Dossier> {
        let seen = |at: i64| self.seen(at);
        let unit = places[0];
        let received_on = local_date(self.calendar.zone(), course.received);
        let names = places.map(|at| names_of(&self.offices[at].name, at, received_on, course.pick));
        let procedure = &PROCEDURES[course.procedure];
        let finished_at = seen(course.finished);
        let delivered_at = course.delivered.and_then(seen);
        let halts = course.halts.iter().filter(|halt| halt.from < self.end);
        let paused: Vec<_> = halts.filter_map(|halt| Some((self.local(halt.from)?, seen(halt.to)))).collect();
        let status = course.status(self.end);
        // A due date is moved when the applicant has answered.
        let moved = course.moved.filter(|_| course.halts.iter().all(|halt| halt.to < self.end));
        let officer = self.officer(unit, course.received, course.pick)?;
        Some(Dossier {
            submitted_at: self.local(course.submitted)?,
            received_at: self.local(course.received)?,
            accepted_at: seen(course.accepted).filter(|_| course.gap != Some(Gap::Acceptance)),
            due_at: moved.unwrap_or(course.due),
            original_due_at: moved.map(|_| course.due),
            finished_at,
            delivered_at,
            apology_at: course.apology.and_then(seen),
            status,
            national_status: course.synced.then(|| national(status, &course)),
            outcome: finished_at.map(|_| course.outcome),
            unit: names[0].clone(),
            receiving_unit: names[1].clone(),
            procedure: procedure.name,
            field: procedure.field,
            applicant: course.applicant,
            channel: course.channel,
            service_level: if procedure.full { "full" } else { "partial" },
            officer: Some(officer).filter(|_| course.gap != Some(Gap::Officer)),
            payment: course.payment,
            visits: course.visits,
            supplement_requests: paused.len() as u64,
            fee_vnd: course.fee,
            paused,
            digitised: course.digitised,
            reused: course.reused,
            e_result: finished_at.map(|_| course.e_result && course.is_result()),
            synced: course.synced,
            vneid: course.vneid,
            population_data: course.population,
            answer: self.answer(&course, unit, &names[0], reception),
            petitions: self.petitions(&course, &case_id, unit, &names[0], reception)?,
            events: if self.city.events { self.events(&course, places, &names)? } else { Vec::new() },
            case_id,
        })
    }

    /// The answer to the survey, if it came before the end of the record.
    fn answer(&self, course: &Course, office: usize, unit: &Arc<str>, reception: &Reception) -> Option<Answer> {
        let is_late = course.is_late(&self.calendar);
        let response = Response::drawn(course, &self.offices[office], reception.reformed, is_late)?;
        Some(response.observed(self.seen(response.at)?, office, unit.clone()))
    }

    /// The petitions that came before the end of the record.
    fn petitions(
        &self,
        course: &Course,
        case_id: &str,
        office: usize,
        unit: &Arc<str>,
        reception: &Reception,
    ) -> Option<Vec<Petition>> {
        let (city, calendar, reformed) = (&self.city, &self.calendar, reception.reformed);
        let pleas = Pleading { city, calendar, office: &self.offices[office], reformed }.pleas(course)?;
        let seen = (1..).zip(&pleas);
        Some(seen.filter_map(|(at, plea)| plea.observed(at, case_id, unit.clone(), |at| self.seen(at))).collect())
    }

    /// The wall time of an instant that the record knows.
    fn seen(&self, at: i64) -> Option<NaiveDateTime> {
        if at < self.end { self.local(at) } else { None }
    }

    /// The steps that were done, and the one that is under way.
    fn events(&self, course: &Course, places: [usize; 2], names: &[Arc<str>; 2]) -> Option<Vec<Event>> {
        let mut steps = steps(course);
        if let Some(delivered) = course.delivered {
            let (begun, done) = (course.at(course.work), self.calendar.clock().position(delivered)?);
            steps.push(Step { activity: "Trả kết quả", begun, done, due: None, place: Place::Office });
        }
        let mut events = Vec::with_capacity(steps.len());
        for (number, step) in (0..).zip(steps) {
            let [begun, done] = [self.instant(step.begun)?, self.instant(step.done)?];
            if begun >= self.end {
                break;
            }
            events.push(self.event(step, [begun, done], course.pick + number, places, names)?);
            if done >= self.end {
                break;
            }
        }
        // A step under way stands where it was begun, which may be before an answer that has come since.
        events.sort_by_key(|event| event.at);
        Some(events)
    }

    fn event(
        &self,
        step: Step,
        [begun, done]: [i64; 2],
        pick: u64,
        [unit, receiving]: [usize; 2],
        names: &[Arc<str>; 2],
    ) -> Option<Event> {
        let ended = done < self.end;
        let at = if ended { done } else { begun };
        let (unit, officer) = match step.place {
            Place::Consulted => (CONSULTED.into(), "SO.01".to_owned()),
            Place::Desk => (names[1].clone(), self.officer(receiving, at, mixed(&[pick]))?),
            Place::Office => (names[0].clone(), self.officer(unit, at, mixed(&[pick]))?),
        };
        Some(Event {
            activity: step.activity,
            started_at: self.local(begun)?,
            at: self.local(at)?,
            lifecycle: if ended { "complete" } else { "start" },
            officer,
            unit,
            step_due_at: match step.due {
                Some(due) => Some(self.local(self.instant(due)?)?),
                None => None,
            },
        })
    }

    /// An officer of an office who is on duty at an instant.
    fn officer(&self, office: usize, at: i64, pick: u64) -> Option<String> {
        let date = local_date(self.calendar.zone(), at);
        let officers = self.offices[office].officers[usize::from(self.city.reformed(date))];
        let day = i64::from(date.num_days_from_ce());
        let own = on_duty(self.city.seed, office, officers, day, pick);
        Some(format!("CB.{:02}.{:02}", office + 1, own + 1))
    }

    fn instant(&self, position: i64) -> Option<i64> {
        self.calendar.clock().instant(position)
    }

    fn local(&self, us: i64) -> Option<NaiveDateTime> {
        Some(DateTime::from_timestamp_micros(us)?.with_timezone(&self.calendar.zone()).naive_local())
    }
}

/// The state that the national portal shows.
///
/// Some systems rewrite waiting and stopped dossiers to done before they send them.
pub(super) fn national(status: &'static str, course: &Course) -> &'static str {
    match status {
        "supplement_requested" | "stopped" if course.rewritten => "resolved",
        "delivered" if course.behind => "resolved",
        "resolved" if course.behind => "processing",
        "processing" if course.behind => "received",
        same => same,
    }
}

impl Iterator for Dossiers {
    type Item = Dossier;

    fn next(&mut self) -> Option<Dossier> {
        loop {
            if let Some(mut today) = self.today.take()
                && let Some(start) = today.moments.next()
            {
                let dossier = self.record.dossier(&mut today, start);
                self.today = Some(today);
                return dossier;
            }
            let day = self.days.next()?;
            self.today = self.today(day);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::{FIRST, REFORM, day};
    use std::collections::HashSet;

    /// A question to a dossier, under a name.
    type Asked = (&'static str, fn(&Dossier) -> bool);

    #[test]
    fn shards_fit_together() -> Result<()> {
        let city = City::new(11).cases(300).events(true);
        let change = day(2023, 9, 14);
        let parts = city.received(FIRST, change)?.chain(city.received(change + Days::new(1), LAST)?);
        assert!(parts.eq(city.dossiers()?));
        Ok(())
    }

    #[test]
    fn every_dossier_keeps_the_rules() -> Result<()> {
        let mut ids = HashSet::new();
        let mut before = NaiveDateTime::default();
        let city = City::new(5).cases(20_000);
        let calendar = city.dossiers()?.record.calendar;
        let open = |at: NaiveDateTime| {
            let minute = u16::try_from(at.signed_duration_since(at.date().into()).num_minutes()).unwrap_or_default();
            let sessions = calendar.sessions(at.date()).unwrap_or_default();
            sessions.iter().any(|session| (session.open()..=session.close()).contains(&minute))
        };
        let later = |first: NaiveDateTime, then: Option<NaiveDateTime>| then.is_none_or(|then| then >= first);
        for own in city.dossiers()? {
            assert!(before <= own.received_at && own.submitted_at < own.received_at, "{own:?}");
            assert!(open(own.received_at) && own.finished_at.is_none_or(open), "{own:?}");
            assert!(own.finished_at.is_none_or(|at| at > own.received_at && at.date() <= LAST), "{own:?}");
            assert!(later(own.received_at, own.accepted_at) && later(own.received_at, own.apology_at), "{own:?}");
            assert!(own.finished_at.is_none_or(|at| later(at, own.delivered_at)), "{own:?}");
            assert!(own.delivered_at.is_none() || own.finished_at.is_some(), "{own:?}");
            assert!(own.original_due_at.is_none_or(|first| first < own.due_at), "{own:?}");
            assert_eq!(own.finished_at.is_some(), own.outcome.is_some());
            assert_eq!(own.supplement_requests, own.paused.len() as u64);
            assert_eq!(own.fee_vnd > 0, own.payment.is_some_and(|way| way != "exempt"), "{own:?}");
            assert!(own.channel == "online" || !own.vneid);
            before = own.received_at;
            ids.insert(own.case_id);
        }
        assert_eq!(ids.len(), 20_000);
        Ok(())
    }

    /// Pauses lie between reception and finish and do not overlap; an open one says what state the dossier is in.
    #[test]
    fn pauses_lie_inside_their_dossier() -> Result<()> {
        let mut paused = 0;
        for own in City::new(5).cases(20_000).dossiers()? {
            let waiting = own.paused.iter().any(|(_, to)| to.is_none());
            assert_eq!(waiting, own.status == "supplement_requested", "{own:?}");
            let ends: Vec<NaiveDateTime> =
                own.paused.iter().flat_map(|(from, to)| [Some(*from), *to]).flatten().collect();
            assert!(ends.is_sorted() && ends.first().is_none_or(|first| *first >= own.received_at), "{own:?}");
            assert!(own.finished_at.is_none_or(|at| ends.last().is_none_or(|last| *last <= at)), "{own:?}");
            paused += ends.len();
        }
        assert!(paused > 2_000, "{paused}");
        Ok(())
    }

    /// The milestones of a dossier and its events say the same.
    #[test]
    fn events_agree_with_their_dossier() -> Result<()> {
        let mut open = 0;
        for own in City::new(5).cases(20_000).events(true).dossiers()? {
            let done: Vec<&Event> = own.events.iter().filter(|event| event.lifecycle == "complete").collect();
            let at = |wanted: &[&str]| done.iter().find(|event| wanted.contains(&event.activity)).map(|event| event.at);
            let ends = ["Ký duyệt", "Từ chối giải quyết", "Rút hồ sơ", "Trả lại hồ sơ"];
            assert!(own.events.is_sorted_by_key(|event| event.at), "{own:?}");
            assert_eq!(own.events.first().map(|event| event.started_at), Some(own.received_at), "{own:?}");
            assert_eq!(at(&ends), own.finished_at, "{own:?}");
            assert_eq!(at(&["Trả kết quả"]), own.delivered_at, "{own:?}");
            assert!(own.accepted_at.is_none_or(|accepted| at(&["Tiếp nhận"]) == Some(accepted)), "{own:?}");
            assert!(own.events.iter().all(|event| event.at.date() <= LAST && event.started_at <= event.at), "{own:?}");
            let requests = done.iter().filter(|event| event.activity == "Yêu cầu bổ sung").count() as u64;
            assert_eq!(requests, own.supplement_requests, "{own:?}");
            open += own.events.len() - done.len();
        }
        assert!(open > 100, "{open}");
        Ok(())
    }

    /// The same year with and without its reform: what was planted changes, the outcomes do not.
    #[test]
    fn the_reform_does_what_was_planted() -> Result<()> {
        let year = |reform| -> Result<Vec<Dossier>> {
            Ok(City::new(5).cases(20_000).offices(100).reform(reform).received(REFORM, LAST)?.collect())
        };
        let (with, without) = (year(Some(REFORM))?, year(None)?);
        let change = |fits: fn(&Dossier) -> bool| {
            let share = |own: &[Dossier]| own.iter().filter(|own| fits(own)).count() * 1_000 / own.len();
            (share(&without), share(&with))
        };
        let late =
            |own: &Dossier| own.finished_at.is_none_or(|at| at.date() > own.original_due_at.unwrap_or(own.due_at));
        let down: [Asked; 4] = [
            ("late", late),
            ("asked", |own| own.supplement_requests > 0),
            ("cash", |own| own.payment == Some("cash")),
            ("land", |own| own.field == "Đất đai"),
        ];
        let up: [Asked; 5] = [
            ("elsewhere", |own| own.unit != own.receiving_unit),
            ("online", |own| own.channel == "online"),
            ("electronic", |own| own.e_result == Some(true)),
            ("scanned", |own| own.digitised),
            ("synced", |own| own.synced),
        ];
        for (what, fits) in down {
            let (without, with) = change(fits);
            assert!(without > with + 30, "{what}: {without} to {with}");
        }
        for (what, fits) in up {
            let (without, with) = change(fits);
            assert!(with > without + 50, "{what}: {without} to {with}");
        }
        let (was, is) = change(|own| own.outcome == Some("refused"));
        assert!((35..45).contains(&was) && (35..45).contains(&is), "{was} to {is}");
        Ok(())
    }

    /// An office has one officer for 1,300 dossiers a year and at least four, and at least one fewer afterwards.
    #[test]
    fn offices_do_with_fewer_officers() {
        for office in offices(3, 14, 120_000) {
            assert!(office.officers[0] >= 4 && office.officers[1] < office.officers[0], "{office:?}");
        }
    }
}
