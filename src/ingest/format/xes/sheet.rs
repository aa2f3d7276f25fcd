//! The trace that is being read, held until it ends, and the batch that its rows go to.
//!
//! A trace's attributes may stand after its events, so its rows wait for its end. Only wanted texts are held.

use super::scan::Part;
use crate::ingest::rows::Rows;
use std::collections::HashMap;

/// The rows of a batch at most.
const BATCH: usize = 1 << 16;

/// The text after which a batch is handed over, full or not.
const BATCH_TEXT: usize = 64 << 20;

/// The events of a trace at most.
const MOST_EVENTS: usize = 5_000_000;

/// The text that may be held of one trace.
const MOST_TEXT: usize = 512 << 20;

/// What the text of a trace's own attributes may grow to.
///
/// It is handed over once for each event, so a small file could ask for any amount of work.
const MOST_REPEATED: u64 = 4 << 30;

/// What stands before the keys of a trace's attributes in the row of an event.
pub(super) const CASE: &str = "case:";

/// What one row of a XES log stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Level {
    /// A trace; its columns are its attributes.
    Traces,
    /// An event; its columns are its attributes and those of its trace.
    ///
    /// The keys of its trace's attributes have `case:` before them.
    /// A trace without events is one row that has only the trace's attributes.
    Events,
}

/// The trace that is being read, and the batch that is being filled.
pub(super) struct Sheet<'a> {
    level: Level,
    /// The columns of a trace's keys, and of an event's.
    places: [HashMap<&'a str, Vec<usize>>; 2],
    trace: Held,
    events: Held,
    read: u64,
    batch: Rows,
    batch_text: usize,
    each: &'a mut dyn FnMut(Rows) -> bool,
}

/// Whether to go on, or which limit was met.
pub(super) type Taken = std::result::Result<bool, &'static str>;

impl<'a> Sheet<'a> {
    /// An empty sheet with a column for each wanted name.
    pub(super) fn new(level: Level, wanted: &[&'a str], each: &'a mut dyn FnMut(Rows) -> bool) -> Self {
        let mut places = [HashMap::<_, Vec<_>>::new(), HashMap::<_, Vec<_>>::new()];
        let [of_trace, of_event] = &mut places;
        for (column, name) in wanted.iter().enumerate() {
            let key = match level {
                Level::Traces => Some(*name),
                Level::Events => {
                    of_event.entry(*name).or_default().push(column);
                    name.strip_prefix(CASE)
                }
            };
            key.into_iter().for_each(|key| of_trace.entry(key).or_default().push(column));
        }
        let [trace, events] = [Held::of(wanted.len()), Held::of(wanted.len())];
        Self { level, places, trace, events, read: 0, batch: Rows::of(wanted.len()), batch_text: 0, each }
    }

    /// Adds a row for a trace or an event that begins.
    pub(super) fn start(&mut self, part: Part) -> Taken {
        match (part, self.level) {
            (Part::Trace, _) => self.trace.add_row(),
            (_, Level::Traces) => {}
            (_, Level::Events) if self.events.rows == MOST_EVENTS => {
                return Err("a trace has more than 5 million events");
            }
            (_, Level::Events) => self.events.add_row(),
        }
        Ok(true)
    }

    /// Puts an attribute of a trace or of its last event into its columns.
    pub(super) fn fill(&mut self, part: Part, key: &str, value: &str) -> Taken {
        let held_text = self.trace.text.len() + self.events.text.len();
        let [of_trace, of_event] = &self.places;
        let (places, held) = match part {
            Part::Trace => (of_trace, &mut self.trace),
            Part::Event | Part::LooseEvent => (of_event, &mut self.events),
        };
        let Some(columns) = places.get(key) else { return Ok(true) };
        if held_text + value.len() > MOST_TEXT {
            return Err("a trace has more than 512 MiB of text");
        }
        held.fill(columns, value);
        Ok(true)
    }

    /// Ends a trace or an event; rows that wait for nothing enter the batch.
    pub(super) fn end(&mut self, part: Part) -> Taken {
        match (part, self.level) {
            (Part::Trace, _) | (Part::LooseEvent, Level::Events) => {}
            (Part::Event, _) | (Part::LooseEvent, Level::Traces) => return Ok(true),
        }
        let rows = self.events.rows.max(1);
        if (self.trace.text.len() as u64).saturating_mul(rows as u64) > MOST_REPEATED {
            return Err("the attributes of a trace have more than 4 GiB of text when each of its events has them");
        }
        for row in 0..rows {
            self.take(row);
            let full = self.batch.numbers.len() + self.batch.misshapen.len() >= BATCH || self.batch_text >= BATCH_TEXT;
            if full && !self.hand_over() {
                return Ok(false);
            }
        }
        self.trace.clear();
        self.events.clear();
        Ok(true)
    }

    fn take(&mut self, row: usize) {
        self.read += 1;
        self.batch.numbers.push(self.read);
        for (column, texts) in self.batch.columns.iter_mut().enumerate() {
            let text = match self.trace.text(0, column) {
                "" => self.events.text(row, column),
                text => text,
            };
            self.batch_text += text.len();
            texts.push(text);
        }
    }

    /// Hands the batch over, if it has rows; whether to go on.
    pub(super) fn hand_over(&mut self) -> bool {
        let empty = Rows::of(self.batch.columns.len());
        let batch = std::mem::replace(&mut self.batch, empty);
        self.batch_text = 0;
        batch.numbers.is_empty() && batch.misshapen.is_empty() || (self.each)(batch)
    }
}

/// Where a text begins and ends in a buffer of at most [`MOST_TEXT`] bytes.
type Span = (u32, u32);

/// Rows whose numbers are not known yet, in one buffer that is used again.
struct Held {
    columns: usize,
    rows: usize,
    text: String,
    /// Where in the text each cell is, row by row.
    cells: Vec<Span>,
}

impl Held {
    fn of(columns: usize) -> Self {
        Self { columns, rows: 0, text: String::new(), cells: Vec::new() }
    }

    fn add_row(&mut self) {
        self.rows += 1;
        self.cells.resize(self.rows.saturating_mul(self.columns), (0, 0));
    }

    /// Puts a value into cells of the last row that are blank.
    fn fill(&mut self, columns: &[usize], value: &str) {
        let row = self.rows.saturating_sub(1);
        let first = columns.first().copied().unwrap_or_default();
        if value.trim().is_empty() || !self.text(row, first).is_empty() {
            return;
        }
        let span = self.keep(value);
        for column in columns {
            let cell = self.cells.get_mut(row.saturating_mul(self.columns).saturating_add(*column));
            cell.into_iter().for_each(|cell| *cell = span);
        }
    }

    fn keep(&mut self, text: &str) -> Span {
        let start = self.text.len() as u32;
        self.text.push_str(text);
        (start, self.text.len() as u32)
    }

    fn kept(&self, (start, end): Span) -> &str {
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }

    /// The text of a cell; blank where there is none.
    fn text(&self, row: usize, column: usize) -> &str {
        let cell = self.cells.get(row.saturating_mul(self.columns).saturating_add(column));
        self.kept(cell.copied().unwrap_or_default())
    }

    fn clear(&mut self) {
        self.rows = 0;
        self.text.clear();
        self.text.shrink_to(BATCH_TEXT);
        self.cells.clear();
        self.cells.shrink_to(BATCH_TEXT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_that_cannot_be_held_is_refused() {
        let mut each = |_| true;
        let mut sheet = Sheet::new(Level::Events, &["case:id", "x"], &mut each);
        (sheet.events.rows, sheet.trace.rows, sheet.trace.text) = (MOST_EVENTS, 1, "x".repeat(859));
        assert_eq!(sheet.start(Part::Event), Err("a trace has more than 5 million events"));
        assert!(sheet.end(Part::Trace).is_err_and(|why| why.contains("more than 4 GiB")));
        sheet.trace.text = String::from_utf8(vec![0; MOST_TEXT]).expect("it is UTF-8");
        assert_eq!(sheet.fill(Part::Event, "x", "y"), Err("a trace has more than 512 MiB of text"));
        assert_eq!(sheet.fill(Part::Event, "unwanted", "y"), Ok(true));
    }
}
