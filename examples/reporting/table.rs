//! A table of one's own: the scorecard's public types, walked.

use giamtang::Undefined;
use giamtang::kpi::Unit;
use giamtang::scorecard::{AxisResult, Difference, Figure, Known, Row, Scorecard};
use std::fmt::Write;

/// Every KPI that has a figure, under its axis; of an axis without any why its headline has none.
pub fn text(card: &Scorecard) -> String {
    let mut text = format!("{}: {} -> {}\n", card.study.name, card.study.was.as_deref().unwrap_or("-"), card.study.is);
    for axis in &card.axes {
        section(&mut text, axis, card);
    }
    text
}

fn section(text: &mut String, axis: &AxisResult, card: &Scorecard) {
    let has_figure = |row: &&Row| row.axis == Some(axis.id) && row.is.value().is_some();
    let mut rows = card.kpis.iter().filter(has_figure).peekable();
    let why = card.kpi(axis.headline).and_then(|row| row.is.reason()).filter(|_| rows.peek().is_none());
    let why = why.map(|why| format!(": {}", reason(why))).unwrap_or_default();
    let _ = writeln!(text, "\n{}: {}{why}", axis.name.en, axis.verdict);
    for row in rows {
        let was = row.was.as_ref().map_or_else(|| "-".to_owned(), |was| figure(was, row.unit));
        let is = figure(&row.is, row.unit);
        let _ = writeln!(text, "  {:<32}{was:>22}{is:>22}  {}", row.name.en, change(row));
    }
}

/// `9 days [8.1, 9.7]`; where there are no limits the value alone, where there is no value the reason.
fn figure(figure: &Known<Figure>, unit: Unit) -> String {
    match figure {
        Known::Yes(Figure { value, low: Some(low), high: Some(high), .. }) => {
            format!("{} [{}, {}]", told(*value, unit), number(*low, unit), number(*high, unit))
        }
        Known::Yes(figure) => told(figure.value, unit),
        Known::No(why) => reason(why),
    }
}

/// The change that the verdict is of, and the verdict; without one the reason.
fn change(row: &Row) -> String {
    let Some(change) = row.judged() else {
        return row.change.reason().map(reason).unwrap_or_default();
    };
    let verdict = row.verdict.map_or_else(|| "information only".to_owned(), |verdict| verdict.to_string());
    format!("{}: {verdict}", difference(&change.absolute, row.unit))
}

fn difference(difference: &Difference, unit: Unit) -> String {
    let signed = |value: f64| if value > 0.0 { format!("+{}", number(value, unit)) } else { number(value, unit) };
    match (difference.low, difference.high, &difference.limits) {
        (Some(low), Some(high), _) => format!("{} [{}, {}]", signed(difference.value), signed(low), signed(high)),
        (_, _, Some(why)) => format!("{} ({})", signed(difference.value), reason(&why.0)),
        _ => signed(difference.value),
    }
}

fn told(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Share => format!("{} %", number(value, unit)),
        Unit::Days => format!("{} days", number(value, unit)),
        _ => number(value, unit),
    }
}

/// A share in percent; at most one decimal.
fn number(value: f64, unit: Unit) -> String {
    let value = if unit == Unit::Share { 100.0 * value } else { value };
    let text = format!("{value:.1}");
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}

/// A reason in words; of a missing column its name.
fn reason(why: &Undefined) -> String {
    why.to_string()
}
