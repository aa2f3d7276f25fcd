//! What the record shows of one dossier, and of one of its steps.

use std::sync::Arc;

use chrono::{NaiveDate, NaiveDateTime};

use super::{Answer, Petition};

/// One dossier of the city, as recorded at the end of 2024; moments are local wall times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dossier {
    /// `H26.12-240115-0003`: the receiving office, the day of reception, the office's serial of that day.
    pub case_id: String,
    /// When the applicant handed it in: minutes before reception at the counter, up to days online.
    pub submitted_at: NaiveDateTime,
    /// When an office took it in, while it was open.
    pub received_at: NaiveDateTime,
    /// When its reception was done; `None` where that was not written down.
    pub accepted_at: Option<NaiveDateTime>,
    /// The last day of the limit as it now stands; it ends at 24:00.
    pub due_at: NaiveDate,
    /// The last day as first promised, where it was moved after a supplement.
    pub original_due_at: Option<NaiveDate>,
    /// When it ended, while the office was open; `None` while it is open at the end of 2024.
    pub finished_at: Option<NaiveDateTime>,
    /// When the result was handed over.
    pub delivered_at: Option<NaiveDateTime>,
    /// When the office apologised for being late.
    pub apology_at: Option<NaiveDateTime>,
    /// Its state in the office's system.
    pub status: &'static str,
    /// Its state on the national portal; `None` where it was not synced.
    pub national_status: Option<&'static str>,
    /// How it ended: granted, refused, withdrawn or returned; `None` while it is open.
    pub outcome: Option<&'static str>,
    /// The office responsible for it.
    pub unit: Arc<str>,
    /// The office that received it.
    pub receiving_unit: Arc<str>,
    /// The procedure's name, in Vietnamese.
    pub procedure: &'static str,
    /// The procedure's field, in Vietnamese.
    pub field: &'static str,
    /// `citizen`, `business` or `state_agency`.
    pub applicant: &'static str,
    /// `online`, `direct` or `postal`.
    pub channel: &'static str,
    /// `full` or `partial`: how much of the procedure can be done online.
    pub service_level: &'static str,
    /// The officer in charge, `CB.02.03`; `None` where that was not written down.
    pub officer: Option<String>,
    /// `cash`, `transfer`, `card`, `online`, `exempt` or `unpaid`; `None` where the procedure is free.
    pub payment: Option<&'static str>,
    /// How often the applicant came.
    pub visits: u64,
    /// How often the office asked for a supplement.
    pub supplement_requests: u64,
    /// The fee in đồng.
    pub fee_vnd: u64,
    /// From each request to its answer; no end where there is none yet.
    pub paused: Vec<(NaiveDateTime, Option<NaiveDateTime>)>,
    /// Whether the components were scanned.
    pub digitised: bool,
    /// Whether a component was reused.
    pub reused: bool,
    /// Whether the result is electronic; `None` while it is open.
    pub e_result: Option<bool>,
    /// Whether it was synced with the national portal.
    pub synced: bool,
    /// Whether the applicant's account was authenticated by VNeID.
    pub vneid: bool,
    /// Whether a component was taken from the population database.
    pub population_data: bool,
    /// The applicant's answer to the survey.
    pub answer: Option<Answer>,
    /// The petitions that came of it, in order.
    pub petitions: Vec<Petition>,
    /// Its steps, where the city keeps them: see [`City::events`](super::City::events).
    pub events: Vec<Event>,
}

/// One step of a dossier; moments are local wall times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What was done, in Vietnamese.
    pub activity: &'static str,
    /// When it was begun.
    pub started_at: NaiveDateTime,
    /// When it was done; when it was begun, while it is under way.
    pub at: NaiveDateTime,
    /// `complete`, or `start` while it is under way at the end of 2024.
    pub lifecycle: &'static str,
    /// Who did it.
    pub officer: String,
    /// The unit that did it.
    pub unit: Arc<str>,
    /// The end of its limit; `None` where it has none.
    pub step_due_at: Option<NaiveDateTime>,
}
