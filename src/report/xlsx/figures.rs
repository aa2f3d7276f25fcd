//! A KPI as a row: what everybody reads first, then, for the screen, all that is known of it.

use super::codes::{self, Codes};
use super::leaf::{Cell, Column};
use super::styles::Tone;
use crate::error::Undefined;
use crate::kpi::Better;
use crate::report::Lang;
use crate::report::face::Face;
use crate::report::messages::Words;
use crate::report::mix::fixed_mix;
use crate::report::words::{flag, verdict};
use crate::scorecard::{Change, Figure, Flag, Known, Row, StudyHead, Verdict};
use std::collections::BTreeSet;

/// A KPI that is told of.
pub(super) struct Told<'a> {
    pub(super) row: &'a Row,
    study: &'a StudyHead,
    pub(super) lang: Lang,
    pub(super) codes: Codes,
    /// The flags that are said once of all.
    common: &'a BTreeSet<Flag>,
}

type Make = Box<dyn Fn(&Told<'_>) -> Cell>;

/// A column with what it shows of a KPI.
pub(super) struct Spec {
    pub(super) column: Column,
    /// Whether it stands though it is empty.
    pub(super) kept: bool,
    pub(super) cell: Make,
}

impl<'a> Told<'a> {
    pub(super) fn new(row: &'a Row, study: &'a StudyHead, lang: Lang, common: &'a BTreeSet<Flag>) -> Self {
        Self { row, study, lang, codes: Codes::of(row, lang), common }
    }

    pub(super) fn level(&self, value: Option<f64>) -> Cell {
        Cell::number(value, self.codes.level.clone())
    }

    pub(super) fn gap(&self, value: Option<f64>) -> Cell {
        Cell::number(value, self.codes.change.clone())
    }

    pub(super) fn relative(&self, value: Option<f64>) -> Cell {
        Cell::number(value, codes::relative(self.lang))
    }

    pub(super) fn share(&self, value: Option<f64>) -> Cell {
        Cell::number(value, codes::percent(1, self.lang))
    }

    pub(super) fn p(&self, value: Option<f64>) -> Cell {
        Cell::number(value, codes::probability(self.lang))
    }

    pub(super) fn why(&self, why: Option<&Undefined>) -> Cell {
        why.map_or(Cell::Empty, |why| Cell::text(self.lang.why(why)))
    }

    /// The verdict in words, and with a colour of its own.
    pub(super) fn verdict(&self) -> Cell {
        let face = Face::new(self.row, self.study, self.lang);
        let Some(said) = face.verdict() else { return Cell::Empty };
        let tone = match self.row.verdict.filter(|_| self.row.better != Better::Neither) {
            Some(Verdict::Improved) => Tone::Good,
            Some(Verdict::Worsened) => Tone::Bad,
            _ => Tone::Plain,
        };
        Cell::Toned(tone, said.content())
    }

    /// Why a figure is missing, then what a reader should know: a line each.
    fn remarks(&self) -> Cell {
        let flags = self.row.flags.iter().filter(|own| !self.common.contains(own));
        let flags = flags.map(|own| self.lang.say(flag(*own)).to_owned());
        let absences = Face::new(self.row, self.study, self.lang).absences();
        Cell::wrapped(absences.into_iter().chain(flags).collect::<Vec<_>>().join("\n"))
    }
}

/// The figure of a window.
pub(super) type Window = fn(&Row) -> Option<&Known<Figure>>;

fn was(row: &Row) -> Option<&Known<Figure>> {
    row.was.as_ref()
}

fn is(row: &Row) -> Option<&Known<Figure>> {
    Some(&row.is)
}

pub(super) fn figure(row: &Row, window: Window) -> Option<&Figure> {
    window(row)?.value()
}

/// Every column of a KPI, for a study of one window or two.
pub(super) fn specs(study: &StudyHead, lang: Lang) -> Vec<Spec> {
    let two = study.was.is_some();
    let maker = Maker { lang, two };
    let fixed = fixed_mix(&study.standardise, lang);
    let mut specs = maker.printed();
    specs.extend(maker.window("xlsx.before", was));
    specs.extend(maker.window("xlsx.after", is));
    specs.extend(maker.change());
    specs.extend(maker.adjusted(&fixed));
    specs.extend(maker.mix());
    specs.extend(maker.beside());
    specs.extend(maker.flow("xlsx.flow_before", was));
    specs.extend(maker.flow("xlsx.flow_after", is));
    specs.extend(maker.ids());
    specs
}

pub(super) struct Maker {
    pub(super) lang: Lang,
    two: bool,
}

impl Maker {
    pub(super) fn spec(&self, heading: &'static str, width: f64, cell: impl Fn(&Told<'_>) -> Cell + 'static) -> Spec {
        let column = Column::new(self.lang.say(Words(heading)), width);
        Spec { column, kept: false, cell: Box::new(cell) }
    }

    fn kept(&self, heading: &'static str, width: f64, cell: impl Fn(&Told<'_>) -> Cell + 'static) -> Spec {
        Spec { kept: true, ..self.spec(heading, width, cell) }
    }

    /// For the screen, under a band.
    pub(super) fn under(&self, band: &str, specs: Vec<Spec>) -> Vec<Spec> {
        let column = |own: Column| Column { band: band.to_owned(), printed: false, ..own };
        specs.into_iter().map(|own| Spec { column: column(own.column), ..own }).collect()
    }

    /// What everybody reads first.
    fn printed(&self) -> Vec<Spec> {
        let n = |window: Window| move |told: &Told<'_>| Cell::count(figure(told.row, window).map(|own| own.n));
        let value = |window: Window| move |told: &Told<'_>| told.level(figure(told.row, window).map(|own| own.value));
        let name = self.kept("xlsx.kpi", 36.0, |told| Cell::Strong(told.lang.name(&told.row.name).to_owned()));
        let unit = self.kept("xlsx.unit", 13.0, |told| Cell::text(codes::unit(told.row, told.lang)[0]));
        let remarks = self.kept("xlsx.remarks", 52.0, |told| told.remarks());
        let is_figure = self.kept("xlsx.is", 12.0, value(is));
        if !self.two {
            let limit =
                |of: fn(&Figure) -> Option<f64>| move |told: &Told<'_>| told.level(figure(told.row, is).and_then(of));
            let low = self.kept("xlsx.low", 12.0, limit(|own| own.low));
            let high = self.kept("xlsx.high", 12.0, limit(|own| own.high));
            return vec![name, unit, is_figure, low, high, self.kept("xlsx.n", 10.0, n(is)), remarks];
        }
        let crude =
            |of: fn(&Change) -> Option<f64>| move |told: &Told<'_>| told.gap(told.row.change.value().and_then(of));
        vec![
            name,
            unit,
            self.kept("xlsx.was", 12.0, value(was)),
            is_figure,
            self.kept("xlsx.change", 14.0, crude(|own| Some(own.absolute.value))),
            self.kept("xlsx.low", 14.0, crude(|own| own.absolute.low)),
            self.kept("xlsx.high", 14.0, crude(|own| own.absolute.high)),
            self.kept("xlsx.relative", 10.0, |told| {
                told.relative(told.row.change.value().and_then(|own| Some(own.relative.value()?.value)))
            }),
            self.kept("xlsx.verdict", 28.0, |told| told.verdict()),
            self.kept("xlsx.n_was", 9.0, n(was)),
            self.kept("xlsx.n_is", 9.0, n(is)),
            remarks,
        ]
    }

    /// What is known of a window's figure.
    fn window(&self, band: &'static str, window: Window) -> Vec<Spec> {
        let level =
            |of: fn(&Figure) -> Option<f64>| move |told: &Told<'_>| told.level(figure(told.row, window).and_then(of));
        let count =
            |of: fn(&Figure) -> Option<u64>| move |told: &Told<'_>| Cell::count(figure(told.row, window).and_then(of));
        let why = move |told: &Told<'_>| told.why(window(told.row).and_then(Known::reason));
        let limits =
            move |told: &Told<'_>| told.why(figure(told.row, window).and_then(|own| Some(&own.limits.as_ref()?.0)));
        let largest = move |told: &Told<'_>| told.share(figure(told.row, window).and_then(|own| own.largest_cluster));
        let df = move |told: &Told<'_>| {
            Cell::number(figure(told.row, window).and_then(|own| own.df), codes::plain(1, told.lang))
        };
        let method =
            move |told: &Told<'_>| Cell::text(figure(told.row, window).and_then(|own| own.method).unwrap_or_default());
        let specs = vec![
            self.spec("xlsx.low", 12.0, level(|own| own.low)),
            self.spec("xlsx.high", 12.0, level(|own| own.high)),
            self.spec("xlsx.why", 24.0, why),
            self.spec("xlsx.why_no_limits", 24.0, limits),
            self.spec("xlsx.events", 11.0, count(|own| Some(own.events))),
            self.spec("xlsx.excluded", 11.0, count(|own| own.excluded)),
            self.spec("xlsx.immature", 11.0, count(|own| own.immature)),
            self.spec("xlsx.undated", 11.0, count(|own| own.undated)),
            self.spec("xlsx.clusters", 9.0, count(|own| own.clusters.map(|clusters| clusters as u64))),
            self.spec("xlsx.largest", 10.0, largest),
            self.spec("xlsx.df", 9.0, df),
            self.spec("xlsx.method", 30.0, method),
        ];
        self.under(self.lang.say(Words(band)), specs)
    }
}

/// A verdict's symbol and words.
pub(super) fn judged(own: Verdict, lang: Lang) -> Cell {
    let (symbol, words) = verdict(own);
    let tone = match own {
        Verdict::Improved => Tone::Good,
        Verdict::Worsened => Tone::Bad,
        Verdict::NoClearChange | Verdict::NotComparable => Tone::Plain,
    };
    Cell::Toned(tone, format!("{symbol} {}", lang.say(words)))
}

/// The flags that every KPI with a figure has.
pub(super) fn common<'r>(rows: impl IntoIterator<Item = &'r Row>) -> BTreeSet<Flag> {
    let mut flags = rows.into_iter().filter(|row| row.is.value().is_some()).map(|row| row.flags.clone());
    let first = flags.next().unwrap_or_default();
    flags.fold(first, |common, own| &common & &own)
}
