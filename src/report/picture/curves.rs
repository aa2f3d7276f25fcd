//! Which share had finished by when, in both windows, with how many were still waiting.

use super::super::Lang;
use super::super::number::{count, percent};
use super::super::section::units;
use super::canvas::{Anchor, Canvas, LINE, Mark, Path, WIDTH, width, wrapped};
use super::digits::Digits;
use super::plot::Plot;
use super::scale::{Span, labels};
use super::words::{
    AFTER, AT_RISK, BEFORE, CURVES_SAYS, CURVES_TITLE, FINISHED, HALF, HALF_NEVER, HIGH, LOW, NINE, SHADED, STROKES,
    TIME, WINDOW,
};
use super::{Picture, Table};
use crate::kpi::Unit;
use crate::scorecard::{Absence, CurveSide, CurveStep, Curves, Known, Row, Scorecard};

/// How high the ground is.
const HEIGHT: f64 = 150.0;

/// The curve of a window, with how it is marked.
struct Side<'a> {
    name: &'static str,
    class: &'static str,
    mark: Mark,
    curve: &'a Known<CurveSide>,
}

/// Curves on their way to a sheet.
struct Drawn<'a> {
    row: &'a Row,
    unit: Unit,
    /// That of the limits.
    level: f64,
    sides: Vec<Side<'a>>,
    lang: Lang,
}

/// The curves of a KPI; `None` where the card has no row of it.
pub(in crate::report) fn curves(curves: &Curves, card: &Scorecard, lang: Lang) -> Option<Picture> {
    let row = card.kpi(&curves.id)?;
    let was = curves.was.as_ref().map(|curve| (BEFORE, "was", Mark::Square, curve));
    let both = was.into_iter().chain([(AFTER, "is", Mark::Dot, &curves.is)]);
    let sides = both.map(|(name, class, mark, curve)| Side { name: lang.say(name), class, mark, curve }).collect();
    let drawn = Drawn { row, unit: curves.unit, level: card.study.level, sides, lang };
    let name = lang.name(&row.name);
    let title = lang.filled(CURVES_TITLE, &[("name", name)]);
    let mut canvas = Canvas::default();
    drawn.on(&mut canvas);
    let says = drawn.sides.iter().map(|side| drawn.told(side)).collect::<Vec<_>>().join("; ");
    let says = lang.filled(CURVES_SAYS, &[("name", name), ("curves", &says)]);
    let table = drawn.table(&title);
    Some(Picture::new(title, says, canvas, table))
}

impl Drawn<'_> {
    fn on(&self, canvas: &mut Canvas) {
        let end = self.times().last().copied().unwrap_or_default();
        if end <= 0.0 {
            self.said(canvas, LINE);
            return;
        }
        let whole = Span { least: 0.0, most: 1.0 };
        // Before the first number of rows stands the window's mark.
        let room = self.widest() / 2.0 + 10.0;
        let plot = Plot::beside(canvas, self.lang.say(FINISHED), (whole, Unit::Share), (room, HEIGHT), self.lang);
        let plot = plot.over(Span { least: 0.0, most: end });
        for side in &self.sides {
            side.band(canvas, &plot, end);
        }
        for share in [0.5, 0.9] {
            canvas.line("limit", plot.at(0.0, share), plot.at(end, share));
        }
        for side in &self.sides {
            side.line(canvas, &plot, end);
        }
        for side in &self.sides {
            side.quantiles(canvas, &plot, end);
        }
        let below = self.at_risk(canvas, &plot);
        let below = self.said(canvas, below);
        let band = |own: &CurveSide| if is_shaded(own) { SHADED } else { STROKES };
        let limits = self.sides.iter().filter_map(|side| side.curve.value()).find(|own| own.method.is_some()).map(band);
        if let Some(words) = limits {
            let level = percent(self.level, self.lang);
            canvas.text("tk", Anchor::Start, (0.0, below), &self.lang.filled(words, &[("level", &level)]));
        }
    }

    /// The times at which rows are counted: those of the axis.
    fn times(&self) -> Vec<f64> {
        let curve = self.sides.iter().find_map(|side| side.curve.value());
        curve.map(|own| own.at_risk.iter().map(|own| own.time).collect()).unwrap_or_default()
    }

    /// How wide the longest number of rows is.
    fn widest(&self) -> f64 {
        let known = self.sides.iter().filter_map(|side| side.curve.value());
        let counts = known.flat_map(|own| own.at_risk.iter().map(|own| width(&count(own.n, self.lang))));
        counts.fold(0.0, f64::max)
    }

    /// The axis with its round times, and below each of them how many were still waiting.
    fn at_risk(&self, canvas: &mut Canvas, plot: &Plot) -> f64 {
        let times = self.times();
        let [unit, _] = units(self.row, self.lang);
        let names = labels(&times, self.unit, self.lang);
        let widest = names.iter().map(|name| width(name)).fold(self.widest(), f64::max) + 5.0;
        let step = (plot.x.end - plot.x.start) / (times.len().max(2) - 1) as f64;
        let every = (widest / step).ceil().max(1.0) as usize;
        for (time, name) in times.iter().zip(names).step_by(every) {
            plot.tick(canvas, plot.x.at(*time), &name);
        }
        let mut y = plot.bottom() + 2.0 * LINE + 1.0;
        canvas.text("hd", Anchor::End, (WIDTH, y), &self.lang.filled(TIME, &[("unit", unit)]));
        canvas.text("hd", Anchor::Start, (0.0, y), self.lang.say(AT_RISK));
        for (side, own) in self.sides.iter().filter_map(|side| Some((side, side.curve.value()?))) {
            y += LINE;
            canvas.mark(&format!("{} full", side.class), side.mark, (6.0, y - 4.0), 7.0);
            for at_risk in own.at_risk.iter().step_by(every) {
                canvas.text_within("tk", (plot.x.at(at_risk.time), y), &count(at_risk.n, self.lang));
            }
        }
        y + LINE + 6.0
    }

    /// In words below: by when half and nine in ten had finished.
    fn said(&self, canvas: &mut Canvas, mut y: f64) -> f64 {
        for side in &self.sides {
            canvas.mark(&format!("{} full", side.class), side.mark, (6.0, y - 4.0), 7.0);
            for line in wrapped(&self.told(side), WIDTH - 14.0) {
                canvas.text("lb", Anchor::Start, (14.0, y), &line);
                y += LINE;
            }
        }
        y
    }

    /// By when half of a window's rows had finished, and nine in ten; or why nobody knows.
    fn told(&self, side: &Side<'_>) -> String {
        let own = match side.curve {
            Known::Yes(own) => own,
            Known::No(why) => return format!("{}: {}", side.name, self.lang.why(why)),
        };
        let [unit, _] = units(self.row, self.lang);
        let digits = Digits::of(self.row, self.lang);
        let time = |time: f64| format!("{} {unit}", digits.value(time)).trim_end().to_owned();
        let half = own.median.map(|median| self.lang.filled(HALF, &[("time", &time(median))]));
        let half = half.unwrap_or_else(|| self.lang.say(HALF_NEVER).to_owned());
        let nine = own.p90.map(|p90| self.lang.filled(NINE, &[("time", &time(p90))])).unwrap_or_default();
        format!("{}: {half}{nine}", side.name)
    }

    fn table(&self, title: &str) -> Table {
        let lang = self.lang;
        let [unit, _] = units(self.row, lang);
        let time = lang.filled(TIME, &[("unit", unit)]);
        let [window, finished, low, high, at_risk] =
            [WINDOW, FINISHED, LOW, HIGH, AT_RISK].map(|words| lang.say(words));
        let headings = [(window, false), (&time, true), (finished, true), (low, true), (high, true), (at_risk, true)];
        let mut table = Table::new(title, headings);
        for side in &self.sides {
            self.rows(&mut table, side);
        }
        table
    }

    /// The steps of a window, and how many were still waiting.
    fn rows(&self, table: &mut Table, side: &Side<'_>) {
        let (name, none) = (|| side.name.to_owned(), String::new);
        let own = match side.curve {
            Known::Yes(own) => own,
            Known::No(why) => return table.row([name(), none(), self.lang.why(why), none(), none(), none()]),
        };
        let times: Vec<f64> = own.steps.iter().map(|step| step.time).collect();
        let (times, shares) =
            (Digits::fitting(self.unit, &times, &[], self.lang), Digits::fitting(Unit::Share, &[], &[], self.lang));
        for at_risk in &own.at_risk {
            let n = count(at_risk.n, self.lang);
            table.row([name(), times.value(at_risk.time), none(), none(), none(), n]);
        }
        let why = own.limits.as_ref().map(|Absence(why)| self.lang.why(why));
        for CurveStep { time, share, low, high, .. } in &own.steps {
            let limit = |limit: &Option<f64>| limit.map(|limit| shares.value(limit)).unwrap_or_default();
            let low = why.clone().unwrap_or_else(|| limit(low));
            table.row([name(), times.value(*time), shares.value(*share), low, limit(high), none()]);
        }
    }
}

/// Whether limits are known of most steps: a band; or of some, which are strokes.
fn is_shaded(own: &CurveSide) -> bool {
    own.steps.iter().filter(|step| step.low.is_some()).count() * 2 > own.steps.len()
}

/// The limits between one step and the next.
struct Stretch {
    /// The number of the step.
    at: usize,
    times: [f64; 2],
    limits: [f64; 2],
}

/// The stretches of a curve whose limits are known.
fn stretches(own: &CurveSide, end: f64) -> Vec<Stretch> {
    let steps: Vec<&CurveStep> = own.steps.iter().take_while(|step| step.time <= end).collect();
    let until = |at: usize| steps.get(at + 1).map_or(own.end.min(end), |next| next.time);
    let stretch = |at: usize| {
        let step = steps[at];
        Some(Stretch { at, times: [step.time, until(at)], limits: [step.low?, step.high?] })
    };
    (0..steps.len()).filter_map(stretch).collect()
}

impl Side<'_> {
    /// Between which limits it may lie: a band, or strokes where limits are known at some times alone.
    fn band(&self, canvas: &mut Canvas, plot: &Plot, end: f64) {
        let Some(own) = self.curve.value() else { return };
        let stretches = stretches(own, end);
        if !is_shaded(own) {
            for Stretch { times: [time, _], limits: [low, high], .. } in stretches {
                canvas.line(&format!("{} thin", self.class), plot.at(time, low), plot.at(time, high));
            }
            return;
        }
        for run in stretches.chunk_by(|one, next| one.at + 1 == next.at) {
            let above = run.iter().flat_map(|own| own.times.map(|time| (time, own.limits[1])));
            let below = run.iter().rev().flat_map(|own| own.times.map(|time| (time, own.limits[0])).into_iter().rev());
            let path = above.chain(below).fold(Path::default(), |path, (time, share)| path.step(plot.at(time, share)));
            canvas.path(&format!("{} tint", self.class), &path.closed());
        }
    }

    /// The curve itself, from nobody at the start to where the last rows were seen.
    fn line(&self, canvas: &mut Canvas, plot: &Plot, end: f64) {
        let Some(own) = self.curve.value() else { return };
        let mut path = Path::default().from(plot.at(0.0, 0.0));
        for step in own.steps.iter().take_while(|step| step.time <= end) {
            path = path.across(plot.x.at(step.time)).down(plot.y.at(step.share));
        }
        let dashed = if self.class == "was" { " dash" } else { "" };
        canvas.path(&format!("{} bar{dashed}", self.class), &path.across(plot.x.at(own.end.min(end))));
    }

    /// Its median and the time of nine in ten, where they are on the sheet.
    fn quantiles(&self, canvas: &mut Canvas, plot: &Plot, end: f64) {
        let Some(own) = self.curve.value() else { return };
        for (time, share) in [(own.median, 0.5), (own.p90, 0.9)] {
            let Some(time) = time.filter(|time| *time <= end) else { continue };
            let (x, y) = plot.at(time, share);
            if share == 0.5 {
                canvas.line(&format!("{} thin dash", self.class), (x, y), (x, plot.bottom()));
            }
            canvas.mark(&format!("{} full", self.class), self.mark, (x, y), 8.0);
        }
    }
}
