//! A sheet that shapes and texts are laid on, in the order in which they come.

use super::super::page::escaped;
use maud::{Escaper, Markup, PreEscaped};
use std::fmt::Write;
use unicode_width::UnicodeWidthStr;

/// How wide every sheet is: a narrow phone, where one unit is one pixel.
pub(super) const WIDTH: f64 = 340.0;

/// How high letters are, and a line of them.
pub(super) const SIZE: f64 = 11.0;
pub(super) const LINE: f64 = 14.0;

/// How wide a column of text is at most, as a part of its height: digits of the widest of the usual fonts.
const COLUMN: f64 = 0.62;

/// A drawing on its way.
#[derive(Default)]
pub(super) struct Canvas {
    body: String,
    height: f64,
    /// Where texts are, to put no other upon them.
    texts: Vec<Area>,
}

/// A part of the sheet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Area {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

/// Where a text stands, seen from its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// What stands at a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Dot,
    Ring,
    Square,
    Diamond,
    Up,
    Down,
}

/// Lines from point to point.
#[derive(Default)]
pub(super) struct Path(String);

/// A coordinate with one decimal; what is no number on any sheet is at its edge.
pub(super) fn at(value: f64) -> f64 {
    let value = if value.is_nan() { 0.0 } else { value.clamp(-1e4, 1e4) };
    // Adding nothing turns −0 into 0.
    (value * 10.0).round() / 10.0 + 0.0
}

/// How wide a text is, by and large.
pub(super) fn width(text: &str) -> f64 {
    text.width() as f64 * COLUMN * SIZE
}

/// The text, cut where it is wider than there is room.
pub(super) fn cut(text: &str, room: f64) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    let mut short = String::new();
    for letter in text.chars() {
        short.push(letter);
        if width(&short) + width("…") > room {
            short.pop();
            break;
        }
    }
    short.trim_end().to_owned() + "…"
}

/// The text in lines that fit.
pub(super) fn wrapped(text: &str, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut().filter(|line| width(line) + width(" ") + width(word) <= room) {
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(cut(word, room)),
        }
    }
    lines
}

impl Area {
    pub(super) fn meets(&self, other: &Self) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }

    /// That of a text.
    pub(super) fn of(anchor: Anchor, (x, y): (f64, f64), text: &str) -> Self {
        let width = width(text);
        let left = match anchor {
            Anchor::Start => x,
            Anchor::Middle => x - width / 2.0,
            Anchor::End => x - width,
        };
        Self { left, top: y - 0.8 * SIZE, right: left + width, bottom: y + 0.2 * SIZE }
    }
}

impl Path {
    pub(super) fn to(mut self, (x, y): (f64, f64)) -> Self {
        let letter = if self.0.is_empty() { 'M' } else { 'L' };
        let _ = write!(self.0, "{letter}{} {}", at(x), at(y));
        self
    }

    pub(super) fn from(mut self, (x, y): (f64, f64)) -> Self {
        let _ = write!(self.0, "M{} {}", at(x), at(y));
        self
    }

    pub(super) fn across(mut self, x: f64) -> Self {
        let _ = write!(self.0, "H{}", at(x));
        self
    }

    pub(super) fn down(mut self, y: f64) -> Self {
        let _ = write!(self.0, "V{}", at(y));
        self
    }

    pub(super) fn closed(mut self) -> Self {
        self.0.push('Z');
        self
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Canvas {
    /// Makes the sheet at least so high.
    pub(super) fn reach(&mut self, bottom: f64) {
        self.height = self.height.max(bottom);
    }

    pub(super) fn path(&mut self, class: &str, path: &Path) {
        if !path.is_empty() {
            let _ = write!(self.body, r#"<path class="{class}" d="{}"/>"#, path.0);
        }
    }

    pub(super) fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let path = Path::default().from(from);
        let path = match () {
            () if at(from.1) == at(to.1) => path.across(to.0),
            () if at(from.0) == at(to.0) => path.down(to.1),
            () => path.to(to),
        };
        self.path(class, &path);
    }

    pub(super) fn area(&mut self, class: &str, area: Area) {
        let Area { left, top, right, bottom } = area;
        self.path(class, &Path::default().from((left, top)).across(right).down(bottom).across(left).closed());
    }

    /// A mark about a point, `size` wide.
    pub(super) fn mark(&mut self, class: &str, mark: Mark, (x, y): (f64, f64), size: f64) {
        let half = size / 2.0;
        let start = |x, y| Path::default().from((x, y));
        let path = match mark {
            Mark::Dot | Mark::Ring => {
                let _ =
                    write!(self.body, r#"<circle class="{class}" cx="{}" cy="{}" r="{}"/>"#, at(x), at(y), at(half));
                return;
            }
            Mark::Square => start(x - half, y - half).across(x + half).down(y + half).across(x - half),
            Mark::Diamond => {
                start(x, y - half * 1.2).to((x + half * 1.2, y)).to((x, y + half * 1.2)).to((x - half * 1.2, y))
            }
            Mark::Up => start(x, y - half).to((x + half, y + half)).to((x - half, y + half)),
            Mark::Down => start(x, y + half).to((x + half, y - half)).to((x - half, y - half)),
        };
        self.path(class, &path.closed());
    }

    pub(super) fn text(&mut self, class: &str, anchor: Anchor, place: (f64, f64), text: &str) {
        let text = escaped(text);
        if text.is_empty() {
            return;
        }
        self.texts.push(Area::of(anchor, place, &text));
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " m",
            Anchor::End => " e",
        };
        let _ = write!(self.body, r#"<text class="{class}{anchor}" x="{}" y="{}">"#, at(place.0), at(place.1));
        let _ = Escaper::new(&mut self.body).write_str(&text);
        self.body.push_str("</text>");
        self.reach(place.1 + 0.3 * SIZE);
    }

    /// A text that stays on the sheet, as near to the middle of its place as it can.
    pub(super) fn text_within(&mut self, class: &str, (x, y): (f64, f64), text: &str) {
        let half = width(text) / 2.0;
        match () {
            () if x - half < 0.0 => self.text(class, Anchor::Start, (0.0, y), text),
            () if x + half > WIDTH => self.text(class, Anchor::End, (WIDTH, y), text),
            () => self.text(class, Anchor::Middle, (x, y), text),
        }
    }

    /// A text in as many lines as it takes; where the next line would be.
    pub(super) fn prose(&mut self, class: &str, (x, y): (f64, f64), text: &str) -> f64 {
        let lines = wrapped(text, WIDTH - x);
        for (row, line) in lines.iter().enumerate() {
            self.text(class, Anchor::Start, (x, y + row as f64 * LINE), line);
        }
        y + lines.len() as f64 * LINE
    }

    /// Whether a text could stand there without touching another, or the edge.
    pub(super) fn is_free(&self, area: &Area) -> bool {
        let inside = area.left >= 0.0 && area.right <= WIDTH && area.top >= 0.0;
        inside && !self.texts.iter().any(|text| text.meets(area))
    }

    /// The sheet with its title, and what it says for those who do not see it.
    pub(super) fn svg(self, title: &str, says: &str) -> Markup {
        let mut svg = format!(r#"<svg class="pic" viewBox="0 0 {WIDTH} {}" role="img"><title>"#, at(self.height));
        let _ = Escaper::new(&mut svg).write_str(title);
        svg.push_str("</title><desc>");
        let _ = Escaper::new(&mut svg).write_str(says);
        svg.push_str("</desc>");
        svg.push_str(&self.body);
        svg.push_str("</svg>");
        PreEscaped(svg)
    }
}
