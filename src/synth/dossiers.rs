//! How a dossier comes about: a day, a moment, an office, a procedure, and the work it takes.

use std::vec::IntoIter;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, TimeDelta};

use super::draw::Draw;
use super::places::{MONTHS, OFFICES, Office, PROCEDURES, Procedure, WEEKDAYS, chance};
use super::{City, Dossier, FIRST, LAST};
use crate::calendar::{Calendar, Limit, local_midnight};
use crate::error::Result;

/// The dossiers of a [`City`], in order of reception.
#[derive(Debug)]
pub struct Dossiers {
    city: City,
    calendar: Calendar,
    days: IntoIter<Day>,
    today: Option<Today>,
    /// The end of the record; what finishes later is open.
    end: i64,
}

/// A working day before its dossiers are drawn.
#[derive(Debug)]
struct Day {
    date: NaiveDate,
    cases: u64,
    /// The last day of each procedure's limit, for what is received on this day.
    due: [NaiveDate; PROCEDURES.len()],
}

/// The day whose dossiers are being drawn.
#[derive(Debug)]
struct Today {
    day: Day,
    draw: Draw,
    /// The receptions still to come, as positions on the business clock.
    moments: IntoIter<i64>,
    serials: [u32; OFFICES.len()],
}

impl Dossiers {
    pub(super) fn new(city: City, calendar: Calendar, from: NaiveDate, to: NaiveDate) -> Result<Self> {
        let plan = arrivals(&city, &calendar).into_iter().filter(|(date, _)| (from..=to).contains(date));
        let days = plan.map(|(date, cases)| Ok(Day { date, cases, due: due(&calendar, date)? }));
        let days = days.collect::<Result<Vec<_>>>()?.into_iter();
        let end = local_midnight(calendar.zone(), LAST + Days::new(1));
        Ok(Self { city, calendar, days, today: None, end })
    }

    fn today(&self, day: Day) -> Option<Today> {
        // Stream 0 belongs to the plan of arrivals.
        let mut draw = Draw::new(self.city.seed, 1 + day.date.signed_duration_since(FIRST).num_days() as u64);
        let position = |date| self.calendar.clock().position(local_midnight(self.calendar.zone(), date));
        let (opens, closes) = (position(day.date)?, position(day.date + Days::new(1))?);
        // The position of the opening itself is also the closing of the day before, so it is left out.
        let length = (closes - opens - 1) as u64;
        let mut moments: Vec<i64> = (0..day.cases).map(|_| opens + 1 + draw.below(length) as i64).collect();
        moments.sort_unstable();
        Some(Today { day, draw, moments: moments.into_iter(), serials: [0; OFFICES.len()] })
    }

    fn dossier(&self, today: &mut Today, position: i64) -> Option<Dossier> {
        let Today { day, draw, serials, .. } = today;
        let reformed = self.city.reformed(day.date);
        let unit = draw.place(OFFICES.iter().map(|office| office.weight));
        let procedure = draw.place(PROCEDURES.iter().map(|procedure| procedure.weight));
        let receiving = receiving(draw, unit, reformed);
        let outcome = chance::OUTCOMES[draw.place(chance::OUTCOMES.iter().map(|(_, weight)| *weight))].0;
        let work = work(draw, &OFFICES[unit], &PROCEDURES[procedure], outcome, reformed);
        let online = draw.happens(chance::ONLINE);
        let business = draw.happens(PROCEDURES[procedure].business);
        let received_at = self.local(self.calendar.clock().instant(position)?)?;
        let finished_at = self.finished(position + work);
        serials[receiving] += 1;
        Some(Dossier {
            case_id: format!("H26.{:02}-{}-{:04}", receiving + 1, day.date.format("%y%m%d"), serials[receiving]),
            submitted_at: received_at - wait(draw, online),
            received_at,
            due_at: day.due[procedure],
            finished_at,
            outcome: finished_at.map(|_| outcome),
            unit: OFFICES[unit].name,
            receiving_unit: OFFICES[receiving].name,
            procedure: PROCEDURES[procedure].name,
            channel: if online { "online" } else { "counter" },
            applicant: if business { "business" } else { "citizen" },
        })
    }

    /// The end of the work, unless it lies beyond the record.
    fn finished(&self, position: i64) -> Option<NaiveDateTime> {
        let instant = self.calendar.clock().instant(position)?;
        if instant < self.end { self.local(instant) } else { None }
    }

    fn local(&self, us: i64) -> Option<NaiveDateTime> {
        Some(DateTime::from_timestamp_micros(us)?.with_timezone(&self.calendar.zone()).naive_local())
    }
}

impl Iterator for Dossiers {
    type Item = Dossier;

    fn next(&mut self) -> Option<Dossier> {
        loop {
            if let Some(mut today) = self.today.take()
                && let Some(position) = today.moments.next()
            {
                let dossier = self.dossier(&mut today, position);
                self.today = Some(today);
                return dossier;
            }
            let day = self.days.next()?;
            self.today = self.today(day);
        }
    }
}

/// The working days with their numbers of dossiers, which add up to the city's exactly.
fn arrivals(city: &City, calendar: &Calendar) -> Vec<(NaiveDate, u64)> {
    let mut draw = Draw::new(city.seed, 0);
    let dates = FIRST.iter_days().take_while(|date| *date <= LAST);
    let working = dates.filter(|date| calendar.is_working_day(*date) == Some(true));
    let busy = |date: NaiveDate| WEEKDAYS[date.weekday() as usize] * MONTHS[date.month0() as usize];
    let weights: Vec<_> = working.map(|date| (date, busy(date) * (70 + draw.below(60)))).collect();
    let whole: u64 = weights.iter().map(|(_, weight)| weight).sum();
    // Rounding the running total, not each day, loses no dossier.
    let up_to = |passed: u64| (u128::from(city.cases) * u128::from(passed) / u128::from(whole)) as u64;
    let share = |passed: &mut u64, (date, weight): (NaiveDate, u64)| {
        let before = up_to(*passed);
        *passed += weight;
        Some((date, up_to(*passed) - before))
    };
    weights.into_iter().scan(0, share).collect()
}

fn due(calendar: &Calendar, date: NaiveDate) -> Result<[NaiveDate; PROCEDURES.len()]> {
    let from = local_midnight(calendar.zone(), date);
    let mut due = [date; PROCEDURES.len()];
    for (due, procedure) in due.iter_mut().zip(&PROCEDURES) {
        let limit = Limit::parse(&format!("{} working days", procedure.limit))?;
        *due = calendar.due(from, &limit)?.date;
    }
    Ok(due)
}

/// The office that receives a dossier: its own, or another in proportion to size.
fn receiving(draw: &mut Draw, unit: usize, reformed: bool) -> usize {
    if !draw.happens(chance::ELSEWHERE[usize::from(reformed)]) {
        return unit;
    }
    let others = OFFICES.iter().enumerate().map(|(place, office)| if place == unit { 0 } else { office.weight });
    draw.place(others)
}

/// The working time, in office seconds.
fn work(draw: &mut Draw, office: &Office, procedure: &Procedure, outcome: &str, reformed: bool) -> i64 {
    let mut seconds = procedure.hours * 3_600 * office.pace / 1_000 * draw.spread() / 1_000;
    if reformed {
        seconds = seconds * office.reformed / 1_000;
    }
    if draw.happens(chance::STUCK[usize::from(reformed)]) {
        seconds *= chance::STUCK_TIMES;
    }
    // Who withdraws, or is sent back, does so somewhere on the way.
    if matches!(outcome, "withdrawn" | "returned") {
        seconds = seconds * (100 + draw.below(800)) / 1_000;
    }
    seconds as i64
}

/// How long a dossier waited to be received: in the queue, or overnight in the portal.
fn wait(draw: &mut Draw, online: bool) -> TimeDelta {
    let seconds =
        if online { 600 + draw.below(14 * 3_600).min(draw.below(14 * 3_600)) } else { 180 + draw.below(2_400) };
    TimeDelta::seconds(seconds as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::{REFORM, day};
    use std::collections::HashSet;

    #[test]
    fn shards_fit_together() -> Result<()> {
        let city = City::new(11).cases(300);
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
        let calendar = city.dossiers()?.calendar;
        let open = |at: NaiveDateTime| {
            let minute = u16::try_from(at.signed_duration_since(at.date().into()).num_minutes()).unwrap_or_default();
            let sessions = calendar.sessions(at.date()).unwrap_or_default();
            sessions.iter().any(|session| (session.open()..=session.close()).contains(&minute))
        };
        for dossier in city.dossiers()? {
            assert!(before <= dossier.received_at && dossier.submitted_at < dossier.received_at);
            assert!(open(dossier.received_at) && dossier.finished_at.is_none_or(open), "{dossier:?}");
            assert!(dossier.finished_at.is_none_or(|at| at > dossier.received_at && at.date() <= LAST));
            assert_eq!(dossier.finished_at.is_some(), dossier.outcome.is_some());
            before = dossier.received_at;
            ids.insert(dossier.case_id);
        }
        assert_eq!(ids.len(), 20_000);
        Ok(())
    }

    /// The same year with and without its reform: what was planted changes, the outcomes do not.
    #[test]
    fn the_reform_does_what_was_planted() -> Result<()> {
        let year = |reform| -> Result<Vec<Dossier>> {
            Ok(City::new(5).cases(20_000).reform(reform).received(REFORM, LAST)?.collect())
        };
        let per_mille = |dossiers: &[Dossier], fits: fn(&Dossier) -> bool| {
            dossiers.iter().filter(|dossier| fits(dossier)).count() * 1_000 / dossiers.len()
        };
        let (with, without) = (year(Some(REFORM))?, year(None)?);
        let change = |fits| [per_mille(&without, fits), per_mille(&with, fits)];
        let elsewhere = change(|dossier| dossier.unit != dossier.receiving_unit);
        let late = change(|dossier| dossier.finished_at.is_none_or(|at| at.date() > dossier.due_at));
        let refused = change(|dossier| dossier.outcome == Some("refused"));
        assert!((30..50).contains(&elsewhere[0]) && (140..160).contains(&elsewhere[1]), "{elsewhere:?}");
        assert!(late[0] > late[1] + 40, "{late:?}");
        assert!(refused.iter().all(|share| (35..45).contains(share)), "{refused:?}");
        Ok(())
    }
}
