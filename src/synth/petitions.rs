//! Petitions: complaints about a dossier, and letters about something else; some are made once more.

use std::sync::Arc;

use chrono::{Days, NaiveDate, NaiveDateTime};

use super::City;
use super::course::Course;
use super::draw::{Draw, mixed};
use super::habits::{Habit, chance, days};
use super::offices::Office;
use super::table::Cell;
use crate::calendar::{Calendar, local_date, local_midnight};

/// The stream of a dossier's petitions.
const STREAM: u64 = 0x7e_7171;

/// What a letter is about; its number follows, because two letters about one thing would be one repeated.
const SUBJECTS: [&str; 4] = ["Giờ mở cửa", "Chỗ gửi xe", "Hướng dẫn hồ sơ", "Cổng dịch vụ công"];

/// A petition as it went; instants are in µs UTC.
#[derive(Clone, Debug)]
pub(super) struct Plea {
    pub(super) received: i64,
    /// The last day of its limit.
    pub(super) due: NaiveDate,
    /// The end of that day.
    pub(super) late: i64,
    pub(super) answered: Option<i64>,
    published: Option<NaiveDate>,
    /// About the dossier; a letter about something else does not name it.
    pub(super) of_dossier: bool,
    pub(super) dissatisfied: bool,
    /// The same was asked within the 90 days before.
    pub(super) repeated: bool,
    class: &'static str,
    subject: &'static str,
}

/// One petition, as recorded; moments are local wall times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Petition {
    /// `PA-H26.12-240115-0003-1`.
    pub petition_id: String,
    /// When it came.
    pub received_at: NaiveDateTime,
    /// `officer_conduct` or `rule`.
    pub class: &'static str,
    /// The dossier it is about; `None` for a letter about something else.
    pub case_id: Option<String>,
    /// The office it is about.
    pub unit: Arc<str>,
    /// The last day of its limit; it ends at 24:00.
    pub due_at: NaiveDate,
    /// When it was answered.
    pub answered_at: Option<NaiveDateTime>,
    /// The day on which the answer was published.
    pub published_at: Option<NaiveDate>,
    /// What a letter is about; `None` for a complaint about a dossier.
    pub subject: Option<String>,
    /// Whether the answer did not satisfy; `None` while there is none.
    pub dissatisfied: Option<bool>,
    /// Whether the same was asked in the 90 days before.
    pub repeated: bool,
}

/// The columns of the table `petitions`, in order.
pub(super) const PETITIONS: [&str; 11] = [
    "petition_id",
    "received_at",
    "class",
    "case_id",
    "unit",
    "due_at",
    "answered_at",
    "published_at",
    "subject",
    "dissatisfied",
    "repeated",
];

/// What petitions are drawn by.
pub(super) struct Pleading<'a> {
    pub(super) city: &'a City,
    pub(super) calendar: &'a Calendar,
    pub(super) office: &'a Office,
    pub(super) reformed: bool,
}

impl Pleading<'_> {
    /// The petitions that come of a dossier, in order; `None` only beyond the calendar.
    pub(super) fn pleas(&self, course: &Course) -> Option<Vec<Plea>> {
        let mut draw = Draw::new(mixed(&[STREAM, course.pick]), STREAM);
        let mut pleas = Vec::new();
        for (habit, of_dossier) in [(Habit::Complains, true), (Habit::Writes, false)] {
            if !draw.happens(self.office.habit(habit, self.reformed)) {
                continue;
            }
            let date = local_date(self.calendar.zone(), course.received) + Days::new(draw.between(days::PETITION));
            let first = self.plea(&mut draw, date, of_dossier)?;
            let insists = draw.happens(self.office.habit(Habit::Insists, self.reformed));
            let (class, subject) = (first.class, first.subject);
            pleas.push(first);
            if insists {
                let later = date + Days::new(draw.between(days::INSISTS));
                let again = self.plea(&mut draw, later, of_dossier)?;
                pleas.push(Plea { repeated: true, class, subject, ..again });
            }
        }
        Some(pleas)
    }

    /// How it is answered depends on when it comes, not on when its dossier came.
    fn plea(&self, draw: &mut Draw, date: NaiveDate, of_dossier: bool) -> Option<Plea> {
        let (reformed, zone) = (self.city.reformed(date), self.calendar.zone());
        let at = |date, draw: &mut Draw| local_midnight(zone, date) + (28_800 + draw.below(30_000)) as i64 * 1_000_000;
        let received = at(date, draw);
        let in_time = draw.happens(self.office.habit(Habit::Replies, reformed));
        let dissatisfied = draw.happens(self.office.habit(Habit::Disappoints, reformed));
        let (soon, later) = (1 + draw.below(days::REPLY.into()) as u32, days::LATE_REPLY - days::REPLY);
        let lag = if in_time { soon } else { days::REPLY + 1 + draw.below(later.into()) as u32 };
        let is_ignored = draw.happens(chance::IGNORED) && !in_time;
        let day = self.calendar.nth_working_day_after(date, lag)?;
        let is_published = draw.happens(chance::PUBLISHED) && !is_ignored;
        let due = self.calendar.nth_working_day_after(date, days::REPLY)?;
        let answered = at(day, draw);
        Some(Plea {
            received,
            due,
            late: local_midnight(zone, due + Days::new(1)),
            answered: (!is_ignored).then_some(answered),
            published: self.calendar.nth_working_day_after(day, 1).filter(|_| is_published),
            of_dossier,
            dissatisfied: dissatisfied && !is_ignored,
            repeated: false,
            class: if draw.happens(chance::CONDUCT) { "officer_conduct" } else { "rule" },
            subject: SUBJECTS[draw.below(SUBJECTS.len() as u64) as usize],
        })
    }
}

impl Plea {
    /// Answered after its limit, or not at all, as far as is known at an instant.
    pub(super) fn is_late(&self, at: i64) -> bool {
        self.late <= at && self.answered.is_none_or(|answered| answered >= self.late)
    }

    /// What the table shows of it; `local` is the wall time of an instant that lies before the end of the record.
    pub(super) fn observed(
        &self,
        number: usize,
        case_id: &str,
        unit: Arc<str>,
        local: impl Fn(i64) -> Option<NaiveDateTime>,
    ) -> Option<Petition> {
        let answered_at = self.answered.and_then(&local);
        Some(Petition {
            petition_id: format!("PA-{case_id}-{number}"),
            received_at: local(self.received)?,
            class: self.class,
            case_id: self.of_dossier.then(|| case_id.to_owned()),
            unit,
            due_at: self.due,
            answered_at,
            published_at: self.published.filter(|day| answered_at.is_some() && *day <= super::LAST),
            subject: (!self.of_dossier).then(|| format!("{} ({})", self.subject, case_id.trim_start_matches("H26."))),
            dissatisfied: answered_at.map(|_| self.dissatisfied),
            repeated: self.repeated,
        })
    }
}

pub(super) fn petition_cells(own: &Petition) -> [Cell<'_>; PETITIONS.len()] {
    use Cell::{Day, Flag, Moment, Text};
    [
        Text(Some(&own.petition_id)),
        Moment(Some(own.received_at)),
        Text(Some(own.class)),
        Text(own.case_id.as_deref()),
        Text(Some(&own.unit)),
        Day(Some(own.due_at)),
        Moment(own.answered_at),
        Day(own.published_at),
        Text(own.subject.as_deref()),
        Flag(own.dissatisfied),
        Flag(Some(own.repeated)),
    ]
}
