//! A KPI evaluated on a cube: cells become estimates, estimates figures, two figures a change.

use super::cost;
use super::curves::Evaluated;
use super::figure::{figure, noted};
use super::gathering::{Gathered, Parts};
use super::number::Known;
use super::part::{Part, Placed, Whole};
use super::question::{Located, Question};
use super::row::{Change, Figure, Flag, Range, Row};
use super::settings::Settings;
use super::shelf::Sitting;
use super::window::{Manner, Window};
use crate::cube::{Content, Figure as Kind, Keep, Layout, Recipe};
use crate::error::Undefined;
use crate::kpi::{Better, Kpi, Sampling};
use crate::measure::{Anchor, Table};
use crate::stats::distribution;
use crate::stats::effect::Change as Effect;
use crate::stats::{Dependence, yearly_weights};
use std::collections::{BTreeMap, BTreeSet};

/// Evaluates KPIs on a cube, or on one part of it.
#[derive(Clone, Copy)]
pub(super) struct Evaluation<'a> {
    pub(super) whole: &'a Whole<'a>,
    pub(super) part: &'a Part<'a>,
    pub(super) settings: &'a Settings,
    /// The dimensions that the part is told apart by, with their names.
    pub(super) filter: &'a Filter<'a>,
    /// What the windows are.
    pub(super) layout: Layout,
    /// The cluster that is left out, to see whether a verdict stands without it.
    pub(super) left_out: Option<u32>,
    /// Whether only rows count that were closed by the cut-off, to see what that would say.
    pub(super) is_closed_only: bool,
    /// Whether rows are taken as independent, to see what chance alone does within one unit.
    pub(super) is_independent: bool,
    /// Where rows and curves are kept for the next question; each on its own where there is none.
    pub(super) sitting: Option<&'a Sitting<'a>>,
}

/// Dimension and name that a group must have.
pub(super) type Filter<'a> = [(usize, Option<&'a str>)];

/// Columns of the catalogue that say of which procedures something is asked.
const ASKED: [&str; 2] = ["procedures.needs_written_result", "procedures.non_territorial"];

impl<'a> Evaluation<'a> {
    /// Of the whole cube.
    pub(super) fn of(whole: &'a Whole<'a>) -> Self {
        let (layout, left_out, is_closed_only) = (Layout::Windows, None, false);
        let (part, settings, is_independent, sitting) = (&whole.part, whole.settings, false, None);
        Self { whole, part, settings, filter: &[], layout, left_out, is_closed_only, is_independent, sitting }
    }

    /// Of a part of it, told apart by some dimensions.
    pub(super) fn of_part(whole: &'a Whole<'a>, part: &'a Part<'a>, filter: &'a Filter<'a>) -> Self {
        Self { part, filter, ..Self::of(whole) }
    }

    /// The same in a sitting.
    pub(super) fn sitting(self, sitting: &'a Sitting<'a>) -> Self {
        Self { sitting: Some(sitting), ..self }
    }

    /// How much there is to do for a question, by and large: its cells, and what their tallies hold.
    pub(super) fn weight(&self, question: &Question<'_>) -> usize {
        let cells =
            |slot| question.all().filter_map(|located| located.place(self.layout)).map(move |place| (place, slot));
        let held = |placed: &Placed<'_>| match &placed.cell.content {
            Content::Tally(tally) => 1 + tally.counts().len(),
            _ => 1,
        };
        let own = [0, 1].into_iter().flat_map(cells).flat_map(|(place, slot)| self.part.cells(place, slot));
        own.map(held).sum()
    }

    /// The same over other windows.
    pub(super) fn over(self, layout: Layout) -> Self {
        Self { layout, ..self }
    }

    /// The same without a cluster.
    pub(super) fn without(self, cluster: u32) -> Self {
        Self { left_out: Some(cluster), ..self }
    }

    /// The same of closed rows alone.
    pub(super) fn closed_only(self) -> Self {
        Self { is_closed_only: true, ..self }
    }

    /// The same with rows taken as independent.
    pub(super) fn independent(self) -> Self {
        Self { is_independent: true, ..self }
    }

    /// The row of a KPI, still without q-values and verdict.
    pub(super) fn row(&self, question: &Question<'_>) -> Row {
        self.row_with(question, |_, _| ()).0
    }

    /// The same with something that is taken from its windows before they are let go.
    pub(super) fn row_with<T>(
        &self,
        question: &Question<'_>,
        take: impl FnOnce(Option<&Evaluated>, &Evaluated) -> T,
    ) -> (Row, T) {
        let Question { kpi, own, .. } = question;
        let two = self.settings.was.is_some();
        let is = self.window(question, u8::from(two));
        let was = two.then(|| self.window(question, 0));
        let mut effect = self.effect(question, was.as_ref().map(|(was, _)| was), &is.0);
        let adjusted = effect.as_mut().map_err(|why| why.clone()).and_then(|crude| self.adjusted(question, crude));
        let sensitivity = self.sensitivity(question, was.iter().chain([&is]).map(|(_, gathered)| gathered));
        let mut flags = self.flags(question, is.0.is_ok());
        was.iter().chain([&is]).for_each(|(window, gathered)| flags.extend(noted(window.as_ref().ok(), gathered, two)));
        let asked = !self.settings.standardise.is_empty() && kpi.sampling == Sampling::Cluster;
        flags.extend((asked && effect.is_ok() && adjusted.is_err()).then_some(Flag::Unadjusted));
        let apart = was.as_ref().is_some_and(|(was, _)| is_apart(was, &is.0));
        flags.extend((apart && self.settings.cluster.is_some()).then_some(Flag::DisjointClusters));
        let taken = take(was.as_ref(), &is);
        let was = was.map(|(window, gathered)| self.figure(kpi, &own.keep, window, &gathered));
        let is = self.figure(kpi, &own.keep, is.0, &is.1);
        let dominated = |figure: &Known<Figure>| figure.value().is_some_and(|own| own.largest_cluster.is_some());
        flags.extend(was.iter().chain([&is]).any(dominated).then_some(Flag::DominantCluster));
        let row = Row {
            id: kpi.id.to_string(),
            axis: kpi.axis(),
            name: kpi.name.clone(),
            unit: kpi.unit,
            better: kpi.better,
            sampling: kpi.sampling,
            was,
            is,
            change: effect.map(|effect| Change::of(effect, kpi.unit)).into(),
            adjusted: adjusted.into(),
            contrasts: None,
            sensitivity,
            response_rate: None,
            verdict: None,
            smallest: None,
            flags,
        };
        (row, taken)
    }

    /// The change between two windows' figures.
    pub(super) fn effect(
        &self,
        question: &Question<'_>,
        was: Option<&Result<Window, Undefined>>,
        is: &Result<Window, Undefined>,
    ) -> Result<Effect, Undefined> {
        let manner = self.manner(question.kpi, 0, None, &[]);
        match (was, is) {
            (Some(Ok(was)), Ok(is)) => Ok(manner.change(question.recipe.figure, was, is)),
            (Some(_), _) => Err(Undefined::NoFigure),
            (None, _) => Err(Undefined::OneWindow),
        }
    }

    /// A window's figure as it is shown.
    fn figure(&self, kpi: &Kpi, keep: &Keep, window: Result<Window, Undefined>, gathered: &Gathered) -> Known<Figure> {
        let mut figure = figure(kpi.unit, keep, window, gathered);
        if let Known::Yes(figure) = &mut figure {
            let is_clustered = kpi.sampling != Sampling::Cluster || self.settings.cluster.is_some();
            figure.clusters = figure.clusters.filter(|_| is_clustered);
            figure.largest_cluster = figure.largest_cluster.filter(|_| is_clustered);
            // A change may take a procedure from one group to another, where it was neither born nor died.
            figure.flow = figure.flow.filter(|flow| self.filter.is_empty() || flow.adds_up());
        }
        figure
    }

    /// The open days and the office seconds of the weeks of a window.
    pub(super) fn days(&self, slot: u8) -> (&'a [u32], &'a [i64]) {
        let (settings, slot) = (self.settings, usize::from(slot));
        let of_window =
            || Some((settings.open_days.get(slot)?.as_slice(), settings.office_seconds.get(slot)?.as_slice()));
        let of_month = || settings.months.get(slot).map(|month| (&month.open_days[..], &month.office_seconds[..]));
        let found = if self.layout == Layout::Months { of_month() } else { of_window() };
        found.unwrap_or_default()
    }

    pub(super) fn manner<'m>(
        &'m self,
        kpi: &Kpi,
        slot: u8,
        usual: Option<&'m BTreeSet<u64>>,
        weights: &'m [f64],
    ) -> Manner<'m> {
        let dependence = match kpi.sampling {
            Sampling::Week => Dependence::Serial,
            Sampling::Cluster if self.settings.cluster.is_some() && !self.is_independent => Dependence::Clustered,
            Sampling::Cluster | Sampling::Census => Dependence::Independent,
        };
        let (open_days, office_seconds) = self.days(slot);
        let (sampling, level) = (kpi.sampling, self.settings.level);
        // Units side by side have limits of their own kind.
        let with_limits = !self.is_independent;
        Manner { sampling, dependence, level, open_days, office_seconds, weights, usual, with_limits }
    }

    /// What is to be known of a KPI whatever its figures.
    fn flags(&self, question: &Question<'_>, known: bool) -> BTreeSet<Flag> {
        let (settings, kpi, recipe) = (self.settings, question.kpi, &question.recipe);
        let needs = &question.needs;
        let lacks = |column: &str| {
            let refines = needs.iter().any(|needs| needs.refining.iter().any(|refining| refining == column));
            known && refines && !settings.columns.contains(column)
        };
        let holds = [
            (Flag::NoOutcome, lacks("outcome")),
            (Flag::NoPauses, lacks("paused")),
            (Flag::NoCatalogue, ASKED.into_iter().any(lacks)),
            (Flag::NoSurveys, lacks("surveys.score")),
            (Flag::Season, settings.was.is_some() && settings.season),
            (Flag::Independent, kpi.sampling == Sampling::Cluster && settings.cluster.is_none()),
            // What is placed by its finish tells which old dossiers were cleared.
            (Flag::Flattering, recipe.keep.anchor == Anchor::Finished && kpi.better == Better::Neither),
            (Flag::ProvisionalCalendar, needs.iter().any(|needs| needs.calendar) && settings.provisional),
        ];
        holds.into_iter().filter(|(_, holds)| *holds).map(|(flag, _)| flag).collect()
    }

    /// A window's figure, with the cells that stand beside it.
    pub(super) fn window(&self, question: &Question<'_>, slot: u8) -> Evaluated {
        let parts = self.parts(question, slot);
        let figured = |manner: &Manner<'_>, parts: &Parts| manner.window(question.recipe.figure, parts);
        let window =
            parts.as_ref().map_err(Undefined::clone).and_then(|parts| self.made(question, slot, parts, figured));
        (window, parts.map(|parts| parts.told(question.recipe.figure)).unwrap_or_default())
    }

    /// A window's figure alone, where nothing is asked of its limits.
    pub(super) fn value(&self, question: &Question<'_>, slot: u8) -> Result<Window, Undefined> {
        let figured = |manner: &Manner<'_>, parts: &Parts| manner.value(question.recipe.figure, parts);
        self.made(question, slot, &self.parts(question, slot)?, figured)
    }

    fn made(
        &self,
        question: &Question<'_>,
        slot: u8,
        parts: &Parts,
        figured: impl Fn(&Manner<'_>, &Parts) -> Result<Window, Undefined>,
    ) -> Result<Window, Undefined> {
        let usual = self.usual(question)?;
        let weights = self.weights(&question.own, slot);
        figured(&self.manner(question.kpi, slot, usual.as_ref(), &weights), parts)
    }

    /// The cells that a figure is made of.
    fn parts(&self, question: &Question<'_>, slot: u8) -> Result<Parts, Undefined> {
        let (kpi, figure) = (question.kpi, question.recipe.figure);
        if figure == Kind::PerOpenDay {
            return self.on_duty(question, slot);
        }
        let own = self.gathered(kpi, &question.own, slot)?;
        if let (Kind::Ratio, Some(unreached)) = (figure, question.beside.first()) {
            // As a whole: an office without a line of its own may be paid for by another's.
            let whole = self.gathered_by(kpi, unreached, slot, &[])?;
            if !whole.has_rows() || whole.moments.iter().any(|moments| moments.sum > 0) {
                return Err(Undefined::LedgerGap);
            }
        }
        // A procedure is used whoever used it: the others are not of the group that the things are of.
        let whole = Self::of(self.whole).over(self.layout);
        let others = if figure == Kind::Without { &whole } else { self };
        let gathered = |keep: &Located| others.gathered(kpi, keep, slot);
        let over = question.over.as_ref().map(gathered).transpose()?;
        let beside = question.beside.iter().map(gathered).collect::<Result<_, _>>()?;
        Ok(Parts { own, over, beside, coverage: 1.0 })
    }

    /// Things of any of several tables on open days, as far as the study has them, at equal coverage.
    fn on_duty(&self, question: &Question<'_>, slot: u8) -> Result<Parts, Undefined> {
        let kpi = question.kpi;
        let (tables, coverage) = match &question.beside[..] {
            [others @ .., coverage] => (others, Some(coverage)),
            [] => (&[][..], None),
        };
        let mut own = self.gathered(kpi, &question.own, slot);
        for other in tables {
            own = match (own, self.gathered(kpi, other, slot)) {
                (Ok(mut own), Ok(other)) => {
                    own.add_things(&other);
                    Ok(own)
                }
                (Err(_), Ok(other)) => Ok(other),
                // Of what none of them has, that of a table of the study is named, or else the first.
                (Err(own), Err(other)) if !self.has_table_of(&own) && self.has_table_of(&other) => Err(other),
                (own, Err(_)) => own,
            };
        }
        // How long a counter is covered is one number for all who stand there: of groups by other columns too.
        let counter = self.filter_by("unit");
        let covered =
            |of: &Self, slot| coverage.and_then(|keep| of.gathered_by(kpi, keep, slot, &counter).ok()?.quotient());
        // Months too are taken at the coverage of the first window, so that they are figures like it.
        let coverage =
            covered(&self.over(Layout::Windows), 0).zip(covered(self, slot)).map_or(1.0, |(first, own)| first / own);
        Ok(Parts { own: own?, coverage, ..Parts::default() })
    }

    /// Whether the study has the table of the column that is lacking.
    fn has_table_of(&self, why: &Undefined) -> bool {
        let Undefined::NoColumn(column) = why else { return true };
        let table = Table::of_column(column).prefix();
        self.settings.columns.iter().any(|own| own.starts_with(table))
    }

    /// How many dossiers of a year each of a window stands for, by volume, in the whole cube.
    fn weights(&self, keep: &Located, slot: u8) -> Vec<f64> {
        let (Some(tariff), true) = (&self.settings.tariff, keep.keep.by_volume) else { return Vec::new() };
        let mut counted: BTreeMap<u16, i64> = BTreeMap::new();
        let place = keep.place(self.layout);
        for placed in place.into_iter().flat_map(|place| self.whole.part.cells(place, slot)) {
            if let Content::Pairs(pairs) = &placed.cell.content {
                *counted.entry(placed.week).or_default() += pairs.n;
            }
        }
        yearly_weights(tariff.days, &tariff.volumes, &counted)
    }

    /// How far the figures of a cost sway.
    fn sensitivity<'g>(&self, question: &Question<'_>, windows: impl Iterator<Item = &'g Gathered>) -> Option<Range> {
        let sensitivity = self.settings.tariff.as_ref()?.sensitivity?;
        let windows: Vec<_> = (0..).zip(windows).map(|(slot, own)| (own, self.weights(&question.own, slot))).collect();
        cost::range(&question.recipe, question.kpi.unit, sensitivity, &windows).filter(cost::told)
    }

    /// The things that are usual by the first window, where the figure asks for them.
    pub(super) fn usual(&self, question: &Question<'_>) -> Result<Option<BTreeSet<u64>>, Undefined> {
        let Kind::Usual(covered) = question.recipe.figure else { return Ok(None) };
        let first = self.gathered(question.kpi, &question.own, 0)?;
        let usual: BTreeSet<u64> = distribution::usual(first.by_thing(), covered).into_iter().collect();
        if usual.is_empty() { Err(Undefined::NoRows) } else { Ok(Some(usual)) }
    }

    /// The larger of the windows' shares by a recipe that is no KPI's; `None` where it has none.
    pub(super) fn largest_share(&self, recipe: &Recipe) -> Option<f64> {
        let slots = if self.settings.was.is_some() { 0..2u8 } else { 0..1 };
        let place = self.whole.keep(Layout::Windows, &recipe.keep)?;
        let share = |slot: u8| {
            let (mut n, mut hits) = (0, 0);
            for placed in self.part.cells(place, slot) {
                if let Content::Moments(moments) = &placed.cell.content {
                    (n, hits) = (n + moments.n, hits + moments.sum);
                }
            }
            (n > 0).then(|| hits as f64 / n as f64)
        };
        slots.filter_map(share).reduce(f64::max)
    }
}

/// Whether no cluster is in both windows.
fn is_apart(was: &Result<Window, Undefined>, is: &Result<Window, Undefined>) -> bool {
    let estimates = was.as_ref().ok().and_then(Window::estimate).zip(is.as_ref().ok().and_then(Window::estimate));
    estimates.is_some_and(|(was, is)| was.is_disjoint(is))
}
