//! What is known of one case, and the same as bytes.

use crate::ingest::batch::ABSENT;
use crate::ingest::lexicon::NO_NAME;

/// When something happened, in microseconds, and where that stands: input and row.
pub(super) type Place = (i64, u32, u64);

/// One event.
#[derive(Clone, Copy, Debug)]
pub(super) struct Event {
    /// When, in microseconds.
    pub(super) at: i64,
    /// When it should have been done, in microseconds; [`ABSENT`] where nobody says.
    pub(super) due: i64,
    pub(super) row: u64,
    pub(super) input: u32,
    pub(super) activity: u32,
    pub(super) lifecycle: u32,
    pub(super) officer: u32,
    pub(super) unit: u32,
    /// Whether only the local day of it is known, and of when it was due.
    pub(super) day: bool,
    pub(super) due_day: bool,
}

impl Event {
    /// What happened at one time keeps the order of the inputs.
    pub(super) fn place(&self) -> Place {
        (self.at, self.input, self.row)
    }

    /// When it was due, and whether only the local day of that is known.
    pub(super) fn due(&self) -> Option<(i64, bool)> {
        (self.due != ABSENT).then_some((self.due, self.due_day))
    }
}

/// A value of an attribute of the case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// An instant, and whether only its local day is known.
    Instant(i64, bool),
    Name(u32),
    Number(i64),
    Text(String),
}

/// What is known of one case.
#[derive(Clone, Debug, Default)]
pub(super) struct Case {
    pub(super) id: String,
    /// In order.
    pub(super) events: Vec<Event>,
    /// By attribute: the first value in the order of events, and its event's place.
    pub(super) attributes: Vec<Option<(Value, Place)>>,
}

impl Case {
    /// Adds what another part of the log knows of the case; its events are in no order before [`Case::sort`].
    pub(super) fn merge(&mut self, other: Self) {
        self.events.extend(other.events);
        for (own, other) in self.attributes.iter_mut().zip(other.attributes) {
            let is_earlier = |(_, place): &(Value, Place)| own.as_ref().is_none_or(|(_, earlier)| place < earlier);
            if let Some(other) = other.filter(is_earlier) {
                *own = Some(other);
            }
        }
    }

    /// Puts the events in order.
    pub(super) fn sort(&mut self) {
        self.events.sort_unstable_by_key(Event::place);
    }

    /// Writes the case behind what stands in a line.
    pub(super) fn put(&self, line: &mut Vec<u8>) {
        put_text(line, &self.id);
        put(line, self.events.len() as u64);
        let mut before = 0;
        for event in &self.events {
            put_signed(line, event.at.wrapping_sub(before));
            before = event.at;
            let has_due = event.due != ABSENT;
            line.push(u8::from(event.day) | u8::from(event.due_day) << 1 | u8::from(has_due) << 2);
            if has_due {
                put_signed(line, event.due.wrapping_sub(event.at));
            }
            put(line, event.row);
            for number in [event.input, event.activity, event.lifecycle, event.officer, event.unit] {
                put(line, number.into());
            }
        }
        self.attributes.iter().for_each(|attribute| self.put_attribute(line, attribute.as_ref()));
    }

    /// An attribute's event stands by its number.
    fn put_attribute(&self, line: &mut Vec<u8>, attribute: Option<&(Value, Place)>) {
        let Some((value, place)) = attribute else { return line.push(0) };
        let tag = match value {
            Value::Instant(_, false) => 1,
            Value::Instant(_, true) => 2,
            Value::Name(_) => 3,
            Value::Number(_) => 4,
            Value::Text(_) => 5,
        };
        line.push(tag);
        put(line, self.events.binary_search_by_key(place, Event::place).unwrap_or_default() as u64);
        match value {
            Value::Instant(number, _) | Value::Number(number) => put_signed(line, *number),
            Value::Name(code) => put(line, (*code).into()),
            Value::Text(text) => put_text(line, text),
        }
    }

    /// Reads a line that has so many attributes, names by other codes; none where it was changed.
    pub(super) fn got(mut line: &[u8], attributes: usize, codes: &[u32]) -> Option<Self> {
        let line = &mut line;
        let id = text(line)?;
        let count = number(line)? as usize;
        let mut events: Vec<Event> = Vec::with_capacity(count.min(line.len()));
        for _ in 0..count {
            let before = events.last().map_or(0, |event| event.at);
            events.push(event(line, before, codes)?);
        }
        let attributes = (0..attributes).map(|_| attribute(line, &events, codes));
        let attributes = attributes.collect::<Option<Vec<_>>>()?;
        Some(Self { id, events, attributes })
    }
}

fn event(line: &mut &[u8], before: i64, codes: &[u32]) -> Option<Event> {
    let at = before.wrapping_add(signed(line)?);
    let marks = *line.split_off_first()?;
    let due = if marks & 4 == 0 { ABSENT } else { at.wrapping_add(signed(line)?) };
    let (row, input) = (number(line)?, number(line)? as u32);
    let mut code = || code(line, codes);
    let (activity, lifecycle, officer, unit) = (code()?, code()?, code()?, code()?);
    let (day, due_day) = (marks & 1 != 0, marks & 2 != 0);
    Some(Event { at, due, row, input, activity, lifecycle, officer, unit, day, due_day })
}

fn attribute(line: &mut &[u8], events: &[Event], codes: &[u32]) -> Option<Option<(Value, Place)>> {
    let tag = *line.split_off_first()?;
    if tag == 0 {
        return Some(None);
    }
    let place = events.get(number(line)? as usize)?.place();
    let value = match tag {
        1 => Value::Instant(signed(line)?, false),
        2 => Value::Instant(signed(line)?, true),
        3 => Value::Name(code(line, codes)?),
        4 => Value::Number(signed(line)?),
        _ => Value::Text(text(line)?),
    };
    Some(Some((value, place)))
}

fn code(line: &mut &[u8], codes: &[u32]) -> Option<u32> {
    Some(codes.get(number(line)? as usize).copied().unwrap_or(NO_NAME))
}

/// Seven bits in each byte, the last bits first; the eighth says that more follow.
fn put(line: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        line.push(number as u8 | 0x80);
        number >>= 7;
    }
    line.push(number as u8);
}

fn number(line: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..u64::BITS).step_by(7) {
        let byte = *line.split_off_first()?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

/// Numbers near 0 are short, whatever their sign.
fn put_signed(line: &mut Vec<u8>, number: i64) {
    put(line, (number << 1 ^ number >> 63) as u64);
}

fn signed(line: &mut &[u8]) -> Option<i64> {
    number(line).map(|number| (number >> 1) as i64 ^ -((number & 1) as i64))
}

fn put_text(line: &mut Vec<u8>, text: &str) {
    put(line, text.len() as u64);
    line.extend(text.as_bytes());
}

fn text(line: &mut &[u8]) -> Option<String> {
    let length = number(line)? as usize;
    String::from_utf8(line.split_off(..length)?.to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(at: i64, row: u64) -> Event {
        let due = if row.is_multiple_of(2) { at - 1 } else { ABSENT };
        let (day, due_day) = (row.is_multiple_of(3), row.is_multiple_of(4));
        Event { at, due, row, input: 3, activity: 1, lifecycle: 0, officer: 2, unit: 1, day, due_day }
    }

    fn told(case: &Case) -> String {
        format!("{case:?}")
    }

    #[test]
    fn a_case_comes_back_from_its_bytes() {
        let far = i64::MAX / 4;
        let events: Vec<Event> =
            [(-far, u64::MAX), (0, 12), (0, 13), (far, 128)].map(|(at, row)| event(at, row)).into();
        let place = |event: usize| events[event].place();
        let attributes = vec![
            None,
            Some((Value::Instant(-far, true), place(3))),
            Some((Value::Instant(far, false), place(0))),
            Some((Value::Name(2), place(1))),
            Some((Value::Number(i64::MIN + 1), place(2))),
            Some((Value::Text("Cửa Nam".into()), place(2))),
        ];
        let case = Case { id: "H26-ế".into(), events, attributes };
        let mut line = Vec::new();
        case.put(&mut line);
        let same = [0, 1, 2];
        assert_eq!(Case::got(&line, 6, &same).as_ref().map(told), Some(told(&case)));
        let other = Case::got(&line, 6, &[0, 7]).expect("a case");
        assert_eq!((other.events[0].activity, other.events[0].officer), (7, NO_NAME));
        assert!((0..line.len()).all(|end| Case::got(&line[..end], 6, &same).is_none()));
    }

    /// Of each attribute the earliest value stays, whichever part it was in.
    #[test]
    fn parts_of_a_case_are_one() {
        let named = |code: u32, event: &Event| Some((Value::Name(code), event.place()));
        let (first, middle, last) = (event(1, 9), event(5, 2), event(5, 4));
        let mut one = Case {
            id: "A".into(),
            events: vec![first, last],
            attributes: vec![named(1, &last), named(2, &first), None],
        };
        let other =
            Case { id: "A".into(), events: vec![middle], attributes: vec![named(3, &middle), named(4, &middle), None] };
        one.merge(other);
        one.sort();
        assert_eq!(one.events.iter().map(|event| event.row).collect::<Vec<_>>(), [9, 2, 4]);
        assert_eq!(one.attributes, [named(3, &middle), named(2, &first), None]);
    }
}
