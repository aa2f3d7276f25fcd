//! Answers to the survey: who gives one, when, and how good it is.

use std::sync::Arc;

use chrono::NaiveDateTime;

use super::course::Course;
use super::draw::{Draw, mixed};
use super::habits::{BUSINESS, Habit, LATE, chance, days};
use super::offices::Office;
use super::table::{Cell, MILLION};
use super::{DAY, Dossier};

/// The stream of a dossier's answer.
const STREAM: u64 = 0x5a_7e11;

/// One office in so many asks on a scale whose first point is the best.
const REVERSED: usize = 7;

/// An answer as it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Response {
    /// When, in µs UTC.
    pub(super) at: i64,
    /// From 1 to 5, the best.
    pub(super) score: u64,
    channel: &'static str,
}

/// One answer to the survey, as recorded; moments are local wall times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// When it was given: within two weeks of the result, or much later.
    pub at: NaiveDateTime,
    /// The office it is about.
    pub unit: Arc<str>,
    /// `online`, `kiosk` or `phone`.
    pub channel: &'static str,
    /// From 1 to 5, on the office's own scale.
    pub score: u64,
    /// Which end of the scale is the best, `first` or `last`.
    pub best: &'static str,
}

/// The columns of the table `surveys`, in order.
pub(super) const SURVEYS: [&str; 9] =
    ["at", "case_id", "unit", "channel", "score", "scale_min", "scale_max", "best", "question"];

impl Response {
    /// The answer to a dossier that ended; none where there is no result, or the applicant says nothing.
    pub(super) fn drawn(course: &Course, office: &Office, reformed: bool, is_late: bool) -> Option<Self> {
        let mut draw = Draw::new(mixed(&[STREAM, course.pick]), STREAM);
        let answers = draw.happens(office.habit(Habit::Answers, reformed));
        let more = if is_late { LATE } else { 0 } + if course.applicant == "business" { BUSINESS } else { 0 };
        let good = draw.happens((office.habit(Habit::Satisfied, reformed) as i64 + more) as u64);
        let (best, other) = (draw.happens(chance::BEST), draw.place(chance::OTHERS.into_iter()) as u64);
        let (soon, late) = (draw.between(days::ANSWER), draw.between(days::LATE_ANSWER));
        let lag = if draw.happens(chance::LATE_ANSWER) { late } else { soon };
        let at = course.finished + (lag * DAY) as i64 + (600 + draw.below(10_000)) as i64 * 1_000_000;
        let elsewhere = if draw.happens(700) { "kiosk" } else { "phone" };
        let channel = if course.channel == "online" { "online" } else { elsewhere };
        let score = if good { 4 + u64::from(best) } else { 1 + other };
        (answers && course.is_result()).then_some(Self { at, score, channel })
    }

    /// What the table shows of it.
    pub(super) fn observed(&self, at: NaiveDateTime, office: usize, unit: Arc<str>) -> Answer {
        let reversed = office % REVERSED == REVERSED - 1;
        let score = if reversed { 6 - self.score } else { self.score };
        Answer { at, unit, channel: self.channel, score, best: if reversed { "first" } else { "last" } }
    }
}

pub(super) fn answer_cells<'a>(own: &'a Dossier, answer: &'a Answer) -> [Cell<'a>; SURVEYS.len()] {
    use Cell::{Decimal, Moment, Text};
    [
        Moment(Some(answer.at)),
        Text(Some(&own.case_id)),
        Text(Some(&answer.unit)),
        Text(Some(answer.channel)),
        Decimal(answer.score * MILLION),
        Decimal(MILLION),
        Decimal(5 * MILLION),
        Text(Some(answer.best)),
        Text(Some("Mức độ hài lòng chung")),
    ]
}
