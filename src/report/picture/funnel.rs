//! Units side by side: each by how many rows it has and what its figure is, and how far chance alone would spread them.

use super::super::Lang;
use super::super::number::count;
use super::super::section::{name, units};
use super::super::words::{ALL_TOGETHER, NO_NAME, place};
use super::canvas::{Anchor, Area, Canvas, LINE, Mark, Path, SIZE, WIDTH, cut, width};
use super::digits::Digits;
use super::limits::Limits;
use super::plot::{Key, Plot, legend, room};
use super::scale::{Scale, Span};
use super::words::{
    ABSOLUTE, BEYOND_95, BEYOND_998, CASES, FUNNEL_NONE, FUNNEL_SAYS, FUNNEL_TITLE, HIGH, INNER, INNER_USUAL, LOW,
    OUTER, OUTER_USUAL, PLACE, ROWS, UNIT, VALUE, WITHIN,
};
use super::{Picture, Table};
use crate::kpi::{Better, Unit};
use crate::scorecard::{Beside, Scorecard, SideBySide};

/// How high the ground is.
const HEIGHT: f64 = 170.0;

/// How many units are named at most, and how long a name may be.
const NAMED: usize = 8;
const LONGEST: f64 = 120.0;

/// How many times as many rows the largest unit has, where equal steps are equal factors.
const FAR: f64 = 30.0;

/// A funnel on its way to a sheet.
struct Drawn<'a> {
    own: &'a SideBySide,
    unit: &'static str,
    digits: Digits,
    lang: Lang,
}

/// Units whose dots say who they are; of more of them those outside do, and the drill-down of all.
const TOLD: usize = 60;

/// The units of a KPI in their funnel; `None` where no unit has a figure.
pub(in crate::report) fn funnel(own: &SideBySide, card: &Scorecard, lang: Lang) -> Option<Picture> {
    let values: Vec<f64> = own.groups.iter().map(|group| group.value).collect();
    Span::of(values.iter().copied())?;
    let unit = card.kpi(&own.id).map_or("", |row| units(row, lang)[0]);
    let drawn = Drawn { own, unit, digits: Digits::fitting(own.unit, &values, &[], lang), lang };
    let name = name(card, &own.id, lang);
    let title = lang.filled(FUNNEL_TITLE, &[("name", &name)]);
    let mut canvas = Canvas::default();
    drawn.on(&mut canvas)?;
    let table = drawn.table(&title);
    Some(Picture::new(title, drawn.says(&name), canvas, table))
}

/// Whether a place is beyond the outer limits, beyond the inner ones, or within both.
fn beyond(place: &str) -> Option<bool> {
    match place {
        "far_below" | "far_above" => Some(true),
        "below" | "above" => Some(false),
        _ => None,
    }
}

impl Drawn<'_> {
    fn on(&self, canvas: &mut Canvas) -> Option<()> {
        let rows = Span::of(self.own.groups.iter().map(|group| group.n.max(1) as f64))?;
        let limits = Limits::of(self.own);
        let ends = limits.iter().flat_map(|limits| limits.at(rows.least));
        let values = self.own.groups.iter().map(|group| group.value).chain([self.own.centre]);
        let own = Span::of(values.clone())?;
        // Limits of very few rows are wider than anything: the picture is of the units, and of no time below zero.
        let ends = ends.map(|end| nearby(end, own)).filter(|end| own.least < 0.0 || *end >= 0.0);
        let span = Span::of(values.chain(ends))?;
        let heading =
            if self.unit.is_empty() { String::new() } else { self.lang.filled(ABSOLUTE, &[("unit", self.unit)]) };
        let span = (room(span, self.own.unit, 0.05), self.own.unit);
        let plot = Plot::new(canvas, &heading, span, HEIGHT, self.lang);
        let x = self.rows(rows, &plot);
        let plot = Plot { x, ..plot };
        self.axis(canvas, &plot);
        if let Some(limits) = &limits {
            drawn(canvas, limits, &plot);
        }
        canvas.line("centre", (plot.x.start, plot.y.at(self.own.centre)), (plot.x.end, plot.y.at(self.own.centre)));
        self.inside(canvas, &plot);
        self.outside(canvas, &plot);
        let top = plot.bottom() + 2.0 * LINE;
        canvas.text("hd", Anchor::End, (WIDTH, top), self.lang.say(CASES));
        legend(canvas, &self.keys(limits.is_some()), top + LINE + 4.0);
        Some(())
    }

    /// How many rows, from left to right, with room for the marks at both ends.
    fn rows(&self, rows: Span, plot: &Plot) -> Scale {
        let (start, end) = (plot.x.start, plot.x.end);
        match rows.most / rows.least > FAR {
            true => {
                let room = (rows.most / rows.least).powf(0.04);
                Scale::log(Span { least: rows.least / room, most: rows.most * room }, start, end)
            }
            false => Scale::new(rows.with_room(0.06).within(0.0, f64::MAX), start, end),
        }
    }

    fn axis(&self, canvas: &mut Canvas, plot: &Plot) {
        for most in (1..=6).rev() {
            let ticks: Vec<f64> = plot.x.ticks(most).into_iter().filter(|tick| tick.fract() == 0.0).collect();
            let labels: Vec<(f64, String)> =
                ticks.iter().map(|tick| (plot.x.at(*tick), count(*tick as u64, self.lang))).collect();
            let room =
                |pair: &[(f64, String)]| pair[1].0 - pair[0].0 > (width(&pair[0].1) + width(&pair[1].1)) / 2.0 + 6.0;
            if labels.windows(2).all(room) {
                labels.iter().for_each(|(x, label)| plot.tick(canvas, *x, label));
                return;
            }
        }
    }

    /// Units within the limits: dots that say who they are to who points at them.
    fn inside(&self, canvas: &mut Canvas, plot: &Plot) {
        canvas.group("dots", |canvas| {
            for group in self.own.groups.iter().filter(|group| beyond(group.place).is_none()) {
                let told = (self.own.groups.len() <= TOLD).then(|| self.told(group));
                canvas.dot(self.place(group, plot), told.as_deref());
            }
        });
    }

    fn place(&self, group: &Beside, plot: &Plot) -> (f64, f64) {
        plot.at(group.n.max(1) as f64, group.value)
    }

    /// Units outside, the farthest named.
    fn outside(&self, canvas: &mut Canvas, plot: &Plot) {
        let mut outside: Vec<(&Beside, bool)> =
            self.own.groups.iter().filter_map(|group| Some((group, beyond(group.place)?))).collect();
        outside.sort_by(|one, other| other.0.z.abs().total_cmp(&one.0.z.abs()).then(one.0.by.cmp(&other.0.by)));
        for (group, far) in outside.iter().rev() {
            let (tone, mark) = self.mark(group);
            let full = if *far { "full" } else { "hollow" };
            canvas.titled_mark(&format!("{tone} {full}"), mark, self.place(group, plot), 7.0, &self.told(group));
        }
        let marks: Vec<Area> = outside.iter().map(|(group, _)| about(self.place(group, plot))).collect();
        for (group, _) in outside.iter().take(NAMED) {
            self.name(canvas, group, plot, &marks);
        }
    }

    /// Whether a unit outside is better, by its mark and its colour.
    fn mark(&self, group: &Beside) -> (&'static str, Mark) {
        let is_above = matches!(group.place, "above" | "far_above");
        match (self.own.better, is_above) {
            (Better::Neither, _) => ("ink", Mark::Diamond),
            (Better::Higher, true) | (Better::Lower, false) => ("good", Mark::Up),
            _ => ("bad", Mark::Down),
        }
    }

    /// The name where it touches no other text and no mark of a unit outside, or nowhere.
    fn name(&self, canvas: &mut Canvas, group: &Beside, plot: &Plot, marks: &[Area]) {
        let (x, y) = self.place(group, plot);
        let own = about((x, y));
        let name = cut(&self.who(group), LONGEST);
        let beside = y + 0.35 * SIZE;
        let places = [
            (Anchor::Start, (x + 6.0, beside)),
            (Anchor::End, (x - 6.0, beside)),
            (Anchor::Middle, (x, y - 7.0)),
            (Anchor::Middle, (x, y + 14.0)),
            (Anchor::Start, (x + 5.0, y - 6.0)),
            (Anchor::End, (x - 5.0, y - 6.0)),
            (Anchor::Start, (x + 5.0, y + 13.0)),
            (Anchor::End, (x - 5.0, y + 13.0)),
        ];
        let is_free = |(anchor, place): &(Anchor, (f64, f64))| {
            let area = Area::of(*anchor, *place, &name);
            let touches = marks.iter().any(|mark| *mark != own && mark.meets(&area));
            let inside = area.left >= plot.x.start && area.top >= plot.top() - LINE && area.bottom <= plot.bottom();
            inside && !touches && canvas.is_free(&area)
        };
        if let Some((anchor, place)) = places.into_iter().find(is_free) {
            canvas.text("nm", anchor, place, &name);
        }
    }

    fn who(&self, group: &Beside) -> String {
        let name = |name: &Option<String>| name.clone().unwrap_or_else(|| self.lang.say(NO_NAME).to_owned());
        group.by.values().map(name).collect::<Vec<_>>().join(", ")
    }

    fn told(&self, group: &Beside) -> String {
        let value = format!("{} {}", self.digits.value(group.value), self.unit);
        format!("{}: {}, n {}", cut(&self.who(group), 2.0 * LONGEST), value.trim_end(), count(group.n, self.lang))
    }

    fn keys(&self, has_limits: bool) -> Vec<(Key, String)> {
        let say = |words| self.lang.say(words).to_owned();
        let any = |own: Option<bool>, good: Option<&str>| {
            let is = |group: &&Beside| beyond(group.place) == own && good.is_none_or(|tone| self.mark(group).0 == tone);
            self.own.groups.iter().any(|group| is(&group))
        };
        let marks = [("good", Mark::Up, super::words::BETTER), ("bad", Mark::Down, super::words::WORSE)];
        let mut keys = vec![(Key::Mark("dots", Mark::Dot), say(WITHIN))];
        for (tone, mark, words) in marks {
            for (far, beyond) in [(true, BEYOND_998), (false, BEYOND_95)] {
                if any(Some(far), Some(tone)) {
                    let class = match (tone, far) {
                        ("good", true) => "good full",
                        ("good", false) => "good hollow",
                        (_, true) => "bad full",
                        (_, false) => "bad hollow",
                    };
                    keys.push((Key::Mark(class, mark), format!("{}, {}", say(words), say(beyond))));
                }
            }
        }
        keys.push((Key::Line("centre"), say(ALL_TOGETHER)));
        if has_limits {
            let [inner, outer] = if self.own.unit == Unit::Share { [INNER, OUTER] } else { [INNER_USUAL, OUTER_USUAL] };
            keys.extend([(Key::Band("band"), say(inner)), (Key::Line("limit"), say(outer))]);
        }
        keys
    }

    fn says(&self, name: &str) -> String {
        let outside = |tone: &str| {
            let is = |group: &&Beside| beyond(group.place).is_some() && self.mark(group).0 == tone;
            self.own.groups.iter().filter(is).count() as u64
        };
        let all = self.own.groups.len() as u64;
        let [all, better, worse] = [all, outside("good"), outside("bad")].map(|units| count(units, self.lang));
        let says = if better == "0" && worse == "0" { FUNNEL_NONE } else { FUNNEL_SAYS };
        self.lang.filled(says, &[("name", name), ("all", &all), ("better", &better), ("worse", &worse)])
    }

    fn table(&self, title: &str) -> Table {
        let lang = self.lang;
        let value = format!("{} ({})", lang.say(VALUE), self.unit);
        let value = if self.unit.is_empty() { lang.say(VALUE) } else { &value };
        let [unit, rows, low, high, where_it_is] = [UNIT, ROWS, LOW, HIGH, PLACE].map(|words| lang.say(words));
        let [inner, outer] = ["95", "99.8"].map(|level| {
            [low, high].map(|limit| {
                let level = if lang == Lang::Vi { level.replace('.', ",") + "%" } else { format!("{level} %") };
                format!("{limit}, {level}")
            })
        });
        let headings =
            [(unit, false), (rows, true), (value, true), (inner[0].as_str(), true), (inner[1].as_str(), true)];
        let [a, b, c, d, e] = headings;
        let mut table = Table::new(title, [a, b, c, d, e, (&outer[0], true), (&outer[1], true), (where_it_is, false)]);
        for group in &self.own.groups {
            let [[a, b], [c, d]] = [group.inner, group.outer].map(|own| own.map(|limit| self.digits.value(limit)));
            let (n, value) = (count(group.n, lang), self.digits.value(group.value));
            table.row([self.who(group), n, value, a, b, c, d, lang.say(place(group.place)).to_owned()]);
        }
        table
    }
}

/// An end of the limits, no farther from the values than twice as far as they are from each other.
fn nearby(end: f64, values: Span) -> f64 {
    let room = values.with_room(0.5);
    end.clamp(room.least, room.most)
}

/// The place of a mark.
fn about((x, y): (f64, f64)) -> Area {
    Area { left: x - 4.0, top: y - 4.0, right: x + 4.0, bottom: y + 4.0 }
}

/// The limits over all numbers of rows: the inner ones as a band, the outer ones as dashes where they are on the sheet.
fn drawn(canvas: &mut Canvas, limits: &Limits, plot: &Plot) {
    const PLACES: i32 = 60;
    let step = (plot.x.end - plot.x.start) / f64::from(PLACES);
    let places = (0..=PLACES).map(|place| plot.x.start + step * f64::from(place));
    let ends: Vec<(f64, [f64; 4])> = places.map(|x| (x, limits.at(plot.x.value(x)))).collect();
    let edge = |of: usize| ends.iter().map(move |(x, ends)| (*x, ends[of])).collect::<Vec<_>>();
    let (above, below) = (edge(2), edge(1));
    let band = above.iter().chain(below.iter().rev()).map(|(x, end)| (*x, plot.y.at(*end)));
    canvas.path("band", &band.fold(Path::default(), Path::to).closed());
    for of in [0, 3] {
        let seen = edge(of).windows(2).flat_map(|pair| within(pair[0], pair[1], &plot.y)).collect::<Vec<_>>();
        for run in seen.chunk_by(|one, next| one.1 == next.0) {
            let ends = run.iter().map(|(_, to)| *to);
            let line = [run[0].0].into_iter().chain(ends).map(|(x, end)| (x, plot.y.at(end)));
            canvas.path("limit", &line.fold(Path::default(), Path::to));
        }
    }
}

/// The part of a stretch that lies within the scale.
fn within(from: (f64, f64), to: (f64, f64), y: &Scale) -> Option<((f64, f64), (f64, f64))> {
    let is_in = |(_, value): (f64, f64)| (y.from..=y.to).contains(&value);
    let cut = |inside: (f64, f64), outside: (f64, f64)| {
        let end = outside.1.clamp(y.from, y.to);
        let part = (end - inside.1) / (outside.1 - inside.1);
        (inside.0 + part * (outside.0 - inside.0), end)
    };
    match (is_in(from), is_in(to)) {
        (true, true) => Some((from, to)),
        (true, false) => Some((from, cut(from, to))),
        (false, true) => Some((cut(to, from), to)),
        (false, false) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line from 2 down to −2 leaves a ground of −1 to 1 at half of the way to 0, and comes back as it left.
    #[test]
    fn a_limit_is_drawn_as_far_as_the_ground() {
        let y = Scale::new(Span { least: -1.0, most: 1.0 }, 100.0, 0.0);
        assert_eq!(within((0.0, 0.0), (10.0, 2.0), &y), Some(((0.0, 0.0), (5.0, 1.0))));
        assert_eq!(within((0.0, 2.0), (10.0, 0.0), &y), Some(((5.0, 1.0), (10.0, 0.0))));
        assert_eq!(within((0.0, 2.0), (10.0, 3.0), &y), None);
    }
}
