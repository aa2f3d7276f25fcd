//! The scorecard as tidy CSV: one row per KPI, group and figure, in columns that keep their names.

use super::quarantine_file::neutral;
use crate::error::{Error, Result, Undefined};
use crate::scorecard::{Absence, Change, Difference, Figure, Flag, Known, Range, ResponseRate, Row, Scorecard, Swayed};
use csv::Writer;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The columns of every scorecard; those of the drill-down follow, as `by:COLUMN`.
const COLUMNS: [&str; 27] = [
    "kpi",
    "axis",
    "name_en",
    "name_vi",
    "unit",
    "better",
    "scope",
    "figure",
    "window",
    "value",
    "low",
    "high",
    "n",
    "events",
    "excluded",
    "immature",
    "undated",
    "clusters",
    "df",
    "p",
    "q",
    "p_holm",
    "verdict",
    "method",
    "flags",
    "why",
    "why_no_interval",
];

/// The bytes of the file.
pub(super) fn bytes(card: &Scorecard) -> Result<Vec<u8>> {
    written(card).map_err(|why| Error::broken("writing a scorecard as CSV", why))
}

type Wrong = Box<dyn std::error::Error>;

fn written(card: &Scorecard) -> std::result::Result<Vec<u8>, Wrong> {
    let columns: BTreeSet<&String> =
        card.applicants.iter().chain(&card.groups).flat_map(|group| group.by.keys()).collect();
    let mut sheet = Writer::from_writer(Vec::new());
    let own = columns.iter().map(|column| neutral(&format!("by:{column}")).into_owned());
    sheet.write_record(COLUMNS.iter().map(|name| (*name).to_owned()).chain(own))?;
    let none = BTreeMap::new();
    let all = card.kpis.iter().map(|row| ("all", &none, row));
    let groups = card.applicants.iter().chain(&card.groups);
    let groups = groups.flat_map(|group| group.kpis.iter().map(|row| ("group", &group.by, row)));
    for (scope, by, row) in all.chain(groups) {
        for line in lines(card, row) {
            let line = Line { scope, ..line };
            let names = columns.iter().map(|column| by.get(*column).cloned().flatten().unwrap_or_default());
            let names = names.map(|name| neutral(&name).into_owned());
            sheet.write_record(line.cells(row)?.into_iter().chain(names))?;
        }
    }
    Ok(sheet.into_inner()?)
}

/// One figure of a KPI.
#[derive(Default)]
struct Line<'a> {
    scope: &'static str,
    figure: &'static str,
    window: Option<&'a str>,
    /// Value, low, high.
    numbers: [Option<f64>; 3],
    /// n, events, excluded, immature, undated, clusters.
    counts: [Option<u64>; 6],
    /// df, p, q, Holm's p.
    tests: [Option<f64>; 4],
    verdict: bool,
    method: Option<&'static str>,
    why: Option<&'a Undefined>,
    limits: Option<&'a Undefined>,
}

/// The figures of a KPI: of each window, and the change between them.
fn lines<'a>(card: &'a Scorecard, row: &'a Row) -> Vec<Line<'a>> {
    let mut lines = Vec::new();
    if let Some(was) = &row.was {
        lines.push(Line::of_window("was", card.study.was.as_deref(), was));
    }
    lines.push(Line::of_window("is", Some(&card.study.is), &row.is));
    lines.extend(row.sensitivity.iter().flat_map(|range| Line::of_range(card, range)));
    lines.extend(row.response_rate.iter().flat_map(|rate| Line::of_rate(card, rate)));
    if row.was.is_some() {
        let known = row.change.value().ok_or(row.change.reason());
        lines.extend(Line::of_change(["change", "relative"], known));
        if row.adjusted.reason() != Some(&Undefined::NotAsked) {
            let known = row.adjusted.value().map(|own| &own.change).ok_or(row.adjusted.reason());
            lines.extend(Line::of_change(["adjusted", "adjusted_relative"], known));
        }
    }
    lines
}

impl<'a> Line<'a> {
    fn of_window(figure: &'static str, window: Option<&'a str>, known: &'a Known<Figure>) -> Self {
        let line = Self { figure, window, why: known.reason(), ..Self::default() };
        let Some(own) = known.value() else { return line };
        Self {
            numbers: [Some(own.value), own.low, own.high],
            counts: [
                Some(own.n),
                Some(own.events),
                Some(own.excluded),
                own.immature,
                own.undated,
                own.clusters.map(|clusters| clusters as u64),
            ],
            tests: [own.df, None, None, None],
            method: own.method,
            limits: own.limits.as_ref().map(|Absence(why)| why),
            ..line
        }
    }

    /// The figures with a tariff's hours and incomes at their low and at their high ends.
    fn of_range(card: &'a Scorecard, range: &'a Range) -> Vec<Self> {
        let line = |figure, window, value: Option<f64>| {
            value.map(|value| Self { figure, window, numbers: [Some(value), None, None], ..Self::default() })
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
        let line = |window, known: &'a Known<f64>| {
            let numbers = [known.value().copied(), None, None];
            Self { figure: "response_rate", window, numbers, why: known.reason(), ..Self::default() }
        };
        let was = rate.was.iter().map(|was| line(card.study.was.as_deref(), was));
        was.chain([line(Some(&card.study.is), &rate.is)]).collect()
    }

    fn of_change(
        [absolute, relative]: [&'static str; 2],
        known: std::result::Result<&'a Change, Option<&'a Undefined>>,
    ) -> [Self; 2] {
        let change = match known {
            Ok(change) => change,
            Err(why) => {
                let absent = |figure| Self { figure, why, ..Self::default() };
                return [Self { verdict: true, ..absent(absolute) }, absent(relative)];
            }
        };
        let tests = [change.df, change.p.value().copied(), change.q, change.p_holm];
        let own = Self::of_gap(absolute, &change.absolute);
        let other = match &change.relative {
            Known::Yes(gap) => Self::of_gap(relative, gap),
            Known::No(why) => Self { figure: relative, why: Some(why), ..Self::default() },
        };
        [Self { tests, verdict: true, method: Some(change.method), ..own }, other]
    }

    fn of_gap(figure: &'static str, gap: &'a Difference) -> Self {
        let limits = gap.limits.as_ref().map(|Absence(why)| why);
        Self { figure, numbers: [Some(gap.value), gap.low, gap.high], limits, ..Self::default() }
    }

    fn cells(&self, row: &Row) -> std::result::Result<Vec<String>, Wrong> {
        let number = |number: &Option<f64>| number.map(|number| number.to_string()).unwrap_or_default();
        let counted = |count: &Option<u64>| count.map(|count| count.to_string()).unwrap_or_default();
        let why = |why: Option<&Undefined>| why.map(reason).unwrap_or_default();
        let verdict = row.verdict.filter(|_| self.verdict);
        let flags: Vec<String> =
            row.flags.iter().map(|flag: &Flag| word(flag)).collect::<std::result::Result<_, _>>()?;
        let head = [
            row.id.clone(),
            row.axis.as_ref().map(word).transpose()?.unwrap_or_default(),
            row.name.en.to_string(),
            row.name.vi.to_string(),
        ];
        let kind = [word(&row.unit)?, word(&row.better)?, self.scope.to_owned(), self.figure.to_owned()];
        let mut cells: Vec<String> = head.into_iter().chain(kind).map(|text| neutral(&text).into_owned()).collect();
        cells.push(self.window.unwrap_or_default().to_owned());
        cells.extend(self.numbers.iter().map(number));
        cells.extend(self.counts.iter().map(counted));
        cells.extend(self.tests.iter().map(number));
        cells.push(verdict.as_ref().map(word).transpose()?.unwrap_or_default());
        let texts = [self.method.unwrap_or_default().to_owned(), flags.join(" "), why(self.why), why(self.limits)];
        cells.extend(texts.iter().map(|text| neutral(text).into_owned()));
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
