//! Pictures the size of a word, for lines of tables whose numbers stand beside them: who does not see them misses nothing.

use super::canvas::{Canvas, Mark};
use super::change::{interval, near, size, tone};
use super::month::{number, numbered};
use super::scale::{Scale, Span};
use crate::scorecard::{Row, Series};
use maud::Markup;

/// How wide and how high they are.
const WORD: (f64, f64) = (96.0, 18.0);

/// The change that the verdict is of, about no change in the middle; `None` where there is none.
pub(in crate::report) fn spark_change(row: &Row) -> Option<Markup> {
    let whole = &row.judged()?.absolute;
    let difference = &near(whole, size(whole));
    let ends = [Some(difference.value), difference.low, difference.high].into_iter().flatten();
    let Span { least, most } = Span::of(ends.map(f64::abs).chain([0.0]))?;
    let reach = if most > 0.0 { (most / 2.0 * 2.2).min(f64::MAX / 4.0) } else { 1.0 + least };
    let scale = Scale::new(Span { least: -reach, most: reach }, 3.0, WORD.0 - 3.0);
    let (middle, tone) = (WORD.1 / 2.0, tone(row));
    let mut canvas = Canvas::default();
    canvas.line("zero", (scale.at(0.0), 1.0), (scale.at(0.0), WORD.1 - 1.0));
    interval(&mut canvas, &scale, difference, (tone, true), middle);
    let mark = match tone {
        "good" => Mark::Up,
        "bad" => Mark::Down,
        _ => Mark::Dot,
    };
    canvas.mark(&format!("{tone} full"), mark, (scale.at(difference.value), middle), 7.0);
    Some(canvas.word(WORD))
}

/// A series as a line, broken where a month has no figure, with the reform; `None` where no month has one.
pub(in crate::report) fn spark_series(series: &Series, reform: Option<&str>) -> Option<Markup> {
    let months = numbered(series.months.iter().map(|month| (month.month.as_str(), month)));
    let known: Vec<(i64, f64, bool)> =
        months.iter().filter_map(|(at, month)| Some((*at, *month.value.value()?, month.immature))).collect();
    let y = Scale::new(Span::of(known.iter().map(|own| own.1))?.with_room(0.05), WORD.1 - 3.0, 3.0);
    let Span { least, most } = Span::of(months.iter().map(|(at, _)| *at as f64))?;
    let x = Scale::new(Span { least: least - 0.5, most: most + 0.5 }, 2.0, WORD.0 - 2.0);
    let mut canvas = Canvas::default();
    let reform = reform.and_then(number).map(|month| month as f64 - 0.5).filter(|at| (x.from..=x.to).contains(at));
    reform.inspect(|at| canvas.line("zero", (x.at(*at), 1.0), (x.at(*at), WORD.1 - 1.0)));
    let old: Vec<&(i64, f64, bool)> = known.iter().filter(|own| !own.2).collect();
    for run in old.chunk_by(|one, next| next.0 == one.0 + 1) {
        let corner = |path: super::canvas::Path, own: &&(i64, f64, bool)| path.to((x.at(own.0 as f64), y.at(own.1)));
        match run {
            [alone] => canvas.mark("is full", Mark::Dot, (x.at(alone.0 as f64), y.at(alone.1)), 3.0),
            _ => canvas.path("is bar", &run.iter().fold(super::canvas::Path::default(), corner)),
        }
    }
    for (at, value, _) in known.iter().filter(|own| own.2) {
        canvas.mark("is hollow", Mark::Ring, (x.at(*at as f64), y.at(*value)), 3.0);
    }
    Some(canvas.word(WORD))
}
