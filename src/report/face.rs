//! One KPI's row as it is read: cells, verdict, facts, notes.

use super::Lang;
use super::number::{Digits, count, percent, probability, rounded};
use super::page::{Text, Tone};
use super::strip::strip;
use super::words::{
    BOTH, CHANGE, EXCLUDED, FLATTERING, FLOW, HOLM, HOURS, IMMATURE, INCOMES, INDEPENDENT, INFORMATION, IS,
    LARGEST_CLUSTER, NO_DIFFERENCE, NO_INTERVAL, NO_TEST, NO_VALUE, POINTS, RESPONSE_RATE, SENSITIVITY, UNDATED, WAS,
    Words, unit, unit_of, verdict,
};
use crate::error::Undefined;
use crate::kpi::{Better, Unit, find};
use crate::scorecard::{Change, Figure, Flag, Known, Range, ResponseRate, Row, StudyHead, Swayed, Verdict};
use std::collections::BTreeSet;

/// What stands for a figure whose reason is given below it.
const NONE: &str = "–";

/// A row in a language.
pub(super) struct Face<'a> {
    pub(super) row: &'a Row,
    pub(super) lang: Lang,
    pub(super) digits: Digits,
    /// The columns whose mix is held fixed.
    pub(super) mix: &'a [String],
}

impl<'a> Face<'a> {
    pub(super) fn new(row: &'a Row, study: &'a StudyHead, lang: Lang) -> Self {
        Self { row, lang, digits: Digits::of(row, lang), mix: &study.standardise }
    }

    /// Name, was, arrow, is, unit, change, interval; what one window lacks is empty.
    pub(super) fn cells(&self, flags: &[Flag]) -> Vec<Text> {
        let name = Text::strong(self.lang.name(&self.row.name)).and(Text::dim(marks(&self.row.flags, flags)));
        let was = self.row.was.as_ref().map_or_else(String::new, |was| self.value(was));
        let arrow = if self.row.was.is_some() { "→" } else { "" };
        let is = self.value(&self.row.is);
        let (change, interval) = self.change();
        let unit = self.lang.say(find(&self.row.id).map_or_else(|| unit(self.row.unit), unit_of));
        let [was, is, change, interval] = [was, is, change, interval].map(Text::plain);
        vec![name, was, Text::dim(arrow), is, Text::dim(unit), change, interval]
    }

    fn value(&self, figure: &Known<Figure>) -> String {
        figure.value().map_or_else(|| NONE.to_owned(), |figure| self.digits.value(figure.value))
    }

    /// The change and its interval; for one window, the figure's own interval.
    fn change(&self) -> (String, String) {
        let signed = |value| self.digits.signed(value);
        match (&self.row.was, &self.row.change, &self.row.is) {
            (Some(_), Known::Yes(change), _) => {
                let gap = &change.absolute;
                (signed(gap.value), self.pointed(self.digits.interval(gap.low, gap.high, signed)))
            }
            (None, _, Known::Yes(is)) => {
                (String::new(), self.digits.interval(is.low, is.high, |value| self.digits.value(value)))
            }
            _ => Default::default(),
        }
    }

    /// Differences of shares are points, not percent.
    pub(super) fn pointed(&self, interval: String) -> String {
        match self.row.unit {
            Unit::Share => format!("{interval} {}", self.lang.say(POINTS)).trim_start().to_owned(),
            _ => interval,
        }
    }

    /// The verdict with its symbol, and independence beside it; or that there will be none.
    pub(super) fn verdict(&self) -> Option<Text> {
        if self.row.better == Better::Neither {
            let flattering = self.row.flags.contains(&Flag::Flattering).then_some(FLATTERING);
            return Some(Text::dim(self.beside(self.lang.say(INFORMATION), flattering)));
        }
        let (symbol, words) = verdict(self.row.verdict?);
        let independent = self.row.flags.contains(&Flag::Independent);
        let words = self.beside(self.lang.say(words), independent.then_some(INDEPENDENT));
        Some(Text::new(self.tone(), format!("{symbol} {words}")))
    }

    fn beside(&self, words: &str, more: Option<Words>) -> String {
        more.map_or_else(|| words.to_owned(), |more| format!("{words} ({})", self.lang.say(more)))
    }

    fn tone(&self) -> Tone {
        match self.row.verdict {
            Some(Verdict::Improved) => Tone::Good,
            Some(Verdict::Worsened) => Tone::Bad,
            Some(Verdict::NoClearChange | Verdict::NotComparable) | None => Tone::Plain,
        }
    }

    /// The change that the verdict is of, drawn on a line.
    pub(super) fn strip(&self, width: usize) -> Text {
        let drawn = |change: &Change| Text::new(self.tone(), strip(&change.absolute, self.row.better, width));
        self.row.judged().map_or_else(Text::default, drawn)
    }

    /// Verdict, q, Holm's p, rows in the denominator, rows left out, the largest cluster.
    pub(super) fn facts(&self) -> Vec<Text> {
        let n = self.counts(Words("page.n"), true, |figure| Some(figure.n));
        let dim = self.allowing().chain(n).chain(self.left_out()).map(Text::dim);
        self.verdict().into_iter().chain(dim).collect()
    }

    /// The same without the verdict and the rows in the denominator, which have columns of their own.
    pub(super) fn asides(&self) -> Vec<Text> {
        self.allowing().chain(self.left_out()).map(Text::dim).collect()
    }

    /// Rows in the denominator of both windows.
    pub(super) fn rows(&self) -> String {
        self.counts(Words("page.nothing"), true, |figure| Some(figure.n)).unwrap_or_default().trim_start().to_owned()
    }

    /// The probabilities that allow for how many looks were taken: of the change that the verdict is of.
    fn allowing(&self) -> impl Iterator<Item = String> + use<> {
        let of = |name, p: Option<f64>| p.map(|p| probability(name, p, self.lang));
        let change = self.row.judged();
        let both = [of("q", change.and_then(|change| change.q)), of(HOLM, change.and_then(|change| change.p_holm))];
        both.into_iter().flatten()
    }

    fn left_out(&self) -> impl Iterator<Item = String> + use<> {
        let told = [
            self.counts(EXCLUDED, false, |figure| figure.excluded),
            self.counts(IMMATURE, false, |figure| figure.immature),
            self.counts(UNDATED, false, |figure| figure.undated),
            self.largest_cluster(),
        ];
        told.into_iter().flatten()
    }

    /// What the largest cluster weighs, where a flag says that it is more than half.
    fn largest_cluster(&self) -> Option<String> {
        if !self.row.flags.contains(&Flag::DominantCluster) {
            return None;
        }
        let share = |figure: &Known<Figure>| figure.value()?.largest_cluster;
        let print = |share: Option<f64>| share.map_or_else(|| NONE.to_owned(), |share| rounded(share, self.lang));
        let windows: Vec<Option<f64>> = self.row.was.iter().chain([&self.row.is]).map(share).collect();
        let printed: Vec<String> = windows.iter().copied().map(print).collect();
        let told = windows.iter().any(Option::is_some);
        told.then(|| format!("{} {}", self.lang.say(LARGEST_CLUSTER), printed.join(" → ")))
    }

    /// Verdict and rows in the denominator, for a line of a drill-down.
    pub(super) fn verdict_with_n(&self) -> Text {
        let n = self.counts(Words("page.n"), true, |figure| Some(figure.n)).map(Text::dim);
        let parts: Vec<Text> = self.verdict().into_iter().chain(n).collect();
        let mut parts = parts.into_iter();
        let first = parts.next().unwrap_or_default();
        parts.fold(first, |line, part| line.and(Text::dim(" · ")).and(part))
    }

    /// A count of both windows, or nothing where no window has one to tell.
    fn counts(&self, label: Words, zero: bool, of: impl Fn(&Figure) -> Option<u64>) -> Option<String> {
        let windows: Vec<Option<u64>> =
            self.row.was.iter().chain([&self.row.is]).map(|figure| figure.value().and_then(&of)).collect();
        if !windows.iter().flatten().any(|known| zero || *known > 0) {
            return None;
        }
        let print = |known: &Option<u64>| known.map_or_else(|| NONE.to_owned(), |known| count(known, self.lang));
        let printed: Vec<String> = windows.iter().map(print).collect();
        Some(format!("{} {}", self.lang.say(label), printed.join(" → ")))
    }

    /// What is missing and why.
    pub(super) fn absences(&self) -> Vec<String> {
        let mut absences = self.missing();
        match &self.row.change {
            Known::No(Undefined::OneWindow | Undefined::NoFigure) => {}
            Known::No(why) => absences.push(self.because(NO_DIFFERENCE, why)),
            Known::Yes(change) => {
                let judged = self.row.judged().and_then(|judged| self.uncertain(judged));
                absences.extend(judged.or_else(|| self.uncertain(change)));
            }
        }
        absences
    }

    /// What is missing and why, what the mix did, and what could not have been seen.
    pub(super) fn notes(&self) -> Vec<Text> {
        let mut notes = self.absences();
        notes.extend(self.mixed());
        notes.extend(self.smallest());
        notes.extend(self.row.sensitivity.as_ref().map(|range| self.swayed(range)));
        notes.extend(self.row.response_rate.as_ref().map(|rate| self.answered(rate)));
        notes.extend(self.flow());
        notes.into_iter().map(Text::dim).collect()
    }

    /// What flowed into a stock and out of it, in each window.
    fn flow(&self) -> Option<String> {
        let windows = self.row.was.iter().chain([&self.row.is]).filter_map(|figure| figure.value()?.flow);
        let sums: Vec<String> = windows
            .map(|flow| {
                let [start, born, died, merged, end] =
                    [flow.start, flow.born, flow.died, flow.merged, flow.end].map(|own| count(own, self.lang));
                format!("{start} + {born} − {died} − {merged} = {end}")
            })
            .collect();
        (!sums.is_empty()).then(|| format!("{}: {}", self.lang.say(FLOW), sums.join(" → ")))
    }

    /// The figures with a tariff's hours and incomes at their low and at their high ends.
    fn swayed(&self, range: &Range) -> String {
        let off = [(HOURS, range.hours), (INCOMES, range.income)].into_iter().filter(|(_, share)| *share > 0.0);
        let off: Vec<String> =
            off.map(|(what, share)| format!("{} ± {}", self.lang.say(what), percent(share, self.lang))).collect();
        let ends = |of: fn(&Swayed) -> Option<f64>, print: &dyn Fn(f64) -> String| {
            let (low, high) = (of(&range.low)?, of(&range.high)?);
            Some(format!("{} … {}", print(low), print(high)))
        };
        let value = |value| self.digits.value(value);
        let windows: Vec<String> =
            [ends(|own| own.was, &value), ends(|own| own.is, &value)].into_iter().flatten().collect();
        let change = ends(|own| own.change, &|value| self.digits.signed(value));
        let change = change.map(|change| format!(", {} {change}", self.lang.say(CHANGE))).unwrap_or_default();
        format!("{} ({}): {}{change}", self.lang.say(SENSITIVITY), off.join(", "), windows.join(" → "))
    }

    /// The response rate of both windows, and why there is none.
    fn answered(&self, rate: &ResponseRate) -> String {
        let windows = || rate.was.iter().chain([&rate.is]);
        let print =
            |known: &Known<f64>| known.value().map_or_else(|| NONE.to_owned(), |share| percent(*share, self.lang));
        let printed: Vec<String> = windows().map(print).collect();
        let why = windows().find_map(Known::reason).map(|why| format!(": {}", self.lang.why(why)));
        format!("{} {}{}", self.lang.say(RESPONSE_RATE), printed.join(" → "), why.unwrap_or_default())
    }

    fn missing(&self) -> Vec<String> {
        let was = self.row.was.as_ref().map(Known::reason);
        match (was, self.row.is.reason()) {
            (None, Some(is)) => vec![self.because(NO_VALUE, is)],
            (None, None) => {
                self.row.is.value().and_then(limits).map(|why| self.because(NO_INTERVAL, why)).into_iter().collect()
            }
            (Some(Some(was)), Some(is)) if was == is => vec![self.because(BOTH, is)],
            (Some(was), is) => {
                let was = was.map(|why| self.because(WAS, why));
                was.into_iter().chain(is.map(|why| self.because(IS, why))).collect()
            }
        }
    }

    /// Why a change has no interval, or no test.
    fn uncertain(&self, change: &Change) -> Option<String> {
        let limits = change.absolute.limits.as_ref().map(|absence| &absence.0);
        match (limits, change.p.reason()) {
            (Some(why), _) => Some(self.because(NO_INTERVAL, why)),
            (None, Some(why)) => Some(self.because(NO_TEST, why)),
            (None, None) => None,
        }
    }

    pub(super) fn because(&self, what: Words, why: &Undefined) -> String {
        format!("{}: {}", self.lang.say(what), self.lang.why(why))
    }
}

fn limits(figure: &Figure) -> Option<&Undefined> {
    figure.limits.as_ref().map(|absence| &absence.0)
}

/// The footnote marks of a row's flags, `¹,³`.
fn marks(own: &BTreeSet<Flag>, all: &[Flag]) -> String {
    let places = all.iter().enumerate().filter(|(_, flag)| own.contains(flag));
    places.map(|(at, _)| mark(at)).collect::<Vec<_>>().join(",")
}

/// The footnote mark of a place, counted from 0.
pub(super) fn mark(at: usize) -> String {
    const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    (at + 1).to_string().bytes().map(|digit| RAISED[usize::from(digit - b'0')]).collect()
}
