//! The ground of a picture with two axes, and the keys of what is drawn on it.

use super::super::Lang;
use super::canvas::{Anchor, Area, Canvas, LINE, Mark, SIZE, WIDTH, width};
use super::scale::{Scale, Span, labels};
use crate::kpi::Unit;

/// Where values stand: from left to right, and from the bottom up.
pub(super) struct Plot {
    pub(super) x: Scale,
    pub(super) y: Scale,
}

/// What stands before the words of a legend.
pub(super) enum Key {
    Mark(&'static str, Mark),
    Line(&'static str),
    Band(&'static str),
    /// The words have it.
    Said,
}

/// Values of a unit with some room, but none where no value can be.
pub(super) fn room(span: Span, unit: Unit, part: f64) -> Span {
    let wide = span.with_room(part);
    let least = if span.least >= 0.0 { 0.0 } else { f64::MIN };
    let is_part = matches!(unit, Unit::Share | Unit::Index | Unit::Score) && span.most <= 1.0;
    let within = wide.within(least, if is_part { 1.0 } else { f64::MAX });
    // All at the one end where there is no room.
    if within.least < within.most { within } else { wide }
}

impl Plot {
    /// With values of a unit at the left, under a heading; the bottom is where the axis of the other values is.
    pub(super) fn new(canvas: &mut Canvas, heading: &str, values: (Span, Unit), height: f64, lang: Lang) -> Self {
        Self::beside(canvas, heading, values, (18.0, height), lang)
    }

    /// The same with at least so much room at the left.
    pub(super) fn beside(
        canvas: &mut Canvas,
        heading: &str,
        (span, unit): (Span, Unit),
        (room, height): (f64, f64),
        lang: Lang,
    ) -> Self {
        let (top, bottom) = (2.0 * LINE + 2.0, 2.0 * LINE + 2.0 + height);
        canvas.text("hd", Anchor::Start, (0.0, SIZE), heading);
        let y = Scale::new(span, bottom, top);
        let ticks = y.ticks_of(unit, 6);
        let labels = labels(&ticks, unit, lang);
        let gutter = labels.iter().map(|label| width(label)).fold(room, f64::max).min(WIDTH / 3.0) + 5.0;
        let x = Scale::new(Span { least: 0.0, most: 1.0 }, gutter, WIDTH - 8.0);
        for (tick, label) in ticks.iter().zip(labels) {
            let at = y.at(*tick);
            canvas.line("grid", (x.start, at), (x.end, at));
            canvas.text("tk", Anchor::End, (x.start - 4.0, at + 0.35 * SIZE), &label);
        }
        canvas.line("axis", (x.start, bottom), (x.end, bottom));
        Self { x, y }
    }

    /// The same with other values from left to right.
    pub(super) fn over(self, span: Span) -> Self {
        Self { x: Scale::new(span, self.x.start, self.x.end), ..self }
    }

    pub(super) fn at(&self, x: f64, y: f64) -> (f64, f64) {
        (self.x.at(x), self.y.at(y))
    }

    /// Where the axis of values from left to right is.
    pub(super) fn bottom(&self) -> f64 {
        self.y.start
    }

    pub(super) fn top(&self) -> f64 {
        self.y.end
    }

    /// A round value below the axis.
    pub(super) fn tick(&self, canvas: &mut Canvas, x: f64, label: &str) {
        let bottom = self.bottom();
        canvas.line("axis", (x, bottom), (x, bottom + 3.0));
        // A little lower, or a nought would touch that of the other axis.
        canvas.text_where_free("tk", (x, bottom + LINE + 1.0), label);
    }
}

impl Scale {
    /// Values that are round as a unit prints them.
    pub(super) fn ticks_of(&self, unit: Unit, most: usize) -> Vec<f64> {
        let factor = super::super::number::factor(unit);
        self.times(factor).ticks(most).into_iter().map(|tick| tick / factor).collect()
    }
}

/// The keys with their words, as many beside each other as there is room for; where the next line would be.
pub(super) fn legend(canvas: &mut Canvas, keys: &[(Key, String)], top: f64) -> f64 {
    const KEY: f64 = 18.0;
    let (mut x, mut y) = (0.0, top);
    for (key, words) in keys {
        if x > 0.0 && x + KEY + width(words) > WIDTH {
            (x, y) = (0.0, y + LINE);
        }
        let middle = y - 0.35 * SIZE;
        match key {
            Key::Mark(class, mark) => canvas.mark(class, *mark, (x + 7.0, middle), 7.0),
            Key::Line(class) => canvas.line(class, (x, middle), (x + 14.0, middle)),
            Key::Said => {}
            Key::Band(class) => {
                canvas.area(class, Area { left: x, top: middle - 4.0, right: x + 14.0, bottom: middle + 4.0 });
            }
        }
        let words = super::canvas::cut(words, WIDTH - x - KEY);
        canvas.text("tk", Anchor::Start, (x + KEY, y), &words);
        x += KEY + width(&words) + 10.0;
    }
    if keys.is_empty() { top } else { y + LINE }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both axes begin at nought, and each says so.
    #[test]
    fn both_axes_have_their_nought() {
        let mut canvas = Canvas::default();
        let whole = Span { least: 0.0, most: 1.0 };
        let plot = Plot::new(&mut canvas, "", (whole, Unit::Share), 100.0, Lang::En).over(whole);
        plot.tick(&mut canvas, plot.x.at(0.0), "0");
        plot.tick(&mut canvas, plot.x.at(0.01), "1");
        let svg = canvas.svg("", "").into_string();
        assert_eq!((svg.matches(">0</text>").count(), svg.matches(">1</text>").count()), (2, 0), "{svg}");
    }

    /// Of shares nothing is beyond 0 and 1, of times nothing below 0; of differences there is room at both ends.
    #[test]
    fn there_is_room_where_values_can_be() {
        let span = |least, most| Span { least, most };
        assert_eq!(room(span(0.0, 1.0), Unit::Share, 0.1), span(0.0, 1.0));
        assert_eq!(room(span(0.0, 10.0), Unit::Days, 0.1), span(0.0, 11.0));
        assert_eq!(room(span(-10.0, 10.0), Unit::Days, 0.1), span(-12.0, 12.0));
        assert_eq!(room(span(1.0, 1.0), Unit::Share, 0.1), span(0.9, 1.0));
    }
}
