//! A KPI's row for everybody: figures in steps, and everything made of two figures made anew of what is published.

use super::super::contrasts::{self, Contrasts};
use super::super::number::{Known, printed};
use super::super::row::{Adjusted, Change, Difference, Figure, Range, Row, Smallest, Swayed, Verdict};
use super::cells::figure;
use super::steps::{Step, Steps};
use super::{Publication, is_of_persons, is_official};
use crate::error::Undefined;

/// Which windows of a row are withheld; and which even where there is no figure.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Windows {
    pub(super) withheld: [bool; 2],
    pub(super) blank: [bool; 2],
}

impl Windows {
    pub(super) fn any(self) -> bool {
        self.withheld.iter().chain(&self.blank).any(|withheld| *withheld)
    }
}

/// A figure of one window that is told: as it is, as it is published, and in which step.
#[derive(Clone, Copy)]
struct Told<'a> {
    published: &'a Figure,
    step: Step,
    rows: u64,
}

impl Publication {
    /// A row; a verdict on the whole stands, for it is a word on everybody.
    pub(super) fn row(&self, row: &Row, windows: Windows, is_whole: bool) -> Row {
        if !is_of_persons(&row.id) {
            return row.clone();
        }
        let [was, is] = [0, 1].map(|window| self.figure_in(row, window, windows));
        let told = |published: Option<&Known<Figure>>, window| {
            let (published, own) = (published.and_then(Known::value).cloned()?, figure(row, window)?);
            Some((published, self.step(own)))
        };
        let told = [told(was.as_ref(), 0), told(is.as_ref(), 1)];
        let pair = match &told {
            [Some((was, of_was)), Some((is, of_is))] => {
                Some([(was, of_was), (is, of_is)].map(|(published, (step, rows))| Told {
                    published,
                    step: *step,
                    rows: *rows,
                }))
            }
            _ => None,
        };
        let hides = |known: bool| known && (windows.any() || pair.is_none());
        let hidden = hides(row.change.value().is_some()) && self.fences.derived;
        let change = match (&row.change, pair) {
            (Known::Yes(_), _) if hidden => Known::No(Undefined::Suppressed),
            (Known::Yes(change), Some(pair)) => Known::Yes(self.change(change, pair)),
            (other, _) => other.clone(),
        };
        let adjusted = match (&row.adjusted, pair) {
            (Known::Yes(_), _) if hidden => Known::No(Undefined::Suppressed),
            (Known::Yes(own), Some(pair)) => Known::Yes(self.adjusted(own, pair)),
            (other, _) => other.clone(),
        };
        Row {
            contrasts: row.contrasts.as_ref().and_then(|own| self.contrasts(own, pair?)),
            sensitivity: row.sensitivity.as_ref().map(|own| self.range(own, &told)),
            smallest: row.smallest.and_then(|own| self.smallest(own, pair?)),
            verdict: row.verdict.map(|own| if hidden && !is_whole { Verdict::NotComparable } else { own }),
            was,
            is: is.unwrap_or_else(|| row.is.clone()),
            change,
            adjusted,
            ..row.clone()
        }
    }

    fn figure_in(&self, row: &Row, window: usize, windows: Windows) -> Option<Known<Figure>> {
        let known = if window == 0 { row.was.as_ref()? } else { &row.is };
        Some(match known {
            _ if windows.blank[window] => Known::No(Undefined::Suppressed),
            Known::Yes(_) if windows.withheld[window] => Known::No(Undefined::Suppressed),
            Known::Yes(figure) => Known::Yes(self.figure(figure)),
            Known::No(why) => Known::No(why.clone()),
        })
    }

    fn step(&self, figure: &Figure) -> (Step, u64) {
        let rows = self.steps.count(figure.n);
        (self.steps.of(rows, figure.value), rows)
    }

    fn figure(&self, own: &Figure) -> Figure {
        let Steps { is_on, .. } = self.steps;
        let count = |count| self.steps.count(count);
        let (step, n) = self.step(own);
        let value = step.near(own.value);
        let [low, high] = step.limits(own.low, own.high, value);
        let clusters = own.clusters.filter(|_| !is_official(&self.card.study.cluster));
        Figure {
            value,
            low,
            high,
            n,
            events: count(own.events),
            excluded: own.excluded.filter(|_| !is_on),
            immature: own.immature.filter(|_| !is_on),
            undated: own.undated.filter(|_| !is_on),
            clusters,
            largest_cluster: own.largest_cluster.filter(|_| !is_on),
            df: own.df.filter(|_| !is_on),
            flow: own.flow.filter(|_| !is_on),
            ..own.clone()
        }
    }

    /// A change of what is published; its limits are those that were found, outwards.
    fn change(&self, own: &Change, [was, is]: [Told<'_>; 2]) -> Change {
        let step = was.step.or(is.step);
        let value = printed(is.published.value - was.published.value);
        let absolute = if self.steps.is_on { step.gap(&own.absolute, value) } else { own.absolute.clone() };
        self.tested(own, absolute, [was, is], [was.published.value, is.published.value])
    }

    /// The rest of a change: relative to what is published, tests coarsely, nothing that tells of how it spreads.
    fn tested(&self, own: &Change, absolute: Difference, told: [Told<'_>; 2], [was, is]: [f64; 2]) -> Change {
        let Steps { is_on, .. } = self.steps;
        let step = self.steps.of(told[0].rows.min(told[1].rows), 1.0);
        let relative = match &own.relative {
            Known::Yes(gap) if !is_on => Known::Yes(gap.clone()),
            Known::Yes(_) if was <= 0.0 => Known::No(Undefined::NoBase),
            Known::Yes(gap) => Known::Yes(step.gap(gap, printed(is / was - 1.0))),
            Known::No(why) => Known::No(why.clone()),
        };
        Change {
            absolute,
            relative,
            p: self.steps.known_p(&own.p),
            q: own.q.map(|q| self.steps.p(q)),
            p_holm: own.p_holm.map(|p| self.steps.p(p)),
            df: own.df.filter(|_| !is_on),
            standard_error: own.standard_error.filter(|_| !is_on),
            method: own.method,
        }
    }

    /// Rate, mix and unmatched add up to the change that is published; mix is what the others leave.
    fn adjusted(&self, own: &Adjusted, told: [Told<'_>; 2]) -> Adjusted {
        if !self.steps.is_on {
            return own.clone();
        }
        let step = told[0].step.or(told[1].step);
        let [was, is] = [own.was, own.is].map(|value| step.near(value));
        let rate = printed(is - was);
        let crude = printed(told[1].published.value - told[0].published.value);
        let unmatched = step.near(own.unmatched);
        let change = self.tested(&own.change, step.gap(&own.change.absolute, rate), told, [was, is]);
        Adjusted {
            was,
            is,
            change,
            rate_effect: rate,
            mix_effect: printed(crude - rate - unmatched),
            unmatched,
            rows_unmatched: own.rows_unmatched.map(|rows| self.steps.at_most(rows)),
            ..own.clone()
        }
    }

    fn smallest(&self, own: Smallest, [was, is]: [Told<'_>; 2]) -> Option<Smallest> {
        let absolute = was.step.or(is.step).up(own.absolute);
        let base = was.published.value;
        let relative = own.relative.filter(|_| base > 0.0);
        let relative = relative.map(|relative| if self.steps.is_on { printed(absolute / base) } else { relative });
        Some(Smallest { absolute, relative, power: own.power })
    }

    /// The ends of a cost, in the steps of its figures.
    fn range(&self, own: &Range, told: &[Option<(Figure, (Step, u64))>; 2]) -> Range {
        let end = |swayed: &Swayed| {
            let value = |value: Option<f64>, window: usize| {
                let (_, (step, _)) = told[window].as_ref()?;
                Some(step.near(value?))
            };
            let (was, is) = (value(swayed.was, 0), value(swayed.is, 1));
            let both = was.zip(is).filter(|_| swayed.change.is_some());
            Swayed {
                was,
                is,
                change: both.map(|(was, is)| printed(is - was)),
                relative: both.filter(|(was, _)| *was > 0.0).map(|(was, is)| printed(is / was - 1.0)),
            }
        };
        Range { low: end(&own.low), high: end(&own.high), ..own.clone() }
    }

    /// The other ways of saying the time; none where one of them is of few.
    fn contrasts(&self, own: &Contrasts, told: [Told<'_>; 2]) -> Option<Contrasts> {
        let small = |count: u64| (1..self.steps.least).contains(&count);
        let of_few = own.figures.iter().flat_map(|figure| figure.n).any(small);
        if of_few || own.open.iter().any(|own| small(own.open) || small(own.of - own.open)) {
            return None;
        }
        if !self.steps.is_on {
            return Some(own.clone());
        }
        let mut own = own.clone();
        for figure in &mut own.figures {
            let n = figure.n.map(|n| self.steps.count(n));
            let step = self.steps.of(n[0], figure.was).or(self.steps.of(n[1], figure.is));
            let [was, is] = [figure.was, figure.is].map(|value| step.near(value));
            (figure.n, figure.was, figure.is, figure.absolute) = (n, was, is, printed(is - was));
            figure.relative = (was > 0.0).then(|| printed(is / was - 1.0));
        }
        for open in &mut own.open {
            (open.open, open.of) = (self.steps.count(open.open), self.steps.count(open.of));
        }
        self.spread(&mut own, told);
        own.sentence = contrasts::sentence(&own.figures, &own.open);
        Some(own)
    }

    /// The mean within a horizon, and the test of the curves.
    fn spread(&self, own: &mut Contrasts, told: [Told<'_>; 2]) {
        if let Known::Yes(mean) = &mut own.restricted_mean {
            let step = told[0].step.or(told[1].step);
            (mean.was, mean.is) = (step.near(mean.was), step.near(mean.is));
            let absolute = step.gap(&mean.change.absolute, printed(mean.is - mean.was));
            mean.change = self.tested(&mean.change, absolute, told, [mean.was, mean.is]);
        }
        if let Known::Yes(test) = &mut own.log_rank {
            test.chi_square = self.steps.digits(test.chi_square, 1);
            test.p = self.steps.p(test.p);
            test.stratified_p = test.stratified_p.map(|p| self.steps.p(p));
        }
    }
}
