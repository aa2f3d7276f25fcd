//! A sheet that shapes and texts are laid on, in the order in which they come.

use super::super::page::escaped;
use maud::{Escaper, Markup, PreEscaped};
use std::fmt::Write;
use unicode_width::UnicodeWidthChar;

/// How wide every sheet is: a narrow phone, where one unit is one pixel.
pub(super) const WIDTH: f64 = 340.0;

/// How high letters are, and a line of them.
pub(super) const SIZE: f64 = 11.0;
pub(super) const LINE: f64 = 14.0;

/// A drawing on its way.
#[derive(Default)]
pub(super) struct Canvas {
    body: String,
    /// What lies below everything else.
    ground: String,
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
pub(super) struct Path {
    drawn: String,
    /// Where it has come to.
    corner: Option<(f64, f64)>,
}

/// A coordinate with one decimal; what is no number on any sheet is at its edge.
pub(super) fn at(value: f64) -> f64 {
    let value = if value.is_nan() { 0.0 } else { value.clamp(-1e4, 1e4) };
    // Adding nothing turns −0 into 0.
    (value * 10.0).round() / 10.0 + 0.0
}

/// How wide a text is at most, letters as wide as in the widest of the usual fonts.
pub(super) fn width(text: &str) -> f64 {
    text.chars().map(letter).sum::<f64>() * SIZE
}

/// How wide a letter is, as a part of its height.
fn letter(letter: char) -> f64 {
    match letter {
        'i' | 'j' | 'l' | 'I' | ' ' | '.' | ',' | ';' | ':' | '\'' | '|' | '·' => 0.34,
        't' | 'f' | 'r' | '(' | ')' | '[' | ']' | '/' | '-' => 0.42,
        '+' | '−' | '×' | '±' | '<' | '>' | '=' | '→' | '◂' | '▸' => 0.84,
        'm' | 'w' | 'M' | 'W' | '%' | '…' | '@' => 1.0,
        own if own.is_uppercase() => 0.78,
        own => 0.64 * own.width().unwrap_or_default() as f64,
    }
}

/// The text, cut where it is wider than there is room.
pub(super) fn cut(text: &str, room: f64) -> String {
    let text = escaped(text);
    if width(&text) <= room {
        return text;
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

/// Where a text stands that is to stay on the sheet.
fn within((x, y): (f64, f64), text: &str) -> (Anchor, (f64, f64)) {
    let half = width(text) / 2.0;
    match () {
        () if x - half < 0.0 => (Anchor::Start, (0.0, y)),
        () if x + half > WIDTH => (Anchor::End, (WIDTH, y)),
        () => (Anchor::Middle, (x, y)),
    }
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
    pub(super) fn to(self, place: (f64, f64)) -> Self {
        if self.drawn.is_empty() { self.from(place) } else { self.put('L', place) }
    }

    pub(super) fn from(self, place: (f64, f64)) -> Self {
        self.put('M', place)
    }

    fn put(mut self, letter: char, (x, y): (f64, f64)) -> Self {
        let (x, y) = (at(x), at(y));
        let _ = write!(self.drawn, "{letter}{x} {y}");
        self.corner = Some((x, y));
        self
    }

    pub(super) fn across(mut self, x: f64) -> Self {
        let x = at(x);
        let _ = write!(self.drawn, "H{x}");
        self.corner = self.corner.map(|(_, y)| (x, y));
        self
    }

    pub(super) fn down(mut self, y: f64) -> Self {
        let y = at(y);
        let _ = write!(self.drawn, "V{y}");
        self.corner = self.corner.map(|(x, _)| (x, y));
        self
    }

    /// To the next corner of a path that runs across and down alone.
    pub(super) fn step(self, (x, y): (f64, f64)) -> Self {
        let (was, next) = (self.corner, (at(x), at(y)));
        match was {
            Some(was) if was == next => self,
            Some(was) if was.1 == next.1 => self.across(x),
            Some(was) if was.0 == next.0 => self.down(y),
            _ => self.to((x, y)),
        }
    }

    pub(super) fn closed(mut self) -> Self {
        self.drawn.push('Z');
        self
    }

    pub(super) fn is_empty(&self) -> bool {
        self.drawn.is_empty()
    }
}

impl Canvas {
    /// Makes the sheet at least so high.
    pub(super) fn reach(&mut self, bottom: f64) {
        self.height = self.height.max(bottom);
    }

    pub(super) fn path(&mut self, class: &str, path: &Path) {
        if !path.is_empty() {
            let _ = write!(self.body, r#"<path class="{class}" d="{}"/>"#, path.drawn);
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

    /// A line that everything else lies upon.
    pub(super) fn line_below(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let body = std::mem::take(&mut self.body);
        self.line(class, from, to);
        self.ground.push_str(&std::mem::replace(&mut self.body, body));
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

    /// The same that says what it is to who points at it.
    pub(super) fn titled_mark(&mut self, class: &str, mark: Mark, place: (f64, f64), size: f64, title: &str) {
        self.body.push_str("<g>");
        self.title(title);
        self.mark(class, mark, place, size);
        self.body.push_str("</g>");
    }

    /// A dot of a group whose class makes ends of lines round, as short as can be: there may be hundreds.
    pub(super) fn dot(&mut self, (x, y): (f64, f64), title: Option<&str>) {
        let _ = write!(self.body, r#"<path d="M{} {}h0"#, at(x), at(y));
        let Some(title) = title else { return self.body.push_str(r#""/>"#) };
        self.body.push_str(r#"">"#);
        self.title(title);
        self.body.push_str("</path>");
    }

    fn title(&mut self, title: &str) {
        self.body.push_str("<title>");
        let _ = Escaper::new(&mut self.body).write_str(&escaped(title));
        self.body.push_str("</title>");
    }

    /// What is drawn together, of one class.
    pub(super) fn group(&mut self, class: &str, drawn: impl FnOnce(&mut Self)) {
        let _ = write!(self.body, r#"<g class="{class}">"#);
        drawn(self);
        self.body.push_str("</g>");
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
    pub(super) fn text_within(&mut self, class: &str, place: (f64, f64), text: &str) {
        let (anchor, place) = within(place, text);
        self.text(class, anchor, place, text);
    }

    /// The same, but none where it would touch another.
    pub(super) fn text_where_free(&mut self, class: &str, place: (f64, f64), text: &str) {
        let (anchor, place) = within(place, text);
        let area = Area::of(anchor, place, text);
        // Two words without a space between them are read as one.
        let apart = Area { left: area.left - 4.0, right: area.right + 4.0, ..area };
        if !self.texts.iter().any(|other| other.meets(&apart)) {
            self.text(class, anchor, place, text);
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

    /// A sheet the size of a word, which says nothing that does not stand beside it.
    pub(super) fn word(self, (width, height): (f64, f64)) -> Markup {
        let head = format!(r#"<svg class="pic word" viewBox="0 0 {width} {height}" aria-hidden="true">"#);
        PreEscaped(head + &self.ground + &self.body + "</svg>")
    }

    /// The sheet with its title, and what it says for those who do not see it.
    pub(super) fn svg(self, title: &str, says: &str) -> Markup {
        let mut svg = format!(r#"<svg class="pic" viewBox="0 0 {WIDTH} {}" role="img"><title>"#, at(self.height));
        let _ = Escaper::new(&mut svg).write_str(title);
        svg.push_str("</title><desc>");
        let _ = Escaper::new(&mut svg).write_str(says);
        svg.push_str("</desc>");
        svg.push_str(&self.ground);
        svg.push_str(&self.body);
        svg.push_str("</svg>");
        PreEscaped(svg)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_have_one_decimal_and_are_numbers() {
        assert_eq!([1.25, -0.04, 1e300, f64::NAN, f64::NEG_INFINITY].map(at), [1.3, 0.0, 10_000.0, 0.0, -10_000.0]);
        assert_eq!(at(-0.04).to_string(), "0");
    }

    #[test]
    fn a_path_says_no_corner_twice() {
        let path = [(1.0, 2.0), (5.0, 2.0), (5.0, 2.04), (5.0, 9.0), (6.0, 10.0)];
        assert_eq!(path.into_iter().fold(Path::default(), Path::step).closed().drawn, "M1 2H5V9L6 10Z");
    }

    /// What a name says is text, and what turns or hides text is written out.
    #[test]
    fn a_name_is_text_and_nothing_else() {
        let mut canvas = Canvas::default();
        canvas.text("lb", Anchor::End, (10.0, 20.0), "<b>\"&\u{202e}");
        let svg = canvas.svg("<title>", "a & b").into_string();
        let text = "<text class=\"lb e\" x=\"10\" y=\"20\">&lt;b&gt;&quot;&amp;\\u{202e}</text>";
        assert!(svg.contains(text), "{svg}");
        assert!(svg.contains("<title>&lt;title&gt;</title><desc>a &amp; b</desc>"), "{svg}");
    }

    /// Ten letters of 0.64 times 11 are 70.4 wide: nine and a mark fit into 75 no more than ten do into 70.
    #[test]
    fn text_is_cut_and_wrapped_to_its_room() {
        assert_eq!(cut("abcdeabcde", 71.0), "abcdeabcde");
        assert_eq!(cut("abcdeabcde", 70.0), "abcdeabc…");
        assert_eq!(wrapped("abcde abcde abcde", 80.0), ["abcde abcde", "abcde"]);
        assert_eq!(wrapped(&"a".repeat(500), 340.0).len(), 1);
    }

    /// A line below lies before everything else, whenever it is drawn.
    #[test]
    fn a_line_below_is_drawn_first() {
        let mut canvas = Canvas::default();
        canvas.line("one", (0.0, 0.0), (5.0, 5.0));
        canvas.line_below("two", (0.0, 1.0), (0.0, 9.0));
        let svg = canvas.svg("", "").into_string();
        assert!(svg.contains("<path class=\"two\" d=\"M0 1V9\"/><path class=\"one\" d=\"M0 0L5 5\"/>"), "{svg}");
    }
}
