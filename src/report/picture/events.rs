//! Units that reformed beside the others: how far apart they were, month by month from the reform, and where there was none.

use super::super::Lang;
use super::super::number::probability;
use super::super::section::{name, units};
use super::canvas::{Anchor, Canvas, LINE, Mark, WIDTH, width};
use super::change::{axis, interval, sides};
use super::digits::Digits;
use super::plot::Plot;
use super::scale::{Scale, Span, labels};
use super::words::{
    ABSOLUTE, EARLIER, EFFECT, EVENTS_NONE, EVENTS_SAYS, EVENTS_TITLE, FROM_REFORM, HIGH, LOW, NO_DIFFERENCE, P,
    REFORM, WHOLE_EFFECT,
};
use super::{Picture, Table};
use crate::kpi::{Better, Unit};
use crate::scorecard::{Absence, Compared, Difference, Effect, Known, KpiComparison, Scorecard};

/// How high the ground is.
const HEIGHT: f64 = 130.0;

/// A comparison on its way to a sheet.
struct Drawn<'a> {
    found: &'a Compared,
    unit: Unit,
    better: Better,
    words: &'static str,
    digits: Digits,
    lang: Lang,
}

/// The comparison of a KPI; `None` where there is none, or the card has no row of it.
pub(in crate::report) fn events(own: &KpiComparison, card: &Scorecard, lang: Lang) -> Option<Picture> {
    let (found, row) = (own.found.value()?, card.kpi(&own.id)?);
    let [_, words] = units(row, lang);
    let values: Vec<f64> = all(found).flat_map(ends).collect();
    let digits = Digits::fitting(row.unit, &values, &ends(&found.effect).collect::<Vec<_>>(), lang);
    let drawn = Drawn { found, unit: row.unit, better: row.better, words, digits, lang };
    let name = name(card, &own.id, lang);
    let title = lang.filled(EVENTS_TITLE, &[("name", &name)]);
    let mut canvas = Canvas::default();
    let below = drawn.months(&mut canvas);
    drawn.dates(&mut canvas, below);
    let table = drawn.table(&title);
    Some(Picture::new(title, drawn.says(&name), canvas, table))
}

/// Everything that has a value and limits.
fn all(found: &Compared) -> impl Iterator<Item = &Effect> {
    let months = found.events.iter().map(|own| &own.effect);
    [&found.effect].into_iter().chain(months).chain(found.placebos.iter().map(|own| &own.effect))
}

fn ends(effect: &Effect) -> impl Iterator<Item = f64> + use<> {
    [Some(effect.value), effect.low, effect.high].into_iter().flatten()
}

impl Drawn<'_> {
    /// The months, and where the next part may begin.
    fn months(&self, canvas: &mut Canvas) -> f64 {
        let values = self.found.events.iter().flat_map(|own| ends(&own.effect)).chain([0.0]);
        let numbers = Span::of(self.found.events.iter().map(|own| own.month as f64));
        let (Some(span), Some(Span { least, most })) = (Span::of(values), numbers) else { return 0.0 };
        let heading = self.heading();
        let plot = Plot::new(canvas, &heading, (span.with_room(0.06), self.unit), HEIGHT, self.lang);
        let plot = plot.over(Span { least: least.min(-1.0) - 0.5, most: most.max(0.0) + 0.5 });
        let zero = plot.y.at(0.0);
        canvas.line("zero", (plot.x.start, zero), (plot.x.end, zero));
        let x = plot.x.at(-0.5);
        canvas.line("zero", (x, plot.top() - 2.0), (x, plot.bottom()));
        canvas.text_within("lb", (x, plot.top() - 5.0), self.lang.say(REFORM));
        for own in &self.found.events {
            let x = plot.x.at(own.month as f64);
            self.stroke(canvas, &plot, x, &own.effect, own.month >= 0);
        }
        self.ticks(canvas, &plot);
        let below = plot.bottom() + 2.0 * LINE;
        canvas.text("hd", Anchor::End, (WIDTH, below), self.lang.say(FROM_REFORM));
        below + LINE
    }

    fn heading(&self) -> String {
        let none = self.lang.say(NO_DIFFERENCE);
        match self.words {
            "" => none.to_owned(),
            unit => format!("{}; {none}", self.lang.filled(ABSOLUTE, &[("unit", unit)])),
        }
    }

    /// A month with its limits: before the reform hollow.
    fn stroke(&self, canvas: &mut Canvas, plot: &Plot, x: f64, effect: &Effect, is_after: bool) {
        let class = if is_after { "is" } else { "soft" };
        if let (Some(low), Some(high)) = (effect.low, effect.high) {
            canvas.line(&format!("{class} bar"), (x, plot.y.at(low)), (x, plot.y.at(high)));
        }
        let (shape, mark) = if is_after { ("full", Mark::Dot) } else { ("hollow", Mark::Ring) };
        canvas.mark(&format!("{class} {shape}"), mark, (x, plot.y.at(effect.value)), 6.0);
    }

    fn ticks(&self, canvas: &mut Canvas, plot: &Plot) {
        let (first, last) = (plot.x.from.ceil() as i64, plot.x.to.floor() as i64);
        let step = (plot.x.end - plot.x.start) / (last - first + 1).max(1) as f64;
        let widest = width(&format!("−{}", first.abs().max(last)));
        let every = [1, 2, 3, 6, 12, 24].into_iter().find(|every| step * *every as f64 >= widest + 6.0).unwrap_or(60);
        let numbers: Vec<i64> = (first..=last).filter(|month| month % every == 0).collect();
        let names = labels(&numbers.iter().map(|own| *own as f64).collect::<Vec<_>>(), Unit::Number, self.lang);
        for (month, name) in numbers.iter().zip(names) {
            plot.tick(canvas, plot.x.at(*month as f64), &name);
        }
    }

    /// The effect, and what is found at dates without a reform.
    fn dates(&self, canvas: &mut Canvas, top: f64) {
        let found = self.found;
        let values = ends(&found.effect).chain(found.placebos.iter().map(|own| own.effect.value)).chain([0.0]);
        let Some(span) = Span::of(values) else { return };
        let scale = Scale::new(span.with_room(0.1), 14.0, WIDTH - 14.0);
        let mut y = sides(canvas, self.better, top, self.lang) - LINE;
        let start = y;
        y = self.effect(canvas, &scale, y);
        if !found.placebos.is_empty() {
            y += LINE;
            canvas.text("lb", Anchor::Start, (13.0, y), self.lang.say(EARLIER));
            canvas.mark("soft hollow", Mark::Diamond, (5.0, y - 4.0), 7.0);
            y += 10.0;
            for own in &found.placebos {
                canvas.mark("soft hollow", Mark::Diamond, (scale.at(own.effect.value), y), 6.0);
            }
        }
        y += 12.0;
        canvas.line_below("zero", (scale.at(0.0), start), (scale.at(0.0), y));
        axis(canvas, &scale, self.unit, y, self.lang);
    }

    fn effect(&self, canvas: &mut Canvas, scale: &Scale, y: f64) -> f64 {
        let effect = &self.found.effect;
        let number = self.number(effect);
        let text = y + LINE;
        canvas.mark("is full", Mark::Dot, (5.0, text - 4.0), 7.0);
        canvas.text("lb", Anchor::Start, (13.0, text), self.lang.say(WHOLE_EFFECT));
        canvas.text("nm", Anchor::End, (WIDTH, text), &number);
        let Effect { value, low, high, .. } = *effect;
        interval(canvas, scale, &Difference { value, low, high, limits: None }, ("is", true), text + 10.0);
        canvas.mark("is full", Mark::Dot, (scale.at(value), text + 10.0), 8.0);
        text + 14.0
    }

    fn number(&self, effect: &Effect) -> String {
        let signed = |value| self.digits.signed(value);
        let interval = self.digits.interval(effect.low, effect.high, signed);
        format!("{} {interval}", signed(effect.value)).trim_end().to_owned()
    }

    fn says(&self, name: &str) -> String {
        let effect = format!("{} {}", self.digits.signed(self.found.effect.value), self.words);
        let number = self.number(&self.found.effect);
        let number = number.split_once(' ').map(|(_, interval)| format!(" {interval}")).unwrap_or_default();
        let effect = format!("{}{number}", effect.trim_end());
        let holds_none =
            self.found.effect.low.zip(self.found.effect.high).is_some_and(|(low, high)| low <= 0.0 && high >= 0.0);
        let none = if holds_none { self.lang.say(EVENTS_NONE) } else { "" };
        self.lang.filled(EVENTS_SAYS, &[("name", name), ("effect", &effect)]) + none
    }

    fn table(&self, title: &str) -> Table {
        let lang = self.lang;
        let [month, effect, low, high, p] = [FROM_REFORM, EFFECT, LOW, HIGH, P].map(|words| lang.say(words));
        let effect = if self.words.is_empty() { effect.to_owned() } else { format!("{effect} ({})", self.words) };
        let mut table = Table::new(title, [(month, false), (&effect, true), (low, true), (high, true), (p, true)]);
        let mut row = |what: String, own: &Effect| {
            let limit = |limit: Option<f64>| limit.map(|limit| self.digits.signed(limit)).unwrap_or_default();
            let why = own.limits.as_ref().map(|Absence(why)| lang.why(why));
            let p = match &own.p {
                Known::Yes(p) => probability("", *p, lang).trim_start().to_owned(),
                Known::No(why) => lang.why(why),
            };
            table.row([what, self.digits.signed(own.value), why.unwrap_or_else(|| limit(own.low)), limit(own.high), p]);
        };
        row(lang.say(WHOLE_EFFECT).to_owned(), &self.found.effect);
        for own in &self.found.events {
            row(super::scale::number(own.month as f64, 0, lang), &own.effect);
        }
        for own in &self.found.placebos {
            let earlier = super::scale::number(-(own.earlier as f64), 0, lang);
            row(format!("{}: {earlier}", lang.say(EARLIER)), &own.effect);
        }
        table
    }
}
