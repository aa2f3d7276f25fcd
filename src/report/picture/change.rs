//! The change with its interval: crude beside the one at a fixed mix, in the KPI's unit and in percent of before.

use super::super::Lang;
use super::super::section::units;
use super::super::words::{A_FIXED_MIX, CHANGE, CRUDE, NO_CHANGE, UNIT, verdict};
use super::canvas::{Anchor, Canvas, LINE, Mark, Path, WIDTH, cut, width};
use super::digits::Digits;
use super::scale::{Scale, Span, labels};
use super::words::{ABSOLUTE, BETTER, CHANGE_SAYS, CHANGE_TITLE, HIGH, LOW, NOTHING, RELATIVE, VERDICT, WORSE};
use super::{Picture, Table};
use crate::kpi::{Better, Unit};
use crate::scorecard::{Absence, Change, Difference, Known, Row, Scorecard, Verdict};

/// Between which places intervals are drawn.
const DRAWN: (f64, f64) = (14.0, WIDTH - 14.0);

/// How much of the line is left to either side of no change.
const LEAST: f64 = 0.15;

/// A limit so many times as far from no change as all else is beyond the sheet: to show it, all else would be a dot.
const FAR: f64 = 25.0;

/// A change on its way to a line.
struct Told<'a> {
    name: &'static str,
    /// Whether the verdict is of it.
    is_judged: bool,
    change: &'a Change,
}

/// Changes of one kind, on a line of their own.
struct Panel<'a> {
    heading: String,
    unit: Unit,
    digits: Digits,
    lines: Vec<(&'a Told<'a>, &'a Difference)>,
    /// Why there are none.
    why: Option<String>,
}

/// The change of a KPI, with "no change" marked and the better side named.
pub(in crate::report) fn change(row: &Row, card: &Scorecard, lang: Lang) -> Picture {
    let name = lang.name(&row.name);
    let title = lang.filled(CHANGE_TITLE, &[("name", name)]);
    let told = told(row, lang);
    let panels = panels(row, &told, lang);
    let mut canvas = Canvas::default();
    match row.change.reason().filter(|_| told.is_empty()) {
        Some(why) => {
            canvas.prose("lb", (0.0, LINE), &lang.why(why));
        }
        None => drawn(&mut canvas, row, &panels, lang),
    }
    Picture::new(title.clone(), says(row, card, lang), canvas, table(&title, &panels, lang))
}

/// The crude change, and the one at a fixed mix where it is known.
fn told(row: &Row, lang: Lang) -> Vec<Told<'_>> {
    let adjusted = row.adjusted.value().map(|own| &own.change);
    // Beside nothing it is not crude.
    let name = if adjusted.is_some() { CRUDE } else { CHANGE };
    let crude = row.change.value().map(|change| (name, adjusted.is_none(), change));
    let told = crude.into_iter().chain(adjusted.map(|change| (A_FIXED_MIX, true, change)));
    told.map(|(name, is_judged, change)| Told { name: lang.say(name), is_judged, change }).collect()
}

fn panels<'a>(row: &Row, told: &'a [Told<'a>], lang: Lang) -> [Panel<'a>; 2] {
    let [_, unit] = units(row, lang);
    let heading = if unit.is_empty() { lang.say(CHANGE).to_owned() } else { lang.filled(ABSOLUTE, &[("unit", unit)]) };
    let absolute = Panel {
        heading,
        unit: row.unit,
        digits: Digits::of(row, lang),
        lines: told.iter().map(|told| (told, &told.change.absolute)).collect(),
        why: None,
    };
    let lines: Vec<_> = told.iter().filter_map(|told| Some((told, told.change.relative.value()?))).collect();
    let changes: Vec<f64> = lines.iter().flat_map(|(_, own)| ends(own)).collect();
    let why = told.iter().find_map(|told| told.change.relative.reason()).filter(|_| lines.is_empty());
    let relative = Panel {
        heading: lang.say(RELATIVE).to_owned(),
        unit: Unit::Share,
        digits: Digits::fitting(Unit::Share, &[], &changes, lang),
        why: why.map(|why| lang.why(why)),
        lines,
    };
    [absolute, relative]
}

fn ends(difference: &Difference) -> impl Iterator<Item = f64> {
    [Some(difference.value), difference.low, difference.high].into_iter().flatten()
}

impl Panel<'_> {
    /// How far its numbers reach to either side of no change.
    fn reach(&self) -> [f64; 2] {
        let ends = self.lines.iter().flat_map(|(_, own)| ends(&self.near(own)).collect::<Vec<_>>());
        let span = Span::of(ends.chain([0.0])).unwrap_or(Span { least: 0.0, most: 0.0 });
        // Open ends need a little more than what is known.
        [-span.least, span.most].map(|reach| (reach / 2.0 * 2.2).min(f64::MAX / 4.0))
    }

    /// The difference without the limits that are beyond the sheet; they are drawn as open ends are.
    fn near(&self, own: &Difference) -> Difference {
        near(own, self.lines.iter().map(|(_, own)| size(own)).fold(0.0, f64::max))
    }

    /// Its scale, with no change at a place of the sheet.
    fn scale(&self, zero: f64) -> Scale {
        let [left, right] = self.reach();
        let (start, end) = DRAWN;
        let by = (left / (zero - start)).max(right / (end - zero));
        let by = if by > 0.0 { by } else { 1.0 / (end - start) };
        Scale::new(Span { least: by * (start - zero), most: by * (end - zero) }, start, end)
    }

    fn number(&self, difference: &Difference) -> String {
        let signed = |value| self.digits.signed(value);
        let interval = self.digits.interval(difference.low, difference.high, signed);
        format!("{} {interval}", signed(difference.value)).trim_end().to_owned()
    }
}

/// How far a difference is from no change, and the nearer of its limits if there are both.
pub(super) fn size(own: &Difference) -> f64 {
    let nearer = own.low.zip(own.high).map_or(0.0, |(low, high)| low.abs().min(high.abs()));
    own.value.abs().max(nearer)
}

/// The difference without the limits that are too far from no change, beside others of this size.
pub(super) fn near(own: &Difference, size: f64) -> Difference {
    let near = |limit: &f64| size <= 0.0 || limit.abs() / FAR <= size;
    Difference { low: own.low.filter(near), high: own.high.filter(near), ..own.clone() }
}

/// Where no change stands: as far to one side as one of the panels needs.
fn zero(panels: &[Panel<'_>]) -> f64 {
    let part = |panel: &Panel<'_>| {
        let [left, right] = panel.reach();
        (left + right > 0.0).then(|| left / (left + right))
    };
    let span = Span::of(panels.iter().filter_map(part)).unwrap_or(Span { least: 0.5, most: 0.5 });
    let (left, right) = (span.most.max(LEAST), (1.0 - span.least).max(LEAST));
    DRAWN.0 + (DRAWN.1 - DRAWN.0) * left / (left + right)
}

fn drawn(canvas: &mut Canvas, row: &Row, panels: &[Panel<'_>], lang: Lang) {
    let zero = zero(panels);
    let mut y = sides(canvas, row.better, 0.0, lang);
    canvas.text_within("tk", (zero, y), lang.say(NO_CHANGE));
    let top = y + 4.0;
    let mut below = Vec::new();
    for panel in panels {
        y += LINE + 4.0;
        canvas.text("hd", Anchor::Start, (0.0, y), &panel.heading);
        if let Some(why) = &panel.why {
            y = canvas.prose("lb", (0.0, y + LINE), why) - LINE;
            continue;
        }
        let scale = panel.scale(zero);
        for (told, difference) in &panel.lines {
            y = line(canvas, (panel, &scale), told, difference, tone(row), y);
        }
        y += 12.0;
        axis(canvas, &scale, panel.unit, y, lang);
        y += LINE + 2.0;
    }
    canvas.line_below("zero", (zero, top), (zero, y - LINE));
    below.extend(absences(row, lang));
    y += LINE;
    for text in below {
        y = canvas.prose("tk", (0.0, y), &text);
    }
}

/// Which side is better, and which worse; where the next line may be.
pub(super) fn sides(canvas: &mut Canvas, better: Better, top: f64, lang: Lang) -> f64 {
    let [good, bad] = [BETTER, WORSE].map(|words| lang.say(words));
    let (left, right) = match better {
        Better::Lower => (("good", good), ("bad", bad)),
        Better::Higher => (("bad", bad), ("good", good)),
        Better::Neither => return top + LINE,
    };
    canvas.text(left.0, Anchor::Start, (0.0, top + LINE - 3.0), &format!("◂ {}", left.1));
    canvas.text(right.0, Anchor::End, (WIDTH, top + LINE - 3.0), &format!("{} ▸", right.1));
    top + 2.0 * LINE
}

/// What a judged change is coloured as.
pub(super) fn tone(row: &Row) -> &'static str {
    match row.verdict {
        Some(Verdict::Improved) => "good",
        Some(Verdict::Worsened) => "bad",
        Some(Verdict::NoClearChange | Verdict::NotComparable) | None => "ink",
    }
}

/// A change under its name and its number; where the next one begins.
fn line(
    canvas: &mut Canvas,
    (panel, scale): (&Panel<'_>, &Scale),
    told: &Told<'_>,
    difference: &Difference,
    tone: &str,
    y: f64,
) -> f64 {
    let number = panel.number(difference);
    let (class, mark) = if told.is_judged { (tone, Mark::Dot) } else { ("soft", Mark::Diamond) };
    let text = y + LINE + 1.0;
    canvas.mark(&shape(class, told.is_judged), mark, (5.0, text - 4.0), 7.0);
    canvas.text("lb", Anchor::Start, (13.0, text), &cut(told.name, WIDTH - 20.0 - width(&number)));
    canvas.text("nm", Anchor::End, (WIDTH, text), &number);
    let middle = text + 10.0;
    // With both limits beyond the sheet it has an interval all the same.
    if difference.low.or(difference.high).is_some() {
        stroke(canvas, scale, &panel.near(difference), (class, told.is_judged), middle);
    }
    canvas.mark(&shape(class, told.is_judged), mark, (scale.at(difference.value), middle), 8.0);
    middle + 4.0
}

fn shape(class: &str, is_full: bool) -> String {
    format!("{class} {}", if is_full { "full" } else { "hollow" })
}

/// From limit to limit, each with a cap; an open end runs to the end of the line and has an arrow.
pub(super) fn interval(
    canvas: &mut Canvas,
    scale: &Scale,
    difference: &Difference,
    (class, is_full): (&str, bool),
    y: f64,
) {
    if difference.low.or(difference.high).is_some() {
        stroke(canvas, scale, difference, (class, is_full), y);
    }
}

fn stroke(canvas: &mut Canvas, scale: &Scale, difference: &Difference, (class, is_full): (&str, bool), y: f64) {
    let class = format!("{class} {}", if is_full { "bar" } else { "bar dash" });
    let (low, high) = (difference.low.map(|low| scale.at(low)), difference.high.map(|high| scale.at(high)));
    let (from, to) = (low.unwrap_or(scale.start), high.unwrap_or(scale.end));
    canvas.line(&class, (from, y), (to, y));
    let end = |limit: Option<f64>, x: f64, inward: f64| match limit {
        Some(_) => Path::default().from((x, y - 4.0)).down(y + 4.0),
        None => Path::default().from((x + inward, y - 4.0)).to((x, y)).to((x + inward, y + 4.0)),
    };
    let solid = class.replace(" dash", "");
    canvas.path(&solid, &end(low, from, 5.0));
    canvas.path(&solid, &end(high, to, -5.0));
}

/// A line with its round values.
pub(super) fn axis(canvas: &mut Canvas, scale: &Scale, unit: Unit, y: f64, lang: Lang) {
    canvas.line("axis", (scale.start, y), (scale.end, y));
    for (x, label) in fitting(scale, unit, lang) {
        canvas.line("axis", (x, y), (x, y + 3.0));
        canvas.text_within("tk", (x, y + LINE), &label);
    }
}

/// As many round values as have room beside each other, at most seven.
pub(super) fn fitting(scale: &Scale, unit: Unit, lang: Lang) -> Vec<(f64, String)> {
    let factor = super::super::number::factor(unit);
    for most in (1..=7).rev() {
        // Round values are round as they are printed.
        let ticks: Vec<f64> = scale.times(factor).ticks(most).into_iter().map(|tick| tick / factor).collect();
        let labels = labels(&ticks, unit, lang);
        let placed: Vec<(f64, String)> = ticks.iter().map(|tick| scale.at(*tick)).zip(labels).collect();
        let apart = |pair: &[(f64, String)]| {
            (pair[1].0 - pair[0].0).abs() >= (width(&pair[0].1) + width(&pair[1].1)) / 2.0 + 6.0
        };
        if placed.windows(2).all(apart) {
            return placed;
        }
    }
    Vec::new()
}

/// Why there is no interval, or no test.
fn absences(row: &Row, lang: Lang) -> Option<String> {
    let judged = row.judged()?;
    let why = judged.absolute.limits.as_ref().map(|Absence(why)| why)?;
    Some(format!("{}: {}", lang.say(super::super::words::NO_INTERVAL), lang.why(why)))
}

fn says(row: &Row, card: &Scorecard, lang: Lang) -> String {
    let name = lang.name(&row.name);
    let digits = Digits::of(row, lang);
    let (Some(judged), Some(was), Some(is)) = (row.judged(), row.was.as_ref().and_then(Known::value), row.is.value())
    else {
        let why = row.change.reason().map(|why| lang.why(why)).unwrap_or_default();
        return lang.filled(NOTHING, &[("name", name), ("why", &why)]);
    };
    let [unit, difference] = units(row, lang);
    let (was, is) = match row.adjusted.value() {
        Some(own) => (own.was, own.is),
        None => (was.value, is.value),
    };
    let with = |number: String, unit: &str| format!("{number} {unit}").trim_end().to_owned();
    let signed = |value| digits.signed(value);
    let interval = digits.interval(judged.absolute.low, judged.absolute.high, signed);
    let change = format!("{} {interval}", with(signed(judged.absolute.value), difference));
    let fixed = row.adjusted.value().map(|_| super::super::mix::fixed_mix(&card.study.standardise, lang));
    let name = fixed.map_or_else(|| name.to_owned(), |fixed| format!("{name}, {fixed}"));
    let (was, is) = (digits.value(was), with(digits.value(is), unit));
    let said = [("name", name.as_str()), ("was", &was), ("is", &is), ("change", change.trim_end())];
    let verdict = row.verdict.map(|own| lang.filled(VERDICT, &[("verdict", lang.say(verdict(own).1))]));
    lang.filled(CHANGE_SAYS, &said) + &verdict.unwrap_or_default()
}

fn table(title: &str, panels: &[Panel<'_>], lang: Lang) -> Table {
    let [change, unit, low, high] = [CHANGE, UNIT, LOW, HIGH].map(|words| lang.say(words));
    let mut table = Table::new(title, [("", false), (change, true), (unit, false), (low, true), (high, true)]);
    for panel in panels {
        for (told, own) in &panel.lines {
            let limit = |limit: Option<f64>| limit.map_or_else(|| "…".to_owned(), |limit| panel.digits.signed(limit));
            let [low, high] = match (&own.limits, own.low.or(own.high)) {
                (Some(Absence(why)), None) => [lang.why(why), String::new()],
                _ => [limit(own.low), limit(own.high)],
            };
            let cells = [told.name.to_owned(), panel.digits.signed(own.value), panel.heading.clone(), low, high];
            table.row(cells);
        }
        if let Some(why) = &panel.why {
            table.row([lang.say(CHANGE).to_owned(), why.clone(), panel.heading.clone(), String::new(), String::new()]);
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Undefined;

    fn change(value: f64, low: Option<f64>, high: Option<f64>) -> Change {
        let absolute = Difference { value, low, high, limits: None };
        let (relative, p) = (Known::No(Undefined::NoBase), Known::No(Undefined::Census));
        Change { absolute, relative, p, q: None, p_holm: None, df: None, standard_error: None, method: "" }
    }

    fn panel<'a>(told: &'a Told<'a>) -> Panel<'a> {
        let digits = Digits::fitting(Unit::Days, &[], &[], Lang::En);
        let lines = vec![(told, &told.change.absolute)];
        Panel { heading: String::new(), unit: Unit::Days, digits, lines, why: None }
    }

    /// From −3 to 3 with a tenth of room: no change is in the middle of 14 to 326, and −3 a tenth short of the start.
    #[test]
    fn no_change_is_in_the_middle_of_what_is_even() {
        let change = change(1.0, Some(-3.0), Some(3.0));
        let told = Told { name: "", is_judged: true, change: &change };
        let panel = panel(&told);
        let middle = zero(std::slice::from_ref(&panel));
        assert_eq!(middle, 170.0);
        let scale = panel.scale(middle);
        assert_eq!(scale.at(0.0), 170.0);
        assert!((scale.at(-3.0) - (170.0 - 156.0 / 1.1)).abs() < 1e-9, "{}", scale.at(-3.0));
    }

    /// A fall alone leaves 0.15 of 1.15 to the other side, in which the word for no change stands.
    #[test]
    fn the_other_side_is_there_where_nothing_lies_on_it() {
        let change = change(-2.0, Some(-3.0), Some(-1.0));
        let told = Told { name: "", is_judged: true, change: &change };
        let middle = zero(&[panel(&told)]);
        assert!((middle - (14.0 + 312.0 / 1.15)).abs() < 1e-9, "{middle}");
    }

    /// A change of 1 with limits at −3 and 10^67: the one is left to the arrow, the other drawn as if it were alone. A change
    /// of 0.2 within ±127 is drawn as small as it is.
    #[test]
    fn a_limit_beyond_everything_is_an_arrow() {
        let change = change(1.0, Some(-3.0), Some(1e67));
        let told = Told { name: "", is_judged: true, change: &change };
        let panel = panel(&told);
        assert_eq!(panel.near(&change.absolute).high, None);
        let [left, right] = panel.reach();
        assert!((left - 3.3).abs() < 1e-9 && (right - 1.1).abs() < 1e-9, "{left} {right}");
        let wide = self::change(0.2, Some(-127.0), Some(127.5)).absolute;
        assert_eq!(near(&wide, size(&wide)), wide);
    }

    /// A limit has a cap of eight; an open end has an arrow at the end of the line.
    #[test]
    fn an_open_end_is_an_arrow() {
        let drawn = |low, high| {
            let mut canvas = Canvas::default();
            let scale = Scale::new(Span { least: -10.0, most: 10.0 }, 0.0, 100.0);
            interval(&mut canvas, &scale, &change(0.0, low, high).absolute, ("ink", true), 50.0);
            canvas.svg("", "").into_string()
        };
        let closed = drawn(Some(-5.0), Some(5.0));
        assert!(
            closed.contains("M25 50H75\"") && closed.contains("M25 46V54") && closed.contains("M75 46V54"),
            "{closed}"
        );
        let open = drawn(Some(-5.0), None);
        assert!(open.contains("M25 50H100\"") && open.contains("M95 46L100 50L95 54"), "{open}");
        assert!(!drawn(None, None).contains("<path"));
    }
}
