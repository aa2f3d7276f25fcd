//! Every KPI of dossiers, row by row, written from the definitions and from nothing of the program.

use super::cost;
use super::dossier::{Dossier, Paused};
use super::figure::{Answer, End, Place, Rows, Spell};
use super::moment::{Moment, elapsed, midnight, working, working_day_after};
use chrono::{Days, NaiveDateTime, TimeDelta};
use giamtang::calendar::Calendar;

/// One window of a log.
#[derive(Clone, Copy)]
pub struct View<'a> {
    pub dossiers: &'a [Dossier],
    pub calendar: &'a Calendar,
    pub horizon: u32,
    pub start: NaiveDateTime,
    pub end: NaiveDateTime,
    pub cutoff: NaiveDateTime,
}

const CHANNELS: [&str; 3] = ["online", "direct", "postal"];
const STATES: [&str; 4] = ["processing", "supplement_requested", "resolved", "delivered"];

/// Whether both hold; not known where it depends on what is not known.
fn both(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// Whether one of them holds; not known where it depends on what is not known.
fn either(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    both(a.map(|a| !a), b.map(|b| !b)).map(|neither| !neither)
}

impl<'a> View<'a> {
    /// What the twin says of a KPI by the strict profile; `None` where it does not know it.
    pub fn answer(&self, id: &str) -> Option<Answer> {
        Some(match id {
            "time/elapsed_time" => self.received(|d| Some(self.waiting(d))).incidence(0.5),
            "time/elapsed_time_p90" => self.received(|d| Some(self.waiting(d))).incidence(0.9),
            "time/processing_time" => self.received(|d| self.processing(d)).weighted_incidence(0.5),
            "time/closed_time" => self.closed(|d| self.net(d, self.result(d)?.at)).order(0.5),
            "time/closed_time_mean" => self.closed(|d| Some(elapsed(d.received, self.result(d)?))).mean(),
            "time/limit_ratio" => self.mature(|d| self.used_and_allowed(d)).ratio(),
            "time/on_time" => self.due(|d| (!self.is_withdrawn(d)).then(|| self.is_on_time(d))).share(),
            "time/acceptance_delay" => self.submitted(|d| self.is_accepted_late(d)).share(),
            "time/delivery_lag" => self.closed(|d| self.delivering(d)).incidence(0.5),
            "time/contacts" => self.mature(|d| Some(d.visits? + d.supplement_requests?)).mean(),
            "time/withdrawn" => {
                self.mature(|d| Some(self.is_withdrawn(d) && self.is_within(d.received, d.finished))).share()
            }
            "cost/compliance_hours" => self.mature(cost::seconds).mean(),
            "cost/compliance_cost" => self.mature(cost::of_dossier).mean(),
            "staffing/first_time_right" => self.mature(|d| self.is_right(d)).share(),
            "staffing/repeat_supplements" => self.mature(|d| Some(d.supplement_requests? > 1)).share(),
            "staffing/load_balance" => self.in_stock(|d| d.officer.map(str::to_owned)).gini(),
            "procedures/steps" => self.mature(|d| d.steps).mean(),
            "procedures/handovers" => self.mature(|d| d.handovers).mean(),
            "procedures/non_territorial" => self.received(|d| Some(d.receiving_unit? != d.unit?)).share(),
            "quality/online_share" => self.received(is_online).share(),
            "quality/online_with_e_result" => self.closed(|d| both(is_online(d), d.e_result)).share(),
            "quality/full_online_share" => {
                self.received(|d| is_online(d).filter(|_| d.service_level == Some("full"))).share()
            }
            "quality/digitised" => self.mature(|d| self.is_digital(d)).share(),
            "quality/reused" => self.received(|d| d.reused).share(),
            "quality/population_data" => self.received(|d| either(d.vneid, d.population_data)).share(),
            "quality/e_result" => self.closed(|d| d.e_result).share(),
            "quality/online_payment" => self.mature(is_paid_online).share(),
            "quality/cashless" => self.mature(is_cashless).share(),
            "quality/completion" => self.submitted_and_known(|d| Some(self.is_completed(d))).share(),
            "quality/rework" => self.mature(|d| Some(d.repeated_steps? > 0)).share(),
            "transparency/synced" => self.received(|d| d.synced).share(),
            "transparency/traceable" => self.mature(|d| Some(self.is_traceable(d))).share(),
            "transparency/agreement" => self.received(agrees).share(),
            "transparency/apology" => self.due(|d| self.is_apologised_for(d)).share(),
            _ => return None,
        })
    }

    /// Usual paths are those of the first window.
    pub fn usual_path(&self, first: &Self) -> Option<Answer> {
        let usual = first.mature(|d| d.path.clone()).usual()?;
        if usual.is_empty() {
            return Some(Err("no_rows"));
        }
        Some(self.mature(|d| Some(usual.contains(d.path.as_ref()?))).share())
    }

    pub fn holds(&self, moment: Moment) -> bool {
        self.start <= moment.at && moment.at < self.end
    }

    /// Dossiers received in the window.
    pub fn received<T>(&self, quantity: impl Fn(&Dossier) -> Option<T>) -> Rows<T> {
        let place = |d: &Dossier| if self.holds(d.received) { Place::Inside } else { Place::Outside };
        Rows::ask(self.dossiers, place, quantity)
    }

    /// The same, known within the horizon.
    pub fn mature<T>(&self, quantity: impl Fn(&Dossier) -> Option<T>) -> Rows<T> {
        let place = |d: &Dossier| match self.holds(d.received) {
            true => self.ripe(d.received),
            false => Place::Outside,
        };
        Rows::ask(self.dossiers, place, quantity).telling_immature()
    }

    /// Dossiers by a date they may lack.
    fn by<T>(
        &self,
        date: impl Fn(&Dossier) -> Option<Moment>,
        ripe: bool,
        quantity: impl Fn(&Dossier) -> Option<T>,
    ) -> Rows<T> {
        let place = |d: &Dossier| match date(d) {
            None if self.holds(d.received) => Place::Undated,
            Some(at) if self.holds(at) => {
                if ripe {
                    self.ripe(at)
                } else {
                    Place::Inside
                }
            }
            _ => Place::Outside,
        };
        Rows::ask(self.dossiers, place, quantity).telling_undated()
    }

    fn due<T>(&self, quantity: impl Fn(&Dossier) -> Option<T>) -> Rows<T> {
        self.by(promised, false, quantity)
    }

    fn submitted<T>(&self, quantity: impl Fn(&Dossier) -> Option<T>) -> Rows<T> {
        self.by(|d| d.submitted, false, quantity)
    }

    fn submitted_and_known<T>(&self, quantity: impl Fn(&Dossier) -> Option<T>) -> Rows<T> {
        self.by(|d| d.submitted, true, quantity).telling_immature()
    }

    /// Dossiers finished in the window; those that were withdrawn or returned have no result, and are excluded.
    pub fn closed<T>(&self, quantity: impl Fn(&Dossier) -> Option<T>) -> Rows<T> {
        let place = |d: &Dossier| match d.finished {
            Some(at) if self.holds(at) => Place::Inside,
            _ => Place::Outside,
        };
        Rows::ask(self.dossiers, place, |d| self.result(d).and_then(|_| quantity(d)))
    }

    /// Dossiers open when the window's last day ends.
    fn in_stock<T>(&self, quantity: impl Fn(&Dossier) -> Option<T>) -> Rows<T> {
        let place = |d: &Dossier| match d.finished {
            _ if d.received.at >= self.end => Place::Outside,
            Some(at) if at.at < self.end => Place::Outside,
            _ => Place::Inside,
        };
        Rows::ask(self.dossiers, place, quantity)
    }

    /// Whether the horizon after a date has passed by the cut-off.
    fn ripe(&self, from: Moment) -> Place {
        let last = working_day_after(self.calendar, from.date(), self.horizon);
        if midnight(last + Days::new(1)) <= self.cutoff { Place::Inside } else { Place::Immature }
    }

    /// Whether a date is one of the horizon's days after another.
    fn is_within(&self, from: Moment, to: Option<Moment>) -> bool {
        to.is_some_and(|to| to.date() <= working_day_after(self.calendar, from.date(), self.horizon))
    }

    /// What is known of a date at the cut-off.
    pub fn known(&self, date: Option<Moment>) -> Option<Moment> {
        date.filter(|at| at.at < self.cutoff)
    }

    pub fn is_withdrawn(&self, d: &Dossier) -> bool {
        self.known(d.finished).is_some() && matches!(d.outcome, Some("withdrawn" | "returned"))
    }

    /// When it was granted or refused by law, as far as that is known.
    pub fn result(&self, d: &Dossier) -> Option<Moment> {
        self.known(d.finished).filter(|_| !self.is_withdrawn(d))
    }

    fn end(&self, d: &Dossier) -> End {
        match self.known(d.finished) {
            None => End::Open,
            Some(_) if self.is_withdrawn(d) => End::Competing,
            Some(_) => End::Result,
        }
    }

    fn waiting(&self, d: &Dossier) -> Spell {
        let time = elapsed(d.received, self.known(d.finished).unwrap_or(Moment::exact(self.cutoff)));
        Spell { time, followed: time, end: self.end(d) }
    }

    fn processing(&self, d: &Dossier) -> Option<Spell> {
        let waiting = self.waiting(d);
        let until = self.known(d.finished).map_or(self.cutoff, |at| at.at);
        Some(Spell { time: self.net(d, until)?, ..waiting })
    }

    /// Office seconds from reception to a moment, with the time the office waited for the applicant taken out.
    fn net(&self, d: &Dossier, until: NaiveDateTime) -> Option<i64> {
        let Paused::Times(times) = &d.paused else { return None };
        let paused = |(from, to): Pause| {
            let (from, to) = (from.max(d.received.at), to.unwrap_or(until).min(until));
            if from < to { working(self.calendar, from, to) } else { 0 }
        };
        let paused: i64 = united(times.iter()).into_iter().map(paused).sum();
        Some(working(self.calendar, d.received.at, until) - paused)
    }

    fn used_and_allowed(&self, d: &Dossier) -> Option<(i64, i64)> {
        let result = self.result(d).filter(|at| self.is_within(d.received, Some(*at)))?;
        Some((self.net(d, result.at)?, working(self.calendar, d.received.at, promised(d)?.end())))
    }

    fn is_on_time(&self, d: &Dossier) -> bool {
        self.known(d.finished).zip(promised(d)).is_some_and(|(finished, due)| finished.is_by(due))
    }

    /// More than eight office hours from submission to reception; where they have not passed by the cut-off, not known.
    fn is_accepted_late(&self, d: &Dossier) -> Option<bool> {
        const LIMIT: i64 = 8 * 3_600;
        let submitted = d.submitted.filter(|_| is_online(d) == Some(true))?;
        match self.known(Some(d.received)) {
            Some(received) => Some(working(self.calendar, submitted.at, received.at) > LIMIT),
            None => (working(self.calendar, submitted.at, self.cutoff) > LIMIT).then_some(true),
        }
    }

    fn delivering(&self, d: &Dossier) -> Option<Spell> {
        let result = self.result(d)?;
        let delivered = self.known(d.delivered);
        let until = delivered.map_or(self.cutoff, |at| at.at);
        let end = if delivered.is_some() { End::Result } else { End::Open };
        let followed = (until - result.at).num_seconds();
        Some(Spell { time: working(self.calendar, result.at, until), followed, end })
    }

    fn is_right(&self, d: &Dossier) -> Option<bool> {
        let returned = d.outcome == Some("returned") && self.is_within(d.received, d.finished);
        Some(d.supplement_requests? == 0 && !returned)
    }

    fn is_digital(&self, d: &Dossier) -> Option<bool> {
        let in_time = self.is_within(d.received, self.result(d));
        both(d.digitised, both(Some(in_time), d.e_result))
    }

    fn is_completed(&self, d: &Dossier) -> bool {
        d.submitted.is_some_and(|submitted| self.is_within(submitted, self.result(d)))
    }

    fn is_traceable(&self, d: &Dossier) -> bool {
        let is_closed = d.outcome.is_some() || d.finished.is_some();
        let all = d.due.is_some() && d.unit.is_some() && d.officer.is_some() && (!is_closed || d.finished.is_some());
        let in_order =
            |accepted: Moment| d.received.is_by(accepted) && d.finished.is_none_or(|end| accepted.is_by(end));
        all && d.accepted.is_some_and(in_order)
    }

    /// Of dossiers that are overdue, whether an apology came on an earlier day than the due day.
    fn is_apologised_for(&self, d: &Dossier) -> Option<bool> {
        let due = promised(d).filter(|_| !self.is_withdrawn(d) && !self.is_on_time(d))?;
        Some(d.apology.is_some_and(|apology| apology.date() < due.date()))
    }
}

type Pause = (NaiveDateTime, Option<NaiveDateTime>);

/// Pauses without overlaps: the office waits or it does not.
fn united<'a>(times: impl Iterator<Item = &'a Pause>) -> Vec<Pause> {
    let mut sorted: Vec<Pause> = times.copied().collect();
    sorted.sort_unstable();
    let mut united: Vec<Pause> = Vec::new();
    for (from, to) in sorted {
        match united.last_mut().filter(|last| last.1.is_none_or(|end| from <= end)) {
            Some(last) => last.1 = last.1.zip(to).map(|(end, to)| end.max(to)),
            None => united.push((from, to)),
        }
    }
    united
}

/// The due date first promised.
pub fn promised(d: &Dossier) -> Option<Moment> {
    d.original_due.or(d.due)
}

fn is_online(d: &Dossier) -> Option<bool> {
    d.channel.filter(|channel| CHANNELS.contains(channel)).map(|channel| channel == "online")
}

/// Of dossiers that owe a fee.
fn is_paid_online(d: &Dossier) -> Option<bool> {
    match d.payment.filter(|_| d.fee.is_some_and(|fee| fee > 0))? {
        "online" => Some(true),
        "cash" | "transfer" | "card" | "unpaid" | "not_online" => Some(false),
        _ => None,
    }
}

/// Of dossiers that were paid; what the portal calls not online was paid if there was a fee.
fn is_cashless(d: &Dossier) -> Option<bool> {
    match d.payment? {
        "transfer" | "card" | "online" => Some(true),
        "cash" => Some(false),
        "not_online" if d.fee.is_some_and(|fee| fee > 0) => Some(false),
        _ => None,
    }
}

/// Whether both sides have a state, and the same.
fn agrees(d: &Dossier) -> Option<bool> {
    let known = |state: Option<&'static str>| state.filter(|state| STATES.contains(state));
    Some(known(d.status)? == known(d.national_status)?)
}

impl View<'_> {
    /// `06a`: of the dossiers that ended in the window, those that ended by the due day, or have none, or were withdrawn.
    pub fn on_time_by_06a(&self) -> Answer {
        let ended = |d: &Dossier| match d.finished {
            Some(at) if self.holds(at) => Place::Inside,
            _ => Place::Outside,
        };
        let in_time = |d: &Dossier| {
            let by_day = |due: Moment| d.finished.is_some_and(|finished| finished.date() <= due.date());
            Some(self.is_withdrawn(d) || d.due.is_none_or(by_day))
        };
        // What was withdrawn needs no due date to be where it is.
        let is_undated = |d: &&Dossier| ended(d) == Place::Inside && d.due.is_none() && !self.is_withdrawn(d);
        let undated = self.dossiers.iter().filter(is_undated).count();
        Rows::ask(self.dossiers, ended, in_time).with_undated(undated).share()
    }

    /// `766`: of the dossiers handled in the window, by rules 1 to 5 of the index.
    pub fn on_time_by_766(&self) -> Answer {
        let handled = |d: &Dossier| match d.finished {
            _ if d.received.at >= self.end => Place::Outside,
            Some(at) if at.at < self.start => Place::Outside,
            _ => Place::Inside,
        };
        Rows::ask(self.dossiers, handled, |d| self.is_on_time_by_766(d, None)).share()
    }

    /// By the due date in force, or by the office seconds that its procedure is allowed; not known where there is neither.
    pub fn is_on_time_by_766(&self, d: &Dossier, allowed: Option<i64>) -> Option<bool> {
        if d.due.is_none() && allowed.is_none() {
            return None;
        }
        let Paused::Times(times) = &d.paused else { return None };
        let asked = united(times.iter().filter(|(from, _)| *from < self.cutoff));
        if d.supplement_requests.unwrap_or(asked.len() as i64) > 1 {
            return Some(false);
        }
        let finished = self.known(d.finished);
        let is_open = |to: Option<NaiveDateTime>| finished.is_none() && to.is_none_or(|to| to >= self.cutoff);
        let open = asked.iter().find(|(_, to)| is_open(*to));
        let end = open.map_or(finished.unwrap_or(Moment::exact(self.cutoff)), |(from, _)| Moment::exact(*from));
        let Some(due) = d.due else {
            // Among days the period ends on its last, as whoever finished on it.
            let is_period = end.at == self.cutoff && d.received.is_day;
            let until = if is_period { end.at - Days::new(1) } else { end.at };
            return Some(self.net(d, until)? <= allowed?);
        };
        // Whoever got a result while a request was open waited until then.
        let waited = |(from, to): &Pause| to.unwrap_or(end.at).min(end.at) - *from;
        let taken_out: TimeDelta = asked.iter().map(waited).filter(|waited| *waited > TimeDelta::zero()).sum();
        // The period ends with its last day, as a due day does: at 24:00.
        if end.at == self.cutoff {
            return Some(end.at - taken_out <= due.end());
        }
        Some(Moment { at: end.at - taken_out, ..end }.is_by(due))
    }
}
