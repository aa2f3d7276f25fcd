//! How a dossier really goes, from the first visit to the result fetched, whoever may have seen it by then.
//!
//! Everything is drawn here, once, in a fixed order. What a record shows of it is `dossiers`' business, and what is
//! true of it `truth`'s.

use chrono::{Days, NaiveDate};

use super::draw::Draw;
use super::offices::Office;
use super::places::{PROCEDURES, Procedure, Theme, chance, times};
use crate::calendar::{Calendar, Limit, local_date, local_midnight};
use crate::error::Result;

const HOUR: i64 = 3_600;
const MICROS: i64 = 1_000_000;

/// A dossier as it went; instants are in µs UTC.
#[derive(Clone, Debug)]
pub(super) struct Course {
    pub(super) procedure: usize,
    pub(super) outcome: &'static str,
    pub(super) elsewhere: bool,
    pub(super) channel: &'static str,
    pub(super) applicant: &'static str,
    pub(super) submitted: i64,
    pub(super) received: i64,
    pub(super) accepted: i64,
    pub(super) finished: i64,
    /// `None` where there is no result to fetch.
    pub(super) delivered: Option<i64>,
    /// Office seconds that the office worked, pauses taken out.
    pub(super) work: i64,
    /// The position of the reception on the business clock.
    pub(super) start: i64,
    /// The office seconds until it was accepted.
    pub(super) taken: i64,
    pub(super) halts: Vec<Halt>,
    /// The last day of the limit, as first promised.
    pub(super) due: NaiveDate,
    /// The last day after it was moved.
    pub(super) moved: Option<NaiveDate>,
    pub(super) apology: Option<i64>,
    pub(super) visits: u64,
    pub(super) fee: u64,
    pub(super) payment: Option<&'static str>,
    pub(super) vneid: bool,
    pub(super) population: bool,
    pub(super) digitised: bool,
    pub(super) reused: bool,
    pub(super) e_result: bool,
    pub(super) synced: bool,
    pub(super) rewritten: bool,
    pub(super) behind: bool,
    pub(super) gap: Option<Gap>,
    pub(super) assigned: bool,
    pub(super) consulted: bool,
    pub(super) redone: bool,
    /// Decides which officers.
    pub(super) pick: u64,
}

/// A wait for the applicant.
#[derive(Clone, Copy, Debug)]
pub(super) struct Halt {
    /// The office seconds of work before it.
    pub(super) after: i64,
    /// Its length in office seconds.
    pub(super) length: i64,
    /// The request and the answer, in µs UTC.
    pub(super) from: i64,
    pub(super) to: i64,
}

/// What was not written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    Officer,
    Acceptance,
}

/// The last days of the limits, for what is received on a day.
pub(super) type Dues = [NaiveDate; PROCEDURES.len()];

/// The last days of each procedure's limit.
pub(super) fn dues(calendar: &Calendar, date: NaiveDate) -> Result<Dues> {
    let from = local_midnight(calendar.zone(), date);
    let mut dues = [date; PROCEDURES.len()];
    for (due, procedure) in dues.iter_mut().zip(&PROCEDURES) {
        *due = calendar.due(from, &Limit::parse(&format!("{} working days", procedure.limit))?)?.date;
    }
    Ok(dues)
}

/// What is the same for all dossiers received on a day.
#[derive(Clone, Debug)]
pub(super) struct Reception {
    pub(super) dues: Dues,
    pub(super) reformed: bool,
}

/// A dossier that is being drawn.
struct Drawing<'a> {
    draw: &'a mut Draw,
    calendar: &'a Calendar,
    office: &'a Office,
    procedure: &'static Procedure,
    reformed: bool,
}

impl Course {
    /// The course of a dossier that an office takes in at a position of the business clock.
    ///
    /// `None` only beyond the calendar.
    pub(super) fn drawn(
        draw: &mut Draw,
        calendar: &Calendar,
        office: &Office,
        day: &Reception,
        start: i64,
    ) -> Option<Self> {
        let reformed = day.reformed;
        let at = draw.place(PROCEDURES.iter().map(|procedure| procedure.weight[usize::from(reformed)]));
        let mut own = Drawing { draw, calendar, office, procedure: &PROCEDURES[at], reformed };
        let outcome = chance::OUTCOMES[own.draw.place(chance::OUTCOMES.iter().map(|(_, weight)| *weight))].0;
        let is_result = matches!(outcome, "granted" | "refused");
        let channel = own.channel();
        let (work, halts) = own.work(start, is_result)?;
        let end = start + work + halts.iter().map(|halt| halt.length).sum::<i64>();
        let (received, finished) = (own.instant(start)?, own.instant(end)?);
        let due = day.dues[at];
        let taken = (300 + own.draw.below(3_300) as i64).min(work / 10);
        let e_result = own.has(Theme::EResult);
        let (fee, payment) = own.payment();
        Some(Self {
            procedure: at,
            outcome,
            elsewhere: own.has(Theme::Elsewhere),
            channel,
            applicant: own.applicant(),
            submitted: own.submitted(start, received, channel)?,
            received,
            accepted: own.instant(start + taken)?,
            finished,
            delivered: if is_result { Some(own.delivered(end)?) } else { None },
            work,
            start,
            taken,
            moved: own.moved(due, &halts),
            due,
            apology: own.apology(start, due, finished, is_result)?,
            visits: own.visits(channel, e_result, halts.len()),
            halts,
            fee,
            payment,
            vneid: channel == "online" && own.has(Theme::Vneid),
            population: own.has(Theme::Population),
            digitised: own.has(Theme::Digitised),
            reused: own.has(Theme::Reused),
            e_result,
            synced: own.has(Theme::Synced),
            rewritten: own.has(Theme::Rewritten),
            behind: own.has(Theme::Behind),
            gap: own.gap(),
            assigned: own.has(Theme::Assigned),
            consulted: own.has(Theme::Consulted) && own.procedure.limit >= 10,
            redone: own.has(Theme::Redone) && is_result,
            pick: own.draw.below(1 << 40),
        })
    }

    /// Whether it ends with a result, granted or lawfully refused.
    pub(super) fn is_result(&self) -> bool {
        matches!(self.outcome, "granted" | "refused")
    }

    /// Whether it ended after the due day first promised.
    pub(super) fn is_late(&self, calendar: &Calendar) -> bool {
        self.finished >= local_midnight(calendar.zone(), self.due + Days::new(1))
    }

    /// Its state in the office's system at an instant.
    pub(super) fn status(&self, at: i64) -> &'static str {
        let is_delivered = self.delivered.is_some_and(|delivered| delivered < at);
        match (self.finished < at, self.outcome) {
            (true, "withdrawn") => "withdrawn",
            (true, "returned") => "stopped",
            (true, _) => {
                if is_delivered {
                    "delivered"
                } else {
                    "resolved"
                }
            }
            (false, _) if self.halts.iter().any(|halt| halt.from < at && halt.to >= at) => "supplement_requested",
            (false, _) => {
                if self.accepted < at {
                    "processing"
                } else {
                    "received"
                }
            }
        }
    }

    /// The position on the business clock at which so much of the work is done.
    ///
    /// A wait that begins with that very second is not over.
    pub(super) fn at(&self, work: i64) -> i64 {
        let waited: i64 = self.halts.iter().filter(|halt| halt.after < work).map(|halt| halt.length).sum();
        self.start + work + waited
    }
}

impl Drawing<'_> {
    fn has(&mut self, theme: Theme) -> bool {
        self.has_more(theme, 0)
    }

    fn has_more(&mut self, theme: Theme, more: i64) -> bool {
        let chance = self.office.chance(theme, self.reformed) + more;
        self.draw.happens(chance.max(0) as u64)
    }

    fn instant(&self, position: i64) -> Option<i64> {
        self.calendar.clock().instant(position)
    }

    /// So many office hours, more or less; the median is what is asked for.
    fn around(&mut self, hours: u64) -> i64 {
        (hours * HOUR as u64 * self.draw.spread() / 1_000) as i64
    }

    fn channel(&mut self) -> &'static str {
        if self.has_more(Theme::Online, self.procedure.online) {
            return "online";
        }
        if self.draw.happens(chance::POSTAL) { "postal" } else { "direct" }
    }

    fn applicant(&mut self) -> &'static str {
        if self.draw.happens(self.procedure.business) {
            return "business";
        }
        if self.draw.happens(chance::AGENCY) { "state_agency" } else { "citizen" }
    }

    /// The working time, and the waits in it.
    fn work(&mut self, start: i64, is_result: bool) -> Option<(i64, Vec<Halt>)> {
        let mut work = self.around(self.procedure.hours) * self.office.pace(self.reformed) as i64 / 1_000;
        if self.has(Theme::Stuck) {
            work *= times::STUCK as i64;
        }
        // Who withdraws, or is sent back, does so somewhere on the way.
        if !is_result {
            work = work * (100 + self.draw.below(800) as i64) / 1_000;
        }
        let asked = self.has_more(Theme::Asked, self.procedure.asked);
        let requests = if asked { 1 + usize::from(self.has(Theme::AskedAgain)) } else { 0 };
        let mut halts = Vec::new();
        let mut waited = 0;
        for window in [[150, 350], [380, 580]].into_iter().take(requests) {
            let after = work * self.draw.between(window) as i64 / 1_000;
            let length = self.around(times::SUPPLEMENT);
            let from = self.instant(start + waited + after)?;
            waited += length;
            halts.push(Halt { after, length, from, to: self.instant(start + waited + after)? });
        }
        Some((work, halts))
    }

    /// When the applicant handed it in.
    ///
    /// Online it waits in office hours, often since the evening before; at the desk it waits in the queue.
    fn submitted(&mut self, start: i64, received: i64, channel: &str) -> Option<i64> {
        if channel != "online" {
            return Some(received - (180 + self.draw.below(2_400) as i64) * MICROS);
        }
        let most = times::ACCEPTANCE as i64 * HOUR;
        let late = self.has(Theme::Delayed);
        let (quick, slow) = (self.draw.below(most as u64 - 600), self.draw.below(2 * most as u64));
        let waited = if late { most + 60 + slow as i64 } else { 300 + quick as i64 };
        let submitted = self.instant(start - waited)?;
        let evening = self.draw.happens(chance::EVENING);
        let zone = self.calendar.zone();
        let midnight = local_midnight(zone, local_date(zone, submitted));
        let before = midnight - self.draw.below(6 * HOUR as u64) as i64 * MICROS;
        let since = start - self.calendar.clock().position(before)?;
        Some(if evening && (since > most) == late { before } else { submitted })
    }

    fn delivered(&mut self, end: i64) -> Option<i64> {
        let lag = self.around(times::DELIVERY[usize::from(self.reformed)]);
        let forgotten = self.draw.happens(chance::FORGOTTEN);
        self.instant(end + if forgotten { lag * times::FORGOTTEN as i64 } else { lag })
    }

    /// The due date moves by the days waited, as many as were begun.
    fn moved(&mut self, due: NaiveDate, halts: &[Halt]) -> Option<NaiveDate> {
        let waited: i64 = halts.iter().map(|halt| halt.length).sum();
        let moved = self.draw.happens(chance::MOVED) && waited > 0;
        let days = (waited + 8 * HOUR - 1) / (8 * HOUR);
        if moved { self.calendar.nth_working_day_after(due, days as u32) } else { None }
    }

    /// An apology before the due date of a dossier that will be late, or after it, or none.
    fn apology(&mut self, start: i64, due: NaiveDate, finished: i64, is_result: bool) -> Option<Option<i64>> {
        let zone = self.calendar.zone();
        let (opens, ends) = (local_midnight(zone, due), local_midnight(zone, due + Days::new(1)));
        let (promised, after) = (self.has(Theme::Apology), self.draw.happens(chance::LATE_APOLOGY));
        let part = 300 + self.draw.below(600) as i64;
        if finished < ends || !is_result {
            return Some(None);
        }
        // Before the day on which it is due, so that no reading of "before" matters.
        let (before, later) = (self.calendar.clock().position(opens)?, self.calendar.clock().position(ends)?);
        let at = match (promised, after) {
            (true, _) => Some(start + (before - start) * part / 1_000),
            (false, true) => Some(later + part * 8 * HOUR / 1_000),
            (false, false) => None,
        };
        Some(at.and_then(|at| self.instant(at)).filter(|at| *at <= finished))
    }

    fn visits(&mut self, channel: &str, e_result: bool, requests: usize) -> u64 {
        let (fetched, extra) = (!e_result && channel != "postal", self.has(Theme::ExtraVisit));
        let brought = (0..requests).filter(|_| self.draw.happens(500)).count() as u64;
        u64::from(channel == "direct") + u64::from(fetched) + u64::from(extra) + brought
    }

    /// The fee, and how it was paid; no way of paying where there is none.
    fn payment(&mut self) -> (u64, Option<&'static str>) {
        let (exempt, unpaid) = (self.draw.happens(chance::EXEMPT), self.draw.happens(chance::UNPAID));
        let (online, cashless) = (self.has(Theme::PaidOnline), self.has(Theme::Cashless));
        let card = self.draw.happens(chance::CARD);
        match (self.procedure.fee, exempt) {
            (0, _) => (0, None),
            (_, true) => (0, Some("exempt")),
            (fee, _) if unpaid => (fee, Some("unpaid")),
            (fee, _) if online => (fee, Some("online")),
            (fee, _) if cashless => (fee, Some(if card { "card" } else { "transfer" })),
            (fee, _) => (fee, Some("cash")),
        }
    }

    fn gap(&mut self) -> Option<Gap> {
        let which = if self.draw.happens(500) { Gap::Officer } else { Gap::Acceptance };
        self.has(Theme::Gap).then_some(which)
    }
}
