//! The KPIs as questions to one dossier that went its whole way, in plain arithmetic.

use super::course::Course;
use super::dossiers::national;
use super::steps::{Place, steps};
use super::truth::{Whole, Window};

/// One KPI.
pub(super) struct Question {
    pub(super) id: &'static str,
    pub(super) of: &'static str,
    pub(super) how: How,
}

/// What a dossier adds in a window; nothing where it is not asked.
pub(super) enum How {
    /// A count, or 1 for yes and 0 for no.
    Mean(fn(&Whole<'_>, &Window) -> Option<f64>),
    /// The two parts of a ratio of sums.
    Ratio(fn(&Whole<'_>, &Window) -> Option<(f64, f64)>),
    /// A time of which the quantile is asked; infinite without a result.
    Quantile(f64, fn(&Whole<'_>, &Window) -> Option<f64>),
}

const DAY: f64 = 86_400e6;
const HOUR: f64 = 3_600.0;

pub(super) const fn mean(id: &'static str, of: &'static str, how: fn(&Whole<'_>, &Window) -> Option<f64>) -> Question {
    Question { id, of, how: How::Mean(how) }
}

const fn quantile(id: &'static str, of: &'static str, q: f64, how: fn(&Whole<'_>, &Window) -> Option<f64>) -> Question {
    Question { id, of, how: How::Quantile(q, how) }
}

const fn ratio(id: &'static str, of: &'static str, how: fn(&Whole<'_>, &Window) -> Option<(f64, f64)>) -> Question {
    Question { id, of, how: How::Ratio(how) }
}

/// Every KPI that dossiers and their steps answer.
pub(super) static QUESTIONS: [Question; 32] = [
    quantile(
        "time/elapsed_time",
        "median days from reception to result of dossiers received; who withdraws or is sent back never has one",
        0.5,
        |own, window| own.received(window).then(|| own.elapsed()),
    ),
    quantile("time/elapsed_time_p90", "nine in ten of the same", 0.9, |own, window| {
        own.received(window).then(|| own.elapsed())
    }),
    quantile(
        "time/processing_time",
        "median working hours from reception to result of dossiers received, waits for the applicant taken out; who \
         withdraws or is sent back never has one",
        0.5,
        |own, window| own.received(window).then(|| if own.course.is_result() { own.hours() } else { f64::INFINITY }),
    ),
    quantile(
        "time/closed_time",
        "median working hours, waits taken out, of dossiers finished with a result",
        0.5,
        |own, window| own.closed(window).then(|| own.hours()),
    ),
    mean("time/closed_time_mean", "mean days of dossiers finished with a result", |own, window| {
        own.closed(window).then(|| own.elapsed())
    }),
    ratio(
        "time/limit_ratio",
        "working time, waits taken out, by working time from reception to the end of the due day first promised, of \
         dossiers received, known within the horizon and finished in it with a result",
        |own, window| {
            let limit = own.calendar.clock().position(own.due[1])? - own.course.start;
            (own.mature(window) && own.completed(0)).then_some((own.course.work as f64, limit as f64))
        },
    ),
    mean(
        "time/on_time",
        "finished by the due day first promised, of dossiers due; without those withdrawn or sent back by the window's end",
        |own, window| own.due(window).then(|| yes(!own.is_late())),
    ),
    mean(
        "time/acceptance_delay",
        "more than eight working hours from submission to reception, of online dossiers submitted",
        |own, window| {
            let waited = own.course.start - own.calendar.clock().position(own.course.submitted)?;
            let asked = window.holds(own.course.submitted) && own.course.channel == "online";
            asked.then(|| yes(waited as f64 > 8.0 * HOUR))
        },
    ),
    quantile(
        "time/delivery_lag",
        "median working hours from result to delivery of dossiers finished with a result",
        0.5,
        |own, window| {
            let position = |at| own.calendar.clock().position(at);
            let lag = position(own.course.delivered?)? - position(own.course.finished)?;
            own.closed(window).then_some(lag as f64 / HOUR)
        },
    ),
    mean(
        "time/contacts",
        "visits and supplement requests of dossiers received, known within the horizon",
        |own, window| own.mature(window).then(|| own.course.visits as f64 + own.requests()),
    ),
    mean(
        "time/withdrawn",
        "withdrawn or sent back within the horizon, of dossiers received, known within it",
        |own, window| own.mature(window).then(|| yes(!own.course.is_result() && own.finished_on <= own.horizons[0])),
    ),
    mean(
        "staffing/first_time_right",
        "no supplement asked for and not sent back within the horizon, of dossiers received, known within it",
        |own, window| {
            let returned = own.course.outcome == "returned" && own.finished_on <= own.horizons[0];
            own.mature(window).then(|| yes(own.requests() == 0.0 && !returned))
        },
    ),
    mean(
        "staffing/repeat_supplements",
        "more than one supplement request, of dossiers received, known within the horizon",
        |own, window| own.mature(window).then(|| yes(own.requests() > 1.0)),
    ),
    ratio(
        "staffing/step_lateness",
        "steps not done by their limit, of steps with a limit in the window",
        |own, window| {
            let steps = steps(own.course);
            let due = steps.iter().filter(|step| {
                let due = step.due.and_then(|due| own.calendar.clock().instant(due));
                due.is_some_and(|due| window.holds(due))
            });
            let (late, all) = due.fold((0.0, 0.0), |(late, all), step| {
                (late + yes(step.due.is_some_and(|due| step.done > due)), all + 1.0)
            });
            (all > 0.0).then_some((late, all))
        },
    ),
    mean(
        "procedures/steps",
        "steps done, the delivery among them, of dossiers received, known within the horizon",
        |own, window| own.mature(window).then(|| steps(own.course).len() as f64 + yes(own.course.is_result())),
    ),
    mean(
        "procedures/handovers",
        "changes of unit from step to step, of dossiers received, known within the horizon",
        |own, window| own.mature(window).then(|| handovers(own.course)),
    ),
    mean(
        "procedures/non_territorial",
        "received by another office than the responsible one, of dossiers received",
        |own, window| own.received(window).then(|| yes(own.course.elsewhere)),
    ),
    mean("quality/online_share", "online, of dossiers received", |own, window| {
        own.received(window).then(|| yes(own.is_online()))
    }),
    mean(
        "quality/online_with_e_result",
        "online and with an electronic result, of dossiers finished with a result",
        |own, window| own.closed(window).then(|| yes(own.is_online() && own.course.e_result)),
    ),
    mean("quality/full_online_share", "online, of dossiers received of procedures with full service", |own, window| {
        (own.received(window) && own.is_full()).then(|| yes(own.is_online()))
    }),
    mean(
        "quality/digitised",
        "scanned and with an electronic result within the horizon, of dossiers received, known within it",
        |own, window| {
            let result = own.completed(0) && own.course.e_result;
            own.mature(window).then(|| yes(own.course.digitised && result))
        },
    ),
    mean("quality/reused", "with a component reused, of dossiers received", |own, window| {
        own.received(window).then(|| yes(own.course.reused))
    }),
    mean(
        "quality/population_data",
        "with an authenticated account or a component from the population database, of dossiers received",
        |own, window| own.received(window).then(|| yes(own.course.vneid || own.course.population)),
    ),
    mean("quality/e_result", "electronic, of dossiers finished with a result", |own, window| {
        own.closed(window).then(|| yes(own.course.e_result))
    }),
    mean(
        "quality/online_payment",
        "paid online, of dossiers received with a fee, known within the horizon",
        |own, window| (own.mature(window) && own.course.fee > 0).then(|| yes(own.course.payment == Some("online"))),
    ),
    mean(
        "quality/cashless",
        "paid online, by transfer or by card, of dossiers received that were paid, known within the horizon",
        |own, window| {
            let paid = own.course.payment.filter(|way| !matches!(*way, "exempt" | "unpaid"));
            paid.filter(|_| own.mature(window)).map(|way| yes(way != "cash"))
        },
    ),
    mean(
        "quality/completion",
        "with a result within the horizon, of dossiers submitted, known within it",
        |own, window| {
            let asked = window.holds(own.course.submitted) && own.horizons[1] <= window.last;
            asked.then(|| yes(own.completed(1)))
        },
    ),
    mean(
        "quality/rework",
        "with a step done more than once, of dossiers received, known within the horizon",
        |own, window| own.mature(window).then(|| yes(own.course.redone || own.requests() > 1.0)),
    ),
    mean("transparency/synced", "synced, of dossiers received", |own, window| {
        own.received(window).then(|| yes(own.course.synced))
    }),
    mean(
        "transparency/traceable",
        "with reception, acceptance, finish, due date, unit and officer written down and in order, of dossiers \
         received, known within the horizon",
        |own, window| own.mature(window).then(|| yes(own.course.gap.is_none())),
    ),
    mean(
        "transparency/agreement",
        "the same state here and nationally at the end of 2024, of dossiers received that were synced",
        |own, window| {
            let status = own.course.status(own.end);
            (own.received(window) && own.course.synced).then(|| yes(national(status, own.course) == status))
        },
    ),
    mean(
        "transparency/apology",
        "with an apology before the due day first promised, of dossiers due that were not finished by it; without those \
         withdrawn or sent back by the window's end",
        |own, window| {
            let before = own.course.apology.is_some_and(|at| at < own.due[0]);
            (own.due(window) && own.is_late()).then(|| yes(before))
        },
    ),
];

pub(super) fn yes(so: bool) -> f64 {
    f64::from(u8::from(so))
}

impl Whole<'_> {
    pub(super) fn received(&self, window: &Window) -> bool {
        window.holds(self.course.received)
    }

    /// Received, and its horizon has passed by the window's end.
    pub(super) fn mature(&self, window: &Window) -> bool {
        self.received(window) && self.horizons[0] <= window.last
    }

    /// Finished with a result in the window.
    pub(super) fn closed(&self, window: &Window) -> bool {
        window.holds(self.course.finished) && self.course.is_result()
    }

    /// Due in the window, and not withdrawn or sent back by its end.
    fn due(&self, window: &Window) -> bool {
        window.holds(self.due[0]) && (self.course.is_result() || self.course.finished >= window.to)
    }

    pub(super) fn is_late(&self) -> bool {
        self.course.finished >= self.due[1]
    }

    /// Finished with a result within the horizon since its reception, 0, or its submission, 1.
    fn completed(&self, since: usize) -> bool {
        self.course.is_result() && self.finished_on <= self.horizons[since]
    }

    fn elapsed(&self) -> f64 {
        if self.course.is_result() { (self.course.finished - self.course.received) as f64 / DAY } else { f64::INFINITY }
    }

    fn hours(&self) -> f64 {
        self.course.work as f64 / HOUR
    }

    fn requests(&self) -> f64 {
        self.course.halts.len() as f64
    }

    fn is_online(&self) -> bool {
        self.course.channel == "online"
    }

    fn is_full(&self) -> bool {
        super::places::PROCEDURES[self.course.procedure].full
    }
}

fn handovers(course: &Course) -> f64 {
    // The desk is the responsible office's own, unless the dossier was received elsewhere; the delivery is the office's.
    let unit = |place: Place| if place == Place::Desk && !course.elsewhere { Place::Office } else { place };
    let units: Vec<Place> = steps(course).iter().map(|step| unit(step.place)).collect();
    let last = yes(course.is_result() && units.last() != Some(&Place::Office));
    units.windows(2).filter(|pair| pair[0] != pair[1]).count() as f64 + last
}
