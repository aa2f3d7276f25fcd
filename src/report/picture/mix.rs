//! What of the crude change came of the figures themselves, and what of the mix of dossiers.

use super::super::Lang;
use super::super::section::units;
use super::super::words::CRUDE;
use super::canvas::{Anchor, Canvas, LINE, Path, WIDTH, cut, width};
use super::change::{axis, sides};
use super::digits::Digits;
use super::scale::{Scale, Span};
use super::words::{ABSOLUTE, MIX_SAYS, MIX_TITLE, OF_MIX, OF_RATE, OF_UNMATCHED, PART};
use super::{Picture, Table};
use crate::kpi::Better;
use crate::scorecard::Row;

/// A part of the change: from where to where it goes, and how it is printed.
struct Part {
    name: &'static str,
    from: f64,
    to: f64,
    printed: String,
}

/// The crude change as a sum; `None` where no mix is held fixed.
pub(in crate::report) fn mix(row: &Row, lang: Lang) -> Option<Picture> {
    let (own, crude) = (row.adjusted.value()?, row.change.value()?.absolute.value);
    let name = lang.name(&row.name);
    let title = lang.filled(MIX_TITLE, &[("name", name)]);
    let printed = Digits::of(row, lang).split(crude, [own.rate_effect, own.unmatched]);
    let [_, unit] = units(row, lang);
    let said = printed.each_ref().map(|own| format!("{own} {unit}").trim_end().to_owned());
    let [whole, rate, shift, unmatched] = &said;
    let fillings = [("name", name), ("crude", whole), ("rate", rate), ("mix", shift), ("unmatched", unmatched)];
    let says = lang.filled(MIX_SAYS, &fillings);
    let parts = parts([own.rate_effect, own.mix_effect, own.unmatched], crude, printed, lang);
    let mut canvas = Canvas::default();
    drawn(&mut canvas, row, &parts, lang);
    let mut table = Table::new(&title, [("", false), (unit_heading(unit, lang).as_str(), true)]);
    for part in &parts {
        table.row([part.name.to_owned(), part.printed.clone()]);
    }
    Some(Picture::new(title, says, canvas, table))
}

fn unit_heading(unit: &str, lang: Lang) -> String {
    let part = lang.say(PART);
    if unit.is_empty() { part.to_owned() } else { format!("{part} ({unit})") }
}

fn parts([rate, mix, unmatched]: [f64; 3], crude: f64, printed: [String; 4], lang: Lang) -> [Part; 4] {
    let [whole, first, second, third] = printed;
    let ends = [(0.0, rate), (rate, rate + mix), (rate + mix, rate + mix + unmatched), (0.0, crude)];
    let names = [OF_RATE, OF_MIX, OF_UNMATCHED, CRUDE].map(|words| lang.say(words));
    let mut told = names.into_iter().zip(ends).zip([first, second, third, whole]);
    std::array::from_fn(|_| {
        let ((name, (from, to)), printed) = told.next().unwrap_or_default();
        Part { name, from, to, printed }
    })
}

fn drawn(canvas: &mut Canvas, row: &Row, parts: &[Part; 4], lang: Lang) {
    let mut y = sides(canvas, row.better, 0.0, lang) - LINE;
    let ends = parts.iter().flat_map(|part| [part.from, part.to]);
    let span = Span::of(ends).unwrap_or(Span { least: 0.0, most: 0.0 });
    let scale = Scale::new(span.with_room(0.06), 8.0, WIDTH - 8.0);
    let top = y + LINE + 8.0;
    let mut bars = Vec::new();
    for part in parts {
        y += LINE + 2.0;
        canvas.text("lb", Anchor::Start, (0.0, y), &cut(part.name, WIDTH - 10.0 - width(&part.printed)));
        canvas.text("nm", Anchor::End, (WIDTH, y), &part.printed);
        y += 11.0;
        bars.push(y);
    }
    let bottom = y + 9.0;
    canvas.line_below("zero", (scale.at(0.0), top), (scale.at(0.0), bottom));
    for (part, next) in parts.iter().zip(1..).take(parts.len() - 1) {
        let x = scale.at(part.to);
        canvas.line_below("soft thin dash", (x, bars[next - 1]), (x, bars[next]));
    }
    for (part, y) in parts.iter().zip(bars) {
        bar(canvas, tone(row.better, part.to - part.from), (scale.at(part.from), scale.at(part.to)), y);
    }
    axis(canvas, &scale, row.unit, bottom, lang);
    let [_, unit] = units(row, lang);
    if !unit.is_empty() {
        canvas.text("hd", Anchor::Start, (0.0, bottom + 2.0 * LINE), &lang.filled(ABSOLUTE, &[("unit", unit)]));
    }
}

fn tone(better: Better, change: f64) -> &'static str {
    match better {
        _ if change == 0.0 => "ink",
        Better::Neither => "ink",
        Better::Higher if change > 0.0 => "good",
        Better::Lower if change < 0.0 => "good",
        _ => "bad",
    }
}

/// A bar that points to where it goes; of no length, a stroke.
fn bar(canvas: &mut Canvas, tone: &str, (from, to): (f64, f64), y: f64) {
    let (half, length) = (4.0, to - from);
    if length.abs() < 1.0 {
        canvas.line(&format!("{tone} bar"), (to, y - half), (to, y + half));
        return;
    }
    let neck = to - length.signum() * length.abs().min(5.0);
    let path = Path::default().from((from, y - half)).across(neck).to((to, y)).to((neck, y + half)).across(from);
    canvas.path(&format!("{tone} full"), &path.closed());
}
