//! Random dossiers, as parsed rows and as the text of a log.

use super::chance::Chance;
use super::moment::{Moment, midnight};
use chrono::{Days, NaiveDate, NaiveDateTime, TimeDelta};

/// What a log says of one dossier.
#[derive(Clone, Debug)]
pub struct Dossier {
    pub id: String,
    pub received: Moment,
    pub submitted: Option<Moment>,
    pub accepted: Option<Moment>,
    pub due: Option<Moment>,
    pub original_due: Option<Moment>,
    pub finished: Option<Moment>,
    pub delivered: Option<Moment>,
    pub apology: Option<Moment>,
    pub status: Option<&'static str>,
    pub national_status: Option<&'static str>,
    pub outcome: Option<&'static str>,
    pub unit: Option<&'static str>,
    pub receiving_unit: Option<&'static str>,
    pub procedure: Option<&'static str>,
    pub field: Option<&'static str>,
    pub applicant: Option<&'static str>,
    pub channel: Option<&'static str>,
    pub service_level: Option<&'static str>,
    pub officer: Option<&'static str>,
    pub payment: Option<&'static str>,
    pub visits: Option<i64>,
    pub supplement_requests: Option<i64>,
    pub fee: Option<i64>,
    pub paused: Paused,
    pub digitised: Option<bool>,
    pub reused: Option<bool>,
    pub e_result: Option<bool>,
    pub synced: Option<bool>,
    pub vneid: Option<bool>,
    pub population_data: Option<bool>,
    pub non_territorial: Option<bool>,
    pub steps: Option<i64>,
    pub repeated_steps: Option<i64>,
    pub units: Option<i64>,
    pub officers: Option<i64>,
    pub handovers: Option<i64>,
    pub path: Option<String>,
}

/// When the office waited for the applicant.
#[derive(Clone, Debug, PartialEq)]
pub enum Paused {
    /// From when to when; the last may have no end yet.
    Times(Vec<(NaiveDateTime, Option<NaiveDateTime>)>),
    /// So many days, nobody knows which.
    Days(u32),
}

/// How a log is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    pub first: NaiveDate,
    pub last: NaiveDate,
    /// Every date is known to the day only.
    pub in_days: bool,
    /// So are the due date, the one first promised, and the apology.
    pub due_days: [bool; 3],
    /// Pauses may be told as a length.
    pub lengths: bool,
}

const UNITS: [&str; 3] = ["Cửa Nam", "Hoàn Kiếm", "Tây Hồ"];
const OFFICERS: [&str; 4] = ["An", "Bình", "Chi", "Dũng"];
const STATUSES: [&str; 5] = ["processing", "supplement_requested", "resolved", "delivered", "đang chờ"];
const PAYMENTS: [&str; 8] = ["cash", "transfer", "card", "online", "exempt", "unpaid", "not_online", "voucher"];
const CHANNELS: [&str; 6] = ["online", "online", "online", "direct", "postal", "Zalo"];
const OUTCOMES: [&str; 8] = ["granted", "granted", "granted", "granted", "refused", "withdrawn", "returned", "granted"];
const PATHS: [&str; 7] = ["nhận-trả", "nhận-trả", "nhận-trả", "nhận-xét-trả", "nhận-xét-trả", "nhận-hỏi-trả", "nhận"];

impl Dossier {
    /// A dossier in which nothing breaks a rule.
    pub fn drawn(number: u64, chance: &mut Chance, manner: &Manner) -> Self {
        let span = (manner.last - manner.first).num_days().unsigned_abs();
        let day = manner.first + Days::new(chance.below(span + 1));
        let received = chance.moment(day);
        let finished = chance.maybe(75, |chance| chance.after(received, 40));
        let due = chance.maybe(85, |chance| chance.after(received, 25));
        let original = due.and_then(|_| chance.maybe(30, |chance| chance.after(received, 20)));
        let near_due = due.map(|due| due - TimeDelta::days(4) + TimeDelta::minutes(chance.below(8 * 1_440) as i64));
        let in_days = manner.in_days;
        let known = |at: Option<NaiveDateTime>, is_day: bool| at.map(|at| Moment::of(at, is_day || in_days));
        let outcome = chance.maybe(if finished.is_some() { 90 } else { 8 }, |chance| chance.one_of(&OUTCOMES));
        let paused = if in_days { Paused::Times(Vec::new()) } else { paused(chance, received, finished, manner) };
        let flag = |chance: &mut Chance| chance.maybe(85, |chance| chance.hundred(60));
        Self {
            id: format!("HS-{number:03}"),
            received: Moment::of(received, in_days),
            submitted: known(chance.maybe(80, |chance| received - before(chance)), false),
            accepted: known(chance.maybe(85, |chance| chance.after(received, 4)), false),
            due: known(due, manner.due_days[0]),
            original_due: known(original, manner.due_days[1]),
            finished: known(finished, false),
            delivered: known(finished.and_then(|at| chance.maybe(60, |chance| chance.after(at, 12))), false),
            apology: known(near_due.filter(|_| chance.hundred(50)), manner.due_days[2]),
            status: chance.maybe(90, |chance| chance.one_of(&STATUSES)),
            national_status: chance.maybe(90, |chance| chance.one_of(&STATUSES)),
            outcome,
            unit: chance.maybe(90, |chance| chance.one_of(&UNITS)),
            receiving_unit: chance.maybe(90, |chance| chance.one_of(&UNITS)),
            procedure: chance.maybe(95, |chance| chance.one_of(&["P1", "P2"])),
            field: chance.maybe(95, |chance| chance.one_of(&["Đất đai", "Hộ tịch"])),
            applicant: chance.maybe(95, |chance| chance.one_of(&["citizen", "business"])),
            channel: chance.maybe(90, |chance| chance.one_of(&CHANNELS)),
            service_level: chance.maybe(90, |chance| chance.one_of(&["full", "full", "partial", "information"])),
            officer: chance.maybe(90, |chance| chance.one_of(&OFFICERS)),
            payment: chance.maybe(90, |chance| chance.one_of(&PAYMENTS)),
            visits: chance.maybe(90, |chance| chance.below(4) as i64),
            supplement_requests: chance.maybe(90, |chance| chance.one_of(&[0, 0, 1, 2])),
            fee: chance.maybe(85, |chance| chance.one_of(&[0, 20_000, 50_000])),
            paused,
            digitised: flag(chance),
            reused: flag(chance),
            e_result: flag(chance),
            synced: flag(chance),
            vneid: flag(chance),
            population_data: flag(chance),
            non_territorial: flag(chance),
            steps: chance.maybe(90, |chance| 1 + chance.below(6) as i64),
            repeated_steps: chance.maybe(90, |chance| chance.one_of(&[0, 0, 1, 2])),
            units: chance.maybe(90, |chance| 1 + chance.below(3) as i64),
            officers: chance.maybe(90, |chance| 1 + chance.below(3) as i64),
            handovers: chance.maybe(90, |chance| chance.below(4) as i64),
            path: chance.maybe(90, |chance| chance.one_of(&PATHS).to_owned()),
        }
    }

    /// Column by column, as a log writes it.
    pub fn written(&self) -> Vec<(&'static str, String)> {
        let moment = |at: &Option<Moment>| at.map(Moment::written).unwrap_or_default();
        let text = |name: Option<&str>| name.unwrap_or_default().to_owned();
        let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
        let flag = |flag: Option<bool>| flag.map(|flag| flag.to_string()).unwrap_or_default();
        vec![
            ("case_id", self.id.clone()),
            ("received_at", self.received.written()),
            ("submitted_at", moment(&self.submitted)),
            ("accepted_at", moment(&self.accepted)),
            ("due_at", moment(&self.due)),
            ("original_due_at", moment(&self.original_due)),
            ("finished_at", moment(&self.finished)),
            ("delivered_at", moment(&self.delivered)),
            ("apology_at", moment(&self.apology)),
            ("status", text(self.status)),
            ("national_status", text(self.national_status)),
            ("outcome", text(self.outcome)),
            ("unit", text(self.unit)),
            ("receiving_unit", text(self.receiving_unit)),
            ("procedure", text(self.procedure)),
            ("field", text(self.field)),
            ("applicant", text(self.applicant)),
            ("channel", text(self.channel)),
            ("service_level", text(self.service_level)),
            ("officer", text(self.officer)),
            ("payment", text(self.payment)),
            ("visits", number(self.visits)),
            ("supplement_requests", number(self.supplement_requests)),
            ("fee_vnd", number(self.fee)),
            ("paused", self.paused.written()),
            ("digitised", flag(self.digitised)),
            ("reused", flag(self.reused)),
            ("e_result", flag(self.e_result)),
            ("synced", flag(self.synced)),
            ("vneid", flag(self.vneid)),
            ("population_data", flag(self.population_data)),
            ("non_territorial", flag(self.non_territorial)),
            ("steps", number(self.steps)),
            ("repeated_steps", number(self.repeated_steps)),
            ("units", number(self.units)),
            ("officers", number(self.officers)),
            ("handovers", number(self.handovers)),
            ("path", text(self.path.as_deref())),
        ]
    }
}

impl Paused {
    fn written(&self) -> String {
        let at = |at: NaiveDateTime| at.format("%Y-%m-%dT%H:%M:%S").to_string();
        match self {
            Self::Days(days) => format!("P{days}D"),
            Self::Times(times) => {
                let one = |(from, to): &(_, Option<_>)| format!("{}/{}", at(*from), to.map(at).unwrap_or_default());
                times.iter().map(one).collect::<Vec<_>>().join(";")
            }
        }
    }
}

/// How long before reception an online dossier is sent: up to three days.
fn before(chance: &mut Chance) -> TimeDelta {
    match chance.below(4) {
        0 => TimeDelta::zero(),
        1 => TimeDelta::minutes(30 * chance.below(40) as i64),
        _ => TimeDelta::minutes(chance.below(3 * 1_440) as i64),
    }
}

/// Up to three pauses; some overlap, some reach beyond the finish, some of an open dossier have no end.
fn paused(chance: &mut Chance, received: NaiveDateTime, finished: Option<NaiveDateTime>, manner: &Manner) -> Paused {
    if manner.lengths && chance.hundred(5) {
        return Paused::Days(1 + chance.below(3) as u32);
    }
    let count = chance.one_of(&[0, 0, 0, 1, 1, 2, 3]);
    let mut times: Vec<(NaiveDateTime, Option<NaiveDateTime>)> = Vec::new();
    let mut from = received;
    for _ in 0..count {
        from = chance.after(from, 6);
        if finished.is_some_and(|finished| from >= finished) {
            break;
        }
        let to = chance.after(from + TimeDelta::minutes(1), 6);
        times.push((from, Some(to)));
        from = if chance.hundred(20) { from + TimeDelta::minutes(1) } else { to + TimeDelta::minutes(1) };
    }
    if let Some(last) = times.last_mut().filter(|_| chance.hundred(if finished.is_some() { 5 } else { 40 })) {
        last.1 = None;
    }
    Paused::Times(times)
}

/// Dossiers as the text of a log, without some of its columns.
pub fn csv(dossiers: &[Dossier], without: &[&str]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let rows: Vec<Vec<(&str, String)>> = dossiers.iter().map(Dossier::written).collect();
    let kept = |(name, _): &&(&str, String)| !without.contains(name);
    let header = Dossier::drawn(0, &mut Chance::new(0), &Manner::plain()).written();
    writer.write_record(header.iter().filter(kept).map(|(name, _)| *name)).expect("a header");
    for row in &rows {
        writer.write_record(row.iter().filter(kept).map(|(_, value)| value)).expect("a row");
    }
    String::from_utf8(writer.into_inner().expect("the rows")).expect("text")
}

impl Manner {
    /// February and March 2024, exact moments.
    pub fn plain() -> Self {
        let day = |month, day| NaiveDate::from_ymd_opt(2024, month, day).expect("a date");
        Self { first: day(1, 15), last: day(4, 5), in_days: false, due_days: [false; 3], lengths: true }
    }
}

/// The first moment of a day and of the day after another: a window.
pub fn window(first: NaiveDate, last: NaiveDate) -> (NaiveDateTime, NaiveDateTime) {
    (midnight(first), midnight(last + Days::new(1)))
}

impl Dossier {
    /// The same as a log without these columns knows it.
    pub fn without(mut self, columns: &[&str]) -> Self {
        for column in columns {
            match *column {
                "paused" => self.paused = Paused::Times(Vec::new()),
                "original_due_at" => self.original_due = None,
                "supplement_requests" => self.supplement_requests = None,
                other => panic!("the twin needs `{other}`"),
            }
        }
        self
    }
}
