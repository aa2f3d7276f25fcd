//! The scorecard as a tidy table: one row per KPI, group and figure, in columns that keep their names. As CSV, as a frame,
//! as Parquet: all three have the same values.

mod beside;
mod contrasts;
mod frame;
mod months;
mod scenarios;
mod value;

pub(super) use frame::{frame, parquet};

use super::quarantine_file::neutral;
use crate::error::{Error, Result, Undefined};
use crate::scorecard::{
    Absence, Adjusted, Change, Difference, Effect, Figure, Flag, Known, Range, ResponseRate, Row, Scorecard, Smallest,
    Swayed, Verdict,
};
use csv::Writer;
use serde::Serialize;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use value::{Kind, Value};

/// The columns of every scorecard, with what is in them; those of the drill-down follow, as `by:COLUMN`.
const COLUMNS: [(&str, Kind); 30] = [
    ("kpi", Kind::Text),
    ("axis", Kind::Text),
    ("name_en", Kind::Text),
    ("name_vi", Kind::Text),
    ("unit", Kind::Text),
    ("better", Kind::Text),
    ("scope", Kind::Text),
    ("figure", Kind::Text),
    ("window", Kind::Text),
    ("value", Kind::Number),
    ("low", Kind::Number),
    ("high", Kind::Number),
    ("n", Kind::Count),
    ("events", Kind::Count),
    ("excluded", Kind::Count),
    ("immature", Kind::Count),
    ("undated", Kind::Count),
    ("clusters", Kind::Count),
    ("df", Kind::Number),
    ("p", Kind::Number),
    ("q", Kind::Number),
    ("p_holm", Kind::Number),
    ("verdict", Kind::Text),
    ("method", Kind::Text),
    ("flags", Kind::Text),
    ("why", Kind::Text),
    ("why_no_interval", Kind::Text),
    ("version", Kind::Text),
    ("plan", Kind::Text),
    ("audience", Kind::Text),
];

/// The bytes of the CSV.
pub(super) fn csv(card: &Scorecard) -> Result<Vec<u8>> {
    written(card).map_err(|why| Error::broken("writing a scorecard as CSV", why))
}

type Wrong = Box<dyn std::error::Error>;

/// The names of a group by column.
type Names = BTreeMap<String, Option<String>>;

fn written(card: &Scorecard) -> std::result::Result<Vec<u8>, Wrong> {
    let table = Table::of(card)?;
    let mut sheet = Writer::from_writer(Vec::new());
    sheet.write_record(table.columns().map(|(name, _)| neutral(&name).into_owned()))?;
    for cells in table.rows() {
        sheet.write_record(cells?.iter().map(Value::told))?;
    }
    Ok(sheet.into_inner()?)
}

/// The lines of a scorecard with what all of them have.
struct Table<'a> {
    lines: Vec<(&'a Row, Line<'a>)>,
    /// The columns of the drill-down.
    by: BTreeSet<String>,
    /// Version, plan, and for whom it is.
    origin: [Value<'a>; 3],
}

impl<'a> Table<'a> {
    fn of(card: &'a Scorecard) -> std::result::Result<Self, Wrong> {
        let lines = all(card);
        let by = lines.iter().flat_map(|(_, line)| line.by.keys().cloned()).collect();
        let own = &card.provenance;
        let plan = own.plan.get(..DIGEST).unwrap_or(&own.plan);
        let origin = [Value::text(own.version), Value::text(plan), Value::text(word(&own.audience)?)];
        Ok(Self { lines, by, origin })
    }

    /// Every column, with what is in it.
    fn columns(&self) -> impl Iterator<Item = (Cow<'static, str>, Kind)> {
        let by = self.by.iter().map(|column| (format!("by:{column}").into(), Kind::Text));
        COLUMNS.into_iter().map(|(name, kind)| (name.into(), kind)).chain(by)
    }

    /// The cells of every line, one for each column.
    fn rows(&self) -> impl Iterator<Item = std::result::Result<Vec<Value<'_>>, Wrong>> {
        self.lines.iter().map(|(row, line)| {
            let mut cells = line.cells(row)?;
            cells.extend(self.origin.iter().cloned());
            let name = |column| line.by.get(column).and_then(Option::as_deref).map_or(Value::Absent, Value::text);
            cells.extend(self.by.iter().map(name));
            Ok(cells)
        })
    }
}

/// Of a plan's digest: enough to tell plans apart, as pages have it.
const DIGEST: usize = 16;

/// Every line, with the KPI it is of.
fn all(card: &Scorecard) -> Vec<(&Row, Line<'_>)> {
    let of_row = |row| lines(card, row).into_iter().map(move |line| (row, line));
    let mut all: Vec<(&Row, Line<'_>)> = card.kpis.iter().flat_map(of_row).collect();
    for group in card.applicants.iter().chain(&card.groups) {
        let in_group = |(row, line)| (row, Line { scope: GROUP, by: Cow::Borrowed(&group.by), ..line });
        all.extend(group.kpis.iter().flat_map(of_row).map(in_group));
    }
    let of = |id: &str, lines| card.kpi(id).map(|row: &_| (row, lines));
    let contrasts = card.kpis.iter().filter_map(|row| Some((row, contrasts::lines(card, row.contrasts.as_ref()?))));
    let series = card.series.iter().filter_map(|own| of(&own.id, months::lines(own)));
    let compared = card.comparison.iter().filter_map(|own| of(&own.id, beside::compared(own)));
    let scenarios = card.sensitivity.iter().flat_map(|own| &own.scenarios);
    let scenarios = scenarios.filter_map(|own| of(&own.id, vec![scenarios::line(own, &card.study.cluster)]));
    let side = card.side_by_side.iter().filter_map(|own| of(&own.id, beside::side(own)));
    let more = contrasts.chain(series).chain(compared).chain(scenarios).chain(side);
    all.extend(more.flat_map(|(row, lines)| lines.into_iter().map(move |line| (row, line))));
    all
}

/// The whole log, one group of it, and all but one.
const ALL: &str = "all";
const GROUP: &str = "group";
const WITHOUT: &str = "without";

/// One figure of a KPI.
struct Line<'a> {
    scope: &'static str,
    figure: Cow<'static, str>,
    window: Cow<'a, str>,
    /// Value, low, high.
    numbers: [Option<f64>; 3],
    /// n, events, excluded, immature, undated, clusters.
    counts: [Option<u64>; 6],
    /// df, p, q, Holm's p.
    tests: [Option<f64>; 4],
    verdict: Option<Verdict>,
    method: Option<&'static str>,
    /// Whether the flags of the KPI's row are of this line.
    flagged: bool,
    why: Option<&'a Undefined>,
    limits: Option<&'a Undefined>,
    by: Cow<'a, Names>,
}

/// The figures of a KPI: of each window, and the change between them.
fn lines<'a>(card: &'a Scorecard, row: &'a Row) -> Vec<Line<'a>> {
    let (was, is) = (card.study.was.as_deref(), Some(card.study.is.as_str()));
    let mut lines = Vec::new();
    if let Some(figure) = &row.was {
        lines.extend(Line::of_window("was", was, figure));
    }
    lines.extend(Line::of_window("is", is, &row.is));
    lines.extend(row.sensitivity.iter().flat_map(|range| Line::of_range(card, range)));
    lines.extend(row.response_rate.iter().flat_map(|rate| Line::of_rate(card, rate)));
    if row.was.is_some() {
        let judged = row.adjusted.value().is_some();
        let known = row.change.value().ok_or(row.change.reason());
        lines.extend(Line::of_change(["change", "relative"], known, row.verdict.filter(|_| !judged)));
        if row.adjusted.reason() != Some(&Undefined::NotAsked) {
            let known = row.adjusted.value().map(|own| &own.change).ok_or(row.adjusted.reason());
            lines.extend(Line::of_change(["adjusted", "adjusted_relative"], known, row.verdict.filter(|_| judged)));
        }
        lines.extend(row.adjusted.value().into_iter().flat_map(|own| Line::of_mix(own, [was, is])));
        lines.extend(row.smallest.iter().flat_map(Line::of_smallest));
    }
    lines.into_iter().map(|line| Line { flagged: true, ..line }).collect()
}

impl<'a> Line<'a> {
    /// A figure of the whole log, of which nothing is known yet.
    fn new(figure: impl Into<Cow<'static, str>>) -> Self {
        Self {
            scope: ALL,
            figure: figure.into(),
            window: "".into(),
            numbers: [None; 3],
            counts: [None; 6],
            tests: [None; 4],
            verdict: None,
            method: None,
            flagged: false,
            why: None,
            limits: None,
            by: Cow::Owned(Names::new()),
        }
    }

    fn value(figure: impl Into<Cow<'static, str>>, value: f64) -> Self {
        Self { numbers: [Some(value), None, None], ..Self::new(figure) }
    }

    fn absent(figure: impl Into<Cow<'static, str>>, why: Option<&'a Undefined>) -> Self {
        Self { why, ..Self::new(figure) }
    }

    /// What was found beside the two windows.
    fn of_effect(figure: &'static str, own: &'a Effect) -> Self {
        let limits = own.limits.as_ref().map(|Absence(why)| why);
        let tests = [own.df, own.p.value().copied(), None, None];
        Self { numbers: [Some(own.value), own.low, own.high], tests, limits, ..Self::new(figure) }
    }

    /// The same of a window, or of a month.
    fn at(self, window: impl Into<Cow<'a, str>>) -> Self {
        Self { window: window.into(), ..self }
    }

    fn with_n(self, n: u64) -> Self {
        Self { counts: [Some(n), None, None, None, None, None], ..self }
    }

    /// A window's figure, and what the largest cluster weighs in it where that is more than half.
    fn of_window(figure: &'static str, window: Option<&'a str>, known: &'a Known<Figure>) -> Vec<Self> {
        let line = Self::absent(figure, known.reason()).at(window.unwrap_or_default());
        let Some(own) = known.value() else { return vec![line] };
        let line = Self {
            numbers: [Some(own.value), own.low, own.high],
            counts: [
                Some(own.n),
                Some(own.events),
                own.excluded,
                own.immature,
                own.undated,
                own.clusters.map(|clusters| clusters as u64),
            ],
            tests: [own.df, None, None, None],
            method: own.method,
            limits: own.limits.as_ref().map(|Absence(why)| why),
            ..line
        };
        let largest = own.largest_cluster.map(|share| Self::value("largest_cluster", share));
        [line].into_iter().chain(largest.map(|line| line.at(window.unwrap_or_default()))).collect()
    }

    /// The figures with a tariff's hours and incomes at their low and at their high ends.
    fn of_range(card: &'a Scorecard, range: &'a Range) -> Vec<Self> {
        let line = |figure, window: Option<&'a str>, value: Option<f64>| {
            value.map(|value| Self::value(figure, value).at(window.unwrap_or_default()))
        };
        let end = |[figure, change, relative]: [&'static str; 3], own: &Swayed| {
            [
                line(figure, card.study.was.as_deref(), own.was),
                line(figure, Some(&card.study.is), own.is),
                line(change, None, own.change),
                line(relative, None, own.relative),
            ]
        };
        let low = end(["sensitivity_low", "sensitivity_low_change", "sensitivity_low_relative"], &range.low);
        let high = end(["sensitivity_high", "sensitivity_high_change", "sensitivity_high_relative"], &range.high);
        low.into_iter().chain(high).flatten().collect()
    }

    /// The response rate of each window.
    fn of_rate(card: &'a Scorecard, rate: &'a ResponseRate) -> Vec<Self> {
        let line = |window: Option<&'a str>, known: &'a Known<f64>| {
            let numbers = [known.value().copied(), None, None];
            Self { numbers, ..Self::absent("response_rate", known.reason()).at(window.unwrap_or_default()) }
        };
        let was = rate.was.iter().map(|was| line(card.study.was.as_deref(), was));
        was.chain([line(Some(&card.study.is), &rate.is)]).collect()
    }

    /// Both windows at a fixed mix, and what of the crude change the mix did.
    fn of_mix(own: &'a Adjusted, windows: [Option<&'a str>; 2]) -> Vec<Self> {
        let [was, is] = windows.map(Option::unwrap_or_default);
        let [rows_was, rows_is] = own.rows_unmatched.map(|rows| Self::value("rows_unmatched", rows as f64));
        vec![
            Self::value("adjusted_was", own.was).at(was),
            Self::value("adjusted_is", own.is).at(is),
            Self::value("rate_effect", own.rate_effect),
            Self::value("mix_effect", own.mix_effect),
            Self::value("unmatched", own.unmatched),
            Self::value("strata_matched", own.strata_matched as f64),
            Self::value("strata_unmatched", own.strata_unmatched as f64),
            rows_was.at(was),
            rows_is.at(is),
        ]
    }

    fn of_smallest(own: &Smallest) -> Vec<Self> {
        let relative = own.relative.map(|relative| Self::value("smallest_relative", relative));
        [Self::value("smallest", own.absolute)].into_iter().chain(relative).collect()
    }

    fn of_change(
        [absolute, relative]: [&'static str; 2],
        known: std::result::Result<&'a Change, Option<&'a Undefined>>,
        verdict: Option<Verdict>,
    ) -> [Self; 2] {
        let change = match known {
            Ok(change) => change,
            Err(why) => return [Self { verdict, ..Self::absent(absolute, why) }, Self::absent(relative, why)],
        };
        let tests = [change.df, change.p.value().copied(), change.q, change.p_holm];
        let own = Self::of_gap(absolute, &change.absolute);
        let other = match &change.relative {
            Known::Yes(gap) => Self::of_gap(relative, gap),
            Known::No(why) => Self::absent(relative, Some(why)),
        };
        [Self { tests, verdict, method: Some(change.method), ..own }, other]
    }

    fn of_gap(figure: &'static str, gap: &'a Difference) -> Self {
        let limits = gap.limits.as_ref().map(|Absence(why)| why);
        Self { numbers: [Some(gap.value), gap.low, gap.high], limits, ..Self::new(figure) }
    }

    fn cells<'l>(&'l self, row: &'l Row) -> std::result::Result<Vec<Value<'l>>, Wrong> {
        let number = |number: &Option<f64>| number.map_or(Value::Absent, Value::Number);
        let counted = |count: &Option<u64>| count.map_or(Value::Absent, Value::Count);
        let named = |word: String| Value::text(word);
        let why = |why: Option<&Undefined>| why.map_or(Value::Absent, |why| Value::text(reason(why)));
        let flags = row.flags.iter().filter(|_| self.flagged);
        let flags: Vec<String> = flags.map(|flag: &Flag| word(flag)).collect::<std::result::Result<_, _>>()?;
        let mut cells = vec![
            Value::text(row.id.as_str()),
            named(row.axis.as_ref().map(word).transpose()?.unwrap_or_default()),
            Value::text(&*row.name.en),
            Value::text(&*row.name.vi),
            named(word(&row.unit)?),
            named(word(&row.better)?),
            Value::text(self.scope),
            Value::text(&*self.figure),
            Value::text(&*self.window),
        ];
        cells.extend(self.numbers.iter().map(number));
        cells.extend(self.counts.iter().map(counted));
        cells.extend(self.tests.iter().map(number));
        cells.push(named(self.verdict.as_ref().map(word).transpose()?.unwrap_or_default()));
        cells.extend([Value::text(self.method.unwrap_or_default()), named(flags.join(" "))]);
        cells.extend([why(self.why), why(self.limits)]);
        Ok(cells)
    }
}

/// A name of a closed list, as the JSON contract has it.
fn word(named: &impl Serialize) -> std::result::Result<String, Wrong> {
    let value = serde_json::to_value(named)?;
    Ok(value.as_str().ok_or("a name that is no text")?.to_owned())
}

/// The code of a reason, and the column behind it where there is one.
fn reason(why: &Undefined) -> String {
    match why {
        Undefined::NoColumn(column) => format!("{}: {column}", why.code()),
        _ => why.code().to_owned(),
    }
}
