//! A KPI month by month: limits, the reform, signals, the trend and how it would have gone on, the months to come.

use super::super::Lang;
use super::super::number::count;
use super::super::section::units;
use super::super::words::{meaning, rule};
use super::canvas::{Anchor, Canvas, LINE, Mark, Path, width};
use super::digits::Digits;
use super::month::{name, number, numbered};
use super::plot::{Key, Plot, legend, room};
use super::scale::Span;
use super::words::{
    ABSOLUTE, AHEAD, CENTRE, CONCERN, COUNTERFACTUAL, FITTED, GAP, HIGH, IMPROVEMENT, LIMITS, LOW, MONTH, NEITHER,
    NO_LIMITS, NO_SIGNAL, REFORM, ROWS, SERIES_NONE, SERIES_SAYS, SERIES_TITLE, SIGNALLED, TELLS, TRIAL, VALUE, YOUNG,
};
use super::{Picture, Table};
use crate::scorecard::{Outlook, OutlookMonth, Row, Scorecard, Series, SeriesMonth};

/// How high the ground is.
const HEIGHT: f64 = 130.0;

/// A series on its way to a sheet.
struct Drawn<'a> {
    series: &'a Series,
    row: &'a Row,
    /// Its months, counted from the year 0.
    months: Vec<(i64, &'a SeriesMonth)>,
    ahead: Vec<(i64, &'a OutlookMonth)>,
    reform: Option<i64>,
    lang: Lang,
}

/// A series with all that is known of its months; `None` where the card has no row of its KPI.
pub(in crate::report) fn series(series: &Series, card: &Scorecard, lang: Lang) -> Option<Picture> {
    let row = card.kpi(&series.id)?;
    let months = numbered(series.months.iter().map(|month| (month.month.as_str(), month)));
    let ahead = series.forecast.value().map(|outlook: &Outlook| outlook.months.as_slice()).unwrap_or_default();
    let ahead = numbered(ahead.iter().map(|month| (month.month.as_str(), month)));
    let reform = card.study.reform.as_deref().and_then(number);
    let drawn = Drawn { series, row, months, ahead, reform, lang };
    let title = lang.filled(SERIES_TITLE, &[("name", lang.name(&row.name))]);
    let mut canvas = Canvas::default();
    drawn.on(&mut canvas);
    let table = drawn.table(&title);
    Some(Picture::new(title, drawn.says(), canvas, table))
}

impl Drawn<'_> {
    fn on(&self, canvas: &mut Canvas) {
        let [unit, _] = units(self.row, self.lang);
        let heading = if unit.is_empty() { String::new() } else { self.lang.filled(ABSOLUTE, &[("unit", unit)]) };
        let (Some(span), Some(months)) = (Span::of(self.values()), self.span()) else {
            canvas.prose("lb", (0.0, LINE), self.lang.say(SERIES_NONE));
            return;
        };
        let plot =
            Plot::new(canvas, &heading, (room(span, self.series.unit, 0.06), self.series.unit), HEIGHT, self.lang);
        let plot = plot.over(months);
        self.limits(canvas, &plot);
        self.reform(canvas, &plot);
        self.trend(canvas, &plot);
        self.line(canvas, &plot);
        self.forecast(canvas, &plot);
        self.marks(canvas, &plot);
        self.ticks(canvas, &plot);
        legend(canvas, &self.keys(), plot.bottom() + 2.0 * LINE + 6.0);
    }

    /// Everything that is drawn by height.
    fn values(&self) -> impl Iterator<Item = f64> {
        let own = self.months.iter().flat_map(|(_, month)| {
            [month.value.value().copied(), month.low, month.high, month.fitted, month.counterfactual]
        });
        let ahead = self.ahead.iter().flat_map(|(_, month)| [Some(month.value), month.low, month.high]);
        own.chain(ahead).flatten()
    }

    /// Months as a line: each is a step wide.
    fn span(&self) -> Option<Span> {
        let numbers = self.months.iter().map(|(own, _)| *own).chain(self.ahead.iter().map(|(own, _)| *own));
        let Span { least, most } = Span::of(numbers.map(|own| own as f64))?;
        Some(Span { least: least - 0.5, most: most + 0.5 })
    }

    /// Limits with the line between them, stepped where they vary; months in a row together.
    fn limits(&self, canvas: &mut Canvas, plot: &Plot) {
        let with_limits: Vec<(i64, f64, f64)> =
            self.months.iter().filter_map(|(at, month)| Some((*at, month.low?, month.high?))).collect();
        for run in with_limits.chunk_by(|one, next| next.0 == one.0 + 1) {
            let edge = |months: &mut dyn Iterator<Item = (f64, f64)>| {
                months.fold(Path::default(), |path, (month, value)| path.to(plot.at(month, value)))
            };
            let corners = |of: fn(&(i64, f64, f64)) -> f64| {
                let ends = |own: &(i64, f64, f64)| [(own.0 as f64 - 0.5, of(own)), (own.0 as f64 + 0.5, of(own))];
                let corners: Vec<(f64, f64)> = run.iter().flat_map(ends).collect();
                // A level stretch is one line.
                let level = |one: &(f64, f64), next: &(f64, f64)| one.1 == next.1;
                corners.chunk_by(level).flat_map(|run| [run[0], run[run.len() - 1]]).collect::<Vec<_>>()
            };
            let (low, high) = (corners(|own| own.1), corners(|own| own.2));
            canvas.path("band", &edge(&mut high.iter().chain(low.iter().rev()).copied()).closed());
            canvas.path("limit", &edge(&mut high.into_iter()));
            canvas.path("limit", &edge(&mut low.into_iter()));
            if let (Some(chart), Some(first), Some(last)) = (self.series.chart.value(), run.first(), run.last()) {
                let [from, to] = [first.0 as f64 - 0.5, last.0 as f64 + 0.5];
                canvas.line("centre", plot.at(from, chart.centre), plot.at(to, chart.centre));
            }
        }
    }

    /// The reform came with the first day of its month.
    fn reform(&self, canvas: &mut Canvas, plot: &Plot) {
        let within =
            |month: &i64| self.span().is_some_and(|span| (span.least..=span.most).contains(&(*month as f64 - 0.5)));
        let Some(month) = self.reform.filter(within) else { return };
        let x = plot.x.at(month as f64 - 0.5);
        canvas.line("zero", (x, plot.top() - 2.0), (x, plot.bottom()));
        let label = format!("{} {}", self.lang.say(REFORM), name(month, self.lang));
        canvas.text_within("lb", (x, plot.top() - 5.0), &label);
    }

    /// The trend before and after, and how the one before would have gone on.
    fn trend(&self, canvas: &mut Canvas, plot: &Plot) {
        let is_after = |month: i64| self.reform.is_some_and(|reform| month >= reform);
        let line = |of: fn(&SeriesMonth) -> Option<f64>| -> Vec<(i64, f64)> {
            self.months.iter().filter_map(|(at, month)| Some((*at, of(month)?))).collect()
        };
        let path =
            |run: &[(i64, f64)]| run.iter().fold(Path::default(), |path, (at, own)| path.to(plot.at(*at as f64, *own)));
        for run in line(|month| month.fitted).chunk_by(|one, next| is_after(one.0) == is_after(next.0)) {
            canvas.path("ink thin", &path(run));
        }
        canvas.path("soft bar dots", &path(&line(|month| month.counterfactual)));
    }

    /// Months that can be compared, joined where they follow each other.
    fn line(&self, canvas: &mut Canvas, plot: &Plot) {
        let known = self.months.iter().filter(|(_, month)| !month.immature);
        let known: Vec<(i64, f64)> = known.filter_map(|(at, month)| Some((*at, *month.value.value()?))).collect();
        for run in known.chunk_by(|one, next| next.0 == one.0 + 1).filter(|run| run.len() > 1) {
            let path = run.iter().fold(Path::default(), |path, (at, value)| path.to(plot.at(*at as f64, *value)));
            canvas.path("is bar", &path);
        }
    }

    fn forecast(&self, canvas: &mut Canvas, plot: &Plot) {
        for (at, month) in &self.ahead {
            let (x, y) = plot.at(*at as f64, month.value);
            if let (Some(low), Some(high)) = (month.low, month.high) {
                canvas.line("soft bar", (x, plot.y.at(low)), (x, plot.y.at(high)));
            }
            canvas.mark("soft hollow", Mark::Square, (x, y), 5.0);
        }
    }

    /// A mark a month, by what it says.
    fn marks(&self, canvas: &mut Canvas, plot: &Plot) {
        let size = ((plot.x.end - plot.x.start) / self.months.len().max(1) as f64).clamp(3.0, 5.5);
        for (at, month) in &self.months {
            let Some(value) = month.value.value() else {
                canvas.text("tk", Anchor::Middle, (plot.x.at(*at as f64), plot.bottom() - 2.0), "×");
                continue;
            };
            let (class, mark, larger) = self.mark(month);
            canvas.mark(class, mark, plot.at(*at as f64, *value), size + larger);
        }
    }

    fn mark(&self, month: &SeriesMonth) -> (&'static str, Mark, f64) {
        match month.signal.map(|signal| signal.meaning) {
            _ if month.immature => ("is hollow", Mark::Ring, 0.5),
            None => ("is full", Mark::Dot, 0.0),
            Some(Some("improvement")) => ("good full", Mark::Up, 3.5),
            Some(Some(_)) => ("bad full", Mark::Down, 3.5),
            Some(None) => ("ink full", Mark::Diamond, 2.5),
        }
    }

    /// As many months as have room for their names, those that begin a year first.
    fn ticks(&self, canvas: &mut Canvas, plot: &Plot) {
        let numbers: Vec<i64> =
            self.months.iter().chain(&[]).map(|(at, _)| *at).chain(self.ahead.iter().map(|(at, _)| *at)).collect();
        let (Some(first), Some(last)) = (numbers.iter().min(), numbers.iter().max()) else { return };
        let label = width(&name(*first, self.lang)) + 8.0;
        let step = (plot.x.end - plot.x.start) / (last - first + 1) as f64;
        let every =
            [1, 2, 3, 4, 6, 12, 24, 60, 120].into_iter().find(|every| step * *every as f64 >= label).unwrap_or(240);
        for month in (*first..=*last).filter(|month| month % every == 0) {
            plot.tick(canvas, plot.x.at(month as f64), &name(month, self.lang));
        }
    }

    fn keys(&self) -> Vec<(Key, String)> {
        let any = |has: &dyn Fn(&SeriesMonth) -> bool| self.months.iter().any(|(_, month)| has(month));
        let signal = |meaning: Option<&'static str>| {
            any(&|month| !month.immature && month.signal.is_some_and(|signal| signal.meaning == meaning))
        };
        let trial = self.series.chart.value().is_some_and(|chart| chart.trial);
        let limits = if trial { TRIAL } else { LIMITS };
        let has_limits = any(&|month| month.low.is_some());
        let told = [
            (signal(Some("improvement")), Key::Mark("good full", Mark::Up), IMPROVEMENT),
            (signal(Some("concern")), Key::Mark("bad full", Mark::Down), CONCERN),
            (signal(None), Key::Mark("ink full", Mark::Diamond), NEITHER),
            (any(&|month| month.immature), Key::Mark("is hollow", Mark::Ring), YOUNG),
            (has_limits, Key::Band("band limit"), limits),
            (has_limits, Key::Line("centre"), CENTRE),
            (any(&|month| month.fitted.is_some()), Key::Line("ink thin"), FITTED),
            (any(&|month| month.counterfactual.is_some()), Key::Line("soft bar dots"), COUNTERFACTUAL),
            (!self.ahead.is_empty(), Key::Mark("soft hollow", Mark::Square), AHEAD),
        ];
        let told = told.into_iter().filter(|(holds, ..)| *holds);
        let mut keys: Vec<(Key, String)> = told.map(|(_, key, words)| (key, self.lang.say(words).to_owned())).collect();
        if any(&|month| month.value.value().is_none()) {
            keys.push((Key::Said, format!("× {}", self.lang.say(GAP))));
        }
        keys
    }

    fn digits(&self) -> Digits {
        let values: Vec<f64> = self.values().collect();
        Digits::fitting(self.series.unit, &values, &[], self.lang)
    }

    fn says(&self) -> String {
        let latest = self.months.iter().rev().find(|(_, month)| !month.immature && month.value.value().is_some());
        let Some((at, value)) = latest.and_then(|(at, month)| Some((*at, month.value.value()?))) else {
            return self.lang.say(SERIES_NONE).to_owned();
        };
        let [unit, _] = units(self.row, self.lang);
        let value = format!("{} {unit}", self.digits().value(*value));
        let (whole, month, signals) = (self.lang.name(&self.row.name), name(at, self.lang), self.signalled());
        let fillings = [("name", whole), ("month", &month), ("value", value.trim_end()), ("signals", &signals)];
        self.lang.filled(SERIES_SAYS, &fillings)
    }

    /// How many months are no chance, and which way.
    fn signalled(&self) -> String {
        if let Some(why) = self.series.chart.reason() {
            return format!("{}: {}", self.lang.say(NO_LIMITS), self.lang.why(why));
        }
        let of = |meaning: Option<&str>| {
            let is = |month: &SeriesMonth| month.signal.is_some_and(|signal| signal.meaning == meaning);
            self.months.iter().filter(|(_, month)| is(month)).count() as u64
        };
        let told = [
            (of(Some("improvement")), self.lang.say(IMPROVEMENT)),
            (of(Some("concern")), self.lang.say(CONCERN)),
            (of(None), ""),
        ];
        let told = told.into_iter().filter(|(months, _)| *months > 0);
        let told: Vec<String> = told
            .map(|(months, words)| format!("{words} {}", count(months, self.lang)).trim_start().to_owned())
            .collect();
        match told.is_empty() {
            true => self.lang.say(NO_SIGNAL).to_owned(),
            false => self.lang.filled(SIGNALLED, &[("signals", &told.join(", "))]),
        }
    }

    fn table(&self, title: &str) -> Table {
        let (lang, digits) = (self.lang, self.digits());
        let [unit, _] = units(self.row, lang);
        let value = if unit.is_empty() { lang.say(VALUE).to_owned() } else { format!("{} ({unit})", lang.say(VALUE)) };
        let [month, rows, low, high] = [MONTH, ROWS, LOW, HIGH].map(|words| lang.say(words));
        let [tells, fitted, without] = [TELLS, FITTED, COUNTERFACTUAL].map(|words| lang.say(words));
        let headings = [(month, false), (&value, true), (rows, true), (low, true), (high, true), (fitted, true)];
        let more = [(without, true), (tells, false)];
        let [a, b, c, d, e, f] = headings;
        let [g, h] = more;
        let mut table = Table::new(title, [a, b, c, d, e, f, g, h]);
        let number = |own: Option<f64>| own.map(|own| digits.value(own)).unwrap_or_default();
        for (at, own) in &self.months {
            table.row([
                name(*at, lang),
                number(own.value.value().copied()),
                count(own.n, lang),
                number(own.low),
                number(own.high),
                number(own.fitted),
                number(own.counterfactual),
                self.tells(own),
            ]);
        }
        for (at, own) in &self.ahead {
            let (value, low, high) = (number(Some(own.value)), number(own.low), number(own.high));
            let [n, fitted, without] = [(); 3].map(|()| String::new());
            table.row([name(*at, lang), value, n, low, high, fitted, without, lang.say(AHEAD).to_owned()]);
        }
        table
    }

    /// What is to be known of a month.
    fn tells(&self, month: &SeriesMonth) -> String {
        let lang = self.lang;
        let signal = month.signal.map(|signal| {
            let means = lang.say(meaning(signal.meaning.unwrap_or(signal.direction)));
            format!("{means}: {}", lang.say(rule(signal.rule)))
        });
        let young = month.immature.then(|| lang.say(YOUNG).to_owned());
        let why = month.value.reason().map(|why| lang.why(why));
        [why, young, signal].into_iter().flatten().collect::<Vec<_>>().join("; ")
    }
}
