//! Random events of random cases, and the text of their log.

use super::chance::Chance;
use super::dossier::Manner;
use super::moment::Moment;
use chrono::{Days, TimeDelta};

/// What a log says of one event.
#[derive(Clone, Debug)]
pub struct Event {
    pub case: String,
    pub activity: &'static str,
    pub at: Moment,
    pub lifecycle: &'static str,
    pub officer: Option<&'static str>,
    pub unit: Option<&'static str>,
    pub due: Option<Moment>,
}

pub const HEADER: [&str; 8] =
    ["case_id", "activity", "at", "lifecycle", "officer", "unit", "step_due_at", "case:procedure"];

/// Transitions that leave an activity undone.
const UNDONE: [&str; 4] = ["start", "suspend", "schedule", "assign"];

impl Event {
    pub fn is_done(&self) -> bool {
        !UNDONE.contains(&self.lifecycle)
    }

    pub fn written(&self) -> Vec<String> {
        let text = |name: Option<&str>| name.unwrap_or_default().to_owned();
        vec![
            self.case.clone(),
            self.activity.to_owned(),
            self.at.written(),
            self.lifecycle.to_owned(),
            text(self.officer),
            text(self.unit),
            self.due.map(Moment::written).unwrap_or_default(),
            if self.case.ends_with(['1', '4', '7']) { "P1" } else { "P2" }.to_owned(),
        ]
    }
}

/// The events of one case in the order of time: received, then some activities, begun or not, done or not.
pub fn case(number: u64, chance: &mut Chance, manner: &Manner) -> Vec<Event> {
    let span = (manner.last - manner.first).num_days().unsigned_abs();
    let day = manner.first + Days::new(chance.below(span + 1));
    let mut at = chance.moment(day);
    let mut events: Vec<Event> = Vec::new();
    let count = chance.below(6);
    for step in 0..=count {
        let activity = if step == 0 {
            "Tiếp nhận"
        } else {
            chance.one_of(&["Thẩm định", "Thẩm định", "Ký duyệt", "Trả kết quả"])
        };
        let officer = chance.maybe(85, |chance| chance.one_of(&["An", "Bình", "Chi", "Dũng"]));
        let unit = chance.maybe(85, |chance| chance.one_of(&["Một cửa", "Địa chính", "Tư pháp"]));
        let due = chance.maybe(70, |chance| Moment::of(chance.after(at, 8), manner.due_days[0] || manner.in_days));
        let mut add = |at, lifecycle| {
            let at = Moment::of(at, manner.in_days);
            events.push(Event { case: format!("HS-{number:03}"), activity, at, lifecycle, officer, unit, due });
        };
        if step > 0 && chance.hundred(40) {
            add(at, chance.one_of(&["start", "start", "start", "assign", "suspend"]));
            at = if chance.hundred(15) { at } else { chance.after(at, 5) };
        }
        if step == 0 || chance.hundred(85) {
            add(at, chance.one_of(&["complete", "complete", "complete", ""]));
        }
        let pause = TimeDelta::seconds(chance.one_of(&[0, 1, 1, 1]));
        at = chance.after(at + pause, 6);
    }
    events
}

/// Events as the text of a log.
pub fn csv(events: &[Event]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(HEADER).expect("a header");
    events.iter().for_each(|event| writer.write_record(event.written()).expect("a row"));
    String::from_utf8(writer.into_inner().expect("the rows")).expect("text")
}
