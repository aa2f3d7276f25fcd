//! Both windows' figures with their intervals, on the KPI's own axis.

use super::super::Lang;
use super::super::number::count;
use super::super::section::units;
use super::canvas::{Anchor, Canvas, LINE, Mark, Path, WIDTH, cut, width};
use super::change::{axis, interval, sides};
use super::digits::Digits;
use super::plot::room;
use super::scale::{Scale, Span};
use super::words::{ABSOLUTE, AFTER, BEFORE, HIGH, LOW, ROWS, VALUE, WINDOWS_SAYS, WINDOWS_TITLE};
use super::{Picture, Table};
use crate::scorecard::{Absence, Difference, Figure, Known, Row};

/// A window's figure with its name and how it is marked.
struct Side<'a> {
    name: &'static str,
    class: &'static str,
    mark: Mark,
    figure: &'a Known<Figure>,
}

/// The figures of both windows, or of the one there is.
pub(in crate::report) fn windows(row: &Row, lang: Lang) -> Picture {
    let title = lang.filled(WINDOWS_TITLE, &[("name", lang.name(&row.name))]);
    let digits = Digits::of(row, lang);
    let sides = of(row, lang);
    let mut canvas = Canvas::default();
    drawn(&mut canvas, row, &sides, digits, lang);
    let table = table(&title, &sides, (row, digits), lang);
    Picture::new(title, says(row, &sides, digits, lang), canvas, table)
}

fn of(row: &Row, lang: Lang) -> Vec<Side<'_>> {
    let was = row.was.as_ref().map(|figure| (BEFORE, "was", Mark::Square, figure));
    let both = was.into_iter().chain([(AFTER, "is", Mark::Dot, &row.is)]);
    both.map(|(name, class, mark, figure)| Side { name: lang.say(name), class, mark, figure }).collect()
}

impl Side<'_> {
    /// The figure and its interval, or why there is none.
    fn number(&self, digits: Digits, lang: Lang) -> String {
        match self.figure {
            Known::No(why) => lang.why(why),
            Known::Yes(figure) => {
                let interval = digits.interval(figure.low, figure.high, |limit| digits.value(limit));
                let n = format!("n {}", count(figure.n, lang));
                let number = format!("{} {interval}", digits.value(figure.value));
                format!("{} · {n}", number.trim_end())
            }
        }
    }
}

fn drawn(canvas: &mut Canvas, row: &Row, own: &[Side<'_>], digits: Digits, lang: Lang) {
    let mut y = if row.was.is_some() { sides(canvas, row.better, 0.0, lang) - LINE } else { 0.0 };
    for side in own {
        y += LINE + 2.0;
        let number = side.number(digits, lang);
        canvas.mark(&format!("{} full", side.class), side.mark, (5.0, y - 4.0), 7.0);
        canvas.text("lb", Anchor::Start, (13.0, y), side.name);
        canvas.text("nm", Anchor::End, (WIDTH, y), &cut(&number, WIDTH - 20.0 - width(side.name)));
    }
    let figures = own.iter().filter_map(|side| side.figure.value());
    let ends = figures.flat_map(|figure| [Some(figure.value), figure.low, figure.high]).flatten();
    let Some(span) = Span::of(ends) else { return };
    let scale = Scale::new(room(span, row.unit, 0.12), 8.0, WIDTH - 8.0);
    let first = y + 12.0;
    let known = own.iter().filter_map(|side| Some((side, side.figure.value()?)));
    let places: Vec<_> = known.zip(0..).map(|(own, place)| (own, first + 16.0 * f64::from(place))).collect();
    for ((side, figure), y) in &places {
        let Figure { value, low, high, .. } = **figure;
        interval(canvas, &scale, &Difference { value, low, high, limits: None }, (side.class, true), *y);
    }
    if let [((_, was), from), ((_, is), to)] = &places[..] {
        arrow(canvas, (scale.at(was.value), *from), (scale.at(is.value), *to));
    }
    for ((side, figure), y) in &places {
        canvas.mark(&format!("{} full", side.class), side.mark, (scale.at(figure.value), *y), 8.0);
    }
    let bottom = places.last().map_or(first, |(_, y)| *y) + 10.0;
    axis(canvas, &scale, row.unit, bottom, lang);
    let [unit, _] = units(row, lang);
    if !unit.is_empty() {
        canvas.text("hd", Anchor::Start, (0.0, bottom + 2.0 * LINE), &lang.filled(ABSOLUTE, &[("unit", unit)]));
    }
}

/// From one mark to the other, short of it.
fn arrow(canvas: &mut Canvas, from: (f64, f64), to: (f64, f64)) {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx.hypot(dy);
    let (ux, uy) = (dx / length, dy / length);
    let (tip, tail) = ((to.0 - 6.0 * ux, to.1 - 6.0 * uy), (from.0 + 5.0 * ux, from.1 + 5.0 * uy));
    let barb = |side: f64| (tip.0 - 5.0 * ux - 3.0 * side * uy, tip.1 - 5.0 * uy + 3.0 * side * ux);
    canvas.path("ink thin", &Path::default().from(tail).to(tip).from(barb(1.0)).to(tip).to(barb(-1.0)));
}

fn says(row: &Row, sides: &[Side<'_>], digits: Digits, lang: Lang) -> String {
    let [unit, _] = units(row, lang);
    let told = sides.iter().map(|side| {
        let value = side.figure.value().map(|figure| format!("{} {unit}", digits.value(figure.value)));
        format!("{}: {}", side.name, value.unwrap_or_else(|| side.number(digits, lang)).trim_end())
    });
    let told = told.collect::<Vec<_>>().join("; ");
    lang.filled(WINDOWS_SAYS, &[("name", lang.name(&row.name)), ("figures", &told)])
}

fn table(title: &str, sides: &[Side<'_>], (row, digits): (&Row, Digits), lang: Lang) -> Table {
    let [unit, _] = units(row, lang);
    let value = format!("{} ({unit})", lang.say(VALUE));
    let value = if unit.is_empty() { lang.say(VALUE) } else { &value };
    let [low, high, rows] = [LOW, HIGH, ROWS].map(|words| lang.say(words));
    let mut table = Table::new(title, [("", false), (value, true), (low, true), (high, true), (rows, true)]);
    for side in sides {
        let name = side.name.to_owned();
        match side.figure {
            Known::No(why) => table.row([name, lang.why(why), String::new(), String::new(), String::new()]),
            Known::Yes(own) => {
                let limit = |limit: Option<f64>| limit.map_or_else(|| "…".to_owned(), |limit| digits.value(limit));
                let [low, high] = match (&own.limits, own.low.or(own.high)) {
                    (Some(Absence(why)), None) => [lang.why(why), String::new()],
                    _ => [limit(own.low), limit(own.high)],
                };
                table.row([name, digits.value(own.value), low, high, count(own.n, lang)]);
            }
        }
    }
    table
}
