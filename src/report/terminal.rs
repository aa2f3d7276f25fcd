//! The scorecard as a page: head, axes with their KPIs, groups, footnotes.

use super::face::{Face, mark};
use super::number::{count, percent};
use super::page::{Column, Page, Text, Tone, column, fill, fit};
use super::section::sections;
use super::words::{
    ACCEPTED, ACTIVITIES, AMBIGUOUS, BETTER_SIDE, CASES, CHANGE, COUNTING, DEFAULTS, EVENTS, INDEPENDENT, INPUTS,
    INTERVALS, IS, JOINED, MORE, NO_CHANGE, NO_MIX, NO_NAME, OFFICERS, QUARANTINED, READ, ROWS, SETTINGS, TOGETHER,
    UNJOINED, WAS, Words, axis, axis_verdict, flag, taken_together,
};
use super::{Lang, Style, dates, looks, mix, provenance, reason};
use crate::error::Undefined;
use crate::ingest::{Reconciliation, Table};
use crate::kpi::Axis;
use crate::scorecard::{AxisResult, AxisVerdict, EventsHead, Flag, Group, Row, Scorecard, TableHead};
use std::collections::{BTreeMap, BTreeSet};

/// The narrowest and the widest drawing of a change.
const STRIP: (usize, usize) = (19, 31);
/// Columns to the left of the change: name, was, arrow, is, unit.
const LEFT: usize = 5;
/// Inputs named one by one; a log of a thousand files names these, and counts the rest.
const NAMED_INPUTS: usize = 3;

/// The scorecard as text.
pub(super) fn page(card: &Scorecard, style: Style) -> String {
    let rows = card.kpis.iter().chain(card.groups.iter().flat_map(|group| &group.kpis));
    let told = rows.filter(|row| reason::lacking(row).is_none());
    let flags: BTreeSet<Flag> = told.flat_map(|row| row.flags.iter().copied()).collect();
    let mut sheet = Sheet { card, lang: style.lang, flags: flags.into_iter().collect(), page: Page::new(style) };
    sheet.head();
    sheet.body();
    sections(card, style.lang).iter().for_each(|section| section.on(&mut sheet.page));
    sheet.groups();
    sheet.feet();
    sheet.page.finish()
}

/// A page about a scorecard.
struct Sheet<'a> {
    card: &'a Scorecard,
    lang: Lang,
    /// The flags that any row has, in the order of their footnotes.
    flags: Vec<Flag>,
    page: Page,
}

/// The KPIs of the first axis that a page shows by kind of applicant; the others are in JSON and CSV.
pub(super) const BY_APPLICANT: [&str; 3] = ["time/elapsed_time", "time/on_time", "cost/compliance_cost"];

impl<'a> Sheet<'a> {
    fn head(&mut self) {
        let (study, lang) = (&self.card.study, self.lang);
        self.page.prose(0, Text::strong(&study.name));
        let windows = dates::windows(study.was.as_deref(), &study.is, lang);
        let together = taken_together(self.card, lang);
        let intervals = lang.say(INTERVALS).replace("{}", &percent(study.level, lang)) + &together;
        let counting = format!("{}: {}", lang.say(COUNTING), study.counting);
        self.page.facts(0, [windows, intervals, counting].map(Text::plain).into());
        mix::judged(study, lang).into_iter().for_each(|said| self.page.prose(0, Text::plain(said)));
        let looks = looks::facts(self.card.looks, lang);
        if !looks.is_empty() {
            self.page.facts(0, looks.iter().map(Text::plain).collect());
        }
        if has_dossiers(self.card) {
            self.page.prose(0, identity(&self.card.reconciliation, lang));
        }
        if let Some(events) = &self.card.events {
            self.page.facts(0, events_line(events, identity(&events.reconciliation, lang), lang));
        }
        for table in &self.card.tables {
            self.page.facts(0, table_line(table, identity(&table.reconciliation, lang), lang));
        }
        if study.ambiguous_times > 0 {
            self.page.prose(0, ambiguous(study.ambiguous_times, lang));
        }
    }

    /// The KPIs by axis, all in the same columns.
    fn body(&mut self) {
        let card = self.card;
        let told: Vec<&Row> = card.kpis.iter().filter(|row| reason::lacking(row).is_none()).collect();
        let cells: Vec<Vec<Text>> = [self.headings()].into_iter().chain(self.cells(&told)).collect();
        let fixed = told.iter().filter_map(|row| self.face(row).at_fixed_mix(self.page.width)).map(indented);
        let all: Vec<Vec<Text>> = cells.iter().cloned().chain(fixed).collect();
        let mut columns = fit(&self.shape(if self.drawn() { STRIP.0 } else { 0 }), &all, self.page.width - 2);
        let used: usize = columns.iter().map(|column| column.gap + column.width).sum();
        if self.drawn() {
            let room = STRIP.1.saturating_sub(width(&columns[LEFT..]));
            columns[LEFT + 1].width += room.min(self.page.width - 2 - used);
        }
        for id in Axis::ALL.into_iter().map(Some).chain([None]) {
            let own: Vec<&Row> = card.kpis.iter().filter(|row| row.axis == id).collect();
            if own.is_empty() {
                continue;
            }
            self.axis(id, card.axes.iter().find(|axis| Some(axis.id) == id));
            let rows: Vec<_> = told.iter().zip(&cells[1..]).filter(|(row, _)| row.axis == id).collect();
            if !rows.is_empty() {
                self.page.row(2, &columns, &cells[0]);
            }
            rows.into_iter().for_each(|(row, cells)| self.kpi(row, cells, &columns));
            for line in reason::lacks(&own, self.lang) {
                self.page.prose(2, Text::dim(format!("– {line}")));
            }
        }
        self.unmeasured();
    }

    fn cells(&self, rows: &[&Row]) -> Vec<Vec<Text>> {
        rows.iter().map(|row| self.face(row).cells(&self.flags)).collect()
    }

    fn face<'r>(&'r self, row: &'r Row) -> Face<'r> {
        Face::new(row, &self.card.study, self.lang)
    }

    /// The change at a fixed mix, in the columns of the change itself.
    fn fixed_mix(&mut self, face: &Face<'_>, columns: &[Column]) {
        let mut columns = columns.to_vec();
        columns[0].width = columns[0].width.saturating_sub(2);
        if let Some(cells) = face.at_fixed_mix(columns[0].width) {
            self.page.row(4, &columns, &cells);
        }
    }

    /// Name, was, arrow, is, unit, change, interval; the last two have room for a drawing.
    fn shape(&self, drawing: usize) -> [Column; LEFT + 2] {
        let two = self.card.study.was.is_some();
        [
            column(0, false),
            column(2, true),
            column(1, false),
            column(if two { 1 } else { 2 }, true),
            column(1, false),
            column(2, true),
            Column { gap: 1, width: drawing.saturating_sub(7), right: false },
        ]
    }

    /// Whether any change is drawn.
    fn drawn(&self) -> bool {
        self.card.kpis.iter().any(|row| row.change.value().is_some())
    }

    fn headings(&self) -> Vec<Text> {
        let interval = format!("[{}]", percent(self.card.study.level, self.lang));
        let (was, is, change) = (self.lang.say(WAS), self.lang.say(IS), self.lang.say(CHANGE));
        let words = match self.card.study.was {
            Some(_) => ["", was, "→", is, "", change, &interval],
            None => ["", "", "", is, "", "", &interval],
        };
        words.into_iter().map(Text::dim).collect()
    }

    fn axis(&mut self, id: Option<Axis>, result: Option<&AxisResult>) {
        self.page.blank();
        let verdict = result.map(|result| self.axis_verdict(result));
        self.page.heading(Text::strong(axis(id, self.lang)), verdict);
        if let Some(result) = result.filter(|result| !result.because.is_empty()) {
            let sentence = reason::sentence(&result.because, &self.card.kpis, self.lang);
            self.page.prose(2, Text::dim(sentence));
        }
    }

    /// The axis's verdict, with independence beside it as beside the KPIs' own.
    fn axis_verdict(&self, result: &AxisResult) -> Text {
        let (symbol, words) = axis_verdict(result.verdict);
        let tone = match result.verdict {
            AxisVerdict::Shown => Tone::Good,
            AxisVerdict::Worsened => Tone::Bad,
            AxisVerdict::NotShown | AxisVerdict::NotMeasured => Tone::Plain,
        };
        let declared = |row: &Row| row.axis == Some(result.id) && row.flags.contains(&Flag::Independent);
        let independent = self.card.kpis.iter().any(declared);
        let independent = if independent { format!(" ({})", self.lang.say(INDEPENDENT)) } else { String::new() };
        Text::new(tone, format!("{symbol} {}{independent}", self.lang.say(words)))
    }

    /// Two lines: name, figures, change; below them the verdict with its facts, and the drawing. Between them the same at
    /// a fixed mix, where it is known.
    fn kpi(&mut self, row: &Row, cells: &[Text], columns: &[Column]) {
        let card = self.card;
        let face = Face::new(row, &card.study, self.lang);
        self.page.row(2, columns, cells);
        self.fixed_mix(&face, columns);
        let (left, right) = (width(&columns[..LEFT]) - 2, width(&columns[LEFT..]));
        let below = [Column { gap: 0, width: left, right: false }, Column { gap: 2, width: right, right: false }];
        let strip = face.strip(right);
        if strip.width() == 0 {
            self.page.facts(4, face.facts());
        } else {
            self.page.beside(4, &below, vec![fill(face.facts(), " · ", left), vec![strip]]);
        }
        face.notes().into_iter().for_each(|note| self.page.prose(4, note));
    }

    /// The axes without a KPI, in one line.
    fn unmeasured(&mut self) {
        let measured = |axis: &&AxisResult| !self.card.kpis.iter().any(|row| row.axis == Some(axis.id));
        let names: Vec<String> =
            self.card.axes.iter().filter(measured).map(|result| axis(result.id, self.lang)).collect();
        if !names.is_empty() {
            self.page.blank();
            let (symbol, words) = axis_verdict(AxisVerdict::NotMeasured);
            self.page.prose(0, Text::plain(format!("{symbol} {}: {}", self.lang.say(words), names.join(", "))));
        }
    }

    fn groups(&mut self) {
        self.applicants();
        for group in &self.card.groups {
            self.page.blank();
            self.page.heading(Text::strong(self.title(group)), None);
            self.group(group);
        }
    }

    /// The first axis by kind of applicant: how long, whether in time, at what cost.
    fn applicants(&mut self) {
        for group in &self.card.applicants {
            self.page.blank();
            self.page.heading(Text::strong(self.title(group)), None);
            let told = |row: &&Row| BY_APPLICANT.contains(&row.id.as_str());
            self.group(&Group { kpis: group.kpis.iter().filter(told).cloned().collect(), ..group.clone() });
        }
    }

    fn title(&self, group: &Group) -> String {
        let name = |name: &Option<String>| name.clone().unwrap_or_else(|| self.lang.say(NO_NAME).to_owned());
        let parts: Vec<String> = group.by.iter().map(|(column, value)| format!("{column} = {}", name(value))).collect();
        parts.join(", ")
    }

    /// One line a KPI, with its verdict at the end.
    fn group(&mut self, group: &Group) {
        // What the whole log lacks is said once, above.
        let rows: Vec<&Row> = group.kpis.iter().filter(|row| reason::lacking(row).is_none()).collect();
        let (card, lang) = (self.card, self.lang);
        let face = |row| Face::new(row, &card.study, lang);
        let faces = rows.iter().map(|row| face(row));
        let cells: Vec<Vec<Text>> =
            faces.map(|face| face.cells(&self.flags).into_iter().chain([face.verdict_with_n()]).collect()).collect();
        let shape: Vec<Column> = self.shape(0).into_iter().chain([column(2, false)]).collect();
        let columns = fit(&shape, &cells, self.page.width - 2);
        for (row, cells) in rows.iter().zip(&cells) {
            self.page.row(2, &columns, cells);
            self.fixed_mix(&face(row), &columns);
            face(row).notes().into_iter().for_each(|note| self.page.prose(4, note));
        }
    }

    fn feet(&mut self) {
        self.page.blank();
        if self.drawn() {
            let legend = [("├─●─┤", TOGETHER), ("┊", NO_CHANGE), ("◂ ▸", BETTER_SIDE)];
            let legend = legend.map(|(sign, words)| Text::dim(format!("{sign} {}", self.lang.say(words))));
            self.page.facts(0, legend.into());
        }
        for (at, own) in self.flags.iter().enumerate() {
            self.page.hanging(Text::dim(format!("{} ", mark(at))), &Text::dim(self.lang.say(flag(*own))));
        }
        if no_mix(self.card) {
            self.page.prose(0, Text::dim(self.lang.say(NO_MIX)));
        }
        self.keys(SETTINGS, &self.card.study.given);
        self.keys(DEFAULTS, &self.card.study.defaults);
        self.inputs();
        provenance::on(&mut self.page, &self.card.provenance);
    }

    /// Keys and values of the study under a label.
    fn keys(&mut self, label: Words, keys: &BTreeMap<String, String>) {
        let mut facts = keys.iter().map(|(key, value)| format!("{key} = {value}"));
        if let Some(first) = facts.next() {
            let first = format!("{}: {first}", self.lang.say(label));
            self.page.facts(0, [first].into_iter().chain(facts).map(Text::dim).collect());
        }
    }

    fn inputs(&mut self) {
        let (inputs, lang) = (&self.card.inputs, self.lang);
        let told = |rows: u64, path: &str| format!("{path} ({} {})", count(rows, lang), lang.say(ROWS));
        let mut facts: Vec<String> =
            inputs.iter().take(NAMED_INPUTS).map(|input| told(input.rows, &input.path)).collect();
        let Some(first) = facts.first_mut() else { return };
        *first = format!("{}: {first}", lang.say(INPUTS));
        let rest = inputs.len().saturating_sub(NAMED_INPUTS);
        facts.extend((rest > 0).then(|| format!("+ {} {}", count(rest as u64, lang), lang.say(MORE))));
        self.page.facts(0, facts.into_iter().map(Text::dim).collect());
    }
}

/// Whether there is a log of dossiers to tell of, and not tables alone.
pub(super) fn has_dossiers(card: &Scorecard) -> bool {
    card.reconciliation.read > 0 || card.tables.is_empty()
}

/// `read = accepted + quarantined`, with the rules behind it.
pub(super) fn identity(rows: &Reconciliation, lang: Lang) -> Text {
    let number = |rows| count(rows, lang);
    let sum = format!(
        "{} {} = {} {} + {} {}",
        lang.say(READ),
        number(rows.read),
        lang.say(ACCEPTED),
        number(rows.accepted),
        lang.say(QUARANTINED),
        number(rows.quarantined),
    );
    let rules: Vec<String> = rows.by_rule.iter().map(|(rule, rows)| format!("{rule} {}", number(*rows))).collect();
    Text::plain(if rules.is_empty() { sum } else { format!("{sum} ({})", rules.join(", ")) })
}

/// What became of every event, and what they tell of.
pub(super) fn events_line(events: &EventsHead, identity: Text, lang: Lang) -> Vec<Text> {
    let counts = [(events.activities, ACTIVITIES), (events.officers, OFFICERS), (events.cases, CASES)];
    let counts = counts.map(|(rows, words)| Text::plain(format!("{} {}", count(rows, lang), lang.say(words))));
    let identity = Text::plain(format!("{}: ", lang.say(EVENTS))).and(identity);
    [identity].into_iter().chain(counts).collect()
}

/// What became of every row of a table beside the dossiers, and how many found what they were joined with.
pub(super) fn table_line(table: &TableHead, identity: Text, lang: Lang) -> Vec<Text> {
    let name = Table::named(&table.table).map_or(table.table.as_str(), |own| lang.say(super::words::table(own)));
    let identity = Text::plain(format!("{name}: ")).and(identity);
    let joined = table.joined.into_iter().flat_map(|joined| [(joined.matched, JOINED), (joined.unmatched, UNJOINED)]);
    let joined = joined.map(|(rows, words)| Text::plain(format!("{} {}", count(rows, lang), lang.say(words))));
    [identity].into_iter().chain(joined).collect()
}

/// Whether a KPI's verdict is of the crude change because no mix is of it, without a flag that says so.
pub(super) fn no_mix(card: &Scorecard) -> bool {
    let lacks = |row: &Row| row.adjusted.reason() == Some(&Undefined::NoMix) && !row.flags.contains(&Flag::Unadjusted);
    card.kpis.iter().any(lacks)
}

pub(super) fn ambiguous(times: u64, lang: Lang) -> Text {
    Text::plain(format!("{} {}", count(times, lang), lang.say(AMBIGUOUS)))
}

/// The cells with the first two blanks wider, by which it is indented.
fn indented(mut cells: Vec<Text>) -> Vec<Text> {
    if let Some(first) = cells.first_mut() {
        *first = Text::plain("  ").and(std::mem::take(first));
    }
    cells
}

/// The width of columns without the gap before the first.
fn width(columns: &[Column]) -> usize {
    let all: usize = columns.iter().map(|column| column.gap + column.width).sum();
    all - columns.first().map_or(0, |first| first.gap)
}
