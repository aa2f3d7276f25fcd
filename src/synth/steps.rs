//! The steps of a dossier: what was done when, by which unit, and until when it should have been.

use super::course::Course;
use super::places::{PROCEDURES, times};

/// One step as it was done; positions are office seconds on the business clock.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub(super) activity: &'static str,
    pub(super) begun: i64,
    pub(super) done: i64,
    /// The end of its limit; the applicant's own steps and the delivery have none.
    pub(super) due: Option<i64>,
    pub(super) place: Place,
}

/// Where a step is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The desk of the office that received the dossier.
    Desk,
    /// The responsible office.
    Office,
    /// The agency that is consulted.
    Consulted,
}

/// The parts of the work, in thousandths, at which steps are done.
const ASSIGNED: i64 = 100;
const APPRAISED: i64 = 600;
const REDONE: i64 = 720;
const CONSULTED: i64 = 850;
const WHOLE: i64 = 1_000;

/// The steps in the order in which they are done, the delivery left out: it follows the finish.
///
/// The clock of a step's limit stops while the applicant is waited for, as the work does.
pub(super) fn steps(course: &Course) -> Vec<Step> {
    let limit = i64::from(PROCEDURES[course.procedure].limit) * 8 * 3_600;
    let point = |part: i64| course.at(course.work * part / WHOLE);
    let due = |part: i64| {
        let work = course.work * part / WHOLE;
        Some(course.at(work) - work + limit * part / WHOLE)
    };
    let mut steps = Vec::with_capacity(8);
    let mut last = course.start;
    let mut step = |activity, part: i64, due, place| {
        let done = if place == Place::Desk { course.start + course.taken } else { point(part) };
        steps.push(Step { activity, begun: last, done, due, place });
        last = done;
    };
    step("Tiếp nhận", 0, Some(course.start + times::TAKEN_IN * 3_600), Place::Desk);
    if course.assigned {
        step("Phân công", ASSIGNED, due(ASSIGNED), Place::Office);
    }
    if course.is_result() {
        step("Thẩm định", APPRAISED, due(APPRAISED), Place::Office);
        if course.redone {
            step("Thẩm định", REDONE, due(REDONE), Place::Office);
        }
        if course.consulted {
            step("Lấy ý kiến", CONSULTED, due(CONSULTED), Place::Consulted);
        }
    }
    step(ending(course.outcome), WHOLE, due(WHOLE), Place::Office);
    for halt in &course.halts {
        let asked = course.at(halt.after);
        let answered = asked + halt.length;
        steps.push(Step {
            activity: "Yêu cầu bổ sung", begun: asked, done: asked, due: None, place: Place::Office
        });
        steps
            .push(Step { activity: "Nhận bổ sung", begun: asked, done: answered, due: None, place: Place::Office });
    }
    steps.sort_by_key(|step| step.done);
    steps
}

fn ending(outcome: &str) -> &'static str {
    match outcome {
        "granted" => "Ký duyệt",
        "refused" => "Từ chối giải quyết",
        "withdrawn" => "Rút hồ sơ",
        _ => "Trả lại hồ sơ",
    }
}
